"""Packages that were sealed: what, for whom, why."""

from __future__ import annotations

from django.db import models


class Package(models.Model):
    """A sealed package: the digest of its complete file list is in the ledger."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=120)
    files_sha256 = models.CharField(max_length=64)
    recipient = models.TextField()
    purpose = models.TextField()
    items = models.JSONField()
    at = models.DateTimeField()
    seq = models.BigIntegerField()
