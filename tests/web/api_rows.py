"""Every operation of the API, called once by somebody who may: by its id, who calls, where, and with what."""

from __future__ import annotations

import base64
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen
from story import ANALYST, COUNSEL, CUSTODIAN, FOUNDER, REVIEWER

if TYPE_CHECKING:
    from django.http import HttpResponse
    from story import StoryBench

ROOT = Path(__file__).parents[2]
_SPEC = importlib.util.spec_from_file_location("json_contract", ROOT / "tools/json_contract.py")
assert _SPEC is not None
assert _SPEC.loader is not None
json_contract = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(json_contract)


TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}
SEEN = "purpose=exact_frame&way=full"
SCENE, EXCERPT, LANTERN = "drawn-scene.mp4", "excerpt.mp4", "lantern.html"
DATES = {"first": "2022-03-29", "lat": 50.43, "lon": 30.05}
LIKELY = {
    "result": "likely",
    "reasons": "it is so heard",
    "likelihood": "likely",
    "confidence": "moderate",
    "against": [],
    "other_side": "the frames before and after",
    "alternatives": ["fireworks"],
    "derivations": [],
}


@frozen(kw_only=True)
class Row:
    """One call: by whom, where, with what body; and the code of the refusal, where the trade refuses it.

    `headers` are of the protocol for uploads, and `content` is a piece of one.
    """

    by: str
    path: Callable[[Called], str]
    body: Callable[[Called], dict[str, Any]] | None = None
    refused: str = ""
    headers: dict[str, str] = field(factory=dict)
    content: bytes = b""


