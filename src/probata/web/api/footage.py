"""Footage by range and exact stills, each for a reason and logged as at the page; what is seen without it; looking."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from attrs import frozen
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja import Query, Router, Schema
from pydantic import Field

from probata.access import exposure
from probata.access import services as access
from probata.access.exposure import Piece
from probata.access.purposes import Purpose, purpose_named
from probata.access.roles import Permission
from probata.access.ways import Way
from probata.analysis import services as analysis
from probata.analysis.services import observing
from probata.analysis.severity import Degree
from probata.media.errors import NoSuchFrame
from probata.media.table import PtsTable
from probata.preservation import selectors as preservation
from probata.terms.errors import AccessError, InvalidValue, UsageError
from probata.terms.reading import word
from probata.verification import selectors as verification
from probata.web.api.door import RangeBeyond, actor, caller, refused
from probata.web.api.saying import Given, Name, answer, told, told_as
from probata.web.gate import sight
from probata.web.served import columns, renditions, serving
from probata.web.served.narrowed import Narrow, OnlyTheStretches, narrow
from probata.web.served.originals import Original
from probata.web.served.serving import Log
from probata.web.shown import seeing

router = Router(tags=["footage"])

MOST_PIECES = 60
_PLAYED = frozenset({Way.DRAWING, Way.GREY, Way.FULL})
_FARTHEST_TICK = 2**62
Seconds = Annotated[
    str, Field(pattern=r"^-?[0-9]{1,9}(\.[0-9]{1,9})?$", description="seconds on the player's clock, as 12.5")
]


class PurposeMissing(UsageError):
    """Footage is asked for without a reason."""

    code = "purpose_missing"
    template = "Footage of item {item} is veiled until somebody says what it is looked at for, and nothing was said."
    advice = "Give `purpose`, one of: {known}. It goes into the ledger under your name."


class WayShowsLess(AccessError):
    """What is asked for shows more than the way of looking that was chosen."""

    code = "way_shows_less"
    template = "In the way of looking {way!r} this is not shown."
    advice = "It is how you look unless you say otherwise. Give `way`, one of: {known}; or see less."


class Why(Schema):
    """Why footage is asked for, for which review if for one, and in which way it will be looked at."""

    purpose: Annotated[Name, Field(description="what it is looked at for, of the list; goes into the ledger")] = ""
    review: Annotated[Name, Field(description="the review that its reader judges in: its stretches, and no more")] = ""
    way: Annotated[Name, Field(description="still, drawing, grey or full; else as its reader looks")] = ""


class Which(Why):
    """Which frame: by its ordinal, or by its PTS in ticks of the item's frames."""

    ordinal: Annotated[int | None, Field(ge=0, le=2**31)] = None
    pts: Annotated[int | None, Field(ge=-_FARTHEST_TICK, le=_FARTHEST_TICK)] = None


class Stretch(Schema):
    """A stretch of the sound; all of it if not said."""

    from_: Annotated[Seconds | None, Field(alias="from")] = None
    to: Seconds | None = None


class Drawn(Schema):
    """A stretch of the sound, and how many pixels wide it is drawn."""

    from_: Annotated[Seconds, Field(alias="from")]
    to: Seconds
    columns: Annotated[int, Field(ge=1, le=8192)] = 1024


class Marked(Given):
    """A stretch, by its first and last frame or in seconds, and how hard it is to look at."""

    degree: Name
    first: Annotated[int | None, Field(ge=0, le=2**31)] = None
    last: Annotated[int | None, Field(ge=0, le=2**31)] = None
    start_s: Seconds | None = None
    end_s: Seconds | None = None


class LookedAt(Given):
    """A stretch that was on the screen."""

    from_ms: int
    to_ms: int
    lasted_ms: int
    way: Name
    sound: bool


class Looked(Given):
    """What was on the screen, in order, ending now."""

    pieces: Annotated[list[LookedAt], Field(max_length=MOST_PIECES)]


@frozen(kw_only=True)
class _Asked:
    """Footage that may be shown to the caller of a request: of which item, how far, and where it is written down."""

    item: Original
    narrow: Narrow | None
    log: Log


@router.get("/items/{item}/frames", **told("frame-columns", Permission.LIST_ITEMS))
def frames(request: HttpRequest, item: Name) -> Any:
    """The table of frames in columns: the PTS of each, in ticks, and what is odd about them. No picture."""
    digest = preservation.item(item).sha256
    found = columns.frames(digest)
    if found is None:
        raise serving.NoFrames(item=digest[:8])
    return HttpResponse(found, content_type="application/json")


@router.get("/items/{item}/frames/{ordinal}", **told("frame", Permission.LIST_ITEMS))
def frame(request: HttpRequest, item: Name, ordinal: int) -> Any:
    """One frame's whole address: item, PTS with time base, ordinal, digest; and what is odd about it. No picture."""
    digest = preservation.item(item).sha256
    return answer("frame", columns.frame_address(digest, serving.table_of(digest), ordinal))


