"""Releasing a redaction takes two distinct keys, by the services and by the database; nothing is edited."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from django.db import DatabaseError, connection, transaction
from made_redactions import MS, PTS, Team, plan_of

from probata.access import services as access
from probata.access.roles import NotAllowed, Role
from probata.cli.__main__ import main
from probata.custody import services as custody
from probata.custody.services import WriteRefused
from probata.preservation import selectors as preservation
from probata.preservation.selectors import ItemNotFound
from probata.redaction import models, rendering, selectors, services
from probata.redaction.plan import Area, Box, Key, Why
from probata.terms.errors import InvalidValue
from probata.terms.spans import Span


def test_one_proposes_and_renders_another_releases(team: Team) -> None:
    """The state says how far it is; the rendition is of the item, with the recipe that makes it again."""
    known = team.proposed()
    assert known.state == "proposed"
    known = services.render(known.id, actor=team.redactor.signing, jail=team.jail)
    assert known.state == "rendered"
    row = selectors.rendition_of(known)
    assert row is not None
    assert row.recipe["plan_sha256"] == known.plan.sha256
    assert not selectors.standing([team.item])
    known = team.released(known)
    assert known.stands
    assert selectors.standing([team.item])[team.item].id == known.id
    assert known.decided_by == "counsel"


def test_what_is_stored_is_what_the_original_gives_again(team: Team) -> None:
    """Re-derivable: rendering the plan anew from the original gives the digest on the record."""
    known = team.rendered()
    again = rendering.render(preservation.original(team.item), known.plan, jail=team.jail)
    row = selectors.rendition_of(known)
    assert row is not None
    assert preservation.rendition_bytes(row) == again.data


def test_whoever_proposes_neither_releases_nor_refuses(team: Team) -> None:
    """Two keys: a redactor may release what another proposed, never their own."""
    known = team.rendered()
    with pytest.raises(services.OwnRedaction):
        services.release(known.id, seen=known.rendering.sha256, actor=team.redactor.signing, reason="mine")
    with pytest.raises(services.OwnRedaction):
        services.refuse(known.id, actor=team.redactor.signing, reason="mine")


def decision(team: Team, known: selectors.KnownRedaction, **more: Any) -> dict[str, Any]:
    record = {"subject": f"redaction:{known.id}", "redaction": known.id, "reason": "past the program"}
    return record | {"rendition_sha256": known.rendering.sha256, "proposed_by": known.proposed_key} | more


@pytest.mark.parametrize(
    ("who", "action", "more"),
    [
        ("redactor", "release_redaction", {}),
        ("redactor", "refuse_redaction", {"rendition_sha256": ""}),
        ("redactor", "release_redaction", {"proposed_by": "0" * 64}),
        ("counsel", "release_redaction", {"rendition_sha256": "0" * 64}),
        ("counsel", "release_redaction", {"rendition_sha256": ""}),
        ("counsel", "release_redaction", {"reason": " "}),
        ("counsel", "withdraw_redaction", {"rendition_sha256": ""}),
    ],
)
def test_the_database_refuses_what_the_services_refuse(team: Team, who: str, action: str, more: dict[str, Any]) -> None:
    """Past the services: own proposals, another proposer's name, another rendition, no reason."""
    known = team.rendered()
    with (
        pytest.raises((WriteRefused, DatabaseError)),
        custody.act(actor=getattr(team, who).signing, reason="past the program") as act,
    ):
        act.record(action, decision(team, known, **more))
    assert selectors.redaction(known.id).state == "rendered"


def test_a_decision_names_who_acts(team: Team) -> None:
    """A row in somebody else's name is refused."""
    known = team.rendered()
    with pytest.raises(WriteRefused), custody.act(actor=team.counsel.signing, reason="past the program"):
        models.Decision.objects.create(
            redaction_id=known.id,
            decision="released",
            rendition_sha256=known.rendering.sha256,
            reason="said so",
            proposed_by=known.proposed_key,
            decided_by="0" * 64,
            at="2026-01-01T00:00:00Z",
            seq=1,
        )


