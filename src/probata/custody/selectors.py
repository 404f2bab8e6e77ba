"""Everything that is read from the ledger's tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from attrs import frozen

from probata.custody import merkle
from probata.custody.canonical import Record
from probata.custody.models import Act, ActorKey, Checkpoint, Cosignature, Entry, Opening, TimestampToken, TreeHash

CheckpointRow = Checkpoint


def size_and_time() -> tuple[int, datetime | None]:
    """How many entries the ledger has, and when the last was made."""
    last = Entry.objects.order_by("-seq").values_list("seq", "at").first()
    return (last[0] + 1, last[1]) if last else (0, None)


def tree_hashes(positions: Sequence[int]) -> list[bytes]:
    """Stored hashes of the tree at the positions asked for, in that order."""
    rows = dict(TreeHash.objects.filter(position__in=positions).values_list("position", "hash"))
    return [bytes(rows[position]) for position in positions]


def root(size: int) -> bytes:
    """The root of the ledger's first `size` entries."""
    return merkle.root(size, tree_hashes)


def inclusion_proof(seq: int, size: int) -> list[bytes]:
    """That an entry is in the ledger of `size` entries."""
    return merkle.inclusion_proof(seq, size, tree_hashes)


def consistency_proof(old_size: int, size: int) -> list[bytes]:
    """That the ledger of `size` entries begins with the ledger of `old_size`."""
    return merkle.consistency_proof(old_size, size, tree_hashes)


@frozen(kw_only=True)
class HistoryLine:
    """One entry about a subject, as a person reads it."""

    seq: int
    at: datetime
    actor: str
    actor_name: str
    action: str
    reason: str
    record: Record


def history(subject: str) -> list[HistoryLine]:
    """Every entry about a subject (`item:<sha256>`, `log:…`), oldest first."""
    openings = Opening.objects.filter(subject=subject).order_by("seq", "place")
    entries = {row.seq: row for row in Entry.objects.filter(seq__in=[opening.seq for opening in openings])}
    reasons = dict(Act.objects.filter(id__in=[row.act_id for row in entries.values()]).values_list("id", "reason"))
    names = dict(ActorKey.objects.values_list("key_id", "name"))
    return [
        HistoryLine(
            seq=opening.seq,
            at=entries[opening.seq].at,
            actor=entries[opening.seq].actor,
            actor_name=names.get(entries[opening.seq].actor, "unknown"),
            action=entries[opening.seq].action,
            reason=reasons.get(entries[opening.seq].act_id, ""),
            record=msgspec.json.decode(opening.record),
        )
        for opening in openings
    ]


def last_checkpoint() -> Checkpoint | None:
    """The newest signed checkpoint."""
    return Checkpoint.objects.order_by("-id").first()


def stamped_checkpoints(below_size: int) -> list[Checkpoint]:
    """Checkpoints smaller than a size that a timestamp authority signed over, one a size, smallest first."""
    rows = Checkpoint.objects.filter(timestamptoken__isnull=False, size__lt=below_size).order_by("size", "id")
    return list({row.size: row for row in rows}.values())


def cosignatures(checkpoint: Checkpoint) -> list[str]:
    """What witnesses signed over a checkpoint."""
    return list(Cosignature.objects.filter(checkpoint=checkpoint).order_by("id").values_list("line", flat=True))


def timestamps(checkpoint: Checkpoint) -> list[TimestampToken]:
    """Timestamp authorities' answers over a checkpoint."""
    return list(TimestampToken.objects.filter(checkpoint=checkpoint).order_by("id"))


def subjects_of(seqs: Sequence[int]) -> dict[int, list[Opening]]:
    """The openings of entries, by entry, in the order of their commitments."""
    found: dict[int, list[Opening]] = {seq: [] for seq in seqs}
    for opening in Opening.objects.filter(seq__in=seqs).order_by("seq", "place"):
        found[opening.seq].append(opening)
    return found


def seqs_about(subjects: set[str]) -> list[int]:
    """The entries that open on any of these subjects, in order."""
    return sorted(set(Opening.objects.filter(subject__in=subjects).values_list("seq", flat=True)))


def seqs_of_actions(actions: Sequence[str]) -> list[int]:
    """The entries of these actions, in order."""
    return list(Entry.objects.filter(action__in=actions).order_by("seq").values_list("seq", flat=True))


def leaves(seqs: Sequence[int]) -> list[tuple[int, bytes]]:
    """Entries' leaves, in order of the log."""
    rows = Entry.objects.filter(seq__in=seqs).order_by("seq").values_list("seq", "leaf")
    return [(seq, bytes(leaf)) for seq, leaf in rows]


def actor_public_keys() -> list[bytes]:
    """Every public key that may sign entries, in the order of enrolment."""
    return [bytes(key) for key in ActorKey.objects.order_by("enrolled_seq").values_list("public_key", flat=True)]


def public_key(key_id: str) -> bytes:
    """The raw public key of an id under which somebody may sign."""
    return bytes(ActorKey.objects.values_list("public_key", flat=True).get(key_id=key_id))


def times(seqs: Sequence[int]) -> dict[int, datetime]:
    """When each of these entries was made."""
    return dict(Entry.objects.filter(seq__in=seqs).values_list("seq", "at"))
