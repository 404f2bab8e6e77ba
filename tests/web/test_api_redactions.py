"""Redactions by programs: a whole plan proposed, rendered behind the answer, withdrawn; released by people alone."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from api_rows import EXCERPT, SCENE, Called, error_of, json_contract, schema_of
from story import ANALYST, COUNSEL, REVIEWER

from probata.access import selectors as people
from probata.access import services as access
from probata.access import tokens
from probata.access.limited import TokenMayNot
from probata.access.roles import Permission
from probata.cases import selectors as cases_selectors
from probata.cases import services as cases
from probata.custody import selectors as custody
from probata.redaction import rendering, selectors, services
from probata.terms.errors import InvalidValue
from probata.web.shown import redacted

if TYPE_CHECKING:
    from story import StoryBench


@pytest.fixture
def fresh(story: StoryBench) -> Called:
    """A workspace for one test."""
    return Called(story)


def proposed(api: Called, by: str = ANALYST, **more: str) -> dict[str, Any]:
    body = {"plan": api.plan(), "reason": "a child is seen", **more}
    return api.told("POST", f"{api.item()}/redactions", body, by=by)["redactions"][0]


def ended(api: Called, made: str) -> dict[str, Any]:
    """The redaction once nobody is at work on it any more; each answer on the way by its contract."""
    for _ in range(600):
        told = api.told("GET", f"/api/redactions/{made}", by=ANALYST)
        assert not list(json_contract.faults(told, schema_of("redact")))
        (known,) = told["redactions"]
        if not known["work"]["going"]:
            return known
        time.sleep(0.1)
    raise AssertionError(known)


def refused(api: Called, path: str, body: dict[str, Any], by: str = ANALYST) -> tuple[int, str]:
    answer = api.send("POST", path, body, token=api.token(by))
    return answer.status_code, error_of(answer)


def test_a_plan_is_proposed_rendered_and_withdrawn_through_a_token(fresh: Called) -> None:
    """In the shape of the verb; what the look found is told, and each act names the token that it came through."""
    made = proposed(fresh)
    assert (made["state"], made["rendering"], made["work"]) == ("proposed", None, None)
    assert made["plan"]["areas"][0]["keys"][0]["box"] == ["0.1", "0.2", "0.3", "0.25"]
    (begun,) = fresh.told("POST", f"/api/redactions/{made['id']}/render", {}, by=ANALYST)["redactions"]
    assert begun["work"] is not None
    known = ended(fresh, made["id"])
    assert known["state"] == "rendered", known
    assert known["work"]["trouble"] == ""
    row = selectors.rendition_of(selectors.redaction(made["id"]))
    assert row is not None
    assert known["rendering"]["sha256"] == row.sha256
    assert known["rendering"]["checked"]["pictures_in_area"] == [6]
    assert refused(fresh, f"/api/redactions/{made['id']}/render", {}) == (403, "rendered_already")
    again = proposed(fresh, supersedes=made["id"])
    listed = fresh.told("GET", f"{fresh.item()}/redactions?rows=1", by=COUNSEL)
    assert ([one["id"] for one in listed["redactions"]], listed["total"], listed["next"]) == ([again["id"]], 2, 2)
    assert fresh.told("GET", f"/api/redactions/{made['id']}")["redactions"][0]["state"] == "superseded"
    path = f"/api/redactions/{again['id']}/withdraw"
    (gone,) = fresh.told("POST", path, {"reason": "too wide"}, by=ANALYST)["redactions"]
    assert (gone["state"], gone["decided_because"]) == ("withdrawn", "too wide")
    for name in (made["id"], again["id"]):
        assert all(line.via.startswith("token:") for line in custody.history(f"redaction:{name}"))


def test_no_token_releases_or_refuses_one(fresh: Called) -> None:
    """Whatever its owner may: no token is made for it, no address does it, and the key beneath signs none."""
    made = proposed(fresh)["id"]
    for act in ("release", "refuse"):
        path = f"/api/redactions/{made}/{act}"
        assert refused(fresh, path, {"reason": "x", "seen": "0" * 64}, by=COUNSEL) == (404, "no_such_address")
    keyring = fresh.story.keyring(COUNSEL)
    may = frozenset({Permission.RELEASE_REDACTION})
    with pytest.raises(InvalidValue):
        tokens.make(keyring, label="x", permissions=may)
    every = frozenset(tokens.may_be_given(people.person(COUNSEL).id))
    signer = tokens.opened(tokens.make(keyring, label="all", permissions=every).text).signer
    with pytest.raises(TokenMayNot):
        services.refuse(made, actor=signer, reason="hides too little")
    assert selectors.redaction(made).state == "proposed"


def test_only_whoever_proposed_it_withdraws_it(fresh: Called) -> None:
    """Another who may redact does not."""
    access.grant(fresh.story.keyring(), people.person(REVIEWER), access.Role.REDACTOR, reason="a test")
    made = proposed(fresh)["id"]
    path = f"/api/redactions/{made}/withdraw"
    assert refused(fresh, path, {"reason": "x"}, by=REVIEWER) == (400, "invalid_value")
    assert refused(fresh, path, {"reason": " "}) == (400, "invalid_value")
    assert selectors.redaction(made).state == "proposed"


def test_a_plan_is_of_the_item_that_the_address_names(fresh: Called) -> None:
    """Of another it is refused, of one that nobody has it is unknown; a faulty plan is told what is wrong with it."""
    path, plan = f"{fresh.item()}/redactions", fresh.plan()
    for told, code in (
        ({**plan, "item": fresh.story.items[EXCERPT]}, "invalid_value"),
        ({**plan, "item": "0" * 64}, "item_not_found"),
        ({**plan, "item": 1}, "invalid_value"),
        ({**plan, "mode": "blur"}, "invalid_value"),
        ({"areas": [], "mutes": []}, "invalid_value"),
        ({"areas": [{"box": [0, 0, 2, 1]}]}, "invalid_value"),
    ):
        assert refused(fresh, path, {"plan": told, "reason": "r"})[1] == code, told
    assert refused(fresh, path, {"plan": plan, "reason": "r", "supersedes": "0"})[1] == "redaction_not_found"
    assert refused(fresh, path, {"plan": plan, "reason": "r", "supersedes": "\x00"})[1] == "request_faulty"
    assert not selectors.redactions(fresh.story.items[SCENE])


def test_a_walled_item_has_none_and_takes_none(fresh: Called) -> None:
    """Whoever may not know of it is told the same as of what nobody has: by address, in a plan, and as superseded."""
    item, other = fresh.story.items[SCENE], fresh.item(EXCERPT)
    made, plan = fresh.redaction(), fresh.plan()
    founder = fresh.story.keyring().signing
    case = cases.open_case(
        "A walled matter", actor=founder, kind="accountability", procedure_name="berkeley_protocol", reason="a test"
    ).id
    for one in cases_selectors.case_lines():
        if any(member.id == item for member in cases_selectors.case(one.id).members):
            cases.put_into_case(one.id, kind="item", member=item, actor=founder, reason="a test", within=False)
    cases.put_into_case(case, kind="item", member=item, actor=founder, reason="belongs to it")
    cases.wall(case, actor=founder, reason="a test")
    token = fresh.token(ANALYST)
    for path, code in (
        (f"/api/redactions/{made}", "redaction_not_found"),
        (f"/api/redactions/{made[:12]}", "redaction_not_found"),
        (f"/api/items/{item}/redactions", "item_not_found"),
    ):
        answer = fresh.send("GET", path, token=token)
        assert (answer.status_code, error_of(answer)) == (404, code), path
    assert refused(fresh, f"/api/redactions/{made}/render", {}) == (404, "redaction_not_found")
    assert refused(fresh, f"/api/redactions/{made}/withdraw", {"reason": "x"}) == (404, "redaction_not_found")
    body: dict[str, Any] = {"plan": plan, "reason": "r"}
    assert refused(fresh, f"/api/items/{item}/redactions", body) == (404, "item_not_found")
    assert refused(fresh, f"{other}/redactions", {"plan": {**plan, "item": item}, "reason": "r"})[0] == 404
    for name in (made, made[:12]):
        assert refused(fresh, f"{other}/redactions", {**body, "supersedes": name}) == (404, "redaction_not_found")
    # The page keeps it as well.
    client, address = fresh.story.client(ANALYST), f"/items/{fresh.story.items[EXCERPT]}/redactions"
    mask = {"part": "area", "first": "0", "last": "5", "left": "25", "top": "12", "width": "30", "height": "40"}
    assert client.post(f"{address}/draft", mask).status_code in {200, 302}
    sent = {"why-0": "minor", "reason": "r", "supersedes": made[:12]}
    answer = client.post(f"{address}/propose", sent, headers={"Accept": "application/json"})
    assert answer.json()["code"] == "redaction_not_found"


@pytest.mark.parametrize("lost", ["token", "role"])
def test_what_was_lost_while_it_was_rendered_stores_nothing(
    fresh: Called, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    """A token revoked, a role taken back: what was made is thrown away, and the work says why."""
    made = proposed(fresh)["id"]
    caller = tokens.opened(fresh.token(ANALYST))
    rendered = rendering.render

    def loses(*given: Any, **named: Any) -> rendering.Rendered:
        if lost == "token":
            tokens.revoke(fresh.story.keyring(ANALYST), caller.token.id)
        else:
            access.take_back(fresh.story.keyring(), people.person(ANALYST), access.Role.ANALYST, reason="a test")
        return rendered(*given, **named)

    monkeypatch.setattr(rendering, "render", loses)
    job = redacted.begin_rendering(selectors.redaction(made), actor=caller.signer, by=ANALYST)
    for _ in range(600):
        if not job.going:
            break
        time.sleep(0.1)
    assert not job.going
    assert job.error
    known = selectors.redaction(made)
    assert (known.state, selectors.rendition_of(known)) == ("proposed", None)
