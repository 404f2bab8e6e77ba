"""The index of copies: how fast footage is put into it, and how long a query takes in a very large archive.

    python benchmarks/copy_index.py [--frames 1,2,5,10,20] [--only footage|scan] [--seconds 60]

*Footage*: a 480p clip with sound, made here, with a key picture every two seconds (as phones and platforms write them)
and once with x264's default of 250 pictures. The skim that keeps codes and the print of the sound, beside PyAV decoding
the key packets and the sound, and all. What counts is processor time, the jailed child's too.

*Scan*: 86 pictures, a minute, asked of so many million frames of chance in a temporary folder: 256 bytes for each, and
one planted copy. Once with everything asked and compared, as in archives of up to two million frames, and once as in
larger ones, where less is asked, codes of parts and words lie in lists, and codes of whole pictures are compared all
the same. A line through the latter reaches to 100 million. Wall time depends on what else the machine does; processor
time, halved, is what two free cores would need.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from attrs import define, frozen
from numpy.typing import NDArray

from probata.copies import candidates as asking
from probata.copies.codes import KEPT, WORDS, Places, mixed, words_of
from probata.copies.extract import SOUND_PRINT
from probata.copies.index import store
from probata.copies.index.footage import AskedPicture, Query, coded
from probata.copies.index.lists import Lists
from probata.copies.index.scan import near_codes
from probata.copies.index.segments import Coded, segment_bytes
from probata.copies.index.store import CopyIndex
from probata.engines.sandbox import Jail
from probata.media.passes import Consumer
from probata.media.wire import a_jail
from probata.terms.digests import Sha256, sha256

MILLION = 1_000_000
REACH_FRAMES, REACH_S, REACH_BYTES = 100 * MILLION, 10.0, 8 << 30
PICTURES, PARTS, POINTS = 86, 10, 300
SOUND = Consumer(name="sound", target=SOUND_PRINT)


# -- footage


def clip(path: Path, seconds: int, key_every: int) -> Path:
    """Footage drawn from a seed: a place that is panned over, with noise; 854 by 480, 30 pictures a second, a tone."""
    random = np.random.default_rng(1)
    place = cv2.resize(random.integers(0, 255, (60, 200, 3), np.uint8), (1800, 520), interpolation=cv2.INTER_CUBIC)
    place = cv2.addWeighted(
        place, 0.7, cv2.resize(random.integers(0, 255, (260, 900, 3), np.uint8), (1800, 520)), 0.3, 0
    )
    noise = random.integers(0, 12, (480 + 32, 854 + 32, 3), np.uint8)
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=30, options={"preset": "veryfast", "crf": "23", "sc_threshold": "0"})
        video.width, video.height, video.pix_fmt, video.gop_size = 854, 480, "yuv420p", key_every
        sound = out.add_stream("aac", rate=48_000, layout="mono")
        for number in range(30 * seconds):
            x, y = round(470 + 460 * np.sin(number / 97)), round(20 + 19 * np.sin(number / 31))
            grain = noise[number % 32 : number % 32 + 480, number % 29 : number % 29 + 854]
            picture = cv2.add(place[y : y + 480, x : x + 854], grain)
            out.mux(video.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")))
        samples = np.sin(np.cumsum(0.03 + 0.02 * np.sin(np.arange(48_000 * seconds) / 9000))).astype(np.float32) * 0.3
        for start in range(0, len(samples), 1024):
            frame = av.AudioFrame.from_ndarray(samples[None, start : start + 1024], format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
            out.mux(sound.encode(frame))
        out.mux(video.encode(None))
        out.mux(sound.encode(None))
    return path


def bare(path: Path, *, keys_alone: bool, sound: bool = True) -> None:
    """Decode the sound and the pictures, all or the key ones, in one thread, and look at nothing."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        video.codec_context.thread_count = 1
        if keys_alone:
            video.codec_context.skip_frame = "NONKEY"
        for _frame in container.decode(video, *container.streams.audio[: int(sound)]):
            pass


