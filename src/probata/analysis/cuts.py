"""Finds where footage was cut: the craft behind the `scenes` analyser, run on every picture of a pass, in the jail.

A cut is a picture that does not look like the one before it, even when moved a little, in a stretch whose pictures
otherwise do, and that is not undone a few pictures later (a flash). A dissolve is a stretch whose middle is the mean of
its ends, which pans and moving people are not. Black is black; a fade is black with a ramp. All of it is measured on
brightness in 36 x 64 parts (`SeenFrame.small`), so that it costs little and noise does not matter.
"""

from __future__ import annotations

import math
from collections import deque
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from probata.media.jailed.contact import TILE_HEIGHT_PX, ContactSheet, Tile

if TYPE_CHECKING:
    from probata.media.jailed.frames import SeenFrame
    from probata.media.probe import Facts

_AHEAD = 12  # pictures that must have been seen after one before it is judged
_BEHIND = 40  # pictures kept before it
_STILL = 0.5  # mean change of brightness, of 255, below which pictures count as the same
_STRONG = 1.5  # so many times the contrast asked for, a cut may be a third as unlike
_LEAST_STEP = 3.0  # no cut below this mean change of brightness
_LIVELY = 2  # so many pictures near a cut may change as much as it does: repeated pictures, and other cuts
_SHIFTS = 3  # parts that the camera may move between two pictures
_FLASH = 4  # a change undone within so many pictures is a flash
_DISSOLVE_SPANS = (12, 20, 32)  # pictures; a dissolve of another length is found by the nearest
_DISSOLVE_EVERY = 3  # pictures; dissolves last longer
_DISSOLVE_LEAST = 10.0  # mean change of brightness from end to end
_DISSOLVE_UNLIKE, _DISSOLVE_FLATTER = 0.3, 0.92
_DISSOLVE_BEND = 0.25  # how far, of that change, its inner pictures may be off the straight mix of its ends
_BLACK_MEAN, _BLACK_SPREAD = 24.0, 6.0  # of 255; limited range has its black at 16
_RAMP, _RAMP_DROP = 12, 20.0  # pictures before or after black, and brightness, in which a fade shows
_MOST_TILES = 240
_PART = 0.15  # nine tenths of a change within so small a part of the picture leave the scene as it was


@frozen(kw_only=True)
class Change:
    """A place where the picture changes as an edit would change it.

    `kind`: `cut` at the first picture after it; `part_changed` where all but a small part of the picture stayed, as
    when a caption comes or goes, or a moment is cut out of an unmoving shot; `dissolve`, `fade` and `black` over a
    stretch. `score` is from 0 to 1: how far it stands out, no probability.
    """

    kind: str
    start_ordinal: int
    end_ordinal: int
    start_pts: int
    end_pts: int
    score: float
    attributes: dict[str, bool] = field(factory=dict)

    @classmethod
    def over(cls, first: _Look, last: _Look, kind: str, score: float, **attributes: bool) -> Change:
        """A change over the pictures from `first` to `last`."""
        return cls(
            kind=kind,
            start_ordinal=first.ordinal,
            end_ordinal=last.ordinal,
            start_pts=first.pts,
            end_pts=last.pts,
            score=round(score, 4),
            attributes=attributes,
        )


@frozen(kw_only=True)
class Found:
    """All changes in order of time, how many scenes they make, and the contact sheet: one tile a scene."""

    changes: tuple[Change, ...]
    scenes: int
    frames: int
    time_base: Fraction
    contact_sheet: bytes
    tiles: tuple[int, ...]
    tiles_left_out: int


@frozen(eq=False)
class _Look:
    """What is kept of one picture: its address, brightness in parts, and how much it changed from the one before."""

    ordinal: int
    pts: int
    small: NDArray[np.float32]
    mean: float
    spread: float
    step: float

    @property
    def is_black(self) -> bool:
        return self.mean < _BLACK_MEAN and self.spread < _BLACK_SPREAD


