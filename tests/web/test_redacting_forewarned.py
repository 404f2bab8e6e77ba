"""Forewarning before a redaction's rendition: its clock is the item's, so what is marked there is warned of here."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probata.redaction import services
from probata.web.served import renditions

sys.path[:0] = [str(Path(__file__).parent)]

from visiting import Visit  # noqa: E402  its folder was put on the path above

if TYPE_CHECKING:
    from tests.web.conftest import Bench

    from probata.engines.sandbox import Jail

JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def redaction(served_bench: Bench, jail: Jail) -> str:
    """A rendition of a clip in which two stretches are marked; its id."""
    item, client = served_bench.ordinals, served_bench.client()
    area = {"part": "area", "first": "2", "last": "5", "left": "25", "top": "25", "width": "30", "height": "40"}
    assert client.post(f"/items/{item}/redactions/draft", area, headers=JSON).status_code == 200
    sent = {"why-0": "bystander", "reason": "a passer-by"}
    answer = client.post(f"/items/{item}/redactions/propose", sent, headers=JSON)
    made = str(answer.json()["to"]).rpartition("/")[2]
    services.render(made, actor=served_bench.keyring.signing, jail=jail)
    for first, last in ((10, 12), (100, 101)):
        marked = {"mark_first": str(first), "mark_last": str(last), "degree": "severe"}
        assert client.post(f"/items/{item}/severity/mark", marked).status_code == 200
    return made


@pytest.mark.browser
@pytest.mark.slow
def test_severe_stretches_are_counted_down_to_and_passed_by(
    browser: Any, address: str, served_bench: Bench, redaction: str
) -> None:
    """In seconds on the item's clock, before anything is revealed; a key and a button go past; nothing is asked for."""
    visit = Visit(browser, address, reduced_motion="reduce").log_in()
    page = visit.page
    page.goto(f"{address}redactions/{redaction}")
    page.wait_for_selector("#rendered[data-ready=yes]")
    table = renditions.frames(served_bench.ordinals)
    assert table is not None
    ahead = max(1, math.ceil(table.at(10).moment.seconds - table.at(0).moment.seconds))
    assert page.inner_text("#forewarned-words") == f"severity ahead in {ahead} s"
    for _ in range(10):
        page.keyboard.press("Period")
    assert page.inner_text("#forewarned-words") == "a severe stretch now"
    page.keyboard.press("KeyH")
    assert page.inner_text("#where").endswith(" 13")
    page.wait_for_function("() => document.getElementById('said').textContent.startsWith('skipped to')")
    page.click("[data-do=skipOver]")
    assert page.inner_text("#where").endswith(" 102")
    assert page.inner_text("#forewarned-words") == "nothing forewarned ahead; no promise"
    page.keyboard.press("KeyH")
    page.wait_for_function("() => document.getElementById('said').textContent.startsWith('No severe stretch')")
    assert not [one for one in visit.asked if one.endswith("/rendition")]
    assert visit.complaints == []
    visit.context.close()
