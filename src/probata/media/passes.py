"""One pass over a file: decoded once in the jail, watched by everybody who asked, each with an outcome of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from attrs import frozen

from probata.engines.sandbox import Jail
from probata.media import wire
from probata.media.errors import DecoderConfused
from probata.media.limits import Limits
from probata.media.probe import Facts
from probata.media.table import PtsTable
from probata.media.wire import Consumer, Progress, a_jail

__all__ = ["CannotLook", "Consumer", "Outcome", "PassResult", "Progress", "watch"]

T = TypeVar("T")
Answer = Literal["found", "nothing_found", "could_not_look"]


class CannotLook(Exception):
    """A consumer says that it cannot look at this file, and why: an answer, not a fault."""


@frozen(kw_only=True)
class Outcome:
    """What one consumer made of a pass: one of three answers, why, and what it found as plain data."""

    name: str
    outcome: Answer
    why: str = ""
    result: Any = None

    def result_as(self, kind: type[T]) -> T:
        """What it found, checked to be of this type; raises `DecoderConfused` if it is not."""
        try:
            return msgspec.convert(self.result, kind, dec_hook=wire.read)
        except (msgspec.ValidationError, ValueError) as error:
            raise DecoderConfused(why=f"{self.name} answered out of form ({error})") from error


@frozen(kw_only=True)
class PassResult:
    """What came of a pass: the facts, the table of frames if there are pictures, and each consumer's outcome.

    `faults` says where decoding stumbled, in the file's order; what could be decoded was still seen.
    """

    facts: Facts
    table: PtsTable | None
    outcomes: dict[str, Outcome]
    faults: tuple[str, ...] = ()


def watch(
    file: Path | int,
    consumers: Sequence[Consumer] = (),
    *,
    limits: Limits | None = None,
    progress: Callable[[Progress], None] | None = None,
    jail: Jail | None = None,
) -> PassResult:
    """Decode the whole file once for these consumers and the table of frames.

    A consumer that fails gets `could_not_look` and the others go on. Raises `NotMedia`, `Unreadable`, `OverLimit` if
    there is nothing to watch, or how the decoder died.
    """
    granted = limits or Limits()
    with a_jail(jail) as held, held.cell(file, allowance=granted.allowance()) as cell:
        wire.ask(cell, wire.Watch(limits=granted, consumers=tuple(consumers)))
        while isinstance(answer := wire.hear(cell), Progress):
            if progress is not None:
                progress(answer)
        return wire.decode(bytes(answer.answer), PassResult)
