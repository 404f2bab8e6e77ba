"""Items that go as a redacted rendition: its bytes in place of the original's, and what was masked and muted, and why.

Of such an item nothing goes along that could tell what is hidden: no table, no track, no sidecar, no relation, nothing
that people observed, claimed or found. The original's digest is told, so that a court can ask for it and compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from attrs import frozen

from probata.custody import selectors as custody
from probata.custody.canonical import Record
from probata.disclosure import relations
from probata.disclosure.contents import PackageFile, ReportItem, json_file
from probata.disclosure.plan import Plan
from probata.engines.clock import rfc3339
from probata.preservation import selectors as preservation
from probata.preservation.names import suffix_of
from probata.redaction import selectors as redaction
from probata.redaction.plan import SAID_OF_WHY
from probata.redaction.selectors import KnownRedaction
from probata.terms.digests import Sha256
from probata.terms.errors import Refused
from probata.terms.spans import Span

SCHEMA = "probata/redacted-item/1"
_OPENED = ("acquire", "fixity")
"""What of the log is opened about such an item, beside the entry that made the rendition."""


class RedactionMoved(Refused):
    """A redacted rendition is to be sent that nobody released, or that goes no more."""

    code = "redaction_moved"
    template = "The redaction of item {item} is {state}: only a released one that nothing takes the place of is sent."
    advice = "Choose again how the item goes; the page of its redactions says how each stands."


@frozen(kw_only=True)
class Sent:
    """An item that goes redacted: its redaction, and the rendition that lies in the package."""

    redaction: KnownRedaction
    media_type: str
    sha256: str
    size_bytes: int
    recipe: Record
    seq: int

    @property
    def item(self) -> Sha256:
        """The item that it stands for."""
        return self.redaction.plan.item

    @property
    def path(self) -> str:
        """Where the rendition lies in the package."""
        return f"data/{self.sha256}{suffix_of(self.media_type)}"


def must_stand(plan: Plan) -> None:
    """Raise `RedactionMoved` unless every redaction that a plan sends was released, and goes still."""
    for item, name in plan.redacted.items():
        known = redaction.redaction(name)
        if known.item != item or known.id != name or not known.stands:
            raise RedactionMoved(item=item[:8], state=known.state)


def sent(plan: Plan) -> dict[str, Sent]:
    """What goes in place of which items; raises `RedactionMoved` for what no second person ever released."""
    return {item: _sent(item, redaction.redaction(name)) for item, name in plan.redacted.items()}


def _sent(item: str, known: KnownRedaction) -> Sent:
    row = redaction.rendition_of(known)
    if known.item != item or not known.was_released or known.rendering is None or row is None:
        raise RedactionMoved(item=item[:8], state=known.state)
    return Sent(
        redaction=known,
        media_type=known.rendering.media_type,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        recipe=row.recipe,
        seq=row.seq,
    )


def shown_elsewhere(plan: Plan) -> list[tuple[str, str]]:
    """Items that go redacted while another that shares footage with them goes whole: `(redacted, whole)`."""
    pairs = [(one.a, one.b) for one in relations.among([Sha256(item) for item in plan.items])] if plan.redacted else []
    both = [*pairs, *((b, a) for a, b in pairs)]
    return sorted({(a, b) for a, b in both if a in plan.redacted and b in plan.whole})


def files(one: Sent) -> Iterator[PackageFile]:
    """The rendition under `data/`, and the record that says what it is."""
    store = preservation.store()
    yield PackageFile(
        path=one.path, open=partial(store.open, Sha256(one.sha256)), size_bytes=one.size_bytes, sha256=one.sha256
    )
    yield json_file(f"metadata/{one.item}/redacted.json", _record(one))


def _record(one: Sent) -> Record:
    original, plan = preservation.item(one.item), one.redaction.plan
    return {
        "schema": SCHEMA,
        "file": one.path,
        "rendition": {"sha256": one.sha256, "size_bytes": one.size_bytes, "media_type": one.media_type},
        "recipe": one.recipe,
        "made": {"seq": one.seq},
        # The original stays; whoever is given it later can tell that it is the one.
        "original": {
            "sha256": original.sha256,
            "size_bytes": original.size_bytes,
            "chunk_root": original.chunk_root,
            "media_type": original.media_type,
            "acquired": [{"seq": row.seq, "at": rfc3339(row.at)} for row in preservation.acquisitions(original.sha256)],
        },
        # A category and a time, never the words of a reason.
        "masked": [{"segment": area.segment.as_json(), "why": area.why.value} for area in plan.areas],
        "muted": [{"segment": mute.segment.as_json(), "why": mute.why.value} for mute in plan.mutes],
        "mode": plan.mode.value,
    }


def report_item(one: Sent) -> ReportItem:
    """The item as the report tells it: a redacted rendition, of what, and what is hidden why."""
    plan = one.redaction.plan
    statements = [
        ("what lies here", "a redacted rendition; the original is not in this package"),
        ("SHA-256 of the rendition", one.sha256),
        ("size of the rendition", f"{one.size_bytes} bytes"),
        ("SHA-256 of the original", str(one.item)),
        ("first acquired", rfc3339(preservation.item(one.item).at)),
        ("graphic", preservation.item(one.item).graphic.replace("_", " ")),
        ("how it was masked", "filled with one tone: what stood there is not in the file"),
    ]
    statements += [("picture masked", _told(area.segment, SAID_OF_WHY[area.why])) for area in plan.areas]
    statements += [("sound muted", _told(mute.segment, SAID_OF_WHY[mute.why])) for mute in plan.mutes]
    return ReportItem(title=f"Item {one.item[:8]}, redacted", path=one.path, statements=tuple(statements))


def _told(segment: Span, why: str) -> str:
    return f"from {float(segment.start.seconds):.3f} to {float(segment.end.seconds):.3f} s of the file: {why}"


def entries_about(every: Mapping[str, Sent]) -> dict[int, set[str]]:
    """Which entries of the log are opened about such items, and of what: that they came in, were read, were made."""
    if not every:
        return {}
    kept = set(custody.seqs_of_actions(list(_OPENED)))
    shown: dict[int, set[str]] = {}
    for item, one in every.items():
        subject = f"item:{item}"
        for seq in {*(kept & set(custody.seqs_about({subject}))), one.seq}:
            shown.setdefault(seq, set()).add(subject)
    return shown


def withheld(every: Iterable[Sent]) -> tuple[str, ...]:
    """What the report says is left out because of them."""
    count = len(list(every))
    if not count:
        return ()
    whole = "The original of 1 item, which" if count == 1 else f"The originals of {count} items, each of which"
    return (
        f"{whole} goes as a redacted rendition that says what it hides.",
        "What programs and people made of the items that go redacted: it could tell what is hidden.",
    )
