"""Parties: whoever speaks or is spoken of in claims; named, unnamed or unknown, and all treated alike."""

from __future__ import annotations

from enum import Enum

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.reading import fields, rows, text, word
from probata.terms.text import SafeText, Stated, safe_text


class PartyKind(Enum):
    """What kind of party it is, by form alone."""

    STATE_BODY = "state_body"
    ARMED_GROUP = "armed_group"
    UNIT = "unit"
    OUTLET = "outlet"
    ORGANISATION = "organisation"
    OFFICIAL_ROLE = "official_role"


class Naming(Enum):
    """Whether it is known who they are: by name, known to somebody but not named, or known to nobody here."""

    NAMED = "named"
    UNNAMED = "unnamed"
    UNKNOWN = "unknown"


def _spelt_once(_party: object, _attribute: object, value: tuple[Stated, ...]) -> None:
    if len(set(value)) != len(value):
        raise InvalidValue(what="The names of a party", why="one of them stands there twice")


@frozen(kw_only=True)
class Party:
    """Somebody who acts or speaks, as an office or a body; `names` are spellings, each in its language.

    A named party has a name and a source may have none: it is then described, as in "a commander who asked not to be
    named". Raises `InvalidValue` for a named party without a name, and for an unnamed or unknown one with one.
    """

    kind: PartyKind
    naming: Naming
    names: tuple[Stated, ...] = field(default=(), validator=_spelt_once)
    description: SafeText | None = field(default=None)

    @description.validator
    def _who_it_is(self, _attribute: object, value: SafeText | None) -> None:
        if self.naming is Naming.NAMED and not self.names:
            raise InvalidValue(what="A named party", why="it has no name; if nobody gives one it is unnamed or unknown")
        if self.naming is not Naming.NAMED and self.names:
            raise InvalidValue(what=f"A party that is {self.naming.value}", why="it has a name")
        if self.naming is Naming.UNNAMED and value is None:
            why = "it needs the words by which its source is described, as in 'two residents'"
            raise InvalidValue(what="An unnamed party", why=why)

    @property
    def shown_as(self) -> str:
        """What to call it in a sentence: its first name, its description, or that nobody knows."""
        if self.names:
            return self.names[0].text
        return self.description or f"an unknown {self.kind.value.replace('_', ' ')}"

    def as_json(self) -> dict[str, object]:
        """The party as plain data: `{kind, naming, names, description or null}`."""
        return {
            "kind": self.kind.value,
            "naming": self.naming.value,
            "names": [name.as_json() for name in self.names],
            "description": self.description,
        }

    @classmethod
    def from_json(cls, untrusted: object) -> Party:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A party", required={"kind", "naming"}, optional={"names", "description"})
        names = rows(given, "names") if "names" in given else []
        described = given.get("description")
        return cls(
            kind=word(given, "kind", PartyKind),
            naming=word(given, "naming", Naming),
            names=tuple(Stated.from_json(name) for name in names),
            description=None if described is None else safe_text(text(given, "description")),
        )