@pytest.mark.parametrize("table", ["redaction_redaction", "redaction_rendering", "redaction_decision"])
def test_nothing_is_edited(team: Team, table: str) -> None:
    """Neither by an update nor by taking a row away."""
    team.released()
    for statement in (f"UPDATE {table} SET at = at", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_only_what_was_seen_is_released(team: Team) -> None:
    """Unrendered, or another rendition than the one looked at: nothing is released."""
    known = team.proposed()
    with pytest.raises(services.NotRendered):
        services.release(known.id, seen="", actor=team.counsel.signing, reason="blindly")
    known = services.render(known.id, actor=team.redactor.signing, jail=team.jail)
    with pytest.raises(services.AnotherRendition):
        services.release(known.id, seen="0" * 64, actor=team.counsel.signing, reason="blindly")
    with pytest.raises(services.RenderedAlready):
        services.render(known.id, actor=team.redactor.signing, jail=team.jail)


def test_what_is_decided_is_decided_once(team: Team) -> None:
    """A released one is superseded, never withdrawn; a refused one stays refused."""
    known = team.released()
    with pytest.raises(services.RedactionDecided):
        services.withdraw(known.id, actor=team.redactor.signing, reason="a mistake")
    with pytest.raises(services.RedactionDecided):
        services.refuse(known.id, actor=team.counsel.signing, reason="a mistake")
    withdrawn = services.withdraw(team.proposed().id, actor=team.redactor.signing, reason="a mistake")
    assert withdrawn.state == "withdrawn"
    with pytest.raises(services.RedactionDecided):
        services.render(withdrawn.id, actor=team.redactor.signing, jail=team.jail)


def test_what_is_superseded_goes_no_more(team: Team) -> None:
    """From the moment that somebody proposes better, until that is refused: a flaw that was seen is not sent on."""
    first = team.released()
    second = team.proposed(supersedes=first.id)
    assert selectors.redaction(first.id).state == "superseded"
    assert not selectors.standing([team.item])
    with pytest.raises(services.RedactionDecided):
        team.proposed(supersedes=first.id)
    services.refuse(second.id, actor=team.counsel.signing, reason="hides too little")
    assert selectors.standing([team.item])[team.item].id == first.id
    third = team.released(team.rendered(supersedes=first.id))
    assert selectors.standing([team.item])[team.item].id == third.id


def test_roles_that_it_takes(team: Team) -> None:
    """A custodian neither proposes nor releases by that role: both take somebody who may look."""
    keeper = access.enrol(team.custodian, "keeper", None, frozenset({Role.CUSTODIAN}), reason="joins")
    with pytest.raises(NotAllowed):
        services.propose(plan_of(team.item), actor=keeper.signing, reason="asked for")
    known = team.rendered()
    with pytest.raises(NotAllowed):
        services.release(known.id, seen=known.rendering.sha256, actor=keeper.signing, reason="asked for")


@pytest.mark.parametrize(
    ("start", "end", "base", "error"),
    [
        (PTS[-1] + 1000, PTS[-1] + 2000, MS, services.NothingThere),
        (PTS[3] + 1, PTS[4], MS, services.NothingThere),
        (0, 10, MS / 2, InvalidValue),
    ],
)
def test_an_area_in_which_nothing_is_shown_is_refused(team: Team, start: int, end: int, base: Any, error: Any) -> None:
    """A mask that hides no frame would say that it hides something."""
    keys = (Key(pts=start, box=Box(left=0, top=0, width=1, height=1)),)
    area = Area(segment=Span(start_pts=start, end_pts=end, time_base=base), keys=keys, why=Why.MINOR)
    with pytest.raises(error):
        team.proposed(evolve(plan_of(team.item), areas=(area,)))
    with pytest.raises(ItemNotFound):
        team.proposed(plan_of("0" * 64))


def test_rebuilding_gives_the_same_rows(team: Team) -> None:
    """Proposals, renderings and decisions come from the ledger alone."""
    first = team.released()
    team.rendered(supersedes=first.id)
    tables = (models.Redaction, models.Rendering, models.Decision)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    assert all(before)
    assert main(["rebuild", "-w", str(team.root)]) == 0
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before
