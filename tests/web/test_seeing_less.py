"""Seeing less: ways of looking, forewarning, one's own ledger, passing on; and nothing graphic outside a stage."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from story import ANALYST, COUNSEL, CUSTODIAN, FOUNDER, REVIEWER

from probata.access import exposure
from probata.access import selectors as access
from probata.access import services as access_services
from probata.access.models import Exposure
from probata.access.roles import Role
from probata.access.ways import Way
from probata.analysis import severity
from probata.cases import selectors as cases
from probata.cli.demo_story.names import SCENE

if TYPE_CHECKING:
    from django.test import Client
    from tests.web.conftest import Bench
    from tests.web.story import StoryBench

PIECE = {"from_ms": 1000, "to_ms": 4000, "lasted_ms": 3000, "way": "grey", "sound": False}
JSON = {"accept": "application/json"}


def tell(client: Client, item: str, *pieces: dict[str, Any]) -> Any:
    return client.post(f"/items/{item}/exposure", {"pieces": json.dumps(pieces or (PIECE,))}, headers=JSON)


def me(name: str = "S. Analyst") -> Any:
    return access.person(name)


class TestLedger:
    def test_the_page_tells_what_it_showed(self, bench: Bench) -> None:
        """Stretch, seconds, way and sound become a row of this person's."""
        answer = tell(bench.revealed(bench.cuts), bench.cuts, PIECE, {**PIECE, "way": "full", "sound": True})
        assert answer.json() == {"schema": "probata/looked/1", "pause": False}
        rows = Exposure.objects.order_by("id").values_list("person__name", "item", "from_ms", "to_ms", "way", "sound")
        assert list(rows) == [
            ("S. Analyst", bench.cuts, 1000, 4000, "grey", False),
            ("S. Analyst", bench.cuts, 1000, 4000, "full", True),
        ]

    def test_nothing_is_told_of_what_was_not_revealed(self, bench: Bench) -> None:
        """Before a reveal in this session there is nothing to tell."""
        assert tell(bench.client(), bench.cuts).status_code == 403
        assert not Exposure.objects.exists()

    @pytest.mark.parametrize(
        "pieces",
        ["", "{}", "[1]", '[{"way": "full"}]', json.dumps([{**PIECE, "way": "loud"}]), json.dumps([PIECE] * 61)],
    )
    def test_nonsense_is_refused(self, bench: Bench, pieces: str) -> None:
        """And nothing of it is kept."""
        answer = bench.revealed(bench.cuts).post(f"/items/{bench.cuts}/exposure", {"pieces": pieces}, headers=JSON)
        assert answer.status_code == 400
        assert not Exposure.objects.exists()

    def test_another_site_cannot_tell(self, bench: Bench) -> None:
        """A form without this session's token is refused, as everywhere."""
        from django.test import Client

        client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
        for path in (f"/items/{bench.cuts}/exposure", "/way", "/wellbeing/release", f"/items/{bench.cuts}/pass-on"):
            assert client.post(path, {}).status_code == 403

    def test_a_pause_is_due_in_time(self, bench: Bench) -> None:
        """After as many minutes as this person chose, and once."""
        client = bench.revealed(bench.cuts)
        client.post("/wellbeing/settings", {"way": "grey", "pause_after": "1"})
        minute = {**PIECE, "lasted_ms": 60_000}
        assert tell(client, bench.cuts, minute).json()["pause"]
        client.post("/wellbeing/paused")
        assert not tell(client, bench.cuts).json()["pause"]


