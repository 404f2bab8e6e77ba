"""Drawings of a sheet: which seconds are which, the traces of both files, each figure beside its strongest wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial

import numpy as np

from probata.copies.proofsheet.blocks import WIDTH, Drawing, Letters, Line, Mark, Point, Shape, Tone
from probata.copies.proofsheet.telling import clock, joins, stretch
from probata.copies.proofsheet.traces import MARGIN_S, Course, Floats, Times, Trace
from probata.copies.relations import Reason, Relation

_LEFT, _RIGHT = 76.0, 26.0
_REASON_LEFT = 156.0  # names of reasons are longer than A and B
_BAR, _BETWEEN = 18.0, 62.0
_FIELD = 104.0
_STEPS_S = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200)
_MOST_DRAWN = 1600
_MOST_TOLD = 4
Span = tuple[Fraction, Fraction]


def time_map(relation: Relation, of_a: Span, of_b: Span) -> Drawing:
    """Both files as bars on one scale of time, and between them which seconds are which."""
    lasts = float(max(of_a[1] - of_a[0], of_b[1] - of_b[0])) or 1.0
    scale = (WIDTH - _LEFT - _RIGHT) / lasts
    top, under = 26.0, 26.0 + _BAR + _BETWEEN

    def x(at_s: Fraction, of: Span) -> float:
        return _LEFT + float(at_s - of[0]) * scale

    marks: list[Mark] = []
    for segment in relation.segments:
        on_a = x(segment.a_start_s, of_a), x(segment.a_end_s, of_a)
        on_b = x(segment.b_start_s, of_b), x(segment.b_end_s, of_b)
        marks += _ribbon(on_a, on_b if segment.speed > 0 else on_b[::-1], top + _BAR, under)
    of_file = (
        ("A", of_a, [(one.a_start_s, one.a_end_s) for one in relation.segments], top, top - 8),
        ("B", of_b, [(one.b_start_s, one.b_end_s) for one in relation.segments], under, under + _BAR + 14),
    )
    for name, span, shared, y, ticks_y in of_file:
        for start, end in shared:
            marks.append(_box(x(start, span), y, x(end, span) - x(start, span), _BAR, "b"))
        marks += _bar(name, (x(span[0], span), x(span[1], span)), y)
        marks += _ticks(span, lasts, partial(x, of=span), ticks_y)
    return Drawing(title="", about=_in_words(relation), height=under + _BAR + 24, marks=tuple(marks))


def _in_words(relation: Relation) -> str:
    told = [
        f"A {stretch(one.a_start_s, one.a_end_s)} {joins(relation)} B {stretch(one.b_start_s, one.b_end_s)}"
        for one in relation.segments
    ]
    more = [f"and {len(told) - _MOST_TOLD} more"] if len(told) > _MOST_TOLD else []
    return "; ".join([*told[:_MOST_TOLD], *more]) + "."


def _ribbon(on_a: tuple[float, float], on_b: tuple[float, ...], top: float, under: float) -> Iterator[Mark]:
    corners = ((on_a[0], top), (on_a[1], top), (on_b[1], under), (on_b[0], under))
    yield Shape(points=corners, tone="band")
    yield Line(points=(corners[0], corners[3]), tone="b", width=1)
    yield Line(points=(corners[1], corners[2]), tone="b", width=1)


def _bar(name: str, ends: tuple[float, float], y: float) -> Iterator[Mark]:
    yield Letters(x=_LEFT - 14, y=y + 14, text=name, tone="ink", anchor="end", strong=True)
    corners = ((ends[0], y), (ends[1], y), (ends[1], y + _BAR), (ends[0], y + _BAR), (ends[0], y))
    yield Line(points=corners, tone="soft", width=1)


def _ticks(span: tuple[Fraction, Fraction], lasts: float, x: Callable[[Fraction], float], y: float) -> Iterator[Mark]:
    step = next((one for one in _STEPS_S if lasts / one <= 12), _STEPS_S[-1])
    at = -(-span[0] // Fraction(step)) * Fraction(step)
    while at <= span[1]:
        yield Letters(x=x(at), y=y, text=_short(at), anchor="middle")
        at += Fraction(step)


def _short(at_s: Fraction) -> str:
    told = clock(at_s)
    return told[:-4] if told.endswith(".000") else told.rstrip("0")


def trace(title: str, about: str, found: Trace, course: Course, *, unit: str, least: float) -> Drawing:
    """A's signal as a thin dark line on B's broad one, on A's time axis; the stretch itself on a band."""
    start, end = float(course.a_start_s) - MARGIN_S, float(course.a_end_s) + MARGIN_S
    scale = (WIDTH - _LEFT - _RIGHT) / max(end - start, 1e-6)
    low, high = _range(found, least)
    top = 10.0

    def point(at: float, value: float) -> Point:
        part = (min(max(value, low), high) - low) / (high - low)
        return _LEFT + (at - start) * scale, top + _FIELD * (1 - part)

    from_x = _LEFT + (max(float(course.a_start_s), start) - start) * scale
    to_x = _LEFT + (min(float(course.a_end_s), end) - start) * scale
    marks: list[Mark] = [_box(from_x, top, max(0.0, to_x - from_x), _FIELD, "band")]
    for value in (low, (low + high) / 2, high):
        y = point(start, value)[1]
        marks.append(Line(points=((_LEFT, y), (WIDTH - _RIGHT, y)), tone="line", width=1))
        marks.append(Letters(x=_LEFT - 8, y=y + 4, text=f"{value:g} {unit}".strip(), anchor="end"))
    marks += _lines(found.seconds, found.b, point, "b", 5.0)
    marks += _lines(found.seconds, found.a, point, "a", 1.4)
    span = Fraction(start).limit_denominator(1000), Fraction(end).limit_denominator(1000)
    marks += _ticks(span, end - start, lambda at_s: point(float(at_s), low)[0], top + _FIELD + 17)
    return Drawing(title=title, about=about, height=top + _FIELD + 24, marks=tuple(marks))


