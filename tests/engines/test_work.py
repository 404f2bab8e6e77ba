"""Work shared out among processes: each job ends in its own way, and takes nothing else down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import jobs

from probata.engines.work.leases import Leases
from probata.engines.work.local import share_out


@pytest.fixture(autouse=True)
def _found_by_workers(monkeypatch):
    """Workers start with a path of their own: where the jobs lie is told by the environment."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


def test_every_job_is_done_once_and_given_as_it_ends():
    """Nine jobs, two workers: each comes back with what it gave, and who listens hears how far all are."""
    heard = []
    words = [str(number) * 3 for number in range(9)]
    done = {one.job: one.gave for one in share_out(words, jobs.do, workers=2, told=heard.append)}
    assert done == {word: word * 2 for word in words}
    assert heard[-1] == 27


@pytest.mark.parametrize(
    ("poison", "why"),
    [
        ("raise", "failed by ValueError"),
        ("exit", "the worker ended while it looked (status 3)"),
        ("kill", "the worker ended while it looked"),
        ("sleep", "longer than it was given"),
    ],
)
def test_poison_takes_only_its_own_job(poison, why):
    """Raising, leaving, being killed and never ending are told with why; the jobs before and after are done."""
    words = ["one", poison, "two", "three"]
    done = {one.job: one for one in share_out(words, jobs.do, workers=2, most_s=20 if poison != "sleep" else 3)}
    assert done.keys() == set(words)
    assert why in done[poison].why
    assert done[poison].gave is None
    assert [done[word].gave for word in ("one", "two", "three")] == ["oneone", "twotwo", "threethree"]


def test_who_stops_listening_stops_the_work():
    """What was not given yet is not waited for."""
    given = next(iter(share_out(["one", "sleep", "sleep"], jobs.do, workers=2)))
    assert given.gave == "oneone"


def test_nothing_to_do_starts_nothing():
    assert list(share_out([], jobs.do, workers=2)) == []


def test_a_lease_is_held_by_one_program_and_ends_with_it(tmp_path):
    """While another program holds it, it is not had; once that one is killed, it is. Other work was free all along."""
    command = [sys.executable, jobs.__file__, str(tmp_path), "item"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline().strip() == "True"
        with Leases(tmp_path) as mine:
            assert not mine.take("item")
            assert mine.take("another item")
            other.kill()
            other.wait()
            assert mine.take("item")


def test_a_lease_is_let_go_of_at_the_end(tmp_path):
    with Leases(tmp_path) as mine:
        assert mine.take("item")
    command = [sys.executable, jobs.__file__, str(tmp_path), "item"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline().strip() == "True"
        other.kill()


def test_jobs_are_asked_for_as_workers_come_free():
    """Of a hundred jobs only those at hand are drawn: a long list costs no memory."""
    drawn = []

    def endless():
        for number in range(100):
            drawn.append(number)
            yield str(number)

    working = share_out(endless(), jobs.do, workers=2)
    for _turn in range(5):
        next(working)
    assert len(drawn) <= 5 + 2 + 2
    working.close()
