"""Files by the client, against a workspace that is served: whole, exact, and going on where they stopped."""

from __future__ import annotations

import hashlib
import http.server
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from api_rows import SCENE
from story import ANALYST, FOUNDER, REVIEWER

from probata.client import AnotherDigest, AnswerUnreadable, Client, NotPreserved, WorkspaceUnreachable, files
from probata.terms.errors import AccessError, InvalidValue, UsageError

if TYPE_CHECKING:
    from story import StoryBench


def client_of(story: StoryBench, address: str, name: str) -> Client:
    from probata.access import selectors, tokens

    may = frozenset(tokens.may_be_given(selectors.person(name).id))
    return Client(address, tokens.make(story.keyring(name), label="a test", permissions=may).text)


@pytest.fixture(scope="module")
def client(served_story: StoryBench, story_address: str) -> Client:
    """The analyst's."""
    return client_of(served_story, story_address, ANALYST)


@pytest.fixture(scope="module")
def collector(served_story: StoryBench, story_address: str) -> Client:
    """Of somebody who may bring files in."""
    return client_of(served_story, story_address, FOUNDER)


@pytest.fixture(scope="module")
def item(served_story: StoryBench) -> str:
    return served_story.items[SCENE]


class TestFootage:
    """To a file, with a reason."""

    def test_the_whole_comes_in_parts_and_is_the_item(
        self, client: Client, item: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Under the name that was given, once every byte is there and its digest is the item's."""
        monkeypatch.setattr(files, "PART_BYTES", 7001)
        to = client.footage(item[:12], tmp_path / "scene.mp4", purpose="place")
        assert hashlib.sha256(to.read_bytes()).hexdigest() == item
        assert [one.name for one in tmp_path.iterdir()] == ["scene.mp4"]
        with pytest.raises(InvalidValue, match="there already"):
            client.footage(item, to, purpose="place")

    @pytest.mark.parametrize("held", [1, 7000, 7001, 7002, -1, None])
    def test_it_goes_on_where_it_stopped(
        self, client: Client, item: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int | None
    ) -> None:
        """Whatever came before; also where all of it came, and only its check was missing."""
        whole = client.footage(item, tmp_path / "first", purpose="place").read_bytes()
        (tmp_path / "scene.part").write_bytes(whole[:held])
        monkeypatch.setattr(files, "PART_BYTES", 7001)
        asked: list[str] = []
        get_bytes = client.calls.__class__.get_bytes

        def counted(*all_: object, headers: dict[str, str], **named: object) -> object:
            asked.append(headers["Range"])
            return get_bytes(*all_, headers=headers, **named)

        monkeypatch.setattr(client.calls.__class__, "get_bytes", counted)
        assert client.footage(item, tmp_path / "scene", purpose="place").read_bytes() == whole
        start = len(whole[:held]) - 1
        assert asked[0] == f"bytes={start}-{start + 7000}"

    @pytest.mark.parametrize("more", [b"", b"and more that is none of it"])
    def test_another_beginning_is_thrown_away(self, client: Client, item: str, tmp_path: Path, more: bytes) -> None:
        """What stands there as a part and is of something else becomes no file under the name."""
        size = len(client.footage(item, tmp_path / "first", purpose="place").read_bytes())
        part = tmp_path / "scene.part"
        part.write_bytes(b"x" * (size if more else 100) + more)
        with pytest.raises(AnotherDigest):
            client.footage(item, tmp_path / "scene", purpose="place")
        assert not part.exists()
        assert not (tmp_path / "scene").exists()

    def test_without_a_reason_nothing_comes(self, client: Client, item: str, tmp_path: Path) -> None:
        """The refusal is raised in words, and names the list."""
        with pytest.raises(UsageError, match="veiled") as refused:
            client.footage(item, tmp_path / "scene.mp4", purpose="")
        assert refused.value.code == "purpose_missing"
        assert "exact_frame" in refused.value.what_to_do

    def test_still_and_sound_and_what_needs_no_reason(self, client: Client, item: str) -> None:
        """An exact still has the digest of its address; another that was expected is refused."""
        address = client.seen.frame(item, 5)
        still = client.still(item, pts=address["pts"], purpose="exact_frame", way="full", digest=address["digest"])
        assert (still.ordinal, still.digest, still.pts) == (5, address["digest"], address["pts"])
        assert f"{still.time_base}" == address["time_base"]
        assert still.png.startswith(b"\x89PNG")
        assert client.still(item, ordinal=0, purpose="exact_frame").ordinal == 0
        with pytest.raises(AnotherDigest):
            client.still(item, ordinal=6, purpose="exact_frame", digest=address["digest"])
        assert client.seen.frames(item)["count"] > 6
        assert client.seen.wave(item, start_s="0", end_s="1")["schema"] == "probata/wave-columns/1"
        assert client.seen.spectrogram(item, "0", "1", columns=32).startswith(b"\x89PNG")

    def test_what_its_owner_may_not_is_refused(
        self, served_story: StoryBench, collector: Client, item: str, story_address: str
    ) -> None:
        """By the token's bounds; and a place in a review is asked of whoever names one."""
        reviewer = client_of(served_story, story_address, REVIEWER)
        closed = next(iter(reviewer.reviews.all()))["id"]
        with pytest.raises(AccessError):
            reviewer.seen.stretches(item, closed)
        assert collector.seen.severity(item) == []


class TestUpload:
    """From a file, to an item."""

    def test_a_file_becomes_an_item(self, collector: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """In pieces; brought again it is the same item. An empty file is one too."""
        monkeypatch.setattr(files, "PIECE_BYTES", 1000)
        clip = tmp_path / "clip \u00e4.bin"
        clip.write_bytes(os.urandom(4500))
        told = collector.upload(clip, reason="it came by post")
        assert told["sha256"] == hashlib.sha256(clip.read_bytes()).hexdigest()
        assert collector.items.one(told["sha256"])["acquisitions"][0]["name"] == clip.name
        assert collector.upload(clip, reason="it came again")["sha256"] == told["sha256"]
        empty = tmp_path / "empty"
        empty.touch()
        assert collector.upload(empty, reason="so it came")["size_bytes"] == 0

    def test_killed_midway_it_goes_on(self, collector: Client, tmp_path: Path, story_address: str) -> None:
        """SIGKILL after three pieces; called again, it sends the rest and no more."""
        clip = tmp_path / "killed.bin"
        clip.write_bytes(os.urandom(9 << 20))
        program = (
            "import os, signal, sys\n"
            "from probata.client import Client, files\n"
            "files.PIECE_BYTES = 1 << 20\n"
            "class Dying(files.Calls):\n"
            "    sent = 0\n"
            "    def send(self, method, *path, **more):\n"
            "        if method == 'PATCH':\n"
            "            Dying.sent += 1\n"
            "            if Dying.sent == 4:\n"
            "                os.kill(os.getpid(), signal.SIGKILL)\n"
            "        return super().send(method, *path, **more)\n"
            "calls = Dying(address=sys.argv[1], token=os.environ['TOKEN'])\n"
            "files.Uploads(calls).bring(sys.argv[2], reason='for a test')\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, story_address, str(clip)],
            env={**os.environ, "TOKEN": collector.calls.token},
            check=False,
        )
        assert done.returncode == -signal.SIGKILL
        (known,) = [one for one in collector.uploads.all() if one["name"] == "killed.bin"]
        assert (known["state"], known["received_bytes"]) == ("receiving", 3 << 20)
        assert collector.uploads.how_far(known["id"]) == 3 << 20
        told = collector.upload(clip, reason="for a test")
        assert told["id"] == known["id"]
        assert told["sha256"] == hashlib.sha256(clip.read_bytes()).hexdigest()

    def test_a_file_that_changed_meanwhile_begins_anew(self, collector: Client, tmp_path: Path) -> None:
        """Half of one and half of another would be evidence that nobody ever had."""
        clip = tmp_path / "changed.bin"
        data = bytearray(os.urandom(3 << 20))
        clip.write_bytes(data)
        begun = collector.uploads._announced(clip, len(data), hashlib.sha256(data[: 1 << 20]).hexdigest(), "for a test")
        headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        collector.calls.send("PATCH", "uploads", begun, headers=headers, content=bytes(data[: 2 << 20]))
        data[(1 << 20) + 5] ^= 1
        clip.write_bytes(data)
        told = collector.upload(clip, reason="for a test")
        assert told["id"] != begun
        assert told["sha256"] == hashlib.sha256(data).hexdigest()
        assert begun not in [one["id"] for one in collector.uploads.all()]

    def test_what_is_not_a_file_and_what_has_no_reason(self, collector: Client, tmp_path: Path) -> None:
        """Nothing is announced."""
        before = len(collector.uploads.all())
        with pytest.raises(OSError, match="absent"):
            collector.upload(tmp_path / "absent", reason="x")
        (tmp_path / "clip").write_bytes(b"x")
        with pytest.raises(UsageError):
            collector.upload(tmp_path / "clip", reason=" ")
        assert len(collector.uploads.all()) == before


class Scripted(http.server.BaseHTTPRequestHandler):
    """Answers as a test says: a status, headers and a body for each request, the last for all that follow."""

    asked: list[tuple[str, str, str | None]]
    answers: list[tuple[int, dict[str, str], bytes]]

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.asked.append((self.command, self.path, self.headers.get("Upload-Offset") or self.headers.get("Range")))
        status, headers, body = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def scripted() -> Iterator[tuple[Client, type[Scripted]]]:
    """A client before a server of ours that answers what a test says."""
    kind = type("Kind", (Scripted,), {"asked": [], "answers": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Client(f"http://127.0.0.1:{server.server_address[1]}", "pbt_0123456789abcdef_" + "a" * 59), kind
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {}, b"abc"),
        (206, {}, b"abc"),
        (206, {"Content-Range": "bytes 5-7/9"}, b"abc"),
        (206, {"Content-Range": "bytes 0-2/x"}, b"abc"),
        (206, {"Content-Range": "bytes 0-2/9"}, b""),
    ],
)
def test_another_part_than_was_asked_for_is_not_taken(
    scripted: tuple[Client, type[Scripted]], tmp_path: Path, status: int, headers: dict[str, str], body: bytes
) -> None:
    """Whatever answers so is no workspace; nothing comes to stand under the name."""
    client, kind = scripted
    kind.answers = [(status, headers, body)]
    with pytest.raises(AnswerUnreadable):
        client.footage("0" * 64, tmp_path / "scene", purpose="place")
    assert not (tmp_path / "scene").exists()


UPLOAD = (
    b'{"schema":"probata/upload/1","id":"a","size_bytes":3,"received_bytes":%d,"state":"%s","sha256":"%s",'
    b'"trouble":"","name":"clip","head":""}'
)


def upload(received: int, state: str, sha256: str = "") -> tuple[int, dict[str, str], bytes]:
    return 200, {}, UPLOAD % (received, state.encode(), sha256.encode())


def test_a_piece_whose_answer_is_missing_is_asked_about_first(
    scripted: tuple[Client, type[Scripted]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been taken: the workspace says how much counts, and nothing is sent twice."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    client, kind = scripted
    (tmp_path / "clip").write_bytes(b"abc")
    digest = hashlib.sha256(b"abc").hexdigest()
    kind.answers = [
        (200, {}, b'{"uploads":[]}'),
        (201, {"Location": "/api/uploads/a"}, b""),
        upload(0, "receiving"),
        (0, {}, b""),
        upload(3, "preserving"),
        upload(3, "preserved", digest),
    ]
    assert client.upload(tmp_path / "clip", reason="x")["sha256"] == digest
    assert [one[0] for one in kind.asked].count("PATCH") == 1


def test_who_never_answers_is_told(
    scripted: tuple[Client, type[Scripted]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a few tries, as what it is; called again later, it goes on."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    client, kind = scripted
    (tmp_path / "clip").write_bytes(b"abc")
    kind.answers = [
        (200, {}, b'{"uploads":[]}'),
        (201, {"Location": "/api/uploads/a"}, b""),
        upload(0, "receiving"),
        (0, {}, b""),
    ]
    with pytest.raises(WorkspaceUnreachable):
        client.upload(tmp_path / "clip", reason="x")


@pytest.mark.parametrize(
    ("state", "sha256", "raised"), [("whole", "", NotPreserved), ("preserved", "0" * 64, AnotherDigest)]
)
def test_what_was_not_preserved_as_it_was_sent_is_told(
    scripted: tuple[Client, type[Scripted]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    sha256: str,
    raised: type[Exception],
) -> None:
    """Never a success in silence."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    client, kind = scripted
    (tmp_path / "clip").write_bytes(b"abc")
    kind.answers = [
        (200, {}, b'{"uploads":[]}'),
        (201, {"Location": "/api/uploads/a"}, b""),
        upload(3, state, sha256),
    ]
    with pytest.raises(raised):
        client.upload(tmp_path / "clip", reason="x")
