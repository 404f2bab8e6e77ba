"""Having machines look, from pages and programs: at one item or at what is due; said as it goes, and stopped."""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from api_rows import Called, json_contract, schema_of
from story import ANALYST, CUSTODIAN

from probata.access.roles import Role
from probata.analysis import selectors as analysis
from probata.analysis import services as looking
from probata.cases.selectors import Sight
from probata.copies import selectors as copies
from probata.custody import selectors as custody
from probata.preservation import selectors as preservation
from probata.web.work import jobs, machines

if TYPE_CHECKING:
    from story import StoryBench
    from tests.web.conftest import Bench


@pytest.fixture
def fresh(bench: Bench, tmp_path: Path) -> str:
    """An item at which nobody has looked: the clip with one cut, a few bytes longer."""
    from probata.capture import services as capture

    other = tmp_path / "again.mp4"
    other.write_bytes(preservation.original(bench.cuts).read_bytes() + bytes(8) + b"free")
    (outcome,) = capture.add(str(other), actor=bench.keyring.signing, reason="a test")
    assert outcome.acquired is not None
    return str(outcome.acquired.sha256)


def ended(seconds: float = 120) -> Any:
    """The newest work, once none goes on any more."""
    until = time.monotonic() + seconds
    while jobs.going(machines.ROOM):
        assert time.monotonic() < until, jobs.every(machines.ROOM)
        time.sleep(0.05)
    return jobs.every(machines.ROOM)[0]


def outcomes(item: str) -> dict[str, str]:
    return {name: look.outcome for name, look in analysis.newest_looks(item).items()}


def test_one_analyser_looks_and_the_page_says_so(bench: Bench, fresh: str) -> None:
    """The page offers it where nobody has looked, says that they are at it, and afterwards what was found."""
    client = bench.client()
    page = client.get(f"/items/{fresh}").content.decode()
    assert "Nobody has listened yet" in page
    assert f'action="/items/{fresh}/machines"' in page
    assert "probata analyse" not in page
    assert re.search(r'id="at-work"[^>]* hidden', page)
    answer = client.post(f"/items/{fresh}/machines", {"what": "scenes"}, headers={"Accept": "application/json"})
    assert json.loads(answer.content)["to"] == f"/items/{fresh}"
    job = ended()
    assert (job.error, job.items, job.could_not, job.done) == ("", (fresh,), [], 1)
    assert outcomes(fresh) == {"frames": "found", "scenes": "found"}
    entry = custody.history(f"item:{fresh}")[-1]
    assert (entry.actor, entry.reason) == (bench.keyring.signing.key_id, "asked for at the workbench")
    strip = client.get(f"/items/{fresh}/at-work").content.decode()
    assert "Machines have looked at this item." in strip
    assert "hx-trigger" not in strip


def test_all_look_and_copies_are_found(bench: Bench, fresh: str) -> None:
    """Everybody who is due, then the search for copies: the clip of which it is another copy is told."""
    client = bench.client()
    client.post(f"/items/{fresh}/machines", {"what": "all", "reason": "it came in tonight"})
    job = ended()
    assert job.error == ""
    assert set(outcomes(fresh)) > {"frames", "scenes", "speech", "shots"}
    assert job.notes == ["Copies were looked for of 1 item."]
    (search,) = copies.searches(fresh)
    assert search.outcome == "found"
    assert bench.cuts in {one.b for one in copies.relations_of(fresh)} | {one.a for one in copies.relations_of(fresh)}
    # Whoever could not look is told with why, and is no failure of the work.
    assert all(name.startswith(fresh[:8]) and why for name, why in job.could_not)
    reasons = {one.reason for one in custody.history(f"item:{fresh}")}
    assert "it came in tonight" in reasons


def test_what_is_due_is_looked_at_but_not_what_is_hidden(bench: Bench, fresh: str) -> None:
    """All that is due, for one person: nothing is done, counted or told of what they may not know of."""
    client, hidden = bench.client(), Sight(cases=frozenset({"c"}), items=frozenset({fresh}))
    actor = bench.keyring.signing
    with looking.one_jail() as jail:
        due = looking.all_due(("scenes",), tools=jail.tools())
    assert fresh in due
    before = {one.id for one in jobs.every(machines.ROOM)}
    machines.begin_due(machines.wish("scenes"), sight=hidden, actor=actor, by="S. Analyst", reason="a test")
    assert (ended().total, outcomes(fresh)) == (len(due) - 1, {})
    machines.begin(fresh, machines.wish("scenes"), actor=actor, by="S. Analyst", reason="a test")
    begun = [one for one in machines.known(hidden, "S. Analyst") if one.id not in before]
    assert [one.items for one in begun] == [()]
    # What was due to somebody else counts what they may know of, and is not told to whom less is known.
    assert [one for one in machines.known(hidden, "R. Reviewer") if one.id not in before] == []
    ended()
    assert client.post("/machines", {"what": "screen_text"}).status_code == 302
    ended()
    assert "screen_text" in outcomes(fresh)
    strip = client.get("/intake/progress").content.decode()
    assert "All that is due" in strip


