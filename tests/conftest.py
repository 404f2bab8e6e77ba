"""What every test may ask for: a workspace of its own, with one person in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pytest
from attrs import frozen
from hypothesis import settings as hypothesis_settings

from probata.cli import workspace as workspace_module
from probata.engines import settings as workspace_settings
from probata.engines.settings import Settings

if TYPE_CHECKING:
    from probata.custody.keys import Keyring

# Models must be importable when tests are collected; each test then points Django at a workspace of its own.
os.environ["DJANGO_SETTINGS_MODULE"] = "probata.web.settings"
os.environ.pop("PROBATA_WORKSPACE", None)
django.setup()

hypothesis_settings.register_profile("house", deadline=None, derandomize=True, max_examples=100, print_blob=False)
hypothesis_settings.load_profile("house")


@frozen(kw_only=True)
class Workspace:
    """A workspace made for one test, with its operator's keyring unlocked."""

    settings: Settings
    keyring: Keyring

    @property
    def root(self) -> Path:
        return self.settings.root


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A founded workspace in a folder of the test's own; its key has no passphrase."""
    root = tmp_path / "workspace"
    workspace_settings.create(root)
    settings = workspace_module.open_workspace(root)

    from django.db import connections

    from probata.access import services as access

    yield Workspace(settings=settings, keyring=access.found("operator", None))
    connections.close_all()
    # The settings of one test's workspace must not stand for a later one's bare files.
    os.environ.pop(workspace_settings.ENVIRONMENT, None)
