"""`probata range`: how far away a shot was, from flash and bang or from crack and thump, with its doubt."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from probata.cli.output import show_json

if TYPE_CHECKING:
    from probata.verification.sound_ranges import Air, SoundRange

_NAMES = {
    "frame": "where in its picture the flash lies",
    "av_offset": "sound against pictures",
    "onset": "the onset of the bang",
    "interval": "the interval",
    "bullet_speed": "the speed of the bullet",
    "miss": "how far aside it passed",
    "temperature": "the temperature",
    "wind": "the wind",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which of the two, and what was measured."""
    ways = parser.add_subparsers(dest="way", metavar="WAY", required=True)
    flash = ways.add_parser("flash-to-bang", help="a flash is seen, and its bang is heard later in the same file")
    flash.add_argument("--interval-s", type=float, required=True, help="from the picture with the flash to the bang")
    flash.add_argument("--fps", type=float, default=30.0, help="pictures a second (30)")
    flash.add_argument("--av-offset-s", type=float, default=0.0, help="by how much the file's sound is late (0)")
    flash.add_argument("--av-offset-sd-s", type=float, default=0.02, help="its standard deviation (0.02)")
    flash.add_argument("--onset-sd-s", type=float, default=0.001, help="that of the bang's onset (0.001)")
    crack = ways.add_parser(
        "crack-to-thump", help="a bullet cracks in passing, and the thump of its muzzle comes later"
    )
    crack.add_argument("--interval-s", type=float, required=True, help="from the crack to the thump")
    crack.add_argument("--interval-sd-s", type=float, default=0.002, help="its standard deviation (0.002)")
    crack.add_argument("--bullet-speed-m-s", type=float, default=750.0, help="mean over its way (750)")
    crack.add_argument("--bullet-speed-sd-m-s", type=float, default=75.0, help="its standard deviation (75)")
    crack.add_argument("--miss-m", type=float, default=0.0, help="how far aside of the recorder it passed (0)")
    crack.add_argument("--miss-sd-m", type=float, default=0.0, help="its standard deviation (0)")
    for way in (flash, crack):
        way.add_argument("--temperature-c", type=float, default=20.0, help="of the air (20)")
        way.add_argument("--temperature-sd-c", type=float, default=5.0, help="its standard deviation (5)")
        way.add_argument("--wind-m-s", type=float, default=0.0, help="from the shot towards the recorder (0)")
        way.add_argument("--wind-sd-m-s", type=float, default=5.0, help="its standard deviation (5)")
        # The verb itself takes --json before the way; people write it last.
        way.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Reckon; exit 0 whether it says something or not."""
    from probata.terms.errors import UsageError
    from probata.verification.sound_ranges import Air, crack_to_thump, flash_to_bang

    air = Air(
        temperature_c=options.temperature_c,
        temperature_sd_c=options.temperature_sd_c,
        wind_m_s=options.wind_m_s,
        wind_sd_m_s=options.wind_sd_m_s,
    )
    if options.way == "flash-to-bang":
        if not options.fps > 0:
            raise UsageError(what="Pictures a second must be more than 0.")
        told = flash_to_bang(
            interval_s=options.interval_s,
            frame_s=1 / options.fps,
            av_offset_s=options.av_offset_s,
            av_offset_sd_s=options.av_offset_sd_s,
            onset_sd_s=options.onset_sd_s,
            air=air,
        )
    else:
        told = crack_to_thump(
            interval_s=options.interval_s,
            interval_sd_s=options.interval_sd_s,
            bullet_speed_m_s=options.bullet_speed_m_s,
            bullet_speed_sd_m_s=options.bullet_speed_sd_m_s,
            miss_m=options.miss_m,
            miss_sd_m=options.miss_sd_m,
            air=air,
        )
    if options.json:
        show_json("range", {"way": options.way.replace("-", "_"), **told.as_json()})
    else:
        for line in _lines(told, air):
            print(line)
    return 0


def _lines(told: SoundRange, air: Air) -> Iterator[str]:
    from probata.verification.sound_ranges import speed_of_sound_m_s

    if told.says:
        yield f"Distance: {told.distance_m:.0f} m, standard deviation {told.sigma_m:.0f} m."
        yield f"95 in 100 of what the inputs allow: {told.least_m:.0f} to {told.most_m:.0f} m."
    else:
        yield f"This says nothing about the distance, but: not further than {told.most_m:.0f} m."
        yield "Below 20 m, or below twice its doubt, a distance by sound is no measurement."
    yield f"Sound at {air.temperature_c:g} °C: {speed_of_sound_m_s(air.temperature_c):.1f} m/s."
    yield "Where the doubt comes from:"
    for name, share in sorted(told.shares.items(), key=lambda one: -one[1]):
        yield f"  {share:4.0%}  {_NAMES[name]}"
    for speed, metres in told.by_speed:
        yield f"  a bullet at {speed:.0f} m/s: {metres:.0f} m"
    yield "It tells no direction, and holds only if both sounds, or flash and bang, are of one shot."