class TestPrivate:
    """No page, no answer and no auditor shows what somebody else looked at."""

    def spend(self, story: StoryBench) -> str:
        item = next(item for name, item in story.items.items() if name.endswith(".mp4"))
        exposure.looked(
            me(ANALYST), item, [exposure.Piece(from_ms=0, to_ms=1, lasted_ms=47_000, way=Way.FULL, sound=True)]
        )
        return item

    def test_everybody_sees_their_own_alone(self, story: StoryBench) -> None:
        """The analyst's 47 seconds stand on the analyst's page, and on no one's else."""
        self.spend(story)
        assert "47 s" in story.client(ANALYST).get("/wellbeing").content.decode()
        access_services.enrol(story.keyring(), "A. Auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
        for name in (FOUNDER, REVIEWER, COUNSEL, CUSTODIAN, "A. Auditor"):
            page = story.client(name).get("/wellbeing").content.decode()
            assert "47 s" not in page, name
            assert "Nothing was revealed to you in seven days." in page, name

    def test_no_page_of_the_item_tells(self, story: StoryBench) -> None:
        """Neither the item's page nor its custody nor any answer for scripts names time spent."""
        item = self.spend(story)
        for name in (FOUNDER, CUSTODIAN):
            client = story.client(name)
            for end in ("", "/custody", "/severity", "/observed", "/tracks"):
                answer = client.get(f"/items/{item}{end}")
                assert not re.search(r"47[_ ]?(s\b|000)", answer.content.decode()), (name, end)
            for path in ("/", "/items", "/people", "/intake", "/cases", "/search?q=clip"):
                assert "47 s" not in client.get(path).content.decode(), (name, path)

    def test_a_release_shows_totals_and_no_item(self, story: StoryBench) -> None:
        """To the person named alone, and no more once it is taken back."""
        item = self.spend(story)
        analyst, lead = story.client(ANALYST), story.client(COUNSEL)
        answer = analyst.post("/wellbeing/release", {"to": COUNSEL}, headers=JSON)
        assert answer.json()["undo"] == f"/wellbeing/take-back?to={me(COUNSEL).pk}"
        page = lead.get("/wellbeing").content.decode()
        assert "47 s" in page
        assert item[:8] not in page
        assert "47 s" not in story.client(CUSTODIAN).get("/wellbeing").content.decode()
        assert analyst.post(answer.json()["undo"], headers=JSON).status_code == 200
        assert "47 s" not in lead.get("/wellbeing").content.decode()
        assert analyst.post(answer.json()["undo"], headers=JSON).status_code == 400

    def test_a_release_goes_to_somebody_known(self, story: StoryBench) -> None:
        """An unknown name releases nothing."""
        assert story.client(ANALYST).post("/wellbeing/release", {"to": "nobody"}, headers=JSON).status_code == 404
        assert story.client(ANALYST).post("/wellbeing/release", {"to": ANALYST}, headers=JSON).status_code == 400


class TestWays:
    def test_grey_and_small_at_first(self, bench: Bench) -> None:
        """Whoever chose nothing is shown less than everything."""
        page = bench.client().get(f"/items/{bench.cuts}").content.decode()
        assert re.search(r'value="grey" checked', page)

    def test_a_way_is_remembered(self, bench: Bench) -> None:
        """Across sessions; an unknown one is refused."""
        assert bench.client().post("/way", {"way": "drawing"}).json()["way"] == "drawing"
        assert re.search(r'value="drawing" checked', bench.client().get(f"/items/{bench.cuts}").content.decode())
        assert bench.client().post("/way", {"way": "loud"}, headers=JSON).status_code == 400
        assert exposure.habits(me()).way is Way.DRAWING


class TestSeverity:
    def test_a_stretch_is_marked_and_taken_back(self, bench: Bench) -> None:
        """By frames; the answer is all that stands, for the axis and for the page."""
        client = bench.client()
        answer = client.post(
            f"/items/{bench.cuts}/severity/mark", {"mark_first": "10", "mark_last": "20", "degree": "severe"}
        )
        (mark,) = answer.json()["marks"]
        assert (mark["degree"], mark["ordinal"], mark["warns"]) == ("severe", 10, True)
        assert "severe" in answer.json()["list"]
        assert client.get(f"/items/{bench.cuts}/severity").json()["marks"] == [mark]
        assert "as marked" in client.get(f"/items/{bench.cuts}").content.decode()
        assert client.post(f"/severity/{mark['id']}/take-back").json()["marks"] == []
        assert severity.marks(bench.cuts) == []

    def test_the_veil_tells_what_forewarns(self, story: StoryBench) -> None:
        """Where a person plays it they are warned of what was observed; the veil does not say that nothing is known."""
        client, item = story.client(ANALYST), story.items[SCENE]

        def veil() -> str:
            html = client.get(f"/items/{item}").content.decode()
            (told,) = re.findall(r"<span data-severity-known>(.*?)</p>", html, re.DOTALL)
            return " ".join(re.sub("<[^>]*>", " ", told).split())

        warned_of = sum(one["warns"] for one in client.get(f"/items/{item}/observed").json()["observed"])
        assert warned_of > 1
        assert veil() == f"not marked, {warned_of} observations warn of it"
        sent = {"mark_first": "10", "mark_last": "20", "degree": "mild"}
        answer = client.post(f"/items/{item}/severity/mark", sent).json()
        assert "mild" in answer["severity"]
        assert veil() == f"mild as marked , {warned_of} observations warn of it"

    def test_sound_is_marked_by_seconds(self, bench: Bench) -> None:
        """Where there are no frames."""
        sent = {"mark_start_s": "0.5", "mark_end_s": "1.25", "degree": "moderate"}
        (mark,) = bench.client().post(f"/items/{bench.sound}/severity/mark", sent).json()["marks"]
        assert (mark["start_s"], mark["end_s"], mark["ordinal"]) == (0.5, 1.25, None)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"degree": "awful"},
            {"mark_first": "-1"},
            {"mark_last": "x"},
            {"mark_first": "900", "mark_last": "901"},
            {"mark_last": "5"},
        ],
    )
    def test_nonsense_is_refused(self, bench: Bench, wrong: dict[str, str]) -> None:
        """Unknown degrees, frames that are none."""
        sent = {"mark_first": "10", "mark_last": "20", "degree": "mild", **wrong}
        assert bench.client().post(f"/items/{bench.cuts}/severity/mark", sent, headers=JSON).status_code in {400, 404}
        assert severity.marks(bench.cuts) == []

    def test_who_may_not_view_marks_nothing(self, story: StoryBench) -> None:
        """A custodian has not seen it; an unknown mark is not found."""
        item = next(item for name, item in story.items.items() if name.endswith(".mp4"))
        client = story.client(CUSTODIAN)
        sent = {"mark_first": "1", "mark_last": "2", "degree": "mild"}
        assert client.post(f"/items/{item}/severity/mark", sent, headers=JSON).status_code == 403
        assert 'id="severity-form"' not in client.get(f"/items/{item}").content.decode()
        assert story.client(ANALYST).post("/severity/nowhere/take-back", headers=JSON).status_code == 404


