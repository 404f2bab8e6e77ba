"""Nobody confirms their own assessment, nobody sees the other's before judging, and what is sealed stays as it is."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction

from probata.access import services as access
from probata.access.roles import NotAllowed, Role
from probata.analysis import services as analysis
from probata.analysis.observations import Epistemic, Observation, ObservationKind
from probata.capture import services as capture
from probata.claims import services as claims
from probata.claims.parties import Party
from probata.claims.propositions import Proposition
from probata.cli.__main__ import main
from probata.custody import services as custody
from probata.custody.models import Opening
from probata.terms.digests import Sha256
from probata.terms.ids import new_record_id
from probata.terms.spans import Span
from probata.terms.words import Confidence, Likelihood
from probata.verification import models as rows
from probata.verification import selectors, services
from probata.verification.assessments import Assessment, Dimension, Result, State

ROLES = frozenset({Role.ANALYST, Role.REVIEWER})


@pytest.fixture
def first(workspace):
    return access.enrol(workspace.keyring, "first", None, ROLES, reason="joins").signing


@pytest.fixture
def second(workspace):
    return access.enrol(workspace.keyring, "second", None, ROLES, reason="joins").signing


@pytest.fixture
def third(workspace):
    return access.enrol(workspace.keyring, "third", None, ROLES, reason="joins").signing


@pytest.fixture
def observation(first, tmp_path, workspace):
    path = tmp_path / "clip.txt"
    path.write_text("no footage, and none is needed")
    (outcome,) = capture.add(str(path), actor=workspace.keyring.signing, reason="a test")
    seen = Observation(
        item=Sha256(outcome.acquired.sha256),
        kind=ObservationKind.IMPULSIVE_SOUND,
        epistemic=Epistemic.AUDIBLE,
        certainty=Confidence.HIGH,
        description="three bangs",
        segment=Span(start_pts=10, end_pts=90, time_base=Fraction(1, 10)),
    )
    return analysis.observe(seen, actor=first).id


@pytest.fixture
def proposition(first):
    told = {"type": "occurred", "statement": "three shots are fired"}
    return claims.add_proposition(Proposition.from_json(told), actor=first).id


@pytest.fixture
def review(first, proposition):
    return services.open_review(proposition, Dimension.CONTENT, actor=first).id


@pytest.fixture
def judged(observation):
    """A judgement on the one observation that there is."""

    def made(result=Result.LIKELY, likelihood=Likelihood.LIKELY, confidence=Confidence.MODERATE, **more):
        told = {"reasons_for": (observation,), "other_side": "the sound before and after", **more}
        return Assessment(result=result, reasons="as I heard it", likelihood=likelihood, confidence=confidence, **told)

    return made


@pytest.fixture
def both(judged):
    """Two people judge, the second after taking the place."""

    def done(review, first, second, one=None, other=None):
        services.assess(review, one or judged(), actor=first)
        services.take(review, actor=second)
        return services.assess(review, other or judged(), actor=second)

    return done


def test_a_review_goes_from_open_to_sealed(review, first, second, judged):
    """Each step is a state of its own, and the finding names both people."""
    states = [selectors.review(review).state]
    states.append(services.assess(review, judged(), actor=first).state)
    services.take(review, actor=second)
    states.append(selectors.review(review).state)
    states.append(services.assess(review, judged(), actor=second).state)
    found = services.seal(review, actor=second, because="both heard three")
    states.append(selectors.review(review).state)
    assert states == [State.OPEN, State.PROPOSED, State.BLIND_SECOND, State.AGREED, State.SEALED]
    assert found.people == ("first", "second")
    assert found.finding.sentences[0] == "It is likely (55–80 %) that three shots are fired."


def test_nobody_is_second_to_themself(review, first, second, judged):
    """Neither by taking the place nor by judging again."""
    services.assess(review, judged(), actor=first)
    with pytest.raises(services.OwnAssessment):
        services.take(review, actor=first)
    with pytest.raises(services.OwnAssessment):
        services.assess(review, judged(), actor=first)
    services.take(review, actor=second)
    with pytest.raises(services.OwnAssessment):
        services.assess(review, judged(), actor=first)


def test_the_second_does_not_see_what_the_first_found(review, first, second, observation, judged):
    """Not the answer, not its side, not in the task, not in any list; from then on everybody sees both."""
    services.assess(review, judged(), actor=first)
    task = services.take(review, actor=second)
    assert [one["id"] for one in task.observations] == [observation]
    assert "as I heard it" not in str(task.as_json())
    for viewer in (None, second.key_id):
        assert selectors.review(review, viewer).opinions == ()
        assert all(one.opinions == () for one in selectors.reviews(viewer))
    assert len(selectors.review(review, first.key_id).opinions) == 1
    services.assess(review, judged(), actor=second)
    assert len(selectors.review(review).opinions) == 2


def test_the_reason_of_an_act_tells_no_answer(review, first, judged):
    """Who reads the ledger's reasons learns that somebody judged, not how."""
    services.assess(review, judged(Result.REFUTED, Likelihood.VERY_UNLIKELY), actor=first)
    reasons = [
        str(one.record) for one in Opening.objects.filter(subject__startswith="act:") if "refuted" in str(one.record)
    ]
    assert reasons == []


