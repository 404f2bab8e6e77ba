"""Looking at many files in processes of their own: as many at once as the machine bears, each in a jail."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from attrs import frozen

from probata.analysis import run
from probata.analysis.run import Looked
from probata.engines.sandbox import Policy
from probata.engines.work.local import Done, Tell, share_out
from probata.media.limits import Limits
from probata.media.waveform import CONSUMER as WAVEFORM
from probata.media.wire import a_jail

_LATE_S = 600
"""What a job may take beyond the wall time of its file: for an analyser that never ends outside the jail."""


@frozen(kw_only=True)
class Job:
    """A file, and who shall look at it; `name` is for whoever asked."""

    name: str
    file: Path
    analysers: tuple[str, ...]
    policy: Policy


@frozen(kw_only=True)
class Seen:
    """What came of one file, and what held around it while it was decoded."""

    looked: Looked
    tools: Mapping[str, str]
    layers: Mapping[str, str]


def looked_at(
    jobs: Iterable[Job], *, workers: int | None = None, told: Callable[[int], None] | None = None
) -> Iterator[Done[Job, Seen]]:
    """Look at every file, and give each as it is done; `told` hears how many pictures were seen so far, in all.

    A file that kills its worker, or an analyser that never ends, is given with why; the others go on.
    """
    most_s = Limits().wall_s + _LATE_S
    yield from share_out(jobs, look_at, workers=workers or at_once(), most_s=most_s, told=told)


def look_at(job: Job, tell: Tell) -> Seen:
    """Look at one file, in this process and a jail of its own."""
    with a_jail(policy=job.policy) as jail:
        looked = run.look(
            job.file,
            run.analysers(job.analysers) if job.analysers else [],
            beside=[WAVEFORM],
            progress=lambda seen: tell(seen.frames),
            jail=jail,
        )
        return Seen(looked=looked, tools=jail.tools(), layers=jail.layers())


def at_once() -> int:
    """How many files this machine bears at once: one keeps about two cores busy, decoding and watching."""
    return max(1, len(os.sched_getaffinity(0)) // 2)
