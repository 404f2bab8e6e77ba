"""The door before every address that names something: what a person may not know of is not there (need to know).

A view need not ask: whatever stands in an address is looked up here before the view runs, and answered as an unknown
name would be; so is a whole id in a form. A view that takes the beginning of an id asks for what it is of by itself.
Lists ask `of(request)` and leave out what it hides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from django.http import HttpRequest, HttpResponse

from probata.analysis import selectors as analysis
from probata.analysis import severity
from probata.cases import selectors as cases
from probata.cases.selectors import EVERYTHING, Sight
from probata.claims import selectors as claims
from probata.copies import selectors as copies
from probata.disclosure import selectors as disclosures
from probata.preservation import selectors as preservation
from probata.redaction import selectors as redaction
from probata.terms.errors import InvalidValue, NotFound, UsageError
from probata.verification import selectors as verification
from probata.web.gate import refusals
from probata.web.gate.permission import person


def of(request: HttpRequest) -> Sight:
    """What the person of this request may not know of; looked up once a request."""
    known: Sight | None = getattr(request, "probata_sight", None)
    if known is None:
        known = cases.sight(person(request).key_id) if request.user.is_authenticated else EVERYTHING
        request.probata_sight = known  # type: ignore[attr-defined]
    return known


_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
# In a query others are left to the view: it leaves out what is hidden, as it finds nothing under other names.
_NAMING = ("instead_of", "review")
_WHOLE_ID = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])")
LEAST_DIGITS = 8
"""So much of a digest, a relation, a redaction or a disclosure names it: less could be of several, and that there are
several would tell of what is hidden."""
_BY_BEGINNING = ("untrusted_digest", "untrusted_relation", "redaction", "disclosure")
MOST_NAMED = 1000


class SightMiddleware:
    """Answers an address that names something hidden as one that names nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; `process_view` stands before the view."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: tuple[object, ...], named: dict[str, object]
    ) -> HttpResponse | None:
        """None lets the view run; else the answer that a name has which nobody bears."""
        if not request.user.is_authenticated:
            return None
        hidden = of(request)
        # Django hands no error of this method to `process_exception`.
        try:
            unknown = missing(hidden, named) or typed(hidden, request)
        except InvalidValue as error:
            return refusals.refusal(request, error)
        return None if unknown is None else refusals.refusal(request, unknown)


def missing(hidden: Sight, named: Mapping[str, object]) -> NotFound | None:
    """What is said of the first of the names in an address that is of something hidden; None where none is."""
    for name in _BY_BEGINNING:
        if name in named and len(str(named[name])) < LEAST_DIGITS:
            return ABOUT[name][1](str(named[name]))
    if hidden.whole:
        return None
    for name, value in named.items():
        if name in ABOUT and isinstance(value, str):
            about, said = ABOUT[name]
            if any(map(hidden.hides, _known(about, value))):
                return said(value)
    return None


def typed(hidden: Sight, request: HttpRequest) -> NotFound | None:
    """What is said of the first whole id in a form that is of something hidden: what its room says of none.

    A form may be sent with a query, as the button does that takes an act back: it counts as the form does.
    """
    if hidden.whole:
        return None
    if request.method in {"GET", "HEAD"}:
        told = [value for name in _NAMING for value in request.GET.getlist(name)]
    else:
        sent = [request.GET, *([request.POST] if request.content_type in _FORMS else [])]
        told = [str(text) for form in sent for name, values in form.lists() for text in (name, *values)]
    return named_in(hidden, told)


def named_in(hidden: Sight, untrusted_texts: Iterable[str]) -> NotFound | None:
    """What is said of the first whole id in these texts that is of something hidden; None where none is.

    Raises `InvalidValue` for more ids than a form or a body has any use for.
    """
    found = dict.fromkeys(_ids(untrusted_texts))
    known = next((name for name in found if hidden.hides(name)), None)
    if known is not None:
        return _unknown(hidden, known)
    # Items are known by their digests, of 64 digits; all else has ids of half as many.
    others = [name for name in found if len(name) < 64]
    if len(others) > MOST_NAMED:
        raise InvalidValue(what="What was sent", why=f"it names more than {MOST_NAMED} records")
    return next((said for name in others for said in _of_hidden(hidden, name)), None)


def _ids(untrusted_texts: Iterable[str]) -> Iterator[str]:
    for text in untrusted_texts:
        yield from _WHOLE_ID.findall(text.lower())


