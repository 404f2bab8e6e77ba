"""The story that the demo tells: every room has its part, written by people who may, whoever bears which name."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from story import ANALYST, COUNSEL, CUSTODIAN, EVERYBODY, FOUNDER, REVIEWER, StoryBench, tell_story

from probata.cli.__main__ import main
from probata.cli.demo_story.names import EXCERPT, LANTERN, NAMES, SCENE, SWAPPED

if TYPE_CHECKING:
    from tests.conftest import Template


def everything() -> list[tuple[str, Any]]:
    """All that the rooms tell of the open workspace, each record under its room."""
    from probata.analysis import selectors as analysis
    from probata.cases import selectors as cases
    from probata.claims import selectors as claims
    from probata.preservation import selectors as preservation
    from probata.verification import selectors as verification

    known = claims.claims()
    items = sorted(str(item.sha256) for item in preservation.items())
    told: list[tuple[str, Any]] = [
        *(("party", one.as_json()) for one in known.parties.values()),
        *(("proposition", one.as_json()) for one in known.propositions.values()),
        *(("contradiction", one.as_json()) for one in known.contradictions()),
        *(("assertion", one.as_json()) for one in known.assertions.values()),
        *(("translation", one.as_json()) for name in known.assertions for one in claims.translations(name)),
        *(("observation", one.as_json()) for item in items for one in analysis.observations(item, standing=False)),
        *(("derivation", run.as_json()) for _id, _by, run in verification.derivations()),
        *(("review", one.as_json()) for one in verification.reviews()),
        *(("finding", one.as_json()) for one in verification.findings()),
        *(("comparison", one.as_json()) for one in verification.comparisons()),
        *(("incident", one.as_json()) for one in cases.incidents()),
        *(("case", one.as_json()) for one in cases.cases()),
        *(("question", one.as_json()) for one in cases.questions()),
        *(("elements", one.as_json()) for one in cases.tables()),
        *(("report", one.as_json()) for one in cases.reports()),
    ]
    for item in items:
        told += [("proposal", [row.decision, row.proposed, row.reason]) for row in claims.proposals(item).values()]
    return told


def test_every_room_has_its_part(story: StoryBench) -> None:
    """Nobody who opens the demo finds an empty room; reviews stand in every state before they are superseded."""
    from probata.cli.demo_story.telling import counted

    assert counted() == {
        "people": list(EVERYBODY),
        "parties": 17,
        "propositions": 15,
        "contradictions": 3,
        "assertions": 28,
        "observations": 15,
        "derivations": 3,
        "reviews": {
            "adjudicated": 1, "agreed": 1, "blind_second": 1, "disagreed": 1, "open": 1, "proposed": 1, "sealed": 1
        },
        "findings": 1,
        "comparisons": 1,
        "incidents": 2,
        "cases": 1,
        "questions": 6,
        "tables_of_elements": 1,
        "reports": 9,
        "reports_waiting": 3,
    }  # fmt: skip


def test_nine_sources_have_few_roots(story: StoryBench) -> None:
    """Who copies whom is on the record, so that nine speakers are seen to be three sources."""
    from probata.claims import selectors

    known = selectors.claims()
    shots = story.told.claims.propositions["shots"]
    assert known.independence(one.id for one in known.of(shots)).sentence == "9 sources, 3 independent roots"


def test_what_cannot_be_so_together(story: StoryBench) -> None:
    """Two by their values, one by a person's word; of whose act it was, nothing excludes anything."""
    from probata.claims import selectors

    names = {one: name for name, one in story.told.claims.propositions.items()}
    pairs = {frozenset((names[edge.start], names[edge.end])) for edge in selectors.claims().contradictions()}
    assert pairs == {frozenset(pair) for pair in (("many", "few"), ("sunday", "tuesday"), ("hit", "unhurt"))}


def test_words_stand_in_two_languages_and_translations_beside_them(story: StoryBench) -> None:
    """The original words stay; two people's translations of one stand side by side."""
    from probata.claims import selectors

    known = selectors.claims()
    assert {one.thing.words.language for one in known.assertions.values()} == {"en", "ru"}
    both = selectors.translations(story.told.claims.said["status"])
    assert [(one.language, one.translator) for one in both] == [("en", REVIEWER), ("en", COUNSEL)]


