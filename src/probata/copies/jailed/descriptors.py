"""Describes pictures of a pass by a learned model that the user gave, as vectors: inside the jail.

A model is a program that somebody else wrote, so it is treated as footage is: it comes in as bytes whose digest was
checked outside, and is parsed and run only here, once the cell has given up its last powers. ONNX Runtime itself is
imported before that, while code can still be read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.random  # loaded before files are out of reach: numpy itself would do it late
from attrs import frozen
from numpy.typing import NDArray

from probata.copies.jailed.sights import grey_of
from probata.copies.proofsheet.upright import Upright
from probata.media.jailed.frames import SeenFrame
from probata.media.passes import CannotLook
from probata.media.probe import Facts

# What networks for pictures are taught with: mean and spread of each colour over ImageNet (Deng et al. 2009).
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_SPREAD = np.array([0.229, 0.224, 0.225], np.float32)
_DEFAULT_SIDE_PX = 288
_SIDES_PX = range(32, 1025)
_LENGTHS = range(8, 8193)
_KINDS = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(uint8)": np.uint8}
_FLOATS = {"tensor(float)", "tensor(float16)", "tensor(double)"}
# A picture is flat where its means over 16 by 9 parts hardly differ, or differ by what noise alone leaves of them.
_PARTS = 16, 9
_LEAST_SPREAD, _LEAST_SHARE = 4.0, 0.08
_MOST_WHY = 200
_DRAWN = 12


class Descriptors:
    """The vector of one picture every `every_s` seconds, and of its mirror image in files of at most `mirror_most_s`.

    Pictures are turned upright first. Flat ones give none and are counted. A file of more than `most` such pictures
    is looked at more and more seldom. Beside them, the vectors of a few pictures that code draws: what they are like
    is known to be wrong.
    """

    def __init__(self, *, model: bytes, every_s: float = 1.0, most: int = 50_000, mirror_most_s: float = 900.0) -> None:
        cv2.setNumThreads(1)
        self._engine, self._model = _engine(), model
        self._every_s, self._most, self._mirror_most_s = every_s, most, mirror_most_s
        self._upright, self._mirrors = Upright(), False
        self._net: Net | None = None
        self._beside: list[NDArray[np.float32]] = []
        self._due_s = -1e9
        self._flat = 0
        self._found: list[dict[str, Any]] = []

    def begin(self, facts: Facts) -> None:
        """Load the model, if there are pictures, and try it on drawn ones."""
        if facts.video_stream is None:
            return
        self._upright = Upright.of(facts)
        self._mirrors = facts.duration_s is not None and facts.duration_s <= self._mirror_most_s
        self._net = Net.of(self._engine, self._model)
        self._model = b""
        self._beside = [self._net.vector(picture) for picture in drawn(self._net.width, self._net.height)]

    def see(self, frame: SeenFrame) -> None:
        """Describe the picture if it is due."""
        at = float(frame.seconds)
        if self._net is None or at < self._due_s - 1e-6:
            return
        if len(self._found) >= self._most:
            self._found = self._found[::2]
            self._every_s *= 2
        self._due_s = at + self._every_s
        if _is_flat(grey_of(frame)):
            self._flat += 1
            return
        picture = self._as_shown(frame, self._net)
        self._found.append(
            {
                "ordinal": frame.ordinal,
                "pts": frame.pts,
                "digest": frame.digest,
                "seconds": frame.seconds,
                "vector": _packed([self._net.vector(picture)]),
                "mirrored": _packed([self._net.vector(picture[:, ::-1])]) if self._mirrors else b"",
            }
        )

    def finish(self) -> dict[str, Any] | None:
        """Every picture that was described, how many were flat, and the drawn ones; nothing where there was none."""
        if not self._found and not self._flat:
            return None
        return {"pictures": self._found, "flat": self._flat, "drawn": _packed(self._beside)}

    def _as_shown(self, frame: SeenFrame, net: Net) -> NDArray[np.uint8]:
        # Squeezed to the model's own shape: whatever sample aspect it was stored with, the picture comes out the same.
        across, down = (net.height, net.width) if self._upright.quarters % 2 else (net.width, net.height)
        coded = frame.frame.reformat(width=across, height=down, format="rgb24").to_ndarray()
        return self._upright.picture(coded.astype(np.uint8, copy=False))


class _Argument(Protocol):
    """An input or output as ONNX Runtime tells it: a size of its shape is a number, or a name where it is free."""

    name: str
    type: str
    shape: Sequence[int | str | None]


@frozen(kw_only=True, eq=False)
class Net:
    """A model that takes one picture and gives one vector, and how it wants the picture."""

    session: Any
    name: str
    kind: str
    output: str
    colours_first: bool
    width: int
    height: int

    @classmethod
    def of(cls, engine: Any, model: bytes) -> Net:  # noqa: ANN401  ONNX Runtime tells no types
        """Load a model and find out what it takes; raises `CannotLook` for one that does not describe pictures."""
        try:
            session = engine.InferenceSession(model, _options(engine), providers=["CPUExecutionProvider"])
        except Exception as error:  # the edge of a plug-in: what another's model raises becomes a stated answer
            raise CannotLook(f"the descriptor cannot be loaded as an ONNX model: {_short(error)}") from error
        taken, given = _input_of(session), _output_of(session)
        colours_first, height, width = _layout(taken.shape)
        return cls(
            session=session,
            name=taken.name,
            kind=taken.type,
            output=given.name,
            colours_first=colours_first,
            width=width,
            height=height,
        )

    def vector(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The picture's vector, of unit length; the picture is RGB, of the size that the model wants."""
        kind = _KINDS[self.kind]
        made: NDArray[Any] = picture if kind is np.uint8 else (picture.astype(np.float32) / 255 - _MEAN) / _SPREAD
        if self.colours_first:
            made = made.transpose(2, 0, 1)
        try:
            (told,) = self.session.run([self.output], {self.name: np.ascontiguousarray(made[None], kind)})
        except Exception as error:  # same
            raise CannotLook(f"the descriptor cannot describe a picture: {_short(error)}") from error
        vector = np.asarray(told, np.float32).ravel()
        if len(vector) not in _LENGTHS:
            raise CannotLook(f"the descriptor gives {len(vector)} numbers a picture, not 8 to 8,192")
        length = float(np.linalg.norm(vector))
        if not np.isfinite(length) or length < 1e-12:
            raise CannotLook("the descriptor gives a vector without a direction")
        return vector / np.float32(length)


