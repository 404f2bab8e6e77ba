"""What people note and what parties claim is found beside what is heard and read, each told as what it is."""

from __future__ import annotations

from fractions import Fraction

import pytest
from attrs import evolve

from probata.analysis import services as analysis
from probata.analysis.observations import Epistemic, Observation, ObservationKind
from probata.capture import services as capture
from probata.claims import selectors as known_claims
from probata.claims import services as claims
from probata.claims.assertions import Appearance, Assertion
from probata.claims.parties import Party
from probata.claims.propositions import Proposition
from probata.claims.stances import Stance
from probata.search import selectors
from probata.terms.digests import Sha256
from probata.terms.spans import Span
from probata.terms.text import Stated
from probata.terms.words import Confidence


@pytest.fixture
def actor(workspace):
    return workspace.keyring.signing


@pytest.fixture
def item(actor, tmp_path):
    path = tmp_path / "article.txt"
    path.write_text("Выстрелы слышали у Дмитровки, сказал чиновник. Стрельбу слышали у реки.", encoding="utf-8")
    (outcome,) = capture.add(str(path), actor=actor, reason="a test")
    return outcome.acquired.sha256


@pytest.fixture
def claim(actor, item):
    told = {"kind": "outlet", "naming": "named", "names": [{"text": "The Morning Lantern", "language": "en"}]}
    speaker = claims.add_party(Party.from_json(told), actor=actor).id
    statement = {"type": "occurred", "statement": "shots are fired"}
    proposition = claims.add_proposition(Proposition.from_json(statement), actor=actor).id
    assertion = Assertion(
        proposition=proposition,
        stance=Stance.ALLEGES,
        speaker=speaker,
        words=Stated(text="Выстрелы слышали у Дмитровки", language="ru"),
        appears_in=Appearance(item=Sha256(item), start=0, end=53),
    )
    return claims.add_assertion(assertion, actor=actor).id


def observe(actor, item, description):
    seen = Observation(
        item=Sha256(item),
        kind=ObservationKind.LANDMARK,
        epistemic=Epistemic.VISIBLE,
        certainty=Confidence.HIGH,
        description=description,
        segment=Span(start_pts=50, end_pts=75, time_base=Fraction(1, 25)),
    )
    return analysis.observe(seen, actor=actor)


def found(words, **more):
    return [(hit.kind, hit.analyser) for hit in selectors.hits(words, **more).hits]


def test_a_claim_is_found_across_scripts_and_told_as_a_claim(item, claim):
    """Dmytrivka finds what was claimed of Дмитровка, and says who tells it: a claim, with its stance."""
    (hit,) = selectors.hits("Dmytrivka", sources=("claims",)).hits
    assert (hit.kind, hit.analyser, hit.state, hit.item) == ("claim", "claims", "alleges", item)
    assert (hit.speaker, hit.record) == ("The Morning Lantern", claim)


def test_a_translation_of_a_claim_is_found_once_it_is_there(actor, item, claim):
    """Recording a translation is enough for it to be found."""
    assert found("gunfire") == []
    claims.translate(claim, actor=actor, text="Gunfire was heard near Dmytrivka", language="en")
    assert found("gunfire") == [("translation", "claims")]


def test_an_observation_is_found_at_its_moment_until_it_is_withdrawn(actor, item):
    """A note leads to its stretch; what was withdrawn is said no more."""
    known = observe(actor, item, "a water tower left of the road")
    (hit,) = selectors.hits("tower", sources=("observations",)).hits
    assert (hit.kind, hit.start_pts, hit.time_base) == ("observation", 50, Fraction(1, 25))
    assert (hit.speaker, hit.record) == ("operator", known.id)
    analysis.withdraw(known.id, actor=actor, reason="another place")
    assert found("tower") == []


def test_a_claim_that_was_corrected_is_found_as_it_stands(actor, item, claim):
    """The words of what was superseded are found no more."""
    words = Stated(text="Стрельбу слышали у реки", language="ru")
    better = evolve(known_claims.assertion(claim).thing, words=words, appears_in=Appearance(item=Sha256(item)))
    claims.add_assertion(better, actor=actor, supersedes=claim, reason="misread")
    assert found("Dmytrivka", sources=("claims",)) == []
    assert found("Стрельба", sources=("claims",)) == [("claim", "claims")]


def test_what_was_said_and_stands_in_no_item_is_found(actor, item, claim):
    """Nobody reads that nothing was said while it stands on the record: such a claim has no item, and says so."""
    known = known_claims.assertion(claim)
    words = Stated(text="Он хрипит", language="ru")
    said = claims.add_assertion(evolve(known.thing, words=words, appears_in=None), actor=actor)
    (hit,) = selectors.hits("хрипит").hits
    assert (hit.item, hit.kind, hit.as_json()["item"]) == ("", "claim", None)
    claims.translate(said.id, actor=actor, text="He is wheezing", language="en")
    assert found("wheezing") == [("translation", "claims")]


def test_a_claim_that_finds_its_item_leaves_where_it_stood(actor, item, claim):
    """From no item into one, its words are found once, there; what another assertion says in no item stays."""
    known = known_claims.assertion(claim)
    nowhere = claims.add_assertion(evolve(known.thing, appears_in=None), actor=actor)
    assert sorted(hit.item for hit in selectors.hits("Dmytrivka").hits) == ["", item]
    claims.add_assertion(known.thing, actor=actor, supersedes=nowhere.id, reason="found in the article")
    assert [hit.item for hit in selectors.hits("Dmytrivka").hits] == [item, item]


def test_a_claim_that_moves_to_another_item_leaves_the_first(actor, item, claim, tmp_path):
    """The item in which its words were taken to stand says them no more."""
    path = tmp_path / "other.txt"
    path.write_text("Писали: «Выстрелы слышали у Дмитровки».", encoding="utf-8")
    (outcome,) = capture.add(str(path), actor=actor, reason="a test")
    other = outcome.acquired.sha256
    assert [hit.item for hit in selectors.hits("Dmytrivka").hits] == [item]
    moved = evolve(known_claims.assertion(claim).thing, appears_in=Appearance(item=Sha256(other)))
    claims.add_assertion(moved, actor=actor, supersedes=claim, reason="it was the other article")
    assert [hit.item for hit in selectors.hits("Dmytrivka").hits] == [other]


def test_who_says_it_is_told_as_they_are_called_today(actor, item, claim):
    """A party whose name was corrected is shown by the new one, and no word has to be indexed again for it."""
    told = {"kind": "outlet", "naming": "named", "names": [{"text": "The Lantern", "language": "en"}]}
    old = known_claims.assertion(claim).thing.speaker
    claims.add_party(Party.from_json(told), actor=actor, supersedes=old, reason="misspelt")
    (hit,) = selectors.hits("Dmytrivka").hits
    assert hit.speaker == "The Lantern"
