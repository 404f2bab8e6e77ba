"""Who speaks where no verb says so: `Lena Ostrow (Union): “…”`, and a name behind a dash under a quotation."""

from __future__ import annotations

import re

from probata.claims.reading.acts import Act, Cue, From
from probata.claims.reading.page import Span
from probata.claims.reading.sentences import Sentence

_NAME = r"[A-Z][\w’'.-]*(?: (?:[A-Z][\w’'.-]*|of|the|de|van|von|al|bin|for|and|\d+\w*)){0,7}"
_VERBS = "is|are|was|were|has|have|had|said|says|read|did|does|will|would"
_SOMEBODY = rf"(?:The|Its|Their|His|Her|An?|[A-Z][\w’'.-]*)(?: (?!(?:{_VERBS})\b)[\w’'.-]+){{0,8}}"
_LABEL = re.compile(
    rf"[\s•*·–—-]*(?P<name>{_NAME}|{_SOMEBODY})(?:,? \((?P<role>[^()]{{1,80}})\)|, (?P<told>[^:“”]{{2,90}}))?\s?:\s+"
)
_NO_COMMENT = re.compile(
    r"(?:no comment|declined to comment|did not (?:respond|reply)|no (?:reply|response|answer))\b", re.IGNORECASE
)
_UNDER = re.compile(rf"\s*[—–-]{{1,2}}\s?(?P<name>{_NAME})(?=\s*(?:,|\(|\n|$))(?:,\s*(?P<role>[^(\n]{{2,120}}))?")
_NOBODY = re.compile(
    r"(?:It|He|She|They|We|This|That|Asked|Question|Q|A|Answer|Update|Note|Photo|Image|Source|Read|Watch|Correction|Analysis|Opinion)\b"
)


def labelled(text: str, sentence: Sentence) -> list[Act]:
    """What stands in quotation marks, or that nothing was said, behind a name and a colon."""
    match = _LABEL.match(text, sentence.start, sentence.end)
    if match is None or _NOBODY.match(match["name"]):
        return []
    speaker = Span(start=match.start("name"), end=match.end("name"))
    group = "role" if match["role"] else "told"
    role = Span(start=match.start(group), end=match.end(group)) if match[group] else None
    frame = Span(start=sentence.start, end=sentence.end)
    verb = Span(start=match.end("name"), end=match.end("name") + 1)
    if _NO_COMMENT.match(text, match.end()):
        content: tuple[Span, ...] = (Span(start=match.end(), end=sentence.end),)
        cue, quoted = Cue.SILENT, False
    else:
        inside = [one for one in sentence.quotations if one.start >= match.end() and one.inner_end > one.inner_start]
        if not inside or inside[0].start != match.end():
            return []
        content = tuple(Span(start=one.inner_start, end=one.inner_end) for one in inside)
        cue, quoted = Cue.SAY, True
    return [
        Act(
            cue=cue, verb=verb, speaker=speaker, speaker_from=From.WRITTEN, role=role, content=content, quoted=quoted,
            frame=frame,
        )
    ]  # fmt: skip


def named_under(text: str, place: int) -> tuple[str, str] | None:
    """The name, and what is told about it, on the line under a quotation that ends at `place`."""
    match = _UNDER.match(text, place)
    if match is None or _NOBODY.match(match["name"]) or " " not in match["name"]:
        return None
    return match["name"], (match["role"] or "").strip()
