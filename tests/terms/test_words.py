"""Likelihood and confidence: two words, two sentences."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.terms.words import Confidence, Judgement, Likelihood, bands_holding

JUDGEMENTS = st.builds(
    Judgement,
    statement=st.just("both clips show the same courtyard"),
    likelihood=st.sampled_from(Likelihood),
    confidence=st.sampled_from(Confidence),
    because=st.just("four landmarks agree and the sun is consistent"),
)


def test_the_seven_bands_meet_and_leave_out_certainty() -> None:
    """ICD 203 runs from 1 to 99 percent in seven bands, each beginning where the last ends."""
    bands = [likelihood.percent for likelihood in Likelihood]
    assert len(bands) == 7
    assert bands[0][0] == 1
    assert bands[-1][1] == 99
    assert all(low[1] == high[0] for low, high in pairwise(bands))


@given(st.floats(min_value=0, max_value=100) | st.sampled_from([0, 1, 5, 20, 45, 55, 80, 95, 99, 100]))
def test_a_percentage_has_one_word_two_on_a_limit_none_outside(percent: float) -> None:
    expected = 0 if percent < 1 or percent > 99 else 2 if percent in {5, 20, 45, 55, 80, 95} else 1
    assert len(bands_holding(percent)) == expected


@given(JUDGEMENTS)
def test_likelihood_and_confidence_never_share_a_sentence(judgement: Judgement) -> None:
    assert "onfidence" not in judgement.likelihood_sentence
    assert judgement.likelihood.words not in judgement.confidence_sentence
    assert judgement.likelihood.words in judgement.likelihood_sentence
    low, high = judgement.likelihood.percent
    assert f"({low}–{high} %)" in judgement.likelihood_sentence


def test_the_two_sentences_read_as_sentences() -> None:
    judgement = Judgement(
        statement="the clip was filmed in the morning",
        likelihood=Likelihood.VERY_LIKELY,
        confidence=Confidence.MODERATE,
        because="one shadow was measured",
    )
    assert judgement.likelihood_sentence == "It is very likely (80–95 %) that the clip was filmed in the morning."
    assert judgement.confidence_sentence == "Confidence in this judgement is moderate: one shadow was measured."


@pytest.mark.parametrize("statement", ["with high confidence it was filmed there", "it was filmed there."])
def test_a_statement_that_would_mix_or_break_the_sentences_is_refused(statement: str) -> None:
    with pytest.raises(InvalidValue):
        Judgement(statement=statement, likelihood=Likelihood.LIKELY, confidence=Confidence.LOW, because="one source")


@given(JUDGEMENTS)
def test_judgements_survive_json(judgement: Judgement) -> None:
    assert Judgement.from_json(json.loads(json.dumps(judgement.as_json()))) == judgement
