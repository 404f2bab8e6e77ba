"""Places at the workbench: every place of a name, none left out, on a map that asks nobody."""

from __future__ import annotations

import html as markup
import json
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path[:0] = [str(Path(__file__).parents[1] / "gazetteer"), str(Path(__file__).parent)]

from made_gazetteer import make  # noqa: E402  its folder was put on the path above
from visiting import Visit, picture  # noqa: E402  same

from probata.access import services as access  # noqa: E402  same
from probata.access.roles import Role  # noqa: E402  same
from probata.gazetteer import store  # noqa: E402  same
from probata.verification import selectors as verification  # noqa: E402  same

if TYPE_CHECKING:
    from django.test import Client
    from tests.conftest import Workspace

HTML = {"accept": "text/html"}
VENDOR = Path(store.__file__).parents[1] / "web" / "static" / "vendor"
BOUNDS = {
    "name": "Луговое", "within": "Київська область", "near": "Лозова Балка", "distance_km": "3", "bearing_deg": "137",
    "seen_from": "50.58,30.23,180,60,20", "sight_line": "50.5,30.2,135,1\n50.46,30.2,45,1",
    "sun_at": "2022-03-30T14:05:00+03:00",
}  # fmt: skip


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbench of these tests asks a small gazetteer of invented places."""
    monkeypatch.setattr(store, "BUILT", make(tmp_path / "places.sqlite3"))


@pytest.fixture
def client(workspace: Workspace) -> Client:
    return logged_in("operator")


def logged_in(name: str) -> Client:
    from django.test import Client

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    assert client.post("/login", {"name": name, "passphrase": ""}).status_code == 302
    return client


def page(client: Client, **asked: str) -> str:
    return client.get("/places", asked, headers=HTML).content.decode()


def rows(html: str) -> list[str]:
    found = re.findall(r"<tr data-row.*?</tr>", html, re.DOTALL)
    return [markup.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row))) for row in found]


def groups(html: str) -> dict[str, int]:
    """How many places stand in each of the lists."""
    told = re.findall(r'data-list="(\w+)"', html)
    return {name: told.count(name) for name in ("candidate", "open", "aside")}


def shapes(html: str) -> list[dict[str, Any]]:
    written = re.search(r'data-shapes="([^"]*)"', html)
    assert written is not None
    return list(json.loads(markup.unescape(written[1]))["features"])


def test_before_anything_is_asked_the_page_says_what_will_stand_there(client: Client) -> None:
    """And the one thing that starts it; no map is loaded for nothing."""
    html = page(client)
    assert "Type a name and press Enter." in html
    assert "leaflet" not in html


def test_every_place_of_the_name_is_a_row(client: Client) -> None:
    """Seven bear the name or sound so: seven rows with their numbers and ids, and the sources with what they lack."""
    html = page(client, name="Лугове")
    assert "7 places bear the name" in html
    assert len(rows(html)) == 7
    assert re.findall(r'data-place="(\d+)"', html) == [str(number) for number in range(1, 8)]
    assert len(re.findall(r"<code[^>]*>katottg:UA\d+</code>", html)) == 5
    assert "It lacks units." in html


def test_what_does_not_fit_is_set_aside_with_the_reason(client: Client) -> None:
    """Units, distance and bearing part the rows into three lists, and none is dropped."""
    html = page(client, **BOUNDS)
    assert groups(html) == {"candidate": 1, "open": 2, "aside": 4}
    first = rows(html)[0]
    assert "It lies in Київська, oblast (Ukraine)." in first or "It lies in Київська" in first
    assert "on bearing" in first
    assert all("not in Київська" in row or "asked for" in row or "It lies in" in row for row in rows(html)[3:])
    assert "are not ruled out" in html


def test_every_marker_is_a_row_and_every_point_a_marker(client: Client) -> None:
    """A row with a known point carries it with its radius; one without says so."""
    html = page(client, name="Лугове")
    for row in re.findall(r"<tr data-row.*?</tr>", html, re.DOTALL):
        assert ("data-lat" in row) == ("data-radius" in row) == ("no point known" not in row)
    assert "they stand in the table alone" in html


def test_views_lines_their_crossing_and_the_sun_are_on_the_map(client: Client) -> None:
    """Each as a shape with its kind; the crossing and where the sun stands in words as well."""
    html = page(client, **BOUNDS)
    kinds = [one["properties"]["kind"] for one in shapes(html)]
    assert kinds[:5] == ["view", "line_of_sight", "line_of_sight", "crossing", "crossing"]
    assert "The lines of sight cross at" in html
    assert re.search(r'data-sun="2\d\d\.\d+" data-shadow="\d+\.\d+"', html)
    assert re.search(r"sun at azimuth 2\d\d\.\d°, altitude \d\d\.\d°", html)


def test_large_places_around_tell_where_the_map_is(client: Client) -> None:
    """They are landmarks, not candidates."""
    answer = client.get("/places/around", {"south": "50.2", "west": "29.9", "north": "50.8", "east": "30.5"})
    assert "Зоряне" in {one["properties"]["name"] for one in answer.json()["features"]}
    # The map may be moved beyond the edge of the sheet.
    assert (
        client.get("/places/around", {"south": "-99", "west": "-400", "north": "99", "east": "400"}).status_code == 200
    )
    assert client.get("/places/around", {"south": "x"}).status_code == 400


def test_below_the_horizon_no_line_leads_to_the_sun(client: Client) -> None:
    """The row says so instead."""
    html = page(client, **{**BOUNDS, "sun_at": "2022-03-30T00:05:00+03:00"})
    assert "below the horizon" in html
    assert "data-shadow" not in html


def test_the_legend_tells_of_what_is_on_the_map(client: Client) -> None:
    """With the numbers that stand there; where nothing was found there is nothing to tell of."""
    nothing = page(client, name="Nosuchplaceanywhere")
    assert "mark-shape" not in nothing
    assert "Circle: how far" not in nothing
    html = page(client, name="Лугове")
    (legend,) = re.findall(r'<p class="hint legend">(.*?)</p>', html, re.DOTALL)
    firsts = {name: re.findall(rf'data-place="(\d+)" data-list="{name}"', html)[:1] for name in ("candidate", "aside")}
    for name, first in firsts.items():
        assert re.findall(rf'<span class="mark-shape {name}">(\d+)</span>', legend) == first


def test_nothing_found_is_no_proof(client: Client) -> None:
    """And the nearest spellings are links."""
    html = page(client, name="Зоряна")
    assert "That is no proof that there is no such place." in html
    assert re.search(r'<a href="\?name=[^"]*"><bdi dir="auto">Зоряне</bdi></a>', html)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"distance_km": "far"}, "must be a number such as 12.5"),
        ({"within": "Nowhere oblast"}, "The gazetteer holds no unit named"),
        ({"near": ""}, "measured from nowhere"),
        ({"bearing_deg": "400"}, "between 0 and 360"),
        ({"seen_from": "1,2,3"}, "is no view"),
        ({"sight_line": "50.5,30.2,135,1\n50.5,30.3,135,1"}, "give no place"),
        ({"sun_at": "yesterday"}, "must read like"),
    ],
)
def test_a_bound_that_means_nothing_is_told_above_what_was_typed(
    client: Client, changed: dict[str, str], told: str
) -> None:
    """Nothing that was typed is lost, and nothing is answered."""
    answer = client.get("/places", {**BOUNDS, **changed}, headers=HTML)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert told in markup.unescape(html)
    assert 'value="Луговое"' in html
    assert not rows(html)


def test_hostile_names_stay_text(client: Client) -> None:
    """Neither markup nor a turn of direction gets through, in no field and in no attribute of the map."""
    hostile = '"><script>alert(1)</script>\u202egpj'
    answer = client.get("/places", {**dict.fromkeys(BOUNDS, hostile), "distance_km": "3"}, headers=HTML)
    html = answer.content.decode()
    assert "<script>alert" not in html
    main = re.sub(r"<(input|textarea)[^>]*>[^<]*", "", html[html.index("<main") :])
    assert "\u202e" not in main
    html = page(client, name=hostile)
    assert "<script>alert" not in html


def test_a_run_is_recorded_with_what_was_asked(client: Client, workspace: Workspace) -> None:
    """The derivation holds the question and the ids of all three lists, and anybody can run it again."""
    from django.utils.http import urlencode

    answer = client.post(f"/places/record?{urlencode(BOUNDS)}", {"reason": "to place the post"}, headers=HTML)
    assert answer.status_code == 302
    assert answer["Location"] == f"/places?{urlencode(BOUNDS)}"
    ((made, by, run),) = verification.derivations()
    assert (run.tool, by) == ("probata where", "operator")
    assert run.inputs["name"] == "Луговое"
    assert [len(run.outputs[name]) for name in ("candidates", "cannot_be_checked", "set_aside")] == [1, 2, 4]
    assert made in client.get(answer["Location"], headers=HTML).content.decode()


def test_asking_writes_nothing(client: Client) -> None:
    """What is asked by an address alone is on no record."""
    page(client, **BOUNDS)
    assert verification.derivations() == []
    assert client.get("/places/record", BOUNDS).status_code == 405


def test_who_may_not_record_reads_why(workspace: Workspace) -> None:
    """The button stands there, disabled, with the reason; the act is refused as well."""
    access.enrol(workspace.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
    auditor = logged_in("auditor")
    html = page(auditor, name="Лугове")
    assert re.search(r"<button disabled[^>]*>Record as a derivation", html)
    assert "You may not record it: it takes one of the roles analyst, reviewer." in html
    assert auditor.post("/places/record?name=x", {"reason": "x"}, headers=HTML).status_code == 403
    assert verification.derivations() == []


def test_a_recipient_is_let_into_no_calculator(workspace: Workspace) -> None:
    """Whoever may not list items is refused, with the rule."""
    access.enrol(workspace.keyring, "court", None, frozenset({Role.RECIPIENT}), reason="a disclosure")
    client = logged_in("court")
    for address in ("/places", "/times", "/times/shadow", "/times/sun", "/places/distance", "/places/around"):
        assert client.get(address, headers=HTML).status_code == 403, address


def test_without_a_gazetteer_the_page_says_what_to_do(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is a fault of the machine, not an answer."""
    monkeypatch.setattr(store, "BUILT", tmp_path / "none.sqlite3")
    answer = client.get("/places", {"name": "Лугове"}, headers=HTML)
    assert answer.status_code == 503
    assert "make setup" in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    ["/places?name=Лугове&sun_at=2022-03-30T14:05:00Z", "/places/distance?way=crack&interval_s=1", "/times/shadow",
     '/times?bounds={"bounds":[{"id":"a","subject":"b","imprecise":[1,null],"source":"c"}]}'],
)  # fmt: skip
def test_every_page_is_strict(client: Client, address: str) -> None:
    """No script, style or handler stands in a page; every address in it is this workbench's own; one heading leads."""
    answer = client.get(address, follow=True, headers=HTML)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", html)
    for one in re.findall(r'''(?:src|href|action|data-lines|data-around)="([^"]*)"''', html):
        assert one.startswith(("/", "#", "?"))
        assert not one.startswith("//")
    assert html.count("<h1") == 1


