"""Disclosures as two people decide them, and sealed packages; the database refuses what the rules refuse."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from probata.custody.triggers import who_acts

RELEASED, REFUSED, WITHDRAWN = "released", "refused", "withdrawn"


class Disclosure(models.Model):
    """What one person proposes to disclose: `body` is the plan as plain data."""

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    recipient = models.TextField()
    body = models.JSONField()
    reason = models.TextField()
    proposed_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "by_who_acts": who_acts("proposed_by"),
        "has_a_reason": ("trim(NEW.reason) = ''", "it takes a reason"),
    }


class DisclosureDecision(models.Model):
    """What became of a proposal: released by a second person, refused, or withdrawn by whoever proposed it.

    `contents_sha256` is the digest of exactly what the second person saw: nothing else may be sealed on their word.
    """

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    disclosure = models.OneToOneField(Disclosure, on_delete=models.PROTECT, related_name="decision")
    decision = models.CharField(max_length=10)
    contents_sha256 = models.CharField(max_length=64)
    reason = models.TextField()
    proposed_by = models.CharField(max_length=64)
    decided_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision__in=[RELEASED, REFUSED, WITHDRAWN]), name="disclosure_decision_words"
            ),
            models.CheckConstraint(
                condition=~models.Q(decision=RELEASED, proposed_by=models.F("decided_by")),
                name="two_keys_disclose",
            ),
            models.CheckConstraint(
                condition=models.Q(decision=RELEASED) ^ models.Q(contents_sha256=""), name="a_release_names_contents"
            ),
        ]

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "by_who_acts": who_acts("decided_by"),
        "has_a_reason": ("trim(NEW.reason) = ''", "it takes a reason"),
        "of_its_proposer": (
            "NEW.proposed_by IS NOT (SELECT proposed_by FROM disclosure_disclosure WHERE id = NEW.disclosure_id)",
            "a decision names who proposed",
        ),
    }


class Package(models.Model):
    """A sealed package: the digest of its complete file list is in the ledger.

    `disclosure` is what two people decided, or nothing where one person alone keeps the workspace; null of a package
    that was sealed before disclosing took two.
    """

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=120)
    files_sha256 = models.CharField(max_length=64)
    recipient = models.TextField()
    purpose = models.TextField()
    items = models.JSONField()
    disclosure = models.CharField(max_length=32, null=True)  # noqa: DJ001  null: from before there were any
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["disclosure"], condition=~models.Q(disclosure=""), name="one_package_a_disclosure"
            ),
        ]

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "released_by_a_second": (
            (
                "NEW.disclosure <> '' AND NOT EXISTS (SELECT 1 FROM disclosure_disclosure p "
                "JOIN disclosure_disclosuredecision d ON d.disclosure_id = p.id WHERE p.id = NEW.disclosure "
                "AND d.decision = 'released' AND d.decided_by <> p.proposed_by "
                "AND p.proposed_by <> (SELECT actor FROM custody_openact))"
            ),
            "a second person releases a disclosure, and whoever proposed it does not seal it",
        ),
        "alone_by_one_alone": (
            "NEW.disclosure = '' AND (SELECT COUNT(*) FROM access_person) > 1",
            "where several people work, disclosing takes two",
        ),
        "none_without_any_more": (
            "NEW.disclosure IS NULL AND EXISTS (SELECT 1 FROM disclosure_disclosure)",
            "a package rests on a disclosure that two people decided",
        ),
    }


class Download(models.Model):
    """Somebody took a sealed package out of the workspace, to hand it over."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    package = models.CharField(max_length=64, db_index=True)
    taken_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    guards: ClassVar[dict[str, tuple[str, str]]] = {"by_who_acts": who_acts("taken_by")}
