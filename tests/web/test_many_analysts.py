"""Many people at one workspace at once: nobody is refused because another writes, and nothing written is lost."""

from __future__ import annotations

import http.client
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import analysts

if TYPE_CHECKING:
    from tests.web.story import StoryBench

pytestmark = pytest.mark.slow


def test_twelve_people_work_at_once_without_an_error(story: StoryBench) -> None:
    """Reading and writing mixed, as fast as they can: every request is answered, and the ledger holds every act."""
    from probata.analysis import selectors as analysis
    from probata.cases import selectors as cases
    from probata.custody import selectors as custody

    questions, entries = len(cases.questions()), custody.size_and_time()[0]
    seen = sum(len(analysis.observations(item, standing=False)) for item in story.items.values())
    measured = analysts.measure(story.root, analysts=12, seconds=5, think_s=0.0)
    assert not measured.errors
    done = {kind: count for kind, count, _median, _late in measured.rows()}
    assert set(done) >= {"log in", "desk", "items", "item page", "search", "observe", "decide"}
    assert len(cases.questions()) == questions + done.get("ask", 0)
    after = sum(len(analysis.observations(item, standing=False)) for item in story.items.values())
    assert after == seen + done["observe"]
    written = sum(done.get(kind, 0) for kind in ("observe", "decide", "ask"))
    # Each was enrolled in an act of their own before.
    assert custody.size_and_time()[0] == entries + 12 + written


@pytest.mark.usefixtures("served_story")
def test_open_connections_shut_nobody_out(story_address: str) -> None:
    """Browsers hold six connections open each: with thirty of them before, the next person is answered."""
    there = urlsplit(story_address).netloc
    with ExitStack() as held:
        for _ in range(180):
            one = held.enter_context(closing(http.client.HTTPConnection(there, timeout=30)))
            one.connect()
        with closing(http.client.HTTPConnection(there, timeout=30)) as last:
            last.request("GET", "/login")
            assert last.getresponse().status == 200
