"""One assertion as the screens of claims show it: who says what, in whose words; never whether it is so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from probata.claims.assertions import Appearance, Assertion
from probata.claims.independence import FOOTAGE
from probata.claims.parties import Party
from probata.claims.selectors import Claims, Known, KnownTranslation
from probata.terms.text import Stated
from probata.web.shown.claimed import when


@frozen(kw_only=True)
class Source:
    """What an assertion was taken from: another assertion, or an item of footage."""

    id: str
    is_item: bool
    name: str


@frozen(kw_only=True)
class Said:
    """One assertion with its words, its translations, and where it stands."""

    id: str
    proposition: str
    speaker_id: str
    speaker: str
    naming: str
    role: str
    stance: str
    words: Stated
    translations: Sequence[KnownTranslation]
    made: str
    basis: str
    via: Sequence[str]
    hedges: Sequence[str]
    where: Appearance | None
    taken_from: Sequence[Source]
    by: str
    at: datetime
    corrected: bool


def said(known: Claims, one: Known[Assertion], translations: Sequence[KnownTranslation]) -> Said:
    """An assertion as it is shown."""
    thing = one.thing
    speaker = known.parties[thing.speaker].thing
    return Said(
        id=one.id,
        proposition=thing.proposition,
        speaker_id=thing.speaker,
        speaker=speaker.shown_as,
        naming=speaker.naming.value,
        role=thing.speaker_role or "",
        stance=thing.stance.value,
        words=thing.words,
        translations=translations,
        made="" if thing.made_at is None else when(thing.made_at),
        basis=thing.basis.value,
        via=[_called(known, party) for party in thing.via],
        hedges=thing.hedges,
        where=thing.appears_in,
        taken_from=[source_of(known, name) for name in sorted(known.sources[one.id].derives_from)],
        by=one.by,
        at=one.at,
        corrected=bool(one.supersedes),
    )


def _called(known: Claims, party: str) -> str:
    found = known.parties.get(party)
    return found.thing.shown_as if found else party[:8]


def source_of(known: Claims, name: str) -> Source:
    """What was taken from: an item of footage by its digest, an assertion by who makes it."""
    if name.startswith(FOOTAGE):
        digest = name.removeprefix(FOOTAGE)
        return Source(id=digest, is_item=True, name=digest[:8])
    found = known.assertions.get(name)
    speaker: Party | None = known.parties[found.thing.speaker].thing if found else None
    return Source(id=name, is_item=False, name=speaker.shown_as if speaker else name[:8])
