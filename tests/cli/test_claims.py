"""Claims, observations and reviews from the command line: every verb keeps its schema, and says how to go on."""

from __future__ import annotations

import json

import pytest
from asking import json_of

from probata.access import services as access
from probata.access.roles import Role
from probata.cli.__main__ import main

ROLES = frozenset({Role.ANALYST, Role.REVIEWER})


@pytest.fixture
def archive(workspace, monkeypatch):
    """The words that name the workspace; two people beside its operator."""
    for name in ("first", "second"):
        access.enrol(workspace.keyring, name, None, ROLES, reason="joins")
    return ("-w", str(workspace.root))


@pytest.fixture
def ask(archive, capsys):
    """Ask a verb as one of the people, and hold the answer against its schema."""

    def asked(*words, by="first", code=0):
        got, told = json_of(capsys, *words, *archive, *(("--as", by) if by else ()))
        assert got == code, told
        return told

    return asked


@pytest.fixture
def item(ask, tmp_path):
    path = tmp_path / "clip.txt"
    path.write_text("no footage, and none is needed")
    return ask("add", str(path), "--no-look", by="operator")["items"][0]["item"]


def proposition(ask, words="three shots are fired", *more):
    return ask("propositions", "--add", words, *more)["propositions"][0]["id"]


@pytest.mark.parametrize(
    ("verb", "start"),
    [
        ("parties", "probata parties --add"),
        ("propositions", "probata propositions --add"),
        ("assertions", "probata assertions --of"),
        ("assess", "probata assess --open"),
        ("derivations", "probata derivations --add"),
        ("hypotheses", "probata hypotheses --seeds"),
    ],
)
def test_an_empty_list_says_how_to_begin(archive, capsys, verb, start):
    """Nobody stands before an empty screen and guesses."""
    assert main([verb, *archive]) == 0
    assert start in capsys.readouterr().out


def test_who_works_here_is_listed_and_grows(ask, archive, capsys):
    """A custodian enrols; an unknown role is refused with all that there are."""
    told = ask("people", "--enrol", "third", "--roles", "analyst, legal", by="operator")
    assert told["people"][-1]["roles"] == ["analyst", "legal"]
    error = ask("people", "--enrol", "fourth", "--roles", "king", by="operator", code=2)
    assert "king" in error["message"]
    assert "reviewer" in error["message"]
    assert ask("people", "--enrol", "fourth", "--roles", "analyst", by="third", code=8)["code"] == "not_allowed"


def test_an_observation_goes_in_by_words_and_comes_out_with_its_count(ask, item):
    """Kind, stretch, box and count as typed; what several counts give together beside them."""
    seen = (
        "--kind",
        "body",
        "--at",
        "12.5",
        "--to",
        "14",
        "--describe",
        "a person lying still",
        "--box",
        ".1,.2,.3,.4",
    )
    told = ask("observe", item, *seen, "--count", "2", "--of", "bodies")
    one = told["observations"][0]
    assert (one["start_s"], one["end_s"], one["kind"]) == (12.5, 14.0, "body")
    assert one["polygon"][0] == [0.1, 0.2]
    assert told["counts"][0]["count"]["min"] == 2
    ask("observe", item, "--withdraw", one["id"], "--reason", "a trick of the light")
    assert ask("observe", item)["observations"] == []
    assert len(ask("observe", item, "--all")["observations"]) == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--kind", "body"), "--at SECONDS"),
        (("--kind", "body", "--at", "soon", "--describe", "x"), "seconds"),
        (("--kind", "ghost", "--at", "1", "--describe", "x"), "must be one of"),
        (("--kind", "body", "--at", "1", "--describe", "x", "--box", "a,b"), "figures"),
        (("--kind", "body", "--at", "1", "--describe", "x", "--count", "2-3", "--of", "b"), "not swept"),
        (("--kind", "body", "--at", "2", "--to", "1", "--describe", "x"), "ends where it starts"),
        (("--kind", "body", "--at", "1e400", "--describe", "x"), "months away"),
        (("--kind", "body", "--at", "1", "--describe", "x", "--count", "nan", "--of", "b"), "whole numbers"),
        (("--kind", "body", "--at", "1", "--describe", "x", "--count", "2.7", "--of", "b"), "whole numbers"),
        (("--kind", "body", "--at", "1", "--describe", "x", "--infer-from", "0"), "record id"),
    ],
)
def test_a_faulty_observation_is_refused_in_words(ask, item, words, why):
    """What is wrong is named, and nothing is written."""
    assert why in ask("observe", item, *words, code=2)["message"]
    assert ask("observe", item)["observations"] == []


