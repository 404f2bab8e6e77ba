"""What somebody may not know of, named where it stands in no address: in forms, queries, bodies, and by beginnings.

Whoever was sent out of a case knows its ids still; whoever never was in it may guess beginnings of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from api_rows import LIKELY, Called, error_of
from attrs import evolve, frozen
from story import ANALYST, COUNSEL, REVIEWER

from probata.analysis import selectors as analysis
from probata.cases import selectors, services
from probata.claims import selectors as claims
from probata.claims import services as claims_services
from probata.verification import selectors as verification

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse
    from django.test import Client
    from story import StoryBench

JSON, HTML = {"accept": "application/json"}, {"accept": "text/html"}


@frozen(kw_only=True)
class Outside:
    """Somebody outside the story's one case, walled now, with an incident and a proposition of their own."""

    story: StoryBench
    client: Client
    incident: str
    proposition: str

    def send(self, path: str, form: Mapping[str, Any]) -> HttpResponse:
        """The answer to a form."""
        return self.client.post(path, dict(form), headers=JSON)

    def hidden(self) -> selectors.Sight:
        """What is kept from them."""
        return selectors.sight(self.story.keyring(ANALYST).signing.key_id)


@pytest.fixture
def outside(story: StoryBench) -> Outside:
    """The analyst, sent out; the reviewer is inside."""
    counsel = story.keyring(COUNSEL).signing
    (case,) = selectors.cases()
    services.wall(case.id, actor=counsel, reason="sources are at risk")
    services.admit(case.id, REVIEWER, actor=counsel, reason="second person")
    client = story.client(ANALYST)
    label = {"place": "Elsewhere", "day": "2024-01-02", "act": "a bell rings", "reason": "one report"}
    incident = client.post("/incidents/open", label, headers=JSON).json()["to"].rpartition("/")[2]
    stated = {"statement": "a bell rings", "type": "occurred", "act": "ringing", "incident": incident}
    made = client.post("/claims/state", stated, headers=JSON).json()["made"]
    return Outside(story=story, client=client, incident=incident, proposition=made)


def other(name: str) -> str:
    """An id that nobody bears."""
    return ("0f" * 32)[: len(name)]


def test_a_query_shows_nothing_of_an_earlier_record(outside: Outside) -> None:
    """A form that words something better begins with its words: not with those of what is hidden."""
    told = claims.claims()
    known = min(outside.hidden().propositions)
    said = min(outside.hidden().assertions)
    words = told.propositions[known].thing.statement, told.assertions[said].thing.words.text
    for path, name, text in (
        ("/claims/state", known, words[0]),
        (f"/claims/{outside.proposition}/say", said, words[1]),
    ):
        hidden, unknown = (outside.client.get(path, {"instead_of": one}, headers=HTML) for one in (name, other(name)))
        assert (hidden.status_code, unknown.status_code) == (404, 404), path
        assert text not in hidden.content.decode()


def test_an_earlier_wording_is_as_hidden_as_what_stands(outside: Outside) -> None:
    """Its id leads on to the wording that stands, and so it is answered as none."""
    counsel = outside.story.keyring(COUNSEL).signing
    known = min(outside.hidden().propositions)
    thing = claims.proposition(known).thing
    better = evolve(thing, statement="a wording that is better")
    claims_services.add_proposition(better, actor=counsel, reason="clearer", supersedes=known)
    form = {"statement": "x", "instead_of": known, "reason": "clearer"}
    assert outside.send("/claims/state", form).status_code == 404
    assert outside.client.get("/claims/state", {"instead_of": known}, headers=HTML).status_code == 404


def test_nothing_rests_on_an_observation_in_a_hidden_item(outside: Outside) -> None:
    """An assessment that names it would show it to whoever wrote its id; on the page and through a program."""
    seen = next(one for item in outside.hidden().items for one in analysis.observations(item)).id
    opened = outside.send("/reviews/opened", {"proposition": outside.proposition, "dimension": "content"})
    review = opened.json()["to"].rpartition("/")[2]
    judged = {"result": "undetermined", "reasons": "too little is known", "for": seen}
    assert outside.send(f"/reviews/{review}/assess", judged).status_code == 404
    api = Called(outside.story)
    body = {"assessment": {**LIKELY, "for": [seen]}}
    refused = api.send("POST", f"/api/reviews/{review}/assess", body, token=api.token(ANALYST))
    assert (refused.status_code, error_of(refused)) == (404, "observation_not_found")
    assert verification.review(review).opinions == ()


