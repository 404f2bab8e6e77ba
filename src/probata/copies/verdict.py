"""From what pictures and sound share to a relation of the record's kinds, with every reason for it and against it.

*Copy*, *excerpt*, *overlap* state that the same moments were recorded once: they demand that pictures move in step
along one line of time, or that sound agrees there. A scene that agrees in space alone is told as that, and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import evolve, frozen

from probata.copies.extract import Extract, Views
from probata.copies.pictures import MOST_UNEXPLAINED, SCENE_PLACES, PictureComparison, Shared
from probata.copies.register import transform_of
from probata.copies.relations import By, Kind, Reason, Relation, Segment
from probata.copies.seam import Hit
from probata.copies.sound.matching import SoundComparison, SoundMatch

_SAME_LINE_S = 0.35
_SAME_SPEED = 0.04
_WHOLE = 0.93  # of a file: what is missing is less than a few pictures at either end can account for
_WHOLE_S = 0.5
_LEAST_OTHER_SOUND_S = 2.0
_LEAST_FAINT_S = Fraction(3, 2)  # less is chance as often as not
_PLAINLY, _LEAST_PLAIN_S = 2.0, Fraction(2)  # times what was needed; seconds
_LEAST_LOOKS = 0.55  # of the pictures along a stretch that is told as the same scene


@frozen(kw_only=True)
class Proof:
    """One stretch that both files hold, and which of pictures and sound prove it."""

    segment: Segment
    picture: Shared | None = None
    sound: SoundMatch | None = None

    @property
    def by(self) -> By:
        """Which modality proves it."""
        if self.picture is not None and self.sound is not None:
            return "both"
        return "frames" if self.picture is not None else "sound"

    @property
    def score(self) -> float:
        """How far it stands out over the strongest wrong, from 0.5 to 1."""
        return max(
            _picture_score(self.picture) if self.picture is not None else 0.0,
            _sound_score(self.sound) if self.sound is not None else 0.0,
        )


def relations(
    a: Extract, b: Extract, pictures: PictureComparison, sound: SoundComparison, hits: Sequence[Hit] = ()
) -> tuple[Relation, ...]:
    """What the two files are to each other, the best founded first; empty where they share nothing that was found.

    `hits` of a descriptor that the user gave are told beside the reasons; they decide nothing.
    """
    heard = [match for match in sound.matches if not match.weak]
    proofs = _proofs(a, b, pictures.shared, heard, [match for match in sound.matches if match.music])
    if proofs:
        kind = _kind(a, b, proofs, pictures, sound)
        return (
            Relation(
                kind=kind,
                score=round(max(proof.score for proof in proofs), 6),
                by=_together(proof.by for proof in proofs),
                segments=tuple(proof.segment for proof in sorted(proofs, key=lambda one: one.segment.a_start_s)),
                why=(*_reasons(proofs, pictures, sound), *_moved(proofs, heard), *_held_alike(hits)),
                strongest_wrong=_strongest_wrong(proofs),
            ),
        )
    other = _has_pictures(a, b) and not _alike(pictures)
    return (*_scene(a, b, pictures), *_faint_sound(sound, other_pictures=other))


def _proofs(
    a: Extract, b: Extract, shared: Sequence[Shared], heard: Sequence[SoundMatch], music: Sequence[SoundMatch]
) -> list[Proof]:
    """What pictures prove, what sound does, and what both do together.

    Music alone proves nothing: it may be laid under any pictures. Where pictures that share a scene run along the very
    line of time that music tells, without knowing of it, both together do.
    """
    proofs = []
    told: set[int] = set()
    for one in shared:
        beside = [index for index, match in enumerate(heard) if _on_line(one, match)]
        under = [match for match in music if _on_line(one, match)]
        if not (one.proven or beside or under):
            continue
        told.update(beside)
        best = max((*(heard[index] for index in beside), *under), key=lambda match: match.score, default=None)
        proofs.append(Proof(segment=_segment(one, a, b), picture=one, sound=best))
    seen = [proof.segment for proof in proofs]
    apart = [match for index, match in enumerate(heard) if index not in told and not _is_seen(match, seen)]
    return proofs + [Proof(segment=_heard(match), sound=match) for match in apart]


def _is_seen(match: SoundMatch, seen: Sequence[Segment]) -> bool:
    """Whether pictures tell already, of most of these seconds of A, which of B they are: the sound was moved."""
    spans = ((max(match.a_start_s, one.a_start_s), min(match.a_end_s, one.a_end_s)) for one in seen)
    return 2 * sum(max(Fraction(0), end - start) for start, end in spans) > match.a_end_s - match.a_start_s


def _moved(proofs: Sequence[Proof], heard: Sequence[SoundMatch]) -> Iterable[Reason]:
    """Sound that is the same as B's, but of other seconds than the pictures: late, early, or laid anew."""
    seen = [proof.picture for proof in proofs if proof.picture is not None]
    for match in heard:
        middle = float(match.a_start_s + match.a_end_s) / 2
        beside = [one for one in seen if one.stretch.a_start_s <= middle < one.stretch.a_end_s]
        if not beside or any(_on_line(one, match) for one in seen):
            continue
        on_b = float(match.b_start_s) + (middle - float(match.a_start_s)) / float(match.speed)
        late_s = beside[0].stretch.b_at(middle) - on_b
        yield Reason(
            code="sound_moved",
            text=f"the sound is the same too, {abs(late_s):.2f} s {'later' if late_s > 0 else 'earlier'} than in B",
            value=round(late_s, 3),
        )


