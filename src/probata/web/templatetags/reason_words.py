"""Computed reasons as words of the page's language."""

from __future__ import annotations

from django import template

from probata.web.reasons import in_words

register = template.Library()


@register.filter
def reason(computed: str) -> str:
    """A reason that a machine gave, in the language of the page; what fits no sentence of ours as it stands."""
    return in_words(computed) if computed else ""
