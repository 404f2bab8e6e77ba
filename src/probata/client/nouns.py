"""What a program can do in a workspace, by noun: `client.items`, `client.claims`, `client.reviews` and their like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from probata.client.calling import TIMEOUT_S, Answer, Calls
from probata.client.files import Footage, Still, Uploads
from probata.client.intake import Intake
from probata.client.machines import Machines
from probata.client.redactions import Redactions

Record = Mapping[str, Any]


class Client:
    """A workspace, as the holder of a token sees it.

    `address` is where it is served, such as `https://evidence.example` or `http://localhost:8765`.
    """

    def __init__(self, address: str, token: str, *, timeout_s: float = TIMEOUT_S) -> None:
        calls = Calls(address=address, token=token, timeout_s=timeout_s)
        self.calls = calls
        self.items = Items(calls)
        self.candidates = Candidates(calls)
        self.observations = Observations(calls)
        self.machines = Machines(calls)
        self.relations = Relations(calls)
        self.redactions = Redactions(calls)
        self.parties = Parties(calls)
        self.propositions = Propositions(calls)
        self.assertions = Assertions(calls)
        self.articles = Articles(calls)
        self.reviews = Reviews(calls)
        self.derivations = Derivations(calls)
        self.hypotheses = Hypotheses(calls)
        self.incidents = Incidents(calls)
        self.cases = Cases(calls)
        self.questions = Questions(calls)
        self.intake = Intake(calls)
        self.elements = Elements(calls)
        self.calculators = Calculators(calls)
        self.seen = Footage(calls)
        self.uploads = Uploads(calls)

    def me(self) -> Answer:
        """Whose token it is, and what it may."""
        return self.calls.get("me")

    def give_up(self, *, reason: str = "") -> Answer:
        """End this client's own token: nothing opens with it from then on."""
        return self.calls.post("me", "give-up", reason=reason)

    def still(self, item: str, *, ordinal: int | None = None, pts: int | None = None, **why: str) -> Still:
        """The exact picture of one frame, for a `purpose`; also `review`, `way`, and the `digest` that is expected."""
        return self.seen.still(item, ordinal=ordinal, pts=pts, **why)

    def footage(self, item: str, to: str | Path, *, purpose: str, way: str = "") -> Path:
        """The whole original into a file, for a purpose; begun again it goes on, and its digest is checked."""
        return self.seen.save(item, to, purpose=purpose, way=way)

    def upload(self, file: str | Path, *, reason: str) -> Answer:
        """Bring a file in, and wait until it is an item, named as `sha256`; begun again it goes on."""
        return self.uploads.bring(file, reason=reason)

    def search(self, words: str, *, sources: Sequence[str] = (), item: str = "", language: str = "") -> Answer:
        """What holds the words, best first."""
        return self.calls.get("search", q=words, in_=",".join(sources), item=item, language=language)


@frozen
class _Noun:
    calls: Calls


class Items(_Noun):
    """What is held: footage and texts."""

    def all(self, words: str = "") -> Iterator[Answer]:
        """Every item that contains the words, newest first."""
        return self.calls.pages("items", "items", q=words)

    def one(self, item: str) -> Answer:
        """All that is known about one."""
        return self.calls.get("items", item)

    def tracks(self, item: str, *, only: str = "") -> list[Answer]:
        """Its current tracks."""
        told: list[Answer] = self.calls.get("items", item, "tracks", only=only)["tracks"]
        return told

    def exports(self, item: str, form: str, *, only: str = "") -> list[Answer]:
        """Its tracks as files for other tools: vtt, srt, json, eaf or labelstudio."""
        told: list[Answer] = self.calls.get("items", item, "exports", as_=form, only=only)["files"]
        return told

    def custody(self, item: str) -> Answer:
        """Its entries in the ledger, each proof verified as it is asked for."""
        return self.calls.get("items", item, "custody")


class Candidates(_Noun):
    """What machines propose about an item."""

    def of(self, item: str, *, only: str = "", undecided: bool = False) -> list[Answer]:
        """Its candidates."""
        told = self.calls.get("items", item, "candidates", only=only, undecided=undecided)
        found: list[Answer] = told["candidates"]
        return found

    def decide(self, candidate: Record, decision: str, *, text: str = "", reason: str = "") -> Answer:
        """Accept, correct, reject or reopen a candidate as `of` gives it."""
        return self.calls.post(*_place(candidate), "decide", decision=decision, text=text, reason=reason)

    def translate(
        self, candidate: Record, text: str, language: str, *, translator: str = "", reason: str = ""
    ) -> Answer:
        """Record a translation of its words."""
        given = {"text": text, "language": language, "translator": translator, "reason": reason}
        return self.calls.post(*_place(candidate), "translate", **given)

    def check(self, translation: str, *, holds: bool, reason: str = "") -> Answer:
        """Be the second check of a translation."""
        return self.calls.post("translations", translation, "check", holds=holds, reason=reason)

    def take_over(self, candidate: Record, *, certainty: str = "moderate", reason: str = "") -> Answer:
        """Record one that was accepted as an observation."""
        return self.calls.post(*_place(candidate), "observe", certainty=certainty, reason=reason)


