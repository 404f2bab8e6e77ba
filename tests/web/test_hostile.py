"""Hostile words in every place that takes words: every page that a person can reach shows them as words.

The pages are found as a person finds them, by following links from the desk; a page added later is crawled as well, and
with it every address from which its scripts take something.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from probata.access import selectors as access_selectors
from probata.access import tokens
from probata.copies import selectors as copies
from probata.preservation import selectors as preservation
from probata.web.screens import together

sys.path.insert(0, str(Path(__file__).parent))

import made_together as made
from crawling import HTML, MOST_PAGES, Reading, pages
from made_hostile import BIDI, PAYLOADS, WORDS, poison, poison_footage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.conftest import Bench

    Crawled = list[tuple[str, str, Reading]]

ROOMS = (
    "/", "/items", "/search", "/intake", "/cases", "/incidents", "/claims", "/claims/state", "/reviews",
    "/reviews/open", "/reasoning", "/hypotheses", "/elements", "/places", "/places/sync", "/times", "/times/sun",
    "/times/shadow", "/disclosure", "/disclosure/new", "/people", "/wellbeing", "/account", "/account/tokens",
    "/keys", "/add",
)  # fmt: skip


@pytest.fixture(scope="module")
def archive(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive with clips that hold each other's footage, so that there is something to compare."""
    return made.make(archive, tmp_path_factory.mktemp("hostile") / "archive")


@pytest.fixture(scope="module")
def poisoned(served_bench: Bench) -> Bench:
    """A workspace in which everything that takes words bears hostile ones."""
    poison(served_bench)
    poison_footage(served_bench, made.ORIGINAL, made.EXCERPT)
    return served_bench


@pytest.fixture(scope="module")
def crawled(poisoned: Bench) -> Crawled:
    """Every page that links lead to, as it was answered."""
    found, client = [], poisoned.client()
    # A proof sheet holds pictures of both.
    for name in (made.ORIGINAL, made.EXCERPT, made.MIDDLE, made.REPOSTED):
        client.post(f"/items/{poisoned.items[name]}/reveal", {"purpose": "compare"})
    for one in pages(client):
        found.append(one)
        if len(found) >= MOST_PAGES:
            break
    # However far the links led: every kept page, as it is read, and the page of what bears a hostile name.
    for item in preservation.items():
        ends = ("", "/reading", "/custody") if re.search(r"alert|p5|p6", str(item.name)) else ()
        for path in {f"/items/{item.sha256}{end}" for end in ends} - {one[0] for one in found}:
            answer = client.get(path, headers=HTML)
            read = read_of(answer.content.decode())
            read.policy = answer["Content-Security-Policy"]
            found.append((path, answer.content.decode(), read))
    return found


def test_hostile_words_are_words_on_every_page(crawled: Crawled) -> None:
    """No element, attribute or address on any page comes from words that somebody typed or a file bears."""
    shown: set[str] = set()
    for path, html, read in crawled:
        sheet = path.endswith("/proof")  # it stands alone: its pictures stand in it
        assert [fault for fault in read.faults if not (sheet and "src='data:image/png" in fault)] == [], path
        assert "\u202e" not in html, path
        for payload in PAYLOADS:
            for raw in (payload, payload.replace("'", "&#x27;")):
                # What needs no escaping to be harmless may stand as it is.
                if raw in html and re.search(r"[<>]", raw):
                    pytest.fail(f"{path} holds {raw!r} as it was typed")
            if payload in unescape(html):
                shown.add(payload)
        assert read.policy, path
        assert "unsafe" not in read.policy.replace("style-src 'unsafe-inline'" if sheet else "-", ""), path
    assert len(crawled) > 60
    assert shown >= set(PAYLOADS)


@pytest.mark.parametrize("kind", ["item", "compare", "together", "search", "reading", "claims", "custody"])
def test_each_kind_of_page_was_crawled_with_them(crawled: Crawled, poisoned: Bench, kind: str) -> None:
    """What was heard, read in pictures, translated, corrected, kept and named was seen where it is shown."""
    shape = {
        "item": r"/items/[0-9a-f]{64}",
        "compare": r"/compare/\w+",
        "together": r"/compare/\w+/together.*",
        "reading": r"/items/[0-9a-f]{64}/reading",
        "claims": r"/claims/\w+",
        "custody": r"/items/[0-9a-f]{64}/custody",
    }
    if kind == "search":
        html = poisoned.client().get("/search", {"q": "script"}, headers=HTML).content.decode()
        assert "&lt;<mark>script</mark>&gt;" in html
        assert read_of(html).faults == []
        return
    found = [unescape(html) for path, html, _read in crawled if re.fullmatch(shape[kind], path)]
    assert found, "no such page was reached"
    if kind != "compare":
        assert any(PAYLOADS[0] in html for html in found)


ALLOWED = {
    "application/json": json.loads,
    "text/csv": lambda text: list(csv.reader(io.StringIO(text))),
    "application/xml": ET.fromstring,
    "text/vtt": str,
    "application/x-subrip": str,
}


