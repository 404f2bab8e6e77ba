"""Disclosing takes two distinct keys, by the services and by the database; what is withheld is told, never shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen
from django.db import DatabaseError, connection, transaction

from probata.access import services as access
from probata.access.roles import NotAllowed, Role
from probata.capture import services as capture
from probata.cases import selectors as cases
from probata.cases import services as cases_services
from probata.cases.labels import Label
from probata.claims import services as claims
from probata.claims.assertions import Assertion
from probata.claims.parties import Party
from probata.claims.propositions import Proposition
from probata.custody import services as custody
from probata.custody import verifier
from probata.custody.keys import Keyring
from probata.custody.services import WriteRefused
from probata.disclosure import selectors, services
from probata.disclosure.models import Disclosure, DisclosureDecision, Package
from probata.disclosure.plan import Along, Plan, Why, Withheld
from probata.disclosure.records import NameStands
from probata.preservation.selectors import ItemNotFound
from probata.terms.errors import InvalidValue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Workspace

EVERY_KIND = frozenset(Along)


@frozen(kw_only=True)
class Team:
    """A workspace of three: an analyst proposes, counsel releases, a custodian seals; three items, two in a case."""

    root: Path
    custodian: Keyring
    analyst: Keyring
    counsel: Keyring
    items: tuple[str, ...] = field()
    case: str

    def plan(self, **more: Any) -> Plan:
        """Send the first item of the case, withhold the second."""
        given: dict[str, Any] = {
            "recipient": "A court of the example",
            "recipient_is": "a court",
            "purpose": "evidence",
            "legal_basis": "its order",
            "items": self.items[:1],
            "along": EVERY_KIND,
            "case": self.case,
            "withheld": (Withheld(item=self.items[1], why=Why.SOURCE, text="who filmed is seen in a window"),),
        }
        return Plan(**(given | more))

    def proposed(self, **more: Any) -> selectors.KnownDisclosure:
        return services.propose(self.plan(**more), actor=self.analyst.signing, reason="asked for")

    def read_again(self) -> None:
        services.read_again(self.items, actor=self.custodian.signing, reason="before disclosing")

    def release(self, known: selectors.KnownDisclosure, who: Keyring | None = None) -> selectors.KnownDisclosure:
        self.read_again()
        seen = services.gathered(known).sha256
        return services.release(known.id, seen=seen, actor=(who or self.counsel).signing, reason="it is what was asked")

    def seal(self, known: selectors.KnownDisclosure, target: Path, who: Keyring | None = None) -> Path:
        return services.seal_disclosure(known.id, target, keyring=who or self.custodian, reason="released")


@pytest.fixture
def team(workspace: Workspace, tmp_path: Path) -> Team:
    """Three people, three items, a case."""
    keeper = workspace.keyring
    analyst = access.enrol(keeper, "analyst", None, frozenset({Role.ANALYST, Role.COLLECTOR}), reason="joins")
    counsel = access.enrol(keeper, "counsel", None, frozenset({Role.LEGAL, Role.CUSTODIAN}), reason="joins")
    items = []
    for number in range(3):
        file = tmp_path / f"secret-name-{number}.txt"
        file.write_text(f"The Lantern says: three shots were fired, {number}.\n", encoding="utf-8")
        (outcome,) = capture.add(str(file), actor=keeper.signing, reason="a source that must not be named")
        assert outcome.acquired is not None
        items.append(str(outcome.acquired.sha256))
    case = cases_services.open_case(
        "A matter", actor=analyst.signing, kind="accountability", procedure_name="berkeley_protocol", reason="asked"
    ).id
    for item in items[:2]:
        cases_services.put_into_case(case, kind="item", member=item, actor=analyst.signing, reason="belongs to it")
    return Team(root=workspace.root, custodian=keeper, analyst=analyst, counsel=counsel, items=tuple(items), case=case)


def everything(package: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(package.rglob("*")) if path.is_file())


def test_one_proposes_another_releases_a_third_seals(team: Team, tmp_path: Path) -> None:
    """The package verifies, and says for whom, what for and on what ground."""
    known = team.release(team.proposed())
    package = team.seal(known, tmp_path / "package")
    demands = verifier.Demands(fingerprint=access.log_fingerprint())
    assert verifier.verify(str(package), demands).verdict == "PASS"
    report = (package / "report.html").read_text(encoding="utf-8")
    assert all(word in report for word in ("A court of the example", "its order", "Legal basis"))
    assert selectors.disclosure(known.id).state == "sealed"


def test_what_is_withheld_is_counted_and_never_named(team: Team, tmp_path: Path) -> None:
    """The recipient learns that one item is withheld and why in a word: not which, nor the words for the record."""
    package = team.seal(team.release(team.proposed()), tmp_path / "package")
    held = everything(package)
    assert b"1 item of the matter, to protect a source." in held
    for kept in (team.items[1], team.items[2], team.case, "who filmed is seen", "secret-name", "must not be named"):
        assert kept.encode() not in held


def test_nobody_of_the_team_is_named(team: Team, tmp_path: Path) -> None:
    """Names and reasons stay sealed: a package shows keys."""
    held = everything(team.seal(team.release(team.proposed()), tmp_path / "package"))
    assert b"counsel" not in held
    assert b"it is what was asked" not in held


def test_whoever_proposes_neither_releases_nor_seals(team: Team, tmp_path: Path) -> None:
    """Two keys: also for somebody who has every role."""
    access.grant(team.custodian, access.person_of(team.analyst), Role.LEGAL, reason="a test")
    access.grant(team.custodian, access.person_of(team.analyst), Role.CUSTODIAN, reason="a test")
    known = team.proposed()
    with pytest.raises(services.SamePerson):
        team.release(known, team.analyst)
    with pytest.raises(services.SamePerson):
        services.refuse(known.id, actor=team.analyst.signing, reason="no")
    released = team.release(known)
    with pytest.raises(services.SamePerson):
        team.seal(released, tmp_path / "package", team.analyst)
    assert not (tmp_path / "package").exists()


def test_roles_that_it_takes(team: Team) -> None:
    """An auditor does not propose; an analyst does not release."""
    auditor = access.enrol(team.custodian, "auditor", None, frozenset({Role.AUDITOR}), reason="joins")
    with pytest.raises(NotAllowed):
        services.propose(team.plan(), actor=auditor.signing, reason="asked for")
    second = access.enrol(team.custodian, "second", None, frozenset({Role.ANALYST}), reason="joins")
    with pytest.raises(NotAllowed):
        team.release(team.proposed(), second)


def test_the_releaser_may_seal(team: Team, tmp_path: Path) -> None:
    """Two keys are enough where the second person is a custodian."""
    assert team.seal(team.release(team.proposed()), tmp_path / "package", team.counsel).is_dir()


@pytest.mark.parametrize("decide", [services.refuse, services.withdraw])
def test_what_was_not_released_is_not_sealed(team: Team, tmp_path: Path, decide: Callable[..., Any]) -> None:
    """Proposed, refused or withdrawn: nothing goes; and what was decided is decided once."""
    known = team.proposed()
    with pytest.raises(services.NotReleased):
        team.seal(known, tmp_path / "package")
    who = team.counsel if decide is services.refuse else team.analyst
    assert decide(known.id, actor=who.signing, reason="not this").state in {"refused", "withdrawn"}
    with pytest.raises(services.AlreadyDecided):
        team.release(known)
    with pytest.raises(services.NotReleased):
        team.seal(selectors.disclosure(known.id), tmp_path / "package")


def test_only_what_was_seen_is_released_and_sealed(team: Team, tmp_path: Path) -> None:
    """What is recorded after the release does not slip in: the seal refuses."""
    known = team.proposed()
    team.read_again()
    with pytest.raises(services.RecordMoved):
        services.release(known.id, seen="0" * 64, actor=team.counsel.signing, reason="blindly")
    released = team.release(known)
    claimed(team)
    with pytest.raises(services.RecordMoved):
        team.seal(released, tmp_path / "package")


def claimed(team: Team, words: str = "three shots were fired", **more: str) -> str:
    """The Lantern is told, in the item that goes, to say these words; the party's id."""
    actor, text = team.analyst.signing, "The Lantern says: three shots were fired, 0.\n"
    party = {"kind": "outlet", "naming": "named", "names": [{"text": "The Lantern", "language": "en"}]}
    speaker = claims.add_party(Party.from_json(party), actor=actor).id
    said = {"type": "occurred", "statement": "shots were fired", "act": "the shooting", **more}
    told = {
        "proposition": claims.add_proposition(Proposition.from_json(said), actor=actor).id,
        "speaker": speaker,
        "stance": "alleges",
        "words": {"text": words, "language": "en"},
        "appears_in": {"item": team.items[0], "start": text.index(words), "end": text.index(words) + len(words)},
    }
    claims.add_assertion(Assertion.from_json(told), actor=actor)
    return speaker


