"""Rendering a plan: the original decoded, filled, silenced and coded anew in a jail, then looked at in another cell.

What fails the look is refused, and its bytes are let go. Works on bare files, without a workspace.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
from attrs import frozen

from probata.engines.sandbox import Jail
from probata.media.passes import Consumer, Outcome, PassResult, Progress, watch
from probata.media.wire import a_jail
from probata.redaction.plan import RedactionPlan
from probata.terms.errors import FootageError

VERSION = "1"
PARAMETERS: dict[str, str | int] = {
    "pictures": "libx264",
    "crf": 18,
    "preset": "veryfast",
    "sound": "flac",
    "tone": "126/128/128",
}
"""What every rendition is made with; recorded in its recipe."""
MOST_OFF = 40
"""Of 255: how far coding may move a sample under a mask from its tone."""
_MASKS, _CHECKS = "probata.redaction.jailed.masking:Masks", "probata.redaction.jailed.checking:Checks"


class RenderingFailed(FootageError):
    """A redacted rendition could not be made."""

    code = "rendering_failed"
    template = "No redacted rendition could be made: {why}."
    advice = "Nothing was stored. Redact another rendition or an excerpt of it, or withhold the item."


class RenderingRefused(FootageError):
    """A rendition was made, and does not hide what the plan hides."""

    code = "rendering_refused"
    template = "The redacted rendition was refused, and is not stored: {why}."
    advice = "Nothing of it may go. Render it again; if it is refused again, withhold the item and report the fault."


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What the look at a rendition found."""

    farthest_off: int
    worst_ordinal: int | None
    loudest: float
    pictures: int
    pictures_in_area: tuple[int, ...]
    samples: int
    muted_samples: int

    def as_record(self) -> dict[str, Any]:
        """The same for the ledger, which holds no floats."""
        return {
            "farthest_off": self.farthest_off,
            "most_off": MOST_OFF,
            "loudest": repr(self.loudest),
            "pictures": self.pictures,
            "pictures_in_area": list(self.pictures_in_area),
            "muted_samples": self.muted_samples,
        }


class _Made(msgspec.Struct, frozen=True, kw_only=True):
    data: bytes
    media_type: str
    notes: tuple[str, ...]


@frozen(kw_only=True)
class Rendered:
    """A rendition that passed: its bytes, what they are, what the look found, and what made them."""

    data: bytes
    media_type: str
    checked: Checked
    notes: tuple[str, ...]
    tools: dict[str, str]

    def recipe(self, plan: RedactionPlan) -> dict[str, Any]:
        """What makes it again from the original; the plan by its digest alone, since it may hold words of one's own."""
        return {
            "made_by": "probata.redaction",
            "version": VERSION,
            "plan_sha256": plan.sha256,
            "parameters": dict(PARAMETERS),
            "media_type": self.media_type,
            "tools": dict(self.tools),
        }


def render(
    file: Path | int,
    plan: RedactionPlan,
    *,
    progress: Callable[[Progress], None] | None = None,
    jail: Jail | None = None,
) -> Rendered:
    """The rendition of a plan, made and looked at; raises `RenderingFailed`, `RenderingRefused`, or how it died."""
    with a_jail(jail) as held:
        told = {"plan": plan.as_json(), "crf": PARAMETERS["crf"], "preset": PARAMETERS["preset"]}
        seen = watch(file, [Consumer(name="masks", target=_MASKS, parameters=told)], progress=progress, jail=held)
        made = _result(seen.outcomes["masks"]).result_as(_Made)
        if seen.table is None and plan.areas:
            raise RenderingFailed(why="there are no pictures to be masked")
        checked = _checked(plan, seen, made, progress, held)
        return Rendered(
            data=made.data, media_type=made.media_type, checked=checked, notes=made.notes, tools=held.tools()
        )


def _result(outcome: Outcome) -> Outcome:
    if outcome.outcome == "nothing_found":
        raise RenderingFailed(why="there are neither pictures nor sound in it")
    if outcome.outcome == "could_not_look":
        raise RenderingFailed(why=outcome.why)
    return outcome


def _checked(
    plan: RedactionPlan, seen: PassResult, made: _Made, progress: Callable[[Progress], None] | None, jail: Jail
) -> Checked:
    stream = seen.facts.video_stream
    width, height = (0, 0) if stream is None or stream.picture is None else stream.picture.shown_px
    times = [] if seen.table is None else [pts * seen.table.time_base for pts in seen.table.pts]
    told = {"plan": plan.as_json(), "width_px": width, "height_px": height, "seconds": [_written(one) for one in times]}
    with _in_memory(made.data) as handle:
        again = watch(handle, [Consumer(name="checks", target=_CHECKS, parameters=told)], progress=progress, jail=jail)
    if again.faults:
        raise RenderingRefused(why=f"it does not decode cleanly ({again.faults[0]})")
    checked = _result(again.outcomes["checks"]).result_as(Checked)
    judge(plan, checked)
    if not made.media_type.startswith("image/"):
        kept = [] if again.table is None else [pts * again.table.time_base for pts in again.table.pts]
        if kept != times:
            raise RenderingRefused(why="its pictures are not shown at the times of the original's")
    return checked


def judge(plan: RedactionPlan, checked: Checked) -> None:
    """Raise `RenderingRefused` unless what was seen and heard is what the plan asks for."""
    if checked.farthest_off > MOST_OFF:
        off = f"{checked.farthest_off} of 255 off its tone"
        raise RenderingRefused(why=f"in frame {checked.worst_ordinal} something shows under a mask ({off})")
    unmasked = [number for number, count in enumerate(checked.pictures_in_area, 1) if not count]
    if unmasked or len(checked.pictures_in_area) != len(plan.areas):
        raise RenderingRefused(why=f"no picture falls into area {unmasked[0] if unmasked else 1}")
    if checked.loudest > 0:
        raise RenderingRefused(why="something is heard in a muted stretch")
    if plan.mutes and checked.samples and not checked.muted_samples:
        raise RenderingRefused(why="no sound falls into the muted stretches")


def _written(seconds: Fraction) -> str:
    return f"{seconds.numerator}/{seconds.denominator}"


@contextmanager
def _in_memory(data: bytes) -> Iterator[int]:
    """The bytes as a file that never touches a disk, opened for reading alone, as the jail demands."""
    held = os.memfd_create("rendition", os.MFD_CLOEXEC)
    try:
        with open(held, "wb", closefd=False) as out:
            out.write(data)
        handle = os.open(f"/proc/self/fd/{held}", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(held)
    try:
        yield handle
    finally:
        os.close(handle)
