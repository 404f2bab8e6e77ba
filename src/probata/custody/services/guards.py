"""The database refuses what the rules refuse: writes outside an act, edits, deletions.

A migration that rebuilds a table on SQLite silently drops its triggers, so they are asserted again at every open.
Whoever owns the file can drop them: what cannot be undone unseen is the Merkle tree under signed checkpoints.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import DatabaseError, connection, models

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
    """Put every guarding trigger in place; those that stand are left."""
    with connection.cursor() as cursor:
        for statement in _statements():
            cursor.execute(statement)


def missing_triggers() -> list[str]:
    """Guarding triggers that should stand and do not; `probata check` names them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        standing = {row[0] for row in cursor.fetchall()}
    return sorted(name for model, rule in ruled_models() for name in _names(model, rule) if name not in standing)


def _names(model: type[models.Model], rule: str) -> list[str]:
    guards = ["no_update", "no_delete"] + (["needs_act"] if rule == RECORDED else []) + sorted(_own_guards(model))
    return [f"probata_{model._meta.db_table}_{guard}" for guard in guards]  # noqa: SLF001  Django's public meta API


def _own_guards(model: type[models.Model]) -> dict[str, tuple[str, str]]:
    """What a model refuses of its own accord: by name, a condition on `NEW` in SQL, and the refusal in words."""
    guards: dict[str, tuple[str, str]] = getattr(model, "guards", {})
    return guards


def _statements() -> Iterator[str]:
    for model, rule in ruled_models():
        table = model._meta.db_table  # noqa: SLF001  Django's public meta API
        for guard, refusal in (("update", "rows are never edited"), ("delete", "rows are never deleted")):
            yield (
                f"CREATE TRIGGER IF NOT EXISTS probata_{table}_no_{guard} BEFORE {guard.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'probata: {refusal}'); END"
            )
        if rule == RECORDED:
            yield (  # the table's name is our own model's
                f"CREATE TRIGGER IF NOT EXISTS probata_{table}_needs_act BEFORE INSERT ON {table} "  # noqa: S608  same
                "WHEN NOT EXISTS (SELECT 1 FROM custody_openact) "
                "BEGIN SELECT RAISE(ABORT, 'probata: nothing is written outside an act'); END"
            )
        for guard, (condition, refusal) in _own_guards(model).items():
            yield (
                f"CREATE TRIGGER IF NOT EXISTS probata_{table}_{guard} BEFORE INSERT ON {table} "
                f"WHEN {condition} BEGIN SELECT RAISE(ABORT, 'probata: {refusal}'); END"
            )


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
