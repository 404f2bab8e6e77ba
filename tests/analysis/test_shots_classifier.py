"""A sound classifier of the user beside `shots`: with tiny models that these tests make."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper
from test_shots import laid, quiet, shot, wav

from probata.analysis import run
from probata.analysis.analysers.shots import Shots
from probata.analysis.jailed.classing import Classing
from probata.analysis.run import analyse_file
from probata.analysis.shots import classes, counting
from probata.analysis.shots.classes import ClassMap, Opinion, Patch
from probata.analysis.shots.counting import Impulse, Rules
from probata.engines import settings, weights
from probata.engines.weights import GivenWeights, Role
from probata.media.jailed.sound import SoundBlock
from probata.media.waveform import Anchor
from probata.terms.errors import InvalidValue

ROLE = Role(
    name="sound",
    kind="sound classifier, ONNX, with a class map",
    means="a second opinion on sounds that begin like a shot",
    extra="sound",
    licence="as the user holds it",
    source="given by the user",
    title="classifier",
    runs_on=("onnxruntime",),
    needed=(classes.MODEL, classes.MAP),
)
RATE_HZ, PATCH = 8_000, 1_600
MAP = {
    "schema": "probata/sound-classes/1",
    "rate_hz": RATE_HZ,
    "patch_samples": PATCH,
    "hop_samples": PATCH // 2,
    "scores": "from 0 to 1",
    "classes": ["Bang", "Voice"],
    "alike": ["Bang"],
    "unlike": ["Voice"],
}


def a_model(*nodes, shape=(PATCH,), out=(1, 2)):
    """A model of these nodes, from `wave` to `scores`; by itself: the loudest sample, and how far that is from one."""
    nodes = nodes or (
        helper.make_node("Abs", ["wave"], ["size"]),
        helper.make_node("ReduceMax", ["size"], ["peak"], keepdims=1),
        helper.make_node("Clip", ["peak", "none", "all"], ["first"]),
        helper.make_node("Sub", ["all", "first"], ["second"]),
        helper.make_node("Concat", ["first", "second"], ["both"], axis=0),
        helper.make_node("Unsqueeze", ["both", "front"], ["scores"]),
    )
    known = [
        helper.make_tensor("none", TensorProto.FLOAT, (), [0.0]),
        helper.make_tensor("all", TensorProto.FLOAT, (), [1.0]),
        helper.make_tensor("nothing", TensorProto.FLOAT, (1,), [0.0]),
        helper.make_tensor("front", TensorProto.INT64, (1,), [0]),
    ]
    graph = helper.make_graph(
        nodes,
        "classifier",
        [helper.make_tensor_value_info("wave", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, out)],
        known,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()


@pytest.fixture
def give(tmp_path, monkeypatch):
    """Gives a workspace that the environment names a classifier, its class map changed as asked."""
    monkeypatch.setitem(weights.ROLES, ROLE.name, ROLE)

    def given_(model=None, told=None, digest=None):
        root = tmp_path / "workspace"
        settings.create(root)
        (root / "net").mkdir()
        (root / "net" / classes.MODEL).write_bytes(a_model() if model is None else model)
        (root / "net" / classes.MAP).write_text(told if isinstance(told, str) else json.dumps(MAP | (told or {})))
        digest = digest or weights.digest_of(ROLE, root / "net")
        with (root / settings.FILE_NAME).open("a", encoding="utf-8") as file:
            file.write(f'\n[models.sound]\npath = "net"\nsha256 = "{digest}"\n')
        monkeypatch.setenv(settings.ENVIRONMENT, str(root))
        return digest

    return given_


@pytest.fixture(scope="module")
def two(folder):
    """Two shots in a quiet place."""
    return wav(folder / "two-classed.wav", laid(quiet(4), (1.0, 0.8 * shot()), (2.4, 0.8 * shot())))


def look(file, jail):
    (track,) = analyse_file(file, ["shots"], jail=jail)
    return track


def test_without_a_classifier_nothing_is_changed(two, jail):
    """No candidate speaks of one, and every score is the analyser's own."""
    track = look(two, jail)
    assert len(track.entries) == 2
    for entry in track.entries:
        assert not {"classifier", "score_of"} & entry.attributes.keys()
    assert Shots().about.weights.keys() == {"shots"}
    assert Shots().about.lacking == ""


def test_each_candidate_carries_what_the_classifier_says(two, jail, give):
    """Class and score stand among its attributes, and of what the fused score is made."""
    before = look(two, jail)
    give()
    track = look(two, jail)

    assert len(track.entries) == 2
    for was, entry in zip(before.entries, track.entries, strict=True):
        told = entry.attributes["score_of"]
        assert entry.attributes["classifier"] == {"class": "Bang", "score": pytest.approx(0.8, abs=0.1)}
        assert told["own"] == was.score
        assert entry.score == told["both"] == pytest.approx(0.75 * told["own"] + 0.25 * told["classifier"], abs=2e-4)


