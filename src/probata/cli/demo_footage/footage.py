"""Makes the demo's footage, and writes what is true of it beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from probata.cli.demo_footage.excerpting import cut_excerpt
from probata.cli.demo_footage.filming import film
from probata.cli.demo_footage.ordinals import make_ordinal_clip
from probata.cli.demo_footage.screenplays import DRAWN_SCENE, OTHER_SCENE

if TYPE_CHECKING:
    from pathlib import Path

    from probata.cli.demo_footage.filming import Progress
    from probata.cli.demo_footage.truth import MadeClip

MANIFEST_NAME = "footage.json"


def make_footage(folder: Path, *, seed: int = 12, progress: Progress | None = None) -> list[MadeClip]:
    """Make the demo's four clips in the folder, with a manifest of what is true of them; same seed, same bytes.

    The clips: a drawn scene of three shots, an excerpt of it as an outlet would post it, another scene that must not
    be confused with it, held upright, and 300 frames that say their own number. A clip that could not be made in full
    says so in `lacks`. `progress` is told the clip's name, the frames made, and how many there will be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scene = film(DRAWN_SCENE, folder, seed=seed, progress=progress)
    clips = [
        scene,
        cut_excerpt(scene, folder, progress=progress),
        film(OTHER_SCENE, folder, seed=seed + 1, progress=progress),
        make_ordinal_clip(folder / "vfr-300.mp4", seed=seed + 2),
    ]
    manifest = {"schema": "probata/demo-footage/1", "seed": seed, "clips": [clip.as_json() for clip in clips]}
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / MANIFEST_NAME).write_text(text + "\n", encoding="utf-8")
    return clips
