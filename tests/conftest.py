"""What every test may ask for: a workspace of its own, with one person in it."""

from __future__ import annotations

import os
import shutil
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


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database brought up to date once: to migrate for each workspace would take longer than most tests."""
    root = tmp_path_factory.mktemp("template") / "workspace"
    workspace_settings.create(root)
    database = workspace_module.open_workspace(root).database

    from django.db import connections

    # The last connection that closes writes all of it into the one file.
    connections.close_all()
    os.environ.pop(workspace_settings.ENVIRONMENT, None)
    return database


@pytest.fixture
def workspace(tmp_path: Path, empty_database: Path) -> Iterator[Workspace]:
    """A founded workspace in a folder of the test's own; its key has no passphrase."""
    root = tmp_path / "workspace"
    shutil.copyfile(empty_database, workspace_settings.create(root).database)
    settings = workspace_module.open_workspace(root)

    from django.db import connections

    from probata.access import services as access

    yield Workspace(settings=settings, keyring=access.found("operator", None))
    connections.close_all()
    # The settings of one test's workspace must not stand for a later one's bare files.
    os.environ.pop(workspace_settings.ENVIRONMENT, None)
