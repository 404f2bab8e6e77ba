"""Lines of text over time: where each stands on every picture, from its first to its last, and pictures of it to read.

A line is found by the detector on few pictures. On all the others its own edges say whether it is there: brightness
is differentiated, and correlated with how the line looked when it was found. So its first and last picture are exact,
and what moves behind it does not matter; a line that moves itself is followed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from probata.analysis.screen_text.boxes import Box

Grey = NDArray[np.uint8]

_THERE = 0.5  # correlation from which a line counts as being there
_OF_ITS_OWN = 0.6  # of what it usually reaches
_LEAST = 0.3
_FAINT, _FAINT_S = 0.22, 1.5  # a line that bright ground drowns for so long may come out again
_SEARCH_RIGHT, _SEARCH_DOWN = 24, 12  # pixels that a line may move between two pictures
_MISSING_S, _MISSING_LEAST = 0.25, 2
_SAME_PLACE = 0.5
_MOST_LIVE = 32
_MOST_PICTURES = 9
_PICTURE_EVERY_S = 0.12
_MOVED = 3.0  # pixels
_FOLLOW_BELOW = 0.9


@frozen(kw_only=True, eq=False)
class Look:
    """One picture as it is kept: its address, its digest, and its brightness at working size, as shown."""

    ordinal: int
    pts: int
    seconds: float
    digest: bytes
    grey: Grey


@define(kw_only=True, eq=False)
class Line:
    """One line of text, from the first picture on which it is seen to the last."""

    box: Box
    edges: NDArray[np.float32]
    first: Look
    last: Look
    found_on: Look
    score: float
    seen: int = 1
    detections: int = 1
    usual: float = 1.0
    missing: int = 0
    faint: bool = False
    missing_since_s: float = 0.0
    step: tuple[int, int] = (0, 0)
    moved: float = 0.0
    whole: Box = field(init=False)
    pictures: list[tuple[int, bytes, NDArray[np.uint8]]] = field(factory=list)
    picture_every_s: float = _PICTURE_EVERY_S
    picture_due_s: float = -1e9

    def __attrs_post_init__(self) -> None:
        self.whole = self.box

    @property
    def is_moving(self) -> bool:
        """Whether it moved by more than a compressed picture trembles."""
        return self.moved > _MOVED

    def threshold(self) -> float:
        """The correlation below which it is not there."""
        return max(_LEAST, min(_THERE, _OF_ITS_OWN * self.usual))

    def wants_picture(self, look: Look) -> bool:
        """Whether a picture of it from this moment is wanted for reading."""
        return not self.missing and look.seconds >= self.picture_due_s

    def take(self, look: Look, picture: NDArray[np.uint8]) -> None:
        """Keep a picture of it; when there are too many, every other one goes, and fewer are taken from then on."""
        if self.pictures and self.pictures[0][2].shape != picture.shape:
            return
        self.pictures.append((look.ordinal, look.digest, picture))
        self.picture_due_s = look.seconds + self.picture_every_s
        if len(self.pictures) > _MOST_PICTURES:
            del self.pictures[1::2]
            self.picture_every_s *= 2


class Lines:
    """Follows lines from picture to picture; `ended` are those that are gone, in the order in which they went."""

    def __init__(self) -> None:
        self.live: list[Line] = []
        self.left_out = 0

    def see(self, look: Look) -> list[Line]:
        """One more picture; the lines that turn out to have ended before it."""
        gone = []
        for line in self.live:
            _follow(line, look)
            if line.missing > _MISSING_LEAST and look.seconds - line.missing_since_s > _MISSING_S:
                gone.append(line)
        self._drop(gone)
        return gone

    def detected(self, boxes: Sequence[Box], look: Look, before: Iterable[Look]) -> list[Line]:
        """What the detector found on the picture that was seen last, and the pictures before it, newest first.

        New lines are traced back to their first picture. Returns the lines that new ones have taken the place of.
        """
        replaced: list[Line] = []
        fresh: list[Line] = []
        earlier = list(before)
        for box in boxes:
            here = [line for line in self.live if line.box.shared(box) > _SAME_PLACE]
            there = [line for line in here if not line.missing]
            if there:
                there[0].detections += 1
                there[0].score = max(there[0].score, box.score)
                if _is_wider(box, there[0].box):
                    replaced += [line for line in there if line not in replaced]
                    fresh.append(_continued(box, look, there, earlier))
                continue
            # One that is faint may come out again: it waits beside what stands in its place.
            replaced += [line for line in here if line not in replaced and not line.faint]
            fresh.append(_begun(box, look, earlier))
        self._drop([line for line in replaced if line in self.live])
        room = max(0, _MOST_LIVE - len(self.live))
        self.left_out += max(0, len(fresh) - room)
        self.live += fresh[:room]
        return [line for line in replaced if not any(line.first is one.first for one in fresh)]

    def finish(self) -> list[Line]:
        """The lines that are there at the end."""
        live, self.live = self.live, []
        return live

    def _drop(self, gone: Sequence[Line]) -> None:
        self.live = [line for line in self.live if line not in gone]


class Recent:
    """The pictures since the detector last looked, within a bound of memory."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._kept: deque[Look] = deque()

    def add(self, look: Look) -> None:
        """One more."""
        self._kept.append(look)

    @property
    def is_full(self) -> bool:
        """Whether the detector must look before more is kept."""
        return bool(self._kept) and len(self._kept) * self._kept[-1].grey.nbytes > self._most_bytes

    def before_last(self) -> list[Look]:
        """All but the last, the newest first."""
        return list(self._kept)[-2::-1]

    def clear(self) -> None:
        """Keep the last alone."""
        last = self._kept[-1]
        self._kept.clear()
        self._kept.append(last)


