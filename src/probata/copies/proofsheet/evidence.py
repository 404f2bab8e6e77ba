"""Gathers what a sheet shows of a relation: pairs of pictures, traces, changes; each file looked at once more."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from attrs import frozen

from probata.copies.compare import Comparison
from probata.copies.extract import Extract
from probata.copies.proofsheet.covered import boxes, covered_cells
from probata.copies.proofsheet.laying import COLUMNS, ROWS, Matrix, matrix_of
from probata.copies.proofsheet.lying import Lying
from probata.copies.proofsheet.moments import Moment, moments
from probata.copies.proofsheet.pairs import Files, Pair, pairs
from probata.copies.proofsheet.telling import Edits
from probata.copies.proofsheet.traces import Cells, Course, Trace, levels
from probata.copies.proofsheet.upright import Upright
from probata.copies.register import transform_of
from probata.copies.relations import Relation, Segment

MOST_STRETCHES = 8
_MOST_PAIRS, _LEAST_PAIRS, _ALL_PAIRS = 5, 2, 12
_SCENE_PAIRS = 3
_SAME_LINE_S = 0.12


@frozen(kw_only=True, eq=False)
class Place:
    """One cell of A's grid whose brightness was followed: its box in parts of A's picture as coded."""

    box: tuple[float, float, float, float]
    trace: Trace


@frozen(kw_only=True, eq=False)
class Shown:
    """One stretch with all that is shown of it."""

    segment: Segment
    course: Course
    pairs: tuple[Pair, ...]
    edits: Edits
    motion: Trace | None = None
    places: tuple[Place, ...] = ()
    levels: Trace | None = None


@frozen(kw_only=True, eq=False)
class Evidence:
    """All stretches of a relation; those with pairs are the longest, `MOST_STRETCHES` at most.

    `scene` are pairs that agree on places and are tied to no stretch.
    """

    stretches: tuple[Shown, ...]
    scene: tuple[Pair, ...] = ()


def gathered(comparison: Comparison, relation: Relation, files: Files) -> Evidence:
    """What is to be shown; nothing of the pictures where the bytes are the same, since nothing is left to compare."""
    if relation.kind == "same_bytes":
        plain = [Shown(segment=one, course=Course.of(one), pairs=(), edits=Edits()) for one in relation.segments]
        return Evidence(stretches=tuple(plain))
    longest = sorted(relation.segments, key=lambda one: -one.a_lasts_s)[:MOST_STRETCHES]
    courses = {id(one): course_of(one, comparison) for one in relation.segments}
    wanted = _wanted(longest, courses, files)
    found = pairs(files, [(matrix, chosen) for _owner, matrix, chosen in wanted])
    own = {id(owner): made for (owner, _matrix, _chosen), made in zip(wanted, found, strict=True)}
    stretches = [
        _shown(segment, courses[id(segment)], own.get(id(segment), []), comparison) for segment in relation.segments
    ]
    lone = relation.kind == "same_scene_moment_unproven" and not relation.segments
    return Evidence(stretches=tuple(stretches), scene=tuple(_scene(comparison, files)) if lone else ())


def course_of(segment: Segment, comparison: Comparison) -> Course:
    """The line of time of a stretch, as finely as the comparison of pictures fitted it.

    A stretch begins and ends with whole pictures, so that its own ends tell the line to half a picture only.
    """
    course = Course.of(segment)
    middle_s = (segment.a_start_s + segment.a_end_s) / 2
    for one in comparison.pictures.shared if segment.transform is not None else ():
        fine_s = one.stretch.b_at(float(middle_s))
        if abs(fine_s - float(course.on_b(middle_s))) < _SAME_LINE_S and one.stretch.a_start_s < middle_s:
            exact = Fraction(fine_s).limit_denominator(100_000)
            return Course(
                a_start_s=segment.a_start_s,
                a_end_s=segment.a_end_s,
                speed=segment.speed,
                offset_s=exact - segment.speed * middle_s,
            )
    return course


def _wanted(
    longest: Sequence[Segment], courses: dict[int, Course], files: Files
) -> list[tuple[Segment, Matrix, list[Moment]]]:
    a, b = files.extract_a.views, files.extract_b.views
    seen = [(segment, segment.transform) for segment in longest if segment.transform is not None]
    if a is None or b is None or not seen:
        return []
    each = max(_LEAST_PAIRS, min(_MOST_PAIRS, _ALL_PAIRS // len(seen)))
    return [
        (segment, matrix_of(transform), moments(courses[id(segment)], a, b, most=each)) for segment, transform in seen
    ]


def _shown(segment: Segment, course: Course, own: Sequence[Pair], comparison: Comparison) -> Shown:
    covered = covered_cells([pair.laid for pair in own])
    light = _light(own)
    upright = Upright.of(comparison.a.facts), Upright.of(comparison.b.facts)
    fitted = _fitted(segment, own)
    edits = Edits(
        lying=Lying.of(fitted, *upright) if fitted is not None else None,
        covered=tuple(upright[0].box(box) for box in boxes(covered)),
        gain=light[0] if own else None,
        bias_steps=light[1] if own else None,
        sound_aside_s=_sound_aside(segment, course, comparison),
    )
    a, b = comparison.a.views, comparison.b.views
    cells = None
    if own and fitted is not None and a is not None and b is not None:
        cells = Cells.of(a, b, fitted, covered.ravel(), light)
    return Shown(
        segment=segment,
        course=course,
        pairs=tuple(own),
        edits=edits,
        motion=cells.motion(course) if cells is not None else None,
        places=tuple(_places(cells, course)) if cells is not None else (),
        levels=_levels(course, comparison.a, comparison.b),
    )


def _fitted(segment: Segment, own: Sequence[Pair]) -> Matrix | None:
    """The transform of the stretch, as its pairs fitted it."""
    if segment.transform is None:
        return None
    middle: Matrix = np.median(np.stack([pair.matrix for pair in own]), axis=0) if own else matrix_of(segment.transform)
    return middle


def _places(cells: Cells, course: Course) -> list[Place]:
    found = []
    for place, trace in cells.liveliest(course):
        row, column = divmod(place, COLUMNS)
        found.append(Place(box=(column / COLUMNS, row / ROWS, 1 / COLUMNS, 1 / ROWS), trace=trace))
    return found


def _light(own: Sequence[Pair]) -> tuple[float, float]:
    if not own:
        return 1.0, 0.0
    return float(np.median([one.laid.gain for one in own])), float(np.median([one.laid.bias for one in own]))


def _levels(course: Course, a: Extract, b: Extract) -> Trace | None:
    if a.sound is None or b.sound is None or a.sound.refusal or b.sound.refusal:
        return None
    return levels(course, a.sound, b.sound)


def _sound_aside(segment: Segment, course: Course, comparison: Comparison) -> float | None:
    """How much later A's sound is than A's pictures, where both were matched along one stretch."""
    if segment.transform is None:
        return None
    for one in comparison.sound.matches:
        start, end = max(one.a_start_s, segment.a_start_s), min(one.a_end_s, segment.a_end_s)
        if one.weak or end - start < Fraction(1, 2):
            continue
        middle = (start + end) / 2
        heard = one.b_start_s + (middle - one.a_start_s) / one.speed
        aside = (course.on_b(middle) - heard) / segment.speed
        if abs(aside) < 1:
            return float(aside)
    return None


def _scene(comparison: Comparison, files: Files) -> list[Pair]:
    """The pairs that agree on most places, for a scene of which no moment is proved."""
    scene, a, b = comparison.pictures.scene, files.extract_a.views, files.extract_b.views
    if scene is None or a is None or b is None:
        return []
    sights = [tuple(one for one in side.sights if len(one.points)) for side in (comparison.a, comparison.b)]
    transform = transform_of(scene, sights[0][0], sights[1][0])
    chosen = []
    for pair in sorted(scene.pairs, key=lambda one: -one.places)[:_SCENE_PAIRS]:
        one, other = sights[0][pair.a], sights[1][pair.b]
        if one.pts in a.pts and other.pts in b.pts:
            moment = Moment(
                which="most places agree",
                a=a.pts.index(one.pts),
                near=(b.pts.index(other.pts),),
                aligned_s=other.seconds,
            )
            chosen.append(moment)
    return pairs(files, [(matrix_of(transform), chosen)])[0]