class Cuts:
    """Watches a pass and tells its `Found`.

    A cut must be unlike the picture before it by `unlike` (0: the same, 1: unrelated) and change brightness
    `contrast` times as much as the pictures near it do; a third as unlike is enough at half the contrast again, as
    when a pause is cut out of an unmoving shot. docs/why/023-cuts.md has the figures behind both.
    """

    def __init__(self, *, unlike: float = 0.1, contrast: float = 2.0) -> None:
        self._unlike, self._contrast = unlike, contrast
        self._sheet = ContactSheet()
        self._looks: list[_Look] = []
        self._changes: list[Change] = []
        self._dark = _Dark()
        self._tiles: list[Tile] = []
        self._tiles_left_out = 0
        self._tile_due = True
        self._last: SeenFrame | None = None

    def begin(self, facts: Facts) -> None:
        """Learn how pictures are turned, before the first."""
        stream = facts.video_stream
        turned = stream.picture.turned_degrees if stream is not None and stream.picture is not None else 0
        self._sheet = ContactSheet(turned_degrees=turned)

    def see(self, frame: SeenFrame) -> None:
        """One more picture: measure it, judge the one `_AHEAD` before it."""
        small = frame.small
        flat = small.ravel()
        mean = float(np.add.reduce(flat)) / flat.size
        spread = math.sqrt(max(0.0, float(flat.dot(flat)) / flat.size - mean * mean))
        step = _difference(small, self._looks[-1].small) if self._looks else 0.0
        look = _Look(frame.ordinal, frame.pts, small, mean, spread, step)
        self._looks.append(look)
        self._changes += self._dark.see(look)
        if len(self._looks) > _AHEAD:
            self._judge(len(self._looks) - 1 - _AHEAD)
        if self._tile_due and frame.ordinal >= _AHEAD:
            self._take_tile(frame)
        del self._looks[: max(0, len(self._looks) - _BEHIND - _AHEAD)]
        self._last = frame

    def finish(self) -> Found | None:
        """Judge the last pictures too, and draw the sheet; None where there was no picture."""
        if self._last is None:
            return None
        for position in range(max(0, len(self._looks) - _AHEAD), len(self._looks)):
            self._judge(position)
        self._changes += self._dark.finish()
        if self._tile_due:
            self._take_tile(self._last)
        changes = tuple(sorted(_without_doubles(self._changes), key=lambda change: change.start_ordinal))
        return Found(
            changes=changes,
            scenes=1 + sum(change.kind in {"cut", "dissolve"} for change in changes),
            frames=self._last.ordinal + 1,
            time_base=self._last.time_base,
            contact_sheet=self._sheet.png(self._tiles),
            tiles=tuple(tile.ordinal for tile in self._tiles),
            tiles_left_out=self._tiles_left_out,
        )

    def _judge(self, position: int) -> None:
        if position:
            score = self._cut_score(position)
            if score:
                look, before = self._looks[position], self._looks[position - 1]
                kind = "cut" if _spread_of_change(look.small, before.small) > _PART else "part_changed"
                self._note(Change.over(look, look, kind, score))
                return
        if self._looks[position].ordinal % _DISSOLVE_EVERY:
            return
        dissolve = _dissolve(self._looks[: position + 1])
        if dissolve is not None:
            self._note(dissolve)

    def _cut_score(self, position: int) -> float:
        # 0 for no cut; else from 0.5 at the threshold towards 1.
        look, before = self._looks[position], self._looks[position - 1]
        if look.step < _LEAST_STEP:
            return 0.0
        near = [one.step for one in self._looks[max(1, position - _AHEAD) : position]]
        near += [one.step for one in self._looks[position + 1 : position + 1 + _AHEAD]]
        usual = max([_STILL, *sorted(near, reverse=True)[_LIVELY : _LIVELY + 1]])
        contrast = look.step / usual / self._contrast
        if contrast < 1:
            return 0.0
        unlike = unlikeness(look.small, before.small) / self._unlike
        if unlike < (1.0 if contrast < _STRONG else 0.3) or self._is_flash(position):
            return 0.0
        return 1 - 1 / (1 + contrast * unlike)

    def _is_flash(self, position: int) -> bool:
        # Lit for a moment, a shot or a camera's flash, and then as before: nothing was cut.
        before, step = self._looks[position - 1].small, self._looks[position].step
        after = self._looks[position + 1 : position + 1 + _FLASH]
        earlier = self._looks[max(0, position - 1 - _FLASH) : position - 1]
        here = self._looks[position].small
        lights = any(_difference(one.small, before) < step / 4 for one in after)
        dims = any(_difference(one.small, here) < step / 4 for one in earlier)
        return lights or dims

    def _note(self, change: Change) -> None:
        self._changes.append(change)
        last = self._tiles[-1] if self._tiles else None
        if last is None or last.ordinal < change.end_ordinal:
            self._tile_due = True
            return
        # The last tile was taken after this change, which was seen only now: it shows the scene that begins here, and
        # the short one before gets a tile from what was kept of it.
        kept = [one for one in self._looks if one.ordinal < change.start_ordinal]
        if kept and len(self._tiles) < _MOST_TILES:
            self._tiles.insert(-1, _coarse_tile(kept[-1], last.time_base))

    def _take_tile(self, frame: SeenFrame) -> None:
        self._tile_due = False
        if len(self._tiles) >= _MOST_TILES:
            self._tiles_left_out += 1
            return
        self._tiles.append(
            Tile(
                rgb=frame.rgb(height_px=TILE_HEIGHT_PX),
                ordinal=frame.ordinal,
                pts=frame.pts,
                time_base=frame.time_base,
            )
        )


def unlikeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """How unlike two pictures are, 0 to 2: one less their correlation, at the best of small shifts.

    Brighter or darker as a whole is no difference; nor is a camera that moved a little.
    """
    rows, columns = one.shape
    best = 2.0
    for down in range(-_SHIFTS, _SHIFTS + 1):
        for right in range(-_SHIFTS, _SHIFTS + 1):
            ours = one[max(0, down) : rows + min(0, down), max(0, right) : columns + min(0, right)]
            theirs = other[max(0, -down) : rows + min(0, -down), max(0, -right) : columns + min(0, -right)]
            best = min(best, 1 - _correlation(ours, theirs))
    return best


