"""A package holds the redacted rendition in place of the original, says what it hides and why, and verifies."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from made_redactions import Team

from probata.access import services as access
from probata.analysis import services as analysis
from probata.analysis.observations import Observation
from probata.custody import verifier
from probata.disclosure import selectors, services
from probata.disclosure.plan import Along, Plan
from probata.disclosure.redacted import RedactionMoved
from probata.preservation import selectors as preservation
from probata.redaction import services as redaction
from probata.terms.errors import InvalidValue


def plan(team: Team, **more: Any) -> Plan:
    given: dict[str, Any] = {
        "recipient": "A court of the example",
        "recipient_is": "a court",
        "purpose": "evidence",
        "legal_basis": "its order",
        "items": (team.item,),
        "along": frozenset(Along),
    }
    return Plan(**(given | more))


def proposed(team: Team, **more: Any) -> selectors.KnownDisclosure:
    return services.propose(plan(team, **more), actor=team.custodian.signing, reason="asked for")


def released(team: Team, known: selectors.KnownDisclosure) -> selectors.KnownDisclosure:
    services.read_again([team.item], actor=team.custodian.signing, reason="before disclosing")
    seen = services.gathered(known).sha256
    return services.release(known.id, seen=seen, actor=team.counsel.signing, reason="it is what was asked")


@pytest.fixture
def package(team: Team, tmp_path: Path) -> Path:
    """The redacted rendition, disclosed with every kind of record along, and an observation of what is masked."""
    seen = {"kind": "face", "epistemic": "visible", "certainty": "high", "description": "a girl in a red scarf"}
    segment = {"start_pts": 300, "end_pts": 900, "time_base": "1/1000"}
    observation = Observation.from_json({"item": team.item, **seen, "segment": segment})
    analysis.observe(observation, actor=team.custodian.signing)
    made = team.released()
    known = released(team, proposed(team, redacted={team.item: made.id}))
    return services.seal_disclosure(known.id, tmp_path / "package", keyring=team.counsel, reason="released")


def everything(package: Path) -> dict[str, bytes]:
    return {str(path.relative_to(package)): path.read_bytes() for path in package.rglob("*") if path.is_file()}


def test_the_package_verifies_and_holds_the_rendition(team: Team, package: Path) -> None:
    """Its own verifier answers PASS; the one file under `data/` is what was released."""
    command = [sys.executable, "-I", "verify.py", "--fingerprint", access.log_fingerprint(), "--json"]
    run = subprocess.run(command, cwd=package, capture_output=True, text=True, check=False)
    assert (run.returncode, json.loads(run.stdout)["verdict"]) == (0, "PASS"), run.stdout
    (file,) = (package / "data").iterdir()
    made = preservation.rendition(team.item, "redacted")
    assert made is not None
    assert file.name == f"{made.sha256}.mp4"
    assert file.read_bytes() == preservation.rendition_bytes(made)


def test_nothing_of_the_original_is_in_the_package(team: Team, package: Path) -> None:
    """Not its bytes, nor anything made from it that could tell what is hidden, nor what a person saw under the mask."""
    held = everything(package)
    original = preservation.original(team.item).read_bytes()
    # Pictures outside the masks are coded anew, and noise may come to the same few bytes: no stretch of them does.
    stretches = [original[at : at + 2048] for at in range(0, len(original) - 2048, 2048)]
    for path, data in held.items():
        assert original not in data, path
        assert not any(one in data for one in stretches), path
    others = {one.sha256 for one in preservation.renditions(team.item) if one.kind != "redacted"}
    assert others
    for path, data in held.items():
        assert not any(one.encode() in data for one in others), path
        assert b"a girl in a red scarf" not in data, path
    assert not any("sidecar" in path or "renditions" in path for path in held)


def test_it_says_what_is_hidden_and_why_and_never_more(team: Team, package: Path) -> None:
    """In the record and in the report: times and categories; no words of one's own, no reason, no name."""
    record = json.loads((package / f"metadata/{team.item}/redacted.json").read_bytes())
    assert record["original"]["sha256"] == team.item
    assert [one["why"] for one in record["masked"]] == ["minor"]
    assert record["muted"][0]["segment"] == {"start_pts": 500, "end_pts": 1000, "time_base": "1/1000"}
    report = (package / "report.html").read_text(encoding="utf-8")
    assert "a redacted rendition; the original is not in this package" in report
    assert "from 0.500 to 1.000 s of the file: another reason, which is on the record" in report
    assert "a minor" in report
    for data in everything(package).values():
        assert not any(word in data for word in (b"a name is called", b"a child is seen", b"redactor", b"noisy.mp4"))


def test_the_commitment_to_the_original_is_opened(team: Team, package: Path) -> None:
    """The entry of its acquisition is shown and opened: who is given the original later can compare."""
    lines = [json.loads(line) for line in (package / verifier.ENTRIES).read_bytes().splitlines()]
    opened = {
        line["leaf"]["entry"]["action"] if "entry" in line["leaf"] else line["leaf"]["action"]: [
            one["record"] for one in line["openings"]
        ]
        for line in lines
    }
    assert [one["sha256"] for one in opened["acquire"]] == [team.item]
    assert [one["kind"] for one in opened["derive"]] == ["redacted"]
    assert not {"look", "observe", "propose_redaction", "release_redaction"} & set(opened)


@pytest.mark.parametrize("state", ["proposed", "rendered", "refused", "superseded"])
def test_what_no_second_person_released_is_not_sent(team: Team, state: str) -> None:
    """Neither proposed nor sealed; from the moment that a better one is proposed, a released one is not sent either."""
    known = team.proposed() if state == "proposed" else team.rendered()
    if state == "refused":
        redaction.refuse(known.id, actor=team.counsel.signing, reason="hides too little")
    if state == "superseded":
        team.released(known)
        team.proposed(supersedes=known.id)
    with pytest.raises(RedactionMoved, match=state):
        proposed(team, redacted={team.item: known.id})


def test_what_is_superseded_meanwhile_is_not_sealed(team: Team, tmp_path: Path) -> None:
    """Between the release of the disclosure and its seal somebody saw a flaw: nothing goes."""
    made = team.released()
    known = released(team, proposed(team, redacted={team.item: made.id}))
    team.proposed(supersedes=made.id)
    with pytest.raises(RedactionMoved):
        services.seal_disclosure(known.id, tmp_path / "package", keyring=team.counsel, reason="released")
    assert not (tmp_path / "package").exists()


def test_an_item_that_goes_whole_takes_no_redacted_rendition_along(team: Team) -> None:
    """One or the other: chosen as it is, its renditions go without the redacted one."""
    team.released()
    gathered = services.gathered(proposed(team))
    assert f"data/{team.item}.mp4" in {file.path for file in gathered.contents.files}
    assert not any("redacted" in file.path for file in gathered.contents.files)
    with pytest.raises(InvalidValue):
        plan(team, items=(), redacted={team.item: "0" * 32})
