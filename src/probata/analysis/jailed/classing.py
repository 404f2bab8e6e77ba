"""Asks a sound classifier of the user for its scores, patch by patch: what runs inside the jail.

The model comes in as bytes whose digest was checked outside, and is parsed only once the cell has given up its last
powers. It is shown mono sound at its own rate; what it gives is taken as scores of classes and as nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from probata.analysis.jailed import networks
from probata.analysis.shots.classes import ClassMap
from probata.analysis.speech.clock import Clock
from probata.media.passes import CannotLook
from probata.media.waveform import Anchor

_MOST_PATCHES = 200_000
Floats = NDArray[np.float32]


class Sound(Protocol):
    """A block of sound, as a pass hands it over: its samples as mono, and where these stand in time."""

    @property
    def mono(self) -> Floats: ...  # noqa: D102
    @property
    def anchors(self) -> Sequence[Anchor]: ...  # noqa: D102


class Classing:
    """The scores of the classes that speak for or against, of every patch of the sound.

    `model` and `classes` are the bytes of the two files; a last patch that is not full is filled up with silence.
    """

    def __init__(self, *, model: bytes, classes: bytes) -> None:
        self._map = ClassMap.read(classes)
        self.sound_rate_hz = self._map.rate_hz
        self._library = networks.engine("sound")
        self._model = model
        self._session: Any = None
        self._kept = np.zeros(0, np.float32)
        self._kept_from = 0
        self._samples = 0
        self._last: Sound | None = None
        self._scores: list[tuple[int, list[float]]] = []

    def hear(self, block: Sound) -> None:
        """One more block of sound."""
        mono = np.nan_to_num(block.mono, nan=0.0, posinf=0.0, neginf=0.0)
        self._last = block
        self._samples += len(mono)
        self._kept = np.concatenate([self._kept, mono])
        while len(self._kept) >= self._map.patch_samples:
            self._next()

    def finish(self) -> dict[str, Any] | None:
        """Every patch with its time and scores; nothing where there is no sound."""
        if self._last is None:
            return None
        heard_to = self._scores[-1][0] + self._map.patch_samples if self._scores else 0
        if heard_to < self._samples:
            self._kept = np.pad(self._kept, (0, max(0, self._map.patch_samples - len(self._kept))))
            self._next()
        clock = Clock(self._last.anchors, self._map.rate_hz)
        return {
            "time_base": clock.time_base,
            "classes": [(name, alike) for _place, name, alike in self._map.told],
            "patches": [
                (*clock.span(start, min(self._samples, start + self._map.patch_samples)), scores)
                for start, scores in self._scores
            ],
        }

    def _next(self) -> None:
        """Score the patch at the front, and go on by one hop."""
        if len(self._scores) >= _MOST_PATCHES:
            raise CannotLook(f"more than {_MOST_PATCHES} patches would have to be asked for")
        scores = self._asked(self._kept[: self._map.patch_samples])
        self._scores.append((self._kept_from, [float(scores[place]) for place, _name, _alike in self._map.told]))
        self._kept = self._kept[self._map.hop_samples :]
        self._kept_from += self._map.hop_samples

    def _asked(self, patch: Floats) -> Floats:
        if self._session is None:
            self._session = networks.session(self._library, self._model, "the classifier of [models.sound]")
        wanted = self._session.get_inputs()
        if len(wanted) != 1 or len(wanted[0].shape) not in {1, 2}:
            raise CannotLook("the classifier of [models.sound] does not take mono sound alone")
        given = patch if len(wanted[0].shape) == 1 else patch[None]
        try:
            out = np.asarray(self._session.run(None, {wanted[0].name: given})[0])
        except Exception as error:  # the edge of a plug-in: what another's model raises becomes a stated answer
            raise CannotLook(f"the classifier of [models.sound] failed: {networks.short(error)}") from error
        return _scores(out, self._map)


def _scores(out: NDArray[Any], told: ClassMap) -> Floats:
    """One score from 0 to 1 a class, the mean over whatever stands before; raises `CannotLook` for anything else."""
    count = len(told.classes)
    if out.ndim == 0 or out.shape[-1] != count or not np.issubdtype(out.dtype, np.floating) or out.size == 0:
        raise CannotLook(f"the classifier of [models.sound] gives {out.shape}, and its map names {count} classes")
    rows = out.reshape(-1, count).astype(np.float64)
    if not np.isfinite(rows).all():
        raise CannotLook("the classifier of [models.sound] gives what is no number")
    if told.scores == "logits":
        rows = 1 / (1 + np.exp(-np.clip(rows, -60, 60)))
    elif told.scores == "exclusive logits":
        rows = np.exp(rows - rows.max(axis=1, keepdims=True))
        rows /= rows.sum(axis=1, keepdims=True)
    elif rows.min() < 0 or rows.max() > 1:
        raise CannotLook("the classifier of [models.sound] gives scores that are not from 0 to 1, as its map says")
    means: Floats = rows.mean(axis=0).astype(np.float32)
    return means
