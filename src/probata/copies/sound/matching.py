"""Which seconds of one sound are which seconds of another, how sure that is, and what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from attrs import field, frozen

from probata.copies.sound.background import Background, backwards
from probata.copies.sound.gates import Kind
from probata.copies.sound.refining import Path, refined
from probata.copies.sound.soundprint import BITS, SoundPrint
from probata.copies.sound.spectra import FRAMES_A_SECOND, Floats
from probata.copies.sound.tracing import BLOCK, Candidate, Trace, traced
from probata.copies.sound.voting import voted
from probata.copies.sound.ways import all_ways

MOST_SEGMENTS: Final = 64
_MOST_TRIED = 300
_SPREADS = 4.0  # how far above the strongest wrong score a match must stand, in spreads of wrong scores
_COMMON = 2.0  # times the strongest wrong score, from which on the background is held to have the very sound
_DEARER = 1.3  # times as much is asked of what chance offers most often: another speed, or little time
_SHORT = 3 * FRAMES_A_SECOND // 2
_SAME_SPEED = 0.0125
_WRONG_TRIED = 8
_EVERY_PLACE = 10 * FRAMES_A_SECOND * 3600 * FRAMES_A_SECOND  # pairs of frames
_LEAST_FOREIGN = 60 * FRAMES_A_SECOND
_MOST_FOREIGN = 120 * FRAMES_A_SECOND
_SAME_PLACE = 0.6 * FRAMES_A_SECOND
_AT_THE_END = 1.5  # frames
_MOST_SILENCE = FRAMES_A_SECOND
_LEAST_SHARED_S = Fraction(6, 5)
_MUSICAL_SHARE = 0.5
_IT_IS_MUSIC = "it is music, which may be laid under any pictures"


@frozen(kw_only=True)
class SoundMatch:
    """These seconds of `a` are heard in these seconds of `b`.

    Seconds are exact and in each file's own time; samples count from the first of each track. `speed` tells how many
    seconds of `a` pass in a second of `b`; `pitch_kept` whether the pitch stayed all the same. `score` is in standard
    deviations of foreign sound; `strongest_wrong` is the highest that foreign sound reached in the same search, and
    `needed` what was asked of a match. `weak` says that it proves less than it seems, `music` that this is only because
    it is music, and `why` what speaks for or against it, in plain words.
    """

    a_start_sample: int
    a_end_sample: int
    b_start_sample: int
    b_end_sample: int
    a_start_s: Fraction
    a_end_s: Fraction
    b_start_s: Fraction
    b_end_s: Fraction
    speed: Fraction
    pitch_kept: bool
    score: float
    agreement: float
    strongest_wrong: float
    needed: float
    weak: bool
    music: bool = False
    why: str

    def as_json(self) -> dict[str, object]:
        """The match as it is printed: seconds as decimals, the samples exact beside them."""
        return {
            "a": {
                "start_s": float(self.a_start_s),
                "end_s": float(self.a_end_s),
                "samples": [self.a_start_sample, self.a_end_sample],
            },
            "b": {
                "start_s": float(self.b_start_s),
                "end_s": float(self.b_end_s),
                "samples": [self.b_start_sample, self.b_end_sample],
            },
            "speed": float(self.speed),
            "pitch_kept": self.pitch_kept,
            "score": round(self.score, 2),
            "agreement": round(self.agreement, 3),
            "strongest_wrong": round(self.strongest_wrong, 2),
            "needed": round(self.needed, 2),
            "weak": self.weak,
            "why": self.why,
        }


@frozen(kw_only=True)
class SoundComparison:
    """What came of comparing two sounds: matches by falling score; if there are none, `why` says why."""

    matches: tuple[SoundMatch, ...] = ()
    strongest_wrong: float = 0.0
    needed: float = 0.0
    why: str = ""


def match(a: SoundPrint, b: SoundPrint, background: Background | None = None) -> tuple[SoundMatch, ...]:
    """Every segment that the two sounds share, by falling score; `compare` also says why there is none."""
    return compare(a, b, background).matches


def compare(a: SoundPrint, b: SoundPrint, background: Background | None = None) -> SoundComparison:
    """Every segment that the two sounds share, and what foreign sound reached in the same search."""
    for name, one in (("first", a), ("second", b)):
        if one.refusal:
            return SoundComparison(why=f"of the {name}, {one.refusal}")
    # The shorter is laid along the longer, whichever was named first, so that the answer is the same both ways round.
    turned = (len(a), a.to_bytes()) > (len(b), b.to_bytes())
    one, other = (b, a) if turned else (a, b)
    return _compared(one, (other,), background or Background(), turned=turned)[0]


def search(
    one: SoundPrint, many: Sequence[SoundPrint], background: Background | None = None
) -> tuple[SoundComparison, ...]:
    """The sound compared with each of many, in their order, beside the same foreign sound.

    Ten seconds are laid over every place of as much as an hour in all, for 2.5 s of processor time. Against more, only
    places whose words meet are tried (`voting`): a tenth of a second for ten seconds against each hour.
    """
    if one.refusal:
        return tuple(SoundComparison(why=f"of the first, {one.refusal}") for _ in many)
    fit = [other for other in many if not other.refusal]
    made = iter(_compared(one, fit, background or Background(), turned=False) if fit else ())
    return tuple(
        SoundComparison(why=f"of the second, {other.refusal}") if other.refusal else next(made) for other in many
    )


def _compared(
    one: SoundPrint, others: Sequence[SoundPrint], background: Background, *, turned: bool
) -> list[SoundComparison]:
    """Where the one sound is heard in each of the others; `turned` names the other first in the answer."""
    cells = one.cells()
    foreign = backwards(((one,), background.prints, others), least=_LEAST_FOREIGN, most=_MOST_FOREIGN)
    everything = (*others, *background.prints)
    every_place = len(one) * sum(map(len, everything)) <= _EVERY_PLACE
    trace = (traced if every_place else voted)(cells, everything, foreign, all_ways())
    searched = sum(map(len, others))
    wrong = _Wrong.of(cells, foreign, background, trace, searched)
    comparisons = []
    for other, found in zip(others, trace.found, strict=False):
        paths = _paths(cells, other, found, trace, wrong.needed)
        why = f"nothing rises above {wrong.needed:.1f}, where foreign sound reaches {wrong.strongest:.1f}"
        comparisons.append(
            SoundComparison(
                matches=tuple(_as_match(path, one, other, wrong, paths, turned=turned) for path in paths),
                strongest_wrong=wrong.strongest,
                needed=wrong.needed,
                why="" if paths else why,
            )
        )
    return comparisons


@frozen(kw_only=True, eq=False)
class _Wrong:
    """What foreign sound reached, and which frames of the one are heard in the background as clearly as a copy."""

    strongest: float
    needed: float
    common: tuple[tuple[float, float], ...] = field(factory=tuple)

    @classmethod
    def of(cls, cells: Floats, foreign: Floats, background: Background, trace: Trace, searched: int) -> _Wrong:
        """Judge the foreign candidates as true ones are judged; `searched` frames are looked through for the latter."""
        mirrored = _highest(cells, [(foreign, one) for one in trace.foreign], trace)
        most = max((path.score for path in mirrored), default=0.0)
        most = max(most, max((one.score for one in trace.foreign), default=0.0))
        known = trace.found[len(trace.found) - len(background.prints) :]
        found = [(sound, one) for sound, candidates in zip(background.prints, known, strict=True) for one in candidates]
        found.sort(key=lambda pair: -pair[1].score)
        heard = _highest(cells, found, trace)
        common = [path for path in heard if path.score > _COMMON * most]
        strongest = max([most, *(path.score for path in heard if path.score <= _COMMON * most)])
        # The highest of n chances grows as the root of log n: more sound searched than foreign sound tried asks more.
        growth = max(1.0, float(np.sqrt(np.log(max(searched, 2)) / np.log(max(len(foreign), 2)))))
        return cls(
            strongest=strongest,
            needed=strongest * growth + _SPREADS * trace.spread,
            common=tuple((path.place(path.start), path.place(path.end)) for path in common),
        )

    def is_common(self, start: float, end: float) -> bool:
        """Whether half of these frames of the one sound are heard in the background too."""
        shared = sum(max(0.0, min(end, last) - max(start, first)) for first, last in self.common)
        return shared > (end - start) / 2


def _highest(cells: Floats, found: Sequence[tuple[SoundPrint | Floats, Candidate]], trace: Trace) -> list[Path]:
    """The best few candidates, refined as true ones are, so that like is held against like."""
    paths: list[tuple[object, Path]] = []
    for sound, one in found[: 8 * _WRONG_TRIED]:
        if len(paths) >= _WRONG_TRIED:
            break
        if not any(known is sound and _explains(path, one) for known, path in paths):
            other = sound.cells() if isinstance(sound, SoundPrint) else sound
            path = refined(cells, other, one, trace.deviations[one.way])
            if path is not None:
                paths.append((sound, path))
    return [path for _, path in paths]


def _paths(
    cells: Floats, sound: SoundPrint, candidates: Sequence[Candidate], trace: Trace, needed: float
) -> list[Path]:
    """The paths that stand above what is needed, each once, by falling score."""
    paths: list[Path] = []
    # Refining raises a true candidate's score, rarely by more than a third.
    likely = [one for one in candidates if one.score >= 0.75 * needed]
    other = sound.cells() if likely else np.zeros((0, BITS), dtype=np.float32)
    tried = 0
    for candidate in likely:
        if tried >= _MOST_TRIED or len(paths) >= MOST_SEGMENTS:
            break
        if any(_explains(path, candidate) for path in paths):
            continue
        tried += 1
        path = refined(cells, other, candidate, trace.deviations[candidate.way])
        if (
            path is not None
            and path.score >= _asked(path, needed)
            and not any(_overlap(path, known) for known in paths)
        ):
            paths.append(path)
    return sorted(paths, key=lambda path: -path.score)


def _asked(path: Path, needed: float) -> float:
    """What is asked of this path: more if it is short, or not at its own speed, of which there are many to choose."""
    plain = abs(path.way.speed - 1) < _SAME_SPEED and path.end - path.start >= _SHORT
    return needed if plain else _DEARER * needed


def _explains(path: Path, candidate: Candidate) -> bool:
    """Whether the candidate is this path seen askew: its middle lies on it."""
    frame = candidate.offset + (candidate.start + candidate.end) / 2
    place = (frame - candidate.offset) * candidate.way.speed
    within = path.start - BLOCK <= frame <= path.end + BLOCK
    return within and abs(path.place(frame) - place) < _SAME_PLACE


def _overlap(path: Path, known: Path) -> bool:
    """Whether half of the path lies on one that is known."""
    start, end = max(path.start, known.start), min(path.end, known.end)
    middle = (start + end) / 2
    return end - start > (path.end - path.start) / 2 and abs(path.place(middle) - known.place(middle)) < _SAME_PLACE


def _as_match(
    path: Path, one: SoundPrint, other: SoundPrint, wrong: _Wrong, paths: list[Path], *, turned: bool
) -> SoundMatch:
    """The path told in samples and seconds of both, and what speaks against it."""
    start, end = _ends(path, one, other)
    mine = one.sample_of(path.place(start)), one.sample_of(path.place(end))
    theirs = other.sample_of(start), other.sample_of(end)
    mine_s = one.heard_at(mine[0]), one.heard_at(mine[1])
    theirs_s = other.heard_at(theirs[0]), other.heard_at(theirs[1])
    speed = Fraction(path.way.speed).limit_denominator(10_000)
    doubts = _doubts(path, one, other, wrong)
    a, b = ((theirs, theirs_s), (mine, mine_s)) if turned else ((mine, mine_s), (theirs, theirs_s))
    return SoundMatch(
        a_start_sample=a[0][0],
        a_end_sample=a[0][1],
        b_start_sample=b[0][0],
        b_end_sample=b[0][1],
        a_start_s=a[1][0],
        a_end_s=a[1][1],
        b_start_s=b[1][0],
        b_end_s=b[1][1],
        speed=1 / speed if turned else speed,
        pitch_kept=not path.way.pitched or speed == 1,
        score=path.score,
        agreement=path.agreement,
        strongest_wrong=wrong.strongest,
        needed=_asked(path, wrong.needed),
        weak=bool(doubts),
        music=doubts == [_IT_IS_MUSIC],
        why="; ".join([*doubts, *_remarks(path, paths, wrong)]),
    )


def _ends(path: Path, one: SoundPrint, other: SoundPrint) -> tuple[float, float]:
    """From where to where the path runs, in frames of the other sound."""
    # A frame stands for the twentieth of a second around its centre.
    start = path.start - 0.5 - _both_silent(path, one, other, path.start - 1, -1)
    end = path.end - 0.5 + _both_silent(path, one, other, path.end, 1)
    # What runs to the last frame but one runs to the end: half of the last window is beyond the sound.
    first = max(0.0, path.frame(0))
    last = min(path.frame(float(one.duration_s * FRAMES_A_SECOND)), float(other.duration_s * FRAMES_A_SECOND))
    return first if start - first <= _AT_THE_END else start, last if last - end <= _AT_THE_END else end


def _both_silent(path: Path, one: SoundPrint, other: SoundPrint, frame: int, step: int) -> int:
    """How many frames from this one on, forwards or backwards, are silence in both sounds; a second's at most."""
    count = 0
    while count < _MOST_SILENCE:
        place = round(path.place(frame + count * step))
        if not (0 <= place < len(one) and 0 <= frame + count * step < len(other)):
            break
        if one.kinds[place] != Kind.SILENCE or other.kinds[frame + count * step] != Kind.SILENCE:
            break
        count += 1
    return count


