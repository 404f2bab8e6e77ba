"""Cases at the workbench: open questions first, where each review stands, who is barred, what belongs, steps ticked."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen
from django.db import connection
from django.test.utils import CaptureQueriesContext

from probata.access import services as access
from probata.access.roles import Role
from probata.cases import selectors, services
from probata.cases.labels import Label
from probata.claims import services as claims
from probata.claims.propositions import Proposition
from probata.terms.words import Confidence, Likelihood
from probata.verification import services as verification
from probata.verification.assessments import Assessment, Dimension, Result

sys.path[:0] = [str(Path(__file__).parent)]

from claims_made import HOSTILE, party, preserved, says, stated  # noqa: E402  its folder was put on the path above
from visiting import Visit, picture  # noqa: E402  same

if TYPE_CHECKING:
    from django.test import Client
    from tests.conftest import Workspace
    from tests.web.conftest import Bench

    from probata.custody.entries import Signer

TURNING = "evil\u202egpj"


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def client(name: str) -> Client:
    from django.test import Client

    made = Client(SERVER_NAME="localhost", raise_request_exception=False)
    assert made.post("/login", {"name": name, "passphrase": ""}).status_code == 302
    return made


def told(who: Client, address: str, **sent: Any) -> Any:
    """What an act answers to a script."""
    return who.post(address, sent, headers={"accept": "application/json"})


def page(who: Client, address: str) -> str:
    answer = who.get(address)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


@frozen(kw_only=True)
class Team:
    """The operator, two who review, one who only looks on; and a case that the operator opened."""

    operator: Signer
    first: Signer
    second: Signer
    case: str
    folder: Path

    def incident(self, act: str = "shots are heard") -> str:
        label = Label(place="Karsk", day="2031-10-12", act=act)
        return services.open_incident(label, actor=self.operator, reason="two clips").id

    def put(self, kind: str, member: str) -> None:
        services.put_into_case(self.case, actor=self.operator, kind=kind, member=member, reason="it is shown there")

    def ask(self, text: str = "Who was there?", **more: Any) -> str:
        return services.ask(text, actor=self.operator, **{"case": self.case, **more}).id


@pytest.fixture
def team(workspace: Workspace, tmp_path: Path) -> Team:
    both = frozenset({Role.ANALYST, Role.REVIEWER})
    made = {name: access.enrol(workspace.keyring, name, None, both, reason="joins").signing for name in ("A", "B")}
    access.enrol(workspace.keyring, "Auditor", None, frozenset({Role.AUDITOR}), reason="joins")
    operator = workspace.keyring.signing
    case = services.open_case(
        "The yard", actor=operator, kind="accountability", procedure_name="five_pillars", reason="two clips"
    )
    return Team(operator=operator, first=made["A"], second=made["B"], case=case.id, folder=tmp_path)


@pytest.fixture
def claimed(team: Team) -> tuple[str, str, str]:
    """An incident of the case, a proposition about it, and an assertion of it."""
    incident = team.incident()
    team.put("incident", incident)
    proposition = stated(team.operator, "three shots are fired", incident=incident)
    return incident, proposition, says(team.operator, proposition, party(team.operator, "The Lantern"), "three shots")


# The list.


def test_a_case_is_opened_by_a_form(team: Team) -> None:
    """Title, kind, procedure and reason; the answer leads to the case."""
    answer = told(
        client("A"), "/cases/open", title="The mill", kind="journalism", procedure="five_pillars", reason="a clip"
    )
    assert answer.status_code == 200, answer.content
    known = selectors.case(answer.json()["to"].rpartition("/")[2])
    assert (known.title, known.kind, known.procedure.id, known.by) == ("The mill", "journalism", "five_pillars", "A")


def test_the_list_tells_what_is_open_the_oldest_first(team: Team) -> None:
    """Kind, open questions, how the procedure stands, and members, of each case."""
    team.ask()
    team.put("incident", team.incident())
    services.open_case("Quiet", actor=team.operator, kind="journalism", procedure_name="five_pillars", reason="a clip")
    rows = re.findall(r"<tr data-row>.*?</tr>", page(client("A"), "/cases"), re.DOTALL)
    assert ["The yard" in rows[0], "Quiet" in rows[1]] == [True, True]
    first = text_of(rows[0])
    for part in ("accountability", "open questions 1", "0 days", "0 of", "incidents 1", "items 0"):
        assert part in first, (part, first)


def test_the_list_is_filtered_by_typing(team: Team) -> None:
    """An honest count, and words when nothing fits, whatever was typed."""
    assert "1 of 1 cases match" in text_of(page(client("A"), "/cases?q=yard"))
    html = page(client("A"), f"/cases?q={HOSTILE}")
    assert HOSTILE not in html
    assert "The yard" not in html


def test_without_a_case_the_page_says_what_will_stand_there(workspace: Workspace) -> None:
    """And with which key to begin; the form stands open."""
    html = page(client("operator"), "/cases")
    assert "No case is open yet" in html
    assert re.search(r'<details id="beginning" open>', html)


def test_many_cases_cost_no_more_queries_than_one(team: Team) -> None:
    """A list that grows must stay fast."""
    who = client("A")
    who.get("/cases")
    with CaptureQueriesContext(connection) as few:
        who.get("/cases")
    for number in range(5):
        services.open_case(
            f"Case {number}", actor=team.operator, kind="journalism", procedure_name="five_pillars", reason="a clip"
        )
    with CaptureQueriesContext(connection) as many:
        who.get("/cases")
    assert len(many) == len(few)


# Questions.


def test_open_questions_stand_first_with_owner_and_age(team: Team) -> None:
    """Above everything else of the case."""
    team.ask("Who was there?", owner="B")
    html = page(client("A"), f"/cases/{team.case}")
    assert html.index("Open questions") < html.index("Where each review stands")
    assert re.search(r"Who was there\? 0 days old · owner B", text_of(html))


def test_a_question_is_answered_with_what_it_rests_on_and_the_answer_taken_back(team: Team) -> None:
    """The answer names records; undo is the later act that opens the question again."""
    proposition = stated(team.operator, "three shots are fired")
    question, who = team.ask(), client("A")
    answer = told(
        who, f"/questions/{question}/answer", text="Two residents.", rests_on=f"proposition:{proposition}", seen=""
    )
    assert answer.status_code == 200, answer.content
    known = selectors.question(question)
    assert (known.state, known.answer, known.rests_on) == (
        "answered",
        "Two residents.",
        (f"proposition:{proposition}",),
    )
    assert f'href="/claims/{proposition}"' in page(who, f"/cases/{team.case}")
    assert told(who, answer.json()["undo"]).status_code == 200
    assert selectors.question(question).open


def test_an_answer_may_rest_on_what_the_form_offers(team: Team, claimed: tuple[str, str, str]) -> None:
    """What belongs to the case stands there in its own words; several may be ticked, others named, each once."""
    _incident, proposition, assertion = claimed
    question, who = team.ask(), client("A")
    assert f'name="rests_on" value="assertion:{assertion}"' in page(who, f"/cases/{team.case}")
    rests_on = [f"assertion:{assertion}", f"proposition:{proposition}\nassertion:{assertion}"]
    answer = told(who, f"/questions/{question}/answer", text="So.", rests_on=rests_on, seen="")
    assert answer.status_code == 200, answer.content
    assert selectors.question(question).rests_on == (f"assertion:{assertion}", f"proposition:{proposition}")


def test_an_answer_that_rests_on_nothing_known_is_refused(team: Team) -> None:
    """And what was typed is not lost: the refusal is words for the form."""
    answer = told(
        client("A"), f"/questions/{team.ask()}/answer", text="So.", rests_on="proposition:" + "0" * 32, seen=""
    )
    assert answer.status_code == 404
    assert "is not on the record" in answer.json()["message"]


def test_two_who_answer_at_once_do_not_both_win(team: Team) -> None:
    """Who saw the question before somebody turned it is told so."""
    question = team.ask()
    services.hand_over(question, actor=team.operator, to="B")
    answer = told(client("A"), f"/questions/{question}/answer", text="So.", seen="")
    assert answer.status_code == 403
    assert "meanwhile" in answer.json()["message"]


def test_a_question_is_handed_over_and_back(team: Team) -> None:
    """Undo gives it back to whose it was."""
    question, who = team.ask(owner="A"), client("A")
    answer = told(who, f"/questions/{question}/hand-over", to="B", seen="", reason="on leave")
    assert answer.status_code == 200, answer.content
    assert selectors.question(question).owner == "B"
    assert told(who, answer.json()["undo"]).status_code == 200
    assert selectors.question(question).owner == "A"


def test_an_answer_is_taken_back_with_a_reason(team: Team) -> None:
    """Without one, nothing is recorded."""
    question, who = team.ask(), client("A")
    row = services.answer(question, actor=team.operator, text="So.").row
    assert told(who, f"/questions/{question}/reopen", seen=row, reason=" ").status_code == 400
    assert told(who, f"/questions/{question}/reopen", seen=row, reason="a new clip").status_code == 200
    assert selectors.question(question).open


def test_a_question_of_no_case_is_asked_beside_the_list(team: Team) -> None:
    """And the answer leads to it there."""
    answer = told(client("A"), "/questions/ask", text="Is there an older copy?", owner="B")
    assert answer.json()["to"].startswith("/cases#question-")
    assert "Is there an older copy?" in page(client("A"), "/cases")


def test_the_desk_leads_to_the_question_and_to_the_case(team: Team) -> None:
    """What is mine is one Enter away."""
    question = team.ask("Who was there?", owner="A")
    html = page(client("A"), "/")
    assert f'href="/cases/{team.case}#question-{question}"' in html
    assert f'href="/cases/{team.case}"' in html


# Where each review stands.


def judgement(record: str, result: Result = Result.LIKELY, likelihood: Likelihood = Likelihood.LIKELY) -> Assessment:
    return Assessment(
        result=result,
        reasons="as read in the text",
        likelihood=likelihood,
        confidence=Confidence.LOW,
        reasons_for=(record,),  # type: ignore[arg-type]  an id of the record
        other_side="in all texts",  # type: ignore[arg-type]  as a form gives it
    )


def cells(html: str) -> list[str]:
    return [text_of(one).strip() for one in re.findall(r'<td class="cell .*?</td>', html, re.DOTALL)]


def test_no_review_yet_is_a_shape_and_a_word_of_its_own(team: Team, claimed: tuple[str, str, str]) -> None:
    """Every dimension has a cell; an empty one leads to where a review is opened."""
    html = page(client("A"), f"/cases/{team.case}")
    found = cells(html)
    assert len(found) == len(Dimension)
    assert all(one.startswith("no review yet") for one in found)
    assert html.count('href="#st-none"') == len(Dimension) + 1  # and in the tally
    assert f"proposition={claimed[1]}" in html


def test_the_grid_tells_how_far_each_review_is_and_never_what_it_says(
    team: Team, claimed: tuple[str, str, str]
) -> None:
    """One opinion is one opinion: neither its result nor its likelihood stands in the case."""
    _incident, proposition, assertion = claimed
    review = verification.open_review(proposition, Dimension.CONTENT, actor=team.first).id
    verification.assess(review, judgement(assertion, Result.ESTABLISHED, Likelihood.ALMOST_CERTAIN), actor=team.first)
    html = page(client("B"), f"/cases/{team.case}")
    (cell,) = (one for one in cells(html) if not one.startswith("no review yet"))
    assert cell.startswith("one opinion A")
    assert f'href="/reviews/{review}"' in html
    assert not re.search(r"established|almost certain|as read in the text", html)


def test_who_judged_may_not_judge_again_and_who_may_is_named(team: Team, claimed: tuple[str, str, str]) -> None:
    """Each review that waits says who is barred from it, and whose turn it can be."""
    _incident, proposition, assertion = claimed
    review = verification.open_review(proposition, Dimension.CONTENT, actor=team.first).id
    verification.assess(review, judgement(assertion), actor=team.first)
    barred = text_of(page(client("B"), f"/cases/{team.case}").partition("Who may not review what")[2])
    assert re.search(r"three shots are fired content one opinion A operator , B", barred), barred[:400]


def test_a_review_of_an_earlier_wording_is_told_as_one(team: Team, claimed: tuple[str, str, str]) -> None:
    """A proposition that was reworded keeps the review of its words, marked."""
    incident, proposition, _assertion = claimed
    verification.open_review(proposition, Dimension.DATE, actor=team.first)
    again = Proposition.from_json({"type": "occurred", "statement": "three shots ring out", "incident": incident})
    claims.add_proposition(again, actor=team.operator, reason="clearer", supersedes=proposition)
    (cell,) = (one for one in cells(page(client("A"), f"/cases/{team.case}")) if not one.startswith("no review yet"))
    assert cell == "open of an earlier wording"


# What belongs to the case, and its steps.


def test_items_and_incidents_are_put_in_and_taken_out(team: Team) -> None:
    """By the beginning of a digest, each time with a reason; undo is the opposite act."""
    item, who = preserved(team.operator, team.folder), client("A")
    put = told(who, f"/cases/{team.case}/put-in", kind="item", member=item[:10], reason="it shows the yard")
    assert put.status_code == 200, put.content
    html = page(who, f"/cases/{team.case}")
    assert f'href="/items/{item}"' in html
    assert "it shows the yard" in html
    out = told(who, f"/cases/{team.case}/take-out", kind="item", member=item, reason="another yard")
    assert [one.id for one in selectors.case(team.case).members] == []
    assert told(who, out.json()["undo"]).status_code == 200
    assert [one.id for one in selectors.case(team.case).members] == [item]
    assert told(who, f"/cases/{team.case}/take-out", kind="item", member=item, reason="").status_code == 400


def test_what_lies_in_a_case_of_the_other_kind_is_told(team: Team) -> None:
    """Work for publication and work for a court are kept apart, so that somebody decides."""
    incident = team.incident()
    other = services.open_case(
        "Story", actor=team.operator, kind="journalism", procedure_name="five_pillars", reason="x"
    )
    services.put_into_case(other.id, actor=team.operator, kind="incident", member=incident, reason="x")
    team.put("incident", incident)
    assert "also in a case of the other kind" in page(client("A"), f"/cases/{team.case}")


def test_a_step_is_ticked_with_a_reason_and_opened_again(team: Team) -> None:
    """The page shows who and why; undo restores how it stood."""
    step, who = selectors.case(team.case).steps[0].step.id, client("A")
    assert told(who, f"/cases/{team.case}/tick", step=step, state="done", reason="").status_code == 400
    assert told(who, f"/cases/{team.case}/tick", step=step, state="certain", reason="x").status_code == 400
    answer = told(who, f"/cases/{team.case}/tick", step=step, state="done", reason="asked its maker")
    assert answer.status_code == 200, answer.content
    assert "asked its maker" in page(who, f"/cases/{team.case}")
    assert told(who, answer.json()["undo"]).status_code == 200
    assert selectors.case(team.case).steps[0].state.value == "open"


def test_a_case_is_told_anew_and_back(team: Team) -> None:
    """Another title and procedure, never another kind; undo tells it as it was."""
    who, row = client("A"), selectors.case(team.case).row
    sent = {"title": "The yard at the mill", "procedure": "where_when_who", "reason": "clearer", "seen": row}
    answer = told(who, f"/cases/{team.case}/describe", **sent)
    assert answer.status_code == 200, answer.content
    assert selectors.case(team.case).procedure.id == "where_when_who"
    assert told(who, f"/cases/{team.case}/describe", **sent).status_code == 403  # seen before somebody changed it
    assert told(who, answer.json()["undo"]).status_code == 200
    assert selectors.case(team.case).title == "The yard"


# Who may, what is hostile, what is not there.


def test_who_may_only_look_sees_why_and_is_refused(team: Team) -> None:
    """Buttons are there, disabled, with the rule; an act that is sent all the same is refused with who may."""
    question, who = team.ask(), client("Auditor")
    html = page(who, f"/cases/{team.case}")
    assert "it takes one of the roles" in html
    assert "data-act" not in html.partition("<main")[2]
    for address, sent in (
        ("/cases/open", {"title": "x", "kind": "journalism", "procedure": "five_pillars", "reason": "x"}),
        (f"/questions/{question}/answer", {"text": "x", "seen": ""}),
        (f"/cases/{team.case}/tick", {"step": "five_pillars", "state": "done", "reason": "x"}),
    ):
        answer = told(who, address, **sent)
        assert answer.status_code in {403, 404}, (address, answer.content)
    assert selectors.question(question).open


def test_words_from_outside_neither_act_nor_turn_the_page(team: Team) -> None:
    """A title, a question and a reason that are scripts, or hold signs that turn the direction of writing."""
    services.open_case(HOSTILE, actor=team.operator, kind="journalism", procedure_name="five_pillars", reason=HOSTILE)
    team.ask(HOSTILE, reason=HOSTILE)
    item = preserved(team.operator, team.folder, name=f"{TURNING}.html")
    team.put("item", item)
    for address in ("/cases", f"/cases/{team.case}", "/"):
        html = page(client("operator"), address)
        assert HOSTILE not in html
        assert "\u202e" not in html
    assert "evil&lt;U+202E&gt;gpj" in page(client("operator"), f"/cases/{team.case}")


@pytest.mark.parametrize("address", ["/cases/ffffffff", "/cases/zz", "/incidents/ffffffff"])
def test_what_nobody_knows_is_not_found(team: Team, address: str) -> None:
    """An unknown id is a page that says so."""
    answer = client("A").get(address)
    assert answer.status_code == 404
    assert "of this workspace has the id" in answer.content.decode()


def test_the_beginning_of_an_id_leads_to_the_whole_address(team: Team) -> None:
    """As people write ids."""
    assert client("A").get(f"/cases/{team.case[:8]}").headers["location"] == f"/cases/{team.case}"


def test_what_is_walled_is_in_no_list_and_takes_no_act(team: Team, workspace: Workspace) -> None:
    """Neither the case nor its questions, and nothing can be asked in it or put into another case by its name."""
    incident = team.incident()
    team.put("incident", incident)
    team.ask("A secret question?", owner="A")
    open_case = services.open_case(
        "Open", actor=team.operator, kind="journalism", procedure_name="five_pillars", reason="a clip"
    )
    services.wall(team.case, actor=team.operator, reason="a source is at risk")
    who = client("A")
    for address in ("/cases", "/incidents", "/", f"/cases/{open_case.id}"):
        html = page(who, address)
        assert not re.search(r"The yard|A secret question|Karsk", html), address
    assert who.get(f"/cases/{team.case}").status_code == 404
    assert told(who, "/questions/ask", text="x", case=team.case).status_code == 404
    sent = {"kind": "incident", "member": incident, "reason": "x"}
    assert told(who, f"/cases/{open_case.id}/put-in", **sent).status_code == 404
    question = services.ask("Which yard?", actor=team.operator, case=open_case.id).id
    cited = {"text": "So.", "rests_on": f"incident:{incident}", "seen": ""}
    assert told(who, f"/questions/{question}/answer", **cited).status_code == 404
    assert "walled: known to" in text_of(page(client("operator"), f"/cases/{team.case}"))


# In a browser.


@pytest.mark.browser
@pytest.mark.slow
def test_whoever_skips_to_the_content_goes_on_from_there(visit: Visit) -> None:
    """What the browser tells late of the skip, on a busy machine, takes nobody back who has gone on meanwhile."""
    page_, keyboard = visit.page, visit.page.keyboard
    page_.goto(f"{visit.address}cases")
    keyboard.press("Tab")
    keyboard.press("Enter")
    page_.wait_for_selector("main:focus")
    keyboard.press("Tab")
    gone_on = page_.evaluate("document.activeElement.outerHTML")
    page_.evaluate("window.dispatchEvent(new HashChangeEvent('hashchange'))")
    assert page_.evaluate("document.activeElement.outerHTML") == gone_on
    assert not page_.evaluate("document.activeElement.matches('main')")


def test_a_case_by_keyboard_alone(visit: Visit, served_bench: Bench, tmp_path: Path) -> None:
    """Open a case, ask, answer, take the answer back, tick a step: without a pointer."""
    page_, keyboard = visit.page, visit.page.keyboard
    page_.goto(f"{visit.address}cases")
    keyboard.press("KeyN")
    keyboard.type("The yard")
    keyboard.press("Tab")
    keyboard.press("Space")
    page_.focus("#new-case-why")
    keyboard.type("two clips")
    keyboard.press("Enter")
    page_.wait_for_selector("h1:has-text('The yard')")
    page_.wait_for_load_state()
    keyboard.press("KeyQ")
    keyboard.type("Who was there?")
    page_.focus("#ask-why")
    keyboard.press("Enter")
    page_.wait_for_selector("li[data-row] .question:has-text('Who was there?')")
    page_.evaluate("document.activeElement.blur()")
    keyboard.press("KeyJ")
    keyboard.press("Enter")
    keyboard.type("Two residents.")
    picture(page_, tmp_path / "answering.png", full_page=True)
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("Enter")
    page_.wait_for_selector(".said:has-text('The answer is on the record')")
    assert page_.inner_text("#questions-title").endswith("0")
    page_.focus(".said button")
    keyboard.press("Enter")
    page_.wait_for_selector(".said:has-text('open again')")
    picture(page_, tmp_path / "case.png", full_page=True)
    (known,) = selectors.cases()
    assert [(one.text, one.open) for one in known.questions] == [("Who was there?", True)]
