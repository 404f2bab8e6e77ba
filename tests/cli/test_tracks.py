"""`probata tracks`: from an item and from a file, to the screen and to a folder."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from asking import json_of

from probata.analysis.seam import Entry, Track
from probata.cli.__main__ import main
from probata.terms.digests import sha256

ROOT = Path(__file__).parents[2]


def _track(analyser, *texts, outcome="found"):
    return Track(
        analyser=analyser,
        version="1",
        recipe=sha256("1" * 64),
        outcome=outcome,
        why="" if outcome == "found" else "the weights are not here",
        entries=tuple(
            Entry(
                kind="speech",
                start_pts=place * 1_000,
                end_pts=place * 1_000 + 500,
                time_base=Fraction(1, 1_000),
                text=text,
            )
            for place, text in enumerate(texts)
        ),
        parameters={},
        tools={},
    )


@pytest.fixture
def item(workspace, tmp_path):
    """An item with two tracks and one look that could not look."""
    from probata.analysis import services
    from probata.capture import services as capture
    from probata.custody import services as custody

    path = tmp_path / "clip.mp4"
    path.write_bytes(b"footage")
    (outcome,) = capture.add(str(path), actor=workspace.keyring.signing, reason="a test")
    found = outcome.acquired.sha256
    with custody.act(actor=workspace.keyring.signing, reason="made for a test") as act:
        services.looking._record_track(act, found, _track("speech", "Залиште його.", "Їдуть танки."))
        services.looking._record_track(act, found, _track("screen_text", "12:30"))
        services.looking._record_track(act, found, _track("shots", outcome="could_not_look"))
    return found


@pytest.fixture
def printed(tmp_path):
    """What `analyse --json` printed of one track."""
    path = tmp_path / "tracks.json"
    told = {**_track("speech", "Залиште його.").as_json(), "path": "/a/folder/clip.mp4"}
    path.write_text(json.dumps({"schema": "probata/analyse/1", "tracks": [told]}), encoding="utf-8")
    return path


def test_one_track_of_an_item_is_printed(workspace, item, capsys):
    """What is printed is the file itself."""
    assert main(["tracks", "-w", str(workspace.root), item[:12], "--as", "vtt", "--only", "speech"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("WEBVTT\n\nNOTE\n")
    assert "00:00:01.000 --> 00:00:01.500\n[machine candidate, unverified]\nЇдуть танки.\n" in shown


def test_several_tracks_go_to_a_folder(workspace, item, tmp_path, capsys):
    """Named after the footage and the analyser; who could not look is told; nothing is written over."""
    words = ["tracks", "-w", str(workspace.root), item, "--as", "srt", "--out", str(tmp_path / "out")]
    assert main(words) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "clip.screen_text.machine-candidate.srt",
        "clip.speech.machine-candidate.srt",
    ]
    assert "shots: could not look (the weights are not here)" in capsys.readouterr().err
    assert main(words) == 4
    assert "was left as it is" in capsys.readouterr().err


def test_several_tracks_are_not_printed_as_one(workspace, item, capsys):
    """Which one is to be said."""
    assert main(["tracks", "-w", str(workspace.root), item, "--as", "vtt"]) == 2
    assert "screen_text, speech" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["vtt", "srt", "json", "eaf", "labelstudio"])
def test_every_format_fits_the_contract(workspace, item, form, capsys):
    """With `--json` each file's text is told, or the path to which it was written."""
    code, told = json_of(capsys, "tracks", "-w", str(workspace.root), item, "--as", form)
    assert (code, [one["analyser"] for one in told["files"]]) == (0, ["screen_text", "speech"])
    assert all(one["size_bytes"] == len(one["text"].encode()) for one in told["files"])


def test_decisions_on_the_record_are_told(workspace, item, capsys):
    """By the name of who decided."""
    from probata.analysis import selectors, services

    track = selectors.current_looks(item)["speech"].track_sha256
    actor = workspace.keyring.signing
    services.decide(item, track, 0, actor=actor, decision="corrected", text="Залиште його!")
    services.decide(item, track, 1, actor=actor, decision="rejected", reason="not heard")
    assert main(["tracks", "-w", str(workspace.root), item, "--as", "vtt", "--only", "speech"]) == 0
    shown = capsys.readouterr().out
    assert "[corrected by operator]\nЗалиште його!" in shown
    assert "танки" not in shown


def test_a_file_of_tracks_needs_no_workspace(printed, tmp_path, monkeypatch, capsys):
    """Written to a file, and its JSON read back by the same verb gives the same subtitles."""
    monkeypatch.chdir(tmp_path)
    assert main(["tracks", str(printed), "--as", "vtt"]) == 0
    first = capsys.readouterr().out
    assert main(["tracks", str(printed), "--as", "json", "--out", "again.json"]) == 0
    assert "/a/folder" not in (tmp_path / "again.json").read_text()
    capsys.readouterr()
    assert main(["tracks", "again.json", "--as", "vtt"]) == 0
    assert capsys.readouterr().out == first


