"""Decides about two recordings: by hand, by all sound that is not sudden, and by sudden sounds last and with care."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import evolve, frozen

from probata.verification.sync import patterns
from probata.verification.sync.anchors import Anchor, ByHand, by_hand
from probata.verification.sync.bangs import Bang, Parted, part
from probata.verification.sync.fitting import Fit, fit, place_at
from probata.verification.sync.heard import RATE_HZ, Heard
from probata.verification.sync.pairs import LEAST_ERROR_S, By, Candidate, Offset, Outcome, Pair, Shot
from probata.verification.sync.patterns import SPEED_OF_SOUND, Answer, Laid, Patterns
from probata.verification.sync.searching import LEAST_Z, Line, Search, lines, rivals, search
from probata.verification.sync.tones import HELD_SHARE, held_share
from probata.verification.sync.whitening import White, whiten

RIVAL_SHARE = 0.6
"""A second offset for which sound speaks so strongly, beside the first, makes the answer ambiguous."""
PART_SHARE = 0.2
"""A second offset that fits so much is that of a part: it is noted."""
_PART_S = 0.05
_LEAST_STRENGTH = 3.0
_LEAST_USED_SHARE = 0.2
_MOST_SHOT_S = 1.0
_ONE_RECORDING = 0.995
_ENOUGH_BANGS, _MANY_BANGS = 5, 10
_BEFORE_BANG_S, _BANG_S = 0.02, 0.2
_BESIDE_S, _FINE_S = 0.002, 0.5
_MUSIC = (
    "what both hold is mostly tones that are held, as music and alarms are: a broadcast is heard from two loudspeakers "
    "at two times, and a tone repeats itself"
)


@frozen(kw_only=True, eq=False)
class Prepared:
    """A recording with its sudden sounds parted from the rest, and how much of it is tones that are held."""

    heard: Heard
    parted: Parted
    held: float


def prepare(heard: Heard) -> Prepared:
    """Part a recording once, for all the pairs that it is in."""
    if heard.why:
        return Prepared(heard=heard, parted=Parted(bangs=(), live=heard.present, left_out_s=0.0), held=0.0)
    parted = part(heard)
    return Prepared(heard=heard, parted=parted, held=held_share(heard.samples, parted.live))


@frozen(kw_only=True, eq=False)
class _Looked:
    """What sound that is not sudden says: the best line with its fit, all others that come near, and those of parts."""

    line: Line
    fit: Fit
    others: tuple[Line, ...]
    parts: tuple[Line, ...] = ()


def decide(a: Prepared, b: Prepared, *, anchors: Sequence[Anchor] = (), distance_m: float | None = None) -> Pair:
    """What came of two recordings; anchors that a person set choose among what sound leaves open, or stand alone."""
    hand = by_hand(anchors, a.heard.name, b.heard.name)
    acoustic_s = distance_m / SPEED_OF_SOUND if distance_m is not None else None
    pair = evolve(_by_sound(a, b, distance_m), acoustic_s=acoustic_s)
    times = tuple(tuple(one.at_s for one in side.parted.bangs) for side in (a, b))
    pair = evolve(pair, impulses=(times[0], times[1]))
    return _with_hand(pair, hand, acoustic_s) if hand is not None else pair


def _by_sound(a: Prepared, b: Prepared, distance_m: float | None) -> Pair:
    mine, theirs = a.heard.name, b.heard.name
    if a.heard.digest and a.heard.digest == b.heard.digest:
        return _same_bytes(a.heard, b.heard)
    lacking = [side.heard for side in (a, b) if side.heard.why]
    if lacking:
        why = "; ".join(f"{one.name}: {one.why}" for one in lacking)
        return Pair(a=mine, b=theirs, outcome=Outcome.COULD_NOT_LOOK, why=why)
    looked = _look(a, b)
    if looked is not None:
        return _found(a, b, looked)
    said = patterns.compare(a.parted.bangs, b.parted.bangs, distance_m=distance_m)
    return _by_bangs(a, b, said)


def _same_bytes(a: Heard, b: Heard) -> Pair:
    nothing = Offset(
        at_s=float(a.from_s), offset_s=0, error_s=0, slope=0, slope_error=0, residual_s=0, count=1, tried=1
    )
    return Pair(
        a=a.name,
        b=b.name,
        outcome=Outcome.FOUND,
        by=By.SAME_BYTES,
        offset=nothing,
        why="the two are the same file, byte for byte: one recording, not two",
    )


def _whitened(one: Prepared, top_hz: float, *, all_of_it: bool = False) -> White:
    live = one.heard.present if all_of_it else one.parted.live
    return whiten(one.heard, one.heard.samples, live, top_hz=top_hz)


def _look(a: Prepared, b: Prepared) -> _Looked | None:
    """By all sound but the sudden. The shorter is cut in windows: so most of them can be met."""
    if len(a.heard.samples) > len(b.heard.samples):
        turned = _look(b, a)
        return _turned(turned) if turned is not None else None
    top_hz = min(a.heard.top_hz, b.heard.top_hz)
    white_a, white_b = _whitened(a, top_hz), _whitened(b, top_hz)
    found = search(white_a, white_b)
    told = [line for line in lines(found) if line.strength >= _LEAST_STRENGTH]
    fits = [(line, fit(white_a, white_b, line, found.window_s)) for line in told[:2]]
    good = [(line, one) for line, one in fits if one is not None and _holds(one, line, found)]
    if not good:
        return None
    line, fitted = good[0]
    near = [one for one in told if one is not line and one.strength >= RIVAL_SHARE * line.strength]
    near = [one for one in near if one.possible >= max(2, 0.3 * line.possible)]
    for one in rivals(found, line, least_share=RIVAL_SHARE):
        if all(abs(one.lag_s - other.lag_at(one.at_s)) > 0.006 for other in near):
            near.append(one)
    near = [one for one in near if abs(one.lag_s - line.lag_at(one.at_s)) > 0.006]
    parts = [one for one in told if one is not line and one.strength >= PART_SHARE * line.strength]
    parts = [one for one in parts if abs(one.lag_s - line.lag_at(one.at_s)) > _PART_S]
    return _Looked(line=line, fit=fitted, others=tuple(near), parts=tuple(parts))


def _holds(one: Fit, line: Line, found: Search) -> bool:
    """Whether enough windows hold the line, and not all of them the same moment."""
    apart = one.used * found.window_s / 2 >= min(2.0, 0.3 * len(found.centres_s) * found.window_s / 2)
    return one.used >= 3 and one.used >= _LEAST_USED_SHARE * min(line.possible, one.tried) and apart


def _turned(looked: _Looked) -> _Looked:
    def line(one: Line) -> Line:
        at_s = one.at_s + one.lag_s
        return evolve(one, at_s=at_s, lag_s=-one.lag_s, slope=-one.slope / (1 + one.slope))

    at_s = looked.fit.at_s + looked.fit.lag_s
    turned = evolve(looked.fit, at_s=at_s, lag_s=-looked.fit.lag_s, slope=-looked.fit.slope / (1 + looked.fit.slope))
    others, parts = (tuple(line(one) for one in some) for some in (looked.others, looked.parts))
    return _Looked(line=line(looked.line), fit=turned, others=others, parts=parts)


def _offset(a: Heard, b: Heard, told: Fit) -> Offset:
    """From lags between sounds to offsets between the recordings' own times."""
    apart_s = float(b.start_s - a.start_s)
    ticks_s = (a.tick_s + b.tick_s) / 2
    return Offset(
        at_s=a.at(told.at_s * RATE_HZ),
        offset_s=told.lag_s + apart_s,
        error_s=max(LEAST_ERROR_S, float(np.hypot(told.lag_error_s, ticks_s))),
        slope=told.slope,
        slope_error=told.slope_error,
        residual_s=told.residual_s,
        count=told.used,
        tried=told.tried,
    )


