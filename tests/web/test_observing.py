"""Observing on the item's page: by keyboard and by pointer, with a box over the picture; beside it what is claimed."""

from __future__ import annotations

import io
import re
import struct
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from probata.access import services as access
from probata.access.roles import Role
from probata.analysis import selectors

sys.path[:0] = [str(Path(__file__).parents[1] / "analysis"), str(Path(__file__).parent)]

from made_tracks import WORDS, record, speech  # noqa: E402  its folder was put on the path above
from visiting import Visit, picture, until  # noqa: E402  same

if TYPE_CHECKING:
    from tests.web.conftest import Bench

# One server and one browser for the module, also where tests are shared out among workers.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

ARABIC = "شخص يرقد بلا حراك"


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Any]:
    made = Visit(browser, address).log_in()
    yield made
    assert made.complaints == []
    made.context.close()


def made_last(item: str) -> Any:
    """The observation of this item that was recorded last."""
    return max(selectors.observations(item), key=lambda one: one.at)


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def write(page: Any, words: str, kind: str = "body") -> None:
    """Choose a kind and write the words, in a form that is open."""
    page.select_option("[name=kind]", kind)
    page.fill("#observe-words", words)


def recorded(page: Any, words: str) -> Any:
    """Wait for the row of what was just recorded."""
    page.wait_for_selector(f".seen.chosen:has-text({words!r})")
    return page.locator(".seen.chosen")


def test_by_keyboard_alone(visit: Any, served_bench: Bench, tmp_path: Path) -> None:
    """A opens at the playhead's exact frame, a letter chooses the kind, Enter records; focus is on the new row."""
    page = visit.open(served_bench.ordinals)
    press(page, "Shift+Period", "KeyA")
    assert page.evaluate("document.activeElement.name") == "kind"
    page.keyboard.type("weap")
    page.focus("#observe-words")
    page.keyboard.type("a long object, carried")
    assert page.input_value("[name=first]") == page.input_value("[name=last]") == "10"
    picture(page, tmp_path / "form.png")
    page.keyboard.press("Enter")
    row = recorded(page, "a long object, carried")
    picture(page, tmp_path / "recorded.png")
    assert re.search(r"observed · S\. Analyst", row.inner_text())
    assert page.inner_text("#observed-count") == "1"
    assert page.is_hidden("#observe-form")
    assert "seek" in page.evaluate("document.activeElement.className")
    # What the playhead or the row would say of themselves a little later does not talk over it.
    page.wait_for_timeout(1000)
    assert "recorded as observed" in page.text_content("#said")
    made = made_last(served_bench.ordinals).observation
    assert (made.kind.value, made.epistemic.value, made.certainty.value) == ("weapon", "visible", "moderate")
    told = page.request.get(f"{visit.address}items/{served_bench.ordinals}/frames/10").json()
    assert (made.segment.start_pts, str(made.segment.time_base)) == (told["pts"], told["time_base"])
    assert visit.footage_asked == []


def test_keys_are_places_and_marks_make_the_stretch(visit: Any, served_bench: Bench, tmp_path: Path) -> None:
    """In a Cyrillic layout too: in mark, out mark, then the form; the same key at the same frame takes a mark off."""
    page = visit.open(served_bench.ordinals)
    told = """([code, key]) => document.body.dispatchEvent(
        new KeyboardEvent("keydown", { code, key, bubbles: true, cancelable: true }))"""
    press(page, "Shift+Period", "Shift+Period")
    page.evaluate(told, ["KeyI", "ш"])
    press(page, "Shift+Period", "Shift+Period", "Period")
    page.evaluate(told, ["KeyO", "щ"])
    press(page, "Home")
    page.evaluate(told, ["KeyA", "ф"])
    assert (page.input_value("[name=first]"), page.input_value("[name=last]")) == ("20", "41")
    write(page, "a lorry crosses", "vehicle")
    picture(page, tmp_path / "stretch.png")
    page.keyboard.press("Control+Enter")
    recorded(page, "a lorry crosses")
    segment = made_last(served_bench.ordinals).observation.segment
    frames = page.request.get(f"{visit.address}items/{served_bench.ordinals}/frames").json()
    assert (segment.start_pts, segment.end_pts) == (frames["pts"][20], frames["pts"][42])
    press(page, "KeyI", "KeyI", "Period", "KeyA")
    assert page.input_value("[name=first]") == "1"


