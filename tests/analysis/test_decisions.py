"""What a machine proposes, a person accepts, corrects or rejects; every decision stays, and the newest counts."""

from __future__ import annotations

import json

import pytest
from made_tracks import WORDS, could_not, impulses, record, speech

from contract import falls_short
from probata.access import services as access
from probata.access.roles import NotAllowed, Role
from probata.analysis import selectors, services
from probata.capture import services as capture
from probata.cli.__main__ import main
from probata.custody import selectors as custody
from probata.terms.errors import InvalidValue


@pytest.fixture
def item(workspace, tmp_path):
    """An item whose bytes do not matter: its tracks are put on the record by hand."""
    path = tmp_path / "clip.txt"
    path.write_text("no footage, and none is needed")
    (outcome,) = capture.add(str(path), actor=workspace.keyring.signing, reason="a test")
    return outcome.acquired.sha256


@pytest.fixture
def track(workspace, item):
    """The digest of a track of speech about it."""
    return record(item, speech(), workspace.keyring.signing)


@pytest.fixture
def second(workspace):
    """A colleague's keyring."""
    return access.enrol(workspace.keyring, "second", None, frozenset({Role.ANALYST}), reason="a colleague")


def _state(item, track, entry=0):
    return selectors.candidate(item, track, entry).standing.state


def test_a_candidate_stays_one_until_a_person_decides(workspace, item, track):
    """Nothing is accepted by itself, and deciding about one says nothing of its neighbours."""
    assert [one.standing.state for one in selectors.candidates(item, selectors.current_looks(item)["speech"])] == [
        "candidate"
    ] * 3
    services.decide(item, track, 0, actor=workspace.keyring.signing, decision="accepted")
    assert [_state(item, track, place) for place in range(3)] == ["accepted", "candidate", "candidate"]


def test_the_newest_decision_counts_and_older_ones_stay(workspace, item, track):
    """Accepted, then rejected with a reason, then open again: three entries of the ledger, one standing."""
    signing = workspace.keyring.signing
    services.decide(item, track, 1, actor=signing, decision="accepted")
    services.decide(item, track, 1, actor=signing, decision="rejected", reason="it is the wind")
    assert selectors.candidate(item, track, 1).standing.why == "it is the wind"
    services.decide(item, track, 1, actor=signing, decision="reopened")
    assert _state(item, track, 1) == "candidate"
    assert [one.decision for one in selectors.decisions(item, track, 1)] == ["reopened", "rejected", "accepted"]
    assert [line.action for line in custody.history(f"candidates:{item}")] == ["decide_candidate"] * 3


def test_a_correction_says_what_is_right_and_the_machines_words_stay(workspace, item, track):
    """A correction without words is refused; with words it is what the candidate says, beside what the machine read."""
    signing = workspace.keyring.signing
    with pytest.raises(services.CorrectionEmpty):
        services.decide(item, track, 0, actor=signing, decision="corrected", text="  ")
    corrected = services.decide(item, track, 0, actor=signing, decision="corrected", text="Он хрипит ещё.")
    assert corrected.words == "Он хрипит ещё."
    assert corrected.told["text"] == WORDS[0]


def test_what_is_not_there_cannot_be_decided(workspace, item, track):
    """No such entry, no such track, no such word: each is refused, and nothing is written."""
    before = custody.size_and_time()
    signing = workspace.keyring.signing
    for track_sha256, entry, decision, error in (
        (track, 3, "accepted", selectors.CandidateNotFound),
        (track, -1, "accepted", selectors.CandidateNotFound),
        ("0" * 64, 0, "accepted", selectors.CandidateNotFound),
        (track, 0, "believed", InvalidValue),
    ):
        with pytest.raises(error):
            services.decide(item, track_sha256, entry, actor=signing, decision=decision)
    assert custody.size_and_time() == before


