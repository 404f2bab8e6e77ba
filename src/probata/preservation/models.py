"""Items and what is known of their bytes; every row a projection of a ledger entry."""

from __future__ import annotations

from django.db import models


class Item(models.Model):
    """An evidentiary original: bytes as they came, named by their SHA-256."""

    rule = "recorded"
    sha256 = models.CharField(max_length=64, primary_key=True)
    size_bytes = models.BigIntegerField()
    chunk_root = models.CharField(max_length=64)
    media_type = models.CharField(max_length=60)
    completeness = models.CharField(max_length=20)
    generation = models.CharField(max_length=20)
    graphic = models.CharField(max_length=20)
    at = models.DateTimeField(db_index=True)
    seq = models.BigIntegerField()


class Acquisition(models.Model):
    """One time that these bytes came in; the same bytes twice are two acquisitions of one item."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="acquisitions")
    acquired_from = models.TextField()
    name = models.TextField()
    name_agrees = models.BooleanField()
    method = models.CharField(max_length=40)
    acquired_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()


class FailedAttempt(models.Model):
    """An acquisition that did not work is a fact as well."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    acquired_from = models.TextField()
    method = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    why = models.TextField()
    at = models.DateTimeField()
    seq = models.BigIntegerField()


class Rendition(models.Model):
    """Something made from an item by a recipe: a PTS table, peaks, a track. Never the evidence itself."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="renditions")
    kind = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    recipe = models.JSONField()
    recipe_digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["item", "kind"], name="rendition_of_kind")]


class Fixity(models.Model):
    """The bytes were read again: what was found, and the second digest (SHA-512) from the first such reading on."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="fixity")
    result = models.CharField(max_length=20)
    sha512 = models.CharField(max_length=128)
    at = models.DateTimeField()
    seq = models.BigIntegerField()