@define
class Called:
    """The story's workspace as a program calls it, with a token for each of its people."""

    story: StoryBench
    _tokens: dict[str, str] = field(factory=dict)
    _kept: dict[str, Any] = field(factory=dict)

    def token(self, name: str) -> str:
        """A token of this person's that may all that they may."""
        from probata.access import selectors, tokens
        from probata.access.roles import Permission

        if name == "another token":
            may = frozenset({Permission.LIST_ITEMS})
            return tokens.make(self.story.keyring(ANALYST), label="another", permissions=may).text
        if name not in self._tokens:
            may = frozenset(tokens.may_be_given(selectors.person(name).id))
            self._tokens[name] = tokens.make(self.story.keyring(name), label="a test", permissions=may).text
        return self._tokens[name]

    def narrow(self, by: str = CUSTODIAN, may: str = "check") -> str:
        """A token of the custodian's that may look at nothing; or of somebody else's, for one other thing alone."""
        from probata.access import tokens
        from probata.access.roles import Permission

        name = f"{by}, {may} alone"
        if name not in self._tokens:
            made = tokens.make(self.story.keyring(by), label="narrow", permissions=frozenset({Permission(may)}))
            self._tokens[name] = made.text
        return self._tokens[name]

    def send(
        self, method: str, path: str, body: object = None, *, token: str, headers: dict[str, str] | None = None
    ) -> HttpResponse:
        """Call an address."""
        from django.test import Client

        client = Client(SERVER_NAME="localhost", raise_request_exception=False)
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        kind = sent.pop("Content-Type", "application/json")
        return client.generic(method, path, raw, content_type=kind, headers=sent)

    def told(self, method: str, path: str, body: object = None, *, by: str = FOUNDER) -> dict[str, Any]:
        """What is answered, which must be an answer."""
        answer = self.send(method, path, body, token=self.token(by))
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    def synced(self) -> str:
        """A run that has set two recordings on one clock, or said why not."""
        import time

        from probata.web.work import jobs, syncing

        asked = {"items": [self.story.items[SCENE], self.story.items[EXCERPT]]}
        run: str = self.told("POST", "/api/sync", asked)["work"][0]["id"]
        until = time.monotonic() + 120
        while jobs.going(syncing.ROOM) and time.monotonic() < until:
            time.sleep(0.05)
        return run

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """Something made when it is first asked for."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def item(self, name: str = SCENE) -> str:
        """An item's address."""
        return f"/api/items/{self.story.items[name]}"

    def candidates(self) -> list[dict[str, Any]]:
        """The candidates of the excerpt, about which nobody has decided in the story."""
        return self.told("GET", f"{self.item(EXCERPT)}/candidates")["candidates"]

    def candidate(self, name: str) -> str:
        """The address of a candidate that no other row decides about."""

        def chosen() -> str:
            used = set(self._kept.values())
            for one in self.candidates():
                address = f"{self.item(EXCERPT)}/candidates/{one['track_sha256']}/{one['number']}"
                if address not in used:
                    return address
            raise AssertionError("too few candidates")

        return self.once(f"candidate {name}", chosen)

    def accepted(self) -> str:
        """The address of a candidate that was accepted."""

        def make() -> str:
            address = self.candidate("to take over")
            self.told("POST", f"{address}/decide", {"decision": "accepted"}, by=REVIEWER)
            return address

        return self.once("accepted", make)

    def observation(self) -> str:
        """An observation that nothing rests on."""
        made = self.told("POST", f"{self.item()}/observations", self.observed(), by=ANALYST)
        return made["observations"][0]["id"]

    def observed(self) -> dict[str, Any]:
        """An observation as it is sent: that of the story, in other words."""
        one = self.told("GET", f"{self.item()}/observations")["observations"][0]
        names = ("kind", "epistemic", "certainty", "segment")
        return {"observation": {**{name: one[name] for name in names}, "description": "a lamp goes out"}}

    def party(self) -> str:
        """A party of the story."""
        return self.story.told.claims.parties["lantern"]

    def proposition(self, name: str = "shots") -> str:
        """A proposition of the story."""
        return self.story.told.claims.propositions[name]

    def said(self, name: str) -> str:
        """An assertion of the story."""
        return self.story.told.claims.said[name]

    def review(self, name: str = "open", *, dimension: str = "date") -> str:
        """A review in which nobody has judged."""

        def make() -> str:
            body = {"proposition": self.proposition("hit"), "dimension": dimension}
            return self.told("POST", "/api/reviews", body, by=ANALYST)["reviews"][0]["id"]

        return self.once(f"review {name}", make)

    def judged(self, name: str, *, dimension: str) -> str:
        """A review in which the first has judged."""

        def make() -> str:
            known = self.review(name, dimension=dimension)
            self.told("POST", f"/api/reviews/{known}/assess", self.judgement(), by=ANALYST)
            return known

        return self.once(f"judged {name}", make)

    def agreed(self) -> str:
        """A review in which two agree."""

        def make() -> str:
            known = self.judged("agreed", dimension="integrity")
            self.told("POST", f"/api/reviews/{known}/take", {}, by=REVIEWER)
            self.told("POST", f"/api/reviews/{known}/assess", self.judgement(), by=REVIEWER)
            return known

        return self.once("agreed", make)

    def taken(self) -> str:
        """A review whose second place the reviewer has taken."""

        def make() -> str:
            known = self.judged("taken", dimension="motivation")
            self.told("POST", f"/api/reviews/{known}/take", {}, by=REVIEWER)
            return known

        return self.once("taken", make)

    def judgement(self) -> dict[str, Any]:
        """A judgement by the story's observations."""
        return {"assessment": {**LIKELY, "for": list(self.story.told.seen.impulses)}}

    def comparison(self) -> str:
        """A comparison that waits for the analyst and the reviewer."""

        def make() -> str:
            return self.told("POST", "/api/hypotheses", self.question(), by=ANALYST)["comparisons"][0]["id"]

        return self.once("comparison", make)

    def question(self) -> dict[str, Any]:
        """A comparison as it is asked for."""
        frame = {name: one for name, one in self.told("GET", "/api/hypotheses/seeds").items() if name != "schema"}
        row = {"id": "clip", "evidence": "the clip", "root": "the lantern", "cells": {}}
        return {"question": "What happened?", "frame": {**frame, "rows": [row]}, "analysts": [ANALYST, REVIEWER]}

    def incident(self) -> str:
        """An incident of the story."""
        return self.story.told.incidents.roadside

    def asked(self, name: str) -> str:
        """A question that is open."""

        def make() -> str:
            return self.told("POST", "/api/questions", {"text": "Who filmed it?"}, by=ANALYST)["questions"][0]["id"]

        return self.once(f"question {name}", make)

    def answered(self) -> str:
        """A question that is answered."""

        def make() -> str:
            known = self.asked("to be reopened")
            self.told("POST", f"/api/questions/{known}/answer", {"text": "A driver."}, by=ANALYST)
            return known

        return self.once("answered", make)

    def table(self) -> str:
        """A table of elements that is open."""

        def make() -> str:
            return self.told("POST", "/api/elements/tables", self.opened_table(), by=ANALYST)["tables"][0]["id"]

        return self.once("table", make)

    def searched(self) -> str:
        """A table of elements in which nothing is missing any more."""

        def make() -> str:
            one = self.told("POST", "/api/elements/tables", self.opened_table(), by=ANALYST)["tables"][0]
            numbers = [element["number"] for element in one["elements"]]
            for number in numbers:
                self.told("POST", f"/api/elements/tables/{one['id']}/enter", self.cell(number), by=ANALYST)
            looked = {"elements": numbers, "looked": "the other clip"}
            self.told("POST", f"/api/elements/tables/{one['id']}/search", looked, by=ANALYST)
            return one["id"]

        return self.once("searched", make)

    def cell(self, element: int) -> dict[str, Any]:
        """A cell of a table."""
        evidence = f"finding:{self.story.told.judged.finding}"
        return {"element": element, "evidence": evidence, "bearing": "supports", "reason": "it says so"}

    def opened_table(self) -> dict[str, Any]:
        """A table as it is opened."""
        told = {"case": self.story.told.case, "conflict": "non_international", "reason": "as one side says"}
        used = str(self.told("GET", "/api/elements/tables")["tables"])
        crimes = self.told("GET", "/api/elements/crimes")["crimes"]
        fit = [one["article"] for one in crimes if one["conflict"] == "non_international"]
        at = self.once("tables", lambda: iter([one for one in fit if one not in used]))
        return {**told, "article": next(at)}

    def report(self) -> str:
        """A report that waits."""

        def make() -> str:
            return self.told("POST", "/api/intake", {"summary": "a clip"}, by=ANALYST)["reports"][0]["id"]

        return self.once("report", make)

    def relation(self) -> str:
        """A relation between the scene and its excerpt, recorded as a search would."""
        from fractions import Fraction

        from probata.copies import selectors
        from probata.copies.recorded import as_record, pair_of
        from probata.copies.relations import Relation, Segment
        from probata.custody import services as custody
        from probata.terms.ids import new_record_id

        def make() -> str:
            a, b = sorted((self.story.items[SCENE], self.story.items[EXCERPT]))
            ends = {"a_start_s": Fraction(0), "a_end_s": Fraction(2), "b_start_s": Fraction(1), "b_end_s": Fraction(3)}
            segment = Segment(**ends, speed=Fraction(1))
            found = Relation(kind="overlaps", score=0.9, by="frames", segments=(segment,))
            record = {
                "subject": f"pair:{pair_of(a, b)}",
                "a": a,
                "b": b,
                "recipe": "0" * 64,
                "made_with": {},
                "asked": 0,
                "outcome": "found",
                "why": "",
                "relations": [{"id": new_record_id(), **as_record(found)}],
            }
            with custody.act(actor=self.story.keyring().signing, reason="for a test") as act:
                act.record("compare_pair", record)
            return selectors.relations_of(a)[0].id

        return self.once("relation", make)

    def plan(self) -> dict[str, Any]:
        """A plan that masks a part of the scene's first frames, as the verb takes it too."""
        from probata.web.served import renditions

        table = renditions.frames(self.story.items[SCENE])
        assert table is not None
        base = f"{table.time_base.numerator}/{table.time_base.denominator}"
        segment = {"start_pts": table.pts[0], "end_pts": table.pts[6], "time_base": base}
        return {"areas": [{"segment": segment, "box": [0.1, 0.2, 0.3, 0.25], "why": "minor"}], "mutes": []}

    def redaction(self, name: str = "open", *, ended: bool = False) -> str:
        """A redaction that the analyst proposed, and withdrew where it is to have ended."""
        from probata.redaction import services
        from probata.redaction.plan import RedactionPlan

        def make() -> str:
            signer = self.story.keyring(ANALYST).signing
            plan = RedactionPlan.from_json({"item": self.story.items[SCENE], **self.plan()})
            made = services.propose(plan, actor=signer, reason="a child is seen").id
            if ended:
                services.withdraw(made, actor=signer, reason="not needed")
            return made

        return self.once(f"redaction {name}", make)

    def seen(self) -> str:
        """Where the analyst tells what was on their screen, who asked to see it."""
        token = self.token(ANALYST)
        assert self.send("GET", f"{self.item()}/still?ordinal=0&{SEEN}", token=token).status_code == 200
        return f"{self.item()}/exposure"

    def mark(self) -> str:
        """A mark of severity that stands."""
        body = {"degree": "mild", "first": 0, "last": 2}
        return self.told("POST", f"{self.item()}/severity", body, by=ANALYST)["marks"][-1]["id"]

    def upload(self, size: int = 3, content: bytes = b"") -> str:
        """The address of an upload that was announced, and of which so much came."""
        told = {"filename": "clip.bin", "reason": "for a test"}
        metadata = ",".join(f"{name} {base64.b64encode(one.encode()).decode()}" for name, one in told.items())
        headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata}
        answer = self.send("POST", "/api/uploads", b"", token=self.token(FOUNDER), headers=headers)
        assert answer.status_code == 201, answer.content
        if content:
            headers = {**PIECE, "Upload-Offset": "0"}
            sent = self.send("PATCH", answer["Location"], content, token=self.token(FOUNDER), headers=headers)
            assert sent.status_code == 204, sent.content
        return answer["Location"]

    def derivation(self) -> dict[str, Any]:
        """A run of a calculator."""
        told = self.told("POST", "/api/sun", {**DATES, "shadow_azimuth": 53, "azimuth_sd": 3})
        return {"derivation": told["derivation"]}


