"""`probata where`: told to a person or to a program, with files for maps, and every place of the name in the answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "gazetteer"))

from asking import json_of  # noqa: E402  its folder was put on the path by conftest
from made_gazetteer import make  # noqa: E402  its folder was put on the path above

from probata.cli.__main__ import main  # noqa: E402  same
from probata.gazetteer import store  # noqa: E402  same


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The verb asks a small gazetteer of invented places, where set-up would have put the real one."""
    path = make(tmp_path / "places.sqlite3")
    monkeypatch.setattr(store, "BUILT", path)
    return path


def test_every_place_of_the_name_is_printed(small, capsys):
    """Seven places bear the name or sound so: seven are named with their ids, whatever the terminal is."""
    assert main(["where", "Лугове"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("7 places bear the name Лугове or sound so.")
    assert told.count("[katottg:UA") == 5
    assert "geonames:21" in told
    assert "CC BY 4.0" in told


def test_the_contract_holds_with_every_bound(small, capsys):
    """Units, distance, bearing, kind, view and crossing lines in one question; the output fits its schema."""
    bounds = ["--within", "Київська область", "--near", "Лозова Балка", "--distance-km", "3", "--bearing-deg", "137"]
    bounds += ["--kind", "village", "--kind", "town", "--seen-from", "50.58,30.23,180,60,20"]
    bounds += ["--sight-line", "50.5,30.2,135,1", "--sight-line", "50.46,30.2,45,1"]
    code, told = json_of(capsys, "where", "Луговое", *bounds)
    assert code == 0
    assert [one["id"] for one in told["candidates"]] == ["katottg:UA011102"]
    assert told["counts"] == {"named": 7, "candidates": 1, "cannot_be_checked": 2, "set_aside": 4}
    assert told["crossing"]["precision"] == "vicinity"
    assert [source["name"] for source in told["sources"]] == ["katottg", "geonames"]


def test_nothing_found_is_said_to_be_no_proof(small, capsys):
    """Exit 0, three empty lists, and the nearest spellings."""
    code, told = json_of(capsys, "where", "Зоряна")
    assert (code, told["outcome"], told["near_spellings"]) == (0, "nothing_found", ["Зоряне"])
    assert main(["where", "Зоряна"]) == 0
    assert "no proof that there is no such place" in capsys.readouterr().out


def test_maps_are_written_beside_the_answer(small, tmp_path, capsys):
    """Both files hold the candidates with points, the view and where the lines cross; neither is written over."""
    files = ["--geojson", str(tmp_path / "a.geojson"), "--kml", str(tmp_path / "a.kml")]
    shapes = [
        "--seen-from",
        "50.58,30.23,180,60,20",
        "--sight-line",
        "50.5,30.2,135,1",
        "--sight-line",
        "50.46,30.2,45,1",
    ]
    assert main(["where", "Лугове", *shapes, *files]) == 0
    features = json.loads((tmp_path / "a.geojson").read_text())["features"]
    assert [one["geometry"]["type"] for one in features] == [
        "Point",
        "Polygon",
        "LineString",
        "LineString",
        "Point",
        "Polygon",
    ]
    assert len(ET.parse(tmp_path / "a.kml").getroot().findall(".//{*}Placemark")) == 6
    code, refused = json_of(capsys, "where", "Лугове", "--kml", str(tmp_path / "b.kml"), *files[:2])
    assert (code, refused["code"]) == (4, "map_file_there")
    assert not (tmp_path / "b.kml").exists()


def test_a_list_of_ones_own_is_read_beside(small, tmp_path, capsys):
    """A village that had no point gets one; the answer names the file, its digest and what made no sense in it."""
    columns = [
        "901",
        "Luhove",
        "Luhove",
        "Лугове",
        "50.88",
        "30.22",
        "P",
        "PPL",
        "UA",
        "",
        "13",
        "",
        "",
        "",
        "12",
        "",
        "1",
        "",
        "",
    ]
    (tmp_path / "UA.txt").write_text("\t".join(columns) + "\nno row\n")
    code, told = json_of(capsys, "where", "Лугове", "--gazetteer", str(tmp_path / "UA.txt"))
    village = next(one for one in told["candidates"] if one["id"] == "katottg:UA011202")
    assert (code, village["lat"], village["point"]["from"]) == (0, 50.88, "geonames:901")
    assert (told["own_file"]["rows"], told["own_file"]["of_these_names"], told["own_file"]["faulty_rows"]) == (2, 1, 1)
    assert main(["where", "Лугове", "--gazetteer", str(tmp_path / "UA.txt")]) == 0
    assert "1 row made no sense: row 2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        ([""], 2, "invalid_value"),
        (["Лу\u202eгове"], 2, "invalid_value"),
        (["Лугове", "--near", "95,30", "--distance-km", "1"], 2, "invalid_value"),
        (["Лугове", "--distance-km", "1"], 2, "invalid_value"),
        (["Лугове", "--near", "Ніде", "--distance-km", "1"], 3, "no_such_place"),
        (["Лугове", "--within", "Невідомий район"], 3, "no_such_place"),
        (["Лугове", "--near", "село Зоряне", "--distance-km", "1"], 4, "near_without_point"),
        (["Лугове", "--near=-91,30", "--distance-km", "1"], 2, "invalid_value"),
        (["Лугове", "--seen-from", "1,2,3"], 2, "bad_sight"),
        (["Лугове", "--seen-from", "a,b,c,d,e"], 2, "bad_sight"),
        (["Лугове", "--sight-line", "1,2,3,1", "--sight-line", "1,2,3,1", "--sight-line", "1,2,3,1"], 2, "bad_sight"),
        (["Лугове", "--sight-line", "50,30,0,1", "--sight-line", "50,31,180,1"], 2, "no_crossing"),
        (["Лугове", "--gazetteer", "missing.txt"], 7, "own_gazetteer_unreadable"),
    ],
)
def test_bad_input_is_told_and_printed_as_an_error(small, capsys, words, code, error):
    """Each with its code, its exit code and what to do now."""
    exit_code, told = json_of(capsys, "where", *words)
    assert (exit_code, told["code"]) == (code, error)
    assert told["message"]


def test_without_a_gazetteer_it_says_what_to_run(tmp_path, capsys, monkeypatch):
    """What is missing is told as missing, never as nothing found."""
    monkeypatch.setattr(store, "BUILT", tmp_path / "none.sqlite3")
    code, told = json_of(capsys, "where", "Лугове")
    assert (code, told["code"]) == (9, "gazetteer_missing")
    assert "make setup" in told["advice"]


def test_help_imports_nothing_heavy():
    """`--help` reads no gazetteer and imports neither Django, numpy nor geodesy."""
    script = (
        "import sys\nfrom probata.cli.__main__ import main\n"
        "try:\n    main(['where', '--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'django', 'numpy', 'geographiclib', 'sqlite3'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"
    assert "--within" in done.stdout