def test_a_distance_by_sound_tells_its_doubt_and_where_it_comes_from(client: Client) -> None:
    """What is not typed is as in the terminal; the run can be recorded."""
    asked = {"way": "flash", "interval_s": "1,2"}
    html = client.get("/places/distance", asked, headers=HTML).content.decode()
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    assert re.search(r"4\d\d m, standard deviation \d+ m", told)
    assert "95 in 100 of what the inputs allow" in told
    assert told.index("sound against pictures") > told.index("Where the doubt comes from")
    assert client.post("/places/distance/record?way=flash&interval_s=1.2", {"reason": "x"}).status_code == 302
    ((_id, _by, run),) = verification.derivations()
    assert run.outputs["distance_m"] > 400


def test_crack_and_thump_tell_other_bullets_too(client: Client) -> None:
    """The speed of the bullet decides most, so the answer for others stands beside it."""
    html = client.get("/places/distance", {"way": "crack", "interval_s": "0.5"}, headers=HTML).content.decode()
    assert "What the distance would be for other bullets" in html


@pytest.mark.parametrize(
    "changed", [{"interval_s": ""}, {"interval_s": "soon"}, {"interval_s": "900"}, {"fps": "0"}, {"wind_m_s": "1e9"}]
)
def test_an_interval_that_makes_no_sense_is_told(client: Client, changed: dict[str, str]) -> None:
    """Above the fields, which keep what was typed."""
    answer = client.get("/places/distance", {"way": "flash", "interval_s": "1", **changed}, headers=HTML)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.skipif(not (VENDOR / "world-atlas" / "lines.json").is_file(), reason="vendored files are not built")
