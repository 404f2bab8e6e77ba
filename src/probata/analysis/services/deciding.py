"""What people decide about candidates, and how they translate them; every decision stays, the newest counts."""

from __future__ import annotations

from typing import get_args

from probata.access import selectors as people
from probata.access import services as access
from probata.access.roles import Permission
from probata.analysis import selectors
from probata.analysis.models import CandidateDecision, Translation, TranslationCheck
from probata.analysis.selectors import Candidate, Decided, KnownTranslation
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.terms.errors import AccessError, InvalidValue, Refused, UsageError
from probata.terms.ids import new_record_id
from probata.terms.languages import language_tag


class CorrectionEmpty(UsageError):
    """A correction was given without what is right."""

    code = "correction_empty"
    template = "A correction of {kind} needs what is right."
    advice = "Give the words as they are, with --text; or reject it."
    advice_here = "Give the words as they are, or reject it."


class DecidedMeanwhile(Refused):
    """Somebody decided about a candidate between looking at it and deciding."""

    code = "decided_meanwhile"
    template = "{person} {decision} this candidate meanwhile; your decision was not recorded."
    advice = "Look at it again, and decide then if you still would: the newest decision counts."


class OwnTranslation(AccessError):
    """Somebody wanted to check a translation that is their own."""

    code = "own_translation"
    template = "{person} made or recorded this translation, and cannot be its second check."
    advice = "Ask another person who reads the language."


def decide(
    item: str,
    track_sha256: str,
    entry: int,
    *,
    actor: Signer,
    decision: Decided,
    text: str = "",
    reason: str = "",
    seen: int | None = None,
) -> Candidate:
    """Record what a person decided about one candidate; the newest counts, older ones stay.

    `accepted` says that it is as the machine tells it, `corrected` what it is instead (`text`), `rejected` that it is
    not so, `reopened` that it is undecided again. `seen` is the entry of the last decision that the person knew of, 0
    for none: if there is a later one, theirs is refused. Raises `NotAllowed`, `CandidateNotFound`, `CorrectionEmpty`,
    `DecidedMeanwhile`, `InvalidValue`.
    """
    access.must_be_allowed(actor, Permission.DECIDE)
    if decision not in get_args(Decided):
        raise InvalidValue(what=f"The decision {decision!r}", why=f"it must be one of {', '.join(get_args(Decided))}")
    found = selectors.candidate(item, track_sha256, entry)
    corrected = text.strip() if decision == "corrected" else ""
    if decision == "corrected" and not corrected:
        raise CorrectionEmpty(kind=found.kind)
    with custody.act(actor=actor, reason=reason.strip() or f"{decision} a candidate") as act:
        newest = selectors.decisions(item, track_sha256, entry)[:1]
        if seen is not None and newest and newest[0].seq > seen:
            raise DecidedMeanwhile(person=people.name_of(newest[0].decided_by), decision=newest[0].decision)
        act.record(
            "decide_candidate",
            {
                "subject": _about(item),
                "item": item,
                "track_sha256": track_sha256,
                "entry": entry,
                "decision": decision,
                "text": corrected,
                "reason": reason.strip(),
            },
        )
    return selectors.candidate(item, track_sha256, entry)


def translate(
    item: str,
    track_sha256: str,
    entry: int,
    *,
    actor: Signer,
    text: str,
    language: str,
    translator: str = "",
    reason: str = "",
) -> KnownTranslation:
    """Record a person's translation of what one candidate says; it stands beside others, and waits for a second check.

    `translator` names who translated, the actor unless told; `language` is the tag of the language that it is in.
    Raises `NotAllowed`, `CandidateNotFound`, `CorrectionEmpty`, `InvalidValue`.
    """
    access.must_be_allowed(actor, Permission.DECIDE)
    found = selectors.candidate(item, track_sha256, entry)
    if not text.strip():
        raise CorrectionEmpty(kind="a translation")
    words = found.words
    if not words:
        raise InvalidValue(what=f"A translation of {found.kind}", why="there are no words to translate")
    made = new_record_id()
    with custody.act(actor=actor, reason=reason.strip() or "translated") as act:
        act.record(
            "translate",
            {
                "subject": _about(item),
                "id": made,
                "item": item,
                "track_sha256": track_sha256,
                "entry": entry,
                "of_text": words,
                "text": text.strip(),
                "language": language_tag(language),
                "translator": translator.strip() or people.name_of(actor.key_id),
            },
        )
    return selectors.translation(made)


def check_translation(translation: str, *, actor: Signer, holds: bool, reason: str = "") -> KnownTranslation:
    """Record what a second person says of a translation; never the one who recorded it.

    Raises `NotAllowed`, `OwnTranslation`, `TranslationNotFound`, and `InvalidValue` for a second check by one person.
    """
    access.must_be_allowed(actor, Permission.DECIDE)
    known = selectors.translation(translation)
    if known.recorded_by_key == actor.key_id or known.translator == people.name_of(actor.key_id):
        raise OwnTranslation(person=people.name_of(actor.key_id))
    if not holds and not reason.strip():
        raise CorrectionEmpty(kind="a translation that does not hold")
    with custody.act(actor=actor, reason=reason.strip() or "checked a translation") as act:
        if any(one.by_key == actor.key_id for one in selectors.translation(translation).checks):
            raise InvalidValue(what="A second check by one person", why="theirs stands already; ask somebody else")
        act.record(
            "check_translation",
            {
                "subject": _about(known.item),
                "translation": known.id,
                "holds": holds,
                "reason": reason.strip(),
            },
        )
    return selectors.translation(known.id)


def _about(item: str) -> str:
    # A subject of its own: what people made of footage is disclosed by a decision of its own, not with the bytes.
    return f"candidates:{item}"


@projects("decide_candidate")
def _decided(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        CandidateDecision.objects.create(
            item=record["item"],
            track_sha256=record["track_sha256"],
            entry=record["entry"],
            decision=record["decision"],
            text=record["text"],
            reason=record["reason"],
            decided_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("translate")
def _translated(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Translation.objects.create(
            id=record["id"],
            item=record["item"],
            track_sha256=record["track_sha256"],
            entry=record["entry"],
            of_text=record["of_text"],
            text=record["text"],
            language=record["language"],
            translator=record["translator"],
            recorded_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("check_translation")
def _checked(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        TranslationCheck.objects.create(
            translation_id=record["translation"],
            holds=record["holds"],
            reason=record["reason"],
            checked_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )
