"""A case's work as screens show it: where each review stands, and who may not judge what any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import field, frozen

from probata.access import selectors as access
from probata.cases.selectors import KnownIncident
from probata.claims import selectors as claims
from probata.claims.propositions import Proposition
from probata.claims.selectors import Known
from probata.verification import selectors as verification
from probata.verification import turns
from probata.verification.assessments import Dimension, State
from probata.verification.selectors import KnownReview
from probata.web import onward

DIMENSIONS = tuple(one.value for one in Dimension)
NO_REVIEW = "none"
STATES = (NO_REVIEW, *(one.value for one in State))


@frozen(kw_only=True)
class Cell:
    """Where the review of one proposition in one dimension stands; `state` is `none` where nobody opened one.

    `address` is the review's page, or where one is opened. `earlier` says that it is about an earlier wording.
    `further` counts other standing reviews of the same.
    """

    dimension: str
    state: str
    review: str = ""
    address: str = ""
    people: tuple[str, ...] = ()
    earlier: bool = False
    further: int = 0


@frozen(kw_only=True)
class Row:
    """A proposition, with a cell for each dimension."""

    id: str
    type: str
    statement: str
    address: str
    cells: tuple[Cell, ...]


@frozen(kw_only=True)
class Board:
    """The propositions of one incident as rows."""

    incident: str
    label: str
    rows: tuple[Row, ...]


@frozen(kw_only=True)
class Barred:
    """A review that waits for a judgement: who gave theirs and so may not give another, and whose turn it can be."""

    review: str
    address: str
    statement: str
    dimension: str
    state: str
    judged: tuple[str, ...]
    may: tuple[str, ...]


@frozen(kw_only=True)
class Grid:
    """Dimensions × propositions of a case's incidents, the tally of its cells, and who is barred from what."""

    boards: tuple[Board, ...] = field(repr=False)
    tally: tuple[tuple[str, int], ...]
    barred: tuple[Barred, ...] = field(repr=False)

    @property
    def rows(self) -> int:
        """How many propositions."""
        return sum(len(one.rows) for one in self.boards)


def grid(incidents: Iterable[KnownIncident]) -> Grid:
    """Where each review of what is claimed about these incidents stands; what a review holds is not shown here."""
    told = list(incidents)
    wanted = {one.id for incident in told for one in incident.propositions}
    known = claims.claims().propositions if wanted else {}
    earlier = (
        {before: after for before, after in claims.earlier_wordings().items() if after in wanted} if wanted else {}
    )
    reviews = verification.reviews(of=[*wanted, *earlier]) if wanted else []
    found: dict[tuple[str, str], list[KnownReview]] = {}
    for one in reviews:
        found.setdefault((earlier.get(one.proposition, one.proposition), one.dimension.value), []).append(one)
    boards = tuple(_board(incident, known, found) for incident in told)
    states = [cell.state for board in boards for row in board.rows for cell in row.cells]
    return Grid(
        boards=boards,
        tally=tuple((state, states.count(state)) for state in STATES if state in states),
        barred=tuple(_barred(reviews)),
    )


def _board(
    incident: KnownIncident, known: Mapping[str, Known[Proposition]], found: Mapping[tuple[str, str], list[KnownReview]]
) -> Board:
    rows = tuple(
        Row(
            id=one.id,
            type=known[one.id].thing.type.value,
            statement=one.statement,
            address=onward.of_record(f"proposition:{one.id}"),
            cells=tuple(_cell(one.id, name, found.get((one.id, name), [])) for name in DIMENSIONS),
        )
        for one in incident.propositions
    )
    return Board(incident=incident.id, label=incident.label.text, rows=rows)


def _cell(proposition: str, dimension: str, reviews: Sequence[KnownReview]) -> Cell:
    if not reviews:
        opening = onward.address_for("open_review", proposition=proposition, dimension=dimension)
        return Cell(dimension=dimension, state=NO_REVIEW, address=opening)
    # What stands comes before what was superseded; of several, the newest.
    standing = [one for one in reviews if one.state is not State.SUPERSEDED]
    shown = (standing or list(reviews))[-1]
    return Cell(
        dimension=dimension,
        state=shown.state.value,
        review=shown.id,
        address=onward.address("review", shown.id),
        people=tuple(name for _place, name in sorted(shown.places.items())),
        earlier=shown.proposition != proposition,
        further=max(len(standing) - 1, 0),
    )


def _barred(reviews: Iterable[KnownReview]) -> Iterable[Barred]:
    waiting = [one for one in reviews if one.places and turns.open_place(one) is not None]
    people = {one.name: access.roles(one.pk) for one in access.people()} if waiting else {}
    for one in waiting:
        told = {name: turns.turn(one, name, roles) for name, roles in people.items()}
        yield Barred(
            review=one.id,
            address=onward.address("review", one.id),
            statement=one.statement,
            dimension=one.dimension.value,
            state=one.state.value,
            judged=tuple(name for name, turn in told.items() if turn.bar is turns.Bar.HAS_JUDGED),
            may=tuple(name for name, turn in told.items() if turn.waits),
        )
