"""The ledger's tables. Rows are written once, inside an act; triggers refuse everything else.

Every model of the house may carry `rule`: `recorded` (inserted only inside an act, never edited, never deleted) or
`appended` (inserted at any time, never edited, never deleted). Without a rule a table is plain working state.
"""

from __future__ import annotations

from django.db import models


class OpenAct(models.Model):
    """One row while an act is open, gone before it commits: what the triggers look for, and who acts."""

    act_id = models.CharField(max_length=32, primary_key=True)
    # Nobody, unless the act says who: a guard that asks who acts then refuses.
    actor = models.CharField(max_length=64, db_default="")


class Act(models.Model):
    """Who wrote, when and why: one database transaction with its entries."""

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    actor = models.CharField(max_length=64)
    at = models.DateTimeField()
    reason = models.TextField()
    # Through what it was done (`token:…`); empty where the person signed by hand, and in acts older than this.
    via = models.CharField(max_length=44, db_default="", db_index=True)
    first_seq = models.BigIntegerField()
    entry_count = models.IntegerField()


class Entry(models.Model):
    """One signed entry of the ledger; `leaf` is exactly the bytes that the Merkle tree covers."""

    rule = "recorded"
    seq = models.BigIntegerField(primary_key=True)
    act_id = models.CharField(max_length=32)
    actor = models.CharField(max_length=64)
    action = models.CharField(max_length=40, db_index=True)
    at = models.DateTimeField()
    leaf = models.BinaryField()


class Opening(models.Model):
    """What opens one commitment of an entry: the salt and the record. Stays in the workspace unless disclosed."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    seq = models.BigIntegerField()
    place = models.IntegerField()
    subject = models.CharField(max_length=80, db_index=True)
    salt = models.BinaryField()
    record = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seq", "place"], name="one_opening_a_commitment")]


class TreeHash(models.Model):
    """A hash of the Merkle tree, numbered so that the table only ever grows."""

    rule = "recorded"
    position = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField()


class ActorKey(models.Model):
    """A public key that may sign entries, and from which entry on."""

    rule = "recorded"
    key_id = models.CharField(max_length=64, primary_key=True)
    public_key = models.BinaryField()
    name = models.CharField(max_length=120)
    enrolled_seq = models.BigIntegerField()


class Checkpoint(models.Model):
    """A signed statement of the log's size and root (C2SP tlog-checkpoint)."""

    rule = "appended"
    id = models.BigAutoField(primary_key=True)
    size = models.BigIntegerField(db_index=True)
    note = models.TextField()
    at = models.DateTimeField()


class Cosignature(models.Model):
    """A witness's signature line over a checkpoint (C2SP tlog-cosignature)."""

    rule = "appended"
    id = models.BigAutoField(primary_key=True)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT)
    line = models.TextField()
    at = models.DateTimeField()


class TimestampToken(models.Model):
    """A timestamp authority's raw answer over a checkpoint (RFC 3161), kept as it came."""

    rule = "appended"
    id = models.BigAutoField(primary_key=True)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT)
    authority = models.CharField(max_length=120)
    request = models.BinaryField()
    response = models.BinaryField()
    at = models.DateTimeField()


class NetworkUse(models.Model):
    """One use of the network's one door: asked, answered or failed."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    method = models.CharField(max_length=10)
    url = models.TextField()
    sent_bytes = models.BigIntegerField()
    outcome = models.CharField(max_length=20)
    why = models.TextField()
    at = models.DateTimeField()
    seq = models.BigIntegerField()
