"""What holds words: tracks with what people made of them, and the names under which items came.

A source says of each item in which edition it speaks; what the index holds of another edition is due. To add one is a
class here and its place in `SOURCES`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Protocol

from probata.analysis import selectors as analysis
from probata.analysis.selectors import Candidate, LookRow
from probata.claims import selectors as claims
from probata.claims.assertions import Assertion
from probata.claims.selectors import Known
from probata.preservation import selectors as preservation
from probata.search.index import Edition, Passage
from probata.search.languages import likely

READS_WORDS = {"speech": "listened to", "screen_text": "read"}
"""The analysers without whose look an item's words are not known, and what their look is called."""
NAMES, OBSERVATIONS, CLAIMS, TRANSLATION = "names", "observations", "claims", "translation"
NOWHERE = "-"
"""Stands for the item of words that stand in none: what a party said, and nobody has recorded where."""
_COULD_NOT_LOOK = "could_not_look"


class Source(Protocol):
    """Where words come from."""

    def editions(self, item: str) -> Iterable[Edition]:
        """What it says of an item today, by name; nothing where it has nothing to do with it."""
        ...

    def passages(self, edition: Edition) -> Iterable[Passage]:
        """The words themselves."""
        ...


class Tracks:
    """What analysers read and heard, as it stands after people decided: corrected, translated, or rejected.

    Of a look that a later one superseded, what the machine said is left out, and what people made of it stays.
    """

    def editions(self, item: str) -> Iterator[Edition]:
        """One for each analyser: its newest look that could look, and what was decided of it and of earlier ones."""
        standings = analysis.standings(item)
        for look, *earlier in _looks(item).values():
            said = {
                one.track_sha256: {
                    str(entry): standing.as_json()
                    for (track, entry), standing in standings.items()
                    if track == one.track_sha256
                }
                for one in (look, *earlier)
            }
            yield Edition(
                item=item,
                source=look.analyser,
                edition=_digest({"track": look.track_sha256, "outcome": look.outcome, "said": said}),
                outcome=look.outcome,
            )

    def passages(self, edition: Edition) -> Iterator[Passage]:
        """Every text of the newest track that was not rejected, what people said of earlier ones, and translations."""
        looks = _looks(edition.item).get(edition.source, [])
        by_people = {track for track, _entry in analysis.standings(edition.item)} if len(looks) > 1 else set()
        for place, look in enumerate(looks):
            if look.outcome != "found" or (place and look.track_sha256 not in by_people):
                continue
            for candidate in analysis.candidates(edition.item, look):
                yield from _said(candidate, superseded=place > 0)


class Names:
    """The name under which an item first came in."""

    def editions(self, item: str) -> Iterator[Edition]:
        """The name itself is the edition."""
        if name := _name(item):
            yield Edition(item=item, source=NAMES, edition=_digest({"name": name}), outcome="found")

    def passages(self, edition: Edition) -> Iterator[Passage]:
        """One passage without a place in time."""
        name = _name(edition.item)
        yield Passage(kind="name", text=_storable(name), languages=_languages({}, name))


class Observations:
    """What people noted that they saw and heard; what was superseded or withdrawn is not said any more."""

    def editions(self, item: str) -> Iterator[Edition]:
        """The ids of what stands are the edition."""
        if known := analysis.observations(item):
            ids = _digest({"stand": [one.id for one in known]})
            yield Edition(item=item, source=OBSERVATIONS, edition=ids, outcome="found")

    def passages(self, edition: Edition) -> Iterator[Passage]:
        """Each description, at its stretch."""
        for one in analysis.observations(edition.item):
            seen = one.observation
            yield Passage(
                kind="observation",
                text=_storable(seen.description),
                languages=_languages({}, seen.description),
                start_pts=seen.segment.start_pts,
                end_pts=seen.segment.end_pts,
                time_base=seen.segment.time_base,
                state=seen.epistemic.value,
                record=one.id,
            )


