"""Local features: places of one picture that lie alike in another, however cropped, mirrored, turned or framed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from probata.copies.seam import About, Explanation, Hit, Kept
from probata.media.passes import CannotLook, Consumer, Outcome

if TYPE_CHECKING:
    from probata.copies.extract import Sight
    from probata.copies.places import PlacePair

_FEATURES = Consumer(name="features", target="probata.copies.jailed.sights:Features", parameters={"every_s": 1.0})
_FULL_PLACES = 120
_NEEDED_PLACES = 14


@frozen(kw_only=True)
class KeptSights:
    """Pictures with their local features."""

    sights: tuple[Sight, ...]

    def to_bytes(self) -> bytes:
        """Addresses, places and descriptors, in order."""
        return b"".join(
            sight.digest + sight.points.tobytes() + (sight.roots**2 * 65535).astype("<u2").tobytes()
            for sight in self.sights
        )


class LocalFeatures:
    """Counts the distinct places of two pictures that one turn, scale and shift lays on each other."""

    about: ClassVar[About] = About(
        name="local_features",
        version="1",
        promise="Finds pictures of one scene by places that lie alike, and tells crop, mirror, turn and scale.",
        watches="pictures",
        needs=("match",),
    )

    def consumers(self) -> Sequence[Consumer]:
        """One picture a second is looked at."""
        return (_FEATURES,)

    def kept(self, outcomes: Mapping[str, Outcome]) -> KeptSights | None:
        """The pictures on which there is anything."""
        from probata.copies.extract import sights_of  # noqa: PLC0415  numpy is loaded where it is needed

        told = outcomes[_FEATURES.name]
        if told.outcome == "could_not_look":
            raise CannotLook(told.why)
        sights = sights_of(told) if told.outcome == "found" else ()
        return KeptSights(sights=tuple(sights)) if sights else None

    def explain(self, a: Kept, b: Kept) -> Explanation:
        """Every pair of pictures in which more places agree than in pictures of different things."""
        assert isinstance(a, KeptSights)
        assert isinstance(b, KeptSights)
        from probata.copies.places import matched  # noqa: PLC0415  same

        pairs = matched(a.sights, b.sights, least=_NEEDED_PLACES)
        hits = [_hit(pair, a.sights[pair.a], b.sights[pair.b]) for pair in pairs]
        hits.sort(key=lambda hit: (-hit.score, abs(hit.a_s - hit.b_s), hit.a_s))
        return Explanation(
            method=self.about.name,
            version=self.about.version,
            outcome="found" if hits else "nothing_found",
            why="" if hits else f"no two pictures agree on {_NEEDED_PLACES} places",
            hits=tuple(hits),
        )


def _hit(pair: PlacePair, a: Sight, b: Sight) -> Hit:
    return Hit(
        a_s=a.seconds,
        b_s=b.seconds,
        mirror=pair.mirror,
        score=min(1.0, pair.places / _FULL_PLACES),
        needed=_NEEDED_PLACES / _FULL_PLACES,
        why=f"{pair.places} distinct places lie alike{', mirrored' if pair.mirror else ''}",
    )
