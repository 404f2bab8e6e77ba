"""Makes the corpus of the benchmark of copies in a cache folder: the clips, the queries, and what is true of each.

A clip that is a whole file of the footage stays where it lies; stretches, joined clips, drawn clips and all queries are
written to the folder. The same seed gives the same corpus; a folder that has its manifest, `corpus.json`, is used as it
is.
"""

from __future__ import annotations

import json
import sys
import time
import zlib
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
from attrs import evolve

from copy_edits import (
    EDITS,
    SOUND_RATE_HZ,
    Edited,
    Film,
    Picture,
    Props,
    Samples,
    joined,
    measure,
    plain,
    read_film,
    read_pictures,
    read_sound,
    write_film,
)
from copy_footage import (
    DRAWN_EDITS,
    NATURAL,
    OTHERS,
    REFERENCES,
    SIGNS,
    SOUNDS,
    VOICES,
    Clip,
    drawn,
    drawn_clips,
    found,
    of_signs,
    same_scene_pairs,
)

MANIFEST, RECIPE = "corpus.json", 1
_SHORTEST_S, _LONGEST_S, _SHORT_S = 3.5, 6.0, 2.0


def corpus(folder: Path, *, seed: int = 3) -> dict[str, Any]:
    """The manifest of the corpus in the folder; made first where it is not there, or was made by another recipe."""
    path = folder / MANIFEST
    if path.is_file():
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if (manifest["recipe"], manifest["seed"]) == (RECIPE, seed):
            return manifest
    return _Making(folder, seed).all()


