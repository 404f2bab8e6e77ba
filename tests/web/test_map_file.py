"""A map file of the user's own: absent unless named, handed out in parts to people of the workspace, never a blank."""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probata.engines import settings as workspace_settings
from probata.engines.settings import SettingsInvalid
from probata.gazetteer import store
from probata.web.served import map_file

sys.path[:0] = [str(Path(__file__).parents[1] / "gazetteer"), str(Path(__file__).parent)]

from made_gazetteer import make  # noqa: E402  the same
from made_map_files import ATTRIBUTION, pictures, shapes, tile_id  # noqa: E402  its folder was put on the path above
from visiting import Visit  # noqa: E402  the same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from tests.web.conftest import Bench

HTML = {"accept": "text/html"}
FILE = "maps/region.pmtiles"
"""As the settings name it, beside them."""


def setting(root: Path, **told: str) -> None:
    """Write `[map]` into the settings of a workspace."""
    file = root / "probata.toml"
    lines = "".join(f'{name} = "{value}"\n' for name, value in told.items())
    file.write_text(f"{file.read_text(encoding='utf-8')}\n[map]\n{lines}", encoding="utf-8")


@pytest.fixture
def mapped(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give the workspace a map file of these bytes (None: it is named, and is not there), and log in."""
    monkeypatch.setattr(store, "BUILT", make(tmp_path / "places.sqlite3"))

    def given(data: bytes | None, **told: str) -> Client:
        from django.conf import settings

        if data is not None:
            (bench.root / "maps").mkdir(exist_ok=True)
            (bench.root / FILE).write_bytes(data)
        setting(bench.root, **{"pmtiles": FILE, **told})
        monkeypatch.setattr(settings, "PROBATA", workspace_settings.load(bench.root))
        return bench.client()

    return given


def page(client: Client) -> str:
    answer = client.get("/places", {"name": "Луговое"}, headers=HTML)
    assert answer.status_code == 200
    return answer.content.decode()


class TestNone:
    def test_without_the_setting_nothing_of_it_is_on_the_page(
        self, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Neither the readers nor a line about it; and there is nothing to hand out."""
        monkeypatch.setattr(store, "BUILT", make(tmp_path / "places.sqlite3"))
        client = bench.client()
        html = page(client)
        assert "vendor/leaflet" in html
        assert "pmtiles" not in html
        assert "map-file" not in html
        answer = client.get("/places/map-file", headers={"range": "bytes=0-9"})
        assert (answer.status_code, answer.json()["code"]) == (404, "no_map_file")

    def test_before_a_name_is_asked_for_no_reader_is_loaded(self, mapped: Any) -> None:
        """They come with the map."""
        assert "pmtiles" not in mapped(pictures()).get("/places", headers=HTML).content.decode()


class TestParts:
    def test_the_bytes_that_are_asked_for(self, mapped: Any) -> None:
        """Exactly those, under a tag that stays while the file does; kept nowhere, and no page of ours in any frame."""
        data = pictures()
        client = mapped(data)
        answer = client.get("/places/map-file", headers={"range": "bytes=3-129"})
        assert (answer.status_code, answer.content) == (206, data[3:130])
        assert answer["Content-Range"] == f"bytes 3-129/{len(data)}"
        assert answer["Cache-Control"] == "no-store"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        again = client.get("/places/map-file", headers={"range": "bytes=0-0"})
        assert again["ETag"] == answer["ETag"]
        head = client.head("/places/map-file")
        assert (head.status_code, head["Content-Length"], head.content) == (200, str(len(data)), b"")

    def test_the_last_bytes_and_none_beyond(self, mapped: Any) -> None:
        """What is asked for past the end is cut there; what begins past it is refused with the size."""
        data = pictures()
        client = mapped(data)
        end = client.get("/places/map-file", headers={"range": f"bytes={len(data) - 2}-{len(data) + 90}"})
        assert end.content == data[-2:]
        beyond = client.get("/places/map-file", headers={"range": f"bytes={len(data)}-"})
        assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(data)}")

    @pytest.mark.parametrize("asked", [{}, {"range": "bytes=0-99999999"}, {"range": "lines=1-2"}])
    def test_never_all_at_once(self, mapped: Any, asked: dict[str, str]) -> None:
        """A reader needs a directory or a tile; a file may be larger than the memory of the server."""
        data = pictures()
        client = mapped(data + bytes(17 << 20))
        answer = client.get("/places/map-file", headers=asked)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_value")

    def test_people_of_the_workspace_alone(self, mapped: Any, bench: Bench) -> None:
        """Where a file is set says where somebody investigates: nobody else is told that there is one."""
        mapped(pictures())
        nobody = bench.client(log_in=False)
        answer = nobody.get("/places/map-file", headers={"range": "bytes=0-9"})
        assert answer.status_code in {302, 403}
        assert b"PMTiles" not in answer.content


