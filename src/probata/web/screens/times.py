"""Times: bounds about subjects, every window that they leave, and which of them cannot both hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta, tzinfo
from itertools import groupby
from typing import Any

from attrs import frozen
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access.roles import Permission
from probata.terms.errors import ProbataError
from probata.verification import known_bounds, services
from probata.verification.when import telling
from probata.verification.when.answers import Window
from probata.verification.when.document import Document, Said
from probata.verification.when.document import read as read_document
from probata.verification.when.ends import moment_of
from probata.verification.when.extents import extents
from probata.verification.when.solving import Solution, solve
from probata.web import answers
from probata.web.gate import presence, sight
from probata.web.gate.permission import decision, require
from probata.web.shown import boundsets
from probata.web.shown.bars import Bar, Line
from probata.web.shown.moments import Moment
from probata.web.shown.typed import text

_BLANK_ROWS = 2
_SHOWN_AT_ONCE = 6
# A form of more rows has more fields than Django takes in from one address.
_MOST_ROWS = 80
_MOST_DAYS = 120


@frozen(kw_only=True)
class BoundRow:
    """One bound as the page shows it: what it says, from which source, its bars, and the address that turns it."""

    said: Said
    says: str
    bars: tuple[Bar, ...]
    left_out: bool
    turned: str


@frozen(kw_only=True)
class WindowRow:
    """One window: its ends, what binds them, its bar."""

    start: Moment
    end: Moment
    start_by: tuple[str, ...]
    end_by: tuple[str, ...]
    bars: tuple[Bar, ...]
    certain: tuple[Moment, Moment] | None


@frozen(kw_only=True)
class SubjectRows:
    """What is left for one subject; of many windows all but the last stand folded, and none is left out."""

    subject: str
    windows: tuple[WindowRow, ...]

    @property
    def folded(self) -> tuple[WindowRow, ...]:
        """Those that stand behind a fold."""
        return self.windows[:-_SHOWN_AT_ONCE] if len(self.windows) > _SHOWN_AT_ONCE else ()

    @property
    def shown(self) -> tuple[WindowRow, ...]:
        """Those that stand there at once: the latest."""
        return self.windows[-_SHOWN_AT_ONCE:]


@frozen(kw_only=True)
class Alternative:
    """The windows where these bounds are left out; none, where all hold together."""

    left_out: tuple[str, ...]
    chosen: str
    subjects: tuple[SubjectRows, ...]


@frozen(kw_only=True)
class Board:
    """A solved set of bounds as the page shows it."""

    solution: Solution
    bounds: tuple[BoundRow, ...]
    conflicts: tuple[tuple[BoundRow, ...], ...]
    alternatives: tuple[Alternative, ...]
    marks: tuple[Any, ...]
    notes: tuple[str, ...]
    zone: str


@require_safe
def times(request: HttpRequest) -> HttpResponse:
    """Solve the set of bounds that stands in the address; rows, a digest or JSON become such an address."""
    require(request, Permission.LIST_ITEMS)
    context: dict[str, Any] = {"may_record": decision(request, Permission.ASSESS), "query": request.GET.urlencode()}
    document: Mapping[str, Any] = {}
    status = 200
    try:
        document = boundsets.read(request.GET)
        if "row" in request.GET:
            return _led_to(boundsets.from_rows(request.GET, document), request.GET.getlist("without"))
        if item := text(request.GET, "item"):
            return _with_known(request, document, item)
        if request.GET.get("bounds"):
            return _led_to(document, request.GET.getlist("without"))
        if document.get("bounds"):
            context["board"] = _board(_solved(document, request.GET.getlist("without")), document)
    except ProbataError as error:
        context["error"], status = error.told(_), 400
    context |= {
        "document": document,
        "rows": _rows(document),
        "most_rows": _MOST_ROWS,
        "set": boundsets.written(document) if document else "",
        "without": request.GET.getlist("without"),
        "says": boundsets.SAYS,
        "sources": boundsets.SOURCES,
        "as_json": json.dumps(document, ensure_ascii=False, indent=2) if document else "",
    }
    return render(request, "web/times.html", context, status=status)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file of bounds in, as `probata when` does, and lead to the address that holds it."""
    require(request, Permission.LIST_ITEMS)
    document = boundsets.from_file(request.FILES.get("file"))
    read_document(document, what=_("The file"))
    to = boundsets.address(document, ())
    return answers.done(request, to=to, said=_("The bounds of the file stand here; nothing was recorded."))


@require_POST
def record(request: HttpRequest) -> HttpResponse:
    """Solve the set of the address again and put the run on the record."""
    require(request, Permission.ASSESS)
    document = boundsets.read(request.GET)
    solution = _solved(document, request.GET.getlist("without"))
    made = services.record_derivation(
        telling.derivation(solution, dict(document)),
        actor=presence.of(request).keyring.signing,
        reason=request.POST.get("reason", "").strip(),
    )
    to = f"{reverse('places_times')}?{request.GET.urlencode()}"
    return answers.done(request, to=to, said=_("The run is on the record as derivation %(id)s.") % {"id": made})


