"""What an impulse is like, as numbers that mean something: its rise, its fall, its bands, its voice, its neighbours."""

from __future__ import annotations

import numpy as np
import numpy.fft
from numpy.typing import NDArray

from probata.analysis.shots.onsets import BANDS, RATE_HZ, Floats

BEFORE, AFTER = 500, 310
"""Frames that a description needs before and after the onset: 1 s and 0.62 s."""
NEAR_S = 5.0
_TOTAL = len(BANDS)
_DEPTH_DB = 40.0  # what lies so far below an impulse is silence to it: how silent says nothing of it
_FALLS = (8, 15, 30, 60, 120, 250)  # frames: 16 to 500 ms
_SPAN = 2_048
_LEFT = (10, 30, 75, 150)  # frames: 20 to 300 ms

_NAMES_BANDS = ("low", "1k", "2k", "4k", "7k", "12k")
NAMES: tuple[str, ...] = (
    "rise",
    *(f"rise_{band}" for band in _NAMES_BANDS),
    "over",
    *(f"over_{band}" for band in _NAMES_BANDS),
    *(f"share_{band}" for band in _NAMES_BANDS),
    *(f"fall_{frames * 2}ms" for frames in _FALLS),
    *(f"fall_40ms_{band}" for band in _NAMES_BANDS),
    *(f"fall_160ms_{band}" for band in _NAMES_BANDS),
    "over_at_160ms",
    "over_at_500ms",
    "before_100ms",
    "before_500ms",
    "after_max",
    "after_spread",
    "roughness",
    "straightness",
    "peak_late",
    "crest",
    "first_2ms",
    "voice",
    "voice_late",
    "flat",
    "flat_late",
    "centroid",
    "centroid_late",
    "tone",
    "tone_late",
    "voice_before",
    "width_6db",
    "width_12db",
    "together",
    "bands_6db",
    "bands_12db",
    "busy",
    "background_slope",
    *(f"new_{band}" for band in _NAMES_BANDS),
    *(f"next_{band}" for band in _NAMES_BANDS),
    "often_mid",
    "often_high",
    "often_total",
    *(f"gain_{band}" for band in _NAMES_BANDS),
    *(f"left_{part}_{frames * 2}ms" for part in ("mid", "high") for frames in _LEFT),
    "wide",
    "even",
    "lowest",
    "slant",
    "wide_late",
    "even_late",
    "peak_2ms",
    "peak_6ms",
    "peak_20ms",
    "peak_60ms",
    "plateau",
    "heard_before",
)
"""Of each impulse by itself; `CONTEXT` are those of it among its neighbours."""
CONTEXT: tuple[str, ...] = (
    "since",
    "until",
    "louder_before_100ms",
    "louder_before_1s",
    "louder_after_100ms",
    "louder_after_1s",
    "crowd_300ms",
    "crowd_1s",
    "crowd_5s",
    "alike_3s",
    "alike_before",
    "loudest_5s",
    "sharper_1s",
    "sharper_5s",
)


def describe(level: Floats, frame: int, samples: Floats, onset: int) -> Floats:
    """The impulse at this frame of `level` and this sample of `samples`, in the order of `NAMES`.

    `level` must reach `BEFORE` frames back and `AFTER` on, or end where the sound ends.
    """
    start = max(0, frame - BEFORE)
    fresh = (*_beside(level[start : frame + AFTER + 1], frame - start), *_stepped_out(samples, onset), frame - start)
    level = np.maximum(level[start : frame + AFTER + 1], level[frame : frame + 5, _TOTAL].max() - _DEPTH_DB)
    frame -= start
    here = level[frame : frame + 5].max(axis=0)
    before = level[max(0, frame - 12) : max(1, frame - 2)].max(axis=0)
    past = level[: max(1, frame - 3)]
    behind = np.quantile(past, 0.3, axis=0)
    total = here[_TOTAL]
    ahead = _padded(level[frame:], total - _DEPTH_DB)
    fall = [total - ahead[at - 2 : at + 3, _TOTAL].mean() for at in _FALLS]
    fall_40 = here[:_TOTAL] - ahead[18:23, :_TOTAL].mean(axis=0)
    fall_160 = here[:_TOTAL] - ahead[72:89, :_TOTAL].mean(axis=0)
    later = ahead[50:, _TOTAL]
    course = ahead[:101, _TOTAL]
    at = np.arange(101)
    line = np.polyfit(at, course, 1)
    body = (
        total - before[_TOTAL],
        *(here[:_TOTAL] - before[:_TOTAL]),
        total - behind[_TOTAL],
        *(here[:_TOTAL] - behind[:_TOTAL]),
        *(here[:_TOTAL] - total),
        *fall,
        *fall_40,
        *fall_160,
        ahead[72:89, _TOTAL].mean() - behind[_TOTAL],
        ahead[235:266, _TOTAL].mean() - behind[_TOTAL],
        total - past[-50:, _TOTAL].max(),
        total - past[-250:, _TOTAL].max(),
        total - later.max(),
        later.std(),
        np.abs(np.diff(course)).mean(),
        np.std(course - np.polyval(line, at)),
        int(np.argmax(ahead[:30, _TOTAL])),
    )
    rises = here[:_TOTAL] - before[:_TOTAL]
    steps = np.diff(level[max(0, frame - 6) : frame + 7, 1:_TOTAL], axis=0)
    wave = (
        *_of_samples(samples, onset),
        int((course > total - 6).sum()),
        int((course > total - 12).sum()),
        float(np.std(np.argmax(steps, axis=0))) if len(steps) else 0.0,
        int((rises > 6).sum()),
        int((rises > 12).sum()),
        np.quantile(past[:, _TOTAL], 0.95) - behind[_TOTAL],
        behind[1] - behind[4],
    )
    told: Floats = np.array([*body, *wave, *fresh], np.float32)
    return told


