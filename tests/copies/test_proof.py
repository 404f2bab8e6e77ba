"""The proof sheet: what it shows is what the files hold, and where a relation is wrong the sheet shows that too."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import sys
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from probata.copies import proof
from probata.copies.compare import Comparison
from probata.copies.extract import extract
from probata.copies.jailed import lettering
from probata.copies.kinds import IS, SAID
from probata.copies.pictures import PictureComparison
from probata.copies.proof import proof_sheet
from probata.copies.proofsheet.lying import Lying
from probata.copies.proofsheet.png import grey_png
from probata.copies.proofsheet.telling import NOT_SAID, Edits, clock, edits
from probata.copies.proofsheet.upright import Upright
from probata.copies.relations import Reason, Relation, Segment, Transform
from probata.copies.sound.matching import SoundComparison
from probata.media.passes import watch
from probata.media.wire import a_jail

ROOT = Path(__file__).parents[2]
for folder in ("media", "copies/record", "copies/sound"):
    sys.path.insert(0, str(ROOT / "tests" / folder))

from made import Clip, write, write_sound  # noqa: E402  its folder was put on the path above
from scenes import RATE, Scene, film  # noqa: E402  same
from sounds import RATE_HZ, voice  # noqa: E402  same

SCENE = Scene(ground=3, moment=5)
STEP_S = Fraction(1000 // RATE, 1000)
WHY = (
    Reason(code="places", text="60 distinct places of one picture lie alike in a picture of the other", value=60.0),
    Reason(code="motion", text="what moves in the one moves in the other", value=0.91, wrong=0.34, threshold=0.45),
)
ALL = (0.0, 0.0, 1.0, 1.0)


def laid(matrix, *, crop=ALL, place=ALL, mirror=False) -> Transform:
    """A transform, told by its matrix."""
    return Transform(mirror=mirror, scale=1.0, turned_degrees=0.0, crop=crop, place=place, matrix=matrix)


SAME = laid((1.0, 0.0, 0.0, 0.0, 1.0, 0.0))


def stretch(frames: int, from_b: int, transform: Transform | None = SAME, *, from_a: int = 0) -> Segment:
    """So many pictures of A that are B's from picture `from_b` on."""
    return Segment(
        a_start_s=from_a * STEP_S,
        a_end_s=(from_a + frames) * STEP_S,
        b_start_s=from_b * STEP_S,
        b_end_s=(from_b + frames) * STEP_S,
        transform=transform,
    )


def relation(*segments: Segment, kind="excerpt_of", by="frames") -> Relation:
    return Relation(kind=kind, score=0.91, by=by, segments=segments, why=WHY, strongest_wrong=0.34)


@pytest.fixture(scope="module")
def jail():
    """A warm jail; every file still gets a cell of its own."""
    with a_jail() as held:
        yield held


@pytest.fixture(scope="module")
def footage(tmp_path_factory):
    """A scene of six seconds with a voice, and what people made of it."""
    folder = tmp_path_factory.mktemp("proof")
    whole = SCENE.pictures(0, 6)
    spoken = voice(4, 6.0)
    film(folder / "whole.mp4", whole, sound=spoken)
    # Numbers of pictures, since a fifteenth of a second is no whole number of milliseconds.
    part = whole[30:75]
    film(folder / "part.mp4", part, sound=spoken[int(30 * STEP_S * RATE_HZ) : int(75 * STEP_S * RATE_HZ)])
    film(folder / "mirrored.mp4", np.ascontiguousarray(part[:, 24:168, 40:280][:, :, ::-1]))
    bannered = part.copy()
    bannered[:, :32] = 235
    film(folder / "bannered.mp4", bannered)
    film(folder / "one.mp4", part[:1])
    film(folder / "flat.mp4", np.full_like(part, 128))
    turned = Clip(
        pts=[number * 66 for number in range(len(part))],
        picture=lambda number: np.repeat(np.rot90(part[number])[:, :, None], 3, axis=2).copy(),
        turned_degrees=90,
    )
    write(folder / "upright.mp4", turned)
    write_sound(folder / "voice.wav", spoken, codec="pcm_s16le", rate_hz=RATE_HZ)
    return folder


@pytest.fixture(scope="module")
def extracts(footage, jail):
    """Extracts by name, each made once."""
    made = {}

    def of(name):
        if name not in made:
            made[name] = extract(footage / name, jail=jail)
        return made[name]

    return of


