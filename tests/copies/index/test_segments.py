"""A segment is whole or it is torn: stored and read back, cut, changed, of another recipe, made to do harm."""

from __future__ import annotations

from fractions import Fraction

import msgspec
import numpy as np
import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st
from made_rows import coded, item, rows, segment

from probata.copies.codes import KEPT
from probata.copies.index.segments import MAGIC, Coded, Segment, Torn, put_together, segment_bytes
from probata.terms.errors import InvalidValue

counts = st.lists(st.integers(0, 7), max_size=4)


def of(sizes):
    return [coded(number, count) for number, count in enumerate(sizes)]


def read(stored):
    return Segment.read("made", memoryview(stored))


def sealed(body):
    """A segment with a checksum that fits, whatever is in it."""
    return bytes(body) + blake3(bytes(body)).digest()


def with_header(stored, change):
    """The segment with its header changed, the columns as they were, and a checksum that fits."""
    start = len(MAGIC) + 8
    length = int.from_bytes(stored[len(MAGIC) : start], "little")
    header = msgspec.json.decode(stored[start : start + length])
    change(header)
    head = msgspec.json.encode(header)
    body = MAGIC + len(head).to_bytes(8, "little") + head
    columns = stored[start + length + -(start + length) % 64 : -32]
    return sealed(body + bytes(-len(body) % 64) + columns)


@given(counts, st.booleans())
def test_stored_and_read_back(sizes, background):
    """To bytes and back every row of every item is the same, and the same items are the same bytes."""
    items = of(sizes)
    stored = segment_bytes(items, background=background)
    again = read(stored)

    assert [again.coded(held) for held in again.held] == items
    assert (again.frames, again.background) == (sum(sizes), background)
    assert segment_bytes(items, background=background) == stored
    assert len(stored) % 32 == 0


@given(counts)
def test_which_item_a_row_is_of(sizes):
    """Every row is of the item within whose rows it lies, items without rows among them."""
    made = segment(*of(sizes))
    expected = [place for place, size in enumerate(sizes) for _row in range(size)]

    assert made.which(np.arange(made.frames)).tolist() == expected


@given(counts, st.data())
def test_cut_short(sizes, data):
    """A segment that lost its end, or got one, is torn."""
    stored = segment_bytes(of(sizes))
    keep = data.draw(st.integers(0, len(stored) - 1))
    for broken in (stored[:keep], stored + b"\0", stored + bytes(64)):
        with pytest.raises(Torn):
            read(broken)


@given(counts, st.integers(0, 1 << 20), st.integers(1, 255))
def test_one_byte_changed(sizes, place, change):
    """A segment with any byte changed is torn: no wrong row is ever compared."""
    stored = bytearray(segment_bytes(of(sizes)))
    stored[place % len(stored)] ^= change
    with pytest.raises(Torn):
        read(stored)


@given(st.binary(max_size=300))
def test_foreign_bytes(untrusted):
    """Bytes that are no segment are torn, with a checksum that fits too, and never another failure."""
    for given_bytes in (untrusted, sealed(untrusted), sealed(MAGIC + untrusted)):
        with pytest.raises(Torn):
            read(given_bytes)


def _recipe(header):
    header["recipe"] = "probata/copies/codes/0"


def _schema(header):
    header["schema"] = "probata/copies/segment/2"


def _more_frames(header):
    header["frames"] += 1


def _fewer_frames(header):
    header["frames"] -= 1


def _enormous(header):
    header["frames"] = header["items"][-1]["count"] = 1 << 62


def _negative(header):
    header["items"][0]["count"], header["items"][1]["start"] = -2, -2


def _overlapping(header):
    header["items"][1]["start"] -= 1


def _twice(header):
    header["items"][1]["item"] = header["items"][0]["item"]


def _no_digest(header):
    header["items"][0]["item"] = "../../x"


def _still(header):
    header["items"][0]["time_base"] = "0/1"


def _by_nothing(header):
    header["items"][0]["time_base"] = "1/0"


def _for_ever(header):
    header["items"][0]["time_base"] = "1e999999999"


def _digits(header):
    header["items"][0]["time_base"] = "1/" + "9" * 100_000


def _unknown(header):
    header["more"] = 1


def _no_items(header):
    header["items"] = []


HOSTILE = (
    _recipe,
    _schema,
    _more_frames,
    _fewer_frames,
    _enormous,
    _negative,
    _overlapping,
    _twice,
    _no_digest,
    _still,
    _by_nothing,
    _for_ever,
    _digits,
    _unknown,
    _no_items,
)


@pytest.mark.parametrize("change", HOSTILE, ids=lambda change: change.__name__)
def test_hostile_header(change):
    """A header that lies is torn at once, though its checksum fits: no memory is taken and no time spent."""
    with pytest.raises(Torn):
        read(with_header(segment_bytes(of([3, 2])), change))


def test_unchanged_header():
    """A header written again by another hand is read."""
    assert read(with_header(segment_bytes(of([3, 2])), lambda _header: None)).frames == 5


@pytest.mark.parametrize("length", [0, 1, 1 << 20, (1 << 63) - 1, (1 << 64) - 1])
def test_a_header_longer_than_its_file(length):
    """A header that says it is longer than the file is torn, and an empty one too."""
    stored = segment_bytes(of([3]))
    with pytest.raises(Torn):
        read(sealed(MAGIC + length.to_bytes(8, "little") + stored[len(MAGIC) + 8 : -32]))


@settings(max_examples=30)
@given(st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=3), max_size=3), st.data())
def test_put_together(groups, data):
    """Items of several segments put together keep their rows, and what is left out is not there."""
    parts, expected, number = [], [], 0
    for sizes in groups:
        items = [coded(number + place, count) for place, count in enumerate(sizes)]
        number += len(items)
        one = segment(*items)
        picked = sorted(data.draw(st.sets(st.integers(0, len(items) - 1))))
        parts.append((one, [one.held[place] for place in picked]))
        expected += [items[place] for place in picked]
    together = put_together(parts, background=False)

    assert [together.coded(held) for held in together.held] == expected
    assert together.frames == sum(len(one.rows) for one in expected)


def _too_many_words(made):
    made["count"] = 21
    return made


@pytest.mark.parametrize(
    "facts",
    [
        {"rows": np.zeros(3, np.uint8)},
        {"rows": np.zeros((1, 1), KEPT)},
        {"rows": _too_many_words(rows(1, 2))},
        {"time_base": Fraction(0)},
        {"item": "abc"},
    ],
)
def test_what_cannot_be_kept(facts):
    """Rows that are none, words that are not there and times that do not run are refused when made."""
    whole = {"item": item(1), "time_base": Fraction(1, 600), "rows": rows(1, 2), "looked": 2}
    with pytest.raises(InvalidValue):
        Coded(**{**whole, **facts})


def test_a_file_that_is_no_file(tmp_path):
    """A folder in place of a segment is torn; one that is gone is said to be gone."""
    (tmp_path / "a.segment").mkdir()
    with pytest.raises(Torn):
        Segment.opened(tmp_path / "a.segment")
    (tmp_path / "b.segment").touch()
    with pytest.raises(Torn):
        Segment.opened(tmp_path / "b.segment")
    with pytest.raises(FileNotFoundError):
        Segment.opened(tmp_path / "c.segment")
