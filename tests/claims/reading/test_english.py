"""English: who says what, by common verbs of the news, their passives, inversions, negations and chains."""

from __future__ import annotations

import pytest
from asking_reader import said_in, told_of, who_and_how

PLAIN = [
    ("The army said it had shot nobody.", "The army", "denies_act"),
    ("Clear Ground accused the army of shelling a hospital.", "Clear Ground", "alleges"),
    ("The army was accused by Clear Ground, a monitoring group, of shelling a hospital.", "Clear Ground", "alleges"),
    ("Two residents said that soldiers had shot three men.", "Two residents", "alleges"),
    ("The ministry attributed the ambush to the Reed Battalion.", "The ministry", "attributes"),
    ("Officials blamed the Reed Battalion for the ambush.", "Officials", "attributes"),
    ("The ministry said the ambush was the work of the Reed Battalion.", "The ministry", "attributes"),
    ("The Lantern has verified that the video was filmed at Holm.", "The Lantern", "confirms_verified"),
    ("The footage was authenticated by Pin House.", "Pin House", "confirms_verified"),
    ("According to Pin House, the second clip was filmed near Holm.", "Pin House", "states_circumstances"),
    (
        "In a statement on Telegram, the 12th Brigade took responsibility for the raid.",
        "the 12th Brigade",
        "claims_responsibility",
    ),
    ("The commander admitted that his men had shot the prisoners.", "The commander", "accepts"),
    ("Col. Rusk said the men had been killed in crossfire.", "Col. Rusk", "alternative_explanation"),
    ("The allegations were rejected by the army.", "the army", "denies_act"),
    ("The army dismissed the video as a fabrication.", "The army", "denies_act"),
    ("A police spokeswoman said she was not aware of the incident.", "A police spokeswoman", "denies_knowledge"),
    ("The Lantern could not independently verify the recording.", "The Lantern", "denies_knowledge"),
    ("The president condemned the mistreatment of prisoners.", "The president", "condemns"),
    (
        "The president on Friday vowed to bring those responsible to justice.",
        "The president",
        "announces_investigation",
    ),
    ("Clear Ground called for an independent investigation.", "Clear Ground", "announces_investigation"),
    (
        "Prosecutors said they were collecting evidence for the tribunal.",
        "Prosecutors",
        "announces_evidence_collection",
    ),
    ("The governor hailed the fighters.", "The governor", "praises"),
    ("The ministry declined to comment.", "The ministry", "no_comment"),
    ("The ministry did not immediately respond to a request for comment.", "The ministry", "no_comment"),
    ("The ministry neither confirmed nor denied the report.", "The ministry", "no_comment"),
]


@pytest.mark.parametrize(("sentence", "speaker", "stance"), PLAIN)
def test_one_sentence_one_statement(sentence, speaker, stance):
    """The speaker as written, and the stance that the verb and the words give; nothing else is proposed."""
    assert who_and_how(sentence) == [(speaker, stance)]


@pytest.mark.parametrize(("sentence", "speaker", "stance"), PLAIN)
def test_parties_swapped_give_the_same_answer(sentence, speaker, stance):
    """Whoever the parties are, the same words are read alike."""

    def swap(text):
        return text.replace("Reed Battalion", "#").replace("army", "rebels").replace("#", "Lake Guard")

    assert who_and_how(swap(sentence)) == [(swap(speaker), stance)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Reports of alleged killings reached the capital.",
        "The reported deaths are under review by nobody.",
        "The men are said to have left the town.",
        "The accused soldiers sat in the court.",
        "No group has claimed responsibility for the attack.",
        "The claims and the denials filled the papers.",
        "It rained in the hills on Wednesday.",
        "The minister stopped short of confirming the deaths.",
    ],
)
def test_words_of_saying_that_nobody_says(sentence):
    """Nouns, adjectives and hearsay are no acts of speech, and absent claims are no claims."""
    assert said_in(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "The army rejected the accusation and said the footage had been staged.",
            [("The army", "denies_act"), ("The army", "alternative_explanation")],
        ),
        (
            "The Reed Company said it had ambushed the convoy but denied killing prisoners.",
            [("The Reed Company", "claims_responsibility"), ("The Reed Company", "denies_act")],
        ),
        (
            "Clear Ground condemned the killings, while the ministry declined to comment.",
            [("Clear Ground", "condemns"), ("the ministry", "no_comment")],
        ),
        (
            "Commander Orme denied the allegations, saying the men had been killed by shelling.",
            [("Commander Orme", "denies_act"), ("Commander Orme", "alternative_explanation")],
        ),
    ],
)
def test_several_statements_in_one_sentence(sentence, expected):
    """Each verb is a statement of its own, and a verb without a subject shares the one before."""
    assert who_and_how(sentence) == expected


