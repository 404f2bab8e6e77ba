"""What lasts too long: first passphrases, tokens after a changed passphrase, guessing from many addresses."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache

from probata.access import addresses, selectors, services, tokens
from probata.access.models import Account
from probata.access.roles import Permission, Role
from probata.custody import selectors as custody
from probata.engines import clock
from probata.web.gate import lockout, presence

if TYPE_CHECKING:
    from django.http import HttpResponse
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


class TestGuessingFromManyAddresses:
    GUEST, PASSPHRASE = "guest", "correct horse battery staple"

    @pytest.fixture
    def guarded(self, bench: Bench) -> Bench:
        services.enrol(bench.keyring, self.GUEST, self.PASSPHRASE, frozenset({Role.ANALYST}), reason="a colleague")
        return bench

    def tried(self, bench: Bench, address: str, passphrase: str = "wrong", name: str = GUEST) -> HttpResponse:
        """The answer to a login from an address."""
        given = {"name": name, "passphrase": passphrase}
        return bench.client(log_in=False).post("/login", given, headers=HTML, REMOTE_ADDR=address)

    def failed_elsewhere(self, times: int, name: str = GUEST) -> None:
        """Failures from as many addresses, as they are counted."""
        counted = lockout.counted_name(None, {"name": name})
        told = {"user_agent": "", "failures_since_start": 1, "attempt_time": lockout.timezone.now()}
        AccessAttempt.objects.bulk_create(
            AccessAttempt(username=counted, ip_address=f"198.51.100.{at}", **told) for at in range(times)
        )

    def test_after_fifty_a_name_waits_wherever_its_bearer_never_came_from(self, guarded: Bench) -> None:
        """The fiftieth makes it wait, right or wrong, also where nothing failed; where they came in, they come in."""
        home, stranger = "203.0.113.7", "192.0.2.9"
        assert self.tried(guarded, home, self.PASSPHRASE).status_code == 302
        self.failed_elsewhere(49)
        assert self.tried(guarded, "192.0.2.8").status_code == 429
        answer = self.tried(guarded, stranger, self.PASSPHRASE)
        assert answer.status_code == 429
        assert "Wait 1 minute" in answer.content.decode()
        assert self.tried(guarded, home, self.PASSPHRASE).status_code == 302
        assert self.tried(guarded, stranger, self.PASSPHRASE).status_code == 429

    def test_the_wait_grows_and_a_custodian_ends_it(self, guarded: Bench) -> None:
        """Twice as long after each further failure; the page of people says it once, and not an address each."""
        self.failed_elsewhere(50)
        AccessAttempt.objects.update(attempt_time=lockout.timezone.now() - timedelta(minutes=2))
        assert "Wait 2 minutes" in self.tried(guarded, "192.0.2.9").content.decode()
        custodian = guarded.client()
        page = custodian.get("/people", headers=HTML).content.decode()
        assert page.count("waits until") == 1
        assert "51 failures, over all addresses" in page
        key = selectors.person(self.GUEST).key_id
        assert custodian.post(f"/people/{key}/release", {"reason": "it is they"}, headers=JSON).status_code == 200
        assert self.tried(guarded, "192.0.2.9", self.PASSPHRASE).status_code == 302

    def test_where_they_came_from_five_failures_still_make_it_wait(self, guarded: Bench) -> None:
        """Known addresses are counted as ever; one of IPv6 is known by the network, which stays."""
        home = "2001:db8:1:2::7"
        assert self.tried(guarded, home, self.PASSPHRASE).status_code == 302
        self.failed_elsewhere(50)
        assert self.tried(guarded, "2001:db8:1:2:aaaa::1", self.PASSPHRASE).status_code == 302
        assert self.tried(guarded, "2001:db8:1:3::7", self.PASSPHRASE).status_code == 429
        answers = [self.tried(guarded, home).status_code for _ in range(5)]
        assert answers == [403] * 4 + [429]

    def test_a_name_that_nobody_bears_waits_alike_over_all(self, guarded: Bench) -> None:
        """After as many failures, in the same words: the wait tells nobody who works here."""
        told = []
        for name in (self.GUEST, "nobody"):
            self.failed_elsewhere(50, name)
            answer = self.tried(guarded, "192.0.2.9", name=name)
            page = answer.content.decode()
            told.append((answer.status_code, page[page.index('<p class="notice"') :].split("</p>")[0]))
        assert told[0] == told[1]

    @pytest.mark.usefixtures("guarded")
    def test_no_address_is_kept_as_it_is(self) -> None:
        """Only digests under a key of the workspace, and no more than twenty."""
        account = Account.objects.get(name=self.GUEST)
        for at in range(25):
            addresses.came_from(account, f"198.51.100.{at}")
        kept = services.standing(account).addresses
        assert len(kept) == addresses.MOST
        assert "198.51" not in repr(kept)
        assert addresses.is_known(self.GUEST, "198.51.100.24")
        assert not addresses.is_known(self.GUEST, "198.51.100.1")
