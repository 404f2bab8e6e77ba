"""Work shared out among processes of this machine: one that dies, or never ends, takes nothing down but its own job."""

from __future__ import annotations

import ctypes
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import suppress
from ctypes import c_longlong
from functools import partial
from itertools import chain, islice
from typing import Any, Generic, TypeVar

from attrs import frozen
from pebble import ProcessExpired, ProcessPool

JobT = TypeVar("JobT")
DoneT = TypeVar("DoneT")
Tell = Callable[[int], None]

_LOOK_AGAIN_S = 0.25
_AHEAD = 1  # a job that waits for a worker, so that none waits for a job
_PR_SET_PDEATHSIG = 1


@frozen(kw_only=True)
class Done(Generic[JobT, DoneT]):
    """A job that has ended: with what it gave, or with why it gave nothing."""

    job: JobT
    gave: DoneT | None = None
    why: str = ""


def share_out(
    jobs: Iterable[JobT],
    do: Callable[[JobT, Tell], DoneT],
    *,
    workers: int,
    most_s: float | None = None,
    told: Callable[[int], None] | None = None,
) -> Iterator[Done[JobT, DoneT]]:
    """Do every job in one of `workers` processes, and give each as it ends, in no order.

    Jobs are asked for as workers come free, a few ahead, and what they gave is kept by nobody here. `do` is a function
    of a module, and jobs and what it gives can be pickled. It may tell how far it is, as a whole number; `told` hears
    the sum over all jobs. A job that dies, raises or takes longer than `most_s` is given with why; the others go on.
    Whoever stops listening stops the work.
    """
    waiting = iter(jobs)
    first = next(waiting, None)
    if first is None:
        return
    waiting = chain([first], waiting)
    slots = workers + _AHEAD
    # Spawned, not forked: a database's connection and an unlocked key have no business in a worker.
    context = multiprocessing.get_context("spawn")
    # A number a place, written by the worker that has it: there is no lock that a killed worker could take along.
    said = context.RawArray(c_longlong, slots)
    pool = ProcessPool(max_workers=workers, initializer=_begin, initargs=(said,), context=context)
    before = 0
    try:
        free, at_work = list(range(slots)), dict[Any, tuple[int, JobT]]()
        while True:
            for job in islice(waiting, len(free)):
                place = free.pop()
                at_work[pool.schedule(_run, args=(do, job, place), timeout=most_s)] = place, job
            if not at_work:
                return
            ended, _waiting = wait(at_work, timeout=_LOOK_AGAIN_S, return_when=FIRST_COMPLETED)
            if told is not None:
                told(before + sum(said))
            for future in ended:
                place, job = at_work.pop(future)
                before, said[place] = before + said[place], 0
                free.append(place)
                yield _done(job, future)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _done(job: JobT, future: Any) -> Done[JobT, Any]:  # noqa: ANN401  pebble's future tells no type
    try:
        return Done(job=job, gave=future.result())
    except TimeoutError:
        return Done(job=job, why="it took longer than it was given")
    except ProcessExpired as error:
        return Done(job=job, why=f"the worker ended while it looked (status {error.exitcode})")
    except Exception as error:  # noqa: BLE001  the edge of a process: its fault is its job's outcome
        # Its kind alone: what a stranger's error says may name folders of this machine, and would stand in the record.
        return Done(job=job, why=f"it failed by {type(error).__name__}")


_said: Any = None


def _begin(said: Any) -> None:  # noqa: ANN401  an array of ctypes
    global _said  # noqa: PLW0603  what a worker is given at its start, and has no other place for
    _said = said
    # Whoever asked may be ended without a word: then nobody waits for what a worker does (prctl(2)).
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _run(do: Callable[[Any, Tell], Any], job: Any, place: int) -> Any:  # noqa: ANN401  any job
    return do(job, partial(_tell, place))


def _tell(place: int, far: int) -> None:
    with suppress(IndexError, TypeError):
        _said[place] = far
