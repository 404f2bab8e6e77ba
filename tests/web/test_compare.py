"""The compare page and the matches on the item's page: two clips, locked on their alignment, and what a person decides.

The original has uneven frames; the other clip holds two stretches of it, cropped and mirrored, cut together, and then
pictures of its own. What they are to each other is told by this test and recorded by the house's own search.
"""

from __future__ import annotations

import html
import io
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from attrs import frozen
from PIL import Image
from tests.postgres import copied
from visiting import picture, until

from probata.access import selectors as access_selectors
from probata.access import services as access
from probata.access.roles import Role
from probata.cli import workspace as workspace_module
from probata.cli.demo_footage.encode import PICTURE_TIME_BASE, Encoding, TimedPicture, write_clip
from probata.cli.demo_footage.rhythm import RESTLESS, frame_times
from probata.copies import selectors as copies_selectors
from probata.copies.relations import Reason, Relation, Segment, Transform
from probata.custody import selectors as custody
from probata.web.served import renditions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.conftest import Bench

# One archive for the module, also where tests are shared out among workers.

HTML = {"accept": "text/html"}
EXCERPT = "posted.mp4"
STRETCHES = ((60, 120), (180, 240))  # frames of the original that the other clip holds, one after the other
OWN = 20  # frames of its own that follow
CROP = (16, 9, 304, 171)  # of 320 × 180: a tenth less, mirrored
MATRIX = (-0.9, 0.0, 0.95, 0.0, 0.9, 0.05)
WRONG_MOMENT = "what moves in the one moves in step in the other"


def times() -> list[tuple[int, int]]:
    """When the original's frames are shown, and for how long."""
    return frame_times(RESTLESS, seed=300, frames=300)


def make_excerpt(path: Path, original: Path) -> None:
    """Two stretches of the original, cropped and mirrored, and a calm field after them."""
    with av.open(str(original)) as opened:
        decoded = [frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)]
    pictures, now = [], 0
    for ordinal in (ordinal for start, end in STRETCHES for ordinal in range(start, end)):
        image = Image.fromarray(decoded[ordinal]).crop(CROP).resize((320, 180), Image.Resampling.BICUBIC)
        rgb = np.ascontiguousarray(np.asarray(image)[:, ::-1])
        pictures.append(TimedPicture(rgb=rgb, pts=now, duration=times()[ordinal][1]))
        now += times()[ordinal][1]
    for _frame in range(OWN):
        pictures.append(TimedPicture(rgb=np.full((180, 320, 3), 90, np.uint8), pts=now, duration=3600))
        now += 3600
    write_clip(path, pictures, encoding=Encoding(crf=20, b_frames=2))


def told() -> tuple[Relation, ...]:
    """What the two are to each other: the excerpt is A."""
    transform = Transform(
        mirror=True, scale=0.9, turned_degrees=0, crop=(0.05, 0.05, 0.9, 0.9), place=(0, 0, 1, 1), matrix=MATRIX
    )
    segments, now = [], Fraction(0)
    for start, end in STRETCHES:
        (b_start, _), (b_last, b_lasts) = times()[start], times()[end - 1]
        lasts = (b_last + b_lasts - b_start) * PICTURE_TIME_BASE
        segments.append(
            Segment(
                a_start_s=now,
                a_end_s=now + lasts,
                b_start_s=b_start * PICTURE_TIME_BASE,
                b_end_s=b_start * PICTURE_TIME_BASE + lasts,
                transform=transform,
            )
        )
        now += lasts
    why = (Reason(code="motion", text=WRONG_MOMENT, value=0.93, wrong=0.41, threshold=0.6),)
    return (
        Relation(kind="overlaps", score=0.91, by="frames", segments=tuple(segments), why=why, strongest_wrong=0.41),
    )


def scene() -> Relation:
    """A relation without any line of time."""
    why = (Reason(code="moment_unproven", text="nothing moves in step along one line of time"),)
    return Relation(kind="same_scene_moment_unproven", score=0.2, by="frames", why=why)


