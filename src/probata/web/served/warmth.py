"""Everything that the first page would otherwise wait for, loaded before the workbench says that it stands."""

from __future__ import annotations

import gc
from pathlib import Path

from django.conf import settings
from django.template import Engine
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation

_TEMPLATES = Path(__file__).parents[1] / "templates"


def warm() -> None:
    """Load addresses with their views, templates and words of every language; no footage, and no row of a table.

    Loaded in one thread, before there are several: modules that name each other are then never seen half made.
    """
    get_resolver()._populate()  # noqa: SLF001  as Django does at the first `reverse`; it has no public name
    Engine.get_default().template_context_processors  # noqa: B018  made when first read
    for name in sorted(_TEMPLATES.rglob("*.html")):
        get_template(name.relative_to(_TEMPLATES).as_posix())
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            translation.gettext("Intake")
    # What was loaded stays as long as the process: nobody's request waits while all of it is looked through.
    gc.collect()
    gc.freeze()
