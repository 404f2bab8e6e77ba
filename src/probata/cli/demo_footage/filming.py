"""Films a screenplay: draws its pictures, speaks its words, sounds its impulses, and notes what is true of the clip."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from probata.cli.demo_footage.encode import (
    PICTURE_TIME_BASE,
    SOUND_RATE_HZ,
    Encoding,
    TimedPicture,
    write_clip,
)
from probata.cli.demo_footage.errors import NoVoice
from probata.cli.demo_footage.ordinals import draw_ordinal
from probata.cli.demo_footage.rhythm import frame_times_until
from probata.cli.demo_footage.scenery import Camera
from probata.cli.demo_footage.screenplays import Screenplay, Spoken
from probata.cli.demo_footage.sound import Placed, far_off, impulse, mix, nearby
from probata.cli.demo_footage.speech import say
from probata.cli.demo_footage.strokes import draw_text, text_width_px
from probata.cli.demo_footage.truth import Caption, Cut, Impulse, MadeClip, PictureTruth, Utterance

Progress = Callable[[str, int, int], None]
"""Told the name of the clip, how many of its frames are made, and how many there will be."""

Times = list[tuple[int, int]]
_CAPTION_BOTTOM_PX = 104  # high enough that an excerpt's own ordinals do not cover it
_IMPULSE_PLAY_S = 0.12  # the seed moves each impulse this much at most, so that no time is worth remembering


@frozen(kw_only=True)
class _Heard:
    samples: NDArray[np.int16]
    impulses: tuple[Impulse, ...]
    utterances: tuple[Utterance, ...]
    lacks: tuple[str, ...]


def film(screenplay: Screenplay, folder: Path, *, seed: int, progress: Progress | None = None) -> MadeClip:
    """Make the clip in the folder, under the screenplay's own name; the same seed gives the same file."""
    times = frame_times_until(screenplay.rhythm, seed=seed, end_s=screenplay.end_s)
    captions = _captions(screenplay, times)
    heard = _sound(screenplay, seed=seed)
    path = folder / screenplay.name
    pictures = _pictures(screenplay, times, captions, seed=seed)
    write_clip(
        path,
        counted(pictures, screenplay.name, len(times), progress),
        encoding=Encoding(turned_degrees=screenplay.turned_degrees),
        sound=heard.samples,
    )
    return MadeClip(
        path=path,
        about=screenplay.about,
        picture=PictureTruth.of(
            times, width=screenplay.width, height=screenplay.height, turned_degrees=screenplay.turned_degrees
        ),
        sound_rate_hz=SOUND_RATE_HZ,
        cuts=tuple(_cut(times, start_s) for start_s, _ in screenplay.shots[1:]),
        impulses=heard.impulses,
        utterances=heard.utterances,
        captions=captions,
        lacks=heard.lacks,
    )


def counted(
    pictures: Iterator[TimedPicture], name: str, total: int, progress: Progress | None
) -> Iterator[TimedPicture]:
    """The same pictures, and word of each to whoever watches."""
    for done, picture in enumerate(pictures, start=1):
        yield picture
        if progress is not None:
            progress(name, done, total)


def first_frame_from(times: Times, moment_s: float) -> int:
    """The ordinal of the first frame that is shown at or after the moment; the number of frames when there is none."""
    for ordinal, (pts, _) in enumerate(times):
        if pts * PICTURE_TIME_BASE >= moment_s:
            return ordinal
    return len(times)


def caption_between(times: Times, start: int, end: int, *, words: tuple[str, ...], language: str) -> Caption:
    """A caption over frames `start` up to, not including, `end`."""
    closing_pts, closing_duration = times[end - 1]
    return Caption(
        words=words,
        language=language,
        start_ordinal=start,
        end_ordinal=end,
        start_pts=times[start][0],
        end_pts=closing_pts + closing_duration,
    )


