"""The database refuses what the rules refuse: writes outside an act, edits, deletions.

A migration that rebuilds a table on SQLite silently drops its triggers, so they are asserted again at every open.
Whoever owns the file can drop them: what cannot be undone unseen is the Merkle tree under signed checkpoints.

A model with a rule may refuse more, in `guards`: by name, a condition in SQL under which an insert is refused, and the
refusal in words. The condition sees the row as `NEW`, every table, and who acts as `(SELECT actor FROM
custody_openact)`, when writing and when rebuilding alike. Tie a column to who acts with `IS NOT`, which refuses as well
where nobody is named:

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "by_who_acts": (
            "NEW.given_by IS NOT (SELECT actor FROM custody_openact)",
            "who is named is who acts",
        ),
    }
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import DatabaseError, OperationalError, connection, models, transaction

from probata.custody import triggers
from probata.custody.models import OpenAct
from probata.custody.triggers import Dialect, Guard, Numbering
from probata.engines.blobs import DiskFull, StoreReadOnly
from probata.terms.errors import CustodyError, StorageError

RECORDED, APPENDED = "recorded", "appended"
# Postgres, appendix A: what has happened, whatever language it is told in.
_DISK_FULL, _READ_ONLY, _NO_CONNECTION = "53100", "25006", "08"
_CUT_OFF = frozenset({"57P01", "57P02", "57P03", "55P03"})


class WriteRefused(CustodyError):
    """The database refused a write that no act covers, an edit or a deletion."""

    code = "write_refused"
    template = "The record refused a write: {why}."
    advice = "Nothing was changed. Recorded rows are superseded by a further act, never edited."


class DatabaseUnreachable(StorageError):
    """The database's server does not answer, or let go in the middle."""

    code = "database_unreachable"
    template = "The database does not answer: {why}. What was not written is not written in part."
    advice = "Look whether the server runs and `[database]` in probata.toml names it, then do it again."


def ruled_models() -> Iterator[tuple[type[models.Model], str]]:
    """Every model that carries a rule, with the rule."""
    for model in apps.get_models():
        rule = getattr(model, "rule", None)
        if rule in (RECORDED, APPENDED):
            yield model, rule


def assert_triggers() -> None:
    """Put every guarding trigger in place as this version words it, and take away what no model asks for any more."""
    dialect, standing, tables = _dialect(), _standing(), set(connection.introspection.table_names())
    asked = {one.name: one for model, rule in ruled_models() if _table(model) in tables for one in _asked(model, rule)}
    if _forms(standing) == {name: dialect.form(one) for name, one in asked.items()}:
        return
    # Before the first migration there is nothing that others could write.
    with alone() if _table(OpenAct) in tables else transaction.atomic(), connection.cursor() as cursor:
        for name, (table, form) in sorted(standing.items()):
            if name not in asked or dialect.form(asked[name]) != form:
                cursor.execute(dialect.drop(name, table))
        for name, one in asked.items():
            if name not in standing or standing[name][1] != dialect.form(one):
                for statement in dialect.put(one):
                    cursor.execute(statement)


def lift_triggers() -> None:
    """Take the guarding triggers away before a migration, which asserts them again when it is done.

    SQLite does not let a table take another's name while a trigger of a third table speaks of it, which is how a
    table is remade.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for name, (table, _form) in _standing().items():
            cursor.execute(_dialect().drop(name, table))


def missing_triggers() -> list[str]:
    """Guarding triggers that should stand and do not, or not as worded here; `probata check` names them."""
    dialect, standing = _dialect(), _forms(_standing())
    asked = (one for model, rule in ruled_models() for one in _asked(model, rule))
    return sorted(one.name for one in asked if standing.get(one.name) != dialect.form(one))


@contextmanager
def alone() -> Iterator[None]:
    """One transaction in which nobody else writes: who comes later waits, and then sees what was written here.

    On SQLite every transaction of ours is so from its start. On Postgres the table that each act writes to is locked.
    """
    with transaction.atomic():
        wait_for_others()
        yield


def wait_for_others() -> None:
    """Inside a transaction: wait until no other act is open, and let none open before this transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {_table(OpenAct)} IN EXCLUSIVE MODE")


def _dialect() -> Dialect:
    if connection.vendor != "postgresql":
        return triggers.Sqlite()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
    return triggers.Postgres(schema=schema)


def _standing() -> dict[str, tuple[str, str]]:
    """Our triggers as the database holds them: by name, the table and the form."""
    with connection.cursor() as cursor:
        cursor.execute(_dialect().standing)
        return {name: (table, form) for name, table, form in cursor.fetchall()}


