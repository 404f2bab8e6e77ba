"""When a sample is heard, exactly: from the anchors that the sound came with."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from probata.media.waveform import Anchor


class Clock:
    """Tells times of samples as whole ticks of `time_base`, which is fine enough for every one of them."""

    def __init__(self, anchors: Sequence[Anchor], rate_hz: int) -> None:
        self._anchors = sorted(anchors or [Anchor(sample=0, seconds=Fraction(0))], key=lambda anchor: anchor.sample)
        self._samples = [anchor.sample for anchor in self._anchors]
        self._ticks = lcm(rate_hz, *(anchor.seconds.denominator for anchor in self._anchors))
        self._a_sample = self._ticks // rate_hz
        self.time_base = Fraction(1, self._ticks)

    def pts(self, sample: int) -> int:
        """The tick at which this sample is heard."""
        anchor = self._anchors[max(0, bisect_right(self._samples, sample) - 1)]
        return int(anchor.seconds * self._ticks) + (sample - anchor.sample) * self._a_sample

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The ticks from one sample to another; where the file jumps back between them, by their number alone."""
        begins, ends = self.pts(start), self.pts(end - 1) + self._a_sample if end > start else self.pts(start)
        return begins, ends if ends >= begins else begins + (end - start) * self._a_sample
