"""The page of one's tokens, and the page that tells programs what they can do."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from story import ANALYST, COUNSEL, CUSTODIAN, FOUNDER, REVIEWER

if TYPE_CHECKING:
    from django.test import Client
    from story import StoryBench

HTML = {"accept": "text/html"}
HOSTILE = "<script>alert(1)</script>"


def shown(client: Client, **sent: Any) -> str:
    """The page, or what it answers to a form."""
    if sent:
        return client.post("/account/tokens/made", sent, headers=HTML).content.decode()
    return client.get("/account/tokens", headers=HTML).content.decode()


def test_nothing_stands_yet(story: StoryBench) -> None:
    """The page says what will stand here, and has the form that begins it."""
    html = shown(story.client(ANALYST))
    assert "No program acts for you." in html
    assert 'name="may" value="list_items" checked' in html
    # Only what the person may, and never what takes a person.
    assert 'value="seal_findings"' not in html
    assert 'value="wall_cases"' not in html
    # What shows footage is chosen by hand, never beforehand.
    assert 'value="view_footage">' in html


def test_a_token_is_shown_once_and_works(story: StoryBench) -> None:
    """The answer to the form shows it; the page does not show it again."""
    from django.test import Client

    client = story.client(ANALYST)
    html = shown(client, label="notebook", days="7", may=["list_items", "assess"])
    (token,) = re.findall(r'<code dir="ltr" id="token">(pbt_[^<]+)</code>', html)
    assert token not in shown(client)
    assert "notebook" in shown(client)
    program = Client(SERVER_NAME="localhost")
    headers = {"Authorization": f"Bearer {token}"}
    assert program.get("/api/me", headers=headers).json()["may"] == ["list_items", "assess"]
    known = token.split("_")[1]
    assert client.post(f"/account/tokens/{known}/revoke", headers={"accept": "application/json"}).status_code == 200
    assert program.get("/api/me", headers=headers).status_code == 401
    assert "1 token that has ended" in shown(client)


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"label": "x", "days": "7"}, "say what it may do"),
        ({"label": "x", "days": "7", "may": ["seal_findings"]}, "no token of yours may seal findings"),
        ({"label": "x", "days": "7", "may": ["enrol"]}, "no token of yours may enrol"),
        ({"label": "x", "days": "7", "may": ["everything"]}, "say what it may do"),
        ({"label": "x", "days": "366", "may": ["list_items"]}, "it lasts 1 to 365"),
        ({"label": "x", "days": "²", "may": ["list_items"]}, "whole days"),
        ({"label": "", "days": "7", "may": ["list_items"]}, "1 to 80 characters"),
        ({"label": "a\u202eb", "days": "7", "may": ["list_items"]}, "acts instead of writing"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(story: StoryBench, sent: dict[str, Any], why: str) -> None:
    """And says why."""
    client = story.client(FOUNDER)
    answer = client.post("/account/tokens/made", sent, headers=HTML)
    assert answer.status_code == 403
    html = answer.content.decode()
    assert why in html
    assert f'value="{sent["days"]}"' in html
    assert "No program acts for you." in html


def test_names_from_people_are_shown_as_text(story: StoryBench) -> None:
    """Nothing of a label acts in the page."""
    html = shown(story.client(ANALYST), label=HOSTILE, days="7", may=["list_items"])
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html


def test_others_see_nothing_of_a_token_and_a_custodian_may_revoke_it(story: StoryBench) -> None:
    """Who is no custodian is told that there is none."""
    from probata.access import selectors, tokens

    shown(story.client(ANALYST), label="notebook", days="7", may=["list_items"])
    (known,) = tokens.tokens_of(selectors.person(ANALYST))
    assert "notebook" not in shown(story.client(REVIEWER))
    address, script = f"/account/tokens/{known.id}/revoke", {"accept": "application/json"}
    refused = story.client(REVIEWER).post(address, headers=script)
    assert (refused.status_code, refused.json()["code"]) == (404, "token_not_found")
    assert story.client(CUSTODIAN).post(address, {"reason": "lost"}, headers=script).status_code == 200
    assert story.client(ANALYST).post(address, headers=script).json()["code"] == "token_ended"
    assert story.client(ANALYST).get(address).status_code == 405
    assert story.client(ANALYST).post("/account/tokens/0123/revoke", headers=script).status_code == 404


def test_a_form_from_elsewhere_makes_no_token(story: StoryBench) -> None:
    """It takes this session's own."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.cookies = story.client(ANALYST).cookies
    sent = {"label": "x", "days": "7", "may": "list_items"}
    assert client.post("/account/tokens/made", sent).status_code == 403
    assert client.get("/account/tokens/made").headers["Location"] == "/account/tokens"


def test_the_page_for_programs_lists_every_operation(story: StoryBench) -> None:
    """Drawn from the document, with nothing from elsewhere; for those who are logged in."""
    from django.test import Client

    from probata.web.api.document import operations

    html = story.client(COUNSEL).get("/api/docs", headers=HTML).content.decode()
    for one in operations():
        assert f'id="{one.id}"' in html
        assert one.path in html
    assert "<script>" not in html
    assert "//cdn" not in html
    assert Client(SERVER_NAME="localhost").get("/api/docs", headers=HTML).status_code == 302


def test_rebuilding_gives_tokens_back(story: StoryBench, capsys: pytest.CaptureFixture[str]) -> None:
    """They are on the record; what opens them lies beside it."""
    from probata.access import selectors, tokens
    from probata.access.roles import Permission
    from probata.cli import __main__ as cli

    keyring = story.keyring(ANALYST)
    may = frozenset({Permission.LIST_ITEMS})
    kept, gone = (tokens.make(keyring, label=label, permissions=may) for label in ("kept", "gone"))
    tokens.revoke(keyring, gone.id)
    before = tokens.tokens_of(selectors.person(ANALYST))
    assert cli.main(["rebuild", "-w", str(story.root)]) == 0
    assert tokens.tokens_of(selectors.person(ANALYST)) == before
    assert tokens.opened(kept.text).person.name == ANALYST


@pytest.mark.browser
def test_a_token_is_made_by_keyboard(story_address: str, browser: Any) -> None:
    """From the account to the token: named, made, copied, revoked."""
    page = browser.new_page()
    page.goto(f"{story_address}/login")
    page.fill("[name=name]", ANALYST)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(f"{story_address}/account/tokens")
    page.keyboard.type("a notebook")
    page.keyboard.press("Enter")
    page.wait_for_selector("#token")
    assert page.inner_text("#token").startswith("pbt_")
    assert page.evaluate("document.activeElement.dataset.copy").startswith("pbt_")
    page.focus("tr[data-row] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=1 token that has ended")
    assert page.locator("#token").count() == 0
    # Loading the list again made no other.
    assert page.locator("tr[data-row]").count() == 0
    page.close()
