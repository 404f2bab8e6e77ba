"""Every page of the workbench as a person finds it: by following links from the desk."""

from __future__ import annotations

from collections import deque
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

HTML = {"accept": "text/html"}
MOST_PAGES = 260


class Reading(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, and where its links lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.links: list[str] = []
        self.asked: list[str] = []
        """Where the page's scripts ask for more."""
        self.policy = ""
        """What the server lets the page do."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and not (given.get("src") or "").startswith("/static/"):
            self.faults.append(f"a script of its own: {given}")
        if tag in {"iframe", "object", "embed", "base"}:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("data-") and name.endswith("-url") and value:
                self.asked.append(value)
            if name.startswith("on") or name == "style":
                self.faults.append(f"{tag} {name}={value!r}")
            if name in {"href", "src", "action", "formaction"} and not _ours(value or ""):
                self.faults.append(f"{tag} {name}={value!r}")
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))


def _ours(address: str) -> bool:
    return address.startswith(("/", "#", "?")) and not address.startswith("//")


def pages(client: Client, start: str = "/") -> Iterator[tuple[str, str, Reading]]:
    """Every page that links lead to from one, each address once, at most so many."""
    waiting, seen = deque([start]), {start}
    while waiting and len(seen) < MOST_PAGES * 4:
        path = waiting.popleft()
        answer = client.get(path, headers=HTML)
        if answer.streaming or not answer.get("Content-Type", "").startswith("text/html"):
            continue
        assert answer.status_code in {200, 302, 404, 422}, (path, answer.status_code)
        html = answer.content.decode()
        read = Reading()
        read.feed(html)
        read.policy = answer.get("Content-Security-Policy", "")
        yield path, html, read
        for link in read.links:
            parts = urlsplit(link)
            onward = (parts.path or urlsplit(path).path) + (f"?{parts.query}" if parts.query else "")
            # Each kind of page with a query is a page of its own, each order of a filter is not.
            if onward not in seen and sum(one.startswith(parts.path + "?") for one in seen) < 4:
                seen.add(onward)
                waiting.append(onward)
