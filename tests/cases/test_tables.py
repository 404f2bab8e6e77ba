"""Tables of elements on the record: both sides, sealed by somebody else, refused while the contrary side is empty."""

from __future__ import annotations

from fractions import Fraction

import pytest
from attrs import evolve
from tests.by_hand import Refused

from probata.access.roles import NotAllowed
from probata.analysis import services as analysis
from probata.analysis.observations import Epistemic, Observation, ObservationKind
from probata.cases import selectors, services
from probata.cases.elements import (
    Bearing,
    Conflict,
    ConflictClassDiffers,
    ContrarySearch,
    Entry,
    Evidence,
    Gap,
    NoContrarySide,
    SearchOutcome,
)
from probata.claims import services as claims
from probata.claims.assertions import Assertion
from probata.claims.parties import Party
from probata.claims.propositions import Proposition, PropositionType
from probata.claims.selectors import AssertionNotFound
from probata.claims.stances import Stance
from probata.cli.__main__ import main
from probata.custody import selectors as custody
from probata.terms.digests import Sha256
from probata.terms.errors import InvalidValue
from probata.terms.spans import Span
from probata.terms.text import Stated
from probata.terms.words import Confidence

ARTICLE = "8(2)(b)(vi)"


@pytest.fixture
def case(team):
    """The id of a case."""
    return services.open_case(
        "The yard", actor=team.analyst, kind="accountability", procedure_name="five_pillars", reason="two clips"
    ).id


@pytest.fixture
def table(team, case):
    """The id of an open table of the killing of a person hors de combat."""
    return services.open_table(
        case, ARTICLE, actor=team.analyst, conflict=Conflict.INTERNATIONAL, reason="armed forces of two states"
    ).id


@pytest.fixture
def enter(team, table, propositions):
    """Enters a cell about one of the two propositions."""

    def write(element, bearing=Bearing.SUPPORTS, number=0, actor=None, **more):
        evidence = Evidence.named(propositions[number])
        cell = Entry(element=element, evidence=evidence, bearing=bearing, reason="as the clip shows")
        return services.enter(table, cell, actor=actor or team.analyst, **more)

    return write


@pytest.fixture
def both_sides(team, table, enter):
    """The same table with something for the first element, something against it, and a search about the rest."""
    enter(1)
    enter(1, Bearing.UNDERMINES, 1)
    searches = [
        ContrarySearch(element=number, outcome=SearchOutcome.NOTHING_FOUND, looked="both clips")
        for number in (2, 3, 4, 5)
    ]
    return services.record_search(table, searches, actor=team.analyst).id


def test_the_class_of_conflict_is_stated_by_a_person_with_a_reason(team, case, table):
    """It stands in the table with who said so; without a reason or for a crime of the other class it is refused."""
    told = selectors.table(table)
    assert (told.conflict, told.conflict_by, told.conflict_reason) == (
        Conflict.INTERNATIONAL,
        "operator",
        "armed forces of two states",
    )
    with pytest.raises(ConflictClassDiffers):
        services.open_table(case, ARTICLE, actor=team.analyst, conflict=Conflict.NON_INTERNATIONAL, reason="a reason")
    with pytest.raises(InvalidValue):
        services.open_table(case, "8(2)(a)(i)", actor=team.analyst, conflict=Conflict.INTERNATIONAL, reason="  ")


def test_tables_under_both_classes_are_flagged_to_each_other(team, case, table):
    """That the class is not settled is told in both."""
    other = services.open_table(
        case, "8(2)(c)(i)-1", actor=team.analyst, conflict=Conflict.NON_INTERNATIONAL, reason="as the other side says"
    )
    assert other.other_class == (table,)
    assert selectors.table(table).other_class == (other.id,)