def test_the_lines_of_the_map_are_coasts_and_borders_within_the_sheet() -> None:
    """No line runs across the map, and what is not generally recognised is a kind of its own."""
    told = json.loads((VENDOR / "world-atlas" / "lines.json").read_text(encoding="utf-8"))
    kinds = {one["properties"]["kind"]: one["geometry"]["coordinates"] for one in told["features"]}
    assert set(kinds) == {"coast", "border", "unsettled"}
    for lines in kinds.values():
        for line in lines:
            assert all(-180 <= longitude <= 180 and -90 <= latitude <= 90 for longitude, latitude in line)
            assert all(abs(one[0] - other[0]) <= 180 for one, other in pairwise(line))


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(not store.BUILT.is_file(), reason="the gazetteer is not built: make setup")
class TestInABrowser:
    """The real gazetteer, a real browser, the keyboard alone."""

    @pytest.fixture
    def visit(self, visit: Any) -> Any:
        """The page of a visit, which ends without a complaint and without a request to anybody else."""
        return visit.page

    def test_a_map_without_its_lines_is_a_map(self, browser: Any, address: str) -> None:
        """Coasts that do not come stop nothing else; of landmarks the newest question's are shown."""
        made = Visit(browser, address).log_in()
        made.page.route("**/lines.json", lambda route: route.abort())
        made.page.goto(f"{address}places?name=Dmytrivka")
        made.page.wait_for_selector("#map[data-ready=yes]")
        assert made.page.locator("#map .marker.here, #map .mark-shape.here").count() == 1
        assert made.page.locator("#map .leaflet-tooltip.landmark").count() > 0
        # The first answer comes last: it is of where the map was, not of where it is.
        held: list[Any] = []
        made.page.route("**/places/around*", lambda route: held.append(route) if not held else route.continue_())
        made.page.focus("#map")
        made.page.keyboard.press("Minus")
        made.page.wait_for_timeout(400)
        made.page.keyboard.press("Minus")
        made.page.wait_for_timeout(1200)
        shown = made.page.locator("#map .leaflet-tooltip.landmark").all_inner_texts()
        held[0].continue_()
        made.page.wait_for_timeout(800)
        assert made.page.locator("#map .leaflet-tooltip.landmark").all_inner_texts() == shown
        made.context.close()

    def test_a_name_is_followed_on_the_map_by_keyboard(self, visit: Any, address: str, tmp_path: Path) -> None:
        """Typed, found, walked with J and K, looked at near, moved by arrows, recorded: no pointer, no other host."""
        visit.goto(f"{address}places?sun_at=2022-03-30T14:05:00%2B03:00")
        visit.press("body", "Slash")
        visit.keyboard.type("Dmytrivka")
        visit.keyboard.press("Enter")
        visit.wait_for_selector("#map[data-ready=yes]")
        count = visit.locator("tr[data-row]").count()
        assert count > 40
        assert visit.locator("#map .marker").count() == visit.locator("tr[data-lat]").count()
        assert visit.locator("#map path.coast").count() == 1
        assert visit.locator("#map .leaflet-tooltip.landmark").count() > 3
        visit.keyboard.press("KeyJ")
        with_point = visit.locator("tr[data-lat]").first.get_attribute("data-place")
        for _step in range(int(with_point or "1") - 1):
            visit.keyboard.press("KeyJ")
        assert visit.inner_text("#map .mark-shape.here") == with_point
        before = visit.inner_text("#map .leaflet-control-scale-line")
        visit.keyboard.press("Enter")
        assert visit.inner_text("#map .leaflet-control-scale-line") != before
        picture(visit, tmp_path / "places.png")
        visit.keyboard.press("Enter")
        assert visit.inner_text("#map .leaflet-control-scale-line") == before
        here = visit.evaluate("document.activeElement.textContent")
        visit.focus("#map")
        pane = "document.querySelector('#map .leaflet-map-pane').style.transform"
        moved = visit.evaluate(pane)
        visit.keyboard.press("ArrowDown")
        visit.wait_for_function(f"before => {pane} !== before", arg=moved)
        assert visit.inner_text("#map .mark-shape.here") == here
        visit.fill("#reason", "to place the post")
        visit.keyboard.press("Enter")
        visit.wait_for_selector(".said")
        assert "on the record" in visit.inner_text(".said")
        assert visit.evaluate("location.search").count("Dmytrivka") == 1
