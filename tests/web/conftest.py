"""A workspace with footage in it, made once and copied for each test; a served one with a browser before it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from attrs import field, frozen
from tests.postgres import copied, removed

from probata.cli import workspace as workspace_module
from probata.cli.demo_footage.ordinals import make_ordinal_clip

sys.path.insert(0, str(Path(__file__).parent))
from story import StoryArchive, StoryBench, prepare_story, tell_story

if TYPE_CHECKING:
    from django.test import Client
    from tests.conftest import Once, Template

    from probata.custody.keys import Keyring
    from probata.engines.sandbox import Jail

FRAMES = 300
ASTRAY = "restless.mp4"
ORDINALS, SOUND, TEXT, UNPLAYABLE, CUTS = "ordinals.mp4", "sound.wav", "evil\u202egpj.txt", "old.avi", "снято.mp4"
NAME = "S. Analyst"


@frozen(kw_only=True)
class Bench:
    """A workspace with items, its analyst's keyring, and the items by name."""

    root: Path
    keyring: Keyring
    items: dict[str, str] = field(factory=dict)

    @property
    def ordinals(self) -> str:
        """Three hundred uneven frames that say their own number."""
        return self.items[ORDINALS]

    @property
    def astray(self) -> str:
        """The same from another seed: to one of its frames no time leads a player that assumes one delay for all."""
        return self.items[ASTRAY]

    @property
    def cuts(self) -> str:
        """A clip with one cut, under a Cyrillic name."""
        return self.items[CUTS]

    @property
    def sound(self) -> str:
        """Sound without pictures."""
        return self.items[SOUND]

    @property
    def text(self) -> str:
        """No footage, under a name that would read backwards."""
        return self.items[TEXT]

    @property
    def unplayable(self) -> str:
        """A clip that browsers do not play."""
        return self.items[UNPLAYABLE]

    def client(self, *, name: str = NAME, passphrase: str = "", log_in: bool = True) -> Client:
        """A browser's stand-in, logged in unless told otherwise."""
        from django.test import Client

        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        if log_in:
            answer = client.post("/login", {"name": name, "passphrase": passphrase})
            assert answer.status_code == 302, answer.content
        return client

    def revealed(self, item: str) -> Client:
        """A client that has asked to see an item."""
        client = self.client()
        assert client.post(f"/items/{item}/reveal", {"purpose": "exact_frame"}).status_code == 200
        return client


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory, jail: Jail, engine: str, template: Template, once: Once) -> Path:
    """A workspace with a clip of uneven frame rate, a sound, a text file, and a clip that browsers do not play."""
    made: Path = once("archive", engine, lambda: _archive(tmp_path_factory.mktemp("web") / "archive", template, jail))
    return made


def _archive(root: Path, template: Template, jail: Jail) -> Path:
    footage = make_footage(root.parent / "footage")
    template.workspace(root)
    workspace_module.open_workspace(root)

    from probata.access import services as access
    from probata.analysis import services as analysis
    from probata.capture import services as capture
    from probata.custody import services as custody
    from probata.preservation import selectors as preservation

    keyring = access.found(NAME, None)
    for path in footage:
        for outcome in capture.add(str(path), actor=keyring.signing, reason="acquired for a test"):
            assert outcome.acquired is not None, outcome
    for item in preservation.items():
        analysis.examine(item.sha256, actor=keyring.signing, jail=jail)
    custody.checkpoint(access.unlock_log_key(keyring))
    _close()
    return root


@pytest.fixture
def bench(archive: Path, tmp_path: Path) -> Iterator[Bench]:
    """A copy of that workspace for one test."""
    yield _opened(archive, tmp_path / "workspace")
    _close(tmp_path / "workspace")


