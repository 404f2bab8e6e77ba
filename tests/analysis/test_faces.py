"""The `faces` analyser: with a detector that a test makes, and with weights and real footage where they are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import onnx
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from made import Clip, scene_picture, variable_pts, write, write_sound
from onnx import TensorProto, helper

from probata.analysis import run
from probata.analysis.analysers.faces import Faces
from probata.analysis.faces import detecting, paths, sizes
from probata.analysis.faces.detecting import Face
from probata.analysis.faces.paths import Found, Look, Rules
from probata.analysis.kit import AnalyserKit
from probata.analysis.run import analyse_file
from probata.cli.demo_footage.camera import camera_footage
from probata.engines import weights
from probata.media.passes import watch

LACKS = weights.lacking(weights.FACES)
needs_weights = pytest.mark.skipif(bool(LACKS), reason=LACKS or "weights are here")
CAMERA = {path.name: path for path in camera_footage()}
needs_footage = pytest.mark.skipif("carphone_pristine.mp4" not in CAMERA, reason="no camera footage is installed")
RATE = Fraction(1, 25)
RULES = Rules(gap_s=Fraction(3, 2), before_after_s=Fraction(1, 2), margin=0.0, single=0.4)


def pictures_of_a_face(count=40):
    """Real pictures in which a man speaks."""
    import av

    with av.open(str(CAMERA["carphone_pristine.mp4"])) as file:
        return [
            frame.to_ndarray(format="rgb24") for frame, _number in zip(file.decode(video=0), range(count), strict=False)
        ]


def turned(pictures, degrees):
    """The same, turned clockwise, in a picture that holds all of it; sizes are even."""
    made = []
    for picture in pictures:
        image = PIL.Image.fromarray(picture).rotate(-degrees, PIL.Image.Resampling.BICUBIC, expand=True)
        width, height = image.width // 2 * 2, image.height // 2 * 2
        made.append(np.asarray(image.crop((0, 0, width, height))))
    return made


def clip(path, pictures, **options):
    return write(path, Clip(pts=range(len(pictures)), time_base=RATE, picture=lambda at: pictures[at], **options))


# The craft: sizes, boxes, paths.


def a_model():
    """A model of one layer that states the size of what it takes, as CenterFace's does."""
    taken = helper.make_tensor_value_info("input.1", TensorProto.FLOAT, [10, 3, 32, 32])
    given_ = helper.make_tensor_value_info("out", TensorProto.FLOAT, [10, 3, 32, 32])
    graph = helper.make_graph([helper.make_node("Relu", ["input.1"], ["out"])], "g", [taken], [given_])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)], ir_version=4).SerializeToString()


def test_sizes_are_freed_and_nothing_else_is_changed():
    """Batch, height and width are free, channels stay; all other fields are byte for byte what they were."""
    before, after = onnx.load_from_string(a_model()), onnx.load_from_string(sizes.freed(a_model()))
    for value in (*after.graph.input, *after.graph.output):
        shape = value.type.tensor_type.shape.dim
        assert [bool(one.dim_param) for one in shape] == [True, False, True, True]
        assert shape[1].dim_value == 3
    assert after.graph.node == before.graph.node
    onnx.checker.check_model(after)


@pytest.mark.parametrize("data", [b"\x0b", b"\x3a\xff\xff\xff\xff\x0f", b"\xff" * 20, b"<!doctype html>"])
def test_what_is_no_model_is_refused(data):
    """Bytes that are no protocol buffer end in one stated error."""
    with pytest.raises(sizes.NotAModel):
        sizes.freed(data)


@settings(max_examples=60, deadline=None)
@given(
    degrees=some.sampled_from(range(0, 360, 45)),
    height=some.integers(40, 90),
    width=some.integers(40, 90),
    across=some.floats(0.2, 0.8),
    down=some.floats(0.2, 0.8),
)
def test_a_box_on_a_turned_picture_lies_where_it_was(degrees, height, width, across, down):
    """What is found on the turned picture is told at its place in the picture itself, at every turn."""
    row, column = int(down * height), int(across * width)
    picture = np.zeros((height, width, 3), np.uint8)
    picture[row - 2 : row + 3, column - 2 : column + 3] = 255
    seen = detecting.turned(picture, degrees)
    rows, columns = np.nonzero(seen[..., 0] > 127)
    assert seen.shape[:2] == detecting.turned_size(height, width, degrees)
    found = Face(left=columns.min(), top=rows.min(), right=columns.max() + 1, bottom=rows.max() + 1, score=1.0)
    back = detecting.turned_back(found, degrees, height, width)

    assert (back.left + back.right) / 2 == pytest.approx(column + 0.5, abs=1.5)
    assert (back.top + back.bottom) / 2 == pytest.approx(row + 0.5, abs=1.5)


