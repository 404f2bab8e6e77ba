"""Uses one matching method alone, on bare files: what it keeps of a file, and how it explains two."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from probata.copies.seam import GROUP, Explanation, Kept, Method
from probata.engines import plugins
from probata.engines.sandbox import Jail
from probata.media.passes import CannotLook, watch
from probata.media.wire import a_jail
from probata.terms.errors import NotFound


class NoSuchMethod(NotFound):
    """Somebody asks for a matching method that is not installed."""

    code = "no_such_method"
    template = "There is no matching method {name!r}."
    advice = "These are installed: {installed}."


def methods(only: Sequence[str] | None = None) -> list[Method]:
    """The matching methods by name, or all that are installed; raises `NoSuchMethod`."""
    known = plugins.names(GROUP)
    return [method(name) for name in (known if only is None else only)]


def method(name: str) -> Method:
    """The method of this name; raises `NoSuchMethod`."""
    known = plugins.names(GROUP)
    if name not in known:
        raise NoSuchMethod(name=name, installed=", ".join(known))
    return cast("Method", plugins.load(GROUP, name)())


def kept(file: Path, name: str, *, jail: Jail | None = None) -> Kept | None:
    """What a method keeps of a file, or None where there is nothing; raises `CannotLook` where it could not look."""
    one = method(name)
    return one.kept(watch(file, one.consumers(), jail=jail).outcomes)


def explain(a: Path, b: Path, name: str, *, jail: Jail | None = None) -> Explanation:
    """What a method makes of two files, all three answers included."""
    about = method(name).about
    try:
        with a_jail(jail) as held:
            one, other = (kept(file, name, jail=held) for file in (a, b))
    except CannotLook as reason:
        return Explanation(method=name, version=about.version, outcome="could_not_look", why=str(reason))
    for which, what in (("first", one), ("second", other)):
        if what is None:
            why = f"the {which} file holds no {about.watches} to compare"
            return Explanation(method=name, version=about.version, outcome="could_not_look", why=why)
    assert one is not None
    assert other is not None
    return method(name).explain(one, other)
