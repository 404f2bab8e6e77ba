"""What looking costs: the whole default set in one pass, each analyser alone, and bare decoding beside them.

    python benchmarks/looks.py [--minutes 10] [--only scenes,shots,…] [--speech] [--together] [--file CLIP]

A clip of 720p with sound is made here: camera footage that an installed package ships, in turn, with captions over it
that come and go, and speech-like sound, noise and knocks. Processor time is that of the jailed process, wall time is
what a person waits. Reach (issue 4): the default set without speech at most 1.0 times the clip's length on two cores.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from probata.analysis import run
from probata.cli.demo_footage.camera import camera_footage
from probata.media.passes import watch
from probata.media.wire import a_jail

WIDTH, HEIGHT, RATE, SOUND_HZ = 1280, 720, 30, 48_000
CAPTIONS = ("Озерне, 30 березня", "у села Озёрное", "Near Ozerne village", "съёмка очевидца", "Live from the square")


def clip(path: Path, minutes: float) -> Path:
    """Camera footage in turn, each piece shown twice as long as it lasts; a caption in two of three pieces."""
    pictures = list(_pictures())
    font = ImageFont.load_default(size=40)
    random = np.random.default_rng(4)
    frames = round(minutes * 60 * RATE)
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "crf": "26"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        sound = out.add_stream("aac", rate=SOUND_HZ, layout="mono")
        sound.bit_rate = 96_000
        for number in range(frames):
            piece = number // (8 * RATE)
            picture = Image.fromarray(pictures[(number // 2 + piece * 37) % len(pictures)])
            if piece % 3:
                ImageDraw.Draw(picture).text(
                    (120, 600),
                    CAPTIONS[piece % len(CAPTIONS)],
                    font=font,
                    fill="white",
                    stroke_width=3,
                    stroke_fill="black",
                )
            out.mux(video.encode(av.VideoFrame.from_image(picture)))
            if number % RATE == 0:
                _second(sound, out, number // RATE, random)
        out.mux(video.encode(None))
        out.mux(sound.encode(None))
    return path


def _pictures() -> list[np.ndarray]:
    found: list[np.ndarray] = []
    for path in camera_footage():
        with av.open(str(path)) as container:
            some = islice(container.decode(video=0), 90)
            found += [frame.reformat(WIDTH, HEIGHT, "rgb24").to_ndarray() for frame in some]
    return found


def _second(sound: av.AudioStream, out: av.container.OutputContainer, second: int, random: np.random.Generator) -> None:
    at = np.arange(SOUND_HZ) / SOUND_HZ
    hum = 0.05 * np.sin(2 * np.pi * (120 + 40 * np.sin(2 * np.pi * 3 * at)) * at) * (second % 5 < 2)
    samples = hum + 0.01 * random.standard_normal(SOUND_HZ)
    if second % 11 == 0:
        samples += 0.6 * random.standard_normal(SOUND_HZ) * np.exp(-((at - 0.4) % 1) * 30) * (at > 0.4)
    for start in range(0, SOUND_HZ, 1000):
        frame = av.AudioFrame.from_ndarray(samples[None, start : start + 1000].astype(np.float32), "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_HZ, second * SOUND_HZ + start, Fraction(1, SOUND_HZ)
        out.mux(sound.encode(frame))


def main() -> int:
    """Make the clip, look at it in every way, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--only", help="analysers by name, by comma")
    parser.add_argument("--speech", action="store_true", help="measure speech as well")
    parser.add_argument("--together", action="store_true", help="only all together, not each alone")
    parser.add_argument("--file", type=Path, help="a clip of your own instead")
    asked = parser.parse_args()
    names = [one.about.name for one in run.analysers(asked.only.split(",") if asked.only else None)]
    names = [name for name in names if asked.speech or name != "speech"]
    with tempfile.TemporaryDirectory() as folder, a_jail() as jail:
        file = asked.file or clip(Path(folder) / "clip.mp4", asked.minutes)
        jail.layers()
        seconds = float(watch(file, jail=jail).facts.duration_s or 0)
        print(f"{seconds:.0f} s of footage")
        print(f"{'who looks':<44}{'wall s':>8}{'CPU s':>8}{'wall / length':>15}{'found':>8}")
        alone = [] if asked.together else [[name] for name in names]
        for who in ([], *alone, names):
            start = time.perf_counter()
            looked = run.look(file, run.analysers(who) if who else [], jail=jail)
            wall_s = time.perf_counter() - start
            cpu_s = jail.last.processor_s if jail.last is not None else 0.0
            unable = {track.analyser: track.why for track in looked.tracks if track.outcome == "could_not_look"}
            count = sum(len(track.entries) for track in looked.tracks)
            what = "all of these together" if len(who) > 1 else (who or ["decoding, table of frames"])[0]
            print(f"{what:<44}{wall_s:8.1f}{cpu_s:8.1f}{wall_s / max(seconds, 1e-9):15.2f}{count:8}", flush=True)
            for name, why in unable.items():
                print(f"    {name} could not look: {why}")
    print("Reach: all together, without speech, at most 1.00 of the length on two cores.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
