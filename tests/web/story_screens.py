"""Every screen of the workbench, with what it needs from the story: where it is, who stands before it, what it is for.

`SCREENS` has a row for each; `missing()` tells which address of `probata.web.urls` has none. What answers only acts, or
answers with data or a part of a page, is no screen. `tests/web/test_accessible.py` audits these screens, and
`tools/screens.py` takes their pictures.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from story import ANALYST, COUNSEL, CUSTODIAN, FOUNDER, REVIEWER

from probata.cli.demo_story.names import EXCERPT, LANTERN, SCENE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.test import Client
    from story import StoryBench

NOT_YET_IN = ""
"""Who stands before a screen that is there before anybody logs in."""


@frozen(kw_only=True)
class Screen:
    """A screen: the name of its address, what the address is filled with, and who stands before it."""

    name: str
    words: str
    given: Mapping[str, str] = field(factory=dict)
    query: str = ""
    who: str = FOUNDER
    variant: str = ""
    dialogs: tuple[str, ...] = ()
    revealed: bool = False
    beforehand: str = ""

    @property
    def title(self) -> str:
        """What its picture is called."""
        return "-".join(filter(None, [self.name.replace("_", "-"), self.variant]))

    def path(self, told: Mapping[str, str]) -> str:
        """Its address, filled with ids of the story."""
        from django.urls import reverse

        given = {name: told[key] for name, key in self.given.items()}
        return reverse(self.name, kwargs=given) + self.query


def _shown(name: str, words: str, **more: Any) -> Screen:
    return Screen(name=name, words=words, **more)


ITEM, TEXT = {"sha256": "scene"}, {"sha256": "text"}

SCREENS: tuple[Screen, ...] = (
    _shown("login", "A name and a passphrase open one's keyring.", who=NOT_YET_IN),
    _shown("mfa_authenticate", "The second factor, where somebody set one up.", who=CUSTODIAN),
    _shown("first_run", "The first time: a workspace is founded in the browser.", who=NOT_YET_IN, beforehand="nobody"),
    _shown("first_steps", "What to do first in a new workspace."),
    _shown("desk", "What needs me now."),
    _shown("items", "Every item that is held.", dialogs=("help",)),
    _shown("intake", "What was reported and waits for an answer.", dialogs=("help", "answer-dialog", "assign-dialog")),
    _shown("intake_bring", "Reports brought in from a table or a folder."),
    _shown("add", "Files and addresses are acquired."),
    _shown("search", "Words, in whichever language and script, in all that is held.", query="?q=shots"),
    _shown(
        "item",
        "One item: veiled footage, its tracks on one axis, what is observed beside what is claimed.",
        given=ITEM,
        revealed=True,
        dialogs=("help", "reveal-dialog", "pause-dialog", "session"),
    ),
    _shown("item", "An item that is a text.", given=TEXT, variant="text"),
    _shown("custody", "Who did what with an item, and how to check it.", given=ITEM),
    _shown("redactions", "What others must not see or hear of an item, and the plan that is put together.", given=ITEM),
    _shown("redaction", "One redaction: what it hides, its rendition behind the veil, and who releases it.",
           given={"redaction": "redaction"}, who=COUNSEL, dialogs=("help", "reveal-dialog")),
    _shown("reading", "What a text says, proposed to be decided by a person.", given=TEXT),
    _shown("compare", "Two copies, locked on their alignment.", given={"untrusted_relation": "relation"}),
    _shown("together", "Copies beside each other in words: gaps, edits, and what is said in each.",
           given={"untrusted_relation": "relation"}),
    _shown("claims", "Who says what, how far apart, from how many sources.", dialogs=("help",)),
    _shown("claims_parties", "Who speaks, and on whose behalf."),
    _shown("claims_state", "A proposition is stated, neutrally."),
    _shown("claims_proposition", "One proposition and all that is said of it.", given={"proposition": "proposition"}),
    _shown("claims_say", "A statement is noted, in its own words.", given={"proposition": "proposition"}),
    _shown("reviews", "Reviews, and whose turn it is."),
    _shown("open_review", "A review of a proposition is opened.", who=ANALYST),
    _shown("review", "A review that waits for its first answer.", given={"review": "open"}, variant="open",
           who=ANALYST),
    _shown("review", "The blind form: the second person judges without seeing the first answer.",
           given={"review": "blind_second"}, variant="blind", who=REVIEWER),
    _shown("review", "Two answers that differ, side by side.", given={"review": "disagreed"}, variant="disagreed"),
    _shown("review", "Two answers that agree, ready to be sealed by a third person.",
           given={"review": "agreed"}, variant="agreed", who=COUNSEL),
    _shown("review", "A review whose finding was sealed.", given={"review": "sealed"}, variant="sealed"),
    _shown("finding", "A sealed finding, and on what it rests.", given={"finding": "finding"}),
    _shown("places", "Where: candidates with their radii, for and against."),
    _shown("places_distance", "How far a sound was, from the delay between light and sound."),
    _shown("places_sync", "Recordings of one event on one clock, by what they both heard."),
    _shown("places_times", "When: what bounds a moment, and what contradicts."),
    _shown("places_shadow", "When, from the length of a shadow."),
    _shown("places_sun", "Where the sun stood at a place and a time."),
    _shown("reasoning", "The road of reasoning: from records to findings."),
    _shown("hypotheses", "Hypotheses, compared by two people who worked alone."),
    _shown("hypotheses_new", "A comparison of hypotheses is opened."),
    _shown("hypotheses_one", "One comparison: evidence in rows, hypotheses in columns.",
           given={"comparison": "comparison"}),
    _shown("elements", "Tables of elements of a class of incident."),
    _shown("elements_new", "A table of elements is opened."),
    _shown("elements_table", "One table: for each element what supports, what undermines, and what is missing.",
           given={"table": "table"}),
    _shown("cases", "Cases, with what is open in them."),
    _shown("case", "One case: open questions first.", given={"case": "case"}),
    _shown("incidents", "Incidents, and how they are linked."),
    _shown("incident", "One incident in three times: of the event, of statements, of publication.",
           given={"incident": "incident"}),
    _shown("disclosure", "What was disclosed to whom."),
    _shown("disclosure_new", "A disclosure is put together."),
    _shown("disclosure_one", "A proposed disclosure, as its recipient would have it.",
           given={"disclosure": "disclosure"}),
    _shown("disclosure_verify", "A package that somebody sent is verified."),
    _shown("wellbeing", "One's own ledger of what one was exposed to."),
    _shown("people", "Who may do what here."),
    _shown("people_permissions", "Which role may do what."),
    _shown("account", "One's own keyring, sessions and factors."),
    _shown("factors_totp", "An authenticator is set up."),
    _shown("factors_passkey", "A passkey is set up."),
    _shown("tokens", "Keys for programs, each with an end."),
    _shown("keys", "Which key does what; all can be changed."),
    _shown("api_docs", "The programming interface, described on one page."),
)  # fmt: skip

NO_SCREENS = {
    # parts of a page, seen within it
    "places_sync_progress": "how far the setting on one clock is",
    "item_at_work": "whether machines are at an item, on its page",
    "custody_fixity": "what reading its bytes again has found, in its custody",
    "intake_progress": "the lines of the intake that go on while a folder is read",
    "reasoning_records": "what the picker of the reasoning screens offers",
    "review_choices": "what the picker of a review offers",
    "observed": "the list within the item's page",
    "severity": "the list within the item's page",
    "disclosure_standing": "how far the making of a package is",
    "redaction_standing": "how far the rendering of a redaction is",
    # data
    **dict.fromkeys(("add_file", "add_pieces", "presence", "frames", "frame", "tracks", "wave", "alignment"), "data"),
    **dict.fromkeys(("track_file", "proof_facts", "places_around", "places_map_file", "openapi"), "data"),
    **dict.fromkeys(("together_csv", "together_json"), "data"),
    "track_rows": "rows within the item's page",
    # footage, behind a reveal
    **dict.fromkeys(("footage", "still", "stretch_sound", "spectrogram", "redaction_rendition"), "footage"),
    # a document for print, of the room `copies`, with its own tests
    "proof": "the proof sheet: a document without scripts, in tests/copies and test_proof_sheet.py",
    # leads elsewhere
    "shortened": "leads to an item",
    "language": "an act",
    "token_made": "an act, whose answer is the page of tokens",
}


def missing(client: Client) -> list[str]:
    """Names of addresses that answer a GET, and have neither a row in `SCREENS` nor a reason in `NO_SCREENS`."""
    from django.urls import reverse

    from probata.web import urls

    known = {one.name for one in SCREENS} | NO_SCREENS.keys()
    found = []
    for pattern in urls.urlpatterns:
        name = getattr(pattern, "name", None)
        if name is None or name in known:
            continue
        blank = {"Sha256Converter": "0" * 64, "IntConverter": 1, "SlugConverter": "f" * 32}
        given = {key: blank[type(one).__name__] for key, one in pattern.pattern.converters.items()}
        if client.get(reverse(name, kwargs=given)).status_code != 405:
            found.append(name)
    return found


def prepared(story: StoryBench) -> dict[str, str]:
    """What the addresses are filled with; what the story does not tell is done: a search for copies, a disclosure.

    The custodian sets an authenticator up, so that the second step of a login has somebody before it.
    """
    from probata.verification import selectors as verification

    told = {
        "scene": story.items[SCENE],
        "text": story.items[LANTERN],
        "relation": _relation(story),
        "proposition": story.told.claims.propositions["shots"],
        "finding": story.told.judged.finding,
        "comparison": story.told.judged.comparison,
        "table": story.told.table,
        "case": story.told.case,
        "incident": story.told.incidents.roadside,
        "disclosure": _disclosure(story),
        "redaction": _redaction(story),
    }
    _second_factor(story)
    return told | {one.state.value: one.id for one in verification.reviews()}


def _relation(story: StoryBench) -> str:
    """The relation of the excerpt to the scene, as the house's own search records it."""
    from probata.copies import selectors, services
    from probata.terms.digests import Sha256

    excerpt = Sha256(story.items[EXCERPT])
    with services.one_jail() as jail:
        services.look_for_copies(excerpt, actor=story.keyring().signing, jail=jail)
    return selectors.relations_of(excerpt)[0].id


