"""Who may know of what: walled cases, and all that follows from them for one person (need to know).

A case is open to everybody who works in the workspace until it is walled. From then on it is there for those alone
who are admitted, and so is what belongs to it and to no case that the person may see: its items, its incidents, what
is stated of them, and every review, comparison, table and question about that. For anybody else there is nothing at
such an address, as if it had never been.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve, field, frozen

from probata.cases.models import Admission, Member, Question, Wall
from probata.cases.selectors.chains import currents
from probata.claims import selectors as claims
from probata.claims.selectors import Claims
from probata.verification import selectors as verification


@frozen(kw_only=True)
class Sight:
    """What one person may not know of, by ids; whatever is not in it, they may."""

    cases: frozenset[str] = field(default=frozenset())
    items: frozenset[str] = field(default=frozenset())
    incidents: frozenset[str] = field(default=frozenset())
    propositions: frozenset[str] = field(default=frozenset())
    assertions: frozenset[str] = field(default=frozenset())
    reviews: frozenset[str] = field(default=frozenset())
    questions: frozenset[str] = field(default=frozenset())

    @property
    def whole(self) -> bool:
        """Whether nothing is kept from this person."""
        return not self.cases

    def hides(self, *names: str | None) -> bool:
        """Whether any of these ids or digests is of something that the person may not know of."""
        every = (self.cases, self.items, self.incidents, self.propositions, self.assertions, self.reviews)
        return any(name in kept for name in names if name for kept in (*every, self.questions))

    def hides_in(self, told: object) -> bool:
        """Whether plain data names, however deep in it, something that the person may not know of."""
        if self.whole:
            return False
        if isinstance(told, Mapping):
            return any(map(self.hides_in, told.values()))
        if isinstance(told, list | tuple):
            return any(map(self.hides_in, told))
        return isinstance(told, str) and self.hides(told)

    def of_claims(self, known: Claims) -> Claims:
        """The claims that this person may know of: nothing hidden, and nothing said of or traced to what is."""
        if self.whole:
            return known
        propositions = {name: one for name, one in known.propositions.items() if name not in self.propositions}
        assertions = {name: one for name, one in known.assertions.items() if name not in self.assertions}
        return evolve(
            known,
            propositions=propositions,
            assertions=assertions,
            edges=tuple(one for one in known.edges if {one.start, one.end} <= propositions.keys()),
            sources={name: one for name, one in known.sources.items() if name in assertions},
        )

    def hides_report(self, items: Iterable[str], targets: Iterable[str]) -> bool:
        """Whether what came in is about nothing but what is hidden."""
        told = [*items, *(target.partition(":")[2] or target for target in targets if target)]
        return bool(told) and all(self.hides(one) for one in told)


EVERYTHING = Sight()
"""The sight of somebody from whom nothing is kept."""


def sight(key_id: str) -> Sight:
    """What the holder of this key may not know of."""
    walled = {row.in_case for row in currents(Wall) if row.walled}
    if not walled:
        return EVERYTHING
    inside = {row.in_case for row in currents(Admission, person=key_id) if row.admitted}
    cases = frozenset(walled - inside)
    if not cases:
        return EVERYTHING
    items, incidents = (_only_in(cases, kind) for kind in ("item", "incident"))
    propositions = _of_incidents(incidents)
    return Sight(
        cases=cases,
        items=items,
        incidents=incidents,
        propositions=propositions,
        assertions=_assertions(propositions, items),
        reviews=frozenset(one.id for one in verification.reviews() if one.proposition in propositions),
        questions=frozenset(
            row.id for row in Question.objects.all() if row.in_case in cases or row.incident in incidents
        ),
    )


def _only_in(cases: frozenset[str], kind: str) -> frozenset[str]:
    """Members of these cases that belong to no other case."""
    within: dict[str, set[str]] = {}
    for row in currents(Member, member_kind=kind):
        if row.within:
            within.setdefault(row.member, set()).add(row.in_case)
    return frozenset(member for member, of in within.items() if of <= cases)


def _of_incidents(incidents: frozenset[str]) -> frozenset[str]:
    known = claims.claims().propositions
    return frozenset(name for name, one in known.items() if one.thing.incident in incidents)


def _assertions(propositions: frozenset[str], items: frozenset[str]) -> frozenset[str]:
    known = claims.claims().assertions
    return frozenset(
        name
        for name, one in known.items()
        if one.thing.proposition in propositions or (one.thing.appears_in and one.thing.appears_in.item in items)
    )