class _Making:
    """The making of one corpus."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder, self._seed = folder, seed
        self._videos: dict[str, dict[str, Any]] = {}
        self._queries: list[dict[str, Any]] = []
        self._paths: dict[str, Path] = {}
        for name in ("clips", "queries"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def all(self) -> dict[str, Any]:
        """Every clip, every query, and the manifest, written last."""
        started = time.process_time()
        for clip in (*REFERENCES, *OTHERS, *drawn_clips()):
            self._lay(clip)
        for sign in SIGNS:
            if f"asl-{sign}" not in self._videos:
                self._lay(Clip(id=f"asl-{sign}", files=of_signs(sign), use="pair", group="signers"))
        self._ask()
        manifest = {
            "recipe": RECIPE,
            "seed": self._seed,
            "made_in_cpu_s": round(time.process_time() - started, 1),
            "references": [row for row in self._videos.values() if row["use"] == "reference"],
            "archive": [row["id"] for row in self._videos.values() if row["use"] in {"reference", "archive"}],
            "videos": self._videos,
            "queries": self._queries,
            "same_scene_pairs": same_scene_pairs(),
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        (self._folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
        return manifest

    # -- clips

    def _lay(self, clip: Clip) -> None:
        """Have the clip as one file, and note it."""
        is_drawn = clip.files[0].startswith("drawn:")
        path = found(clip.files[0]) if clip.whole and not is_drawn else self._folder / "clips" / f"{clip.id}.mp4"
        if is_drawn:
            write_film(path, drawn(int(clip.files[0].removeprefix("drawn:"))), crf=23)
        elif not clip.whole:
            write_film(path, _taken(clip), crf=20)
        self._paths[clip.id] = path
        lasts_s = measure(path)[3]
        heard = _loud(read_sound(path, start_s=0, seconds=lasts_s))
        self._videos[clip.id] = {
            "id": clip.id,
            "path": str(path),
            "group": clip.group,
            "use": clip.use,
            "has_sound": heard,
            "sound": ("given" if clip.given else "drawn" if is_drawn else "own") if heard else None,
            "seconds": round(lasts_s, 3),
            "drawn": is_drawn,
            "alike": clip.alike,
        }
        print(f"clip {clip.id}", file=sys.stderr)

    # -- queries

    def _ask(self) -> None:
        """All queries: positives, plain short ones, negatives, look-alikes, and copies that others made."""
        for number, reference in enumerate(REFERENCES):
            for turn, edit in enumerate(EDITS):
                self._query(reference, edit, padded=(number + turn) % 2 == 0, expect="copy")
            self._query(reference, "plain_2s", padded=False, expect="copy", seconds=_SHORT_S)
        held_out = [clip for clip in (*OTHERS, *drawn_clips()) if clip.use == "held_out"]
        edits = list(EDITS)
        for number, clip in enumerate(clip for clip in held_out if not clip.alike):
            turns = DRAWN_EDITS if self._videos[clip.id]["drawn"] else len(edits)
            for turn in range(turns):
                edit = edits[(number * turns + turn) % len(edits)]
                self._query(clip, edit, padded=(number + turn) % 2 == 0, expect="nothing")
        for number, clip in enumerate(clip for clip in held_out if clip.alike):
            for turn, edit in enumerate(("plain", "lowbr", "crop", "flip")):
                self._query(clip, edit, padded=(number + turn) % 2 == 0, expect="same_scene")
        for name, copied in NATURAL:
            self._note(f"natural-{Path(name).stem.split('__')[-1]}-{name[-3:]}", found(name), "natural", copied)

    def _query(self, clip: Clip, edit: str, *, padded: bool, expect: str, seconds: float | None = None) -> None:
        name = f"{clip.id}-{edit}"
        chance = np.random.default_rng([self._seed, zlib.crc32(name.encode())])
        row = self._videos[clip.id]
        if edit in {"picture", "plain_2s"} and expect == "copy" and not row["has_sound"]:
            return
        path = self._paths[clip.id]
        lasts_s = min(seconds or float(chance.uniform(_SHORTEST_S, _LONGEST_S)), row["seconds"] - 0.12)
        start_s = _moving_start(path, lasts_s, chance)
        kept = read_film(path, start_s=start_s, seconds=lasts_s)
        film, before_s = self._padded(kept, chance) if padded else (kept, 0.0)
        edited = EDITS.get(edit, plain)(film, self._props(chance))
        target = self._folder / "queries" / f"{name}.mp4"
        write_film(target, edited.film, kbit_per_s=edited.kbit_per_s)
        times = (before_s, before_s + kept.seconds) if expect == "copy" else None
        self._note(name, target, edit, clip.id if expect == "copy" else None)
        self._queries[-1] |= _truth(edited, times, start_s, kept.seconds) | {
            "expect": expect,
            "source": clip.id,
            "group": clip.group,
            "padded": padded,
            "drawn": row["drawn"],
            "sound_kept": row["has_sound"] and edit != "audio",
        }
        print(f"query {name}", file=sys.stderr)

    def _note(self, name: str, path: Path, edit: str, reference: str | None) -> None:
        row = {"id": name, "path": str(path), "edit": edit, "reference": reference, "expect": "copy"}
        row |= dict.fromkeys(("q_start_s", "q_end_s", "r_start_s", "r_end_s", "speed", "mirror", "crop"))
        row |= {"source": reference, "group": self._videos[reference]["group"] if reference else None}
        self._queries.append(row | {"padded": False, "drawn": False, "sound_kept": None})

    def _padded(self, film: Film, chance: np.random.Generator) -> tuple[Film, float]:
        around = []
        for seconds in chance.uniform(2, 4, 2):
            path, start_s, fits_s = self._stranger(chance, float(seconds))
            frames = max(1, round(fits_s * film.rate))
            box = (film.width, film.height)
            pictures = read_pictures(path, start_s=start_s, rate=film.rate, frames=frames, box=box)
            sound = read_sound(path, start_s=start_s, seconds=float(frames / film.rate))
            around.append(evolve(film, frames=frames, pictures=pictures, sound=sound))
        return joined([around[0], film, around[1]]), around[0].seconds

    def _stranger(self, chance: np.random.Generator, seconds: float) -> tuple[Path, float, float]:
        """A stretch of held-out footage that shows no reference's scene; real half of the time, though little is."""
        with_drawn = bool(chance.integers(2))
        held_out = (row for row in self._videos.values() if row["use"] == "held_out" and not row["alike"])
        rows = [row for row in held_out if row["drawn"] == with_drawn]
        row = rows[int(chance.integers(len(rows)))]
        fits_s = min(seconds, row["seconds"] - 0.1)
        return self._paths[row["id"]], float(chance.uniform(0, row["seconds"] - fits_s - 0.05)), fits_s

    def _props(self, chance: np.random.Generator) -> Props:
        def other_picture(rate: Fraction, frames: int, width: int, height: int) -> Iterator[Picture]:
            while frames > 0:
                path, start_s, fits_s = self._stranger(chance, float(frames / rate))
                part = min(frames, max(1, round(fits_s * rate)))
                yield from read_pictures(path, start_s=start_s, rate=rate, frames=part, box=(width, height))
                frames -= part

        def other_sound(seconds: float) -> Samples:
            voice = _voice(VOICES[int(chance.integers(len(VOICES)))])
            turned = np.roll(voice, -int(chance.integers(len(voice))))
            return np.tile(turned, int(seconds * SOUND_RATE_HZ / len(turned)) + 1)[: round(seconds * SOUND_RATE_HZ)]

        return Props(chance=chance, other_picture=other_picture, other_sound=other_sound)


