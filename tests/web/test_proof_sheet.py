"""The proof sheet of a recorded relation: facts for whoever may list, footage for whoever asked to see both."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.web.test_compare import EXCERPT, HTML, archive, comparing, picture, relation_of, words

from probata.access import selectors as access_selectors
from probata.access import services as access
from probata.access.roles import Role
from probata.copies import among
from probata.copies import services as copies_services
from probata.web.served import sheets

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.conftest import Bench
    from tests.web.test_compare import Comparing

__all__ = [
    "archive",
    "comparing",
]  # fixtures of the compare page's tests: two clips, one of which holds parts of the other


def test_facts_hold_everything_but_pictures(bench: Bench) -> None:
    """Both originals by digest and name, the relation of the record, pairs with addresses; no picture, no reveal."""
    relation = relation_of(bench)
    answer = bench.client().get(f"/compare/{relation}/proof.json")
    told = json.loads(answer.content)
    assert (told["schema"], told["a"]["sha256"], told["a"]["name"]) == (
        "probata/proof-sheet/1",
        bench.items[EXCERPT],
        EXCERPT,
    )
    assert told["record"]["relation"] == relation
    assert told["record"]["state"] == "candidate"
    pairs = [pair for one in told["stretches"] for pair in one["pairs"]]
    assert len(told["stretches"]) == 2
    assert pairs
    assert all(pair["difference_steps"]["median"] < 8 for pair in pairs)
    assert b"base64" not in answer.content
    assert not [row for row in access_selectors.views(bench.items[EXCERPT]) if "proof" in row.detail]


def test_the_page_is_veiled_until_both_were_asked_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is made or shown before a reason was given for each of the two; then each serving is logged for both."""
    relation, excerpt = relation_of(bench), bench.items[EXCERPT]
    client = bench.client()
    with monkeypatch.context() as patch:
        patch.setattr(sheets, "sheet", lambda _known: pytest.fail("a sheet was made before anybody may see it"))
        for item in (None, excerpt):
            if item:
                assert client.post(f"/items/{item}/reveal", {"purpose": "compare"}).status_code == 200
            refused = client.get(f"/compare/{relation}/proof", headers=HTML)
            assert refused.status_code == 403
            assert "veiled" in words(refused.content.decode())
    assert client.post(f"/items/{bench.ordinals}/reveal", {"purpose": "compare"}).status_code == 200
    shown = client.get(f"/compare/{relation}/proof", headers=HTML)
    page = shown.content.decode()
    assert shown.status_code == 200
    assert page.count("data:image/png;base64,") >= 8
    assert "<details>" in page
    assert "<details open" not in page
    assert f"In the record: relation {relation}, entry" in words(page)
    assert "A machine proposes this relation" in words(page)
    for item in (excerpt, bench.ordinals):
        assert any(f"proof sheet of relation {relation[:8]}" in row.detail for row in access_selectors.views(item))


def test_the_page_can_do_nothing_and_stays_nowhere(bench: Bench) -> None:
    """Sandboxed, loads nothing, runs nothing, is in no cache; what its own policy allows the server's allows too."""
    client = bench.revealed(bench.items[EXCERPT])
    client.post(f"/items/{bench.ordinals}/reveal", {"purpose": "compare"})
    answer = client.get(f"/compare/{relation_of(bench)}/proof")
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; img-src data:; style-src 'sha256-")
    assert policy.split("; ")[1:6] == page_policy(answer.content.decode()).split("; ")[0:5]
    assert answer["Cache-Control"] == "no-store"
    assert not list(bench.root.rglob("proof*"))


def page_policy(page: str) -> str:
    return page.split('http-equiv="Content-Security-Policy" content="')[1].partition('"')[0]


def test_a_decision_makes_another_sheet(bench: Bench) -> None:
    """What a person said stands on the sheet in the place of the machine's proposal."""
    relation = relation_of(bench)
    client = bench.client()
    first = json.loads(client.get(f"/compare/{relation}/proof.json").content)
    copies_services.decide(relation, actor=bench.keyring.signing, decision="rejected", reason="another <b>day</b>")
    second = json.loads(client.get(f"/compare/{relation}/proof.json").content)
    assert (first["record"]["state"], second["record"]["state"]) == ("candidate", "rejected")
    assert second["record"]["decided_why"] == "another <b>day</b>"
    for item in (bench.items[EXCERPT], bench.ordinals):
        client.post(f"/items/{item}/reveal", {"purpose": "compare"})
    page = client.get(f"/compare/{relation}/proof").content.decode()
    assert "Rejected by S. Analyst: another &lt;b&gt;day&lt;/b&gt;" in page
    assert "A machine proposes" not in page