def _on_line(one: Shared, match: SoundMatch) -> bool:
    stretch = one.stretch
    start, end = max(stretch.a_start_s, float(match.a_start_s)), min(stretch.a_end_s, float(match.a_end_s))
    if end - start < 0.5 or abs(float(match.speed) * stretch.speed - 1) > _SAME_SPEED:
        return False
    middle = (start + end) / 2
    # `speed` of a sound match is seconds of A in a second of B; a stretch counts the other way about.
    on_b = float(match.b_start_s) + (middle - float(match.a_start_s)) / float(match.speed)
    return abs(on_b - stretch.b_at(middle)) < _SAME_LINE_S


def _segment(one: Shared, a: Extract, b: Extract) -> Segment:
    assert a.views is not None
    assert b.views is not None
    stretch = one.stretch
    low, high = sorted((stretch.b_at(stretch.a_start_s), stretch.b_at(stretch.a_end_s)))
    start, end = _shown(a.views, stretch.a_start_s, stretch.a_end_s)
    b_start, b_end = _shown(b.views, low, high)
    return Segment(
        a_start_s=start,
        a_end_s=end,
        b_start_s=b_start,
        b_end_s=b_end,
        speed=Fraction(stretch.speed).limit_denominator(10_000),
        transform=transform_of(one.hypothesis, a.sights[0], b.sights[0]),
    )


def _shown(views: Views, start_s: float, end_s: float) -> tuple[Fraction, Fraction]:
    """The stretch from the start of the picture nearest to its start, to the end of the one nearest to its end."""
    edges = [*(pts * views.time_base for pts in views.pts), views.end_s]
    seconds = [float(edge) for edge in edges]
    first = min(range(len(edges) - 1), key=lambda place: abs(seconds[place] - start_s))
    last = min(range(first + 1, len(edges)), key=lambda place: abs(seconds[place] - end_s))
    return edges[first], edges[last]


def _heard(match: SoundMatch) -> Segment:
    return Segment(
        a_start_s=match.a_start_s,
        a_end_s=match.a_end_s,
        b_start_s=match.b_start_s,
        b_end_s=match.b_end_s,
        speed=1 / match.speed,
    )


def _kind(a: Extract, b: Extract, proofs: Sequence[Proof], pictures: PictureComparison, sound: SoundComparison) -> Kind:
    seen = [proof for proof in proofs if proof.picture is not None]
    if not seen and _has_pictures(a, b) and not _alike(pictures):
        return "same_audio_other_picture"
    if seen and all(proof.sound is None for proof in seen) and _other_sound(seen, sound):
        return "same_picture_other_audio"
    whole_a = _covers([(proof.segment.a_start_s, proof.segment.a_end_s) for proof in proofs], a)
    whole_b = _covers([(proof.segment.b_start_s, proof.segment.b_end_s) for proof in proofs], b)
    if whole_a and whole_b:
        return "contains" if _again(proofs) else "copy"
    if whole_a:
        return "excerpt_of"
    return "contains" if whole_b else "overlaps"


