"""Where the id of a reworded proposition leads, and the reviews that are about either wording."""

from __future__ import annotations

from probata.access import services as access
from probata.access.roles import Role
from probata.claims import selectors, services
from probata.claims.propositions import Proposition, PropositionType
from probata.verification import selectors as reviewed
from probata.verification import services as verification
from probata.verification.assessments import Dimension


def stated(workspace, statement, supersedes=None):
    """The id of a proposition."""
    made = services.add_proposition(
        Proposition(type=PropositionType.OCCURRED, statement=statement),
        actor=workspace.keyring.signing,
        reason="clearer" if supersedes else "",
        supersedes=supersedes,
    )
    return made.id


def test_every_earlier_wording_leads_to_the_one_that_stands(workspace):
    """However often it was reworded; what stands leads nowhere."""
    first = stated(workspace, "three shots are fired")
    second = stated(workspace, "three shots ring out", first)
    third = stated(workspace, "three shots are heard", second)
    stated(workspace, "a door falls shut")
    assert selectors.earlier_wordings() == {first: third, second: third}


def test_reviews_are_asked_for_by_what_they_are_about(workspace):
    """Of some propositions, of none, of all."""
    analyst = access.enrol(workspace.keyring, "A", None, frozenset({Role.ANALYST}), reason="joins").signing
    one, other = stated(workspace, "three shots are fired"), stated(workspace, "a door falls shut")
    review = verification.open_review(one, Dimension.DATE, actor=analyst).id
    verification.open_review(other, Dimension.DATE, actor=analyst)
    assert [known.id for known in reviewed.reviews(of=[one])] == [review]
    assert reviewed.reviews(of=[]) == []
    assert len(reviewed.reviews()) == 2
