"""How two incidents stand to each other, as it is read from either end."""

from __future__ import annotations

from enum import Enum


class LinkKind(Enum):
    """A link as it is stored: from `a` to `b`."""

    PARENT = "parent"
    """`a` is the larger incident of which `b` is a part."""
    PARALLEL = "parallel"
    """Both belong to one course of events, side by side."""
    RELATED_NOT_SAME = "related_not_same"
    """Easily taken for each other, and not the same."""
    WITHDRAWN = "withdrawn"
    """There was a link, and it no longer stands."""

    def seen_from(self, *, the_second: bool) -> str:
        """What the other incident is to the one that is looked at: `parent`, `child`, or the kind itself."""
        if self is LinkKind.PARENT:
            return "parent" if the_second else "child"
        return str(self.value)


STATED = ("parent", "child", "parallel", "related_not_same")
"""What a person may say that the other incident is to this one."""


def pair(one: str, other: str) -> str:
    """The name of two incidents taken together, whichever is named first."""
    return ":".join(sorted((one, other)))