def test_several_records_are_taken_together_or_not_at_all(ask, tmp_path):
    """A file with faults names all of them by number, and nothing of it is written."""
    path = tmp_path / "parties.json"
    good = {"kind": "outlet", "naming": "named", "names": [{"text": "The Morning Lantern", "language": "en"}]}
    path.write_text(json.dumps([good, {"kind": "outlet", "naming": "named"}, {"kind": "crown", "naming": "unknown"}]))
    message = ask("parties", "--from", str(path), code=2)["message"]
    assert "Record 2" in message
    assert "Record 3" in message
    assert ask("parties")["parties"] == []
    path.write_text("\n".join(json.dumps(one) for one in (good, {"kind": "unit", "naming": "unknown"})))
    assert len(ask("parties", "--from", str(path))["parties"]) == 2


def test_one_faulty_record_is_told_by_itself(ask):
    """Whoever adds one thing by words is told what is wrong with it, not that one of one could not be taken."""
    error = ask("parties", "--add", "The Morning Lantern", "--kind", "crown", code=2)
    assert error["code"] == "invalid_value"
    assert "Record 1" not in error["message"]


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_holds_no_records_is_an_answer(ask, tmp_path, content):
    """Nothing, half of something, numbers, no text, or brackets without end."""
    path = tmp_path / "records.json"
    path.write_bytes(content)
    assert ask("parties", "--from", str(path), code=2)["code"] == "records_unreadable"


def test_references_of_several_records_hold_together_or_none_is_taken(ask, tmp_path):
    """The last of a file names a party that is not there: the first is not recorded either."""
    path = tmp_path / "propositions.json"
    nobody = {"type": "authorship", "act": "the shooting", "statement": "they fired", "value": {"party": "a" * 32}}
    path.write_text(json.dumps([{"type": "occurred", "statement": "it rains"}, nobody]))
    assert ask("propositions", "--from", str(path), code=3)["code"] == "party_not_found"
    assert ask("propositions")["propositions"] == []


@pytest.mark.parametrize("verb", ["parties", "propositions", "assertions"])
def test_one_record_stands_instead_of_another_and_says_why(ask, tmp_path, verb):
    """Two that supersede one, none that does, and one without a reason are refused before anything is written."""
    party = {"kind": "outlet", "naming": "unknown"}
    shots = proposition(ask)
    said = {"proposition": shots, "stance": "alleges", "words": {"text": "so", "language": "en"}}
    said["speaker"] = ask("parties", "--unknown", "--kind", "outlet")["parties"][0]["id"]
    one = {"parties": party, "propositions": {"type": "occurred", "statement": "shots are fired"}, "assertions": said}
    path = tmp_path / "records.json"
    path.write_text(json.dumps(one[verb]))
    old = ask(verb, "--from", str(path))[verb][0]["id"]
    superseding = (verb, "--from", str(path), "--supersede", old)
    assert "--reason" in ask(*superseding, code=2)["message"]
    assert "0 are given" in ask(verb, "--supersede", old, "--reason", "why", code=2)["message"]
    path.write_text(json.dumps([one[verb]] * 2))
    assert "2 are given" in ask(*superseding, "--reason", "why", code=2)["message"]
    path.write_text(json.dumps(one[verb]))
    assert ask(*superseding, "--reason", "why")[verb][0]["supersedes"] == old


