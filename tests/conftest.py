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
from tests import postgres

from probata.cli import workspace as workspace_module
from probata.engines import settings as workspace_settings
from probata.engines.settings import Settings

if TYPE_CHECKING:
    from probata.custody.keys import Keyring

# Models must be importable when tests are collected; each test then points Django at a workspace of its own.
os.environ["DJANGO_SETTINGS_MODULE"] = "probata.web.settings"
os.environ.pop("PROBATA_WORKSPACE", None)
django.setup()

ENGINES = ("sqlite", "postgres")

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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--on", choices=ENGINES, default="sqlite", help="which database workspaces have")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked `engines` is asked of each database; everything else of the one that the run is for."""
    if "engine" in metafunc.fixturenames and metafunc.definition.get_closest_marker("engines"):
        metafunc.parametrize("engine", ENGINES, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--on") == "postgres":
        for item in items:
            if item.get_closest_marker("sqlite"):
                item.add_marker(pytest.mark.skip(reason="asks what SQLite alone has"))


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """Which database a workspace has."""
    return str(getattr(request, "param", request.config.getoption("--on")))


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A Postgres server of this run's own."""
    with postgres.running() as running:
        yield running


@frozen(kw_only=True)
class Template:
    """A database brought up to date once: to migrate for each workspace would take longer than most tests."""

    file: Path
    server: postgres.Server | None = None
    name: str = ""

    def workspace(self, root: Path) -> Settings:
        """A workspace's folder whose database is like it."""
        settings = workspace_settings.create(root)
        if self.server is None:
            shutil.copyfile(self.file, settings.database)
            return settings
        return on_server(root, self.server, self.server.fresh(self.name))


def on_server(root: Path, server: postgres.Server, name: str) -> Settings:
    """Have a workspace's rows stand on a server."""
    file = root / workspace_settings.FILE_NAME
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('[database]\nengine = "sqlite"', server.settings(name)), encoding="utf-8")
    return workspace_settings.load(root)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest, engine: str) -> Template:
    """An empty workspace's database, of the engine that was asked for."""
    root = tmp_path_factory.mktemp("template") / "workspace"
    made = workspace_settings.create(root)
    server, name = None, ""
    if engine == "postgres":
        server = request.getfixturevalue("server")
        name = server.fresh()
        on_server(root, server, name)
    workspace_module.open_workspace(root)

    from django.db import connections

    # The last connection that closes writes all of it into the one file.
    connections.close_all()
    os.environ.pop(workspace_settings.ENVIRONMENT, None)
    return Template(file=made.database, server=server, name=name)


@pytest.fixture
def workspace(tmp_path: Path, template: Template) -> Iterator[Workspace]:
    """A founded workspace in a folder of the test's own; its key has no passphrase."""
    root = tmp_path / "workspace"
    template.workspace(root)
    settings = workspace_module.open_workspace(root)

    from django.db import connections

    from probata.access import services as access

    yield Workspace(settings=settings, keyring=access.found("operator", None))
    connections.close_all()
    # The settings of one test's workspace must not stand for a later one's bare files.
    os.environ.pop(workspace_settings.ENVIRONMENT, None)
