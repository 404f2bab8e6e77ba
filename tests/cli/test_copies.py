"""`probata copies`, and what `add` and `show` tell of copies, on footage made by code."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from asking import json_of

from probata.cli.__main__ import main
from probata.copies import among

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "copies" / "record"))

from scenes import Scene, film  # noqa: E402  its folder was put on the path above


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """A whole, an excerpt of it, other footage, and a file that is no footage."""
    folder = tmp_path_factory.mktemp("clips")
    filmed = Scene(ground=1, moment=1)
    film(folder / "whole.mp4", filmed.pictures(0, 6))
    film(folder / "part.mp4", filmed.pictures(2, 5))
    film(folder / "other.mp4", Scene(ground=7, moment=3).pictures(0, 3))
    (folder / "notes.html").write_text("<!doctype html><html><body>notes</body></html>")
    return folder


@pytest.fixture(scope="module")
def filled(tmp_path_factory, clips):
    """A workspace to which the clips were added, copies looked for at once; what `add` printed stands beside it."""
    root = tmp_path_factory.mktemp("filled") / "w"
    assert main(["init", str(root), "--no-passphrase"]) == 0
    command = [sys.executable, "-m", "probata.cli", "add", "-w", str(root), str(clips), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (root.parent / "add.json").write_text(done.stdout)
    return root


@pytest.fixture
def made(filled, tmp_path):
    """A copy of the workspace, for a test of its own."""
    return Path(shutil.copytree(filled, tmp_path / "w"))


def _item(capsys, root, name):
    _, told = json_of(capsys, "items", "-w", str(root), name)
    return told["items"][0]["item"]


def test_add_looks_for_copies_of_what_came_in(filled, capsys):
    """The excerpt and its whole are found while both arrive; the page among them is no failure."""
    told = json.loads((filled.parent / "add.json").read_text())
    check = [sys.executable, str(ROOT / "tools" / "json_contract.py"), "add", str(filled.parent / "add.json")]
    assert subprocess.run(check, check=False).returncode == 0
    assert told["copies"]["outcome"] == "found"
    kinds = {one["kind"] for one in told["copies"]["matches"]}
    assert kinds <= {"excerpt_of", "contains"}
    assert kinds


def test_an_item_is_told_what_it_is_an_excerpt_of(made, capsys):
    """Kind, seconds and state, best first; nothing is compared again and nothing is written."""
    part, whole = _item(capsys, made, "part"), _item(capsys, made, "whole")
    size = (made / "ledger" / "ledger.jsonl").stat().st_size
    code, told = json_of(capsys, "copies", "-w", str(made), part[:12])
    assert (code, told["outcome"], told["asked"]) == (0, "found", {"item": part})
    (match,) = told["matches"]
    (relation,) = match["relations"]
    assert (match["item"], relation["kind"], relation["state"]) == (whole, "excerpt_of", "candidate")
    assert relation["segments"][0]["b_start_s"] == pytest.approx(2, abs=0.15)
    assert told["searched"]["items"] == 2
    assert (made / "ledger" / "ledger.jsonl").stat().st_size == size


def test_what_is_due_is_looked_for_at_once(made, capsys, monkeypatch):
    """After a change of methods every item is due; a second time none is."""
    monkeypatch.setattr("probata.copies.services.VERSION", "a later one")
    code, told = json_of(capsys, "copies", "-w", str(made), "--due")
    part, whole = _item(capsys, made, "part"), _item(capsys, made, "whole")
    assert (code, told["asked"]["due"] >= 2, told["outcome"]) == (0, True, "found")
    assert {(match["of"], match["item"]) for match in told["matches"]} == {(part, whole), (whole, part)}

    _, again = json_of(capsys, "copies", "-w", str(made), "--due")
    assert (again["asked"]["due"], again["why"]) == (0, "no item is due")


def test_deciding_and_undoing(made, capsys):
    """A rejection needs a reason, is kept through `rebuild`, and can be undone by a confirmation; `check` passes."""
    part = _item(capsys, made, "part")
    _, told = json_of(capsys, "copies", "-w", str(made), part)
    relation = told["matches"][0]["relations"][0]["id"]
    assert main(["copies", "-w", str(made), "--reject", relation[:8]]) == 2
    code, told = json_of(capsys, "copies", "-w", str(made), "--reject", relation[:8], "--reason", "another day")
    assert (code, told["matches"][0]["relations"][0]["state"]) == (0, "rejected")
    for file in made.glob("probata.sqlite3*"):
        file.unlink()
    assert main(["rebuild", "-w", str(made)]) == 0
    _, told = json_of(capsys, "copies", "-w", str(made), part)
    (known,) = told["matches"][0]["relations"]
    assert (known["id"], known["state"], known["decided_why"]) == (relation, "rejected", "another day")
    assert (told["outcome"], told["why"]) == ("nothing_found", "all that was found was rejected")
    assert main(["copies", "-w", str(made), "--confirm", relation, "--reason", "the same after all"]) == 0
    assert json_of(capsys, "check", "-w", str(made), "--quick")[1]["layers"][2] == {
        "layer": "rows", "verdict": "PASS", "why": "every table is what the ledger says",
    }  # fmt: skip


def test_check_finds_a_decision_that_somebody_altered(made, capsys):
    """Whoever owns the database can turn a rejection about; the ledger tells."""
    import sqlite3

    part = _item(capsys, made, "part")
    _, told = json_of(capsys, "copies", "-w", str(made), part)
    relation = told["matches"][0]["relations"][0]["id"]
    assert main(["copies", "-w", str(made), "--reject", relation, "--reason", "no"]) == 0
    with sqlite3.connect(made / "probata.sqlite3") as connection:
        connection.execute("DROP TRIGGER probata_copies_decision_no_update")
        connection.execute("UPDATE copies_decision SET decision = 'confirmed'")
    connection.close()
    code, shown = json_of(capsys, "check", "-w", str(made), "--quick")
    assert (code, "copies_decision" in shown["layers"][2]["why"]) == (13, True)


def test_show_tells_relations_and_since_when(made, capsys):
    """Every bound is a sentence of its own, the earliest first; none says when the footage was made."""
    part, whole = _item(capsys, made, "part"), _item(capsys, made, "whole")
    code, told = json_of(capsys, "show", "-w", str(made), part)
    assert (code, [one["other"] for one in told["relations"]]) == (0, [whole])
    assert told["circulates"]["items"] == 1
    assert {one["item"] for one in told["first_seen"]} == {part, whole}
    assert all("at the latest by" in one["statement"] for one in told["first_seen"])
    assert main(["show", "-w", str(made), part]) == 0
    assert "circulates in 1 other items" in capsys.readouterr().out


def test_a_bare_file_is_compared_and_not_kept(made, clips, tmp_path, capsys):
    """Against the workspace: found, and neither the store nor the ledger knows of it."""
    file = tmp_path / "posted.mp4"
    film(file, Scene(ground=1, moment=1).pictures(1, 4))
    held = sorted(path for path in made.rglob("*") if path.is_file() and "sqlite" not in path.name)
    size = (made / "ledger" / "ledger.jsonl").stat().st_size
    code, told = json_of(capsys, "copies", "-w", str(made), str(file))
    assert (code, told["matches"][0]["item"]) == (0, _item(capsys, made, "whole"))
    assert told["matches"][0]["relations"][0]["kind"] == "excerpt_of"
    assert "id" not in told["matches"][0]["relations"][0]
    assert sorted(path for path in made.rglob("*") if path.is_file() and "sqlite" not in path.name) == held
    assert (made / "ledger" / "ledger.jsonl").stat().st_size == size


def test_a_bare_file_among_the_files_of_a_folder(clips, tmp_path, monkeypatch, capsys):
    """No workspace is needed; the file itself is left out, its twin is the same byte by byte, a page is passed over."""
    monkeypatch.chdir(tmp_path)
    folder = Path(shutil.copytree(clips, tmp_path / "clips"))
    (folder / "other.mp4").unlink()
    (folder / "twin.mp4").write_bytes((folder / "part.mp4").read_bytes())
    code, told = json_of(capsys, "copies", "clips/part.mp4", "clips")
    assert code == 0
    assert [(match["path"], match["relations"][0]["kind"]) for match in told["matches"]] == [
        ("clips/twin.mp4", "same_bytes"),
        ("clips/whole.mp4", "excerpt_of"),
    ]
    assert [one["path"] for one in told["passed_over"]] == ["clips/notes.html"]
    assert (told["searched"]["items"], told["searched"]["frames"] > 100) == (2, True)


def test_a_torn_file_in_a_folder_is_named_and_the_exit_code_says_so(clips, tmp_path, capsys):
    """What could not be compared is never passed off as nothing found."""
    (tmp_path / "torn.mp4").write_bytes((clips / "whole.mp4").read_bytes()[:300])
    code, told = json_of(capsys, "copies", str(clips / "part.mp4"), str(tmp_path))
    assert (code, told["outcome"], told["matches"]) == (5, "could_not_look", [])
    assert told["could_not_look"][0]["path"].endswith("torn.mp4")
    assert told["could_not_look"][0]["why"]


def test_a_path_that_is_not_there_is_named(clips, tmp_path, capsys):
    """Neither crash nor silence: could not look, and why; and a file to look for that is not there is an error."""
    code, told = json_of(capsys, "copies", str(clips / "part.mp4"), str(tmp_path / "nowhere"))
    assert (code, told["could_not_look"][0]["path"]) == (5, str(tmp_path / "nowhere"))
    assert main(["copies", str(tmp_path / "nothing.mp4"), str(clips)]) != 0
    assert "nothing.mp4" in capsys.readouterr().err


def test_without_the_extra_add_says_once_what_to_install_and_preserves(clips, tmp_path, monkeypatch, capsys):
    """The items are preserved, the exit code is 0, and every item's record says that nobody could look."""
    root = tmp_path / "w"
    monkeypatch.setattr(among.util, "find_spec", lambda _name: None)
    assert main(["init", str(root), "--no-passphrase"]) == 0
    capsys.readouterr()
    files = [str(clips / "part.mp4"), str(clips / "other.mp4")]
    assert main(["add", "-w", str(root), *files]) == 0
    said = capsys.readouterr().out
    assert said.count("probata[match]") == 1
    assert said.count("preserved") == 2
    _, told = json_of(capsys, "show", "-w", str(root), _item(capsys, root, "part"))
    assert [one["outcome"] for one in told["searches"]] == ["could_not_look"]
    assert main(["copies", "-w", str(root), told["item"]]) == 9


