"""How A's picture lies on B's as both are shown: mirrored, turned, what of B it shows, where in A that lies."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from probata.copies.proofsheet.laying import Matrix
from probata.copies.proofsheet.upright import Box, Upright

_CORNERS = np.array([[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]], np.float64).T


@frozen(kw_only=True)
class Lying:
    """The transform in words' terms; boxes are left, top, width, height in parts of the pictures as shown.

    `crop` is the part of B that A shows, `place` where that part lies in A.
    """

    mirror: bool
    turned_degrees: float
    crop: Box
    place: Box

    @classmethod
    def of(cls, matrix: Matrix, a: Upright, b: Upright) -> Lying:
        """Of a transform between the pictures as coded, and how each is turned to be shown."""
        shown = b.matrix() @ np.vstack([matrix, (0, 0, 1)]) @ np.linalg.inv(a.matrix())
        sized = np.diag([b.shape, 1.0]) @ shown[:2, :2] @ np.diag([1 / a.shape, 1.0])
        mirror = bool(np.linalg.det(sized) < 0)
        across = -sized[:, 0] if mirror else sized[:, 0]
        return cls(
            mirror=mirror,
            turned_degrees=round(float(np.degrees(np.arctan2(across[1], across[0]))), 2),
            crop=_around(shown @ _CORNERS),
            place=_around(np.linalg.inv(shown) @ _CORNERS),
        )


def _around(corners: Matrix) -> Box:
    low, high = np.clip(corners[:2].min(axis=1), 0, 1), np.clip(corners[:2].max(axis=1), 0, 1)
    return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])