def indexed(path: Path, jail: Jail, beside: tuple[Consumer, ...]) -> float:
    """Put the file in form for the index; the processor time of the jailed child."""
    kept, _seen = coded(path, sha256("0" * 64), beside=beside, jail=jail)
    if kept is None or not len(kept.rows) or jail.last is None:
        sys.exit("nothing was kept of the clip")
    return jail.last.processor_s


def footage(seconds: int, folder: Path) -> None:
    """Print how many times faster than it plays a clip is put into the index, for each core."""
    print(f"{'clip':<22}{'what':<34}{'wall s':>8}{'CPU s':>8}{'x real time a core':>20}")
    with a_jail() as jail:
        jail.layers()
        for name, key_every in (("key every 2 s", 60), ("key every 250", 250)):
            path = clip(folder / "clip.mp4", seconds, key_every)
            rows: tuple[tuple[str, Callable[[], float | None]], ...] = (
                ("codes and sound, in the jail", lambda path=path: indexed(path, jail, (SOUND,))),
                ("codes, in the jail", lambda path=path: indexed(path, jail, ())),
                ("bare: key packets", lambda path=path: bare(path, keys_alone=True, sound=False)),
                ("bare: key packets and sound", lambda path=path: bare(path, keys_alone=True)),
                ("bare: everything", lambda path=path: bare(path, keys_alone=False)),
            )
            for what, do in rows:
                wall_s, cpu_s = min((timed(do) for _turn in range(3)), key=lambda one: one[1])
                print(f"{name:<22}{what:<34}{wall_s:8.2f}{cpu_s:8.2f}{seconds / cpu_s:20.0f}", flush=True)


def timed(do: Callable[[], float | None]) -> tuple[float, float]:
    start, used = time.perf_counter(), time.process_time()
    childs = do() or 0.0
    return time.perf_counter() - start, time.process_time() - used + childs


# -- the scan


def codes_of_chance(random: np.random.Generator, count: int) -> NDArray[np.uint64]:
    codes = random.integers(0, 1 << 64, (count, 4), dtype=np.uint64)
    codes[:, 3] &= np.uint64((1 << 63) - 1)
    return codes


def codes_and_mirrored(random: np.random.Generator, count: int) -> NDArray[np.uint64]:
    """Codes, each with what it is when the picture is mirrored: every other bit changed."""
    codes = codes_of_chance(random, count)
    return np.stack([codes, codes ^ np.uint64(0x5555_5555_5555_5555)], axis=1).reshape(-1, 4)


def rows_of_chance(random: np.random.Generator, count: int) -> NDArray[np.void]:
    rows = np.zeros(count, KEPT)
    rows["code"] = codes_of_chance(random, count)
    rows["words"] = random.integers(1, 1 << 64, (count, WORDS), dtype=np.uint64)
    rows["places"] = random.integers(0, 1 << 16, (count, WORDS), dtype=np.uint16)
    rows["quality"], rows["count"], rows["pts"] = 50, WORDS, np.arange(count)
    return rows


def a_minute(random: np.random.Generator) -> Query:
    """A query with nothing in common from one picture to the next: no stretch of real footage asks for more."""
    pictures = []
    for number in range(PICTURES):
        x, y, turn, strength = random.random((4, POINTS), np.float32)
        pictures.append(
            AskedPicture(
                pts=number,
                digest=bytes(32),
                seconds=Fraction(7 * number, 10),
                width=1.0,
                descriptors=random.integers(0, 160, (POINTS, 128), dtype=np.uint8),
                places=Places(x=x, y=y * np.float32(0.56), size=0.02 + 0.1 * strength, turn=turn * np.float32(6.28)),
                strength=strength,
                parts=("whole",) * 2 + ("part",) * 2 * (PARTS - 1),
                boxes=((0.0, 0.0, 1.0, 1.0),) * 2 * PARTS,
                mirrors=(False, True) * PARTS,
                codes=codes_and_mirrored(random, PARTS),
            )
        )
    return Query(pictures=tuple(pictures), blank={})


