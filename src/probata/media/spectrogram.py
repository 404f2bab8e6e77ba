"""Spectrograms of short stretches, made when somebody looks: a shot, an echo and a door differ to the eye."""

from __future__ import annotations

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
MOST_COLUMNS, ROWS = 4000, 96
_PNG = b"\x89PNG\r\n\x1a\n"


class _Told(msgspec.Struct):
    png: bytes
    top_hz: int
    seconds: float


@frozen(kw_only=True)
class Spectrogram:
    """A picture of sound: `png` has a column a moment and the lowest pitch at the bottom, up to `top_hz`."""

    png: bytes
    top_hz: int
    start_s: Fraction
    end_s: Fraction


def spectrogram(
    file: Path | int,
    start_s: Fraction,
    end_s: Fraction,
    *,
    columns: int,
    limits: Limits | None = None,
    jail: Jail | None = None,
) -> Spectrogram | None:
    """Draw the sound from `start_s` to `end_s`, in the file's own time; None where there is none.

    Short-time Fourier transform with Hann windows of two columns' length, 8 to 64 ms. Raises `InvalidValue` for a
    stretch that is no stretch or longer than a minute, `CannotLook` if it could not be drawn, and what `skim` raises.
    """
    if not 0 < end_s - start_s <= MOST_S or not 0 < columns <= MOST_COLUMNS:
        raise InvalidValue(
            what=f"A spectrogram from {float(start_s):.3f} to {float(end_s):.3f} s in {columns} columns",
            why=f"it takes more than 0 and at most {MOST_S} s, and at most {MOST_COLUMNS} columns",
        )
    parameters = {"start_s": str(start_s), "end_s": str(end_s), "columns": columns, "rows": ROWS}
    consumer = Consumer(name="spectra", target="probata.media.jailed.spectra:Spectrogram", parameters=parameters)
    seen = skim(file, [consumer], spans=[(start_s, end_s)], limits=limits, jail=jail).outcomes["spectra"]
    if seen.outcome == "could_not_look":
        raise CannotLook(seen.why)
    if seen.result is None:
        return None
    told = seen.result_as(_Told)
    if not told.png.startswith(_PNG):
        raise DecoderConfused(why="spectra answered with what is no picture")
    return Spectrogram(png=told.png, top_hz=told.top_hz, start_s=start_s, end_s=end_s)
