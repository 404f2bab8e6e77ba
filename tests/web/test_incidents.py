"""Incidents at the workbench: neutral labels, links, what is claimed, and three lanes of time."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probata.access import services as access
from probata.access.roles import Role
from probata.cases import selectors, services
from probata.cases.labels import Label
from probata.terms.times import TimeWithDoubt

sys.path[:0] = [str(Path(__file__).parent)]

from claims_made import HOSTILE, party, preserved, says, stated  # noqa: E402  its folder was put on the path above
from test_cases import client, page, text_of, told  # noqa: E402  same
from visiting import Visit, picture  # noqa: E402  same

if TYPE_CHECKING:
    from tests.conftest import Workspace
    from tests.web.conftest import Bench

    from probata.custody.entries import Signer

LONG = {"from": "2031-10-01T00:00:00Z", "to": "2031-10-31T00:00:00Z"}


def when(**told_: Any) -> dict[str, Any]:
    """A time as plain data; what is not told is not known."""
    empty: dict[str, Any] = {"precise": None, "imprecise": None, "relations": [], "stated": None, "zone": None}
    return {**empty, "clock": "stated", "derivation": "a test", **told_}


def dated(actor: Signer, incident: str, statement: str, **time: Any) -> str:
    return stated(actor, statement, type="dated", subject="the shots", incident=incident, value={"time": when(**time)})


def opened(actor: Signer, act: str = "shots are heard", day: str = "2031-10-12", **more: Any) -> str:
    return services.open_incident(Label(place="Karsk", day=day, act=act), actor=actor, reason="two clips", **more).id


def lane_of(html: str, name: str) -> str:
    """The drawing and what stands beside it, of one lane."""
    return html.partition(f'<div class="lane-row {name}">')[2].partition('<div class="lane-row')[0]


def table_of(html: str, caption: str) -> list[str]:
    """The rows of a lane's table as words."""
    table = html.partition(f"<caption>{caption}</caption>")[2].partition("</table>")[0]
    return [text_of(row) for row in re.findall(r"<tr id=.*?</tr>", table, re.DOTALL)]


@pytest.fixture
def operator(workspace: Workspace) -> Signer:
    access.enrol(workspace.keyring, "Auditor", None, frozenset({Role.AUDITOR}), reason="joins")
    return workspace.keyring.signing


# The list, the label, the links.


def test_an_incident_is_opened_under_a_label_of_three_parts(operator: Signer) -> None:
    """Place, date and act; the rule builds the words."""
    answer = told(client("operator"), "/incidents/open", place="Karsk", day="2031-10-12", act="shots", reason="a clip")
    assert answer.status_code == 200, answer.content
    assert "Karsk, 2031-10-12: shots" in page(client("operator"), answer.json()["to"])
    assert "Karsk, 2031-10-12: shots" in page(client("operator"), "/incidents?q=karsk")


@pytest.mark.parametrize("act", ["massacre of residents", "The Lantern shoots"])
def test_a_label_that_takes_a_side_is_refused(operator: Signer, act: str) -> None:
    """A verdict, or the name of a recorded party: refused in words that say which."""
    party(operator, "The Lantern")
    answer = told(client("operator"), "/incidents/open", place="", day="", act=act, reason="x")
    assert answer.status_code == 403
    assert "of the label holds" in answer.json()["message"]
    assert selectors.incidents() == []


def test_a_label_is_told_anew_and_back(operator: Signer) -> None:
    """What it was called before stays on the record; undo tells it as it was, its time untouched."""
    time = TimeWithDoubt.from_json(when(imprecise=["2031-10-12T08:00:00+03:00", "open"]))
    incident = opened(operator, when=time)
    row = selectors.incident(incident).row
    sent = {"place": "Karsk", "day": "2031-10-13", "act": "shots", "reason": "a better clip", "seen": row}
    answer = told(client("operator"), f"/incidents/{incident}/describe", **sent)
    assert answer.status_code == 200, answer.content
    known = selectors.incident(incident)
    assert (known.label.day, known.when) == ("2031-10-13", time.as_json())
    assert told(client("operator"), answer.json()["undo"]).status_code == 200
    assert selectors.incident(incident).label.day == "2031-10-12"


