"""What was on somebody's screen: written as they look, read by them alone; totals go where they release them."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError

from probata.access import exposure
from probata.access import services as access
from probata.access.exposure import Piece, TotalsNotReleased
from probata.access.models import Exposure, Person
from probata.access.roles import Role
from probata.access.ways import FIRST_WAY, Way
from probata.engines import clock
from probata.terms.errors import InvalidValue

if TYPE_CHECKING:
    from tests.conftest import Workspace

ITEM, OTHER = "ab" * 32, "cd" * 32


def piece(lasted_s: float, way: Way = Way.GREY, *, sound: bool = False) -> Piece:
    return Piece(from_ms=0, to_ms=round(lasted_s * 1000), lasted_ms=round(lasted_s * 1000), way=way, sound=sound)


@pytest.fixture
def me(workspace: Workspace) -> Person:
    return access.person_of(workspace.keyring)


@pytest.fixture
def lead(workspace: Workspace) -> Person:
    everything = frozenset(Role)
    return access.person_of(access.enrol(workspace.keyring, "lead", None, everything, reason="leads"))


def today(who: Person) -> exposure.Spent:
    return exposure.spent(who, since=clock.now() - timedelta(hours=1))


class TestLedger:
    def test_time_is_summed_by_way_item_and_sound(self, me: Person) -> None:
        """Each row counts once: by way, by item, and with sound where there was sound."""
        exposure.looked(me, ITEM, [piece(5), piece(4, Way.DRAWING, sound=True)])
        exposure.looked(me, OTHER, [piece(3, Way.FULL)])
        spent = today(me)
        assert spent.by_way == {Way.GREY: 5000, Way.DRAWING: 4000, Way.FULL: 3000}
        assert list(spent.by_item.items()) == [(ITEM, 9000), (OTHER, 3000)]
        assert (spent.all_ms, spent.with_sound_ms) == (12_000, 4000)

    def test_a_change_of_way_is_a_row_that_lasts_nothing(self, me: Person) -> None:
        """It stands in the ledger, and adds no time."""
        exposure.looked(me, ITEM, [Piece(from_ms=1500, to_ms=1500, lasted_ms=0, way=Way.FULL, sound=False)])
        assert Exposure.objects.get().way == "full"
        assert today(me).all_ms == 0

    def test_what_is_veiled_is_not_counted(self, me: Person) -> None:
        """A page that stands open with its veil down is no viewing."""
        exposure.looked(me, ITEM, [piece(30, Way.VEILED)])
        assert today(me).all_ms == 0

    def test_a_piece_is_never_longer_than_a_page_tells(self, me: Person) -> None:
        """A machine that slept does not make a day of viewing."""
        exposure.looked(me, ITEM, [piece(80_000)])
        assert today(me).all_ms == exposure.MOST_PIECE_MS

    def test_rows_are_appended_and_stay(self, me: Person) -> None:
        """The database refuses to edit or to delete one."""
        exposure.looked(me, ITEM, [piece(1)])
        for act in (lambda: Exposure.objects.update(lasted_ms=1), lambda: Exposure.objects.all().delete()):
            with pytest.raises(DatabaseError, match="rows are never"):
                act()

    @pytest.mark.parametrize("wrong", [{"from_ms": 2**60}, {"lasted_ms": True}, {"way": "loud"}])
    def test_nonsense_is_refused(self, wrong: dict[str, object]) -> None:
        """Numbers out of reach and unknown ways make no piece."""
        right = {"from_ms": 0, "to_ms": 1, "lasted_ms": 1, "way": Way.FULL, "sound": False}
        with pytest.raises(InvalidValue):
            Piece(**{**right, **wrong})


class TestPrivate:
    def test_no_role_reads_anothers(self, me: Person, lead: Person) -> None:
        """Whoever holds every role reads their own rows, which are none; totals are refused."""
        exposure.looked(me, ITEM, [piece(600, Way.FULL)])
        assert today(lead).all_ms == 0
        with pytest.raises(TotalsNotReleased, match="has not released"):
            exposure.totals(me, reader=lead)

    def test_a_release_gives_totals_until_it_is_taken_back(self, me: Person, lead: Person) -> None:
        """Minutes by way, without any item; the last word counts."""
        exposure.looked(me, ITEM, [piece(50, Way.FULL)])
        exposure.release(me, lead)
        told = exposure.totals(me, reader=lead)
        assert told.week_ms == {Way.FULL: 50_000}
        assert ITEM not in repr(told)
        assert [one.pk for one in exposure.readers(me)] == [lead.pk]
        assert [one.pk for one in exposure.released_to(lead)] == [me.pk]
        exposure.take_release_back(me, lead)
        with pytest.raises(TotalsNotReleased):
            exposure.totals(me, reader=lead)
        assert exposure.readers(me) == exposure.released_to(lead) == []

    def test_a_release_goes_one_way(self, me: Person, lead: Person) -> None:
        """Whoever is told tells nothing of themself by it."""
        exposure.release(me, lead)
        with pytest.raises(TotalsNotReleased):
            exposure.totals(lead, reader=me)

    def test_nobody_releases_to_themself(self, me: Person) -> None:
        """They read all of it anyway."""
        with pytest.raises(InvalidValue):
            exposure.release(me, me)

    def test_few_modules_know_of_it(self) -> None:
        """Their own page reads the ledger, and pages tell it; a new reader must be named here."""
        root = Path(access.__file__).parents[1]
        readers = {
            path.relative_to(root).as_posix()
            for path in root.rglob("*.py")
            if re.search(r"\bimport exposure\b|access\.exposure\b|\bExposure\b", path.read_text(encoding="utf-8"))
        }
        assert {one for one in readers if "/migrations/" not in one} == {
            "access/exposure.py",
            "access/models.py",
            "web/api/footage.py",
            "web/screens/looking.py",
            "web/screens/wellbeing.py",
            "web/shown/seeing.py",
        }


class TestPause:
    def test_twenty_minutes_within_an_hour(self, me: Person) -> None:
        """Below it nobody is asked; the default is the same for everybody who chose nothing."""
        exposure.looked(me, ITEM, [piece(60) for _ in range(19)])
        assert not exposure.pause_due(me)
        exposure.looked(me, OTHER, [piece(60, Way.STILL)])
        assert exposure.pause_due(me)

    def test_asked_once_and_counted_anew(self, me: Person) -> None:
        """Whoever was asked is asked again only after as much again."""
        exposure.looked(me, ITEM, [piece(60) for _ in range(20)])
        exposure.paused(me)
        assert not exposure.pause_due(me)

    def test_the_minutes_are_ones_own(self, me: Person) -> None:
        """Fewer, or never; an hour at most, since it is counted within one."""
        exposure.looked(me, ITEM, [piece(60)])
        exposure.pause_after(me, 1)
        assert exposure.pause_due(me)
        exposure.pause_after(me, None)
        assert not exposure.pause_due(me)
        assert exposure.habits(me).way is FIRST_WAY
        for minutes in (0, 61):
            with pytest.raises(InvalidValue):
                exposure.pause_after(me, minutes)

    def test_a_way_is_remembered(self, me: Person, lead: Person) -> None:
        """For that person; what they chose of pauses stays."""
        exposure.pause_after(me, 10)
        exposure.prefer_way(me, Way.DRAWING)
        assert exposure.habits(me).way is Way.DRAWING
        assert exposure.habits(me).pause_after_minutes == 10
        assert exposure.habits(lead).way is FIRST_WAY


def test_passing_on(me: Person, lead: Person) -> None:
    """An item waits until somebody takes it; who passed it on, they alone can read."""
    exposure.pass_on(me, ITEM)
    assert exposure.waits_for_another(ITEM)
    assert exposure.waiting_for_another() == exposure.passed_on_by(me) == [ITEM]
    assert exposure.passed_on_by(lead) == []
    exposure.take_on(lead, ITEM)
    assert not exposure.waits_for_another(ITEM)
    assert exposure.waiting_for_another() == exposure.passed_on_by(me) == []
