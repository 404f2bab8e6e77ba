"""Composes a sheet: the evidence as blocks from the top, in the order in which a reader asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import frozen

from probata.copies.compare import Comparison
from probata.copies.kinds import said
from probata.copies.proofsheet import drawings, telling
from probata.copies.proofsheet.blocks import Block, Heading, Pictures, Sentences, Sheet, Table, Words
from probata.copies.proofsheet.blocks import Shown as ShownPicture
from probata.copies.proofsheet.evidence import Evidence, Shown
from probata.copies.proofsheet.files import FileFacts
from probata.copies.proofsheet.laying import PLAINLY_STEPS, SHOWN_STEPS, Grey, Matrix, coarser
from probata.copies.proofsheet.moments import ABOUT_S
from probata.copies.proofsheet.pairs import SIDE_PX, Address, Pair
from probata.copies.proofsheet.standing import Standing, told
from probata.copies.proofsheet.upright import Point, Upright
from probata.copies.relations import Reason, Relation

_CORNERS: tuple[Point, ...] = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
_HOW_ALWAYS = ("A and B are named in the order in which they were given; the sheet says nothing of which came first.",)
_HOW_OF_PAIRS = (
    (
        "B was laid on A by the transform of the whole stretch, then moved to fit each pair; B's light was brought to "
        "A's by one gain and one bias a pair, found from what agrees. The JSON says how far it was moved."
    ),
    (
        f"In a difference, black is no difference, white is {SHOWN_STEPS} steps of brightness of 255 or more, and "
        "stripes are where B shows nothing. Both were smoothed over three pixels first."
    ),
    (
        "Pairs stand at the first and the last picture of a stretch and at even distances between; they were not "
        f"chosen by how alike they are. Of B's pictures within {float(ABOUT_S):.2f} s of the aligned moment the one "
        "that differs least is shown; of several that differ as little, the one on screen at that moment."
    ),
    "Digests of pictures are BLAKE3 of the decoded picture; decoders of lossy codings may differ in their last bits.",
)
_HOW_OF_FIGURES = (
    "A strongest wrong figure is the highest that something known to be wrong reached in the same comparison: the same "
    "pictures at other times or backwards, or foreign sound. Scores are no probabilities."
)


@frozen(kw_only=True, eq=False)
class Subject:
    """What a sheet is about: two files, one relation between them, the evidence for it, and what made the sheet.

    `standing` is what the record holds of the relation; None for bare files, of which there is no record.
    """

    a: FileFacts
    b: FileFacts
    comparison: Comparison
    relation: Relation
    evidence: Evidence
    tools: dict[str, str]
    standing: Standing | None = None


def compose(subject: Subject) -> Sheet:
    """The whole sheet."""
    title, _sentence = said(subject.relation)
    return Sheet(title=title, blocks=tuple(_blocks(subject)))


def changes(subject: Subject) -> list[str]:
    """The changes from B to A in words."""
    return telling.edits(subject.relation, [one.edits for one in subject.evidence.stretches])


def left_out(subject: Subject) -> list[str]:
    """What of one was not found in the other, in words."""
    of_a, of_b = (subject.a.from_s, subject.a.to_s), (subject.b.from_s, subject.b.to_s)
    return telling.gaps(subject.relation, of_a, of_b)


def unlooked(subject: Subject) -> list[str]:
    """What was not checked: always, and in this comparison."""
    pairs = any(one.pairs for one in subject.evidence.stretches) or bool(subject.evidence.scene)
    own = telling.not_checked(subject.relation, pairs=pairs)
    if subject.relation.kind == "same_bytes":
        return own
    for name, answer in subject.comparison.as_json()["looked"].items():
        if answer["outcome"] == "could_not_look":
            own.append(f"The {name}: {answer['why']}.")
    unseen = sum(one.segment.transform is not None and not one.pairs for one in subject.evidence.stretches)
    if unseen:
        own.append(f"{unseen} of the stretches are listed and not shown in pairs.")
    return own


def _blocks(subject: Subject) -> Iterator[Block]:
    relation = subject.relation
    title, sentence = said(relation)
    yield Heading(text=title, level=1)
    yield Words(text=f"{sentence} Found {telling.found(relation)}.")
    for line in told(relation, subject.standing, subject.comparison.relations):
        yield Words(text=line, quiet=True)
    yield _files(subject)
    if relation.segments:
        of_a, of_b = (subject.a.from_s, subject.a.to_s), (subject.b.from_s, subject.b.to_s)
        proved = telling.proved(relation)
        yield Heading(text="Which seconds are which" if proved else "Which seconds are alike, which is not proved")
        yield drawings.time_map(relation, of_a, of_b)
        yield _stretches(subject.evidence.stretches)
    yield Heading(text="Why it is called so")
    figures = drawings.reasons(relation.why)
    if figures is not None:
        yield figures
    yield _reasons(relation.why)
    for heading, sentences in (
        ("How the two differ in what they share", changes(subject)),
        ("What one holds and the other does not", left_out(subject)),
    ):
        if sentences:
            yield Heading(text=heading)
            yield Sentences(sentences=tuple(sentences))
    yield from _evidence(subject)
    yield Heading(text="What was not checked")
    yield Sentences(sentences=tuple(unlooked(subject)))
    yield Heading(text="How to read this sheet")
    yield Sentences(sentences=tuple(_how(subject)))
    tools = dict(subject.tools)
    own = tools.pop("probata")
    made = ", ".join(f"{name} {version}" for name, version in sorted(tools.items()))
    yield Words(text=f"Made by probata {own} with {made}.", quiet=True)


def _how(subject: Subject) -> Iterator[str]:
    yield from _HOW_ALWAYS
    if any(one.pairs for one in subject.evidence.stretches):
        yield from _HOW_OF_PAIRS
    elif subject.evidence.scene:
        yield from (*_HOW_OF_PAIRS[:2], _HOW_OF_PAIRS[3])
    if any(reason.wrong is not None for reason in subject.relation.why):
        yield _HOW_OF_FIGURES


def _files(subject: Subject) -> Table:
    a, b = subject.a, subject.b
    rows = (
        ("Name", a.name, b.name),
        ("SHA-256", a.sha256, b.sha256),
        ("Bytes", f"{a.size_bytes:,}", f"{b.size_bytes:,}"),
        ("Runs", a.runs, b.runs),
        ("Pictures", a.pictures, b.pictures),
        ("Sound", a.sound, b.sound),
    )
    return Table(about="The two files", heads=("", "A", "B"), rows=rows, shares=(0.1, 0.45, 0.45), code=())


def _stretches(stretches: Sequence[Shown]) -> Table:
    rows = tuple(
        (
            str(number),
            telling.stretch(one.segment.a_start_s, one.segment.a_end_s),
            telling.stretch(one.segment.b_start_s, one.segment.b_end_s),
            telling.speed(one.segment),
            telling.shown_of_b(one.edits.lying) if one.segment.transform is not None else "",
        )
        for number, one in enumerate(stretches, start=1)
    )
    heads = ("Stretch", "In A", "In B", "Time", "Picture")
    return Table(about="Stretches", heads=heads, rows=rows, shares=(0.08, 0.23, 0.23, 0.2, 0.26))


def _reasons(why: Sequence[Reason]) -> Table:
    rows = tuple(
        (
            one.code.replace("_", " "),
            f"{one.text[0].upper()}{one.text[1:]}.",
            _figure(one.value),
            _figure(one.wrong),
            _figure(one.threshold),
        )
        for one in why
    )
    heads = ("Reason", "In words", "Figure", "Strongest wrong", "Asked for")
    return Table(about="Reasons for and against", heads=heads, rows=rows, shares=(0.16, 0.51, 0.09, 0.14, 0.1))


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}" if float(value).is_integer() and value > 1 else f"{value:.2f}"


def _evidence(subject: Subject) -> Iterator[Block]:
    several = len(subject.evidence.stretches) > 1
    for number, one in enumerate(subject.evidence.stretches, start=1):
        if not one.pairs and one.levels is None:
            continue
        segment = one.segment
        where = f"A {telling.stretch(segment.a_start_s, segment.a_end_s)}"
        yield Heading(text=f"Stretch {number}: {where}" if several else f"The stretch: {where}")
        yield from _pictures(one.pairs, one, subject)
        yield from _traces(one)
    if subject.evidence.scene:
        yield Heading(text="Pictures that agree on places")
        yield from _pictures(subject.evidence.scene, None, subject)


def _pictures(own: Sequence[Pair], shown: Shown | None, subject: Subject) -> Iterator[Block]:
    upright = Upright.of(subject.comparison.a.facts), Upright.of(subject.comparison.b.facts)
    for number, pair in enumerate(own, start=1):
        yield _pair(f"{number} of {len(own)}: {pair.moment.which}", pair, shown, upright)
    if own:
        yield _addresses(own)
        alike = max(pair.alike for pair in own)
        if alike > 1:
            yield Words(
                text=f"Around some of these moments up to {alike} of B's pictures differ as little from A's: hardly "
                "anything moves there, and the picture that A shows may be a neighbour of the one named.",
                quiet=True,
            )


def _pair(title: str, pair: Pair, shown: Shown | None, upright: tuple[Upright, Upright]) -> Pictures:
    of_a, of_b = upright
    crop = of_b.points(_through(pair.matrix, _CORNERS))
    whole = shown is not None and shown.segment.transform is not None and _whole(shown.segment.transform.crop)
    places = tuple(of_a.box(place.box) for place in shown.places) if shown is not None else ()
    at_a, at_b = telling.clock(pair.a.seconds), telling.clock(pair.b.seconds)
    letters = tuple(zip("PQR", (_corners(box) for box in places), strict=False))
    return Pictures(
        title=title,
        pictures=(
            _picture(f"A at {at_a}", pair.panel_a.grey, of_a, marked=letters),
            _picture("B as laid on A", pair.laid.laid(), of_a),
            _picture(
                f"Difference: {_under(pair.laid.plainly_other)} under {PLAINLY_STEPS} of 255",
                pair.laid.drawn(),
                of_a,
            ),
            _picture(
                f"B at {at_b}" + ("" if whole else ", what A shows of it"),
                coarser(pair.panel_b.grey, SIDE_PX),
                of_b,
                marked=() if whole else (("", crop),),
            ),
        ),
    )


def _under(plainly_other: float) -> str:
    return "all" if plainly_other < 0.001 else f"{1 - plainly_other:.1%}"


def _picture(
    label: str, grey: Grey, upright: Upright, *, marked: tuple[tuple[str, tuple[Point, ...]], ...] = ()
) -> ShownPicture:
    shown = upright.picture(grey)
    return ShownPicture(
        label=label,
        about=f"{label}. Grey picture of footage.",
        width=shown.shape[1],
        height=shown.shape[0],
        stretch=upright.stretch,
        grey=shown.tobytes(),
        outlines=tuple(points for _name, points in marked),
        names=tuple(name for name, _points in marked),
    )


def _through(matrix: Matrix, points: Sequence[Point]) -> tuple[Point, ...]:
    moved = matrix @ np.array([(x, y, 1.0) for x, y in points]).T
    return tuple((round(float(x), 5), round(float(y), 5)) for x, y in moved.T)


def _corners(box: tuple[float, float, float, float]) -> tuple[Point, ...]:
    left, top, width, height = box
    return (left, top), (left + width, top), (left + width, top + height), (left, top + height)


def _whole(crop: tuple[float, float, float, float]) -> bool:
    return crop[2] > 0.995 and crop[3] > 0.995


def _addresses(own: Sequence[Pair]) -> Table:
    rows = []
    for number, pair in enumerate(own, start=1):
        rows += [(f"{number} {name}", *_address(one)) for name, one in (("A", pair.a), ("B", pair.b))]
    heads = ("Picture", "At", "Ordinal", "PTS", "Time base", "BLAKE3 of the decoded picture")
    return Table(
        about="Frame addresses",
        heads=heads,
        rows=tuple(rows),
        shares=(0.08, 0.1, 0.09, 0.12, 0.11, 0.5),
        code=(5,),
    )


def _address(one: Address) -> tuple[str, ...]:
    ordinal = "not counted" if one.ordinal is None else str(one.ordinal)
    base = f"{one.time_base.numerator}/{one.time_base.denominator} s"
    return telling.clock(one.seconds), ordinal, str(one.pts), base, one.digest


def _traces(one: Shown) -> Iterator[Block]:
    if one.motion is not None or one.levels is not None:
        yield Words(
            text="In what follows A is the thin line, B the broad one under it, and the shaded part is the stretch. "
            + ("Places are marked on A's pictures." if one.places else ""),
            quiet=True,
        )
    if one.motion is not None:
        yield drawings.trace(
            "Motion: mean signed change of brightness from one picture of A to the next, on all that both show",
            _alike("Motion of A and of B", one.motion.alike, one.motion.wrong),
            one.motion,
            one.course,
            unit="steps",
            least=2.0,
        )
    for name, place in zip("PQR", one.places, strict=False):
        yield drawings.trace(
            f"Brightness of place {name}, one of those that move most",
            _alike(f"Brightness of place {name} in A and in B", place.trace.alike, place.trace.wrong),
            place.trace,
            one.course,
            unit="",
            least=16.0,
        )
    if one.levels is not None:
        yield drawings.trace(
            "Sound: how loud both are",
            _alike("Level of the sound of A and of B", one.levels.alike, one.levels.wrong),
            one.levels,
            one.course,
            unit="dB",
            least=24.0,
        )


def _alike(what: str, alike: float | None, wrong: float | None) -> str:
    if alike is None:
        return f"{what}: too little changes to be told alike or not."
    beside = "" if wrong is None else f"; with B shifted by more than 0.6 s, {wrong:.3f} at most"
    return f"{what} on A's time axis, correlation {alike:.3f} along the stretch{beside}."
