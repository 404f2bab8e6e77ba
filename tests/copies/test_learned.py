"""A descriptor that the user gives: taken as it was named, run in the jail alone, believed only beside the wrong."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import made_models
import numpy as np
import pytest
from attrs import evolve
from made import write_sound
from made_copies import Reel, film, mirrored, panned, part, reel, scene

from probata.copies.kit import MethodKit
from probata.copies.likeness import Described, worth_trying
from probata.copies.methods.learned import DescriptorRefused, LearnedDescriptor
from probata.engines import settings
from probata.engines.settings import GivenDescriptor, SettingsInvalid
from probata.media.errors import DecoderConfused
from probata.media.passes import CannotLook, Outcome, PassResult, watch
from probata.terms.digests import sha256
from probata.terms.errors import InvalidValue

if TYPE_CHECKING:
    from probata.engines.sandbox import Jail

# Asked for by name: imported here, ONNX Runtime would run outside the jail.
pytestmark = pytest.mark.skipif(
    not all(find_spec(name) for name in ("onnx", "onnxruntime")),
    reason="ONNX Runtime and onnx are not installed: pip install 'probata[learned]' onnx",
)


def noise(seconds: int) -> Reel:
    random = np.random.default_rng(8)
    return reel(random.integers(0, 256, (seconds * 5, 180, 320, 3), np.uint8), rate=5)


def held_still(seconds: int) -> Reel:
    return reel(np.repeat(scene(1, 1, 0.1).pictures[:1], seconds * 5, axis=0), rate=5)


def given(folder: Path, model: bytes) -> GivenDescriptor:
    file = folder / f"{hashlib.sha256(model).hexdigest()[:8]}.onnx"
    file.write_bytes(model)
    return GivenDescriptor(file=file, sha256=sha256(hashlib.sha256(model).hexdigest()))


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GivenDescriptor:
    """A model that the environment names."""
    one = given(tmp_path, made_models.model())
    monkeypatch.setenv("PROBATA_DESCRIPTOR", str(one.file))
    monkeypatch.setenv("PROBATA_DESCRIPTOR_SHA256", one.sha256)
    return one


@pytest.fixture
def none_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PROBATA_DESCRIPTOR", "PROBATA_DESCRIPTOR_SHA256", "PROBATA_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("named")
class TestLearnedDescriptor(MethodKit):
    """The method keeps what every method promises, with a model made by code."""

    name = "learned"

    def footage(self, folder: Path) -> Path:
        return film(folder / "footage.mp4", scene(1, 1, 6, rate=10, camera=panned(30)))

    def copy(self, folder: Path) -> Path:
        return film(folder / "copy.mp4", scene(1, 1, 6, rate=10, camera=panned(30)), crf=33)

    def other(self, folder: Path) -> Path:
        return film(folder / "other.mp4", scene(2, 2, 6, rate=10, camera=panned(30)))

    def noise(self, folder: Path) -> Path:
        return film(folder / "noise.mp4", noise(6))


class Looking:
    """Describes reels with one model in one warm jail."""

    def __init__(self, folder: Path, jail: Jail) -> None:
        self.folder, self.jail = folder, jail

    def seen(self, method: LearnedDescriptor, one: Reel, **options: Any) -> PassResult:
        file = film(self.folder / f"{len(list(self.folder.iterdir()))}.mp4", one, **options)
        return watch(file, method.consumers(), jail=self.jail)

    def kept(self, method: LearnedDescriptor, one: Reel, **options: Any) -> Described:
        kept = method.kept(self.seen(method, one, **options).outcomes)
        assert kept is not None
        return kept

    def why_not(self, model: bytes) -> str:
        """Why a model could not be used on footage; the picture table is there all the same."""
        seen = self.seen(LearnedDescriptor(given(self.folder, model)), scene(1, 1, 0.4, rate=5))
        told = seen.outcomes["descriptors"]
        assert told.outcome == "could_not_look"
        assert seen.table is not None
        return told.why


@pytest.fixture
def looking(tmp_path: Path, jail: Jail) -> Looking:
    return Looking(tmp_path, jail)


@pytest.fixture
def method(tmp_path: Path) -> LearnedDescriptor:
    return LearnedDescriptor(given(tmp_path, made_models.model()))


# What is given, and what is refused.


@pytest.mark.usefixtures("none_named")
def test_without_a_model_it_could_not_look() -> None:
    """Without a model the answer is that it could not look, and how a model is given."""
    with pytest.raises(CannotLook, match=r"no descriptor is given: .*PROBATA_DESCRIPTOR_SHA256.*probata\.toml"):
        LearnedDescriptor().consumers()
    assert LearnedDescriptor().about.weights == {}


def test_another_file_than_was_named(named: GivenDescriptor) -> None:
    """A file with another digest is refused with both digests."""
    named.file.write_bytes(made_models.model(seed=1))
    with pytest.raises(DescriptorRefused, match=f"its SHA-256 is [0-9a-f]{{64}}, not {named.sha256}"):
        LearnedDescriptor().consumers()


@pytest.mark.parametrize(
    ("file", "digest", "why"),
    [
        ("model.onnx", "", "its SHA-256 is not given"),
        ("", "ab" * 32, "a SHA-256 is given without a file"),
        ("model.onnx", "ab" * 31, "is no SHA-256"),
        ("nowhere.onnx", "ab" * 32, "No such file"),
        (".", "ab" * 32, "Is a directory"),
    ],
)
@pytest.mark.usefixtures("none_named")
def test_named_by_half(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str, digest: str, why: str) -> None:
    """A path without a digest, a digest without a path, and a path to nothing are refused in words."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROBATA_DESCRIPTOR", file)
    monkeypatch.setenv("PROBATA_DESCRIPTOR_SHA256", digest)
    with pytest.raises(DescriptorRefused, match=why):
        LearnedDescriptor().consumers()


