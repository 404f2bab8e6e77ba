"""The same scene, told by way of a file that was found already.

What was cut, framed or blurred often keeps too few places to be laid on another recording of its scene. On its source
it was laid, though, and the source, which nobody edited, lies well on that other recording: the one way after the other
says how the two lie. Whether they do is asked of the two themselves (`aside`): laid so their pictures must be more
alike than laid aside in any way. Nothing of that tells the moment, so it is never more than a scene.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from attrs import frozen

from probata.copies.archive import Archive
from probata.copies.aside import LaidAside, laid_aside
from probata.copies.extract import Extract, Sight, Views, glimpse
from probata.copies.pictures import SCENE_PLACES
from probata.copies.places import matched
from probata.copies.recorded import on_other
from probata.copies.register import Hypothesis, hypotheses
from probata.copies.relations import KINDS_OF_COPY, Reason, Relation, Segment
from probata.engines.sandbox import Jail
from probata.terms.digests import Sha256
from probata.terms.errors import FootageError

MOST_GUIDES: Final = 3
_FEW_SIGHTS = 6
_STEPS = 2  # from a file that was found to one beside it, and from that to another
_SCENE = "same_scene_moment_unproven"
_FULL_PLACES, _MOST_SCORE = 250, 0.49  # as `verdict` tells scenes
_OF = {True: "this one was found in a third file", False: "this one shows the scene of a third file"}

_Told = Mapping[Sha256, Sequence[Relation]]


@frozen(kw_only=True, eq=False)
class _Seen:
    """Pictures of one file: some with their places, and small views around those."""

    sights: tuple[Sight, ...]
    views: Views

    def seconds(self, place: int) -> float:
        """When one of the pictures with places is shown."""
        return float(self.sights[place].seconds)


@frozen(kw_only=True, eq=False)
class _Guide:
    """A file that was found, how A lies on it, and when A shows what it shows at a moment; `places` say that it does.

    `segment` is the stretch that is proved to be the same, if one is.
    """

    item: Sha256
    seen: _Seen
    way: Hypothesis
    places: int
    at_s: float
    segment: Segment | None

    def on_mine(self, theirs_s: float) -> float:
        """Which second of A is to be compared with one of the guide: the same, where that is known."""
        if self.segment is None:
            return self.at_s
        about = self.segment.turned_about()
        inside = min(max(Fraction(theirs_s), about.a_start_s), about.a_end_s)
        return float(on_other(about, inside))


def told_beside(
    mine: tuple[Path, Extract],
    found: _Told,
    files: Mapping[Sha256, Path],
    archive: Archive,
    *,
    but: Iterable[Sha256] = (),
    jail: Jail,
) -> Iterator[tuple[Sha256, Relation]]:
    """Which other files show the scene of the asked one, as far as those tell in which it was `found`.

    `but` are files of which nothing is asked. A file that cannot be looked at is passed over: it was only proposed.
    """
    leading = _leading(found, files)
    near = archive.beside([item for item, _one in leading], but={*but, *(item for item, one in found.items() if one)})
    near = tuple(one for one in near if one.item in files)
    if not near:
        return
    guides = [guide for item, one in leading if (guide := _guide(mine, item, one, files, archive, jail)) is not None]
    if not guides:
        return
    asked = _Asked(mine=mine, jail=jail)
    looked = ((one.item, _looked(files[one.item], [float(at.seconds) for at in one.moments], jail)) for one in near)
    waiting = {item: seen for item, seen in looked if seen is not None}
    for _step in range(_STEPS):
        leads: list[_Guide] = []
        for item, theirs in list(waiting.items()):
            told = asked.beside(guides, item, theirs)
            if told is not None:
                yield item, told[0]
                leads.append(told[1])
                del waiting[item]
        guides = leads[:MOST_GUIDES]


def _leading(found: _Told, files: Mapping[Sha256, Path]) -> list[tuple[Sha256, Relation]]:
    """The few files whose pictures are best known to be those of A: copies first."""
    seen = [(item, one[0]) for item, one in found.items() if item in files and one and one[0].by != "sound"]
    good = [(item, one) for item, one in seen if _is_copy(one) or one.kind == _SCENE]
    return sorted(good, key=lambda row: (not _is_copy(row[1]), -row[1].score, row[0]))[:MOST_GUIDES]


def _is_copy(relation: Relation) -> bool:
    return relation.kind in KINDS_OF_COPY or relation.kind == "same_picture_other_audio"


def _guide(
    mine: tuple[Path, Extract],
    item: Sha256,
    relation: Relation,
    files: Mapping[Sha256, Path],
    archive: Archive,
    jail: Jail,
) -> _Guide | None:
    """How A lies on a file that was found; None where no picture of either tells."""
    laid = [one for one in relation.segments if one.transform is not None]
    longest = max(laid, key=lambda one: one.a_lasts_s, default=None)
    if longest is None:
        moments = _spread([float(at.seconds) for at in archive.moments_of(item)])
    else:
        moments = _spread([float(longest.b_start_s), float(longest.b_end_s)], inner=True)
    seen = _looked(files[item], moments, jail) if moments else None
    if seen is None:
        return None
    if longest is not None and _is_copy(relation):
        return _by_proof(item, seen, longest)
    ours = _of_mine(mine, longest, jail)
    way = None if ours is None else _lies(ours, seen)
    if way is None or ours is None:
        return None
    at_s = ours.seconds(way.best.a)
    return _Guide(item=item, seen=seen, way=way, places=way.places, at_s=at_s, segment=None)


def _by_proof(item: Sha256, seen: _Seen, segment: Segment) -> _Guide:
    assert segment.transform is not None
    matrix = np.array(segment.transform.matrix, np.float64).reshape(2, 3)
    way = Hypothesis(mirror=segment.transform.mirror, matrix=matrix, pairs=())
    return _Guide(item=item, seen=seen, way=way, places=_FULL_PLACES, at_s=float(segment.a_start_s), segment=segment)


def _of_mine(mine: tuple[Path, Extract], segment: Segment | None, jail: Jail) -> _Seen | None:
    """Some pictures of A, of the stretch that shows the scene where one is known."""
    file, one = mine
    if one.long and segment is not None:
        return _looked(file, _spread([float(segment.a_start_s), float(segment.a_end_s)], inner=True), jail)
    return _few(one)


def _looked(file: Path, moments_s: Sequence[float], jail: Jail) -> _Seen | None:
    try:
        return _few(glimpse(file, moments_s, jail=jail))
    except FootageError:
        return None


def _few(one: Extract) -> _Seen | None:
    sights = [sight for sight in one.sights if len(sight.points)]
    if one.views is None or not sights:
        return None
    places = np.linspace(0, len(sights) - 1, min(len(sights), _FEW_SIGHTS)).round().astype(int)
    return _Seen(sights=tuple(sights[place] for place in places), views=one.views)


def _spread(times_s: Sequence[float], *, inner: bool = False) -> list[float]:
    """Three of the times, from first to last; with `inner` three between the two."""
    if inner:
        return [times_s[0] + (times_s[-1] - times_s[0]) * share for share in (0.5, 0.15, 0.85)]
    return [times_s[place] for place in np.linspace(0, len(times_s) - 1, min(len(times_s), 3)).round().astype(int)]


def _lies(a: _Seen, b: _Seen) -> Hypothesis | None:
    """How A lies on B, where as many places agree as a scene takes, and all parts of the picture: no caption alone."""
    ways = hypotheses(matched(a.sights, b.sights), a.sights, b.sights)
    best = max(ways, key=lambda way: way.places, default=None)
    if best is None or best.places < SCENE_PLACES:
        return None
    pair = best.best
    aside = laid_aside(best, a.views, a.seconds(pair.a), b.views, b.seconds(pair.b), every_part=True)
    return best if aside is not None and aside.tells else None


@frozen(kw_only=True, eq=False)
class _Asked:
    """The asked file, while others are laid on it."""

    mine: tuple[Path, Extract]
    jail: Jail

    def beside(self, guides: Sequence[_Guide], item: Sha256, theirs: _Seen) -> tuple[Relation, _Guide] | None:
        """That it shows the scene of the other too, as the first guide tells by whom it does; the other is one then."""
        for guide in guides:
            lies = _lies(guide.seen, theirs)
            if lies is None:
                continue
            at_s, theirs_s = guide.on_mine(guide.seen.seconds(lies.best.a)), theirs.seconds(lies.best.b)
            both = np.vstack([lies.matrix, (0, 0, 1)]) @ np.vstack([guide.way.matrix, (0, 0, 1)])
            way = Hypothesis(mirror=lies.mirror != guide.way.mirror, matrix=both[:2], pairs=())
            ours = self._views(at_s)
            aside = None if ours is None else laid_aside(way, ours, at_s, theirs.views, theirs_s)
            if aside is not None and aside.tells:
                places = min(guide.places, lies.places)
                lead = _Guide(item=item, seen=theirs, way=way, places=places, at_s=at_s, segment=None)
                return _relation(guide, lies, aside), lead
        return None

    def _views(self, at_s: float) -> Views | None:
        file, one = self.mine
        if one.views is not None and not one.long:
            return one.views
        seen = _looked(file, [at_s], self.jail)
        return None if seen is None else seen.views


def _relation(guide: _Guide, lies: Hypothesis, aside: LaidAside) -> Relation:
    places = min(guide.places, lies.places)
    proven = guide.segment is not None
    return Relation(
        kind="same_scene_moment_unproven",
        score=round(min(_MOST_SCORE, places / _FULL_PLACES), 6),
        by="frames",
        why=(
            Reason(
                code="scene_by_a_third",
                text=f"{_OF[proven]}, of which {lies.places} distinct places lie alike in a picture of the other",
                value=float(lies.places),
                threshold=float(SCENE_PLACES),
            ),
            Reason(
                code="laid_aside",
                text="laid on each other as that file tells, the pictures of the two are more alike than laid aside in "
                f"any of {aside.ways} ways: the same scene, the moment unproven",
                value=aside.agree,
                wrong=aside.wrong,
                threshold=max(0.0, aside.wrong),
            ),
        ),
    )