def test_two_incidents_are_linked_and_the_link_withdrawn(operator: Signer) -> None:
    """Both ends tell it; each act can be taken back by a later one, with the kind it had."""
    one, other, who = opened(operator), opened(operator, act="detention"), client("operator")
    answer = told(who, f"/incidents/{one}/link", other=other, kind="child", reason="the same night")
    assert answer.status_code == 200, answer.content
    assert "a part of this one" in page(who, f"/incidents/{one}")
    assert "the larger one, of which this is a part" in page(who, f"/incidents/{other}")
    gone = told(who, f"/incidents/{one}/withdraw-link", other=other, reason="another night")
    assert selectors.incident(one).links == ()
    assert told(who, gone.json()["undo"]).status_code == 200
    assert [link.is_its for link in selectors.incident(one).links] == ["child"]
    assert told(who, answer.json()["undo"]).status_code == 200
    assert selectors.incident(one).links == ()
    assert told(who, f"/incidents/{one}/link", other=other, kind="cause", reason="x").status_code == 400


def test_what_is_claimed_about_it_stands_with_stances_and_roots(operator: Signer) -> None:
    """Roots are told beside sources; nothing says whether it is so."""
    incident = opened(operator)
    shots = stated(operator, "three shots are fired", incident=incident)
    first = says(operator, shots, party(operator, "The Lantern"), "three shots")
    says(operator, shots, party(operator, "Evening Post"), "shots, as they wrote", derives_from=[first])
    html = text_of(page(client("operator"), f"/incidents/{incident}"))
    assert "three shots are fired occurred alleges × 2 2 sources, 1 root" in html
    assert "1 proposition about it tells no time of its own" in html


def test_questions_of_an_incident_are_asked_on_its_page(operator: Signer) -> None:
    """And the answer leads back to it there."""
    incident = opened(operator)
    answer = told(client("operator"), "/questions/ask", text="Which yard?", incident=incident, owner="operator")
    assert answer.json()["to"].startswith(f"/incidents/{incident}#question-")
    assert "Which yard?" in page(client("operator"), f"/incidents/{incident}")


# Three lanes of time.


def test_precise_is_solid_imprecise_hatched_open_ends_are_arrows(operator: Signer) -> None:
    """As shapes and as words of the table, on the lane of the event."""
    incident = opened(operator, day="")
    hours = ["2031-10-12T11:00:00+03:00", "2031-10-12T12:00:00+03:00"]
    dated(operator, incident, "it was before noon", precise=hours, imprecise=["2031-10-12T08:00:00+03:00", hours[1]])
    dated(operator, incident, "they lie there since", imprecise=["2031-10-12T19:00:00+03:00", "open"])
    dated(operator, incident, "it was over by then", imprecise=["unknown", "2031-10-13T09:00:00+03:00"])
    html = page(client("operator"), f"/incidents/{incident}")
    lane = lane_of(html, "event")
    assert lane.count('class="bar solid"') == 1
    assert lane.count('fill="url(#hatch)"') == 5  # three ranges, and the stubs of two arrows
    assert (lane.count('class="arrow"'), lane.count('class="ask"')) == (2, 1)
    rows = " ".join(table_of(html, "Event"))
    for words in ("throughout: 2031-10-12 11:00:00 +03:00", "(with no limit after)", "(since when is not known)"):
        assert words in rows, (words, rows)
    assert "2031-10-12 08:00:00 UTC" in rows


def test_an_unknown_date_is_listed_beside_and_drawn_nowhere(operator: Signer) -> None:
    """A time that was only said in words, and an incident about whose day nobody says how far about."""
    incident = opened(operator, day="2031-10~")
    said = {"text": "في المساء", "language": "ar"}
    dated(operator, incident, "it was in the evening", stated=said)
    html = page(client("operator"), f"/incidents/{incident}")
    assert "mark-link" not in html
    lane = lane_of(html, "event")
    assert "Without a date" in lane
    assert "it was in the evening" in lane
    rows = table_of(html, "Event")
    assert len(rows) == 2
    assert all("not known" in row for row in rows)


def test_statements_stand_when_they_were_made_and_articles_when_they_came_out(operator: Signer, tmp_path: Path) -> None:
    """Three lanes, since each can be known without the others."""
    incident = opened(operator)
    shots = stated(operator, "three shots are fired", incident=incident)
    article = preserved(operator, tmp_path)
    made_at = when(imprecise=["2031-10-14T10:00:00+03:00", "2031-10-14T12:00:00+03:00"], zone="Europe/Kyiv")
    says(operator, shots, party(operator, "The Lantern"), "three shots", appears_in={"item": article}, made_at=made_at)
    says(
        operator, shots, party(operator, "Міністр", language="uk"), "Цього не було", stance="denies_act", language="uk"
    )
    html = page(client("operator"), f"/incidents/{incident}")
    publication, statements = table_of(html, "Publication"), table_of(html, "Statements")
    (came_out,) = (row for row in publication if "article" in row and "meta article:published_time" in row)
    assert "2031-10-14 18:20:00 +03:00" in came_out
    (seen,) = (row for row in publication if "first seen here" in row)
    assert "until 20" in seen
    assert "alleges three shots" in statements[0]
    assert "2031-10-14 10:00:00 +03:00 Europe/Kyiv" in statements[0]
    assert "denies act Цього не було" in statements[1]
    assert "not known" in statements[1]
    assert "Цього не було" in lane_of(html, "statement")


