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
    via: str = ""


@frozen(kw_only=True)
class ActLine:
    """One act, as a person reads it: its first entry, how many it made, and what they did, each word once."""

    seq: int
    at: datetime
    reason: str
    entries: int
    actions: tuple[str, ...]


def history(subject: str) -> list[HistoryLine]:
    """Every entry about a subject (`item:<sha256>`, `log:…`), oldest first."""
    openings = Opening.objects.filter(subject=subject).order_by("seq", "place")
    entries = {row.seq: row for row in Entry.objects.filter(seq__in=[opening.seq for opening in openings])}
    acts = Act.objects.in_bulk({row.act_id for row in entries.values()})
    names = dict(ActorKey.objects.values_list("key_id", "name"))
    return [
        HistoryLine(
            seq=opening.seq,
            at=entries[opening.seq].at,
            actor=entries[opening.seq].actor,
            actor_name=names.get(entries[opening.seq].actor, "unknown"),
            action=entries[opening.seq].action,
            reason=acts[entries[opening.seq].act_id].reason,
            record=msgspec.json.decode(opening.record),
            via=acts[entries[opening.seq].act_id].via,
        )
        for opening in openings
    ]


def acts_through(via: str) -> int:
    """How many acts were done through something, such as `token:…`."""
    return Act.objects.filter(via=via).count()


def last_acts_through(via: str, *, most: int) -> list[ActLine]:
    """The last acts that were done through something, the newest first."""
    rows = list(Act.objects.filter(via=via).order_by("-first_seq")[:most])
    spans = [(row.first_seq, row.first_seq + row.entry_count) for row in rows]
    actions = [
        dict.fromkeys(
            Entry.objects.filter(seq__gte=start, seq__lt=end).order_by("seq").values_list("action", flat=True)
        )
        for start, end in spans
    ]
    return [
        ActLine(seq=row.first_seq, at=row.at, reason=row.reason, entries=row.entry_count, actions=tuple(done))
        for row, done in zip(rows, actions, strict=True)
    ]


def last_of(subject: str, action: str, *, by: str, via: str, since: datetime) -> Record | None:
    """The record of the newest entry of an action on a subject, by a key and through something; None if it is older."""
    seqs = Opening.objects.filter(subject=subject).values("seq")
    newest = Entry.objects.filter(seq__in=seqs, action=action, actor=by, at__gte=since).order_by("-seq")
    acts = Act.objects.filter(via=via)
    row = newest.filter(act_id__in=acts.values("id")).first()
    if row is None:
        return None
    found = Opening.objects.get(seq=row.seq, subject=subject)
    record: Record = msgspec.json.decode(found.record)
    return record


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
