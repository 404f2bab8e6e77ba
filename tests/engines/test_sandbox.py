"""The jail: what a cell has lost, how its end is told, and that whoever asked lives on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading

import pytest
from attrs import evolve

from probata.engines import sandbox
from probata.engines.sandbox import Allowance, Jail, NoJail, NotAFile, Policy, drill, jail, landlock, seccomp

needs_bubblewrap = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")


@pytest.fixture
def canary(tmp_path):
    file = tmp_path / "canary"
    file.write_text("nobody reads this")
    return file


@pytest.mark.parametrize("bubblewrap", ["never", pytest.param("always", marks=needs_bubblewrap)])
def test_a_cell_can_do_nothing_but_read_its_file(canary, bubblewrap):
    """Every power that a decoder taken over by its file would try is refused, with and without bubblewrap."""
    tried = drill.escape(canary, policy=Policy(bubblewrap=bubblewrap))

    assert len(tried) >= 25
    assert {name for name, outcome in tried.items() if outcome != "refused"} == set()
    assert canary.read_text() == "nobody reads this"
    assert sorted(path.name for path in canary.parent.iterdir()) == ["canary"]


def test_the_drill_sees_an_open_door(canary):
    """Outside a jail the same drill finds its powers possible: it can fail."""
    program = (
        "import json, os, sys\n"
        "from probata.engines.sandbox import drill\n"
        "handle = os.open(sys.argv[1], os.O_RDONLY)\n"
        "powers = drill._powers(drill._Escape(sys.argv[1], os.getppid()), handle)\n"
        "names = sys.argv[2:]\n"
        "print(json.dumps({name: drill._tried(powers[name]) for name in names}))\n"
    )
    harmless = ["open another file", "list a folder", "open an internet socket", "start a process", "signal who asked"]
    run = subprocess.run([sys.executable, "-c", program, canary, *harmless], capture_output=True, text=True, check=True)

    assert set(json.loads(run.stdout).values()) == {"possible"}


def test_the_layers_are_tried_and_told():
    """`layers` says which layers hold, and that each was tried from inside."""
    told = sandbox.layers()

    assert told["landlock"] == f"abi {landlock.abi()}" or told["bubblewrap"] == "on"
    assert told["files_tried"] == told["sockets_tried"] == told["programs_tried"] == "refused"
    assert told["privileges"] == "dropped"


@pytest.mark.parametrize(
    ("ending", "allowance", "code", "words"),
    [
        ("segfault", Allowance(), "decoder_died", "SIGSEGV"),
        ("abort", Allowance(), "decoder_died", "SIGABRT"),
        ("leave", Allowance(), "decoder_died", "status 3"),
        ("memory", Allowance(memory_bytes=1 << 30), "decoder_out_of_memory", "1073741824"),
        ("processor", Allowance(processor_s=1), "decoder_out_of_time", "processor"),
        ("silence", Allowance(silence_s=0.3), "decoder_out_of_time", "silent"),
        ("chatter", Allowance(wall_s=0.5), "decoder_out_of_time", "longer than 0.5 s"),
        ("babble", Allowance(answer_bytes=1000), "decoder_said_too_much", "1000"),
    ],
)
def test_however_a_cell_ends_its_end_is_told(canary, ending, allowance, code, words):
    """A crash, a limit or a silence is an error with a code, a reason and advice; the jail takes the next file."""
    with drill.new_jail() as held:
        with pytest.raises(sandbox.CellDied) as caught:
            drill.die(ending, canary, jail=held, allowance=allowance)
        assert caught.value.code == code
        assert words in caught.value.message
        assert caught.value.what_to_do

        with pytest.raises(sandbox.CellDied, match="status 3"):
            drill.die("leave", canary, jail=held, allowance=Allowance())


def test_a_crash_costs_a_cell_and_not_the_jail(canary):
    """After a cell crashes the same warm process serves the next: no file's fault slows another."""
    with drill.new_jail() as held:
        held.layers()
        before = held._process.pid
        with pytest.raises(sandbox.CellDied):
            drill.die("segfault", canary, jail=held, allowance=Allowance())
        held.layers()

        assert held._process.pid == before


