"""Everything that is read about cases, what is in them, the steps of their procedures, and open questions."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from attrs import frozen

from probata.access import selectors as access
from probata.cases.models import Case, Member, Question, QuestionTurn, StepTick
from probata.cases.procedures import Procedure, Step, StepState, procedure
from probata.cases.selectors import walls
from probata.cases.selectors.chains import currents, full_id
from probata.engines import clock
from probata.terms.errors import NotFound

GONE = "not in this version"


class CaseNotFound(NotFound):
    """No case has that id."""

    code = "case_not_found"
    template = "No case of this workspace has the id {name}."
    advice = "`probata cases` lists them, each with its id."
    advice_here = "The page Cases lists them."


class QuestionNotFound(NotFound):
    """No question has that id."""

    code = "question_not_found"
    template = "No question of this workspace has the id {name}."
    advice = "`probata cases --questions` lists them, each with its id."
    advice_here = "The page of its case lists them."


@frozen(kw_only=True)
class KnownStep:
    """A step of a case's procedure, how it stands, and who said so and why."""

    step: Step
    state: StepState
    reason: str
    by: str
    at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """The step as plain data."""
        at = None if self.at is None else clock.rfc3339(self.at)
        return {**self.step.as_json(), "state": self.state.value, "reason": self.reason, "by": self.by, "at": at}


@frozen(kw_only=True)
class KnownMember:
    """An item or an incident of a case, why it belongs there, and in which cases of the other kind it is as well.

    Work for publication and work for a court are kept apart: what lies in both is told, so that somebody decides.
    """

    kind: str
    id: str
    reason: str
    also_in: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The member as plain data."""
        return {"kind": self.kind, "id": self.id, "reason": self.reason, "also_in": list(self.also_in)}


@frozen(kw_only=True)
class KnownQuestion:
    """A question as it stands: whose it is, how old, and what was answered, if it was.

    `age_days` counts whole days from when it was asked until it was answered, or until now; an answer that was taken
    back counts on.
    """

    id: str
    row: str
    text: str
    case: str
    incident: str
    asked_by: str
    asked_at: datetime
    owner: str
    state: str
    answer: str
    rests_on: tuple[str, ...]
    answered_by: str
    turned_at: datetime | None
    reason: str
    age_days: int

    @property
    def open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.state == "open"

    def as_json(self) -> dict[str, Any]:
        """The question as plain data."""
        answered = None if self.open or self.turned_at is None else clock.rfc3339(self.turned_at)
        return {
            "id": self.id,
            "text": self.text,
            "case": self.case or None,
            "incident": self.incident or None,
            "asked_by": self.asked_by,
            "asked_at": clock.rfc3339(self.asked_at),
            "owner": self.owner,
            "state": self.state,
            "age_days": self.age_days,
            "answer": self.answer,
            "rests_on": list(self.rests_on),
            "answered_by": self.answered_by,
            "answered_at": answered,
            "reason": self.reason,
        }


@frozen(kw_only=True)
class KnownCase:
    """A case as it stands: open questions first, then what is in it, and how far its procedure is."""

    id: str
    row: str
    title: str
    kind: str
    procedure: Procedure
    reason: str
    by: str
    opened_at: datetime
    members: tuple[KnownMember, ...]
    steps: tuple[KnownStep, ...]
    questions: tuple[KnownQuestion, ...]
    walled: bool
    admitted: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The case as plain data."""
        return {
            "id": self.id,
            "title": self.title,
            "kind": self.kind,
            "procedure": self.procedure.id,
            "procedure_source": self.procedure.source,
            "reason": self.reason,
            "by": self.by,
            "opened_at": clock.rfc3339(self.opened_at),
            "questions": [one.as_json() for one in self.questions],
            "items": [one.as_json() for one in self.members if one.kind == "item"],
            "incidents": [one.as_json() for one in self.members if one.kind == "incident"],
            "steps": [one.as_json() for one in self.steps],
            "walled": self.walled,
            "admitted": list(self.admitted),
        }


@frozen(kw_only=True)
class CaseLine:
    """A case as one line of a list: how many questions are open and how old the oldest is, how far its steps are.

    `oldest_days` is None where no question is open. A step that does not apply counts as done with.
    """

    id: str
    title: str
    kind: str
    procedure: Procedure
    opened_at: datetime
    open_questions: int
    oldest_days: int | None
    steps_settled: int
    items: int
    incidents: int


def case_id(untrusted_beginning: str) -> str:
    """The id of the case that begins so; raises `CaseNotFound` or `RecordAmbiguous`."""
    return full_id(Case, untrusted_beginning, CaseNotFound, column="known_as")


def cases() -> list[KnownCase]:
    """Every case, in the order in which they were opened."""
    return sorted((_case(row) for row in currents(Case)), key=lambda one: (one.opened_at, one.id))


