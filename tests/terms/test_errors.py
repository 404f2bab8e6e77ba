"""An error is a message, a code, an exit code and advice, and a hostile name cannot drive the terminal."""

from __future__ import annotations

import json
import pickle  # noqa: TID251  what multiprocessing does with an error of ours
from pathlib import Path

import pytest

from probata.terms.errors import InvalidValue, NotFound, ProbataError


class Sample(ProbataError):
    code = "sample"
    exit_code = 4
    template = "Item {item} has {size_bytes:,} bytes."
    advice = "Look at {item} again."


def test_message_and_advice_are_filled_from_the_facts() -> None:
    error = Sample(item="7f3a", size_bytes=1234567)
    assert error.message == "Item 7f3a has 1,234,567 bytes."
    assert error.what_to_do == "Look at 7f3a again."


def test_a_missing_fact_is_said_to_be_unknown() -> None:
    """Failing to describe a failure must not hide it."""
    assert "(unknown what)" in NotFound().message


@pytest.mark.parametrize("name", ["a\x1b[2J.mp4", Path("a\u202e4pm.exe"), OSError("no \u202e file")])
def test_texts_in_a_message_cannot_act(name: object) -> None:
    message = NotFound(what=name).message
    assert "\x1b" not in message
    assert "\u202e" not in message
    assert "<U+" in message


def test_braces_in_a_fact_are_only_text() -> None:
    assert NotFound(what="{what.__class__}").message == "{what.__class__} was not found."


def test_an_error_crosses_from_a_child_process_whole() -> None:
    error = pickle.loads(pickle.dumps(InvalidValue(what="A span", why="it is empty")))
    assert isinstance(error, InvalidValue)
    assert error.message == "A span is not valid: it is empty."
    assert error.facts == {"what": "A span", "why": "it is empty"}


def test_the_json_of_an_error_has_its_schema() -> None:
    shape = json.loads(json.dumps(NotFound(what="Item 7f3a").as_json()))
    assert shape == {
        "schema": "probata/error/1",
        "code": "not_found",
        "exit_code": 3,
        "message": "Item 7f3a was not found.",
        "advice": "Check the name; `probata items` lists what the workspace holds.",
    }


def test_an_error_is_told_in_another_language() -> None:
    """Its templates, and the words of the house among its facts; what somebody typed stays as it is, and harmless."""
    words = {
        "{thing} fell over.": "{thing} упало.",
        "the lamp": "лампа",
        "the rope": "мотузка",
    }

    class Fallen(ProbataError):
        code = "fallen"
        template = "{thing} fell over."

    def told(thing: str) -> str:
        return Fallen(thing=thing).told(lambda text: words.get(text, text))[0]

    assert told("the lamp") == "лампа упало."
    assert told("the lamp, the rope") == "лампа, мотузка упало."
    assert told("cod\u202e.exe, {thing}") == "cod<U+202E>.exe, {thing} упало."
    assert Fallen(thing="").told(str.upper)[1] == ""
