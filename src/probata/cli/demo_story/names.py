"""How the story's parties are called, what its files are called, and its texts with these names put in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

NAMES = {"NORTH": "Norvenia", "SOUTH": "Sorland", "NORTH_RU": "Норвении", "SOUTH_RU": "Сорландии"}
SWAPPED = {"NORTH": "Sorland", "SOUTH": "Norvenia", "NORTH_RU": "Сорландии", "SOUTH_RU": "Норвении"}
"""The same two parties under each other's names: nothing else in the story may change with them."""

TEXTS = Path(__file__).parent / "texts"
"""What five invented outlets published, with `$NORTH` and `$SOUTH` where a party is named."""

SCENE, EXCERPT, OTHER = "drawn-scene.mp4", "excerpt.mp4", "other-scene-rotated.mp4"
LANTERN, WIRE, EVENING, COURIER, GAZETA = "lantern.html", "wire.txt", "evening.txt", "courier.txt", "gazeta.txt"


def write_texts(folder: Path, names: Mapping[str, str]) -> list[Path]:
    """Write the five texts into a folder, with these names for the parties; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for source in sorted(TEXTS.iterdir()):
        path = folder / source.name
        path.write_text(Template(source.read_text(encoding="utf-8")).substitute(names), encoding="utf-8")
        written.append(path)
    return written