@router.get("/items/{item}/still", **told_as("image/png", Permission.VIEW_FOOTAGE))
def still(request: HttpRequest, item: Name, which: Annotated[Which, Query()]) -> HttpResponseBase:
    """The exact picture of one frame, by ordinal or PTS, for a reason; its digest was checked, and stands beside it."""
    digest = preservation.item(item).sha256
    table = serving.table_of(digest)
    ordinal = _ordinal(table, which)
    asked = _asked(request, digest, which, seen_in=_PLAYED | {Way.STILL}, sound=False, frame=(table, ordinal))
    return serving.still(digest, table, ordinal, asked.log)


def _ordinal(table: PtsTable, which: Which) -> int:
    if (which.ordinal is None) == (which.pts is None):
        raise InvalidValue(what="The frame", why="name it by `ordinal` or by `pts`, by one of them")
    if which.ordinal is not None:
        # Of a frame that is not there nothing is asked for, and nothing is recorded.
        table.at(which.ordinal)
        return which.ordinal
    found = table.by_pts(which.pts or 0)
    if not found:
        raise NoSuchFrame(ordinal=f"of PTS {which.pts}", count=table.count)
    # Of several with one PTS the last is on the screen.
    return found[-1]


@router.get("/items/{item}/footage", **told_as("the original's bytes, or a range of them", Permission.VIEW_FOOTAGE))
def footage(request: HttpRequest, item: Name, why: Annotated[Why, Query()]) -> HttpResponseBase:
    """The original, or with `Range` a part of it (4 MiB at most an answer), for a reason; each answer is logged."""
    found = preservation.item(item)
    serving.must_be_footage(found)
    asked = _asked(request, found.sha256, why, seen_in=_PLAYED, sound=True)
    if asked.narrow is not None:
        raise OnlyTheStretches(item=found.sha256[:8], review=asked.narrow.review[:8])
    sent = serving.footage(request, asked.item, asked.log)
    if sent.status_code == 416:
        beyond = refused(request, RangeBeyond(item=found.sha256[:8], size_bytes=found.size_bytes))
        beyond["Content-Range"] = sent["Content-Range"]
        return beyond
    return sent


@router.get("/items/{item}/stretches", **told("stretches", Permission.VIEW_FOOTAGE))
def stretches(request: HttpRequest, item: Name, review: Name) -> Any:
    """The stretches of an item that a review rests on, for whoever judges in it: in seconds and in frames."""
    digest = preservation.item(item).sha256
    return answer("stretches", {"item": digest, "review": review, "stretches": _narrow(request, review, digest).told})


@router.get("/items/{item}/stretches/{number}/sound", **told_as("audio/wav", Permission.VIEW_FOOTAGE))
def stretch_sound(request: HttpRequest, item: Name, number: int, why: Annotated[Why, Query()]) -> HttpResponseBase:
    """The sound of one of the stretches that a review rests on, cut out to the sample; each answer is logged."""
    if not why.review:
        raise InvalidValue(what="The stretch", why="name the `review` that rests on it")
    digest = preservation.item(item).sha256
    asked = _asked(request, digest, why, seen_in=frozenset(Way), sound=True)
    assert asked.narrow is not None, "a review was named"
    return serving.stretch_sound(asked.narrow, digest, number, asked.log)


@router.get("/items/{item}/wave", **told("wave-columns", Permission.LIST_ITEMS))
def wave(request: HttpRequest, item: Name, stretch: Annotated[Stretch, Query()]) -> Any:
    """The waveform in columns, of all or of a stretch; empty where there is no sound, or nobody looked."""
    digest = preservation.item(item).sha256
    if (stretch.from_ is None) != (stretch.to is None):
        raise InvalidValue(what="The stretch", why="it takes both `from` and `to`, or neither")
    ends = [Fraction(one) for one in (stretch.from_, stretch.to) if one is not None]
    return HttpResponse(columns.wave(digest, *ends), content_type="application/json")


@router.get("/items/{item}/spectrogram", **told_as("image/png", Permission.VIEW_FOOTAGE))
def spectrogram(request: HttpRequest, item: Name, drawn: Annotated[Drawn, Query()]) -> HttpResponseBase:
    """The pitches of a stretch as a picture; as at the page it takes the role, and no reason."""
    digest = preservation.item(item).sha256
    return serving.spectrogram(digest, Fraction(drawn.from_), Fraction(drawn.to), drawn.columns)


@router.get("/items/{item}/severity", **told("severity", Permission.LIST_ITEMS))
def severity(request: HttpRequest, item: Name) -> Any:
    """The marks of how hard stretches are to look at, for whoever comes after to be warned."""
    return _marks(preservation.item(item).sha256)


@router.post("/items/{item}/severity", **told("severity", Permission.VIEW_FOOTAGE))
def mark(request: HttpRequest, item: Name, given: Marked) -> Any:
    """Record how hard a stretch is to look at."""
    digest = preservation.item(item).sha256
    degree = word({"degree": given.degree}, "degree", Degree)
    analysis.mark_severity(digest, _segment(digest, given), degree, actor=actor(request))
    return _marks(digest)


