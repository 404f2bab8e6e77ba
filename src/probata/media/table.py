"""The table of frames: for every picture of a video its ordinal, presentation timestamp (PTS), digest, and oddities.

An address in footage is item + PTS + ordinal + digest, and this table is what ties the four. Made once, in one pass
(`probata.media.passes`), stored as a rendition, read by everybody who shows or cites a frame.
"""

from __future__ import annotations

import gzip
import hashlib
import io
from bisect import bisect_left, bisect_right
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import ceil, floor
from statistics import median_low
from typing import Literal

import msgspec
from attrs import field, frozen

from probata.media.errors import NoSuchFrame, TableUnreadable
from probata.terms.digests import Digest, Sha256, sha256
from probata.terms.errors import InvalidValue
from probata.terms.spans import Moment, Span

FORMAT = "probata/frames/1"
_DIGEST_BYTES = 32
_SEEK_DIGITS = 9


@frozen(kw_only=True)
class Row:
    """One frame as the table has it.

    `derived`: the file gives this frame no PTS; it was taken from the decoding time, or counted on from the frame
    before. `out_of_order`: its PTS is not after that of every frame before it. `damaged`: the decoder said so.
    """

    ordinal: int
    moment: Moment
    duration_ticks: int
    key: bool
    digest: Digest
    derived: bool
    out_of_order: bool
    damaged: bool


