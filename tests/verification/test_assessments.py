"""Two judgements, how far they lie apart, and what they allow to be found; never more than the weaker of the two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.terms.ids import new_record_id
from probata.terms.places import Point
from probata.terms.times import TimeRange
from probata.terms.words import Confidence, Likelihood
from probata.verification.assessments import Assessment, Finding, Result, Standard, agree, distance, finding

ONE = new_record_id()
FITS = {
    Result.ESTABLISHED: (Likelihood.VERY_LIKELY, Likelihood.ALMOST_CERTAIN),
    Result.LIKELY: (Likelihood.LIKELY, Likelihood.VERY_LIKELY),
    Result.POSSIBLE: (Likelihood.UNLIKELY, Likelihood.ROUGHLY_EVEN_CHANCE, Likelihood.LIKELY),
    Result.REFUTED: (Likelihood.ALMOST_NO_CHANCE, Likelihood.VERY_UNLIKELY),
}


def judged(result=Result.LIKELY, likelihood=Likelihood.LIKELY, confidence=Confidence.MODERATE, **more):
    told = {"reasons_for": (ONE,), "other_side": "both sides' statements", **more}
    return Assessment(result=result, reasons="what was seen", likelihood=likelihood, confidence=confidence, **told)


@st.composite
def judgements(draw):
    """Any judgement that says something, or that nothing can be said."""
    result = draw(st.sampled_from([*FITS, Result.CONTESTED]))
    if result not in FITS:
        return Assessment(result=result, reasons="people differ")
    return judged(result, draw(st.sampled_from(FITS[result])), draw(st.sampled_from(Confidence)))


@given(judgements(), judgements())
def test_distance_is_the_same_either_way_round(one, other):
    """Whoever judged first changes nothing; nothing lies apart from itself; agreement is mutual."""
    assert distance(one, other) == distance(other, one)
    assert agree(one, other) == agree(other, one)
    assert agree(one, one)
    assert distance(one, one).result_steps in {0, None}


@given(judgements(), judgements())
def test_a_finding_is_no_surer_than_either(one, other):
    """What two people found is told with the lower confidence, and with the likelihood that is nearer to even."""
    if not agree(one, other):
        with pytest.raises(InvalidValue, match="do not agree"):
            finding([one, other], "it was so", standard=None, because="two looked")
        return
    found = finding([one, other], "it was so", standard=None, because="two looked").judgement
    if one.result is Result.CONTESTED:
        assert found is None
        return
    order, bands = list(Confidence), list(Likelihood)
    assert order.index(found.confidence) == min(order.index(one.confidence), order.index(other.confidence))
    middle = bands.index(Likelihood.ROUGHLY_EVEN_CHANCE)
    far = [abs(bands.index(each.likelihood) - middle) for each in (one, other)]
    assert abs(bands.index(found.likelihood) - middle) == min(far)


@given(judgements(), judgements(), judgements())
def test_a_third_decides_only_with_one_of_the_two(one, other, third):
    """Three people who found three things can find together only that it is contested."""
    asked = [one, other, third]
    if agree(one, third) or agree(other, third) or third.result is Result.CONTESTED:
        assert finding(asked, "it was so", standard=None, because="three looked").result is third.result
    else:
        with pytest.raises(InvalidValue, match="three things"):
            finding(asked, "it was so", standard=None, because="three looked")


@given(judgements())
def test_a_judgement_survives_being_written(one):
    """Written as JSON and read back it is the same."""
    assert Assessment.from_json(one.as_json()) == one


def test_likelihood_and_confidence_stand_in_two_sentences():
    """Never in one, where they are read as one (ICD 203)."""
    found = finding([judged(), judged()], "three shots were fired", standard=None, because="both heard them")
    first, second = found.sentences
    assert "likely" in first
    assert "onfidence" not in first
    assert second.startswith("Confidence in this judgement is moderate")
    assert Finding.from_json(found.as_json()) == found


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"likelihood": None}, "needs a likelihood"),
        ({"confidence": None}, "needs a likelihood"),
        ({"result": Result.INDETERMINATE}, "nothing is likely"),
        ({"result": Result.NOT_APPLICABLE}, "nothing is likely"),
    ],
)
def test_words_of_doubt_fit_the_result(wrong, why):
    """A judgement has both words, and where nothing is judged there is neither."""
    told = {"result": Result.LIKELY, "likelihood": Likelihood.LIKELY, "confidence": Confidence.LOW, **wrong}
    with pytest.raises(InvalidValue, match=why):
        judged(**told)


@given(st.sampled_from(list(FITS)), st.sampled_from(Likelihood))
def test_a_result_and_its_likelihood_say_the_same(result, likelihood):
    """What is established is not unlikely, and what is refuted not likely: sentence and result never contradict."""
    if likelihood in FITS[result]:
        assert judged(result, likelihood).likelihood is likelihood
    else:
        with pytest.raises(InvalidValue, match="does not go with"):
            judged(result, likelihood)


def test_a_judgement_rests_on_something_and_hears_both_sides():
    """Nothing is likely by itself; and where nothing speaks against it, it says where that was looked for."""
    with pytest.raises(InvalidValue, match="rests on nothing"):
        judged(reasons_for=())
    with pytest.raises(InvalidValue, match="other side"):
        judged(other_side=None)
    assert judged(other_side=None, reasons_against=(new_record_id(),)).other_side is None
    refuted = {"result": Result.REFUTED, "likelihood": Likelihood.VERY_UNLIKELY}
    with pytest.raises(InvalidValue, match="other side"):
        judged(**refuted, reasons_for=(), reasons_against=(ONE,), other_side=None)


def test_evidence_stands_on_one_side():
    """What speaks for it does not speak against it as well; its order tells no side."""
    both = new_record_id()
    with pytest.raises(InvalidValue, match="for it and against it"):
        judged(reasons_for=(both,), reasons_against=(both,))
    names = sorted(new_record_id() for _ in range(4))
    assert judged(reasons_for=tuple(names[2:]), reasons_against=tuple(names[:2])).rests_on == tuple(names)


def test_two_places_are_measured_and_two_times_must_meet():
    """Metres between points; minutes between ranges that share no instant, over which two people do not agree."""
    kyiv, near = Point(latitude_deg=50.45, longitude_deg=30.52), Point(latitude_deg=50.46, longitude_deg=30.52)
    assert distance(judged(point=kyiv), judged(point=near)).metres == 1112
    morning = TimeRange.from_json(["2022-03-30T06:00:00+03:00", "2022-03-30T10:00:00+03:00"])
    noon = TimeRange.from_json(["2022-03-30T11:30:00+03:00", "2022-03-30T12:00:00+03:00"])
    apart = judged(range=morning), judged(range=noon)
    assert distance(*apart).minutes == 90
    assert not agree(*apart)
    assert distance(judged(range=morning), judged(range=morning)).minutes == 0


def test_a_standard_of_proof_is_a_label_on_what_was_established():
    """It is given by people, and to nothing that is merely likely."""
    sure = judged(Result.ESTABLISHED, Likelihood.ALMOST_CERTAIN, Confidence.HIGH)
    standard = Standard.REASONABLE_GROUNDS
    assert finding([sure, sure], "it was so", standard=standard, because="seen twice").standard is standard
    with pytest.raises(InvalidValue, match="standard of proof"):
        finding([judged(), judged()], "it was so", standard=standard, because="seen twice")
    unsure = judged(Result.ESTABLISHED, Likelihood.VERY_LIKELY, Confidence.LOW)
    with pytest.raises(InvalidValue, match="confidence is low"):
        finding([unsure, unsure], "it was so", standard=Standard.BEYOND_REASONABLE_DOUBT, because="seen twice")


def test_one_person_finds_nothing():
    """A finding takes two."""
    with pytest.raises(InvalidValue, match="takes two people"):
        finding([judged()], "it was so", standard=None, because="one looked")


def test_two_who_are_two_bands_apart_do_not_agree():
    """The next band is near enough; beyond it a third is asked, though both say that it is possible."""
    bands = (Likelihood.UNLIKELY, Likelihood.ROUGHLY_EVEN_CHANCE, Likelihood.LIKELY)
    low, middle, high = (judged(Result.POSSIBLE, band) for band in bands)
    assert agree(low, middle)
    assert agree(middle, high)
    assert not agree(low, high)