def test_a_label_stands_in_place_of_a_party_s_name(team: Team, tmp_path: Path) -> None:
    """In the record the party has its label and its kind; whoever wrote it down is a person of the team."""
    speaker = claimed(team)
    package = team.seal(team.release(team.proposed(labels={speaker: "outlet A"})), tmp_path / "package")
    told = json.loads((package / "metadata" / "claims.json").read_text("utf-8"))
    assert told["parties"] == {speaker: {"label": "outlet A", "kind": "outlet"}}
    assert told["assertions"][0]["words"]["text"] == "three shots were fired"
    assert b"Lantern" not in b"".join(path.read_bytes() for path in (package / "metadata").rglob("*.json"))


def test_a_name_that_still_stands_is_refused(team: Team) -> None:
    """Words are never changed: where the name stands in them, the proposal is refused and says where."""
    speaker = claimed(team, "The Lantern says: three shots were fired")
    with pytest.raises(NameStands, match=r"The Lantern.*claims\.json"):
        team.proposed(labels={speaker: "outlet A"})
    assert team.proposed().state == "proposed"


def test_bytes_that_were_not_read_again_do_not_go(team: Team) -> None:
    """An item whose newest reading is missing or not sound is neither released nor sealed."""
    known = team.proposed()
    with pytest.raises(services.NotReadAgain):
        services.release(
            known.id, seen=services.gathered(known).sha256, actor=team.counsel.signing, reason="without reading"
        )


