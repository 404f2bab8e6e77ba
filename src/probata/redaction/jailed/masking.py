"""Makes the rendition of a plan inside the cell: each picture filled, the sound silenced, both coded anew, in memory.

Nothing of the original's container passes: no tags, no other stream, no packet. Pictures keep their times to the tick;
sound keeps its place and is coded without loss, so that silence is silence. Decoders and encoders use one thread, and
the same plan gives the same bytes from the same tools.
"""

from __future__ import annotations

import io
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import av
import av.audio.codeccontext
import av.audio.format
import av.audio.frame
import av.audio.layout
import av.audio.resampler
import av.container.output
import av.filter.graph
import av.video.codeccontext
import numpy as np
from attrs import define, field
from av.codec.context import Flags
from numpy.typing import NDArray

from probata.analysis.jailed.upright import Upright
from probata.media.passes import CannotLook
from probata.redaction.jailed import filling
from probata.redaction.plan import RedactionPlan
from probata.terms.spans import Moment

if TYPE_CHECKING:
    from probata.media.jailed.frames import SeenFrame
    from probata.media.jailed.sound import SoundBlock
    from probata.media.probe import Facts

MOST_BYTES = 400 << 20
_MOST_GAP_S = 3600
_KEY_EVERY = 60
_FULL = 32768
_ODD_TIMESCALE = 1 << 31


class Masks:
    """Sees and hears the original, and gives the rendition as bytes."""

    def __init__(self, *, plan: dict[str, Any], crf: int, preset: str) -> None:
        self._plan = filling.read(plan)
        self._crf, self._preset = crf, preset
        self._upright = Upright()
        self._writes: _Writes | None = None
        self._still: bytes | None = None
        self._as_still = False
        self._facts: Facts | None = None

    def begin(self, facts: Facts) -> None:
        """Learn how pictures lie, and open what is written."""
        self._facts = facts
        picture = None if facts.video_stream is None else facts.video_stream.picture
        if picture is not None and picture.turned_degrees % 90:
            raise CannotLook("its pictures are turned by an angle that is no quarter")
        self._upright = Upright.of(facts)
        self._as_still = facts.media_type.startswith("image/") and facts.media_type != "image/gif"
        if not self._as_still:
            self._writes = _Writes(plan=self._plan, crf=self._crf, preset=self._preset, facts=facts)

    def see(self, frame: SeenFrame) -> None:
        """One more picture, filled and coded."""
        if not self._as_still:
            assert self._writes is not None
            self._writes.picture(frame, self._upright)
            return
        if self._still is not None:
            raise CannotLook("it is a still picture that moves, which is not redacted here")
        pixels = self._upright.turned(frame.frame.reformat(format="rgb24").to_ndarray().astype(np.uint8))
        pixels = np.ascontiguousarray(pixels)
        moment = Moment(pts=frame.pts, time_base=frame.time_base)
        height, width = pixels.shape[:2]
        for left, top, right, bottom in filling.rectangles(self._plan.areas, moment, width, height):
            pixels[top:bottom, left:right] = filling.GREY
        self._still = _as_png(pixels)

    def hear(self, block: SoundBlock) -> None:
        """One more block of sound, silenced where the plan says so, and coded."""
        if self._writes is not None:
            self._writes.sound(block)

    def finish(self) -> dict[str, Any] | None:
        """The bytes of the rendition and what they are; nothing where there was nothing to write."""
        if self._as_still:
            return None if self._still is None else {"data": self._still, "media_type": "image/png", "notes": []}
        assert self._writes is not None
        return self._writes.finish()


