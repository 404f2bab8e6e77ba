"""A saved page: its words with their bytes, its date and language; no script is read, no markup is fatal."""

from __future__ import annotations

import pytest
from asking_reader import said_in, told_of
from hypothesis import example, given
from hypothesis import strategies as st

from probata.claims.reading import read_article
from probata.claims.reading.read import page_of
from probata.claims.reading.telling import as_json
from probata.terms.errors import ProbataError

LINKED = '<script type="application/ld+json">[{"@graph":[{"datePublished":"2031-04-07"}]}]</script>'


def words_at(untrusted, one):
    """The bytes of the stored file that an assertion points to."""
    return untrusted[one["start"] : one["end"]]


def test_bytes_of_a_plain_text_are_the_words():
    """In a file without markup the bytes are exactly what was said."""
    untrusted = "Речниця сказала: «Я цього не бачила».".encode()
    (one,) = told_of(untrusted)["assertions"]
    assert words_at(untrusted, one).decode() == one["text"] == "Я цього не бачила"


def test_bytes_cover_tags_and_entities():
    """Where tags and entities stand inside, the stretch covers them and the text is as read."""
    untrusted = b"<p>&ldquo;It <b>never</b>   happened, l&#8217;ami,&rdquo; the general said.</p>"
    (one,) = told_of(untrusted)["assertions"]
    assert words_at(untrusted, one) == b"It <b>never</b>   happened, l&#8217;ami,"
    assert one["text"] == "It never happened, l’ami,"


def test_a_statement_of_two_stretches_tells_both():
    """A quotation around its speaker is one statement of two parts, which its stretch covers."""
    untrusted = "“They are lying,” said the mayor, “and they know it.”".encode()
    (one,) = told_of(untrusted)["assertions"]
    assert one["text"] == "They are lying, […] and they know it."
    assert [words_at(untrusted, part).decode() for part in one["parts"]] == ["They are lying,", "and they know it."]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>var a = 'The army said it was false.'</script>",
        "<style>p:after{content:'The army said it was false.'}</style>",
        "<!-- The army said it was false. -->",
        "<template><p>The army said it was false.</p></template>",
        "<noscript><p>The army said it was false.</p></noscript>",
        "<div title='The army said it was false.'></div>",
        "<h2>The army said it was false.</h2>",
    ],
)
def test_what_no_reader_is_shown_proposes_nothing(hidden):
    """Scripts, styles, comments, attributes and headings are no sentences of the article."""
    assert said_in(f"<html><body><p>It rained.</p>{hidden}</body></html>") == []


@pytest.mark.parametrize(
    "page",
    [
        "<p>The army said it was false." + "<div>" * 10_000,
        "<div>" * 10_000 + "The army said it was false." + "</div>" * 10_000,
        "<p>The army <b>said <i>it was</b> false.",
        "<p title='a > b'>The army said it was false.</p>",
        "<p>The army\0 sa\u202eid it was fa\u00adlse.</p>",
        "<p>The army said it was false.</p><a href='",
        "<p>The army said it was false.</p><" + "<" * 2_000,
        "</p></div></b></html><p>The army said it was false.",
        "<p>The&nbsp;army said it&#32;was false.</p>&#xFFFFFFFF;&#0;&bogus;",
        "\ufeff<p>The army said it was false.</p>",
    ],
)
def test_hostile_markup_changes_nothing_that_is_said(page):
    """Unclosed, misnested, ten thousand deep, NULs, overrides: the sentence is read, as often as it stands."""
    assert [(who, stance) for who, stance, _ in said_in(page)] == [("The army", "denies_act")]


def test_direction_overrides_are_told():
    """Characters that turn the direction of writing are left out of the text as read, and their number is told."""
    told = told_of("<p>The army\u202e said it was false.</p>")
    assert any("direction" in why for why in told["unread"])


def test_a_comment_that_never_ends_is_told():
    """What hides the rest of a page is said, so that nobody takes it for a page that says nothing."""
    told = told_of("<p>It rained all day in the hills.</p><!-- The army said it was false.")
    assert told["assertions"] == []
    assert any("comment" in why for why in told["unread"])


def test_depth_beyond_the_limit_is_told():
    """Elements deeper than is remembered are read as text, and that is said."""
    told = told_of("<div>" * 2_000 + "The army said it was false.")
    assert any("deeper" in why for why in told["unread"])


@pytest.mark.parametrize(
    ("head", "date", "because"),
    [
        (
            '<script type="application/ld+json">{"datePublished":"2031-04-07T10:00:00Z"}</script>',
            "2031-04-07",
            "JSON-LD",
        ),
        (
            '<meta property="article:published_time" content="2031-04-08T10:00:00+03:00">',
            "2031-04-08",
            "published_time",
        ),
        ('<time datetime="2031-04-09">', "2031-04-09", "<time>"),
        (
            f'<time datetime="2031-04-09"></time><meta name="date" content="2031-04-08">{LINKED}',
            "2031-04-07",
            "JSON-LD",
        ),
    ],
)
def test_the_date_of_publication_is_the_pages_own(head, date, because):
    """JSON-LD is trusted before a meta tag, that before a <time>; the reason is told."""
    told = told_of(f"<html><head>{head}</head><body><p>It rained.</p>", published_on="")
    assert told["published"]["stated"].startswith(date)
    assert because in told["published"]["because"]


@pytest.mark.parametrize("linked", ["{", "[" * 5_000, '{"datePublished": 7}', '{"datePublished":"tomorrow"}'])
def test_broken_metadata_gives_no_date(linked):
    """What cannot be read is no date, and no error."""
    page = f'<script type="application/ld+json">{linked}</script><p>It rained.</p>'
    assert told_of(page, published_on="")["published"] is None


def test_plain_text_has_a_paragraph_between_empty_lines_or_on_each_line():
    """Lines are joined where paragraphs stand between empty lines, and are paragraphs where there are none."""
    assert len(page_of(b"One line\nof two.\n\nAnother.").blocks) == 2
    assert len(page_of(b"One line.\nAnother.\nA third.").blocks) == 3


PIECES = ["<p>", "</p>", "<div class='menu'>", "</div>", "<script>", "</script>", "<!--", "-->", "&amp;", "&#8220;"]
PIECES += ["“", "”", '"', "«", "»", "<a href=x>", "</a>", "<", ">", "'", "\0", "\u202e", "\ufffd", "🙂", " said ", ". "]
PIECES += ["army", " that ", "false", ", ", "он сказал ", "заявив, ", "що ", "— ", "citing "]
PIECES += [" ", "\n\n", "The army ", "it was ", "according to ", "was accused by ", "on Wednesday"]
FRAGMENTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map("".join)


@given(FRAGMENTS)
@example("<script>")
@example("«" * 40)
def test_no_page_breaks_the_reader(text):
    """Whatever is put together, every stretch lies in the file, forward, and its parts inside it."""
    untrusted = text.encode()
    try:
        told = as_json(read_article(untrusted, published_on="2031-04-09"))
    except ProbataError:
        return
    for one in told["assertions"] + told["furniture"] + told["unread_sentences"]:
        assert 0 <= one["start"] < one["end"] <= len(untrusted)
    for one in told["assertions"]:
        assert all(one["start"] <= part["start"] < part["end"] <= one["end"] for part in one["parts"])


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(untrusted):
    """Any bytes give an answer or a refusal of ours."""
    try:
        read_article(untrusted)
    except ProbataError:
        return