def test_what_the_texts_say_was_decided_by_a_person_or_waits(story: StoryBench) -> None:
    from probata.claims import selectors

    decided = [row.decision for row in selectors.proposals(story.items[LANTERN]).values()]
    assert sorted(decided) == ["accepted", "accepted", "corrected", "corrected", "rejected"]
    assert not selectors.proposals(story.items[SCENE])


def test_what_is_seen_is_counted_and_may_be_taken_back(story: StoryBench) -> None:
    """At least three lie there, no maximum; one observation was superseded, one withdrawn, one rests on others."""
    from probata.analysis import selectors

    scene = story.items[SCENE]
    (tally,) = selectors.counts(scene)
    assert tally.count is not None
    assert (tally.count.min, tally.count.max) == (3, None)
    gone = [one for one in selectors.observations(scene, standing=False) if not one.stands]
    assert len(gone) == 3, "the count that was too low, the withdrawn one, and its withdrawal"
    standing = selectors.observations(scene)
    assert [one.by for one in standing if one.observation.premises] == [REVIEWER]
    assert len([one for one in standing if one.observation.candidate is not None]) == 3


def test_no_table_is_averaged_and_both_were_made_alone(story: StoryBench) -> None:
    from probata.verification import selectors

    known = selectors.comparison(story.told.judged.comparison)
    assert set(known.handed_in) == {ANALYST, REVIEWER}
    assert known.as_json()["view"]["disagreements"]


def test_the_table_of_elements_has_both_sides_and_gaps(story: StoryBench) -> None:
    from probata.cases import selectors

    rows = selectors.table(story.told.table).as_json()["elements"]
    by_number = {row["number"]: row for row in rows}
    assert by_number[1]["supports"]
    assert by_number[1]["undermines"]
    assert {len(row["gaps"]) > 0 for row in rows} == {True, False}


def test_questions_are_in_several_hands(story: StoryBench) -> None:
    from probata.cases import selectors

    questions = selectors.questions()
    assert {one.owner for one in questions if one.open} == {FOUNDER, ANALYST, REVIEWER, COUNSEL}
    assert len([one for one in questions if not one.open]) == 1


def test_all_acts_are_by_the_person_who_may_do_them(story: StoryBench) -> None:
    """Who judged is no lawyer, who sealed judged nothing, who keeps the store decides nothing."""
    from probata.access import selectors as people
    from probata.custody.models import Entry

    did: dict[str, set[str]] = {name: set() for name in EVERYBODY}
    for actor, action in Entry.objects.values_list("actor", "action"):
        did[people.name_of(actor)].add(action)
    judging = {"assess", "take_place", "open_review", "hand_in_matrix", "decide", "observe"}
    assert did[CUSTODIAN] == {"fixity"}
    assert "seal_finding" in did[COUNSEL]
    assert not did[COUNSEL] & judging
    assert did[REVIEWER] & judging
    assert not did[REVIEWER] & {"seal_finding", "acquire", "enrol_key"}
    assert not did[ANALYST] & {"seal_finding", "acquire", "enrol_key", "fixity"}


@pytest.mark.parametrize("name", EVERYBODY)
def test_everybody_logs_in(story: StoryBench, name: str) -> None:
    """A key without a passphrase opens the workbench, and the desk greets its holder."""
    answer = story.client(name).get("/")
    assert answer.status_code == 200
    assert name in answer.content.decode()


@pytest.mark.slow
def test_it_verifies_and_is_made_anew_from_the_ledger(story: StoryBench, capsys: pytest.CaptureFixture[str]) -> None:
    """`check` passes, and after `rebuild` every room tells the same."""
    before = everything()
    assert main(["check", "-w", str(story.root)]) == 0
    assert main(["rebuild", "-w", str(story.root)]) == 0
    from probata.cli import workspace

    workspace.open_workspace(story.root)
    assert everything() == before
    capsys.readouterr()


