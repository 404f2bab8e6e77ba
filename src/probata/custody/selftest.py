"""Known answers, checked at every start: a broken hash or signature must never be used quietly."""

from __future__ import annotations

import hashlib

from probata.custody import verifier
from probata.terms.errors import CustodyError


class SelfTestFailed(CustodyError):
    """This machine computes a known answer wrongly."""

    code = "selftest_failed"
    template = "The self-test failed: {what} gave a wrong answer."
    advice = "Do not use this installation: reinstall it, or use another machine. Nothing was written."


def run() -> None:
    """Check SHA-256 (FIPS 180-4) and the tree's hashes; raises `SelfTestFailed`."""
    if hashlib.sha256(b"abc").hexdigest() != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad":
        raise SelfTestFailed(what="SHA-256")
    if verifier.leaf_hash(b"").hex() != "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d":
        raise SelfTestFailed(what="the Merkle tree's leaf hash")
