"""The index as a folder: what was told as added is there, what was removed is nowhere, whoever is killed when."""

from __future__ import annotations

import errno
import os
import signal
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_rows import coded, item

from probata.copies.index import segments, store
from probata.copies.index.store import CopyIndex, CopyIndexUnwritable


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "index"


def kept(folder):
    """Every item of the index, read anew from its files."""
    index = CopyIndex(folder)
    assert not index.torn
    return {name: index.coded(name) for name in index.items}


def expected(*many):
    return {one.item: one for one in many}


def all_bytes(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


# Adding, replacing, removing, joining.


def test_an_index_that_is_not_there_is_empty(folder):
    """Where nothing was ever added there is nothing, and looking makes nothing."""
    index = CopyIndex(folder)

    assert index.items == {}
    assert index.scanned() == ()
    assert index.coded(item(1)) is None
    assert not folder.exists()


def test_background_is_kept_apart(folder):
    """Background is no item that anybody asks for, and is scanned by itself."""
    index = CopyIndex(folder)
    index.add(coded(1))
    index.add(coded(2), background=True)

    assert set(index.items) == {item(1)}
    assert index.frames == 5
    assert [held.item for one in index.scanned(background=True) for held in one.held] == [item(2)]
    index.join()
    assert [held.item for one in index.scanned() for held in one.held] == [item(1)]
    assert index.remove(item(2))
    assert index.scanned(background=True) == ()


acts = st.lists(st.tuples(st.sampled_from(["add", "remove", "join"]), st.integers(0, 4), st.integers(0, 3)), max_size=9)


@settings(max_examples=25)
@given(acts)
def test_any_order_of_acts(tmp_path_factory, acts):
    """After any acts in any order, exactly the items are there that were added last and not removed since."""
    folder = tmp_path_factory.mktemp("index")
    index, there = CopyIndex(folder), {}
    for act, number, seed in acts:
        if act == "add":
            there[item(number)] = coded(number, 2 + seed, seed=10 * number + seed)
            index.add(there[item(number)])
        elif act == "remove":
            assert index.remove(item(number)) == (there.pop(item(number), None) is not None)
        else:
            index.join()
        assert {name: index.coded(name) for name in index.items} == there
    assert kept(folder) == there


def test_joined_when_many(folder, monkeypatch):
    """Small segments are joined by themselves when they are many; nothing is lost, and few files are left."""
    monkeypatch.setattr(store, "_MOST_SMALL", 6)
    index = CopyIndex(folder)
    many = [coded(number, 3) for number in range(20)]
    for one in many:
        index.add(one)

    assert kept(folder) == expected(*many)
    assert len(index.segments) <= 7


def test_joined_when_they_hold_much(folder, monkeypatch):
    """Small segments are joined too when together they hold as many frames as a joined one may."""
    monkeypatch.setattr(store, "_MOST_FRAMES", 20)
    index = CopyIndex(folder)
    for number in range(10):
        index.add(coded(number, 6))

    assert len(index.segments) < 10
    assert len(kept(folder)) == 10


def test_joined_segments_have_a_limit(folder, monkeypatch):
    """No joined segment holds more than so many frames, since it is written anew when an item of it goes."""
    monkeypatch.setattr(store, "_MOST_FRAMES", 20)
    index = CopyIndex(folder)
    many = [coded(number, 6) for number in range(10)]
    for one in many:
        index.add(one)
    index.join()

    assert max(segment.frames for segment in index.segments) <= 20
    assert kept(folder) == expected(*many)


def test_large_segments_are_scanned_from_their_files(folder, monkeypatch):
    """What is large is not copied to memory; what is small is put together."""
    monkeypatch.setattr(store, "_LARGE_FRAMES", 10)
    index = CopyIndex(folder)
    index.add(coded(1, 30))
    for number in (2, 3, 4):
        index.add(coded(number, 3))

    assert sorted((one.name == "", one.frames) for one in index.scanned()) == [(False, 30), (True, 9)]


# Removing without a trace.


def traces(one):
    """What of an item's rows could be found in a file: each code, word and digest, as bytes; and its name."""
    rows = one.rows[one.rows["quality"] > 0]
    told = [one.item.encode(), bytes.fromhex(one.item)]
    told += [row["digest"].tobytes() for row in one.rows]
    told += [part.tobytes() for row in rows for part in row["code"]]
    return told + [word.tobytes() for row in one.rows for word in row["words"][: row["count"]]]


@pytest.mark.parametrize("joined", [False, True])
def test_what_is_removed_is_nowhere(folder, joined):
    """After `remove` no byte of the item's rows is in any file of the index; all others are there unchanged."""
    index = CopyIndex(folder)
    many = [coded(number, 6) for number in range(4)]
    for one in many:
        index.add(one)
    if joined:
        index.join()
        assert len(index.segments) == 1
    before = all_bytes(folder)
    assert all(trace in before for trace in traces(many[1])[2:])

    assert index.remove(many[1].item)
    after = all_bytes(folder)
    assert not [trace for trace in traces(many[1]) if trace in after]
    assert kept(folder) == expected(many[0], many[2], many[3])
    assert not index.remove(many[1].item)


def test_what_is_replaced_is_nowhere(folder):
    """An item added again leaves nothing of what was kept of it, though it was in a joined segment."""
    index = CopyIndex(folder)
    for number in range(3):
        index.add(coded(number))
    index.join()
    index.add(coded(1, seed=99))

    after = all_bytes(folder)
    assert not [trace for trace in traces(coded(1))[2:] if trace in after]
    assert kept(folder) == expected(coded(0), coded(1, seed=99), coded(2))


def test_removed_with_what_cannot_be_read(folder):
    """What cannot be read may hold the item: torn segments and unfinished files go with it."""
    index = CopyIndex(folder)
    index.add(coded(1))
    index.add(coded(2))
    torn = folder / "joined-1.segment"
    torn.write_bytes((folder / f"{item(1)}.segment").read_bytes()[:-1])
    (folder / "joined-2.segment.unfinished").write_bytes((folder / f"{item(1)}.segment").read_bytes())
    index.refresh()
    assert [one.name for one in index.torn] == [torn.name]

    assert index.remove(item(1))
    assert not [trace for trace in traces(coded(1)) if trace in all_bytes(folder)]
    assert kept(folder) == expected(coded(2))


def test_a_torn_segment_is_named_and_passed_over(folder):
    """A segment that was changed is named with the reason; the others are read."""
    index = CopyIndex(folder)
    index.add(coded(1))
    index.add(coded(2))
    path = folder / f"{item(1)}.segment"
    stored = bytearray(path.read_bytes())
    stored[-100] ^= 1
    path.write_bytes(stored)
    index = CopyIndex(folder)

    assert [(one.name, "checksum" in one.why) for one in index.torn] == [(path.name, True)]
    assert set(index.items) == {item(2)}


# Killed at any step.


class Killed(BaseException):
    """Stands for the end of the process at a step."""


def killed_at(monkeypatch, step):
    """Every change of a file from this one on does not happen; the one before it did."""
    done = Counter()

    def stepping(real):
        def does(*args, **more):
            done["steps"] += 1
            if done["steps"] > step:
                raise Killed
            return real(*args, **more)

        return does

    for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "unlink"), (Path, "open"), (store, "segment_bytes")):
        monkeypatch.setattr(owner, name, stepping(getattr(owner, name)))
    return done


