"""Setting recordings on one clock, at the workbench: in the background, one piece of work after the other.

It writes nothing. The answer lies in this process's memory, as the work does; who wants it kept puts it on the record.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from string import ascii_uppercase

from attrs import frozen
from django.conf import settings
from django.utils.translation import gettext as _

from probata.cases.selectors import Sight
from probata.engines.sandbox import Jail
from probata.media.wire import a_jail
from probata.preservation import selectors as preservation
from probata.terms.errors import CustodyError, InvalidValue, NotFound
from probata.verification.sync.anchors import ERROR_S, Anchor, read_anchor
from probata.verification.sync.heard import Heard, hear
from probata.verification.sync.run import sync_heard
from probata.web.served import renditions
from probata.web.work import jobs
from probata.web.work.jobs import Job

ROOM = "sync"
MOST, MOST_S = 8, 3600
"""So many recordings, and so many seconds of them together, are set on one clock here: their sound is held at once."""
_MOST_ANCHORS = 50
_turn = threading.Lock()


class RunUnknown(NotFound):
    """No setting on one clock stands under that name."""

    code = "sync_unknown"
    template = "No run {wanted} of setting recordings on one clock is kept here."
    advice = "An answer is kept until the workbench ends or many others came after it. Ask again; it takes little."


class NoAnswer(NotFound):
    """The recordings are not set on one clock yet, or could not be."""

    code = "sync_no_answer"
    template = "The run {wanted} has no answer: {why}."
    advice = "While it goes on, ask again later; `GET /api/machines` says how far it is. Else begin another."
    advice_here = "While it goes on, its page says how far it is. Else begin another."


class ChangedBytes(CustodyError):
    """What was heard is not the item that was asked for."""

    code = "sync_other_bytes"
    template = "The stored bytes of item {item} are not those of its digest; nothing was set on one clock."
    advice = "Have its bytes read again on its page of custody: what is found is recorded."


@frozen(kw_only=True)
class Question:
    """What is asked: items in their order, moments that a person named in them, and how far apart the recorders stood.

    Raises `InvalidValue` for what cannot be asked.
    """

    items: tuple[str, ...]
    moments: tuple[str, ...] = ()
    error_s: float = ERROR_S
    distance_m: float | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be asked, before anything is heard."""
        what = _("Setting recordings on one clock")
        if len(set(self.items)) != len(self.items):
            raise InvalidValue(what=what, why=_("one of them is named twice"))
        if not 2 <= len(self.items) <= MOST:
            why = _("it takes two recordings at least and %(most)d at most; probata sync in a terminal takes more")
            raise InvalidValue(what=what, why=why % {"most": MOST})
        if self.distance_m is not None and not (math.isfinite(self.distance_m) and self.distance_m >= 0):
            raise InvalidValue(what=_("The distance between the recorders"), why=_("it must be metres, 0 or more"))
        if len(self.moments) > _MOST_ANCHORS:
            raise InvalidValue(what=_("The moments"), why=_("there are more than 50"))
        self.anchors()

    def anchors(self) -> tuple[Anchor, ...]:
        """The moments, read: each as `A=1.234,B=5.678`, letters in the order of the items."""
        known = ascii_uppercase[: len(self.items)]
        return tuple(read_anchor(one, known=known, error_s=self.error_s) for one in self.moments)


def relettered(moments: Sequence[str], before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Moments as they were written, under the letters that their items bear in another order; none of those left out.

    What names no item that was chosen stays as it is, to be refused where it is read.
    """
    now = {
        letter: ascii_uppercase[after.index(item)] if item in after else ""
        for letter, item in zip(ascii_uppercase, before, strict=False)
    }
    told = []
    for line in moments:
        parts = [part.partition("=") for part in line.split(",")]
        named = [(now.get(name.strip().upper(), name.strip()), sign, value.strip()) for name, sign, value in parts]
        kept = [f"{name}{sign}{value}" for name, sign, value in named if name]
        if len(kept) == len(parts) or len(kept) > 1:
            told.append(",".join(kept))
    return told


def begin(question: Question, *, by: str) -> Job:
    """Begin to set them on one clock; raises `InvalidValue` for more sound than is held here, `ItemNotFound`."""
    items = [preservation.item(item).sha256 for item in question.items]
    _must_be_held(float(sum(renditions.durations_s(items).values())))

    def work(job: Job) -> None:
        with jobs.in_turn(_turn, job):
            job.answer = _answered(job, items, question)

    return jobs.start(Job(what=_("Recordings on one clock"), by=by, room=ROOM, items=tuple(items)), work)


def known(hidden: Sight) -> list[Job]:
    """The runs that are kept, the newest first, without those of anything that is hidden."""
    return [job for job in jobs.every(ROOM) if not any(map(hidden.hides, job.items))]


def run(untrusted_id: str, hidden: Sight) -> Job:
    """A run by its id; one of anything that is hidden is as unknown as one that there is not."""
    for job in known(hidden):
        if job.id == untrusted_id:
            return job
    raise RunUnknown(wanted=untrusted_id[:40])


def answer(job: Job) -> dict[str, object]:
    """What a run found, as the `sync` contract has it; raises `NoAnswer`."""
    if job.answer is None:
        why = _("it goes on") if job.going else job.error.rstrip(".") or _("it was stopped")
        raise NoAnswer(wanted=job.id[:8], why=why)
    return job.answer


def _answered(job: Job, items: Sequence[str], question: Question) -> dict[str, object]:
    job.total = len(items) + len(items) * (len(items) - 1) // 2
    begun = 0

    def tell(_what: str) -> None:
        nonlocal begun
        jobs.may_go_on(job)
        job.done, begun = begun, begun + 1

    heard: list[Heard] = []
    with a_jail(policy=settings.PROBATA.jail_policy) as jail:
        for letter, item in zip(ascii_uppercase, items, strict=False):
            tell(letter)
            heard.append(_heard(item, letter, jail))
            _must_be_held(sum(one.seconds for one in heard))
    synced = sync_heard(heard, anchors=question.anchors(), distance_m=question.distance_m, progress=tell)
    job.done = job.total
    return {"schema": "probata/sync/1", **synced.as_json()}


def _heard(item: str, letter: str, jail: Jail) -> Heard:
    file = preservation.original(item)
    if not file.is_file():
        raise InvalidValue(what=_("Item %(item)s") % {"item": item[:8]}, why=_("its stored bytes are missing"))
    heard = hear(file, name=letter, jail=jail)
    if heard.digest != item:
        raise ChangedBytes(item=item[:8])
    return heard


def _must_be_held(seconds: float) -> None:
    """Lengths that nobody knew before are known once they are heard: the sum is looked at again."""
    if seconds > MOST_S:
        why = _("together they last longer than an hour; probata sync in a terminal takes longer ones")
        raise InvalidValue(what=_("Setting recordings on one clock"), why=why)
