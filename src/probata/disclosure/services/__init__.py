"""Every write of this room: proposing, releasing, sealing, and handing over."""

from __future__ import annotations

from probata.disclosure.services.handing import packed, seal_into_store, take_out
from probata.disclosure.services.proposing import (
    AlreadyDecided,
    NotAccountedFor,
    NotReadAgain,
    RecordMoved,
    SamePerson,
    gathered,
    must_be_accounted_for,
    propose,
    read_again,
    refuse,
    release,
    withdraw,
)
from probata.disclosure.services.sealing import (
    NothingToSeal,
    NotReleased,
    TakesTwo,
    must_be_sealable,
    seal,
    seal_disclosure,
)

__all__ = [
    "AlreadyDecided",
    "NotAccountedFor",
    "NotReadAgain",
    "NotReleased",
    "NothingToSeal",
    "RecordMoved",
    "SamePerson",
    "TakesTwo",
    "gathered",
    "must_be_accounted_for",
    "must_be_sealable",
    "packed",
    "propose",
    "read_again",
    "refuse",
    "release",
    "seal",
    "seal_disclosure",
    "seal_into_store",
    "take_out",
    "withdraw",
]
