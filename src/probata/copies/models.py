"""Pairs that were compared, what they are to each other, what people decided about it, and searches for copies."""

from __future__ import annotations

from django.db import models

_COULD_LOOK = ~models.Q(outcome="could_not_look")
_THREE = models.Q(outcome__in=["found", "nothing_found", "could_not_look"])


class ComparedPair(models.Model):
    """Two items that were compared under one recipe; `asked` counts the times that somebody asked for it again."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    pair = models.CharField(max_length=64, db_index=True)
    a = models.CharField(max_length=64, db_index=True)
    b = models.CharField(max_length=64, db_index=True)
    recipe = models.CharField(max_length=64)
    made_with = models.JSONField()
    asked = models.IntegerField()
    outcome = models.CharField(max_length=20)
    why = models.TextField()
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            # What could not be compared may be tried again; what was compared is compared once a recipe.
            models.UniqueConstraint(
                fields=["pair", "recipe", "asked"], condition=_COULD_LOOK, name="one_comparison_a_recipe"
            ),
            models.CheckConstraint(condition=_THREE, name="comparison_three_outcomes"),
        ]


class Relation(models.Model):
    """What a machine proposes that two items are to each other: a candidate until a person decides."""

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    compared = models.ForeignKey(ComparedPair, on_delete=models.PROTECT, related_name="relations")
    kind = models.CharField(max_length=40)
    score = models.FloatField()
    by = models.CharField(max_length=10)
    segments = models.JSONField()
    reasons = models.JSONField()
    strongest_wrong = models.FloatField(null=True)


class Decision(models.Model):
    """What a person decided about a proposed relation, and why; the newest counts, older ones stay."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    relation = models.ForeignKey(Relation, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=20)
    decided_by = models.CharField(max_length=64)
    reason = models.TextField()
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision__in=["confirmed", "rejected"]), name="confirmed_or_rejected"
            )
        ]


class CopySearch(models.Model):
    """One search of the workspace for copies of one item: which answer, and among how much footage."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=64, db_index=True)
    recipe = models.CharField(max_length=64)
    outcome = models.CharField(max_length=20)
    why = models.TextField()
    searched_items = models.IntegerField()
    searched_frames = models.BigIntegerField()
    searched_seconds = models.BigIntegerField()
    compared_items = models.IntegerField()
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=_THREE, name="search_three_outcomes")]
