"""Keyrings locked for programs: what a token opens, and what it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.custody import keys
from probata.custody.token_keys import TokenNotAccepted, TokenSecret, lock_for, unlock_with

HERE = "probata.example/1"
KEYRING, _FILE = keys.create_keyring(None, name="S. Analyst")
TOKEN = TokenSecret.new()
LOCKED = lock_for(TOKEN, KEYRING, origin=HERE)


def test_a_token_is_read_as_it_was_written() -> None:
    """Its text holds all of it, and its representation none of the secret."""
    assert TokenSecret.read(TOKEN.text) == TOKEN
    assert TOKEN.secret.hex() not in repr(TOKEN)
    assert TOKEN.text[22:] not in repr(TOKEN)


@given(at=st.integers(0, len(TOKEN.text) - 1), letter=st.characters())
def test_one_wrong_letter_is_noticed(at: int, letter: str) -> None:
    """By the checksum, before anything is looked up."""
    if TOKEN.text[at] != letter:
        with pytest.raises(TokenNotAccepted):
            TokenSecret.read(TOKEN.text[:at] + letter + TOKEN.text[at + 1 :])


@given(text=st.text(max_size=200))
def test_no_other_text_is_a_token(text: str) -> None:
    """Whatever it is."""
    with pytest.raises(TokenNotAccepted):
        TokenSecret.read(text)


def test_the_right_token_opens_it_here() -> None:
    """The same keys, and no others."""
    assert unlock_with(TOKEN, LOCKED, origin=HERE) == KEYRING
    for token, origin in ((TokenSecret.new(), HERE), (TOKEN, "probata.example/2")):
        with pytest.raises(TokenNotAccepted):
            unlock_with(token, LOCKED, origin=origin)


@given(at=st.integers(0, len(LOCKED) - 1), by=st.integers(1, 255))
def test_a_changed_file_opens_for_nobody(at: int, by: int) -> None:
    """Any one byte."""
    changed = LOCKED[:at] + bytes([LOCKED[at] ^ by]) + LOCKED[at + 1 :]
    with pytest.raises(TokenNotAccepted):
        unlock_with(TOKEN, changed, origin=HERE)


@pytest.mark.parametrize(
    "locked", [b"", b"x", LOCKED[:12], LOCKED[:-1]], ids=["empty", "one byte", "its head", "all but the last"]
)
def test_a_torn_file_opens_for_nobody(locked: bytes) -> None:
    """However little of it is left."""
    with pytest.raises(TokenNotAccepted):
        unlock_with(TOKEN, locked, origin=HERE)


def test_two_copies_tell_nothing_of_each_other() -> None:
    """The same keyring, locked twice, is written otherwise; its key stands in neither."""
    again = lock_for(TOKEN, KEYRING, origin=HERE)
    assert again != LOCKED
    for locked in (again, LOCKED):
        assert KEYRING.signing.seed not in locked
        assert KEYRING.signing.seed.hex().encode() not in locked
