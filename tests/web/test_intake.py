"""The intake queue: rows without pictures, answered by keys, brought in whole, and never silent about what failed."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from probata.access import services as access
from probata.access.roles import Role
from probata.cases import selectors, services
from probata.cases.incoming import Answer, Incoming, outcome
from probata.web.work import jobs

if TYPE_CHECKING:
    from tests.web.conftest import Bench

HOSTILE = "<script>alert(1)</script> \u202efdp.exe"


def received(bench: Bench, *summaries: str, items: tuple[str, ...] = (), origin: str = "a reader") -> list[str]:
    """The ids of reports that were taken in with these summaries."""
    told = [(Incoming(summary=text, origin=origin, items=items), None) for text in summaries]
    return [one.id for one in services.receive(told, actor=bench.keyring.signing)]


def names_of(page: bytes) -> list[str]:
    return re.findall(r'data-name="([^"]+)"', page.decode())


def ended() -> Any:
    """The newest job, once it has ended."""
    for _ in range(400):
        if not jobs.going():
            return jobs.every()[0]
        time.sleep(0.05)
    pytest.fail("the job did not end")


class TestList:
    def test_every_item_is_there_with_a_report_or_without(self, bench: Bench) -> None:
        """What waits first; an item that came without a report stands for itself; no picture is in the page."""
        (report,) = received(bench, "A clip of a yard", items=(bench.ordinals,))
        page = bench.client().get("/intake").content
        assert names_of(page)[0] == f"report:{report}"
        alone = {f"item:{one}" for one in bench.items.values()} - {f"item:{bench.ordinals}"}
        assert set(names_of(page)[1:]) == alone
        assert not re.search(rb"<img|<video|\.png|/footage", page)

    def test_a_row_says_what_is_known_and_what_is_missing(self, bench: Bench) -> None:
        """Length, severity, that nobody looked for copies, that it is no footage, by when it existed."""
        received(bench, "A clip", items=(bench.ordinals, "0" * 64), origin="")
        page = bench.client().get("/intake").content.decode()
        for words in ("severity:", "not described", "no search for copies", "no origin", "not preserved here"):
            assert words in page
        assert re.search(r"existed by \d{4}-\d\d-\d\d", page)
        assert "no footage, by its first bytes" in page

    def test_described_severity_stands_in_words(self, bench: Bench) -> None:
        """The hardest stretch that somebody marked; where nobody did, that nobody did."""
        from probata.analysis import services as analysis
        from probata.analysis.services import observing
        from probata.analysis.severity import Degree

        for first, degree in ((10, Degree.SEVERE), (30, Degree.MILD)):
            stretch = observing.stretch_of_frames(bench.ordinals, first, first + 5)
            analysis.mark_severity(bench.ordinals, stretch, degree, actor=bench.keyring.signing)
        page = bench.client().get("/intake", {"q": bench.ordinals}).content.decode()
        assert re.search(r"severity: severe", page)
        assert "not described" in bench.client().get("/intake", {"q": bench.cuts}).content.decode()

    def test_hostile_words_are_shown_and_do_nothing(self, bench: Bench) -> None:
        """A name that reads backwards is written out; a script is text; so is what is typed into the filter."""
        received(bench, "<script>alert(1)</script>")
        client = bench.client()
        page = client.get("/intake").content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "\u202e" not in page
        assert "&lt;U+202E&gt;" in page
        assert "<script>alert" not in client.get("/intake", {"q": HOSTILE}).content.decode()

    @pytest.mark.usefixtures("workspace")
    def test_an_empty_queue_says_what_will_stand_here(self) -> None:
        """And what starts it."""
        from django.test import Client

        client = Client(SERVER_NAME="localhost")
        client.post("/login", {"name": "operator", "passphrase": ""})
        page = client.get("/intake").content.decode()
        assert "Nothing has come in yet" in page
        assert "/intake/bring" in page

    def test_typing_filters_and_counts_honestly(self, bench: Bench) -> None:
        """Words and states; what does not match is not shown, and how many match of how many is said."""
        received(bench, "A clip of a yard", "A photo")
        client = bench.client()
        page = client.get("/intake", {"q": "yard"}).content
        assert len(names_of(page)) == 1
        assert b"1 of 8 match" in page
        assert len(names_of(client.get("/intake", {"q": "is:alone"}).content)) == len(bench.items)
        assert b"Nothing that came in matches" in client.get("/intake", {"q": "nowhere"}).content

    def test_it_pages(self, bench: Bench) -> None:
        """Fifty to a page; a number beyond them, or no number, is a page that there is."""
        received(bench, *(f"Report {number}" for number in range(60)))
        client = bench.client()
        first, second = (names_of(client.get("/intake", {"page": number}).content) for number in ("1", "2"))
        assert (len(first), len(second)) == (50, 10 + len(bench.items))
        assert not set(first) & set(second)
        assert names_of(client.get("/intake", {"page": "99"}).content) == second
        assert names_of(client.get("/intake", {"page": "x"}).content) == first

    def test_more_rows_do_not_take_more_queries(self, bench: Bench) -> None:
        """A page of many is asked for like a page of one."""
        client = bench.client()
        counts = []
        for number in (1, 30):
            received(bench, *(f"Report {place}" for place in range(number)), items=(bench.ordinals, bench.cuts))
            with CaptureQueriesContext(connection) as asked:
                client.get("/intake")
            counts.append(len(asked))
        assert counts[1] <= counts[0]

    def test_who_may_not_list_sees_nothing(self, bench: Bench) -> None:
        """A recipient is refused, and so is somebody who is not logged in."""
        access.enrol(bench.keyring, "recipient", None, frozenset({Role.RECIPIENT}), reason="a test")
        assert bench.client(name="recipient").get("/intake").status_code == 403
        assert bench.client(log_in=False).get("/intake").status_code == 302

    def test_the_desk_leads_here(self, bench: Bench) -> None:
        """Reports without an outcome are a way in."""
        received(bench, "A clip of a yard")
        page = bench.client().get("/").content.decode()
        assert "/intake?q=is%3Awaiting" in page or "/intake?q=is:waiting" in page


class TestAnswering:
    def test_several_in_one_act(self, bench: Bench) -> None:
        """One reason for all that were chosen; a report and an item without one."""
        (report,) = received(bench, "A clip of a yard")
        client = bench.client()
        told = client.post(
            "/intake/answer",
            {
                "name": [f"report:{report}", f"item:{bench.text}"],
                "seen": ["", ""],
                "outcome": "not_footage",
                "reason": "words alone",
            },
            headers={"Accept": "application/json"},
        )
        assert told.status_code == 200, told.content
        assert "2 answered" in told.json()["said"]
        assert selectors.queue(selectors.wanted("is:not_footage")).matching == 2

    def test_a_reason_and_a_target_are_asked_for(self, bench: Bench) -> None:
        """Refused in words; nothing is recorded."""
        (report,) = received(bench, "A clip of a yard")
        client = bench.client()
        for told in (
            {"outcome": "accepted", "reason": " "},
            {"outcome": "duplicate_of", "reason": "the same"},
            {"outcome": "duplicate_of", "target": "item:ffffffff", "reason": "the same"},
            {"outcome": "vanished", "reason": "why"},
        ):
            answer = client.post("/intake/answer", {"name": f"report:{report}", **told}, headers={"Accept": "*/*"})
            assert 400 <= answer.status_code < 500
        assert not selectors.report(report).answered
        answer = client.post("/intake/answer", {"name": "report:ffffffff", "outcome": "accepted", "reason": "why"})
        assert answer.status_code == 404

    def test_what_somebody_answered_meanwhile_is_not_answered_over(self, bench: Bench) -> None:
        """The page says which answer it showed."""
        (report,) = received(bench, "A clip of a yard")
        services.answer_report(report, Answer(outcome=outcome("accepted"), reason="why"), actor=bench.keyring.signing)
        told = {"name": f"report:{report}", "seen": "", "outcome": "out_of_scope", "reason": "why"}
        assert bench.client().post("/intake/answer", told).status_code == 403

    def test_who_may_not_answer_is_told_and_refused(self, bench: Bench) -> None:
        """No buttons, the rule in words, and a refusal of who asks all the same."""
        (report,) = received(bench, "A clip of a yard")
        access.enrol(bench.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="a test")
        client = bench.client(name="auditor")
        page = client.get("/intake").content.decode()
        assert "it takes one of the roles" in page
        assert "answer-dialog" not in page
        told = {"name": f"report:{report}", "outcome": "accepted", "reason": "why"}
        assert client.post("/intake/answer", told).status_code == 403
        assert client.post("/intake/assign", {**told, "person": "auditor"}).status_code == 403

    def test_a_report_is_handed_to_somebody(self, bench: Bench) -> None:
        """Their name stands in the row, and `to:` finds it."""
        (report,) = received(bench, "A clip of a yard")
        client = bench.client()
        told = {"name": f"report:{report}", "person": "S. Analyst", "reason": "knows the place"}
        assert client.post("/intake/assign", told).status_code == 302
        assert names_of(client.get("/intake", {"q": "to:s."}).content) == [f"report:{report}"]


def _upload(text: str, name: str = "in.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="text/csv")


def _digest(page: bytes) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page.decode())
    assert found, page.decode()
    return found[1]


class TestBringing:
    def test_a_table_is_shown_then_taken(self, bench: Bench) -> None:
        """Nothing is taken by showing it; what is taken is what was shown."""
        client = bench.client()
        shown = client.post("/intake/table", {"kind": "table", "file": _upload("summary,origin\nA yard,a reader\n")})
        assert shown.status_code == 200
        assert b"1 row would be taken in" in shown.content
        assert selectors.reports() == []
        digest = _digest(shown.content)
        assert client.post("/intake/receive", {"digest": "0" * 64, "reason": "why"}).status_code == 400
        assert client.post("/intake/receive", {"digest": digest, "reason": " "}).status_code == 400
        assert client.post("/intake/receive", {"digest": digest, "reason": "a batch"}).status_code == 302
        assert [one.summary for one in selectors.reports()] == ["A yard"]
        assert client.post("/intake/receive", {"digest": digest, "reason": "twice"}).status_code == 400

    def test_all_faults_are_shown_at_once(self, bench: Bench) -> None:
        """Each with its line, more than ten of them, and nothing is taken."""
        table = "summary,came_at\n" + f"<b>{HOSTILE}</b>,soon\n" * 15
        page = bench.client().post("/intake/table", {"file": _upload(table, HOSTILE)})
        assert page.status_code == 400
        told = page.content.decode()
        assert "15 faults" in told
        assert told.count('<li><bdi dir="auto">line ') == 15
        assert "<b>" not in told
        assert "\u202e" not in told

    def test_a_folder_becomes_items_in_the_background(self, bench: Bench, tmp_path: Path) -> None:
        """What was done and what could not be done is told; links are not followed."""
        folder = tmp_path / "footage to bring"
        folder.mkdir()
        for number in range(3):
            (folder / f"{number}.txt").write_text(f"number {number}")
        (folder / "link.txt").symlink_to(folder / "0.txt")
        client = bench.client()
        assert client.post("/intake/folder", {"folder": str(folder), "reason": "a hand-over"}).status_code == 302
        job = ended()
        assert (job.total, job.done, job.failed, job.left, job.error) == (4, 3, 1, 0, "")
        page = client.get("/intake/progress").content.decode()
        assert "3 done" in page
        assert "links are not followed" in page
        assert selectors.queue(selectors.wanted("is:alone")).matching == len(bench.items) + 3

    def test_a_folder_that_cannot_be_is_refused(self, bench: Bench, tmp_path: Path) -> None:
        """No path, none from the root, nothing there, and never the workspace with its keys."""
        client = bench.client()
        for path in ("", "relative", str(tmp_path / "nothing"), str(bench.root), str(bench.root.parent), "/\0"):
            assert client.post("/intake/folder", {"folder": path, "reason": "why"}).status_code == 400, path
        access.enrol(bench.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="a test")
        told = {"folder": str(tmp_path), "reason": "why"}
        assert bench.client(name="auditor").post("/intake/folder", told).status_code == 403

    def test_who_is_not_at_the_machine_names_no_folder_of_it(
        self, bench: Bench, tmp_path: Path, settings_of: Any
    ) -> None:
        """Neither from another address, nor through a proxy."""
        folder = tmp_path / "footage"
        folder.mkdir()
        told = {"folder": str(folder), "reason": "why"}
        client = bench.client()
        assert client.post("/intake/folder", told, REMOTE_ADDR="192.0.2.7").status_code == 400
        settings_of.FOLDERS_OF_THIS_MACHINE = False
        assert client.post("/intake/folder", told).status_code == 400
        assert b'id="folder-path"' not in client.get("/intake/bring").content

    def test_an_auto_archivers_output_keeps_its_origin_and_its_doubts(self, bench: Bench, tmp_path: Path) -> None:
        """Rows become reports about their files; a hash that does not fit is told and stands in the report."""
        folder = tmp_path / "archive"
        folder.mkdir()
        page = b'<a href="https://store.example/clip_01.txt">the clip</a>'
        (folder / "page1.html").write_bytes(page)
        (folder / "page2.html").write_bytes(b"<p>another</p>")
        (folder / "clip_01.txt").write_text("stands for a clip")
        (folder / "stranger.txt").write_text("no row speaks of it")
        sheet = (
            "Link,Archive status,Archive location,Archive date,Upload title,Hash\n"
            f"https://social.example/1,success,https://store.example/page1.html,2024-02-05T12:22:22+00:00,A yard,"
            f"SHA-256:{hashlib.sha256(page).hexdigest()}\n"
            f"https://social.example/2,success,https://store.example/page2.html,,Another,SHA-256:{'0' * 64}\n"
            "https://social.example/3,Archive failed,,,,not-calculated\n"
        )
        client = bench.client()
        shown = client.post("/intake/table", {"kind": "archive", "file": _upload(sheet)})
        assert b"3 rows would be taken in" in shown.content
        told = {"digest": _digest(shown.content), "folder": str(folder), "reason": "handed over"}
        assert client.post("/intake/receive", told).status_code == 302
        job = ended()
        assert job.error == ""
        assert (job.done, job.failed) == (4, 0)
        first, second, third = sorted(selectors.reports(), key=lambda one: one.origin)
        assert (first.summary, len(first.items)) == ("A yard", 2)
        assert "fits the page's bytes" in first.origin
        assert "DOES NOT FIT" in second.origin
        assert third.items == ()
        notes = " ".join(job.notes)
        assert "the stated hash does not fit the bytes of page2.html" in notes
        assert "No row speaks of 1 file" in notes


@pytest.fixture
def settings_of() -> Iterator[Any]:
    """Django's settings, as they were afterwards."""
    from django.conf import settings

    before = settings.FOLDERS_OF_THIS_MACHINE
    yield settings
    settings.FOLDERS_OF_THIS_MACHINE = before


