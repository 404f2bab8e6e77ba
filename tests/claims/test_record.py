"""What parties claim stays theirs: words, author and source; what it says of one act it says of no other."""

from __future__ import annotations

import pytest
from attrs import evolve
from django.db import DatabaseError, connection, transaction

from probata.access import services as access
from probata.access.roles import NotAllowed, Role
from probata.capture import services as capture
from probata.claims import models as rows
from probata.claims import selectors, services
from probata.claims.assertions import Assertion, Basis
from probata.claims.parties import Party
from probata.claims.propositions import EdgeKind, Proposition
from probata.claims.stances import Stance
from probata.cli.__main__ import main
from probata.custody import selectors as custody
from probata.terms.errors import InvalidValue
from probata.terms.ids import new_record_id
from probata.terms.text import Stated


def outlet(name: str) -> Party:
    return Party.from_json({"kind": "outlet", "naming": "named", "names": [{"text": name, "language": "en"}]})


def occurred(statement: str) -> Proposition:
    return Proposition.from_json({"type": "occurred", "statement": statement})


@pytest.fixture
def actor(workspace):
    return workspace.keyring.signing


@pytest.fixture
def lantern(actor):
    return services.add_party(outlet("The Morning Lantern"), actor=actor).id


@pytest.fixture
def unit(actor):
    told = {"kind": "unit", "naming": "named", "names": [{"text": "Third Heron Battalion", "language": "en"}]}
    return services.add_party(Party.from_json(told), actor=actor).id


def says(actor, proposition, speaker, words="It was so", stance=Stance.ALLEGES, **more):
    assertion = Assertion(
        proposition=proposition, stance=stance, speaker=speaker, words=Stated(text=words, language="en"), **more
    )
    return services.add_assertion(assertion, actor=actor).id


def test_an_assertion_keeps_its_words_and_its_author(actor, lantern):
    """Words come back letter for letter, in their language, with who said them and who recorded that."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    made = says(actor, proposition, lantern, "Прозвучали три выстрела", basis=Basis.OWN_ANALYSIS)
    known = selectors.assertion(made)
    assert known.thing.words.text == "Прозвучали три выстрела"
    assert (known.thing.speaker, known.by) == (lantern, "operator")
    assert [one.id for one in selectors.claims().of(proposition)] == [made]


def test_what_is_said_of_one_act_is_said_of_no_other(actor, lantern, unit):
    """Who is said to have laid the ambush is not thereby said to have fired the shots."""
    told = {"type": "authorship", "value": {"party": unit}}
    ambush = services.add_proposition(
        Proposition.from_json({**told, "act": "the ambush", "statement": "the unit laid the ambush"}), actor=actor
    ).id
    shooting = services.add_proposition(
        Proposition.from_json({**told, "act": "the shooting", "statement": "the unit fired the shots"}), actor=actor
    ).id
    says(actor, ambush, lantern, stance=Stance.ATTRIBUTES)
    claims = selectors.claims()
    assert len(claims.of(ambush)) == 1
    assert claims.of(shooting) == []
    assert claims.contradictions() == []


def test_who_attributes_names_a_party_and_an_act(actor, lantern):
    """`attributes` of a proposition that names neither is refused, and says how to state it."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    with pytest.raises(services.AttributionWithoutAct) as refused:
        says(actor, proposition, lantern, stance=Stance.ATTRIBUTES)
    assert "authorship" in refused.value.what_to_do


def test_a_proposition_of_who_did_something_names_the_act(unit):
    """`authorship` without an act would speak of every act at once."""
    with pytest.raises(InvalidValue, match="does not name the act"):
        Proposition.from_json({"type": "authorship", "statement": "the unit did it", "value": {"party": unit}})


def test_several_translations_stand_beside_the_words(actor, lantern):
    """A translation replaces neither the words nor another translation."""
    proposition = services.add_proposition(occurred("a man is heard"), actor=actor).id
    made = says(actor, proposition, lantern, "Он хрипит")
    services.translate(made, actor=actor, text="He is wheezing", language="en", translator="A. Reader")
    services.translate(made, actor=actor, text="He rattles", language="en")
    assert [one.text for one in selectors.translations(made)] == ["He is wheezing", "He rattles"]
    assert [one.translator for one in selectors.translations(made)] == ["A. Reader", "operator"]
    assert selectors.assertion(made).thing.words.text == "Он хрипит"


