"""What is read from pictures: `python benchmarks/screen_text.py [--fresh] [--quick] [--no-peers]`.

Captions whose every letter is known, in Russian, Ukrainian, English and Arabic, in three styles over photographic
footage (`caption_set.py`): `screen_text` in its jail, beside

- the same detector and reader on every picture by itself, asked at three pictures a caption;
- Tesseract alone on the whole picture, in all four languages, at the middle picture of each caption.

Printed are characters wrong (no more than all of them), captions with their exact first and last picture, entries that
no caption explains, and seconds of one core a second of footage. `--fresh` takes lines, faces and grounds that nothing
was tuned on. Sets are small: they rank ways of doing it, and promise nothing about other footage.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.update(ORT_DISABLE_TELEMETRY="1", OMP_NUM_THREADS="1", OMP_THREAD_LIMIT="1")

import av
import numpy as np
import onnxruntime
import PIL.Image
from attrs import define, field
from numpy.typing import NDArray

import caption_set
from caption_set import HEIGHT, RATE, STYLES, TEXTS, WIDTH, Caption
from probata.analysis.analysers import screen_text
from probata.analysis.run import analyse_file
from probata.analysis.screen_text import boxes, preparing, scripts
from probata.analysis.screen_text.tesseract import Tesseract
from probata.analysis.seam import Entry
from probata.engines import weights
from probata.engines.sandbox import Jail
from probata.media.wire import a_jail

ACROSS, DOWN = 864, 480


@define
class Sums:
    """What one way of doing it came to, on one language and style."""

    wrong: list[float] = field(factory=list)
    exact: int = 0
    beside: int = 0
    core_s: float = 0.0
    footage_s: float = 0.0


class EveryPicture:
    """The same detector and the same reader, picture by picture, with nothing known of the one before."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        model = next(iter(weights.read(weights.TEXT).files.values()))
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._reader = Tesseract({name: path.read_bytes() for name, path in screen_text._data().items()})  # noqa: SLF001

    def read(self, picture: NDArray[np.uint8]) -> list[str]:
        """Every line of one picture."""
        small = np.asarray(PIL.Image.fromarray(picture).resize((ACROSS, DOWN)))[:, :, ::-1]
        given = np.ascontiguousarray((small.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None])
        likely = self._session.run(None, {"x": given})[0][0, 0]
        found = boxes.lines(boxes.found(likely, threshold=0.3, least_score=0.5, unclip=1.6))
        told = []
        for box in found:
            rows, columns = box.scaled(WIDTH / ACROSS, HEIGHT / DOWN).grown(2, WIDTH, HEIGHT).pixels()
            chosen = self._line(picture[rows, columns][None])
            if chosen is not None:
                told.append(chosen.best.text)
        return told

    def _line(self, stack: NDArray[np.uint8]) -> scripts.Chosen | None:
        made: list[scripts.Candidate] = []
        aspect = stack.shape[2] / stack.shape[1]
        for name, ready in preparing.prepared(stack):
            for language in scripts.SCRIPTS:
                read = self._reader.read(ready, language)
                made.append(scripts.candidate(read.text, language, name, read.confidence, aspect, read.words))
            if scripts.is_settled(made):
                break
        return scripts.chosen(made, least_confidence=0.0)


