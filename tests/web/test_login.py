"""Coming and going: a passphrase opens a keyring, which stays in this process's memory alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from probata.access import services
from probata.access.roles import Role
from probata.engines import clock
from probata.web.gate import presence

if TYPE_CHECKING:
    from tests.web.conftest import Bench

NAME, PASSPHRASE = "Гість", "correct horse battery staple"


@pytest.fixture
def guarded(bench: Bench) -> Bench:
    services.enrol(bench.keyring, NAME, PASSPHRASE, frozenset({Role.ANALYST}), reason="a colleague")
    return bench


def test_a_failure_does_not_say_which_part_was_wrong(guarded: Bench) -> None:
    """An unknown name, a wrong passphrase and both give the same words."""
    client = guarded.client(log_in=False)
    pages = []
    for name, passphrase in ((NAME, "wrong"), ("nobody", PASSPHRASE), ("nobody", "wrong"), (NAME, "")):
        answer = client.post("/login", {"name": name, "passphrase": passphrase})
        assert answer.status_code == 403
        page = answer.content.decode().replace(f'value="{name}"', "")
        pages.append(page[page.index('<p class="notice"') :].split("</p>")[0])
    assert len(set(pages)) == 1
    assert "The name, the passphrase, or both" in pages[0]
    assert client.get("/").status_code == 302


def test_the_passphrase_is_neither_shown_nor_kept(
    bench: Bench, real_work_factor: Callable[[], AbstractContextManager[None]]
) -> None:
    """It is not in the page after a failure, and nothing of the key is in the session store; with a key as shipped."""
    with real_work_factor():
        services.enrol(bench.keyring, NAME, PASSPHRASE, frozenset({Role.ANALYST}), reason="a colleague")
    client = bench.client(log_in=False)
    assert PASSPHRASE not in client.post("/login", {"name": "nobody", "passphrase": PASSPHRASE}).content.decode()
    client.post("/login", {"name": NAME, "passphrase": PASSPHRASE})
    stored = repr(dict(client.session.items()))
    here = presence._present[client.session.session_key]
    assert "_auth_user_id" in stored
    for secret in (PASSPHRASE, here.keyring.identity, here.keyring.signing.seed.hex(), repr(here.keyring.signing.seed)):
        assert secret not in stored


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_a_link_cannot_send_a_person_elsewhere(bench: Bench, target: str) -> None:
    """After login only addresses of this workbench are gone to."""
    answer = bench.client(log_in=False).post("/login", {"name": "S. Analyst", "passphrase": "", "next": target})
    assert answer["Location"] == "/"


def test_login_goes_on_to_what_was_asked(bench: Bench) -> None:
    """A link to an item leads through the login to that item."""
    client = bench.client(log_in=False)
    asked = client.get(f"/items/{bench.ordinals}")["Location"]
    assert asked == f"/login?next=/items/{bench.ordinals}"
    answer = client.post(asked, {"name": "S. Analyst", "passphrase": ""})
    assert answer["Location"] == f"/items/{bench.ordinals}"


def test_logout_locks_the_key_and_clears_the_browser(bench: Bench) -> None:
    """The keyring is gone from memory, the session is over, and the browser is told to drop what it holds."""
    client = bench.client()
    key = client.session.session_key
    assert key in presence._present
    answer = client.post("/logout")
    assert key not in presence._present
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/")["Location"].startswith("/login")


def test_logout_takes_a_form(bench: Bench) -> None:
    """A picture on another page cannot log anybody out."""
    assert bench.client().get("/logout").status_code == 405


def test_a_session_without_its_keyring_ends(bench: Bench) -> None:
    """Whoever holds a session's cookie after the key was locked gets the login."""
    client = bench.client()
    presence._present.pop(client.session.session_key)
    assert client.get("/")["Location"] == "/login"
    assert client.get("/")["Location"].startswith("/login")


def test_presence_ends_with_its_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """After eight hours the key is locked whatever the browser sends, and the next login sweeps it out."""
    client = bench.client()
    key = client.session.session_key
    later = clock.now() + timedelta(hours=8, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get("/")["Location"] == "/login"
    bench.client()
    assert key not in presence._present


def test_a_form_that_is_not_accepted_leaves_no_address_on_the_terminal(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    """Addresses carry digests, which say what is held here."""
    from django.conf import settings
    from django.test import Client

    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    assert client.post(f"/items/{bench.ordinals}/reveal", {"purpose": "place"}).status_code == 403
    assert caplog.records == []
    assert settings.LOGGING["loggers"]["django.security.csrf"] == {"level": "ERROR"}


@pytest.mark.usefixtures("bench")
def test_forms_take_the_sessions_token() -> None:
    """A form that another site sends is refused in words, and does nothing."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    answer = client.post("/login", {"name": "S. Analyst", "passphrase": ""}, headers={"accept": "text/html"})
    assert answer.status_code == 403
    assert "does not belong to this session" in answer.content.decode()


def test_only_names_of_this_machine_are_answered(bench: Bench) -> None:
    """A page elsewhere that points its own name at this machine gets nothing (DNS rebinding)."""
    client = bench.client()
    assert client.get("/", SERVER_NAME="evil.example").status_code == 400
    for host in ("localhost", "127.0.0.1", "[::1]"):
        assert client.get("/login", headers={"host": host}).status_code in {200, 302}


def test_cookies_stay_here(bench: Bench) -> None:
    """The session's cookie is out of reach for scripts and for other sites."""
    client = bench.client()
    cookies = {name: cookie for name, cookie in client.cookies.items() if not name.startswith("probata_form")}
    assert len(cookies) == 1
    for cookie in client.cookies.values():
        assert cookie["samesite"] == "Strict"
        assert cookie["httponly"]
