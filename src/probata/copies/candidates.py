"""Which items of the index may share footage with a query, the best founded first, and which moments are alike.

Two kinds of votes: codes of the query's parts that are near codes of whole pictures, and words that lie alike, by one
turn, scale and shift for a pair of pictures. What either is worth is measured by what is surely wrong: the query in
negative, which is like pictures and a copy of nothing, and the background that is kept with the index.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.copies.codes import (
    Places,
    mirrored_descriptors,
    mixed,
    negative_descriptors,
    words_of,
)
from probata.copies.index.alike import LEAST_WORDS, agreeing, best_of_each, fitting, heaviest_pairs, once
from probata.copies.index.footage import AskedPicture, Query
from probata.copies.index.large import LOOKED_UP_OF_MANY, MANY_FRAMES, THIRDS_OF_MANY, compared_whole, fewer
from probata.copies.index.lists import Lists
from probata.copies.index.scan import (
    LOOKED_UP,
    NEAR_BITS,
    THIRDS,
    WORD_NEAR_BITS,
    Met,
    Near,
    WordTable,
    met_words,
    near_codes,
)
from probata.copies.index.segments import Segment
from probata.copies.index.store import CopyIndex
from probata.terms.digests import Sha256
from probata.terms.spans import Moment

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_PROVES = (0.0, 0.2, 0.7, 1.0)  # what a word counts of which one, two, three, four or more agree
_SAME_THING_BITS, _THINGS_BACK = 7, 2
_COUNTING = 5  # pictures of the query whose votes for an item are summed
_LEAST_WRONG = 1.0
_MOST_MOMENTS = 40
# Wider than what votes for a copy: people before a camera cover much. What is wrong is nearer in a large archive.
_NEIGHBOURS_BITS = 96
_KEPT_ASKED, _NEIGHBOURS_MOMENTS = 12, 3


@frozen(kw_only=True)
class AlikeMoments:
    """A picture of the query and one of the item that are alike: by how many words, and how many bits codes differ in.

    `bits` is None where the codes have no part in it; `score` sums both.
    """

    query_s: Fraction
    query_pts: int
    item_moment: Moment
    mirror: bool
    words: int
    bits: int | None
    score: float


@frozen(kw_only=True)
class Candidate:
    """An item that may share footage with the query.

    `score` is how often the votes for it are the most that anything wrong had; above 1 it stands out. `votes` is what
    they sum to, `strongest_wrong` what the wrong ones did. `moments` are pairs of times, the best founded first.
    """

    item: Sha256
    score: float
    votes: float
    strongest_wrong: float
    words: int
    moments: tuple[AlikeMoments, ...]


@frozen(kw_only=True)
class Neighbour:
    """An item that has a key picture which is, as a whole, like one of another item; at which moments, the best first.

    `alike` is 1 where codes are the same, and 0 where they differ as much as those of what is wrong.
    """

    item: Sha256
    alike: float
    moments: tuple[Moment, ...]


@frozen(kw_only=True, eq=False)
class _Words:
    """The words of all pictures of a query, played one way: of which picture each is, and where it lies."""

    words: NDArray[np.uint64]
    sureness: NDArray[np.float32]
    pictures: Integers
    mirrors: NDArray[np.bool_]
    places: Places
    things: Integers


@frozen(kw_only=True, eq=False)
class _Votes:
    """Pairs of pictures that words or codes vote for; one row a pair, of one segment.

    `told` is how many words agree, or in how many bits the codes differ.
    """

    pictures: Integers
    mirrors: NDArray[np.bool_]
    rows: Integers
    weights: Floats
    told: Integers
    things: Integers
    thing_rows: Integers
    thing_weights: Floats


@frozen(kw_only=True, eq=False)
class _Found:
    """An item of a segment with votes, before its moments are told."""

    segment: Segment
    place: int
    score: float
    votes: float
    words: _Votes
    codes: _Votes


def candidates(query: Query, index: CopyIndex, *, most: int = 20) -> list[Candidate]:
    """The items that most votes fall on, the best first, at most so many."""
    segments, background = index.scanned(), index.scanned(background=True)
    if not query.pictures or not segments:
        return []
    every = (*segments, *background)
    many = sum(segment.frames for segment in every) > MANY_FRAMES
    if many:
        query = fewer(query)
    items = sum(len(segment.held) for segment in every)
    looking: dict[str, int] = {"looked_up": LOOKED_UP_OF_MANY, "thirds": THIRDS_OF_MANY} if many else {}
    lists = index.lists(segments)
    word_votes, wrong_votes = _word_votes(query, every, items, lists=(*lists, *(None,) * len(background)), **looking)
    code_votes = _code_votes(query, segments, background, lists)
    wrong = max(
        [_LEAST_WRONG]
        + [_strongest(votes, segment) for votes, segment in zip(wrong_votes, every, strict=True)]
        + [_strongest(votes, segment) for votes, segment in zip(word_votes[len(segments) :], background, strict=True)]
    )
    found: list[_Found] = []
    for segment, words, codes in zip(segments, word_votes, code_votes, strict=False):
        scores, votes = _scores(segment, words, codes, wrong)
        for place in np.argsort(-scores, kind="stable")[:most]:
            if scores[place] > 0:
                score, by_words = float(scores[place]), float(votes[place])
                found.append(
                    _Found(segment=segment, place=int(place), score=score, votes=by_words, words=words, codes=codes)
                )
    found.sort(key=lambda one: (-one.score, one.segment.held[one.place].item))
    return [_candidate(one, query, wrong) for one in found[:most]]


def neighbours(items: Collection[Sha256], index: CopyIndex, *, most: int = 20) -> list[Neighbour]:
    """Other items of the index with key pictures like theirs as a whole, the likest first: one camera that stood still.

    What is kept of the items is asked, and no file is opened. Codes are held to what is wrong as those of a query are.
    """
    segments, background = index.scanned(), index.scanned(background=True)
    query = Query(pictures=tuple(one for item in items for one in _as_asked(item, index)), blank={})
    if not query.pictures or not segments:
        return []
    found: list[Neighbour] = []
    lists = index.lists(segments)
    votes_of = _code_votes(query, segments, background, lists, most_bits=_NEIGHBOURS_BITS)
    for segment, votes in zip(segments, votes_of, strict=True):
        which = segment.which(votes.rows)
        best = np.zeros(len(segment.held))
        np.maximum.at(best, which, votes.weights)
        likest = [place for place in np.argsort(-best, kind="stable") if best[place] > 0]
        others = [place for place in likest if segment.held[place].item not in items][:most]
        found += [_neighbour(segment, int(place), votes, which) for place in others]
    return sorted(found, key=lambda one: (-one.alike, one.item))[:most]


def _as_asked(item: Sha256, index: CopyIndex) -> list[AskedPicture]:
    """Some of what is kept of an item, in the form in which a query is asked, without words."""
    kept = index.coded(item)
    if kept is None:
        return []
    rows = kept.rows[kept.rows["quality"] > 0]
    some = rows[np.linspace(0, len(rows) - 1, min(len(rows), _KEPT_ASKED)).round().astype(int)]
    nowhere = np.zeros(0, np.float32)
    return [
        AskedPicture(
            pts=int(row["pts"]),
            digest=row["digest"].tobytes(),
            seconds=int(row["pts"]) * kept.time_base,
            width=1.0,
            descriptors=np.zeros((0, 128), np.uint8),
            places=Places(x=nowhere, y=nowhere, size=nowhere, turn=nowhere),
            strength=nowhere,
            parts=("whole",),
            boxes=((0.0, 0.0, 1.0, 1.0),),
            mirrors=(False,),
            codes=row["code"][None].astype(np.uint64),
        )
        for row in some
    ]


def _neighbour(segment: Segment, place: int, votes: _Votes, which: Integers) -> Neighbour:
    held = segment.held[place]
    mine = np.flatnonzero(which == place)
    mine = mine[np.argsort(-votes.weights[mine], kind="stable")]
    rows = list(dict.fromkeys(int(row) for row in votes.rows[mine]))[:_NEIGHBOURS_MOMENTS]
    moments = (Moment(pts=int(segment.columns["pts"][row]), time_base=held.time_base) for row in rows)
    return Neighbour(item=held.item, alike=float(votes.weights[mine[0]]), moments=tuple(moments))


# -- words


def _words(query: Query, *, negative: bool) -> _Words:
    parts: list[tuple[NDArray[np.float32], Integers, NDArray[np.bool_], Places]] = []
    for number, picture in enumerate(query.pictures):
        descriptors, places = picture.descriptors, picture.places
        if negative:
            descriptors, places = negative_descriptors(descriptors), places.negative()
        for mirror in (False, True):
            ours = mirrored_descriptors(descriptors) if mirror else descriptors
            parts.append(
                (
                    mixed(ours),
                    np.full(len(ours), number, dtype=np.int64),
                    np.full(len(ours), mirror, dtype=bool),
                    places.mirrored(picture.width) if mirror else places,
                )
            )
    mixtures = np.concatenate([part[0] for part in parts])
    words = words_of(mixtures)
    return _Words(
        words=words,
        sureness=np.abs(mixtures),
        pictures=np.concatenate([part[1] for part in parts]),
        mirrors=np.concatenate([part[2] for part in parts]),
        places=_all_of([part[3] for part in parts]),
        things=_things(np.split(words, np.cumsum([len(part[0]) for part in parts])[:-1])),
    )


def _things(words: Sequence[NDArray[np.uint64]]) -> Integers:
    """The same number for words that are nearly one word, in a picture and from it to the next few: they count once."""
    things: list[Integers] = []
    count = 0
    for number, ours in enumerate(words):
        mine = np.arange(count, count + len(ours))
        count += len(ours)
        if len(ours):
            within = np.bitwise_count(ours[:, None] ^ ours[None, :]) <= _SAME_THING_BITS
            mine = mine[within.argmax(axis=1)]
            for before in range(number - 2, max(-1, number - 2 * _THINGS_BACK - 1), -2):  # played the same way
                if len(words[before]):
                    apart = np.bitwise_count(ours[:, None] ^ words[before][None, :])
                    nearest = apart.argmin(axis=1)
                    same = apart[np.arange(len(ours)), nearest] <= _SAME_THING_BITS
                    mine = np.where(same, np.minimum(mine, things[before][nearest]), mine)
        things.append(mine)
    return np.concatenate(things)


def _all_of(parts: Sequence[Places]) -> Places:
    x, y, size, turn = (np.concatenate([getattr(part, name) for part in parts]) for name in ("x", "y", "size", "turn"))
    return Places(x=x, y=y, size=size, turn=turn)


def _word_votes(
    query: Query,
    segments: Sequence[Segment],
    items: int,
    *,
    lists: Sequence[Lists | None],
    looked_up: int = LOOKED_UP,
    thirds: int = THIRDS,
) -> tuple[list[_Votes], list[_Votes]]:
    """The votes for each segment of the query's words, and of those of the query in negative; one scan for both."""
    played = [_words(query, negative=negative) for negative in (False, True)]
    words, sureness = (np.concatenate([getattr(one, name) for one in played]) for name in ("words", "sureness"))
    met = met_words(segments, WordTable.of(words, sureness, looked_up=looked_up, thirds=thirds), lists=lists)
    first, votes = 0, []
    for asked in played:
        ours = [_those_of(one, first, first + len(asked.words)) for one in met]
        rarity = _rarity(ours, segments, len(asked.words), items)
        votes.append([_laid(asked, one, segment, rarity) for one, segment in zip(ours, segments, strict=True)])
        first += len(asked.words)
    return votes[0], votes[1]


