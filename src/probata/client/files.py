"""Files of a workspace: footage and stills to this machine, and files brought in from it; in pieces both ways."""

from __future__ import annotations

import base64
import hashlib
import time
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from attrs import field, frozen

from probata.client.calling import TRIES, Answer, AnswerUnreadable, Calls, Reply, WorkspaceUnreachable
from probata.terms.errors import CustodyError, InvalidValue, ProbataError, StorageError

TUS = "1.0.0"
PIECE_BYTES = 8 << 20
PART_BYTES = 4 << 20
HEAD_BYTES = 1 << 20
_BLOCK = 1 << 20
_GO_ON = frozenset({"upload_offset_differs", "upload_busy", "upload_piece_differs"})


class AnotherDigest(CustodyError):
    """Bytes that came are not those that were asked for."""

    code = "another_digest"
    template = "What came of {what} has the digest {found}, where {wanted} was to come."
    advice = "What came was thrown away. Ask again; if it stays so, run `probata check` where it is kept."


class NotPreserved(StorageError):
    """Every byte of a file was sent, and it could not be preserved."""

    code = "not_preserved"
    template = "Every byte of {name} is in the workspace, and it could not be preserved: {why}"
    advice = "Its bytes are kept there; the page for adding files offers to try again, and so does `upload`."


@frozen(kw_only=True)
class Still:
    """The exact picture of one frame as PNG, and the address that the workspace proved it to have."""

    png: bytes = field(repr=False)
    ordinal: int
    pts: int
    time_base: Fraction
    digest: str


