"""What happens in the demo's clips: every place, person, word and time in them is invented.

The first follows the standing example of the design: three camera positions, a voice nearby, two impulses, a shout from
afar, a third impulse. The other is filmed elsewhere and must not be confused with it: no impulse, another language.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from probata.cli.demo_footage.figures import BLUE, WHITE, Figure
from probata.cli.demo_footage.rhythm import BY_DAY, IN_SHADE, Rhythm
from probata.cli.demo_footage.scenery import Place, Shot
from probata.cli.demo_footage.speech import Sentence


@frozen(kw_only=True)
class Spoken:
    """A sentence, when it begins, and whether it comes from afar."""

    start_s: float
    sentence: Sentence
    distant: bool = False


@frozen(kw_only=True)
class Shown:
    """Words over the picture, line by line, and from when to when."""

    words: tuple[str, ...]
    language: str
    start_s: float
    end_s: float


@frozen(kw_only=True)
class Screenplay:
    """One clip before it is filmed. Shots are given with the second at which each begins."""

    name: str
    about: str
    width: int
    height: int
    end_s: Fraction
    rhythm: Rhythm
    shots: tuple[tuple[float, Shot], ...]
    spoken: tuple[Spoken, ...]
    shown: tuple[Shown, ...] = ()
    impulses_s: tuple[float, ...] = ()
    turned_degrees: int = 0


OLIVE, SAND, GREY, SLATE = (96, 104, 72), (168, 148, 112), (112, 112, 116), (72, 84, 98)

_FIELD = Place(
    horizon=0.46, sky=(196, 208, 216), field=(128, 132, 86), trees=(62, 84, 58), trees_seed=11, road_from=0.5
)
_HOUSE = Place(horizon=0.4, sky=(188, 202, 212), field=(136, 128, 92), trees=(70, 90, 60), trees_seed=23, house_at=0.81)
_ROAD = Place(horizon=0.52, sky=(202, 210, 214), field=(118, 126, 84), trees=(56, 78, 60), trees_seed=37, road_from=0.3)
_RIVER = Place(
    horizon=0.34, sky=(214, 206, 190), field=(146, 140, 110), trees=(96, 104, 62), trees_seed=51, bridge_at=0.42
)
_BANK = Place(horizon=0.5, sky=(210, 204, 192), field=(150, 138, 104), trees=(88, 98, 66), trees_seed=67, house_at=0.2)

DRAWN_SCENE = Screenplay(
    name="drawn-scene.mp4",
    about="A drawn field near a village: three camera positions, a voice nearby, three impulses, a shout from afar",
    width=640,
    height=360,
    end_s=Fraction(18),
    rhythm=BY_DAY,
    shots=(
        (
            0.0,
            Shot(
                place=_FIELD,
                figures=(
                    Figure(pose="standing", x=120, y=206, height=78, clothes=OLIVE, band=BLUE, sways=0.03),
                    Figure(pose="standing", x=168, y=214, height=84, clothes=OLIVE, band=BLUE, sways=0.02),
                    Figure(pose="lying", x=420, y=226, height=92, clothes=GREY, band=WHITE),
                    Figure(pose="lying", x=520, y=246, height=98, clothes=SAND, band=WHITE, faces=-1),
                    Figure(pose="lying", x=330, y=262, height=104, clothes=SLATE),
                ),
            ),
        ),
        (
            6.2,
            Shot(
                place=_HOUSE,
                figures=(
                    Figure(pose="standing", x=150, y=262, height=158, clothes=OLIVE, band=BLUE, sways=0.02),
                    Figure(pose="seated", x=330, y=256, height=170, clothes=GREY, band=WHITE, sways=0.01),
                    Figure(pose="standing", x=500, y=250, height=148, clothes=OLIVE, faces=-1, sways=0.03),
                ),
            ),
        ),
        (
            12.9,
            Shot(
                place=_ROAD,
                figures=(
                    Figure(pose="standing", x=250, y=226, height=66, clothes=OLIVE, band=BLUE, walks_px_per_s=9),
                    Figure(pose="lying", x=450, y=266, height=112, clothes=GREY, band=WHITE, faces=-1),
                    Figure(pose="standing", x=560, y=250, height=120, clothes=SAND, sways=0.02),
                ),
            ),
        ),
    ),
    spoken=(
        Spoken(start_s=1.6, sentence=Sentence(text="Смотри, он тяжело дышит. Позови врача.", language="ru")),
        Spoken(
            start_s=10.1,
            sentence=Sentence(text="Хватит! Оставьте его!", language="ru", words_per_minute=135, pitch=62),
            distant=True,
        ),
        Spoken(start_s=15.9, sentence=Sentence(text="Всё, уходим.", language="ru")),
    ),
    shown=(Shown(words=("ДЕРЕВНЯ ВЕРХНЯЯ ПЕЛЕМКА", "ОКОЛО 12 ОКТЯБРЯ"), language="ru", start_s=0.7, end_s=9.4),),
    impulses_s=(7.4, 8.5, 14.2),
)

OTHER_SCENE = Screenplay(
    name="other-scene-rotated.mp4",
    about="Another place, held upright: people walk by a bridge, a voice speaks Ukrainian, no impulse",
    width=360,
    height=640,
    end_s=Fraction(10),
    rhythm=IN_SHADE,
    turned_degrees=90,
    shots=(
        (
            0.0,
            Shot(
                place=_RIVER,
                figures=(
                    Figure(pose="standing", x=70, y=262, height=60, clothes=SAND, walks_px_per_s=16),
                    Figure(pose="standing", x=20, y=470, height=170, clothes=SLATE, walks_px_per_s=34),
                    Figure(pose="standing", x=290, y=520, height=200, clothes=OLIVE, band=WHITE, faces=-1, sways=0.02),
                ),
            ),
        ),
        (
            5.7,
            Shot(
                place=_BANK,
                figures=(
                    Figure(pose="seated", x=130, y=470, height=210, clothes=SAND, sways=0.02),
                    Figure(pose="standing", x=260, y=480, height=190, clothes=SLATE, faces=-1, sways=0.03),
                ),
            ),
        ),
    ),
    spoken=(Spoken(start_s=1.1, sentence=Sentence(text="Дорога вільна. Йдемо до мосту разом.", language="uk")),),
)
