"""Times at the workbench: bounds, what they leave, which cannot both hold; the sun's windows and days."""

from __future__ import annotations

import html as markup
import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

sys.path[:0] = [str(Path(__file__).parent)]

from test_places import HTML, logged_in  # noqa: E402  its folder was put on the path above
from visiting import picture  # noqa: E402  same

from probata.access import services as access  # noqa: E402  same
from probata.access.roles import Role  # noqa: E402  same
from probata.cases import services as cases  # noqa: E402  same
from probata.verification import selectors as verification  # noqa: E402  same
from probata.web.shown import boundsets  # noqa: E402  same
from probata.web.shown.bars import Line, of_day  # noqa: E402  same

if TYPE_CHECKING:
    from django.test import Client
    from tests.conftest import Workspace
    from tests.web.conftest import Bench

EXAMPLE = Path(__file__).parents[2] / "examples" / "bounds.json"
KYIV = {"lat": "50.43", "lon": "30.05", "zone": "Europe/Kyiv"}
SHADOW = {**KYIV, "first": "2022-03-29", "last": "2022-03-30", "shadow_azimuth": "53", "azimuth_sd": "3"}
VECTOR = {"lat": "10.98", "lon": "13.9", "zone": "Africa/Douala", "first": "2015-01-01", "last": "2015-12-31",
          "sun_azimuth": "264.8", "sun_altitude": "39.7"}  # fmt: skip


def bound(name: str, subject: str = "filming", **says: Any) -> dict[str, Any]:
    return {"id": name, "subject": subject, **says, "source": {"kind": "statement", "text": f"so says {name}"}}


TWO = {
    "zone": "Europe/Kyiv",
    "bounds": [
        bound("early", imprecise=["2022-03-29", "2022-03-30"]),
        bound("late", imprecise=["2022-03-31", "open"]),
        bound("fire", "fire", precise=["2022-03-28T10:00", "2022-03-28T12:00"]),
    ],
}


@pytest.fixture
def client(workspace: Workspace) -> Client:
    return logged_in("operator")


def solved(client: Client, document: dict[str, Any], *without: str) -> str:
    """The page of a set of bounds, at its address."""
    answer = client.get(boundsets.address(document, without), headers=HTML)
    assert answer.status_code == 200, answer.content.decode()[-3000:]
    return answer.content.decode()


def words(html: str) -> str:
    return markup.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index("<main") :])))


def row(name: str, subject: str, says: str, start: str = "", end: str = "", **more: str) -> dict[str, str]:
    empty = dict.fromkeys(("other", "source", "rest"), "")
    return {
        **empty,
        "kind": "statement",
        "id": name,
        "subject": subject,
        "says": says,
        "from": start,
        "to": end,
        **more,
    }


def sent(client: Client, *rows: dict[str, str], **more: Any) -> Any:
    """The form of rows as a browser sends it."""
    fields: dict[str, Any] = {name: [one[name] for one in rows] for name in row("", "", "")}
    return client.get("/times", {"row": "1", **fields, **more}, headers=HTML)


