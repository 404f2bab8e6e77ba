"""Drawn people: flat shapes with a round head, standing, seated or lying, some with a coloured band on an arm.

Nothing here is graphic, and no figure resembles a person.
"""

from __future__ import annotations

from math import sin
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from PIL import ImageDraw

Colour = tuple[int, int, int]
_Point = tuple[float, float]

WHITE, BLUE = (236, 236, 230), (58, 110, 190)

# Joints in units of standing height: x to the right, y up from the ground.
_STANDING: dict[str, _Point] = {
    "head": (0, 0.92),
    "neck": (0, 0.82),
    "hip": (0, 0.48),
    "near elbow": (-0.14, 0.65),
    "near hand": (-0.13, 0.46),
    "far elbow": (0.13, 0.65),
    "far hand": (0.12, 0.46),
    "near knee": (-0.06, 0.25),
    "near foot": (-0.08, 0),
    "far knee": (0.06, 0.25),
    "far foot": (0.08, 0),
}
_SEATED: dict[str, _Point] = {
    "head": (-0.02, 0.5),
    "neck": (-0.04, 0.4),
    "hip": (0, 0.06),
    "near elbow": (-0.14, 0.24),  # both arms are held behind the back
    "near hand": (-0.13, 0.1),
    "far elbow": (-0.11, 0.25),
    "far hand": (-0.12, 0.1),
    "near knee": (0.2, 0.22),
    "near foot": (0.32, 0),
    "far knee": (0.16, 0.24),
    "far foot": (0.27, 0.01),
}
_LYING: dict[str, _Point] = {
    "head": (-0.46, 0.06),
    "neck": (-0.36, 0.07),
    "hip": (0, 0.06),
    "near elbow": (-0.2, 0.0),
    "near hand": (-0.08, -0.01),
    "far elbow": (-0.22, 0.13),
    "far hand": (-0.34, 0.17),
    "near knee": (0.24, 0.04),
    "near foot": (0.48, 0.02),
    "far knee": (0.22, 0.1),
    "far foot": (0.44, 0.09),
}
_POSES = {"standing": _STANDING, "seated": _SEATED, "lying": _LYING}


@frozen(kw_only=True)
class Figure:
    """One drawn person: pose, where the feet (or the hip) touch the ground, height, clothes, and a band if any.

    `sways` is how far a standing figure leans to and fro, in parts of its height; `faces` is 1 or -1.
    """

    pose: str
    x: float
    y: float
    height: float
    clothes: Colour
    band: Colour | None = None
    faces: int = 1
    sways: float = 0.0
    walks_px_per_s: float = 0.0


def draw_figure(draw: ImageDraw.ImageDraw, figure: Figure, *, at_s: float, finer: int) -> None:
    """Draw the figure as it stands at that second, on a picture drawn `finer` times as large."""
    joints = {name: _placed(figure, point, at_s, finer) for name, point in _POSES[figure.pose].items()}
    thick = figure.height * finer * 0.055
    skin: Colour = (196, 170, 148)
    darker = (int(figure.clothes[0] * 0.7), int(figure.clothes[1] * 0.7), int(figure.clothes[2] * 0.7))
    _limb(draw, [joints["hip"], joints["far knee"], joints["far foot"]], darker, thick * 1.2)
    _limb(draw, [joints["neck"], joints["far elbow"], joints["far hand"]], darker, thick)
    _limb(draw, [joints["hip"], joints["near knee"], joints["near foot"]], darker, thick * 1.2)
    _limb(draw, [joints["neck"], joints["hip"]], figure.clothes, thick * 2.6)
    _limb(draw, [joints["neck"], joints["near elbow"], joints["near hand"]], figure.clothes, thick)
    _dot(draw, joints["near hand"], skin, thick * 0.6)
    _dot(draw, joints["head"], skin, figure.height * finer * 0.062)
    if figure.band is not None:
        upper, lower = joints["neck"], joints["near elbow"]
        band = [_between(upper, lower, 0.5), _between(upper, lower, 0.85)]
        draw.line(band, fill=figure.band, width=round(thick * 1.5))


def _placed(figure: Figure, point: _Point, at_s: float, finer: int) -> _Point:
    lean = figure.sways * sin(1.7 * at_s + figure.x) * point[1]
    stride = 0.05 * sin(6 * at_s) * (1 - point[1]) * (1 if point[0] > 0 else -1) if figure.walks_px_per_s else 0.0
    x = figure.x + figure.walks_px_per_s * at_s + figure.faces * figure.height * (point[0] + lean + stride)
    return x * finer, (figure.y - figure.height * point[1]) * finer


def _between(one: _Point, other: _Point, part: float) -> _Point:
    return one[0] + (other[0] - one[0]) * part, one[1] + (other[1] - one[1]) * part


def _limb(draw: ImageDraw.ImageDraw, points: list[_Point], fill: Colour, thick: float) -> None:
    draw.line(points, fill=fill, width=max(1, round(thick)))
    for point in points:
        _dot(draw, point, fill, thick / 2)


def _dot(draw: ImageDraw.ImageDraw, at: _Point, fill: Colour, radius: float) -> None:
    draw.ellipse((at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius), fill=fill)
