"""Rival explanations: least inconsistency, ties as ties, copies once, and nothing unknown read as support."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.errors import InvalidValue
from probata.verification.hypotheses import (
    SEEDS,
    Cell,
    Hypothesis,
    MatricesMissing,
    Matrix,
    Row,
    Submission,
    compare,
    merge,
)

CLAIMED = Hypothesis(id="as_claimed", statement="It happened where, when and as it is told")
NAMES = (CLAIMED.id, *SEEDS)
CELLS = st.sampled_from(list(Cell))


def _row(name, root=None, **cells):
    read = {hypothesis: Cell(value) for hypothesis, value in cells.items()}
    return Row(id=name, evidence=f"what {name} shows", root=root or name, cells=read)


def _matrix(*rows):
    return Matrix.seeded(CLAIMED).holding(*rows)


@st.composite
def matrices(draw):
    """Up to seven rows of up to four sources, every cell drawn."""
    rows = [
        Row(
            id=f"r{number}",
            evidence=f"evidence {number}",
            root=draw(st.sampled_from(["post", "radio", "clip", "paper"])),
            cells={name: draw(CELLS) for name in NAMES},
        )
        for number in range(draw(st.integers(0, 7)))
    ]
    return _matrix(*rows)


def _standings(matrix):
    return {one.hypothesis: (one.against, one.at_most, one.weighed) for one in compare(matrix).standings}


def _sources_that_flip(matrix):
    """By source, whether it is one row or several, what the order would be without it."""
    alone = {row.root for row in matrix.rows if sum(one.root == row.root for one in matrix.rows) == 1}
    return {(one.root, one.order) for one in compare(matrix).flips if one.row is None or one.root in alone}


def test_the_least_inconsistent_stands_first_whatever_speaks_for_the_others():
    """Support is shown and never counted: three strong consistencies do not outweigh one inconsistency."""
    told = compare(
        _matrix(
            _row("a", as_claimed="CC", staged="C"),
            _row("b", as_claimed="CC", staged="N"),
            _row("c", as_claimed="I", staged="N"),
        )
    )
    assert told.order == (frozenset({"staged"}), frozenset({"as_claimed"}))
    by_name = {one.hypothesis: one for one in told.standings}
    assert (by_name["as_claimed"].for_it, by_name["as_claimed"].against_it) == (("a", "b"), ("c",))


def test_ties_are_told_as_ties():
    """Two hypotheses with as much against them share a place."""
    told = compare(_matrix(_row("a", as_claimed="II", staged="II", other_party="C")))
    assert told.order == (frozenset({"other_party"}), frozenset({"as_claimed", "staged"}))
    assert told.ties == (frozenset({"as_claimed", "staged"}),)


def test_what_nobody_judged_has_no_place():
    """Nothing against it was looked for: blank, not applicable and neutral cells do not put a hypothesis first."""
    told = compare(_matrix(_row("a", as_claimed="I", staged="NA", other_party="N")))
    assert told.order == (frozenset({"as_claimed"}),)
    assert set(told.unweighed) == set(SEEDS)


def test_a_blank_that_could_turn_the_order_is_told():
    """The first leads only because a row was not judged for it."""
    told = compare(_matrix(_row("a", as_claimed="C", staged="I"), _row("b", staged="N")))
    assert told.order[0] == frozenset({"as_claimed"})
    assert ("as_claimed", "staged") in told.unsettled
    full = dict.fromkeys(NAMES, "N")
    settled = compare(_matrix(_row("a", **full | {"as_claimed": "C", "staged": "I"}), _row("b", **full)))
    assert settled.unsettled == ()


def test_diagnosticity_is_the_spread_of_a_row():
    """A row that sits alike with all says nothing; one judged for a single hypothesis cannot tell any apart."""
    told = compare(
        _matrix(
            _row("same", as_claimed="C", staged="C"),
            _row("apart", as_claimed="CC", staged="II"),
            _row("lone", as_claimed="II", staged="NA"),
        )
    )
    assert told.diagnosticity == {"same": 0, "apart": 4, "lone": None}


def test_every_row_on_which_the_order_hangs_is_named():
    """Each is tried alone, and what the order would be without it is told."""
    told = compare(
        _matrix(
            _row("a", as_claimed="C", staged="I", other_party="C"),
            _row("b", as_claimed="N", staged="I", other_party="I"),
            _row("c", as_claimed="C", staged="N", other_party="N"),
        )
    )
    assert [(one.row, one.first_changes) for one in told.flips] == [("a", False), ("b", True)]
    without_b = told.flips[1].order
    assert without_b[0] == frozenset({"as_claimed", "other_party"})


def test_retellings_of_one_post_are_one_source():
    """Nine outlets that repeat one post weigh as the post does; one of their own weighs beside it."""
    copies = [_row(f"outlet {number}", root="post", as_claimed="C", staged="I") for number in range(9)]
    told = compare(_matrix(*copies, _row("own", as_claimed="I", staged="N")))
    assert (told.rows, told.roots) == (10, 2)
    assert told.order == (frozenset({"as_claimed", "staged"}),)
    # No single copy decides, the source as a whole does.
    assert [(one.root, one.row) for one in told.flips] == [("post", None), ("own", "own")]


def test_of_one_source_the_most_inconsistent_cell_counts():
    """A softer copy does not water down what the source says."""
    told = compare(_matrix(_row("a", root="post", staged="II"), _row("b", root="post", staged="C")))
    assert next(one for one in told.standings if one.hypothesis == "staged").against == 2


def test_a_seed_cannot_be_left_out():
    """The comparison that does not ask whether it was staged is refused."""
    kept = [Hypothesis(id=name, statement=told) for name, told in SEEDS.items() if name != "staged"]
    with pytest.raises(InvalidValue, match="staged"):
        Matrix(hypotheses=(CLAIMED, *kept))


def test_a_seed_is_rejected_with_a_reason_and_stays():
    """Rejected means told so: it keeps its place, and all that stands against it."""
    matrix = _matrix(_row("a", as_claimed="C", staged="II")).rejecting("staged", because="the wounds are real")
    told = compare(matrix)
    assert told.order[-1] == frozenset({"staged"})
    assert next(one for one in told.standings if one.hypothesis == "staged").rejected_because == "the wounds are real"
    with pytest.raises(InvalidValue):
        matrix.rejecting("other_party", because=" ")
    with pytest.raises(InvalidValue):
        matrix.rejecting("nobody's", because="a reason")


@pytest.mark.parametrize(
    "rows",
    [
        (_row("a"), _row("a")),
        (_row("a", unheard_of="C"),),
    ],
)
def test_nonsense_is_refused(rows):
    """A row twice, a judgement about what is not compared."""
    with pytest.raises(InvalidValue):
        _matrix(*rows)


def test_hostile_json_is_refused():
    """Unknown fields, unknown cells, texts that act: each is refused by name."""
    told = _matrix(_row("a", staged="I")).as_json()
    for spoil in (
        lambda one: one["rows"][0]["cells"].update(staged="III"),
        lambda one: one["rows"][0].update(weight=9),
        lambda one: one["rows"][0].update(evidence="seen\u202e"),
        lambda one: one["rows"][0].update(cells=["I"]),
        lambda one: one["hypotheses"].pop(),
        lambda one: one.update(rows={}),
    ):
        spoiled = json.loads(json.dumps(told))
        spoil(spoiled)
        with pytest.raises(InvalidValue):
            Matrix.from_json(spoiled)


@given(matrices())
def test_a_table_survives_the_way_through_json(matrix):
    """What is written is read back the same, and what follows from it is plain data."""
    assert Matrix.from_json(json.loads(json.dumps(matrix.as_json()))) == matrix
    json.dumps(compare(matrix).as_json())


@given(matrices(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_hypotheses_changes_nothing(matrix, chance):
    """Only what is held against what counts, not what was written down first."""
    rows, hypotheses = list(matrix.rows), list(matrix.hypotheses)
    chance.shuffle(rows)
    chance.shuffle(hypotheses)
    other = Matrix(hypotheses=tuple(hypotheses), rows=tuple(rows))
    assert _standings(other) == _standings(matrix)
    assert compare(other).order == compare(matrix).order
    assert compare(other).diagnosticity == compare(matrix).diagnosticity
    assert {(one.root, one.row, one.order) for one in compare(other).flips} == {
        (one.root, one.row, one.order) for one in compare(matrix).flips
    }


@given(matrices(), st.data())
def test_a_copy_of_a_source_changes_nothing(matrix, data):
    """Said again by somebody who has it from the same source, it weighs what it weighed."""
    if not matrix.rows:
        return
    copied = data.draw(st.sampled_from(matrix.rows))
    more = matrix.holding(Row(id="again", evidence="the same again", root=copied.root, cells=copied.cells))
    assert _standings(more) == _standings(matrix)
    assert compare(more).order == compare(matrix).order
    assert compare(more).unsettled == compare(matrix).unsettled
    assert _sources_that_flip(more) == _sources_that_flip(matrix)


@given(matrices(), st.permutations(NAMES))
def test_other_names_change_only_names(matrix, names):
    """Swap who is called what, and the answer is the same with the names swapped."""
    renamed = dict(zip(NAMES, names, strict=True))
    told = Matrix(
        hypotheses=tuple(Hypothesis(id=renamed[one.id], statement=one.statement) for one in matrix.hypotheses),
        rows=tuple(
            Row(
                id=row.id,
                evidence=row.evidence,
                root=row.root,
                cells={renamed[name]: cell for name, cell in row.cells.items()},
            )
            for row in matrix.rows
        ),
    )
    swapped = tuple(frozenset(renamed[name] for name in place) for place in compare(matrix).order)
    assert compare(told).order == swapped
    assert compare(told).diagnosticity == compare(matrix).diagnosticity


@given(matrices(), st.booleans())
def test_a_row_that_is_neutral_to_all_changes_nothing(matrix, own_source):
    """It says as much as if it were not there, also as a copy of a source that says more."""
    root = "own" if own_source or not matrix.rows else matrix.rows[0].root
    more = matrix.holding(Row(id="neutral", evidence="it rained", root=root, cells=dict.fromkeys(NAMES, Cell.NEUTRAL)))
    assert _standings(more) == _standings(matrix)
    assert compare(more).order == compare(matrix).order
    assert "neutral" not in {one.row for one in compare(more).flips}


@given(matrices())
def test_judging_a_blank_never_helps_and_stays_within_what_was_told(matrix):
    """Blank is not consistent: filling it in can only hold more against a hypothesis, up to what was announced."""
    before = _standings(matrix)
    for filling in (Cell.CONSISTENT, Cell.INCONSISTENT_STRONGLY):
        filled = Matrix(
            hypotheses=matrix.hypotheses,
            rows=tuple(
                Row(
                    id=row.id,
                    evidence=row.evidence,
                    root=row.root,
                    cells={name: filling if row.cell(name) is Cell.BLANK else row.cell(name) for name in NAMES},
                )
                for row in matrix.rows
            ),
        )
        for name, (against, at_most, _weighed) in _standings(filled).items():
            assert before[name][0] <= against <= before[name][1]
            assert at_most == against


@given(matrices())
def test_leaving_out_what_flips_gives_the_order_that_was_told(matrix):
    """Every flip is what a second run without that row gives, and every row that is not named changes nothing."""
    told = {(one.root, one.row): one.order for one in compare(matrix).flips}
    for row in matrix.rows:
        kept = tuple(one for one in matrix.rows if one is not row)
        order = compare(Matrix(hypotheses=matrix.hypotheses, rows=kept)).order
        assert told.get((row.root, row.id), compare(matrix).order) == order


def test_nobody_sees_the_others_before_handing_in():
    """The group's view is refused while one table is missing, and says whose."""
    mine = Submission(analyst="A. First", matrix=_matrix(_row("a", staged="I")))
    with pytest.raises(MatricesMissing, match=r"B\. Second"):
        merge(("A. First", "B. Second"), (mine,))