def test_the_task_holds_only_the_stretches_that_it_rests_on(review, first, second, observation, judged):
    """Nobody watches more than the finding rests on."""
    services.assess(review, judged(reasons_for=(), reasons_against=(observation,)), actor=first)
    (segment,) = services.take(review, actor=second).segments
    assert segment["segment"] == {"start_pts": 10, "end_pts": 90, "time_base": "1/10"}


def test_a_side_is_not_told_by_the_order(review, first, second, observation, judged):
    """Inputs that speak for it and against it come in one list, by their ids."""
    run = {"tool": "when", "version": "1", "inputs": {}, "parameters": {}, "seed": None, "outputs": {}}
    from probata.verification.derivation import Derivation

    derived = services.record_derivation(Derivation.from_json({**run, "uncertainty": {}}), actor=first)
    services.assess(review, judged(derivations=(derived,)), actor=first)
    task = services.take(review, actor=second)
    assert [one["id"] for one in task.derivations] == [derived]


def test_who_has_not_taken_the_place_does_not_fill_it(review, first, second, third, judged):
    """The second place belongs to whoever took it, before they saw anything."""
    services.assess(review, judged(), actor=first)
    with pytest.raises(services.NotTheirTurn):
        services.assess(review, judged(), actor=second)
    services.take(review, actor=second)
    with pytest.raises(services.PlaceTaken):
        services.take(review, actor=third)
    with pytest.raises(services.PlaceTaken):
        services.assess(review, judged(), actor=third)


@pytest.mark.engines
def test_disagreement_goes_to_a_third(review, first, second, third, judged, both):
    """Two who differ seal nothing; the third sees both, decides with one of them, and the distance is kept."""
    known = both(review, first, second, other=judged(Result.REFUTED, Likelihood.VERY_UNLIKELY))
    assert known.state is State.DISAGREED
    assert known.opinions[1].distance == {
        "result_steps": 2,
        "likelihood_bands": 3,
        "metres": None,
        "minutes": None,
    }
    with pytest.raises(services.NotTheirTurn):
        services.seal(review, actor=first, because="I was first")
    for one in (first, second):
        with pytest.raises(services.OwnAssessment):
            services.take(review, actor=one)
    services.take(review, actor=third)
    known = services.assess(review, judged(Result.REFUTED, Likelihood.VERY_UNLIKELY), actor=third)
    assert known.state is State.ADJUDICATED
    found = services.seal(review, actor=third, because="the third heard two doors")
    assert found.people == ("second", "third")
    assert found.finding.result is Result.REFUTED


def test_three_who_found_three_things_seal_no_more_than_that(review, first, second, third, judged, both):
    """A third who agrees with neither decides nothing by being last."""
    both(review, first, second, other=judged(Result.REFUTED, Likelihood.VERY_UNLIKELY))
    services.take(review, actor=third)
    services.assess(review, judged(Result.ESTABLISHED, Likelihood.ALMOST_CERTAIN), actor=third)
    with pytest.raises(ValueError, match="three things"):
        services.seal(review, actor=third, because="I decide")


