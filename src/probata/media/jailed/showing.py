"""Makes exact stills inside the cell: finds the frame by its PTS, proves it by its digest, writes it as PNG."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from fractions import Fraction
from types import TracebackType
from typing import Self

import av
import msgspec
import numpy as np
from attrs import define, field
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from probata.engines.sandbox.channel import Channel
from probata.engines.sandbox.nursery import Seal
from probata.media import wire
from probata.media.errors import AnotherPicture, NoPictures, Unreadable
from probata.media.jailed.frames import digest_of
from probata.media.jailed.looking import turning
from probata.media.jailed.opening import Opened, opened, ready_to_decode, reason
from probata.media.limits import Limits
from probata.media.stills import Still, Wanted
from probata.media.table import PtsTable
from probata.terms.errors import ProbataError

_KEYS_BACK = 3
_FARTHEST_STEP = 10
# What was decoded on the way is kept for steps back, while somebody steps: 30 frames of 1920 × 1080.
_KEPT_BYTES = 96 << 20
_KEPT_S = 20
_MOST_WANTED_BYTES = 1 << 12


def serve_stills(request: wire.ShowStills, line: Channel, seal: Seal) -> None:
    """Answer every wanted ordinal until the parent goes."""
    table = PtsTable.from_bytes(request.table)
    with _Reader(handle=seal(), table=table, limits=request.limits, packed=request.packed) as reader:
        while True:
            if not line.is_spoken_to():
                reader.look_ahead()
            if not line.is_spoken_to(_KEPT_S):
                reader.forget()
            wanted = wire.decode(line.receive(most_bytes=_MOST_WANTED_BYTES), Wanted)
            try:
                answer: wire.Done | wire.Failed = wire.Done(answer=msgspec.Raw(wire.encode(reader.still(wanted))))
            except ProbataError as error:
                answer = wire.as_failure(error)
            except av.FFmpegError as error:
                answer = wire.as_failure(Unreadable(why=reason(error)))
            line.send(wire.encode(answer))


@define(kw_only=True)
class _Reader:
    """The file, opened, and where its decoder stands, so that the next frame on costs no seek."""

    handle: int
    table: PtsTable
    limits: Limits
    packed: bool
    _converter: VideoReformatter = field(factory=VideoReformatter)
    _kept: OrderedDict[int, av.VideoFrame] = field(factory=OrderedDict)
    _kept_bytes: int = 0
    _asked: int | None = None
    _next: int | None = None
    _made: Still | None = None
    _held: ExitStack = field(factory=ExitStack)
    _file: Opened | None = None
    _frames: Iterator[av.VideoFrame | av.AudioFrame] = field(factory=lambda: iter(()))
    _last: tuple[int, av.VideoFrame | None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    def still(self, wanted: Wanted) -> Still:
        """The still of this ordinal; raises `AnotherPicture` if no way to decode it gives the picture of the table."""
        step = wanted.ordinal - self._asked if self._asked is not None else 0
        self._asked = wanted.ordinal
        self._next = wanted.ordinal + step if 0 < abs(step) <= _FARTHEST_STEP else None
        made, self._made = self._made, None
        return made if made is not None and made.ordinal == wanted.ordinal else self._proved(wanted.ordinal)

    def look_ahead(self) -> None:
        """Make the still that comes next if somebody goes on as they did; what fails is told when it is asked for."""
        ordinal, self._next = self._next, None
        if ordinal is not None and 0 <= ordinal < self.table.count:
            with suppress(ProbataError, av.FFmpegError, MemoryError):
                self._made = self._proved(ordinal)

    def forget(self) -> None:
        """Keep no picture of what was shown; where the decoder stands is kept."""
        self._kept.clear()
        self._kept_bytes, self._made = 0, None
        if self._last is not None:
            self._last = self._last[0], None

    def _proved(self, ordinal: int) -> Still:
        row = self.table.at(ordinal)
        found = "nothing"
        for frame in self._tries(ordinal):
            digest = digest_of(frame).hex()
            if digest == row.digest.hex:
                png, turned, mirrored = self._png(frame)
                return Still(
                    png=png,
                    ordinal=row.ordinal,
                    pts=row.moment.pts,
                    time_base=row.moment.time_base,
                    digest=row.digest,
                    turned_degrees=turned,
                    mirrored=mirrored,
                )
            found = f"{row.digest.algorithm}:{digest}"
        raise AnotherPicture(ordinal=ordinal, found=found, expected=str(row.digest))

    def _tries(self, ordinal: int) -> Iterator[av.VideoFrame]:
        # 0. What was decoded a moment ago; 1. what stands next; 2. from the key frame at or before; 3. from keys before
        # that, since pictures after an open key frame may lean on those before it; 4. from the start, as the table
        # itself was made.
        if (frame := self._kept.get(ordinal)) is not None:
            yield frame
        if (frame := self._ahead(ordinal)) is not None:
            yield frame
        # Frames whose PTS was derived, or is not theirs alone, are found by counting from the start.
        if not self.table.derived and not self.table.out_of_order:
            start = ordinal
            for _ in range(_KEYS_BACK):
                start = self.table.key_at_or_before(start)
                if start == 0:
                    break
                if (frame := self._from_key(start, ordinal)) is not None:
                    yield frame
                start -= 1
        self._start_over()
        if (frame := self._on_to(ordinal)) is not None:
            yield frame

    def _ahead(self, ordinal: int) -> av.VideoFrame | None:
        if self._last is None:
            return None
        at, frame = self._last
        if at == ordinal:
            return frame
        near = at < ordinal and self.table.key_at_or_before(ordinal) <= at + 1
        return self._on_to(ordinal) if near else None

    def _from_key(self, key: int, ordinal: int) -> av.VideoFrame | None:
        if self._file is None:
            self._start_over()
        assert self._file is not None
        video = self._file.video()
        assert video is not None
        try:
            self._file.container.seek(self.table.pts[key], stream=video, backward=True)
        except av.FFmpegError:
            return None
        self._frames, self._last = self._file.frames([video], []), None
        return self._on_to(ordinal)

    def _start_over(self) -> None:
        self._held.close()
        self._file = self._held.enter_context(opened(self.handle, self.limits))
        video = self._file.video()
        if video is None:
            raise NoPictures
        ready_to_decode(video, self.limits)
        self._frames, self._last = self._file.frames([video], []), (-1, None)

    def _on_to(self, ordinal: int) -> av.VideoFrame | None:
        # Counts on from the last frame; the first after a seek says by its PTS which one it is.
        for frame in self._frames:
            assert isinstance(frame, av.VideoFrame)
            at = self._last[0] + 1 if self._last is not None else self._which(frame)
            if at is None or at > ordinal:
                return None
            self._last = (at, frame)
            self._keep(at, frame)
            if at == ordinal:
                return frame
        return None

    def _keep(self, ordinal: int, frame: av.VideoFrame) -> None:
        if (former := self._kept.pop(ordinal, None)) is not None:
            self._kept_bytes -= _size_bytes(former)
        self._kept[ordinal] = frame
        self._kept_bytes += _size_bytes(frame)
        while self._kept_bytes > _KEPT_BYTES:
            _ordinal, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= _size_bytes(oldest)

    def _which(self, frame: av.VideoFrame) -> int | None:
        candidates = self.table.by_pts(frame.pts) if frame.pts is not None else ()
        return candidates[0] if len(candidates) == 1 else None

    def _png(self, frame: av.VideoFrame) -> tuple[bytes, float, bool]:
        # FFmpeg turns YUV into RGB by the colour space and range that the frame states.
        assert self._file is not None
        turned, mirrored = turning(frame, self._file)
        quarters = round(turned / 90) if turned % 90 == 0 else 0
        # One converter for all: each frame would keep its own, with threads whose stacks fill what a cell may have.
        upright = self._converter.reformat(frame, format="rgb24").to_ndarray()
        pixels = np.rot90(upright, -quarters)  # numpy turns counter-clockwise
        if mirrored:
            pixels = pixels[:, ::-1]
        whole = np.ascontiguousarray(pixels, dtype=np.uint8)
        return _as_png(whole, packed=self.packed), float(quarters * 90), mirrored


def _size_bytes(frame: av.VideoFrame) -> int:
    return sum(plane.buffer_size for plane in frame.planes)


def _as_png(pixels: NDArray[np.uint8], *, packed: bool) -> bytes:
    # FFmpeg's encoder, at its quickest and with the filter that suits pictures, takes a third of Pillow's time.
    encoder = av.CodecContext.create("png", "w")
    encoder.height, encoder.width = pixels.shape[:2]
    encoder.pix_fmt, encoder.time_base = "rgb24", Fraction(1)
    encoder.options = {"compression_level": "1", "pred": "up"} if packed else {"compression_level": "0", "pred": "none"}
    encoder.thread_count = 1
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])
