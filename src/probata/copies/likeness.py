"""What a learned descriptor holds to be alike: vectors of pictures, compared, beside what is known to be wrong.

A cosine by itself says little: one model puts two different streets at 0.2, another at 0.8, and a dark picture is like
every dark picture. So each picture has a bar of its own, the highest cosine that it reaches with pictures known to be
others: drawn ones, those of a background, its own file's at moments far apart. A pair must stand out above both bars.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import msgspec
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.copies.seam import Hit
from probata.media import wire
from probata.media.errors import DecoderConfused
from probata.media.passes import Outcome
from probata.terms.digests import Sha256, sha256
from probata.terms.errors import InvalidValue

FAR_S = 4.0
"""Pictures of one file that lie so far apart are of different moments."""
_STANDS_OUT, _LEAST_APART = 0.25, 0.01
_ROWS = 1024
_MOST_HITS = 400
_LENGTHS = range(8, 8193)
_NEARLY_ONE = 0.01
_DIGEST_BYTES = 32

Halves = NDArray[np.float16]
Vectors = NDArray[np.float32]


class _ToldPicture(msgspec.Struct):
    ordinal: int
    pts: int
    digest: bytes
    seconds: Fraction
    vector: bytes
    mirrored: bytes


class _Told(msgspec.Struct):
    pictures: list[_ToldPicture]
    flat: int
    drawn: bytes
    weights: str = ""


@frozen(kw_only=True, eq=False)
class Described:
    """The described pictures of one file: when each is shown, its address, its vector of unit length in halves.

    `mirrored` are the vectors of the mirror images, in the same order, or none. `drawn` are those of pictures that
    code draws. `flat` is how many pictures had nothing on them to describe. `weights` names the model.
    """

    weights: Sha256
    seconds: tuple[Fraction, ...]
    addresses: tuple[tuple[int, int, bytes], ...]
    vectors: Halves
    mirrored: Halves
    drawn: Halves
    flat: int

    def to_bytes(self) -> bytes:
        """The model's digest, then addresses and vectors in order, in MessagePack."""
        mirrored = self.mirrored if len(self.mirrored) else [None] * len(self.seconds)
        told = _Told(
            pictures=[
                _ToldPicture(
                    ordinal=ordinal,
                    pts=pts,
                    digest=digest,
                    seconds=seconds,
                    vector=vector.tobytes(),
                    mirrored=b"" if mirror is None else mirror.tobytes(),
                )
                for (ordinal, pts, digest), seconds, vector, mirror in zip(
                    self.addresses, self.seconds, self.vectors, mirrored, strict=True
                )
            ],
            flat=self.flat,
            drawn=self.drawn.tobytes(),
            weights=self.weights,
        )
        return msgspec.msgpack.encode(told, enc_hook=wire.plain)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Described:
        """Read `to_bytes` back; raises `InvalidValue` where it is not that."""
        try:
            told = msgspec.msgpack.decode(stored, type=_Told, dec_hook=wire.read)
            return _checked(told, sha256(told.weights))
        except (msgspec.DecodeError, ValueError) as error:
            raise InvalidValue(what="The stored descriptors", why=str(error)) from error


def described(outcome: Outcome, weights: Sha256) -> Described:
    """The pictures of a `Descriptors` consumer, refused where their vectors do not fit together."""
    try:
        return _checked(outcome.result_as(_Told), weights)
    except ValueError as error:
        raise DecoderConfused(why=f"{outcome.name} answered out of form ({error})") from error


def _checked(told: _Told, weights: Sha256) -> Described:
    pictures = told.pictures
    length = len(pictures[0].vector) // 2 if pictures else _LENGTHS[0]
    mirrors = bool(pictures) and bool(pictures[0].mirrored)
    for one in pictures:
        fits = len(one.vector) == 2 * length and len(one.mirrored) == 2 * length * mirrors
        if not fits or len(one.digest) != _DIGEST_BYTES:
            raise ValueError("its vectors and addresses do not fit together")
    if length not in _LENGTHS or told.flat < 0:
        raise ValueError("its vectors are of no length that was asked for")
    return Described(
        weights=weights,
        seconds=tuple(one.seconds for one in pictures),
        addresses=tuple((one.ordinal, one.pts, one.digest) for one in pictures),
        vectors=_rows(b"".join(one.vector for one in pictures), length),
        mirrored=_rows(b"".join(one.mirrored for one in pictures), length),
        drawn=_rows(told.drawn if pictures else b"", length),
        flat=told.flat,
    )


def _rows(told: bytes, length: int) -> Halves:
    if len(told) % (2 * length):
        raise ValueError("a vector is cut short")
    rows = np.frombuffer(told, "<f2").reshape(-1, length).astype(np.float16)
    if not np.all(np.abs(np.linalg.norm(rows.astype(np.float32), axis=1) - 1) < _NEARLY_ONE):
        raise ValueError("a vector is not of unit length")
    return rows


@frozen(kw_only=True, eq=False)
class _Bars:
    """For each picture of a file the highest cosine with what is known to be another picture.

    `others` knows drawn pictures and the background, `moments` the file's own pictures at moments far apart as well.
    """

    others: Vectors
    moments: Vectors


