"""Walling a case, opening it again, and admitting people to it: decided from within, each time with a reason."""

from __future__ import annotations

from probata.access import selectors as people
from probata.access import services as access
from probata.access.roles import Permission
from probata.cases import selectors
from probata.cases.models import Admission, Wall
from probata.cases.services.writing import from_entry
from probata.cases.wording import passage
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.terms.errors import AccessError, InvalidValue, Refused
from probata.terms.ids import new_record_id


class OutsideTheWall(AccessError):
    """Somebody who is not admitted to a walled case wants to decide who is."""

    code = "outside_the_wall"
    template = "Who may know of this case is decided by those who are admitted to it."
    advice = "Ask one of them."


class LastInside(Refused):
    """The last person who may admit others to a walled case was to be sent out."""

    code = "last_inside"
    template = "{person} is the last one inside who may admit others to this case."
    advice = "Admit somebody else of the roles legal or custodian first, or open the case to all."


def wall(case: str, *, actor: Signer, reason: str, walled: bool = True) -> bool:
    """Wall a case, or open it to all again; whoever walls it is admitted with it.

    Raises `NotAllowed`, `CaseNotFound`, `OutsideTheWall`, `InvalidValue` where it stands so already.
    """
    access.must_be_allowed(actor, Permission.WALL_CASES)
    known, why = selectors.case_id(case), passage(reason, "The reason")
    with custody.act(actor=actor, reason=why) as act:
        _must_be_inside(known, actor)
        before = selectors.current(Wall, in_case=known)
        if walled == selectors.is_walled(known):
            raise InvalidValue(what="The case", why="it is walled already" if walled else "it is open to all already")
        act.record("wall_case", _record(known, why, before.id if before else None) | {"walled": walled})
        if walled and actor.key_id not in selectors.admitted(known):
            act.record("admit_to_case", _admission(known, actor.key_id, why, admitted=True))
    return selectors.is_walled(known)


def admit(case: str, person: str, *, actor: Signer, reason: str, admitted: bool = True) -> frozenset[str]:
    """Admit a person of this name to a case, or take it back; the keys of who is admitted then.

    Raises `NotAllowed`, `CaseNotFound`, `PersonNotFound`, `OutsideTheWall`, `LastInside`, `InvalidValue` where it
    stands so already.
    """
    access.must_be_allowed(actor, Permission.WALL_CASES)
    known, why = selectors.case_id(case), passage(reason, "The reason")
    who = people.person(person)
    with custody.act(actor=actor, reason=why) as act:
        _must_be_inside(known, actor)
        inside = selectors.admitted(known)
        if admitted == (who.key_id in inside):
            raise InvalidValue(what=f"{who.name}", why="is admitted already" if admitted else "is not admitted")
        if not admitted and selectors.is_walled(known) and not _may_admit(inside - {who.key_id}):
            raise LastInside(person=who.name)
        act.record("admit_to_case", _admission(known, who.key_id, why, admitted=admitted))
    return selectors.admitted(known)


def _must_be_inside(case: str, actor: Signer) -> None:
    if selectors.is_walled(case) and actor.key_id not in selectors.admitted(case):
        raise OutsideTheWall


def _may_admit(keys: frozenset[str]) -> bool:
    """Whether one of these people may decide who is admitted."""
    allowed = {one.key_id for one in people.people() if people.may(one.pk, Permission.WALL_CASES)}
    return bool(keys & allowed)


def _admission(case: str, person: str, why: str, *, admitted: bool) -> Record:
    before = selectors.current(Admission, in_case=case, person=person)
    return _record(case, why, before.id if before else None) | {"person": person, "admitted": admitted}


def _record(case: str, why: str, supersedes: str | None) -> Record:
    subject, made = f"case:{case}", new_record_id()
    return {"subject": subject, "id": made, "case": case, "reason": why, "supersedes": supersedes}


@projects("wall_case")
def _walled(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Wall.objects.create(
            id=record["id"],
            in_case=record["case"],
            walled=record["walled"],
            reason=record["reason"],
            supersedes=record["supersedes"],
            **from_entry(entry),
        )


@projects("admit_to_case")
def _admitted(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Admission.objects.create(
            id=record["id"],
            in_case=record["case"],
            person=record["person"],
            admitted=record["admitted"],
            reason=record["reason"],
            supersedes=record["supersedes"],
            **from_entry(entry),
        )
