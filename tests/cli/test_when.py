"""`probata when`: bounds from a file, told to a person or to a program."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from asking import json_of

from probata.cli.__main__ import main

SOURCE = "a note in the log of the depot"


@pytest.fixture
def document(tmp_path):
    """The reference: a first copy, the light of the afternoon, and a statement about another day."""
    path = tmp_path / "bounds.json"
    path.write_text(
        json.dumps(
            {
                "zone": "Europe/Kyiv",
                "place": {"lat": 50.43, "lon": 30.05},
                "bounds": [
                    {"id": "copy", "subject": "filming", "imprecise": [None, "2022-03-30T09:40"], "source": SOURCE},
                    {"id": "light", "subject": "filming", "daily": {"from": "13:00", "to": "sunset"}, "source": SOURCE},
                    {"id": "said", "subject": "filming", "imprecise": ["2022-03-31"] * 2, "source": SOURCE},
                ],
            }
        )
    )
    return path


def test_the_reference_as_json(capsys, document):
    """One document gives the conflict and the last afternoon before it, by the contract, with exit code 0."""
    code, told = json_of(capsys, "when", str(document))
    assert code == 0
    assert told["conflicts"] == [["copy", "said"]]
    last = told["alternatives"][0]["subjects"][0]["last"]
    assert told["alternatives"][0]["leaving_out"] == ["said"]
    assert last["start"] == "2022-03-29T13:00:00+03:00"
    assert told["derivation"]["inputs"]["document"]["bounds"][0]["id"] == "copy"


def test_the_reference_in_words(capsys, document):
    """A person reads the conflict, each alternative with its last windows, and that nobody is called right."""
    assert main(["when", str(document)]) == 0
    shown = capsys.readouterr().out
    assert "These two cannot both hold:" in shown
    assert "If said is left out" in shown
    assert "2022-03-29 13:00" in shown
    assert "Nothing here says which of them is right." in shown
    assert max(len(line) for line in shown.splitlines()) <= 120


def test_set_aside(capsys, document):
    """`--without` takes a bound out; the answer says so."""
    _code, told = json_of(capsys, "when", str(document), "--without", "said")
    assert (told["conflicts"], told["set_aside"]) == ([], ["said"])
    assert told["feasible"][-1]["start"] == "2022-03-29T13:00:00+03:00"
    assert main(["when", str(document), "--without", "nobody"]) == 3


def test_from_standard_input(capsys, monkeypatch, document):
    """A dash reads the document from standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(document.read_bytes())))
    assert json_of(capsys, "when", "-")[1]["conflicts"] == [["copy", "said"]]


def test_faults_are_told_one_by_one(capsys, tmp_path):
    """As JSON each fault has its place; the exit code is 2."""
    path = tmp_path / "bad.json"
    path.write_text('{"bounds": [{"id": "a", "subject": "e", "imprecise": ["2022-02-30", "2022-03-01T10:00"]}, 5]}')
    code, told = json_of(capsys, "when", str(path))
    assert (code, told["code"]) == (2, "bounds_refused")
    assert [fault["where"] for fault in told["faults"]] == ["bound a", "bound no. 2"]


def test_a_zone_for_times_that_name_none(capsys, tmp_path):
    """`--zone` serves where the document names none; without it naive times are refused."""
    path = tmp_path / "naive.json"
    path.write_text(
        json.dumps({"bounds": [{"id": "a", "subject": "e", "imprecise": ["2022-03-30T10:00", None], "source": SOURCE}]})
    )
    assert main(["when", str(path)]) == 2
    capsys.readouterr()
    _code, told = json_of(capsys, "when", str(path), "--zone", "Europe/Kyiv")
    assert told["feasible"][0]["start"] == "2022-03-30T10:00:00+03:00"


def test_no_file(capsys, tmp_path):
    """A file that is not there, a folder, and a name with a zero byte are refused with advice."""
    for name in (str(tmp_path / "none.json"), str(tmp_path), "a\0b"):
        code, told = json_of(capsys, "when", name)
        assert (code, told["code"]) == (3, "no_such_bounds")


def test_hostile_words_do_not_drive_the_terminal(capsys, tmp_path):
    """Words from the document are shown with what could act written out, in faults too."""
    path = tmp_path / "hostile.json"
    path.write_text(json.dumps({"bounds": [{"id": "a\u202e\x1b[2J", "subject": "e", "source": SOURCE}]}))
    assert main(["when", str(path)]) == 2
    shown = capsys.readouterr().err
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_help_is_light():
    """Help loads neither numbers nor the sun."""
    code = (
        "import sys\nfrom probata.cli.__main__ import main\n"
        "try: main(['when', '--help'])\nexcept SystemExit: pass\n"
        "sys.exit(', '.join({'numpy', 'django', 'astral'} & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "precise" in done.stdout


def test_the_example_of_the_docs(capsys, tmp_path):
    """The document in docs/why/080-intervals.md gives what stands beside it."""
    page = (Path(__file__).parents[2] / "docs" / "why" / "080-intervals.md").read_text(encoding="utf-8")
    path = tmp_path / "example.json"
    path.write_text(page.partition("```json\n")[2].partition("```")[0], encoding="utf-8")
    _code, told = json_of(capsys, "when", str(path))
    assert told["conflicts"] == [["copy", "statement"]]
    lasts = {one["leaving_out"][0]: one["subjects"][0]["last"] for one in told["alternatives"]}
    assert lasts["statement"]["start"][:16] == "2022-03-29T13:00"
    assert lasts["statement"]["end"][:16] == "2022-03-29T19:26"
    assert lasts["copy"]["start"][:10] == "2022-03-31"
