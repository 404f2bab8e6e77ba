"""An incident's three lanes of time: when it was, when footage and articles came out, when statements were made.

The three are kept apart, since each can be known without the others: what was published on a day happened before it,
and what was said on a day may speak of any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attrs import field, frozen
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from probata.analysis import selectors as analysis
from probata.cases import selectors as cases
from probata.cases.selectors import KnownIncident, Sight
from probata.claims import selectors as claims
from probata.claims.assertions import Assertion
from probata.claims.propositions import PropositionType
from probata.claims.selectors import Claims, Known
from probata.copies import selectors as copies
from probata.copies.selectors import Bound
from probata.preservation import selectors as preservation
from probata.terms.digests import Sha256
from probata.terms.errors import InvalidValue
from probata.terms.exchange import time_from_edtf
from probata.terms.languages import language_tag
from probata.terms.text import Stated, made_safe
from probata.terms.times import ClockKind, End, TimeRange, TimeWithDoubt
from probata.web import onward
from probata.web.shown.timeline import Entry, Lane, Tick, Window, lane, ticks, whole

if TYPE_CHECKING:
    from probata.claims.reading.dates import Published

LANES = ("event", "publication", "statement")
MOST_ITEMS = 50
"""Of which publication is looked up: each takes a walk through its copies."""
_MOST_ARTICLE_BYTES = 2 * 1024 * 1024


@frozen(kw_only=True)
class Gathered:
    """Everything of an incident that has or could have a time, by lane; and what was left out, in figures.

    `timeless` counts propositions that tell no time of their own; `passed_over` items beyond the most that are looked
    up.
    """

    entries: Mapping[str, tuple[Entry, ...]] = field(repr=False)
    zone: ZoneInfo | None
    timeless: int
    passed_over: int

    @property
    def every(self) -> list[Entry]:
        """The entries of all lanes."""
        return [one for name in LANES for one in self.entries[name]]


@frozen(kw_only=True)
class Timeline:
    """The lanes as they are drawn on the stretch that was asked for, and the stretches that links lead to."""

    lanes: tuple[Lane, ...]
    window: Window | None
    ticks: tuple[Tick, ...]
    zone: str
    ways: Mapping[str, str]
    gathered: Gathered = field(repr=False)


def drawn(gathered: Gathered, asked: Window | None) -> Timeline:
    """The timeline on the stretch asked for; unless told, on all that is known."""
    everything = whole(gathered.every)
    window = asked or everything
    lanes = tuple(lane(name, gathered.entries[name], window) for name in LANES)
    return Timeline(
        lanes=lanes,
        window=window,
        ticks=tuple(ticks(window, gathered.zone)) if window else (),
        zone=gathered.zone.key if gathered.zone else "UTC",
        ways=_ways(gathered, window, everything) if window and everything else {},
        gathered=gathered,
    )


def _ways(gathered: Gathered, window: Window, everything: Window) -> dict[str, str]:
    ways = {
        "all": everything,
        "in": window.moved(wider=0.5),
        "out": window.moved(wider=2),
        "earlier": window.moved(by=-0.5),
        "later": window.moved(by=0.5),
        **{name: own for name in LANES if (own := whole(gathered.entries[name])) is not None},
    }
    return {name: one.asked for name, one in ways.items()}


def gather(incident: KnownIncident, seen: Sight) -> Gathered:
    """Everything of an incident that has or could have a time, and that the person may know of."""
    known = claims.claims()
    own = {one.id for one in incident.propositions}
    told = [one for one in known.assertions.values() if one.thing.proposition in own]
    said = [one for one in told if not seen.hides(one.id)]
    items = [one for one in items_of(incident, said) if not seen.hides(one)]
    dated = [one for one in own if known.propositions[one].thing.type is PropositionType.DATED]
    entries = {
        "event": (*_itself(incident), *(_dated(known, one) for one in sorted(dated)), *_observed(items[:MOST_ITEMS])),
        "publication": tuple(_published(items[:MOST_ITEMS], seen)),
        "statement": tuple(_said(known, one) for one in said),
    }
    zones = {one.time.zone for one in entries["event"] if one.time is not None and one.time.zone}
    return Gathered(
        entries=entries,
        # Where several zones are told, none is chosen.
        zone=ZoneInfo(zones.pop()) if len(zones) == 1 else None,
        timeless=len(own) - len(dated),
        passed_over=max(0, len(items) - MOST_ITEMS),
    )


def items_of(incident: KnownIncident, said: Iterable[Known[Assertion]]) -> list[str]:
    """The items that an incident has to do with: where it is spoken of, from what that was taken, its cases'."""
    found: dict[str, None] = {}
    for one in said:
        if one.thing.appears_in is not None:
            found[one.thing.appears_in.item] = None
        found |= {source.removeprefix("item:"): None for source in one.thing.derives_from if source.startswith("item:")}
    for case in incident.cases:
        found |= {one.id: None for one in cases.case(case).members if one.kind == "item"}
    return list(found)