@pytest.fixture(scope="module")
def sheet_of(footage, extracts, jail):
    """The sheet of a relation that a test states, whatever the comparison would have found."""

    def made(a, b, stated, *, draw=False):
        comparison = Comparison(
            a=extracts(a),
            b=extracts(b),
            pictures=PictureComparison(),
            sound=SoundComparison(),
            relations=(stated,),
        )
        with pytest.MonkeyPatch.context() as patch:
            if not draw:  # it takes a second or two, and says the same as the page
                patch.setattr(proof, "_drawn", lambda *_given: b"")
            return proof_sheet(comparison, stated, footage / a, footage / b, jail=jail)

    return made


@pytest.fixture(scope="module")
def true_sheet(sheet_of):
    """The sheet of a true relation: three seconds of the whole."""
    return sheet_of("part.mp4", "whole.mp4", relation(stretch(45, 30), by="both"), draw=True)


def test_a_pair_is_the_same_picture_of_both(true_sheet):
    """Pairs stand at the first and the last picture and between; each names the very picture that A shows."""
    (told,) = true_sheet.as_json()["stretches"]
    ordinals = [(pair["a"]["ordinal"], pair["b"]["ordinal"]) for pair in told["pairs"]]
    assert ordinals == [(0, 30), (11, 41), (22, 52), (33, 63), (44, 74)]
    assert [pair["which"] for pair in told["pairs"]] == ["first", "between", "between", "between", "last"]
    assert all(pair["difference_steps"]["median"] < 3 for pair in told["pairs"])


def test_an_address_is_the_one_of_the_table_of_frames(true_sheet, footage, jail):
    """PTS, time base and digest are those that a whole pass gives to that ordinal."""
    for name, side in (("part.mp4", "a"), ("whole.mp4", "b")):
        table = watch(footage / name, jail=jail).table
        for pair in true_sheet.as_json()["stretches"][0]["pairs"]:
            row = table.at(pair[side]["ordinal"])
            told = pair[side]
            assert (told["pts"], Fraction(told["time_base"]), told["blake3"]) == (
                row.moment.pts,
                row.moment.time_base,
                row.digest.hex,
            )


def test_files_are_named_by_their_bytes(true_sheet, footage):
    told = true_sheet.as_json()
    for side, name in (("a", "part.mp4"), ("b", "whole.mp4")):
        assert told[side]["name"] == name
        assert told[side]["sha256"] == hashlib.sha256((footage / name).read_bytes()).hexdigest()


def test_traces_of_a_true_relation_run_together(true_sheet):
    """What moves and what is heard agrees along the stretch, and at no other time as well."""
    traces = true_sheet.as_json()["stretches"][0]["traces"]
    assert len(traces["places"]) == 3
    for trace in (traces["motion"], *traces["places"], traces["levels_db"]):
        assert trace["correlation"] > 0.9
        assert trace["strongest_wrong"] < trace["correlation"] - 0.02


def test_a_false_relation_shows_that_it_is_false(true_sheet, sheet_of):
    """Half a second off, the pictures differ and the traces part: the sheet hides nothing."""
    true = true_sheet.as_json()["stretches"][0]
    false = sheet_of("part.mp4", "whole.mp4", relation(stretch(45, 38))).as_json()["stretches"][0]
    assert false["traces"]["motion"]["correlation"] < 0.5 < true["traces"]["motion"]["correlation"]
    off = [max(pair["difference_steps"]["share_over_20"] for pair in told["pairs"]) for told in (true, false)]
    assert off[0] < 0.002
    assert off[1] > 0.015


def test_mirror_and_crop_are_told_and_drawn(sheet_of):
    """A shows three quarters of B, mirrored: said in words, and drawn as a box on B."""
    transform = laid((-0.75, 0.0, 0.875, 0.0, 0.75, 0.125), crop=(0.125, 0.125, 0.75, 0.75), mirror=True)
    sheet = sheet_of("mirrored.mp4", "whole.mp4", relation(stretch(45, 30, transform)))
    told = sheet.as_json()
    assert "A is mirrored left to right." in told["changes"]
    assert any(one.startswith("A shows a part of B's picture: 75 % × 75 %, from") for one in told["changes"])
    assert all(pair["difference_steps"]["median"] < 4 for pair in told["stretches"][0]["pairs"])
    drawn = [block for block in sheet.sheet.blocks if type(block).__name__ == "Pictures"]
    (outline,) = drawn[0].pictures[3].outlines
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    assert (min(xs), max(xs), min(ys), max(ys)) == pytest.approx((0.125, 0.875, 0.125, 0.875), abs=0.01)


