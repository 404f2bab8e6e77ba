"""What the pages of disclosure are made of: rows to choose from, the preview, the job that seals."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import frozen
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from probata.cases import selectors as cases
from probata.cases.selectors import Sight
from probata.custody import verifier
from probata.custody.entries import read_leaf
from probata.custody.keys import Keyring
from probata.disclosure import records, redacted, selectors, services
from probata.disclosure.contents import PackageFile
from probata.disclosure.gathering import Gathered
from probata.disclosure.plan import Along, Plan, Withheld, along_of, why_of
from probata.disclosure.selectors import KnownDisclosure
from probata.preservation import selectors as preservation
from probata.redaction import selectors as redaction
from probata.terms.errors import InvalidValue
from probata.web.work import jobs
from probata.web.work.jobs import Job

ROOM = "disclosure"
MOST_ROWS = 200
"""How many items one form offers; a case or words narrow them."""
GOES = "goes"
REDACTED = "redacted-"
"""Before the id of the redaction whose rendition goes in the item's place."""
_READABLE_BYTES = 64_000
_EVERY = ("verify.py", "verify.html", verifier.REPORT, verifier.BAGIT, verifier.BAG_INFO, verifier.MANIFEST)
MADE_WITH_IT = (
    *_EVERY,
    verifier.TAG_MANIFEST,
    verifier.FILES,
    verifier.ENTRIES,
    verifier.SEAL,
    verifier.LOG_KEY,
    verifier.ACTOR_KEYS,
)
"""What every package holds beside its record: what proves it, and what checks it."""
_sealing = threading.Lock()


@frozen(kw_only=True)
class Choice:
    """An item that may go: what it is called here, and what was chosen of it so far."""

    sha256: str
    name: str
    media_type: str
    size_bytes: int
    read_again: bool
    chosen: str
    text: str
    redaction: str = ""
    """The redaction whose rendition may go in its place; empty where none stands."""


@frozen(kw_only=True)
class ShownFile:
    """A file of the package as the recipient gets it; `text` where it is a record that can be read here."""

    path: str
    size_bytes: int
    sha256: str
    text: str
    over: bool = False


@frozen(kw_only=True)
class ShownEntry:
    """An entry of the log as the recipient sees it: whose key, what, when, and what is opened of it."""

    seq: int
    at: Any
    action: str
    actor: str
    opened: tuple[str, ...]
    closed: int


def items_offered(case: str, query: str, hidden: Sight) -> tuple[list[Any], int]:
    """The items that may be chosen, and how many there are: those of a case, or those that match."""
    found = preservation.search(query).exclude(pk__in=hidden.items)
    if case:
        members = [one.id for one in cases.case(case).members if one.kind == "item"]
        found = found.filter(pk__in=members)
    return list(found[:MOST_ROWS]), found.count()


def choices(found: Sequence[Any], sent: QueryDict) -> list[Choice]:
    """Rows of the form, as they were sent last."""
    unread = set(selectors.not_read_again([one.sha256 for one in found]))
    standing = redaction.standing([one.sha256 for one in found])
    return [
        Choice(
            sha256=one.sha256,
            name=one.name or "",
            media_type=one.media_type,
            size_bytes=one.size_bytes,
            read_again=one.sha256 not in unread,
            chosen=sent.get(f"of-{one.sha256}", GOES if one.sha256 in sent.getlist("item") else ""),
            text=sent.get(f"text-{one.sha256}", ""),
            redaction=standing[one.sha256].id if one.sha256 in standing else "",
        )
        for one in found
    ]


def plan_of(untrusted: QueryDict) -> Plan:
    """The plan that a form holds; raises `InvalidValue`."""
    chosen: dict[str, str] = {
        name.removeprefix("of-"): str(untrusted[name])
        for name in untrusted
        if name.startswith("of-") and untrusted[name]
    }
    return Plan(
        recipient=_line(untrusted, "recipient"),
        recipient_is=_line(untrusted, "recipient_is"),
        purpose=_line(untrusted, "purpose"),
        legal_basis=_line(untrusted, "legal_basis"),
        items=tuple(item for item, word in chosen.items() if _goes(word)),
        along=along_of(untrusted.getlist("along")),
        case=untrusted.get("case", ""),
        withheld=tuple(
            Withheld(item=item, why=why_of(word), text=_line(untrusted, f"text-{item}"))
            for item, word in chosen.items()
            if not _goes(word)
        ),
        labels={
            name.removeprefix("label-"): label
            for name in untrusted
            if name.startswith("label-") and (label := _line(untrusted, name))
        },
        redacted={item: word.removeprefix(REDACTED) for item, word in chosen.items() if word.startswith(REDACTED)},
    )


def _goes(word: str) -> bool:
    """Whether an item goes, as it is or redacted."""
    return word == GOES or word.startswith(REDACTED)


