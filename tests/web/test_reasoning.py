"""Reasoning: rival explanations weighed alone and then together; the lists, and the record that both tables cite."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probata.access import services as access
from probata.access.roles import Role
from probata.cases import services as keeping
from probata.cases.elements import Conflict
from probata.claims import services as claims
from probata.claims.propositions import Proposition, PropositionType
from probata.verification import selectors, services
from probata.verification.hypotheses import SEEDS, Cell, Matrix, Row

sys.path.insert(0, str(Path(__file__).parent))

from made_reasoning import BAND, BLANKET, HOSTILE, Desk, page, words
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


def filled(known: str, **cells: str) -> dict[str, str]:
    """A form with these cells, by `down_along`."""
    return {f"cell-{name.replace('_', '-')}": code for name, code in cells.items()} | {"of": known}


class TestOpening:
    def test_asking_several_people(self, client: Client, desk: Desk) -> None:
        """Question, further explanations, rows from the record, people: the five that are always asked are there."""
        answer = client.post(
            "/hypotheses/open",
            {
                "question": "What lay there?",
                "case": desk.case[:8],
                "hypothesis": ["It was a market day", "", "Persons\r\nlay there"],
                "row": [desk.blanket, desk.band],
                f"source:{desk.band}": "another camera",
                "analyst": ["S. Analyst", "B. Second"],
            },
        )
        (known,) = selectors.comparisons()
        assert answer["Location"] == f"/hypotheses/{known.id}"
        told = {one.id: one.statement for one in known.frame.hypotheses}
        assert told == {"own_1": "It was a market day", "own_2": "Persons lay there", **SEEDS}
        assert known.about == f"case:{desk.case}"
        assert [(row.evidence, row.root) for row in known.frame.rows] == [
            (BLANKET, f"footage {desk.bench.cuts[:8]}"),
            (BAND, "another camera"),
        ]

    def test_the_form_shows_the_seeds_and_what_the_case_holds(self, client: Client, desk: Desk) -> None:
        """Seeded explanations have no field; records of the case stand there before a word is typed."""
        html = page(client, f"/hypotheses/new?case={desk.case}")
        told = words(html)
        assert all(statement in told for statement in SEEDS.values())
        assert BLANKET in told
        assert html.count('name="row"') == 2
        assert "A. Auditor" not in html

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"row": []}, "no evidence was chosen"),
            ({"analyst": ["S. Analyst"]}, "two people at least"),
            ({"analyst": ["S. Analyst", "A. Auditor"]}, "A. Auditor may not"),
            ({"question": "evil \u202e question"}, "acts instead of writing"),
            ({"row": [f"observation:{'0' * 32}"]}, "observation"),
            ({"row": ["everything"]}, "must be one of: proposition, finding"),
            ({"case": "0123456789"}, "No case"),
        ],
    )
    def test_what_is_refused(self, client: Client, desk: Desk, changed: dict[str, Any], why: str) -> None:
        """A refusal says which field and why; nothing is recorded."""
        form = {"question": "What?", "row": [desk.blanket], "analyst": ["S. Analyst", "B. Second"]} | changed
        answer = client.post("/hypotheses/open", form, headers={"Accept": "application/json"})
        assert answer.status_code in {400, 403, 404}
        assert why in answer.json()["message"]
        assert selectors.comparisons() == []

    def test_anew_instead_of_an_earlier_one(self, client: Client, desk: Desk) -> None:
        """The form comes filled with what was asked; the earlier comparison then says what stands instead."""
        before = desk.compared()
        html = page(client, f"/hypotheses/new?instead_of={before}")
        assert "It was a market day" in html
        assert html.count('name="row"') == 4
        assert re.search(rf'value="{desk.blanket}" checked', html)
        form = {"question": "Again?", "row": [desk.blanket], "analyst": ["S. Analyst", "B. Second"]}
        client.post("/hypotheses/open", form | {"instead_of": before})
        assert "Another comparison stands instead" in words(page(client, f"/hypotheses/{before}"))


class TestWeighing:
    def test_the_grid_has_words_beside_every_code(self, client: Client, desk: Desk) -> None:
        """A grid with row and column headers, a choice in each cell for whoever has no script, keys in the help."""
        html = page(client, f"/hypotheses/{desk.compared()}")
        assert 'role="grid"' in html
        assert html.count("data-cell") == 2 * 6
        assert html.count('<th scope="row">') == 2
        assert "II strongly inconsistent" in words(html)
        assert "kept by this browser tab alone" in words(html)

    def test_nobody_sees_anothers_table_before_all_are_there(self, client: Client, desk: Desk) -> None:
        """Handed in, one's own is there to read; the other sees that it was handed in, and none of its cells."""
        known = desk.compared()
        form = filled(known, **{"0_0": "C", "0_1": "II"}) | {"rejected-2": "the date\nis known"}
        assert client.post(f"/hypotheses/{known}/hand-in", form).status_code == 302
        own = page(client, f"/hypotheses/{known}")
        assert own.count('data-code="II"') == 1
        assert "the date is known" in own
        assert "Waiting for B. Second" in words(own)
        other = page(desk.bench.client(name="B. Second"), f"/hypotheses/{known}")
        assert 'data-code="II"' not in other
        assert "the date is known" not in other
        assert "S. Analyst (handed in), B. Second (not yet)" in words(other)
        reviewer = page(desk.bench.client(name="R. Reviewer"), f"/hypotheses/{known}")
        assert "You were not asked" in words(reviewer)
        assert 'data-code="II"' not in reviewer

    def test_all_tables_together(self, client: Client, desk: Desk) -> None:
        """Places in words, what each row tells apart, the row that turns the order, and where two people differ."""
        known = desk.compared()
        client.post(f"/hypotheses/{known}/hand-in", filled(known, **{"0_0": "C", "0_1": "II", "1_0": "I"}))
        second = desk.bench.client(name="B. Second")
        second.post(f"/hypotheses/{known}/hand-in", filled(known, **{"0_0": "CC", "0_1": "C"}))
        told = words(page(second, f"/hypotheses/{known}"))
        assert "they come to different orders" in told
        assert "1 source against it, counting 2" in told
        assert "nothing against it" in told
        assert "tells them well apart" in told
        assert "tells them apart a little" in told
        assert "Without the source footage and all its copies" in told
        assert f"Without the row {BLANKET}" in told
        assert re.search(
            r"S\. Analyst B\. Second How far .*II strongly inconsistent C consistent three steps apart", told
        )
        assert "Without a place, since no source speaks for or against" in told

    @pytest.mark.parametrize("code", ["X", "cc", "<b>"])
    def test_a_cell_is_one_of_six(self, client: Client, desk: Desk, code: str) -> None:
        """Anything else is refused, and nothing is handed in."""
        known = desk.compared()
        answer = client.post(f"/hypotheses/{known}/hand-in", filled(known, **{"0_0": code}))
        assert answer.status_code == 400
        assert selectors.comparison(known).handed_in == ()

    def test_a_table_is_handed_in_once(self, client: Client, desk: Desk) -> None:
        """And only by those who were asked."""
        known = desk.compared()
        assert client.post(f"/hypotheses/{known}/hand-in", filled(known)).status_code == 302
        assert client.post(f"/hypotheses/{known}/hand-in", filled(known)).status_code == 400
        reviewer = desk.bench.client(name="R. Reviewer")
        assert reviewer.post(f"/hypotheses/{known}/hand-in", filled(known)).status_code == 400

    def test_words_from_outside_are_words(self, client: Client, desk: Desk) -> None:
        """A hostile description and a hostile question are shown as text wherever they stand."""
        name = desk.observed(HOSTILE)
        form = {"question": HOSTILE, "row": [name], "analyst": ["S. Analyst", "B. Second"]}
        client.post("/hypotheses/open", form | {"hypothesis": [HOSTILE]})
        (known,) = selectors.comparisons()
        for address in (
            f"/hypotheses/{known.id}",
            "/hypotheses",
            "/reasoning",
            f"/hypotheses/new?instead_of={known.id}",
        ):
            assert "<script>alert" not in page(client, address)

    def test_rows_of_another_hand(self, client: Client, desk: Desk) -> None:
        """A table written at a terminal may name its rows anyhow; it is shown all the same."""
        frame = Matrix.seeded().holding(
            Row(id="impulses", evidence="three impulses", root="footage", cells={}),
            Row(id=f"strange:{'0' * 32}", evidence="an echo", root="footage", cells={}),
        )
        known = services.compare_hypotheses("What?", frame, ("S. Analyst", "B. Second"), actor=desk.analyst).id
        told = words(page(client, f"/hypotheses/{known}"))
        assert "three impulses" in told
        assert "2 rows of one source" in told