def test_what_is_superseded_leads_on_to_what_stands(actor, lantern, unit):
    """A corrected name of a party is what every assertion of theirs shows from then on; the old row stays."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    says(actor, proposition, lantern)
    renamed = services.add_party(outlet("The Lantern"), actor=actor, reason="misspelt", supersedes=lantern).id
    claims = selectors.claims()
    assert lantern not in claims.parties
    assert {one.thing.speaker for one in claims.of(proposition)} == {renamed}
    assert selectors.party(lantern).id == renamed
    assert rows.Party.objects.filter(pk=lantern).exists()
    with pytest.raises(services.ClaimSuperseded):
        services.add_party(outlet("Lantern"), actor=actor, supersedes=lantern)


def test_what_was_taken_from_another_counts_with_it(actor, lantern):
    """Nine reports that derive from three are nine sources and three roots; so it stays when found later."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    first = says(actor, proposition, lantern)
    copies = []
    for number in range(4):
        speaker = services.add_party(outlet(f"Outlet {number}"), actor=actor).id
        copies.append(says(actor, proposition, speaker, derives_from=(first,)))
    late = services.add_party(outlet("Late Edition"), actor=actor).id
    copies.append(says(actor, proposition, late))
    claims = selectors.claims()
    everyone = [first, *copies]
    assert claims.independence(everyone).sentence == "6 sources, 2 independent roots"
    services.trace(copies[-1], copies[0], actor=actor, why="the wording is the same, mistakes included")
    assert selectors.claims().independence(everyone).sentence == "6 sources, 1 independent root"
    services.trace(copies[-1], copies[0], actor=actor, why="a common earlier source was found", stands=False)
    assert selectors.claims().independence(everyone).sentence == "6 sources, 2 independent roots"


def test_two_analyses_of_one_clip_share_a_root(workspace, actor, lantern, tmp_path):
    """Whoever looked at the same footage does not corroborate who looked at it before."""
    path = tmp_path / "clip.txt"
    path.write_text("no footage, and none is needed")
    (outcome,) = capture.add(str(path), actor=actor, reason="a test")
    footage = f"item:{outcome.acquired.sha256}"
    other = services.add_party(outlet("Evening Post"), actor=actor).id
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    both = [says(actor, proposition, who, derives_from=(footage,)) for who in (lantern, other)]
    independence = selectors.claims().independence(both)
    assert independence.sentence == "2 sources, 1 independent root"
    assert independence.roots[0].kind == "footage"


def test_contradictions_are_said_and_computed(actor):
    """What people say cannot both be so, what values exclude, and what follows from either, each with its reason."""
    many = services.add_proposition(_counted(3, None), actor=actor).id
    few = services.add_proposition(_counted(1, 2), actor=actor).id
    staged = services.add_proposition(occurred("the scene was acted"), actor=actor).id
    real = services.add_proposition(occurred("persons were shot"), actor=actor).id
    services.relate(staged, EdgeKind.CONTRADICTS, real, actor=actor, why="whoever acts is not shot")
    services.relate(many, EdgeKind.ENTAILS, real, actor=actor, why="bodies of persons who were shot")
    found = {frozenset((edge.start, edge.end)): edge for edge in selectors.claims().contradictions()}
    assert set(found) == {frozenset((many, few)), frozenset((staged, real)), frozenset((many, staged))}
    assert found[frozenset((many, few))].why == "the one has at least 3, the other at most 2"
    services.relate(real, EdgeKind.CONTRADICTS, staged, actor=actor, why="not so after all", stands=False)
    left = {frozenset((edge.start, edge.end)) for edge in selectors.claims().contradictions()}
    assert left == {frozenset((many, few))}


def _counted(least, most):
    count = {"min": least, "max": most, "basis": "simultaneous", "population": "bodies", "exhaustive": most is not None}
    return Proposition.from_json(
        {"type": "count", "statement": f"bodies {least}", "subject": "the yard", "value": {"count": count}}
    )


