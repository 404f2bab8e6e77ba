"""The `screen_text` analyser: with a detector and a reader that a test makes, and with real ones where they are."""

from __future__ import annotations

import types
from fractions import Fraction
from pathlib import Path

import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from made import Clip, scene_picture, variable_pts, write, write_sound

from probata.analysis import run
from probata.analysis.analysers import screen_text
from probata.analysis.analysers.screen_text import ScreenText
from probata.analysis.jailed import reading
from probata.analysis.jailed.reading import Reader
from probata.analysis.kit import AnalyserKit
from probata.analysis.run import analyse_file
from probata.analysis.screen_text import boxes, captions, preparing, scripts, tesseract
from probata.analysis.screen_text.boxes import Box
from probata.analysis.screen_text.captions import Line, Reading
from probata.engines import weights

LACKS = ScreenText().about.lacking
needs_reader = pytest.mark.skipif(bool(LACKS), reason=LACKS or "detector and reader are here")
FACES = {
    "Latin": Path("/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"),
    "Arabic": Path(__file__).parents[2]
    / "src/probata/web/static/vendor/noto-sans-arabic/noto-sans-arabic-arabic-500-normal.woff2",
}
WIDTH, HEIGHT = 640, 360
RATE = Fraction(1, 25)


def face(script, size_px):
    """A face of that script on this machine."""
    if not FACES[script].is_file():
        pytest.skip(f"there is no face of {script} script on this machine")
    return PIL.ImageFont.truetype(str(FACES[script]), size_px)


def ground(ordinal):
    """Something to write on that moves: soft blobs that glide."""
    random = np.random.default_rng(5)
    coarse = PIL.Image.fromarray(random.integers(40, 200, (12, 40, 3), dtype=np.uint8))
    wide = np.asarray(coarse.resize((WIDTH * 2, HEIGHT), PIL.Image.Resampling.BICUBIC))
    return np.ascontiguousarray(np.roll(wide, -3 * ordinal, axis=1)[:, :WIDTH])


