"""How long a large package takes to verify, beside `sha256sum` of the same files in the same run.

Reach: at most 1.5 times as long, with `python -I verify.py` started anew each time.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# The tests' ledger in memory makes the package: no database is measured here.
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "disclosure"))

from package_making import Recipe, Sealed

from probata.disclosure.contents import PackageFile
from probata.disclosure.package import write_zip

PAYLOAD_MIB = 1024
FILES = 4
ROUNDS = 3


def measure(payload_mib: int = PAYLOAD_MIB) -> dict[str, float]:
    """Medians of alternating rounds, in seconds, for the folder and for its zip."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sealed = _sealed(folder, payload_mib)
        zipped = write_zip(sealed.folder, folder / "package.zip")
        _verify(sealed.folder, sealed)
        theirs, ours, ours_zip = [], [], []
        for _ in range(ROUNDS):
            theirs.append(_sha256sum(sealed.folder))
            ours.append(_verify(sealed.folder, sealed))
            ours_zip.append(_verify(zipped, sealed))
    sum_s = statistics.median(theirs)
    return {
        "sha256sum_s": sum_s,
        "verify_s": statistics.median(ours),
        "ratio": statistics.median(ours) / sum_s,
        "zip_ratio": statistics.median(ours_zip) / sum_s,
    }


def _sealed(folder: Path, payload_mib: int) -> Sealed:
    """A package of random bytes in a few large files."""
    sources = [folder / f"source-{number}" for number in range(FILES)]
    for source in sources:
        with source.open("wb") as out:
            for _ in range(payload_mib // FILES):
                out.write(os.urandom(1 << 20))
    files = tuple(
        PackageFile(path=f"data/{source.name}", open=lambda source=source: source.open("rb"))  # type: ignore[misc]
        for source in sources
    )
    sealed = Recipe(files=files).seal(folder / "package")
    for source in sources:
        source.unlink()
    return sealed


def _verify(package: Path, sealed: Sealed) -> float:
    command = [sys.executable, "-I", str(sealed.folder / "verify.py"), str(package)]
    start = time.perf_counter()
    subprocess.run([*command, "--fingerprint", sealed.fingerprint], check=True, capture_output=True)
    return time.perf_counter() - start


def _sha256sum(folder: Path) -> float:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    start = time.perf_counter()
    subprocess.run(["sha256sum", *files], check=True, capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else PAYLOAD_MIB)
    print(f"sha256sum {found['sha256sum_s']:.2f} s, verify.py {found['verify_s']:.2f} s")
    print(f"ratio {found['ratio']:.2f}, of its zip {found['zip_ratio']:.2f} (reach: 1.5)")
