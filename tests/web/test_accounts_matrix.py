"""Every address of the workbench, every role: what a role does not allow is refused, and nothing is done.

Each address has a row in `ROWS`; a new one without a row fails here, and so must say who may use it. A permission
means: without it 403, with it anything else than a refusal by role. Where the form or the thing is looked at before
the role, a refusal may also be 400 or 404 (`later`); nothing is recorded in any case, which is held as well.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen
from django.urls import URLPattern, reverse

from probata.access import services as access
from probata.access.roles import Permission, Role, decide
from probata.custody import selectors as custody
from probata.web.work import fixity, jobs

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client
    from tests.web.story import StoryBench

pytestmark = [pytest.mark.slow]

ANYBODY, PERSON = "anybody", "person"
GET, POST = "GET", "POST"
JSON = {"accept": "application/json"}


@frozen(kw_only=True)
class Row:
    """Who may use an address by which method."""

    get: Permission | str | None = None
    post: Permission | str | None = None
    later: bool = False


def reads(permission: Permission | str = Permission.LIST_ITEMS) -> Row:
    """An address that only shows."""
    return Row(get=permission)


def acts(permission: Permission | str, *, later: bool = False) -> Row:
    """An address to which a form is sent."""
    return Row(post=permission, later=later)


# Folders of addresses that hold others, and where those are tested.
FOLDERS = {"api/": "tests/web/test_api.py"}
P = Permission
ROWS: dict[str, Row] = {
    # Coming and going, and what is one's own.
    **dict.fromkeys(("login", "mfa_authenticate", "first_run"), Row(get=ANYBODY, post=ANYBODY)),
    "language": Row(get=PERSON, post=PERSON),
    **dict.fromkeys(("theme", "logout", "presence_stay"), acts(PERSON)),
    **dict.fromkeys(("first_steps", "account", "presence"), reads(PERSON)),
    **dict.fromkeys(("account_passphrase", "account_preferences", "account_end_others"), acts(PERSON)),
    **dict.fromkeys(("account_keyring", "factors_codes", "factors_remove"), acts(PERSON)),
    **dict.fromkeys(("factors_totp", "factors_passkey", "token_made"), Row(get=PERSON, post=PERSON)),
    **dict.fromkeys(("keys", "tokens"), reads(PERSON)),
    **dict.fromkeys(("keys_change", "keys_reset", "token_revoke", "tokens_revoke_all"), acts(PERSON)),
    # People.
    "people": Row(get=P.LIST_ITEMS, post=P.ENROL),
    "people_permissions": reads(),
    **dict.fromkeys(("people_grant", "people_take_back", "people_revoke"), acts(P.ENROL)),
    **dict.fromkeys(("people_release", "people_release_factors", "people_invite_anew"), acts(P.ENROL)),
    # The desk, the intake, and files that are brought in.
    **dict.fromkeys(("desk", "items", "search", "intake", "intake_progress", "intake_bring", "add"), reads()),
    "intake_answer": acts(P.KEEP_CASES, later=True),
    "intake_assign": acts(P.KEEP_CASES),
    "intake_table": acts(P.RECORD_CLAIMS),
    "intake_receive": acts(P.ACQUIRE, later=True),
    "intake_folder": acts(P.ACQUIRE),
    "intake_stop": acts(P.ACQUIRE, later=True),
    "add_file": Row(get=P.ACQUIRE, post=P.ACQUIRE, later=True),
    "add_preserve": acts(P.ACQUIRE),
    "add_pieces": reads(P.ACQUIRE),
    **dict.fromkeys(("add_files", "add_cancel", "add_report"), acts(P.ACQUIRE, later=True)),
    # One item: about it whoever may list, the footage itself whoever may view, and only once it was asked for.
    **dict.fromkeys(("item", "shortened", "custody", "frames", "frame", "tracks", "track_file"), reads()),
    **dict.fromkeys(("wave", "observed", "reading", "severity", "track_rows"), reads()),
    **dict.fromkeys(("footage", "still", "stretch_sound", "spectrogram"), reads(P.VIEW_FOOTAGE)),
    **dict.fromkeys(("reveal", "mark_severity"), acts(P.VIEW_FOOTAGE, later=True)),
    **dict.fromkeys(("looked", "pass_on", "take_on", "take_mark_back"), acts(P.VIEW_FOOTAGE)),
    **dict.fromkeys(("decide_candidate", "translate", "check_translation", "withdraw"), acts(P.DECIDE)),
    **dict.fromkeys(("observe", "observe_candidate"), acts(P.DECIDE, later=True)),
    # Having machines look.
    **dict.fromkeys(("item_machines", "machines_due", "machines_stop"), acts(P.EXAMINE, later=True)),
    **dict.fromkeys(("item_at_work", "custody_fixity"), reads()),
    "read_again": acts(P.CHECK),
    # Claims.
    **dict.fromkeys(("claims", "claims_parties", "claims_proposition"), reads()),
    **dict.fromkeys(("claims_state", "claims_say"), Row(get=P.LIST_ITEMS, post=P.RECORD_CLAIMS, later=True)),
    **dict.fromkeys(("claims_add_party", "claims_relate", "reading_decide"), acts(P.RECORD_CLAIMS, later=True)),
    **dict.fromkeys(("claims_translate", "claims_trace"), acts(P.RECORD_CLAIMS)),
    # Copies.
    **dict.fromkeys(("compare", "alignment", "proof", "proof_facts"), reads()),
    **dict.fromkeys(("together", "together_csv", "together_json"), reads()),
    "decide": acts(P.DECIDE, later=True),
    # Reasoning.
    **dict.fromkeys(("reasoning", "reasoning_records", "hypotheses", "hypotheses_one"), reads()),
    **dict.fromkeys(("elements", "elements_table"), reads()),
    "hypotheses_new": reads(P.ASSESS),
    **dict.fromkeys(("hypotheses_open", "hypotheses_hand_in"), acts(P.ASSESS)),
    "elements_new": reads(P.KEEP_CASES),
    **dict.fromkeys(("elements_open", "elements_enter"), acts(P.KEEP_CASES, later=True)),
    **dict.fromkeys(("elements_search", "elements_link"), acts(P.KEEP_CASES, later=True)),
    "elements_seal": acts(P.SEAL_FINDINGS),
    # Reviews and findings.
    **dict.fromkeys(("reviews", "open_review", "review", "finding"), reads()),
    "review_choices": reads(P.ASSESS),
    **dict.fromkeys(("review_take", "review_preview"), acts(P.ASSESS)),
    **dict.fromkeys(("review_opened", "review_assess"), acts(P.ASSESS, later=True)),
    "review_sealing": acts(P.SEAL_FINDINGS),
    "review_seal": acts(P.SEAL_FINDINGS, later=True),
    # Places and times.
    **dict.fromkeys(("places", "places_around", "places_distance", "places_times", "places_shadow"), reads()),
    **dict.fromkeys(("places_sun", "places_map_file"), reads()),
    **dict.fromkeys(("places_sync", "places_sync_progress"), reads()),
    "places_sync_choose": acts(P.LIST_ITEMS),
    "places_sync_record": acts(P.ASSESS),
    **dict.fromkeys(("places_sync_begin", "places_sync_stop"), acts(P.EXAMINE)),
    "places_times_upload": acts(P.LIST_ITEMS),
    **dict.fromkeys(("places_record", "places_distance_record", "places_times_record"), acts(P.ASSESS)),
    **dict.fromkeys(("places_shadow_record", "places_sun_record"), acts(P.ASSESS)),
    # Cases, questions and incidents.
    **dict.fromkeys(("cases", "case", "incidents", "incident"), reads()),
    **dict.fromkeys(("open_case", "describe_case", "put_into_case", "take_out_of_case"), acts(P.KEEP_CASES)),
    "ask_question": acts(P.KEEP_CASES),
    **dict.fromkeys(("tick_step", "answer_question", "reopen_question"), acts(P.KEEP_CASES, later=True)),
    **dict.fromkeys(("hand_over_question", "open_incident"), acts(P.KEEP_CASES, later=True)),
    **dict.fromkeys(("describe_incident", "link_incidents", "withdraw_link"), acts(P.KEEP_CASES, later=True)),
    **dict.fromkeys(("wall_case", "admit_to_case"), acts(P.WALL_CASES)),
    # One's own viewing.
    "wellbeing": reads(),
    **dict.fromkeys(("way", "wellbeing_settings", "wellbeing_paused", "wellbeing_release"), acts(P.LIST_ITEMS)),
    "wellbeing_take_back": acts(P.LIST_ITEMS),
    # Disclosing.
    **dict.fromkeys(("redactions", "redaction", "redaction_standing"), reads()),
    "redaction_rendition": reads(P.VIEW_FOOTAGE),
    **dict.fromkeys(("redaction_draft", "redaction_propose", "redaction_render"), acts(P.REDACT)),
    "redaction_withdraw": acts(PERSON, later=True),
    **dict.fromkeys(("redaction_release", "redaction_refuse"), acts(P.RELEASE_REDACTION)),
    **dict.fromkeys(("disclosure", "disclosure_one", "disclosure_standing"), reads()),
    "disclosure_new": reads(P.PROPOSE_DISCLOSURE),
    "disclosure_verify": Row(get=P.LIST_ITEMS, post=P.LIST_ITEMS),
    **dict.fromkeys(("disclosure_preview", "disclosure_propose"), acts(P.PROPOSE_DISCLOSURE)),
    "disclosure_withdraw": acts(P.PROPOSE_DISCLOSURE, later=True),
    **dict.fromkeys(("disclosure_release", "disclosure_refuse"), acts(P.RELEASE_DISCLOSURE)),
    "disclosure_download": acts(P.RELEASE_DISCLOSURE),
    **dict.fromkeys(("checkpoint_sign", "disclosure_seal"), acts(P.SEAL)),
    "disclosure_read_again": acts(P.CHECK),
    # What programs are told of their own door.
    "openapi": reads(ANYBODY),
    "api_docs": reads(PERSON),
}


def patterns() -> Iterator[URLPattern]:
    """Every address for people; those of the programs' door are asked by token, and have a test of their own."""
    from probata.web import urls

    for one in urls.urlpatterns:
        if isinstance(one, URLPattern):
            yield one
        else:
            assert str(one.pattern) in FOLDERS, f"{one.pattern} holds addresses without a row"


