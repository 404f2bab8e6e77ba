"""Every write of this room. Dual control: one person proposes what is masked and muted, another releases it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from django.conf import settings

from probata.access import services as access
from probata.access.roles import Permission
from probata.analysis import services as analysis
from probata.analysis.observations import CandidateOf
from probata.analysis.services import observing
from probata.custody import services as custody
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.custody.projections import EntryFacts, projects
from probata.engines.sandbox import Jail
from probata.media.passes import Progress
from probata.media.table import PtsTable
from probata.media.wire import a_jail
from probata.preservation import selectors as preservation
from probata.preservation import services as preservation_services
from probata.redaction import rendering, selectors
from probata.redaction.models import REFUSED, RELEASED, WITHDRAWN, Decision, Redaction, Rendering
from probata.redaction.plan import Area, RedactionPlan, Why, followed
from probata.redaction.selectors import KIND, KnownRedaction
from probata.terms.digests import Sha256
from probata.terms.errors import AccessError, InvalidValue, NotFound, Refused
from probata.terms.ids import new_record_id
from probata.terms.text import safe_text

MOST_REASON = 4000


class OwnRedaction(AccessError):
    """Whoever proposed a redaction wants to decide about it as well."""

    code = "own_redaction"
    template = "You proposed this redaction: another person {does} it."
    advice = "Ask somebody of the roles redactor, reviewer or legal; they look at the rendition first."


class RedactionDecided(Refused):
    """A redaction was decided, or something takes its place."""

    code = "redaction_decided"
    template = "This redaction is {state} already."
    advice = "Propose a new one, which supersedes it; the earlier one stays on the record."


class NotRendered(Refused):
    """A redaction is to be released of which nobody made a rendition."""

    code = "not_rendered"
    template = "Nobody has rendered this redaction yet."
    advice = "Render it first, and look at what came of it: `probata redact ITEM --render ID`."
    advice_here = "Render it first, on its page, and look at what came of it."


class RenderedAlready(Refused):
    """A redaction was rendered before."""

    code = "rendered_already"
    template = "This redaction was rendered already."
    advice = "Look at its rendition. Where something is amiss, propose a new one that supersedes it."


class AnotherRendition(Refused):
    """What is to be released is not what was seen."""

    code = "another_rendition"
    template = "The rendition that you looked at is not the one of this redaction."
    advice = "Open the page of the redaction again and look at what it shows."


class NothingThere(Refused):
    """A plan masks or mutes where the item has nothing."""

    code = "nothing_to_redact_there"
    template = "{what} lies where item {item} has {lacks}."
    advice = "Give its times as the item's page has them, in ticks of its frames."


class FaceNotFound(NotFound):
    """No face of that number is proposed in an item."""

    code = "face_not_found"
    template = "No face {entry} is proposed to be masked in item {item}."
    advice = "`probata candidates ITEM` lists them, where `faces` has looked; a rejected one is proposed no more."
    advice_here = "The item's page lists the faces that are proposed; a rejected one is proposed no more."


def propose(plan: RedactionPlan, *, actor: Signer, reason: str, supersedes: str = "") -> KnownRedaction:
    """Propose what is masked and muted in an item; nothing is rendered by it, and nothing goes.

    Raises `NotAllowed`, `ItemNotFound`, `NothingThere`, `FaceNotFound`, `InvalidValue`, and `RedactionDecided` for one
    to be superseded that does not stand.
    """
    access.must_be_allowed(actor, Permission.REDACT)
    why = _reason(reason)
    item = preservation.item(plan.item).sha256
    if item != plan.item:
        raise preservation.ItemNotFound(digest=plan.item)
    must_lie_in_the_footage(plan)
    _must_name_proposed_faces(plan)
    made = new_record_id()
    with custody.act(actor=actor, reason=why) as act:
        earlier = selectors.redaction(supersedes) if supersedes else None
        if earlier is not None:
            _must_be_superseded_here(earlier, item)
        record = {"subject": f"redaction:{made}", "id": made, "plan": plan.as_json(), "plan_sha256": plan.sha256}
        act.record("propose_redaction", record | {"reason": why, "supersedes": earlier.id if earlier else ""})
    return selectors.redaction(made)


def area_of_face(item: str, entry: int, *, why: Why, words: str = "") -> Area:
    """The area that a proposed face becomes once a person takes it over: along its whole way; raises `FaceNotFound`."""
    for one in selectors.faces(item):
        if one.entry == entry:
            path = one.told["attributes"]["path"]
            base, candidate = (
                Fraction(one.told["time_base"]),
                CandidateOf(track_sha256=Sha256(one.track_sha256), entry=one.entry),
            )
            return followed(path, base, why=why, words=words, candidate=candidate)
    raise FaceNotFound(entry=entry, item=item[:8])


def must_lie_in_the_footage(plan: RedactionPlan) -> None:
    """Raise `NothingThere` for an area in which no frame is shown, or a mute where the item has neither."""
    row = preservation.rendition(plan.item, "pts_table")
    table = None if row is None else PtsTable.from_bytes(preservation.rendition_bytes(row))
    for number, area in enumerate(plan.areas, 1):
        if table is None or not table.count:
            raise NothingThere(what=f"Area {number}", item=plan.item[:8], lacks="no table of frames")
        if area.segment.time_base != table.time_base:
            raise InvalidValue(what=f"Area {number}", why=f"its times are not in ticks of {table.time_base} s")
        # An area in which no frame is shown would hide nothing, and say that it does.
        if not any(area.segment.start_pts <= pts < area.segment.end_pts for pts in table.pts):
            raise NothingThere(what=f"Area {number}", item=plan.item[:8], lacks="no frame")
    for number, mute in enumerate(plan.mutes, 1):
        if not _has_sound(plan.item):
            raise NothingThere(what=f"Mute {number}", item=plan.item[:8], lacks="no sound")
        observing.must_be_inside(plan.item, mute.segment)


def _must_name_proposed_faces(plan: RedactionPlan) -> None:
    """Where an area says that it was a program's candidate, there is that candidate."""
    named = [area.candidate for area in plan.areas if area.candidate is not None]
    known = {(one.track_sha256, one.entry) for one in selectors.faces(plan.item)} if named else set()
    for one in named:
        if (one.track_sha256, one.entry) not in known:
            raise FaceNotFound(entry=one.entry, item=plan.item[:8])


