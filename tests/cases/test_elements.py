"""Elements of crimes as data, and the table of what supports, undermines or leaves each of them open."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.cases.elements import (
    Bearing,
    Conflict,
    ConflictClassDiffers,
    ContrarySearch,
    CrimeNotFound,
    ElementKind,
    ElementTable,
    Entry,
    Evidence,
    Gap,
    NoContrarySide,
    SearchOutcome,
    crime,
    crimes,
    mode,
    modes,
)
from probata.terms.errors import InvalidValue

HORS_DE_COMBAT = crime("8(2)(b)(vi)")
ONE, TWO = (Evidence.named(f"proposition:{digit * 32}") for digit in "ab")


def _entry(element, bearing=Bearing.SUPPORTS, evidence=ONE):
    return Entry(element=element, evidence=evidence, bearing=bearing, reason="as the clip shows")


@pytest.mark.parametrize(
    ("article", "conflict", "count"),
    [
        ("8(2)(a)(i)", "international", 5),
        ("8(2)(a)(ii)-1", "international", 6),
        ("8(2)(a)(ii)-2", "international", 5),
        ("8(2)(a)(iii)", "international", 5),
        ("8(2)(a)(viii)", "international", 7),
        ("8(2)(b)(vi)", "international", 5),
        ("8(2)(b)(x)-1", "international", 6),
        ("8(2)(b)(xi)", "international", 7),
        ("8(2)(b)(xii)", "international", 5),
        ("8(2)(b)(xxi)", "international", 4),
        ("8(2)(c)(i)-1", "non_international", 5),
        ("8(2)(c)(i)-2", "non_international", 6),
        ("8(2)(c)(i)-3", "non_international", 5),
        ("8(2)(c)(i)-4", "non_international", 6),
        ("8(2)(c)(ii)", "non_international", 6),
        ("8(2)(c)(iii)", "non_international", 7),
        ("8(2)(c)(iv)", "non_international", 7),
        ("8(2)(e)(ix)", "non_international", 7),
        ("8(2)(e)(x)", "non_international", 5),
    ],
)
def test_every_crime_has_as_many_elements_as_the_official_text(article, conflict, count):
    """Numbered from one, for the class of conflict of its article, ending with the conflict and awareness of it."""
    found = crime(article)
    assert (found.conflict.value, [one.number for one in found.elements]) == (conflict, list(range(1, count + 1)))
    assert [one.kind for one in found.elements[-2:]] == [ElementKind.CONTEXTUAL, ElementKind.MENTAL]
    assert "official text prevails" in found.source
    assert any("article 30" in note for note in found.notes)


def test_the_elements_of_killing_a_person_hors_de_combat():
    """Killed or injured; hors de combat; aware of it; in an international armed conflict; aware of the conflict."""
    wanted = (
        "killed or injured",
        "hors de combat",
        "was aware of the facts",
        "international armed conflict",
        "armed conflict",
    )
    for element, words in zip(HORS_DE_COMBAT.elements, wanted, strict=True):
        assert words in element.text


def test_denying_quarter_asks_for_a_declaration_and_a_position_of_command():
    """Killing alone does not make it: the words, their purpose, and who could command whom."""
    for article in ("8(2)(b)(xii)", "8(2)(e)(x)"):
        first, second, third = crime(article).elements[:3]
        assert "declared or ordered" in first.text
        assert "no survivors" in second.text
        assert "effective command or control" in third.text


def test_the_two_classes_name_their_own_conflict():
    """No article of one class speaks of the other's conflict."""
    for one in crimes():
        (context,) = (element for element in one.elements if element.kind is ElementKind.CONTEXTUAL)
        assert ("not of an international character" in context.text) == (one.conflict is Conflict.NON_INTERNATIONAL)


def test_an_article_is_found_with_spaces_and_capitals():
    """As people type it; what is not there is refused by name."""
    assert crime(" 8 (2) (B) (vi) ") == HORS_DE_COMBAT
    for wrong in ("8(2)(b)", "8(2)(z)(i)", "6(a)"):
        with pytest.raises(CrimeNotFound):
            crime(wrong)
    with pytest.raises(InvalidValue):
        crime("8" * 1_000_000)


def test_the_class_of_conflict_is_what_a_person_says():
    """A crime of the other class is refused, and never quietly taken for its neighbour."""
    HORS_DE_COMBAT.must_be_of(Conflict.INTERNATIONAL)
    with pytest.raises(ConflictClassDiffers, match="non-international"):
        HORS_DE_COMBAT.must_be_of(Conflict.NON_INTERNATIONAL)


