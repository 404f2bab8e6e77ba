"""What the forms of claims send, read as parties, propositions and assertions; each refuses what it does not hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve
from django.http import QueryDict

from probata.analysis.services import observing
from probata.claims import selectors as claims
from probata.claims.assertions import Assertion
from probata.claims.parties import Party
from probata.claims.propositions import Proposition
from probata.claims.selectors import Known
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue
from probata.terms.exchange import time_from_edtf
from probata.terms.text import Stated
from probata.terms.times import ClockKind, TimeWithDoubt
from probata.web.served import renditions

_WHOLE = re.compile(r"[0-9]{1,12}")
_SECONDS = re.compile(r"[0-9]{1,7}(\.[0-9]{1,6})?")
_EDTF = "zxx"  # what is written in no language
_FORM_OF = {
    "dated": "time",
    "located": "place",
    "count": "count",
    "authorship": "party",
    "affiliation": "party",
}


def party(untrusted: QueryDict) -> Party:
    """The party of a form: names, each with its language, in the order of the fields."""
    pairs = zip(untrusted.getlist("name"), [*untrusted.getlist("name_language"), *[""] * 20], strict=False)
    return Party.from_json(
        {
            "kind": untrusted.get("kind", ""),
            "naming": untrusted.get("naming", ""),
            "names": [_stated(text, language) for text, language in pairs if text.strip()],
            "description": untrusted.get("description", "").strip() or None,
        }
    )


def proposition(untrusted: QueryDict) -> Proposition:
    """The proposition of a form, with the value that its type takes."""
    kind = untrusted.get("type", "")
    value = _value(_FORM_OF.get(kind, "text"), untrusted)
    return Proposition.from_json(
        {
            "type": kind,
            "statement": untrusted.get("statement", "").strip(),
            "subject": untrusted.get("subject", "").strip() or None,
            "act": untrusted.get("act", "").strip() or None,
            "value": value,
            "incident": untrusted.get("incident") or None,
        }
    )


def assertion(proposition_id: str, untrusted: QueryDict, before: Assertion | None = None) -> Assertion:
    """The assertion of a form; `before` is the one it is to stand instead of: what no field shows stays as it was."""
    made_at = time_said(untrusted, "made")
    told: dict[str, Any] = {
        "proposition": proposition_id,
        "stance": untrusted.get("stance", ""),
        "speaker": somebody(untrusted, "speaker").id,
        "speaker_role": untrusted.get("role", "").strip() or None,
        "words": _stated(untrusted.get("words", ""), untrusted.get("language", "")),
        "via": [claims.party(one).id for one in untrusted.getlist("via") if one.strip()],
        "basis": untrusted.get("basis") or "unknown",
        "derives_from": [one.strip() for one in untrusted.getlist("derives_from") if one.strip()],
        "made_at": None if made_at is None else made_at.as_json(),
        "appears_in": _appearance(untrusted),
    }
    made = Assertion.from_json(told)
    if before is None:
        return made
    # What the form does not show stays as it was.
    made = evolve(made, hedges=before.hedges, derives_from=made.derives_from or before.derives_from)
    same_time = before.made_at is not None and fields_of_time(before.made_at) == {
        name: untrusted.get(f"made_{name}", "").strip() for name in ("stated", "language", "edtf")
    }
    made = evolve(made, made_at=before.made_at) if same_time else made
    same_place = before.appears_in is not None and not any(untrusted.get(one) for one in ("start", "start_s"))
    if same_place and before.appears_in is not None and before.appears_in.segment is not None:
        made = evolve(made, appears_in=before.appears_in)
    return made


def time_said(untrusted: QueryDict, name: str) -> TimeWithDoubt | None:
    """A time of a form: as it was said, in which language, and what it means, as EDTF; None where nothing is given."""
    stated = untrusted.get(f"{name}_stated", "").strip()
    edtf = untrusted.get(f"{name}_edtf", "").strip()
    if not stated and not edtf:
        return None
    words = Stated.from_json(_stated(stated, untrusted.get(f"{name}_language", ""))) if stated else None
    if not edtf:
        return TimeWithDoubt(stated=words, clock=ClockKind.STATED, derivation="as stated; no range is given")
    zone = untrusted.get(f"{name}_zone", "").strip() or None
    meant = time_from_edtf(edtf, zone=zone, clock=ClockKind.STATED, derivation="read from a form, as EDTF")
    return meant if words is None else evolve(meant, stated=words)


def fields_of_time(time: TimeWithDoubt) -> dict[str, str]:
    """A time as the form shows it; what else it holds is kept while nothing of that is changed."""
    stated = time.stated
    if stated is not None and stated.language == _EDTF:
        return {"stated": "", "language": "und", "edtf": stated.text}
    return {"stated": stated.text if stated else "", "language": stated.language if stated else "und", "edtf": ""}


def _stated(text: str, language: str) -> dict[str, str]:
    return {"text": text.strip(), "language": language.strip() or "und"}


def _value(form: str, untrusted: QueryDict) -> Mapping[str, object] | None:
    if form == "party":
        return {"party": somebody(untrusted, "party").id} if untrusted.get("party") else None
    if form == "time":
        time = time_said(untrusted, "value")
        return None if time is None else {"time": time.as_json()}
    if form == "place":
        named = untrusted.get("place", "").strip()
        stated = _stated(named, untrusted.get("place_language", ""))
        return {"place": {"stated": stated, "candidates": [], "chosen": None}} if named else None
    if form == "count":
        return {"count": _count(untrusted)} if untrusted.get("count_min", "").strip() else None
    words = untrusted.get("text", "").strip()
    return {"text": words} if words else None


def _count(untrusted: QueryDict) -> dict[str, object]:
    most = untrusted.get("count_max", "").strip()
    return {
        "min": whole(untrusted, "count_min", "least of the count"),
        "max": whole(untrusted, "count_max", "most of the count") if most else None,
        "basis": untrusted.get("count_basis", ""),
        "population": untrusted.get("population", "").strip(),
        "exhaustive": untrusted.get("exhaustive") == "yes",
    }


def _appearance(untrusted: QueryDict) -> dict[str, object] | None:
    named = untrusted.get("item", "").strip()
    if not named:
        return None
    item = preservation.item(named).sha256
    told: dict[str, object] = {"item": item}
    if untrusted.get("start_s", "").strip():
        start_s, end_s = _seconds(untrusted, "start_s"), _seconds(untrusted, "end_s")
        origin_s = renditions.origin_s(item)
        told["segment"] = observing.stretch(item, start_s + origin_s, end_s + origin_s).as_json()
    elif untrusted.get("start", "").strip() or untrusted.get("end", "").strip():
        told["start"] = whole(untrusted, "start", "first byte")
        told["end"] = whole(untrusted, "end", "byte after the last")
    return told


def somebody(untrusted: QueryDict, name: str) -> Known[Party]:
    """The party that a form names, by id or by a name; it must name one."""
    named = untrusted.get(name, "").strip()
    if not named:
        raise InvalidValue(what=f"The {name}", why="nobody is named")
    return claims.party(named)


def whole(untrusted: QueryDict, name: str, called: str) -> int:
    """A whole number of a form."""
    written = untrusted.get(name, "").strip()
    if not _WHOLE.fullmatch(written):
        raise InvalidValue(what=f"The {called}", why=f"it must be a whole number, not {written!r}")
    return int(written)


def _seconds(untrusted: QueryDict, name: str) -> Fraction:
    written = untrusted.get(name, "").strip()
    if not _SECONDS.fullmatch(written):
        raise InvalidValue(what="A time in footage", why=f"it must be seconds such as 12.48, not {written!r}")
    return Fraction(written)
