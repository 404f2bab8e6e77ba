"""Who may know of a case, decided on the case's page by those within it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from story import ANALYST, COUNSEL, CUSTODIAN, REVIEWER

from probata.cases import selectors as cases

if TYPE_CHECKING:
    from django.test import Client
    from tests.web.story import StoryBench

HTML, JSON = {"accept": "text/html"}, {"accept": "application/json"}


def wall(client: Client, case: str, *, walled: str = "yes", reason: str = "sources are at risk") -> dict[str, str]:
    answer = client.post(f"/cases/{case}/wall", {"walled": walled, "reason": reason}, headers=JSON)
    return {"status": str(answer.status_code), **answer.json()}


def admit(client: Client, case: str, person: str, *, admitted: str = "yes") -> dict[str, str]:
    form = {"person": person, "admitted": admitted, "reason": "works on it"}
    answer = client.post(f"/cases/{case}/admit", form, headers=JSON)
    return {"status": str(answer.status_code), **answer.json()}


def test_a_case_is_walled_and_people_are_admitted_from_its_page(story: StoryBench) -> None:
    """Whoever walls it is within; others find nothing until they are admitted; opened, it is there for all."""
    case, counsel, analyst = story.told.case, story.client(COUNSEL), story.client(ANALYST)
    page = counsel.get(f"/cases/{case}", headers=HTML).content.decode()
    assert "Who may know of this case" in page
    assert "Everybody who works here" in page
    assert wall(counsel, case)["to"].endswith("#who-may-know")
    assert analyst.get(f"/cases/{case}", headers=HTML).status_code == 404
    assert "It is walled" in counsel.get(f"/cases/{case}", headers=HTML).content.decode()
    assert admit(counsel, case, ANALYST)["status"] == "200"
    page = analyst.get(f"/cases/{case}", headers=HTML).content.decode()
    assert "it takes one of the roles custodian, legal" in page
    assert f'/cases/{case}/admit"' not in page
    assert admit(counsel, case, ANALYST, admitted="no")["status"] == "200"
    assert analyst.get(f"/cases/{case}", headers=HTML).status_code == 404
    assert wall(counsel, case, walled="no")["status"] == "200"
    assert analyst.get(f"/cases/{case}", headers=HTML).status_code == 200


def test_refusals_say_which_rule(story: StoryBench) -> None:
    """The role, the reason, who stands outside, the last one inside, and what stands so already."""
    case, counsel = story.told.case, story.client(COUNSEL)
    assert wall(story.client(REVIEWER), case)["code"] == "not_allowed"
    assert admit(story.client(REVIEWER), case, ANALYST)["code"] == "not_allowed"
    assert wall(counsel, case, reason=" ")["code"] == "invalid_value"
    assert wall(counsel, case, walled="maybe")["code"] == "invalid_value"
    assert wall(counsel, case)["status"] == "200"
    assert wall(counsel, case)["code"] == "invalid_value"
    assert admit(counsel, case, COUNSEL, admitted="no")["code"] == "last_inside"
    assert admit(counsel, case, "nobody\u202e")["code"] == "person_not_found"
    outside = story.client(CUSTODIAN)
    assert admit(outside, case, CUSTODIAN)["status"] == "404"
    assert cases.case(case).admitted == (COUNSEL,)


def test_whoever_sends_themselves_out_is_led_away(story: StoryBench) -> None:
    """Not to a page that is not there for them any more."""
    case, counsel = story.told.case, story.client(COUNSEL)
    wall(counsel, case)
    admit(counsel, case, CUSTODIAN)
    assert admit(counsel, case, COUNSEL, admitted="no")["to"] == "/cases"
    assert counsel.get("/cases", headers=HTML).status_code == 200


@pytest.mark.parametrize("case", ["0" * 12, "nothing"])
def test_an_unknown_case_is_not_there(story: StoryBench, case: str) -> None:
    """For whoever may wall cases and for others alike."""
    assert wall(story.client(COUNSEL), case)["status"] == "404"
