"""Adding files from a browser: tus 1.0.0 as it is written, killed and gone on with, each file an item at the end."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
from attrs import define, field

sys.path.insert(0, str(Path(__file__).parent))
from visiting import until

from probata.access.roles import Role
from probata.capture.uploads import PIECE_BYTES
from probata.web.served import uploads

if TYPE_CHECKING:
    from django.test import Client
    from tests.conftest import Workspace

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
HOSTILE = "../../keys/log<script>alert(1)</script>\u202egpj.exe"


def metadata(name: str = "clip.mp4", reason: str = "sent by a reader", **more: str) -> str:
    said = {"filename": name, "reason": reason, **more}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())


def digest(data: bytes) -> str:
    return f"sha256 {base64.b64encode(hashlib.sha256(data).digest()).decode()}"


def client_of(name: str = "operator") -> Client:
    from django.test import Client

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    assert client.post("/login", {"name": name, "passphrase": ""}).status_code == 302
    return client


def announced(client: Client, data: bytes, name: str = "clip.mp4") -> str:
    headers = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": metadata(name)}
    answer = client.post("/add/files", headers=headers)
    assert answer.status_code == 201, answer.content
    return str(answer["Location"])


def patched(client: Client, where: str, piece: bytes, offset: int, **more: str) -> Any:
    headers = {**TUS, "Upload-Offset": str(offset), **more}
    return client.generic("PATCH", where, piece, content_type=PIECE["Content-Type"], headers=headers)


@pytest.fixture
def client(workspace: Workspace) -> Iterator[Client]:
    yield client_of()
    uploads.wait()


def test_what_is_spoken_is_told(client):
    """OPTIONS: the version, the extensions, the largest file and the algorithms."""
    answer = client.options("/add/files")
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,checksum,expiration,termination"
    assert int(answer["Tus-Max-Size"]) == 20 << 30
    assert answer["Tus-Checksum-Algorithm"].split(",") == ["sha256", "sha1"]


def test_another_version_is_refused(client):
    """412, with the version that is spoken, and nothing done."""
    answer = client.post("/add/files", headers={"Upload-Length": "4", "Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


def test_pieces_become_an_item(client, workspace):
    """Created, asked for, sent, asked for again; at the end it is an item whose origin says who brought it in."""
    from probata.preservation import selectors

    data = b"words, not footage\n" * 1000
    where = announced(client, data, HOSTILE)
    assert re.fullmatch(r"/add/files/[0-9a-f]{32}", where)
    head = client.head(where, headers=TUS)
    assert (head.status_code, head["Upload-Offset"], head["Upload-Length"]) == (200, "0", str(len(data)))
    assert head["Cache-Control"] == "no-store"
    assert head["Upload-Expires"].endswith("GMT")
    first = patched(client, where, data[:5000], 0, **{"Upload-Checksum": digest(data[:5000])})
    assert (first.status_code, first["Upload-Offset"]) == (204, "5000")
    assert patched(client, where, data[5000:], 5000).status_code == 204
    uploads.wait()
    told = client.get(where, headers={"Accept": "application/json"}).json()
    assert (told["state"], told["sha256"]) == ("preserved", hashlib.sha256(data).hexdigest())
    (acquisition,) = selectors.acquisitions(told["sha256"])
    assert acquisition.acquired_from.startswith("upload by operator (")
    assert acquisition.name == HOSTILE
    page = client.get("/add").content.decode()
    assert "<script>alert(1)" not in page
    assert "\u202e" not in page
    assert "&lt;U+202E&gt;gpj.exe" in page
    assert f"/items/{told['sha256']}" in page


def test_a_piece_elsewhere_is_a_conflict(client):
    """409, and nothing is written."""
    where = announced(client, b"abcd")
    assert patched(client, where, b"cd", 2).status_code == 409
    assert client.head(where, headers=TUS)["Upload-Offset"] == "0"


def test_a_damaged_piece_is_thrown_away(client):
    """460, and nothing of it counts."""
    where = announced(client, b"abcd")
    answer = patched(client, where, b"abcd", 0, **{"Upload-Checksum": digest(b"abcx")})
    assert answer.status_code == 460
    assert answer.json()["code"] == "upload_piece_differs"
    assert client.head(where, headers=TUS)["Upload-Offset"] == "0"


@pytest.mark.parametrize("checksum", ["md5 aaaa", "sha256", "sha256 !!", "sha256 aaa"])
def test_a_checksum_that_cannot_be_read_is_refused(client, checksum):
    """400: an unknown algorithm, or no base64."""
    where = announced(client, b"abcd")
    assert patched(client, where, b"abcd", 0, **{"Upload-Checksum": checksum}).status_code in {400, 460}
    assert client.head(where, headers=TUS)["Upload-Offset"] == "0"


def test_a_piece_of_another_type_is_refused(client):
    """415, as the protocol asks."""
    where = announced(client, b"abcd")
    answer = client.generic("PATCH", where, b"abcd", content_type="text/plain", headers={**TUS, "Upload-Offset": "0"})
    assert answer.status_code == 415


def test_a_method_may_be_given_in_a_header(client):
    """For whoever can send POST alone (tus, X-HTTP-Method-Override)."""
    where = announced(client, b"abcd")
    headers = {**TUS, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    answer = client.post(where, b"abcd", content_type=PIECE["Content-Type"], headers=headers)
    assert answer.status_code == 204


@pytest.mark.parametrize("length", [None, "-1", "abc", "1e3", "9" * 40, str((20 << 30) + 1)])
def test_a_size_that_cannot_be_is_refused(client, length):
    """No size, no number, or more than is taken from a browser."""
    headers = {**TUS, "Upload-Metadata": metadata()} | ({"Upload-Length": length} if length else {})
    assert client.post("/add/files", headers=headers).status_code in {400, 413}


@pytest.mark.parametrize("said", ["", "filename !!", metadata(reason=" "), metadata(name=""), "filename /w=="])
def test_what_is_announced_takes_a_name_and_a_reason(client, said):
    """400, and nothing is begun."""
    answer = client.post("/add/files", headers={**TUS, "Upload-Length": "4", "Upload-Metadata": said})
    assert answer.status_code == 400
    assert "Nothing has been added" in client.get("/add").content.decode()


def test_a_file_of_no_bytes_is_a_file(client):
    """It is whole when it is announced, and preserved."""
    where = announced(client, b"")
    uploads.wait()
    assert client.get(where).json()["sha256"] == hashlib.sha256(b"").hexdigest()


def test_two_of_the_same_name_do_not_meet(client):
    """Each is its own upload and its own item."""
    first, second = announced(client, b"aaaa"), announced(client, b"bbbb")
    assert first != second
    assert patched(client, first, b"aaaa", 0).status_code == 204
    assert patched(client, second, b"bbbb", 0).status_code == 204
    uploads.wait()
    found = {client.get(one).json()["sha256"] for one in (first, second)}
    assert found == {hashlib.sha256(data).hexdigest() for data in (b"aaaa", b"bbbb")}


def test_a_cancelled_one_is_gone(client):
    """204, then 404; the same from the page."""
    where = announced(client, b"abcd")
    patched(client, where, b"ab", 0)
    assert client.delete(where, headers=TUS).status_code == 204
    assert client.head(where, headers=TUS).status_code == 404
    other = announced(client, b"abcd")
    assert client.post(f"{other}/cancel", headers={"Accept": "application/json"}).status_code == 200
    assert client.head(other, headers=TUS).status_code == 404


def test_another_persons_upload_is_not_found(client, workspace):
    """404 for every method, as for an id that never was."""
    from probata.access import services as access

    access.enrol(workspace.keyring, "Second", None, frozenset({Role.COLLECTOR}), reason="a test")
    other, where = client_of("Second"), announced(client, b"abcd")
    for path in (where, f"/add/files/{'0' * 32}"):
        assert other.head(path, headers=TUS).status_code == 404
        assert other.get(path).status_code == 404
        assert patched(other, path, b"abcd", 0).status_code == 404
        assert other.delete(path, headers=TUS).status_code == 404
        assert other.get(f"{path}/pieces").status_code == 404
        assert other.post(f"{path}/preserve").status_code == 404
        assert other.post(f"{path}/cancel").status_code == 404
    assert client.head(where, headers=TUS)["Upload-Offset"] == "0"


def test_who_may_not_acquire_is_told_who_may(client, workspace):
    """403 for every act, and the page says why instead of asking for files."""
    from probata.access import services as access

    access.enrol(workspace.keyring, "Reader", None, frozenset({Role.REVIEWER}), reason="a test")
    reader = client_of("Reader")
    answer = reader.post("/add/files", headers={**TUS, "Upload-Length": "4", "Upload-Metadata": metadata()})
    assert answer.status_code == 403
    page = reader.get("/add").content.decode()
    assert "You may not add files" in page
    assert "collector" in page
    assert 'type="file"' not in page


def test_too_much_at_once_is_told_in_words(client, monkeypatch):
    """507, with what to do."""
    from probata.capture import uploads as craft

    monkeypatch.setattr(craft, "MOST_WAITING", 1)
    announced(client, b"abcd")
    answer = client.post("/add/files", headers={**TUS, "Upload-Length": "4", "Upload-Metadata": metadata()})
    assert (answer.status_code, answer.json()["code"]) == (507, "upload_too_much_waits")
    assert "cancel" in answer.json()["advice"]


def test_what_is_whole_is_preserved_when_it_is_asked_for(client, monkeypatch):
    """After a restart nobody can sign: the page says so and offers it."""
    where = announced(client, b"abcd")
    with monkeypatch.context() as patch:
        patch.setattr(uploads, "preserve", lambda *_all, **_named: None)
        patched(client, where, b"abcd", 0)
    page = client.get("/add").content.decode()
    assert "every byte is here; not preserved yet" in page
    assert client.post(f"{where}/preserve").status_code == 302
    uploads.wait()
    assert client.get(where).json()["state"] == "preserved"


def test_one_report_about_several_files(client):
    """Files that came together are reported together, once; the queue of intake shows it."""
    places = [announced(client, data) for data in (b"aaaa", b"bbbb")]
    for where, data in zip(places, (b"aaaa", b"bbbb"), strict=True):
        patched(client, where, data, 0)
    uploads.wait()
    ids = [where.rsplit("/", 1)[-1] for where in places]
    sent = {"upload": ids, "summary": "two clips of a street", "origin": "a channel", "reason": "a reader sent them"}
    answer = client.post("/add/report", sent, headers={"Accept": "application/json"})
    assert answer.json()["said"] == "A report about 2 files was taken in."
    assert "two clips of a street" in client.get("/intake").content.decode()
    assert client.get("/add").content.decode().count("· reported") == 2
    nothing = client.post("/add/report", {**sent, "upload": []}, headers={"Accept": "application/json"})
    assert nothing.status_code == 400


def test_an_empty_page_says_what_will_stand_here(client):
    """And the one thing that starts it."""
    page = client.get("/add").content.decode()
    assert "Nothing has been added from a browser by you yet." in page
    assert "Choose files" in page


@define
class Served:
    """A served workspace and somebody logged in at it, over real connections."""

    process: subprocess.Popen[str]
    address: str
    cookies: dict[str, str] = field(factory=dict)
    token: str = ""

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> http.client.HTTPResponse:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        all_headers = {"Cookie": cookie, "X-CSRFToken": self.token, **headers}
        with closing(http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=60)) as connection:
            connection.request(method, path, body, all_headers)
            answer = connection.getresponse()
            answer.text = answer.read().decode()  # type: ignore[attr-defined]
        for told in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = told.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer

    def log_in(self, name: str = "operator") -> None:
        self._read_token(self.ask("GET", "/login"))
        form = urlencode({"name": name, "passphrase": "", "csrfmiddlewaretoken": self.token})
        answer = self.ask("POST", "/login", form, **{"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status == 302, answer.status
        self._read_token(self.ask("GET", "/add"))

    def _read_token(self, answer: Any) -> None:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.text)
        assert found
        self.token = found[1]

    def peak_bytes(self) -> int:
        (line,) = [one for one in Path(f"/proc/{self.process.pid}/status").read_text().splitlines() if "VmHWM" in one]
        return int(line.split()[1]) * 1024


@contextmanager
def served(root: Path) -> Iterator[Served]:
    command = [sys.executable, "-m", "probata.cli", "serve", "--workspace", str(root), "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = ""
        while not told.endswith("}\n"):
            told += (line := process.stdout.readline())
            assert line, "the server ended before it was ready"
        one = Served(process, json.loads(told)["address"])
        try:
            one.log_in()
            yield one
        finally:
            process.terminate()
            process.wait(timeout=60)


def sent(one: Served, where: str, data: bytes, *, start: int, end: int, step: int) -> None:
    for at in range(start, end, step):
        piece = data[at : min(at + step, end)]
        answer = one.ask("PATCH", where, piece, **PIECE, **{"Upload-Offset": str(at), "Upload-Checksum": digest(piece)})
        assert answer.status == 204, answer.text  # type: ignore[attr-defined]


def until_preserved(one: Served, where: str) -> dict[str, Any]:
    for _ in range(600):
        told = json.loads(one.ask("GET", where, Accept="application/json").text)  # type: ignore[attr-defined]
        if told["state"] != "preserving":
            return dict(told)
        subprocess.run(["sleep", "0.1"], check=True)
    raise AssertionError(told)


def test_killed_midway_it_goes_on_and_is_whole(workspace):
    """SIGKILL at four tenths, in the middle of a piece; started again, asked, gone on: the digest is equal."""
    data = os.urandom(20 << 20)
    head = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": metadata()}
    with served(workspace.root) as one:
        where = one.ask("POST", "/add/files", **head).headers["Location"]
        sent(one, where, data, start=0, end=8 << 20, step=2 << 20)
        # A piece is on its way and half of it arrived.
        with pytest.raises((OSError, http.client.HTTPException)):
            one.ask(
                "PATCH",
                where,
                _cut_short(data[8 << 20 : 16 << 20], one.process),
                **PIECE,
                **{"Content-Length": str(8 << 20), "Upload-Offset": str(8 << 20)},
            )
        one.process.wait(timeout=60)
    with served(workspace.root) as one:
        asked = one.ask("HEAD", where, **TUS)
        assert (asked.status, asked.headers["Upload-Offset"]) == (200, str(8 << 20))
        sent(one, where, data, start=8 << 20, end=len(data), step=8 << 20)
        told = until_preserved(one, where)
        assert (told["state"], told["sha256"]) == ("preserved", hashlib.sha256(data).hexdigest())


def _cut_short(data: bytes, process: subprocess.Popen[str]) -> Iterator[bytes]:
    yield data[: 4 << 20]
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)
    yield data[4 << 20 :]


def test_only_pieces_of_uploads_may_be_long(workspace):
    """1 MiB everywhere else, also for a stranger; and no more than a piece for an upload."""
    with served(workspace.root) as one:
        head = {**TUS, "Upload-Length": str(1 << 30), "Upload-Metadata": metadata()}
        where = one.ask("POST", "/add/files", **head).headers["Location"]
        whole = one.ask("PATCH", where, bytes(PIECE_BYTES), **PIECE, **{"Upload-Offset": "0"})
        assert whole.status == 204
        assert one.ask("HEAD", where, **TUS).headers["Upload-Offset"] == str(PIECE_BYTES)
        for method, path, size in [
            ("PATCH", where, PIECE_BYTES + 1),
            ("POST", "/add/files", 2 << 20),
            ("POST", "/login", 2 << 20),
            ("POST", f"{where}/preserve", 2 << 20),
            ("PATCH", f"/add/files/../../add/files/{where[-32:]}x", 2 << 20),
        ]:
            try:
                assert one.ask(method, path, bytes(size), **PIECE, **{"Upload-Offset": str(PIECE_BYTES)}).status == 413
            except (BrokenPipeError, ConnectionResetError):
                # Refused before the body was read to its end.
                continue
        assert one.ask("HEAD", where, **TUS).headers["Upload-Offset"] == str(PIECE_BYTES)


@pytest.mark.slow
def test_memory_stays_flat(workspace):
    """300 MB through a served workspace and into its store: the process grows by less than a tenth of it."""
    size, nothing = 300 << 20, bytes(PIECE_BYTES)
    with served(workspace.root) as one:
        head = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata()}
        where = one.ask("POST", "/add/files", **head).headers["Location"]
        one.ask("GET", "/items")
        before = one.peak_bytes()
        for at in range(0, size, PIECE_BYTES):
            piece = nothing[: size - at]
            assert one.ask("PATCH", where, piece, **PIECE, **{"Upload-Offset": str(at)}).status == 204
        assert until_preserved(one, where)["state"] == "preserved"
        assert one.peak_bytes() - before < 40 << 20


def logged_in_page(browser: Any, address: str) -> Any:
    page = browser.new_page()
    page.goto(f"{address}login")
    page.fill("[name=name]", "operator")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    page.goto(f"{address}add")
    return page


def upload_at(line: Any, bytes_a_second: int) -> None:
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    line.send("Network.emulateNetworkConditions", limits)


def until_percent(page: Any, bar: Any, percent: int) -> None:
    assert until(page, lambda: int(bar.get_attribute("value")) >= percent, seconds=60)


@pytest.mark.browser
def test_a_person_adds_files_pauses_and_goes_on_after_a_reload(workspace, browser, tmp_path):
    """By keyboard: a reason, a file, pause; after a reload the same file goes on, and is whole; said as it goes."""
    data = os.urandom(40 << 20)
    clip, note = tmp_path / "clip.mp4", tmp_path / "нотатка \u202etxt.md"
    clip.write_bytes(data)
    note.write_bytes(b"words")
    with served(workspace.root) as one:
        page = logged_in_page(browser, one.address)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.get_by_role("button", name="Choose files").press("Enter")
        # Without a reason no file is asked for: the field that lacks it has the focus.
        assert page.evaluate("document.activeElement.id") == "add-reason"
        page.keyboard.type("sent by a reader")
        # The connection is slow, so that there is something to pause.
        line = page.context.new_cdp_session(page)
        upload_at(line, 12 << 20)
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Choose files").press("Enter")
        chooser.value.set_files([clip, note])
        row = page.locator("#files li").first
        bar = row.get_by_role("progressbar", name="clip.mp4")
        # Past its first piece: what is on its way when one pauses counts for nothing.
        until_percent(page, bar, 30)
        row.get_by_role("button", name="pause: clip.mp4").press("Enter")
        assert row.get_attribute("data-state") == "paused"
        assert page.evaluate("document.activeElement.textContent") == "go on"
        at = int(bar.get_attribute("value"))
        assert 20 <= at < 100
        page.locator("#files li:nth-child(2)[data-state=preserved]").wait_for(timeout=60_000)
        assert "<U+202E>" in page.locator("#files li").nth(1).inner_text()
        page.on("dialog", lambda dialog: dialog.accept())
        upload_at(line, -1)
        page.reload()
        assert "% is here" in page.locator("[data-unfinished]").inner_text()
        page.fill("#add-reason", "sent by a reader")
        # Of the same name, size and first MiB, and yet another file: never mixed with what came before.
        other = tmp_path / "changed" / "clip.mp4"
        other.parent.mkdir()
        other.write_bytes(data[: 2 << 20] + b"changed" + data[(2 << 20) + 7 :])
        page.set_input_files("#pick-files", [other])
        page.locator("#files li[data-state=preserved]").wait_for(timeout=30_000)
        assert page.locator("#unfinished-panel").is_visible()
        page.set_input_files("#pick-files", [clip])
        page.locator("#files li:nth-child(2)[data-state=preserved]").wait_for(timeout=30_000)
        assert page.locator("#said").inner_text() == "clip.mp4 is preserved."
        assert not page.locator("#unfinished-panel").is_visible()
        whole = hashlib.sha256(data).hexdigest()
        found = [one.get_attribute("href") for one in page.locator("#files [data-part=item]").all()]
        assert found == [f"/items/{hashlib.sha256(other.read_bytes()).hexdigest()}", f"/items/{whole}"]
        page.get_by_role("link", name="Show what was preserved").press("Enter")
        page.locator("#preserved .count", has_text="3").wait_for()
        assert errors == []
        page.close()
