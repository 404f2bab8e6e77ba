"""Sealing what two people found alike, the page of a finding, and the whole way by keyboard."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen

from probata.access import services as access
from probata.access.roles import Role
from probata.analysis import services as analysis
from probata.verification import selectors, services
from probata.verification.assessments import Dimension

if TYPE_CHECKING:
    from tests.web.conftest import Bench


sys.path.insert(0, str(Path(__file__).parent))

from made_reviews import Panel, made, page, words


@pytest.fixture
def panel(bench: Bench) -> Panel:
    return made(bench)


class TestSealing:
    def test_the_dialog_says_exactly_what_will_be_sealed(self, panel: Panel) -> None:
        """The two sentences, the label, the people, the records, and that it can only be superseded."""
        review = panel.agreed()
        client = panel.client("third")
        told = {"because": "both saw the same ten frames."}
        html = client.post(f"/reviews/{review}/sealing", told).content.decode()
        assert "It is likely (55–80 %) that a convoy crosses the bridge." in html
        assert "Confidence in this judgement is moderate: both saw the same ten frames." in html
        assert "It can only be superseded" in html
        assert "a lorry &lt;script&gt;" in html
        assert selectors.findings() == []
        told["standard"] = "beyond_reasonable_doubt"
        html = client.post(f"/reviews/{review}/sealing", told).content.decode()
        assert "data-refused" in html
        assert "only what is established or refuted" in html

    def test_sealing_and_the_finding_s_page(self, panel: Panel) -> None:
        """Likelihood and confidence on lines of their own; people, digest, and the records as they read."""
        review = panel.agreed()
        client = panel.client("third")
        answer = client.post(f"/reviews/{review}/seal", {"because": "both saw the same ten frames"})
        (found,) = selectors.findings()
        assert answer["Location"] == f"/findings/{found.id}"
        html = page(client, answer["Location"])
        assert '<span class="likelihood">' in html
        assert '<span class="confidence">' in html
        assert f'data-copy="{found.digest}"' in html
        for told in ("first, second", "Sealed by third", "nothing: it stands", "a lorry &lt;script&gt;"):
            assert told in words(html) or told in html
        assert found.id in page(client, "/reviews")
        assert found.id in page(client, f"/reviews/{review}")

    def test_a_record_that_moved_since_is_marked(self, panel: Panel) -> None:
        """It stands as it read when it was sealed, and says what became of it."""
        found = services.seal(panel.agreed(), actor=panel.first, because="both saw it")
        analysis.withdraw(panel.observation, actor=panel.first, reason="a bus")
        html = words(page(panel.client("third"), f"/findings/{found.id}"))
        assert "a lorry" in html
        assert "does not stand any more" in html

    def test_a_review_whose_record_moved_is_halted(self, panel: Panel) -> None:
        """The page says why and leads to opening one that stands instead."""
        review = panel.agreed()
        analysis.withdraw(panel.observation, actor=panel.first, reason="a bus")
        html = page(panel.client("third"), f"/reviews/{review}")
        assert "does not stand any more" in html
        assert f"/reviews/open?proposition={panel.proposition}&amp;dimension=content" in html
        told = {"proposition": panel.proposition, "dimension": "content", "reason": "moved", "anew": "yes"}
        answer = panel.client("third").post("/reviews/opened", told)
        assert selectors.review(answer["Location"].rpartition("/")[2]).replaces == review

    def test_superseding_is_told_on_both(self, panel: Panel) -> None:
        """The old says what stands instead, the new what it supersedes."""
        old = services.seal(panel.agreed(), actor=panel.first, because="both saw it")
        again = services.open_review(panel.proposition, Dimension.CONTENT, actor=panel.first, supersedes=old.id).id
        services.assess(again, panel.judged(), actor=panel.first)
        client = panel.client("second")
        # Whoever judges blind is not told what was found before.
        assert old.id not in page(client, f"/reviews/{again}")
        services.take(again, actor=panel.second)
        assert old.id not in page(client, f"/reviews/{again}")
        services.assess(again, panel.judged(), actor=panel.second)
        new = services.seal(again, actor=panel.first, because="seen anew")
        assert f"/findings/{new.id}" in page(client, f"/findings/{old.id}")
        assert "Superseded: it does not stand any more" in page(client, f"/findings/{old.id}")
        assert f"/findings/{old.id}" in page(client, f"/findings/{new.id}")

    def test_an_analyst_alone_seals_nothing(self, panel: Panel) -> None:
        """The button is closed, with the roles that it takes; the act is refused."""
        review = panel.agreed()
        access.enrol(panel.bench.keyring, "analyst", None, frozenset({Role.ANALYST}), reason="joins")
        client = panel.client("analyst")
        assert "You may not seal findings" in page(client, f"/reviews/{review}")
        answer = client.post(f"/reviews/{review}/seal", {"because": "x"}, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


@pytest.fixture(scope="module")
def seated(served_bench: Bench) -> Panel:
    return made(served_bench)


@frozen(kw_only=True)
class Door:
    """Where people come in: each with a browser of their own; what was asked for, and what went wrong."""

    browser: Any
    address: str
    asked: list[str] = field(factory=list)
    complaints: list[str] = field(factory=list)

    def enter(self, name: str, review: str) -> Any:
        """Somebody's page of a review."""
        page = self.browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.address)
        page.fill("#name", name)
        page.press("#passphrase", "Enter")
        page.wait_for_selector(".rooms")
        page.goto(f"{self.address}reviews/{review}")
        return page