def test_linkage_is_told_apart_from_the_acts():
    """Modes of articles 25 and 28 have questions of their own, and no element of any crime cites them."""
    assert [one.article for one in modes()] == ["25(3)(a)", "25(3)(b)", "25(3)(c)", "25(3)(d)", "28(a)", "28(b)"]
    assert all(one.asks for one in modes())
    assert "effective command" in mode("28 (a)").asks[0]
    for one in crimes():
        assert not any(re.search(r"\b(25|28)\b", element.text) for element in one.elements)


def test_an_empty_table_lacks_both_sides_of_everything():
    """Gaps are computed; silence fills neither side."""
    table = ElementTable(crime=HORS_DE_COMBAT, entries=tuple(_entry(number, Bearing.SILENT) for number in range(1, 6)))
    assert set(table.gaps().values()) == {(Gap.NOTHING_SUPPORTS, Gap.NO_CONTRARY_SIDE)}


def test_a_table_with_an_empty_contrary_side_is_not_to_be_sealed():
    """Every element needs something against it, or a search for it; a search that could not be made is none."""
    supported = tuple(_entry(number) for number in range(1, 6))
    against = (_entry(1, Bearing.UNDERMINES, TWO),)
    looked = [
        ContrarySearch(element=number, outcome=SearchOutcome.NOTHING_FOUND, looked="both long clips")
        for number in (2, 3, 4)
    ]
    blind = ContrarySearch(element=5, outcome=SearchOutcome.COULD_NOT_LOOK, looked="the archive was closed")
    table = ElementTable(crime=HORS_DE_COMBAT, entries=(*supported, *against), searches=(*looked, blind))
    with pytest.raises(NoContrarySide, match="Elements 5 of"):
        table.must_have_a_contrary_side()
    with pytest.raises(NoContrarySide, match="1, 2, 3, 4, 5"):
        ElementTable(crime=HORS_DE_COMBAT, entries=supported).must_have_a_contrary_side()
    done = ContrarySearch(element=5, outcome=SearchOutcome.NOTHING_FOUND, looked="the archive, opened since")
    whole = ElementTable(crime=HORS_DE_COMBAT, entries=table.entries, searches=(*table.searches, done))
    whole.must_have_a_contrary_side()


@given(
    st.lists(st.tuples(st.integers(1, 5), st.sampled_from(list(Bearing)), st.sampled_from([ONE, TWO])), max_size=12),
    st.randoms(use_true_random=False),
)
def test_gaps_do_not_hang_on_the_order_of_entries(cells, chance):
    """And what supports an element never fills its contrary side, nor the other way round."""
    entries = [_entry(*cell) for cell in cells]
    table = ElementTable(crime=HORS_DE_COMBAT, entries=tuple(entries))
    chance.shuffle(entries)
    assert ElementTable(crime=HORS_DE_COMBAT, entries=tuple(entries)).gaps() == table.gaps()
    for number, gaps in table.gaps().items():
        bearings = {bearing for element, bearing, _ in cells if element == number}
        assert (Gap.NOTHING_SUPPORTS in gaps) == (Bearing.SUPPORTS not in bearings)
        assert (Gap.NO_CONTRARY_SIDE in gaps) == (Bearing.UNDERMINES not in bearings)


def test_a_table_tells_both_sides_and_no_verdict():
    """Its JSON has what there is for and against each element, and no key that adds them up."""
    table = ElementTable(crime=HORS_DE_COMBAT, entries=(_entry(1), _entry(1, Bearing.UNDERMINES, TWO)))
    told = table.as_json()
    first = told["elements"][0]
    assert [len(first[side]) for side in ("supports", "undermines", "silent", "contrary_searches", "gaps")] == [
        1,
        1,
        0,
        0,
        0,
    ]
    assert told["evidence"] == [ONE.name, TWO.name]
    assert set(told) == {"crime", "evidence", "elements"}
    assert not re.search(r"verdict|score|proven|guilt|probab", json.dumps(told))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "proposition",
        "proposition:",
        "proposition:xyz",
        "rumour:" + "a" * 32,
        "finding:" + "A" * 32,
        "a" * 1_000_000,
    ],
)
def test_evidence_is_a_record_by_kind_and_id(name):
    """Anything else is refused."""
    with pytest.raises(InvalidValue):
        Evidence.named(name)


def test_an_element_that_is_not_there_is_refused():
    """Zero, one too many, and a cell without a reason."""
    for number in (0, 6):
        with pytest.raises(InvalidValue):
            ElementTable(crime=HORS_DE_COMBAT, entries=(_entry(number),))
    with pytest.raises(InvalidValue):
        Entry(element=1, evidence=ONE, bearing=Bearing.SUPPORTS, reason="  ")