class TestUnread:
    """A file that cannot be drawn is told with the reason, and the map is there without it."""

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (None, "No such file or directory"),
            (b"", "it is no PMTiles file"),
            (b"SQLite format 3\x00" + bytes(500), "it is no PMTiles file"),
            (b"PMTiles\x03" + bytes(20), "it ends within its header"),
            (pictures(version=2), "another version than 3"),
            (pictures()[:-50], "it is shorter than its header says"),
            (pictures()[:8] + bytes(8) + bytes(8) + pictures()[24:], "it holds no directory of tiles"),
            (pictures(kind=6), "neither vectors nor pictures"),
            (pictures(kind=0), "neither vectors nor pictures"),
            (shapes("earth", compression=4), "compressed in a way that browsers do not read"),
            (pictures()[:102] + b"\xff\xff\xff\x7f" + pictures()[106:], "names no part of the world"),
            (pictures()[:100] + b"\x09\x02" + pictures()[102:], "names no part of the world"),
        ],
    )
    def test_the_page_says_why(self, mapped: Any, data: bytes | None, why: str) -> None:
        """In a sentence under the map; no reader is loaded, and no part is handed out."""
        client = mapped(data)
        html = page(client)
        (told,) = re.findall(r'<p id="map-file" class="need" role="status">(.*?)</p>', html)
        assert told.startswith("The map file could not be read: ")
        assert why in told
        assert told.endswith("The map is drawn without it.")
        assert 'id="map"' in html
        assert "vendor/pmtiles" not in html
        assert client.get("/places/map-file", headers={"range": "bytes=0-9"}).status_code == 404

    def test_a_folder_is_no_file(self, mapped: Any, bench: Bench) -> None:
        """Nor is anything else that can be opened and is none."""
        (bench.root / FILE).mkdir(parents=True)
        assert "The map file could not be read: " in page(mapped(None))

    def test_another_file_than_the_settings_tell(self, mapped: Any, bench: Bench) -> None:
        """By its SHA-256, where one is given; looked at anew when the file is another."""
        data = pictures()
        client = mapped(data, sha256=hashlib.sha256(data).hexdigest())
        assert 'role="status" hidden' in page(client)
        (bench.root / FILE).write_bytes(data + b"\x00")
        assert "its SHA-256 is not the one that the settings tell" in page(client)

    def test_one_that_became_shorter_is_not_handed_out(self, mapped: Any, bench: Bench) -> None:
        """What was cut off between two requests is no tile."""
        mapped(pictures())
        file = map_file.wanted()
        (bench.root / FILE).write_bytes(pictures()[:200])
        with pytest.raises(map_file.NoMapFile, match="it ends before its header says"):
            map_file.part(file, map_file.ByteRange(first=190, last=300))


