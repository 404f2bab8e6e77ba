"""Runs of calculators on the record, as far as somebody may know of them: one of a hidden item is not there."""

from __future__ import annotations

from collections.abc import Mapping

from probata.cases.selectors import Sight
from probata.verification import selectors
from probata.verification.derivation import Derivation

Run = tuple[str, str, Derivation]


def known(hidden: Sight) -> list[Run]:
    """Each run with its id and who recorded it, oldest first, without those whose inputs name something hidden."""
    every = selectors.derivations()
    return every if hidden.whole else [one for one in every if not _names_hidden(one[2].inputs, hidden)]


def _names_hidden(value: object, hidden: Sight) -> bool:
    if isinstance(value, Mapping):
        return any(_names_hidden(one, hidden) for one in value.values())
    if isinstance(value, tuple):
        return any(_names_hidden(one, hidden) for one in value)
    return isinstance(value, str) and hidden.hides(value)