class TestPassingOn:
    def test_an_item_is_passed_on_without_a_reason(self, story: StoryBench) -> None:
        """It is veiled for whoever passed it on; others read that it waits, not by whom."""
        item = next(item for name, item in story.items.items() if name.endswith(".mp4"))
        client = story.revealed(item, ANALYST)
        answer = client.post(f"/items/{item}/pass-on", headers=JSON).json()
        assert answer["undo"] == f"/items/{item}/take-on"
        assert client.head(f"/items/{item}/footage").status_code == 403
        assert "it was yours: take it back" in client.get("/wellbeing").content.decode()
        other = story.client(REVIEWER)
        page = other.get("/wellbeing").content.decode()
        assert item[:8] in page
        assert "it was yours" not in page
        assert "needs another viewer" in other.get(f"/items/{item}").content.decode()
        assert other.post(f"/items/{item}/take-on", headers=JSON).json()["to"] == f"/items/{item}"
        assert not exposure.waits_for_another(item)

    def test_who_may_not_view_neither_passes_on_nor_takes_on(self, story: StoryBench) -> None:
        """And sees no list of what waits."""
        item = next(item for name, item in story.items.items() if name.endswith(".mp4"))
        exposure.pass_on(me(ANALYST), item)
        client = story.client(CUSTODIAN)
        assert client.post(f"/items/{item}/take-on", headers=JSON).status_code == 403
        assert item[:8] not in client.get("/wellbeing").content.decode()

    def test_a_question_is_handed_over_without_a_reason(self, story: StoryBench) -> None:
        """From one's own page, to somebody who may keep it."""
        open_ones = [one for one in cases.questions() if one.open]
        mine = open_ones[0]
        taker = next(name for name in (ANALYST, REVIEWER, COUNSEL) if name != mine.owner)
        client = story.client(mine.owner)
        assert mine.text in client.get("/wellbeing").content.decode()
        sent = {"to": taker, "seen": mine.row}
        assert client.post(f"/questions/{mine.id}/hand-over", sent, headers=JSON).status_code == 200
        assert cases.question(mine.id).owner == taker


