"""A drill: everything that a decoder taken over by its file would try, and every way to end badly, in a real cell.

`escape` shows that the jail holds on this machine, not only that it was set up; `die` shows that whoever asked lives on
and is told how the cell ended. Neither needs any footage.
"""

from __future__ import annotations

import ctypes
import os
import resource
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from probata.engines.sandbox.channel import Channel
from probata.engines.sandbox.jail import Jail, Policy
from probata.engines.sandbox.nursery import Seal
from probata.engines.sandbox.powers import Allowance

Outcome = Literal["refused", "possible"]
Ending = Literal["segfault", "abort", "memory", "processor", "silence", "chatter", "babble", "leave"]

_PROGRAM = "probata.engines.sandbox.drill:serve"
_NEGLIGIBLE = 1 << 12


class _Escape(msgspec.Struct, tag="escape", frozen=True):
    """Try every escape, against this file that is not the cell's."""

    canary: str
    parent: int


class _Die(msgspec.Struct, tag="die", frozen=True):
    """End badly."""

    ending: Ending


def escape(canary: Path, *, policy: Policy | None = None) -> dict[str, Outcome]:
    """What a cell can still do, each power by name; `canary` is a file that it must not be able to open."""
    with Jail(run=_PROGRAM, policy=policy) as jail, jail.cell(canary) as cell:
        cell.send(msgspec.json.encode(_Escape(str(canary), os.getpid())))
        return msgspec.json.decode(cell.receive(), type=dict[str, Outcome])


def die(ending: Ending, file: Path, *, jail: Jail, allowance: Allowance) -> None:
    """Let a cell end in this way; raises what it ended as."""
    with jail.cell(file, allowance=allowance) as cell:
        cell.send(msgspec.json.encode(_Die(ending)))
        while True:
            cell.receive()


def new_jail(policy: Policy | None = None) -> Jail:
    """A jail whose cells drill."""
    return Jail(run=_PROGRAM, policy=policy)


def serve(line: Channel, seal: Seal) -> None:
    """The cells' program."""
    order = msgspec.json.decode(line.receive(most_bytes=_NEGLIGIBLE), type=_Escape | _Die)
    handle = seal()
    if isinstance(order, _Die):
        _ENDINGS[order.ending](line)
        return
    answers = {name: _tried(power) for name, power in _powers(order, handle).items()}
    line.send(msgspec.json.encode(answers))


def _powers(order: _Escape, handle: int) -> dict[str, Callable[[], object]]:
    canary = Path(order.canary)
    return {
        "open another file": lambda: os.open(canary, os.O_RDONLY),
        "open its own file for writing": lambda: os.open(f"/proc/self/fd/{handle}", os.O_RDWR),
        "write to its own file": lambda: os.write(handle, b"x"),
        "list a folder": lambda: list(canary.parent.iterdir()),
        "make a file": lambda: os.open(canary.with_name("made"), os.O_WRONLY | os.O_CREAT),
        "make a file in memory larger than nothing": lambda: os.write(os.memfd_create("made"), b"x"),
        "remove a file": canary.unlink,
        "change a file's mode": lambda: canary.chmod(0o600),
        "change its own file's mode": lambda: os.fchmod(handle, 0o600),
        "change a file's times": lambda: os.utime(canary),
        "make a link": lambda: canary.with_name("link").symlink_to(canary),
        "read a password file": lambda: os.open("/etc/passwd", os.O_RDONLY),
        "read its own program": lambda: os.open(__file__, os.O_RDONLY),
        "open an internet socket": lambda: socket.socket(socket.AF_INET),
        "open a local socket": lambda: socket.socket(socket.AF_UNIX),
        "open a pair of sockets": socket.socketpair,
        "run a program": lambda: os.execv(sys.executable, [sys.executable, "-I", "-c", ""]),  # noqa: S606  the drill
        "start a process": _fork,
        "leave its session": os.setsid,
        "trace its parent": lambda: _call("ptrace", 16, os.getppid(), 0, 0),  # PTRACE_ATTACH
        "read its parent's memory": lambda: os.open(f"/proc/{os.getppid()}/mem", os.O_RDONLY),
        "signal its parent": lambda: os.kill(os.getppid(), 0),
        "signal who asked": lambda: os.kill(order.parent, 0),
        "raise a limit": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1)),
        "enter a new namespace": lambda: _call("unshare", 0x10000000),  # CLONE_NEWUSER
    }


def _tried(power: Callable[[], object]) -> Outcome:
    try:
        power()
    except (OSError, ValueError):
        return "refused"
    return "possible"


def _call(name: str, *arguments: int) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)


def _fork() -> None:
    if not os.fork():
        os._exit(0)


def _take_memory(_line: Channel) -> None:
    held = []
    while True:
        held.append(bytearray(1 << 26))


def _burn(_line: Channel) -> None:
    while True:
        pass


def _chatter(line: Channel) -> None:
    while True:
        line.send(b"still here")
        time.sleep(0.01)


def _babble(line: Channel) -> None:
    line.send(bytes(1 << 20))


_ENDINGS: dict[Ending, Callable[[Channel], object]] = {
    "segfault": lambda _line: ctypes.string_at(0),
    "abort": lambda _line: os.abort(),
    "memory": _take_memory,
    "processor": _burn,
    "silence": lambda _line: time.sleep(3600),
    "chatter": _chatter,
    "babble": _babble,
    "leave": lambda _line: os._exit(3),
}
