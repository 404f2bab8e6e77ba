"""What people see and hear in the story's footage: impulses a machine proposed, counts, an inference, two changes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from probata.analysis import selectors, services
from probata.analysis.observations import Epistemic, Observation
from probata.analysis.selectors import Candidate
from probata.analysis.services import observing
from probata.cli.demo_story.names import EXCERPT, OTHER, SCENE
from probata.cli.demo_story.people import Cast
from probata.terms.words import Confidence

_BY_EAR_S = ("7.4", "8.5", "14.2")
"""About where the impulses are: what is proposed elsewhere is none, and where no machine could look a person notes."""
_NEAR_S = 0.2


@frozen(kw_only=True)
class Observed:
    """The observations that later steps rest on, by record id."""

    impulses: tuple[str, ...]
    bodies: str
    last_body: str
    seated: str


def looked_at(cast: Cast, items: dict[str, str]) -> Observed:
    """Decide about what the machine proposed, and note what people see; each says how sure they are."""
    scene = items[SCENE]
    impulses = _impulses(cast, scene)
    lying = {"kind": "body", "certainty": "moderate"}
    early = _seen(scene, "3.5", "two persons lying still in the middle of the picture", **lying, count=_count(2))
    hasty = services.observe(early, actor=cast.analyst).id
    bodies = _seen(scene, "3", "three persons lying still on a road and beside it", **lying, count=_count(3))
    three = services.observe(
        bodies, actor=cast.analyst, reason="a third lies lower in the picture: looked again", supersedes=hasty
    ).id
    last = _seen(scene, "14", "a person lying still at the roadside", **lying, count=_count(1))
    one = services.observe(last, actor=cast.reviewer).id
    sits = _seen(scene, "7", "a person sits on the ground between two who stand", kind="other")
    seated = services.observe(sits, actor=cast.reviewer).id
    _beside(cast, items)
    _changed_minds(cast, scene, impulses)
    return Observed(impulses=impulses, bodies=three, last_body=one, seated=seated)


def _impulses(cast: Cast, scene: str) -> tuple[str, ...]:
    look = selectors.current_looks(scene).get("shots")
    found = [] if look is None or look.outcome != "found" else selectors.candidates(scene, look)
    made = []
    for one in found:
        where = (scene, one.track_sha256, one.entry)
        if one.kind != "impulsive_sound" or not _near(one):
            told = "heard it: no sound of its own begins there"
            services.decide(*where, actor=cast.reviewer, decision="rejected", reason=told)
            continue
        services.decide(*where, actor=cast.analyst, decision="accepted", reason="heard it: short, with a decay")
        known = services.observe_candidate(
            *where, actor=cast.analyst, certainty=Confidence.MODERATE, looked=_heard_too, reason="heard by a person"
        )
        made.append(known.id)
    if not made:
        heard = {"kind": "impulsive_sound", "epistemic": "audible", "certainty": "moderate"}
        by_ear = [_seen(scene, at, "a short loud sound with a decay", **heard) for at in _BY_EAR_S]
        made = [known.id for known in services.observe_all(by_ear, actor=cast.analyst)]
    return tuple(made)


def _near(one: Candidate) -> bool:
    return any(abs(one.told["onset_s"] - float(at)) < _NEAR_S for at in _BY_EAR_S)


def _heard_too(taken: Observation) -> Observation:
    return evolve(taken, epistemic=Epistemic.AUDIBLE)


def _beside(cast: Cast, items: dict[str, str]) -> None:
    scene = items[SCENE]
    band = {"kind": "armband", "certainty": "high"}
    seen = [
        _seen(scene, "3", "a white band on an upper arm of a person lying", **band, box=[0.59, 0.56, 0.05, 0.06]),
        _seen(scene, "2", "a blue band on an upper arm of a standing person", **band, box=[0.155, 0.37, 0.045, 0.06]),
        _seen(scene, "7", "a house stands at the right edge of the picture", kind="landmark"),
        _seen(scene, "13.5", "a standing person walks along the road", kind="movement", until="15"),
        _seen(
            scene,
            "15",
            "the light is even; nothing throws a shadow that can be measured",
            kind="light_shadow",
            certainty="low",
        ),
    ]
    services.observe_all(seen, actor=cast.analyst, reason="what else is seen in the scene")
    running = _seen(items[EXCERPT], "1", "numbers run in a corner of the picture", kind="visible_text", until="3")
    services.observe(running, actor=cast.operator)
    bridge = _seen(items[OTHER], "1", "persons walk towards a bridge; nobody lies there", kind="movement", until="4")
    services.observe(bridge, actor=cast.reviewer)


def _changed_minds(cast: Cast, scene: str, impulses: tuple[str, ...]) -> None:
    """An inference with its premises, and an observation that did not hold."""
    cut = _seen(scene, "13", "the picture changes to another position of the camera", kind="edit_cut")
    position = services.observe(cut, actor=cast.reviewer).id
    late: dict[str, Any] = {
        "kind": "other",
        "epistemic": "inferred",
        "certainty": "low",
        "premises": [impulses[-1], position],
    }
    sound = _seen(scene, "14.2", "the last loud sound was recorded from the third position of the camera", **late)
    services.observe(sound, actor=cast.reviewer)
    long_thing = _seen(scene, "9.5", "a long thing in the hand of a standing person", kind="weapon", certainty="low")
    wrong = services.observe(long_thing, actor=cast.analyst).id
    services.withdraw(wrong, actor=cast.reviewer, reason="it is an arm: seen frame by frame")


def _seen(item: str, at_s: str, description: str, *, until: str = "", **more: object) -> Observation:
    """An observation of the frame shown at a second, or of a stretch; visible and of moderate certainty unless told."""
    segment = observing.stretch(item, Fraction(at_s), Fraction(until) if until else None)
    told: dict[str, Any] = {"item": item, "epistemic": "visible", "certainty": "moderate", "description": description}
    return Observation.from_json({**told, "segment": segment.as_json(), **more})


def _count(least: int) -> dict[str, Any]:
    return {"min": least, "max": None, "basis": "simultaneous", "population": "persons lying", "exhaustive": False}
