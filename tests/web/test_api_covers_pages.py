"""What people do on pages, programs do through the API; what they do not is listed here, each with its reason."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from test_accounts_matrix import ROWS

from probata.access.roles import Permission
from probata.access.tokens import FOR_PROGRAMS

BY_OPERATION: dict[str, str] = {
    "intake_answer": "intake.answer_report",
    "intake_assign": "intake.assign",
    # A program reads its own tables; what is in them comes in by one act, as from the page.
    "intake_table": "intake.receive_together",
    "intake_receive": "intake.receive_together",
    "add_files": "uploads.announce",
    "add_file": "uploads.piece",
    "add_preserve": "uploads.preserve",
    "add_cancel": "uploads.cancel",
    "add_report": "intake.receive",
    # A program has no session: it gives its reason with each request.
    "reveal": "footage.still",
    "mark_severity": "footage.mark",
    "take_mark_back": "footage.take_mark_back",
    "looked": "footage.looked",
    "pass_on": "footage.pass_on",
    "take_on": "footage.take_on",
    "item_machines": "machines.look",
    "machines_due": "machines.look_at_due",
    "machines_stop": "machines.stop",
    "read_again": "machines.read_again",
    "decide_candidate": "candidates.decide",
    "translate": "candidates.translate",
    "check_translation": "candidates.check",
    "withdraw": "candidates.withdraw",
    "redaction_propose": "redactions.propose",
    "redaction_render": "redactions.render",
    "redaction_withdraw": "redactions.withdraw",
    "observe": "candidates.observe",
    "observe_candidate": "candidates.take_over",
    "claims_state": "claims.add_proposition",
    "claims_say": "claims.add_assertion",
    "claims_add_party": "claims.add_party",
    "claims_relate": "claims.relate",
    "claims_translate": "claims.translate",
    "claims_trace": "claims.trace",
    "reading_decide": "claims.decide",
    "decide": "matches.decide",
    "hypotheses_open": "weighing.ask",
    "hypotheses_hand_in": "weighing.hand_in",
    "elements_open": "elements.open_table",
    "elements_enter": "elements.enter",
    "elements_search": "elements.search",
    "elements_link": "elements.link",
    "elements_seal": "elements.seal",
    "review_opened": "reviews.open_review",
    "review_take": "reviews.take",
    "review_assess": "reviews.assess",
    "review_seal": "reviews.seal",
    **dict.fromkeys(("places_record", "places_distance_record", "places_times_record"), "weighing.record"),
    **dict.fromkeys(("places_shadow_record", "places_sun_record"), "weighing.record"),
    "places_times_upload": "calculators.when",
    "places_sync_begin": "calculators.sync",
    "places_sync_stop": "machines.stop",
    "places_sync_record": "weighing.record",
    "open_case": "casework.open_case",
    "describe_case": "casework.describe",
    "put_into_case": "casework.put_in",
    "take_out_of_case": "casework.take_out",
    "tick_step": "casework.tick",
    "ask_question": "casework.ask",
    "answer_question": "casework.answer_question",
    "reopen_question": "casework.reopen",
    "hand_over_question": "casework.hand_over",
    "open_incident": "incidents.open_incident",
    "describe_incident": "incidents.describe",
    "link_incidents": "incidents.link",
    "withdraw_link": "incidents.withdraw_link",
    "token_revoke": "account.give_up",
}

_BROWSER = "of a browser's session, which a program has none of"
_SCREEN = "how a person's own screen looks and is used"
_OWN_WAY_IN = "a person's own way in: who holds a token could lock its owner out, or stay when it ends"
_LET_IN = "who is let in takes a person (no token may enrol)"
_KNOWN_BY = "who may know of what takes a person (no token may wall cases)"
_LEAVES = "what leaves takes people who look at it, two of them (no token may propose, release or seal)"
_LOOKED_AT = "whoever releases or refuses a redaction must have looked at it: a person does (no token may release)"
_TOGETHER = "put together in a browser's session; a program sends the whole plan"
_ITS_ADDRESS = "leads to the address of what is chosen; a program names it all at once"
_VIEWING = "one's own viewing is nobody else's: a lost token must not read it, nor show it to somebody"
_KEEPS = "a custodian answers for it by their own hand (no token may seal)"
_SHOWN_FIRST = "shows what an act would do and records nothing; the act refuses in the same words"
_THIS_MACHINE = "names a folder of the machine that serves; a program sends the files, or `probata add` takes them"

FOR_PEOPLE: dict[str, str] = {
    **dict.fromkeys(("login", "mfa_authenticate", "logout", "presence_stay", "account_end_others"), _BROWSER),
    **dict.fromkeys(("language", "theme", "keys_change", "keys_reset", "account_preferences"), _SCREEN),
    **dict.fromkeys(
        ("first_run", "account_passphrase", "account_keyring", "token_made", "tokens_revoke_all"), _OWN_WAY_IN
    ),
    **dict.fromkeys(("factors_totp", "factors_passkey", "factors_codes", "factors_remove"), _OWN_WAY_IN),
    **dict.fromkeys(("people", "people_grant", "people_take_back", "people_revoke"), _LET_IN),
    **dict.fromkeys(("people_release", "people_release_factors", "people_invite_anew"), _LET_IN),
    **dict.fromkeys(("wall_case", "admit_to_case"), _KNOWN_BY),
    **dict.fromkeys(("disclosure_preview", "disclosure_propose", "disclosure_withdraw"), _LEAVES),
    **dict.fromkeys(("disclosure_release", "disclosure_refuse", "disclosure_download"), _LEAVES),
    "disclosure_seal": _LEAVES,
    "checkpoint_sign": _KEEPS,
    **dict.fromkeys(("redaction_release", "redaction_refuse"), _LOOKED_AT),
    "redaction_draft": _TOGETHER,
    "places_sync_choose": _ITS_ADDRESS,
    "disclosure_read_again": "reads again what is about to leave, before the eyes of whoever seals it",
    "disclosure_verify": "reads a package and nothing of the workspace: verify.py does it anywhere",
    **dict.fromkeys(("way", "wellbeing_settings", "wellbeing_paused"), _VIEWING),
    **dict.fromkeys(("wellbeing_release", "wellbeing_take_back"), _VIEWING),
    **dict.fromkeys(("review_preview", "review_sealing"), _SHOWN_FIRST),
    **dict.fromkeys(("intake_folder", "intake_stop"), _THIS_MACHINE),
}


def test_every_act_of_a_page_is_an_operation_or_says_why_not() -> None:
    """A page's act that is new, and neither done by an operation nor left to people for a reason, fails here."""
    acts = {name for name, row in ROWS.items() if row.post is not None}
    assert acts == BY_OPERATION.keys() | FOR_PEOPLE.keys()
    assert not BY_OPERATION.keys() & FOR_PEOPLE.keys()


def test_the_operations_are_there_and_take_no_less_than_the_page() -> None:
    """An operation demands the permission that its page does: no way round a role by a program."""
    from probata.web.api.document import operations

    known = {one.id: one for one in operations()}
    for page, operation in BY_OPERATION.items():
        assert operation in known, page
        needed = ROWS[page].post
        if isinstance(needed, Permission) and page not in {"add_report", "intake_receive"}:
            assert known[operation].permission == needed, page


def test_what_takes_a_person_is_nothing_that_a_token_may() -> None:
    """What is left to people by permission is never given to tokens."""
    for page, why in FOR_PEOPLE.items():
        needed = ROWS[page].post
        if why in (_LET_IN, _KNOWN_BY, _LEAVES, _LOOKED_AT):
            assert isinstance(needed, Permission)
            assert needed not in FOR_PROGRAMS, page