def _engine() -> Any:  # noqa: ANN401  same
    # Its official builds report to their maker unless told not to before they are loaded: its own Privacy.md, which in
    # 1.32 names Linux too. No socket would open here anyway.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime  # noqa: PLC0415  it must not be loaded before it is told
    except ImportError:
        raise CannotLook("ONNX Runtime is not installed here: pip install 'probata[learned]'") from None
    onnxruntime.disable_telemetry_events()
    return onnxruntime


def _options(engine: Any) -> Any:  # noqa: ANN401  same
    options = engine.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = engine.ExecutionMode.ORT_SEQUENTIAL
    options.use_deterministic_compute = True
    # Memory is given back after each picture: an arena would grow against the cell's bound.
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = 4  # only what is fatal; nothing of a picture belongs in a log
    return options


def _input_of(session: Any) -> _Argument:  # noqa: ANN401  ONNX Runtime tells no types
    taken: Sequence[_Argument] = session.get_inputs()
    if len(taken) != 1:
        raise CannotLook(f"the descriptor takes {len(taken)} inputs; one picture is expected")
    if taken[0].type not in _KINDS:
        raise CannotLook(f"the descriptor takes {taken[0].type}; pictures are given as float or uint8")
    return taken[0]


def _output_of(session: Any) -> _Argument:  # noqa: ANN401  same
    given: list[_Argument] = [one for one in session.get_outputs() if one.type in _FLOATS]
    if len(given) > 1:  # a model may give its feature map too; the vector is the one of rows and columns alone
        given = [one for one in given if len(one.shape) == 2]
    if len(given) != 1:
        raise CannotLook(f"the descriptor gives {len(given)} vectors of floats; one is expected")
    return given[0]


