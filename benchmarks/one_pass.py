"""How much one pass costs beside bare decoding: table of frames, digests, cuts and peaks against PyAV decoding alone.

Reach: one pass at most 1.3 times bare decoding of the same file by PyAV with the same decoding threads. Both decode the
same streams; the pass runs in the jail, opens the file twice (facts, then pass) and sends its results back. Turns
alternate, medians are compared, and the time to start the warm jail is told apart.
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
    """For each file and number of decoding threads: seconds of either, medians, and their ratio."""
    rows = []
    with a_jail() as jail:
        start = time.perf_counter()
        jail.layers()
        jail_start_s = time.perf_counter() - start
        for file in files:
            for threads in (1, 2):
                limits = Limits(decode_threads=threads)
                bare_s, pass_s = _in_turns(
                    turns,
                    lambda file=file, threads=threads: _bare(file, threads),  # type: ignore[misc]
                    lambda file=file, limits=limits: watch(file, CONSUMERS, limits=limits, jail=jail),  # type: ignore[misc]
                )
                rows.append(
                    {
                        "file": file.name,
                        "threads": threads,
                        "bare_s": round(bare_s, 4),
                        "one_pass_s": round(pass_s, 4),
                        "ratio": round(pass_s / bare_s, 3),
                    }
                )
    medians = {
        f"ratio_{threads}_threads": round(
            statistics.median(_ratio(row) for row in rows if row["threads"] == threads), 3
        )
        for threads in (1, 2)
    }
    return {"jail_start_s": round(jail_start_s, 3), "rows": rows, **medians}


def _ratio(row: dict[str, object]) -> float:
    value = row["ratio"]
    assert isinstance(value, float)
    return value


def _in_turns(turns: int, one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    one()
    other()
    for _ in range(turns):
        for seconds, do in zip(taken, (one, other), strict=True):
            start = time.perf_counter()
            do()
            seconds.append(time.perf_counter() - start)
    return statistics.median(taken[0]), statistics.median(taken[1])


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
