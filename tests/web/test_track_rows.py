"""Long tracks: rows a stretch at a time, all of them reachable, counts honest; levels as fine as the view."""

from __future__ import annotations

import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probata.web.served import columns, renditions
from probata.web.shown import tracks

sys.path[:0] = [str(Path(__file__).parents[1] / "analysis"), str(Path(__file__).parent)]

from made_tracks import could_not, impulses, record, speech  # noqa: E402  its folder was put on the path above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.conftest import Bench

MANY = 130


def _many() -> tuple[str, ...]:
    return tuple(f"said number {place}" for place in range(MANY))


@pytest.fixture
def spoken(bench: Bench) -> str:
    """An item in which 130 things were said; the digest of the track."""
    return record(bench.cuts, speech(texts=_many()), bench.keyring.signing)


def _rows(client: Any, item: str, track: str, **asked: str) -> Any:
    return client.get(f"/items/{item}/tracks/{track}/rows", asked)


def _numbers(html: str) -> list[int]:
    return [int(one) for one in re.findall(r'data-candidate="[0-9a-f]{64}:(\d+)"', html)]


class TestRows:
    @pytest.mark.usefixtures("spoken")
    def test_the_page_holds_the_first_and_says_of_how_many(self, bench: Bench) -> None:
        """Of 130 lines 40 stand in the page, which says so; the rest is a button away."""
        html = bench.client().get(f"/items/{bench.cuts}").content.decode()
        transcript = html[html.index('id="transcript"') : html.index('id="panel-copies"')]
        assert _numbers(transcript) == list(range(tracks.ROWS))
        assert f"1–{tracks.ROWS} of {MANY} shown" in html
        assert "data-rows-later" in transcript
        assert f'<span class="count">{MANY}</span>' in html

    def test_a_short_track_has_no_buttons(self, bench: Bench) -> None:
        """What fits stands there whole."""
        record(bench.cuts, impulses(), bench.keyring.signing)
        assert "data-rows-later" not in bench.client().get(f"/items/{bench.cuts}").content.decode()

    @pytest.mark.parametrize("shape", [{}, {"as": "lines"}])
    def test_every_row_is_reached_by_asking_for_those_that_follow(
        self, bench: Bench, spoken: str, shape: dict[str, str]
    ) -> None:
        """One stretch after the other: all of them, each once, in order; after the last there are none."""
        client, found = bench.client(), []
        while True:
            told = _rows(client, bench.cuts, spoken, **shape, **{"from": str(len(found))}).json()
            assert (told["start"], told["total"]) == (len(found), MANY)
            if not told["count"]:
                break
            found += _numbers(told["html"])
        assert found == list(range(MANY))

    def test_the_stretch_around_a_candidate(self, bench: Bench, spoken: str) -> None:
        """Whoever chooses the 100th on the axis gets the stretch in which its row is, as it stands."""
        client = bench.client()
        client.post(f"/items/{bench.cuts}/candidates/{spoken}/99/decide", {"decision": "accepted"})
        told = _rows(client, bench.cuts, spoken, around="99").json()
        assert told["start"] == 80
        assert 99 in _numbers(told["html"])
        assert "accepted" in told["html"]

    def test_refusals(self, bench: Bench, spoken: str) -> None:
        """No such track, no whole number, nobody logged in."""
        client = bench.client()
        assert _rows(client, bench.cuts, "0" * 64).status_code == 404
        assert _rows(client, bench.ordinals, spoken).status_code == 404
        for wrong in ("-1", "one", "1.5", "9" * 12):
            assert _rows(client, bench.cuts, spoken, **{"from": wrong}).status_code == 400
        assert _rows(bench.client(log_in=False), bench.cuts, spoken).status_code == 302

    def test_what_nobody_could_look_at_has_no_rows(self, bench: Bench) -> None:
        """An answer without entries is no error."""
        track = record(bench.cuts, could_not("speech"), bench.keyring.signing)
        assert _rows(bench.client(), bench.cuts, track).json()["total"] == 0

    def test_hostile_words_stay_words(self, bench: Bench) -> None:
        """A row that comes later is escaped as those in the page are."""
        track = record(bench.cuts, speech(texts=(*_many(), "<script>x</script>\u202eevil")), bench.keyring.signing)
        html = _rows(bench.client(), bench.cuts, track, around=str(MANY)).json()["html"]
        assert "<script>" not in html
        assert "\u202e" not in html

    def test_a_decision_is_seen_at_once(self, bench: Bench, spoken: str) -> None:
        """What is kept of a track between requests never is what people decided."""
        client = bench.client()
        for decision in ("accepted", "reopened", "rejected"):
            client.post(f"/items/{bench.cuts}/candidates/{spoken}/3/decide", {"decision": decision, "reason": "wind"})
            drawn = client.get(f"/items/{bench.cuts}/tracks").json()["tracks"]
            entry = next(one for one in drawn if one["track"] == spoken)["entries"][3]
            assert entry["state"] == {"reopened": "candidate"}.get(decision, decision)


