"""Parties, propositions and assertions: who says what of what may be so; and what a saved article is read to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from probata.access.roles import Permission
from probata.claims import selectors, services
from probata.claims.assertions import Assertion
from probata.claims.parties import Party
from probata.claims.propositions import EdgeKind, Proposition
from probata.claims.reading.taken import taken
from probata.claims.reading.telling import as_json
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue, NotFound
from probata.web.api.door import actor
from probata.web.api.saying import (
    Given,
    Line,
    Name,
    Paged,
    Part,
    Record,
    Whole,
    WithReason,
    Words,
    answer,
    part_of,
    proposition_named,
    told,
)
from probata.web.gate import sight

router = Router(tags=["claims"])


class ProposalUnknown(NotFound):
    """A reading proposes nothing under a number."""

    code = "proposal_unknown"
    template = "Item {item} has no proposal {number}, as it is read today: they go from 1 to {last}."
    advice = "Read it again: GET …/reading lists them, each with its number."


class OfOne(Paged):
    """Which assertions are asked for."""

    of: Annotated[Name, Field(description="of one proposition alone")] = ""


class GivenParty(WithReason):
    """Somebody who speaks or is spoken of; `another` where one of that name is recorded already."""

    party: Record
    supersedes: Name | None = None
    another: bool = False


class GivenProposition(WithReason):
    """What may be so."""

    proposition: Record
    supersedes: Name | None = None


class GivenAssertion(WithReason):
    """Who says what of a proposition."""

    assertion: Record
    supersedes: Name | None = None


class Related(Given):
    """How this proposition stands to another; `stands` false says that after all it does not."""

    kind: Literal["contradicts", "entails"]
    other: Name
    why: Words
    stands: bool = True


class Translation(WithReason):
    """A translation of an assertion's words; by whoever calls, unless `translator` names somebody else."""

    text: Words
    language: Name
    translator: Line = ""


class Traced(Given):
    """From what an assertion was taken: the id of another, or `item:DIGEST`; `stands` false takes that back."""

    source: Name
    why: Words
    stands: bool = True


class Decided(WithReason):
    """What is made of a proposal: so said, of a proposition, perhaps by somebody else or otherwise; or not so said."""

    number: Whole
    decision: Literal["accepted", "rejected"]
    of: Name = ""
    speaker: Line | None = None
    via: list[Line] | None = None
    stance: Name = ""
    words: Words = ""
    published: Name = ""


@router.get("/parties", **told("parties", Permission.LIST_ITEMS))
def parties(request: HttpRequest, part: Part) -> Any:
    """Whoever speaks or is spoken of."""
    rows, more = part_of(list(selectors.claims().parties.values()), part)
    return answer("parties", {"parties": [one.as_json() for one in rows], **more})


@router.post("/parties", **told("parties", Permission.RECORD_CLAIMS))
def add_party(request: HttpRequest, given: GivenParty) -> Any:
    """Record a party, or one that stands instead of another."""
    party = Party.from_json(given.party)
    made = services.add_party(
        party, actor=actor(request), reason=given.reason, supersedes=given.supersedes, another=given.another
    )
    return answer("parties", {"parties": [made.as_json()]})


@router.get("/propositions", **told("propositions", Permission.LIST_ITEMS))
def propositions(request: HttpRequest, part: Part) -> Any:
    """What may be so, with who says it, what contradicts and what follows."""
    hidden, claims = sight.of(request), selectors.claims()
    rows, more = part_of([name for name in claims.propositions if not hidden.hides(name)], part)
    return _propositions(request, claims, rows, more)


@router.get("/propositions/{proposition}", **told("propositions", Permission.LIST_ITEMS))
def proposition(request: HttpRequest, proposition: Name) -> Any:
    """One proposition, or what stands instead of it."""
    return _propositions(request, selectors.claims(), [selectors.proposition(proposition).id])


def _propositions(request: HttpRequest, claims: selectors.Claims, names: Any, more: Any = None) -> dict[str, Any]:
    hidden = sight.of(request)

    def edges(found: Any) -> list[dict[str, Any]]:
        return [one.as_json() for one in found if not hidden.hides(one.start, one.end)]

    return answer(
        "propositions",
        {
            "propositions": [_proposition(request, claims, name) for name in names],
            "edges": edges(claims.edges),
            "contradictions": edges(claims.contradictions()),
            **(more or {}),
        },
    )


def _proposition(request: HttpRequest, claims: selectors.Claims, name: str) -> dict[str, Any]:
    hidden = sight.of(request)
    said = [one.id for one in claims.of(name) if not hidden.hides(one.id)]
    roots = claims.independence(said).as_json()
    return {**claims.propositions[name].as_json(), "assertions": said, "independence": roots}


@router.post("/propositions", **told("propositions", Permission.RECORD_CLAIMS))
def add_proposition(request: HttpRequest, given: GivenProposition) -> Any:
    """Record what may be so, or what stands instead of a proposition."""
    proposition = Proposition.from_json(given.proposition)
    made = services.add_proposition(proposition, actor=actor(request), reason=given.reason, supersedes=given.supersedes)
    return _propositions(request, selectors.claims(), [made.id])


@router.post("/propositions/{proposition}/relate", **told("propositions", Permission.RECORD_CLAIMS))
def relate(request: HttpRequest, proposition: Name, given: Related) -> Any:
    """Say that two propositions cannot both be so, or that one follows from the other."""
    start, end = selectors.proposition(proposition).id, proposition_named(request, given.other)
    services.relate(start, EdgeKind(given.kind), end, actor=actor(request), why=given.why, stands=given.stands)
    return _propositions(request, selectors.claims(), list(dict.fromkeys((start, end))))


