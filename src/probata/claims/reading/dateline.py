"""When an article says itself that it was published, where its markup does not: a date near its head, year and all."""

from __future__ import annotations

import re
from datetime import datetime

from probata.claims.reading.dates import Published, dates_in
from probata.claims.reading.page import Page

_TONGUES = ("en", "ru", "uk")
_FIRST_BLOCKS, _LONGEST, _MOST_BESIDE = 8, 200, 40
# A date beside such a word is that of the publication, whatever else stands in the line.
_LABEL = re.compile(
    r"\b(first published|published|posted|updated|publication date|date|опубликовано|дата публикации|опубліковано"
    r"|дата публікації|оприлюднено)\b[\s:,–—-]*(on\s+)?$",
    re.IGNORECASE,
)


def published_in(page: Page) -> Published | None:
    """The date of publication that the first lines of the page tell, or None; a date without its year tells nothing.

    A date counts behind a word such as `Published`, or where its line holds hardly anything else, as under a heading.
    """
    for block in page.blocks[:_FIRST_BLOCKS]:
        line = page.text[block.start : block.end]
        if len(line) > _LONGEST:
            continue
        for tongue in _TONGUES:
            for said in dates_in(line, tongue, None):
                whole = said.time.imprecise
                written = line[said.start : said.end]
                if whole is None or not re.search(r"\d{4}", written):
                    continue
                start, end = whole.start, whole.end
                if not (isinstance(start, datetime) and isinstance(end, datetime) and start.date() == end.date()):
                    continue
                labelled = _LABEL.search(line[: said.start]) is not None
                if labelled or len(line) - len(written) <= _MOST_BESIDE:
                    because = f"the line “{line.strip()}” near its head"
                    return Published(day=start.date(), zone=None, because=because, stated=start.date().isoformat())
    return None