def test_the_classifier_is_named_in_the_recipe(give):
    """Its digest stands beside that of the analyser's own weights; a look with it is another look."""
    before = run.recipe_of(Shots(), {})
    digest = give()
    about = Shots().about

    assert about.weights["sound"] == digest
    assert about.weights.keys() == {"shots", "sound"}
    assert "onnxruntime" in about.tools
    assert run.recipe_of(Shots(), {}) != before


def test_a_classifier_that_plainly_speaks_against_makes_it_doubtful(two, jail, give):
    """It vetoes no sound away: what it speaks against stays in the most, leaves the least, and names the class."""
    give(told={"classes": ["Voice", "Bang"]})
    track = look(two, jail)

    assert {entry.kind for entry in track.entries} == {"doubtful_impulse"}
    assert (track.more["count"]["min"], track.more["count"]["max"]) == (0, 2)
    for entry in track.entries:
        assert entry.attributes["classifier"]["class"] == "Voice"
        assert "the classifier that was given hears Voice" in entry.attributes["doubts"]
        assert entry.score <= entry.attributes["score_of"]["own"]


def test_a_model_that_takes_waves_in_rows_is_asked_too(two, jail, give):
    """One row of samples is as good as samples alone."""
    rows = (
        helper.make_node("Abs", ["wave"], ["size"]),
        helper.make_node("ReduceMax", ["size"], ["first"], keepdims=1),
        helper.make_node("Sub", ["all", "first"], ["second"]),
        helper.make_node("Concat", ["first", "second"], ["scores"], axis=1),
    )
    give(a_model(*rows, shape=(1, PATCH)))
    assert [entry.attributes["classifier"]["class"] for entry in look(two, jail).entries] == ["Bang", "Bang"]


def test_weights_with_another_digest_are_not_used(two, jail, give):
    """The look says so in words, and does not go on as if none had been given."""
    give(digest="0" * 64)
    track = look(two, jail)
    assert track.outcome == "could_not_look"
    assert "SHA-256" in track.why


def test_weights_that_are_gone_are_told_before_anything_is_decoded(give, tmp_path):
    """The analyser lacks what it was told to work with."""
    give()
    (tmp_path / "workspace" / "net" / classes.MODEL).unlink()
    (tmp_path / "workspace" / "net" / classes.MAP).unlink()
    (tmp_path / "workspace" / "net").rmdir()
    assert "which probata.toml names" in Shots().about.lacking


NAN = helper.make_node("Div", ["nothing", "nothing"], ["scores"])
LOUD = (
    helper.make_node("ReduceMax", ["wave"], ["peak"], keepdims=1),
    helper.make_node("Sub", ["peak", "all"], ["less"]),
    helper.make_node("Concat", ["less", "less"], ["scores"], axis=0),
)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (b"", "cannot be loaded"),
        (b"<!doctype html>", "cannot be loaded"),
        (a_model(helper.make_node("Identity", ["wave"], ["scores"]), out=(PATCH,)), "names 2 classes"),
        (a_model(NAN, out=(1,)), "names 2 classes"),
        (
            a_model(helper.make_node("Concat", ["nothing", "nothing"], ["scores"], axis=0), shape=(7,), out=(2,)),
            "failed",
        ),
        (a_model(*LOUD, out=(2,)), "not from 0 to 1"),
        (
            a_model(
                helper.make_node("Div", ["nothing", "nothing"], ["nan"]),
                helper.make_node("Concat", ["nan", "nan"], ["scores"], axis=0),
                out=(2,),
            ),
            "no number",
        ),
        (a_model(helper.make_node("ReduceMax", ["wave"], ["scores"]), shape=(1, 1, PATCH), out=(1, 1, 1)), "mono"),
    ],
)
def test_a_model_that_is_no_classifier_is_a_stated_answer(two, jail, give, model, words):
    """Bytes that are none, another shape, scores out of bounds: could not look, and why; nothing is made up."""
    give(model)
    track = look(two, jail)
    assert track.outcome == "could_not_look"
    assert words in track.why


@pytest.mark.parametrize(
    "told",
    [
        "",
        "{}",
        "[" * 100_000,
        "\x00",
        {"schema": "probata/sound-classes/2"},
        {"rate_hz": 0},
        {"rate_hz": 10**9},
        {"rate_hz": "16000"},
        {"patch_samples": 10**9},
        {"hop_samples": PATCH + 1},
        {"hop_samples": 0},
        {"classes": []},
        {"classes": ["Bang", "Bang"]},
        {"alike": ["Thunder"]},
        {"alike": []},
        {"unlike": ["Bang"]},
        {"scores": "percent"},
        {"url": "https://stranger.example/"},
    ],
)
def test_a_class_map_that_is_none_is_refused(told):
    """Every fault of it is named before a sound is decoded."""
    data = told.encode() if isinstance(told, str) else json.dumps(MAP | told).encode()
    with pytest.raises(InvalidValue, match=r"models\.sound"):
        ClassMap.read(data)


