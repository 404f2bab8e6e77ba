"""The answer to `where` as plain data, and the run written down so that it can be run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from probata.gazetteer.entries import Entry, Source
from probata.gazetteer.spelling import VERSION as SPELLING
from probata.verification.derivation import Derivation
from probata.verification.sightlines import View
from probata.verification.where import Anchor, Answer

VERSION = "1"


def as_json(answer: Answer) -> Mapping[str, object]:
    """The answer as the contract prints it, without the sources."""
    question = answer.question
    return {
        "question": {
            "name": question.name.written,
            "kinds": sorted(kind.value for kind in question.kinds | question.name.kinds),
            "within": [bound.written for bound in answer.within],
            "near": question.near,
            "distance_km": question.distance_km,
            "tolerance_km": None if question.distance_km is None else question.give_or_take_km,
            "bearing_deg": question.bearing_deg,
            "bearing_tolerance_deg": None if question.bearing_deg is None else question.bearing_tolerance_deg,
            "seen_from": [_viewed(view) for view in question.views],
        },
        "outcome": "found" if answer.named else "nothing_found",
        "candidates": [one.as_json() for one in answer.candidates],
        "cannot_be_checked": [one.as_json() for one in answer.cannot_be_checked],
        "set_aside": [one.as_json() for one in answer.set_aside],
        "counts": {
            "named": answer.named,
            "candidates": len(answer.candidates),
            "cannot_be_checked": len(answer.cannot_be_checked),
            "set_aside": len(answer.set_aside),
        },
        "within": [
            {"asked": bound.written, "units": [_brief(unit) for unit in bound.units]} for bound in answer.within
        ],
        "near": None if answer.anchor is None else _anchored(answer.anchor),
        "near_spellings": list(answer.near_spellings),
        "notes": list(answer.notes),
    }


def derivation(answer: Answer, sources: Sequence[Source]) -> Derivation:
    """The run written down: the same version over the same files answers the same again."""
    told = as_json(answer)
    question = told["question"]
    return Derivation(
        tool="probata where",
        version=VERSION,
        inputs=question if isinstance(question, Mapping) else {},
        parameters={
            "spelling_version": SPELLING,
            "files": {file: digest for source in sources for file, digest in source.files.items()},
        },
        outputs={
            name: [one.entry.ref for one in places]
            for name, places in (
                ("candidates", answer.candidates),
                ("cannot_be_checked", answer.cannot_be_checked),
                ("set_aside", answer.set_aside),
            )
        },
        uncertainty={
            "covers": "places that the sources hold under a name that sounds like this one",
            "leaves_open": [f"{source.name}: {source.lacks}" for source in sources],
        },
    )


def _viewed(view: View) -> dict[str, object]:
    return {
        "lat": view.at.latitude_deg,
        "lon": view.at.longitude_deg,
        "azimuth_deg": view.azimuth_deg,
        "field_deg": view.field_deg,
        "range_m": view.range_m,
    }


def _brief(entry: Entry) -> dict[str, object]:
    told: dict[str, object] = {"id": entry.ref, "name": entry.name, "kind": entry.kind.value}
    told["parents"] = [parent.as_json() for parent in entry.parents]
    if entry.at is not None:
        told |= {"lat": entry.at.point.latitude_deg, "lon": entry.at.point.longitude_deg}
    return told


def _anchored(anchor: Anchor) -> dict[str, object]:
    return {
        "asked": anchor.written,
        "places": [_brief(one) for one in anchor.places if one.at is not None],
        "points": [
            {"lat": point.latitude_deg, "lon": point.longitude_deg, "told": told} for told, point in anchor.points
        ],
        "without_point": [_brief(one) for one in anchor.without_point],
    }
