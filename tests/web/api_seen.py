"""Footage as tests of the API ask for it, and what the record says of it afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from api_rows import SCENE, Called
from story import ANALYST

if TYPE_CHECKING:
    from django.http import HttpResponse


def asked(api: Called, what: str, by: str = ANALYST, **headers: str) -> HttpResponse:
    return api.send("GET", f"{api.item()}/{what}", token=api.token(by), headers=headers)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def views(api: Called) -> list[tuple[str, str, str]]:
    from probata.access import selectors

    return [(one.mode, one.detail, one.via) for one in selectors.views(api.story.items[SCENE])]


def reveals(api: Called) -> list[dict[str, Any]]:
    from probata.custody import selectors

    lines = selectors.history(f"item:{api.story.items[SCENE]}")
    return [{**one.record, "via": one.via, "by": one.actor_name} for one in lines if one.action == "view"]


def original(api: Called) -> bytes:
    from probata.preservation import selectors

    path = selectors.original(api.story.items[SCENE])
    return Path(path).read_bytes()
