"""Uploads at the workbench: the protocol's words, and preserving what is whole, one file after the other.

The protocol is tus 1.0.0 (core, creation, checksum, expiration, termination): https://tus.io/protocols/resumable-upload.
What waits to be preserved is known from the disk: when this process ends in between, the person who brought it in has
it preserved the next time, since nothing can be signed without them.
"""

from __future__ import annotations

import base64
import binascii
import queue
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from attrs import define, frozen
from django.conf import settings
from django.db import connections
from django.utils import translation
from django.utils.http import http_date
from django.utils.translation import gettext as _

from probata.access import tokens
from probata.access.limited import Limited
from probata.capture import services as capture
from probata.capture import upload_errors as wrong
from probata.capture import uploads as craft
from probata.capture.pieces import ALGORITHMS
from probata.capture.uploads import Declared, Upload, Uploads
from probata.custody.entries import Signer
from probata.engines.clock import rfc3339
from probata.terms.errors import InvalidValue, ProbataError

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,expiration,termination"
CHECKSUM_DIFFERS = 460
STATUS: tuple[tuple[type[ProbataError], int], ...] = (
    (wrong.UploadNotFound, HTTPStatus.NOT_FOUND),
    (wrong.OffsetDiffers, HTTPStatus.CONFLICT),
    (wrong.PieceDiffers, CHECKSUM_DIFFERS),
    (wrong.PieceTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (wrong.UploadTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (wrong.UploadBusy, HTTPStatus.LOCKED),
    (wrong.TooMuchWaits, HTTPStatus.INSUFFICIENT_STORAGE),
    (wrong.NoRoom, HTTPStatus.INSUFFICIENT_STORAGE),
    (wrong.UploadStopped, HTTPStatus.INSUFFICIENT_STORAGE),
)
_NUMBER = re.compile(r"[0-9]{1,15}")
_SAID_LENGTH = 1_024
_LATEST_MS = 253_402_300_799_000


@define(kw_only=True)
class Progress:
    """How far the preserving of one upload is."""

    done_bytes: int = 0
    began: bool = False


@frozen(kw_only=True)
class _Work:
    upload: str
    actor: Signer
    person: str
    told_in: str


_going: dict[str, Progress] = {}
_waiting: queue.SimpleQueue[_Work] = queue.SimpleQueue()
_lock = threading.Lock()
_worker: threading.Thread | None = None


def uploads() -> Uploads:
    """The uploads of the open workspace."""
    return Uploads(root=settings.PROBATA.root / "work" / "uploads")


def most_bytes() -> int:
    """The largest file that is taken from a browser."""
    return min(craft.MOST_BYTES, settings.PROBATA.max_file_bytes)


def preserve(upload: Upload, *, actor: Signer, person: str) -> None:
    """Have a whole upload preserved in the background, unless it is already; its outcome is kept beside it."""
    global _worker  # noqa: PLW0603  one worker a process, begun when it is needed
    if upload.preserved or not upload.whole:
        return
    with _lock:
        if upload.id in _going:
            return
        _going[upload.id] = Progress()
        told_in = translation.get_language() or settings.LANGUAGE_CODE
        _waiting.put(_Work(upload=upload.id, actor=actor, person=person, told_in=told_in))
        if _worker is None or not _worker.is_alive():
            _worker = threading.Thread(target=_work, name="preserving", daemon=True)
            _worker.start()


def going(upload: str) -> Progress | None:
    """How far the preserving of an upload is; None where nobody is at it."""
    return _going.get(upload)


def wait() -> None:
    """Until nothing waits to be preserved (for tests, and for a quiet end)."""
    while _going:
        threading.Event().wait(0.02)


def _work() -> None:
    while True:
        work = _waiting.get()
        progress = _going[work.upload]
        progress.began = True
        try:
            _preserve(work, progress)
        finally:
            _going.pop(work.upload, None)
            connections.close_all()


def _preserve(work: _Work, progress: Progress) -> None:
    def passed(count: int) -> None:
        progress.done_bytes += count

    here = uploads()
    with translation.override(work.told_in):
        try:
            if isinstance(work.actor, Limited):
                # It may have been revoked since the last piece came.
                tokens.must_stand(work.actor.token)
            capture.add_uploaded(here, work.upload, actor=work.actor, person=work.person, progress=passed)
        except wrong.UploadNotFound:
            return
        except ProbataError as error:
            _troubled(here, work, " ".join(error.told(_)))
        except Exception:
            # The edge of a thread: it must be said on the page, and nothing of footage may be in it.
            _troubled(here, work, _("The program failed. The file is kept; try again."))
            raise


def _troubled(here: Uploads, work: _Work, why: str) -> None:
    try:
        here.troubled(here.one(work.upload, by=work.actor.key_id), why.strip())
    except wrong.UploadNotFound:
        return


def state(upload: Upload) -> dict[str, Any]:
    """An upload as the page's script reads it."""
    at = going(upload.id)
    return {
        "schema": "probata/upload/1",
        "id": upload.id,
        "size_bytes": upload.declared.size_bytes,
        "received_bytes": upload.received_bytes,
        "state": word(upload),
        "preserved_bytes": at.done_bytes if at else 0,
        "sha256": upload.sha256,
        "already_held": upload.already_held,
        "trouble": upload.trouble,
    }


def word(upload: Upload) -> str:
    """Where it is: receiving, whole, preserving or preserved."""
    if upload.preserved:
        return "preserved"
    if going(upload.id):
        return "preserving"
    return "whole" if upload.whole else "receiving"


def headers(upload: Upload) -> dict[str, str]:
    """What the protocol tells of an upload with every answer."""
    told = {"Upload-Offset": str(upload.received_bytes), "Upload-Length": str(upload.declared.size_bytes)}
    if upload.expires is not None:
        told["Upload-Expires"] = http_date(upload.expires.timestamp())
    return told


def number(untrusted: str | None, what: str) -> int:
    """A count of bytes from a header; raises `InvalidValue`."""
    if untrusted is None or not _NUMBER.fullmatch(untrusted):
        raise InvalidValue(what=what, why=_("it takes a whole number of bytes"))
    return int(untrusted)


def declared(headers: Mapping[str, str]) -> Declared:
    """What a browser announced; raises `InvalidValue`."""
    metadata = _metadata(headers.get("Upload-Metadata", ""))
    said: dict[str, str | int] = {}
    for ours, theirs in (("type", "filetype"), ("path", "path")):
        if metadata.get(theirs):
            said[ours] = metadata[theirs][:_SAID_LENGTH]
    modified = metadata.get("modified", "")
    if _NUMBER.fullmatch(modified) and int(modified) < _LATEST_MS:
        said["modified_at"] = rfc3339(datetime.fromtimestamp(int(modified) / 1000, tz=UTC))
    return Declared(
        untrusted_name=metadata.get("filename", ""),
        size_bytes=number(headers.get("Upload-Length"), "Upload-Length"),
        reason=metadata.get("reason", "").strip(),
        head=metadata.get("head", ""),
        said=said,
    )


def checksum(untrusted: str | None) -> tuple[str, bytes] | None:
    """The algorithm and digest that came with a piece, if any; raises `InvalidValue`."""
    if untrusted is None:
        return None
    algorithm, _space, digest = untrusted.partition(" ")
    if algorithm not in ALGORITHMS:
        raise InvalidValue(
            what="Upload-Checksum", why=_("it takes one of: %(known)s") % {"known": ", ".join(ALGORITHMS)}
        )
    return algorithm, _base64(digest, "Upload-Checksum")


def _metadata(untrusted: str) -> dict[str, str]:
    """Pairs of a key and a text in base64, with commas between (tus 1.0.0, creation)."""
    read = {}
    for pair in filter(None, (one.strip() for one in untrusted.split(","))):
        key, _space, value = pair.partition(" ")
        try:
            read[key] = _base64(value, "Upload-Metadata").decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidValue(what="Upload-Metadata", why=_("it is not UTF-8")) from error
    return read


def _base64(untrusted: str, what: str) -> bytes:
    try:
        return base64.b64decode(untrusted, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidValue(what=what, why=_("it is not base64")) from error