def test_a_transform_a_little_off_is_fitted(sheet_of):
    """A crop told a few pixels aside is moved to where the pictures agree, and the sheet says how far."""
    aside = laid((-0.75, 0.0, 0.885, 0.0, 0.75, 0.12), crop=(0.135, 0.12, 0.75, 0.75), mirror=True)
    (told,) = sheet_of("mirrored.mp4", "whole.mp4", relation(stretch(45, 30, aside))).as_json()["stretches"]
    assert told["as_shown"]["crop"] == pytest.approx([0.125, 0.125, 0.75, 0.75], abs=0.004)
    assert all(1 < pair["moved_to_fit_px"] < 10 for pair in told["pairs"])


def test_a_banner_is_told(sheet_of):
    """What lies over A in every pair is said with its place, and has no vote in the light or the traces."""
    told = sheet_of("bannered.mp4", "whole.mp4", relation(stretch(45, 30))).as_json()
    (box,) = told["stretches"][0]["covered"]
    assert box == pytest.approx([0, 0, 1, 1 / 6], abs=0.01)
    assert any("the whole width and 0% to 17% of the height" in one for one in told["changes"])
    assert told["stretches"][0]["light"]["gain"] == pytest.approx(1, abs=0.05)
    assert told["stretches"][0]["traces"]["motion"]["correlation"] > 0.9


def test_what_one_holds_and_the_other_does_not_is_told(true_sheet):
    assert true_sheet.as_json()["left_out"] == [
        "All of A was found in B.",
        "Of B, 2.937 s were not found in A: 0:00.000 – 0:01.980; 0:04.950 – 0:05.907.",
    ]


def test_gaps_and_jumps_between_stretches_are_told():
    """A cut in A is told by what it leaves out of B, and a jump back as a jump back."""
    on, back = stretch(15, 60, from_a=15), stretch(15, 10, from_a=15)
    assert "At 0:00.990, A leaves out 0.990 s of B." in edits(relation(stretch(15, 30), on), [Edits(), Edits()])
    assert "At 0:00.990, A goes back in B, to 0:00.660." in edits(relation(stretch(15, 30), back), [Edits(), Edits()])


def test_footage_turned_by_its_file_is_shown_upright(sheet_of):
    """A was coded lying on its side and says so: as shown, it is B's picture, not turned."""
    transform = laid((0.0, -1.0, 1.0, 1.0, 0.0, 0.0))
    sheet = sheet_of("upright.mp4", "whole.mp4", relation(stretch(45, 30, transform)))
    told = sheet.as_json()
    assert told["stretches"][0]["as_shown"]["turned_degrees"] == pytest.approx(0, abs=0.5)
    assert not [one for one in told["changes"] if "turned" in one]
    (first, *_rest) = [block for block in sheet.sheet.blocks if type(block).__name__ == "Pictures"]
    assert {(one.width > one.height) for one in first.pictures} == {True}


def test_the_same_bytes_need_no_pictures(sheet_of):
    """Of a file and itself nothing is shown but that the bytes are the same."""
    same = Segment(a_start_s=Fraction(0), a_end_s=Fraction(3), b_start_s=Fraction(0), b_end_s=Fraction(3))
    stated = Relation(kind="same_bytes", score=1.0, by="both", segments=(same,))
    page = sheet_of("part.mp4", "part.mp4", stated).page("Proof").decode()
    assert "A and B are the same file" in page
    assert "<img" not in page
    assert "no probability" not in page


def test_a_file_of_one_picture(sheet_of):
    """One picture makes one pair and no trace."""
    told = sheet_of("one.mp4", "whole.mp4", relation(stretch(1, 30))).as_json()
    (pair,) = told["stretches"][0]["pairs"]
    assert (pair["a"]["ordinal"], pair["b"]["ordinal"]) == (0, 30)
    assert (
        told["stretches"][0]["traces"]["motion"] is None
        or told["stretches"][0]["traces"]["motion"]["correlation"] is None
    )


