"""Where footage circulates: the items that relations join, and how much of the asked one each is known to hold.

Relations do not simply add up: a compilation overlaps many clips that share nothing with each other. So the seconds of
the asked item are followed through every stretch, and what cannot be followed is not claimed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from attrs import define, evolve, field, frozen

from probata.copies.recorded import on_other, turned, turned_kind
from probata.copies.relations import KINDS_OF_COPY, By, Kind, Segment

Span = tuple[Fraction, Fraction]
MOST_ITEMS = 10_000
_MOST_STRETCHES = 256
"""Of one item: loops in loops stop here, and less is claimed than could be."""
_SENSES: dict[By, frozenset[str]] = {
    "frames": frozenset({"frames"}),
    "sound": frozenset({"sound"}),
    "both": frozenset({"frames", "sound"}),
}


@frozen(kw_only=True)
class Edge:
    """A relation as the graph sees it: what A is to B, by which stretches, and whether a person confirmed it."""

    relation: str
    a: str
    b: str
    kind: Kind
    by: By
    confirmed: bool
    stretches: tuple[Segment, ...]

    def seen_from(self, item: str) -> Edge:
        """The same told from this item, which is one of the two: it becomes A."""
        if item == self.a:
            return self
        return evolve(
            self,
            a=self.b,
            b=self.a,
            kind=turned_kind(self.kind),
            stretches=tuple(turned(segment) for segment in self.stretches),
        )


@frozen(kw_only=True)
class Step:
    """One step of a path through the graph: by which relation, of which kind, to which item."""

    relation: str
    kind: Kind
    to: str
    confirmed: bool


@frozen(kw_only=True)
class Member:
    """An item of the cluster: the shortest path to it, and the seconds of the asked item that it is known to hold.

    `seen` are those of which the pictures were followed so far, `heard` those of which the sound was; both are empty
    where nothing could be: then it belongs to the cluster, and shares nothing known. `rests_on` are the relations that
    were followed, on any way. `whole` says that it is the asked item itself.
    """

    item: str
    path: tuple[Step, ...]
    seen: tuple[Span, ...] = ()
    heard: tuple[Span, ...] = ()
    rests_on: tuple[str, ...] = ()
    whole: bool = False

    @property
    def spans(self) -> tuple[Span, ...]:
        """The seconds of the asked item of which pictures or sound were followed so far."""
        return merged((*self.seen, *self.heard))


@frozen(kw_only=True)
class _Piece:
    """A stretch from the asked item to a reached one, and by what it is proved; no segment is the asked item itself."""

    segment: Segment | None
    by: frozenset[str]
    relations: tuple[str, ...] = ()

    def through(self, step: Segment, edge: Edge) -> _Piece | None:
        """This stretch followed through one of an edge; None where the two share nothing that one sense proves."""
        segment = self._onward(step)
        both = self.by & _SENSES[edge.by]
        if segment is None or not both:
            return None
        return _Piece(segment=segment, by=both, relations=(*self.relations, edge.relation))

    def _onward(self, step: Segment) -> Segment | None:
        known = self.segment
        if known is None:
            return step
        back = turned(known)
        start, end = max(back.a_start_s, step.a_start_s), min(back.a_end_s, step.a_end_s)
        if start >= end:
            return None
        asked = sorted((on_other(back, start), on_other(back, end)))
        there = sorted((on_other(step, start), on_other(step, end)))
        return Segment(
            a_start_s=asked[0],
            a_end_s=asked[1],
            b_start_s=there[0],
            b_end_s=there[1],
            speed=known.speed * step.speed,
        )


def cluster(asked: str, edges_of: Callable[[str], Iterable[Edge]], *, most: int = MOST_ITEMS) -> tuple[Member, ...]:
    """Every item that copies and excerpts join to the asked one, nearest first; the asked one stands first.

    `edges_of` gives the relations of an item; those of kinds that prove no shared moment are passed over.
    """
    paths: dict[str, tuple[Step, ...]] = {asked: ()}
    pieces: dict[str, list[_Piece]] = {asked: [_Piece(segment=None, by=_SENSES["both"])]}
    waiting = deque([asked])
    while waiting:
        here = waiting.popleft()
        for edge in (one.seen_from(here) for one in edges_of(here) if one.kind in KINDS_OF_COPY):
            if edge.b == asked or (edge.b not in paths and len(paths) >= most):
                continue
            if edge.b not in paths:
                step = Step(relation=edge.relation, kind=edge.kind, to=edge.b, confirmed=edge.confirmed)
                paths[edge.b] = (*paths[here], step)
                waiting.append(edge.b)
            known = pieces.setdefault(edge.b, [])
            known += _followed(pieces[here], edge)[: _MOST_STRETCHES - len(known)]
    return tuple(_member(item, path, pieces[item], whole=item == asked) for item, path in paths.items())


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same seconds in order, no two spans touching."""
    kept: list[Span] = []
    for start, end in sorted(spans):
        if kept and start <= kept[-1][1]:
            kept[-1] = kept[-1][0], max(kept[-1][1], end)
        else:
            kept.append((start, end))
    return tuple(kept)


def covers(spans: Sequence[Span], others: Sequence[Span]) -> bool:
    """Whether every second of `others` lies in `spans`."""
    return merged(spans) == merged([*spans, *others])


def _followed(known: Sequence[_Piece], edge: Edge) -> list[_Piece]:
    """What of the known stretches goes on through this edge; what came through it does not go back."""
    onward = (piece for piece in known if edge.relation not in piece.relations)
    ways = (piece.through(stretch, edge) for piece in onward for stretch in edge.stretches)
    return [way for way in ways if way is not None]


def _member(item: str, path: tuple[Step, ...], pieces: Sequence[_Piece], *, whole: bool) -> Member:
    seen, heard = _Followed(), _Followed()
    for piece in pieces:
        for sense, one in (("frames", seen), ("sound", heard)):
            if sense in piece.by:
                one.add(piece)
    relations = dict.fromkeys((*seen.relations, *heard.relations))
    return Member(item=item, path=path, seen=seen.spans, heard=heard.spans, rests_on=tuple(relations), whole=whole)


@define
class _Followed:
    """Seconds as they come together, and the relations that each of them needed."""

    spans: tuple[Span, ...] = ()
    relations: list[str] = field(factory=list)

    def add(self, piece: _Piece) -> None:
        """A further stretch; one that tells of no new second needs nothing."""
        if piece.segment is None:
            return
        span = (piece.segment.a_start_s, piece.segment.a_end_s)
        if not covers(self.spans, [span]):
            self.spans = merged([*self.spans, span])
            self.relations += piece.relations
