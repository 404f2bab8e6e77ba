"""Filters: sizes with units, media time, moments in UTC, digests shortened for people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction

from django import template
from django.utils.translation import get_language_bidi, gettext

from probata.custody.keys import in_groups
from probata.engines import clock
from probata.terms.showing import shown
from probata.web import machine_words

register = template.Library()

_MOST_SPANS = 3
_NUMBER = r"(?:\d+(?:[:.]\d+)*|\{\w+\})"
_ISO = r"\d{4}-\d\d(?:-\d\d)?(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?"
_FIGURES = re.compile(
    rf"\[?{_ISO}(?:\.\.{_ISO}\]|)|[≥≤±]\s?{_NUMBER}(?:\s?[–/]\s?{_NUMBER})*|{_NUMBER}(?:\s?[–/]\s?{_NUMBER})+"
)


@register.filter
def size(size_bytes: float) -> str:
    """A size for people, in binary units."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size_bytes < 1024:
            return f"{size_bytes:.0f} {unit}" if unit == "B" else f"{size_bytes:.1f} {unit}"
        size_bytes /= 1024
    return f"{size_bytes:.1f} TiB"


@register.filter
def media_time(seconds: Fraction | float | None) -> str:
    """A time in footage as 00:12.480 or 1:00:12.480; milliseconds are for reading, never an address."""
    if seconds is None:
        return ""
    sign = "-" if seconds < 0 else ""
    thousandths = round(abs(Fraction(seconds)) * 1000)
    hours, rest = divmod(thousandths, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    whole, part = divmod(rest, 1000)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes:02d}"
    return f"{sign}{head}:{whole:02d}.{part:03d}"


@register.filter
def seconds(spans: Sequence[tuple[Fraction | float, Fraction | float]]) -> str:
    """Stretches in seconds, three at most: `0.00–2.00, 3.50–4.00 …`; they read from left to right."""
    told = ", ".join(f"{float(start):.2f}–{float(end):.2f}" for start, end in spans[:_MOST_SPANS])
    return f"{told} …" if len(spans) > _MOST_SPANS else told


@register.filter
def utc(moment: datetime) -> str:
    """A moment to the second, with its zone."""
    return unturned(moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"))


@register.filter
def rfc3339(moment: datetime) -> str:
    """A moment as records write it."""
    return clock.rfc3339(moment)


@register.filter
def unturned(figure: str) -> str:
    """A date or a number of an article in the order in which it is written, also in a page from right to left.

    There 2026-11-28 after a word would be shown as 28-11-2026, and 8(2)(b)(vi) as (vi)(b)(2)8.
    """
    return f"\N{LEFT-TO-RIGHT ISOLATE}{figure}\N{POP DIRECTIONAL ISOLATE}" if get_language_bidi() else figure


@register.filter
def unmirrored(sentence: str) -> str:
    """A sentence in which ranges and bounds keep their order, also in a page from right to left.

    There 2–3 would be shown as 3–2, 2022-03-30 as 30-03-2022, and ≥ 3 with its sign turned about.
    """
    if not get_language_bidi():
        return sentence
    return _FIGURES.sub("\N{LEFT-TO-RIGHT ISOLATE}\\g<0>\N{POP DIRECTIONAL ISOLATE}", sentence)


@register.filter
def short(digest: str) -> str:
    """The first eight digits of a digest, for people; never for identity."""
    return digest[:8]


@register.filter
def groups(fingerprint: str) -> str:
    """A fingerprint in groups of four."""
    return in_groups(fingerprint)


@register.filter
def words(code: str) -> str:
    """A code word as words, in the language of the page: `could_not_look` → could not look."""
    return gettext(written) if (written := str(code).replace("_", " ")) else ""


@register.filter
def called(code: str) -> str:
    """What a machine's code is called, in the language of the page: `face_to_mask` → face to mask."""
    return machine_words.called(str(code))


@register.filter
def rendition(kind: str) -> str:
    """What was made from an item, in words; a track by what its analyser is called."""
    of, track, analyser = kind.partition("track-")
    return gettext("track: %(of)s") % {"of": machine_words.called(analyser)} if track and not of else called(kind)


@register.filter
def told(sentence: str) -> str:
    """A sentence of a fixed vocabulary in the language of the page (`tools/messages.py` gathers them)."""
    return gettext(sentence) if sentence else ""


@register.filter
def visible(untrusted_text: str) -> str:
    """A text from outside with what is invisible written out, so that a file's name cannot reorder the page."""
    return shown(untrusted_text)


@register.filter
def lines_visible(untrusted_text: str) -> str:
    """The same for a text of several lines: line breaks stay, everything else that acts is written out."""
    return "\n".join(shown(line) for line in untrusted_text.split("\n"))


@register.filter
def decimal(seconds: Fraction | float) -> str:
    """Seconds as a script reads them, whatever the page's language; for drawing, never an address."""
    return f"{float(seconds):.6f}"


@register.filter
def get(table: Mapping[str, object], key: str) -> object:
    """What a table has under a key; nothing where it has none."""
    return table.get(key, "")