def test_every_item_of_the_case_is_accounted_for(team: Team) -> None:
    """Neither chosen nor withheld: refused, by name."""
    with pytest.raises(services.NotAccountedFor, match=team.items[1][:8]):
        team.proposed(withheld=())
    with pytest.raises(InvalidValue):
        team.proposed(items=())
    with pytest.raises(InvalidValue):
        team.plan(items=team.items[:2])
    with pytest.raises(InvalidValue):
        team.proposed(recipient=" ")
    with pytest.raises(ItemNotFound):
        team.proposed(items=("f" * 64,))


def test_a_walled_item_is_not_there_for_whoever_is_outside(team: Team) -> None:
    """Neither proposed, nor seen, nor released by somebody who may not know of it."""
    known = team.proposed()
    cases_services.wall(team.case, actor=team.counsel.signing, reason="need to know")
    with pytest.raises(ItemNotFound):
        team.proposed()
    with pytest.raises(selectors.DisclosureNotFound):
        selectors.seen_by(known.id, team.custodian.signing.key_id)
    assert selectors.seen_by(known.id, team.counsel.signing.key_id).id == known.id
    assert selectors.hides(cases.sight(team.custodian.signing.key_id), known)


def test_kinds_that_do_not_go_along_are_neither_there_nor_opened(team: Team, tmp_path: Path) -> None:
    """Only the item and its record: no sidecar, no observations, and the report says so."""
    package = team.seal(team.release(team.proposed(along=frozenset())), tmp_path / "package")
    held = [path.relative_to(package).as_posix() for path in (package / "metadata").rglob("*") if path.is_file()]
    assert held == [f"metadata/{team.items[0]}/item.json"]
    assert b"What people observed in the footage." in (package / "report.html").read_bytes()


def test_one_alone_seals_only_where_nobody_else_works(team: Team, tmp_path: Path) -> None:
    """As soon as a second person is enrolled, disclosing takes two."""
    with pytest.raises(services.TakesTwo):
        services.seal(tmp_path / "package", team.items, keyring=team.custodian, reason="alone")


