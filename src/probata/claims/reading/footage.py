"""Which footage a sentence speaks of: the video of the article, an earlier one, a second clip; never taken for one."""

from __future__ import annotations

import re

from attrs import frozen

from probata.claims.reading.rows import expressions

_BY_TONGUE = {tongue: re.compile(one, re.IGNORECASE) for tongue, one in expressions("footage.txt").items()}


@frozen(kw_only=True)
class About:
    """Footage as named in the text: `other` where the words set it apart from the video of the article."""

    named: str
    other: bool

    def as_json(self) -> dict[str, object]:
        """The footage as plain data."""
        return {"named": self.named, "which": "another" if self.other else "the_footage_of_the_article"}


def footage_in(words: str, tongue: str) -> About | None:
    """The first footage that the words name; one that is set apart is told before the one that is not."""
    found = []
    for match in _BY_TONGUE[tongue].finditer(words):
        which = " ".join(part for part in match.groupdict().values() if part)
        named = " ".join(match[0].split())
        found.append(About(named=named, other=bool(which) and _BY_TONGUE["apart"].search(which) is not None))
    return next((one for one in found if one.other), found[0] if found else None)
