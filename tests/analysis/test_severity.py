"""Marks of severity: a person says how hard a stretch is to look at, and whoever comes after is forewarned."""

from __future__ import annotations

from fractions import Fraction

import pytest

from probata.access import services as access
from probata.access.roles import NotAllowed, Role
from probata.analysis import services, severity
from probata.analysis.services import MarkTakenBack
from probata.analysis.severity import WARNED_OF, Degree, MarkNotFound
from probata.capture import services as capture
from probata.cli.__main__ import main
from probata.custody import selectors as custody
from probata.preservation.selectors import ItemNotFound
from probata.terms.spans import Span

STRETCH = Span(start_pts=100, end_pts=200, time_base=Fraction(1, 100))


@pytest.fixture
def actor(workspace):
    return workspace.keyring.signing


@pytest.fixture
def item(actor, tmp_path):
    path = tmp_path / "clip.txt"
    path.write_text("no footage, and none is needed")
    (outcome,) = capture.add(str(path), actor=actor, reason="a test")
    return outcome.acquired.sha256


def test_a_mark_is_recorded_and_read_back(actor, item):
    """Stretch, degree, who and when; an entry of the ledger about what people made of the item."""
    made = services.mark_severity(item, STRETCH, Degree.SEVERE, actor=actor)
    (known,) = severity.marks(item)
    assert known == made
    assert (known.segment.as_json(), known.degree, known.by) == (STRETCH.as_json(), Degree.SEVERE, "operator")
    assert custody.history(f"candidates:{item}")[-1].action == "mark_severity"


def test_a_mark_taken_back_stands_no_more(actor, item):
    """Both stay on the record; a second time there is nothing to take back."""
    made = services.mark_severity(item, STRETCH, Degree.MODERATE, actor=actor)
    services.take_mark_back(made.id, actor=actor)
    assert severity.marks(item) == []
    assert severity.worst(item) is None
    assert not severity.mark(made.id).stands
    with pytest.raises(MarkTakenBack):
        services.take_mark_back(made.id, actor=actor)


def test_the_worst_counts(actor, item):
    """That one stretch is harmless says nothing of another."""
    for degree in (Degree.NONE, Degree.SEVERE, Degree.MILD):
        services.mark_severity(item, STRETCH, degree, actor=actor)
    assert severity.worst(item) is Degree.SEVERE
    assert {Degree.MODERATE, Degree.SEVERE} == WARNED_OF


def test_who_may_not_view_marks_nothing(workspace, item):
    """An auditor has not seen it."""
    auditor = access.enrol(workspace.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
    with pytest.raises(NotAllowed):
        services.mark_severity(item, STRETCH, Degree.MILD, actor=auditor.signing)
    assert severity.marks(item) == []


def test_what_is_not_there_is_said(actor, item):
    """An unknown item, and an unknown mark."""
    with pytest.raises(ItemNotFound):
        services.mark_severity("ab" * 32, STRETCH, Degree.MILD, actor=actor)
    with pytest.raises(MarkNotFound):
        severity.mark("nowhere")


def test_marks_are_made_again_from_the_ledger(workspace, actor, item):
    """A rebuild gives the same marks."""
    first = services.mark_severity(item, STRETCH, Degree.SEVERE, actor=actor)
    services.take_mark_back(services.mark_severity(item, STRETCH, Degree.MILD, actor=actor).id, actor=actor)
    assert main(["rebuild", "--workspace", str(workspace.root)]) == 0
    assert severity.marks(item) == [first]
