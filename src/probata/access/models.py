"""People and their roles (recorded), how they log in (working state), what they viewed (appended)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from probata.custody.keys import Keyring


class Person(models.Model):
    """Somebody who acts in this workspace, known by a name of their choice and the key they sign with."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=120, unique=True)
    key_id = models.CharField(max_length=64, unique=True)
    # The age recipient by which things are encrypted to this person, the log key among them.
    recipient = models.CharField(max_length=80)
    enrolled_seq = models.BigIntegerField()


class RoleGrant(models.Model):
    """A role given to a person; taking it back is a later row with `granted` false."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20)
    granted = models.BooleanField(default=True)
    seq = models.BigIntegerField()


class Account(AbstractBaseUser):
    """How a person logs in to the workbench: by unlocking their keyring, so that no second secret exists."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    name = models.CharField(max_length=120, unique=True)

    USERNAME_FIELD = "name"
    # The unlocked keyring, in this process only, from logging in to handing it over.
    keyring: Keyring
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = BaseUserManager["Account"]()


class Standing(models.Model):
    """How a person likes the workbench, when they came last, and whether their passphrase is theirs yet."""

    # Working state, as the account is: nothing of it is evidence, and the ledger says nothing of it.
    id = models.BigAutoField(primary_key=True)
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="standing")
    must_change_passphrase = models.BooleanField(default=False)
    idle_minutes = models.PositiveIntegerField(null=True)
    theme = models.CharField(max_length=12, blank=True)
    language = models.CharField(max_length=12, blank=True)
    # What a person moved: by the name of what a key does, the key's place and whether Shift is held.
    keys = models.JSONField(default=dict)
    last_seen = models.DateTimeField(null=True)
    # From where they logged in before, as digests (`access.addresses`).
    addresses = models.JSONField(default=list)


class Token(models.Model):
    """What one of a person's programs acts with: on the record is that there is one, never what opens it."""

    rule = "recorded"
    id = models.CharField(max_length=16, primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=80)
    permissions = models.JSONField()
    expires_at = models.DateTimeField()
    at = models.DateTimeField()
    seq = models.BigIntegerField()


class TokenEnd(models.Model):
    """A token was revoked, by whoever holds this key."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    token = models.OneToOneField(Token, on_delete=models.PROTECT, related_name="end")
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField()


class View(models.Model):
    """Somebody was served footage: which bytes or frame of which item, and when."""

    rule = "appended"
    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="views")
    item = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField()
    mode = models.CharField(max_length=20)
    detail = models.CharField(max_length=120)
    # Through what it was served, as acts have it; empty where it was served to a page.
    via = models.CharField(max_length=44, db_default="", db_index=True)


class Exposure(models.Model):
    """A stretch that was on somebody's screen: how long, in which way, with or without sound. Theirs alone to read.

    `from_ms` and `to_ms` are on the player's clock, for telling stretches apart, never an address. A row that lasted
    nothing says that the way was changed there.
    """

    rule = "appended"
    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exposures")
    item = models.CharField(max_length=64)
    at = models.DateTimeField()
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField()
    lasted_ms = models.PositiveIntegerField()
    way = models.CharField(max_length=10)
    sound = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="exposure_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(way__in=["veiled", "still", "drawing", "grey", "full"]), name="ways_of_looking"
            ),
        ]


class ExposureRelease(models.Model):
    """Somebody lets another person read the totals of their viewing, or takes that back by a later row."""

    rule = "appended"
    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exposure_releases")
    reader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exposure_released")
    released = models.BooleanField()
    at = models.DateTimeField()


class PassedOn(models.Model):
    """Somebody passed an item on, without a reason, to whoever else may view it; or it was taken, by a later row."""

    rule = "appended"
    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=64, db_index=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="passed_on")
    waits = models.BooleanField()
    at = models.DateTimeField()


class Habit(models.Model):
    """How a person looks at footage unless they choose otherwise, and when they are asked to pause."""

    # Working state, as `Standing` is.
    id = models.BigAutoField(primary_key=True)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="habit")
    way = models.CharField(max_length=10)
    pause_after_minutes = models.PositiveIntegerField(null=True)
    counted_from = models.DateTimeField(null=True)
