"""What each kind of relation says, in words: as a title with a sentence, and as a phrase between two names."""

from __future__ import annotations

from probata.copies.relations import Kind, Relation

SAID: dict[Kind, tuple[str, str]] = {
    "same_bytes": ("A and B are the same file", "Every byte of the two is the same."),
    "copy": ("A and B are copies of one recording", "All of A was found in B, and all of B in A."),
    "excerpt_of": ("A is an excerpt of B", "All of A was found in B; B holds more."),
    "contains": ("A contains B", "All of B was found in A; A holds more."),
    "overlaps": ("A and B overlap", "Part of A was found in B; each also holds what the other does not."),
    "same_audio_other_picture": (
        "A and B share sound and not pictures",
        "The sound agrees; by pictures nothing that they share was proved.",
    ),
    "same_picture_other_audio": (
        "A and B share pictures and not sound",
        "The pictures agree; both have sound, and it is not the same.",
    ),
    "same_scene_other_camera": (
        "A and B show one moment from two cameras",
        "The moments are the same; the pictures were taken from different places.",
    ),
    "same_scene_moment_unproven": (
        "A and B show the same scene; that it is the same moment is not proved",
        "Places of one picture lie as they lie in the other. The same place filmed at another time looks so too.",
    ),
    "related_not_same": ("A and B are related and not the same", "Something agrees, and it is no proof of a copy."),
}
_FAINT = ("Some sound is alike in A and B, which proves little", "The reasons say why it proves little.")
IS: dict[Kind, str] = {
    "same_bytes": "is, byte by byte,",
    "copy": "is a copy of",
    "excerpt_of": "is an excerpt of",
    "contains": "contains",
    "overlaps": "overlaps with",
    "same_audio_other_picture": "has the sound, and not the pictures, of",
    "same_picture_other_audio": "has the pictures, and not the sound, of",
    "same_scene_other_camera": "shows, from another camera, the moment of",
    "same_scene_moment_unproven": "shows the scene, at a moment that is not proved, of",
    "related_not_same": "is related to, and not the same as,",
}
"""What stands between the names of A and B."""


def said(relation: Relation) -> tuple[str, str]:
    """What a relation says, as a title and as a sentence."""
    return _FAINT if is_faint(relation) else SAID[relation.kind]


def is_faint(relation: Relation) -> bool:
    """Whether it rests on sound that agrees too weakly to prove anything."""
    return any(reason.code == "weak_sound" for reason in relation.why)
