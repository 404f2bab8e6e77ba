"""What is said in items that stand beside each other, side by side: rows by time, where a line of time leads across."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import Factory, define, frozen

from probata.copies import composed
from probata.web.shown import tracks
from probata.web.shown.together import Group, at_seconds
from probata.web.shown.tracks import Track, TrackEntry


@define(kw_only=True)
class Cell:
    """What one item says at the time of a row; `here` is whether its line of time reaches there at all."""

    letter: str
    here: bool
    entries: list[TrackEntry] = Factory(list)


@define(kw_only=True)
class Row:
    """One time on the clock of the item of `letter`, and what each item says then."""

    letter: str
    start_s: Fraction
    end_s: Fraction
    cells: list[Cell]


@frozen(kw_only=True)
class Part:
    """Rows on one item's clock; every part but A's holds what no earlier item shares."""

    letter: str
    rows: tuple[Row, ...]


@frozen(kw_only=True)
class Column:
    """One item's transcript: whether there is one, and why not."""

    letter: str
    item: str
    outcome: str
    why: str
    count: int


@frozen(kw_only=True)
class Said:
    """All transcripts, aligned."""

    columns: tuple[Column, ...]
    parts: tuple[Part, ...]


@frozen(kw_only=True)
class _Heard:
    """Something said, at its item's own seconds."""

    entry: TrackEntry
    start_s: Fraction
    end_s: Fraction

    @property
    def middle_s(self) -> Fraction:
        return (self.start_s + self.end_s) / 2


def said(group: Group) -> Said:
    """Every transcript beside the others: each line stands in the row whose time its middle is.

    A line whose middle leads nowhere in A stands with the first item that it leads to, else on its own item's clock.
    """
    found = {letter: _speech(item) for letter, item in group.members}
    waiting = {letter: _heard(track) for letter, track in found.items()}
    parts = [_part(group, letter, waiting) for letter, _item in group.members]
    return Said(
        columns=tuple(_column(letter, item, found[letter]) for letter, item in group.members),
        parts=tuple(part for part in parts if part.rows),
    )


def _part(group: Group, anchor: str, waiting: dict[str, list[_Heard]]) -> Part:
    """The rows on the clock of `anchor`; what they hold waits no longer."""
    rows = [
        Row(letter=anchor, start_s=one.start_s, end_s=one.end_s, cells=_cells(group, anchor, one.middle_s))
        for one in waiting[anchor]
    ]
    for row, one in zip(rows, waiting[anchor], strict=True):
        _cell(row, anchor).entries.append(one.entry)
    waiting[anchor] = []
    for letter, heard in waiting.items():
        if letter > anchor:
            waiting[letter] = [one for one in heard if not _placed(group, anchor, letter, one, rows)]
    return Part(letter=anchor, rows=tuple(sorted(rows, key=lambda row: (row.start_s, row.end_s))))


def _placed(group: Group, anchor: str, letter: str, one: _Heard, rows: list[Row]) -> bool:
    """Put a line of another item into each row of the anchor's time that it leads to; whether there was one."""
    pairing = group.pairing(anchor, letter)
    places = composed.across(pairing.lines_back, one.middle_s)
    for at_s in places:
        row = next((row for row in rows if row.start_s <= at_s < row.end_s), None)
        if row is None:
            half = (one.end_s - one.start_s) / 2
            cells = _cells(group, anchor, at_s)
            row = Row(letter=anchor, start_s=max(Fraction(0), at_s - half), end_s=at_s + half, cells=cells)
            rows.append(row)
        cell = _cell(row, letter)
        cell.here = True
        cell.entries.append(one.entry)
    return bool(places)


def _cells(group: Group, anchor: str, at_s: Fraction) -> list[Cell]:
    return [
        Cell(letter=letter, here=letter == anchor or _reaches(group, anchor, letter, at_s))
        for letter, _item in group.members
    ]


def _reaches(group: Group, anchor: str, letter: str, at_s: Fraction) -> bool:
    if letter > anchor:
        return bool(composed.across(group.pairing(anchor, letter).lines, at_s))
    return bool(composed.across(group.pairing(letter, anchor).lines_back, at_s))


def _cell(row: Row, letter: str) -> Cell:
    return next(cell for cell in row.cells if cell.letter == letter)


def _speech(item: str) -> Track | None:
    return next((track for track in tracks.tracks(item) if track.analyser == "speech"), None)


def _heard(track: Track | None) -> list[_Heard]:
    """Lines in the order of their time."""
    spoken: Sequence[TrackEntry] = () if track is None else track.spoken
    heard = [
        _Heard(entry=one, start_s=at_seconds(one.start_s), end_s=max(at_seconds(one.end_s), at_seconds(one.start_s)))
        for one in spoken
    ]
    return sorted(heard, key=lambda one: one.start_s)


def _column(letter: str, item: str, track: Track | None) -> Column:
    return Column(
        letter=letter,
        item=item,
        outcome="not_looked" if track is None else track.outcome,
        why="" if track is None else track.why,
        count=0 if track is None else len(track.spoken),
    )
