"""What was done with a token says so: in the ledger, on the item's custody page, in `show`, and on the tokens page."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from api_rows import SCENE, SEEN, Called
from story import ANALYST, CUSTODIAN

if TYPE_CHECKING:
    from story import StoryBench

HTML = {"accept": "text/html"}
BODY = {"act": "a lamp goes out", "reason": "one clip <b>&"}


@pytest.fixture
def fresh(story: StoryBench) -> Called:
    """A workspace for one test."""
    return Called(story)


def via(api: Called, by: str = ANALYST) -> str:
    return f"token:{api.token(by).split('_')[1]}"


def words(client: Any, address: str) -> str:
    html = client.get(address, headers=HTML).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def last_act() -> dict[str, Any]:
    from probata.custody.models import Opening

    row = Opening.objects.filter(subject__startswith="act:").order_by("-seq").first()
    assert row is not None
    return json.loads(row.record)


def test_an_act_through_a_token_names_it_and_one_by_hand_names_none(fresh: Called) -> None:
    """In the record that opens the act, under the signature; the secret is nowhere."""
    from probata.custody.models import Act, Opening

    fresh.told("POST", "/api/incidents", BODY, by=ANALYST)
    assert last_act()["via"] == via(fresh)
    assert Act.objects.order_by("-first_seq")[0].via == via(fresh)
    client = fresh.story.client(ANALYST)
    assert client.post("/incidents/open", {"act": "a lamp goes on", "reason": "one clip"}).status_code == 302
    assert "via" not in last_act()
    assert Act.objects.order_by("-first_seq")[0].via == ""
    secret = fresh.token(ANALYST).split("_")[2]
    assert secret not in " ".join(Opening.objects.values_list("record", flat=True))


def test_the_item_s_custody_tells_it(fresh: Called, capsys: pytest.CaptureFixture[str]) -> None:
    """On the page, in `show`, and in the API; acts of a person's own hand say nothing of a token."""
    from probata.cli import __main__ as cli

    fresh.send("GET", f"{fresh.item()}/still?ordinal=0&{SEEN}", token=fresh.token(ANALYST))
    item, known = fresh.story.items[SCENE], via(fresh).removeprefix("token:")
    shown = words(fresh.story.client(ANALYST), f"/items/{item}/custody")
    history, seen = shown.split("Who saw it")
    assert history.count("through the token") == history.count(known) == 1
    # That it was asked for, and that it was served.
    assert seen.count("through the token") == seen.count(known) == 2
    for told in (fresh.told("GET", fresh.item())["history"], fresh.told("GET", f"{fresh.item()}/custody")["entries"]):
        assert [one["via"] for one in told].count(via(fresh)) == 1
        assert told[0]["via"] == ""
    assert cli.main(["show", item, "-w", str(fresh.story.root)]) == 0
    assert f"via {via(fresh)}" in capsys.readouterr().out


def test_the_tokens_page_tells_what_was_done_with_each(fresh: Called) -> None:
    """How many acts, the last of them, and how often footage was served; nothing of a token that did nothing."""
    client = fresh.story.client(ANALYST)
    fresh.token(ANALYST)
    assert "nothing yet" in words(client, "/account/tokens")
    fresh.told("POST", "/api/incidents", BODY, by=ANALYST)
    for _twice in range(2):
        fresh.send("GET", f"{fresh.item()}/still?ordinal=0&{SEEN}", token=fresh.token(ANALYST))
    shown = words(client, "/account/tokens")
    assert "2 acts · footage served 2 times" in shown
    assert "describe incident · one clip &lt;b&gt;&amp;" in shown
    assert "Footage was asked for to look at one exact frame." in shown
    assert "nothing yet" not in shown


def test_it_stays_when_the_token_is_revoked(fresh: Called) -> None:
    """For whoever looks at what a thief did; somebody else's page says nothing of it."""
    client = fresh.story.client(ANALYST)
    fresh.told("POST", "/api/incidents", BODY, by=ANALYST)
    known = via(fresh).removeprefix("token:")
    assert client.post(f"/account/tokens/{known}/revoke", {"reason": "it was lost"}).status_code == 302
    shown = words(client, "/account/tokens")
    assert "1 token that has ended" in shown
    assert "1 act" in shown
    assert "describe incident" in shown
    assert known not in words(fresh.story.client(CUSTODIAN), "/account/tokens")


def test_a_long_list_is_cut_and_says_so(fresh: Called) -> None:
    """The last ones are named; how many there are is counted."""
    from probata.access import tokens

    for number in range(tokens.LAST_ACTS + 1):
        fresh.told("POST", "/api/questions", {"text": f"Who filmed it, {number}?"}, by=ANALYST)
    done = tokens.done(via(fresh).removeprefix("token:"))
    assert (done.acts, len(done.last)) == (tokens.LAST_ACTS + 1, tokens.LAST_ACTS)
    assert done.last[0].seq > done.last[-1].seq
    assert "The last ones" in words(fresh.story.client(ANALYST), "/account/tokens")


def test_a_token_can_end_itself(fresh: Called) -> None:
    """Whoever holds it, it opens nothing from then on; that it ended itself is on the record as done with it."""
    token = fresh.token("another token")
    told = json.loads(fresh.send("POST", "/api/me/give-up", {"reason": "done"}, token=token).content)
    assert (told["token"]["state"], told["may"]) == ("revoked", [])
    assert last_act()["via"] == f"token:{token.split('_')[1]}"
    assert fresh.send("GET", "/api/me", token=token).status_code == 401


def test_rebuilding_from_the_ledger_gives_the_same(fresh: Called) -> None:
    """Acts and views say what they went through, from the ledger alone."""
    from probata.access.models import View
    from probata.cli.databases import beside
    from probata.cli.rebuilding import pointed_at, rebuild_into
    from probata.custody.models import Act
    from probata.engines import settings as workspace_settings

    fresh.told("POST", "/api/incidents", BODY, by=ANALYST)
    fresh.send("GET", f"{fresh.item()}/still?ordinal=0&{SEEN}", token=fresh.token(ANALYST))

    def told() -> list[tuple[Any, ...]]:
        acts = list(Act.objects.order_by("first_seq").values_list("id", "via", "reason"))
        return acts + list(View.objects.filter(mode="reveal").order_by("id").values_list("item", "detail", "via"))

    before = told()
    assert [one[1] for one in before].count(via(fresh)) == 2
    settings = workspace_settings.load(fresh.story.root)
    again = beside(settings, "again")
    rebuild_into(settings, again)
    with pointed_at(settings, again):
        assert told() == before