class TestBounds:
    def test_the_page_says_what_will_stand_there(self, client: Client) -> None:
        """And offers the three ways to begin."""
        told = words(client.get("/times", headers=HTML).content.decode())
        assert "Type the first bound below, choose a file, or take what the archive knows about an item." in told

    def test_two_that_cannot_both_hold_are_named(self, client: Client) -> None:
        """In words, each with its source and a way to leave it out; nothing is preferred, both ways are told."""
        told = words(solved(client, TWO))
        assert "These two cannot both hold: remove one. leave out early early filming lies within" in told
        assert "so says late" in told
        assert "Nothing here says which of them is right." in told
        assert "What is left without late" in told
        assert "What is left without early" in told

    def test_leaving_one_out_shows_what_follows_and_is_taken_back(self, client: Client) -> None:
        """The link of the conflict solves the rest; the bound stays in its row, and puts itself back."""
        html = solved(client, TWO)
        leave = re.search(r'<a class="button" href="([^"]*)">leave out<span class="unseen"> late', html)
        assert leave is not None
        after = client.get(markup.unescape(leave[1]), headers=HTML).content.decode()
        assert "cannot both hold" not in words(after)
        assert "What is left: these bounds hold together" in words(after)
        assert re.search(r'class="left-out".*?late.*?left out', after, re.DOTALL)
        back = re.search(r'<a class="button" href="([^"]*)">put back', after)
        assert back is not None
        assert markup.unescape(back[1]) == boundsets.address(TWO, ())

    def test_bars_tell_precise_from_imprecise_and_open_ends(self, client: Client) -> None:
        """Solid, hatched, an arrow at the open end: shapes, with the words beside them."""
        html = solved(client, TWO)
        bars = html[html.index('id="bounds"') :]
        assert bars.count('class="precise"') == 1
        assert len(re.findall(r'class="imprecise"', bars)) == 2
        assert '<path class="arrow" d="M-9' in bars
        assert re.search(r'aria-label="fire goes on throughout [^"]*"', bars)
        assert not re.search(r"\sstyle=", html)

    def test_times_name_their_zone_and_utc(self, client: Client) -> None:
        """By the clocks of the zone; in UTC beside it, also where clocks were put forward in between."""
        html = solved(client, TWO, "late")
        assert "Times by the clocks of Europe/Kyiv; in UTC on focus." in words(html)
        assert re.search(
            r'<time class="moment" tabindex="0"[^>]*><bdi dir="ltr">2022-03-29 00:00</bdi>'
            r'<span class="in-utc"> = <bdi dir="ltr">2022-03-28 21:00 UTC',
            html,
        )

    def test_daily_windows_are_all_there(self, client: Client) -> None:
        """Of many windows the last stand open and the others folded; their number is told."""
        days = {**TWO, "bounds": [bound("days", imprecise=["2022-03-01", "2022-03-20"]),
                                  bound("light", daily={"from": "13:00", "to": "15:00"})]}  # fmt: skip
        html = solved(client, days)
        assert "20 windows" in words(html)
        assert "14 earlier windows of filming" in words(html)
        assert len(re.findall(r'<bdi dir="ltr">2022-03-05 13:00</bdi>', html)) == 1

    def test_a_daily_bound_has_a_bar_for_each_day(self, client: Client) -> None:
        """Of more days than can be told apart it says so, and a bound between two subjects says that it has none."""
        daily = bound("light", daily={"from": "13:00", "to": "15:00"})
        few = solved(client, {**TWO, "bounds": [bound("days", imprecise=["2022-03-01", "2022-03-03"]), daily]})
        (row,) = [one for one in re.findall(r"<tr data-row.*?</tr>", few, re.DOTALL) if ">light<" in one]
        assert len(re.findall('<rect class="imprecise"', row)) == 3
        many = solved(client, {**TWO, "bounds": [bound("days", imprecise=["2021-03-01", "2022-03-20"]), daily]})
        (row,) = [one for one in re.findall(r"<tr data-row.*?</tr>", many, re.DOTALL) if ">light<" in one]
        assert "<rect" not in row
        assert "every day: too many days to draw here" in row

    def test_whole_numbers_are_a_line_too(self, client: Client) -> None:
        """A document of whole numbers has no zone, and is drawn all the same."""
        told = words(solved(client, {"bounds": [bound("a", imprecise=[3, 9]), bound("b", precise=[4, 5])]}))
        assert "a filming lies within 3 to 9" in told
        assert "UTC on focus" not in told

    def test_rows_make_a_set_at_an_address_of_its_own(self, client: Client) -> None:
        """Typed rows lead to an address that holds them; empty rows are passed over, ids are given where none is."""
        typed = [
            row("", "filming", "imprecise", "2022-03-29", "", source="a witness"),
            row("", "", "imprecise"),
            row("x", "filming", "after", other="fire", source="smoke is gone"),
            row("f", "fire", "precise", "2022-03-28T10:00", "2022-03-28T12:00", source="seen from above"),
        ]
        answer = sent(client, *typed, zone="Europe/Kyiv")
        assert answer.status_code == 302
        told = words(client.get(answer["Location"], headers=HTML).content.decode())
        assert "b1 filming is not before 2022-03-29" in told
        assert "x filming begins after the end of fire" in told

    def test_a_row_keeps_what_it_cannot_show(self, client: Client) -> None:
        """Gaps, notes and two ranges in one bound come through the form unchanged; a checked row is removed."""
        whole = {"zone": "UTC", "title": "kept", "bounds": [
            bound("gap", relation={"kind": "before", "other": "fire", "least_gap_s": 60}),
            bound("both", imprecise=["2022-03-01", "2022-03-09"], precise=["2022-03-03", "2022-03-04"], note="kept"),
            bound("fire", "fire", imprecise=["2022-03-05", "open"]),
            {"id": "plain", "subject": "fire", "imprecise": ["2022-03-05", "open"], "source": "a text"},
        ]}  # fmt: skip
        rows = [one for one in boundsets.as_rows(whole, blank=2) if one["id"]]
        answer = sent(client, *rows, set=boundsets.written(whole), zone="UTC", remove="2")
        given = parse_qs(urlsplit(answer["Location"]).query)["set"][0]
        from django.http import QueryDict

        document = boundsets.read(QueryDict(f"set={given}"))
        assert document["title"] == "kept"
        assert document["bounds"][:2] == whole["bounds"][:2]
        assert document["bounds"][2] == {**whole["bounds"][3], "source": {"kind": "other", "text": "a text"}}

    def test_every_fault_is_told_and_nothing_typed_is_lost(self, client: Client) -> None:
        """All faults at once, above rows that hold what was typed."""
        answer = sent(
            client, row("a", "filming", "imprecise", "2022-03-32", "2022-04-01"), row("b", "", "daily", "25:00", "1")
        )
        answer = client.get(answer["Location"], headers=HTML)
        html = answer.content.decode()
        assert answer.status_code == 400
        assert "bound a:" in words(html)
        assert "bound b:" in words(html)
        assert 'value="2022-03-32"' in html

    def test_a_file_is_taken_as_the_terminal_takes_it(self, client: Client) -> None:
        """The example of the docs leads to its own address; uploading writes nothing."""
        file = SimpleUploadedFile("bounds.json", EXAMPLE.read_bytes(), content_type="application/json")
        answer = client.post("/times/file", {"file": file}, headers=HTML)
        assert answer.status_code == 302
        told = words(client.get(answer["Location"], headers=HTML).content.decode())
        assert "first public copy, in the morning of 30 March" in told
        assert "cannot" in told
        assert verification.derivations() == []

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"\xff\xfe", "not UTF-8"),
            (b"[1]", "something else than an object"),
            (b'{"bounds": [], "bounds": []}', "twice"),
            (b'{"bounds": []}', "there is nothing to solve"),
            (b'{"bounds": [' + b"[" * 5000, "cannot be read"),
            (b'{"bounds": [{"id": "\\ud800"}]}', "half of a character"),
        ],
    )
    def test_a_file_that_is_none_is_refused(self, client: Client, content: bytes, told: str) -> None:
        """With what is wrong with it."""
        file = SimpleUploadedFile("bounds.json", content, content_type="application/json")
        answer = client.post("/times/file", {"file": file}, headers=HTML)
        assert answer.status_code == 400
        assert told in words(answer.content.decode())

    def test_a_set_too_long_for_an_address_is_led_to_the_terminal(self, client: Client) -> None:
        """It is refused, never cut."""
        noise = [bound(f"{number}-{hash((number, 7)):x}", f"{hash((3, number)):x}", imprecise=[number, number**3])
                 for number in range(900)]  # fmt: skip
        file = SimpleUploadedFile("bounds.json", json.dumps({"bounds": noise}).encode())
        answer = client.post("/times/file", {"file": file}, headers=HTML)
        assert answer.status_code == 400
        assert "probata when FILE" in words(answer.content.decode())

    def test_a_long_set_is_solved_and_has_no_form(self, client: Client) -> None:
        """More rows than a form holds are changed in the file; the answer is the same."""
        html = solved(client, {"bounds": [bound(f"b{number}", imprecise=[number, 9999]) for number in range(120)]})
        assert len(re.findall("<tr data-row", html)) == 120
        assert 'name="rest"' not in html
        assert "Change the file and read it again." in words(html)

    @pytest.mark.parametrize("packed", ["x", "AAAA", "eJw", "%00", "🙂"])
    def test_a_damaged_address_is_refused(self, client: Client, packed: str) -> None:
        """An address that was cut off on its way answers nothing instead of something else."""
        answer = client.get("/times", {"set": packed}, headers=HTML)
        assert answer.status_code == 400
        assert "The set of bounds cannot be read" in words(answer.content.decode())

    def test_an_address_that_unfolds_without_end_is_refused(self, client: Client) -> None:
        """A small address that unpacks to very much (a zip bomb)."""
        import base64
        import zlib

        packed = base64.urlsafe_b64encode(zlib.compress(b'{"bounds": "' + b"a" * 5_000_000, 9)).decode()
        answer = client.get("/times", {"set": packed}, headers=HTML)
        assert answer.status_code == 400

    def test_hostile_words_stay_text(self, client: Client) -> None:
        """In ids, subjects and sources; markup is escaped, turns of direction are written out."""
        hostile = "<script>alert(1)</script>"
        one = {"id": hostile, "subject": hostile, "imprecise": [1, 2], "source": {"kind": hostile, "text": hostile}}
        html = solved(client, {"bounds": [one]}, hostile)
        assert "<script>alert" not in html
        turned = client.get(
            "/times", {"bounds": json.dumps({"bounds": [bound("a\u202eb", imprecise=[1, 2])]})}, follow=True
        )
        shown = re.sub(r"<input[^>]*>", "", turned.content.decode())
        assert "\u202e" not in shown

    def test_a_run_is_recorded_with_what_was_left_out(self, client: Client) -> None:
        """The derivation holds the document as it was given and the bounds set aside."""
        address = boundsets.address(TWO, ["late"])
        query = urlsplit(address).query
        answer = client.post(f"/times/record?{query}", {"reason": "the day of filming"}, headers=HTML)
        assert (answer.status_code, answer["Location"]) == (302, address)
        ((_id, _by, run),) = verification.derivations()
        assert run.tool == "probata when"
        assert list(run.inputs["set_aside"]) == ["late"]
        assert run.outputs["windows"] == 2

    def test_to_leave_out_what_is_not_there_is_refused(self, client: Client) -> None:
        """With the ids that are there."""
        answer = client.get(f"{boundsets.address(TWO, ())}&without=nobody", headers=HTML)
        assert answer.status_code == 400
        assert "Set aside one of: early, fire, late" in words(answer.content.decode())


