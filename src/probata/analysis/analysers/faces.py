"""Faces, only so that masks over them can be proposed: where one may be, and when; never whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import msgspec

from probata.analysis.faces import paths
from probata.analysis.faces.paths import Look, Rules
from probata.analysis.seam import About, Draft, Entry, Parameter
from probata.engines import settings, weights
from probata.engines.weights import FACES
from probata.media.passes import Consumer, Outcome, PassResult

_NAME, _TARGET = "faced", "probata.analysis.jailed.facing:Facing"
_NOTE = (
    "masks are proposed and not made: a detector misses faces (small, turned away, covered, blurred), so every picture "
    "must be looked at before anything is disclosed; no face is told from another"
)


class _Faced(msgspec.Struct):
    """All that was found, checked on this side of the jail."""

    looks: list[Look]
    time_base: Fraction
    pictures: int
    detections: int


class Faces:
    """Proposes masks over faces at any turn of the picture; no feature of a face is computed, kept or compared."""

    def __init__(self) -> None:
        self._given = settings.given_weights(FACES.name)
        self._lacking = weights.lacking(FACES, self._given)

    @property
    def about(self) -> About:
        """The weights' digest and the version of what runs them are part of it."""
        able = not self._lacking
        digest = FACES.sha256 if self._given is None else self._given.sha256
        return About(
            name="faces",
            version="1",
            promise="Where a face may be, upright, aside or upside down, so that a mask can be proposed; never whose.",
            kinds=("face_to_mask",),
            watches=("pictures",),
            parameters=(
                Parameter(name="every_s", means="how often the detector looks", default=0.5, unit="s"),
                Parameter(name="threshold", means="how sure the detector must be of a face, 0 to 1", default=0.2),
                Parameter(name="single", means="how sure, where it is seen on one look alone, 0 to 1", default=0.4),
                Parameter(
                    name="gap_s", means="how long a face may be missed before its mask ends", default=1.5, unit="s"
                ),
                Parameter(
                    name="before_after_s", means="how long a mask begins before and ends after", default=0.5, unit="s"
                ),
                Parameter(
                    name="margin", means="how much wider the mask is, on each side, in parts of it", default=0.12
                ),
            ),
            needs=("redact",),
            weights={FACES.name: digest} if able else {},
            tools=weights.versions(FACES) if able else {},
            lacking=self._lacking,
        )

    def consumers(self, parameters: Mapping[str, Any]) -> Sequence[Consumer]:
        """One consumer looks; the weights go into the jail with it, as the bytes whose digest was right."""
        read = weights.read(FACES, self._given)
        told = {
            "model": next(iter(read.files.values())),
            "every_s": float(parameters["every_s"]),
            "threshold": float(parameters["threshold"]),
        }
        return (Consumer(name=_NAME, target=_TARGET, parameters=told),)

    def track(self, outcomes: Mapping[str, Outcome], seen: PassResult, parameters: Mapping[str, Any]) -> Draft:
        """One entry a face for as long as it is followed, with the way of its mask."""
        outcome = outcomes[_NAME]
        if outcome.outcome == "could_not_look":
            return Draft(outcome="could_not_look", why=outcome.why)
        if outcome.result is None or seen.table is None:
            there = seen.facts.video_stream is not None
            why = "the pictures cannot be decoded" if there else "there are no pictures in the footage"
            return Draft(outcome="could_not_look", why=why)
        faced = outcome.result_as(_Faced)
        made = paths.paths(
            sorted(faced.looks, key=lambda look: look.pts),
            sorted(seen.table.pts),
            faced.time_base,
            _rules(parameters),
        )
        entries = tuple(_entry(path, faced.time_base) for path in made)
        looked = f"{faced.pictures} pictures; the detector looked at {faced.detections} of them, four ways each"
        return Draft(
            outcome="found" if entries else "nothing_found",
            why="" if entries else f"no face was seen in {looked}",
            entries=entries,
            more={
                "faces": {
                    "masks": len(entries),
                    "pictures": faced.pictures,
                    "detector_looked_at": faced.detections,
                    "turns_degrees": [0, 90, 180, 270],
                },
                "note": _NOTE,
            },
        )


def _rules(parameters: Mapping[str, Any]) -> Rules:
    return Rules(
        gap_s=Fraction(str(parameters["gap_s"])),
        before_after_s=Fraction(str(parameters["before_after_s"])),
        margin=float(parameters["margin"]),
        single=float(parameters["single"]),
    )


def _entry(path: paths.Path, time_base: Fraction) -> Entry:
    return Entry(
        kind="face_to_mask",
        start_pts=path.points[0][0],
        end_pts=path.points[-1][0],
        time_base=time_base,
        score=round(min(1.0, max(0.0, path.score)), 4),
        box=path.box,
        attributes={
            "path": [[pts, *box] for pts, box in path.points],
            "between": "straight from point to point",
            "looks": path.looks,
            "first_seen_ordinal": path.first_ordinal,
            "last_seen_ordinal": path.last_ordinal,
            "found_at_turns": list(path.turned),
        },
    )
