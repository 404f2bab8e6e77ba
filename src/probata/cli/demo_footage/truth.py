"""The truth about a made clip: what was drawn, said and sounded when, known because we made it.

Nothing here is measured from the file; a program that looks at the file can be held against it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen

from probata.cli.demo_footage.encode import PICTURE_TIME_BASE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@frozen(kw_only=True)
class PictureTruth:
    """The pictures of a clip: `pts[n]` is when the frame that bears ordinal n is shown, in ticks of `time_base`.

    Width and height are as seen, after the player has turned the stored picture clockwise by `turned_degrees`.
    """

    pts: tuple[int, ...]
    durations: tuple[int, ...]
    time_base: Fraction
    width: int
    height: int
    turned_degrees: int = 0

    @classmethod
    def of(cls, times: Sequence[tuple[int, int]], *, width: int, height: int, turned_degrees: int = 0) -> PictureTruth:
        """The truth of a run of (pts, duration) in ticks of the demo's clock."""
        pts, durations = zip(*times, strict=True)
        return cls(
            pts=pts,
            durations=durations,
            time_base=PICTURE_TIME_BASE,
            width=width,
            height=height,
            turned_degrees=turned_degrees,
        )

    @property
    def duration_s(self) -> Fraction:
        """From the first picture until the last has been shown."""
        return (self.pts[-1] + self.durations[-1] - self.pts[0]) * self.time_base


@frozen(kw_only=True)
class Cut:
    """The first frame of a new camera position."""

    ordinal: int
    pts: int


@frozen(kw_only=True)
class Impulse:
    """A short burst that decays: its first sample, and the same in seconds of the sound as decoded."""

    sample: int
    at_s: float


@frozen(kw_only=True)
class Utterance:
    """What a synthetic voice says, and from when to when."""

    text: str
    language: str
    start_s: float
    end_s: float
    distant: bool


@frozen(kw_only=True)
class Caption:
    """Words burnt into the picture; `words` as drawn, line by line, from one frame up to, not including, another."""

    words: tuple[str, ...]
    language: str
    start_ordinal: int
    end_ordinal: int
    start_pts: int
    end_pts: int


@frozen(kw_only=True)
class ExcerptOf:
    """Where an excerpt came from: its frame n shows frame `source_ordinals[n]` of the other file, cut to `crop_px`.

    The excerpt's zero is `start_s` of the other file. `crop_px` is left, top, right, bottom of the picture as seen.
    """

    file: str
    start_s: float
    crop_px: tuple[int, int, int, int]
    source_ordinals: tuple[int, ...]


@frozen(kw_only=True)
class MadeClip:
    """A clip that code made, and all that is true of it. `lacks` says what should be in it and is not, and why."""

    path: Path
    about: str
    picture: PictureTruth
    sound_rate_hz: int | None = None
    cuts: tuple[Cut, ...] = ()
    impulses: tuple[Impulse, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    captions: tuple[Caption, ...] = ()
    excerpt_of: ExcerptOf | None = None
    lacks: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The truth as the manifest holds it: the file by name only, fractions as `n/d`."""
        return asdict(self, value_serializer=lambda _owner, attribute, value: _plain(attribute, value))


def _plain(attribute: Any, value: Any) -> Any:  # noqa: ANN401  attrs hands over whatever a field holds
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if attribute is not None and attribute.name == "path":
        return value.name
    return value
