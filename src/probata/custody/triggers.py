"""What refuses inside the database, as statements of SQL: for SQLite, and for Postgres 15 and later.

A guard says when a write is refused, in SQL that both speak but for one word: what SQLite writes `a IS NOT (SELECT …)`
is `a IS DISTINCT FROM (SELECT …)` on Postgres, and is put so here.

On Postgres a trigger's condition may not ask other tables, so each guard has a function of its own. It looks for tables
in the workspace's schema alone (a temporary table would stand before ours otherwise), and its trigger fires whatever
`session_replication_role` says. `TRUNCATE` meets a trigger too.
"""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

INSERT, UPDATE, DELETE, TRUNCATE = "INSERT", "UPDATE", "DELETE", "TRUNCATE"


@frozen(kw_only=True)
class Guard:
    """One thing that a table refuses: at which event, when (a condition on `NEW`; empty: always), in which words."""

    table: str
    called: str
    event: str
    refusal: str
    condition: str = ""

    @property
    def name(self) -> str:
        """The trigger's name."""
        return f"probata_{self.table}_{self.called}"


def who_acts(column: str) -> tuple[str, str]:
    """A model's guard that a column names whoever acts, and nobody else."""
    return f"NEW.{column} IS NOT (SELECT actor FROM custody_openact)", "who is named is who acts"  # noqa: S608  our own


@frozen(kw_only=True)
class Numbering:
    """The next free number for each row of a table, counted inside the act.

    A sequence of Postgres gives a number once, also to an act that is rolled back; SQLite does not. The number would
    then depend on what failed, and a database made anew from the ledger would differ from the one that stood.
    """

    table: str
    column: str

    @property
    def name(self) -> str:
        """The trigger's name."""
        return f"probata_{self.table}_numbered"


class Dialect(Protocol):
    """How one database is told of its guards, and asked which stand."""

    @property
    def standing(self) -> str:
        """A query for name, table and form of every trigger of ours."""

    def form(self, one: Guard | Numbering) -> str:
        """What `standing` gives for a trigger that stands as it should."""

    def put(self, one: Guard | Numbering) -> list[str]:
        """The statements that put it in place, whatever stood there before."""

    def drop(self, name: str, table: str) -> str:
        """The statement that takes it away."""


class Sqlite:
    """Triggers as SQLite keeps them: their statement, to the letter."""

    @property
    def standing(self) -> str:
        """As they are written in the file."""
        ours = "type = 'trigger' AND substr(name, 1, 8) = 'probata_'"
        return f"SELECT name, tbl_name, sql FROM sqlite_master WHERE {ours}"  # noqa: S608  nothing from outside

    def form(self, one: Guard | Numbering) -> str:
        """The statement itself."""
        if isinstance(one, Numbering):
            raise TypeError("SQLite numbers by itself")
        when = f"WHEN {one.condition} " if one.condition else ""
        refuse = f"BEGIN SELECT RAISE(ABORT, 'probata: {one.refusal}'); END"
        return f"CREATE TRIGGER {one.name} BEFORE {one.event} ON {one.table} {when}{refuse}"

    def put(self, one: Guard | Numbering) -> list[str]:
        """Another process may have put it there since it was asked for."""
        return [self.drop(one.name, one.table), self.form(one)]

    def drop(self, name: str, table: str) -> str:  # noqa: ARG002  SQLite knows a trigger by its name alone
        """By name alone."""
        return f'DROP TRIGGER IF EXISTS "{name}"'


@frozen(kw_only=True)
class Postgres:
    """Triggers of Postgres in one schema: what each function does, where it looks, and when it is called."""

    schema: str

    @property
    def standing(self) -> str:
        """Event and level as `pg_trigger` numbers them, whether it always fires, and its function, whole."""
        return f"""
            SELECT t.tgname, c.relname, concat_ws('|', c.relname, t.tgtype, t.tgenabled, t.tgqual IS NULL,
                t.tgattr::text, l.lanname, p.prosecdef, array_to_string(p.proconfig, ';'), p.prosrc)
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang
            WHERE NOT t.tgisinternal AND n.nspname = '{self.schema}' AND starts_with(t.tgname, 'probata_')
        """  # noqa: S608  the schema's name was checked when the settings were read

    def form(self, one: Guard | Numbering) -> str:
        """The same from what is asked for."""
        # Numbered in pg_trigger.h: 1 for each row, 2 before, then 4 insert, 8 delete, 16 update, 32 truncate.
        level = {INSERT: 1 + 2 + 4, DELETE: 1 + 2 + 8, UPDATE: 1 + 2 + 16, TRUNCATE: 2 + 32}[_event(one)]
        path = f"search_path={self.schema}, pg_temp"
        return f"{one.table}|{level}|A|t||plpgsql|f|{path}|{self._body(one)}"

    def put(self, one: Guard | Numbering) -> list[str]:
        """Function, trigger, and that it always fires."""
        each = "STATEMENT" if _event(one) == TRUNCATE else "ROW"
        where = f"LANGUAGE plpgsql SET search_path = {self.schema}, pg_temp"
        made = f"BEFORE {_event(one)} ON {one.table} FOR EACH {each}"
        return [
            self.drop(one.name, one.table),
            f"CREATE OR REPLACE FUNCTION {one.name}() RETURNS trigger {where} AS $probata${self._body(one)}$probata$",
            f"CREATE TRIGGER {one.name} {made} EXECUTE FUNCTION {one.name}()",
            f"ALTER TABLE {one.table} ENABLE ALWAYS TRIGGER {one.name}",
        ]

    def drop(self, name: str, table: str) -> str:
        """By name and table."""
        return f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'

    def _body(self, one: Guard | Numbering) -> str:
        if isinstance(one, Numbering):
            # 15.0/plpgsql-trigger: the query sees the rows that the same statement has put there already.
            number = f"SELECT coalesce(max({one.column}), 0) + 1 FROM {one.table}"  # noqa: S608  names of our own models
            return f"BEGIN NEW.{one.column} := ({number}); RETURN NEW; END"
        refuse = (
            f"RAISE EXCEPTION USING MESSAGE = 'probata: {one.refusal}', ERRCODE = 'integrity_constraint_violation';"
        )
        if not one.condition:
            return f"BEGIN {refuse} END"
        condition = one.condition.replace(" IS NOT (", " IS DISTINCT FROM (")
        return f"BEGIN IF ({condition}) THEN {refuse} END IF; RETURN NEW; END"


def _event(one: Guard | Numbering) -> str:
    return one.event if isinstance(one, Guard) else INSERT
