"""The newest row of each chain, and records found by the beginning of their id."""

from __future__ import annotations

import re
from typing import TypeVar

from probata.cases.models import Superseding, Written
from probata.terms.errors import NotFound, UsageError

_Row = TypeVar("_Row", bound=Superseding)
_BEGINNING = re.compile(r"[0-9a-f]{4,32}")


class RecordAmbiguous(UsageError):
    """The beginning of an id fits several records."""

    code = "record_ambiguous"
    template = "Several records begin with {beginning}."
    advice = "Give more digits of the id."


def currents(model: type[_Row], **about: object) -> list[_Row]:
    """The newest row of every chain about this, oldest first."""
    manager = model._default_manager  # noqa: SLF001  Django's public name of it
    later = manager.exclude(supersedes=None).values("supersedes")
    return list(manager.filter(**about).exclude(id__in=later).order_by("seq", "id"))


def current(model: type[_Row], **about: object) -> _Row | None:
    """The newest row of the one chain about this; None where nobody has written one."""
    found = currents(model, **about)
    return found[-1] if found else None


def full_id(model: type[Written], untrusted_beginning: str, missing: type[NotFound], *, column: str = "id") -> str:
    """The whole id that begins so, at least four digits of it; raises `missing` or `RecordAmbiguous`."""
    beginning = untrusted_beginning.strip().lower()
    if not _BEGINNING.fullmatch(beginning):
        raise missing(name=untrusted_beginning[:80])
    filters = {f"{column}__startswith": beginning}
    found = model._default_manager.filter(**filters).values_list(column, flat=True).distinct()[:2]  # noqa: SLF001  same as above
    if not found:
        raise missing(name=beginning)
    if len(found) > 1:
        raise RecordAmbiguous(beginning=beginning)
    return str(found[0])