def test_maps_are_read_as_boxes_each_face_once():
    """Two cells beside one another that fire for one face give one box, at its place and of its size."""
    heat = np.zeros((20, 30), np.float32)
    heat[10, 15], heat[10, 16] = 0.9, 0.5
    scale = np.full((2, 20, 30), np.log(6.0), np.float32)
    (face,) = detecting.decoded(heat, scale, np.zeros((2, 20, 30), np.float32), threshold=0.2)

    assert (face.left, face.top, face.right, face.bottom) == pytest.approx((50, 30, 74, 54), abs=0.01)
    assert face.score == pytest.approx(0.9)


def test_one_face_found_at_two_turns_is_one():
    """The surer box stands; a face beside it is another."""
    faces = [
        Face(left=10, top=10, right=30, bottom=40, score=0.4, turned=90),
        Face(left=12, top=11, right=31, bottom=39, score=0.8),
        Face(left=60, top=10, right=80, bottom=40, score=0.5),
    ]
    assert [(one.left, one.turned) for one in detecting.without_doubles(faces)] == [(12, 0), (60, 0)]


def look(at, *boxes, score=0.8):
    return Look(ordinal=at, pts=at, faces=[Found(box=box, score=score, turned=0) for box in boxes])


def at(left, top=0.4, size=0.1):
    return left, top, left + size, top + size


def test_a_path_begins_before_and_ends_after_what_was_seen():
    """Half a second more at both ends, at real pictures, and never outside the footage."""
    (path,) = paths.paths([look(10, at(0.2)), look(22, at(0.25))], range(60), RATE, RULES)

    assert (path.points[0][0], path.points[-1][0]) == (0, 34)
    assert (path.first_ordinal, path.last_ordinal) == (10, 22)
    assert path.box == pytest.approx((0.2, 0.4, 0.15, 0.1), abs=0.001)


def test_two_faces_stay_apart_and_one_that_is_missed_goes_on():
    """Faces far from one another have paths of their own; one look without a face does not end a path."""
    looks = [
        look(0, at(0.1), at(0.7)),
        look(12, at(0.12)),
        look(24, at(0.13), at(0.7)),
        look(200, at(0.1)),
    ]
    told = paths.paths(looks, range(240), RATE, RULES)

    assert [(one.looks, one.points[-1][0]) for one in told] == [(3, 36), (2, 36), (1, 212)]


def test_a_single_unsure_look_is_no_face():
    """What was seen once, and hardly, is left out; seen twice it is told."""
    assert paths.paths([look(0, at(0.1), score=0.3)], range(9), RATE, RULES) == []
    twice = [look(0, at(0.1), score=0.3), look(12, at(0.1), score=0.3)]
    assert len(paths.paths(twice, range(30), RATE, RULES)) == 1


@settings(max_examples=40, deadline=None)
@given(some.lists(some.floats(0.0, 0.02), min_size=2, max_size=1200))
def test_smoothing_and_thinning_never_uncover_a_box(steps):
    """However a face trembles and however long its path, at each look its mask covers the box that was found."""
    lefts = np.clip(0.3 + np.cumsum(np.array(steps) - 0.01), 0, 0.85)
    looks = [look(12 * number, at(float(left))) for number, left in enumerate(lefts)]
    told = paths.paths(looks, range(12 * len(looks)), RATE, RULES)
    assert len(told) == 1
    points = told[0].points
    assert len(points) <= paths.MOST_POINTS
    times = [pts for pts, _box in points]
    for one in looks:
        box = one.faces[0].box
        left = np.interp(one.pts, times, [place[0] for _pts, place in points])
        right = np.interp(one.pts, times, [place[0] + place[2] for _pts, place in points])
        slack = 0.0001 if len(looks) <= paths.MOST_POINTS - 2 else 0.02
        assert left <= box[0] + slack
        assert right >= box[2] - slack


# What is stated where it cannot look.


def test_without_weights_it_could_not_look_and_says_what_to_install(tmp_path, monkeypatch):
    """The answer names the words to install; other analysers look."""
    monkeypatch.setattr(weights, "_path_of", lambda _part: None)
    tracks = {one.analyser: one for one in analyse_file(_plain(tmp_path), ["faces", "scenes"])}

    assert tracks["faces"].outcome == "could_not_look"
    assert "pip install" in tracks["faces"].why
    assert tracks["faces"].more["code"] == run.NOT_INSTALLED
    assert tracks["scenes"].outcome != "could_not_look"


def test_without_the_extra_it_says_which(monkeypatch):
    """The extra that is wanting is named."""
    monkeypatch.setattr(weights, "_installed", lambda _package: None)
    assert "probata[redact]" in Faces().about.lacking


