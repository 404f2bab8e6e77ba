"""The waveform of a sound track for people to see: lowest, highest and mean level of each hundredth of a second.

Exactly placed: a bucket covers a whole number of samples, and anchors say when samples are heard in the file's own
time, the same in which the pictures' PTS count.
"""

from __future__ import annotations

import gzip
import io
import math
from bisect import bisect_right
from fractions import Fraction
from typing import Final, Literal

import msgspec
from attrs import frozen

from probata.media.errors import TableUnreadable
from probata.media.wire import Consumer
from probata.terms.errors import InvalidValue

FORMAT: Final = "probata/waveform/1"
FULL_SCALE = 32767
CONSUMER = Consumer(name="waveform", target="probata.media.jailed.peaks:Peaks", parameters={"buckets_a_second": 100})


@frozen(kw_only=True)
class Anchor:
    """Sample `sample` is heard at `seconds` of the file's own time; the next follow at the rate, to the next anchor."""

    sample: int
    seconds: Fraction


@frozen(kw_only=True)
class Waveform:
    """Levels of each bucket over all channels: lowest and highest sample, root mean square; full scale is 32767.

    `samples_a_bucket` samples make a bucket; the last may have fewer. More than one anchor means that the file's
    timestamps jump there: `anchors` tells, and no silence is made up.
    """

    rate_hz: int
    samples: int
    samples_a_bucket: int
    anchors: tuple[Anchor, ...]
    lowest: tuple[int, ...]
    highest: tuple[int, ...]
    level: tuple[int, ...]

    def __attrs_post_init__(self) -> None:
        """Refuse columns that do not belong together."""
        buckets = -(-self.samples // self.samples_a_bucket)
        if not (len(self.lowest) == len(self.highest) == len(self.level) == buckets):
            raise InvalidValue(what="A waveform", why="its columns do not cover its samples")
        if not self.anchors or self.anchors[0].sample != 0:
            raise InvalidValue(what="A waveform", why="nothing says when its first sample is heard")

    @property
    def count(self) -> int:
        """How many buckets there are."""
        return len(self.level)

    def start_s(self, bucket: int) -> Fraction:
        """When the bucket starts, exactly, in the file's own time."""
        return self.heard_at(bucket * self.samples_a_bucket)

    def heard_at(self, sample: int) -> Fraction:
        """When a sample is heard, exactly, in the file's own time."""
        position = bisect_right(self.anchors, sample, key=lambda anchor: anchor.sample)
        anchor = self.anchors[max(position - 1, 0)]
        return anchor.seconds + Fraction(sample - anchor.sample, self.rate_hz)

    def coarser(self, times: int) -> Waveform:
        """The same with `times` buckets in one, for a wider view; extremes stay extremes."""
        groups = range(0, self.count, times)
        return Waveform(
            rate_hz=self.rate_hz,
            samples=self.samples,
            samples_a_bucket=self.samples_a_bucket * times,
            anchors=self.anchors,
            lowest=tuple(min(self.lowest[start : start + times]) for start in groups),
            highest=tuple(max(self.highest[start : start + times]) for start in groups),
            level=tuple(_root_mean_square(self.level[start : start + times]) for start in groups),
        )

    def to_bytes(self) -> bytes:
        """The waveform as it is stored: JSON, one column a field, compressed by gzip without a time."""
        columns = _Columns(
            schema=FORMAT,
            rate_hz=self.rate_hz,
            samples=self.samples,
            samples_a_bucket=self.samples_a_bucket,
            anchors=tuple((one.sample, f"{one.seconds.numerator}/{one.seconds.denominator}") for one in self.anchors),
            lowest=self.lowest,
            highest=self.highest,
            level=self.level,
        )
        return gzip.compress(msgspec.json.encode(columns, order="deterministic"), compresslevel=6, mtime=0)

    @classmethod
    def from_bytes(cls, untrusted: bytes, *, most_bytes: int = 1 << 30) -> Waveform:
        """Read a stored waveform back; raises `TableUnreadable` for anything else."""
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(untrusted)) as packed:
                text = packed.read(most_bytes)
            columns = msgspec.json.decode(text, type=_Columns)
            plain = {name: getattr(columns, name) for name in columns.__struct_fields__ if name != "schema"}
            anchors = tuple(Anchor(sample=sample, seconds=Fraction(seconds)) for sample, seconds in columns.anchors)
            return cls(**plain | {"anchors": anchors})
        except (OSError, EOFError, ValueError, ZeroDivisionError, msgspec.DecodeError) as error:
            raise TableUnreadable(why=error) from error


class _Columns(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The stored form."""

    schema: Literal["probata/waveform/1"]
    rate_hz: int
    samples: int
    samples_a_bucket: int
    anchors: tuple[tuple[int, str], ...]
    lowest: tuple[int, ...]
    highest: tuple[int, ...]
    level: tuple[int, ...]


def _root_mean_square(values: tuple[int, ...]) -> int:
    return round(math.sqrt(sum(value * value for value in values) / len(values)))