def _added(index):
    index.add(coded(7))


def _replaced(index):
    index.add(coded(1, seed=99))


def _removed(index):
    index.remove(item(1))


def _joined(index):
    index.join()


@pytest.mark.parametrize("half", [False, True], ids=["separate", "half joined"])
@pytest.mark.parametrize("act", [_added, _replaced, _removed, _joined], ids=lambda act: act.__name__)
def test_killed_at_every_step(folder, act, half):
    """Killed at any step of any act, the index opens, and has what it had or what it was to have: nothing is lost.

    The act done again then ends as if nothing had happened, and no unfinished file is left.
    """
    before = {one.item: one for one in (coded(0), coded(1), coded(2))}
    step, after = 0, None
    while after is None or step < after:
        with suppress(FileNotFoundError):
            for path in folder.iterdir():
                path.unlink()
        index = CopyIndex(folder)
        for one in list(before.values())[:2]:
            index.add(one)
        if half:
            index.join()
        index.add(before[item(2)])
        with pytest.MonkeyPatch.context() as patched:
            done = killed_at(patched, step)
            with suppress(Killed):
                act(index)
                after = done["steps"]
        there = kept(folder)
        for number in (0, 2):
            assert there[item(number)] == before[item(number)], step
        if act is not _removed:
            assert there[item(1)] in (before[item(1)], coded(1, seed=99)), step

        act(again := CopyIndex(folder))
        wanted = {**before, item(7): coded(7)} if act is _added else dict(before)
        if act is _replaced:
            wanted[item(1)] = coded(1, seed=99)
        if act is _removed:
            del wanted[item(1)]
        assert kept(folder) == wanted, step
        assert {name: again.coded(name) for name in again.items} == wanted
        assert not list(folder.glob("*.unfinished"))
        step += 1
    assert step > 3


