"""Captions whose every letter is known: invented lines in four languages and three styles, over photographic footage.

Each clip holds one language in one style: a caption of two seconds, a second of nothing, the next. 854 x 480, H.264 at
CRF 30. The pictures behind are footage that is kept beside the repository and never in it, else drawn ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
from attrs import frozen
from numpy.typing import NDArray

WIDTH, HEIGHT, RATE = 854, 480, 25
SHOWN, PAUSE = 50, 25  # frames
FOOTAGE = Path(__file__).parents[2] / "shared" / "footage"
BEHIND = (
    "intel-iot-devkit+sample-videos/one-by-one-person-detection.mp4",
    "intel-iot-devkit+sample-videos/car-detection.mp4",
    "facebook+ThreatExchange/tmk__sample-videos__chair-orig-22-sd-bar.mp4",
    "gopro+gpmf-parser/samples__karma.mp4",
    "mdn+interactive-examples/live-examples__media__cc0-videos__flower.mp4",
)
_VENDOR = Path(__file__).parents[1] / "src" / "probata" / "web" / "static" / "vendor"
_SERIF = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"
_DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"
TEXTS = {
    "ru": (
        "На мосту стоит пустой автобус",
        "Съёмка велась утром 14 марта",
        "Колонна движется в сторону реки",
        "Очевидец: мы слышали два хлопка",
        "Вид с крыши жилого дома",
        "Дорога закрыта, объезд через село",
        "Эту запись прислал житель посёлка",
        "Площадь перед вокзалом, 09:40",
        "Здание школы после сильного дождя",
        "Он говорит, что ждал полчаса",
    ),
    "uk": (
        "На мосту стоїть порожній автобус",
        "Зйомка велася вранці 14 березня",
        "Колона рухається в бік річки",
        "Очевидець: ми чули два постріли",
        "Вигляд із даху житлового будинку",
        "Дорогу закрито, об'їзд через село",
        "Цей запис надіслав мешканець селища",
        "Площа перед вокзалом, 09:40",
        "Будівля школи після сильної зливи",
        "Він каже, що чекав пів години",
    ),
    "en": (
        "An empty bus stands on the bridge",
        "Filmed on the morning of 14 March",
        "The column moves towards the river",
        "A witness: we heard two bangs",
        "View from the roof of a block of flats",
        "Road closed, take the village road",
        "A resident sent us this recording",
        "Square at the railway station, 09:40",
        "The school building after heavy rain",
        "He says that he waited half an hour",
    ),
    "ar": (
        "حافلة فارغة تقف على الجسر",
        "تم التصوير صباح يوم الأحد",
        "القافلة تتحرك نحو النهر",
        "شاهد عيان: سمعنا صوتين قويين",
        "منظر من سطح مبنى سكني",
        "الطريق مغلق أمام السيارات",
        "أرسل أحد السكان هذا التسجيل",
        "الساحة أمام محطة القطار",
        "مبنى المدرسة بعد المطر الغزير",
        "يقول إنه انتظر نصف ساعة",
    ),
}
FRESH = {
    "ru": (
        "Рынок открылся в половине восьмого",
        "Машины стоят вдоль берега озера",
        "Сосед снимал это со своего балкона",
        "Через минуту всё стихло",
        "Поезд опоздал на 25 минут",
    ),
    "uk": (
        "Ринок відчинився о пів на восьму",
        "Машини стоять уздовж берега озера",
        "Сусід знімав це зі свого балкона",
        "За хвилину все стихло",
        "Потяг запізнився на 25 хвилин",
    ),
    "en": (
        "The market opened at half past seven",
        "Cars are parked along the lake shore",
        "A neighbour filmed this from a balcony",
        "A minute later all was quiet",
        "The train was 25 minutes late",
    ),
    "ar": (
        "فتح السوق في السابعة والنصف",
        "السيارات متوقفة على شاطئ البحيرة",
        "صور الجار هذا من شرفته",
        "بعد دقيقة هدأ كل شيء",
        "تأخر القطار عشرين دقيقة",
    ),
}
"""Lines, faces and grounds that nothing was tuned on."""
STYLES = ("outlined", "boxed", "small")


@frozen(kw_only=True)
class Caption:
    """What is written, and the frames on which it stands: first, and the one after its last."""

    text: str
    first: int
    end: int


def captions(language: str, *, fresh: bool = False) -> list[Caption]:
    """The captions of a clip of this language."""
    texts = FRESH if fresh else TEXTS
    return [
        Caption(text=text, first=PAUSE + number * (SHOWN + PAUSE), end=(number + 1) * (SHOWN + PAUSE))
        for number, text in enumerate(texts[language])
    ]


def font(language: str, size_px: int, *, dejavu: bool = False, fresh: bool = False) -> PIL.ImageFont.FreeTypeFont:
    """The shipped face of that script, or DejaVu Sans as Debian has it."""
    if fresh and language != "ar" and Path(_SERIF).is_file():
        return PIL.ImageFont.truetype(_SERIF, size_px)
    if fresh and language == "ar":
        return PIL.ImageFont.truetype(
            str(_VENDOR / "noto-sans-arabic/noto-sans-arabic-arabic-600-normal.woff2"), size_px
        )
    if dejavu and Path(_DEJAVU).is_file():
        return PIL.ImageFont.truetype(_DEJAVU, size_px)
    name = {
        "ar": "noto-sans-arabic/noto-sans-arabic-arabic-500-normal.woff2",
        "en": "inter/inter-latin-500-normal.woff2",
    }.get(language, "inter/inter-cyrillic-500-normal.woff2")
    return PIL.ImageFont.truetype(str(_VENDOR / name), size_px)


def drawn(
    picture: NDArray[np.uint8], text: str, language: str, style: str, number: int = 0, *, fresh: bool = False
) -> NDArray[np.uint8]:
    """The picture with this caption on it, in this style."""
    image = PIL.Image.fromarray(picture)
    draw = PIL.ImageDraw.Draw(image, "RGBA")
    size = {"outlined": 36, "boxed": 26, "small": 18}[style]
    # A subset of a script has no digits or stops: those lines are set in the face that has everything.
    whole = language in {"ru", "uk"} or (language == "ar" and number % 2 == 1)
    face = font(language, size, dejavu=whole, fresh=fresh)
    options = {"direction": "rtl", "language": "ar"} if language == "ar" else {}
    left, top, right, bottom = draw.textbbox((0, 0), text, font=face, **options)
    at = (WIDTH - (right - left)) // 2 - left, (400, 60, 430)[STYLES.index(style)] - top
    if style == "boxed":
        draw.rectangle(
            (at[0] + left - 10, at[1] + top - 8, at[0] + right + 10, at[1] + bottom + 8), fill=(10, 10, 10, 200)
        )
    told = {
        "outlined": {"fill": "white", "stroke_width": 2, "stroke_fill": "black"},
        "boxed": {"fill": "white"},
        "small": {"fill": "yellow"},
    }[style]
    draw.text(at, text, font=face, **told, **options)
    return np.asarray(image)


def behind(which: int) -> Iterator[NDArray[np.uint8]]:
    """Pictures to write on, without end: real ones to and fro where they are there, else drawn."""
    path = FOOTAGE / BEHIND[which % len(BEHIND)]
    if not path.is_file():
        yield from _drawn_pictures(which)
        return
    while True:
        with av.open(str(path)) as file:
            for frame in islice(file.decode(video=0), 400):
                yield frame.reformat(width=WIDTH, height=HEIGHT, format="rgb24").to_ndarray()


def _drawn_pictures(which: int) -> Iterator[NDArray[np.uint8]]:
    random = np.random.default_rng(which)
    coarse = PIL.Image.fromarray(random.integers(20, 220, (24, 64, 3), dtype=np.uint8))
    wide = np.asarray(coarse.resize((WIDTH * 2, HEIGHT), PIL.Image.Resampling.BICUBIC))
    for at in range(1 << 30):
        grain = random.integers(-12, 12, (HEIGHT, WIDTH, 1))
        yield np.clip(np.roll(wide, -at, axis=1)[:, :WIDTH] + grain, 0, 255).astype(np.uint8)


def write(path: Path, language: str, style: str, which: int, *, fresh: bool = False) -> list[Caption]:
    """A clip of this language in this style, as a file; what stands on it."""
    told = captions(language, fresh=fresh)
    pictures = behind(which + 2 * fresh)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"crf": "30", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.thread_count = 1
        for at in range(told[-1].end + PAUSE):
            picture = next(pictures)
            for number, caption in enumerate(told):
                if caption.first <= at < caption.end:
                    picture = drawn(picture, caption.text, language, style, number, fresh=fresh)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = at, Fraction(1, RATE)
            out.mux(stream.encode(frame.reformat(format="yuv420p")))
        out.mux(stream.encode(None))
    return told
