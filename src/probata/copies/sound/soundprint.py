"""The print of a sound: a hundred bytes a second from which its copies are found, at any speed near its own.

Each frame has 32 bits, after Haitsma & Kalker ("A Highly Robust Audio Fingerprinting System", ISMIR 2002): whether the
difference between two neighbouring bands rises or falls around the frame. A fifth byte says what the frame is good for
(three bits: `gates.Kind`) and how loud it is (five bits: steps of 3 dB below full scale).
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from probata.copies.sound import gates
from probata.copies.sound.errors import SoundPrintUnreadable
from probata.copies.sound.gates import USABLE, WHY_UNUSABLE, Kind
from probata.copies.sound.spectra import BANDS, FRAMES_A_SECOND, Floats, Spectra, Spectrograph, centre_of
from probata.media.waveform import Anchor
from probata.terms.errors import InvalidValue

BITS: Final = BANDS - 1
LEAST_S: Final = Fraction(6, 5)
LEAST_USABLE_S: Final = Fraction(3, 4)
_MAGIC = b"PSP1"
_HEAD = struct.Struct("<4sIQI")
_ANCHOR = struct.Struct("<Qqq")
_CHUNK = 60 * FRAMES_A_SECOND
_AROUND = gates.REACH + 4
_LEVEL_STEP_DB = 3.0
_MOST_SAMPLES = 1 << 48
_PIECE = 1 << 20


@frozen(kw_only=True, eq=False)
class SoundPrint:
    """The print of one track: `words` 32 bits a frame, `states` a byte a frame, twenty frames a second.

    `anchors` say when samples are heard in the file's own time; without any, the first is heard at zero.
    """

    rate_hz: int
    samples: int
    words: NDArray[np.uint32]
    states: NDArray[np.uint8]
    anchors: tuple[Anchor, ...] = (Anchor(sample=0, seconds=Fraction(0)),)

    def __attrs_post_init__(self) -> None:
        """Refuse columns that do not belong together."""
        frames = -(-self.samples * FRAMES_A_SECOND // self.rate_hz) if self.rate_hz > 0 else -1
        if not (0 <= self.samples < _MOST_SAMPLES and len(self.words) == len(self.states) == frames):
            raise InvalidValue(what="A print of sound", why="its frames do not cover its samples")
        if not self.anchors or self.anchors[0].sample != 0:
            raise InvalidValue(what="A print of sound", why="nothing says when its first sample is heard")
        if any(one.sample >= next_one.sample for one, next_one in pairwise(self.anchors)):
            raise InvalidValue(what="A print of sound", why="its times are not in order")
        if len(self.states) and int(self.kinds.max()) > max(Kind):
            raise InvalidValue(what="A print of sound", why="a frame is of no kind")

    def __len__(self) -> int:
        return len(self.words)

    def __eq__(self, other: object) -> bool:
        return self.to_bytes() == other.to_bytes() if isinstance(other, SoundPrint) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.to_bytes())

    @property
    def duration_s(self) -> Fraction:
        """How long the sound lasts, exactly."""
        return Fraction(self.samples, self.rate_hz)

    @cached_property
    def kinds(self) -> NDArray[np.uint8]:
        """What each frame is: values of `gates.Kind`."""
        return self.states & np.uint8(7)

    @cached_property
    def usable(self) -> NDArray[np.bool_]:
        """Which frames may be compared."""
        return np.isin(self.kinds, USABLE)

    @property
    def usable_s(self) -> Fraction:
        """How many seconds may be compared."""
        return Fraction(int(self.usable.sum()), FRAMES_A_SECOND)

    @property
    def level_db(self) -> Floats:
        """How loud each frame is, in steps of 3 dB below full scale."""
        return (self.states >> 3).astype(np.float32) * np.float32(-_LEVEL_STEP_DB)

    def cells(self, start: int = 0, end: int | None = None) -> Floats:
        """The bits as +1 and -1, one row a frame (128 bytes); rows that may not be compared are 0."""
        return signed(self.words[start:end], self.usable[start:end])

    @property
    def refusal(self) -> str:
        """Why nothing can be found with this print; empty where something can."""
        if self.duration_s < LEAST_S:
            return f"the sound is too short: {float(self.duration_s):.2f} s"
        if self.usable_s >= LEAST_USABLE_S:
            return ""
        unusable = self.kinds[~self.usable]
        commonest = Kind(int(np.bincount(unusable).argmax()))
        return f"the sound is {WHY_UNUSABLE[commonest]}: only {float(self.usable_s):.2f} s of it can be compared"

    def heard_at(self, sample: int) -> Fraction:
        """When a sample is heard, exactly, in the file's own time."""
        position = bisect_right(self.anchors, sample, key=lambda anchor: anchor.sample)
        anchor = self.anchors[max(position - 1, 0)]
        return anchor.seconds + Fraction(sample - anchor.sample, self.rate_hz)

    def sample_of(self, frame: float) -> int:
        """The sample on which a frame, or a place between two, is centred; never outside the sound."""
        whole = int(np.floor(frame))
        between = round((frame - whole) * self.rate_hz / FRAMES_A_SECOND)
        return min(max(centre_of(whole, self.rate_hz) + between, 0), self.samples)

    def to_bytes(self) -> bytes:
        """The print as it is stored, the same bytes for the same print on every machine."""
        head = _HEAD.pack(_MAGIC, self.rate_hz, self.samples, len(self.anchors))
        anchors = b"".join(
            _ANCHOR.pack(one.sample, one.seconds.numerator, one.seconds.denominator) for one in self.anchors
        )
        return head + anchors + self.words.astype("<u4").tobytes() + self.states.tobytes()

    @classmethod
    def from_bytes(cls, untrusted: bytes) -> SoundPrint:
        """Read a stored print back; raises `SoundPrintUnreadable` for anything else."""
        try:
            magic, rate_hz, samples, count = _HEAD.unpack_from(untrusted)
            if magic != _MAGIC or not 0 < count <= len(untrusted) // _ANCHOR.size or rate_hz == 0:
                raise SoundPrintUnreadable(why="it does not begin as one")
            rows = [_ANCHOR.unpack_from(untrusted, _HEAD.size + place * _ANCHOR.size) for place in range(count)]
            rest = memoryview(untrusted)[_HEAD.size + count * _ANCHOR.size :]
            frames = -(-samples * FRAMES_A_SECOND // rate_hz)
            if len(rest) != 5 * frames:
                raise SoundPrintUnreadable(why="it is cut short or too long")
            return cls(
                rate_hz=rate_hz,
                samples=samples,
                words=np.frombuffer(rest[: 4 * frames], dtype="<u4").astype(np.uint32),
                states=np.frombuffer(rest[4 * frames :], dtype=np.uint8).copy(),
                anchors=tuple(Anchor(sample=sample, seconds=Fraction(over, under)) for sample, over, under in rows),
            )
        except (struct.error, ValueError, ZeroDivisionError, InvalidValue) as error:
            raise SoundPrintUnreadable(why=error) from error


@define(kw_only=True)
class Printer:
    """Makes the print of a sound that comes in pieces, holding a minute of spectra at most."""

    rate_hz: int
    _spectrograph: Spectrograph | None = None
    _waiting: list[Spectra] = field(factory=list)
    _context: int = 0
    _words: list[NDArray[np.uint32]] = field(factory=list)
    _states: list[NDArray[np.uint8]] = field(factory=list)
    _samples: int = 0

    def __attrs_post_init__(self) -> None:
        """Refuse rates that are no rates; one that is merely too low makes a print that says so."""
        if self.rate_hz <= 0:
            raise InvalidValue(what=f"A sound at {self.rate_hz} Hz", why="samples must follow each other")
        try:
            self._spectrograph = Spectrograph(rate_hz=self.rate_hz)
        except InvalidValue:
            self._spectrograph = None

    def take(self, untrusted_samples: Floats) -> None:
        """The next samples of one channel, 1.0 being full scale."""
        self._samples += int(np.size(untrusted_samples))
        if self._spectrograph is None:
            return
        for start in range(0, int(np.size(untrusted_samples)), _PIECE):
            self._waiting += self._spectrograph.take(np.ravel(untrusted_samples)[start : start + _PIECE])
            while sum(map(len, self._waiting)) - self._context >= _CHUNK + _AROUND:
                self._settle(_CHUNK)

    def finish(self, anchors: Iterable[Anchor] = ()) -> SoundPrint:
        """The print of all that was taken."""
        frames = -(-self._samples * FRAMES_A_SECOND // self.rate_hz)
        if self._spectrograph is not None:
            self._waiting += self._spectrograph.finish()
            if self._waiting:
                self._settle(sum(map(len, self._waiting)) - self._context)
        else:
            self._words.append(np.zeros(frames, dtype=np.uint32))
            self._states.append(np.full(frames, Kind.NARROW, dtype=np.uint8))
        return SoundPrint(
            rate_hz=self.rate_hz,
            samples=self._samples,
            words=np.concatenate([np.zeros(0, dtype=np.uint32), *self._words]),
            states=np.concatenate([np.zeros(0, dtype=np.uint8), *self._states]),
            anchors=tuple(anchors) or (Anchor(sample=0, seconds=Fraction(0)),),
        )

    def _settle(self, count: int) -> None:
        """Decide `count` frames for which enough is known on both sides; keep what the next ones must look back on."""
        waiting = Spectra.joined(self._waiting)
        span = slice(self._context, self._context + count)
        spectra = waiting.part(0, span.stop + _AROUND)
        self._words.append(_words(spectra.bands)[span])
        levels = np.clip(np.rint(spectra.level_db / -_LEVEL_STEP_DB), 0, 31).astype(np.uint8)
        self._states.append((gates.kinds(spectra) | levels << np.uint8(3))[span])
        kept_from = max(0, span.stop - _AROUND)
        self._waiting = [waiting.part(kept_from, len(waiting))]
        self._context = span.stop - kept_from


def fingerprint(samples: Floats, rate_hz: int) -> SoundPrint:
    """The print of a whole sound of one channel, 1.0 being full scale."""
    printer = Printer(rate_hz=rate_hz)
    printer.take(np.asarray(samples, dtype=np.float32))
    return printer.finish()


def signed(words: NDArray[np.uint32], usable: NDArray[np.bool_]) -> Floats:
    """The bits of words as +1 and -1, one row a word; 0 where it is not usable."""
    bits = np.unpackbits(words.astype("<u4").view(np.uint8).reshape(-1, 4), axis=1, bitorder="little")
    cells: Floats = (bits.astype(np.float32) * 2 - 1) * usable[:, None]
    return cells


def _words(bands: Floats) -> NDArray[np.uint32]:
    between = bands[:, :-1] - bands[:, 1:]
    around = np.pad(between, ((1, 1), (0, 0)), mode="edge")
    rising = around[2:] > around[:-2]
    packed = np.packbits(rising, axis=1, bitorder="little")
    words: NDArray[np.uint32] = packed.view("<u4").ravel().astype(np.uint32)
    return words