class TestLists:
    def test_what_waits_stands_first(self, client: Client, desk: Desk) -> None:
        """Reasoning begins with the comparisons that wait for one's own table."""
        known = desk.compared()
        html = page(client, "/reasoning")
        assert html.index("1 comparison waits for your own table") < html.index(f'<a href="/hypotheses/{known}"')
        assert 'aria-current="page">Reasoning</a>' in html
        assert "waits for your own table" not in page(desk.bench.client(name="R. Reviewer"), "/reasoning")

    def test_of_one_case(self, client: Client, desk: Desk) -> None:
        """Both lists are narrowed to a case, and say so; filtered by words, and say how many match."""
        inside, outside, table = desk.compared(about=f"case:{desk.case}"), desk.compared(), desk.table()
        html = page(client, f"/hypotheses?case={desk.case[:8]}")
        assert inside in html
        assert outside not in html
        assert "waits for S. Analyst, B. Second" in words(html)
        assert "0 of" not in html
        assert "No question holds" in words(page(client, "/hypotheses?q=zebra"))
        assert table in page(client, f"/elements?case={desk.case}&q=hors")
        assert "No article or title holds" in words(page(client, "/elements?q=zebra"))
        other = keeping.open_case(
            "The mill", actor=desk.analyst, kind="journalism", procedure_name="berkeley_protocol", reason="a test"
        ).id
        assert "No table of elements is open here yet" in words(page(client, f"/elements?case={other}"))
        assert "Nothing is compared here yet" in words(page(client, f"/hypotheses?case={other}"))

    def test_empty(self, bench: Bench) -> None:
        """An empty list says what will stand here, and the one thing that starts it."""
        client = bench.client()
        assert "Nothing is compared here yet" in words(page(client, "/hypotheses"))
        assert "No table of elements is open here yet" in words(page(client, "/elements"))
        assert "no case is open yet" in words(page(client, "/elements/new"))
        assert page(client, "/reasoning")

    @pytest.mark.parametrize(
        "address",
        ["/hypotheses/0123", "/elements/0123", "/hypotheses?case=0123", "/elements/new?case=zz", "/hypotheses/%3Cb%3E"],
    )
    def test_unknown_ids(self, client: Client, address: str) -> None:
        """There is nothing at such an address."""
        assert client.get(address).status_code == 404

    def test_an_auditor_reads(self, desk: Desk) -> None:
        """Lists and tables are there to read; acts are shown with the reason why not, and refused."""
        known, table = desk.compared(), desk.table()
        auditor = desk.bench.client(name="A. Auditor")
        assert "it takes one of the roles analyst, reviewer" in words(page(auditor, "/hypotheses"))
        assert "You may read this table, not enter anything in it" in words(page(auditor, f"/elements/{table}"))
        assert "You cannot seal it" in words(page(auditor, f"/elements/{table}"))
        assert page(auditor, f"/hypotheses/{known}")
        assert auditor.get("/hypotheses/new").status_code == 403
        assert auditor.get("/elements/new").status_code == 403
        assert auditor.post("/hypotheses/open", {"row": desk.blanket}).status_code == 403
        form = {"element": "1", "evidence": desk.blanket, "bearing": "supports", "reason": "it is seen"}
        assert auditor.post(f"/elements/{table}/enter", form).status_code == 403
        assert auditor.post(f"/elements/{table}/seal", {"reason": "done"}).status_code == 403

    def test_lists_ask_the_database_as_often_for_many(
        self, client: Client, desk: Desk, django_assert_queries: Any
    ) -> None:
        """Ten tables and ten comparisons cost no more queries than one of each."""
        desk.compared(), desk.table()
        addresses = ("/hypotheses", "/elements", "/reasoning")
        once = [django_assert_queries(client, address) for address in addresses]
        for article in ("8(2)(a)(i)", "8(2)(a)(iii)", "8(2)(a)(ii)-1"):
            keeping.open_table(
                desk.case, article, actor=desk.analyst, conflict=Conflict.INTERNATIONAL, reason="as before"
            )
            desk.compared()
        assert [django_assert_queries(client, address) for address in addresses] == once


