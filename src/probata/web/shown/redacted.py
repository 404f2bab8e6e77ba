"""Redactions as screens show them, and the plan that somebody is putting together, kept with their session."""

from __future__ import annotations

import re
import threading
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import frozen
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from probata.access import tokens
from probata.access.limited import Limited
from probata.analysis.selectors import Candidate
from probata.custody.canonical import Record
from probata.custody.entries import Signer
from probata.media.table import PtsTable
from probata.preservation import selectors as preservation
from probata.redaction import selectors, services
from probata.redaction.plan import Area, Mute, RedactionPlan, Why
from probata.redaction.selectors import KnownRedaction
from probata.terms.digests import Sha256
from probata.terms.errors import InvalidValue
from probata.terms.spans import Moment, Span
from probata.web.gate import sight
from probata.web.served import renditions
from probata.web.work import jobs
from probata.web.work.jobs import Job

ROOM = "redaction"
AREA, MUTE = "area", "mute"
MOST_ROWS = 200
_BOX = ("left", "top", "width", "height")
_PERCENT = re.compile(r"\d{1,3}([.,]\d{1,6})?")
_ROUNDED = Fraction(1, 5000)
_rendering = threading.Lock()


@frozen(kw_only=True)
class Part:
    """One area or mute on the player's clock, tied to its first and last frame; `box` in percent of the picture."""

    kind: str
    start_s: float
    end_s: float
    ordinal: int | None
    last_ordinal: int | None
    why: str
    words: str
    box: tuple[str, ...]
    places: int
    by_machine: bool
    state: str = ""
    redaction: str = ""

    def as_json(self) -> dict[str, Any]:
        """As much as a script draws of it."""
        names = ("kind", "start_s", "end_s", "ordinal", "last_ordinal", "why", "state", "redaction")
        return {name: getattr(self, name) for name in names}


def parts(item: str, plan: RedactionPlan, *, state: str = "", redaction: str = "") -> list[Part]:
    """What a plan hides, in the order of its time."""
    hidden: list[Area | Mute] = [*plan.areas, *plan.mutes]
    shown = [_part(item, one, state, redaction) for one in hidden]
    return sorted(shown, key=lambda one: (one.start_s, one.end_s))


def _part(item: str, one: Area | Mute, state: str = "", redaction: str = "") -> Part:
    table, origin_s = renditions.frames(item), renditions.origin_s(item)
    keys = one.keys if isinstance(one, Area) else ()
    return Part(
        kind=AREA if keys else MUTE,
        start_s=round(float(one.segment.start.seconds - origin_s), 6),
        end_s=round(float(one.segment.end.seconds - origin_s), 6),
        ordinal=_first(table, one.segment),
        last_ordinal=_last(table, one.segment),
        why=one.why.value,
        words=one.words,
        box=tuple(f"{(Decimal(side) * 100).normalize():f}" for side in keys[0].box.as_json()) if keys else (),
        places=len(keys),
        by_machine=isinstance(one, Area) and one.candidate is not None,
        state=state,
        redaction=redaction,
    )


def _first(table: PtsTable | None, segment: Span) -> int | None:
    return renditions.shown_at(table, segment.start.seconds)


def _last(table: PtsTable | None, segment: Span) -> int | None:
    return renditions.shown_at(table, Moment(pts=segment.end_pts - 1, time_base=segment.time_base).seconds)


def lane(item: str) -> list[Part]:
    """What the axis of an item shows: the parts of every redaction that waits or stands."""
    return [
        part
        for known in selectors.redactions(item)
        if known.state in {"proposed", "rendered", "released"}
        for part in parts(item, known.plan, state=known.state, redaction=known.id)
    ]


def in_page(item: str) -> dict[str, Any]:
    """What the tab of an item's page needs: every redaction with its parts, the newest first."""
    return {"redactions": [(known, parts(item, known.plan)) for known in selectors.redactions(item)]}


@frozen(kw_only=True)
class Draft:
    """A part that somebody put into the plan and has not proposed yet; `number` is its place there."""

    number: int
    part: Part


def draft(request: HttpRequest, item: str) -> list[Draft]:
    """What is in the plan that this person is putting together."""
    return [
        Draft(number=number, part=_part(item, _read(row, Why.BYSTANDER, "")))
        for number, row in enumerate(_rows(request, item))
    ]


def add(request: HttpRequest, item: str, kind: str, segment: Span, untrusted: QueryDict) -> None:
    """Put an area or a mute into the plan of this person; raises `InvalidValue`."""
    row: Record = {"kind": kind, "segment": segment.as_json()}
    if kind == AREA:
        row["box"] = _box(untrusted)
    elif kind != MUTE:
        raise InvalidValue(what=_("What is added"), why=_("it is an area or a mute"))
    part = _read(row, Why.BYSTANDER, "")
    plan = RedactionPlan(
        item=Sha256(preservation.item(item).sha256),
        areas=(part,) if isinstance(part, Area) else (),
        mutes=(part,) if isinstance(part, Mute) else (),
    )
    services.must_lie_in_the_footage(plan)
    _append(request, item, row)


