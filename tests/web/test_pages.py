"""What holds for every page: a strict policy, nothing inline, nothing from elsewhere, friendly refusals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from probata.web.gate import refusals
from probata.web.screens import items

if TYPE_CHECKING:
    from django.http import HttpRequest
    from tests.web.conftest import Bench

HTML = {"accept": "text/html"}
STRICT = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "media-src 'self'",
    "font-src 'self'", "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
}  # fmt: skip


def pages(bench: Bench) -> list[tuple[str, str]]:
    """Every page that a person can open, as HTML."""
    client = bench.client()
    paths = ["/", "/items", "/items?q=nothing+like+it", "/nowhere", "/items/ffff", f"/items/{bench.sound}/stills/0.png"]
    paths += [f"/items/{item}{end}" for item in bench.items.values() for end in ("", "/custody")]
    found = [(path, client.get(path, headers=HTML)) for path in paths]
    found.append(("/login", bench.client(log_in=False).get("/login", headers=HTML)))
    for path, answer in found:
        policy = {part.strip() for part in answer["Content-Security-Policy"].split(";")}
        assert policy == STRICT, path
        assert answer["Cache-Control"] == "no-store", path
        assert answer["X-Frame-Options"] == "DENY", path
        assert answer["Referrer-Policy"] == "same-origin", path
    return [(path, answer.content.decode()) for path, answer in found]


def test_every_page_is_strict(bench: Bench) -> None:
    """No script, style or handler stands in a page; every address in it is this workbench's own."""
    for path, html in pages(bench):
        assert not re.search(r"<script(?![^>]*\bsrc=)", html), path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html), path
        for address in re.findall(r"""(?:src|href|action|hx-get)="([^"]*)\"""", html):
            assert address.startswith(("/", "#", "?")), (path, address)
            assert not address.startswith("//"), (path, address)


def test_every_page_says_its_language_and_its_name(bench: Bench) -> None:
    """Screen readers need both; every picture and control has a name of its own."""
    for path, html in pages(bench):
        assert re.search(r'<html lang="en" dir="ltr" data-theme="night">', html), path
        assert re.search(r"<title>[^<]+ · Probata</title>", html), path
        assert html.count("<h1") == 1, path


def test_names_from_outside_cannot_reorder_a_page(bench: Bench) -> None:
    """A right-to-left override in a file's name is written out, and every name is isolated."""
    for path, html in pages(bench):
        assert "\u202e" not in html, path
    assert "evil&lt;U+202E&gt;gpj.txt" in bench.client().get("/items").content.decode()


def test_refusals_name_the_rule(bench: Bench) -> None:
    """What was not found, and what to do; as a page for people, as JSON for scripts."""
    client = bench.client()
    page = client.get("/items/ffff", headers=HTML)
    assert page.status_code == 404
    assert "No item of this workspace begins with ffff." in page.content.decode()
    answer = client.get("/items/ffff", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["schema"]) == (404, "probata/error/1")


def test_a_fault_shows_nothing_of_itself(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the program fails, the page says so and nothing of what it worked on."""

    def broken(_request: HttpRequest, **_named: object) -> None:
        raise ZeroDivisionError("somebody's name")

    monkeypatch.setattr(items, "rows_of", broken)
    answer = bench.client().get("/items", headers=HTML)
    assert answer.status_code == 500
    assert "The program failed." in answer.content.decode()
    assert "somebody" not in answer.content.decode()


def test_every_status_has_its_words() -> None:
    """No refusal goes without a title."""
    for status in (400, 403, 404, 422, 500):
        assert refusals._title(status)


def test_the_theme_is_the_persons_choice(bench: Bench) -> None:
    """Night unless paper was chosen; the choice lasts for the session and leads back to the page."""
    client = bench.client()
    assert 'data-theme="night"' in client.get("/").content.decode()
    answer = client.post("/theme", {"theme": "paper", "next": "/?q=x"})
    assert answer["Location"] == "/?q=x"
    assert 'data-theme="paper"' in client.get("/").content.decode()
    client.post("/theme", {"theme": "neon", "next": "//evil.example"})
    assert 'data-theme="paper"' in client.get("/").content.decode()
