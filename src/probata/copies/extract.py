"""What the jailed pass gave, checked and in arrays: pictures with local features, and small views of all pictures."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from probata.copies.sound.soundprint import SoundPrint
from probata.engines.sandbox import Jail
from probata.media.errors import DecoderConfused
from probata.media.limits import Limits
from probata.media.passes import Consumer, Outcome, watch
from probata.media.probe import Facts, probe
from probata.media.skims import skim
from probata.media.wire import a_jail

FEATURES = "probata.copies.jailed.sights:Features"
SMALL_VIEWS = "probata.copies.jailed.sights:SmallViews"
SOUND_PRINT = "probata.copies.jailed.hearing:Prints"
LONG_S = Fraction(15 * 60)
"""Longer footage is not decoded whole to be compared: only near the moments that are alike, as the index tells them."""
_MOST_SIDE_PX = 4096
_GLIMPSE_S, _MOST_GLIMPSES = 0.34, 3
_LEAST_AROUND_S, _MOST_AROUND_S, _MOST_NEAR_S = 10.0, 45.0, 8 * 60.0


class _Told(msgspec.Struct):
    ordinal: int
    pts: int
    digest: bytes
    seconds: Fraction
    width: int
    height: int
    spread: float
    places: bytes
    descriptors: bytes


class _ToldViews(msgspec.Struct):
    width: int
    height: int
    time_base: Fraction
    pts: list[int]
    ordinals: list[int]
    end_s: Fraction
    views: bytes


@frozen(kw_only=True, eq=False)
class Sight:
    """One picture's local features, and its address.

    `points` are x, y in pixels of the scaled picture (`width` by `height`), `sizes` the reach of each, `roots` the
    RootSIFT descriptors (Arandjelović and Zisserman 2012), one row a point, of unit length.
    """

    ordinal: int
    pts: int
    digest: bytes
    seconds: Fraction
    width: int
    height: int
    spread: float
    points: NDArray[np.float32]
    sizes: NDArray[np.float32]
    responses: NDArray[np.float32]
    roots: NDArray[np.float32]


@frozen(kw_only=True, eq=False, slots=False)
class Views:
    """Small grey views of the pictures of a file in order of time; `seconds` is when each is shown."""

    time_base: Fraction
    pts: tuple[int, ...]
    ordinals: tuple[int, ...]
    end_s: Fraction
    pictures: NDArray[np.uint8]

    @cached_property
    def seconds(self) -> NDArray[np.float64]:
        """When each picture is shown, for reckoning; the exact moment is its `pts`."""
        return np.array(self.pts, np.float64) * float(self.time_base)

    def part(self, start_s: float, end_s: float) -> Views:
        """The pictures shown from `start_s` up to `end_s`; at least one."""
        first = max(0, int(np.searchsorted(self.seconds, start_s, side="right")) - 1)
        last = max(first + 1, int(np.searchsorted(self.seconds, end_s)))
        if (first, last) == (0, len(self.pts)):
            return self
        return Views(
            time_base=self.time_base,
            pts=self.pts[first:last],
            ordinals=self.ordinals[first:last],
            end_s=self.pts[last] * self.time_base if last < len(self.pts) else self.end_s,
            pictures=self.pictures[first:last],
        )


@frozen(kw_only=True, eq=False)
class Extract:
    """All that comparing needs of one file: `why` says what is missing, where `sights` or `views` are.

    Of `long` footage there are pictures near some moments alone, or none; `extent` is from when to when it lasts.
    """

    facts: Facts
    sights: tuple[Sight, ...]
    views: Views | None
    sound: SoundPrint | None = None
    why: str = ""
    long: bool = False
    extent: tuple[Fraction, Fraction] | None = None
    outcomes: dict[str, Outcome]

    @property
    def from_s(self) -> Fraction:
        """When its pictures begin, or its sound where there are none; in the file's own time."""
        if self.extent is not None:
            return self.extent[0]
        if self.views is not None:
            return self.views.pts[0] * self.views.time_base
        return self.sound.heard_at(0) if self.sound is not None else Fraction(0)

    @property
    def to_s(self) -> Fraction:
        """When its pictures end, or its sound where there are none."""
        if self.extent is not None:
            return self.extent[1]
        if self.views is not None:
            return self.views.end_s
        return self.sound.heard_at(self.sound.samples) if self.sound is not None else Fraction(0)


def extract(
    file: Path | int,
    *,
    every_s: float = 0.5,
    beside: tuple[Consumer, ...] = (),
    limits: Limits | None = None,
    jail: Jail | None = None,
) -> Extract:
    """Decode the file once in the jail for local features, small views, the print of its sound, and those `beside`.

    Of footage longer than `LONG_S` only the sound is heard: `extract_near` brings the pictures that are needed.
    """
    heard = Consumer(name="sound_print", target=SOUND_PRINT)
    with a_jail(jail) as held:
        facts = probe(file, limits=limits, jail=held)
        if facts.duration_s is not None and facts.duration_s > LONG_S and facts.video is not None:
            outcomes = skim(file, (heard, *beside), limits=limits, jail=held).outcomes
            start = facts.start_s or Fraction(0)
            return evolve(_gathered(facts, outcomes), long=True, extent=(start, start + facts.duration_s))
        asked = (*_watching(every_s), heard, *beside)
        seen = watch(file, asked, limits=limits, jail=held)
    return _gathered(seen.facts, seen.outcomes)


