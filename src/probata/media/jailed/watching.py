"""The pass itself, inside the cell: one thread decodes, another hashes each picture and shows it to all who look."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from typing import Any, Protocol

import av
import msgspec
from attrs import define, field
from av.video.stream import VideoStream

from probata.engines.plugins import load_path
from probata.media import wire
from probata.media.errors import OverLimit, Unreadable
from probata.media.jailed.frames import SeenFrame, digest_of, plane_rows
from probata.media.jailed.looking import facts_of, tools
from probata.media.jailed.opening import codec_name, opened, ready_to_decode, ticks
from probata.media.jailed.sound import AtRate, SoundBlock, SoundTrack
from probata.media.limits import Limits
from probata.media.passes import CannotLook, Outcome, PassResult
from probata.media.probe import Facts
from probata.media.table import PtsTable

Frame = av.VideoFrame | av.AudioFrame

_WAITING_FRAMES = 8
_SOUND_AT_ONCE = 16  # frames: handing each over alone costs more than decoding it
_MOST_SOUND_FIRST = 500
_PROGRESS_S = 0.5
_MOST_WHY = 500
_NOTHING = "it holds neither pictures nor sound"


class Watcher(Protocol):
    """What a consumer is made of. Any method may be left out; `finish` tells what was found.

    `begin` hears the facts of the file, `see` gets every picture in order, `hear` every block of sound: as decoded, or
    as mono at the rate that the class names in an attribute `sound_rate_hz`. `finish` returns the result, or None if
    there was nothing to find, or raises; all of it inside the jail.
    """

    def begin(self, facts: Facts) -> None: ...  # noqa: D102
    def see(self, frame: SeenFrame) -> None: ...  # noqa: D102
    def hear(self, block: SoundBlock) -> None: ...  # noqa: D102
    def finish(self) -> Any: ...  # noqa: ANN401, D102  whatever msgspec encodes


@define
class _Attendant:
    """One consumer and how it fares: once it fails it is shown nothing more, and the others go on."""

    name: str
    made: Any = None
    failed: str = ""

    def does(self, method: str) -> bool:
        return not self.failed and hasattr(self.made, method)

    def call(self, method: str, *arguments: object) -> object:
        try:
            return getattr(self.made, method)(*arguments)
        except CannotLook as why:
            self.failed = str(why) or "it cannot look at this"
        except Exception as error:  # noqa: BLE001  the edge of a plug-in: its fault becomes its stored outcome
            self.failed = f"it failed by {type(error).__name__}: {error}"[:_MOST_WHY]
        return None

    def outcome(self) -> Outcome:
        result = self.call("finish") if self.does("finish") else None
        if self.failed:
            return Outcome(name=self.name, outcome="could_not_look", why=self.failed)
        if result is None:
            return Outcome(name=self.name, outcome="nothing_found")
        try:
            plain = msgspec.to_builtins(result, enc_hook=wire.plain, builtin_types=(bytes,))
        except (TypeError, ValueError, NotImplementedError) as error:
            return Outcome(name=self.name, outcome="could_not_look", why=f"its result cannot be written: {error}")
        return Outcome(name=self.name, outcome="found", result=plain)


def attendants(consumers: Sequence[wire.Consumer]) -> list[_Attendant]:
    """Import and make every consumer, while code and models can still be read; one that cannot be made has failed."""
    made = []
    for consumer in consumers:
        one = _Attendant(consumer.name)
        try:
            one.made = load_path(consumer.target)(**consumer.parameters)
            if not hasattr(one.made, "finish"):
                one.failed = f"{consumer.target} has no finish()"
        except CannotLook as why:
            one.failed = str(why)
        except Exception as error:  # noqa: BLE001  the edge of a plug-in
            one.failed = f"it cannot be made: {type(error).__name__}: {error}"[:_MOST_WHY]
        made.append(one)
    return made


@define(kw_only=True)
class _Columns:
    """The table of frames as it grows."""

    time_base: Fraction
    most: int
    pts: list[int] = field(factory=list)
    durations: list[int] = field(factory=list)
    keys: list[int] = field(factory=list)
    derived: list[int] = field(factory=list)
    out_of_order: list[int] = field(factory=list)
    damaged: list[int] = field(factory=list)
    digests: bytearray = field(factory=bytearray)
    _latest: int | None = None

    def add(self, frame: av.VideoFrame) -> SeenFrame:
        ordinal = len(self.pts)
        if ordinal >= self.most:
            raise OverLimit(found=f"more than {self.most}", what="frames", allowed=self.most)
        pts, duration = frame.pts, frame.duration or 0
        if pts is None:
            self.derived.append(ordinal)
            pts = frame.dts if frame.dts is not None else self._counted_on()
        if self._latest is not None and pts <= self._latest:
            self.out_of_order.append(ordinal)
        self._latest = pts if self._latest is None else max(self._latest, pts)
        if frame.key_frame:
            self.keys.append(ordinal)
        if frame.is_corrupt:
            self.damaged.append(ordinal)
        planes = plane_rows(frame)
        digest = digest_of(frame, planes)
        self.pts.append(pts)
        self.durations.append(duration)
        self.digests += digest
        return SeenFrame(
            ordinal=ordinal,
            pts=pts,
            duration_ticks=duration,
            time_base=self.time_base,
            key=frame.key_frame,
            digest=digest,
            frame=frame,
            planes=planes,
        )

    def _counted_on(self) -> int:
        return self.pts[-1] + max(self.durations[-1], 1) if self.pts else 0


class _Hearing:
    """Gives sound to everybody who hears: as decoded, or at the rate that they want, resampled once a rate."""

    def __init__(self, attendants: list[_Attendant]) -> None:
        self._groups: dict[int | None, list[_Attendant]] = {}
        for one in attendants:
            if one.does("hear"):
                self._groups.setdefault(getattr(one.made, "sound_rate_hz", None), []).append(one)
        self._resamplers = {rate_hz: AtRate(rate_hz) for rate_hz in self._groups if rate_hz is not None}
        self._last: SoundBlock | None = None

    def take(self, block: SoundBlock | None) -> None:
        """One more block as decoded, if there is one."""
        if block is None:
            return
        self._last = block
        for rate_hz in self._groups:
            self._tell(rate_hz, block if rate_hz is None else self._resamplers[rate_hz].take(block))

    def finish(self) -> None:
        """Give what the resamplers still hold."""
        if self._last is not None:
            for rate_hz, resampler in self._resamplers.items():
                self._tell(rate_hz, resampler.flush(self._last))

    def _tell(self, rate_hz: int | None, block: SoundBlock | None) -> None:
        for one in self._groups[rate_hz]:
            if block is not None and one.does("hear"):
                one.call("hear", block)


@define(kw_only=True)
class _Pass:
    """What is known while the pass runs; the decoding thread hands frames over, the watching thread does the rest."""

    attendants: list[_Attendant]
    columns: _Columns | None
    track: SoundTrack | None
    limits: Limits
    progress: Callable[[wire.Progress], None]
    handed: queue.Queue[list[Frame] | None] = field(factory=lambda: queue.Queue(_WAITING_FRAMES))
    broken: BaseException | None = None
    hearing: _Hearing = field(init=False)
    _reported_at: float = 0.0

    def __attrs_post_init__(self) -> None:
        self.hearing = _Hearing(self.attendants)

    def attend(self) -> None:
        """The watching thread: take what is handed over until there is no more."""
        while (frames := self.handed.get()) is not None:
            if self.broken is not None:
                continue  # only emptying the queue, so that the decoding thread never waits for ever
            try:
                for frame in frames:
                    self._show(frame)
            except BaseException as error:  # noqa: BLE001  carried to the decoding thread, which raises it
                self.broken = error
        try:
            if self.track is not None and self.broken is None:
                self.hearing.take(self.track.flush())
                self.hearing.finish()
        except BaseException as error:  # noqa: BLE001  same
            self.broken = error

    def _show(self, frame: Frame) -> None:
        if isinstance(frame, av.VideoFrame):
            assert self.columns is not None
            self.tell("see", self.columns.add(frame))
        else:
            assert self.track is not None
            if self.track.samples > self.limits.sound_s * self.track.rate_hz:
                raise OverLimit(found="more", what="seconds of sound", allowed=self.limits.sound_s)
            self.hearing.take(self.track.take(frame))
        self._report()

    def tell(self, method: str, thing: SeenFrame | Facts) -> None:
        """Call this method of every consumer that has it and has not failed."""
        for one in self.attendants:
            if one.does(method):
                one.call(method, thing)

    def _report(self) -> None:
        now = time.monotonic()
        if now - self._reported_at >= _PROGRESS_S:
            self._reported_at = now
            seen = self.columns
            seconds = float(seen.pts[-1] * seen.time_base) if seen is not None and seen.pts else 0.0
            self.progress(wire.Progress(frames=len(seen.pts) if seen is not None else 0, seconds=seconds))


def watched(
    handle: int,
    limits: Limits,
    consumers: list[_Attendant],
    progress: Callable[[wire.Progress], None],
) -> PassResult:
    """Decode the streams to examine from end to end, and gather the table and every outcome."""
    sys.setswitchinterval(0.0005)  # the decoding thread should not wait long for the interpreter
    with opened(handle, limits) as file:
        video, sound = file.video(), file.sound()
        streams = [stream for stream in (video, sound) if stream is not None]
        if not streams:
            raise Unreadable(why=_NOTHING)
        for stream in streams:
            ready_to_decode(stream, limits)
        faults: list[str] = []
        frames = file.frames(streams, faults)
        begun, first = _until_a_picture(frames) if video is not None else ([], None)
        facts = facts_of(file, first)
        run = _Pass(
            attendants=consumers,
            columns=_Columns(time_base=ticks(video), most=limits.frames) if video is not None else None,
            track=SoundTrack(time_base=ticks(sound), rate_hz=sound.codec_context.sample_rate) if sound else None,
            limits=limits,
            progress=progress,
        )
        run.tell("begin", facts)
        _decode(chain(begun, frames), run)
        table = _table(facts, run.columns, video, faults, limits) if run.columns is not None and video else None
        if table is None and (run.track is None or not run.track.samples):
            raise Unreadable(why=faults[0] if faults else _NOTHING)
        outcomes = {one.name: one.outcome() for one in consumers}
        return PassResult(facts=facts, table=table, outcomes=outcomes, faults=tuple(faults))


def _until_a_picture(frames: Iterator[Frame]) -> tuple[list[Frame], av.VideoFrame | None]:
    # Only the first picture carries how to turn the rest, which consumers are told before they see any.
    begun: list[Frame] = []
    for frame in frames:
        begun.append(frame)
        if isinstance(frame, av.VideoFrame):
            return begun, frame
        if len(begun) >= _MOST_SOUND_FIRST:
            break
    return begun, None


def _decode(frames: Iterable[Frame], run: _Pass) -> None:
    thread = threading.Thread(target=run.attend, name="watching")
    thread.start()
    ends_at = time.monotonic() + run.limits.wall_s
    waiting: list[Frame] = []
    try:
        for frame in frames:
            if run.broken is not None:
                break
            if time.monotonic() > ends_at:
                raise OverLimit(found="more", what="seconds of work", allowed=run.limits.wall_s)
            waiting.append(frame)
            if isinstance(frame, av.VideoFrame) or len(waiting) >= _SOUND_AT_ONCE:
                run.handed.put(waiting)
                waiting = []
        run.handed.put(waiting)
    finally:
        run.handed.put(None)
        thread.join()
    if run.broken is not None:
        raise run.broken


def _table(facts: Facts, columns: _Columns, video: VideoStream, faults: list[str], limits: Limits) -> PtsTable | None:
    if not columns.pts:
        return None
    return PtsTable(
        stream=video.index,
        time_base=columns.time_base,
        origin_s=min(facts.start_s or Fraction(0), Fraction(0)),  # as Chromium does: only what is before 0 moves to 0
        pts=tuple(columns.pts),
        durations=tuple(columns.durations),
        keys=tuple(columns.keys),
        derived=tuple(columns.derived),
        out_of_order=tuple(columns.out_of_order),
        damaged=tuple(columns.damaged),
        digests=bytes(columns.digests),
        decoder={**tools(), "codec": codec_name(video), "threads": str(limits.decode_threads)},
        faults=tuple(faults),
    )
