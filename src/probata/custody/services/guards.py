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

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from probata.engines.blobs import DiskFull, StoreReadOnly
from probata.terms.errors import CustodyError

RECORDED, APPENDED = "recorded", "appended"


class WriteRefused(CustodyError):
    """The database refused a write that no act covers, an edit or a deletion."""

    code = "write_refused"
    template = "The record refused a write: {why}."
    advice = "Nothing was changed. Recorded rows are superseded by a further act, never edited."


def ruled_models() -> Iterator[tuple[type[models.Model], str]]:
    """Every model that carries a rule, with the rule."""
    for model in apps.get_models():
        rule = getattr(model, "rule", None)
        if rule in (RECORDED, APPENDED):
            yield model, rule


def assert_triggers() -> None:
    """Put every guarding trigger in place as this version words it, and take away what no model asks for any more."""
    standing, tables = _standing(), set(connection.introspection.table_names())
    asked = {
        name: statement
        for model, rule in ruled_models()
        if model._meta.db_table in tables  # noqa: SLF001  Django's public meta API
        for name, statement in _triggers(model, rule).items()
    }
    if standing == asked:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for name in sorted(name for name in standing if standing[name] != asked.get(name)):
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
        for name, statement in asked.items():
            if standing.get(name) != statement:
                # Another process may have put it there since.
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(statement)


def lift_triggers() -> None:
    """Take the guarding triggers away before a migration, which asserts them again when it is done.

    SQLite does not let a table take another's name while a trigger of a third table speaks of it, which is how a
    table is remade.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for name in _standing():
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')


def missing_triggers() -> list[str]:
    """Guarding triggers that should stand and do not, or not as worded here; `probata check` names them."""
    standing = _standing()
    return sorted(
        name
        for model, rule in ruled_models()
        for name, statement in _triggers(model, rule).items()
        if standing.get(name) != statement
    )


def _standing() -> dict[str, str]:
    """Our triggers as the database holds them, by name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 8) = 'probata_'")
        return dict(cursor.fetchall())


def _triggers(model: type[models.Model], rule: str) -> dict[str, str]:
    """What guards a table: each trigger's name, and its statement exactly as SQLite keeps it."""
    table = model._meta.db_table  # noqa: SLF001  Django's public meta API
    guards = {
        "no_update": ("UPDATE", "", "rows are never edited"),
        "no_delete": ("DELETE", "", "rows are never deleted"),
        "no_replace": ("INSERT", _replaces(model), "rows are never edited, and one like it stands already"),
    }
    if rule == RECORDED:
        no_act = "NOT EXISTS (SELECT 1 FROM custody_openact)"
        guards["needs_act"] = ("INSERT", no_act, "nothing is written outside an act")
    for name, (condition, refusal) in _own_guards(model).items():
        guards[name] = ("INSERT", condition, refusal)
    made = {}
    for guard, (event, condition, refusal) in guards.items():
        name = f"probata_{table}_{guard}"
        when = f"WHEN {condition} " if condition else ""
        refuse = f"BEGIN SELECT RAISE(ABORT, 'probata: {refusal}'); END"
        made[name] = f"CREATE TRIGGER {name} BEFORE {event} ON {table} {when}{refuse}"
    return made


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
    text = str(error)
    if text.startswith("probata: "):
        return WriteRefused(why=text.removeprefix("probata: "))
    if "disk is full" in text:
        return DiskFull(what="the act")
    if "readonly" in text or "unable to open" in text:
        return StoreReadOnly(what="the act", why=text)
    return error
