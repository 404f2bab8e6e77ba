"""Hostile words in every place that takes words: every page that a person can reach shows them as words.

The pages are found as a person finds them, by following links from the desk; a page added later is crawled as well.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from crawling import HTML, MOST_PAGES, Reading, pages

from probata.access import services as access
from probata.access.roles import Role
from probata.capture import services as capture
from probata.cases import services as cases
from probata.cases.incoming import Incoming
from probata.cases.labels import Label
from probata.claims import services as claims
from probata.claims.assertions import Assertion
from probata.claims.parties import Naming, Party, PartyKind
from probata.claims.propositions import Proposition, PropositionType
from probata.claims.stances import Stance
from probata.terms.text import Stated
from probata.verification import services as verification
from probata.verification.assessments import Dimension

if TYPE_CHECKING:
    from tests.web.conftest import Bench

# Each tries another way out of where words stand: text, an attribute in either quote, an address, a script, a template.
PAYLOADS = (
    "<script>alert('p0')</script>",
    "\"><img src=x onerror=alert('p1')>",
    "' autofocus onfocus=alert('p2') x='",
    "javascript:alert('p3')",
    "</title></textarea><svg onload=alert('p4')>",
    "{{ p5 }}{% p5 %}${p5}",
    "&lt;script&gt;p6&lt;/script&gt;",
)
ROOMS = (
    "/", "/items", "/search", "/intake", "/cases", "/incidents", "/claims", "/claims/state", "/reviews",
    "/reviews/open", "/reasoning", "/hypotheses", "/elements", "/places", "/times", "/times/sun", "/times/shadow",
    "/disclosure", "/disclosure/new", "/people", "/wellbeing", "/account", "/account/tokens", "/keys", "/add",
)  # fmt: skip
BIDI = "p7\u202egpj.exe"


@pytest.fixture
def poisoned(bench: Bench) -> Bench:
    """A workspace in which parties, propositions, assertions, cases, questions and reports bear hostile words."""
    analyst = bench.keyring.signing
    for role in (Role.REVIEWER, Role.LEGAL):
        access.enrol(bench.keyring, f"a {role.value}", None, frozenset(Role) - {Role.RECIPIENT}, reason=PAYLOADS[0])
    case = cases.open_case(
        PAYLOADS[1], actor=analyst, kind="journalism", procedure_name="five_pillars", reason=PAYLOADS[2]
    ).id
    label = Label(place="Pelemka", day="2034-03-30", act="killing of captives")
    incident = cases.open_incident(label, actor=analyst, reason=PAYLOADS[4]).id
    cases.put_into_case(case, actor=analyst, kind="incident", member=incident, reason=PAYLOADS[1])
    cases.put_into_case(case, actor=analyst, kind="item", member=bench.text, reason=PAYLOADS[3])
    for number, payload in enumerate(PAYLOADS):
        # A file may bear any name that its system allows, and an article may say anything.
        article = bench.root.parent / f"{number} {payload.replace('/', '∕')}.html"
        article.write_text(
            f"<title>{payload}</title><p>The mill, {payload}, said a clerk of the Mill Gazette, stood.</p>"
            f"<p>“{payload}, and nobody saw it,” the clerk said.</p>",
            encoding="utf-8",
        )
        capture.add(str(article), actor=analyst, reason=payload)
        cases.ask(payload, actor=analyst, case=case, reason=payload)
        speaker = claims.add_party(
            Party(kind=PartyKind.OUTLET, naming=Naming.NAMED, names=(Stated(text=payload, language="en"),)),
            actor=analyst,
        )
        stated = claims.add_proposition(
            Proposition(type=PropositionType.OCCURRED, statement=f"that {payload} is so", incident=incident),
            actor=analyst,
        )
        said = claims.add_assertion(
            Assertion(
                proposition=stated.id,
                stance=Stance.ALLEGES,
                speaker=speaker.id,
                words=Stated(text=payload, language="en"),
                speaker_role=payload,
                derives_from=(f"item:{bench.text}",),
            ),
            actor=analyst,
        )
        claims.translate(said.id, text=payload, language="uk", translator=payload, actor=analyst)
        verification.open_review(stated.id, Dimension.CONTENT, actor=analyst, reason=payload)
        cases.receive(
            [(Incoming(summary=payload, origin=payload, items=(bench.text,)), None)], actor=analyst, reason=payload
        )
    return bench


def test_hostile_words_are_words_on_every_page(poisoned: Bench) -> None:
    """No element, attribute or address on any page comes from words that somebody typed or a file bears."""
    client = poisoned.client()
    shown: set[str] = set()
    count = 0
    for path, html, read in pages(client):
        count += 1
        assert read.faults == [], (path, read.faults)
        assert "\u202e" not in html, path
        for payload in PAYLOADS:
            for raw in (payload, payload.replace("'", "&#x27;")):
                # What needs no escaping to be harmless may stand as it is.
                if raw in html and re.search(r"[<>]", raw):
                    pytest.fail(f"{path} holds {raw!r} as it was typed")
            if payload in unescape(html):
                shown.add(payload)
        policy = client.get(path, headers=HTML)["Content-Security-Policy"]
        assert "unsafe" not in policy, path
        if count >= MOST_PAGES:
            break
    assert count > 60
    assert shown >= set(PAYLOADS)


def test_hostile_words_in_an_address_are_words_on_its_page(poisoned: Bench) -> None:
    """Whatever a page takes from its address, it shows as words or not at all, and never fails over it."""
    client = poisoned.client()
    names = ("q", "page", "case", "incident", "look", "in", "name", "at", "from")
    # All fields at once, each with another of them: what one page does with one field does not hang on the others.
    payloads = (*PAYLOADS, BIDI, "\x00", "9" * 400, "%", "a" * 5000)
    for path in ROOMS:
        for turn in range(len(payloads)):
            given = {name: payloads[(turn + place) % len(payloads)] for place, name in enumerate(names)}
            for asked in (given, {"q": payloads[turn]}):
                answer = client.get(path, asked, headers=HTML)
                assert answer.status_code < 500, (path, asked)
                if answer.streaming or not answer.get("Content-Type", "").startswith("text/html"):
                    continue
                read = Reading()
                read.feed(answer.content.decode())
                assert read.faults == [], (path, asked, read.faults)
                # What somebody typed stands in its field as they typed it; nowhere else.
                around = re.sub(r' (?:value|data-[a-z-]+)="[^"]*"', "", answer.content.decode())
                assert "\u202e" not in around, (path, asked)
