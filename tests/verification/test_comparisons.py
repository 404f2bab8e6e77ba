"""Comparisons on the record: what they belong to, and who may read which table before all have handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from attrs import evolve

from probata.access import services as access
from probata.access.roles import Role
from probata.terms.errors import InvalidValue
from probata.verification import selectors, services
from probata.verification.hypotheses import Cell, Matrix, Row

if TYPE_CHECKING:
    from tests.conftest import Workspace

    from probata.custody.entries import Signer

FRAME = Matrix.seeded().holding(Row(id="impulses", evidence="three impulses", root="footage", cells={}))


@pytest.fixture
def two(workspace: Workspace) -> tuple[Signer, Signer]:
    second = access.enrol(workspace.keyring, "second", None, frozenset({Role.ANALYST}), reason="a colleague")
    return workspace.keyring.signing, second.signing


def filled(cell: Cell) -> Matrix:
    return evolve(FRAME, rows=(evolve(FRAME.rows[0], cells={"staged": cell}),))


def test_own_table_alone_until_all_are_there(two: tuple[Signer, Signer]) -> None:
    """Whoever handed in reads theirs, nobody reads another's; with the last table everybody reads all of them."""
    one, other = two
    known = services.compare_hypotheses("What?", FRAME, ("operator", "second"), actor=one).id
    services.hand_in(known, filled(Cell.INCONSISTENT), actor=one)
    assert list(selectors.comparison(known, one.key_id).tables) == ["operator"]
    assert selectors.comparison(known, other.key_id).tables == {}
    assert selectors.comparison(known).tables == {}
    assert selectors.comparison(known).view is None
    services.hand_in(known, filled(Cell.CONSISTENT), actor=other)
    assert set(selectors.comparison(known).tables) == {"operator", "second"}
    assert selectors.comparison(known).complete
    view = selectors.comparison(known).view
    assert view is not None
    assert [one.row for one in view.disagreements] == ["impulses"]


def test_what_a_comparison_belongs_to(two: tuple[Signer, Signer]) -> None:
    """It may belong to a record that the ledger tells of, and is listed under it; to nothing else."""
    one, _other = two
    first = services.compare_hypotheses("What?", FRAME, ("operator", "second"), actor=one).id
    about = f"hypotheses:{first}"
    second = services.compare_hypotheses("And then?", FRAME, ("operator", "second"), actor=one, about=about).id
    assert [known.id for known in selectors.comparisons(about=about)] == [second]
    assert [known.id for known in selectors.comparisons()] == [first, second]
    with pytest.raises(InvalidValue, match="no such record"):
        services.compare_hypotheses("What?", FRAME, ("operator", "second"), actor=one, about="case:0123")