class Claims:
    """What parties say, in the item in which their words stand, or in none: claims, never what was observed."""

    def editions(self, item: str) -> Iterator[Edition]:
        """The ids of what stands, and of its translations, are the edition."""
        if known := _asserted(item):
            ids = {one.id: [each.id for each in claims.translations(one.id)] for one in known}
            yield Edition(item=item, source=CLAIMS, edition=_digest(ids), outcome="found")

    def passages(self, edition: Edition) -> Iterator[Passage]:
        """The words themselves, and each translation of them, at their stretch of footage if they have one."""
        for one in _asserted(edition.item):
            where = one.thing.appears_in
            segment = None if where is None else where.segment
            place: dict[str, Any] = {
                "start_pts": None if segment is None else segment.start_pts,
                "end_pts": None if segment is None else segment.end_pts,
                "time_base": None if segment is None else segment.time_base,
                "state": one.thing.stance.value,
                "record": one.id,
            }
            spoken: list[tuple[str, str, str]] = [("claim", one.thing.words.text, one.thing.words.language)]
            spoken += [(TRANSLATION, each.text, each.language) for each in claims.translations(one.id)]
            for kind, text, language in spoken:
                told = {} if language == "und" else {language.partition("-")[0]: 1.0}
                yield Passage(kind=kind, text=_storable(text), languages=_languages(told, text), **place)


def _asserted(item: str) -> list[Known[Assertion]]:
    return claims.assertions_in("" if item == NOWHERE else item)


SOURCES: tuple[Source, ...] = (Tracks(), Observations(), Claims(), Names())


def _looks(item: str) -> dict[str, list[LookRow]]:
    """The looks of each analyser, each track once: the newest that could look first; where none could, the newest."""
    chosen: dict[str, list[LookRow]] = {}
    for analyser, looks in analysis.looks_by_analyser(item).items():
        could = [look for look in looks if look.outcome != _COULD_NOT_LOOK] or [analysis.current(looks)]
        chosen[analyser] = list({look.track_sha256: look for look in could}.values())
    return chosen


def _said(candidate: Candidate, *, superseded: bool) -> Iterator[Passage]:
    standing = candidate.standing
    if standing.state == "rejected":
        return  # nor is a translation of it what anybody said
    where = {**_place(candidate), "superseded": superseded}
    if candidate.words and (standing.state != "candidate" or not superseded):
        # A guess that failed a guard stays doubtful until a person says what is right, or that it is.
        plain = bool(candidate.told.get("text")) or standing.state in {"accepted", "corrected"}
        given = {} if standing.text else (candidate.told.get("attributes") or {}).get("languages") or {}
        yield Passage(
            kind=candidate.kind,
            text=_storable(candidate.words),
            languages=_languages(given, candidate.words),
            doubtful=not plain,
            state=standing.state,
            **where,
        )
    for one in standing.translations:
        yield Passage(
            kind=TRANSLATION,
            text=_storable(one.text),
            languages={one.language.partition("-")[0]: 1.0},
            doubtful=one.state == "disputed" or one.of_text != candidate.words,
            state=one.state,
            **where,
        )


def _place(candidate: Candidate) -> dict[str, Any]:
    return {
        "start_pts": int(candidate.told["start_pts"]),
        "end_pts": int(candidate.told["end_pts"]),
        "time_base": Fraction(candidate.told["time_base"]),
        "track": candidate.track_sha256,
        "entry": candidate.entry,
    }


def _languages(given: Mapping[str, float], text: str) -> dict[str, float]:
    """The languages as the source tells them; where it tells none, by the letters of the text."""
    return {str(tag): float(share) for tag, share in given.items()} if given else dict(likely(text).shares)


def _name(item: str) -> str:
    acquired = preservation.acquisitions(item)
    return acquired[0].name if acquired else ""


def _storable(text: str) -> str:
    # A lone surrogate, as names of files may hold, is no text that a database takes.
    return text.encode("utf-8", "replace").decode("utf-8")


def _digest(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