def hits_of(a: Described, b: Described, background: Sequence[Described] = ()) -> list[Hit]:
    """Every moment whose picture is described as one of the other file is, plain or mirrored, the best first.

    A hit that does not stand out from its own file's pictures at moments far apart is weak: the scene may be one, the
    moment is not told.
    """
    ours, theirs = _unit(a.vectors), _unit(b.vectors)
    known = [_unit(rows) for rows in (a.drawn, *(one.vectors for one in background))]
    bars = _bars(ours, a, known), _bars(theirs, b, known)
    hits: list[Hit] = []
    for mirror, pairs in ((False, _nearest(ours, theirs)), (True, _nearest_mirrored(a, b, ours, theirs))):
        for score, one, other in pairs:
            hit = _hit(a, b, (one, other), bars, score=score, mirror=mirror)
            if hit is not None:
                hits.append(hit)
    hits.sort(key=lambda hit: (hit.weak, -hit.score, hit.mirror, abs(hit.a_s - hit.b_s), hit.a_s))
    return hits[:_MOST_HITS]


def worth_trying(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """The best hit of each way in which A may lie on B, as it is or mirrored: what is worth trying, the best first."""
    best: dict[bool, Hit] = {}
    for hit in hits:
        best.setdefault(hit.mirror, hit)
    return tuple(best.values())


def _unit(rows: Halves) -> Vectors:
    whole = rows.astype(np.float32)
    made: Vectors = whole / np.linalg.norm(whole, axis=1, keepdims=True)
    return made


def _bars(rows: Vectors, one: Described, known: Sequence[Vectors]) -> _Bars:
    others = np.zeros(len(rows), np.float32)
    for foreign in known:
        for start, likeness in _likeness(rows, foreign):
            part = others[start : start + len(likeness)]
            np.maximum(part, likeness.max(axis=1, initial=-1), out=part)
    at = np.array([float(moment) for moment in one.seconds])
    far = np.full(len(rows), -1, np.float32)
    for start, likeness in _likeness(rows, rows):
        apart = np.abs(at[start : start + len(likeness), None] - at[None]) >= FAR_S
        far[start : start + len(likeness)] = np.where(apart, likeness, -1).max(axis=1, initial=-1)
    far[far < 0] = far.max(initial=-1)  # in the middle of a short file nothing lies far enough: its ends stand in
    return _Bars(others=others, moments=np.maximum(others, far))


def _likeness(rows: Vectors, columns: Vectors) -> Iterator[tuple[int, Vectors]]:
    # So many rows at a time that twelve hours against twelve hours fit into memory.
    for start in range(0, len(rows), _ROWS):
        yield start, rows[start : start + _ROWS] @ columns.T


def _nearest(a: Vectors, b: Vectors, *more: tuple[Vectors, Vectors]) -> list[tuple[float, int, int]]:
    """The nearest of B for each of A, and of A for each of B; with `more`, by the mean of the cosines."""
    found: dict[tuple[int, int], float] = {}
    top = np.full(len(b), -2, np.float32)
    place = np.zeros(len(b), np.intp)
    for start in range(0, len(a), _ROWS):
        part = slice(start, start + _ROWS)
        parts = [one[part] @ other.T for one, other in ((a, b), *more)]
        likeness = sum(parts[1:], parts[0]) / len(parts)
        if not likeness.size:
            return []
        for row, column in enumerate(likeness.argmax(axis=1)):
            found[start + row, int(column)] = float(likeness[row, column])
        higher = likeness.max(axis=0) > top
        top[higher] = likeness.max(axis=0)[higher]
        place[higher] = likeness.argmax(axis=0)[higher] + start
    for column, (nearest, score) in enumerate(zip(place, top, strict=True)):
        found[int(nearest), column] = float(score)
    return [(score, row, column) for (row, column), score in found.items()]


def _nearest_mirrored(a: Described, b: Described, ours: Vectors, theirs: Vectors) -> list[tuple[float, int, int]]:
    # Whichever is mirrored, the answer should be one: where both are, the mean of both ways.
    ways = []
    if len(a.mirrored):
        ways.append((_unit(a.mirrored), theirs))
    if len(b.mirrored):
        ways.append((ours, _unit(b.mirrored)))
    return _nearest(*ways[0], *ways[1:]) if ways else []


def _hit(
    a: Described, b: Described, pair: tuple[int, int], bars: tuple[_Bars, _Bars], *, score: float, mirror: bool
) -> Hit | None:
    of_others, of_moments = (
        max(float(one[pair[0]]), float(other[pair[1]]))
        for one, other in ((bars[0].others, bars[1].others), (bars[0].moments, bars[1].moments))
    )
    told = round(min(score, 1.0), 4)
    weak = told <= _needed(of_moments)
    wrong = of_others if weak else of_moments
    if told <= _needed(wrong):
        return None
    return Hit(
        a_s=a.seconds[pair[0]],
        b_s=b.seconds[pair[1]],
        mirror=mirror,
        score=told,
        needed=_needed(wrong),
        weak=weak,
        why=_why(told, wrong, of_moments, mirror=mirror, weak=weak),
    )


def _needed(wrong: float) -> float:
    """The least that stands out above the highest wrong score; where that is nearly one, nothing does."""
    return round(min(1.0, wrong + max(_STANDS_OUT * (1 - wrong), _LEAST_APART)), 4)


def _why(score: float, wrong: float, of_moments: float, *, mirror: bool, weak: bool) -> str:
    alike = f"described {score:.2f} alike{', one of them mirrored' if mirror else ''}"
    if weak:
        return (
            f"{alike}; pictures of one file at moments far apart reach {of_moments:.2f}, so the scene may be the same "
            "and the moment is not told"
        )
    return f"{alike}; no picture known to be another comes nearer to either than {wrong:.2f}"
