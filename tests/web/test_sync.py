"""Recordings on one clock, at the workbench and by program: chosen, heard in the background, told with their doubt."""

from __future__ import annotations

import html as markup
import json
import re
import sys
import time
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np
import pytest
from attrs import frozen

sys.path[:0] = [str(Path(__file__).parents[1] / part) for part in ("verification", "copies/sound", "web")]

from api_rows import EXCERPT, SCENE, Called, error_of, json_contract, schema_of  # noqa: E402  its folder is on the path
from made_recorders import RATE_HZ, Recorder, Source, crowd, shot  # noqa: E402  same
from sounds import voice  # noqa: E402  same
from story import ANALYST, CUSTODIAN  # noqa: E402  same

from probata.access import services as access  # noqa: E402  same
from probata.access.roles import Role  # noqa: E402  same
from probata.verification import selectors as verification  # noqa: E402  same
from probata.web.shown.clock_rows import board  # noqa: E402  same
from probata.web.work import jobs, syncing  # noqa: E402  same

if TYPE_CHECKING:
    from django.test import Client
    from story import StoryBench
    from tests.web.conftest import Bench

HTML = {"accept": "text/html"}
JSON = {"accept": "application/json"}
VOICE = Source(sound=voice(3, 40, rate_hz=RATE_HZ))
ECHO = Source(sound=VOICE.sound, at_s=0.4)
HOSTILE = "\"><img src=x onerror=alert('p1')>.wav"
BACKWARDS = "c\u202evaw.wav"


@frozen(kw_only=True)
class Held:
    """The workspace with recordings of made events, by a word for each."""

    bench: Bench
    items: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.items[name]


def made() -> dict[str, tuple[str, np.ndarray]]:
    """A word for each recording, its file's name, and what it heard."""
    voices = [Recorder(starts_s=i, lasts_s=12, noise_db=-45, seed=i).hears([VOICE]) for i in range(3)]
    guns = [
        Recorder(lasts_s=6, noise_db=-50, seed=7 + i).hears(
            [Source(sound=shot(1), at_s=2), Source(sound=shot(2), at_s=2 + apart_s)]
        )
        for i, apart_s in enumerate((0.30, 0.36))
    ]
    whole = Recorder(starts_s=1, lasts_s=24, noise_db=-45, seed=2).hears([Source(sound=crowd(2, 40))])
    cut = np.concatenate([whole[: 10 * RATE_HZ], whole[14 * RATE_HZ :]])
    return {
        "first": ("дім.wav", voices[0]),
        "second": (HOSTILE, voices[1]),
        "third": (BACKWARDS, voices[2]),
        "gun": ("gun-a.wav", guns[0]),
        "other gun": ("gun-b.wav", guns[1]),
        "crowd": ("crowd.wav", Recorder(lasts_s=25, noise_db=-45, seed=1).hears([Source(sound=crowd(2, 40))])),
        "cut": ("cut.wav", cut),
        "silence": ("silence.wav", np.zeros(5 * RATE_HZ, np.float32)),
    }


def put(bench: Bench, folder: Path, *names: str) -> Held:
    """Take these recordings into the workspace as files."""
    from probata.capture import services as capture

    held = {}
    for name, (called, samples) in made().items():
        if name not in names:
            continue
        path = folder / called
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE_HZ)
            out.writeframes((np.clip(samples, -1, 1) * 32_000).astype("<i2").tobytes())
        (outcome,) = capture.add(str(path), actor=bench.keyring.signing, reason="a test")
        assert outcome.acquired is not None
        held[name] = str(outcome.acquired.sha256)
    return Held(bench=bench, items=held)


def ended(seconds: float = 120) -> Any:
    """The newest run, once none goes on any more."""
    until = time.monotonic() + seconds
    while jobs.going(syncing.ROOM):
        assert time.monotonic() < until, jobs.every(syncing.ROOM)
        time.sleep(0.05)
    return jobs.every(syncing.ROOM)[0]


def asked(client: Client, *items: str, **more: str) -> str:
    """The page of the answer to these, once it is there."""
    sent = client.post("/places/sync/begin", {"item": list(items), **more}, headers=JSON)
    assert sent.status_code == 200, sent.content
    run = ended()
    assert run.error == ""
    answer = client.get(json.loads(sent.content)["to"], headers=HTML)
    assert answer.status_code == 200
    return answer.content.decode()