def _rows(document: Mapping[str, Any]) -> list[dict[str, str]]:
    rows = boundsets.as_rows(document, blank=_BLANK_ROWS)
    return rows if len(rows) <= _MOST_ROWS else []


def _led_to(document: Mapping[str, Any], without: Iterable[str]) -> HttpResponse:
    names = {one.get("id") for one in document.get("bounds", []) if isinstance(one, dict)}
    return HttpResponseRedirect(boundsets.address(document, [one for one in without if one in names]))


def _with_known(request: HttpRequest, document: Mapping[str, Any], item: str) -> HttpResponse:
    known = known_bounds.of_item(item, hides=sight.of(request).hides)
    # What nobody has vouched for stands there left out: one act takes it in.
    return _led_to(known_bounds.added(document, known), [*request.GET.getlist("without"), *known.unconfirmed])


def _solved(document: Mapping[str, Any], without: Iterable[str]) -> Solution:
    what = _("The set of bounds")
    return solve(read_document(document, what=what), set_aside=tuple(dict.fromkeys(without)), what=what)


def _board(solution: Solution, document: Mapping[str, Any]) -> Board:
    known = solution.document
    zone = None if known.in_numbers else telling.shown_in(known)
    line = Line.over(_ticks(solution), in_numbers=known.in_numbers)
    rows: dict[str, BoundRow] = {one.name: _bound_row(one, solution, document, line) for one in known.bounds}
    limits = map(telling.limit_in_words, solution.answer.limits)
    return Board(
        solution=solution,
        bounds=tuple(rows.values()),
        conflicts=tuple(tuple(rows[name] for name in conflict) for conflict in solution.answer.conflicts),
        alternatives=tuple(
            Alternative(
                left_out=left_out,
                chosen=boundsets.address(document, [*solution.set_aside, *left_out]),
                subjects=_subjects(windows, solution, line, zone),
            )
            for left_out, windows in telling.alternatives(solution)
        ),
        marks=line.marks(zone),
        notes=(*known.notes, *telling.notes(solution), *limits),
        zone="" if zone is None else str(zone),
    )


def _ticks(solution: Solution) -> Iterable[int]:
    ends = [end for said in solution.document.bounds for one in extents(said) for end in (one.start, one.end)]
    ends += [end for window in solution.answer.windows for end in (window.start, window.end)]
    return (end for end in ends if end is not None)


def _bound_row(said: Said, solution: Solution, document: Mapping[str, Any], line: Line) -> BoundRow:
    is_out = said.name in solution.set_aside
    turned = [one for one in solution.set_aside if one != said.name] if is_out else [*solution.set_aside, said.name]
    return BoundRow(
        said=said,
        says=telling.says(said),
        bars=(
            *(line.bar("precise" if one.is_precise else "imprecise", one.start, one.end) for one in extents(said)),
            *_daily_bars(said, line),
        ),
        left_out=is_out,
        turned=boundsets.address(document, turned),
    )


def _daily_bars(said: Said, line: Line) -> Iterable[Bar]:
    """A bar for each day's window along the line; none where the days are too many to tell them apart."""
    if said.daily is None:
        return
    # A window may begin on the day before and run over midnight, or by a zone be of the day after.
    first, last = moment_of(line.start).date() - timedelta(days=1), moment_of(line.end).date() + timedelta(days=1)
    if (last - first).days > _MOST_DAYS:
        return
    for start, end in said.daily.stretches(first, last):
        if end > line.start and start < line.end:
            yield line.bar("imprecise", start, end)


def _subjects(windows: list[Window], solution: Solution, line: Line, zone: tzinfo | None) -> tuple[SubjectRows, ...]:
    return tuple(
        SubjectRows(subject=subject, windows=tuple(_window(one, solution, line, zone) for one in own))
        for subject, own in groupby(windows, key=lambda window: window.subject)
    )


def _window(window: Window, solution: Solution, line: Line, zone: tzinfo | None) -> WindowRow:
    no_start, no_end = telling.ends_known(window, solution)
    bars = [line.bar("left", window.start, window.end)]
    if window.certain is not None:
        bars.append(line.bar("sure", *window.certain))
    return WindowRow(
        start=_moment(window.start, solution.document, zone, unknown=no_start),
        end=_moment(window.end, solution.document, zone, unknown=no_end),
        start_by=window.start_by,
        end_by=window.end_by,
        bars=tuple(bars),
        certain=None
        if window.certain is None
        else (_moment(window.certain[0], solution.document, zone), _moment(window.certain[1], solution.document, zone)),
    )


def _moment(tick: int | None, document: Document, zone: tzinfo | None, *, unknown: bool = False) -> Moment:
    if tick is None:
        return Moment.word(_("not known") if unknown else _("open"))
    if zone is None:
        return Moment.word(str(telling.end_as_json(tick, document)))
    return Moment.of(moment_of(tick), zone)