class Unasked(Called):
    """The same, whose addresses are made without calling anything."""

    def __init__(self, of: Called) -> None:
        super().__init__(of.story)

    def asked(self, name: str) -> str:  # noqa: ARG002  as the other has it
        return "0" * 32

    def seen(self) -> str:
        return f"{self.item()}/exposure"

    def upload(self, size: int = 3, content: bytes = b"") -> str:  # noqa: ARG002  as the other has it
        return f"/api/uploads/{'0' * 32}"


def method_of(operation: str) -> str:
    from probata.web.api.document import operations

    return next(one.method for one in operations() if one.id == operation)


def error_of(answer: Any) -> str:
    told = json.loads(answer.content)
    assert told["schema"] == "probata/error/1", told
    assert not list(json_contract.faults(told, schema_of("error")))
    return told["code"]


def schema_of(contract: str) -> dict[str, Any]:
    """That of the verb of this name; what no verb prints has its own in docs/json/api/."""
    folder = ROOT / "docs/json"
    verb = folder / f"{contract}.json"
    return json.loads((verb if verb.exists() else folder / f"api/{contract}.json").read_text(encoding="utf-8"))


def at(path: str) -> Callable[[Called], str]:
    """The same address whatever was written."""
    return lambda _api: path


def gives(**body: object) -> Callable[[Called], dict[str, Any]]:
    """The same body whatever was written."""
    return lambda _api: body


