"""Powers and resources a process gives up before it meets untrusted bytes: privileges, memory, time, files, handles."""

from __future__ import annotations

import ctypes
import resource
import struct

from attrs import frozen

_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_CAPABILITY_VERSION_3 = 0x20080522  # capset(2): two words of 32 capabilities each

_libc = ctypes.CDLL(None, use_errno=True)
_libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]


@frozen(kw_only=True)
class Allowance:
    """What one jailed process may use: address space, processor seconds, and how it may answer.

    `silence_s` is between two answers, `wall_s` from its start to its last; None for one that serves as long as it is
    asked. `answer_bytes` is for one answer.
    """

    memory_bytes: int = 4 << 30
    processor_s: int = 6 * 3600
    silence_s: float = 120.0
    wall_s: float | None = None
    answer_bytes: int = 512 << 20


def no_new_privileges() -> bool:
    """Give up gaining privileges by running set-user-ID programs (prctl(2), PR_SET_NO_NEW_PRIVS); True if it holds."""
    return bool(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)


def drop_capabilities() -> bool:
    """Give up every capability (capset(2)), so that an administrator's process is as powerless as another."""
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    return bool(_libc.capset(header, struct.pack("=6I", *[0] * 6)) == 0)


def keep_memory_private() -> None:
    """Let no other process of the same user read this one's memory, and write no core (prctl(2), PR_SET_DUMPABLE)."""
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def limit(allowance: Allowance, *, processes: bool) -> None:
    """Set hard limits (setrlimit(2)): past them the kernel refuses or ends the process.

    With `processes`, starting any process or thread is refused too; it is for machines where no seccomp filter can
    refuse processes and let threads be.
    """
    _hard(resource.RLIMIT_AS, allowance.memory_bytes)
    # The soft limit's signal (SIGXCPU) tells a cell that ran out of time from one that was killed.
    resource.setrlimit(resource.RLIMIT_CPU, (allowance.processor_s, allowance.processor_s + 5))
    _hard(resource.RLIMIT_FSIZE, 0)
    _hard(resource.RLIMIT_CORE, 0)
    _hard(resource.RLIMIT_NOFILE, 64)
    _hard(resource.RLIMIT_MEMLOCK, 0)
    if processes:
        _hard(resource.RLIMIT_NPROC, 0)


def _hard(kind: int, value: int) -> None:
    resource.setrlimit(kind, (value, value))