def test_whoever_may_not_see_footage_reads_the_facts(bench: Bench) -> None:
    """An auditor gets the facts and is refused the page, with who may see it."""
    relation = relation_of(bench)
    access.enrol(bench.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
    auditor = bench.client(name="auditor")
    assert auditor.get(f"/compare/{relation}/proof.json").status_code == 200
    refused = auditor.get(f"/compare/{relation}/proof", headers=HTML)
    assert refused.status_code == 403
    assert "it takes one of the roles" in words(refused.content.decode())
    assert "The page shows footage, and you may not see that" in words(
        auditor.get(f"/compare/{relation}").content.decode()
    )


def test_what_stands_in_the_way_is_said(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown relation, and a machine without OpenCV, are said in words."""
    relation, client = relation_of(bench), bench.client()
    sheets._held.clear()
    assert client.get("/compare/ffffffff/proof.json").status_code == 404
    monkeypatch.setattr(among.util, "find_spec", lambda _name: None)
    lacking = client.get(f"/compare/{relation}/proof.json")
    assert lacking.status_code == 503
    assert lacking.json()["message"] == "Copies cannot be looked for: OpenCV is not installed here."


def test_a_scene_of_no_proved_moment_has_a_sheet(bench: Bench) -> None:
    """A relation without a line of time gives a sheet that says so, whatever pictures agree."""
    told = bench.client().get(f"/compare/{relation_of(bench, 'same_scene_moment_unproven')}/proof.json").json()
    assert told["says"].endswith("that it is the same moment is not proved")
    assert told["stretches"] == []


@pytest.mark.browser
class TestInABrowser:
    """The sheet as somebody at the compare page comes to it."""

    def test_made_opened_and_veiled_until_a_reason_is_given(self, comparing: Comparing, tmp_path: Path) -> None:
        """Made with one button; its page asks for a reason first, and opens in a tab of its own, folded."""
        page = comparing.page
        page.locator("#proof").scroll_into_view_if_needed()
        picture(page, tmp_path / "before.png")
        page.click("#proof-make")
        assert "Being made" in page.inner_text("#proof-said")
        picture(page, tmp_path / "making.png")
        page.wait_for_selector("#proof-ready:not([hidden])", timeout=90_000)
        assert "pairs of pictures, grey and small" in page.inner_text("#proof-said")
        page.click("#proof-page")
        assert "Reveal both first" in page.inner_text("#proof-refused")
        picture(page, tmp_path / "sealed.png")
        page.click("#reveal")
        page.check("input[name=purpose][value=compare]")
        page.click("#reveal-form button[type=submit]")
        page.wait_for_selector("#stage[data-state=revealed]")
        page.wait_for_selector("#proof-refused", state="hidden")
        with page.context.expect_page() as opened:
            page.click("#proof-page")
        sheet = opened.value
        sheet.wait_for_selector("details")
        sheet.set_viewport_size({"width": 1100, "height": 1400})
        assert sheet.locator("details[open]").count() == 0
        # Its own style applies: the server's policy lets through what the page's lets through.
        assert sheet.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
        sheet.screenshot(path=tmp_path / "sheet.png")
        sheet.click("summary >> nth=0")
        assert sheet.locator("details[open] img").first.evaluate("(one) => one.naturalWidth") > 100
        sheet.screenshot(path=tmp_path / "opened.png")
        sheet.close()

    def test_what_cannot_be_made_says_so(self, comparing: Comparing, tmp_path: Path) -> None:
        """The words of the refusal stand where the sheet would, and the button asks again."""
        page = comparing.page
        refusal = {"message": "Copies cannot be looked for: OpenCV is not installed here.", "advice": "Install it."}
        page.route("**/proof.json", lambda route: route.fulfill(status=503, json=refusal))
        page.click("#proof-make")
        page.wait_for_selector("#proof-refused:not([hidden])")
        assert page.inner_text("#proof-refused").startswith("The sheet could not be made. Copies cannot be looked for")
        assert page.inner_text("#proof-make") == "Try again"
        picture(page, tmp_path / "refused.png")
        comparing.complaints[:] = [line for line in comparing.complaints if "503" not in line]