def _place(candidate: Record) -> tuple[object, ...]:
    return "items", candidate["item"], "candidates", candidate["track_sha256"], candidate["number"]


class Observations(_Noun):
    """What people saw and heard in an item."""

    def of(self, item: str, *, ended: bool = False) -> Answer:
        """Its observations, and the counts that they come to."""
        return self.calls.get("items", item, "observations", ended=ended)

    def add(self, item: str, observation: Record, *, reason: str = "", supersedes: str | None = None) -> Answer:
        """Record one, or one that stands instead of another."""
        given = {"observation": observation, "reason": reason, "supersedes": supersedes}
        return self.calls.post("items", item, "observations", **given)

    def withdraw(self, observation: str, *, reason: str) -> Answer:
        """One does not stand any more."""
        return self.calls.post("observations", observation, "withdraw", reason=reason)


class Relations(_Noun):
    """What items share footage."""

    def of(self, item: str) -> Answer:
        """What is on record of what shares footage with an item."""
        return self.calls.get("items", item, "relations")

    def one(self, relation: str) -> Answer:
        """One relation."""
        return self.calls.get("relations", relation)

    def decide(self, relation: str, decision: str, *, reason: str, seen: int | None = None) -> Answer:
        """Confirm or reject it; with the `decided_seq` that one saw, a later decision by somebody else is not lost."""
        return self.calls.post("relations", relation, "decide", decision=decision, reason=reason, seen=seen)


class Parties(_Noun):
    """Whoever speaks or is spoken of."""

    def all(self) -> Iterator[Answer]:
        """Every party."""
        return self.calls.pages("parties", "parties")

    def add(self, party: Record, *, reason: str = "", supersedes: str | None = None, another: bool = False) -> Answer:
        """Record one."""
        return self.calls.post("parties", party=party, reason=reason, supersedes=supersedes, another=another)


class Propositions(_Noun):
    """What may be so."""

    def all(self) -> Iterator[Answer]:
        """Every proposition."""
        return self.calls.pages("propositions", "propositions")

    def one(self, proposition: str) -> Answer:
        """One, with its edges."""
        return self.calls.get("propositions", proposition)

    def add(self, proposition: Record, *, reason: str = "", supersedes: str | None = None) -> Answer:
        """Record one."""
        return self.calls.post("propositions", proposition=proposition, reason=reason, supersedes=supersedes)

    def relate(self, proposition: str, kind: str, other: str, *, why: str, stands: bool = True) -> Answer:
        """This one contradicts or entails another."""
        given = {"kind": kind, "other": other, "why": why, "stands": stands}
        return self.calls.post("propositions", proposition, "relate", **given)


class Assertions(_Noun):
    """Who says what."""

    def all(self, *, of: str = "") -> Iterator[Answer]:
        """Every assertion, or those of one proposition."""
        return self.calls.pages("assertions", "assertions", of=of)

    def one(self, assertion: str) -> Answer:
        """One assertion."""
        return self.calls.get("assertions", assertion)

    def add(self, assertion: Record, *, reason: str = "", supersedes: str | None = None) -> Answer:
        """Record one."""
        return self.calls.post("assertions", assertion=assertion, reason=reason, supersedes=supersedes)

    def translate(self, assertion: str, text: str, language: str, *, translator: str = "", reason: str = "") -> Answer:
        """Record a translation of its words."""
        given = {"text": text, "language": language, "translator": translator, "reason": reason}
        return self.calls.post("assertions", assertion, "translate", **given)

    def trace(self, assertion: str, source: str, *, why: str, stands: bool = True) -> Answer:
        """It was taken from another, or from `item:DIGEST`."""
        return self.calls.post("assertions", assertion, "trace", source=source, why=why, stands=stands)


class Articles(_Noun):
    """What saved pages and texts are read to say."""

    def read(self, item: str, *, published: str = "") -> Answer:
        """What is proposed, each with its number and state."""
        return self.calls.get("items", item, "reading", published=published)

    def decide(self, item: str, number: int, decision: str, **corrected: object) -> Answer:
        """Accept a proposal `of` a proposition, perhaps corrected; or reject it, with a `reason`."""
        return self.calls.post("items", item, "reading", "decide", number=number, decision=decision, **corrected)


