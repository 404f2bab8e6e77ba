"""A walled case of the story: whoever is not admitted walks through every page and finds no trace of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from crawling import HTML, pages
from story import ANALYST, COUNSEL, REVIEWER

from probata.cases import selectors, services
from probata.claims import selectors as claims
from probata.web import urls
from probata.web.gate import sight

if TYPE_CHECKING:
    from django.http import HttpResponse
    from story import StoryBench

# Words in addresses that name nothing of a case.
OF_NO_CASE = {"job", "upload", "factor", "person", "ordinal", "number", "track", "format", "token"}


@pytest.fixture
def walled(story: StoryBench) -> StoryBench:
    """The story, its one case walled by counsel with the reviewer admitted; the analyst, who opened it, is not."""
    counsel = story.keyring(COUNSEL).signing
    (case,) = selectors.cases()
    services.wall(case.id, actor=counsel, reason="sources are at risk")
    services.admit(case.id, REVIEWER, actor=counsel, reason="second person")
    return story


def plain(answer: HttpResponse) -> str:
    """A page without what is another each time: the tokens of its forms, and the seconds that the session lasts."""
    return re.sub(r'csrfmiddlewaretoken" value="[^"]*"|data-left="\d+"', "", answer.content.decode())


def test_every_page_is_silent_about_a_walled_case(walled: StoryBench) -> None:
    """No id, digest or statement of what is hidden stands on any page that the analyst can reach; inside it does."""
    outside = walled.keyring(ANALYST).signing.key_id
    hidden = selectors.sight(outside)
    assert min(map(len, (hidden.cases, hidden.items, hidden.incidents, hidden.propositions, hidden.reviews))) > 0
    known = claims.claims().propositions
    secret = {*hidden.cases, *hidden.items, *hidden.incidents, *hidden.propositions, *hidden.reviews, *hidden.questions}
    # One of the statements is also the example that a form gives.
    secret |= {known[name].thing.statement for name in hidden.propositions} - {"three shots are fired"}
    secret |= {name[:8] for name in (*hidden.items, *hidden.incidents, *hidden.cases)} | {"The roadside"}
    count = 0
    for path, html, _read in pages(walled.client(ANALYST)):
        count += 1
        # An article that everybody may read says what it says; only names of the record are secret there.
        kept = {one for one in secret if " " not in one} if "/reading" in path else secret
        found = sorted(one for one in kept if one in html)
        assert found == [], (path, found[:3])
    assert count > 20
    assert "The roadside" in walled.client(REVIEWER).get("/cases", headers=HTML).content.decode()


def test_hidden_ids_are_unknown_wherever_they_are_typed(walled: StoryBench) -> None:
    """In a query a hidden id finds what one finds that nobody has; in a form it is refused as that one is."""
    client = walled.client(ANALYST)
    hidden = selectors.sight(walled.keyring(ANALYST).signing.key_id)
    for name in (*sorted(hidden.items)[:2], *hidden.cases, *sorted(hidden.propositions)[:2]):
        other = name[:-4] + ("0000" if name[-4:] != "0000" else "1111")
        for path in ("/search", "/items", "/cases", "/claims", "/intake", "/reviews", "/times"):
            for field in ("q", "item"):
                told = client.get(path, {field: name}, headers=HTML), client.get(path, {field: other}, headers=HTML)
                assert told[0].status_code == told[1].status_code, (path, name)
                assert plain(told[0]).replace(name, other) == plain(told[1]), (path, name)
    form = {"dimension": "content", "reason": "why"}
    for name in sorted(hidden.propositions)[:2]:
        told = [client.post("/reviews/opened", {**form, "proposition": one}) for one in (name, name[:-4] + "0000")]
        assert {one.status_code for one in told} == {404}
        assert told[0].json()["code"] == told[1].json()["code"]


def test_every_name_in_an_address_has_a_rule() -> None:
    """An address that names a new kind of thing says what it is about, or that it belongs to no case."""
    named = {name for one in urls.urlpatterns for name in getattr(one.pattern, "converters", {})}
    assert named - OF_NO_CASE == set(sight.ABOUT) - {"untrusted_digest"} | (named & {"untrusted_digest"})
