"""Timestamps of RFC 3161: a third party's signed word that a checkpoint existed at a time.

The token is over SHA-256 of the checkpoint's note, so one token holds for every entry the checkpoint covers. Requests
and answers are kept as raw bytes. An answer is judged twice: by `rfc3161-client`, and by `openssl ts -verify` where
that program is installed; both must agree. An authority is bound to its own certificates, so that one authority's
answer never passes as another's.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from attrs import field, frozen
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from probata.custody import verifier
from probata.terms.errors import CustodyError, InvalidValue

MEDIA_TYPE_QUERY = "application/timestamp-query"
MEDIA_TYPE_REPLY = "application/timestamp-reply"
OPENSSL_TIMEOUT_S = 20

Post = Callable[[str, bytes], bytes]
"""Sends a request to an address and gives the answer's bytes; the door to the network is `engines.network`."""


class TimestampRefused(CustodyError):
    """An answer of a timestamp authority that does not hold; it is never kept as if it did."""

    code = "timestamp_refused"
    template = "The timestamp of {authority} does not hold: {why}."
    advice = "Ask again, or ask another authority; the checkpoint itself stands without it."


@frozen(kw_only=True)
class Authority:
    """A timestamp authority: its name here, its address, and the certificates it is bound to.

    `roots` are certificates it must chain to. `signers`, when there are any, are the only certificates that may have
    signed: needed where one root serves several authorities.
    """

    name: str
    url: str
    roots: tuple[x509.Certificate, ...] = field(repr=False)
    signers: tuple[x509.Certificate, ...] = field(default=(), repr=False)

    @roots.validator
    def _bound(self, _attribute: object, value: tuple[x509.Certificate, ...]) -> None:
        if not value:
            raise InvalidValue(what=f"The timestamp authority {self.name!r}", why="it is bound to no root certificate")

    @classmethod
    def from_pem(cls, name: str, url: str, pem: bytes) -> Authority:
        """Read certificates from PEM: those made for timestamping (RFC 3161, section 2.3) are the signers."""
        try:
            certificates = x509.load_pem_x509_certificates(pem)
        except ValueError as error:
            raise InvalidValue(what=f"The certificate file of {name!r}", why=error) from error
        signers = tuple(one for one in certificates if _is_for_timestamps(one))
        return cls(name=name, url=url, roots=tuple(one for one in certificates if one not in signers), signers=signers)


@frozen(kw_only=True)
class Stamped:
    """An answer that holds: the raw request and answer to keep, and the time that the authority states."""

    authority: str
    request: bytes = field(repr=False)
    response: bytes = field(repr=False)
    at: datetime
    second_opinion: bool


def ask(authority: Authority, note: str, post: Post) -> Stamped:
    """Have a checkpoint's note stamped; raises `TimestampRefused`, and whatever `post` raises."""
    request = (
        TimestampRequestBuilder()
        .data(note.encode())
        .hash_algorithm(HashAlgorithm.SHA256)
        .cert_request(cert_request=True)
        .nonce(nonce=True)
        .build()
    )
    response = post(authority.url, request.as_bytes())
    at = verify(response, note, authority, nonce=request.nonce)
    second = agrees(response, note, authority)
    return Stamped(
        authority=authority.name, request=request.as_bytes(), response=response, at=at, second_opinion=second
    )


def verify(untrusted_response: bytes, note: str, authority: Authority, *, nonce: int | None = None) -> datetime:
    """The time at which this authority stamped this note; raises `TimestampRefused`. RFC 3161, section 2.4.2."""
    return _verify_digest(untrusted_response, _digest(note), authority, nonce)


def agrees(untrusted_response: bytes, note: str, authority: Authority) -> bool:
    """A second opinion: True when `openssl ts -verify` agrees, False when there is no such program.

    Raises `TimestampRefused` when it does not agree.
    """
    return _openssl_agrees(untrusted_response, _digest(note), authority)


def token_check(authorities: Sequence[Authority]) -> verifier.TokenCheck:
    """What `verifier.Demands.check_token` takes: judges the answers of these authorities, and of no other."""
    by_name = {authority.name: authority for authority in authorities}

    def check(name: str, response: bytes, digest: bytes) -> str | None:
        if name not in by_name:
            return None
        try:
            at = _verify_digest(response, digest, by_name[name], None)
            _openssl_agrees(response, digest, by_name[name])
        except TimestampRefused as refused:
            raise verifier.Fault(str(refused)) from refused
        return f"{verifier.shown(name)} stamped the checkpoint at {at.astimezone(UTC).isoformat()}"

    return check


def _digest(note: str) -> bytes:
    return hashlib.sha256(note.encode()).digest()


def _is_for_timestamps(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage


def _verify_digest(untrusted_response: bytes, digest: bytes, authority: Authority, nonce: int | None) -> datetime:
    try:
        response = decode_timestamp_response(untrusted_response)
        at: datetime = response.tst_info.gen_time
        stated = verifier.read_timestamp(untrusted_response)
    except (ValueError, verifier.Fault) as error:
        raise TimestampRefused(authority=authority.name, why=error) from error
    # Our own reading and the library's must see the same statement in the same bytes.
    if stated.digest != digest or stated.seconds != int(at.timestamp()):
        raise TimestampRefused(authority=authority.name, why="it is over something else")
    faults = [_fault(response, digest, authority, signer, nonce) for signer in authority.signers or (None,)]
    if all(faults):
        raise TimestampRefused(authority=authority.name, why=faults[0])
    return at


def _fault(
    response: TimeStampResponse, digest: bytes, authority: Authority, signer: x509.Certificate | None, nonce: int | None
) -> str:
    """Why the library refuses the answer under one signer; empty when it does not."""
    judge = VerifierBuilder(roots=list(authority.roots), tsa_certificate=signer, nonce=nonce).build()
    try:
        judge.verify(response, digest)
    except (VerificationError, ValueError) as error:
        return str(error) or type(error).__name__
    return ""


def _openssl_agrees(untrusted_response: bytes, digest: bytes, authority: Authority) -> bool:
    program = shutil.which("openssl")
    if program is None:
        return False
    # The certificates count as of the stamp's own time: a token stays good when its certificate has run out.
    seconds = verifier.read_timestamp(untrusted_response).seconds
    with tempfile.TemporaryDirectory() as folder:
        answer, roots = Path(folder, "answer.tsr"), Path(folder, "roots.pem")
        answer.write_bytes(untrusted_response)
        roots.write_bytes(b"".join(root.public_bytes(Encoding.PEM) for root in authority.roots))
        command = [program, "ts", "-verify", "-digest", digest.hex(), "-in", str(answer), "-CAfile", str(roots)]
        command += ["-attime", str(seconds)]
        done = subprocess.run(command, capture_output=True, check=False, timeout=OPENSSL_TIMEOUT_S)
    if done.returncode != 0:
        why = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise TimestampRefused(authority=authority.name, why=f"openssl: {why[-1]}")
    return True
