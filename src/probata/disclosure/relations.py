"""What items of one package are to each other: which relations it shows, and how its report tells them.

A relation is shown where both of its items are in the package. Of one whose other item is not, nothing is: the name of
a pair of digests would let whoever holds the other file test whether it is known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from probata.copies import kinds
from probata.copies import selectors as copies
from probata.copies.selectors import KnownDecision, KnownRelation
from probata.disclosure.contents import ReportRelation
from probata.engines.clock import rfc3339
from probata.terms.digests import Sha256
from probata.terms.showing import shown

_ELSEWHERE = "Whether any of this footage is found in items that are not in this package: left sealed here."
_OF_DECISIONS = (
    "Who decided about what two of these items share: the reasons stand here, as part of those decisions; the names do "
    "not."
)
_BY = {"frames": "pictures", "sound": "sound", "both": "pictures and sound"}
_STANDS = {
    "candidate": "candidate: a program proposes it, and nobody has confirmed it",
    "confirmed": "confirmed by a person",
}


def among(items: Sequence[Sha256]) -> list[KnownRelation]:
    """The relations between these items that stand, and that nobody rejected."""
    return copies.relations_among(items)


def withheld(always: tuple[str, ...], related: Sequence[KnownRelation]) -> tuple[str, ...]:
    """What the package leaves out, in sentences: `always`, and what follows from relations that are shown or not."""
    decided = any(copies.decisions(one.id) for one in related)
    return (*always, *([_OF_DECISIONS] if decided else []), _ELSEWHERE)


def told(known: KnownRelation) -> ReportRelation:
    """A relation as the report tells it; by whom anything was decided is not told."""
    title, sentence = kinds.said(known.relation)
    return ReportRelation(
        title=f"Item {known.a[:8]} {kinds.IS[known.kind]} item {known.b[:8]}",
        statements=(
            ("A", known.a),
            ("B", known.b),
            ("what it says", f"{title}. {sentence}"),
            ("how it stands", _STANDS[known.state]),
            *_stretches(known),
            ("found by", f"{_BY[known.by]}; score {known.score:.2f}, from 0 to 1 and no probability"),
            ("compared", f"{rfc3339(known.at)}, entry {known.seq} of the log"),
            *(("decided", _decision(one, known)) for one in reversed(copies.decisions(known.id))),
        ),
    )


def _stretches(known: KnownRelation) -> Iterator[tuple[str, str]]:
    for one in known.stretches:
        yield (
            "seconds in the files' own time",
            (
                f"A {float(one.a_start_s):.3f} to {float(one.a_end_s):.3f}, "
                f"B {float(one.b_start_s):.3f} to {float(one.b_end_s):.3f}"
            ),
        )


def _decision(one: KnownDecision, known: KnownRelation) -> str:
    other = "" if one.relation == known.id else " (another answer about these two)"
    return f"{one.decision}{other}, {rfc3339(one.at)}, entry {one.seq} of the log: {shown(one.why)}"
