"""What one recording lets be heard: its samples on its own timeline, the exact time of the first, and its extent."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from attrs import field, frozen
from attrs.validators import gt
from numpy.typing import NDArray

from probata.engines.sandbox import Jail
from probata.media.errors import DecoderConfused
from probata.media.limits import Limits
from probata.media.probe import Facts
from probata.media.skims import skim
from probata.media.wire import Consumer
from probata.terms.errors import FootageError, InvalidValue

Floats = NDArray[np.float32]
Truths = NDArray[np.bool_]

RATE_HZ: Final = 24_000
"""Every recording is heard at this rate, that of `analysis.shots.onsets`."""
MOST_S: Final = 3600
_KEEPS = "probata.verification.jailed.keeping:Keeps"
_SILENT_DB: Final = -90.0
_LOUDEST: Final = np.float32(100.0)
_PIECE = 1 << 20


class _Told(msgspec.Struct):
    samples: bytes
    anchors: list[tuple[int, Fraction]]


@frozen(kw_only=True, eq=False)
class Heard:
    """One recording as it is correlated: `samples` at `RATE_HZ`, the first heard at `start_s` of the file's own time.

    Where the file's timestamps leave a gap, samples are zero and `present` is False. `own_rate_hz` is that of the
    file: above half of it nothing can be heard. `tick_s` is how finely the file states times. `why` says why nothing
    can be compared, and is empty otherwise. `from_s` and `to_s` are the extent of the file, pictures included, as it
    states them.
    """

    name: str
    samples: Floats
    present: Truths
    start_s: Fraction
    own_rate_hz: int = field(validator=gt(0))
    tick_s: float = 0.0
    from_s: Fraction
    to_s: Fraction
    digest: str = ""
    jumps: int = 0
    why: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse columns that do not belong together."""
        if len(self.samples) != len(self.present):
            raise InvalidValue(what=f"The sound of {self.name}", why="not every sample is said to be there or not")
        if self.to_s < self.from_s:
            raise InvalidValue(what=f"The extent of {self.name}", why="it ends before it starts")

    @property
    def seconds(self) -> float:
        """How long its sound lasts, gaps included."""
        return len(self.samples) / RATE_HZ

    @property
    def sound_from_s(self) -> float:
        """When its sound begins, in its own time."""
        return float(self.start_s)

    @property
    def sound_to_s(self) -> float:
        """When its sound ends."""
        return float(self.start_s) + self.seconds

    @property
    def top_hz(self) -> float:
        """Above this it can hold nothing, whatever the rate at which it is heard here."""
        return 0.45 * min(self.own_rate_hz, RATE_HZ)

    def at(self, sample: float) -> float:
        """When a sample, or a place between two, is heard in its own time; the exact start is `start_s`."""
        return float(self.start_s) + sample / RATE_HZ

    def place(self, seconds: float) -> float:
        """The sample, or place between two, that is heard at this moment of its own time."""
        return (seconds - float(self.start_s)) * RATE_HZ


def of_samples(
    name: str, samples: Floats, *, start_s: Fraction = Fraction(0), own_rate_hz: int = RATE_HZ, digest: str = ""
) -> Heard:
    """A recording from samples at `RATE_HZ` that are at hand already."""
    clean = _clean(np.asarray(samples, np.float32).ravel())
    end_s = start_s + Fraction(len(clean), RATE_HZ)
    return Heard(
        name=name,
        samples=clean,
        present=np.ones(len(clean), np.bool_),
        start_s=start_s,
        own_rate_hz=own_rate_hz,
        from_s=start_s,
        to_s=end_s,
        digest=digest,
        why=_why_not(clean),
    )


