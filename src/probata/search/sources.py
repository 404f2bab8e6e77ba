"""What holds words: tracks with what people made of them, and the names under which items came.

A source says of each item in which edition it speaks; what the index holds of another edition is due. To add one is a
class here and its place in `SOURCES`: claims and notes will come so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Protocol

from probata.analysis import selectors as analysis
from probata.analysis.selectors import Candidate
from probata.preservation import selectors as preservation
from probata.search.index import Edition, Passage
from probata.search.languages import likely

READS_WORDS = {"speech": "listened to", "screen_text": "read"}
"""The analysers without whose look an item's words are not known, and what their look is called."""
NAMES = "names"
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
    """What analysers read and heard, as it stands after people decided: corrected, translated, or rejected."""

    def editions(self, item: str) -> Iterator[Edition]:
        """One for each analyser: its newest look that could look, and what was decided of it since."""
        standings = analysis.standings(item)
        for look in _looks(item).values():
            said = {
                str(entry): standing.as_json()
                for (track, entry), standing in standings.items()
                if track == look.track_sha256
            }
            yield Edition(
                item=item,
                source=look.analyser,
                edition=_digest({"track": look.track_sha256, "outcome": look.outcome, "said": said}),
                outcome=look.outcome,
            )

    def passages(self, edition: Edition) -> Iterator[Passage]:
        """Every text of the track that was not rejected, and its translations."""
        look = _looks(edition.item).get(edition.source)
        if look is None or look.outcome != "found":
            return
        for candidate in analysis.candidates(edition.item, look):
            yield from _said(candidate)


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


SOURCES: tuple[Source, ...] = (Tracks(), Names())


def _looks(item: str) -> dict[str, Any]:
    """The newest look of each analyser that could look; where none could, the newest."""
    chosen: dict[str, Any] = {}
    for look in analysis.looks(item):
        known = chosen.get(look.analyser)
        if known is None or (known.outcome == _COULD_NOT_LOOK and look.outcome != _COULD_NOT_LOOK):
            chosen[look.analyser] = look
    return chosen


def _said(candidate: Candidate) -> Iterator[Passage]:
    if candidate.words and candidate.standing.state != "rejected":
        # A guess that failed a guard stays doubtful until a person says what is right, or that it is.
        plain = bool(candidate.told.get("text")) or candidate.standing.state in {"accepted", "corrected"}
        given = {} if candidate.standing.text else (candidate.told.get("attributes") or {}).get("languages") or {}
        yield Passage(
            kind=candidate.kind,
            text=_storable(candidate.words),
            languages=_languages(given, candidate.words),
            doubtful=not plain,
            state=candidate.standing.state,
            **_place(candidate),
        )
    for one in candidate.standing.translations:
        yield Passage(
            kind="translation",
            text=_storable(one.text),
            languages={one.language.partition("-")[0]: 1.0},
            doubtful=one.state == "disputed",
            state=one.state,
            **_place(candidate),
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
