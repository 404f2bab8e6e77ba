"""Bubblewrap around the nursery: namespaces with no network, no other processes, and no other file even by name.

It needs the program `bwrap` and user namespaces or privileges; machines differ, so it is tried before it is used.
Source: bwrap(1).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_TRIAL_S = 10


def command(inner: Sequence[str], readable: Sequence[Path]) -> list[str] | None:
    """The command that runs `inner` inside bubblewrap, seeing `readable` alone; None where there is no `bwrap`."""
    program = shutil.which("bwrap")
    if program is None:
        return None
    # No --die-with-parent: it follows the thread that started it, and servers start jails from passing threads. The
    # nursery ends when its parent's end of the line closes.
    words = [program, "--unshare-all", "--cap-drop", "ALL", "--chdir", "/", "--dev", "/dev"]
    for path in _what_to_show(readable):
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        else:
            words += ["--ro-bind", str(path), str(path)]
    return [*words, "--", *inner]


def works() -> bool:
    """Whether bubblewrap is here and this user may use it: it runs an empty program."""
    trial = command([sys.executable, "-I", "-S", "-c", ""], ())
    if trial is None:
        return False
    try:
        done = subprocess.run(trial, capture_output=True, check=False, timeout=_TRIAL_S)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _what_to_show(readable: Sequence[Path]) -> list[Path]:
    system = [Path(path) for path in ("/usr", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache")]
    python = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent]
    wanted = [*system, *python, *readable]
    return list(dict.fromkeys(path for path in wanted if path.exists() or path.is_symlink()))
