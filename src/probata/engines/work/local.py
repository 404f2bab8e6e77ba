"""Work shared out among processes of this machine: one that dies, or never ends, takes nothing down but its own job."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import suppress
from ctypes import c_longlong
from functools import partial
from typing import Any, Generic, TypeVar

from attrs import frozen
from pebble import ProcessExpired, ProcessPool

JobT = TypeVar("JobT")
DoneT = TypeVar("DoneT")
Tell = Callable[[int], None]

_LOOK_AGAIN_S = 0.25


@frozen(kw_only=True)
class Done(Generic[JobT, DoneT]):
    """A job that has ended: with what it gave, or with why it gave nothing."""

    job: JobT
    gave: DoneT | None = None
    why: str = ""


def share_out(
    jobs: Sequence[JobT],
    do: Callable[[JobT, Tell], DoneT],
    *,
    workers: int,
    most_s: float | None = None,
    told: Callable[[int], None] | None = None,
) -> Iterator[Done[JobT, DoneT]]:
    """Do every job in one of `workers` processes, and give each as it ends, in no order.

    `do` is a function of a module, and jobs and what it gives can be pickled. It may tell how far it is, as a whole
    number; `told` hears the sum over all jobs. A job that dies, raises or takes longer than `most_s` is given with why;
    the others go on. Whoever stops listening stops the work.
    """
    if not jobs:
        return
    # Spawned, not forked: a database's connection and an unlocked key have no business in a worker.
    context = multiprocessing.get_context("spawn")
    # A number a job, written by its worker alone: there is no lock that a killed worker could take along.
    said = context.RawArray(c_longlong, len(jobs))
    pool = ProcessPool(
        max_workers=max(1, min(workers, len(jobs))), initializer=_begin, initargs=(said,), context=context
    )
    try:
        futures = {pool.schedule(_run, args=(do, job, place), timeout=most_s): job for place, job in enumerate(jobs)}
        waiting: set[Any] = set(futures)
        while waiting:
            ended, waiting = wait(waiting, timeout=_LOOK_AGAIN_S, return_when=FIRST_COMPLETED)
            if told is not None:
                told(sum(said))
            for future in ended:
                yield _done(futures[future], future)  # type: ignore[index]
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
        return Done(job=job, why=f"it failed by {type(error).__name__}: {error}"[:500])


_said: Any = None


def _begin(said: Any) -> None:  # noqa: ANN401  an array of ctypes
    global _said  # noqa: PLW0603  what a worker is given at its start, and has no other place for
    _said = said


def _run(do: Callable[[Any, Tell], Any], job: Any, place: int) -> Any:  # noqa: ANN401  any job
    return do(job, partial(_tell, place))


def _tell(place: int, far: int) -> None:
    with suppress(IndexError, TypeError):
        _said[place] = far
