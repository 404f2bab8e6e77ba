"""The standing example's story in the browser by keyboard alone, in English and Arabic: no step takes a mouse."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from by_keys import Hands
from story import ANALYST, COUNSEL, CUSTODIAN, FOUNDER, REVIEWER
from telling_by_keys import DENIED, MINISTRY, OUTLET, SAID, Telling

from probata.cli.demo_story.names import LANTERN, SCENE

# One browser for the module, also where tests are shared out among workers.
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_story_is_told_by_keyboard_alone(language: str, untold_address: str, browser: Any) -> None:
    """From the login to a verified package, by five people: each step by keys, each on the record in their name."""
    hands = Hands(browser, untold_address)
    telling = Telling(hands, language)
    hands.page.goto(untold_address)
    for who, steps in ROAD:
        telling.come_in(who)
        for step in steps:
            getattr(telling, step)()
        telling.leave()
    assert [line for line in hands.complaints if "Clear-Site-Data" not in line] == []
    hands.context.close()
    what_was_filed()
    what_was_seen_and_said()
    what_was_judged()
    what_was_disclosed()
    assert who_did_what() == DONE


ROAD = (
    (
        ANALYST,
        ("open_case", "open_incident", "observe", "state_claims", "read", "find_place", "bound_time", "judge_first"),
    ),
    (REVIEWER, ("judge_second",)),
    (COUNSEL, ("seal_finding",)),
    (ANALYST, ("compare", "weigh", "weigh_elements", "propose")),
    (REVIEWER, ("weigh",)),
    (CUSTODIAN, ("read_again",)),
    (COUNSEL, ("release",)),
    (CUSTODIAN, ("seal",)),
)
DONE = {
    ANALYST: {
        "describe_case": 1, "put_into_case": 1, "ask_question": 1, "describe_incident": 1, "view": 1, "observe": 2,
        "decide_candidate": 2, "add_claim": 7, "relate_propositions": 1, "decide_proposal": 3, "record_derivation": 2,
        "open_review": 1, "assess": 1, "compare_hypotheses": 1, "hand_in_matrix": 1, "open_elements": 1,
        "enter_element": 2, "search_contrary": 1, "propose_disclosure": 1,
    },
    REVIEWER: {"take_place": 1, "assess": 1, "hand_in_matrix": 1},
    COUNSEL: {"seal_finding": 1, "release_disclosure": 1},
    CUSTODIAN: {"fixity": 1, "seal": 1},
}  # fmt: skip


def who_did_what() -> dict[str, dict[str, int]]:
    """The entries of the log by person, without those of whoever founded the workspace."""
    from probata.access import selectors as access
    from probata.custody import selectors as custody

    names, size = access.names(), custody.size_and_time()[0]
    entries = [json.loads(leaf)["entry"] for _seq, leaf in custody.leaves(range(size))]
    done: dict[str, Counter[str]] = {}
    for entry in entries:
        done.setdefault(names[entry["actor"]], Counter())[entry["action"]] += 1
    return {name: dict(counts) for name, counts in done.items() if name != FOUNDER}


def item_called(name: str) -> str:
    """The digest of the item of a name."""
    from probata.preservation import selectors as preservation

    return next(str(item.sha256) for item in preservation.items() if item.name == name)


def what_was_filed() -> None:
    """The case holds the item and the question; the incident has its label."""
    from probata.cases import selectors as cases

    (case,) = cases.cases()
    assert (case.title, case.by, case.procedure.id) == ("The roadside", ANALYST, "berkeley_protocol")
    assert [(one.kind, one.id) for one in case.members] == [("item", item_called(SCENE))]
    (question,) = cases.questions()
    assert (question.owner, question.text) == (COUNSEL, "Who published the whole video first?")
    (incident,) = cases.incidents()
    assert incident.label.place == "Verkhnya Pelemka"
    (table,) = cases.tables()
    told = {(one.bearing.value, one.reason) for one in table.table.entries}
    assert told == {("supports", "it says that shots are likely"), ("undermines", "one side says that nobody was hit")}
    assert [(one.element, one.outcome.value) for one in table.table.searches] == [(2, "nothing_found")]


def what_was_seen_and_said() -> None:
    """The marks make the stretch; one candidate held, one did not; the article's proposals each have their decision."""
    from probata.analysis import selectors as analysis
    from probata.claims import selectors as claims

    scene = item_called(SCENE)
    by_eye, by_machine = sorted(analysis.observations(scene), key=lambda one: one.at)
    assert {by_eye.by, by_machine.by} == {ANALYST}
    assert by_eye.observation.kind.value == "body"
    assert by_eye.observation.segment.end_pts > by_eye.observation.segment.start_pts
    assert by_machine.observation.kind.value == "impulsive_sound"
    stands = {number: one for (_track, number), one in analysis.standings(scene).items()}
    assert [stands[number].state for number in (0, 1)] == ["accepted", "rejected"]
    assert stands[1].why == "heard it: no sound of its own begins there"
    known = claims.claims()
    assert [one.thing.shown_as for one in known.parties.values()] == [OUTLET, MINISTRY]
    assert [one.thing.statement for one in known.propositions.values()] == [SAID, DENIED]
    assert len(known.contradictions()) == 1
    assert len(known.assertions) == 3
    decided = [row.decision for _where, row in sorted(claims.proposals(item_called(LANTERN)).items())]
    assert decided == ["accepted", "corrected", "rejected"]


def what_was_judged() -> None:
    """Two judged alone, a third sealed; the two runs are there; both tables were handed in."""
    from probata.verification import selectors as verification

    (review,) = verification.reviews()
    assert [one.by for one in review.opinions] == [ANALYST, REVIEWER]
    assert all(len(one.assessment.reasons_for) == 2 for one in review.opinions)
    (finding,) = verification.findings()
    assert (finding.sealed_by, finding.people) == (COUNSEL, (ANALYST, REVIEWER))
    assert [by for _id, by, _run in verification.derivations()] == [ANALYST, ANALYST]
    (comparison,) = verification.comparisons()
    assert comparison.complete


def what_was_disclosed() -> None:
    """One proposed, another released, a third sealed."""
    from probata.disclosure import selectors as disclosure

    (known,) = disclosure.disclosures()
    assert (known.proposed_by, known.decided_by, known.state) == (ANALYST, COUNSEL, "sealed")
    assert known.plan.items == (item_called(SCENE),)
    assert disclosure.stored(known) is not None
