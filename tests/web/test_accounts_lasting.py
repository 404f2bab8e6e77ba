"""What lasts too long or too short: first passphrases that end, tokens after a changed passphrase."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache

from probata.access import selectors, services, tokens
from probata.access.roles import Permission, Role
from probata.custody import selectors as custody
from probata.engines import clock
from probata.web import presence

if TYPE_CHECKING:
    from django.test import Client
    from tests.web.conftest import Bench

HTML = {"accept": "text/html"}
JSON = {"accept": "application/json"}
NAME = "S. Analyst"


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()
    presence._pending.clear()
    presence._present.clear()


def shown(page: str) -> str:
    """The passphrase that a page shows once."""
    found = re.search(r'<code dir="ltr">([0-9a-z-]{23})</code>', page)
    assert found
    return found.group(1)


class TestFirstPassphrase:
    def invited(self, client: Client) -> str:
        form = {"name": "guest", "roles": ["analyst"], "reason": "joins"}
        return shown(client.post("/people", form, headers=HTML).content.decode())

    def test_it_logs_in_for_seven_days_and_then_says_whom_to_ask(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Only whoever gives the right one is told; a wrong one is answered as ever."""
        first = self.invited(bench.client())
        late = clock.now() + timedelta(days=7, minutes=1)
        monkeypatch.setattr(clock, "now", lambda: late)
        client = bench.client(log_in=False)
        answer = client.post("/login", {"name": "guest", "passphrase": first}, headers=HTML)
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "This first passphrase has ended." in page
        assert f'Ask <bdi dir="auto">{NAME}</bdi>, who invited you' in page
        assert client.get("/items").status_code == 302
        wrong = client.post("/login", {"name": "guest", "passphrase": "wrong"}, headers=HTML).content.decode()
        assert "first passphrase" not in wrong

    def test_whoever_invited_invites_anew_on_the_page_of_people(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The answer shows another passphrase once; it logs in, the one before does not, and the record says so."""
        first = self.invited(bench.client())
        late = clock.now() + timedelta(days=8)
        monkeypatch.setattr(clock, "now", lambda: late)
        custodian, who = bench.client(), selectors.person("guest")
        page = custodian.get("/people", headers=HTML).content.decode()
        assert "first passphrase has ended" in page
        path = f"/people/{who.key_id}/invite-anew"
        assert path in page
        assert custodian.post(path, {"reason": ""}, headers=JSON).status_code == 400
        again = shown(custodian.post(path, {"reason": "was ill"}, headers=HTML).content.decode())
        client = bench.client(log_in=False)
        assert client.post("/login", {"name": "guest", "passphrase": first}).status_code == 403
        assert client.post("/login", {"name": "guest", "passphrase": again})["Location"] == "/"
        assert custody.history(f"person:{who.key_id}")[-1].reason == "was ill"

    def test_only_somebody_who_never_chose_one_is_invited_anew(self, bench: Bench) -> None:
        """No custodian sets the passphrase of whoever has one of their own, and nobody else invites."""
        other = services.enrol(bench.keyring, "x", None, frozenset({Role.ANALYST}), reason="joins")
        path = f"/people/{other.signing.key_id}/invite-anew"
        assert bench.client().post(path, {"reason": "forgot it"}, headers=JSON).status_code == 400
        self.invited(bench.client())
        path = f"/people/{selectors.person('guest').key_id}/invite-anew"
        assert bench.client(name="x").post(path, {"reason": "because"}, headers=JSON).status_code == 403


class TestTokensAfterAnotherPassphrase:
    def test_how_many_still_work_is_said_and_one_button_ends_them(self, bench: Bench) -> None:
        """Another passphrase ends no token; the answer and the account say so, and each end is an act of its own."""
        mine = bench.keyring
        for label in ("one", "two"):
            tokens.make(mine, label=label, permissions=frozenset({Permission.LIST_ITEMS}))
        theirs = services.enrol(mine, "x", None, frozenset({Role.ANALYST}), reason="joins")
        tokens.make(theirs, label="theirs", permissions=frozenset({Permission.LIST_ITEMS}))
        client = bench.client()
        new = {"old": "", "new": "four words of mine", "again": "four words of mine"}
        answer = client.post("/account/passphrase", new, headers=JSON).json()
        assert "2 tokens of yours still work." in answer["said"]
        page = client.get("/account", headers=HTML).content.decode()
        assert "2 tokens stand" in page
        assert "Revoke all 2" in page
        assert client.post("/account/tokens/revoke-all", headers=JSON).json()["said"] == "2 tokens were revoked."
        lines = custody.history(f"person:{mine.signing.key_id}")[-2:]
        assert [line.action for line in lines] == ["revoke_token", "revoke_token"]
        assert lines[0].seq != lines[1].seq
        assert "tokens stand" not in client.get("/account", headers=HTML).content.decode()
        assert len(tokens.standing_of(services.person_of(theirs))) == 1