def _truth(edited: Edited, times: tuple[float, float] | None, start_s: float, seconds: float) -> dict[str, Any]:
    if times is None:
        return {}
    return {
        "q_start_s": round(times[0] / edited.speed, 4),
        "q_end_s": round(times[1] / edited.speed, 4),
        "r_start_s": round(start_s, 4),
        "r_end_s": round(start_s + seconds, 4),
        "speed": edited.speed,
        "mirror": edited.mirror,
        "crop": [round(float(part), 4) for part in edited.crop],
    }


# -- clips


def _taken(clip: Clip) -> Film:
    """The stretch of its file, or its files joined, with the sound that it is given."""
    parts = [
        read_film(found(name), start_s=clip.start_s, seconds=None if clip.end_s is None else clip.end_s - clip.start_s)
        for name in clip.files
    ]
    film = joined(parts) if len(parts) > 1 else parts[0]
    if clip.given is not None:
        film = evolve(film, sound=read_sound(SOUNDS / clip.given, start_s=0, seconds=film.seconds))
    return film if _loud(film.sound) else evolve(film, sound=None)


@cache
def _voice(name: str) -> Samples:
    path = SOUNDS / name
    sound = read_sound(path, start_s=0, seconds=_sound_lasts_s(path))
    assert sound is not None
    return sound


def _sound_lasts_s(path: Path) -> float:
    with av.open(str(path)) as container:
        return float(container.duration) / 1e6


def _loud(sound: Samples | None) -> bool:
    """Whether there is more than digital silence: some tenth of a second above -70 dB of full scale."""
    if sound is None or len(sound) < SOUND_RATE_HZ // 10:
        return False
    tenths = sound[: len(sound) // 4410 * 4410].reshape(-1, 4410)
    return bool(np.sqrt((tenths**2).mean(axis=1)).max() > 10 ** (-70 / 20))


@cache
def _motion(path: Path) -> tuple[Fraction, tuple[float, ...]]:
    """How much each small picture of the file differs from the one before, at its even rate."""
    rate, _, _, lasts_s = measure(path)
    frames = max(1, int(lasts_s * rate))
    small = [
        picture.mean(axis=2).astype(np.float32)
        for picture in read_pictures(path, start_s=0, rate=rate, frames=frames, box=(64, 48))
    ]
    return rate, tuple(float(np.abs(b - a).mean()) for a, b in pairwise(small))


def _moving_start(path: Path, seconds: float, chance: np.random.Generator) -> float:
    """The time of a frame from which so many seconds move at least as much as most such stretches of the file.

    A stretch in which nothing moves has no moment of its own: nobody could say which seconds it shows.
    """
    rate, moved = _motion(path)
    length = int(seconds * rate)
    starts = max(1, len(moved) + 1 - length)
    totals = np.array([sum(moved[start : start + length]) for start in range(starts)])
    good = np.flatnonzero(totals >= np.median(totals))
    return float(int(chance.choice(good)) / rate)
