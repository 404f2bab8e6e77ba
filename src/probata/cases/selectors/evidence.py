"""Whether what is named is on the record of this workspace, and whether it still stands."""

from __future__ import annotations

from collections.abc import Iterable

from probata.analysis import selectors as analysis
from probata.cases.elements import EvidenceKind
from probata.cases.wording import line
from probata.claims import selectors as claims
from probata.custody import selectors as custody
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue, NotFound
from probata.verification import selectors as verification

_NAMED = {kind.value for kind in EvidenceKind} | {
    "item",
    "incident",
    "case",
    "question",
    "report",
    "elements",
    "review",
}


class EvidenceUnknown(NotFound):
    """Something was to be cited that is not on the record."""

    code = "evidence_unknown"
    template = "{name} is not on the record of this workspace."
    advice = "Name a record by kind and whole id, such as proposition:… or finding:…, as its own list gives them."


def must_be_on_record(untrusted_name: str) -> str:
    """The name of a record, `kind:id`, if the ledger tells of it; an item may be named by the beginning of its digest.

    Asked of the ledger, since every record has an entry under its name; observations and assertions are kept under the
    item that they are of or stand in. Raises `EvidenceUnknown`, `ObservationNotFound`, `AssertionNotFound`,
    `ItemNotFound`, and `InvalidValue` for another kind.
    """
    name = line(untrusted_name, "The name of a record", most=80)
    kind, _colon, known = name.partition(":")
    if kind not in _NAMED:
        raise InvalidValue(what=f"The record {name!r}", why=f"its kind must be one of {', '.join(sorted(_NAMED))}")
    if kind == "item":
        return f"item:{preservation.item(known).sha256}"
    if kind == EvidenceKind.OBSERVATION.value:
        analysis.observation(known)
    elif kind == EvidenceKind.ASSERTION.value:
        claims.assertion(known)
    elif not custody.seqs_about({name}):
        raise EvidenceUnknown(name=name)
    return name


def superseded(names: Iterable[str]) -> tuple[str, ...]:
    """Those of these records that do not stand any more: superseded, withdrawn, or ended by a later decision.

    A table that cites them cites what was.
    """
    wanted = sorted(set(names))
    findings = any(name.startswith(f"{EvidenceKind.FINDING.value}:") for name in wanted)
    standing_findings = {one.id for one in verification.findings()} if findings else set()
    return tuple(name for name in wanted if not _stands(*name.partition(":")[::2], standing_findings))


def _stands(kind: str, known: str, standing_findings: set[str]) -> bool:
    if kind == EvidenceKind.PROPOSITION.value:
        return claims.proposition(known).id == known
    if kind == EvidenceKind.ASSERTION.value:
        try:
            return claims.assertion(known).id == known
        except claims.AssertionNotFound:
            # It was on record when it was cited: the proposal that it came of was rejected afterwards.
            return False
    if kind == EvidenceKind.OBSERVATION.value:
        return analysis.observation(known).stands
    return kind != EvidenceKind.FINDING.value or known in standing_findings
