"""Rows of the intake queue without a picture: what each thing is, what is known of it, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from attrs import frozen
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from probata.analysis import selectors as analysis
from probata.analysis import severity
from probata.cases.outcomes import NEEDS_TARGET, Outcome
from probata.cases.selectors import KnownReport, Queued
from probata.copies import selectors as copies
from probata.copies.selectors import CopyCounts
from probata.preservation import selectors as preservation
from probata.web.machine_words import called
from probata.web.served import renditions

SHOWN_ITEMS = 6
FRAMES = "frames"
SPEECH = "speech"

OUTCOMES = {
    Outcome.ACCEPTED: gettext_lazy("accepted"),
    Outcome.DUPLICATE_OF: gettext_lazy("duplicate of"),
    Outcome.EXCERPT_OF: gettext_lazy("excerpt of"),
    Outcome.OUT_OF_SCOPE: gettext_lazy("out of scope"),
    Outcome.NOT_FOOTAGE: gettext_lazy("not footage"),
    Outcome.REFERRED: gettext_lazy("referred"),
    Outcome.UNSAFE_TO_KEEP: gettext_lazy("unsafe to keep"),
    Outcome.COULD_NOT_ASSESS: gettext_lazy("could not assess"),
}
SEVERITY = {
    "unknown": pgettext_lazy("how graphic", "not described"),
    "none": pgettext_lazy("how graphic", "none"),
    "mild": pgettext_lazy("how graphic", "mild"),
    "moderate": pgettext_lazy("how graphic", "moderate"),
    "severe": pgettext_lazy("how graphic", "severe"),
}
_KINDS = {
    "same_bytes": gettext_lazy("it has the same bytes as"),
    "copy": gettext_lazy("it is a copy of"),
    "excerpt_of": gettext_lazy("it is an excerpt of"),
    "contains": gettext_lazy("it contains"),
    "overlaps": gettext_lazy("it overlaps with"),
}


@frozen(kw_only=True)
class Key:
    """An outcome with the key that gives it."""

    outcome: str
    words: Any
    key: str
    needs_target: bool


KEYS = tuple(
    Key(outcome=one.value, words=OUTCOMES[one], key=key, needs_target=one in NEEDS_TARGET)
    for one, key in (
        (Outcome.ACCEPTED, "A"),
        (Outcome.DUPLICATE_OF, "D"),
        (Outcome.EXCERPT_OF, "E"),
        (Outcome.OUT_OF_SCOPE, "X"),
        (Outcome.NOT_FOOTAGE, "N"),
        (Outcome.REFERRED, "R"),
        (Outcome.UNSAFE_TO_KEEP, "U"),
        (Outcome.COULD_NOT_ASSESS, "C"),
    )
)


@frozen(kw_only=True)
class Bound:
    """By when it existed at the latest; and by when some of it did, if a copy that came in earlier holds it.

    Copies of copies are not followed here: the item's own page does that, second by second.
    """

    at: datetime
    earlier: datetime | None = None
    confirmed: bool = True


@frozen(kw_only=True)
class Suggested:
    """A target that the record suggests: another item, and in words how it stands to this one."""

    target: str
    words: str


@frozen(kw_only=True)
class ItemLine:
    """One item of a row, in words."""

    sha256: str
    held: bool
    name: str = ""
    media_type: str = ""
    duration_s: Fraction | None = None
    severity: Any = ""
    described: bool = False
    languages: tuple[str, ...] = ()
    copies: str = ""
    acquired_at: datetime | None = None
    bound: Bound | None = None
    missing: tuple[str, ...] = ()
    busy: bool = False
    suggested: tuple[Suggested, ...] = ()


@frozen(kw_only=True)
class QueueRow:
    """A row of the queue as the page shows it."""

    name: str
    report: KnownReport | None
    items: tuple[ItemLine, ...]
    more_items: int
    assignee: str
    missing: tuple[str, ...]
    outcome: Any = ""

    @property
    def seen(self) -> str:
        """The row of the outcome that the person sees."""
        return self.report.outcome.row if self.report and self.report.outcome else ""

    @property
    def suggested(self) -> tuple[Suggested, ...]:
        """Targets that its items suggest."""
        return tuple({one.target: one for line in self.items for one in line.suggested}.values())


def rows_of(queued: Sequence[Queued], *, hides: Any, busy: Iterable[str] = ()) -> list[QueueRow]:  # noqa: ANN401  a sight's method
    """A page of the queue as rows, in a few queries whatever the number of rows."""
    shown = [item for one in queued for item in one.items[:SHOWN_ITEMS]]
    lines = _lines(list(dict.fromkeys(shown)), hides=hides, busy=frozenset(busy))
    return [
        QueueRow(
            name=one.name,
            report=one.report,
            items=tuple(lines[item] for item in one.items[:SHOWN_ITEMS]),
            more_items=max(0, len(one.items) - SHOWN_ITEMS),
            assignee=one.assignee,
            missing=tuple(_missing_of(one)),
            outcome=OUTCOMES[Outcome(one.report.outcome.outcome)] if one.report and one.report.outcome else "",
        )
        for one in queued
    ]


def _missing_of(one: Queued) -> Iterable[str]:
    if one.report is None:
        return
    if not one.report.origin:
        yield _("no origin")
    if not one.report.items:
        yield _("no item")


def _lines(items: Sequence[str], *, hides: Any, busy: frozenset[str]) -> dict[str, ItemLine]:  # noqa: ANN401  as above
    held = {row.sha256: row for row in preservation.plain().filter(pk__in=items)}
    lengths = renditions.durations_s(items)
    looks = analysis.current_looks_of(items)
    marked = severity.worst_of(items)
    counts = copies.copy_counts(items)
    others = {item: [one for one in counts[item].others if not hides(one[0])] for item in items}
    first = preservation.first_acquisitions(list({*items, *(one[0] for found in others.values() for one in found)}))
    lines: dict[str, ItemLine] = {}
    for item in items:
        row = held.get(item)
        if row is None:
            lines[item] = ItemLine(sha256=item, held=False)
            continue
        seen, known = looks.get(item, {}), counts[item]
        lines[item] = ItemLine(
            sha256=item,
            held=True,
            name=first[item].name if item in first else "",
            media_type=row.media_type,
            duration_s=lengths.get(item),
            severity=SEVERITY.get(degree := str(marked.get(item, row.graphic)), degree),
            described=degree != "unknown",
            languages=_languages(seen),
            copies=_copies(known),
            acquired_at=first[item].at if item in first else None,
            bound=_bound(item, others[item], first),
            missing=tuple(_missing(row, seen, known)),
            busy=item in busy,
            suggested=tuple(
                Suggested(target=f"item:{other}", words=str(_KINDS.get(kind, kind)))
                for other, kind, _state in others[item]
            ),
        )
    return lines


def _languages(seen: Mapping[str, Any]) -> tuple[str, ...]:
    look = seen.get(SPEECH)
    if look is None or look.outcome != "found":
        return ()
    return analysis.languages_heard(look.track_sha256)


def _copies(known: CopyCounts) -> str:
    told = []
    if known.copies:
        told.append(ngettext("%(n)d copy", "%(n)d copies", known.copies) % {"n": known.copies})
    if known.excerpts:
        told.append(ngettext("%(n)d excerpt", "%(n)d excerpts", known.excerpts) % {"n": known.excerpts})
    if told and known.undecided:
        told.append(ngettext("%(n)d undecided", "%(n)d undecided", known.undecided) % {"n": known.undecided})
    if told:
        return ", ".join(told)
    return _("no copy found") if known.search in {"nothing_found", "found"} else ""


def _bound(
    item: str,
    others: Sequence[tuple[str, str, str]],
    first: Mapping[str, Any],
) -> Bound | None:
    if item not in first:
        return None
    own = first[item].at
    before = [(first[other].at, state != "confirmed") for other, _kind, state in others if other in first]
    earliest = min((one for one in before if one[0] < own), default=None)
    if earliest is None:
        return Bound(at=own)
    return Bound(at=own, earlier=earliest[0], confirmed=not earliest[1])


def _missing(row: Any, seen: Mapping[str, Any], known: CopyCounts) -> Iterable[str]:  # noqa: ANN401  an item of another room
    if row.completeness == "partial":
        yield _("a part of the file only")
    elif row.completeness == "length_unproven":
        yield _("not proved to be the whole file")
    elif row.completeness == "not_media":
        # Nobody can look at it or search for its copies: that nobody did is not lacking.
        yield _("no footage, by its first bytes")
        return
    if not seen:
        yield _("not analysed")
    failed = sorted(name for name, look in seen.items() if look.outcome == "could_not_look")
    if failed:
        yield _("could not look: %(who)s") % {"who": ", ".join(called(name) for name in failed)}
    if seen and SPEECH not in seen:
        yield _("not listened to")
    if not known.search and known.others:
        # Searches for others found it; what is here and shares with it besides, nobody looked for.
        yield _("not searched with itself: others found it")
    elif not known.search:
        yield _("no search for copies")
    elif known.search == "could_not_look":
        yield _("could not look for copies")
