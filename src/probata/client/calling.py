"""Calls over HTTP with a token: what is safe is tried again, what is refused is raised as the error that it is.

A token is sent to the address that was given and to no other: redirections are not followed, proxies of the
environment are not used, and nothing goes in the clear to another machine.
"""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from attrs import field, frozen

from probata.terms.errors import (
    AccessError,
    CustodyError,
    EnvironmentLacking,
    FootageError,
    InvalidValue,
    NotFound,
    ProbataError,
    Refused,
    StorageError,
    UsageError,
)

Answer = dict[str, Any]
"""An answer as docs/json has it."""
TRIES = 4
TIMEOUT_S = 60.0
MOST_BYTES = 256 << 20
LONGEST_WAIT_S = 65.0
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
TOO_OFTEN = 429
_AGAIN = frozenset({TOO_OFTEN, 502, 503, 504})
_KINDS: dict[int, type[ProbataError]] = {
    2: UsageError,
    3: NotFound,
    4: Refused,
    5: FootageError,
    6: CustodyError,
    7: StorageError,
    8: AccessError,
    9: EnvironmentLacking,
}


class WorkspaceUnreachable(EnvironmentLacking):
    """Nobody answers at the address of a workspace."""

    code = "workspace_unreachable"
    template = "The workspace at {address} does not answer: {why}."
    advice = "See that it is served there (`probata serve`), and that this machine reaches it."


class AnswerUnreadable(ProbataError):
    """What answers at an address is no workspace, or no such version of one."""

    code = "answer_unreadable"
    template = "What answers at {address} is no API of a workspace: {why}."
    advice = "Give the address at which `probata serve` serves it, without a path."


class _Error(msgspec.Struct):
    code: str
    exit_code: int
    message: str
    advice: str = ""


def _lower(given: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in given.items()}


@frozen(kw_only=True)
class Reply:
    """What was answered, as it came: a status, headers, and bytes."""

    status: int
    headers: Mapping[str, str] = field(converter=_lower)
    content: bytes = field(repr=False)

    @property
    def wait_s(self) -> float:
        """How long to wait before asking again."""
        written = self.headers.get("retry-after", "")
        return float(written) if written.isascii() and written.isdecimal() else 0.5


class _NoRedirections(urllib.request.HTTPRedirectHandler):
    """Takes a redirection as the answer: a token follows nobody elsewhere."""

    def redirect_request(self, *_asked: Any) -> None:  # noqa: ANN401  as the library calls it
        """Follow nowhere."""
        return


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirections())


