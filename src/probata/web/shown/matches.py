"""Copies and excerpts as screens show them: told from one item, on its player's clock, in words."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from attrs import frozen
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from probata.cases.selectors import Sight
from probata.copies import selectors as copies
from probata.copies.selectors import KnownRelation
from probata.preservation import selectors as preservation
from probata.web.reasons import in_words
from probata.web.served import renditions

Words = str | Promise

# What the one item is to the other, short enough for a bar on the axis; and the same as a sentence about A and B.
_KINDS: dict[str, tuple[Words, Words]] = {
    "same_bytes": (_("same bytes as"), _("A and B are the same bytes.")),
    "copy": (_("copy of"), _("All of A is found in B, and all of B in A.")),
    "excerpt_of": (_("excerpt of"), _("All of A is found in B.")),
    "contains": (_("contains"), _("All of B is found in A.")),
    "overlaps": (_("overlaps with"), _("A part of A is a part of B.")),
    "same_audio_other_picture": (
        _("same sound, other pictures:"),
        _("A and B share sound; their pictures are not the same."),
    ),
    "same_picture_other_audio": (
        _("same pictures, other sound:"),
        _("A and B share pictures; their sound is not the same."),
    ),
    "same_scene_other_camera": (
        _("same scene, other camera:"),
        _("A and B show one scene, seen by different cameras."),
    ),
    "same_scene_moment_unproven": (
        _("same scene, moment unproven:"),
        _("A and B show one scene. That it is the same moment is not proved."),
    ),
    "related_not_same": (_("related, not the same:"), _("A and B are related. They are not the same footage.")),
}
_BY: dict[str, Words] = {
    "frames": _("by pictures"),
    "sound": _("by sound"),
    "both": _("by pictures and sound"),
}
_STATES: dict[str, Words] = {
    "candidate": _("candidate"),
    "confirmed": _("confirmed"),
    "rejected": _("rejected"),
}


def kind_words(kind: str) -> Words:
    """What the one is to the other, in a word or two that stand before the other's name."""
    return _KINDS[kind][0]


def sentence(kind: str) -> Words:
    """The same as a sentence about A and B."""
    return _KINDS[kind][1]


def by_words(by: str) -> Words:
    """What matched: pictures, sound, or both."""
    return _BY[by]


@frozen(kw_only=True)
class Stretch:
    """Seconds of this item that are seconds of the other, each on its own player's clock."""

    start_s: Fraction
    end_s: Fraction
    other_start_s: Fraction
    other_end_s: Fraction
    ordinal: int | None
    mirror: bool
    backwards: bool
    speed: Fraction


@frozen(kw_only=True)
class Match:
    """One relation of this item: what this item is to the other, where, how well founded, and what people say of it."""

    relation: str
    other: str
    other_name: str
    kind: str
    kind_words: Words
    by: str
    by_words: Words
    state: str
    state_words: Words
    decided_by: str
    decided_why: str
    score: float
    strongest_wrong: float | None
    stretches: tuple[Stretch, ...]

    @property
    def label(self) -> str:
        """The match in one line: what, of which item, by what, and whether somebody confirmed it."""
        mirrored = " · " + str(_("mirrored")) if any(one.mirror for one in self.stretches) else ""
        return f"{self.kind_words} {self.other[:8]}{mirrored} · {self.by_words} · {self.state_words}"

    @property
    def short(self) -> str:
        """The same where there is little room: of which item, and whether somebody confirmed it."""
        return f"{self.other[:8]} · {self.state_words}"


@frozen(kw_only=True)
class Matches:
    """Every relation of an item, and which of the three answers the newest search gave; `not_looked` where none was."""

    outcome: str
    why: str
    found: tuple[Match, ...]

    def as_json(self) -> dict[str, Any]:
        """The matches for a script to draw: one entry a stretch."""
        return {
            "outcome": self.outcome,
            "why": in_words(self.why),
            "entries": [
                {
                    "relation": match.relation,
                    "label": match.label,
                    "short": match.short,
                    "state": match.state,
                    "start_s": float(stretch.start_s),
                    "end_s": float(stretch.end_s),
                    "ordinal": stretch.ordinal,
                }
                for match in self.found
                for stretch in match.stretches
            ],
        }


def matches(item: str, seen: Sight) -> Matches:
    """What is known of an item's copies and excerpts, without those that the person may not know of."""
    search = next(iter(copies.searches(item)), None)
    return Matches(
        outcome="not_looked" if search is None else search.outcome,
        why="" if search is None else search.why,
        found=tuple(_match(one.seen_from(item)) for one in copies.relations_of(item) if not seen.hides(one.a, one.b)),
    )


def _match(known: KnownRelation) -> Match:
    """A relation that is told from its item A."""
    here_s, there_s = renditions.origin_s(known.a), renditions.origin_s(known.b)
    return Match(
        relation=known.id,
        other=known.b,
        other_name=preservation.item(known.b).name,
        kind=known.kind,
        kind_words=kind_words(known.kind),
        by=known.by,
        by_words=by_words(known.by),
        state=known.state,
        state_words=_STATES[known.state],
        decided_by=known.decided_by,
        decided_why=known.decided_why,
        score=known.score,
        strongest_wrong=known.strongest_wrong,
        stretches=tuple(
            Stretch(
                start_s=one.a_start_s - here_s,
                end_s=one.a_end_s - here_s,
                other_start_s=one.b_start_s - there_s,
                other_end_s=one.b_end_s - there_s,
                ordinal=renditions.shown_at(renditions.frames(known.a), one.a_start_s),
                mirror=one.mirror,
                backwards=one.speed < 0,
                speed=abs(one.speed),
            )
            for one in known.stretches
        ),
    )
