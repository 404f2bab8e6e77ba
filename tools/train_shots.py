# ruff: noqa: INP001  tools are scripts beside each other, not a package
"""Train the model of `shots` on sounds that code makes, and write it as JSON: `python tools/train_shots.py`.

Makes scenes (`shots_scenes`), finds what begins suddenly in them as the analyser does, labels each impulse by what was
put there, trains small networks, and prints what they make of scenes that were held out. The same seed on the same
machine with the same versions and one thread (`OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1`) gives the same file. Nothing
that was recorded goes in.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray
from shots_beside import EVENTS, display
from shots_crisp import crisp
from shots_learning import NetworkTraining, Rows, Tree, TreeTraining, network, trees
from shots_scenes import Scene, one_behind, plain_noise, scene, written
from shots_sounds import (
    RATE_HZ,
    Event,
    Random,
    Samples,
    coloured,
    driven,
    from_db,
    log_uniform,
    loudest,
    put,
    ticks,
)
from shots_startling import startling

from probata.analysis.shots import features, onsets
from probata.analysis.shots.features import CONTEXT, NAMES
from probata.analysis.shots.model import FORMAT, Model

WEIGHTS = Path(__file__).resolve().parents[1] / "src" / "probata" / "analysis" / "shots" / "weights.json"
KINDS = ("shot", "echo", "firework", "backfire", "door", "clap", "hammer", "dropped object", "other")
RISE_DB, LOUDER = 3.5, 0.3
"""Of two sudden sounds the analyser prefers the louder more strongly; that was measured after this was trained."""
NEAR = RATE_HZ // 40  # samples between a mark and what is found of it
HELD_OUT = 10  # every tenth scene: crowded and crisp ones
WANTED = KINDS.index("shot")
BESIDE = {
    "display": 0.24,
    "firework": 0.10,
    "door": 0.16,
    "clap": 0.15,
    "hammer": 0.15,
    "dropped object": 0.05,
    "backfire": 0.05,
    "startling": 0.10,
}
"""What else happens where single shots are laid over what lies behind, and how often."""
HIDDEN_DB = -2.0
"""A shot whose peak is so far below the loudest of what lies behind is not learned from: nobody could hear it."""


@frozen(kw_only=True, eq=False)
class Examples:
    """Impulses by their features, the number of their kind, and of their scene."""

    rows: Rows
    kinds: NDArray[np.int64]
    scenes: NDArray[np.int64]


# ---- what is learned from


def single_shot(random: Random) -> Event:
    """A shot as telephones near it mostly write it down: limited, levelled or flat, and cut off after a while."""
    event, marks = EVENTS["shot"](random)
    if random.random() < 0.5:
        event = driven(random, event, 45)
    event = event[: ticks(log_uniform(random, 0.27, 1.6))].copy()
    fade = min(len(event) // 2, ticks(0.15))
    event[-fade:] *= np.linspace(1, 0, fade)
    return event, marks


def something(random: Random, kind: str) -> Event:
    """An event of this kind, by another microphone than what lies behind, or the same."""
    if kind == "shot":
        return single_shot(random)
    if kind == "startling":
        event, marks = startling(random, one_behind)
        return coloured(random, event), marks
    if kind != "display":
        event, marks = EVENTS[kind](random)
        return (coloured(random, event) if random.random() < 0.6 else event), marks
    event, marks = display(random)
    event = coloured(random, event)
    if random.random() >= 0.5:
        return event, marks
    # An excerpt, as a display may be cut.
    start = int(random.integers(0, ticks(1.5)))
    event = event[start : start + ticks(3)].copy()
    event[: ticks(0.05)] *= np.linspace(0, 1, ticks(0.05))
    return loudest(event), [(mark - start, what) for mark, what in marks if mark >= start]


def laid(random: Random, seconds: float = 12.0) -> Scene:
    """Single shots, faint to plain, over what lies behind, with something else beside them.

    Of each mark it is told how far it stands out of the loudest of what lies behind it there.
    """
    count = ticks(seconds)
    ground = one_behind(random, count)
    ground /= ground.std() + 1e-12
    if random.random() < 0.3:
        more = one_behind(random, count)
        ground = ground + more / (more.std() + 1e-12) * from_db(random.uniform(-24, -3))
    if random.random() < 0.5:
        ground = ground + plain_noise(random, count) * from_db(random.uniform(-50, -14))
    ground /= ground.std() + 1e-12
    sound, marks = ground.copy(), []
    kinds = ["shot"] * int(random.choice([0, 1, 2, 3, 4], p=[0.2, 0.15, 0.2, 0.25, 0.2]))
    others = int(random.choice([0, 1, 2], p=[0.3, 0.45, 0.25]))
    kinds += [str(kind) for kind in random.choice(list(BESIDE), others, p=list(BESIDE.values()))]
    free = list(random.permutation(np.arange(0.3, seconds - 1, 0.5)))
    for kind in kinds:
        event, told = something(random, kind)
        loud_db = random.uniform(9, 33)
        apart = random.random() < 0.85
        at = ticks(free.pop() + random.uniform(0, 0.2)) if apart else int(random.integers(0, count - ticks(0.3)))
        put(sound, at, event * from_db(loud_db))
        for mark, what in told:
            near = np.abs(event[mark : mark + ticks(0.02)]).max(initial=1e-9)
            behind = np.abs(ground[max(0, at + mark - ticks(0.1)) : at + mark + ticks(0.03)]).max(initial=1e-9)
            marks.append((at + mark, what, loud_db + 20 * float(np.log10((near + 1e-9) / (behind + 1e-9)))))
    sound = written(random, sound) if random.random() < 0.6 else loudest(sound) * from_db(random.uniform(-12, 0))
    kept = sorted(mark for mark in marks if 0 <= mark[0] < count)
    return Scene(
        samples=through_aac(random, sound),
        marks=tuple((mark, kind) for mark, kind, _loud in kept),
        loud_db=tuple(loud for _mark, _kind, loud in kept),
    )


def through_aac(random: Random, samples: Samples) -> Samples:
    """The sound as messengers pass it on; nearly half of it stays as it is."""
    if random.random() < 0.45:
        return samples
    rate_hz, kbit = int(random.choice([24_000, 44_100, 48_000])), int(random.choice([24, 32, 48, 64, 96]))
    return recoded(samples, rate_hz, kbit)


def recoded(samples: Samples, rate_hz: int, kbit: int) -> Samples:
    """The sound encoded as AAC and decoded, in its place."""
    kept = io.BytesIO()
    with av.open(kept, "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=rate_hz, layout="mono")
        stream.bit_rate = kbit * 1_000
        frame = av.AudioFrame.from_ndarray(samples.astype(np.float32).reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
        formed = av.AudioResampler(format="fltp", layout="mono", rate=rate_hz, frame_size=1024)
        for piece in [*formed.resample(frame), *formed.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    kept.seek(0)
    back = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    with av.open(kept) as container:
        pieces = [piece for one in container.decode(audio=0) for piece in back.resample(one)] + back.resample(None)
    whole = np.concatenate([piece.to_ndarray().ravel() for piece in pieces])[: len(samples)]
    return np.pad(whole, (0, len(samples) - len(whole))).astype(np.float64)


def impulses(sound: Rows) -> tuple[Rows, NDArray[np.int64]]:
    """The features of everything that begins suddenly, and the samples at which it does."""
    # The last frames see silence after the end, as in the analyser.
    level = onsets.levels(np.concatenate([sound, np.zeros(onsets.WINDOW, np.float32)]))
    found = []
    for frame in onsets.candidates(level, RISE_DB, LOUDER):
        onset = onsets.exact(sound, int(frame) * onsets.HOP + onsets.WINDOW // 2).sample
        found.append((onset, float(level[frame : frame + 5, -1].max()), features.describe(level, frame, sound, onset)))
    if not found:
        return np.zeros((0, len(NAMES) + len(CONTEXT)), np.float32), np.zeros(0, np.int64)
    found.sort(key=lambda one: one[0])
    rows, begun = np.stack([row for *_rest, row in found]), np.array([onset for onset, *_rest in found])
    loud = np.array([level_db for _onset, level_db, _row in found], np.float32)
    return np.concatenate([rows, features.among(rows, begun / RATE_HZ, loud, range(len(rows)))], axis=1), begun


def labelled(made: Scene, begun: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of the kind of each impulse: of the mark that is nearest; a shot's goes before, an echo's after."""
    kinds = np.full(len(begun), KINDS.index("other"))
    nearest = np.full(len(begun), np.inf)
    for mark, kind in made.marks:
        distance = np.abs(begun - mark)
        weighed = distance + {"shot": -RATE_HZ // 100, "echo": RATE_HZ // 200}.get(kind, 0)
        better = (distance < NEAR) & (weighed < nearest)
        kinds[better], nearest[better] = KINDS.index(kind), weighed[better]
    return kinds


def hidden(made: Scene, begun: NDArray[np.int64], kinds: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which impulses are labelled as shots that nobody could hear."""
    told = np.zeros(len(begun), bool)
    for (mark, kind), loud_db in zip(made.marks, made.loud_db, strict=True):
        if kind == "shot":
            told[(np.abs(begun - mark) < NEAR) & (kinds == WANTED)] = loud_db < HIDDEN_DB
    return told


def in_16_bits(samples: Samples) -> Rows:
    """The sound as a file of 16 bits keeps it; what is louder than full scale is kept at its level."""
    loud = max(1.0, float(np.abs(samples).max()))
    return np.round(samples / loud * 32_767).astype(np.int16).astype(np.float32) / 32_767 * np.float32(loud)


def of_one(place: tuple[int, int, bool]) -> tuple[Rows, NDArray[np.int64], NDArray[np.int64]]:
    """Features, kinds and number of the scene of this seed and number.

    Of the plain ones, even ones are crowded, odd ones laid singly; the others are crisp.
    """
    seed, number, plain = place
    random = np.random.default_rng((seed, number))
    made = crisp(random, through_aac) if not plain else laid(random) if number % 2 else scene(random, codec=through_aac)
    found, begun = impulses(in_16_bits(made.samples))
    kinds = labelled(made, begun)
    kept = ~hidden(made, begun, kinds)
    return found[kept], kinds[kept], np.full(int(kept.sum()), number)


def examples(count: int, more: int, seed: int, processes: int) -> Examples:
    """Impulses of this many scenes, and of so many crisp ones; how many processes make them changes nothing."""
    start, told = time.monotonic(), []
    with ProcessPoolExecutor(processes) as pool:
        places = [(seed, number, number < count) for number in range(count + more)]
        for one in pool.map(of_one, places, chunksize=10):
            told.append(one)
            if len(told) % 200 == 0:
                say(f"{len(told)} scenes, {time.monotonic() - start:.0f} s")
    rows, kinds, scenes = (np.concatenate(part) for part in zip(*told, strict=True))
    return Examples(rows=rows, kinds=kinds, scenes=scenes)


# ---- the file


@frozen(kw_only=True)
class Learned:
    """All that was learned, and from which features at which scale."""

    mean: Rows
    spread: Rows
    networks: list[list[Rows]]
    start: float
    trees: list[Tree]

    def stored(self, made_by: str, measured: dict[str, float]) -> str:
        """The model as JSON that a person can read: one line a unit or a tree, four digits a number."""
        told = {
            "schema": FORMAT,
            "made_by": made_by,
            "measured": measured,
            "kinds": list(KINDS),
            "features": list(NAMES + CONTEXT),
            "mean": digits(self.mean.tolist()),
            "spread": digits(self.spread.tolist()),
            "start": digits([self.start])[0],
        }
        layers = [
            ",\n".join(
                '  {"weights": [\n'
                + ",\n".join(f"   {json.dumps(digits(row.tolist()))}" for row in one[number])
                + f'],\n   "offsets": {json.dumps(digits(one[number + 1].tolist()))}}}'
                for number in (0, 2, 4)
            )
            for one in self.networks
        ]
        grown = [json.dumps({"feature": one.feature, "at": digits(one.at), "low": one.low}) for one in self.trees]
        head = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in told.items())
        networks = ",\n".join(f" [\n{one}\n ]" for one in layers)
        return "{\n" + head + f',\n"networks": [\n{networks}\n],\n"trees": [\n' + ",\n".join(grown) + "\n]\n}\n"


def digits(values: list[float]) -> list[float]:
    """The numbers to four digits."""
    return [float(f"{value:.4g}") for value in values]


def learned(rows: Rows, kinds: NDArray[np.int64], crisp: NDArray[np.bool_], networks: int, seed: int) -> Learned:
    """Networks that tell the kinds apart, and trees that tell shots from all others, from the same examples.

    Half of the networks and of the trees learn without the crisp scenes, half with them. One that learns from both is
    less sure of weak shots; one that never heard crisp ones takes them for something else. What they say is averaged.
    """
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    known = np.clip((rows - mean) / spread, -4, 4).astype(np.float32)
    other = kinds == KINDS.index("other")
    for_networks = np.where(other, 0.5, 1.0).astype(np.float32)
    for_trees = np.where(other, 0.7, 1.0).astype(np.float32)
    made, starts, grown = [], [], []
    for part, of in enumerate((~crisp, np.ones(len(rows), bool))):
        made += [
            network(known[of], kinds[of], for_networks[of], len(KINDS), NetworkTraining(), np.random.default_rng(place))
            for place in ([seed, part, number] for number in range(networks // 2))
        ]
        say("networks are trained")
        start, forest = trees(rows[of], kinds[of] == WANTED, for_trees[of], TreeTraining(), seed + part)
        starts.append(start)
        grown += [halved(one) for one in forest]
        say("trees are grown")
    return Learned(mean=mean, spread=spread, networks=made, start=sum(starts) / 2, trees=grown)


def halved(tree: Tree) -> Tree:
    """The tree that adds half as much: its leaves, which have no children, say what it adds."""
    return evolve(tree, at=[at if low else at / 2 for at, low in zip(tree.at, tree.low, strict=True)])


def held_out(model: Model, rows: Rows, kinds: NDArray[np.int64]) -> dict[str, float]:
    """What the model makes of impulses that it has not seen: shots, and every kind beside them."""
    scores = model.scores(rows)
    told, true = scores[:, WANTED] >= 0.5, kinds == WANTED
    hit = int((told & true).sum())
    say(f"held out: {len(kinds)} impulses, {int(true.sum())} of them shots")
    for number, kind in enumerate(KINDS):
        of_kind = kinds == number
        taken = scores[of_kind].argmax(axis=1)
        shares = {KINDS[other]: round(float((taken == other).mean()), 2) for other in range(len(KINDS))}
        say(f"  {kind:<15} {int(of_kind.sum()):>6}  " + ", ".join(f"{k} {v}" for k, v in shares.items() if v >= 0.02))
    return {
        "impulses": len(kinds),
        "shots": int(true.sum()),
        "precision": round(hit / max(1, int(told.sum())), 3),
        "recall": round(hit / max(1, int(true.sum())), 3),
        "right": round(float((scores.argmax(axis=1) == kinds).mean()), 3),
    }


def main() -> int:
    """Make, train, measure, write."""
    parser = argparse.ArgumentParser(description="Trains the model of `shots` on sounds made by code.")
    parser.add_argument("--scenes", type=int, default=2_400)
    parser.add_argument("--crisp", type=int, default=600)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--networks", type=int, default=8, help="an even number")
    parser.add_argument("--processes", type=int, default=1, help="how many make scenes at a time; changes nothing else")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    made = examples(options.scenes, options.crisp, options.seed, options.processes)
    test, plain = made.scenes % HELD_OUT == 0, made.scenes < options.scenes
    told = learned(made.rows[~test], made.kinds[~test], ~plain[~test], options.networks, options.seed)
    made_by = f"tools/train_shots.py --scenes {options.scenes} --crisp {options.crisp} --seed {options.seed}"
    made_by += f" --networks {options.networks}"
    measured = held_out(Model.read(told.stored(made_by, {}).encode()), made.rows[test], made.kinds[test])
    options.out.write_text(told.stored(made_by, measured), encoding="utf-8")
    say(f"{options.out.name}: {measured}")
    return 0


def say(line: str) -> None:
    """One line of what is going on."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