class TestProgress:
    def test_it_says_how_far_everybody_is_and_how_to_go_on(self, bench: Bench) -> None:
        """Done, left and could not by analyser; without a worker the one command, and no asking again and again."""
        page = bench.client().get("/intake/progress").content.decode()
        assert "probata worker" in page
        assert "hx-trigger" not in page
        told = re.search(r"frames</th><td[^>]*>(\d+)</td><td[^>]*>(\d+)</td><td[^>]*>(\d+)</td>", page)
        assert told
        assert sum(map(int, told.groups())) == len(bench.items)

    def test_who_may_not_list_hears_nothing(self, bench: Bench) -> None:
        """The strip is behind the same rule as the list."""
        access.enrol(bench.keyring, "recipient", None, frozenset({Role.RECIPIENT}), reason="a test")
        assert bench.client(name="recipient").get("/intake/progress").status_code == 403

    def test_a_job_is_stopped_by_whoever_began_it(self, bench: Bench) -> None:
        """Nobody else; one that is over is not stopped."""
        waits: list[Any] = []

        def work(job: Any) -> None:
            while not job.stopping:
                time.sleep(0.01)
            waits.append(job)
            raise jobs.Stopped

        job = jobs.start(jobs.Job(what="work", by="S. Analyst"), work)
        access.enrol(bench.keyring, "other", None, frozenset({Role.COLLECTOR}), reason="a test")
        assert b'hx-trigger="every 2s"' in bench.client().get("/intake/progress").content
        assert bench.client(name="other").post(f"/intake/jobs/{job.id}/stop").status_code == 400
        assert bench.client().post(f"/intake/jobs/{job.id}/stop").status_code == 302
        assert ended().id == job.id
        assert waits
        assert bench.client().post(f"/intake/jobs/{job.id}/stop").status_code == 400