class TestSettings:
    def test_a_path_of_its_own_and_words_as_words(self, mapped: Any, tmp_path: Path) -> None:
        """An absolute path names a file on any disk; what is owed to its makers is shown as they are written."""
        elsewhere = tmp_path / "disk.pmtiles"
        elsewhere.write_bytes(shapes("earth"))
        html = page(mapped(None, pmtiles=str(elsewhere), attribution=ATTRIBUTION))
        assert "© &lt;b&gt;nobody&lt;/b&gt;; made for a test" in html
        assert "vendor/protomaps-leaflet/protomaps-leaflet.js" in html
        assert 'data-kind="vectors"' in html

    @pytest.mark.parametrize(
        "told",
        [
            {"pmtile": FILE},
            {"attribution": "nobody"},
            {"pmtiles": FILE, "attribution": "two\\nlines"},
            {"pmtiles": FILE, "attribution": "back\\u202ewards"},
            {"pmtiles": FILE, "attribution": "x" * 301},
            {"pmtiles": FILE, "sha256": "abc"},
        ],
    )
    def test_what_makes_no_sense_is_refused(self, bench: Bench, told: dict[str, str]) -> None:
        """Before anything is served."""
        setting(bench.root, **told)
        with pytest.raises(SettingsInvalid):
            workspace_settings.load(bench.root)


def test_tiles_are_numbered_along_the_curve() -> None:
    """The examples of the specification (4.1)."""
    assert [tile_id(*place) for place in ((0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0), (2, 0, 0))] == [
        0, 1, 2, 3, 4, 5,
    ]  # fmt: skip
    assert tile_id(12, 3423, 1763) == 19_078_479


@pytest.fixture(scope="module")
def served_bench(served_bench: Bench) -> Bench:
    """The copy that is served names a map file, which each test writes."""
    (served_bench.root / "maps").mkdir()
    setting(served_bench.root, pmtiles=FILE, attribution=ATTRIBUTION)
    return served_bench


DRAWN = """() => { const pane = document.querySelector("#map .leaflet-map-file-pane");
  return [...pane.querySelectorAll(".leaflet-tile-loaded")].filter((tile) => {
    if (tile.tagName === "IMG") return tile.naturalWidth > 0;
    const { data } = tile.getContext("2d").getImageData(0, 0, tile.width, tile.height);
    return new Set(new Uint32Array(data.buffer)).size > 1; }).length; }"""