def test_one_after_the_other_and_stopped_in_between(bench: Bench, fresh: str) -> None:
    """A second piece of work waits its turn; whoever asked for it may take it back, and nobody else may."""
    client = bench.client()
    with machines._turn:
        client.post(f"/items/{fresh}/machines", {"what": "scenes"})
        (job,) = jobs.going(machines.ROOM)
        assert job.total is None
        page = client.get(f"/items/{fresh}").content.decode()
        assert "It waits its turn" in page
        assert not jobs.stop(job.id, by="R. Reviewer")
        answer = client.post(f"/machines/{job.id}/stop", headers={"Accept": "application/json"})
        assert answer.status_code == 200
        assert ended().notes == ["Stopped; what was done is on the record."]
    assert outcomes(fresh) == {}
    assert client.post(f"/machines/{job.id}/stop").status_code == 400


def test_work_is_stopped_in_the_middle_of_an_item(bench: Bench, fresh: str) -> None:
    """What is under way is dropped, nothing of it is recorded, and asked for again it is done."""
    client = bench.client()
    client.post(f"/items/{fresh}/machines", {"what": "speech"})
    (job,) = jobs.going(machines.ROOM)
    until = time.monotonic() + 60
    while not analysis.looked_at_now([fresh]):
        assert time.monotonic() < until
    assert client.post(f"/machines/{job.id}/stop").status_code == 302
    assert ended().notes == ["Stopped; what was done is on the record."]
    assert outcomes(fresh) == {}
    assert not analysis.looked_at_now([fresh])
    client.post(f"/items/{fresh}/machines", {"what": "scenes"})
    ended()
    assert outcomes(fresh) == {"frames": "found", "scenes": "found"}


def test_what_no_machine_is_called_is_refused(bench: Bench) -> None:
    """By page and by program, before anything begins."""
    client, before = bench.client(), len(jobs.every(machines.ROOM))
    for what in ("", "nobody", "speech,shots"):
        answer = client.post(f"/items/{bench.cuts}/machines", {"what": what})
        assert answer.status_code == 400
    assert len(jobs.every(machines.ROOM)) == before


def test_who_may_not_have_machines_look_is_told(bench: Bench, fresh: str) -> None:
    """No button, the roles that it takes, and a refusal."""
    from probata.access import services as access

    access.enrol(bench.keyring, "C. Auditor", None, frozenset({Role.AUDITOR}), reason="audits")
    client = bench.client(name="C. Auditor")
    page = client.get(f"/items/{fresh}").content.decode()
    assert f"/items/{fresh}/machines" not in page
    assert "it takes one of the roles" in page
    assert client.post(f"/items/{fresh}/machines", {"what": "scenes"}).status_code == 403
    assert client.post("/machines", {"what": "all"}).status_code == 403


def test_a_program_asks_and_sees_how_far_it_is(story: StoryBench) -> None:
    """By token: begun, seen by others, ended; each answer by its contract."""
    api = Called(story)
    told = api.told("POST", f"{api.item()}/machines", {"what": "scenes", "reason": "by a program"}, by=ANALYST)
    assert not list(json_contract.faults(told, schema_of("machines")))
    ended()
    seen = api.told("GET", "/api/machines", by=CUSTODIAN)
    assert not list(json_contract.faults(seen, schema_of("machines")))
    (work,) = [one for one in seen["work"] if one["id"] == told["work"][0]["id"]]
    assert work["ended"]
    assert (work["by"], work["trouble"], work["done"]) == (ANALYST, "", work["total"])


def test_the_workbench_goes_on_answering_meanwhile(bench: Bench, fresh: str) -> None:
    """Others are answered while machines look: what looks is in processes of its own."""
    client = bench.client()
    client.post(f"/items/{fresh}/machines", {"what": "shots"})
    answered = 0
    while jobs.going(machines.ROOM):
        assert client.get("/items").status_code == 200
        answered += 1
    assert answered > 3
    assert threading.active_count() < 20


def test_the_desk_tells_at_what_nobody_has_looked(bench: Bench, fresh: str, tmp_path: Path) -> None:
    """It counts what may be footage, and one button has machines look; when they have, it is not told any more."""
    from probata.capture import services as capture

    (tmp_path / "note.txt").write_text("Words, and no footage.", encoding="utf-8")
    (outcome,) = capture.add(str(tmp_path / "note.txt"), actor=bench.keyring.signing, reason="a test")
    assert outcome.acquired is not None
    client = bench.client()
    page = client.get("/").content.decode()
    assert "No machine has looked at 1 item yet." in page
    assert 'action="/machines"' in page
    client.post(f"/items/{fresh}/machines", {"what": "scenes"})
    ended()
    assert "No machine has looked" not in client.get("/").content.decode()