def test_no_copies_leaves_it_out(clips, tmp_path, capsys):
    """Nothing is compared and nothing is said of copies."""
    root = tmp_path / "w"
    assert main(["init", str(root), "--no-passphrase"]) == 0
    _, told = json_of(capsys, "add", "-w", str(root), "--no-copies", str(clips / "other.mp4"))
    assert told["copies"] == {}
    _, told = json_of(capsys, "show", "-w", str(root), told["items"][0]["item"])
    assert told["searches"] == []


def test_a_package_of_one_item_names_no_other(made, tmp_path, capsys):
    """Sealing the excerpt shows nobody that the whole is held, nor what was decided about the two."""
    part, whole = _item(capsys, made, "part"), _item(capsys, made, "whole")
    _, told = json_of(capsys, "copies", "-w", str(made), part)
    relation = told["matches"][0]["relations"][0]["id"]
    assert main(["copies", "-w", str(made), "--confirm", relation, "--reason", "frame by frame"]) == 0
    target = tmp_path / "package"
    code, _ = json_of(capsys, "seal", "-w", str(made), str(target), part, "--reason", "asked for")
    assert code == 0
    shown = b"".join(file.read_bytes() for file in target.rglob("*") if file.is_file())
    assert part.encode() in shown
    for hidden in (whole, relation, "excerpt_of", "frame by frame"):
        assert hidden.encode() not in shown


@pytest.mark.parametrize(
    "words",
    [(), ("--confirm", "ab", "--reject", "cd"), ("--confirm", "ab", "7f3a"), ("7f3a", "somewhere")],
    ids=["nothing named", "both decisions", "a decision and an item", "an item among files"],
)
def test_words_that_make_no_sense_are_refused(made, words, capsys):
    """Exit code 2, and nothing is done."""
    assert main(["copies", "-w", str(made), *words]) == 2