class Reviews(_Noun):
    """Reviews and findings."""

    def all(self, *, state: str = "") -> Iterator[Answer]:
        """Every review, as far as the caller may see it."""
        return self.calls.pages("reviews", "reviews", state=state)

    def one(self, review: str) -> Answer:
        """One review."""
        return _first(self.calls.get("reviews", review), "reviews")

    def open(self, proposition: str, dimension: str, **more: object) -> Answer:
        """Open one."""
        return _first(self.calls.post("reviews", proposition=proposition, dimension=dimension, **more), "reviews")

    def take(self, review: str) -> Answer:
        """Take the open place; what is to be judged, and by what."""
        told: Answer = self.calls.post("reviews", review, "take")["task"]
        return told

    def task(self, review: str) -> Answer:
        """The task again."""
        told: Answer = self.calls.get("reviews", review, "task")["task"]
        return told

    def assess(self, review: str, assessment: Record) -> Answer:
        """Judge."""
        return _first(self.calls.post("reviews", review, "assess", assessment=assessment), "reviews")

    def seal(self, review: str, *, because: str, standard: str | None = None) -> Answer:
        """Seal what two found alike."""
        return _first(self.calls.post("reviews", review, "seal", because=because, standard=standard), "findings")

    def findings(self, *, ended: bool = False) -> Iterator[Answer]:
        """What was sealed."""
        return self.calls.pages("findings", "findings", ended=ended)

    def finding(self, finding: str) -> Answer:
        """One finding."""
        return _first(self.calls.get("findings", finding), "findings")


class Derivations(_Noun):
    """Runs of calculators on the record."""

    def all(self) -> Iterator[Answer]:
        """Every run."""
        return self.calls.pages("derivations", "derivations")

    def record(self, derivation: Record, *, reason: str = "") -> Answer:
        """Put one on the record, as a calculator answered it in `derivation`."""
        return _first(self.calls.post("derivations", derivation=derivation, reason=reason), "derivations")


class Hypotheses(_Noun):
    """Rival explanations, weighed by several people."""

    def all(self) -> Iterator[Answer]:
        """Every comparison."""
        return self.calls.pages("comparisons", "hypotheses")

    def seeds(self) -> Answer:
        """An empty table."""
        return self.calls.get("hypotheses", "seeds")

    def ask(self, question: str, frame: Record, analysts: Sequence[str], **more: object) -> Answer:
        """Ask several people."""
        given = {"question": question, "frame": frame, "analysts": list(analysts), **more}
        return _first(self.calls.post("hypotheses", **given), "comparisons")

    def one(self, comparison: str) -> Answer:
        """One comparison."""
        return _first(self.calls.get("hypotheses", comparison), "comparisons")

    def hand_in(self, comparison: str, table: Record) -> Answer:
        """Hand in one's own table."""
        return _first(self.calls.post("hypotheses", comparison, "hand-in", table=table), "comparisons")


class Incidents(_Noun):
    """What is told to have happened, under neutral labels."""

    def all(self) -> Iterator[Answer]:
        """Every incident."""
        return self.calls.pages("incidents", "incidents")

    def one(self, incident: str) -> Answer:
        """One incident."""
        return _first(self.calls.get("incidents", incident), "incidents")

    def open(self, act: str, **more: object) -> Answer:
        """Open one: `place`, `day`, `where`, `when`, `reason`."""
        return _first(self.calls.post("incidents", act=act, **more), "incidents")

    def describe(self, incident: str, **anew: object) -> Answer:
        """Tell it anew; what is not given stays."""
        return _first(self.calls.post("incidents", incident, "describe", **anew), "incidents")

    def link(self, incident: str, other: str, kind: str, *, reason: str) -> Answer:
        """Say what another is to it."""
        given = {"other": other, "kind": kind, "reason": reason}
        return _first(self.calls.post("incidents", incident, "link", **given), "incidents")

    def withdraw_link(self, incident: str, other: str, *, reason: str) -> Answer:
        """Take a link back."""
        return _first(self.calls.post("incidents", incident, "withdraw-link", other=other, reason=reason), "incidents")


class Cases(_Noun):
    """Cases and their procedures."""

    def all(self) -> Iterator[Answer]:
        """Every case."""
        return self.calls.pages("cases", "cases")

    def one(self, case: str) -> Answer:
        """One case; its questions stand beside it in `questions`."""
        return self.calls.get("cases", case)

    def open(self, title: str, kind: str, *, reason: str, procedure: str | None = None) -> Answer:
        """Open one."""
        return _first(self.calls.post("cases", title=title, kind=kind, reason=reason, procedure=procedure), "cases")

    def describe(self, case: str, *, reason: str, title: str | None = None, procedure: str | None = None) -> Answer:
        """Tell it anew."""
        given = {"reason": reason, "title": title, "procedure": procedure}
        return _first(self.calls.post("cases", case, "describe", **given), "cases")

    def put_in(self, case: str, kind: str, member: str, *, reason: str) -> Answer:
        """Put an item or an incident into it."""
        return _first(self.calls.post("cases", case, "put-in", kind=kind, member=member, reason=reason), "cases")

    def take_out(self, case: str, kind: str, member: str, *, reason: str) -> Answer:
        """Take one out of it."""
        return _first(self.calls.post("cases", case, "take-out", kind=kind, member=member, reason=reason), "cases")

    def tick(self, case: str, step: str, *, reason: str, state: str = "done") -> Answer:
        """Say how a step of its procedure stands."""
        return _first(self.calls.post("cases", case, "tick", step=step, state=state, reason=reason), "cases")

    def procedures(self) -> list[Answer]:
        """The procedures to pick from."""
        told: list[Answer] = self.calls.get("procedures")["procedures"]
        return told


