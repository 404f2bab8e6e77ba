# ruff: noqa: INP001  tools are scripts beside each other, not a package
"""What learns from examples for `shots`: networks that tell kinds apart, and trees that tell one from the rest."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Rows = NDArray[np.float32]
Numbers = NDArray[np.int64]
Values = NDArray[np.float64]


# ---- networks


@frozen(kw_only=True)
class NetworkTraining:
    """How a network is trained."""

    hidden: int = 32
    rounds: int = 16
    batch: int = 256
    rate: float = 0.002
    blur: float = 0.15
    dropped: float = 0.15
    decay: float = 2e-4


def network(
    rows: Rows, kinds: Numbers, weights: Rows, count: int, how: NetworkTraining, random: np.random.Generator
) -> list[Rows]:
    """A network of two hidden layers: weights and offsets of each layer, by Adam with a falling rate.

    Features are blurred and units dropped at random, so that nothing hangs on one number alone.
    """
    values: list[Rows] = []
    for before, after in pairwise((rows.shape[1], how.hidden, how.hidden, count)):
        drawn = random.standard_normal((before, after)) / np.sqrt(before)
        values += [drawn.astype(np.float32), np.zeros(after, np.float32)]
    first, second = [np.zeros_like(one) for one in values], [np.zeros_like(one) for one in values]
    steps, step = how.rounds * (len(rows) // how.batch), 0
    for _ in range(how.rounds):
        order = random.permutation(len(rows))
        for start in range(0, len(rows) - how.batch + 1, how.batch):
            at = order[start : start + how.batch]
            slopes = _slopes(values, rows[at], kinds[at], weights[at], how, random)
            step += 1
            rate = how.rate * (0.5 + 0.5 * np.cos(np.pi * step / steps))
            for number, slope in enumerate(slopes):
                first[number] = 0.9 * first[number] + 0.1 * slope
                second[number] = 0.999 * second[number] + 0.001 * slope**2
                move = (first[number] / (1 - 0.9**step)) / (np.sqrt(second[number] / (1 - 0.999**step)) + 1e-8)
                decay = how.decay * values[number] if number % 2 == 0 else 0
                values[number] = (values[number] - rate * (move + decay)).astype(np.float32)
    return values


def _slopes(
    values: list[Rows], rows: Rows, kinds: Numbers, weights: Rows, how: NetworkTraining, random: np.random.Generator
) -> list[Any]:
    """Of the weighted cross entropy, by each value."""
    given = rows + how.blur * random.standard_normal(rows.shape).astype(np.float32)
    one = given @ values[0] + values[1]
    keep_one = (random.random(one.shape) > how.dropped) / (1 - how.dropped)
    first = np.maximum(one, 0) * keep_one
    two = first @ values[2] + values[3]
    keep_two = (random.random(two.shape) > how.dropped) / (1 - how.dropped)
    second = np.maximum(two, 0) * keep_two
    out = second @ values[4] + values[5]
    likely = np.exp(out - out.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    likely[np.arange(len(kinds)), kinds] -= 1
    likely *= weights[:, None] / len(kinds)
    back_two = (likely @ values[4].T) * keep_two * (two > 0)
    back_one = (back_two @ values[2].T) * keep_one * (one > 0)
    return [
        given.T @ back_one,
        back_one.sum(axis=0),
        first.T @ back_two,
        back_two.sum(axis=0),
        second.T @ likely,
        likely.sum(axis=0),
    ]


# ---- trees


@frozen(kw_only=True)
class TreeTraining:
    """How trees are grown: one after the other, each on half of the examples and half of the features."""

    trees: int = 300
    depth: int = 6
    rate: float = 0.1
    bins: int = 40
    least: float = 8.0
    caution: float = 5.0


@frozen(kw_only=True)
class Tree:
    """Nodes in order; `low` is the first of a node's two children, or 0 at a leaf, whose `at` is what it adds."""

    feature: list[int]
    at: list[float]
    low: list[int]

    def adds(self, rows: Rows) -> Values:
        """What the tree adds for each row."""
        feature, at, low = np.array(self.feature), np.array(self.at), np.array(self.low)
        node = np.zeros(len(rows), np.int64)
        while (inner := low[node] > 0).any():
            higher = rows[np.arange(len(rows)), feature[node]] >= at[node]
            node = np.where(inner, low[node] + higher, node)
        told: Values = at[node]
        return told


def trees(
    rows: Rows, wanted: NDArray[np.bool_], weights: Rows, how: TreeTraining, seed: int
) -> tuple[float, list[Tree]]:
    """Boosted trees for the log odds of what is wanted, and the log odds that they begin from."""
    random = np.random.default_rng(seed)
    share = float((weights * wanted).sum() / weights.sum())
    start = float(np.log(share / (1 - share)))
    edges = [np.unique(np.quantile(column, np.linspace(0, 1, how.bins + 1)[1:-1])) for column in rows.T]
    binned = np.stack([np.searchsorted(edge, column, side="right") for edge, column in zip(edges, rows.T, strict=True)])
    binned = np.ascontiguousarray(binned.T.astype(np.uint8))
    odds, grown = np.full(len(rows), start), []
    for _ in range(how.trees):
        likely = 1 / (1 + np.exp(-odds))
        some = np.flatnonzero(random.random(len(rows)) < 0.5)
        columns = np.sort(random.choice(rows.shape[1], rows.shape[1] // 2, replace=False))
        slope, bend = (likely - wanted) * weights, likely * (1 - likely) * weights
        one = _grown(binned[some], slope[some], bend[some], columns, edges, how)
        odds += one.adds(rows)
        grown.append(one)
    return start, grown


def _grown(
    binned: NDArray[np.uint8], slope: Values, bend: Values, columns: Numbers, edges: list[Any], how: TreeTraining
) -> Tree:
    feature, at, low = [0], [0.0], [0]
    open_nodes = [(0, np.arange(len(slope)), 0)]
    while open_nodes:
        node, here, depth = open_nodes.pop(0)
        split = _split(binned[here], slope[here], bend[here], columns, how) if depth < how.depth else None
        if split is None:
            at[node] = float(-how.rate * slope[here].sum() / (bend[here].sum() + how.caution))
            continue
        column, place = split
        feature[node], at[node], low[node] = column, float(edges[column][place]), len(feature)
        under = binned[here, column] <= place
        for part in (here[under], here[~under]):
            open_nodes.append((len(feature), part, depth + 1))
            feature.append(0)
            at.append(0.0)
            low.append(0)
    return Tree(feature=feature, at=at, low=low)


def _split(
    binned: NDArray[np.uint8], slope: Values, bend: Values, columns: Numbers, how: TreeTraining
) -> tuple[int, int] | None:
    """The column and bin whose split gains most; None where none gains."""
    width, count = how.bins, len(columns)
    flat = (binned[:, columns] + (np.arange(count) * width)[None]).ravel()
    slopes = np.bincount(flat, np.repeat(slope, count), count * width).reshape(count, width).cumsum(axis=1)
    bends = np.bincount(flat, np.repeat(bend, count), count * width).reshape(count, width).cumsum(axis=1)
    all_slope, all_bend = slope.sum(), bend.sum()
    gain = slopes**2 / (bends + how.caution) + (all_slope - slopes) ** 2 / (all_bend - bends + how.caution)
    gain -= all_slope**2 / (all_bend + how.caution)
    gain[(bends < how.least) | (all_bend - bends < how.least)] = -1
    best, place = np.unravel_index(int(gain.argmax()), gain.shape)
    return (int(columns[best]), int(place)) if gain[best, place] > 1e-3 else None
