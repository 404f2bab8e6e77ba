"""Sealing: what goes into a package, the ledger entry that names it, and the proofs that a stranger needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from attrs import frozen
from django.conf import settings

from probata.access import selectors as people
from probata.access import services as access
from probata.access.roles import Permission
from probata.custody import entries, notes
from probata.custody import selectors as custody_selectors
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.keys import Keyring
from probata.custody.notes import SignedCheckpoint
from probata.custody.projections import EntryFacts, projects
from probata.custody.selectors import CheckpointRow
from probata.custody.services import Kept
from probata.custody.verifier import SEAL_SCHEMA
from probata.disclosure import gathering, package, redacted, selectors
from probata.disclosure.contents import TimestampMaterial
from probata.disclosure.gathering import Gathered
from probata.disclosure.models import RELEASED, Package
from probata.disclosure.plan import Plan
from probata.disclosure.selectors import KnownDisclosure
from probata.disclosure.services.proposing import RecordMoved, SamePerson, must_be_read_again
from probata.disclosure.services.proposing import gathered as gathered_of
from probata.preservation import selectors as preservation
from probata.terms.errors import AccessError, Refused


class NothingToSeal(Refused):
    """A package must hold at least one item."""

    code = "nothing_to_seal"
    template = "No item was named to be sealed."
    advice = "Name items by their digest; `probata items` lists them."
    advice_here = "Name items by their digest; the page Items lists them."


class TakesTwo(AccessError):
    """One person wants to disclose alone where several work."""

    code = "takes_two"
    template = "Several people work in this workspace: disclosing takes two of them."
    advice = (
        "One proposes and another releases, at the workbench under Disclosure; then a custodian seals it there or with "
        "`probata seal PACKAGE --disclosure ID`."
    )
    advice_here = "One proposes and another releases, on the page Disclosure; then a custodian seals it there."


class NotReleased(Refused):
    """A disclosure is to be sealed that nobody released, or that was sealed already."""

    code = "not_released"
    template = "This disclosure is {state}: only one that was released, and not sealed yet, is sealed."
    advice = "Somebody other than its proposer, of the roles legal or custodian, releases it first."


def seal(
    target: Path,
    untrusted_items: Sequence[str],
    *,
    keyring: Keyring,
    reason: str,
    recipient: str = "",
    purpose: str = "",
    stamped: bool = False,
) -> Path:
    """Seal items into a package folder alone, in a workspace of one person; returns the folder.

    With `stamped`, every timestamp authority of the settings is asked to sign over the seal's own checkpoint, and the
    seal promises their tokens, so that stripping one fails verification.

    The package holds the originals, what was made of them, the entries about them, and every proof. Raises
    `NothingToSeal`, `ItemNotFound`, `PackageRefused`, `NotAllowed`, `TakesTwo` where several people are enrolled.
    """
    access.must_be_allowed(keyring.signing, Permission.SEAL)
    items = tuple(dict.fromkeys(str(preservation.item(one).sha256) for one in untrusted_items))
    if not items:
        raise NothingToSeal
    if len(people.people()) > 1:
        raise TakesTwo
    plan = Plan(recipient=recipient, purpose=purpose, items=items, along=gathering.ALWAYS)
    before = custody.checkpoint(access.unlock_log_key(keyring))
    gathered = gathering.gather(plan, name=target.name)
    return _Sealing(plan=plan, keyring=keyring, reason=reason, stamped=stamped).to(target, gathered, before)


def seal_disclosure(
    disclosure: str,
    target: Path,
    *,
    keyring: Keyring,
    reason: str,
    stamped: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Path:
    """Seal what a second person released, exactly as they saw it; returns the folder.

    Raises `NotAllowed`, `DisclosureNotFound`, `SamePerson`, `NotReleased`, `NotReadAgain`, `RecordMoved`,
    `PackageRefused`.
    """
    known = selectors.seen_by(disclosure, keyring.signing.key_id)
    must_be_sealable(known, keyring.signing)
    before = custody.checkpoint(access.unlock_log_key(keyring))
    gathered = gathered_of(known)
    if gathered.sha256 != known.contents_sha256:
        raise RecordMoved
    sealing = _Sealing(plan=known.plan, keyring=keyring, reason=reason, stamped=stamped, disclosure=known.id)
    return sealing.to(target, gathered, before, progress)


def must_be_sealable(known: KnownDisclosure, actor: Signer) -> None:
    """Raise unless this person may seal this disclosure now; what it would hold is looked at when it is sealed."""
    access.must_be_allowed(actor, Permission.SEAL)
    if known.proposed_key == actor.key_id:
        raise SamePerson(does="seals")
    if known.state != RELEASED:
        raise NotReleased(state=known.state)
    redacted.must_stand(known.plan)
    must_be_read_again(known.plan)


@frozen(kw_only=True)
class _Sealing:
    """Who seals what, and why."""

    plan: Plan
    keyring: Keyring
    reason: str
    stamped: bool
    disclosure: str = ""

    def to(self, target: Path, gathered: Gathered, before: Kept, progress: Callable[[int], None] | None = None) -> Path:
        """Lay the package out, enter the seal, and put it in with every proof."""
        draft = package.write_draft(target, gathered.contents, progress)
        with custody.act(actor=self.keyring.signing, reason=self.reason) as act:
            sealed = act.record(
                "seal",
                entries.seal_record(
                    files_sha256=draft.files_sha256, timestamp_authorities=_promised() if self.stamped else ()
                ),
                {
                    "subject": f"package:{draft.files_sha256}",
                    "name": target.name,
                    "recipient": self.plan.recipient,
                    "purpose": self.plan.purpose,
                    "items": list(self.plan.items),
                    "disclosure": self.disclosure,
                },
            )
        after = custody.checkpoint(access.unlock_log_key(self.keyring))
        if self.stamped:
            custody.stamp(after, actor=self.keyring.signing)
        anchored = _anchored(before, after)
        material = package.gather_seal(
            draft,
            gathering.disclosed([sealed.seq], {SEAL_SCHEMA})[0],
            checkpoints=[signed for signed, _ in anchored],
            read=custody_selectors.tree_hashes,
            cosignatures=custody_selectors.cosignatures(after.row),
            timestamps=[
                TimestampMaterial(authority=token.authority, checkpoint_size=row.size, response=bytes(token.response))
                for _, row in anchored
                for token in custody_selectors.timestamps(row)
            ],
        )
        return package.finish(draft, material)


def _anchored(before: Kept, after: Kept) -> list[tuple[SignedCheckpoint, CheckpointRow]]:
    """The checkpoints a package shows, smallest first: those with a timestamp, the one before the seal, the seal's."""
    log = access.log_vkey()
    rows = {row.size: row for row in custody_selectors.stamped_checkpoints(after.row.size)}
    rows |= {before.row.size: before.row, after.row.size: after.row}
    return [(notes.read_checkpoint(rows[size].note, log), rows[size]) for size in sorted(rows)]


def _promised() -> tuple[str, ...]:
    return tuple(authority.name for authority in settings.PROBATA.timestamp_authorities)


@projects("seal")
def _sealed(entry: EntryFacts, records: list[Record]) -> None:
    seal_record, about = records
    Package.objects.create(
        name=about["name"],
        files_sha256=seal_record["files_sha256"],
        recipient=about["recipient"],
        purpose=about["purpose"],
        items=about["items"],
        # Packages from before disclosing took two say nothing of it.
        disclosure=about.get("disclosure"),
        at=entry.at,
        seq=entry.seq,
    )