@frozen
class Footage:
    """Footage, each time for a reason, which goes into the ledger under the name of whoever the token belongs to."""

    calls: Calls

    def still(
        self,
        item: str,
        *,
        ordinal: int | None = None,
        pts: int | None = None,
        purpose: str = "",
        review: str = "",
        way: str = "",
        digest: str = "",
    ) -> Still:
        """The exact picture of a frame, by ordinal or by PTS; raises `AnotherDigest` unless it is the one expected."""
        # 0 is a frame too, and what is empty is not sent.
        which = {name: str(value) for name, value in (("ordinal", ordinal), ("pts", pts)) if value is not None}
        query = {"purpose": purpose, "review": review, "way": way, **which}
        reply = self.calls.get_bytes("items", item, "still", query=query)
        found = reply.headers.get("probata-frame-digest", "")
        if digest and digest != found:
            raise AnotherDigest(what=f"the frame of item {item[:8]}", found=found, wanted=digest)
        ticks, base = self._address(reply)
        number = int(reply.headers.get("probata-frame", "-1"))
        return Still(png=reply.content, ordinal=number, pts=ticks, time_base=base, digest=found)

    def _address(self, reply: Reply) -> tuple[int, Fraction]:
        ticks, _space, base = reply.headers.get("probata-frame-pts", "").partition(" ")
        try:
            return int(ticks), Fraction(base)
        except ValueError as error:
            raise AnswerUnreadable(address=self.calls.address, why="a still has no address") from error

    def save(self, item: str, to: str | Path, *, purpose: str, way: str = "") -> Path:
        """The whole original into a file, part by part; begun again, it goes on where it stopped.

        What came stands beside it as `….part` until its SHA-256 is that of the item; raises `AnotherDigest`.
        """
        target = Path(to)
        if target.exists():
            raise InvalidValue(what=f"The file {target}", why="it is there already, and nothing is overwritten")
        part = target.with_name(f"{target.name}.part")
        with part.open("ab") as out:
            digest = self._rest(item, out, purpose=purpose, way=way)
        found = _sha256(part)
        if found != digest:
            part.unlink()
            raise AnotherDigest(what=f"item {item[:8]}", found=found, wanted=digest or item)
        return part.rename(target)

    def _rest(self, item: str, out: BinaryIO, *, purpose: str, way: str) -> str:
        """Append what is missing; returns the digest that the whole must have."""
        query = {"purpose": purpose, "way": way}
        while True:
            at = out.tell()
            # From the last byte on: so an answer always has one, also where everything came.
            first = max(at - 1, 0)
            headers = {"Range": f"bytes={first}-{first + PART_BYTES - 1}"}
            try:
                reply = self.calls.get_bytes("items", item, "footage", query=query, headers=headers)
            except ProbataError as error:
                if error.code != "range_beyond":
                    raise
                # More stands here than there is of it: it is of something else, which the digest will say.
                return ""
            total = self._total(reply, first)
            out.write(reply.content[at - first :])
            if out.tell() >= total:
                return reply.headers.get("etag", "").strip('"')

    def _total(self, reply: Reply, first: int) -> int:
        unit, _space, told = reply.headers.get("content-range", "").partition(" ")
        span, _slash, total = told.partition("/")
        start = span.partition("-")[0]
        whole = reply.status == 206 and unit == "bytes" and total.isdecimal() and start == str(first)
        if not whole or not reply.content:
            raise AnswerUnreadable(address=self.calls.address, why="it sent another part than was asked for")
        return int(total)

    def spectrogram(self, item: str, start_s: str, end_s: str, *, columns: int = 1024) -> bytes:
        """The pitches of a stretch as PNG: a picture of the sound, for which no reason is asked."""
        asked = {"from": start_s, "to": end_s, "columns": columns}
        return self.calls.get_bytes("items", item, "spectrogram", query=asked).content

    def wave(self, item: str, *, start_s: str = "", end_s: str = "") -> Answer:
        """The waveform in columns, of all or of a stretch."""
        return self.calls.get("items", item, "wave", from_=start_s, to=end_s)

    def frames(self, item: str) -> Answer:
        """The table of frames in columns; no picture."""
        return self.calls.get("items", item, "frames")

    def frame(self, item: str, ordinal: int) -> Answer:
        """One frame's whole address, with its digest; no picture."""
        return self.calls.get("items", item, "frames", ordinal)

    def stretches(self, item: str, review: str) -> list[Answer]:
        """The stretches of an item that a review rests on, for whoever judges in it."""
        told: list[Answer] = self.calls.get("items", item, "stretches", review=review)["stretches"]
        return told

    def sound(self, item: str, number: int, *, review: str, way: str = "") -> bytes:
        """The sound of one of those stretches as WAV."""
        query = {"review": review, "way": way}
        return self.calls.get_bytes("items", item, "stretches", number, "sound", query=query).content

    def severity(self, item: str) -> list[Answer]:
        """How hard its stretches are to look at, as people marked them."""
        told: list[Answer] = self.calls.get("items", item, "severity")["marks"]
        return told

    def mark(self, item: str, degree: str, *, first: int, last: int) -> list[Answer]:
        """Record how hard a stretch of frames is to look at, to warn whoever comes after."""
        told: list[Answer] = self.calls.post("items", item, "severity", degree=degree, first=first, last=last)["marks"]
        return told

    def take_mark_back(self, mark: str) -> list[Answer]:
        """A mark does not stand any more."""
        told: list[Answer] = self.calls.post("severity", mark, "take-back")["marks"]
        return told

    def looked(self, item: str, pieces: list[Answer]) -> bool:
        """Tell the reader's own ledger what was on their screen; says whether a pause is due."""
        return bool(self.calls.post("items", item, "exposure", pieces=pieces)["pause"])

    def pass_on(self, item: str) -> Answer:
        """Leave an item to another viewer, without a reason."""
        return self.calls.post("items", item, "pass-on")

    def take_on(self, item: str) -> Answer:
        """Take an item that waits for another viewer."""
        return self.calls.post("items", item, "take-on")


