"""Incidents under neutral labels: told anew but never edited, linked both ways, made again from the ledger."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from tests.by_hand import Refused

from probata.access.roles import NotAllowed
from probata.cases import selectors, services
from probata.cases.labels import Label, LabelTakesASide
from probata.cli.__main__ import main
from probata.custody import selectors as custody
from probata.terms.errors import InvalidValue
from probata.terms.places import Place, PlaceCandidate, Point
from probata.terms.times import ClockKind, TimeRange, TimeWithDoubt

LABEL = Label(place="Дмитрівка", day="2022-03-30~", act="killing of a person")
OTHER = Label(place="Дмитрівка", day="2022-03-20", act="shooting at a checkpoint")


@pytest.fixture
def two(team):
    """The ids of two incidents."""
    return [services.open_incident(label, actor=team.analyst, reason="footage").id for label in (LABEL, OTHER)]


def test_an_incident_keeps_its_doubt_about_place_and_time(team):
    """Candidates with their distances and ranges of time come back as they were given."""
    where = Place(
        candidates=(
            PlaceCandidate(
                gazetteer_id="geonames:1", point=Point(latitude_deg=50.459, longitude_deg=30.17), radius_m=1500.5
            ),
            PlaceCandidate(
                gazetteer_id="geonames:2", point=Point(latitude_deg=49.1, longitude_deg=31.0), radius_m=900.0
            ),
        )
    )
    when = TimeWithDoubt(
        clock=ClockKind.COMPUTED,
        derivation="first copies and the light",
        imprecise=TimeRange(
            start=datetime.fromisoformat("2022-03-28T00:00:00+03:00"),
            end=datetime.fromisoformat("2022-03-30T23:59:59+03:00"),
        ),
    )
    told = services.open_incident(LABEL, actor=team.analyst, reason="two clips", where=where, when=when)
    assert told.label.text == "Дмитрівка, 2022-03-30~: killing of a person"
    assert Place.from_json(told.where) == where
    assert TimeWithDoubt.from_json(told.when) == when


def test_told_anew_it_keeps_its_id_and_what_it_was_called(team, two):
    """The newest telling counts, the older one stays on the record under the same id."""
    better = Label(place="Дмитрівка", day="2022-03-29", act="killing of a person")
    told = services.describe_incident(two[0], better, actor=team.reviewer, reason="afternoon light")
    assert (told.id, told.label.day, told.by) == (two[0], "2022-03-29", "reviewer")
    assert [line.record["day"] for line in custody.history(f"incident:{two[0]}")] == ["2022-03-30~", "2022-03-29"]
    assert len(selectors.incidents()) == 2


def test_labels_alone_are_told_for_lists(team, two):
    """By id, as they are called now, in the order in which they were opened: without what is claimed about them."""
    assert list(selectors.incident_labels().items()) == [(one.id, one.label.text) for one in selectors.incidents()]
    services.describe_incident(two[0], OTHER, actor=team.reviewer, reason="better")
    assert selectors.incident_labels() == {one.id: one.label.text for one in selectors.incidents()}


@pytest.mark.parametrize(
    ("stated", "here", "there"),
    [
        ("parent", "parent", "child"),
        ("child", "child", "parent"),
        ("parallel", "parallel", "parallel"),
        ("related_not_same", "related_not_same", "related_not_same"),
    ],
)
def test_a_link_is_read_from_both_ends(team, two, stated, here, there):
    """What the other is to this one, and this one to the other, with the same reason."""
    services.link_incidents(two[0], two[1], actor=team.analyst, kind=stated, reason="seen side by side")
    (one,) = selectors.incident(two[0]).links
    (other,) = selectors.incident(two[1]).links
    assert (one.is_its, one.to, one.reason) == (here, two[1], "seen side by side")
    assert (other.is_its, other.to, other.reason) == (there, two[0], "seen side by side")


def test_a_pair_has_one_link_at_a_time(team, two):
    """A later word about two incidents supersedes the earlier one, said from either end; withdrawn, none stands."""
    services.link_incidents(two[0], two[1], actor=team.analyst, kind="parallel", reason="the same week")
    services.link_incidents(two[1], two[0], actor=team.analyst, kind="related_not_same", reason="another village")
    assert [one.is_its for one in selectors.incident(two[0]).links] == ["related_not_same"]
    services.withdraw_link(two[0], two[1], actor=team.analyst, reason="nothing ties them")
    assert selectors.incident(two[0]).links == selectors.incident(two[1]).links == ()
    with pytest.raises(InvalidValue):
        services.withdraw_link(two[0], two[1], actor=team.analyst, reason="again")
    services.link_incidents(two[0], two[1], actor=team.analyst, kind="parallel", reason="after all")
    assert [one.is_its for one in selectors.incident(two[1]).links] == ["parallel"]


def test_no_incident_is_a_part_of_itself(team, two):
    """Not directly, and not the long way round; turning a link about is no circle."""
    third = services.open_incident(LABEL, actor=team.analyst, reason="footage").id
    with pytest.raises(InvalidValue):
        services.link_incidents(two[0], two[0], actor=team.analyst, kind="parallel", reason="itself")
    services.link_incidents(two[0], two[1], actor=team.analyst, kind="child", reason="a part")
    services.link_incidents(two[1], third, actor=team.analyst, kind="child", reason="a part")
    assert selectors.ancestors(third) == set(two)
    with pytest.raises(services.LinkRunsInACircle):
        services.link_incidents(third, two[0], actor=team.analyst, kind="child", reason="a part")
    services.link_incidents(two[1], two[0], actor=team.analyst, kind="child", reason="it is the other way round")
    assert selectors.ancestors(third) == {two[1]}


def test_a_recorded_party_is_kept_out_of_labels(team):
    """Also where nobody names the parties: they are those of the record."""
    from probata.claims import services as claims
    from probata.claims.parties import Party

    claims.add_party(
        Party.from_json(
            {
                "kind": "armed_group",
                "naming": "named",
                "names": [{"text": "Northern Watch", "language": "en"}],
                "description": None,
            }
        ),
        actor=team.analyst,
    )
    with pytest.raises(LabelTakesASide):
        services.open_incident(Label(act="shooting by the northern watch"), actor=team.analyst, reason="footage")
    assert selectors.incidents() == []


def test_what_is_claimed_about_an_incident_is_told_with_it(team, two):
    """And nothing that is claimed about the other one, however alike."""
    from probata.claims import services as claims
    from probata.claims.propositions import Proposition, PropositionType

    made = claims.add_proposition(
        Proposition(type=PropositionType.OCCURRED, statement="a man was shot", incident=two[0]), actor=team.analyst
    )
    assert [(one.id, one.statement) for one in selectors.incident(two[0]).propositions] == [(made.id, "a man was shot")]
    assert [one.propositions for one in selectors.incidents() if one.id == two[1]] == [()]


def test_keeping_incidents_takes_a_role(team, two):
    """An auditor reads and changes nothing."""
    with pytest.raises(NotAllowed):
        services.open_incident(LABEL, actor=team.auditor, reason="footage")
    with pytest.raises(NotAllowed):
        services.link_incidents(two[0], two[1], actor=team.auditor, kind="parallel", reason="footage")


def test_a_hostile_or_missing_reason_is_refused_in_few_words(team):
    """Nothing is written, and the refusal does not repeat a megabyte."""
    before = custody.size_and_time()
    for reason in ["", "   ", "because\u202e", "because\x1b[31m", "a\nb", "x" * 1_000_000]:
        with pytest.raises(InvalidValue) as refused:
            services.open_incident(LABEL, actor=team.analyst, reason=reason)
        assert len(str(refused.value)) < 300
    assert custody.size_and_time() == before


def test_an_id_is_known_by_its_beginning(team, two):
    """Four digits at least; what fits none, or is no id at all, is refused."""
    assert selectors.incident(two[0][:12]).id == two[0]
    for wrong in ("zzzz", "abc", "", "0" * 32, "%" * 8, "x" * 1_000_000):
        with pytest.raises(selectors.IncidentNotFound) as refused:
            selectors.incident(wrong)
        assert len(str(refused.value)) < 300


def test_what_changed_meanwhile_is_not_overwritten_unseen(team, two):
    """Who says which telling they saw is refused when there is a newer one."""
    seen = selectors.incident(two[0]).row
    services.describe_incident(two[0], OTHER, actor=team.reviewer, reason="first")
    with pytest.raises(services.ChangedMeanwhile):
        services.describe_incident(two[0], LABEL, actor=team.analyst, reason="second", seen=seen)


def test_two_writers_at_once_leave_one_chain(team, two):
    """Both tellings are on the record, one after the other, and one of them counts."""
    from django.db import connections

    failed = []

    def tell(label, actor):
        try:
            services.describe_incident(two[0], label, actor=actor, reason="at once")
        except Exception as error:  # noqa: BLE001  the test tells which
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tell, args=pair) for pair in ((LABEL, team.analyst), (OTHER, team.reviewer))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(custody.history(f"incident:{two[0]}")) == 3
    assert len([one for one in selectors.incidents() if one.id == two[0]]) == 1


def test_rebuilding_gives_the_same_incidents(workspace, team, two, capsys):
    """Tellings, links and their order come from the ledger alone."""
    services.describe_incident(two[0], OTHER, actor=team.reviewer, reason="another day")
    services.link_incidents(two[0], two[1], actor=team.analyst, kind="child", reason="a part of it")
    before = selectors.incidents()
    assert main(["rebuild", "-w", str(workspace.root)]) == 0
    capsys.readouterr()
    assert selectors.incidents() == before


_AGAIN = "INSERT INTO cases_incident SELECT {} FROM cases_incident LIMIT 1"
_LINK = "INSERT INTO cases_incidentlink SELECT {} FROM cases_incidentlink LIMIT 1"
_WHAT = "place, day, act, where_json, when_json"


_REFUSED = [
    ("UPDATE cases_incident SET act = 'something else'", "never edited"),
    ("DELETE FROM cases_incident", "never deleted"),
    ("UPDATE cases_incidentlink SET kind = 'parallel'", "never edited"),
    ("DELETE FROM cases_incidentlink", "never deleted"),
    (_AGAIN.format(f"'f', '', written_by, at, seq, NULL, 'f', {_WHAT}"), "takes a reason"),
    (_AGAIN.format(f"'f', 'why', written_by, at, seq, NULL, id, {_WHAT}"), "incident_known_by_its_first"),
    (_AGAIN.format(f"'f', 'why', written_by, at, seq, 'x', known_as, {_WHAT}"), "about the same thing"),
    (_LINK.format("'f', 'why', written_by, at, seq, NULL, pair, a, b, 'parallel'"), "rows are never edited"),
    (_LINK.format("'f', 'why', written_by, at, seq, NULL, a || ':' || a, a, a, kind"), "not linked to itself"),
    (_LINK.format("'f', 'why', written_by, at, seq, NULL, a || ':' || 'f', a, b, kind"), "of its own pair"),
    (_LINK.format("'f', 'why', written_by, at, seq, id, pair, a, b, 'the same'"), "incident_link_words"),
]


@pytest.mark.engines
def test_the_database_refuses_what_the_rules_refuse(team, two, by_hand):
    """No edit, no deletion, no row without a reason, no second chain, no link of an incident to itself."""
    services.link_incidents(two[0], two[1], actor=team.analyst, kind="child", reason="a part of it")
    for statement, refusal in _REFUSED:
        with pytest.raises(Refused, match=refusal):
            by_hand(statement)