class Questions(_Noun):
    """What people ask and answer."""

    def all(self, *, case: str = "") -> Iterator[Answer]:
        """Every question, the open ones first; or those of a case."""
        return self.calls.pages("questions", "questions", case=case)

    def one(self, question: str) -> Answer:
        """One question."""
        return _first(self.calls.get("questions", question), "questions")

    def ask(self, text: str, **more: object) -> Answer:
        """Put one: about a `case` or an `incident`, for an `owner`."""
        return _first(self.calls.post("questions", text=text, **more), "questions")

    def answer(self, question: str, text: str, *, rests_on: Sequence[str] = (), reason: str = "") -> Answer:
        """Answer one."""
        given = {"text": text, "rests_on": list(rests_on), "reason": reason}
        return _first(self.calls.post("questions", question, "answer", **given), "questions")

    def reopen(self, question: str, *, reason: str) -> Answer:
        """Take an answer back."""
        return _first(self.calls.post("questions", question, "reopen", reason=reason), "questions")

    def hand_over(self, question: str, to: str, *, reason: str = "") -> Answer:
        """Give one to somebody else."""
        return _first(self.calls.post("questions", question, "hand-over", to=to, reason=reason), "questions")


class Elements(_Noun):
    """Elements of crimes against the evidence for and against each."""

    def crimes(self) -> Answer:
        """The articles, their elements, and the modes of linkage."""
        return self.calls.get("elements", "crimes")

    def all(self, *, case: str = "") -> Iterator[Answer]:
        """Every table, or those of a case."""
        return self.calls.pages("tables", "elements", "tables", case=case)

    def one(self, table: str) -> Answer:
        """One table."""
        return _first(self.calls.get("elements", "tables", table), "tables")

    def open(self, article: str, case: str, conflict: str, *, reason: str, incident: str = "") -> Answer:
        """Open one."""
        given = {"article": article, "case": case, "conflict": conflict, "reason": reason, "incident": incident}
        return _first(self.calls.post("elements", "tables", **given), "tables")

    def enter(self, table: str, element: int, evidence: str, bearing: str, *, reason: str) -> Answer:
        """Enter how a record bears on an element."""
        given = {"element": element, "evidence": evidence, "bearing": bearing, "reason": reason}
        return _first(self.calls.post("elements", "tables", table, "enter", **given), "tables")

    def searched(self, table: str, elements: Sequence[int], *, looked: str, outcome: str = "nothing_found") -> Answer:
        """Record that evidence against elements was searched for."""
        given = {"elements": list(elements), "looked": looked, "outcome": outcome}
        return _first(self.calls.post("elements", "tables", table, "search", **given), "tables")

    def link(self, table: str, article: str, evidence: str, bearing: str, *, reason: str) -> Answer:
        """Enter how a record bears on a mode of linkage."""
        given = {"article": article, "evidence": evidence, "bearing": bearing, "reason": reason}
        return _first(self.calls.post("elements", "tables", table, "link", **given), "tables")

    def seal(self, table: str, *, reason: str) -> Answer:
        """Close it."""
        return _first(self.calls.post("elements", "tables", table, "seal", reason=reason), "tables")


class Calculators(_Noun):
    """Calculators: each answers with its derivation and writes nothing."""

    def when(self, document: Record, *, without: Sequence[str] = (), zone: str = "") -> Answer:
        """When something was, as far as the bounds say."""
        return self.calls.post("when", document=document, without=list(without), zone=zone)

    def where(self, name: str, **bounds: object) -> Answer:
        """Every place that a name may mean."""
        return self.calls.post("where", name=name, **bounds)

    def sun(self, *, lat: float, lon: float, first: str, **measured: object) -> Answer:
        """Times from a shadow, or days from where the sun stood."""
        return self.calls.post("sun", lat=lat, lon=lon, first=first, **measured)


def _first(told: Answer, key: str) -> Answer:
    """The one record that was asked for or made."""
    found: Answer = told[key][0]
    return found
