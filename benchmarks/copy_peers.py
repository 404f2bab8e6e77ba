"""Peers that find copies, each as a finder: PDQ under vPDQ's rule, PDQ aligned in time, Chromaprint, SSCD.

vPDQ's rule is that of its README (facebook/ThreatExchange): one frame a second, quality at least 50, a frame is hit
within 31 bits of 256, and 80 % of the frames of either video must be hit. Chromaprint is Debian's `fpcalc`: windows
of ten sub-prints (3.1 s heard), left out where quieter than -50 dB or where the print hardly changes. SSCD needs a
user's own ONNX file. All run outside the jail, on the corpus only, and are never part of the product.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from copy_edits import SOUND_RATE_HZ, measure, read_pictures, read_sound

COPY, SCENE, SCORED = "copy", "related_not_same", "scored"
SCENES = frozenset({"same_scene_moment_unproven", "same_scene_other_camera", SCENE})
"""Verdicts that state no more than that one scene, or something, is shared."""
STATED = frozenset(
    {
        *("same_bytes", "copy", "excerpt_of", "contains", "overlaps"),
        *("same_audio_other_picture", "same_picture_other_audio"),
    }
)
"""Verdicts that state that the same moments are seen or heard."""


@frozen(kw_only=True)
class Stretch:
    """From when to when in the query and in the other video; how much faster and whether mirrored, where it is said."""

    q_start_s: float
    q_end_s: float
    r_start_s: float
    r_end_s: float
    speed: float | None = None
    mirror: bool | None = None


@frozen(kw_only=True)
class Found:
    """What a finder says of a query and one video.

    `kind` is its verdict: one of the product's kinds, or `scored` where a method has no rule of its own. The score
    orders all that it finds; what it does not name has the score `-inf`.
    """

    video: str
    kind: str
    score: float
    by: str
    segments: tuple[Stretch, ...] = ()


class Finder(Protocol):
    """Something that finds copies: told the archive once, then asked of one query after another."""

    name: str

    def prepare(self, archive: Mapping[str, Path]) -> None:
        """Look at every video of the archive."""

    def find(self, query: Path, among: Sequence[str]) -> list[Found]:
        """What the query shares with these videos."""


# -- frames


@frozen(kw_only=True, eq=False)
class Codes:
    """One code a frame, and when each frame is shown."""

    seconds: NDArray[np.float64]
    codes: NDArray[Any]


class _OfFrames:
    """What finders by frames share: sampling, alignment in time."""

    rate = Fraction(2)
    apart_s = 0.6

    def __init__(self) -> None:
        self._archive: dict[str, Codes] = {}

    def prepare(self, archive: Mapping[str, Path]) -> None:
        """Code the frames of every video."""
        self._archive |= {name: self._coded(path) for name, path in archive.items()}

    def find(self, query: Path, among: Sequence[str]) -> list[Found]:
        """The best alignment of the query, or its mirror, with each video."""
        asked = [codes for codes in (self._coded(query), self._coded(query, mirror=True)) if len(codes.codes)]
        found = []
        for name in among:
            held = self._archive[name]
            best = [self._aligned(codes, held) for codes in asked if len(held.codes)]
            score, stretch = max(best, key=lambda one: one[0], default=(-np.inf, None))
            if stretch is not None:
                found.append(Found(video=name, kind=SCORED, score=score, by="frames", segments=(stretch,)))
        return found

    def _coded(self, path: Path, *, mirror: bool = False) -> Codes:
        rate, width, height, lasts_s = measure(path)
        every = min(self.rate, rate)
        frames = max(1, int(Fraction(lasts_s).limit_denominator(1000) * every))
        scale = 512 / max(width, height)
        box = max(2, round(width * scale)), max(2, round(height * scale))
        pictures = list(read_pictures(path, start_s=0.02, rate=every, frames=frames, box=box))
        if mirror:
            pictures = [np.ascontiguousarray(picture[:, ::-1]) for picture in pictures]
        codes, kept = self._codes(pictures)
        return Codes(seconds=(np.arange(len(pictures)) / float(every))[kept], codes=codes)

    def _aligned(self, asked: Codes, held: Codes) -> tuple[float, Stretch | None]:
        """The sum of likenesses along the best offset, the best partner of each frame of the query only."""
        likeness = self._likeness(asked.codes, held.codes)
        rows, columns = np.nonzero(likeness > 0)
        offsets = held.seconds[columns] - asked.seconds[rows]
        best: tuple[float, Stretch | None] = (-np.inf, None)
        for offset in np.unique(np.round(offsets, 2)):
            near = np.abs(offsets - offset) <= self.apart_s
            of_row = np.zeros(len(likeness))
            np.maximum.at(of_row, rows[near], likeness[rows[near], columns[near]])
            if of_row.sum() > best[0]:
                hit, step = np.flatnonzero(of_row), 1 / float(self.rate)
                first, last = float(asked.seconds[hit[0]]), float(asked.seconds[hit[-1]]) + step
                there = float(offset)
                stretch = Stretch(q_start_s=first, q_end_s=last, r_start_s=first + there, r_end_s=last + there)
                best = (float(of_row.sum()), stretch)
        return best

    def _codes(self, pictures: list[NDArray[np.uint8]]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        raise NotImplementedError

    def _likeness(self, asked: NDArray[Any], held: NDArray[Any]) -> NDArray[np.float64]:
        raise NotImplementedError


def _bits_apart(asked: NDArray[Any], held: NDArray[Any]) -> NDArray[np.int64]:
    mine, theirs = asked.astype(np.int64), held.astype(np.int64)
    apart: NDArray[np.int64] = mine @ (1 - theirs).T + (1 - mine) @ theirs.T
    return apart


class PdqAligned(_OfFrames):
    """PDQ at 2 frames a second, at most 70 bits apart, aligned in time, and of the mirrored query."""

    name = "PDQ 2 fps, aligned, mirrored, <= 70 bits"
    most_bits = 70

    def _codes(self, pictures: list[NDArray[np.uint8]]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        import pdqhash

        made = [pdqhash.compute(picture) for picture in pictures]
        kept = np.array([quality >= 50 for _, quality in made], dtype=bool)
        bits = [bits for bits, quality in made if quality >= 50]
        return np.array(bits, dtype=np.uint8).reshape(-1, 256), kept

    def _likeness(self, asked: NDArray[Any], held: NDArray[Any]) -> NDArray[np.float64]:
        likeness: NDArray[np.float64] = (self.most_bits + 1 - _bits_apart(asked, held)).clip(0) / self.most_bits
        return likeness


class VpdqAnyFrame(PdqAligned):
    """PDQ at 1 frame a second: the nearest two frames, whichever they are; a copy where they are within 31 bits."""

    name = "vPDQ frames, any frame hit <= 31"
    rate = Fraction(1)

    def find(self, query: Path, among: Sequence[str]) -> list[Found]:
        """The nearest frames."""
        asked = self._coded(query).codes
        held = ((name, self._archive[name].codes) for name in among)
        return [self._told(name, _bits_apart(asked, codes)) for name, codes in held if len(asked) and len(codes)]

    def _told(self, name: str, apart: NDArray[np.int64]) -> Found:
        nearest = int(apart.min())
        return Found(video=name, kind=COPY if nearest <= 31 else SCENE, score=-float(nearest), by="frames")


class Vpdq(VpdqAnyFrame):
    """vPDQ under its published rule: 80 % of the frames of either video hit within 31 bits."""

    name = "vPDQ, published 80 % rule, either way round"

    def _told(self, name: str, apart: NDArray[np.int64]) -> Found:
        hit = apart <= 31
        share = max(float(hit.any(axis=1).mean()), float(hit.any(axis=0).mean()))
        return Found(video=name, kind=COPY if share >= 0.8 else SCENE, score=share, by="frames")


class Sscd(_OfFrames):
    """SSCD's descriptor from a user's ONNX file, 1 frame a second, aligned in time, and of the mirrored query."""

    name = "SSCD 1 fps, aligned, mirrored"
    rate = Fraction(1)
    floor = 0.3

    def __init__(self, model: Path) -> None:
        super().__init__()
        # By its own Privacy.md onnxruntime reports home unless it is told not to, before it is loaded.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0]

    def _codes(self, pictures: list[NDArray[np.uint8]]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        rows = [self._session.run(None, {self._input.name: self._fed(picture)})[0][0] for picture in pictures]
        codes = np.array(rows, dtype=np.float32)
        codes /= np.linalg.norm(codes, axis=1, keepdims=True).clip(1e-9)
        return codes, np.ones(len(pictures), dtype=bool)

    def _fed(self, picture: NDArray[np.uint8]) -> NDArray[Any]:
        """288 pixels square; bytes where the model takes them, otherwise scaled as torchvision's models are."""
        square = np.asarray(cv2.resize(picture, (288, 288), interpolation=cv2.INTER_AREA))
        if self._input.type == "tensor(uint8)":
            return square[np.newaxis]
        scaled = (square.astype(np.float32) / 255 - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)
        return scaled.transpose(2, 0, 1)[np.newaxis].astype(np.float32)

    def _likeness(self, asked: NDArray[Any], held: NDArray[Any]) -> NDArray[np.float64]:
        likeness: NDArray[np.float64] = (asked @ held.T - self.floor).clip(0).astype(np.float64)
        return likeness


