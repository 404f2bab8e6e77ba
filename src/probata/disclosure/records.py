"""The record that goes along with items: what was observed, claimed and found, with labels in place of people's names.

Nobody of the team is named, and no reason for an act is given: those stay sealed. A finding goes along only where all
that it rests on goes along as well. Where a party is given a label, its names must stand nowhere in what is told, and
`NameStands` says where one does: words that people wrote or said are never changed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from attrs import define, field, frozen

from probata.access import selectors as access
from probata.analysis import selectors as analysis
from probata.analysis.selectors import KnownObservation
from probata.cases.selectors import Sight
from probata.claims import selectors as claims
from probata.claims.assertions import Assertion
from probata.claims.parties import Party
from probata.claims.selectors import Claims, Known
from probata.custody.canonical import Record, canonical
from probata.disclosure.plan import Along, Plan
from probata.terms.errors import Refused
from probata.verification import selectors as verification
from probata.verification.selectors import KnownFinding

OBSERVATIONS_SCHEMA = "probata/disclosed-observations/1"
CLAIMS_SCHEMA = "probata/disclosed-claims/1"
FINDINGS_SCHEMA = "probata/disclosed-findings/1"
FINDINGS = "findings"
_LEFT_OUT = {
    FINDINGS: ("1 finding rests on more than goes along", "{n} findings rest on more than goes along"),
}


class NameStands(Refused):
    """A name for which a label should stand is still in what would be told."""

    code = "name_stands"
    template = "The name {name} still stands in {where}, where words are told as they were said or written."
    advice = "Leave that kind of record out, or the item, or let the name be told."


@frozen(kw_only=True)
class Told:
    """Files of the record by path, how many records stay behind by kind, and the ids of everything told."""

    files: Mapping[str, Record]
    left_out: dict[str, int]
    names: frozenset[str] = field(repr=False)


@define(kw_only=True)
class _Telling:
    plan: Plan
    sight: Sight
    people: dict[str, str] = field(factory=dict)
    names: set[str] = field(factory=set)
    left_out: dict[str, int] = field(factory=dict)

    def person(self, key_id: str) -> str:
        """A label for somebody of the team, the same through one package."""
        return self.people.setdefault(key_id, f"person {len(self.people) + 1} of the team")


def told(plan: Plan, sight: Sight) -> Told:
    """The record that goes along with a plan's items, without what `sight` hides; raises `NameStands`."""
    telling = _Telling(plan=plan, sight=sight)
    files: dict[str, Record] = {}
    standing = claims.claims() if plan.along & {Along.CLAIMS, Along.FINDINGS} else None
    if Along.OBSERVATIONS in plan.along:
        files["metadata/observations.json"] = _observations(telling)
    if Along.CLAIMS in plan.along and standing is not None:
        files["metadata/claims.json"] = _claims(telling, standing)
    if Along.FINDINGS in plan.along and standing is not None:
        files["metadata/findings.json"] = _findings(telling, standing)
    for path, record in files.items():
        _no_name_stands(telling, path, record)
    return Told(files=files, left_out=telling.left_out, names=frozenset(telling.names))


def said_of_left_out(left_out: Mapping[str, int]) -> Iterable[str]:
    """What the report says of records that stay behind though their kind goes along."""
    for kind, count in left_out.items():
        one, many = _LEFT_OUT[kind]
        yield (one if count == 1 else many.format(n=count)) + ": left out here."


def _observations(telling: _Telling) -> Record:
    rows = [_observation(telling, one) for item in telling.plan.whole for one in analysis.observations(item)]
    return {"schema": OBSERVATIONS_SCHEMA, "observations": rows}


def _observation(telling: _Telling, known: KnownObservation) -> Record:
    telling.names.add(known.id)
    said = known.observation.as_json()
    if Along.RENDITIONS not in telling.plan.along:
        said.pop("candidate", None)
    return _record({"id": known.id, **said, "by": telling.person(known.by_key), "recorded_at": _at(known.at)})


def _claims(telling: _Telling, standing: Claims) -> Record:
    said = _said_in(telling.plan.whole, telling.sight)
    ids = {one.id for one in said}
    parties: dict[str, Record] = {}
    rows = []
    for one in said:
        telling.names |= {one.id, one.thing.proposition}
        thing = one.thing.as_json()
        thing["derives_from"] = [name for name in one.thing.derives_from if name in ids]
        for party in (one.thing.speaker, *one.thing.via):
            parties[party] = _party(telling, party, standing)
        translations = [{"text": made.text, "language": made.language} for made in claims.translations(one.id)]
        rows.append(_record({"id": one.id, **thing, "recorded_at": _at(one.at), "translations": translations}))
    propositions = {name: _proposition(telling, standing, name, parties) for name in _of(rows)}
    return {"schema": CLAIMS_SCHEMA, "assertions": rows, "propositions": propositions, "parties": parties}


