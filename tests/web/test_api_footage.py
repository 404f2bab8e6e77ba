"""Footage over the API: for a reason, in a way of looking, by exact ranges and frames."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from api_rows import SCENE, SEEN, Called, error_of
from api_seen import asked, body, original, reveals, views
from story import ANALYST

if TYPE_CHECKING:
    from story import StoryBench


@pytest.fixture(scope="module")
def api(served_story: StoryBench) -> Called:
    """One workspace for all: each looks at what it does itself."""
    return Called(served_story)


class TestReason:
    """What the page asks before it shows, the API asks too."""

    @pytest.mark.parametrize("what", ["still?ordinal=0&way=full", "footage?way=full"])
    @pytest.mark.parametrize(
        ("purpose", "code"),
        [("", "purpose_missing"), ("curiosity", "invalid_value"), ("EXACT_FRAME", "invalid_value")],
    )
    def test_without_one_of_the_list_nothing_is_shown(self, api: Called, what: str, purpose: str, code: str) -> None:
        """It is refused in words that name the list; nothing is recorded, and nothing logged."""
        before = views(api), reveals(api)
        refused = asked(api, f"{what}&purpose={purpose}")
        assert (refused.status_code, error_of(refused)) == (400, code)
        assert "exact_frame" in refused.content.decode()
        assert (views(api), reveals(api)) == before

    def test_what_is_not_there_is_asked_for_by_nobody(self, api: Called) -> None:
        """A frame that the item has not is refused before anything is recorded."""
        before = reveals(api)
        for which in (
            "ordinal=999999",
            "pts=-77777777777",
            "ordinal=1&pts=1",
            "",
            "ordinal=-1",
            "pts=x",
            "ordinal=1.5",
        ):
            refused = asked(api, f"still?{which}&{SEEN}")
            assert 400 <= refused.status_code < 500, which
            assert error_of(refused) in {"no_such_frame", "invalid_value", "request_faulty"}, which
        text = f"/api/items/{api.story.items['wire.txt']}"
        for what, code in ((f"still?ordinal=0&{SEEN}", "no_frames"), (f"footage?{SEEN}", "not_footage")):
            assert error_of(api.send("GET", f"{text}/{what}", token=api.token(ANALYST))) == code
        assert reveals(api) == before


class TestWay:
    """Seeing less: the way of looking is said, or is that in which the token's owner looks."""

    @pytest.mark.parametrize(("what", "way"), [("still?ordinal=0", "veiled"), ("footage?", "still"), ("footage?", "x")])
    def test_a_way_in_which_it_is_not_shown_is_refused(self, api: Called, what: str, way: str) -> None:
        """In words that name the others."""
        assert error_of(asked(api, f"{what}&purpose=place&way={way}")) in {"way_shows_less", "invalid_value"}

    @pytest.mark.parametrize(
        "piece",
        [
            {"from_ms": 10**15, "to_ms": 0, "lasted_ms": 1, "way": "grey", "sound": False},
            {"from_ms": 0, "to_ms": 0, "lasted_ms": 1, "way": "loud", "sound": False},
            {"from_ms": 0, "to_ms": 0, "lasted_ms": 1, "way": "grey", "sound": 1},
            {"from_ms": 0},
        ],
    )
    def test_hostile_pieces_are_refused(self, api: Called, piece: dict[str, Any]) -> None:
        """Nothing of them is kept."""
        sent = api.send("POST", api.seen(), {"pieces": [piece]}, token=api.token(ANALYST))
        assert sent.status_code == 400
        assert error_of(sent) in {"invalid_value", "request_faulty"}
        many = [{"from_ms": 0, "to_ms": 1, "lasted_ms": 1, "way": "grey", "sound": False}] * 61
        assert api.send("POST", f"{api.item()}/exposure", {"pieces": many}, token=api.token(ANALYST)).status_code == 400