def case_lines() -> list[CaseLine]:
    """Every case as a line of a list, in the order in which they were opened; as many queries for one as for many."""
    rows = currents(Case)
    opened = dict(Case.objects.filter(supersedes=None).values_list("known_as", "at"))
    ages: dict[str, list[int]] = {}
    for one in questions():
        if one.open:
            ages.setdefault(one.case, []).append(one.age_days)
    within = Counter((one.in_case, one.member_kind) for one in currents(Member) if one.within)
    settled: dict[tuple[str, str], set[str]] = {}
    for tick in currents(StepTick):
        if tick.state != StepState.OPEN.value:
            settled.setdefault((tick.in_case, tick.procedure), set()).add(tick.step)
    told = [
        CaseLine(
            id=row.known_as,
            title=row.title,
            kind=row.kind,
            procedure=(known := procedure(row.procedure)),
            opened_at=opened[row.known_as],
            open_questions=len(ages.get(row.known_as, ())),
            oldest_days=max(ages.get(row.known_as, ()), default=None),
            steps_settled=len(settled.get((row.known_as, known.id), set()) & {step.id for step in known.steps}),
            items=within[row.known_as, "item"],
            incidents=within[row.known_as, "incident"],
        )
        for row in rows
    ]
    return sorted(told, key=lambda one: (one.opened_at, one.id))


def case(untrusted_beginning: str) -> KnownCase:
    """One case by its id or the beginning of it; raises `CaseNotFound` or `RecordAmbiguous`."""
    return _case(currents(Case, known_as=case_id(untrusted_beginning))[0])


def _case(row: Case) -> KnownCase:
    known = procedure(row.procedure)
    return KnownCase(
        id=row.known_as,
        row=row.id,
        title=row.title,
        kind=row.kind,
        procedure=known,
        reason=row.reason,
        by=access.names().get(row.written_by, "unknown"),
        opened_at=Case.objects.get(id=row.known_as).at,
        members=_members(row),
        steps=_steps(row.known_as, known),
        questions=tuple(questions(case=row.known_as)),
        walled=walls.is_walled(row.known_as),
        admitted=tuple(sorted(access.names().get(key, "unknown") for key in walls.admitted(row.known_as))),
    )


def _members(row: Case) -> tuple[KnownMember, ...]:
    own = [one for one in currents(Member, in_case=row.known_as) if one.within]
    # A case's kind stands in every row of its chain, and never changes.
    others = set(Case.objects.exclude(kind=row.kind).values_list("known_as", flat=True))
    elsewhere = currents(Member, member__in=[one.member for one in own], in_case__in=others) if others else []
    found: dict[str, list[str]] = {}
    for one in elsewhere:
        if one.within:
            found.setdefault(one.member, []).append(one.in_case)
    return tuple(
        KnownMember(kind=one.member_kind, id=one.member, reason=one.reason, also_in=tuple(found.get(one.member, ())))
        for one in own
    )


def _steps(in_case: str, known: Procedure) -> tuple[KnownStep, ...]:
    ticked = {one.step: one for one in currents(StepTick, in_case=in_case, procedure=known.id)}
    people = access.names()
    # A template may lose a step in a later version; what somebody said of it is told all the same.
    lost = [name for name in ticked if name not in {step.id for step in known.steps}]
    gone = [Step(id=name, phase=GONE, title=name, asks="This version's procedure has no such step.") for name in lost]
    return tuple(_step(step, ticked.get(step.id), people) for step in (*known.steps, *gone))


def _step(step: Step, row: StepTick | None, people: dict[str, str]) -> KnownStep:
    if row is None:
        return KnownStep(step=step, state=StepState.OPEN, reason="", by="", at=None)
    by = people.get(row.written_by, "unknown")
    return KnownStep(step=step, state=StepState(row.state), reason=row.reason, by=by, at=row.at)


def question_id(untrusted_beginning: str) -> str:
    """The id of the question that begins so; raises `QuestionNotFound` or `RecordAmbiguous`."""
    return full_id(Question, untrusted_beginning, QuestionNotFound)


def question(untrusted_beginning: str, *, now: datetime | None = None) -> KnownQuestion:
    """One question by its id or the beginning of it; raises `QuestionNotFound` or `RecordAmbiguous`."""
    wanted = question_id(untrusted_beginning)
    return next(one for one in questions(now=now) if one.id == wanted)


def questions(
    *, case: str | None = None, incident: str | None = None, now: datetime | None = None
) -> list[KnownQuestion]:
    """Questions, of a case or an incident or all: the open ones first, the oldest of them at the top."""
    about = {name: value for name, value in (("in_case", case), ("incident", incident)) if value is not None}
    rows = Question.objects.filter(**about).order_by("seq", "id")
    turns = {one.question_id: one for one in currents(QuestionTurn, **{f"question__{k}": v for k, v in about.items()})}
    people, moment = access.names(), now or clock.now()
    told = [_question(row, turns.get(row.id), people, moment) for row in rows]
    return sorted(told, key=lambda one: (not one.open, one.asked_at, one.id))


def _question(row: Question, turn: QuestionTurn | None, people: dict[str, str], now: datetime) -> KnownQuestion:
    answered = turn is not None and turn.state == "answered"
    until = turn.at if answered and turn is not None else now
    return KnownQuestion(
        id=row.id,
        row=turn.id if turn else "",
        text=row.text,
        case=row.in_case,
        incident=row.incident,
        asked_by=people.get(row.written_by, "unknown"),
        asked_at=row.at,
        owner=people.get(turn.owner if turn else row.owner, "unknown"),
        state="answered" if answered else "open",
        answer=turn.answer if turn else "",
        rests_on=tuple(turn.rests_on) if turn else (),
        answered_by=people.get(turn.written_by, "unknown") if answered and turn is not None else "",
        turned_at=turn.at if turn else None,
        reason=turn.reason if turn else row.reason,
        age_days=max(0, (until - row.at).days),
    )
