"""What holds words: one answer for the command line and the workbench, with how far the search could see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

from attrs import field, frozen

from probata.analysis import selectors as analysis
from probata.cases.selectors import EVERYTHING, Sight
from probata.claims import selectors as claims
from probata.media.errors import TableUnreadable
from probata.media.table import PtsTable
from probata.preservation import selectors as preservation
from probata.search import services
from probata.search.index import Match, Wanted, WordIndex
from probata.search.query import How, Mark, parse
from probata.search.services import Counted
from probata.search.sources import CLAIMS, NAMES, NOWHERE, OBSERVATIONS, READS_WORDS, TRANSLATION
from probata.terms.errors import UsageError
from probata.terms.languages import language_tag
from probata.terms.spans import Moment

_COULD_NOT_LOOK = "could_not_look"


class NoSuchSource(UsageError):
    """Words are looked for in what nobody tells."""

    code = "no_such_source"
    template = "Nothing here is called {source}, so no words can be looked for in it."
    advice = "These are: {there}."


@frozen(kw_only=True)
class Hit:
    """One passage that holds what was looked for.

    `how` is the farthest way in which a word of it matches; `marks` are the characters, each with its way. `frame` is
    the ordinal of the picture on screen when it begins, where the item has a table of frames; times are None where the
    words belong to the item as a whole. `shown_s` is when it begins on the player's clock; None also where what tells
    that clock cannot be read. `doubtful` where nobody vouches for the words; `superseded` where they are what people
    made of a look that a later one replaced. `language_known` where they are likely to be in some language.
    `record` names the assertion or the observation, and `speaker` whose it is; both empty for what machines tell.
    """

    item: str
    analyser: str
    kind: str
    text: str
    start_pts: int | None
    end_pts: int | None
    time_base: Fraction | None
    shown_s: Fraction | None
    frame: int | None
    languages: dict[str, float]
    language_known: bool
    how: How
    marks: tuple[Mark, ...]
    score: float
    doubtful: bool
    state: str
    superseded: bool
    track_sha256: str
    entry: int | None
    record: str
    speaker: str

    @property
    def start(self) -> Moment | None:
        """The exact moment at which the words begin."""
        if self.start_pts is None or self.time_base is None:
            return None
        return Moment(pts=self.start_pts, time_base=self.time_base)

    @property
    def of_other_words(self) -> bool:
        """Whether it translates other words than its entry has today, and nobody disputed it beyond that."""
        return self.kind == TRANSLATION and self.doubtful and self.state != "disputed"

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """The text in pieces, each with how it matches, empty where it does not; overlapping marks told once."""
        return _pieces(self.text, self.marks)

    def as_json(self) -> dict[str, Any]:
        """The hit as the JSON contract of `search` has it."""
        start = self.start
        return {
            "item": self.item or None,
            "analyser": self.analyser,
            "kind": self.kind,
            "start_s": None if start is None else round(float(start.seconds), 6),
            "start_pts": self.start_pts,
            "end_pts": self.end_pts,
            "time_base": None if self.time_base is None else f"{self.time_base.numerator}/{self.time_base.denominator}",
            "shown_s": None if self.shown_s is None else round(float(self.shown_s), 6),
            "frame": self.frame,
            "text": self.text,
            "how": self.how.told,
            "matched": [mark.as_json() for mark in self.marks],
            "languages": self.languages,
            "language_known": self.language_known,
            "score": self.score,
            "doubtful": self.doubtful,
            "state": self.state,
            "superseded": self.superseded,
            "record": self.record,
            "speaker": self.speaker,
            "track_sha256": self.track_sha256,
            "number": self.entry,
        }


@frozen(kw_only=True)
class Seen:
    """How far one analyser that reads words could see: items it looked at, could not look at, has not looked at."""

    analyser: str
    did: str
    looked: int
    could_not_look: int
    not_looked: int

    def as_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "analyser": self.analyser,
            "looked": self.looked,
            "could_not_look": self.could_not_look,
            "not_looked": self.not_looked,
        }


@frozen(kw_only=True)
class Answer:
    """What was found, and among what: no hit says that no known text holds the words, never that nobody said them.

    `more` where the limit left hits out. `could_not_look` are items at which an analyser that reads words could not
    look, `not_looked` those at which one has not looked. `language` is the one that the words may be in, if any was
    asked for; texts of which none is known are among the hits.
    """

    query: str
    language: str
    hits: tuple[Hit, ...]
    more: bool
    items: int
    passages: int
    could_not_look: int
    not_looked: int
    seen: tuple[Seen, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The answer as the JSON contract of `search` has it."""
        return {
            "query": self.query,
            "hits": [hit.as_json() for hit in self.hits],
            "more": self.more,
            "searched": {
                "items": self.items,
                "passages": self.passages,
                "could_not_look": self.could_not_look,
                "not_looked": self.not_looked,
                "by": [one.as_json() for one in self.seen],
            },
        }