@pytest.mark.engines
def test_what_is_sealed_takes_no_more_opinions(review, first, second, third, both):
    """By service it is not anybody's turn; by SQL the database refuses."""
    both(review, first, second)
    found = services.seal(review, actor=second, because="both heard three")
    with pytest.raises(services.NotTheirTurn):
        services.take(review, actor=third)
    with pytest.raises(services.NotTheirTurn):
        services.seal(review, actor=second, because="again")
    for statement in (
        "UPDATE verification_finding SET reason = 'x'",
        "DELETE FROM verification_finding",
        "UPDATE verification_opinion SET agrees = false",
        "DELETE FROM verification_opinion",
    ):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert _by_sql(third, _opinion(review, third, 3)) in {
        "what is sealed is superseded, never added to",
        "a third decides only where two disagree",
        "the second and the third take their place before they judge",
    }
    assert selectors.finding(found.id).as_json() == found.as_json()


@pytest.mark.engines
@pytest.mark.parametrize("place", [1, 2, 3])
def test_nobody_confirms_their_own_by_sql(review, first, second, place, judged):
    """Inside an open act, past every service, the database itself refuses a second opinion of one person."""
    services.assess(review, judged(), actor=first)
    refused = _by_sql(first, _opinion(review, first, place))
    assert refused
    assert rows.Opinion.objects.count() == 1


@pytest.mark.engines
def test_a_taken_place_is_no_way_round(review, first, second, judged):
    """Who judged first cannot take the second place by SQL either, nor fill it for somebody who did not take it."""
    services.assess(review, judged(), actor=first)
    own = {"review_id": review, "place": 2, "taken_by": first.key_id, "at": "2026-01-01", "seq": 1}
    assert _by_sql(first, ("verification_taking", own)) == "nobody is second to themself"
    assert _by_sql(second, _opinion(review, second, 2)) == "the second and the third take their place before they judge"


@pytest.mark.engines
def test_nobody_writes_under_another_s_name(review, first, second, judged):
    """In an act of one's own, a place or an opinion of somebody else is refused by the database."""
    services.assess(review, judged(), actor=first)
    taking = {"review_id": review, "place": 2, "taken_by": second.key_id, "at": "2026-01-01", "seq": 1}
    assert _by_sql(first, ("verification_taking", taking)) == "who is named is who acts"
    services.take(review, actor=second)
    assert _by_sql(first, _opinion(review, second, 2)) == "who is named is who acts"


@pytest.mark.engines
def test_a_finding_by_one_person_is_refused_by_sql(review, first, second, judged):
    """The database wants two distinct people who both judged and agree; one key twice, or a stranger's, is refused."""
    services.assess(review, judged(), actor=first)
    for other in (first, second):
        assert _by_sql(first, _finding(review, first, other))
    services.take(review, actor=second)
    services.assess(review, judged(), actor=second)
    assert _by_sql(first, _finding(review, first, first))
    unknown = {"attributes": True, "party_naming": "unknown"}
    assert "nothing_is_attributed_to_nobody" in _by_sql(first, _finding(review, first, second, **unknown))
    assert rows.Finding.objects.count() == 0


def _finding(review, one, other, **more):
    row = {"id": new_record_id(), "review_id": review, "body": "{}", "content": "{}", "digest": "", "reason": ""}
    row |= {"attributes": False, "party_naming": "", "sealed_by": one.key_id, "at": "2026-01-01", "seq": 1}
    return "verification_finding", {**row, "first_by": one.key_id, "second_by": other.key_id, **more}


def _opinion(review, signer, place):
    row = {"id": new_record_id(), "review_id": review, "place": place, "body": "{}", "inputs": "[]"}
    row |= {"given_by": signer.key_id}
    return "verification_opinion", {**row, "agrees": True if place == 2 else None, "at": "2026-01-01", "seq": 1}


def _by_sql(signer, written):
    """What the database says to a row written past every service, in an act that is open."""
    table, row = written
    marks = ", ".join(["%s"] * len(row))
    with pytest.raises(Exception, match=r".") as refused, custody.act(actor=signer, reason="a trick"):  # noqa: PT012
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
        pytest.fail("the database took it")
    assert refused.type.__name__ != "Failed"
    return str(refused.value).removeprefix("The record refused a write: ").removesuffix(".")


