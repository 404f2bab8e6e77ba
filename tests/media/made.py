"""Footage made by code, for tests: every picture says which one it is, in blocks that a program reads back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
MILLISECONDS = Fraction(1, 1000)
_BITS = 12
_BLOCK_PX = 8


def ordinal_picture(ordinal: int, *, width: int = 160, height: int = 96) -> Picture:
    """A picture with its ordinal in twelve blocks along its top, white for 1; below, a slope that moves with it."""
    rows, columns = np.mgrid[0:height, 0:width]
    slope = (columns * 160 // width + rows * 40 // height + 3 * ordinal) % 200 + 20
    picture = np.stack([slope, 255 - slope, np.full_like(slope, 128)], axis=2).astype(np.uint8)
    for bit in range(_BITS):
        picture[:_BLOCK_PX, bit * _BLOCK_PX : (bit + 1) * _BLOCK_PX] = 255 if ordinal >> bit & 1 else 0
    return picture


def read_ordinal(picture: Picture) -> int:
    """The ordinal that `ordinal_picture` drew, read from the picture as coded (before turning)."""
    centre = _BLOCK_PX // 2
    blocks = (
        picture[centre - 2 : centre + 2, centre + bit * _BLOCK_PX - 2 : centre + bit * _BLOCK_PX + 2]
        for bit in range(_BITS)
    )
    return sum(1 << bit for bit, block in enumerate(blocks) if block.mean() > 127)


def scene_picture(scene: int, ordinal: int, *, width: int = 160, height: int = 96) -> Picture:
    """A picture of a scene: random blocks of its own, with a patch that moves to and fro."""
    random = np.random.default_rng(scene)
    blocks = random.integers(30, 225, (height // 16, width // 16, 3), dtype=np.uint8)
    picture = blocks.repeat(16, axis=0).repeat(16, axis=1)
    left = abs(4 * ordinal % (2 * (width - 16)) - (width - 16))
    picture[40:56, left : left + 16] = 250
    return picture


def variable_pts(count: int) -> list[int]:
    """Timestamps in milliseconds as phones write them: never two equal steps in a row, none regular."""
    steps = [33, 17, 50, 34, 66, 16, 41, 100]
    pts, at = [], 0
    for number in range(count):
        pts.append(at)
        at += steps[(number * 5 + number // 7) % len(steps)]
    return pts


@frozen(kw_only=True)
class Clip:
    """What a clip is made of; `pictures` are drawn from 0 on, one for each of `pts`, in ticks of `time_base`."""

    pts: Sequence[int]
    time_base: Fraction = MILLISECONDS
    picture: Callable[[int], Picture] = ordinal_picture
    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    options: dict[str, str] = field(factory=dict)
    key_every: int = 12
    b_frames: int = 0
    turned_degrees: int = 0
    mirrored: bool = False
    upside_down: bool = False
    sound: NDArray[np.float32] | None = None
    sound_rate_hz: int = 48_000
    sound_codec: str = "aac"
    container: str | None = None
    container_options: dict[str, str] = field(factory=dict)
    shift_ticks: int = 0


_QUICK = {
    "libx264": {"preset": "veryfast", "crf": "18"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
    "libvpx-vp9": {"cpu-used": "8", "deadline": "realtime"},
    "libsvtav1": {"preset": "12"},
}


def write(path: Path, clip: Clip) -> Path:
    """Write the clip; one encoding thread, so that the same clip gives the same file."""
    with av.open(str(path), "w", format=clip.container, options=clip.container_options) as out:
        first = clip.picture(0)
        video = out.add_stream(clip.codec, rate=30, options={**_QUICK.get(clip.codec, {}), **clip.options})
        video.width, video.height = first.shape[1], first.shape[0]
        video.pix_fmt = clip.pixel_format
        video.time_base = clip.time_base
        video.codec_context.time_base = clip.time_base
        video.codec_context.thread_count = 1
        video.gop_size = clip.key_every
        video.max_b_frames = clip.b_frames
        if clip.turned_degrees or clip.mirrored:
            video.set_display_rotation(-clip.turned_degrees, hflip=clip.mirrored, vflip=clip.upside_down)
        sound = (
            out.add_stream(clip.sound_codec, rate=clip.sound_rate_hz, layout="mono") if clip.sound is not None else None
        )
        packets = list(_video_packets(video, clip))
        if sound is not None and clip.sound is not None:
            packets += _sound_packets(sound, clip.sound, clip.sound_rate_hz)
        for packet in sorted(packets, key=lambda packet: (packet.dts or 0) * packet.time_base):
            out.mux(packet)
    return path


def _video_packets(video: av.VideoStream, clip: Clip) -> Iterable[av.Packet]:
    for ordinal, pts in enumerate(clip.pts):
        frame = av.VideoFrame.from_ndarray(clip.picture(ordinal), format="rgb24").reformat(format=clip.pixel_format)
        frame.pts, frame.time_base = pts, clip.time_base
        yield from _shifted(video.encode(frame), clip.shift_ticks)
    yield from _shifted(video.encode(None), clip.shift_ticks)


def _shifted(packets: list[av.Packet], ticks: int) -> list[av.Packet]:
    for packet in packets:
        packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
    return packets


def _sound_packets(stream: av.AudioStream, samples: NDArray[np.float32], rate_hz: int) -> list[av.Packet]:
    packets = []
    for start in range(0, len(samples), 1024):
        piece = samples[start : start + 1024]
        frame = av.AudioFrame.from_ndarray(piece.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, start, Fraction(1, rate_hz)
        packets += stream.encode(frame)
    return packets + stream.encode(None)


def write_sound(
    path: Path,
    samples: NDArray[np.float32],
    *,
    codec: str,
    rate_hz: int = 48_000,
    container: str | None = None,
    cover: Picture | None = None,
) -> Path:
    """Write sound alone, with a cover picture where one is given."""
    with av.open(str(path), "w", format=container) as out:
        sound = out.add_stream(codec, rate=rate_hz, layout="mono")
        if cover is not None:
            picture = out.add_stream("png")
            picture.width, picture.height, picture.pix_fmt = cover.shape[1], cover.shape[0], "rgb24"
            picture.disposition = av.stream.Disposition.attached_pic
            frame = av.VideoFrame.from_ndarray(cover, format="rgb24")
            frame.pts = 0
            out.mux([*picture.encode(frame), *picture.encode(None)])
        whole = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="fltp", layout="mono")
        whole.sample_rate = rate_hz
        formed = av.AudioResampler(
            format=sound.codec_context.format,
            layout="mono",
            rate=rate_hz,
            frame_size=sound.codec_context.frame_size or 1024,
        )
        for piece in [*formed.resample(whole), *formed.resample(None)]:
            out.mux(sound.encode(piece))
        out.mux(sound.encode(None))
    return path


def impulses(seconds: float, at_s: Iterable[float], *, rate_hz: int = 48_000) -> NDArray[np.float32]:
    """Silence with single loud clicks of one millisecond at the given times."""
    samples = np.zeros(int(seconds * rate_hz), np.float32)
    for moment in at_s:
        start = round(moment * rate_hz)
        samples[start : start + rate_hz // 1000] = 0.9
    return samples