def test_flat_pictures_prove_nothing(sheet_of):
    """Flat frames leave nothing to fit and nothing that moves: no correlation is made up."""
    told = sheet_of("flat.mp4", "flat.mp4", relation(stretch(45, 0), kind="overlaps")).as_json()["stretches"][0]
    assert told["traces"]["places"] == []
    assert told["traces"]["motion"]["correlation"] is None


def test_sound_alone(sheet_of):
    """Two files of which one has no pictures: the levels are drawn, and of pictures nothing is said."""
    stated = relation(stretch(90, 0, None), kind="same_audio_other_picture", by="sound")
    told = sheet_of("voice.wav", "whole.mp4", stated).as_json()
    assert told["stretches"][0]["pairs"] == []
    assert told["stretches"][0]["traces"]["levels_db"]["correlation"] > 0.95
    assert told["changes"] == [NOT_SAID]
    assert not [one for one in told["not_checked"] if one.startswith("Colour")]


def test_what_is_only_alike_is_never_said_to_be_the_same(sheet_of):
    """A scene whose moment is not proved: its stretch looks like the other, and nothing is said to be missing of it."""
    stated = relation(stretch(45, 30), kind="same_scene_moment_unproven")
    sheet = sheet_of("part.mp4", "whole.mp4", stated)
    page = sheet.page("Proof").decode()
    assert "A 0:00.000 – 0:02.970 looks like B 0:01.980 – 0:04.950." in page
    assert "Which seconds are alike, which is not proved" in page
    assert (sheet.as_json()["changes"], sheet.as_json()["left_out"]) == ([], [])


def test_the_same_evidence_makes_the_same_sheet(true_sheet, sheet_of):
    again = sheet_of("part.mp4", "whole.mp4", relation(stretch(45, 30), by="both"), draw=True)
    assert again.page("x") == true_sheet.page("x")
    assert again.png == true_sheet.png
    assert json.dumps(again.as_json()) == json.dumps(true_sheet.as_json())


def test_floats_are_rounded(true_sheet):
    """Whoever reads the JSON finds no digits that nothing stands behind."""
    text = json.dumps(true_sheet.as_json())
    assert not re.search(r"\d\.\d{7,}", text)
    assert "NaN" not in text
    assert "Infinity" not in text


class _Read(HTMLParser):
    """What a page asks for and shows."""

    def __init__(self):
        super().__init__()
        self.tags, self.sources, self.alts, self.policy = [], [], [], ""

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append((tag, given))
        self.sources += [value for name, value in attributes if name in {"src", "href", "srcset", "data", "action"}]
        if tag == "img":
            self.alts.append(given.get("alt", ""))
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]


def test_the_page_asks_nobody_for_anything(true_sheet):
    """No script, no style but its own, no address but pictures written in the page itself."""
    text = true_sheet.page("Proof").decode()
    read = _Read()
    read.feed(text)
    assert {tag for tag, _ in read.tags}.isdisjoint({"script", "link", "iframe", "object", "embed", "base", "form"})
    assert all(source.startswith("data:image/png;base64,") for source in read.sources)
    assert not [name for _tag, given in read.tags for name in given if name.startswith("on") or name == "style"]
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert read.policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert f"'sha256-{digest}'" in read.policy


def test_footage_on_the_page_is_folded_away(true_sheet):
    """Every picture is inside a fold that is closed, says that it holds footage, and has words in its place."""
    text = true_sheet.page("Proof").decode()
    folds = re.findall(r"<details>.*?</details>", text, re.DOTALL)
    assert len(folds) == 1
    assert "contains footage" in folds[0]
    assert folds[0].count("<img") == text.count("<img") == 20
    read = _Read()
    read.feed(text)
    assert all("footage" in alt for alt in read.alts)


def test_a_name_cannot_act(footage, extracts, jail, tmp_path):
    """A file's name is text: markup in it is shown, and what would turn the line about is written out."""
    hostile = tmp_path / "<img src=x onerror=1>\u202e.mp4"
    hostile.write_bytes((footage / "part.mp4").read_bytes())
    stated = relation(stretch(45, 30, None))
    comparison = Comparison(
        a=extracts("part.mp4"),
        b=extracts("whole.mp4"),
        pictures=PictureComparison(),
        sound=SoundComparison(),
        relations=(stated,),
    )
    page = proof_sheet(comparison, stated, hostile, footage / "whole.mp4", jail=jail).page(hostile.name).decode()
    assert "<img src=x" not in page
    assert "&lt;U+202E&gt;.mp4" in page


