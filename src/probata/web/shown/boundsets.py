"""A set of bounds in an address: packed so that it can be kept and gone back to, and taken apart into rows."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from probata.terms.errors import InvalidValue, UsageError
from probata.terms.times import RelationKind
from probata.verification.when.document import MOST_BYTES

_LONGEST_ADDRESS = 12_000
_MOST_CHARACTERS = 400_000
_FIELDS = ("id", "subject", "says", "from", "to", "other", "kind", "source", "rest")
_AS_GIVEN = "as_given"
SAYS = (
    ("imprecise", gettext_lazy("lies within, from … to")),
    ("precise", gettext_lazy("goes on throughout, from … to")),
    ("daily", gettext_lazy("lies within each day's window, from … to")),
    ("before", gettext_lazy("ends before the other subject")),
    ("after", gettext_lazy("begins after the other subject")),
    ("during", gettext_lazy("lies within the other subject")),
    ("contains", gettext_lazy("contains the other subject")),
    ("overlaps", gettext_lazy("overlaps the other subject")),
    ("same_time", gettext_lazy("is at the same time as the other subject")),
    (_AS_GIVEN, gettext_lazy("more than one row can hold: kept as it was given")),
)
SOURCES = (
    ("statement", gettext_lazy("statement")),
    ("first_seen", gettext_lazy("first seen")),
    ("light", gettext_lazy("light")),
    ("weather", gettext_lazy("weather")),
    ("document", gettext_lazy("document")),
    ("other", gettext_lazy("other")),
)
_RELATIONS = frozenset(kind.value for kind in RelationKind)


class SetTooLong(UsageError):
    """A set of bounds is too long for an address."""

    code = "bounds_too_many_for_a_page"
    template = "This set of bounds is too long for a page: packed it has {count} characters, and {most} fit an address."
    advice = "Leave bounds out, or have it solved on the machine of this workspace: `probata when FILE`."


class SetUnreadable(UsageError):
    """What an address or a file holds as a set of bounds cannot be read."""

    code = "bounds_unreadable"
    template = "The set of bounds cannot be read: {why}."
    advice = "Open the page anew and give the bounds again; docs/json/when.json says what a file of bounds holds."


def read(given: QueryDict) -> dict[str, Any]:
    """The document of an address: packed (`set`) or as JSON (`bounds`); empty where it has none."""
    if packed := given.get("set", ""):
        return _loaded(_unpacked(packed))
    plain = given.get("bounds", "").strip()
    return _loaded(plain) if plain else {}


def written(document: Mapping[str, Any]) -> str:
    """The document packed for an address; raises `SetTooLong`."""
    plain = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    packed = base64.urlsafe_b64encode(zlib.compress(plain, 9)).decode().rstrip("=")
    if len(packed) > _LONGEST_ADDRESS:
        raise SetTooLong(count=len(packed), most=_LONGEST_ADDRESS)
    return packed


def address(document: Mapping[str, Any], without: Iterable[str]) -> str:
    """The address at which the document is solved with these bounds left out."""
    query: list[tuple[str, str]] = [("set", written(document))] if document.get("bounds") else []
    query += [("without", one) for one in dict.fromkeys(without)]
    return reverse("places_times") + (f"?{urlencode(query)}" if query else "")


def from_file(file: UploadedFile[Any] | None) -> dict[str, Any]:
    """The document of an uploaded file."""
    if file is None:
        raise SetUnreadable(why="no file was chosen")
    untrusted = file.read(MOST_BYTES + 1)
    if len(untrusted) > MOST_BYTES:
        raise SetUnreadable(why=f"the file is larger than {MOST_BYTES // 2**20} MiB")
    try:
        return _loaded(untrusted.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SetUnreadable(why="the file is not UTF-8 text") from error


def from_rows(given: QueryDict, before: Mapping[str, Any]) -> dict[str, Any]:
    """The document that rows of the form make; what a row cannot show travels with it, rows left empty are dropped."""
    columns = [given.getlist(name) for name in _FIELDS]
    removed = set(given.getlist("remove"))
    bounds = []
    for number, values in enumerate(zip(*columns, strict=False)):
        row = dict(zip(_FIELDS, (value.strip() for value in values), strict=True))
        is_empty = not any(row[name] for name in ("id", "subject", "from", "to", "other", "source"))
        if str(number) not in removed and not is_empty:
            bounds.append(_bound(row, number))
    document = {name: value for name, value in before.items() if name not in {"bounds", "zone", "place"}}
    if zone := given.get("zone", "").strip():
        document["zone"] = zone
    if place := _place(given):
        document["place"] = place
    return {**document, "bounds": bounds}


def as_rows(document: Mapping[str, Any], *, blank: int) -> list[dict[str, str]]:
    """The document as rows of the form, with some empty ones after them."""
    listed = document.get("bounds")
    bounds = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    empty = dict.fromkeys(_FIELDS, "") | {"says": "imprecise", "kind": "statement"}
    return [_row(one) for one in bounds] + [dict(empty) for _number in range(blank if bounds else blank + 1)]


def _row(bound: Mapping[str, Any]) -> dict[str, str]:
    rest = {name: value for name, value in bound.items() if name not in {"id", "subject", "source"}}
    source = bound.get("source")
    kind, told = (source.get("kind"), source.get("text")) if isinstance(source, dict) else ("other", source)
    if isinstance(source, dict) and (
        more := {name: one for name, one in source.items() if name not in {"kind", "text"}}
    ):
        rest["source"] = more
    row = {"id": bound.get("id"), "subject": bound.get("subject"), "kind": kind, "source": told, "says": _AS_GIVEN}
    row |= {"from": "", "to": "", "other": ""} | _one_saying(rest)
    row["rest"] = json.dumps(rest, ensure_ascii=False, separators=(",", ":")) if rest else ""
    return {name: "" if value is None else str(value) for name, value in row.items()}


def _one_saying(rest: dict[str, Any]) -> dict[str, Any]:
    """What one row can show of a bound, taken out of the rest; nothing where it says several things."""
    names = [name for name in ("precise", "imprecise", "daily", "relation") if rest.get(name) is not None]
    if len(names) != 1:
        return {}
    name, value = names[0], rest[names[0]]
    if name in {"precise", "imprecise"} and isinstance(value, list) and len(value) == 2:
        del rest[name]
        return {
            "says": name,
            "from": "open" if value[0] is None else value[0],
            "to": "open" if value[1] is None else value[1],
        }
    if not isinstance(value, dict):
        return {}
    if name == "daily" and set(value) == {"from", "to"}:
        del rest[name]
        return {"says": name, "from": value["from"], "to": value["to"]}
    if name == "relation" and set(value) == {"kind", "other"} and value["kind"] in _RELATIONS:
        del rest[name]
        return {"says": value["kind"], "other": value["other"]}
    return {}


def _bound(row: Mapping[str, str], number: int) -> dict[str, Any]:
    rest = _loaded(row["rest"]) if row["rest"] else {}
    more = rest.pop("source", {})
    source = {**(more if isinstance(more, dict) else {}), "kind": row["kind"] or "other", "text": row["source"]}
    told: dict[str, Any] = {}
    if row["says"] in {"imprecise", "precise"}:
        told = {row["says"]: [_end(row["from"]), _end(row["to"])]}
    elif row["says"] == "daily":
        told = {"daily": {"from": row["from"], "to": row["to"]}}
    elif row["says"] in _RELATIONS:
        told = {"relation": {"kind": row["says"], "other": row["other"]}}
    name = row["id"] or f"b{number + 1}"
    return {"id": name, "subject": row["subject"], **told, **rest, "source": source}


def _end(typed: str) -> str | int:
    """An end as a document holds it: nothing typed is an open end, digits alone are a whole number."""
    bare = typed.removeprefix("-")
    return int(typed) if bare.isascii() and bare.isdecimal() and len(bare) < 21 else typed or "open"


def _place(given: QueryDict) -> dict[str, float] | None:
    latitude, longitude = (given.get(name, "").strip() for name in ("lat", "lon"))
    if not (latitude or longitude):
        return None
    try:
        return {"lat": float(latitude), "lon": float(longitude)}
    except ValueError as error:
        why = "latitude and longitude are numbers such as 50.45 and 30.52"
        raise InvalidValue(what="The place of the sun", why=why) from error


def _loaded(untrusted: str) -> dict[str, Any]:
    if len(untrusted) > MOST_BYTES:
        raise SetUnreadable(why="it is too long")
    try:
        value = json.loads(untrusted, object_pairs_hook=_each_once)
    except RecursionError as error:
        raise SetUnreadable(why="its values are nested too deep") from error
    except ValueError as error:
        raise SetUnreadable(why=f"it is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise SetUnreadable(why="it holds something else than an object with bounds")
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except ValueError as error:
        raise SetUnreadable(why="it holds half of a character") from error
    return value


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise SetUnreadable(why="an object names something twice, and only one can count")
    return found


def _unpacked(packed: str) -> str:
    try:
        opened = zlib.decompressobj()
        plain = opened.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), _MOST_CHARACTERS)
        if opened.unconsumed_tail or not opened.eof:
            raise SetUnreadable(why="it was cut off on its way, or is too long")
        return plain.decode()
    except (binascii.Error, zlib.error, ValueError) as error:
        raise SetUnreadable(why="the address was damaged on its way") from error
