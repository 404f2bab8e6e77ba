"""The client and the page of its guide, against a workspace that is served."""

from __future__ import annotations

import http.server
import json
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from api_rows import SCENE
from story import ANALYST, COUNSEL, FOUNDER

from probata.client import AnswerUnreadable, Client, WorkspaceUnreachable
from probata.terms.errors import AccessError, InvalidValue, NotFound, Refused, UsageError

if TYPE_CHECKING:
    from story import StoryBench

ROOT = Path(__file__).parents[2]
TOKEN = "pbt_0123456789abcdef_" + "a" * 59


@pytest.fixture(scope="module")
def token(served_story: StoryBench) -> str:
    """A token of the analyst's."""
    return token_of(served_story, ANALYST)


def token_of(story: StoryBench, name: str) -> str:
    from probata.access import selectors, tokens

    may = frozenset(tokens.may_be_given(selectors.person(name).id))
    return tokens.make(story.keyring(name), label="a test", permissions=may).text


@pytest.fixture(scope="module")
def client(story_address: str, token: str) -> Client:
    """The analyst's."""
    return Client(story_address, token)


def test_the_example_of_the_guide_runs(
    story_address: str, token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the docs show, runs."""
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    example, _files = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.setenv("PROBATA_ADDRESS", story_address)
    monkeypatch.setenv("PROBATA_TOKEN", token)
    exec(compile(example, "docs/api.md", "exec"), {})
    said = capsys.readouterr().out
    assert f"acting as {ANALYST}" in said
    assert "drawn-scene.mp4 0 candidates wait" in said
    assert "opened Karsk, 2031-10: shots are heard" in said
    assert "item_not_found" in said


def test_the_example_of_files_runs(
    served_story: StoryBench, story_address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By somebody who may both look at footage and bring files in."""
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    _first, example = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.setenv("PROBATA_ADDRESS", story_address)
    monkeypatch.setenv("PROBATA_TOKEN", token_of(served_story, FOUNDER))
    exec(compile(example, "docs/api.md", "exec"), {})
    said = capsys.readouterr().out
    assert "frame 12 at " in said
    assert "bytes of scene.mp4" in said
    assert "preserved as " in said


def test_a_scanner_knows_a_token(token: str) -> None:
    """By the pattern that the guide gives."""
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    (pattern,) = re.findall(r"^pbt_\[.*$", page, re.MULTILINE)
    assert re.fullmatch(pattern, token)


def test_errors_are_raised_as_what_they_are(client: Client) -> None:
    """By kind, with the code and the words that were answered."""
    with pytest.raises(NotFound, match="begins with ffff") as missing:
        client.items.one("f" * 64)
    assert missing.value.code == "item_not_found"
    with pytest.raises(UsageError) as faulty:
        client.calls.post("incidents", act=1)
    assert faulty.value.code == "request_faulty"
    with pytest.raises(AccessError) as refused:
        client.reviews.seal("0" * 32, because="x")
    assert refused.value.code == "token_may_not"
    with pytest.raises(Refused):
        client.incidents.open("murder of {nobody}", reason="x")


def test_lists_go_on_over_their_pages(client: Client) -> None:
    """Whatever a page holds."""
    everything = [one["item"] for one in client.items.all()]
    assert len(everything) >= 8
    assert [one["item"] for one in client.calls.pages("items", "items", rows=3)] == everything


def test_machines_are_asked_and_waited_for(served_story: StoryBench, client: Client) -> None:
    """Begun behind the answer, listed by everybody, and given as it is when it has ended."""
    item = served_story.items[SCENE]
    begun = client.machines.look(item, "scenes", reason="a program asks")
    assert begun["id"] in {one["id"] for one in client.machines.at_work()}
    now = client.machines.wait(begun, seconds=120)
    assert (now["items"], now["done"], now["trouble"]) == ([item], now["total"], "")
    with pytest.raises(UsageError):
        client.machines.stop(now)
    with pytest.raises(UsageError):
        client.machines.look(item, "nobody")


def test_two_people_go_through_a_review(served_story: StoryBench, story_address: str, client: Client) -> None:
    """From opening to judging, each by their own program."""
    proposition = served_story.told.claims.propositions["near"]
    review = client.reviews.open(proposition, "motivation")
    judged = {
        "result": "likely",
        "likelihood": "likely",
        "confidence": "low",
        "reasons": "as it is said",
        "for": list(served_story.told.seen.impulses),
        "against": [],
        "other_side": "the other clip",
        "alternatives": [],
        "derivations": [],
    }
    client.reviews.assess(review["id"], judged)
    counsel = Client(story_address, token_of(served_story, COUNSEL))
    assert counsel.reviews.one(review["id"])["opinions"] == []
    assert client.reviews.one(review["id"])["opinions"][0]["by"] == ANALYST


@pytest.mark.parametrize(
    ("address", "token"),
    [
        ("http://evidence.example", TOKEN),
        ("ftp://localhost", TOKEN),
        ("http://localhost/api", TOKEN),
        ("localhost", TOKEN),
        ("http://localhost", "pbt_x\r\nCookie: y"),
        ("http://localhost", "secret"),
    ],
)
def test_a_token_is_not_given_away(address: str, token: str) -> None:
    """Not in the clear to another machine, and not as something else than a header."""
    with pytest.raises(InvalidValue):
        Client(address, token)


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """Answers as no workspace does, and keeps what was asked."""

    asked: list[tuple[str, str, str | None]]
    answers: list[tuple[int, dict[str, str], bytes]]

    def do_GET(self) -> None:
        self.asked.append((self.command, self.path, self.headers.get("Authorization")))
        status, headers, body = self.answers[min(len(self.asked), len(self.answers)) - 1]
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.do_GET()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, type[Elsewhere]]]:
    """A server of ours that answers what a test says."""
    kind = type("Kind", (Elsewhere,), {"asked": [], "answers": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", kind
        server.shutdown()


ME = json.dumps({"schema": "probata/me/1", "person": "A"}).encode()
BUSY = json.dumps({"code": "too_often", "exit_code": 2, "message": "Wait.", "advice": "Wait."}).encode()


def test_a_redirection_gets_no_token(elsewhere: tuple[str, type[Elsewhere]]) -> None:
    """Whoever answers with another address is no workspace."""
    address, kind = elsewhere
    kind.answers = [(302, {"Location": f"{address}/api/elsewhere"}, b"")]
    with pytest.raises(AnswerUnreadable):
        Client(address, TOKEN).me()
    assert len(kind.asked) == 1


def test_reading_is_tried_again_and_acts_are_not(elsewhere: tuple[str, type[Elsewhere]]) -> None:
    """An act whose answer never came may have been done."""
    address, kind = elsewhere
    kind.answers = [(429, {"Retry-After": "0"}, BUSY), (429, {"Retry-After": "0"}, BUSY), (200, {}, ME)]
    assert Client(address, TOKEN).me()["person"] == "A"
    assert len(kind.asked) == 3
    kind.asked.clear()
    with pytest.raises(UsageError, match="Wait"):
        Client(address, TOKEN).questions.ask("who?")
    assert len(kind.asked) == 1


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_answer_is_told(elsewhere: tuple[str, type[Elsewhere]], body: bytes) -> None:
    """In words."""
    address, kind = elsewhere
    kind.answers = [(200, {}, body)]
    with pytest.raises(AnswerUnreadable):
        Client(address, TOKEN).me()


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told with the address; the token is in no message."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with pytest.raises(WorkspaceUnreachable) as told:
        Client("http://127.0.0.1:9", TOKEN).me()
    assert TOKEN not in str(told.value)
    assert TOKEN not in repr(Client("http://localhost", TOKEN).calls)


def test_every_operation_has_a_method(served_story: StoryBench) -> None:
    """The client can do what the API can, in the same words."""
    from probata.web.api.document import operations

    modules = [
        ROOT / f"src/probata/client/{name}.py" for name in ("nouns", "intake", "machines", "redactions", "files")
    ]
    source = "".join(module.read_text(encoding="utf-8") for module in modules)
    called = set()
    for method, words in re.findall(r"self\.calls\.(get|get_bytes|post|pages|send)\(\s*([^)]*)", source):
        parts = [one.strip() for one in words.split(",") if "=" not in one and "**" not in one and one.strip()]
        sent = {"post": "POST", "send": parts[0].strip('"')}.get(method, "GET")
        parts = parts[1:] if method in {"pages", "send"} else parts
        called.add((sent, "/".join(one.strip('"') if one.startswith('"') else "{}" for one in parts)))
    # Candidates are named by their place.
    called.add(("GET", "search"))
    called |= {("POST", f"items/{{}}/candidates/{{}}/{{}}/{act}") for act in ("decide", "translate", "observe")}
    known = {(one.method, re.sub(r"\{[^}]*\}", "{}", one.path.removeprefix("/api/"))) for one in operations()}
    assert known <= called