@router.post("/severity/{severity_mark}/take-back", **told("severity", Permission.VIEW_FOOTAGE))
def take_mark_back(request: HttpRequest, severity_mark: Name) -> Any:
    """Record that a mark of severity does not stand any more."""
    return _marks(analysis.take_mark_back(severity_mark, actor=actor(request)).item)


@router.post("/items/{item}/exposure", **told("looked", Permission.VIEW_FOOTAGE))
def looked(request: HttpRequest, item: Name, given: Looked) -> Any:
    """Append to the caller's own ledger, which nobody else reads, what was on their screen; says if a pause is due."""
    digest = preservation.item(item).sha256
    who = caller(request)
    if not access.has_asked(who.signer, digest):
        raise PurposeMissing(item=digest[:8], known=", ".join(Purpose))
    pieces = [
        Piece(
            from_ms=one.from_ms,
            to_ms=one.to_ms,
            lasted_ms=one.lasted_ms,
            way=word({"way": one.way}, "way", Way),
            sound=one.sound,
        )
        for one in given.pieces
    ]
    exposure.looked(who.person, digest, pieces)
    return answer("looked", {"pause": exposure.pause_due(who.person)})


@router.post("/items/{item}/pass-on", **told("passed-on", Permission.VIEW_FOOTAGE))
def pass_on(request: HttpRequest, item: Name) -> Any:
    """Leave an item to another viewer; no reason is asked, and nobody is told who did."""
    digest = preservation.item(item).sha256
    exposure.pass_on(caller(request).person, digest)
    return answer("passed-on", {"item": digest, "waits": exposure.waits_for_another(digest)})


@router.post("/items/{item}/take-on", **told("passed-on", Permission.VIEW_FOOTAGE))
def take_on(request: HttpRequest, item: Name) -> Any:
    """Take an item that waits for another viewer; it waits no more."""
    digest = preservation.item(item).sha256
    exposure.take_on(caller(request).person, digest)
    return answer("passed-on", {"item": digest, "waits": exposure.waits_for_another(digest)})


def _marks(item: str) -> dict[str, Any]:
    return answer("severity", {"marks": [one.as_json() for one in seeing.marks(item)]})


def _segment(item: str, given: Marked) -> Any:
    if given.first is not None and given.last is not None:
        return observing.stretch_of_frames(item, given.first, given.last)
    if given.start_s is None or given.end_s is None:
        raise InvalidValue(what="The stretch", why="it takes `first` and `last` frame, or `start_s` and `end_s`")
    origin_s = renditions.origin_s(item)
    return observing.stretch(item, Fraction(given.start_s) + origin_s, Fraction(given.end_s) + origin_s)


def _asked(
    request: HttpRequest,
    item: str,
    why: Why,
    *,
    seen_in: frozenset[Way],
    sound: bool,
    frame: tuple[PtsTable, int] | None = None,
) -> _Asked:
    """Footage, once its reason stands on the record: what is refused is refused before, and nothing is recorded."""
    who = caller(request)
    way = _way(request, why.way, seen_in)
    narrow_to = _narrow(request, why.review, item) if why.review else None
    if frame is not None:
        serving.must_hold(narrow_to, *frame, item)
    purpose = Purpose.SECOND_REVIEW if narrow_to else _purpose(why.purpose, item)
    made = access.reveal_again(who.signer, item, purpose=purpose, review=narrow_to is not None)
    if made is not None:
        # Where a page changes its way it says so in the reader's own ledger; how long it lasts is told by `exposure`.
        exposure.looked(who.person, item, [Piece(from_ms=0, to_ms=0, lasted_ms=0, way=way, sound=sound)])

    def log(mode: str, detail: str) -> None:
        access.viewed(who.person, item, mode=mode, detail=detail, via=who.signer.via)

    return _Asked(item=preservation.item(item), narrow=narrow_to, log=log)


def _purpose(untrusted: str, item: str) -> Purpose:
    if not untrusted:
        raise PurposeMissing(item=item[:8], known=", ".join(Purpose))
    return purpose_named(untrusted)


def _way(request: HttpRequest, untrusted: str, seen_in: frozenset[Way]) -> Way:
    """The way that was given, or in which this person looks; a way in which it is not shown is refused."""
    chosen = word({"way": untrusted}, "way", Way) if untrusted else exposure.habits(caller(request).person).way
    if chosen not in seen_in:
        raise WayShowsLess(way=chosen.value, known=", ".join(one.value for one in Way if one in seen_in))
    return chosen


def _narrow(request: HttpRequest, untrusted_review: str, item: str) -> Narrow:
    known = verification.review(untrusted_review)
    if sight.of(request).hides(known.id, known.proposition):
        raise verification.ReviewNotFound(wanted=untrusted_review[:80])
    return narrow(caller(request).person, known.id, item)
