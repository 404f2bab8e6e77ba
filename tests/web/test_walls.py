"""Walled cases at the workbench: who is not admitted finds nothing of them, by list, by search or by address."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from probata.access import selectors as people
from probata.access import services as access
from probata.access.roles import Role
from probata.cases import selectors
from probata.cases import services as cases

sys.path.insert(0, str(Path(__file__).parent))

from claims_made import party

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client
    from tests.web.conftest import Bench

HTML = {"accept": "text/html"}


@pytest.fixture
def walled(bench: Bench) -> Client:
    """Somebody who is not admitted to the case that holds one of the items, and who may do everything else."""
    counsel = access.enrol(bench.keyring, "counsel", None, frozenset({Role.LEGAL}), reason="a colleague").signing
    access.enrol(bench.keyring, "outside", None, frozenset(Role) - {Role.RECIPIENT, Role.AUDITOR}, reason="a colleague")
    case = cases.open_case(
        "The yard", actor=counsel, kind="accountability", procedure_name="five_pillars", reason="two clips"
    ).id
    cases.put_into_case(case, actor=counsel, kind="item", member=bench.sound, reason="of the yard")
    cases.wall(case, actor=counsel, reason="sources are at risk")
    return bench.client(name="outside")


def told(answer: HttpResponse) -> str:
    """A page without the token of its forms and the seconds that the session lasts, which are others each time."""
    return re.sub(r'csrfmiddlewaretoken" value="[^"]*"|data-left="\d+"', "", answer.content.decode())


def test_a_hidden_item_is_in_no_list(bench: Bench, walled: Client) -> None:
    """Neither in the list of items nor in its count, nor found by its digest."""
    html = walled.get("/items", headers=HTML).content.decode()
    assert bench.sound[:8] not in html
    assert "5 items" in html
    assert bench.sound[:8] in bench.client(name="counsel").get("/items", headers=HTML).content.decode()
    assert "No item" in walled.get("/items", {"q": bench.sound[:8]}, headers=HTML).content.decode()


def test_a_hidden_item_is_at_no_address(bench: Bench, walled: Client) -> None:
    """Every address under it answers as one that nobody ever held, word for word."""
    for end in ("", "/custody", "/footage", "/stills/0.png", "/tracks", "/wave", "/frames"):
        hidden = walled.get(f"/items/{bench.sound}{end}", headers=HTML)
        unknown = walled.get(f"/items/{'0' * 64}{end}", headers=HTML)
        assert (hidden.status_code, unknown.status_code) == (404, 404), end
        assert told(hidden).replace(bench.sound, "0" * 64) == told(unknown), end
    assert walled.get(f"/items/{bench.sound[:10]}", headers=HTML).status_code == 404
    assert walled.post(f"/items/{bench.sound}/reveal", {"purpose": "place"}).status_code == 404


def test_what_is_hidden_is_not_counted_among_what_machines_did(bench: Bench, walled: Client) -> None:
    """Who is not admitted reads one item less in the strip of the intake queue: a number that is one too high tells."""

    def counted(client: Client) -> dict[str, int]:
        html = client.get("/intake/progress", headers=HTML).content.decode()
        rows = re.findall(r'<th scope="row">([^<]+)</th>((?:<td class="number[^>]*>\d+</td>)+)', html)
        return {name: sum(int(one) for one in re.findall(r">(\d+)<", numbers)) for name, numbers in rows}

    admitted, outside = counted(bench.client(name="counsel")), counted(walled)
    assert admitted
    assert outside == {name: count - 1 for name, count in admitted.items()}


def test_search_neither_finds_nor_counts_what_is_hidden(bench: Bench, walled: Client) -> None:
    """A name that only a hidden item bears finds nothing, and the number of items looked through says nothing."""
    html = walled.get("/search", {"q": "sound"}, headers=HTML).content.decode()
    assert "Nothing that is known" in html
    assert "of 5 items" in html
    assert "of 6 items" in bench.client(name="counsel").get("/search", {"q": "sound"}, headers=HTML).content.decode()


def test_what_a_wall_does_not_hide_is_said_where_it_is_built(bench: Bench, walled: Client) -> None:
    """Parties stand outside walls: one is listed to all, and the page says so, of a walled case and of an open one."""
    counsel, (case,) = access.unlock(people.person("counsel"), None).signing, selectors.case_lines()

    def said() -> int:
        page = bench.client(name="counsel").get(f"/cases/{case.id}", headers=HTML).content.decode()
        return page.count("A wall does not hide parties or recorded calculations")

    assert said() == 1
    cases.wall(case.id, actor=counsel, reason="it is over", walled=False)
    assert said() == 1
    cases.wall(case.id, actor=counsel, reason="it is not")
    party(counsel, "The Lantern of the yard")
    assert "The Lantern of the yard" in walled.get("/claims/parties", headers=HTML).content.decode()
