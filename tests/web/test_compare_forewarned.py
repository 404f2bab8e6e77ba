"""Forewarning beside each other: each item warns where its own time gets near, on the clock of the one that leads."""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probata.web.served import renditions

sys.path.insert(0, str(Path(__file__).parent))

import made_together as made
from visiting import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.conftest import Bench

CARRIED = """async (given) => {
  const { carried } = await import("/static/workbench/forewarning.js");
  const { Alignment } = await import("/static/workbench/compare-align.js");
  const dangers = given.dangers.map(([kind, start_s, end_s]) => ({ kind, start_s, end_s }));
  return carried(dangers, new Alignment(given.segments), "b").map((one) => [one.kind, one.start_s, one.end_s]);
}"""


@pytest.fixture(scope="module")
def archive(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive with four clips that hold each other's footage."""
    return made.make(archive, tmp_path_factory.mktemp("forewarned") / "archive")


def page_of(bench: Bench, *beside: str) -> str:
    from probata.copies import selectors as copies

    known = copies.relation_between(bench.items[made.EXCERPT], bench.items[made.ORIGINAL])
    assert known is not None
    query = "&".join(f"with={bench.items[name]}" for name in beside)
    return f"compare/{known.id}?{query}"


def mark(bench: Bench, name: str, first: int, last: int, degree: str = "severe") -> None:
    sent = {"mark_first": str(first), "mark_last": str(last), "degree": degree}
    assert bench.client().post(f"/items/{bench.items[name]}/severity/mark", sent).status_code == 200


def seconds_between(bench: Bench, name: str, first: int, last: int) -> int:
    """Whole seconds, rounded up, from one frame's start to another's; as forewarnings count them."""
    table = renditions.frames(bench.items[name])
    assert table is not None
    return max(1, math.ceil(table.at(last).moment.seconds - table.at(first).moment.seconds))


@pytest.fixture(scope="module")
def marked(served_bench: Bench) -> Bench:
    """Stretches of the original and of the middle are marked: some that the excerpt holds, and one that it does not."""
    mark(served_bench, made.ORIGINAL, 100, 110)
    mark(served_bench, made.MIDDLE, 100, 104, "moderate")
    mark(served_bench, made.ORIGINAL, 150, 160)  # between both stretches: the excerpt holds nothing of it
    mark(served_bench, made.EXCERPT, 5, 6, "mild")
    return served_bench


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visit]:
    """A visit that is logged in; it must end without a complaint and without a request to anybody else."""
    here = Visit(browser, address, reduced_motion="reduce").log_in()
    yield here
    here.context.close()
    assert here.complaints == []
    assert [url for url in here.asked if not url.startswith((here.address, "blob:" + here.address))] == []


def opened(visit: Visit, where: str) -> Any:
    visit.page.goto(visit.address + where)
    visit.page.wait_for_selector("#compare[data-ready=yes]")
    return visit.page


def ordinal(page: Any, side: str) -> int:
    return int(page.inner_text(f"[data-address={side}] [data-at=ordinal]"))


def told(page: Any) -> str:
    return str(page.inner_text("#forewarned-words"))


def test_the_veil_names_the_worst_that_was_marked(bench: Bench) -> None:
    """Of each item, as the item's page does; of one that nobody marked what its report says."""
    where = page_of(bench)
    plain = bench.client().get(f"/{where}").content.decode()
    assert ">as marked<" not in plain
    mark(bench, made.ORIGINAL, 100, 110)
    page = bench.client().get(f"/{where}").content.decode()
    veil = page[page.index('id="veil"') :]
    (named,) = re.findall(r"<p><strong>(\w)</strong> [^<]*severe <span class=\"hint\">as marked</span>", veil)
    assert named == "B"