@pytest.mark.slow
def test_with_the_names_exchanged_only_the_names_are(
    story: StoryBench, tmp_path_factory: Any, template: Template
) -> None:
    """Nothing in the story hangs on which party bears which name."""
    once = sorted(blank(one) for one in everything())
    tell_story(tmp_path_factory.mktemp("swapped"), SWAPPED, empty=template.workspace)
    again = everything()
    assert sorted(blank(one) for one in again) != once, "the names were exchanged"
    assert sorted(blank((room, renamed(record))) for room, record in again) == once


def renamed(record: Any) -> Any:
    """The record with the parties' names put back."""
    text = json.dumps(record, ensure_ascii=False, default=str)
    for key, name in SWAPPED.items():
        text = text.replace(name, f"\0{key}\0")
    for key, name in NAMES.items():
        text = text.replace(f"\0{key}\0", name)
    return json.loads(text)


def blank(told: tuple[str, Any]) -> str:
    """A record without what chance, the clock and the length of a name gave it: ids, digests, times, offsets."""
    room, record = told
    return f"{room} {_without(json.loads(json.dumps(record, ensure_ascii=False, default=str)))}"


_GIVEN_BY_CHANCE = {"at", "start", "end", "seq", "recorded_at", "received_at", "answered_at"}


def _without(value: Any) -> str:
    if isinstance(value, dict):
        kept = {key: _without(one) for key, one in value.items() if key not in _GIVEN_BY_CHANCE}
        return json.dumps(dict(sorted(kept.items())), ensure_ascii=False)
    if isinstance(value, list):
        return json.dumps(sorted(_without(one) for one in value), ensure_ascii=False)
    text = re.sub(r"\b[0-9a-f]{32}(?:[0-9a-f]{32})?\b", "…", str(value))
    return re.sub(r"\b20(?:2\d|30)-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:\d\d)", "…", text)


def test_the_agency_clip_is_an_item_of_its_own(story: StoryBench) -> None:
    assert story.items[EXCERPT] != story.items[SCENE]


def rooms_of(client: Any) -> set[str]:
    """The addresses of the navigation, as a person finds it on the desk."""
    page = client.get("/").content.decode()
    return set(re.findall(r'href="(/[a-z/]*)"', page.partition('<nav class="rooms"')[2].partition("</nav>")[0]))


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERYBODY)
def test_every_room_of_the_navigation_opens(story: StoryBench, name: str) -> None:
    """Whoever sees a room in the navigation may enter it, and so may follow what it leads to or is told who may."""
    client = story.client(name)
    rooms = rooms_of(client)
    assert len(rooms) > 2, rooms
    followed: set[str] = set()
    for room in sorted(rooms):
        page = client.get(room)
        assert page.status_code == 200, room
        followed |= set(re.findall(r'href="(/[^"#?]+)"', page.content.decode()))
    told = {one: client.get(one).status_code for one in sorted(followed) if not one.startswith("/static/")}
    assert {one: status for one, status in told.items() if status not in {200, 302, 403}} == {}


@pytest.mark.browser
@pytest.mark.slow
def test_a_reviewer_walks_through_the_rooms(browser: Any, story_address: str, served_story: StoryBench) -> None:
    """By keyboard, Alt and a figure for each room: pages with the story in them, and no complaint of the browser."""
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(story_address)
    page.fill("#name", REVIEWER)
    page.press("#passphrase", "Enter")
    page.wait_for_selector("nav.rooms")
    # Ten rooms have a figure; whatever comes behind them is reached with Tab.
    rooms = min(10, page.locator("nav.rooms a").count())
    seen = []
    for number in range(1, rooms + 1):
        with page.expect_navigation():
            page.keyboard.press(f"Alt+Digit{number % 10}")
        page.wait_for_selector("nav.rooms a[aria-current=page]")
        seen.append(page.inner_text("main"))
    assert len(set(seen)) == rooms
    assert any(LANTERN in text for text in seen)
    assert any("The roadside" in text for text in seen)
    context.close()
    assert complaints == []