def hear(file: Path, *, name: str, limits: Limits | None = None, jail: Jail | None = None) -> Heard:
    """Decode the sound of the file in the jail; pictures are not decoded.

    A file without sound, with silence, or with more than can be held gives a `Heard` whose `why` says so. So does one
    that cannot be read, or at which the decoder died: the others can still be set on one clock.
    """
    digest = _digest(file)
    consumer = Consumer(name="keeps", target=_KEEPS)
    try:
        seen = skim(file, [consumer], limits=limits, jail=jail)
    except FootageError as error:
        return _nothing(name, digest, why=error.message)
    outcome = seen.outcomes["keeps"]
    start_s, end_s = _extent(seen.facts)
    if outcome.result is None:
        why = outcome.why or "it has no sound"
        return _nothing(name, digest, why=why, from_s=start_s, to_s=end_s)
    try:
        told = outcome.result_as(_Told)
        samples, present, first_s = _laid(told)
    except FootageError as error:
        return _nothing(name, digest, why=error.message, from_s=start_s, to_s=end_s)
    stream = seen.facts.sound_stream
    rate_hz = stream.sound.rate_hz if stream is not None and stream.sound is not None else RATE_HZ
    sound_end_s = first_s + Fraction(len(samples), RATE_HZ)
    return Heard(
        name=name,
        samples=samples,
        present=present,
        start_s=first_s,
        own_rate_hz=max(1, rate_hz),
        tick_s=float(stream.time_base) if stream is not None and stream.time_base is not None else 0.0,
        from_s=min(first_s, start_s) if start_s is not None else first_s,
        to_s=max(sound_end_s, end_s) if end_s is not None else sound_end_s,
        digest=digest,
        jumps=max(0, len(told.anchors) - 1),
        why=_why_not(samples),
    )


def _clean(samples: Floats) -> Floats:
    """Numbers alone, and none so far beyond full scale that its square is none."""
    return np.clip(np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0), -_LOUDEST, _LOUDEST)


def _digest(file: Path) -> str:
    made = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            made.update(piece)
    return made.hexdigest()


def _nothing(
    name: str, digest: str, *, why: str, from_s: Fraction | None = None, to_s: Fraction | None = None
) -> Heard:
    start_s = from_s or Fraction(0)
    return Heard(
        name=name,
        samples=np.zeros(0, np.float32),
        present=np.zeros(0, np.bool_),
        start_s=start_s,
        own_rate_hz=RATE_HZ,
        from_s=start_s,
        to_s=max(start_s, to_s or start_s),
        digest=digest,
        why=why,
    )


def _extent(facts: Facts) -> tuple[Fraction | None, Fraction | None]:
    """From when to when the examined streams last, as the file states it; None where it does not."""
    starts, ends = [], []
    for stream in (facts.video_stream, facts.sound_stream):
        if stream is not None and stream.start_s is not None and stream.time_base is not None:
            starts.append(stream.start_s)
            # A file may state any duration: what nobody could film is not believed.
            if stream.duration_ticks is not None and 0 <= stream.duration_ticks * stream.time_base < 7 * 86_400:
                ends.append(stream.start_s + stream.duration_ticks * stream.time_base)
    return min(starts, default=None), max(ends, default=None)


def _laid(told: _Told) -> tuple[Floats, Truths, Fraction]:
    """The samples on one timeline, gaps as silence; when its first sample is heard."""
    raw = np.frombuffer(told.samples, np.float16).astype(np.float32)
    raw = _clean(raw)
    anchors: Sequence[tuple[int, Fraction]] = told.anchors or [(0, Fraction(0))]
    if any(not 0 <= sample <= len(raw) for sample, _seconds in anchors):
        raise DecoderConfused(why="keeps answered with times of samples that are not there")
    first_s = min(seconds for _sample, seconds in anchors)
    places = [round((seconds - first_s) * RATE_HZ) for _sample, seconds in anchors]
    ends = [sample for sample, _seconds in anchors[1:]] + [len(raw)]
    lengths = [max(0, end - sample) for (sample, _seconds), end in zip(anchors, ends, strict=True)]
    whole = max(place + length for place, length in zip(places, lengths, strict=True))
    if whole > 2 * MOST_S * RATE_HZ:
        raise DecoderConfused(why="its timestamps lie hours apart: no one timeline of sound holds them")
    samples, present = np.zeros(whole, np.float32), np.zeros(whole, np.bool_)
    for (sample, _seconds), place, length in zip(anchors, places, lengths, strict=True):
        samples[place : place + length] = raw[sample : sample + length]
        present[place : place + length] = True
    return samples, present, first_s


def _why_not(samples: Floats) -> str:
    if len(samples) < RATE_HZ // 2:
        return f"its sound is too short: {len(samples) / RATE_HZ:.2f} s"
    level = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
    if 20 * np.log10(level + 1e-12) < _SILENT_DB:
        return "its sound is silence"
    return ""