class TestTheArchive:
    def test_since_when_an_item_is_known_becomes_a_bound(self, bench: Bench) -> None:
        """Its acquisition bounds its making, with the entry of the ledger as the source; the set at hand stays."""
        client = bench.client()
        asked = {"set": boundsets.written(TWO), "item": bench.ordinals[:10], "without": "late"}
        answer = client.get("/times", asked, headers=HTML)
        assert answer.status_code == 302
        told = words(client.get(answer["Location"], headers=HTML).content.decode())
        name = f"{bench.ordinals[:8]}-seen-1"
        assert re.search(rf"{name} making of item {bench.ordinals[:8]} is not after 20", told)
        assert "it existed at the latest by" in told
        assert "What is left: these bounds hold together" in told

    def test_a_hidden_item_is_told_as_an_unknown_one(self, bench: Bench) -> None:
        """Whoever is not admitted to the case that holds it learns nothing of it here either."""
        counsel = access.enrol(bench.keyring, "counsel", None, frozenset({Role.LEGAL}), reason="a colleague").signing
        case = cases.open_case(
            "The yard", actor=counsel, kind="accountability", procedure_name="five_pillars", reason="one clip"
        ).id
        cases.put_into_case(case, actor=counsel, kind="item", member=bench.sound, reason="of the yard")
        cases.wall(case, actor=counsel, reason="sources are at risk")
        answer = bench.client().get("/times", {"item": bench.sound}, headers=HTML)
        assert answer.status_code == 400
        assert f"No item of this workspace begins with {bench.sound}." in words(answer.content.decode())
        assert bench.client(name="counsel").get("/times", {"item": bench.sound}, headers=HTML).status_code == 302

    def test_an_unknown_item_is_told(self, bench: Bench) -> None:
        """The set at hand is not lost by it."""
        asked = {"set": boundsets.written(TWO), "item": "ffff"}
        answer = bench.client().get("/times", asked, headers=HTML)
        assert answer.status_code == 400
        assert "No item of this workspace begins with ffff." in words(answer.content.decode())
        assert 'value="early"' in answer.content.decode()


