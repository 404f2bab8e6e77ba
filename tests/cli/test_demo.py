"""`probata demo --no-serve --json` is the main job without a browser."""

from __future__ import annotations

import json
from fractions import Fraction
from importlib import util

import pytest
from attrs import evolve

from contract import falls_short
from probata.cli import demo_copies, demo_verb
from probata.cli.__main__ import main
from probata.copies import among
from probata.copies.relations import Segment
from probata.copies.selectors import KnownRelation
from probata.engines import clock

TEXTS = {"courier.txt", "evening.txt", "gazeta.txt", "lantern.html", "wire.txt"}


@pytest.mark.slow
def test_the_main_job_end_to_end(tmp_path, capsys, monkeypatch):
    """Footage is preserved, the excerpt is found to be one, a package is sealed and verified, the workspace checks."""
    monkeypatch.delenv("PROBATA_PASSPHRASE", raising=False)
    assert main(["demo", "--dir", str(tmp_path / "demo"), "--no-serve", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["schema"] == "probata/demo/1"
    assert shown["verdict"] == "PASS"
    assert len(shown["fingerprint"]) == 64
    assert {item["looks"]["frames"] for item in shown["items"] if item["looks"]} == {"found"}
    assert {item["name"] for item in shown["items"] if not item["looks"]} == TEXTS
    names = {item["item"]: item["name"] for item in shown["items"]}
    found = {(names[one["item"]], one["kind"], names[one["other"]], one["state"]) for one in shown["copies"]["matches"]}
    assert shown["copies"]["outcome"] == "found"
    assert ("excerpt.mp4", "excerpt_of", "drawn-scene.mp4", "candidate") in found
    assert {"drawn-scene.mp4", "excerpt.mp4", "vfr-300.mp4"} <= {item["name"] for item in shown["items"]}
    assert falls_short("demo", json.dumps(shown)) == ""
    assert_story(shown["story"])
    assert main(["verify", shown["package"], "--fingerprint", shown["fingerprint"]]) == 0
    assert main(["check", "-w", str(tmp_path / "demo" / "workspace")]) == 0


def assert_story(story):
    """The invented story stands beside the footage, and every room has its part."""
    assert story["people"] == ["operator", "M. Analyst", "R. Reviewer", "L. Counsel", "K. Custodian"]
    assert set(story["reviews"]) >= {"open", "proposed", "blind_second", "disagreed", "agreed", "sealed"}
    assert story["reports_waiting"] == 3
    assert all(story.values()), story


def test_its_figures_are_said_in_two_sentences(tmp_path):
    """The summary names the story, room by room, and says who logs in; where none was told it says nothing of it."""
    root = tmp_path / "w"
    assert main(["init", str(root), "--no-passphrase", "--name", demo_verb.PERSON]) == 0
    said: list[str] = []
    assert not any(figure for name, figure in demo_verb._story(root, said.append).items() if name != "people")
    assert said == []


def test_a_match_in_one_line():
    """What to what, by their names, and which seconds are which; where no line of time is proved, no seconds."""
    one = Segment(a_start_s=Fraction(0), a_end_s=Fraction(2), b_start_s=Fraction(7, 3), b_end_s=Fraction(13, 3))
    known = KnownRelation(
        id="3" * 32, a="a" * 64, b="b" * 64, kind="excerpt_of", score=0.9, by="both", stretches=(one,), why=(),
        strongest_wrong=None, state="candidate", at=clock.now(), recipe="c" * 64, seq=4,
    )  # fmt: skip
    names = {"a" * 64: "posted.mp4", "b" * 64: "whole.mp4"}
    assert demo_copies._line(known, names) == (
        "candidate  aaaaaaaa posted.mp4 is an excerpt of bbbbbbbb whole.mp4: "
        "its seconds 0.00 to 2.00 are 2.33 to 4.33 there"
    )
    scene = evolve(known, kind="same_scene_moment_unproven", stretches=())
    assert demo_copies._line(scene, names).endswith("at a moment that is not proved, of bbbbbbbb whole.mp4")


def test_without_opencv_it_says_so_and_goes_on(tmp_path, capsys, monkeypatch):
    """That copies could not be looked for is said in words and recorded, and ends nothing."""
    root, posted = tmp_path / "w", tmp_path / demo_copies.ASKED[0]
    posted.write_text("words, not footage")
    assert main(["init", str(root), "--no-passphrase"]) == 0
    assert main(["add", "-w", str(root), str(posted), "--no-look"]) == 0
    installed = util.find_spec
    monkeypatch.setattr(among.util, "find_spec", lambda name: None if name == "cv2" else installed(name))
    from probata.access import selectors as access
    from probata.copies import selectors

    said: list[str] = []
    copies = demo_copies.look(root, access.person(None).name, None, said.append)
    assert copies.as_json()["outcome"] == "could_not_look"
    assert "could not look: Copies cannot be looked for: OpenCV is not installed here." in said[-1]
    (item,) = (row.item for row in selectors.CopySearch.objects.all())
    assert selectors.searches(item)[0].outcome == "could_not_look"
    capsys.readouterr()
