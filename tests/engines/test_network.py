"""The door to the network opens only to plain addresses, takes only the answer asked for, and records each use."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from probata.engines import network
from probata.engines.network import AddressInvalid, Unreachable, Use

ANSWERS = {
    "/good": (200, "text/x-answer", b"yes"),
    "/moved": (302, "text/x-answer", b""),
    "/error": (500, "text/x-answer", b"no"),
    "/login": (200, "text/html", b"<form>"),
    "/endless": (200, "text/x-answer", b"x" * (network.MAX_ANSWER_BYTES + 1)),
}


class Handler(BaseHTTPRequestHandler):
    """Answers by path; `/hang-up` says more than it sends."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert body == b"question"
        status, media_type, answer = ANSWERS.get(self.path, (200, "text/x-answer", b""))
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "99" if self.path == "/hang-up" else str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments: object) -> None:
        """Stay quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    served = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()
    served.server_close()


def ask(url: str, uses: list[Use]) -> bytes:
    return network.post(url, b"question", sends="text/x-question", wants="text/x-answer", record=uses.append)


def test_a_good_answer_comes_through_and_is_recorded(server: str) -> None:
    """The answer's bytes are given; the use is recorded before it is made and with its outcome."""
    uses: list[Use] = []
    assert ask(f"{server}/good", uses) == b"yes"
    assert [(use.outcome, use.sent_bytes, use.received_bytes) for use in uses] == [("asked", 8, 0), ("answered", 8, 3)]


@pytest.mark.parametrize("path", ["/moved", "/error", "/login", "/endless", "/hang-up"])
def test_anything_else_is_no_answer(server: str, path: str) -> None:
    """A redirect, an error, another media type, too much and too little are stated failures, and recorded as such."""
    uses: list[Use] = []
    with pytest.raises(Unreachable):
        ask(f"{server}{path}", uses)
    assert [use.outcome for use in uses] == ["asked", "failed"]
    assert uses[1].why


def test_nobody_there_is_said() -> None:
    """A closed port is a stated failure."""
    uses: list[Use] = []
    with pytest.raises(Unreachable):
        ask("http://127.0.0.1:1/", uses)
    assert [use.outcome for use in uses] == ["asked", "failed"]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "http://",
        "http://user@example.org/",
        "http://user:secret@example.org/",
        "http://example.org:99999/",
        "http://example.org/a b",
        "http://example.org/\r\nX-Evil: 1",
        "http://exámple.org/",
        "example.org",
    ],
)
def test_other_addresses_are_refused_before_anything_is_sent(url: str) -> None:
    """The door opens to plain http and https addresses only; a refused one is not even recorded as asked."""
    uses: list[Use] = []
    with pytest.raises(AddressInvalid):
        ask(url, uses)
    assert uses == []


def test_a_use_that_cannot_be_recorded_is_not_made(server: str) -> None:
    """When the record refuses, nothing is sent."""

    def refuse(_use: Use) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        network.post(f"{server}/good", b"never sent", sends="a/b", wants="text/x-answer", record=refuse)
