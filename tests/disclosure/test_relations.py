"""What two items share goes with them into a package; what one shares with an item that stays behind goes nowhere."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from probata.access import services as access
from probata.capture import services as capture
from probata.copies import selectors as copies
from probata.copies import services as copies_services
from probata.copies.recorded import pair_of
from probata.custody import services as custody
from probata.custody import verifier
from probata.disclosure import services as disclosure
from probata.terms.ids import new_record_id

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Workspace

RECIPE = "c" * 64


@pytest.fixture
def items(workspace: Workspace, tmp_path: Path) -> dict[str, str]:
    """Three items: one posted, the whole that it is of, and another that stays behind."""
    made = {}
    for name in ("posted", "whole", "behind"):
        file = tmp_path / name
        file.write_bytes(b"\x1a\x45\xdf\xa3" + name.encode())
        (outcome,) = capture.add(str(file), actor=workspace.keyring.signing, reason="a test")
        assert outcome.acquired is not None
        made[name] = str(outcome.acquired.sha256)
    return made


def relate(workspace: Workspace, a: str, b: str, *, asked: int = 0, code: str = "motion", found: bool = True) -> str:
    """Record that comparing these found that A is an excerpt of B, or found nothing; the relation's id."""
    told: dict[str, Any] = {
        "id": new_record_id(),
        "kind": "excerpt_of",
        "score": "0.91",
        "by": "both",
        "segments": [
            {"a_start_s": "0/1", "a_end_s": "4/1", "b_start_s": "7/2", "b_end_s": "15/2", "speed": "1/1"},
        ],
        "reasons": [{"code": code, "text": "it moves in step", "value": "0.9", "wrong": "0.3", "threshold": "0.4"}],
        "strongest_wrong": "0.3",
    }
    with custody.act(actor=workspace.keyring.signing, reason="a reason that stays sealed") as act:
        act.record(
            "compare_pair",
            {
                "subject": f"pair:{pair_of(a, b)}",
                "a": a,
                "b": b,
                "recipe": RECIPE,
                "made_with": {"made_by": "a test"},
                "asked": asked,
                "outcome": "found" if found else "nothing_found",
                "why": "" if found else "nothing agrees",
                "relations": [told] if found else [],
            },
        )
    return str(told["id"])


def seal(workspace: Workspace, target: Path, *items: str) -> Path:
    return disclosure.seal(target, items, keyring=workspace.keyring, reason="for a court", purpose="a test")


def everything(package: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(package.rglob("*")) if path.is_file())


def opened(package: Path) -> list[dict[str, Any]]:
    """Every record that the package opens, with its entry's action."""
    lines = (package / "custody" / "entries.jsonl").read_text().splitlines()
    return [
        {"action": entry["leaf"]["entry"]["action"], **opening["record"]}
        for entry in map(json.loads, lines)
        for opening in entry["openings"]
    ]


def report(package: Path) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", (package / "report.html").read_text())))


def test_a_relation_goes_with_its_two_items(workspace: Workspace, items: dict[str, str], tmp_path: Path) -> None:
    """Comparison and decisions are opened, the package verifies, and its report tells both in words."""
    posted, whole = items["posted"], items["whole"]
    relation = relate(workspace, posted, whole)
    copies_services.decide(relation, actor=workspace.keyring.signing, decision="rejected", reason="too dark to say")
    copies_services.decide(
        relation, actor=workspace.keyring.signing, decision="confirmed", reason="the <b>same</b> step"
    )
    package = seal(workspace, tmp_path / "package", posted, whole)
    verification = verifier.verify(str(package), verifier.Demands(fingerprint=access.log_fingerprint()))
    assert verification.verdict == "PASS"
    records = [one for one in opened(package) if one["action"] in {"compare_pair", "decide_relation"}]
    assert [one["action"] for one in records] == ["compare_pair", "decide_relation", "decide_relation"]
    assert (records[0]["a"], records[0]["b"], records[0]["relations"][0]["id"]) == (posted, whole, relation)
    assert [one.get("decision") for one in records[1:]] == ["rejected", "confirmed"]
    told = report(package)
    assert f"Item {posted[:8]} is an excerpt of item {whole[:8]}" in told
    assert "how it stands confirmed by a person" in told
    assert "A 0.000 to 4.000, B 3.500 to 7.500" in told
    assert re.search(r"decided rejected, \S+, entry \d+ of the log: too dark to say", told)
    assert re.search(r"decided confirmed, \S+, entry \d+ of the log: the <b>same</b> step", told)
    assert b"the <b>same" not in (package / "report.html").read_bytes()
    assert "operator" not in told
    assert b"a reason that stays sealed" not in everything(package)