def words(html: str) -> str:
    main = html[html.index("<main") : html.index("</main>")]
    return markup.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))


def test_the_page_says_what_will_stand_there_and_offers_what_has_sound(bench: Bench) -> None:
    """Items with sound, the newest first; none without; nothing is shown, played or heard by opening the page."""
    html = bench.client().get("/places/sync", headers=HTML).content.decode()
    assert "Choose two recordings of one event or more" in words(html)
    offered = re.findall(r'name="add" value="(\w+)"', html)
    assert bench.sound in offered
    assert bench.text not in offered
    assert not re.search(r"<(img|video|audio)\b", html[html.index("<main") :])
    assert jobs.going(syncing.ROOM) == []
    html = bench.client().get("/places/sync", {"q": bench.sound[:8]}, headers=HTML).content.decode()
    assert re.findall(r'name="add" value="(\w+)"', html) == [bench.sound]


def test_what_is_chosen_stands_in_the_address_with_what_was_typed(bench: Bench) -> None:
    """Taken, let lead, left out: each leads to an address of its own, and nothing typed is lost."""
    client = bench.client()
    one, other = bench.sound, bench.cuts
    typed = {"distance_m": "40", "moments": "A=1,B=2", "error_s": ""}

    def chosen(**given: Any) -> str:
        answer = client.post("/places/sync/choose", {**typed, **given}, headers=JSON)
        return str(json.loads(answer.content)["to"])

    far = ("distance_m", "40")
    both = [("item", one), ("item", other), far, ("moments", "A=1,B=2")]
    assert chosen(item=[one], add=other) == f"/places/sync?{urlencode(both)}#choice"
    turned = [("item", other), ("item", one), far, ("moments", "B=1,A=2")]
    assert chosen(item=[one, other], first=other) == f"/places/sync?{urlencode(turned)}#choice"
    assert chosen(item=[one, other], drop=other) == f"/places/sync?{urlencode([('item', one), far])}#choice"
    html = client.get(f"/places/sync?{urlencode(both)}", headers=HTML).content.decode()
    assert 'value="40"' in html
    assert ">A=1,B=2</textarea>" in html


def test_moments_keep_their_recordings_when_the_order_changes() -> None:
    """Letters follow the items that bear them; a moment of one that was left out goes with it; nonsense stays."""
    before = ["a" * 64, "b" * 64, "c" * 64]
    after = ["c" * 64, "a" * 64]
    written = ["A=1,B=2,C=3", "a=4, B=5", "B=6,C=7", "Z=8,A=9", "nonsense"]
    assert syncing.relettered(written, before, after) == ["B=1,A=3", "Z=8,B=9", "nonsense"]


def test_three_that_heard_one_voice_stand_on_one_clock(bench: Bench, tmp_path: Path) -> None:
    """Offsets with their doubt, on what each pair rests, and what they do not say; hostile names are words."""
    held = put(bench, tmp_path, "first", "second", "third")
    html = asked(bench.client(), held["first"], held["second"], held["third"])
    told = words(html)
    assert "All 3 stand on one clock" in told
    assert re.search(r"B \w{8} .*?-1\.000\d s ± 0\.000\d s", told)
    assert re.search(r"C \w{8} .*?-2\.000\d s ± 0\.000\d s", told)
    assert "windows of shared sound lie on one line of time" in told
    assert "These are offsets of arrival" in told
    assert "How far apart the recorders stood is not known" in told
    assert "it stands when a person has confirmed it" in told
    assert "going round closes" in told
    assert html.count('class="precise"') == 3
    assert "<img src=x" not in html
    assert "\u202e" not in html
    assert not re.search(r"\sstyle=", html)
    for item in held.items.values():
        assert f'href="/items/{item}"' in html


def test_a_distance_is_in_the_doubt_of_the_bars(bench: Bench, tmp_path: Path) -> None:
    """Metres between the recorders are milliseconds by which the clocks may differ: said, and hatched."""
    held = put(bench, tmp_path, "first", "second")
    html = asked(bench.client(), held["first"], held["second"], distance_m="40")
    assert "may differ from these by up to ± 116.6 ms" in words(html)
    assert html.count('class="imprecise"') == 2


