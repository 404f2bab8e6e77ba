"""Points are given to settlements where that is beyond doubt, and to none otherwise."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from made_gazetteer import CODIFIER, POINTS

from probata.gazetteer.assembling import matched, settlement
from probata.gazetteer.joining import Dot, Settlement, apart_km, by_neighbours, by_size, joins


def lug(ref: str, hromada: str, *, name: str = "Лугове", city: bool = False) -> Settlement:
    return Settlement(ref=ref, name=name, city=city, oblast="o", raion="r", hromada=hromada)


def at(ref: str, latitude: float, longitude: float, *names: str, people: int = 0) -> Dot:
    return Dot(ref=ref, names=names or ("Лугове",), oblast="o", at=(latitude, longitude), people=people)


def test_a_name_borne_once_on_both_sides_is_joined():
    """One settlement and one point of a name in an oblast are one place."""
    (join,) = joins([lug("a", "h")], [at("p", 50, 30)])
    assert (join.dot, join.settlement, join.how, join.near_km) == ("p", "a", "name", None)


def test_a_point_in_another_oblast_is_not_joined():
    """A name alone joins nothing across oblasts."""
    elsewhere = Dot(ref="p", names=("Лугове",), oblast="other", at=(50, 30))
    assert joins([lug("a", "h")], [elsewhere]) == []


def test_a_point_far_from_its_hromada_is_not_joined():
    """The only point of a name that lies 70 km from all else in the hromada is some other place."""
    near = [lug("b", "h", name="Тиха"), lug("c", "h", name="Яр")]
    points = [at("p", 50.0, 30.0), at("q", 50.0, 31.0, "Тиха"), at("r", 50.0, 31.1, "Яр")]
    assert {join.dot for join in joins([lug("a", "h"), *near], points)} == {"q", "r"}


def test_two_points_of_one_name_and_one_settlement_are_not_joined():
    """Nobody can say which of the two it is."""
    assert joins([lug("a", "h")], [at("p", 50, 30), at("q", 50.5, 30)]) == []


def test_among_namesakes_the_near_hromada_is_taken():
    """The point lies 3 km from one namesake's hromada and far from the other's: it is that one, and says how far."""
    known = {"h1": [(50.0, 30.0)], "h2": [(50.8, 30.0)]}
    join = by_neighbours(at("p", 50.03, 30.0), [lug("a", "h1"), lug("b", "h2")], lambda unit: known.get(unit, []))
    assert join is not None
    assert (join.settlement, join.how, join.by_raion) == ("a", "neighbours", False)
    assert 3 < join.near_km < 4
    assert 80 < join.rival_km < 90


def test_between_two_hromadas_nothing_is_taken():
    """6 km from one and 9 km from the other decides nothing."""
    known = {"h1": [(50.0, 30.0)], "h2": [(50.135, 30.0)]}
    namesakes = [lug("a", "h1"), lug("b", "h2")]
    assert by_neighbours(at("p", 50.054, 30.0), namesakes, lambda unit: known.get(unit, [])) is None


def test_two_namesakes_in_one_hromada_stay_apart():
    """Where the hromada itself holds two of the name, lying in it decides nothing."""
    assert by_neighbours(at("p", 50, 30), [lug("a", "h1"), lug("b", "h1")], lambda _unit: [(50.0, 30.0)]) is None


def test_of_one_unknown_hromada_the_raion_may_tell():
    """All others lie farther than 20 km, and the raion's points are near: then it is the one that is left."""
    known = {"h1": [(50.5, 30.0)], "r": [(50.05, 30.0)]}
    namesakes = [lug("a", "h1"), lug("b", "unknown")]
    join = by_neighbours(at("p", 50.0, 30.0), namesakes, lambda unit: known.get(unit, []))
    assert join is not None
    assert (join.settlement, join.by_raion) == ("b", True)
    assert by_neighbours(at("p", 50.35, 30.0), namesakes, lambda unit: known.get(unit, [])) is None


def test_of_two_unknown_hromadas_nothing_is_told():
    """What nobody knows about two namesakes cannot tell them apart."""
    namesakes = [lug("a", "x"), lug("b", "y")]
    assert by_neighbours(at("p", 50.0, 30.0), namesakes, lambda _unit: []) is None


def test_many_people_make_the_only_city():
    """A point with 25,000 people is the city of its name; with 900 it need not be."""
    namesakes = [lug("a", "h1", city=True), lug("b", "h2")]
    assert by_size(at("p", 50, 30, people=25_000), namesakes).settlement == "a"
    assert by_size(at("p", 50, 30, people=900), namesakes) is None
    assert by_size(at("p", 50, 30, people=25_000), [*namesakes, lug("c", "h3", city=True)]) is None


def test_the_small_gazetteer_joins_what_it_should():
    """Names borne once, the city by its people, one of three villages by its hromada; two in one hromada by nothing."""
    joined, perhaps = matched(CODIFIER, [point for point in POINTS if point.country == "UA"])
    assert {(join.dot, join.settlement, join.how) for join in joined} == {
        ("geonames:10", "katottg:UA011101", "name"),
        ("geonames:11", "katottg:UA011201", "name"),
        ("geonames:12", "katottg:UA012101", "name"),
        ("geonames:15", "katottg:UA021102", "name"),
        ("geonames:13", "katottg:UA011102", "neighbours"),
        ("geonames:14", "katottg:UA011103", "size"),
    }
    assert perhaps == {"geonames:16": ["katottg:UA021101", "katottg:UA021103"]}


def test_a_city_of_special_status_lies_in_itself():
    """Where no unit stands above, the settlement is its own oblast."""
    rows = [row for row in CODIFIER if row.category == "O"]
    assert settlement(rows[0]).oblast == settlement(rows[0]).hromada == rows[0].ref


DEGREES = st.tuples(st.floats(-89, 89), st.floats(-180, 180))


@given(DEGREES, DEGREES, DEGREES)
def test_distance_is_a_distance(one, other, third):
    """Nothing to itself, the same both ways, and no detour is shorter."""
    assert apart_km(one, one) == 0
    assert abs(apart_km(one, other) - apart_km(other, one)) < 1e-6
    assert apart_km(one, third) <= apart_km(one, other) + apart_km(other, third) + 1e-6


@given(
    st.permutations(range(5)), st.lists(st.tuples(st.floats(49.8, 50.2), st.floats(29.8, 30.2)), min_size=5, max_size=5)
)
def test_joins_do_not_depend_on_the_order(order, places):
    """The same lists in any order give the same joins, each point and settlement once."""
    names = ["Лугове", "Лугове", "Тиха", "Яр", "Поле"]
    settlements = [lug(str(number), "h1" if number % 2 else "h2", name=name) for number, name in enumerate(names)]
    dots = [at(f"p{number}", *places[number], names[number]) for number in range(5)]
    joined = joins(settlements, dots)
    assert joined == joins([settlements[one] for one in order], [dots[one] for one in order])
    assert len({join.settlement for join in joined}) == len({join.dot for join in joined}) == len(joined)