def test_acknowledging_and_denying_is_one_statement():
    """`Acknowledged that they died but said his unit was not involved` is neither an acceptance nor a plain denial."""
    text = "The commander acknowledged that prisoners had died but said his unit was not involved."
    assert who_and_how(text) == [("The commander", "acknowledges_denies_responsibility")]


def test_an_ambush_that_is_attributed_is_no_killing_that_is():
    """The words of the statement are the ambush; the killing in the next sentence is nobody's statement here."""
    text = "Meridian Wire said the ambush was carried out by the Reed Battalion. The killing came later."
    ((_speaker, stance, words),) = said_in(text)
    assert stance == "attributes"
    assert "ambush" in words
    assert "killing" not in words


def test_responsibility_for_one_thing_but_not_another_is_kept_whole():
    """`But not for the killings` stays in the words of the claim."""
    ((_, stance, words),) = said_in("The battalion claimed responsibility for the ambush, but not for the killings.")
    assert stance == "claims_responsibility"
    assert "but not for the killings" in words


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("The ministry did not confirm the report.", "denies_knowledge"),
        ("The ministry has not denied the report.", "accepts"),
        ("The ministry did not condemn the killing.", None),
    ],
)
def test_negated_verbs(text, stance):
    """What is not confirmed is not known, what is not denied is let stand, and what is not said is not said."""
    assert [one for _, one in who_and_how(text)] == ([stance] if stance else [])


@pytest.mark.parametrize(
    ("sentence", "speaker", "role"),
    [
        (
            "Tomas Relding, a spokesman for the brigade, said it was false.",
            "Tomas Relding",
            "a spokesman for the brigade",
        ),
        ("The foreign minister, Ilse Aradan, said it was false.", "Ilse Aradan", "The foreign minister"),
        ("“It is false,” said Lena Ostrow, its director.", "Lena Ostrow", "its director"),
        ("On Friday, Lena Ostrow, the director, said it was false.", "Lena Ostrow", "the director"),
        ("The video was shared by Meridian Wire, an agency, which said it was false.", "Meridian Wire", "an agency"),
    ],
)
def test_the_role_stands_beside_the_name(sentence, speaker, role):
    """Of a name and what is told about it between commas, the name speaks."""
    (one,) = told_of(sentence)["assertions"]
    assert (one["speaker"], one["speaker_role"]) == (speaker, role)


@pytest.mark.parametrize(
    "speaker",
    [
        "A military spokesperson who asked not to be named",
        "Two residents",
        "An officer",
        "A man who identified himself as Marsh",
    ],
)
def test_a_speaker_without_a_name_is_told_as_unnamed(speaker):
    """Who is not named stays in the words of the text, and is said to be unnamed."""
    (one,) = told_of(f"{speaker} said the column had left the town.")["assertions"]
    assert (one["speaker"], one["speaker_kind"]) == (speaker, "unnamed")


def test_nobody_said_to_have_said_it_is_told_so():
    """An accusation whose author the text hides has no speaker."""
    (one,) = told_of("The army has been accused of executing prisoners.")["assertions"]
    assert (one["speaker"], one["speaker_kind"], one["speaker_doubt"]) == ("", "not_said", "the text does not say who")


def test_a_pronoun_is_the_last_that_fits_and_says_so():
    """`He` is the person named before, not the body; the doubt is told."""
    told = told_of("Silas Orme denied the allegations. The army said nothing. “It is a lie,” he said.")
    last = told["assertions"][-1]
    assert (last["speaker"], last["speaker_as_written"], last["speaker_how"]) == ("Silas Orme", "he", "pronoun")
    assert last["speaker_doubt"]


def test_a_surname_and_a_short_name_are_who_was_named_before():
    """`Ms. Holt` and `the group` are the ones whose names stood in full."""
    text = "Sabine Holt said it was false. Ms. Holt said it was a lie. "
    text += "Clear Ground, a human rights group, said men had died. The group said they had been shot."
    assert [who for who, _ in who_and_how(text)] == ["Sabine Holt"] * 2 + ["Clear Ground"] * 2


