"""The jailed process: a fresh interpreter that gives up its powers, then forks one cell for each file.

Run as `python -I -m probata.engines.sandbox.nursery HANDLE`. Order matters:
1. import what the cells will need, while files can still be read;
2. give up capabilities, files, the network, other programs (Landlock, seccomp), and try each to see that it is gone;
3. for each order: fork a cell, give it its file and its own line to the parent, wait for its end, say how it ended.
A cell gives up the rest (all files, new processes, memory and time past its allowance) before it holds the file, so
whatever a hostile file makes of its cell, the next file's cell was forked from a process that never read a byte of it.
"""

from __future__ import annotations

import os
import socket
import sys
import sysconfig
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from attrs import field, frozen

from probata.engines.plugins import load_path
from probata.engines.sandbox import landlock, powers, seccomp
from probata.engines.sandbox.channel import Channel, Closed
from probata.terms.errors import ProbataError

MOST_ORDER_BYTES = 1 << 16


@frozen(kw_only=True)
class Upbringing:
    """What the nursery is told once: what its cells run, and what code they will need."""

    run: str
    tools: str = ""
    readable: Sequence[str] = ()


@frozen(kw_only=True)
class Ready:
    """What the nursery answers once: which layers hold, each tried from inside; or why it could not be brought up."""

    layers: dict[str, str]
    tools: dict[str, str] = field(factory=dict)
    failed: str = ""


@frozen(kw_only=True)
class Order:
    """A new cell is wanted, for the file that comes with this; what it may use."""

    allowance: powers.Allowance = field(factory=powers.Allowance)


@frozen(kw_only=True)
class Ended:
    """How a cell ended, as wait(2) says it, and what it used."""

    status: int
    processor_s: float
    peak_memory_bytes: int


Seal = Callable[[], int]
"""Gives up the last powers, then returns the handle of the one file. There is no other way to the file."""

Serve = Callable[[Channel, Seal], None]


def main() -> None:
    """Bring up, jail, then serve orders until the parent goes."""
    control = Channel.from_handle(int(sys.argv[1]))
    told = msgspec.json.decode(control.receive(most_bytes=MOST_ORDER_BYTES), type=Upbringing)
    readable = tuple(Path(path) for path in told.readable)
    try:
        serve: Serve = load_path(told.run)
        tools = load_path(told.tools)() if told.tools else {}
        layers = _give_up(code_folders() + readable)
    except (ProbataError, OSError) as error:
        control.send(msgspec.json.encode(Ready(layers={}, failed=str(error))))
        return
    control.send(msgspec.json.encode(Ready(layers=layers, tools=tools)))
    try:
        while True:
            message, handles = control.take_over(most_bytes=MOST_ORDER_BYTES, most_handles=2)
            order = msgspec.json.decode(message, type=Order)
            _one_cell(control, serve, order, readable, handles)
    except Closed:
        return


def _give_up(readable: tuple[Path, ...]) -> dict[str, str]:
    privileges = powers.no_new_privileges()
    capabilities = powers.drop_capabilities()
    powers.keep_memory_private()
    files = landlock.confine(readable)
    calls = seccomp.refuse(new_processes=False)
    return {
        "landlock": f"abi {files}" if files else "absent",
        "seccomp": "on" if calls else "absent",
        "privileges": "dropped" if privileges and capabilities else "kept",
        "files_tried": _tried(_open_a_file),
        "sockets_tried": _tried(_open_a_socket),
        "programs_tried": _tried(_run_a_program),
    }


def code_folders() -> tuple[Path, ...]:
    """Where this interpreter's code and libraries stand: all that the nursery may still read."""
    folders = {Path(path) for path in sys.path if path}
    folders |= {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders |= {Path(path) for path in ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib")}
    return (*sorted(folders), Path("/etc/ld.so.cache"))


def _one_cell(control: Channel, serve: Serve, order: Order, readable: tuple[Path, ...], handles: list[int]) -> None:
    line, file = handles
    child = os.fork()
    if not child:
        control.close()
        _live(serve, order, readable, Channel.from_handle(line), file)
    os.close(line)
    os.close(file)
    _pid, status, usage = os.wait4(child, 0)
    ended = Ended(
        status=status,
        processor_s=usage.ru_utime + usage.ru_stime,
        peak_memory_bytes=usage.ru_maxrss * 1024,
    )
    control.send(msgspec.json.encode(ended))


def _live(serve: Serve, order: Order, readable: tuple[Path, ...], line: Channel, file: int) -> None:
    # The life of a cell. It leaves by _exit alone, so that nothing of the nursery's is flushed or run twice.
    def seal() -> int:
        landlock.confine(readable)
        threads_only = seccomp.refuse(new_processes=True)
        powers.limit(order.allowance, processes=not threads_only)
        return file

    code = 70  # EX_SOFTWARE of sysexits.h: the cell failed by itself
    try:
        serve(line, seal)
        code = 0
    except Closed:
        code = 0
    except MemoryError:
        code = 71
    finally:
        os._exit(code)


def _tried(power: Callable[[], object]) -> str:
    try:
        power()
    except OSError:
        return "refused"
    return "possible"


def _open_a_file() -> None:
    os.close(os.open("/etc/passwd", os.O_RDONLY | os.O_CLOEXEC))


def _open_a_socket() -> None:
    socket.socket().close()


def _run_a_program() -> None:
    child = os.fork()
    if not child:
        try:
            os.execv(sys.executable, [sys.executable, "-I", "-c", ""])  # noqa: S606  the trial itself
        finally:
            os._exit(70)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        raise PermissionError


def nothing_to_do(_line: Channel, _seal: Seal) -> None:
    """A program for a cell that only wants to know whether the jail holds."""


if __name__ == "__main__":
    main()