def _found(a: Prepared, b: Prepared, looked: _Looked) -> Pair:
    mine, theirs = a.heard.name, b.heard.name
    offset = _offset(a.heard, b.heard, looked.fit)
    here = Candidate(offset_s=offset.offset_s, strength=looked.line.strength, by=By.SOUND)
    apart_s = float(b.heard.start_s - a.heard.start_s)
    others = tuple(
        Candidate(offset_s=one.lag_at(looked.fit.at_s) + apart_s, strength=one.strength, by=By.SOUND)
        for one in looked.others
    )
    if others:
        why = (
            f"{len(others) + 1} offsets fit the shared sound: it repeats itself, or comes from several places, or one "
            "of the two is cut"
        )
        return Pair(a=mine, b=theirs, outcome=Outcome.AMBIGUOUS, why=why, candidates=(here, *others))
    if min(a.held, b.held) >= HELD_SHARE:
        return Pair(a=mine, b=theirs, outcome=Outcome.AMBIGUOUS, why=_MUSIC, candidates=(here,))
    shots = _shots(a.parted.bangs, b.parted.bangs, offset)
    return Pair(
        a=mine,
        b=theirs,
        outcome=Outcome.FOUND,
        by=By.SOUND,
        offset=offset,
        strong=looked.fit.used >= 5,
        why=f"{looked.fit.used} of {looked.fit.tried} windows of shared sound lie on one line of time",
        shots=shots,
        notes=_notes(a, b, looked, shots),
    )


