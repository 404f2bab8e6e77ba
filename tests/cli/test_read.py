"""`probata read`: an article told to a person or to a program, and a clear answer to what is no article."""

from __future__ import annotations

import subprocess
import sys

import pytest
from asking import json_of

from probata.cli.__main__ import main

PAGE = """<html lang="en"><head><meta charset="utf-8"><title>After the ambush</title>
<meta property="article:published_time" content="2031-04-09T08:30:00+02:00"></head>
<body><nav><a href="/">Home</a></nav>
<p>The Southern Ministry accused the Northern Command on Tuesday of killing prisoners near the village of Olvenko.</p>
<p>&ldquo;We did not do this,&rdquo; said Tomas Relding, a spokesman for the command.</p>
<p>An officer who asked not to be named said the earlier, different video was staged.</p>
<p>Sign up for our newsletter.</p></body></html>"""


@pytest.fixture
def page(tmp_path):
    """A saved page with three statements and two stretches of furniture."""
    path = tmp_path / "article.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_a_page_is_told_by_the_contract(capsys, page):
    """Found, with bytes that lie where the words lie, and nothing that the schema does not know of."""
    code, told = json_of(capsys, "read", str(page))
    assert (code, told["outcome"], told["offsets"]) == (0, "found", "bytes")
    untrusted = page.read_bytes()
    assert [(one["speaker"], one["stance"]) for one in told["assertions"]] == [
        ("The Southern Ministry", "alleges"),
        ("Tomas Relding", "denies_act"),
        ("An officer who asked not to be named", "alternative_explanation"),
    ]
    quoted = told["assertions"][1]
    assert untrusted[quoted["start"] : quoted["end"]].decode() == quoted["text"] == "We did not do this,"
    assert told["assertions"][0]["made_at"]["imprecise"] == ["2031-04-08T00:00:00+02:00", "2031-04-08T23:59:59+02:00"]
    assert told["assertions"][2]["about"]["which"] == "another"
    assert len(told["furniture"]) == 2


def test_a_page_is_told_to_a_person(capsys, page):
    """Who, stance, words, when and where in the file; who is not named is told so; furniture is counted."""
    assert main(["read", str(page)]) == 0
    told = capsys.readouterr().out
    assert "After the ambush" in told
    assert "An officer who asked not to be named  (not named)" in told
    assert "denies act" in told
    assert "“We did not do this,”" in told
    assert "2 stretches are furniture" in told
    assert "a machine proposes, a person decides" in told


def test_a_date_that_is_given_is_taken_before_the_pages(capsys, page):
    """`--published` decides what relative dates mean."""
    _, told = json_of(capsys, "read", str(page), "--published", "2031-04-16")
    assert told["published"] == {"stated": "2031-04-16", "because": "given by you"}
    assert told["assertions"][0]["made_at"]["imprecise"][0].startswith("2031-04-15")


def test_without_a_date_relative_dates_stay_open(capsys, tmp_path):
    """A person is told that no date is known and what to do; the range is not made up."""
    path = tmp_path / "article.txt"
    path.write_text("The army said on Wednesday that it was false.", encoding="utf-8")
    _, told = json_of(capsys, "read", str(path))
    assert told["published"] is None
    assert told["assertions"][0]["made_at"]["imprecise"] is None
    main(["read", str(path)])
    assert "--published" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "code", "exit_code"),
    [(b"\xff\xd8\xff\xe0 a picture", "not_a_text", 5), (b"", "not_a_text", 5), (b"  \n", "not_a_text", 5)],
)
def test_what_is_no_text_is_refused(capsys, tmp_path, content, code, exit_code):
    """A picture and an empty file are refused with what to do now, and never told as nothing found."""
    path = tmp_path / "article"
    path.write_bytes(content)
    given, told = json_of(capsys, "read", str(path))
    assert (given, told["code"]) == (exit_code, code)
    assert told["advice"]


def test_a_file_that_is_not_there_is_told(capsys, tmp_path):
    """No such file, and a folder in its place, are not found."""
    for path in (tmp_path / "none.html", tmp_path):
        code, told = json_of(capsys, "read", str(path))
        assert (code, told["code"]) == (3, "no_article")


def test_a_date_that_is_none_is_refused(capsys, page):
    """What is given as a date must be one."""
    code, told = json_of(capsys, "read", str(page), "--published", "soon")
    assert (code, told["code"]) == (2, "invalid_value")


@pytest.mark.parametrize(
    ("text", "code", "outcome"),
    [
        ("It rained in the hills all day, and the road was closed.", 0, "nothing_found"),
        ("Der Minister wies die Vorwürfe zurück und sprach von einer Fälschung.", 5, "could_not_look"),
        ("<html><body><nav><a href='/'>Home</a></nav></body></html>", 5, "could_not_look"),
    ],
)
def test_the_three_answers_are_apart(capsys, tmp_path, text, code, outcome):
    """Nothing found is no failure; a language that is not read and a page without an article could not be looked at."""
    path = tmp_path / "article.txt"
    path.write_text(text, encoding="utf-8")
    given, told = json_of(capsys, "read", str(path))
    assert (given, told["outcome"], told["assertions"]) == (code, outcome, [])
    assert told["why"]


def test_words_that_could_act_are_written_out(capsys, tmp_path):
    """Neither the title nor the words of a page can drive the terminal that shows them."""
    path = tmp_path / "article.html"
    path.write_text("<title>\x1b[31mred</title><p>The army said it was \x1b[2Jfalse.</p>", encoding="utf-8")
    main(["read", str(path)])
    assert "\x1b" not in capsys.readouterr().out


def test_help_imports_no_parser_and_no_django():
    """The help of the verb costs nothing."""
    program = (
        "import sys; from probata.cli.__main__ import main\ntry: main(['read', '--help'])\nexcept SystemExit: pass\n"
    )
    program += "print([name for name in ('spacy', 'django', 'numpy', 'probata.claims') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_language_with_rules_needs_no_parser(capsys, page):
    """Read by the rules alone, the page says the same and says by what it was read."""
    _, told = json_of(capsys, "read", str(page), "--rules-alone")
    assert told["grammar"] == "rules"
    assert len(told["assertions"]) == 3
