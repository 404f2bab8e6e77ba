"""Cases with their procedures, and the questions that people put and answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from probata.access.roles import Permission
from probata.cases import selectors, services
from probata.cases.procedures import StepState, procedures
from probata.cases.selectors import KnownCase, KnownQuestion
from probata.web.api.door import actor
from probata.web.api.saying import (
    Given,
    Line,
    Name,
    Part,
    WithReason,
    Words,
    answer,
    case_named,
    incident_named,
    item_named,
    part_of,
    record_named,
    told,
)
from probata.web.gate import sight

router = Router(tags=["cases"])


class Opened(Given):
    """A case: of which kind, by which procedure, and why it is opened."""

    title: Line
    kind: Literal["journalism", "accountability"]
    procedure: Name = "berkeley_protocol"
    reason: Words


class Described(Given):
    """What is told anew; what is not given stays. Its kind stays in any case."""

    title: Line | None = None
    procedure: Name | None = None
    reason: Words


class Moved(Given):
    """An item or an incident, and why it belongs there or does not any more."""

    kind: Literal["item", "incident"]
    member: Name
    reason: Words


class Ticked(Given):
    """How a step of the procedure stands, and why."""

    step: Name
    state: Literal["done", "not_applicable", "open"] = "done"
    reason: Words


class Asked(WithReason):
    """A question: about a case, an incident, or neither; whose it is, if not the caller's."""

    text: Words
    case: Name = ""
    incident: Name = ""
    owner: Line | None = None


class Answered(WithReason):
    """An answer, and the records that it rests on, such as `finding:…`."""

    text: Words
    rests_on: Annotated[list[Name], Field(default_factory=list, max_length=50)]


class HandedOver(WithReason):
    """Whose the question is from now on."""

    to: Line


class Reason(Given):
    """Why, which is never left out here."""

    reason: Words


@router.get("/cases", **told("cases", Permission.LIST_ITEMS))
def cases(request: HttpRequest, part: Part) -> Any:
    """Every case that the caller may know of."""
    hidden = sight.of(request)
    rows, more = part_of([one for one in selectors.cases() if not hidden.hides(one.id)], part)
    return _told(cases=rows, more=more)


@router.post("/cases", **told("cases", Permission.KEEP_CASES))
def open_case(request: HttpRequest, given: Opened) -> Any:
    """Open a case."""
    made = services.open_case(
        given.title, actor=actor(request), kind=given.kind, procedure_name=given.procedure, reason=given.reason
    )
    return _told(cases=[made])


@router.get("/cases/{case}", **told("cases", Permission.LIST_ITEMS))
def case(request: HttpRequest, case: Name) -> Any:
    """One case: its members, how far its procedure is, and its questions."""
    known = selectors.case(case)
    return _told(cases=[known], questions=known.questions)


@router.post("/cases/{case}/describe", **told("cases", Permission.KEEP_CASES))
def describe(request: HttpRequest, case: Name, given: Described) -> Any:
    """Tell a case anew."""
    known = selectors.case(case)
    made = services.describe_case(
        known.id,
        actor=actor(request),
        title=given.title or known.title,
        procedure_name=given.procedure or known.procedure.id,
        kind=known.kind,
        reason=given.reason,
        seen=known.row,
    )
    return _told(cases=[made])


@router.post("/cases/{case}/put-in", **told("cases", Permission.KEEP_CASES))
def put_in(request: HttpRequest, case: Name, given: Moved) -> Any:
    """Put an item or an incident into a case."""
    return _moved(request, case, given, within=True)


@router.post("/cases/{case}/take-out", **told("cases", Permission.KEEP_CASES))
def take_out(request: HttpRequest, case: Name, given: Moved) -> Any:
    """Take an item or an incident out of a case."""
    return _moved(request, case, given, within=False)


def _moved(request: HttpRequest, case: str, given: Moved, *, within: bool) -> dict[str, Any]:
    named = item_named if given.kind == "item" else incident_named
    made = services.put_into_case(
        case,
        actor=actor(request),
        kind=given.kind,
        member=named(request, given.member),
        reason=given.reason,
        within=within,
    )
    return _told(cases=[made])


@router.post("/cases/{case}/tick", **told("cases", Permission.KEEP_CASES))
def tick(request: HttpRequest, case: Name, given: Ticked) -> Any:
    """Say how a step of the procedure stands."""
    state = StepState(given.state)
    return _told(cases=[services.tick_step(case, given.step, actor=actor(request), state=state, reason=given.reason)])


@router.get("/procedures", **told("cases", Permission.LIST_ITEMS))
def known_procedures(request: HttpRequest) -> Any:
    """The procedures that a case may follow, with their steps."""
    return {**_told(), "procedures": [one.as_json() for one in procedures()]}


@router.get("/questions", **told("cases", Permission.LIST_ITEMS))
def questions(request: HttpRequest, part: Part, case: Name = "") -> Any:
    """Questions, the open ones first; of one case, if asked."""
    hidden = sight.of(request)
    wanted = case_named(request, case) if case else None
    rows, more = part_of([one for one in selectors.questions(case=wanted) if not hidden.hides(one.id)], part)
    return _told(questions=rows, more=more)


@router.post("/questions", **told("cases", Permission.KEEP_CASES))
def ask(request: HttpRequest, given: Asked) -> Any:
    """Put a question."""
    made = services.ask(
        given.text,
        actor=actor(request),
        owner=given.owner,
        case=case_named(request, given.case) if given.case else "",
        incident=incident_named(request, given.incident) if given.incident else "",
        reason=given.reason,
    )
    return _told(questions=[made])


@router.get("/questions/{question}", **told("cases", Permission.LIST_ITEMS))
def question(request: HttpRequest, question: Name) -> Any:
    """One question, and its answer."""
    return _told(questions=[selectors.question(question)])


@router.post("/questions/{question}/answer", **told("cases", Permission.KEEP_CASES))
def answer_question(request: HttpRequest, question: Name, given: Answered) -> Any:
    """Answer a question."""
    known = selectors.question(question)
    rests_on = [record_named(request, name) for name in given.rests_on]
    made = services.answer(
        known.id, actor=actor(request), text=given.text, rests_on=rests_on, reason=given.reason, seen=known.row
    )
    return _told(questions=[made])


@router.post("/questions/{question}/reopen", **told("cases", Permission.KEEP_CASES))
def reopen(request: HttpRequest, question: Name, given: Reason) -> Any:
    """Take an answer back."""
    known = selectors.question(question)
    return _told(questions=[services.reopen(known.id, actor=actor(request), reason=given.reason, seen=known.row)])


@router.post("/questions/{question}/hand-over", **told("cases", Permission.KEEP_CASES))
def hand_over(request: HttpRequest, question: Name, given: HandedOver) -> Any:
    """Give a question to somebody else."""
    known = selectors.question(question)
    made = services.hand_over(known.id, actor=actor(request), to=given.to, reason=given.reason, seen=known.row)
    return _told(questions=[made])


def _told(*, cases: Any = (), questions: Any = (), more: Any = None) -> dict[str, Any]:
    known_cases: list[KnownCase] = list(cases)
    known_questions: list[KnownQuestion] = list(questions)
    return answer(
        "cases",
        {
            "cases": [one.as_json() for one in known_cases],
            "questions": [one.as_json() for one in known_questions],
            "procedures": [],
            **(more or {}),
        },
    )
