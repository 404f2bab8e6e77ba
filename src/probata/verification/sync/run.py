"""Sets recordings on one clock from end to end: hears each in the jail, decides about each pair, fits the whole."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from string import ascii_uppercase
from typing import Any, Final

from attrs import frozen

from probata.engines.sandbox import Jail
from probata.media.limits import Limits
from probata.media.wire import a_jail
from probata.terms.errors import InvalidValue
from probata.verification.derivation import Derivation
from probata.verification.sync import bangs, deciding, fitting, patterns, searching, tones, whitening
from probata.verification.sync.anchors import Anchor
from probata.verification.sync.deciding import Prepared, decide, prepare
from probata.verification.sync.heard import RATE_HZ, Heard, hear
from probata.verification.sync.pairs import Pair
from probata.verification.sync.whole import Whole, whole

VERSION: Final = "1"
MOST_RECORDINGS: Final = len(ascii_uppercase)


@frozen(kw_only=True)
class Synced:
    """What came of several recordings: each, every pair, the whole, and how it was worked out."""

    recordings: tuple[Heard, ...]
    pairs: tuple[Pair, ...]
    whole: Whole
    anchors: tuple[Anchor, ...]
    distance_m: float | None

    def derivation(self) -> Derivation:
        """This run, so that anybody can run it again."""
        return Derivation(
            tool="probata sync",
            version=VERSION,
            inputs={
                "recordings": [{"name": one.name, "sha256": one.digest} for one in self.recordings],
                "anchors": [one.as_json() for one in self.anchors],
                "distance_m": self.distance_m,
            },
            parameters={
                "rate_hz": RATE_HZ,
                "bands_hz": [whitening.LOW_HZ, whitening.MIDDLE_HZ, whitening.HIGH_HZ],
                "most_drift_ppm": searching.MOST_DRIFT_PPM,
                "drift_prior_ppm": fitting.DRIFT_PRIOR_PPM,
                "least_peak_in_noise": searching.LEAST_Z,
                "rival_share": deciding.RIVAL_SHARE,
                "held_share": tones.HELD_SHARE,
                "least_rise_db": bangs.LEAST_RISE_DB,
                "most_spacing_s": patterns.MOST_SPACING_S,
                "speed_of_sound_m_s": patterns.SPEED_OF_SOUND,
            },
            outputs={"pairs": [one.as_json() for one in self.pairs], "whole": self.whole.as_json()},
            uncertainty={
                "errors": "two standard deviations of the fit, wider where few windows hold; never below 0.1 ms",
                "not_in_them": "how much further sound had to one recorder: 2.9 ms a metre; edits within a recording",
            },
        )

    def as_json(self) -> dict[str, Any]:
        """The answer as the `sync` contract has it."""
        return {
            "recordings": [_recording(one) for one in self.recordings],
            "pairs": [one.as_json() for one in self.pairs],
            "whole": self.whole.as_json(),
            "coverage": [one.as_json() for one in self.whole.stretches],
            "derivation": self.derivation().as_json(),
        }


def _recording(one: Heard) -> dict[str, Any]:
    return {
        "name": one.name,
        "sha256": one.digest,
        "from_s": round(float(one.from_s), 6),
        "to_s": round(float(one.to_s), 6),
        "sound_from_s": round(one.sound_from_s, 6) if len(one.samples) else None,
        "sound_to_s": round(one.sound_to_s, 6) if len(one.samples) else None,
        "rate_hz": one.own_rate_hz if len(one.samples) else None,
        "jumps": one.jumps,
        "why": one.why,
    }


def sync(
    files: Sequence[Path],
    *,
    anchors: Sequence[Anchor] = (),
    distance_m: float | None = None,
    limits: Limits | None = None,
    jail: Jail | None = None,
    progress: Callable[[str], None] | None = None,
) -> Synced:
    """Set these files, named A, B, C… in their order, on one clock; each is decoded once, in the jail.

    `distance_m` is the most that any two of the recorders stood apart, where it is known. A file that cannot be heard
    has its reason in `why`, and the others go on. Raises `InvalidValue` for fewer than two files or more than 26.
    """
    if not 2 <= len(files) <= MOST_RECORDINGS:
        raise InvalidValue(what=f"Setting {len(files)} files on one clock", why="it takes two at least, and 26 at most")
    heard = []
    with a_jail(jail) as held:
        for name, file in zip(ascii_uppercase, files, strict=False):
            if progress is not None:
                progress(f"hearing {file.name}")
            heard.append(hear(file, name=name, limits=limits, jail=held))
    return sync_heard(heard, anchors=anchors, distance_m=distance_m, progress=progress)


def sync_heard(
    recordings: Sequence[Heard],
    *,
    anchors: Sequence[Anchor] = (),
    distance_m: float | None = None,
    progress: Callable[[str], None] | None = None,
) -> Synced:
    """The same for recordings whose sound is at hand."""
    if distance_m is not None and not (math.isfinite(distance_m) and distance_m >= 0):
        raise InvalidValue(what="The distance between the recorders", why="it must be metres, 0 or more")
    names = {one.name for one in recordings}
    for anchor in anchors:
        if unknown := sorted(anchor.moments.keys() - names):
            raise InvalidValue(what="An anchor", why=f"it names {', '.join(unknown)}, and no recording is called so")
    prepared: list[Prepared] = [prepare(one) for one in recordings]
    pairs = []
    for a, b in combinations(prepared, 2):
        if progress is not None:
            progress(f"comparing {a.heard.name} with {b.heard.name}")
        pairs.append(decide(a, b, anchors=anchors, distance_m=distance_m))
    return Synced(
        recordings=tuple(recordings),
        pairs=tuple(pairs),
        whole=whole(recordings, pairs),
        anchors=tuple(anchors),
        distance_m=distance_m,
    )