def test_an_outlet_is_added_once_unless_it_is_another(ask):
    """A name typed twice makes no second root; who says that it is another one may add it."""
    add = ("parties", "--add", "The Morning Lantern", "--kind", "outlet")
    first = ask(*add)["parties"][0]["id"]
    error = ask(*add, code=4)
    assert error["code"] == "party_stands"
    assert first in error["message"]
    assert "--another" in error["advice"]
    ask(*add, "--another")
    assert len(ask("parties")["parties"]) == 2


def test_bytes_count_in_an_item(ask):
    """Without the item they mean nothing, and are not passed over in silence."""
    said = ("assertions", "--of", proposition(ask), "--stance", "alleges", "--words", "so")
    ask("parties", "--add", "The Morning Lantern", "--kind", "outlet")
    assert "--in" in ask(*said, "--speaker", "The Morning Lantern", "--bytes", "0-9", code=2)["message"]
    assert ask("assertions")["assertions"] == []


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_passphrase_file_that_cannot_be_read_enrols_nobody(ask, tmp_path, content):
    """None there, or no text: an answer, and no key without the passphrase that was meant."""
    path = tmp_path / "passphrase"
    if content is not None:
        path.write_bytes(content)
    asked = ("people", "--enrol", "third", "--roles", "analyst", "--new-passphrase-file", str(path))
    assert ask(*asked, by="operator", code=2)["code"] == "passphrase_unreadable"
    assert "third" not in {one["name"] for one in ask("people")["people"]}


def test_a_translation_of_what_was_corrected_is_listed_with_what_stands(ask):
    """Named by its old id, told by its new one, with every translation of the same words."""
    ask("parties", "--add", "The Morning Lantern", "--kind", "outlet")
    said = ("--of", proposition(ask), "--speaker", "The Morning Lantern", "--words", "Es war so", "--language", "de")
    old = ask("assertions", *said, "--stance", "alleges")["assertions"][0]["id"]
    ask("assertions", "--translate", old, "--text", "It was so")
    corrected = ("--stance", "states_circumstances", "--supersede", old, "--reason", "no charge")
    new = ask("assertions", *said, *corrected)["assertions"][0]["id"]
    (told,) = ask("assertions", "--translate", old, "--text", "C’était ainsi", "--to", "fr")["assertions"]
    assert told["id"] == new
    assert [one["language"] for one in told["translations"]] == ["en", "fr"]


def test_what_cannot_be_so_at_all_is_told_alone(ask, capsys, archive):
    """A proposition from which two follow that contradict each other is named once, not as a pair with itself."""
    both, wet, dry = (
        proposition(ask, "it rains on dry ground"),
        proposition(ask, "it rains"),
        proposition(ask, "all is dry"),
    )
    ask("propositions", "--contradicts", wet, dry, "--reason", "rain is wet")
    ask("propositions", "--entails", both, wet, "--reason", "it says so")
    ask("propositions", "--entails", both, dry, "--reason", "it says so")
    assert main(["propositions", *archive]) == 0
    assert f"\ncannot be so: {both[:8]}: what follows from it" in capsys.readouterr().out


def test_who_says_what_is_told_with_its_roots(ask, capsys, archive):
    """Three speakers of whom one derives from another are three sources and two roots, in JSON and in words."""
    for name in ("The Morning Lantern", "Evening Post", "The Hill Courier"):
        ask("parties", "--add", name, "--kind", "outlet", "--language", "en")
    shots = proposition(ask)
    said = ("--of", shots, "--stance", "alleges", "--words", "three shots", "--language", "en")
    first = ask("assertions", *said, "--speaker", "The Morning Lantern")["assertions"][0]["id"]
    ask("assertions", *said, "--speaker", "evening post", "--derives-from", first)
    ask("assertions", *said, "--speaker", "The Hill Courier")
    told = ask("assertions", "--of", shots)
    assert told["independence"]["sentence"] == "3 sources, 2 independent roots"
    assert main(["propositions", *archive]) == 0
    assert "3 sources, 2 independent roots; an independent root is no vote" in capsys.readouterr().out
    assert ask("assertions", *said, "--speaker", "Nobody's Gazette", code=3)["code"] == "party_not_found"


