"""A skim of a file: key pictures first, or named stretches in full, decoded in the jail for everybody who asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from attrs import frozen

from probata.engines.sandbox import Jail
from probata.media import wire
from probata.media.limits import Limits
from probata.media.passes import Outcome
from probata.media.probe import Facts
from probata.media.wire import Consumer, Progress, a_jail
from probata.terms.errors import InvalidValue

__all__ = ["UNCOUNTED", "SkimResult", "Stretch", "skim"]

# The ordinal of every `SeenFrame` in a skim: pictures between were not decoded, so nobody counted them. The address
# of a frame is its PTS and digest; `PtsTable.by_pts` of the item, checked by the digest, gives the ordinal.
UNCOUNTED = -1
Stretch = tuple[Fraction | float, Fraction | float]


@frozen(kw_only=True)
class SkimResult:
    """What came of a skim: the facts, each consumer's outcome, and how many pictures were shown to them.

    `last_s` is when the last picture starts that the skim knows of, shown or not; None where it saw none. `faults`
    says where reading or decoding stumbled; what could be decoded was still seen.
    """

    facts: Facts
    outcomes: dict[str, Outcome]
    pictures: int
    last_s: Fraction | None
    faults: tuple[str, ...] = ()


def skim(
    file: Path | int,
    consumers: Sequence[Consumer] = (),
    *,
    gap_s: float = 2.0,
    spans: Sequence[Stretch] = (),
    limits: Limits | None = None,
    progress: Callable[[Progress], None] | None = None,
    jail: Jail | None = None,
) -> SkimResult:
    """Show these consumers the key pictures of the file, or every picture inside `spans`, without decoding the rest.

    Without `spans`: every key picture at least `gap_s` / 8 after the one before, and where two are further apart than
    `gap_s`, some between them at even distances of `gap_s` at most; sound is heard from end to end. With `spans`, of
    seconds in the stream's own time: every picture that starts inside one, none outside, and the sound of the spans
    alone, each with an anchor. Footage without timestamps is decoded from its start, which is slow, and shown more
    densely. Times are exact in either; ordinals are `UNCOUNTED`.

    A consumer that fails gets `could_not_look` and the others go on. Raises `NotMedia`, `Unreadable`, `OverLimit` if
    there is nothing to look at, or how the decoder died.
    """
    if not gap_s > 0:
        raise InvalidValue(what="The gap of a skim", why="it must last longer than nothing")
    granted = limits or Limits()
    request = wire.Skim(
        limits=granted, consumers=tuple(consumers), gap_s=Fraction(gap_s).limit_denominator(1000), spans=_merged(spans)
    )
    with a_jail(jail) as held, held.cell(file, allowance=granted.allowance()) as cell:
        wire.ask(cell, request)
        while isinstance(answer := wire.hear(cell), Progress):
            if progress is not None:
                progress(answer)
        return wire.decode(bytes(answer.answer), SkimResult)


def _merged(spans: Sequence[Stretch]) -> tuple[tuple[Fraction, Fraction], ...]:
    # In order, and no two touching, so that one way through the file serves them all.
    try:
        exact = sorted((Fraction(start), Fraction(end)) for start, end in spans)
    except (ValueError, OverflowError) as error:
        raise InvalidValue(what="A span of a skim", why="its ends must be finite") from error
    merged: list[tuple[Fraction, Fraction]] = []
    for start, end in exact:
        if end < start:
            raise InvalidValue(what="A span of a skim", why="it ends before it starts")
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return tuple(merged)
