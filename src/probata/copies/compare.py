"""Compares two files: what they share, which seconds of one are which of the other, and with what proof.

Usable on bare files, without a workspace:

    comparison = compare(Path("posted.mp4"), Path("original.mp4"))
    for relation in comparison.relations: ...
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from probata.copies import hinted
from probata.copies.archive import Archive
from probata.copies.candidates import AlikeMoments
from probata.copies.extract import Extract, extract, extract_near
from probata.copies.pictures import PictureComparison, compare_pictures
from probata.copies.relations import Relation
from probata.copies.sound.background import Background
from probata.copies.sound.matching import SoundComparison
from probata.copies.sound.matching import compare as compare_sound
from probata.copies.verdict import identical, relations
from probata.engines.sandbox import Jail
from probata.media.limits import Limits
from probata.media.wire import a_jail
from probata.terms.digests import Sha256

_PIECE = 1 << 20


@frozen(kw_only=True, eq=False)
class Comparison:
    """What two files are to each other, and what each way of looking answered; `why` where nothing was found."""

    a: Extract
    b: Extract
    pictures: PictureComparison
    sound: SoundComparison
    relations: tuple[Relation, ...]

    @property
    def why(self) -> str:
        """Why nothing shared was found; empty where something was."""
        if self.relations:
            return ""
        return "; ".join(
            f"by {name}: {why}" for name, why in (("pictures", self.pictures.why), ("sound", self.sound.why)) if why
        )

    def as_json(self) -> dict[str, Any]:
        """The comparison as the JSON contract of `compare` has it."""
        return {
            "relations": [relation.as_json() for relation in self.relations],
            "why": self.why,
            "looked": {
                "pictures": {"outcome": _answer(self.pictures), "why": self.pictures.why},
                "sound": {"outcome": _heard(self.sound), "why": self.sound.why},
            },
        }


def compare(
    a: Path, b: Path, *, background: Background | None = None, limits: Limits | None = None, jail: Jail | None = None
) -> Comparison:
    """What A and B share; decoded in the jail, each once.

    Raises what `probata.media.passes.watch` raises where a file cannot be watched at all.
    """
    with a_jail(jail) as held:
        beside = hinted.consumers()
        one = extract(a, beside=beside, limits=limits, jail=held)
        if digest_of(a) == digest_of(b):
            same = SoundComparison()
            return Comparison(a=one, b=one, pictures=PictureComparison(), sound=same, relations=(identical(one),))
        other = extract(b, beside=beside, limits=limits, jail=held)
        if one.long or other.long:
            one, other = brought_near(
                (a, one), (b, other), moments_alike(a, one, b, jail=held), limits=limits, jail=held
            )
    return compared(one, other, background=background)


def moments_alike(a: Path, one: Extract, b: Path, *, jail: Jail) -> Sequence[AlikeMoments]:
    """Which pictures of A, of which `one` was extracted, are like key pictures of B, the best founded first."""
    with tempfile.TemporaryDirectory(prefix="probata-copies-") as folder:
        archive = Archive(Path(folder))
        archive.add(Sha256(digest_of(b)), b, jail=jail)
        return next((found.moments for found in archive.propose(a, one, jail=jail).proposed), ())


def brought_near(
    a: tuple[Path, Extract],
    b: tuple[Path, Extract],
    moments: Sequence[AlikeMoments],
    *,
    limits: Limits | None = None,
    jail: Jail,
) -> tuple[Extract, Extract]:
    """Both files with the pictures that comparing needs: all where footage is short, near these moments where long."""
    (file, one), (other_file, other) = a, b
    here, there = (float(each.to_s - each.from_s) for each in (one, other))
    if one.long:
        one = extract_near(file, one, (float(at.query_s) for at in moments), there, limits=limits, jail=jail)
    if other.long:
        times = (float(at.item_moment.seconds) for at in moments)
        other = extract_near(other_file, other, times, here, limits=limits, jail=jail)
    return one, other


def compared(one: Extract, other: Extract, *, background: Background | None = None) -> Comparison:
    """The same of two files whose extracts are at hand."""
    hits = hinted.hits(one, other)
    pictures = compare_pictures(one, other, hits)
    sound = _sounds(one, other, background)
    told = relations(one, other, pictures, sound, hits)
    return Comparison(a=one, b=other, pictures=pictures, sound=sound, relations=told)


def digest_of(file: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    made = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            made.update(piece)
    return made.hexdigest()


def _sounds(one: Extract, other: Extract, background: Background | None) -> SoundComparison:
    for name, extract_ in (("first", one), ("second", other)):
        if extract_.sound is None:
            return SoundComparison(why=f"the {name} file has no sound")
    assert one.sound is not None
    assert other.sound is not None
    return compare_sound(one.sound, other.sound, background)


def _answer(pictures: PictureComparison) -> str:
    if pictures.could_not_look:
        return "could_not_look"
    return "found" if pictures.shared else "nothing_found"


def _heard(sound: SoundComparison) -> str:
    if sound.matches:
        return "found"
    return "nothing_found" if sound.needed > 0 else "could_not_look"