@pytest.mark.usefixtures("none_named")
def test_named_by_the_workspace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The settings of a workspace name a model beside them, in any case of letters; the environment goes before."""
    root = tmp_path / "workspace"
    settings.create(root)
    one = given(root, made_models.model())
    with (root / settings.FILE_NAME).open("a") as out:
        out.write(f'[copies]\ndescriptor = "{one.file.name}"\ndescriptor_sha256 = "{one.sha256.upper()}"\n')
    monkeypatch.setenv("PROBATA_WORKSPACE", str(root))
    assert LearnedDescriptor().about.weights == {"descriptor": one.sha256}
    assert LearnedDescriptor().consumers()
    monkeypatch.setenv("PROBATA_DESCRIPTOR", str(one.file))
    monkeypatch.setenv("PROBATA_DESCRIPTOR_SHA256", "ab" * 32)
    assert LearnedDescriptor().about.weights == {"descriptor": "ab" * 32}


@pytest.mark.parametrize(
    "line", ['descriptor = "a.onnx"', 'descriptor_sha256 = "ab"', 'descriptor = "a"\ndescriptor_sha256 = "b"']
)
@pytest.mark.usefixtures("none_named")
def test_named_by_half_in_the_workspace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str) -> None:
    """Settings that name half a model are not valid, and the method says so instead of looking without it."""
    settings.create(tmp_path)
    with (tmp_path / settings.FILE_NAME).open("a") as out:
        out.write(f"[copies]\n{line}\n")
    monkeypatch.setenv("PROBATA_WORKSPACE", str(tmp_path))
    with pytest.raises(SettingsInvalid):
        LearnedDescriptor().consumers()


def test_a_changed_model_is_another_version(tmp_path: Path) -> None:
    """The digest of the weights is part of what the method says of itself."""
    one, other = (LearnedDescriptor(given(tmp_path, made_models.model(seed=seed))).about for seed in (0, 1))
    assert one.version != other.version
    assert one.weights != other.weights


# Models that describe pictures, and those that do not.


@pytest.mark.parametrize(
    "form",
    [
        {"layout": "nhwc", "kind": "uint8"},
        {"layout": "nhwc", "kind": "uint8", "size": ("h", "w")},
        {"kind": "float16"},
        {"size": ("h", "w"), "batch": 1},
        {"size": (96, 192)},
    ],
    ids=str,
)
def test_forms_of_input(looking: Looking, method: LearnedDescriptor, form: dict[str, Any]) -> None:
    """Colours first or last, floats or bytes, any size: the model is fed as it wants, and describes the same things."""
    asked = LearnedDescriptor(given(looking.folder, made_models.model(**form)))
    footage = scene(1, 1, 2.2, rate=5, camera=panned(30))
    one, plain = looking.kept(asked, footage), looking.kept(method, footage)
    assert one.vectors.shape == plain.vectors.shape
    likeness = (one.vectors.astype(float) * plain.vectors.astype(float)).sum(axis=1)
    assert likeness.min() > 0.95


FLAT = ["n", 3, 96, 96]


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (lambda: made_models.passing([3, 96, 96]), r"takes the shape \[3, 96, 96\]; one picture in three colours"),
        (lambda: made_models.passing(["n", 4, 96, 96]), r"\[\?, 4, 96, 96\]; three colours are expected"),
        (lambda: made_models.passing(["n", "c", "h", "w"]), r"\[\?, \?, \?, \?\]; three colours are expected"),
        (lambda: made_models.passing([8, 3, 96, 96]), "one picture at a time is given"),
        (lambda: made_models.passing(["n", 3, 9000, 96]), "pictures of 32 to 1024 pixels a side"),
        (lambda: made_models.passing(FLAT, kind="int64"), r"takes tensor\(int64\); pictures are given as"),
        (lambda: made_models.passing(FLAT, kind="uint8"), "gives 0 vectors of floats; one is expected"),
        (lambda: made_models.passing(FLAT), "gives 27648 numbers a picture, not 8 to 8,192"),
        (made_models.two_inputs, "takes 2 inputs; one picture is expected"),
        (made_models.two_vectors, "gives 2 vectors of floats; one is expected"),
        (made_models.nowhere, "a vector without a direction"),
        (made_models.failing, "cannot describe a picture: "),
    ],
)
def test_models_that_describe_no_pictures(looking: Looking, model: Any, why: str) -> None:
    """A model that takes or gives something else is refused in words; whoever else looks is not disturbed."""
    assert re.search(why, looking.why_not(model()))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda model: model[: len(model) // 2],
        lambda _model: b"",
        lambda model: model[::-1],
        lambda _model: b"\0" * 4096,
    ],
    ids=["cut_short", "empty", "backwards", "zeros"],
)
def test_corrupt_models(looking: Looking, spoil: Any) -> None:
    """What is no ONNX model, or only a part of one, is refused in words."""
    assert looking.why_not(spoil(made_models.model())).startswith("the descriptor cannot be loaded as an ONNX model: ")


def test_a_model_that_reads_files(looking: Looking) -> None:
    """A model that names another file as its weights gets nothing of it, by its own path or through folders above."""
    secret = looking.folder / "secret.bin"
    secret.write_bytes(b"\0" * (1 << 20))
    for path in (str(secret), f"../../../../../../../..{secret}"):
        assert "cannot be loaded" in looking.why_not(made_models.reading(path))


def test_a_model_that_eats_memory(looking: Looking) -> None:
    """A model that wants more memory than a cell has is a stated answer, not an end of the pass."""
    assert "cannot describe a picture" in looking.why_not(made_models.eating(1 << 32))


def test_it_runs_nowhere_but_in_the_jail(named: GivenDescriptor, tmp_path: Path) -> None:
    """ONNX Runtime is never loaded by who asks; loaded, it was told to report nothing home, and starts no thread."""
    file = film(tmp_path / "footage.mp4", scene(1, 1, 0.4, rate=5))
    asking = (
        "import sys; from pathlib import Path; from probata.media.passes import watch\n"
        "from probata.copies.methods.learned import LearnedDescriptor\n"
        f"method = LearnedDescriptor(); seen = watch(Path({str(file)!r}), method.consumers())\n"
        "assert method.kept(seen.outcomes).seconds\n"
        "assert not [name for name in sys.modules if name.startswith('onnxruntime')]\n"
    )
    loading = (
        "import os, sys; from pathlib import Path; from probata.copies.jailed import descriptors\n"
        "assert 'onnxruntime' not in sys.modules; before = len(os.listdir('/proc/self/task'))\n"
        "engine = descriptors._engine(); assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'\n"
        f"net = descriptors.Net.of(engine, Path({str(named.file)!r}).read_bytes())\n"
        "assert [net.vector(picture) for picture in descriptors.drawn(net.width, net.height)]\n"
        "assert len(os.listdir('/proc/self/task')) == before\n"
    )
    for program in (asking, loading):
        subprocess.run([sys.executable, "-c", program], check=True)


def test_without_onnx_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where ONNX Runtime is not installed, the answer is that it could not look, and how to install it."""
    from probata.copies.jailed import descriptors

    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(CannotLook, match=r"pip install 'probata\[learned\]'"):
        descriptors.Descriptors(model=b"")


