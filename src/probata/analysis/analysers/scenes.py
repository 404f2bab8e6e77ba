"""Scenes: where the footage was cut, mixed or faded, and a contact sheet with one picture a scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

import msgspec

from probata.analysis.seam import About, Draft, Entry, Parameter
from probata.media.passes import Consumer, Outcome, PassResult


class _Change(msgspec.Struct):
    """A change as `probata.analysis.cuts.Change` tells it."""

    kind: str
    start_ordinal: int
    end_ordinal: int
    start_pts: int
    end_pts: int
    score: float
    attributes: dict[str, bool]


class _Found(msgspec.Struct):
    """What `probata.analysis.cuts.Cuts` tells, checked on this side of the jail."""

    changes: list[_Change]
    scenes: int
    frames: int
    time_base: Fraction
    contact_sheet: bytes
    tiles: list[int]
    tiles_left_out: int


class Scenes:
    """Finds cuts, dissolves, fades and black in the pictures; whether an edit misleads is for a person to say."""

    about: ClassVar = About(
        name="scenes",
        version="1",
        promise="Where the pictures were cut, mixed or faded, where a caption came, and one picture of each scene.",
        kinds=("cut", "part_changed", "dissolve", "fade", "black"),
        watches=("pictures",),
        parameters=(
            Parameter(name="unlike", means="how unlike the picture before it a cut must be, 0 to 1", default=0.1),
            Parameter(
                name="contrast", means="how many times the change of its neighbours a cut must make", default=2.0
            ),
        ),
    )

    def consumers(self, parameters: Mapping[str, Any]) -> Sequence[Consumer]:
        """One consumer watches the pictures."""
        return (Consumer(name="cuts", target="probata.analysis.cuts:Cuts", parameters=dict(parameters)),)

    def track(self, outcomes: Mapping[str, Outcome], seen: PassResult, parameters: Mapping[str, Any]) -> Draft:  # noqa: ARG002  the seam's signature
        """Every change as an entry; the number of scenes and the contact sheet beside them."""
        outcome = outcomes["cuts"]
        if outcome.outcome == "could_not_look":
            return Draft(outcome="could_not_look", why=outcome.why)
        if outcome.result is None:
            return Draft(outcome="could_not_look", why="there are no pictures in the footage")
        found = outcome.result_as(_Found)
        entries = tuple(
            Entry(
                kind=change.kind,
                start_pts=change.start_pts,
                end_pts=change.end_pts,
                time_base=found.time_base,
                score=change.score,
                attributes={
                    "start_ordinal": change.start_ordinal,
                    "end_ordinal": change.end_ordinal,
                    **change.attributes,
                },
            )
            for change in found.changes
        )
        return Draft(
            outcome="found" if entries else "nothing_found",
            why="" if entries else f"no change of scene in {found.frames} pictures",
            entries=entries,
            more={
                "scenes": {
                    "count": found.scenes,
                    "frames": found.frames,
                    "tiles": found.tiles,
                    "tiles_left_out": found.tiles_left_out,
                }
            },
            pictures={"contact_sheet.png": found.contact_sheet},
        )