@pytest.fixture
def roles(story: StoryBench) -> dict[Role | None, Client]:
    """Somebody for each role, who holds nothing else, and somebody without any."""
    keyring = story.keyring()
    found: dict[Role | None, Client] = {}
    for role in Role:
        access.enrol(keyring, f"only {role}", None, frozenset({role}), reason="one role")
        found[role] = story.client(f"only {role}")
    nobody = access.enrol(keyring, "no role", None, frozenset({Role.AUDITOR}), reason="joins")
    access.take_back(keyring, access.person_of(nobody), Role.AUDITOR, reason="leaves")
    found[None] = story.client("no role")
    return found


def sample(story: StoryBench) -> dict[str, Any]:
    """Something of the story for each name in an address."""
    from probata.analysis import selectors as analysis
    from probata.cases import selectors as cases
    from probata.copies import selectors as copies
    from probata.verification import selectors as verification

    looks = [look for one in story.items.values() for look in analysis.looks(one) if look.track_sha256]
    item = looks[0].item
    return {
        "sha256": item,
        "untrusted_digest": item[:12],
        "track": looks[0].track_sha256,
        "format": "json",
        "ordinal": 0,
        "number": 0,
        "job": "0" * 8,
        "factor": 1,
        "person": access.person_of(story.keyring()).key_id,
        "observation": story.told.seen.bodies,
        "translation": "0" * 12,
        "assertion": next(iter(story.told.claims.said.values())),
        "proposition": next(iter(story.told.claims.propositions.values())),
        "untrusted_relation": next((one.id for one in copies.relations_among(story.items.values())), "0" * 12),
        "comparison": story.told.judged.comparison,
        "table": story.told.table,
        "review": verification.reviews()[0].id,
        "finding": story.told.judged.finding,
        "case": story.told.case,
        "question": cases.questions()[0].id,
        "incident": story.told.incidents.roadside,
        "severity_mark": "0" * 12,
    }