def main() -> int:
    """Make the captions, read them each way, print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fresh", action="store_true", help="lines, faces and grounds that nothing was tuned on")
    parser.add_argument("--quick", action="store_true", help="one style a language")
    parser.add_argument("--no-peers", action="store_true", help="ours alone")
    asked = parser.parse_args()
    if lacks := screen_text.ScreenText().about.lacking:
        print(f"cannot run: {lacks}")
        return 1
    sums: dict[tuple[str, str, str], Sums] = {}
    every = EveryPicture()
    with a_jail() as jail, tempfile.TemporaryDirectory() as folder:
        for which, (language, style) in enumerate((language, style) for language in TEXTS for style in STYLES):
            if asked.quick and which % 3 != which // 3 % 3:
                continue
            file = Path(folder) / f"{language}_{style}.mp4"
            told = caption_set.write(file, language, style, which, fresh=asked.fresh)
            sums["ours", language, style] = ours(file, told, jail)
            if not asked.no_peers:
                sums["picture by picture", language, style] = picture_by_picture(file, told, every)
                if shutil.which("tesseract"):
                    sums["Tesseract alone", language, style] = whole_picture(file, told, Path(folder))
            print(".", end="", flush=True)
    print()
    for way in dict.fromkeys(way for way, _language, _style in sums):
        report(way, {(language, style): one for (which, language, style), one in sums.items() if which == way})
    return 0


def ours(file: Path, told: list[Caption], jail: Jail) -> Sums:
    """The analyser, in its jail."""
    (track,) = analyse_file(file, ["screen_text"], jail=jail)
    assert jail.last is not None
    assert track.outcome == "found", track.why
    made = Sums(core_s=jail.last.processor_s, footage_s=(told[-1].end + caption_set.PAUSE) / RATE)
    explained: set[int] = set()
    for caption in told:
        near = [
            (wrong(caption.text, _reading(entry)), number)
            for number, entry in enumerate(track.entries)
            if entry.attributes["start_ordinal"] < caption.end and entry.attributes["end_ordinal"] >= caption.first
        ]
        share, number = min(near, default=(1.0, -1))
        made.wrong.append(share)
        if number >= 0 and share < 1:
            explained.add(number)
            span = track.entries[number].attributes
            made.exact += (span["start_ordinal"], span["end_ordinal"]) == (caption.first, caption.end - 1)
    made.beside = len(track.entries) - len(explained)
    return made


def _reading(entry: Entry) -> str:
    return entry.text or str(entry.attributes.get("guess", ""))


def picture_by_picture(file: Path, told: list[Caption], every: EveryPicture) -> Sums:
    """Three pictures a caption; the time is a picture's, times the pictures a second."""
    made = Sums()
    for caption, pictures in shown(file, told, 3):
        for picture in pictures:
            start = time.process_time()
            lines = every.read(picture)
            made.core_s += (time.process_time() - start) * RATE
            made.footage_s += 1
            made.wrong.append(min((wrong(caption.text, line) for line in lines), default=1.0))
    return made


def whole_picture(file: Path, told: list[Caption], folder: Path) -> Sums:
    """The program itself, as anybody would run it on a still."""
    made = Sums()
    for caption, (picture,) in shown(file, told, 1):
        PIL.Image.fromarray(picture).save(folder / "still.png")
        command = ["tesseract", str(folder / "still.png"), "-", "--psm", "11", "-l", "rus+ukr+eng+ara"]
        start = time.monotonic()
        read = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        made.core_s += (time.monotonic() - start) * RATE
        made.footage_s += 1
        made.wrong.append(min((wrong(caption.text, line) for line in read.splitlines() if line.strip()), default=1.0))
    return made


def shown(file: Path, told: list[Caption], count: int) -> Iterator[tuple[Caption, list[NDArray[np.uint8]]]]:
    """Every caption with pictures that show it, evenly from its span."""
    wanted = {
        caption.first + (number + 1) * (caption.end - caption.first) // (count + 1): caption
        for caption in told
        for number in range(count)
    }
    kept: list[NDArray[np.uint8]] = []
    with av.open(str(file)) as opened:
        for ordinal, frame in enumerate(opened.decode(video=0)):
            if ordinal in wanted:
                kept.append(frame.to_ndarray(format="rgb24").astype(np.uint8))
                if len(kept) == count:
                    yield wanted[ordinal], kept
                    kept = []


def wrong(written: str, read: str) -> float:
    """Characters that must be changed, put in or left out, as a part of those written; no more than all."""
    row = list(range(len(read) + 1))
    for number, letter in enumerate(written, 1):
        before, row[0] = row[0], number
        for column, other in enumerate(read, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (letter != other))
    return min(1.0, row[-1] / len(written))


def report(way: str, sums: dict[tuple[str, str], Sums]) -> None:
    """One table: languages down, styles across."""
    print(f"\n{way}: characters wrong")
    print("     " + "".join(f"{style:>10}" for style in STYLES) + f"{'all':>10}")
    for language in TEXTS:
        cells = [sums.get((language, style)) for style in STYLES]
        all_of = [share for one in cells if one is not None for share in one.wrong]
        told = "".join(f"{float(np.mean(one.wrong)):>10.3f}" if one is not None else f"{'':>10}" for one in cells)
        print(f"  {language} {told}{float(np.mean(all_of)) if all_of else 1.0:>10.3f}")
    count = sum(len(one.wrong) for one in sums.values())
    print(f"  {sum(one.core_s for one in sums.values()) / sum(one.footage_s for one in sums.values()):.2f} s a second")
    if way == "ours":
        print(f"  exact first and last picture: {sum(one.exact for one in sums.values())} of {count}")
        print(f"  entries that no caption explains: {sum(one.beside for one in sums.values())}")


if __name__ == "__main__":
    sys.exit(main())