def extract_near(
    file: Path | int,
    whole: Extract,
    moments_s: Iterable[float],
    lasts_s: float,
    *,
    every_s: float = 0.5,
    limits: Limits | None = None,
    jail: Jail | None = None,
) -> Extract:
    """Long footage with its pictures around these moments, the first named first, as far as `lasts_s` may reach.

    Three quarters of a minute to either side at most, and eight minutes in all. `whole` is what `extract` made of it:
    its sound stays.
    """
    around = min(_MOST_AROUND_S, _LEAST_AROUND_S + lasts_s)
    spans: list[tuple[float, float]] = []
    for at in moments_s:
        if not any(start <= at - around / 2 and at + around / 2 <= end for start, end in spans):
            spans.append((at - around, at + around))
        if sum(end - start for start, end in spans) >= _MOST_NEAR_S:
            break
    if not spans:
        return whole
    seen = skim(file, _watching(every_s), spans=spans, limits=limits, jail=jail)
    near = _gathered(seen.facts, seen.outcomes)
    return evolve(whole, sights=near.sights, views=near.views, why=near.why)


def glimpse(
    file: Path | int, moments_s: Iterable[float], *, limits: Limits | None = None, jail: Jail | None = None
) -> Extract:
    """A few pictures of the file: those up to a third of a second from the first few of these moments.

    They say what stood before the camera, and not what happened: no moment is proved by them.
    """
    spans = [(at - _GLIMPSE_S, at + _GLIMPSE_S) for at in moments_s][:_MOST_GLIMPSES]
    seen = skim(file, _watching(_GLIMPSE_S), spans=spans, limits=limits, jail=jail)
    return _gathered(seen.facts, seen.outcomes)


def _watching(every_s: float) -> tuple[Consumer, ...]:
    return (
        Consumer(name="features", target=FEATURES, parameters={"every_s": every_s}),
        Consumer(name="views", target=SMALL_VIEWS),
    )


def _gathered(facts: Facts, outcomes: dict[str, Outcome]) -> Extract:
    """The extract of a pass or a skim; consumers that did not take part leave nothing."""
    features, views, heard = (outcomes.get(name) for name in ("features", "views", "sound_print"))
    took_part = [one for one in (features, views, heard) if one is not None]
    missing = [f"{one.name}: {one.why}" for one in took_part if one.outcome == "could_not_look"]
    return Extract(
        facts=facts,
        sights=sights_of(features) if features is not None and features.outcome == "found" else (),
        views=views_of(views) if views is not None and views.outcome == "found" else None,
        sound=SoundPrint.from_bytes(heard.result_as(bytes)) if heard is not None and heard.outcome == "found" else None,
        why="; ".join(missing),
        outcomes=outcomes,
    )


def sights_of(outcome: Outcome) -> tuple[Sight, ...]:
    """The pictures of a `Features` consumer, refused where arrays and sizes do not fit together."""
    return tuple(_sight(told) for told in outcome.result_as(list[_Told]))


def _sight(told: _Told) -> Sight:
    places, descriptors = len(told.places) // 16, len(told.descriptors) // 128
    fits = len(told.places) == places * 16 and len(told.descriptors) == descriptors * 128 and places == descriptors
    if not fits or not (0 < told.width <= _MOST_SIDE_PX and 0 < told.height <= _MOST_SIDE_PX):
        raise DecoderConfused(why="its points and descriptors do not fit together")
    table = np.frombuffer(told.places, np.float32).reshape(-1, 4)
    if not np.isfinite(table).all():
        raise DecoderConfused(why="a point lies nowhere")
    raw = np.frombuffer(told.descriptors, np.uint8).reshape(-1, 128).astype(np.float32)
    return Sight(
        ordinal=told.ordinal,
        pts=told.pts,
        digest=told.digest,
        seconds=told.seconds,
        width=told.width,
        height=told.height,
        spread=told.spread,
        points=np.ascontiguousarray(table[:, :2]),
        sizes=np.ascontiguousarray(table[:, 2]),
        responses=np.ascontiguousarray(table[:, 3]),
        roots=np.sqrt(raw / np.maximum(raw.sum(axis=1, keepdims=True), 1.0)),
    )


def views_of(outcome: Outcome) -> Views:
    """The pictures of a `SmallViews` consumer, refused where their bytes and sizes do not fit together."""
    told = outcome.result_as(_ToldViews)
    count = len(told.pts)
    sized = 0 < told.width <= _MOST_SIDE_PX and 0 < told.height <= _MOST_SIDE_PX
    if not sized or len(told.ordinals) != count or len(told.views) != count * told.width * told.height:
        raise DecoderConfused(why="its small views do not fit together")
    pictures = np.frombuffer(told.views, np.uint8).reshape(count, told.height, told.width)
    return Views(
        time_base=told.time_base,
        pts=tuple(told.pts),
        ordinals=tuple(told.ordinals),
        end_s=told.end_s,
        pictures=pictures,
    )