def _forms(standing: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {name: form for name, (_table, form) in standing.items()}


def _table(model: type[models.Model]) -> str:
    return str(model._meta.db_table)  # noqa: SLF001  Django's public meta API


def _asked(model: type[models.Model], rule: str) -> Iterator[Guard | Numbering]:
    """What guards a table, and what numbers its rows."""
    table = _table(model)
    yield Guard(table=table, called="no_update", event=triggers.UPDATE, refusal="rows are never edited")
    yield Guard(table=table, called="no_delete", event=triggers.DELETE, refusal="rows are never deleted")
    if connection.vendor == "postgresql":
        yield Guard(table=table, called="no_truncate", event=triggers.TRUNCATE, refusal="rows are never deleted")
        if rule == RECORDED and isinstance(model._meta.pk, models.AutoField):  # noqa: SLF001  Django's public meta API
            yield Numbering(table=table, column=str(model._meta.pk.column))  # noqa: SLF001  same
    else:
        yield Guard(
            table=table,
            called="no_replace",
            event=triggers.INSERT,
            condition=_replaces(model),
            refusal="rows are never edited, and one like it stands already",
        )
    if rule == RECORDED:
        yield Guard(
            table=table,
            called="needs_act",
            event=triggers.INSERT,
            condition="NOT EXISTS (SELECT 1 FROM custody_openact)",
            refusal="nothing is written outside an act",
        )
    for called, (condition, refusal) in _own_guards(model).items():
        yield Guard(table=table, called=called, event=triggers.INSERT, condition=condition, refusal=refusal)


def _own_guards(model: type[models.Model]) -> dict[str, tuple[str, str]]:
    """What a model refuses of its own accord: by name, a condition on `NEW` in SQL, and the refusal in words."""
    guards: dict[str, tuple[str, str]] = getattr(model, "guards", {})
    return guards


def _replaces(model: type[models.Model]) -> str:
    """When an insert would push out a row that stands: `INSERT OR REPLACE` deletes without asking who may delete."""
    meta = model._meta  # noqa: SLF001  Django's public meta API
    # SQLite numbers every row, whatever its primary key; a number that is not given reads as -1 here.
    clashes = [f"EXISTS (SELECT 1 FROM {meta.db_table} WHERE rowid = NEW.rowid)"]  # noqa: S608  names of our own models
    row = ", ".join(f'NEW."{field.column}" AS "{field.column}"' for field in meta.concrete_fields)
    for columns, condition in unique_columns(model):
        same = " AND ".join(f'"{column}" = NEW."{column}"' for column in columns)
        among = f" AND ({condition})" if condition else ""
        clash = f"EXISTS (SELECT 1 FROM {meta.db_table} WHERE {same}{among})"  # noqa: S608  same
        if condition:
            clash = f"(EXISTS (SELECT 1 FROM (SELECT {row}) WHERE {condition}) AND {clash})"  # noqa: S608  same
        clashes.append(clash)
    return " OR ".join(clashes)


def unique_columns(model: type[models.Model]) -> list[tuple[tuple[str, ...], str]]:
    """Which columns no two rows of a table share, and among which rows: a condition in SQL, or nothing for all."""
    meta = model._meta  # noqa: SLF001  Django's public meta API
    named = {field.name: str(field.column) for field in meta.concrete_fields}
    found: list[tuple[tuple[str, ...], str]]
    found = [((named[field.name],), "") for field in meta.concrete_fields if field.unique]
    for constraint in meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            columns = tuple(named[name] for name in constraint.fields)
            statement = str(constraint.create_sql(model, connection.schema_editor(collect_sql=True)))
            found.append((columns, statement.partition(" WHERE ")[2] if constraint.condition else ""))
    return found


def stated(error: DatabaseError) -> Exception:
    """What the database complains of, as an error of ours where it is one of ours or the disk's."""
    # Postgres tells the function that complained in further lines.
    text = str(error).partition("\n")[0]
    state = getattr(error.__cause__, "sqlstate", None) or ""
    if text.startswith("probata: "):
        return WriteRefused(why=text.removeprefix("probata: "))
    if "disk is full" in text or state == _DISK_FULL:
        return DiskFull(what="the act")
    if "readonly" in text or "unable to open" in text or state == _READ_ONLY:
        return StoreReadOnly(what="the act", why=text)
    # Where no server answers, libpq has no code to give.
    unanswered = isinstance(error, OperationalError) and connection.vendor == "postgresql" and not state
    if unanswered or state.startswith(_NO_CONNECTION) or state in _CUT_OFF:
        return DatabaseUnreachable(why=text)
    return error
