"""Landlock through ctypes: a process gives up files, TCP and signals for good, without any privilege.

Source: Linux, Documentation/userspace-api/landlock.rst and include/uapi/linux/landlock.h. What a kernel's ABI does not
know cannot be given up; `confine` says which ABI held, and docs/why/020-the-jail.md says what each ABI lacks.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from pathlib import Path

from probata.engines.sandbox.powers import no_new_privileges

# The three system calls have the same numbers on every architecture (they came after the numbers were unified).
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_CREATE_RULESET_VERSION = 1 << 0
_RULE_PATH_BENEATH = 1

_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}  # by the ABI that brought them
_TCP_BIND_AND_CONNECT = 0b11  # ABI 4
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11  # ABI 6

_libc = ctypes.CDLL(None, use_errno=True)


def abi() -> int:
    """The Landlock ABI of this kernel; 0 where it has none or it is switched off."""
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)))


def confine(readable: tuple[Path, ...] = ()) -> int:
    """Give up every file but those below `readable`, read-only, and TCP, for this process and all it starts.

    What is open stays open. There is no way back, and a second call can only take away more. Returns the ABI that
    holds, 0 if none does; raises `OSError` if the kernel has Landlock and refuses the rules.
    """
    version = abi()
    if not version:
        return 0
    ruleset = _call(_CREATE_RULESET, *_ruleset_attributes(version), 0)
    try:
        for path in readable:
            _allow_reading(ruleset, path)
        no_new_privileges()  # without it the kernel refuses the next call
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return version


def _ruleset_attributes(version: int) -> tuple[bytes, int]:
    # struct landlock_ruleset_attr grew with the ABI: files, then network, then scopes.
    files = sum(rights for since, rights in _FILE_RIGHTS.items() if version >= since)
    packed = struct.pack("=Q", files)
    if version >= 4:
        packed += struct.pack("=Q", _TCP_BIND_AND_CONNECT)
    if version >= 6:
        packed += struct.pack("=Q", _SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS)
    return packed, len(packed)


def _allow_reading(ruleset: int, path: Path) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # nothing there to read
    try:
        rights = _READ_FILE
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            rights |= _READ_DIR
        # struct landlock_path_beneath_attr is packed: rights, then the handle.
        _call(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", rights, handle), 0)
    finally:
        os.close(handle)


def _call(*arguments: object) -> int:
    result = int(_libc.syscall(*arguments))
    if result < 0:
        raise _failure()
    return result


def _failure() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
