"""Which faces a mask is proposed over: `python benchmarks/faces.py [--turns 0,45,90,135,180,270] [FOOTAGE]`.

Real footage, turned as if the camera, or the person, lay on its side: for every turn, how many reference faces the
proposed masks cover (their middle, and seven tenths of their box), beside the same detector shown each picture upright
alone, which is what a plain face blurrer does. Reference faces are those that the detector itself finds surely (.6) on
the upright pictures: the figures say what turning costs, not how many faces a detector misses altogether. Printed too:
how much of the pictures masks cover where no reference face is, and time.

FOOTAGE is kept beside the repository and never in it (default `../shared/footage`); camera clips of an installed
package are taken as well.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
from collections.abc import Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

os.environ.update(ORT_DISABLE_TELEMETRY="1", OMP_NUM_THREADS="1")

import av
import numpy as np
import onnxruntime
import PIL.Image
from attrs import define, field, frozen
from numpy.typing import NDArray

from probata.analysis.faces.detecting import Face, decoded
from probata.analysis.faces.sizes import freed
from probata.analysis.run import analyse_file
from probata.cli.demo_footage.camera import camera_footage
from probata.engines import weights
from probata.engines.sandbox import Jail
from probata.media.wire import a_jail

FOOTAGE = Path(__file__).parents[2] / "shared" / "footage"
CLIPS = (
    "intel-iot-devkit+sample-videos/asl_gestures__again.mkv",
    "intel-iot-devkit+sample-videos/asl_gestures__bird.mkv",
    "intel-iot-devkit+sample-videos/asl_gestures__book.mkv",
    "intel-iot-devkit+sample-videos/asl_gestures__eat.mkv",
    "intel-iot-devkit+sample-videos/asl_gestures__hungry.mkv",
    "intel-iot-devkit+sample-videos/asl_gestures__student.mkv",
    "mdn+interactive-examples/live-examples__media__cc0-videos__friday.mp4",
)
COUNT, RATE, LONGER_PX, EVERY = 50, 25, 640, 7
SURE, THRESHOLD, COVERED = 0.6, 0.2, 0.7


@frozen(kw_only=True, eq=False)
class Source:
    """Upright pictures, and the reference faces of every seventh, by its number."""

    name: str
    pictures: list[NDArray[np.uint8]]
    faces: dict[int, list[Face]]


@define
class Sums:
    """What came of one turn."""

    faces: int = 0
    ours: int = 0
    upright: int = 0
    beside: list[float] = field(factory=list)
    core_s: float = 0.0
    footage_s: float = 0.0


class Detector:
    """CenterFace, shown a picture as it is."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        model = freed(next(iter(weights.read(weights.FACES).files.values())))
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def faces(self, picture: NDArray[np.uint8], threshold: float) -> list[Face]:
        """The faces of one picture."""
        height, width = picture.shape[:2]
        given = np.zeros((1, 3, -(-height // 32) * 32, -(-width // 32) * 32), np.float32)
        given[0, :, :height, :width] = picture.transpose(2, 0, 1)
        heat, scale, offset = self._session.run(["537", "538", "539"], {"input.1": given})
        return decoded(heat[0, 0], scale[0], offset[0], threshold=threshold)


def main() -> int:
    """Turn everything, look, print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("footage", nargs="?", type=Path, default=FOOTAGE)
    parser.add_argument("--turns", default="0,45,90,135,180,270")
    asked = parser.parse_args()
    if lacks := weights.lacking(weights.FACES):
        print(f"cannot run: {lacks}")
        return 1
    detector = Detector()
    sources = [made for path in footage(asked.footage) if (made := source(path, detector)) is not None]
    count = sum(len(one) for made in sources for one in made.faces.values())
    print(f"{len(sources)} clips, {count} reference faces on {sum(len(made.faces) for made in sources)} pictures")
    print(f"{'turned':>8}{'faces':>8}{'ours':>8}{'upright':>9}{'beside':>9}{'s a second':>12}")
    with a_jail() as jail, tempfile.TemporaryDirectory() as folder:
        for degrees in (int(one) for one in asked.turns.split(",")):
            sums = Sums()
            for made in sources:
                look(made, degrees, detector, sums, Path(folder), jail)
            print(
                f"{degrees:>8}{sums.faces:>8}{sums.ours / sums.faces:>8.3f}{sums.upright / sums.faces:>9.3f}"
                f"{float(np.mean(sums.beside)):>9.3f}{sums.core_s / sums.footage_s:>12.2f}",
                flush=True,
            )
    return 0


def footage(folder: Path) -> list[Path]:
    """What there is to look at."""
    camera = [path for path in camera_footage() if path.name == "carphone_pristine.mp4"]
    return [path for name in CLIPS if (path := folder / name).is_file()] + camera


def source(path: Path, detector: Detector) -> Source | None:
    """Its first pictures, no larger than the detector is shown, and their reference faces; None without any."""
    pictures = []
    with av.open(str(path)) as file:
        for frame in islice(file.decode(video=0), COUNT):
            scale = min(1.0, LONGER_PX / max(frame.width, frame.height))
            size = {"width": round(frame.width * scale), "height": round(frame.height * scale)}
            pictures.append(frame.reformat(**size, format="rgb24").to_ndarray().astype(np.uint8))
    faces = {at: found for at in range(0, len(pictures), EVERY) if (found := detector.faces(pictures[at], SURE))}
    return Source(name=path.stem, pictures=pictures, faces=faces) if faces else None


def look(made: Source, degrees: int, detector: Detector, sums: Sums, folder: Path, jail: Jail) -> None:
    """One clip at one turn, both ways."""
    file = folder / "turned.mp4"
    shown = [turned(picture, degrees) for picture in made.pictures]
    write(file, shown)
    (track,) = analyse_file(file, ["faces"], jail=jail)
    assert jail.last is not None
    sums.core_s += jail.last.processor_s
    sums.footage_s += len(shown) / RATE
    for at, faces in made.faces.items():
        height, width = shown[at].shape[:2]
        before = made.pictures[at].shape[:2]
        wanted = [placed(face, degrees, before, (height, width)) for face in faces]
        masks = [mask for entry in track.entries if (mask := mask_at(entry, Fraction(at, RATE))) is not None]
        boxes = [(left * width, top * height, (left + w) * width, (top + h) * height) for left, top, w, h in masks]
        upright = [(one.left, one.top, one.right, one.bottom) for one in detector.faces(shown[at], THRESHOLD)]
        sums.faces += len(wanted)
        sums.ours += sum(is_covered(one, boxes) for one in wanted)
        sums.upright += sum(is_covered(one, upright) for one in wanted)
        none = [box for box in boxes if not any(overlap(box, one) for one in wanted)]
        sums.beside.append(sum((box[2] - box[0]) * (box[3] - box[1]) for box in none) / (width * height))


Sides = tuple[float, float, float, float]


def placed(face: Face, degrees: int, before: tuple[int, int], after: tuple[int, int]) -> Sides:
    """A reference face on the turned picture; the inverse of telling one that was found there."""
    turn = math.radians(degrees)
    right, down = (face.left + face.right - before[1]) / 2, (face.top + face.bottom - before[0]) / 2
    across = right * math.cos(turn) - down * math.sin(turn) + after[1] / 2
    below = right * math.sin(turn) + down * math.cos(turn) + after[0] / 2
    wide, high = (face.right - face.left) / 2, (face.bottom - face.top) / 2
    reach = (
        math.hypot(wide * math.cos(turn), high * math.sin(turn)),
        math.hypot(wide * math.sin(turn), high * math.cos(turn)),
    )
    return across - reach[0], below - reach[1], across + reach[0], below + reach[1]


def mask_at(entry: Any, seconds: Fraction) -> Sides | None:  # noqa: ANN401  an entry of a track
    """Where the mask of an entry lies then, on the straight way between its points; None outside its span."""
    pts = seconds / entry.time_base
    if not entry.start_pts <= pts <= entry.end_pts:
        return None
    points = entry.attributes["path"]
    times = [float(point[0]) for point in points]
    left, top, width, height = (
        float(np.interp(float(pts), times, [point[at] for point in points])) for at in (1, 2, 3, 4)
    )
    return left, top, width, height


def is_covered(face: Sides, boxes: Sequence[Sides]) -> bool:
    """Whether one of the boxes holds the face's middle and most of it, and is no larger than nine of it."""
    middle = (face[0] + face[2]) / 2, (face[1] + face[3]) / 2
    area = (face[2] - face[0]) * (face[3] - face[1])
    return any(
        box[0] < middle[0] < box[2]
        and box[1] < middle[1] < box[3]
        and overlap(face, box) >= COVERED * area
        and (box[2] - box[0]) * (box[3] - box[1]) < 9 * area
        for box in boxes
    )


def overlap(one: Sides, other: Sides) -> float:
    """What both cover."""
    across, down = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)


def turned(picture: NDArray[np.uint8], degrees: int) -> NDArray[np.uint8]:
    """The picture turned clockwise, whole, with even sides."""
    image = PIL.Image.fromarray(picture).rotate(-degrees, PIL.Image.Resampling.BICUBIC, expand=True)
    return np.asarray(image.crop((0, 0, image.width // 2 * 2, image.height // 2 * 2)))


def write(path: Path, pictures: Sequence[NDArray[np.uint8]]) -> None:
    """The pictures as a clip."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"crf": "23", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = pictures[0].shape[1], pictures[0].shape[0], "yuv420p"
        stream.codec_context.thread_count = 1
        for at, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = at, Fraction(1, RATE)
            out.mux(stream.encode(frame.reformat(format="yuv420p")))
        out.mux(stream.encode(None))


if __name__ == "__main__":
    sys.exit(main())
