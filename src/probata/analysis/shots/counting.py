"""How many sounds there may be: what may be an echo, what is a burst, and the least and the most that can be said.

Plain rules on scores, so that a reader can follow why a number is what it is. Nothing here says what a sound was.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

from attrs import evolve, field, frozen

from probata.terms.errors import InvalidValue

WANTED, ECHO = "shot", "echo"
ALIKE = ("firework", "backfire")
"""Kinds that no sound alone tells from a shot for certain."""
SOON_S = 0.35
CRACKLE_OF, CRACKLE_S, CRACKLE_APART_S = 6, 30.0, 0.3
"""So many sounds plainly like fireworks within so many seconds cast doubt on every sound among them."""
SLOWEST_S = 0.135
"""The slowest pace of a machine: about 450 a minute."""
NAMED = {"firework": 0.5, "backfire": 0.15, "door": 0.15, "clap": 0.15, "hammer": 0.15, "dropped object": 0.15}
"""What else a sound may be that has a name here, and from which share of its score on that makes it doubtful."""
ALONE = {"firework": 0.12}
"""The same for a sound near which no other certain one is heard: a rocket often comes alone, a shot seldom."""
BESIDE_S = 30.0
"""How far away a plain sound may be that speaks for a weaker one."""
BURST_ALIKE, BURST_PLAINEST = 0.3, 0.15
"""How far the sounds of a burst are like shots or echoes on the mean, and its plainest like a shot: the pace tells."""
NEIGHBOURS = (WANTED, ECHO, *ALIKE)


@frozen(kw_only=True)
class Rules:
    """From which scores on a sound is told, told as doubtful, and counted for certain; and what makes a burst.

    `told` holds where a certain sound is heard within half a minute, `alone`, if it is higher, where none is.
    """

    told: float = 0.25
    alone: float = 0.6
    doubtful: float = 0.1
    certain: float = 0.8
    apart_s: float = 0.08
    echo_s: float = 1.3
    burst_of: int = 4
    burst_gap_s: float = 0.17

    def __attrs_post_init__(self) -> None:
        """Refuse scores out of order: the least and the most would cross."""
        if not (0 < self.doubtful <= self.told <= self.certain <= 1 and 0 <= self.alone <= 1):
            why = "needs 0 < doubtful <= told <= certain <= 1, and alone from 0 to 1"
            raise InvalidValue(what="The rules of `shots`", why=why)


@frozen(kw_only=True)
class Impulse:
    """One sudden sound: when, how loud, and how far it is like each kind."""

    onset_s: float
    level_db: float
    rise_db: float
    scores: Mapping[str, float]
    key: int = 0
    """Which one it is to whoever asks."""
    echo_of: int | None = None
    """The key of the earlier sound that it may come from."""
    crackle: bool = False
    """Whether fireworks are heard around it."""
    against: bool = False
    """Whether a classifier that the user gave plainly speaks against it: then it is doubtful."""

    @property
    def score(self) -> float:
        """How far it is like what is looked for, as a sound of its own or as an echo of one."""
        return min(1.0, self.scores.get(WANTED, 0.0) + (self.scores.get(ECHO, 0.0) if self.echo_of is not None else 0))


@frozen(kw_only=True)
class Burst:
    """Sounds at a steady pace, too close to be counted: from when to when, how fast, and the keys of its sounds."""

    start_s: float
    end_s: float
    a_minute: float
    score: float
    keys: tuple[int, ...]


@frozen(kw_only=True)
class Count:
    """The least and the most single sounds outside bursts, and why not one number."""

    least: int
    most: int
    why: str

    def as_json(self) -> dict[str, int | str]:
        """The count as the JSON contract of `shots` has it."""
        return {"min": self.least, "max": self.most, "why": self.why}


@frozen(kw_only=True)
class Heard:
    """What is told of one file: sounds plain enough, doubtful ones, bursts, and the count."""

    plain: tuple[Impulse, ...]
    doubtful: tuple[Impulse, ...]
    bursts: tuple[Burst, ...]
    count: Count = field()


def heard(impulses: Sequence[Impulse], rules: Rules) -> Heard:
    """All that may be told of these impulses; their order does not matter."""
    ordered = sorted(impulses, key=lambda one: (one.onset_s, one.key))
    bursts = tuple(_bursts(ordered, rules))
    within = {key for burst in bursts for key in burst.keys}
    single = [
        one
        for one in thinned(ordered, rules.apart_s)
        if one.key not in within and not any(b.start_s <= one.onset_s <= b.end_s + rules.burst_gap_s for b in bursts)
    ]
    single = among_fireworks(echoes(single, rules), ordered)
    told = [one for one in single if one.score >= rules.doubtful]
    plain = tuple(plain_ones(told, rules))
    keys = {one.key for one in plain}
    doubtful = tuple(one for one in told if one.key not in keys)
    return Heard(plain=plain, doubtful=doubtful, bursts=bursts, count=count(plain, doubtful, bursts, rules))


def plain_ones(told: Sequence[Impulse], rules: Rules) -> list[Impulse]:
    """Those that are not doubtful: a weak sound needs a certain one near it, and no other name may fit too well.

    A shout or a machine that begins suddenly is seldom heard beside a certain one; further shots mostly are.
    """
    certain = [one.onset_s for one in told if _certain(one, rules)]

    def plain(one: Impulse) -> bool:
        near = bisect_right(certain, one.onset_s + BESIDE_S) - bisect_left(certain, one.onset_s - BESIDE_S)
        beside = near > _certain(one, rules)  # it does not speak for itself
        least = rules.told if beside else max(rules.told, rules.alone)
        shares = NAMED if beside else NAMED | ALONE
        named = any(one.scores.get(kind, 0.0) > share * one.score for kind, share in shares.items())
        return one.score >= least and not named and not one.against

    return [one for one in told if plain(one)]


def _certain(one: Impulse, rules: Rules) -> bool:
    plain = one.scores.get(WANTED, 0.0) >= rules.certain
    return plain and one.echo_of is None and not one.crackle and not one.against


def among_fireworks(single: Sequence[Impulse], ordered: Sequence[Impulse]) -> list[Impulse]:
    """The same impulses, those around which fireworks are heard marked: no sound alone tells a bang from a shot."""
    crackle: list[float] = []
    for one in ordered:
        # What follows at once is the same bang going on, or a voice: fireworks come one after the other.
        if one.scores.get(ALIKE[0], 0.0) >= 0.6 and (not crackle or one.onset_s - crackle[-1] >= CRACKLE_APART_S):
            crackle.append(one.onset_s)
    told = []
    for one in single:
        near = bisect_right(crackle, one.onset_s + CRACKLE_S) - bisect_left(crackle, one.onset_s - CRACKLE_S)
        told.append(evolve(one, crackle=True) if near >= CRACKLE_OF else one)
    return told


def thinned(ordered: Sequence[Impulse], apart_s: float) -> list[Impulse]:
    """Of impulses closer than this the one that is most like what is looked for; the earlier of equals."""
    kept: list[Impulse] = []
    for one in sorted(ordered, key=lambda one: (-one.scores.get(WANTED, 0.0), one.onset_s, one.key)):
        if all(abs(one.onset_s - other.onset_s) > apart_s for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: (one.onset_s, one.key))


def echoes(ordered: Sequence[Impulse], rules: Rules) -> list[Impulse]:
    """The same impulses, those that may be echoes with the key of the sound that they may come from."""
    told: list[Impulse] = []
    for one in ordered:
        sources = [
            other
            for other in told
            if other.echo_of is None
            and other.scores.get(WANTED, 0.0) >= rules.told
            and one.onset_s - other.onset_s <= rules.echo_s
            and _may_echo(one, other)
        ]
        source = max(sources, key=lambda other: (other.level_db, other.onset_s)) if sources else None
        told.append(evolve(one, echo_of=source.key) if source is not None else one)
    return told


def _may_echo(one: Impulse, source: Impulse) -> bool:
    # An echo is weaker than its sound. Soon after it, whatever hardly rises out of what is still fading may be one, or
    # the same sound going on; later, only what the model too hears as one.
    weaker_db = source.level_db - one.level_db
    echo, wanted = one.scores.get(ECHO, 0.0), one.scores.get(WANTED, 0.0)
    if one.onset_s - source.onset_s <= SOON_S:
        going_on = one.rise_db < 6 or (one.rise_db < 10 and weaker_db > -3)
        return weaker_db >= 3 or going_on or (weaker_db > 0 and echo >= wanted)
    return (weaker_db >= 9 and echo >= 0.2) or (weaker_db > 0 and echo >= wanted)


def _bursts(ordered: Sequence[Impulse], rules: Rules) -> list[Burst]:
    run: list[Impulse] = []
    found: list[Burst] = []
    for one in thinned([one for one in ordered if _in_burst(one) >= 0.35], 0.03):
        if run and one.onset_s - run[-1].onset_s > rules.burst_gap_s:
            found += _steady(run, rules)
            run = []
        run.append(one)
    return found + _steady(run, rules)


def _in_burst(one: Impulse) -> float:
    return sum(one.scores.get(kind, 0.0) for kind in NEIGHBOURS)


def _steady(run: Sequence[Impulse], rules: Rules) -> list[Burst]:
    if len(run) < rules.burst_of:
        return []
    gaps = [later.onset_s - earlier.onset_s for earlier, later in pairwise(run)]
    usual = median(gaps)
    steady = sum(abs(gap - usual) <= 0.25 * usual for gap in gaps)
    alike = sum(one.scores.get(WANTED, 0.0) + one.scores.get(ECHO, 0.0) for one in run) / len(run)
    plainest = max(one.scores.get(WANTED, 0.0) for one in run)
    if usual > SLOWEST_S or steady < 0.6 * len(gaps) or alike < BURST_ALIKE or plainest < BURST_PLAINEST:
        return []
    return [
        Burst(
            start_s=run[0].onset_s,
            end_s=run[-1].onset_s,
            a_minute=60 / usual,
            score=min(1.0, alike),
            keys=tuple(one.key for one in run),
        )
    ]


def count(plain: Sequence[Impulse], doubtful: Sequence[Impulse], bursts: Sequence[Burst], rules: Rules) -> Count:
    """The least: what is plainly like it and may be no echo. The most: all that is told, doubtful or not."""
    single = [one for one in plain if one.echo_of is None]
    certain = [one for one in single if _certain(one, rules)]
    unsure = len(single) - len(certain)
    again = len(plain) - len(single)
    reasons = []
    if unsure:
        among = " among fireworks" if any(one.crackle for one in single) else ""
        reasons.append(f"{unsure} may be something else{among}")
    if again:
        reasons.append(f"{again} may be {'an echo' if again == 1 else 'echoes'}")
    if doubtful:
        reasons.append(f"{len(doubtful)} {'is' if len(doubtful) == 1 else 'are'} doubtful")
    if bursts:
        number = "one burst is" if len(bursts) == 1 else f"{len(bursts)} bursts are"
        reasons.append(f"{number} marked and not counted inside")
    most = len(plain) + len(doubtful)
    if not reasons:
        reasons.append("each stands out plainly" if most else "none was heard")
    return Count(least=len(certain), most=most, why="; ".join(reasons))
