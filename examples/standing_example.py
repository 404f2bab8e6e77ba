#!/usr/bin/env python3
"""The standing example from end to end, driven by the command line alone; every result is asserted.

`python examples/standing_example.py [--dir FOLDER] [--swap]`: texts by five invented outlets, footage made by code, and
four people. It ends with exit code 0 and one line for each thing that held, or at the first that did not. With `--swap`
the two parties exchange their names, and what comes out must be the same with the names exchanged. Footage, its copies
and what is seen and heard in it come before anybody's text and any name: both runs go on from one workspace that holds
them. Each verb is asked in a process of its own at first, as people do, and from then on in this one, which is quicker.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from probata.cli.demo_story.names import EXCERPT, NAMES, OTHER, SCENE, SWAPPED, write_texts

BOUNDS = Path(__file__).parent / "standing_example" / "bounds.json"


class Unexpected(AssertionError):
    """A step of the example did not come out as it must."""


class Desk:
    """The command line, one workspace, and what held so far."""

    def __init__(self, folder: Path, started: set[str]) -> None:
        self.workspace = folder / "workspace"
        self.held: list[str] = []
        self.told: dict[str, Any] = {}
        self.started = started

    def copied(self, folder: Path) -> Desk:
        """All of it once more in another folder, to go on from there."""
        shutil.copytree(self.workspace.parent, folder)
        other = Desk(folder, self.started)
        other.held, other.told = [*self.held], {**self.told}
        return other

    def ask(self, *words: str, given: object = None, by: str = "", refused: str = "") -> dict[str, Any]:
        """Run one verb with `--json` and return what it says; `refused` is the code of an error that must come."""
        bare = words[0] in {"when", "where", "sun", "sync"} or (words[0] == "hypotheses" and len(words) == 2)
        command = [*words, "--json"]
        if not bare and words[0] != "init":
            command += ["-w", str(self.workspace)]
        if by:
            command += ["--as", by]
        text = None if given is None else json.dumps(given, ensure_ascii=False)
        out, err = (_ask_here if words[0] in self.started else _ask_apart)(command, text)
        self.started.add(words[0])
        try:
            said: dict[str, Any] = json.loads(out)
        except ValueError:
            message = f"probata {' '.join(words)}\n{out}\n{err}"
            raise Unexpected(message) from None
        failed = said.get("schema") == "probata/error/1"
        if failed != bool(refused) or (failed and said["code"] != refused):
            message = f"probata {' '.join(words)}\n{json.dumps(said, ensure_ascii=False, indent=1)}"
            raise Unexpected(message)
        return said

    def hold(self, sentence: str, *, is_so: bool, seen: object = "") -> None:
        """Note that something came out as it must, or end here and say what was seen instead."""
        if not is_so:
            message = f"{sentence}\n  seen: {seen!r}"
            raise Unexpected(message)
        self.held.append(sentence)
        print(f"  holds  {sentence}", flush=True)


def _ask_apart(command: list[str], text: str | None) -> tuple[str, str]:
    """What a verb prints and complains of, asked in a process of its own."""
    program, environment = [sys.executable, "-m", "probata.cli"], {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run(
        [*program, *command], input=text, capture_output=True, text=True, check=False, env=environment
    )
    return done.stdout, done.stderr


def _ask_here(command: list[str], text: str | None) -> tuple[str, str]:
    """The same, asked in this process."""
    from probata.cli.__main__ import main as probata

    out, err, given = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO((text or "").encode()), encoding="utf-8")
    try:
        with redirect_stdout(out), redirect_stderr(err):
            probata(command)
    finally:
        sys.stdin = given
    return out.getvalue(), err.getvalue()


def main() -> int:
    """Run the example, twice where the names are to be exchanged, and say what held."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dir", type=Path, help="keep everything there (default: a folder that is deleted again)")
    parser.add_argument("--swap", action="store_true", help="run it again with the two parties' names exchanged")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="standing-example-") as scratch:
        folder = options.dir or Path(scratch)
        try:
            ground, observations = prepared(folder / "prepared")
            once = run(ground.copied(folder / "first"), NAMES, observations)
            if options.swap:
                again = run(ground.copied(folder / "swapped"), SWAPPED, observations)
                compare_swapped(once, again)
        except Unexpected as error:
            print(f"DOES NOT HOLD: {error}", file=sys.stderr)
            return 1
        print(f"{len(once.held)} results, each as it must be.")
    return 0


