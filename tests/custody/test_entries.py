"""Entries are signed by their own actor, hide what they are about, and read back exactly as they were written."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.custody import entries, verifier
from probata.custody.canonical import canonical, parse
from probata.custody.entries import Entry, EntryMalformed, Opening, Tool
from probata.custody.keys import Key
from probata.terms.errors import InvalidValue

ACTOR = Key(seed=b"\x01" * 32)
STRANGER = Key(seed=b"\x02" * 32)
moments = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.timezones())  # noqa: DTZ001  zones follow


def entry(**changed: Any) -> Entry:
    """An entry that is in order, but for what is changed."""
    facts: dict[str, Any] = {
        "log": "probata/x",
        "seq": 7,
        "act": "0" * 32,
        "at": datetime(2030, 3, 30, 12, 0, 0, 5, tzinfo=UTC),
        "actor": ACTOR.key_id,
        "action": "acquire",
        "subjects": ("ab" * 32,),
        "tool": Tool(version="0.1.0"),
    }
    return Entry(**{**facts, **changed})


def test_an_entry_reads_as_the_format_says() -> None:
    """The canonical form, word for word as in docs/package.md."""
    assert entry().canonical().decode() == (
        '{"act":"00000000000000000000000000000000","action":"acquire","actor":"' + ACTOR.key_id + '",'
        '"at":"2030-03-30T12:00:00.000005Z","clock":"system","log":"probata/x","schema":"probata/entry/1","seq":7,'
        '"subjects":["' + "ab" * 32 + '"],"tool":{"name":"probata","version":"0.1.0"}}'
    )


@given(moments, st.integers(0, 2**53 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=4))
def test_a_leaf_reads_back(at: datetime, seq: int, subjects: list[bytes]) -> None:
    """Signed, written and read again, an entry is the same; its leaf is canonical JSON and its signature verifies."""
    signed = entries.sign_entry(entry(at=at, seq=seq, subjects=tuple(one.hex() for one in subjects)), ACTOR)
    again = entries.read_leaf(signed.leaf)
    assert again.entry.canonical() == signed.entry.canonical()
    assert again.entry.at == at
    assert again.leaf_hash == hashlib.sha256(b"\x00" + signed.leaf).digest()
    assert canonical(parse(signed.leaf)) == signed.leaf
    assert verifier.ed25519_verifies(ACTOR.public_raw, signed.entry.canonical(), again.signature)


@given(moments, moments)
def test_times_sort_as_their_texts(one: datetime, other: datetime) -> None:
    """Written times compare as the moments do, whatever zone they were given in."""
    assert (entries.shown_time(one) < entries.shown_time(other)) == (one.astimezone(UTC) < other.astimezone(UTC))
    assert entries.read_time(entries.shown_time(one)) == one


def test_a_zone_is_converted_not_relabelled() -> None:
    """23:30 at five hours west of Greenwich is 04:30 the next day in UTC."""
    west = timezone(timedelta(hours=-5))
    assert entries.shown_time(datetime(2022, 3, 30, 23, 30, tzinfo=west)) == "2022-03-31T04:30:00.000000Z"


def test_nobody_signs_for_another() -> None:
    """An entry is signed by the actor it names, or not at all."""
    with pytest.raises(InvalidValue):
        entries.sign_entry(entry(), STRANGER)


@pytest.mark.parametrize(
    "changed",
    [
        {"seq": -1},
        {"act": "0" * 31},
        {"act": "G" * 32},
        {"at": datetime(2030, 3, 30)},  # noqa: DTZ001  that is the case
        {"actor": "nobody"},
        {"action": "Acquire"},
        {"action": ""},
        {"action": "a" * 41},
        {"clock": "my watch"},
        {"subjects": ("a bare name",)},
    ],
)
def test_nonsense_is_refused_when_made(changed: dict[str, Any]) -> None:
    """An entry that makes no sense is never made."""
    with pytest.raises(InvalidValue):
        entry(**changed)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), st.integers(0, 99), max_size=4))
def test_a_commitment_is_the_one_the_verifier_computes(record: dict[str, int]) -> None:
    """SHA-256(salt ‖ SHA-256(canonical record)), and another salt gives another commitment."""
    opening, other = Opening(record=record), Opening(record=record)
    assert opening.commitment == verifier.commitment(opening.as_json())
    assert opening.commitment != other.commitment
    inner = hashlib.sha256(canonical(record)).digest()
    assert opening.commitment == hashlib.sha256(opening.salt + inner).hexdigest()


def test_a_short_salt_is_refused() -> None:
    """A salt that could be guessed is no salt."""
    with pytest.raises(InvalidValue):
        Opening(record={}, salt=b"short")


def test_a_salt_is_not_printed() -> None:
    """Neither salt nor record stands in the text of an opening, so that none ends up in a log line."""
    opening = Opening(record={"reason": "SECRET"}, salt=b"\xaa" * 32)
    assert "SECRET" not in repr(opening)
    assert "aa" * 8 not in repr(opening)
    assert "xaa" not in repr(opening)


GOOD_LEAF = entries.sign_entry(entry(), ACTOR).leaf


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        b"[]",
        b"{}",
        b'{"entry":{},"signature":""}',
        GOOD_LEAF + b"\n",
        GOOD_LEAF.replace(b'"seq":7', b'"seq":"7"'),
        GOOD_LEAF.replace(b'"seq":7', b'"seq":7.0'),
        GOOD_LEAF.replace(b'"act":', b'"aaa":1,"act":'),
        GOOD_LEAF.replace(b"000005Z", b"000005+00:00"),
        GOOD_LEAF.replace(b"probata/entry/1", b"probata/entry/2"),
        GOOD_LEAF.replace(b'"signature":"', b'"signature":"*'),
        GOOD_LEAF.replace(b"03-30", b"02-30"),
    ],
)
def test_what_is_no_leaf_is_refused(untrusted: bytes) -> None:
    """Other bytes, other spellings, other fields are named as malformed."""
    with pytest.raises(EntryMalformed):
        entries.read_leaf(untrusted)
