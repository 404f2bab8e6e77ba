"""Digests, always with their algorithm: SHA-256 is identity; others say what they are."""

from __future__ import annotations

import re
from typing import NewType

from attrs import field, frozen

from probata.terms.errors import InvalidValue

Sha256 = NewType("Sha256", str)
"""64 lower-case hexadecimal digits that passed `sha256`."""

_HEX = re.compile(r"[0-9a-f]+")
_HEX_LENGTHS = {"sha256": 64, "sha512": 128, "blake3": 64}


def sha256(untrusted_text: str) -> Sha256:
    """Take a text for a SHA-256 digest only if it is one.

    Raises `InvalidValue` for anything but 64 lower-case hexadecimal digits (FIPS 180-4 gives 256 bits).
    """
    if len(untrusted_text) != _HEX_LENGTHS["sha256"] or not _HEX.fullmatch(untrusted_text):
        raise InvalidValue(what="A SHA-256 digest", why="it takes 64 lower-case hexadecimal digits")
    return Sha256(untrusted_text)


def _hex_fits(digest: Digest, _attribute: object, value: str) -> None:
    length = _HEX_LENGTHS.get(digest.algorithm)
    if length is None:
        raise InvalidValue(what=f"The digest algorithm {digest.algorithm!r}", why="it is not one of ours")
    if len(value) != length or not _HEX.fullmatch(value):
        raise InvalidValue(what=f"A {digest.algorithm} digest", why=f"it takes {length} lower-case hex digits")


@frozen(kw_only=True)
class Digest:
    """A digest that names its algorithm, printed `algorithm:hex`."""

    algorithm: str
    hex: str = field(validator=_hex_fits)

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hex}"

    @classmethod
    def parse(cls, untrusted_text: str) -> Digest:
        """Read `algorithm:hex` back; raises `InvalidValue` for anything else."""
        algorithm, _, hex_digits = untrusted_text.partition(":")
        return cls(algorithm=algorithm, hex=hex_digits)

    def as_json(self) -> str:
        """The digest as one text, `algorithm:hex`."""
        return str(self)

    @classmethod
    def from_json(cls, untrusted: object) -> Digest:
        """Read `as_json` back; raises `InvalidValue` for anything else."""
        if not isinstance(untrusted, str):
            raise InvalidValue(what="A digest", why="it must be a text that reads algorithm:hex")
        return cls.parse(untrusted)

    @property
    def short(self) -> str:
        """The first eight digits, for people; never for identity."""
        return self.hex[:8]