def edges(grey: Grey, box: Box) -> NDArray[np.float32] | None:
    """How brightness changes to the right and downwards in a box, as one vector of length 1; None if it is even."""
    rows, columns = box.pixels()
    part = grey[rows, columns].astype(np.float32)
    if min(part.shape) < 3:
        return None
    vector = np.concatenate([np.diff(part, axis=1)[:-1].ravel(), np.diff(part, axis=0)[:, :-1].ravel()])
    length = float(np.sqrt(vector.dot(vector)))
    return (vector / np.float32(length)).astype(np.float32) if length > 1 else None


def likeness(line: Line, grey: Grey, box: Box) -> float:
    """How far the line's own edges are there, -1 to 1."""
    here = edges(grey, box)
    if here is None or here.shape != line.edges.shape:
        return 0.0
    return float(here.dot(line.edges))


def _begun(box: Box, look: Look, earlier: Sequence[Look]) -> Line:
    own = edges(look.grey, box)
    line = Line(
        box=box,
        edges=own if own is not None else np.zeros(0, np.float32),
        first=look,
        last=look,
        found_on=look,
        score=box.score,
    )
    _trace_back(line, earlier)
    return line


def _continued(box: Box, look: Look, there: Sequence[Line], earlier: Sequence[Look]) -> Line:
    # The detector now sees more of the line: the same caption, found whole.
    line = _begun(box, look, ())
    first = min((one.first for one in there), key=lambda one: one.ordinal)
    line.first, line.seen = first, max(one.seen for one in there)
    line.detections += max(one.detections for one in there)
    if line.first.ordinal > (earlier[-1].ordinal if earlier else -1):
        _trace_back(line, [one for one in earlier if one.ordinal < first.ordinal])
    return line


def _trace_back(line: Line, earlier: Sequence[Look]) -> None:
    missing, told = 0, []
    place = line.box
    for look in earlier:
        like = likeness(line, look.grey, place)
        if like < _FOLLOW_BELOW * _THERE:
            moved, better = _searched(line, look.grey, place)
            if better > like + 0.1:
                place, like = moved, better
        if like >= line.threshold():
            line.first, missing = look, 0
            line.seen += 1
            told.append(like)
            line.usual = float(np.median([1.0, *told])) if len(told) < 4 else float(np.median(told))
        elif like < _FAINT:
            missing += 1
            if missing > _MISSING_LEAST:
                return


def _follow(line: Line, look: Look) -> None:
    place = line.box.moved(*line.step)
    like = likeness(line, look.grey, place)
    if like < line.threshold() and line.missing <= _MISSING_LEAST:
        moved, better = _searched(line, look.grey, place)
        if better > like + 0.1:
            place, like = moved, better
    if like < line.threshold():
        line.faint = like >= _FAINT and look.seconds - line.last.seconds < _FAINT_S
        if not line.missing or line.faint:
            line.missing_since_s = look.seconds
        line.missing = max(1, line.missing) if line.faint else line.missing + 1
        return
    right, down = place.left - line.box.left, place.top - line.box.top
    line.step = round(right), round(down)
    line.moved += abs(right) + abs(down)
    line.box, line.whole = place, line.whole.joined(place)
    line.last, line.missing, line.faint = look, 0, False
    line.seen += 1
    line.usual += (like - line.usual) / min(line.seen, 20)


def _searched(line: Line, grey: Grey, place: Box) -> tuple[Box, float]:
    # The best place near by, from the correlation of edges at every shift at once.
    rows, columns = place.pixels()
    height, width = rows.stop - rows.start, columns.stop - columns.start
    top, left = rows.start - _SEARCH_DOWN, columns.start - _SEARCH_RIGHT
    bottom, right = rows.stop + _SEARCH_DOWN, columns.stop + _SEARCH_RIGHT
    if top < 0 or left < 0 or bottom > grey.shape[0] or right > grey.shape[1]:
        clipped = np.pad(grey, ((_SEARCH_DOWN,) * 2, (_SEARCH_RIGHT,) * 2), mode="edge")
        area = clipped[rows.start : rows.stop + 2 * _SEARCH_DOWN, columns.start : columns.stop + 2 * _SEARCH_RIGHT]
    else:
        area = grey[top:bottom, left:right]
    if area.shape != (height + 2 * _SEARCH_DOWN, width + 2 * _SEARCH_RIGHT):
        return place, 0.0
    own = line.edges
    count = (height - 1) * (width - 1)
    if own.size != 2 * count:
        return place, 0.0
    part = area.astype(np.float32)
    across, downwards = np.diff(part, axis=1)[:-1], np.diff(part, axis=0)[:, :-1]
    shape = across.shape
    likeness_at = np.fft.irfft2(
        np.fft.rfft2(across) * np.conj(np.fft.rfft2(own[:count].reshape(height - 1, width - 1), shape))
        + np.fft.rfft2(downwards) * np.conj(np.fft.rfft2(own[count:].reshape(height - 1, width - 1), shape)),
        shape,
    )[: 2 * _SEARCH_DOWN + 1, : 2 * _SEARCH_RIGHT + 1]
    at = np.unravel_index(int(np.argmax(likeness_at)), likeness_at.shape)
    moved = place.moved(int(at[1]) - _SEARCH_RIGHT, int(at[0]) - _SEARCH_DOWN)
    if moved.left < 0 or moved.top < 0 or moved.right > grey.shape[1] or moved.bottom > grey.shape[0]:
        return place, 0.0
    return moved, likeness(line, grey, moved)


def _is_wider(box: Box, other: Box) -> bool:
    return box.width > 1.3 * other.width or box.height > 1.5 * other.height
