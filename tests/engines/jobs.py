"""Jobs that end in every way in which a job can end; run in processes of their own."""

from __future__ import annotations

import os
import signal
import sys
import time


def do(job: str, tell):
    """Double a word; or raise, die, be killed, or never end, as the job says."""
    tell(len(job))
    if job == "raise":
        raise ValueError("it is poison")
    if job == "exit":
        os._exit(3)
    if job == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if job == "sleep":
        time.sleep(600)
    return job * 2


if __name__ == "__main__":
    from pathlib import Path

    from probata.engines.work.leases import Leases

    with Leases(Path(sys.argv[1])) as held:
        print(held.take(sys.argv[2]), flush=True)
        time.sleep(600)
