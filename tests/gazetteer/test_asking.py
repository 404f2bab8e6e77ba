"""How people write a place: kinds and levels in three languages, qualified names, coordinates, units by any name."""

from __future__ import annotations

import pytest

from probata.gazetteer.asking import asked, coordinates, is_called, units, writes_it_so
from probata.gazetteer.entries import Kind
from probata.terms.errors import InvalidValue


@pytest.mark.parametrize(
    ("written", "name", "kind"),
    [
        ("село Лугове", "Лугове", Kind.VILLAGE),
        ("с. Лугове", "Лугове", Kind.VILLAGE),
        ("с.Лугове", "Лугове", Kind.VILLAGE),
        ("м.Зоряне", "Зоряне", Kind.CITY),
        ("місто Зоряне", "Зоряне", Kind.CITY),
        ("town of Zoriane", "Zoriane", Kind.CITY),
        ("village Luhove", "Luhove", Kind.VILLAGE),
        ("Київська область", "Київська", Kind.OBLAST),
        ("Kyiv Oblast", "Kyiv", Kind.OBLAST),
        ("Лозівська громада", "Лозівська", Kind.HROMADA),
        ("Лугове", "Лугове", None),
        ("місто", "місто", None),
    ],
)
def test_kinds_and_levels_are_read_off_a_name(written, name, kind):
    """The word for the kind is taken off where a name is left; a word alone is a name."""
    told = asked(written)
    assert (told.name, told.kinds) == (name, frozenset() if kind is None else {kind})


def test_a_raion_may_be_of_a_city():
    """`район` is what both are called."""
    assert asked("Київський район").kinds == {Kind.RAION, Kind.CITY_DISTRICT}


def test_commas_name_the_units_above():
    """What follows the name is where it lies."""
    told = asked("Лугове, Лозівський район, Київська область")
    assert (told.name, told.within) == ("Лугове", ("Лозівський район", "Київська область"))


@pytest.mark.parametrize("nothing", ["", "   ", "…", "\u200e", "’", ", Київська область"])
def test_what_writes_no_name_is_refused(nothing):
    """An empty name is no question for everything."""
    with pytest.raises(InvalidValue):
        asked(nothing)


@pytest.mark.parametrize("hostile", ["Лу\u202eгове", "Лу\nгове", "Лу\x1b[31mгове", "х" * 201])
def test_what_acts_or_is_endless_is_refused(hostile):
    """Overrides, line breaks, terminal codes and very long texts are not looked up."""
    with pytest.raises(InvalidValue):
        asked(hostile)


@pytest.mark.parametrize("written", ["50.5,30.25", "50.5, 30.25", "+50.5 30.25", " 50.5;30.25 ", "٥٠.٥, ٣٠.٢٥"])
def test_two_numbers_are_a_point(written):
    """Latitude first, however they are parted."""
    point = coordinates(written)
    assert (point.latitude_deg, point.longitude_deg) == (50.5, 30.25)


@pytest.mark.parametrize("written", ["Лугове", "50.5", "50.5,30.2,1", "1e3,4", "nan,nan"])
def test_other_texts_are_no_point(written):
    """A name, one number, three, or a number in another notation is not taken for coordinates."""
    assert coordinates(written) is None


@pytest.mark.parametrize("written", ["91,0", "-90.5,0", "0,180.5", "999,999"])
def test_impossible_coordinates_are_refused(written):
    """A point that is nowhere on Earth is told as such."""
    with pytest.raises(InvalidValue):
        coordinates(written)


@pytest.mark.parametrize(
    ("written", "ref"),
    [
        ("Київська область", "katottg:UA01"),
        ("Киевская область", "katottg:UA01"),
        ("Kyiv oblast", "katottg:UA01"),
        ("Kiev region", "katottg:UA01"),
        ("Sumy oblast", "katottg:UA02"),
        ("Сумська", "katottg:UA02"),
        ("Лозівський район", "katottg:UA0110"),
        ("Lozivskyi raion", "katottg:UA0110"),
        ("Лозівська громада", "katottg:UA0111"),
        ("Tykha hromada", None),
        ("Xanadia", "geonames:2"),
        ("Ukraine", "geonames:1"),
    ],
)
def test_units_are_found_by_any_of_their_names(gazetteer, written, ref):
    """By their adjective in any spelling, and by the place that it is made from, where that is plain."""
    assert [one.ref for one in units(gazetteer, asked(written))] == ([] if ref is None else [ref])


def test_a_name_as_written_is_told_from_one_that_sounds_alike(gazetteer):
    """Accents and capitals do not matter; other letters do."""
    entry = gazetteer.one("katottg:UA011202")
    assert writes_it_so(entry, "ЛУГОВЕ")
    assert not writes_it_so(entry, "Луговое")
    # No source writes it in Latin letters; its official form is ours to make.
    assert not writes_it_so(entry, "Luhove")
    assert is_called(entry, "Luhove")