def planted(query: Query, random: np.random.Generator, rate: float) -> NDArray[np.void]:
    """What would be kept of the query's own footage every two seconds or so, with so many of a hundred bits changed."""
    rows = rows_of_chance(random, PICTURES // 3)
    for row, picture in zip(rows, query.pictures[::3], strict=False):
        best = np.argsort(-picture.strength)[:WORDS]
        row["code"] = picture.codes[0] ^ flips(random, 4, rate)
        row["code"][3] &= np.uint64((1 << 63) - 1)
        row["words"] = words_of(mixed(picture.descriptors[best])) ^ flips(random, WORDS, rate)
        row["places"] = picture.places.taken(best).packed()
    return rows


def flips(random: np.random.Generator, count: int, rate: float) -> NDArray[np.uint64]:
    return (
        np.packbits(random.random((count, 64)) < rate, axis=1, bitorder="little").view("<u8").astype(np.uint64).ravel()
    )


def name_of(number: int) -> Sha256:
    return sha256(hashlib.sha256(f"{number}".encode()).hexdigest())


def grow(folder: Path, first: int, last: int, query: Query, copy: Sha256) -> None:
    """Write segments of a million frames, a thousand items each; the first has the planted copy too."""
    for number in range(first, last):
        random = np.random.default_rng([2, number])
        items = [
            Coded(item=name_of(1000 * number + one), time_base=Fraction(1, 1000), rows=part, looked=len(part))
            for one, part in enumerate(np.split(rows_of_chance(random, MILLION), 1000))
        ]
        if number == 0:
            found = planted(query, random, 0.1)
            items[500] = Coded(item=copy, time_base=Fraction(1, 1000), rows=found, looked=len(found))
        (folder / f"joined-{number:032x}.segment").write_bytes(segment_bytes(items))


@define
class Memory:
    """The most memory that no file can give back, in bytes."""

    peak_bytes: int = 0


@contextmanager
def watched() -> Iterator[Memory]:
    memory, done = Memory(), threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            told = Path("/proc/self/status").read_text(encoding="utf-8").split("RssAnon:")[1].split()[0]
            memory.peak_bytes = max(memory.peak_bytes, int(told) * 1024)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield memory
    finally:
        done.set()
        thread.join()


@frozen(kw_only=True)
class Scanned:
    """What one query cost in an archive of so many frames."""

    frames: int
    wall_s: float
    cpu_s: float
    peak_bytes: int
    first: bool


def scanned(index: CopyIndex, query: Query, copy: Sha256, *, as_many: bool) -> Scanned:
    """Ask an index that is open already, with a watch in hand; its files are as the system keeps them in memory.

    Of many frames the least of three times, since what else the machine does lets caches go and adds to it.
    """
    asking.MANY_FRAMES = store.LISTS_ABOVE_FRAMES = 0 if as_many else 1 << 60  # type: ignore[misc]
    index.lists(index.scanned())
    turns: list[tuple[float, float]] = []
    with watched() as memory:
        for _turn in range(3 if as_many else 1):
            start, used = time.perf_counter(), time.process_time()
            told = asking.candidates(query, index)
            turns.append((time.process_time() - used, time.perf_counter() - start))
    cpu_s, wall_s = min(turns)
    first = bool(told) and told[0].item == copy
    return Scanned(frames=index.frames, wall_s=wall_s, cpu_s=cpu_s, peak_bytes=memory.peak_bytes, first=first)


def scan(millions: Sequence[int], folder: Path) -> None:
    """Print what a query costs at each size, and what the line through those says of 100 million."""
    query, copy = a_minute(np.random.default_rng(1)), name_of(-1)
    folder.mkdir()
    index = CopyIndex(folder)
    measured: list[Scanned] = []
    print(
        f"\n{'million frames':<16}{'asked':<22}{'wall s':>8}{'CPU s':>8}{'CPU / 2':>9}{'peak MB':>9}  copy found first"
    )
    before = 0
    for size in millions:
        grow(folder, before, size, query, copy)
        before = size
        index.refresh()
        index.list_codes()
        for as_many in (False, True):
            if as_many or size <= 2:
                one = scanned(index, query, copy, as_many=as_many)
                how = "as of many, lists" if as_many else "all, compared whole"
                print(
                    f"{size:<16}{how:<22}{one.wall_s:8.2f}{one.cpu_s:8.2f}{one.cpu_s / 2:9.2f}"
                    f"{one.peak_bytes / 1e6:9.0f}  {'yes' if one.first else 'NO'}",
                    flush=True,
                )
                measured += [one] if as_many else []
    told_reach(measured)
    start = time.perf_counter()
    again = CopyIndex(folder)
    print(f"opened anew, every byte checked: {time.perf_counter() - start:.1f} s for {again.frames / 1e6:.0f} million")
    recall(index, np.random.default_rng(3))


def told_reach(measured: Sequence[Scanned]) -> None:
    if len(measured) < 2:
        return
    frames = np.array([one.frames for one in measured], float)
    told: dict[str, float] = {}
    for what, values in (
        ("wall s", [one.wall_s for one in measured]),
        ("CPU s / 2", [one.cpu_s / 2 for one in measured]),
        ("peak bytes", [float(one.peak_bytes) for one in measured]),
    ):
        slope, start = np.polyfit(frames, values, 1)
        told[what] = float(start + slope * REACH_FRAMES)
    fast, small = told["wall s"] <= REACH_S, told["peak bytes"] <= REACH_BYTES
    print(
        f"\nat 100 million, by the line: {told['wall s']:.1f} s here, {told['CPU s / 2']:.1f} s on two free cores"
        f" (reach {REACH_S:.0f} s: {'reached' if fast else 'NOT REACHED here'}"
        f"{'' if fast or told['CPU s / 2'] > REACH_S else ', reached on two free cores'}),"
        f" {told['peak bytes'] / 1e9:.1f} GB (reach 8 GiB: {'reached' if small else 'NOT REACHED'})"
    )


def recall(index: CopyIndex, random: np.random.Generator) -> None:
    """Print which share of what a full comparison finds the lists find too, by how many bits were changed."""
    segment = index.segments[0]
    lists = Lists.made(segment)
    rows = np.sort(random.choice(segment.frames, 500, replace=False))
    kept = np.stack([segment.columns[f"code{part}"][rows] for part in range(4)], axis=1)
    print(f"\n{'bits changed of 100':<22}{'probes':>8}{'recall':>9}{'CPU s, full':>13}{'CPU s, lists':>14}")
    for rate in (0.05, 0.1, 0.2):
        asked = kept ^ flips(random, 4 * len(kept), rate).reshape(-1, 4)
        asked[:, 3] &= np.uint64((1 << 63) - 1)
        used = time.process_time()
        whole, _furthest = near_codes([segment], asked)
        full_s = time.process_time() - used
        wanted = set(zip(whole[0].asked.tolist(), whole[0].rows.tolist(), strict=True))
        for probes in (4, 8, 16, 32, 64):
            used = time.process_time()
            which, found, _bits = lists.near(asked, most_bits=76, probes=probes)
            took_s = time.process_time() - used
            share = len(wanted & set(zip(which.tolist(), found.tolist(), strict=True))) / len(wanted)
            print(f"{100 * rate:<22.0f}{probes:8}{share:9.3f}{full_s:13.2f}{took_s:14.2f}", flush=True)


def asked_for(words: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--frames", type=lambda text: [int(size) for size in text.split(",")], default=[1, 2, 5, 10, 20]
    )
    parser.add_argument("--only", choices=("footage", "scan"))
    parser.add_argument("--seconds", type=int, default=60, help="how long the clip is")
    parser.add_argument("--dir", type=Path, help="where a temporary folder is made; 380 MB for each million frames")
    return parser.parse_args(words)


def main() -> int:
    """Measure, print, and leave nothing behind."""
    asked: Any = asked_for()
    folder = Path(tempfile.mkdtemp(prefix="probata-index-", dir=asked.dir))
    try:
        if asked.only != "scan":
            footage(asked.seconds, folder)
        if asked.only != "footage":
            scan(asked.frames, folder / "index")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
