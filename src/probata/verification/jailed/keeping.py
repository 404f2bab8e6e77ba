"""Listens to a pass and keeps its sound as samples, half precision, for whoever must correlate it: inside the jail."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from probata.media.jailed.sound import SoundBlock
from probata.media.passes import CannotLook
from probata.verification.sync.heard import MOST_S, RATE_HZ


@define
class Keeps:
    """The mean of the channels at one rate, and when each stretch of it is heard in the file's own time."""

    sound_rate_hz = RATE_HZ
    _pieces: list[NDArray[np.float16]] = field(factory=list)
    _last: SoundBlock | None = None
    _samples: int = 0

    def hear(self, block: SoundBlock) -> None:
        """One more block of sound."""
        mono = np.nan_to_num(block.mono, nan=0.0, posinf=0.0, neginf=0.0)
        self._samples += len(mono)
        if self._samples > MOST_S * RATE_HZ:
            self._pieces.clear()
            raise CannotLook(f"its sound lasts longer than {MOST_S // 60} minutes: cut out the part that is shared")
        # Half precision keeps eleven bits at any loudness: what it adds lies 66 dB below the sound itself.
        self._pieces.append(np.clip(mono, -60_000, 60_000).astype(np.float16))
        self._last = block

    def finish(self) -> dict[str, Any] | None:
        """The samples and their anchors; nothing where there is no sound."""
        if self._last is None or not self._samples:
            return None
        return {
            "samples": np.concatenate(self._pieces).tobytes(),
            "anchors": [(one.sample, one.seconds) for one in self._last.anchors],
        }
