"""Labels by rule: place, date, act; no party, no verdict."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.cases.labels import Label, LabelTakesASide
from probata.terms.errors import InvalidValue
from probata.terms.showing import shown


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (
            {"place": "Дмитрівка", "day": "2022-03-30", "act": "killing of a person"},
            "Дмитрівка, 2022-03-30: killing of a person",
        ),
        ({"place": "Karsk", "day": "2022-03-29/2022-03-30", "act": "shots"}, "Karsk, 2022-03-29/2022-03-30: shots"),
        ({"day": "2022-03~", "act": "detention"}, "place unknown, 2022-03~: detention"),
        ({"place": "Karsk", "act": "burning of a house"}, "Karsk, date unknown: burning of a house"),
    ],
)
def test_a_label_reads_place_date_act(parts, text):
    """What is not known is told as unknown."""
    assert Label(**parts).text == text


@pytest.mark.parametrize(
    "act",
    [
        "murder of a prisoner",
        "Massacre in the yard",
        "execution of three men",
        "a war crime",
        "terrorist attack",
        "staged killing",
        "heroes fall",
        "расправа оккупантов",
        "вбивство героїв",
        "геноцид",
        "مجزرة في القرية",
        "الإعدام في الساحة",
        "MÚRDER of a man",
        "mas\u200dsacre in the yard",
    ],
)
def test_a_word_of_verdict_is_refused(act):
    """In any case, with accents or an article before it, in four languages."""
    with pytest.raises(LabelTakesASide):
        Label(act=act).must_be_neutral([])


@pytest.mark.parametrize(
    "act",
    ["killing of a person", "shots heard", "вбивство людини", "убийство", "seizure of heroin",
     "meeting in the Crimea hall", "a stage falls", "strategic bridge blown up", "стратегічний міст",
     "قتل رجل"],
)  # fmt: skip
def test_words_that_say_what_happened_are_let_through(act):
    """Killing, shooting, detention; and words that merely begin like one that judges."""
    Label(act=act).must_be_neutral([])


@pytest.mark.parametrize(
    "act",
    ["shooting by the Northern Watch", "NORTHERN WATCH shoots", "обстріл Карданською бригадою",
     "Карданська бригада стріляє", "shots at Vélia", "velia fires"],
)  # fmt: skip
def test_the_name_of_a_party_is_refused(act):
    """Whole names, with another ending, in any case, with or without accents."""
    with pytest.raises(LabelTakesASide):
        Label(act=act).must_be_neutral(["Northern Watch", "Карданська бригада", "Velia"])


def test_an_article_before_a_name_does_not_hide_it():
    """`The Morning Lantern` is named by `Morning Lantern` as well."""
    with pytest.raises(LabelTakesASide):
        Label(act="shots, as Morning Lantern has it").must_be_neutral(["The Morning Lantern"])


def test_a_village_may_share_a_root_with_a_party():
    """A place is refused only for the whole name as written, since there is no other name for a village."""
    parties = ["Карданія", "Northern Watch"]
    Label(place="Карданівка", act="shots").must_be_neutral(parties)
    Label(place="Watch Hill", act="northern road blocked").must_be_neutral(parties)
    with pytest.raises(LabelTakesASide):
        Label(place="Карданія", act="shots").must_be_neutral(parties)


@pytest.mark.parametrize(
    "parts",
    [
        {"act": ""},
        {"act": "  "},
        {"act": "shots\u202e"},
        {"act": "shots\x07"},
        {"act": "shots\nand more"},
        {"act": "x" * 81},
        {"act": "x" * 1_000_000},
        {"act": "shots", "place": "\u2066Karsk"},
        {"act": "shots", "place": "x" * 1_000_000},
        {"act": "shots", "day": "yesterday"},
        {"act": "shots", "day": "2022-02-31"},
        {"act": "shots", "day": "2" * 1_000_000},
    ],
)
def test_hostile_parts_are_refused_in_few_words(parts):
    """Nothing that acts, nothing endless, no date that does not exist."""
    with pytest.raises(InvalidValue) as refused:
        Label(**parts)
    assert len(str(refused.value)) < 300


@given(
    st.sampled_from(["Northern Watch", "Карданська бригада"]), st.sampled_from(["Southern Guard", "Велійський полк"])
)
def test_swapping_the_parties_swaps_what_is_refused_and_nothing_else(one, other):
    """The rule knows no side."""
    for named, parties in ((one, [one, other]), (other, [other, one])):
        with pytest.raises(LabelTakesASide):
            Label(act=f"shots by {named}").must_be_neutral(parties)
    Label(act="shots").must_be_neutral([one, other])


@given(st.text(max_size=90), st.text(max_size=90), st.lists(st.text(max_size=20), max_size=3))
def test_whatever_is_typed_is_refused_or_safe_to_show(place, act, names):
    """No other error, and nothing in a label that could act on a page or a terminal."""
    try:
        label = Label(place=place, act=act)
        label.must_be_neutral(names)
    except (InvalidValue, LabelTakesASide):
        return
    assert shown(label.text) == label.text
