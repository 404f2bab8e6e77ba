"""Places with doubt: what was stated, word for word, and the candidates it may mean; never one silent answer."""

from __future__ import annotations

import math

from attrs import evolve, field, frozen

from probata.terms.errors import InvalidValue
from probata.terms.ids import SourceId, source_id
from probata.terms.reading import fields, number, rows, text
from probata.terms.text import SafeText, Stated, safe_text


def _safe_texts(untrusted_texts: tuple[str, ...] | list[str]) -> tuple[SafeText, ...]:
    return tuple(safe_text(one) for one in untrusted_texts)


@frozen(kw_only=True)
class Point:
    """A point on Earth in WGS 84 degrees."""

    latitude_deg: float = field(converter=float)
    longitude_deg: float = field(converter=float)

    @latitude_deg.validator
    def _between_the_poles(self, _attribute: object, value: float) -> None:
        if not -90 <= value <= 90:
            raise InvalidValue(what=f"The latitude {value}", why="it lies between -90 and 90 degrees")

    @longitude_deg.validator
    def _around_once(self, _attribute: object, value: float) -> None:
        if not -180 <= value <= 180:
            raise InvalidValue(what=f"The longitude {value}", why="it lies between -180 and 180 degrees")

    def as_json(self) -> dict[str, object]:
        """The point as plain data."""
        return {"latitude_deg": self.latitude_deg, "longitude_deg": self.longitude_deg}

    @classmethod
    def from_json(cls, untrusted: object) -> Point:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A point", required={"latitude_deg", "longitude_deg"})
        return cls(latitude_deg=number(given, "latitude_deg"), longitude_deg=number(given, "longitude_deg"))


@frozen(kw_only=True)
class PlaceCandidate:
    """One place that may be meant: its entry in a gazetteer, where it lies, and what speaks for and against it.

    The place lies within `radius_m` metres of the point.
    """

    gazetteer_id: SourceId = field(converter=source_id)
    point: Point
    radius_m: float = field(converter=float)
    reasons_for: tuple[SafeText, ...] = field(default=(), converter=_safe_texts)
    reasons_against: tuple[SafeText, ...] = field(default=(), converter=_safe_texts)

    @radius_m.validator
    def _some_extent(self, _attribute: object, value: float) -> None:
        if not (math.isfinite(value) and value > 0):
            raise InvalidValue(what=f"The radius {value} m", why="a place has some extent: it is above nothing")

    def as_json(self) -> dict[str, object]:
        """The candidate as plain data: `{gazetteer_id, point, radius_m, for, against}`."""
        return {
            "gazetteer_id": self.gazetteer_id,
            "point": self.point.as_json(),
            "radius_m": self.radius_m,
            "for": list(self.reasons_for),
            "against": list(self.reasons_against),
        }

    @classmethod
    def from_json(cls, untrusted: object) -> PlaceCandidate:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        names = {"gazetteer_id", "point", "radius_m", "for", "against"}
        given = fields(untrusted, what="A candidate for a place", required=names)
        return cls(
            gazetteer_id=source_id(text(given, "gazetteer_id")),
            point=Point.from_json(given["point"]),
            radius_m=number(given, "radius_m"),
            reasons_for=_texts(given["for"]),
            reasons_against=_texts(given["against"]),
        )


@frozen(kw_only=True)
class Choice:
    """Which candidate was taken for the place, and why."""

    gazetteer_id: SourceId = field(converter=source_id)
    because: SafeText = field(converter=safe_text)

    def as_json(self) -> dict[str, object]:
        """The choice as plain data."""
        return {"gazetteer_id": self.gazetteer_id, "because": self.because}

    @classmethod
    def from_json(cls, untrusted: object) -> Choice:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A choice of place", required={"gazetteer_id", "because"})
        return cls(gazetteer_id=source_id(text(given, "gazetteer_id")), because=safe_text(text(given, "because")))


@frozen(kw_only=True)
class Place:
    """A place as stated, with its candidates; `chosen` stays None until somebody chooses and says why.

    One candidate alone is still a candidate: a gazetteer may simply lack the other forty-nine villages of that name.
    """

    stated: Stated | None = None
    candidates: tuple[PlaceCandidate, ...] = field(default=())
    chosen: Choice | None = field(default=None)

    @candidates.validator
    def _each_once(self, _attribute: object, value: tuple[PlaceCandidate, ...]) -> None:
        if not value and self.stated is None:
            raise InvalidValue(what="A place", why="it needs a statement or a candidate")
        if len({candidate.gazetteer_id for candidate in value}) != len(value):
            raise InvalidValue(what="The candidates for a place", why="one of them is listed twice")

    @chosen.validator
    def _among_the_candidates(self, _attribute: object, value: Choice | None) -> None:
        if value is not None and value.gazetteer_id not in {one.gazetteer_id for one in self.candidates}:
            raise InvalidValue(what=f"The chosen place {value.gazetteer_id}", why="it is not among the candidates")

    def choosing(self, gazetteer_id: str, *, because: str) -> Place:
        """The same place with this candidate chosen, for this reason; the other candidates stay beside it."""
        return evolve(self, chosen=Choice(gazetteer_id=gazetteer_id, because=because))

    def as_json(self) -> dict[str, object]:
        """The place as plain data: `{stated, candidates, chosen or null}`."""
        return {
            "stated": None if self.stated is None else self.stated.as_json(),
            "candidates": [candidate.as_json() for candidate in self.candidates],
            "chosen": None if self.chosen is None else self.chosen.as_json(),
        }

    @classmethod
    def from_json(cls, untrusted: object) -> Place:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        given = fields(untrusted, what="A place", required={"stated", "candidates", "chosen"})
        return cls(
            stated=None if given["stated"] is None else Stated.from_json(given["stated"]),
            candidates=tuple(PlaceCandidate.from_json(one) for one in rows(given, "candidates")),
            chosen=None if given["chosen"] is None else Choice.from_json(given["chosen"]),
        )


def _texts(untrusted: object) -> tuple[SafeText, ...]:
    if not isinstance(untrusted, list) or not all(isinstance(one, str) for one in untrusted):
        raise InvalidValue(what="A list of reasons", why="it must hold texts only")
    return _safe_texts(untrusted)
