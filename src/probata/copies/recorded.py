"""Relations as the ledger holds them: whole numbers and texts alone, exact; and read back, told from either side."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from typing import Any

from attrs import evolve

from probata.copies.relations import Kind, Reason, Relation, Segment, Transform
from probata.custody.canonical import Record
from probata.terms.digests import Sha256
from probata.terms.reading import ratio, written_ratio

_TURNED: dict[Kind, Kind] = {"excerpt_of": "contains", "contains": "excerpt_of"}
_Matrix = tuple[float, float, float, float, float, float]
_TIMES = ("a_start_s", "a_end_s", "b_start_s", "b_end_s", "speed")


def pair_of(one: str, other: str) -> Sha256:
    """The name of a pair of items, the same whichever is named first; it fits where subjects are kept."""
    low, high = sorted((one, other))
    return Sha256(hashlib.sha256(f"{low}+{high}".encode()).hexdigest())


def as_record(relation: Relation) -> Record:
    """A relation as canonical JSON has room for it: exact times as `num/den`, figures as texts."""
    return {
        "kind": relation.kind,
        "score": _figure(relation.score),
        "by": relation.by,
        "segments": [segment_as_record(segment) for segment in relation.segments],
        "reasons": [_reason_as_record(reason) for reason in relation.why],
        "strongest_wrong": _figure(relation.strongest_wrong),
    }


def segment_as_record(segment: Segment) -> Record:
    """A stretch with its times exact."""
    told: Record = {name: written_ratio(getattr(segment, name)) for name in _TIMES}
    if segment.transform is not None:
        told["transform"] = _transform_as_record(segment.transform)
    return told


def segment_from(record: Mapping[str, Any]) -> Segment:
    """The stretch that `segment_as_record` wrote."""
    times = {name: ratio(record, name) for name in _TIMES}
    transform = _transform_from(record["transform"]) if "transform" in record else None
    return Segment(transform=transform, **times)


def reason_from(record: Mapping[str, Any]) -> Reason:
    """The reason that the ledger holds."""
    figures = {name: None if record[name] is None else float(record[name]) for name in ("value", "wrong", "threshold")}
    return Reason(code=record["code"], text=record["text"], **figures)


def reason_told(told: Mapping[str, Any]) -> Reason:
    """A reason as it was before `Reason.as_json` told it, its figures rounded."""
    return Reason(
        code=told["code"],
        text=told["text"],
        value=told.get("value"),
        wrong=told.get("strongest_wrong"),
        threshold=told.get("threshold"),
    )


def turned_kind(kind: Kind) -> Kind:
    """What B is to A, where this is what A is to B."""
    return _TURNED.get(kind, kind)


def turned(segment: Segment) -> Segment:
    """The stretch told from B to A, the picture's transform with it.

    The part of B that A shows (`crop`) lies in A's picture at `place`; told the other way about, the two change roles.
    The matrix takes parts of A's picture to parts of B's and is inverted; a mirrored turning is its own opposite.
    """
    about = segment.turned_about()
    if segment.transform is None:
        return about
    one = segment.transform
    return evolve(
        about,
        transform=Transform(
            mirror=one.mirror,
            scale=1 / one.scale,
            turned_degrees=one.turned_degrees if one.mirror else -one.turned_degrees,
            crop=one.place,
            place=one.crop,
            matrix=_inverted(one.matrix),
        ),
    )


def on_other(segment: Segment, at_s: Fraction) -> Fraction:
    """Which second of B is this second of A; the ends map to the ends exactly."""
    along = (at_s - segment.a_start_s) / (segment.a_end_s - segment.a_start_s)
    lasts = segment.b_end_s - segment.b_start_s
    return segment.b_start_s + along * lasts if segment.speed > 0 else segment.b_end_s - along * lasts


def _transform_as_record(transform: Transform) -> Record:
    return {
        "mirror": transform.mirror,
        "scale": _figure(transform.scale),
        "turned_degrees": _figure(transform.turned_degrees),
        "crop": [_figure(part) for part in transform.crop],
        "place": [_figure(part) for part in transform.place],
        "matrix": [_figure(part) for part in transform.matrix],
    }


def _transform_from(record: Mapping[str, Any]) -> Transform:
    crop, place = (tuple(float(part) for part in record[name]) for name in ("crop", "place"))
    matrix = tuple(float(part) for part in record["matrix"])
    return Transform(
        mirror=record["mirror"],
        scale=float(record["scale"]),
        turned_degrees=float(record["turned_degrees"]),
        crop=(crop[0], crop[1], crop[2], crop[3]),
        place=(place[0], place[1], place[2], place[3]),
        matrix=(matrix[0], matrix[1], matrix[2], matrix[3], matrix[4], matrix[5]),
    )


def _reason_as_record(reason: Reason) -> Record:
    figures = {"value": reason.value, "wrong": reason.wrong, "threshold": reason.threshold}
    told = {name: _figure(figure) for name, figure in figures.items()}
    return {"code": reason.code, "text": reason.text, **told}


def _figure(value: float | None) -> str | None:
    """A figure to its last digit; none where there is none, or where it is no number that anybody could compare."""
    # `float`, since a number of numpy's writes itself with its type.
    return repr(float(value)) if value is not None and isfinite(value) else None


def _inverted(
    matrix: tuple[float, float, float, float, float, float],
) -> tuple[float, float, float, float, float, float]:
    """The inverse of a map of the plane, row by row: x' = p x + q y + r, y' = s x + t y + u."""
    p, q, r, s, t, u = matrix
    size = p * t - q * s
    return (t / size, -q / size, (q * u - t * r) / size, -s / size, p / size, (s * r - p * u) / size)