def test_a_package_warns_before_anything_else(team: Team, tmp_path: Path) -> None:
    """Where nobody said that footage is not graphic, the report's first words say so."""
    report = (team.seal(team.release(team.proposed()), tmp_path / "package") / "report.html").read_text("utf-8")
    assert report.index("Nobody has said of every file") < report.index("A court of the example")


def test_handing_over_is_on_the_record(team: Team, tmp_path: Path) -> None:
    """Who took a package out, and when."""
    known = team.release(team.proposed())
    services.seal_into_store(known.id, keyring=team.custodian, reason="released")
    sealed = selectors.disclosure(known.id)
    assert sealed.package is not None
    assert selectors.stored(sealed) is not None
    services.take_out(sealed.package.files_sha256, actor=team.counsel.signing, reason="handed over in person")
    again = selectors.disclosure(known.id)
    assert again.package is not None
    assert [name for name, _at in again.package.taken_out] == ["counsel"]
    with pytest.raises(NotAllowed):
        services.take_out(sealed.package.files_sha256, actor=team.analyst.signing, reason="for myself")


def test_a_folder_that_a_crash_left_is_put_into_its_zip(team: Team) -> None:
    """Sealed, but the program ended before the zip was written: nothing is sealed twice, nothing is lost."""
    known = team.release(team.proposed())
    selectors.packages_folder().mkdir()
    team.seal(known, selectors.packages_folder() / known.package_name)
    sealed = selectors.disclosure(known.id)
    assert selectors.stored(sealed) is None
    assert selectors.lies_here(sealed)
    archive = services.packed(sealed)
    assert archive is not None
    demands = verifier.Demands(fingerprint=access.log_fingerprint())
    assert verifier.verify(str(archive), demands).verdict == "PASS"
    with pytest.raises(services.NotReleased):
        services.seal_into_store(known.id, keyring=team.custodian, reason="again")
    assert archive.is_file()


def test_what_the_proposer_may_not_know_of_does_not_go(team: Team) -> None:
    """A claim about an incident behind a wall stands in the item all the same: it is neither told nor counted."""
    label = Label(place="A road", day="2031-10-12", act="shooting of persons")
    incident = cases_services.open_incident(label, actor=team.counsel.signing, reason="as it was told").id
    claimed(team, incident=incident)
    open_to_all = selectors.gather(team.plan(), name="package", by=team.analyst.signing.key_id)
    other = cases_services.open_case(
        "Walled", actor=team.counsel.signing, kind="accountability", procedure_name="berkeley_protocol", reason="asked"
    ).id
    cases_services.put_into_case(
        other, kind="incident", member=incident, actor=team.counsel.signing, reason="belongs to it"
    )
    cases_services.wall(other, actor=team.counsel.signing, reason="need to know")
    told = selectors.gather(team.plan(), name="package", by=team.analyst.signing.key_id)
    assert _claims_told(open_to_all) == 1
    assert _claims_told(told) == 0
    assert told.left_out == {}


def _claims_told(gathered: Any) -> int:
    (file,) = [one for one in gathered.contents.files if one.path == "metadata/claims.json"]
    with file.open() as stream:
        return len(json.loads(stream.read())["assertions"])


# What the database refuses when somebody writes past the services, within an act of their own.


def _row(team: Team, known: selectors.KnownDisclosure, **more: Any) -> dict[str, Any]:
    now = known.at
    given = {
        "disclosure_id": known.id,
        "decision": "released",
        "contents_sha256": "a" * 64,
        "reason": "past the service",
        "proposed_by": team.analyst.signing.key_id,
        "decided_by": team.counsel.signing.key_id,
        "at": now,
        "seq": 1,
    }
    return given | more


def _within(keyring: Keyring, write: Callable[[], object]) -> None:
    with custody.act(actor=keyring.signing, reason="past the services") as act:
        act.record("take_out_package", {"subject": "package:x", "package": "x"})
        write()