def test_two_guns_are_refused_and_nothing_is_put_on_a_clock(bench: Bench, tmp_path: Path) -> None:
    """Why, the interval as each heard it, and the path that it means; no offset is named."""
    held = put(bench, tmp_path, "gun", "other gun")
    told = words(asked(bench.client(), held["gun"], held["other gun"]))
    assert "No two of them could be set on one clock" in told
    assert "refused" in told
    assert "that difference is evidence, and no mark to set clocks by." in told
    assert re.search(r"(300|299)\.\d (360|359)\.\d \+?(60|59)\.\d ± ", told)
    assert "On no clock but their own" in told
    assert not re.search(r"[+-]\d\.\d{4} s", told)


def test_several_that_fit_are_listed_and_none_chosen(bench: Bench, tmp_path: Path) -> None:
    """A recording with a part cut out fits at two offsets: both are told, neither is drawn; a moment decides."""
    held = put(bench, tmp_path, "crowd", "cut")
    told = words(asked(bench.client(), held["crowd"], held["cut"]))
    assert "ambiguous: none was chosen" in told
    assert "Possible, not chosen:" in told
    assert "-1.00" in told
    assert "-5.00" in told
    html = asked(bench.client(), held["crowd"], held["cut"], moments="A=5,B=4")
    assert "1 moment that a person named." in words(html)
    assert "little holds it there" in words(html)
    assert html.count('class="imprecise"') == 1


