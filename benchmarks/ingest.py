"""How fast bytes are taken in (hash, chunk tree, write, fsync), beside `sha256sum` plus `cp` of the same files.

Reach: at least 0.6 of their speed, with memory flat in the size of the file.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from probata.engines.blobs import FileStore

FILE_MIB = 512
ROUNDS = 3


def measure(file_mib: int = FILE_MIB) -> dict[str, float]:
    """Seconds for ours and theirs, alternating; the median of each, and how memory grew."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        with file.open("wb") as out:
            for _ in range(file_mib):
                out.write(os.urandom(1 << 20))
        _take(file, Path(folder) / "warm")
        before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for number in range(ROUNDS):
            ours.append(_take(file, Path(folder) / f"store-{number}"))
            theirs.append(_sum_and_copy(file, Path(folder) / "copy"))
        grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib
    return {
        "ours_s": statistics.median(ours),
        "theirs_s": statistics.median(theirs),
        "speed_ratio": statistics.median(theirs) / statistics.median(ours),
        "memory_grown_mib": grown_kib / 1024,
    }


def _take(file: Path, store: Path) -> float:
    start = time.perf_counter()
    with file.open("rb", buffering=0) as stream:
        FileStore(root=store).put(stream, what=file.name)
    taken_s = time.perf_counter() - start
    shutil.rmtree(store)
    return taken_s


def _sum_and_copy(file: Path, copy: Path) -> float:
    start = time.perf_counter()
    subprocess.run(["sha256sum", file], check=True, capture_output=True)
    subprocess.run(["cp", file, copy], check=True)
    taken_s = time.perf_counter() - start
    copy.unlink()
    return taken_s


if __name__ == "__main__":
    found = measure()
    print(
        f"ingest: {found['speed_ratio']:.2f} × the speed of sha256sum + cp (reach: 0.6); "
        f"memory grew by {found['memory_grown_mib']:.0f} MiB on {FILE_MIB} MiB"
    )