def prepared(folder: Path) -> tuple[Desk, dict[str, str]]:
    """A workspace with the footage and what is seen and heard in it, and nobody's name."""
    folder.mkdir(parents=True, exist_ok=True)
    desk = Desk(folder, set())
    return desk, looked_at(desk, acquired(desk))


def run(desk: Desk, names: dict[str, str], observations: dict[str, str]) -> Desk:
    """The rest of the road, with these names for the two parties."""
    print(f"The parties are called {names['NORTH']} and {names['SOUTH']}.")
    items = published(desk, names)
    claims = claimed(desk, items, names)
    timed(desk)
    computed(desk)
    placed(desk)
    finding = judged(desk, observations, claims)
    weighed(desk, claims)
    filed(desk, items, claims, finding)
    return desk


def acquired(desk: Desk) -> dict[str, str]:
    """A workspace with four people; footage, preserved; which are copies of which."""
    from probata.cli.demo_footage.footage import make_footage

    desk.ask("init", str(desk.workspace), "--no-passphrase", "--name", "keeper")
    for name in ("first", "second", "third"):
        desk.ask("people", "--enrol", name, "--roles", "analyst,reviewer,legal", by="keeper")
    footage = desk.workspace.parent / "footage"
    make_footage(footage)
    clips = [path for path in sorted(footage.iterdir()) if path.suffix == ".mp4" and "vfr" not in path.name]
    desk.ask("add", *map(str, clips), "--no-copies", by="keeper")
    items = _items(desk)
    desk.hold("three clips are preserved", is_so=len(items) == 3, seen=sorted(items))
    matches = desk.ask("copies", items[EXCERPT], by="keeper")["matches"]
    found = {one["item"]: one["relations"][0]["kind"] for one in matches}
    desk.hold("the agency's clip is an excerpt", is_so=found.get(items[SCENE]) == "excerpt_of", seen=found)
    desk.hold("the other video is not confused with it", is_so=items[OTHER] not in found, seen=found)
    return items


def published(desk: Desk, names: dict[str, str]) -> dict[str, str]:
    """What five outlets published, with the parties' names, preserved beside the footage."""
    texts = desk.workspace.parent / "texts"
    write_texts(texts, names)
    desk.ask("add", str(texts), "--no-look", by="keeper")
    items = _items(desk)
    desk.hold("five texts are preserved beside them", is_so=len(items) == 8, seen=sorted(items))
    return items


def _items(desk: Desk) -> dict[str, str]:
    return {one["name"]: one["item"] for one in desk.ask("items")["items"]}


def looked_at(desk: Desk, items: dict[str, str]) -> dict[str, str]:
    """Impulses as a machine proposes them and a person accepts; bodies and armbands as a person sees them."""
    scene = items[SCENE]
    desk.ask("analyse", scene, "--only", "shots", by="first")
    candidates = desk.ask("candidates", scene, "--only", "shots")["candidates"]
    heard = [one for one in candidates if one["kind"] == "impulsive_sound"]
    onsets = [one["onset_s"] for one in heard]
    made = json.loads((desk.workspace.parent / "footage" / "footage.json").read_text(encoding="utf-8"))
    true = [one["at_s"] for one in next(clip for clip in made["clips"] if clip["path"] == SCENE)["impulses"]]
    near = len(onsets) == len(true) and all(abs(a - b) < 0.005 for a, b in zip(onsets, true, strict=True))
    desk.hold("three impulses are proposed, each within 5 ms of where it is", is_so=near, seen=(onsets, true))
    observed: dict[str, str] = {}
    for number, one in enumerate(heard):
        place = f"shots:{one['number']}"
        desk.ask("observe", scene, "--candidate", place, by="first", refused="candidate_undecided")
        desk.ask("candidates", scene, "--accept", place, by="first")
        made = desk.ask("observe", scene, "--candidate", place, "--certainty", "moderate", by="first")
        observed[f"impulse {number + 1}"] = made["observations"][0]["id"]
    for at, count in (("3", "3"), ("7", "1"), ("14", "1")):
        count_of = ("--count", count, "--of", "bodies", "--describe", "persons lying still")
        made = desk.ask("observe", scene, "--kind", "body", "--at", at, *count_of, by="first")
        observed[f"bodies at {at}"] = made["observations"][0]["id"]
    band = ("--kind", "armband", "--at", "3", "--describe", "a white band on an upper arm", "--box", ".6,.55,.1,.1")
    observed["armband"] = desk.ask("observe", scene, *band, by="first")["observations"][0]["id"]
    (tally,) = desk.ask("observe", scene)["counts"]
    counted = (tally["count"]["min"], tally["count"]["max"])
    desk.hold("at least three bodies, no maximum, never five", is_so=counted == (3, None), seen=tally)
    desk.told["count"] = tally
    return observed


