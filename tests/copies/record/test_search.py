"""Searching for copies: every answer is stored, nothing is compared twice, and what people decided is left alone."""

from __future__ import annotations

import os
import signal

import pytest

from probata.access import services as access
from probata.access.roles import NotAllowed, Role
from probata.copies import among, selectors, services
from probata.copies.models import ComparedPair
from probata.custody import selectors as custody


def test_what_is_shared_becomes_a_candidate_on_the_record(archive, told):
    """A relation is recorded with its kind, score, reasons and exact times; nobody has decided about it."""
    whole, part = archive.add("whole"), archive.add("part")
    archive.share(part, whole, told.relation("excerpt_of", told.stretch(0, "7/2", "30001/1001", "35001/1001")))
    looked = archive.look(part)
    (known,) = looked.relations
    assert (looked.outcome, known.kind, known.state, known.a, known.b) == (
        "found",
        "excerpt_of",
        "candidate",
        part,
        whole,
    )
    assert (str(known.stretches[0].b_start_s), known.strongest_wrong, known.decided_by) == ("30001/1001", 0.31, "")
    assert known.why[0]["strongest_wrong"] == 0.31
    assert selectors.relation(known.id[:10]).id == known.id


def test_a_relation_is_told_from_either_item(archive, told):
    """Asked about the whole, the excerpt's relation says that the whole contains it, with the seconds exchanged."""
    whole, part = archive.add("whole"), archive.add("part")
    archive.share(part, whole, told.relation("excerpt_of", told.stretch(0, 4, 3)))
    archive.look(part)
    known = selectors.relation_between(whole, part)
    assert (known.kind, known.a, known.b) == ("contains", whole, part)
    assert (known.segments[0]["a_start_s"], known.segments[0]["b_end_s"]) == (3.0, 4.0)
    assert selectors.relations_of(whole)[0].seen_from(part).kind == "excerpt_of"


def test_nothing_found_is_stored_with_its_reason(archive):
    """The second answer: the pair and the search both say that they looked, among how much, and found nothing."""
    one, other = archive.add("one"), archive.add("other")
    looked = archive.look(one)
    assert (looked.outcome, looked.why) == ("nothing_found", "nothing shared was found in 1 others")
    (pair,) = selectors.comparisons(one, other)
    assert (pair.outcome, pair.why) == ("nothing_found", "nothing agrees")
    (search,) = selectors.searches(one)
    assert (search.outcome, search.searched_items, search.searched_frames, search.searched_seconds) == (
        "nothing_found", 1, 100, 4,
    )  # fmt: skip


def test_the_only_item_of_a_workspace_has_nothing_to_be_compared_with(archive):
    """The answer says so, rather than that nothing is shared."""
    assert archive.look(archive.add("alone")).why == "there is no other footage to compare it with"


def test_what_could_not_be_compared_says_why_and_is_tried_again(archive, told):
    """The third answer: stored for the pair; when nothing could be compared the item stays due, and a retry counts."""
    whole, part = archive.add("whole"), archive.add("part")
    archive.fail(part, whole, "its index is torn")
    looked = archive.look(part)
    assert (looked.outcome, looked.could_not_compare) == ("could_not_look", {whole: "its index is torn"})
    assert services.due(part, jail=archive.jail)
    archive.share(part, whole, told.relation())
    assert archive.look(part).outcome == "found"
    assert [row.outcome for row in selectors.comparisons(part, whole)] == ["found", "could_not_look"]


def test_an_item_that_cannot_be_decoded_says_so_and_burdens_no_other_search(archive):
    """Its own search is recorded as could not look, and later arrivals are not compared with it."""
    torn = archive.add("torn")
    archive.unreadable.add(torn)
    assert (archive.look(torn).outcome, "torn" in archive.look(torn).why) == ("could_not_look", True)
    archive.look(archive.add("later"))
    assert archive.compared == []


def test_a_pair_is_compared_once_under_one_recipe(archive, told):
    """Searching again writes nothing and compares nothing, whichever of the two is asked about."""
    whole, part = archive.add("whole"), archive.add("part")
    archive.share(part, whole, told.relation())
    archive.look(part)
    size, _ = custody.size_and_time()
    assert archive.look(part).relations[0].kind == "excerpt_of"
    assert custody.size_and_time()[0] == size
    assert archive.look(whole).relations[0].kind == "contains"
    assert archive.compared == [(part, whole)]


def test_a_changed_recipe_looks_again_and_the_old_relation_is_superseded(archive, told, monkeypatch):
    """What a later version finds stands; what was found before stays readable under its id."""
    whole, part = archive.add("whole"), archive.add("part")
    archive.share(part, whole, told.relation("excerpt_of", score=0.7))
    before = archive.look(part).relations[0]
    monkeypatch.setattr(services, "VERSION", "a later one")
    archive.share(part, whole, told.relation("overlaps", score=0.8))
    (after,) = archive.look(part).relations
    assert (after.kind, after.recipe != before.recipe) == ("overlaps", True)
    assert selectors.relation(before.id).superseded
    assert [one.id for one in selectors.relations_of(whole)] == [after.id]


def test_what_a_person_rejected_is_not_proposed_again(archive, told, monkeypatch):
    """A later version leaves a decided pair alone: the rejection stands, and nothing is compared."""
    whole, part = archive.add("whole"), archive.add("part")
    archive.share(part, whole, told.relation())
    known = archive.look(part).relations[0]
    services.decide(known.id, actor=archive.actor, decision="rejected", reason="another day: the gate is painted")
    monkeypatch.setattr(services, "VERSION", "a later one")
    looked = archive.look(part)
    assert (looked.outcome, looked.why) == ("nothing_found", "all that was found was rejected")
    assert [one.state for one in looked.relations] == ["rejected"]
    assert len(archive.compared) == 1


