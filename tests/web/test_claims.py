"""The claims board and the page of a proposition: who says what, in which words, from how many roots."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from probata.access import services as access
from probata.access.roles import Role
from probata.claims import selectors, services
from probata.claims.propositions import EdgeKind
from probata.terms.ids import new_record_id
from probata.web.screens import claims as screen

sys.path[:0] = [str(Path(__file__).parent)]

from claims_made import HOSTILE, party, preserved, says, stated  # noqa: E402  its folder was put on the path above

if TYPE_CHECKING:
    from tests.web.conftest import Bench


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def got(bench: Bench, address: str, **asked: str) -> str:
    answer = bench.client().get(address, asked)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def told(bench: Bench, address: str, **sent: Any) -> Any:
    return bench.client().post(address, sent, headers={"accept": "application/json"})


@pytest.fixture
def actor(bench: Bench) -> Any:
    return bench.keyring.signing


@pytest.fixture
def story(actor: Any) -> dict[str, str]:
    """Three shots; who fired them; two counts that exclude each other."""
    lantern, post = party(actor, "The Lantern"), party(actor, "Evening Post")
    minister = party(actor, "Міністр", kind="official_role", language="uk")
    shots = stated(actor, "three shots are fired", act="the shooting")
    first = says(actor, shots, lantern, "three shots", stance="confirms_verified")
    second = says(actor, shots, post, "shots, as the Lantern wrote", derives_from=[first])
    denial = says(actor, shots, minister, "Цього не було", stance="denies_act", language="uk")
    services.translate(denial, actor=actor, text="This did not happen", language="en")
    count = {"basis": "reported", "population": "persons", "exhaustive": True}
    many = {"type": "count", "subject": "the clip", "value": {"count": {**count, "min": 3, "max": None}}}
    few = {"type": "count", "subject": "the clip", "value": {"count": {**count, "min": 0, "max": 2}}}
    return {
        "lantern": lantern,
        "post": post,
        "minister": minister,
        "shots": shots,
        "first": first,
        "second": second,
        "denial": denial,
        "many": stated(actor, "three persons or more are there", **many),
        "few": stated(actor, "two persons at most are there", **few),
    }


def test_an_empty_board_says_what_will_stand_there(bench: Bench) -> None:
    """Nothing on record: the page says what a row and a column are, and the one thing that starts it."""
    html = got(bench, "/claims")
    assert "No claim is on record yet" in html
    assert 'href="/claims/state"' in html
    assert "data-row" not in html


def test_a_row_is_what_may_be_so_and_a_column_who_speaks(bench: Bench, story: dict[str, str]) -> None:
    """Cells hold the stance in words; the words themselves stand in their language with every translation."""
    html = got(bench, "/claims")
    row = re.search(rf'<tr data-row id="row-{story["shots"]}".*?</tr>', html, re.DOTALL)
    assert row is not None
    assert "3 sources, 2 independent roots" in text_of(row[0])
    for stance in ("confirms, verified", "alleges", "denies act"):
        assert stance in text_of(row[0])
    assert len(re.findall(r'<th scope="col"', html)) == 4
    assert '<span dir="auto" lang="uk">Цього не було</span>' in row[0]
    listed = re.search(rf'id="words-{story["denial"]}".*?</li>', html, re.DOTALL)
    assert listed is not None
    assert "This did not happen" in listed[0]
    assert "translated by" in listed[0]


def test_contradictions_stand_in_words(bench: Bench, story: dict[str, str]) -> None:
    """What the room computes is said in words, with the reason, on both rows and first on the page."""
    html = text_of(got(bench, "/claims"))
    assert "1 pair cannot both be so" in html
    assert "cannot both be so with two persons at most are there" in html
    assert "the one has at least 3, the other at most 2" in html


def test_filters(bench: Bench, story: dict[str, str]) -> None:
    """By typing, over statements, words and translations; by speaker, which leaves one column."""
    for query, count in (("SHOTS", 1), ("цього", 1), ("not happen", 1), ("persons", 2), ("zzz", 0)):
        assert got(bench, "/claims", q=query).count("<tr data-row") == count, query
    html = got(bench, "/claims", speaker=story["minister"])
    assert html.count("<tr data-row") == 1
    assert len(re.findall(r'<th scope="col"', html)) == 2
    assert "No proposition fits" in got(bench, "/claims", incident=new_record_id())
    assert HOSTILE not in got(bench, "/claims", q=HOSTILE)


def test_what_changed_since_a_day_ago(bench: Bench, story: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was recorded of late is told in words and can be asked for alone; two days on nothing is new."""
    html = text_of(got(bench, "/claims"))
    assert "7 changes since a day ago" in html
    assert "changed 5 times since a day ago" in html
    assert got(bench, "/claims", changed="yes").count("<tr data-row") == 3
    changes_since = screen.board.changes_since
    monkeypatch.setattr(screen.board, "changes_since", lambda now, seen: changes_since(now + timedelta(days=2), seen))
    assert "Nothing changed since a day ago" in got(bench, "/claims")
    assert "No proposition fits" in got(bench, "/claims", changed="yes")


