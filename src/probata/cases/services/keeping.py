"""Opening cases, what belongs to them, ticking off steps, and asking and answering questions."""

from __future__ import annotations

from collections.abc import Sequence

from probata.access import selectors as people
from probata.access import services as access
from probata.access.roles import Permission, demand
from probata.cases import selectors
from probata.cases.models import Case, Member, Question, QuestionTurn, StepTick
from probata.cases.procedures import StepState, procedure
from probata.cases.selectors import KnownCase, KnownQuestion
from probata.cases.services.writing import from_entry, must_be_as_seen
from probata.cases.wording import line, passage
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue, Refused
from probata.terms.ids import new_record_id

KINDS = ("journalism", "accountability")
"""What a case is for; the two are kept apart, and a case never turns from one into the other."""


class CaseKindFixed(Refused):
    """A case was to be turned from one kind into the other."""

    code = "case_kind_fixed"
    template = "This case is one of {kind}, and stays so."
    advice = "Open a case of the other kind, and put into it what may be used there."


class QuestionNotOpen(Refused):
    """A question was answered or handed over although it is answered already."""

    code = "question_not_open"
    template = "This question was answered by {by}."
    advice = "Open it again first, and say why."


def open_case(title: str, *, actor: Signer, kind: str, procedure_name: str, reason: str) -> KnownCase:
    """Open a case of journalism or of accountability that follows one of the stored procedures.

    Raises `NotAllowed`, `ProcedureNotFound`, `InvalidValue`.
    """
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    if kind not in KINDS:
        raise InvalidValue(what=f"The kind of case {kind[:40]!r}", why=f"it must be one of {', '.join(KINDS)}")
    return _describe(title, actor=actor, kind=kind, procedure_name=procedure_name, reason=reason, before=None)


def describe_case(
    case: str, *, actor: Signer, title: str, procedure_name: str, kind: str, reason: str, seen: str | None = None
) -> KnownCase:
    """Tell a case anew: another title or procedure, never another kind; `seen` is the row that the person knew.

    What was ticked off under an earlier procedure stays on the record. Raises `NotAllowed`, `CaseNotFound`,
    `CaseKindFixed`, `ProcedureNotFound`, `ChangedMeanwhile`, `InvalidValue`.
    """
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    known = selectors.case_id(case)
    before = selectors.case(known)
    if kind != before.kind:
        raise CaseKindFixed(kind=before.kind)
    return _describe(
        title, actor=actor, kind=kind, procedure_name=procedure_name, reason=reason, before=known, seen=seen
    )


def _describe(
    title: str,
    *,
    actor: Signer,
    kind: str,
    procedure_name: str,
    reason: str,
    before: str | None,
    seen: str | None = None,
) -> KnownCase:
    told, why, steps = line(title, "The title"), passage(reason, "The reason"), procedure(procedure_name)
    made = new_record_id()
    with custody.act(actor=actor, reason=why) as act:
        row = selectors.current(Case, known_as=before) if before else None
        must_be_as_seen(row, seen, "this case")
        act.record(
            "describe_case",
            {
                "subject": f"case:{before or made}",
                "id": made,
                "known_as": before or made,
                "title": told,
                "kind": kind,
                "procedure": steps.id,
                "reason": why,
                "supersedes": row.id if row else None,
            },
        )
    return selectors.case(before or made)


def put_into_case(case: str, *, actor: Signer, kind: str, member: str, reason: str, within: bool = True) -> KnownCase:
    """Say that an item (by digest) or an incident (by id) belongs to a case, or with `within` false no longer does.

    Raises `NotAllowed`, `CaseNotFound`, `ItemNotFound`, `IncidentNotFound`, `InvalidValue` where it stands so already.
    """
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    known, why = selectors.case_id(case), passage(reason, "The reason")
    if kind == "item":
        wanted = preservation.item(member).sha256
    elif kind == "incident":
        wanted = selectors.incident_id(member)
    else:
        raise InvalidValue(what=f"The member {kind[:40]!r}", why="a case holds items and incidents")
    with custody.act(actor=actor, reason=why) as act:
        before = selectors.current(Member, in_case=known, member_kind=kind, member=wanted)
        if within == (before is not None and before.within):
            raise InvalidValue(
                what=f"The {kind}", why="it is in the case already" if within else "it is not in the case"
            )
        act.record(
            "put_into_case",
            {
                "subject": f"case:{known}",
                "id": new_record_id(),
                "case": known,
                "kind": kind,
                "member": wanted,
                "within": within,
                "reason": why,
                "supersedes": before.id if before else None,
            },
        )
    return selectors.case(known)


def tick_step(case: str, step: str, *, actor: Signer, state: StepState, reason: str) -> KnownCase:
    """Say of one step of the case's procedure that it is done, does not apply, or is open again; always with a reason.

    Raises `NotAllowed`, `CaseNotFound`, `StepNotFound`, `InvalidValue`.
    """
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    known, why = selectors.case(case), passage(reason, "The reason")
    wanted = known.procedure.step(step)
    with custody.act(actor=actor, reason=why) as act:
        before = selectors.current(StepTick, in_case=known.id, procedure=known.procedure.id, step=wanted.id)
        act.record(
            "tick_step",
            {
                "subject": f"case:{known.id}",
                "id": new_record_id(),
                "case": known.id,
                "procedure": known.procedure.id,
                "step": wanted.id,
                # As it read when it was ticked: a later version may word the step otherwise.
                "asks": wanted.asks,
                "state": state.value,
                "reason": why,
                "supersedes": before.id if before else None,
            },
        )
    return selectors.case(known.id)


