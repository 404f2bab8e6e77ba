"""The API put together: every room of operations behind one door."""

from __future__ import annotations

from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation

from probata import __version__
from probata.terms.errors import ProbataError
from probata.web.api import (
    account,
    calculators,
    candidates,
    casework,
    claims,
    door,
    elements,
    footage,
    incidents,
    intake,
    items,
    machines,
    matches,
    redactions,
    reviews,
    uploads,
    weighing,
)
from probata.web.api.saying import Answers

_ERROR = {
    "description": "probata/error/1 (docs/json/error.json): what happened, and what to do now",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["schema", "code", "exit_code", "message", "advice"],
                "properties": {
                    "schema": {"const": "probata/error/1"},
                    "code": {"type": "string"},
                    "exit_code": {"type": "integer"},
                    "message": {"type": "string"},
                    "advice": {"type": "string"},
                },
            }
        }
    },
}


class Site(NinjaAPI):
    """The API, whose operations are called by room and name: `claims.add_party`."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """What a program calls the operation by."""
        room = operation.view_func.__module__.rpartition(".")[2]
        return f"{room}.{operation.view_func.__name__.strip('_')}"


site = Site(
    title="Probata",
    version=__version__,
    description="What the workbench does, for programs. Answers have the shapes of docs/json, as the verbs print them.",
    # The page that ninja makes of it loads scripts from elsewhere; `document.page` draws ours.
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    renderer=Answers(),
    parser=door.Bodies(),
    openapi_extra={"components": {"responses": {"Error": _ERROR}}},
)
for _room in (
    account,
    items,
    footage,
    candidates,
    redactions,
    matches,
    machines,
    claims,
    reviews,
    weighing,
    incidents,
    casework,
    intake,
    uploads,
    elements,
    calculators,
):
    site.add_router("", _room.router)

# ninja's types let a handler be given a class instead of an error, which it never does.
site.add_exception_handler(ProbataError, door.refused)  # type: ignore[arg-type]
site.add_exception_handler(ValidationError, door.not_of_the_form)  # type: ignore[arg-type]
site.add_exception_handler(HttpError, door.unreadable)  # type: ignore[arg-type]