def test_what_scripts_and_people_take_along_is_no_page(crawled: Crawled, poisoned: Bench) -> None:
    """Data is what it says it is to every browser; what a script puts into a page is escaped; no cell is a formula."""
    client = poisoned.client()
    addresses = {one for _path, _html, read in crawled for one in (*read.asked, *read.links)}
    for address in [one for one in addresses if re.fullmatch(r"/items/\w+/tracks/\w+\.json", one)]:
        addresses |= {address.replace(".json", "/rows"), address.replace(".json", "/rows?as=lines")}
    kinds: set[str] = set()
    shown: set[str] = set()
    for address in sorted(addresses):
        answer = client.get(address, headers={"accept": "application/json"})
        kind = answer.get("Content-Type", "").partition(";")[0]
        if answer.status_code != 200 or answer.streaming or kind not in ALLOWED:
            # What is no data of these kinds is a page, which is crawled, or a picture.
            assert kind in {"", "text/html", "image/png", "application/json", "application/octet-stream"}, address
            continue
        kinds.add(kind if kind != "application/json" or "/tracks/" not in address else "a track")
        assert answer["X-Content-Type-Options"] == "nosniff", address
        told = ALLOWED[kind](answer.content.decode())
        if kind == "application/json":
            for html in put_into_pages(told):
                read = read_of(html)
                assert read.faults == [], (address, read.faults)
                shown |= {payload for payload in PAYLOADS if payload in unescape(html)}
        elif kind == "text/csv":
            assert [cell for row in told for cell in row if cell.startswith(together._FORMULA)] == []
        if "/tracks/" in address and "." in address:
            assert answer["Content-Disposition"].startswith("attachment"), address
            assert not re.search(r"[<>'\u202e]", answer["Content-Disposition"]), address
            assert kind == "application/json" or "<script" not in answer.content.decode(), address
    assert kinds == {*ALLOWED, "a track"}
    assert shown >= {PAYLOADS[0], PAYLOADS[1]}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_calculated(sign: str) -> None:
    """Whatever sign a table of numbers would take for a formula stands behind one that makes it words."""
    assert together._safe(f"{sign}HYPERLINK(1)") == f"'{sign}HYPERLINK(1)"
    assert together._safe(f"a {sign}") == f"a {sign}"


def test_the_api_tells_them_as_data(poisoned: Bench) -> None:
    """Every answer that needs no more than an item, a relation or words is JSON to every browser, and nothing else."""
    from probata.web.api.document import operations

    person = access_selectors.person("S. Analyst")
    token = tokens.make(poisoned.keyring, label=PAYLOADS[0], permissions=frozenset(tokens.may_be_given(person.id)))
    client = poisoned.client(log_in=False)
    known = copies.relation_between(poisoned.items[made.EXCERPT], poisoned.items[made.ORIGINAL])
    assert known is not None
    named = {"item": poisoned.items[made.ORIGINAL], "relation": known.id}
    told = set()
    for one in operations():
        names = re.findall(r"{(\w+)}", one.path)
        if one.method.upper() != "GET" or not set(names) <= set(named):
            continue
        query = "&".join(
            f"{field.name}={quote('vtt' if field.name == 'format' else 'script')}"
            for field in one.query
            if field.needed
        )
        address = f"{one.path.format(**named)}?{query}"
        answer = client.get(address, headers={"Authorization": f"Bearer {token.text}"})
        assert answer.status_code < 500, address
        assert answer["Content-Type"].partition(";")[0] == "application/json", address
        assert answer["X-Content-Type-Options"] == "nosniff", address
        assert answer["Content-Security-Policy"], address
        if answer.status_code == 200 and PAYLOADS[0] in json.dumps(json.loads(answer.content), ensure_ascii=False):
            told.add(one.id)
    assert len(told) > 5, told


WATCH = """() => { window.seen = [];
  const told = ({ violatedDirective, blockedURI }) => window.seen.push(`${violatedDirective} ${blockedURI}`);
  document.addEventListener("securitypolicyviolation", told); }"""
ACTS = "[...document.querySelectorAll('img, svg, script')].some((one) => one.outerHTML.includes('alert('))"


