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
        # How far everybody is among a hundred thousand items is read from this alone.
        indexes = [models.Index(fields=["analyser", "item", "outcome"], name="looks_by_analyser")]
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


class CandidateDecision(models.Model):
    """What a person decided about one entry of a track; the newest counts, older ones stay.

    `entry` is its place in the track from 0. `text` is what it reads or is instead, where it was corrected.
    """

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=64, db_index=True)
    track_sha256 = models.CharField(max_length=64, db_index=True)
    entry = models.IntegerField()
    decision = models.CharField(max_length=20)
    text = models.TextField()
    reason = models.TextField()
    decided_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision__in=["accepted", "corrected", "rejected", "reopened"]),
                name="candidate_decision_words",
            ),
            models.CheckConstraint(
                condition=models.Q(decision="corrected") ^ models.Q(text=""), name="only_a_correction_has_text"
            ),
        ]


class Translation(models.Model):
    """What a person says that one entry of a track means in another language; several may stand side by side.

    `of_text` are the words that were translated, as they read at that time.
    """

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    item = models.CharField(max_length=64, db_index=True)
    track_sha256 = models.CharField(max_length=64, db_index=True)
    entry = models.IntegerField()
    of_text = models.TextField()
    text = models.TextField()
    language = models.CharField(max_length=35)
    translator = models.TextField()
    recorded_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()


class TranslationCheck(models.Model):
    """What a second person says of a translation: that it holds, or that it does not, and why."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    translation = models.ForeignKey(Translation, on_delete=models.PROTECT, related_name="checks")
    holds = models.BooleanField()
    reason = models.TextField()
    checked_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["translation", "checked_by"], name="one_check_a_person"),
        ]


class Observation(models.Model):
    """What a person saw or heard in a stretch of an item; a later row may supersede it, or withdraw it.

    `body` is the observation as plain data; of a withdrawn one, as it was.
    """

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    item = models.CharField(max_length=64, db_index=True)
    kind = models.CharField(max_length=30)
    body = models.JSONField()
    # One row at most supersedes another: two people who correct the same one at once do not both win.
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    withdrawn = models.BooleanField()
    reason = models.TextField()
    observed_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn=False) | models.Q(supersedes__isnull=False),
                name="only_what_stood_is_withdrawn",
            ),
        ]


class SeverityMark(models.Model):
    """What a person says of how hard a stretch is to look at, to warn whoever comes after; a later row takes it back.

    `segment` is the stretch as plain data.
    """

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    item = models.CharField(max_length=64, db_index=True)
    segment = models.JSONField()
    degree = models.CharField(max_length=10)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    withdrawn = models.BooleanField()
    marked_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(degree__in=["none", "mild", "moderate", "severe"]), name="degrees_of_severity"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn=False) | models.Q(supersedes__isnull=False),
                name="only_a_mark_that_stood_is_withdrawn",
            ),
        ]