class TestTheSun:
    def test_a_shadow_gives_all_windows_of_each_day(self, client: Client) -> None:
        """With the zone, UTC beside it, where the sun stands, what a degree is worth, and a bar of the day."""
        html = client.get("/times/shadow", SHADOW, headers=HTML).content.decode()
        told = words(html)
        assert "with a probability of 0.90, by the clocks of Europe/Kyiv" in told
        assert re.search(r"2022-03-29 15:39:32 = 2022-03-29 12:39:32 UTC – 2022-03-29 16:19:08", told)
        assert "afternoon" in told
        assert "Here one degree of azimuth is 4 minutes" in told
        assert len(re.findall("<tr data-row", html)) == 2
        assert html.count('class="light"') == 2

    def test_a_length_alone_fits_morning_and_afternoon(self, client: Client) -> None:
        """Both halves of the day stand there; the page does not choose."""
        asked = {**KYIV, "first": "2022-03-29", "ratio": "170:290", "ratio_sd": "10%"}
        told = words(client.get("/times/shadow", asked, headers=HTML).content.decode())
        assert "morning" in told
        assert "afternoon" in told

    def test_days_without_a_window_say_why(self, client: Client) -> None:
        """No shadow points south at that latitude: an answer, with its reason."""
        asked = {**SHADOW, "shadow_azimuth": "180"}
        told = words(client.get("/times/shadow", asked, headers=HTML).content.decode())
        assert "At no time does a shadow fall so" in told
        assert "no shadow points to 180 degrees" in told

    def test_a_sun_vector_gives_days_with_their_twin(self, client: Client) -> None:
        """Two runs on both sides of the solstice, and the words that the sun cannot say which."""
        html = client.get("/times/sun", VECTOR, headers=HTML).content.decode()
        told = words(html)
        assert "2 runs of days" in told
        assert "2015-03-21 – 2015-04-04" in told
        assert "these runs are twins" in told
        assert told.index("towards June") < told.index("towards December")
        assert html.count('class="imprecise"') == 2

    def test_no_day_says_what_comes_nearest(self, client: Client) -> None:
        """With the day and how near."""
        told = words(client.get("/times/sun", {**VECTOR, "sun_azimuth": "10"}, headers=HTML).content.decode())
        assert "On no day does the sun stand so" in told
        assert "it comes nearest" in told

    @pytest.mark.parametrize(
        ("address", "asked", "told"),
        [
            ("/times/shadow", {**SHADOW, "azimuth_sd": ""}, "needs a value and a standard deviation"),
            ("/times/shadow", {**SHADOW, "lat": "95"}, "between -90 and 90"),
            ("/times/shadow", {**SHADOW, "lat": ""}, "needs a latitude and a longitude"),
            ("/times/shadow", {**SHADOW, "first": "29.3.2022"}, "must read like 2022-03-29"),
            ("/times/shadow", {**SHADOW, "zone": "Nowhere/Else"}, "no such zone"),
            ("/times/shadow", {**SHADOW, "last": "2032-01-01"}, "366"),
            ("/times/shadow", {**SHADOW, "ratio": "a:b", "ratio_sd": "1"}, "170:290"),
            ("/times/sun", {**VECTOR, "sun_altitude": ""}, "takes two angles"),
            ("/times/sun", {**VECTOR, "time": "late"}, "must read like 15:30"),
            ("/times/sun", {**VECTOR, "first": "1800-01-01"}, "1900 to 2100"),
            ("/times/sun", {**VECTOR, "tolerance": "<b>"}, "must be a number"),
        ],
    )
    def test_what_makes_no_sense_is_told(self, client: Client, address: str, asked: dict[str, str], told: str) -> None:
        """Above the fields, which keep what was typed."""
        answer = client.get(address, asked, headers=HTML)
        assert answer.status_code == 400
        assert told in words(answer.content.decode())
        assert "<b>" not in answer.content.decode().split("<main")[1]

    def test_runs_are_recorded(self, client: Client) -> None:
        """Both calculators, each with its inputs."""
        from django.utils.http import urlencode

        for address, asked in (("/times/shadow", SHADOW), ("/times/sun", VECTOR)):
            answer = client.post(f"{address}/record?{urlencode(asked)}", {"reason": "why"}, headers=HTML)
            assert (answer.status_code, answer["Location"]) == (302, f"{address}?{urlencode(asked)}")
        tools = [(run.tool, "shadow_azimuth_deg" in run.inputs) for _id, _by, run in verification.derivations()]
        assert tools == [("probata sun", True), ("probata sun", False)]

    def test_a_place_alone_fills_the_fields(self, client: Client) -> None:
        """As the places hand it over; nothing is computed yet and nothing is wrong."""
        answer = client.get("/times/shadow", {"lat": "50.4", "lon": "30.1", "radius_m": "3000"}, headers=HTML)
        assert answer.status_code == 200
        assert 'value="50.4"' in answer.content.decode()
        main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
        assert 'role="alert"' not in main