def test_what_takes_an_act_back_is_looked_at_as_a_form_is(outside: Outside) -> None:
    """The button sends nothing but its address."""
    name = min(outside.hidden().propositions)
    path = f"/claims/{outside.proposition}/relate?kind=contradicts&back=undo&stands=yes&other={{}}"
    told = [outside.send(path.format(one), {}) for one in (name, other(name))]
    assert {one.status_code for one in told} == {404}
    assert told[0].json()["code"] == told[1].json()["code"]


def test_no_beginning_leads_to_what_is_hidden(outside: Outside) -> None:
    """A beginning is answered as one of nothing, wherever a form or a body takes it; nothing is recorded."""
    hidden = outside.hidden()
    (case,), (incident,) = hidden.cases, hidden.incidents
    item = min(hidden.items)
    outside.send("/cases/open", {"title": "Own", "procedure": "five_pillars", "kind": "accountability", "reason": "r"})
    (own,) = (one.id for one in selectors.cases() if one.id != case)
    said = {"stance": "asserts", "speaker": next(iter(claims.claims().parties)), "words": "x", "language": "en"}
    article = {"article": "8(2)(a)(i)", "conflict": "international", "reason": "r", "case": own}
    for path, form, field, name in (
        ("/elements/open", article, "incident", incident),
        (f"/claims/{outside.proposition}/say", said, "item", item),
        ("/intake/answer", {"outcome": "referred", "reason": "r"}, "target", f"case:{case}"),
        ("/intake/answer", {"outcome": "referred", "reason": "r"}, "target", f"incident:{incident}"),
    ):
        kind, _colon, known = name.rpartition(":")
        for digits in (8, 12):
            begins = [f"{kind}:{one}".lstrip(":") for one in (known[:digits], other(known)[:digits])]
            told = [outside.send(path, {**form, field: one}) for one in begins]
            assert [one.status_code for one in told] == [404, 404], (path, field, told[0].content)
            assert told[0].json()["code"] == told[1].json()["code"], (path, field)


@pytest.mark.parametrize("digits", [1, 2, 4, 7])
def test_a_few_digits_name_no_item(outside: Outside, digits: int) -> None:
    """They could be of several, and how many would count what is hidden; so it is for everybody."""
    for name in (min(outside.hidden().items), outside.story.items["wire.txt"]):
        begins = name[:digits]
        assert outside.client.get(f"/items/{begins}", headers=JSON).json()["code"] == "item_not_found"
        assert outside.story.client(REVIEWER).get(f"/items/{begins}", headers=JSON).status_code == 404
        api = Called(outside.story)
        refused = api.send("GET", f"/api/items/{begins}", token=api.token(ANALYST))
        assert (refused.status_code, error_of(refused)) == (404, "item_not_found")


def test_a_body_is_no_place_to_try_beginnings(outside: Outside) -> None:
    """A word that happens to begin as a hidden id does is a word: a thousand of them at once tell nothing."""
    api = Called(outside.story)
    hidden = outside.hidden()
    for name in (min(hidden.items), *hidden.cases, min(hidden.assertions)):
        for digits in (8, 12, 31):
            body = {"act": name[:digits], "reason": "one report"}
            assert api.send("POST", "/api/incidents", body, token=api.token(ANALYST)).status_code == 200
    refused = api.send("POST", "/api/incidents", {"act": f"see {name}", "reason": "r"}, token=api.token(ANALYST))
    assert refused.status_code == 404


def test_ids_by_the_thousand_are_not_looked_up(outside: Outside) -> None:
    """A form that names more than it has any use for is refused as such."""
    many = " ".join(f"{number:032x}" for number in range(1001))
    assert outside.send("/theme", {"next": many}).json()["code"] == "invalid_value"
