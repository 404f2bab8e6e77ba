"""The fixed vocabulary of claims as words of the page's language: stances, types, kinds, bases."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

STANCES: dict[str, Promise] = {
    "alleges": _("alleges"),
    "attributes": _("attributes"),
    "confirms_verified": _("confirms, verified"),
    "states_circumstances": _("states circumstances"),
    "claims_responsibility": _("claims responsibility"),
    "accepts": _("accepts"),
    "acknowledges_denies_responsibility": _("acknowledges, denies responsibility"),
    "alternative_explanation": _("alternative explanation"),
    "denies_act": _("denies act"),
    "denies_knowledge": _("denies knowledge"),
    "condemns": _("condemns"),
    "announces_investigation": _("announces investigation"),
    "announces_evidence_collection": _("announces evidence collection"),
    "praises": _("praises"),
    "no_comment": _("no comment"),
}
TYPES: dict[str, Promise] = {
    "occurred": _("occurred"),
    "located": _("located"),
    "dated": _("dated"),
    "person_status": _("person status"),
    "count": _("count"),
    "affiliation": _("affiliation"),
    "identity_of_object": _("identity of object"),
    "utterance": _("utterance"),
    "authorship": _("authorship"),
    "custody": _("custody"),
    "related_media": _("related media"),
}
KINDS: dict[str, Promise] = {
    "state_body": _("state body"),
    "armed_group": _("armed group"),
    "unit": _("unit"),
    "outlet": _("outlet"),
    "organisation": _("organisation"),
    "official_role": _("official role"),
}
NAMINGS: dict[str, Promise] = {"named": _("named"), "unnamed": _("unnamed"), "unknown": _("unknown")}
BASES: dict[str, Promise] = {
    "unknown": _("not said"),
    "saw": _("saw it"),
    "recorded": _("recorded it"),
    "told_by_named": _("told by somebody named"),
    "told_by_unnamed": _("told by somebody unnamed"),
    "own_analysis": _("own analysis"),
    "official_record": _("official record"),
}
COUNTED: dict[str, Promise] = {
    "reported": _("somebody says so"),
    "simultaneous": _("at one moment, in view or heard"),
    "tracked_distinct": _("told apart, so that none is counted twice"),
}
STATES: dict[str, Promise] = {
    "proposed": _("proposed"),
    "accepted": _("accepted"),
    "corrected": _("corrected"),
    "rejected": _("rejected"),
}
_ALL = {**COUNTED, **STATES, **TYPES, **KINDS, **BASES, **NAMINGS, **STANCES}


@register.filter
def claim_word(code: str) -> str:
    """A code of this vocabulary in the page's language; another code with spaces."""
    return str(_ALL.get(str(code)) or str(code).replace("_", " "))


@register.filter
def basis_word(code: str) -> str:
    """How a speaker comes to know it."""
    return str(BASES.get(str(code), code))
