"""Ways of looking at footage, the mildest first: blur does not heal, seeing less does."""

from __future__ import annotations

from enum import StrEnum


class Way(StrEnum):
    """How footage is shown, if it is shown at all; each shows more than the one before."""

    VEILED = "veiled"
    """Text, tracks and sound's outline alone: nothing of the picture."""
    STILL = "still"
    """Exact stills, one at a time; nothing plays."""
    DRAWING = "drawing"
    """Edges alone, drawn from brightness: no colour, no surfaces."""
    GREY = "grey"
    """Without colour, at half the size."""
    FULL = "full"


FIRST_WAY = Way.GREY
"""For whoever has not chosen: what is revealed at first is grey and small."""
