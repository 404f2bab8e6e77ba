"""From footage to codes: a file skimmed in the jail, and what the jail told checked and put in form."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.copies.codes import KEPT, Code, Places
from probata.copies.index.segments import Coded
from probata.engines.sandbox import Jail
from probata.media.errors import DecoderConfused
from probata.media.limits import Limits
from probata.media.passes import CannotLook, Consumer, Outcome
from probata.media.skims import SkimResult, skim
from probata.terms.digests import Sha256
from probata.terms.errors import InvalidValue

KEYFRAMES: Final = Consumer(name="keyframes", target="probata.copies.jailed.keyframes:Keyframes")
ASKED: Final = Consumer(name="asked", target="probata.copies.jailed.keyframes:Asked")
KEPT_GAP_S, ASKED_GAP_S = 2.0, 0.7
# A short query is asked more closely, since it may fall between two key pictures; a long one less, but never so that
# an excerpt of half a minute in it could fall between.
_LEAST_GAP_S, _MOST_GAP_S = 0.2, 4.0
_PICTURES_OF_SHORT, _PICTURES_OF_LONG, _MOST_PICTURES = 24, 120, 4000
_MANY_PICTURES, _POINTS_OF_MANY = 240, 120
_MOST_PARTS = 64


class _ToldRows(msgspec.Struct):
    rows: bytes
    time_base: Fraction
    looked: int
    same: int
    blank: dict[str, int]


class _ToldPicture(msgspec.Struct):
    pts: int
    digest: bytes
    seconds: Fraction
    width: float
    descriptors: bytes
    places: bytes
    parts: list[str]
    boxes: list[tuple[float, float, float, float]]
    mirrors: list[bool]
    codes: bytes


class _ToldAsked(msgspec.Struct):
    pictures: list[_ToldPicture]
    blank: dict[str, int]


@frozen(kw_only=True, eq=False)
class AskedPicture:
    """One picture of a query: its address, the codes of its parts, and its descriptors, the strongest first.

    `width` is a part of the long side; `parts`, `boxes` and `mirrors` say of what each of `codes` is the code.
    """

    pts: int
    digest: bytes
    seconds: Fraction
    width: float
    descriptors: NDArray[np.uint8]
    places: Places
    strength: NDArray[np.float32]
    parts: tuple[str, ...]
    boxes: tuple[tuple[float, float, float, float], ...]
    mirrors: tuple[bool, ...]
    codes: NDArray[np.uint64]


@frozen(kw_only=True, eq=False)
class Query:
    """All that is asked of one file; `blank` counts the pictures that say nothing, by why."""

    pictures: tuple[AskedPicture, ...]
    blank: dict[str, int]


def coded(
    file: Path | int,
    item: Sha256,
    *,
    beside: tuple[Consumer, ...] = (),
    limits: Limits | None = None,
    jail: Jail | None = None,
) -> tuple[Coded | None, SkimResult]:
    """What the index keeps of the file, and the skim, in which the consumers `beside` watched and listened too.

    None where there are no pictures. Raises `CannotLook` if the pictures could not be looked at, and as `skim` does.
    """
    seen = skim(file, (KEYFRAMES, *beside), gap_s=KEPT_GAP_S, limits=limits, jail=jail)
    return coded_of(seen.outcomes[KEYFRAMES.name], item), seen


def coded_of(outcome: Outcome, item: Sha256) -> Coded | None:
    """What the `KEYFRAMES` consumer told, checked; None where it saw no pictures. Raises `CannotLook`."""
    if outcome.outcome == "could_not_look":
        raise CannotLook(outcome.why)
    if outcome.outcome == "nothing_found":
        return None
    told = outcome.result_as(_ToldRows)
    if len(told.rows) % KEPT.itemsize:
        raise DecoderConfused(why="its rows are cut short")
    try:
        return Coded(
            item=item,
            time_base=told.time_base,
            rows=np.frombuffer(told.rows, KEPT),
            looked=told.looked,
            same=told.same,
            blank=told.blank,
        )
    except InvalidValue as error:
        raise DecoderConfused(why=str(error)) from error


def asked(
    file: Path | int, *, lasts_s: float | None = None, limits: Limits | None = None, jail: Jail | None = None
) -> Query:
    """All that is asked of the file; `lasts_s` decides how closely its pictures are taken.

    Raises `CannotLook` if its pictures could not be looked at, and what `skim` raises.
    """
    every_s = asked_every_s(lasts_s)
    parameters: dict[str, float] = {"every_s": every_s}
    if lasts_s is not None:
        parameters["most"] = int(lasts_s / every_s) + 2
        if parameters["most"] > _MANY_PICTURES:
            parameters["points"] = _POINTS_OF_MANY
    consumer = Consumer(name=ASKED.name, target=ASKED.target, parameters=parameters)
    seen = skim(file, (consumer,), gap_s=every_s, limits=limits, jail=jail)
    return asked_of(seen.outcomes[ASKED.name])


def asked_every_s(lasts_s: float | None) -> float:
    """How far apart the pictures of a query are that lasts so long."""
    if lasts_s is None:
        return ASKED_GAP_S
    if lasts_s <= _PICTURES_OF_LONG * ASKED_GAP_S:
        return min(ASKED_GAP_S, max(_LEAST_GAP_S, lasts_s / _PICTURES_OF_SHORT))
    return max(min(lasts_s / _PICTURES_OF_LONG, _MOST_GAP_S), lasts_s / _MOST_PICTURES)


def asked_of(outcome: Outcome) -> Query:
    """What the `ASKED` consumer told, checked. Raises `CannotLook`."""
    if outcome.outcome == "could_not_look":
        raise CannotLook(outcome.why)
    if outcome.outcome == "nothing_found":
        return Query(pictures=(), blank={})
    told = outcome.result_as(_ToldAsked)
    return Query(pictures=tuple(map(_picture, told.pictures)), blank=told.blank)


def _picture(told: _ToldPicture) -> AskedPicture:
    count, views = len(told.descriptors) // 128, len(told.codes) // 32
    fits = len(told.descriptors) == count * 128 and len(told.places) == count * 20 and len(told.codes) == views * 32
    if not fits or not len(told.parts) == len(told.boxes) == len(told.mirrors) == views <= _MOST_PARTS:
        raise DecoderConfused(why="its points, descriptors and codes do not fit together")
    table = np.frombuffer(told.places, np.float32).reshape(-1, 5)
    if not np.isfinite(table).all() or not 0 < told.width <= 1:
        raise DecoderConfused(why="a point lies nowhere")
    return AskedPicture(
        pts=told.pts,
        digest=told.digest,
        seconds=told.seconds,
        width=told.width,
        descriptors=np.frombuffer(told.descriptors, np.uint8).reshape(-1, 128),
        places=Places(x=table[:, 0], y=table[:, 1], size=table[:, 2], turn=table[:, 3]),
        strength=table[:, 4],
        parts=tuple(told.parts),
        boxes=tuple(told.boxes),
        mirrors=tuple(told.mirrors),
        codes=np.frombuffer(told.codes, "<u8").reshape(-1, 4).astype(np.uint64),
    )


__all__ = ["ASKED", "KEYFRAMES", "AskedPicture", "Code", "Query", "asked", "asked_of", "coded", "coded_of"]
