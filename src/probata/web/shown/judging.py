"""Reviews as screens show them: the records that people judge by, two answers beside each other, their distance."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from attrs import evolve, frozen
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from probata.claims import selectors as claims
from probata.terms.errors import InvalidValue
from probata.terms.spans import Moment, Span
from probata.terms.words import Confidence, Likelihood
from probata.verification import selectors
from probata.verification.assessments import Assessment, Result, bands_of
from probata.verification.selectors import KnownOpinion
from probata.web.served import renditions

_SHAPES = {"observations": "accepted", "assertions": "claimed", "derivations": "", "findings": "found-mark"}
SIDES = ("for", "against", "derivations")
_NUMBER = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,12})?")


@frozen(kw_only=True)
class Evidence:
    """A record that somebody judges by, in the words in which it was recorded.

    `what` says what it is, `who` whose, `codes` its further words; `start_s` to `end_s` stand on the player's clock,
    `ordinal` to `last_ordinal` in frames. `more` is what a calculator gave, to be opened. `stands` says
    whether it still does.
    """

    id: str
    kind: str
    words: tuple[str, ...]
    language: str = ""
    what: str = ""
    who: str = ""
    codes: tuple[str, ...] = ()
    item: str = ""
    start_s: float | None = None
    end_s: float | None = None
    ordinal: int | None = None
    last_ordinal: int | None = None
    address: str = ""
    more: str = ""
    stands: bool = True

    @property
    def shape(self) -> str:
        """The class of its shape."""
        return _SHAPES[self.kind]

    @property
    def is_computed(self) -> bool:
        """Whether a calculator gave it."""
        return self.kind == "derivations"


@frozen(kw_only=True)
class Band:
    """A word of likelihood with its range in percent, and the results that it goes with, for a form."""

    value: str
    words: str
    low: int
    high: int
    fits: str


def bands() -> list[Band]:
    """The seven words of ICD 203, from the least."""
    return [
        Band(
            value=one.value,
            words=one.words,
            low=one.percent[0],
            high=one.percent[1],
            fits=" ".join(result.value for result in Result if one in bands_of(result)),
        )
        for one in Likelihood
    ]


def form() -> dict[str, Any]:
    """The words that a form of a judgement offers."""
    return {
        "results": [(one.value, bool(bands_of(one))) for one in Result],
        "bands": bands(),
        "confidences": [one.value for one in Confidence],
    }


def told(entries: Iterable[Mapping[str, Any]], *, review: str = "", exact: bool = True) -> list[Evidence]:
    """Records `{id, kind, record}` as a page shows them; with `exact`, tied to frames. `review` goes into the links."""
    speakers = _Speakers()
    return [_told(one, speakers, review=review, exact=exact) for one in entries]


def told_since(entries: Iterable[Mapping[str, Any]]) -> list[Evidence]:
    """The same as they read when they were judged by, each with what became of it since."""
    return [evolve(one, stands=_stands(one.id)) for one in told(entries)]


def sided(opinion: KnownOpinion) -> dict[str, list[Evidence]]:
    """What one person judged by, for each side as they said it."""
    found = {one.id: one for one in told(opinion.inputs)}
    judged = opinion.assessment
    sides = (judged.reasons_for, judged.reasons_against, judged.derivations)
    return {side: [found[name] for name in names if name in found] for side, names in zip(SIDES, sides, strict=True)}


def apart(distance: Mapping[str, Any] | None) -> list[str]:
    """How far two answers lie apart, in sentences; what could not be measured is left out."""
    if distance is None:
        return []
    steps, between = distance["result_steps"], distance["likelihood_bands"]
    metres, minutes = distance["metres"], distance["minutes"]
    sentences = []
    if steps is not None:
        apart_by = ngettext("The results lie %(n)d step apart.", "The results lie %(n)d steps apart.", steps)
        sentences.append(apart_by % {"n": steps} if steps else _("The results are the same."))
    if between is not None:
        bands_by = ngettext("The likelihoods lie %(n)d band apart.", "The likelihoods lie %(n)d bands apart.", between)
        sentences.append(bands_by % {"n": between} if between else _("The likelihoods are the same."))
    if metres is not None:
        far = ngettext("The places lie %(n)d metre apart.", "The places lie %(n)d metres apart.", metres)
        sentences.append(far % {"n": metres})
    if minutes is not None:
        late = ngettext("The times lie %(n)d minute apart.", "The times lie %(n)d minutes apart.", minutes)
        sentences.append(late % {"n": minutes} if minutes else _("The times can have a moment in common."))
    return sentences


def judgement(untrusted: QueryDict) -> Assessment:
    """What somebody judged in a form; raises `InvalidValue` for what is none."""
    alternatives = [line.strip() for line in untrusted.get("alternatives", "").splitlines() if line.strip()]
    told: dict[str, Any] = {
        "result": untrusted.get("result", ""),
        "reasons": untrusted.get("reasons", ""),
        "likelihood": untrusted.get("likelihood") or None,
        "confidence": untrusted.get("confidence") or None,
        **{side: untrusted.getlist(side) for side in SIDES},
        "other_side": untrusted.get("other_side", "").strip() or None,
        "alternatives": alternatives,
        "point": _point(untrusted),
        "range": _range(untrusted),
    }
    for record in untrusted.getlist("given"):
        # Of a record that was given, one choice: on which side it stands, or on none.
        side = untrusted.get(f"side-{record}", "")
        if side in SIDES:
            told[side] = [*told[side], record]
    if not told["result"]:
        raise InvalidValue(what="A judgement", why="it needs a result: choose one")
    if not told["reasons"].strip():
        raise InvalidValue(what="A judgement", why="it needs reasons in words")
    return Assessment.from_json(told)


def _point(untrusted: QueryDict) -> dict[str, float] | None:
    given = [untrusted.get(name, "").strip() for name in ("latitude", "longitude")]
    if not any(given):
        return None
    for one in given:
        if not _NUMBER.fullmatch(one):
            raise InvalidValue(
                what=f"The coordinate {one!r}", why="it must be degrees such as 50.4501, both or neither"
            )
    return {"latitude_deg": float(given[0]), "longitude_deg": float(given[1])}


def _range(untrusted: QueryDict) -> list[str] | None:
    given = [untrusted.get(name, "").strip() for name in ("from", "until")]
    return [one or "unknown" for one in given] if any(given) else None


class _Speakers:
    """Names of parties, asked for once each."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def name(self, party: str) -> str:
        if party not in self._known:
            try:
                self._known[party] = claims.party(party).thing.shown_as
            except claims.PartyNotFound:
                self._known[party] = party[:8]
        return self._known[party]