@pytest.mark.browser
@pytest.mark.slow
class TestInABrowser:
    """Where a transcript, a text of a picture, a translation, a name or a kept page is shown, nothing of it acts."""

    @pytest.fixture
    def tab(self, browser: Any, address: str, poisoned: Bench) -> Iterator[Any]:
        """A page that is logged in; it must end without a dialog, a report of the policy, or a word in the console."""
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_init_script(f"({WATCH})()")
        tab = context.new_page()
        acted: list[str] = []
        tab.on("dialog", lambda dialog: (acted.append(dialog.message), dialog.dismiss()))
        tab.on("console", lambda line: acted.append(line.text))
        tab.on("pageerror", lambda error: acted.append(str(error)))
        tab.on("request", lambda request: None if request.url.startswith(address) else acted.append(request.url))
        tab.goto(address)
        tab.fill("#name", poisoned.keyring.name)
        tab.press("#passphrase", "Enter")
        tab.wait_for_selector(".rooms")
        yield tab
        context.close()
        assert acted == []

    def visited(self, tab: Any, address: str, ready: str = "main") -> str:
        tab.goto(address)
        tab.wait_for_selector(ready)
        tab.wait_for_load_state("networkidle")
        text = str(tab.evaluate("document.body.textContent"))
        assert tab.evaluate("window.seen") == []
        assert not tab.evaluate(ACTS)
        return text

    def test_items(self, tab: Any, address: str, poisoned: Bench) -> None:
        """Every tab, every candidate in turn by keys, and what is said of each to those who listen."""
        named = next(name for name in poisoned.items if name.endswith(".wav") and "<" in name)
        for item in (poisoned.items[made.ORIGINAL], poisoned.items[named]):
            text = self.visited(tab, f"{address}items/{item}", "#item[data-ready=yes]")
            assert PAYLOADS[0] in text
            for one in tab.query_selector_all("[role=tab]"):
                one.click()
            for _candidate in range(2 * len(WORDS)):
                tab.keyboard.press("BracketRight")
            assert tab.evaluate("window.seen") == []

    def test_comparing(self, tab: Any, address: str, poisoned: Bench) -> None:
        """The page itself, and what is said of both side by side."""
        known = copies.relation_between(poisoned.items[made.EXCERPT], poisoned.items[made.ORIGINAL])
        assert known is not None
        self.visited(tab, f"{address}compare/{known.id}", "#compare[data-ready=yes]")
        assert PAYLOADS[0] in self.visited(tab, f"{address}compare/{known.id}/together")

    def test_searching(self, tab: Any, address: str) -> None:
        """Hits with the words marked in them, from speech, pictures, translations and claims."""
        for asked in ("script", "onerror", "autofocus", "HYPERLINK"):
            assert "alert" in self.visited(tab, f"{address}search?q={asked}") or asked == "HYPERLINK"

    def test_claims_and_kept_pages(self, tab: Any, address: str, crawled: Crawled) -> None:
        """The board, a proposition, and a kept page as it is read."""
        assert PAYLOADS[0] in self.visited(tab, f"{address}claims")
        for shape in (r"/claims/[0-9a-z]{8,}", r"/items/[0-9a-f]{64}/reading"):
            paths = [path for path, html, _read in crawled if re.fullmatch(shape, path) and "alert(" in html]
            assert paths
            for path in paths[:3]:
                assert "alert(" in self.visited(tab, address + path[1:])

    def test_tracks_taken_along(self, tab: Any, poisoned: Bench) -> None:
        """Opened in the browser, a track's file is saved and no page is made of it."""
        from probata.analysis import selectors

        for analyser in ("speech", "screen_text"):
            track = selectors.newest_looks(poisoned.items[made.ORIGINAL])[analyser].track_sha256
            for form in ("vtt", "srt", "eaf", "labelstudio", "json"):
                with tab.expect_download() as download:
                    tab.evaluate(f"location.assign('/items/{poisoned.items[made.ORIGINAL]}/tracks/{track}.{form}')")
                assert re.fullmatch(r"[\w.-]+", download.value.suggested_filename)
        assert tab.evaluate("window.seen") == []


def put_into_pages(told: Any) -> Iterator[str]:
    """Every string of an answer that a script puts into a page as HTML."""
    if isinstance(told, dict):
        for name, value in told.items():
            if name in {"html", "list", "row", "line"} and isinstance(value, str):
                yield value
            else:
                yield from put_into_pages(value)
    elif isinstance(told, list):
        for value in told:
            yield from put_into_pages(value)


def read_of(html: str) -> Reading:
    """What a browser would make of it."""
    read = Reading()
    read.feed(html)
    return read


def test_hostile_words_in_an_address_are_words_on_its_page(poisoned: Bench) -> None:
    """Whatever a page takes from its address, it shows as words or not at all, and never fails over it."""
    client = poisoned.client()
    names = ("q", "page", "case", "incident", "look", "in", "name", "at", "from")
    # All fields at once, each with another of them: what one page does with one field does not hang on the others.
    payloads = (*PAYLOADS, BIDI, "\x00", "9" * 400, "%", "a" * 5000)
    for path in ROOMS:
        for turn in range(len(payloads)):
            given = {name: payloads[(turn + place) % len(payloads)] for place, name in enumerate(names)}
            for asked in (given, {"q": payloads[turn]}):
                answer = client.get(path, asked, headers=HTML)
                assert answer.status_code < 500, (path, asked)
                if answer.streaming or not answer.get("Content-Type", "").startswith("text/html"):
                    continue
                read = Reading()
                read.feed(answer.content.decode())
                assert read.faults == [], (path, asked, read.faults)
                # What somebody typed stands in its field as they typed it; nowhere else.
                around = re.sub(r' (?:value|data-[a-z-]+)="[^"]*"', "", answer.content.decode())
                assert "\u202e" not in around, (path, asked)
