"""The fixed vocabulary of casework as words of the page's language: kinds, states, links, dimensions, lanes, clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from probata.terms.times import Bound
from probata.web.templatetags.claim_words import STANCES
from probata.web.templatetags.wording import unturned

register = template.Library()

KINDS: dict[str, Promise] = {"journalism": _("journalism"), "accountability": _("accountability")}
STEPS: dict[str, Promise] = {
    "open": pgettext_lazy("a step", "open"),
    "done": pgettext_lazy("a step", "done"),
    "not_applicable": pgettext_lazy("a step", "does not apply"),
}
REVIEWS: dict[str, Promise] = {
    "none": pgettext_lazy("a review", "no review yet"),
    "open": pgettext_lazy("a review", "open"),
    "proposed": pgettext_lazy("a review", "one opinion"),
    "blind_second": pgettext_lazy("a review", "second judges"),
    "agreed": pgettext_lazy("a review", "two agree"),
    "disagreed": pgettext_lazy("a review", "two differ"),
    "adjudicated": pgettext_lazy("a review", "third decided"),
    "sealed": pgettext_lazy("a review", "sealed"),
    "superseded": pgettext_lazy("a review", "superseded"),
}
DIMENSIONS: dict[str, Promise] = {
    "provenance": _("provenance"),
    "source": _("source"),
    "date": _("date"),
    "location": _("location"),
    "motivation": _("motivation"),
    "integrity": _("integrity"),
    "content": _("content"),
    "attribution": _("attribution"),
}
LINKS: dict[str, Promise] = {
    "parent": _("the larger one, of which this is a part"),
    "child": _("a part of this one"),
    "parallel": _("runs beside this one"),
    "related_not_same": _("related, and not the same"),
}
LANES: dict[str, Promise] = {"event": _("Event"), "publication": _("Publication"), "statement": _("Statements")}
ENTRIES: dict[str, Promise] = {
    "incident": _("the incident"),
    "proposition": _("claimed date"),
    "observed": _("observed"),
    "first_seen": _("first seen here"),
    "stated_seen": _("seen, as is stated"),
    "article": _("article"),
}
RECORDS: dict[str, Promise] = {
    "observation": _("observed"),
    "assertion": _("claimed"),
    "finding": _("found"),
    "derivation": _("computed"),
    "proposition": _("proposition"),
}
CLOCKS: dict[str, Promise] = {
    "synchronised": _("a clock held to a time service"),
    "device": _("the clock of a machine, unchecked"),
    "platform": _("a server's stamp"),
    "stated": _("no clock: somebody says so"),
    "computed": _("no clock: computed"),
    "unknown": _("which clock is not known"),
}


def _word(table: dict[str, Promise], code: str) -> str:
    return str(table.get(str(code)) or str(code).replace("_", " "))


@register.filter
def case_kind(code: str) -> str:
    """What a case is for."""
    return _word(KINDS, code)


@register.filter
def step_state(code: str) -> str:
    """How a step stands."""
    return _word(STEPS, code)


@register.filter
def review_state(code: str) -> str:
    """How far a review has come, in two words at most."""
    return _word(REVIEWS, code)


@register.filter
def dimension(code: str) -> str:
    """In which respect something is judged."""
    return _word(DIMENSIONS, code)


@register.filter
def link_kind(code: str) -> str:
    """What the other incident is to this one."""
    return _word(LINKS, code)


@register.filter
def lane_name(code: str) -> str:
    """A lane of the timeline."""
    return _word(LANES, code)


@register.filter
def entry_word(code: str) -> str:
    """What sort of thing stands on a lane; of a statement, its stance."""
    return _word({**STANCES, **ENTRIES}, code)


@register.filter
def record_kind(code: str) -> str:
    """What sort of record is cited."""
    return _word(RECORDS, code)


@register.filter
def clock_kind(code: str) -> str:
    """From which clock a time was read."""
    return _word(CLOCKS, code)


@register.filter
def is_instant(bound: Bound) -> bool:
    """Whether an end of a range is an instant."""
    return isinstance(bound, datetime)


@register.filter
def local(moment: datetime, zone: str | None = None) -> str:
    """An instant on the clock of this zone with its offset and name; without one, with the offset it came with."""
    there = moment.astimezone(ZoneInfo(zone)) if zone else moment
    offset = there.strftime("%z")
    told = f"{there.year:04d}-{there:%m-%d %H:%M:%S} {offset[:3]}:{offset[3:5]}"
    return unturned(f"{told} {zone}" if zone else told)


@register.filter
def in_utc(moment: datetime) -> str:
    """An instant in UTC to the second, also in early years."""
    there = moment.astimezone(UTC)
    return unturned(f"{there.year:04d}-{there:%m-%d %H:%M:%S} UTC")


@register.filter
def percent(share: float) -> str:
    """A place on an axis as SVG reads it, whatever the page's language."""
    return f"{share:.3f}%"


@register.filter
def times(count: int, size: int) -> str:
    """So many times a size, as SVG reads it."""
    return str(int(count) * int(size))
