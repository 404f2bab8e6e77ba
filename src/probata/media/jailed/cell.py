"""The program of a cell: one request about one file, answered or failed, in words that the parent checks."""

from __future__ import annotations

import gc

import av
import av.audio.codeccontext
import av.audio.stream
import av.subtitles.codeccontext
import av.subtitles.stream
import av.video.codeccontext
import av.video.reformatter
import av.video.stream
import msgspec
import PIL.Image
import PIL.PngImagePlugin
import PIL.TiffImagePlugin
import PIL.WebPImagePlugin

from probata.engines.sandbox.channel import Channel, Closed
from probata.engines.sandbox.nursery import Seal
from probata.media import wire
from probata.media.errors import DecoderConfused, Unreadable
from probata.media.jailed import contact, looking, peaks, showing, skimming, watching
from probata.media.jailed.opening import opened, reason
from probata.terms.errors import ProbataError

_MOST_REQUEST_BYTES = 1 << 30

# PyAV and Pillow look some of their parts up late, when a cell can no longer read any file: they are named here, and
# so is what most passes need, which every cell then has from the nursery.
_NEEDED_LATER = (
    av.audio.codeccontext,
    av.audio.stream,
    av.subtitles.codeccontext,
    av.subtitles.stream,
    av.video.codeccontext,
    av.video.reformatter,
    av.video.stream,
    PIL.PngImagePlugin,
    PIL.TiffImagePlugin,
    PIL.WebPImagePlugin,
    contact,
    peaks,
)

PIL.Image.preinit()
gc.freeze()  # what the nursery made is left alone by every cell's collector, and stays shared memory


def serve(line: Channel, seal: Seal) -> None:
    """Take the request, give up the last powers, look, answer."""
    request: wire.Request = wire.decode(line.receive(most_bytes=_MOST_REQUEST_BYTES), wire.Request)
    try:
        _answer(request, line, seal)
    except ProbataError as error:
        failure = wire.as_failure(error)
    except av.FFmpegError as error:
        failure = wire.as_failure(Unreadable(why=reason(error)))
    except MemoryError:
        raise  # the nursery's status for it tells the parent
    except Closed:
        raise  # nobody is left to answer
    except Exception as error:  # noqa: BLE001  the edge of a process: a fault of ours is a stated outcome too
        failure = wire.as_failure(DecoderConfused(why=f"{type(error).__name__}: {error}"[:500]))
    else:
        return
    line.send(wire.encode(failure))


def _answer(request: wire.Request, line: Channel, seal: Seal) -> None:
    if isinstance(request, wire.Look):
        with opened(seal(), request.limits) as file:
            answer: object = looking.facts_of(file, looking.first_picture(file, request.limits))
    elif isinstance(request, wire.Watch):
        consumers = watching.attendants(request.consumers)
        answer = watching.watched(seal(), request.limits, consumers, lambda progress: line.send(wire.encode(progress)))
    elif isinstance(request, wire.Skim):
        consumers = watching.attendants(request.consumers)
        answer = skimming.skimmed(seal(), request, consumers, lambda progress: line.send(wire.encode(progress)))
    else:
        showing.serve_stills(request, line, seal)
        return
    line.send(wire.encode(wire.Done(answer=msgspec.Raw(wire.encode(answer)))))
