"""What passes between a program and its jailed decoder: requests, answers, failures; each decoded into a named type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from types import UnionType
from typing import Any, TypeVar, overload

import msgspec

from probata.engines.sandbox import Cell, CellDied, Jail, Policy
from probata.engines.sandbox import errors as jail_errors
from probata.media import errors as media_errors
from probata.media.errors import DecoderConfused
from probata.media.limits import Limits
from probata.terms.digests import Digest
from probata.terms.errors import FootageError, ProbataError

T = TypeVar("T")


class Look(msgspec.Struct, tag="look", frozen=True, kw_only=True):
    """Say what the file is: `probata.media.probe`."""

    limits: Limits


class Consumer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who looks at every picture and sound of one pass, inside the jail.

    `target` is the import path `module:Class`; the class is made with `parameters` as keywords.
    """

    name: str
    target: str
    parameters: Mapping[str, Any] = {}


class Watch(msgspec.Struct, tag="watch", frozen=True, kw_only=True):
    """Decode all of the file once for these consumers: `probata.media.passes`."""

    limits: Limits
    consumers: tuple[Consumer, ...]


class Skim(msgspec.Struct, tag="skim", frozen=True, kw_only=True):
    """Decode little of the file for these consumers, or `spans` of it in full: `probata.media.skims`."""

    limits: Limits
    consumers: tuple[Consumer, ...]
    gap_s: Fraction
    spans: tuple[tuple[Fraction, Fraction], ...]


class ShowStills(msgspec.Struct, tag="stills", frozen=True, kw_only=True):
    """Make stills of the file on demand, by this table: `probata.media.stills`.

    `packed`: as few bytes as can be made in little time; without it, as quickly as can be.
    """

    limits: Limits
    table: bytes
    packed: bool = True


Request = Look | Watch | Skim | ShowStills


class Progress(msgspec.Struct, tag="progress", frozen=True, kw_only=True):
    """How far a pass is: frames seen, and seconds of footage, approximately."""

    frames: int
    seconds: float


class Failed(msgspec.Struct, tag="failed", frozen=True, kw_only=True):
    """The cell's own account of why it could not look: an error's code and facts."""

    code: str
    facts: dict[str, str | int]


class Done(msgspec.Struct, tag="done", frozen=True, kw_only=True):
    """The answer itself, to be decoded into the type that the request promises."""

    answer: msgspec.Raw


Answer = Progress | Failed | Done


def encode(message: object) -> bytes:
    """A message as bytes; fractions as `1/90000`, digests as `blake3:…`."""
    return msgspec.msgpack.encode(message, enc_hook=plain)


@overload
def decode(untrusted: bytes, kind: type[T]) -> T: ...
@overload
def decode(untrusted: bytes, kind: UnionType) -> Any: ...  # noqa: ANN401  a union has no type of its own
def decode(untrusted: bytes, kind: Any) -> Any:
    """Bytes as a message of this type; raises `DecoderConfused` for anything else."""
    try:
        return msgspec.msgpack.decode(untrusted, type=kind, dec_hook=read)
    except (msgspec.DecodeError, msgspec.ValidationError, ValueError) as error:
        raise DecoderConfused(why=f"its answer is out of form ({error})") from error


JAIL_FAILURES = (CellDied, DecoderConfused)
CELL_PROGRAM = "probata.media.jailed.cell:serve"
CELL_TOOLS = "probata.media.jailed.looking:tools"


@contextmanager
def a_jail(held: Jail | None = None, *, policy: Policy | None = None) -> Iterator[Jail]:
    """A jail with the media decoder in it: the one that is held already, or one for the length of the context.

    Starting one takes a few tenths of a second; a cell in it a few thousandths.
    """
    if held is not None:
        yield held
        return
    with Jail(run=CELL_PROGRAM, tools=CELL_TOOLS, policy=policy) as own:
        yield own


def ask(cell: Cell, request: Request) -> None:
    """Send a request to a cell."""
    cell.send(encode(request))


def hear(cell: Cell) -> Progress | Done:
    """The next answer of a cell; a failure is raised as the error it names."""
    answer: Answer = decode(cell.receive(), Answer)
    if isinstance(answer, Failed):
        raise as_error(answer)
    return answer


def done(cell: Cell) -> bytes:
    """The answer to a request that reports no progress."""
    while isinstance(answer := hear(cell), Progress):
        pass
    return bytes(answer.answer)


def as_failure(error: ProbataError) -> Failed:
    """An error as it crosses the line."""
    facts = {name: fact if isinstance(fact, int) else str(fact) for name, fact in error.facts.items()}
    return Failed(code=error.code, facts=facts)


def as_error(failure: Failed) -> ProbataError:
    """The error that a failure names; a failure of an unknown name is the decoder's confusion."""
    known: dict[str, type[FootageError]] = {
        kind.code: kind
        for module in (media_errors, jail_errors)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, FootageError)
    }
    kind = known.get(failure.code)
    if kind is None:
        return DecoderConfused(why=f"it failed as {failure.code}")
    return kind(**failure.facts)


def plain(value: object) -> str:
    """How values of our own are written: for msgspec's `enc_hook`."""
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Digest):
        return str(value)
    msg = f"{type(value).__name__} does not cross the line"
    raise NotImplementedError(msg)


def read(kind: type, value: Any) -> object:  # noqa: ANN401  msgspec gives what it found
    """How values of our own are read back: for the `dec_hook` of msgspec."""
    if kind is Fraction:
        return Fraction(value)
    if kind is Digest:
        return Digest.parse(value)
    msg = f"{kind.__name__} does not cross the line"
    raise NotImplementedError(msg)
