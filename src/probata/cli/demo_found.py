"""What the demo's looks found, in plain words: what may be heard and read, each a candidate; and a search among it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from probata.cli import workspace
from probata.cli.search_verb import clock
from probata.terms.errors import ProbataError
from probata.terms.showing import shown, shown_in_a_line

_ASKED = "drawn-scene.mp4"
_MOST = 3


def tell(root: Path, say: Callable[[str], None]) -> None:
    """Say what may be heard and read in the drawn scene, and find a word of it; never that any of it is so."""
    workspace.open_workspace(root)

    from probata.analysis import selectors
    from probata.preservation import selectors as preservation

    found = next((item for item in preservation.items() if item.name == _ASKED), None)
    if found is None:
        return
    looks = selectors.current_looks(found.sha256)
    tracks = {name: selectors.track(look) for name, look in looks.items() if look.outcome == "found"}
    say(f"Machines propose of {_ASKED}, for a person to accept, correct or reject:")
    if count := tracks.get("shots", {}).get("count"):
        onsets = [entry["onset_s"] for entry in tracks["shots"]["entries"] if "onset_s" in entry]
        heard = ", ".join(f"{onset:.3f}" for onset in onsets[:8])
        say(f"  sounds that begin like a shot: {count['min']} to {count['max']}, at {heard} s")
    for name, what in (("speech", "said"), ("screen_text", "written")):
        for entry in tracks.get(name, {}).get("entries", [])[:_MOST]:
            say(f"  {what} at {entry['start_s']:.2f} s: {_words(entry)}")
    texts = [entry["text"] for name in ("speech", "screen_text") for entry in tracks.get(name, {}).get("entries", [])
             if entry.get("text")]  # fmt: skip
    words = [word for text in texts for word in re.findall(r"\w+", text) if word.isalpha()]
    if words:
        _search(max(words, key=len), say)


def _words(entry: dict[str, Any]) -> str:
    if entry.get("text"):
        return f"«{shown_in_a_line(entry['text'])}»"
    guess = entry["attributes"].get("guess", "")
    return f"perhaps «{shown_in_a_line(guess)}» (doubtful)" if guess else "a voice, no word made out"


def _search(word: str, say: Callable[[str], None]) -> None:
    from probata.search import selectors

    try:
        answer = selectors.hits(word, limit=_MOST)
    except ProbataError as error:
        say(f"  search: {error.message}")
        return
    say(f"Searching “{shown(word)}” among {answer.passages} texts of {answer.items} items:")
    for hit in answer.hits:
        when = "the whole" if hit.shown_s is None else clock(hit.shown_s)
        say(f"  {hit.item[:8]}  {when}  {hit.how.told}: {shown_in_a_line(hit.text)}")
