"""The places of the demo's footage, and the shots taken there: ground, road, tree line, a house, a bridge.

A shot is drawn twice as large as it is seen and made smaller, so that edges are smooth; the still part is drawn once,
a little larger than the picture, and a hand that is never quite still moves the picture about in it.
"""

from __future__ import annotations

from math import sin

import numpy as np
from attrs import frozen
from PIL import Image, ImageDraw

from probata.cli.demo_footage.figures import Colour, Figure, draw_figure

FINER = 2
_MARGIN_PX = 8  # how far the hand may move, in pixels as seen


@frozen(kw_only=True)
class Place:
    """What stands still in a shot; heights are parts of the picture's height from the top."""

    horizon: float
    sky: Colour
    field: Colour
    trees: Colour | None = None
    trees_seed: int = 1
    road_from: float | None = None  # where the road meets the horizon, as part of the width
    house_at: float | None = None
    bridge_at: float | None = None


@frozen(kw_only=True)
class Shot:
    """One camera position: a place, and the figures in it, those behind first."""

    place: Place
    figures: tuple[Figure, ...]


class Camera:
    """Takes pictures of one shot; the still part is drawn when the camera is set up."""

    def __init__(self, shot: Shot, *, width: int, height: int, seed: int) -> None:
        self._shot, self._width, self._height = shot, width, height
        self._phase = float(np.random.default_rng(seed).uniform(0, 6))
        self._still = _still(shot.place, width + 2 * _MARGIN_PX, height + 2 * _MARGIN_PX, seed=seed)

    def picture(self, at_s: float) -> Image.Image:
        """The shot at that second after the camera was set up."""
        whole = self._still.copy()
        draw = ImageDraw.Draw(whole)
        for figure in self._shot.figures:
            draw_figure(draw, figure, at_s=at_s, finer=FINER)
        left = round(FINER * (_MARGIN_PX + 5 * sin(1.1 * at_s + self._phase)))
        top = round(FINER * (_MARGIN_PX + 4 * sin(1.6 * at_s + 2 * self._phase)))
        return whole.crop((left, top, left + FINER * self._width, top + FINER * self._height)).reduce(FINER)


def _still(place: Place, width: int, height: int, *, seed: int) -> Image.Image:
    """The still part, drawn in the units of the picture as seen, `FINER` times as large."""
    width, height = width * FINER, height * FINER
    horizon = round(height * place.horizon)
    image = _shaded(width, height, horizon, place)
    draw = ImageDraw.Draw(image)
    if place.trees is not None:
        _draw_trees(draw, width, horizon, place.trees, seed=place.trees_seed)
    if place.road_from is not None:
        x = width * place.road_from
        road = [(x - 6, horizon), (x + 6, horizon), (width * 0.72, height), (width * 0.22, height)]
        draw.polygon(road, fill=(126, 120, 112))
    if place.house_at is not None:
        _draw_house(draw, width * place.house_at, horizon, height * 0.2)
    if place.bridge_at is not None:
        _draw_bridge(draw, width, height * place.bridge_at, height * 0.1)
    return _grained(image, horizon=horizon, seed=seed)


def _shaded(width: int, height: int, horizon: int, place: Place) -> Image.Image:
    """Sky that brightens downwards and ground that darkens towards the camera."""
    down = np.arange(height)[:, np.newaxis]
    sky = np.array(place.sky) * (0.88 + 0.12 * down / horizon)
    ground = np.array(place.field) * (1.05 - 0.25 * (down - horizon) / (height - horizon))
    rows = np.where(down < horizon, sky, ground).clip(0, 255).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(np.broadcast_to(rows[:, np.newaxis, :], (height, width, 3))))


def _draw_trees(draw: ImageDraw.ImageDraw, width: int, horizon: int, colour: Colour, *, seed: int) -> None:
    chance = np.random.default_rng(seed)
    x = -20.0
    while x < width:
        tall, wide = chance.uniform(40, 130), chance.uniform(30, 60)
        light = chance.uniform(0.8, 1.15)
        fill = (int(colour[0] * light), int(colour[1] * light), int(colour[2] * light))
        if chance.uniform() < 0.5:
            draw.polygon([(x, horizon + 4), (x + wide, horizon + 4), (x + wide / 2, horizon - tall)], fill=fill)
        else:
            draw.rectangle((x + wide * 0.44, horizon - tall * 0.4, x + wide * 0.56, horizon + 4), fill=(84, 70, 58))
            draw.ellipse((x, horizon - tall, x + wide, horizon - tall * 0.25), fill=fill)
        x += wide * chance.uniform(0.45, 1.3)


def _draw_house(draw: ImageDraw.ImageDraw, x: float, ground: float, tall: float) -> None:
    wide = tall * 1.3
    draw.rectangle((x, ground - tall * 0.6, x + wide, ground + 6), fill=(178, 168, 150))
    draw.polygon(
        [(x - 8, ground - tall * 0.6), (x + wide + 8, ground - tall * 0.6), (x + wide / 2, ground - tall)],
        fill=(122, 84, 72),
    )
    draw.rectangle((x + wide * 0.2, ground - tall * 0.45, x + wide * 0.38, ground - tall * 0.22), fill=(70, 80, 90))
    draw.rectangle((x + wide * 0.6, ground - tall * 0.4, x + wide * 0.78, ground + 6), fill=(92, 74, 60))


def _draw_bridge(draw: ImageDraw.ImageDraw, width: int, deck: float, tall: float) -> None:
    draw.rectangle((0, deck + tall * 0.9, width, deck + tall * 2.2), fill=(96, 126, 148))
    for pier in range(3):
        x = width * (0.18 + 0.3 * pier)
        draw.rectangle((x, deck, x + width * 0.06, deck + tall * 1.6), fill=(132, 130, 126))
    draw.rectangle((0, deck, width, deck + tall * 0.35), fill=(150, 148, 144))
    for post in range(14):
        x = width * post / 13
        draw.line((x, deck - tall * 0.5, x, deck), fill=(90, 90, 92), width=4)
    draw.line((0, deck - tall * 0.5, width, deck - tall * 0.5), fill=(90, 90, 92), width=4)


def _grained(image: Image.Image, *, horizon: int, seed: int) -> Image.Image:
    """A still grain of earth, grass and walls, so that places can be told apart by more than their outlines."""
    chance = np.random.default_rng(seed)
    coarse = Image.fromarray(chance.integers(0, 256, size=(image.height // 7, image.width // 7), dtype=np.uint8))
    grain = np.asarray(coarse.resize(image.size, Image.Resampling.BICUBIC)).astype(np.int16) - 128
    grain //= 9
    grain[:horizon] //= 4  # the sky is smoother than the ground
    grained = np.asarray(image).astype(np.int16) + grain[:, :, np.newaxis]
    return Image.fromarray(grained.clip(0, 255).astype(np.uint8))
