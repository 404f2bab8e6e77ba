"""What one speaker says once is proposed once, however many verbs of it could be read."""

from __future__ import annotations

from probata.claims.reading import read_article


def test_a_stretch_inside_another_of_the_same_stance_is_not_proposed_again():
    """`could not independently confirm who fired` is one statement of one agency, not two."""
    text = "Heron Wire could not independently confirm who fired the shots that are heard in the video.\n"
    (one,) = read_article(text.encode()).proposals
    assert (one.speaker.name, one.stance.value) == ("Heron Wire", "denies_knowledge")


def test_the_same_words_of_another_speaker_are_proposed_beside_it():
    """Two who say alike are two."""
    text = (
        "The ministry said that an investigation had been opened. "
        "The governor said that an investigation had been opened.\n"
    )
    assert len(read_article(text.encode()).proposals) == 2
