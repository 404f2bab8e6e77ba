"""Lets these tests import what makes their footage, and keeps one warm jail for them all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from probata.media.wire import a_jail

if TYPE_CHECKING:
    from probata.engines.sandbox import Jail

sys.path.insert(0, str(Path(__file__).parents[1] / "media"))
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def jail() -> Iterator[Jail]:
    """A warm jail; every file still gets a cell of its own."""
    with a_jail() as held:
        yield held


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where made footage is kept for the session."""
    return tmp_path_factory.mktemp("footage")