def test_disagreement_is_shown_cell_by_cell_and_never_averaged():
    """Each analyst's order stands beside the other's; the cell that is furthest apart comes first."""
    first = _matrix(_row("a", as_claimed="C", staged="II"), _row("b", as_claimed="I", staged="N"))
    second = _matrix(_row("a", as_claimed="C", staged="CC"), _row("b", as_claimed="N", staged="N"))
    told = merge(
        ("A. First", "B. Second"),
        (Submission(analyst="A. First", matrix=first), Submission(analyst="B. Second", matrix=second)),
    )
    assert not told.same_order
    assert [(one.row, one.hypothesis, one.distance) for one in told.disagreements] == [
        ("a", "staged", 4),
        ("b", "as_claimed", 1),
    ]
    assert told.disagreements[0].cells == {
        "A. First": Cell.INCONSISTENT_STRONGLY,
        "B. Second": Cell.CONSISTENT_STRONGLY,
    }
    json.dumps(told.as_json())


def test_tables_of_different_things_are_not_laid_side_by_side():
    """Other evidence, another set of explanations, a stranger's table, one person twice, one person alone."""
    one = Submission(analyst="A. First", matrix=_matrix(_row("a", staged="I")))
    other = Submission(analyst="B. Second", matrix=_matrix(_row("b", staged="I")))
    more = Submission(
        analyst="B. Second",
        matrix=Matrix.seeded(CLAIMED, Hypothesis(id="x", statement="Something else")).holding(_row("a", staged="I")),
    )
    names = ("A. First", "B. Second")
    for asked, handed_in in (
        (names, (one, other)),
        (names, (one, more)),
        (names[:1], (one,)),
        (names, (one, one)),
        (("A. First", "C. Third"), (one, Submission(analyst="C. Third", matrix=one.matrix), other)),
    ):
        with pytest.raises(InvalidValue):
            merge(asked, handed_in)