def _of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted({str(row["proposition"]) for row in rows})


def _proposition(telling: _Telling, standing: Claims, name: str, parties: dict[str, Record]) -> Record:
    known = standing.propositions.get(name) or claims.proposition(name)
    said = known.thing.as_json()
    # Which incident it is of is the team's own order.
    said.pop("incident", None)
    if known.thing.party is not None:
        parties[known.thing.party] = _party(telling, known.thing.party, standing)
    return _record(said)


def _party(telling: _Telling, party: str, standing: Claims) -> Record:
    known = standing.parties.get(party) or claims.party(party)
    label = telling.plan.labels.get(party)
    if label:
        return {"label": label, "kind": known.thing.kind.value}
    return _record(known.thing.as_json())


def _said_in(items: Iterable[str], sight: Sight) -> list[Known[Assertion]]:
    """What is claimed in these items; what is behind a wall is not even counted."""
    every = [one for item in items for one in claims.assertions_in(item)]
    return [one for one in every if not sight.hides(one.id, one.thing.proposition)]


def parties_in(items: Iterable[str], sight: Sight) -> list[Known[Party]]:
    """The parties who speak, or pass words on, in what is claimed in these items: for each a label may stand."""
    shown = _said_in(items, sight)
    if not shown:
        return []
    standing = claims.claims()
    found: dict[str, Known[Party]] = {}
    for one in shown:
        told_of = standing.propositions.get(one.thing.proposition)
        about = [told_of.thing.party] if told_of is not None and told_of.thing.party else []
        for party in (one.thing.speaker, *one.thing.via, *about):
            found[party] = standing.parties.get(party) or claims.party(party)
    return sorted(found.values(), key=lambda known: (known.thing.shown_as, known.id))


def _findings(telling: _Telling, standing: Claims) -> Record:
    rows = []
    for known in verification.findings():
        inputs = list(known.content["inputs"])
        if telling.sight.hides(known.proposition, known.review) or not any(_lies_in(telling, one) for one in inputs):
            continue
        if not all(_goes(telling, one) for one in inputs):
            telling.left_out[FINDINGS] = telling.left_out.get(FINDINGS, 0) + 1
            continue
        rows.append(_finding(telling, known, standing))
    return {"schema": FINDINGS_SCHEMA, "findings": rows}


def _lies_in(telling: _Telling, told_input: Mapping[str, Any]) -> bool:
    """Whether what a finding rests on stands in one of the items."""
    record = told_input["record"]
    place = record.get("appears_in") or {}
    return record.get("item") in telling.plan.whole or place.get("item") in telling.plan.whole


def _goes(telling: _Telling, told_input: Mapping[str, Any]) -> bool:
    """Whether what a finding rests on goes along itself; a calculator's run and another finding never do."""
    return told_input["id"] in telling.names and told_input["kind"] in {"observations", "assertions"}


def _finding(telling: _Telling, known: KnownFinding, standing: Claims) -> Record:
    telling.names |= {known.id, known.proposition, known.review}
    proposition = standing.propositions.get(known.proposition) or claims.proposition(known.proposition)
    opinions = [one["by"] for one in known.content["opinions"]]
    return _record(
        {
            "id": known.id,
            "proposition": known.proposition,
            "states": proposition.thing.statement,
            "dimension": known.dimension,
            **known.finding.as_json(),
            "rests_on": known.rests_on,
            # How many judged, and which of them is who in this package; their names stay sealed.
            "judged_by": [telling.person(key) for key in opinions],
            "sealed_at": _at(known.at),
        }
    )


def _no_name_stands(telling: _Telling, path: str, record: Record) -> None:
    if not telling.plan.labels:
        return
    text = _folded(canonical(record).decode())
    for party in telling.plan.labels:
        known = claims.party(party)
        for name in known.thing.names:
            if _folded(name.text) in text:
                raise NameStands(name=name.text, where=path)


def team_named_in(files: Iterable[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """Where a name of somebody who works here stands as a word in what would be told: `(name, path)`."""
    everybody = [one.name for one in access.people()]
    found = []
    for path, data in files:
        text = f" {_folded(data.decode('utf-8', 'replace'))} "
        found += [(name, path) for name in everybody if f" {_folded(name)} " in text]
    return found


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _record(value: Mapping[str, Any]) -> Record:
    """Plain data as canonical JSON takes it: a number that is not whole is written out as text."""
    return {name: _exact(part) for name, part in value.items()}


def _exact(value: Any) -> Any:  # noqa: ANN401  plain data
    if isinstance(value, float):
        return int(value) if value.is_integer() else repr(value)
    if isinstance(value, Mapping):
        return _record(value)
    if isinstance(value, (list, tuple)):
        return [_exact(part) for part in value]
    return value
