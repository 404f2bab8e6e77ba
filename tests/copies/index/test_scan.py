"""A scan finds what a comparison of everything with everything finds, reckoned here with whole numbers of Python."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from made_rows import coded, rows, segment

from probata.copies.codes import CODE_BITS, KEPT, WORDS, code_of, mirrored_waves
from probata.copies.index import scan
from probata.copies.index.lists import Lists
from probata.copies.index.scan import (
    NEAR_BITS,
    WORD_NEAR_BITS,
    WordTable,
    by_columns_of_waves,
    met_words,
    near_codes,
    unsure_bits,
)

seeds = st.integers(0, 1 << 20)
CHANGED_BY_MIRRORING = np.uint64(0x5555_5555_5555_5555)


def chance(seed):
    return np.random.default_rng([10, seed])


def whole(code):
    return sum(int(part) << (64 * place) for place, part in enumerate(code))


def changed(random, values, rate):
    """Some numbers of 64 bits with so many of their bits changed."""
    bits = random.random((values.size, 64)) < rate
    flips = np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64)
    return values ^ flips.reshape(values.shape)


def near_some(seed, count, asked):
    """Items with rows, some blank, and codes near some of those, near their negatives, and of chance."""
    random = chance(seed)
    items = [coded(number, int(random.integers(0, count)), seed=seed + number) for number in range(3)]
    codes = np.concatenate([one.rows["code"] for one in items] + [rows(seed, 2)["code"]])
    picked = codes[random.integers(0, len(codes), asked)]
    picked = np.where(random.random((asked, 1)) < 0.3, ~picked, picked)
    picked = changed(random, picked, random.uniform(0, 0.4))
    picked[:, 3] &= np.uint64((1 << 63) - 1)
    return items, picked


def compared(one, codes, most_bits):
    """All pairs within so many bits, and the furthest of each code if its negative is as near, in plain Python."""
    near, furthest = set(), [0] * len(codes)
    for row in range(one.frames):
        if one.columns["quality"][row]:
            kept = whole([one.columns[f"code{part}"][row] for part in range(4)])
            for number, code in enumerate(codes):
                bits = (kept ^ whole(code)).bit_count()
                furthest[number] = max(furthest[number], bits if bits >= CODE_BITS - most_bits else 0)
                if bits <= most_bits:
                    near.add((number, row, bits))
    return near, furthest


def told(near):
    found = list(zip(near.asked.tolist(), near.rows.tolist(), near.bits.tolist(), strict=True))
    assert len(set(found)) == len(found)
    return set(found)


@settings(max_examples=40)
@given(seeds, st.integers(1, 40), st.integers(0, 6), st.sampled_from([0, 40, NEAR_BITS, 110, CODE_BITS]))
def test_codes_are_compared_with_all(seed, count, asked, most_bits):
    """Exactly the rows within so many bits are found, in every segment; blank rows never; and the furthest is told.

    So it is whether a code is asked for alone, twice, or with what it is in the mirrored picture.
    """
    items, codes = near_some(seed, count, asked)
    codes = np.concatenate([codes, codes[: asked // 2] ^ CHANGED_BY_MIRRORING, codes[: asked // 3]])
    segments = [segment(items[0], items[1]), segment(items[2])]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scan, "_BLOCK", 7)
        patched.setattr(scan, "_ROWS_AT_ONCE", 3)
        patched.setattr(scan, "_CODES_AT_ONCE", 2)
        found, furthest = near_codes(segments, codes, most_bits=most_bits)
    expected = [compared(one, codes, most_bits) for one in segments]

    assert [told(near) for near in found] == [near for near, _far in expected]
    assert furthest.tolist() == [max(both) for both in zip(*(far for _near, far in expected), strict=True)]


@given(st.integers(0, 1 << 30))
def test_mirroring_changes_every_other_bit(seed):
    """The code of a mirrored picture has every other bit changed: what the scan reckons both from at once."""
    waves = chance(seed).normal(size=(16, 16)).astype(np.float32)

    assert (code_of(mirrored_waves(waves)) == code_of(waves) ^ CHANGED_BY_MIRRORING).all()


@given(seeds)
def test_another_order_of_bits_is_as_far_apart(seed):
    """In the order in which codes are compared they differ in as many bits, those changed by mirroring first."""
    codes = rows(seed, 9)["code"]
    ordered = np.stack(by_columns_of_waves(codes.T), axis=1)
    counted = np.bitwise_count(ordered ^ ordered[0])

    assert (counted.sum(axis=1) == np.bitwise_count(codes ^ codes[0]).sum(axis=1)).all()
    changed_bits = np.bitwise_count((codes ^ codes[0]) & CHANGED_BY_MIRRORING).sum(axis=1)
    assert (counted[:, :2].sum(axis=1) == changed_bits).all()


def test_a_mirrored_copy_is_found_by_its_pair():
    """Among many rows, a code and what it is mirrored are each found where they are, with the bits that they differ."""
    made = rows(21, 20_000)
    made["quality"] = 50
    code = rows(22, 1)["code"]
    both = np.concatenate([code, code ^ CHANGED_BY_MIRRORING])
    made["code"][15_000], made["code"][19_999] = code[0], both[1]
    made["code"][7, 0] = code[0, 0] ^ np.uint64(7)
    made["code"][7, 1:] = code[0, 1:]
    made["code"][11] = ~code[0] & np.array([-1, -1, -1, (1 << 63) - 1], np.int64).view(np.uint64)
    found, furthest = near_codes([segment(evolve(coded(1), rows=made))], both)

    assert {(0, 15_000, 0), (0, 7, 3), (1, 19_999, 0)} == {pair for pair in told(found[0]) if pair[2] < 50}
    assert furthest[0] == CODE_BITS


def test_nothing_to_compare():
    """No segments, no rows and no codes are answers without pairs."""
    codes = rows(1, 3)["code"]
    assert near_codes([], codes)[0] == []
    found, furthest = near_codes([segment(coded(1, 0))], codes)
    assert len(found[0].rows) == 0
    assert furthest.tolist() == [0, 0, 0]
    assert near_codes([segment(coded(1, 4))], codes[:0])[1].tolist() == []


def test_a_blank_row_never_matches():
    """A row of quality 0 is near nothing and far from nothing, though its code be the very one that is asked for."""
    made = rows(3, 50)
    made["quality"] = 0
    made["quality"][7] = 1
    found, furthest = near_codes([segment(evolve(coded(1), rows=made))], made["code"], most_bits=CODE_BITS)

    assert set(found[0].rows.tolist()) == {7}
    assert furthest[7] == 0


def test_of_very_many_the_nearest_are_told(monkeypatch):
    """Where more rows are near a code than are told, the nearest are, and of those as near the first."""
    monkeypatch.setattr(scan, "_MOST_NEAR", 5)
    made = rows(4, 60)
    made["quality"] = 9
    made["code"] = made["code"][0]
    made["code"][:, 0] ^= (np.uint64(1) << np.arange(60, dtype=np.uint64)) - np.uint64(1)
    found, _furthest = near_codes([segment(evolve(coded(1), rows=made))], made["code"][:1])

    assert sorted(zip(found[0].bits.tolist(), found[0].rows.tolist(), strict=True)) == [(n, n) for n in range(5)]


# Words.


def asked_words(seed, count):
    """Asked words with how sure each bit is, the kept rows near some of them, and the pairs that must be found."""
    random = chance(seed)
    mixtures = random.normal(size=(count, 64)).astype(np.float32)
    words = np.packbits(mixtures > 0, axis=1, bitorder="little").view("<u8").astype(np.uint64).ravel()
    made = rows(seed, 12)
    for row in made:
        for slot in range(int(row["count"])):
            if random.random() < 0.7:
                row["words"][slot] = changed(random, words[random.integers(0, count)][None], random.uniform(0, 0.25))[0]
    return words, np.abs(mixtures), made


def promised(words, sureness, kept, *, unsure, thirds=3):
    """Whether the promise of the table holds for a pair, in plain Python: (found, bits)."""
    differ = int(words) ^ int(kept)
    bits = differ.bit_count()
    if bits > WORD_NEAR_BITS or not kept:
        return False, bits
    for third in range(thirds):
        places = list(range(21 * third, 21 * third + 21))
        least = sorted(places, key=lambda place: (float(sureness[place]), place))[:unsure]
        if not any(differ >> place & 1 for place in places if place not in least):
            return True, bits
    return False, bits


@settings(max_examples=30)
@given(seeds, st.integers(1, 25), st.integers(1, 3), st.sampled_from([1, 200, 1 << 20]))
def test_words_are_found_as_promised(seed, count, thirds, looked_up):
    """Exactly the pairs are found that agree in a third but for unsure bits and are near in all: each once."""
    words, sureness, made = asked_words(seed, count)
    unsure = unsure_bits(count, looked_up)
    table = WordTable.of(words, sureness, looked_up=looked_up, thirds=thirds)
    (found,) = met_words([segment(evolve(coded(1), rows=made))], table)
    expected = set()
    for row in range(len(made)):
        for slot in range(WORDS):
            for number in range(count):
                kept = made["words"][row, slot]
                there, bits = promised(words[number], sureness[number], kept, unsure=unsure, thirds=thirds)
                expected |= {(number, row, slot, bits)} if there else set()
    assert met_pairs(found) == expected


@settings(max_examples=30)
@given(seeds, st.integers(1, 25), st.integers(1, 2), st.sampled_from([1, 200, 1 << 20]), st.integers(1, 500))
def test_lists_tell_the_same_words(seed, count, thirds, looked_up, at_once):
    """The words of a segment with lists are met as those of one without: by a third exactly so, and each once."""
    words, sureness, made = asked_words(seed, count)
    one = segment(evolve(coded(1), rows=made))
    table = WordTable.of(words, sureness, looked_up=looked_up, thirds=thirds)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scan, "_KEYS_AT_ONCE", at_once)
        (found,) = met_words([one], table, lists=[Lists.made(one)])
    (scanned,) = met_words([one], table)

    assert met_pairs(found) == met_pairs(scanned)


def met_pairs(met):
    pairs = list(zip(*(getattr(met, name).tolist() for name in ("asked", "rows", "slots", "bits")), strict=True))
    assert len(set(pairs)) == len(pairs)
    return set(pairs)


def test_the_same_word_is_always_found():
    """A kept word that is the asked one is found, whatever is not sure of it."""
    words, sureness, made = asked_words(1, 300)
    made["words"], made["count"] = words[: made["words"].size].reshape(made["words"].shape), WORDS
    (found,) = met_words([segment(evolve(coded(1), rows=made))], WordTable.of(words, sureness))

    assert (found.bits == 0).sum() == made["words"].size


@settings(max_examples=5)
@given(seeds)
def test_no_word_is_met_by_nothing(seed):
    """Places without a word are never met, though a word that is asked for be nearly nothing too."""
    words = np.array([1, 2, 1 << 40], np.uint64)
    made = rows(seed, 5)
    made["words"] = 0
    (found,) = met_words([segment(evolve(coded(1), rows=made))], WordTable.of(words, np.ones((3, 64), np.float32)))

    assert len(found.rows) == 0


def test_common_words_say_nothing(monkeypatch):
    """A word that is met in very many rows of a segment is left out; the others are not."""
    monkeypatch.setattr(scan, "_MOST_MET", 30)
    words, sureness, _made = asked_words(2, 2)
    made = np.zeros(40, KEPT)
    made["quality"], made["count"] = 5, 2
    made["words"][:, 0] = words[0]
    made["words"][:20, 1] = words[1]
    (found,) = met_words([segment(evolve(coded(1), rows=made))], WordTable.of(words, sureness))

    assert set(found.asked.tolist()) == {1}
    assert len(found.rows) == 20


@pytest.mark.parametrize(("count", "bits"), [(1, 5), (1000, 5), (50_000, 4), (100_000, 3), (1_000_000, 2)])
def test_fewer_bits_are_unsure_of_many_words(count, bits):
    """Of many words fewer bits may be wrong, so that the table stays one that can be looked up."""
    assert unsure_bits(count) == bits
