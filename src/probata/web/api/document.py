"""What the API says of itself: as OpenAPI for programs, and as a page for people that needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from attrs import frozen
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from probata.access.roles import Permission
from probata.web.api.site import site

_DONE = ("200", "201", "204")
_METHODS = ("get", "head", "post", "put", "patch", "delete")


@frozen(kw_only=True)
class Told:
    """A field of a query or a body, as the page shows it."""

    name: str
    kind: str
    needed: bool
    says: str = ""


@frozen(kw_only=True)
class Operation:
    """One operation, as the page shows it."""

    id: str
    method: str
    path: str
    room: str
    says: str
    permission: Permission | None
    contract: str
    query: tuple[Told, ...]
    body: tuple[Told, ...]


@cache
def schema() -> dict[str, Any]:
    """The whole document, OpenAPI 3.1."""
    return dict(site.get_openapi_schema(path_prefix="/api/"))


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The document for programs; it tells of the program alone, and of nothing that is held here."""
    return JsonResponse(schema())


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    rooms: dict[str, list[Operation]] = {}
    for one in operations():
        rooms.setdefault(one.room, []).append(one)
    return render(request, "web/api_docs.html", {"operations": list(rooms.items())})


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation, in the order in which the rooms tell them."""
    return tuple(_operations(schema()))


def _operations(told: Mapping[str, Any]) -> Iterator[Operation]:
    shapes = told["components"]["schemas"]
    for path, methods in told["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield _operation(path, method, methods[method], shapes)


def _operation(path: str, method: str, told: Mapping[str, Any], shapes: Mapping[str, Any]) -> Operation:
    may = told["x-permission"]
    responses = {str(status): one for status, one in told["responses"].items()}
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        room=told["tags"][0],
        says=told.get("description", ""),
        permission=Permission(may) if may else None,
        contract=next(responses[status]["description"] for status in _DONE if status in responses),
        query=tuple(
            Told(
                name=one["name"],
                kind=_kind(one["schema"], shapes),
                needed=bool(one.get("required")),
                says=one["schema"].get("description", ""),
            )
            for one in told["parameters"]
            if one["in"] == "query"
        ),
        body=tuple(sorted(_body(told, shapes), key=lambda one: not one.needed)),
    )


def _body(told: Mapping[str, Any], shapes: Mapping[str, Any]) -> Iterator[Told]:
    if "requestBody" not in told:
        return
    shape = _followed(told["requestBody"]["content"]["application/json"]["schema"], shapes)
    for name, one in shape.get("properties", {}).items():
        needed = name in shape.get("required", ())
        yield Told(name=name, kind=_kind(one, shapes), needed=needed, says=one.get("description", ""))


def _followed(shape: Mapping[str, Any], shapes: Mapping[str, Any]) -> Mapping[str, Any]:
    return shapes[shape["$ref"].rpartition("/")[2]] if "$ref" in shape else shape


def _kind(shape: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    """What kind of value it is, in a word or two."""
    shape = _followed(shape, shapes)
    if "anyOf" in shape:
        return " | ".join(_kind(one, shapes) for one in shape["anyOf"])
    if "enum" in shape:
        return " | ".join(str(one) for one in shape["enum"])
    if shape.get("type") == "array":
        return f"[{_kind(shape['items'], shapes)}]"
    return str(shape.get("type", "object"))