def as_query(plan: Plan) -> QueryDict:
    """A plan as its form sends it, to begin another from it."""
    sent = QueryDict(mutable=True)
    for name in ("recipient", "recipient_is", "purpose", "legal_basis", "case"):
        sent[name] = getattr(plan, name)
    sent.setlist("along", sorted(plan.along))
    for item in plan.items:
        sent[f"of-{item}"] = f"{REDACTED}{plan.redacted[item]}" if item in plan.redacted else GOES
    for one in plan.withheld:
        sent[f"of-{one.item}"], sent[f"text-{one.item}"] = one.why.value, one.text
    for party, label in plan.labels.items():
        sent[f"label-{party}"] = label
    return sent


def _line(untrusted: QueryDict, name: str) -> str:
    # A form's text of several lines is one passage of the record.
    return " ".join(untrusted.get(name, "").split())


def preview(gathered: Gathered, plan: Plan) -> dict[str, Any]:
    """The package as its recipient gets it, told from what would be sealed."""
    contents = gathered.contents
    files = [_shown(file) for file in contents.files]
    texts = [(one.path, one.text.encode()) for one in files if one.text]
    return {
        "gathered": gathered,
        "facts": contents.report,
        "files": files,
        "made_with_it": MADE_WITH_IT,
        "entries": list(_entries(gathered)),
        "team_named": records.team_named_in(texts),
        "shown_elsewhere": redacted.shown_elsewhere(plan),
    }


def _shown(file: PackageFile) -> ShownFile:
    size = file.size_bytes or 0
    record = file.path.startswith("metadata/") and file.path.endswith(".json")
    text = ""
    if record and size <= _READABLE_BYTES:
        with file.open() as stream:
            text = json.dumps(json.loads(stream.read()), ensure_ascii=False, indent=1)
    return ShownFile(path=file.path, size_bytes=size, sha256=file.sha256, text=text, over=record and not text)


def _entries(gathered: Gathered) -> Iterator[ShownEntry]:
    for one in gathered.contents.entries:
        entry = read_leaf(one.leaf).entry
        yield ShownEntry(
            seq=entry.seq,
            at=entry.at,
            action=entry.action,
            actor=entry.actor,
            opened=tuple(json.dumps(opening.record, ensure_ascii=False, indent=1) for opening in one.openings),
            closed=len(entry.subjects) - len(one.openings),
        )


def begin_sealing(known: KnownDisclosure, *, keyring: Keyring, by: str, reason: str) -> Job:
    """Seal in the background, one package at a time; raises `InvalidValue` while another is being sealed."""
    if jobs.going(ROOM):
        raise InvalidValue(what=_("The seal"), why=_("other work of this room goes on: wait until it has ended"))
    total = services.gathered(known).size_bytes

    def work(job: Job) -> None:
        job.total = total

        def progress(size_bytes: int) -> None:
            job.done = min(total, job.done + size_bytes)

        with _sealing:
            services.seal_into_store(known.id, keyring=keyring, reason=reason, progress=progress)
        job.done = total

    return jobs.start(Job(what=known.id, by=by, room=ROOM), work)


def begin_reading(known: KnownDisclosure, *, keyring: Keyring, by: str, reason: str) -> Job:
    """Read the stored bytes of its items again, in the background."""
    if jobs.going(ROOM):
        raise InvalidValue(what=_("The reading"), why=_("other work of this room goes on: wait until it has ended"))
    total = sum(preservation.item(item).size_bytes for item in known.plan.items)

    def work(job: Job) -> None:
        job.total = total

        def progress(size_bytes: int) -> None:
            job.done = min(total, job.done + size_bytes)

        for one in services.read_again(known.plan.items, actor=keyring.signing, reason=reason, progress=progress):
            if one.result != selectors.SOUND:
                job.could_not_do(one.sha256, one.result)

    return jobs.start(Job(what=known.id, by=by, room=ROOM), work)


def job_of(known: KnownDisclosure) -> Job | None:
    """The newest work on a disclosure, as long as this process remembers."""
    return next((one for one in jobs.every(ROOM) if one.what == known.id), None)


def cases_offered(request: HttpRequest, hidden: Sight) -> list[Any]:
    """The cases that this person may choose from."""
    del request
    return [one for one in cases.case_lines() if not hidden.hides(one.id)]


def labels_offered(plan_items: Sequence[str], sent: QueryDict, hidden: Sight) -> list[dict[str, str]]:
    """The parties of what is claimed in these items, each with the label that was typed for it."""
    return [
        {"id": one.id, "name": one.thing.shown_as, "label": sent.get(f"label-{one.id}", "")}
        for one in records.parties_in(plan_items, hidden)
    ]


KINDS = tuple(Along)
