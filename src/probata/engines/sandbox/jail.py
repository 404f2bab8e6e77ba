"""The parent's side: a jail is a nursery process; each file gets a cell of its own in it."""

from __future__ import annotations

import fcntl
import math
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import msgspec
from attrs import field, frozen

from probata.engines.sandbox import bubblewrap, landlock
from probata.engines.sandbox.channel import Channel, Closed, pair
from probata.engines.sandbox.errors import CellDied, CellOutOfMemory, CellOutOfTime, CellSaidTooMuch, NoJail
from probata.engines.sandbox.nursery import MOST_ORDER_BYTES, Ended, Order, Ready, Upbringing, code_folders
from probata.engines.sandbox.powers import Allowance
from probata.terms.errors import FootageError

_START_S = 60
_END_S, _LEAVE_S = 30, 2  # for a cell that has gone to be told of; for one that was left to go


class NotAFile(FootageError):
    """What was named is no regular file, or was opened for writing."""

    code = "not_a_file"
    template = "{what} is not given to a decoder: {why}."
    advice = "Name a regular file; originals are opened for reading alone."


@frozen(kw_only=True)
class Policy:
    """What a jail must be made of.

    `bubblewrap`: `when_needed` uses it where Landlock does not hold, `always` refuses to work without it, `never`
    leaves it out. `accept_no_jail` decodes even where neither holds; whatever comes of it says so in its layers.
    """

    bubblewrap: Literal["when_needed", "always", "never"] = "when_needed"
    accept_no_jail: bool = False
    readable: tuple[Path, ...] = field(default=(), converter=tuple)


class Cell:
    """One jailed process with one file; ask and listen. Its end by itself is raised as what it was."""

    def __init__(self, line: Channel, jail: Jail, allowance: Allowance) -> None:
        self._line, self._jail, self._allowance = line, jail, allowance
        self._started = time.monotonic()

    def send(self, message: bytes) -> None:
        """Send one message."""
        try:
            self._line.send(message)
        except Closed:
            raise self._death() from None

    def receive(self) -> bytes:
        """Take the next message; raises `CellDied` or one of its kinds if there will be none.

        What comes back is as untrusted as the file: decode it into a type and check it.
        """
        try:
            return self._line.receive(most_bytes=self._allowance.answer_bytes, within_s=self._patience_s())
        except Closed:
            raise self._death() from None
        except CellOutOfTime:
            self._jail.kill()
            if self._left_s() <= 0:
                raise CellOutOfTime(why=f"it took longer than {self._allowance.wall_s:g} s") from None
            raise
        except CellSaidTooMuch:
            self._jail.kill()
            raise

    def _patience_s(self) -> float:
        # A cell that talks without end is stopped as surely as a silent one.
        return min(self._allowance.silence_s, max(0.0, self._left_s()))

    def _left_s(self) -> float:
        if self._allowance.wall_s is None:
            return math.inf
        return self._started + self._allowance.wall_s - time.monotonic()

    def _death(self) -> CellDied:
        ended = self._jail.how_it_ended()
        if ended is None:
            return CellDied(why="the jail ended with it")
        code = os.waitstatus_to_exitcode(ended.status)
        if code in (71, -signal.SIGKILL):
            return CellOutOfMemory(memory_bytes=self._allowance.memory_bytes)
        if code == -signal.SIGXCPU:
            return CellOutOfTime(why=f"it used up its {self._allowance.processor_s} s of processor time")
        if code < 0:
            return CellDied(why=f"signal {signal.Signals(-code).name}")
        return CellDied(why=f"it left with status {code}")


