"""What people observed in an item as screens show it: on the player's clock, tied to its first and last frame."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from attrs import frozen

from probata.analysis import selectors as analysis
from probata.analysis.observations import ObservationKind
from probata.analysis.selectors import KnownObservation
from probata.media.table import PtsTable
from probata.terms.counts import Count, CountBasis
from probata.terms.showing import shown_in_a_line
from probata.terms.spans import Moment
from probata.web.served import renditions

HEARD = (ObservationKind.SPEECH, ObservationKind.IMPULSIVE_SOUND, ObservationKind.AUDIO_DISCONTINUITY)
"""What is heard rather than seen, unless whoever observes it says otherwise."""

WARNED_OF = (ObservationKind.BODY, ObservationKind.INJURY_OR_RESTRAINT)
"""What is hard to look at though nobody marked it: the veil tells of it, and whoever plays is forewarned."""


@frozen(kw_only=True)
class Seen:
    """One observation, from `start_s` to `end_s` on the player's clock, `ordinal` to `last_ordinal` in frames shown.

    `corners` outline where in the picture, in shares of it. What does not stand any more says in `ended` what became of
    it: `superseded` or `withdrawn`, with who, when and why.
    """

    id: str
    kind: str
    epistemic: str
    certainty: str
    description: str
    start_s: float
    end_s: float
    ordinal: int | None
    last_ordinal: int | None
    count: Count | None
    corners: tuple[tuple[float, float], ...]
    candidate: str
    premises: int
    by: str
    at: datetime
    reason: str
    ended: str = ""
    ended_by: str = ""
    ended_at: datetime | None = None
    ended_why: str = ""

    @property
    def box(self) -> tuple[float, ...] | None:
        """The rectangle that holds its outline: left, top, width, height; None where it has none."""
        if not self.corners:
            return None
        across, down = [x for x, _y in self.corners], [y for _x, y in self.corners]
        return min(across), min(down), max(across) - min(across), max(down) - min(down)

    @property
    def warns(self) -> bool:
        """Whether it is hard to look at though nobody marked it."""
        return self.kind in {one.value for one in WARNED_OF}

    @property
    def lasts(self) -> bool:
        """Whether it ends later than it begins, as far as a reader can tell from milliseconds."""
        return self.end_s - self.start_s >= 0.001

    def as_json(self) -> dict[str, Any]:
        """The observation for a script to draw, and to begin a better one from."""
        names = ("id", "kind", "epistemic", "certainty", "description", "start_s", "end_s", "ordinal", "last_ordinal")
        plain = {name: getattr(self, name) for name in (*names, "corners", "box", "candidate", "warns")}
        count = None if self.count is None else {**self.count.as_json(), "figure": self.count.figure}
        return {**plain, "count": count, "shown": shown_in_a_line(self.description)}


def observed(item: str) -> tuple[list[Seen], list[Seen]]:
    """What stands of what people observed in an item, and what does not any more; both in the order of its time."""
    table, origin_s = renditions.frames(item), renditions.origin_s(item)
    every = analysis.observations(item, standing=False)
    after = {one.supersedes: one for one in every if one.supersedes}
    # A withdrawal is told with what was withdrawn: it observes nothing itself.
    seen = [_seen(one, after.get(one.id), table, origin_s) for one in every if not one.withdrawn]
    return [one for one in seen if not one.ended], [one for one in seen if one.ended]


def in_page(item: str) -> dict[str, Any]:
    """What the page's tab needs: what stands, what does not, the tallies, and the words that a form offers."""
    standing, ended = observed(item)
    return {
        "observed": standing,
        "ended": ended,
        "tallies": analysis.counts(item),
        "kinds": [(kind.value, kind in HEARD) for kind in ObservationKind],
        "bases": [basis.value for basis in CountBasis],
        "sees": renditions.frames(item) is not None,
    }


def candidates_recorded(item: str) -> Mapping[str, str]:
    """Which candidates, named `track:number`, were recorded as an observation that stands, by its id."""
    standing, _ended = observed(item)
    return {one.candidate: one.id for one in standing if one.candidate}


def _seen(known: KnownObservation, after: KnownObservation | None, table: PtsTable | None, origin_s: Fraction) -> Seen:
    told, segment = known.observation, known.observation.segment
    last = Moment(pts=segment.end_pts - 1, time_base=segment.time_base)
    taken = told.candidate
    return Seen(
        id=known.id,
        kind=told.kind.value,
        epistemic=told.epistemic.value,
        certainty=told.certainty.value,
        description=told.description,
        start_s=float(segment.start.seconds - origin_s),
        end_s=float(segment.end.seconds - origin_s),
        ordinal=renditions.shown_at(table, segment.start.seconds),
        last_ordinal=renditions.shown_at(table, last.seconds),
        count=told.count,
        corners=() if told.outline is None else told.outline.corners,
        candidate="" if taken is None else f"{taken.track_sha256}:{taken.entry}",
        premises=len(told.premises),
        by=known.by,
        at=known.at,
        reason=known.reason,
        ended="" if after is None else "withdrawn" if after.withdrawn else "superseded",
        ended_by="" if after is None else after.by,
        ended_at=None if after is None else after.at,
        ended_why="" if after is None else after.reason,
    )