@pytest.fixture(scope="module")
def archive(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive with the excerpt in it, searched for copies of the excerpt."""
    root = tmp_path_factory.mktemp("compared") / "archive"
    copied(archive, root)
    workspace_module.open_workspace(root)

    from django.db import connections

    from probata.analysis import services as analysis
    from probata.capture import services as capture
    from probata.copies import among
    from probata.copies import services as copies
    from probata.copies.among import Compared
    from probata.preservation import selectors as preservation

    keyring = access.unlock(access_selectors.person(None), None)
    items = {str(item.name): item.sha256 for item in preservation.items()}
    make_excerpt(root.parent / EXCERPT, preservation.original(items["ordinals.mp4"]))
    (outcome,) = capture.add(str(root.parent / EXCERPT), actor=keyring.signing, reason="acquired for a test")
    excerpt = outcome.acquired.sha256
    nothing = Compared(outcome="nothing_found", why="nothing agrees", frames=1, seconds=Fraction(1))

    def compared(_mine: object, path: Path, *_moments: object, **_options: object) -> Compared:
        shared = {items["ordinals.mp4"]: told(), items["restless.mp4"]: (scene(),)}.get(path.name)
        return Compared(outcome="found", relations=shared, frames=1) if shared else nothing

    class Mine:
        views, sound, why, long = object(), None, "", False
        from_s, to_s = Fraction(0), Fraction(4)

    with pytest.MonkeyPatch.context() as patch, copies.one_jail() as jail:
        analysis.examine(excerpt, actor=keyring.signing, jail=jail)
        patch.setattr("probata.copies.extract.extract", lambda *_args, **_named: Mine())
        patch.setattr(among, "compare_with", compared)
        copies.look_for_copies(excerpt, actor=keyring.signing, jail=jail)
        patch.setattr(among, "compare_with", lambda *_args, **_named: nothing)
        copies.look_for_copies(items["снято.mp4"], actor=keyring.signing, jail=jail)
        copies.could_not_look([items["old.avi"]], "the index is not there", actor=keyring.signing, jail=jail)
    connections.close_all()
    return root


def relation_of(bench: Bench, kind: str = "overlaps") -> str:
    from probata.copies import selectors as copies

    (known,) = (one for one in copies.relations_of(bench.items[EXCERPT]) if one.kind == kind)
    return known.id


def words(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


class TestMatches:
    """The track and the table on the item's page."""

    def test_each_stretch_stands_in_the_table_and_on_the_axis(self, bench: Bench) -> None:
        """Other item, kind, these seconds ↔ those, by what, score and strongest wrong, state, link to compare."""
        client, excerpt = bench.client(), bench.items[EXCERPT]
        page = client.get(f"/items/{excerpt}").content.decode()
        row = words(re.findall(r'<tr class="match.*?</tr>', page, re.DOTALL)[0])
        first = told()[0].segments[0]
        assert row.count("overlaps with") == 1
        assert bench.ordinals[:8] in row
        assert "ordinals.mp4" in row
        assert re.search(r"00:00\.000 – 00:\d\d\.\d{3} ↔ 00:\d\d\.\d{3} – 00:\d\d\.\d{3} · mirrored", row)
        assert "by pictures" in row
        assert "0.91 strongest wrong 0.41" in row
        assert "candidate" in row
        assert f'href="/compare/{relation_of(bench)}"' in page
        drawn = client.get(f"/items/{excerpt}/tracks").json()["matches"]
        assert [one["start_s"] for one in drawn["entries"]] == [0, pytest.approx(float(first.a_end_s))]
        assert [one["ordinal"] for one in drawn["entries"]] == [0, 60]
        assert (
            drawn["entries"][0]["label"] == f"overlaps with {bench.ordinals[:8]} · mirrored · by pictures · candidate"
        )

    def test_the_same_told_from_the_other_item(self, bench: Bench) -> None:
        """On the original's page its own seconds come first, and the page says that nobody looked from there."""
        page = bench.client().get(f"/items/{bench.ordinals}").content.decode()
        assert [int(one) for one in re.findall(r'<li><span dir="ltr"><button[^>]*data-seek-ordinal="(\d+)"', page)] == [
            60,
            180,
        ]
        assert "copies of this one were not looked for yet" in words(page)

    def test_three_answers_and_not_yet(self, bench: Bench) -> None:
        """Nothing shared, could not look (and why), not looked yet (and how to), each in words, without a picture."""
        client = bench.client()
        none, failed, not_yet = (
            words(client.get(f"/items/{one}").content.decode()) for one in (bench.cuts, bench.unplayable, bench.sound)
        )
        assert "nothing shared found : nothing shared was found in" in none
        assert "could not look the index is not there" in failed
        assert f"No copies have been looked for yet. Each item that shares footage {''}" in not_yet
        assert "Look for copies now" in not_yet
        outcome = client.get(f"/items/{bench.unplayable}/tracks").json()["matches"]
        assert (outcome["outcome"], outcome["why"]) == ("could_not_look", "the index is not there")

    def test_since_when_it_is_known(self, bench: Bench) -> None:
        """The bound stands in words, with what it rests on, and what it does not say."""
        text = words(bench.client().get(f"/items/{bench.items[EXCERPT]}").content.decode())
        assert re.search(r"existed at the latest by 2\d{3}-.*a relation that no person has confirmed", text)
        assert "They never say when it was made." in text


class TestPage:
    """What the server says of a pair."""

    def test_it_says_what_a_machine_does_not_conclude(self, bench: Bench) -> None:
        """A candidate, by its name; the score beside the strongest wrong; and what neither of them means."""
        page = bench.client().get(f"/compare/{relation_of(bench)}").content.decode()
        text = words(page)
        assert "candidate proposed by a machine; nobody has confirmed it" in text
        assert "A part of A is a part of B." in text
        assert "score 0.91 · strongest wrong 0.41 · from 0 to 1, no probability" in text
        assert "It does not say which of the two came first, who made either, or what they show." in text
        assert f"{WRONG_MOMENT} 0.93 strongest wrong 0.41 needed 0.6" in text

    def test_footage_is_veiled(self, bench: Bench) -> None:
        """No picture, no address of one to load, both muted; the veil names lengths and severity of both."""
        page = bench.client().get(f"/compare/{relation_of(bench)}").content.decode()
        assert 'data-state="sealed"' in page
        assert not re.search(r"<(video|img)[^>]*\s(src|autoplay)", page)
        assert len(re.findall(r"<video[^>]*\smuted", page)) == 2
        assert len(re.findall(r"· 00:\d\d\.\d{3} · severity unknown", words(page))) == 2
        assert re.search(r'value="compare" checked', page)

    def test_the_page_is_strict(self, bench: Bench) -> None:
        """No script, style or handler stands in it; every address is this workbench's own; one title, one heading."""
        answer = bench.client().get(f"/compare/{relation_of(bench)}", headers=HTML)
        page = answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", page)
        for address in re.findall(r"""(?:src|href|action)="([^"]*)\"""", page):
            assert address.startswith(("/", "#")), address
            assert not address.startswith("//"), address
        assert page.count("<h1") == 1

    def test_gaps_and_edits_in_words(self, bench: Bench) -> None:
        """What is in one alone, on either side; mirroring and crop of each stretch."""
        text = words(bench.client().get(f"/compare/{relation_of(bench)}").content.decode())
        edit = "A is mirrored left to right; A shows a part of B's picture: 90 % × 90 %, from 5 % across and 5 % down"
        assert text.count(edit) == 2
        assert "A 1 part, 00:00.800:" in text
        assert re.search(r"B 3 parts, 00:\d\d\.\d{3} together: 00:00\.000 –", text)

    def test_without_a_line_of_time_nothing_is_locked(self, bench: Bench) -> None:
        """The scene alone: no stretch, no gap, and no word of what the other does not hold."""
        client, known = bench.client(), relation_of(bench, "same_scene_moment_unproven")
        text = words(client.get(f"/compare/{known}").content.decode())
        assert "That it is the same moment is not proved." in text
        assert "None: no line of time was proved, so nothing is locked." in text
        assert "What was not found in the other" not in text
        assert client.get(f"/compare/{known}/alignment").json()["segments"] == []
        row = words(client.get(f"/items/{bench.items[EXCERPT]}").content.decode())
        assert re.search(r"same scene, moment unproven: .* no line of time proved", row)

    def test_the_alignment_is_on_both_players_clocks(self, bench: Bench) -> None:
        """Each stretch from its first frame's start to its last frame's end, and how A lies on B."""
        answer = bench.client().get(f"/compare/{relation_of(bench)}/alignment").json()
        table = renditions.frames(bench.ordinals)
        assert table is not None
        for stretch, (start, end) in zip(answer["segments"], STRETCHES, strict=True):
            assert stretch["b"][0] == pytest.approx(float(table.pts[start] * table.time_base - table.origin_s))
            assert stretch["b"][1] == pytest.approx(float(table.pts[end] * table.time_base - table.origin_s))
            assert (stretch["speed"], stretch["laid"]) == (1, pytest.approx(MATRIX))

    def test_a_shortened_id_leads_to_the_whole(self, bench: Bench) -> None:
        """As people write them; an id that there is not is refused in words."""
        client, known = bench.client(), relation_of(bench)
        assert client.get(f"/compare/{known[:8]}")["Location"] == f"/compare/{known}"
        refused = client.get("/compare/nowhere", headers=HTML)
        assert refused.status_code == 404
        assert "No relation of this workspace begins with nowhere." in refused.content.decode()

    @pytest.mark.parametrize("end", ["", "/alignment", "/decide"])
    def test_nobody_logged_in_gets_nothing(self, bench: Bench, end: str) -> None:
        """Every address of a pair leads to the login."""
        answer = bench.client(log_in=False).get(f"/compare/{relation_of(bench)}{end}")
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login")


class TestIntake:
    """The queue tells what is known of copies, and from which search."""

    def test_what_others_found_is_told_with_that_it_was_not_searched_with(self, bench: Bench) -> None:
        """A copy beside "no search for copies" would read as if somebody had looked; an item without any says that."""
        text = words(bench.client().get("/intake").content.decode())
        (known,) = re.findall(rf"{bench.ordinals[:8]}(.*?){re.escape('ordinals.mp4')}", text)
        assert "1 undecided" in known
        assert "not searched with itself: others found it" in known
        assert "no search for copies" not in known
        assert "no search for copies" in text


class TestDecision:
    """Confirming and rejecting: an act, with its reason, undone by deciding anew."""

    def test_a_decision_is_an_act(self, bench: Bench) -> None:
        """It stands in the ledger with name and reason, and on both pages in words."""
        client, known = bench.client(), relation_of(bench)
        answer = client.post(
            f"/compare/{known}/decide", {"decision": "confirm", "reason": " same banner, same step "}, headers=HTML
        )
        assert (answer.status_code, answer["Location"]) == (302, f"/compare/{known}#decision")
        text = words(client.get(f"/compare/{known}").content.decode())
        assert re.search(r"confirmed by S\. Analyst , 2\d{3}-", text)
        assert "nobody has confirmed it" not in text
        item = words(client.get(f"/items/{bench.items[EXCERPT]}").content.decode())
        assert "confirmed S. Analyst : same banner, same step" in item
        from probata.copies import selectors as copies

        (made,) = copies.decisions(known)
        entry = next(line for line in custody.history(f"pair:{_pair(bench)}") if line.action == "decide_relation")
        assert (made.why, entry.record["reason"], entry.actor_name) == (
            "same banner, same step",
            "same banner, same step",
            "S. Analyst",
        )

    def test_deciding_anew_undoes(self, bench: Bench) -> None:
        """The newest counts, the older one stays to be read."""
        client, known = bench.client(), relation_of(bench)
        for word, reason in (("confirm", "at first sight"), ("reject", "another moment, on looking twice")):
            answer = client.post(f"/compare/{known}/decide", {"decision": word, "reason": reason})
            assert answer.json()["decision"] == {"confirm": "confirmed", "reject": "rejected"}[word]
        text = words(client.get(f"/compare/{known}").content.decode())
        assert re.search(r"rejected by S\. Analyst", text)
        assert "at first sight" in text
        assert "Earlier decisions stay in the record" in text

    def test_nobody_decides_over_what_they_did_not_see(self, bench: Bench) -> None:
        """The page says what it showed; from one left open, a decision over a newer one is refused and not recorded."""
        client, known = bench.client(), relation_of(bench)
        (left_open,) = re.findall(r'name="seen" value="(\d+)"', client.get(f"/compare/{known}").content.decode())
        for reason, status in (("the same banner", 200), ("from another tab", 403)):
            sent = {"decision": "confirm", "reason": reason, "seen": left_open}
            answer = client.post(f"/compare/{known}/decide", sent)
            assert answer.status_code == status, answer.content
        assert answer.json()["code"] == "relation_decided_meanwhile"
        text = client.get(f"/compare/{known}").content.decode()
        assert "from another tab" not in text
        (seen,) = re.findall(r'name="seen" value="(\d+)"', text)
        assert client.post(f"/compare/{known}/decide", {**sent, "seen": seen}).status_code == 200

    @pytest.mark.parametrize(
        ("sent", "why"),
        [
            ({"decision": "confirm", "reason": "  "}, "A decision about a relation needs its reason."),
            ({"decision": "perhaps", "reason": "because"}, "a relation is confirmed or rejected"),
        ],
    )
    def test_what_is_no_decision_is_refused(self, bench: Bench, sent: dict[str, str], why: str) -> None:
        """Without a reason, or with another word, nothing is recorded, and the refusal says why."""
        answer = bench.client().post(f"/compare/{relation_of(bench)}/decide", sent)
        assert answer.status_code == 400
        assert why in answer.json()["message"]
        from probata.copies import selectors as copies

        assert copies.decisions(relation_of(bench)) == []

    def test_an_auditor_reads_and_decides_nothing(self, bench: Bench) -> None:
        """The page opens without form and without footage; a request made all the same is refused with who may."""
        access.enrol(bench.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
        client, known = bench.client(name="auditor"), relation_of(bench)
        page = client.get(f"/compare/{known}").content.decode()
        assert 'id="decide-form"' not in page
        assert "You may not decide here: it takes one of the roles" in page
        assert "You may read about these items, not see them" in page
        answer = client.post(f"/compare/{known}/decide", {"decision": "confirm", "reason": "because"})
        assert answer.status_code == 403
        assert "analyst" in answer.json()["message"]


def _pair(bench: Bench) -> str:
    from probata.copies.recorded import pair_of

    return pair_of(bench.items[EXCERPT], bench.ordinals)


@frozen(kw_only=True)
class Comparing:
    """A person's browser at the compare page; what it asked for, and what it complained of."""

    page: Any
    asked: list[str]
    complaints: list[str]

    def at(self) -> tuple[int, int | None]:
        """The frames at which A and B stand; None where B's seconds are not in A, or the other way about."""
        return tuple(
            None
            if "gone" in (self.page.get_attribute(f"[data-address={side}]", "class") or "")
            else int(self.page.inner_text(f"[data-address={side}] [data-at=ordinal]"))
            for side in "ab"
        )

    def stills(self, a: int, b: int) -> None:
        """Wait until the exact stills of these two frames are on screen."""
        for side, ordinal in (("a", a), ("b", b)):
            self.page.wait_for_selector(f"[data-address={side}][data-exact='{ordinal}']")

    def painted(self) -> list[bool]:
        """Which of both videos and both stills a person can see now."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll(".side video, .side .still")].map((one) => {
              const style = getComputedStyle(one);
              const there = style.visibility === "visible" && style.display !== "none";
              return there && !one.hidden && Boolean(one.src); })"""
        )

    def brightness(self) -> float:
        """How bright the middle of A's picture is on screen, from 0 to 255."""
        box = self.page.locator(".side[data-side=a]").bounding_box()
        part = {
            "x": box["x"] + box["width"] * 0.1,
            "y": box["y"] + box["height"] * 0.2,
            "width": box["width"] * 0.8,
            "height": box["height"] * 0.6,
        }
        return float(np.asarray(Image.open(io.BytesIO(self.page.screenshot(clip=part))).convert("L")).mean())


@pytest.fixture
def comparing(browser: Any, address: str, served_bench: Bench) -> Iterator[Comparing]:
    """The compare page, veiled; it must end without a complaint and without a request to anybody else."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    here = Comparing(page=page, asked=[], complaints=[])
    page.on("request", lambda request: here.asked.append(request.url))
    page.on("console", lambda line: here.complaints.append(line.text))
    page.on("pageerror", lambda error: here.complaints.append(str(error)))
    page.goto(f"{address}compare/{relation_of(served_bench)}")
    page.fill("#name", "S. Analyst")
    page.press("#passphrase", "Enter")
    page.wait_for_selector("#compare[data-ready=yes]")
    yield here
    context.close()
    assert [line for line in here.complaints if "400" not in line] == []
    assert [url for url in here.asked if not url.startswith((address, f"blob:{address}"))] == []


def reveal(here: Comparing) -> None:
    here.page.keyboard.press("KeyB")
    here.page.wait_for_selector("dialog[open]")
    here.page.keyboard.press("Enter")
    here.page.wait_for_selector("#stage[data-state=revealed]")


@pytest.mark.browser
@pytest.mark.slow
class TestInABrowser:
    """The page under the fingers."""

    def test_the_veil_covers_both(self, comparing: Comparing, served_bench: Bench) -> None:
        """Nothing is fetched before; one reason is recorded for each; Escape, in a field too, leaves no picture."""
        page = comparing.page
        for key in ("Period", "Digit4", "BracketRight", "Space"):
            page.keyboard.press(key)
        assert [url for url in comparing.asked if url.endswith((".png", "/footage"))] == []
        assert not any(comparing.painted())
        assert "Veiled. Reveal both first" in page.inner_text(".transport")
        items = (served_bench.items[EXCERPT], served_bench.ordinals)
        before = [len(access_selectors.views(one)) for one in items]
        reveal(comparing)
        a, b = comparing.at()
        comparing.stills(a, b)
        for item, rows in zip(items, before, strict=True):
            reasons = [line.record for line in custody.history(f"item:{item}") if line.action == "view"]
            assert reasons[-1]["purpose"] == "compare"
            assert "still" in [row.mode for row in access_selectors.views(item)[rows:]]
        assert page.evaluate("[...document.querySelectorAll('video')].every((one) => one.muted && one.paused)")
        page.wait_for_function("() => [...document.querySelectorAll('video')].every((one) => one.readyState >= 2)")
        page.keyboard.press("KeyY")
        page.keyboard.type("words, and k")
        page.keyboard.press("Escape")
        assert page.get_attribute("#stage", "data-state") == "veiled"
        assert page.evaluate("[...document.querySelectorAll('video')].every((one) => one.paused)")
        assert page.evaluate("[...document.querySelectorAll('.still')].every((one) => !one.hasAttribute('src'))")
        assert not any(comparing.painted())

    def test_both_stand_at_the_same_moment(self, comparing: Comparing) -> None:
        """Stepping, seeking, the ends of stretches, either leading: each frame of A beside its own frame of B."""
        page = comparing.page
        assert comparing.at() == (0, 60)
        walked = []
        for key in ("Period", "Shift+Period", "Comma", "BracketRight", "Comma", "BracketRight", "BracketRight", "Home"):
            page.keyboard.press(key)
            walked.append(comparing.at())
        assert walked == [(1, 61), (11, 71), (10, 70), (60, 180), (59, 119), (60, 180), (120, None), (0, 60)]
        assert page.inner_text("#lock") == "stretch 1"
        page.keyboard.press("KeyE")
        for key in ("Comma", "Period", "BracketRight", "BracketRight", "Period"):
            page.keyboard.press(key)
            walked.append(comparing.at())
        assert walked[-5:] == [(None, 59), (0, 60), (None, 120), (60, 180), (61, 181)]
        page.keyboard.press("End")
        assert comparing.at() == (None, 299)
        assert "Nothing of these seconds was found in A" in page.inner_text("[data-address=a]")
        page.click("[data-stretch='1'] [data-go=a]")
        assert comparing.at() == (60, 180)
        box = page.locator("[data-rail=b]").bounding_box()
        page.mouse.click(box["x"] + 1, box["y"] + 5)
        assert comparing.at() == (None, 0)
        assert page.get_attribute("[data-rail=b]", "aria-valuetext").startswith("B frame 0, 00:00.000")

    def test_without_a_line_of_time_each_moves_by_itself(self, comparing: Comparing, served_bench: Bench) -> None:
        """The one that leads moves, the other stays, both are shown, and the page says that nothing is locked."""
        page = comparing.page
        page.goto(page.url.rsplit("/", 1)[0] + f"/{relation_of(served_bench, 'same_scene_moment_unproven')}")
        page.wait_for_selector("#compare[data-ready=yes]")
        page.keyboard.press("Period")
        assert comparing.at() == (1, 0)
        page.keyboard.press("KeyE")
        page.keyboard.press("Shift+Period")
        assert comparing.at() == (1, 10)
        assert page.inner_text("#lock") == "not locked: no line of time was proved"
        page.keyboard.press("Digit4")
        assert page.get_attribute("#stage", "data-mode") == "side"

    def test_modes_lay_the_one_on_the_other(self, comparing: Comparing, tmp_path: Path) -> None:
        """Mirrored and cropped as recorded, so that little is left of the difference; wipe and blink by keyboard."""
        page = comparing.page
        reveal(comparing)
        for _step in range(3):
            page.keyboard.press("Shift+Period")
        comparing.stills(30, 90)
        picture(page, tmp_path / "side.png")
        assert page.locator(".side[data-side=b] .box").get_attribute("points") != ""
        plain = comparing.brightness()
        page.keyboard.press("Digit4")
        assert page.get_attribute("#stage", "data-mode") == "difference"
        picture(page, tmp_path / "difference.png")
        assert comparing.brightness() < plain / 8
        page.keyboard.press("Digit3")
        assert page.evaluate("document.activeElement.id") == "wipe"
        page.keyboard.press("ArrowRight")
        clip = "document.querySelector('.side[data-side=b]').style.clipPath"
        assert page.evaluate(clip) == "inset(0px 0px 0px 51%)"
        box = page.locator("#layers").bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 40)
        page.mouse.up()
        assert 10 < int(page.input_value("#wipe")) < 40
        picture(page, tmp_path / "wipe.png")
        page.keyboard.press("Period")
        assert comparing.at() == (31, 91)
        page.keyboard.press("Digit2")
        assert page.get_attribute("#stage", "data-on-top") == "a"
        page.keyboard.press("KeyX")
        assert page.get_attribute("#stage", "data-on-top") == "b"
        # Whoever asked for less motion changes by hand.
        page.click("[data-do=blinkAlone]")
        assert page.get_attribute("[data-do=blinkAlone]", "aria-pressed") == "false"
        assert "You asked for less motion" in page.inner_text("#note")
        page.keyboard.press("End")
        assert page.get_attribute("#stage", "data-mode") == "side"
        assert "Nothing of these seconds was found in B" in page.inner_text(".side[data-side=b]")

    def test_they_play_together(self, comparing: Comparing) -> None:
        """Both run, muted, within a few pictures of each other; stopped, they stand at the same moment."""
        page = comparing.page
        reveal(comparing)
        page.wait_for_function("() => [...document.querySelectorAll('video')].every((one) => one.readyState >= 2)")
        page.keyboard.press("Space")
        page.wait_for_function("() => [...document.querySelectorAll('video')].every((one) => !one.paused)")
        page.wait_for_function("() => document.querySelectorAll('video')[0].currentTime > 0.6")
        apart = "(() => { const [a, b] = document.querySelectorAll('video'); return b.currentTime - a.currentTime; })()"
        offset_s = float(told()[0].segments[0].b_start_s)
        assert abs(page.evaluate(apart) - offset_s) < 0.25
        assert "apart" in page.inner_text("#lock")
        page.keyboard.press("Space")
        page.wait_for_function("() => [...document.querySelectorAll('video')].every((one) => one.paused)")
        page.wait_for_selector("[data-address=a][data-exact]")
        a, b = comparing.at()
        assert b - a == 60
        comparing.stills(a, b)

    def test_deciding_by_keyboard(self, comparing: Comparing) -> None:
        """Y or N, the reason, Enter: recorded once, without leaving the place; a refusal is told with its reason."""
        page = comparing.page
        page.keyboard.press("Shift+Period")
        page.keyboard.press("KeyY")
        page.keyboard.type(" ")
        page.keyboard.press("Enter")
        page.wait_for_selector("#decide-refused:not([hidden])")
        assert "needs its reason" in page.inner_text("#decide-refused")
        page.keyboard.type("the same steps")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/decide") else None)
        page.evaluate("() => [1, 2].forEach(() => document.getElementById('decide-form').requestSubmit())")
        page.wait_for_selector("#standing .confirmed")
        assert len(sent) == 1
        assert "the same steps" in page.inner_text("#decided")
        assert page.locator(".bar-of.confirmed").count() == 4
        assert comparing.at() == (10, 70)
        page.keyboard.press("KeyN")
        page.keyboard.type("looked twice")
        page.keyboard.press("Enter")
        page.wait_for_selector("#standing .rejected")
        assert page.inner_text("#decision-title") == "Decide anew"

    def test_a_page_left_open_shows_what_was_decided_meanwhile(self, comparing: Comparing, served_bench: Bench) -> None:
        """The refusal stands beside the newer decision; what was written stays, and sent again it is over that one."""
        from probata.copies import services as copies

        page, known = comparing.page, relation_of(served_bench)
        copies.decide(known, actor=served_bench.keyring.signing, decision="rejected", reason="said in another tab")
        page.keyboard.press("KeyY")
        page.keyboard.type("from a page left open")
        page.keyboard.press("Enter")
        page.wait_for_selector("#decide-refused:not([hidden])")
        assert "meanwhile" in page.inner_text("#decide-refused")
        page.wait_for_selector("#decided li:has-text('said in another tab')")
        assert "from a page left open" not in page.inner_text("#decided")
        assert page.input_value("#reason") == "from a page left open"
        page.press("#reason", "Enter")
        page.wait_for_selector("#decided li:has-text('from a page left open')")
        comparing.complaints[:] = [line for line in comparing.complaints if "403" not in line]

    def test_enter_twice_decides_once(self, comparing: Comparing, served_bench: Bench) -> None:
        """While the answer is on its way the form takes no second one; where nobody answers it says so."""
        page, known = comparing.page, relation_of(served_bench)
        before = len(copies_selectors.decisions(known))
        page.route("**/decide", lambda route: (page.wait_for_timeout(600), route.continue_()))
        page.keyboard.press("KeyY")
        page.keyboard.type("the same steps, twice")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.wait_for_selector("#decided li:has-text('the same steps, twice')")
        page.wait_for_timeout(1500)
        assert len(copies_selectors.decisions(known)) == before + 1
        page.unroute("**/decide")
        page.route("**/decide", lambda route: route.abort())
        page.keyboard.press("KeyN")
        page.keyboard.type("nobody hears it")
        page.keyboard.press("Enter")
        page.wait_for_selector("#decide-refused:not([hidden])")
        assert "cannot be reached" in page.inner_text("#decide-refused")
        assert page.input_value("#reason") == "nobody hears it"
        comparing.complaints[:] = [one for one in comparing.complaints if "ERR_FAILED" not in one]

    def test_both_addresses_are_copied_whole_at_once(self, comparing: Comparing) -> None:
        """Whoever copies before the digests stand there gets both addresses, not the name of the relation alone."""
        page = comparing.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.evaluate(
            """() => {
              document.body.dispatchEvent(new KeyboardEvent("keydown", { code: "Period", key: ".", bubbles: true }));
              document.getElementById("cite").click();
            }"""
        )
        assert until(page, lambda: "relation" in page.evaluate("navigator.clipboard.readText()"))
        lines = page.evaluate("navigator.clipboard.readText()").split("\n")
        assert [line[:8] for line in lines] == ["A: item ", "B: item ", "relation"]
        assert all("blake3:" in line for line in lines[:2])

    def test_help_layouts_and_the_other_direction(self, comparing: Comparing, tmp_path: Path) -> None:
        """? lists the keys; a Cyrillic layout does the same; right to left words change sides and time does not."""
        page = comparing.page
        page.keyboard.press("Shift+Slash")
        page.wait_for_selector("#help[open]")
        assert page.locator("#help dt").count() >= 18
        page.keyboard.press("Escape")
        press = """([code, key]) => document.body.dispatchEvent(
            new KeyboardEvent("keydown", { code, key, bubbles: true, cancelable: true }))"""
        page.evaluate(press, ["Period", "ю"])
        assert comparing.at() == (1, 61)
        page.wait_for_function("() => document.getElementById('said').textContent.startsWith('A frame 1, 00:0')")
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        page.evaluate("document.documentElement.dir = 'rtl'")
        picture(page, tmp_path / "rtl.png")
        panel, stage = (page.locator(one).bounding_box() for one in (".why", "#stage"))
        assert panel["x"] < stage["x"]
        box = page.locator("[data-rail=a]").bounding_box()
        page.mouse.click(box["x"] + 1, box["y"] + 5)
        assert comparing.at() == (0, 60)
        for width, height in ((1440, 900), (1024, 700), (700, 900), (360, 740)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(sideways) == 0, width
            picture(page, tmp_path / f"{width}.png")