@pytest.fixture(scope="module")
def served_bench(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A copy for the tests of one module that share a server."""
    root = tmp_path_factory.mktemp("served") / "workspace"
    yield _opened(archive, root)
    _close(root)


@pytest.fixture(scope="module")
def address(served_bench: Bench) -> Iterator[str]:
    """Where `probata serve` serves that copy, in a process of its own."""
    yield from _served(served_bench.root)


@pytest.fixture
def bench_address(bench: Bench) -> Iterator[str]:
    """Where the copy for one test, which is open here as well, is served in a process of its own."""
    yield from _served(bench.root)


@pytest.fixture(scope="session")
def story_archive(
    tmp_path_factory: pytest.TempPathFactory, engine: str, template: Template, once: Once
) -> StoryArchive:
    """A workspace in which the demo's story was told, by the same code, with small footage."""

    def told() -> StoryArchive:
        archive = tell_story(tmp_path_factory.mktemp("story"), empty=template.workspace)
        _close()
        return archive

    made: StoryArchive = once("story", engine, told)
    return made


@pytest.fixture
def story(story_archive: StoryArchive, tmp_path: Path) -> Iterator[StoryBench]:
    """A copy of that workspace for one test."""
    yield story_archive.copied(tmp_path / "story")
    _close(tmp_path / "story")


@pytest.fixture(scope="module")
def served_story(story_archive: StoryArchive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoryBench]:
    """A copy for the tests of one module that share a server."""
    root = tmp_path_factory.mktemp("served") / "story"
    yield story_archive.copied(root)
    _close(root)


@pytest.fixture(scope="module")
def story_address(served_story: StoryBench) -> Iterator[str]:
    """Where `probata serve` serves that copy, in a process of its own."""
    yield from _served(served_story.root)


@pytest.fixture(scope="session")
def untold_archive(tmp_path_factory: pytest.TempPathFactory, template: Template) -> Path:
    """A workspace with the story's small footage, its texts and its people, in which nothing of it was told."""
    root = prepare_story(tmp_path_factory.mktemp("untold"), template.workspace)
    _close()
    return root


@pytest.fixture
def untold_address(untold_archive: Path, tmp_path: Path) -> Iterator[str]:
    """Where a copy of that workspace, which is open here as well, is served in a process of its own."""
    root = tmp_path / "untold"
    copied(untold_archive, root)
    workspace_module.open_workspace(root)
    yield from _served(root)
    _close(root)


@pytest.fixture(scope="module")
def nobody_address(tmp_path_factory: pytest.TempPathFactory, template: Template) -> Iterator[str]:
    """Where a workspace is served in which nobody is enrolled yet."""
    root = tmp_path_factory.mktemp("nobody") / "workspace"
    template.workspace(root)
    yield from _served(root)


def _served(root: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "probata.cli", "serve", "--workspace", root, "--port", "0", "--json"]
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or lines[-1] != "}\n":
            lines.append(process.stdout.readline())
            assert lines[-1], "the server ended before it was ready"
        yield json.loads("".join(lines))["address"]
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture(scope="module")
def browser(monkeypatch_module: pytest.MonkeyPatch) -> Iterator[Any]:
    """Headless Chromium that asks nobody for anything by itself."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    # Playwright keeps an event loop in this thread; the database is asked between its turns, never within.
    monkeypatch_module.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    quiet = ("quic", "background-networking", "component-update", "sync", "gpu")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--no-first-run", *(f"--disable-{feature}" for feature in quiet)],
        )
        yield started
        started.close()


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Any]:
    """A visit that is logged in; it must end without a complaint and without a request to anybody else."""
    from visiting import Visit

    made = Visit(browser, address).log_in()
    yield made
    made.context.close()
    assert made.complaints == []
    assert [url for url in made.asked if not url.startswith((made.address, "blob:" + made.address))] == []


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    """Changes for the time of a module."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def _opened(archive: Path, root: Path) -> Bench:
    copied(archive, root)
    workspace_module.open_workspace(root)

    from probata.access import selectors, services
    from probata.preservation import selectors as preservation

    keyring = services.unlock(selectors.person(NAME), None)
    items = {str(item.name): str(item.sha256) for item in preservation.items()}  # type: ignore[attr-defined]
    return Bench(root=root, keyring=keyring, items=items)


def _close(copy: Path | None = None) -> None:
    """Let go of the workspace that is open; a copy for tests that are over leaves no rows on a server."""
    from django.db import connections

    from probata.web.served import sounds, stills

    _end_work()
    stills.close_all()
    sounds.close_all()
    connections.close_all()
    if copy is not None:
        removed(copy)


def _end_work() -> None:
    """Work that a test began behind its answer ends here: what is opened next is not written by it."""
    from probata.web.work import jobs

    until = time.monotonic() + 120
    while any(job.going for job in jobs._jobs.values()):
        for job in list(jobs._jobs.values()):
            job.stopping = True
        assert time.monotonic() < until, jobs._jobs
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def _work_ends() -> Iterator[None]:
    """Each test leaves nothing at work."""
    yield
    _end_work()


def make_footage(folder: Path) -> list[Path]:
    """A clip whose uneven frames say their number, a clip with one cut, a sound, a text, an AVI of MPEG-4 part 2."""
    folder.mkdir(parents=True)
    make_ordinal_clip(folder / ORDINALS, frames=FRAMES)
    make_ordinal_clip(folder / ASTRAY, frames=FRAMES, seed=1)
    _make_clip(folder / CUTS, codec="libx264", frames=60, cut_at=30)
    _make_clip(folder / UNPLAYABLE, codec="mpeg4", frames=25)
    _make_sound(folder / SOUND)
    (folder / TEXT).write_text("Words, not footage.\n", encoding="utf-8")
    return sorted(folder.iterdir())


def _make_clip(path: Path, *, codec: str, frames: int, cut_at: int | None = None) -> None:
    random = np.random.default_rng(7)
    scenes = [random.integers(0, 255, (120, 160, 3), dtype=np.uint8).repeat(1, axis=0) for _ in range(2)]
    scenes = [np.kron(scene[:15, :20], np.ones((8, 8, 1), dtype=np.uint8)) for scene in scenes]
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for ordinal in range(frames):
            picture = scenes[int(cut_at is not None and ordinal >= cut_at)].copy()
            picture[4:12, 2 * ordinal % 150 : 2 * ordinal % 150 + 8] = 255
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))


def _make_sound(path: Path) -> None:
    seconds = np.arange(16_000 * 2) / 16_000
    tone = (np.sin(2 * np.pi * 440 * seconds) * np.exp(-3 * (seconds % 1)) * 20_000).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(tone.tobytes())
