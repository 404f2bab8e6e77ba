"""What screens are given of observations and claims, and what the server refuses to record."""

from __future__ import annotations

import re
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.access import services as access
from probata.access.roles import Role
from probata.analysis import selectors, services
from probata.analysis.observations import Observation, Outline
from probata.analysis.services import observing
from probata.custody import selectors as custody
from probata.media.errors import NoSuchFrame
from probata.media.table import PtsTable
from probata.terms.errors import InvalidValue
from probata.web.screens import observing as screen
from probata.web.shown import observed

sys.path[:0] = [str(Path(__file__).parents[1] / "analysis"), str(Path(__file__).parent)]

from made_tracks import WORDS, record, speech  # noqa: E402  its folder was put on the path above

if TYPE_CHECKING:
    from tests.web.conftest import Bench

FORM = {
    "kind": "body",
    "epistemic": "visible",
    "certainty": "moderate",
    "description": "a person lying still",
    "first": "3",
    "last": "5",
}
EVIL = "<script>alert(1)</script>"


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def post(client: Any, item: str, **more: str) -> Any:
    return client.post(f"/items/{item}/observe", {**FORM, **more})


def table(steps: list[int], start: int = 0) -> PtsTable:
    pts = [start]
    for step in steps:
        pts.append(pts[-1] + step)
    return PtsTable(
        stream=0, time_base=Fraction(1, 90), origin_s=Fraction(0), pts=pts, durations=[1] * len(pts), keys=[0],
        digests=bytes(32 * len(pts)),
    )  # fmt: skip


def test_a_form_becomes_an_observation_to_the_tick(bench: Bench) -> None:
    """From the start of the first frame to the end of the last; the answer is the list as it now stands."""
    told = post(bench.client(), bench.ordinals, left="0.1", top="0.2", width="0.9", height="0.8").json()
    (one,) = selectors.observations(bench.ordinals)
    frames = bench.client().get(f"/items/{bench.ordinals}/frames").json()
    assert (one.observation.segment.start_pts, one.observation.segment.end_pts) == (frames["pts"][3], frames["pts"][6])
    assert told["made"] == one.id
    assert (told["observed"][0]["ordinal"], told["observed"][0]["last_ordinal"]) == (3, 5)
    assert told["observed"][0]["box"] == pytest.approx([0.1, 0.2, 0.9, 0.8])
    assert "observed · S. Analyst" in words(told["list"])
    assert bench.client().get(f"/items/{bench.ordinals}/observed").json()["observed"] == told["observed"]


def test_sound_is_observed_in_seconds(bench: Bench) -> None:
    """Where there are no frames the player's seconds count; a moment lasts the one tick that it names."""
    given_s = {"start_s": "0.5", "end_s": "1.25", "first": None, "last": None}
    form = {name: value for name, value in {**FORM, **given_s, "epistemic": "audible"}.items() if value}
    client = bench.client()
    assert client.post(f"/items/{bench.sound}/observe", form).status_code == 200
    assert client.post(f"/items/{bench.sound}/observe", {**form, "start_s": "1", "end_s": "1"}).status_code == 200
    stretch, moment = (one.observation.segment for one in selectors.observations(bench.sound))
    assert (stretch.start.seconds, stretch.end.seconds) == (Fraction(1, 2), Fraction(5, 4))
    assert (moment.start.seconds, moment.duration_s) == (1, Fraction(1, 1_000_000))


@pytest.mark.parametrize(
    ("wrong", "status", "why"),
    [
        ({"description": ""}, 400, "shows nothing"),
        ({"description": "turned \u202e round"}, 400, "acts instead of writing"),
        ({"description": "two\nlines"}, 400, "acts instead of writing"),
        ({"kind": "killing"}, 400, "must be one of"),
        ({"epistemic": "machine_candidate"}, 400, "does not name the candidate"),
        ({"epistemic": "inferred"}, 400, "premises"),
        ({"certainty": "utter"}, 400, "must be one of"),
        ({"first": "5", "last": "3"}, 400, "ends before it begins"),
        ({"last": "300"}, 404, "no frame 300"),
        ({"first": "9" * 4000}, 400, "whole number"),
        ({"first": "-1"}, 400, "whole number"),
        ({"first": "٣"}, 400, "whole number"),
        ({"left": "1e9999999"}, 400, "must be a number"),
        ({"left": "nan", "top": "0", "width": "1", "height": "1"}, 400, "must be a number"),
        ({"left": "0.5"}, 400, "must be a number"),
        ({"left": "0.5", "top": "0", "width": "0.6", "height": "1"}, 400, "outside the picture"),
        ({"left": "0.5", "top": "0", "width": "0", "height": "1"}, 400, "holds nothing"),
        ({"count_min": "2"}, 400, "shows nothing"),
        ({"population": "people"}, 400, "whole number"),
        ({"count_min": "2", "count_max": "3", "population": "people"}, 400, "not swept"),
        ({"supersedes": "0" * 32}, 404, "No observation"),
    ],
)
def test_nonsense_is_refused_in_words_and_writes_nothing(
    bench: Bench, wrong: dict[str, str], status: int, why: str
) -> None:
    """Whatever a form or an attacker sends: a reason, and the ledger as it was."""
    before = custody.size_and_time()
    basis = {"count_basis": "simultaneous"}
    answer = post(bench.client(), bench.ordinals, **basis, **wrong)
    assert answer.status_code == status, answer.content
    assert why in answer.json()["message"]
    assert custody.size_and_time() == before


