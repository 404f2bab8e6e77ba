"""The list of reviews, opening one, and the form in which the first judges."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from probata.claims import services as claims
from probata.claims.propositions import Proposition
from probata.verification import selectors, services
from probata.verification.assessments import Dimension, State

if TYPE_CHECKING:
    from tests.web.conftest import Bench


sys.path.insert(0, str(Path(__file__).parent))

from made_reviews import FIRST_REASONS, Panel, made, page, words


@pytest.fixture
def panel(bench: Bench) -> Panel:
    return made(bench)


class TestList:
    def test_an_empty_list_says_what_will_stand_there(self, bench: Bench) -> None:
        """And leads to where it starts."""
        html = page(bench.client(), "/reviews")
        assert "No review is open yet" in html
        assert "/reviews/open" in html
        assert "Nothing is preserved" not in html

    def test_what_waits_for_me_stands_first(self, panel: Panel) -> None:
        """For the second a free place, for the first none: they have judged."""
        review = panel.proposed()
        html = page(panel.client("second"), "/reviews")
        mine, others = html.split('aria-labelledby="others"')
        assert review in mine
        assert review not in others
        assert "take the second place" in mine
        html = page(panel.client("first"), "/reviews")
        mine, others = html.split('aria-labelledby="others"')
        assert review in others
        assert "None waits for you" in mine
        assert "you have judged" in others

    def test_the_list_tells_no_answer(self, panel: Panel) -> None:
        """Who has which place, and how far it has come; nothing of what was found."""
        panel.proposed()
        html = page(panel.client("second"), "/reviews")
        assert "first: first" in words(html)
        for told in (FIRST_REASONS, "very likely", "moderate"):
            assert told not in html

    def test_what_was_found_before_is_not_told_to_whoever_judges_it_anew(self, panel: Panel) -> None:
        """Not in the list from which they come either, only that there is one; whoever may not judge reads it."""
        old = services.seal(panel.agreed(), actor=panel.third, because="both saw the same frames")
        told = "It is likely (55–80 %) that a convoy crosses the bridge."
        assert told in page(panel.client("second"), "/reviews")
        again = services.open_review(panel.proposition, Dimension.CONTENT, actor=panel.first, supersedes=old.id).id
        for address in ("/reviews", "/reviews?state=sealed"):
            html = page(panel.client("second"), address)
            assert told not in html
            assert "1 finding is not told here: you are to judge the same anew, or may." in html
            assert "Nothing is sealed yet" not in html
        services.assess(again, panel.judged(), actor=panel.first)
        client = panel.client("second")
        client.post(f"/reviews/{again}/take")
        assert told not in page(client, "/reviews")
        assert told in page(panel.client("auditor"), "/reviews")

    def test_filters(self, panel: Panel) -> None:
        """By words of the proposition, the respect or a person, and by state; an unknown word says so."""
        review = panel.proposed()
        client = panel.client("second")
        for query in ("q=convoy+CROSSES", "q=content", "state=proposed", "state=mine", "q=first"):
            assert review in page(client, f"/reviews?{query}"), query
        for query in ("q=zzz", "state=sealed"):
            html = page(client, f"/reviews?{query}")
            assert review not in html
            assert "No review fits this filter" in html

    def test_who_may_not_judge_at_all_is_named(self, panel: Panel) -> None:
        """With the roles that it takes; and an auditor reads the list with the button shown as closed."""
        panel.proposed()
        html = words(page(panel.client("auditor"), "/reviews"))
        assert "1 person may not judge at all" in html
        assert "it takes one of the roles analyst, reviewer" in html
        assert "You may not judge" in html

    def test_as_many_questions_for_many_as_for_few(self, panel: Panel) -> None:
        """The list asks the database no more for thirty reviews than for one."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = panel.client("second")
        panel.proposed()
        counts = []
        for extra in (0, 30):
            for number in range(extra):
                told = {"type": "occurred", "statement": f"lorry {number} crosses"}
                of = claims.add_proposition(Proposition.from_json(told), actor=panel.first).id
                services.open_review(of, Dimension.CONTENT, actor=panel.first)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                page(client, "/reviews")
            counts.append(len(asked))
        assert counts[0] == counts[1]