def _those_of(met: Met, start: int, end: int) -> Met:
    ours = (met.asked >= start) & (met.asked < end)
    return Met(asked=met.asked[ours] - start, rows=met.rows[ours], slots=met.slots[ours], bits=met.bits[ours])


def _rarity(met: Sequence[Met], segments: Sequence[Segment], count: int, items: int) -> Floats:
    """What a word weighs: less the more items have it, since what many show (a sky, a font, a street) proves little."""
    having = np.zeros(count)
    for one, segment in zip(met, segments, strict=True):
        which = segment.which(one.rows)
        pairs = np.unique(one.asked * (len(segment.held) + 1) + which)
        having += np.bincount(pairs // (len(segment.held) + 1), minlength=count)
    return np.maximum(0.05, np.log((items + 2) / (having + 1)))


def _laid(asked: _Words, met: Met, segment: Segment, rarity: Floats) -> _Votes:
    """The pairs of pictures in which words lie alike, with what those words weigh together."""
    weights = rarity[met.asked] * (1 - met.bits / (2 * WORD_NEAR_BITS))
    pairs = (asked.pictures[met.asked] * 2 + asked.mirrors[met.asked]) * segment.frames + met.rows
    kept = once(pairs, met.slots, weights)
    kept = kept[once(pairs[kept], met.asked[kept], weights[kept])]
    kept = kept[heaviest_pairs(pairs[kept], weights[kept])]
    pairs, weights = pairs[kept], weights[kept]
    theirs = Places.unpacked(segment.columns["places"][met.rows[kept], met.slots[kept]])
    ours = asked.places.taken(met.asked[kept])
    mine, others, heavy, counts = agreeing(pairs, weights, ours, theirs)
    best = best_of_each(pairs, heavy)
    best = best[counts[best] >= LEAST_WORDS]
    leads = np.full(len(pairs), -1, dtype=np.int64)
    leads[best] = np.arange(len(best))
    follows, members = leads[mine[leads[mine] >= 0]], others[leads[mine] >= 0]
    fits = fitting(follows, members, len(best), ours, theirs)
    follows, members = follows[fits], members[fits]
    counts = np.bincount(follows, minlength=len(best))
    proves = np.interp(counts, [1, 2, 3, 4], _PROVES)
    shares = weights[members] * proves[follows]
    pair = pairs[best]
    return _Votes(
        pictures=pair // segment.frames // 2,
        mirrors=(pair // segment.frames % 2).astype(bool),
        rows=pair % segment.frames,
        weights=np.bincount(follows, shares, minlength=len(best)).astype(np.float64),
        told=counts,
        things=asked.things[met.asked[kept][members]],
        thing_rows=pairs[members] % segment.frames,
        thing_weights=shares,
    )


# -- codes


def _code_votes(
    query: Query,
    segments: Sequence[Segment],
    background: Sequence[Segment],
    lists: Sequence[Lists | None],
    *,
    most_bits: int = NEAR_BITS,
) -> list[_Votes]:
    """The pairs of pictures whose codes are nearer than anything wrong; 1 for codes that are the same."""
    codes = np.concatenate([picture.codes for picture in query.pictures])
    if not len(codes):
        return [_no_votes() for _ in segments]
    pictures = np.repeat(np.arange(len(query.pictures)), [len(one.codes) for one in query.pictures])
    mirrors = np.array([mirror for one in query.pictures for mirror in one.mirrors], dtype=bool)
    near, furthest = near_codes(segments, codes, most_bits=most_bits, lists=lists, whole=compared_whole(query))
    wrong = 255 - furthest
    if background:
        behind, far = near_codes(background, codes, most_bits=most_bits)
        wrong = np.minimum(wrong, 255 - far)
        for one in behind:
            np.minimum.at(wrong, one.asked, one.bits)
    wrong = np.minimum(wrong, most_bits)
    return [_nearer(one, wrong, pictures, mirrors, segment) for one, segment in zip(near, segments, strict=True)]


def _nearer(near: Near, wrong: Integers, pictures: Integers, mirrors: NDArray[np.bool_], segment: Segment) -> _Votes:
    weights = 1 - near.bits / np.maximum(wrong[near.asked], 1)
    good = weights > 0
    asked, rows, weights = near.asked[good], near.rows[good], weights[good]
    pairs = (pictures[asked] * 2 + mirrors[asked]) * max(1, segment.frames) + rows
    kept = once(pairs, np.zeros_like(pairs), weights)
    return _Votes(
        pictures=pictures[asked][kept],
        mirrors=mirrors[asked][kept],
        rows=rows[kept],
        weights=weights[kept],
        told=near.bits[good][kept],
        **_NO_THINGS,
    )


_NO_THINGS: Any = {
    "things": np.zeros(0, np.int64),
    "thing_rows": np.zeros(0, np.int64),
    "thing_weights": np.zeros(0),
}


def _no_votes() -> _Votes:
    nothing = np.zeros(0, np.int64)
    return _Votes(
        pictures=nothing,
        mirrors=nothing.astype(bool),
        rows=nothing,
        weights=nothing.astype(float),
        told=nothing,
        **_NO_THINGS,
    )


# -- items


def _strongest(votes: _Votes, segment: Segment) -> float:
    return float(_word_totals(votes, segment).max(initial=0.0))


def _word_totals(votes: _Votes, segment: Segment) -> Floats:
    """What the words weigh that agree in each item, each thing once however often it is seen."""
    which = segment.which(votes.thing_rows)
    kept = once(which, votes.things, votes.thing_weights)
    return np.bincount(which[kept], votes.thing_weights[kept], minlength=len(segment.held)).astype(np.float64)


def _totals(votes: _Votes, which: Integers, count: int) -> Floats:
    """What each item's votes sum to: of each picture of the query the best, and of those the few best."""
    totals = np.zeros(count)
    keys = votes.pictures * count + which
    order = np.lexsort((-votes.weights, keys))
    first = np.ones(len(order), dtype=bool)
    first[1:] = keys[order][1:] != keys[order][:-1]
    best = order[first]
    by_item = np.lexsort((-votes.weights[best], which[best]))
    best = best[by_item]
    runs = np.searchsorted(which[best], np.arange(count))
    place = np.arange(len(best)) - runs[which[best]]
    np.add.at(totals, which[best][place < _COUNTING], votes.weights[best][place < _COUNTING])
    return totals


def _scores(segment: Segment, words: _Votes, codes: _Votes, wrong: float) -> tuple[Floats, Floats]:
    """Each item's score, and what of it its words weigh."""
    count = len(segment.held)
    by_words = _word_totals(words, segment)
    return by_words / wrong + _totals(codes, segment.which(codes.rows), count), by_words


def _candidate(found: _Found, query: Query, wrong: float) -> Candidate:
    held = found.segment.held[found.place]
    moments: dict[tuple[int, int, bool], AlikeMoments] = {}
    for votes, of_words in ((found.words, True), (found.codes, False)):
        which = np.flatnonzero(found.segment.which(votes.rows) == found.place)
        for vote in which[np.argsort(-votes.weights[which], kind="stable")][:_MOST_MOMENTS]:
            number, row, mirror = int(votes.pictures[vote]), int(votes.rows[vote]), bool(votes.mirrors[vote])
            picture = query.pictures[number]
            pts = int(found.segment.columns["pts"][row])
            score, told = float(votes.weights[vote]) / (wrong if of_words else 1), int(votes.told[vote])
            before = moments.get((number, row, mirror))
            moments[number, row, mirror] = AlikeMoments(
                query_s=picture.seconds,
                query_pts=picture.pts,
                item_moment=Moment(pts=pts, time_base=held.time_base),
                mirror=mirror,
                words=told if of_words else before.words if before is not None else 0,
                bits=None if of_words else told,
                score=score + (before.score if before is not None else 0),
            )
    best = sorted(moments.values(), key=lambda one: (-one.score, one.query_s))[:_MOST_MOMENTS]
    return Candidate(
        item=held.item,
        score=found.score,
        votes=found.votes,
        strongest_wrong=wrong,
        words=max((moment.words for moment in best), default=0),
        moments=tuple(best),
    )