def test_what_cannot_be_heard_is_told_and_the_others_go_on(bench: Bench, tmp_path: Path) -> None:
    """Silence, and a text under a name that reads backwards: could not look, with why; the two voices stand."""
    held = put(bench, tmp_path, "first", "second", "silence")
    told = words(asked(bench.client(), held["first"], held["second"], held["silence"], bench.text))
    assert "2 of 4 stand on a clock with another" in told
    assert "its sound is silence" in told
    assert "could not look" in told


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, "two recordings at least"),
        ({"item": "twice"}, "named twice"),
        ({"item": "both", "distance_m": "-1"}, "0 or more"),
        ({"item": "both", "distance_m": "<b>"}, "must be a number"),
        ({"item": "both", "moments": "A=1"}, "two recordings or more"),
        ({"item": "both", "moments": "A=1,Z=2"}, "must name recordings"),
        ({"item": "both", "moments": "A=1,B=2", "error_s": "0"}, "more than 0 seconds"),
        ({"item": "nine"}, "at most"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_heard(bench: Bench, more: dict[str, Any], why: str) -> None:
    """In words, above nothing begun."""
    items = {"twice": [bench.sound] * 2, "both": [bench.sound, bench.cuts], "nine": [*bench.items.values()] * 2}
    before = len(jobs.every(syncing.ROOM))
    asked_for = {**more, "item": items.get(more.get("item", ""), [bench.sound])}
    if more.get("item") == "nine":
        why = "named twice"
    answer = bench.client().post("/places/sync/begin", asked_for, headers=JSON)
    assert answer.status_code == 400
    assert why in answer.json()["message"]
    assert len(jobs.every(syncing.ROOM)) == before


def test_more_sound_than_is_held_is_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """At once where lengths are known; after it was heard where nobody had looked; the terminal takes it."""
    client = bench.client()
    monkeypatch.setattr(syncing, "MOST_S", 1)
    answer = client.post("/places/sync/begin", {"item": [bench.sound, bench.cuts]}, headers=JSON)
    assert answer.status_code == 400
    assert "longer than an hour" in answer.json()["message"]
    held = put(bench, tmp_path, "first", "second")
    client.post("/places/sync/begin", {"item": list(held.items.values())}, headers=JSON)
    assert "longer than an hour" in ended().error


def test_one_at_a_time_told_how_far_and_stopped(bench: Bench) -> None:
    """A second run waits; its page says so and asks again; whoever began it may stop it; then it has no answer."""
    client = bench.client()
    with syncing._turn:
        to = client.post("/places/sync/begin", {"item": [bench.sound, bench.cuts]}, headers=JSON).json()["to"]
        (run,) = jobs.going(syncing.ROOM)
        html = client.get(to, headers=HTML).content.decode()
        assert "It waits its turn." in words(html)
        assert 'hx-trigger="every 2s"' in html
        part = client.get(f"/places/sync/progress?run={run.id}").content.decode()
        assert 'data-state="going"' in part
        assert client.post(f"/places/sync/{run.id}/stop", headers=JSON).status_code == 200
        ended()
    assert "It was stopped." in words(client.get(to, headers=HTML).content.decode())
    assert client.post(f"/places/sync/record?run={run.id}", {"reason": "x"}, headers=JSON).status_code == 404
    assert client.post(f"/places/sync/{run.id}/stop", headers=JSON).status_code == 400


def test_a_run_is_put_on_the_record(bench: Bench, tmp_path: Path) -> None:
    """As a derivation with a reason: what went in by digest, what came out; asking alone records nothing."""
    held = put(bench, tmp_path, "first", "second")
    client = bench.client()
    html = asked(client, held["first"], held["second"], distance_m="40")
    assert verification.derivations() == []
    action = re.search(r'action="(/places/sync/record\?[^"]*)"', html)
    assert action is not None
    answer = client.post(markup.unescape(action[1]), {"reason": "one event"}, headers=HTML)
    assert answer.status_code == 302
    assert "is on the record as derivation" in client.get(answer["Location"], headers=HTML).content.decode()
    ((_id, _by, run),) = verification.derivations()
    assert run.tool == "probata sync"
    assert run.inputs["distance_m"] == 40
    assert [one["sha256"] for one in run.inputs["recordings"]] == [held["first"], held["second"]]


def test_a_run_that_is_no_longer_kept_keeps_its_question(bench: Bench) -> None:
    """After the workbench was ended: what was chosen stands there, and the page says that it must be asked again."""
    answer = bench.client().get("/places/sync", {"item": [bench.sound, bench.cuts], "run": "0" * 32}, headers=HTML)
    assert answer.status_code == 404
    html = answer.content.decode()
    assert "Ask again" in words(html)
    assert re.findall(r'type="hidden" name="item" value="(\w+)"', html)[:2] == [bench.sound, bench.cuts]


def test_what_is_hidden_is_not_there(bench: Bench) -> None:
    """Not offered, not chosen, not asked of; a run of it, and one on the record, are as if there were none."""
    from probata.cases import services as cases

    client = bench.client()
    counsel = access.enrol(bench.keyring, "counsel", None, frozenset({Role.LEGAL}), reason="a colleague").signing
    access.enrol(bench.keyring, "outside", None, frozenset(Role) - {Role.RECIPIENT, Role.AUDITOR}, reason="a colleague")
    case = cases.open_case(
        "The yard", actor=counsel, kind="accountability", procedure_name="five_pillars", reason="r"
    ).id
    cases.put_into_case(case, actor=counsel, kind="item", member=bench.sound, reason="of the yard")
    asked(client, bench.sound, bench.cuts)
    run = ended()
    address = f"/places/sync?item={bench.sound}&item={bench.cuts}&run={run.id}"
    assert client.post(address.replace("sync?", "sync/record?"), {"reason": "r"}, headers=JSON).status_code == 200
    cases.wall(case, actor=counsel, reason="sources are at risk")
    outside = bench.client(name="outside")
    html = outside.get(address, headers=HTML).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    assert "is kept here" in words(html)
    assert f'value="{bench.sound}"' not in main
    assert outside.get(f"/places/sync/progress?run={run.id}", headers=JSON).status_code == 404
    for item in (bench.sound, bench.sound[:12]):
        sent = outside.post("/places/sync/begin", {"item": [item, bench.cuts]}, headers=JSON)
        assert sent.status_code == 404
    from probata.access import selectors as people
    from probata.cases.elements import EvidenceKind
    from probata.cases.selectors import citable, sight
    from probata.web.shown import derived

    within, without = sight(counsel.key_id), sight(people.person("outside").key_id)
    assert len(derived.known(within)) == len(citable("", kinds=[EvidenceKind.DERIVATION], sight=within)) == 1
    assert derived.known(without) == citable("", kinds=[EvidenceKind.DERIVATION], sight=without) == []


def test_who_may_not_have_machines_listen_is_told(bench: Bench) -> None:
    """An auditor reads answers; the button is out of use and says which roles it takes."""
    access.enrol(bench.keyring, "C. Auditor", None, frozenset({Role.AUDITOR}), reason="audits")
    client = bench.client(name="C. Auditor")
    html = client.get("/places/sync", {"item": [bench.sound, bench.cuts]}, headers=HTML).content.decode()
    assert "it takes one of the roles" in words(html)
    assert re.search(r"<button disabled[^>]*>Set on one clock", html)
    assert client.post("/places/sync/begin", {"item": [bench.sound, bench.cuts]}, headers=JSON).status_code == 403
    asked(bench.client(), bench.sound, bench.cuts)
    address = f"/places/sync?run={ended().id}"
    assert "What each pair rests on" in words(client.get(address, headers=HTML).content.decode())


def test_the_workbench_goes_on_answering_meanwhile(bench: Bench, tmp_path: Path) -> None:
    """Others are answered while recordings are compared."""
    held = put(bench, tmp_path, "first", "second", "crowd", "cut")
    client = bench.client()
    client.post("/places/sync/begin", {"item": list(held.items.values())}, headers=JSON)
    answered = 0
    while jobs.going(syncing.ROOM):
        assert client.get("/items").status_code == 200
        answered += 1
    assert answered > 3
    assert ended().error == ""


def test_the_answer_is_that_of_the_verb(bench: Bench, tmp_path: Path) -> None:
    """Word for word what `probata sync` says of the same files, and true to its schema."""
    from probata.verification.sync.run import sync

    held = put(bench, tmp_path, "first", "second")
    asked(bench.client(), held["first"], held["second"])
    told = ended().answer
    assert not list(json_contract.faults(told, schema_of("sync")))
    files = [tmp_path / made()[name][0] for name in ("first", "second")]
    assert {**sync(files).as_json(), "schema": "probata/sync/1"} == told


def test_a_program_asks_waits_and_stops(story: StoryBench) -> None:
    """By token: begun, seen by others among the work that goes on, refused while it does, and stopped."""
    api = Called(story)
    items = [api.story.items[name] for name in (SCENE, EXCERPT)]
    with syncing._turn:
        begun = api.told("POST", "/api/sync", {"items": items, "anchors": ["A=1,B=1.5"]}, by=ANALYST)
        (work,) = begun["work"]
        assert work["items"] == items
        assert work["id"] in {one["id"] for one in api.told("GET", "/api/machines", by=CUSTODIAN)["work"]}
        refused = api.send("GET", f"/api/sync/{work['id']}", token=api.token(CUSTODIAN))
        assert (refused.status_code, error_of(refused)) == (404, "sync_no_answer")
        (stopped,) = api.told("POST", f"/api/machines/{work['id']}/stop", {}, by=ANALYST)["work"]
        assert stopped["id"] == work["id"]
        ended()
    refused = api.send("POST", "/api/sync", {"items": items[:1]}, token=api.token(ANALYST))
    assert (refused.status_code, error_of(refused)) == (400, "invalid_value")


def test_bytes_that_changed_are_no_answer(bench: Bench) -> None:
    """What was heard must be what was asked for: stored bytes that are others give none, and it is said."""
    from probata.preservation import selectors as preservation

    original = preservation.original(bench.sound)
    original.chmod(0o600)
    with original.open("ab") as stream:
        stream.write(b"\0\0")
    client = bench.client()
    to = client.post("/places/sync/begin", {"item": [bench.sound, bench.cuts]}, headers=JSON).json()["to"]
    assert "are not those of its digest" in ended().error
    assert "are not those of its digest" in words(client.get(to, headers=HTML).content.decode())


class TestBars:
    """Where a bar is solid and where hatched, from answers of the contract."""

    @staticmethod
    def answer(**pair: Any) -> dict[str, Any]:
        recordings = [
            {"name": name, "sha256": letter * 64, "sound_from_s": 0.0, "sound_to_s": 10.0, "why": ""}
            for name, letter in (("A", "a"), ("B", "b"))
        ]
        clock = {"clock_of": "A", "offset_error_s": 0.0, "drift_ppm": 0.0, "drift_error_ppm": 1.0}
        clocks = [
            {**clock, "name": "A", "offset_s": 0.0, "from_s": 0.0, "to_s": 10.0},
            {**clock, "name": "B", "offset_s": 5.0, "from_s": -5.0, "to_s": 5.0, "offset_error_s": 0.0001},
        ]
        found = {
            "a": "A", "b": "B", "outcome": "found", "why": "w", "by": "sound", "candidates": [], "notes": [],
            "offset_s": 5.0, "offset_error_s": 0.0001, "drift_ppm": 0.0, "drift_error_ppm": 1.0, "strong": True,
            "agree": {"count": 9, "tried": 9}, "acoustic_ambiguity_s": None, **pair,
        }  # fmt: skip
        whole = {"clocks": clocks, "parts": [["A", "B"]], "loops": []}
        run = {"tool": "probata sync", "version": "1", "inputs": {"distance_m": None},
               "parameters": {"speed_of_sound_m_s": 343.0}}  # fmt: skip
        return {"recordings": recordings, "pairs": [found], "whole": whole, "coverage": [], "derivation": run}

    @pytest.mark.parametrize(
        ("pair", "kinds"),
        [
            ({}, ["precise"]),
            ({"strong": False}, ["imprecise"]),
            ({"acoustic_ambiguity_s": 0.5}, ["imprecise", "precise", "imprecise"]),
            ({"acoustic_ambiguity_s": 6.0}, ["imprecise"]),
            ({"acoustic_ambiguity_s": 0.5, "by": "anchors"}, ["precise"]),
        ],
    )
    def test_kinds(self, pair: dict[str, Any], kinds: list[str]) -> None:
        """Strong is solid; weak is hatched; the way of sound is hatched at both ends; hands know no such way."""
        (clock,) = board(self.answer(**pair), {}, {}).clocks
        assert [bar.kind for bar in clock.rows[1].bars] == kinds
        assert all(bar.x >= 0 and bar.end <= 100.001 for row in clock.rows for bar in row.bars)
        assert 2 <= len(clock.marks) <= 8


@pytest.mark.browser
@pytest.mark.slow
class TestInABrowser:
    def test_by_keyboard_from_choice_to_record(
        self, visit: Any, served_bench: Bench, address: str, tmp_path: Path
    ) -> None:
        """Filtered by /, taken by Enter, begun, told how far, answered, recorded by R; nothing is asked of footage."""
        from test_accessible import AXE, Auditor
        from visiting import picture

        held = put(served_bench, tmp_path, "first", "second", "third", "gun", "other gun", "silence")
        page = visit.page
        page.goto(f"{address}places/sync")
        page.wait_for_selector("#offered tr[data-row]")
        picture(page, tmp_path / "sync-empty.png", full_page=True)
        for item in held.items.values():
            page.keyboard.press("Slash")
            page.wait_for_selector("#q:focus")
            page.keyboard.type(item[:10])
            one = "#offered tbody:not(:has(tr ~ tr))"
            page.wait_for_selector(f"{one} button[value='{item}']")
            page.keyboard.press("Tab")
            page.wait_for_selector("button[name=add]:focus")
            page.keyboard.press("Enter")
            page.wait_for_selector(f"#ask input[value='{item}']", state="attached")
        page.focus("#distance_m")
        page.keyboard.type("40")
        picture(page, tmp_path / "sync-chosen.png", full_page=True)
        page.keyboard.press("Enter")
        page.wait_for_selector("#run")
        picture(page, tmp_path / "sync-going.png", full_page=True)
        page.wait_for_selector("#run[data-state=ended]", timeout=120_000)
        if page.locator("#run a").count():
            page.click("#run a")
        page.wait_for_selector("#answer")
        picture(page, tmp_path / "sync-answer.png", full_page=True)
        auditor = Auditor(page.context.browser, "", address, "")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        faults = auditor.audited(page, "answer")
        page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        faults += auditor.audited(page, "answer, unfolded") + auditor.narrow(page, "answer")
        assert not faults, "\n".join(faults)
        picture(page, tmp_path / "sync-unfolded.png", full_page=True)
        page.keyboard.press("KeyR")
        page.keyboard.type("one event")
        page.keyboard.press("Enter")
        page.wait_for_selector(".said")
        assert "on the record" in page.inner_text(".said")
        assert visit.footage_asked == []
        page.set_viewport_size({"width": 620, "height": 900})
        picture(page, tmp_path / "sync-narrow.png", full_page=True)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.select_option(".tongue select", "ar")
        page.wait_for_selector("html[dir=rtl]")
        page.wait_for_selector("#answer")
        picture(page, tmp_path / "sync-rtl.png", full_page=True)
