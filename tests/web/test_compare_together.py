"""Three and four items beside each other: which may be, the time of each on the others', tables, veil, and lock."""

from __future__ import annotations

import csv
import html
import io
import re
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from probata.access import selectors as access_selectors
from probata.access import services as access
from probata.access.roles import Role
from probata.cases import services as cases
from probata.custody import selectors as custody
from probata.web.served import renditions
from probata.web.shown import together

sys.path[:0] = [str(Path(__file__).parents[1] / "analysis"), str(Path(__file__).parent)]

import made_together as made  # noqa: E402  its folder was put on the path above
from made_tracks import record, said, speech  # noqa: E402  the same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.conftest import Bench


HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def archive(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive with four clips that hold each other's footage."""
    return made.make(archive, tmp_path_factory.mktemp("together") / "archive")


def relation_of(bench: Bench, one: str = made.EXCERPT, other: str = made.ORIGINAL) -> str:
    from probata.copies import selectors as copies

    known = copies.relation_between(bench.items[one], bench.items[other])
    assert known is not None
    return known.id


def page_of(bench: Bench, *beside: str, end: str = "") -> str:
    query = "&".join(f"with={bench.items[name]}" for name in beside)
    return f"/compare/{relation_of(bench)}{end}?{query}"


def words(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def ends(bench: Bench, name: str, frames: tuple[int, int]) -> list[float]:
    """From the start of the first of these frames to the end of the last, on the player's clock.

    A file may tell another end of its last frame than the frame was made with: half a picture is let pass there.
    """
    table = renditions.frames(bench.items[name])
    assert table is not None
    last = table.interval(frames[1] - 1)
    assert last is not None
    start = table.pts[frames[0]] * table.time_base - table.origin_s
    return [pytest.approx(float(start)), pytest.approx(float(last.end.seconds - table.origin_s), abs=0.03)]


def pair(told: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in told["pairs"] if one["one"] + one["other"] == name)


class TestLines:
    """The time of each on the others'."""

    def test_what_was_never_compared_is_joined_over_the_common_one(self, bench: Bench) -> None:
        """A and C, both compared with B alone: the frames that B leads across, and no others."""
        told = bench.client().get(page_of(bench, made.MIDDLE, end="/alignment")).json()
        across = pair(told, "ac")
        assert across["through"] == ["b"]
        first, second = across["segments"]
        assert (first["a"], first["c"]) == (ends(bench, made.EXCERPT, (30, 60)), ends(bench, made.MIDDLE, (0, 30)))
        assert (second["a"], second["c"]) == (ends(bench, made.EXCERPT, (60, 90)), ends(bench, made.MIDDLE, (90, 120)))
        assert [one["laid"] for one in across["segments"]] == [pytest.approx(made.MATRIX)] * 2
        assert pair(told, "bc")["through"] == []
        assert [len(one["segments"]) for one in told["pairs"]] == [2, 2, 1]

    def test_four_over_two_steps(self, bench: Bench) -> None:
        """C is joined to B, D to A: from C to D the line goes over both, and gaps stay gaps."""
        told = bench.client().get(page_of(bench, made.MIDDLE, made.REPOSTED, end="/alignment")).json()
        across = pair(told, "cd")
        assert across["through"] == ["b", "a"]
        assert [(one["c"], one["d"]) for one in across["segments"]] == [
            (ends(bench, made.MIDDLE, (0, 30)), ends(bench, made.REPOSTED, (10, 40))),
            (ends(bench, made.MIDDLE, (90, 120)), ends(bench, made.REPOSTED, (40, 70))),
        ]

    def test_a_pair_alone_is_told_as_before(self, bench: Bench) -> None:
        """Without a further item there is one pair, and it is the alignment."""
        told = bench.client().get(page_of(bench, end="/alignment")).json()
        assert [(one["one"], one["other"]) for one in told["pairs"]] == [("a", "b")]
        assert [one["a"] for one in told["segments"]] == [one["a"] for one in pair(told, "ab")["segments"]]

    def test_edits_are_told_of_the_pair_they_are_of(self) -> None:
        """Letters are exchanged at once, and nothing but the letters."""
        told = together.lettered("A is mirrored; A shows a part of B's picture: AB", "C", "A")
        assert told == "C is mirrored; C shows a part of A's picture: AB"


class TestOffer:
    """What may be set beside, and what is refused."""

    def test_the_page_offers_what_has_a_line_of_time(self, bench: Bench) -> None:
        """Short digest, name, kind, and of which of the two; what stands there is not offered again."""
        client = bench.client()
        page = client.get(page_of(bench)).content.decode()
        offers = [words(one) for one in re.findall(r"<option.*?</option>", page.split('id="with"')[1], re.DOTALL)]
        assert [one.strip() for one in offers] == [
            f"{bench.items[made.REPOSTED][:8]} · reposted.mp4 · excerpt of A · candidate",
            f"{bench.items[made.MIDDLE][:8]} · middle.mp4 · excerpt of B · candidate",
        ]
        page = client.get(page_of(bench, made.MIDDLE)).content.decode()
        assert re.search(r"C \w{8} middle\.mp4 excerpt of B · candidate · take away", words(page))
        assert page.split('id="with"')[1].count("<option") == 1
        assert 'id="with"' not in client.get(page_of(bench, made.MIDDLE, made.REPOSTED)).content.decode()

    def test_the_veil_is_over_each(self, bench: Bench) -> None:
        """No picture, no address of one to load, all muted; strict as every page."""
        page = bench.client().get(page_of(bench, made.MIDDLE, made.REPOSTED), headers=HTML).content.decode()
        assert 'data-state="sealed"' in page
        assert len(re.findall(r"<video[^>]*\smuted", page)) == 4
        assert not re.search(r"<(video|img)[^>]*\s(src|autoplay)", page)
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", page)
        assert len(re.findall(r"· 00:\d\d\.\d{3} · severity unknown", words(page))) == 4

    def test_a_shortened_id_keeps_what_stands_beside(self, bench: Bench) -> None:
        """The whole id and the same items; items may be shortened too."""
        known, middle = relation_of(bench), bench.items[made.MIDDLE]
        client = bench.client()
        assert client.get(f"/compare/{known[:8]}?with={middle}")["Location"] == f"/compare/{known}?with={middle}"
        assert client.get(f"/compare/{known}?with={middle[:10]}").status_code == 200

    @pytest.mark.parametrize("end", ["", "/alignment", "/together", "/together.csv", "/together.json"])
    def test_what_cannot_stand_beside_is_refused_in_words(self, bench: Bench, end: str) -> None:
        """What shares no line of time, what stands there already, too many, and what there is not."""
        client, items = bench.client(), bench.items
        for beside, status, why in (
            ([bench.cuts], 400, "no relation of it to A or to B that stands has a line of time"),
            ([items[made.ORIGINAL]], 400, "it stands there already"),
            ([items[made.MIDDLE]] * 2, 400, "it stands there already"),
            ([items[made.MIDDLE], items[made.REPOSTED], bench.cuts], 400, "no more than 4 stand beside each other"),
            (["0" * 64], 404, "is not on the record of this workspace"),
            (["<script>\u202e"], 404, "is not on the record of this workspace"),
        ):
            answer = client.get(f"/compare/{relation_of(bench)}{end}", {"with": beside}, headers=HTML)
            page = answer.content.decode()
            assert answer.status_code == status, beside
            assert why in words(page), beside
            assert "<script>\u202e" not in page

    def test_a_rejected_relation_joins_nothing(self, bench: Bench) -> None:
        """It is offered no longer, and asked for all the same it is refused."""
        client = bench.client()
        known = relation_of(bench, made.MIDDLE)
        assert (
            client.post(f"/compare/{known}/decide", {"decision": "reject", "reason": "another moment"}).status_code
            == 200
        )
        assert "middle.mp4" not in words(client.get(page_of(bench)).content.decode())
        assert client.get(page_of(bench, made.MIDDLE)).status_code == 400

    def test_what_is_walled_is_not_there(self, bench: Bench) -> None:
        """Neither offered nor shown, and its address is answered as one that nobody holds."""
        everything = frozenset(Role) - {Role.RECIPIENT, Role.AUDITOR}
        counsel = access.enrol(bench.keyring, "counsel", None, frozenset({Role.LEGAL}), reason="a colleague").signing
        access.enrol(bench.keyring, "outside", None, everything, reason="a colleague")
        case = cases.open_case(
            "The yard", actor=counsel, kind="accountability", procedure_name="five_pillars", reason="two clips"
        ).id
        cases.put_into_case(case, actor=counsel, kind="item", member=bench.items[made.MIDDLE], reason="of the yard")
        cases.wall(case, actor=counsel, reason="sources are at risk")
        outside, middle = bench.client(name="outside"), bench.items[made.MIDDLE]
        page = outside.get(page_of(bench)).content.decode()
        assert "reposted.mp4" in page
        assert "middle.mp4" not in page
        assert middle[:8] not in page
        for end in ("", "/alignment", "/together", "/together.csv", "/together.json"):
            hidden = outside.get(page_of(bench, made.MIDDLE, end=end), headers=HTML)
            unknown = outside.get(f"/compare/{relation_of(bench)}{end}?with={'0' * 64}", headers=HTML)
            assert (hidden.status_code, unknown.status_code) == (404, 404)
            assert words(hidden.content.decode()).replace(middle, "0" * 64) == words(unknown.content.decode())
        assert bench.client(name="counsel").get(page_of(bench, made.MIDDLE)).status_code == 200

    def test_the_reason_is_asked_for_each(self, bench: Bench) -> None:
        """The form goes to each item that was not revealed in this session, and to no other."""
        client, items = bench.client(), bench.items
        named = [items[name] for name in (made.EXCERPT, made.ORIGINAL, made.MIDDLE, made.REPOSTED)]

        def asked() -> list[str]:
            page = client.get(page_of(bench, made.MIDDLE, made.REPOSTED)).content.decode()
            form = re.search(r'<form[^>]*id="reveal-form"[^>]*>', page)
            return re.findall(r"/items/(\w{64})/reveal", form[0]) if form else []

        assert asked() == named
        client.post(f"/items/{named[1]}/reveal", {"purpose": "compare"})
        assert asked() == [named[0], *named[2:]]
        for item in named:
            client.post(f"/items/{item}/reveal", {"purpose": "compare"})
        assert asked() == []

    def test_nobody_logged_in_gets_nothing(self, bench: Bench) -> None:
        """The tables lead to the login as the page does."""
        for end in ("", "/together", "/together.csv", "/together.json"):
            answer = bench.client(log_in=False).get(page_of(bench, made.MIDDLE, end=end))
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login")


class TestTables:
    """Gaps and edits of every pair, in words and to take along."""

    def test_every_pair_is_told(self, bench: Bench) -> None:
        """Which line goes over whom, what differs in the letters of the pair, and gaps as gaps."""
        page = bench.client().get(page_of(bench, made.MIDDLE, end="/together")).content.decode()
        text = words(page)
        assert "A – C never compared with each other: the line goes over B · candidate" in text
        assert text.count("A is mirrored left to right; A shows a part of C's picture") == 2
        assert text.count("A is mirrored left to right; A shows a part of B's picture") == 2
        assert re.search(r"gap nothing of it here C 00:\d\d\.\d{3} – 00:\d\d\.\d{3}", text)
        assert "No speech was found." in text
        assert not re.search(r"<(video|img|script(?![^>]*\bsrc=))|\sstyle=", page)
        assert page.count("<h1") == 1

    def test_the_rows_to_take_along(self, bench: Bench) -> None:
        """Comma-separated: each stretch and each gap with its seconds; JSON: the same, exact."""
        client = bench.client()
        answer = client.get(page_of(bench, made.MIDDLE, end="/together.csv"))
        assert answer["Content-Disposition"].startswith("attachment")
        rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
        across = [row for row in rows if row["pair"] == "A-C"]
        assert [row["what"] for row in across] == ["stretch 1", "stretch 2", "gap", "gap", "gap"]
        assert (across[0]["through"], across[0]["first_item"]) == ("B", bench.items[made.EXCERPT])
        assert float(across[0]["second_start_s"]) == 0
        told = client.get(page_of(bench, made.MIDDLE, end="/together.json")).json()
        stretch = next(one for one in told["pairs"] if one["second"] == "C" and one["first"] == "A")["stretches"][0]
        assert float(Fraction(stretch["first"]["from"])) == pytest.approx(float(across[0]["first_start_s"]), abs=1e-6)
        assert stretch["speed"] == "1"


class TestSaid:
    """What is said, in columns: rows by the time of the first item that a line leads to."""

    @pytest.fixture
    def heard(self, bench: Bench) -> Bench:
        """The same words in three of the clips, and words that are in one alone."""
        for name, lines in {
            made.EXCERPT: {35: "one moment", 110: "of A alone"},
            made.ORIGINAL: {95: "the same moment", 10: "<b>before</b>\u202e", 190: "later"},
            made.MIDDLE: {5: "again the moment", 60: "between"},
        }.items():
            times = {
                made.EXCERPT: made.excerpt_times(),
                made.ORIGINAL: made.original_times(),
                made.MIDDLE: made.cut(made.original_times(), made.MIDDLE_OF),
            }[name]
            entries = []
            for frame, text in sorted(lines.items()):
                start = float(times[frame][0] * made.PICTURE_TIME_BASE)
                entries.append(said(text, start, start + 0.2, languages={"en": 0.9}))
            record(bench.items[name], evolve(speech(texts=()), entries=tuple(entries)), bench.keyring.signing)
        return bench

    def test_lines_of_one_moment_stand_in_one_row(self, heard: Bench) -> None:
        """A, B and C say it at their own times; the row has all three, each with its own clock."""
        page = heard.client().get(page_of(heard, made.MIDDLE, end="/together")).content.decode()
        rows = [words(one) for one in re.findall(r"<tr>.*?</tr>", page.split("said-table")[1], re.DOTALL)]
        (row,) = (one for one in rows if "one moment" in one)
        assert "the same moment" in row
        assert "again the moment" in row
        (alone,) = (one for one in rows if "of A alone" in one)
        assert "later" not in alone
        # The frame 190 of the original is frame 70 of A, where A says nothing, and frame 100 of C.
        (later,) = (one for one in rows if "later" in one)
        assert "nothing of it here" not in later

    def test_what_is_not_there_is_hatched_and_said(self, heard: Bench) -> None:
        """Before what A shares: on B's own clock, with a plate in the columns of A and C; text from outside is tame."""
        page = heard.client().get(page_of(heard, made.MIDDLE, end="/together")).content.decode()
        part = page.split("On the clock of B")[1]
        rows = re.findall(r"<tr>.*?</tr>", part, re.DOTALL)
        (before,) = (one for one in rows if "before" in one)
        assert before.count('<td class="nothing">') == 2
        assert "<b>before" not in page
        assert "\u202e" not in page
        (between,) = (one for one in rows if "between" in one)
        assert between.count('<td class="nothing">') == 1


@pytest.fixture
def three(browser: Any, address: str, served_bench: Bench) -> Iterator[Any]:
    """The page of three, veiled; it must end without a complaint and without a request to anybody else."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda line: complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}{page_of(served_bench, made.MIDDLE)[1:]}")
    page.fill("#name", "S. Analyst")
    page.press("#passphrase", "Enter")
    page.wait_for_selector("#compare[data-ready=yes]")
    page.asked = asked
    yield page
    context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith((address, f"blob:{address}"))] == []


def at(page: Any) -> tuple[int | None, ...]:
    """The frames at which all stand; None for one that has nothing of it."""
    return tuple(
        None
        if "gone" in (page.get_attribute(f"[data-address={side}]", "class") or "")
        else int(page.inner_text(f"[data-address={side}] [data-at=ordinal]"))
        for side in page.eval_on_selector_all(".side", "(all) => all.map((one) => one.dataset.side)")
    )


@pytest.mark.browser
@pytest.mark.slow
class TestInABrowser:
    """Three under the fingers."""

    def test_all_stand_at_the_same_moment(self, three: Any) -> None:
        """Each step of the leader leads the others to their frame; who has none shows a plate that says so."""
        assert at(three) == (0, 60, None)
        plate = three.inner_text(".side[data-side=c] .absent")
        assert plate == "Nothing of these seconds was found in C"
        walked = []
        for key in ("BracketRight", "Period", "Shift+Period", "BracketRight", "BracketRight", "BracketRight", "Home"):
            three.keyboard.press(key)
            walked.append(at(three))
        assert walked == [
            (30, 90, 0),
            (31, 91, 1),
            (41, 101, 11),
            (60, 180, 90),
            (90, 210, None),
            (120, None, None),
            (0, 60, None),
        ]
        three.keyboard.press("KeyE")
        three.keyboard.press("KeyE")
        assert three.get_attribute("#stage", "data-lead") == "C"
        three.keyboard.press("Home")
        assert at(three) == (30, 90, 0)
        for _step in range(4):
            three.keyboard.press("Shift+Period")
        assert at(three) == (None, 130, 40)
        assert three.inner_text("#lock") == "A nothing here · B stretch 1"
        three.keyboard.press("End")
        assert at(three) == (89, 209, 119)

    def test_one_reason_and_one_veil_for_all(self, three: Any, served_bench: Bench, tmp_path: Path) -> None:
        """Nothing is fetched before; each has its own entry; each stands at its exact still; Escape leaves none."""
        three.keyboard.press("BracketRight")
        three.keyboard.press("Digit4")
        assert [url for url in three.asked if url.endswith((".png", "/footage"))] == []
        named = [served_bench.items[name] for name in (made.EXCERPT, made.ORIGINAL, made.MIDDLE)]
        before = [len(access_selectors.views(one)) for one in named]
        three.keyboard.press("Digit1")
        three.keyboard.press("KeyB")
        three.wait_for_selector("dialog[open]")
        three.keyboard.press("Enter")
        three.wait_for_selector("#stage[data-state=revealed]")
        for side, ordinal in zip("abc", (30, 90, 0), strict=True):
            three.wait_for_selector(f"[data-address={side}][data-exact='{ordinal}']")
        for item, rows in zip(named, before, strict=True):
            reasons = [line.record for line in custody.history(f"item:{item}") if line.action == "view"]
            assert reasons[-1]["purpose"] == "compare"
            assert "still" in [row.mode for row in access_selectors.views(item)[rows:]]
        three.screenshot(path=tmp_path / "side.png")
        # Where each player stands is the middle of its frame, so that it shows that frame and no neighbour.
        three.wait_for_function(
            "() => [...document.querySelectorAll('video')].every((one) => one.readyState >= 2 && !one.seeking)"
        )
        stands = three.evaluate("[...document.querySelectorAll('video')].map((one) => one.currentTime)")
        for item, ordinal, seconds in zip(named, (30, 90, 0), stands, strict=True):
            table = renditions.frames(item)
            assert table is not None
            shown = table.interval(ordinal)
            assert shown is not None
            assert float(shown.start.seconds - table.origin_s) < seconds < float(shown.end.seconds - table.origin_s)
        three.keyboard.press("Digit2")
        tops = [three.get_attribute("#stage", "data-on-top")]
        for _flip in range(3):
            three.keyboard.press("KeyX")
            tops.append(three.get_attribute("#stage", "data-on-top"))
        assert tops == ["a", "b", "c", "a"]
        three.screenshot(path=tmp_path / "blink.png")
        three.keyboard.press("Digit4")
        assert three.get_attribute("#stage", "data-mode") == "difference"
        assert three.locator(".side.over").get_attribute("data-side") == "b"
        three.keyboard.press("Shift+Digit3")
        assert three.locator(".side.over").get_attribute("data-side") == "c"
        assert three.is_checked("[name=against][value=c]")
        assert three.get_attribute("#stage", "data-mode") == "difference"
        three.screenshot(path=tmp_path / "difference.png")
        three.keyboard.press("Escape")
        assert three.get_attribute("#stage", "data-state") == "veiled"
        assert three.evaluate("[...document.querySelectorAll('.still')].every((one) => !one.hasAttribute('src'))")
        assert three.evaluate("[...document.querySelectorAll('video')].every((one) => one.paused && one.muted)")

    def test_a_further_one_is_set_beside_by_keyboard(self, three: Any, tmp_path: Path) -> None:
        """Chosen from the list with its short digest and name; then four stand there, and no more are offered."""
        three.focus("#with")
        three.keyboard.press("Tab")
        three.keyboard.press("Enter")
        three.wait_for_url(re.compile(r"with=\w+&with=\w+"))
        three.wait_for_selector("#compare[data-ready=yes]")
        assert at(three) == (0, 60, None, None)
        for _step in range(3):
            three.keyboard.press("Shift+Period")
        assert at(three) == (30, 90, 0, 10)
        assert three.locator("#with").count() == 0
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        for width, height in ((1440, 900), (1024, 700), (700, 900), (360, 740)):
            three.set_viewport_size({"width": width, "height": height})
            assert three.evaluate(sideways) == 0, width
            three.screenshot(path=tmp_path / f"four{width}.png")
