"""Exact stills: the picture at an ordinal of the table, proved by its digest before it is shown."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from attrs import frozen

from probata.engines.sandbox import Cell, Jail, Policy
from probata.media import wire
from probata.media.limits import Limits
from probata.media.table import PtsTable
from probata.media.wire import a_jail
from probata.terms.digests import Digest
from probata.terms.spans import Moment


@frozen(kw_only=True)
class Still:
    """A picture as PNG, 8-bit RGB, turned upright as the file says, and the address that it was proved to have.

    `digest` is of the picture as decoded, before it was turned or converted; `turned_degrees` (clockwise) and
    `mirrored` say what was done for showing. Pixels are as coded: a sample aspect other than 1 is not applied.
    """

    png: bytes
    ordinal: int
    pts: int
    time_base: Fraction
    digest: Digest
    turned_degrees: float
    mirrored: bool

    @property
    def moment(self) -> Moment:
        """When it is shown."""
        return Moment(pts=self.pts, time_base=self.time_base)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One still is wanted."""

    ordinal: int


class StillReader:
    """Keeps one file open in a cell and serves its stills; use it as a context, from one thread at a time.

    A jump costs decoding from the key frame before it. Whoever goes from frame to frame finds the next one made: the
    cell looks ahead while nobody asks, and nothing of that leaves it unless it is asked for. If the cell dies of the
    file, the error says how and the next still starts another.

    `packed`: PNGs of fewer bytes that take longer, for whoever is far away.
    """

    def __init__(
        self,
        file: Path | int,
        table: PtsTable,
        *,
        limits: Limits | None = None,
        jail: Jail | None = None,
        policy: Policy | None = None,
        packed: bool = True,
    ) -> None:
        self._file, self._table, self._policy, self._packed = file, table, policy, packed
        self._limits = limits or Limits()
        self._given_jail = jail
        self._held = ExitStack()
        self._cell: Cell | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def still(self, ordinal: int) -> Still:
        """The still of this frame, its digest checked against the table.

        Raises `NoSuchFrame`, `AnotherPicture` if the picture is not the one that the table has, or how the decoder
        died.
        """
        self._table.at(ordinal)
        if self._cell is not None:
            # A cell that looked ahead may have died of another frame than this.
            with suppress(*wire.JAIL_FAILURES):
                return self._asked(ordinal)
        return self._asked(ordinal)

    def _asked(self, ordinal: int) -> Still:
        cell = self._open()
        try:
            cell.send(wire.encode(Wanted(ordinal=ordinal)))
            return wire.decode(wire.done(cell), Still)
        except wire.JAIL_FAILURES:
            self.close()
            raise

    def close(self) -> None:
        """Let the cell go."""
        self._cell = None
        self._held.close()

    def _open(self) -> Cell:
        if self._cell is None:
            jail = self._held.enter_context(a_jail(self._given_jail, policy=self._policy))
            self._cell = self._held.enter_context(jail.cell(self._file, allowance=self._limits.allowance(serves=True)))
            shown = wire.ShowStills(limits=self._limits, table=self._table.to_bytes(), packed=self._packed)
            wire.ask(self._cell, shown)
        return self._cell


def still(
    file: Path | int, table: PtsTable, ordinal: int, *, limits: Limits | None = None, jail: Jail | None = None
) -> Still:
    """One exact still; `StillReader` is quicker for several."""
    with StillReader(file, table, limits=limits, jail=jail) as reader:
        return reader.still(ordinal)
