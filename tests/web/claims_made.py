"""Makers for the tests of the claims screens: parties, propositions, assertions, and an article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from probata.claims import services
from probata.claims.assertions import Assertion
from probata.claims.parties import Party
from probata.claims.propositions import Proposition

if TYPE_CHECKING:
    from pathlib import Path

    from probata.custody.entries import Signer

HOSTILE = "<script>alert(1)</script>"
ARTICLE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Shots near the mill - The Lantern</title>
<meta property="og:site_name" content="The Lantern">
<meta property="article:published_time" content="2031-10-14T18:20:00+03:00">
<script>document.title = "owned"; fetch("http://elsewhere.invalid/")</script></head>
<body><nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>Shots near the mill</h1>
<p onclick="alert(1)">The Hill Ministry said on Monday that three shots were fired near the mill.</p>
<p>The Hill Ministry denied that its soldiers had fired the shots. <img src=x onerror="alert(2)"></p>
<p>Two residents, who asked not to be named, said that they heard &lt;script&gt;alert(3)&lt;/script&gt; shots.</p>
<p>A witness said that it was \u202egnorw\u202c loud near the mill.</p>
</article><footer>All rights reserved</footer></body></html>
"""


def party(actor: Signer, name: str, kind: str = "outlet", language: str = "en") -> str:
    """The id of a party of that name."""
    told = {"kind": kind, "naming": "named", "names": [{"text": name, "language": language}]}
    return services.add_party(Party.from_json(told), actor=actor).id


def stated(actor: Signer, statement: str, **more: Any) -> str:
    """The id of a proposition."""
    told = {"type": "occurred", "statement": statement, **more}
    return services.add_proposition(Proposition.from_json(told), actor=actor).id


def says(actor: Signer, proposition: str, speaker: str, words: str, stance: str = "alleges", **more: Any) -> str:
    """The id of an assertion."""
    language = more.pop("language", "en")
    told = {
        "proposition": proposition,
        "speaker": speaker,
        "stance": stance,
        "words": {"text": words, "language": language},
        **more,
    }
    return services.add_assertion(Assertion.from_json(told), actor=actor).id


def preserved(actor: Signer, folder: Path, text: str = ARTICLE, name: str = "article.html") -> str:
    """The digest of an article that the workspace preserves."""
    from probata.capture import services as capture

    path = folder / name
    path.write_text(text, encoding="utf-8")
    (outcome,) = capture.add(str(path), actor=actor, reason="acquired for a test")
    assert outcome.acquired is not None
    return str(outcome.acquired.sha256)
