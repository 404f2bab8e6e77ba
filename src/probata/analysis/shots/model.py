"""Reads the model of `shots` from its JSON and says how far an impulse is like each kind; nothing else is learned here.

Networks of two hidden layers tell the kinds apart; trees tell a shot from all others. The mean of both is the score of
a shot, and the networks share the rest among the other kinds. All that the file holds is numbers with names. It is
trained by `tools/train_shots.py` on sounds that code makes.
"""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.analysis.shots.features import CONTEXT, NAMES
from probata.terms.errors import InvalidValue

FORMAT = "probata/shots-model/1"
WANTED = "shot"
_FARTHEST = 4.0  # spreads from the mean; beyond, nothing was learned
Floats = NDArray[np.float32]


class _Layer(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    weights: list[list[float]]
    offsets: list[float]


class _Tree(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    feature: list[int]
    at: list[float]
    low: list[int]


class _Stored(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The stored form."""

    schema: Literal["probata/shots-model/1"]
    made_by: str
    measured: dict[str, float]
    kinds: list[str]
    features: list[str]
    mean: list[float]
    spread: list[float]
    networks: list[list[_Layer]]
    start: float
    trees: list[_Tree]


@frozen(kw_only=True, eq=False)
class Tree:
    """Nodes in order; `low` is the first of a node's two children, or 0 at a leaf, whose `at` is what it adds."""

    feature: NDArray[np.intp]
    at: NDArray[np.float64]
    low: NDArray[np.intp]

    def adds(self, rows: Floats) -> NDArray[np.float64]:
        """What the tree adds for each row: children come after their parent, so every walk ends."""
        node = np.zeros(len(rows), np.intp)
        while (inner := self.low[node] > 0).any():
            higher = rows[np.arange(len(rows)), self.feature[node]] >= self.at[node]
            node = np.where(inner, self.low[node] + higher, node)
        told: NDArray[np.float64] = self.at[node]
        return told

    def fits(self, width: int) -> bool:
        """Whether it is a tree over so many features."""
        count, inner = len(self.at), self.low > 0
        return (
            count > 0
            and len(self.low) == len(self.feature) == count
            and bool(((self.feature >= 0) & (self.feature < width)).all())
            and bool((self.low >= 0).all())
            and bool((self.low[inner] > np.flatnonzero(inner)).all())
            and bool((self.low[inner] + 1 < count).all())
        )


@frozen(kw_only=True, eq=False)
class Model:
    """Kinds, and the numbers that tell them apart."""

    kinds: tuple[str, ...]
    mean: Floats
    spread: Floats
    networks: tuple[tuple[tuple[Floats, Floats], ...], ...]
    start: float
    trees: tuple[Tree, ...]

    @classmethod
    def read(cls, untrusted: bytes) -> Model:
        """The model that this file holds; raises `InvalidValue` if it is none for these features."""
        try:
            stored = msgspec.json.decode(untrusted, type=_Stored)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InvalidValue(what="The model of `shots`", why=str(error)) from error
        if tuple(stored.features) != NAMES + CONTEXT:
            raise InvalidValue(what="The model of `shots`", why="it was trained on other features")
        model = cls(
            kinds=tuple(stored.kinds),
            mean=np.array(stored.mean, np.float32),
            spread=np.array(stored.spread, np.float32),
            networks=tuple(
                tuple((np.array(one.weights, np.float32), np.array(one.offsets, np.float32)) for one in network)
                for network in stored.networks
            ),
            start=stored.start,
            trees=tuple(
                Tree(feature=np.array(one.feature), at=np.array(one.at), low=np.array(one.low)) for one in stored.trees
            ),
        )
        widths = {len(model.mean), len(model.spread), len(stored.features)}
        fitting = all(_fits(model, one) for one in model.networks) and all(
            one.fits(len(NAMES + CONTEXT)) for one in model.trees
        )
        if len(widths) != 1 or WANTED not in model.kinds or not model.networks or not fitting:
            raise InvalidValue(what="The model of `shots`", why="its numbers do not belong together")
        return model

    def scores(self, rows: Floats) -> Floats:
        """How far each impulse is like each of `kinds`; each row comes to 1."""
        told = np.zeros((len(rows), len(self.kinds)), np.float32)
        known = np.clip((rows - self.mean) / self.spread, -_FARTHEST, _FARTHEST)
        for network in self.networks:
            value = known
            for weights, offsets in network[:-1]:
                value = np.maximum(value @ weights + offsets, 0)
            weights, offsets = network[-1]
            value = value @ weights + offsets
            value = np.exp(value - value.max(axis=1, keepdims=True, initial=-1e9))
            told += value / value.sum(axis=1, keepdims=True)
        return self._with_trees(told / np.float32(len(self.networks)), rows)

    def _with_trees(self, scores: Floats, rows: Floats) -> Floats:
        wanted = self.kinds.index(WANTED)
        odds = self.start + sum(tree.adds(rows) for tree in self.trees)
        plain = 0.5 * scores[:, wanted] + 0.5 / (1 + np.exp(-odds))
        rest = (1 - plain) / np.maximum(1 - scores[:, wanted], 1e-6)
        told: Floats = (scores * rest[:, None]).astype(np.float32)
        told[:, wanted] = plain
        return told


def _fits(model: Model, network: tuple[tuple[Floats, Floats], ...]) -> bool:
    width = len(model.mean)
    for weights, offsets in network:
        if weights.ndim != 2 or weights.shape != (width, len(offsets)):
            return False
        width = len(offsets)
    return width == len(model.kinds)