# -- sound


@frozen(kw_only=True, eq=False)
class Heard:
    """Sub-prints of 32 bits, and at which of them a window starts that may be compared."""

    bits: NDArray[np.uint8]
    usable: NDArray[np.intp]


class Chromaprint:
    """Chromaprint by `fpcalc`: the two most alike windows of ten sub-prints, gated on level and rate of change."""

    name = "Chromaprint, 3.1 s window, gated"
    window, lowest_db, least_change = 10, -50.0, 3.0
    step_s, heard_beside_s = 4096 / 3 / 11025, 1.9

    def __init__(self) -> None:
        self._archive: dict[str, Heard | None] = {}

    def prepare(self, archive: Mapping[str, Path]) -> None:
        """Print the sound of every video."""
        self._archive |= {name: self._heard(path) for name, path in archive.items()}

    def find(self, query: Path, among: Sequence[str]) -> list[Found]:
        """The most alike windows of the query and each video that has sound."""
        asked = self._heard(query)
        if asked is None:
            return []
        held = ((name, self._archive[name]) for name in among)
        return [self._told(name, asked, heard) for name, heard in held if heard is not None]

    def _told(self, name: str, asked: Heard, held: Heard) -> Found:
        mine, theirs = (
            np.stack([heard.bits[start : start + self.window].ravel() for start in heard.usable])
            for heard in (asked, held)
        )
        alike = 1 - _bits_apart(mine, theirs) / mine.shape[1]
        row, column = np.unravel_index(int(alike.argmax()), alike.shape)
        q_s, r_s = (float(index) * self.step_s for index in (asked.usable[row], held.usable[column]))
        long_s = self.window * self.step_s + self.heard_beside_s
        stretch = Stretch(q_start_s=q_s, q_end_s=q_s + long_s, r_start_s=r_s, r_end_s=r_s + long_s)
        return Found(video=name, kind=SCORED, score=float(alike.max()), by="sound", segments=(stretch,))

    def _heard(self, path: Path) -> Heard | None:
        done = subprocess.run(
            ["fpcalc", "-ignore-errors", "-raw", "-length", "0", "-json", str(path)],
            capture_output=True,
            check=False,
            timeout=120,
        )
        if done.returncode not in {0, 3} or not done.stdout.strip().startswith(b"{"):
            return None
        prints = np.array(json.loads(done.stdout)["fingerprint"], dtype=np.uint32)
        if len(prints) < self.window:
            return None
        bits = np.unpackbits(prints.view(np.uint8).reshape(-1, 4), axis=1)
        usable = self._usable(path, bits)
        return Heard(bits=bits, usable=usable) if len(usable) else None

    def _usable(self, path: Path, bits: NDArray[np.uint8]) -> NDArray[np.intp]:
        long_s = self.window * self.step_s + self.heard_beside_s
        sound = read_sound(path, start_s=0, seconds=len(bits) * self.step_s + long_s)
        assert sound is not None
        power = np.concatenate(([0.0], np.cumsum(sound.astype(np.float64) ** 2)))
        changed = np.array([int((one != other).sum()) for one, other in pairwise(bits)])
        usable = []
        for start in range(len(bits) - self.window + 1):
            first = round(start * self.step_s * SOUND_RATE_HZ)
            last = min(len(sound), first + round(long_s * SOUND_RATE_HZ))
            level_db = 10 * np.log10((power[last] - power[first]) / max(1, last - first) + 1e-12)
            moved = changed[start : start + self.window - 1].mean()
            if level_db >= self.lowest_db and moved >= self.least_change:
                usable.append(start)
        return np.array(usable, dtype=np.intp)


def peers(sscd: Path | None) -> tuple[list[Finder], list[str]]:
    """The peers that can be measured here, and one sentence for each that cannot."""
    here: list[Finder] = []
    lacks = []
    try:
        import pdqhash  # noqa: F401  asked for only to know whether it is there
    except ImportError:
        lacks.append("PDQ is not measured: pdqhash is not installed (pip install pdqhash==0.2.8)")
    else:
        here += [Vpdq(), VpdqAnyFrame(), PdqAligned()]
    if shutil.which("fpcalc"):
        here.append(Chromaprint())
    else:
        lacks.append("Chromaprint is not measured: fpcalc is not installed (apt-get install libchromaprint-tools)")
    if sscd is None:
        lacks.append("SSCD is not measured: no ONNX file was given (--sscd PATH)")
    else:
        here.append(Sscd(sscd))
    return here, lacks