def test_an_unfit_class_map_is_told_by_the_look(two, jail, give):
    """The look could not be made, and says what is wrong in the map."""
    give(told={"alike": ["Thunder"]})
    track = look(two, jail)
    assert track.outcome == "could_not_look"
    assert "Thunder" in track.why


# ---- patches


def asked(sound, at_once, **told):
    anchors = (Anchor(sample=0, seconds=Fraction(7, 90)),)
    listener = Classing(model=a_model(), classes=json.dumps(MAP | told).encode())
    for start in range(0, len(sound), at_once):
        channels = sound[start : start + at_once].astype(np.float32).reshape(1, -1)
        listener.hear(SoundBlock(start_sample=start, rate_hz=RATE_HZ, channels=channels, anchors=anchors))
    return listener.finish()


@pytest.mark.parametrize("count", [1, PATCH - 1, PATCH, PATCH + 1, 5 * PATCH + 77])
def test_every_sample_lies_in_a_patch(count):
    """From the first sample to the last, however many there are; the last patch ends where the sound ends."""
    sound = np.linspace(0, 0.9, count)
    told = asked(sound, 700)
    spans = [(start * told["time_base"], end * told["time_base"]) for start, end, _scores in told["patches"]]

    assert spans[0][0] == Fraction(7, 90)
    assert spans[-1][1] == Fraction(7, 90) + Fraction(count, RATE_HZ)
    assert all(later[0] <= earlier[1] for earlier, later in pairwise(spans))
    assert max(scores[0] for *_span, scores in told["patches"]) == pytest.approx(sound[-1], abs=1e-6)


def test_the_same_is_told_however_the_sound_is_handed_over():
    """Blocks of any size give the same patches."""
    sound = np.random.default_rng(2).uniform(-1, 1, 9_999)
    assert asked(sound, 333) == asked(sound, 9_999)


def test_logits_become_scores_from_0_to_1():
    """A map that says `logits` reads 0 as a half; exclusive ones come to one together."""
    flat = np.zeros(PATCH)
    ((*_span, independent),) = asked(flat, PATCH, scores="logits")["patches"]
    ((*_span, exclusive),) = asked(flat, PATCH, scores="exclusive logits")["patches"]
    assert independent == pytest.approx([0.5, 1 / (1 + np.exp(-1))])
    assert sum(exclusive) == pytest.approx(1)


TOLD = (("Bang", True), ("Voice", False))


def patch(start, end, *scores):
    return Patch(start_s=Fraction(start), end_s=Fraction(end), scores=scores)


def test_an_opinion_is_of_the_patches_that_hold_the_onset():
    """The highest score among them is told; a patch that ends as the sound begins says nothing of it."""
    patches = [patch(0, 1, 0.9, 0.1), patch(1, 2, 0.2, 0.6), patch(1, 3, 0.3, 0.4)]
    said = classes.opinion(Fraction(1), patches, TOLD)

    assert said == Opinion(name="Voice", score=0.6, alike=0.3, unlike=0.6)
    assert said.against
    assert classes.opinion(Fraction(3), patches, TOLD) is None


def test_a_sound_that_a_classifier_speaks_against_is_doubtful():
    """It stays in the most, leaves the least, and speaks for no weaker sound beside it."""
    bang = Impulse(onset_s=20.0, level_db=-10, rise_db=30, scores={"shot": 0.95}, key=1, against=True)
    weak = Impulse(onset_s=24.0, level_db=-20, rise_db=20, scores={"shot": 0.5, "other": 0.5}, key=2)
    found = counting.heard([bang, weak], Rules())

    assert found.plain == ()
    assert (found.count.least, found.count.most) == (0, 2)


SHARES = st.floats(0, 1)


@given(st.lists(st.integers(0, 20), min_size=3, max_size=3), SHARES, SHARES, SHARES)
def test_fused_scores_come_to_one_and_stay_between(parts, alike, unlike, share):
    """The fused score lies between the two; where the classifier speaks against, it is never higher than before."""
    whole = sum(parts) or 1
    scores = dict(zip(("shot", "door", "other"), (part / whole for part in parts), strict=True))
    if not sum(parts):
        scores["other"] = 1.0
    said = Opinion(name="Bang", score=max(alike, unlike), alike=alike, unlike=unlike)
    told = classes.fused(scores, "shot", said, share)

    low, high = sorted((scores["shot"], alike))
    assert low - 1e-9 <= told["shot"] <= high + 1e-9
    assert not said.against or told["shot"] <= scores["shot"]
    if scores["shot"] < 1:
        assert sum(told.values()) == pytest.approx(1)


def test_a_given_classifier_is_read_by_the_registry(give, tmp_path):
    """Its two files are digested as a whole, as `sha256sum classes.json model.onnx | sha256sum` does."""
    digest = give()
    given_ = GivenWeights(path=tmp_path / "workspace" / "net", sha256=digest)
    assert weights.read(ROLE, given_).files.keys() == {classes.MODEL, classes.MAP}
