"""Two to four items set beside each other: which may be, and how the time and the picture of each lie on the others'.

A and B are those of a relation; each further one stands in a relation with a line of time to A or to B. Where two of
them were never compared, the line between them goes over the one that both are joined to, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any

from attrs import define, field, frozen
from django.utils.translation import gettext as _

from probata.cases import selectors as cases
from probata.cases.selectors import Sight
from probata.copies import composed
from probata.copies import selectors as copies
from probata.copies.composed import Line
from probata.copies.relations import Segment
from probata.copies.selectors import KnownRelation, State
from probata.preservation import selectors as preservation
from probata.terms.errors import UsageError
from probata.web.served import renditions
from probata.web.shown import alignment, matches
from probata.web.shown.alignment import Gap, Matrix

LETTERS = "ABCD"
MOST = len(LETTERS)


class CannotStandBeside(UsageError):
    """An item was asked for beside two others that it cannot be set beside."""

    code = "cannot_stand_beside"
    template = "{item} cannot be set beside the two: {why}."
    advice = "The page of the two offers what can be set beside them; each item's page looks for what is shared."


@frozen(kw_only=True)
class Offer:
    """An item that can be set beside: its name, and what it is to which of the two."""

    sha256: str
    name: str
    letter: str
    kind_words: matches.Words
    state: State


@frozen(kw_only=True)
class Stretch:
    """Seconds of the first of a pair that are seconds of the other, on the players' clocks, and how it differs there.

    `matrix` takes the first one's picture, as shown, to the other's; None where only sound is shared.
    """

    number: int
    segment: Segment
    matrix: Matrix | None
    edits: tuple[str, ...]


@define(kw_only=True)
class Pairing:
    """How two of the items lie on each other: by a relation of theirs, or `through` others by several.

    No stretches and no relations: nothing joins them by a line of time.
    """

    one: str
    other: str
    item_one: str
    item_other: str
    through: tuple[str, ...]
    relations: tuple[str, ...]
    state: State
    stretches: tuple[Stretch, ...]

    @property
    def name(self) -> str:
        """Both letters, for people."""
        return f"{self.one} – {self.other}"

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of time from the first to the other."""
        return composed.lines([one.segment for one in self.stretches])

    @cached_property
    def lines_back(self) -> list[Line]:
        """The same from the other to the first."""
        return [line.turned() for line in self.lines]

    @cached_property
    def unshared(self) -> list[tuple[str, Gap]]:
        """Seconds of either that were not found in the other, each with its letter."""
        if not self.stretches:
            return []
        segments = [one.segment for one in self.stretches]
        sides = ((self.one, "a", self.item_one), (self.other, "b", self.item_other))
        return [
            (letter, gap)
            for letter, side, item in sides
            for gap in alignment.gaps(segments, side, renditions.duration_s(item))
        ]

    @property
    def remarks(self) -> list[str]:
        """What is remarkable in how the stretches follow each other."""
        return [self.lettered(line) for line in alignment.order([one.segment for one in self.stretches])]

    def lettered(self, words: str) -> str:
        """Words about an A and a B, told of these two."""
        return lettered(words, self.one, self.other)

    def as_json(self) -> dict[str, Any]:
        """The pair for a script, its two sides under their own letters."""
        one, other = self.one.lower(), self.other.lower()
        return {
            "one": one,
            "other": other,
            "through": [letter.lower() for letter in self.through],
            "state": self.state,
            "segments": [
                {
                    one: [float(it.segment.a_start_s), float(it.segment.a_end_s)],
                    other: [float(it.segment.b_start_s), float(it.segment.b_end_s)],
                    "speed": float(it.segment.speed),
                    "laid": it.matrix,
                }
                for it in self.stretches
            ],
        }


@define(kw_only=True)
class Group:
    """The items that stand beside each other, in the order of their letters."""

    known: KnownRelation
    items: tuple[str, ...]
    joins: dict[tuple[str, str], KnownRelation] = field(factory=dict)

    @property
    def further(self) -> tuple[str, ...]:
        """Those beside A and B."""
        return self.items[2:]

    @property
    def members(self) -> list[tuple[str, str]]:
        """Each letter and its item."""
        return list(zip(LETTERS, self.items, strict=False))

    @property
    def full(self) -> bool:
        """Whether no further one can be set beside."""
        return len(self.items) == MOST

    @cached_property
    def pairings(self) -> list[Pairing]:
        """Every two of them, in the order of their letters."""
        return [self._pairing(one, other) for one, other in combinations(LETTERS[: len(self.items)], 2)]

    def pairing(self, one: str, other: str) -> Pairing:
        """That of two letters, the earlier one first."""
        return next(pair for pair in self.pairings if (pair.one, pair.other) == (one, other))

    def joined_by(self, letter: str) -> tuple[str, KnownRelation] | None:
        """To which of A and B a further one is joined, and by what, told from that one."""
        for anchor in LETTERS[:2]:
            if letter not in LETTERS[:2] and (anchor, letter) in self.joins:
                return anchor, self.joins[anchor, letter]
        return None

    def as_json(self) -> dict[str, Any]:
        """The group for a script: what a pair of items has, and every pair of these."""
        members = [{"letter": letter.lower(), "item": item} for letter, item in self.members]
        return {**alignment.as_json(self.known), "members": members, "pairs": [one.as_json() for one in self.pairings]}

    def _pairing(self, one: str, other: str) -> Pairing:
        joined: dict[str, list[str]] = {letter: [] for letter, _item in self.members}
        for first, second in sorted(self.joins):
            joined[first].append(second)
            joined[second].append(first)
        way = composed.way({letter: sorted(others) for letter, others in joined.items()}, one, other)
        steps = [self._told(here, there) for here, there in pairwise(way)]
        named = dict(self.members)
        stretches = _stretches(steps)
        return Pairing(
            one=one,
            other=other,
            item_one=named[one],
            item_other=named[other],
            through=way[1:-1],
            relations=tuple(step.id for step in steps),
            state=_state(step.state for step in steps),
            stretches=tuple(
                Stretch(
                    number=number,
                    segment=segment,
                    matrix=matrix,
                    edits=tuple(
                        lettered(words, one, other)
                        for words in alignment.edits_of(segment, matrix, named[one], named[other])
                    ),
                )
                for number, (segment, matrix) in enumerate(stretches, start=1)
            ),
        )

    def _told(self, here: str, there: str) -> KnownRelation:
        if (here, there) in self.joins:
            return self.joins[here, there]
        return self.joins[there, here].seen_from(dict(self.members)[here])


