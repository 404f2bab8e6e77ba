"""What is to be disclosed: to whom, what for, on what ground, which items, what goes along, what is withheld, why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.showing import shown

LINE, TEXT = 200, 4000


class Along(StrEnum):
    """A kind of record that may go along with the items; what is not chosen is left out, and the report says so."""

    RENDITIONS = "renditions"
    LOOKS = "looks"
    SIDECARS = "sidecars"
    RELATIONS = "relations"
    OBSERVATIONS = "observations"
    CLAIMS = "claims"
    FINDINGS = "findings"


NOT_ALONG = {
    Along.RENDITIONS: "What programs made from the footage: tables of frames, tracks, transcripts.",
    Along.LOOKS: "Which programs looked at the footage, and what came of it.",
    Along.SIDECARS: "The sidecar that lies beside each original in the store.",
    Along.RELATIONS: "What the files here share with each other.",
    Along.OBSERVATIONS: "What people observed in the footage.",
    Along.CLAIMS: "What is claimed in these items, and who says it.",
    Along.FINDINGS: "What two people found about it.",
}
"""What the report says of a kind that was left out."""


class Why(StrEnum):
    """Why an item is withheld, in one word of a fixed list."""

    SOURCE = "source"
    PERSONAL_DATA = "personal_data"
    SAFETY = "safety"
    OTHER_INQUIRY = "other_inquiry"
    PRIVILEGE = "privilege"
    RIGHTS_OF_OTHERS = "rights_of_others"
    NOT_RELEVANT = "not_relevant"
    NOT_VERIFIED = "not_verified"


SAID_OF_WHY = {
    Why.SOURCE: "to protect a source",
    Why.PERSONAL_DATA: "to protect personal data",
    Why.SAFETY: "for the safety of persons",
    Why.OTHER_INQUIRY: "because another inquiry goes on",
    Why.PRIVILEGE: "as legally privileged",
    Why.RIGHTS_OF_OTHERS: "because others have rights in it",
    Why.NOT_RELEVANT: "as not relevant to the purpose",
    Why.NOT_VERIFIED: "as not verified",
}
"""What the report says of each word; it says how many items, never which."""


@frozen(kw_only=True)
class Withheld:
    """An item that belongs to the matter and does not go: the word for the recipient, the text for the record."""

    item: str
    why: Why
    text: str = ""


def _checked(value: str, name: str, most: int) -> None:
    what = f"The {name.replace('_', ' ')}"
    if not value.strip():
        raise InvalidValue(what=what, why="it is empty")
    if len(value) > most:
        raise InvalidValue(what=what, why=f"it is longer than {most} characters")
    if shown(value) != value:
        raise InvalidValue(what=what, why="it holds characters that cannot be seen, or several lines")


@frozen(kw_only=True)
class Plan:
    """What goes into one package, and for whom; raises `InvalidValue` for what cannot be meant.

    `recipient_is` says what the recipient is (a court, an inquiry). `labels` give parties of claims a label in place of
    their names, by the party's id. `case` is the matter whose other items are `withheld`; it is not told.
    `redacted` are those of the items that go as a redacted rendition, each with the id of its redaction.
    """

    recipient: str = ""
    recipient_is: str = ""
    purpose: str = ""
    legal_basis: str = ""
    items: tuple[str, ...] = field()
    along: frozenset[Along] = frozenset()
    case: str = ""
    withheld: tuple[Withheld, ...] = field(default=())
    labels: Mapping[str, str] = field(factory=dict)
    redacted: Mapping[str, str] = field(factory=dict)

    @items.validator
    def _some(self, _attribute: object, value: tuple[str, ...]) -> None:
        if len(set(value)) != len(value):
            raise InvalidValue(what="The items", why="one of them is named twice")

    @withheld.validator
    def _not_both(self, _attribute: object, value: tuple[Withheld, ...]) -> None:
        for one in value:
            if one.item in self.items:
                raise InvalidValue(what=f"Item {one.item[:8]}", why="it is chosen and withheld at once")
            if one.text:
                _checked(one.text, "words on a withheld item", TEXT)

    @labels.validator
    def _said(self, _attribute: object, value: Mapping[str, str]) -> None:
        for label in value.values():
            _checked(label, "label of a party", LINE)

    @redacted.validator
    def _of_the_items(self, _attribute: object, value: Mapping[str, str]) -> None:
        for item in value:
            if item not in self.items:
                raise InvalidValue(what=f"Item {item[:8]}", why="it is to go redacted, and is not chosen")

    @property
    def whole(self) -> tuple[str, ...]:
        """The items that go as they are."""
        return tuple(item for item in self.items if item not in self.redacted)

    def must_be_complete(self) -> None:
        """Raise `InvalidValue` unless it says to whom, what for, on what ground, and names an item."""
        for name, most in (("recipient", LINE), ("recipient_is", LINE), ("purpose", TEXT), ("legal_basis", TEXT)):
            _checked(getattr(self, name), name, most)
        if not self.items:
            raise InvalidValue(what="The items", why="none is chosen")

    def as_json(self) -> dict[str, Any]:
        """The plan as its entry of the ledger holds it."""
        return {
            "recipient": self.recipient,
            "recipient_is": self.recipient_is,
            "purpose": self.purpose,
            "legal_basis": self.legal_basis,
            "items": list(self.items),
            "along": sorted(self.along),
            "case": self.case,
            "withheld": [{"item": one.item, "why": one.why.value, "text": one.text} for one in self.withheld],
            "labels": dict(self.labels),
            "redacted": dict(self.redacted),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Plan:
        """A plan from its entry; raises as making one does."""
        return cls(
            recipient=record["recipient"],
            recipient_is=record["recipient_is"],
            purpose=record["purpose"],
            legal_basis=record["legal_basis"],
            items=tuple(record["items"]),
            along=along_of(record["along"]),
            case=record["case"],
            withheld=tuple(
                Withheld(item=one["item"], why=why_of(one["why"]), text=one["text"]) for one in record["withheld"]
            ),
            labels=dict(record["labels"]),
            # Proposals from before there were redactions say nothing of them.
            redacted=dict(record.get("redacted", {})),
        )


def along_of(untrusted_words: Sequence[str]) -> frozenset[Along]:
    """The kinds that these words name; raises `InvalidValue`."""
    try:
        return frozenset(Along(word) for word in untrusted_words)
    except ValueError:
        raise InvalidValue(what="What goes along", why="one of the kinds is not known") from None


def why_of(untrusted_word: str) -> Why:
    """The reason that this word names; raises `InvalidValue`."""
    try:
        return Why(untrusted_word)
    except ValueError:
        why = "every item of the case that does not go needs a reason of the list"
        raise InvalidValue(what="Why an item is withheld", why=why) from None