def _redaction(story: StoryBench) -> str:
    """A redaction of the scene by the analyst, rendered, that waits for somebody else."""
    from probata.redaction import services
    from probata.redaction.plan import RedactionPlan
    from probata.web.served import renditions

    scene = story.items[SCENE]
    table = renditions.frames(scene)
    assert table is not None
    base = f"{table.time_base.numerator}/{table.time_base.denominator}"
    segment = {"start_pts": table.pts[10], "end_pts": table.pts[40], "time_base": base}
    area = {"segment": segment, "box": [0.25, 0.25, 0.25, 0.5], "why": "bystander"}
    plan = RedactionPlan.from_json({"item": scene, "areas": [area], "mutes": [{"segment": segment, "why": "source"}]})
    analyst = story.keyring(ANALYST).signing
    made = services.propose(plan, actor=analyst, reason="somebody who only passes by is seen")
    return services.render(made.id, actor=analyst).id


def _disclosure(story: StoryBench) -> str:
    sent = {
        "recipient": "A court of the example",
        "recipient_is": "a court",
        "purpose": "evidence in a hearing",
        "legal_basis": "an order of that court",
        "reason": "the court asked for it",
        f"of-{story.items[EXCERPT]}": "goes",
    }
    answer = story.client(ANALYST).post("/disclosure/propose", sent, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.content
    return str(answer.json()["to"]).rpartition("/")[2]


def _second_factor(story: StoryBench) -> None:
    client, address = story.client(CUSTODIAN), "/account/factors/authenticator"
    page = client.get(address, headers={"accept": "text/html"}).content.decode()
    found = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', page)
    assert found is not None
    counter = int(time.time()) // 30
    sha1 = hashlib.sha1  # noqa: TID251  what authenticators compute (RFC 6238)
    digest = hmac.new(base64.b32decode(found[1].replace(" ", "")), counter.to_bytes(8, "big"), sha1).digest()
    at = digest[-1] & 15
    code = (int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF) % 1_000_000
    answer = client.post(address, {"code": f"{code:06d}", "passphrase": ""}, headers={"accept": "text/html"})
    assert answer.status_code == 200, answer.content
