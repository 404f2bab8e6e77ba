"""Filters: the words of redacting."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from probata.redaction.plan import Why

register = template.Library()

_WHY: dict[str, Promise] = {
    Why.BYSTANDER.value: _("a bystander's face or voice"),
    Why.SOURCE.value: _("a source at risk"),
    Why.MINOR.value: _("a minor"),
    Why.DWELLING.value: _("a private dwelling"),
    Why.DIGNITY.value: _("the dignity of somebody dead, injured or held"),
    Why.OTHER.value: _("another reason, in words"),
}
_STATES: dict[str, Promise] = {
    "proposed": _("proposed: waits to be rendered"),
    "rendered": _("rendered: waits for a second person"),
    "released": _("released: may go in the item's place"),
    "refused": _("refused"),
    "withdrawn": _("withdrawn"),
    "superseded": _("superseded: goes no more"),
}


@register.filter
def hidden_why(word: str) -> Promise | str:
    """Why something is masked or muted."""
    return _WHY.get(word, word)


@register.filter
def redaction_state(word: str) -> Promise | str:
    """How far a redaction is."""
    return _STATES.get(word, word)