@frozen(kw_only=True, slots=False)
class PtsTable:
    """Every decoded frame of one video stream, in the order the decoder gives them, which is the order of showing.

    `pts` and `durations` are ticks of `time_base`; a duration of 0 means that the file states none. `origin_s` is the
    time that a browser calls 0 seconds: the file's own start where that is negative, else 0. `decoder` says what made
    the table, since only codings that define their pictures exactly decode alike everywhere. `faults` says where
    decoding stumbled.
    """

    stream: int
    time_base: Fraction
    origin_s: Fraction
    pts: tuple[int, ...]
    durations: tuple[int, ...]
    keys: tuple[int, ...]
    derived: tuple[int, ...] = ()
    out_of_order: tuple[int, ...] = ()
    damaged: tuple[int, ...] = ()
    digest_algorithm: str = "blake3"
    digests: bytes = field(repr=False)
    decoder: dict[str, str] = field(factory=dict)
    faults: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse columns that do not belong together."""
        count = len(self.pts)
        if len(self.durations) != count or len(self.digests) != count * _DIGEST_BYTES:
            raise InvalidValue(what="A table of frames", why="its columns differ in length")
        marked = (*self.keys, *self.derived, *self.out_of_order, *self.damaged)
        if marked and not (min(marked) >= 0 and max(marked) < count):
            raise InvalidValue(what="A table of frames", why="it marks frames that it does not have")
        if self.time_base <= 0:
            raise InvalidValue(what="A table of frames", why="a tick lasts longer than nothing")

    @property
    def count(self) -> int:
        """How many frames there are."""
        return len(self.pts)

    def at(self, ordinal: int) -> Row:
        """The frame of this ordinal, counted from 0; raises `NoSuchFrame`."""
        self._must_have(ordinal)
        return Row(
            ordinal=ordinal,
            moment=Moment(pts=self.pts[ordinal], time_base=self.time_base),
            duration_ticks=self.durations[ordinal],
            key=ordinal in self._marks["keys"],
            digest=self.digest(ordinal),
            derived=ordinal in self._marks["derived"],
            out_of_order=ordinal in self._marks["out_of_order"],
            damaged=ordinal in self._marks["damaged"],
        )

    def digest(self, ordinal: int) -> Digest:
        """The digest of the decoded picture (docs/why/022-frame-digests.md says of which bytes)."""
        self._must_have(ordinal)
        start = ordinal * _DIGEST_BYTES
        return Digest(algorithm=self.digest_algorithm, hex=self.digests[start : start + _DIGEST_BYTES].hex())

    def by_pts(self, pts: int) -> tuple[int, ...]:
        """The ordinals of all frames with this PTS: one as a rule, several in a faulty file, perhaps none."""
        times, ordinals = self._by_time
        return tuple(ordinals[bisect_left(times, pts) : bisect_right(times, pts)])

    def shown_at(self, moment: Moment) -> int | None:
        """The ordinal of the frame that is on screen at this moment; None before the first."""
        times, ordinals = self._by_time
        # Ticks are whole, so that the last at or before this moment is the last at or before its whole ticks.
        position = bisect_right(times, floor(moment.seconds / self.time_base))
        return ordinals[position - 1] if position else None

    def from_media_time(self, seconds: Fraction | float | str) -> int:
        """The ordinal of the frame whose start a player names in its own seconds, to the microsecond or so.

        Takes what `requestVideoFrameCallback` calls `mediaTime`: the frame with the nearest PTS.
        """
        if not self.count:
            raise NoSuchFrame(ordinal=0, count=0)
        times, ordinals = self._by_time
        ticks = (Fraction(seconds) + self.origin_s) / self.time_base
        after = min(bisect_left(times, ceil(ticks)), len(times) - 1)
        before = max(after - 1, 0)
        nearest = after if times[after] - ticks < ticks - times[before] else before
        return ordinals[nearest]

    def interval(self, ordinal: int) -> Span | None:
        """The stretch for which this frame is shown: until the next later PTS, or for its own duration if it is last.

        None for a frame that shares its PTS with a later one, since no time shows it.
        """
        self._must_have(ordinal)
        times, ordinals = self._by_time
        start = self.pts[ordinal]
        position = bisect_right(times, start)
        if ordinals[position - 1] != ordinal:
            return None
        end = times[position] if position < len(times) else start + self._last_duration(ordinal)
        return Span(start_pts=start, end_pts=end, time_base=self.time_base)

    def seek_s(self, ordinal: int) -> Fraction:
        """Where a player must seek to show this frame, in the player's seconds: the middle of the frame's interval.

        Seeking to the start shows the frame before it wherever the player rounds down. Raises `NoSuchFrame` for a
        frame that no time shows.
        """
        shown = self.interval(ordinal)
        if shown is None:
            raise NoSuchFrame(ordinal=ordinal, count=self.count)
        return (shown.start.seconds + shown.end.seconds) / 2 - self.origin_s

    def seek_text(self, ordinal: int) -> str:
        """`seek_s` as a decimal that lies inside the frame's interval, for a script to read."""
        exact = self.seek_s(ordinal)
        scaled = round(exact * 10**_SEEK_DIGITS)
        sign = "-" if scaled < 0 else ""
        whole, part = divmod(abs(scaled), 10**_SEEK_DIGITS)
        return f"{sign}{whole}.{part:0{_SEEK_DIGITS}d}"

    def key_at_or_before(self, ordinal: int) -> int:
        """The last key frame from which this frame can be decoded; 0 if the table marks none."""
        position = bisect_right(self.keys, ordinal)
        return self.keys[position - 1] if position else 0

    def canonical(self) -> bytes:
        """The table as canonical JSON: sorted names, one column a field, digests as hexadecimal digits."""
        size = 2 * _DIGEST_BYTES
        digits = self.digests.hex()
        columns = {
            "schema": FORMAT,
            "stream": self.stream,
            "time_base": f"{self.time_base.numerator}/{self.time_base.denominator}",
            "origin_s": f"{self.origin_s.numerator}/{self.origin_s.denominator}",
            "pts": self.pts,
            "durations": self.durations,
            "keys": self.keys,
            "derived": self.derived,
            "out_of_order": self.out_of_order,
            "damaged": self.damaged,
            "digest_algorithm": self.digest_algorithm,
            "digests": [digits[start : start + size] for start in range(0, len(digits), size)],
            "decoder": self.decoder,
            "faults": self.faults,
        }
        return msgspec.json.encode(columns, order="deterministic")

    @cached_property
    def content_digest(self) -> Sha256:
        """The SHA-256 of the canonical form: the same for equal tables, however they were compressed."""
        return sha256(hashlib.sha256(self.canonical()).hexdigest())

    def to_bytes(self) -> bytes:
        """The table as it is stored: the canonical form, compressed by gzip (RFC 1952) without a time or a name.

        Compressors differ in their bytes from one version to the next; `content_digest` does not.
        """
        return gzip.compress(self.canonical(), compresslevel=6, mtime=0)

    @classmethod
    def from_bytes(cls, untrusted: bytes, *, most_bytes: int = 1 << 30) -> PtsTable:
        """Read a stored table back; raises `TableUnreadable` for anything else."""
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(untrusted)) as packed:
                text = packed.read(most_bytes + 1)
            if len(text) > most_bytes:
                raise TableUnreadable(why=f"it unpacks to more than {most_bytes} bytes")
            columns = msgspec.json.decode(text, type=_Columns)
            return columns.as_table()
        except (OSError, EOFError, ValueError, ZeroDivisionError, msgspec.DecodeError) as error:
            raise TableUnreadable(why=error) from error

    @cached_property
    def _marks(self) -> dict[str, frozenset[int]]:
        names = ("keys", "derived", "out_of_order", "damaged")
        return {name: frozenset(getattr(self, name)) for name in names}

    @cached_property
    def _by_time(self) -> tuple[list[int], list[int]]:
        # Files whose PTS run backwards are rare and must be answered too.
        order = range(self.count) if not self.out_of_order else sorted(range(self.count), key=self.pts.__getitem__)
        return [self.pts[ordinal] for ordinal in order], list(order)

    def _last_duration(self, ordinal: int) -> int:
        # Where the file does not say how long the last frame lasts, as long as frames usually do.
        if self.durations[ordinal] > 0:
            return self.durations[ordinal]
        times = self._by_time[0]
        steps = [later - earlier for earlier, later in pairwise(times) if later > earlier]
        return median_low(steps) if steps else 1

    def _must_have(self, ordinal: int) -> None:
        if not 0 <= ordinal < self.count:
            raise NoSuchFrame(ordinal=ordinal, count=self.count)


class _Columns(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The stored form, column by column."""

    schema: Literal["probata/frames/1"]
    stream: int
    time_base: str
    origin_s: str
    pts: tuple[int, ...]
    durations: tuple[int, ...]
    keys: tuple[int, ...]
    derived: tuple[int, ...]
    out_of_order: tuple[int, ...]
    damaged: tuple[int, ...]
    digest_algorithm: str
    digests: tuple[str, ...]
    decoder: dict[str, str]
    faults: tuple[str, ...]

    def as_table(self) -> PtsTable:
        plain = {name: getattr(self, name) for name in self.__struct_fields__ if name != "schema"}
        exact = {name: Fraction(plain.pop(name)) for name in ("time_base", "origin_s")}
        return PtsTable(**plain | exact | {"digests": bytes.fromhex("".join(self.digests))})