def test_the_board_asks_the_database_as_often_for_many_as_for_few(
    bench: Bench, actor: Any, story: dict[str, str]
) -> None:
    """The number of queries does not grow with assertions or translations."""
    client = bench.client()

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/claims").status_code == 200
        return len(asked)

    says(actor, story["shots"], story["post"], "once more")
    before = queries()
    for number in range(12):
        made = says(actor, story["shots"], story["post"], f"words {number}")
        services.translate(made, actor=actor, text=f"mots {number}", language="fr")
    assert queries() <= before


def test_a_proposition_with_everything_said_of_it(bench: Bench, actor: Any, story: dict[str, str]) -> None:
    """Assertions, roots as a tree in words, where they were taken from, and who recorded them."""
    services.trace(story["denial"], f"item:{bench.cuts}", actor=actor, why="its first frame is quoted")
    services.relate(story["shots"], EdgeKind.ENTAILS, story["many"], actor=actor, why="three were needed")
    html = got(bench, f"/claims/{story['shots']}")
    words = text_of(html)
    assert "The word of The Lantern" in words
    assert re.search(r"Evening Post\s+alleges\s+taken from\s+The Lantern", words)
    assert "Footage" in words
    assert bench.cuts[:8] in words
    assert "its first frame is quoted" in words
    assert "If it is so, then also" in words
    assert "three were needed" in words
    assert f"/claims/{story['many']}" in html


def test_an_unknown_proposition_is_not_found(bench: Bench) -> None:
    """An id that nobody gave: 404, and what to do."""
    answer = bench.client().get(f"/claims/{new_record_id()}")
    assert answer.status_code == 404
    assert bench.client().get("/claims/evil").status_code == 404
    assert told(bench, f"/claims/assertions/{new_record_id()}/translate", text="a", language="en").status_code == 404


def test_a_superseded_wording_leads_on(bench: Bench, actor: Any, story: dict[str, str]) -> None:
    """The address of an earlier wording leads to what stands; the earlier one stays readable there."""
    answer = told(
        bench, "/claims/state", instead_of=story["shots"], statement="three shots are heard", reason="clearer"
    )
    assert answer.status_code == 200, answer.content
    made = answer.json()["made"]
    answer = bench.client().get(f"/claims/{story['shots']}")
    assert (answer.status_code, answer["Location"]) == (302, f"/claims/{made}")
    html = got(bench, f"/claims/{made}")
    assert "three shots are fired" in html
    assert selectors.proposition(made).thing.act == "the shooting"
    refused = told(bench, "/claims/state", instead_of=made, statement="three shots are fired")
    assert refused.json()["code"] == "supersedes_without_reason"


