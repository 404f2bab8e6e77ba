"""Distances by sound: from flash and bang or from crack and thump, with all their doubt; they tell no direction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from probata.access.roles import Permission
from probata.terms.errors import InvalidValue, ProbataError
from probata.verification import services
from probata.verification.sound_ranges import Air, SoundRange, crack_to_thump, flash_to_bang, speed_of_sound_m_s
from probata.web import answers
from probata.web.gate import presence
from probata.web.gate.permission import decision, require
from probata.web.shown.typed import number, text


@frozen(kw_only=True)
class Field:
    """A number that a calculator takes: its name, its words with the unit, what is taken where nothing is typed."""

    name: str
    words: Promise
    usual: float | None


_AIR = (
    Field(name="temperature_c", words=gettext_lazy("Air, °C"), usual=20.0),
    Field(name="temperature_sd_c", words=gettext_lazy("standard deviation, °C"), usual=5.0),
    Field(name="wind_m_s", words=gettext_lazy("Wind from the shot to the recorder, m/s"), usual=0.0),
    Field(name="wind_sd_m_s", words=gettext_lazy("standard deviation, m/s"), usual=5.0),
)
_FLASH = (
    Field(name="interval_s", words=gettext_lazy("From flash to bang, s"), usual=None),
    Field(name="fps", words=gettext_lazy("Pictures a second"), usual=30.0),
    Field(name="av_offset_s", words=gettext_lazy("Sound late by, s"), usual=0.0),
    Field(name="av_offset_sd_s", words=gettext_lazy("standard deviation, s"), usual=0.02),
    Field(name="onset_sd_s", words=gettext_lazy("of the bang's onset, s"), usual=0.001),
)
_CRACK = (
    Field(name="interval_s", words=gettext_lazy("From crack to thump, s"), usual=None),
    Field(name="interval_sd_s", words=gettext_lazy("standard deviation, s"), usual=0.002),
    Field(name="bullet_speed_m_s", words=gettext_lazy("Mean speed of the bullet, m/s"), usual=750.0),
    Field(name="bullet_speed_sd_m_s", words=gettext_lazy("standard deviation, m/s"), usual=75.0),
    Field(name="miss_m", words=gettext_lazy("Passed aside by, m"), usual=0.0),
    Field(name="miss_sd_m", words=gettext_lazy("standard deviation, m"), usual=0.0),
)
_DOUBTS = {
    "frame": gettext_lazy("where in its picture the flash lies"),
    "av_offset": gettext_lazy("sound against pictures"),
    "onset": gettext_lazy("the onset of the bang"),
    "interval": gettext_lazy("the interval"),
    "bullet_speed": gettext_lazy("the speed of the bullet"),
    "miss": gettext_lazy("how far aside it passed"),
    "temperature": gettext_lazy("the temperature"),
    "wind": gettext_lazy("the wind"),
}


@frozen(kw_only=True)
class Distance:
    """A distance as the page shows it: where its doubt comes from, most first, and how fast sound was."""

    told: SoundRange
    shares: tuple[tuple[Promise | str, float], ...]
    sound_m_s: float


@require_safe
def distance(request: HttpRequest) -> HttpResponse:
    """How far away a shot was; what was measured stands in the address."""
    require(request, Permission.LIST_ITEMS)
    given = request.GET
    context: dict[str, Any] = {
        "way": "crack" if given.get("way") == "crack" else "flash",
        "ways": [(name, _filled(fields, given)) for name, fields in (("flash", _FLASH), ("crack", _CRACK))],
        "may_record": decision(request, Permission.ASSESS),
        "query": given.urlencode(),
    }
    status = 200
    if text(given, "way"):
        try:
            context["found"] = distance_of(given)
        except ProbataError as error:
            context["error"], status = error.told(_), 400
    return render(request, "web/places_distance.html", context, status=status)


@require_POST
def record(request: HttpRequest) -> HttpResponse:
    """Reckon what the address asks again and put the run on the record."""
    require(request, Permission.ASSESS)
    made = services.record_derivation(
        distance_of(request.GET).told.derivation,
        actor=presence.of(request).keyring.signing,
        reason=request.POST.get("reason", "").strip(),
    )
    to = f"{reverse('places_distance')}?{request.GET.urlencode()}"
    return answers.done(request, to=to, said=_("The run is on the record as derivation %(id)s.") % {"id": made})


def distance_of(given: QueryDict) -> Distance:
    """The answer to an interval; raises for numbers that are none, and as the calculator."""
    air = Air(**_numbers(_AIR, given))
    reckon: Callable[..., SoundRange]
    if given.get("way") == "crack":
        reckon, numbers = crack_to_thump, _numbers(_CRACK, given)
    else:
        reckon, numbers = flash_to_bang, _numbers(_FLASH, given)
        pictures = numbers.pop("fps")
        if pictures <= 0:
            raise InvalidValue(what="Pictures a second", why="they are more than 0")
        numbers["frame_s"] = 1 / pictures
    told = reckon(**numbers, air=air)
    shares = sorted(told.shares.items(), key=lambda one: -one[1])
    return Distance(
        told=told,
        shares=tuple((_DOUBTS.get(name, name), 100 * share) for name, share in shares),
        sound_m_s=speed_of_sound_m_s(air.temperature_c),
    )


def _numbers(fields: tuple[Field, ...], given: QueryDict) -> dict[str, float]:
    found = {}
    for one in fields:
        value = number(given, one.name, f"field {one.name}")
        value = one.usual if value is None else value
        if value is None:
            raise InvalidValue(what="The interval", why="it is missing: how many seconds lay between the two")
        found[one.name] = value
    return found


def _filled(fields: tuple[Field, ...], given: QueryDict) -> list[tuple[Field, str]]:
    return [(one, given.get(one.name, "")) for one in (*fields, *_AIR)]
