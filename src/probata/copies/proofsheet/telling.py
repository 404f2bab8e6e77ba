"""A relation in plain words: what it says, what was changed, what one file has and the other has not, what is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from probata.copies import differences
from probata.copies.kinds import is_faint
from probata.copies.proofsheet.lying import Lying
from probata.copies.relations import Relation, Segment

_BY = {"frames": "by pictures", "sound": "by sound", "both": "by pictures and by sound"}
NOT_SAID = "Both run at the same speed. Pictures were not laid on each other: of them nothing is said."
_NEVER_CHECKED = (
    "Which of the two came first, who made either, and whether one was made from the other or both from a third.",
    "Whether what is shown is true, when and where it was filmed, and whether both are altered in the same way.",
)
_NOT_OF_PICTURES = (
    "Colour. Pictures were compared by brightness alone, and between the pairs shown here in small grey views.",
    "Details smaller than the small pictures resolve: an alteration of a few pixels would not be seen here.",
)
_NOT_OF_SOUND = ("Whether the sound is the same sample by sample: its print was compared, twenty frames a second.",)
_NOT_OUTSIDE = ("What lies outside the stretches named here: that nothing shared was found is no proof that none is.",)
LEAST_GAP_S = Fraction(1, 25)
_WHOLE = 0.97
_LEAST_BAR = 0.02
_LEAST_TURN_DEGREES = 1.0
_LEAST_ASIDE_S = 0.12


@frozen(kw_only=True)
class Edits:
    """What was measured on registered pairs: how A lies on B, what covers either, light, sound's offset.

    `covered` are boxes in parts of A's picture as shown; `sound_aside_s` is how much later A's sound is than A's
    pictures, taking B's as right.
    """

    lying: Lying | None = None
    covered: tuple[tuple[float, float, float, float], ...] = ()
    gain: float | None = None
    bias_steps: float | None = None
    sound_aside_s: float | None = None


def proved(relation: Relation) -> bool:
    """Whether the relation says of its stretches that they are the same moments, and not only alike."""
    return not is_faint(relation) and relation.kind not in {"same_scene_moment_unproven", "related_not_same"}


def joins(relation: Relation) -> str:
    """The word between a stretch of A and one of B: what is only alike is never said to be the same."""
    if proved(relation):
        return "is"
    return "sounds like" if relation.by == "sound" else "looks like"


def found(relation: Relation) -> str:
    """By what it was found, and how far that stands out."""
    if relation.kind == "same_bytes":
        return "by their bytes"
    return f"{_BY[relation.by]}; score {relation.score:.2f} of 1, which is no probability"


def not_checked(relation: Relation, *, pairs: bool) -> list[str]:
    """What no sheet of this kind checks."""
    if relation.kind == "same_bytes":
        return list(_NEVER_CHECKED)
    of_pictures = _NOT_OF_PICTURES if pairs else ()
    of_sound = _NOT_OF_SOUND if relation.by != "frames" else ()
    return [*_NEVER_CHECKED, *of_pictures, *of_sound, *(_NOT_OUTSIDE if relation.segments else ())]


def clock(seconds: Fraction | float) -> str:
    """A moment for reading: minutes, seconds, thousandths; hours where there are any."""
    thousandths = round(Fraction(seconds) * 1000)
    sign, thousandths = ("-" if thousandths < 0 else ""), abs(thousandths)
    minutes, rest = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    lead = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{sign}{lead}:{rest // 1000:02d}.{rest % 1000:03d}"


def stretch(start_s: Fraction, end_s: Fraction) -> str:
    """A stretch for reading."""
    return f"{clock(start_s)} – {clock(end_s)}"


def speed(segment: Segment) -> str:
    """How fast A runs through B, in words."""
    told = [words % figures for words, figures in differences.pace(segment)]
    return "; ".join(told) or "same speed"


def shown_of_b(lying: Lying | None) -> str:
    """How much of B's picture A shows, in words."""
    if lying is None:
        return "no pictures matched"
    _left, _top, width, height = lying.crop
    whole = width >= _WHOLE and height >= _WHOLE
    told = "whole picture" if whole else f"A shows {width:.0%} × {height:.0%} of B's picture"
    return told + (", mirrored" if lying.mirror else "")