def claimed(desk: Desk, items: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    """Parties, propositions and who says what: the ambush is not the shooting, and copies of one source are one."""
    ids = dict(_parties(desk, names))
    told: dict[str, dict[str, Any]] = {
        "shots": {"type": "occurred", "statement": "three shots are fired", "act": "the shooting"},
        "shooting": _done_by(f"soldiers of {names['NORTH']} fired the shots", "the shooting", ids["north soldiers"]),
        "ambush": _done_by("the Third Heath Battalion carried out the ambush", "the ambush", ids["battalion"]),
        "unknown": _done_by("a unit that nobody knows fired the shots", "the shooting", ids["unknown"]),
        "many": _counted("three bodies or more lie there", 3, None),
        "few": _counted("two bodies at most lie there", 0, 2),
        "other video": {"type": "related_media", "statement": "an earlier, different video shows mistreatment"},
    }
    for name, one in told.items():
        ids[name] = desk.ask("propositions", "--from", "-", given=one, by="first")["propositions"][0]["id"]
    _said(desk, items, ids)
    found = desk.ask("propositions")
    clash = {frozenset((edge["from"], edge["to"])) for edge in found["contradictions"]}
    desk.hold(
        "two counts contradict each other, nothing else does", is_so=clash == {frozenset((ids["many"], ids["few"]))}
    )
    by_id = {one["id"]: one for one in found["propositions"]}
    desk.hold("who laid the ambush says nothing of who shot", is_so=len(by_id[ids["shooting"]]["assertions"]) == 1)
    shots = by_id[ids["shots"]]["independence"]
    desk.hold("three say it, of two roots", is_so=shots["sentence"] == "3 sources, 2 independent roots", seen=shots)
    desk.told["independence"] = {one["statement"]: one["independence"]["sentence"] for one in found["propositions"]}
    desk.ask(
        "assess", "--open", ids["unknown"], "--dimension", "attribution", by="first", refused="attributed_to_nobody"
    )
    desk.hold("nothing is attributed to who is not known", is_so=True)
    return ids


def _parties(desk: Desk, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    outlets = ("The Morning Lantern", "Heron Wire", "Evening Post", "The Hill Courier")
    for name in outlets:
        made = desk.ask("parties", "--add", name, "--kind", "outlet", "--language", "en", by="first")
        yield name, made["parties"][0]["id"]
    others = {
        "battalion": ("Third Heath Battalion", "unit"),
        "north soldiers": (f"soldiers of {names['NORTH']}", "armed_group"),
        "south ministry": (f"Ministry of Defence of {names['SOUTH']}", "state_body"),
        "south minister": (f"Foreign minister of {names['SOUTH']}", "official_role"),
    }
    for key, (name, kind) in others.items():
        made = desk.ask("parties", "--add", name, "--kind", kind, "--language", "en", by="first")
        yield key, made["parties"][0]["id"]
    made = desk.ask("parties", "--unknown", "--kind", "unit", by="first")
    yield "unknown", made["parties"][0]["id"]
    made = desk.ask("parties", "--describe", "two residents", "--kind", "official_role", by="first")
    yield "residents", made["parties"][0]["id"]


def _done_by(statement: str, act: str, party: str) -> dict[str, Any]:
    return {"type": "authorship", "statement": statement, "act": act, "value": {"party": party}}


def _counted(statement: str, least: int, most: int | None) -> dict[str, Any]:
    count = {"min": least, "max": most, "basis": "simultaneous", "population": "bodies", "exhaustive": most is not None}
    return {"type": "count", "statement": statement, "subject": "the roadside", "value": {"count": count}}


def _said(desk: Desk, items: dict[str, str], ids: dict[str, str]) -> None:
    def say(proposition: str, speaker: str, stance: str, words: str, *more: str, language: str = "en") -> str:
        asked = ("--of", ids[proposition], "--speaker", ids[speaker], "--stance", stance, "--words", words)
        made = desk.ask("assertions", *asked, "--language", language, *more, by="first")
        return str(made["assertions"][0]["id"])

    first = _read(desk, items, ids)
    say("shots", "Evening Post", "alleges", "a video shows three shots being fired", "--derives-from", first)
    say("shots", "residents", "alleges", "they heard shots on Sunday afternoon", "--via", ids["The Morning Lantern"])
    say("ambush", "battalion", "claims_responsibility", "carried out the ambush", "--via", ids["Heron Wire"])
    say("shooting", "south minister", "attributes", "executing prisoners")
    say("other video", "The Hill Courier", "condemns", "Mistreatment of prisoners is unacceptable")
    refused = ("--of", ids["shots"], "--speaker", ids["Heron Wire"], "--stance", "attributes", "--words", "they did it")
    desk.ask("assertions", *refused, by="first", refused="attribution_without_act")
    desk.ask("assertions", "--translate", first, "--text", "a vérifié une vidéo", "--to", "fr", by="first")
    wheezing = say("shots", "residents", "states_circumstances", "Он хрипит", language="ru")
    for text in ("He is wheezing", "He rattles"):
        desk.ask("assertions", "--translate", wheezing, "--text", text, "--to", "en", by="first")
    both = desk.ask("assertions", "--of", ids["shots"])["assertions"]
    kept = next(one for one in both if one["id"] == wheezing)
    desk.hold("two translations stand beside the words", is_so=len(kept["translations"]) == 2, seen=kept)


def _read(desk: Desk, items: dict[str, str], ids: dict[str, str]) -> str:
    """What the newspaper's page says is proposed with its bytes; a person accepts one of it and rejects another."""
    proposed = desk.ask("read", items["lantern.html"])
    by = {(one["speaker_kind"], one["stance"]): one for one in proposed["assertions"]}
    own = by["named", "confirms_verified"]
    is_so = own["speaker"] == "The Morning Lantern" and own["hedges"] == ["appears to show"]
    desk.hold("the newspaper's own verification is proposed, its hedge beside it", is_so=is_so, seen=own)
    page = (desk.workspace.parent / "texts" / "lantern.html").read_bytes()
    desk.hold("its offsets are the bytes of its words", is_so=page[own["start"] : own["end"]].decode() == own["text"])
    unnamed = [one["speaker"] for one in proposed["assertions"] if one["speaker_kind"] == "unnamed"]
    desk.hold("two residents stay unnamed", is_so=any("residents" in one for one in unnamed), seen=unnamed)
    inside = [one for one in proposed["furniture"] if b"We said it first" in page[one["start"] : one["end"]]]
    desk.hold("what the newsletter says is furniture", is_so=bool(inside), seen=proposed["furniture"])
    number, denied = str(own["number"]), str(by["unnamed", "denies_act"]["number"])
    made = desk.ask("read", items["lantern.html"], "--accept", number, "--of", ids["shots"], by="first")["recorded"]
    left = desk.ask("read", items["lantern.html"], "--reject", denied, "--reason", "of another video", by="first")
    states = {one["number"]: one["state"] for one in left["assertions"]}
    is_so = (states[own["number"]], states[int(denied)]) == ("accepted", "rejected")
    desk.hold("one proposal was accepted, one rejected", is_so=is_so, seen=states)
    desk.told["read"] = [(one["speaker"], one["stance"], one["text"]) for one in proposed["assertions"]]
    agency = desk.ask("read", items["wire.txt"])["assertions"]
    ambush = [one for one in agency if one["stance"] == "attributes"]
    is_so = bool(ambush) and all("ambush" in one["text"] and "shot" not in one["text"] for one in ambush)
    desk.hold("the agency attributes the ambush, not the shooting", is_so=is_so, seen=agency)
    return str(made)


def timed(desk: Desk) -> None:
    """The last afternoon on which it can have happened, and which two bounds cannot both hold."""
    answer = desk.ask("when", str(BOUNDS))
    conflicts = [sorted(one) for one in answer["conflicts"]]
    desk.hold("exactly two bounds cannot both hold", is_so=conflicts == [["first-copy", "statement"]], seen=conflicts)
    ends = max(one["end"] for one in answer["feasible"] if "statement" in one["leaving_out"])
    desk.hold("the last feasible afternoon is that of 13 October", is_so=ends.startswith("2031-10-13"), seen=answer)
    desk.told["when"] = answer["feasible"]


def computed(desk: Desk) -> None:
    """A shadow gives its window of time, on the record to judge by; shared sound sets two recordings on one clock."""
    place = ("--lat", "50.459", "--lon", "30.170", "--zone", "Europe/Kyiv")
    shadow = ("--date", "2031-10-12", "--shadow-azimuth", "60", "--azimuth-sd", "4")
    sun = desk.ask("sun", *place, *shadow)
    hours = [(one["start"][11:13], one["end"][11:13]) for one in sun["windows"]]
    desk.hold("the shadow falls so in one afternoon hour", is_so=hours == [("16", "17")], seen=sun["windows"])
    kept = desk.ask("derivations", "--add", "-", given=sun, by="first")["derivations"]
    desk.hold("its reckoning is on the record, to be done again", is_so=kept[0]["tool"] == "probata sun", seen=kept)
    footage = desk.workspace.parent / "footage"
    (pair,) = desk.ask("sync", str(footage / SCENE), str(footage / EXCERPT))["pairs"]
    is_so = pair["outcome"] == "found" and abs(pair["offset_s"] + 6) < 0.01
    desk.hold("shared sound sets the excerpt six seconds into the scene", is_so=is_so, seen=pair)
    desk.told["sun"] = sun["windows"]


def placed(desk: Desk) -> None:
    """A name that fifty villages share is fifty candidates, and further words leave one."""
    every = desk.ask("where", "Дмитрівка")["candidates"]
    desk.hold("the name alone gives fifty villages or more", is_so=len(every) >= 50, seen=len(every))
    inside = desk.ask("where", "Дмитрівка", "--within", "Бучанський район")["candidates"]
    desk.hold("within the raion two are left", is_so=len(inside) == 2, seen=inside)


def judged(desk: Desk, observations: dict[str, str], claims: dict[str, str]) -> str:
    """Two people alone, the second blind; nobody confirms their own; what both found is sealed."""
    review = desk.ask("assess", "--open", claims["shots"], "--dimension", "content", by="first")["reviews"][0]["id"]
    doubt = ("--result", "likely", "--likelihood", "very_likely", "--confidence", "moderate")
    rests = [word for name in ("impulse 1", "impulse 2", "impulse 3") for word in ("--for", observations[name])]
    rests += ["--searched", "the sound before, between and after; what both sides say"]
    because = "three impulses with the decay of shots in the open"
    desk.ask("assess", "--judge", review, *doubt, *rests, "--because", because, by="first")
    desk.ask("assess", "--take", review, by="first", refused="own_assessment")
    again = ("--because", "I confirm myself")
    desk.ask("assess", "--judge", review, *doubt, *rests, *again, by="first", refused="own_assessment")
    desk.hold("nobody confirms their own assessment", is_so=True)
    task = desk.ask("assess", "--take", review, by="second")["task"]
    desk.hold(
        "the second gets three stretches and no answer", is_so=len(task["segments"]) == 3 and because not in str(task)
    )
    seen = desk.ask("assess", "--show", review, by="second")["reviews"][0]
    blind = (seen["state"], seen["opinions"]) == ("blind_second", [])
    desk.hold("the second does not see the first's answer", is_so=blind, seen=seen)
    weaker = ("--result", "likely", "--likelihood", "likely", "--confidence", "low")
    words = ("--because", "the third may be a door")
    state = desk.ask("assess", "--judge", review, *weaker, *rests, *words, by="second")["reviews"][0]["state"]
    desk.hold("the two agree", is_so=state == "agreed", seen=state)
    sealing = ("--because", "both heard three impulses, one of which may be another sound")
    finding = desk.ask("assess", "--seal", review, *sealing, by="second")["findings"][0]
    likelihood, confidence = finding["sentences"]
    desk.hold(
        "the finding is no surer than the less sure of the two",
        is_so=likelihood.startswith("It is likely") and " low" in confidence,
        seen=finding["sentences"],
    )
    desk.ask("assess", "--take", review, by="third", refused="not_their_turn")
    desk.hold("what is sealed takes no further judgement", is_so=True)
    desk.told["finding"] = finding["sentences"]
    return str(finding["id"])


def weighed(desk: Desk, claims: dict[str, str]) -> None:
    """Rival explanations, always the five that must be asked about; each person alone first."""
    table = {name: told for name, told in desk.ask("hypotheses", "--seeds").items() if name != "schema"}
    table["hypotheses"].append({"id": "as_claimed", "statement": "Persons were shot there", "rejected_because": None})
    rows = [
        ("impulses", "three impulses", "footage"),
        ("report", "a verified video", "lantern"),
        ("echo", "the same, passed on", "lantern"),
    ]
    frame = {**table, "rows": [{"id": one, "evidence": told, "root": root, "cells": {}} for one, told, root in rows]}
    folder = desk.workspace.parent
    (folder / "frame.json").write_text(json.dumps(frame), encoding="utf-8")
    asked = ("--open", "What happened at the roadside?", "--frame", str(folder / "frame.json"))
    asked += ("--analysts", "first,second")
    opened = desk.ask("hypotheses", *asked, by="first")["comparisons"][0]["id"]
    for person, cell in (("first", "I"), ("second", "II")):
        mine = {**frame, "rows": [{**row, "cells": {"staged": cell, "as_claimed": "C"}} for row in frame["rows"]]}
        path = folder / f"table-{person}.json"
        path.write_text(json.dumps(mine), encoding="utf-8")
        known = desk.ask("hypotheses", "--hand-in", opened, "--table", str(path), by=person)["comparisons"][0]
        if person == "first":
            desk.hold("nobody sees a table before handing in their own", is_so=known["view"] is None)
    view = known["view"]
    against = next(one for one in view["analysts"]["first"]["standings"] if one["hypothesis"] == "staged")["against"]
    desk.hold("two copies of one source weigh as one", is_so=against == 2, seen=against)
    desk.hold("where the two differ is shown, never averaged", is_so=len(view["disagreements"]) == 3, seen=view)
    del claims


def filed(desk: Desk, items: dict[str, str], claims: dict[str, str], finding: str) -> None:
    """An incident under a neutral label, a case with its questions, elements with a contrary side, every report."""
    days = ("--day", "2031-10-12/2031-10-13")
    act = ("--act", "shooting of persons on the ground", "--place", "Verkhnya Pelemka", *days)
    why = ("--reason", "as the clip shows it")
    incident = desk.ask("incidents", "--add", *act, *why, by="first")["incidents"][0]
    desk.hold("the label is place, date and act", is_so="Pelemka" in incident["label"], seen=incident["label"])
    party = ("--act", "ambush by the Third Heath Battalion", "--place", "Verkhnya Pelemka", "--day", "2031-10-12")
    refused = desk.ask("incidents", "--add", *party, *why, by="first", refused="label_takes_a_side")
    desk.hold("a label that names a party is refused", is_so=bool(refused))
    earlier = ("--act", "mistreatment of persons", "--place", "elsewhere", "--day", "2031-09")
    other = desk.ask("incidents", "--add", *earlier, *why, by="first")["incidents"][0]
    linked = desk.ask("incidents", incident["id"], "--link", other["id"], "--is", "related_not_same", *why, by="first")
    desk.hold(
        "the earlier video is related, not the same", is_so=len(linked["incidents"][0]["links"]) == 1, seen=linked
    )
    case = desk.ask("cases", "--add", "The roadside", "--kind", "accountability", *why, by="first")["cases"][0]["id"]
    desk.ask("cases", case, "--put", f"item:{items[SCENE]}", *why, by="first")
    desk.ask("cases", case, "--put", f"incident:{incident['id']}", *why, by="first")
    question = desk.ask("cases", case, "--ask", "Was anybody hors de combat?", *why, by="first")["questions"][0]
    desk.hold(
        "the question is open and has an owner", is_so=(question["state"], question["owner"]) == ("open", "first")
    )
    _elements(desk, case, finding)
    report = desk.ask("intake", "--add", "a clip sent by post", "--origin", "the post", *why, by="first")["reports"][0][
        "id"
    ]
    waiting = desk.ask("intake", "--waiting")["reports"]
    desk.hold("no report vanishes: what has no outcome waits", is_so=[one["id"] for one in waiting] == [report])
    desk.ask("intake", report, "--outcome", "out_of_scope", "--reason", "another war", by="first")
    desk.hold("with its outcome and reason it waits no more", is_so=desk.ask("intake", "--waiting")["reports"] == [])
    for word in ("хрипит", "wheezing", "Pelemka", "lying"):
        kinds = {one["kind"] for one in desk.ask("search", word)["hits"]}
        is_so = bool(kinds & {"claim", "translation", "observation"})
        desk.hold(f"what was claimed or observed is found by the word {word}", is_so=is_so, seen=kinds)
    checked = desk.ask("check")
    desk.hold("the workspace verifies", is_so=checked["verdict"] == "PASS", seen=checked)
    before = _everything(desk)
    desk.ask("rebuild")
    desk.hold("made anew from the ledger, all of it is the same", is_so=_everything(desk) == before)
    del claims


def _elements(desk: Desk, case: str, finding: str) -> None:
    opened = ("--add", "8(2)(b)(vi)", "--case", case, "--conflict", "international", "--reason", "two states")
    table = desk.ask("elements", *opened, by="first")["tables"][0]["id"]
    evidence = ("--evidence", f"finding:{finding}", "--supports")
    desk.ask("elements", table, "--cell", "1", *evidence, "--reason", "shots are heard", by="first")
    desk.ask("elements", table, "--seal", "--reason", "done", by="third", refused="no_contrary_side")
    desk.hold("a table without a contrary side is not sealed", is_so=True)
    looked = ("--searched", "all", "--looked", "both sides' statements and all four clips")
    desk.ask("elements", table, *looked, "--reason", "nothing was found", by="first")
    desk.ask("elements", table, "--seal", "--reason", "done", by="first", refused="own_table_of_elements")
    sealed = desk.ask("elements", table, "--seal", "--reason", "done", by="third")["tables"][0]
    desk.hold("with it, somebody else seals it", is_so=sealed["state"] == "sealed", seen=sealed["state"])


def _everything(desk: Desk) -> list[dict[str, Any]]:
    verbs = "parties propositions assertions assess hypotheses incidents cases elements intake"
    return [desk.ask(verb) for verb in verbs.split()]


def compare_swapped(once: Desk, again: Desk) -> None:
    """What the two runs told, with names exchanged back and what chance gave them left out, is the same."""
    told = [json.dumps(desk.told, ensure_ascii=False, sort_keys=True) for desk in (once, again)]
    one, other = (re.sub(r"[0-9a-f]{32,64}", "…", text) for text in told)
    mark = "\0"
    for key, name in NAMES.items():
        other = other.replace(name, f"{mark}{key}{mark}")
    for key, name in SWAPPED.items():
        other = other.replace(f"{mark}{key}{mark}", name)
    once.hold("with the parties' names exchanged, only the names are exchanged", is_so=one == other, seen=(one, other))
    once.hold("and the same results hold", is_so=once.held[:-1] == again.held)


if __name__ == "__main__":
    sys.exit(main())
