"""One decoded picture: the bytes that are the picture, their digest, and cheap views of it that all who look share."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property, lru_cache

import av
import numpy as np
from attrs import frozen
from blake3 import blake3
from numpy.typing import NDArray

_SMALL_ROWS, _SMALL_COLUMNS, _SAMPLES_A_SIDE = 36, 64, 4


def digest_of(frame: av.VideoFrame) -> bytes:
    """The BLAKE3 digest of the decoded picture, 32 bytes.

    Of `format widthxheight`, a line feed, then the visible bytes of each plane: planes in FFmpeg's order, rows from
    the top, without the padding that decoders add on the right. Two pictures have the same digest only if every
    sample of them is the same. docs/why/022-frame-digests.md says why BLAKE3.
    """
    made = blake3(f"{frame.format.name} {frame.width}x{frame.height}\n".encode())
    for rows in plane_rows(frame):
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

    @property
    def seconds(self) -> Fraction:
        """When it is shown, exactly, in the stream's own time."""
        return self.pts * self.time_base

    @cached_property
    def luma(self) -> NDArray[np.uint8] | NDArray[np.uint16]:
        """Brightness, a value a pixel, at full size: the luma plane where there is one, else made by FFmpeg."""
        described = self.frame.format
        planar = not described.is_rgb and not described.has_palette and len(described.components) != 2
        bits = described.components[0].bits
        first_alone = sum(part.plane == 0 for part in described.components) == 1
        if planar and first_alone and bits in {8, 10, 12, 16} and not described.is_big_endian:
            rows = plane_rows(self.frame)[0]
            return rows if bits == 8 else np.ascontiguousarray(rows).view(np.uint16)
        return plane_rows(self.frame.reformat(format="gray"))[0]

    @cached_property
    def small(self) -> NDArray[np.float32]:
        """Brightness in 36 rows of 64 columns, 0 to 255: each the mean of 16 samples spread over its part.

        Pictures smaller than that are repeated. Cheap at any size, and steady under noise.
        """
        luma = self.luma
        rows = _spread(luma.shape[0], _SMALL_ROWS * _SAMPLES_A_SIDE)
        columns = _spread(luma.shape[1], _SMALL_COLUMNS * _SAMPLES_A_SIDE)
        sampled = luma[rows][:, columns].astype(np.float32)
        parts = sampled.reshape(_SMALL_ROWS, _SAMPLES_A_SIDE, _SMALL_COLUMNS, _SAMPLES_A_SIDE)
        means: NDArray[np.float32] = parts.mean(axis=(1, 3))
        if luma.dtype == np.uint16:
            means /= 1 << (self.frame.format.components[0].bits - 8)
        return means

    def rgb(self, *, height_px: int) -> NDArray[np.uint8]:
        """The picture in RGB at this height, as coded (not turned); a copy."""
        width = max(1, round(self.frame.width * height_px / self.frame.height))
        return (
            self.frame.reformat(width=width, height=height_px, format="rgb24").to_ndarray().astype(np.uint8, copy=False)
        )


@lru_cache(maxsize=16)
def _spread(length: int, count: int) -> NDArray[np.intp]:
    return ((np.arange(count) + 0.5) * length / count).astype(np.intp)
