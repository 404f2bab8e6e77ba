"""The print of a sound: seconds that sound alike, at any speed near their own, under other sound too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from probata.copies.seam import About, Explanation, Hit, Kept
from probata.media.passes import CannotLook, Consumer, Outcome

if TYPE_CHECKING:
    from probata.copies.sound.matching import SoundMatch
    from probata.copies.sound.soundprint import SoundPrint

_PRINT = Consumer(name="sound_print", target="probata.copies.jailed.hearing:Prints")


class SoundPrints:
    """Lays one sound along the other at every speed of a grid, beside foreign sound, and says which seconds agree."""

    about: ClassVar[About] = About(
        name="sound_print",
        version="1",
        promise="Finds seconds that sound alike; silence, tones and hiss prove nothing, music is called weak.",
        watches="sound",
    )

    def consumers(self) -> Sequence[Consumer]:
        """The whole sound is heard, at its own rate."""
        return (_PRINT,)

    def kept(self, outcomes: Mapping[str, Outcome]) -> SoundPrint | None:
        """The print, a hundred bytes a second."""
        from probata.copies.sound.heard import print_of  # noqa: PLC0415  numpy is loaded where it is needed

        told = outcomes[_PRINT.name]
        if told.outcome == "could_not_look":
            raise CannotLook(told.why)
        return print_of(told)

    def explain(self, a: Kept, b: Kept) -> Explanation:
        """Every stretch that is heard in both."""
        from probata.copies.sound.matching import compare  # noqa: PLC0415  same
        from probata.copies.sound.soundprint import SoundPrint  # noqa: PLC0415  same

        assert isinstance(a, SoundPrint)
        assert isinstance(b, SoundPrint)
        found = compare(a, b)
        hits = tuple(_hit(match) for match in found.matches)
        unfit = not found.needed and not hits
        return Explanation(
            method=self.about.name,
            version=self.about.version,
            outcome="found" if hits else "could_not_look" if unfit else "nothing_found",
            why="" if hits else found.why,
            hits=hits,
        )


def _hit(match: SoundMatch) -> Hit:
    return Hit(
        a_s=match.a_start_s,
        b_s=match.b_start_s,
        lasts_s=match.a_end_s - match.a_start_s,
        speed=1 / match.speed,
        score=max(0.0, min(1.0, match.agreement)),
        needed=max(0.0, min(1.0, match.agreement * match.needed / match.score)),
        weak=match.weak,
        why=match.why,
    )
