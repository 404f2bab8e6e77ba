"""Runs of calculators on the record, as far as somebody may know of them: one of a hidden item is not there."""

from __future__ import annotations

from probata.cases.selectors import Sight
from probata.verification import selectors
from probata.verification.derivation import Derivation

Run = tuple[str, str, Derivation]


def known(hidden: Sight) -> list[Run]:
    """Each run with its id and who recorded it, oldest first, without those whose inputs name something hidden."""
    return [one for one in selectors.derivations() if not hidden.hides_in(one[2].inputs)]