def test_a_cell_is_superseded_and_stays_on_the_record(team, table, enter):
    """The newest judgement about the same evidence counts; what it was before can be read."""
    enter(1)
    told = enter(1, Bearing.UNDERMINES, actor=team.reviewer)
    assert told.table.of(1, Bearing.SUPPORTS) == ()
    assert [one.by for one in told.table.of(1, Bearing.UNDERMINES)] == ["reviewer"]
    assert [line.record.get("bearing") for line in custody.history(f"elements:{table}")] == [
        None,
        "supports",
        "undermines",
    ]


def test_evidence_that_is_not_on_the_record_is_refused(team, table):
    """A mistyped id would support an element with nothing."""
    for evidence in (f"proposition:{'0' * 32}", f"finding:{'0' * 32}"):
        with pytest.raises(selectors.EvidenceUnknown):
            services.enter(
                table,
                Entry(element=1, evidence=Evidence.named(evidence), bearing=Bearing.SUPPORTS, reason="a reason"),
                actor=team.analyst,
            )


def test_a_table_with_an_empty_contrary_side_is_not_sealed(team, table, enter):
    """Support alone seals nothing, and the refusal names the elements."""
    for element in range(1, 6):
        enter(element)
    with pytest.raises(NoContrarySide, match="1, 2, 3, 4, 5"):
        services.seal_table(table, actor=team.reviewer, reason="complete")
    assert selectors.table(table).state == "open"


def test_what_was_undermining_and_was_superseded_fills_no_side(team, table, both_sides, enter):
    """The side is judged by what counts now."""
    enter(1, Bearing.SILENT, 1)
    with pytest.raises(NoContrarySide, match="Elements 1 of"):
        services.seal_table(table, actor=team.reviewer, reason="complete")


def test_a_search_that_could_not_be_made_fills_no_side(team, table, both_sides, enter):
    """It is recorded, and told as what it is."""
    enter(1, Bearing.SILENT, 1)
    blind = ContrarySearch(element=1, outcome=SearchOutcome.COULD_NOT_LOOK, looked="the archive was closed")
    told = services.record_search(table, [blind], actor=team.analyst)
    assert Gap.NO_CONTRARY_SIDE in told.table.gaps()[1]
    with pytest.raises(NoContrarySide):
        services.seal_table(table, actor=team.reviewer, reason="complete")


def test_what_is_cited_and_was_superseded_is_told_and_hinders_the_seal(team, both_sides, enter, propositions):
    """Until what stands instead is entered, and the earlier one is laid aside with a reason."""
    old = propositions[0].partition(":")[2]
    newer = Proposition(type=PropositionType.OCCURRED, statement="a man is shot while he kneels")
    made = claims.add_proposition(newer, actor=team.analyst, supersedes=old, reason="seen better")
    assert selectors.table(both_sides).superseded_evidence == (propositions[0],)
    with pytest.raises(services.EvidenceSuperseded):
        services.seal_table(both_sides, actor=team.reviewer, reason="done")
    enter(1, Bearing.SILENT)
    instead = Evidence.named(f"proposition:{made.id}")
    services.enter(
        both_sides,
        Entry(element=1, evidence=instead, bearing=Bearing.SUPPORTS, reason="told anew"),
        actor=team.analyst,
    )
    assert services.seal_table(both_sides, actor=team.reviewer, reason="done").superseded_evidence == ()


@pytest.fixture
def seen(team, item):
    """The id of an observation."""
    return analysis.observe(_noted(item), actor=team.analyst).id


def _noted(item, description="a man lies on the ground"):
    return Observation(
        item=Sha256(item),
        kind=ObservationKind.BODY,
        epistemic=Epistemic.VISIBLE,
        certainty=Confidence.HIGH,
        description=description,
        segment=Span(start_pts=50, end_pts=75, time_base=Fraction(1, 25)),
    )


def _cite(table, actor, evidence):
    cell = Entry(element=1, evidence=Evidence.named(evidence), bearing=Bearing.SUPPORTS, reason="as the clip shows")
    return services.enter(table, cell, actor=actor)