def _doubts(path: Path, one: SoundPrint, other: SoundPrint, wrong: _Wrong) -> list[str]:
    places = slice(max(0, int(path.place(path.start))), int(path.place(path.end)) + 1)
    mine, theirs = one.kinds[places], other.kinds[path.start : path.end]
    doubts = []
    if max(_musical_share(mine), _musical_share(theirs)) > _MUSICAL_SHARE:
        doubts.append(_IT_IS_MUSIC)
    if wrong.is_common(path.place(path.start), path.place(path.end)):
        doubts.append("the same sound is heard in the background too: an intro, a jingle or other common sound")
    usable = Fraction(int(min(one.usable[places].sum(), other.usable[path.start : path.end].sum())), FRAMES_A_SECOND)
    if usable < _LEAST_SHARED_S:
        doubts.append(f"only {float(usable):.2f} s of it can be compared")
    return doubts


def _remarks(path: Path, paths: list[Path], wrong: _Wrong) -> list[str]:
    remarks = [f"{path.score:.1f} deviations where foreign sound reaches {wrong.strongest:.1f}"]
    again = [
        known
        for known in paths
        if known is not path
        and min(path.place(path.end), known.place(known.end)) - max(path.place(path.start), known.place(known.start))
        > BLOCK
    ]
    if again:
        remarks.append(f"the same seconds match in {len(again) + 1} places: a loop or repetition")
    return remarks


def _musical_share(kinds: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> float:
    usable = np.isin(kinds, (Kind.SOUND, Kind.MUSIC))
    return float((kinds[usable] == Kind.MUSIC).mean()) if usable.any() else 0.0
