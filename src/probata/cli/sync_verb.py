"""`probata sync`: several recordings of one event on one clock by the sound they share, or why that cannot be said."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from probata.cli.output import Progress, show_json

if TYPE_CHECKING:
    from probata.verification.sync.anchors import Anchor
    from probata.verification.sync.pairs import Pair
    from probata.verification.sync.run import Synced
    from probata.verification.sync.whole import Stretch

_COULD_NOT_LOOK = 5
_COLUMNS = 48
_MOST_CANDIDATES = 12


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which recordings, and what a person knows of them."""
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="recordings; named A, B, C… in this order")
    parser.add_argument(
        "--anchor",
        metavar="A=1.234,B=5.678",
        action="append",
        default=[],
        help="one moment in two recordings or more, in seconds of each one's own time; as often as you like",
    )
    parser.add_argument(
        "--anchor-error-s", metavar="S", type=float, default=0.04, help="how far such a moment may be off (0.04)"
    )
    parser.add_argument(
        "--distance-m",
        metavar="M",
        type=float,
        help="the most that two of the recorders stood apart: bounds what sound's travel adds",
    )


def run(options: argparse.Namespace) -> int:
    """Set them on one clock; exit 0 whatever the answer is, 5 where no two of them could be compared."""
    from string import ascii_uppercase

    from probata.engines.sandbox import NotAFile
    from probata.terms.errors import UsageError
    from probata.verification.sync.anchors import read_anchor
    from probata.verification.sync.run import MOST_RECORDINGS, sync

    files: list[Path] = options.files
    if not 2 <= len(files) <= MOST_RECORDINGS:
        raise UsageError(what=f"It takes two recordings at least and {MOST_RECORDINGS} at most; {len(files)} named.")
    for file in files:
        if not file.is_file():
            why = "it is no regular file" if file.exists() else "there is no such file"
            raise NotAFile(what=file, why=why)
    known = ascii_uppercase[: len(files)]
    anchors = [read_anchor(one, known=known, error_s=options.anchor_error_s) for one in options.anchor]
    with Progress("setting on one clock") as progress:

        def tell(what: str) -> None:
            progress.what = what
            progress.add(1)

        synced = sync(files, anchors=anchors, distance_m=options.distance_m, progress=tell)
    if options.json:
        show_json("sync", synced.as_json())
    else:
        for line in _lines(files, anchors, synced):
            print(line)
    answers = {one.outcome.value for one in synced.pairs}
    return _COULD_NOT_LOOK if answers == {"could_not_look"} else 0


def _lines(files: Sequence[Path], anchors: Sequence[Anchor], synced: Synced) -> Iterator[str]:
    from probata.terms.showing import shown

    for file, one in zip(files, synced.recordings, strict=True):
        sound = f"sound {one.sound_from_s:.3f} to {one.sound_to_s:.3f} s" if len(one.samples) else "nothing heard"
        yield f"{one.name}  {shown(str(file))}  ({sound}{f'; {shown(one.why)}' if one.why else ''})"
    if anchors:
        yield f"   {len(anchors)} anchor{'s' if len(anchors) > 1 else ''} set by hand"
    yield ""
    yield f"{'pair':<5} {'answer':<15} {'offset':>12} {'±':>8} {'drift':>9} {'±':>6} {'residual':>9}  by"
    for pair in synced.pairs:
        yield _row(pair)
    for pair in synced.pairs:
        yield ""
        yield from _told(pair)
    yield ""
    yield from dict.fromkeys(one.acoustic for one in synced.pairs if one.acoustic)
    yield from _whole(synced)
    yield "An offset says when the second hears what the first hears: its own time less that of the first."
    yield "A machine proposes this; it stands when a person has confirmed it."


def _row(pair: Pair) -> str:
    names = f"{pair.a} {pair.b}"
    answer = pair.outcome.value.replace("_", " ")
    if pair.offset is None or pair.by is None:
        return f"{names:<5} {answer}"
    one = pair.offset
    numbers = (
        f"{one.offset_s:>+10.4f} s {one.error_s:>6.4f} s {one.slope * 1e6:>+5.1f} ppm {one.slope_error * 1e6:>6.1f}"
    )
    weak = "" if pair.strong else ", weak"
    return f"{names:<5} {answer:<15} {numbers} {one.residual_s * 1e3:>6.3f} ms  {pair.by.value.replace('_', ' ')}{weak}"


def _told(pair: Pair) -> Iterator[str]:
    from probata.terms.showing import shown

    yield f"{pair.a} and {pair.b}: {shown(pair.why)}."
    for spacing in pair.spacings:
        yield (
            f"  interval  {pair.a} {spacing.a_s * 1e3:9.1f} ms   {pair.b} {spacing.b_s * 1e3:9.1f} ms   differ by "
            f"{spacing.differ_s * 1e3:+.1f} ± {spacing.error_s * 1e3:.1f} ms: {spacing.path_m:.1f} ± "
            f"{spacing.path_error_m:.1f} m of path"
        )
    for shot in pair.shots:
        yield (
            f"  sudden sound  {pair.a} {shot.a_s:.3f} s   {pair.b} {shot.b_s:.3f} s   "
            f"{shot.later_s * 1e3:+.1f} ± {shot.error_s * 1e3:.1f} ms beside the other sound"
        )
    for one in pair.candidates[:_MOST_CANDIDATES]:
        yield f"  possible, not chosen  {one.offset_s:+.4f} s  (by {one.by.value}, strength {one.strength:.1f})"
    if len(pair.candidates) > _MOST_CANDIDATES:
        yield f"  and {len(pair.candidates) - _MOST_CANDIDATES} more (all of them with --json)"
    for note in pair.notes:
        yield f"  note: {shown(note)}"


def _whole(synced: Synced) -> Iterator[str]:
    whole = synced.whole
    for part in whole.parts:
        clocks = [one for one in whole.clocks if one.name in part]
        start, end = min(one.from_s for one in clocks), max(one.to_s for one in clocks)
        yield f"On the clock of {clocks[0].of}, {start:.2f} to {end:.2f} s:"
        for one in clocks:
            error = f"  ±{one.error_s:.4f} s" if one.name != one.of else ""
            yield f"  {one.name}  {_bar(one.from_s, one.to_s, start, end)}  {one.from_s:.2f} to {one.to_s:.2f} s{error}"
        shared = [one for one in whole.stretches if one.of == clocks[0].of and len(one.names) > 1]
        yield from (f"  {_stretch(one)}" for one in shared)
    for loop in whole.loops:
        closes = "closes" if loop.closes else "DOES NOT CLOSE"
        yield (
            f"Loop {' '.join(loop.of)} {closes}: {loop.misses_s * 1e3:+.2f} ms are left "
            f"(its errors allow {loop.error_s * 1e3:.2f} ms and 1 ms beside)."
        )
    if len(whole.parts) > 1:
        yield f"{len(whole.parts)} clocks are left: no offset connects them, and none was made up."


def _bar(from_s: float, to_s: float, start: float, end: float) -> str:
    span = max(end - start, 1e-9)
    first = min(_COLUMNS - 1, int((from_s - start) / span * _COLUMNS))
    last = max(first + 1, min(_COLUMNS, round((to_s - start) / span * _COLUMNS)))
    return "·" * first + "━" * (last - first) + "·" * (_COLUMNS - last)


def _stretch(one: Stretch) -> str:
    return f"{one.from_s:.2f} to {one.to_s:.2f} s: {', '.join(one.names)}"
