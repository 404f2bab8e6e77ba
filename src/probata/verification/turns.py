"""Whose turn it is in a review, who may not take part in it and why, and what whoever judges watches of footage."""

from __future__ import annotations

from enum import Enum

from attrs import frozen

from probata.access.roles import Permission, Role, decide
from probata.terms.errors import AccessError
from probata.terms.spans import Span
from probata.verification.assessments import State
from probata.verification.selectors import KnownReview, Task

FIRST, SECOND, THIRD = 1, 2, 3
_OPEN_PLACE = {
    State.OPEN: FIRST,
    State.PROPOSED: SECOND,
    State.BLIND_SECOND: SECOND,
    State.DISAGREED: THIRD,
}
_TO_BE_SEALED = frozenset({State.AGREED, State.ADJUDICATED})


class NoPlace(AccessError):
    """Somebody asks for what only the second or third person of a review gets."""

    code = "no_place"
    template = "{person} holds no place in the review {review} in which a judgement is still due."
    advice = "Take a place on the review's page first; the list of reviews shows which are free."


class Step(Enum):
    """What one person can do next in a review."""

    JUDGE_FIRST = "judge_first"
    TAKE = "take"
    JUDGE = "judge"
    SEAL = "seal"
    NOTHING = "nothing"


class Bar(Enum):
    """Why somebody can do nothing in a review now."""

    NO_ROLE = "no_role"
    NO_ROLE_TO_SEAL = "no_role_to_seal"
    HAS_JUDGED = "has_judged"
    PLACE_TAKEN = "place_taken"
    ENDED = "ended"


@frozen(kw_only=True)
class Turn:
    """What one person can do next in a review, in which place; where it is nothing, `bar` says why."""

    step: Step
    place: int = 0
    bar: Bar | None = None

    @property
    def waits(self) -> bool:
        """Whether the review waits for this person."""
        return self.step is not Step.NOTHING

    @property
    def blind(self) -> bool:
        """Whether this person holds a place in which they are still to judge by what they were given."""
        return self.step is Step.JUDGE


def open_place(review: KnownReview) -> int | None:
    """The place in which the next judgement is due; None where none is."""
    return _OPEN_PLACE.get(review.state)


def turn(review: KnownReview, name: str, roles: frozenset[Role]) -> Turn:
    """What the person of this name and these roles can do next in a review."""
    place = open_place(review)
    if place is None:
        return _to_seal(review, roles)
    if not decide(roles, Permission.ASSESS).allowed:
        return Turn(step=Step.NOTHING, place=place, bar=Bar.NO_ROLE)
    if place == FIRST:
        return Turn(step=Step.JUDGE_FIRST, place=place)
    return _in_place(review, name, place)


def stretches(task: Task, item: str) -> list[Span]:
    """The stretches of an item that a review rests on: what whoever judges in it watches, and no more."""
    return [Span.from_json(one["segment"]) for one in task.segments if one["item"] == item]


def _in_place(review: KnownReview, name: str, place: int) -> Turn:
    if review.places.get(place) == name:
        return Turn(step=Step.JUDGE, place=place)
    # Nobody confirms their own assessment, nor decides between it and another.
    if name in review.places.values():
        return Turn(step=Step.NOTHING, place=place, bar=Bar.HAS_JUDGED)
    if place in review.places:
        return Turn(step=Step.NOTHING, place=place, bar=Bar.PLACE_TAKEN)
    return Turn(step=Step.TAKE, place=place)


def _to_seal(review: KnownReview, roles: frozenset[Role]) -> Turn:
    if review.state not in _TO_BE_SEALED:
        return Turn(step=Step.NOTHING, bar=Bar.ENDED)
    if not decide(roles, Permission.SEAL_FINDINGS).allowed:
        return Turn(step=Step.NOTHING, bar=Bar.NO_ROLE_TO_SEAL)
    return Turn(step=Step.SEAL)