@define(kw_only=True)
class _Writes:
    """The file in memory, and its streams as they are begun."""

    plan: RedactionPlan
    crf: int
    preset: str
    facts: Facts
    _held: io.BytesIO = field(factory=io.BytesIO)
    _out: Any = None
    _video: Any = None
    _audio: Any = None
    _size: tuple[int, int] = (0, 0)
    _base: Fraction = Fraction(1)
    _latest: int | None = None
    _written: int = 0
    _notes: list[str] = field(factory=list)
    _rate_hz: int = 0
    _wide: bool = False

    def picture(self, frame: SeenFrame, upright: Upright) -> None:
        """Fill and code one picture."""
        self._open()
        if self._latest is not None and frame.pts <= self._latest:
            raise CannotLook("the times of its pictures run backwards, and cannot be kept")
        self._latest = frame.pts
        stated = self._picture_stated()
        planes = [upright.turned(rows) for rows in filling.planes_of(frame.frame, stated.width_px, stated.height_px)]
        height, width = planes[0].shape
        moment = Moment(pts=frame.pts, time_base=frame.time_base)
        for rectangle in filling.rectangles(self.plan.areas, moment, width, height):
            filling.fill(planes, rectangle)
        made = av.VideoFrame.from_ndarray(_packed(planes), format="yuv420p")
        made.pts = frame.pts * frame.time_base.numerator
        made.duration = frame.duration_ticks * frame.time_base.numerator
        made.time_base = self._base
        made.colorspace, made.color_range = frame.frame.colorspace, 1
        self._out.mux(self._video.encode(made))
        self._must_fit()

    def sound(self, block: SoundBlock) -> None:
        """Silence and code one block, its samples in their places in time."""
        self._open()
        if self._audio is None:
            return
        end = block.start_sample + block.channels.shape[1]
        starts = [one for one in block.anchors if block.start_sample < one.sample < end]
        first = max((one for one in block.anchors if one.sample <= block.start_sample), key=lambda one: one.sample)
        cuts = [block.start_sample, *(one.sample for one in starts), end]
        for anchor, (start, stop) in zip([first, *starts], pairwise(cuts), strict=True):
            samples = block.channels[:, start - block.start_sample : stop - block.start_sample].copy()
            heard_s = anchor.seconds + Fraction(start - anchor.sample, block.rate_hz)
            place = round(heard_s * block.rate_hz)
            placed_s = Fraction(place, block.rate_hz)
            for begins, ends in filling.muted(self.plan.mutes, placed_s, block.rate_hz, samples.shape[1]):
                # Sounds are placed to the sample: one more on each side is silent, for what that rounds.
                samples[:, max(0, begins - 1) : ends + 1] = 0
            self._place(samples, place)
        self._must_fit()

    def finish(self) -> dict[str, Any] | None:
        """Close the file and give it."""
        if self._out is None:
            return None
        for stream in (self._video, self._audio):
            if stream is not None:
                self._out.mux(stream.encode(None))
        self._out.close()
        self._must_fit()
        kind = "video/mp4" if self._video is not None else "audio/mp4"
        return {"data": self._held.getvalue(), "media_type": kind, "notes": self._notes}

    def _open(self) -> None:
        if self._out is not None:
            return
        options = {"fflags": "+bitexact"}
        stream = self.facts.video_stream
        if stream is not None:
            self._base = Fraction(1, (stream.time_base or Fraction(1)).denominator)
            if self._base.denominator >= _ODD_TIMESCALE:
                raise CannotLook("its ticks are finer than what is written can keep")
            # Both clocks of the file count in the original's ticks: no time is rounded.
            options |= {"video_track_timescale": str(self._base.denominator)}
            options |= {"movie_timescale": str(self._base.denominator)}
        self._out = av.open(self._held, "w", format="mp4", options=options)
        if stream is not None:
            self._video = self._video_stream()
        if self.facts.sound_stream is not None:
            self._audio = self._audio_stream()

    def _picture_stated(self) -> Any:  # noqa: ANN401  there is one wherever pictures come
        stream = self.facts.video_stream
        assert stream is not None
        return stream.picture

    def _video_stream(self) -> Any:  # noqa: ANN401  PyAV tells its kind at run time
        stated = self._picture_stated()
        width, height = stated.shown_px
        stream = self._out.add_stream("libx264")
        # H.264 in 4:2:0 holds whole pairs of columns and rows.
        stream.width, stream.height, stream.pix_fmt = width + width % 2, height + height % 2, "yuv420p"
        stream.time_base = self._base
        aspect = stated.sample_aspect
        codec = stream.codec_context
        if aspect not in {0, 1}:
            codec.sample_aspect_ratio = 1 / aspect if stated.turned_degrees in {90, 270} else aspect
        codec.time_base, codec.thread_count, codec.gop_size = self._base, 1, _KEY_EVERY
        codec.flags |= Flags.frame_duration
        codec.options = {"crf": str(self.crf), "preset": self.preset, "bf": "0"}
        return stream

    def _audio_stream(self) -> Any:  # noqa: ANN401  same
        stated = self.facts.sound_stream
        assert stated is not None
        assert stated.sound is not None
        self._rate_hz = stated.sound.rate_hz
        self._wide = stated.sound.sample_format.rstrip("p") in {"s32", "flt", "dbl"} and stated.codec.startswith(
            ("pcm", "flac", "alac")
        )
        stream = self._out.add_stream("flac", rate=self._rate_hz, layout=stated.sound.layout)
        stream.codec_context.format = "s32" if self._wide else "s16"
        stream.codec_context.thread_count = 1
        return stream

    def _place(self, samples: NDArray[np.float32], place: int) -> None:
        """Code samples at their place, with silence where the original has a gap; what lies before 0 is left out."""
        if place > self._written:
            if place - self._written > _MOST_GAP_S * self._rate_hz:
                raise CannotLook(f"its sound has a gap of more than {_MOST_GAP_S} seconds")
            if self._written:
                self._note("a gap in the sound was filled with silence")
            samples = np.concatenate([np.zeros((samples.shape[0], place - self._written), np.float32), samples], axis=1)
        elif place < self._written:
            self._note("sound that the file places before its start, or twice, was left out")
            samples = samples[:, self._written - place :]
        if not samples.shape[1]:
            return
        frame = av.AudioFrame.from_ndarray(
            self._whole(samples), format="s32" if self._wide else "s16", layout=self._audio.codec_context.layout.name
        )
        frame.sample_rate, frame.time_base, frame.pts = self._rate_hz, Fraction(1, self._rate_hz), self._written
        self._written += samples.shape[1]
        self._out.mux(self._audio.encode(frame))

    def _whole(self, samples: NDArray[np.float32]) -> NDArray[Any]:
        """As whole numbers, interleaved, one row."""
        clean = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0).T.reshape(1, -1)
        if self._wide:  # FLAC keeps the upper 24 bits
            return (np.clip(np.rint(clean.astype(np.float64) * (1 << 23)), -(1 << 23), (1 << 23) - 1) * 256).astype(
                np.int32
            )
        return np.clip(np.rint(clean * _FULL), -_FULL, _FULL - 1).astype(np.int16)

    def _note(self, words: str) -> None:
        if words not in self._notes:
            self._notes.append(words)

    def _must_fit(self) -> None:
        if self._held.tell() > MOST_BYTES:
            raise CannotLook(f"the rendition grew past {MOST_BYTES >> 20} MiB: redact an excerpt")


def _packed(planes: filling.Planes) -> NDArray[np.uint8]:
    """The planes as PyAV takes them, with a last column and row once more where their number is odd."""
    height, width = planes[0].shape
    luma = np.pad(planes[0], ((0, height % 2), (0, width % 2)), mode="edge")
    flat = np.concatenate([luma.reshape(-1), *(np.ascontiguousarray(rows).reshape(-1) for rows in planes[1:])])
    return flat.reshape(luma.shape[0] * 3 // 2, luma.shape[1])


def _as_png(pixels: NDArray[np.uint8]) -> bytes:
    encoder = av.CodecContext.create("png", "w")
    encoder.height, encoder.width = pixels.shape[:2]
    encoder.pix_fmt, encoder.time_base = "rgb24", Fraction(1)
    encoder.thread_count = 1
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])