def _itself(incident: KnownIncident) -> Iterable[Entry]:
    if incident.when is not None:
        time: TimeWithDoubt | None = TimeWithDoubt.from_json(incident.when)
    elif incident.label.day:
        time = _of_label(incident.label.day)
    else:
        time = None
    note = "" if incident.when is not None else _("by the date of its label")
    yield Entry(
        id=f"incident-{incident.id}", kind="incident", words=incident.label.text, time=time, of=incident.by, note=note
    )


def _of_label(day: str) -> TimeWithDoubt:
    try:
        return time_from_edtf(day, zone=None, clock=ClockKind.STATED, derivation="the date of the incident's label")
    except InvalidValue as error:
        # About a date, without how far about: that is no range, and none is made of it.
        stated = Stated(text=made_safe(day), language=language_tag("zxx"))
        return TimeWithDoubt(stated=stated, clock=ClockKind.STATED, derivation=made_safe(str(error)))


def _dated(known: Claims, proposition: str) -> Entry:
    one = known.propositions[proposition]
    value = one.thing.value
    return Entry(
        id=f"proposition-{proposition}",
        kind="proposition",
        words=one.thing.statement,
        time=value if isinstance(value, TimeWithDoubt) else None,
        of=one.by,
        address=onward.of_record(f"proposition:{proposition}"),
    )


def _observed(items: Sequence[str]) -> Iterable[Entry]:
    """What was observed in each item: its media time is known, and of no item the day on which it was recorded."""
    for item in items:
        count = len(analysis.observations(item))
        if count:
            told = ngettext("%(count)s observation in item", "%(count)s observations in item", count) % {"count": count}
            yield Entry(
                id=f"observed-{item}",
                kind="observed",
                words=f"{told} {item[:8]}",
                time=None,
                note=_("their time in the footage is known, the day of the recording is not"),
                address=onward.address("item", item),
            )


def _published(items: Sequence[str], may_see: Sight) -> Iterable[Entry]:
    named = {row.sha256: row for row in preservation.items().filter(sha256__in=items)}
    told: set[tuple[str, str, str]] = set()
    for item in items:
        if item in named and named[item].media_type.startswith("text/"):
            yield _article(item, named[item].name or "", named[item].size_bytes)
        seen = copies.first_seen(item)
        for bound in (*seen.bounds, *seen.stated):
            key = bound.item, bound.source, bound.at.isoformat()
            if key not in told and not may_see.hides(bound.item):
                told.add(key)
                yield _seen(item, bound, named[bound.item].name or "" if bound.item in named else "")


def _seen(item: str, bound: Bound, name: str) -> Entry:
    return Entry(
        id=f"seen-{bound.item}-{bound.seq}-{bound.source.replace(' ', '-')}",
        kind="stated_seen" if bound.stated else "first_seen",
        words=f"{bound.item[:8]} {name}".strip(),
        time=TimeWithDoubt(
            # By then at the latest: when before that, nobody here knows.
            imprecise=TimeRange(start=End.UNKNOWN, end=bound.at),
            clock=ClockKind.STATED if bound.stated else ClockKind.DEVICE,
            derivation=made_safe(bound.statement),
        ),
        of=bound.source if bound.stated else "",
        note="" if bound.item == item else _("holds seconds of item %(item)s") % {"item": item[:8]},
        address=onward.address("item", bound.item),
    )


def _article(item: str, name: str, size_bytes: int) -> Entry:
    published, why = _publication(item, size_bytes)
    return Entry(
        id=f"article-{item}",
        kind="article",
        words=f"{item[:8]} {name}".strip(),
        time=None if published is None else published.when,
        note=why,
        address=onward.address("item", item),
    )


def _publication(item: str, size_bytes: int) -> tuple[Published | None, str]:
    if size_bytes > _MOST_ARTICLE_BYTES:
        return None, _("too large to look for its date here")
    published, readable = _read_publication(item)
    if not readable:
        return None, _("could not be read as a text")
    return published, "" if published else _("it does not say when it was published")


@lru_cache(maxsize=1024)
def _read_publication(item: str) -> tuple[Published | None, bool]:
    """When the text says that it was published, and whether it could be read; a digest's bytes never change."""
    # The grammars are loaded with them: only where a text's date is looked for, not when the workbench starts.
    from probata.claims.reading.errors import NotAText, TooLarge  # noqa: PLC0415
    from probata.claims.reading.read import publication_of  # noqa: PLC0415

    with preservation.store().open(Sha256(item)) as stream:
        untrusted = stream.read(_MOST_ARTICLE_BYTES + 1)
    try:
        return publication_of(untrusted), True
    except (NotAText, TooLarge):
        return None, False


def _said(known: Claims, assertion: Known[Assertion]) -> Entry:
    told = assertion.thing
    return Entry(
        id=f"said-{assertion.id}",
        kind=told.stance.value,
        words=told.words.text,
        time=told.made_at,
        of=known.parties[told.speaker].thing.shown_as,
        address=onward.of_record(f"proposition:{told.proposition}"),
        language="" if told.words.language == "und" else told.words.language,
    )