def test_letters_are_letters_in_the_form(visit: Any, served_bench: Bench) -> None:
    """A, I, O, D, R and B typed into a description move and reveal nothing; Space ticks a box instead of playing."""
    page = visit.open(served_bench.ordinals)
    press(page, "KeyA")
    page.focus("#observe-words")
    page.keyboard.type("aiodrb AIODRB, .")
    assert page.input_value("#observe-words") == "aiodrb AIODRB, ."
    assert page.inner_text("#ordinal") == "0"
    assert page.is_hidden("#reveal-dialog")
    page.click(".counting summary")
    page.focus("[name=exhaustive]")
    press(page, "Space")
    assert page.is_checked("[name=exhaustive]")


def test_what_is_heard_is_offered_as_heard(visit: Any, served_bench: Bench) -> None:
    """A kind brings its way of knowing along until somebody chooses one; without a kind nothing is recorded."""
    page = visit.open(served_bench.ordinals)
    press(page, "KeyA")
    page.fill("#observe-words", "no kind was chosen")
    press(page, "Enter")
    assert page.is_visible("#observe-form")
    page.select_option("[name=kind]", "speech")
    assert page.is_checked("[value=audible]")
    page.select_option("[name=kind]", "vehicle")
    assert page.is_checked("[value=visible]")
    page.check("[value=audible]")
    page.select_option("[name=kind]", "movement")
    assert page.is_checked("[value=audible]")
    assert "no kind was chosen" not in page.inner_text("#observed-list")


def test_a_refusal_stays_in_the_form_in_words(visit: Any, served_bench: Bench, tmp_path: Path) -> None:
    """A maximum without a sweep, a stretch run backwards, a box outside: each is told, and nothing typed is lost."""
    page = visit.open(served_bench.ordinals)
    before = len(selectors.observations(served_bench.ordinals, standing=False))
    press(page, "End", "KeyA")
    write(page, "two people beside a wall")
    page.click(".counting summary")
    page.fill("[name=count_min]", "2")
    page.fill("[name=count_max]", "3")
    page.fill("[name=population]", "people")
    press(page, "Enter")
    page.wait_for_selector("#observe-refused:has-text('the whole scene was not swept')")
    picture(page, tmp_path / "refused.png")
    page.fill("[name=count_max]", "")
    page.fill("[name=last]", "3")
    press(page, "Enter")
    page.wait_for_selector("#observe-refused:has-text('it ends before it begins')")
    page.fill("[name=last]", "299")
    for name, value in (("left", "50"), ("top", "50"), ("width", "60"), ("height", "10")):
        page.fill(f"[name={name}]", value)
    press(page, "Enter")
    page.wait_for_selector("#observe-refused:has-text('outside the picture')")
    assert page.input_value("#observe-words") == "two people beside a wall"
    assert len(selectors.observations(served_bench.ordinals, standing=False)) == before
    # A refusal is an answer of the server, of which the browser's console tells as well.
    assert len(visit.complaints) == 3
    visit.complaints.clear()


