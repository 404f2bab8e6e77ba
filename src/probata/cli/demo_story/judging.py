"""What people of the story judge, each alone first: reviews in every state, and rival explanations side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from probata.cli.demo_story.claiming import Claims
from probata.cli.demo_story.computing import Computed
from probata.cli.demo_story.looking import Observed
from probata.cli.demo_story.people import ANALYST, REVIEWER, Cast
from probata.custody.entries import Signer
from probata.verification import services
from probata.verification.assessments import Assessment, Dimension
from probata.verification.hypotheses import Cell, Hypothesis, Matrix, Row

_SIDES = "the frames before and after; what both sides say; the other clip"


@frozen(kw_only=True)
class Judged:
    """What later steps name: the sealed finding and the comparison, by record id."""

    finding: str
    comparison: str


def judged(cast: Cast, seen: Observed, runs: Computed, claims: Claims) -> Judged:
    """Open reviews and take each as far as the story goes; seal one; weigh rival explanations."""
    room = _Room(cast=cast, claims=claims)
    finding = _sealed(room, seen)
    _agreed(room, seen)
    _decided_by_a_third(room)
    _differing(room, seen)
    _waiting(room, seen, runs)
    return Judged(finding=finding, comparison=_weighed(cast))


@frozen(kw_only=True)
class _Room:
    cast: Cast
    claims: Claims

    def opened(self, proposition: str, dimension: Dimension, by: Signer) -> str:
        """A fresh review of a proposition in one respect."""
        return services.open_review(self.claims.propositions[proposition], dimension, actor=by).id

    def judge(self, review: str, by: Signer, words: tuple[str, ...], because: str, **rests: Any) -> None:  # noqa: ANN401
        """One person's judgement: a result, and how likely and how sure where something is judged."""
        result, *doubt = words
        likelihood, confidence = doubt or (None, None)
        told = {"result": result, "likelihood": likelihood, "confidence": confidence, "reasons": because, **rests}
        services.assess(review, Assessment.from_json(told), actor=by)

    def second(self, review: str, by: Signer, words: tuple[str, ...], because: str, **rests: Any) -> None:  # noqa: ANN401
        """The judgement of whoever takes the next place, who does not see those before."""
        services.take(review, actor=by)
        self.judge(review, by, words, because, **rests)

    def said(self, *names: str) -> list[str]:
        """Assertions by their short names, as record ids."""
        return [self.claims.said[name] for name in names]


def _sealed(room: _Room, seen: Observed) -> str:
    cast, rests = room.cast, {"for": list(seen.impulses), "other_side": _SIDES}
    review = room.opened("shots", Dimension.CONTENT, cast.analyst)
    first = "Three loud sounds with the decay of shots in the open."
    room.judge(review, cast.analyst, ("likely", "very_likely", "moderate"), first, **rests, alternatives=["fireworks"])
    room.second(review, cast.reviewer, ("likely", "likely", "low"), "The third may be a door.", **rests)
    because = "both heard three sounds, one of which may be another sound"
    return services.seal(review, actor=cast.counsel, because=because).id


def _agreed(room: _Room, seen: Observed) -> None:
    cast, words = room.cast, ("established", "very_likely", "moderate")
    rests = {"for": [seen.bodies, seen.last_body], "against": room.said("few")}
    review = room.opened("many", Dimension.CONTENT, cast.operator)
    room.judge(review, cast.operator, words, "Three are in view at one moment.", **rests)
    room.second(review, cast.reviewer, words, "Counted at one moment; the driver passed by.", **rests)


def _decided_by_a_third(room: _Room) -> None:
    cast, review = room.cast, room.opened("ambush", Dimension.SOURCE, room.cast.analyst)
    rests = {"for": room.said("ambush", "ambush again"), "other_side": "whether anybody else claims it: nobody does"}
    room.judge(review, cast.analyst, ("likely", "likely", "moderate"), "The battalion's own words.", **rests)
    alone = "One unnamed person; what others print is taken from there."
    room.second(review, cast.operator, ("possible", "roughly_even_chance", "low"), alone, **rests)
    room.second(review, cast.reviewer, ("possible", "likely", "low"), "It has one root, whoever repeats it.", **rests)


