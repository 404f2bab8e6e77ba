"""By when footage existed at the latest: bounds by acquisition, what they rest on, and never more than they show."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from probata.copies import selectors, services
from probata.preservation import selectors as preservation


def _acquired(item):
    return preservation.acquisitions(item)[0].at


def test_alone_an_item_is_bounded_by_its_own_acquisition(archive):
    """The bytes existed when they were acquired; nothing more is said."""
    item = archive.add("alone")
    seen = selectors.first_seen(item)
    assert [(one.item, one.whole, one.confirmed) for one in seen.bounds] == [(item, True, True)]
    assert seen.statement.startswith("it existed at the latest by ")
    assert "first" not in seen.statement


def test_an_earlier_item_that_holds_some_of_its_seconds_bounds_those_alone(archive, told):
    """The seconds that the earlier one holds existed then; of the rest only its own acquisition tells."""
    earlier, later = archive.add("earlier"), archive.add("later")
    archive.share(later, earlier, told.relation("overlaps", told.stretch(2, 6, 0)))
    archive.look(later)
    seen = selectors.first_seen(later)
    first, own = seen.bounds
    assert (first.item, first.at, first.whole, first.spans) == (earlier, _acquired(earlier), False, ((2, 6),))
    assert (own.item, own.whole) == (later, True)
    assert "the seconds 2.00 to 6.00 of it existed at the latest by" in seen.statement
    assert "no person has confirmed" in seen.statement


def test_a_confirmed_relation_is_a_bound_without_that_doubt(archive, told):
    """After a person confirmed it the sentence rests on nothing proposed."""
    earlier, later = archive.add("earlier"), archive.add("later")
    archive.share(later, earlier, told.relation("overlaps", told.stretch(2, 6, 0)))
    known = archive.look(later).relations[0]
    services.decide(known.id, actor=archive.actor, decision="confirmed", reason="frame by frame")
    first = selectors.first_seen(later).bounds[0]
    assert (first.confirmed, first.rests_on) == (True, (known.id,))
    assert "no person" not in first.statement


def test_a_rejected_relation_bounds_nothing(archive, told):
    """What a person rejected neither joins nor dates."""
    earlier, later = archive.add("earlier"), archive.add("later")
    archive.share(later, earlier, told.relation("overlaps", told.stretch(2, 6, 0)))
    known = archive.look(later).relations[0]
    services.decide(known.id, actor=archive.actor, decision="rejected", reason="another day")
    assert [one.item for one in selectors.first_seen(later).bounds] == [later]
    assert [member.item for member in selectors.graph(later)] == [later]
    assert selectors.circulates(later).statement == "circulates in 1 other items: 0 confirmed, 1 rejected, 0 undecided"


def test_a_confirmed_way_is_not_lent_to_seconds_that_only_a_candidate_shares(archive, told):
    """Two ways to one item, one of them confirmed: its seconds are told without doubt, the others with it."""
    earlier, between, later = (archive.add(name) for name in ("earlier", "between", "later"))
    archive.share(later, earlier, told.relation("overlaps", told.stretch(0, 2, 0)))
    archive.share(later, between, told.relation("overlaps", told.stretch(4, 8, 0)))
    relations = archive.look(later).relations
    archive.share(between, earlier, told.relation("overlaps", told.stretch(0, 4, 10)))
    archive.look(between)
    sure = next(one for one in relations if one.b == earlier)
    services.decide(sure.id, actor=archive.actor, decision="confirmed", reason="frame by frame")
    bounds = [one for one in selectors.first_seen(later).bounds if one.item == earlier]
    assert [(one.confirmed, one.spans) for one in bounds] == [(True, ((0, 2),)), (False, ((0, 2), (4, 8)))]


def test_sound_alone_bounds_the_sound(archive, told):
    """Pictures may be of another day: the sentence speaks of the sound."""
    earlier, later = archive.add("earlier"), archive.add("later")
    archive.share(later, earlier, told.relation("excerpt_of", told.stretch(0, 4, 3), by="sound"))
    archive.look(later)
    assert selectors.first_seen(later).statement.startswith("the sound of the seconds 0.00 to 4.00 of it existed")


def test_a_scene_dates_nothing(archive, told):
    """The same scene, the moment unproven, is no bound; it is still listed, after the copies."""
    earlier, later = archive.add("earlier"), archive.add("later")
    archive.share(later, earlier, told.relation("same_scene_moment_unproven", told.stretch(0, 4, 3), score=0.4))
    archive.look(later)
    assert [one.item for one in selectors.first_seen(later).bounds] == [later]
    assert selectors.circulates(later).items == 0
    assert [one.kind for one in selectors.relations_of(later)] == ["same_scene_moment_unproven"]


def test_what_an_origin_states_is_told_as_a_statement(archive):
    """A file's date of change may be set by anybody: it stands apart from what the ledger shows."""
    file = archive.folder / "old"
    file.write_bytes(b"\x1a\x45\xdf\xa3old")
    os.utime(file, (1_600_000_000, 1_600_000_000))
    from probata.capture import services as capture

    (outcome,) = capture.add(str(file), actor=archive.actor, reason="a test")
    seen = selectors.first_seen(outcome.acquired.sha256)
    assert [one.at for one in seen.stated] == [datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)]
    assert seen.stated[0].statement.endswith("a statement, no proof")
    assert all(not one.stated for one in seen.bounds)


def test_the_counts_say_what_people_decided(archive, told):
    """In how many items, how many confirmed, how many rejected; a scene is not counted."""
    asked, *others = (archive.add(name) for name in ("asked", "one", "two", "three", "scene"))
    for other in others[:3]:
        archive.share(asked, other, told.relation())
    archive.share(asked, others[3], told.relation("same_scene_moment_unproven", score=0.3))
    by_item = {one.b: one.id for one in archive.look(asked).relations}
    services.decide(by_item[others[0]], actor=archive.actor, decision="confirmed", reason="same")
    services.decide(by_item[others[1]], actor=archive.actor, decision="rejected", reason="not the same")
    assert selectors.circulates(asked).statement == "circulates in 3 other items: 1 confirmed, 1 rejected, 1 undecided"
