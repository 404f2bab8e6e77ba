"""Listens to a pass and makes the print of its sound: inside the jail."""

from __future__ import annotations

from attrs import define

from probata.copies.sound.soundprint import Printer
from probata.media.jailed.sound import SoundBlock


@define
class Prints:
    """Gives the print of the sound track as it is stored; nothing where there is no sound.

    It hears the samples as decoded, at the file's own rate: nothing is resampled, so that every frame of the print is
    centred on a sample whose time the anchors tell.
    """

    _printer: Printer | None = None
    _last: SoundBlock | None = None

    def hear(self, block: SoundBlock) -> None:
        """One more block of sound."""
        if self._printer is None:
            self._printer = Printer(rate_hz=block.rate_hz)
        self._printer.take(block.mono)
        self._last = block

    def finish(self) -> bytes | None:
        """The stored form of the print."""
        if self._printer is None or self._last is None:
            return None
        return self._printer.finish(self._last.anchors).to_bytes()
