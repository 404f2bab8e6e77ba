"""Cuts sound into stretches in which a voice is heard, as it comes, window by window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import define, field, frozen

WINDOW = 512
"""Samples a window at 16 kHz: what the voice detector takes at a time."""


@frozen(kw_only=True)
class Rules:
    """When a voice begins and ends, in windows; `voice` and `quiet` are probabilities.

    A voice begins at `voice` and goes on above `quiet`. A pause longer than `pause` ends the stretch; one of `most`
    windows is cut at its longest pause. Less than `least` windows of voice in all are no stretch. `pad` windows are
    taken along before and after.
    """

    voice: float
    quiet: float
    pause: int
    most: int
    least: int
    pad: int


@frozen(kw_only=True)
class Stretch:
    """Samples from `start` to `end` with a voice among them; `voiced` says of each window in it whether it is heard."""

    start: int
    end: int
    voiced: tuple[bool, ...]

    def share(self, start: int, end: int) -> float:
        """How much of these samples of the stretch, counted from its start, a voice is heard in: 0 to 1."""
        windows = self.voiced[max(0, start // WINDOW) : max(0, -(-end // WINDOW))]
        return sum(windows) / len(windows) if windows else 0.0


@define
class Cutter:
    """Takes the voice's probability in each window, in order, and gives every stretch once it has ended."""

    rules: Rules
    brief: int = 0
    """How many voices were too short to be a stretch."""
    _marks: list[bool] = field(factory=list)
    _offset: int = 0  # the window of the first mark
    _begun: int | None = None
    _last: int = 0
    _free: int = 0  # windows before this one belong to an earlier stretch

    @property
    def needed_from(self) -> int:
        """The first sample that a later stretch may still take."""
        return self._offset * WINDOW

    def take(self, probabilities: Sequence[float]) -> Iterator[Stretch]:
        """One more run of windows."""
        for probability in probabilities:
            window = self._offset + len(self._marks)
            going_on = self._begun is not None and self._last == window - 1
            heard = probability >= self.rules.voice or (going_on and probability >= self.rules.quiet)
            self._marks.append(heard)
            if heard:
                self._last = window
                if self._begun is None:
                    self._begun = window
            elif self._begun is not None and window - self._last > self.rules.pause:
                yield from self._give(self._last + 1, window + 1)
            if self._begun is not None and window - self._begun + 1 >= self.rules.most:
                yield from self._cut(window + 1)
            self._forget(window)

    def finish(self, samples: int) -> Iterator[Stretch]:
        """What is still open when there are this many samples in all."""
        if self._begun is not None:
            for one in self._give(self._last + 1, self._offset + len(self._marks)):
                yield Stretch(start=one.start, end=min(one.end, samples), voiced=one.voiced)

    def _give(self, end: int, known: int) -> Iterator[Stretch]:
        # `end` is the first window after the voice, `known` the first that is not known yet.
        begun = self._begun
        assert begun is not None
        start, stop = max(begun - self.rules.pad, self._free), min(end + self.rules.pad, known)
        voiced = tuple(self._marks[start - self._offset : stop - self._offset])
        if sum(voiced) >= self.rules.least:
            self._free = stop
            yield Stretch(start=start * WINDOW, end=stop * WINDOW, voiced=voiced)
        else:
            self.brief += 1
        self._begun = None

    def _cut(self, known: int) -> Iterator[Stretch]:
        begun = self._begun
        assert begun is not None
        end, start = self._longest_pause(begun + self.rules.most // 3, known)
        # The pause is shared out: neither part takes the other's voice along.
        middle = (end + start) // 2
        yield from self._give(end, max(end, middle))
        if start < known:
            self._begun = start
            self._free = max(self._free, middle)

    def _longest_pause(self, after: int, known: int) -> tuple[int, int]:
        best, pause = (known, known), 0
        window = after
        while window < known:
            stop = window
            while stop < known and not self._marks[stop - self._offset]:
                stop += 1
            if stop < known and stop - window > pause:
                best, pause = (window, stop), stop - window
            window = max(stop, window + 1)
        return best

    def _forget(self, window: int) -> None:
        keep = window + 1 - self.rules.pad if self._begun is None else max(self._begun - self.rules.pad, self._free)
        if keep - self._offset > 64:
            del self._marks[: keep - self._offset]
            self._offset = keep
