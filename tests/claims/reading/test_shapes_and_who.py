"""Statements told by the shape of a sentence, people who are named elsewhere on the page, and what weighs more."""

from __future__ import annotations

import pytest
from tests.claims.reading.asking_reader import told_of, who_and_how

BY_SHAPE = [
    ("Nothing of the sort ever happened, the camp's former doctor retorted.", "the camp's former doctor", "denies_act"),
    (
        "In three incidents, the report finds, the perpetrators belonged to the Sable Front's 2nd Mobile Group.",
        "the report",
        "attributes",
    ),
    (
        "Claims by the exile council that detainees were shot at Camp Wenlow resurfaced this week.",
        "the exile council",
        "alleges",
    ),
    ("For the government in Lanmere it is proof of a massacre.", "the government in Lanmere", "alleges"),
    ("The militia, for its part, has promised an internal review.", "The militia", "announces_investigation"),
    ("The prosecutor's office seized three telephones.", "The prosecutor's office", "announces_evidence_collection"),
    ("Чистая выдумка, отмахнулся комендант Раск.", "комендант Раск", "denies_act"),
    ("Версия отряда «Кречет» иная: пленный выхватил гранату.", "отряда «Кречет»", "alternative_explanation"),
    ("Чиста вигадка, відмахнувся комендант Раск.", "комендант Раск", "denies_act"),
]


@pytest.mark.parametrize(("text", "speaker", "stance"), BY_SHAPE)
def test_the_shape_tells_who_says_it_where_no_listed_verb_does(text, speaker, stance):
    """A verb that nobody listed, or a noun, stands where a verb of saying would."""
    assert who_and_how(text) == [(speaker, stance)]


def test_a_shape_without_telling_words_proposes_nothing():
    """An unknown verb alone is no statement."""
    assert who_and_how("The garden had been neglected for years, the old gardener sighed.") == []


MEANT = [
    ("The clip reached Ada Strand, a teacher. She has not slept since. “It is monstrous,” she says.", "Ada Strand"),
    ("Tam Pell owns a mill. Mill owners gathered. Mr Pell called the killings barbaric.", "Tam Pell"),
    ("Foreign minister Ursa Klein flew to the border. The minister called the killings barbaric.", "Ursa Klein"),
    ("Justice Watch, a group based in Orlen, met. The group called the killings a war crime.", "Justice Watch"),
    ("Residents of the village gathered. They called the killings barbaric.", "Residents of the village"),
    ("Ana Brook met us at Ferry Lock. A boat had left Ferry Lock. She called the killings barbaric.", "Ana Brook"),
    ("Ana Brook did not hide. “I went home,” she told Harbour Wire. She called the killings barbaric.", "Ana Brook"),
    ("Win Acre came. “I went home,” said Mr Acre, 61, whose wife stayed. He called it barbaric.", "Win Acre"),
    ("The army was silent. The next day the ministry called the killings barbaric.", "the ministry"),
    ("Nina Hale spoke first. Her deputy called the killings barbaric.", "Nina Hale’s deputy"),
    ("We condemn this act in the strongest terms, the bishops wrote.", "the bishops"),
    ("Прокурор Хуго Брандт прибыл в село. По мнению Брандта, это преступление.", "Хуго Брандт"),
    ("Бывший сержант пришёл сам. Он назвал казнь варварством.", "Бывший сержант"),
    ("Прокурорка Віра Остапчук приїхала. Її заступник назвав страту варварством.", "заступник (Віра Остапчук)"),
]


@pytest.mark.parametrize(("text", "speaker"), MEANT)
def test_who_is_meant_may_be_named_without_having_spoken(text, speaker):
    """A name, an office or a group told of before is the one whom a pronoun, a surname or `her deputy` means.

    A place is not, nor whom somebody told it, and a day before the name is not part of it.
    """
    assert who_and_how(text)[-1] == (speaker, "condemns")


WEIGHED = [
    ("The hospital said it had received three men with gunshot wounds on Friday evening.", "states_circumstances"),
    ("The hospital said three men with gunshot wounds had been murdered on Friday evening.", "alleges"),
    ("The ministry said the men had died in the collapse of a roof.", "alternative_explanation"),
    ("The army said no member of its brigade has killed a captive.", "denies_act"),
    ("She said the Kestrel Battalion was responsible, an assertion for which no proof was offered.", "attributes"),
    ("“Yes, they were shot. It was not my unit,” said Commander Roth.", "acknowledges_denies_responsibility"),
    ("The army said its men were not near. Nobody has been shot, the army said.", "denies_act"),
    ("Генштаб заявил, что люди погибли от взрыва газа.", "alternative_explanation"),
    ("Комендант сказав, що стрілянина почалася близько сьомої вечора.", "states_circumstances"),
]


@pytest.mark.parametrize(("text", "stance"), WEIGHED)
def test_what_weighs_more_decides(text, stance):
    """A charge outweighs a place, another cause outweighs the dead, the main clause what is told beside it."""
    assert who_and_how(text)[-1][1] == stance


def test_the_headline_of_a_page_is_read_and_lower_headings_are_not():
    """`Army denies killings` is said of the army in the headline; a heading between paragraphs says nothing."""
    page = (
        "<html><body><article><h1>Army denies killings at the mill</h1><h2>Rebels deny it</h2></article></body></html>"
    )
    assert [(one["speaker"], one["stance"]) for one in told_of(page)["assertions"]] == [("Army", "denies_act")]


def test_sentences_made_to_keep_the_shapes_busy_are_read_in_little_time():
    """No expression goes back over the words again and again."""
    for words in ("the " + "a " * 280 + "that.", "was said the man " * 35, "files of the " * 45, "the man; " * 60):
        assert told_of(words * 20)["outcome"]
