"""Watching no more than a review rests on: the frames of its stretches, and no others, while a place in it is held."""

from __future__ import annotations

from attrs import frozen

from probata.access import selectors as access
from probata.media.table import PtsTable
from probata.terms.errors import AccessError
from probata.terms.spans import Moment, Span
from probata.verification import selectors
from probata.verification.turns import NoPlace, stretches, turn
from probata.web.gate.permission import Somebody
from probata.web.served import renditions


class OnlyTheStretches(AccessError):
    """More of an item is asked for than the review rests on that its reader was let in by."""

    code = "only_the_stretches"
    template = "Of item {item} only stills of what the review {review} rests on are shown."
    advice = (
        "Judge by these. If they do not do, say so in your reasons, or reveal the item on its own page with its own "
        "reason, which goes into the ledger."
    )


@frozen(kw_only=True)
class Narrow:
    """What a review rests on in an item: its stretches, and the frames that are shown within them."""

    review: str
    item: str
    spans: tuple[Span, ...]

    def holds(self, table: PtsTable, ordinal: int) -> bool:
        """Whether a frame is on screen at any moment of the stretches."""
        shown = table.interval(ordinal)
        return shown is not None and any(shown.start < one.end and one.start < shown.end for one in self.spans)

    @property
    def told(self) -> list[dict[str, object]]:
        """Each stretch on the player's clock and in frames, for a page."""
        origin_s, table = renditions.origin_s(self.item), renditions.frames(self.item)
        found: list[dict[str, object]] = []
        for one in self.spans:
            first, last = self._ends(table, one)
            start_s, end_s = (float(end.seconds - origin_s) for end in (one.start, one.end))
            found.append({"start_s": start_s, "end_s": end_s, "first": first, "last": last})
        return found

    def _ends(self, table: PtsTable | None, span: Span) -> tuple[int | None, int | None]:
        last = Moment(pts=span.end_pts - 1, time_base=span.time_base)
        return renditions.shown_at(table, span.start.seconds), renditions.shown_at(table, last.seconds)


def narrow(who: Somebody, untrusted_review: str, item: str) -> Narrow:
    """What a person may watch of an item for a review; raises `NoPlace` unless they judge in it.

    Raises `OnlyTheStretches` for an item on which the review does not rest.
    """
    known = selectors.review(untrusted_review)
    # Asked for each picture anew: a place is given up by judging.
    if not turn(known, who.name, access.roles(who.pk)).blind:
        raise NoPlace(person=who.name, review=known.id[:8])
    spans = stretches(selectors.task(known.id), item)
    if not spans:
        raise OnlyTheStretches(item=item[:8], review=known.id[:8])
    return Narrow(review=known.id, item=item, spans=tuple(spans))