def test_a_relation_of_propositions_needs_its_reason(ask):
    """That two contradict each other is somebody's judgement: it says why."""
    one, other = proposition(ask), proposition(ask, "no shot is fired")
    assert "--reason" in ask("propositions", "--contradicts", one, other, code=2)["message"]
    told = ask("propositions", "--contradicts", one, other, "--reason", "three is not none")
    assert len(told["contradictions"]) == 1


def test_two_people_judge_and_neither_sees_the_other_first(ask, item, capsys, archive):
    """From opening to sealing in five commands; in words as well as in JSON the second sees no answer before theirs."""
    shots = proposition(ask)
    heard = ("--kind", "impulsive_sound", "--heard", "--at", "1", "--describe", "a bang")
    bang = ask("observe", item, *heard)["observations"][0]["id"]
    review = ask("assess", "--open", shots, "--dimension", "content")["reviews"][0]["id"]
    doubt = ("--result", "likely", "--likelihood", "likely", "--confidence", "low")
    judged = (*doubt, "--for", bang, "--because", "SECRET REASON")
    assert "other side" in ask("assess", "--judge", review, *judged, code=2)["message"]
    judged += ("--searched", "the sound before and after")
    ask("assess", "--judge", review, *judged)
    assert ask("assess", "--take", review, code=8)["code"] == "own_assessment"
    assert main(["assess", "--take", review, *archive, "--as", "second"]) == 0
    assert main(["assess", *archive]) == 0
    assert main(["assess", "--show", review, *archive, "--as", "second"]) == 0
    shown = capsys.readouterr().out
    assert "SECRET REASON" not in shown
    assert "as to its content: three shots are fired" in shown
    assert ask("assess", "--judge", review, *judged, by="second")["reviews"][0]["state"] == "agreed"
    finding = ask("assess", "--seal", review, "--because", "two heard it", by="second")["findings"][0]
    assert finding["sentences"][0].startswith("It is likely (55–80 %)")
    assert main(["assess", "--findings", *archive]) == 0
    assert "judged by first and second" in capsys.readouterr().out
    assert ask("assess", "--open", shots, "--dimension", "content", code=4)["code"] == "review_stands"
    again = ask("assess", "--open", shots, "--dimension", "content", "--supersedes", finding["id"])
    assert again["reviews"][0]["state"] == "open"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--dimension", "colour"), "one of provenance"),
        ((), "give --dimension"),
    ],
)
def test_a_review_is_of_one_respect(ask, words, why):
    """Without a dimension, or with one that there is not, all of them are named."""
    assert why in ask("assess", "--open", proposition(ask), *words, code=2)["message"]


def test_a_calculators_answer_goes_on_the_record(ask, tmp_path):
    """What a calculator prints with --json is taken as it is, its derivation alone recorded."""
    run = {"tool": "sun", "version": "1", "inputs": {"a": 0.1}, "parameters": {}, "seed": None, "outputs": {}}
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"schema": "probata/sun/1", "derivation": {**run, "uncertainty": {}}}))
    told = ask("derivations", "--add", str(path))["derivations"][0]
    assert (told["tool"], told["inputs"], told["by"]) == ("sun", {"a": 0.1}, "first")


def test_rival_explanations_are_weighed_without_a_workspace(capsys, tmp_path):
    """The seeds print a table; filled in, it is weighed; the least inconsistent first and no proof."""
    assert main(["hypotheses", "--seeds"]) == 0
    table = json.loads(capsys.readouterr().out)
    row = {"id": "r1", "evidence": "a shadow", "root": "clip", "cells": {"staged": "II", "other_party": "C"}}
    path = tmp_path / "table.json"
    path.write_text(json.dumps({**table, "rows": [row]}))
    code, told = json_of(capsys, "hypotheses", str(path))
    assert code == 0
    assert told["comparison"]["order"] == [["other_party"], ["staged"]]
    assert main(["hypotheses", str(path)]) == 0
    assert "that is no proof of it" in capsys.readouterr().out


