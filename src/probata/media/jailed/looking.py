"""Gathers what a file states of itself, inside the cell, into `probata.media.probe.Facts`."""

from __future__ import annotations

import platform
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.sidedata.sidedata import Type as SideDataType
from av.stream import Disposition
from av.stream import Stream as AvStream
from av.video.stream import VideoStream

from probata.media import probe
from probata.media.jailed.opening import Opened, codec_name, ready_to_decode
from probata.media.limits import Limits

_MOST_BAD_PACKETS = 40
_MOST_TAGS, _MOST_TAG_CHARACTERS = 200, 4096
_FIXED = 1 << 16  # the display matrix is in 16.16 fixed point
# Exif 2.32, 4.6.4 A, tag Orientation: turned clockwise by, then mirrored left to right.
_EXIF_TURNING = {
    1: (0.0, False),
    2: (0.0, True),
    3: (180.0, False),
    4: (180.0, True),
    5: (90.0, True),
    6: (90.0, False),
    7: (270.0, True),
    8: (270.0, False),
}


def facts_of(opened: Opened, first: av.VideoFrame | None) -> probe.Facts:
    """All facts; `first` is the first picture, if there is one, since only it carries how to turn the rest."""
    container = opened.container
    video, sound = opened.video(), opened.sound()
    streams = tuple(_stream(stream, first if stream is video else None, opened) for stream in container.streams)
    return probe.Facts(
        media_type=opened.found.media_type,
        container=container.format.name,
        size_bytes=opened.size_bytes,
        start_s=_microseconds(container.start_time),
        duration_s=_microseconds(container.duration),
        streams=streams,
        video=video.index if video is not None else None,
        sound=sound.index if sound is not None else None,
        tags=_tags(container.metadata),
        truncated=_is_truncated(opened),
        named_files=tuple(opened.named_files),
        tools=tools(),
    )


def first_picture(opened: Opened, limits: Limits) -> av.VideoFrame | None:
    """The first picture that can be decoded; None where there is none, or not among the first packets."""
    video = opened.video()
    if video is None:
        return None
    ready_to_decode(video, limits)
    faults: list[str] = []
    for frame in opened.frames([video], faults):
        if isinstance(frame, av.VideoFrame):
            return frame
        if len(faults) >= _MOST_BAD_PACKETS:
            break
    return None


def tools() -> dict[str, str]:
    """The versions of what decodes: of PyAV, of FFmpeg, and the machine's kind."""
    codec = ".".join(str(part) for part in av.library_versions["libavcodec"])
    return {
        "av": av.__version__,
        "ffmpeg": av.ffmpeg_version_info,
        "libavcodec": codec,
        "machine": platform.machine(),
    }


def _stream(stream: AvStream, first: av.VideoFrame | None, opened: Opened) -> probe.Stream:
    known = stream.codec_context is not None
    moving = stream if isinstance(stream, VideoStream) and known else None
    sounding = stream if isinstance(stream, AudioStream) and known else None
    return probe.Stream(
        index=stream.index,
        kind=stream.type or "unknown",
        codec=codec_name(stream),
        time_base=stream.time_base or None,
        start_pts=stream.start_time,
        duration_ticks=stream.duration,
        stated_frames=stream.frames or None,
        hidden_packets=sum(1 for entry in stream.index_entries if entry.is_discard),
        average_rate=moving.average_rate if moving is not None else None,
        nominal_rate=moving.base_rate if moving is not None else None,
        language=stream.language,
        dispositions=tuple(mark.name for mark in Disposition if mark & stream.disposition and mark.name),
        tags=_tags(stream.metadata),
        picture=_picture(moving, first, opened) if moving is not None else None,
        sound=_sound(sounding) if sounding is not None else None,
    )


def _picture(stream: VideoStream, first: av.VideoFrame | None, opened: Opened) -> probe.Picture:
    described = first.format if first is not None else stream.codec_context.format
    turned, mirrored = turning(first, opened) if first is not None else (0.0, False)
    return probe.Picture(
        width_px=first.width if first is not None else stream.codec_context.width,
        height_px=first.height if first is not None else stream.codec_context.height,
        pixel_format=described.name if described is not None else "unknown",
        bit_depth=described.components[0].bits if described is not None else 0,
        sample_aspect=stream.sample_aspect_ratio or Fraction(1),
        turned_degrees=turned,
        mirrored=mirrored,
        interlaced=first is not None and first.interlaced_frame,
        full_range={1: False, 2: True}.get(int(first.color_range)) if first is not None else None,
    )


def turning(frame: av.VideoFrame, opened: Opened) -> tuple[float, bool]:
    """How a picture is to be turned clockwise, in degrees from 0 to 360, and whether then mirrored left to right.

    From its display matrix (a b / c d), which says where x and y of the coded picture go: (x a + y c, x b + y d). PyAV
    cannot list the side data of a picture with Exif; there the Exif orientation is read instead.
    """
    side_data: Any
    try:
        side_data = frame.side_data  # PyAV's stub does not say that its keys are types
    except ValueError:
        return _EXIF_TURNING.get(opened.exif_orientation(), (float(-frame.rotation % 360), False))
    data = side_data.get(SideDataType.DISPLAYMATRIX)
    if data is None:
        return 0.0, False
    matrix = np.frombuffer(bytes(data), np.int32).astype(np.float64) / _FIXED
    a, b, c, d = matrix[0], matrix[1], matrix[3], matrix[4]
    mirrored = bool(a * d - b * c < 0)
    if mirrored:  # turn what is left once the flip, which comes last, is undone
        a, c = -a, -c
    return round(float(np.degrees(np.arctan2(b, a))) % 360, 3), mirrored


def _sound(stream: AudioStream) -> probe.Sound:
    context = stream.codec_context
    return probe.Sound(
        rate_hz=context.sample_rate,
        channels=context.channels,
        layout=context.layout.name if context.layout else "unknown",
        sample_format=context.format.name if context.format else "unknown",
    )


def _is_truncated(opened: Opened) -> bool:
    ends = [entry.pos + entry.size for stream in opened.container.streams for entry in stream.index_entries[-1:]]
    return any(end > opened.size_bytes for end in ends)


def _tags(untrusted: dict[str, str]) -> dict[str, str]:
    kept = list(untrusted.items())[:_MOST_TAGS]
    return {name[:_MOST_TAG_CHARACTERS]: str(text)[:_MOST_TAG_CHARACTERS] for name, text in kept}


def _microseconds(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value, av.time_base)
