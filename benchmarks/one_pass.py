"""How much one pass costs beside bare decoding: table of frames, digests, cuts and peaks against PyAV decoding alone.

Reach: one pass at most 1.3 times bare decoding of the same file by PyAV with the same decoding threads. Both decode the
same streams; the pass runs in a cell of a warm jail and sends its results back. Turns alternate, medians are compared,
and the time to start the jail is told apart. The pass hashes and examines in one more thread than it decodes in: on a
free core that costs little time, and `processor_ratio` tells what it costs where no core is free. Probata always
decodes in one thread, so that damage is concealed the same way each time: the reach is for one. With two decoding
threads on two cores nothing is free for hashing, and the ratio is 1.5 to 1.9.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from probata.engines.sandbox import Jail
from probata.media import waveform
from probata.media.limits import Limits
from probata.media.passes import Consumer, watch
from probata.media.wire import a_jail

TURNS = 5
FOOTAGE = Path(__file__).resolve().parents[2] / "shared" / "footage"
CLIPS = (
    "facebook+ThreatExchange/tmk__sample-videos__doorknob-hd-no-bar.mp4",
    "facebook+ThreatExchange/tmk__sample-videos__chair-20-sd-bar.mp4",
    "intel-iot-devkit+sample-videos/bottle-detection.mp4",
    "mdn+interactive-examples/live-examples__media__cc0-videos__flower.webm",
    "gopro+gpmf-parser/samples__karma.mp4",
)
CONSUMERS = (waveform.CONSUMER, Consumer(name="cuts", target="probata.analysis.cuts:Cuts"))


def measure(files: list[Path], turns: int = TURNS) -> dict[str, object]:
    """For each file and number of decoding threads: medians of either, and their ratios."""
    rows = []
    with a_jail() as jail:
        start = time.perf_counter()
        jail.layers()
        jail_start_s = time.perf_counter() - start
        for file in files:
            rows += [_row(file, threads, jail, turns) for threads in (1, 2)]
    told: dict[str, object] = {"jail_start_s": round(jail_start_s, 3), "rows": rows}
    for threads in (1, 2):
        for ratio in ("ratio", "processor_ratio"):
            found = [float(row[ratio]) for row in rows if row["threads"] == threads]
            told[f"{ratio}_{threads}_threads"] = round(statistics.median(found), 3)
    return told


def _row(file: Path, threads: int, jail: Jail, turns: int) -> dict[str, str | float]:
    limits = Limits(decode_threads=threads)
    bare, passed = [], []
    for _ in range(turns + 1):
        bare.append(_timed(lambda: _bare(file, threads), time.process_time))
        passed.append(_timed(lambda: watch(file, CONSUMERS, limits=limits, jail=jail), lambda: _used_s(jail)))
    bare_s, bare_processor_s = (statistics.median(column) for column in zip(*bare[1:], strict=True))
    pass_s, pass_processor_s = (statistics.median(column) for column in zip(*passed[1:], strict=True))
    return {
        "file": file.name,
        "threads": threads,
        "bare_s": round(bare_s, 4),
        "one_pass_s": round(pass_s, 4),
        "ratio": round(pass_s / bare_s, 3),
        "processor_ratio": round(pass_processor_s / bare_processor_s, 3),
    }


def _timed(do: Callable[[], object], processor: Callable[[], float]) -> tuple[float, float]:
    used, start = processor(), time.perf_counter()
    do()
    return time.perf_counter() - start, processor() - used


def _used_s(jail: Jail) -> float:
    # What all cells used so far: each cell's use is told at its end.
    if jail.last is not None and jail.last is not _counted[-1][0]:
        _counted.append((jail.last, _counted[-1][1] + jail.last.processor_s))
    return _counted[-1][1]


_counted: list[tuple[object, float]] = [(None, 0.0)]


def _bare(file: Path, threads: int) -> int:
    with av.open(str(file)) as container:
        streams = [*container.streams.video[:1], *container.streams.audio[:1]]
        for stream in streams:
            stream.codec_context.thread_count = threads
            stream.codec_context.thread_type = "AUTO"
        return sum(1 for _ in container.decode(streams))


def _drawn(folder: Path) -> Path:
    """A clip of noise that moves, where no footage is at hand: 10 s of 720p."""
    noise = np.random.default_rng(1).integers(0, 255, (736, 1300, 3), dtype=np.uint8)
    path = folder / "drawn.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=30, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 30)
        for ordinal in range(300):
            picture = np.ascontiguousarray(noise[ordinal % 16 : ordinal % 16 + 720, ordinal % 20 : ordinal % 20 + 1280])
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = ordinal, Fraction(1, 30)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def main() -> None:
    """Print the figures as JSON; files may be named on the command line."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(word) for word in sys.argv[1:]] or [FOOTAGE / clip for clip in CLIPS if (FOOTAGE / clip).exists()]
        if not files:
            print(f"no footage at {FOOTAGE}: a drawn clip instead", file=sys.stderr)
            files = [_drawn(Path(folder))]
        print(json.dumps(measure(files), indent=1))


if __name__ == "__main__":
    main()
