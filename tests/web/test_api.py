"""The API's door: tokens and what they open, walls, blindness, pages, and the one contract for verbs and programs."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from api_rows import ROWS, SCENE, Called, Unasked, error_of, method_of
from story import ANALYST, COUNSEL, FOUNDER, REVIEWER

if TYPE_CHECKING:
    from story import StoryBench


@pytest.fixture
def fresh(story: StoryBench) -> Called:
    """A workspace for one test."""
    return Called(story)


def test_a_role_that_was_taken_back_is_gone_at_the_next_request(fresh: Called) -> None:
    """What a token may is what its owner may now."""
    from probata.access import selectors, services
    from probata.access.roles import Role

    token = fresh.token(ANALYST)
    body = {"act": "a lamp goes out", "reason": "one clip"}
    assert fresh.send("POST", "/api/incidents", body, token=token).status_code == 200
    who = selectors.person(ANALYST)
    services.grant(fresh.story.keyring(), who, Role.AUDITOR, reason="for a test")
    services.take_back(fresh.story.keyring(), who, Role.ANALYST, reason="for a test")
    refused = fresh.send("POST", "/api/incidents", body, token=token)
    assert (refused.status_code, error_of(refused)) == (403, "not_allowed")
    services.take_back(fresh.story.keyring(), who, Role.AUDITOR, reason="for a test")
    assert fresh.send("GET", "/api/me", token=token).status_code == 401


def test_an_act_is_signed_by_whoever_the_token_belongs_to(fresh: Called) -> None:
    """The ledger's entry names the person, not the program."""
    from probata.access import selectors
    from probata.custody.models import Entry

    fresh.told("POST", "/api/incidents", {"act": "a lamp goes out", "reason": "one clip"}, by=ANALYST)
    last = Entry.objects.order_by("-seq").first()
    assert last is not None
    assert last.actor == selectors.person(ANALYST).key_id


def test_a_session_opens_nothing(fresh: Called) -> None:
    """Cookies are never looked at: a browser that is logged in is nobody here."""
    client = fresh.story.client(ANALYST)
    for path in ("/api/me", "/api/items"):
        answer = client.get(path, headers={"accept": "text/html"})
        assert (answer.status_code, error_of(answer)) == (401, "token_missing")
    assert client.post("/api/incidents", {"act": "x"}).status_code == 401
    # Nor does a call with a token end or begin a session.
    assert "Set-Cookie" not in fresh.send("GET", "/api/me", token=fresh.token(ANALYST)).headers


