"""Tracks for other people's tools: subtitles, ELAN, Label Studio and plain JSON; always the same bytes for a track.

A track is taken as `analyse --json` prints it, from a file as well as from the record. What a machine proposes is
labelled so wherever a format can say it; what people decided of it is told where it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final

from attrs import frozen

from probata.analysis.exports import eaf, labelstudio, plain, subtitles
from probata.analysis.exports.lines import LABEL, Decision, Told, told
from probata.terms.errors import UsageError

__all__ = ["FORMATS", "LABEL", "Decision", "UnknownFormat", "export"]


class UnknownFormat(UsageError):
    """A track was asked for in a format that nobody writes here."""

    code = "unknown_format"
    template = "Tracks are not written as {format}."
    advice = "Choose one of vtt, srt, json, eaf and labelstudio."


@frozen(kw_only=True)
class _Format:
    suffix: str
    media_type: str
    write: Callable[[Told], bytes]


_FORMATS: Final = {
    "vtt": _Format(suffix=".vtt", media_type="text/vtt", write=subtitles.vtt),
    "srt": _Format(suffix=".srt", media_type="application/x-subrip", write=subtitles.srt),
    "json": _Format(suffix=".json", media_type="application/json", write=plain.write),
    "eaf": _Format(suffix=".eaf", media_type="application/xml", write=eaf.write),
    "labelstudio": _Format(suffix=".labelstudio.json", media_type="application/json", write=labelstudio.write),
}
FORMATS = tuple(_FORMATS)


def export(
    untrusted_track: object,
    format: str,  # noqa: A002  the word of the trade
    *,
    media_name: str,
    decisions: Iterable[Decision] = (),
    origin_s: Fraction | None = None,
) -> tuple[str, str, bytes]:
    """A track as a file of another tool: the end of its name, its media type, and its bytes.

    `media_name` is the name of the footage that the tool shall look for beside the file; folders in it are dropped.
    `origin_s` is the time of the file at which a player's clock says 0: what is shown counts from there, and ticks stay
    the file's own. Where it is not known (None) times are the file's own as well, and the notes say so.
    The end of the name holds the analyser and says that the file comes of a machine. Raises `UnknownFormat`, and
    `InvalidValue` for what is no track.
    """
    chosen = _FORMATS.get(format)
    if chosen is None:
        raise UnknownFormat(format=format)
    track = told(untrusted_track, media_name=media_name, decisions=decisions, origin_s=origin_s)
    return f".{track.analyser_in_name}.machine-candidate{chosen.suffix}", chosen.media_type, chosen.write(track)
