"""Every write to the record, and what guards it."""

from probata.custody.services.acts import Act, ClockSetBack, EmptyAct, act
from probata.custody.services.checking import guard_faults, last_signed_size, ledger_faults
from probata.custody.services.checkpoints import (
    Kept,
    checkpoint,
    insert_actor_key,
    keep_cosignature,
    keep_timestamp,
)
from probata.custody.services.guards import DatabaseUnreachable, WriteRefused, assert_triggers, missing_triggers, stated
from probata.custody.services.ledger_files import DatabaseBehind, catch_up, must_hold_all
from probata.custody.services.rebuilding import checkpoint_faults, replay, restore_checkpoints
from probata.custody.services.stamping import NoAuthority, stamp

__all__ = [
    "Act",
    "ClockSetBack",
    "DatabaseBehind",
    "DatabaseUnreachable",
    "EmptyAct",
    "Kept",
    "NoAuthority",
    "WriteRefused",
    "act",
    "assert_triggers",
    "catch_up",
    "checkpoint",
    "checkpoint_faults",
    "guard_faults",
    "insert_actor_key",
    "keep_cosignature",
    "keep_timestamp",
    "last_signed_size",
    "ledger_faults",
    "missing_triggers",
    "must_hold_all",
    "replay",
    "restore_checkpoints",
    "stamp",
    "stated",
]
