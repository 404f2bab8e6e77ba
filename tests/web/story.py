"""The demo's story in a workspace with small made footage: told once, copied for each test, a client for each person.

`story` is a copy for one test, `served_story` one for a module with a server (`story_address`). The people are those of
`probata.cli.demo_story.people` and `FOUNDER`; `story.client(name=REVIEWER)` is logged in as one of them. What was
written is `story.told`: ids by short names, as the modules of `demo_story` give them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen
from tests.postgres import copied

from probata.cli import workspace as workspace_module
from probata.cli.demo_footage.excerpting import cut_excerpt
from probata.cli.demo_footage.filming import film
from probata.cli.demo_footage.screenplays import DRAWN_SCENE, OTHER_SCENE, Screenplay
from probata.engines import settings as workspace_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.test import Client

    from probata.cli.demo_story.telling import Story
    from probata.custody.keys import Keyring
    from probata.engines.settings import Settings

FOUNDER = "operator"
ANALYST, REVIEWER, COUNSEL, CUSTODIAN = "M. Analyst", "R. Reviewer", "L. Counsel", "K. Custodian"
EVERYBODY = (FOUNDER, ANALYST, REVIEWER, COUNSEL, CUSTODIAN)


@frozen(kw_only=True)
class StoryBench:
    """A workspace in which the story was told."""

    root: Path
    told: Story

    @property
    def items(self) -> Mapping[str, str]:
        """The digests of its three clips and five texts, by file name."""
        return self.told.items

    def keyring(self, name: str = FOUNDER) -> Keyring:
        """The keyring of one of its people."""
        from probata.access import selectors, services

        return services.unlock(selectors.person(name), None)

    def client(self, name: str = FOUNDER) -> Client:
        """A browser's stand-in, logged in as one of its people."""
        from django.test import Client

        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        answer = client.post("/login", {"name": name, "passphrase": ""})
        assert answer.status_code == 302, answer.content
        return client

    def revealed(self, item: str, name: str = FOUNDER) -> Client:
        """A client that has asked to see an item."""
        client = self.client(name)
        assert client.post(f"/items/{item}/reveal", {"purpose": "exact_frame"}).status_code == 200
        return client


@frozen(kw_only=True)
class StoryArchive:
    """Where the story was told once; never opened for writing again."""

    root: Path
    told: Story

    def copied(self, root: Path) -> StoryBench:
        """A copy, opened."""
        copied(self.root, root)
        workspace_module.open_workspace(root)
        return StoryBench(root=root, told=self.told)


def tell_story(
    folder: Path,
    names: Mapping[str, str] | None = None,
    *,
    empty: Callable[[Path], Settings] = workspace_settings.create,
) -> StoryArchive:
    """Found a workspace in a folder, with small footage of the demo's scenes, and tell the story in it.

    `empty` makes the workspace's folder, and says where its rows stand.
    """
    root, operator = _founded(folder, empty)

    from probata.access import services as access
    from probata.cli.demo_story import telling
    from probata.custody import services as custody

    told = telling.tell(folder / "texts", operator, names=names)
    custody.checkpoint(access.unlock_log_key(operator))
    return StoryArchive(root=root, told=told)


def prepare_story(folder: Path, empty: Callable[[Path], Settings]) -> Path:
    """Found a workspace with the story's footage, texts and people, in which nothing was told yet; returns it."""
    root, operator = _founded(folder, empty)

    from probata.access import services as access
    from probata.capture import services as capture
    from probata.cli.demo_story.names import NAMES, write_texts
    from probata.cli.demo_story.people import enrolled
    from probata.custody import services as custody

    enrolled(operator)
    write_texts(folder / "texts", NAMES)
    for outcome in capture.add(str(folder / "texts"), actor=operator.signing, reason="what five outlets published"):
        assert outcome.acquired is not None, outcome
    custody.checkpoint(access.unlock_log_key(operator))
    return root


def _founded(folder: Path, empty: Callable[[Path], Settings]) -> tuple[Path, Keyring]:
    """A workspace with the small footage, in which machines have looked for shots; with its founder's keyring."""
    footage = make_small_footage(folder / "footage")
    root = folder / "workspace"
    empty(root)
    workspace_module.open_workspace(root)

    from probata.access import services as access
    from probata.analysis import services as analysis
    from probata.capture import services as capture
    from probata.preservation import selectors as preservation

    operator = access.found(FOUNDER, None)
    for outcome in capture.add(str(footage), actor=operator.signing, reason="acquired for a test"):
        assert outcome.acquired is not None, outcome
    with analysis.one_jail() as jail:
        for item in preservation.items():
            analysis.examine(item.sha256, only=("shots",), actor=operator.signing, jail=jail)
    return root, operator


def make_small_footage(folder: Path) -> Path:
    """The demo's scene, its excerpt and the other scene, at half the size and without words."""
    folder.mkdir(parents=True)
    scene = film(_small(DRAWN_SCENE), folder, seed=12)
    cut_excerpt(scene, folder)
    film(_small(OTHER_SCENE), folder, seed=13)
    return folder


def _small(screenplay: Screenplay) -> Screenplay:
    return evolve(screenplay, width=screenplay.width // 2, height=screenplay.height // 2, spoken=(), shown=())
