"""The second sees nothing of the first's answer, and watches only what it rests on; a third decides."""

from __future__ import annotations

import io
import re
import sys
import wave
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from probata.access import selectors as access_selectors
from probata.analysis import services as analysis
from probata.analysis.observations import Epistemic, Observation, ObservationKind
from probata.analysis.services import observing
from probata.custody import selectors as custody
from probata.terms.words import Confidence, Likelihood
from probata.verification import selectors, services
from probata.verification.assessments import Assessment, Dimension, Result, State

if TYPE_CHECKING:
    from django.test import Client
    from tests.web.conftest import Bench


sys.path.insert(0, str(Path(__file__).parent))

from made_reviews import FIRST_ELSE, FIRST_REASONS, FIRST_SEARCHED, Panel, judgement, made, page, words


@pytest.fixture
def panel(bench: Bench) -> Panel:
    return made(bench)


class TestBlindSecond:
    def test_nothing_of_the_first_s_answer_is_in_the_page(self, panel: Panel) -> None:
        """Neither before nor after taking the place: no word, no side, no attribute, no data."""
        review = panel.proposed()
        client = panel.client("second")
        before = page(client, f"/reviews/{review}")
        assert "a lorry" not in before
        assert client.post(f"/reviews/{review}/take").status_code == 302
        html = page(client, f"/reviews/{review}")
        for one in (before, html, page(client, "/reviews"), page(client, "/")):
            for told in (FIRST_REASONS, FIRST_SEARCHED, FIRST_ELSE):
                assert told not in one
        form = html[html.index("data-judging") :]
        # Every choice stands as it stands for anybody: none is made, and the record is on no side.
        checked = re.findall(r'<input type="radio"[^>]*checked[^>]*>', form)
        assert checked == [f'<input type="radio" name="side-{panel.observation}" value="" data-out checked>']
        assert 'data-chosen="' not in html
        assert panel.observation in html
        assert panel.other not in html

    def test_the_page_is_the_same_whatever_the_first_found(self, panel: Panel) -> None:
        """Judged by the same record, a yes and a no give the second the same page, but for what is made by chance."""
        pages = []
        for number, (result, likelihood) in enumerate(
            [(Result.LIKELY, Likelihood.LIKELY), (Result.ESTABLISHED, Likelihood.ALMOST_CERTAIN)]
        ):
            dimension = (Dimension.CONTENT, Dimension.INTEGRITY)[number]
            review = panel.review(dimension)
            told = panel.judged(result, likelihood)
            if number:
                told = Assessment.from_json({**told.as_json(), "for": [panel.observation], "against": []})
            services.assess(review, told, actor=panel.first)
            client = panel.client("second")
            client.post(f"/reviews/{review}/take")
            client.get("/")
            html = page(client, f"/reviews/{review}").replace(review, "REVIEW").replace(review[:8], "REVIEW")
            html = html[html.index("<main") :].replace(dimension.value, "RESPECT")
            html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)
            html = re.sub(r'<div class="said notice".*?</div>', "", html)
            pages.append(re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "TIME", html))
        assert pages[0] == pages[1]

    def test_the_stretches_lead_to_themselves(self, panel: Panel) -> None:
        """Each to its item, with the review and the first frame, and its frames in words."""
        review = panel.proposed()
        client = panel.client("second")
        client.post(f"/reviews/{review}/take")
        html = page(client, f"/reviews/{review}")
        assert f'href="/items/{panel.bench.ordinals}?review={review}#frame=10"' in html
        assert "frames 10 to 19" in html

    def test_judging_and_then_both_stand_beside_each_other(self, panel: Panel) -> None:
        """With their distance in words, and what differs marked with a word."""
        review = panel.proposed()
        client = panel.client("second")
        client.post(f"/reviews/{review}/take")
        assert client.post(f"/reviews/{review}/assess", judgement(panel)).status_code == 302
        html = words(page(client, f"/reviews/{review}"))
        assert "The answers beside each other" in html
        assert FIRST_REASONS in html
        assert "The results are the same." in html
        assert "The likelihoods lie 1 band apart." in html
        assert "≠ differs" in html

    def test_who_judged_takes_no_second_place(self, panel: Panel) -> None:
        """Refused with the rule, and shown no button; nor may another fill the place that somebody took."""
        review = panel.proposed()
        client = panel.client("first")
        assert "data-take" not in page(client, f"/reviews/{review}")
        answer = client.post(f"/reviews/{review}/take", headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (403, "own_assessment")
        answer = client.post(f"/reviews/{review}/assess", judgement(panel), headers={"Accept": "application/json"})
        assert answer.json()["code"] == "own_assessment"
        panel.client("second").post(f"/reviews/{review}/take")
        answer = panel.client("third").post(f"/reviews/{review}/take", headers={"Accept": "application/json"})
        assert answer.json()["code"] == "place_taken"
        html = words(page(panel.client("third"), f"/reviews/{review}"))
        assert "Somebody else holds the open place" in html
        assert "the place is another’s" in html

    def test_a_role_is_needed(self, panel: Panel) -> None:
        """An auditor reads where it stands, is told why not, and can neither take, judge, choose nor preview."""
        review = panel.proposed()
        client = panel.client("auditor")
        assert "it takes the role of an analyst or a reviewer" in page(client, f"/reviews/{review}")
        for act in ("take", "assess", "preview", "sealing", "seal"):
            answer = client.post(f"/reviews/{review}/{act}", judgement(panel), headers={"Accept": "application/json"})
            assert (answer.status_code, answer.json()["code"]) == (
                (403, "not_allowed") if act != "seal" else (400, "invalid_value")
            ), act
        answer = client.get(f"/reviews/{review}/choices", headers={"Accept": "application/json"})
        assert answer.status_code == 403

    def test_the_second_chooses_from_nothing_else(self, panel: Panel) -> None:
        """The list of the record is the first's alone, and another record than those given is refused."""
        review = panel.proposed()
        client = panel.client("second")
        client.post(f"/reviews/{review}/take")
        assert client.get(f"/reviews/{review}/choices").status_code == 403
        wrong = {**judgement(panel), "given": panel.other, f"side-{panel.other}": "for"}
        answer = client.post(f"/reviews/{review}/assess", wrong, headers={"Accept": "application/json"})
        assert answer.json()["code"] == "not_what_was_given"


class TestOnlyTheStretches:
    @pytest.fixture
    def narrowed(self, panel: Panel) -> tuple[Client, str]:
        """The second, in their place, after asking to see the item for the review."""
        review = panel.proposed()
        client = panel.client("second")
        client.post(f"/reviews/{review}/take")
        told = {"purpose": "second_review", "review": review}
        assert client.post(f"/items/{panel.bench.ordinals}/reveal", told).status_code == 200
        return client, review

    def test_stills_of_the_stretches_alone(self, panel: Panel, narrowed: tuple[Client, str]) -> None:
        """The first and the last frame of ten; the one before, the one after, the whole file and a part are refused."""
        client, _review = narrowed
        item = panel.bench.ordinals
        shown = {n: client.get(f"/items/{item}/stills/{n}.png").status_code for n in (9, 10, 19, 20, 105)}
        assert shown == {9: 403, 10: 200, 19: 200, 20: 403, 105: 403}
        for headers in ({}, {"Range": "bytes=0-99"}):
            answer = client.get(f"/items/{item}/footage", headers={**headers, "Accept": "application/json"})
            assert (answer.status_code, answer.json()["code"]) == (403, "only_the_stretches")

    def test_the_page_says_so(self, panel: Panel, narrowed: tuple[Client, str]) -> None:
        """With the stretch, its frames and the way back; the one purpose; nothing that plays."""
        client, review = narrowed
        html = page(client, f"/items/{panel.bench.ordinals}?review={review}")
        assert "stills of these stretches alone" in html
        assert "<audio" not in html
        assert "frames 10 to 19" in html
        assert f'href="/reviews/{review}"' in html
        assert 'data-plays="no"' in html
        assert re.findall(r'name="purpose" value="(\w+)"', html) == ["second_review"]
        assert FIRST_REASONS not in html

    @pytest.mark.usefixtures("narrowed")
    def test_the_reason_is_in_the_ledger(self, panel: Panel) -> None:
        """As any other asking to see footage."""
        assert custody.history(f"item:{panel.bench.ordinals}")[-1].record["purpose"] == "second_review"

    def test_it_narrows_what_was_seen_whole(self, panel: Panel) -> None:
        """The last reason counts; asking by the item's own page, with its own reason, shows the whole again."""
        review = panel.proposed()
        client = panel.client("second")
        client.post(f"/reviews/{review}/take")
        address = f"/items/{panel.bench.ordinals}"
        for told, status in (
            ({"purpose": "exact_frame"}, 200),
            ({"purpose": "exact_frame", "review": review}, 403),
            ({"purpose": "exact_frame"}, 200),
        ):
            client.post(f"{address}/reveal", told)
            assert client.get(f"{address}/stills/0.png").status_code == status

    def heard(self, panel: Panel) -> str:
        """A review that rests on half a second of sound, from its first half second on."""
        told = Observation(
            item=panel.bench.sound,  # type: ignore[arg-type]
            kind=ObservationKind.IMPULSIVE_SOUND,
            epistemic=Epistemic.AUDIBLE,
            certainty=Confidence.HIGH,
            description="a bang",
            segment=observing.stretch(panel.bench.sound, Fraction(1, 2), Fraction(1)),
        )
        heard = analysis.observe(told, actor=panel.first).id
        review = panel.review()
        judged = Assessment.from_json({**panel.judged().as_json(), "against": [], "for": [heard]})
        services.assess(review, judged, actor=panel.first)
        return review

    def test_the_sound_of_a_stretch_alone(self, panel: Panel) -> None:
        """Half a second of two: as many samples, and no more; not before it is asked for, and logged when served."""
        review = self.heard(panel)
        client = panel.client("second")
        client.post(f"/reviews/{review}/take")
        address = f"/items/{panel.bench.sound}"
        assert client.get(f"{address}/stretches/0.wav").status_code == 403
        shown = page(client, f"{address}?review={review}")
        assert f'preload="none" controlslist="nodownload noremoteplayback" src="{address}/stretches/0.wav"' in shown
        assert 'data-start-s="0.5' in shown
        client.post(f"{address}/reveal", {"purpose": "second_review", "review": review})
        answer = client.get(f"{address}/stretches/0.wav")
        assert answer.status_code == 200
        with wave.open(io.BytesIO(answer.content)) as read:
            assert read.getnframes() == 8000
        assert client.get(f"{address}/stretches/1.wav").status_code == 403
        assert client.get(f"{address}/footage").status_code == 403
        assert "sound, pts" in access_selectors.views(panel.bench.sound)[-1].detail

    @pytest.mark.browser
    @pytest.mark.slow
    def test_the_sound_of_a_stretch_is_forewarned(self, panel: Panel, bench_address: str, browser: Any) -> None:
        """As it begins to play, to whoever listens; and in the line, where the item's other sounds are not counted."""
        review = self.heard(panel)
        panel.client("second").post(f"/reviews/{review}/take")
        tab = browser.new_page()
        complaints: list[str] = []
        tab.on("console", lambda line: complaints.append(line.text))
        tab.goto(f"{bench_address}items/{panel.bench.sound}?review={review}")
        tab.fill("#name", "second")
        tab.press("#passphrase", "Enter")
        tab.wait_for_selector("#item[data-ready=yes]")
        tab.keyboard.press("KeyB")
        tab.wait_for_selector("dialog[open]")
        tab.keyboard.press("Enter")
        tab.wait_for_selector("#stage[data-state=revealed]")
        tab.evaluate("document.querySelector('.narrow audio').play()")
        said = "Sound on. Impulsive sounds from here on: 1. impulsive sound now"
        tab.wait_for_function("(said) => document.getElementById('said').textContent === said", arg=said)
        tab.keyboard.press("Escape")
        assert tab.evaluate("document.querySelector('.narrow audio').paused")
        tab.context.close()
        assert complaints == []

    def test_the_place_ends_with_the_judgement(self, panel: Panel, narrowed: tuple[Client, str]) -> None:
        """From then on the item is veiled again."""
        client, review = narrowed
        client.post(f"/reviews/{review}/assess", judgement(panel))
        answer = client.get(f"/items/{panel.bench.ordinals}/stills/10.png", headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_revealed")
        page(client, f"/items/{panel.bench.ordinals}?review={review}", status=403)

    def test_who_holds_no_place_gets_nothing_by_it(self, panel: Panel) -> None:
        """Nor anybody of an item on which the review does not rest; nothing is recorded."""
        review = panel.proposed()
        before = len(custody.history(f"item:{panel.bench.ordinals}"))
        told = {"purpose": "second_review", "review": review}
        answer = panel.client("third").post(
            f"/items/{panel.bench.ordinals}/reveal", told, headers={"Accept": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "no_place")
        client = panel.client("second")
        client.post(f"/reviews/{review}/take")
        answer = client.post(f"/items/{panel.bench.cuts}/reveal", told, headers={"Accept": "application/json"})
        assert answer.json()["code"] == "only_the_stretches"
        assert len(custody.history(f"item:{panel.bench.ordinals}")) == before


class TestThird:
    def test_where_two_differ_a_third_sees_both_and_decides(self, panel: Panel) -> None:
        """Both answers side by side with their distance, the inputs of both, and a form; then it is decided."""
        review = panel.differing()
        client = panel.client("third")
        html = words(page(client, f"/reviews/{review}"))
        assert "The two differ: the third place is free" in html
        assert "The results lie 2 steps apart." in html
        assert "The likelihoods lie 3 bands apart." in html
        client.post(f"/reviews/{review}/take")
        html = page(client, f"/reviews/{review}")
        assert FIRST_REASONS in html
        assert "the wheels are painted" in html
        assert "data-judging" in html
        client.post(f"/reviews/{review}/assess", judgement(panel, likelihood="likely"))
        assert selectors.review(review).state is State.ADJUDICATED
        assert "Two differed, a third decided" in page(client, f"/reviews/{review}")