def gaps(relation: Relation, of_a: tuple[Fraction, Fraction], of_b: tuple[Fraction, Fraction]) -> list[str]:
    """What of A was not found in B, and the reverse; `of_a` and `of_b` are from when to when each runs.

    Nothing of a relation that proves no stretch, or of one of the same bytes.
    """
    if not proved(relation) or not relation.segments or relation.kind == "same_bytes":
        return []
    spans_a = [(one.a_start_s, one.a_end_s) for one in relation.segments]
    spans_b = [(one.b_start_s, one.b_end_s) for one in relation.segments]
    told = []
    for name, other, spans, whole in (("A", "B", spans_a, of_a), ("B", "A", spans_b, of_b)):
        left = list(differences.left_over(spans, *whole, least_s=LEAST_GAP_S))
        sides = {"side": name, "other": other}
        if not left:
            told.append(differences.ALL_FOUND % sides)
            continue
        lasts = sum((end - start for start, end in left), Fraction(0))
        places = "; ".join(stretch(start, end) for start, end in left)
        told.append(differences.NOT_FOUND % {**sides, "seconds": _lasting(lasts), "places": places})
    return [f"{one}." for one in told]


def edits(relation: Relation, measured: Sequence[Edits]) -> list[str]:
    """Every change from B to A that was found, in words; nothing is said of changes that were not looked for.

    Nothing of a relation that proves no stretch, or of one of the same bytes.
    """
    if not proved(relation) or not relation.segments or relation.kind == "same_bytes":
        return []
    told = list(_order(relation.segments))
    several = len(relation.segments) > 1
    for number, (segment, seen) in enumerate(zip(relation.segments, measured, strict=True), start=1):
        lead = f"In stretch {number}: " if several else ""
        told += [lead + one for one in (*_of_time(segment, seen), *_of_picture(seen.lying), *_laid_over(seen))]
    if told:
        return told
    if all(seen.lying is None for seen in measured):
        return [NOT_SAID]
    return ["No difference of time, crop, mirroring or turning was found, and nothing that lies over either."]


def _order(segments: Sequence[Segment]) -> Iterator[str]:
    for earlier, later in pairwise(sorted(segments, key=lambda one: one.a_start_s)):
        at, there = clock(later.a_start_s), clock(later.b_start_s)
        left_out = later.b_start_s - earlier.b_end_s
        between = later.a_start_s - earlier.a_end_s
        if between >= LEAST_GAP_S:
            yield differences.HOLDS_BETWEEN % {"at": at, "seconds": _lasting(between)} + "."
        if left_out >= LEAST_GAP_S:
            yield differences.LEAVES_OUT % {"at": at, "seconds": _lasting(left_out)} + "."
        elif later.b_start_s < earlier.b_start_s:
            yield differences.GOES_BACK % {"at": at, "there": there} + "."
        elif left_out <= -LEAST_GAP_S:
            yield differences.REPEATS % {"at": at, "seconds": _lasting(-left_out)} + "."


def _lasting(seconds: Fraction) -> str:
    return f"{float(seconds):.3f} s"


def _of_time(segment: Segment, seen: Edits) -> Iterator[str]:
    for words, figures in differences.pace(segment):
        yield words % figures + "."
    if seen.sound_aside_s is not None and abs(seen.sound_aside_s) > _LEAST_ASIDE_S:
        way = "late" if seen.sound_aside_s > 0 else "early"
        yield f"A's sound is {abs(seen.sound_aside_s):.2f} s {way} against its pictures, if B's is right."


def _of_picture(lying: Lying | None) -> Iterator[str]:
    if lying is None:
        return
    if lying.mirror:
        yield differences.MIRRORED + "."
    if abs(lying.turned_degrees) >= _LEAST_TURN_DEGREES:
        yield differences.TURNED % {"degrees": abs(lying.turned_degrees)} + "."
    _left, _top, width, height = lying.crop
    if width < _WHOLE or height < _WHOLE:
        yield differences.CROPPED % {"part": differences.PART % differences.part(lying.crop)} + "."
    left, top, width, height = lying.place
    if max(left, top, 1 - left - width, 1 - top - height) >= _LEAST_BAR:
        yield differences.FRAMED % {"part": differences.PART % differences.part(lying.place)} + "."


def _laid_over(seen: Edits) -> Iterator[str]:
    for left, top, width, height in seen.covered:
        across = "the whole width" if width > _WHOLE else f"{left:.0%} to {left + width:.0%} of the width from the left"
        down = "the whole height" if height > _WHOLE else f"{top:.0%} to {top + height:.0%} of the height from the top"
        yield f"In every pair something lies over one of the two: on A's picture, {across} and {down}."
    if seen.gain is not None and seen.bias_steps is not None:
        middle = seen.gain * 128 + seen.bias_steps - 128
        if abs(seen.gain - 1) > 0.05 or abs(middle) > 6:
            contrast = f"{seen.gain:.2f} times B's contrast"
            yield f"A has {contrast} and its middle grey is {middle:+.0f} steps of 255 off B's."