def test_an_unknown_party_is_not_found_responsible(first, proposition):
    """A deed is attributed to a party that is known, or to nobody: by service and by the database's own constraint."""
    party = claims.add_party(Party.from_json({"kind": "unit", "naming": "unknown"}), actor=first).id
    told = {"type": "authorship", "statement": "they fired", "act": "the shooting", "value": {"party": party}}
    wanted = claims.add_proposition(Proposition.from_json(told), actor=first).id
    for one in (wanted, proposition):
        with pytest.raises(services.AttributedToNobody):
            services.open_review(one, Dimension.ATTRIBUTION, actor=first)


def test_whether_a_party_is_known_is_asked_again_when_sealing(first, second, both):
    """A party that turns out to be unknown while two people judge is not found responsible after all."""
    named = {"kind": "unit", "naming": "named", "names": [{"text": "Heron Battalion", "language": "en"}]}
    party = claims.add_party(Party.from_json(named), actor=first).id
    told = {"type": "authorship", "statement": "they fired", "act": "the shooting", "value": {"party": party}}
    wanted = claims.add_proposition(Proposition.from_json(told), actor=first).id
    review = services.open_review(wanted, Dimension.ATTRIBUTION, actor=first).id
    both(review, first, second)
    unknown = Party.from_json({"kind": "unit", "naming": "unknown"})
    claims.add_party(unknown, actor=first, supersedes=party, reason="the name was another's")
    with pytest.raises(services.PropositionMoved):
        services.seal(review, actor=second, because="both say so")


def test_a_finding_is_superseded_never_changed(review, first, second, proposition, judged, both):
    """A new review of a sealed finding leaves it standing until the new one is sealed; then it points onward."""
    both(review, first, second)
    old = services.seal(review, actor=second, because="both heard three")
    again = services.open_review(proposition, Dimension.CONTENT, actor=second, supersedes=old.id).id
    both(again, second, first, one=judged(Result.POSSIBLE), other=judged(Result.POSSIBLE))
    assert selectors.finding(old.id).superseded_by == ""
    new = services.seal(again, actor=first, because="two of the three may be echoes")
    assert selectors.finding(old.id).superseded_by == new.id
    assert selectors.review(review).state is State.SUPERSEDED
    assert [one.id for one in selectors.findings()] == [new.id]
    with pytest.raises(services.FindingSuperseded):
        services.open_review(proposition, Dimension.CONTENT, actor=first, supersedes=old.id)


def test_the_seal_is_over_all_that_the_finding_rests_on(review, first, second, observation, both):
    """The digest is over what is kept beside it, as it read then; a later withdrawal changes nothing in it."""
    both(review, first, second)
    found = services.seal(review, actor=second, because="both heard three")
    assert services.seal_digest(found.content) == found.digest
    assert found.content["inputs"][0]["record"]["description"] == "three bangs"
    analysis.withdraw(observation, actor=first, reason="a door")
    again = selectors.finding(found.id)
    assert (again.digest, services.seal_digest(again.content)) == (found.digest, found.digest)
    changed = {**found.content, "finding": {**found.content["finding"], "result": "established"}}
    assert services.seal_digest(changed) != found.digest


def test_evidence_that_is_not_there_is_refused(review, first, judged):
    """An assessment rests on records, not on ids of nothing."""
    with pytest.raises(selectors.EvidenceNotFound):
        services.assess(review, judged(reasons_for=(new_record_id(),)), actor=first)


def test_who_may_not_judge_or_seal_is_refused(workspace, review, first, second, judged, both):
    """A collector does not judge; an analyst judges and does not seal."""
    collector = access.enrol(workspace.keyring, "collector", None, frozenset({Role.COLLECTOR}), reason="joins")
    analyst = access.enrol(workspace.keyring, "analyst", None, frozenset({Role.ANALYST}), reason="joins")
    with pytest.raises(NotAllowed):
        services.assess(review, judged(), actor=collector.signing)
    both(review, first, analyst.signing)
    with pytest.raises(NotAllowed):
        services.seal(review, actor=analyst.signing, because="I was there")


