"""The item's page and what its scripts draw from."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.media.table import PtsTable
from probata.web.screens import item as item_screen
from probata.web.served import columns, renditions

if TYPE_CHECKING:
    from tests.web.conftest import Bench


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_footage_is_veiled(bench: Bench) -> None:
    """The page names length, sound and severity, and holds no picture and no address of one to load."""
    html = bench.client().get(f"/items/{bench.ordinals}").content.decode()
    assert 'data-state="sealed"' in html
    assert re.search(r"Veiled · 00:1\d\.\d{3} · sound off · severity unknown", words(html))
    assert not re.search(r"<(video|img)[^>]*\ssrc=", html)
    assert not re.search(r"<video[^>]*\sautoplay", html)
    assert re.search(r"<video[^>]*\smuted", html)


def test_three_answers_look_different(bench: Bench) -> None:
    """Found, nothing found, could not look (with why), each in words."""
    client = bench.client()
    cut, none, deaf = (
        words(client.get(f"/items/{one}").content.decode()) for one in (bench.cuts, bench.ordinals, bench.sound)
    )
    assert "1 candidate" in cut
    assert "nothing found" in none
    assert "could not look there are no pictures in the footage" in deaf


def test_a_candidate_is_named_as_one(bench: Bench) -> None:
    """Beside each entry stand the word and the tool: a machine concludes nothing."""
    html = bench.client().get(f"/items/{bench.cuts}").content.decode()
    row = words(re.findall(r'<tr class="entry candidate"[^>]*>.*?</tr>', html, re.DOTALL)[0])
    assert re.search(r"00:01\.200 30 candidate · scenes \d cut", row)
    assert "not observations" in words(html)


def test_the_table_says_what_the_axis_draws(bench: Bench) -> None:
    """Every entry that a script draws stands in the page as a row, in the same order."""
    client = bench.client()
    html = client.get(f"/items/{bench.cuts}").content.decode()
    drawn = client.get(f"/items/{bench.cuts}/tracks").json()["tracks"]
    entries = [entry for track in drawn for entry in track["entries"]]
    assert [int(one) for one in re.findall(r'data-seek-ordinal="(\d+)"', html)] == [one["ordinal"] for one in entries]


def test_what_cannot_be_played_says_so(bench: Bench) -> None:
    """An AVI is shown frame by frame, and the page has the words for it."""
    html = bench.client().get(f"/items/{bench.unplayable}").content.decode()
    assert 'data-plays="no"' in html
    assert "This browser cannot play it; frame by frame works." in html


def test_what_is_no_footage_has_no_player(bench: Bench) -> None:
    """A text file is told apart, without transport or axis."""
    html = bench.client().get(f"/items/{bench.text}").content.decode()
    assert "Not footage" in html
    assert 'data-do="pause"' not in html
    assert "<canvas" not in html


def test_what_the_file_says_of_itself_is_shown_as_said(bench: Bench) -> None:
    """Container and streams, from the facts found in the jail."""
    html = words(bench.client().get(f"/items/{bench.ordinals}").content.decode())
    assert "stream 0, video h264, 320 × 180 px" in html


def test_an_address_is_whole(bench: Bench) -> None:
    """Item, PTS with its time base, ordinal, digest with its algorithm, and whether it is a key frame."""
    told = bench.client().get(f"/items/{bench.ordinals}/frames/7").json()
    table = renditions.frames(bench.ordinals)
    assert table is not None
    assert told["item"] == bench.ordinals
    assert (told["ordinal"], told["of"], told["pts"]) == (7, 300, table.pts[7])
    assert told["time_base"] == str(table.time_base)
    assert re.fullmatch(r"blake3:[0-9a-f]{64}", told["digest"])
    assert told["key"] is False


def test_columns_are_whole_numbers(bench: Bench) -> None:
    """Ticks go to the browser as they are; the middle of each interval as twice its ticks."""
    columns = bench.client().get(f"/items/{bench.ordinals}/frames").json()
    table = renditions.frames(bench.ordinals)
    assert table is not None
    assert columns["pts"] == list(table.pts)
    base = Fraction(*columns["time_base"])
    for ordinal, doubled in enumerate(columns["middles"]):
        assert doubled * base / 2 - Fraction(*columns["origin_s"]) == table.seek_s(ordinal)


@given(steps=st.lists(st.integers(min_value=0, max_value=4), min_size=1, max_size=40), start=st.integers(-50, 50))
def test_the_middle_lies_inside(steps: list[int], start: int) -> None:
    """Whatever the times, a player is sent inside the frame's own interval, or nowhere where no time shows it."""
    pts = [start]
    for step in steps:
        pts.append(pts[-1] + step)
    table = PtsTable(
        stream=0, time_base=Fraction(1, 90), origin_s=Fraction(0), pts=pts, durations=[1] * len(pts), keys=[0],
        digests=bytes(32 * len(pts)),
    )  # fmt: skip
    for ordinal, doubled in enumerate(columns.frame_columns(table)["middles"]):
        shown = table.interval(ordinal)
        if shown is None:
            assert doubled is None
        else:
            assert 2 * shown.start_pts < doubled < 2 * shown.end_pts


def test_the_waveform_says_when_it_sounds(bench: Bench) -> None:
    """Levels in columns, from the player's zero on; an empty one where there is no sound."""
    client = bench.client()
    wave = client.get(f"/items/{bench.sound}/wave").json()
    assert len(wave["level"]) == len(wave["lowest"]) == len(wave["highest"])
    assert len(wave["level"]) * wave["bucket_s"] == pytest.approx(2, abs=wave["bucket_s"])
    assert wave["anchors"] == [[0, 0]]
    assert max(wave["highest"]) > 10_000
    assert client.get(f"/items/{bench.ordinals}/wave").json()["level"] == []


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        ({"sample_aspect": "1", "turned_degrees": 0}, None),
        ({"sample_aspect": "0", "turned_degrees": 0}, None),
        ({"sample_aspect": "64/45", "turned_degrees": 0}, Fraction(16, 9)),
        ({"sample_aspect": "64/45", "turned_degrees": 90}, Fraction(9, 16)),
    ],
)
def test_pixels_that_are_not_square(picture: dict[str, object], expected: Fraction | None) -> None:
    """A still gets the shape in which players show the footage, upright."""
    facts = {"video": 0, "streams": [{"picture": {"width_px": 720, "height_px": 576, **picture}}]}
    assert item_screen.shape(facts) == expected


def test_sittings_leave_no_view_out() -> None:
    """Views close together are one line, apart from those through a token; each is counted and its detail kept."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        SimpleNamespace(
            person=SimpleNamespace(name=name),
            mode=mode,
            at=start + timedelta(minutes=minute),
            detail=str(minute),
            via=via,
        )
        for minute, name, mode, via in [
            (0, "A", "full", ""),
            (1, "A", "still", ""),
            (2, "B", "full", ""),
            (3, "A", "full", ""),
            (4, "A", "full", "token:0123456789abcdef"),
            (30, "A", "full", ""),
        ]
    ]
    found = list(item_screen.sittings(rows))
    assert [(one.person, one.mode, one.count) for one in found] == [
        ("A", "full", 2),
        ("A", "still", 1),
        ("B", "full", 1),
        ("A", "full", 1),
        ("A", "full", 1),
    ]
    assert sorted(detail for one in found for detail in one.details) == sorted(row.detail for row in rows)