# What is looked at.


def test_one_picture_a_second_with_its_address(looking: Looking, method: LearnedDescriptor) -> None:
    """Each vector carries the ordinal, time stamp and digest that the table of frames has for its picture."""
    seen = looking.seen(method, scene(1, 1, 3.4, rate=5))
    kept = method.kept(seen.outcomes)
    assert kept is not None
    assert [float(moment) for moment in kept.seconds] == [0, 1, 2, 3]
    assert seen.table is not None
    for ordinal, pts, digest in kept.addresses:
        assert (seen.table.pts[ordinal], seen.table.digest(ordinal).hex) == (pts, digest.hex())


def test_a_long_file_is_thinned_and_not_mirrored(looking: Looking, method: LearnedDescriptor) -> None:
    """Of a file of too many pictures fewer are looked at, from end to end; that none is mirrored is said."""
    (asked,) = method.consumers()
    file = film(looking.folder / "long.mp4", scene(1, 1, 9, rate=5, camera=panned(20)))
    short = {"most": 4, "mirror_most_s": 5.0}
    seen = watch(file, [type(asked)(name=asked.name, target=asked.target, parameters={**asked.parameters, **short})])
    kept = method.kept(seen.outcomes)
    assert kept is not None
    assert [float(moment) for moment in kept.seconds] == [0, 4, 8]
    assert not len(kept.mirrored)
    other = looking.kept(method, scene(2, 2, 2, rate=5))
    assert "mirror images" not in method.explain(kept, other).why
    assert "mirror images were not looked at" in method.explain(kept, evolve(other, mirrored=other.mirrored[:0])).why


