"""A reading as plain data: assertions with the bytes of their words, furniture, and what could not be read."""

from __future__ import annotations

from typing import Any

from probata.claims.reading.page import Page, Span
from probata.claims.reading.proposals import Heard, Proposal, Reading

BETWEEN_PARTS = " […] "


def as_json(reading: Reading) -> dict[str, Any]:
    """The reading in the shape of `probata/read/1`; every offset counts bytes of the stored file as it was given."""
    page = reading.page
    outcome, why = outcome_of(reading)
    return {
        "outcome": outcome,
        "why": why,
        "offsets": "bytes",
        "form": page.form,
        "encoding": page.encoding,
        "encoding_because": page.encoding_because,
        "title": page.title,
        "outlet": page.outlet,
        "published": None
        if reading.published is None
        else {"stated": reading.published.stated, "because": reading.published.because},
        "languages": list(reading.languages),
        "grammar": reading.grammar,
        "sentences": reading.sentences,
        "assertions": [_assertion(page, one) for one in reading.proposals],
        "heard": [_heard(page, one) for one in reading.heard],
        "furniture": furniture(page),
        "unread": list(reading.unread),
        "unread_sentences": [_place(page, span) for span in reading.unread_sentences],
    }


def outcome_of(reading: Reading) -> tuple[str, str]:
    """One of the three answers, and why where it is not `found`."""
    if reading.proposals:
        return "found", ""
    if reading.sentences == 0:
        return "could_not_look", "no sentence of an article was found on the page"
    if not reading.languages:
        return "could_not_look", "no sentence is in a language that is read here: English, Russian, Ukrainian"
    return "nothing_found", "no sentence was found in which somebody is said to say something that has a stance"


def furniture(page: Page) -> list[dict[str, object]]:
    """What stands beside the article, neighbours of one kind put together, with their bytes and why."""
    told: list[dict[str, object]] = []
    last: int | None = None
    for number, block in enumerate(page.blocks):
        if not block.furniture_because:
            continue
        place = _place(page, Span(start=block.start, end=block.end))
        if told and last == number - 1 and told[-1]["because"] == block.furniture_because:
            told[-1]["end"] = place["end"]
        else:
            told.append({**place, "because": block.furniture_because})
        last = number
    return told


def words_of(page: Page, spans: tuple[Span, ...]) -> str:
    """What was said, as read; stretches of one statement are joined by […]."""
    return BETWEEN_PARTS.join(page.text[span.start : span.end] for span in spans)


def _place(page: Page, span: Span) -> dict[str, int]:
    start, end = page.bytes_of(span)
    return {"start": start, "end": end}


def _covering(page: Page, spans: tuple[Span, ...]) -> dict[str, int]:
    places = [page.bytes_of(span) for span in spans]
    return {"start": min(start for start, _end in places), "end": max(end for _start, end in places)}


def _assertion(page: Page, one: Proposal) -> dict[str, object]:
    told: dict[str, object] = {
        "speaker": one.speaker.name,
        "speaker_as_written": one.speaker.as_written,
        "speaker_role": one.speaker.role,
        "speaker_kind": one.speaker.kind,
        "speaker_how": one.speaker.how.value,
        "speaker_doubt": one.speaker.doubt,
        "via": list(one.via),
        "verb": one.verb,
        "stance": one.stance.value,
        "stance_because": one.decision.because,
        "text": words_of(page, one.spans),
        **_covering(page, one.spans),
        "parts": [_place(page, span) for span in one.spans],
        "quoted": one.quoted,
        "language": one.language,
        "hedges": list(one.hedges),
        "times": [time.as_json() for time in one.times],
        "places": list(one.places),
    }
    if one.made_at is not None:
        told["made_at"] = one.made_at.as_json()
    if one.about is not None:
        told["about"] = one.about.as_json()
    if one.places:
        told["place"] = one.places[0]
    return told


def _heard(page: Page, one: Heard) -> dict[str, object]:
    return {"speaker": one.speaker, "text": words_of(page, one.spans), **_covering(page, one.spans)}
