"""Which places a name may mean: three lists that are all of them, and a sentence for each bound."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "gazetteer"))

from made_gazetteer import make

from probata.gazetteer.entries import Kind
from probata.gazetteer.store import BUILT, opened
from probata.terms.errors import InvalidValue
from probata.terms.places import Point
from probata.verification.sightlines import View
from probata.verification.where import (
    Answer,
    NearWithoutPoint,
    NoSuchPlace,
    Question,
    ask,
)
from probata.verification.where_told import as_json, derivation

LUHOVE = {f"katottg:UA{one}" for one in ("011102", "011202", "012102", "021101", "021103")} | {
    "geonames:16",
    "geonames:21",
}


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    with opened(make(tmp_path_factory.mktemp("gazetteer") / "places.sqlite3")) as small:
        yield small


def refs(places) -> set[str]:
    return {one.entry.ref for one in places}


def everything(answer: Answer) -> list[str]:
    return [one.entry.ref for one in (*answer.candidates, *answer.cannot_be_checked, *answer.set_aside)]


def test_a_name_alone_lists_every_place_of_it(gazetteer):
    """Seven places, none chosen, none cut off."""
    answer = ask(gazetteer, Question(name="Лугове"))
    assert refs(answer.candidates) == LUHOVE
    assert answer.named == 7


def test_a_unit_sets_aside_what_lies_elsewhere_and_says_where(gazetteer):
    """Two lie in the raion; one that is only a point of another oblast, one abroad and three villages do not."""
    answer = ask(gazetteer, Question(name="Лугове", within=("Лозівський район",)))
    assert refs(answer.candidates) == {"katottg:UA011102", "katottg:UA011202"}
    reasons = {one.entry.ref: one.set_aside[0] for one in answer.set_aside}
    assert reasons["katottg:UA012102"].startswith("It lies in Кам’янський район, not in Лозівський район")
    assert reasons["geonames:21"].startswith("It lies in Xanadia")


def test_what_a_source_does_not_tell_is_not_ruled_out(gazetteer):
    """A point known to its oblast alone may lie in that oblast's raion: it cannot be checked, and says why."""
    answer = ask(gazetteer, Question(name="Лугове", within=("Ярський район",)))
    assert refs(answer.candidates) == {"katottg:UA021101", "katottg:UA021103"}
    (open_,) = answer.cannot_be_checked
    assert open_.entry.ref == "geonames:16"
    assert "cannot be checked" in open_.unchecked[0]


def test_several_units_all_hold(gazetteer):
    """Two bounds are both asked for, and so is what stands behind a comma in the name."""
    two = ask(gazetteer, Question(name="Лугове", within=("Київська область", "Тихівська громада")))
    comma = ask(gazetteer, Question(name="Лугове, Тихівська громада"))
    assert refs(two.candidates) == refs(comma.candidates) == {"katottg:UA011202"}


def test_distance_leaves_one_and_rules_out_nothing_without_a_point(gazetteer):
    """What lies so far is a candidate; what lies elsewhere is set aside; what has no point is neither."""
    answer = ask(gazetteer, Question(name="Лугове", near="Лозова Балка", distance_km=3))
    assert refs(answer.candidates) == {"katottg:UA011102"}
    assert refs(answer.set_aside) == {"geonames:16", "geonames:21"}
    assert refs(answer.cannot_be_checked) == {f"katottg:UA{one}" for one in ("011202", "012102", "021101", "021103")}
    assert all("no point is known" in one.unchecked[0] for one in answer.cannot_be_checked)


def test_a_bearing_is_held_across_north(gazetteer):
    """The village lies south-east of the town: 137 degrees fits, 317 does not, and 350 is 20 from 10, not 340."""
    fits = ask(gazetteer, Question(name="Лугове", near="Лозова Балка", bearing_deg=137))
    against = ask(gazetteer, Question(name="Лугове", near="Лозова Балка", bearing_deg=317))
    assert refs(fits.candidates) == {"katottg:UA011102"}
    assert "katottg:UA011102" in refs(against.set_aside)
    north = Question(name="Тиха", near="50.50, 30.15", bearing_deg=350, bearing_tolerance_deg=20)
    assert refs(ask(gazetteer, north).candidates) == {"katottg:UA011201"}


def test_the_tolerance_of_about_is_told(gazetteer):
    """A fifth of the distance and no less than 2 km, where nobody says; else what was said."""
    told = [Question(name="x", near="1,1", distance_km=far).give_or_take_km for far in (3, 10, 50)]
    assert told == [2.0, 2.0, 10.0]
    assert Question(name="x", near="1,1", distance_km=50, tolerance_km=0.5).give_or_take_km == 0.5
    answer = as_json(ask(gazetteer, Question(name="Лугове", near="Лозова Балка", distance_km=3)))
    assert answer["question"]["tolerance_km"] == 2.0


