"""Label Studio: one task; what the machine proposes is a prediction, what people accepted or corrected an annotation.

Regions lie on the timeline of an `Audio` tag, which plays the sound of a video as well, in seconds of the player's
clock: frames would need the table of frames. The labels that a project needs stand in the task's data as
`label_config`.
"""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import quoteattr

from probata.analysis.exports.lines import LABEL, Line, Told, before_zero, safe_lines

_LABELS, _TEXT, _TO = "labels", "transcription", "audio"


def write(track: Told) -> bytes:
    """A list of one task, as Label Studio imports it."""
    kinds = sorted({line.kind for line in track.lines})
    by_people = [line for line in track.kept if line.decision is not None]
    prediction: dict[str, Any] = {
        "model_version": f"{track.analyser} {track.version} ({LABEL})",
        "result": [region for line in track.lines for region in _regions(track, line, line.text)],
    }
    task: dict[str, Any] = {
        "data": {
            _TO: track.media_name,
            "label": LABEL,
            "about": [*track.about, *before_zero(track.lines, whole="and told at 0")],
            "origin_s": track.written_origin,
            "label_config": _config(kinds),
        },
        "predictions": [prediction],
    }
    if track.decisions:
        regions = [region for line in by_people for region in _regions(track, line, line.said)]
        task["annotations"] = [{"result": regions, "was_cancelled": False, "ground_truth": False}]
    text = json.dumps([task], sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode(errors="backslashreplace")


def _regions(track: Told, line: Line, said: str) -> list[dict[str, Any]]:
    place = {"start": max(0.0, round(float(line.start), 6)), "end": max(0.0, round(float(line.end), 6))}
    common = {
        "id": f"{track.analyser_in_name}-{line.number}",
        "to_name": _TO,
        "origin": "manual" if line.decision is not None else "prediction",
        "meta": {"text": [line.standing, line.exact]},
    }
    label: dict[str, Any] = {
        **common,
        "from_name": _LABELS,
        "type": "labels",
        "value": {**place, "labels": [line.kind]},
    }
    if line.score is not None:
        label["score"] = line.score
    shown = safe_lines(said)
    if not shown:
        return [label]
    return [label, {**common, "from_name": _TEXT, "type": "textarea", "value": {**place, "text": ["\n".join(shown)]}}]


def _config(kinds: list[str]) -> str:
    labels = "".join(f"<Label value={quoteattr(kind)}/>" for kind in kinds)
    return (
        f'<View><Labels name="{_LABELS}" toName="{_TO}">{labels}</Labels><Audio name="{_TO}" value="${_TO}"/>'
        f'<TextArea name="{_TEXT}" toName="{_TO}" perRegion="true" editable="true"/></View>'
    )