class TestLines:
    @pytest.mark.parametrize("seconds", [0, 1, 59, 7200, 86_400, 40 * 86_400, 900 * 86_400, 40_000 * 86_400])
    def test_marks_stand_on_the_line_and_are_few(self, seconds: int) -> None:
        """Between two and fourteen, rising, whatever the length."""
        start = int(datetime(2022, 3, 20, 7, tzinfo=ZoneInfo("UTC")).timestamp()) * 1_000_000
        line = Line.over([start, start + seconds * 1_000_000])
        marks = line.marks(ZoneInfo("Europe/Kyiv"))
        assert 2 <= len(marks) <= 14
        assert [one.x for one in marks] == sorted(one.x for one in marks)
        assert all(0 <= one.x <= 100 for one in marks)

    @pytest.mark.parametrize(("first", "last"), [(0, 0), (3, 9), (-5, 10**20), (10**19, 10**20)])
    def test_whole_numbers_have_marks_too(self, first: int, last: int) -> None:
        """At round numbers."""
        assert 1 <= len(Line.over([first, last], in_numbers=True).marks(None)) <= 14

    def test_a_bar_too_short_to_be_seen_is_seen(self) -> None:
        """A moment in a year is still a mark."""
        line = Line.over([0, 10**15])
        assert line.bar("precise", 5, 5).width > 0
        assert line.bar("precise", 10**15, 10**15).end <= 100

    def test_a_day_has_24_hours_by_the_clock(self) -> None:
        """Also the one on which clocks are put forward."""
        zone = ZoneInfo("Europe/Kyiv")
        midnight = datetime(2022, 3, 27, tzinfo=zone)
        assert of_day(datetime(2022, 3, 27, 12, tzinfo=zone), midnight) == 50
        assert of_day(datetime(2022, 3, 28, 0, tzinfo=zone), midnight) == 100


