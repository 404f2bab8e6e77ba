"""Where records have their pages: addresses that may be missing, where this workbench has no page for them yet."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from probata.cases.selectors import KnownQuestion

# Kind of a record's name → the name of its page's address.
_PAGES = {
    "item": "item",
    "incident": "incident",
    "case": "case",
    "review": "review",
    "finding": "finding",
    "proposition": "claims_proposition",
    "elements": "elements_table",
    "hypotheses": "hypotheses_one",
}


def address(name: str, *parts: str) -> str:
    """The address of a page by its name; nothing where this workbench has no such page."""
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return ""


def address_for(name: str, **asked: str) -> str:
    """The address of a page that takes what it is for as a query; nothing where there is no such page."""
    page = address(name)
    return f"{page}?{urlencode(asked)}" if page else ""


def of_record(name: str) -> str:
    """The page of a record that is named `kind:id`; nothing where it has none."""
    kind, _colon, known = name.partition(":")
    return address(_PAGES[kind], known) if kind in _PAGES else ""


def of_question(question: KnownQuestion) -> str:
    """Where a question is asked and answered: in its case, at its incident, or among those that are in neither."""
    if question.case:
        page = address("case", question.case)
    elif question.incident:
        page = address("incident", question.incident)
    else:
        page = address("cases")
    return f"{page}#question-{question.id}"