def _differing(room: _Room, seen: Observed) -> None:
    cast, review = room.cast, room.opened("status", Dimension.CONTENT, room.cast.analyst)
    rests = {"for": [seen.bodies, seen.seated, *room.said("status")], "other_side": _SIDES}
    room.judge(review, cast.analyst, ("likely", "likely", "moderate"), "They lie still; residents saw it.", **rests)
    unsure = "The footage begins when they lie already; nothing before it is shown."
    room.second(review, cast.reviewer, ("possible", "roughly_even_chance", "low"), unsure, **rests)


def _waiting(room: _Room, seen: Observed, runs: Computed) -> None:
    """One that nobody has judged, one that waits for a second person, one whose second has yet to judge."""
    cast = room.cast
    room.opened("near", Dimension.LOCATION, cast.operator)
    dated = {
        "for": room.said("sunday", "sunday heard"),
        "against": room.said("tuesday"),
        "derivations": [runs.when, runs.sun],
        "range": ["2031-10-12T13:00:00+03:00", "2031-10-12T19:00:00+03:00"],
    }
    date = room.opened("sunday", Dimension.DATE, cast.analyst)
    room.judge(date, cast.analyst, ("likely", "very_likely", "moderate"), "All but one bound hold together.", **dated)
    hit = room.opened("hit", Dimension.CONTENT, cast.operator)
    rests = {"for": [*seen.impulses, seen.bodies], "against": room.said("nobody hit")}
    room.judge(hit, cast.operator, ("possible", "roughly_even_chance", "low"), "No impact is in the picture.", **rests)
    services.take(hit, actor=cast.reviewer)


_ROWS = (
    ("impulses", "three loud sounds in the footage", "the footage"),
    ("report", "an outlet says that it verified the video", "the footage"),
    ("retold", "three more outlets say the same", "the footage"),
    ("residents", "two residents say that they heard shots and saw arms thrown down", "residents"),
    ("driver", "a driver saw two persons lying", "a driver"),
    ("denial", "a spokesperson denies it", "a ministry"),
)
_CLAIMED = Hypothesis(id="as_claimed", statement="Persons who had laid down their arms were shot there")
_ALONE: dict[str, Sequence[Mapping[str, str]]] = {
    ANALYST: (
        {"staged": "I", "as_claimed": "C", "other_date_or_place": "N"},
        {"staged": "I", "as_claimed": "C"},
        {"staged": "I", "as_claimed": "C"},
        {"staged": "II", "as_claimed": "CC", "killed_in_combat": "II", "already_dead": "I"},
        {"staged": "I", "as_claimed": "I", "already_dead": "C"},
        {"staged": "N", "as_claimed": "N", "other_party": "C"},
    ),
    REVIEWER: (
        {"staged": "N", "as_claimed": "C", "other_date_or_place": "N", "killed_in_combat": "C"},
        {"staged": "I", "as_claimed": "C"},
        {"staged": "I", "as_claimed": "C"},
        {"staged": "II", "as_claimed": "C", "killed_in_combat": "I", "already_dead": "I"},
        {"staged": "I", "as_claimed": "N", "killed_in_combat": "C"},
        {"staged": "N", "as_claimed": "I", "other_party": "C"},
    ),
}


def _weighed(cast: Cast) -> str:
    empty = [Row(id=one, evidence=told, root=root, cells={}) for one, told, root in _ROWS]
    frame = Matrix.seeded(_CLAIMED).holding(*empty)
    question = "What happened at the roadside?"
    known = services.compare_hypotheses(question, frame, (ANALYST, REVIEWER), actor=cast.analyst)
    for name, actor in ((ANALYST, cast.analyst), (REVIEWER, cast.reviewer)):
        filled = [
            evolve(row, cells={one: Cell(cell) for one, cell in cells.items()})
            for row, cells in zip(empty, _ALONE[name], strict=True)
        ]
        services.hand_in(known.id, Matrix.seeded(_CLAIMED).holding(*filled), actor=actor)
    return known.id