class TestOpening:
    def test_without_a_proposition_one_is_chosen(self, panel: Panel) -> None:
        """The propositions, filtered by words."""
        client = panel.client("first")
        assert f"?proposition={panel.proposition}" in page(client, "/reviews/open?q=convoy")
        assert "No proposition holds these words" in page(client, "/reviews/open?q=zzz")

    def test_opening(self, panel: Panel) -> None:
        """With the respect and a reason, which stands in the ledger; the page then is the first's form."""
        client = panel.client("first")
        assert "a convoy crosses the bridge" in page(client, f"/reviews/open?proposition={panel.proposition}")
        told = {"proposition": panel.proposition, "dimension": "content", "reason": "the court asks"}
        answer = client.post("/reviews/opened", told)
        assert answer.status_code == 302
        (known,) = selectors.reviews()
        assert answer["Location"] == f"/reviews/{known.id}"
        assert "data-judging" in page(client, answer["Location"])

    def test_one_at_a_time(self, panel: Panel) -> None:
        """A respect under review is shown as closed, and refused; a sealed one is looked at anew only when said so."""
        review = panel.agreed()
        client = panel.client("third")
        html = page(client, f"/reviews/open?proposition={panel.proposition}")
        assert re.search(r'value="content" required disabled', html)
        assert "under review already" in html
        told = {"proposition": panel.proposition, "dimension": "content", "reason": "again"}
        answer = client.post("/reviews/opened", told, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (403, "review_stands")
        found = services.seal(review, actor=panel.first, because="both saw it")
        assert "a finding stands" in page(client, f"/reviews/open?proposition={panel.proposition}")
        answer = client.post("/reviews/opened", told, headers={"Accept": "application/json"})
        assert answer.json()["code"] == "review_stands"
        answer = client.post("/reviews/opened", {**told, "anew": "yes"})
        assert selectors.review(answer["Location"].rpartition("/")[2]).supersedes == found.id

    def test_refusals(self, panel: Panel) -> None:
        """An auditor opens nothing; a respect that is none, and a proposition that is not there, are named."""
        told = {"proposition": panel.proposition, "dimension": "content", "reason": "x"}
        answer = panel.client("auditor").post("/reviews/opened", told, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
        client = panel.client("first")
        answer = client.post("/reviews/opened", {**told, "dimension": "colour"}, headers={"Accept": "application/json"})
        assert answer.status_code == 400
        page(client, f"/reviews/open?proposition={'0' * 32}", status=404)


class TestFirst:
    def test_the_form_offers_the_record(self, panel: Panel) -> None:
        """Observations as they were written, hostile words harmless; words typed leave those that hold them."""
        review = panel.review()
        client = panel.client("first")
        html = page(client, f"/reviews/{review}")
        assert "a lorry &lt;script&gt;alert(1)&lt;/script&gt; &amp;" in html
        assert "<script>alert" not in html
        assert "roughly even chance" in html
        part = page(client, f"/reviews/{review}/choices?q=SECOND+lorry")
        assert panel.other in part
        assert panel.observation not in part
        assert "None holds these words" in page(client, f"/reviews/{review}/choices?q=zzz")

    def test_judging(self, panel: Panel) -> None:
        """Records on two sides, alternatives a line each, a point where the place is judged."""
        review = panel.review(Dimension.LOCATION)
        client = panel.client("first")
        assert 'name="latitude"' in page(client, f"/reviews/{review}")
        told = {
            "result": "possible",
            "likelihood": "unlikely",
            "confidence": "low",
            "reasons": "as I saw it",
            "for": panel.observation,
            "against": panel.other,
            "alternatives": "a ferry\n\na ford",
            "latitude": "50.4501",
            "longitude": "-30.5234",
        }
        assert client.post(f"/reviews/{review}/assess", told).status_code == 302
        (opinion,) = selectors.review(review, panel.first.key_id).opinions
        judged = opinion.assessment
        assert (judged.reasons_for, judged.reasons_against) == ((panel.observation,), (panel.other,))
        assert judged.alternatives == ("a ferry", "a ford")
        assert judged.point is not None
        assert judged.point.longitude_deg == -30.5234
        html = words(page(client, f"/reviews/{review}"))
        assert "What you found" in html
        assert "Nobody but you reads this" in html

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"result": ""}, "it needs a result"),
            ({"reasons": " "}, "it needs reasons"),
            ({"likelihood": "very_likely", "result": "possible"}, "does not go with"),
            ({"latitude": "north", "longitude": "1"}, "must be degrees"),
            ({"from": "yesterday"}, ""),
        ],
    )
    def test_nonsense_is_refused_in_words(self, panel: Panel, wrong: dict[str, str], says: str) -> None:
        """And nothing is recorded."""
        review = panel.review()
        told = {"result": "likely", "likelihood": "likely", "confidence": "low", "reasons": "x", "other_side": "y"}
        answer = panel.client("first").post(
            f"/reviews/{review}/assess",
            {**told, "for": panel.observation, **wrong},
            headers={"Accept": "application/json"},
        )
        assert answer.status_code == 400
        assert says in answer.json()["message"]
        assert selectors.review(review).state is State.OPEN

    def test_the_preview_writes_two_sentences(self, panel: Panel) -> None:
        """Likelihood with its range, confidence on its own; what is missing is said, and nothing is recorded."""
        review = panel.review()
        client = panel.client("first")
        told = {"result": "likely", "likelihood": "likely", "confidence": "low", "reasons": "one saw it."}
        html = client.post(f"/reviews/{review}/preview", told).content.decode()
        assert "It is likely (55–80 %) that a convoy crosses the bridge." in html
        assert "Confidence in this judgement is low: one saw it." in html
        assert (
            "A likelihood is still" in client.post(f"/reviews/{review}/preview", {"result": "likely"}).content.decode()
        )
        html = client.post(f"/reviews/{review}/preview", {"result": "indeterminate"}).content.decode()
        assert "Whether a convoy crosses the bridge is indeterminate." in html
        assert selectors.review(review).state is State.OPEN


def test_what_nobody_knows_is_not_there(panel: Panel) -> None:
    """An unknown review or finding is a page that says so."""
    client = panel.client("first")
    for address in ("reviews", "findings"):
        page(client, f"/{address}/{'0' * 32}", status=404)
        page(client, f"/{address}/nonsense", status=404)


def test_the_desk_leads_to_the_review(panel: Panel) -> None:
    """What waits for an opinion is a link to where it is given."""
    review = panel.proposed()
    assert f'href="/reviews/{review}"' in page(panel.client("second"), "/")
    assert f'href="/reviews/{review}"' not in page(panel.client("first"), "/")
