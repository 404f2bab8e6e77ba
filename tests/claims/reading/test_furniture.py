"""Furniture of a page: appeals, menus, newsletters, links, cookie notices; told, and nothing is proposed from it."""

from __future__ import annotations

import pytest
from asking_reader import said_in, told_of

ARTICLE = "<p>The army said it was false.</p>"


@pytest.mark.parametrize(
    "beside",
    [
        "<nav><p>The army said so.</p></nav>",
        "<footer><p>The army said so.</p></footer>",
        "<aside><p>The army said so.</p></aside>",
        "<div class='related-links'><p>The army said so.</p></div>",
        "<div id='cookieConsent'><p>The army said so.</p></div>",
        "<div class='c-newsletterSignup'><p>The army said so.</p></div>",
        "<div role='navigation'><p>The army said so.</p></div>",
        "<ul><li><a href='#'>The army said so</a></li></ul>",
        "<p>Sign up for our newsletter: the army said so.</p>",
        "<p>Subscribe to read what the army said.</p>",
        "<p>Support our journalism: the army said so.</p>",
        "<p>Read more: The army said so</p>",
        "<p>We use cookies, the army said.</p>",
        "<p>Читайте также: Армия заявила, что пленные убиты</p>",
        "<p>Підписуйтесь: армія заявила, що полонених убито</p>",
        "<p>© The Post. The army said all rights reserved.</p>",
        "<div hidden><p>The army said so.</p></div>",
    ],
)
def test_what_stands_beside_the_article_proposes_nothing(beside):
    """The sentence of the article is proposed, and the one beside it is told as furniture with its bytes."""
    page = f"<html><body>{ARTICLE * 3}{beside}</body></html>".encode()
    told = told_of(page)
    assert [one["speaker"] for one in told["assertions"]] == ["The army"] * 3
    assert len(told["furniture"]) == 1
    (one,) = told["furniture"]
    assert page[one["start"] : one["end"]].decode() in beside
    assert one["because"]


@pytest.mark.parametrize(
    "page",
    [
        f"<body class='has-sidebar cookie-accepted newsletter'>{ARTICLE}</body>",
        f"<article class='promo related'>{ARTICLE}</article>",
        f"<div class='subscribe-page-wrapper'>{ARTICLE}<p>It rained.</p></div>",
        "<p>The army said it was false, and that readers may share this.</p>",
        "<p>Support for the army is strong, the army said, and it was false.</p>",
    ],
)
def test_the_article_is_no_furniture_whatever_it_is_called(page):
    """An element that holds most of the text is what the page is for, and a paragraph is judged by how it begins."""
    assert [speaker.lower() for speaker, _, _ in said_in(page)] == ["the army"]


def test_links_under_a_heading_of_related_links_are_furniture():
    """A heading over links makes the links furniture, and the paragraph behind them is the article again."""
    page = "<h3>Related</h3><ul><li><a>One</a> said A</li><li>Two said B</li></ul><p>The army said it was false.</p>"
    told = told_of(page)
    assert [one["speaker"] for one in told["assertions"]] == ["The army"]


def test_furniture_in_a_plain_text():
    """A line of a saved text that is an appeal is told, too."""
    told = told_of("The army said it was false.\n\nSign up for our newsletter.")
    assert [one["because"] for one in told["furniture"]] == ["a newsletter or a subscription"]