def _layout(shape: Sequence[int | str | None]) -> tuple[bool, int, int]:
    """Whether colours come before rows, and the height and width: 288 where the model leaves them free."""
    told = f"the descriptor takes the shape {_shape(shape)}"
    if len(shape) != 4:
        raise CannotLook(f"{told}; one picture in three colours has four sizes")
    if (shape[1] == 3) == (shape[3] == 3):
        raise CannotLook(f"{told}; three colours are expected, either second or last")
    if isinstance(shape[0], int) and shape[0] != 1:
        raise CannotLook(f"{told}; one picture at a time is given")
    colours_first = shape[1] == 3
    sides = tuple(_side(size) for size in (shape[2:4] if colours_first else shape[1:3]))
    if not all(_SIDES_PX[0] <= side <= _SIDES_PX[-1] for side in sides):
        raise CannotLook(f"{told}; pictures of {_SIDES_PX[0]} to {_SIDES_PX[-1]} pixels a side are given")
    return colours_first, sides[0], sides[1]


def _side(size: int | str | None) -> int:
    return size if isinstance(size, int) and size > 0 else _DEFAULT_SIDE_PX


def _shape(shape: Sequence[int | str | None]) -> str:
    return "[" + ", ".join(str(size) if isinstance(size, int) else "?" for size in shape)[:80] + "]"


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:_MOST_WHY]


def _packed(vectors: Sequence[NDArray[np.float32]]) -> bytes:
    return b"".join(vector.astype("<f2").tobytes() for vector in vectors)


def _is_flat(grey: NDArray[np.uint8]) -> bool:
    spread = float(cv2.resize(grey, _PARTS, interpolation=cv2.INTER_AREA).std())
    return spread < max(_LEAST_SPREAD, _LEAST_SHARE * float(grey.std()))


def drawn(width: int, height: int) -> Iterator[NDArray[np.uint8]]:
    """Twelve pictures of nothing that was filmed, the same every time: whatever a model holds them to be like is wrong.

    Soft light, marks of every size, and stripes, dots or lettering over them, in turn.
    """
    for number in range(_DRAWN):
        random = np.random.default_rng([57, number])
        coarse = random.uniform(20, 235, (int(random.integers(2, 6)), int(random.integers(2, 8)), 3))
        picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
        for _mark in range(int(random.integers(5, 60))):
            left, top = int(random.integers(width)), int(random.integers(height))
            across, down = (int(side * random.uniform(0.02, 0.3)) + 1 for side in (width, height))
            picture[top : top + down, left : left + across] = random.uniform(0, 255, 3)
        _patterned(picture, number, random)
        yield np.clip(picture, 0, 255).astype(np.uint8)


def _patterned(picture: NDArray[np.float32], number: int, random: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    step = max(4, int(min(width, height) * random.uniform(0.03, 0.12)))
    if number % 4 == 1:
        picture[height // 3 :: 2 * step] = random.uniform(0, 255, 3)
    elif number % 4 == 2:
        for y in range(step, height, 2 * step):
            for x in range(step, width, 2 * step):
                cv2.circle(picture, (x, y), step // 3, random.uniform(0, 255, 3).tolist(), -1)
    elif number % 4 == 3:
        picture[: height // 5] = 240
        for x in range(0, width - step, step):
            if random.random() < 0.7:
                picture[height // 12 : height // 7, x : x + step // 2] = 20
