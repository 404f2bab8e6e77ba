"""Everything that is read about disclosures and sealed packages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import field, frozen
from django.conf import settings

from probata.access import selectors as access
from probata.cases import selectors as cases
from probata.cases.selectors import Sight
from probata.disclosure import gathering
from probata.disclosure.gathering import Gathered
from probata.disclosure.models import RELEASED, Disclosure, Download, Package
from probata.disclosure.plan import Plan
from probata.engines import clock
from probata.preservation import selectors as preservation
from probata.terms.errors import NotFound

SOUND = "sound"


class DisclosureNotFound(NotFound):
    """No disclosure has that id."""

    code = "disclosure_not_found"
    template = "No disclosure of this workspace has the id {wanted}."
    advice = "The workbench lists them under Disclosure, each with its id in its address."


@frozen(kw_only=True)
class KnownPackage:
    """A package that was sealed: its name, the digest of its list, and who took it out when."""

    name: str
    files_sha256: str
    recipient: str
    at: datetime
    seq: int
    items: tuple[str, ...]
    taken_out: tuple[tuple[str, datetime], ...] = ()


@frozen(kw_only=True)
class KnownDisclosure:
    """A disclosure as it stands: what is proposed, by whom, what a second person decided, and its package."""

    id: str
    plan: Plan = field(repr=False)
    reason: str
    proposed_by: str
    proposed_key: str
    at: datetime
    seq: int
    decision: str = ""
    contents_sha256: str = ""
    decided_by: str = ""
    decided_key: str = ""
    decided_because: str = ""
    decided_at: datetime | None = None
    package: KnownPackage | None = None

    @property
    def state(self) -> str:
        """One word: proposed, released, refused, withdrawn or sealed."""
        return "sealed" if self.package else self.decision or "proposed"

    @property
    def package_name(self) -> str:
        """The name of its package's folder, which says nothing of what is in it."""
        return f"disclosure-{self.id[:8]}"

    @property
    def released(self) -> bool:
        """Whether a second person released it."""
        return self.decision == RELEASED

    def as_json(self) -> dict[str, Any]:
        """The disclosure as plain data."""
        return {
            "id": self.id,
            **self.plan.as_json(),
            "state": self.state,
            "reason": self.reason,
            "proposed_by": self.proposed_by,
            "proposed_at": clock.rfc3339(self.at),
            "decided_by": self.decided_by or None,
            "decided_at": None if self.decided_at is None else clock.rfc3339(self.decided_at),
            "decided_because": self.decided_because or None,
            "contents_sha256": self.contents_sha256 or None,
            "package": None if self.package is None else self.package.files_sha256,
        }


def disclosures() -> list[KnownDisclosure]:
    """Every disclosure, the newest first."""
    rows = Disclosure.objects.select_related("decision").order_by("-seq")
    names, packages = access.names(), _packages()
    return [_known(row, names, packages) for row in rows]


def disclosure(wanted: str) -> KnownDisclosure:
    """The disclosure whose id begins so; raises `DisclosureNotFound` where none or several do."""
    found = list(Disclosure.objects.filter(id__startswith=wanted).select_related("decision")[:2]) if wanted else []
    if len(found) != 1:
        raise DisclosureNotFound(wanted=wanted)
    return _known(found[0], access.names(), _packages([found[0].id]))


def seen_by(wanted: str, key_id: str) -> KnownDisclosure:
    """The same, for somebody who may know of everything in it; for others there is none of that id."""
    known = disclosure(wanted)
    if hides(cases.sight(key_id), known):
        raise DisclosureNotFound(wanted=wanted)
    return known


def hides(sight: Sight, known: KnownDisclosure) -> bool:
    """Whether a disclosure is about something that a person may not know of."""
    if sight.whole:
        return False
    return sight.hides(*_named(known)) or sight.hides(*about(known))


def about(known: KnownDisclosure) -> tuple[str, ...]:
    """The ids of everything that a disclosure tells of, or that it withholds."""
    told = gather(known.plan, name=known.package_name, by=known.proposed_key, before_seq=known.seq)
    return (*_named(known), *told.names)


def _named(known: KnownDisclosure) -> tuple[str, ...]:
    return (known.plan.case, *known.plan.items, *(one.item for one in known.plan.withheld))


def lies_here(known: KnownDisclosure) -> bool:
    """Whether the sealed package of a disclosure lies in the workspace, as a zip or as the folder it is made from."""
    return stored(known) is not None or (
        known.package is not None and (packages_folder() / known.package_name).is_dir()
    )


def packages_folder() -> Path:
    """Where sealed packages of disclosures lie until they are handed over."""
    return Path(settings.PROBATA.root) / "packages"


def stored(known: KnownDisclosure) -> Path | None:
    """The sealed package of a disclosure, as one zip; None where it does not lie here."""
    place = packages_folder() / f"{known.package_name}.zip"
    return place if known.package and place.is_file() else None


def gather(plan: Plan, *, name: str, by: str, before_seq: int | None = None) -> Gathered:
    """What the package of a plan would hold, of all that whoever proposes it may know."""
    return gathering.gather(plan, name=name, before_seq=before_seq, sight=cases.sight(by))


def packages_alone() -> list[KnownPackage]:
    """Packages that rest on no disclosure: sealed by one person alone, or before disclosing took two."""
    return [_package(row, {}) for row in Package.objects.order_by("-seq") if not row.disclosure]


def not_read_again(items: Iterable[str]) -> list[str]:
    """Which of these items' newest reading did not find their bytes sound, or never took place."""
    lacking = []
    for item in items:
        runs = preservation.fixity_runs(item)
        if not runs or runs[-1].result != SOUND:
            lacking.append(item)
    return lacking


def _packages(of: Sequence[str] | None = None) -> dict[str, KnownPackage]:
    rows = Package.objects.exclude(disclosure=None).exclude(disclosure="")
    rows = rows if of is None else rows.filter(disclosure__in=of)
    found = list(rows)
    names = access.names()
    taken: dict[str, list[tuple[str, datetime]]] = {}
    for one in Download.objects.filter(package__in=[row.files_sha256 for row in found]).order_by("seq"):
        taken.setdefault(one.package, []).append((names.get(one.taken_by, "unknown"), one.at))
    return {str(row.disclosure): _package(row, taken) for row in found}


def _package(row: Package, taken: dict[str, list[tuple[str, datetime]]]) -> KnownPackage:
    return KnownPackage(
        name=row.name,
        files_sha256=row.files_sha256,
        recipient=row.recipient,
        at=row.at,
        seq=row.seq,
        items=tuple(row.items),
        taken_out=tuple(taken.get(row.files_sha256, ())),
    )


def _known(row: Disclosure, names: dict[str, str], packages: dict[str, KnownPackage]) -> KnownDisclosure:
    decided = getattr(row, "decision", None)
    told: dict[str, Any] = {}
    if decided is not None:
        told = {
            "decision": decided.decision,
            "contents_sha256": decided.contents_sha256,
            "decided_by": names.get(decided.decided_by, "unknown"),
            "decided_key": decided.decided_by,
            "decided_because": decided.reason,
            "decided_at": decided.at,
        }
    return KnownDisclosure(
        id=row.id,
        plan=Plan.from_json(row.body),
        reason=row.reason,
        proposed_by=names.get(row.proposed_by, "unknown"),
        proposed_key=row.proposed_by,
        at=row.at,
        seq=row.seq,
        package=packages.get(row.id),
        **told,
    )