def test_an_article_without_a_date_is_given_none(operator: Signer, tmp_path: Path) -> None:
    """What a text does not say of itself is not guessed from when it came in."""
    incident = opened(operator)
    article = preserved(operator, tmp_path, text="Shots were heard.\n", name="note.txt")
    shots = stated(operator, "three shots are fired", incident=incident)
    says(operator, shots, party(operator, "The Lantern"), "shots", appears_in={"item": article})
    html = page(client("operator"), f"/incidents/{incident}")
    (row,) = (one for one in table_of(html, "Publication") if " article " in one)
    assert "it does not say when it was published" in row
    assert "not known" in row


def test_plain_links_zoom_and_what_lies_outside_is_counted(operator: Signer) -> None:
    """Without a script: each link asks for a stretch, and the page says what it leaves out."""
    incident = opened(operator)
    shots = stated(operator, "three shots are fired", incident=incident)
    late = when(imprecise=["2041-01-01T00:00:00Z", "2041-01-02T00:00:00Z"])
    says(operator, shots, party(operator, "The Lantern"), "three shots", made_at=late)
    who = client("operator")
    html = page(who, f"/incidents/{incident}")
    ways = dict(re.findall(r'href="(\?from=[^"#]+)#timeline" data-way="(\w+)"', html))
    assert set(ways.values()) == {"all", "event", "statement", "in", "out", "earlier", "later"}
    near = who.get(f"/incidents/{incident}", LONG).content.decode()
    assert "1 lies after it" in lane_of(near, "statement")
    assert "mark-link" in lane_of(near, "event")
    for way in ways:
        assert who.get(f"/incidents/{incident}{way.replace('&amp;', '&')}").status_code == 200


@pytest.mark.parametrize("asked", [{"from": "yesterday", "to": "x"}, {"from": LONG["to"], "to": LONG["from"]}])
def test_a_stretch_that_is_none_is_refused(operator: Signer, asked: dict[str, str]) -> None:
    """With words, not with a broken page."""
    assert client("operator").get(f"/incidents/{opened(operator)}", asked).status_code == 400


@pytest.mark.parametrize(
    "asked",
    [("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"), ("2031-10-12T00:00:00Z", "2031-10-12T00:00:01Z")],
)
def test_any_stretch_of_the_calendar_can_be_shown(operator: Signer, asked: tuple[str, str]) -> None:
    """From all of it to a second."""
    answer = client("operator").get(f"/incidents/{opened(operator)}", {"from": asked[0], "to": asked[1]})
    assert answer.status_code == 200


def test_an_axis_without_a_date_leads_nowhere(operator: Signer) -> None:
    """A stretch may be asked for where nothing is dated: it is shown empty, and no link pretends to lead on."""
    answer = client("operator").get(f"/incidents/{opened(operator, day='')}", LONG)
    assert answer.status_code == 200
    assert "data-ways" not in answer.content.decode()


def test_the_axis_runs_from_left_to_right_in_arabic_too(operator: Signer) -> None:
    """Time's direction does not turn with the page's."""
    who, incident = client("operator"), opened(operator)
    who.post("/language", {"language": "ar", "next": "/"})
    html = page(who, f"/incidents/{incident}")
    assert '<html lang="ar" dir="rtl"' in html
    assert html.count('class="plot" dir="ltr"') == 4


def test_no_style_and_no_script_stand_in_the_page(operator: Signer) -> None:
    """Places are attributes of SVG, so that the strict policy holds."""
    html = page(client("operator"), f"/incidents/{opened(operator)}")
    assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)", html)


# Who may, what is hostile, what is not there.


