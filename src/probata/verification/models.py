"""Reviews by two people, what they found, and every calculator's run; the database refuses what the rules refuse."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from probata.custody.triggers import who_acts

FIRST, SECOND, THIRD = 1, 2, 3


class Review(models.Model):
    """A proposition to be judged in one respect by two people who do not see each other's answer.

    `pinned` holds the proposition, and the party that it names, as they read when the review was opened: nobody judges
    one thing and seals another. `attributes` says that a finding would name whose deed something was. `supersedes` is a
    finding that this review looks at anew, `replaces` a review that can go no further, since what it rests on moved.
    """

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    proposition = models.CharField(max_length=32, db_index=True)
    dimension = models.CharField(max_length=20)
    pinned = models.JSONField()
    attributes = models.BooleanField()
    supersedes = models.CharField(max_length=32)
    replaces = models.CharField(max_length=32)
    opened_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "by_who_acts": who_acts("opened_by"),
        # Whoever may open a second review beside the first asks until the answer suits, or learns one answer from it.
        "one_at_a_time": (
            (
                "EXISTS (SELECT 1 FROM verification_review r "
                "LEFT JOIN verification_finding f ON f.review_id = r.id "
                "WHERE r.proposition = NEW.proposition AND r.dimension = NEW.dimension AND r.id <> NEW.replaces "
                "AND NOT EXISTS (SELECT 1 FROM verification_review n WHERE n.replaces = r.id) "
                "AND (f.id IS NULL OR (f.id <> NEW.supersedes AND NOT EXISTS "
                "(SELECT 1 FROM verification_finding g WHERE g.supersedes_id = f.id))))"
            ),
            "a review of this is open, or its finding stands: supersede that",
        ),
        "of_the_same": (
            (
                "NEW.supersedes <> '' AND NOT EXISTS (SELECT 1 FROM verification_finding f "
                "JOIN verification_review r ON r.id = f.review_id WHERE f.id = NEW.supersedes "
                "AND r.dimension = NEW.dimension AND r.proposition = NEW.proposition)"
            ),
            "a finding is superseded by one of the same proposition in the same respect",
        ),
    }


class Taking(models.Model):
    """Somebody took a place in a review: second or third, before they saw more than its inputs."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="takings")
    place = models.IntegerField()
    taken_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "place"], name="one_person_a_place"),
            models.UniqueConstraint(fields=["review", "taken_by"], name="one_place_a_person"),
            models.CheckConstraint(condition=models.Q(place__in=[SECOND, THIRD]), name="second_or_third"),
        ]

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "by_who_acts": who_acts("taken_by"),
        "not_by_who_gave": (
            "EXISTS (SELECT 1 FROM verification_opinion WHERE review_id = NEW.review_id AND given_by = NEW.taken_by)",
            "nobody is second to themself",
        ),
        "not_sealed": (
            "EXISTS (SELECT 1 FROM verification_finding WHERE review_id = NEW.review_id)",
            "what is sealed is superseded, never added to",
        ),
    }


class Opinion(models.Model):
    """One person's assessment in a review; nobody has two, and none is added to what is sealed.

    `inputs` are the records that it judges by, as they read then. `agrees` and `distance` stand beside the second's
    alone.
    """

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="opinions")
    place = models.IntegerField()
    body = models.JSONField()
    inputs = models.JSONField()
    agrees = models.BooleanField(null=True)
    distance = models.JSONField(null=True)
    given_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(place__in=[FIRST, SECOND, THIRD]), name="three_places"),
            models.UniqueConstraint(fields=["review", "place"], name="one_opinion_a_place"),
            models.UniqueConstraint(fields=["review", "given_by"], name="one_opinion_a_person"),
            models.CheckConstraint(
                condition=models.Q(place=SECOND) ^ models.Q(agrees__isnull=True), name="the_second_agrees_or_not"
            ),
        ]

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "by_who_acts": who_acts("given_by"),
        "not_sealed": (
            "EXISTS (SELECT 1 FROM verification_finding WHERE review_id = NEW.review_id)",
            "what is sealed is superseded, never added to",
        ),
        "in_order": (
            (
                "NEW.place > 1 AND NOT EXISTS (SELECT 1 FROM verification_opinion "
                "WHERE review_id = NEW.review_id AND place = NEW.place - 1)"
            ),
            "the first comes before the second, the second before the third",
        ),
        "in_a_place_of_their_own": (
            (
                "NEW.place > 1 AND NOT EXISTS (SELECT 1 FROM verification_taking "
                "WHERE review_id = NEW.review_id AND place = NEW.place AND taken_by = NEW.given_by)"
            ),
            "the second and the third take their place before they judge",
        ),
        "third_after_disagreement": (
            (
                "NEW.place = 3 AND NOT EXISTS (SELECT 1 FROM verification_opinion "
                "WHERE review_id = NEW.review_id AND place = 2 AND NOT agrees)"
            ),
            "a third decides only where two disagree",
        ),
    }


class Finding(models.Model):
    """What two people found alike, sealed: their two keys, all that it rests on as it read then, and its digest."""

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="finding")
    body = models.JSONField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    attributes = models.BooleanField()
    # How far it is known whose deed the proposition says it is: a party's naming, or nothing where it names none.
    party_naming = models.CharField(max_length=10)
    first_by = models.CharField(max_length=64)
    second_by = models.CharField(max_length=64)
    sealed_by = models.CharField(max_length=64)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    reason = models.TextField()
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(first_by=models.F("second_by")), name="two_distinct_people"),
            models.CheckConstraint(
                condition=~models.Q(attributes=True, party_naming__in=["unknown", ""]),
                name="nothing_is_attributed_to_nobody",
            ),
        ]

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "by_who_acts": who_acts("sealed_by"),
        "by_two_who_judged": (
            (
                "(SELECT COUNT(DISTINCT given_by) FROM verification_opinion WHERE review_id = NEW.review_id "
                "AND given_by IN (NEW.first_by, NEW.second_by)) < 2"
            ),
            "a finding rests on two people who judged",
        ),
        "after_agreement": (
            (
                "NOT EXISTS (SELECT 1 FROM verification_opinion WHERE review_id = NEW.review_id "
                "AND (place = 3 OR (place = 2 AND agrees)))"
            ),
            "two agree, or a third has decided, before anything is sealed",
        ),
        "supersedes_what_was_asked": (
            (
                "COALESCE(NEW.supersedes_id, '') <> "
                "(SELECT supersedes FROM verification_review WHERE id = NEW.review_id)"
            ),
            "a finding supersedes what its review was opened about",
        ),
    }


class Derivation(models.Model):
    """One run of a calculator as it was recorded, to be run again."""

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    tool = models.CharField(max_length=80)
    body = models.JSONField()
    reason = models.TextField()
    recorded_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()


class Comparison(models.Model):
    """Rival hypotheses and the evidence to weigh them against; a later one may supersede it."""

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    body = models.JSONField()
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    recorded_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()


class Matrix(models.Model):
    """One analyst's own cells for a comparison, handed in before they see anybody else's."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    comparison = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="matrices")
    body = models.JSONField()
    given_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comparison", "given_by"], name="one_matrix_an_analyst")]
