"""The verbs of this room, as a person runs them: lists, writes, empty states, the JSON contract."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from contract import falls_short
from probata.cli.__main__ import main


@pytest.fixture
def ask(workspace, capsys):
    """Runs a verb in the workspace for its JSON, and holds that against the schema."""

    def run(verb, *words, code=0):
        capsys.readouterr()
        assert main([verb, *words, "-w", str(workspace.root), "--json"]) == code
        text = capsys.readouterr().out
        told = json.loads(text)
        assert falls_short(told["schema"].split("/")[1], text) == ""
        return told

    return run


@pytest.fixture
def say(workspace, capsys):
    """Runs a verb for what a person reads."""

    def run(verb, *words, code=0):
        capsys.readouterr()
        assert main([verb, *words, "-w", str(workspace.root)]) == code
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize("verb", ["incidents", "cases", "elements", "intake"])
def test_an_empty_list_says_how_to_begin(workspace, ask, say, verb):
    """With a line that can be copied; as JSON it is empty and keeps the contract."""
    assert f"probata {verb} --add" in say(verb)
    assert all(not value for key, value in ask(verb).items() if key != "schema")


def test_incidents_are_opened_told_anew_and_linked(workspace, ask, say, tmp_path):
    """What is not given anew stays; both ends tell the link."""
    where = tmp_path / "where.json"
    where.write_text(json.dumps({"stated": {"text": "Дмитрівка", "language": "uk"}, "candidates": [], "chosen": None}))
    words = ("--place", "Дмитрівка", "--day", "2022-03-30~", "--act", "killing of a person", "--reason", "two clips")
    first = ask("incidents", "--add", *words, "--where", str(where))["incidents"][0]
    assert first["label"] == "Дмитрівка, 2022-03-30~: killing of a person"
    second = ask("incidents", "--add", "--act", "shots", "--reason", "another clip")["incidents"][0]
    told = ask("incidents", first["id"][:8], "--describe", "--day", "2022-03-29", "--reason", "the light")["incidents"][
        0
    ]
    assert (told["label"], told["where"]["stated"]["text"]) == (
        "Дмитрівка, 2022-03-29: killing of a person",
        "Дмитрівка",
    )
    link = ("--link", second["id"], "--is", "related_not_same", "--reason", "an earlier clip")
    assert ask("incidents", first["id"], *link)["incidents"][0]["links"][0]["is"] == "related_not_same"
    assert "is related to, and not the same as, Дмитрівка" in say("incidents", second["id"])
    assert len(ask("incidents")["incidents"]) == 2
    assert (
        ask("incidents", first["id"], "--unlink", second["id"], "--reason", "nothing ties them")["incidents"][0][
            "links"
        ]
        == []
    )


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["--add", "--reason", "x"], 2, "usage"),
        (["--add", "--act", "massacre", "--reason", "x"], 4, "label_takes_a_side"),
        (["--add", "--act", "shots"], 2, "invalid_value"),
        (["--add", "--act", "shots\u202e", "--reason", "x"], 2, "invalid_value"),
        (["ffff", "--describe", "--reason", "x"], 3, "incident_not_found"),
        (["--link", "ffff", "--is", "parallel"], 2, "usage"),
    ],
)
def test_what_is_refused_says_why_and_what_to_do(workspace, ask, words, code, error):
    """With the exit code of its family."""
    told = ask("incidents", *words, code=code)
    assert (told["code"], told["exit_code"]) == (error, code)
    assert told["message"]


def test_a_case_is_kept_from_the_command_line(workspace, ask, say, item):
    """Opened, filled, ticked off, asked about, answered; open questions come first."""
    case = ask("cases", "--add", "The yard", "--kind", "journalism", "--reason", "a tip")["cases"][0]
    assert (case["procedure"], {step["state"] for step in case["steps"]}) == ("berkeley_protocol", {"open"})
    told = ask("cases", case["id"][:8], "--put", f"item:{item[:10]}", "--reason", "the clip")["cases"][0]
    assert [one["id"] for one in told["items"]] == [item]
    told = ask("cases", case["id"], "--step", "collection.capture", "--reason", "kept with its page")["cases"][0]
    assert [step["step"] for step in told["steps"] if step["state"] == "done"] == ["collection.capture"]
    first = ask("cases", case["id"], "--ask", "Which village?")["questions"][0]
    ask("cases", case["id"], "--ask", "Which day?")
    answered = ask("cases", "--answer", first["id"], "--text", "The northern one.", "--rests-on", f"item:{item}")
    assert answered["questions"][0]["state"] == "answered"
    assert [one["text"] for one in ask("cases", "--questions")["questions"]] == ["Which day?", "Which village?"]
    shown = say("cases", case["id"])
    assert "[x] collection.capture" in shown
    assert shown.index("Which day?") < shown.index("Which village?") < shown.index("The yard")
    reopened = ask("cases", "--reopen", first["id"], "--reason", "it has no church")["questions"][0]
    assert (reopened["state"], reopened["answer"]) == ("open", "")
    assert ask("cases", case["id"], "--take-out", f"item:{item}", "--reason", "another clip")["cases"][0]["items"] == []
    told = ask("cases", case["id"], "--describe", "--title", "The mill", "--reason", "its name")["cases"][0]
    assert (told["title"], told["procedure"]) == ("The mill", "berkeley_protocol")
    assert ask("cases", case["id"], "--describe", "--kind", "accountability", code=4)["code"] == "case_kind_fixed"


def test_procedures_and_crimes_are_listed_without_a_workspace(capsys, tmp_path, monkeypatch):
    """They are data of the program; each says whose wording prevails."""
    monkeypatch.chdir(tmp_path)
    assert main(["cases", "--procedures"]) == 0
    assert "verification.second" in capsys.readouterr().out
    assert main(["elements", "--crimes"]) == 0
    shown = capsys.readouterr().out
    assert "8(2)(b)(vi)  Killing or wounding a person hors de combat  (international armed conflict)" in shown
    assert "the official text prevails" in shown
    assert main(["elements", "--crimes", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["crimes"]) >= 19
    assert len(told["modes"]) == 6


def test_a_table_of_elements_is_filled_and_sealed_by_two_people(workspace, team, ask, say, propositions):
    """The contrary side is asked for, the gaps are told, and who filled it does not seal it."""
    assert team.reviewer
    mine = ("--as", "operator")
    case = ask("cases", "--add", "The yard", "--kind", "accountability", "--reason", "a tip", *mine)["cases"][0]["id"]
    stated = ("--case", case, "--reason", "armed forces of two states", *mine)
    wrong = ask("elements", "--add", "8(2)(b)(vi)", "--conflict", "non-international", *stated, code=4)
    assert wrong["code"] == "conflict_class_differs"
    table = ask("elements", "--add", "8(2)(b)(vi)", "--conflict", "international", *stated)["tables"][0]["id"]
    for words in (("--supports", "--evidence", propositions[0]), ("--undermines", "--evidence", propositions[1])):
        told = ask("elements", table, "--cell", "1", *words, "--reason", "as the clip shows", *mine)["tables"][0]
    assert [cell["evidence"] for cell in told["elements"][0]["undermines"]] == [propositions[1]]
    seal = ("elements", table, "--seal", "--reason", "done", "--as", "reviewer")
    assert ask(*seal, code=4)["code"] == "no_contrary_side"
    ask("elements", table, "--searched", "2,3", "--looked", "both clips", *mine)
    ask("elements", table, "--searched", "all", "--looked", "the archive", "--could-not-look", *mine)
    assert ask(*seal, code=4)["code"] == "no_contrary_side"
    ask("elements", table, "--searched", "4,5", "--looked", "the archive, opened since", *mine)
    ask(
        "elements",
        table,
        "--linkage",
        "28(a)",
        "--supports",
        "--evidence",
        propositions[0],
        "--reason",
        "an order",
        *mine,
    )
    shown = say("elements", table)
    assert "gap: nothing supports it" in shown
    assert "linkage 28(a)  supports" in shown
    assert "is for people to say" in shown
    sealed = ask(*seal)["tables"][0]
    assert (sealed["state"], sealed["seal"]["by"]) == ("sealed", "reviewer")
    again = ask("elements", table, "--searched", "1", "--looked", "again", *mine, code=4)
    assert again["code"] == "table_of_elements_sealed"


@pytest.mark.parametrize(
    "words", [["--cell", "1"], ["ffff", "--cell", "1"], ["--searched", "all"], ["--seal"], ["--add", "8(2)(b)(vi)"]]
)
def test_what_is_missing_is_asked_for(workspace, ask, words):
    """Which table, which evidence, which case: exit code 2, or 3 where there is none."""
    assert main(["elements", *words, "-w", str(workspace.root)]) in {2, 3}


def test_reports_are_taken_in_and_answered(workspace, ask, say, tmp_path, item):
    """One at a time or as a table; what waits comes first, and nothing vanishes."""
    words = ("--origin", "a reader", "--came-at", "2022-03-31T10:00:00+03:00", "--item", item[:10])
    first = ask("intake", "--add", "A clip of a yard", *words)["reports"][0]
    assert (first["items"], first["outcome"]) == ([item], None)
    table = tmp_path / "in.csv"
    table.write_text("summary,outcome,reason\nA cat,not_footage,a drawing\nThe same yard,,\n")
    assert ask("intake", "--from", str(table))["waiting"] == 1
    everything = ask("intake")
    assert ([one["summary"] for one in everything["reports"]], everything["waiting"]) == (
        ["A clip of a yard", "The same yard", "A cat"],
        2,
    )
    second = everything["reports"][1]["id"]
    target = ("--target", f"report:{first['id'][:8]}", "--reason", "the same file")
    told = ask("intake", second, "--outcome", "duplicate_of", *target)["reports"][0]
    assert told["outcome"]["target"] == f"report:{first['id']}"
    told = ask("intake", second, "--outcome", "accepted", "--reason", "a longer one after all")["reports"][0]
    assert [one["outcome"] for one in told["earlier_outcomes"]] == ["duplicate_of"]
    assert "before: duplicate of" in say("intake", second)
    assert [one["id"] for one in ask("intake", "--waiting")["reports"]] == [first["id"]]
    ask("intake", first["id"], "--outcome", "accepted", "--reason", "looked at")
    assert say("intake", "--waiting") == "Nothing waits for an answer.\n"
    assert ask("intake", "--from", str(tmp_path / "none.csv"), code=2)["code"] == "reports_unreadable"
    assert ask("intake", second, "--outcome", "gone", "--reason", "x", code=2)["code"] == "invalid_value"


@pytest.mark.parametrize("verb", ["incidents", "cases", "elements", "intake"])
def test_help_imports_nothing_heavy(verb):
    """No Django, no numpy, no model."""
    probe = (
        "import sys; from probata.cli.__main__ import main\n"
        f"try: main(['{verb}', '--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('django', 'numpy', 'av', 'onnxruntime') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