def _alike(pictures: PictureComparison) -> bool:
    """Whether the pictures agree on a scene, or look alike along any stretch: then they are not called others."""
    return pictures.scene_places >= SCENE_PLACES or any(one.stretch.looks >= _LEAST_LOOKS for one in pictures.shared)


def _has_pictures(a: Extract, b: Extract) -> bool:
    return a.views is not None and b.views is not None


def _again(proofs: Sequence[Proof]) -> bool:
    """Whether A holds seconds of B more than once: it was looped."""
    spans = sorted((proof.segment.b_start_s, proof.segment.b_end_s) for proof in proofs)
    return any(end - start > _WHOLE_S for (_s, end), (start, _e) in pairwise(spans))


def _other_sound(seen: Sequence[Proof], sound: SoundComparison) -> bool:
    """Whether both have sound enough along what the pictures share, and it was compared and is not the same."""
    lasts = sum(proof.segment.a_lasts_s for proof in seen)
    return sound.needed > 0 and not sound.matches and lasts >= _LEAST_OTHER_SOUND_S


def _covers(spans: Iterable[tuple[Fraction, Fraction]], one: Extract) -> bool:
    """Whether the spans together cover the whole file, but for a few pictures at its ends."""
    begins, ends = one.from_s, one.to_s
    covered, reached = Fraction(0), begins
    for start, end in sorted(spans):
        covered += max(Fraction(0), min(end, ends) - max(start, reached))
        reached = max(reached, end)
    lasts = ends - begins
    return covered >= lasts * Fraction(_WHOLE) or lasts - covered <= Fraction(_WHOLE_S)


def _together(by: Iterable[By]) -> By:
    kinds = set(by)
    return kinds.pop() if len(kinds) == 1 else "both"


def on_scale(value: float, needed: float) -> float:
    """A figure on the scale of scores: what was needed is 0.5, what is wrong lies below, 1 is never reached."""
    if value <= 0 or needed <= 0:
        return 0.0
    return 0.5 * value / needed if value < needed else 1 - 0.5 * needed / value


def _picture_score(one: Shared) -> float:
    return on_scale(one.step.agree, one.needed) if one.step is not None and one.proven else 0.0


def _sound_score(match: SoundMatch) -> float:
    return on_scale(match.score, match.needed)


def _strongest_wrong(proofs: Sequence[Proof]) -> float:
    """The highest that anything known to be wrong reached in the same search, on the scale of scores."""
    seen = [proof.picture for proof in proofs if proof.picture is not None and proof.picture.proven]
    heard = [proof.sound for proof in proofs if proof.sound is not None]
    figures = [on_scale(one.step.wrong, one.needed) for one in seen if one.step is not None]
    figures += [on_scale(match.strongest_wrong, match.needed) for match in heard]
    return round(max(figures, default=0.0), 6)


def _reasons(proofs: Sequence[Proof], pictures: PictureComparison, sound: SoundComparison) -> Iterable[Reason]:
    seen = [proof.picture for proof in proofs if proof.picture is not None]
    heard = [proof.sound for proof in proofs if proof.sound is not None]
    if seen:
        one = max(seen, key=lambda shared: shared.stretch.lasts_s)
        yield _places(one.places)
        yield _in_step(one, heard=bool(heard))
        if one.proven and one.explained and one.step is not None:
            yield Reason(
                code="explained",
                text=f"of what moves, {one.step.unexplained:.0%} is left once what its partner shows is taken away: no "
                "more than encoding leaves",
                value=one.step.unexplained,
                threshold=MOST_UNEXPLAINED,
            )
    if heard:
        loudest = max(heard, key=lambda match: match.score)
        yield Reason(
            code="sound",
            text="the sound agrees here: " + loudest.why,
            value=loudest.score,
            wrong=loudest.strongest_wrong,
            threshold=loudest.needed,
        )
    elif sound.why:
        yield Reason(code="sound_not_matched", text=f"by sound nothing shared was found: {sound.why}")
    if not seen:
        yield Reason(code="pictures_not_matched", text=f"by pictures nothing was proved: {pictures.why or 'unproven'}")