def test_flat_pictures_are_not_described(looking: Looking, method: LearnedDescriptor) -> None:
    """Pictures with nothing on them have no vector; the answer names the file that has no others."""
    dark = reel(np.full((10, 180, 320, 3), 12, np.uint8), rate=5)
    flat, plain = looking.kept(method, dark), looking.kept(method, scene(1, 1, 2, rate=5))
    assert (len(flat.seconds), flat.flat) == (0, 2)
    told = method.explain(plain, flat)
    assert (told.outcome, told.why) == (
        "nothing_found",
        "the pictures of the second file are flat: none can be described",
    )


def test_sound_alone_has_no_pictures(tmp_path: Path, method: LearnedDescriptor, jail: Jail) -> None:
    """A file without pictures leaves nothing to compare by."""
    file = write_sound(tmp_path / "sound.wav", np.zeros(48_000, np.float32), codec="pcm_s16le")
    assert method.kept(watch(file, method.consumers(), jail=jail).outcomes) is None


def test_turned_pictures_are_described_upright(looking: Looking, method: LearnedDescriptor) -> None:
    """A file that is stored lying, and says so, is described as it is shown."""
    upright = scene(1, 1, 1.2, rate=5)
    lying = evolve(upright, pictures=np.rot90(upright.pictures, 1, axes=(1, 2)))
    one, other = looking.kept(method, upright), looking.kept(method, lying, turned_degrees=90)
    assert (one.vectors[0].astype(float) @ other.vectors[0].astype(float)) > 0.98


# What is alike.


def moving(place: int, seconds: float) -> Reel:
    return scene(place, place, seconds, rate=5, camera=panned(40))