class Jail:
    """A warm, jailed interpreter that opens a fresh cell for each file; close it, or use it as a context.

    One cell at a time; callers of other threads wait. `last` is how the last cell ended, and what it used. `run` is the
    import path of the cells' program: a function that takes its line to the parent and a `seal`, which gives up the
    last powers and returns the file's handle. `tools` is the import path of a function that tells the versions of what
    decodes there.
    """

    def __init__(self, *, run: str, tools: str = "", policy: Policy | None = None) -> None:
        self._run = run
        self._tools_path = tools
        self._policy = policy or Policy()
        self._turn = threading.Lock()  # no RLock: a reader may be closed by another thread than opened it
        self._process: subprocess.Popen[bytes] | None = None
        self._control: Channel | None = None
        self._occupied = False
        self.last: Ended | None = None
        self._layers: dict[str, str] = {}
        self._tools: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def layers(self) -> dict[str, str]:
        """Which layers hold, each tried from inside; starts the jail if it is not up."""
        self._ensure_up()
        return dict(self._layers)

    def tools(self) -> dict[str, str]:
        """The versions of what decodes in this jail; starts the jail if it is not up."""
        self._ensure_up()
        return dict(self._tools)

    @contextmanager
    def cell(self, file: Path | int, *, allowance: Allowance | None = None) -> Iterator[Cell]:
        """A fresh cell that holds this one file, opened for reading alone."""
        granted = allowance or Allowance()
        with self._turn, _read_only(file) as handle:
            control = self._up()
            line, theirs = pair()
            order = msgspec.json.encode(Order(allowance=granted))
            with theirs:
                control.hand_over(order, [theirs.fileno(), handle])
            self._occupied = True
            try:
                yield Cell(line, self, granted)
            finally:
                line.close()
                if self._occupied:
                    self.how_it_ended(within_s=_LEAVE_S)

    def how_it_ended(self, *, within_s: float = _END_S) -> Ended | None:
        """How the cell ended, asked once; None if it would not end and the jail was ended with it."""
        control, self._occupied = self._control, False
        if control is None:
            return None
        try:
            report = control.receive(most_bytes=MOST_ORDER_BYTES, within_s=within_s)
        except (Closed, CellOutOfTime, CellSaidTooMuch):
            self.kill()
            self.last = None
        else:
            self.last = msgspec.json.decode(report, type=Ended)
        return self.last

    def kill(self) -> None:
        """End the jail and its cell at once; the next cell starts another."""
        process, self._process = self._process, None
        control, self._control = self._control, None
        if control is not None:
            control.close()
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def close(self) -> None:
        """End the jail."""
        with self._turn:
            self.kill()

    def _ensure_up(self) -> None:
        if self._control is None:
            with self._turn:
                self._up()

    def _up(self) -> Channel:
        if self._control is not None and self._process is not None and self._process.poll() is None:
            return self._control
        self.kill()
        control, theirs = pair()
        with theirs:
            wrapped, words = self._command(theirs.fileno())
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=_ENVIRONMENT,
                cwd="/",
                start_new_session=True,
            )
        self._control = control
        readable = tuple(str(path) for path in self._policy.readable)
        upbringing = Upbringing(run=self._run, tools=self._tools_path, readable=readable)
        try:
            control.send(msgspec.json.encode(upbringing))
            ready = msgspec.json.decode(control.receive(most_bytes=MOST_ORDER_BYTES, within_s=_START_S), type=Ready)
        except (Closed, CellOutOfTime):
            self.kill()
            raise NoJail(why="the jailed interpreter did not start") from None
        self._layers = {"bubblewrap": wrapped, **ready.layers}
        self._tools = ready.tools
        why = ready.failed or self._lacking()
        if why:
            self.kill()
            raise NoJail(why=why)
        return control

    def _command(self, handle: int) -> tuple[str, list[str]]:
        # Says how bubblewrap stands, and the words to run.
        inner = [sys.executable, "-I", "-B", "-X", "utf8", "-m", "probata.engines.sandbox.nursery", str(handle)]
        asked = self._policy.bubblewrap
        if asked == "never" or (asked == "when_needed" and landlock.abi()):
            return "not asked for", inner
        words = bubblewrap.command(inner, code_folders() + self._policy.readable) if bubblewrap.works() else None
        return ("on", words) if words else ("absent", inner)

    def _lacking(self) -> str:
        # Why this jail does not do, or nothing. What was tried counts, not what was switched on.
        wrapped = self._layers["bubblewrap"] == "on"
        if self._policy.bubblewrap == "always" and not wrapped:
            return "bubblewrap is required here and does not work"
        if self._policy.accept_no_jail:
            return ""
        if self._layers["files_tried"] != "refused":
            return "neither Landlock nor bubblewrap keeps files from it"
        if self._layers["sockets_tried"] != "refused" and not wrapped:
            return "neither seccomp nor bubblewrap keeps sockets from it"
        return ""


_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",  # a nursery must have one thread when it forks
    "OMP_NUM_THREADS": "1",
}


@contextmanager
def _read_only(file: Path | int) -> Iterator[int]:
    if isinstance(file, int):
        if fcntl.fcntl(file, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
            raise NotAFile(what=f"The handle {file}", why="it is open for writing")
        yield file
        return
    try:
        # Not blocking: a named pipe would wait for its writer.
        handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise NotAFile(what=file, why="there is no such file") from None
    except OSError as error:
        raise NotAFile(what=file, why=error.strerror) from error
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NotAFile(what=file, why="it is no regular file")
        yield handle
    finally:
        os.close(handle)
