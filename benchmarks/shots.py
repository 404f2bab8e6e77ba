"""What `shots` finds: `python benchmarks/shots.py [--quick] [--mixes N] [SOUNDS]`.

Mixes of twenty seconds, some without a shot, some with fireworks, doors, claps or hammers: single shots cut from clips
that are kept beside the repository and never in it (default: `../shared/sounds`), each 12 to 32 dB over the level of
what lies behind it by its peak: voices, dogs, crying, glass, and noise, wind, crowds, music and machines made by code.
The analyser runs as it is installed, in its jail, on each mix as PCM and after AAC at 48 kbit/s. Beside it stands what
does without a model: every sudden rise, and every one that is among the loudest. Clips are development material: what
is measured here was looked at while the model was made, though it was trained on made sounds alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from probata.analysis.run import analyse_file
from probata.analysis.seam import Track
from probata.analysis.shots import onsets
from probata.engines.sandbox import Jail
from probata.media.wire import a_jail

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from shots_beside import EVENTS
from shots_scenes import BEHIND
from shots_sounds import RATE_HZ, shot

SOUNDS = Path(__file__).parents[2] / "shared" / "sounds"
SECONDS, TOLERANCE_S = 20, 0.060
BESIDE = {
    "": "with nothing else in them",
    "firework": "with fireworks",
    "door": "with doors, claps or hammers",
    "clap": "with doors, claps or hammers",
    "hammer": "with doors, claps or hammers",
}
Samples = NDArray[np.float64]
# Where one shot begins in a clip and for how many seconds nothing else follows, seen in its waveform.
SINGLES: dict[str, tuple[tuple[float, float], ...]] = {
    "AK-47/1_56": ((1.12, 0.85),),
    "AK-47/1_63": ((0.187, 0.95), (1.22, 0.7)),
    "AK-47/1_67": ((0.287, 0.55), (0.893, 0.95)),
    "AK-47/1_70": ((0.5, 1.4),),
    "IMI_Desert_Eagle/2_3": ((0.367, 1.2),),
    "IMI_Desert_Eagle/2_7": ((0.055, 1.4),),
    "IMI_Desert_Eagle/2_11": ((0.56, 1.15),),
    "IMI_Desert_Eagle/2_19": ((0.16, 0.85),),
    "IMI_Desert_Eagle/2_22": ((0.373, 0.7), (1.14, 0.55)),
    "IMI_Desert_Eagle/2_33": ((1.153, 0.5),),
    "IMI_Desert_Eagle/2_44": ((0.293, 1.0), (1.373, 0.55)),
    "IMI_Desert_Eagle/2_51": ((0.133, 1.5),),
    "IMI_Desert_Eagle/2_59": ((0.707, 0.68), (1.46, 0.5)),
    "IMI_Desert_Eagle/2_80": ((0.70, 0.95),),
    "IMI_Desert_Eagle/2_91": ((0.38, 1.4),),
    "IMI_Desert_Eagle/2_95": ((1.12, 0.8),),
    "M16/4_11": ((0.543, 0.45), (1.064, 0.7)),
    "M16/4_15": ((0.593, 0.7),),
    "M16/4_77": ((0.383, 0.55),),
    "AK-12/3_12": ((0.4, 0.27),),
    "AK-12/3_56": ((1.213, 0.3),),
    "AK-12/3_68": ((0.053, 1.4),),
    "AK-12/3_23": ((0.253, 0.36), (0.64, 0.65)),
    "AK-12/3_45": ((0.493, 0.5),),
    "MP5/8_48": ((0.373, 0.42), (0.833, 0.55)),
    "MP5/8_73": ((1.06, 0.37),),
}


@frozen(kw_only=True, eq=False)
class Mix:
    """Sound, when its shots begin, and what else was put into it."""

    samples: Samples
    shots_s: tuple[float, ...]
    behind: str
    beside: str
    hidden: int = 0
    """How many of its shots peak lower than what lies behind them does there: hardly anybody would hear them."""
    rate_hz: int = RATE_HZ


def decoded(file: Path, rate_hz: int = RATE_HZ) -> Samples:
    """A file's sound as mono, from the first sample that is to be heard."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate_hz)
    with av.open(str(file)) as container:
        pieces = [piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
        pieces += resampler.resample(None)
    return np.concatenate([piece.to_ndarray().ravel() for piece in pieces]).astype(np.float64)


def singles(sounds: Path) -> list[tuple[str, Samples, float]]:
    """Every single shot: from where, its sound from just before it on, and its onset in that."""
    cut: list[tuple[str, Samples, float]] = []
    if not sounds.is_dir():
        made = (shot(np.random.default_rng([4_040, number])) for number in range(40))
        return [("made", sound, 0.0) for sound, marks in made if marks[0] == (0, "shot")]
    for name, places in SINGLES.items():
        clip = decoded(sounds / "gun_dev" / f"{name}.flac")
        for near_s, long_s in places:
            onset = begins(clip, round(near_s * RATE_HZ))
            early = min(onset, round(0.015 * RATE_HZ))
            piece = clip[onset - early : onset + round(long_s * RATE_HZ)].copy()
            piece[:early] *= np.linspace(0, 1, early)
            fade = min(len(piece) // 2, round(0.15 * RATE_HZ))
            piece[-fade:] *= np.linspace(1, 0, fade)
            cut.append((name.split("/")[0], piece / np.abs(piece).max(), early / RATE_HZ))
    return cut


def begins(clip: Samples, near: int) -> int:
    """The sample at which a clean clip steps out of its quiet, near one that was read from its waveform."""
    window = np.abs(clip[max(0, near - 1_200) : near + 1_200])
    places = range(240, len(window) - 120)
    sharp = [window[at : at + 120].max() / (window[at - 240 : at].max() + 0.02) for at in places]
    start = 240 + int(np.argmax(sharp)) - 24
    peak = window[start : start + 240].max()
    quiet = window[max(0, start - 240) : start].max()
    first = int(np.argmax(window[start : start + 260] >= max(0.2 * peak, min(1.5 * quiet, 0.6 * peak))))
    return max(0, near - 1_200) + start + first


def backgrounds(sounds: Path) -> dict[str, Callable[[np.random.Generator, int], Samples]]:
    """What may lie behind, by name: recordings as often as made ones."""

    def recorded(samples: Samples) -> Callable[[np.random.Generator, int], Samples]:
        def laid(random: np.random.Generator, count: int) -> Samples:
            start = int(random.integers(len(samples)))
            return np.take(samples, np.arange(start, start + count), mode="wrap")

        return laid

    found: dict[str, Callable[[np.random.Generator, int], Samples]] = {}
    for file in [*sorted((sounds / "negatives").glob("home_*")), *sorted((sounds / "speech").glob("*"))]:
        found[file.stem[:24]] = recorded(decoded(file))
    return found | {f"made {name}": make for name, (_weight, make) in BEHIND.items() if name != "handling"}


def mixes(sounds: Path, count: int, seed: int = 20) -> Iterator[Mix]:
    """The mixes, the same every time."""
    shots, laid = singles(sounds), backgrounds(sounds)
    recording = sounds / "negatives" / "fireworks.flac"
    crackers = decoded(recording) if recording.is_file() else None
    names, long = sorted(laid), SECONDS * RATE_HZ
    for number in range(count):
        random = np.random.default_rng([seed, number])
        name = names[number % len(names)]
        sound = laid[name](random, long)
        sound = sound / (np.sqrt(np.mean(sound**2)) + 1e-12)
        wanted = int(random.choice([0, 1, 2, 3, 4, 5], p=[0.25, 0.15, 0.15, 0.15, 0.15, 0.15]))
        beside = str(random.choice(["", "firework", "door", "clap", "hammer"], p=[0.6, 0.1, 0.1, 0.1, 0.1]))
        free = list(random.permutation(np.arange(0.5, SECONDS - 2, 0.5)))
        told, hidden = [], 0
        for _ in range(wanted):
            _where, piece, onset_s = shots[random.integers(len(shots))]
            at = round((free.pop() + random.uniform(0, 0.2)) * RATE_HZ)
            piece = piece * 10 ** (random.uniform(12, 32) / 20)
            hidden += np.abs(piece).max() < loudest_near(sound, at)
            into(sound, at, piece)
            told.append(at / RATE_HZ + onset_s)
        if beside:
            at = round(free.pop() * RATE_HZ)
            if beside == "firework" and crackers is not None:
                start = int(random.integers(len(crackers) - 3 * RATE_HZ))
                piece = crackers[start : start + 3 * RATE_HZ].copy()
                piece[:1200] *= np.linspace(0, 1, 1200)
                piece[-1200:] *= np.linspace(1, 0, 1200)
            else:
                piece = EVENTS[beside](random)[0]
            into(sound, at, piece / np.abs(piece).max() * 10 ** (random.uniform(12, 32) / 20))
        yield Mix(
            samples=0.9 * sound / np.abs(sound).max(),
            shots_s=tuple(sorted(told)),
            behind=name,
            beside=beside,
            hidden=int(hidden),
        )


def loudest_near(sound: Samples, at: int) -> float:
    """The largest sample from a tenth of a second before this one to three hundredths after it."""
    return float(np.abs(sound[max(0, at - RATE_HZ // 10) : at + round(0.03 * RATE_HZ)]).max())


def into(sound: Samples, at: int, piece: Samples) -> None:
    """Add a piece at a sample, as far as it fits."""
    stop = min(len(sound), at + len(piece))
    sound[at:stop] += piece[: stop - at]


# ---- what is told of a mix, and what is true


@frozen(kw_only=True)
class Told:
    """What one way of looking tells of a mix."""

    onsets_s: tuple[float, ...]
    errors_s: tuple[float, ...] = ()
    least: int = 0
    most: int = 0
    doubtful: int = 0
    bursts: int = 0


@define
class Sums:
    """What one way of looking came to."""

    mixes: int = 0
    told: int = 0
    true: int = 0
    hit: int = 0
    exact: int = 0
    plain: int = 0
    plain_exact: int = 0
    inside: int = 0
    width: int = 0
    doubtful: int = 0
    bursts: int = 0
    within: int = 0
    false: Counter[str] = field(factory=Counter)
    free: Counter[str] = field(factory=Counter)
    off_s: list[float] = field(factory=list)

    def add(self, mix: Mix, told: Told) -> None:
        """One more mix."""
        pairs = paired(told.onsets_s, mix.shots_s)
        self.mixes += 1
        self.told += len(told.onsets_s)
        self.true += len(mix.shots_s)
        self.hit += len(pairs)
        self.exact += len(told.onsets_s) == len(mix.shots_s)
        self.plain += not mix.hidden
        self.plain_exact += not mix.hidden and len(told.onsets_s) == len(mix.shots_s)
        self.inside += told.least <= len(mix.shots_s) <= told.most
        self.width += told.most - told.least
        self.doubtful += told.doubtful
        self.bursts += told.bursts
        for place, shot_s in pairs:
            off = abs(told.onsets_s[place] - shot_s)
            self.off_s.append(off)
            self.within += bool(told.errors_s) and off <= told.errors_s[place]
        if not mix.shots_s:
            self.false[BESIDE[mix.beside]] += len(told.onsets_s)
            self.free[BESIDE[mix.beside]] += 1

    def lines(self) -> Iterator[str]:
        """The figures, one a line."""
        precision, recall = self.hit / max(1, self.told), self.hit / max(1, self.true)
        off = np.array(self.off_s or [0.0]) * 1_000
        yield f"precision {precision:.3f}, recall {recall:.3f}, F1 {2 * self.hit / max(1, self.told + self.true):.3f}"
        yield f"count exact {self.exact / self.mixes:.3f}"
        heard = self.plain_exact / max(1, self.plain)
        yield f"count exact {heard:.3f} in the {self.plain} mixes whose every shot peaks over what lies behind it"
        if self.width:
            yield f"true count from least to most {self.inside / self.mixes:.3f}"
            yield f"mean width of the count {self.width / self.mixes:.2f}"
            yield f"onset within its own error {self.within / max(1, self.hit):.3f}"
            minutes = self.mixes * SECONDS / 60
            yield f"doubtful {self.doubtful / minutes:.2f} a minute, bursts told {self.bursts} (true: none)"
        yield f"onset off by {np.median(off):.2f} ms median, {np.quantile(off, 0.95):.1f} ms at 95 %"
        for kind, mixes in self.free.items():
            rate = self.false[kind] * 60 / (mixes * SECONDS)
            yield f"false a minute in {mixes} shot-free mixes {kind}: {rate:.2f}"


def paired(told: Sequence[float], true: Sequence[float]) -> list[tuple[int, float]]:
    """Which told onset goes with which true one, nearest first, none twice."""
    near = sorted(
        (abs(one - other), place, other)
        for place, one in enumerate(told)
        for other in true
        if abs(one - other) <= TOLERANCE_S
    )
    pairs: list[tuple[int, float]] = []
    for _off, place, other in near:
        if all(place != used and other != taken for used, taken in pairs):
            pairs.append((place, other))
    return pairs


def ours(track: Track) -> Told:
    """What a track tells: echoes are grouped with their sound and not told by themselves."""
    if track.outcome == "could_not_look":
        sys.exit(track.why)
    single = [one for one in track.entries if one.kind == "impulsive_sound" and "echo_of" not in one.more]
    return Told(
        onsets_s=tuple(one.more["onset_s"] for one in single),
        errors_s=tuple(one.more["onset_error_s"] for one in single),
        least=track.more["count"]["min"],
        most=track.more["count"]["max"],
        doubtful=sum(one.kind == "doubtful_impulse" for one in track.entries),
        bursts=track.more["bursts"],
    )


def rising(samples: Samples, *, below_loudest_db: float | None = None) -> Told:
    """Without a model: every sudden rise of 6 dB, or those of them among the loudest."""
    sound = samples.astype(np.float32)
    level = onsets.levels(sound)
    frames = onsets.candidates(level, 6)
    loud = np.array([level[frame : frame + 5, -1].max() for frame in frames])
    if below_loudest_db is not None:
        frames = [frame for frame, here in zip(frames, loud, strict=True) if here >= loud.max() - below_loudest_db]
    at = [onsets.exact(sound, int(frame) * onsets.HOP + 64).sample / RATE_HZ for frame in frames]
    return Told(onsets_s=tuple(at))


# ---- files


def written(path: Path, samples: Samples, codec: str, rate_hz: int = 48_000) -> Path:
    """Samples as a file: PCM, or AAC at 48 kbit/s."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate_hz, layout="mono")
        if codec == "aac":
            stream.bit_rate = 48_000
        frame = av.AudioFrame.from_ndarray(samples.astype(np.float32).reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
        size = stream.codec_context.frame_size or 1024
        formed = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate_hz, frame_size=size)
        for piece in [*formed.resample(frame), *formed.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return path


def measure(sounds: Path, count: int, seed: int, jail: Jail, folder: Path) -> None:
    """Every way of looking at the same mixes, as PCM and as AAC."""
    sums = {
        way: Sums() for way in ("shots, PCM", "shots, AAC 48 kbit/s", "every rise", "rises within 6 dB of the loudest")
    }
    processor_s = 0.0
    for mix in mixes(sounds, count, seed):
        for codec, way in (("pcm_s16le", "shots, PCM"), ("aac", "shots, AAC 48 kbit/s")):
            file = written(folder / f"mix.{'wav' if codec != 'aac' else 'm4a'}", mix.samples, codec)
            (track,) = analyse_file(file, ["shots"], jail=jail)
            assert jail.last is not None
            processor_s += jail.last.processor_s
            sums[way].add(mix, ours(track))
        sums["every rise"].add(mix, rising(mix.samples))
        sums["rises within 6 dB of the loudest"].add(mix, rising(mix.samples, below_loudest_db=6))
    for way, one in sums.items():
        print(f"{way}: {one.mixes} mixes, {one.true} shots")
        for line in one.lines():
            print(f"  {line}")
    print(
        f"processor time a second of sound: {processor_s / (2 * count * SECONDS):.4f} s, process and decoding included"
    )


def alone(sounds: Path, jail: Jail) -> None:
    """Recordings by themselves: in which nobody shoots, and in which machines shoot."""
    print("recordings without a shot:")
    for file in [*sorted((sounds / "negatives").glob("*")), *sorted((sounds / "speech").glob("*"))]:
        (track,) = analyse_file(file, ["shots"], jail=jail)
        told = ours(track)
        seconds = track.more["sound"]["seconds"]
        found = f"told {len(told.onsets_s)}, doubtful {told.doubtful}, bursts {told.bursts}"
        print(f"  {file.stem[:28]:<28} {seconds:5.1f} s: {found}, count {told.least} to {told.most}")
    print("clips of automatic weapons, by whether a burst is told (not all hold one):")
    for weapon in sorted((sounds / "gun_dev").glob("*")):
        clips = [analyse_file(clip, ["shots"], jail=jail)[0] for clip in sorted(weapon.glob("*.flac"))]
        bursts = sum(track.more["bursts"] > 0 for track in clips)
        none = sum(track.outcome != "found" for track in clips)
        print(f"  {weapon.name:<18} {len(clips)} clips: a burst in {bursts}, nothing found in {none}")


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description="What `shots` finds in mixes, beside what does without a model.")
    parser.add_argument("sounds", nargs="?", type=Path, default=SOUNDS, metavar="SOUNDS")
    parser.add_argument("--mixes", type=int, default=120)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--quick", action="store_true", help="twelve mixes, no recordings by themselves")
    options = parser.parse_args()
    here = options.sounds.is_dir()
    if not here:
        print(f"There are no recordings at {options.sounds}: what follows was measured on made sounds alone.")
    with a_jail() as jail, tempfile.TemporaryDirectory() as folder:
        measure(options.sounds, 12 if options.quick else options.mixes, options.seed, jail, Path(folder))
        if here and not options.quick:
            alone(options.sounds, jail)
    return 0


if __name__ == "__main__":
    sys.exit(main())
