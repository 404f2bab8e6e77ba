"""How much one file may ask of us before it is refused or stopped."""

from __future__ import annotations

from attrs import field, frozen
from attrs.validators import gt

from probata.engines.sandbox import Allowance

_GRACE_S = 5.0  # the cell itself stops at `wall_s` and says so; its parent stops one that does not


@frozen(kw_only=True)
class Limits:
    """Caps that the jailed process and its parent both keep.

    `decode_threads` is one by default: decoders that conceal damage with several threads may not conceal it alike
    twice, and one more thread hashes and examines meanwhile. docs/why/021-pyav.md has the figures.
    """

    file_bytes: int = field(default=1 << 40, validator=gt(0))
    picture_pixels: int = field(default=220_000_000, validator=gt(0))
    streams: int = field(default=64, validator=gt(0))
    frames: int = field(default=5_000_000, validator=gt(0))
    sound_s: int = field(default=7 * 24 * 3600, validator=gt(0))
    wall_s: float = field(default=12 * 3600.0, validator=gt(0))
    silence_s: float = field(default=120.0, validator=gt(0))
    memory_bytes: int = field(default=4 << 30, validator=gt(0))
    decode_threads: int = field(default=1, validator=gt(0))

    def allowance(self, *, serves: bool = False) -> Allowance:
        """What a cell that looks at such a file may use; one that `serves` lives as long as it is asked."""
        return Allowance(
            memory_bytes=self.memory_bytes,
            processor_s=int(self.wall_s * (self.decode_threads + 1)) + 1,
            silence_s=self.silence_s,
            wall_s=None if serves else self.wall_s + _GRACE_S,
        )
