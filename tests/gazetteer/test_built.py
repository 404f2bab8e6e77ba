"""The gazetteer that set-up builds: what the real lists give, held to what the question of one village needs."""

from __future__ import annotations

import pytest

from probata.gazetteer.assembling import OBLASTS
from probata.gazetteer.entries import SETTLEMENTS, Kind
from probata.gazetteer.store import BUILT, opened

pytestmark = pytest.mark.skipif(not BUILT.is_file(), reason="the gazetteer is not built: make setup")


@pytest.fixture(scope="module")
def real():
    with opened() as gazetteer:
        yield gazetteer


@pytest.mark.parametrize("spelling", ["Дмитрівка", "Дмитровка", "Dmytrivka", "Dmitrovka", "Dmitrivka", "ДМИТРІВКА"])
def test_fifty_settlements_and_more_bear_the_name(real, spelling):
    """The official codifier has fifty of the name; each is found in every spelling, none is cut off."""
    found = [one for one in real.named(spelling) if one.kind in SETTLEMENTS]
    assert len([one for one in found if one.ref.startswith("katottg:") and one.name == "Дмитрівка"]) == 50


def test_the_village_by_the_town_has_its_point(real):
    """Of four in its oblast and two in its raion the one west of Kyiv is joined to its point, as an inference."""
    village = real.one("geonames:8516247")
    assert village.ref == "katottg:UA32080130010050367"
    assert "Бучанський район" in [parent.name for parent in village.parents]
    assert (village.at.point.latitude_deg, village.at.point.longitude_deg) == pytest.approx((50.459, 30.170), abs=0.001)
    assert village.at.inferred


def test_every_first_level_code_has_its_unit(real):
    """27 codes of one list are 27 units of the other: in each a settlement was joined by its name."""
    units = [one for one in real.units({Kind.OBLAST}) if one.ref.startswith("katottg:")]
    cities = [one for name in ("Київ", "Севастополь") for one in real.named(name) if one.ref.startswith("katottg:")]
    tops = units + [one for one in cities if one.kind is Kind.CITY and len(one.parents) == 1]
    assert {one.name.removesuffix(" область") for one in tops} == set(OBLASTS.values())
    for one in tops:
        assert real.points_in(one.ref), one.name


def test_no_point_is_given_twice(real):
    """A point belongs to one settlement."""
    seen = [one.at.ref for name in ("Дмитрівка", "Зелене", "Буча") for one in real.named(name) if one.at is not None]
    assert len(seen) == len(set(seen))


def test_the_sources_tell_their_licences(real):
    """Both lists stand in the file with licence, edition and digests."""
    assert [one.name for one in real.sources] == ["katottg", "geonames"]
    assert all(one.licence and one.says and one.files for one in real.sources)