def test_counts_are_told_as_minimum_and_never_added_up(visit: Any, served_bench: Bench, tmp_path: Path) -> None:
    """Two counts of people, 2 and 3, are "≥ 3" together; each row has its own figure with its basis."""
    page = visit.open(served_bench.sound)
    for least in ("2", "3"):
        press(page, "Shift+Period", "KeyA")
        write(page, f"{least} voices at once")
        page.click(".counting summary")
        page.fill("[name=count_min]", least)
        page.fill("[name=population]", "voices")
        press(page, "Enter")
        recorded(page, f"{least} voices at once")
        page.evaluate("document.activeElement.blur()")
    picture(page, tmp_path / "tally.png")
    assert re.sub(r"\s+", " ", page.inner_text(".tallies")) == (
        "voices ≥ 3 at one moment · from 2 counts, never added up"
    )
    assert page.locator(".seen .figure").all_inner_texts() == ["≥ 2", "≥ 3"]
    assert [one.observation.epistemic.value for one in selectors.observations(served_bench.sound)] == ["audible"] * 2
    assert page.locator("#draw-box").count() == 0


def test_a_box_by_keyboard(visit: Any, served_bench: Bench, tmp_path: Path) -> None:
    """D draws: arrows move, Shift with them resizes, Enter takes; the numbers say the same; focus is in the form."""
    page = visit.reveal(served_bench.cuts)
    page.wait_for_selector("#stage[data-exact='0']")
    press(page, "KeyD")
    assert page.evaluate("document.activeElement.id") == "draw-layer"
    press(page, "ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown", "Control+ArrowLeft")
    assert page.inner_text("#ordinal") == "0"
    values = [page.input_value(f"[name={name}]") for name in ("left", "top", "width", "height")]
    assert values == ["40.9", "39", "21", "21"]
    picture(page, tmp_path / "drawing.png")
    press(page, "Enter")
    assert page.evaluate("document.activeElement.name") == "description"
    page.select_option("[name=kind]", "face")
    assert "mask set by hand" in page.inner_text("#face-note")
    page.fill("#observe-words", "a face, turned away")
    picture(page, tmp_path / "face.png")
    press(page, "Enter")
    row = recorded(page, "a face, turned away")
    assert "box to be masked" in row.inner_text()
    outline = made_last(served_bench.cuts).observation.outline
    assert outline is not None
    assert [round(one, 4) for one in outline.bounds] == [0.409, 0.39, 0.21, 0.21]
    picture(page, tmp_path / "outlined.png")


def drag(page: Any, shares: tuple[float, float, float, float]) -> None:
    """Drag from one place of the picture to another, both in shares of it."""
    box = page.locator("#draw-layer").bounding_box()
    for number, (across, down) in enumerate((shares[:2], shares[2:])):
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"], steps=4)
        if number == 0:
            page.mouse.down()
    page.mouse.up()


def test_a_box_by_pointer_respects_the_shape_of_the_picture(visit: Any, served_bench: Bench, tmp_path: Path) -> None:
    """What is dragged is in shares of the picture, not of the bars beside it; chosen again it is drawn where it was."""
    page = visit.reveal(served_bench.cuts)
    page.wait_for_selector("#stage[data-exact='0']")
    press(page, "KeyA")
    page.click("#draw-box")
    layer, stage = page.locator("#draw-layer").bounding_box(), page.locator("#stage").bounding_box()
    assert layer["width"] / layer["height"] == pytest.approx(4 / 3, rel=0.01)
    assert layer["width"] < stage["width"] - 20
    drag(page, (0.6, 0.7, 0.2, 0.3))
    values = [float(page.input_value(f"[name={name}]")) for name in ("left", "top", "width", "height")]
    assert values == pytest.approx([20, 30, 40, 40], abs=0.6)
    drag(page, (0.4, 0.5, 0.5, 0.6))
    moved = [float(page.input_value(f"[name={name}]")) for name in ("left", "top", "width", "height")]
    assert moved == pytest.approx([30, 40, 40, 40], abs=0.9)
    drag(page, (0.7, 0.8, 0.9, 0.9))
    values = [float(page.input_value(f"[name={name}]")) for name in ("left", "top", "width", "height")]
    assert values == pytest.approx([30, 40, 60, 50], abs=1.5)
    press(page, "Enter")
    write(page, "a block of colour")
    press(page, "Enter")
    recorded(page, "a block of colour")
    page.evaluate("document.activeElement.blur()")
    drawn = page.locator(".mark-outline .over").bounding_box()
    assert drawn["width"] / layer["width"] == pytest.approx(values[2] / 100, abs=0.02)
    press(page, "Period")
    assert page.is_hidden(".mark-outline")
    press(page, "Comma")
    assert page.is_visible(".mark-outline")
    press(page, "Escape")
    assert page.is_hidden(".mark-outline")


