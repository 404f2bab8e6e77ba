"""What the head of a page says about it: when it was published, by whom, in which language."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

from attrs import define

# The names under which pages say when they were published, the most trusted first.
_PUBLISHED = (
    "article:published_time",
    "datepublished",
    "og:published_time",
    "parsely-pub-date",
    "pubdate",
    "publishdate",
    "publish-date",
    "dc.date.issued",
    "dc.date",
    "dcterms.created",
    "sailthru.date",
    "date",
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?")
_MOST_NODES = 2_000
_LONGEST = 300


@define
class Metadata:
    """Filled while the page is scanned; a JSON-LD date is taken before a meta tag, that before a `<time>`."""

    title: str = ""
    outlet: str = ""
    published: str = ""
    published_because: str = ""
    language: str = ""
    script_type: str = ""
    _rank: int = 100

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if tag == "html":
            self.language = self.language or attributes.get("lang", "")[:20]
        elif tag == "meta":
            name = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()
            content = attributes.get("content", "").strip()
            if name in _PUBLISHED:
                self._publish(content, f"meta {name}", 10 + _PUBLISHED.index(name))
            elif name in {"og:site_name", "application-name"}:
                self.outlet = self.outlet or content[:_LONGEST]
        elif tag == "time" and "datetime" in attributes:
            self._publish(attributes["datetime"], "the first <time> of the page", 50)

    def content(self, tag: str, untrusted: str) -> None:
        """The content of a title or a script."""
        if tag == "title":
            self.title = self.title or " ".join(html.unescape(untrusted).split())[:_LONGEST]
        elif tag == "script" and "ld+json" in self.script_type.lower():
            self._linked_data(untrusted)

    def _publish(self, untrusted: str, because: str, rank: int) -> None:
        match = _DATE.match(untrusted.strip())
        if match and rank < self._rank:
            self.published, self.published_because, self._rank = match[0], because, rank

    def _linked_data(self, untrusted: str) -> None:
        try:
            value = json.loads(untrusted)
        except (ValueError, RecursionError):
            return
        for node in _objects(value):
            date = node.get("datePublished")
            if isinstance(date, str):
                self._publish(date, "datePublished in its JSON-LD", 1)
            publisher = node.get("publisher")
            name = publisher.get("name") if isinstance(publisher, dict) else None
            if isinstance(name, str) and name.strip():
                self.outlet = name.strip()[:_LONGEST]


def _objects(value: object) -> Iterator[dict[str, object]]:
    waiting, seen = [value], 0
    while waiting and seen < _MOST_NODES:
        seen += 1
        one = waiting.pop(0)
        if isinstance(one, dict):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
