"""A child that acquires a file and is killed at the n-th line it runs in the rooms that preserve.

Run as `python killing.py WORKSPACE FILE FIRST STEP COUNT`: forks once for each point, so that the heavy imports are
paid once; prints, for each, what the parent then found.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from probata.cli import workspace as workspace_module

ROOMS = ("/probata/engines/blobs/", "/probata/engines/chunks", "/probata/custody/", "/probata/preservation/",
         "/probata/capture/")  # fmt: skip


def acquire(file: str) -> None:
    """What `probata add` does with one file."""
    from probata.access import selectors
    from probata.access import services as access
    from probata.capture import services as capture

    keyring = access.unlock(selectors.person(None), None)
    for _outcome in capture.add(file, actor=keyring.signing, reason="a test"):
        print("preserved", flush=True)


def count_lines(file: str, kill_at: int | None) -> int:
    """Run `acquire`, counting the lines run in our rooms; with `kill_at`, kill this process at that one."""
    seen = 0

    def on_line(_frame, event, _argument):
        nonlocal seen
        if event == "line":
            seen += 1
            if seen == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return on_line

    def on_call(frame, _event, _argument):
        return on_line if any(room in frame.f_code.co_filename for room in ROOMS) else None

    sys.settrace(on_call)
    try:
        acquire(file)
    finally:
        sys.settrace(None)
    return seen


def main() -> None:
    """Fork, kill, report."""
    root, file, points = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
    workspace_module.open_workspace(root)
    from django.db import connections

    connections.close_all()
    if points is None:
        print(json.dumps({"lines": count_lines(file, None)}))
        return
    for index, point in enumerate(points):
        source = Path(f"{file}.{index}")
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(write, 1)
            count_lines(str(source), point)
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as said:
            preserved = "preserved" in said.read()
        _, status = os.waitpid(child, 0)
        print(json.dumps({"point": point, "killed": os.WIFSIGNALED(status), "preserved": preserved}), flush=True)


if __name__ == "__main__":
    main()