def make_turned(path: Path) -> Path:
    """Five dark frames with a white block, coded lying on their side, each pixel twice as wide as tall."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 128, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(2, 1)
        stream.set_display_rotation(-90)
        dark = np.full((128, 96, 3), 30, dtype=np.uint8)
        dark[16:48, 16:32] = 255
        for _ordinal in range(5):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(dark, format="rgb24")))
        out.mux(stream.encode(None))
    return path


def white(png: bytes) -> tuple[int, int, int, int]:
    """The box of what is white in a picture: left, top, width, height in pixels."""
    with av.open(io.BytesIO(png)) as container:
        pixels = next(container.decode(video=0)).to_ndarray(format="gray")
    rows, columns = np.nonzero(pixels > 200)
    left, top = int(columns.min()), int(rows.min())
    return left, top, int(columns.max()) + 1 - left, int(rows.max()) + 1 - top


def test_a_box_on_turned_footage_with_oblong_pixels(visit: Any, served_bench: Bench, tmp_path: Path) -> None:
    """Dragged round what is seen on the screen, it is in shares of the exact still, upright: the same thing."""
    from probata.analysis import services as analysis
    from probata.capture import services as capture

    actor = served_bench.keyring.signing
    (outcome,) = capture.add(str(make_turned(tmp_path / "turned.mp4")), actor=actor, reason="a test")
    item = str(outcome.acquired.sha256)
    analysis.examine(outcome.acquired.sha256, actor=actor, only=())
    page = visit.reveal(item)
    page.wait_for_selector("#stage[data-exact='0']")
    stage = page.locator("#stage")
    left, top, width, height = white(stage.screenshot())
    press(page, "KeyD")
    corner = stage.bounding_box()
    page.mouse.move(corner["x"] + left, corner["y"] + top)
    page.mouse.down()
    page.mouse.move(corner["x"] + left + width, corner["y"] + top + height, steps=5)
    picture(page, tmp_path / "turned.png")
    page.mouse.up()
    still = page.request.get(f"{visit.address}items/{item}/stills/0.png").body()
    wide, tall = struct.unpack(">II", still[16:24])
    in_still = [part / whole for part, whole in zip(white(still), (wide, tall, wide, tall), strict=True)]
    drawn = [float(page.input_value(f"[name={name}]")) / 100 for name in ("left", "top", "width", "height")]
    assert drawn == pytest.approx(in_still, abs=0.02)
    assert (wide, tall) == (128, 96)


def test_escape_veils_and_puts_the_box_away(visit: Any, served_bench: Bench) -> None:
    """One Escape while drawing covers the footage, drops the box and keeps the words; the next closes the form."""
    page = visit.reveal(served_bench.cuts)
    press(page, "KeyA")
    write(page, "half a sentence")
    page.click("#draw-box")
    press(page, "ArrowDown", "Escape")
    assert page.get_attribute("#stage", "data-state") == "veiled"
    assert page.is_hidden("#draw-layer")
    assert page.input_value("[name=left]") == ""
    assert page.input_value("#observe-words") == "half a sentence"
    page.focus("#observe-words")
    press(page, "Escape")
    assert page.is_hidden("#observe-form")
    press(page, "KeyA")
    assert page.input_value("#observe-words") == "half a sentence"
    page.click("[data-do=leaveObserving]")
    press(page, "KeyA")
    assert page.input_value("#observe-words") == ""


def test_nothing_is_drawn_or_fetched_behind_the_veil(visit: Any, served_bench: Bench) -> None:
    """D before a reveal says what to do first; no picture was asked for by any of this."""
    page = visit.open(served_bench.cuts)
    visit.asked.clear()
    press(page, "KeyD")
    assert "Veiled. Reveal it first" in page.inner_text("#exactness")
    assert page.is_hidden("#draw-layer")
    for name, value in (("left", "10"), ("top", "10"), ("width", "20"), ("height", "20")):
        page.fill(f"[name={name}]", value)
    write(page, "by numbers alone")
    press(page, "Enter")
    recorded(page, "by numbers alone")
    assert page.is_hidden(".mark-outline")
    assert visit.footage_asked == []


def test_right_to_left_words(visit: Any, served_bench: Bench, tmp_path: Path) -> None:
    """Arabic is set right to left where it stands; in a right-to-left page nothing is cut off, and numbers stay."""
    page = visit.open(served_bench.ordinals)
    page.evaluate("document.documentElement.dir = 'rtl'")
    press(page, "KeyA")
    write(page, ARABIC)
    assert page.evaluate("getComputedStyle(document.getElementById('observe-words')).direction") == "rtl"
    picture(page, tmp_path / "rtl-form.png")
    press(page, "Enter")
    recorded(page, ARABIC)
    picture(page, tmp_path / "rtl-row.png")
    assert page.evaluate("getComputedStyle(document.querySelector('.seen.chosen .described')).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_an_observation_on_the_axis(visit: Any, served_bench: Bench) -> None:
    """Its lane has a solid block in the tone of observations where it was seen, and says how many there are."""
    page = visit.open(served_bench.unplayable)
    labels = "document.querySelector('#axis-labels').innerText"
    assert "1 observation" not in page.evaluate(labels)
    press(page, "KeyI", "End", "KeyO", "KeyA")
    write(page, "all of it")
    press(page, "Enter")
    recorded(page, "all of it")
    assert until(page, lambda: "observed\n1 observation" in page.evaluate(labels))
    share = page.evaluate(
        """() => {
          const canvas = document.getElementById("axis");
          const labels = [...document.querySelectorAll("#axis-labels li")];
          const lane = labels.findIndex((one) => one.innerText.includes("observation"));
          const tops = labels.map((one) => one.offsetHeight);
          const top = tops.slice(0, lane).reduce((sum, one) => sum + one, 0) + 12;
          const data = canvas.getContext("2d").getImageData(0, top, canvas.width, 1).data;
          const probe = document.createElement("i");
          probe.style.color = "var(--observed)";
          document.body.append(probe);
          const tone = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
          probe.remove();
          const columns = Array.from({ length: canvas.width }, (_one, at) => data.slice(at * 4, at * 4 + 3));
          return columns.filter((one) => one.every((part, at) => part === tone[at])).length / canvas.width;
        }"""
    )
    assert share > 0.8
    page.evaluate("document.activeElement.blur()")
    press(page, "Home", "End", "BracketLeft")
    page.wait_for_selector(".seen.chosen:has-text('all of it')")


def test_a_better_look_and_a_withdrawal(visit: Any, served_bench: Bench, tmp_path: Path) -> None:
    """Looking again begins from what stood; a withdrawal says why; both stay readable, and neither can be mistaken."""
    page = visit.open(served_bench.astray)
    press(page, "KeyA")
    write(page, "a dark shape")
    press(page, "Enter")
    recorded(page, "a dark shape").locator("[data-again]").click()
    assert page.input_value("#observe-words") == "a dark shape"
    write(page, "a folded blanket")
    press(page, "Enter")
    row = recorded(page, "a folded blanket")
    assert page.locator("[data-observation]").count() == 1
    row.locator(".later summary").click()
    row.locator(".withdraw input").fill("it is part of the wall")
    press(page, "Enter")
    page.wait_for_selector(".ended summary:has-text('2 that do not stand')")
    page.click(".ended summary")
    picture(page, tmp_path / "ended.png")
    words = page.inner_text(".ended")
    assert "superseded by S. Analyst" in words
    assert "because it is part of the wall" in words
    assert selectors.observations(served_bench.astray) == []


def test_an_accepted_candidate_is_recorded_by_one_key(visit: Any, served_bench: Bench, tmp_path: Path) -> None:
    """R before a decision is refused in words; after Y it records once, marked as taken over from a machine."""
    track = record(served_bench.cuts, speech(recipe="e"), served_bench.keyring.signing)
    page = visit.open(served_bench.cuts)
    page.click("#tab-transcript")
    page.click(".line:nth-child(1)")
    assert page.is_hidden("#record-candidate")
    press(page, "KeyR")
    page.wait_for_selector("#decide-refused:has-text('Nobody has accepted or corrected it yet')")
    press(page, "KeyY")
    page.wait_for_selector("#record-candidate:not([hidden])")
    assert page.is_hidden("#decide-refused")
    picture(page, tmp_path / "record.png")
    press(page, "KeyR")
    page.wait_for_selector("#record-candidate[disabled]")
    press(page, "KeyR")
    page.wait_for_timeout(300)
    taken = [one for one in selectors.observations(served_bench.cuts) if one.observation.candidate is not None]
    assert [(one.observation.description, one.observation.epistemic.value) for one in taken] == [
        (WORDS[0], "machine_candidate")
    ]
    assert taken[0].observation.candidate.track_sha256 == track
    page.click("#tab-observed")
    assert "taken over from a machine's candidate" in page.inner_text(f"[data-observation='{taken[0].id}']")


def claim(bench: Bench, item: str) -> None:
    """An outlet alleges something in an item, in Arabic, with a translation; another denies it elsewhere, from it."""
    from probata.claims import selectors, services
    from probata.claims.assertions import Appearance, Assertion
    from probata.claims.parties import Party
    from probata.claims.propositions import Proposition
    from probata.claims.stances import Stance
    from probata.terms.text import Stated

    actor = bench.keyring.signing

    def outlet(name: str) -> str:
        told = {"kind": "outlet", "naming": "named", "names": [{"text": name, "language": "en"}]}
        known = [one.id for one in selectors.claims().parties.values() if one.thing.shown_as == name]
        return known[0] if known else services.add_party(Party.from_json(told), actor=actor).id

    told = {"type": "occurred", "statement": "a convoy was stopped at the bridge"}
    proposition = services.add_proposition(Proposition.from_json(told), actor=actor).id
    said = services.add_assertion(
        Assertion(
            proposition=proposition,
            stance=Stance.ALLEGES,
            speaker=outlet("The Morning Lantern"),
            words=Stated(text="أوقفت القافلة عند الجسر", language="ar"),
            appears_in=Appearance(item=item),
        ),
        actor=actor,
    )
    services.translate(
        said.id, actor=actor, text="The convoy was stopped at the bridge", language="en", translator="T."
    )
    services.add_assertion(
        Assertion(
            proposition=proposition,
            stance=Stance.DENIES_ACT,
            speaker=outlet("Radio Estuary"),
            words=Stated(text="No convoy <b>was</b> there", language="und"),
            derives_from=(f"item:{item}",),
        ),
        actor=actor,
    )


def test_what_is_claimed_stands_apart(visit: Any, served_bench: Bench, tmp_path: Path) -> None:
    """Speaker, stance and original words with their language, translation beside them; no claim among observations."""
    claim(served_bench, served_bench.cuts)
    page = visit.open(served_bench.cuts)
    page.click("#tab-claimed")
    picture(page, tmp_path / "claimed.png")
    first, second = page.locator(".said").all()
    assert re.search(r"claimed\s*·\s*The Morning Lantern\s*·\s*alleges", first.inner_text())
    assert first.locator("blockquote").get_attribute("lang") == "ar"
    assert first.locator("blockquote").evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert "translated by T." in first.inner_text()
    assert "denies act" in second.inner_text()
    assert second.locator("blockquote").inner_text() == "No convoy <b>was</b> there"
    assert page.locator("#panel-observed .said, #panel-claimed .seen").count() == 0
    assert first.evaluate("one => getComputedStyle(one).display") == "list-item"
    assert page.locator("#tab-observed .shape.accepted, #tab-claimed .shape.claimed").count() == 2


def test_what_is_observed_and_what_is_claimed_are_two_columns(visit: Any, served_bench: Bench) -> None:
    """On a wide screen each stands beside the other under its name and shape; a narrow one shows what was chosen."""
    page = visit.open(served_bench.cuts)
    assert page.is_hidden("#panel-observed")
    assert page.is_hidden("#panel-claimed")
    for tab in ("#tab-observed", "#tab-claimed"):
        page.click(tab)
        observed, claimed = (page.locator(f"#panel-{one}").bounding_box() for one in ("observed", "claimed"))
        assert observed["x"] + observed["width"] <= claimed["x"]
        assert observed["y"] == claimed["y"]
        assert page.locator(".column-head:visible .shape").count() == 2
    # Writing takes the whole width.
    press(page, "KeyA")
    assert page.is_hidden("#panel-claimed")
    page.click("[data-do=leaveObserving]")
    assert page.is_visible("#panel-claimed")
    page.set_viewport_size({"width": 1000, "height": 800})
    assert page.is_hidden("#panel-claimed")
    assert page.locator(".column-head:visible").count() == 0
    page.click("#tab-found")
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.is_hidden("#panel-observed")
    assert page.is_hidden("#panel-claimed")


def test_an_auditor_reads_and_has_no_form(browser: Any, address: str, served_bench: Bench, tmp_path: Path) -> None:
    """Nothing to write with, the reason in words, and the keys do nothing."""
    access.enrol(served_bench.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
    made = Visit(browser, address)
    made.page.goto(address)
    made.page.fill("#name", "auditor")
    made.page.press("#passphrase", "Enter")
    made.page.wait_for_selector(".rooms")
    page = made.open(served_bench.ordinals)
    press(page, "KeyA", "KeyI", "KeyD", "KeyR")
    page.click("#tab-observed")
    assert page.locator("#observe-form, #draw-layer, .later").count() == 0
    assert "You may read observations, not make them" in page.inner_text("#panel-observed")
    picture(page, tmp_path / "auditor.png")
    assert made.footage_asked == []
    assert made.complaints == []
    made.context.close()


@pytest.mark.parametrize("theme", ["night", "paper"])
@pytest.mark.parametrize("size", [(1440, 900), (1024, 700), (360, 740)])
def test_sizes_and_themes(
    browser: Any, address: str, served_bench: Bench, tmp_path: Path, theme: str, size: tuple[int, int]
) -> None:
    """From a wide desk to a telephone: form, list and claims fit, nothing is cut off sideways."""
    made = Visit(browser, address, viewport={"width": size[0], "height": size[1]}).log_in()
    if theme == "paper":
        made.page.click("button[name=theme]")
    page = made.open(served_bench.cuts)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    press(page, "KeyA")
    page.click(".counting summary")
    picture(page, tmp_path / "form.png", full_page=size[0] < 901)
    assert page.evaluate(overflow) == 0
    page.click("[data-do=leaveObserving]")
    picture(page, tmp_path / "list.png", full_page=size[0] < 901)
    assert page.evaluate(overflow) == 0
    page.click("#tab-claimed")
    picture(page, tmp_path / "claims.png", full_page=size[0] < 901)
    assert page.evaluate(overflow) == 0
    made.context.close()
