"""The item's page: veiled footage, its tracks on one time axis, what is known of the bytes, and their custody."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Protocol

from attrs import define, frozen
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from probata.access import selectors as access
from probata.access import services as access_services
from probata.access.purposes import Purpose
from probata.access.roles import Permission
from probata.copies import selectors as copies
from probata.preservation import selectors as preservation
from probata.web import machine_words
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, person, require
from probata.web.screens.keeping import fixity_of
from probata.web.served import narrowed, renditions
from probata.web.served.serving import PLAYABLE
from probata.web.shown import claimed, matches, observed, proofs, redacted, seeing, tracks
from probata.web.work import machines

FORMATS = (("vtt", "WebVTT"), ("srt", "SubRip"), ("eaf", "ELAN"), ("labelstudio", "Label Studio"), ("json", "JSON"))
_ONE_SITTING = timedelta(minutes=10)


@define(kw_only=True)
class Sitting:
    """Views of one person in one mode without a long pause between them: one line of the log instead of a hundred."""

    person: str
    mode: str
    via: str
    first: datetime
    last: datetime
    count: int
    details: list[str]


@frozen(kw_only=True)
class Choice:
    """A purpose to choose from; one of them is chosen at first."""

    value: str
    words: str
    chosen: bool


def choices(first_chosen: Purpose, *, alone: bool = False) -> list[Choice]:
    """Every purpose for which footage may be asked; or the first chosen alone."""
    every = [first_chosen] if alone else list(Purpose)
    return [Choice(value=one.value, words=one.words, chosen=one is first_chosen) for one in every]


@require_safe
def item(request: HttpRequest, sha256: str) -> HttpResponse:
    """All about one item, its footage veiled."""
    require(request, Permission.LIST_ITEMS)
    found = preservation.item(sha256)
    table, sound = renditions.frames(found.sha256), renditions.wave(found.sha256)
    # Whoever comes from a review that they judge in sees no more than it rests on.
    review = request.GET.get("review", "")
    here, narrow = presence.of(request), narrowed.narrow(person(request), review, found.sha256) if review else None
    context = {
        "item": found,
        "may_view": decision(request, Permission.VIEW_FOOTAGE),
        "revealed": found.sha256 in (here.narrowed if narrow else here.revealed),
        "narrow": narrow,
        "purposes": choices(Purpose.SECOND_REVIEW, alone=True) if narrow else choices(Purpose.EXAMINE_CONTENT),
        "table": table,
        "sound": sound,
        "duration_s": renditions.duration_s(found.sha256),
        "axis_s": renditions.axis_s(found.sha256),
        "shape": shape(renditions.facts(found.sha256)),
        "stated": stated(renditions.facts(found.sha256)),
        "plays": found.media_type in PLAYABLE and narrow is None,
        "still_picture": found.media_type.startswith("image/"),
        **found_in(request, found.sha256),
        **observed.in_page(found.sha256),
        **redacted.in_page(found.sha256),
        "may_redact": decision(request, Permission.REDACT),
        **seeing.in_page(request, found.sha256),
        **seeing.about(found.sha256),
        "claimed": claimed.claimed(found.sha256, sight.of(request)),
        "matches": matches.matches(found.sha256, sight.of(request)),
        "first_seen": copies.first_seen(found.sha256, without=sight.of(request).items),
        "acquisitions": preservation.acquisitions(found.sha256),
        "renditions": preservation.renditions(found.sha256),
    }
    return render(request, "web/item.html", context)


def found_in(request: HttpRequest, sha256: str) -> dict[str, Any]:
    """What was found in an item, for its page: tracks, the transcript, and whether this person may decide."""
    every = tracks.tracks(sha256, request.GET.getlist("look"))
    speech = next((track for track in every if track.analyser == "speech"), None)
    return {
        "tracks": every,
        "codes": json.dumps(machine_words.codes(), ensure_ascii=False),
        "spoken": None if speech is None else speech.lines,
        "speech": speech,
        "formats": FORMATS,
        "undecided": sum(track.undecided for track in every),
        "not_looked": sum(track.outcome == "not_looked" for track in every),
        "may_examine": decision(request, Permission.EXAMINE),
        **machines.in_page(sha256),
        "may_decide": decision(request, Permission.DECIDE),
    }


@require_safe
def shortened(request: HttpRequest, untrusted_digest: str) -> HttpResponse:
    """The page of the one item whose digest begins so, as people write digests."""
    require(request, Permission.LIST_ITEMS)
    return redirect("item", preservation.item(untrusted_digest).sha256)


@require_safe
def custody(request: HttpRequest, sha256: str) -> HttpResponse:
    """The item's history, every proof verified while the page is made; stands alone and in the item's page."""
    require(request, Permission.LIST_ITEMS)
    found = preservation.item(sha256)
    anchored = proofs.anchor()
    history = proofs.history(f"item:{found.sha256}", anchored)
    words = [entry.verdict for entry in history]
    context = {
        "item": found,
        "anchor": anchored,
        "fingerprint": access_services.log_fingerprint(),
        "history": history,
        "counts": {word: words.count(word) for word in ("PASS", "FAIL", "NOT CHECKED")},
        "acquisitions": preservation.acquisitions(found.sha256),
        "names": access.names(),
        **fixity_of(request, found.sha256),
        "sittings": list(reversed(list(sittings(access.views(found.sha256))))),
    }
    return render(request, "web/custody.html", context)


class ViewRow(Protocol):
    """A row of the log of views."""

    person: Any
    mode: str
    at: datetime
    detail: str
    via: str


@frozen(kw_only=True)
class Stated:
    """Something that the file says of itself."""

    what: str
    value: str


def stated(facts: dict[str, Any]) -> list[Stated]:
    """What the file says of itself, stream by stream, as a person reads it; it may be wrong, and is shown as said."""
    if not facts:
        return []
    lines = [Stated(what=gettext("container"), value=str(facts.get("container", "")))]
    if facts.get("truncated"):
        lines.append(Stated(what=gettext("cut short"), value=gettext("its own index names bytes past its end")))
    streams = facts.get("streams", ())
    lines += [Stated(what=gettext("asked for another file"), value=str(one)) for one in facts.get("named_files", ())]
    lines += [Stated(what=_called(one), value=_stream(one)) for one in streams]
    for owner in (facts, *streams):
        lines += [Stated(what=key, value=str(value)) for key, value in sorted((owner.get("tags") or {}).items())]
    return lines


def shape(facts: dict[str, Any]) -> Fraction | None:
    """Width to height in which players show the pictures, where their pixels are not square; None where they are."""
    if facts.get("video") is None:
        return None
    picture = facts["streams"][facts["video"]]["picture"]
    aspect = Fraction(picture["sample_aspect"])
    if aspect in {0, 1}:
        return None
    wide = Fraction(picture["width_px"], picture["height_px"]) * aspect
    return 1 / wide if picture["turned_degrees"] in {90, 270} else wide


_STREAMS = {
    "video": gettext_noop("stream %(a)s, video"),
    "audio": gettext_noop("stream %(a)s, audio"),
    "data": gettext_noop("stream %(a)s, data"),
    "subtitle": gettext_noop("stream %(a)s, subtitle"),
}


def _called(stream: dict[str, Any]) -> str:
    known = _STREAMS.get(stream["kind"])
    return _told(known, stream["index"]) if known else f"stream {stream['index']}, {stream['kind']}"


def _stream(stream: dict[str, Any]) -> str:
    picture, sound = stream.get("picture"), stream.get("sound")
    parts = [str(stream.get("codec", ""))]
    if picture:
        parts.append(f"{picture['width_px']} × {picture['height_px']} px")
        parts.append(_told(gettext_noop("%(a)s bit"), picture["bit_depth"]))
        if turned := picture.get("turned_degrees"):
            parts.append(_told(gettext_noop("turned %(a)s°"), f"{turned:g}"))
        if picture.get("mirrored"):
            parts.append(gettext("mirrored"))
    if sound:
        parts.append(f"{sound['rate_hz']} Hz")
        parts.append(_told(gettext_noop("%(a)s channels"), sound["channels"]) + f" ({sound['layout']})")
    if hidden := stream.get("hidden_packets"):
        parts.append(_told(gettext_noop("%(a)s packets hidden by an edit list"), hidden))
    return ", ".join(part for part in parts if part)


def _told(template: str, figure: object) -> str:
    return gettext(template) % {"a": figure}


def sittings(views: Iterable[ViewRow]) -> Iterator[Sitting]:
    """Rows of the log of views, those of one sitting joined, oldest first; no row is left out of the count."""
    open_sittings: dict[tuple[str, str, str], Sitting] = {}
    every: list[Sitting] = []
    for view in views:
        key = (view.person.name, view.mode, view.via)
        sitting = open_sittings.get(key)
        if sitting is None or view.at - sitting.last > _ONE_SITTING:
            sitting = Sitting(person=key[0], mode=key[1], via=key[2], first=view.at, last=view.at, count=0, details=[])
            open_sittings[key] = sitting
            every.append(sitting)
        sitting.last, sitting.count = view.at, sitting.count + 1
        sitting.details.append(view.detail)
    yield from every
