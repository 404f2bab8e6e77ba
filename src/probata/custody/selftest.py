"""Known answers, checked at every start: a broken hash or signature must never be used quietly."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from probata.custody import canonical, merkle, verifier
from probata.terms.errors import CustodyError


class SelfTestFailed(CustodyError):
    """This machine computes a known answer wrongly."""

    code = "selftest_failed"
    template = "The self-test failed: {what} gave a wrong answer."
    advice = "Do not use this installation: reinstall it, or use another machine. Nothing was written."


def run() -> None:
    """Check every primitive that custody stands on, in a few milliseconds; raises `SelfTestFailed`."""
    for what, holds in _TESTS.items():
        if not holds():
            raise SelfTestFailed(what=what)


def _sha256() -> bool:
    """FIPS 180-4, the example of one block."""
    return hashlib.sha256(b"abc").hexdigest() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


# RFC 8032, section 7.1, test 2: seed, public key, message, signature.
_SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
_PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
_MESSAGE = b"\x72"
_SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def _ed25519_of_the_library() -> bool:
    """Signing gives the known signature; another message does not verify."""
    private, public = Ed25519PrivateKey.from_private_bytes(_SEED), Ed25519PublicKey.from_public_bytes(_PUBLIC)
    if private.public_key().public_bytes_raw() != _PUBLIC or private.sign(_MESSAGE) != _SIGNATURE:
        return False
    try:
        public.verify(_SIGNATURE, b"")
    except InvalidSignature:
        return True
    return False


def _ed25519_of_the_verifier() -> bool:
    verifies = verifier.ed25519_verifies
    return verifies(_PUBLIC, _MESSAGE, _SIGNATURE) and not verifies(_PUBLIC, b"", _SIGNATURE)


def _merkle_tree() -> bool:
    """The tree of seven entries of Certificate Transparency's reference tests, its leaf 5 and the tree of three."""
    entries = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
    ]
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    hashes = merkle.hashes_to_append(0, leaves, lambda _positions: [])
    root = merkle.root(7, lambda positions: [hashes[position] for position in positions])
    proof = merkle.inclusion_proof(5, 7, lambda positions: [hashes[position] for position in positions])
    known = root.hex() == "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    return known and merkle.verify_inclusion(leaf=leaves[5], index=5, size=7, proof=proof, root=root)


def _canonical_json() -> bool:
    """RFC 8785: keys by UTF-16 unit, the escapes of section 3.2.2.2, and back."""
    value = {"\U0001f600": 1, "\ue000": [True, None], "a": '\u20ac$\u000f\nA"\\', "": -7}
    written = '{"":-7,"a":"\u20ac$\\u000f\\nA\\"\\\\","\U0001f600":1,"\ue000":[true,null]}'.encode()
    return canonical.canonical(value) == written and canonical.parse(written) == value


_TESTS: dict[str, Callable[[], bool]] = {
    "SHA-256": _sha256,
    "Ed25519 signing": _ed25519_of_the_library,
    "Ed25519 verification": _ed25519_of_the_verifier,
    "the Merkle tree": _merkle_tree,
    "canonical JSON": _canonical_json,
}
