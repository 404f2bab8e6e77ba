"""Plug-ins are found by entry point, built-ins the same way as a stranger's."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from probata.terms.errors import EnvironmentLacking


class PluginBroken(EnvironmentLacking):
    """A plug-in is listed but cannot be loaded."""

    code = "plugin_broken"
    template = "The plug-in {name} of {group} cannot be loaded: {why}."
    advice = "Reinstall or remove the package that ships it."


def names(group: str) -> list[str]:
    """The names of every plug-in of a group, in order, without importing any."""
    return sorted({point.name for point in entry_points(group=group)})


def load(group: str, name: str) -> Any:  # noqa: ANN401  a plug-in's type is its seam's to check
    """Import one plug-in; raises `PluginBroken` naming it."""
    for point in entry_points(group=group):
        if point.name == name:
            try:
                return point.load()
            except (ImportError, AttributeError) as error:
                raise PluginBroken(name=name, group=group, why=error) from error
    raise PluginBroken(name=name, group=group, why="no package ships it")


def load_path(path: str) -> Any:  # noqa: ANN401  same
    """Import `module:attribute`; the only dynamic import in the house."""
    module, _, attribute = path.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise PluginBroken(name=path, group="an import path", why=error) from error
