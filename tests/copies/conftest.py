"""Lets these tests import what draws their footage, and keeps every extract for them all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen

from probata.copies.compare import Comparison, compared
from probata.copies.extract import Extract, extract

if TYPE_CHECKING:
    from probata.engines.sandbox import Jail

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "sound"), str(HERE.parent / "media")]

from made_copies import Reel, film  # noqa: E402  its folder was put on the path above


@frozen(kw_only=True)
class Shelf:
    """Reels as files and extracts, each filmed and decoded once a session."""

    folder: Path
    jail: Jail
    extracts: dict[tuple[Any, ...], Extract] = field(factory=dict)

    def file(self, reel: Reel, **options: Any) -> Path:
        """The reel as a file."""
        return film(self.folder / f"{len(list(self.folder.iterdir()))}.mp4", reel, **options)

    def extract(self, reel: Reel, **options: Any) -> Extract:
        """What comparing needs of the reel, filmed with these options."""
        key = (reel, *((name, id(value)) for name, value in sorted(options.items())))
        if key not in self.extracts:
            self.extracts[key] = extract(self.file(reel, **options), jail=self.jail)
        return self.extracts[key]

    def compared(self, a: Reel, b: Reel) -> Comparison:
        """Two reels, compared."""
        return compared(self.extract(a), self.extract(b))


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory, jail: Jail) -> Shelf:
    """Where filmed reels are kept for the session."""
    return Shelf(folder=tmp_path_factory.mktemp("reels"), jail=jail)
