"""The one door to the network: nothing else in the house opens a socket, and every use of the door is recorded.

Nothing is called unless an operator named the address and asked for it. A use is recorded before it is made, so that a
crash cannot hide one, and again with its outcome. Redirects are not followed, proxies of the environment not used.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from attrs import evolve, frozen

from probata.terms.errors import EnvironmentLacking, UsageError

TIMEOUT_S = 30.0
MAX_ANSWER_BYTES = 1 << 20


class AddressInvalid(UsageError):
    """An address that the door does not open to."""

    code = "address_invalid"
    template = "The address {url} cannot be used: {why}."
    advice = "Give a plain http:// or https:// address without a user name."


class Unreachable(EnvironmentLacking):
    """Nobody answered, or the answer could not be used."""

    code = "unreachable"
    template = "{url} gave no answer that can be used: {why}."
    advice = "Check the network and the address; nothing was changed here, and you can try again later."


@frozen(kw_only=True)
class Use:
    """One use of the door: where to, how much went out, and, once known, what came of it.

    `outcome` is `asked` before the connection is made, then `answered` or `failed`.
    """

    method: str
    url: str
    sent_bytes: int
    outcome: str
    status: int | None = None
    received_bytes: int = 0
    why: str = ""


Record = Callable[[Use], None]


def post(url: str, body: bytes, *, sends: str, wants: str, record: Record) -> bytes:
    """Send bytes of one media type and give the answer's bytes, if it is of the wanted type.

    `record` is called before and after. Raises `AddressInvalid`, `Unreachable`; a redirect is no answer.
    """
    parts = _checked(url)
    use = Use(method="POST", url=url, sent_bytes=len(body), outcome="asked")
    record(use)
    connection = _connection(parts)
    try:
        answer, status = _exchange(connection, parts, body, sends, wants)
    except (OSError, HTTPException, _Unusable) as error:
        record(evolve(use, outcome="failed", why=str(error) or type(error).__name__))
        raise Unreachable(url=url, why=str(error) or type(error).__name__) from error
    finally:
        connection.close()
    record(evolve(use, outcome="answered", status=status, received_bytes=len(answer)))
    return answer


class _Unusable(Exception):
    """Somebody answered, but not what was asked."""


def _checked(untrusted_url: str) -> SplitResult:
    try:
        parts = urlsplit(untrusted_url)
        has_port_number = parts.port is None or parts.port > 0
    except ValueError as error:
        raise AddressInvalid(url=untrusted_url, why=error) from error
    if parts.scheme not in ("http", "https"):
        raise AddressInvalid(url=untrusted_url, why="it is neither http nor https")
    if not parts.hostname or not has_port_number or parts.username is not None:
        raise AddressInvalid(url=untrusted_url, why="it names no host, or a user")
    if not untrusted_url.isascii() or any(character.isspace() for character in untrusted_url):
        raise AddressInvalid(url=untrusted_url, why="it holds spaces or letters outside ASCII")
    return parts


def _connection(parts: SplitResult) -> HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return HTTPSConnection(host, parts.port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    return HTTPConnection(host, parts.port, timeout=TIMEOUT_S)


def _exchange(connection: HTTPConnection, parts: SplitResult, body: bytes, sends: str, wants: str) -> tuple[bytes, int]:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("POST", path, body, {"Content-Type": sends, "Accept": wants, "User-Agent": "Probata"})
    response = connection.getresponse()
    if response.status != 200:
        raise _Unusable(f"status {response.status}")
    if response.headers.get_content_type() != wants:
        raise _Unusable(f"it is {response.headers.get_content_type()}, not {wants}")
    answer = response.read(MAX_ANSWER_BYTES + 1)
    if len(answer) > MAX_ANSWER_BYTES:
        raise _Unusable("it is larger than any such answer")
    if response.length:
        # `read` with a limit gives what came, and leaves here what the header had promised besides.
        raise _Unusable(f"it is cut short by {response.length} bytes")
    return answer, response.status
