"""The act: the only way to write to the record. One transaction, its signed entries, and the rows they stand for."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from attrs import define, field
from django.conf import settings
from django.db import DatabaseError, transaction

from probata import __version__
from probata.custody import entries, merkle, projections, selectors
from probata.custody.canonical import canonical
from probata.custody.entries import Signer
from probata.custody.models import Act as ActRow
from probata.custody.models import Entry, OpenAct, Opening, TreeHash
from probata.custody.projections import EntryFacts, Record
from probata.custody.services import guards, ledger_files
from probata.engines import clock
from probata.terms.errors import CustodyError, Refused

CLOCK_SLACK = timedelta(seconds=2)
ACT_SCHEMA = "probata/act/1"
_BATCH = 5_000
_TOOL = entries.Tool(version=__version__)


class ClockSetBack(Refused):
    """The machine's clock stands before the ledger's last entry."""

    code = "clock_set_back"
    template = "This machine's clock says {now}, but the ledger's last entry was made at {last}. Nothing was written."
    advice = "Set the clock right (or wait until it has passed the last entry), then do it again."


class EmptyAct(CustodyError):
    """An act ended without an entry."""

    code = "empty_act"
    template = "The act {reason!r} recorded nothing and was rolled back."
    advice = "This is a fault of the program: please report it."


@define(kw_only=True)
class Act:
    """An open act: `record` is the only way to write."""

    id: str
    actor: Signer
    reason: str
    at: datetime
    first_seq: int
    made: list[Made] = field(factory=list)

    def record(self, action: str, *records: Record) -> EntryFacts:
        """Sign one entry for what was done, and make the rows it stands for.

        Each record names its `subject`, and is committed to with a salt of its own, so that it can be disclosed alone.
        """
        seq = self.first_seq + len(self.made)
        facts = EntryFacts(seq=seq, act_id=self.id, actor=self.actor.key_id, action=action, at=self.at)
        openings = [entries.Opening(record=record) for record in records]
        if not self.made:
            why = {"schema": ACT_SCHEMA, "subject": f"act:{self.id}", "reason": self.reason}
            openings.append(entries.Opening(record=why))
        entry = entries.Entry(
            log=settings.PROBATA.origin,
            seq=seq,
            act=self.id,
            at=self.at,
            clock=clock.status(),
            actor=self.actor.key_id,
            action=action,
            subjects=tuple(opening.commitment for opening in openings),
            tool=_TOOL,
        )
        signed = entries.sign_entry(entry, self.actor)
        self.made.append(Made(facts=facts, leaf=signed.leaf, leaf_hash=signed.leaf_hash, openings=openings))
        projections.project(facts, list(records))
        return facts


@define(kw_only=True)
class Made:
    """An entry as it is written to the tables."""

    facts: EntryFacts
    leaf: bytes
    leaf_hash: bytes
    openings: list[entries.Opening]


@contextmanager
def act(*, actor: Signer, reason: str) -> Iterator[Act]:
    """Open an act: one transaction with its ledger entries, or nothing at all.

    Raises `ClockSetBack` when the machine's clock stands before the last entry, and `EmptyAct` when nothing was
    recorded. When the block raises, neither rows nor entries remain.
    """
    try:
        with transaction.atomic(durable=True):
            opened = _open(actor, reason)
            yield opened
            if not opened.made:
                raise EmptyAct(reason=reason)
            _close(opened)
    except DatabaseError as error:
        raise guards.stated(error) from error
    ledger_files.catch_up()


def _open(actor: Signer, reason: str) -> Act:
    size, last_at = selectors.size_and_time()
    now = clock.now()
    if last_at is not None and now < last_at - CLOCK_SLACK:
        raise ClockSetBack(now=clock.rfc3339(now), last=clock.rfc3339(last_at))
    # Entries never run backwards, even inside the slack.
    at = max(now, last_at) if last_at else now
    opened = Act(id=secrets.token_hex(16), actor=actor, reason=reason, at=at, first_seq=size)
    OpenAct.objects.create(act_id=opened.id)
    return opened


def _close(opened: Act) -> None:
    insert_act(opened.id, opened.actor.key_id, opened.at, opened.reason, opened.made)
    insert_entries(opened.made)
    OpenAct.objects.all().delete()


def insert_act(act_id: str, actor: str, at: datetime, reason: str, made: Sequence[Made]) -> None:
    """Write the act's own row; inside an open act only."""
    first_seq = made[0].facts.seq
    ActRow.objects.create(id=act_id, actor=actor, at=at, reason=reason, first_seq=first_seq, entry_count=len(made))


def insert_entries(made: Sequence[Made]) -> None:
    """Write entries, their openings and the tree's new hashes; inside an open act only."""
    Entry.objects.bulk_create((_entry_row(one) for one in made), batch_size=_BATCH)
    Opening.objects.bulk_create((row for one in made for row in _opening_rows(one)), batch_size=_BATCH)
    size = made[0].facts.seq
    grown = merkle.hashes_to_append(size, [one.leaf_hash for one in made], selectors.tree_hashes)
    start = merkle.stored_count(size)
    TreeHash.objects.bulk_create(
        (TreeHash(position=position, hash=value) for position, value in enumerate(grown, start)), batch_size=_BATCH
    )


def _entry_row(one: Made) -> Entry:
    facts = one.facts
    return Entry(seq=facts.seq, act_id=facts.act_id, actor=facts.actor, action=facts.action, at=facts.at, leaf=one.leaf)


def _opening_rows(one: Made) -> Iterator[Opening]:
    for place, opening in enumerate(one.openings):
        yield Opening(
            seq=one.facts.seq,
            place=place,
            subject=str(opening.record.get("subject", opening.record.get("schema", ""))),
            salt=opening.salt,
            record=canonical(opening.record).decode(),
        )