def test_a_place_to_measure_from_may_itself_be_ambiguous(gazetteer):
    """Three places are named Зоряне: what fits from one of those with points fits, and all are told."""
    answer = ask(gazetteer, Question(name="Лугове", near="Зоряне", distance_km=12))
    assert refs(answer.candidates) == {"katottg:UA011102"}
    assert "from Зоряне, city" in " ".join(answer.candidates[0].reasons_for)
    told = as_json(answer)["near"]
    assert [one["id"] for one in told["places"]] == ["katottg:UA011103"]
    assert [one["id"] for one in told["without_point"]] == ["katottg:UA012103"]
    assert any("Nothing was measured from Зоряне, village" in note for note in answer.notes)


def test_latin_letters_mean_all_of_that_name(gazetteer):
    """Written Zoryane the name is also borne abroad: both are measured from, and the sentence says which fits."""
    answer = ask(gazetteer, Question(name="Лугове", near="Zoryane", distance_km=34, tolerance_km=1))
    assert refs(answer.candidates) == {"geonames:21"}
    assert any("2 places are named Zoryane" in note for note in answer.notes)


@pytest.mark.parametrize("near", ["місто Зоряне", "Зоряне, Лозівська громада", "katottg:UA011103", "geonames:14"])
def test_a_kind_a_unit_or_an_id_makes_it_one(gazetteer, near):
    """Who knows more says more, and nothing is left open."""
    answer = ask(gazetteer, Question(name="Лугове", near=near, distance_km=12))
    assert refs(answer.candidates) == {"katottg:UA011102"}
    assert answer.anchor.without_point == ()


def test_a_place_without_a_point_is_refused_as_a_start(gazetteer):
    """Nothing is measured from a village whose point nobody knows."""
    with pytest.raises(NearWithoutPoint, match="katottg:UA012103"):
        ask(gazetteer, Question(name="Лугове", near="село Зоряне", distance_km=3))


def test_kinds_that_a_source_does_not_tell_cannot_be_checked(gazetteer):
    """A point of a list without kinds may be a village."""
    answer = ask(gazetteer, Question(name="Лугове", kinds=frozenset({Kind.CITY})))
    assert refs(answer.candidates) == set()
    assert refs(answer.cannot_be_checked) == {"geonames:16", "geonames:21"}
    assert all(one.set_aside == ("It is a village, not a city.",) for one in answer.set_aside)


def test_a_word_for_a_kind_may_be_part_of_the_name(gazetteer):
    """Nova City is called so as a whole: the word is no kind then, as it is in `city Zoriane`."""
    answer = ask(gazetteer, Question(name="Nova City"))
    assert refs(answer.candidates) == {"geonames:22"}
    assert refs(ask(gazetteer, Question(name="city Zoriane")).candidates) == {"katottg:UA011103"}


def test_a_view_sets_aside_what_lies_behind_the_camera(gazetteer):
    """A camera north of the village that looks south may see it; one that looks north does not."""
    at = Point(latitude_deg=50.58, longitude_deg=30.23)
    south = View(at=at, azimuth_deg=180, field_deg=60, range_m=20_000)
    north = View(at=at, azimuth_deg=0, field_deg=60, range_m=20_000)
    assert "katottg:UA011102" in refs(ask(gazetteer, Question(name="Лугове", views=(south,))).candidates)
    assert "katottg:UA011102" in refs(ask(gazetteer, Question(name="Лугове", views=(north,))).set_aside)


def test_how_the_name_is_written_speaks_for_or_against(gazetteer):
    """As written and by a named table it speaks for; a name that only sounds alike speaks against, and stays listed."""
    written = ask(gazetteer, Question(name="Тиха")).candidates[0]
    assert written.reasons_for == ("Its name is written Тиха in its source.",)
    table = ask(gazetteer, Question(name="Kamiane Ozero")).candidates[0]
    assert table.reasons_for[0].startswith("Kamiane Ozero and Кам’яне Озеро are one name: so KMU 2010 writes")
    alike = next(
        one for one in ask(gazetteer, Question(name="Лугово")).candidates if one.entry.ref == "katottg:UA011202"
    )
    assert alike.reasons_for == ()
    assert "only sounds alike" in alike.reasons_against[0]


def test_an_inferred_point_is_told_against_it(gazetteer):
    """Whoever relies on the point reads how it was come by."""
    answer = ask(gazetteer, Question(name="Лугове", within=("Лозівська громада",)))
    assert "Its point is an inference (geonames:13)" in answer.candidates[0].reasons_against[0]


def test_nothing_found_is_an_answer_with_near_spellings(gazetteer):
    """No place of the name is held: three empty lists, and what may have been meant."""
    answer = ask(gazetteer, Question(name="Зоряна"))
    assert (answer.named, answer.near_spellings) == (0, ("Зоряне",))
    assert as_json(answer)["outcome"] == "nothing_found"


@pytest.mark.parametrize("bound", ["Невідомий район", "Unknown oblast", "Тиха область"])
def test_an_unknown_unit_is_an_error_and_no_empty_answer(gazetteer, bound):
    """A slip in a bound must not set everything aside."""
    with pytest.raises(NoSuchPlace):
        ask(gazetteer, Question(name="Лугове", within=(bound,)))


