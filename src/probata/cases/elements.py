"""Elements of crimes as data, and what evidence bears on each: for it, against it, or silent; nothing adds it up.

The elements are those of the Elements of Crimes of the ICC, in our own words; the official text prevails. Which class
of conflict applies is what a person says, with a reason. No function here says whether an element is made out, let
alone whether anybody answers for it: the table shows what there is, what there is against it, and what is missing. Who
is linked to the acts and how (articles 25 and 28) stands apart from the acts themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

import msgspec
from attrs import field, frozen

from probata.cases.wording import line, passage
from probata.terms.errors import InvalidValue, NotFound, Refused
from probata.terms.ids import record_id
from probata.terms.reading import fields, text, whole_number, word
from probata.terms.text import SafeText, safe_text

_DATA = "elements_data"


class CrimeNotFound(NotFound):
    """No crime under that article is among the data."""

    code = "crime_not_found"
    template = "No elements are stored for article {article}."
    advice = "`probata elements --crimes` lists the articles that are known."
    advice_here = "The form that opens a table lists the articles that are known."


class ConflictClassDiffers(Refused):
    """The elements of a crime of one class of conflict were asked for under the other."""

    code = "conflict_class_differs"
    template = "Article {article} is for {of_crime} armed conflicts; the person who opens it says {stated}."
    advice = "Take the article of that class, or open a second table under the other class and say why."


class Conflict(Enum):
    """The class of an armed conflict: what a person says it is, never inferred."""

    INTERNATIONAL = "international"
    NON_INTERNATIONAL = "non_international"

    @property
    def words(self) -> str:
        """The word as it stands in a sentence."""
        return self.value.replace("_", "-")


class ElementKind(Enum):
    """What an element is about."""

    CONDUCT = "conduct"
    CONSEQUENCE = "consequence"
    CIRCUMSTANCE = "circumstance"
    MENTAL = "mental"
    CONTEXTUAL = "contextual"


class Bearing(Enum):
    """How a piece of evidence bears on an element."""

    SUPPORTS = "supports"
    UNDERMINES = "undermines"
    SILENT = "silent"
    """It was looked at for this element, and says nothing about it either way."""


class EvidenceKind(Enum):
    """What may stand in a column of the table: something of the record, by its id."""

    PROPOSITION = "proposition"
    FINDING = "finding"
    OBSERVATION = "observation"
    ASSERTION = "assertion"
    DERIVATION = "derivation"


@frozen(kw_only=True)
class Element:
    """One element of a crime, by its number in the Elements of Crimes."""

    number: int
    kind: ElementKind
    text: SafeText = field(converter=safe_text)

    def as_json(self) -> dict[str, object]:
        """The element as plain data."""
        return {"number": self.number, "kind": self.kind.value, "text": self.text}


@frozen(kw_only=True)
class Crime:
    """A crime under the Rome Statute with its elements, for one class of conflict; `notes` hold for all of them."""

    article: str
    title: str
    conflict: Conflict
    elements: tuple[Element, ...]
    notes: tuple[str, ...]
    source: str

    def as_json(self) -> dict[str, object]:
        """The crime as plain data."""
        return {
            "article": self.article,
            "title": self.title,
            "conflict": self.conflict.value,
            "elements": [one.as_json() for one in self.elements],
            "notes": list(self.notes),
            "source": self.source,
        }

    def must_be_of(self, stated: Conflict) -> None:
        """Raise `ConflictClassDiffers` unless the conflict is of the class that this crime is for."""
        if stated is not self.conflict:
            of_crime = self.conflict.words
            raise ConflictClassDiffers(article=self.article, of_crime=of_crime, stated=stated.words)


@frozen(kw_only=True)
class Mode:
    """One way in which a person may answer for a crime (articles 25 and 28), and what has to be asked about it."""

    article: str
    title: str
    asks: tuple[str, ...]
    source: str

    def as_json(self) -> dict[str, object]:
        """The mode as plain data."""
        return {"article": self.article, "title": self.title, "asks": list(self.asks), "source": self.source}


def _read(name: str) -> Mapping[str, object]:
    found = msgspec.json.decode(files("probata.cases").joinpath(_DATA, name).read_bytes())
    return fields(found, what=name, required={"source"}, optional={"conflict", "crimes", "modes", "notes"})


@lru_cache(maxsize=1)
def crimes() -> tuple[Crime, ...]:
    """Every crime whose elements are stored, in the order of the Statute."""
    found = []
    for part in ("a", "b", "c", "e"):
        data = _read(f"article_8_2_{part}.json")
        found += [_crime(one, data) for one in _list(data["crimes"])]
    return tuple(found)


@lru_cache(maxsize=1)
def modes() -> tuple[Mode, ...]:
    """Every mode of linkage whose questions are stored."""
    data = _read("linkage.json")
    source = text(data, "source")
    return tuple(_mode(one, source) for one in _list(data["modes"]))


def crime(untrusted_article: str) -> Crime:
    """The crime under an article such as `8(2)(b)(vi)`, spaces and case aside; raises `CrimeNotFound`."""
    wanted = _plain(line(untrusted_article, "The article", most=40))
    for one in crimes():
        if _plain(one.article) == wanted:
            return one
    raise CrimeNotFound(article=untrusted_article)


def mode(untrusted_article: str) -> Mode:
    """The mode of linkage under an article such as `28(a)`; raises `CrimeNotFound`."""
    wanted = _plain(line(untrusted_article, "The article", most=40))
    for one in modes():
        if _plain(one.article) == wanted:
            return one
    raise CrimeNotFound(article=untrusted_article)


def _plain(article: str) -> str:
    return "".join(article.split()).lower()


def _list(untrusted: object) -> Sequence[object]:
    if not isinstance(untrusted, list):
        raise InvalidValue(what="The data of the elements", why="a list is missing")
    return untrusted


def _crime(untrusted: object, data: Mapping[str, object]) -> Crime:
    given = fields(untrusted, what="A crime", required={"article", "title", "elements"})
    return Crime(
        article=text(given, "article"),
        title=text(given, "title"),
        conflict=word(data, "conflict", Conflict),
        elements=tuple(_element(one) for one in _list(given["elements"])),
        notes=tuple(safe_text(str(one)) for one in _list(data["notes"])),
        source=text(data, "source"),
    )


def _element(untrusted: object) -> Element:
    given = fields(untrusted, what="An element", required={"number", "kind", "text"})
    number, kind = whole_number(given, "number"), word(given, "kind", ElementKind)
    return Element(number=number, kind=kind, text=safe_text(text(given, "text")))


def _mode(untrusted: object, source: str) -> Mode:
    given = fields(untrusted, what="A mode", required={"article", "title", "asks"})
    asks = tuple(safe_text(str(one)) for one in _list(given["asks"]))
    return Mode(article=text(given, "article"), title=text(given, "title"), asks=asks, source=source)


@frozen(kw_only=True)
class Evidence:
    """Something of the record that may bear on an element: its kind and its id of 32 hexadecimal digits."""

    kind: EvidenceKind
    id: str = field(converter=record_id)

    @property
    def name(self) -> str:
        """As it is written and typed: `proposition:0123…`."""
        return f"{self.kind.value}:{self.id}"

    @classmethod
    def named(cls, untrusted_name: str) -> Evidence:
        """Read `proposition:0123…`; raises `InvalidValue`."""
        kind, _colon, untrusted_id = line(untrusted_name, "The evidence", most=80).partition(":")
        return cls(kind=word({"evidence": kind}, "evidence", EvidenceKind), id=untrusted_id)


def _as_reason(untrusted: str) -> SafeText:
    return passage(untrusted, "The reason")


def _as_looked(untrusted: str) -> SafeText:
    return passage(untrusted, "Where and for what was looked")


@frozen(kw_only=True)
class Entry:
    """One cell of the table: how a piece of evidence bears on an element, in whose judgement, and why."""

    element: int
    evidence: Evidence
    bearing: Bearing
    reason: SafeText = field(converter=_as_reason)
    by: str = ""

    def as_json(self) -> dict[str, object]:
        """The cell as plain data."""
        return {
            "element": self.element,
            "evidence": self.evidence.name,
            "bearing": self.bearing.value,
            "reason": self.reason,
            "by": self.by,
        }


class SearchOutcome(Enum):
    """How a search for evidence against an element ended; what was found stands in the table as `undermines`."""

    NOTHING_FOUND = "nothing_found"
    COULD_NOT_LOOK = "could_not_look"


@frozen(kw_only=True)
class ContrarySearch:
    """A person looked for evidence against an element: where and for what, and how it ended.

    Only a search that could be made fills the exculpatory side; one that could not be made is a gap that is told.
    """

    element: int
    outcome: SearchOutcome
    looked: SafeText = field(converter=_as_looked)
    by: str = ""

    def as_json(self) -> dict[str, object]:
        """The search as plain data."""
        return {"element": self.element, "outcome": self.outcome.value, "looked": self.looked, "by": self.by}


class Gap(Enum):
    """What is missing about an element."""

    NOTHING_SUPPORTS = "nothing_supports"
    NO_CONTRARY_SIDE = "no_contrary_side"
    """Nothing undermines it, and nobody has searched for what might."""


class NoContrarySide(Refused):
    """A table was to be sealed although nobody looked for what speaks against it."""

    code = "no_contrary_side"
    template = "Elements {elements} of {article} have no contrary side: nothing undermines them, nobody looked for it."
    advice = "Enter what undermines them, or record where it was searched for: `probata elements MATRIX --searched N`."
    advice_here = "Enter what undermines them, or record on the page of the table where it was searched for."


@frozen(kw_only=True)
class ElementTable:
    """The elements of one crime, each with what supports it, what undermines it, what is silent, what is missing."""

    crime: Crime
    entries: tuple[Entry, ...] = field(default=())
    searches: tuple[ContrarySearch, ...] = field(default=())

    @entries.validator
    @searches.validator
    def _about_its_elements(self, _attribute: object, value: tuple[Entry | ContrarySearch, ...]) -> None:
        for one in value:
            must_have_element(self.crime, one.element)

    def gaps(self) -> Mapping[int, tuple[Gap, ...]]:
        """By the number of each element, what is missing about it; the bearing of the rest is for people to weigh."""
        return MappingProxyType({one.number: tuple(self._gaps(one.number)) for one in self.crime.elements})

    def _gaps(self, element: int) -> list[Gap]:
        found = []
        if not self.of(element, Bearing.SUPPORTS):
            found.append(Gap.NOTHING_SUPPORTS)
        searched = any(one.element == element and one.outcome is SearchOutcome.NOTHING_FOUND for one in self.searches)
        if not self.of(element, Bearing.UNDERMINES) and not searched:
            found.append(Gap.NO_CONTRARY_SIDE)
        return found

    def of(self, element: int, bearing: Bearing) -> tuple[Entry, ...]:
        """The cells of one element that bear on it so."""
        return tuple(one for one in self.entries if one.element == element and one.bearing is bearing)

    def must_have_a_contrary_side(self) -> None:
        """Raise `NoContrarySide` unless every element has something against it or a search for it that was made."""
        lacking = [number for number, gaps in self.gaps().items() if Gap.NO_CONTRARY_SIDE in gaps]
        if lacking:
            raise NoContrarySide(article=self.crime.article, elements=", ".join(map(str, lacking)))

    def as_json(self) -> dict[str, object]:
        """The table as plain data: by element, what there is on each side and what is missing; no sum, no verdict."""
        gaps = self.gaps()
        return {
            "crime": self.crime.as_json(),
            "evidence": sorted({one.evidence.name for one in self.entries}),
            "elements": [
                {
                    **element.as_json(),
                    **{one.value: [cell.as_json() for cell in self.of(element.number, one)] for one in Bearing},
                    "contrary_searches": [one.as_json() for one in self.searches if one.element == element.number],
                    "gaps": [gap.value for gap in gaps[element.number]],
                }
                for element in self.crime.elements
            ],
        }


def must_have_element(of: Crime, number: int) -> None:
    """Raise `InvalidValue` unless the crime has an element of this number."""
    if number not in {one.number for one in of.elements}:
        why = f"{of.article} has elements 1 to {len(of.elements)}"
        raise InvalidValue(what=f"The element {number}", why=why)
