"""The act: the only way to write to the record. One transaction, its signed entries, and the rows they stand for."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import msgspec
from attrs import define, field
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction

from probata import __version__
from probata.custody import entries, merkle, projections, selectors
from probata.custody.canonical import Record
from probata.custody.entries import Signer, Through
from probata.custody.models import Act as ActRow
from probata.custody.models import Entry, OpenAct, Opening, TreeHash
from probata.custody.projections import EntryFacts
from probata.custody.services import guards, ledger_files
from probata.engines import clock
from probata.terms.errors import CustodyError, Refused

CLOCK_SLACK = timedelta(seconds=2)
ACT_SCHEMA = "probata/act/1"
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
    origin: str
    unsigned: list[entries.Entry] = field(factory=list)
    openings: list[list[entries.Opening]] = field(factory=list)

    def record(self, action: str, *records: Record) -> EntryFacts:
        """Enter what was done, and make the rows it stands for; entries are signed together when the act closes.

        Each record names its `subject`, and is committed to with a salt of its own, so that it can be disclosed alone.
        """
        openings = [entries.Opening(record=record) for record in records]
        if not self.unsigned:
            openings.append(entries.Opening(record=self._why()))
        entry = entries.Entry(
            log=self.origin,
            seq=self.first_seq + len(self.unsigned),
            act=self.id,
            at=self.at,
            clock=clock.status(),
            actor=self.actor.key_id,
            action=action,
            subjects=tuple(opening.commitment for opening in openings),
            tool=_TOOL,
        )
        self.unsigned.append(entry)
        self.openings.append(openings)
        facts = EntryFacts.of(entry, via=self.via)
        # As the ledger holds it, not as it was given: rebuilding sees the same, down to the order of names.
        projections.project(
            facts, [msgspec.json.decode(opening.canonical_record) for opening in openings[: len(records)]]
        )
        return facts

    @property
    def via(self) -> str:
        """Through what it is done, `token:…`; empty where a person signs by hand."""
        return self.actor.via if isinstance(self.actor, Through) else ""

    def _why(self) -> Record:
        why: Record = {"schema": ACT_SCHEMA, "subject": f"act:{self.id}", "reason": self.reason}
        return {**why, "via": self.via} if self.via else why


@define(kw_only=True)
class Made:
    """A signed entry and what opens its subjects, as they are written to the tables."""

    signed: entries.SignedEntry
    openings: list[entries.Opening]


@contextmanager
def act(*, actor: Signer, reason: str) -> Iterator[Act]:
    """Open an act: one transaction with its ledger entries, or nothing at all.

    Raises `ClockSetBack` when the machine's clock stands before the last entry, and `EmptyAct` when nothing was
    recorded. When the block raises, neither rows nor entries remain.
    """
    try:
        with transaction.atomic(durable=True):
            guards.wait_for_others()
            opened = _open(actor, reason)
            yield opened
            if not opened.unsigned:
                raise EmptyAct(reason=reason)
            made = _close(opened)
    except DatabaseError as error:
        raise guards.stated(error) from error
    ledger_files.follow(opened.first_seq, [(one.signed.leaf, one.openings) for one in made])


def _open(actor: Signer, reason: str) -> Act:
    size, last_at = selectors.size_and_time()
    now = clock.now()
    if last_at is not None and now < last_at - CLOCK_SLACK:
        raise ClockSetBack(now=clock.rfc3339(now), last=clock.rfc3339(last_at))
    # Entries never run backwards, even inside the slack.
    at = max(now, last_at) if last_at else now
    opened = Act(
        id=secrets.token_hex(16),
        actor=actor,
        reason=reason,
        at=at,
        first_seq=size,
        origin=settings.PROBATA.origin,
    )
    OpenAct.objects.create(act_id=opened.id, actor=actor.key_id)
    return opened


def _close(opened: Act) -> list[Made]:
    signed = entries.sign_entries(opened.unsigned, opened.actor)
    made = [Made(signed=one, openings=openings) for one, openings in zip(signed, opened.openings, strict=True)]
    insert_act(opened.reason, made, via=opened.via)
    insert_entries(made)
    OpenAct.objects.all().delete()
    return made


def insert_act(reason: str, made: Sequence[Made], *, via: str) -> None:
    """Write the act's own row, which its first entry tells all of; inside an open act only."""
    first = made[0].signed.entry
    ActRow.objects.create(
        id=first.act, actor=first.actor, at=first.at, reason=reason, via=via, first_seq=first.seq, entry_count=len(made)
    )


def insert_entries(made: Sequence[Made]) -> None:
    """Write one act's entries, their openings and the tree's new hashes; inside an open act only."""
    size = made[0].signed.entry.seq
    grown = merkle.hashes_to_append(size, [one.signed.leaf_hash for one in made], selectors.tree_hashes)
    start = merkle.stored_count(size)
    at = connection.ops.adapt_datetimefield_value(made[0].signed.entry.at)
    _insert(
        Entry,
        ("seq", "act_id", "actor", "action", "at", "leaf"),
        (_entry_row(one.signed, at) for one in made),
    )
    _insert(
        Opening,
        ("seq", "place", "subject", "salt", "record"),
        (row for one in made for row in _opening_rows(one)),
    )
    _insert(TreeHash, ("position", "hash"), enumerate(grown, start))


def _insert(model: type[models.Model], columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Many rows in one statement: a batch is one act, and `bulk_create` costs four times the entry itself."""
    table = model._meta.db_table  # noqa: SLF001  Django's public meta API
    marks = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  names of our own models
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(rows))


def _entry_row(signed: entries.SignedEntry, at: str | None) -> tuple[Any, ...]:
    entry = signed.entry
    return (entry.seq, entry.act, entry.actor, entry.action, at, signed.leaf)


def _opening_rows(one: Made) -> Iterator[tuple[Any, ...]]:
    for place, opening in enumerate(one.openings):
        subject = str(opening.record.get("subject", opening.record.get("schema", "")))
        yield (one.signed.entry.seq, place, subject, opening.salt, opening.canonical_record.decode())