def test_the_picture_of_the_sheet_can_be_read(true_sheet):
    """One PNG as wide as a sheet of paper at 284 dots an inch, white at its edges."""
    with PIL.Image.open(io.BytesIO(true_sheet.png)) as image:
        assert (image.format, image.width) == ("PNG", 2352)
        assert image.getpixel((5, 5)) == image.getpixel((5, image.height - 5)) == (255, 255, 255)


def test_reasons_stand_beside_the_strongest_wrong(true_sheet):
    """Each figure is shown with what anything wrong reached and what was asked."""
    page = true_sheet.page("Proof").decode()
    assert "strongest wrong 0.34" in page
    assert "asked for 0.45" in page


def test_every_kind_has_its_words():
    """No relation that can be stated is without a title."""
    from typing import get_args

    from probata.copies.relations import Kind

    assert set(SAID) == set(IS) == set(get_args(Kind))


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0:00.000"),
        (Fraction(5979, 1000), "0:05.979"),
        (Fraction(-1, 2), "-0:00.500"),
        (3661.5, "1:01:01.500"),
        (Fraction(59_9996, 10_000), "1:00.000"),
    ],
)
def test_a_moment_is_written_for_reading(seconds, told):
    assert clock(seconds) == told


@given(st.integers(0, 3), st.booleans(), st.integers(0, 3), st.integers(0, 4))
def test_a_place_turns_with_its_picture(quarters, mirrored, row, column):
    """A place on the picture as coded is the same place on the picture as shown."""
    upright = Upright(quarters=quarters, mirrored=mirrored)
    coded = np.arange(20, dtype=np.uint8).reshape(4, 5)
    shown = upright.picture(coded)
    ((x, y),) = upright.points((((column + 0.5) / 5, (row + 0.5) / 4),))
    assert shown[int(y * shown.shape[0]), int(x * shown.shape[1])] == coded[row, column]


def test_a_transform_is_told_as_people_see_it():
    """Both files turned to be shown: a transform between the coded pictures that undoes it is no turn at all."""
    phone, plain = Upright(quarters=1, shape=9 / 16), Upright(shape=16 / 9)
    turned = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, 0.0]])
    assert Lying.of(turned, plain, plain).turned_degrees in {90.0, -90.0}
    seen = Lying.of(np.array([[-0.5, 0.0, 0.75], [0.0, 0.5, 0.25]]), plain, plain)
    assert (seen.mirror, seen.turned_degrees) == (True, 0)
    assert seen.crop == pytest.approx((0.25, 0.25, 0.5, 0.5))
    assert Lying.of(np.eye(3)[:2], phone, phone).turned_degrees == 0


@given(st.integers(1, 40), st.integers(1, 40), st.randoms(use_true_random=False))
def test_a_grey_picture_survives_being_written(width, height, random):
    """What is written as PNG is read back the same, pixel by pixel."""
    grey = bytes(random.randrange(256) for _ in range(width * height))
    with PIL.Image.open(io.BytesIO(grey_png(width, height, grey))) as image:
        assert (image.mode, image.size, image.tobytes()) == ("L", (width, height), grey)


def test_letters_that_no_font_has_are_written_out():
    """A name in any script is drawn, or its characters are named: never boxes, never nothing."""
    assert "".join(run for _font, run in lettering.runs("excerpt \u0915", 24, 400)).startswith("excerpt ")
    assert "<U+0915>" in "".join(run for _font, run in lettering.runs("\u0915", 24, 400))


def test_lines_hold_every_character():
    """A text broken into lines loses nothing, and no line is wider than asked."""
    text = f"a b {'c' * 90} and so on until it is longer than the line"
    lines = lettering.lines(text, 24, 300)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(lettering.width(line, 24) <= 300 for line in lines)


def test_a_stretch_beyond_what_is_shown_is_listed(sheet_of):
    """Of very many stretches the longest are shown in pairs, and the sheet says how many are not."""
    many = [stretch(4, 30 + 4 * place, from_a=4 * place) for place in range(11)]
    told = sheet_of("part.mp4", "whole.mp4", evolve(relation(*many), kind="overlaps")).as_json()
    assert len(told["stretches"]) == 11
    assert sum(bool(one["pairs"]) for one in told["stretches"]) == 8
    assert "3 of the stretches are listed and not shown in pairs." in told["not_checked"]