def test_the_database_wants_two_keys_for_a_release(team: Team) -> None:
    """One key for both, another's name for one's own, a proposer who is none: each is refused."""
    known = team.proposed()
    analyst, counsel = team.analyst.signing.key_id, team.counsel.signing.key_id
    for row, who in (
        (_row(team, known, decided_by=analyst), team.analyst),
        (_row(team, known, decided_by=counsel), team.analyst),
        (_row(team, known, proposed_by=counsel, decided_by=analyst), team.analyst),
        (_row(team, known, contents_sha256=""), team.counsel),
        (_row(team, known, reason=" "), team.counsel),
    ):
        with pytest.raises(Exception, match=r"probata|record refused|CHECK|constraint"):
            _within(who, lambda row=row: DisclosureDecision.objects.create(**row))
    assert not DisclosureDecision.objects.exists()
    with pytest.raises(WriteRefused):
        _within(team.counsel, lambda: Disclosure.objects.filter(pk=known.id).update(proposed_by=counsel))


@pytest.mark.engines
def test_the_database_wants_a_release_for_a_package(team: Team) -> None:
    """Without a release, by the proposer, alone among several, or as if from before: each is refused."""
    known = team.proposed()

    def package(disclosure: str | None) -> Callable[[], object]:
        row = {"name": "p", "files_sha256": "a" * 64, "recipient": "", "purpose": "", "items": [], "seq": 1}
        return lambda: Package.objects.create(**row, at=known.at, disclosure=disclosure)

    for disclosure in (known.id, "", None, "0" * 32):
        with pytest.raises(WriteRefused):
            _within(team.custodian, package(disclosure))
    team.release(known)
    with pytest.raises(WriteRefused):
        _within(team.analyst, package(known.id))
    _within(team.custodian, package(known.id))
    with pytest.raises(Exception, match=r"probata|record refused|UNIQUE|unique"):
        _within(team.custodian, package(known.id))
    assert Package.objects.count() == 1


def test_raw_sql_gets_no_further(team: Team) -> None:
    """A statement by hand, within an act or without one, meets the same refusals."""
    known = team.proposed()
    analyst = team.analyst.signing.key_id
    decided = (
        "INSERT INTO disclosure_disclosuredecision "
        "(disclosure_id, decision, contents_sha256, reason, proposed_by, decided_by, at, seq) "
        "VALUES (%s, 'released', 'a', 'by hand', %s, %s, '2031-01-01', 1)"
    )
    sealed = (
        "INSERT INTO disclosure_package (name, files_sha256, recipient, purpose, items, disclosure, at, seq) "
        "VALUES ('p', 'a', '', '', '[]', %s, '2031-01-01', 1)"
    )

    def by_hand(statement: str, *values: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    other = team.counsel.signing.key_id
    for statement, values in (
        (decided, (known.id, analyst, analyst)),
        (decided, (known.id, analyst, other)),
        (decided, (known.id, other, analyst)),
        (sealed, (known.id,)),
        ("UPDATE disclosure_disclosure SET proposed_by = %s", (other,)),
        ("DELETE FROM disclosure_disclosure WHERE id = %s", (known.id,)),
    ):
        with pytest.raises((WriteRefused, DatabaseError)):
            _within(team.analyst, partial(by_hand, statement, *values))
        with pytest.raises(DatabaseError), transaction.atomic():
            by_hand(statement, *values)
    assert selectors.disclosure(known.id).state == "proposed"


def test_the_verb_seals_what_was_released(team: Team, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`probata seal PACKAGE --disclosure ID`; without it, where several work, it says that it takes two."""
    from probata.cli.__main__ import main

    known = team.release(team.proposed())
    keeper = access.person_of(team.custodian).name
    said = ["seal", "-w", str(team.root), str(tmp_path / "package"), "--as", keeper]
    assert main(said) == services.TakesTwo.exit_code
    assert "takes two" in capsys.readouterr().err
    assert main([*said, "--disclosure", known.id, "--purpose", "another"]) == 2
    assert main([*said, "--disclosure", known.id]) == 0
    assert (tmp_path / "package" / "verify.py").is_file()


def test_all_of_it_comes_back_from_the_ledger(team: Team, tmp_path: Path) -> None:
    """`probata check` rebuilds every table and finds no difference."""
    from probata.cli import workspace as opened
    from probata.cli.__main__ import main

    team.seal(team.release(team.proposed()), tmp_path / "package")
    services.withdraw(team.proposed().id, actor=team.analyst.signing, reason="no longer needed")
    assert main(["check", "-w", str(team.root), "--json"]) == 0
    opened.open_workspace(team.root)
    assert [one.state for one in selectors.disclosures()] == ["withdrawn", "sealed"]
