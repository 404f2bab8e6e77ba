"""What a person saw or heard in a stretch of footage, as they put it; never a claim, never a conclusion."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import reduce

from attrs import field, frozen

from probata.terms.counts import Count, CountsContradict, same_population
from probata.terms.digests import Sha256, sha256
from probata.terms.errors import InvalidValue
from probata.terms.ids import RecordId, record_id
from probata.terms.reading import fields, rows, text, whole_number, word
from probata.terms.spans import Span
from probata.terms.text import SafeText, safe_text
from probata.terms.words import Confidence

_REQUIRED = {"item", "kind", "epistemic", "certainty", "description", "segment"}
_OPTIONAL = {"box", "polygon", "count", "candidate", "premises"}
_FEWEST_CORNERS, _MOST_CORNERS = 3, 500
_FARTHEST_S = 10_000_000
"""About four months: no recording is longer, and a time beyond it is a slip of the pen."""


class ObservationKind(Enum):
    """What kind of thing was seen or heard; words that name no party and no deed."""

    SPEECH = "speech"
    IMPULSIVE_SOUND = "impulsive_sound"
    VISIBLE_TEXT = "visible_text"
    MARKING_OR_PATCH = "marking_or_patch"
    ARMBAND = "armband"
    WEAPON = "weapon"
    VEHICLE = "vehicle"
    BODY = "body"
    INJURY_OR_RESTRAINT = "injury_or_restraint"
    LANDMARK = "landmark"
    LIGHT_SHADOW = "light_shadow"
    EDIT_CUT = "edit_cut"
    AUDIO_DISCONTINUITY = "audio_discontinuity"
    MOVEMENT = "movement"
    FACE = "face"
    """A face to be masked; whose it is, nobody here asks."""
    OTHER = "other"


class Epistemic(Enum):
    """How it is known: by looking, by listening, from a machine's candidate, or inferred from other observations."""

    VISIBLE = "visible"
    AUDIBLE = "audible"
    MACHINE_CANDIDATE = "machine_candidate"
    INFERRED = "inferred"


Corner = tuple[float, float]


def _inside_the_picture(_outline: object, _attribute: object, value: tuple[Corner, ...]) -> None:
    if not _FEWEST_CORNERS <= len(value) <= _MOST_CORNERS:
        why = f"it takes {_FEWEST_CORNERS} to {_MOST_CORNERS} corners"
        raise InvalidValue(what=f"An outline of {len(value)} corners", why=why)
    for corner in value:
        if not all(math.isfinite(part) and 0 <= part <= 1 for part in corner):
            raise InvalidValue(what=f"The corner {corner}", why="it lies outside the picture, which goes from 0 to 1")
    if not _area(value):
        raise InvalidValue(what="An outline", why="it holds nothing of the picture")


@frozen(kw_only=True)
class Outline:
    """Where in the picture as shown: corners in order, in shares of its width and height, the origin top left."""

    corners: tuple[Corner, ...] = field(validator=_inside_the_picture)

    @classmethod
    def box(cls, left: float, top: float, width: float, height: float) -> Outline:
        """The rectangle with this corner and this size."""
        right, bottom = left + width, top + height
        return cls(corners=((left, top), (right, top), (right, bottom), (left, bottom)))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The rectangle that holds it: left, top, width, height."""
        across, down = [x for x, _y in self.corners], [y for _x, y in self.corners]
        return min(across), min(down), max(across) - min(across), max(down) - min(down)


def _area(corners: tuple[Corner, ...]) -> float:
    # The shoelace formula.
    pairs = zip(corners, corners[1:] + corners[:1], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2


@frozen(kw_only=True)
class CandidateOf:
    """The entry of a track that a person took over: the track's digest, and its place there from 0."""

    track_sha256: Sha256
    entry: int

    def as_json(self) -> dict[str, object]:
        """The same as plain data."""
        return {"track_sha256": self.track_sha256, "entry": self.entry}

    @classmethod
    def from_json(cls, untrusted: object) -> CandidateOf:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A candidate", required={"track_sha256", "entry"})
        return cls(track_sha256=sha256(text(given, "track_sha256")), entry=whole_number(given, "entry"))