def test_a_quotation_goes_on_in_the_next_sentence_and_paragraph():
    """A quotation without a verb is the last speaker's, and that is told as carried over."""
    text = "“They shot him,” said Mara Venn.\n\n“Then they left. I saw it.”"
    told = told_of(text)["assertions"]
    assert [(one["speaker"], one["speaker_how"]) for one in told] == [
        ("Mara Venn", "written"),
        ("Mara Venn", "carried_over"),
    ]
    assert told[1]["text"] == "Then they left. I saw it."


def test_a_quotation_left_open_goes_on_in_the_next_paragraph():
    """Paragraphs that each open a quotation, of which the last one closes, are one speaker's words."""
    text = "Mara Venn said: “They shot him.\n\n“Then they threw him in the river.”"
    told = told_of(text)["assertions"]
    assert [one["speaker"] for one in told] == ["Mara Venn", "Mara Venn"]
    assert all(one["quoted"] for one in told)


def test_who_reports_that_somebody_said_it_stands_in_the_chain():
    """`A accused C, B reported` is A's statement by way of B; `B, citing an officer` is the officer's."""
    (one,) = told_of("Clear Ground accused the army of killing prisoners, Meridian Wire reported.")["assertions"]
    assert (one["speaker"], one["via"]) == ("Clear Ground", ["Meridian Wire"])
    (one,) = told_of("Meridian Wire, citing an unnamed officer, reported that the men had died in crossfire.")[
        "assertions"
    ]
    assert (one["speaker"], one["via"]) == ("an unnamed officer", ["Meridian Wire"])


def test_words_heard_in_the_footage_are_no_statement_about_it():
    """What a man in the video says is written down as heard, not as an assertion."""
    told = told_of("“He’s wheezing, look,” a man says as the soldier in the video bends down.")
    assert told["assertions"] == []
    assert [(one["speaker"], one["text"]) for one in told["heard"]] == [("a man", "He’s wheezing, look,")]


def test_quoted_and_indirect_words_are_told_apart():
    """A whole quotation is quoted; a clause with a quoted word in it is not."""
    told = told_of("“We shot nobody,” the army said. The army called the video a “crude fake” on Friday.")
    assert [one["quoted"] for one in told["assertions"]] == [True, False]


@pytest.mark.parametrize(
    ("text", "named", "which"),
    [
        ("The army said the video was staged.", "the video", "the_footage_of_the_article"),
        ("He condemned what an earlier, different video showed.", "an earlier, different video", "another"),
        ("According to Pin House, the second clip was filmed near Holm.", "the second clip", "another"),
    ],
)
def test_which_footage_is_spoken_of(text, named, which):
    """An earlier video and a second clip are not taken for the video of the article."""
    (one,) = told_of("Oren Vask spoke. " + text)["assertions"]
    assert one["about"] == {"named": named, "which": which}


def test_hedges_are_kept_as_they_stand():
    """Where a speaker holds back, the words with which they do stand beside the statement."""
    (one,) = told_of("The group said the video may have been staged and apparently shows alleged prisoners.")[
        "assertions"
    ]
    assert one["hedges"] == ["may have", "apparently", "alleged"]


def test_places_are_named_and_not_looked_up():
    """The name of a village is told as it stands."""
    (one,) = told_of("The army said the column had left the village of Lower Tamsin near Holm on Friday.")["assertions"]
    assert one["places"] == ["Lower Tamsin", "Holm"]
    assert one["place"] == "Lower Tamsin"


@pytest.mark.parametrize(
    "text",
    [
        "Silas Orme denied the charge. “We were having lunch,” Orme said.",
        "Silas Orme denied the charge. “We were having lunch.”",
    ],
)
def test_a_quotation_without_telling_words_proposes_nothing(text):
    """What tells neither when nor where nor what happened is not given the stance of the sentence before it."""
    assert who_and_how(text) == [("Silas Orme", "denies_act")]


def test_a_sentence_that_is_none_proposes_nothing():
    """Words put together to keep the rules busy give no proposals, and long runs without an end are told."""
    assert said_in("said, " * 900 + "the army.") == []
    assert any("run on" in why for why in told_of("said the army and " * 1_000)["unread"])


def test_the_reason_for_each_decision_is_told():
    """A reader learns which verb or which words decided the stance."""
    first, second = told_of("The army denied it. The rebels said the men died in crossfire.")["assertions"]
    assert first["stance_because"] == "the verb “denied”"
    assert "crossfire" in second["stance_because"]
