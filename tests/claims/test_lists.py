"""What lists of claims ask for at once: every translation, what changed, where things come from; and the reading."""

from __future__ import annotations

from datetime import timedelta

import pytest

from probata.capture import services as capture
from probata.claims import selectors, services
from probata.claims.assertions import Assertion
from probata.claims.parties import Party
from probata.claims.propositions import EdgeKind, Proposition
from probata.claims.reading.errors import NotAText
from probata.claims.reading.taken import taken
from probata.claims.reading.telling import as_json
from probata.engines import clock
from probata.terms.errors import InvalidValue
from probata.terms.ids import new_record_id

TEXT = "The Hill Ministry denied on Monday that its soldiers had fired the shots near the mill.\n"


@pytest.fixture
def actor(workspace):
    return workspace.keyring.signing


@pytest.fixture
def lantern(actor):
    told = {"kind": "outlet", "naming": "named", "names": [{"text": "The Lantern", "language": "en"}]}
    return services.add_party(Party.from_json(told), actor=actor).id


@pytest.fixture
def shots(actor):
    told = {"type": "occurred", "statement": "three shots are fired"}
    return services.add_proposition(Proposition.from_json(told), actor=actor).id


def says(actor, proposition, speaker, words, **more):
    told = {"proposition": proposition, "speaker": speaker, "stance": "alleges"}
    told |= {"words": {"text": words, "language": "en"}}
    return services.add_assertion(Assertion.from_json(told), actor=actor, **more).id


def test_every_translation_at_once_is_each_ones_own(actor, lantern, shots):
    """What lists are told is what each assertion alone would be told, also after it was recorded better."""
    first = says(actor, shots, lantern, "shots")
    other = says(actor, shots, lantern, "none")
    services.translate(first, actor=actor, text="tirs", language="fr")
    same = says(actor, shots, lantern, "shots", supersedes=first, reason="its basis")
    services.translate(same, actor=actor, text="Schüsse", language="de")
    changed = says(actor, shots, lantern, "two shots", supersedes=same, reason="misread")
    services.translate(changed, actor=actor, text="deux tirs", language="fr")
    every = selectors.every_translation()
    for one in (first, other, same, changed):
        assert every.get(one, []) == selectors.translations(one), one
    assert [one.text for one in every[same]] == ["tirs", "Schüsse"]


def test_what_changed_since_a_moment(actor, lantern, shots, tmp_path):
    """Each change once, the newest first, under the proposition that stands; nothing from before the moment."""
    made = says(actor, shots, lantern, "shots")
    services.translate(made, actor=actor, text="tirs", language="fr")
    better = says(actor, shots, lantern, "three shots", supersedes=made, reason="misread")
    source = says(actor, shots, lantern, "earlier")
    services.trace(better, source, actor=actor, why="the same words")
    told = Proposition.from_json({"type": "occurred", "statement": "no shots are fired"})
    none = services.add_proposition(told, actor=actor).id
    services.relate(shots, EdgeKind.CONTRADICTS, none, actor=actor, why="as it says")
    told = Proposition.from_json({"type": "occurred", "statement": "three shots are heard"})
    now_so = services.add_proposition(told, actor=actor, supersedes=shots, reason="nobody saw them").id
    found = selectors.changes(clock.now() - timedelta(hours=1))
    kinds = [one.kind for one in found]
    assert kinds == ["reworded", "related", "stated", "traced", "said", "corrected", "translated", "said", "stated"]
    assert {one.proposition for one in found} == {now_so, none}
    assert [one.why for one in found if one.kind in {"reworded", "traced"}] == ["nobody saw them", "the same words"]
    assert {one.by for one in found} == {"operator"}
    assert selectors.changes(clock.now() + timedelta(hours=1)) == []


