# ruff: noqa: INP001  tools are scripts beside each other, not a package
"""Train the model of `shots` on sounds that code makes, and write it as JSON: `python tools/train_shots.py`.

Makes scenes (`shots_scenes`), finds what begins suddenly in them as the analyser does, labels each impulse by what was
put there, trains small networks, and prints what they make of scenes that were held out. The same seed on the same
machine with the same versions gives the same file. Nothing that was recorded goes in.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from shots_learning import NetworkTraining, Rows, Tree, TreeTraining, network, trees
from shots_scenes import Scene, scene
from shots_sounds import RATE_HZ, Random, Samples

from probata.analysis.shots import features, onsets
from probata.analysis.shots.features import CONTEXT, NAMES
from probata.analysis.shots.model import FORMAT, Model

WEIGHTS = Path(__file__).resolve().parents[1] / "src" / "probata" / "analysis" / "shots" / "weights.json"
KINDS = ("shot", "echo", "firework", "backfire", "door", "clap", "hammer", "dropped object", "other")
RISE_DB = 3.5
NEAR = RATE_HZ // 40  # samples between a mark and what is found of it
HELD_OUT = 10  # every tenth scene
WANTED = KINDS.index("shot")


@frozen(kw_only=True, eq=False)
class Examples:
    """Impulses by their features, the number of their kind, and of their scene."""

    rows: Rows
    kinds: NDArray[np.int64]
    scenes: NDArray[np.int64]


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


def impulses(samples: Samples) -> tuple[Rows, NDArray[np.int64]]:
    """The features of everything that begins suddenly, and the samples at which it does."""
    sound = samples.astype(np.float32)
    level = onsets.levels(sound)
    found = []
    for frame in onsets.candidates(level, RISE_DB):
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


def examples(count: int, seed: int) -> Examples:
    """Impulses of this many scenes."""
    rows, kinds, scenes = [], [], []
    start = time.monotonic()
    for number in range(count):
        made = scene(np.random.default_rng([seed, number]), codec=through_aac)
        found, begun = impulses(made.samples)
        rows.append(found)
        kinds.append(labelled(made, begun))
        scenes.append(np.full(len(begun), number))
        if number % 200 == 199:
            say(f"{number + 1} scenes, {time.monotonic() - start:.0f} s")
    return Examples(rows=np.concatenate(rows), kinds=np.concatenate(kinds), scenes=np.concatenate(scenes))


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


def learned(rows: Rows, kinds: NDArray[np.int64], networks: int, seed: int) -> Learned:
    """Networks that tell the kinds apart, and trees that tell shots from all others, from the same examples."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    known = np.clip((rows - mean) / spread, -4, 4).astype(np.float32)
    other = kinds == KINDS.index("other")
    weights = np.where(other, 0.5, 1.0).astype(np.float32)
    made = [
        network(known, kinds, weights, len(KINDS), NetworkTraining(), np.random.default_rng([seed, number]))
        for number in range(networks)
    ]
    say("networks are trained")
    start, grown = trees(rows, kinds == WANTED, np.where(other, 0.7, 1.0).astype(np.float32), TreeTraining(), seed)
    say("trees are grown")
    return Learned(mean=mean, spread=spread, networks=made, start=start, trees=grown)


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
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--networks", type=int, default=4)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    made = examples(options.scenes, options.seed)
    test = made.scenes % HELD_OUT == 0
    told = learned(made.rows[~test], made.kinds[~test], options.networks, options.seed)
    made_by = f"tools/train_shots.py --scenes {options.scenes} --seed {options.seed} --networks {options.networks}"
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
