"""One error tree: what happened to which item, what to do now, a code and an exit code.

An error class *is* its message template, its code and its exit code; `docs/errors.md` is generated from this tree.
Rooms derive their own errors from the classes here and keep them in their own `errors.py` or beside the code that
raises them; an architecture test holds every code unique and documented.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import ClassVar

from probata.terms.showing import shown


class ProbataError(Exception):
    """Something was refused or failed, and a tired person can act on it.

    `template` is the message and `advice` says what to do now; their `{fields}` are filled from the keywords given
    when raised. Where the advice names a verb, `advice_here` says what to do at the workbench instead. Texts among
    them are shown with control and direction-changing characters written out, so that the name of a hostile file
    cannot drive the terminal or the log that prints the message. Exit codes are grouped: 2 usage, 3 not found,
    4 refused by a rule, 5 the footage, 6 custody, 7 storage, 8 access, 9 environment, 10 to 19 verdicts of `verify`
    and `check`.
    """

    code: ClassVar[str] = "probata"
    exit_code: ClassVar[int] = 1
    template: ClassVar[str] = "{what}"
    advice: ClassVar[str] = ""
    advice_here: ClassVar[str] = ""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.template.format_map(_Shown(facts)))

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross from a jailed child or a worker to the parent; the facts travel, the message is made again.
        return _made_again, (type(self), self.facts)

    @property
    def message(self) -> str:
        """What happened, in one sentence."""
        return str(self)

    @property
    def what_to_do(self) -> str:
        """What the person can do now, filled with the same facts; empty where nothing can be done."""
        return self.advice.format_map(_Shown(self.facts))

    @classmethod
    def at_the_workbench(cls) -> str:
        """What can be done there, as a template: the nearest class that says so, or that advises at all, is heard."""
        for kind in cls.__mro__:
            for name in ("advice_here", "advice"):
                if name in vars(kind) and vars(kind)[name]:
                    return str(vars(kind)[name])
        return ""

    def told(self, translated: Callable[[str], str]) -> tuple[str, str]:
        """What happened and what to do at the workbench, in another language: templates, and words in them.

        Each is put into it by what is given.
        """
        facts = _Shown({name: _each_told(fact, translated) for name, fact in self.facts.items()})
        message, advice = (
            translated(one).format_map(facts) if one else "" for one in (self.template, self.at_the_workbench())
        )
        return message, advice

    def as_json(self) -> dict[str, object]:
        """The error as the `--json` contract prints it."""
        return {
            "schema": "probata/error/1",
            "code": self.code,
            "exit_code": self.exit_code,
            "message": self.message,
            "advice": self.what_to_do,
        }


def _made_again(kind: type[ProbataError], facts: dict[str, object]) -> ProbataError:
    return kind(**facts)


def _each_told(fact: object, translated: Callable[[str], str]) -> object:
    """A fact that is a word of the house, or several with commas between them, in the other language; else as it is."""
    if not isinstance(fact, str):
        return fact
    return ", ".join(translated(part) if part else part for part in fact.split(", "))


class _Shown(dict[str, object]):
    """Facts as shown to a person: a missing fact is said to be unknown rather than raising a second error."""

    def __init__(self, facts: dict[str, object]) -> None:
        super().__init__({name: _as_shown(fact) for name, fact in facts.items()})

    def __missing__(self, key: str) -> str:
        return f"(unknown {key})"


def _as_shown(fact: object) -> object:
    # Numbers and times keep their type, so that a template may format them.
    return shown(str(fact)) if isinstance(fact, str | PurePath | BaseException) else fact


class UsageError(ProbataError):
    """The call's words are off."""

    code = "usage"
    exit_code = 2
    advice = "See `probata --help`."
    advice_here = "Look at what was entered, and correct it."


class NotFound(ProbataError):
    """Nothing of that name is here."""

    code = "not_found"
    exit_code = 3
    template = "{what} was not found."
    advice = "Check the name; `probata items` lists what the workspace holds."
    advice_here = "Check the name or the address; the page Items lists what the workspace holds."


class Refused(ProbataError):
    """A rule of the house forbids it."""

    code = "refused"
    exit_code = 4


class FootageError(ProbataError):
    """The footage cannot be read as asked."""

    code = "footage"
    exit_code = 5


class CustodyError(ProbataError):
    """The ledger, a key, a checkpoint or a proof is not as it must be."""

    code = "custody"
    exit_code = 6


class StorageError(ProbataError):
    """The store or the database cannot take or give what was asked."""

    code = "storage"
    exit_code = 7


class AccessError(ProbataError):
    """This person may not do that."""

    code = "access"
    exit_code = 8


class EnvironmentLacking(ProbataError):
    """This machine lacks something that the work needs."""

    code = "environment"
    exit_code = 9


class InvalidValue(ProbataError, ValueError):
    """A value that makes no sense was refused when it was made."""

    code = "invalid_value"
    exit_code = 2
    template = "{what} is not valid: {why}."