def test_deciding_takes_a_role(workspace, item, track):
    """An auditor reads what was decided, and decides nothing."""
    auditor = access.enrol(workspace.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
    with pytest.raises(NotAllowed):
        services.decide(item, track, 0, actor=auditor.signing, decision="accepted")
    with pytest.raises(NotAllowed):
        services.translate(item, track, 0, actor=auditor.signing, text="He is wheezing.", language="en")


def test_a_later_look_starts_with_candidates_and_the_older_one_stays_readable(workspace, item, track):
    """A new version's words were never decided about; the old ones, and what was decided, can still be cited."""
    signing = workspace.keyring.signing
    services.decide(item, track, 0, actor=signing, decision="accepted")
    newer = record(item, speech(recipe="7", version="2", texts=("Он хрипит", "другое")), signing)
    assert _state(item, newer) == "candidate"
    assert _state(item, track) == "accepted"
    assert {look.track_sha256 for look in selectors.looks(item)} == {track, newer}


def test_several_translations_stand_side_by_side(workspace, item, track, second):
    """Each with its words, its translator and who recorded it; one does not displace another."""
    services.translate(
        item, track, 0, actor=workspace.keyring.signing, text="He wheezes.", language="en", translator="T. Reader"
    )
    services.translate(item, track, 0, actor=second.signing, text="He is wheezing.", language="en")
    told = selectors.candidate(item, track, 0).standing.translations
    assert [(one.text, one.translator, one.recorded_by, one.of_text, one.state) for one in told] == [
        ("He wheezes.", "T. Reader", "operator", WORDS[0], "unchecked"),
        ("He is wheezing.", "second", "second", WORDS[0], "unchecked"),
    ]


def test_a_translation_is_checked_by_somebody_else(workspace, item, track, second):
    """Not by who recorded it, not twice by one person, and a check that fails says why."""
    mine = services.translate(item, track, 1, actor=workspace.keyring.signing, text="Leave him alone.", language="en")
    with pytest.raises(services.OwnTranslation):
        services.check_translation(mine.id, actor=workspace.keyring.signing, holds=True)
    with pytest.raises(services.CorrectionEmpty):
        services.check_translation(mine.id, actor=second.signing, holds=False)
    assert services.check_translation(mine.id, actor=second.signing, holds=True).state == "checked"
    with pytest.raises(InvalidValue):
        services.check_translation(mine.id, actor=second.signing, holds=False, reason="on second thoughts")
    third = access.enrol(workspace.keyring, "third", None, frozenset({Role.REVIEWER}), reason="a reviewer")
    told = services.check_translation(mine.id, actor=third.signing, holds=False, reason="the verb is in the plural")
    assert told.state == "disputed"


def test_only_words_are_translated(workspace, item):
    """A sound has none; a language must be one."""
    sounds = record(item, impulses(), workspace.keyring.signing)
    with pytest.raises(InvalidValue):
        services.translate(item, sounds, 0, actor=workspace.keyring.signing, text="a bang", language="en")
    words = record(item, speech(), workspace.keyring.signing)
    with pytest.raises(InvalidValue):
        services.translate(item, words, 0, actor=workspace.keyring.signing, text="x", language="martian")


def test_it_is_all_made_anew_from_the_ledger(workspace, item, track, second, capsys):
    """`rebuild` gives the same decisions, translations and checks."""
    signing = workspace.keyring.signing
    services.decide(item, track, 0, actor=signing, decision="corrected", text="Он дышит.")
    mine = services.translate(item, track, 0, actor=signing, text="He breathes.", language="en")
    services.check_translation(mine.id, actor=second.signing, holds=True)
    before = selectors.candidate(item, track, 0)
    assert main(["rebuild", "-w", str(workspace.root)]) == 0
    capsys.readouterr()
    assert selectors.candidate(item, track, 0) == before


def test_the_verb_lists_and_decides(workspace, item, track, capsys):
    """`probata candidates` names each candidate, and takes that name to decide."""
    capsys.readouterr()
    where = [item[:10], "-w", str(workspace.root)]
    assert main(["candidates", *where, "--correct", "speech:1", "--text", "Залиште його."]) == 0
    assert main(["candidates", *where, "--translate", "speech:1", "--text", "Leave him.", "--to", "en"]) == 0
    capsys.readouterr()
    assert main(["candidates", *where, "--json"]) == 0
    text = capsys.readouterr().out
    assert falls_short("candidates", text) == ""
    told = json.loads(text)
    assert told["schema"] == "probata/candidates/1"
    assert [(one["analyser"], one["number"], one["state"]) for one in told["candidates"]] == [
        ("speech", 0, "candidate"),
        ("speech", 1, "corrected"),
        ("speech", 2, "candidate"),
    ]
    assert told["candidates"][1]["translations"][0]["of_text"] == "Залиште його."
    assert main(["candidates", *where, "--open"]) == 0
    shown = capsys.readouterr().out
    assert "speech:0" in shown
    assert "speech:1" not in shown
    assert main(["candidates", *where, "--accept", "speech:9"]) == 3
    assert main(["candidates", *where, "--accept", "echoes:0"]) == 2


def test_a_later_look_that_could_not_look_takes_nothing_away(workspace, item, track):
    """What was found and decided still counts; the failure is told beside it."""
    signing = workspace.keyring.signing
    services.decide(item, track, 0, actor=signing, decision="accepted")
    record(item, could_not("speech"), signing)
    assert selectors.current_looks(item)["speech"].track_sha256 == track
    assert selectors.newest_looks(item)["speech"].outcome == "could_not_look"


def test_a_decision_on_what_was_not_seen_is_refused(workspace, item, track, second):
    """Somebody else decided meanwhile: the later decision is not recorded, and says whose stands."""
    services.decide(item, track, 0, actor=second.signing, decision="rejected", reason="nobody speaks", seen=0)
    with pytest.raises(services.DecidedMeanwhile, match="second rejected"):
        services.decide(item, track, 0, actor=workspace.keyring.signing, decision="accepted", seen=0)
    stands = selectors.candidate(item, track, 0).standing
    assert stands.state == "rejected"
    told = services.decide(item, track, 0, actor=workspace.keyring.signing, decision="accepted", seen=stands.seq)
    assert told.standing.state == "accepted"


def test_a_named_translator_is_not_the_second_check_of_their_own(workspace, item, track, second):
    """Also where somebody else recorded it for them."""
    theirs = services.translate(
        item, track, 0, actor=workspace.keyring.signing, text="He wheezes.", language="en", translator="second"
    )
    with pytest.raises(services.OwnTranslation):
        services.check_translation(theirs.id, actor=second.signing, holds=True)