@pytest.mark.parametrize("how", ["withdrawn", "superseded"])
def test_an_observation_that_does_not_stand_hinders_the_seal(team, both_sides, seen, item, how):
    """Whoever withdrew it or saw better, the table cites what nobody says any more."""
    cited = _cite(both_sides, team.analyst, f"observation:{seen}")
    assert cited.superseded_evidence == ()
    if how == "withdrawn":
        analysis.withdraw(seen, actor=team.analyst, reason="another clip")
    else:
        analysis.observe(_noted(item, "a man kneels"), actor=team.analyst, supersedes=seen, reason="seen better")
    assert selectors.table(both_sides).superseded_evidence == (f"observation:{seen}",)
    with pytest.raises(services.EvidenceSuperseded):
        services.seal_table(both_sides, actor=team.reviewer, reason="done")


@pytest.fixture
def accept(team, item, propositions):
    """Accepts one proposal of the item about the first proposition, or rejects it."""
    told = {"kind": "outlet", "naming": "named", "names": [{"text": "The Morning Lantern", "language": "en"}]}
    speaker = claims.add_party(Party.from_json(told), actor=team.analyst).id
    words = Stated(text="no footage", language="en")
    said = Assertion(proposition=propositions[0].partition(":")[2], stance=Stance.ALLEGES, speaker=speaker, words=words)

    def decide(decision):
        thing = said if decision == "accepted" else None
        place = {"start": 0, "end": 10}
        return claims.decide_proposal(
            item, place, actor=team.analyst, decision=decision, assertion=thing, reason="as it reads"
        )

    return decide


def test_words_that_stand_in_an_item_can_be_cited(team, both_sides, accept):
    """An assertion is kept under its item, and is on record by its own name; while it stands the table is sealed."""
    cited = _cite(both_sides, team.analyst, f"assertion:{accept('accepted').id}")
    assert cited.superseded_evidence == ()
    assert services.seal_table(both_sides, actor=team.reviewer, reason="done").state == "sealed"
    with pytest.raises(AssertionNotFound):
        selectors.must_be_on_record(f"assertion:{'0' * 32}")


@pytest.mark.parametrize("how", ["superseded", "ended"])
def test_words_that_do_not_stand_hinder_the_seal(team, both_sides, accept, how):
    """A corrected assertion, and one whose proposal was rejected after all."""
    known = accept("accepted")
    _cite(both_sides, team.analyst, f"assertion:{known.id}")
    if how == "ended":
        accept("rejected")
    else:
        better = evolve(known.thing, stance=Stance.STATES_CIRCUMSTANCES)
        claims.add_assertion(better, actor=team.analyst, supersedes=known.id, reason="no charge")
    assert selectors.table(both_sides).superseded_evidence == (f"assertion:{known.id}",)
    with pytest.raises(services.EvidenceSuperseded):
        services.seal_table(both_sides, actor=team.reviewer, reason="done")


def test_a_table_with_both_sides_is_sealed_with_its_gaps_told(team, both_sides):
    """What is missing on the supporting side does not hinder it, and stands in what is sealed."""
    told = services.seal_table(both_sides, actor=team.reviewer, reason="as complete as it gets")
    assert (told.state, told.seal.by) == ("sealed", "reviewer")
    (line,) = [one for one in custody.history(f"elements:{both_sides}") if one.action == "seal_elements"]
    assert line.record["content"] == told.content()
    assert line.record["content"]["elements"][1]["gaps"] == ["nothing_supports"]


def test_who_filled_a_table_does_not_seal_it(team, table, both_sides, enter):
    """Neither by role nor, given the role, by their own key; one cell is enough."""
    with pytest.raises(NotAllowed):
        services.seal_table(both_sides, actor=team.analyst, reason="mine")
    enter(2, actor=team.reviewer)
    with pytest.raises(services.OwnTable):
        services.seal_table(both_sides, actor=team.reviewer, reason="mine")


