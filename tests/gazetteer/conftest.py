"""Gives tests a small gazetteer of invented places."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from made_gazetteer import make

from probata.gazetteer.store import opened


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The file of a small gazetteer."""
    return make(tmp_path_factory.mktemp("gazetteer") / "places.sqlite3")


@pytest.fixture
def gazetteer(built):
    """The small gazetteer, open."""
    with opened(built) as small:
        yield small