def test_an_assertion_that_ended_is_a_change(actor, lantern, shots, workspace, tmp_path):
    """What had come of a proposal and was rejected afterwards is told as ended, with the reason."""
    item, proposed = _article(actor, tmp_path)
    assertion = taken(proposed, proposition=shots, speaker=lantern)
    services.decide_proposal(item, proposed, actor=actor, decision="accepted", assertion=assertion)
    services.decide_proposal(item, proposed, actor=actor, decision="rejected", reason="of other shots")
    newest = selectors.changes(clock.now() - timedelta(hours=1))[0]
    assert (newest.kind, newest.proposition, newest.why) == ("ended", shots, "of other shots")


def test_the_newest_word_on_a_source_is_told_with_its_reason(actor, lantern, shots):
    """By source, also where assertion or source were recorded better since."""
    source, made = says(actor, shots, lantern, "first"), says(actor, shots, lantern, "second")
    services.trace(made, source, actor=actor, why="the same words")
    services.trace(made, source, actor=actor, why="written an hour before", stands=False)
    better = says(actor, shots, lantern, "the second", supersedes=made, reason="misread")
    later = says(actor, shots, lantern, "the first", supersedes=source, reason="misread")
    told = selectors.traces([better])[better]
    assert [(one.source, one.stands, one.why) for one in told.values()] == [(later, False, "written an hour before")]
    assert selectors.traces([source]) == {}


def test_earlier_wordings_are_told_the_last_first(actor, shots):
    """Every wording that a proposition had stays readable."""
    standing = shots
    for words in ("three shots are heard", "three reports are heard"):
        told = Proposition.from_json({"type": "occurred", "statement": words})
        standing = services.add_proposition(told, actor=actor, supersedes=standing, reason="nobody saw them").id
    earlier = [one.thing.statement for one in selectors.earlier_propositions(standing)]
    assert earlier == ["three shots are heard", "three shots are fired"]


def test_a_preserved_article_is_read(actor, tmp_path):
    """Read by the rules of today, as `probata read` reads it; by a given date, where one is given."""
    item, proposed = _article(actor, tmp_path)
    assert (proposed["speaker"], proposed["stance"]) == ("The Hill Ministry", "denies_act")
    told = as_json(selectors.reading(item, published_on="2031-10-14"))
    assert told["published"] == {"stated": "2031-10-14", "because": "given by you"}
    with pytest.raises(InvalidValue):
        selectors.reading(item, published_on="soon")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    (outcome,) = capture.add(str(tmp_path / "picture.png"), actor=actor, reason="found")
    with pytest.raises(NotAText):
        selectors.reading(outcome.acquired.sha256)


def test_a_proposal_is_taken_over_as_read_or_as_corrected(actor, tmp_path):
    """Words, language, hedges and time come along; what a person corrects replaces what was read."""
    _item, proposed = _article(actor, tmp_path)
    ids = {"proposition": new_record_id(), "speaker": new_record_id()}
    as_read = taken(proposed, **ids)
    assert (as_read.words.text, as_read.words.language) == (proposed["text"], "en")
    assert as_read.stance.value == "denies_act"
    other = {"stance": "denies_knowledge", "words": "had fired", "language": "und", "via": [ids["speaker"]]}
    corrected = taken(proposed, **ids, **other)
    assert (corrected.stance.value, corrected.words.text, corrected.words.language) == (
        "denies_knowledge",
        "had fired",
        "und",
    )
    assert corrected.via == (ids["speaker"],)
    hostile = taken({**proposed, "text": "evil\u202egpj", "hedges": ["may\u202e"]}, **ids)
    assert hostile.words.text == "evil<U+202E>gpj"
    assert hostile.hedges == ("may<U+202E>",)


def _article(actor, folder):
    """The digest of a preserved text and what is first proposed in it."""
    path = folder / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    (outcome,) = capture.add(str(path), actor=actor, reason="found")
    item = outcome.acquired.sha256
    return item, as_json(selectors.reading(item))["assertions"][0]
