"""Three runs of calculators on the record: when it can have been, when a shadow falls so, which places a name means."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from attrs import frozen

from probata.cli.demo_story.people import Cast
from probata.gazetteer.store import opened
from probata.terms.places import Point
from probata.terms.times import civil_zone
from probata.verification import services, where, where_told
from probata.verification.derivation import Derivation
from probata.verification.sun.around import Around
from probata.verification.sun.shadow import Shadow, windows_of
from probata.verification.sun.telling import shadow_as_json
from probata.verification.when.document import read_text
from probata.verification.when.solving import solve
from probata.verification.when.telling import derivation as when_derivation

SUNDAY = date(2031, 10, 12)
_ZONE = "Europe/Kyiv"
_HERE = Point(latitude_deg=49.3, longitude_deg=27.3)
_BOUNDS: list[dict[str, Any]] = [
    {
        "id": "first-copy",
        "subject": "the shooting",
        "imprecise": ["open", "2031-10-14T09:10:00+03:00"],
        "source": {"kind": "first_seen", "text": "the agency's excerpt, published in the morning of 14 October"},
    },
    {
        "id": "caption",
        "subject": "the shooting",
        "imprecise": ["2031-10-11", "2031-10-13"],
        "source": {"kind": "screen_text", "text": "a caption in the scene: around 12 October"},
    },
    {
        "id": "afternoon",
        "subject": "the shooting",
        "daily": {"from": "13:00", "to": "19:00"},
        "source": {"kind": "light", "text": "a newspaper's analysis: shadows as they fall in the afternoon"},
    },
    {
        "id": "statement",
        "subject": "the shooting",
        "imprecise": ["2031-10-14T12:00:00+03:00", "2031-10-14T20:00:00+03:00"],
        "source": {"kind": "statement", "text": "a ministry: on Tuesday afternoon"},
    },
]


@frozen(kw_only=True)
class Computed:
    """The recorded runs, by record id."""

    when: str
    sun: str
    where: str


def computed(cast: Cast) -> Computed:
    """Run the calculators as their verbs do, and record how each came to its answer."""
    return Computed(
        when=_recorded(cast, _when(), "how the bounds on the time of the shooting go together"),
        sun=_recorded(cast, _sun(), "the shadow as a newspaper tells it of its analysis, reckoned anew"),
        where=_recorded(cast, _where(), "which villages bear the name that residents say"),
    )


def _recorded(cast: Cast, run: Derivation, reason: str) -> str:
    return services.record_derivation(run, actor=cast.analyst, reason=reason)


def _when() -> Derivation:
    told = {"zone": _ZONE, "bounds": _BOUNDS}
    document = read_text(json.dumps(told).encode(), what="The story's bounds", zone=None)
    return when_derivation(solve(document, what="The story's bounds"), {**told, "zone_given": None})


def _sun() -> Derivation:
    shadow = Shadow(azimuth_deg=60.0, azimuth_sd_deg=4.0)
    zone, around = civil_zone(_ZONE), Around(point=_HERE, radius_m=20_000.0)
    answer = windows_of(shadow, around, SUNDAY, SUNDAY, zone, probability=0.9)
    return Derivation.from_json(shadow_as_json(answer, shadow, around, SUNDAY, SUNDAY, zone)["derivation"])


def _where() -> Derivation:
    with opened() as gazetteer:
        answer = where.ask(gazetteer, where.Question(name="Березівка", within=("Хмельницька область",)))
        return where_told.derivation(answer, gazetteer.sources)