def _difference(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    # The mean change of brightness.
    change = one - other
    np.abs(change, out=change)
    return float(np.add.reduce(change, axis=None)) / change.size


def _spread_of_change(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The least share of the picture, 0 to 1, that holds nine tenths of the change between two of them."""
    change = np.sort(np.abs(one - other), axis=None)[::-1]
    return float(np.searchsorted(np.cumsum(change), 0.9 * float(change.sum())) + 1) / change.size


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    # An even picture has no shape to compare: it is like another even one, and unlike all others.
    ours, theirs = one - one.mean(), other - other.mean()
    both = float(np.sqrt((ours * ours).sum() * (theirs * theirs).sum()))
    if both < ours.size:
        return 1.0 if max(float(ours.std()), float(theirs.std())) < _BLACK_SPREAD else 0.0
    return float((ours * theirs).sum()) / both


def _dissolve(looks: list[_Look]) -> Change | None:
    # A stretch that ends with the last look and whose inner pictures lie on the straight line between its ends.
    best: Change | None = None
    last = looks[-1]
    for span in _DISSOLVE_SPANS:
        if len(looks) <= span:
            break
        first = looks[-1 - span]
        steps = [one.step for one in looks[-span:]]
        if sum(steps) < _DISSOLVE_LEAST:
            continue  # no more can have changed from end to end than from picture to picture
        change = last.small - first.small
        size = float(np.add.reduce(np.abs(change), axis=None)) / change.size
        if size < _DISSOLVE_LEAST or max(steps) > size / 2 or min(steps) < size / span / 4:
            continue
        inner = [(looks[-1 - span + at], at / span) for at in (span // 4, span // 2, span * 3 // 4)]
        bend = max(float(np.abs(one.small - first.small - change * np.float32(part)).mean()) for one, part in inner)
        score = 1 - bend / size / _DISSOLVE_BEND / 2
        # Two pictures mixed are flatter than either: light that comes on, or a person who comes in, is not.
        flatter = looks[-1 - span // 2].spread < _DISSOLVE_FLATTER * (first.spread + last.spread) / 2
        if not flatter or bend > size * _DISSOLVE_BEND or 1 - _correlation(first.small, last.small) < _DISSOLVE_UNLIKE:
            continue
        if best is None or score > best.score:
            best = Change.over(first, last, "dissolve", score)
    return best


def _coarse_tile(look: _Look, time_base: Fraction) -> Tile:
    grey = np.repeat(np.repeat(look.small.astype(np.uint8), 3, axis=0), 3, axis=1)
    return Tile(rgb=np.stack([grey] * 3, axis=2), ordinal=look.ordinal, pts=look.pts, time_base=time_base)


def _without_doubles(changes: list[Change]) -> list[Change]:
    # A dissolve is found anew at every picture near its end: the best stands. One that a cut or black explains, falls.
    kept: list[Change] = [change for change in changes if change.kind != "dissolve"]
    for change in sorted((one for one in changes if one.kind == "dissolve"), key=lambda one: -one.score):
        if all(one.end_ordinal < change.start_ordinal or one.start_ordinal > change.end_ordinal for one in kept):
            kept.append(change)
    return kept


class _Dark:
    """Finds stretches of black, and whether they were faded into or out of."""

    def __init__(self) -> None:
        self._before: deque[_Look] = deque(maxlen=_RAMP)
        self._black: list[_Look] = []
        self._after: list[_Look] = []

    def see(self, look: _Look) -> list[Change]:
        """One more picture; tells a stretch once its end, and what follows, were seen."""
        if look.is_black:
            told = self.finish() if self._after else []
            self._black = [*self._black[:1], look] if self._black else [look]
            return told
        if self._black:
            self._after.append(look)
            return self.finish() if len(self._after) >= _RAMP else []
        self._before.append(look)
        return []

    def finish(self) -> list[Change]:
        """What is known of the stretch that is open, if any."""
        black, before, after = self._black, list(self._before), self._after
        self._black, self._after = [], []
        self._before.extend(after)
        if len(black) < 2:
            return []
        fades = {
            "fades_out": _ramps([one.mean for one in before]),
            "fades_in": _ramps([one.mean for one in after][::-1]),
        }
        kind = "fade" if any(fades.values()) else "black"
        return [Change.over(black[0], black[-1], kind, 1.0, **fades)]


def _ramps(means: list[float]) -> bool:
    # Down to black step by step: no single step makes most of the way.
    if len(means) < _RAMP // 2:
        return False
    steps = [earlier - later for earlier, later in pairwise(means)]
    drop = means[0] - means[-1]
    return drop > _RAMP_DROP and max(steps) < drop / 2 and sum(step >= -1 for step in steps) == len(steps)
