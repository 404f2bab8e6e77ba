"""A proposal that a person takes over as an assertion: as it was read, or with what they corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from probata.claims.assertions import Assertion
from probata.terms.text import made_safe


def taken(
    proposed: Mapping[str, Any],
    *,
    proposition: str,
    speaker: str,
    via: Sequence[str] = (),
    stance: str = "",
    words: str = "",
    language: str = "",
) -> Assertion:
    """The assertion that comes of a proposal as `telling` tells it; what else is given replaces what was read.

    `proposition`, `speaker` and `via` are record ids: a machine reads names, a person says who bears them. Raises
    `InvalidValue` for what is none.
    """
    return Assertion.from_json(
        {
            "proposition": proposition,
            "stance": stance or proposed["stance"],
            "speaker": speaker,
            "speaker_role": made_safe(proposed["speaker_role"]) if proposed["speaker_role"] else None,
            "words": {
                "text": made_safe(words or proposed["text"]),
                "language": language or proposed["language"] or "und",
            },
            "via": list(via),
            "hedges": [made_safe(hedge) for hedge in proposed["hedges"]],
            "made_at": proposed.get("made_at"),
        }
    )