def _beside(level: Floats, frame: int) -> tuple[float, ...]:
    """The impulse beside all of the second before it and what comes after, band by band, and what it adds to them."""
    here = level[frame : frame + 5].max(axis=0)
    past = level[: max(1, frame - 3)]
    ahead = level[frame + 40 :]
    new = np.clip(here - past.max(axis=0), -30, 30)[:_TOTAL]
    following = np.clip(here - ahead.max(axis=0), -30, 30)[:_TOTAL] if len(ahead) else np.full(_TOTAL, 30.0)
    often = (past > here - 6).mean(axis=0)
    power = 10 ** (level.astype(np.float64) / 10)
    behind = power[max(0, frame - 50) : max(1, frame - 3)].mean(axis=0)
    gain = np.clip(10 * np.log10(power[frame : frame + 10].mean(axis=0) / behind), -10, 40)[:_TOTAL]
    told = []
    for part in ([1, 2], [3, 4, 5]):
        ground = behind[part].sum()
        at_first = max(power[frame : frame + 5][:, part].sum(axis=1).max() - ground, 0.1 * ground)
        for at in _LEFT:
            later = power[frame + at - 4 : frame + at + 5][:, part].sum(axis=1)
            still = max((float(later.mean()) if len(later) else 0.0) - ground, 1e-4 * at_first)
            told.append(float(np.clip(10 * np.log10(at_first / still), -10, 40)))
    return (*new, *following, often[[1, 2]].mean(), often[[4, 5]].mean(), often[_TOTAL], *gain, *told)


def _stepped_out(samples: Floats, onset: int) -> tuple[float, ...]:
    """How widely and evenly its spectrum rises above what was there before, and its peaks over those before."""
    before = samples[max(0, onset - 2_256) : max(0, onset - 96)].astype(np.float64)
    before = np.pad(before, (2_160 - len(before), 0))
    after = samples[onset : onset + 1_744].astype(np.float64)
    after = np.pad(after, (0, 1_744 - len(after)))
    shape = np.hanning(512)
    ground = np.mean([np.abs(np.fft.rfft(before[at : at + 512] * shape)) ** 2 for at in (0, 549, 1_098, 1_648)], axis=0)
    first, late = (
        10 * np.log10((_steps(np.abs(np.fft.rfft(piece * shape)) ** 2) + 1e-9) / (_steps(ground) + 1e-9))
        for piece in (after[:512], after[720:1_232])
    )
    slant = np.polyfit(np.arange(len(first)), np.clip(first, -10, 40), 1)[0]
    told = (
        float((first > 6).mean()),
        float(np.clip(first, -10, 40).std()),
        float(np.clip(np.quantile(first, 0.1), -20, 40)),
        float(slant),
        float((late > 6).mean()),
        float(np.clip(late, -10, 40).std()),
    )
    highest = np.abs(before[-1_200:]).max() + 1e-6
    peaks = [
        float(np.abs(after[low:high]).max() + 1e-6) for low, high in ((0, 48), (48, 144), (144, 480), (480, 1_440))
    ]
    near = np.abs(after[:720])
    plateau = float((near >= 0.97 * near.max()).mean()) if near.max() > 0 else 0.0
    return (*told, *(float(np.clip(20 * np.log10(peak / highest), -30, 40)) for peak in peaks), plateau)


