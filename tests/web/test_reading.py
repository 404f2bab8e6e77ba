"""Reading an article that is preserved: its text, never its page; proposals that a person decides."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probata.access import services as access
from probata.access.roles import Role
from probata.claims import selectors

sys.path[:0] = [str(Path(__file__).parent)]

from claims_made import ARTICLE, party, preserved, stated  # noqa: E402  its folder was put on the path above

if TYPE_CHECKING:
    from tests.web.conftest import Bench


@pytest.fixture
def actor(bench: Bench) -> Any:
    return bench.keyring.signing


@pytest.fixture
def article(actor: Any, tmp_path: Path) -> str:
    """A saved page with scripts, handlers, markup written as text, and a mark that turns the writing."""
    return preserved(actor, tmp_path)


def proposals(html: str) -> list[dict[str, str]]:
    """The proposals of the page, as the form knows them."""
    found = re.findall(r'<li data-row class="proposal[^>]*>', html)
    return [dict(re.findall(r'data-([a-z]+)="([^"]*)"', one)) for one in found]


def page(bench: Bench, item: str, **asked: str) -> str:
    answer = bench.client().get(f"/items/{item}/reading", asked)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def decide(bench: Bench, item: str, one: dict[str, str], **sent: Any) -> Any:
    told = {"start": one["start"], "end": one["end"], "decision": "accepted", **sent}
    return bench.client().post(f"/items/{item}/reading/decide", told, headers={"accept": "application/json"})


def test_the_text_is_shown_and_never_the_page(bench: Bench, article: str) -> None:
    """What the page's scripts, handlers and pictures are is gone; what it wrote as text stays text."""
    html = page(bench, article)
    body = html.split("<main", 1)[1]
    assert "three shots were fired near the mill" in body
    assert not re.search(r"<script|<img|onerror|onclick|<iframe|elsewhere\.invalid", body)
    assert "&lt;script&gt;alert(3)&lt;/script&gt;" in body
    assert "\u202e" not in html
    assert "<title>Reading" in html
    furniture = re.search(r'<details class="furniture">.*?</details>', body, re.DOTALL)
    assert furniture is not None
    assert "World" in furniture[0]


def test_each_proposal_says_who_how_and_why(bench: Bench, article: str) -> None:
    """Speaker, verb, stance and why; its bracket stands in the text, under the same number."""
    html = page(bench, article)
    found = proposals(html)
    assert {"The Hill Ministry"} <= {one["named"] for one in found}
    denial = next(one for one in found if one["stance"] == "denies_act")
    assert re.search(rf'<mark data-of="{denial["number"]}">', html)
    assert 'because of <bdi dir="auto">the verb “denied”' in html
    assert "2031-10-13" in html or "Monday" in html
    assert all(one["state"] == "proposed" for one in found)


def test_accepted_as_it_was_read(bench: Bench, actor: Any, article: str) -> None:
    """With its proposition and the party of that name it is accepted; its words, bytes and hedges come along."""
    ministry = party(actor, "The Hill Ministry", kind="state_body")
    shots = stated(actor, "the soldiers of the ministry fired the shots")
    one = next(one for one in proposals(page(bench, article)) if one["stance"] == "denies_act")
    assert one["speaker"] == ministry
    answer = decide(bench, article, one, of=shots, speaker=ministry, stance=one["stance"], words=one["words"])
    assert answer.status_code == 200, answer.content
    (made,) = selectors.claims().of(shots)
    assert made.thing.appears_in is not None
    assert (made.thing.appears_in.start, made.thing.appears_in.end) == (int(one["start"]), int(one["end"]))
    row = selectors.proposals(article)[int(one["start"]), int(one["end"])]
    assert (row.decision, row.assertion_id) == ("accepted", made.id)  # type: ignore[attr-defined]
    after = next(two for two in proposals(page(bench, article)) if two["number"] == one["number"])
    assert after["state"] == "accepted"
    assert decide(bench, article, one, of=shots, speaker=ministry).json()["code"] == "proposal_decided"
    # The undo of the answer is a later act: it ends the assertion, and both stay readable.
    undone = bench.client().post(answer.json()["undo"], headers={"accept": "application/json"})
    assert undone.status_code == 200, undone.content
    assert selectors.claims().of(shots) == []
    again = decide(bench, article, one, of=shots, speaker=ministry)
    assert again.status_code == 200, again.content


@pytest.mark.parametrize(
    "other", [{"stance": "denies_knowledge"}, {"words": "fired the shots"}, {"via": "post"}, {"speaker": "post"}]
)
def test_what_differs_from_what_was_read_is_corrected(
    bench: Bench, actor: Any, article: str, other: dict[str, str]
) -> None:
    """Another stance, fewer words, somebody who passed it on, another speaker: recorded as corrected."""
    ministry, post = party(actor, "The Hill Ministry", kind="state_body"), party(actor, "Evening Post")
    shots = stated(actor, "the soldiers of the ministry fired the shots")
    one = next(one for one in proposals(page(bench, article)) if one["stance"] == "denies_act")
    sent = {"of": shots, "speaker": ministry, "stance": one["stance"], **other}
    answer = decide(bench, article, one, **{name: post if value == "post" else value for name, value in sent.items()})
    assert answer.status_code == 200, answer.content
    assert selectors.proposals(article)[int(one["start"]), int(one["end"])].decision == "corrected"


def test_words_that_are_not_there_are_refused(bench: Bench, actor: Any, article: str) -> None:
    """A correction may take fewer of the words, never others."""
    ministry = party(actor, "The Hill Ministry", kind="state_body")
    shots = stated(actor, "the soldiers of the ministry fired the shots")
    one = next(one for one in proposals(page(bench, article)) if one["stance"] == "denies_act")
    answer = decide(bench, article, one, of=shots, speaker=ministry, words="nobody fired")
    assert answer.json()["code"] == "words_not_there"


