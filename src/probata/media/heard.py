"""The sound of a short stretch and nothing around it, as a file that every browser plays."""

from __future__ import annotations

import io
import wave
from fractions import Fraction
from pathlib import Path

import msgspec
from attrs import frozen

from probata.engines.sandbox import Jail
from probata.media.errors import DecoderConfused
from probata.media.limits import Limits
from probata.media.passes import CannotLook, Consumer
from probata.media.skims import skim
from probata.terms.errors import InvalidValue

MOST_S = 60
_SAMPLE_BYTES = 2
_HIGHEST_RATE_HZ = 768_000


class _Told(msgspec.Struct):
    samples: bytes
    rate_hz: int


@frozen(kw_only=True)
class Heard:
    """A stretch of sound as WAV (PCM, 16 bits, its channels mixed), and how many samples of it there are."""

    wav: bytes
    rate_hz: int
    sample_count: int


def heard(
    file: Path | int,
    start_s: Fraction,
    end_s: Fraction,
    *,
    limits: Limits | None = None,
    jail: Jail | None = None,
) -> Heard | None:
    """The sound from `start_s` up to `end_s`, in the file's own time; None where there is none.

    Raises `InvalidValue` for a stretch that is no stretch or longer than a minute, `CannotLook` if it could not be
    cut out, and what `skim` raises.
    """
    if not 0 < end_s - start_s <= MOST_S:
        raise InvalidValue(
            what=f"A stretch of sound from {float(start_s):.3f} to {float(end_s):.3f} s",
            why=f"it takes more than 0 and at most {MOST_S} s",
        )
    parameters = {"start_s": str(start_s), "end_s": str(end_s)}
    consumer = Consumer(name="heard", target="probata.media.jailed.hearing:Heard", parameters=parameters)
    seen = skim(file, [consumer], spans=[(start_s, end_s)], limits=limits, jail=jail).outcomes["heard"]
    if seen.outcome == "could_not_look":
        raise CannotLook(seen.why)
    if seen.result is None:
        return None
    told = seen.result_as(_Told)
    count = len(told.samples) // _SAMPLE_BYTES
    # What a decoder says of itself is checked before anything is made of it: no more samples than the stretch holds.
    plausible = 0 < told.rate_hz <= _HIGHEST_RATE_HZ and len(told.samples) % _SAMPLE_BYTES == 0
    if not plausible or count > (end_s - start_s) * told.rate_hz + 1:
        raise DecoderConfused(why="heard answered with what is no sound of this stretch")
    return Heard(wav=_wav(told), rate_hz=told.rate_hz, sample_count=count)


def _wav(told: _Told) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(_SAMPLE_BYTES)
        written.setframerate(told.rate_hz)
        written.writeframes(told.samples)
    return out.getvalue()
