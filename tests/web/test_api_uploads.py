"""Uploads over the API: tus as at the page, with a token in place of a session, and each file an item at the end."""

from __future__ import annotations

import base64
import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from api_rows import PIECE, TUS, Called, error_of
from story import ANALYST, FOUNDER

if TYPE_CHECKING:
    from django.http import HttpResponse
    from story import StoryBench

CONTENT = b"a clip that is none" * 50


@pytest.fixture
def fresh(story: StoryBench) -> Called:
    """A workspace for one test."""
    return Called(story)


def sent(api: Called, address: str, piece: bytes, *, at: int = 0, **headers: str) -> HttpResponse:
    told = {**PIECE, "Upload-Offset": str(at), **headers}
    return api.send("PATCH", address, piece, token=api.token(FOUNDER), headers=told)


def checksum(piece: bytes) -> str:
    return f"sha256 {base64.b64encode(hashlib.sha256(piece).digest()).decode()}"


def test_pieces_become_an_item_through_the_token(fresh: Called) -> None:
    """Each with its digest; the act that preserves it names the token."""
    from probata.custody import selectors
    from probata.web.served import uploads

    address = fresh.upload(len(CONTENT))
    first, rest = CONTENT[:300], CONTENT[300:]
    told = sent(fresh, address, first, **{"Upload-Checksum": checksum(first)})
    assert (told.status_code, told["Upload-Offset"], told["Tus-Resumable"]) == (204, "300", "1.0.0")
    far = fresh.send("HEAD", address, token=fresh.token(FOUNDER), headers=TUS)
    assert (far["Upload-Offset"], far["Upload-Length"]) == ("300", str(len(CONTENT)))
    assert fresh.told("GET", f"{address}/pieces")["pieces"] == [
        {"end": 300, "sha256": hashlib.sha256(first).hexdigest()}
    ]
    assert sent(fresh, address, rest, at=300).status_code == 204
    uploads.wait()
    known = fresh.told("GET", address)
    assert (known["state"], known["sha256"]) == ("preserved", hashlib.sha256(CONTENT).hexdigest())
    line = selectors.history(f"item:{known['sha256']}")[0]
    assert (line.action, line.via) == ("acquire", f"token:{fresh.token(FOUNDER).split('_')[1]}")
    assert [one["state"] for one in fresh.told("GET", "/api/uploads")["uploads"]] == ["preserved"]


def test_what_the_protocol_refuses_is_refused_with_its_status(fresh: Called) -> None:
    """In the one shape of errors, and nothing of it counts."""
    address = fresh.upload(len(CONTENT), CONTENT[:10])
    for answer, status, code in (
        (sent(fresh, address, b"x" * 5, at=3), 409, "upload_offset_differs"),
        (sent(fresh, address, b"x" * 5, at=10, **{"Upload-Checksum": checksum(b"y")}), 460, "upload_piece_differs"),
        (sent(fresh, address, b"x" * 5, at=10, **{"Upload-Checksum": "md5 eA=="}), 400, "invalid_value"),
        (sent(fresh, address, CONTENT, at=10), 413, "upload_piece_too_large"),
        (sent(fresh, address, b"x", at=10, **{"Content-Type": "text/plain"}), 400, "no_piece"),
        (sent(fresh, address, b"x", at=10, **{"Tus-Resumable": "0.2"}), 400, "protocol_not_spoken"),
        (sent(fresh, address, b"x", **{"Upload-Offset": "²"}), 400, "invalid_value"),
        (fresh.send("POST", f"{address}/preserve", {}, token=fresh.token(FOUNDER)), 400, "invalid_value"),
    ):
        assert (answer.status_code, error_of(answer)) == (status, code)
    assert fresh.told("GET", address)["received_bytes"] == 10
    assert fresh.send("DELETE", address, token=fresh.token(FOUNDER), headers=TUS).status_code == 204
    assert error_of(fresh.send("GET", address, token=fresh.token(FOUNDER))) == "upload_not_found"


@pytest.mark.parametrize("headers", [{}, {"Upload-Length": "-1"}, {"Upload-Length": "9" * 15}, {"Upload-Length": "3"}])
def test_a_file_that_is_not_announced_as_one_is_refused(fresh: Called, headers: dict[str, str]) -> None:
    """Without a size, too large, or without a name and a reason."""
    answer = fresh.send("POST", "/api/uploads", b"", token=fresh.token(FOUNDER), headers={**TUS, **headers})
    assert 400 <= answer.status_code < 500
    assert error_of(answer)
    assert fresh.told("GET", "/api/uploads")["uploads"] == []


@pytest.mark.parametrize("name", ["0" * 32, "..%2f..%2fkeys", "%2e%2e", "x" * 400, "\u202e"])
def test_another_s_upload_and_none_are_not_told_apart(fresh: Called, name: str) -> None:
    """No name is a path, and nobody reads what somebody else brings."""
    from probata.access import services, tokens
    from probata.access.roles import Permission, Role

    other = services.enrol(
        fresh.story.keyring(), "another collector", None, frozenset({Role.COLLECTOR}), reason="joins"
    )
    theirs = tokens.make(other, label="x", permissions=frozenset({Permission.ACQUIRE})).text
    mine = fresh.upload(9, b"abc")
    for address in (mine, f"/api/uploads/{name}"):
        for method in ("GET", "PATCH", "DELETE"):
            told = {**PIECE, "Upload-Offset": "3"}
            answer = fresh.send(method, address, b"x", token=theirs, headers=told)
            assert answer.status_code in {400, 404}, (method, address)
    assert fresh.told("GET", mine)["received_bytes"] == 3


def test_a_token_that_is_revoked_in_between_preserves_nothing(fresh: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it sent whole is kept, and waits for its owner, who has it preserved by their own hand."""
    from probata.access import tokens
    from probata.web.served import uploads

    here, true = uploads._preserve, fresh.token(FOUNDER).split("_")[1]

    def revoked_first(work: uploads._Work, progress: uploads.Progress) -> None:
        tokens.revoke(fresh.story.keyring(FOUNDER), true)
        here(work, progress)

    monkeypatch.setattr(uploads, "_preserve", revoked_first)
    address = fresh.upload(len(CONTENT), CONTENT)
    uploads.wait()
    monkeypatch.undo()
    client = fresh.story.client(FOUNDER)
    known = client.get(address.replace("/api/uploads", "/add/files")).json()
    assert (known["state"], known["sha256"]) == ("whole", "")
    assert "not accepted" in known["trouble"]
    assert client.post(f"{address.replace('/api/uploads', '/add/files')}/preserve").status_code == 302
    uploads.wait()
    assert client.get(address.replace("/api/uploads", "/add/files")).json()["state"] == "preserved"


def test_whoever_may_not_acquire_brings_nothing(fresh: Called) -> None:
    """An analyst's token is not made for it."""
    answer = fresh.send("POST", "/api/uploads", b"", token=fresh.token(ANALYST), headers=TUS)
    assert (answer.status_code, error_of(answer)) == (403, "token_may_not")