def add_face(request: HttpRequest, item: str, entry: int) -> None:
    """Put a face that a program proposes into the plan of this person, along its way; raises `FaceNotFound`."""
    told = services.area_of_face(item, entry, why=Why.BYSTANDER).as_json()
    row = {"kind": AREA, **{name: told[name] for name in ("segment", "keys", "candidate")}}
    if row in _rows(request, item):
        raise InvalidValue(what=_("This face"), why=_("it is in the plan already"))
    _append(request, item, row)


def take_out(request: HttpRequest, item: str, number: int) -> None:
    """Take a part out of the plan of this person."""
    rows = _rows(request, item)
    if 0 <= number < len(rows):
        request.session[_key(item)] = [*rows[:number], *rows[number + 1 :]]


def forget(request: HttpRequest, item: str) -> None:
    """Begin anew."""
    request.session.pop(_key(item), None)


def plan_of(request: HttpRequest, item: str, untrusted: QueryDict) -> RedactionPlan:
    """The plan that this person put together, with the reasons that the form gives; raises `InvalidValue`."""
    read = [
        _read(row, _why(untrusted.get(f"why-{number}", "")), " ".join(untrusted.get(f"words-{number}", "").split()))
        for number, row in enumerate(_rows(request, item))
    ]
    return RedactionPlan(
        item=Sha256(preservation.item(item).sha256),
        areas=tuple(one for one in read if isinstance(one, Area)),
        mutes=tuple(one for one in read if isinstance(one, Mute)),
    )


def faces_offered(request: HttpRequest, item: str) -> list[tuple[Candidate, Part]]:
    """Faces that a program proposes to mask and that are not in the plan yet."""
    taken = {row["candidate"]["entry"] for row in _rows(request, item) if "candidate" in row}
    return [
        (one, _part(item, services.area_of_face(item, one.entry, why=Why.BYSTANDER)))
        for one in selectors.faces(item)
        if one.entry not in taken
    ]


def superseded(request: HttpRequest, untrusted_id: str) -> str:
    """The whole id of an earlier redaction, or none; raises `RedactionNotFound` also where it is kept."""
    if not untrusted_id:
        return ""
    known = selectors.redaction(untrusted_id)
    if sight.of(request).hides(known.item):
        raise selectors.RedactionNotFound(wanted=untrusted_id)
    return known.id


def begin_rendering(known: KnownRedaction, *, actor: Signer, by: str, reason: str = "") -> Job:
    """Render in the background, one at a time; raises `InvalidValue` while another is being rendered."""
    if jobs.going(ROOM):
        raise InvalidValue(what=_("The rendering"), why=_("another goes on: wait until it has ended"))
    table = renditions.frames(known.item)

    def work(job: Job) -> None:
        # Each picture twice: once to be filled, once to be looked at.
        job.total = 2 * (table.count if table is not None else 0) or None
        seen, before = 0, 0

        def progress(told: Any) -> None:  # noqa: ANN401  how far a pass is
            nonlocal seen, before
            if told.frames < seen:
                before += seen
            seen = told.frames
            job.done = min(job.total or 0, before + seen)

        def must_still() -> None:
            if isinstance(actor, Limited):
                # It may have been revoked since it was asked.
                tokens.must_stand(actor.token)

        with _rendering:
            services.render(
                known.id,
                actor=actor,
                reason=reason.strip() or "rendered at the workbench",
                progress=progress,
                must_still=must_still,
            )

    return jobs.start(Job(what=known.id, by=by, room=ROOM), work)


def job_of(known: KnownRedaction) -> Job | None:
    """The newest work on a redaction, as long as this process remembers."""
    return next((one for one in jobs.every(ROOM) if one.what == known.id), None)


def _read(row: Record, why: Why, words: str) -> Area | Mute:
    # A reason that takes words has them once it is proposed; until then the part is looked at without.
    told: Record = {name: row[name] for name in ("segment", "box", "keys", "candidate") if name in row}
    told |= {"why": why.value, "words": words}
    return Area.from_json(told) if row["kind"] == AREA else Mute.from_json(told)


def _why(untrusted: str) -> Why:
    try:
        return Why(untrusted)
    except ValueError:
        raise InvalidValue(what=_("Why it is hidden"), why=_("choose a reason for every part of the plan")) from None


def _box(untrusted: QueryDict) -> list[str]:
    """The box of a form, from percents to shares."""
    shares = []
    for name in _BOX:
        written = untrusted.get(name, "").strip()
        if not _PERCENT.fullmatch(written):
            raise InvalidValue(what=_("The box"), why=_("its four sides are numbers of percent, such as 12.5"))
        shares.append(Fraction(written.replace(",", ".")) / 100)
    # What the form rounded past the edge by a hundredth of a percent ends at the edge.
    for start, length in ((0, 2), (1, 3)):
        if 0 < shares[start] + shares[length] - 1 <= _ROUNDED:
            shares[length] = 1 - shares[start]
    return [f"{Decimal(round(one * 10**6)) / 10**6:f}" for one in shares]


def _rows(request: HttpRequest, item: str) -> list[Record]:
    return list(request.session.get(_key(item), []))


def _append(request: HttpRequest, item: str, row: Record) -> None:
    rows = _rows(request, item)
    if len(rows) >= MOST_ROWS:
        raise InvalidValue(what=_("The plan"), why=_("it has too many parts to be looked through"))
    request.session[_key(item)] = [*rows, row]


def _key(item: str) -> str:
    return f"redaction-{item}"
