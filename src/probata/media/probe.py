"""What a file is: its container, streams, times, tags; found by opening it in the jail, whatever its name says."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from attrs import field, frozen

from probata.engines.sandbox import Jail
from probata.media import wire
from probata.media.limits import Limits
from probata.media.wire import a_jail


@frozen(kw_only=True)
class Picture:
    """How the pictures of a video stream are coded and meant to be shown.

    `turned_degrees` is how far a player turns the coded picture clockwise before showing it, `mirrored` whether it
    then flips it left to right; both from the display matrix (ISO/IEC 14496-12, 8.5.2) or Exif, on the first frame.
    """

    width_px: int
    height_px: int
    pixel_format: str
    bit_depth: int
    sample_aspect: Fraction
    turned_degrees: float = 0
    mirrored: bool = False
    interlaced: bool = False
    full_range: bool | None = None

    @property
    def shown_px(self) -> tuple[int, int]:
        """Width and height once turned upright; sample aspect not applied."""
        if self.turned_degrees in {90, 270}:
            return self.height_px, self.width_px
        return self.width_px, self.height_px


@frozen(kw_only=True)
class Sound:
    """How the sound of an audio stream is coded."""

    rate_hz: int
    channels: int
    layout: str
    sample_format: str


@frozen(kw_only=True)
class Stream:
    """One stream of the file, as the file states it; what it states may be wrong.

    `average_rate` and `nominal_rate` are frames a second: over the whole, and the least that can write every PTS.
    They differ in footage of variable frame rate, and neither addresses a frame. `hidden_packets` counts those that the
    file holds and an edit list (ISO/IEC 14496-12, 8.6.6) tells players not to show: trimmed, but still there.
    """

    index: int
    kind: str
    codec: str
    time_base: Fraction | None
    start_pts: int | None = None
    duration_ticks: int | None = None
    stated_frames: int | None = None
    hidden_packets: int = 0
    average_rate: Fraction | None = None
    nominal_rate: Fraction | None = None
    language: str | None = None
    dispositions: tuple[str, ...] = ()
    tags: dict[str, str] = field(factory=dict)
    picture: Picture | None = None
    sound: Sound | None = None

    @property
    def start_s(self) -> Fraction | None:
        """When the stream starts, exactly."""
        return None if self.start_pts is None or self.time_base is None else self.start_pts * self.time_base


@frozen(kw_only=True)
class Facts:
    """What a file states of itself.

    `video` and `sound` are the indexes of the streams that are examined; None where there is none that can be.
    `truncated` is True where the file's own index names bytes past its end. `named_files` are other files that this
    one asked to open: refused, and told.
    """

    media_type: str
    container: str
    size_bytes: int
    start_s: Fraction | None
    duration_s: Fraction | None
    streams: tuple[Stream, ...]
    video: int | None
    sound: int | None
    tags: dict[str, str]
    truncated: bool
    named_files: tuple[str, ...]
    tools: dict[str, str]

    @property
    def video_stream(self) -> Stream | None:
        """The video stream that is examined."""
        return None if self.video is None else self.streams[self.video]

    @property
    def sound_stream(self) -> Stream | None:
        """The audio stream that is examined."""
        return None if self.sound is None else self.streams[self.sound]


def probe(file: Path | int, *, limits: Limits | None = None, jail: Jail | None = None) -> Facts:
    """What the file is, found in a jail; `file` is a path, or a handle open for reading.

    With a `jail` at hand (`a_jail`) it is quicker. Raises `NotMedia`, `Unreadable`, `OverLimit`, or how the
    decoder died.
    """
    granted = limits or Limits()
    with a_jail(jail) as held, held.cell(file, allowance=granted.allowance()) as cell:
        wire.ask(cell, wire.Look(limits=granted))
        return wire.decode(wire.done(cell), Facts)