def _shots(a: Sequence[Bang], b: Sequence[Bang], offset: Offset) -> tuple[Shot, ...]:
    """The sudden sounds that both hold on this clock, and how much later B heard each."""
    told: list[Shot] = []
    free = list(b)
    for one in a:
        there = one.at_s + offset.at(one.at_s)
        near = min(free, key=lambda other: abs(other.at_s - there), default=None)
        if near is None or abs(near.at_s - there) > _MOST_SHOT_S:
            continue
        free.remove(near)
        error_s = float(np.sqrt(one.error_s**2 + near.error_s**2 + offset.error_s**2))
        told.append(Shot(a_s=one.at_s, b_s=near.at_s, later_s=near.at_s - there, error_s=error_s))
    return tuple(told)


def _notes(a: Prepared, b: Prepared, looked: _Looked, shots: tuple[Shot, ...]) -> tuple[str, ...]:
    notes: list[str] = []
    if _one_recording(a.heard, b.heard, looked.fit):
        notes.append("they agree more closely than two microphones do: one may be a copy (see `probata compare`)")
    apart_s = float(b.heard.start_s - a.heard.start_s)
    notes += [
        f"part of the sound fits an offset of {one.lag_s + apart_s:+.3f} s instead, near "
        f"{a.heard.at(one.at_s * RATE_HZ):.1f} s of {a.heard.name}: one of the two may be cut there, or sound comes "
        "from several places"
        for one in looked.parts
    ]
    if len(shots) > 1:
        later = [one.later_s for one in shots]
        error_s = 2 * max(one.error_s for one in shots)
        if max(later) - min(later) > error_s:
            metres = (max(later) - min(later)) * SPEED_OF_SOUND
            notes.append(
                "the sudden sounds do not all arrive with one difference: if they are the same ones, they come from "
                f"places whose ways to the recorders differ by {metres:.1f} m"
            )
    jumping = [one for one in (a.heard, b.heard) if one.jumps]
    return (*notes, *(f"the timestamps of {one.name} jump {one.jumps} times" for one in jumping))


def _one_recording(a: Heard, b: Heard, told: Fit) -> bool:
    """Whether the very samples agree as only those of one microphone do."""
    size = min(4 * RATE_HZ, len(a.samples), len(b.samples))
    start = round(told.at_s * RATE_HZ - size / 2)
    places = np.arange(size) + start
    there = places + (told.lag_s + told.slope * (places / RATE_HZ - told.at_s)) * RATE_HZ
    inside = (places >= 0) & (places < len(a.samples)) & (there >= 0) & (there < len(b.samples) - 1)
    if inside.sum() < RATE_HZ // 4:
        return False
    mine = a.samples[places[inside]].astype(np.float64)
    theirs = np.interp(there[inside], np.arange(len(b.samples)), b.samples)
    size_both = float(np.sqrt(np.sum(mine**2) * np.sum(theirs**2)))
    return size_both > 0 and abs(float(np.sum(mine * theirs))) > _ONE_RECORDING * size_both


def _by_bangs(a: Prepared, b: Prepared, said: Patterns) -> Pair:
    """What sudden sounds alone say, once nothing else is shared."""
    mine, theirs = a.heard.name, b.heard.name
    candidates = tuple(
        Candidate(offset_s=way.offset_s, strength=float(len(way.pairs)), by=By.IMPULSES) for way in said.laid
    )
    if said.answer is Answer.DIFFERS:
        # No offset is named: each would lay two different sounds on each other.
        return Pair(a=mine, b=theirs, outcome=Outcome.REFUSED, why=_refusal(said), spacings=said.spacings)
    if said.answer is Answer.AMBIGUOUS:
        return Pair(a=mine, b=theirs, outcome=Outcome.AMBIGUOUS, why=said.why, candidates=candidates)
    if said.answer is Answer.NONE:
        why = "shared sound is not found"
        why += f"; {said.why}" if a.parted.bangs and b.parted.bangs else ""
        return Pair(a=mine, b=theirs, outcome=Outcome.NOTHING_FOUND, why=why)
    if min(a.held, b.held) >= HELD_SHARE:
        return Pair(a=mine, b=theirs, outcome=Outcome.AMBIGUOUS, why=_MUSIC, candidates=candidates)
    way = said.laid[0]
    alike, fitted = _alike(a, b, way)
    if len(way.pairs) < _MANY_BANGS and alike < 2:
        why = f"{said.why}, which may be chance: few do, and they do not sound alike either"
        return Pair(a=mine, b=theirs, outcome=Outcome.AMBIGUOUS, why=why, candidates=candidates)
    offset = _of_bangs(a.parted.bangs, b.parted.bangs, way)
    finer = _offset(a.heard, b.heard, fitted) if fitted is not None else None
    if finer is not None and abs(finer.offset_s - offset.at(finer.at_s)) <= offset.error_s + _BESIDE_S:
        offset = finer
    return Pair(
        a=mine,
        b=theirs,
        outcome=Outcome.FOUND,
        by=By.IMPULSES,
        offset=offset,
        strong=len(way.pairs) >= _ENOUGH_BANGS and alike >= 2,
        why=f"no other sound is shared; {said.why}, as from one place or from places in line; {alike} sound alike",
    )