def test_cells_wait_for_their_turn(canary):
    """Two threads that share a jail each get their own cell's end."""
    ends = []

    def one():
        try:
            drill.die("leave", canary, jail=held, allowance=Allowance())
        except sandbox.CellDied as error:
            ends.append(error.message)

    with drill.new_jail() as held:
        threads = [threading.Thread(target=one) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(ends) == 4
    assert all("status 3" in end for end in ends)


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_is_no_regular_file_is_refused(tmp_path, kind):
    """A path that is missing, a folder or a named pipe never reaches a decoder; nobody waits for a pipe's writer."""
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        os.mkfifo(path)

    with drill.new_jail() as held, pytest.raises(NotAFile):
        drill.die("leave", path, jail=held, allowance=Allowance())


def test_a_handle_open_for_writing_is_refused(canary):
    """Originals are handed over for reading alone, whoever opened them."""
    with drill.new_jail() as held, canary.open("r+b") as writable, pytest.raises(NotAFile, match="writing"):
        drill.die("leave", writable.fileno(), jail=held, allowance=Allowance())


def test_without_any_layer_nothing_is_decoded():
    """Where neither Landlock nor bubblewrap keeps files away, the jail refuses, unless told to accept that."""
    held = Jail(run="", policy=Policy())
    held._layers = {"bubblewrap": "absent", "landlock": "absent", "files_tried": "possible", "sockets_tried": "refused"}
    assert "files" in held._lacking()
    held._policy = evolve(held._policy, accept_no_jail=True)
    assert held._lacking() == ""


def test_without_seccomp_and_bubblewrap_sockets_are_not_accepted():
    """A jail that keeps files away but not sockets is no jail; bubblewrap's empty network is enough instead."""
    held = Jail(run="", policy=Policy())
    held._layers = {"bubblewrap": "absent", "files_tried": "refused", "sockets_tried": "possible"}
    assert "sockets" in held._lacking()
    held._layers["bubblewrap"] = "on"
    assert held._lacking() == ""


def test_required_bubblewrap_that_does_not_work_is_a_refusal(monkeypatch):
    """`always` never quietly means `when it works`."""
    monkeypatch.setattr(jail.bubblewrap, "works", lambda: False)

    with pytest.raises(NoJail, match="bubblewrap is required"):
        sandbox.layers(Policy(bubblewrap="always"))


@needs_bubblewrap
def test_bubblewrap_is_used_where_landlock_is_missing(monkeypatch):
    """`when_needed`, the default, asks for bubblewrap on a kernel without Landlock."""
    monkeypatch.setattr(jail.landlock, "abi", lambda: 0)

    assert sandbox.layers()["bubblewrap"] == "on"


def test_a_jail_that_cannot_come_up_says_why():
    """A program that is not there is told by name, not as a silence."""
    with (
        Jail(run="probata.engines.sandbox.nursery:no_such_program") as held,
        pytest.raises(NoJail, match="no_such_program"),
    ):
        held.layers()


def test_the_filter_refuses_by_number_and_not_by_position():
    """Every listed call has its own comparison with its own answer, on both architectures; a foreign one is killed."""
    for machine, (architecture, column) in seccomp._ARCHITECTURES.items():
        program = seccomp._filter(architecture, column, new_processes=True)
        for name, numbers in (seccomp._NEVER | seccomp._NO_NEW_PROCESS).items():
            if numbers[column] is not None:
                assert _verdict(program, architecture, numbers[column]) >> 16 == 5, (machine, name)
        assert _verdict(program, architecture, 0) == seccomp._ALLOW
        assert _verdict(program, architecture, 469 + 1) & 0xFFFF == 38  # ENOSYS
        assert _verdict(program, architecture ^ 1, 0) == seccomp._KILL
        clone = seccomp._CLONE[column]
        assert _verdict(program, architecture, clone, first=seccomp._CLONE_THREAD) == seccomp._ALLOW
        assert _verdict(program, architecture, clone, first=17) >> 16 == 5


def _verdict(program: bytes, architecture: int, number: int, *, first: int = 0) -> int:
    # A machine for the few instructions of classic BPF that the filter uses.
    steps = [
        (int.from_bytes(step[:2], "little"), step[2], step[3], int.from_bytes(step[4:], "little"))
        for step in (program[at : at + 8] for at in range(0, len(program), 8))
    ]
    at = held = 0
    while True:
        code, if_true, if_false, value = steps[at]
        at += 1
        if code == seccomp._LOAD:
            held = {0: number, 4: architecture, 16: first}[value]
        elif code == seccomp._RETURN:
            return value
        else:
            true = {
                seccomp._IF_EQUAL: held == value,
                seccomp._IF_AT_LEAST: held >= value,
                seccomp._IF_ANY_BIT: bool(held & value),
            }[code]
            at += if_true if true else if_false
