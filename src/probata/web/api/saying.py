"""How operations of the API are declared, what they take, and how they answer: in the shapes of docs/json."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import msgspec
from django.http import HttpRequest
from ninja import Query, Schema
from ninja.renderers import BaseRenderer
from pydantic import ConfigDict, Field

from probata.access.roles import Permission
from probata.cases import selectors as cases
from probata.cases.elements import Evidence
from probata.claims import selectors as claims
from probata.web.api.door import With, sieved
from probata.web.gate import sight

ROWS = 100
MOST_ROWS = 500

Words = Annotated[str, Field(max_length=20_000)]
Line = Annotated[str, Field(max_length=2_000)]
Name = Annotated[str, Field(max_length=200)]
Whole = Annotated[int, Field(ge=0, le=2**31)]
Record = Annotated[dict[str, Any], Field(description="a record, field by field, as docs/json shows it")]
_T = TypeVar("_T")


class Given(Schema):
    """What an operation takes in its body: these fields, of these kinds, and no others."""

    model_config = ConfigDict(extra="forbid", strict=True)


class WithReason(Given):
    """An act that may say why."""

    reason: Words = ""


class Paged(Schema):
    """Which part of a long list is asked for."""

    page: Annotated[int, Field(ge=1, le=1_000_000, description="which page, from 1")] = 1
    rows: Annotated[int, Field(ge=1, le=MOST_ROWS, description="how many rows a page holds")] = ROWS


Part = Annotated[Paged, Query()]


def told(contract: str, may: Permission | None) -> dict[str, Any]:
    """What an operation declares: the contract by which it answers, and what its caller must be allowed."""
    answer = {
        "type": "object",
        "required": ["schema"],
        "properties": {"schema": {"const": f"probata/{contract}/1"}},
        "description": f"docs/json/{contract}.json",
    }
    content = {"application/json": {"schema": answer}}
    return _declared(200, {"description": f"probata/{contract}/1", "content": content}, may)


def told_as(kind: str, may: Permission, *, status: int = 200) -> dict[str, Any]:
    """The same for an operation that answers with no JSON: with what kind of bytes, or with none."""
    return {**_declared(status, {"description": kind}, may), "response": {status: None}}


def _declared(status: int, response: dict[str, Any], may: Permission | None) -> dict[str, Any]:
    refusal = {"$ref": "#/components/responses/Error"}
    return {
        "auth": With(may),
        "openapi_extra": {
            "responses": {status: response, **dict.fromkeys((400, 401, 403, 404, 429), refusal)},
            "x-permission": may.value if may else None,
        },
    }


def answer(contract: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """An answer under its contract."""
    return {"schema": f"probata/{contract}/1", **values}


def part_of(every: Sequence[_T], part: Paged) -> tuple[Sequence[_T], dict[str, int | None]]:
    """The rows of a page, and what is told beside them: how many there are in all, and which page is next."""
    start = (part.page - 1) * part.rows
    total = len(every)
    return every[start : start + part.rows], {
        "total": total,
        "next": part.page + 1 if start + part.rows < total else None,
    }


class Answers(BaseRenderer):
    """Writes answers as JSON in UTF-8, after what their reader may not know of has fallen out."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, **_status: int) -> bytes:
        """The bytes of an answer."""
        return msgspec.json.encode(sieved(data, sight.of(request)), enc_hook=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return list(value)
    raise NotImplementedError(type(value))


def item_named(request: HttpRequest, untrusted_digest: str) -> str:
    """The whole digest of an item that a body names; raises `ItemNotFound` also where it is kept from the caller."""
    return sight.item(sight.of(request), untrusted_digest)


def case_named(request: HttpRequest, untrusted_id: str) -> str:
    """The whole id of a case that a body names; raises `CaseNotFound` also where it is kept from the caller."""
    known = cases.case_id(untrusted_id)
    if sight.of(request).hides(known):
        raise cases.CaseNotFound(name=untrusted_id[:80])
    return known


def incident_named(request: HttpRequest, untrusted_id: str) -> str:
    """The whole id of an incident that a body names; raises `IncidentNotFound` also where it is kept."""
    known = cases.incident_id(untrusted_id)
    if sight.of(request).hides(known):
        raise cases.IncidentNotFound(name=untrusted_id[:80])
    return known


def proposition_named(request: HttpRequest, untrusted_id: str) -> str:
    """The proposition that stands under an id of a body; raises `PropositionNotFound` also where it is kept."""
    known = claims.proposition(untrusted_id).id
    if sight.of(request).hides(known):
        raise claims.PropositionNotFound(wanted=untrusted_id[:80])
    return known


def evidence_named(request: HttpRequest, untrusted_name: str) -> Evidence:
    """A record that may be cited, such as `finding:0123…`; raises `EvidenceUnknown` also where it is kept."""
    evidence = Evidence.named(untrusted_name)
    item = cases.cited([cases.must_be_on_record(evidence.name)])[evidence.name].item
    if sight.of(request).hides(evidence.id, item):
        raise cases.EvidenceUnknown(name=evidence.name)
    return evidence


def record_named(request: HttpRequest, untrusted_name: str) -> str:
    """The name of any record that an answer may rest on; what is kept from the caller is as unknown as what is none."""
    name = cases.must_be_on_record(untrusted_name)
    kind, _colon, known = name.partition(":")
    hidden = sight.of(request)
    cited = kind in {"proposition", "assertion", "observation", "finding", "derivation"} and not hidden.whole
    if hidden.hides(known, cases.cited([name])[name].item if cited else ""):
        raise cases.EvidenceUnknown(name=name)
    return name
