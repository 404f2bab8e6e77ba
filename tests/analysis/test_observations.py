"""What a person observes stands in one place of one item, says how it is known, and counts no more than was seen."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from made_tracks import impulses, record

from probata.access import services as access
from probata.access.roles import NotAllowed, Role
from probata.analysis import models as rows
from probata.analysis import selectors, services
from probata.analysis.observations import Epistemic, Observation, ObservationKind, Outline, tallies
from probata.capture import services as capture
from probata.cli.__main__ import main
from probata.terms.counts import Count, CountBasis
from probata.terms.digests import Sha256
from probata.terms.errors import InvalidValue
from probata.terms.ids import new_record_id
from probata.terms.spans import Span
from probata.terms.words import Confidence


@pytest.fixture
def actor(workspace):
    return workspace.keyring.signing


@pytest.fixture
def item(actor, tmp_path):
    path = tmp_path / "clip.txt"
    path.write_text("no footage, and none is needed")
    (outcome,) = capture.add(str(path), actor=actor, reason="a test")
    return outcome.acquired.sha256


def seen(item, description="a person lying still", **more):
    told = {"kind": ObservationKind.BODY, "epistemic": Epistemic.VISIBLE, "certainty": Confidence.HIGH, **more}
    segment = told.pop("segment", Span(start_pts=100, end_pts=200, time_base=Fraction(1, 100)))
    return Observation(item=Sha256(item), description=description, segment=segment, **told)


def bodies(least, most=None):
    return Count(population="bodies", min=least, max=most, basis=CountBasis.SIMULTANEOUS, exhaustive=most is not None)


@given(
    st.sampled_from(ObservationKind),
    st.integers(-1000, 1000),
    st.integers(1, 1000),
    st.one_of(
        st.none(), st.tuples(*[st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0.01, 0.5), st.floats(0.01, 0.5)])
    ),
)
def test_an_observation_survives_being_written(kind, start, length, box):
    """Written as JSON and read back, it is the same: to the tick, and to the last digit of its outline."""
    segment = Span(start_pts=start, end_pts=start + length, time_base=Fraction(1, 90_000))
    outline = None if box is None else Outline.box(*box)
    one = seen("a" * 64, kind=kind, segment=segment, outline=outline, count=bodies(2, 3))
    assert Observation.from_json(one.as_json()) == one


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"epistemic": "inferred"}, "premises"),
        ({"premises": ["0" * 32]}, "premises"),
        ({"epistemic": "machine_candidate"}, "candidate"),
        ({"box": [0.5, 0.5, 0.6, 0.1]}, "outside the picture"),
        ({"box": [0.5, 0.5, 0, 0.1]}, "holds nothing"),
        ({"polygon": [[0, 0], [1, 1]]}, "corners"),
        ({"box": [0, 0, 1, 1], "polygon": [[0, 0], [1, 0], [1, 1]]}, "one outline"),
        ({"description": "turned \u202e round"}, "acts instead of writing"),
        ({"segment": {"start_pts": 5, "end_pts": 5, "time_base": "1/25"}}, "ends where it starts"),
        ({"kind": "killing"}, "must be one of"),
        ({"count": {"min": 2, "max": 3, "basis": "simultaneous", "population": "x", "exhaustive": False}}, "not swept"),
        ({"surprise": 1}, "not known here"),
        ({"box": [0, 0, 10**400, 1]}, "beyond all measure"),
        ({"segment": {"start_pts": 10**300, "end_pts": 10**300 + 1, "time_base": "1/1"}}, "months away"),
    ],
)
def test_nonsense_is_refused_with_its_reason(wrong, why):
    """Each says what cannot be, in words."""
    told = {**seen("a" * 64).as_json(), **wrong}
    with pytest.raises(InvalidValue, match=why):
        Observation.from_json(told)


def test_counts_are_never_added_up():
    """Three bodies in one view and two in another are at least three; a sweep that saw fewer contradicts."""
    (tally,) = tallies([bodies(3), bodies(2), bodies(1)])
    assert (tally.count.min, tally.count.max) == (3, None)
    (tally,) = tallies([bodies(3), bodies(1, 2)])
    assert tally.count is None
    assert "at least 3" in tally.contradiction
    reported = Count(population="bodies", min=9, basis=CountBasis.REPORTED)
    assert [one.count.min for one in tallies([bodies(3), reported])] == [3, 9]


def test_what_is_seen_is_on_the_record(actor, item):
    """It comes back with who saw it and when, in the order of the footage, and its count with the others."""
    late = services.observe(
        seen(item, "a second person", count=bodies(2), segment=Span(start_pts=9, end_pts=10, time_base=Fraction(1))),
        actor=actor,
    )
    early = services.observe(seen(item, count=bodies(1)), actor=actor)
    assert [one.id for one in selectors.observations(item)] == [early.id, late.id]
    assert early.by == "operator"
    (tally,) = selectors.counts(item)
    assert tally.count.figure == "≥ 2"


def test_a_better_look_supersedes_and_a_withdrawal_says_why(actor, item):
    """What no longer stands stays readable, counts no more, and cannot be superseded twice."""
    first = services.observe(seen(item, count=bodies(3)), actor=actor)
    second = services.observe(seen(item, "a shadow", count=bodies(1)), actor=actor, supersedes=first.id)
    assert [one.id for one in selectors.observations(item)] == [second.id]
    assert selectors.counts(item)[0].count.min == 1
    with pytest.raises(services.ObservationSuperseded):
        services.observe(seen(item), actor=actor, supersedes=first.id)
    with pytest.raises(InvalidValue, match="says why"):
        services.withdraw(second.id, actor=actor, reason=" ")
    services.withdraw(second.id, actor=actor, reason="a trick of the light")
    assert selectors.observations(item) == []
    assert len(selectors.observations(item, standing=False)) == 3


def test_a_candidate_is_taken_over_only_when_a_person_accepted_it(actor, item):
    """It keeps the machine's mark and its exact place; undecided, it is refused."""
    track = record(item, impulses(), actor)
    with pytest.raises(services.CandidateUndecided):
        services.observe_candidate(item, track, 0, actor=actor, certainty=Confidence.MODERATE)
    services.decide(item, track, 0, actor=actor, decision="accepted")
    known = services.observe_candidate(item, track, 0, actor=actor, certainty=Confidence.MODERATE)
    told = selectors.candidate(item, track, 0).told
    assert known.observation.epistemic is Epistemic.MACHINE_CANDIDATE
    assert known.observation.kind is ObservationKind.IMPULSIVE_SOUND
    assert known.observation.segment.start_pts == told["start_pts"]
    assert (known.observation.candidate.track_sha256, known.observation.candidate.entry) == (track, 0)


