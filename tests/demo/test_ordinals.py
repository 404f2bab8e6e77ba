"""A frame's number is read from its picture, or refused; it is never guessed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from probata.cli.demo_footage import ordinals
from probata.cli.demo_footage.errors import OrdinalUnreadable
from probata.cli.demo_footage.ordinals import ORDINAL_LIMIT, draw_ordinal, read_ordinal
from probata.cli.demo_footage.screenplays import DRAWN_SCENE, OTHER_SCENE
from probata.cli.demo_footage.strokes import GLYPHS, draw_text

if TYPE_CHECKING:
    from pathlib import Path

any_ordinal = st.integers(0, ORDINAL_LIMIT - 1)


def picture_of(ordinal: int, size: tuple[int, int] = (320, 180)) -> Image.Image:
    image = Image.new("RGB", size, (90, 110, 100))
    draw_ordinal(image, ordinal)
    return image


@given(ordinal=any_ordinal, size=st.sampled_from([(320, 180), (640, 360), (360, 640), (480, 270), (200, 200)]))
def test_what_was_drawn_is_read(ordinal: int, size: tuple[int, int]) -> None:
    """Any ordinal, in a picture of any shape, comes back."""
    assert read_ordinal(np.asarray(picture_of(ordinal, size))) == ordinal


@given(
    ordinal=any_ordinal,
    scale=st.floats(0.4, 3.5),
    quality=st.integers(25, 95),
    kernel=st.sampled_from([Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.NEAREST]),
)
def test_scaling_and_jpeg_leave_it_readable(ordinal: int, scale: float, quality: int, kernel: Image.Resampling) -> None:
    """A screenshot at another size, compressed as JPEG, still says its number."""
    image = picture_of(ordinal)
    image = image.resize((round(image.width * scale), round(image.height * scale)), kernel)
    taken = io.BytesIO()
    image.save(taken, "JPEG", quality=quality)
    assert read_ordinal(taken.getvalue()) == ordinal


@given(ordinal=any_ordinal, column=st.integers(0, 15))
def test_one_wrong_column_is_refused(ordinal: int, column: int) -> None:
    """A strip with one column upside down is not another number."""
    pixels = np.array(picture_of(ordinal))
    left, right = round(column * 7.5), round((column + 1) * 7.5)
    pixels[165:, left:right] = pixels[165:, left:right][::-1]
    with pytest.raises(OrdinalUnreadable, match="check does not fit"):
        read_ordinal(pixels)


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(Image.new("L", (320, 180), 128), id="a plain picture"),
        pytest.param(Image.new("L", (320, 180), 0), id="a black picture"),
        pytest.param(picture_of(7).crop((0, 0, 320, 150)), id="the strip cut off"),
        pytest.param(picture_of(7).transpose(Image.Transpose.ROTATE_180), id="upside down"),
        pytest.param(picture_of(7).transpose(Image.Transpose.ROTATE_90), id="lying"),
    ],
)
def test_a_picture_without_a_strip_is_refused(image: Image.Image) -> None:
    """Where no number stands, none is given."""
    with pytest.raises(OrdinalUnreadable):
        read_ordinal(np.asarray(image))


def test_a_path_bytes_and_arrays_read_alike(tmp_path: Path) -> None:
    """A file, its bytes, grey, colour and colour with alpha give the same number."""
    image = picture_of(1234)
    path = tmp_path / "frame.png"
    image.save(path)
    forms = [path, path.read_bytes(), *(np.asarray(image.convert(mode)) for mode in ("L", "RGB", "RGBA"))]
    assert [read_ordinal(form) for form in forms] == [1234] * len(forms)


@pytest.mark.parametrize("ordinal", [-1, ORDINAL_LIMIT])
def test_a_number_outside_the_strip_is_refused(ordinal: int) -> None:
    """Twelve bits hold 0 to 4095."""
    with pytest.raises(OrdinalUnreadable, match="outside"):
        draw_ordinal(Image.new("RGB", (320, 180)), ordinal)


def test_letters_are_told_apart() -> None:
    """No two glyphs are drawn alike."""
    drawn = set()
    for mark in GLYPHS:
        image = Image.new("RGB", (40, 40))
        draw_text(image, mark, left_px=8, top_px=10, height_px=20, fill=255)
        drawn.add(image.tobytes())
    assert len(drawn) == len(GLYPHS)


def test_every_word_of_the_screenplays_can_be_drawn() -> None:
    """The lettering has every letter that a caption asks for."""
    asked = {mark for play in (DRAWN_SCENE, OTHER_SCENE) for shown in play.shown for mark in "".join(shown.words)}
    assert asked - set(GLYPHS) <= {" "}


def test_the_check_differs_wherever_one_bit_does() -> None:
    """Each of the twelve bits changes the check, for every ordinal."""
    for ordinal in range(ORDINAL_LIMIT):
        check = ordinals._bits(ordinal)[12:]
        assert all(ordinals._bits(ordinal ^ (1 << place))[12:] != check for place in range(12))
