"""Reads on from key picture to key picture, inside the cell, and decodes no more of a file than it must."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain
from math import ceil
from typing import Any

import av
from attrs import define, field
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.frame import PictureType
from av.video.stream import VideoStream

from probata.media.errors import OverLimit
from probata.media.jailed.opening import Opened, reason, ticks
from probata.media.limits import Limits

Frame = av.VideoFrame | av.AudioFrame
_MOST_FAULTS = 50
_KEYS_A_GAP = 8  # footage of key pictures alone is not shown more often than that
# How much waits for the next key picture before it is decoded without knowing where that is.
_MOST_HELD_BYTES, _MOST_HELD_PACKETS, _MOST_HELD_S = 32 << 20, 4000, 20


@define(kw_only=True)
class _Due:
    """When the next picture is due, in ticks: every `step` from a start on, up to `last`, which None leaves open."""

    at: Fraction
    step: Fraction
    last: Fraction | None

    def takes(self, pts: int) -> bool:
        """Whether the picture of this time is due; if so, the next is due later than it."""
        if pts < self.at or self.done:
            return False
        while self.at <= pts:
            self.at += self.step
        return True

    @property
    def done(self) -> bool:
        """Whether no more is due."""
        return self.last is not None and self.at > self.last


@define(kw_only=True)
class KeysFirst:
    """The pictures of a file that a skim shows, and all sound of its streams.

    Packets wait until the next key picture is there: then it is known how far to decode on. Every key picture is
    decoded as if the file started with it, by dropping packets, since some decoders ignore being told to skip.
    """

    file: Opened
    video: VideoStream
    streams: list[VideoStream | AudioStream]
    gap_s: Fraction
    limits: Limits
    faults: list[str]
    last_ticks: int | None = None
    _gap: int = field(init=False)
    _most_held: int = field(init=False)
    _held: list[Packet[Any]] = field(factory=list)
    _held_bytes: int = 0
    _open: _Due | None = None  # what is due in a group of which the decoder has the beginning
    _dense: bool = False  # nothing is left out any more, and everything is shown
    _sure: bool = True  # no picture leans on one that was not decoded
    _shown: int | None = None
    _counted: int = 0
    _packets: int = 0

    def __attrs_post_init__(self) -> None:
        """Reckon in ticks, and leave out pictures that no other leans on."""
        tick = ticks(self.video)
        self._gap = max(1, round(self.gap_s / tick))
        self._most_held = max(self._gap, round(_MOST_HELD_S / tick))
        self.video.codec_context.skip_frame = "NONREF"

    def frames(self) -> Iterator[Frame]:
        """The pictures to show, and all sound, in order each."""
        packets = self.file.container.demux(self.streams)
        while (packet := self._next(packets)) is not None:
            if packet.stream_index != self.video.index:
                yield from self._decoded(packet)
            elif packet.size:  # an empty one is the demuxer's word for the end of the stream
                yield from self._take(packet)
        yield from self._settle((self.last_ticks or 0) + 1)
        if self._dense:
            yield from self._all_of(self._drained())

    def _next(self, packets: Iterator[Packet[Any]]) -> Packet[Any] | None:
        try:
            return next(packets, None)
        except av.FFmpegError as error:
            self._note(f"reading stopped: {reason(error)}")
            return None

    def _take(self, packet: Packet[Any]) -> Iterator[av.VideoFrame]:
        self._packets += 1
        if self._packets > self.limits.frames:
            raise OverLimit(found=f"more than {self.limits.frames}", what="frames", allowed=self.limits.frames)
        at = packet.pts
        if at is None:
            # What decoders make of decoding times depends on every packet before.
            self._leave_nothing_out("its packets say nothing of when they are shown")
        elif self.last_ticks is None or at > self.last_ticks:
            self.last_ticks = at
        start = (self._held[0].pts or 0) if self._held else at
        if at is not None and start is not None and packet.is_keyframe and at - start >= self._gap // _KEYS_A_GAP:
            yield from self._settle(at)
        self._held.append(packet)
        self._held_bytes += packet.size
        lasts = 0 if at is None or start is None else at - start
        many = self._held_bytes > _MOST_HELD_BYTES or len(self._held) > _MOST_HELD_PACKETS
        if self._dense or many or lasts > self._most_held:
            yield from self._settle(None)

    def _settle(self, ends: int | None) -> Iterator[av.VideoFrame]:
        """Show what is due in the held packets; `ends` is when the next key picture comes, None if it is not known."""
        held, self._held, self._held_bytes = self._held, [], 0
        if self._dense:
            yield from self._all_of(chain.from_iterable(map(self._decoded, held)))
            return
        if not held:
            return
        due = self._due(held[0], ends)
        yield from self._group(held, due)
        if self._dense:
            return
        self._open = due if ends is None else None
        if ends is not None:
            self.video.codec_context.flush_buffers()

    def _due(self, first: Packet[Any], ends: int | None) -> _Due:
        start = first.pts or 0
        if self._open is not None:
            self._open.last = None if ends is None else Fraction(ends - 1)
            return self._open
        lasts = 0 if ends is None else max(0, ends - start)
        parts = max(1, ceil(Fraction(lasts, self._gap)))
        step = Fraction(lasts, parts) if lasts else Fraction(self._gap)
        last = None if ends is None else start + step * (parts - 1)
        return _Due(at=Fraction(start), step=step, last=last)

    def _group(self, held: list[Packet[Any]], due: _Due) -> Iterator[av.VideoFrame]:
        unproved = self._open is None and held[0].is_keyframe and not held[0].is_discard
        alone = unproved and due.last == due.at
        if alone:
            pictures = list(self._timed([*self._decoded(held[0]), *self._drained()]))
            self.video.codec_context.flush_buffers()
            if pictures and _stands_alone(pictures[0]):
                yield from self._shown_of(pictures, due)
                return
        for packet in [*held, None]:
            if packet is None and due.last is None:
                return  # the decoder goes on from here
            decoded = self._decoded(packet) if packet is not None else self._drained()
            pictures = [picture for picture in self._timed(decoded) if (picture.pts or 0) >= due.at]
            if unproved and pictures:
                unproved = False
                if not _stands_alone(pictures[0]):
                    yield from self._distrust(held)
                    return
                # What comes after a picture that stands alone may still lean on what was before it.
                self._sure = True
                yield from self._shown_of(pictures[:1], due)
                self._sure = pictures[0].key_frame
            yield from self._shown_of(pictures, due)
            if due.done:
                return

    def _shown_of(self, pictures: Iterable[av.VideoFrame], due: _Due) -> Iterator[av.VideoFrame]:
        for picture in pictures:
            assert picture.pts is not None
            self._sure = self._sure or picture.key_frame
            if self._sure and (self._shown is None or picture.pts > self._shown) and due.takes(picture.pts):
                self._shown = picture.pts
                yield picture

    def _all_of(self, decoded: Iterable[Frame]) -> Iterator[av.VideoFrame]:
        for picture in self._timed(decoded):
            self._sure = self._sure or picture.key_frame
            if self._sure:
                yield picture

    def _distrust(self, held: list[Packet[Any]]) -> Iterator[av.VideoFrame]:
        # What is marked as a key picture is none: it leans on pictures that were left out.
        self._leave_nothing_out("a packet is marked as a key picture and holds none")
        self.video.codec_context.flush_buffers()
        self._sure = False
        yield from self._all_of(chain.from_iterable(map(self._decoded, held)))

    def _leave_nothing_out(self, why: str) -> None:
        if not self._dense:
            self._note(f"every picture is decoded: {why}")
            self._dense = True
            self.video.codec_context.skip_frame = "DEFAULT"

    def _timed(self, decoded: Iterable[Frame]) -> Iterator[av.VideoFrame]:
        # As the table of frames has it: the PTS, else the decoding time, else counted on.
        for picture in decoded:
            if isinstance(picture, av.VideoFrame):
                if picture.pts is None:
                    picture.pts = picture.dts if picture.dts is not None else self._counted
                self._counted = picture.pts + max(picture.duration or 0, 1)
                yield picture

    def _decoded(self, packet: Packet[Any]) -> list[Frame]:
        try:
            return [frame for frame in packet.decode() if isinstance(frame, av.VideoFrame | av.AudioFrame)]
        except av.FFmpegError as error:
            self._note(f"stream {packet.stream_index}, packet at {packet.dts}: {reason(error)}")
            return []

    def _drained(self) -> list[Frame]:
        with suppress(av.FFmpegError):
            return list(self.video.codec_context.decode(None))
        return []

    def _note(self, fault: str) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(fault)


def _stands_alone(picture: av.VideoFrame) -> bool:
    return picture.key_frame or picture.pict_type == PictureType.I
