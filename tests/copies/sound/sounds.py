"""Sounds made by code, for tests: voices, rooms, tones, music; and what people do to them."""

from __future__ import annotations

import io
from fractions import Fraction
from functools import lru_cache

import av
import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
RATE_HZ = 16_000


@lru_cache(maxsize=64)
def voice(seed: int, seconds: float, *, rate_hz: int = RATE_HZ) -> Sound:
    """Something shaped like speech: syllables of a gliding pitch through three moving formants, with hiss between."""
    random = np.random.default_rng(seed)
    parts, length = [], 0
    while length < seconds * rate_hz:
        parts.append(_syllable(random, rate_hz))
        if random.random() < 0.2:
            parts.append(np.zeros(int(random.uniform(0.05, 0.25) * rate_hz)))
        length = sum(map(len, parts))
    spoken = np.concatenate(parts)[: int(seconds * rate_hz)]
    spoken = 0.4 * spoken / np.abs(spoken).max() + 0.001 * random.standard_normal(len(spoken))
    return spoken.astype(np.float32)


def _syllable(random: np.random.Generator, rate_hz: int) -> NDArray[np.float64]:
    count = int(random.uniform(0.12, 0.3) * rate_hz)
    along = np.linspace(0, 1, count)
    pitch_hz = random.uniform(90, 220) * (1 + random.uniform(-0.25, 0.25) * along)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / rate_hz
    formants = [random.uniform(*span) * (1 + random.uniform(-0.3, 0.3) * along) for span in _FORMANTS_HZ]
    sounded = np.zeros(count)
    for harmonic in range(1, 36):
        loud = sum(np.exp(-(((harmonic * pitch_hz - formant) / 180) ** 2)) for formant in formants)
        sounded += (0.03 + loud) * np.sin(harmonic * phase) * (harmonic * pitch_hz < 0.45 * rate_hz)
    hissing = random.standard_normal(count) * (random.random() < 0.4) * np.exp(-along * 8)
    return (sounded + 2 * hissing) * np.sin(np.pi * along) ** 0.7 * random.uniform(0.3, 1.0)


_FORMANTS_HZ = ((300, 800), (900, 2000), (2000, 2900))


def hiss(seed: int, seconds: float, *, level_db: float = -20.0, rate_hz: int = RATE_HZ) -> Sound:
    """White noise that does not change."""
    noise = np.random.default_rng(seed).standard_normal(int(seconds * rate_hz))
    return (noise * 10 ** (level_db / 20)).astype(np.float32)


def room(seed: int, seconds: float, *, rate_hz: int = RATE_HZ) -> Sound:
    """An empty room at -69 dB: hiss, duller towards the top, and the hum of the mains."""
    noise = hiss(seed, seconds, level_db=-72, rate_hz=rate_hz)
    dull = np.convolve(noise, np.exp(-np.arange(24) / 6), mode="same").astype(np.float32)
    return dull + tone(50, seconds, level=0.0002, rate_hz=rate_hz)


def tone(hertz: float, seconds: float, *, level: float = 0.3, rate_hz: int = RATE_HZ) -> Sound:
    """A sine."""
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate_hz)) / rate_hz)).astype(np.float32)


def music(seed: int, seconds: float, *, note_s: float = 0.6, rate_hz: int = RATE_HZ) -> Sound:
    """Chords that are held, one after the other: three notes of a scale with their overtones."""
    random = np.random.default_rng(seed)
    count = int(note_s * rate_hz)
    fade = np.exp(-np.arange(count) / rate_hz * 1.5) * np.minimum(1, np.arange(count) / (0.01 * rate_hz))
    at_s = np.arange(count) / rate_hz
    chords = []
    for _ in range(int(seconds / note_s) + 1):
        notes = 220 * 2 ** (random.choice([0, 2, 4, 5, 7, 9, 11, 12, 14, 16], 3, replace=False) / 12)
        chords.append(fade * sum(np.sin(2 * np.pi * note * k * at_s) / k for note in notes for k in range(1, 9)))
    played = np.concatenate(chords)[: int(seconds * rate_hz)]
    return (0.4 * played / np.abs(played).max()).astype(np.float32)


def mixed(one: Sound, other: Sound) -> Sound:
    """Both at once, the other as loud as the one."""
    count = min(len(one), len(other))
    one, other = one[:count], other[:count]
    louder = np.sqrt(np.square(one).mean() / np.square(other).mean())
    return (one + other * louder).astype(np.float32) / 2


def part(sound: Sound, start_s: float, end_s: float, *, rate_hz: int = RATE_HZ) -> Sound:
    """The seconds of a sound from `start_s` to `end_s`."""
    return sound[round(start_s * rate_hz) : round(end_s * rate_hz)]


def at_rate(sound: Sound, rate_hz: int, *, of_hz: int = RATE_HZ) -> Sound:
    """The same sound, sampled at another rate."""
    wanted = round(len(sound) * rate_hz / of_hz)
    spectrum = np.fft.rfft(sound.astype(np.float64))
    kept = spectrum[: wanted // 2 + 1]
    return (np.fft.irfft(kept, wanted) * (wanted / len(sound))).astype(np.float32)


def faster(sound: Sound, speed: float, *, pitch_kept: bool, rate_hz: int = RATE_HZ) -> Sound:
    """The sound `speed` times as fast: as a tape runs, or as players do it that keep the pitch."""
    if not pitch_kept:
        return at_rate(sound, rate_hz, of_hz=round(rate_hz * speed))
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=rate_hz, format="flt", layout="mono", time_base=Fraction(1, rate_hz))
    stretched, sink = graph.add("atempo", str(speed)), graph.add("abuffersink")
    source.link_to(stretched)
    stretched.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="flt", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = rate_hz, Fraction(1, rate_hz), 0
    graph.push(frame)
    graph.push(None)
    pieces = []
    while True:
        try:
            pieces.append(graph.pull().to_ndarray().ravel())
        except (av.EOFError, av.BlockingIOError):
            return np.concatenate(pieces).astype(np.float32)


def through_aac(sound: Sound, *, bits_a_second: int, rate_hz: int = RATE_HZ) -> Sound:
    """The sound after AAC of a low bit rate; the coder's delay is cut away, as players do."""
    held = io.BytesIO()
    with av.open(held, "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=rate_hz, layout="mono", options={"b": str(bits_a_second)})
        for start in range(0, len(sound), 1024):
            frame = av.AudioFrame.from_ndarray(sound[start : start + 1024].reshape(1, -1), format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate_hz, start, Fraction(1, rate_hz)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    with av.open(io.BytesIO(held.getvalue())) as file:
        pieces = [frame.to_ndarray()[0] for frame in file.decode(audio=0)]
    return np.concatenate(pieces)[: len(sound)].astype(np.float32)
