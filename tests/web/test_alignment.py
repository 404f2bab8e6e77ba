"""How two items lie on each other, as the compare page needs it: gaps, edits in words, pictures as shown."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from probata.copies.relations import Segment, Transform
from probata.web.shown import alignment

SAME = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def stretch(a: tuple[int, int], b: tuple[int, int], *, speed: Fraction = Fraction(1)) -> Segment:
    return Segment(
        a_start_s=Fraction(a[0]),
        a_end_s=Fraction(a[1]),
        b_start_s=Fraction(b[0]),
        b_end_s=Fraction(b[1]),
        speed=speed,
    )


def facts(*, turned: int = 0, mirrored: bool = False, width: int = 320, height: int = 180) -> dict[str, Any]:
    picture = {
        "width_px": width,
        "height_px": height,
        "sample_aspect": "1",
        "turned_degrees": turned,
        "mirrored": mirrored,
    }
    return {"video": 0, "streams": [{"picture": picture}]}


def at(matrix: alignment.Matrix, x: float, y: float) -> tuple[float, float]:
    p, q, r, s, t, u = matrix
    return p * x + q * y + r, s * x + t * y + u


@given(spans=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), max_size=6), lasts=st.integers(1, 60))
def test_every_second_is_shared_or_not(spans: list[tuple[int, int]], lasts: int) -> None:
    """Gaps and stretches together are the whole, and no gap reaches into a stretch."""
    stretches = [stretch((start, start + length), (0, length)) for start, length in spans if start + length <= lasts]
    found = alignment.gaps(stretches, "a", Fraction(lasts))
    for second in range(lasts):
        middle = second + Fraction(1, 2)
        shared = any(one.a_start_s <= middle < one.a_end_s for one in stretches)
        assert shared != any(gap.start_s <= middle < gap.end_s for gap in found)


def test_the_rounding_of_an_end_is_no_gap() -> None:
    """Less than half a picture is not told as missing footage."""
    one = evolve(stretch((0, 10), (0, 10)), a_start_s=Fraction(1, 60))
    assert alignment.gaps([one], "a", Fraction(10)) == []


@pytest.mark.parametrize(
    ("turned", "mirrored", "corner"),
    [
        (0, False, (0.1, 0.2)),
        (90, False, (0.8, 0.1)),
        (180, False, (0.9, 0.8)),
        (270, False, (0.2, 0.9)),
        (0, True, (0.9, 0.2)),
        (90, True, (0.2, 0.1)),
    ],
)
def test_pictures_are_turned_as_players_turn_them(turned: int, *, mirrored: bool, corner: tuple[float, float]) -> None:
    """A spot at (0.1, 0.2) of the coded picture stands where a player that turns clockwise, then mirrors, shows it."""
    assert at(alignment._shown(facts(turned=turned, mirrored=mirrored)), 0.1, 0.2) == pytest.approx(corner)


def test_what_a_file_says_of_itself_is_no_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two files whose coded pictures lie a quarter turn apart, and which say so, nothing is told as turned."""
    quarter = Transform(
        mirror=False, scale=1, turned_degrees=90, crop=(0, 0, 1, 1), place=(0, 0, 1, 1), matrix=(0, -1, 1, 1, 0, 0)
    )
    stored = {"a": facts(turned=90), "b": facts(width=180, height=320)}
    monkeypatch.setattr(alignment.renditions, "facts", lambda item: stored[item])
    known: Any = type("Known", (), {"a": "a", "b": "b", "kind": "copy"})()
    one = evolve(stretch((0, 5), (0, 5)), transform=quarter)
    assert alignment.laid(known, one) == pytest.approx(SAME)
    assert alignment.edits(known, one) == []


@pytest.mark.parametrize(
    ("matrix", "speed", "words"),
    [
        ((-1.0, 0.0, 1.0, 0.0, 1.0, 0.0), Fraction(1), ["A is mirrored left to right"]),
        (SAME, Fraction(5, 4), ["A runs at 1.25 times the speed of B"]),
        (SAME, Fraction(-1), ["A runs backwards"]),
        (
            (0.5, 0.0, 0.25, 0.0, 0.5, 0.25),
            Fraction(1),
            ["A shows a part of B's picture: 50 % × 50 %, from 25 % across and 25 % down"],
        ),
        (
            (2.0, 0.0, -0.5, 0.0, 2.0, -0.5),
            Fraction(1),
            [
                (
                    "B's picture fills a part of A's: 50 % × 50 %, from 25 % across and 25 % down; "
                    "around it A shows something else (bars, a frame, another picture)"
                ),
            ],
        ),
    ],
)
def test_edits_in_words(
    monkeypatch: pytest.MonkeyPatch, matrix: alignment.Matrix, speed: Fraction, words: list[str]
) -> None:
    """Mirroring, speed, direction, crop, and what stands around, each in a sentence of its own."""
    monkeypatch.setattr(alignment.renditions, "facts", lambda _item: facts())
    known: Any = type("Known", (), {"a": "a", "b": "b", "kind": "copy"})()
    transform = Transform(mirror=False, scale=1, turned_degrees=0, crop=(0, 0, 1, 1), place=(0, 0, 1, 1), matrix=matrix)
    assert alignment.edits(known, evolve(stretch((0, 4), (0, 5), speed=speed), transform=transform)) == words


def test_order_and_repetition_in_words() -> None:
    """Stretches that change places, and seconds that come twice, are told."""
    swapped = [stretch((0, 5), (10, 15)), stretch((5, 10), (0, 5))]
    assert alignment.order(swapped) == ["At 00:05.000, A goes back in B, to 00:00.000"]
    looped = [stretch((0, 5), (0, 5)), stretch((5, 10), (0, 5))]
    assert alignment.order(looped) == ["00:05.000 of B are in more than one stretch"]
    assert alignment.order([stretch((0, 5), (0, 5)), stretch((5, 9), (8, 12))]) == []


def test_shared_sound_lays_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only sound is shared no picture is laid on the other; the same bytes lie on each other as they are."""
    monkeypatch.setattr(alignment.renditions, "facts", lambda _item: facts())
    for kind, expected in (("same_audio_other_picture", None), ("same_bytes", SAME)):
        known: Any = type("Known", (), {"a": "a", "b": "b", "kind": kind})()
        assert alignment.laid(known, stretch((0, 5), (0, 5))) == expected
