"""Every operation of the API: by somebody who may, by somebody who may not, and with what it does not take."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from api_rows import ROWS, Called, Unasked, error_of, json_contract, schema_of
from story import ANALYST, CUSTODIAN

if TYPE_CHECKING:
    from django.http import HttpResponse
    from story import StoryBench


@pytest.fixture(scope="module")
def api(served_story: StoryBench) -> Called:
    """One workspace for all rows: each works on records of its own."""
    return Called(served_story)


def test_every_operation_has_a_row(api: Called) -> None:
    """A new operation without a row fails here."""
    from probata.web.api.document import operations

    assert {one.id for one in operations()} == set(ROWS)


@pytest.mark.parametrize("operation", ROWS)
def test_who_may_gets_an_answer_by_its_contract(api: Called, operation: str) -> None:
    """Each operation answers somebody who may, and in the shape that the verbs print."""
    from probata.web.api.document import operations

    row, told = ROWS[operation], next(one for one in operations() if one.id == operation)
    body = row.content if row.body is None else row.body(api)
    answer = api.send(told.method, row.path(api), body, token=api.token(row.by), headers=row.headers)
    if row.refused:
        assert error_of(answer) == row.refused
        assert 400 <= answer.status_code < 500
        return
    assert answer.headers["Cache-Control"] == "no-store"
    if not told.contract.startswith("probata/"):
        _answered_in_bytes(answer, told.contract)
        return
    assert answer.status_code == 200, answer.content[:600]
    given = json.loads(answer.content)
    assert given["schema"] == told.contract
    assert not list(json_contract.faults(given, schema_of(told.contract.split("/")[1])))


def _answered_in_bytes(answer: HttpResponse, contract: str) -> None:
    """Nothing where no content is promised; else bytes of that kind, which do nothing wherever somebody opens them."""
    assert answer.status_code in {200, 201, 204}, answer.content[:600]
    sent = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert bool(sent) is not contract.startswith("no content")
    if sent:
        assert contract in (answer["Content-Type"], "the original's bytes, or a range of them")
        assert answer["Content-Security-Policy"].startswith("sandbox")


def said_of(method: str, answer: HttpResponse, expected: str) -> str:
    """The code of a refusal; a HEAD is answered without words, by its status alone."""
    return expected if method == "HEAD" else error_of(answer)


@pytest.mark.parametrize("operation", ROWS)
def test_who_may_not_is_refused(api: Called, operation: str) -> None:
    """No token: 401. A token that was not made for it: 403. Somebody whose roles do not allow it: 403."""
    from probata.web.api.document import operations

    row, told = ROWS[operation], next(one for one in operations() if one.id == operation)
    path = row.path(api)
    nobody = api.send(told.method, path, {}, token="")
    assert (nobody.status_code, said_of(told.method, nobody, "token_missing")) == (401, "token_missing")
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")
    if told.permission is None:
        return
    checks = told.permission == "check"
    narrow = api.send(told.method, path, {}, token=api.narrow(ANALYST, "decide") if checks else api.narrow())
    assert (narrow.status_code, said_of(told.method, narrow, "token_may_not")) == (403, "token_may_not")
    if told.permission != "list_items":
        # A custodian keeps evidence, and judges and claims nothing; an analyst keeps none.
        theirs = api.send(told.method, path, {}, token=api.token(ANALYST if checks else CUSTODIAN))
        assert (theirs.status_code, said_of(told.method, theirs, "token_may_not")) == (403, "token_may_not")


HOSTILE: list[tuple[str, bytes]] = [
    ("deep", b'{"act":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    ("deep but closed", b'{"act":' + b"[" * 60 + b"]" * 60 + b"}"),
    ("huge", b'{"act":"' + b"x" * (2 << 20) + b'"}'),
    ("a list", b"[]"),
    ("a number", b"1"),
    ("nothing", b""),
    ("no JSON", b"{'act': 1}"),
    ("no UTF-8", b'{"act": "\xff"}'),
    ("half a pair", b'{"act": "\\ud800", "reason": "x"}'),
    ("not a number", b'{"act": NaN}'),
    ("out of reach", b'{"act": 1e400}'),
    ("a long number", b'{"act": ' + b"9" * 5000 + b"}"),
    ("wrong kinds", b'{"act": 1, "reason": [], "where": "x"}'),
    ("unknown fields", b'{"act": "x", "reason": "y", "actor": "somebody"}'),
    ("nulls", b'{"act": null, "reason": null}'),
    ("a hostile place", b'{"act": "x", "reason": "y", "where": {"candidates": {}}}'),
    ("backwards", '{"act": "a \u202e lamp", "reason": "y"}'.encode()),
]


@pytest.mark.parametrize(("name", "body"), HOSTILE, ids=[name for name, _body in HOSTILE])
def test_hostile_bodies_are_refused_in_words(api: Called, name: str, body: bytes) -> None:
    """Never an error of the program, and nothing is written."""
    from probata.custody.models import Entry

    token = api.token(ANALYST)
    before = Entry.objects.count()
    answer = api.send("POST", "/api/incidents", body, token=token)
    assert 400 <= answer.status_code < 500, answer.content
    assert error_of(answer)
    assert Entry.objects.count() == before


@pytest.mark.parametrize("operation", [name for name, row in ROWS.items() if row.body is not None])
@pytest.mark.parametrize("body", [{}, {"reason": 1}, {"unknown": {}}, {"reason": "\x00" * 9}])
def test_every_body_refuses_what_it_does_not_take(api: Called, operation: str, body: dict[str, Any]) -> None:
    """Whatever is sent, the program does not fail."""
    if not body and operation in {"reviews.take", "candidates.take_over"}:
        return
    row = ROWS[operation]
    answer = api.send("POST", Hollow(api).path(row), body, token=api.token(row.by))
    assert answer.status_code < 500, answer.content


class Hollow(Unasked):
    """Addresses of things that nobody has, so that nothing is done at them."""

    def path(self, row: Any) -> str:
        return row.path(self)

    def candidate(self, name: str) -> str:  # noqa: ARG002  as the other has it
        return f"{self.item()}/candidates/{'0' * 64}/2147483648"

    accepted = observation = review = judged = agreed = taken = comparison = answered = table = searched = relation = (
        report
    ) = redaction = (  # type: ignore[assignment]
        lambda _self, *_words, **_more: "0" * 32
    )


@pytest.mark.parametrize(
    "path",
    [
        "/api/items?page=0",
        "/api/items?rows=100000",
        "/api/items?page=99999999999999999999",
        "/api/search?q=%00",
        "/api/search",
        "/api/items/%2e%2e%2fkeys",
        "/api/items/%ff",
        "/api/relations/'--",
        "/api/findings/\u202e",
        f"/api/cases/{'9' * 5000}",
    ],
)
def test_hostile_addresses_are_answered_in_words(api: Called, path: str) -> None:
    """As JSON of the one shape, whatever is asked."""
    answer = api.send("GET", path, token=api.token(ANALYST))
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400:
        assert error_of(answer)


def test_what_is_not_there_is_told_as_an_error_of_the_one_shape(api: Called) -> None:
    """Unknown addresses, other methods, unknown ids."""
    token = api.token(ANALYST)
    for method, path in (("GET", "/api/nothing"), ("DELETE", "/api/items"), ("GET", "/api/"), ("PUT", "/api/me")):
        answer = api.send(method, path, token=token)
        assert error_of(answer) == "no_such_address", path
        assert answer.status_code in {404, 405}
    unknown = api.send("GET", f"/api/items/{'0' * 64}", token=token)
    assert (unknown.status_code, error_of(unknown)) == (404, "item_not_found")
