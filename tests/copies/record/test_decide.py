"""Decisions about relations: by whom, why, and the newest counts."""

from __future__ import annotations

import pytest

from probata.access import services as access
from probata.access.roles import NotAllowed, Role
from probata.copies import selectors, services
from probata.custody import selectors as custody


@pytest.fixture
def known(archive, told):
    """A candidate between two items."""
    whole, part = archive.add("whole"), archive.add("part")
    archive.share(part, whole, told.relation())
    return archive.look(part).relations[0]


def _decide(archive, known, decision, reason="seen"):
    return services.decide(known.id, actor=archive.actor, decision=decision, reason=reason)


def test_a_decision_names_who_and_why(archive, known):
    """It is an act: actor, reason, time; and the relation tells them."""
    decided = _decide(archive, known, "confirmed", "the same dog crosses at the same second")
    after = selectors.relation(known.id)
    assert (after.state, after.decided_by, after.decided_why) == ("confirmed", "operator", decided.why)
    assert after.decided_at == decided.at
    lines = custody.history(f"pair:{_pair(known)}")
    assert [line.action for line in lines] == ["compare_pair", "decide_relation"]
    assert lines[-1].reason == decided.why


def test_the_newest_decision_counts_and_older_ones_stay(archive, known):
    """Undoing a decision is another decision."""
    _decide(archive, known, "rejected", "too dark")
    _decide(archive, known, "confirmed", "brightened, it is the same")
    assert selectors.relation(known.id).state == "confirmed"
    assert [(one.decision, one.why) for one in selectors.decisions(known.id)] == [
        ("confirmed", "brightened, it is the same"),
        ("rejected", "too dark"),
    ]


def test_a_decision_over_one_that_was_not_seen_is_refused(archive, known):
    """Whoever says what they saw does not decide over a newer decision; that one is named, nothing is written."""
    assert (known.decided_seq, known.as_json()["decided_seq"]) == (0, 0)
    first = services.decide(
        known.id, actor=archive.actor, decision="rejected", reason="too dark", seen=known.decided_seq
    )
    with pytest.raises(services.RelationDecidedMeanwhile, match="operator rejected this relation meanwhile"):
        services.decide(known.id, actor=archive.actor, decision="confirmed", reason="at a glance", seen=0)
    assert [one.why for one in selectors.decisions(known.id)] == ["too dark"]
    now = selectors.relation(known.id)
    assert now.decided_seq == first.seq == now.as_json()["decided_seq"]
    assert (
        services.decide(known.id, actor=archive.actor, decision="confirmed", reason="lit", seen=first.seq).seq
        > first.seq
    )
    # Who does not say what they saw, as on a command line, decides anew as before.
    assert _decide(archive, known, "rejected").decision == "rejected"


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_decision_without_a_reason_is_refused(archive, known, reason):
    """Nothing is written."""
    size, _ = custody.size_and_time()
    with pytest.raises(services.ReasonMissing):
        _decide(archive, known, "rejected", reason)
    assert custody.size_and_time()[0] == size


def test_who_looks_at_footage_decides(workspace, known):
    """Analysts and reviewers; nobody else, and the refusal says who may."""
    for role in Role:
        somebody = access.enrol(workspace.keyring, f"a {role}", None, frozenset({role}), reason="joins").signing
        if role in (Role.ANALYST, Role.REVIEWER):
            decided = services.decide(known.id, actor=somebody, decision="rejected", reason="no")
            assert decided.by == f"a {role}"
        else:
            with pytest.raises(NotAllowed, match="analyst, reviewer"):
                services.decide(known.id, actor=somebody, decision="rejected", reason="no")


def test_a_relation_that_is_not_there_is_named(archive, known):
    """By an id that nobody has, and by none."""
    for untrusted in ("ffffffffffff", ""):
        with pytest.raises(selectors.RelationNotFound):
            services.decide(untrusted, actor=archive.actor, decision="rejected", reason="no")


def test_the_database_takes_no_other_word(archive, known):
    """Confirmed or rejected: a constraint holds it beneath the service."""
    from django.db import IntegrityError

    with pytest.raises(IntegrityError, match="confirmed_or_rejected"):
        _decide(archive, known, "probably")


def _pair(known):
    from probata.copies.recorded import pair_of

    return pair_of(known.a, known.b)
