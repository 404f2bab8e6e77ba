"""What the archive knows about times, as bounds: since when footage is known, and when statements in it were made."""

from __future__ import annotations

from fractions import Fraction

import pytest
from attrs import evolve

from probata.capture import services as capture
from probata.claims import services as claims
from probata.claims.assertions import Appearance, Assertion
from probata.claims.parties import Party
from probata.claims.propositions import Proposition
from probata.claims.stances import Stance
from probata.copies.selectors import FirstSeen
from probata.preservation import selectors as preservation
from probata.preservation.selectors import ItemNotFound
from probata.terms.text import Stated
from probata.terms.times import ClockKind, TimeRange, TimeWithDoubt, read_instant
from probata.verification import known_bounds
from probata.verification.when import read, solve
from probata.verification.when.ends import ticks_of
from probata.verification.when.extents import extents


@pytest.fixture
def actor(workspace):
    return workspace.keyring.signing


@pytest.fixture
def item(actor, tmp_path):
    path = tmp_path / "post.txt"
    path.write_text("It was so, they say.", encoding="utf-8")
    (outcome,) = capture.add(str(path), actor=actor, reason="a test")
    return str(outcome.acquired.sha256)


def made_at(actor, item, **times):
    """A statement in the item that was made at this time; its id."""
    name = "The Morning Lantern" if times else "The Evening Lantern"
    outlet = {"kind": "outlet", "naming": "named", "names": [{"text": name, "language": "en"}]}
    speaker = claims.add_party(Party.from_json(outlet), actor=actor).id
    occurred = Proposition.from_json({"type": "occurred", "statement": "a bridge is closed"})
    said = Assertion(
        proposition=claims.add_proposition(occurred, actor=actor).id,
        stance=Stance.ALLEGES,
        speaker=speaker,
        words=Stated(text="It was so", language="en"),
        appears_in=Appearance(item=item, start=0, end=9),
        made_at=TimeWithDoubt(clock=ClockKind.STATED, derivation="the date above the post", **times) if times else None,
    )
    return claims.add_assertion(said, actor=actor).id


def test_an_acquisition_bounds_the_making_of_its_item(item):
    """It existed at the latest when it came in: the ledger's own time, with the entry as the source."""
    known = known_bounds.of_item(item[:12])
    first = known.bounds[0]
    assert (first["id"], first["subject"]) == (f"{item[:8]}-seen-1", f"making of item {item[:8]}")
    assert first["imprecise"][0] == "open"
    assert first["source"]["kind"] == "first_seen"
    assert "it existed at the latest by" in first["source"]["text"]
    assert first["id"] not in known.unconfirmed


def test_what_an_origin_states_is_vouched_for_by_nobody(item):
    """A file's date of change stands in the list, and among what is to be left out until somebody takes it in."""
    known = known_bounds.of_item(item)
    stated = [one["id"] for one in known.bounds if one["source"]["kind"] == "document"]
    assert stated
    assert set(stated) == set(known.unconfirmed)


def test_a_statement_brings_when_it_was_made(actor, item):
    """Its range, with how it is known, about a subject of its own: the statement, not what it speaks of."""
    day = TimeRange(start=read_instant("2022-03-30T00:00:00+03:00"), end=read_instant("2022-03-30T23:59:59+03:00"))
    said = made_at(actor, item, imprecise=day)
    made_at(actor, item)
    (bound,) = [one for one in known_bounds.of_item(item).bounds if one["source"]["kind"] == "statement"]
    assert bound["subject"] == f"statement {said[:8]}"
    assert bound["imprecise"] == day.as_json()
    assert bound["source"] == {"kind": "statement", "text": "the date above the post", "ref": f"assertion:{said}"}


def test_added_bounds_can_be_solved_and_are_added_once(item):
    """The document stays as it was; adding the same again changes nothing."""
    known = known_bounds.of_item(item)
    own = {
        "zone": "Europe/Kyiv",
        "bounds": [{"id": "a", "subject": "x", "imprecise": [None, "2022-03-30"], "source": "s"}],
    }
    document = known_bounds.added(own, known)
    assert document["bounds"][0] == own["bounds"][0]
    assert known_bounds.added(document, known) == document
    assert not solve(read(document), set_aside=known.unconfirmed).answer.conflicts


def test_what_must_not_be_known_of_bounds_nothing(actor, item):
    """A hidden statement is left out, a hidden item is not found."""
    day = TimeRange(start=read_instant("2022-03-30T00:00:00+03:00"), end=read_instant("2022-03-30T23:59:59+03:00"))
    said = made_at(actor, item, imprecise=day)
    known = known_bounds.of_item(item, hides=lambda *names: said in names)
    assert {one["source"]["kind"] for one in known.bounds} == {"first_seen", "document"}
    with pytest.raises(ItemNotFound):
        known_bounds.of_item(item, hides=lambda *names: item in names)


def test_where_a_hidden_copy_came_in_earlier_the_items_own_acquisition_bounds_it(item, monkeypatch):
    """The earlier bound made the item's own needless; without it, that one stands again, and tells of no other item."""
    own = known_bounds.copies.first_seen(item).bounds[0]
    earlier = evolve(own, item="0" * 64, whole=False, spans=((Fraction(0), Fraction(1)),))
    monkeypatch.setattr(
        known_bounds.copies, "first_seen", lambda _item: FirstSeen(item=item, bounds=(earlier,), stated=())
    )
    (bound,) = known_bounds.of_item(item, hides=lambda *names: "0" * 64 in names).bounds
    assert "0" * 8 not in bound["source"]["text"]
    assert bound["source"]["text"] == own.statement
    assert bound["source"]["ref"] == f"item:{item}"


def test_an_unknown_item_bounds_nothing(workspace):
    """It is told as everywhere."""
    assert not preservation.items()
    with pytest.raises(ItemNotFound):
        known_bounds.of_item("ffff")


TICK = {day: ticks_of(read_instant(f"2022-03-{day}T00:00:00Z")) for day in (10, 20)}


@pytest.mark.parametrize(
    ("says", "drawn"),
    [
        ({"imprecise": ["A", "B"]}, [(False, 10, 20)]),
        ({"precise": ["A", "B"]}, [(True, 10, 20)]),
        ({"imprecise": ["A", "open"], "precise": ["B", "B"]}, [(False, 10, None), (True, 20, 20)]),
        ({"imprecise": ["A", "B"], "relation": "before"}, [(False, None, 20)]),
        ({"precise": ["A", "B"], "relation": "before"}, [(False, None, 10)]),
        ({"imprecise": ["A", "B"], "relation": "after"}, [(False, 10, None)]),
        ({"precise": ["A", "B"], "relation": "after"}, [(False, 20, None)]),
        ({"imprecise": ["A", "B"], "relation": "during"}, [(False, 10, 20)]),
        ({"precise": ["A", "B"], "relation": "contains"}, [(True, 10, 20)]),
        ({"imprecise": ["A", "B"], "relation": "overlaps"}, []),
    ],
)
def test_what_of_a_bound_can_be_drawn(says, drawn):
    """Only what it says of its own subject: never the range of something else as if it were the subject's."""
    at = {"A": "2022-03-10T00:00:00Z", "B": "2022-03-20T00:00:00Z"}
    written = {
        name: value if isinstance(value, str) else [at.get(one, one) for one in value] for name, value in says.items()
    }
    (said,) = read({"bounds": [{"id": "a", "subject": "x", "source": "s", **written}]}).bounds
    found = [(one.is_precise, one.start, one.end) for one in extents(said)]
    assert found == [(precise, TICK.get(start), TICK.get(end)) for precise, start, end in drawn]