@frozen
class Uploads:
    """Files that are brought in: in pieces, each with its digest, going on where they stopped."""

    calls: Calls

    def all(self) -> list[Answer]:
        """One's uploads, the oldest first: how far each is, and what became of it."""
        told: list[Answer] = self.calls.get("uploads")["uploads"]
        return told

    def one(self, upload: str) -> Answer:
        """One of them."""
        return self.calls.get("uploads", upload)

    def pieces(self, upload: str) -> list[Answer]:
        """Where each piece that came ends, and its digest."""
        told: list[Answer] = self.calls.get("uploads", upload, "pieces")["pieces"]
        return told

    def preserve(self, upload: str) -> Answer:
        """Have one preserved of which every byte came."""
        return self.calls.post("uploads", upload, "preserve")

    def cancel(self, upload: str) -> None:
        """Throw away what came of one, or the note of one that was preserved; the item stays."""
        self.calls.send("DELETE", "uploads", upload, headers={"Tus-Resumable": TUS})

    def bring(self, file: str | Path, *, reason: str, timeout_s: float = 3600.0) -> Answer:
        """Bring a file in, and wait until it is preserved: the answer names its item as `sha256`.

        Called again after this program or the workspace was stopped, it goes on with the pieces that count; a file
        that changed meanwhile begins anew. Raises `NotPreserved`, and `AnotherDigest` where it was changed on the way.
        """
        path = Path(file)
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(0)
            head = hashlib.sha256(stream.read(HEAD_BYTES)).hexdigest()
            known = self._known(path.name, size, head, stream)
            upload = known["id"] if known else self._announced(path, size, head, reason)
            self._sent(upload, stream, size)
        told = self._preserved(upload, path.name, time.monotonic() + timeout_s)
        found = _sha256(path)
        if told["sha256"] != found:
            raise AnotherDigest(what=path.name, found=told["sha256"], wanted=found)
        return told

    def _known(self, name: str, size: int, head: str, stream: BinaryIO) -> Answer | None:
        """An upload of this very file that was begun before, if there is one; another under its name is thrown away."""
        for one in reversed(self.all()):
            if (one["name"], one["size_bytes"], one["head"]) != (name, size, head) or one["state"] == "preserved":
                continue
            if all(_span(stream, start, end) == digest for start, end, digest in _spans(self.pieces(one["id"]))):
                return one
            self.cancel(one["id"])
        return None

    def _announced(self, path: Path, size: int, head: str, reason: str) -> str:
        modified = str(int(path.stat().st_mtime * 1000))
        told = {"filename": path.name, "reason": reason, "head": head, "modified": modified}
        headers = {
            "Tus-Resumable": TUS,
            "Upload-Length": str(size),
            "Upload-Metadata": ",".join(f"{name} {_base64(value.encode())}" for name, value in told.items()),
        }
        reply = self.calls.send("POST", "uploads", headers=headers, content=b"")
        return reply.headers.get("location", "").rpartition("/")[2]

    def _sent(self, upload: str, stream: BinaryIO, size: int) -> None:
        """Every piece that does not count yet; where an answer is missing, it is asked how much does."""
        tries_left, at = TRIES, self._offset(upload)
        while at < size:
            stream.seek(at)
            piece = stream.read(PIECE_BYTES)
            headers = {
                "Tus-Resumable": TUS,
                "Upload-Offset": str(at),
                "Upload-Checksum": f"sha256 {_base64(hashlib.sha256(piece).digest())}",
                "Content-Type": "application/offset+octet-stream",
            }
            try:
                reply = self.calls.send("PATCH", "uploads", upload, headers=headers, content=piece)
                at, tries_left = int(reply.headers.get("upload-offset", "0")), TRIES
            except ProbataError as error:
                tries_left -= 1
                if not tries_left or not (isinstance(error, WorkspaceUnreachable) or error.code in _GO_ON):
                    raise
                time.sleep(0.25 * 2 ** (TRIES - tries_left))
                at = self._offset(upload)

    def _offset(self, upload: str) -> int:
        return int(self.one(upload)["received_bytes"])

    def how_far(self, upload: str) -> int:
        """How many bytes of one count, in the protocol's own words."""
        reply = self.calls.send("HEAD", "uploads", upload, headers={"Tus-Resumable": TUS})
        return int(reply.headers.get("upload-offset", "0"))

    def _preserved(self, upload: str, name: str, until: float) -> Answer:
        told, asked = self.one(upload), False
        wait_s = 0.1
        while told["state"] != "preserved":
            # What is whole and nobody is at: the workspace was stopped in between, or could not, and may now.
            if told["state"] == "whole":
                if asked:
                    raise NotPreserved(name=name, why=told["trouble"] or "the workspace does not say why.")
                told, asked = self.preserve(upload), True
            if time.monotonic() > until:
                raise NotPreserved(name=name, why="it takes longer than was to be waited.")
            time.sleep(wait_s)
            wait_s = min(wait_s * 2, 2.0)
            told = self.one(upload)
        return told


def _spans(pieces: list[Answer]) -> list[tuple[int, int, str]]:
    ends = [0, *(int(one["end"]) for one in pieces)]
    return [(start, int(one["end"]), str(one["sha256"])) for start, one in zip(ends, pieces, strict=False)]


def _span(stream: BinaryIO, start: int, end: int) -> str:
    stream.seek(start)
    return hashlib.sha256(stream.read(end - start)).hexdigest()


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
