"""The verifier as one static page: `verify.html`, put together from the files beside this one.

The page holds everything it needs and may load nothing: its content security policy names the digest of its one script
and its one style, and allows no other source.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

SCRIPTS = (
    "canonical.js",
    "sha256.js",
    "ed25519.js",
    "merkle.js",
    "notes.js",
    "timestamps.js",
    "opening.js",
    "shapes.js",
    "layers.js",
    "page.js",
)


def verify_page() -> bytes:
    """The complete page, UTF-8; the same bytes from the same version."""
    here = files(__name__)
    script = "\n".join(['"use strict";', *(here.joinpath(name).read_text("utf-8") for name in SCRIPTS)])
    style = here.joinpath("page.css").read_text("utf-8")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_digest(script)}'",
            f"style-src '{_digest(style)}'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    page = here.joinpath("page.html").read_text("utf-8")
    return page.replace("{policy}", policy).replace("{style}", style).replace("{script}", script).encode()


def _digest(text: str) -> str:
    """A source expression by digest, W3C Content Security Policy Level 3, section 2.3.1."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
