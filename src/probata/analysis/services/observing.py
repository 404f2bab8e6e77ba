"""What people observe in footage: recorded, superseded by a better look, or withdrawn; nothing is edited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from attrs import evolve

from probata.access import services as access
from probata.access.roles import Permission
from probata.analysis import selectors
from probata.analysis.models import Observation as ObservationRow
from probata.analysis.observations import CandidateOf, Epistemic, Observation, ObservationKind, Outline
from probata.analysis.selectors import Candidate, KnownObservation
from probata.custody import services as custody
from probata.custody.canonical import Record, as_text, from_text
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.media.errors import NoSuchFrame
from probata.media.table import PtsTable
from probata.preservation import selectors as preservation
from probata.terms.digests import Sha256
from probata.terms.errors import InvalidValue, Refused
from probata.terms.ids import new_record_id
from probata.terms.spans import Moment, Span
from probata.terms.text import made_safe
from probata.terms.words import Confidence

_KINDS = {
    "speech": ObservationKind.SPEECH,
    "impulsive_sound": ObservationKind.IMPULSIVE_SOUND,
    "impulsive_burst": ObservationKind.IMPULSIVE_SOUND,
    "visible_text": ObservationKind.VISIBLE_TEXT,
    "face_to_mask": ObservationKind.FACE,
    "cut": ObservationKind.EDIT_CUT,
    "dissolve": ObservationKind.EDIT_CUT,
    "part_changed": ObservationKind.EDIT_CUT,
}
"""What an entry of a track is as an observation; every other kind is `other`."""


class ObservationSuperseded(Refused):
    """Somebody superseded or withdrew an observation meanwhile."""

    code = "observation_superseded"
    template = "Observation {observation} does not stand any more: {person} superseded or withdrew it."
    advice = "Look at the one that stands now: `probata observe ITEM` lists them."
    advice_here = "Look at the one that stands now: the item's page lists them."


class OutsideTheFootage(Refused):
    """An observation was placed where the item has no footage."""

    code = "outside_the_footage"
    template = "The stretch {stretch} lies outside item {item}, whose pictures go from {first} to {last}."
    advice = "Give the times as `probata show ITEM` and the item's page have them, in seconds of the file."
    advice_here = "Give the times as the item's page has them, in seconds of the file."


class CandidateUndecided(Refused):
    """An observation was to be taken from a candidate that nobody accepted."""

    code = "candidate_undecided"
    template = "Nobody accepted this candidate: {state}."
    advice = "`probata candidates ITEM --accept ANALYSER:N` first: what a machine proposes, a person decides."
    advice_here = "Accept it first, on the item's page: what a machine proposes, a person decides."


def observe(
    observation: Observation, *, actor: Signer, reason: str = "", supersedes: str | None = None
) -> KnownObservation:
    """Record what a person saw or heard, or what they see now instead of the observation it supersedes.

    Raises `NotAllowed`, `ItemNotFound`, `OutsideTheFootage`, `ObservationNotFound` for a premise or what is superseded,
    `ObservationSuperseded`, and `InvalidValue` where it supersedes what was seen in another item.
    """
    access.must_be_allowed(actor, Permission.DECIDE)
    _refers_rightly(observation)
    if supersedes is not None and supersedes in observation.premises:
        raise InvalidValue(what="An inference", why="it cannot take the place of what it is inferred from")
    return _record(observation, actor=actor, reason=reason or "observed", supersedes=supersedes, withdrawn=False)


def observe_all(observations: Sequence[Observation], *, actor: Signer, reason: str = "") -> list[KnownObservation]:
    """Record several observations in one act: all of them, or where one is refused none. Raises what `observe` does."""
    access.must_be_allowed(actor, Permission.DECIDE)
    for one in observations:
        _refers_rightly(one)
    made = [new_record_id() for _ in observations]
    with custody.act(actor=actor, reason=reason or "observed") as act:
        for name, one in zip(made, observations, strict=True):
            act.record("observe", _as_record(name, one, reason=reason, supersedes=None, withdrawn=False))
    return [selectors.observation(name) for name in made]


def _refers_rightly(observation: Observation) -> None:
    item = preservation.item(observation.item).sha256
    must_be_inside(item, observation.segment)
    if observation.candidate is not None:
        selectors.candidate(item, observation.candidate.track_sha256, observation.candidate.entry)
    for premise in observation.premises:
        _standing(premise)


def withdraw(observation: str, *, actor: Signer, reason: str) -> KnownObservation:
    """Record that an observation does not stand any more, and why; it stays readable."""
    access.must_be_allowed(actor, Permission.DECIDE)
    if not reason.strip():
        raise InvalidValue(what="A withdrawal", why="it says why")
    known = selectors.observation(observation)
    return _record(known.observation, actor=actor, reason=reason, supersedes=known.id, withdrawn=True)


def observe_candidate(
    item: str,
    track_sha256: str,
    entry: int,
    *,
    actor: Signer,
    certainty: Confidence,
    looked: Callable[[Observation], Observation] | None = None,
    reason: str = "",
) -> KnownObservation:
    """Record a machine's candidate that a person accepted or corrected as an observation.

    It stays marked as a machine's unless `looked` says otherwise of it, as by somebody who saw or heard it themself.
    Raises what `observe` raises, `CandidateNotFound` and `CandidateUndecided`.
    """
    found = selectors.candidate(item, track_sha256, entry)
    if found.standing.state not in {"accepted", "corrected"}:
        raise CandidateUndecided(state=f"it stands as {found.standing.state}")
    taken = _taken(found, certainty)
    return observe(looked(taken) if looked is not None else taken, actor=actor, reason=reason)


def stretch(item: str, start_s: Fraction, end_s: Fraction | None = None) -> Span:
    """The stretch between two times in seconds of the file, in whole ticks: of its frames if it has any, else of 1 µs.

    Without an end it is the frame shown at the start. Raises `InvalidValue` where it ends before it begins.
    """
    table = _frames(item)
    base = table.time_base if table is not None else Fraction(1, 1_000_000)
    if table is not None and end_s is None:
        ordinal = table.shown_at(Moment(pts=start_s.numerator, time_base=Fraction(1, start_s.denominator)))
        frame = None if ordinal is None else table.interval(ordinal)
        if frame is not None:
            return frame
    last_s = start_s + base if end_s is None else end_s
    return Span(start_pts=round(start_s / base), end_pts=round(last_s / base), time_base=base)


def stretch_of_frames(item: str, first: int, last: int) -> Span:
    """The stretch for which two frames and all between them are shown, in ticks of the item's frames.

    Raises `NoSuchFrame`, and `InvalidValue` where the last is shown before the first.
    """
    table = _frames(item)
    if table is None:
        raise NoSuchFrame(ordinal=first, count=0)
    return _between(table, first, last)


def _between(table: PtsTable, first: int, last: int) -> Span:
    begins, ends = _shown(table, first), _shown(table, last)
    if ends.end_pts <= begins.start_pts:
        raise InvalidValue(what=f"The stretch from frame {first} to frame {last}", why="it ends before it begins")
    return Span(start_pts=begins.start_pts, end_pts=ends.end_pts, time_base=table.time_base)


def _shown(table: PtsTable, ordinal: int) -> Span:
    shown = table.interval(ordinal)
    # A frame that shares its PTS with a later one is never shown by itself; it is placed where that one is.
    shown = shown or table.interval(table.by_pts(table.pts[ordinal])[-1])
    assert shown is not None, "the last frame of a PTS is always shown"
    return shown


def _frames(item: str) -> PtsTable | None:
    row = preservation.rendition(item, "pts_table")
    if row is None:
        return None  # nobody has made a table of its frames: a sound, or something that could not be looked at
    table = PtsTable.from_bytes(preservation.rendition_bytes(row))
    return table if table.count else None


def _taken(found: Candidate, certainty: Confidence) -> Observation:
    kind = _KINDS.get(found.kind, ObservationKind.OTHER)
    box = found.told.get("box")
    start, end = int(found.told["start_pts"]), int(found.told["end_pts"])
    observation = Observation(
        item=Sha256(found.item),
        kind=kind,
        epistemic=Epistemic.MACHINE_CANDIDATE,
        certainty=certainty,
        description=made_safe(found.words or found.kind.replace("_", " ")),
        # A candidate at one moment lasts the one tick that it names.
        segment=Span(start_pts=start, end_pts=max(end, start + 1), time_base=Fraction(found.told["time_base"])),
        candidate=CandidateOf(track_sha256=Sha256(found.track_sha256), entry=found.entry),
    )
    return observation if box is None else evolve(observation, outline=Outline.box(*_inside_the_picture(box)))


def _inside_the_picture(box: list[float]) -> tuple[float, float, float, float]:
    # A detector's box may reach a hair over the edge.
    left, top = max(0.0, box[0]), max(0.0, box[1])
    return left, top, min(1.0, box[0] + box[2]) - left, min(1.0, box[1] + box[3]) - top


def must_be_inside(item: str, segment: Span) -> None:
    """Raise `OutsideTheFootage` for a stretch where the item has no footage."""
    table = _frames(item)
    if table is None:
        return
    first, last = table.interval(0), table.interval(table.count - 1)
    if first is None or last is None:
        return
    # Sound may start before the pictures and outlast them by a little.
    before, after = first.start.seconds - _SLACK_S, last.end.seconds + _SLACK_S
    if segment.start.seconds < before or segment.end.seconds > after:
        stretch = f"{float(segment.start.seconds):.3f} to {float(segment.end.seconds):.3f} s"
        ends = {"first": f"{float(first.start.seconds):.3f} s", "last": f"{float(last.end.seconds):.3f} s"}
        raise OutsideTheFootage(stretch=stretch, item=item[:8], **ends)


_SLACK_S = Fraction(60)


def _standing(observation: str) -> KnownObservation:
    known = selectors.observation(observation)
    if not known.stands:
        raise ObservationSuperseded(observation=known.id, person=known.ended_by or known.by)
    return known


def _record(
    observation: Observation, *, actor: Signer, reason: str, supersedes: str | None, withdrawn: bool
) -> KnownObservation:
    made = new_record_id()
    with custody.act(actor=actor, reason=reason) as act:
        if supersedes is not None and _standing(supersedes).observation.item != observation.item:
            raise InvalidValue(what="An observation", why="it supersedes one of another item")
        told = _as_record(made, observation, reason=reason, supersedes=supersedes, withdrawn=withdrawn)
        act.record("observe", told)
    return selectors.observation(made)


def _as_record(made: str, observation: Observation, *, reason: str, supersedes: str | None, withdrawn: bool) -> Record:
    return {
        # A subject of its own: what people made of footage is disclosed by a decision of its own.
        "subject": f"candidates:{observation.item}",
        "id": made,
        "body": as_text(observation.as_json()),
        "supersedes": supersedes or "",
        "withdrawn": withdrawn,
        "reason": reason,
    }


@projects("observe")
def _observed(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        body = from_text(record["body"])
        ObservationRow.objects.create(
            id=record["id"],
            item=body["item"],
            kind=body["kind"],
            body=body,
            supersedes_id=record["supersedes"] or None,
            withdrawn=record["withdrawn"],
            reason=record["reason"],
            observed_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )
