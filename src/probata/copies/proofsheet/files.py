"""What a sheet says of each file: its name, its bytes, how long it runs, what it holds."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import frozen

from probata.copies.compare import digest_of
from probata.copies.extract import Extract
from probata.copies.proofsheet.telling import clock
from probata.terms.showing import shown


@frozen(kw_only=True)
class FileFacts:
    """One file, as identified by its bytes; the name alone is kept of its path."""

    name: str
    sha256: str
    size_bytes: int
    media_type: str
    from_s: Fraction
    to_s: Fraction
    pictures: str
    sound: str

    @classmethod
    def of(cls, path: Path, extract: Extract, *, name: str = "") -> FileFacts:
        """Read from the file and from what was seen of it; `name` where it is called otherwise than its path ends."""
        facts = extract.facts
        return cls(
            name=shown(name or path.name),
            sha256=digest_of(path),
            size_bytes=facts.size_bytes,
            media_type=facts.media_type,
            from_s=extract.from_s,
            to_s=extract.to_s,
            pictures=_pictures(extract),
            sound=_sound(extract),
        )

    @property
    def runs(self) -> str:
        """From when to when it runs."""
        return f"{clock(self.from_s)} – {clock(self.to_s)}"

    def as_json(self) -> dict[str, Any]:
        """The file as plain data."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "size_bytes": self.size_bytes,
            "media_type": self.media_type,
            "from_s": round(float(self.from_s), 6),
            "to_s": round(float(self.to_s), 6),
            "pictures": self.pictures,
            "sound": self.sound,
        }


def _pictures(extract: Extract) -> str:
    stream = extract.facts.video_stream
    if stream is None or stream.picture is None or extract.views is None:
        return "none"
    picture = stream.picture
    turned = f", turned by {picture.turned_degrees:g} degrees to be shown" if picture.turned_degrees else ""
    rate = f", {float(stream.average_rate):.5g} a second on average" if stream.average_rate else ""
    return f"{picture.width_px} × {picture.height_px}{rate}, {stream.codec}{turned}"


def _sound(extract: Extract) -> str:
    stream = extract.facts.sound_stream
    if stream is None or stream.sound is None or extract.sound is None:
        return "none"
    return f"{stream.sound.rate_hz} Hz, {stream.sound.layout}, {stream.codec}"