def _alike(a: Prepared, b: Prepared, way: Laid) -> tuple[int, Fit | None]:
    """How many of the sudden sounds that meet are alike in their very waves, and the line of the waves near there."""
    top_hz = min(a.heard.top_hz, b.heard.top_hz)
    lag_s = way.offset_s - float(b.heard.start_s - a.heard.start_s)
    line = Line(at_s=0.0, lag_s=lag_s, slope=0.0, support=0, possible=0, strength=0.0)
    moments_s = [a.parted.bangs[one].at_s - float(a.heard.start_s) - _BEFORE_BANG_S for one, _other in way.pairs]
    white_a, white_b = (_whitened(one, top_hz, all_of_it=True) for one in (a, b))
    alike = int((place_at(white_a, white_b, line, moments_s, _BANG_S).z >= LEAST_Z).sum())
    return alike, fit(white_a, white_b, line, _FINE_S) if alike >= _ENOUGH_BANGS else None


def _refusal(said: Patterns) -> str:
    widest = max(said.spacings, key=lambda one: abs(one.differ_s))
    return (
        f"{said.why}. The same interval is {widest.a_s * 1e3:.1f} ms in one and {widest.b_s * 1e3:.1f} ms in the "
        f"other, {abs(widest.differ_s) * 1e3:.1f} ± {widest.error_s * 1e3:.1f} ms apart. If they are the same shots, "
        f"they were fired at different places, whose ways to the recorders differ by {widest.path_m:.1f} ± "
        f"{widest.path_error_m:.1f} m. That difference is evidence, and no mark to set clocks by"
    )


def _of_bangs(a: Sequence[Bang], b: Sequence[Bang], way: Laid) -> Offset:
    there = np.array([a[one].at_s for one, _other in way.pairs])
    later = np.array([b[other].at_s - a[one].at_s for one, other in way.pairs])
    error = np.array([np.hypot(a[one].error_s, b[other].error_s) for one, other in way.pairs])
    anchors = [
        Anchor(moments={"A": float(at), "B": float(at + by)}, error_s=float(max(one, 2e-4) / np.sqrt(2)))
        for at, by, one in zip(there, later, error, strict=True)
    ]
    told = by_hand(anchors, "A", "B")
    assert told is not None
    return evolve(_of_hand(told), error_s=max(told.error_s, LEAST_ERROR_S, told.residual_s))


def _of_hand(hand: ByHand) -> Offset:
    return Offset(
        at_s=hand.at_s,
        offset_s=hand.offset_s,
        error_s=hand.error_s,
        slope=hand.slope,
        slope_error=hand.slope_error,
        residual_s=hand.residual_s,
        count=hand.used,
        tried=hand.used,
    )


def _with_hand(pair: Pair, hand: ByHand, acoustic_s: float | None) -> Pair:
    """What a person's anchors change: they choose among what sound left open, contradict it, or stand alone."""
    offset = _of_hand(hand)
    if pair.outcome is Outcome.FOUND and pair.offset is not None:
        apart_s = pair.offset.at(hand.at_s) - hand.offset_s
        allowed_s = 1.5 * (hand.error_s + pair.offset.error_s) + (acoustic_s or 0.0)
        if abs(apart_s) <= allowed_s:
            return evolve(pair, notes=(*pair.notes, f"the anchors agree with it within {abs(apart_s) * 1e3:.1f} ms"))
        sound = Candidate(offset_s=pair.offset.at(hand.at_s), strength=0.0, by=pair.by or By.SOUND)
        by_a_person = Candidate(offset_s=hand.offset_s, strength=float(hand.used), by=By.ANCHORS)
        return evolve(
            pair,
            outcome=Outcome.AMBIGUOUS,
            offset=None,
            by=None,
            candidates=(sound, by_a_person),
            why=f"sound and anchors contradict each other by {abs(apart_s) * 1e3:.1f} ms: one of them is no mark",
        )
    said = {
        Outcome.REFUSED: "sound alone was refused",
        Outcome.AMBIGUOUS: "sound alone was ambiguous",
        Outcome.NOTHING_FOUND: "no shared sound was found",
        Outcome.COULD_NOT_LOOK: "sound could not be compared",
    }[pair.outcome]
    return evolve(
        pair,
        outcome=Outcome.FOUND,
        by=By.ANCHORS,
        offset=offset,
        strong=hand.used >= 2,
        why=f"{hand.used} anchor{'s' if hand.used > 1 else ''} set by hand",
        notes=(*pair.notes, f"{said}: {pair.why}"),
    )