def test_a_sealed_table_takes_nothing_more(team, both_sides, enter, propositions):
    """No cell, no search, no linkage, no second seal; a further table supersedes it."""
    services.seal_table(both_sides, actor=team.reviewer, reason="done")
    search = ContrarySearch(element=1, outcome=SearchOutcome.NOTHING_FOUND, looked="again")
    evidence = Evidence.named(propositions[0])
    for write in (
        lambda: enter(2),
        lambda: services.record_search(both_sides, [search], actor=team.analyst),
        lambda: services.link_person(
            both_sides, "28(a)", actor=team.analyst, evidence=evidence, bearing=Bearing.SUPPORTS, reason="an order"
        ),
        lambda: services.seal_table(both_sides, actor=team.reviewer, reason="again"),
    ):
        with pytest.raises(services.TableSealed):
            write()


def test_a_further_table_takes_the_place_of_a_sealed_one_only(team, case, table, both_sides):
    """While one is open there is no second; the sealed one stays readable."""
    stated = {"actor": team.analyst, "conflict": Conflict.INTERNATIONAL, "reason": "armed forces of two states"}
    with pytest.raises(services.TableStands):
        services.open_table(case, ARTICLE, **stated)
    services.seal_table(table, actor=team.reviewer, reason="done")
    further = services.open_table(case, ARTICLE, **stated)
    assert further.supersedes == table
    assert (selectors.table(table).state, selectors.table(table).superseded_by) == ("superseded", further.id)


def test_linkage_stands_apart_and_fills_no_element(team, table, propositions):
    """It is told beside the elements, never among them."""
    told = services.link_person(
        table,
        "28(a)",
        actor=team.analyst,
        evidence=Evidence.named(propositions[0]),
        bearing=Bearing.SUPPORTS,
        reason="he gave the order",
    )
    assert [(one.mode, one.bearing) for one in told.linkage] == [("28(a)", Bearing.SUPPORTS)]
    assert told.table.entries == ()
    assert set(told.table.gaps().values()) == {(Gap.NOTHING_SUPPORTS, Gap.NO_CONTRARY_SIDE)}


def test_a_cell_changed_meanwhile_is_not_overwritten_unseen(team, table, enter):
    """Who saw none is told when there is one."""
    enter(1)
    with pytest.raises(services.ChangedMeanwhile):
        enter(1, Bearing.UNDERMINES, actor=team.reviewer, seen="")


def test_rebuilding_gives_the_same_tables(workspace, team, both_sides, capsys):
    """Cells, searches, linkage and the seal come from the ledger alone."""
    services.seal_table(both_sides, actor=team.reviewer, reason="done")
    before = selectors.tables()
    assert main(["rebuild", "-w", str(workspace.root)]) == 0
    capsys.readouterr()
    assert selectors.tables() == before


_CELL = (
    "INSERT INTO cases_matrixcell (id, reason, written_by, at, seq, supersedes, element, evidence, bearing, matrix_id) "
    "SELECT 'f', 'why', written_by, at, seq, {} FROM cases_elementmatrix"
)
_SEAL = (
    "INSERT INTO cases_matrixseal (id, reason, written_by, at, seq, content_sha256, matrix_id) "
    "SELECT 'f', 'why', {}, at, seq, '', id FROM cases_elementmatrix"
)


_REFUSED_OPEN = [
    (_SEAL.format("'somebody else'"), "empty contrary side"),
    (_CELL.format("NULL, 6, 'finding:f', 'supports', id"), "no such element"),
    (_CELL.format("NULL, 2, 'finding:f', 'proves', id"), "cell_bearings"),
    (_CELL.format("'f', 2, 'finding:f', 'supports', id"), "about the same thing"),
    ("UPDATE cases_matrixcell SET bearing = 'supports'", "never edited"),
    ("DELETE FROM cases_matrixcell", "never deleted"),
    ("UPDATE cases_elementmatrix SET conflict = 'non_international'", "never edited"),
]


