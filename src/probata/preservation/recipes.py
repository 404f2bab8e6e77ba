"""A recipe says how a rendition was made, so that it can be made again and cited: its digest is its name."""

from __future__ import annotations

import hashlib

from probata.custody.canonical import Record, canonical
from probata.terms.digests import Sha256


def digest_of(recipe: Record) -> Sha256:
    """The SHA-256 of a recipe's canonical JSON (RFC 8785): the same recipe, the same name."""
    return Sha256(hashlib.sha256(canonical(recipe)).hexdigest())
