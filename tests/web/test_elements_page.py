"""The page of a table of elements: both sides in the record's words, what is missing, the linkage apart, the seal."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from probata.analysis import services as analysis
from probata.cases import selectors as cases
from probata.cases import services as keeping
from probata.cases.elements import Bearing, ContrarySearch, Entry, Evidence, SearchOutcome

sys.path.insert(0, str(Path(__file__).parent))

from made_reasoning import BAND, BLANKET, CRIME, HOSTILE, Desk, page, words
from visiting import Visit

if TYPE_CHECKING:
    from django.test import Client
    from tests.web.conftest import Bench


@pytest.fixture
def desk(bench: Bench) -> Desk:
    return Desk(bench)


@pytest.fixture
def client(desk: Desk) -> Client:
    return desk.bench.client()


def test_opening(client: Client, desk: Desk) -> None:
    """Case, crime, and a class of conflict that a person states with a reason."""
    html = page(client, f"/elements/new?case={desk.case}")
    assert "Killing or wounding a person hors de combat" in html
    form = {"case": desk.case, "article": CRIME, "conflict": "international", "reason": "two states\r\nare parties"}
    answer = client.post("/elements/open", form)
    (line,) = cases.table_lines()
    assert answer["Location"] == f"/elements/{line.id}"
    told = words(page(client, f"/elements/{line.id[:8]}"))
    assert "international armed conflict, as stated by S. Analyst: two states are parties" in told
    refused = client.post("/elements/open", form | {"article": "8(2)(c)(i)-1"}, headers={"Accept": "application/json"})
    assert refused.json()["code"] == "conflict_class_differs"


def test_both_sides_in_the_records_words(client: Client, desk: Desk) -> None:
    """Evidence stands with its side, its words, who entered it and why; what is missing is told in words."""
    table = desk.table()
    entered = {"element": "1", "evidence": desk.blanket, "bearing": "supports", "reason": "it\nis seen"}
    assert client.post(f"/elements/{table}/enter", entered)["Location"] == f"/elements/{table}#element-1"
    against = {"element": "1", "evidence": desk.band, "bearing": "undermines", "reason": "it shows something else"}
    client.post(f"/elements/{table}/enter", against)
    html = page(client, f"/elements/{table}")
    row = words(html[html.index('id="element-1"') : html.index('id="element-2"')])
    assert row.index(BLANKET) < row.index("it is seen — S. Analyst") < row.index(BAND)
    assert "observed · other · S. Analyst" in row
    assert "gap" not in row
    second = words(html[html.index('id="element-2"') : html.index('id="element-3"')])
    assert "Nothing supports it." in second
    assert "no search for what might was made" in second


def test_judged_anew_as_it_was_seen(client: Client, desk: Desk) -> None:
    """A cell is judged anew from what one saw; what somebody else changed meanwhile is not written over."""
    table = desk.table()
    entry = Entry(element=1, evidence=Evidence.named(desk.blanket), bearing=Bearing.SUPPORTS, reason="it is seen")
    keeping.enter(table, entry, actor=desk.analyst)
    (seen,) = re.findall(r'name="seen" value="([0-9a-f]{32})"', page(client, f"/elements/{table}"))
    form = {
        "element": "1",
        "evidence": desk.blanket,
        "bearing": "silent",
        "reason": "on a second look",
        "seen": seen,
    }
    assert client.post(f"/elements/{table}/enter", form).status_code == 302
    assert "1 record was looked at and is silent" in words(page(client, f"/elements/{table}"))
    late = client.post(f"/elements/{table}/enter", form | {"reason": "late"}, headers={"Accept": "application/json"})
    assert late.json()["code"] == "changed_meanwhile"


def test_a_search_for_the_contrary(client: Client, desk: Desk) -> None:
    """A search that was made fills a side; one that could not be made is hatched, and fills none."""
    table = desk.table()
    client.post(
        f"/elements/{table}/search", {"element": ["1", "2"], "outcome": "nothing_found", "looked": "all four clips"}
    )
    client.post(f"/elements/{table}/search", {"element": "3", "outcome": "could_not_look", "looked": "the archive"})
    html = page(client, f"/elements/{table}")
    third = html[html.index('id="element-3"') : html.index('id="element-4"')]
    assert "unlooked" in third
    assert "no search for what might was made" in words(third)
    assert "searched for the contrary, nothing found all four clips" in words(html)
    assert client.post(f"/elements/{table}/search", {"outcome": "nothing_found", "looked": "x"}).status_code == 400


def test_linkage_stands_apart(client: Client, desk: Desk) -> None:
    """Who is linked stands below the elements, and fills none of them."""
    table = desk.table()
    form = {"mode": "28(a)", "evidence": desk.band, "bearing": "supports", "reason": "who gave orders"}
    assert client.post(f"/elements/{table}/link", form)["Location"] == f"/elements/{table}#linkage"
    html = page(client, f"/elements/{table}")
    assert BAND not in html[html.index('id="element-1"') : html.index('id="linkage"')]
    assert "28(a) Responsibility of a military commander" in words(html[html.index('id="linkage"') :])
    assert "10 gaps" in words(html)


def test_sealing(client: Client, desk: Desk) -> None:
    """Refused to whoever filled it and while a contrary side is empty, each with its reason; then a double rule."""
    table = desk.table()
    own = page(client, f"/elements/{table}")
    assert re.search(r'<button class="primary" disabled>', own)
    reviewer = desk.bench.client(name="R. Reviewer")
    told = words(page(reviewer, f"/elements/{table}"))
    assert "Elements 1, 2, 3, 4, 5 of 8(2)(b)(vi) have no contrary side" in told
    assert "cannot seal it" not in told
    refused = reviewer.post(f"/elements/{table}/seal", {"reason": "done"}, headers={"Accept": "application/json"})
    assert refused.json()["code"] == "no_contrary_side"
    searched = [
        ContrarySearch(element=number, outcome=SearchOutcome.NOTHING_FOUND, looked="both sides' statements")
        for number in range(1, 6)
    ]
    keeping.record_search(table, searched, actor=desk.analyst)
    assert keeping.hindrances(cases.table(table), desk.reviewer.key_id) == ()
    assert re.search(r'<button class="primary">Seal it', page(reviewer, f"/elements/{table}"))
    assert reviewer.post(f"/elements/{table}/seal", {"reason": "done"}).status_code == 302
    sealed = page(reviewer, f"/elements/{table}")
    assert "found sealed" in sealed
    assert "Sealed by R. Reviewer" in words(sealed)
    assert "Enter evidence" not in sealed
    form = {"element": "1", "evidence": desk.blanket, "bearing": "supports", "reason": "late"}
    assert client.post(f"/elements/{table}/enter", form).status_code == 403


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"element": "9"}, 400),
        ({"element": "one"}, 400),
        ({"bearing": "proves"}, 400),
        ({"reason": " "}, 400),
        ({"reason": "so \u202e it is"}, 400),
        ({"evidence": f"finding:{'0' * 32}"}, 404),
        ({"evidence": "item:0123"}, 400),
    ],
)
def test_what_is_refused(client: Client, desk: Desk, changed: dict[str, str], status: int) -> None:
    """Nothing that is not of the record, of this crime, or without a reason is entered."""
    table = desk.table()
    form = {"element": "1", "evidence": desk.blanket, "bearing": "supports", "reason": "it is seen"} | changed
    assert client.post(f"/elements/{table}/enter", form).status_code == status
    assert cases.table(table).table.entries == ()


def test_hostile_words(client: Client, desk: Desk) -> None:
    """Script tags in records and reasons are words."""
    table, name = desk.table(), desk.observed(HOSTILE)
    form = {"element": "1", "evidence": name, "bearing": "supports", "reason": HOSTILE}
    client.post(f"/elements/{table}/enter", form)
    html = page(client, f"/elements/{table}")
    assert "<script>alert" not in html
    assert words(html).count("<script>alert(1)</script>") >= 2


def test_what_was_withdrawn_is_told(client: Client, desk: Desk) -> None:
    """A record that stands no more goes on being cited, and the table says so."""
    table = desk.table()
    form = {"element": "1", "evidence": desk.blanket, "bearing": "supports", "reason": "it is seen"}
    client.post(f"/elements/{table}/enter", form)
    analysis.withdraw(desk.blanket.partition(":")[2], actor=desk.analyst, reason="it is part of the wall")
    told = words(page(client, f"/elements/{table}"))
    assert "something else stands instead of this record today" in told
    assert "It cites 1 record" in told


@pytest.fixture
def served(served_bench: Bench) -> Desk:
    return Desk(served_bench)


@pytest.mark.browser
@pytest.mark.slow
def test_entering_by_keyboard(visit: Visit, served: Desk) -> None:
    """Slash looks in the record, an arrow and Space choose, and what is entered stands at its element."""
    tab = visit.page
    table = served.table()
    tab.goto(f"{visit.address}elements/{table}")
    tab.keyboard.press("Slash")
    tab.wait_for_selector("#find-enter:focus")
    tab.keyboard.type("blanket")
    tab.wait_for_selector("#entering [data-found] .choice:only-child")
    tab.press("#find-enter", "ArrowDown")
    tab.keyboard.press("Space")
    tab.check("#entering [value=supports]")
    tab.fill("#enter-reason", "it is seen")
    tab.click("#entering button.primary")
    tab.wait_for_selector("#element-1 .entry")
    assert BLANKET in tab.inner_text("#element-1")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for width in (1440, 800, 360):
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.evaluate(overflow) == 0
