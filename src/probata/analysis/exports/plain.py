"""Plain JSON: the track as it is, in the contract of `analyse`, with its keys in order and nothing added between.

Its times are the file's own; `origin_s` beside it says at which of them a player's clock says 0, where that is known.
"""

from __future__ import annotations

import json

from probata.analysis.exports.lines import LABEL, Told
from probata.terms.errors import InvalidValue


def write(track: Told) -> bytes:
    """One object of `probata/analyse/1` with one track; beside it the label, the footage's name and the decisions."""
    whole = {
        "schema": "probata/analyse/1",
        "label": LABEL,
        "media": track.media_name,
        "origin_s": track.written_origin,
        # Where the file stood on somebody's machine is no part of what was seen in it.
        "tracks": [{key: value for key, value in track.untrusted.items() if key != "path"}],
        "decisions": [one.as_json() for one in track.decisions],
    }
    try:
        text = json.dumps(whole, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise InvalidValue(what="A track", why=f"it holds what JSON cannot say: {error}") from error
    # A lone surrogate has no bytes in UTF-8; JSON's own escape says it.
    return f"{text}\n".encode(errors="backslashreplace")
