"""Many names said in few: these, or all but these."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen


@frozen(kw_only=True)
class Names:
    """The names that are listed; with `but`, every other name there is, now and later.

    A search that finds nearly all of a hundred thousand is held, and compared, as the few that it does not find.
    """

    listed: frozenset[str] = frozenset()
    but: bool = False

    def __contains__(self, name: str) -> bool:
        """Whether this name is among them."""
        return (name in self.listed) is not self.but

    def of(self, names: Iterable[str]) -> set[str]:
        """Which of these names are among them."""
        return set(names) - self.listed if self.but else set(self.listed.intersection(names))

    def __and__(self, other: Names) -> Names:
        """Those that are in both."""
        if self.but and other.but:
            return Names(listed=self.listed | other.listed, but=True)
        if self.but or other.but:
            some, others = (other, self) if self.but else (self, other)
            return Names(listed=some.listed - others.listed)
        return Names(listed=self.listed & other.listed)

    def __or__(self, other: Names) -> Names:
        """Those that are in either."""
        return ~(~self & ~other)

    def __invert__(self) -> Names:
        """All others."""
        return Names(listed=self.listed, but=not self.but)