def fill(page: Any, reasons: str) -> None:
    """A likely, with low confidence, and its reasons."""
    page.check("[name=result][value=likely]")
    assert page.is_disabled("[name=likelihood][value=unlikely]")
    page.check("[name=likelihood][value=likely]")
    page.check("[name=confidence][value=low]")
    page.fill("#reasons", reasons)
    page.wait_for_selector("#preview .confidence")
    assert "It is likely (55–80 %)" in page.inner_text("#preview")


def send(page: Any) -> None:
    """Record it, by the keyboard."""
    page.focus("text=Record the judgement")
    page.keyboard.press("Enter")


def judge_first(page: Any, panel: Panel, picture: Path) -> None:
    """By F and A; whoever leaves by accident is asked, and what was typed stays."""
    for key in ("KeyJ", "KeyA", "KeyJ", "KeyF"):
        page.keyboard.press(key)
    assert page.get_attribute("[data-chosen=against] input", "value") == panel.other
    assert page.get_attribute("[data-chosen=for] input", "value") == panel.observation
    fill(page, "I counted three")
    page.screenshot(path=picture)
    page.on("dialog", lambda one: one.dismiss())
    page.evaluate("location.href = '/reviews'")
    assert page.input_value("#reasons") == "I counted three"
    send(page)
    page.wait_for_selector("text=What you found")


def judge_second(page: Any, picture: Path) -> None:
    """Take the place by T; refused where nothing stands on the other side, with what was typed still there."""
    page.keyboard.press("KeyT")
    page.wait_for_selector("form[data-judging]")
    assert "I counted three" not in page.content()
    page.keyboard.press("KeyJ")
    page.keyboard.press("KeyF")
    fill(page, "So did I")
    send(page)
    page.wait_for_selector(".refused:visible")
    assert page.input_value("#reasons") == "So did I"
    page.fill("#other-side", "in every other frame")
    send(page)
    page.wait_for_selector("text=The answers beside each other")
    page.screenshot(path=picture, full_page=True)


def seal(page: Any, picture: Path) -> None:
    """Read in the dialog what will be sealed, then seal it; where nobody answers, it is said where it was asked."""
    page.fill("#because", "both counted three")
    page.focus("[data-ask-seal]")
    page.route("**/sealing", lambda route: route.abort())
    page.keyboard.press("Enter")
    page.wait_for_selector(".refused:has-text('cannot be reached')")
    page.unroute("**/sealing")
    page.keyboard.press("Enter")
    page.wait_for_selector("#seal-dialog[open]")
    assert "both counted three" in page.inner_text("#seal-dialog")
    page.screenshot(path=picture)
    assert selectors.findings() == []
    page.focus("[data-seal]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/findings/*")


@pytest.mark.browser
@pytest.mark.slow
def test_by_keyboard_from_the_first_to_the_seal(browser: Any, address: str, seated: Panel, tmp_path: Path) -> None:
    """The first chooses records by F and A, the second takes the place by T and judges, a third reads and seals."""
    review = seated.review()
    door = Door(browser=browser, address=address)
    judge_first(door.enter("first", review), seated, tmp_path / "first.png")
    judge_second(door.enter("second", review), tmp_path / "second.png")
    third = door.enter("third", review)
    seal(third, tmp_path / "seal.png")
    (found,) = selectors.findings()
    assert found.id in third.url
    assert door.complaints == []
    assert [url for url in door.asked if not url.startswith(address)] == []
    assert not any(url.endswith((".png", "/footage")) for url in door.asked)