def address_of(pattern: URLPattern, named: dict[str, Any]) -> str:
    """An address of this pattern; a name that the story has nothing for is one that nobody bears."""
    kwargs = {name: named.get(name, "0" * 12) for name in pattern.pattern.converters}
    return reverse(pattern.name or "", kwargs=kwargs)


def send(client: Client, method: str, address: str) -> HttpResponse:
    """Ask for an address as a script does, so that a refusal says which rule."""
    if method == GET:
        return client.get(address, headers=JSON)
    return client.post(address, {}, headers=JSON)


def refused_by_role(answer: HttpResponse) -> bool:
    return answer.status_code == 403 and told_code(answer) == "not_allowed"


def told_code(answer: HttpResponse) -> str:
    return str(answer.json().get("code")) if answer["Content-Type"] == "application/json" else ""


def entries_at_rest() -> int:
    """How many entries the ledger has once no reading that was begun before is still to write one."""
    patience = time.monotonic() + 60
    while jobs.going(fixity.ROOM) and time.monotonic() < patience:
        time.sleep(0.02)
    return custody.size_and_time()[0]


def test_every_address_says_who_may_use_it() -> None:
    """A new address without a row, or a row without an address, fails."""
    assert {one.name for one in patterns()} == set(ROWS)


def test_every_role_at_every_address(story: StoryBench, roles: dict[Role | None, Client]) -> None:
    """What a role does not allow is refused as such; what it allows is not; the other method is not there."""
    named, wrong = sample(story), []
    for pattern in patterns():
        row = ROWS.get(pattern.name or "", Row())
        address = address_of(pattern, named)
        if pattern.name == "logout":
            continue
        for role, client in roles.items():
            held = frozenset({role}) if role else frozenset()
            for method, needed in ((GET, row.get), (POST, row.post)):
                before = entries_at_rest()
                answer = send(client, method, address)
                said = refused_by_role(answer)
                told = f"{method} {pattern.name} as {role}: {answer.status_code} {answer.content[:160]!r}"
                if needed is None:
                    fits = answer.status_code == 405
                elif needed in (ANYBODY, PERSON) or decide(held, Permission(needed)).allowed:
                    fits = not said and answer.status_code not in {405, 500}
                else:
                    fits = said or (row.later and answer.status_code in {400, 403, 404, 412})
                    fits = fits and custody.size_and_time()[0] == before
                if not fits:
                    wrong.append(told)
    assert not wrong, "\n".join(wrong)


def test_nobody_logged_in_gets_nothing(story: StoryBench) -> None:
    """Every address but the login's leads to the login, by either method."""
    from django.test import Client

    named, wrong = sample(story), []
    client = Client(SERVER_NAME="localhost")
    for pattern in patterns():
        address = reverse(
            pattern.name or "", kwargs={name: named.get(name, "0" * 12) for name in pattern.pattern.converters}
        )
        row = ROWS.get(pattern.name or "", Row(get=PERSON, post=PERSON))
        for method, needed in ((GET, row.get), (POST, row.post)):
            if needed in (None, ANYBODY):
                continue
            plain = client.get(address) if method == GET else client.post(address)
            answer = send(client, method, address)
            if plain.get("Location", "").partition("?")[0] != "/login" or told_code(answer) != "nobody_present":
                wrong.append(f"{method} {pattern.name}: {plain.status_code}, {answer.status_code}")
    assert not wrong, "\n".join(wrong)
