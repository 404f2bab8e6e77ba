"""A list of one's own: read with caps, told with its faults, and joined to what is built where that is beyond doubt."""

from __future__ import annotations

import hashlib
import os

import pytest

from probata.gazetteer import own_file
from probata.gazetteer.own_file import OwnFileUnreadable, read, with_own


def row(number: object, name: str, latitude: object, longitude: object, **more: str) -> str:
    told = {"others": "", "feature": "P", "code": "PPL", "country": "UA", "region": "13", "people": "0", **more}
    columns = [str(number), name, name, told["others"], str(latitude), str(longitude), told["feature"], told["code"]]
    columns += [told["country"], "", told["region"], "", "", "", told["people"], "", "100", "Europe/Kyiv", "2026-01-01"]
    return "\t".join(columns) + "\n"


@pytest.fixture
def dump(tmp_path):
    """Writes a dump of these rows."""

    def write(*rows: str | bytes):
        path = tmp_path / "UA.txt"
        path.write_bytes(b"".join(one if isinstance(one, bytes) else one.encode() for one in rows))
        return path

    return write


def test_only_rows_of_the_name_are_kept(dump):
    """In any spelling; the digest is that of the whole file."""
    path = dump(row(901, "Luhove", 50.88, 30.22), row(902, "Other", 50, 30), row(903, "X", 50, 30, others="a,Лугове"))
    own = read(path, ["Луговое"])
    assert [point.ref for point in own.points] == ["geonames:901", "geonames:903"]
    assert (own.rows, own.faulty, own.sha256) == (3, 0, hashlib.sha256(path.read_bytes()).hexdigest())


def test_a_new_point_is_given_to_the_village_it_lies_by(gazetteer, dump):
    """3 km from the other village of its hromada, far from every namesake's: the village has a point now."""
    own = read(dump(row(901, "Luhove", 50.88, 30.22, others="Лугове,Lugi")), ["Лугове"])
    entries = {one.ref: one for one in with_own(gazetteer, "Лугове", own)}
    village = entries["katottg:UA011202"]
    assert (village.at.ref, village.at.inferred) == ("geonames:901", True)
    assert "Lugi" in village.names
    assert "geonames:901" not in entries


def test_a_point_that_nobody_can_place_stands_alone(gazetteer, dump):
    """Between hromadas it is a place of its own in its oblast, and names the villages that it may be."""
    own = read(dump(row(901, "Luhove", 50.70, 30.80)), ["Лугове"])
    entries = {one.ref: one for one in with_own(gazetteer, "Лугове", own)}
    assert set(entries["geonames:901"].perhaps) == {"katottg:UA011202", "katottg:UA012102"}
    assert [parent.ref for parent in entries["geonames:901"].parents] == ["katottg:UA01", "geonames:1"]
    assert "geonames:901" in entries["katottg:UA011202"].perhaps


def test_what_is_built_in_already_is_not_listed_twice(gazetteer, dump):
    """A point that the built list has, joined or not, stays one place."""
    own = read(dump(row(13, "Luhove", 50.48, 30.23), row(16, "Luhove", 51.01, 34.02, region="21")), ["Лугове"])
    before = [one.ref for one in gazetteer.named("Лугове")]
    assert [one.ref for one in with_own(gazetteer, "Лугове", own)] == before


def test_a_row_abroad_lies_in_its_country(gazetteer, dump):
    """Outside Ukraine the country is what is known."""
    own = read(dump(row(905, "Luhove", 40, 20, country="XA", region="99")), ["Лугове"])
    entries = {one.ref: one for one in with_own(gazetteer, "Лугове", own)}
    assert [parent.name for parent in entries["geonames:905"].parents] == ["Xanadia"]


def test_rows_without_sense_are_counted_and_told(dump):
    """Columns that are missing, a point that is nowhere, an id that is none, bytes that are no text: each is told."""
    path = dump(
        row(901, "Luhove", 50.88, 30.22),
        "too\tfew\n",
        row(902, "Luhove", 95, 30),
        row(903, "Luhove", "north", 30),
        row("9\x0004", "Luhove", 50, 30),
        b"\xff\xfe\t\n",
        row(905, "Luhove", "nan", 30),
    )
    own = read(path, ["Лугове"])
    assert ([point.ref for point in own.points], own.rows, own.faulty) == (["geonames:901"], 7, 6)
    assert len(own.faults) == 5
    assert own.faults[0].startswith("row 2:")


@pytest.mark.parametrize("content", [b"", b"no list\n", b"PK\x03\x04 zipped", b"\x00" * 5000])
def test_what_is_no_list_is_refused(dump, content):
    """An empty file, prose, a zip or zeros are no list without the name: they are no list."""
    with pytest.raises(OwnFileUnreadable):
        read(dump(content), ["Лугове"])


def test_an_endless_line_is_refused(dump, monkeypatch):
    """No line can fill the memory."""
    with pytest.raises(OwnFileUnreadable, match="a line has more than"):
        read(dump(row(1, "Luhove", 50, 30), b"x" * (own_file.LONGEST_LINE_BYTES + 1)), ["Лугове"])


def test_too_many_of_one_name_are_refused(dump, monkeypatch):
    """A list made to fill the memory is refused as a whole, not cut off."""
    monkeypatch.setattr(own_file, "MOST_OF_A_NAME", 2)
    with pytest.raises(OwnFileUnreadable, match="more than 2 places"):
        read(dump(*(row(number, "Luhove", 50, 30) for number in range(1, 5))), ["Лугове"])


def test_a_file_that_is_too_large_is_refused(tmp_path):
    """A file past the cap is refused before it is read."""
    with (tmp_path / "huge.txt").open("wb") as huge:
        huge.truncate(own_file.LARGEST_BYTES + 1)
    with pytest.raises(OwnFileUnreadable, match="larger than"):
        read(tmp_path / "huge.txt", ["Лугове"])


def test_what_is_no_file_is_refused(tmp_path):
    """A folder, a missing file and a pipe that never ends are refused at once."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "missing.txt", tmp_path / "pipe"):
        with pytest.raises(OwnFileUnreadable):
            read(path, ["Лугове"])


def test_names_that_act_are_made_visible(gazetteer, dump):
    """An override in a name of the list is written out, so that it cannot turn what stands beside it."""
    own = read(dump(row(906, "Luhove", 50.7, 30.8, others="\u202eevohuL")), ["Лугове"])
    (entry,) = [one for one in with_own(gazetteer, "Лугове", own) if one.ref == "geonames:906"]
    assert "<U+202E>evohuL" in entry.names


def test_a_river_is_left_out_and_a_destroyed_village_is_not(dump):
    """Other features are no places where people lived; what was destroyed or left may well be meant."""
    path = dump(row(1, "Luhove", 50, 30, feature="H", code="STM"), row(2, "Luhove", 50, 30, code="PPLW"))
    assert [point.ref for point in read(path, ["Лугове"]).points] == ["geonames:2"]
