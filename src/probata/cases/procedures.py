"""Procedures as data: phases and steps that a case goes through, each ticked off by a person with a reason.

A template says what to ask and in which order it is usually asked; it enforces nothing, and a case picks one.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from importlib.resources import files

import msgspec
from attrs import frozen

from probata.cases.wording import line
from probata.terms.errors import InvalidValue, NotFound
from probata.terms.reading import fields, rows, text
from probata.terms.text import safe_text

_DATA = "procedures_data"
_TEMPLATES = ("berkeley_protocol", "five_pillars", "where_when_who", "preservation_properties", "accountability")


class ProcedureNotFound(NotFound):
    """No template of a procedure has that name."""

    code = "procedure_not_found"
    template = "No procedure is called {name}."
    advice = "`probata cases --procedures` lists the templates with their steps."
    advice_here = "The form that opens a case lists the procedures."


class StepNotFound(NotFound):
    """The procedure has no such step."""

    code = "step_not_found"
    template = "The procedure {procedure} has no step {step}."
    advice = "`probata cases CASE` lists the steps of its procedure."
    advice_here = "The page of the case lists the steps of its procedure."


class StepState(Enum):
    """How a step stands; what nobody has ticked off is open."""

    OPEN = "open"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"


@frozen(kw_only=True)
class Step:
    """One thing to do, under a name such as `verification.source`, and what to ask about it."""

    id: str
    phase: str
    title: str
    asks: str

    def as_json(self) -> dict[str, object]:
        """The step as plain data."""
        return {"step": self.id, "phase": self.phase, "title": self.title, "asks": self.asks}


@frozen(kw_only=True)
class Procedure:
    """A template: steps in their phases, with the source that they follow."""

    id: str
    title: str
    source: str
    steps: tuple[Step, ...]

    def step(self, untrusted_id: str) -> Step:
        """The step of that name; raises `StepNotFound`."""
        wanted = line(untrusted_id, "The step")
        for one in self.steps:
            if one.id == wanted:
                return one
        raise StepNotFound(procedure=self.id, step=wanted)

    def as_json(self) -> dict[str, object]:
        """The template as plain data."""
        steps = [one.as_json() for one in self.steps]
        return {"procedure": self.id, "title": self.title, "source": self.source, "steps": steps}


@lru_cache(maxsize=1)
def procedures() -> tuple[Procedure, ...]:
    """Every template that is stored, the usual one first."""
    return tuple(_read(name) for name in _TEMPLATES)


def procedure(untrusted_name: str) -> Procedure:
    """The template of that name; raises `ProcedureNotFound`."""
    wanted = line(untrusted_name, "The procedure")
    for one in procedures():
        if one.id == wanted:
            return one
    raise ProcedureNotFound(name=wanted)


def _read(name: str) -> Procedure:
    found = msgspec.json.decode(files("probata.cases").joinpath(_DATA, f"{name}.json").read_bytes())
    given = fields(found, what=name, required={"id", "title", "source", "phases"})
    steps = tuple(step for phase in rows(given, "phases") for step in _steps(phase))
    _each_once(name, [one.id for one in steps])
    return Procedure(
        id=text(given, "id"), title=safe_text(text(given, "title")), source=text(given, "source"), steps=steps
    )


def _steps(untrusted_phase: object) -> list[Step]:
    phase = fields(untrusted_phase, what="A phase", required={"id", "title", "steps"})
    read = [fields(one, what="A step", required={"id", "title", "asks"}) for one in rows(phase, "steps")]
    title = safe_text(text(phase, "title"))
    return [
        Step(id=text(one, "id"), phase=title, title=safe_text(text(one, "title")), asks=safe_text(text(one, "asks")))
        for one in read
    ]


def _each_once(procedure_name: str, names: Sequence[str]) -> None:
    if len(set(names)) != len(names):
        raise InvalidValue(what=f"The procedure {procedure_name}", why="a step stands in it twice")