READY = "#map[data-ready=yes]"


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(not store.BUILT.is_file(), reason="the gazetteer is not built: make setup")
class TestInABrowser:
    """Tiles on the screen, from our own server alone."""

    @pytest.fixture
    def visit(self, browser: Any, served_bench: Bench, address: str) -> Iterator[Visit]:
        """A visit that is logged in; it must end without a complaint and without a request to anybody else."""
        here = Visit(browser, address).log_in()
        here.root = served_bench.root  # type: ignore[attr-defined]
        yield here
        here.context.close()
        # The browser has a remark on how these tests read what was painted.
        assert [line for line in here.complaints if not line.startswith("Canvas2D: Multiple readback")] == []
        assert [url for url in here.asked if not url.startswith((here.address, "blob:" + here.address))] == []

    def opened(self, visit: Visit, data: bytes, name: str = "Dmytrivka") -> Any:
        (visit.root / FILE).write_bytes(data)  # type: ignore[attr-defined]
        visit.page.goto(f"{visit.address}places?name={name}")
        visit.page.wait_for_selector(READY)
        return visit.page

    def nearer(self, page: Any) -> None:
        """Near the first candidate, and some steps back, where more tiles are in sight."""
        page.keyboard.press("KeyJ")
        page.keyboard.press("Enter")
        page.focus("#map")
        for _step in range(4):
            page.keyboard.press("Minus")
        page.wait_for_function(f"() => ({DRAWN})() > 3")

    def looked_at(self, page: Any, folder: Path, name: str) -> None:
        """Pictures in both themes for people to look at."""
        page.screenshot(path=folder / f"{name}-chosen.png")
        page.click("form[action$='/theme'] button")
        page.wait_for_selector(READY)
        page.wait_for_function(f"() => ({DRAWN})() > 0")
        page.screenshot(path=folder / f"{name}-other.png")

    def test_pictures_lie_under_the_candidates(self, visit: Visit, tmp_path: Path) -> None:
        """Each at its place; marks and names above them; parts of the file are asked for, never all of it."""
        page = self.opened(visit, pictures())
        page.wait_for_function(f"() => ({DRAWN})() > 0")
        assert page.locator("#map .marker").count() > 10
        self.nearer(page)
        assert page.locator("#map-file").is_hidden()
        assert ATTRIBUTION in page.inner_text(".map-side")
        assert len([url for url in visit.asked if url.endswith("/places/map-file")]) > 3
        self.looked_at(page, tmp_path, "pictures")

    @pytest.mark.parametrize("layers", [("earth", "water", "roads", "places"), ("fields", "ways")])
    def test_shapes_are_drawn_here(self, visit: Visit, tmp_path: Path, layers: tuple[str, ...]) -> None:
        """In the style that their reader brings where they are made for it; otherwise plainly, every layer."""
        page = self.opened(visit, shapes(*layers))
        page.wait_for_function(f"() => ({DRAWN})() > 0")
        self.nearer(page)
        assert page.locator("#map-file").is_hidden()
        self.looked_at(page, tmp_path, layers[0])

    def test_from_right_to_left(self, browser: Any, served_bench: Bench, address: str, tmp_path: Path) -> None:
        """The map stands where it stands, its words run their own way."""
        here = Visit(browser, address, locale="ar").log_in()
        here.root = served_bench.root  # type: ignore[attr-defined]
        page = self.opened(here, pictures())
        page.wait_for_function(f"() => ({DRAWN})() > 0")
        assert page.get_attribute("html", "dir") == "rtl"
        page.screenshot(path=tmp_path / "rtl.png")
        here.context.close()
        assert here.complaints == []

    def test_where_and_from_how_far_there_is_nothing(self, visit: Visit) -> None:
        """The page says that the file holds nothing there, so that a blank is no answer."""
        page = self.opened(visit, pictures())
        page.focus("#map")
        for _step in range(6):
            page.keyboard.press("Minus")
        page.wait_for_function("() => document.getElementById('map-file').textContent.includes('zoom in')")
        for _step in range(6):
            page.keyboard.press("Equal")
        for _step in range(60):
            page.keyboard.press("ArrowRight")
        page.wait_for_function("() => document.getElementById('map-file').textContent.includes('what is in sight')")

    @pytest.mark.parametrize("kind", ["directory", "pictures", "shapes"])
    def test_what_is_damaged_is_said(self, visit: Visit, kind: str) -> None:
        """A directory that cannot be read, a picture that is none, a shape that is none: each is told under the map."""
        data = shapes("fields") if kind == "shapes" else pictures()
        first = 127 if kind == "directory" else int.from_bytes(data[56:64], "little")
        last = first + 40 if kind == "directory" else len(data)
        page = self.opened(visit, data[:first] + b"\x55" * (last - first) + data[last:])
        said = "could not be read: its directory of tiles or a tile is damaged"
        page.wait_for_function("(said) => document.getElementById('map-file').textContent.includes(said)", arg=said)
        assert page.locator("#map-file").is_visible()
        assert page.locator("#map .marker").count() > 10
        if kind == "directory":
            assert page.locator("#map path.coast").count() == 1

    def test_a_file_that_goes_away_is_said(self, visit: Visit) -> None:
        """A disk that is taken out while the page is open."""
        page = self.opened(visit, pictures())
        page.wait_for_function(f"() => ({DRAWN})() > 0")
        (visit.root / FILE).unlink()  # type: ignore[attr-defined]
        page.focus("#map")
        page.keyboard.press("Equal")
        page.wait_for_function(
            "() => document.getElementById('map-file').textContent.includes('the server did not hand it out')"
        )
        # Several tiles are asked for: the last of their answers may come late.
        page.close()
        visit.complaints[:] = [line for line in visit.complaints if "404" not in line]
