"""How many independent roots a set of assertions has: copies of one source count once, and a ring of sources is one.

Computed and shown, never a vote: three roots do not outweigh one. What derives from something has no root of its own,
whatever its author may have added; two assertions of one speaker are one root, since nobody corroborates themself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

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
    can say. Order of input changes nothing.
    """
    names = sorted(set(asked))
    ring = _rings(known)
    ends: dict[str, set[str]] = {name: _ends(name, known, ring) for name in names}
    every = sorted(set().union(*ends.values())) if ends else []
    roots = []
    for speakers, origins in _by_speakers({end: _whose(end, known, ring) for end in every}):
        members = tuple(name for name in names if ends[name] & origins)
        origin = tuple(sorted(set().union(*(ring.get(end, {end}) for end in origins))))
        roots.append(Root(kind=_kind(origin, known), speakers=tuple(sorted(speakers)), origin=origin, members=members))
    unseen = sorted({end for end in every if end not in known and not end.startswith(FOOTAGE)})
    spoken = {known[name].speaker for name in names}
    return Independence(assertions=len(names), speakers=len(spoken), roots=tuple(roots), unseen=tuple(unseen))


def _kind(origin: tuple[str, ...], known: Mapping[str, Source]) -> str:
    if origin[0].startswith(FOOTAGE):
        return "footage"
    derived = [known[one].derives_from & set(origin) for one in origin if one in known]
    return "ring" if any(derived) else "word"


def _whose(end: str, known: Mapping[str, Source], ring: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The speakers of a root; of what is no known assertion, its own name stands for them."""
    return frozenset(known[one].speaker if one in known else one for one in ring.get(end, frozenset({end})))


def _by_speakers(whose: Mapping[str, frozenset[str]]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Ends that share a speaker, together: nobody corroborates themself. Pairs of speakers and ends, in order."""
    groups: list[tuple[frozenset[str], frozenset[str]]] = []
    for end, speakers in sorted(whose.items()):
        touched = [group for group in groups if group[0] & speakers]
        groups = [group for group in groups if not group[0] & speakers]
        groups.append(
            (speakers.union(*(group[0] for group in touched)), frozenset({end}).union(*(group[1] for group in touched)))
        )
    return sorted(groups, key=lambda group: sorted(group[0]))


def _ends(name: str, known: Mapping[str, Source], ring: Mapping[str, frozenset[str]]) -> set[str]:
    """Where the derivations of an assertion end; of a ring that derives from nothing else, its first name."""
    ends, seen, todo = set(), {name}, [name]
    while todo:
        here = todo.pop()
        around = ring.get(here, frozenset({here}))
        seen |= around
        onward = {one for each in around if each in known for one in known[each].derives_from} - around
        if not onward:
            ends.add(min(around))
        todo += sorted(onward - seen)
        seen |= onward
    return ends


def _rings(known: Mapping[str, Source]) -> dict[str, frozenset[str]]:
    """For each assertion that derives from itself through others, the ring that it lies on."""
    reach = {name: _reached(name, known) for name in known}
    rings: dict[str, frozenset[str]] = {}
    for name, far in reach.items():
        if name in far:
            rings[name] = frozenset(one for one in far if one in known and name in reach[one])
    return rings


def _reached(name: str, known: Mapping[str, Source]) -> set[str]:
    reached: set[str] = set()
    todo = [name]
    while todo:
        here = todo.pop()
        for source in known[here].derives_from if here in known else ():
            if source not in reached:
                reached.add(source)
                todo.append(source)
    return reached
