"""Walled cases: who is not admitted knows of nothing that belongs to them, and nobody outside decides who is."""

from __future__ import annotations

import json

import pytest
from tests.by_hand import Refused

from probata.access import services as access
from probata.access.roles import NotAllowed, Role
from probata.cases import selectors, services
from probata.cases.labels import Label
from probata.claims import services as claims
from probata.claims.propositions import Proposition, PropositionType
from probata.cli.__main__ import main
from probata.terms.errors import InvalidValue
from probata.verification import services as verification
from probata.verification.assessments import Dimension


@pytest.fixture
def counsel(workspace):
    """Somebody who answers for cases; the operator, a custodian, may wall as well."""
    return access.enrol(workspace.keyring, "counsel", None, frozenset({Role.LEGAL}), reason="a colleague").signing


@pytest.fixture
def case(team):
    return opened(team, "The yard at the mill")


def opened(team, title):
    """The id of a case for a court."""
    return services.open_case(
        title, actor=team.analyst, kind="accountability", procedure_name="five_pillars", reason="two clips"
    ).id


def test_an_open_case_is_open_to_all(team, case):
    """Until somebody walls a case, nothing is kept from anybody."""
    assert selectors.sight(team.reviewer.key_id) == selectors.EVERYTHING
    assert not selectors.is_walled(case)


def test_a_walled_case_is_there_for_those_who_are_admitted(team, case, counsel, item):
    """It and its items are hidden from everybody else, the person who acquired them included."""
    services.put_into_case(case, actor=team.analyst, kind="item", member=item, reason="of the yard")
    services.wall(case, actor=counsel, reason="sources are at risk")
    outside, inside = selectors.sight(team.analyst.key_id), selectors.sight(counsel.key_id)
    assert (outside.cases, outside.items) == ({case}, {item})
    assert outside.hides(item)
    assert inside.whole
    services.admit(case, "reviewer" if team.reviewer else "", actor=counsel, reason="second person")
    assert selectors.sight(team.reviewer.key_id).whole


def test_what_stands_in_another_case_too_stays_in_sight(team, case, counsel, item):
    """An item of an open case is not hidden by a walled one, and of two walled ones either opens it."""
    other = opened(team, "The road")
    for one in (case, other):
        services.put_into_case(one, actor=team.analyst, kind="item", member=item, reason="of both")
    services.wall(case, actor=counsel, reason="at risk")
    assert not selectors.sight(team.analyst.key_id).hides(item)
    services.wall(other, actor=counsel, reason="at risk too")
    assert selectors.sight(team.analyst.key_id).hides(item)
    services.admit(other, team_name(team), actor=counsel, reason="needs to know")
    assert not selectors.sight(team.analyst.key_id).hides(item)


def team_name(team):
    from probata.access import selectors as people

    return people.name_of(team.analyst.key_id)


def test_what_is_stated_of_a_walled_incident_is_hidden_with_it(team, case, counsel):
    """Its propositions, the reviews of these, and its questions; an incident in no case is not."""
    label = Label(place="Pelemka", day="2034-03-30", act="killing of captives")
    incident = services.open_incident(label, actor=team.analyst, reason="two clips").id
    services.put_into_case(case, actor=team.analyst, kind="incident", member=incident, reason="this one")
    stated = claims.add_proposition(
        Proposition(type=PropositionType.OCCURRED, statement="a man is shot", incident=incident), actor=team.analyst
    )
    review = verification.open_review(stated.id, Dimension.CONTENT, actor=team.analyst)
    question = services.ask("Who filmed it?", actor=team.analyst, incident=incident)
    services.wall(case, actor=counsel, reason="at risk")
    sight = selectors.sight(team.analyst.key_id)
    assert (sight.incidents, sight.propositions, sight.reviews) == ({incident}, {stated.id}, {review.id})
    assert sight.questions == {question.id}


def test_nobody_outside_decides_who_is_inside(team, case, counsel, workspace):
    """Neither who lacks the role, nor who has it and is not admitted."""
    with pytest.raises(NotAllowed):
        services.wall(case, actor=team.reviewer, reason="because")
    services.wall(case, actor=counsel, reason="at risk")
    operator = workspace.keyring.signing
    for attempt in (
        lambda: services.admit(case, team_name(team), actor=operator, reason="I want to see it"),
        lambda: services.wall(case, actor=operator, reason="open it", walled=False),
    ):
        with pytest.raises(services.OutsideTheWall):
            attempt()


def test_somebody_inside_can_always_admit(team, case, counsel):
    """The last who may admit others is not sent out while the wall stands; when it is gone, they may go."""
    services.wall(case, actor=counsel, reason="at risk")
    with pytest.raises(services.LastInside):
        services.admit(case, "counsel", actor=counsel, reason="leaving", admitted=False)
    services.wall(case, actor=counsel, reason="no risk any more", walled=False)
    services.admit(case, "counsel", actor=counsel, reason="leaving", admitted=False)
    assert selectors.sight(team.analyst.key_id).whole


def test_a_wall_is_built_and_taken_down_once(team, case, counsel):
    """Saying the same twice is refused, and so is a wall without a reason."""
    services.wall(case, actor=counsel, reason="at risk")
    with pytest.raises(InvalidValue):
        services.wall(case, actor=counsel, reason="at risk")
    with pytest.raises(InvalidValue):
        services.wall(case, actor=counsel, reason=" ", walled=False)


def test_a_report_is_hidden_with_all_that_it_is_about(team, case, counsel, item):
    """One about a hidden item alone is hidden; one that says nothing of what it is about is not."""
    services.put_into_case(case, actor=team.analyst, kind="item", member=item, reason="of the yard")
    services.wall(case, actor=counsel, reason="at risk")
    sight = selectors.sight(team.analyst.key_id)
    assert sight.hides_report([item], [])
    assert sight.hides_report([], [f"case:{case}"])
    assert not sight.hides_report([], [])
    assert not sight.hides_report([item, "0" * 64], [])


@pytest.mark.engines
def test_the_database_keeps_admissions(case, by_hand, counsel):
    """A row without a reason, or one that supersedes another person's, is refused by the database itself."""
    services.wall(case, actor=counsel, reason="at risk")
    insert = (
        "INSERT INTO cases_admission (id, in_case, person, admitted, reason, written_by, at, seq, supersedes) "
        "VALUES (?, ?, ?, true, ?, 'x', '2034-01-01', 1, ?)"
    )
    for values in (("a" * 32, case, "f" * 64, " ", None), ("b" * 32, case, "f" * 64, "why", mine(case))):
        with pytest.raises(Refused):
            by_hand(insert, *values)


def mine(case):
    from probata.cases.models import Admission

    return Admission.objects.get(in_case=case).id


def test_the_verb_walls_admits_and_sends_out(workspace, capsys, case, counsel):
    """From the command line too; the case says that it is walled, and for whom it is there."""

    def told(*words):
        common = ["--reason", "at risk", "--json", "-w", str(workspace.root), "--as", "counsel"]
        assert main(["cases", case, *words, *common]) == 0
        known = json.loads(capsys.readouterr().out)["cases"][0]
        return known["walled"], known["admitted"]

    assert told("--wall") == (True, ["counsel"])
    assert told("--admit", "operator") == (True, ["counsel", "operator"])
    assert told("--send-out", "operator") == (True, ["counsel"])
    assert told("--open-to-all") == (False, ["counsel"])
