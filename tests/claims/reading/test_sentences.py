"""Sentences and quotations: full stops that end nothing, quotations that are not cut, names that are no speech."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.claims.reading.page import Block
from probata.claims.reading.sentences import quotations_of, sentences_of


def cut(text):
    """The sentences of a text of one block."""
    return [text[one.start : one.end] for one in sentences_of(text, [Block(start=0, end=len(text), tag="p")])]


@pytest.mark.parametrize(
    "text",
    [
        "Gen. V. Aslan and Mr. Holt of the U.S. embassy met at St. Mark.",
        "“He shot him. Then he left,” she said.",
        "“Is it true?” Varo asked the general.",
        "Он приехал в с. Ольвенко и в г. Бренна.",
        "«Он убит. Я видел», — сказал он.",
        "It cost 3.5 million, e.g. for the road.",
    ],
)
def test_one_sentence_stays_one(text):
    """Abbreviations, initials, figures and full stops inside a quotation end no sentence."""
    assert cut(text) == [text]


@pytest.mark.parametrize(
    "sentences",
    [
        ["He left.", "She stayed."],
        ["“He left.”", "Varo said the road was closed."],
        ["He called it “false.”", "“It is a lie,” he said."],
        ["Сказал он.", "«Это ложь».", "Все ушли."],
        ["Was it so?", "It was!", "Nobody knows…", "And then."],
    ],
)
def test_sentences_are_cut_where_they_end(sentences):
    """A sentence ends at its stop, behind the marks that close it."""
    assert cut(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    ("text", "speech"),
    [
        ("the agency «Меридиан» reported", [False]),
        ("praised for its “discipline” today", [False]),
        ("“It is a lie,” he said", [True]),
        ("he said: “No”", [True]),
        ("«Ложь», — сказал он", [True]),
        ("the men’s commander’s car", []),
        ('it was 5" wide and stayed so', []),
        ("she said ‘I saw it happen,’ and left", [True]),
    ],
)
def test_names_and_emphasis_are_no_speech(text, speech):
    """Short words in marks are a name or an emphasis, unless they end as speech does or stand where speech stands."""
    assert [one.speech for one in quotations_of(text, 0, len(text))] == speech


@given(st.text(alphabet='ab “”«».,!?—"A’‘', max_size=120))
def test_every_letter_stands_in_exactly_one_sentence(text):
    """Sentences are in order, share no character, and leave out nothing but space."""
    block = Block(start=0, end=len(text), tag="p")
    found = sentences_of(text, [block])
    assert all(one.end <= other.start for one, other in pairwise(found))
    covered = "".join(text[one.start : one.end] for one in found)
    assert covered.replace(" ", "") == text.replace(" ", "")