def written(picture, text, *, script="Latin", top=300, size_px=26, left=None, box=True):
    """The picture with a caption on it."""
    image = PIL.Image.fromarray(picture)
    draw = PIL.ImageDraw.Draw(image)
    letters = face(script, size_px)
    options = {"direction": "rtl", "language": "ar"} if script == "Arabic" else {}
    sides = draw.textbbox((0, 0), text, font=letters, **options)
    at = ((WIDTH - sides[2]) // 2 if left is None else left), top
    if box:
        around = [at[0] + sides[0] - 8, at[1] + sides[1] - 6, at[0] + sides[2] + 8, at[1] + sides[3] + 6]
        draw.rectangle(around, fill=(12, 12, 12))
    draw.text(at, text, font=letters, fill="white", stroke_width=0 if box else 2, stroke_fill="black", **options)
    return np.asarray(image)


def clip(path, picture, count=75, **options):
    """Pictures at 25 a second."""
    return write(path, Clip(pts=range(count), time_base=RATE, picture=picture, **options))


def told(file):
    (track,) = analyse_file(file, ["screen_text"])
    assert track.outcome == "found", track.why
    return [
        (entry.text, entry.attributes["start_ordinal"], entry.attributes["end_ordinal"])
        for entry in track.entries
        if entry.text
    ]


# The craft: boxes, readings, captions.


def test_patches_are_those_that_hang_together():
    """Two patches that touch at a corner are one; two that do not are two."""
    mask = np.zeros((8, 12), bool)
    mask[1:3, 1:4] = mask[3, 4] = True
    mask[6, 8:11] = True
    assert sorted(boxes.patches(mask)) == [(1, 4, 1, 5), (6, 7, 8, 11)]


@settings(max_examples=60, deadline=None)
@given(some.lists(some.lists(some.booleans(), min_size=9, max_size=9), min_size=1, max_size=9))
def test_patches_are_what_a_flood_fills(rows):
    """On any mask, the patches are those that filling from pixel to pixel finds."""
    mask = np.array(rows, bool)
    left = {(int(row), int(column)) for row, column in np.argwhere(mask)}
    filled = []
    while left:
        todo, patch = [left.pop()], []
        while todo:
            row, column = todo.pop()
            patch.append((row, column))
            near = {(row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)} & left
            left -= near
            todo += near
        down, across = zip(*patch, strict=True)
        filled.append((min(down), max(down) + 1, min(across), max(across) + 1))
    assert sorted(boxes.patches(mask)) == sorted(filled)


def test_words_beside_one_another_are_a_line_and_words_below_are_not():
    """Boxes of one height with a small gap are joined; the next line, and what stands far off, are not."""
    words = [
        Box(left=10, top=10, right=60, bottom=30, score=0.9),
        Box(left=70, top=11, right=150, bottom=31, score=0.8),
        Box(left=300, top=10, right=360, bottom=30, score=0.9),
        Box(left=10, top=40, right=160, bottom=60, score=0.9),
    ]
    assert [(box.left, box.right, box.top) for box in boxes.lines(words)] == [
        (10, 150, 10),
        (300, 360, 10),
        (10, 160, 40),
    ]


@pytest.mark.parametrize(
    ("read", "cleaned", "direction"),
    [
        ("| Road closed. |", "Road closed.", "ltr"),
        ("\u200eحافلة\u200f على الجسر ]", "حافلة على الجسر", "rtl"),
        ("09:40 الساحة", "09:40 الساحة", "rtl"),
        ("«Вокзал»", "Вокзал»", "ltr"),
        ("|||", "", "ltr"),
    ],
)
def test_edges_and_marks_of_direction_are_no_text(read, cleaned, direction):
    """What frames are read as goes; letters stay in logical order; the direction is that of the first letter."""
    assert scripts.cleaned(read) == cleaned
    assert scripts.direction(cleaned) == direction


def test_a_reading_in_letters_of_another_script_weighs_less():
    """Cyrillic letters told by a reader of Latin, and one letter for a wide line, are no good readings."""
    right = scripts.candidate("Площадь", "rus", "p", 0.7, 6.0)
    assert right.weight > scripts.candidate("Площадь", "eng", "p", 0.9, 6.0).weight
    assert right.weight > scripts.candidate("l", "eng", "p", 0.95, 6.0).weight


def test_close_readings_of_other_languages_are_told_beside_the_best():
    """Each other language with its best, if it is close and another text."""
    made = [
        scripts.candidate("На мосту", "rus", "p", 0.9, 4.0),
        scripts.candidate("На мості", "ukr", "p", 0.88, 4.0),
        scripts.candidate("Ha moct", "eng", "p", 0.5, 4.0),
    ]
    chosen = scripts.chosen(made, least_confidence=0.6)
    assert (chosen.best.text, [one.text for one in chosen.alternatives]) == ("На мосту", ["На мості"])
    assert chosen.doubts == ()
    assert scripts.chosen([scripts.candidate("--", "eng", "p", 0.9, 1.0)], least_confidence=0.6) is None


def words(*told):
    """Words beside one another, each with how sure the reader is."""
    return tuple(
        scripts.Word(text=text, confidence=sure, left=100 * number, right=100 * number + 80)
        for number, (text, sure) in enumerate(told)
    )


def test_a_name_in_another_script_stays_in_it():
    """In a Cyrillic line with a Latin name, each word is told by the reader that is surer of it."""
    made = [
        scripts.candidate(
            "Bugeo: Northern News", "eng", "p", 0.94, 6.0, words(("Bugeo:", 0.91), ("Northern", 0.96), ("News", 0.96))
        ),
        scripts.candidate(
            "Видео: МогИегп Меуз", "rus", "p", 0.44, 6.0, words(("Видео:", 0.93), ("МогИегп", 0.0), ("Меуз", 0.4))
        ),
    ]
    best = scripts.chosen(made, least_confidence=0.6).best
    assert (best.text, best.script) == ("Видео: Northern News", "Latin, Cyrillic")


def test_words_that_look_alike_in_both_scripts_are_not_exchanged():
    """Nothing on a picture says whether `MOCKBA` is Latin or Cyrillic: it stays as the line has it."""
    made = [
        scripts.candidate(
            "The MOTOP turns", "eng", "p", 0.9, 6.0, words(("The", 0.95), ("MOTOP", 0.8), ("turns", 0.95))
        ),
        scripts.candidate("Тне МОТОР гигпз", "rus", "p", 0.4, 6.0, words(("Тне", 0.3), ("МОТОР", 0.9), ("гигпз", 0.1))),
    ]
    assert scripts.chosen(made, least_confidence=0.6).best.text == "The MOTOP turns"


def line(text, start, end, top=0.8, left=0.2, right=0.8, **more):
    """A line as the jail tells it."""
    read = {"language": "eng", "script": "Latin", "preparation": "p", "confidence": 0.9, "weight": 0.9}
    return Line(
        start_pts=start,
        end_pts=end,
        start_ordinal=start,
        end_ordinal=end,
        box=(left, top, right, top + 0.06),
        height=0.06,
        pictures=end - start + 1,
        detector=0.9,
        moves=False,
        read_ordinal=start,
        read_digest=b"\1" * 32,
        read_from=5,
        reading=Reading(text=text, **{**read, **more}),
    )


def test_lines_that_come_and_go_together_are_one_caption():
    """Two lines below one another with one span are one; a third that stays longer is another."""
    made = [line("below", 10, 50, top=0.87), line("above", 10, 51), line("longer", 10, 90, top=0.1)]
    joined = captions.joined(made, RATE, gap_s=1.0, pictures=100)

    assert [(one.text, one.start_pts, one.end_pts) for one in joined] == [("above\nbelow", 10, 51), ("longer", 10, 90)]
    assert joined[0].box == pytest.approx((0.2, 0.8, 0.6, 0.13))


def test_a_caption_that_was_lost_for_a_moment_is_one():
    """The same text at the same place after a short gap goes on; another text, or after a long gap, does not."""
    same = captions.joined([line("the bridge", 0, 30), line("the bridge", 40, 70)], RATE, gap_s=1.0, pictures=100)
    other = captions.joined([line("the bridge", 0, 30), line("a river", 40, 70)], RATE, gap_s=1.0, pictures=100)
    late = captions.joined([line("the bridge", 0, 30), line("the bridge", 90, 99)], RATE, gap_s=1.0, pictures=100)

    assert [(one.start_pts, one.end_pts) for one in same] == [(0, 70)]
    assert (len(other), len(late)) == (2, 2)


def test_a_doubtful_reading_is_a_guess_and_no_text():
    """Who lists or searches texts does not find it."""
    (one,) = captions.joined(
        [line("maybe", 0, 30, doubts=["the reader is unsure: 0.31"])], RATE, gap_s=1.0, pictures=100
    )
    entry = screen_text._entry(one, RATE)

    assert entry.text is None
    assert entry.attributes["guess"] == "maybe"
    assert entry.attributes["doubts"] == ["the reader is unsure: 0.31"]


def test_the_darkest_moment_shows_white_letters():
    """Letters that stay white over ground that is white only at times are told from it by no single picture."""
    stack = np.full((5, 24, 100, 3), 250, np.uint8)
    for number in range(5):
        stack[number, :, number * 20 : (number + 1) * 20] = 30
    stack[:, 8:16, 10:90] = 255
    made = dict(preparing.prepared(stack))["white letters"]

    assert (made[30, 20:-20] < 128).mean() > 0.8
    assert (made[12, 20:-20] > 128).mean() > 0.8


# The watcher, with stand-ins.


class WhiteIsText:
    """Stands for ONNX Runtime and the detector: white pixels are text."""

    class SessionOptions:
        pass

    class InferenceSession:
        looked = 0

        def __init__(self, _model, _options, providers):
            pass

        def get_inputs(self):
            return [types.SimpleNamespace(name="x")]

        def run(self, _outputs, given):
            WhiteIsText.InferenceSession.looked += 1
            white = given["x"].min(axis=1) > 0.85
            for _time in range(6):
                white[:, 1:-1, 1:-1] |= (
                    white[:, :-2, 1:-1] | white[:, 2:, 1:-1] | white[:, 1:-1, :-2] | white[:, 1:-1, 2:]
                )
            return [white[:, None].astype(np.float32)]


class SaysOneThing:
    """Stands for Tesseract."""

    version = "0"

    def __init__(self, languages):
        self.languages = languages

    def read(self, _line, language):
        return tesseract.Reading(text="caption of a test", confidence=0.9 if language == "eng" else 0.2)


@pytest.fixture
def reader(monkeypatch):
    """A reader with the stand-ins."""
    WhiteIsText.InferenceSession.looked = 0
    monkeypatch.setattr(reading, "engine", lambda _extra: WhiteIsText)
    monkeypatch.setattr(reading, "Tesseract", SaysOneThing)
    return Reader(detector=b"", languages={"eng": b"", "rus": b""}, every_s=0.8, still_s=10.0, confidence=0.6)


def show(reader, file):
    """Show every picture of a file to a consumer, in this process."""
    import av

    from probata.media.jailed.frames import SeenFrame, digest_of, plane_rows

    with av.open(str(file)) as opened:
        for ordinal, frame in enumerate(opened.decode(video=0)):
            planes = plane_rows(frame)
            reader.see(
                SeenFrame(
                    ordinal=ordinal,
                    pts=frame.pts,
                    duration_ticks=frame.duration or 0,
                    time_base=frame.time_base,
                    key=frame.key_frame,
                    digest=digest_of(frame, planes),
                    frame=frame,
                    planes=planes,
                )
            )
    return reader.finish()


def bars(picture, top, seed=1):
    """A caption in no script at all: white bars in a dark box."""
    made = picture.copy()
    made[top : top + 30, 100:500] = 12
    random = np.random.default_rng(seed)
    left = 110
    while left < 480:
        width = int(random.integers(3, 12))
        made[top + 6 : top + int(random.integers(14, 24)), left : left + width] = 255
        left += width + int(random.integers(4, 9))
    return made


def test_a_caption_has_its_exact_first_and_last_picture(reader, tmp_path):
    """Whatever the detector's grid, the span is that of the pictures that show it, over ground that moves."""
    spans = [(7, 31), (33, 64), (80, 83)]

    def drawn(ordinal):
        picture = ground(ordinal)
        for number, (first, last) in enumerate(spans):
            if first <= ordinal <= last:
                picture = bars(picture, 300, seed=number)
        return picture

    lines = show(reader, clip(tmp_path / "three.mp4", drawn, 100))["lines"]
    found = {(one["start_ordinal"], one["end_ordinal"]) for one in lines}

    assert set(spans[:2]) <= found


def test_a_picture_that_does_not_change_is_not_looked_at_again(reader, tmp_path):
    """A still scene costs the detector one look each ten seconds."""
    file = clip(tmp_path / "still.mp4", lambda _ordinal: bars(ground(0), 300), 125, key_every=250)
    made = show(reader, file)

    # The second look is due to the encoder, whose first picture is a little unlike the others.
    assert made["detections"] == WhiteIsText.InferenceSession.looked <= 2
    assert [(one["start_ordinal"], one["end_ordinal"]) for one in made["lines"]] == [(0, 124)]


def test_a_line_that_moves_is_followed(reader, tmp_path):
    """A sign that glides through the picture is one line that moves, not one a second."""

    def drawn(ordinal):
        return np.roll(bars(ground(0), 150), 2 * (ordinal // 2), axis=1)

    lines = show(reader, clip(tmp_path / "glides.mp4", drawn, 60))["lines"]

    assert [(one["start_ordinal"], one["end_ordinal"], one["moves"]) for one in lines] == [(0, 59, True)]
    assert lines[0]["read_from"] == 1


# What is stated where it cannot look.


def test_without_weights_it_could_not_look_and_says_what_to_install(tmp_path, monkeypatch):
    """The answer names the words to install; other analysers look."""
    monkeypatch.setattr(weights, "_path_of", lambda _part: None)
    tracks = {one.analyser: one for one in analyse_file(_plain(tmp_path), ["screen_text", "scenes"])}

    assert tracks["screen_text"].outcome == "could_not_look"
    assert "pip install" in tracks["screen_text"].why
    assert tracks["screen_text"].more["code"] == run.NOT_INSTALLED
    assert tracks["scenes"].outcome != "could_not_look"


def test_without_tesseract_it_says_which_packages(tmp_path, monkeypatch):
    """Library and languages are named as the system's packages."""
    monkeypatch.setattr(tesseract, "where", lambda: None)
    monkeypatch.setattr(screen_text, "_FOLDERS", ())
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    (tmp_path / "rus.traineddata").write_bytes(b"data")
    lacking = ScreenText().about.lacking

    assert "apt-get install tesseract-ocr tesseract-ocr-ukr tesseract-ocr-eng tesseract-ocr-ara" in lacking
    assert analyse_file(_plain(tmp_path), ["screen_text"])[0].outcome == "could_not_look"


def test_sound_alone_cannot_be_looked_at(tmp_path):
    """Footage without pictures is `could_not_look` for an analyser of pictures: never an empty result."""
    sound = write_sound(tmp_path / "sound.wav", np.zeros(8_000, np.float32), codec="pcm_s16le", rate_hz=16_000)
    (track,) = analyse_file(sound, ["screen_text"])

    assert track.outcome == "could_not_look"
    assert track.why == (track.why if LACKS else "there are no pictures in the footage")


def _plain(folder):
    return write(folder / "plain.mp4", Clip(pts=variable_pts(30), picture=lambda at: scene_picture(0, at)))


@needs_reader
class TestScreenText(AnalyserKit):
    """`screen_text` keeps the promises of every analyser."""

    name = "screen_text"

    def found(self, folder):
        """A caption over moving ground, in footage whose frames are anything but even."""
        picture = lambda at: written(ground(at), "The bridge at noon") if 10 <= at < 50 else ground(at)  # noqa: E731
        return write(folder / "captioned.mp4", Clip(pts=variable_pts(60), picture=picture))

    def nothing(self, folder):
        """Blobs that glide."""
        return clip(folder / "blobs.mp4", ground, 40)

    def unfit(self, folder):
        """A page that was sent in place of footage."""
        (folder / "page.mp4").write_text("<!doctype html><title>Log in</title>", encoding="utf-8")
        return folder / "page.mp4"


@needs_reader
@pytest.mark.parametrize(
    ("text", "script", "language"),
    [
        ("Road closed at 09:40", "Latin", "eng"),
        ("Колонна движется к реке", "Latin", "rus"),
        ("Зйомка велася вранці", "Latin", "ukr"),
        ("القافلة تتحرك نحو النهر", "Arabic", "ara"),
    ],
)
def test_a_caption_is_one_entry_with_its_text(tmp_path, text, script, language):
    """In each script: one entry, exact to the picture, with the text in logical order, its place and its source."""
    file = clip(
        tmp_path / "one.mp4", lambda at: written(ground(at), text, script=script) if 20 <= at < 60 else ground(at)
    )
    (track,) = analyse_file(file, ["screen_text"])
    (entry,) = track.entries
    attributes = entry.attributes

    assert entry.text == text
    assert (attributes["start_ordinal"], attributes["end_ordinal"]) == (20, 59)
    assert (entry.start_pts * entry.time_base, entry.end_pts * entry.time_base) == (20 * RATE, 59 * RATE)
    assert attributes["language_tried"] == language
    assert attributes["direction"] == ("rtl" if script == "Arabic" else "ltr")
    assert 20 <= attributes["read"]["ordinal"] < 60
    assert entry.box[1] > 0.75
    assert attributes["seen_on_pictures"] == 40


@needs_reader
def test_captions_one_after_the_other_are_told_apart(tmp_path):
    """Subtitles that follow without a pause each have their own span; two lines of one are one entry."""

    def drawn(at):
        if at < 30:
            return written(written(ground(at), "We are on the roof", top=260), "and see the river", top=300)
        return written(ground(at), "The road is empty today", top=300)

    assert told(clip(tmp_path / "two.mp4", drawn)) == [
        ("We are on the roof\nand see the river", 0, 29),
        ("The road is empty today", 30, 74),
    ]


@needs_reader
@pytest.mark.parametrize("turned", [90, 180, 270])
def test_turned_footage_is_read_as_it_is_shown(tmp_path, turned):
    """Footage that players turn is read upright, and its boxes are parts of the picture as shown."""

    def drawn(at):
        return np.ascontiguousarray(np.rot90(written(ground(at), "Square at the station"), turned // 90))

    file = clip(tmp_path / "turned.mp4", drawn, 40, turned_degrees=turned)
    (track,) = analyse_file(file, ["screen_text"])

    assert [entry.text for entry in track.entries] == ["Square at the station"]
    assert track.entries[0].box[1] > 0.75


@needs_reader
def test_one_picture_of_many_is_doubtful_and_a_single_picture_is_read(tmp_path):
    """A caption that flashes up once is told with that doubt; where there is but one picture, it is read."""
    single = clip(tmp_path / "single.mp4", lambda at: written(ground(at), "A single picture"), 1)
    flash = clip(
        tmp_path / "flash.mp4", lambda at: written(ground(at), "A flash of text") if at == 0 else ground(at), 30
    )
    ((one,), (other,)) = (analyse_file(file, ["screen_text"])[0].entries for file in (single, flash))

    assert one.text == "A single picture"
    assert one.start_pts == one.end_pts
    assert (other.text, other.attributes["guess"]) == (None, "A flash of text")
    assert other.attributes["doubts"] == ["it is seen on one picture alone"]


@needs_reader
def test_tiny_wide_and_noisy_pictures_are_stated(tmp_path):
    """Each has an outcome, and why; noise holds no text."""
    random = np.random.default_rng(1)
    noise = clip(tmp_path / "noise.mp4", lambda _at: random.integers(0, 255, (180, 320, 3), dtype=np.uint8), 30)
    tiny = clip(tmp_path / "tiny.mp4", lambda _at: np.full((8, 8, 3), 90, np.uint8), 5, pixel_format="yuv444p")
    wide = clip(tmp_path / "wide.mp4", lambda _at: np.full((32, 1600, 3), 90, np.uint8), 5)
    outcomes = {file.name: analyse_file(file, ["screen_text"])[0] for file in (noise, tiny, wide)}

    assert {name: track.outcome for name, track in outcomes.items()} == {
        "noise.mp4": "nothing_found",
        "tiny.mp4": "could_not_look",
        "wide.mp4": "could_not_look",
    }
    assert all(track.why for track in outcomes.values())


@needs_reader
def test_what_read_it_is_part_of_the_recipe():
    """The digests of the detector and of each language's data, and the versions of what runs them."""
    about = ScreenText().about
    assert {"text", "tessdata/rus", "tessdata/ukr", "tessdata/eng", "tessdata/ara"} == about.weights.keys()
    assert about.tools["tesseract"].startswith("libtesseract.so.5")
