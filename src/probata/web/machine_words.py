"""What machines are called, and the kinds of what they find, in the language of the page; their reasons: `reasons`."""

from __future__ import annotations

from django.utils.translation import gettext

from probata.analysis.observations import ObservationKind

# Codes of analysers and of what they find, of what may be odd about a frame, of what a file is and what was made of it.
WORDS = {
    "shots": "shots",
    "faces": "faces",
    "scenes": "scenes",
    "screen_text": "screen text",
    "speech": "speech",
    "frames": "frames",
    "voice": "voice",
    "doubtful_speech": "doubtful speech",
    "visible_text": "visible text",
    "face_to_mask": "face to mask",
    "impulsive_sound": "impulsive sound",
    "impulsive_burst": "impulsive burst",
    "doubtful_impulse": "doubtful impulse",
    "cut": "cut",
    "part_changed": "part changed",
    "dissolve": "dissolve",
    "fade": "fade",
    "black": "black",
    "shot": "shot",
    "echo": "echo",
    "firework": "firework",
    "backfire": "backfire",
    "door": "door",
    "clap": "clap",
    "hammer": "hammer",
    "dropped_object": "dropped object",
    "other": "other",
    "candidate": "candidate",
    "accepted": "accepted",
    "corrected": "corrected",
    "rejected": "rejected",
    "derived": "derived",
    "out_of_order": "out of order",
    "damaged": "damaged",
    "facts": "facts",
    "pts_table": "pts table",
    "peaks": "peaks",
    "contact_sheet": "contact sheet",
    "redacted": "redacted",
    "unknown": "unknown",
}


def called(code: str) -> str:
    """A code as words: `face_to_mask` → face to mask; one that nobody knows here is told as it is."""
    words = WORDS.get(code, code.replace("_", " "))
    return gettext(words) if words else ""


def codes() -> dict[str, str]:
    """Every known code with its words, for scripts that draw and say them."""
    kinds = {kind.value: kind.value.replace("_", " ") for kind in ObservationKind}
    return {code: gettext(words) for code, words in (kinds | WORDS).items()}
