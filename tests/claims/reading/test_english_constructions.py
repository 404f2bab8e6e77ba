"""English as others write it: nouns of saying, words between commas, labels, interviews, statements of two stances."""

from __future__ import annotations

import pytest
from asking_reader import said_in, who_and_how

ONE = [
    # Who made it known by a noun, a view, a label, or a line under a quotation.
    ("The army's version is that the men were caught in crossfire.", "The army", "alternative_explanation"),
    ("In the army’s view the recording is authentic.", "the army", "accepts"),
    ("According to them the boat lay 40 metres from the pier.", "them", "states_circumstances"),
    ("Lise Harn (Civic Union): “This was murder in a uniform.”", "Lise Harn", "condemns"),
    ("Speaker Orla Finn: no comment.", "Speaker Orla Finn", "no_comment"),
    ("“Nobody was shot there.”\n\n— Declan Harr, deputy speaker", "Declan Harr", "denies_act"),
    ("The envoy was blunter: “It was a crime against humanity.”", "The envoy", "condemns"),
    ("The office “categorically denies that prisoners were killed”.", "The office", "denies_act"),
    # The verb stands between commas, behind a relative clause, behind a place.
    ("Patches can be bought in any market, the colonel said, and so can actors.", "the colonel", None),
    ("It was, the minister said, an act of barbarism.", "the minister", "condemns"),
    ("Neighbouring Saldria, whose forces hold the hills, dismissed the report.", "Neighbouring Saldria", "denies_act"),
    ("In October the ministry conceded that the clip was genuine.", "the ministry", "accepts"),
    ("On Monday the group, which is based abroad, condemned the killings.", "the group", "condemns"),
    ("Channel Two said it had found nothing to prove the claim.", "Channel Two", "denies_knowledge"),
    ("The men died, analysts said in a report released on Monday.", "analysts", "alleges"),
    # Silence, and asking in vain.
    ("The regiment's press desk referred questions to the staff.", "The regiment's press desk", "no_comment"),
    ("The colonel waved away reporters' questions.", "The colonel", "no_comment"),
    ("Officials at the palace have stopped answering.", "Officials at the palace", "no_comment"),
    # Inquiries and evidence in their many words.
    ("Parliament voted to set up a committee of inquiry.", "Parliament", "announces_investigation"),
    ("The prosecutor began proceedings on 9 April.", "The prosecutor", "announces_investigation"),
    ("Police appealed for footage of the night.", "Police", "announces_evidence_collection"),
    ("The council has opened a hotline for witnesses.", "The council", "announces_evidence_collection"),
    # Whose deed: one's own, that of a unit which is named, nobody's.
    ("The militia said it was responsible for the blast.", "The militia", "claims_responsibility"),
    ("The Front said the raid was carried out by its fighters.", "The Front", "claims_responsibility"),
    ("Vask boasted of having wiped out a platoon.", "Vask", "claims_responsibility"),
    ("She said the shots were fired by men of the Orrin 9th Rifles.", "She", "attributes"),
    ("The mayor said Orrin soldiers had executed nine villagers.", "The mayor", "attributes"),
    ("The mayor said soldiers had executed nine villagers.", "The mayor", "alleges"),
    ("The junta blamed a stray mortar for the deaths.", "The junta", "alternative_explanation"),
    ("The ministry dismissed the clip as a montage.", "The ministry", "alternative_explanation"),
    ("The ministry confirmed that the video was genuine.", "The ministry", "accepts"),
    ("Experts confirmed that the video was genuine.", "Experts", "confirms_verified"),
    ("The group does not believe the men surrendered.", "The group", "denies_act"),
]


@pytest.mark.parametrize(("text", "speaker", "stance"), ONE)
def test_one_statement(text, speaker, stance):
    """The speaker and the stance, and nothing else; None where the stance is not what is tested."""
    ((who, how),) = who_and_how(text)
    assert who == speaker
    assert stance in {None, how}


TWO = [
    (
        "The army said the clip was genuine and that the men had been hit by their own artillery.",
        ["accepts", "alternative_explanation"],
    ),
    ("“The pictures sicken me,” he said. “They were killed by the Orrin Guard.”", ["condemns", "attributes"]),
    ("She said she had heard shooting but was unable to see it.", ["states_circumstances", "denies_knowledge"]),
    (
        "It said it was genuine and blamed the Guard, while the Guard called it a montage and he declined to comment.",
        ["accepts", "attributes", "alternative_explanation", "no_comment"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "stances"), TWO)
def test_a_sentence_that_takes_several_stances_is_parted(text, stances):
    """Each clause that takes another stance is a statement of its own, in its own words."""
    told = said_in(text)
    assert [stance for _speaker, stance, _words in told] == stances
    assert len({words for _speaker, _stance, words in told}) == len(stances)


def test_clauses_of_one_stance_stay_one_statement():
    """What only goes on is not parted."""
    assert len(said_in("The resident said the men were shot and that their bodies were burned.")) == 1


INTERVIEW = """Ragna Ulm leads the inquiry. She spoke to Tomas Reve.

Q: What is known?

A: The men were shot at close range.

Q: By whom?

A: I will not comment on that. It is a war crime."""


def test_in_an_interview_who_answers_says_it():
    """The questions are nobody's statements; each answer is parted by what it says."""
    assert who_and_how(INTERVIEW) == [
        ("Ragna Ulm", "alleges"),
        ("Ragna Ulm", "no_comment"),
        ("Ragna Ulm", "condemns"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Had the ministry denied the killings?",
        "The third accused sat in the dock.",
        "The general boasted about a road in the hills.",
        "It was her first report on the war.",
    ],
)
def test_what_says_nothing_that_is_looked_for(text):
    """Questions of the article, nouns, and words without what, when or where are no statements."""
    assert said_in(text) == []
