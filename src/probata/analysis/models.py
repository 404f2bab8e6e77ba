"""Looks: who looked at which item with what, and the outcome; found, nothing found, or could not look."""

from __future__ import annotations

from django.db import models


class Look(models.Model):
    """One analyser's look at one item under one recipe; the track itself is a rendition in the store."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=64, db_index=True)
    analyser = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    recipe = models.CharField(max_length=64)
    parameters = models.JSONField()
    outcome = models.CharField(max_length=20)
    why = models.TextField()
    entry_count = models.IntegerField()
    track_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            # Whoever could not look may try again; what was seen is seen once a recipe.
            models.UniqueConstraint(
                fields=["item", "analyser", "recipe"],
                condition=~models.Q(outcome="could_not_look"),
                name="one_look_a_recipe",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["found", "nothing_found", "could_not_look"]), name="three_outcomes"
            ),
        ]