def draw_words(
    image: Image.Image, words: tuple[str, ...], *, centre_x: float, bottom_px: float, height_px: float
) -> None:
    """Light words on a dark field, line under line, centred over `bottom_px`."""
    leading_px = height_px * 1.6
    wide = max(text_width_px(line, height_px) for line in words)
    top_px = bottom_px - leading_px * len(words)
    pad_px = height_px * 0.6
    field = (centre_x - wide / 2 - pad_px, top_px - pad_px, centre_x + wide / 2 + pad_px, bottom_px)
    ImageDraw.Draw(image).rectangle(field, fill=(24, 26, 30))
    for row, line in enumerate(words):
        left_px = centre_x - text_width_px(line, height_px) / 2
        draw_text(
            image, line, left_px=left_px, top_px=top_px + row * leading_px, height_px=height_px, fill=(240, 240, 236)
        )


def _cut(times: Times, start_s: float) -> Cut:
    ordinal = first_frame_from(times, start_s)
    return Cut(ordinal=ordinal, pts=times[ordinal][0])


def _captions(screenplay: Screenplay, times: Times) -> tuple[Caption, ...]:
    return tuple(
        caption_between(
            times,
            first_frame_from(times, shown.start_s),
            first_frame_from(times, shown.end_s),
            words=shown.words,
            language=shown.language,
        )
        for shown in screenplay.shown
    )


def _pictures(
    screenplay: Screenplay, times: Times, captions: tuple[Caption, ...], *, seed: int
) -> Iterator[TimedPicture]:
    shots = iter(screenplay.shots)
    next_start_s, next_shot = next(shots)
    for ordinal, (pts, duration) in enumerate(times):
        at_s = float(pts * PICTURE_TIME_BASE)
        if at_s >= next_start_s:
            began_s = next_start_s
            camera = Camera(next_shot, width=screenplay.width, height=screenplay.height, seed=seed + ordinal)
            next_start_s, next_shot = next(shots, (float("inf"), next_shot))
        image = camera.picture(at_s - began_s)
        for caption in captions:
            if caption.start_ordinal <= ordinal < caption.end_ordinal:
                draw_words(
                    image,
                    caption.words,
                    centre_x=screenplay.width / 2,
                    bottom_px=_CAPTION_BOTTOM_PX,
                    height_px=14,
                )
        draw_ordinal(image, ordinal)
        yield TimedPicture(rgb=np.asarray(image), pts=pts, duration=duration)


def _sound(screenplay: Screenplay, *, seed: int) -> _Heard:
    chance = np.random.default_rng(seed)
    impulses = tuple(
        _impulse_at(round((at_s + chance.uniform(-_IMPULSE_PLAY_S, _IMPULSE_PLAY_S)) * SOUND_RATE_HZ))
        for at_s in screenplay.impulses_s
    )
    placed = [Placed(start=known.sample, samples=impulse(seed=seed + number)) for number, known in enumerate(impulses)]
    utterances, lacks = [], []
    for spoken in screenplay.spoken:
        try:
            voice = say(spoken.sentence)
        except NoVoice as why:
            lacks.append(f"«{spoken.sentence.text}» is not spoken in it. {why.message} {why.what_to_do}")
            continue
        start = round(spoken.start_s * SOUND_RATE_HZ)
        placed.append(Placed(start=start, samples=far_off(voice, seed=seed) if spoken.distant else nearby(voice)))
        utterances.append(_utterance(spoken, start, len(voice)))
    samples = mix(round(screenplay.end_s * SOUND_RATE_HZ), seed=seed, placed=placed)
    return _Heard(samples=samples, impulses=impulses, utterances=tuple(utterances), lacks=tuple(lacks))


def _utterance(spoken: Spoken, start: int, length: int) -> Utterance:
    return Utterance(
        text=spoken.sentence.text,
        language=spoken.sentence.language,
        start_s=start / SOUND_RATE_HZ,
        end_s=(start + length) / SOUND_RATE_HZ,
        distant=spoken.distant,
    )


def _impulse_at(sample: int) -> Impulse:
    return Impulse(sample=sample, at_s=sample / SOUND_RATE_HZ)
