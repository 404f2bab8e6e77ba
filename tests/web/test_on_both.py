"""The workbench and the API where rows stand in a folder, and where they stand on a Postgres server: the same answers.

Every test of pages runs on a server by `make test-postgres`; these few are asked of both each time.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from api_rows import Called, error_of
from story import ANALYST, COUNSEL, CUSTODIAN, EVERYBODY, REVIEWER
from story_screens import NOT_YET_IN, SCREENS

if TYPE_CHECKING:
    from django.test import Client
    from story import StoryBench

pytestmark = pytest.mark.engines

HTML = {"accept": "text/html"}
NUL = "\0"
LONG = "ї" * 3_000


@pytest.fixture(scope="module")
def called(served_story: StoryBench) -> Called:
    """The story's workspace as a program calls it; also what this module's pages show."""
    return Called(served_story)


@pytest.fixture(scope="module")
def story(called: Called) -> StoryBench:
    """One copy of the story for the module: no test here asks for what another one changes."""
    return called.story


def page(client: Client, path: str, given: dict[str, str] | None = None) -> tuple[int, str]:
    """A page's status, and its words."""
    answer = client.get(path, given or {}, headers=HTML)
    return answer.status_code, answer.content.decode()


def kept(story: StoryBench) -> dict[str, str]:
    """What the addresses of screens are filled with, as far as the story tells it."""
    from probata.verification import selectors as verification

    return {
        "scene": story.items["drawn-scene.mp4"],
        "text": story.items["lantern.html"],
        "proposition": story.told.claims.propositions["shots"],
        "finding": story.told.judged.finding,
        "comparison": story.told.judged.comparison,
        "table": story.told.table,
        "case": story.told.case,
        "incident": story.told.incidents.roadside,
        **{one.state.value: one.id for one in verification.reviews()},
    }


@pytest.mark.parametrize("name", [*EVERYBODY, NOT_YET_IN])
def test_every_screen_answers_whom_it_is_for(story: StoryBench, name: str) -> None:
    """Each screen, with what it needs of the story, is there for whoever stands before it."""
    from django.test import Client

    told, client = kept(story), story.client(name) if name else Client(SERVER_NAME="localhost")
    mine = [one for one in SCREENS if one.who == name and not one.beforehand and one.name != "mfa_authenticate"]
    shown = [one for one in mine if set(one.given.values()) <= told.keys()]
    assert [(one.title, status) for one in shown if (status := page(client, one.path(told))[0]) != 200] == []


@pytest.mark.parametrize("name", [ANALYST, REVIEWER, COUNSEL, CUSTODIAN])
def test_every_list_answers_each_role(story: StoryBench, name: str) -> None:
    """Whatever a role may see, no list breaks for it: it is shown, or refused by a rule."""
    client = story.client(name)
    rooms = ("/", "/items", "/intake", "/claims", "/reviews", "/cases", "/incidents", "/disclosure", "/elements")
    assert [(room, status) for room in rooms if (status := page(client, room)[0]) not in (200, 403)] == []


def test_the_intake_is_filtered_alike(story: StoryBench) -> None:
    """By words in either case and either script, by states, by persons; what is not there is not found."""
    client = story.client()
    counts = {}
    for asked in ("", "LANTERN", "lantern", "is:waiting", "is:accepted", "nowhere"):
        status, words = page(client, "/intake", {"q": asked})
        assert status == 200
        counts[asked] = len(re.findall(r'data-name="([^"]+)"', words))
    assert counts["LANTERN"] == counts["lantern"] > 0
    assert counts[""] > counts["is:waiting"] > 0
    assert counts["nowhere"] == 0


def test_words_are_found_alike(story: StoryBench) -> None:
    """In what was acquired and in what somebody observed, whichever case they are written in."""
    client = story.client()
    for path in ("/items", "/search"):
        for asked in ("lantern", "LANTERN"):
            status, words = page(client, path, {"q": asked})
            assert status == 200
            assert "lantern.html" in words, (path, asked)