@router.get("/assertions", **told("assertions", Permission.LIST_ITEMS))
def assertions(request: HttpRequest, asked: Annotated[OfOne, Query()]) -> Any:
    """Who says what, and from how many independent roots."""
    hidden, claims = sight.of(request), selectors.claims()
    wanted = proposition_named(request, asked.of) if asked.of else None
    shown = [
        name
        for name, known in claims.assertions.items()
        if wanted in {None, known.thing.proposition} and not hidden.hides(name, known.thing.proposition)
    ]
    rows, more = part_of(shown, asked)
    return _assertions(claims, rows, shown, more)


@router.get("/assertions/{assertion}", **told("assertions", Permission.LIST_ITEMS))
def assertion(request: HttpRequest, assertion: Name) -> Any:
    """One assertion, or what stands instead of it."""
    known = selectors.assertion(assertion).id
    return _assertions(selectors.claims(), [known])


def _assertions(claims: selectors.Claims, names: Any, independent: Any = None, more: Any = None) -> dict[str, Any]:
    translations = (
        selectors.every_translation() if len(names) > 1 else {name: selectors.translations(name) for name in names}
    )
    said = [_assertion(claims, name, translations.get(name, [])) for name in names]
    roots = claims.independence(names if independent is None else independent).as_json()
    return answer("assertions", {"assertions": said, "independence": roots, **(more or {})})


def _assertion(
    claims: selectors.Claims, name: str, translations: Sequence[selectors.KnownTranslation]
) -> dict[str, Any]:
    known = claims.assertions[name]
    return {
        **known.as_json(),
        "derives_from": sorted(claims.sources[name].derives_from),
        "speaker_shown": claims.parties[known.thing.speaker].thing.shown_as,
        "translations": [one.as_json() for one in translations],
    }


@router.post("/assertions", **told("assertions", Permission.RECORD_CLAIMS))
def add_assertion(request: HttpRequest, given: GivenAssertion) -> Any:
    """Record who says what, or what stands instead of an assertion."""
    assertion = Assertion.from_json(given.assertion)
    made = services.add_assertion(assertion, actor=actor(request), reason=given.reason, supersedes=given.supersedes)
    return _assertions(selectors.claims(), [made.id])


@router.post("/assertions/{assertion}/translate", **told("assertions", Permission.RECORD_CLAIMS))
def translate(request: HttpRequest, assertion: Name, given: Translation) -> Any:
    """Record a translation of an assertion's words."""
    services.translate(
        assertion,
        actor=actor(request),
        text=given.text,
        language=given.language,
        translator=given.translator,
        reason=given.reason,
    )
    return _assertions(selectors.claims(), [selectors.assertion(assertion).id])


@router.post("/assertions/{assertion}/trace", **told("assertions", Permission.RECORD_CLAIMS))
def trace(request: HttpRequest, assertion: Name, given: Traced) -> Any:
    """Say from what an assertion was taken, and how that is known."""
    services.trace(assertion, given.source, actor=actor(request), why=given.why, stands=given.stands)
    return _assertions(selectors.claims(), [selectors.assertion(assertion).id])


@router.get("/items/{item}/reading", **told("read", Permission.LIST_ITEMS))
def reading(request: HttpRequest, item: Name, published: Name = "") -> Any:
    """What a saved page or text is read to say that somebody said; each proposal with its number and its state."""
    digest = preservation.item(item).sha256
    told_, proposals = _read(digest, published)
    return answer("read", {"article": digest, **told_, "assertions": proposals, "recorded": None})


def _read(item: str, published: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    told_ = as_json(selectors.reading(item, published_on=published))
    decided = selectors.proposals(item)
    proposals = []
    for number, one in enumerate(told_["assertions"], start=1):
        row = decided.get((one["start"], one["end"]))
        proposals.append({**one, "number": number, "state": "proposed" if row is None else row.decision})
    return told_, proposals


@router.post("/items/{item}/reading/decide", **told("read", Permission.RECORD_CLAIMS))
def decide(request: HttpRequest, item: Name, given: Decided) -> Any:
    """Take a proposal over as an assertion of a proposition, as it was read or as corrected; or reject it."""
    digest = preservation.item(item).sha256
    proposals = as_json(selectors.reading(digest, published_on=given.published))["assertions"]
    if not 1 <= given.number <= len(proposals):
        raise ProposalUnknown(item=digest[:8], number=given.number, last=len(proposals))
    proposed = proposals[given.number - 1]
    accepted = given.decision == "accepted"
    made = services.decide_proposal(
        digest,
        proposed,
        actor=actor(request),
        decision=_word(given) if accepted else "rejected",
        assertion=_taken(request, given, proposed) if accepted else None,
        reason=given.reason,
    )
    told_, now = _read(digest, given.published)
    return answer("read", {"article": digest, **told_, "assertions": now, "recorded": made.id if made else None})


def _word(given: Decided) -> Literal["accepted", "corrected"]:
    corrected = given.speaker is not None or given.via is not None or given.stance or given.words
    return "corrected" if corrected else "accepted"


def _taken(request: HttpRequest, given: Decided, proposed: Any) -> Assertion:
    if not given.of:
        raise InvalidValue(what="An accepted proposal", why="it is said of a proposition: name it in `of`")
    via = proposed["via"] if given.via is None else given.via
    return taken(
        proposed,
        proposition=proposition_named(request, given.of),
        speaker=selectors.party(given.speaker or proposed["speaker"]).id,
        via=[selectors.party(name).id for name in via],
        stance=given.stance,
        words=given.words,
    )