def _held_alike(hits: Sequence[Hit]) -> Iterable[Reason]:
    """What a descriptor says: beside the proof, and no part of it."""
    strong = [hit for hit in hits if not hit.weak]
    if strong:
        yield Reason(
            code="descriptor",
            text=f"the descriptor that was given holds {len(strong)} pairs of pictures alike; it proves no moment",
            value=strong[0].score,
            threshold=strong[0].needed,
        )


def _places(count: int) -> Reason:
    text = f"{count} distinct places of one picture lie alike in a picture of the other"
    return Reason(code="places", text=text, value=float(count))


def _in_step(one: Shared, *, heard: bool = False) -> Reason:
    """What the partners of A's pictures say, proven or not."""
    step = one.step
    if step is None:
        return Reason(code="moment_unproven", text="too few pictures to say whether they follow in step")
    share = f"{step.ranked:.0%} of the pictures have their nearest partner on this line of time"
    if one.proven:
        return Reason(
            code="in_step",
            text=f"{share}: what changes from picture to picture is the same in both, along no other line",
            value=step.agree,
            wrong=step.wrong,
            threshold=one.needed,
        )
    if one.follows and one.moving is not None:
        return Reason(
            code="camera_alone",
            text=f"{share}, but the camera turns alike in both, and what moves of itself does not tell the moment: by "
            "pictures alone it is unproven",
            value=one.moving.own,
        )
    return Reason(
        code="moment_unproven",
        text=f"{share}: by pictures alone the moment is unproven"
        if heard
        else f"{share}, and no sound agrees there: the same scene, the moment unproven",
        value=step.agree,
        wrong=step.wrong,
        threshold=one.needed,
    )


def _scene(a: Extract, b: Extract, pictures: PictureComparison) -> Iterable[Relation]:
    """The scene alone: its places agree, and nothing proves the moment."""
    if pictures.scene is None or pictures.scene_places < SCENE_PLACES:
        return
    shared = [one for one in pictures.shared if one.stretch.looks >= _LEAST_LOOKS]
    best = max(shared, key=lambda one: one.stretch.weight, default=None)
    why = [_places(pictures.scene_places), *([] if best is None else [_in_step(best)])]
    yield Relation(
        kind="same_scene_moment_unproven",
        score=round(min(0.49, pictures.scene_places / 250), 6),
        by="frames",
        segments=() if best is None else (_segment(best, a, b),),
        why=tuple(why),
        strongest_wrong=None,
    )


def _faint_sound(sound: SoundComparison, *, other_pictures: bool) -> Iterable[Relation]:
    """Sound that agrees and proves little by itself: music, or what the background holds too.

    Music that agrees beyond all doubt is the same sound, and is told as that where the pictures are others.
    """
    weak = [match for match in sound.matches if match.weak and match.a_end_s - match.a_start_s >= _LEAST_FAINT_S]
    if not weak:
        return
    best = max(weak, key=lambda match: match.score)
    plain = best.music and best.score >= _PLAINLY * best.needed and best.a_end_s - best.a_start_s >= _LEAST_PLAIN_S
    yield Relation(
        kind="same_audio_other_picture" if plain and other_pictures else "related_not_same",
        score=round(min(0.49, 0.5 * _sound_score(best)), 6),
        by="sound",
        segments=tuple(_heard(match) for match in weak),
        why=(
            Reason(
                code="weak_sound",
                text="the sound agrees, but " + best.why,
                value=best.score,
                wrong=best.strongest_wrong,
                threshold=best.needed,
            ),
        ),
        strongest_wrong=None,
    )


def identical(a: Extract) -> Relation:
    """The relation of two files of the same bytes."""
    segment = Segment(a_start_s=a.from_s, a_end_s=a.to_s, b_start_s=a.from_s, b_end_s=a.to_s)
    return evolve(
        Relation(kind="same_bytes", score=1.0, by="both", segments=(segment,)),
        why=(Reason(code="bytes", text="every byte of the two files is the same"),),
    )