def _of_hidden(hidden: Sight, name: str) -> Iterator[NotFound]:
    """What is said of an id that belongs to something hidden, such as an observation in a hidden item."""
    for kind in _WITHIN:
        about, said = ABOUT[kind]
        if any(map(hidden.hides, _known(about, name))):
            yield said(name)


def item(hidden: Sight, untrusted_digest: str) -> str:
    """The whole digest of the item that begins so; raises `ItemNotFound` also where it is kept from the person."""
    if len(untrusted_digest) >= LEAST_DIGITS:
        known = str(preservation.item(untrusted_digest).sha256)
        if not hidden.hides(known):
            return known
    raise preservation.ItemNotFound(digest=untrusted_digest[:80])


def _unknown(hidden: Sight, name: str) -> NotFound:
    kinds: tuple[tuple[frozenset[str], str], ...] = (
        (hidden.items, "sha256"),
        (hidden.propositions, "proposition"),
        (hidden.assertions, "assertion"),
        (hidden.incidents, "incident"),
        (hidden.cases, "case"),
        (hidden.reviews, "review"),
        (hidden.questions, "question"),
    )
    return ABOUT[next(kind for names, kind in kinds if name in names)][1](name)


def _known(about: Callable[[str], Iterable[str]], value: str) -> tuple[str, ...]:
    """What a name is about; nothing where nobody has it, which the view itself then says."""
    try:
        return tuple(about(value))
    except (NotFound, UsageError):
        return ()


def _relation(value: str) -> Iterable[str]:
    found = copies.relation(value)
    return found.a, found.b


def _finding(value: str) -> Iterable[str]:
    found = verification.finding(value)
    return found.review, found.proposition


def _comparison(value: str) -> Iterable[str]:
    found = verification.comparison(value)
    return found.about.partition(":")[2], *(row.id.rpartition(":")[2] for row in found.frame.rows)


def _table(value: str) -> Iterable[str]:
    found = cases.table(value)
    return found.case, found.incident or ""


ABOUT: dict[str, tuple[Callable[[str], Iterable[str]], Callable[[str], NotFound]]] = {
    "sha256": (lambda value: (value,), lambda value: preservation.ItemNotFound(digest=value)),
    "untrusted_digest": (
        lambda value: (preservation.item(value).sha256,),
        lambda value: preservation.ItemNotFound(digest=value),
    ),
    "untrusted_relation": (_relation, lambda value: copies.RelationNotFound(relation=value)),
    "observation": (
        lambda value: (analysis.observation(value).observation.item,),
        lambda value: analysis.ObservationNotFound(observation=value),
    ),
    "severity_mark": (
        lambda value: (severity.mark(value).item,),
        lambda value: severity.MarkNotFound(mark=value),
    ),
    "translation": (
        lambda value: (analysis.translation(value).item,),
        lambda value: analysis.TranslationNotFound(translation=value),
    ),
    "redaction": (
        lambda value: (redaction.redaction(value).item,),
        lambda value: redaction.RedactionNotFound(wanted=value),
    ),
    "case": (lambda value: (cases.case_id(value),), lambda value: cases.CaseNotFound(name=value)),
    "incident": (lambda value: (cases.incident_id(value),), lambda value: cases.IncidentNotFound(name=value)),
    "question": (lambda value: (cases.question_id(value),), lambda value: cases.QuestionNotFound(name=value)),
    "proposition": (
        lambda value: (claims.proposition(value).id,),
        lambda value: claims.PropositionNotFound(wanted=value),
    ),
    "assertion": (lambda value: (claims.assertion(value).id,), lambda value: claims.AssertionNotFound(wanted=value)),
    "review": (
        lambda value: (verification.review(value).id,),
        lambda value: verification.ReviewNotFound(wanted=value),
    ),
    "disclosure": (
        lambda value: disclosures.about(disclosures.disclosure(value)),
        lambda value: disclosures.DisclosureNotFound(wanted=value),
    ),
    "comparison": (_comparison, lambda value: verification.ComparisonNotFound(wanted=value)),
    "table": (_table, lambda value: cases.TableNotFound(name=value)),
    "finding": (_finding, lambda value: verification.EvidenceNotFound(wanted=value)),
}
"""What each name in an address is about, and what is said of one that nobody has."""

# What belongs to an item, a proposition or a case, and has an id of its own; also wordings that were superseded.
_WITHIN = (
    *("observation", "finding", "proposition", "assertion", "untrusted_relation", "comparison", "table"),
    *("redaction", "disclosure", "translation", "severity_mark"),
)
