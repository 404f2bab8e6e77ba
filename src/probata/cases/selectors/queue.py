"""The intake queue, a page at a time: what waits, what came without a report, then what was answered.

It must stay quick among a hundred thousand items: counts and cuts are the database's, and only the rows of one page
are read whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from attrs import define, frozen
from django.conf import settings
from django.db.models import Q

from probata.access import selectors as access
from probata.cases.models import Report, ReportAssignment, ReportedItem, ReportOutcome
from probata.cases.outcomes import Outcome
from probata.cases.selectors.intake import KnownReport, told
from probata.cases.selectors.sight import EVERYTHING, Sight
from probata.custody import selectors as custody
from probata.preservation import selectors as preservation
from probata.terms.names import Names

if TYPE_CHECKING:
    from django.db.models import QuerySet

ROWS = 50
WAITING, ALONE, ANSWERED = "waiting", "alone", "answered"
STATES = (WAITING, ALONE, ANSWERED)
_AT_ONCE = 500
_MOST_WORDS = 12
_FEW = 1_000


@frozen(kw_only=True)
class Wanted:
    """What a filter asks for: words that must all be there, states of which one must hold, whose it is."""

    words: tuple[str, ...] = ()
    states: frozenset[str] = frozenset()
    outcomes: frozenset[str] = frozenset()
    person: str = ""

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.words or self.states or self.outcomes or self.person)


@frozen(kw_only=True)
class Queued:
    """A row of the queue: a report with whose it is, or an item that came without a report."""

    report: KnownReport | None = None
    item: str = ""
    assignee: str = ""
    items: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What `triage` knows it by."""
        return f"report:{self.report.id}" if self.report else f"item:{self.item}"


@frozen(kw_only=True)
class QueuePage:
    """One page of the queue: its rows, how many match the filter, and how many of each kind there are in all."""

    rows: tuple[Queued, ...]
    matching: int
    number: int
    pages: int
    waiting: int
    alone: int
    answered: int

    @property
    def everything(self) -> int:
        """How many reports and items without one there are in all."""
        return self.waiting + self.alone + self.answered


def wanted(untrusted_query: str) -> Wanted:
    """What was typed into the filter: words, `is:waiting` (alone, answered), `is:` an outcome, `to:` a person.

    A state or an outcome of a name that is not known matches nothing, rather than everything.
    """
    words: list[str] = []
    states: set[str] = set()
    outcomes: set[str] = set()
    person = ""
    for token in untrusted_query.split()[:_MOST_WORDS]:
        key, colon, value = token.partition(":")
        if colon and key.lower() in ("is", "outcome"):
            code = value.lower().replace("-", "_")
            (states if code in STATES else outcomes).add(code)
        elif colon and key.lower() == "to" and value:
            person = value
        else:
            words.append(token)
    return Wanted(words=tuple(words), states=frozenset(states), outcomes=frozenset(outcomes), person=person)


