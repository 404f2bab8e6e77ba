"""What stands on a page beside the article: menus, appeals, newsletters, related links, cookie notices, advertisements.

Each block is judged by what it stands in, by how much of it is links, and by how it begins; the reason is kept. What is
furniture is told, with its place, and nothing is proposed from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import attrs

from probata.claims.reading.page import Block
from probata.claims.reading.rows import one_of, rows

_TAGS = {
    "nav": "a menu",
    "footer": "a footer",
    "aside": "beside the article",
    "form": "a form",
    "dialog": "a dialogue over the page",
    "menu": "a menu",
    "button": "a button",
    "label": "a label of a form",
    "address": "an address",
}
_ROLES = {
    "navigation": "a menu",
    "banner": "a banner",
    "contentinfo": "a footer",
    "complementary": "beside the article",
    "dialog": "a dialogue over the page",
    "alertdialog": "a dialogue over the page",
    "search": "a search form",
    "menu": "a menu",
    "menubar": "a menu",
}
# Words of which class names and ids are made, between hyphens, underscores and capitals.
_CLASS_WORDS = {
    "a menu": "nav navbar navigation menu topnav submenu breadcrumb breadcrumbs toolbar topbar sitenav masthead",
    "a footer": "footer copyright colophon",
    "a cookie notice": "cookie cookies consent gdpr cmp onetrust",
    "a newsletter": "newsletter newsletters subscribe subscription subscribebox signup mailing mailchimp",
    "related links": "related recommended recommendation recommendations recirculation recirc readmore mostread"
    " popular trending teaser teasers seealso readalso outbrain taboola",
    "an advertisement": "ad ads advert adverts advertisement advertising sponsored sponsor banner adslot promo"
    " promotion",
    "buttons for sharing": "share sharing social socials sharebar addthis",
    "comments of readers": "comments disqus respond",
    "an appeal": "donate donation donations appeal support fundraising membership paywall",
    "beside the article": "sidebar widget popup modal overlay toast skip",
    "tags of the article": "tags taglist keywords",
}
_BY_WORD = {word: because for because, words in _CLASS_WORDS.items() for word in words.split()}
# The article itself is never furniture by its name, whatever its classes are.
_NEVER = frozenset(["html", "body", "main", "article", "p", "span", "a", "b", "i", "em", "strong", "h1"])
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

_BEGINS = tuple((because, re.compile(one_of(lines), re.IGNORECASE)) for because, lines in rows("furniture.txt"))
# A heading over links makes what follows it furniture too, up to a paragraph of its own.
_LONGEST_APPEAL = 400
_MOSTLY_LINKS = 0.6


def element_is_furniture(tag: str, attributes: Mapping[str, str]) -> str:
    """Why everything in this element stands beside the article; empty where its name and classes do not say so."""
    if tag in _TAGS:
        return _TAGS[tag]
    role = _ROLES.get(attributes.get("role", "").lower(), "")
    if role or tag in _NEVER - {"p", "span"}:
        return role
    names = f"{attributes.get('class', '')[:500]} {attributes.get('id', '')[:100]}"
    if tag == "header":
        return "the head of the page" if re.search(r"site|page|global|main|top", names, re.IGNORECASE) else ""
    hidden = "hidden" in attributes or re.search(r"display\s*:\s*none", attributes.get("style", "")[:500])
    by_name = (_BY_WORD.get(word.lower(), "") for word in _WORD.findall(names))
    return next((because for because in by_name if because), "not shown" if hidden else "")


def marked(
    text: str,
    blocks: Sequence[Block],
    block_marks: Sequence[tuple[int, ...]],
    reasons: Mapping[int, str],
    letters: Sequence[int],
) -> tuple[Block, ...]:
    """The blocks, each with why it is furniture where it is.

    An element that holds more than half of all text is no furniture, whatever its classes are called: it is what the
    page is for.
    """
    total = sum(block.end - block.start for block in blocks)
    told = []
    links_follow = False
    for block, marks in zip(blocks, block_marks, strict=True):
        because = next((reasons[mark] for mark in marks if letters[mark] * 2 < total), "")
        if not because:
            because = _by_itself(text[block.start : block.end], block)
        heading = because == "related links" and (
            block.tag.startswith("h") or text[block.start : block.end].endswith(":")
        )
        if not because and links_follow and (block.linked > _MOSTLY_LINKS or block.tag == "li"):
            because = "related links"
        links_follow = heading or (links_follow and because == "related links")
        told.append(attrs.evolve(block, furniture_because=because))
    return tuple(told)


def _by_itself(words: str, block: Block) -> str:
    if block.linked > _MOSTLY_LINKS and (block.tag in {"li", "a", "td", "dd"} or len(words) < 200):
        return "mostly links"
    if len(words) > _LONGEST_APPEAL:
        return ""
    start = words.lstrip(" •·*-–—▶►→»>|[(")
    for because, pattern in _BEGINS:
        if pattern.match(start):
            return because
    return ""