def test_a_rejected_pair_is_proposed_again_when_somebody_asks(archive, told):
    """With `again` it is compared anew: a fresh candidate, and the rejection stays readable beside it."""
    whole, part = archive.add("whole"), archive.add("part")
    archive.share(part, whole, told.relation())
    known = archive.look(part).relations[0]
    services.decide(known.id, actor=archive.actor, decision="rejected", reason="too dark to say")
    (fresh,) = archive.look(part, again=True).relations
    assert (fresh.state, fresh.id != known.id) == ("candidate", True)
    assert [one.decision for one in selectors.decisions(fresh.id)] == ["rejected"]
    assert [row.asked for row in selectors.comparisons(part, whole)] == [1, 0]


def test_what_a_person_confirmed_stands_though_a_machine_finds_nothing_later(archive, told):
    """A machine never overrides a person: the confirmed relation stays until a person decides otherwise."""
    whole, part = archive.add("whole"), archive.add("part")
    archive.share(part, whole, told.relation())
    known = archive.look(part).relations[0]
    services.decide(known.id, actor=archive.actor, decision="confirmed", reason="frame by frame")
    archive.answers.clear()
    assert [one.id for one in archive.look(part, again=True).relations] == [known.id]
    services.decide(known.id, actor=archive.actor, decision="rejected", reason="on a second look")
    assert selectors.relations_of(part) == []


def test_a_decision_that_falls_while_the_pair_is_compared_counts(archive, told, monkeypatch):
    """Somebody rejects the pair while a later version still compares it: nothing is proposed."""
    whole, part = archive.add("whole"), archive.add("part")
    archive.share(part, whole, told.relation())
    known = archive.look(part).relations[0]
    monkeypatch.setattr(services, "VERSION", "a later one")

    def meanwhile(mine, path, _moments, *, jail):
        services.decide(known.id, actor=archive.actor, decision="rejected", reason="no")
        return archive.compare(mine, path, jail=jail)

    monkeypatch.setattr(among, "compare_with", meanwhile)
    assert [one.state for one in archive.look(part).relations] == ["rejected"]
    assert ComparedPair.objects.count() == 1


def test_a_method_that_fails_is_an_answer(archive, monkeypatch):
    """A fault of a method becomes a stored could not look with its kind, and the search goes on."""
    one = archive.add("one")
    monkeypatch.undo()

    class Views:
        pts = (0, 1)

    class Theirs:
        views, sound, from_s, to_s, long = Views(), None, 0, 1, False

    monkeypatch.setattr("probata.copies.extract.extract", lambda *_args, **_options: Theirs())
    monkeypatch.setattr("probata.copies.compare.compared", lambda *_: 1 / 0)
    answer = among.compare_with((archive.folder / "one", Theirs()), archive.folder / "one", jail=archive.jail)
    assert one
    assert (answer.outcome, answer.frames) == ("could_not_look", 2)
    assert "ZeroDivisionError" in answer.why


def test_without_what_compares_nothing_is_claimed(archive, monkeypatch):
    """Where the extra is missing the refusal says what to install, and the third answer can be recorded for all."""
    one = archive.add("one")
    monkeypatch.setattr(among.util, "find_spec", lambda _name: None)
    with pytest.raises(services.MatchingMissing) as raised:
        archive.look(one)
    assert "probata[match]" in raised.value.what_to_do
    services.could_not_look([one], raised.value.message, actor=archive.actor, jail=archive.jail)
    assert [row.outcome for row in selectors.searches(one)] == ["could_not_look"]


def test_only_who_may_examine_searches(archive, workspace):
    """Nothing is decoded or written for somebody without the role."""
    item = archive.add("one")
    for role in (Role.CUSTODIAN, Role.AUDITOR, Role.REVIEWER, Role.RECIPIENT):
        somebody = access.enrol(workspace.keyring, f"a {role}", None, frozenset({role}), reason="joins").signing
        size, _ = custody.size_and_time()
        with pytest.raises(NotAllowed, match="analyst"):
            services.look_for_copies(item, actor=somebody, jail=archive.jail)
        with pytest.raises(NotAllowed, match="analyst"):
            services.search_for_file(archive.folder / "one", actor=somebody, jail=archive.jail)
        assert custody.size_and_time()[0] == size


def test_a_search_that_was_killed_goes_on_where_it_stopped(archive, told, workspace):
    """Killed after the second of three comparisons: what was recorded stays, the item is due, the rest is compared."""
    from django.db import connections

    others = [archive.add(name) for name in ("first", "second", "third")]
    part = archive.add("part")
    for other in others:
        archive.share(part, other, told.relation())
    connections.close_all()
    child = os.fork()
    if child == 0:
        seen = []

        def dying(mine, path, _moments, *, jail):
            if len(seen) == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            seen.append(path)
            return archive.compare(mine, path, jail=jail)

        among.compare_with = dying
        services.look_for_copies(part, actor=archive.actor, jail=archive.jail)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert len(selectors.relations_of(part)) == 2
    assert services.due(part, jail=archive.jail)
    assert len(archive.look(part).relations) == 3
    assert len(archive.compared) == 1
