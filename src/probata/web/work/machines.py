"""Having machines look, at the workbench: analysers and the search for copies, at one item or at all that is due.

What they find is recorded as it is found, by the act of whoever asked. Work that was asked for is done one piece after
the other, in processes of its own; `probata worker` does the same beside it, and neither takes an item from the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from attrs import frozen
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from probata.analysis import selectors as analysis
from probata.analysis import services as looking
from probata.cases.selectors import Sight
from probata.copies import services as copies
from probata.custody.entries import Signer
from probata.engines import plugins
from probata.terms.digests import Sha256
from probata.terms.errors import InvalidValue
from probata.web.work import jobs
from probata.web.work.jobs import Job

ROOM = "machines"
ALL, COPIES = "all", "copies"
_turn = threading.Lock()


@frozen(kw_only=True)
class Wish:
    """What is wanted: one analyser by its name, the search for copies, or all: whoever is due, then that search."""

    what: str

    @property
    def only(self) -> tuple[str, ...] | None:
        """Which analysers; None for all who are due."""
        return None if self.what == ALL else (self.what,)

    @property
    def analyses(self) -> bool:
        """Whether analysers look."""
        return self.what != COPIES

    @property
    def searches(self) -> bool:
        """Whether copies are looked for."""
        return self.what in (ALL, COPIES)


def wish(untrusted_what: str) -> Wish:
    """What was asked for by name; raises `InvalidValue` for a name that no machine here bears."""
    if untrusted_what not in (ALL, COPIES, *plugins.names("probata.analysers")):
        raise InvalidValue(what=_("What machines are to do"), why=_("no machine of this name is installed"))
    return Wish(what=untrusted_what)


def begin(item: str, wanted: Wish, *, actor: Signer, by: str, reason: str) -> Job:
    """Have machines look at one item; whoever could not look tries again."""

    def work(job: Job) -> None:
        if wanted.analyses:
            _look(job, [Sha256(item)], wanted, actor=actor, reason=reason, tries=None)
        if wanted.searches:
            _search(job, lambda _jail: [Sha256(item)], actor=actor, reason=reason)

    return _start(Job(what=_("Item %(item)s") % {"item": item[:8]}, by=by, room=ROOM, items=(item,)), work)


def begin_due(wanted: Wish, *, sight: Sight, actor: Signer, by: str, reason: str) -> Job:
    """Have machines look at everything that is due and that this person may know of, the oldest first."""

    def work(job: Job) -> None:
        if wanted.analyses:
            with looking.one_jail() as jail:
                due = looking.all_due(wanted.only, tools=jail.tools())
            seen = [item for item in due if not sight.hides(item)]
            _look(job, seen, wanted, actor=actor, reason=reason, tries=looking.MOST_TRIES)
        if wanted.searches:
            due_of = copies.all_due
            _search(
                job,
                lambda jail: [item for item in due_of(jail=jail) if not sight.hides(item)],
                actor=actor,
                reason=reason,
            )

    return _start(Job(what=_("All that is due"), by=by, room=ROOM), work)


def known(sight: Sight, by: str) -> list[Job]:
    """The work that was asked for here, the newest first, as far as the person of this name may know of it.

    Without what is about hidden items, and without others' work on all that was due to them: it counts such items.
    """
    return [
        job
        for job in jobs.every(ROOM)
        if not any(map(sight.hides, job.items)) and (sight.whole or job.items or job.by == by)
    ]


def about(item: str) -> list[Job]:
    """The work that was asked for about one item, the newest first."""
    return [job for job in jobs.every(ROOM) if item in job.items]


def in_page(item: str) -> dict[str, Any]:
    """Whether machines are at an item now, for its page, and the newest work that was asked for about it."""
    newest = next(iter(about(item)), None)
    return {"at_work": bool(analysis.looked_at_now([item])) or bool(newest and newest.going), "asked_work": newest}


def _start(job: Job, work: Callable[[Job], None]) -> Job:
    def in_turn(job: Job) -> None:
        with jobs.in_turn(_turn, job):
            work(job)

    return jobs.start(job, in_turn)


def _look(job: Job, items: Sequence[Sha256], wanted: Wish, *, actor: Signer, reason: str, tries: int | None) -> None:
    job.total = len(items)
    busy = 0
    for one in looking.examine_all(
        items, actor=actor, only=wanted.only, reason=reason, tries=tries, told=lambda _frames: jobs.may_go_on(job)
    ):
        busy += one.busy
        job.done += 1
        for name, why in one.could_not_look.items():
            if wanted.what in (ALL, name) or name == looking.FRAMES:
                job.lacks(f"{one.item[:8]}, {name}", why)
        jobs.may_go_on(job)
    if busy:
        said = ngettext("%(n)d item was left to another worker.", "%(n)d items were left to another worker.", busy)
        job.notes.append(said % {"n": busy})


def _search(job: Job, due: Callable[[Any], list[Sha256]], *, actor: Signer, reason: str) -> None:
    searched = 0
    try:
        with copies.one_jail() as jail:
            items = due(jail)
            job.total = (job.total or 0) + len(items)
            for item in items:
                jobs.may_go_on(job)
                # A search that is stopped between two comparisons goes on there when it is asked for again.
                looked = copies.look_for_copies(
                    item, actor=actor, reason=reason, progress=lambda *_far: jobs.may_go_on(job), jail=jail
                )
                searched += 1
                job.done += 1
                if looked.outcome == "could_not_look":
                    job.lacks(f"{item[:8]}, {COPIES}", looked.why)
    except copies.MatchingMissing as error:
        job.notes.append(" ".join(error.told(_)).strip())
    if searched:
        # Not how many were found: a copy may lie in a case that whoever reads this may not know of.
        said = ngettext("Copies were looked for of %(n)d item.", "Copies were looked for of %(n)d items.", searched)
        job.notes.append(said % {"n": searched})