def test_who_may_not_decide_may_read_and_not_write(bench: Bench) -> None:
    """An auditor reads the list; each way of writing is refused with who may."""
    post(bench.client(), bench.cuts)
    (one,) = selectors.observations(bench.cuts)
    track = record(bench.cuts, speech(), bench.keyring.signing)
    services.decide(bench.cuts, track, 0, actor=bench.keyring.signing, decision="accepted")
    access.enrol(bench.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
    auditor = bench.client(name="auditor")
    before = custody.size_and_time()
    answers = [
        post(auditor, bench.cuts),
        auditor.post(f"/observations/{one.id}/withdraw", {"reason": "no"}),
        auditor.post(f"/items/{bench.cuts}/candidates/{track}/0/observe"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert all("analyst" in answer.json()["message"] for answer in answers)
    assert custody.size_and_time() == before
    html = auditor.get(f"/items/{bench.cuts}").content.decode()
    assert "a person lying still" in html
    for name in ('id="observe-form"', 'id="draw-layer"', "data-again", "data-withdraw"):
        assert name not in html
    assert auditor.get(f"/items/{bench.cuts}/observed").status_code == 200


def test_nothing_is_written_by_reading(bench: Bench) -> None:
    """The addresses that write answer to POST alone, and with this session's token alone."""
    from django.test import Client

    paths = (f"/items/{bench.cuts}/observe", f"/observations/{'0' * 32}/withdraw")
    assert [bench.client().get(path).status_code for path in paths] == [405, 405]
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = bench.client().cookies
    assert strict.post(paths[0], FORM).status_code == 403


def test_a_better_look_keeps_what_the_form_cannot_hold(bench: Bench) -> None:
    """The candidate it came from, and an outline of many corners whose box nobody changed; a new box replaces it."""
    track = record(bench.cuts, speech(), bench.keyring.signing)
    services.decide(bench.cuts, track, 0, actor=bench.keyring.signing, decision="accepted")
    client = bench.client()
    first = client.post(f"/items/{bench.cuts}/candidates/{track}/0/observe").json()["made"]
    outline = Outline(corners=((0.123456, 0.1), (0.5, 0.2), (0.3, 0.654321)))
    told = {**selectors.observation(first).observation.as_json(), "polygon": [list(one) for one in outline.corners]}
    second = services.observe(Observation.from_json(told), actor=bench.keyring.signing, supersedes=first).id
    box = dict(zip(("left", "top", "width", "height"), ("0.1235", "0.1", "0.3765", "0.5543"), strict=True))
    third = post(client, bench.cuts, supersedes=second, **box).json()["made"]
    known = selectors.observation(third).observation
    assert known.outline == outline
    assert known.candidate is not None
    assert (known.candidate.entry, known.epistemic.value) == (0, "visible")
    fourth = post(client, bench.cuts, supersedes=third, **{**box, "left": "0.2"}).json()["made"]
    assert selectors.observation(fourth).observation.outline != outline


def test_a_candidate_is_recorded_once_and_not_before_it_is_decided(bench: Bench) -> None:
    """Undecided: refused; accepted: recorded in its words, as a machine's; again: refused; after a withdrawal: anew."""
    track = record(bench.cuts, speech(), bench.keyring.signing)
    client = bench.client()
    path = f"/items/{bench.cuts}/candidates/{track}/0/observe"
    assert client.post(path).json()["code"] == "candidate_undecided"
    services.decide(bench.cuts, track, 0, actor=bench.keyring.signing, decision="accepted")
    told = client.post(path).json()
    assert (told["observed"][0]["description"], told["observed"][0]["candidate"]) == (WORDS[0], f"{track}:0")
    assert "taken over from a machine" in words(told["list"])
    assert "already" in client.post(path).json()["message"]
    client.post(f"/observations/{told['made']}/withdraw", {"reason": "not heard after all"})
    assert client.post(path).status_code == 200


def test_what_no_longer_stands_is_told_apart(bench: Bench) -> None:
    """A withdrawal needs its reason; the list then says who withdrew it and why, and counts it no more."""
    client = bench.client()
    more = {"count_min": "3", "population": "people", "count_basis": "simultaneous"}
    made = post(client, bench.cuts, **more).json()["made"]
    assert client.post(f"/observations/{made}/withdraw", {"reason": " "}).status_code == 400
    told = client.post(f"/observations/{made}/withdraw", {"reason": f"it is a wall {EVIL}"}).json()
    assert told["observed"] == []
    assert EVIL not in told["list"]
    assert "withdrawn by S. Analyst" in words(told["list"])
    assert "Nothing stands of what was observed here." in words(told["list"])
    assert 'class="tallies"' not in told["list"]
    assert client.post(f"/observations/{made}/withdraw", {"reason": "again"}).status_code == 403


def test_hostile_words_stay_words(bench: Bench) -> None:
    """Markup in a description or a population is shown as it was written."""
    more = {"count_min": "1", "population": EVIL, "count_basis": "simultaneous"}
    told = post(bench.client(), bench.cuts, description=EVIL, **more).json()
    html = bench.client().get(f"/items/{bench.cuts}").content.decode()
    assert EVIL not in told["list"] + html
    assert "&lt;script&gt;alert(1)" in html


def test_counts_that_contradict_say_so(bench: Bench) -> None:
    """A sweep that saw two at most, and a view of three: the page shows no figure, but the words of why."""
    client = bench.client()
    more = {"population": "people", "count_basis": "simultaneous"}
    post(client, bench.cuts, count_min="3", **more)
    told = post(client, bench.cuts, count_min="1", count_max="2", exhaustive="yes", **more).json()
    assert "the counts contradict" in words(told["list"])


def test_empty_states_say_what_will_stand_there(bench: Bench) -> None:
    """Both tabs, each with what starts it; a text, which has no moment to point at, has no form."""
    html = words(bench.client().get(f"/items/{bench.cuts}").content.decode())
    assert "Nobody has observed anything here yet." in html
    assert "No claim about it is on record yet." in html
    text = bench.client().get(f"/items/{bench.text}").content.decode()
    assert 'id="observe-form"' not in text
    assert "not footage, so the page has no moment" in words(text)


def test_claims_are_told_as_they_stand_now(bench: Bench) -> None:
    """Each page has what was recorded up to then, in this item and of it, and of no other item."""
    from test_observing import claim

    client = bench.client()
    assert "What others say." not in client.get(f"/items/{bench.cuts}").content.decode()
    claim(bench, bench.cuts)
    first = words(client.get(f"/items/{bench.cuts}").content.decode())
    assert "What is claimed about it 2" in first
    claim(bench, bench.cuts)
    assert "What is claimed about it 4" in words(client.get(f"/items/{bench.cuts}").content.decode())
    assert "No claim about it is on record yet." in words(client.get(f"/items/{bench.ordinals}").content.decode())


@given(
    steps=st.lists(st.integers(0, 4), min_size=1, max_size=30),
    start=st.integers(-40, 40),
    pair=st.tuples(st.integers(0, 30), st.integers(0, 30)),
)
def test_a_stretch_of_frames_holds_both_of_them(steps: list[int], start: int, pair: tuple[int, int]) -> None:
    """Whatever the times, and where several frames share one: both ends lie inside, or it is refused in words."""
    made = table(steps, start)
    first, last = pair
    try:
        stretch = observing._between(made, first, last)
    except NoSuchFrame:
        assert max(pair) >= made.count
        return
    except InvalidValue:
        assert made.pts[last] < made.pts[first]
        return
    assert stretch.start_pts == made.pts[first]
    assert made.pts[last] < stretch.end_pts
    later = [pts for pts in made.pts if pts > made.pts[last]]
    assert stretch.end_pts == (later[0] if later else made.pts[last] + 1)


@given(st.tuples(*[st.integers(0, 10_000)] * 4))
def test_a_box_that_fills_what_is_left_stays_inside(parts: tuple[int, int, int, int]) -> None:
    """Shares that add up to the whole never pass the edge by a rounding."""
    left, top, width, height = (Decimal(one) / 10_000 for one in parts)
    corners = screen._corners([left, top, min(width, 1 - left), min(height, 1 - top)])
    assert all(0 <= part <= 1 for corner in corners for part in corner)


def test_observed_says_what_is_heard() -> None:
    """Kinds that are heard are offered as heard; each of them is a kind that there is."""
    assert {kind.value for kind in observed.HEARD} == {"speech", "impulsive_sound", "audio_discontinuity"}


def test_a_stance_is_told_in_the_words_of_the_claims_board(bench: Bench) -> None:
    """One vocabulary, one wording: a stance and a ground read on the item's page as they do on the board."""
    from django.template.loader import render_to_string

    assert bench.root.is_dir()
    said = {"id": "a", "proposition": "b", "speaker": "Radio Estuary", "stance": "confirms_verified", "basis": "saw"}
    page = render_to_string("web/item_said.html", {"one": {**said, "words": {"language": "en", "text": "so it was"}}})
    assert "confirms, verified" in page
    assert "saw it" in page