ROWS: dict[str, Row] = {
    "account.me": Row(by=FOUNDER, path=at("/api/me")),
    "account.give_up": Row(by="another token", path=at("/api/me/give-up"), body=gives(reason="it is used no more")),
    "items.items": Row(by=CUSTODIAN, path=at("/api/items?q=scene&rows=2")),
    "items.item": Row(by=COUNSEL, path=lambda api: api.item()),
    "items.tracks": Row(by=ANALYST, path=lambda api: f"{api.item()}/tracks"),
    "items.exports": Row(by=ANALYST, path=lambda api: f"{api.item()}/exports?as=vtt"),
    "footage.frames": Row(by=CUSTODIAN, path=lambda api: f"{api.item()}/frames"),
    "footage.frame": Row(by=CUSTODIAN, path=lambda api: f"{api.item()}/frames/3"),
    "footage.still": Row(by=ANALYST, path=lambda api: f"{api.item()}/still?ordinal=3&{SEEN}"),
    "footage.footage": Row(by=ANALYST, path=lambda api: f"{api.item()}/footage?{SEEN}"),
    "footage.stretches": Row(by=REVIEWER, path=lambda api: f"{api.item()}/stretches?review={api.taken()}"),
    "footage.stretch_sound": Row(
        by=REVIEWER, path=lambda api: f"{api.item()}/stretches/0/sound?way=full&review={api.taken()}"
    ),
    "footage.wave": Row(by=CUSTODIAN, path=lambda api: f"{api.item()}/wave?from=0&to=1.5"),
    "footage.spectrogram": Row(by=ANALYST, path=lambda api: f"{api.item()}/spectrogram?from=0&to=1&columns=64"),
    "footage.severity": Row(by=CUSTODIAN, path=lambda api: f"{api.item()}/severity"),
    "footage.mark": Row(
        by=ANALYST, path=lambda api: f"{api.item()}/severity", body=gives(degree="moderate", first=0, last=3)
    ),
    "footage.take_mark_back": Row(by=ANALYST, path=lambda api: f"/api/severity/{api.mark()}/take-back"),
    "footage.looked": Row(
        by=ANALYST,
        path=Called.seen,
        body=gives(pieces=[{"from_ms": 0, "to_ms": 500, "lasted_ms": 500, "way": "grey", "sound": False}]),
    ),
    "footage.pass_on": Row(by=ANALYST, path=lambda api: f"{api.item()}/pass-on"),
    "footage.take_on": Row(by=ANALYST, path=lambda api: f"{api.item()}/take-on"),
    "uploads.uploads": Row(by=FOUNDER, path=at("/api/uploads")),
    "uploads.announce": Row(
        by=FOUNDER,
        path=at("/api/uploads"),
        headers={**TUS, "Upload-Length": "3", "Upload-Metadata": "filename Yi5iaW4=,reason eA=="},
    ),
    "uploads.upload": Row(by=FOUNDER, path=Called.upload),
    "uploads.how_far": Row(by=FOUNDER, path=Called.upload, headers=TUS),
    "uploads.piece": Row(by=FOUNDER, path=Called.upload, headers={**PIECE, "Upload-Offset": "0"}, content=b"ab"),
    "uploads.cancel": Row(by=FOUNDER, path=Called.upload, headers=TUS),
    "uploads.pieces": Row(by=FOUNDER, path=lambda api: f"{api.upload(9, b'abc')}/pieces"),
    "uploads.preserve": Row(by=FOUNDER, path=lambda api: f"{api.upload(9)}/preserve", refused="invalid_value"),
    "items.custody_of": Row(by=COUNSEL, path=lambda api: f"{api.item()}/custody"),
    "candidates.candidates": Row(by=REVIEWER, path=lambda api: f"{api.item()}/candidates"),
    "candidates.decide": Row(
        by=REVIEWER,
        path=lambda api: f"{api.candidate('decided')}/decide",
        body=gives(decision="rejected", reason="a door"),
    ),
    "candidates.translate": Row(
        by=ANALYST,
        path=lambda api: f"{api.candidate('decided')}/translate",
        body=gives(text="a shot", language="en"),
        refused="invalid_value",
    ),
    "candidates.check": Row(
        by=ANALYST,
        path=at("/api/translations/0123456789abcdef/check"),
        body=gives(holds=True),
        refused="translation_not_found",
    ),
    "candidates.take_over": Row(by=REVIEWER, path=lambda api: f"{api.accepted()}/observe", body=gives()),
    "candidates.observations": Row(by=CUSTODIAN, path=lambda api: f"{api.item()}/observations?ended=true"),
    "candidates.observe": Row(by=ANALYST, path=lambda api: f"{api.item()}/observations", body=Called.observed),
    "candidates.withdraw": Row(
        by=ANALYST,
        path=lambda api: f"/api/observations/{api.observation()}/withdraw",
        body=gives(reason="it was a reflection"),
    ),
    "redactions.redactions": Row(by=CUSTODIAN, path=lambda api: f"{api.item()}/redactions?rows=5"),
    "redactions.propose": Row(
        by=ANALYST,
        path=lambda api: f"{api.item()}/redactions",
        body=lambda api: {"plan": api.plan(), "reason": "a child is seen", "supersedes": api.redaction("superseded")},
    ),
    "machines.at_work": Row(by=COUNSEL, path=at("/api/machines")),
    # What they find takes its time: test_machines waits for it.
    "machines.look": Row(
        by=ANALYST, path=lambda api: f"{api.item()}/machines", body=gives(what="nobody"), refused="invalid_value"
    ),
    "machines.look_at_due": Row(
        by=ANALYST, path=at("/api/machines"), body=gives(what="nobody"), refused="invalid_value"
    ),
    "machines.read_again": Row(by=CUSTODIAN, path=lambda api: f"{api.item()}/read-again", body=gives()),
    "machines.stop": Row(by=ANALYST, path=at("/api/machines/none/stop"), body=gives(), refused="invalid_value"),
    "redactions.redaction": Row(by=CUSTODIAN, path=lambda api: f"/api/redactions/{api.redaction()}"),
    # That one is rendered goes on behind this; test_api_redactions waits for it.
    "redactions.render": Row(
        by=ANALYST,
        path=lambda api: f"/api/redactions/{api.redaction('withdrawn', ended=True)}/render",
        body=gives(),
        refused="redaction_decided",
    ),
    "redactions.withdraw": Row(
        by=ANALYST,
        path=lambda api: f"/api/redactions/{api.redaction()}/withdraw",
        body=gives(reason="it hides too much"),
    ),
    "matches.search": Row(by=COUNSEL, path=at("/api/search?q=shots&in=names")),
    "matches.relations": Row(by=COUNSEL, path=lambda api: f"{api.item()}/relations"),
    "matches.relation": Row(by=COUNSEL, path=lambda api: f"/api/relations/{api.relation()}"),
    "matches.decide": Row(
        by=REVIEWER,
        path=lambda api: f"/api/relations/{api.relation()}/decide",
        body=gives(decision="confirmed", reason="the same frames"),
    ),
    "claims.parties": Row(by=CUSTODIAN, path=at("/api/parties")),
    "claims.add_party": Row(
        by=COUNSEL,
        path=at("/api/parties"),
        body=gives(
            party={
                "kind": "outlet",
                "naming": "named",
                "names": [{"text": "The Noon Bell", "language": "en"}],
                "description": None,
            }
        ),
    ),
    "claims.propositions": Row(by=CUSTODIAN, path=at("/api/propositions?rows=3")),
    "claims.proposition": Row(by=CUSTODIAN, path=lambda api: f"/api/propositions/{api.proposition()}"),
    "claims.add_proposition": Row(
        by=ANALYST,
        path=at("/api/propositions"),
        body=gives(proposition={"type": "occurred", "statement": "a lamp goes out", "act": None, "subject": None}),
    ),
    "claims.relate": Row(
        by=ANALYST,
        path=lambda api: f"/api/propositions/{api.proposition('hit')}/relate",
        body=lambda api: {"kind": "contradicts", "other": api.proposition("near"), "why": "one of them"},
    ),
    "claims.assertions": Row(by=CUSTODIAN, path=lambda api: f"/api/assertions?of={api.proposition()}"),
    "claims.assertion": Row(by=CUSTODIAN, path=lambda api: f"/api/assertions/{api.said('lantern')}"),
    "claims.add_assertion": Row(
        by=ANALYST,
        path=at("/api/assertions"),
        body=lambda api: {
            "assertion": {
                "proposition": api.proposition(),
                "stance": "alleges",
                "speaker": api.party(),
                "words": {"text": "It was heard.", "language": "en"},
            }
        },
    ),
    "claims.translate": Row(
        by=ANALYST,
        path=lambda api: f"/api/assertions/{api.said('ruchey')}/translate",
        body=gives(text="so it is said", language="uk"),
    ),
    "claims.trace": Row(
        by=ANALYST,
        path=lambda api: f"/api/assertions/{api.said('sunday')}/trace",
        body=lambda api: {"source": f"item:{api.story.items[LANTERN]}", "why": "it is quoted"},
    ),
    "claims.reading": Row(by=CUSTODIAN, path=lambda api: f"{api.item(LANTERN)}/reading"),
    "claims.decide": Row(
        by=COUNSEL,
        path=lambda api: f"{api.item(LANTERN)}/reading/decide",
        body=gives(number=1, decision="rejected", reason="furniture"),
    ),
    "reviews.reviews": Row(by=CUSTODIAN, path=at("/api/reviews?state=sealed")),
    "reviews.open_review": Row(
        by=ANALYST,
        path=at("/api/reviews"),
        body=lambda api: {"proposition": api.proposition("near"), "dimension": "integrity"},
    ),
    "reviews.review": Row(by=COUNSEL, path=lambda api: f"/api/reviews/{api.review()}"),
    "reviews.take": Row(
        by=REVIEWER,
        path=lambda api: f"/api/reviews/{api.judged('to take', dimension='provenance')}/take",
        body=gives(),
    ),
    "reviews.task": Row(by=REVIEWER, path=lambda api: f"/api/reviews/{api.taken()}/task"),
    "reviews.assess": Row(
        by=ANALYST,
        path=lambda api: f"/api/reviews/{api.review('to judge', dimension='source')}/assess",
        body=Called.judgement,
    ),
    "reviews.seal": Row(
        by=COUNSEL,
        path=lambda api: f"/api/reviews/{api.agreed()}/seal",
        body=gives(because="both heard it alike"),
    ),
    "reviews.findings": Row(by=CUSTODIAN, path=at("/api/findings?ended=true")),
    "reviews.finding": Row(by=CUSTODIAN, path=lambda api: f"/api/findings/{api.story.told.judged.finding}"),
    "weighing.derivations": Row(by=CUSTODIAN, path=at("/api/derivations")),
    "weighing.record": Row(by=ANALYST, path=at("/api/derivations"), body=Called.derivation),
    "weighing.comparisons": Row(by=CUSTODIAN, path=at("/api/hypotheses")),
    "weighing.seeds": Row(by=CUSTODIAN, path=at("/api/hypotheses/seeds")),
    "weighing.ask": Row(by=ANALYST, path=at("/api/hypotheses"), body=Called.question),
    "weighing.comparison": Row(by=CUSTODIAN, path=lambda api: f"/api/hypotheses/{api.story.told.judged.comparison}"),
    "weighing.hand_in": Row(
        by=ANALYST,
        path=lambda api: f"/api/hypotheses/{api.comparison()}/hand-in",
        body=lambda api: {"table": api.question()["frame"]},
    ),
    "incidents.incidents": Row(by=CUSTODIAN, path=at("/api/incidents")),
    "incidents.incident": Row(by=CUSTODIAN, path=lambda api: f"/api/incidents/{api.incident()}"),
    "incidents.open_incident": Row(
        by=ANALYST,
        path=at("/api/incidents"),
        body=gives(act="a lamp goes out", place="Karsk", day="2031-10", reason="one clip"),
    ),
    "incidents.describe": Row(
        by=ANALYST,
        path=lambda api: f"/api/incidents/{api.story.told.incidents.earlier}/describe",
        body=gives(day="2031-08~", reason="as another says"),
    ),
    "incidents.link": Row(
        by=ANALYST,
        path=lambda api: f"/api/incidents/{api.incident()}/link",
        body=lambda api: {"other": api.story.told.incidents.earlier, "kind": "parallel", "reason": "the same day"},
    ),
    "incidents.withdraw_link": Row(
        by=COUNSEL,
        path=lambda api: f"/api/incidents/{api.incident()}/withdraw-link",
        body=lambda api: {"other": api.story.told.incidents.earlier, "reason": "it was not"},
    ),
    "casework.cases": Row(by=CUSTODIAN, path=at("/api/cases")),
    "casework.open_case": Row(
        by=ANALYST, path=at("/api/cases"), body=gives(title="The lamp", kind="journalism", reason="one clip")
    ),
    "casework.case": Row(by=CUSTODIAN, path=lambda api: f"/api/cases/{api.story.told.case}"),
    "casework.describe": Row(
        by=ANALYST,
        path=lambda api: f"/api/cases/{api.story.told.case}/describe",
        body=gives(title="The roadside at night", reason="it is told so"),
    ),
    "casework.put_in": Row(
        by=ANALYST,
        path=lambda api: f"/api/cases/{api.story.told.case}/put-in",
        body=lambda api: {"kind": "item", "member": api.story.items["wire.txt"], "reason": "it reports it"},
    ),
    "casework.take_out": Row(
        by=COUNSEL,
        path=lambda api: f"/api/cases/{api.story.told.case}/take-out",
        body=lambda api: {"kind": "item", "member": api.story.items[EXCERPT], "reason": "it is a copy"},
    ),
    "casework.tick": Row(
        by=ANALYST,
        path=lambda api: f"/api/cases/{api.story.told.case}/tick",
        body=gives(step="online_inquiry.plan", state="open", reason="anew"),
    ),
    "casework.known_procedures": Row(by=CUSTODIAN, path=at("/api/procedures")),
    "casework.questions": Row(by=CUSTODIAN, path=lambda api: f"/api/questions?case={api.story.told.case}"),
    "casework.ask": Row(
        by=ANALYST,
        path=at("/api/questions"),
        body=lambda api: {"text": "Which road is it?", "case": api.story.told.case, "owner": REVIEWER},
    ),
    "casework.question": Row(by=CUSTODIAN, path=lambda api: f"/api/questions/{api.asked('read')}"),
    "casework.answer_question": Row(
        by=ANALYST,
        path=lambda api: f"/api/questions/{api.asked('to be answered')}/answer",
        body=lambda api: {"text": "A driver.", "rests_on": [f"finding:{api.story.told.judged.finding}"]},
    ),
    "casework.reopen": Row(
        by=ANALYST, path=lambda api: f"/api/questions/{api.answered()}/reopen", body=gives(reason="it was not")
    ),
    "casework.hand_over": Row(
        by=ANALYST, path=lambda api: f"/api/questions/{api.asked('handed')}/hand-over", body=gives(to=REVIEWER)
    ),
    "intake.reports": Row(by=CUSTODIAN, path=at("/api/intake?waiting=true")),
    "intake.report": Row(by=CUSTODIAN, path=lambda api: f"/api/intake/{api.report()}"),
    "intake.receive": Row(
        by=COUNSEL,
        path=at("/api/intake"),
        body=lambda api: {
            "summary": "a clip by post",
            "came_at": "2031-10-14T10:00:00+03:00",
            "items": [api.story.items[SCENE]],
        },
    ),
    "intake.receive_together": Row(
        by=COUNSEL,
        path=at("/api/intake/together"),
        body=lambda api: {
            "reports": [{"summary": "a clip by post", "items": [api.story.items[SCENE]]}, {"summary": "another"}],
            "reason": "a parcel of two",
        },
    ),
    "intake.assign": Row(
        by=COUNSEL,
        path=at("/api/intake/assign"),
        body=lambda api: {"reports": [api.report()], "to": ANALYST, "reason": "who knows the road"},
    ),
    "intake.answer_report": Row(
        by=COUNSEL,
        path=lambda api: f"/api/intake/{api.report()}/answer",
        body=gives(outcome="out_of_scope", reason="it is another road"),
    ),
    "elements.known_crimes": Row(by=CUSTODIAN, path=at("/api/elements/crimes")),
    "elements.tables": Row(by=CUSTODIAN, path=at("/api/elements/tables")),
    "elements.open_table": Row(by=ANALYST, path=at("/api/elements/tables"), body=Called.opened_table),
    "elements.table": Row(by=CUSTODIAN, path=lambda api: f"/api/elements/tables/{api.story.told.table}"),
    "elements.enter": Row(
        by=ANALYST,
        path=lambda api: f"/api/elements/tables/{api.table()}/enter",
        body=lambda api: api.cell(1),
    ),
    "elements.search": Row(
        by=ANALYST,
        path=lambda api: f"/api/elements/tables/{api.table()}/search",
        body=gives(elements=[1], looked="the other clip"),
    ),
    "elements.link": Row(
        by=ANALYST,
        path=lambda api: f"/api/elements/tables/{api.table()}/link",
        body=lambda api: {
            "article": "28(a)",
            "evidence": f"finding:{api.story.told.judged.finding}",
            "bearing": "silent",
            "reason": "it names nobody",
        },
    ),
    "elements.seal": Row(
        by=COUNSEL, path=lambda api: f"/api/elements/tables/{api.searched()}/seal", body=gives(reason="it is read")
    ),
    "calculators.when": Row(
        by=CUSTODIAN,
        path=at("/api/when"),
        body=gives(document={"bounds": [{"id": "a", "subject": "x", "source": "y", "imprecise": [1, 5]}]}),
    ),
    "calculators.where": Row(by=CUSTODIAN, path=at("/api/where"), body=gives(name="Буча", kinds=["city"])),
    "calculators.sync": Row(
        by=ANALYST,
        path=at("/api/sync"),
        body=lambda api: {"items": [api.story.items[SCENE], api.story.items[EXCERPT]], "distance_m": 40.0},
    ),
    "calculators.synced": Row(by=CUSTODIAN, path=lambda api: f"/api/sync/{api.synced()}"),
    "calculators.sun": Row(
        by=CUSTODIAN,
        path=at("/api/sun"),
        body=gives(**DATES, last="2022-03-30", sun_azimuth=264.8, sun_altitude=9.7),
    ),
}