def _range(found: Trace, least: float) -> tuple[float, float]:
    """From the lowest to the highest value, but for the few that stand far out; round numbers, `least` apart."""
    values = np.concatenate([found.a, found.b])
    values = values[np.isfinite(values)]
    if not len(values):
        return 0.0, least
    low, high = (float(one) for one in np.quantile(values, (0.004, 0.996)))
    middle, half = (low + high) / 2, max(least, (high - low) * 1.1) / 2
    digits = 0 if half >= 5 else 1
    low, high = round(middle - half, digits), round(middle + half, digits)
    return low, high if high > low else low + least


def _lines(
    seconds: Times, values: Floats, point: Callable[[float, float], Point], tone: Tone, width: float
) -> Iterator[Mark]:
    """The signal as lines, broken where there is nothing; of very many points, the extremes of each few."""
    known = np.isfinite(values)
    for run in np.split(np.arange(len(values)), np.flatnonzero(np.diff(known.astype(int)) != 0) + 1):
        if not len(run) or not known[run[0]]:
            continue
        points = tuple(point(float(seconds[place]), float(values[place])) for place in _thinned(run, values))
        yield Line(points=tuple((round(x, 1), round(y, 1)) for x, y in points), tone=tone, width=width)


def _thinned(run: np.ndarray[tuple[int, ...], np.dtype[np.intp]], values: Floats) -> list[int]:
    step = -(-2 * len(run) // _MOST_DRAWN)
    if step <= 1:
        return [int(place) for place in run]
    kept: list[int] = []
    for first in range(0, len(run), step):
        part = run[first : first + step]
        kept += sorted({int(part[values[part].argmin()]), int(part[values[part].argmax()])})
    return kept


def reasons(why: Sequence[Reason]) -> Drawing | None:
    """Each figure as a bar, on which it is marked how far anything wrong came and how much was asked."""
    figured = [one for one in why if one.value is not None and one.wrong is not None]
    if not figured:
        return None
    marks: list[Mark] = []
    told = []
    for row, one in enumerate(figured):
        assert one.value is not None
        assert one.wrong is not None
        marks += _reason(one, one.value, one.wrong, 6 + 50.0 * row)
        told.append(f"{one.code.replace('_', ' ')}: {one.value:.2f}, and anything wrong reached {one.wrong:.2f}")
    return Drawing(
        title="Each figure beside the strongest wrong one",
        about="; ".join(told) + ".",
        height=50.0 * len(figured),
        marks=tuple(marks),
    )


def _reason(one: Reason, value: float, wrong: float, y: float) -> Iterator[Mark]:
    most = max(value, wrong, one.threshold or 0.0, 1e-6)
    scale = (WIDTH - _REASON_LEFT - 90) / (most * 1.02)
    yield Letters(x=_REASON_LEFT - 14, y=y + 13, text=one.code.replace("_", " "), tone="ink", anchor="end", strong=True)
    yield _box(_REASON_LEFT, y, max(value, 0) * scale, 16, "b")
    wrong_x = _REASON_LEFT + max(wrong, 0) * scale
    yield _box(_REASON_LEFT, y + 10, wrong_x - _REASON_LEFT, 6, "soft")
    beside = _REASON_LEFT + max(value, wrong, 0) * scale + 8
    yield Letters(x=beside, y=y + 13, text=f"{value:.2f}", tone="ink", strong=True)
    told = f"strongest wrong {wrong:.2f} (lower bar)"
    if one.threshold is not None:
        needed_x = _REASON_LEFT + one.threshold * scale
        yield Line(points=((needed_x, y - 3), (needed_x, y + 19)), tone="ink", width=2)
        told += f", asked for {one.threshold:.2f} (mark)"
    yield Letters(x=_REASON_LEFT, y=y + 31, text=told)


def _box(x: float, y: float, width: float, height: float, tone: Tone) -> Shape:
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    return Shape(points=tuple((round(one, 1), round(other, 1)) for one, other in corners), tone=tone)