def _steps(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """A spectrum of 512 samples in 25 steps that widen upwards, from 150 Hz to 11 kHz."""
    told: NDArray[np.float64] = np.add.reduceat(power, _EDGES)[:-1]
    return told


_EDGES = np.unique(np.round(np.geomspace(3, 236, 26)).astype(int))


def _padded(ahead: Floats, silence_db: float) -> Floats:
    lacking = AFTER + 1 - len(ahead)
    return np.pad(ahead, ((0, lacking), (0, 0)), constant_values=silence_db) if lacking > 0 else ahead


def _of_samples(samples: Floats, onset: int) -> tuple[float, ...]:
    piece = samples[onset : onset + _SPAN].astype(np.float64)
    piece = np.pad(piece, (0, _SPAN - len(piece)))
    first = piece[:720]
    level = float(np.sqrt(np.mean(first**2))) + 1e-9
    crest = 20 * np.log10((np.abs(first).max() + 1e-9) / level)
    sudden = 20 * np.log10((np.abs(piece[:48]).max() + 1e-9) / (np.abs(first).max() + 1e-9))
    flat, centroid, tone = _spectrum(piece[:512])
    flat_late, centroid_late, tone_late = _spectrum(piece[720:1744])
    return (
        float(crest),
        float(sudden),
        _voice(piece[240:1264]),
        _voice(piece[1024:]),
        flat,
        flat_late,
        centroid,
        centroid_late,
        tone,
        tone_late,
        _voice(samples[max(0, onset - 1_200) : max(1, onset - 176)].astype(np.float64)),
    )


def _voice(piece: NDArray[np.float64]) -> float:
    """How alike the sound is to itself a pitch later (70 to 600 Hz), 0 to 1: high for voices and tones."""
    count = len(piece)
    if count < 256:
        return 0.0
    spectrum = np.fft.rfft(piece - piece.mean(), 2 * count)
    alike = np.fft.irfft(spectrum.real**2 + spectrum.imag**2)[:count]
    if alike[0] <= 1e-12:
        return 0.0
    lags = np.arange(40, min(343, count - 1))
    return float(np.clip((alike[lags] / alike[0] * count / (count - lags)).max(), 0, 1))


def _spectrum(piece: NDArray[np.float64]) -> tuple[float, float, float]:
    spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece)))) ** 2 + 1e-12
    hz = np.fft.rfftfreq(len(piece), 1 / RATE_HZ)
    used = (hz > 150) & (hz < 8_000)
    spectrum, hz = spectrum[used], hz[used]
    flat = 10 * (np.log10(spectrum).mean() - np.log10(spectrum.mean()))
    centroid = np.log2((spectrum * hz).sum() / spectrum.sum() / 1_000)
    tone = 10 * np.log10(spectrum.max() / spectrum.mean())
    return float(flat), float(centroid), float(tone)


def among(rows: Floats, onset_s: NDArray[np.float64], level_db: Floats, which: range) -> Floats:
    """Those of the impulses that `which` numbers among their neighbours, in the order of `CONTEXT`.

    All impulses come in order of time; what lies more than `NEAR_S` away from one does not count.
    """
    told = np.zeros((len(which), len(CONTEXT)), np.float32)
    shape = rows[:, [NAMES.index(name) for name in _LIKENESS]]
    for place, number in enumerate(which):
        low, high = np.searchsorted(onset_s, [onset_s[number] - NEAR_S, onset_s[number] + NEAR_S])
        distance = onset_s[low:high] - onset_s[number]
        louder = level_db[low:high] - level_db[number]
        sharper = rows[low:high, 0] - rows[number, 0]
        apart = np.abs(shape[low:high] - shape[number]).mean(axis=1) + 0.25 * np.abs(louder)
        before, after = distance < 0, distance > 0
        loud = louder > -9
        told[place] = (
            min(2.0, -distance[before].max(initial=-2.0)),
            min(2.0, distance[after].min(initial=2.0)),
            _most(louder[before & (distance > -0.1)]),
            _most(louder[before & (distance > -1)]),
            _most(louder[after & (distance < 0.1)]),
            _most(louder[after & (distance < 1)]),
            int((np.abs(distance) < 0.3)[loud].sum()),
            int((np.abs(distance) < 1)[loud].sum()),
            int(loud.sum()),
            int(((apart < 4) & (np.abs(distance) < 3)).sum()),
            apart[before & (distance > -1.5)].min(initial=12.0),
            _most(louder[distance != 0]),
            _most(sharper[(distance != 0) & (np.abs(distance) < 1)]),
            _most(sharper[distance != 0]),
        )
    return told


_LIKENESS = (*(f"share_{band}" for band in _NAMES_BANDS), "fall_16ms", "fall_60ms", "centroid")


def _most(values: Floats) -> float:
    return float(np.clip(values.max(initial=-30.0), -30, 30))
