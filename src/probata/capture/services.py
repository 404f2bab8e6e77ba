"""Bringing things in: every offer of a source becomes an item or a stated failure, one act each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from attrs import frozen

from probata.access import services as access
from probata.access.roles import Permission
from probata.capture.seam import Failure, Offer, Source
from probata.capture.uploads import Uploads
from probata.custody.entries import Signer
from probata.custody.services import act
from probata.engines import plugins
from probata.preservation import selectors
from probata.preservation import services as preservation
from probata.preservation.services import Acquired
from probata.terms.digests import Sha256
from probata.terms.errors import ProbataError, StorageError, UsageError


class NoSource(UsageError):
    """No source knows what to do with a location."""

    code = "no_source"
    template = "Nothing here knows how to acquire {location}."
    advice = "Give a file or a folder of this machine."


@frozen(kw_only=True)
class Outcome:
    """What became of one thing that was asked for: acquired, or why not."""

    acquired_from: str
    name: str
    acquired: Acquired | None = None
    code: str = ""
    why: str = ""


def offers(location: str) -> tuple[str, Iterator[Offer | Failure]]:
    """The source that takes a location, and what it finds there; raises `NoSource`."""
    for name in plugins.names("probata.sources"):
        source = cast("Source", plugins.load("probata.sources", name)())
        if source.accepts(location):
            return source.about.name, source.offers(location)
    raise NoSource(location=location)


def add(
    location: str, *, actor: Signer, reason: str, progress: Callable[[int], None] | None = None
) -> Iterator[Outcome]:
    """Acquire everything at a location, yielding each outcome once it is on the record.

    A full disk or a read-only store ends the work: going on would only fail again. What was yielded is preserved.
    """
    access.must_be_allowed(actor, Permission.ACQUIRE)
    method, found = offers(location)
    for offer in found:
        if isinstance(offer, Failure):
            yield _failed(offer, actor=actor, reason=reason, method=method)
        else:
            yield _take(offer, actor=actor, reason=reason, method=method, progress=progress)


def add_uploaded(
    uploads: Uploads,
    untrusted_id: str,
    *,
    actor: Signer,
    person: str,
    progress: Callable[[int], None] | None = None,
) -> Outcome | None:
    """Acquire an upload of which every byte came; None when it is not whole, or was preserved before.

    Its bytes stay with the upload until it is on the record, and whoever is killed in between and tries again records
    nothing twice. Raises `UploadNotFound`, `UploadBusy` and what the store raises.
    """
    access.must_be_allowed(actor, Permission.ACQUIRE)
    with uploads.held(untrusted_id, by=actor.key_id) as upload:
        if upload.preserved or not upload.whole:
            return None
        offer = uploads.offer(upload, person=person)
        reason = upload.declared.reason
        try:
            outcome = _take(offer, actor=actor, reason=reason, method="upload", progress=progress, once=True)
        except StorageError as error:
            uploads.troubled(upload, f"{error.message} {error.what_to_do}".strip())
            raise
        if outcome.acquired is None:
            uploads.troubled(upload, outcome.why)
        else:
            uploads.preserved(upload, outcome.acquired.sha256, already_held=outcome.acquired.already_held)
        return outcome


def _take(
    offer: Offer,
    *,
    actor: Signer,
    reason: str,
    method: str,
    progress: Callable[[int], None] | None,
    once: bool = False,
) -> Outcome:
    try:
        with offer.open() as stream:
            stored = preservation.take(stream, what=offer.untrusted_name, progress=progress)
    except StorageError:
        raise
    except (OSError, ProbataError) as error:
        failure = Failure(acquired_from=offer.acquired_from, code="unreadable", why=str(error))
        return _failed(failure, actor=actor, reason=reason, method=method)
    before = _recorded(stored.sha256, offer.acquired_from) if once else None
    if before is not None:
        return Outcome(acquired_from=offer.acquired_from, name=offer.untrusted_name, acquired=before)
    with act(actor=actor, reason=reason) as opened:
        acquired = preservation.acquire(
            opened,
            stored,
            untrusted_name=offer.untrusted_name,
            acquired_from=offer.acquired_from,
            method=method,
            completeness=offer.settle(stored.tree.size_bytes),
            facts=offer.facts,
        )
    return Outcome(acquired_from=offer.acquired_from, name=offer.untrusted_name, acquired=acquired)


def _recorded(sha256: Sha256, acquired_from: str) -> Acquired | None:
    """What the record says of these bytes from this very place, if they came in from there already."""
    for one in selectors.acquisitions(sha256):
        if one.acquired_from == acquired_from:
            return Acquired(
                sha256=sha256,
                size_bytes=one.item.size_bytes,
                media_type=one.item.media_type,
                completeness=one.item.completeness,
                name_agrees=one.name_agrees,
                already_held=True,
                seq=one.seq,
            )
    return None


def _failed(failure: Failure, *, actor: Signer, reason: str, method: str) -> Outcome:
    with act(actor=actor, reason=reason) as opened:
        preservation.attempt_failed(
            opened, acquired_from=failure.acquired_from, method=method, code=failure.code, why=failure.why
        )
    name = failure.acquired_from.rsplit("/", 1)[-1]
    return Outcome(acquired_from=failure.acquired_from, name=name, code=failure.code, why=failure.why)