@pytest.mark.engines
def test_the_database_refuses_an_open_table_what_the_rules_refuse(team, enter, by_hand):
    """Sealing with an empty contrary side above all, whatever program asks for it."""
    enter(1)
    for statement, refusal in _REFUSED_OPEN:
        with pytest.raises(Refused, match=refusal):
            by_hand(statement)


@pytest.mark.engines
def test_the_database_refuses_a_seal_by_who_filled_the_table(both_sides, by_hand):
    """Also with a contrary side to every element; by another key it would stand."""
    with pytest.raises(Refused, match="sealed by who filled it"):
        by_hand(_SEAL.format("written_by"))
    by_hand(_SEAL.format("'somebody else'"))


_REFUSED_SEALED = [
    (_CELL.format("NULL, 2, 'finding:f', 'supports', id"), "takes nothing more"),
    (_SEAL.format("'a third'"), "rows are never edited"),
    ("UPDATE cases_matrixseal SET content_sha256 = 'x'", "never edited"),
    ("DELETE FROM cases_matrixseal", "never deleted"),
]


@pytest.mark.engines
def test_the_database_keeps_a_sealed_table_closed(team, both_sides, by_hand):
    """No cell after the seal, no second seal, no seal altered or taken away."""
    services.seal_table(both_sides, actor=team.reviewer, reason="done")
    for statement, refusal in _REFUSED_SEALED:
        with pytest.raises(Refused, match=refusal):
            by_hand(statement)


def test_lines_of_a_list(workspace, team, propositions):
    """A table as a line: how it stands, how much is entered and missing; of one case, if one is told."""
    from probata.cases import selectors, services
    from probata.cases.elements import Bearing, Conflict, Entry, Evidence

    analyst = team.analyst
    one, other = (
        services.open_case(
            title, actor=analyst, kind="accountability", procedure_name="berkeley_protocol", reason="a test"
        ).id
        for title in ("The ford", "The mill")
    )
    for case in (one, other):
        services.open_table(
            case, "8(2)(b)(vi)", actor=analyst, conflict=Conflict.INTERNATIONAL, reason="two states are parties"
        )
    (line,) = selectors.table_lines(case=one)
    entry = Entry(element=1, evidence=Evidence.named(propositions[0]), bearing=Bearing.SUPPORTS, reason="it is seen")
    services.enter(line.id, entry, actor=analyst)
    (line,) = selectors.table_lines(case=one)
    assert (line.article, line.state, line.entries, line.gaps) == ("8(2)(b)(vi)", "open", 1, 9)
    assert [told.case for told in selectors.table_lines()] == [other, one]
    known = selectors.table(line.id)
    assert selectors.newest_cells(line.id).keys() == {(1, propositions[0])}
    assert [error.code for error in services.hindrances(known, analyst.key_id)] == [
        "own_table_of_elements",
        "no_contrary_side",
    ]
    assert [error.code for error in services.hindrances(known, team.reviewer.key_id)] == ["no_contrary_side"]


def test_what_can_be_cited(workspace, team, propositions):
    """Records are found by every word in any case of letters, and told in their own words; one that is gone says so."""
    from probata.cases import selectors
    from probata.cases.elements import EvidenceKind

    (found,) = selectors.citable("WEAPON reaches")
    assert (found.name, found.words, found.detail) == (propositions[1], "the man reaches for a weapon", "occurred")
    assert selectors.citable("weapon", kinds=[EvidenceKind.FINDING]) == []
    assert len(selectors.citable("", limit=1)) == 1
    gone = f"observation:{'0' * 32}"
    told = selectors.cited([*propositions, gone])
    assert [one.missing for one in told.values()] == [False, False, True]
    assert selectors.source_of(propositions[0]) == f"proposition {propositions[0][12:20]}"
