"""One decoded picture: the bytes that are the picture, their digest, and cheap views of it that all who look share."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property, lru_cache

import av
import numpy as np
from attrs import frozen
from blake3 import blake3
from numpy.typing import NDArray

SMALL_ROWS, SMALL_COLUMNS = 36, 64
_BYTE = 8
_SAMPLES = 2, 4  # rows and columns of samples that make one part


def digest_of(frame: av.VideoFrame, planes: list[NDArray[np.uint8]] | None = None) -> bytes:
    """The BLAKE3 digest of the decoded picture, 32 bytes.

    Of `format widthxheight`, a line feed, then the visible bytes of each plane: planes in FFmpeg's order, rows from
    the top, without the padding that decoders add on the right. Two pictures have the same digest only if every
    sample of them is the same. docs/why/022-frame-digests.md says why BLAKE3. `planes` saves looking them up again.
    """
    made = blake3(f"{frame.format.name} {frame.width}x{frame.height}\n".encode())
    for rows in plane_rows(frame) if planes is None else planes:
        made.update(np.ascontiguousarray(rows).data)  # copies only where rows are padded
    return bytes(made.digest())


def plane_rows(frame: av.VideoFrame) -> list[NDArray[np.uint8]]:
    """The visible bytes of each plane, as rows from the top; views into the decoder's memory."""
    widths = _row_bytes(frame.format.name, frame.width, frame.height)
    planes = []
    for plane, width in zip(frame.planes, widths, strict=True):
        step = abs(plane.line_size)
        rows = np.frombuffer(memoryview(plane), np.uint8)
        if not step or width == len(rows):  # a palette has no lines
            planes.append(rows.reshape(1, -1))
            continue
        rows = rows.reshape(-1, step)[:, :width]
        planes.append(rows[::-1] if plane.line_size < 0 else rows)
    return planes


@lru_cache(maxsize=16)
def _row_bytes(pixel_format: str, width: int, height: int) -> tuple[int, ...]:
    described = av.VideoFormat(pixel_format, width, height)
    if described.has_palette:
        return width, 256 * 4
    components: dict[int, list[av.video.format.VideoFormatComponent]] = {}
    for component in described.components:
        components.setdefault(component.plane, []).append(component)
    if len(components) == 1:
        return ((width * described.padded_bits_per_pixel + 7) // 8,)
    return tuple(
        max(part.width for part in parts) * len(parts) * ((parts[0].bits + 7) // 8)
        for _plane, parts in sorted(components.items())
    )


@frozen(kw_only=True, slots=False, eq=False)
class SeenFrame:
    """One picture on its way past those who look; its views are computed when first asked for, and shared.

    Views are of the picture as coded, before turning. Keep copies, not views: the decoder reuses its memory.
    """

    ordinal: int
    pts: int
    duration_ticks: int
    time_base: Fraction
    key: bool
    digest: bytes
    frame: av.VideoFrame
    planes: list[NDArray[np.uint8]]

    @property
    def seconds(self) -> Fraction:
        """When it is shown, exactly, in the stream's own time."""
        return self.pts * self.time_base

    @cached_property
    def luma(self) -> NDArray[np.uint8] | NDArray[np.uint16]:
        """Brightness, a value a pixel, at full size: the luma plane where there is one, else made by FFmpeg."""
        bits = _luma_bits(self.frame.format.name)
        if bits == _BYTE:
            return self.planes[0]
        if bits:
            return np.ascontiguousarray(self.planes[0]).view(np.uint16)
        return plane_rows(self.frame.reformat(format="gray"))[0]

    @cached_property
    def small(self) -> NDArray[np.float32]:
        """Brightness in 36 rows of 64 columns, 0 to 255: each the mean of 8 samples spread over its part.

        Samples of pictures smaller than that are taken more than once. Cheap at any size, and steady under noise.
        """
        luma, bits = self.luma, _luma_bits(self.frame.format.name)
        line = luma.strides[0]
        if bits == _BYTE and line > 0:  # the plane as it lies in memory, padding and all: no copy
            flat = np.frombuffer(memoryview(self.frame.planes[0]), np.uint8)
        else:
            flat, line = luma.ravel(), luma.shape[1]  # type: ignore[assignment]
        picked = flat.take(_places(luma.shape[0], luma.shape[1], line))
        means: NDArray[np.float32] = np.add.reduce(picked, axis=0, dtype=np.float32)
        means /= np.float32(len(picked) << max(0, bits - _BYTE))
        return means.reshape(SMALL_ROWS, SMALL_COLUMNS)

    def rgb(self, *, height_px: int) -> NDArray[np.uint8]:
        """The picture in RGB at this height, as coded (not turned); a copy."""
        width = max(1, round(self.frame.width * height_px / self.frame.height))
        return (
            self.frame.reformat(width=width, height=height_px, format="rgb24").to_ndarray().astype(np.uint8, copy=False)
        )


@lru_cache(maxsize=64)
def _luma_bits(pixel_format: str) -> int:
    # How many bits the luma plane has; 0 where brightness has no plane of its own.
    described = av.VideoFormat(pixel_format, 16, 16)
    alone = sum(part.plane == 0 for part in described.components) == 1
    plain = not (described.is_rgb or described.has_palette or described.is_big_endian)
    bits = described.components[0].bits
    return bits if alone and plain and bits in {8, 9, 10, 12, 14, 16} else 0


@lru_cache(maxsize=16)
def _places(height: int, width: int, line: int) -> NDArray[np.intp]:
    # Where the samples lie in the plane: one row a sample, one column a part.
    rows = _spread(height, SMALL_ROWS * _SAMPLES[0]).reshape(SMALL_ROWS, _SAMPLES[0])
    columns = _spread(width, SMALL_COLUMNS * _SAMPLES[1]).reshape(SMALL_COLUMNS, _SAMPLES[1])
    places = rows[:, :, None, None] * line + columns[None, None, :, :]
    return np.ascontiguousarray(places.transpose(1, 3, 0, 2).reshape(_SAMPLES[0] * _SAMPLES[1], -1))


def _spread(length: int, count: int) -> NDArray[np.intp]:
    return ((np.arange(count) + 0.5) * length / count).astype(np.intp)
