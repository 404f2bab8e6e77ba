"""How far away a shot was, by sound: flash to bang, or crack to thump; with what the answer does not know.

Plain reckoning with stated priors. Neither tells a direction, and neither tells anything below twenty metres.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from statistics import NormalDist
from typing import Any, Final

from attrs import field, frozen

from probata.terms.errors import InvalidValue
from probata.verification.derivation import Derivation

VERSION: Final = "1"
NEAREST_M: Final = 20.0
"""Nearer than this, what cameras and onsets leave unknown is as large as the answer."""
MOST_M: Final = 20_000.0
_SAMPLES = 2_048
_PRIMES = (2, 3, 5, 7, 11)
_NORMAL = NormalDist()
_LEAST_MACH = 1.02


def speed_of_sound_m_s(temperature_c: float) -> float:
    """Metres a second in dry air at this temperature: 331.3 √(1 + T / 273.15) (ISO 9613-1 has 343.2 at 20 °C)."""
    if not (math.isfinite(temperature_c) and -90 <= temperature_c <= 60):
        raise InvalidValue(what="The temperature of the air", why="it must lie between -90 and 60 °C")
    return 331.3 * math.sqrt(1 + temperature_c / 273.15)


@frozen(kw_only=True)
class Air:
    """The air between: its temperature, and the wind that blows from the shot towards the recorder; each with its sd.

    What nobody measured is 20 ± 5 °C and no wind ± 5 m/s.
    """

    temperature_c: float = 20.0
    temperature_sd_c: float = 5.0
    wind_m_s: float = 0.0
    wind_sd_m_s: float = 5.0

    def __attrs_post_init__(self) -> None:
        """Refuse air in which nobody films."""
        speed_of_sound_m_s(self.temperature_c)
        _finite("The wind", self.wind_m_s, least=-60, most=60)
        _finite("The doubt of the temperature", self.temperature_sd_c, least=0, most=40)
        _finite("The doubt of the wind", self.wind_sd_m_s, least=0, most=40)

    def as_json(self) -> dict[str, float]:
        """The air as plain data, units in the names."""
        return {
            "temperature_c": self.temperature_c,
            "temperature_sd_c": self.temperature_sd_c,
            "wind_m_s": self.wind_m_s,
            "wind_sd_m_s": self.wind_sd_m_s,
        }


@frozen(kw_only=True)
class SoundRange:
    """A distance in metres with its standard deviation; 95 in 100 of what the doubts allow lies from least to most.

    Where it `says` nothing, `distance_m` and `sigma_m` are None, and `most_m` alone holds: it was nearer than that.
    `shares` says which input makes how much of the doubt, in variance; together 1. `by_speed` is the range for other
    speeds of the bullet, where that is asked.
    """

    says: bool
    why: str
    distance_m: float | None
    sigma_m: float | None
    least_m: float
    most_m: float
    shares: Mapping[str, float] = field(factory=dict)
    by_speed: tuple[tuple[float, float], ...] = ()
    derivation: Derivation

    def as_json(self) -> dict[str, Any]:
        """The answer as the `range` contract has it."""
        return {
            "outcome": "found" if self.says else "nothing_found",
            "why": self.why,
            "distance_m": _rounded(self.distance_m),
            "sigma_m": _rounded(self.sigma_m),
            "least_m": round(self.least_m, 1),
            "most_m": round(self.most_m, 1),
            "shares": {name: round(share, 3) for name, share in self.shares.items()},
            "by_speed": [{"speed_m_s": speed, "distance_m": round(metres, 1)} for speed, metres in self.by_speed],
            "derivation": self.derivation.as_json(),
        }


def flash_to_bang(
    *,
    interval_s: float,
    frame_s: float = 1 / 30,
    av_offset_s: float = 0.0,
    av_offset_sd_s: float = 0.020,
    onset_sd_s: float = 0.001,
    air: Air | None = None,
) -> SoundRange:
    """How far away a shot was whose flash is seen and whose bang is heard `interval_s` later in the same file.

    `frame_s` is how long a picture lasts: the flash lies anywhere in one, evenly, which alone makes an sd of
    `frame_s` / √12. `av_offset_s` is by how much the file's sound comes too late against its pictures, with its sd:
    few devices keep 20 ms. `onset_sd_s` is that of the bang's onset. Raises `InvalidValue` for what cannot be measured.
    """
    air = air or Air()
    _finite("The interval from flash to bang", interval_s, least=-1, most=60)
    _finite("The length of a picture", frame_s, least=1e-4, most=2)
    _finite("The offset of sound and pictures", av_offset_s, least=-2, most=2)
    _finite("The doubt of that offset", av_offset_sd_s, least=0, most=2)
    _finite("The doubt of the onset", onset_sd_s, least=0, most=1)
    doubts = {
        "frame": _Doubt(0.0, frame_s / math.sqrt(12), evenly=True),
        "av_offset": _Doubt(av_offset_s, av_offset_sd_s),
        "onset": _Doubt(interval_s, onset_sd_s),
        "temperature": _Doubt(air.temperature_c, air.temperature_sd_c),
        "wind": _Doubt(air.wind_m_s, air.wind_sd_m_s),
    }

    def metres(given: Mapping[str, float]) -> float | None:
        travelled_s = given["onset"] + given["frame"] - given["av_offset"]
        return travelled_s * (speed_of_sound_m_s(_clipped_c(given["temperature"])) + given["wind"])

    inputs = {
        "interval_s": interval_s,
        "frame_s": frame_s,
        "av_offset_s": av_offset_s,
        "av_offset_sd_s": av_offset_sd_s,
        "onset_sd_s": onset_sd_s,
        **air.as_json(),
    }
    return _answer("flash_to_bang", metres, doubts, inputs)


def crack_to_thump(
    *,
    interval_s: float,
    bullet_speed_m_s: float = 750.0,
    bullet_speed_sd_m_s: float = 75.0,
    miss_m: float = 0.0,
    miss_sd_m: float = 0.0,
    interval_sd_s: float = 0.002,
    air: Air | None = None,
) -> SoundRange:
    """How far away a shot was whose bullet cracks as it passes, `interval_s` before the thump of the muzzle is heard.

    `bullet_speed_m_s` is the mean over its way, with its sd: it decides most. The bullet passes the recorder at
    `miss_m`. Its crack travels on Mach's cone: with x along the way, m aside, v and c, the thump comes later by
    √(x² + m²) / c − x / v − m √(1/c² − 1/v²) (Maher 2018, *Principles of Forensic Audio Analysis*, has the geometry).
    Raises `InvalidValue` for a bullet that is no faster than sound: it has no crack.
    """
    air = air or Air()
    _finite("The interval from crack to thump", interval_s, least=0, most=30)
    _finite("The speed of the bullet", bullet_speed_m_s, least=100, most=2_500)
    _finite("The doubt of that speed", bullet_speed_sd_m_s, least=0, most=600)
    _finite("The distance at which it passed", miss_m, least=0, most=1_000)
    _finite("The doubt of that distance", miss_sd_m, least=0, most=500)
    _finite("The doubt of the interval", interval_sd_s, least=0, most=1)
    if bullet_speed_m_s <= _LEAST_MACH * (speed_of_sound_m_s(air.temperature_c) + max(0.0, air.wind_m_s)):
        raise InvalidValue(what=f"A bullet at {bullet_speed_m_s:g} m/s", why="no faster than sound, it has no crack")
    doubts = {
        "interval": _Doubt(interval_s, interval_sd_s),
        "bullet_speed": _Doubt(bullet_speed_m_s, bullet_speed_sd_m_s),
        "miss": _Doubt(miss_m, miss_sd_m),
        "temperature": _Doubt(air.temperature_c, air.temperature_sd_c),
        "wind": _Doubt(air.wind_m_s, air.wind_sd_m_s),
    }

    def metres(given: Mapping[str, float]) -> float | None:
        sound = speed_of_sound_m_s(_clipped_c(given["temperature"])) + given["wind"]
        return _way_of_bullet(given["interval"], given["bullet_speed"], abs(given["miss"]), sound)

    inputs = {
        "interval_s": interval_s,
        "interval_sd_s": interval_sd_s,
        "bullet_speed_m_s": bullet_speed_m_s,
        "bullet_speed_sd_m_s": bullet_speed_sd_m_s,
        "miss_m": miss_m,
        "miss_sd_m": miss_sd_m,
        **air.as_json(),
    }
    speeds = [bullet_speed_m_s + shift * bullet_speed_sd_m_s for shift in (-2, -1, 0, 1, 2)]
    middle = {name: one.middle for name, one in doubts.items()}
    by_speed = [(speed, metres({**middle, "bullet_speed": speed})) for speed in dict.fromkeys(speeds)]
    known = tuple((speed, way) for speed, way in by_speed if way is not None)
    return _answer("crack_to_thump", metres, doubts, inputs, by_speed=known)


def _way_of_bullet(interval_s: float, bullet: float, miss_m: float, sound: float) -> float | None:
    """The distance to the muzzle; None for a bullet that is no faster than sound. By halving, to a millimetre."""
    if sound <= 0 or bullet <= _LEAST_MACH * sound:
        return None
    aside = miss_m * math.sqrt(1 / sound**2 - 1 / bullet**2)
    # Sound reaches the recorder from where the cone touches it, not before the muzzle: there the interval is 0.
    low = miss_m * (sound / bullet) / math.sqrt(1 - (sound / bullet) ** 2)
    if interval_s <= 0:
        return math.hypot(low, miss_m)
    high = max(low, 1.0)
    while math.hypot(high, miss_m) / sound - high / bullet - aside < interval_s:
        high *= 2
        if high > 100 * MOST_M:
            return None
    while high - low > 1e-3:
        middle = (low + high) / 2
        if math.hypot(middle, miss_m) / sound - middle / bullet - aside < interval_s:
            low = middle
        else:
            high = middle
    return math.hypot((low + high) / 2, miss_m)


@frozen
class _Doubt:
    """An input: its middle and standard deviation, spread as a normal or evenly."""

    middle: float
    sd: float
    evenly: bool = field(default=False, kw_only=True)

    def at(self, share: float) -> float:
        """The value below which this share of all lies."""
        if self.evenly:
            return self.middle + (share - 0.5) * self.sd * math.sqrt(12)
        return self.middle + self.sd * _NORMAL.inv_cdf(share)


Metres = Callable[[Mapping[str, float]], float | None]


def _strewn(metres: Metres, doubts: Mapping[str, _Doubt]) -> tuple[float, list[float]]:
    """The distance at the middle of every doubt, and over evenly strewn values of all of them, in order."""
    middle = metres({name: one.middle for name, one in doubts.items()})
    strewn = [
        metres({name: one.at(share) for (name, one), share in zip(doubts.items(), row, strict=True)})
        for row in _halton()
    ]
    held = sorted(max(0.0, one) for one in strewn if one is not None)
    if middle is None or len(held) < _SAMPLES // 4:
        raise InvalidValue(what="The inputs", why="most of what they allow is a bullet no faster than sound")
    return middle, held


def _answer(
    tool: str,
    metres: Metres,
    doubts: Mapping[str, _Doubt],
    inputs: Mapping[str, float],
    *,
    by_speed: tuple[tuple[float, float], ...] = (),
) -> SoundRange:
    """The distance, and its spread over evenly strewn values of every doubt (Halton 1960): no chance is used."""
    middle, held = _strewn(metres, doubts)
    mean = sum(held) / len(held)
    sigma = math.sqrt(sum((one - mean) ** 2 for one in held) / (len(held) - 1))
    least, most = held[round(0.025 * (len(held) - 1))], held[round(0.975 * (len(held) - 1))]
    if middle > MOST_M:
        raise InvalidValue(what=f"A distance of {middle:.0f} m", why="no shot is heard so far away")
    if most <= 0:
        raise InvalidValue(what="The interval", why="the bang comes before the flash by more than all doubts allow")
    says = middle >= NEAREST_M and middle >= 2 * sigma
    why = (
        f"{middle:.0f} m, standard deviation {sigma:.0f} m"
        if says
        else f"below {NEAREST_M:.0f} m, or twice its doubt, sound says nothing but this: not further than {most:.0f} m"
    )
    left_out = 1 - len(held) / _SAMPLES
    outputs: dict[str, object] = {
        "says": says,
        "distance_m": _rounded(middle) if says else None,
        "sigma_m": _rounded(sigma) if says else None,
        "least_m": round(least, 1) if says else 0.0,
        "most_m": round(most, 1),
    }
    return SoundRange(
        says=says,
        why=why,
        distance_m=middle if says else None,
        sigma_m=sigma if says else None,
        least_m=least if says else 0.0,
        most_m=most,
        shares=_shares(metres, doubts),
        by_speed=by_speed,
        derivation=Derivation(
            tool=f"probata range {tool.replace('_', '-')}",
            version=VERSION,
            inputs=inputs,
            parameters={"samples": _SAMPLES, "primes": list(_PRIMES), "nearest_m": NEAREST_M},
            outputs=outputs,
            uncertainty={
                "sigma_m": "standard deviation over all inputs, each with its own doubt",
                "least_m to most_m": "95 in 100 of what the inputs allow",
                "left_out": round(left_out, 4),
                "not_in_it": "a sound or flash that is of another shot; echoes; an edit between picture and sound",
            },
        ),
    )


def _shares(metres: Metres, doubts: Mapping[str, _Doubt]) -> dict[str, float]:
    """What each doubt adds to the variance, to first order, as shares of the sum."""
    middle = {name: one.middle for name, one in doubts.items()}
    parts: dict[str, float] = {}
    for name, one in doubts.items():
        step = one.sd / 2
        up, down = (metres({**middle, name: one.middle + shift}) for shift in (step, -step))
        parts[name] = (up - down) ** 2 if up is not None and down is not None else 0.0
    total = sum(parts.values())
    return {name: part / total for name, part in parts.items()} if total > 0 else dict.fromkeys(parts, 0.0)


def _halton() -> Iterator[tuple[float, ...]]:
    for number in range(1, _SAMPLES + 1):
        yield tuple(_mirrored(number, prime) for prime in _PRIMES)


def _mirrored(number: int, base: int) -> float:
    told, part = 0.0, 1.0
    while number:
        part /= base
        number, digit = divmod(number, base)
        told += digit * part
    return told


def _clipped_c(temperature_c: float) -> float:
    return min(60.0, max(-90.0, temperature_c))


def _finite(what: str, value: float, *, least: float, most: float) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        raise InvalidValue(what=what, why=f"it must lie between {least:g} and {most:g}")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