def ask(
    text: str, *, actor: Signer, owner: str | None = None, case: str = "", incident: str = "", reason: str = ""
) -> KnownQuestion:
    """Put a question on the record, about a case or an incident or neither; `owner` is a person, the asker unless told.

    Raises `NotAllowed`, `CaseNotFound`, `IncidentNotFound`, `PersonNotFound`, `InvalidValue`.
    """
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    told = passage(text, "The question")
    made = new_record_id()
    record = {
        "subject": f"question:{made}",
        "id": made,
        "text": told,
        "case": selectors.case_id(case) if case else "",
        "incident": selectors.incident_id(incident) if incident else "",
        "owner": _owner(owner) if owner else actor.key_id,
        "reason": passage(reason, "The reason") if reason.strip() else "",
    }
    with custody.act(actor=actor, reason=reason.strip() or "asked a question") as act:
        act.record("ask_question", record)
    return selectors.question(made)


def answer(
    question: str, *, actor: Signer, text: str, rests_on: Sequence[str] = (), reason: str = "", seen: str | None = None
) -> KnownQuestion:
    """Answer a question, and name the records that the answer rests on: `finding:…`, `proposition:…`, `item:…`.

    Raises `NotAllowed`, `QuestionNotFound`, `QuestionNotOpen`, `EvidenceUnknown`, `ChangedMeanwhile`, `InvalidValue`.
    """
    told = passage(text, "The answer")
    rests = [selectors.must_be_on_record(one) for one in rests_on]
    return _turn(question, actor, "answered", answer=told, rests_on=rests, owner=None, reason=reason, seen=seen)


def reopen(question: str, *, actor: Signer, reason: str, seen: str | None = None) -> KnownQuestion:
    """Take an answer back; it stays on the record, and the question's age counts on.

    Raises `NotAllowed`, `QuestionNotFound`, `ChangedMeanwhile`, and `InvalidValue` where it is open.
    """
    why = passage(reason, "The reason")
    if selectors.question(question).open:
        raise InvalidValue(what="The question", why="it is open")
    return _turn(question, actor, "open", answer="", rests_on=[], owner=None, reason=why, seen=seen)


def hand_over(question: str, *, actor: Signer, to: str, reason: str = "", seen: str | None = None) -> KnownQuestion:
    """Give an open question to another person.

    Raises `NotAllowed`, `QuestionNotFound`, `PersonNotFound`, `QuestionNotOpen`, `ChangedMeanwhile`.
    """
    owner = _owner(to)
    return _turn(question, actor, "open", answer="", rests_on=[], owner=owner, reason=reason, seen=seen)


def _owner(name: str) -> str:
    """The key of a person who may answer; a question in the hands of somebody who may not would never end."""
    who = people.person(name)
    demand(who.name, people.roles(who.id), Permission.KEEP_CASES)
    return who.key_id


def _turn(
    question: str,
    actor: Signer,
    state: str,
    *,
    answer: str,
    rests_on: Sequence[str],
    owner: str | None,
    reason: str,
    seen: str | None,
) -> KnownQuestion:
    access.must_be_allowed(actor, Permission.KEEP_CASES)
    known = selectors.question_id(question)
    why = passage(reason, "The reason") if reason.strip() else ""
    with custody.act(actor=actor, reason=why or f"{state} a question") as act:
        before = selectors.current(QuestionTurn, question=known)
        must_be_as_seen(before, seen, "this question")
        # What opens it again is the only turn that an answered question takes.
        if before is not None and before.state == "answered" and (state == "answered" or owner is not None):
            raise QuestionNotOpen(by=people.name_of(before.written_by))
        held = before.owner if before else Question.objects.get(id=known).owner
        act.record(
            "turn_question",
            {
                "subject": f"question:{known}",
                "id": new_record_id(),
                "question": known,
                "state": state,
                "owner": owner or held,
                "answer": answer,
                "rests_on": list(rests_on),
                "reason": why,
                "supersedes": before.id if before else None,
            },
        )
    return selectors.question(known)


@projects("describe_case")
def _described(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Case.objects.create(
            id=record["id"],
            known_as=record["known_as"],
            title=record["title"],
            kind=record["kind"],
            procedure=record["procedure"],
            reason=record["reason"],
            supersedes=record["supersedes"],
            **from_entry(entry),
        )


@projects("put_into_case")
def _put(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Member.objects.create(
            id=record["id"],
            in_case=record["case"],
            member_kind=record["kind"],
            member=record["member"],
            within=record["within"],
            reason=record["reason"],
            supersedes=record["supersedes"],
            **from_entry(entry),
        )


@projects("tick_step")
def _ticked(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        StepTick.objects.create(
            id=record["id"],
            in_case=record["case"],
            procedure=record["procedure"],
            step=record["step"],
            state=record["state"],
            reason=record["reason"],
            supersedes=record["supersedes"],
            **from_entry(entry),
        )


@projects("ask_question")
def _asked(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Question.objects.create(
            id=record["id"],
            text=record["text"],
            in_case=record["case"],
            incident=record["incident"],
            owner=record["owner"],
            reason=record["reason"],
            **from_entry(entry),
        )


@projects("turn_question")
def _turned(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        QuestionTurn.objects.create(
            id=record["id"],
            question_id=record["question"],
            state=record["state"],
            owner=record["owner"],
            answer=record["answer"],
            rests_on=record["rests_on"],
            reason=record["reason"],
            supersedes=record["supersedes"],
            **from_entry(entry),
        )