def child(work):
    """Run this in a process of its own; gives its number."""
    number = os.fork()
    if number == 0:
        try:
            work()
        finally:
            os._exit(0)
    return number


def test_killed_at_any_moment(folder):
    """A process killed at moments of chance while it adds and joins leaves every item that it told as added."""
    random = np.random.default_rng(5)
    CopyIndex(folder).add(coded(1000))
    told = {1000}
    for turn in range(12):
        reading, writing = os.pipe()

        def adds(turn=turn, writing=writing):
            index = CopyIndex(folder)
            for number in range(turn * 50, turn * 50 + 50):
                index.add(coded(number, 3))
                os.write(writing, number.to_bytes(4, "little"))
                if number % 5 == 4:
                    index.join()

        number = child(adds)
        os.close(writing)
        time.sleep(random.uniform(0.0, 0.12))
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)
        with os.fdopen(reading, "rb") as pipe:
            heard = pipe.read()
        told |= {int.from_bytes(heard[at : at + 4], "little") for at in range(0, len(heard), 4)}
        there = kept(folder)
        assert {item(one) for one in told} <= set(there)
        for name in list(there)[:5]:
            assert len(there[name].rows) in (3, 5)


def test_two_writers_and_a_reader(folder):
    """Two processes that write at once lose nothing of each other's, and who reads meanwhile never misses an item."""
    CopyIndex(folder).add(coded(1000))

    def adds(first):
        index = CopyIndex(folder)
        for number in range(first, first + 12):
            index.add(coded(number, 3))
            if number % 3 == 0:
                index.join()

    children = [child(lambda first=first: adds(first)) for first in (0, 100)]
    index, seen = CopyIndex(folder), set()
    while children:
        index.refresh()
        there = set(index.items)
        assert seen <= there
        assert not index.torn
        seen = there
        children = [one for one in children if os.waitpid(one, os.WNOHANG)[0] == 0]
    assert kept(folder) == expected(
        coded(1000), *(coded(first + number, 3) for first in (0, 100) for number in range(12))
    )


# Where it cannot be.


def test_a_folder_that_may_not_be_written(folder, monkeypatch):
    """A folder that may only be read can be asked, and says plainly that it cannot be written."""
    CopyIndex(folder).add(coded(1))
    opened = Path.open

    def reading_only(path, mode="r", *args, **more):  # root may write wherever a test forbids it
        if folder in path.parents and mode.strip("b") != "r":
            raise OSError(errno.EROFS, "Read-only file system")
        return opened(path, mode, *args, **more)

    monkeypatch.setattr(Path, "open", reading_only)
    index = CopyIndex(folder)
    for act in (lambda: index.add(coded(2)), index.join, lambda: index.remove(item(1))):
        with pytest.raises(CopyIndexUnwritable, match="Read-only") as refused:
            act()
        assert refused.value.exit_code == 7
    assert kept(folder) == expected(coded(1))


def test_no_space(folder, monkeypatch):
    """A disk that is full is said plainly; what was there is there, and nothing unfinished is left."""
    index = CopyIndex(folder)
    index.add(coded(1))

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(CopyIndexUnwritable, match="No space left"):
            index.add(coded(2))
    assert not list(folder.glob("*.unfinished"))
    assert kept(folder) == expected(coded(1))


def test_a_file_where_the_folder_should_be(tmp_path):
    """A file in place of the folder is said plainly."""
    (tmp_path / "index").write_bytes(b"")
    with pytest.raises(CopyIndexUnwritable):
        CopyIndex(tmp_path / "index").add(coded(1))


# What is held open.


def test_segments_that_are_replaced_are_let_go(folder, monkeypatch):
    """Segments that were joined, replaced or removed are not held open, nor is their place on the disk."""
    monkeypatch.setattr(store, "_LARGE_FRAMES", 4)
    monkeypatch.setattr(segments, "_MAPPED", 1)
    index = CopyIndex(folder)
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(40):
        index.add(coded(number))
        assert index.scanned()
        if number % 10 == 9:
            index.join()
    for number in range(39):
        index.remove(item(number))
        assert index.scanned()

    assert len(list(Path("/proc/self/fd").iterdir())) - open_before <= len(index.segments) + 1
    mapped = Path("/proc/self/maps").read_text(encoding="utf-8")
    assert not [line for line in mapped.splitlines() if str(folder) in line and "(deleted)" in line]
