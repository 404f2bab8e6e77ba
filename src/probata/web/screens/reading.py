"""Reading an article that is preserved: its text as read, what is proposed in it, and what a person makes of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access.roles import Permission
from probata.claims import selectors as claims
from probata.claims import services
from probata.claims.assertions import Assertion
from probata.claims.reading.errors import NotAText, TooLarge
from probata.claims.reading.taken import taken
from probata.claims.reading.telling import as_json
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue, NotFound
from probata.terms.text import made_safe
from probata.web import answers
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, require
from probata.web.shown import claims_board as board
from probata.web.shown import claims_reading
from probata.web.shown.claims_forms import somebody, whole
from probata.web.templatetags.claim_words import KINDS, STANCES, TYPES

_DECISIONS = ("accepted", "rejected")


class ProposalGone(NotFound):
    """Nothing is proposed at those bytes."""

    code = "proposal_gone"
    template = "Nothing is proposed at the bytes {start} to {end} of item {item}, as it is read today."
    advice = "Load the page again: it shows what is proposed now."


@require_safe
def page(request: HttpRequest, sha256: str) -> HttpResponse:
    """The article as read, with its proposals; could not look, and why, where it is no text."""
    require(request, Permission.LIST_ITEMS)
    item = preservation.item(sha256)
    published_on = request.GET.get("published", "").strip()[:40]
    context: dict[str, Any] = {
        "item": item,
        "published_on": published_on,
        "may_record": decision(request, Permission.RECORD_CLAIMS),
    }
    try:
        reading = claims.reading(item.sha256, published_on=published_on)
    except (NotAText, TooLarge) as error:
        return render(request, "web/reading.html", context | {"unreadable": error})
    article = claims_reading.article(item.sha256, reading)
    record = board.on_record(sight.of(request))
    context |= {
        "article": article,
        "chosen": _chosen(request, article),
        "of": request.GET.get("of", ""),
        "here": request.get_full_path(),
        "propositions": list(record.claims.propositions.values()),
        "parties": list(record.claims.parties.values()),
        "stances": STANCES.items(),
        "kinds": KINDS.items(),
        "types": [(code, words) for code, words in TYPES.items() if code in _SIMPLE],
    }
    return render(request, "web/reading.html", context)


# What can be stated in one line; what takes a time, a place or a count has a form of its own.
_SIMPLE = frozenset({"occurred", "person_status", "identity_of_object", "utterance", "custody", "related_media"})


def _chosen(request: HttpRequest, article: claims_reading.Article) -> claims_reading.Proposed | None:
    """The proposal that is to be decided: as asked for, else the first that waits, else the first."""
    asked = request.GET.get("n", "")
    named = [one for one in article.proposed if str(one.number) == asked]
    waiting = [one for one in article.proposed if one.open]
    return next(iter([*named, *waiting, *article.proposed]), None)


@require_POST
def decide(request: HttpRequest, sha256: str) -> HttpResponse:
    """Record what this person makes of a proposal: so said, so said as corrected, or not so said."""
    item = preservation.item(sha256).sha256
    undo = request.GET.get("back") == "undo"
    told = request.GET if undo else request.POST
    published_on = told.get("published", "")
    start, end = whole(told, "start", "first byte"), whole(told, "end", "byte after the last")
    number, proposed = _proposal(item, published_on, start, end, told.get("number", ""))
    wanted = told.get("decision", "")
    if wanted not in _DECISIONS:
        raise InvalidValue(what="A decision about a proposal", why="it is accepted or rejected")
    assertion, word = (None, "rejected") if wanted == "rejected" else _taken(told, proposed)
    services.decide_proposal(
        item,
        proposed,
        actor=presence.of(request).keyring.signing,
        decision=cast("Literal['accepted', 'corrected', 'rejected']", word),
        assertion=assertion,
        reason="taken back at once" if undo else told.get("reason", "").strip(),
    )
    query = {
        "n": str(number if undo else _next(item, published_on, number)),
        "of": told.get("of", ""),
        "published": published_on,
    }
    kept = urlencode({name: value for name, value in query.items() if value})
    to = f"{reverse('reading', args=[item])}?{kept}"
    said = {
        "accepted": _("Recorded as claimed, as it was read."),
        "corrected": _("Recorded as claimed, as you corrected it."),
        "rejected": _("Rejected: it is not so said."),
    }[word]
    back = "" if word == "rejected" else _undo(item, start, end, published_on, told.get("of", ""))
    return answers.done(request, to=to, said=said, undo=back)


def _next(item: str, published_on: str, number: int) -> int:
    """The next proposal that waits; the one just decided, where none does."""
    decided = claims.proposals(item)
    proposals = as_json(claims.reading(item, published_on=published_on))["assertions"]
    waiting = [n for n, one in enumerate(proposals, start=1) if (one["start"], one["end"]) not in decided]
    return next(iter([*(n for n in waiting if n > number), *waiting, number]))


def _undo(item: str, start: int, end: int, published_on: str, of: str) -> str:
    """What was accepted is taken back by rejecting it, which ends the assertion that came of it; both stay readable."""
    told = {
        "start": str(start),
        "end": str(end),
        "decision": "rejected",
        "published": published_on,
        "of": of,
        "back": "undo",
    }
    return f"{reverse('reading_decide', args=[item])}?{urlencode(told)}"


def _proposal(item: str, published_on: str, start: int, end: int, named: str) -> tuple[int, Mapping[str, Any]]:
    """The proposal at these bytes, as it is read today, with its number; never as a form tells it.

    Where several stand there, the one that the form shows, by its number.
    """
    proposals = as_json(claims.reading(item, published_on=published_on))["assertions"]
    there = {str(n): one for n, one in enumerate(proposals, start=1) if (one["start"], one["end"]) == (start, end)}
    if not there:
        raise ProposalGone(start=start, end=end, item=item)
    number = named if named in there else next(iter(there))
    return int(number), there[number]


def _taken(told: QueryDict, proposed: Mapping[str, Any]) -> tuple[Assertion, str]:
    """The assertion that is accepted, and whether as it was read or as corrected."""
    speaker = somebody(told, "speaker")
    via = [claims.party(one) for one in told.getlist("via") if one.strip()]
    words = told.get("words", "").strip()
    made = taken(
        proposed,
        proposition=claims.proposition(told.get("of", "")).id,
        speaker=speaker.id,
        via=[one.id for one in via],
        stance=told.get("stance", ""),
        words="" if words == made_safe(proposed["text"]).strip() else words,
        language=told.get("language", "").strip(),
    )
    as_read = taken(proposed, proposition=made.proposition, speaker=speaker.id, via=made.via)
    same_names = [speaker.thing, *(one.thing for one in via)]
    read_names = [proposed["speaker"], *proposed["via"]]
    same = (
        made == as_read
        and len(same_names) == len(read_names)
        and all(_bears(party, name) for party, name in zip(same_names, read_names, strict=True))
    )
    return made, "accepted" if same else "corrected"


def _bears(party: Any, name: str) -> bool:  # noqa: ANN401  a party of the room of claims
    called = {" ".join(one.text.casefold().split()) for one in party.names} | {(party.description or "").casefold()}
    return " ".join(name.casefold().split()) in called