def test_an_inference_rests_on_what_stands(actor, item):
    """A premise that is not there or was withdrawn carries nothing."""
    premise = services.observe(seen(item), actor=actor)
    inferred = seen(item, epistemic=Epistemic.INFERRED, premises=(premise.id,))
    services.observe(inferred, actor=actor)
    services.withdraw(premise.id, actor=actor, reason="misseen")
    with pytest.raises(services.ObservationSuperseded):
        services.observe(inferred, actor=actor)
    with pytest.raises(selectors.ObservationNotFound):
        services.observe(seen(item, epistemic=Epistemic.INFERRED, premises=(new_record_id(),)), actor=actor)


def test_an_auditor_observes_nothing(workspace, item):
    """Who may not see footage says nothing of it."""
    auditor = access.enrol(workspace.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
    with pytest.raises(NotAllowed):
        services.observe(seen(item), actor=auditor.signing)


def test_nothing_is_edited_deleted_or_written_beside_an_act(actor, item):
    """The database refuses all three."""
    known = services.observe(seen(item), actor=actor)
    for statement in ("UPDATE analysis_observation SET kind = 'other'", "DELETE FROM analysis_observation"):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    row = rows.Observation.objects.get(pk=known.id)
    row.pk = new_record_id()
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        row.save(force_insert=True)


def test_rebuilding_gives_the_same_observations(workspace, actor, item):
    """`rebuild` gives every observation from the ledger alone, outlines to the last digit."""
    first = services.observe(seen(item, outline=Outline.box(0.1, 0.2, 0.3, 1 / 3)), actor=actor)
    services.observe(seen(item, "better seen"), actor=actor, supersedes=first.id)
    before = list(rows.Observation.objects.order_by("pk").values())
    assert main(["rebuild", "-w", str(workspace.root)]) == 0
    assert list(rows.Observation.objects.order_by("pk").values()) == before


def test_several_are_recorded_together_or_not_at_all(actor, item):
    """One that cannot be takes the others with it: one act, all or nothing."""
    premise = new_record_id()
    wrong = seen(item, epistemic=Epistemic.INFERRED, premises=(premise,))
    with pytest.raises(selectors.ObservationNotFound):
        services.observe_all([seen(item), wrong], actor=actor)
    assert selectors.observations(item) == []
    assert len(services.observe_all([seen(item), seen(item, "another")], actor=actor)) == 2
    assert len({one.at for one in selectors.observations(item)}) == 1


def test_an_inference_does_not_replace_its_premise(actor, item):
    """What it is inferred from would be gone."""
    premise = services.observe(seen(item), actor=actor)
    inferred = seen(item, epistemic=Epistemic.INFERRED, premises=(premise.id,))
    with pytest.raises(InvalidValue, match="inferred from"):
        services.observe(inferred, actor=actor, supersedes=premise.id)
