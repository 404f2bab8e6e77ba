"""Lets these tests import what makes their footage."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where made footage is kept for the session."""
    return tmp_path_factory.mktemp("footage")
