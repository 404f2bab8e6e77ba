"""Redacting at the workbench: a plan part by part, rendered in the background, released by another, disclosed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from story import ANALYST, COUNSEL, CUSTODIAN, REVIEWER

from probata.access import selectors as people
from probata.access import services as access
from probata.cases import selectors as cases_selectors
from probata.cases import services as cases
from probata.cli.demo_story.names import EXCERPT, SCENE
from probata.disclosure import selectors as disclosures
from probata.disclosure import services as disclosing
from probata.preservation import selectors as preservation
from probata.redaction import selectors, services
from probata.web.served import renditions

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from story import StoryBench

    from conftest import Bench

JSON = {"Accept": "application/json"}
AREA = {"part": "area", "first": "10", "last": "39", "left": "25", "top": "12,5", "width": "30", "height": "40"}
MUTE = {"part": "mute", "first": "20", "last": "60"}


def add(client: Client, item: str, **sent: str) -> dict[str, Any]:
    answer = client.post(f"/items/{item}/redactions/draft", sent, headers=JSON)
    return {"status": answer.status_code, **answer.json()}


def proposed(story: StoryBench, item: str, name: str = ANALYST, **more: str) -> str:
    """An area and a mute, put together and proposed as a browser does; the id."""
    client = story.client(name)
    assert add(client, item, **AREA)["status"] == 200
    assert add(client, item, **MUTE)["status"] == 200
    sent = {"why-0": "bystander", "why-1": "other", "words-1": "a name is called", "reason": "a passer-by", **more}
    answer = client.post(f"/items/{item}/redactions/propose", sent, headers=JSON)
    assert answer.status_code == 200, answer.content
    return str(answer.json()["to"]).rpartition("/")[2]


def rendered(story: StoryBench, made: str, name: str = ANALYST) -> selectors.KnownRedaction:
    """Rendered in the background; waited for."""
    assert story.client(name).post(f"/redactions/{made}/render", {}, headers=JSON).status_code == 200
    for _ in range(600):
        known = selectors.redaction(made)
        if known.rendering is not None:
            return known
        time.sleep(0.1)
    raise AssertionError(story.client(name).get(f"/redactions/{made}").content.decode())


def released(story: StoryBench, item: str) -> selectors.KnownRedaction:
    known = rendered(story, proposed(story, item))
    assert known.rendering is not None
    sent = {"seen": known.rendering.sha256, "reason": "nothing shows"}
    answer = story.client(COUNSEL).post(f"/redactions/{known.id}/release", sent, headers=JSON)
    assert answer.status_code == 200, answer.content
    return selectors.redaction(known.id)


def test_a_plan_is_put_together_proposed_rendered_and_released(story: StoryBench) -> None:
    """Each page says what waits; the exact ticks on the record are those of the frames that were typed."""
    item = story.items[SCENE]
    known = released(story, item)
    assert known.stands
    table = renditions.frames(item)
    assert table is not None
    (area,) = known.plan.areas
    assert area.segment.start_pts == table.pts[10]
    assert area.segment.end_pts == table.pts[40]
    assert area.keys[0].box.as_json() == ["0.25", "0.125", "0.3", "0.4"]
    assert known.plan.mutes[0].words == "a name is called"
    page = story.client(REVIEWER).get(f"/redactions/{known.id}").content.decode()
    assert "released: may go in the item" in page
    assert "a name is called" in page
    page = story.client(ANALYST).get(f"/items/{item}/redactions").content.decode()
    assert "Nothing is in it yet" in page
    assert known.id[:8] in page


def test_a_part_can_be_taken_out_and_the_plan_begun_anew(story: StoryBench) -> None:
    """What is put together is one's own until it is proposed: nobody else's page shows it."""
    item, client = story.items[SCENE], story.client(ANALYST)
    add(client, item, **AREA)
    add(client, item, **MUTE)
    assert client.get(f"/items/{item}/redactions").content.decode().count('name="remove"') == 2
    assert 'name="remove"' not in story.client(REVIEWER).get(f"/items/{item}/redactions").content.decode()
    add(client, item, remove="0")
    page = client.get(f"/items/{item}/redactions").content.decode()
    assert page.count('name="remove"') == 1
    add(client, item, forget="yes")
    assert 'name="remove"' not in client.get(f"/items/{item}/redactions").content.decode()
    assert not selectors.redactions(item)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (AREA | {"width": "90"}, "invalid_value"),
        (AREA | {"left": ""}, "invalid_value"),
        (AREA | {"height": "0"}, "invalid_value"),
        (AREA | {"last": "9"}, "invalid_value"),
        (AREA | {"last": "999999"}, "no_such_frame"),
        (AREA | {"part": "blur"}, "invalid_value"),
        ({"face": "0"}, "face_not_found"),
        ({"remove": "x"}, "invalid_value"),
    ],
)
def test_a_part_that_cannot_be_meant_is_refused_at_once(story: StoryBench, sent: dict[str, str], code: str) -> None:
    """Before it is in the plan, and in words; what was there stays."""
    item, client = story.items[SCENE], story.client(ANALYST)
    add(client, item, **MUTE)
    assert add(client, item, **sent)["code"] == code
    assert client.get(f"/items/{item}/redactions").content.decode().count('name="remove"') == 1


def test_every_part_takes_a_reason_of_the_list(story: StoryBench) -> None:
    """None is guessed; another reason takes words."""
    item, client = story.items[SCENE], story.client(ANALYST)
    add(client, item, **AREA)
    for sent in ({"reason": "r"}, {"reason": "r", "why-0": "other"}, {"reason": " ", "why-0": "minor"}):
        answer = client.post(f"/items/{item}/redactions/propose", sent, headers=JSON)
        assert answer.status_code == 400, answer.content
    assert not selectors.redactions(item)


def test_whoever_proposed_is_shown_no_way_to_release(story: StoryBench) -> None:
    """The page says that another person does it; a request past the page is refused."""
    access.grant(story.keyring(), people.person(ANALYST), access.Role.REVIEWER, reason="a test")
    known = rendered(story, proposed(story, story.items[SCENE]))
    assert known.rendering is not None
    client = story.client(ANALYST)
    page = client.get(f"/redactions/{known.id}").content.decode()
    assert "another person releases it" in page
    assert "Release exactly this" not in page
    sent = {"seen": known.rendering.sha256, "reason": "mine"}
    answer = client.post(f"/redactions/{known.id}/release", sent, headers=JSON)
    assert answer.json()["code"] == "own_redaction"


def test_the_rendition_is_served_behind_the_same_door_as_footage(story: StoryBench) -> None:
    """Not to who did not say why, nor to who may not view; in ranges; each answer in the log of views."""
    item = story.items[SCENE]
    known = rendered(story, proposed(story, item))
    address = f"/redactions/{known.id}/rendition"
    assert story.client(COUNSEL).get(address, headers=JSON).json()["code"] == "not_revealed"
    assert story.client(CUSTODIAN).get(address, headers=JSON).json()["code"] == "not_allowed"
    client = story.revealed(item, COUNSEL)
    whole = client.get(address)
    row = selectors.rendition_of(known)
    assert row is not None
    assert whole.content == preservation.rendition_bytes(row)
    assert whole["Content-Type"] == "video/mp4"
    assert whole["Cache-Control"] == "no-store"
    part = client.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert client.get(address, headers={"Range": "bytes=99999999999-"}).status_code == 416
    views = [one.detail for one in people.views(item) if one.detail.startswith("redacted")]
    assert len(views) == 2


def test_the_item_shows_a_track_and_a_table(story: StoryBench) -> None:
    """For the axis as data, for who reads as a table; what was refused is not on the axis."""
    item = story.items[SCENE]
    made = proposed(story, item)
    client = story.client(COUNSEL)
    drawn = client.get(f"/items/{item}/tracks").json()["redactions"]
    assert [(one["kind"], one["ordinal"], one["last_ordinal"], one["state"]) for one in drawn] == [
        ("area", 10, 39, "proposed"),
        ("mute", 20, 60, "proposed"),
    ]
    page = client.get(f"/items/{item}").content.decode()
    panel = page[page.index('id="panel-redactions"') : page.index('id="panel-custody"')]
    assert 'data-seek-ordinal="10"' in panel
    assert "a bystander" in panel
    services.refuse(made, actor=story.keyring(COUNSEL).signing, reason="hides too little")
    assert client.get(f"/items/{item}/tracks").json()["redactions"] == []


def test_of_a_walled_item_there_is_no_redaction(story: StoryBench) -> None:
    """Behind a wall nobody learns that something is hidden there."""
    item = story.items[SCENE]
    made = proposed(story, item)
    founder = story.keyring().signing
    case = cases.open_case(
        "A walled matter", actor=founder, kind="accountability", procedure_name="berkeley_protocol", reason="a test"
    ).id
    for one in cases_selectors.case_lines():
        if any(member.id == item for member in cases_selectors.case(one.id).members):
            cases.put_into_case(one.id, kind="item", member=item, actor=founder, reason="a test", within=False)
    cases.put_into_case(case, kind="item", member=item, actor=founder, reason="belongs to it")
    cases.wall(case, actor=founder, reason="a test")
    assert story.client(COUNSEL).get(f"/redactions/{made}", headers=JSON).json()["code"] == "redaction_not_found"


def test_a_disclosure_sends_the_rendition_in_the_items_place(story: StoryBench, tmp_path: Path) -> None:
    """Offered once a redaction stands; the preview lists the rendition, the package holds it, and it verifies."""
    item = story.items[SCENE]
    client = story.client(ANALYST)
    assert "goes redacted" not in client.get("/disclosure/new").content.decode()
    known = released(story, item)
    page = client.get("/disclosure/new").content.decode()
    value = f"redacted-{known.id}"
    assert value in page
    sent = {
        "recipient": "A court of the example",
        "recipient_is": "a court",
        "purpose": "evidence",
        "legal_basis": "its order",
        "reason": "asked for",
        "along": ["renditions", "looks", "sidecars", "observations", "claims"],
        f"of-{item}": value,
    }
    shown = client.post("/disclosure/preview", sent).content.decode()
    assert known.rendering is not None
    assert f"data/{known.rendering.sha256}.mp4" in shown
    assert f">data/{item}" not in shown
    assert "picture masked" in shown
    answer = client.post("/disclosure/propose", sent, headers=JSON)
    made = str(answer.json()["to"]).rpartition("/")[2]
    assert value in client.get(f"/disclosure/new?from={made}").content.decode()
    assert "goes redacted" in client.get(f"/disclosure/{made}").content.decode()
    disclosing.read_again([item], actor=story.keyring(CUSTODIAN).signing, reason="read before disclosing")
    seen = disclosing.gathered(disclosures.disclosure(made)).sha256
    disclosing.release(made, seen=seen, actor=story.keyring(COUNSEL).signing, reason="ordered")
    package = disclosing.seal_into_store(made, keyring=story.keyring(CUSTODIAN), reason="released")
    original = preservation.original(item).read_bytes()
    with zipfile.ZipFile(package) as archive:
        assert not any(original in archive.read(name) for name in archive.namelist())
        archive.extractall(tmp_path / "out")
    (folder,) = (tmp_path / "out").iterdir()
    command = [sys.executable, "-I", "verify.py", "--fingerprint", access.log_fingerprint(), "--json"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert json.loads(run.stdout)["verdict"] == "PASS"


def test_a_copy_that_goes_whole_is_told(story: StoryBench) -> None:
    """Who masks a scene and sends an excerpt of it as it is reads so in the preview."""
    from probata.copies import services as copies
    from probata.terms.digests import Sha256

    item, excerpt = story.items[SCENE], story.items[EXCERPT]
    known = released(story, item)
    sent = {"recipient": "A court", "recipient_is": "a court", "purpose": "p", "legal_basis": "b", "reason": "r"}
    sent |= {f"of-{item}": f"redacted-{known.id}", f"of-{excerpt}": "goes"}
    told = "what is hidden in the one may be seen in the other"
    client = story.client(ANALYST)
    assert told not in client.post("/disclosure/preview", sent).content.decode()
    with copies.one_jail() as jail:
        copies.look_for_copies(Sha256(excerpt), actor=story.keyring().signing, jail=jail)
    assert told in client.post("/disclosure/preview", sent).content.decode()


def test_the_desk_says_what_waits_for_a_second_person(story: StoryBench) -> None:
    """Of others alone, once there is something to look at."""
    made = proposed(story, story.items[SCENE])
    assert made not in story.client(COUNSEL).get("/").content.decode()
    rendered(story, made)
    assert made in story.client(COUNSEL).get("/").content.decode()
    assert made not in story.client(ANALYST).get("/").content.decode()
    services.refuse(made, actor=story.keyring(COUNSEL).signing, reason="hides too little")
    assert made not in story.client(COUNSEL).get("/").content.decode()


def test_a_face_that_a_program_found_is_taken_over_by_a_person(story: StoryBench) -> None:
    """Offered as a candidate, masked once a person takes it; the plan says which candidate it was."""
    from fractions import Fraction

    from probata.analysis import selectors as analysis
    from probata.analysis import services as analysis_services
    from probata.analysis.seam import Entry, Track
    from probata.custody import services as custody
    from probata.terms.digests import sha256

    item = story.items[SCENE]
    table = renditions.frames(item)
    assert table is not None
    path = [[table.pts[5], 0.1, 0.1, 0.2, 0.3], [table.pts[25], 0.4, 0.1, 0.2, 0.3]]
    face = Entry(
        kind="face_to_mask",
        start_pts=table.pts[5],
        end_pts=table.pts[25],
        time_base=Fraction(table.time_base),
        score=0.9,
        box=(0.1, 0.1, 0.5, 0.3),
        attributes={"path": path, "between": "straight from point to point"},
    )
    track = Track(
        analyser="faces",
        version="1",
        recipe=sha256("7" * 64),
        outcome="found",
        why="",
        entries=(face,),
        parameters={},
        tools={"made": "by hand"},
        more={},
    )
    with custody.act(actor=story.keyring().signing, reason="a track made by hand for a test") as act:
        analysis_services.looking._record_track(act, preservation.item(item).sha256, track)
    client = story.client(ANALYST)
    assert "box face 0" in client.get(f"/items/{item}/redactions").content.decode()
    assert add(client, item, face="0")["status"] == 200
    assert "box face 0" not in client.get(f"/items/{item}/redactions").content.decode()
    sent = {"why-0": "bystander", "reason": "a face"}
    answer = client.post(f"/items/{item}/redactions/propose", sent, headers=JSON)
    known = selectors.redaction(str(answer.json()["to"]).rpartition("/")[2])
    (area,) = known.plan.areas
    assert [key.pts for key in area.keys] == [table.pts[5], table.pts[25]]
    assert area.candidate is not None
    assert area.candidate.track_sha256 == analysis.current_looks(item)["faces"].track_sha256

    from attrs import evolve

    from probata.redaction import services

    invented = evolve(area, candidate=evolve(area.candidate, entry=7))
    with pytest.raises(services.FaceNotFound):
        services.propose(evolve(known.plan, areas=(invented,)), actor=story.keyring(ANALYST).signing, reason="a face")


def test_words_of_a_stranger_do_nothing_on_the_page(story: StoryBench) -> None:
    """A reason in markup is a reason in letters."""
    item = story.items[SCENE]
    made = proposed(story, item, reason="<script>alert(1)</script>")
    for address in (f"/redactions/{made}", f"/items/{item}/redactions", f"/items/{item}"):
        page = story.client(COUNSEL).get(address).content.decode()
        assert "<script>alert" not in page
    assert re.search(r"&lt;script&gt;", story.client(COUNSEL).get(f"/redactions/{made}").content.decode())


def test_a_plan_is_of_the_item_in_the_address(story: StoryBench) -> None:
    """What was put together for one item is not proposed for another."""
    clips = [digest for name, digest in story.items.items() if name.endswith(".mp4")]
    client = story.client(ANALYST)
    add(client, clips[0], **AREA)
    sent = {"why-0": "minor", "reason": "r"}
    answer = client.post(f"/items/{clips[1]}/redactions/propose", sent, headers=JSON)
    assert answer.status_code == 400


def test_a_recording_without_pictures_is_muted_by_its_seconds(bench: Bench) -> None:
    """Its page asks for seconds and offers no mask; the rendition is sound alone."""
    client, item = bench.client(), bench.sound
    page = client.get(f"/items/{item}/redactions").content.decode()
    assert 'name="start_s"' in page
    assert "mask the box" not in page
    box = {"left": "1", "top": "1", "width": "1", "height": "1"}
    refused = add(client, item, part="area", start_s="0.2", end_s="0.4", **box)
    assert refused["code"] == "nothing_to_redact_there"
    assert add(client, item, part="mute", start_s="0.2", end_s="0.4")["status"] == 200
    sent = {"why-0": "source", "reason": "a voice"}
    answer = client.post(f"/items/{item}/redactions/propose", sent, headers=JSON)
    made = str(answer.json()["to"]).rpartition("/")[2]
    known = services.render(made, actor=bench.keyring.signing)
    assert known.rendering is not None
    assert known.rendering.media_type == "audio/mp4"
    assert known.rendering.checked["muted_samples"] > 0
    assert client.get(f"/redactions/{made}").status_code == 200
    assert client.get(f"/items/{item}").status_code == 200
