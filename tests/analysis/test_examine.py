"""Every look is stored with its outcome, and the same look is never taken twice."""

from __future__ import annotations

import pytest

from probata.analysis import run, selectors, services
from probata.analysis.models import Look
from probata.analysis.seam import GROUP
from probata.capture import services as capture
from probata.cli.demo_footage.ordinals import make_ordinal_clip
from probata.custody import selectors as custody
from probata.engines import plugins
from probata.media.table import PtsTable
from probata.preservation import selectors as preservation


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Twenty frames made by code."""
    path = tmp_path_factory.mktemp("made") / "clip.mp4"
    make_ordinal_clip(path, frames=20)
    return path


def _add(workspace, path):
    (outcome,) = capture.add(str(path), actor=workspace.keyring.signing, reason="a test")
    return outcome.acquired.sha256


def test_an_item_gets_its_table_of_frames_and_its_looks(workspace, clip):
    """One pass makes the table of frames and lets every analyser look; each outcome is on the record."""
    item = _add(workspace, clip)
    looks = services.examine(item, actor=workspace.keyring.signing)
    outcomes = {look.analyser: look.outcome for look in looks}
    assert {"frames": "found", "scenes": "nothing_found"}.items() <= outcomes.items()
    assert outcomes.keys() == {"frames", *plugins.names(GROUP)}
    table = PtsTable.from_bytes(preservation.rendition_bytes(preservation.rendition(item, "pts_table")))
    assert table.count == 20


def test_the_same_look_is_not_taken_twice(workspace, jail, clip):
    """Asked again under the same recipe, nothing is decoded and nothing is written."""
    item = _add(workspace, clip)
    services.examine(item, actor=workspace.keyring.signing, jail=jail)
    size, _ = custody.size_and_time()
    services.examine(item, actor=workspace.keyring.signing, jail=jail)
    assert custody.size_and_time()[0] == size


def test_a_changed_analyser_looks_again_and_the_old_look_stays(workspace, jail, clip, monkeypatch):
    """A new version makes only its own look due; what was found before stays readable."""
    item = _add(workspace, clip)
    services.examine(item, actor=workspace.keyring.signing, jail=jail)
    from attrs import evolve

    from probata.analysis.analysers.scenes import Scenes

    monkeypatch.setattr(Scenes, "about", evolve(Scenes.about, version="2"))
    services.examine(item, actor=workspace.keyring.signing, jail=jail)
    versions = [(look.analyser, look.version) for look in selectors.looks(item)]
    assert [one for one in versions if one[0] == "scenes"] == [("scenes", "2"), ("scenes", "1")]
    assert len(versions) == len({name for name, _version in versions}) + 1
    assert selectors.current_looks(item)["scenes"].version == "2"


def test_what_cannot_be_decoded_says_so_and_may_be_tried_again(workspace, jail, tmp_path):
    """A page under a video's name: could not look, with the reason, stored; a later try is a further look."""
    page = tmp_path / "clip.mp4"
    page.write_bytes(b"<!doctype html><html><body>log in</body></html>")
    item = _add(workspace, page)
    looks = services.examine(item, actor=workspace.keyring.signing, jail=jail)
    assert {look.outcome for look in looks} == {"could_not_look"}
    assert all(look.why for look in looks)
    services.examine(item, actor=workspace.keyring.signing, jail=jail)
    assert Look.objects.filter(item=item, analyser="scenes").count() == 2


def test_who_lacks_weights_says_so_once(workspace, jail, clip, monkeypatch):
    """An analyser without what it works with tells that on the record, once; the item is not decoded again for it."""
    from probata.engines import weights

    monkeypatch.setattr(weights, "lacking", lambda _role, _given=None: "no weights are here: install some")
    item = _add(workspace, clip)
    services.examine(item, actor=workspace.keyring.signing, jail=jail)
    size, _ = custody.size_and_time()
    services.examine(item, actor=workspace.keyring.signing, jail=jail)
    look = selectors.current_looks(item)["speech"]
    assert (look.outcome, look.why) == ("could_not_look", "no weights are here: install some")
    assert custody.size_and_time()[0] == size


def test_an_item_that_is_only_preserved_still_says_why_it_has_no_frames(workspace, tmp_path):
    """With no analyser asked for, the reason that nothing could be decoded is stored all the same."""
    (tmp_path / "page.mp4").write_bytes(b"<!doctype html><html></html>")
    (look,) = services.examine(_add(workspace, tmp_path / "page.mp4"), actor=workspace.keyring.signing, only=())
    assert (look.outcome, "text/html" in look.why) == ("could_not_look", True)


def test_only_the_named_analysers_look(workspace, jail, clip):
    """`only=()` makes the frames alone; an unknown name is refused before anything is decoded."""
    item = _add(workspace, clip)
    assert [look.analyser for look in services.examine(item, actor=workspace.keyring.signing, jail=jail, only=())] == [
        "frames"
    ]
    with pytest.raises(run.NoSuchAnalyser, match="wizardry"):
        services.examine(item, actor=workspace.keyring.signing, jail=jail, only=("wizardry",))


def test_a_track_in_the_store_is_what_a_bare_file_gives(workspace, jail, clip):
    """With or without a workspace, the same file under the same recipe gives the same track."""
    item = _add(workspace, clip)
    services.examine(item, actor=workspace.keyring.signing, jail=jail)
    (bare,) = run.analyse_file(clip, ("scenes",), jail=jail)
    assert selectors.track(selectors.current_looks(item)["scenes"]) == bare.as_json()


def test_parameters_of_the_settings_stand_and_make_a_look_due(workspace, jail, clip):
    """What `probata.toml` says of an analyser is what it works with, on the record; the old look stays."""
    item = _add(workspace, clip)
    services.examine(item, actor=workspace.keyring.signing, jail=jail, only=["scenes"])
    with (workspace.root / "probata.toml").open("a") as out:
        out.write("\n[analysers.scenes]\nunlike = 0.25\n")
    services.examine(item, actor=workspace.keyring.signing, jail=jail, only=["scenes"])
    looks = [look for look in selectors.looks(item) if look.analyser == "scenes"]
    assert [look.parameters["unlike"] for look in looks] == ["0.25", "0.1"]


@pytest.mark.parametrize(
    ("line", "why"), [("unlik = 0.25", "no parameter unlik"), ('unlike = "much"', "must be like 0.1")]
)
def test_a_parameter_that_does_not_fit_is_told_and_not_used(workspace, jail, clip, line, why):
    """A slip in the settings is never passed over: the analyser looks at nothing, and says which word is off."""
    item = _add(workspace, clip)
    with (workspace.root / "probata.toml").open("a") as out:
        out.write(f"\n[analysers.scenes]\n{line}\n")
    looks = {
        look.analyser: look
        for look in services.examine(item, actor=workspace.keyring.signing, jail=jail, only=["scenes"])
    }
    assert looks["scenes"].outcome == "could_not_look"
    assert why in looks["scenes"].why
    assert looks["frames"].outcome == "found"
