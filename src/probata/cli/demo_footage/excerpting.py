"""Cuts an excerpt as an outlet would post it: shorter, cropped, at an even frame rate, with a banner, encoded again."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from probata.cli.demo_footage.encode import (
    PICTURE_TIME_BASE,
    SOUND_RATE_HZ,
    Encoding,
    TimedPicture,
    write_clip,
)
from probata.cli.demo_footage.filming import Progress, Times, caption_between, counted
from probata.cli.demo_footage.ordinals import draw_ordinal
from probata.cli.demo_footage.strokes import draw_text
from probata.cli.demo_footage.truth import Caption, Cut, ExcerptOf, Impulse, MadeClip, PictureTruth, Utterance

NAME = "excerpt.mp4"
BANNER = "АГЕНТСТВО «ПЕЛЕМА»"  # an outlet that does not exist
START_S, END_S = Fraction(6), Fraction(31, 2)
CROP_PX = (48, 16, 592, 322)  # leaves out the first file's ordinals
_SIZE = (480, 270)
_GAP_TICKS = 3600  # 25 frames a second
_BANNER_HEIGHT_PX = 30


def cut_excerpt(whole: MadeClip, folder: Path, *, progress: Progress | None = None) -> MadeClip:
    """Make the excerpt of the clip in the folder, from the file itself as a later hand would."""
    times: Times = [(start, _GAP_TICKS) for start in range(0, int((END_S - START_S) / PICTURE_TIME_BASE), _GAP_TICKS)]
    sources = _source_ordinals(whole, times)
    path = folder / NAME
    write_clip(
        path,
        counted(_pictures(whole.path, times, sources), NAME, len(times), progress),
        encoding=Encoding(crf=30, b_frames=2, sound_bits_per_second=64_000),
        sound=decoded_sound(whole.path)[int(START_S * SOUND_RATE_HZ) : int(END_S * SOUND_RATE_HZ)],
    )
    return MadeClip(
        path=path,
        about=f"An excerpt of {whole.path.name}, cropped, at an even frame rate, with an outlet's banner",
        picture=PictureTruth.of(times, width=_SIZE[0], height=_SIZE[1]),
        sound_rate_hz=SOUND_RATE_HZ,
        cuts=_cuts(whole, times, sources),
        impulses=_impulses(whole),
        utterances=_utterances(whole),
        captions=(
            caption_between(times, 0, len(times), words=(BANNER,), language="ru"),
            *_captions(whole, times, sources),
        ),
        excerpt_of=ExcerptOf(
            file=whole.path.name, start_s=float(START_S), crop_px=CROP_PX, source_ordinals=tuple(sources)
        ),
        lacks=whole.lacks,
    )


def decoded_sound(path: Path) -> NDArray[np.int16]:
    """The sound of a made clip as a player hears it, from its zero."""
    with av.open(str(path)) as made:
        blocks = [frame.to_ndarray()[0] for frame in made.decode(audio=0)]
    samples: NDArray[np.int16] = (np.concatenate(blocks) * 32768).clip(-32768, 32767).astype(np.int16)
    return samples


def _source_ordinals(whole: MadeClip, times: Times) -> list[int]:
    """For each frame of the excerpt, the frame that the whole clip shows at that moment."""
    moments = [START_S / PICTURE_TIME_BASE + pts for pts, _ in times]
    return [int(ordinal) for ordinal in np.searchsorted(whole.picture.pts, [int(m) for m in moments], "right") - 1]


def _pictures(path: Path, times: Times, sources: list[int]) -> Iterator[TimedPicture]:
    with av.open(str(path)) as made:
        decoded = enumerate(made.decode(video=0))
        at, frame = next(decoded)
        for ordinal, ((pts, duration), source) in enumerate(zip(times, sources, strict=True)):
            while at < source:
                at, frame = next(decoded)
            image = (
                Image.fromarray(frame.to_ndarray(format="rgb24")).crop(CROP_PX).resize(_SIZE, Image.Resampling.BICUBIC)
            )
            _draw_banner(image)
            draw_ordinal(image, ordinal)
            yield TimedPicture(rgb=np.asarray(image), pts=pts, duration=duration)


def _draw_banner(image: Image.Image) -> None:
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, image.width, _BANNER_HEIGHT_PX), fill=(22, 74, 84))
    draw.ellipse((8, 7, 24, 23), fill=(236, 196, 92))
    draw_text(image, BANNER, left_px=34, top_px=9, height_px=13, fill=(244, 244, 240))


def _cuts(whole: MadeClip, times: Times, sources: list[int]) -> tuple[Cut, ...]:
    found = []
    for cut in whole.cuts:
        if sources[0] < cut.ordinal <= sources[-1]:
            ordinal = int(np.searchsorted(sources, cut.ordinal))
            found.append(Cut(ordinal=ordinal, pts=times[ordinal][0]))
    return tuple(found)


def _impulses(whole: MadeClip) -> tuple[Impulse, ...]:
    moved = [known.sample - int(START_S * SOUND_RATE_HZ) for known in whole.impulses]
    length = int((END_S - START_S) * SOUND_RATE_HZ)
    return tuple(Impulse(sample=at, at_s=at / SOUND_RATE_HZ) for at in moved if 0 <= at < length)


def _utterances(whole: MadeClip) -> tuple[Utterance, ...]:
    """Those that are heard in full; the script places none across either end."""
    start_s, end_s = float(START_S), float(END_S)
    return tuple(
        Utterance(
            text=said.text,
            language=said.language,
            start_s=said.start_s - start_s,
            end_s=said.end_s - start_s,
            distant=said.distant,
        )
        for said in whole.utterances
        if start_s <= said.start_s and said.end_s <= end_s
    )


def _captions(whole: MadeClip, times: Times, sources: list[int]) -> tuple[Caption, ...]:
    kept = []
    for caption in whole.captions:
        start, end = (int(np.searchsorted(sources, at)) for at in (caption.start_ordinal, caption.end_ordinal))
        if start < end:
            kept.append(caption_between(times, start, end, words=caption.words, language=caption.language))
    return tuple(kept)
