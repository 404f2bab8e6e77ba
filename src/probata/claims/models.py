"""Parties, propositions, assertions, and how they hang together; every row stays, later ones supersede."""

from __future__ import annotations

from django.db import models


class Recorded(models.Model):
    """What every row of this room has: an id, the thing as plain data, and who recorded it when, in which entry."""

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    body = models.JSONField()
    # One row at most supersedes another: two people who correct the same one at once do not both win.
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    reason = models.TextField()
    recorded_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        abstract = True


class Party(Recorded):
    """Somebody who acts or speaks."""

    naming = models.CharField(max_length=10)


class Proposition(Recorded):
    """One thing that may be so."""

    type = models.CharField(max_length=30)


class Assertion(Recorded):
    """What one speaker said of one proposition."""

    proposition = models.ForeignKey(Proposition, on_delete=models.PROTECT, related_name="assertions")
    speaker = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="assertions")
    stance = models.CharField(max_length=40)
    # The item in which the words stand; empty where that is not recorded.
    item = models.CharField(max_length=64, db_index=True)


class Edge(models.Model):
    """That one proposition contradicts or entails another, as a person says; the newest row of a pair counts."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    start = models.ForeignKey(Proposition, on_delete=models.PROTECT, related_name="edges_out")
    end = models.ForeignKey(Proposition, on_delete=models.PROTECT, related_name="edges_in")
    stands = models.BooleanField()
    why = models.TextField()
    recorded_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["contradicts", "entails"]), name="edge_words"),
            models.CheckConstraint(condition=~models.Q(start=models.F("end")), name="no_edge_to_itself"),
        ]


class Origin(models.Model):
    """That an assertion was taken from another, or from footage, as somebody found later; the newest row counts."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    assertion = models.ForeignKey(Assertion, on_delete=models.PROTECT, related_name="origins")
    source = models.CharField(max_length=80)
    stands = models.BooleanField()
    why = models.TextField()
    recorded_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()


class Translation(models.Model):
    """What a person says that an assertion's words mean in another language; several may stand side by side."""

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    assertion = models.ForeignKey(Assertion, on_delete=models.PROTECT, related_name="translations")
    text = models.TextField()
    language = models.CharField(max_length=35)
    translator = models.TextField()
    recorded_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()


class ProposalDecision(models.Model):
    """What a person decided about one assertion that `read` proposed from an item; the newest counts.

    `start` and `end` are the bytes of the item in which the words stand: they name the proposal whatever rules read
    it. `assertion` is what came of it, where it was accepted or corrected; `ends` is what had come of it and does not
    stand any more, where it was rejected afterwards.
    """

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=64, db_index=True)
    start = models.BigIntegerField()
    end = models.BigIntegerField()
    proposed = models.JSONField()
    decision = models.CharField(max_length=20)
    assertion = models.ForeignKey(Assertion, on_delete=models.PROTECT, null=True, related_name="proposals")
    ends = models.OneToOneField(Assertion, on_delete=models.PROTECT, null=True, related_name="ended_by")
    reason = models.TextField()
    decided_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision="rejected", assertion__isnull=True)
                | models.Q(decision__in=["accepted", "corrected"], assertion__isnull=False, ends__isnull=True),
                name="what_stands_became_an_assertion",
            ),
        ]
