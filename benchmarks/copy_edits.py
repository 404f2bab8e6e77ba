"""The twelve edits of the benchmark of copies, and what is needed to read films and write them; made with PyAV alone.

A film here is pictures at an even rate and mono sound. An edit takes one and gives another, with what is true of it:
whether it is mirrored, how much faster it runs, which part of the picture is left. What an edit draws by chance comes
from the generator that it is handed, so that the same seed gives the same query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import count, islice
from pathlib import Path

import av
import cv2
import numpy as np
from attrs import evolve, frozen
from av.filter import Graph
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Samples = NDArray[np.float32]
Box = tuple[float, float, float, float]

SOUND_RATE_HZ = 44_100
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
_BLOCK = 1024
_HIGHEST_RATE = 30
_FONT = cv2.FONT_HERSHEY_DUPLEX


@frozen(kw_only=True)
class Film:
    """Pictures at an even rate, and the sound that runs beside them, if there is any."""

    rate: Fraction
    width: int
    height: int
    frames: int
    pictures: Iterator[Picture]
    sound: Samples | None = None

    @property
    def seconds(self) -> float:
        """How long it is."""
        return float(self.frames / self.rate)


@frozen(kw_only=True)
class Edited:
    """An edited film, and what the edit did to it. `crop` is the part of the picture that is left."""

    film: Film
    mirror: bool = False
    speed: float = 1.0
    crop: Box = WHOLE
    kbit_per_s: int | None = None


@frozen(kw_only=True)
class Props:
    """What an edit may use: chance, other footage for so many frames at that rate and size, other sound so long."""

    chance: np.random.Generator
    other_picture: Callable[[Fraction, int, int, int], Iterator[Picture]]
    other_sound: Callable[[float], Samples]


# -- reading and writing


def measure(path: Path) -> tuple[Fraction, int, int, float]:
    """The even rate at which to read a file, the size of its pictures, and how long it lasts."""
    with av.open(str(path)) as container:
        stream = picture_stream(container)
        rate = Fraction(stream.average_rate or stream.guessed_rate or 25).limit_denominator(1001)
        lasts_s = float(stream.duration * stream.time_base) if stream.duration else (container.duration or 0) / 1e6
        while rate > _HIGHEST_RATE + 1:
            rate /= 2
        return rate, stream.width, stream.height, lasts_s


def picture_stream(container: av.container.InputContainer) -> av.VideoStream:
    """The largest picture of a file that has several."""
    return max(container.streams.video, key=lambda stream: stream.width * stream.height)


def read_pictures(
    path: Path, *, start_s: float, rate: Fraction, frames: int, box: tuple[int, int]
) -> Iterator[Picture]:
    """That many RGB pictures from the moment on, each the one that is shown at its time, filling a box of that size."""
    with av.open(str(path)) as container:
        stream = picture_stream(container)
        stream.codec_context.thread_count = 1
        container.seek(max(0, int((start_s - 0.2) / stream.time_base)), stream=stream)
        shown: av.VideoFrame | None = None
        done = 0
        for frame in container.decode(stream):
            at_s = float(frame.pts * stream.time_base)
            while shown is not None and done < frames and start_s + float(done / rate) < at_s - 1e-4:
                yield filling(shown.to_ndarray(format="rgb24"), *box)
                done += 1
            shown = frame
            if done == frames:
                return
        while shown is not None and done < frames:
            yield filling(shown.to_ndarray(format="rgb24"), *box)
            done += 1


def read_sound(path: Path, *, start_s: float, seconds: float) -> Samples | None:
    """The sound of a stretch as mono samples at `SOUND_RATE_HZ`, exactly so long; none where the file has none."""
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        wanted = np.zeros(round(seconds * SOUND_RATE_HZ), dtype=np.float32)
        resampler = av.AudioResampler(format="flt", layout="mono", rate=SOUND_RATE_HZ)
        at: int | None = None
        for frame in container.decode(stream):
            for piece in resampler.resample(frame):
                samples = piece.to_ndarray().ravel()
                if at is None:
                    at = round((float(frame.pts * frame.time_base) - start_s) * SOUND_RATE_HZ)
                low, high = max(0, at), min(len(wanted), at + len(samples))
                if high > low:
                    wanted[low:high] = samples[low - at : high - at]
                at += len(samples)
            if at is not None and at >= len(wanted):
                break
        return wanted


def read_film(path: Path, *, start_s: float = 0.0, seconds: float | None = None, short_side: int = 480) -> Film:
    """A stretch of a file, made smaller where its short side is longer than that."""
    rate, width, height, lasts_s = measure(path)
    seconds = lasts_s - start_s if seconds is None else seconds
    smaller = min(1.0, short_side / min(width, height))
    box = _even(width * smaller), _even(height * smaller)
    frames = max(1, round(seconds * rate))
    return Film(
        rate=rate,
        width=box[0],
        height=box[1],
        frames=frames,
        pictures=read_pictures(path, start_s=start_s, rate=rate, frames=frames, box=box),
        sound=read_sound(path, start_s=start_s, seconds=float(frames / rate)),
    )


def write_film(path: Path, film: Film, *, crf: int = 26, kbit_per_s: int | None = None) -> None:
    """Write it as H.264 and AAC in MP4; the same film gives the same bytes."""
    with av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact"}) as out:
        video = out.add_stream("libx264", rate=film.rate)
        video.width, video.height, video.pix_fmt = film.width, film.height, "yuv420p"
        video.codec_context.thread_count = 1
        if kbit_per_s:
            video.bit_rate = kbit_per_s * 1000
            video.options = {"preset": "superfast"}
        else:
            video.options = {"preset": "superfast", "crf": str(crf)}
        sound = None
        if film.sound is not None:
            sound = out.add_stream("aac", rate=SOUND_RATE_HZ, layout="mono")
            sound.bit_rate = 32_000 if kbit_per_s else 96_000
        heard = 0
        for ordinal, picture in enumerate(islice(film.pictures, film.frames)):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = ordinal, 1 / film.rate
            out.mux(video.encode(frame))
            if sound is not None and film.sound is not None:
                heard = _write_sound(out, sound, film.sound, heard, until=float((ordinal + 1) / film.rate))
        out.mux(video.encode(None))
        if sound is not None and film.sound is not None:
            _write_sound(out, sound, film.sound, heard, until=film.seconds)
            out.mux(sound.encode(None))


def _write_sound(
    out: av.container.OutputContainer, stream: av.AudioStream, sound: Samples, heard: int, *, until: float
) -> int:
    end = min(len(sound), round(until * SOUND_RATE_HZ))
    while heard < end:
        block = np.zeros(_BLOCK, dtype=np.float32)
        piece = sound[heard : heard + _BLOCK]
        block[: len(piece)] = piece
        frame = av.AudioFrame.from_ndarray(block[np.newaxis].clip(-1, 1), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE_HZ, heard, Fraction(1, SOUND_RATE_HZ)
        out.mux(stream.encode(frame))
        heard += _BLOCK
    return heard


def joined(films: list[Film]) -> Film:
    """One film after the other, at the rate and size of the first; silence where one has no sound and another has."""
    sound = None
    if any(film.sound is not None for film in films):
        sound = np.concatenate([_so_long(film.sound, film.seconds) for film in films])
    return evolve(
        films[0],
        frames=sum(film.frames for film in films),
        pictures=(picture for film in films for picture in islice(film.pictures, film.frames)),
        sound=sound,
    )


def _so_long(sound: Samples | None, seconds: float) -> Samples:
    held = np.zeros(round(seconds * SOUND_RATE_HZ), dtype=np.float32)
    if sound is not None:
        held[: min(len(held), len(sound))] = sound[: len(held)]
    return held


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)


def filling(picture: Picture, width: int, height: int) -> Picture:
    """The picture made to fill the box, what hangs over cut off evenly."""
    tall, wide = picture.shape[:2]
    scale = max(width / wide, height / tall)
    keep_wide, keep_tall = min(wide, round(width / scale)), min(tall, round(height / scale))
    left, top = (wide - keep_wide) // 2, (tall - keep_tall) // 2
    part = picture[top : top + keep_tall, left : left + keep_wide]
    return _sized(part, width, height)


def _sized(picture: Picture, width: int, height: int) -> Picture:
    if picture.shape[:2] == (height, width):
        return picture
    how = cv2.INTER_AREA if picture.shape[1] > width else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (width, height), interpolation=how), dtype=np.uint8)


def _each(film: Film, change: Callable[[Picture], Picture], width: int, height: int) -> Film:
    return evolve(film, width=width, height=height, pictures=map(change, islice(film.pictures, film.frames)))


# -- the edits


def plain(film: Film, _props: Props) -> Edited:
    """Nothing but encoding anew."""
    return Edited(film=film)


def low_bitrate(film: Film, _props: Props) -> Edited:
    """Short side 180, 15 frames a second, little data."""
    scale = 180 / min(film.width, film.height)
    width, height = _even(film.width * scale), _even(film.height * scale)
    smaller = _each(film, lambda picture: _sized(picture, width, height), width, height)
    return Edited(film=_at_rate(smaller, Fraction(min(15, film.rate)), 1.0), kbit_per_s=90)


def crop(film: Film, props: Props) -> Edited:
    """60 to 80 % of each side, anywhere in the picture."""
    wide, tall = props.chance.uniform(0.6, 0.8, 2)
    left, top = props.chance.uniform(0, 1 - wide), props.chance.uniform(0, 1 - tall)
    return _cropped(film, (left, top, wide, tall))


def flip(film: Film, _props: Props) -> Edited:
    """Mirrored left to right."""
    return Edited(
        film=_each(film, lambda picture: np.ascontiguousarray(picture[:, ::-1]), film.width, film.height), mirror=True
    )


def blurred_bars(film: Film, props: Props) -> Edited:
    """Whole in a 9:16 picture (16:9 where it is upright) between bars of itself blurred, a logo over it."""
    width, height = (432, 768) if film.width >= film.height else (768, 432)
    scale = min(width / film.width, height / film.height)
    inner = _even(film.width * scale), _even(film.height * scale)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    logo = partial(_logo, where=int(props.chance.integers(4)), hue=int(props.chance.integers(180)))

    def change(picture: Picture) -> Picture:
        small = cv2.GaussianBlur(filling(picture, width // 8, height // 8), (0, 0), 4)
        canvas = (_sized(np.asarray(small, dtype=np.uint8), width, height) * 0.7).astype(np.uint8)
        canvas[top : top + inner[1], left : left + inner[0]] = _sized(picture, *inner)
        return logo(canvas)

    return Edited(film=_each(film, change, width, height))


def centre_cut(film: Film, _props: Props) -> Edited:
    """The middle as a 9:16 picture (16:9 where it is upright)."""
    shape = 9 / 16 if film.width >= film.height else 16 / 9
    wide, tall = min(1.0, shape * film.height / film.width), min(1.0, film.width / film.height / shape)
    return _cropped(film, ((1 - wide) / 2, (1 - tall) / 2, wide, tall))


def picture_in_picture(film: Film, props: Props) -> Edited:
    """40 to 50 % of the width of other footage (56 to 70 % of its height where upright), anywhere in it; own sound."""
    width, height = 854, 480
    share = props.chance.uniform(0.4, 0.5)
    scale = share * width / film.width if film.width >= film.height else share * 1.4 * height / film.height
    inner = _even(film.width * scale), _even(film.height * scale)
    left = int(props.chance.integers(8, width - inner[0] - 8))
    top = int(props.chance.integers(8, height - inner[1] - 8))
    base = props.other_picture(film.rate, film.frames, width, height)

    def change(picture: Picture) -> Picture:
        canvas = next(base).copy()
        canvas[top - 2 : top + inner[1] + 2, left - 2 : left + inner[0] + 2] = 240
        canvas[top : top + inner[1], left : left + inner[0]] = _sized(picture, *inner)
        return canvas

    return Edited(film=_each(film, change, width, height))


def faster(film: Film, _props: Props) -> Edited:
    """1.25 times as fast, the pitch of the sound kept."""
    return Edited(film=_at_rate(film, film.rate, 1.25), speed=1.25)


def banner(film: Film, props: Props) -> Edited:
    """A banner over the lower 22 %, a logo, other colours, a voice over the sound."""
    graded = _each(film, _bannered(film, props, share=0.22), film.width, film.height)
    return Edited(film=evolve(graded, sound=_spoken_over(film, props)))


def screen_recording(film: Film, props: Props) -> Edited:
    """Filmed off a screen: 62 % of the picture, turned by 2 degrees, noise, little colour, sound of a small speaker.

    The camera that films has at least 360 lines, however few the footage has.
    """
    larger = max(1.0, 360 / min(film.width, film.height))
    width, height = _even(film.width * larger), _even(film.height * larger)
    film = _each(film, lambda picture: _sized(picture, width, height), width, height)
    turned = float(props.chance.choice([-2.0, 2.0]))
    matrix = cv2.getRotationMatrix2D((film.width / 2, film.height / 2), turned, 0.62)
    matrix[:, 2] += props.chance.uniform(-0.06, 0.06, 2) * (film.width, film.height)
    noise = np.random.default_rng(int(props.chance.integers(1 << 30)))
    grain = noise.normal(0, 7, (film.height + 64, film.width + 64, 1)).astype(np.float32)

    def change(picture: Picture) -> Picture:
        seen = cv2.warpAffine(picture, matrix, (film.width, film.height), borderValue=(58, 56, 54)).astype(np.float32)
        grey = seen.mean(axis=2, keepdims=True)
        down, across = noise.integers(0, 64, 2)
        seen = 0.75 * (0.35 * seen + 0.65 * grey) + 38
        seen += grain[down : down + film.height, across : across + film.width]
        return seen.clip(0, 255).astype(np.uint8)

    filmed = _each(film, change, film.width, film.height)
    return Edited(film=evolve(filmed, sound=None if film.sound is None else _small_speaker(film.sound, noise)))


def other_audio(film: Film, props: Props) -> Edited:
    """The picture as it was under another sound."""
    return Edited(film=evolve(film, sound=_so_long(props.other_sound(film.seconds), film.seconds)))


def other_picture(film: Film, props: Props) -> Edited:
    """The sound as it was under another picture."""
    other = props.other_picture(film.rate, film.frames, film.width, film.height)
    return Edited(film=evolve(film, pictures=other))


def combination(film: Film, props: Props) -> Edited:
    """Mirrored, cropped, under a banner, 1.1 times as fast, short side 270."""
    wide, tall = props.chance.uniform(0.75, 0.9, 2)
    left, top = props.chance.uniform(0, 1 - wide), props.chance.uniform(0, 1 - tall)
    cropped = _cropped(flip(film, props).film, (left, top, wide, tall))
    left, top, wide, tall = cropped.crop
    scale = 270 / min(cropped.film.width, cropped.film.height)
    width, height = _even(cropped.film.width * scale), _even(cropped.film.height * scale)
    small = _each(cropped.film, lambda picture: _sized(picture, width, height), width, height)
    under = _each(small, _bannered(small, props, share=0.18), width, height)
    fast = _at_rate(under, film.rate, 1.1)
    return Edited(film=fast, mirror=True, speed=1.1, crop=(1 - left - wide, top, wide, tall))


EDITS: dict[str, Callable[[Film, Props], Edited]] = {
    "lowbr": low_bitrate,
    "crop": crop,
    "flip": flip,
    "blur916": blurred_bars,
    "cut916": centre_cut,
    "pip": picture_in_picture,
    "speed": faster,
    "banner": banner,
    "screen": screen_recording,
    "audio": other_audio,
    "picture": other_picture,
    "combo": combination,
}
"""The edits of ../shared/match.md, section 4, in its order."""


# -- parts of edits


def _cropped(film: Film, part: Box) -> Edited:
    left, top = round(part[0] * film.width), round(part[1] * film.height)
    wide, tall = _even(part[2] * film.width), _even(part[3] * film.height)
    left, top = min(left, film.width - wide), min(top, film.height - tall)
    scale = min(min(film.width, film.height) / min(wide, tall), 854 / max(wide, tall))
    width, height = _even(wide * scale), _even(tall * scale)
    cut = _each(film, lambda seen: _sized(seen[top : top + tall, left : left + wide], width, height), width, height)
    box = (left / film.width, top / film.height, wide / film.width, tall / film.height)
    return Edited(film=cut, crop=box)


def _at_rate(film: Film, rate: Fraction, speed: float) -> Film:
    """Shown at another rate, and so many times as fast: for each new moment the picture that was there."""
    frames = int(film.frames / film.rate * rate / Fraction(speed).limit_denominator(100))

    def pictures() -> Iterator[Picture]:
        source, at = islice(film.pictures, film.frames), -1
        shown: Picture | None = None
        for ordinal in range(frames):
            wanted = int(float(ordinal / rate) * speed * float(film.rate) + 1e-6)
            while at < wanted and (picture := next(source, None)) is not None:
                shown, at = picture, at + 1
            assert shown is not None
            yield shown

    sound = film.sound if speed == 1.0 or film.sound is None else _tempo(film.sound, speed)
    return evolve(film, rate=rate, frames=frames, pictures=pictures(), sound=sound)


def _tempo(sound: Samples, speed: float) -> Samples:
    graph = Graph()
    clock = Fraction(1, SOUND_RATE_HZ)
    source = graph.add_abuffer(sample_rate=SOUND_RATE_HZ, format="fltp", layout="mono", time_base=clock)
    tempo, sink = graph.add("atempo", str(speed)), graph.add("abuffersink")
    source.link_to(tempo)
    tempo.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[np.newaxis]), format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE_HZ, 0, clock
    graph.push(frame)
    graph.push(None)
    heard = []
    for _ in count():
        try:
            heard.append(graph.pull().to_ndarray().ravel())
        except (av.error.EOFError, av.error.BlockingIOError):
            break
    return np.concatenate(heard).astype(np.float32)


def _spoken_over(film: Film, props: Props) -> Samples:
    under = _so_long(film.sound, film.seconds)
    voice = _so_long(props.other_sound(film.seconds), film.seconds)
    loud = max(float(np.sqrt((under**2).mean())), 0.01)
    voice *= loud / max(float(np.sqrt((voice**2).mean())), 1e-4)
    mixed: Samples = (0.6 * under + voice).clip(-1, 1).astype(np.float32)
    return mixed


def _small_speaker(sound: Samples, noise: np.random.Generator) -> Samples:
    """300 to 3800 Hz, an echo of a room, its hiss."""
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / SOUND_RATE_HZ)
    heard = np.fft.irfft(spectrum / (1 + (hz / 3800) ** 4) * hz**2 / (hz**2 + 300**2), len(sound))
    for delay_s, part in ((0.013, 0.35), (0.031, 0.22), (0.057, 0.12)):
        late = round(delay_s * SOUND_RATE_HZ)
        heard[late:] += part * heard[:-late]
    heard += noise.normal(0, max(float(np.sqrt((heard**2).mean())) * 0.05, 1e-4), len(heard))
    room: Samples = heard.clip(-1, 1).astype(np.float32)
    return room


def _bannered(film: Film, props: Props, *, share: float) -> Callable[[Picture], Picture]:
    top = round(film.height * (1 - share))
    colour = tuple(int(part) for part in props.chance.integers(20, 130, 3))
    words = "".join(props.chance.choice(list("ABCDEHIKLMNOPRSTUVXYZ  "), 22))
    gain, gamma = props.chance.uniform(0.85, 1.15, 3), props.chance.uniform(0.8, 1.25)
    levels = np.linspace(0, 1, 256)[:, np.newaxis] ** gamma * 255 * gain
    table = levels.clip(0, 255).astype(np.uint8)[np.newaxis]
    logo = partial(_logo, where=int(props.chance.integers(2)), hue=int(props.chance.integers(180)))
    size = film.height * share / 60

    def change(picture: Picture) -> Picture:
        graded = np.asarray(cv2.LUT(np.ascontiguousarray(picture), table), dtype=np.uint8)
        graded[top:] = colour
        for row, line in enumerate((words[:11], words[11:])):
            place = (int(film.width * 0.04), int(top + film.height * share * (0.42 + 0.42 * row)))
            cv2.putText(graded, line, place, _FONT, size, (245, 245, 240), max(1, round(size * 1.6)), cv2.LINE_AA)
        return logo(graded)

    return change


def _logo(picture: Picture, *, where: int, hue: int) -> Picture:
    """A round sign with a letter in one of the corners: top left, top right, bottom left, bottom right."""
    tall, wide = picture.shape[:2]
    radius = min(tall, wide) // 14
    centre = (radius * 2 if where % 2 == 0 else wide - radius * 2, radius * 2 if where < 2 else tall - radius * 2)
    colour = cv2.cvtColor(np.array([[[hue, 220, 220]]], dtype=np.uint8), cv2.COLOR_HSV2RGB)[0, 0].tolist()
    cv2.circle(picture, centre, radius, colour, -1, cv2.LINE_AA)
    corner = (centre[0] - radius // 2, centre[1] + radius // 2)
    cv2.putText(picture, "P", corner, _FONT, radius / 22, (255, 255, 255), max(1, radius // 12), cv2.LINE_AA)
    return picture
