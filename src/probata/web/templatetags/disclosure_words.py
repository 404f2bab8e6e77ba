"""Filters: the words of disclosing."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from probata.disclosure.plan import Along, Why

register = template.Library()

_ALONG: dict[str, tuple[Promise, Promise]] = {
    Along.RENDITIONS: (_("what programs made"), _("tables of frames, tracks, transcripts; candidates, not findings")),
    Along.LOOKS: (_("who looked with what"), _("each program, its version, and whether it found something")),
    Along.SIDECARS: (_("sidecars"), _("what lies beside each original in the store")),
    Along.RELATIONS: (_("what the items share"), _("copies and excerpts among them, and decisions about these")),
    Along.OBSERVATIONS: (_("observations"), _("what people saw and heard, under labels instead of names")),
    Along.CLAIMS: (_("claims"), _("what is claimed in these items, who says it, and translations")),
    Along.FINDINGS: (_("findings"), _("of two people, where all that they rest on goes along as well")),
}
_WHY: dict[str, Promise] = {
    Why.SOURCE: _("withheld: protects a source"),
    Why.PERSONAL_DATA: _("withheld: personal data"),
    Why.SAFETY: _("withheld: safety of persons"),
    Why.OTHER_INQUIRY: _("withheld: another inquiry goes on"),
    Why.PRIVILEGE: _("withheld: legally privileged"),
    Why.RIGHTS_OF_OTHERS: _("withheld: rights of others"),
    Why.NOT_RELEVANT: _("withheld: not relevant to the purpose"),
    Why.NOT_VERIFIED: _("withheld: not verified"),
}
_STATES: dict[str, Promise] = {
    "proposed": _("proposed: waits for a second person"),
    "released": _("released: waits for the seal"),
    "refused": _("refused"),
    "withdrawn": _("withdrawn"),
    "sealed": _("sealed"),
}
_LAYERS: dict[str, Promise] = {
    "names": _("names of its files"),
    "list": _("nothing more and nothing less than its list says"),
    "bytes": _("the bytes of every file"),
    "bag": _("BagIt, for archives"),
    "entries": _("entries of the log that it shows"),
    "openings": _("what these entries are about"),
    "actor_signatures": _("signatures of those who acted"),
    "inclusion": _("the entries stand in the log"),
    "consistency": _("the log only ever grew"),
    "checkpoint_signature": _("signed by the log whose fingerprint you know"),
    "seal": _("the seal covers all of it"),
    "witnesses": _("witnesses signed as well"),
    "timestamps": _("a timestamp authority signed as well"),
    "report": _("its report runs nothing"),
}
_VERDICTS: dict[str, Promise] = {
    "PASS": _("It is whole, and sealed by the log whose fingerprint you gave."),
    "INTACT_SIGNER_UNKNOWN": _("It is whole. By whom it was sealed was not checked: no fingerprint was given."),
    "FAIL": _("It does not hold. Do not rely on it; the layers below say where."),
}


@register.filter
def along(code: str) -> Promise | str:
    """A kind of record."""
    return _ALONG[code][0] if code in _ALONG else code


@register.filter
def along_is(code: str) -> Promise | str:
    """What a kind of record holds."""
    return _ALONG[code][1] if code in _ALONG else ""


@register.filter
def withheld_why(code: str) -> Promise | str:
    """Why an item is withheld."""
    return _WHY.get(code, code)


@register.filter
def disclosure_state(code: str) -> Promise | str:
    """Where a disclosure stands."""
    return _STATES.get(code, code)


@register.filter
def layer(code: str) -> Promise | str:
    """What a layer of the verifier looks at."""
    return _LAYERS.get(code, code)


@register.filter
def verdict(code: str) -> Promise | str:
    """What the verdict on a package means."""
    return _VERDICTS.get(code, code)


@register.filter
def verdict_word(code: str) -> str:
    """The class of a verdict's shape."""
    return {"INTACT_SIGNER_UNKNOWN": "NOT", "NOT CHECKED": "NOT"}.get(code, code)
