"""An article as the reading screen shows it: its text as read, never its own markup, and what is proposed in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

from attrs import field, frozen

from probata.claims import selectors as claims
from probata.claims.reading.page import Block, Page
from probata.claims.reading.proposals import Reading
from probata.claims.reading.telling import as_json
from probata.terms.times import TimeWithDoubt
from probata.web.shown.claimed import when

_MOST_BLOCKS = 4_000


@frozen(kw_only=True)
class Piece:
    """A stretch of text that is of the same proposals throughout; `opens` are those that begin with it."""

    text: str
    numbers: Sequence[int] = ()
    opens: Sequence[int] = ()
    unread: bool = False


@frozen(kw_only=True)
class Paragraph:
    """A block of the article in pieces."""

    tag: str
    pieces: Sequence[Piece]

    @property
    def heading(self) -> bool:
        """Whether it is a heading of the page; shown as text, since the headings here are the workbench's own."""
        return self.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}


@frozen(kw_only=True)
class Stretch:
    """Neighbouring blocks that are all of the article, or all furniture for one reason."""

    furniture_because: str
    paragraphs: Sequence[Paragraph]


@frozen(kw_only=True)
class Proposed:
    """A proposed assertion, its state, and whoever bears the names that were read."""

    number: int
    told: Mapping[str, Any] = field(repr=False)
    state: str
    assertion: str
    speaker: str
    via: Sequence[str]
    unknown_via: Sequence[str]
    made: str
    times: Sequence[str]

    @property
    def open(self) -> bool:
        """Whether nobody decided yet."""
        return self.state == "proposed"


@frozen(kw_only=True)
class Article:
    """The article with its proposals."""

    told: Mapping[str, Any] = field(repr=False)
    stretches: Sequence[Stretch]
    proposed: Sequence[Proposed]
    left_out: int

    @property
    def undecided(self) -> int:
        """How many proposals wait."""
        return sum(one.open for one in self.proposed)


def article(item: str, reading: Reading) -> Article:
    """What the screen shows of a reading."""
    told = as_json(reading)
    blocks = reading.page.blocks[:_MOST_BLOCKS]
    return Article(
        told=told,
        stretches=list(_stretches(reading, blocks)),
        proposed=list(_proposed(item, told)),
        left_out=len(reading.page.blocks) - len(blocks),
    )


def _proposed(item: str, told: Mapping[str, Any]) -> Iterator[Proposed]:
    decided = claims.proposals(item)
    bearers: dict[str, list[str]] = {}
    for known in claims.standing_parties():
        for name in {_alike(one.text) for one in known.thing.names} | {_alike(known.thing.description or "")}:
            bearers.setdefault(name, []).append(known.id)
    # A name that several bear is nobody's until a person says whose.
    whose = {name: ids[0] for name, ids in bearers.items() if name and len(ids) == 1}
    for number, one in enumerate(told["assertions"], start=1):
        row = decided.get((one["start"], one["end"]))
        yield Proposed(
            number=number,
            told=one,
            state="proposed" if row is None else row.decision,
            assertion="" if row is None else row.assertion_id or "",
            speaker=whose.get(_alike(one["speaker"]), ""),
            via=[whose[_alike(name)] for name in one["via"] if _alike(name) in whose],
            unknown_via=[name for name in one["via"] if _alike(name) not in whose],
            made=when(TimeWithDoubt.from_json(one["made_at"])) if one.get("made_at") else "",
            times=[when(TimeWithDoubt.from_json(time)) for time in one["times"]],
        )


def _alike(name: str) -> str:
    return " ".join(name.casefold().split())


def _stretches(reading: Reading, blocks: Sequence[Block]) -> Iterator[Stretch]:
    marks = _Marks.of(reading)
    for because, group in groupby(blocks, key=lambda block: block.furniture_because):
        paragraphs = [Paragraph(tag=one.tag, pieces=marks.pieces(reading.page, one.start, one.end)) for one in group]
        yield Stretch(furniture_because=because, paragraphs=paragraphs)


@frozen(kw_only=True)
class _Marks:
    """Where in the text proposals and unread sentences stand, in order of where they begin."""

    spans: Sequence[tuple[int, int, int]]
    """First character, one past the last, and the number of the proposal; 0 for a sentence that was not read."""
    longest: int

    @classmethod
    def of(cls, reading: Reading) -> _Marks:
        spans = [
            (span.start, span.end, number)
            for number, one in enumerate(reading.proposals, start=1)
            for span in one.spans
        ]
        spans += [(span.start, span.end, 0) for span in reading.unread_sentences]
        return cls(spans=sorted(spans), longest=max((end - start for start, end, _number in spans), default=0))

    def pieces(self, page: Page, start: int, end: int) -> list[Piece]:
        # What begins further back than the longest of them does not reach here.
        first, last = (bisect_left(self.spans, (place,)) for place in (start - self.longest, end))
        inside = [one for one in self.spans[first:last] if start < one[1]]
        cuts = sorted({start, end} | {edge for one in inside for edge in one[:2] if start < edge < end})
        made = []
        for first, last in pairwise(cuts):
            here = [one for one in inside if one[0] <= first and last <= one[1]]
            numbers = [number for _first, _last, number in here if number]
            made.append(
                Piece(
                    text=page.text[first:last],
                    numbers=numbers,
                    opens=[number for begins, _last, number in here if number and begins == first],
                    unread=any(not number for _first, _last, number in here),
                )
            )
        return made
