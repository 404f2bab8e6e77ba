"""Registered pairs: a picture of A, the picture of B that it shows, and what is left between them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen

from probata.copies.extract import Extract, Views
from probata.copies.proofsheet.laying import PLAINLY_STEPS, Laid, Matrix, corners_moved, fitted, fitted_together, lay
from probata.copies.proofsheet.moments import Moment
from probata.copies.proofsheet.panels import Panel, panels
from probata.engines.sandbox import Jail
from probata.media.limits import Limits

SIDE_PX = 360
_SIDES_PX = (96, 1080)
_AS_LITTLE = 1.01


@frozen(kw_only=True)
class Address:
    """Where a picture is: timestamp, time base, ordinal where frames were counted, digest of the decoded picture."""

    pts: int
    time_base: Fraction
    ordinal: int | None
    digest: str

    @property
    def seconds(self) -> Fraction:
        """When it is shown, exactly."""
        return self.pts * self.time_base

    def as_json(self) -> dict[str, Any]:
        """The address as plain data."""
        return {
            "ordinal": self.ordinal,
            "pts": self.pts,
            "time_base": f"{self.time_base.numerator}/{self.time_base.denominator}",
            "seconds": round(float(self.seconds), 6),
            "blake3": self.digest,
        }


@frozen(kw_only=True, eq=False)
class Pair:
    """One registered pair. `aside_s` is how far B's picture starts off the aligned moment, later being positive.

    `alike` is how many of B's pictures around that moment differ as little, this one among them.
    `fitted_px` is how far the transform of the whole stretch was moved, at the corner that moved most, so that these
    two pictures lie on each other best; in pixels of the small picture.
    """

    moment: Moment
    a: Address
    b: Address
    aside_s: Fraction
    alike: int
    fitted_px: float
    panel_a: Panel
    panel_b: Panel
    matrix: Matrix
    laid: Laid

    def as_json(self) -> dict[str, Any]:
        """The pair's facts as plain data."""
        return {
            "which": self.moment.which,
            "a": self.a.as_json(),
            "b": self.b.as_json(),
            "off_the_aligned_moment_s": round(float(self.aside_s), 6),
            "pictures_of_b_that_differ_as_little": self.alike,
            "moved_to_fit_px": round(self.fitted_px, 2),
            "light": {"gain": round(self.laid.gain, 4), "bias_steps": round(self.laid.bias, 2)},
            "compared_share": round(self.laid.share, 4),
            "difference_steps": {
                "median": round(self.laid.median_steps, 2),
                "nine_tenths_below": round(self.laid.most_steps, 2),
                f"share_over_{PLAINLY_STEPS}": round(self.laid.plainly_other, 4),
            },
        }


@frozen(kw_only=True)
class Files:
    """Both files with their extracts, and what may be spent on looking at them again."""

    a: Path
    b: Path
    extract_a: Extract
    extract_b: Extract
    limits: Limits | None = None
    jail: Jail | None = None


def pairs(files: Files, wanted: Sequence[tuple[Matrix, Sequence[Moment]]]) -> list[list[Pair]]:
    """The pairs at these moments, stretch by stretch under its transform; those that cannot be had again are left out.

    The transform is fitted on all pairs of its stretch together, and then a little on each.
    """
    a, b = files.extract_a.views, files.extract_b.views
    if a is None or b is None or not wanted:
        return [[] for _stretch in wanted]
    every = [moment for _matrix, moments in wanted for moment in moments]
    side_b = max(_side_of_b(matrix, a, b) for matrix, _moments in wanted)
    held_a = _panels(files.a, a, [moment.a for moment in every], SIDE_PX, files)
    held_b = _panels(files.b, b, [place for moment in every for place in moment.near], side_b, files)
    return [_of_stretch(matrix, moments, (a, b), (held_a, held_b)) for matrix, moments in wanted]


def _of_stretch(
    matrix: Matrix,
    moments: Sequence[Moment],
    views: tuple[Views, Views],
    held: tuple[dict[int, Panel], dict[int, Panel]],
) -> list[Pair]:
    first = [(held[0].get(views[0].pts[one.a]), held[1].get(views[1].pts[one.near[0]])) for one in moments]
    known = [(one.grey, other.grey) for one, other in first if one is not None and other is not None]
    if not known:
        return []
    together = fitted_together(known, matrix)
    made = [_pair(moment, matrix, together, views, held) for moment in moments]
    return [pair for pair in made if pair is not None]


def _panels(file: Path, views: Views, places: Sequence[int], side_px: int, files: Files) -> dict[int, Panel]:
    pts = [views.pts[place] for place in places]
    return panels(file, pts, views.time_base, side_px=side_px, limits=files.limits, jail=files.jail)


def _side_of_b(matrix: Matrix, a: Views, b: Views) -> int:
    """How large B's pictures must be so that a pixel of A is about a pixel of B."""
    rows, columns = a.pictures.shape[1:]
    scale = SIDE_PX / max(rows, columns)
    sized = np.diag([b.pictures.shape[2], b.pictures.shape[1]]) @ matrix[:, :2] @ np.diag([1 / columns, 1 / rows])
    ratio = float(np.sqrt(abs(np.linalg.det(sized)))) or 1.0
    return int(np.clip(scale / ratio * max(b.pictures.shape[1:]), *_SIDES_PX))


def _pair(
    moment: Moment,
    given: Matrix,
    together: Matrix,
    views: tuple[Views, Views],
    held: tuple[dict[int, Panel], dict[int, Panel]],
) -> Pair | None:
    a, b = views
    one = held[0].get(a.pts[moment.a])
    near = [(place, held[1][b.pts[place]]) for place in moment.near if b.pts[place] in held[1]]
    if one is None or not near:
        return None
    best_matrix = fitted(one.grey, near[0][1].grey, together)
    tried = [
        (place, panel, laid) for place, panel in near if (laid := lay(one.grey, panel.grey, best_matrix)) is not None
    ]
    if not tried:
        return None
    least = min(laid.clipped for _place, _panel, laid in tried)
    # `near` begins with the picture on screen: of several that differ as little, that one.
    alike = [found for found in tried if found[2].clipped <= _AS_LITTLE * least + 0.01]
    place, panel, laid = alike[0]
    return Pair(
        moment=moment,
        a=_address(a, moment.a, one),
        b=_address(b, place, panel),
        aside_s=panel.seconds - moment.aligned_s,
        alike=len(alike),
        fitted_px=corners_moved(best_matrix, given, panel.grey.shape),
        panel_a=one,
        panel_b=panel,
        matrix=best_matrix,
        laid=laid,
    )


def _address(views: Views, place: int, panel: Panel) -> Address:
    ordinal = views.ordinals[place]
    return Address(
        pts=panel.pts,
        time_base=panel.time_base,
        ordinal=ordinal if ordinal >= 0 else None,
        digest=panel.digest.hex(),
    )