def test_an_act_is_sent_from_a_page(story: StoryBench) -> None:
    """A report is answered: the page of it says so, and the ledger has the entry of whoever sent it."""
    from probata.access import selectors as access
    from probata.cases import selectors as cases
    from probata.custody.models import Entry

    client = story.client(ANALYST)
    name = next(iter(re.findall(r'data-name="(report:[^"]+)"', page(client, "/intake", {"q": "is:waiting"})[1])))
    sent = {"name": name, "outcome": "accepted", "reason": "for a test"}
    answer = client.post("/intake/answer", sent, headers={"accept": "*/*"})
    assert answer.status_code == 200, answer.content
    last = Entry.objects.order_by("-seq").first()
    assert last is not None
    assert last.actor == access.person(ANALYST).key_id
    (report,) = [one for one in cases.reports() if one.id == name.partition(":")[2]]
    assert report.outcome is not None


def test_a_refused_act_leaves_everything_working(story: StoryBench) -> None:
    """Nothing of it is written, and whoever sent it works on."""
    from probata.custody.models import Entry

    client, before = story.client(ANALYST), Entry.objects.count()
    sent = {"name": "report:ffffffff", "outcome": "accepted", "reason": "for a test"}
    assert client.post("/intake/answer", sent, headers=HTML).status_code == 404
    assert Entry.objects.count() == before
    assert page(client, "/intake")[0] == 200


def test_the_api_lists_and_acts(called: Called) -> None:
    """As many items as asked for, and an incident that is there once it was opened."""
    first = called.told("GET", "/api/items?rows=3")
    assert len(first["items"]) == 3
    called.told("POST", "/api/incidents", {"act": "a lamp goes out", "reason": "one clip"}, by=ANALYST)
    assert "a lamp goes out" in json.dumps(called.told("GET", "/api/incidents"))


@pytest.mark.parametrize("untrusted", [NUL, f"a{NUL}b", LONG, "'\"%_\\"], ids=["nul", "nul-within", "long", "quotes"])
def test_what_no_text_has_is_not_found(story: StoryBench, untrusted: str) -> None:
    """Postgres holds no U+0000, SQLite does: who asks for it finds nothing on either, and breaks neither."""
    client = story.client()
    rooms = ("/items", "/intake", "/search", "/claims", "/reasoning/records", "/incidents", "/reviews", "/cases")
    assert [(room, status) for room in rooms if (status := page(client, room, {"q": untrusted})[0]) >= 500] == []


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize(("untrusted", "status"), [(NUL, 400), (LONG, 403)], ids=["nul", "long"])
def test_a_login_that_no_database_holds_is_refused(untrusted: str, status: int) -> None:
    """In words, before anybody is known."""
    from django.test import Client

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    agent = {**HTML, "user-agent": "x" * 2_000}
    answer = client.post("/login", {"name": f"n{untrusted}", "passphrase": "x"}, headers=agent)
    assert answer.status_code == status


def test_an_act_with_what_no_text_has_is_refused(called: Called) -> None:
    """From a page and from a program; nothing is written, and no word of it is changed."""
    from probata.custody.models import Entry

    before = Entry.objects.count()
    sent = {"name": "report:f\0", "outcome": "accepted", "reason": "for a test"}
    answer = called.story.client(ANALYST).post("/intake/answer", sent, headers=HTML)
    assert answer.status_code == 400
    assert "U+0000" in answer.content.decode()
    told = called.send("POST", "/api/incidents", {"act": "a\0", "reason": ""}, token=called.token(ANALYST))
    assert (told.status_code, error_of(told)) == (400, "request_faulty")
    missing = called.send("GET", "/api/cases/%00", token=called.token(ANALYST))
    assert (missing.status_code, error_of(missing)) == (404, "no_such_address")
    assert Entry.objects.count() == before