def test_who_could_not_look_is_an_exit_code(workspace, item, capsys):
    """Asked for by name, the file says so as well."""
    assert main(["tracks", "-w", str(workspace.root), item, "--as", "vtt", "--only", "shots"]) == 5
    assert "could not look" in capsys.readouterr().out
    assert main(["tracks", "-w", str(workspace.root), item, "--as", "vtt", "--only", "nobody"]) == 3


@pytest.mark.parametrize(
    "content", ["", "no json", "[]", '{"tracks": 5}', '{"tracks": [{}]}', '{"tracks": [{"analyser": 5}]}']
)
def test_a_file_that_holds_no_tracks_is_refused(tmp_path, content, capsys):
    """By what is wrong with it."""
    (tmp_path / "x.json").write_text(content)
    assert main(["tracks", str(tmp_path / "x.json"), "--as", "vtt"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_an_item_is_told_on_its_players_clock(workspace, item, monkeypatch, tmp_path, capsys):
    """By what its renditions tell; the plain track says how far, and gives the same subtitles when it is read back."""
    from probata.preservation import selectors as preservation

    monkeypatch.setattr(preservation, "origin_s", lambda _item: Fraction(1, 2))
    words = ["tracks", "-w", str(workspace.root), item, "--only", "speech"]
    assert main([*words, "--as", "vtt"]) == 0
    first = capsys.readouterr().out
    assert "00:00:00.500 --> 00:00:01.000\n" in first
    assert "speech:1 1000-1500@1/1000" in first
    _, told = json_of(capsys, *words, "--as", "vtt")
    assert told["files"][0]["origin_s"] == "1/2"
    assert main([*words, "--as", "json", "--out", str(tmp_path / "again.json")]) == 0
    capsys.readouterr()
    assert main(["tracks", str(tmp_path / "again.json"), "--as", "vtt"]) == 0
    assert capsys.readouterr().out == first


def test_a_bare_file_says_that_the_players_clock_is_not_known(printed, capsys):
    """Its times are the file's own."""
    assert main(["tracks", str(printed), "--as", "vtt"]) == 0
    assert "at which of them a player's clock starts is not known" in capsys.readouterr().out
    _, told = json_of(capsys, "tracks", str(printed), "--as", "vtt")
    assert told["files"][0]["origin_s"] is None


@pytest.mark.parametrize("origin", ["half", 5, "2/4", "1/0", {}])
def test_an_origin_that_is_no_ratio_is_refused(printed, origin, capsys):
    """A clock is not guessed."""
    told = json.loads(printed.read_text(encoding="utf-8"))
    printed.write_text(json.dumps({**told, "origin_s": origin}), encoding="utf-8")
    assert main(["tracks", str(printed), "--as", "vtt"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_two_tracks_of_one_name_are_refused_before_one_is_written(tmp_path, capsys):
    """All or none."""
    one = _track("speech", "так").as_json()
    (tmp_path / "x.json").write_text(json.dumps({"tracks": [one, {**one, "version": "2"}]}))
    assert main(["tracks", str(tmp_path / "x.json"), "--as", "vtt", "--out", str(tmp_path / "out")]) == 2
    assert "x.speech.machine-candidate.vtt" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("there", ["file", "dangling link"])
def test_nothing_is_written_where_one_of_several_is_there(workspace, item, tmp_path, there, capsys):
    """The others wait until all can be written."""
    taken = tmp_path / "clip.speech.machine-candidate.srt"
    if there == "file":
        taken.write_text("mine")
    else:
        taken.symlink_to(tmp_path / "nowhere")
    assert main(["tracks", "-w", str(workspace.root), item, "--as", "srt", "--out", str(tmp_path)]) == 4
    assert "was left as it is" in capsys.readouterr().err
    assert not (tmp_path / "clip.screen_text.machine-candidate.srt").exists()


def test_a_file_that_came_in_between_is_left_as_it_is(workspace, item, tmp_path, monkeypatch, capsys):
    """Whoever writes between the question and the writing keeps theirs."""
    from probata.cli import tracks_verb

    taken = tmp_path / "x.srt"
    monkeypatch.setattr(tracks_verb, "_must_be_free", lambda _paths: taken.write_text("mine"))
    words = ["tracks", "-w", str(workspace.root), item, "--as", "srt", "--only", "speech", "--out", str(taken)]
    assert main(words) == 4
    assert taken.read_text() == "mine"
    assert "was left as it is" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["labelstudio", "json", "vtt"])
def test_a_score_that_is_no_number_is_refused(tmp_path, form, capsys):
    """With the entry that has it."""
    one = _track("speech", "так").as_json()
    one["entries"][0]["score"] = float("nan")
    (tmp_path / "x.json").write_text(json.dumps({"tracks": [one]}))
    assert main(["tracks", str(tmp_path / "x.json"), "--as", form]) == 2
    assert "score of entry 0" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    """No empty answer."""
    assert main(["tracks", str(tmp_path / "nothing.json"), "--as", "vtt"]) == 3