def test_an_unknown_place_to_measure_from_is_an_error(gazetteer):
    """The error names what is near it."""
    with pytest.raises(NoSuchPlace, match="near it are Зоряне"):
        ask(gazetteer, Question(name="Лугове", near="Зоряна", distance_km=1))


@pytest.mark.parametrize(
    "bounds",
    [
        {"distance_km": 3},
        {"bearing_deg": 3},
        {"near": "1,1"},
        {"near": "1,1", "bearing_deg": 3, "tolerance_km": 1},
        {"near": "1,1", "distance_km": -1},
        {"near": "1,1", "distance_km": float("nan")},
        {"near": "1,1", "distance_km": 1e9},
        {"near": "1,1", "bearing_deg": 361},
        {"near": "1,1", "bearing_deg": 1, "bearing_tolerance_deg": -1},
        {"name": ""},
        {"name": "Лу\u202eгове"},
    ],
)
def test_questions_that_make_no_sense_are_refused(bounds):
    """A distance from nowhere, a start without a distance, numbers that are none, names that act."""
    with pytest.raises(InvalidValue):
        Question(**{"name": "Лугове", **bounds})


def test_impossible_coordinates_are_refused(gazetteer):
    """A start that is nowhere on Earth is told as such."""
    with pytest.raises(InvalidValue, match="between -90 and 90"):
        ask(gazetteer, Question(name="Лугове", near="95,30", distance_km=3))


def test_a_name_of_mixed_letters_is_read_and_told(gazetteer):
    """A Latin o in Лугoве finds the villages, and the answer says that it was put right."""
    answer = ask(gazetteer, Question(name="Лугoве"))
    assert refs(answer.candidates) == LUHOVE
    assert "Cyrillic and Latin letters" in answer.notes[0]


def test_a_name_written_from_right_to_left_is_found(gazetteer):
    """Arabic letters, with marks of direction beside them."""
    assert refs(ask(gazetteer, Question(name="\u200fزوريانه")).candidates) == {"geonames:20"}


@given(
    within=st.lists(st.sampled_from(["Київська область", "Лозівський район", "Ярська громада", "Ukraine"]), max_size=2),
    distance_km=st.none() | st.floats(0, 300),
    bearing_deg=st.none() | st.floats(0, 360),
    kinds=st.frozensets(st.sampled_from([Kind.VILLAGE, Kind.CITY, Kind.PLACE])),
)
def test_bounds_move_places_and_lose_none(tmp_path_factory, within, distance_km, bearing_deg, kinds):
    """Whatever is asked, the three lists are all places of the name, each once; more bounds never make a candidate."""
    near = "50.5,30.2" if distance_km is not None or bearing_deg is not None else None
    question = Question(
        name="Лугове", within=tuple(within), near=near, distance_km=distance_km, bearing_deg=bearing_deg, kinds=kinds
    )
    path = tmp_path_factory.getbasetemp() / "kept.sqlite3"
    with opened(path if path.is_file() else make(path)) as small:
        answer, bare = ask(small, question), ask(small, Question(name="Лугове", within=tuple(within)))
    assert sorted(everything(answer)) == sorted(LUHOVE)
    assert refs(answer.candidates) <= refs(bare.candidates)
    assert all(one.set_aside for one in answer.set_aside)
    assert all(one.unchecked and not one.set_aside for one in answer.cannot_be_checked)


def test_the_run_is_written_down(gazetteer):
    """Name, version, what was asked, which files were read, and the ids of all three lists."""
    answer = ask(gazetteer, Question(name="Лугове", near="Лозова Балка", distance_km=3))
    told = derivation(answer, gazetteer.sources).as_json()
    assert (told["tool"], told["seed"], told["inputs"]["tolerance_km"]) == ("probata where", None, 2.0)
    assert told["outputs"]["candidates"] == ["katottg:UA011102"]
    assert sorted(ref for refs_ in told["outputs"].values() for ref in refs_) == sorted(LUHOVE)
    assert "katottg: points" in told["uncertainty"]["leaves_open"]


built = pytest.mark.skipif(not BUILT.is_file(), reason="the gazetteer is not built: make setup")


@built
@pytest.mark.parametrize("name", ["Дмитрівка", "Дмитровка", "Dmytrivka", "Dmitrovka"])
def test_fifty_two_and_one(name):
    """The standing example: fifty villages and more of the name, two in the raion, one 10 km south of the town."""
    with opened() as real:
        alone = ask(real, Question(name=name))
        raion = ask(real, Question(name=name, within=("Бучанський район",)))
        far = Question(name=name, near="Буча", distance_km=10, bearing_deg=196)
        measured = ask(real, far)
        both = ask(real, Question(name=name, within=("Bucha raion",), near="Bucha", distance_km=10, bearing_deg=196))
    assert len([one for one in alone.candidates if one.entry.kind in {Kind.VILLAGE, Kind.SETTLEMENT}]) >= 50
    assert len(raion.candidates) == 2
    assert refs(measured.candidates) == refs(both.candidates) == {"katottg:UA32080130010050367"}
    assert len(measured.cannot_be_checked) > 30
    assert refs(both.cannot_be_checked) == {"katottg:UA32080030100029179"}
