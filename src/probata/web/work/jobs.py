"""Long work that the workbench itself does: it goes on when the page is closed, and says how far it is.

It lives in this process's memory: when the process ends, what was done is on the record and the rest is not begun.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from attrs import define, field
from django.conf import settings
from django.db import connections
from django.utils import translation
from django.utils.translation import gettext as _

from probata.engines import clock
from probata.terms.errors import ProbataError
from probata.terms.ids import new_record_id

_KEPT = 20
_SHOWN = 200
_WAIT_S = 0.5


@define(kw_only=True)
class Job:
    """One piece of long work: how many things are done, could not be done, and are left; `total` None while counted.

    `items`: those that it is about, where it is about some alone. `answer`: what it found out, where it writes nothing.
    """

    what: str
    by: str
    room: str = "intake"
    items: tuple[str, ...] = ()
    id: str = field(factory=new_record_id)
    began: datetime = field(factory=clock.now)
    ended: datetime | None = None
    total: int | None = None
    done: int = 0
    could_not: list[tuple[str, str]] = field(factory=list)
    failed: int = 0
    notes: list[str] = field(factory=list)
    error: str = ""
    stopping: bool = False
    answer: dict[str, Any] | None = None

    @property
    def going(self) -> bool:
        """Whether it still runs."""
        return self.ended is None

    @property
    def left(self) -> int | None:
        """How many things are left; None where they are not counted yet."""
        return None if self.total is None else max(0, self.total - self.done - self.failed)

    def could_not_do(self, name: str, why: str) -> None:
        """Count one thing that could not be done; the first of them are told by name."""
        self.failed += 1
        self.lacks(name, why)

    def lacks(self, name: str, why: str) -> None:
        """Tell that a part of one thing could not be done; the first of them are told by name."""
        if len(self.could_not) < _SHOWN:
            self.could_not.append((name, why))


class Stopped(Exception):
    """A person stopped a job between two things."""


_jobs: dict[str, Job] = {}
_lock = threading.Lock()


def start(job: Job, work: Callable[[Job], None]) -> Job:
    """Begin work in a thread of its own; its end, whatever it is, is kept with it."""
    with _lock:
        for old in [one for one in _jobs.values() if not one.going][: max(0, len(_jobs) - _KEPT + 1)]:
            del _jobs[old.id]
        _jobs[job.id] = job
    told_in = translation.get_language()
    threading.Thread(target=_run, args=(job, work, told_in), name=f"job-{job.id[:8]}", daemon=True).start()
    return job


def every(room: str = "intake") -> list[Job]:
    """All of a room that are known, the newest first."""
    with _lock:
        known = [one for one in _jobs.values() if one.room == room]
    return sorted(known, key=lambda one: one.began, reverse=True)


def going(room: str = "intake") -> list[Job]:
    """Those that still run."""
    return [one for one in every(room) if one.going]


def stop(job_id: str, *, by: str) -> bool:
    """Ask a job of this person to end before its next thing; whether there was one that ran."""
    job = _jobs.get(job_id)
    if job is None or not job.going or job.by != by:
        return False
    job.stopping = True
    return True


@contextmanager
def in_turn(turn: threading.Lock, job: Job) -> Iterator[None]:
    """Wait for the turn of work that keeps the cores busy; who waits may be stopped while they do."""
    while not turn.acquire(timeout=_WAIT_S):
        may_go_on(job)
    try:
        yield
    finally:
        turn.release()


def may_go_on(job: Job) -> None:
    """Between two things: raises `Stopped` where a person asked for an end."""
    if job.stopping:
        raise Stopped


def _run(job: Job, work: Callable[[Job], Any], told_in: str | None) -> None:
    translation.activate(told_in or settings.LANGUAGE_CODE)
    try:
        work(job)
    except Stopped:
        job.notes.append(_("Stopped; what was done is on the record."))
    except ProbataError as error:
        job.error = " ".join(error.told(_)).strip()
    except Exception:
        # The edge of a thread: what failed must be said on the page, and nothing of footage may be in it.
        job.error = _("The program failed. What was told as done is on the record.")
        raise
    finally:
        job.ended = clock.now()
        connections.close_all()
