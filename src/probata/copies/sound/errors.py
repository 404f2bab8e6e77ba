"""What a print of sound can refuse to us."""

from __future__ import annotations

from probata.terms.errors import FootageError


class SoundPrintUnreadable(FootageError):
    """A stored print of sound is not one."""

    code = "sound_print_unreadable"
    template = "The stored print of the sound cannot be read: {why}."
    advice = "Make it again from the original; a print is a rendition."