@pytest.fixture
def django_assert_queries() -> Any:
    """Counts the queries of a page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(client: Client, address: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            page(client, address)
        return len(caught)

    return count


class TestRecords:
    def test_every_word_narrows(self, client: Client, desk: Desk) -> None:
        """What is looked for is found in any case of letters, as a choice of one or of several with its source."""
        cyrillic = desk.observed("Тіло біля дороги")
        html = page(client, "/reasoning/records?q=FOLDED wall")
        assert html.count('name="evidence"') == 1
        assert desk.blanket in html
        several = page(client, "/reasoning/records?q=ТІЛО&several=yes")
        assert f'name="source:{cyrillic}"' in several
        assert "holds “zebra”" in words(page(client, "/reasoning/records?q=zebra"))

    def test_a_proposition_is_no_evidence(self, client: Client, desk: Desk) -> None:
        """It can be entered for an element, and is not offered to be weighed."""
        told = Proposition(type=PropositionType.OCCURRED, statement="a convoy was stopped")
        name = f"proposition:{claims.add_proposition(told, actor=desk.analyst).id}"
        assert name in page(client, "/reasoning/records?q=convoy")
        assert name not in page(client, "/reasoning/records?q=convoy&several=yes")

    def test_a_walled_case_is_nowhere(self, client: Client, desk: Desk) -> None:
        """Whoever is not admitted finds neither its tables, nor its comparisons, nor its records."""
        known, table = desk.compared(about=f"case:{desk.case}"), desk.table()
        legal = access.enrol(
            desk.bench.keyring, "L. Legal", None, frozenset({Role.LEGAL, Role.ANALYST}), reason="a colleague"
        ).signing
        keeping.wall(desk.case, actor=legal, reason="a source is at risk")
        for address in (f"/hypotheses/{known}", f"/elements/{table}", f"/elements?case={desk.case}"):
            assert client.get(address).status_code == 404
        for address in ("/hypotheses", "/elements", "/reasoning", "/reasoning/records?q=blanket"):
            html = page(client, address)
            assert BLANKET not in html
            assert known not in html
            assert table not in html
        form = {"question": "What?", "row": [desk.blanket], "analyst": ["S. Analyst", "B. Second"]}
        assert client.post("/hypotheses/open", form).status_code == 404
        assert table in page(desk.bench.client(name="L. Legal"), "/elements")


@pytest.fixture
def served(served_bench: Bench) -> Desk:
    return Desk(served_bench)


@pytest.mark.browser
@pytest.mark.slow
def test_weighing_by_keyboard(visit: Visit, served: Desk) -> None:
    """Asked, filled by figures and arrows, kept over a reload, and handed in by its button alone."""
    tab = visit.page
    tab.goto(f"{visit.address}hypotheses/new?case={served.case}")
    tab.fill("#question", "What was at the ford?")
    tab.fill("[data-find]", "BLANKET")
    tab.wait_for_selector("[data-found] .choice:only-child")
    tab.press("[data-find]", "ArrowDown")
    tab.keyboard.press("Space")
    tab.wait_for_selector("[data-chosen] .choice")
    tab.fill("[data-find]", "white band")
    tab.wait_for_selector(f"[data-found] [data-choice='{served.band}']")
    tab.press("[data-find]", "ArrowDown")
    tab.keyboard.press("Space")
    assert tab.locator("[data-chosen] .choice").count() == 2
    tab.check("[name=analyst][value='S. Analyst']")
    tab.check("[name=analyst][value='B. Second']")
    tab.press("[name=analyst][value='B. Second']", "Enter")
    tab.wait_for_selector("#matrix[data-ready=yes]")
    assert tab.locator("[data-cell][tabindex='0']").count() == 1
    tab.focus("[data-cell][tabindex='0']")
    for key in ("Digit5", "ArrowRight", "Digit2", "ArrowDown", "Digit4", "End", "Digit6", "Control+Home"):
        tab.keyboard.press(key)
    tab.wait_for_selector("#said:has-text('NA cannot bear on it')", state="attached")
    assert tab.inner_text("[data-left]") == "6"
    tab.reload()
    tab.wait_for_selector("#matrix[data-ready=yes]")
    assert tab.is_visible("#restored")
    codes = "[...document.querySelectorAll('[data-cell]')].map((one) => one.dataset.code).join(',')"
    assert tab.evaluate(codes) == "II,C,,,,,I,,,NA"
    tab.focus("[data-cell][tabindex='0']")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.dataset.name") == "cell-0-2"
    tab.click(".rejecting summary")
    tab.fill("[name=rejected-0]", "the date is known")
    tab.press("[name=rejected-0]", "Enter")
    assert tab.evaluate("document.activeElement.name") == "rejected-1"
    tab.wait_for_timeout(300)
    assert not any(one.handed_in for one in selectors.comparisons())
    tab.click("#matrix button.primary")
    tab.wait_for_selector("text=Waiting for B. Second")
    assert tab.evaluate("sessionStorage.length") == 0
    (known,) = selectors.comparisons()
    own = selectors.comparison(known.id, served.analyst.key_id).tables["S. Analyst"]
    assert own.rows[0].cell("staged") is Cell.INCONSISTENT_STRONGLY
