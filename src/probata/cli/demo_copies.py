"""The demo's search for copies: what was posted last is looked for among everything that is held, in plain words."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field

from probata.cli import workspace
from probata.cli.output import Progress
from probata.terms.errors import ProbataError

if TYPE_CHECKING:
    from probata.copies.selectors import KnownRelation
    from probata.copies.services import Looked
    from probata.custody.entries import Signer

ASKED = ("excerpt.mp4", "carphone_distorted.mp4")
"""Of these copies are looked for: a demo is quick, and both are what a later hand made of another item of the demo."""
_MOST_STRETCHES = 2


@define(kw_only=True)
class Copies:
    """What the search came to: one of three answers, why, and every match as plain data, with a line in words."""

    outcome: str = "nothing_found"
    why: str = ""
    matches: list[dict[str, Any]] = field(factory=list)
    lines: list[str] = field(factory=list)

    def as_json(self) -> dict[str, Any]:
        """The search as the JSON contract of `demo` has it."""
        return {"outcome": self.outcome, "why": self.why, "matches": self.matches}


def look(root: Path, person: str, passphrase: str | None, say: Callable[[str], None]) -> Copies:
    """Look for copies of what was posted last, as `probata add` does of what comes in, and say what was found.

    What an earlier run found is told again. That it cannot look never ends the demo.
    """
    workspace.open_workspace(root)

    from probata.access import selectors
    from probata.access import services as access
    from probata.preservation import selectors as preservation

    names = {item.sha256: item.name for item in preservation.items()}
    asked = [item for wanted in ASKED for item, name in names.items() if name == wanted]
    if not asked:
        return Copies(outcome="could_not_look", why="there is no item of the demo to ask about")
    say(f"Looking for copies of {' and '.join(names[item] for item in asked)} among {len(names)} items …")
    copies = _searched(asked, names, access.unlock(selectors.person(person), passphrase).signing)
    for line in copies.lines:
        say(f"  {line}")
    return copies


def _searched(asked: list[str], names: dict[str, str], actor: Signer) -> Copies:
    from probata.copies import services
    from probata.terms.digests import Sha256

    found = Copies()
    with services.one_jail() as jail:
        try:
            for item in (Sha256(one) for one in asked):
                with Progress(f"comparing {names[item]}") as progress:
                    looked = services.look_for_copies(item, actor=actor, progress=_counted(progress), jail=jail)
                _add(found, looked, names)
        except services.MatchingMissing as error:
            services.could_not_look([Sha256(one) for one in asked], error.message, actor=actor, jail=jail)
            _could_not(found, error)
        except ProbataError as error:
            _could_not(found, error)
    if found.matches:
        found.outcome = "found"
    return found


def _add(found: Copies, looked: Looked, names: dict[str, str]) -> None:
    standing = [one for one in looked.relations if one.state != "rejected"]
    found.matches += [{"item": looked.item, "other": one.b, **one.as_json()} for one in standing]
    found.lines += [_line(one, names) for one in standing]
    if not standing:
        found.outcome, found.why = looked.outcome, looked.why
        found.lines.append(f"{looked.outcome.replace('_', ' ')}  {_name(looked.item, names)}: {looked.why}")


def _could_not(found: Copies, error: ProbataError) -> None:
    found.outcome, found.why = "could_not_look", f"{error.message} {error.what_to_do}".strip()
    found.lines.append(f"could not look: {found.why}")


def _counted(progress: Progress) -> Callable[[str, int, int], None]:
    return lambda _step, done, _total: progress.to(done)


def _line(relation: KnownRelation, names: dict[str, str]) -> str:
    """The relation in one line: whose word it is, what is what to what, which seconds are which."""
    from probata.copies.kinds import IS

    line = f"{_name(relation.a, names)} {IS[relation.kind]} {_name(relation.b, names)}"
    shown = [
        f"its seconds {_span(one.a_start_s, one.a_end_s)} are {_span(one.b_start_s, one.b_end_s)} there"
        for one in relation.stretches[:_MOST_STRETCHES]
    ]
    if len(relation.stretches) > _MOST_STRETCHES:
        shown.append("and further ones")
    return f"{relation.state}  {line}{': ' if shown else ''}{', '.join(shown)}"


def _span(start_s: Fraction, end_s: Fraction) -> str:
    return f"{float(start_s):.2f} to {float(end_s):.2f}"


def _name(item: str, names: dict[str, str]) -> str:
    return f"{item[:8]} {names.get(item, '')}".strip()
