"""Subtitles: WebVTT (W3C) and SubRip.

Each cue says on a line of its own how it stands, since a player shows nothing else; being a line of its own, it leaves
the direction of the words below to the words. Rejected lines are left out. Times are on the player's clock, to the
nearest millisecond; in WebVTT the exact ticks of the file stand in the name of each cue.
"""

from __future__ import annotations

from collections.abc import Iterator

from probata.analysis.exports.lines import Line, Told, before_zero, in_ms, safe_lines

# SubRip has no way to escape: what players take for tags or for an arrow is written with signs that look alike.
_NO_TAGS = str.maketrans({"<": "‹", ">": "›", "{": "❴", "}": "❵"})


def vtt(track: Told) -> bytes:
    """WebVTT: notes first, then a cue for each line, named by its place in the track and its exact ticks."""
    blocks = ["WEBVTT", *(f"NOTE\n{_escaped(line)}" for line in (*track.about, *_early(track)))]
    for line, start, end in _timed(track):
        cue = [
            f"{_escaped(line.kind)}:{line.number} {line.exact}",
            f"{_clock(start, '.')} --> {_clock(end, '.')}",
            *(_escaped(one) for one in _shown(line)),
        ]
        blocks.append("\n".join(cue))
    return ("\n\n".join(blocks) + "\n").encode()


def srt(track: Told) -> bytes:
    """SubRip: a cue for each line; the format has no place for notes, and none is smuggled in as a cue."""
    blocks = []
    for number, (line, start, end) in enumerate(_timed(track), 1):
        shown = [one.translate(_NO_TAGS) for one in _shown(line)]
        blocks.append("\n".join([str(number), f"{_clock(start, ',')} --> {_clock(end, ',')}", *shown]))
    return "".join(f"{block}\n\n" for block in blocks).encode()


def _timed(track: Told) -> Iterator[tuple[Line, int, int]]:
    for line in track.kept:
        if (place := in_ms(line)) is not None:
            yield line, *place


def _early(track: Told) -> list[str]:
    return before_zero(track.kept, whole="where no cue can stand")


def _shown(line: Line) -> list[str]:
    return [f"[{' '.join(safe_lines(line.standing))}]", *(safe_lines(line.said) or ["(nothing that shows)"])]


def _escaped(untrusted_text: str) -> str:
    """The text as a cue or a note may hold it, in one line; with no `>`, there is no arrow either."""
    one = " ".join(safe_lines(untrusted_text))
    return one.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(ms: int, point: str) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"
