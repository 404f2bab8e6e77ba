"""What an assessment can rest on, to choose from: every kind of record that stands, filtered by the words typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from probata.analysis import selectors as analysis
from probata.cases.selectors import Sight
from probata.claims import selectors as claims
from probata.verification import selectors
from probata.verification.selectors import KnownReview
from probata.web.shown import derived
from probata.web.shown.judging import Evidence, told

SHOWN = 20
"""So many of each kind at once; whoever looks for another types a word of it."""


@frozen(kw_only=True)
class Group:
    """Records of one kind: some of them, and how many there are."""

    title: Promise
    some: tuple[Evidence, ...]
    count: int


def choices(review: KnownReview, untrusted_words: str, kept: Sight) -> list[Group]:
    """What stands and holds every word, kind by kind, without what is `kept` from whoever chooses.

    Claims about the proposition stand before others.
    """
    wanted = untrusted_words.casefold().split()
    observed, observed_count = analysis.observations_saying(untrusted_words, most=SHOWN, without=kept.items)
    said = sorted(_said(wanted, kept), key=lambda one: one["record"]["proposition"] != review.proposition)
    runs = [
        {"id": name, "kind": "derivations", "record": {"id": name, **run.as_json()}}
        for name, _by, run in reversed(derived.known(kept))
        if _holds(f"{name} {run.tool} {run.version}", wanted)
    ]
    found = [
        {"id": one.id, "kind": "findings", "record": one.as_json()}
        for one in reversed(selectors.findings())
        # What was found of the very same before would lead whoever judges it anew.
        if (one.proposition, one.dimension) != (review.proposition, review.dimension.value)
        and not kept.hides(one.review, one.proposition)
        and _holds(f"{one.id} {' '.join(one.finding.sentences)}", wanted)
    ]
    seen = [{"id": one.id, "kind": "observations", "record": one.as_json()} for one in observed]
    return [
        _group(_("Observed"), seen, observed_count),
        _group(_("Claimed"), said, len(said)),
        _group(_("Computed"), runs, len(runs)),
        _group(_("Found"), found, len(found)),
    ]


def _said(wanted: list[str], kept: Sight) -> Iterable[dict[str, Any]]:
    standing = claims.claims()
    for one in standing.assertions.values():
        if kept.hides(one.id, one.thing.proposition):
            continue
        speaker = standing.parties.get(one.thing.speaker)
        name = "" if speaker is None else speaker.thing.shown_as
        if _holds(f"{one.id} {name} {one.thing.stance.value} {one.thing.words.text}", wanted):
            yield {"id": one.id, "kind": "assertions", "record": one.as_json()}


def _holds(text: str, wanted: list[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in wanted)


def _group(title: Promise, entries: list[Mapping[str, Any]] | list[dict[str, Any]], count: int) -> Group:
    return Group(title=title, some=tuple(told(entries[:SHOWN], exact=False)), count=count)