@pytest.mark.browser
@pytest.mark.slow
class TestInABrowser:
    """The line that counts down, and the key that goes past."""

    def test_each_warns_on_its_own_time(self, visit: Visit, marked: Bench) -> None:
        """By keys alone, veiled: B's mark where B's time gets near, C's where C's does, none that nobody will see."""
        page = opened(visit, page_of(marked, made.MIDDLE))
        assert (ordinal(page, "a"), ordinal(page, "b")) == (0, 60)
        first = seconds_between(marked, made.EXCERPT, 0, 40)
        second = seconds_between(marked, made.EXCERPT, 0, 70)
        assert told(page) == f"B: severity ahead in {first} s · C: severity ahead in {second} s"
        page.keyboard.press("KeyH")
        assert (ordinal(page, "a"), ordinal(page, "b")) == (51, 111)
        page.wait_for_function("() => document.getElementById('said').textContent.startsWith('skipped to')")
        assert told(page).startswith("C: severity ahead in")
        page.keyboard.press("Comma")
        assert "B: a severe stretch now" in told(page)
        page.keyboard.press("KeyH")
        page.keyboard.press("KeyH")
        assert (ordinal(page, "a"), ordinal(page, "c")) == (75, 105)
        assert told(page) == "nothing forewarned ahead; no promise"
        page.keyboard.press("KeyH")
        page.wait_for_function("() => document.getElementById('said').textContent.startsWith('No severe stretch')")
        assert visit.footage_asked == []

    def test_where_the_other_leads_it_warns_of_what_only_it_holds(self, visit: Visit, marked: Bench) -> None:
        """B leads: its stretch that A does not hold is counted down to as well."""
        page = opened(visit, page_of(marked))
        page.keyboard.press("KeyE")
        page.keyboard.press("Home")
        for end in (111, 161):
            page.keyboard.press("KeyH")
            assert ordinal(page, "b") == end
        assert told(page) == "nothing forewarned ahead; no promise"

    def test_it_counts_down_while_they_play(self, visit: Visit, marked: Bench) -> None:
        """Shown beside the ways, said once to those who listen, and passed by with the key while all play on."""
        page = opened(visit, page_of(marked, made.MIDDLE))
        page.keyboard.press("KeyB")
        page.wait_for_selector("dialog[open]")
        page.keyboard.press("Enter")
        page.wait_for_selector("#stage[data-state=revealed]")
        page.wait_for_function("() => [...document.querySelectorAll('video')].every((one) => one.readyState >= 3)")
        page.keyboard.press("Space")
        page.wait_for_selector("#forewarned.near")
        page.wait_for_function("() => document.getElementById('said').textContent.includes('B: severity ahead in')")
        assert page.get_attribute("#forewarned-words", "aria-live") == "off"
        page.keyboard.press("KeyH")
        after = "() => Number(document.querySelector('[data-address=b] [data-at=ordinal]').textContent) > 110"
        page.wait_for_function(after)
        assert not page.evaluate("document.querySelector('.side[data-side=a] video').paused")
        page.keyboard.press("Escape")
        assert page.get_attribute("#stage", "data-state") == "veiled"
        assert page.get_attribute("#forewarned-words", "aria-live") == "polite"

    def test_carried_over_along_a_line_of_time(self, visit: Visit) -> None:
        """At its pace, backwards too, no more of it than the stretch holds, and in the order of the leader's time."""
        page = opened_nowhere(visit)
        segments = [
            {"a": [10, 20], "b": [100, 120], "speed": 2},
            {"a": [30, 40], "b": [50, 60], "speed": -1},
        ]
        dangers = [["severity", 52, 54], ["sound", 55, 55], ["severity", 96, 104], ["severity", 120, 130]]
        carried = page.evaluate(CARRIED, {"dangers": dangers, "segments": segments})
        assert carried == [["severity", 10, 12], ["sound", 35, 35], ["severity", 36, 38]]

    def test_what_could_not_be_loaded_is_said(self, visit: Visit, marked: Bench) -> None:
        """That nothing is ahead is not said where nobody could ask."""
        page = visit.page
        page.route("**/observed", lambda route: route.fulfill(status=200, body="null", content_type="application/json"))
        opened(visit, page_of(marked))
        assert "could not be loaded" in told(page)
        assert "nothing forewarned" not in told(page)


def opened_nowhere(visit: Visit) -> Any:
    visit.page.goto(visit.address)
    visit.page.wait_for_selector(".rooms")
    return visit.page