def test_who_may_only_look_is_refused(operator: Signer) -> None:
    """The page says which role it takes; an act sent all the same is refused, and nothing is recorded."""
    incident, who = opened(operator), client("Auditor")
    assert "it takes one of the roles" in page(who, f"/incidents/{incident}")
    assert told(who, f"/incidents/{incident}/describe", act="x", reason="x").status_code == 403
    assert told(who, "/incidents/open", act="shots", reason="x").status_code == 403
    assert len(selectors.incidents()) == 1


def test_words_from_outside_neither_act_nor_turn_the_page(operator: Signer, tmp_path: Path) -> None:
    """A statement that is a script, a file whose name turns; in the drawing and in the tables."""
    incident = opened(operator)
    shots = dated(operator, incident, HOSTILE, imprecise=["2031-10-12T08:00:00Z", "open"])
    article = preserved(operator, tmp_path, name="evil\u202egpj.html")
    says(
        operator,
        shots,
        party(operator, "The Lantern"),
        HOSTILE,
        appears_in={"item": article},
        made_at=when(imprecise=["open", "2031-10-12T08:00:00Z"]),
    )
    html = page(client("operator"), f"/incidents/{incident}")
    assert HOSTILE not in html
    assert "\u202e" not in html
    assert "evil&lt;U+202E&gt;gpj" in html


def test_what_is_walled_shows_on_no_axis(operator: Signer, workspace: Workspace, tmp_path: Path) -> None:
    """An item of a walled case is not on the lane of an incident that others may know of."""
    access.enrol(workspace.keyring, "A", None, frozenset({Role.ANALYST}), reason="joins")
    incident, secret = opened(operator), opened(operator, act="detention")
    services.link_incidents(incident, secret, actor=operator, kind="parallel", reason="the same night")
    shots = stated(operator, "three shots are fired", incident=incident)
    article = preserved(operator, tmp_path)
    says(operator, shots, party(operator, "The Lantern"), "three shots", appears_in={"item": article})
    case = services.open_case("Walled", actor=operator, kind="journalism", procedure_name="five_pillars", reason="x").id
    for kind, member in (("item", article), ("incident", secret)):
        services.put_into_case(case, actor=operator, kind=kind, member=member, reason="x")
    assert article[:8] in page(client("A"), f"/incidents/{incident}")
    services.wall(case, actor=operator, reason="a source is at risk")
    html = page(client("A"), f"/incidents/{incident}")
    assert not re.search(f"{article[:8]}|three shots</|detention|Walled", html)
    assert client("A").get(f"/incidents/{secret}").status_code == 404
    assert told(client("A"), f"/incidents/{incident}/link", other=secret, kind="child", reason="x").status_code == 404


def test_an_empty_list_says_what_will_stand_there(operator: Signer) -> None:
    """And with which key to begin."""
    assert "No incident is open yet" in page(client("operator"), "/incidents")


# In a browser.


@pytest.mark.browser
@pytest.mark.slow
def test_the_timeline_by_keyboard(visit: Visit, served_bench: Bench, tmp_path: Path) -> None:
    """Open from the list, zoom and move by keys, see UTC on focus, and go from a bar to its row."""
    actor = served_bench.keyring.signing
    incident = opened(actor, day="")
    hours = ["2031-10-12T11:00:00+03:00", "2031-10-12T12:00:00+03:00"]
    dated(actor, incident, "it was before noon", precise=hours, zone="Europe/Kyiv")
    dated(actor, incident, "they lie there since", imprecise=["2031-10-12T19:00:00+03:00", "open"])
    page_, keyboard = visit.page, visit.page.keyboard
    page_.goto(f"{visit.address}incidents")
    keyboard.press("KeyJ")
    keyboard.press("Enter")
    page_.wait_for_selector(".mark-link")
    # A key counts once the page has its scripts.
    page_.wait_for_load_state()
    for key in ("Equal", "Period", "Minus"):
        before = page_.url
        keyboard.press(key)
        page_.wait_for_function("before => location.href !== before", arg=before)
        page_.wait_for_load_state()
    keyboard.press("Digit0")
    page_.wait_for_function("document.querySelectorAll('.mark-link').length === 2")
    page_.focus(".event .mark-link")
    assert page_.locator(".event .mark-link .in-utc").first.is_visible()
    assert "08:00:00 UTC" in page_.locator(".event .mark-link .in-utc").first.text_content()
    picture(page_, tmp_path / "timeline.png", full_page=True)
    keyboard.press("Enter")
    page_.wait_for_function("document.activeElement.closest('tr:target')")
    moment = page_.locator("tr:target .moment").first
    moment.focus()
    assert moment.locator(".utc").is_visible()