def test_nobody_sees_a_table_before_handing_in_their_own(ask, tmp_path, capsys):
    """The view is empty until both have handed in; a table of other evidence is refused."""
    assert main(["hypotheses", "--seeds"]) == 0
    table = {name: told for name, told in json.loads(capsys.readouterr().out).items() if name != "schema"}
    frame = {**table, "rows": [{"id": "r1", "evidence": "a shadow", "root": "clip", "cells": {}}]}
    mine = {**table, "rows": [{"id": "r1", "evidence": "a shadow", "root": "clip", "cells": {"staged": "I"}}]}
    for name, told in (("frame", frame), ("mine", mine), ("other", table)):
        (tmp_path / name).write_text(json.dumps(told))
    asked = ("--frame", str(tmp_path / "frame"), "--analysts", "first,second")
    opened = ask("hypotheses", "--open", "What happened?", *asked)["comparisons"][0]["id"]
    handing = ("hypotheses", "--hand-in", opened, "--table")
    assert "other hypotheses or evidence" in ask(*handing, str(tmp_path / "other"), code=2)["message"]
    assert ask(*handing, str(tmp_path / "mine"))["comparisons"][0]["view"] is None
    assert "theirs stands" in ask(*handing, str(tmp_path / "mine"), code=2)["message"]
    view = ask(*handing, str(tmp_path / "mine"), by="second")["comparisons"][0]["view"]
    assert view["same_order"] is True


@pytest.fixture
def article(ask, tmp_path):
    path = tmp_path / "article.txt"
    path.write_text("Published: 14 October 2031\n\nThe Morning Lantern has verified that three shots were fired.\n")
    return ask("add", str(path), "--no-look", by="operator")["items"][0]["item"]


def test_a_proposed_assertion_is_accepted_with_its_bytes(ask, article):
    """What `read` proposes of an item becomes an assertion there and then; its state is told from then on."""
    ask("parties", "--add", "The Morning Lantern", "--kind", "outlet")
    shots = proposition(ask)
    told = ask("read", article, "--accept", "1", "--of", shots)
    (one,) = ask("assertions", "--of", shots)["assertions"]
    assert one["id"] == told["recorded"]
    assert told["assertions"][0]["state"] == "accepted"
    assert one["appears_in"] == {
        "item": article,
        "start": told["assertions"][0]["start"],
        "end": one["appears_in"]["end"],
    }
    assert ask("read", article, "--accept", "1", "--of", shots, code=4)["code"] == "proposal_decided"
    assert ask("read", article, "--reject", "1", code=2)["code"] == "supersedes_without_reason"
    ask("read", article, "--reject", "1", "--reason", "a headline")
    assert ask("read", article)["assertions"][0]["state"] == "rejected"
    assert ask("assertions")["assertions"] == []


def test_another_speaker_or_stance_is_a_correction(ask, article):
    """A person who knows better says so, and the decision is told as a correction."""
    ask("parties", "--describe", "a reporter", "--kind", "outlet")
    shots = proposition(ask)
    told = ask("read", article, "--accept", "1", "--of", shots, "--speaker", "a reporter", "--stance", "alleges")
    assert told["assertions"][0]["state"] == "corrected"
    assert ask("assertions")["assertions"][0]["stance"] == "alleges"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--accept", "1"), "usage"),
        (("--accept", "9"), "proposal_not_found"),
        (("--accept", "0"), "proposal_not_found"),
        (("--accept", "1", "--of", "0" * 32), "proposition_not_found"),
    ],
)
def test_a_decision_about_nothing_is_refused(ask, article, words, code):
    """A number that is none, no proposition, one that is not there: refused in words, nothing written."""
    assert ask("read", article, *words, code=3 if "not_found" in code else 2)["code"].startswith(code)
    assert ask("assertions")["assertions"] == []


def test_a_speaker_nobody_recorded_is_asked_for(ask, article):
    """The words are not hung on anybody else; it says how to add the party."""
    error = ask("read", article, "--accept", "1", "--of", proposition(ask), code=3)
    assert error["code"] == "party_not_found"
    assert "probata parties --add" in error["advice"]
