"""Redactions as one person proposes and another releases them; the database refuses what the rules refuse."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from probata.custody.triggers import who_acts

RELEASED, REFUSED, WITHDRAWN = "released", "refused", "withdrawn"


class Redaction(models.Model):
    """What one person proposes to mask and mute in an item; `plan` as plain data, `plan_sha256` its digest.

    `supersedes` is an earlier redaction of the same item that is sent no more once this one is proposed, unless this
    one is refused or withdrawn.
    """

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    item = models.CharField(max_length=64, db_index=True)
    plan = models.JSONField()
    plan_sha256 = models.CharField(max_length=64)
    reason = models.TextField()
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    proposed_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "by_who_acts": who_acts("proposed_by"),
        "has_a_reason": ("trim(NEW.reason) = ''", "it takes a reason"),
        "of_the_same_item": (
            (
                "NEW.supersedes_id IS NOT NULL AND NEW.item IS NOT "
                "(SELECT item FROM redaction_redaction WHERE id = NEW.supersedes_id)"
            ),
            "a redaction supersedes one of the same item",
        ),
    }


class Rendering(models.Model):
    """The rendition of a redaction, made and looked at: its digest, what it is, and what the look found."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    redaction = models.OneToOneField(Redaction, on_delete=models.PROTECT, related_name="rendering")
    rendition_sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=60)
    checked = models.JSONField()
    notes = models.JSONField()
    rendered_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "by_who_acts": who_acts("rendered_by"),
        "of_a_rendition": (
            (
                "NOT EXISTS (SELECT 1 FROM preservation_rendition v JOIN redaction_redaction r "
                "ON r.item = v.item_id WHERE r.id = NEW.redaction_id AND v.kind = 'redacted' "
                "AND v.sha256 = NEW.rendition_sha256)"
            ),
            "a rendering names a rendition of its item",
        ),
        "not_decided": (
            "EXISTS (SELECT 1 FROM redaction_decision WHERE redaction_id = NEW.redaction_id)",
            "what is decided is superseded, never added to",
        ),
    }


class Decision(models.Model):
    """What became of a redaction: released by a second person, refused by one, or withdrawn by whoever proposed it.

    `rendition_sha256` is the digest of exactly what the second person saw: nothing else may go on their word.
    """

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    redaction = models.OneToOneField(Redaction, on_delete=models.PROTECT, related_name="decision")
    decision = models.CharField(max_length=10)
    rendition_sha256 = models.CharField(max_length=64)
    reason = models.TextField()
    proposed_by = models.CharField(max_length=64)
    decided_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision__in=[RELEASED, REFUSED, WITHDRAWN]), name="redaction_decision_words"
            ),
            models.CheckConstraint(
                condition=~models.Q(decision__in=[RELEASED, REFUSED], proposed_by=models.F("decided_by")),
                name="two_keys_redact",
            ),
            models.CheckConstraint(
                condition=models.Q(decision=RELEASED) ^ models.Q(rendition_sha256=""),
                name="a_release_names_a_rendition",
            ),
        ]

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "by_who_acts": who_acts("decided_by"),
        "has_a_reason": ("trim(NEW.reason) = ''", "it takes a reason"),
        "of_its_proposer": (
            "NEW.proposed_by IS NOT (SELECT proposed_by FROM redaction_redaction WHERE id = NEW.redaction_id)",
            "a decision names who proposed",
        ),
        "withdrawn_by_its_proposer": (
            "NEW.decision = 'withdrawn' AND NEW.proposed_by <> NEW.decided_by",
            "whoever proposed it withdraws it",
        ),
        "of_what_was_rendered": (
            (
                "NEW.decision = 'released' AND NEW.rendition_sha256 IS NOT "
                "(SELECT rendition_sha256 FROM redaction_rendering WHERE redaction_id = NEW.redaction_id)"
            ),
            "a release names the rendition that was made",
        ),
    }