def test_parties_are_added_by_form(bench: Bench) -> None:
    """Named with several spellings; unnamed by description; the same name twice only where it is said."""
    answer = told(
        bench,
        "/claims/parties/add",
        kind="outlet",
        naming="named",
        name=["The Lantern", "Ліхтар", ""],
        name_language=["en", "uk", "en"],
    )
    made = selectors.party(answer.json()["made"])
    assert [(one.text, one.language) for one in made.thing.names] == [("The Lantern", "en"), ("Ліхтар", "uk")]
    again = {"kind": "outlet", "naming": "named", "name": "the lantern", "name_language": "en"}
    assert told(bench, "/claims/parties/add", **again).json()["code"] == "party_stands"
    assert told(bench, "/claims/parties/add", **again, another="yes").status_code == 200
    answer = told(bench, "/claims/parties/add", kind="official_role", naming="unnamed", description="two residents")
    assert answer.status_code == 200
    better = {"kind": "outlet", "naming": "named", "name": "The Morning Lantern", "instead_of": made.id}
    assert told(bench, "/claims/parties/add", **better).json()["code"] == "supersedes_without_reason"
    assert told(bench, "/claims/parties/add", **better, reason="its full name").status_code == 200
    html = text_of(got(bench, "/claims/parties"))
    assert "The Morning Lantern" in html
    assert "two residents" in html
    assert 'value="The Morning Lantern"' in got(bench, "/claims/parties", instead_of=made.id)


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        ({"type": "count", "count_min": "3", "population": "persons", "count_basis": "reported"}, "≥ 3 persons"),
        ({"type": "dated", "value_edtf": "[2031-10-12..2031-10-13]", "value_zone": "UTC"}, "2031-10-12..2031-10-13"),
        ({"type": "dated", "value_stated": "on Sunday", "value_language": "en"}, "on Sunday"),
        ({"type": "located", "place": "the mill", "place_language": "en"}, "the mill"),
        ({"type": "occurred", "text": "in words"}, "in words"),
    ],
)
def test_propositions_take_the_value_of_their_type(bench: Bench, sent: dict[str, str], value: str) -> None:
    """A time, a place, a count or words, from the fields for it."""
    answer = told(bench, "/claims/state", statement="it is so", **sent)
    assert answer.status_code == 200, answer.content
    assert value in got(bench, f"/claims/{answer.json()['made']}")


def test_what_is_no_proposition_is_refused(bench: Bench) -> None:
    """A question, a count without a figure, authorship without an act: refused in words, nothing recorded."""
    for sent in (
        {"type": "occurred", "statement": "was it so?"},
        {"type": "count", "statement": "several are there"},
        {"type": "count", "statement": "several are there", "count_min": "many"},
        {"type": "authorship", "statement": "somebody did it"},
        {"type": "evil", "statement": "it is so"},
    ):
        answer = told(bench, "/claims/state", **sent)
        assert answer.status_code == 400, sent
        assert answer.json()["message"]
    assert not selectors.claims().propositions


def test_an_assertion_is_recorded_and_corrected_by_form(bench: Bench, actor: Any, story: dict[str, str]) -> None:
    """Speaker, role, via, words, language, time, basis and source; the better record keeps what no field shows."""
    sent: dict[str, Any] = {
        "speaker": story["minister"],
        "role": "as minister",
        "stance": "denies_act",
        "words": "Ні",
        "language": "uk",
        "basis": "own_analysis",
        "via": [story["post"], ""],
        "made_stated": "у понеділок",
        "made_language": "uk",
        "made_edtf": "2031-10-13",
        "derives_from": [story["first"], ""],
    }
    answer = told(bench, f"/claims/{story['shots']}/say", **sent)
    assert answer.status_code == 200, answer.content
    made = selectors.assertion(answer.json()["made"]).thing
    assert (made.words.text, made.speaker_role, made.basis.value) == ("Ні", "as minister", "own_analysis")
    assert made.via == (story["post"],)
    assert made.made_at is not None
    assert made.made_at.imprecise is not None
    form = got(bench, f"/claims/{story['shots']}/say", instead_of=answer.json()["made"])
    assert ">Ні</textarea>" in form
    better = sent | {"words": "Ні!", "instead_of": answer.json()["made"], "made_edtf": "", "derives_from": ""}
    assert told(bench, f"/claims/{story['shots']}/say", **better).json()["code"] == "supersedes_without_reason"
    again = told(bench, f"/claims/{story['shots']}/say", **better, reason="the sign was left out")
    assert again.status_code == 200, again.content
    after = selectors.assertion(again.json()["made"]).thing
    assert after.words.text == "Ні!"
    assert (after.made_at, after.derives_from) == (made.made_at, made.derives_from)


def test_words_must_stand_where_they_are_said_to_stand(bench: Bench, story: dict[str, str], tmp_path: Path) -> None:
    """Bytes of an article that hold other words are refused; a stretch of footage is taken in seconds."""
    item = preserved(bench.keyring.signing, tmp_path)
    sent = {"speaker": story["post"], "stance": "alleges", "words": "not there", "language": "en"}
    answer = told(bench, f"/claims/{story['shots']}/say", **sent, item=item[:12], start="10", end="40")
    assert answer.json()["code"] == "words_not_there"
    answer = told(bench, f"/claims/{story['shots']}/say", **sent, item=bench.cuts, start_s="0.5", end_s="1.25")
    assert answer.status_code == 200, answer.content
    assert "00:00.500 – 00:01.250" in text_of(got(bench, f"/claims/{story['shots']}"))