def test_sound_alone_cannot_be_looked_at(tmp_path):
    """Footage without pictures is `could_not_look` for an analyser of pictures: never an empty result."""
    sound = write_sound(tmp_path / "sound.wav", np.zeros(8_000, np.float32), codec="pcm_s16le", rate_hz=16_000)
    (track,) = analyse_file(sound, ["faces"])

    assert track.outcome == "could_not_look"
    assert track.why == (track.why if LACKS else "there are no pictures in the footage")


def _plain(folder):
    return write(folder / "plain.mp4", Clip(pts=variable_pts(30), picture=lambda at: scene_picture(0, at)))


@needs_weights
@needs_footage
class TestFaces(AnalyserKit):
    """`faces` keeps the promises of every analyser."""

    name = "faces"

    def found(self, folder):
        """A man in a car, lying on his side, in footage whose frames are anything but even."""
        pictures = turned(pictures_of_a_face(40), 90)
        return write(folder / "face.mp4", Clip(pts=variable_pts(40), picture=lambda at: pictures[at]))

    def nothing(self, folder):
        """Blocks."""
        return _plain(folder)

    def unfit(self, folder):
        """A page that was sent in place of footage."""
        (folder / "page.mp4").write_text("<!doctype html><title>Log in</title>", encoding="utf-8")
        return folder / "page.mp4"


@needs_weights
@needs_footage
@pytest.mark.parametrize("degrees", [0, 45, 90, 180, 270])
def test_a_face_is_found_however_it_lies(tmp_path, degrees):
    """One mask over the whole span, around where the face is, at every turn of the picture."""
    pictures = turned(pictures_of_a_face(), degrees)
    (track,) = analyse_file(clip(tmp_path / "face.mp4", pictures), ["faces"])
    height, width = pictures[0].shape[:2]
    middle = _turned_place((84 / 176, 66 / 144), degrees, 176, 144, width, height)
    over = [entry for entry in track.entries if _holds(entry.box, middle)]

    assert over
    assert min(entry.start_pts for entry in over) == 0
    assert max(entry.end_pts for entry in over) * over[0].time_base == (len(pictures) - 1) * RATE
    assert all(entry.kind == "face_to_mask" and entry.text is None for entry in over)


@needs_weights
@needs_footage
def test_nothing_that_tells_a_person_is_told(tmp_path):
    """A path of boxes in time, scores and turns: no landmark, no vector, no picture, no name."""
    (track,) = analyse_file(clip(tmp_path / "face.mp4", pictures_of_a_face()), ["faces"])
    entry = track.entries[0]

    assert entry.attributes.keys() == {
        "path",
        "between",
        "looks",
        "first_seen_ordinal",
        "last_seen_ordinal",
        "found_at_turns",
    }
    assert all(len(point) == 5 for point in entry.attributes["path"])
    assert track.pictures == {}


@needs_weights
@needs_footage
def test_every_point_of_a_path_is_a_real_picture(tmp_path):
    """Points lie at the PTS of pictures, in order, inside the entry's span and the picture."""
    pictures = pictures_of_a_face()
    file = write(tmp_path / "face.mp4", Clip(pts=variable_pts(40), picture=lambda at: pictures[at]))
    (track,) = analyse_file(file, ["faces"])
    table = watch(file).table
    for entry in track.entries:
        times = [point[0] for point in entry.attributes["path"]]
        assert times == sorted(set(times))
        assert set(times) <= set(table.pts)
        assert (times[0], times[-1]) == (entry.start_pts, entry.end_pts)
        assert all(
            0 <= left <= left + width <= 1.00001 for _pts, left, _top, width, _height in entry.attributes["path"]
        )


@needs_weights
def test_tiny_pictures_and_one_picture_are_stated(tmp_path):
    """Each has an outcome, and why."""
    tiny = clip(tmp_path / "tiny.mp4", [np.full((8, 8, 3), 90, np.uint8)] * 3, pixel_format="yuv444p")
    one = clip(tmp_path / "one.mp4", [scene_picture(0, 0)])
    told = {file.name: analyse_file(file, ["faces"])[0] for file in (tiny, one)}

    assert (told["tiny.mp4"].outcome, told["one.mp4"].outcome) == ("could_not_look", "nothing_found")
    assert all(track.why for track in told.values())


def _turned_place(place, degrees, width, height, new_width, new_height):
    """Where a place, in parts of the picture, lies in the turned one."""
    turn = np.radians(degrees)
    right, down = (place[0] - 0.5) * width, (place[1] - 0.5) * height
    across, below = right * np.cos(turn) - down * np.sin(turn), right * np.sin(turn) + down * np.cos(turn)
    return across / new_width + 0.5, below / new_height + 0.5


def _holds(box, place):
    return box[0] < place[0] < box[0] + box[2] and box[1] < place[1] < box[1] + box[3]
