"""Opens the one file of a cell: by its handle, with the demuxers its first bytes allow, and nothing beside it."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction

import av
import PIL.ExifTags
import PIL.Image
from attrs import define, field
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from probata.media import magic
from probata.media.errors import NotMedia, OverLimit, UnknownDecoder, Unreadable
from probata.media.limits import Limits

# Decoders that footage of our day needs, and that the world's fuzzers have been at for long. FFmpeg has 400 more.
_DECODERS_OF_PICTURES = """
    h264 hevc libdav1d av1 vp8 vp9 libvpx libvpx-vp9 mpeg4 mpeg2video mpeg1video h263 h263p h261 msmpeg4v1 msmpeg4v2
    msmpeg4 wmv1 wmv2 wmv3 vc1 flv vp6 vp6f vp6a theora mjpeg mjpegb prores dnxhd dvvideo ffv1 svq1 svq3 cinepak
    rawvideo huffyuv utvideo png apng gif webp bmp
"""
_DECODERS_OF_SOUND = """
    aac aac_latm mp3 mp3float mp2 mp2float mp1 mp1float opus vorbis flac alac ac3 eac3 amrnb amrwb wmav1 wmav2 wmapro
    nellymoser speex gsm gsm_ms adpcm_ms adpcm_ima_wav adpcm_ima_qt adpcm_swf g722 g726 pcm_alaw pcm_mulaw pcm_u8
    pcm_s8 pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le pcm_s32be pcm_f32le pcm_f32be pcm_f64le pcm_f64be
    pcm_bluray pcm_dvd