def render(
    redaction: str,
    *,
    actor: Signer,
    reason: str = "",
    progress: Callable[[Progress], None] | None = None,
    jail: Jail | None = None,
    must_still: Callable[[], None] | None = None,
) -> KnownRedaction:
    """Make the rendition of a redaction from the original, look at it, and store it; what fails the look is refused.

    It takes a while, so whether the actor may is asked once more before anything is stored, and `must_still` with it.

    Raises `NotAllowed`, `RedactionNotFound`, `RedactionDecided`, `RenderedAlready`, `RenderingFailed`,
    `RenderingRefused`, or how the decoder died.
    """
    access.must_be_allowed(actor, Permission.REDACT)
    known = selectors.redaction(redaction)
    must_be_renderable(known)
    original = preservation.original(known.item)
    if not original.is_file():
        raise analysis.OriginalMissing(item=known.item[:8])
    with a_jail(jail, policy=settings.PROBATA.jail_policy) as held:
        made = rendering.render(original, known.plan, progress=progress, jail=held)
    with custody.act(actor=actor, reason=reason.strip() or "rendered a redaction") as act:
        access.must_be_allowed(actor, Permission.REDACT)
        if must_still is not None:
            must_still()
        must_be_renderable(selectors.redaction(known.id))
        sha256 = preservation_services.add_rendition(
            act, known.plan.item, kind=KIND, data=made.data, recipe=made.recipe(known.plan)
        )
        record: Record = {"subject": f"redaction:{known.id}", "redaction": known.id, "rendition_sha256": sha256}
        record |= {"media_type": made.media_type, "checked": made.checked.as_record(), "notes": list(made.notes)}
        act.record("render_redaction", record)
    return selectors.redaction(known.id)


def must_be_renderable(known: KnownRedaction) -> None:
    """Raise unless a redaction waits for its rendition: `RedactionDecided`, `RenderedAlready`."""
    _must_wait(known)
    if known.rendering is not None:
        raise RenderedAlready


