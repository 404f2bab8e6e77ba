"""Every address under /api/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from probata.web.api import document
from probata.web.api.site import site


def _open_to_tokens(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The same addresses, which no login guards: their own door does, with a token."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback.login_required = False  # type: ignore[attr-defined]
    return patterns


_patterns, _application, _namespace = site.urls
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/openapi.json", document.openapi, name="openapi"),
    path("api/docs", document.page, name="api_docs"),
    path("api/", (_open_to_tokens(_patterns), _application, _namespace)),
]