def test_a_proposal_becomes_an_assertion_in_one_act(workspace, actor, lantern, tmp_path):
    """Accepting what `read` proposed records decision and assertion together; rejecting records the decision alone."""
    path = tmp_path / "article.txt"
    path.write_text("“Three shots were fired,” said The Morning Lantern.")
    (outcome,) = capture.add(str(path), actor=actor, reason="a test")
    item = outcome.acquired.sha256
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    proposed = {"start": 0, "end": 28, "speaker": "The Morning Lantern", "stance": "alleges"}
    words = Stated(text="Three shots were fired", language="en")
    assertion = Assertion(proposition=proposition, stance=Stance.ALLEGES, speaker=lantern, words=words)
    size = custody.size_and_time()[0]
    known = services.decide_proposal(item, proposed, actor=actor, decision="accepted", assertion=assertion)
    assert custody.size_and_time()[0] == size + 2
    assert selectors.proposals(item)[0, 28].assertion_id == known.id
    services.decide_proposal(item, proposed, actor=actor, decision="rejected", reason="a headline")
    assert selectors.proposals(item)[0, 28].decision == "rejected"
    with pytest.raises(InvalidValue, match="bytes"):
        services.decide_proposal(item, {"start": 0, "end": 10_000}, actor=actor, decision="rejected")


def test_whoever_may_not_is_refused(workspace, actor):
    """An auditor reads what was claimed and writes nothing."""
    auditor = access.enrol(workspace.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
    with pytest.raises(NotAllowed):
        services.add_party(outlet("The Morning Lantern"), actor=auditor.signing)


def test_names_that_are_not_there_are_answered(actor, lantern):
    """Every reference that leads nowhere says to what, and where to look."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    for wrong in ({"proposition": new_record_id()}, {"speaker": new_record_id()}, {"derives_from": (new_record_id(),)}):
        told = {"proposition": proposition, "speaker": lantern, "derives_from": (), **wrong}
        with pytest.raises((selectors.PropositionNotFound, selectors.PartyNotFound, selectors.AssertionNotFound)):
            says(actor, told["proposition"], told["speaker"], derives_from=told["derives_from"])


@pytest.mark.parametrize("table", ["claims_party", "claims_proposition", "claims_assertion", "claims_edge"])
def test_nothing_is_edited_or_deleted_by_sql(actor, lantern, table):
    """The database refuses both, with or without an act."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    other = services.add_proposition(occurred("no shot is fired"), actor=actor).id
    services.relate(proposition, EdgeKind.CONTRADICTS, other, actor=actor, why="three is not none")
    says(actor, proposition, lantern)
    for statement in (f"UPDATE {table} SET recorded_by = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_rebuilding_gives_the_same_claims(workspace, actor, lantern, unit):
    """`rebuild` gives every party, proposition, assertion, translation, edge and origin from the ledger alone."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    other = services.add_proposition(occurred("no shot is fired"), actor=actor).id
    services.relate(proposition, EdgeKind.CONTRADICTS, other, actor=actor, why="three is not none")
    first = says(actor, proposition, lantern)
    second = says(actor, proposition, unit, via=(lantern,))
    services.trace(second, first, actor=actor, why="the same words")
    services.translate(first, actor=actor, text="Es war so", language="de")
    tables = (rows.Party, rows.Proposition, rows.Assertion, rows.Translation, rows.Edge, rows.Origin)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    assert main(["rebuild", "-w", str(workspace.root)]) == 0
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_two_parties_of_one_name_are_asked_about(actor, lantern):
    """A name that two bear names neither; its id does."""
    services.add_party(outlet("The Morning Lantern"), actor=actor)
    with pytest.raises(selectors.PartyAmbiguous):
        selectors.party("The Morning Lantern")
    assert selectors.party(lantern).id == lantern


def test_frozen_values_are_replaced_not_changed(actor, lantern):
    """A corrected assertion is a new one that supersedes the old."""
    proposition = services.add_proposition(occurred("three shots are fired"), actor=actor).id
    made = says(actor, proposition, lantern)
    known = selectors.assertion(made)
    better = evolve(known.thing, stance=Stance.STATES_CIRCUMSTANCES)
    after = services.add_assertion(better, actor=actor, supersedes=made, reason="misread")
    assert selectors.assertion(made).id == after.id
