"""A sound classifier that the user gives: what its `classes.json` says, and what its scores say of one sound.

The program knows no classifier by name. The user's file tells the rate, the length of a patch, the classes in the
order of the model's output, and which of them speak for what is looked for and which against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Literal

import msgspec
from attrs import frozen

from probata.terms.errors import InvalidValue

ROLE = "sound"
"""The role under [models] in probata.toml whose weights these are: a folder with `MODEL` and `MAP`."""
MODEL, MAP = "model.onnx", "classes.json"
_MOST_BYTES = 1 << 20
_MOST_PATCH_S = 30
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class _Stored(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The stored form of a class map."""

    schema: Literal["probata/sound-classes/1"]
    rate_hz: Annotated[int, msgspec.Meta(ge=4_000, le=192_000)]
    patch_samples: Annotated[int, msgspec.Meta(ge=16)]
    hop_samples: Annotated[int, msgspec.Meta(ge=16)]
    scores: Literal["from 0 to 1", "logits", "exclusive logits"]
    classes: Annotated[list[_Name], msgspec.Meta(min_length=1, max_length=20_000)]
    alike: Annotated[list[_Name], msgspec.Meta(min_length=1)]
    unlike: list[_Name] = []


@frozen(kw_only=True)
class ClassMap:
    """How a classifier is asked and read: mono sound at `rate_hz`, `patch_samples` at once, every `hop_samples`.

    `scores` says what its numbers are; `alike` are the classes that speak for what is looked for, `unlike` those
    that speak against it.
    """

    rate_hz: int
    patch_samples: int
    hop_samples: int
    scores: str
    classes: tuple[str, ...]
    alike: frozenset[str]
    unlike: frozenset[str]

    @classmethod
    def read(cls, untrusted: bytes) -> ClassMap:
        """The map that these bytes hold; raises `InvalidValue` if they hold none."""
        if len(untrusted) > _MOST_BYTES:
            raise InvalidValue(what="The classes of [models.sound]", why=f"{MAP} is larger than 1 MiB")
        try:
            stored = msgspec.json.decode(untrusted, type=_Stored)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InvalidValue(what="The classes of [models.sound]", why=str(error)) from error
        if why := _fault(stored):
            raise InvalidValue(what="The classes of [models.sound]", why=why)
        return cls(
            rate_hz=stored.rate_hz,
            patch_samples=stored.patch_samples,
            hop_samples=stored.hop_samples,
            scores=stored.scores,
            classes=tuple(stored.classes),
            alike=frozenset(stored.alike),
            unlike=frozenset(stored.unlike),
        )

    @property
    def told(self) -> tuple[tuple[int, str, bool], ...]:
        """The outputs that are told, in order: which one, of which class, and whether that speaks for."""
        both = self.alike | self.unlike
        return tuple((place, name, name in self.alike) for place, name in enumerate(self.classes) if name in both)


def _fault(stored: _Stored) -> str:
    """What keeps these from being a map, or nothing."""
    known = set(stored.classes)
    strangers = sorted({*stored.alike, *stored.unlike} - known)
    if len(known) != len(stored.classes):
        return "two classes bear one name"
    if strangers:
        return f"{', '.join(strangers)[:200]} is no class of it"
    if set(stored.alike) & set(stored.unlike):
        return "a class speaks for and against"
    if stored.patch_samples > _MOST_PATCH_S * stored.rate_hz:
        return f"a patch is longer than {_MOST_PATCH_S} s"
    if stored.hop_samples > stored.patch_samples:
        return "between two patches sound would be left out"
    return ""


@frozen(kw_only=True)
class Patch:
    """What a classifier gave for one stretch of sound: from when to when, and the scores of the classes told."""

    start_s: Fraction
    end_s: Fraction
    scores: tuple[float, ...]


@frozen(kw_only=True)
class Opinion:
    """What a classifier says of one sound: the class that scores highest, and how far it speaks for and against."""

    name: str
    score: float
    alike: float
    unlike: float

    @property
    def against(self) -> bool:
        """Whether it plainly speaks against: some class does so by a half or more, and more than any speaks for."""
        return self.unlike >= 0.5 and self.unlike > self.alike

    def as_json(self) -> dict[str, str | float]:
        """The class and its score, as a candidate carries them."""
        return {"class": self.name, "score": round(self.score, 4)}


def opinion(onset_s: Fraction, patches: Sequence[Patch], told: Sequence[tuple[str, bool]]) -> Opinion | None:
    """What the patches that hold this onset say together, each class by its highest score; None where none holds it.

    `told` are the classes of the scores in order, and whether each speaks for what is looked for.
    """
    here = [one.scores for one in patches if one.start_s <= onset_s < one.end_s]
    if not here or not told:
        return None
    highest = [(max(scores[place] for scores in here), name, alike) for place, (name, alike) in enumerate(told)]
    score, name, _alike = max(highest)
    return Opinion(
        name=name,
        score=score,
        alike=max((score for score, _name, alike in highest if alike), default=0.0),
        unlike=max((score for score, _name, alike in highest if not alike), default=0.0),
    )


def fused(scores: Mapping[str, float], wanted: str, said: Opinion, share: float) -> dict[str, float]:
    """Our scores with this share of the score of `wanted` from the classifier; the other kinds keep their proportions.

    Where the classifier plainly speaks against, `wanted` is no higher than before; where our own model hears nothing
    like it, there is no candidate that this could raise.
    """
    ours = scores.get(wanted, 0.0)
    mixed = (1 - share) * ours + share * said.alike
    mixed = min(ours, mixed) if said.against else mixed
    rest = (1 - mixed) / (1 - ours) if ours < 1 else 0.0
    told = {kind: score * rest for kind, score in scores.items()}
    return told | {wanted: mixed}