def test_translated_traced_and_related_by_form_and_taken_back(bench: Bench, story: dict[str, str]) -> None:
    """Each is an act with its reason; what can be taken back at once offers it, as a later act."""
    client = bench.client()
    json_wanted = {"accept": "application/json"}
    sent = {"text": "It was not so", "language": "en", "translator": "A. Reader"}
    assert client.post(f"/claims/assertions/{story['denial']}/translate", sent, headers=json_wanted).status_code == 200
    assert [one.translator for one in selectors.translations(story["denial"])] == ["S. Analyst", "A. Reader"]
    sent = {"source": story["first"], "why": "the same words", "stands": "yes"}
    answer = client.post(f"/claims/assertions/{story['denial']}/trace", sent, headers=json_wanted)
    assert story["first"] in selectors.claims().sources[story["denial"]].derives_from
    assert client.post(answer.json()["undo"], headers=json_wanted).status_code == 200
    assert not selectors.claims().sources[story["denial"]].derives_from
    assert "not taken from, after all" in got(bench, f"/claims/{story['shots']}")
    sent = {"kind": "follows_from", "other": story["many"], "why": "as seen"}
    answer = client.post(f"/claims/{story['shots']}/relate", sent, headers=json_wanted)
    assert [(edge.start, edge.end) for edge in selectors.claims().edges] == [(story["many"], story["shots"])]
    assert client.post(answer.json()["undo"], headers=json_wanted).status_code == 200
    assert selectors.claims().edges == ()
    sent = {"kind": "evil", "other": story["many"], "why": "as seen"}
    assert client.post(f"/claims/{story['shots']}/relate", sent, headers=json_wanted).status_code == 400
    sent = {"kind": "entails", "other": story["many"], "why": " "}
    assert client.post(f"/claims/{story['shots']}/relate", sent, headers=json_wanted).status_code == 400


def test_who_may_only_read_sees_why(bench: Bench, story: dict[str, str]) -> None:
    """An auditor reads the board and records nothing; a recipient does not enter."""
    access.enrol(bench.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
    access.enrol(bench.keyring, "recipient", None, frozenset({Role.RECIPIENT}), reason="a package")
    auditor, recipient = bench.client(name="auditor"), bench.client(name="recipient")
    html = auditor.get(f"/claims/{story['shots']}").content.decode()
    assert "You may read claims, not record them" in html
    assert "/translate" not in html
    for address in ("/claims/state", "/claims/parties", f"/claims/{story['shots']}/say"):
        assert '<button type="button" disabled>' in auditor.get(address).content.decode()
    for address in ("/claims", "/claims/parties", "/claims/state", f"/claims/{story['shots']}"):
        assert recipient.get(address).status_code == 403
    sent = {"type": "occurred", "statement": "it is so"}
    assert auditor.post("/claims/state", sent).status_code == 403
    assert bench.client(log_in=False).get("/claims").status_code == 302


def test_hostile_words_stay_words(bench: Bench, actor: Any) -> None:
    """Script tags in names, statements and words are shown as text everywhere; marks of direction are written out."""
    evil = party(actor, HOSTILE)
    shots = stated(actor, f"{HOSTILE} happens", value={"text": HOSTILE})
    says(actor, shots, evil, HOSTILE, hedges=[HOSTILE], speaker_role=HOSTILE)
    services.relate(shots, EdgeKind.CONTRADICTS, stated(actor, "it is not so"), actor=actor, why=HOSTILE)
    for address in ("/claims", f"/claims/{shots}", "/claims/parties", f"/claims/{shots}/say", "/claims/state"):
        html = got(bench, address)
        assert HOSTILE not in html
        assert "&lt;script&gt;" in html
    answer = told(bench, "/claims/parties/add", kind="outlet", naming="named", name="evil\u202egpj", name_language="en")
    assert answer.status_code == 400
    assert "<U+202E>" in answer.json()["message"]


def test_a_way_back_leads_nowhere_else(bench: Bench) -> None:
    """`back` takes addresses of the workbench alone."""
    for back in ("http://elsewhere.invalid/", "//elsewhere.invalid/", "/\\elsewhere.invalid"):
        answer = told(bench, "/claims/state", type="occurred", statement="it is so", back=back)
        assert answer.json()["to"].startswith("/claims/")
