"""The code of a whole picture: what is large in it, in 255 bits; for copies that keep the frame or a usual part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from probata.copies.seam import About, Explanation, Hit, Kept
from probata.media.passes import CannotLook, Consumer, Outcome

if TYPE_CHECKING:
    from probata.copies.index.footage import AskedPicture

_ASKED = Consumer(
    name="asked", target="probata.copies.jailed.keyframes:Asked", parameters={"every_s": 0.5, "most": 4000}
)
_BITS = 255
_MOST_BITS = 64  # apart: pictures of different things come to 127, give or take eight, and seldom below 80
_MOST_HITS = 400


@frozen(kw_only=True)
class KeptCodes:
    """The codes of some pictures' parts, plain and mirrored."""

    pictures: tuple[AskedPicture, ...]

    def to_bytes(self) -> bytes:
        """Addresses and codes, in order."""
        return b"".join(one.digest + one.codes.astype("<u8").tobytes() for one in self.pictures)


class FrameCodes:
    """Compares the lowest waves of pictures: the whole of one with the whole, the halves and the bands of the other."""

    about: ClassVar[About] = About(
        name="frame_code",
        version="1",
        promise="Finds pictures that are one picture encoded, scaled, graded, mirrored or cut to a usual part.",
        watches="pictures",
        needs=("match",),
    )

    def consumers(self) -> Sequence[Consumer]:
        """Two pictures a second are looked at."""
        return (_ASKED,)

    def kept(self, outcomes: Mapping[str, Outcome]) -> KeptCodes | None:
        """The pictures that say something: no flat, black or noisy one."""
        from probata.copies.index.footage import asked_of  # noqa: PLC0415  numpy is loaded where it is needed

        told = outcomes[_ASKED.name]
        if told.outcome == "could_not_look":
            raise CannotLook(told.why)
        pictures = tuple(one for one in asked_of(told).pictures if "whole" in one.parts)
        return KeptCodes(pictures=pictures) if pictures else None

    def explain(self, a: Kept, b: Kept) -> Explanation:
        """Every pair of pictures whose codes are nearer than those of any picture to one in negative."""
        assert isinstance(a, KeptCodes)
        assert isinstance(b, KeptCodes)
        hits = {(hit.a_s, hit.b_s, hit.mirror): hit for hit in (one.turned_about() for one in _hits(b, a))}
        for hit in _hits(a, b):
            known = hits.get((hit.a_s, hit.b_s, hit.mirror))
            if known is None or known.score < hit.score:
                hits[hit.a_s, hit.b_s, hit.mirror] = hit
        best = sorted(hits.values(), key=lambda hit: (-hit.score, abs(hit.a_s - hit.b_s), hit.a_s))[:_MOST_HITS]
        return Explanation(
            method=self.about.name,
            version=self.about.version,
            outcome="found" if best else "nothing_found",
            why=""
            if best
            else f"no two pictures are within {_MOST_BITS} of {_BITS} bits, nor nearer than to a negative",
            hits=tuple(best),
        )


def _hits(a: KeptCodes, b: KeptCodes) -> Iterator[Hit]:
    """Parts of A's pictures, plain and mirrored, that are the whole of one of B's."""
    import numpy as np  # noqa: PLC0415  same

    wholes = np.stack([one.codes[one.parts.index("whole")] for one in b.pictures])
    for one in a.pictures:
        apart = np.bitwise_count(one.codes[:, None] ^ wholes[None]).sum(axis=2, dtype=np.int64)
        # The furthest is the nearest to the picture in negative, which is a copy of nothing.
        wrong = np.minimum(_MOST_BITS, _BITS - apart.max(axis=1))
        for view, place in zip(*np.nonzero(apart < wrong[:, None]), strict=True):
            bits, needed = int(apart[view, place]), int(wrong[view])
            part = one.parts[view] + ", mirrored" * one.mirrors[view]
            yield Hit(
                a_s=one.seconds,
                b_s=b.pictures[place].seconds,
                mirror=one.mirrors[view],
                score=1 - bits / _BITS,
                needed=1 - needed / _BITS,
                why=f"{part}: {bits} of {_BITS} bits differ, fewer than {needed}",
            )
