"""Keys that a person puts elsewhere: one list of actions, conflicts told, kept for that person alone."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probata.access import services as access
from probata.access.roles import Role
from probata.web import keyboard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.conftest import Bench

SCRIPT = Path(keyboard.__file__).parent / "static" / "workbench" / "keys.js"


def _change(client: Any, action: str, code: str, **more: str) -> Any:
    return client.post("/keys/change", {"action": action, "code": code, **more}, headers={"Accept": "application/json"})


class TestTheList:
    def test_the_page_and_the_script_have_the_same_keys(self) -> None:
        """Every action of the script has words on the page and the same places, but the two that are never moved."""
        told = re.findall(
            r"^  (\w+): \{ codes: \[([^\]]*)\](?:, shift: (true|false))?", SCRIPT.read_text(), re.MULTILINE
        )
        places = {
            name: tuple((code, {"true": True, "false": False}.get(shift)) for code in re.findall(r'"(\w+)"', codes))
            for name, codes, shift in told
        }
        assert {one.name: one.places for one in keyboard.ACTIONS} == {
            name: found for name, found in places.items() if name not in {"veil", "open"}
        }

    def test_no_two_actions_of_a_screen_stand_at_one_key(self) -> None:
        """As they stand for everybody, one key does one thing on each screen."""
        found = [(a.name, b.name) for a, b in combinations(keyboard.ACTIONS, 2) if keyboard._clash(a, b, {})]
        assert found == []


class TestChanging:
    def test_a_change_is_kept_and_told_to_every_page(self, bench: Bench) -> None:
        """The page of keys shows it, every page carries it for the script, and another person's do not."""
        client = bench.client()
        assert "data-keys" not in client.get("/keys").content.decode()
        assert _change(client, "accept", "KeyP").status_code == 200
        html = client.get("/items").content.decode()
        assert "&quot;accept&quot;: {&quot;code&quot;: &quot;KeyP&quot;, &quot;shift&quot;: false}" in html
        assert "1 moved by you" in client.get("/keys").content.decode()
        access.enrol(bench.keyring, "second", None, frozenset({Role.ANALYST}), reason="a second person")
        assert "data-keys" not in bench.client(name="second").get("/items").content.decode()

    def test_a_taken_key_is_refused_and_both_can_be_exchanged(self, bench: Bench) -> None:
        """The refusal names the other action; exchanged, each stands where the other stood."""
        client = bench.client()
        refused = _change(client, "accept", "KeyN")
        assert refused.status_code == 403
        assert "N is taken" in refused.json()["message"]
        assert "“reject”" in refused.json()["message"]
        # On a screen where both work, comparing, N would confirm and reject at once.
        assert _change(client, "slower", "KeyL", exchange="yes").status_code == 200
        html = client.get("/keys").content.decode()
        assert re.search(r'data-now="slower">L</kbd>', html)
        assert re.search(r'data-now="faster">J</kbd>', html)

    def test_put_back(self, bench: Bench) -> None:
        """One alone, and all; one whose key somebody took meanwhile is refused with the reason."""
        client = bench.client()
        _change(client, "slower", "KeyL", exchange="yes")
        alone = client.post("/keys/reset", {"action": "slower"}, headers={"Accept": "application/json"})
        assert alone.status_code == 403
        assert client.post("/keys/reset", {}, headers={"Accept": "application/json"}).status_code == 200
        assert "as they stand for everybody" in client.get("/keys").content.decode()

    @pytest.mark.parametrize(
        "code", ["Escape", "Tab", "Enter", "ShiftLeft", "F5", "", "<script>", "KeyA\u202e", "x" * 50]
    )
    def test_some_keys_keep_what_they_do(self, bench: Bench, code: str) -> None:
        """Escape veils, Tab and Enter walk and open, whatever is no key is none."""
        assert _change(bench.client(), "accept", code).status_code == 400

    def test_unknown_actions_are_not_there(self, bench: Bench) -> None:
        """Neither the veil's nor anything made up can be moved, nor what was not moved put back."""
        client = bench.client()
        for name in ("veil", "open", "<b>", ""):
            assert _change(client, name, "KeyP").status_code == 404
        assert client.post("/keys/reset", {"action": "accept"}).status_code == 404

    def test_they_survive_a_database_made_anew(self, bench: Bench) -> None:
        """They go where second factors go, since no ledger entry tells of them."""
        client = bench.client()
        _change(client, "accept", "KeyP")
        (kept,) = access.logins()
        assert kept["standing"][0]["keys"] == {"accept": {"code": "KeyP", "shift": False}}

    def test_nobody_logged_in_is_sent_to_the_login(self, bench: Bench) -> None:
        """There is no page of keys for nobody."""
        assert bench.client(log_in=False).get("/keys").status_code == 302


@pytest.mark.browser
@pytest.mark.slow
class TestInABrowser:
    @pytest.fixture
    def visit(self, browser: Any, address: str) -> Iterator[Any]:
        from visiting import Visit

        made = Visit(browser, address).log_in()
        yield made
        assert [line for line in made.complaints if "403" not in line] == []
        made.context.close()

    def test_a_key_is_changed_by_pressing_another(self, visit: Any, served_bench: Bench, tmp_path: Path) -> None:
        """Pressed, it stands there; the old key does nothing more, the help and the buttons name the new one."""
        page = visit.page
        page.goto(f"{visit.address}keys")
        page.click("#forward [data-listen]")
        page.keyboard.press("KeyN")
        page.wait_for_selector("#forward .refused:not([hidden])")
        assert "is taken" in page.inner_text("#forward .refused")
        assert page.is_visible("#forward [data-exchange]")
        page.click("#forward [data-listen]")
        page.keyboard.press("KeyP")
        page.wait_for_selector("#forward.moved")
        page.screenshot(path=tmp_path / "keys.png")
        page = visit.open(served_bench.ordinals)
        page.keyboard.press("Home")
        page.keyboard.press("Period")
        assert page.inner_text("#ordinal") == "0"
        page.keyboard.press("KeyP")
        assert page.inner_text("#ordinal") == "1"
        page.keyboard.press("Shift+Slash")
        shown = page.eval_on_selector_all("#help kbd:not([hidden])", "all => all.map((one) => one.textContent)")
        assert "P" in shown
        assert page.get_attribute("[data-do=forward]", "title").endswith("(P)")