def offered(known: KnownRelation, hidden: Sight, beside: Sequence[str] = ()) -> list[Offer]:
    """What else can be set beside A and B, and this person may know of; what already stands there is left out."""
    found: dict[str, tuple[str, KnownRelation]] = {}
    for letter, item in zip(LETTERS, (known.a, known.b), strict=False):
        for one in _aligned_with(item):
            if one.b not in (known.a, known.b, *beside) and not hidden.hides(one.b):
                found.setdefault(one.b, (letter, one))
    names = preservation.first_acquisitions(list(found))
    return [
        Offer(
            sha256=sha256,
            name=names[sha256].name,
            letter=letter,
            # Told from the further one: it is a copy of A, an excerpt of B.
            kind_words=matches.kind_words(one.seen_from(sha256).kind),
            state=one.state,
        )
        for sha256, (letter, one) in found.items()
    ]


def beside(known: KnownRelation, untrusted_items: Sequence[str], hidden: Sight) -> Group:
    """A and B and those that an address names beside them; raises `EvidenceUnknown`, `CannotStandBeside`."""
    if len(untrusted_items) > MOST - 2:
        why = _("no more than %(most)d stand beside each other") % {"most": MOST}
        raise CannotStandBeside(item=f"{len(untrusted_items)} items", why=why)
    items = [known.a, known.b]
    offers = {one.sha256 for one in offered(known, hidden)}
    for untrusted in untrusted_items:
        sha256 = _visible(untrusted, hidden)
        if sha256 in items:
            raise CannotStandBeside(item=f"Item {sha256[:8]}", why=_("it stands there already"))
        if sha256 not in offers:
            why = _("no relation of it to A or to B that stands has a line of time")
            raise CannotStandBeside(item=f"Item {sha256[:8]}", why=why)
        items.append(sha256)
    return Group(known=known, items=tuple(items), joins=_joins(known, items))


def _visible(untrusted: str, hidden: Sight) -> str:
    """The whole digest; what is hidden is answered as what there is not, and as the door before every address does."""
    try:
        sha256 = preservation.item(untrusted).sha256
    except preservation.ItemNotFound:
        sha256 = ""
    if not sha256 or hidden.hides(sha256):
        raise cases.EvidenceUnknown(name=untrusted[:80])
    return sha256


def lettered(words: str, one: str, other: str) -> str:
    """Words that are told of an A and a B, told of two others; both letters are names in every language."""
    names = {"A": one, "B": other}
    return re.sub(r"\b[AB]\b", lambda found: names[found[0]], words)


def _aligned_with(item: str) -> list[KnownRelation]:
    """The best standing relation to each other item that has a line of time, told from this one; none rejected."""
    best: dict[str, KnownRelation] = {}
    for one in copies.relations_of(item):
        if one.stretches and one.state != "rejected":
            best.setdefault(one.other(item), one.seen_from(item))
    return list(best.values())


def _joins(known: KnownRelation, items: Sequence[str]) -> dict[tuple[str, str], KnownRelation]:
    """The best relation with a line of time between any two, told from the earlier letter; of A and B it is this."""
    joins = {("A", "B"): known} if known.stretches else {}
    letters = {item: letter for letter, item in zip(LETTERS, items, strict=False)}
    for one in copies.relations_among(items) if len(items) > 2 else ():
        first, second = sorted((letters[one.a], letters[one.b]))
        if one.stretches and (first, second) != ("A", "B"):
            joins.setdefault((first, second), one.seen_from(items[LETTERS.index(first)]))
    return joins


def _stretches(steps: Sequence[KnownRelation]) -> list[tuple[Segment, Matrix | None]]:
    """The stretches of a way of one step as they stand; of several, put together."""
    if not steps:
        return []
    told = [alignment.on_players(step) for step in steps]
    if len(steps) == 1:
        return [(one, alignment.laid(steps[0], one)) for one in told[0]]
    lines = composed.lines(told[0])
    for onward in told[1:]:
        lines = composed.composed(lines, composed.lines(onward))
    # What is shorter than half a picture is the rounding of two ends, and holds no moment.
    kept = [line for line in lines if line.end_s - line.start_s >= alignment.LEAST_GAP_S]
    return [
        (
            line.segment(),
            alignment.one_after_another(
                [
                    alignment.laid(step, segments[place])
                    for step, segments, place in zip(steps, told, line.through, strict=True)
                ]
            ),
        )
        for line in kept
    ]


def _state(states: Iterable[State]) -> State:
    every = set(states)
    if "rejected" in every:
        return "rejected"
    return "confirmed" if every == {"confirmed"} else "candidate"


def at_seconds(seconds: float) -> Fraction:
    """A time of the player's clock that was told as a number, to a microsecond."""
    return Fraction(seconds).limit_denominator(1_000_000)