class TestNothingLeaks:
    def test_no_picture_stands_outside_a_stage(self, story: StoryBench) -> None:
        """Over all pages: no picture, player or canvas but in a stage or on the axis; nothing loads or plays ahead."""
        client = story.client(ANALYST)
        paths = [
            "/",
            "/items",
            "/intake",
            "/search?q=road",
            "/cases",
            "/incidents",
            "/claims",
            "/reviews",
            "/reasoning",
        ]
        paths += ["/places", "/times", "/people", "/wellbeing"]
        paths += [f"/items/{item}{end}" for item in story.items.values() for end in ("", "/custody")]
        known = set(paths)
        seen = 0
        while paths:
            path = paths.pop()
            answer = client.get(path, headers={"accept": "text/html"})
            if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
                continue
            seen += 1
            page = answer.content.decode()
            self.check(path, page)
            for found in re.findall(r'href="(/[^"#?]*)', page):
                if found not in known and not re.search(r"/static/|logout|\.(json|png|wav|vtt|srt|eaf)$", found):
                    known.add(found)
                    paths.append(found)
            assert seen < 400
        assert seen > 25

    def check(self, path: str, page: str) -> None:
        assert "autoplay" not in page, path
        assert set(re.findall(r'preload="?(\w*)', page)) <= {"none"}, path
        outside = re.sub(r'<div id="stage".*?<div id="veil"', "", page, flags=re.DOTALL)
        outside = re.sub(r'<canvas id="axis"', "", outside)
        assert not re.search(r"<(img|video|picture|canvas|source|object|embed|iframe)\b", outside), path
        # Within a stage nothing has an address before it is revealed.
        assert not re.search(r"<(img|video|canvas)\b[^>]*\ssrc=", page), path
        assert not re.search(r"url\((?!#)|background=", page), path
        # Nobody carries a picture over the screen, or off it, by a slip of the hand.
        assert all('draggable="false"' in one for one in re.findall(r"<img\b[^>]*>", page)), path

    def test_titles_and_sayings_hold_no_words_of_footage(self, story: StoryBench) -> None:
        """A tab's title is a digest, never a name or a description."""
        for name, item in story.items.items():
            title = re.search(r"<title>(.*?)</title>", story.client(ANALYST).get(f"/items/{item}").content.decode())
            assert title is not None
            assert name not in title[1]


def test_the_page_says_what_will_stand_there(bench: Bench) -> None:
    """Empty, it says what is counted, who reads it, and how something is passed on."""
    page = bench.client().get("/wellbeing").content.decode()
    for words in (
        "Nothing was revealed to you",
        "Only you see this page.",
        "stands in the item’s custody history, as for everybody.",
        "Nobody reads your totals.",
        "behind the veil",
    ):
        assert words in page
    assert '<a href="/wellbeing" aria-current="page">' in page


def test_a_hostile_name_stays_a_name(bench: Bench) -> None:
    """Names from outside are written out in the lists of one's own page."""
    exposure.looked(me(), bench.text, [exposure.Piece(from_ms=0, to_ms=0, lasted_ms=1000, way=Way.FULL, sound=False)])
    page = bench.client().get("/wellbeing").content.decode()
    assert "\u202e" not in page
    assert "evil&lt;U+202E&gt;gpj.txt" in page


def test_settings_that_are_none_are_refused(bench: Bench) -> None:
    """Minutes that are no number, ways that are none; what was chosen stays."""
    client = bench.client()
    for sent in ({"way": "grey", "pause_after": "-5"}, {"way": "grey", "pause_after": "90"}, {"way": "x"}):
        assert client.post("/wellbeing/settings", sent, headers=JSON).status_code == 400
    assert client.post("/wellbeing/settings", {"way": "still", "pause_after": "never"}, headers=JSON).status_code == 200
    assert exposure.habits(me()).pause_after_minutes is None
    assert exposure.habits(me()).way is Way.STILL
