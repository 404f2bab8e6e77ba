"""The skim itself, inside the cell: what it decodes is shown to all who look, as in a pass, but nobody counts it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from itertools import chain
from typing import TypeVar

import av
from attrs import define
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from probata.media import wire
from probata.media.errors import OverLimit, Unreadable
from probata.media.jailed.frames import SeenFrame, digest_of, plane_rows
from probata.media.jailed.keys_first import KeysFirst
from probata.media.jailed.looking import facts_of
from probata.media.jailed.opening import Opened, opened, ready_to_decode, ticks
from probata.media.jailed.sound import SoundTrack
from probata.media.jailed.stretches import Stretches
from probata.media.jailed.watching import Frame, _Attendant, _Columns, _decode, _Pass, _until_a_picture
from probata.media.limits import Limits
from probata.media.skims import UNCOUNTED, SkimResult

_NOTHING = "it holds neither pictures nor sound"
T = TypeVar("T")
Streams = list[VideoStream | AudioStream]


@define(kw_only=True)
class _Uncounted(_Columns):
    """Stands where a pass grows its table: gives every picture its time and digest, and no ordinal."""

    def add(self, frame: av.VideoFrame) -> SeenFrame:
        """The picture as consumers see it."""
        if len(self.pts) >= self.most:
            raise OverLimit(found=f"more than {self.most}", what="frames", allowed=self.most)
        assert frame.pts is not None
        self.pts.append(frame.pts)
        planes = plane_rows(frame)
        return SeenFrame(
            ordinal=UNCOUNTED,
            pts=frame.pts,
            duration_ticks=frame.duration or 0,
            time_base=self.time_base,
            key=frame.key_frame,
            digest=digest_of(frame, planes),
            frame=frame,
            planes=planes,
        )


def skimmed(
    handle: int, request: wire.Skim, consumers: list[_Attendant], progress: Callable[[wire.Progress], None]
) -> SkimResult:
    """Decode what the request wants of the streams that somebody looks at, and gather every outcome."""
    sys.setswitchinterval(0.0005)  # the decoding thread should not wait long for the interpreter
    limits = request.limits
    with ExitStack() as held:

        def start() -> tuple[Opened, Streams]:
            opening = held.enter_context(opened(handle, limits))
            return opening, _ready(opening, consumers, limits)

        file, streams = start()
        faults: list[str] = []
        video, sound = _first(streams, VideoStream), _first(streams, AudioStream)
        keys = None
        if video is not None and not request.spans:
            keys = KeysFirst(file=file, video=video, streams=streams, gap_s=request.gap_s, limits=limits, faults=faults)
        decoded = keys.frames() if keys is not None else file.frames(streams, faults)
        begun, first = _until_a_picture(decoded) if video is not None else ([], None)
        run = _Pass(
            attendants=consumers,
            columns=_Uncounted(time_base=ticks(video), most=limits.frames) if video is not None else None,
            track=SoundTrack(time_base=ticks(sound), rate_hz=sound.codec_context.sample_rate) if sound else None,
            limits=limits,
            progress=progress,
        )
        facts = facts_of(file, first)
        run.tell("begin", facts)
        frames: Iterator[Frame] = chain(begun, decoded)
        if request.spans:
            frames = Stretches(
                file=file, streams=streams, spans=request.spans, begun=begun, rest=decoded, faults=faults, again=start
            ).frames()
        _decode(frames, run)
        if first is None and (run.track is None or not run.track.samples) and not request.spans:
            raise Unreadable(why=faults[0] if faults else _NOTHING)
        return SkimResult(
            facts=facts,
            outcomes={one.name: one.outcome() for one in consumers},
            pictures=len(run.columns.pts) if run.columns is not None else 0,
            last_s=_last_s(run, keys),
            faults=tuple(faults),
        )


def _ready(file: Opened, consumers: list[_Attendant], limits: Limits) -> Streams:
    # Pictures that nobody sees and sound that nobody hears are not decoded, as long as something is.
    video, sound = file.video(), file.sound()
    heard = any(one.does("hear") for one in consumers)
    seen = any(one.does("see") for one in consumers)
    if video is not None and sound is not None:
        video, sound = (video, sound if heard else None) if seen or not heard else (None, sound)
    streams: Streams = [stream for stream in (video, sound) if stream is not None]
    if not streams:
        raise Unreadable(why=_NOTHING)
    for stream in streams:
        ready_to_decode(stream, limits)
    return streams


def _first(streams: Streams, kind: type[T]) -> T | None:
    return next((stream for stream in streams if isinstance(stream, kind)), None)


def _last_s(run: _Pass, keys: KeysFirst | None) -> Fraction | None:
    if run.columns is None:
        return None
    known = [run.columns.pts[-1]] if run.columns.pts else []
    if keys is not None and keys.last_ticks is not None:
        known.append(keys.last_ticks)
    return max(known) * run.columns.time_base if known else None
