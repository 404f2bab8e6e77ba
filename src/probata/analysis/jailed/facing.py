"""Finds faces on pictures of a pass, at every quarter turn of them: inside the jail.

People lie on the ground, and cameras lie on their side: a detector that knows upright faces is shown each picture four
ways. The weights come in as bytes whose digest was checked outside, and are parsed only once the cell has given up its
last powers. Of what the model gives, places of eyes, nose and mouth are not even asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from probata.analysis.faces.detecting import Face, decoded, turned, turned_back, without_doubles
from probata.analysis.faces.sizes import NotAModel, freed
from probata.analysis.jailed.networks import engine, session, short
from probata.analysis.jailed.upright import Upright
from probata.media.passes import CannotLook

if TYPE_CHECKING:
    from probata.media.jailed.frames import SeenFrame
    from probata.media.probe import Facts

_TURNS = 0, 90, 180, 270
_LONGER_PX, _LEAST_LONGER_PX, _STEP_PX = 640, 320, 32
_INPUT, _OUTPUTS = "input.1", ["537", "538", "539"]  # centres, sizes, offsets; 540 would be landmarks
_SAME_PICTURE = 5.0  # of 255: no part changed by more since the detector looked
_MOVED = 0.5  # of a face's size, from one look to the next, from which looks come twice as often
_LEAST_SHORTER_PX = 16
_MOST_LOOKS = 100_000


class Facing:
    """On which pictures the detector looked, and the boxes of faces that it found there."""

    def __init__(self, *, model: bytes, every_s: float, threshold: float) -> None:
        self._engine = engine("redact")
        self._model = model
        self._session: Any = None
        self._every_s, self._threshold = every_s, threshold
        self._upright = Upright()
        self._looks: list[dict[str, Any]] = []
        self._last: SeenFrame | None = None
        self._looked_at: NDArray[np.float32] | None = None
        self._due_s = self._looked_s = self._all_due_s = -1e9
        self._detections = self._pictures = 0
        self._faces: list[Face] = []

    def begin(self, facts: Facts) -> None:
        """Learn how pictures are turned."""
        self._upright = Upright.of(facts)
        stream = facts.video_stream
        if stream is not None and stream.picture is not None:
            shorter = min(stream.picture.width_px, stream.picture.height_px)
            if shorter < _LEAST_SHORTER_PX:
                raise CannotLook(f"pictures of {shorter} pixels hold no face that could be seen")

    def see(self, frame: SeenFrame) -> None:
        """One more picture; the detector looks where it is due, and where the picture changed."""
        self._last = frame
        self._pictures += 1
        at = float(frame.seconds)
        if self._looked_s <= at < self._due_s:
            return
        if len(self._looks) >= _MOST_LOOKS:
            raise CannotLook(f"more than {_MOST_LOOKS} pictures would have to be looked at")
        every_s = self._every_s
        every_way = at >= self._all_due_s or at < self._looked_s
        if self._looked_at is None or float(np.abs(frame.small - self._looked_at).max()) > _SAME_PICTURE:
            # In between, a face that moves is looked for only the way that it was found.
            turns = _TURNS if every_way else tuple(sorted({face.turned for face in self._faces}))
            before, self._faces = self._faces, self._find(frame, turns)
            self._looked_at = frame.small.copy()
            if self._faces and _moved(before, self._faces):
                every_s = self._every_s / 2
        if every_way:
            self._all_due_s = at + self._every_s
        self._looked_s, self._due_s = at, min(self._all_due_s, at + every_s)
        self._looks.append({"ordinal": frame.ordinal, "pts": frame.pts, "faces": [_plain(one) for one in self._faces]})

    def finish(self) -> dict[str, Any] | None:
        """All looks; nothing where there was no picture."""
        if self._last is None:
            return None
        return {
            "looks": self._looks,
            "time_base": self._last.time_base,
            "pictures": self._pictures,
            "detections": self._detections,
        }

    def _find(self, frame: SeenFrame, turns: tuple[int, ...]) -> list[Face]:
        if self._session is None:
            self._session = self._loaded()
            self._model = b""
        self._detections += 1
        width, height = _size(*self._upright.shown(frame.frame.width, frame.frame.height))
        picture = self._upright.picture(frame, width, height, "rgb24")
        found = [
            turned_back(face, degrees, height, width)
            for degrees in turns
            for face in self._faces_of(turned(picture, degrees))
        ]
        return [_in_parts(face, width, height) for face in without_doubles(found)]

    def _faces_of(self, picture: NDArray[np.uint8]) -> list[Face]:
        height, width = picture.shape[:2]
        rows, columns = (-(-side // _STEP_PX) * _STEP_PX for side in (height, width))
        given = np.zeros((1, 3, rows, columns), np.float32)
        given[0, :, :height, :width] = picture.transpose(2, 0, 1)
        try:
            heat, scale, offset = self._session.run(_OUTPUTS, {_INPUT: given})
        except Exception as error:  # the edge of a plug-in: what another's model raises becomes a stated answer
            raise CannotLook(f"the face detector failed: {short(error)}") from error
        if heat.shape[2] * 4 != rows or heat.shape[3] * 4 != columns or scale.shape[1] != 2 or offset.shape[1] != 2:
            raise CannotLook("the face detector does not answer as CenterFace does")
        return decoded(heat[0, 0], scale[0], offset[0], threshold=self._threshold)

    def _loaded(self) -> Any:  # noqa: ANN401  ONNX Runtime tells no types
        try:
            model = freed(self._model)
        except NotAModel as error:
            raise CannotLook(f"the face detector cannot be loaded: {error}") from error
        return session(self._engine, model, "the face detector")


def _size(width: float, height: float) -> tuple[int, int]:
    longer = max(width, height)
    scale = min(max(1.0, _LEAST_LONGER_PX / longer), _LONGER_PX / longer)
    return max(_STEP_PX, round(width * scale)), max(_STEP_PX, round(height * scale))


def _in_parts(face: Face, width: int, height: int) -> Face:
    return Face(
        left=max(0.0, face.left / width),
        top=max(0.0, face.top / height),
        right=min(1.0, face.right / width),
        bottom=min(1.0, face.bottom / height),
        score=min(1.0, face.score),
        turned=face.turned,
    )


def _plain(face: Face) -> dict[str, Any]:
    return {"box": [face.left, face.top, face.right, face.bottom], "score": face.score, "turned": face.turned}


def _moved(before: list[Face], now: list[Face]) -> bool:
    """Whether a face is not where one was, by more than half its size; one that came or went counts."""
    if len(before) != len(now):
        return True
    return any(
        min(
            max(
                abs(one.left + one.right - other.left - other.right) / 2 / max(1e-6, one.right - one.left),
                abs(one.top + one.bottom - other.top - other.bottom) / 2 / max(1e-6, one.bottom - one.top),
            )
            for other in before
        )
        > _MOVED
        for one in now
    )
