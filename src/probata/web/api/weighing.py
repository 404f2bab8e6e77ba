"""Runs of calculators on the record, and rival explanations that several people weigh, each alone first."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from probata.access.roles import Permission
from probata.verification import selectors, services
from probata.verification.derivation import Derivation
from probata.verification.hypotheses import Matrix
from probata.web.api.door import actor
from probata.web.api.saying import Given, Line, Name, Part, Record, WithReason, answer, case_named, part_of, told
from probata.web.gate import sight
from probata.web.screens import reasoning
from probata.web.shown import derived

router = Router(tags=["reasoning"])


class Run(WithReason):
    """A run of a calculator, as it told it in `derivation`."""

    derivation: Record


class Asked(Given):
    """What several people are to weigh: the question, the table without cells, who is asked, in which case."""

    question: Line
    frame: Record
    analysts: Annotated[list[Name], Field(max_length=20)]
    case: Name = ""
    supersedes: Name = ""


class HandedIn(Given):
    """One's own table, its cells filled."""

    table: Record


@router.get("/derivations", **told("derivations", Permission.LIST_ITEMS))
def derivations(request: HttpRequest, part: Part) -> Any:
    """Every recorded run of a calculator, oldest first."""
    rows, more = part_of(derived.known(sight.of(request)), part)
    return answer("derivations", {"derivations": [_run(*one) for one in rows], **more})


def _run(known: str, by: str, run: Derivation) -> dict[str, Any]:
    return {"id": known, "by": by, **run.as_json()}


@router.post("/derivations", **told("derivations", Permission.ASSESS))
def record(request: HttpRequest, given: Run) -> Any:
    """Put a run on the record, so that an assessment can rest on it."""
    run = Derivation.from_json(given.derivation)
    made = services.record_derivation(run, actor=actor(request), reason=given.reason)
    found = [one for one in selectors.derivations() if one[0] == made]
    return answer("derivations", {"derivations": [_run(*one) for one in found]})


@router.get("/hypotheses", **told("hypotheses", Permission.LIST_ITEMS))
def comparisons(request: HttpRequest, part: Part) -> Any:
    """Every comparison; the tables in it once everybody has handed in."""
    hidden = sight.of(request)
    rows, more = part_of([one for one in selectors.comparisons() if not reasoning.hides(hidden, one)], part)
    return answer("hypotheses", {"comparisons": [one.as_json() for one in rows], **more})


@router.get("/hypotheses/seeds", **told("hypotheses", Permission.LIST_ITEMS))
def seeds(request: HttpRequest) -> Any:
    """An empty table with the explanations that are always asked about."""
    return answer("hypotheses", Matrix.seeded().as_json())


@router.post("/hypotheses", **told("hypotheses", Permission.ASSESS))
def ask(request: HttpRequest, given: Asked) -> Any:
    """Ask several people to weigh the same explanations against the same evidence."""
    made = services.compare_hypotheses(
        given.question,
        Matrix.from_json(given.frame),
        tuple(given.analysts),
        actor=actor(request),
        about=f"case:{case_named(request, given.case)}" if given.case else "",
        supersedes=_known(request, given.supersedes).id if given.supersedes else "",
    )
    return answer("hypotheses", {"comparisons": [made.as_json()]})


@router.get("/hypotheses/{comparison}", **told("hypotheses", Permission.LIST_ITEMS))
def comparison(request: HttpRequest, comparison: Name) -> Any:
    """One comparison."""
    return answer("hypotheses", {"comparisons": [_known(request, comparison).as_json()]})


@router.post("/hypotheses/{comparison}/hand-in", **told("hypotheses", Permission.ASSESS))
def hand_in(request: HttpRequest, comparison: Name, given: HandedIn) -> Any:
    """Hand in one's own table; it is final."""
    known = _known(request, comparison)
    made = services.hand_in(known.id, Matrix.from_json(given.table), actor=actor(request))
    return answer("hypotheses", {"comparisons": [made.as_json()]})


def _known(request: HttpRequest, comparison: str) -> selectors.KnownComparison:
    known = selectors.comparison(comparison, actor(request).key_id)
    if reasoning.hides(sight.of(request), known):
        raise selectors.ComparisonNotFound(wanted=comparison)
    return known
