"""What machines tell, in the language of the page: their own names, the kinds of what they find, and why they doubt.

Records keep their sentences as a machine wrote them, in English. Those that are known here are told in the reader's
language, numbers in their place; any other is shown as it is recorded.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext

from probata.analysis.observations import ObservationKind

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?%?")
_FIELDS = ("a", "b", "c")

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

# Reasons and doubts as analysers write them, each number replaced by a field.
_WORDS = {
    "shots": {
        "unsure": "%(a)s may be something else",
        "crackle": "%(a)s may be something else among fireworks",
        "echo": "%(a)s may be an echo",
        "echoes": "%(a)s may be echoes",
        "one_doubtful": "%(a)s is doubtful",
        "doubtful": "%(a)s are doubtful",
        "burst": "one burst is marked and not counted inside",
        "bursts": "%(a)s bursts are marked and not counted inside",
        "plain": "each stands out plainly",
        "none": "none was heard",
        "no_sound": "no sound",
        "all_doubtful": "all that was found is doubtful",
        "silent": "the sound is silent throughout, %(a)s s",
        "nothing": "nothing begins like a shot in %(a)s s of sound",
        "sudden": "%(a)s sounds begin suddenly",
        "possible_echo": "possible echo of an earlier sound",
        "fireworks": "fireworks are heard around it",
        "little": "little speaks for it",
        "as_well": "it may as well be a firework or a backfire",
        "hardly": "it hardly stands out of what is heard behind it",
        "in_burst": "a burst: not counted inside",
    },
    "speech": {
        "no_speech": "the model holds it to be no speech (%(a)s)",
        "unsure": "the model is unsure of what it wrote (log probability %(a)s)",
        "repeats": "it repeats itself (compression ratio %(a)s)",
        "unlikely": "its words are unlikely (mean probability %(a)s)",
        "language": "its language is unclear: the one that it was written in is likely by %(a)s only",
        "voiced": "a voice is heard in %(a)s of its time only",
        "letters": "it has %(a)s letters in %(b)s s: more than can be said",
        "subtitles": "it is a phrase of subtitles, which such models add where nothing is said",
    },
    "looked": {
        "no_pictures": "there are no pictures in the footage",
        "no_sound": "there is no sound in the footage",
        "neither": "there are neither pictures nor sound in it",
        "pictures": "the pictures cannot be decoded",
        "sound": "the sound cannot be decoded",
        "no_face": "no face was seen in %(a)s pictures",
        "four_ways": "the detector looked at %(a)s of them, four ways each",
        "no_text": "no text was seen on %(a)s pictures",
        "of_them": "the detector looked at %(a)s of them",
        "unread": "text may be there",
        "not_sure": "no reading of it is sure enough to tell",
        "no_change": "no change of scene in %(a)s pictures",
        "rejected": "all that was found was rejected",
    },
    "file": {
        "container": "container",
        "cut_short": "cut short",
        "past": "its own index names bytes past its end",
        "asked": "asked for another file",
        "video": "stream %(a)s, video",
        "audio": "stream %(a)s, audio",
        "data": "stream %(a)s, data",
        "subtitle": "stream %(a)s, subtitle",
        "channels": "%(a)s channels",
        "hidden": "%(a)s packets hidden by an edit list",
        "turned": "turned %(a)s°",
        "mirrored": "mirrored",
        "bit": "%(a)s bit",
    },
}

_KNOWN = frozenset(one for table in _WORDS.values() for one in table.values())


def called(code: str) -> str:
    """A code as words: `face_to_mask` → face to mask; one that nobody knows here is told as it is."""
    words = WORDS.get(code, code.replace("_", " "))
    return gettext(words) if words else ""


def codes() -> dict[str, str]:
    """Every known code with its words, for scripts that draw and say them."""
    kinds = {kind.value: kind.value.replace("_", " ") for kind in ObservationKind}
    return {code: gettext(words) for code, words in (kinds | WORDS).items()}


def in_words(stored: str) -> str:
    """What a machine wrote, part by part where it is known here; `2–3: 1 may be something else; 2 are doubtful`."""
    if not stored:
        return ""
    whole = _known(stored)
    return whole if whole is not None else "; ".join(_known(part) or part for part in stored.split("; "))


def _known(part: str) -> str | None:
    if part in _KNOWN:
        return gettext(part)
    figures: dict[str, str] = {}

    def field(found: re.Match[str]) -> str:
        name = _FIELDS[len(figures)] if len(figures) < len(_FIELDS) else ""
        figures[name] = found.group()
        return f"%({name})s"

    template = _NUMBER.sub(field, part)
    return gettext(template) % figures if template in _KNOWN else None
