"""A warm jail, the clip that is redacted, and a workspace of three people who do it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from probata.access import services as access
from probata.access.roles import Role
from probata.analysis import services as analysis
from probata.capture import services as capture
from probata.media.wire import a_jail

sys.path.insert(0, str(Path(__file__).parents[1] / "media"))
sys.path.insert(0, str(Path(__file__).parent))
from made import Clip, write
from made_redactions import PTS, Team, noise, noisy

if TYPE_CHECKING:
    from tests.conftest import Workspace

    from probata.engines.sandbox import Jail


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clip, made once."""
    path = tmp_path_factory.mktemp("redacted") / "noisy.mp4"
    return write(path, Clip(pts=PTS, picture=noisy, sound=noise(), container_options={"video_track_timescale": "1000"}))


@pytest.fixture(scope="session")
def jail() -> Iterator[Jail]:
    """A warm jail."""
    with a_jail() as held:
        yield held


@pytest.fixture
def team(workspace: Workspace, clip: Path, jail: Jail) -> Team:
    """Three people and the clip, whose frames were counted."""
    keeper = workspace.keyring
    redactor = access.enrol(keeper, "redactor", None, frozenset({Role.REDACTOR}), reason="joins")
    counsel = access.enrol(keeper, "counsel", None, frozenset({Role.LEGAL, Role.CUSTODIAN}), reason="joins")
    (outcome,) = capture.add(str(clip), actor=keeper.signing, reason="acquired for a test")
    assert outcome.acquired is not None
    item = outcome.acquired.sha256
    analysis.examine(item, actor=keeper.signing, only=(), jail=jail)
    return Team(root=workspace.root, custodian=keeper, redactor=redactor, counsel=counsel, item=str(item), jail=jail)