@pytest.mark.engines
def test_rebuilding_gives_the_same_reviews(workspace, review, first, second, observation, judged, both):
    """Reviews, places, opinions and findings come from the ledger alone."""
    both(review, first, second, one=judged())
    services.seal(review, actor=second, because="both heard three")
    tables = (rows.Review, rows.Taking, rows.Opinion, rows.Finding)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    assert main(["rebuild", "-w", str(workspace.root)]) == 0
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_what_is_sealed_reads_as_it_was_judged(first, second, proposition, review, both):
    """Somebody who restates the proposition after two people judged it seals nothing by that, before or after."""
    both(review, first, second)
    told = {"type": "occurred", "statement": "a named battalion fires three shots"}
    claims.add_proposition(Proposition.from_json(told), actor=first, supersedes=proposition, reason="clearer")
    with pytest.raises(services.PropositionMoved):
        services.seal(review, actor=second, because="both heard three")
    assert selectors.review(review).statement == "three shots are fired"


def test_a_sealed_finding_keeps_its_words(first, second, proposition, review, both):
    """Restated afterwards, the proposition reads otherwise; the review and its finding do not."""
    both(review, first, second)
    found = services.seal(review, actor=second, because="both heard three")
    told = {"type": "occurred", "statement": "nothing happens"}
    claims.add_proposition(Proposition.from_json(told), actor=first, supersedes=proposition, reason="clearer")
    assert selectors.review(review).statement == "three shots are fired"
    assert selectors.finding(found.id).finding.sentences == found.finding.sentences


@pytest.mark.parametrize("dimension", [Dimension.CONTENT, Dimension.ATTRIBUTION])
def test_whose_deed_it_was_is_found_of_nobody_unknown_in_any_respect(first, dimension):
    """A proposition of who did something names somebody known, whatever respect it is judged in."""
    party = claims.add_party(Party.from_json({"kind": "unit", "naming": "unknown"}), actor=first).id
    told = {"type": "authorship", "statement": "they fired", "act": "the shooting", "value": {"party": party}}
    wanted = claims.add_proposition(Proposition.from_json(told), actor=first).id
    with pytest.raises(services.AttributedToNobody):
        services.open_review(wanted, dimension, actor=first)


@pytest.mark.engines
def test_nobody_asks_again_until_the_answer_suits(first, second, proposition, review, both, judged):
    """One review of a proposition in one respect at a time: none beside it, and none after a disagreement."""
    with pytest.raises(services.ReviewStands):
        services.open_review(proposition, Dimension.CONTENT, actor=second)
    both(review, first, second, other=judged(Result.REFUTED, Likelihood.VERY_UNLIKELY))
    with pytest.raises(services.ReviewStands):
        services.open_review(proposition, Dimension.CONTENT, actor=second, replaces=review)
    row = {
        "id": new_record_id(),
        "proposition": proposition,
        "dimension": "content",
        "pinned": "{}",
        "attributes": False,
    }
    row |= {"supersedes": "", "replaces": "", "opened_by": first.key_id, "at": "2026-01-01", "seq": 1}
    assert "a review of this is open" in _by_sql(first, ("verification_review", row))
    services.open_review(proposition, Dimension.DATE, actor=second)


def test_a_finding_gives_way_only_to_one_of_the_same(first, second, proposition, review, both):
    """A finding on another respect, or of another proposition, takes no finding's place."""
    both(review, first, second)
    found = services.seal(review, actor=second, because="both heard three")
    with pytest.raises(services.AnotherQuestion):
        services.open_review(proposition, Dimension.DATE, actor=first, supersedes=found.id)
    other = claims.add_proposition(Proposition.from_json({"type": "occurred", "statement": "it rains"}), actor=first).id
    with pytest.raises(services.AnotherQuestion):
        services.open_review(other, Dimension.CONTENT, actor=first, supersedes=found.id)


def test_what_was_withdrawn_carries_no_judgement_and_no_seal(
    first, second, proposition, observation, review, both, judged
):
    """Withdrawn evidence is refused when judging and when sealing; then the review gives way to another."""
    both(review, first, second)
    analysis.withdraw(observation, actor=first, reason="a door")
    with pytest.raises(selectors.EvidenceMoved):
        services.seal(review, actor=second, because="both heard three")
    again = services.open_review(proposition, Dimension.CONTENT, actor=first, replaces=review).id
    assert selectors.review(review).state is State.SUPERSEDED
    with pytest.raises(selectors.EvidenceMoved):
        services.assess(again, judged(), actor=first)