@frozen(kw_only=True)
class Observation:
    """What somebody saw or heard in one stretch of one item, how they know, and how sure they are.

    `segment` is exact; `outline` says where in the picture. `premises` are the observations that an inference rests
    on. Raises `InvalidValue` for an inference without premises, a look with some, and for a machine's candidate that
    is not named.
    """

    item: Sha256
    kind: ObservationKind
    epistemic: Epistemic
    certainty: Confidence
    description: SafeText = field(converter=safe_text)
    segment: Span = field()
    outline: Outline | None = None
    count: Count | None = None
    candidate: CandidateOf | None = field(default=None)
    premises: tuple[RecordId, ...] = field(default=())

    @segment.validator
    def _within_reach(self, _attribute: object, value: Span) -> None:
        if max(abs(value.start.seconds), abs(value.end.seconds)) > _FARTHEST_S:
            raise InvalidValue(what="The stretch of an observation", why="it lies months away from the footage's start")

    @candidate.validator
    def _named_where_it_is_a_machines(self, _attribute: object, value: CandidateOf | None) -> None:
        if self.epistemic is Epistemic.MACHINE_CANDIDATE and value is None:
            raise InvalidValue(what="An observation from a machine's candidate", why="it does not name the candidate")

    @premises.validator
    def _where_it_is_inferred(self, _attribute: object, value: tuple[RecordId, ...]) -> None:
        if (self.epistemic is Epistemic.INFERRED) != bool(value):
            why = "what is inferred names its premises, and what is seen or heard has none"
            raise InvalidValue(what="An observation", why=why)
        if len(set(value)) != len(value):
            raise InvalidValue(what="The premises of an observation", why="one of them is named twice")

    def as_json(self) -> dict[str, object]:
        """The observation as plain data; what it does not have is left out."""
        told: dict[str, object] = {
            "item": self.item,
            "kind": self.kind.value,
            "epistemic": self.epistemic.value,
            "certainty": self.certainty.value,
            "description": self.description,
            "segment": self.segment.as_json(),
        }
        if self.outline is not None:
            told["polygon"] = [list(corner) for corner in self.outline.corners]
        if self.count is not None:
            told["count"] = self.count.as_json()
        if self.candidate is not None:
            told["candidate"] = self.candidate.as_json()
        if self.premises:
            told["premises"] = list(self.premises)
        return told

    @classmethod
    def from_json(cls, untrusted: object) -> Observation:
        """Read `as_json` back, or the same with a `box` of [left, top, width, height]; raises `InvalidValue`."""
        given = fields(untrusted, what="An observation", required=_REQUIRED, optional=_OPTIONAL)
        premises = rows(given, "premises") if "premises" in given else []
        return cls(
            item=sha256(text(given, "item")),
            kind=word(given, "kind", ObservationKind),
            epistemic=word(given, "epistemic", Epistemic),
            certainty=word(given, "certainty", Confidence),
            description=safe_text(text(given, "description")),
            segment=Span.from_json(given["segment"]),
            outline=_outline(given),
            count=Count.from_json(given["count"]) if "count" in given else None,
            candidate=CandidateOf.from_json(given["candidate"]) if "candidate" in given else None,
            premises=tuple(record_id(one if isinstance(one, str) else "") for one in premises),
        )


@frozen(kw_only=True)
class Tally:
    """What all looks at one population give together: a count, or the words of why they cannot all be right."""

    population: SafeText
    count: Count | None
    of: int
    contradiction: str = ""

    def as_json(self) -> dict[str, object]:
        """The tally as plain data: `{population, count or null, of, contradiction}`."""
        return {
            "population": self.population,
            "count": None if self.count is None else self.count.as_json(),
            "of": self.of,
            "contradiction": self.contradiction,
        }


def tallies(counts: Iterable[Count]) -> list[Tally]:
    """For each population, seen and reported apart, what its counts give together: never their sum, see `Count`."""
    groups: dict[tuple[str, bool], list[Count]] = {}
    for count in counts:
        groups.setdefault((count.population, count.basis.value == "reported"), []).append(count)
    return [_tally(group) for _key, group in sorted(groups.items())]


def _tally(group: list[Count]) -> Tally:
    population = group[0].population
    try:
        return Tally(population=population, count=reduce(same_population, group), of=len(group))
    except CountsContradict as error:
        return Tally(population=population, count=None, of=len(group), contradiction=error.message)


def _outline(given: Mapping[str, object]) -> Outline | None:
    if "box" in given and "polygon" in given:
        raise InvalidValue(what="An observation", why="it has a box and a polygon; give one outline")
    if "box" in given:
        parts = _numbers(given["box"], "box")
        if len(parts) != 4:
            raise InvalidValue(what="The field box", why="it must be left, top, width and height")
        return Outline.box(*parts)
    if "polygon" in given:
        corners = [_numbers(corner, "polygon") for corner in rows(given, "polygon")]
        if any(len(corner) != 2 for corner in corners):
            raise InvalidValue(what="The field polygon", why="each corner must be two numbers")
        return Outline(corners=tuple((x, y) for x, y in corners))
    return None


def _numbers(untrusted: object, name: str) -> list[float]:
    right = isinstance(untrusted, list) and all(
        isinstance(one, int | float) and not isinstance(one, bool) for one in untrusted
    )
    if not right or not isinstance(untrusted, list):
        raise InvalidValue(what=f"The field {name}", why="it must be a list of numbers")
    try:
        return [float(one) for one in untrusted]
    except OverflowError as error:
        raise InvalidValue(what=f"The field {name}", why="it holds a number beyond all measure") from error
