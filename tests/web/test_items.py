"""The list of items: rows without pictures."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from visiting import held

from probata.capture import services as capture
from probata.custody import services as custody
from probata.web.screens import items

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Workspace
    from tests.web.conftest import Bench


def rows(html: str) -> list[str]:
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row))
        for row in re.findall(r"<tr data-row>.*?</tr>", html, re.DOTALL)
    ]


def test_the_list_shows_no_picture(bench: Bench) -> None:
    """Neither a picture nor an address of one stands in the list, and nothing is logged as seen."""
    html = bench.client().get("/items").content.decode()
    assert len(rows(html)) == 6
    assert not re.search(r"<img|<video|<picture|/footage\"|stills/", html)


def test_a_row_tells_what_is_known(bench: Bench) -> None:
    """Digest, name, type, size, length, whether it is whole, what was found, when it came in."""
    found = {
        name: row for row in rows(bench.client().get("/items").content.decode()) for name in bench.items if name in row
    }
    row = found["снято.mp4"]
    assert bench.cuts[:8] in row
    for part in ("video/mp4", "KiB", "00:02.400", "complete", "scenes: 1 candidate", "UTC"):
        assert part in row, (part, row)
    assert "00:02.000" in found["sound.wav"]
    assert "scenes: could not look" in found["sound.wav"]
    assert "scenes: nothing found" in found["ordinals.mp4"]


@pytest.mark.parametrize(
    ("query", "count"),
    [("ordinals", 1), ("ORDINALS", 1), ("mp4", 3), ("video/ mp4", 3), ("снято", 1), ("zzz", 0), (" ", 6)],
)
def test_typing_filters(bench: Bench, query: str, count: int) -> None:
    """Every word must be in the digest's beginning, a name or the type."""
    html = bench.client().get("/items", {"q": query}).content.decode()
    assert len(rows(html)) == count
    if not count:
        assert "No item's digest, name or type contains" in html


@pytest.mark.parametrize(
    "address",
    ["/items", "/intake", "/cases", "/incidents", "/claims", "/reviews", "/hypotheses", "/elements", "/disclosure"],
)
def test_what_was_typed_last_is_what_a_list_answers(bench: Bench, address: str) -> None:
    """Of every list that is filtered by typing an older question gives way to a newer one; none is passed over."""
    html = bench.client().get(address).content.decode()
    (typed,) = re.findall(r'<form [^>]*hx-trigger="input[^>]*>', html)
    assert 'hx-sync="this:replace"' in typed


@pytest.mark.browser
@pytest.mark.slow
def test_a_slow_answer_to_older_words_does_not_stand(visit: Any, served_bench: Bench) -> None:
    """Typed on while the first answer is on its way: the list ends with what the field says."""
    page = visit.page
    page.goto(f"{visit.address}items")
    waiting = held(page, "**/items?*")
    for typed in ("ordinals", "ordi", "evil"):
        page.fill("#q", typed)
        page.wait_for_timeout(500)
    for _ in range(4):
        for route in reversed(waiting):
            route.continue_()
        waiting.clear()
        page.wait_for_timeout(300)
    assert page.locator("#list [data-row]").count() == 1
    assert served_bench.text[:8] in page.inner_text("#list")


def test_what_was_typed_is_shown_as_text(bench: Bench) -> None:
    """A filter is text, whatever is typed."""
    html = bench.client().get("/items", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in html


def test_a_digest_leads_to_its_item(bench: Bench) -> None:
    """Eight digits are enough in an address, as people write them."""
    answer = bench.client().get(f"/items/{bench.ordinals[:8]}")
    assert answer["Location"] == f"/items/{bench.ordinals}"


def test_pages_hold_fifty(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long lists are paged, and every item stands on exactly one page."""
    monkeypatch.setattr(items, "ROWS", 2)
    client = bench.client()
    seen = [row for page in (1, 2, 3) for row in rows(client.get("/items", {"page": page}).content.decode())]
    assert len(seen) == len(set(seen)) == 6
    middle = client.get("/items", {"page": 2}).content.decode()
    assert 'rel="prev" href="?page=1"' in middle
    assert 'rel="next" href="?page=3"' in middle


def test_what_needs_attention_stands_first(bench: Bench) -> None:
    """Failed acquisitions, and entries that no signed checkpoint covers, are told before the list."""
    from probata.preservation import services as preservation

    client = bench.client()
    assert "did not work" not in client.get("/items").content.decode()
    with custody.act(actor=bench.keyring.signing, reason="a test") as act:
        preservation.attempt_failed(
            act, acquired_from="file:gone.mp4", method="files", code="unreadable", why="it is gone"
        )
    html = client.get("/items").content.decode()
    assert html.index("1 acquisition did not work") < html.index("<table")
    assert "file:gone.mp4" in html
    assert "1 entry of the ledger is under no signed checkpoint yet" in html


@pytest.mark.usefixtures("workspace")
def test_an_empty_workspace_says_what_will_stand_here() -> None:
    """And the command that starts it."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.post("/login", {"name": "operator", "passphrase": ""})
    html = client.get("/items").content.decode()
    assert "Nothing is preserved here yet." in html
    assert "probata add FILES" in html


def test_an_item_never_looked_at_says_so(workspace: Workspace, tmp_path: Path) -> None:
    """Absence of a look is not shown as a result."""
    from django.test import Client

    path = tmp_path / "new.wav"
    path.write_bytes(BytesIO(b"RIFF\x24\x00\x00\x00WAVEfmt ").getvalue())
    list(capture.add(str(path), actor=workspace.keyring.signing, reason="a test"))
    client = Client(SERVER_NAME="localhost")
    client.post("/login", {"name": "operator", "passphrase": ""})
    row = rows(client.get("/items").content.decode())[0]
    assert "not yet" in row
    assert "not known" in row
