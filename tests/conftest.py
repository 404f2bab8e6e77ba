"""What every test may ask for: a workspace of its own, with one person in it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import pytest
from attrs import frozen
from hypothesis import settings as hypothesis_settings
from tests import postgres

sys.path.insert(0, str(Path(__file__).parent))
import light_age
from probata.cli import workspace as workspace_module
from probata.custody import keys
from probata.engines import settings as workspace_settings
from probata.engines.settings import Settings
from probata.media.wire import a_jail

if TYPE_CHECKING:
    from probata.custody.keys import Keyring
    from probata.engines.sandbox import Jail

# Models must be importable when tests are collected; each test then points Django at a workspace of its own.
os.environ["DJANGO_SETTINGS_MODULE"] = "probata.web.settings"
os.environ.pop("PROBATA_WORKSPACE", None)
django.setup()

ENGINES = ("sqlite", "postgres")

hypothesis_settings.register_profile("house", deadline=None, derandomize=True, max_examples=100, print_blob=False)
hypothesis_settings.load_profile("house")


def _in_order(items: list[pytest.Item]) -> None:
    """Where two processes share the tests, begin with the browsers and with what takes long: nobody waits for it last.

    In a file what drives a browser comes last, for its server and its workspace stay open until the file ends.
    """
    files = {path: place for place, path in enumerate(dict.fromkeys(item.path for item in items))}
    drive, long = ({item.path for item in items if item.get_closest_marker(one)} for one in ("browser", "slow"))
    items.sort(
        key=lambda item: (
            item.path not in drive,
            item.path not in long,
            files[item.path],
            item.get_closest_marker("browser") is not None,
        )
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadfile`, all files that drive browsers are one: two browsers and their servers starve each other.

    Groups of pytest-xdist's own (`--dist loadgroup`) are not seen under pytest 9.2: every test is then a group.
    """
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "browser" if drives(file) else file

    @cache
    def drives(file: str) -> bool:
        return "pytest.mark.browser" in (config.rootpath / file).read_text(encoding="utf-8")

    return Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


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
    if hasattr(config, "workerinput"):
        _in_order(items)


@pytest.fixture(scope="session", autouse=True)
def real_work_factor() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Keyrings under a passphrase cost little in tests; inside a context that this gives they cost what they must.

    A second or more and a gigabyte for each guess is what they are for, and would be most of the time of these tests.
    Programs that tests start know nothing of this.
    """
    real = keys._encrypted

    @contextmanager
    def as_shipped() -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(keys, "_encrypted", real)
            yield

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_encrypted", light_age.encrypt)
        yield as_shipped


@pytest.fixture(scope="session", autouse=True)
def _migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What migrations make of an empty SQLite database they make once; each further empty one is given a copy."""
    from django.core import management
    from django.db import connection

    migrated, real = tmp_path_factory.mktemp("migrated") / "all.sqlite3", management.call_command

    def call_command(name: str, *words: str, **options: object) -> object:
        whole = name == "migrate" and not words and connection.vendor == "sqlite"
        if not whole or connection.introspection.table_names():
            return real(name, *words, **options)
        if migrated.exists():
            with closing(sqlite3.connect(migrated)) as kept:
                kept.backup(connection.connection)
            return None
        real(name, **options)
        with closing(sqlite3.connect(migrated)) as kept:
            connection.connection.backup(kept)
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(management, "call_command", call_command)
        yield


@pytest.fixture(scope="session")
def jail() -> Iterator[Jail]:
    """A warm jail, since starting one for each test costs more than most tests; every file gets a cell of its own."""
    with a_jail() as held:
        yield held


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
        return postgres.on_server(root, self.server, self.server.fresh(self.name))


class Once:
    """Makes a thing once for each database: pytest sets a fixture up anew whenever tests turn from one to the other."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Any] = {}

    def __call__(self, what: str, engine: str, make: Callable[[], Any]) -> Any:
        if (what, engine) not in self._made:
            self._made[what, engine] = make()
        return self._made[what, engine]


@pytest.fixture(scope="session")
def once() -> Once:
    """What this run made already of what it needs but once."""
    return Once()


@pytest.fixture(scope="session")
def template(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest, engine: str, once: Once
) -> Template:
    """An empty workspace's database, of the engine that was asked for."""
    made: Template = once("template", engine, lambda: _template(tmp_path_factory, request, engine))
    return made


def _template(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest, engine: str) -> Template:
    root = tmp_path_factory.mktemp("template") / "workspace"
    made = workspace_settings.create(root)
    server, name = None, ""
    if engine == "postgres":
        server = request.getfixturevalue("server")
        name = server.fresh()
        postgres.on_server(root, server, name)
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
