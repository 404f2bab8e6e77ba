"""Footage over the API: on the record as at the page, within walls, and within what a review rests on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from api_rows import SCENE, SEEN, Called, error_of
from api_seen import asked, original, reveals, views
from story import ANALYST, COUNSEL, REVIEWER

if TYPE_CHECKING:
    from story import StoryBench


@pytest.fixture
def fresh(story: StoryBench) -> Called:
    """A workspace for one test."""
    return Called(story)


class TestReason:
    """What the page asks before it shows, the API asks too."""

    def test_it_stands_on_the_record_once_and_every_answer_is_logged(self, fresh: Called) -> None:
        """The act says who and through which token; each answer has a row in the log of views, as at the page."""
        shown = asked(fresh, f"still?ordinal=3&{SEEN}"), asked(fresh, f"footage?{SEEN}", Range="bytes=0-9")
        assert [one.status_code for one in shown] == [200, 206]
        via = f"token:{fresh.token(ANALYST).split('_')[1]}"
        (one,) = reveals(fresh)
        assert (one["purpose"], one["by"], one["via"]) == ("exact_frame", ANALYST, via)
        size = len(original(fresh))
        rows = [row for row in views(fresh) if row[2] == via]
        assert [row[0] for row in rows] == ["reveal", "still", "full"]
        assert rows[1][1].startswith("frame 3 of ")
        assert rows[2][1] == f"bytes 0-9/{size}"

    def test_another_reason_is_recorded_anew(self, fresh: Called) -> None:
        """And so is the first again, after another: the last reason counts."""
        for purpose in ("place", "time", "time", "place"):
            assert asked(fresh, f"still?ordinal=0&way=still&purpose={purpose}").status_code == 200
        assert [one["purpose"] for one in reveals(fresh)] == ["place", "time", "place"]

    def test_it_holds_for_an_hour(self, fresh: Called, monkeypatch: pytest.MonkeyPatch) -> None:
        """A program has no session that ends: after an hour the reason is recorded anew."""
        from datetime import timedelta

        from probata.access import services
        from probata.engines import clock

        asked(fresh, f"still?ordinal=0&{SEEN}")
        later = clock.now() + services.REASON_HOLDS + timedelta(seconds=1)
        monkeypatch.setattr(clock, "now", lambda: later)
        asked(fresh, f"still?ordinal=0&{SEEN}")
        assert len(reveals(fresh)) == 2

    def test_a_reason_of_a_page_or_of_another_token_is_none_of_this_one(self, fresh: Called) -> None:
        """What its owner asked to see in a browser is not open to their program, and the other way round."""
        item = fresh.story.items[SCENE]
        client = fresh.story.revealed(item, ANALYST)
        assert error_of(asked(fresh, "still?ordinal=0&way=full")) == "purpose_missing"
        assert asked(fresh, f"still?ordinal=0&{SEEN}").status_code == 200
        assert len(reveals(fresh)) == 2
        client.post("/logout")
        again = fresh.story.client(ANALYST)
        assert again.get(f"/items/{item}/stills/0.png").status_code == 403


class TestWay:
    """Seeing less: the way of looking is said, or is that in which the token's owner looks."""

    def test_the_owner_s_own_way_holds_unless_another_is_said(self, fresh: Called) -> None:
        """Who looks at text alone is shown no picture by a program that says nothing of it."""
        from probata.access import exposure, selectors
        from probata.access.ways import Way

        who = selectors.person(ANALYST)
        exposure.prefer_way(who, Way.VEILED)
        refused = asked(fresh, "still?ordinal=0&purpose=place")
        assert (refused.status_code, error_of(refused)) == (403, "way_shows_less")
        exposure.prefer_way(who, Way.STILL)
        assert asked(fresh, "still?ordinal=0&purpose=place").status_code == 200
        assert error_of(asked(fresh, "footage?purpose=place")) == "way_shows_less"
        assert asked(fresh, "footage?purpose=place&way=grey", Range="bytes=0-1").status_code == 206

    def test_it_stands_in_the_reader_s_own_ledger(self, fresh: Called) -> None:
        """As where a page changes its way; how long something was on a screen the program tells beside it."""
        from probata.access import exposure, selectors
        from probata.access.models import Exposure

        asked(fresh, "still?ordinal=0&purpose=place&way=grey")
        who = selectors.person(ANALYST)
        assert [(one.way, one.lasted_ms) for one in Exposure.objects.filter(person=who)] == [("grey", 0)]
        nobody = fresh.send("POST", f"{fresh.item('excerpt.mp4')}/exposure", {"pieces": []}, token=fresh.token(ANALYST))
        assert error_of(nobody) == "purpose_missing"
        piece = {"from_ms": 0, "to_ms": 4000, "lasted_ms": 4000, "way": "grey", "sound": True}
        told = fresh.told("POST", f"{fresh.item()}/exposure", {"pieces": [piece]}, by=ANALYST)
        assert told["pause"] is False
        today, _week = exposure.day_and_week(who)
        assert (today.all_ms, today.with_sound_ms) == (4000, 4000)


