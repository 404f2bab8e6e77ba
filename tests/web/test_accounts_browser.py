"""Accounts in a browser: a passkey, a session that ends and is taken up again, people invited by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from probata.access import services as access
from probata.access.roles import Role
from probata.custody import selectors as custody

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.conftest import Bench

# One server and one browser for the module, also where tests are shared out among workers.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "S. Analyst"


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A page on the workbench under its name: browsers give no passkey to an address in numbers."""
    named = address.replace("127.0.0.1", "localhost")
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=named)
    made = context.new_page()
    complaints: list[str] = []
    made.on("pageerror", lambda error: complaints.append(str(error)))
    yield made
    context.close()
    assert complaints == []


def log_in(page: Any, name: str = NAME) -> None:
    page.goto("/login")
    page.fill("#name", name)
    page.press("#passphrase", "Enter")


def authenticator(page: Any) -> Any:
    """A security key of Chromium's own, which a person touches at once."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    added = protocol.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "hasResidentKey": True}})
    return protocol, added["authenticatorId"]


def test_a_passkey_is_added_and_then_asked_for(page: Any, served_bench: Bench, tmp_path: Path) -> None:
    """Made on the account page, with recovery codes shown once; the next login takes it, and nothing less."""
    access.enrol(served_bench.keyring, "keyed", None, frozenset({Role.ANALYST}), reason="joins")
    protocol, key = authenticator(page)
    log_in(page, "keyed")
    page.goto("/account/factors/passkey")
    page.fill("#name", "blue key")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".codes")
    assert page.locator(".codes li").count() == 10
    page.screenshot(path=tmp_path / "codes.png")
    assert len(protocol.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1
    page.goto("/account")
    assert "blue key" in page.inner_text("#factors")
    page.click("form[data-leaving] button")
    log_in(page, "keyed")
    page.wait_for_selector("form[data-passkey=get]")
    page.screenshot(path=tmp_path / "second.png")
    page.goto("/items")
    assert page.url.partition("?")[0].endswith("/login")
    log_in(page, "keyed")
    page.wait_for_selector("form[data-passkey=get]")
    page.focus("form[data-passkey=get] button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".rooms")
    page.goto("/account")
    assert "last used" in page.inner_text("#factors")


def test_a_session_warns_ends_and_loses_nothing(page: Any) -> None:
    """A minute before, a dialog and a word in the live region; then all is covered, by name; then one goes on."""
    log_in(page)
    page.wait_for_selector(".rooms")
    page.goto("/people")
    page.fill("#new-name", "typed before the end")
    page.evaluate("""() => { window.left = { left_s: 40, may_stay: true };
        const real = window.fetch;
        window.fetch = (address, options) => String(address).endsWith("/presence") && window.left
          ? Promise.resolve(new Response(JSON.stringify(window.left), { status: window.left.status ?? 200 }))
          : real(address, options); }""")
    look = "document.dispatchEvent(new Event('visibilitychange'))"
    page.evaluate(look)
    page.wait_for_selector("#session-soon:visible")
    assert "one minute" in page.inner_text("#said")
    page.keyboard.press("Escape")
    assert page.is_visible("#session-soon")
    page.focus("#session-stay")
    page.keyboard.press("Enter")
    page.wait_for_selector("#session", state="hidden")
    page.evaluate("window.left = { status: 403 }")
    page.evaluate(look)
    page.wait_for_selector("#session-over:visible")
    assert page.get_by_role("dialog", name="Your key is locked").is_visible()
    assert not page.is_visible("#new-name")
    page.evaluate("window.left = null")
    page.click("#session-back")
    page.wait_for_selector("#session", state="hidden")
    assert page.input_value("#new-name") == "typed before the end"


def test_a_person_is_invited_by_keyboard(page: Any, served_bench: Bench, tmp_path: Path) -> None:
    """Name, a role, a reason, Enter; the first passphrase stands there once, and the act is on the record."""
    log_in(page)
    page.wait_for_selector(".rooms")
    page.goto("/people")
    before = custody.size_and_time()[0]
    page.focus("#new-name")
    page.keyboard.type("Запрошена")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.focus("#new-why")
    page.keyboard.type("reviews the second time")
    page.keyboard.press("Enter")
    page.wait_for_selector(".once code")
    page.screenshot(path=tmp_path / "invited.png", full_page=True)
    assert len(page.inner_text(".once code")) == 23
    assert custody.size_and_time()[0] == before + 1
    page.keyboard.press("KeyJ")
    page.goto("/people")
    assert page.locator(".once").count() == 0
    assert "first passphrase not changed yet" in page.inner_text(".people-list")
    assert served_bench.root.exists()


def test_roles_are_given_in_place_and_a_refusal_loses_nothing(page: Any, served_bench: Bench) -> None:
    """The form under a person's row sends itself; without a reason the browser asks, and a refusal stays beside it."""
    who = access.enrol(served_bench.keyring, "given", None, frozenset({Role.ANALYST}), reason="joins")
    log_in(page)
    page.wait_for_selector(".rooms")
    page.goto("/people")
    row = page.locator(f"#person-{who.signing.key_id[:8]}")
    row.locator("summary").first.click()
    form = row.locator("form[action$=grant]")
    form.locator("select").select_option("reviewer")
    form.locator("input[name=reason]").fill("   ")
    form.locator("button").click()
    page.wait_for_selector("form[action$=grant] .refused:visible")
    form.locator("input[name=reason]").fill("a second pair of eyes")
    form.locator("button").click()
    page.wait_for_selector(".said")
    # The page was loaded anew: whoever listens is told what was done as well.
    page.wait_for_selector("#said:has-text('one role more')", state="attached")
    assert "reviewer" in page.inner_text(f"#person-{who.signing.key_id[:8]}")
