"""Writes pictures with given times, and sound, to a file: the demo's only encoder.

One thread and no version strings, so that the same pictures give the same bytes.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

import av
import numpy as np
from attrs import field, frozen
from av.codec.context import Flags

from probata.cli.demo_footage.errors import NoVideoEncoder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

SOUND_RATE_HZ = 48_000
PICTURE_TIME_BASE = Fraction(1, 90_000)  # the clock of MPEG systems, which phones write too
_SOUND_BLOCK = 1024  # samples in one AAC frame (ISO/IEC 14496-3)
_ENCODERS = {
    "libx264": {"preset": "veryfast"},
    "libopenh264": {},
    "mpeg4": {},
}


def video_encoder() -> str:
    """The first encoder of our list that the installed PyAV has; refused when it has none."""
    for name in _ENCODERS:
        if name in av.codecs_available:
            return name
    raise NoVideoEncoder(encoders=", ".join(_ENCODERS))


@frozen(kw_only=True)
class TimedPicture:
    """One picture as it is to be seen, from `pts` for `duration` ticks of `PICTURE_TIME_BASE`."""

    rgb: NDArray[np.uint8]
    pts: int
    duration: int


@frozen(kw_only=True)
class Encoding:
    """How a clip is written: what a recorder, or a later hand, chose.

    `turned_degrees` is how far a player must turn the stored picture clockwise to show it upright, as the display
    matrix of the file says (ISO/IEC 14496-12, 8.5.2); the stored picture is turned the other way.
    """

    crf: int = 23
    key_every_frames: int = 60
    b_frames: int = 0
    turned_degrees: int = 0
    sound_bits_per_second: int = 96_000
    encoder: str = field(factory=video_encoder)


def write_clip(
    path: Path,
    pictures: Iterable[TimedPicture],
    *,
    encoding: Encoding,
    sound: NDArray[np.int16] | None = None,
) -> None:
    """Write the pictures, each at its own time, with mono sound beside them, to one MP4 file."""
    turns = encoding.turned_degrees // 90  # numpy turns counter-clockwise: what the player will undo
    waiting = iter(pictures)
    first = next(waiting)
    stored_height, stored_width = np.rot90(first.rgb, turns).shape[:2]
    with av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact"}) as out:
        video = _video_stream(out, encoding, width=stored_width, height=stored_height)
        beside = _Sound(out, encoding, sound) if sound is not None else None
        for picture in chain((first,), waiting):
            if beside is not None:  # sound goes in beside the pictures it belongs to, so the order of packets is ours
                out.mux(beside.until(picture.pts * PICTURE_TIME_BASE))
            out.mux(video.encode(_video_frame(picture, turns)))
        if beside is not None:
            out.mux(beside.rest())
        out.mux(video.encode(None))


class _Sound:
    """The sound of one clip, encoded a little at a time."""

    def __init__(self, out: av.container.OutputContainer, encoding: Encoding, samples: NDArray[np.int16]) -> None:
        self._samples = samples
        self._done = 0
        self._stream = out.add_stream("aac", rate=SOUND_RATE_HZ, layout="mono")
        self._stream.bit_rate = encoding.sound_bits_per_second
        self._stream.codec_context.thread_count = 1

    def until(self, moment_s: Fraction) -> list[av.Packet[av.AudioStream]]:
        """The packets of whole blocks that start no later than the moment."""
        packets: list[av.Packet[av.AudioStream]] = []
        while self._done < len(self._samples) and self._done <= moment_s * SOUND_RATE_HZ:
            packets += self._stream.encode(self._next_block())
        return packets

    def rest(self) -> list[av.Packet[av.AudioStream]]:
        """All packets that are left, and the encoder's end."""
        return [*self.until(Fraction(len(self._samples), SOUND_RATE_HZ)), *self._stream.encode(None)]

    def _next_block(self) -> av.AudioFrame:
        block = self._samples[self._done : self._done + _SOUND_BLOCK].astype(np.float32) / 32768
        frame = av.AudioFrame.from_ndarray(block[np.newaxis, :], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE_HZ, self._done, Fraction(1, SOUND_RATE_HZ)
        self._done += len(block)
        return frame


def _video_stream(out: av.container.OutputContainer, encoding: Encoding, *, width: int, height: int) -> av.VideoStream:
    stream = out.add_stream(encoding.encoder)
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.time_base = PICTURE_TIME_BASE
    codec = stream.codec_context
    codec.time_base, codec.thread_count, codec.gop_size = PICTURE_TIME_BASE, 1, encoding.key_every_frames
    codec.flags |= Flags.frame_duration  # else the last picture's duration is lost
    options = dict(_ENCODERS[encoding.encoder])
    if encoding.encoder == "libx264":
        options |= {"crf": str(encoding.crf), "bf": str(encoding.b_frames)}
    codec.options = options
    if encoding.turned_degrees:
        stream.set_display_rotation(-encoding.turned_degrees)  # PyAV counts counter-clockwise
    return stream


def _video_frame(picture: TimedPicture, turns_back: int) -> av.VideoFrame:
    stored = np.ascontiguousarray(np.rot90(picture.rgb, turns_back))
    frame = av.VideoFrame.from_ndarray(stored, format="rgb24")
    frame.pts, frame.duration, frame.time_base = picture.pts, picture.duration, PICTURE_TIME_BASE
    return frame