def queue(
    asked: Wanted, number: int = 1, *, rows: int = ROWS, sight: Sight = EVERYTHING, now: datetime | None = None
) -> QueuePage:
    """One page: what waits, the oldest first; items without a report; then what was answered, the newest first.

    `number` is brought within the pages that there are. What `sight` hides is neither shown nor counted.
    """
    every = _parts(Wanted(), sight)
    counts = _counts(every, sight)
    parts = every if asked.everything else _parts(asked, sight)
    sizes = {name: counts[name] if part.whole else part.count() for name, part in parts.items()}
    matching = sum(sizes.values())
    pages = max(1, -(-matching // rows))
    number = min(max(1, number), pages)
    start, left = (number - 1) * rows, rows
    found: list[Any] = []
    for name, part in parts.items():
        if start < sizes[name] and left:
            cut = part.cut(start, min(start + left, sizes[name]), sizes[name])
            found += cut
            left -= len(cut)
        start = max(0, start - sizes[name])
    return QueuePage(
        rows=_queued(found, sight, now),
        matching=matching,
        number=number,
        pages=pages,
        waiting=counts[WAITING],
        alone=counts[ALONE],
        answered=counts[ANSWERED],
    )


def assignees(reports: Sequence[str]) -> dict[str, str]:
    """Whose each of these reports is, by name; those that are nobody's are left out."""
    people = access.names()
    rows = ReportAssignment.objects.filter(report__in=reports).order_by("seq").values_list("report_id", "person")
    return {report: people.get(key, "unknown") for report, key in dict(rows).items() if key}


def items_reported(items: Collection[str]) -> frozenset[str]:
    """Those of these items of which some report speaks."""
    return frozenset(ReportedItem.objects.filter(item__in=items).values_list("item", flat=True))


@define(kw_only=True)
class _Part:
    """One part of the queue in its order; of it the rows with these names alone, where names are given.

    `whole`: no filter takes anything from it, so that whoever knows how many it has need not count again.
    `exact`: every name that is listed is a row of it.
    """

    rows: QuerySet[Any]
    names: Names | None = None
    whole: bool = False
    exact: bool = False

    def count(self) -> int:
        """How many rows it has."""
        if self.names is not None and self.exact:
            return len(self.names.listed)
        if self.names is None or self._is_cut_by_the_database():
            return self._few().count()
        # More names than a statement holds are compared here.
        return len(self.names.of(self._walked(self.rows.order_by())))

    def cut(self, start: int, end: int, size: int) -> list[Any]:
        """Some of its rows; from the end that is nearer, since the rows before them are walked one by one."""
        back = start > size // 2
        first, last = (size - end, size - start) if back else (start, end)
        if self._is_cut_by_the_database():
            rows = self._few()
            found = list((rows.reverse() if back else rows)[first:last])
        else:
            walked = self._walked(self.rows.reverse() if back else self.rows)
            wanted = list(islice(filter(self._has, walked), first, last))
            known = self.rows.model._default_manager.in_bulk(wanted)  # noqa: SLF001  Django's public name of it
            found = [known[name] for name in wanted]
        return found[::-1] if back else found

    def _is_cut_by_the_database(self) -> bool:
        return self.names is None or len(self.names.listed) <= _FEW

    def _few(self) -> QuerySet[Any]:
        if self.names is None:
            return self.rows
        return (self.rows.exclude if self.names.but else self.rows.filter)(pk__in=self.names.listed)

    def _has(self, name: str) -> bool:
        return self.names is None or name in self.names

    @staticmethod
    def _walked(rows: QuerySet[Any]) -> Iterator[str]:
        return rows.values_list("pk", flat=True).iterator(chunk_size=_AT_ONCE)


_counted: dict[tuple[str, int], dict[str, int]] = {}


def _counts(every: dict[str, _Part], sight: Sight) -> dict[str, int]:
    """How many rows each part has in all; kept until the ledger grows, for those from whom nothing is kept."""
    size, _last = custody.size_and_time()
    key = (str(settings.PROBATA.database), size)
    if sight.whole and key in _counted:
        return _counted[key]
    counts = {name: part.count() for name, part in every.items()}
    if sight.whole:
        _counted.clear()
        _counted[key] = counts
    return counts


def _parts(asked: Wanted, sight: Sight) -> dict[str, _Part]:
    answered = ReportOutcome.objects.values("report_id")
    reports = _theirs(_seen(Report.objects.all(), sight), asked)
    spoken = _SpokenOf()
    report_names, item_names = _names(asked.words, spoken)
    alone = preservation.plain().exclude(pk__in=ReportedItem.objects.values("item"))
    if sight.items:
        alone = alone.exclude(pk__in=sight.items)
    # Many names are freed here of what the database would leave out: then they are the rows.
    exact = item_names is not None and not item_names.but and len(item_names.listed) > _FEW
    if item_names is not None and exact:
        item_names = Names(listed=item_names.listed.difference(spoken.items, sight.items))
    parts = {
        WAITING: _Part(rows=reports.exclude(id__in=answered).order_by("seq", "place", "id"), names=report_names),
        ALONE: _Part(rows=alone, names=item_names, exact=exact),
        ANSWERED: _Part(
            rows=reports.filter(id__in=_outcomes(asked)).order_by("-seq", "place", "id"), names=report_names
        ),
    }
    named = set(asked.states) or set(STATES)
    if asked.outcomes:
        named = {*asked.states, ANSWERED}
    if asked.person:
        # An item without a report is nobody's yet.
        named = named - {ALONE}
    for part in parts.values():
        part.whole = part.names is None and not asked.outcomes and not asked.person
    return {name: part if name in named else _Part(rows=part.rows.none()) for name, part in parts.items()}


def _outcomes(asked: Wanted) -> Any:  # noqa: ANN401  a query of ids
    """The reports whose outcome that counts is one of those asked for; of all that were answered where none is."""
    if not asked.outcomes:
        return ReportOutcome.objects.values("report_id")
    later = ReportOutcome.objects.exclude(supersedes=None).values("supersedes")
    known = asked.outcomes & {one.value for one in Outcome}
    return ReportOutcome.objects.filter(outcome__in=known).exclude(id__in=later).values("report_id")


def _theirs(reports: QuerySet[Report], asked: Wanted) -> QuerySet[Report]:
    """Those that are of the person asked for, where one is."""
    if not asked.person:
        return reports
    keys = [key for key, name in access.names().items() if name.lower().startswith(asked.person.lower())]
    later = ReportAssignment.objects.exclude(supersedes=None).values("supersedes")
    theirs = ReportAssignment.objects.filter(person__in=keys).exclude(id__in=later)
    return reports.filter(id__in=theirs.values("report_id"))


class _SpokenOf:
    """Which report speaks of which item: all of it, read once, by those who have to compare many."""

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        return list(ReportedItem.objects.values_list("report_id", "item"))

    @property
    def items(self) -> Iterator[str]:
        return (item for _report, item in self.pairs)


def _names(words: Sequence[str], spoken: _SpokenOf) -> tuple[Names | None, Names | None]:
    """The reports and the items that hold every word; None where all do."""
    reports: Names | None = None
    items: Names | None = None
    for word in words:
        of_word = preservation.matching(word)
        asked = Q(id__startswith=word.lower())
        for variant in preservation.spelled(word):
            asked |= Q(summary__icontains=variant) | Q(origin__icontains=variant)
        told = preservation.named(Report.objects.all(), asked)
        if told != Names(but=True):
            told |= _about(of_word, spoken)
        reports = told if reports is None else reports & told
        items = of_word if items is None else items & of_word
    everything = Names(but=True)
    return (None if reports == everything else reports), (None if items == everything else items)


def _about(items: Names, spoken: _SpokenOf) -> Names:
    """The reports that speak of any of these items."""
    if len(items.listed) > _FEW:
        listed, but = items.listed, items.but
        return Names(listed=frozenset(report for report, item in spoken.pairs if (item in listed) is not but))
    speaking = ReportedItem.objects.filter(item__in=items.listed).values_list("report_id", flat=True)
    if not items.but:
        return Names(listed=frozenset(speaking))
    # Nearly all items: all reports, but those that speak of others alone, and those that speak of none.
    others = set(speaking)
    for some in _some(sorted(others)):
        more = ReportedItem.objects.filter(report__in=some).exclude(item__in=items.listed)
        others.difference_update(more.values_list("report_id", flat=True))
    others.update(Report.objects.exclude(pk__in=ReportedItem.objects.values("report")).values_list("pk", flat=True))
    return Names(listed=frozenset(others), but=True)


def _seen(reports: QuerySet[Report], sight: Sight) -> QuerySet[Report]:
    """Without the reports that are about nothing but what is hidden from this person."""
    if sight.whole:
        return reports
    touched: set[str] = set()
    for some in _some(sorted(sight.items)):
        touched |= set(ReportedItem.objects.filter(item__in=some).values_list("report_id", flat=True))
    known = (one for some in _some(sorted(touched)) for one in told(list(Report.objects.filter(id__in=some))))
    hidden = [one.id for one in known if sight.hides_report(one.items, [answer.target for answer in one.outcomes])]
    return reports.exclude(id__in=hidden)


def _some(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))


def _queued(found: Sequence[Any], sight: Sight, now: datetime | None) -> tuple[Queued, ...]:
    known = {one.id: one for one in told([one for one in found if isinstance(one, Report)], now=now)}
    whose = assignees(list(known))
    return tuple(
        Queued(
            report=known[one.id],
            assignee=whose.get(one.id, ""),
            items=tuple(item for item in known[one.id].items if not sight.hides(item)),
        )
        if isinstance(one, Report)
        else Queued(item=one.sha256, items=(one.sha256,))
        for one in found
    )
