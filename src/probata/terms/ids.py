"""Names that machines give: random ids for records of ours, source ids for entries of somebody else's list."""

from __future__ import annotations

import re
import secrets
from typing import NewType

from probata.terms.errors import InvalidValue

RecordId = NewType("RecordId", str)
"""32 lower-case hexadecimal digits of chance: tells nothing about when, where or by whom it was made."""

SourceId = NewType("SourceId", str)
"""`list:entry`, such as `geonames:703448`: an entry of a named list made by others."""

_RECORD_ID = re.compile(r"[0-9a-f]{32}")
_SOURCE_ID = re.compile(r"[a-z][a-z0-9_-]{0,31}:[A-Za-z0-9][A-Za-z0-9._/-]{0,127}")


def new_record_id() -> RecordId:
    """A fresh id, 128 bits from the operating system's source of chance."""
    return RecordId(secrets.token_hex(16))


def record_id(untrusted_text: str) -> RecordId:
    """Take a text for a record id only if it has the form of one."""
    if not _RECORD_ID.fullmatch(untrusted_text):
        raise InvalidValue(what="A record id", why="it takes 32 lower-case hexadecimal digits")
    return RecordId(untrusted_text)


def source_id(untrusted_text: str) -> SourceId:
    """Take a text for a source id only if it names a list and an entry, `list:entry`."""
    if not _SOURCE_ID.fullmatch(untrusted_text):
        raise InvalidValue(what=f"The source id {untrusted_text!r}", why="it must read like geonames:703448")
    return SourceId(untrusted_text)