@pytest.mark.browser
@pytest.mark.slow
class TestInABrowser:
    @pytest.fixture
    def visit(self, visit: Any) -> Any:
        """The page of a visit, which ends without a complaint and without a request to anybody else."""
        return visit.page

    def test_a_conflict_is_solved_by_keyboard(self, visit: Any, address: str, tmp_path: Path) -> None:
        """A file is read, J leads to the conflict, Enter leaves one out, the back button brings it back."""
        visit.goto(f"{address}times")
        visit.set_input_files("#file", EXAMPLE)
        visit.press("#file", "Tab")
        visit.keyboard.press("Enter")
        visit.wait_for_selector(".conflict")
        assert "These two cannot both hold: remove one." in visit.inner_text(".conflict >> nth=0")
        conflicts = visit.locator(".conflict").count()
        visit.keyboard.press("KeyJ")
        left_out = visit.evaluate("document.activeElement.textContent")
        assert left_out.startswith("leave out")
        visit.keyboard.press("Enter")
        visit.wait_for_selector("tr.left-out")
        assert visit.locator(".conflict").count() < conflicts
        picture(visit, tmp_path / "times.png", full_page=True)
        visit.go_back()
        visit.wait_for_selector(".conflict")
        assert visit.locator(".conflict").count() == conflicts
        visit.focus(".moment")
        assert visit.evaluate("getComputedStyle(document.querySelector('.moment .in-utc')).position") == "static"
        visit.fill("#reason", "when it was filmed")
        visit.keyboard.press("Enter")
        visit.wait_for_selector(".said")
        assert "on the record" in visit.inner_text(".said")