def test_mirrored_copies(looking: Looking, method: LearnedDescriptor) -> None:
    """A mirrored copy is found as mirrored, at the right moments, whichever of the two is the longer."""
    whole = moving(1, 8)
    one, other = looking.kept(method, mirrored(part(whole, 2, 7))), looking.kept(method, whole)
    for there, here, ahead in ((one, other, 2), (other, one, -2)):
        told = method.explain(there, here)
        assert told.outcome == "found"
        assert told.hits[0].mirror
        assert told.hits[0].b_s - told.hits[0].a_s == ahead
        assert "mirrored" in told.hits[0].why


def test_what_stays_the_same_is_weak(looking: Looking, method: LearnedDescriptor) -> None:
    """Where pictures of one file are as alike at moments far apart, the hit is weak and says what it does not tell."""
    still = looking.kept(method, held_still(7))
    told = method.explain(still, still)
    assert told.hits
    assert all(hit.weak for hit in told.hits)
    assert "the moment is not told" in told.hits[0].why


def test_a_background_raises_the_bar(looking: Looking, method: LearnedDescriptor) -> None:
    """What is as alike to a file that shares nothing is no hit; the bar names the highest wrong score."""
    one, other = looking.kept(method, moving(1, 3)), looking.kept(method, moving(1, 3), crf=32)
    alone, beside = method.explain(one, other), method.explain(one, other, [other])
    assert alone.hits[0].needed < alone.hits[0].score
    assert beside.outcome == "nothing_found"
    assert beside.why


def test_other_models_are_not_compared(looking: Looking, method: LearnedDescriptor) -> None:
    """Vectors of two models say nothing about each other."""
    another = LearnedDescriptor(given(looking.folder, made_models.model(seed=1)))
    footage = moving(1, 2)
    told = method.explain(looking.kept(method, footage), looking.kept(another, footage))
    assert (told.outcome, told.why) == ("could_not_look", "they were described by different models")


def test_what_is_worth_trying(looking: Looking, method: LearnedDescriptor) -> None:
    """At most one hit a way, plain and mirrored, the best of each; none where nothing was found."""
    whole = looking.kept(method, moving(1, 6))
    told = method.explain(whole, whole)
    tried = worth_trying(told.hits)
    assert tried[0] == told.hits[0]
    assert len({hit.mirror for hit in tried}) == len(tried) <= 2
    assert worth_trying(()) == ()


# What comes back and what is kept.


def test_kept_reads_back(looking: Looking, method: LearnedDescriptor) -> None:
    """What is written reads back as the same bytes; what was tampered with is refused."""
    kept = looking.kept(method, moving(1, 3))
    stored = kept.to_bytes()
    assert Described.from_bytes(stored).to_bytes() == stored
    for broken in (stored[:-9], b"", stored.replace(kept.weights.encode(), b"z" * 64), b"\x80"):
        with pytest.raises(InvalidValue):
            Described.from_bytes(broken)


@pytest.mark.parametrize("change", ["longer", "not_unit", "no_number", "mirror_missing", "digest", "drawn"])
def test_answers_out_of_form(looking: Looking, method: LearnedDescriptor, change: str) -> None:
    """What comes out of the jail is taken only where vectors, mirror images and addresses fit together."""
    told = looking.seen(method, moving(1, 3)).outcomes["descriptors"].result
    pictures = told["pictures"]
    halves = np.frombuffer(pictures[1]["vector"], np.float16)
    if change == "longer":
        pictures[1]["vector"] += b"\0\0"
    elif change == "not_unit":
        pictures[1]["vector"] = (halves * np.float16(2)).tobytes()
    elif change == "no_number":
        pictures[1]["vector"] = np.full_like(halves, np.nan).tobytes()
    elif change == "mirror_missing":
        pictures[1]["mirrored"] = b""
    elif change == "digest":
        pictures[1]["digest"] = b"short"
    else:
        told["drawn"] = told["drawn"][:-2]
    with pytest.raises(DecoderConfused):
        method.kept({"descriptors": Outcome(name="descriptors", outcome="found", result=told)})
