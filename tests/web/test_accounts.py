"""Logging in and staying: second factors, guessing made slow, sessions that end, and the first time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import struct
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from attrs import evolve
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.core.cache import cache

from probata.access import selectors, services
from probata.access.models import Account
from probata.access.roles import Role
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
GUEST, PASSPHRASE = "Гість", "correct horse battery staple"
HOSTILE = "<script>alert(1)</script>\u202e"


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """What one test's person tried does not count against another's, who has the same number."""
    cache.clear()
    presence._pending.clear()
    presence._present.clear()


@pytest.fixture
def guarded(bench: Bench) -> Bench:
    """With a second person, whose key has a passphrase."""
    services.enrol(bench.keyring, GUEST, PASSPHRASE, frozenset({Role.ANALYST}), reason="a colleague")
    return bench


@pytest.fixture
def demanding(monkeypatch: pytest.MonkeyPatch, bench: Bench) -> Bench:
    """A workspace that asks everybody for a second factor."""
    access = evolve(settings.PROBATA.access, second_factor="required")
    monkeypatch.setattr(settings, "PROBATA", evolve(settings.PROBATA, access=access))
    return bench


def code_of(secret: str, *, step: int = 0) -> str:
    """What an authenticator shows for a secret (RFC 6238 over RFC 4226)."""
    counter = int(time.time()) // 30 + step
    sha1 = hashlib.sha1  # noqa: TID251  what authenticators compute (RFC 6238)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def set_up_totp(client: Client, passphrase: str = "") -> tuple[str, list[str]]:
    """Set an authenticator up as the page leads through it; gives the secret, and the recovery codes shown."""
    page = client.get("/account/factors/authenticator", headers=HTML).content.decode()
    found = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', page)
    assert found
    secret = found.group(1).replace(" ", "")
    answer = client.post(
        "/account/factors/authenticator", {"code": code_of(secret), "passphrase": passphrase}, headers=HTML
    )
    assert answer.status_code == 200, answer.content
    codes = re.findall(r"<li><code>(\d{5}) (\d{5})</code>", answer.content.decode())
    return secret, ["".join(code) for code in codes]


def first_step(bench: Bench, name: str = NAME, passphrase: str = "") -> Client:
    """A client that gave the right passphrase, and stands before the second step."""
    client = bench.client(log_in=False)
    answer = client.post("/login", {"name": name, "passphrase": passphrase})
    assert (answer.status_code, answer["Location"]) == (302, "/login/second")
    return client


def fail(client: Client, name: str, times: int) -> HttpResponse:
    """Log in wrongly so often; gives the last answer."""
    for _ in range(times):
        answer = client.post("/login", {"name": name, "passphrase": "wrong"}, headers=HTML)
    return answer


def notice(answer: HttpResponse) -> str:
    page = answer.content.decode()
    return page[page.index('<p class="notice"') :].split("</p>")[0]


class TestSecondFactor:
    def test_the_code_of_an_authenticator_completes_a_login(self, bench: Bench) -> None:
        """The passphrase alone leads to the second step and nowhere else; the right code leads on."""
        secret, _ = set_up_totp(bench.client())
        client = first_step(bench)
        assert client.get("/items")["Location"].startswith("/login")
        answer = client.post("/login/second", {"code": "000000"}, headers=HTML)
        assert answer.status_code == 403
        answer = client.post("/login/second", {"code": code_of(secret)})
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert client.get("/items").status_code == 200

    def test_the_way_that_was_asked_for_is_kept_over_two_steps(self, bench: Bench) -> None:
        """A link to an item leads through both steps to that item, and never elsewhere."""
        secret, _ = set_up_totp(bench.client())
        client = bench.client(log_in=False)
        client.post("/login", {"name": NAME, "passphrase": "", "next": f"/items/{bench.ordinals}"})
        assert client.post("/login/second", {"code": code_of(secret)})["Location"] == f"/items/{bench.ordinals}"

    def test_a_code_works_once(self, bench: Bench) -> None:
        """Whoever read a code over a shoulder is too late with it."""
        secret, _ = set_up_totp(bench.client())
        code = code_of(secret)
        assert first_step(bench).post("/login/second", {"code": code}).status_code == 302
        assert first_step(bench).post("/login/second", {"code": code}, headers=HTML).status_code == 403

    def test_codes_cannot_be_tried_at_will(self, bench: Bench) -> None:
        """After five wrong ones even the right one is refused for a while."""
        secret, _ = set_up_totp(bench.client())
        client = first_step(bench)
        for _ in range(5):
            client.post("/login/second", {"code": "000000"})
        answer = client.post("/login/second", {"code": code_of(secret)}, headers=HTML)
        assert answer.status_code == 403
        assert "Too many" in answer.content.decode()

    def test_recovery_codes_are_shown_once_and_work_once(self, bench: Bench) -> None:
        """Ten of them; each stands for the second factor one time; the account says how many are left."""
        client = bench.client()
        _, codes = set_up_totp(client)
        assert len(set(codes)) == 10
        assert codes[0][:5] not in client.get("/account", headers=HTML).content.decode()
        other = first_step(bench)
        assert other.post("/login/second", {"code": codes[0]}).status_code == 302
        assert "9 codes left" in other.get("/account", headers=HTML).content.decode()
        assert first_step(bench).post("/login/second", {"code": codes[0]}).status_code == 403
        fresh = other.post("/account/factors/recovery-codes", {}, headers=HTML).content.decode()
        assert codes[1][:5] not in re.findall(r"<li><code>(\d{5})", fresh)
        assert first_step(bench).post("/login/second", {"code": codes[1]}).status_code == 403

    def test_the_key_waits_in_memory_and_signs_for_nobody(self, bench: Bench) -> None:
        """Between the steps it is under no session, and nothing of it is in the session store."""
        secret, _ = set_up_totp(bench.client())
        before = set(presence._present)
        client = first_step(bench)
        assert set(presence._present) == before
        stored = repr(dict(client.session.items()))
        (waiting,) = presence._pending.values()
        assert waiting.keyring.identity not in stored
        assert waiting.keyring.signing.seed.hex() not in stored
        client.post("/login/second", {"code": code_of(secret)})
        assert not presence._pending

    def test_what_ends_sessions_ends_logins_that_are_half_done(self, bench: Bench) -> None:
        """Whoever gave the passphrase before it was changed, and has the code still to give, begins anew."""
        client = bench.client()
        secret, _ = set_up_totp(client)
        half_way = first_step(bench)
        assert client.post("/account/sessions/end-others").status_code == 302
        answer = half_way.post("/login/second", {"code": code_of(secret)})
        assert answer["Location"] == "/login"
        assert half_way.get("/account")["Location"].startswith("/login")

    def test_the_key_waits_five_minutes(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who comes back later with the right code begins anew, and the key is dropped."""
        secret, _ = set_up_totp(bench.client())
        client = first_step(bench)
        later = clock.now() + timedelta(minutes=5, seconds=1)
        monkeypatch.setattr(clock, "now", lambda: later)
        answer = client.post("/login/second", {"code": code_of(secret)})
        assert (answer.status_code, answer["Location"]) == (302, "/login")
        assert client.get("/items")["Location"].startswith("/login")
        first_step(bench)
        assert len(presence._pending) == 1

    def test_a_session_changes_its_key_at_the_login(self, bench: Bench) -> None:
        """A key that somebody else planted before, or saw between the steps, opens nothing after (fixation)."""
        secret, _ = set_up_totp(bench.client())
        client = first_step(bench)
        planted = client.session.session_key
        client.post("/login/second", {"code": code_of(secret)})
        assert client.session.session_key != planted
        thief = bench.client(log_in=False)
        thief.cookies[settings.SESSION_COOKIE_NAME] = planted
        assert thief.get("/items").status_code == 302

    def test_the_second_step_cannot_be_had_without_the_first(self, bench: Bench) -> None:
        """Neither its page nor a right code leads anywhere for who gave no passphrase."""
        secret, _ = set_up_totp(bench.client())
        client = bench.client(log_in=False)
        assert client.get("/login/second")["Location"] == "/login"
        assert client.post("/login/second", {"code": code_of(secret)})["Location"] == "/login"

    def test_secrets_lie_encrypted(self, bench: Bench) -> None:
        """The database holds neither the authenticator's secret nor the seed of the codes as they are."""
        secret, codes = set_up_totp(bench.client())
        stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
        assert secret not in stored
        assert not any(code in stored for code in codes)

    def test_what_guards_an_account_is_changed_with_its_passphrase(self, guarded: Bench) -> None:
        """Adding, renewing and taking away all ask again; a browser left open gives nothing of it away."""
        client = guarded.client(name=GUEST, passphrase=PASSPHRASE)
        page = client.get("/account/factors/authenticator", headers=HTML).content.decode()
        secret = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', page).group(1).replace(" ", "")  # type: ignore[union-attr]
        wrong = {"code": code_of(secret), "passphrase": "wrong"}
        assert client.post("/account/factors/authenticator", wrong, headers=HTML).status_code == 403
        assert not Authenticator.objects.exists()
        right = {**wrong, "passphrase": PASSPHRASE}
        assert client.post("/account/factors/authenticator", right, headers=HTML).status_code == 200
        factor = Authenticator.objects.get(type="totp").pk
        for path in (f"/account/factors/{factor}/remove", "/account/factors/recovery-codes", "/account/keyring"):
            answer = client.post(path, {"passphrase": "wrong"}, headers=JSON)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_confirmed"), path
        answer = client.post(f"/account/factors/{factor}/remove", {"passphrase": PASSPHRASE}, headers=JSON)
        assert answer.status_code == 200
        assert not Authenticator.objects.exists()

    def test_nobody_takes_another_persons_factor_away(self, guarded: Bench) -> None:
        """It answers as one that is not there."""
        set_up_totp(guarded.client())
        other = guarded.client(name=GUEST, passphrase=PASSPHRASE)
        factor = Authenticator.objects.get(type="totp").pk
        answer = other.post(f"/account/factors/{factor}/remove", {"passphrase": PASSPHRASE}, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (404, "factor_not_found")

    def test_where_it_is_required_nothing_else_opens_before(self, demanding: Bench) -> None:
        """Pages lead to the account, acts are refused; with a factor everything opens, and the last one stays."""
        client = demanding.client()
        assert client.get("/items", headers=HTML)["Location"] == "/account"
        refused = client.post("/cases/open", {}, headers=JSON)
        assert (refused.status_code, refused.json()["code"]) == (403, "something_owed")
        assert "set up a second factor" in refused.json()["message"]
        assert "First set up a second factor" in client.get("/account", headers=HTML).content.decode()
        set_up_totp(client)
        assert client.get("/items", headers=HTML).status_code == 200
        factor = Authenticator.objects.get(type="totp").pk
        answer = client.post(f"/account/factors/{factor}/remove", {}, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (400, "factor_asked")

    def test_a_lost_key_of_the_factors_is_said(self, bench: Bench) -> None:
        """Nobody is let in by a factor that cannot be checked; a custodian can take it away, on the record."""
        custodian = bench.client()
        services.enrol(bench.keyring, "other", None, frozenset({Role.ANALYST}), reason="joins")
        secret, _ = set_up_totp(bench.client(name="other"))
        (settings.PROBATA.keys / services.FACTOR_KEY_FILE).unlink()
        client = first_step(bench, name="other")
        answer = client.post("/login/second", {"code": code_of(secret)}, headers=HTML)
        assert answer.status_code == 403
        assert "second-factors.key" in answer.content.decode()
        who = selectors.person("other")
        answer = custodian.post(f"/people/{who.key_id}/release-factors", {"reason": "key file lost"}, headers=JSON)
        assert answer.status_code == 200, answer.content
        assert custody.history(f"person:{who.key_id}")[-1].action == "release_login"
        bench.client(name="other")


class TestGuessing:
    def test_after_five_failures_one_waits(self, guarded: Bench) -> None:
        """The sixth is not looked at, right or wrong, and is told how long it is."""
        client = guarded.client(log_in=False)
        assert fail(client, GUEST, 5).status_code == 429
        answer = client.post("/login", {"name": GUEST, "passphrase": PASSPHRASE}, headers=HTML)
        assert answer.status_code == 429
        assert "Wait 1 minute" in answer.content.decode()
        assert 0 < int(answer["Retry-After"]) <= 60
        assert client.get("/items").status_code == 302

    def test_a_name_that_nobody_bears_waits_alike(self, guarded: Bench) -> None:
        """Status, words and wait are the same, so that the wait tells nobody who works here."""
        told = []
        for name in (GUEST, "nobody"):
            client = guarded.client(log_in=False)
            answers = [fail(client, name, 1) for _ in range(6)]
            told.append([(one.status_code, notice(one), one.get("Retry-After") is not None) for one in answers])
        assert told[0] == told[1]

    def test_a_name_that_nobody_bears_costs_the_same_work(
        self, guarded: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A keyring is tried in either case, once, so that the time does not tell them apart."""
        tried: list[str | None] = []
        original = services.keys.unlock

        def counting(file: bytes, passphrase: str | None) -> Any:
            tried.append(passphrase)
            return original(file, passphrase)

        monkeypatch.setattr(services.keys, "unlock", counting)
        for name in (GUEST, "nobody"):
            tried.clear()
            fail(guarded.client(log_in=False), name, 1)
            assert tried == ["wrong"]

    def test_the_wait_doubles_up_to_an_hour(self) -> None:
        """One, two, four … minutes."""
        waits = [lockout.wait_after(failures).total_seconds() / 60 for failures in (4, 5, 6, 7, 10, 11, 500)]
        assert waits == [0, 1, 2, 4, 32, 60, 60]

    def test_a_failure_after_the_wait_doubles_it(self, guarded: Bench) -> None:
        """What was counted before stays counted for a day; a login that works forgets it."""
        client = guarded.client(log_in=False)
        fail(client, GUEST, 5)
        AccessAttempt.objects.update(attempt_time=lockout.timezone.now() - timedelta(minutes=2))
        assert "Wait 2 minutes" in fail(client, GUEST, 1).content.decode()
        AccessAttempt.objects.update(attempt_time=lockout.timezone.now() - timedelta(minutes=3))
        guarded.client(name=GUEST, passphrase=PASSPHRASE)
        assert not AccessAttempt.objects.exists()

    def test_another_address_does_not_wait(self, guarded: Bench) -> None:
        """Nobody is kept out by what is tried elsewhere; a header that anybody may write is no other address."""
        client = guarded.client(log_in=False)
        fail(client, GUEST, 5)
        right = {"name": GUEST, "passphrase": PASSPHRASE}
        assert client.post("/login", right, headers={"x-forwarded-for": "10.0.0.9"}).status_code == 429
        assert client.post("/login", right, REMOTE_ADDR="10.0.0.9").status_code == 302

    def test_what_was_typed_is_not_kept(self, guarded: Bench) -> None:
        """Neither passphrases nor names that nobody bears: people type passphrases into the wrong field."""
        client = guarded.client(log_in=False)
        client.post("/login", {"name": PASSPHRASE, "passphrase": "wrong"})
        client.post("/login", {"name": GUEST, "passphrase": "a wrong one"})
        rows = [*AccessAttempt.objects.values_list(), *AccessFailureLog.objects.values_list()]
        assert len(rows) == 4
        assert PASSPHRASE not in repr(rows)
        assert "a wrong one" not in repr(rows)

    def test_a_custodian_ends_the_wait_on_the_record(self, guarded: Bench) -> None:
        """The page of people says who waits and why; others do not see it."""
        client, custodian = guarded.client(log_in=False), guarded.client()
        fail(client, GUEST, 5)
        assert "waits until" in custodian.get("/people", headers=HTML).content.decode()
        key = selectors.person(GUEST).key_id
        assert custodian.post(f"/people/{key}/release", {"reason": ""}, headers=JSON).status_code == 400
        assert custodian.post(f"/people/{key}/release", {"reason": "mistyped"}, headers=JSON).status_code == 200
        assert custody.history(f"person:{key}")[-1].reason == "mistyped"
        guarded.client(name=GUEST, passphrase=PASSPHRASE)


class TestSessions:
    def test_a_session_ends_without_a_sign_of_life(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        """After thirty minutes the key is locked; a page that asks by itself is no sign of life, an act is."""
        client = bench.client()
        start = clock.now()
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=20))
        assert client.get("/presence", headers=JSON).json()["left_s"] in range(590, 601)
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=29))
        assert client.post("/presence/stay", headers=JSON).json()["left_s"] in range(1790, 1801)
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=58))
        assert client.get("/items").status_code == 200
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=89))
        answer = client.get("/presence", headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (403, "nobody_present")
        assert client.get("/items", headers=HTML)["Location"].startswith("/login")

    def test_eight_hours_end_a_session_that_is_used(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        """However often one shows a sign of life."""
        client, start = bench.client(), clock.now()
        for minutes in range(20, 480, 20):
            monkeypatch.setattr(clock, "now", lambda minutes=minutes: start + timedelta(minutes=minutes))
            assert client.post("/presence/stay", headers=JSON).status_code == 200
        assert client.get("/presence", headers=JSON).json()["may_stay"] is False
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(hours=8, seconds=1))
        assert client.get("/items", headers=HTML).status_code == 302

    def test_a_form_sent_after_the_end_is_answered_not_sent_away(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A script is told that nobody is logged in, so that the page can keep what was typed."""
        client, later = bench.client(), clock.now() + timedelta(hours=1)
        monkeypatch.setattr(clock, "now", lambda: later)
        for _ in range(2):
            answer = client.post("/cases/open", {"title": "x"}, headers=JSON)
            assert (answer.status_code, answer.json()["code"]) == (403, "nobody_present")

    def test_other_sessions_are_ended_from_the_account(self, bench: Bench) -> None:
        """At once; this one stays."""
        here, elsewhere = bench.client(), bench.client()
        assert "elsewhere" in here.get("/account", headers=HTML).content.decode()
        assert here.post("/account/sessions/end-others", headers=JSON).status_code == 200
        assert elsewhere.get("/items", headers=HTML).status_code == 302
        assert here.get("/items", headers=HTML).status_code == 200

    def test_somebody_else_sits_down(self, guarded: Bench) -> None:
        """A login in a browser where another person is logged in locks that one's key first."""
        client = guarded.client()
        client.post("/login", {"name": GUEST, "passphrase": PASSPHRASE})
        names = [one.keyring.name for one in presence._present.values()]
        assert names.count(GUEST) == 1
        assert client.get("/account", headers=HTML).content.decode().count(f'<h1><bdi dir="auto">{GUEST}') == 1


class TestAccount:
    def test_the_passphrase_is_changed_by_its_owner(self, guarded: Bench) -> None:
        """The old one is asked, the new one twice; other sessions end; the new one opens the key."""
        client, elsewhere = (guarded.client(name=GUEST, passphrase=PASSPHRASE) for _ in range(2))
        new = {"old": PASSPHRASE, "new": "four words of mine", "again": "four words of mine"}
        for wrong, code in (
            ({**new, "old": "wrong"}, "not_confirmed"),
            ({**new, "again": "other"}, "new_passphrases_differ"),
            ({**new, "new": "short", "again": "short"}, "invalid_value"),
            ({**new, "new": "", "again": ""}, "invalid_value"),
        ):
            assert client.post("/account/passphrase", wrong, headers=JSON).json()["code"] == code
        assert client.post("/account/passphrase", new, headers=JSON).status_code == 200
        assert client.get("/items", headers=HTML).status_code == 200
        assert elsewhere.get("/items", headers=HTML).status_code == 302
        guarded.client(name=GUEST, passphrase="four words of mine")

    def test_preferences_come_with_every_login(self, bench: Bench) -> None:
        """Language, theme and minutes; none beyond what the workspace allows."""
        client = bench.client()
        liked = {"language": "uk", "theme": "paper", "idle_minutes": "5"}
        assert client.post("/account/preferences", liked, headers=JSON).status_code == 200
        for wrong in (
            {"idle_minutes": "31"},
            {"idle_minutes": "1"},
            {"idle_minutes": "٣٠"},
            {"theme": "x"},
            {"language": "xx"},
        ):
            assert client.post("/account/preferences", {**liked, **wrong}, headers=JSON).status_code == 400
        again = bench.client()
        page = again.get("/account", headers=HTML).content.decode()
        assert '<html lang="uk" dir="ltr" data-theme="paper">' in page
        assert again.get("/presence", headers=JSON).json()["left_s"] <= 300

    def test_a_copy_of_the_keyring_opens_with_the_passphrase(self, guarded: Bench) -> None:
        """As it lies on the disk, under a name that names nobody."""
        client = guarded.client(name=GUEST, passphrase=PASSPHRASE)
        answer = client.post("/account/keyring", {"passphrase": PASSPHRASE})
        keyring = services.keys.unlock(answer.content, PASSPHRASE)
        assert keyring.signing.key_id == selectors.person(GUEST).key_id
        assert GUEST not in answer["Content-Disposition"]
        assert client.get("/account/keyring").status_code == 405


class TestPeople:
    def invited(self, client: Client, name: str = "guest", **more: object) -> HttpResponse:
        form = {"name": name, "roles": ["analyst"], "reason": "joins", **more}
        return client.post("/people", form, headers=HTML)

    def test_whoever_is_invited_changes_the_passphrase_first(self, bench: Bench) -> None:
        """It is shown once; at the first login nothing else opens before it is changed."""
        custodian = bench.client()
        page = self.invited(custodian).content.decode()
        found = re.search(r'<code dir="ltr">([0-9a-z-]{23})</code>', page)
        assert found
        first = found.group(1)
        assert first not in custodian.get("/people", headers=HTML).content.decode()
        client = bench.client(name="guest", passphrase=first)
        assert client.get("/items", headers=HTML)["Location"] == "/account"
        same = {"old": first, "new": first, "again": first}
        assert client.post("/account/passphrase", same, headers=JSON).status_code == 400
        own = {"old": first, "new": "four words of mine", "again": "four words of mine"}
        assert client.post("/account/passphrase", own, headers=JSON).status_code == 200
        assert client.get("/items", headers=HTML).status_code == 200

    @pytest.mark.parametrize(
        "wrong", [{"reason": ""}, {"roles": []}, {"roles": ["king"]}, {"name": NAME}, {"name": HOSTILE}]
    )
    def test_a_refused_invitation_costs_nothing_that_was_typed(self, bench: Bench, wrong: dict[str, object]) -> None:
        """The form comes back filled and says why; nobody is enrolled."""
        answer = self.invited(bench.client(), **wrong)
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "<script>alert" not in page
        assert len(selectors.people()) == 1
        assert 'value="joins"' in page or "reason" in wrong

    def test_roles_are_given_and_taken_back_by_a_custodian(self, bench: Bench) -> None:
        """With a reason; refusals say which rule."""
        who = services.person_of(services.enrol(bench.keyring, "x", None, frozenset({Role.ANALYST}), reason="joins"))
        custodian, other = bench.client(), bench.client(name="x")
        give = {"role": "reviewer", "reason": "a second pair of eyes"}
        refused = other.post(f"/people/{who.key_id}/grant", give, headers=JSON)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
        assert custodian.post(f"/people/{who.key_id}/grant", {**give, "reason": " "}, headers=JSON).status_code == 400
        assert custodian.post(f"/people/{who.key_id[:12]}/grant", give, headers=JSON).status_code == 200
        assert selectors.roles(who.id) == {Role.ANALYST, Role.REVIEWER}
        take = {"role": "analyst", "reason": "reviews only"}
        assert custodian.post(f"/people/{who.key_id}/take-back", take, headers=JSON).status_code == 200
        mine = services.person_of(bench.keyring).key_id
        last = custodian.post(f"/people/{mine}/revoke", {"reason": "goes"}, headers=JSON)
        assert (last.status_code, last.json()["code"]) == (403, "last_custodian")
        assert custodian.post("/people/ffffffffffff/grant", give, headers=JSON).status_code == 404

    def test_whoever_is_revoked_is_out_at_once(self, bench: Bench) -> None:
        """Their sessions end, they may do nothing any more, and what they signed still verifies by their key."""
        who = services.person_of(services.enrol(bench.keyring, "x", None, frozenset({Role.ANALYST}), reason="joins"))
        custodian, other = bench.client(), bench.client(name="x")
        assert custodian.post(f"/people/{who.key_id}/revoke", {"reason": "left"}, headers=JSON).status_code == 200
        assert other.get("/items", headers=HTML).status_code == 302
        assert bench.client(name="x").get("/items", headers=HTML).status_code == 403
        assert custody.public_key(who.key_id)
        assert "may do nothing" in custodian.get("/people", headers=HTML).content.decode()

    def test_people_and_permissions_are_told_in_words(self, bench: Bench) -> None:
        """Each person and each permission: whether, and why or why not; what nobody may do is said first."""
        services.enrol(bench.keyring, "x", None, frozenset({Role.AUDITOR}), reason="an audit")
        client = bench.client(name="x")
        page = client.get("/people/permissions", headers=HTML).content.decode()
        assert "it takes one of the roles custodian" in page
        assert "Nobody may" in page
        assert "seal findings" in page
        page = client.get("/people", headers=HTML).content.decode()
        assert "You may see who works here, not change it" in page
        assert "change …" not in page

    @pytest.mark.parametrize("language", ["uk", "ru", "ar"])
    def test_why_somebody_may_not_is_told_in_the_readers_language(self, bench: Bench, language: str) -> None:
        """Also where the reasons of everybody stand side by side, and on one's own account."""
        client = bench.client()
        client.post("/language", {"language": language})
        for path in ("/people/permissions", "/account"):
            page = client.get(path, headers=HTML).content.decode()
            assert "it takes one of" not in page, path
            assert ">as " not in page, path
            assert not re.search(r'title="[^"]*\b(?:paper|night)"', page), path

    def test_the_list_of_people_does_not_grow_slower(self, bench: Bench) -> None:
        """As many looks at the database for five people as for one."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = bench.client()
        counts = []
        for more in (0, 4):
            for number in range(more):
                services.enrol(bench.keyring, f"p{number}", None, frozenset({Role.ANALYST}), reason="joins")
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get("/people", headers=HTML)
            counts.append(len(asked))
        assert counts[0] == counts[1]


class TestFirstRun:
    @pytest.fixture
    def empty(self, template: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
        """A workspace in which nobody is enrolled, served for the first time with a code."""
        from django.db import connections
        from django.test import Client

        from probata.cli import workspace as workspace_module

        root = tmp_path / "fresh"
        template.workspace(root)
        workspace_module.open_workspace(root)
        monkeypatch.setattr(settings, "FIRST_RUN_CODE", services.new_code())
        yield Client(SERVER_NAME="localhost")
        connections.close_all()

    def form(self, **other: str) -> dict[str, str]:
        words = "four words of mine"
        known = {"name": "Перша", "label": "Reading room", "passphrase": words, "again": words}
        return {"code": settings.FIRST_RUN_CODE or "", **known, **other}

    def test_the_first_person_founds_the_workspace_once(self, empty: Client) -> None:
        """Logged in, with what comes next; afterwards the page is gone for everybody."""
        assert empty.get("/")["Location"].startswith("/login")
        assert empty.get("/login")["Location"] == "/first-run"
        code = settings.FIRST_RUN_CODE
        answer = empty.post("/first-run", self.form(), headers=HTML)
        assert (answer.status_code, answer["Location"]) == (302, "/first-steps")
        page = empty.get("/first-steps", headers=HTML).content.decode()
        assert "Keep a copy of your key" in page
        assert Account.objects.get().name == "Перша"
        assert settings.PROBATA.label == "Reading room"
        assert custody.size_and_time()[0] == 1
        for again in (empty, type(empty)(SERVER_NAME="localhost")):
            assert again.get("/first-run", headers=HTML).status_code == 404
            assert again.post("/first-run", self.form(code=code or ""), headers=HTML).status_code == 404
        assert len(selectors.people()) == 1

    def test_it_takes_the_code_of_the_terminal(self, empty: Client) -> None:
        """Another account of this machine reaches the port as well; it may guess five times."""
        for _ in range(5):
            assert empty.post("/first-run", self.form(code="aaaa-bbbb"), headers=HTML).status_code == 403
        assert empty.post("/first-run", self.form(), headers=HTML).status_code == 404
        assert selectors.people() == []

    def test_it_is_there_for_this_machine_alone(self, empty: Client) -> None:
        """Whoever comes from elsewhere finds a login that lets nobody in."""
        assert empty.get("/first-run", REMOTE_ADDR="10.0.0.9").status_code == 404
        assert empty.get("/login", REMOTE_ADDR="10.0.0.9").status_code == 200

    @pytest.mark.parametrize(
        "wrong",
        [
            {"again": "other words"},
            {"passphrase": "short", "again": "short"},
            {"passphrase": "", "again": ""},
            {"name": HOSTILE},
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_made(self, empty: Client, wrong: dict[str, str]) -> None:
        """The name stays typed; the workspace stays empty."""
        answer = empty.post("/first-run", self.form(**wrong), headers=HTML)
        assert answer.status_code == 403
        assert "<script>alert" not in answer.content.decode()
        assert selectors.people() == []

    def test_no_passphrase_takes_a_word(self, empty: Client) -> None:
        """Ticked, and it is allowed on a laptop of one's own."""
        form = self.form(passphrase="", again="", without="yes")
        assert empty.post("/first-run", form, headers=HTML).status_code == 302
        assert not services.is_locked("Перша")
