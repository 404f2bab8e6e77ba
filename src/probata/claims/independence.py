"""How many independent roots a set of assertions has: copies of one source count once, and a ring of sources is one.

Computed and shown, never a vote: three roots do not outweigh one. What derives from something has no root of its own,
whatever its author may have added; two assertions of one speaker are one root, since nobody corroborates themself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import field, frozen

FOOTAGE = "item:"
"""How a source that is footage, not somebody's word, begins."""


@frozen(kw_only=True)
class Source:
    """One assertion as independence sees it: its id, whose it is, and what it derives from."""

    id: str
    speaker: str
    derives_from: frozenset[str] = frozenset()


@frozen(kw_only=True)
class Root:
    """Where a group of assertions comes from at last: a speaker's own word, footage, or a ring of sources."""

    kind: str
    speakers: tuple[str, ...]
    origin: tuple[str, ...]
    members: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The root as plain data: `{kind, speakers, origin, members}`."""
        return {
            "kind": self.kind,
            "speakers": list(self.speakers),
            "origin": list(self.origin),
            "members": list(self.members),
        }


@frozen(kw_only=True)
class Independence:
    """Of how many speakers the assertions are, and from which roots they come."""

    assertions: int
    speakers: int
    roots: tuple[Root, ...]
    unseen: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The figure in words: `9 sources, 3 independent roots`."""
        sources = f"{self.speakers} source{'' if self.speakers == 1 else 's'}"
        return f"{sources}, {len(self.roots)} independent root{'' if len(self.roots) == 1 else 's'}"

    def as_json(self) -> dict[str, object]:
        """The same as plain data."""
        return {
            "assertions": self.assertions,
            "speakers": self.speakers,
            "roots": [root.as_json() for root in self.roots],
            "unseen": list(self.unseen),
            "sentence": self.sentence,
        }


def independence(asked: Iterable[str], known: Mapping[str, Source]) -> Independence:
    """The roots of these assertions, among all that are known; `unseen` names sources that nobody has recorded.

    `asked` are ids of `known`. A source that is not known stays a root of its own: what it derives from, nobody here
    can say. Order of input changes nothing. Whoever asks often asks `Origins`, which is prepared once.
    """
    return Origins.of(known).independence(asked)


@frozen(kw_only=True)
class Origins:
    """Where every known assertion comes from at last, prepared once in time that grows with what derives from what.

    `ends` are, for each assertion, where its derivations end; an end that is a ring goes by its first name, and `rings`
    gives all its members.
    """

    known: Mapping[str, Source] = field(repr=False)
    ends: Mapping[str, frozenset[str]] = field(repr=False)
    rings: Mapping[str, tuple[str, ...]] = field(repr=False)

    @classmethod
    def of(cls, known: Mapping[str, Source]) -> Origins:
        """Follow every derivation to its end."""
        ends: dict[str, frozenset[str]] = {}
        rings: dict[str, tuple[str, ...]] = {}
        for ring in _rings(known):
            onward = {one for each in ring if each in known for one in known[each].derives_from}.difference(ring)
            further = {ends[one] for one in onward}
            # Most assertions derive from one: they share its ends instead of keeping a copy.
            here = frozenset({ring[0]}) if not further else further.pop() if len(further) == 1 else _all(further)
            ends.update(dict.fromkeys(ring, here))
            if not onward:
                rings[ring[0]] = ring
        return cls(known=known, ends=ends, rings=rings)

    def independence(self, asked: Iterable[str]) -> Independence:
        """The roots of these assertions; as the function of that name tells it."""
        names = sorted(set(asked))
        every = sorted(_all({self.ends[name] for name in names}))
        groups = _by_speakers({end: self._whose(end) for end in every})
        number_of = {end: number for number, (_speakers, ends) in enumerate(groups) for end in ends}
        members: list[list[str]] = [[] for _group in groups]
        for name in names:
            for number in {number_of[end] for end in self.ends[name]}:
                members[number].append(name)
        roots = tuple(
            self._root(speakers, ends, tuple(mine)) for (speakers, ends), mine in zip(groups, members, strict=True)
        )
        unseen = tuple(end for end in every if end not in self.known and not end.startswith(FOOTAGE))
        spoken = {self.known[name].speaker for name in names}
        return Independence(assertions=len(names), speakers=len(spoken), roots=roots, unseen=unseen)

    def _whose(self, end: str) -> frozenset[str]:
        """The speakers of a root; of what is no known assertion, its own name stands for them."""
        return frozenset(self.known[one].speaker if one in self.known else one for one in self.rings[end])

    def _root(self, speakers: Iterable[str], ends: Iterable[str], members: tuple[str, ...]) -> Root:
        origin = tuple(sorted(one for end in ends for one in self.rings[end]))
        return Root(kind=_kind(origin, self.known), speakers=tuple(sorted(speakers)), origin=origin, members=members)


def _all(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)


def _kind(origin: tuple[str, ...], known: Mapping[str, Source]) -> str:
    if origin[0].startswith(FOOTAGE):
        return "footage"
    here = set(origin)
    return "ring" if any(known[one].derives_from & here for one in origin if one in known) else "word"


def _by_speakers(whose: Mapping[str, frozenset[str]]) -> list[tuple[list[str], list[str]]]:
    """Ends that share a speaker, together: nobody corroborates themself. Pairs of speakers and ends, in order."""
    first: dict[str, str] = {}
    for speakers in whose.values():
        # Each speaker leads on to one they stand with, in the end to the same one for all of a group.
        leads = {_led(speaker, first) for speaker in speakers}
        lead = min(leads)
        first.update(dict.fromkeys(leads, lead))
    groups: dict[str, tuple[list[str], list[str]]] = {}
    for speaker in sorted(first):
        groups.setdefault(_led(speaker, first), ([], []))[0].append(speaker)
    for end, speakers in sorted(whose.items()):
        groups[_led(next(iter(speakers)), first)][1].append(end)
    return list(groups.values())


def _led(speaker: str, first: dict[str, str]) -> str:
    lead = speaker
    while first.get(lead, lead) != lead:
        lead = first[lead]
    while first.get(speaker, speaker) != lead:
        first[speaker], speaker = lead, first.get(speaker, speaker)
    return lead


def _rings(known: Mapping[str, Source]) -> Iterator[tuple[str, ...]]:
    """Those that derive from each other through whatever chain, together, each alone where it does not; sources first.

    The strongly connected components of what derives from what (R. Tarjan, Depth-first search and linear graph
    algorithms, 1972), without recursion: a chain may be as long as the record.
    """
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    waiting: dict[str, None] = {}
    for start in known:
        path = [] if start in number else [(start, _onward(start, known))]
        while path:
            here, onward = path[-1]
            if here not in number:
                number[here] = low[here] = len(number)
                waiting[here] = None
            there = next(onward, None)
            if there is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[here])
                if low[here] == number[here]:
                    yield _taken(waiting, here)
            elif there not in number:
                path.append((there, _onward(there, known)))
            elif there in waiting:
                low[here] = min(low[here], number[there])


def _onward(name: str, known: Mapping[str, Source]) -> Iterator[str]:
    return iter(known[name].derives_from if name in known else ())


def _taken(waiting: dict[str, None], last: str) -> tuple[str, ...]:
    """The ring that is complete: what waits since its first member was met, which is taken off."""
    ring: list[str] = []
    while not ring or ring[-1] != last:
        ring.append(waiting.popitem()[0])
    return tuple(sorted(ring))