"""
DECODERS = frozenset(_DECODERS_OF_PICTURES.split()) | frozenset(_DECODERS_OF_SOUND.split())
_MOST_FAULTS = 50
_MOST_STREAMS = 1000  # FFmpeg's own cap, past which it gives up without a word; ours is checked after it
_EXIF_WITHIN_BYTES = 1 << 20
_BUFFER_BYTES = 1 << 17
_GENERATE_PTS = 1  # AVFMT_FLAG_GENPTS of libavformat, which PyAV sets
_NO_PROTOCOL = "none"  # matches no protocol: libavformat itself opens nothing


class OneFile:
    """The file as FFmpeg may read it: by position, through its handle, under a name that says nothing."""

    name = "footage"

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self._at = 0
        self.size_bytes = os.fstat(handle).st_size

    def read(self, count: int) -> bytes:
        """The next bytes, fewer at the end."""
        piece = os.pread(self.handle, count, self._at)
        self._at += len(piece)
        return piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position, as `io.RawIOBase.seek` does."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size_bytes}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """Where the next bytes come from."""
        return self._at


@define
class Opened:
    """A file that a demuxer took: the container, what its bytes are, and the other files that it asked for."""

    container: InputContainer
    found: magic.Magic
    file: OneFile
    named_files: list[str] = field(factory=list)

    @property
    def size_bytes(self) -> int:
        """How large the file is."""
        return self.file.size_bytes

    def exif_orientation(self) -> int:
        """How a still picture lies, by its Exif: 1 to 8; 0 for none."""
        if self.found.kind != "picture":
            return 0
        try:
            head = io.BytesIO(os.pread(self.file.handle, _EXIF_WITHIN_BYTES, 0))
            with PIL.Image.open(head) as picture:
                return int(picture.getexif().get(PIL.ExifTags.Base.Orientation, 0))
        except PermissionError:
            raise  # ours: the cell wanted something that it may not have
        except (OSError, ValueError, TypeError, SyntaxError):
            return 0

    def video(self) -> VideoStream | None:
        """The video stream to examine: the first that is no attached picture; that too, where there is nothing else."""
        streams = [stream for stream in self.container.streams.video if _decodable(stream)]
        moving = [stream for stream in streams if not _is_attached(stream)]
        if moving:
            return moving[0]
        return None if self.sound() else next(iter(streams), None)

    def sound(self) -> AudioStream | None:
        """The audio stream to examine: the first that can be decoded."""
        return next((stream for stream in self.container.streams.audio if _decodable(stream)), None)

    def frames(
        self, streams: Sequence[VideoStream | AudioStream], faults: list[str]
    ) -> Iterator[av.VideoFrame | av.AudioFrame]:
        """Every frame of these streams as it is decoded.

        A packet that cannot be decoded is noted among the faults and passed over, as players do; where the demuxer
        itself stumbles, that is noted and the rest is lost.
        """
        packets = self.container.demux(streams)
        while True:
            try:
                packet = next(packets, None)
            except av.FFmpegError as error:
                _note(faults, f"reading stopped: {reason(error)}")
                return
            if packet is None:
                return
            try:
                for frame in packet.decode():
                    if isinstance(frame, av.VideoFrame | av.AudioFrame):
                        yield frame
            except av.FFmpegError as error:
                _note(faults, f"stream {packet.stream_index}, packet at {packet.dts}: {reason(error)}")

    def require_a_decoder(self) -> None:
        """Raise `UnknownDecoder` if the file has pictures or sound, and none that we decode."""
        streams: list[VideoStream | AudioStream]
        streams = [*self.container.streams.video, *self.container.streams.audio]
        if not streams or any(_decodable(stream) for stream in streams):
            return
        if streams[0].codec_context is None:
            raise Unreadable(why="its coding is not known")
        raise UnknownDecoder(codec=codec_name(streams[0]))


@contextmanager
def opened(handle: int, limits: Limits) -> Iterator[Opened]:
    """Open the file, or say why not: `NotMedia`, `OverLimit`, `Unreadable`."""
    file = OneFile(handle)
    if file.size_bytes > limits.file_bytes:
        raise OverLimit(found=file.size_bytes, what="bytes", allowed=limits.file_bytes)
    found = magic.sniff(os.pread(handle, magic.HEAD_BYTES, 0))
    if not found.is_media:
        raise NotMedia(found=found.media_type)
    if not found.demuxers:
        raise UnknownDecoder(codec=found.media_type)
    named: list[str] = []
    with _container(file, found, limits, named) as container:
        if len(container.streams) > limits.streams:
            raise OverLimit(found=len(container.streams), what="streams", allowed=limits.streams)
        # Timestamps that the file does not give are derived where it is marked, not by the demuxer in silence.
        container.flags &= ~_GENERATE_PTS
        held = Opened(container=container, found=found, file=file, named_files=named)
        held.require_a_decoder()
        yield held


def _container(file: OneFile, found: magic.Magic, limits: Limits, named: list[str]) -> InputContainer:
    def refuse(name: str, _flags: int, _options: dict[str, str]) -> None:
        named.append(name[:200])
        raise PermissionError(name)

    try:
        return av.open(
            file,
            mode="r",
            buffer_size=_BUFFER_BYTES,
            metadata_errors="backslashreplace",
            io_open=refuse,
            options={
                "format_whitelist": ",".join(found.demuxers),
                "codec_whitelist": ",".join(sorted(DECODERS)),
                "protocol_whitelist": _NO_PROTOCOL,
                "max_streams": str(max(limits.streams + 1, _MOST_STREAMS)),
                "max_pixels": str(limits.picture_pixels),
            },
        )
    except av.FFmpegError as error:
        if found is magic.UNKNOWN:
            raise NotMedia(found="of no kind known here") from error
        raise Unreadable(why=reason(error)) from error
    except PermissionError as error:
        if not named:
            raise  # ours: the cell wanted something that it may not have
        raise Unreadable(why="it asks for another file") from error


def reason(error: BaseException) -> str:
    """FFmpeg's own words for what went wrong, without the name of a file."""
    return str(getattr(error, "strerror", "") or error).rstrip(".").lower()


def codec_name(stream: Stream) -> str:
    """The name of the stream's coding; `unknown` where FFmpeg knows none."""
    context = stream.codec_context
    return str(context.name) if context is not None else "unknown"


def _decodable(stream: Stream) -> bool:
    return stream.codec_context is not None and stream.codec_context.codec.name in DECODERS


def _is_attached(stream: Stream) -> bool:
    marks = Disposition.attached_pic | Disposition.timed_thumbnails
    return bool(stream.disposition & marks)


def ready_to_decode(stream: VideoStream | AudioStream, limits: Limits) -> None:
    """Set the stream's decoder up: its threads and its caps; before the first packet. Raises `OverLimit`."""
    context = stream.codec_context
    if isinstance(stream, VideoStream) and stream.width * stream.height > limits.picture_pixels:
        raise OverLimit(found=stream.width * stream.height, what="pixels in a picture", allowed=limits.picture_pixels)
    context.options = {"codec_whitelist": ",".join(sorted(DECODERS)), "max_pixels": str(limits.picture_pixels)}
    context.thread_count = limits.decode_threads
    context.thread_type = "AUTO"


def _note(faults: list[str], fault: str) -> None:
    if len(faults) < _MOST_FAULTS:
        faults.append(fault)


def ticks(stream: Stream) -> Fraction:
    """The stream's time base; raises `Unreadable` for a stream that has none."""
    if not stream.time_base:
        raise Unreadable(why="a stream has no time base")
    return stream.time_base