def test_rejected_and_what_was_accepted_rejected_with_a_reason(bench: Bench, actor: Any, article: str) -> None:
    """A proposal is rejected at once; an assertion that came of one only with a reason."""
    ministry = party(actor, "The Hill Ministry", kind="state_body")
    shots = stated(actor, "the soldiers of the ministry fired the shots")
    one, two = proposals(page(bench, article))[:2]
    assert decide(bench, article, one, decision="rejected").status_code == 200
    assert selectors.proposals(article)[int(one["start"]), int(one["end"])].decision == "rejected"
    assert decide(bench, article, two, of=shots, speaker=ministry).status_code == 200
    assert decide(bench, article, two, decision="rejected").json()["code"] == "supersedes_without_reason"
    assert decide(bench, article, two, decision="rejected", reason="of another event").status_code == 200


def test_what_is_not_proposed_is_not_decided(bench: Bench, actor: Any, article: str) -> None:
    """Other bytes, another decision, no proposition, nobody as speaker: each is refused in words."""
    ministry = party(actor, "The Hill Ministry", kind="state_body")
    shots = stated(actor, "the soldiers of the ministry fired the shots")
    one = proposals(page(bench, article))[0]
    assert decide(bench, article, {"start": "1", "end": "2"}, decision="rejected").status_code == 404
    assert decide(bench, article, one, decision="adopted").status_code == 400
    assert decide(bench, article, one, speaker=ministry).status_code == 404
    assert decide(bench, article, one, of=shots).status_code == 400
    assert decide(bench, article, {"start": "x", "end": "2"}).status_code == 400
    assert bench.client().get(f"/items/{'0' * 64}/reading").status_code == 404


def test_what_is_no_text_could_not_be_looked_at(bench: Bench) -> None:
    """Footage is no article: the page says so, and why, and proposes nothing."""
    html = page(bench, bench.cuts)
    assert "Could not look" in html
    assert "data-row" not in html


def test_nothing_found_is_no_proof(bench: Bench, actor: Any, tmp_path: Path) -> None:
    """A text without speech: nothing found, and that this proves nothing."""
    text = "The mill stands by the river. It is old. The road leads past it to the village.\n"
    html = page(bench, preserved(actor, tmp_path, text, "mill.txt"))
    assert "Nothing found:" in html
    assert "That is no proof" in html


def test_a_given_date_is_read_by(bench: Bench, article: str) -> None:
    """Relative dates follow the date that a person gives; what is no date is refused."""
    assert "given by you" in page(bench, article, published="2031-10-21")
    assert bench.client().get(f"/items/{article}/reading", {"published": "soon"}).status_code == 400


def test_an_outside_name_becomes_a_party_and_leads_back(bench: Bench, article: str) -> None:
    """From the article a party and a proposition are recorded, and the way leads back with it chosen."""
    here = f"/items/{article}/reading?n=2"
    sent = {"kind": "state_body", "naming": "named", "name": "The Hill Ministry", "name_language": "en", "back": here}
    client, wanted = bench.client(), {"accept": "application/json"}
    assert client.post("/claims/parties/add", sent, headers=wanted).json()["to"] == here
    sent = {"type": "occurred", "statement": "three shots are fired", "back": here}
    told = client.post("/claims/state", sent, headers=wanted).json()
    assert told["to"] == f"{here}&of={told['made']}"
    html = page(bench, article, n="2", of=told["made"])
    assert f'<option value="{told["made"]}" selected>' in html
    assert 'class="proposal proposed chosen" id="p2"' in html


def test_who_may_only_read_decides_nothing(bench: Bench, article: str) -> None:
    """An auditor reads; a recipient does not; nobody without the role decides."""
    access.enrol(bench.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
    access.enrol(bench.keyring, "recipient", None, frozenset({Role.RECIPIENT}), reason="a package")
    auditor = bench.client(name="auditor")
    html = auditor.get(f"/items/{article}/reading").content.decode()
    assert "You may read proposals, not decide them" in html
    assert 'id="decide-form"' not in html
    one = proposals(html)[0]
    sent = {"start": one["start"], "end": one["end"], "decision": "rejected"}
    assert auditor.post(f"/items/{article}/reading/decide", sent).status_code == 403
    assert bench.client(name="recipient").get(f"/items/{article}/reading").status_code == 403


def test_the_item_leads_to_its_reading(bench: Bench, article: str) -> None:
    """A text's own page links the reading; footage has no such link."""
    client = bench.client()
    assert f"/items/{article}/reading" in client.get(f"/items/{article}").content.decode()
    assert "/reading" not in client.get(f"/items/{bench.cuts}").content.decode()


def test_many_hostile_pages_are_shown_inert(bench: Bench, actor: Any, tmp_path: Path) -> None:
    """Unclosed tags, entities, data addresses, templates, comments that close early: nothing of theirs is markup."""
    hostile = ARTICLE.replace(
        "</article>",
        "<p>The Hill Ministry said that <!-- --!><svg onload=alert(4)> it &#60;b onmouseover=alert(5)&#62; rained."
        '<p><template><img src="data:x" onerror=alert(6)></template><a href="javascript:alert(7)">more</a>'
        "<math><mtext></p><style></math><img src onerror=alert(8)></style>"
        'The Hill Ministry said that "><h1 onclick=alert(9)>it rained.</article>',
    )
    main = page(bench, preserved(actor, tmp_path, hostile)).split("<main", 1)[1].split("</main>")[0]
    assert not re.search(r"<(?:svg|img|template|math|style|iframe|object|b )|javascript:", main)
    assert not re.search(r"<[^>]*\son\w+\s*=", main)