def test_a_candidate_is_told_as_one(workspace: Workspace, items: dict[str, str], tmp_path: Path) -> None:
    """What nobody decided about is disclosed as a program's proposal, whichever way about it was compared."""
    relate(workspace, items["whole"], items["posted"])
    told = report(seal(workspace, tmp_path / "package", items["posted"], items["whole"]))
    assert "candidate: a program proposes it, and nobody has confirmed it" in told
    assert "Who decided about" not in told


def test_nothing_tells_of_an_item_that_stays_behind(
    workspace: Workspace, items: dict[str, str], tmp_path: Path
) -> None:
    """Neither the other's digest, nor the pair's, nor the relation, nor a decision stands anywhere in the bytes."""
    posted, whole, behind = items["posted"], items["whole"], items["behind"]
    inside, outside = relate(workspace, posted, whole), relate(workspace, posted, behind)
    copies_services.decide(outside, actor=workspace.keyring.signing, decision="confirmed", reason="said of the other")
    alone = everything(seal(workspace, tmp_path / "alone", posted))
    both = everything(seal(workspace, tmp_path / "both", posted, whole))
    for absent in (behind, behind[:8], pair_of(posted, behind), outside, "said of the other"):
        assert absent.encode() not in alone, absent
        assert absent.encode() not in both, absent
    for absent in (whole, whole[:8], pair_of(posted, whole), inside, "compare_pair", "decide_relation"):
        assert absent.encode() not in alone, absent
    assert inside.encode() in both
    for package in ("alone", "both"):
        assert "found in items that are not in this package: left sealed here" in report(tmp_path / package)


@pytest.mark.parametrize("case", ["rejected", "nothing found since"])
def test_what_does_not_stand_is_not_disclosed(
    workspace: Workspace, items: dict[str, str], tmp_path: Path, case: str
) -> None:
    """A relation that a person rejected, or that comparing again no longer found, stays sealed with all about it."""
    posted, whole = items["posted"], items["whole"]
    relation = relate(workspace, posted, whole)
    if case == "rejected":
        copies_services.decide(relation, actor=workspace.keyring.signing, decision="rejected", reason="another day")
    else:
        relate(workspace, posted, whole, asked=1, found=False)
    bytes_of_it = everything(seal(workspace, tmp_path / "package", posted, whole))
    for absent in (relation, pair_of(posted, whole), "compare_pair", "another day"):
        assert absent.encode() not in bytes_of_it
    assert "What they share with each other" not in report(tmp_path / "package")


def test_relations_among_items_are_those_alone(workspace: Workspace, items: dict[str, str]) -> None:
    """Both items must be among those asked for; the subject that the ledger's entries name is the same either way."""
    posted, whole, behind = items["posted"], items["whole"], items["behind"]
    relate(workspace, posted, whole)
    relate(workspace, behind, whole)
    (known,) = copies.relations_among([whole, posted])
    assert {known.a, known.b} == {posted, whole}
    assert known.subject == known.seen_from(known.b).subject == f"pair:{pair_of(whole, posted)}"
    assert len(copies.relations_among(items.values())) == 2
    assert copies.relations_among([posted, behind]) == []