class TestRanges:
    """Bytes as RFC 9110 has them, and as they were preserved."""

    def test_damaged_bytes_are_not_served(self, fresh: Called, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each chunk is proved before any of it leaves."""
        from probata.engines.blobs import BlobDamaged
        from probata.web.served import originals

        def damaged(*_all: object) -> bytes:
            raise BlobDamaged(sha256="0" * 64)

        monkeypatch.setattr(originals, "part", damaged)
        assert error_of(asked(fresh, f"footage?{SEEN}", Range="bytes=0-3")) == "blob_damaged"
        assert [row[0] for row in views(fresh)] == ["reveal"]


class TestWalls:
    """Whoever may not know of an item is told that there is none, in every way in which it can be named."""

    def test_a_walled_item_is_not_there(self, fresh: Called) -> None:
        """At none of the addresses; and nothing is recorded."""
        from probata.cases import services as cases

        review = fresh.taken()
        cases.wall(fresh.story.told.case, actor=fresh.story.keyring(COUNSEL).signing, reason="sources are at risk")
        token, item = fresh.token(REVIEWER), fresh.story.items[SCENE]
        before = reveals(fresh)
        for name in (item, item[:12]):
            for what in (
                f"still?ordinal=0&{SEEN}",
                f"footage?{SEEN}",
                "frames",
                "frames/0",
                "wave",
                "severity",
                "spectrogram?from=0&to=1",
                f"stretches?review={review}",
                f"stretches/0/sound?way=full&review={review}",
            ):
                refused = fresh.send("GET", f"/api/items/{name}/{what}", token=token)
                assert (refused.status_code, error_of(refused)) == (404, "item_not_found"), what
            for what in ("severity", "exposure", "pass-on", "take-on"):
                refused = fresh.send("POST", f"/api/items/{name}/{what}", {}, token=token)
                assert refused.status_code == 404, what
        assert reveals(fresh) == before

    def test_a_walled_review_is_as_unknown_as_one_that_is_none(self, fresh: Called) -> None:
        """Also where its item is not hidden from whoever asks."""
        from probata.cases import services as cases

        review = fresh.taken()
        cases.wall(fresh.story.told.case, actor=fresh.story.keyring(COUNSEL).signing, reason="sources are at risk")
        other = f"/api/items/{fresh.story.items['wire.txt']}/stretches?review="
        answers = [
            fresh.send("GET", f"{other}{one}", token=fresh.token(REVIEWER)) for one in (review, "0" * len(review))
        ]
        assert [(one.status_code, error_of(one)) for one in answers] == [(404, "review_not_found")] * 2


class TestNarrowed:
    """Whoever judges in a review watches what it rests on, and no more."""

    def test_only_frames_of_its_stretches_are_shown(self, fresh: Called) -> None:
        """Others are refused, and so is the whole; the record says that the view was narrowed."""
        review = fresh.taken()
        told = asked(fresh, f"stretches?review={review}", REVIEWER).json()["stretches"]
        inside = told[0]["first"]
        count = fresh.told("GET", f"{fresh.item()}/frames", by=REVIEWER)["count"]
        held = {frame for one in told for frame in range(one["first"], one["last"] + 1)}
        outside = next(frame for frame in range(count) if frame not in held)
        assert asked(fresh, f"still?ordinal={inside}&way=full&review={review}", REVIEWER).status_code == 200
        for what in (f"still?ordinal={outside}&", "footage?purpose=second_review&"):
            refused = asked(fresh, f"{what}way=full&review={review}", REVIEWER)
            assert (refused.status_code, error_of(refused)) == (403, "only_the_stretches")
        (one,) = [one for one in reveals(fresh) if one["by"] == REVIEWER]
        assert (one["purpose"], one["narrowed"]) == ("second_review", True)

    def test_sound_is_cut_to_its_stretches(self, fresh: Called) -> None:
        """A stretch that is none of them is refused, and so is one without a review."""
        review = fresh.taken()
        heard = asked(fresh, f"stretches/0/sound?way=full&review={review}", REVIEWER)
        assert (heard.status_code, heard["Content-Type"]) == (200, "audio/wav")
        beyond = asked(fresh, f"stretches/99/sound?way=full&review={review}", REVIEWER)
        assert error_of(beyond) == "only_the_stretches"
        assert error_of(asked(fresh, f"stretches/0/sound?{SEEN}", REVIEWER)) == "invalid_value"

    def test_without_a_place_nothing_is_shown(self, fresh: Called) -> None:
        """Neither to somebody who holds none, nor after judging; and nothing is recorded for it."""
        review = fresh.taken()
        before = reveals(fresh)
        refused = asked(fresh, f"still?ordinal=0&way=full&review={review}", ANALYST)
        assert (refused.status_code, error_of(refused)) == (403, "no_place")
        fresh.told("POST", f"/api/reviews/{review}/assess", fresh.judgement(), by=REVIEWER)
        assert error_of(asked(fresh, f"still?ordinal=0&way=full&review={review}", REVIEWER)) == "no_place"
        assert reveals(fresh) == before

    def test_a_narrow_reason_does_not_open_the_whole(self, fresh: Called) -> None:
        """Whoever sees more says why, and that is another entry."""
        review = fresh.taken()
        inside = asked(fresh, f"stretches?review={review}", REVIEWER).json()["stretches"][0]["first"]
        asked(fresh, f"still?ordinal={inside}&way=full&review={review}", REVIEWER)
        assert error_of(asked(fresh, "footage?way=full", REVIEWER)) == "purpose_missing"
        assert asked(fresh, "footage?way=full&purpose=second_review", REVIEWER).status_code == 200
        mine = [one for one in reveals(fresh) if one["by"] == REVIEWER]
        assert [one.get("narrowed", False) for one in mine] == [True, False]


def test_severity_is_marked_in_frames_and_taken_back(fresh: Called) -> None:
    """As at the page; a stretch beyond the footage, or of no known degree, is refused."""
    token = fresh.token(ANALYST)
    made = fresh.told(
        "POST", f"{fresh.item()}/severity", {"degree": "severe", "start_s": "0.5", "end_s": "1"}, by=ANALYST
    )
    (one,) = made["marks"]
    assert (one["degree"], one["warns"]) == ("severe", True)
    for wrong in (
        {"degree": "awful", "first": 0, "last": 1},
        {"degree": "mild"},
        {"degree": "mild", "first": 3, "last": 1},
        {"degree": "mild", "first": 0, "last": 10**6},
        {"degree": "mild", "start_s": "٣", "end_s": "9"},
    ):
        refused = fresh.send("POST", f"{fresh.item()}/severity", wrong, token=token)
        assert 400 <= refused.status_code < 500, wrong
    assert fresh.told("POST", f"/api/severity/{one['id']}/take-back", by=ANALYST)["marks"] == []
    assert fresh.send("POST", f"/api/severity/{one['id']}/take-back", token=token).status_code in {400, 403}
