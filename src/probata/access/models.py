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


class View(models.Model):
    """Somebody was served footage: which bytes or frame of which item, and when."""

    rule = "appended"
    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="views")
    item = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField()
    mode = models.CharField(max_length=20)
    detail = models.CharField(max_length=120)
