"""Finds text on the pictures of a pass, follows it from its first picture to its last, and reads it: inside the jail.

The detector's weights and the reader's data come in as bytes whose digests were checked outside, and are parsed only
once the cell has given up its last powers; the libraries that run them are loaded before that. The detector looks at
few pictures. In between, a line's own edges say whether it is there, so that its span is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.fft  # loaded before files are out of reach: numpy itself would do these late
import numpy.ma
from numpy.typing import NDArray

from probata.analysis.jailed.networks import engine, session, short
from probata.analysis.jailed.upright import Upright
from probata.analysis.screen_text import preparing, scripts
from probata.analysis.screen_text.boxes import Box, found, lines
from probata.analysis.screen_text.scripts import Candidate, Chosen
from probata.analysis.screen_text.tesseract import NoTesseract, NotRead, Tesseract
from probata.analysis.screen_text.tracks import Line, Lines, Look, Recent
from probata.media.passes import CannotLook

if TYPE_CHECKING:
    from probata.media.jailed.frames import SeenFrame
    from probata.media.probe import Facts

_DETECT_PX, _DETECT_LEAST_PX, _STEP_PX = 960, 320, 32
_WORKING_PX, _READING_PX = 960, 1920
_RECENT_BYTES = 64 << 20
_MOST_UNWATCHED = 240  # pictures
_SAME_PICTURE = 8.0  # of 255: no part changed by more since the detector looked
_THRESHOLD, _LEAST_SCORE, _UNCLIP = 0.3, 0.5, 1.6  # as the detector's own publisher sets them
_PAD_DOWN, _PAD_ACROSS = 0.08, 0.28  # of a line's height, around it
_LEAST_SHORTER_PX, _MOST_ASPECT = 16, 20
_HIGHEST, _HIGH, _HIGH_ASPECT = 0.35, 0.12, 2.0  # of the picture, and how much wider than high a high line is
_MOST_READ = 3_000
_BYTE = 8


class Reader:
    """Every line of text with its span, its place and its readings; and what was looked at.

    `detector` is an ONNX model as PP-OCR ships it; `languages` are Tesseract's data by language.
    """

    def __init__(
        self,
        *,
        detector: bytes,
        languages: Mapping[str, bytes],
        every_s: float,
        still_s: float,
        confidence: float,
    ) -> None:
        self._engine = engine("ocr")
        try:
            self._tesseract = Tesseract(languages)
        except NoTesseract as error:
            raise CannotLook(str(error)) from error
        self._languages = tuple(languages)
        self._model: bytes = detector
        self._session: Any = None
        self._every_s, self._still_s, self._confidence = every_s, still_s, confidence
        self._upright = Upright()
        self._lines, self._recent = Lines(), Recent(_RECENT_BYTES)
        self._told: list[dict[str, Any]] = []
        self._due_s, self._latest_s = -1e9, -1e9
        self._unwatched = 0
        self._looked_at: NDArray[np.float32] | None = None
        self._looked_s = -1e9
        self._counts = {"pictures": 0, "detections": 0, "skipped": 0, "unread": 0, "reads": 0}
        self._last: SeenFrame | None = None
        self._size = (0, 0)

    def begin(self, facts: Facts) -> None:
        """Learn how pictures are turned."""
        self._upright = Upright.of(facts)
        stream = facts.video_stream
        if stream is not None and stream.picture is not None:
            sides = sorted((stream.picture.width_px, stream.picture.height_px))
            if sides[0] < _LEAST_SHORTER_PX:
                raise CannotLook(f"pictures of {sides[0]} pixels hold no text that could be read")
            if sides[1] > _MOST_ASPECT * sides[0]:
                raise CannotLook(f"pictures of {sides[1]} by {sides[0]} pixels are no pictures of a scene")

    def see(self, frame: SeenFrame) -> None:
        """One more picture: is every known line still there; and, when it is time, what the detector finds."""
        self._last = frame
        self._counts["pictures"] += 1
        look = Look(
            ordinal=frame.ordinal,
            pts=frame.pts,
            seconds=float(frame.seconds),
            digest=frame.digest,
            grey=self._upright.turned(_working(frame)),
        )
        if self._size not in {(0, 0), look.grey.shape}:
            self._close(self._lines.finish())  # the pictures changed their size: no line goes on
            self._recent = Recent(_RECENT_BYTES)
            self._looked_at = None
        self._size = look.grey.shape[0], look.grey.shape[1]
        self._recent.add(look)
        self._unwatched += 1
        self._close(self._lines.see(look))
        if self._is_due(look, frame):
            self._detect(look, frame)
        self._take_pictures(look, frame)

    def finish(self) -> dict[str, Any] | None:
        """All lines, and how much was looked at; nothing where there was no picture."""
        if self._last is None:
            return None
        self._close(self._lines.finish())
        return {
            "lines": self._told,
            "time_base": self._last.time_base,
            "left_out": self._lines.left_out,
            "reader": self._tesseract.version,
            **self._counts,
        }

    def _is_due(self, look: Look, frame: SeenFrame) -> bool:
        forced = self._recent.is_full or self._unwatched > _MOST_UNWATCHED
        if look.seconds < self._looked_s:  # time went back
            forced = True
        if not forced and look.seconds < self._looked_s + self._every_s:
            return False
        if forced or self._looked_at is None or look.seconds > self._looked_s + self._still_s:
            return True
        if float(np.abs(frame.small - self._looked_at).max()) > _SAME_PICTURE:
            return True
        self._counts["skipped"] += 1
        self._recent.clear()
        return False

    def _detect(self, look: Look, frame: SeenFrame) -> None:
        self._counts["detections"] += 1
        self._unwatched = 0
        self._looked_at, self._looked_s = frame.small.copy(), look.seconds
        boxes = [_whole(box, look) for box in self._boxes(frame, look)]
        self._close(self._lines.detected(boxes, look, self._recent.before_last()))
        self._recent.clear()

    def _boxes(self, frame: SeenFrame, look: Look) -> list[Box]:
        if self._session is None:
            self._session = session(self._engine, self._model, "the text detector")
            self._model = b""
        width, height = self._upright.shown(frame.frame.width, frame.frame.height)
        across, down = _detector_size(width, height)
        picture = self._upright.picture(frame, across, down, "bgr24")
        given = (picture.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None]
        try:
            (told,) = self._session.run(None, {self._session.get_inputs()[0].name: np.ascontiguousarray(given)})
        except Exception as error:  # the edge of a plug-in: what another's model raises becomes a stated answer
            raise CannotLook(f"the text detector failed: {short(error)}") from error
        likely = np.asarray(told, np.float32).reshape(down, across)
        boxes = lines(found(likely, threshold=_THRESHOLD, least_score=_LEAST_SCORE, unclip=_UNCLIP))
        boxes = [box for box in boxes if _may_be_a_line(box, down)]
        return [box.scaled(look.grey.shape[1] / across, look.grey.shape[0] / down) for box in boxes]

    def _take_pictures(self, look: Look, frame: SeenFrame) -> None:
        wanting = [line for line in self._lines.live if line.last is look and line.wants_picture(look)]
        if not wanting:
            return
        width, height = self._upright.shown(frame.frame.width, frame.frame.height)
        scale = min(1.0, _READING_PX / max(width, height))
        size = max(16, round(width * scale)), max(16, round(height * scale))
        whole = self._upright.picture(frame, *size, "rgb24")
        for line in wanting:
            line.take(look, _cut_out(whole, line.box, look))

    def _close(self, ended: list[Line]) -> None:
        for line in ended:
            if not line.pictures:
                continue
            if len(self._told) >= _MOST_READ:
                self._counts["unread"] += 1
                continue
            self._told.append(self._as_told(line))

    def _as_told(self, line: Line) -> dict[str, Any]:
        height, width = line.last.grey.shape
        ordinal, digest, _picture = line.pictures[len(line.pictures) // 2]
        whole = line.whole
        told = {
            "start_pts": line.first.pts,
            "end_pts": line.last.pts,
            "start_ordinal": line.first.ordinal,
            "end_ordinal": line.last.ordinal,
            "box": [whole.left / width, whole.top / height, whole.right / width, whole.bottom / height],
            "height": line.box.height / height,
            "pictures": line.seen,
            "detector": line.score,
            "moves": line.is_moving,
            "read_ordinal": ordinal,
            "read_digest": digest,
            "read_from": 1 if line.is_moving else len(line.pictures),
        }
        if line.is_moving:
            stack = np.stack([picture for _ordinal, _digest, picture in line.pictures])
            best = preparing.sharpest(stack)
            stack = stack[best : best + 1]
            told["read_ordinal"], told["read_digest"], _picture = line.pictures[best]
        else:
            stack = np.stack([picture for _ordinal, _digest, picture in line.pictures])
        chosen = self._read(stack)
        told["reading"] = None if chosen is None else _as_plain(chosen)
        line.pictures.clear()
        return told

    def _read(self, stack: NDArray[np.uint8]) -> Chosen | None:
        aspect = stack.shape[2] / stack.shape[1]
        told: list[Candidate] = []
        try:
            for name, picture in preparing.prepared(stack):
                for language in self._languages:
                    reading = self._tesseract.read(picture, language)
                    told.append(
                        scripts.candidate(reading.text, language, name, reading.confidence, aspect, reading.words)
                    )
                    self._counts["reads"] += 1
                if scripts.is_settled(told):
                    break
        except (NoTesseract, NotRead) as error:
            raise CannotLook(str(error)) from error
        return scripts.chosen(told, least_confidence=self._confidence)


def _working(frame: SeenFrame) -> NDArray[np.uint8]:
    """Brightness at working size: every so many pixels of both sides, as they are; a copy."""
    luma = frame.luma
    every = max(1, max(luma.shape) // _WORKING_PX)
    picked: NDArray[Any] = luma[::every, ::every]
    if picked.dtype != np.uint8:
        picked = picked >> max(0, frame.frame.format.components[0].bits - _BYTE)
    return picked.astype(np.uint8)


def _detector_size(width: float, height: float) -> tuple[int, int]:
    longer = max(width, height)
    scale = min(1.0, _DETECT_PX / longer) if longer >= _DETECT_LEAST_PX else min(3.0, _DETECT_LEAST_PX / longer)
    across, down = (max(_STEP_PX, round(side * scale / _STEP_PX) * _STEP_PX) for side in (width, height))
    return across, down


def _may_be_a_line(box: Box, height: int) -> bool:
    """Whether it is shaped as a line of text: the detector also fires on large things with an outline."""
    if box.height > _HIGHEST * height:
        return False
    return box.height <= _HIGH * height or box.width >= _HIGH_ASPECT * box.height


def _whole(box: Box, look: Look) -> Box:
    """The box at whole pixels inside the picture."""
    height, width = look.grey.shape
    left, top = max(0, int(box.left)), max(0, int(box.top))
    return Box(
        left=left,
        top=top,
        right=min(width, max(left + 1, int(np.ceil(box.right)))),
        bottom=min(height, max(top + 1, int(np.ceil(box.bottom)))),
        score=box.score,
    )


def _cut_out(whole: NDArray[np.uint8], box: Box, look: Look) -> NDArray[np.uint8]:
    """The line and a little around it, of the same size wherever it stands."""
    down, across = whole.shape[0] / look.grey.shape[0], whole.shape[1] / look.grey.shape[1]
    high = box.height * down
    pad_down, pad_across = max(1, round(high * _PAD_DOWN)), max(1, round(high * _PAD_ACROSS))
    rows, columns = round(box.height * down) + 2 * pad_down, round(box.width * across) + 2 * pad_across
    top, left = round(box.top * down) - pad_down, round(box.left * across) - pad_across
    picked_rows = np.clip(np.arange(top, top + rows), 0, whole.shape[0] - 1)
    picked_columns = np.clip(np.arange(left, left + columns), 0, whole.shape[1] - 1)
    made: NDArray[np.uint8] = whole[picked_rows[:, None], picked_columns[None]]
    return made


def _as_plain(chosen: Chosen) -> dict[str, Any]:
    def plain(one: Candidate) -> dict[str, Any]:
        return {
            "text": one.text,
            "language": one.language,
            "script": one.script,
            "preparation": one.preparation,
            "confidence": one.confidence,
            "weight": one.weight,
        }

    return {
        **plain(chosen.best),
        "alternatives": [plain(one) for one in chosen.alternatives],
        "doubts": list(chosen.doubts),
    }