def test_the_second_judges_by_what_the_first_judged_by(first, second, review, judged):
    """Another record is refused: both judge by the same inputs; and the place shows its task again to who has it."""
    services.assess(review, judged(), actor=first)
    task = services.take(review, actor=second)
    assert services.take(review, actor=second) == task
    from probata.verification.derivation import Derivation

    run = {"tool": "when", "version": "1", "inputs": {}, "parameters": {}, "seed": None, "outputs": {}}
    derived = services.record_derivation(Derivation.from_json({**run, "uncertainty": {}}), actor=second)
    with pytest.raises(services.NotWhatWasGiven):
        services.assess(review, judged(derivations=(derived,)), actor=second)


def test_inputs_read_as_they_read_when_they_were_judged_by(first, second, observation, review, judged):
    """Somebody who looks again between the first and the second changes nothing in what the second is shown."""
    services.assess(review, judged(), actor=first)
    before = selectors.task(review).observations[0]["description"]
    analysis.withdraw(observation, actor=first, reason="a door")
    assert services.take(review, actor=second).observations[0]["description"] == before


def test_an_entry_that_does_not_follow_is_refused(first, second, review, both):
    """Written past the services, a finding that two people did not find, or by somebody without the role, is no row."""
    both(review, first, second)
    forged = {"subject": "finding:x", "id": new_record_id(), "review": review, "attributes": False, "party_naming": ""}
    forged |= {"body": "{}", "content": "{}", "digest": "0" * 64, "first_by": first.key_id, "second_by": second.key_id}
    forged |= {"supersedes": "", "standard": "", "reason": "because"}
    with pytest.raises(services.DoesNotFollow), custody.act(actor=first, reason="a trick") as act:
        act.record("seal_finding", forged)
    assert rows.Finding.objects.count() == 0


def test_three_people_who_found_three_things_are_all_named(first, second, third, review, both, judged):
    """That it is contested is told without words of likelihood, under the names of all three."""
    both(review, first, second, other=judged(Result.REFUTED, Likelihood.VERY_UNLIKELY))
    services.take(review, actor=third)
    contested = Assessment(result=Result.CONTESTED, reasons="they heard different things")
    services.assess(review, contested, actor=third)
    found = services.seal(review, actor=third, because="three people differ")
    assert found.people == ("first", "second", "third")
    assert found.finding.sentences == ("Whether three shots are fired is contested.",)


def test_who_has_no_role_for_it_seals_nothing_past_the_service(workspace, review, first, second, both):
    """The very record that a reviewer would write, signed by an analyst, is no finding."""
    from probata.verification.services.reviewing import _sealed_record

    both(review, first, second)
    analyst = access.enrol(workspace.keyring, "analyst", None, frozenset({Role.ANALYST}), reason="joins").signing
    record = _sealed_record(new_record_id(), selectors.review(review), "both heard three", None)
    with pytest.raises(services.DoesNotFollow, match="no role"), custody.act(actor=analyst, reason="a trick") as act:
        act.record("seal_finding", record)
    with custody.act(actor=second, reason="as it should be") as act:
        act.record("seal_finding", record)
    assert rows.Finding.objects.count() == 1


def test_what_would_be_found_is_what_is_sealed(review, first, second, both):
    """Read beforehand, in the same words; nothing is written by reading, and nothing is read before two agree."""
    with pytest.raises(services.NotTheirTurn):
        services.would_be_found(review, because="nobody has judged")
    both(review, first, second)
    would = services.would_be_found(review, because="both heard three")
    assert selectors.findings() == []
    assert services.seal(review, actor=second, because="both heard three").finding == would


def test_a_review_is_halted_by_what_moved(review, first, second, observation, both):
    """With the reason; while all stands there is none."""
    both(review, first, second)
    assert services.halted(selectors.review(review)) is None
    analysis.withdraw(observation, actor=first, reason="it was a door")
    halted = services.halted(selectors.review(review))
    assert halted is not None
    assert observation in str(halted)