def _told(entry: Mapping[str, Any], speakers: _Speakers, *, review: str, exact: bool) -> Evidence:
    record, kind = entry["record"], str(entry["kind"])
    if kind == "observations":
        codes = (record["kind"], record["epistemic"])
        made = Evidence(id=entry["id"], kind=kind, words=(record["description"],), what=_("observed"))
        made = evolve(made, who=record["by"], codes=codes)
        return _placed(made, record["item"], record["segment"], review=review, exact=exact)
    if kind == "assertions":
        words, language = record["words"]["text"], record["words"]["language"]
        made = Evidence(id=entry["id"], kind=kind, words=(words,), what=_("claimed"), codes=(record["stance"],))
        made = evolve(made, who=speakers.name(record["speaker"]))
        where = record.get("appears_in") or {}
        placed = _placed(made, where["item"], where.get("segment"), review=review, exact=exact) if where else made
        return evolve(placed, language="" if language == "und" else language)
    if kind == "findings":
        made = Evidence(id=entry["id"], kind=kind, words=tuple(record["sentences"]), what=_("found"))
        return evolve(made, address=reverse("finding", args=[entry["id"]]))
    more = {name: record[name] for name in ("inputs", "parameters", "outputs", "uncertainty") if record.get(name)}
    return Evidence(
        id=entry["id"],
        kind=kind,
        words=(f"{record['tool']} {record['version']}",),
        what=_("computed"),
        more=json.dumps(more, indent=1, ensure_ascii=False, sort_keys=True, default=str),
    )


def _placed(
    made: Evidence, item: str, untrusted_segment: Mapping[str, Any] | None, *, review: str, exact: bool
) -> Evidence:
    address = reverse("item", args=[item]) + (f"?{urlencode({'review': review})}" if review else "")
    if untrusted_segment is None:
        return evolve(made, item=item, address=address)
    segment = Span.from_json(untrusted_segment)
    origin_s = renditions.origin_s(item)
    start_s, end_s = (float(one.seconds - origin_s) for one in (segment.start, segment.end))
    first = last = None
    if exact:
        table = renditions.frames(item)
        first = renditions.shown_at(table, segment.start.seconds)
        last = renditions.shown_at(table, Moment(pts=segment.end_pts - 1, time_base=segment.time_base).seconds)
    place = {"s": f"{max(0.0, start_s):.3f}"} if first is None else {"frame": str(first)}
    return evolve(
        made,
        item=item,
        start_s=start_s,
        end_s=end_s,
        ordinal=first,
        last_ordinal=last,
        address=f"{address}#{urlencode(place)}",
    )


def _stands(record: str) -> bool:
    try:
        selectors.evidence(record)
    except (selectors.EvidenceMoved, selectors.EvidenceNotFound):
        return False
    return True


def differing(opinions: Sequence[KnownOpinion]) -> dict[str, bool]:
    """In which of the words of doubt these people differ."""
    told = [one.assessment for one in opinions]
    return {name: len({getattr(one, name) for one in told}) > 1 for name in ("result", "likelihood", "confidence")}
