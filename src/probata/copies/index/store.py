"""The index as a folder: items are added as files of their own, joined when they are many, and removed without a trace.

Every file is written beside its place, synced, and renamed into it: whoever is killed at any step leaves an index that
can be read. All of it can be made again from the originals.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from attrs import frozen
from blake3 import blake3

from probata.copies.index.lists import LISTS, Lists, beside
from probata.copies.index.segments import (
    SUFFIX,
    UNFINISHED,
    Coded,
    Held,
    Segment,
    Torn,
    put_together,
    segment_bytes,
)
from probata.terms.digests import Sha256, sha256
from probata.terms.errors import StorageError

_LOCK = "lock"
_JOINED = "joined-"  # sorts after the names of items, so that what was added last counts before what was joined
_LARGE_FRAMES, _MOST_SMALL = 1 << 16, 500
_MOST_FRAMES = 1_000_000  # in one joined segment: 256 MB, written anew when an item of it is removed
_LISTED_AGAIN = 20
LISTS_ABOVE_FRAMES = 2_000_000  # fewer are compared whole


class CopyIndexUnwritable(StorageError):
    """The folder of the index of copies takes nothing."""

    code = "copy_index_unwritable"
    template = "The index of copies at {folder} cannot be written: {why}."
    advice = "What it held is as it was. See that the folder may be written and has space, then do it again."


@frozen(kw_only=True)
class TornSegment:
    """A file that was passed over, and why."""

    name: str
    why: str


Mark = tuple[int, int, int]


class CopyIndex:
    """The codes of an archive in a folder; nothing but whole segments is ever read.

    `segments` is what was there when it was opened or last `refresh`ed. An item that a crash left in two segments
    counts once, from the first of them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.segments: tuple[Segment, ...] = ()
        self.torn: tuple[TornSegment, ...] = ()
        self._known: dict[str, tuple[Mark, Segment]] = {}
        self._scanned: dict[bool, tuple[Segment, ...]] = {}
        self._lists: dict[bytes, Lists] = {}
        self.refresh()

    def refresh(self) -> None:
        """See what was added or removed since."""
        listed = self._listed()
        for _again in range(_LISTED_AGAIN):
            self._open(listed)
            before, listed = listed, self._listed()
            if listed == before:  # else a writer may have moved an item from a file not yet seen to one no longer there
                break
        self.segments = tuple(segment for _mark, segment in self._known.values())
        self._scanned = {}
        there = {segment.checksum for segment in self.segments}
        self._lists = {checksum: lists for checksum, lists in self._lists.items() if checksum in there}

    def _listed(self) -> dict[str, Mark]:
        listed: dict[str, Mark] = {}
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            with suppress(FileNotFoundError):  # removed since
                told = path.stat()
                listed[path.name] = told.st_ino, told.st_size, told.st_mtime_ns
        return listed

    def _open(self, listed: dict[str, Mark]) -> None:
        known: dict[str, tuple[Mark, Segment]] = {}
        torn = []
        for name, mark in listed.items():
            held = self._known.get(name)
            try:
                known[name] = held if held is not None and held[0] == mark else (mark, self._opened(name))
            except FileNotFoundError:
                continue  # removed since
            except Torn as why:
                torn.append(TornSegment(name=name, why=str(why)))
        self._known, self.torn = known, tuple(torn)

    def _opened(self, name: str) -> Segment:
        return Segment.opened(self.folder / name)

    @property
    def items(self) -> dict[Sha256, tuple[Segment, Held]]:
        """Every item, background left out, and where its rows are."""
        return {item: place for item, place in self._places().items() if not place[0].background}

    @property
    def frames(self) -> int:
        """How many key pictures there are, background left out."""
        return sum(held.count for _segment, held in self.items.values())

    def coded(self, item: Sha256) -> Coded | None:
        """What is kept of the item; None if it is not here."""
        place = self._places().get(item)
        return None if place is None else place[0].coded(place[1])

    def scanned(self, *, background: bool = False) -> tuple[Segment, ...]:
        """Every item's rows once, in few segments: small ones put together in memory, large ones in their files."""
        if background not in self._scanned:
            whole, parts = [], []
            for segment in self.segments:
                if segment.background == background:
                    counting = self.counts(segment)
                    if segment.frames >= _LARGE_FRAMES and len(counting) == len(segment.held):
                        whole.append(segment)
                    else:
                        parts.append((segment, [segment.held[at] for at in sorted(counting)]))
            together = put_together(parts, background=background)
            self._scanned[background] = (*whole, together) if together.held else tuple(whole)
        return self._scanned[background]

    def lists(self, segments: Sequence[Segment]) -> tuple[Lists | None, ...]:
        """The lists of each of these segments, None where it has none; none at all where there are few frames."""
        if sum(segment.frames for segment in segments) <= LISTS_ABOVE_FRAMES:
            return (None,) * len(segments)
        for segment in segments:
            if segment.checksum and segment.checksum not in self._lists:
                lists = Lists.opened(beside(self.folder, segment.name), segment)
                if lists is not None:
                    self._lists[segment.checksum] = lists
        return tuple(self._lists.get(segment.checksum) for segment in segments)

    def list_codes(self) -> int:
        """Make the lists of every large segment that has none; gives how many were made. Seconds for each.

        Above `LISTS_ABOVE_FRAMES` every change does so by itself.
        """
        with self._writing():
            self.refresh()
            return self._list_large()

    def _list_large(self) -> int:
        made = 0
        for segment in self.segments:
            place = beside(self.folder, segment.name)
            if segment.frames >= _LARGE_FRAMES and not Lists.there(place, segment):
                self._put(place.name, Lists.made(segment).to_bytes())
                made += 1
        return made

    def _list_if_many(self) -> None:
        self.refresh()
        if sum(segment.frames for segment in self.segments) > LISTS_ABOVE_FRAMES:
            self._list_large()

    def counts(self, segment: Segment) -> frozenset[int]:
        """The places in `segment.held` of the items that count from this segment, and not from another."""
        places = self._places()
        return frozenset(at for at, held in enumerate(segment.held) if places[held.item][0] is segment)

    def add(self, coded: Coded, *, background: bool = False) -> None:
        """Keep the codes of an item, in place of what was kept of it; `background` is footage that nobody asks for."""
        name = f"{coded.item}{SUFFIX}"
        with self._writing():
            self._write(name, [coded], background=background)
            self._take_out(coded.item, but=name)
            self.refresh()
            small = [segment.frames for segment in self.segments if segment.frames < _LARGE_FRAMES]
            if len(small) > _MOST_SMALL or sum(small) > _MOST_FRAMES:
                self._join_all()
            self._list_if_many()

    def remove(self, item: Sha256) -> bool:
        """Take the item out: after this no file of the index holds a code of it. True if it was there.

        What cannot be read may hold it, and goes too: torn segments, and files that a crash left unfinished.
        """
        item = sha256(item)
        with self._writing():
            was = self._take_out(item, but="")
            for torn in self.torn:
                self._unlink(torn.name)
            for path in self.folder.glob(f"*{LISTS}"):
                if all(path != beside(self.folder, segment.name) for segment in self.segments):
                    path.unlink(missing_ok=True)
            _sync(self.folder)
            self._list_if_many()
        return was

    def join(self) -> None:
        """Join segments of few frames into larger ones, so that a scan opens few files."""
        with self._writing():
            self.refresh()
            self._join_all()
            self._list_if_many()

    def _join_all(self) -> None:
        for background in (False, True):
            small = [
                segment
                for segment in self.segments
                if segment.background == background and segment.frames < _MOST_FRAMES // 2
            ]
            for group in _groups(small):
                self._join(group, background=background)

    def _join(self, group: Sequence[Segment], *, background: bool) -> None:
        if len(group) < 2:
            return
        coded = [
            segment.coded(held)
            for segment in group
            for at, held in enumerate(segment.held)
            if at in self.counts(segment)
        ]
        name = blake3("".join(sorted(one.item for one in coded)).encode()).hexdigest()[:32]
        joined = f"{_JOINED}{name}{SUFFIX}"
        self._write(joined, coded, background=background)
        for segment in group:
            if segment.name != joined:
                self._unlink(segment.name)
        _sync(self.folder)

    def _take_out(self, item: Sha256, *, but: str) -> bool:
        self.refresh()
        was = False
        for segment in self.segments:
            if segment.name == but or all(held.item != item for held in segment.held):
                continue
            was = True
            left = [segment.coded(held) for held in segment.held if held.item != item]
            if left:
                self._write(segment.name, left, background=segment.background)
            else:
                self._unlink(segment.name)
        return was

    def _write(self, name: str, coded: Sequence[Coded], *, background: bool) -> None:
        beside(self.folder, name).unlink(missing_ok=True)  # lists of what was there hold codes of it
        self._put(name, segment_bytes(coded, background=background))

    def _unlink(self, name: str) -> None:
        beside(self.folder, name).unlink(missing_ok=True)
        (self.folder / name).unlink(missing_ok=True)

    def _put(self, name: str, stored: bytes) -> None:
        unfinished = self.folder / f"{name}{UNFINISHED}"
        try:
            with unfinished.open("wb") as out:
                out.write(stored)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(self.folder / name)
        except OSError:
            with suppress(OSError):
                unfinished.unlink()
            raise
        _sync(self.folder)

    def _places(self) -> dict[Sha256, tuple[Segment, Held]]:
        places: dict[Sha256, tuple[Segment, Held]] = {}
        for segment in self.segments:
            for held in segment.held:
                places.setdefault(held.item, (segment, held))
        return places

    @contextmanager
    def _writing(self) -> Iterator[None]:
        # One writer at a time; readers need no lock, since files are only ever replaced whole.
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / _LOCK).open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                for left in self.folder.glob(f"*{UNFINISHED}"):
                    left.unlink(missing_ok=True)
                yield
        except OSError as error:
            raise CopyIndexUnwritable(folder=self.folder, why=error.strerror or type(error).__name__) from error


def _groups(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    group: list[Segment] = []
    for segment in segments:
        if group and sum(one.frames for one in group) + segment.frames > _MOST_FRAMES:
            yield group
            group = []
        group.append(segment)
    if group:
        yield group


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