def hits(
    untrusted_query: str,
    *,
    sources: Sequence[str] = (),
    item: str = "",
    language: str = "",
    limit: int = 50,
    progress: Counted | None = None,
    sight: Sight = EVERYTHING,
) -> Answer:
    """What holds the words, best first: plain before doubtful; as written, then inflected, then spelled otherwise.

    `sources` are analysers by name (and `names`), all unless told; `item` a digest or as many digits as name one;
    `language` a tag that the words may be in, which texts of no known language may be too. What `sight` hides is
    neither found nor counted. Raises `NothingToLookFor`, `QueryTooLong`, `NoSuchSource`, `InvalidValue` for a language
    that is none, `ItemNotFound`.
    """
    text = untrusted_query.encode("utf-8", "replace").decode("utf-8")
    query = parse(text)
    spoken = language_tag(language).partition("-")[0] if language else ""
    whole = preservation.item(item).sha256 if item else ""
    if sight.hides(whole):
        raise preservation.ItemNotFound(digest=item)
    wanted = Wanted(sources=tuple(sources), item=whole, language=spoken)
    with services.word_index() as index:
        services.bring_up_to_date(index, progress=progress)
        # A name that was mistyped would find nothing, and nothing would read as nothing said.
        there = sorted({source for _item, source in index.held()} | READS_WORDS.keys() | {NAMES, OBSERVATIONS, CLAIMS})
        if unknown := next((name for name in sources if name not in there), None):
            raise NoSuchSource(source=unknown, there=", ".join(there))
        seen = (one for one in index.search(query, wanted) if not sight.hides(one.item, one.passage.record))
        found = list(islice(seen, max(0, limit) + 1))
        more, found = len(found) > limit, found[: max(0, limit)]
        return _answer(index, wanted, text, found, more=more, sight=sight)


def _answer(
    index: WordIndex, wanted: Wanted, text: str, found: list[Match], *, more: bool, sight: Sight = EVERYTHING
) -> Answer:
    items = {wanted.item} if wanted.item else {one.sha256 for one in preservation.items()} - sight.items
    hidden = 0 if sight.whole else index.count_of(sight.items, sight.assertions, wanted)
    outcomes = {name: index.outcomes(name) for name in READS_WORDS if not wanted.sources or name in wanted.sources}
    blind = {one for told in outcomes.values() for one, outcome in told.items() if outcome == _COULD_NOT_LOOK} & items
    unseen = {one for told in outcomes.values() for one in items - told.keys()}
    tables = _Tables()
    return Answer(
        query=text,
        language=wanted.language,
        hits=tuple(_hit(match, tables) for match in found),
        more=more,
        items=len(items),
        passages=index.count(wanted.sources, wanted.item) - hidden,
        could_not_look=len(blind),
        not_looked=len(unseen),
        seen=tuple(_seen(name, told, items) for name, told in outcomes.items()),
    )


def _seen(analyser: str, told: dict[str, str], items: set[str]) -> Seen:
    here = [outcome for one, outcome in told.items() if one in items]
    failed = here.count(_COULD_NOT_LOOK)
    return Seen(
        analyser=analyser,
        did=READS_WORDS[analyser],
        looked=len(here) - failed,
        could_not_look=failed,
        not_looked=len(items) - len(here),
    )


def _hit(match: Match, tables: _Tables) -> Hit:
    passage = match.passage
    return Hit(
        item="" if match.item == NOWHERE else match.item,
        analyser=match.source,
        kind=passage.kind,
        text=passage.text,
        start_pts=passage.start_pts,
        end_pts=passage.end_pts,
        time_base=passage.time_base,
        shown_s=tables.shown_s(match.item, passage.start),
        frame=tables.shown_at(match.item, passage.start),
        languages=dict(passage.languages),
        language_known=passage.language_known,
        how=match.how,
        marks=match.marks,
        score=match.score,
        doubtful=passage.doubtful,
        state=passage.state,
        superseded=passage.superseded,
        track_sha256=passage.track,
        entry=passage.entry,
        record=passage.record,
        speaker=_speaker(match),
    )


def _speaker(match: Match) -> str:
    """Who says it, as the party is called today, or who observed it; empty for what a machine heard or read."""
    if match.source == CLAIMS:
        return claims.party(claims.assertion(match.passage.record).thing.speaker).thing.shown_as
    return analysis.observation(match.passage.record).by if match.source == OBSERVATIONS else ""


class _Tables:
    """Tables of frames and the zeros of players' clocks, each asked for once an item for an answer."""

    def __init__(self) -> None:
        self._read: dict[str, PtsTable | None] = {}
        self._origins: dict[str, Fraction | None] = {}

    def shown_at(self, item: str, moment: Moment | None) -> int | None:
        """The ordinal of the picture on screen at a moment; None where no table tells."""
        if moment is None:
            return None
        if item not in self._read:
            self._read[item] = _table(item)
        table = self._read[item]
        return None if table is None else table.shown_at(moment)

    def shown_s(self, item: str, moment: Moment | None) -> Fraction | None:
        """A moment on the player's clock; None where what tells its zero cannot be read."""
        if moment is None:
            return None
        if item not in self._origins:
            self._origins[item] = _origin_s(item)
        origin_s = self._origins[item]
        return None if origin_s is None else moment.seconds - origin_s


def _origin_s(item: str) -> Fraction | None:
    try:
        # Where nobody looked, nothing is known to shift the clock.
        return preservation.origin_s(item) or Fraction(0)
    except TableUnreadable:
        return None


def _table(item: str) -> PtsTable | None:
    row = preservation.rendition(item, "pts_table")
    if row is None:
        return None
    try:
        return PtsTable.from_bytes(preservation.rendition_bytes(row))
    except TableUnreadable:
        return None


def _pieces(text: str, marks: Iterable[Mark]) -> list[tuple[str, str]]:
    pieces: list[tuple[str, str]] = []
    done = 0
    for mark in marks:
        start = max(mark.start, done)
        if start >= mark.end:
            continue
        if start > done:
            pieces.append((text[done:start], ""))
        pieces.append((text[start : mark.end], mark.how.told))
        done = mark.end
    return [*pieces, (text[done:], "")] if done < len(text) else pieces
