"""Reasoning: where explanations are held against evidence, and elements of crimes; and the record that both cite."""

from __future__ import annotations

import re

from attrs import frozen
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from probata.access.roles import Permission
from probata.cases import selectors as cases
from probata.cases.elements import Evidence, EvidenceKind
from probata.cases.selectors import Citable, KnownCase, Sight, TableLine
from probata.verification import selectors as verification
from probata.web.gate import sight
from probata.web.gate.permission import person, require

QUERY_LENGTH = 200
_BREAKS = re.compile(r"\s*[\r\n]+\s*")
SHOWN = 20
NEWEST = 5


@frozen(kw_only=True)
class Choice:
    """A record that may be chosen as evidence, with the source that it is proposed to come from."""

    record: Citable
    source: str = ""
    chosen: bool = False


@require_safe
def reasoning(request: HttpRequest) -> HttpResponse:
    """The two tables of reasoning, each with what of it waits for this person and what was opened last."""
    require(request, Permission.LIST_ITEMS)
    compared, tables = comparisons_in_sight(request), tables_in_sight(request)
    who = person(request).name
    waiting = [one for one in compared if who in one.analysts and who not in one.handed_in and not one.superseded_by]
    context = {
        "waiting": waiting,
        "comparisons": compared[:NEWEST],
        "comparison_count": len(compared),
        "tables": tables[:NEWEST],
        "table_count": len(tables),
    }
    return render(request, "web/reasoning.html", context)


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Records that hold the words typed, as a piece of a form from which some are chosen."""
    require(request, Permission.LIST_ITEMS)
    query = request.GET.get("q", "").strip()[:QUERY_LENGTH]
    several = request.GET.get("several") == "yes"
    return render(request, "web/reasoning_records.html", found(request, query, several=several, case=case_of(request)))


def found(request: HttpRequest, query: str, *, several: bool, case: KnownCase | None = None) -> dict[str, object]:
    """What a form shows of the record: what holds the words; while none are typed, what belongs to the case."""
    limited_to = case.id if case is not None and not query else ""
    # What is to be weighed is evidence; a proposition is what evidence is about.
    kinds = [one for one in EvidenceKind if not (several and one is EvidenceKind.PROPOSITION)]
    shown = cases.citable(query, case=limited_to, kinds=kinds, sight=sight_of(request), limit=SHOWN + 1)
    return {
        "query": query,
        "several": several,
        "choices": [Choice(record=one, source=cases.source_of(one.name) if several else "") for one in shown[:SHOWN]],
        "more": len(shown) > SHOWN,
        "shown_most": SHOWN,
    }


def case_of(request: HttpRequest) -> KnownCase | None:
    """The case that the address names, if one is named and the person may know of it; raises `CaseNotFound`."""
    untrusted_case = request.GET.get("case", "").strip()
    return case_in_sight(request, untrusted_case) if untrusted_case else None


def case_in_sight(request: HttpRequest, untrusted_case: str) -> KnownCase:
    """A case that the person may know of; raises `CaseNotFound` for any other."""
    known = cases.case(untrusted_case)
    if sight_of(request).hides(known.id):
        raise cases.CaseNotFound(name=untrusted_case[:80])
    return known


def one_line(untrusted_text: str) -> str:
    """What was typed, on one line: line breaks are spaces; whether the rest may stand is for the rooms to say."""
    return _BREAKS.sub(" ", untrusted_text).strip()


def must_be_in_sight(request: HttpRequest, untrusted_name: str) -> str:
    """The name of a record that may be cited, if it is on the record and the person may know of it.

    Raises `EvidenceUnknown`, `ObservationNotFound`, `AssertionNotFound`, `InvalidValue`.
    """
    name = Evidence.named(untrusted_name).name
    item = cases.cited([cases.must_be_on_record(name)])[name].item
    if sight_of(request).hides(name.partition(":")[2], item):
        raise cases.EvidenceUnknown(name=name)
    return name


def sight_of(request: HttpRequest) -> Sight:
    """What the person of this request may not know of."""
    return sight.of(request)


def hides(hidden: Sight, one: verification.KnownComparison) -> bool:
    """Whether a comparison is about something that the person may not know of."""
    return hidden.hides(one.about.partition(":")[2], *(row.id.partition(":")[2] for row in one.frame.rows))


def comparisons_in_sight(request: HttpRequest, case: KnownCase | None = None) -> list[verification.KnownComparison]:
    """The comparisons that the person may know of, newest first; of one case if it is told."""
    hidden = sight_of(request)
    every = verification.comparisons(about=f"case:{case.id}" if case else "")
    return [one for one in reversed(every) if not hides(hidden, one)]


def tables_in_sight(request: HttpRequest, case: KnownCase | None = None) -> list[TableLine]:
    """The tables of elements that the person may know of, newest first; of one case if it is told."""
    hidden = sight_of(request)
    return [
        one for one in cases.table_lines(case=case.id if case else None) if not hidden.hides(one.case, one.incident)
    ]


def titles() -> dict[str, str]:
    """The titles of cases, by the name under which a record belongs to one."""
    return {f"case:{one.id}": one.title for one in cases.case_lines()}
