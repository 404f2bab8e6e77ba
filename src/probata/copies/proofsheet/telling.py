"""A relation in plain words: what it says, what was changed, what one file has and the other has not, what is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from probata.copies.proofsheet.lying import Lying
from probata.copies.relations import Relation, Segment

SAID: dict[str, tuple[str, str]] = {
    "same_bytes": ("A and B are the same file", "Every byte of the two is the same."),
    "copy": ("A and B are copies of one recording", "All of A was found in B, and all of B in A."),
    "excerpt_of": ("A is an excerpt of B", "All of A was found in B; B holds more."),
    "contains": ("A contains B", "All of B was found in A; A holds more."),
    "overlaps": ("A and B overlap", "Part of A was found in B; each also holds what the other does not."),
    "same_audio_other_picture": (
        "A and B share sound and not pictures",
        "The sound agrees; by pictures nothing that they share was proved.",
    ),
    "same_picture_other_audio": (
        "A and B share pictures and not sound",
        "The pictures agree; both have sound, and it is not the same.",
    ),
    "same_scene_other_camera": (
        "A and B show one moment from two cameras",
        "The moments are the same; the pictures were taken from different places.",
    ),
    "same_scene_moment_unproven": (
        "A and B show the same scene; that it is the same moment is not proved",
        "Places of one picture lie as they lie in the other. The same place filmed at another time looks so too.",
    ),
    "related_not_same": ("A and B are related and not the same", "Something agrees, and it is no proof of a copy."),
}
_FAINT = ("Some sound is alike in A and B, which proves little", "The reasons say why it proves little.")
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
_LEAST_GAP_S = Fraction(1, 25)
_SAME_SPEED = Fraction(1, 200)
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


def said(relation: Relation) -> tuple[str, str]:
    """What a relation says, as a title and as a sentence."""
    faint = any(reason.code == "weak_sound" for reason in relation.why)
    return _FAINT if faint else SAID[relation.kind]


def proved(relation: Relation) -> bool:
    """Whether the relation says of its stretches that they are the same moments, and not only alike."""
    faint = any(reason.code == "weak_sound" for reason in relation.why)
    return not faint and relation.kind not in {"same_scene_moment_unproven", "related_not_same"}


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
    if abs(abs(segment.speed) - 1) <= _SAME_SPEED:
        return "A runs backwards" if segment.speed < 0 else "same speed"
    way = ", and backwards" if segment.speed < 0 else ""
    return f"A runs {float(abs(segment.speed)):.3f} times as fast as B{way}"


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
        left = list(left_over(spans, *whole))
        if not left:
            told.append(f"All of {name} was found in {other}.")
            continue
        lasts = sum(end - start for start, end in left)
        places = "; ".join(stretch(start, end) for start, end in left)
        told.append(f"Of {name}, {float(lasts):.3f} s were not found in {other}: {places}.")
    return told


def left_over(
    spans: Iterable[tuple[Fraction, Fraction]], start_s: Fraction, end_s: Fraction
) -> Iterator[tuple[Fraction, Fraction]]:
    """What lies between the spans, of a picture's length at least."""
    reached = start_s
    for start, end in [*sorted(spans), (end_s, end_s)]:
        if min(start, end_s) - reached >= _LEAST_GAP_S:
            yield reached, min(start, end_s)
        reached = max(reached, end)


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
        at = clock(later.a_start_s)
        left_out = later.b_start_s - earlier.b_end_s
        between = later.a_start_s - earlier.a_end_s
        if between >= _LEAST_GAP_S:
            yield f"Before {at}, A holds {float(between):.3f} s that were not found in B."
        if left_out >= _LEAST_GAP_S:
            yield f"At {at}, A leaves out {float(left_out):.3f} s of B."
        elif later.b_start_s < earlier.b_start_s:
            yield f"At {at}, A goes back in B, to {clock(later.b_start_s)}."
        elif left_out <= -_LEAST_GAP_S:
            yield f"At {at}, A repeats {float(-left_out):.3f} s of B."


def _of_time(segment: Segment, seen: Edits) -> Iterator[str]:
    if segment.speed < 0:
        yield "A runs backwards through B."
    if abs(abs(segment.speed) - 1) > _SAME_SPEED:
        yield f"A shows {float(abs(segment.speed)):.3f} seconds of B in each second."
    if seen.sound_aside_s is not None and abs(seen.sound_aside_s) > _LEAST_ASIDE_S:
        way = "late" if seen.sound_aside_s > 0 else "early"
        yield f"A's sound is {abs(seen.sound_aside_s):.2f} s {way} against its pictures, if B's is right."


def _of_picture(lying: Lying | None) -> Iterator[str]:
    if lying is None:
        return
    if lying.mirror:
        yield "A's picture is B's mirrored left to right."
    left, top, width, height = lying.crop
    if width < _WHOLE or height < _WHOLE:
        yield (
            f"A shows {width:.0%} of the width and {height:.0%} of the height of B's picture: from {left:.0%} of its "
            f"width on, and from {top:.0%} of its height on."
        )
    if abs(lying.turned_degrees) >= _LEAST_TURN_DEGREES:
        yield f"A's picture is turned by {abs(lying.turned_degrees):.0f} degrees against B's."
    left, top, width, height = lying.place
    sides = {"left": left, "top": top, "right": 1 - left - width, "bottom": 1 - top - height}
    bars = [f"{part:.0%} at the {side}" for side, part in sides.items() if part >= _LEAST_BAR]
    if bars:
        yield f"A's picture reaches beyond B's: {', '.join(bars)} shows nothing of B."


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
