"""What of the record can be cited, found by its words and told in them: the same words wherever evidence is weighed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import islice

from attrs import frozen

from probata.analysis import selectors as analysis
from probata.analysis.selectors import KnownObservation
from probata.cases.elements import Evidence, EvidenceKind
from probata.cases.selectors.keeping import case as known_case
from probata.cases.selectors.sight import EVERYTHING, Sight
from probata.claims import selectors as claims
from probata.claims.assertions import Assertion
from probata.claims.propositions import Proposition
from probata.claims.selectors import Claims, Known
from probata.copies import selectors as copies
from probata.custody import selectors as custody
from probata.preservation import selectors as preservation
from probata.terms.errors import ProbataError
from probata.verification import selectors as verification
from probata.verification.selectors import KnownFinding

UNDETERMINED = "und"


@frozen(kw_only=True)
class Citable:
    """A record in its own words: what it is, who says so and how, and the item that it is of, where it is of one.

    `detail` is a code word: an observation's kind, an assertion's stance, a finding's result, a proposition's type.
    `start_s` is where an observation begins on the item's clock; `confidence` is a finding's second sentence. `missing`
    says that it is not on the record any more.
    """

    name: str
    kind: EvidenceKind
    words: str
    language: str = ""
    by: str = ""
    detail: str = ""
    item: str = ""
    start_s: Fraction | None = None
    confidence: str = ""
    missing: bool = False

    @property
    def text(self) -> str:
        """All of its words, on one line."""
        return f"{self.words} {self.confidence}".strip()


def citable(
    untrusted_words: str,
    *,
    case: str = "",
    kinds: Iterable[EvidenceKind] = EvidenceKind,
    sight: Sight = EVERYTHING,
    limit: int = 20,
) -> list[Citable]:
    """Standing records that hold every word, findings first; of this case alone if one is told. At most so many.

    Nothing is among them that `sight` keeps from the person.
    """
    wanted = [word.casefold() for word in untrusted_words.split()]
    asked = set(kinds)
    found: list[Citable] = []
    for kind, records in _every(untrusted_words, case, limit, sight):
        if kind in asked:
            fitting = (one for one in records if all(word in _searched(one) for word in wanted))
            found += islice(fitting, limit - len(found))
    return found


def cited(names: Iterable[str]) -> dict[str, Citable]:
    """These records in their words, by name; what cannot be read any more is told as missing."""
    return {name: _cited(name) for name in dict.fromkeys(names)}


def source_of(name: str) -> str:
    """A word for the independent source that a record comes from: alike for copies of one, as far as is known.

    Footage that people confirmed to be one another's copies is one source, and so is what was taken from it; what one
    speaker says of their own is another. A person may know better, and group otherwise.
    """
    wanted = Evidence.named(name)
    if wanted.kind is EvidenceKind.OBSERVATION:
        return _footage(analysis.observation(wanted.id).observation.item)
    if wanted.kind is EvidenceKind.ASSERTION:
        return _said_first(claims.assertion(wanted.id).id)
    if wanted.kind is EvidenceKind.FINDING:
        rests = {_source_of_input(one) for one in verification.finding(wanted.id).content["inputs"]}
        if len(rests) == 1:
            return next(iter(rests))
    return f"{wanted.kind.value} {wanted.id[:8]}"


def _source_of_input(told: dict[str, object]) -> str:
    known, record = str(told["id"]), told["record"]
    if told["kind"] == "observations" and isinstance(record, dict):
        return _footage(str(record["item"]))
    return _said_first(known) if told["kind"] == "assertions" else known


def _footage(item: str) -> str:
    members = copies.graph(item)
    same = [one.item for one in members if all(step.confirmed for step in one.path)]
    return f"footage {min([item, *same])[:8]}"


def _said_first(assertion: str) -> str:
    every = _claims()
    if assertion not in every.assertions:
        return f"assertion {assertion[:8]}"
    (root, *more) = every.independence([assertion]).roots
    origin = root.origin[0] if root.origin and not more else ""
    if origin.startswith("item:"):
        return _footage(origin.removeprefix("item:"))
    first = min(root.members) if not more else assertion
    speaker = every.parties[every.assertions.get(first, every.assertions[assertion]).thing.speaker].thing.shown_as
    return f"{speaker} {first[:8]}"


def _every(
    untrusted_words: str, case: str, limit: int, sight: Sight
) -> Iterator[tuple[EvidenceKind, Iterator[Citable]]]:
    every = _claims()
    kept = None if not case else known_case(case)
    members = {one.id for one in kept.members} if kept else set()
    said = [one for one in every.assertions.values() if not sight.hides(one.id)]
    if kept is not None:
        said = [one for one in said if _is_of(one, every, members)]
    told = {one.thing.proposition for one in said}
    about = {
        name
        for name, one in every.propositions.items()
        if not sight.hides(name) and (kept is None or name in told or one.thing.incident in members)
    }
    findings = [one for one in verification.findings() if one.proposition in about]
    yield EvidenceKind.FINDING, (_finding(one) for one in reversed(findings))
    yield EvidenceKind.PROPOSITION, (_proposition(one) for name, one in every.propositions.items() if name in about)
    items = None if kept is None else [one.id for one in kept.members if one.kind == "item"]
    seen, _count = analysis.observations_saying(untrusted_words, most=limit, items=items, without=sight.items)
    yield EvidenceKind.OBSERVATION, (_observation(one) for one in seen)
    yield EvidenceKind.ASSERTION, (_assertion(one, every) for one in reversed(said))
    if kept is None:
        runs = (one for one in verification.derivations() if not sight.hides_in(one[2].inputs))
        yield EvidenceKind.DERIVATION, (_derivation(*one[:2], one[2].tool) for one in runs)


def _is_of(one: Known[Assertion], every: Claims, members: set[str]) -> bool:
    """Whether an assertion stands in one of these items, or is about one of these incidents."""
    place = one.thing.appears_in
    return (place is not None and place.item in members) or (
        every.propositions[one.thing.proposition].thing.incident in members
    )


def _searched(one: Citable) -> str:
    kind = one.detail.replace("_", " ")
    return f"{one.text} {one.by} {kind} {one.name} {one.item}".casefold()


def _cited(name: str) -> Citable:
    wanted = Evidence.named(name)
    try:
        match wanted.kind:
            case EvidenceKind.PROPOSITION:
                return _proposition(claims.proposition(wanted.id), name=name)
            case EvidenceKind.FINDING:
                return _finding(verification.finding(wanted.id))
            case EvidenceKind.OBSERVATION:
                return _observation(analysis.observation(wanted.id))
            case EvidenceKind.ASSERTION:
                return _assertion(claims.assertion(wanted.id), _claims(), name=name)
            case EvidenceKind.DERIVATION:
                known, by, run = next(one for one in verification.derivations() if one[0] == wanted.id)
                return _derivation(known, by, run.tool)
    except (ProbataError, StopIteration):
        # A table goes on naming what was cited, even where it was withdrawn since.
        return Citable(name=name, kind=wanted.kind, words="", missing=True)


def _claims() -> Claims:
    size, _last = custody.size_and_time()
    return _claims_under(custody.root(size) if size else b"")


# What is on record changes with the ledger alone: all claims are read once between two writes.
@lru_cache(maxsize=2)
def _claims_under(_root: bytes) -> Claims:
    return claims.claims()


def _proposition(known: Known[Proposition], *, name: str = "") -> Citable:
    return Citable(
        name=name or f"proposition:{known.id}",
        kind=EvidenceKind.PROPOSITION,
        words=known.thing.statement,
        by=known.by,
        detail=known.thing.type.value,
    )


def _finding(known: KnownFinding) -> Citable:
    first, *second = known.finding.sentences
    return Citable(
        name=f"finding:{known.id}",
        kind=EvidenceKind.FINDING,
        words=first,
        confidence=" ".join(second),
        by=", ".join(known.people),
        detail=known.finding.result.value,
    )


def _observation(known: KnownObservation) -> Citable:
    seen = known.observation
    return Citable(
        name=f"observation:{known.id}",
        kind=EvidenceKind.OBSERVATION,
        words=seen.description,
        by=known.by,
        detail=seen.kind.value,
        item=seen.item,
        start_s=seen.segment.start.seconds - (preservation.origin_s(seen.item) or 0),
    )


def _assertion(known: Known[Assertion], every: Claims, *, name: str = "") -> Citable:
    said = known.thing
    return Citable(
        name=name or f"assertion:{known.id}",
        kind=EvidenceKind.ASSERTION,
        words=said.words.text,
        language="" if said.words.language == UNDETERMINED else said.words.language,
        by=every.parties[said.speaker].thing.shown_as if said.speaker in every.parties else "",
        detail=said.stance.value,
        item=said.appears_in.item if said.appears_in is not None else "",
    )


def _derivation(known: str, by: str, tool: str) -> Citable:
    return Citable(name=f"derivation:{known}", kind=EvidenceKind.DERIVATION, words=tool, by=by)