class TestFrames:
    """Stills have exact addresses."""

    def test_ordinal_and_pts_name_the_same_frame(self, api: Called) -> None:
        """With the digest that the table of frames has for it."""
        address = api.told("GET", f"{api.item()}/frames/7", by=ANALYST)
        columns = api.told("GET", f"{api.item()}/frames", by=ANALYST)
        assert columns["pts"][7] == address["pts"]
        by_ordinal = asked(api, f"still?ordinal=7&{SEEN}")
        by_pts = asked(api, f"still?pts={address['pts']}&{SEEN}")
        assert by_ordinal.content == by_pts.content
        assert by_ordinal.content.startswith(b"\x89PNG")
        for one in (by_ordinal, by_pts):
            assert one["Probata-Frame"] == "7"
            assert one["Probata-Frame-Digest"] == address["digest"]
            assert one["Probata-Frame-Pts"] == f"{address['pts']} {address['time_base']}"

    def test_the_still_is_that_of_the_page(self, api: Called) -> None:
        """Byte for byte."""
        item = api.story.items[SCENE]
        page = api.story.revealed(item, ANALYST).get(f"/items/{item}/stills/7.png")
        assert page.content == asked(api, f"still?ordinal=7&{SEEN}").content


class TestRanges:
    """Bytes as RFC 9110 has them, and as they were preserved."""

    def test_the_whole_is_the_item(self, api: Called) -> None:
        """Its SHA-256 is the item's name."""
        whole = asked(api, f"footage?{SEEN}")
        assert whole.status_code == 200
        assert hashlib.sha256(body(whole)).hexdigest() == api.story.items[SCENE]
        assert whole["ETag"] == f'"{api.story.items[SCENE]}"'

    @pytest.mark.parametrize(
        ("wanted", "first", "last"),
        [
            ("bytes=0-0", 0, 0),
            ("bytes=5-9", 5, 9),
            ("bytes=-4", -4, -1),
            ("BYTES=10-", 10, -1),
            ("bytes=-99999999999", 0, -1),
        ],
    )
    def test_a_range_is_exactly_what_was_asked(self, api: Called, wanted: str, first: int, last: int) -> None:
        """From its first byte to its last, both inside; and it says which it is."""
        held = original(api)
        size = len(held)
        start, end = first % size if first < 0 else first, last % size if last < 0 else last
        part = asked(api, f"footage?{SEEN}", Range=wanted)
        assert part.status_code == 206
        assert part.content == held[start : end + 1]
        assert part["Content-Range"] == f"bytes {start}-{end}/{size}"

    @pytest.mark.parametrize("wanted", ["bytes=5-4", "bytes=0-1,3-4", "lines=1-2", "bytes=x", "bytes=²-", ""])
    def test_what_is_no_range_is_as_if_it_were_not_there(self, api: Called, wanted: str) -> None:
        """The whole is sent (RFC 9110, 14.2)."""
        whole = asked(api, f"footage?{SEEN}", Range=wanted)
        assert whole.status_code == 200
        assert len(body(whole)) == len(original(api))

    @pytest.mark.parametrize("wanted", ["bytes=999999999999-", f"bytes={'9' * 4000}-", "bytes=-0"])
    def test_beyond_the_end_is_refused_in_words(self, api: Called, wanted: str) -> None:
        """With how many bytes there are; nothing is logged as served."""
        before = len(views(api))
        beyond = asked(api, f"footage?{SEEN}", Range=wanted)
        assert (beyond.status_code, error_of(beyond)) == (416, "range_beyond")
        assert beyond["Content-Range"] == f"bytes */{len(original(api))}"
        assert [row for row in views(api)[before:] if row[0] != "reveal"] == []

    def test_a_part_of_another_version_is_not_mixed_in(self, api: Called) -> None:
        """`If-Range` of another digest gives the whole."""
        mixed = asked(api, f"footage?{SEEN}", Range="bytes=0-3", **{"If-Range": f'"{"0" * 64}"'})
        assert mixed.status_code == 200
