"""The built file: every name is found in any spelling, with its units, its point and its sources."""

from __future__ import annotations

import sqlite3

import pytest
from made_gazetteer import HOME, SOURCES, make

from probata.gazetteer.entries import Kind
from probata.gazetteer.store import GazetteerMissing, GazetteerUnreadable, opened
from probata.terms.places import Point


def test_every_place_of_a_name_is_found_in_every_spelling(gazetteer):
    """Five villages, a point that nobody could place, and one abroad, whichever way they are written."""
    found = [one.ref for one in gazetteer.named("Лугове")]
    assert len(found) == 7
    for spelling in ("Луговое", "Luhove", "Lugove", "Lugovoye"):
        assert found == [one.ref for one in gazetteer.named(spelling)], spelling


def test_units_stand_from_the_nearest_to_the_country(gazetteer):
    """A village's units are its hromada, raion, oblast and country, in words."""
    entry = gazetteer.one("katottg:UA011102")
    assert [(parent.kind, parent.name) for parent in entry.parents] == [
        (Kind.HROMADA, "Лозівська громада"),
        (Kind.RAION, "Лозівський район"),
        (Kind.OBLAST, "Київська область"),
        (Kind.COUNTRY, "Ukraine"),
    ]


def test_a_joined_place_has_both_lists_names_and_says_why(gazetteer):
    """It bears the names of both, is found by either id, and tells that its point was inferred."""
    entry = gazetteer.one("geonames:13")
    assert entry.ref == "katottg:UA011102"
    assert {"Лугове", "Luhove", "Луговое"} <= set(entry.all_names)
    assert entry.at.inferred
    assert "among several of its name" in entry.at.because


def test_a_join_by_name_is_no_inference(gazetteer):
    """What bears its name alone was not chosen among others."""
    assert not gazetteer.one("katottg:UA011201").at.inferred


def test_what_nobody_could_join_names_each_other(gazetteer):
    """The point and both villages stand as places of their own and say that they may be the same."""
    assert gazetteer.one("geonames:16").perhaps == ("katottg:UA021101", "katottg:UA021103")
    assert gazetteer.one("katottg:UA021101").perhaps == ("geonames:16",)
    assert gazetteer.one("katottg:UA021101").at is None


def test_points_of_a_unit_leave_inferred_ones_out(gazetteer):
    """What was inferred from neighbours is no neighbour itself."""
    assert gazetteer.points_in("katottg:UA0111") == [(50.50, 30.20)]
    assert len(gazetteer.points_in("katottg:UA01")) == 3


def test_near_spellings_are_offered(gazetteer):
    """A slip of the hand is answered with what it may have meant, in the script of the question."""
    assert gazetteer.near_spellings("Зоряна") == ["Зоряне"]
    assert gazetteer.near_spellings("Zoriana") == ["Zoryane"]
    assert gazetteer.near_spellings("…") == []


def test_the_sources_stand_in_the_file(gazetteer):
    """Each with its licence, and with what it lacks."""
    assert gazetteer.sources == tuple(SOURCES)


def test_a_place_abroad_is_told_with_its_country(gazetteer):
    """Where no unit nearer is known, the code of the region and the country tell namesakes apart."""
    assert gazetteer.one("geonames:21").shown == "Luhove, place (region 05, Xanadia)"


def test_an_unknown_id_is_nothing(gazetteer):
    """No id is guessed; one that looks like a query is only a text."""
    assert gazetteer.one("katottg:UA99") is None
    assert gazetteer.one("' OR 1=1 --") is None
    assert gazetteer.one(HOME).kind is Kind.COUNTRY


def test_the_same_lists_make_the_same_bytes(built, tmp_path):
    """Nothing of the time or the machine goes into the file."""
    assert make(tmp_path / "again.sqlite3").read_bytes() == built.read_bytes()


def test_a_missing_file_says_what_to_run(tmp_path):
    """Without the built file the answer is what to do, not an empty list."""
    with pytest.raises(GazetteerMissing, match=r"nothing\.sqlite3") as refused, opened(tmp_path / "nothing.sqlite3"):
        pass
    assert "make setup" in refused.value.what_to_do


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + bytes(200)])
def test_a_damaged_file_is_refused(tmp_path, content):
    """An empty, foreign or torn file is an error, never a gazetteer without places."""
    (tmp_path / "torn.sqlite3").write_bytes(content)
    with pytest.raises(GazetteerUnreadable), opened(tmp_path / "torn.sqlite3"):
        pass


@pytest.mark.parametrize("name", ["format", "spelling"])
def test_a_file_of_another_version_is_refused(tmp_path, name):
    """Keys that were made otherwise would find nothing without a word."""
    path = make(tmp_path / "old.sqlite3")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE about SET value = 'other' WHERE name = ?", (name,))
    database.close()
    with pytest.raises(GazetteerUnreadable, match="another version"), opened(path):
        pass


def test_a_unit_within_itself_is_refused(tmp_path):
    """A ring of units ends in an error, not in an endless walk."""
    path = make(tmp_path / "ring.sqlite3")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE place SET parent = id WHERE ref = 'katottg:UA0111'")
    database.close()
    with opened(path) as ring, pytest.raises(GazetteerUnreadable, match="within itself"):
        ring.named("Лозова Балка")


def test_landmarks_are_the_largest_places_around_none_close_to_a_larger_one(gazetteer):
    """In a box around a village its town comes first; the list ends where it was told to, and may be empty."""
    corners = Point(latitude_deg=50.2, longitude_deg=29.9), Point(latitude_deg=50.8, longitude_deg=30.5)
    found = [(one.name, one.people) for one in gazetteer.landmarks(*corners)]
    assert found[0] == ("Зоряне", 25_000)
    assert [people for _name, people in found] == sorted((people for _name, people in found), reverse=True)
    # Лугове lies 3 km from the larger Лозова Балка: too close in a box of 40 km.
    assert "Лугове" not in dict(found)
    assert len(gazetteer.landmarks(*corners, most=1)) == 1
    assert gazetteer.landmarks(corners[1], corners[0]) == []