class TestLevels:
    def test_a_stretch_has_the_levels_of_the_whole(self, bench: Bench) -> None:
        """The same buckets, at the same times, as far as the stretch goes."""
        client = bench.client()
        whole = client.get(f"/items/{bench.sound}/wave").json()
        part = client.get(f"/items/{bench.sound}/wave", {"from": "0.5", "to": "1.25"}).json()
        first = round(0.5 / whole["bucket_s"])
        assert part["level"] == whole["level"][first : first + len(part["level"])]
        assert part["anchors"][0][0] == pytest.approx(-first)
        assert 70 <= len(part["level"]) <= 80

    def test_a_long_sound_comes_coarser_and_keeps_its_extremes(self, bench: Bench, monkeypatch: Any) -> None:
        """No more buckets than a screen has use for; the loudest stays the loudest."""
        found = renditions.wave(bench.sound)
        assert found is not None
        monkeypatch.setattr(columns, "MOST_BUCKETS", 60)
        columns._whole_wave.cache_clear()
        whole = bench.client().get(f"/items/{bench.sound}/wave").json()
        assert len(whole["level"]) <= 60
        assert max(whole["highest"]) == max(found.highest)
        columns._whole_wave.cache_clear()

    def test_no_sound_no_levels_and_nonsense_refused(self, bench: Bench) -> None:
        """Where there is none the answer is empty; a stretch is given in numbers."""
        client = bench.client()
        assert client.get(f"/items/{bench.text}/wave?from=0&to=1").json()["level"] == []
        for wrong in ("x", "-1", "1e5", ""):
            assert client.get(f"/items/{bench.sound}/wave", {"from": wrong, "to": "1"}).status_code == 400

    def test_middles_are_those_of_the_table(self, bench: Bench) -> None:
        """Worked out for all at once they are what the table says one by one, also where times run backwards."""
        from attrs import evolve

        table = renditions.frames(bench.ordinals)
        assert table is not None
        odd = evolve(table, pts=(*table.pts[:3], table.pts[1], *table.pts[4:]), out_of_order=(3,))
        for one in (table, odd):
            spans = [one.interval(ordinal) for ordinal in range(one.count)]
            wanted = [None if span is None else span.start_pts + span.end_pts for span in spans]
            assert columns.frame_columns(one)["middles"] == wanted
            assert Fraction(*columns.frame_columns(one)["time_base"]) == one.time_base


@pytest.mark.browser
@pytest.mark.slow
class TestInABrowser:
    @pytest.fixture
    def visit(self, browser: Any, address: str, served_bench: Bench) -> Iterator[Any]:
        from visiting import Visit

        record(served_bench.cuts, speech(texts=_many()), served_bench.keyring.signing)
        made = Visit(browser, address).log_in()
        yield made
        assert made.complaints == []
        made.context.close()

    def test_rows_come_as_they_are_wanted(self, visit: Any, served_bench: Bench, tmp_path: Path) -> None:
        """Scrolled to the end those that follow come; what is chosen on the axis is brought; the count says which."""
        page = visit.open(served_bench.cuts)
        page.click("#tab-transcript")
        for follows in (41, 81):
            page.locator("#panel-transcript [data-rows-later]").scroll_into_view_if_needed()
            page.wait_for_selector(f"#transcript > li:nth-child({follows})", state="attached")
        page.keyboard.press("End")
        for _ in range(3):
            page.keyboard.press("BracketLeft")
        page.wait_for_selector("#transcript .chosen")
        page.screenshot(path=tmp_path / "rows.png")
        assert page.inner_text("#panel-transcript [data-rows-told]").endswith(f"of {MANY} shown")