@pytest.mark.browser
@pytest.mark.slow
class TestByKeyboard:
    def test_triage_without_opening(  # noqa: PLR0915  one visit, told from its beginning to its end
        self, browser: Any, address: str, served_bench: Bench, tmp_path: Path
    ) -> None:
        """J walks, Space chooses, a letter answers all that is chosen; nothing is opened and no footage asked for."""
        reports = received(served_bench, "A clip of a yard", "The same yard", "A photo", "A late report")
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page, asked, complaints = context.new_page(), [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda line: complaints.append(line.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        page.fill("#name", "S. Analyst")
        page.press("#passphrase", "Enter")
        page.wait_for_selector(".rooms")
        page.goto(f"{address}intake")
        page.wait_for_selector("tr[data-row]")

        def answered(key: str, target: str = "", reason: str = "looked at the words") -> None:
            page.keyboard.press(key)
            page.wait_for_selector("#answer-dialog[open]")
            if target:
                page.keyboard.type(target)
                page.keyboard.press("Tab")
            page.focus("#answer-reason")
            page.keyboard.type(reason)
            with page.expect_navigation():
                page.keyboard.press("Control+Enter")
            page.wait_for_selector(".said")

        for key in ("KeyJ", "Space", "KeyJ", "KeyJ", "Space"):
            page.keyboard.press(key)
        assert "2" in page.inner_text("#chosen")
        page.screenshot(path=tmp_path / "chosen.png")
        answered("KeyX", reason="another place")
        assert [selectors.report(one).answered for one in reports] == [True, False, True, False]
        # On with the row that stands where the answered one stood.
        assert page.evaluate("document.activeElement.dataset.name") == f"report:{reports[1]}"
        answered("KeyD", f"report:{reports[0][:8]}")
        assert selectors.report(reports[1]).outcome is not None
        assert selectors.report(reports[1]).outcome.target == f"report:{reports[0]}"  # type: ignore[union-attr]

        # Letters typed into a form are letters; Escape closes it, and nothing is recorded.
        page.keyboard.press("KeyA")
        page.wait_for_selector("#answer-dialog[open]")
        page.focus("#answer-reason")
        page.keyboard.type("dexan")
        assert page.input_value("#answer-reason") == "dexan"
        page.screenshot(path=tmp_path / "dialog.png")
        page.keyboard.press("Escape")
        assert not selectors.report(reports[3]).answered

        # A refusal stays in the form, and what was typed with it.
        # The field has the focus before another key can come.
        pressed = """() => {
          const key = { code: "KeyE", key: "e", bubbles: true, cancelable: true };
          document.activeElement.dispatchEvent(new KeyboardEvent("keydown", key));
          return document.activeElement.name;
        }"""
        assert page.evaluate(pressed) == "target"
        page.keyboard.type(f"report:{reports[3]}")
        page.focus("#answer-reason")
        page.keyboard.type("a part of it")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#answer-dialog .refused:not([hidden])")
        assert page.input_value("#answer-reason") == "a part of it"
        page.keyboard.press("Escape")

        page.keyboard.press("Slash")
        page.keyboard.type("is:duplicate_of")
        page.wait_for_selector("caption:has-text('1 of')")
        assert page.locator("tr[data-row]").count() == 1
        assert "The same yard" in page.inner_text("tr[data-row]")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        context.close()
        assert [line for line in complaints if "400" not in line and "403" not in line] == []
        assert [url for url in asked if url.endswith((".png", "/footage"))] == []
        assert [url for url in asked if not url.startswith(address)] == []
