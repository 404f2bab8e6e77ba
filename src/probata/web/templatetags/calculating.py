"""Filters of the calculators: fields given several times, degrees and kilometres, places along a bar."""

from __future__ import annotations

from django import template
from django.http import QueryDict
from django.utils.formats import number_format

register = template.Library()


@register.filter
def all(given: QueryDict, name: str) -> list[str]:  # noqa: A001  the word as templates read it
    """Every value of a field that may be given several times."""
    return given.getlist(name)


@register.filter
def degrees(value_deg: float) -> str:
    """Degrees to the metre, as they can be typed again."""
    return f"{value_deg:.5f}"


@register.filter
def kilometres(value_m: float) -> str:
    """Metres as kilometres for people."""
    return str(number_format(value_m / 1000, 1 if value_m % 1000 else 0))


@register.filter
def percent(value: float) -> str:
    """A share of a bar's length as SVG reads it, whatever the page's language."""
    return f"{value:.3f}%"


@register.filter
def plain(value: float) -> str:
    """A number as it can be typed, without zeros that say nothing."""
    return f"{value:g}"
