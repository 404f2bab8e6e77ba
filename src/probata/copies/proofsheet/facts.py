"""The facts of a sheet as plain data."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from probata.copies.kinds import said
from probata.copies.proofsheet.composing import Subject, changes, left_out, unlooked
from probata.copies.proofsheet.evidence import Shown
from probata.copies.proofsheet.lying import Lying

SCHEMA = "probata/proof-sheet/1"


def as_json(subject: Subject) -> dict[str, Any]:
    """Everything that the sheet says; floats are rounded, exact times stand beside them as fractions."""
    title, sentence = said(subject.relation)
    return {
        "schema": SCHEMA,
        "says": title,
        "in_words": sentence,
        "a": subject.a.as_json(),
        "b": subject.b.as_json(),
        "relation": subject.relation.as_json(),
        **({} if subject.standing is None else {"record": subject.standing.as_json()}),
        "looked": subject.comparison.as_json()["looked"],
        "stretches": [_stretch(one) for one in subject.evidence.stretches],
        "scene_pairs": [pair.as_json() for pair in subject.evidence.scene],
        "changes": changes(subject),
        "left_out": left_out(subject),
        "not_checked": unlooked(subject),
        "made_by": subject.tools,
    }


def _stretch(one: Shown) -> dict[str, Any]:
    segment, edits = one.segment, one.edits
    exact = {
        "a_start": _exact(segment.a_start_s),
        "a_end": _exact(segment.a_end_s),
        "b_start": _exact(segment.b_start_s),
        "b_end": _exact(segment.b_end_s),
        "speed": _exact(one.course.speed),
        "offset": _exact(one.course.offset_s),
    }
    return {
        **segment.as_json(),
        "exact_s": exact,
        "pairs": [pair.as_json() for pair in one.pairs],
        "as_shown": _lying(edits.lying),
        "covered": [[round(part, 4) for part in box] for box in edits.covered],
        "light": None
        if edits.gain is None
        else {"gain": round(edits.gain, 4), "bias_steps": _rounded(edits.bias_steps)},
        "sound_late_s": _rounded(edits.sound_aside_s),
        "traces": {
            "motion": None if one.motion is None else one.motion.as_json(),
            "places": [
                {"box": [round(part, 4) for part in place.box], **place.trace.as_json()} for place in one.places
            ],
            "levels_db": None if one.levels is None else one.levels.as_json(),
        },
    }


def _lying(lying: Lying | None) -> dict[str, Any] | None:
    """How the pictures lie on each other once both are turned as they are to be shown."""
    if lying is None:
        return None
    return {
        "mirror": lying.mirror,
        "turned_degrees": lying.turned_degrees,
        "crop": [round(part, 4) for part in lying.crop],
        "place": [round(part, 4) for part in lying.place],
    }


def _exact(seconds: Fraction) -> str:
    return f"{seconds.numerator}/{seconds.denominator}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
