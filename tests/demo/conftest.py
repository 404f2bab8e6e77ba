"""The demo's footage, made once for all its tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from probata.cli.demo_footage.footage import make_footage

if TYPE_CHECKING:
    from probata.cli.demo_footage.truth import MadeClip


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, MadeClip]:
    """Every clip of the demo, by file name."""
    clips = make_footage(tmp_path_factory.mktemp("footage"), seed=12)
    return {clip.path.name: clip for clip in clips}
