"""Which cases are walled, and who is admitted to them."""

from __future__ import annotations

from probata.cases.models import Admission, Wall
from probata.cases.selectors.chains import currents


def is_walled(case: str) -> bool:
    """Whether the case of this whole id is there for those alone who are admitted."""
    rows = currents(Wall, in_case=case)
    return bool(rows) and rows[-1].walled


def admitted(case: str) -> frozenset[str]:
    """The keys of those who are admitted to the case of this whole id."""
    return frozenset(row.person for row in currents(Admission, in_case=case) if row.admitted)