def release(redaction: str, *, seen: str, actor: Signer, reason: str) -> KnownRedaction:
    """Release what somebody else proposed, as it was seen: `seen` is the digest of the rendition that was looked at.

    Raises `NotAllowed`, `RedactionNotFound`, `OwnRedaction`, `RedactionDecided`, `NotRendered`, `AnotherRendition`.
    """
    access.must_be_allowed(actor, Permission.RELEASE_REDACTION)
    known, why = selectors.redaction(redaction), _reason(reason)
    if known.proposed_key == actor.key_id:
        raise OwnRedaction(does="releases")
    _must_wait(known)
    if known.rendering is None:
        raise NotRendered
    if known.rendering.sha256 != seen:
        raise AnotherRendition
    return _decide("release_redaction", known, actor, why, rendition=seen)


def refuse(redaction: str, *, actor: Signer, reason: str) -> KnownRedaction:
    """Refuse what somebody else proposed; raises `NotAllowed`, `OwnRedaction`, `RedactionDecided`."""
    access.must_be_allowed(actor, Permission.RELEASE_REDACTION)
    known, why = selectors.redaction(redaction), _reason(reason)
    if known.proposed_key == actor.key_id:
        raise OwnRedaction(does="refuses")
    return _decide("refuse_redaction", known, actor, why)


def withdraw(redaction: str, *, actor: Signer, reason: str) -> KnownRedaction:
    """Withdraw what one proposed oneself, before anybody decided; raises `RedactionDecided`, `InvalidValue`."""
    known, why = selectors.redaction(redaction), _reason(reason)
    if known.proposed_key != actor.key_id:
        raise InvalidValue(what="A proposal", why="only whoever made it withdraws it")
    return _decide("withdraw_redaction", known, actor, why)


def _decide(action: str, known: KnownRedaction, actor: Signer, why: str, *, rendition: str = "") -> KnownRedaction:
    with custody.act(actor=actor, reason=why) as act:
        # Two who decide at once do not both win: what stands is looked at again inside the act.
        _must_wait(selectors.redaction(known.id))
        record = {"subject": f"redaction:{known.id}", "redaction": known.id, "reason": why}
        act.record(action, record | {"rendition_sha256": rendition, "proposed_by": known.proposed_key})
    return selectors.redaction(known.id)


def _must_wait(known: KnownRedaction) -> None:
    if known.state not in {"proposed", "rendered"}:
        raise RedactionDecided(state=known.state)


def _must_be_superseded_here(earlier: KnownRedaction, item: str) -> None:
    if earlier.item != item:
        raise InvalidValue(what="A redaction", why="it supersedes one of another item")
    if earlier.state in {"superseded", REFUSED, WITHDRAWN}:
        raise RedactionDecided(state=earlier.state)


def _has_sound(item: str) -> bool:
    return preservation.rendition(item, "peaks") is not None


def _reason(untrusted: str) -> str:
    words = " ".join(untrusted.split())
    if not words:
        raise InvalidValue(what="The reason", why="it is empty")
    if len(words) > MOST_REASON:
        raise InvalidValue(what="The reason", why=f"it is longer than {MOST_REASON} characters")
    return str(safe_text(words))


@projects("propose_redaction")
def _proposed(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Redaction.objects.create(
            id=record["id"],
            item=record["plan"]["item"],
            plan=record["plan"],
            plan_sha256=record["plan_sha256"],
            reason=record["reason"],
            supersedes_id=record["supersedes"] or None,
            proposed_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("render_redaction")
def _rendered(entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Rendering.objects.create(
            redaction_id=record["redaction"],
            rendition_sha256=record["rendition_sha256"],
            media_type=record["media_type"],
            checked=record["checked"],
            notes=record["notes"],
            rendered_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


def _decided(decision: str, entry: EntryFacts, records: list[Record]) -> None:
    for record in records:
        Decision.objects.create(
            redaction_id=record["redaction"],
            decision=decision,
            rendition_sha256=record["rendition_sha256"],
            reason=record["reason"],
            proposed_by=record["proposed_by"],
            decided_by=entry.actor,
            at=entry.at,
            seq=entry.seq,
        )


@projects("release_redaction")
def _released(entry: EntryFacts, records: list[Record]) -> None:
    _decided(RELEASED, entry, records)


@projects("refuse_redaction")
def _refused(entry: EntryFacts, records: list[Record]) -> None:
    _decided(REFUSED, entry, records)


@projects("withdraw_redaction")
def _withdrawn(entry: EntryFacts, records: list[Record]) -> None:
    _decided(WITHDRAWN, entry, records)