@frozen(kw_only=True)
class Calls:
    """How one workspace is called: its address, a token, and how long an answer may take."""

    address: str = field()
    token: str = field(repr=False)
    timeout_s: float = TIMEOUT_S

    @address.validator
    def _reachable_in_private(self, _attribute: object, value: str) -> None:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise InvalidValue(what="The address", why="write it as https://host, without a path")
        if parts.scheme == "http" and parts.hostname not in _HERE:
            raise InvalidValue(what="The address", why="a token goes to another machine by https alone")

    @token.validator
    def _one_line(self, _attribute: object, value: str) -> None:
        if not (value.isascii() and value.isprintable() and value.startswith("pbt_")):
            raise InvalidValue(what="The token", why="it begins with pbt_ and is one word")

    def get(self, *path: object, **query: object) -> Answer:
        """What stands at an address; tried again where nobody answers, or where it was asked too often."""
        return self._read(self._tried("GET", _asked(path, query), None, {}))

    def get_bytes(self, *path: object, query: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Reply:
        """The same where bytes stand, such as footage; with headers, such as which range."""
        return self._held(self._tried("GET", _asked(path, query), None, headers or {}))

    def send(
        self, method: str, *path: object, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Reply:
        """Send bytes, once; sent again only where it was refused unread, since it came too often.

        Raises what was refused, and `WorkspaceUnreachable` where no answer came.
        """
        for _try in range(TRIES):
            reply = self._once(method, _address(path), content, headers or {})
            if reply.status != TOO_OFTEN:
                break
            time.sleep(min(reply.wait_s, LONGEST_WAIT_S))
        return self._held(reply)

    def post(self, *path: object, **body: object) -> Answer:
        """Do something, once: what came of it is not known where no answer came, so it is never sent again."""
        given = {name: value for name, value in body.items() if value is not None}
        headers = {"Content-Type": "application/json"}
        return self._read(self._once("POST", _address(path), msgspec.json.encode(given), headers))

    def pages(self, key: str, *path: object, **query: object) -> Iterator[Answer]:
        """The rows of a list under this key, page after page."""
        page: int | None = 1
        while page is not None:
            told = self.get(*path, **{**query, "page": page})
            yield from told[key]
            page = told.get("next")

    def _tried(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        """What is safe to ask again is asked again, a few times."""
        for tries_left in range(TRIES - 1, -1, -1):
            try:
                reply = self._once(method, path, body, headers)
            except WorkspaceUnreachable:
                if not tries_left:
                    raise
                time.sleep(0.25 * 2 ** (TRIES - 1 - tries_left))
                continue
            if reply.status in _AGAIN and tries_left:
                time.sleep(min(reply.wait_s, LONGEST_WAIT_S))
                continue
            return reply
        raise AssertionError

    def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        try:
            return self._sent(method, path, body, headers)
        except (OSError, HTTPException) as error:
            raise WorkspaceUnreachable(address=self.address, why=error) from error

    def _sent(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        request = urllib.request.Request(  # noqa: S310  http and https alone, as was checked when this was made
            self.address.rstrip("/") + path, data=body, method=method
        )
        request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        for name, value in {"Accept": "application/json", **headers}.items():
            request.add_header(name, value)
        try:
            answer = _OPENER.open(request, timeout=self.timeout_s)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            content = answer.read(MOST_BYTES + 1)
            return Reply(status=answer.status, headers=dict(answer.headers.items()), content=content)

    def _held(self, reply: Reply) -> Reply:
        """A reply of bytes, unless it is an error or no reply of ours."""
        if reply.status >= 400 or not 200 <= reply.status < 300:
            self._read(reply)
        if len(reply.content) > MOST_BYTES:
            raise AnswerUnreadable(address=self.address, why="its answer is larger than 256 MiB")
        return reply

    def _read(self, reply: Reply) -> Answer:
        status, content = reply.status, reply.content
        if len(content) > MOST_BYTES:
            raise AnswerUnreadable(address=self.address, why="its answer is larger than 256 MiB")
        try:
            if status >= 400:
                raise _error(msgspec.json.decode(content, type=_Error))
            told = msgspec.json.decode(content, type=dict[str, Any])
        except (msgspec.MsgspecError, RecursionError) as error:
            raise AnswerUnreadable(address=self.address, why=f"status {status}, and {error}") from error
        if status != 200:
            raise AnswerUnreadable(address=self.address, why=f"status {status}")
        return told


def _error(told: _Error) -> ProbataError:
    """The error that was answered: a class of its kind, with its code and its words."""
    kind = _KINDS.get(told.exit_code, ProbataError)
    words = {name: _literal(text) for name, text in (("template", told.message), ("advice", told.advice))}
    made: type[ProbataError] = type(kind.__name__, (kind,), {"code": told.code, "exit_code": told.exit_code, **words})
    return made()


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _asked(path: tuple[object, ...], query: Mapping[str, object]) -> str:
    asked = {name.rstrip("_"): _written(value) for name, value in query.items() if value not in (None, "", False)}
    return _address(path) + (f"?{urlencode(asked)}" if asked else "")


def _address(path: tuple[object, ...]) -> str:
    return "/api/" + "/".join(quote(str(part), safe="") for part in path)


def _written(value: object) -> str:
    return "true" if value is True else str(value)
