"""Decodes named stretches of a file in full, inside the cell, and as little else of it as its index allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import chain, islice

import av
from attrs import define, field
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from probata.media.jailed.opening import Opened, ticks

Frame = av.VideoFrame | av.AudioFrame
_NEAR_S = 2  # a stretch that starts so soon is decoded on to
_BEFORE_S = (1, 11, 61)  # sound may lie a little before the pictures of its time; some indexes lead too far on
_MOST_OVER = 64
_MOST_ASKED = 24
_MOST_BEFORE_LEAD = 2000


@define(kw_only=True)
class Stretches:
    """The pictures and sound inside `spans`, which are in order and apart from each other.

    `begun` is what was decoded already from the start of the file, up to its first picture; `again`
    opens the file once more.
    """

    file: Opened
    streams: Sequence[VideoStream | AudioStream]
    spans: Sequence[tuple[Fraction, Fraction]]
    begun: list[Frame]
    rest: Iterator[Frame]
    faults: list[str]
    again: Callable[[], tuple[Opened, Sequence[VideoStream | AudioStream]]]
    reached_s: Fraction = Fraction(0)
    _now: Iterator[Frame] = field(init=False)
    _leads: type[Frame] = field(init=False)
    _tick: dict[type[Frame], Fraction] = field(factory=dict)
    _next_ticks: dict[type[Frame], int] = field(factory=dict)
    _first_s: Fraction | None = None
    _seeks: bool = True

    def __attrs_post_init__(self) -> None:
        """Stand at the start of the file."""
        for stream in self.streams:
            self._tick[av.VideoFrame if isinstance(stream, VideoStream) else av.AudioFrame] = ticks(stream)
        self._leads = av.VideoFrame if av.VideoFrame in self._tick else av.AudioFrame
        # Where pictures do not say when they are shown, that depends on all pictures from the start.
        begun = [*self.begun, *islice(self.rest, _MOST_ASKED)]
        self._seeks = all(frame.pts is not None for frame in begun)
        self._now = chain(begun, self.rest)
        lead = next((frame for frame in self.begun if isinstance(frame, self._leads)), None)
        if lead is not None:
            self._first_s = self.reached_s = self._start_s(lead)

    def frames(self) -> Iterator[Frame]:
        """What lies inside the spans, in order."""
        for start, end in self.spans:
            if self._seeks and start > self.reached_s + _NEAR_S:
                self._go_to(start)
            yield from self._until(start, end)

    def _until(self, start: Fraction, end: Fraction) -> Iterator[Frame]:
        waiting = set(self._tick)
        over: list[Frame] = []
        for frame in self._now:
            at = self._start_s(frame)
            if isinstance(frame, self._leads):
                self.reached_s = max(self.reached_s, at)
            if at > end:
                over.append(frame)
                waiting.discard(type(frame))
                if not waiting or at > end + _NEAR_S or len(over) > _MOST_OVER:
                    break
            elif at >= start or (isinstance(frame, av.AudioFrame) and at + _lasts_s(frame) > start):
                yield frame
        self._now = chain(over, self._now)  # what the next stretch may begin with

    def _go_to(self, start: Fraction) -> None:
        # The way to a key picture before the one wanted; from further back where that leads to one after it; and where
        # no way is true, from the start of the file, and on in order from then on.
        tries = [start - before_s for before_s in _BEFORE_S if start - before_s > self.reached_s]
        for target_s in tries:
            led_to = self._after_seek(target_s)
            if led_to is not None and (led_to <= start or led_to == self._first_s):
                return
        if tries:
            self._seeks = False
            self.file, self.streams = self.again()
            self._now = self.file.frames(self.streams, self.faults)

    def _after_seek(self, target_s: Fraction) -> Fraction | None:
        video = self._leads is av.VideoFrame
        lead = next(stream for stream in self.streams if isinstance(stream, VideoStream) == video)
        try:
            self.file.container.seek(int(target_s // ticks(lead)), stream=lead, backward=True)
        except (av.FFmpegError, OverflowError):
            return None
        frames = self.file.frames(self.streams, self.faults)
        begun: list[Frame] = []
        for frame in islice(frames, _MOST_BEFORE_LEAD):
            if isinstance(frame, self._leads):
                if isinstance(frame, av.VideoFrame) and not frame.key_frame:
                    continue  # it may lean on pictures before
                self._now = chain(begun, [frame], frames)
                return self._start_s(frame)
            begun.append(frame)
        return None

    def _start_s(self, frame: Frame) -> Fraction:
        # As the table of frames has it: the PTS, else the decoding time, else counted on.
        kind = type(frame)
        if frame.pts is None:
            frame.pts = frame.dts if frame.dts is not None else self._next_ticks.get(kind, 0)
        if isinstance(frame, av.VideoFrame):
            self._next_ticks[kind] = frame.pts + max(frame.duration or 0, 1)
        else:
            self._next_ticks[kind] = frame.pts + int(_lasts_s(frame) / self._tick[kind])
        return frame.pts * self._tick[kind]


def _lasts_s(frame: av.AudioFrame) -> Fraction:
    return Fraction(frame.samples, frame.sample_rate or 1)