@pytest.mark.parametrize(
    "token",
    [
        "",
        "pbt_",
        "pbt_0123456789abcdef_" + "a" * 59,
        "pbt_../../../keyring_" + "a" * 59,
        "Bearer",
        "x" * 5000,
        "pbt_ſ",
    ],
)
def test_what_is_no_token_opens_nothing(fresh: Called, token: str) -> None:
    """A misspelt token is refused as an unknown one is."""
    from django.test import Client

    answer = Client(SERVER_NAME="localhost").get("/api/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert error_of(answer) in {"token_missing", "token_not_accepted"}


def test_a_token_of_another_secret_opens_nothing(fresh: Called) -> None:
    """Its id alone is no secret: what opens is the secret, and the checksum proves nothing."""
    from attrs import evolve

    from probata.custody.token_keys import TokenSecret

    known = TokenSecret.read(fresh.token(ANALYST))
    guessed = evolve(TokenSecret.new(), id=known.id).text
    assert fresh.send("GET", "/api/me", token=guessed).status_code == 401
    other = TokenSecret.read(fresh.token(REVIEWER))
    assert fresh.send("GET", "/api/me", token=evolve(other, id=known.id).text).status_code == 401


def test_a_token_of_another_workspace_opens_nothing(fresh: Called) -> None:
    """Also where its file is copied over."""
    from probata.access import services
    from probata.custody.token_keys import TokenNotAccepted, TokenSecret, lock_for, unlock_with

    token, keyring = TokenSecret.new(), fresh.story.keyring(ANALYST)
    locked = lock_for(token, keyring, origin="somewhere.else")
    assert unlock_with(token, locked, origin="somewhere.else") == keyring
    with pytest.raises(TokenNotAccepted):
        unlock_with(token, locked, origin=services.origin())


def test_a_revoked_token_opens_nothing(fresh: Called) -> None:
    """At once, and its key is gone from the disk."""
    from probata.access import services, tokens
    from probata.custody.token_keys import TokenSecret

    text = fresh.token(ANALYST)
    known = TokenSecret.read(text).id
    path = services.keys_folder() / "tokens" / known
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(tokens.TokenNotFound):
        tokens.revoke(fresh.story.keyring(REVIEWER), known)
    tokens.revoke(fresh.story.keyring(ANALYST), known)
    assert fresh.send("GET", "/api/me", token=text).status_code == 401
    assert not path.exists()
    with pytest.raises(tokens.TokenEnded):
        tokens.revoke(fresh.story.keyring(ANALYST), known)


def test_a_token_ends_by_itself(fresh: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest lasts a year."""
    from probata.access import tokens
    from probata.engines import clock
    from probata.terms.errors import InvalidValue

    keyring = fresh.story.keyring(ANALYST)
    may = frozenset({tokens.may_be_given(tokens.services.person_of(keyring).id)[0]})
    text = tokens.make(keyring, label="short", permissions=may, days=1).text
    assert fresh.send("GET", "/api/me", token=text).status_code == 200
    later = clock.now() + timedelta(days=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert fresh.send("GET", "/api/me", token=text).status_code == 401
    for days in (0, 366):
        with pytest.raises(InvalidValue):
            tokens.make(keyring, label="x", permissions=may, days=days)


def test_nothing_of_the_secret_is_on_record(fresh: Called) -> None:
    """Neither the secret nor a digest of it stands in the ledger; the tables come back from it alone."""
    import hashlib

    from probata.access.models import Token
    from probata.custody.models import Opening
    from probata.custody.token_keys import TokenSecret

    token = TokenSecret.read(fresh.token(ANALYST))
    text = " ".join(str(one.record) for one in Opening.objects.all())
    assert token.id in text
    for secret in (token.secret.hex(), token.text[21:], hashlib.sha256(token.secret).hexdigest()):
        assert secret not in text
    assert Token.objects.get(pk=token.id).person.name == ANALYST


def test_no_token_is_made_for_what_takes_a_person(fresh: Called) -> None:
    """Who is enrolled, who is admitted, whole packages: whatever the roles."""
    from probata.access import tokens
    from probata.access.roles import Permission
    from probata.terms.errors import InvalidValue

    may = {Permission.ENROL, Permission.SEAL, Permission.PROPOSE_DISCLOSURE, Permission.SEAL_FINDINGS}
    for permission in may:
        with pytest.raises(InvalidValue):
            tokens.make(fresh.story.keyring(FOUNDER), label="x", permissions=frozenset({permission}))


def test_a_token_shows_no_footage_unless_it_was_made_for_it(fresh: Called) -> None:
    """Whatever its owner may."""
    from probata.access import tokens
    from probata.access.roles import Permission

    may = frozenset({Permission.LIST_ITEMS, Permission.DECIDE})
    token = tokens.make(fresh.story.keyring(ANALYST), label="lists", permissions=may).text
    for what in ("still?ordinal=0", "footage?", "spectrogram?from=0&to=1"):
        refused = fresh.send("GET", f"{fresh.item()}/{what}&purpose=place&way=full", token=token)
        assert (refused.status_code, error_of(refused)) == (403, "token_may_not")


def test_services_ask_the_token_too(fresh: Called) -> None:
    """A token's bounds hold beneath the API: the key it opens signs nothing that it was not made for."""
    from probata.access import services, tokens
    from probata.access.limited import TokenMayNot
    from probata.access.roles import Permission

    may = frozenset({Permission.LIST_ITEMS})
    signer = tokens.opened(tokens.make(fresh.story.keyring(ANALYST), label="reads", permissions=may).text).signer
    with pytest.raises(TokenMayNot):
        services.must_be_allowed(signer, Permission.ASSESS)


def test_the_second_person_stays_blind(fresh: Called) -> None:
    """What the first judged is told to nobody else before the second has judged: by no address."""
    known = fresh.taken()
    words = "it is so heard"
    for by in (REVIEWER, COUNSEL, FOUNDER):
        for path in (f"/api/reviews/{known}", "/api/reviews"):
            told = fresh.told("GET", path, by=by)
            assert next(one for one in told["reviews"] if one["id"] == known)["opinions"] == []
    task = fresh.send("GET", f"/api/reviews/{known}/task", token=fresh.token(REVIEWER))
    assert task.status_code == 200
    assert words not in task.content.decode()
    assert fresh.told("GET", f"/api/reviews/{known}", by=ANALYST)["reviews"][0]["opinions"][0]["reasons"] == words
    refused = fresh.send("GET", f"/api/reviews/{known}/task", token=fresh.token(FOUNDER))
    assert (refused.status_code, error_of(refused)) == (403, "no_place")


def test_what_is_walled_is_not_there(fresh: Called) -> None:
    """Neither at an address, nor in a list, nor as a name in a body, nor in what other records say."""
    from probata.cases import services as cases

    case, item = fresh.story.told.case, fresh.story.items[SCENE]
    cases.wall(case, actor=fresh.story.keyring(COUNSEL).signing, reason="sources are at risk")
    token = fresh.token(REVIEWER)
    unasked = Unasked(fresh)
    hidden = {case, item, fresh.incident(), fresh.proposition("shots"), fresh.story.told.judged.finding}
    # What begins with something that is made first is asked elsewhere, and so is what this person may not do at all.
    made = {"reviews.review", "reviews.task", "intake.report", "footage.stretches", "footage.stretch_sound"}
    made |= {"calculators.synced"}
    for operation, row in ROWS.items():
        if method_of(operation) == "GET" and operation not in made and not operation.startswith("uploads."):
            answer = fresh.send("GET", row.path(unasked), token=token)
            text = answer.content.decode()
            assert answer.status_code in {200, 404}, (operation, text)
            asked = row.path(unasked)
            for name in hidden:
                assert name not in text or name in asked, (operation, name)
            if any(name in asked for name in hidden):
                assert answer.status_code == 404, operation
    for path, body in (
        ("/api/questions", {"text": "x", "case": case}),
        ("/api/questions", {"text": "x", "case": case[:6]}),
        ("/api/intake", {"summary": "x", "items": [item[:10]]}),
        ("/api/reviews", {"proposition": fresh.proposition("shots"), "dimension": "date"}),
        (f"/api/items/{fresh.story.items['wire.txt']}/observations", {"observation": {"premises": [item]}}),
    ):
        refused = fresh.send("POST", path, body, token=token)
        assert (refused.status_code, error_of(refused)[-9:]) == (404, "not_found"), path


def test_who_asks_too_often_waits(fresh: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    """By token, and writing sooner than reading."""
    from probata.web.api import door

    monkeypatch.setattr(door, "MOST_A_MINUTE", dict.fromkeys(door.MOST_A_MINUTE, 2))
    answers = [fresh.send("GET", "/api/me", token=fresh.token(ANALYST)) for _once in range(8)]
    last = answers[-1]
    assert (last.status_code, error_of(last)) == (429, "too_often")
    assert int(last.headers["Retry-After"]) <= 60
    assert fresh.send("GET", "/api/me", token=fresh.token(REVIEWER)).status_code == 200


def test_lists_come_in_pages(fresh: Called) -> None:
    """Each says how many there are in all, and which page is next."""
    first = fresh.told("GET", "/api/items?rows=3")
    assert (len(first["items"]), first["total"], first["next"]) == (3, 8, 2)
    last = fresh.told("GET", "/api/items?rows=3&page=3")
    assert (len(last["items"]), last["next"]) == (2, None)


def test_the_same_contract_serves_verbs_and_programs(fresh: Called, capsys: pytest.CaptureFixture[str]) -> None:
    """What `--json` prints is what the API answers."""
    from probata.cli import __main__ as cli

    root, scene = str(fresh.story.root), fresh.story.items[SCENE]
    for words, path in (
        (["show", scene], fresh.item()),
        (["items"], "/api/items"),
        (["candidates", scene], f"{fresh.item()}/candidates"),
        (["observe", scene], f"{fresh.item()}/observations"),
        (["parties"], "/api/parties"),
        (["propositions"], "/api/propositions"),
        (["assertions"], "/api/assertions"),
        (["incidents"], "/api/incidents"),
        (["intake"], "/api/intake"),
        (["elements", fresh.story.told.table], f"/api/elements/tables/{fresh.story.told.table}"),
        (["cases", fresh.story.told.case], f"/api/cases/{fresh.story.told.case}"),
        (["derivations"], "/api/derivations"),
    ):
        assert cli.main([*words, "-w", root, "--json"]) == 0
        printed = json.loads(capsys.readouterr().out)
        answered = fresh.told("GET", path)
        assert {name: answered[name] for name in printed} == printed, words


def test_a_program_does_not_decide_over_what_it_did_not_see(fresh: Called) -> None:
    """With the `decided_seq` that it read, a decision about two items is refused where somebody decided since."""
    path = f"/api/relations/{fresh.relation()}"
    (relation,) = fresh.told("GET", path, by=REVIEWER)["matches"][0]["relations"]
    body = {"decision": "confirmed", "reason": "the same frames", "seen": relation["decided_seq"]}
    (made,) = fresh.told("POST", f"{path}/decide", body, by=REVIEWER)["matches"][0]["relations"]
    late = fresh.send("POST", f"{path}/decide", {**body, "decision": "rejected"}, token=fresh.token(REVIEWER))
    assert (late.status_code, error_of(late)) == (403, "relation_decided_meanwhile")
    fresh.told("POST", f"{path}/decide", {**body, "seen": made["decided_seq"]}, by=REVIEWER)


def test_the_document_is_for_anybody_and_names_nothing_held_here(fresh: Called) -> None:
    """It tells of the program alone."""
    from django.test import Client

    answer = Client(SERVER_NAME="localhost").get("/api/openapi.json")
    assert answer.status_code == 200
    told = json.loads(answer.content)
    assert told["openapi"].startswith("3.1")
    assert told["components"]["securitySchemes"]
    assert fresh.story.items[SCENE] not in answer.content.decode()


def test_what_is_hidden_falls_out_of_answers(fresh: Called) -> None:
    """The second net: rows that name it go, single fields are emptied, the rest stays as it was."""
    from probata.cases.selectors import EVERYTHING, Sight
    from probata.web.api.door import sieved

    hidden = Sight(cases=frozenset({"c" * 32}), items=frozenset({"a" * 64}))
    told = {
        "item": "a" * 64,
        "rows": [{"other": "a" * 64, "score": 1}, {"other": "b" * 64, "rests_on": [f"item:{'a' * 64}", "finding:f"]}],
        "names": {"a" * 64: 1, "b" * 64: 2},
        "pairs": [["a" * 64, "b" * 64], []],
    }
    assert sieved(told, EVERYTHING) is told
    assert sieved(told, hidden) == {
        "item": None,
        "rows": [{"other": "b" * 64, "rests_on": ["finding:f"]}],
        "names": {"b" * 64: 2},
        "pairs": [["b" * 64], []],
    }
