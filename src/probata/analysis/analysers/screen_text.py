"""Text on the pictures: what may be written there, from which picture to which, and where."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from probata.analysis.screen_text import captions, scripts, tesseract
from probata.analysis.screen_text.captions import Caption, Line
from probata.analysis.seam import About, Draft, Entry, Parameter
from probata.engines import settings, weights
from probata.engines.weights import TEXT
from probata.media.passes import Consumer, Outcome, PassResult
from probata.terms.digests import Sha256, sha256

_NAME, _TARGET = "read", "probata.analysis.jailed.reading:Reader"
_PREFIX = "TESSDATA_PREFIX"
_FOLDERS = "/usr/share/tesseract-ocr/*/tessdata", "/usr/share/tessdata", "/usr/local/share/tessdata"
_PACKAGES = {
    "rus": "tesseract-ocr-rus",
    "ukr": "tesseract-ocr-ukr",
    "eng": "tesseract-ocr-eng",
    "ara": "tesseract-ocr-ara",
}
_MOST_DATA_BYTES = 64 << 20
_NOTE = (
    "what is told was read by a machine from pictures: look at the picture that is named before citing a text; "
    "writing in other scripts, by hand, or aslant is found at best and not read"
)


class _Read(msgspec.Struct):
    """All that was read, checked on this side of the jail."""

    lines: list[Line]
    time_base: Fraction
    pictures: int
    detections: int
    skipped: int
    reads: int
    unread: int
    left_out: int
    reader: str


class ScreenText:
    """Reads text on the pictures in Cyrillic, Latin and Arabic script: one entry a caption, with its span and place."""

    def __init__(self) -> None:
        self._given = settings.given_weights(TEXT.name)
        self._data = _data()
        self._lacking = "; ".join(filter(None, (weights.lacking(TEXT, self._given), _without(self._data))))
        self._bytes: dict[str, bytes] = {}

    @property
    def about(self) -> About:
        """The digests of the detector and of every language's data are part of it, and the versions of what runs."""
        able = not self._lacking
        return About(
            name="screen_text",
            version="1",
            promise="Text on the pictures in Cyrillic, Latin and Arabic script: when, where, and a reading of it.",
            kinds=("visible_text",),
            watches=("pictures",),
            parameters=(
                Parameter(name="every_s", means="how often the detector looks for new text", default=0.8, unit="s"),
                Parameter(
                    name="still_s",
                    means="how often it looks while no part of the picture changes",
                    default=10.0,
                    unit="s",
                ),
                Parameter(name="confidence", means="below this, 0 to 1, a reading is doubtful", default=0.6),
                Parameter(
                    name="gap_s",
                    means="the same text at the same place is one after so long a gap",
                    default=1.0,
                    unit="s",
                ),
            ),
            needs=("ocr",),
            weights={TEXT.name: self._digest(), **self._of_data()} if able else {},
            tools={**weights.versions(TEXT), "tesseract": _library()} if able else {},
            lacking=self._lacking,
        )

    def consumers(self, parameters: Mapping[str, Any]) -> Sequence[Consumer]:
        """One consumer reads; the detector's weights and the reader's data go into the jail with it, as bytes."""
        detector = weights.read(TEXT, self._given)
        told = {
            "detector": next(iter(detector.files.values())),
            "languages": self._languages(),
            "every_s": float(parameters["every_s"]),
            "still_s": float(parameters["still_s"]),
            "confidence": float(parameters["confidence"]),
        }
        return (Consumer(name=_NAME, target=_TARGET, parameters=told),)

    def track(self, outcomes: Mapping[str, Outcome], seen: PassResult, parameters: Mapping[str, Any]) -> Draft:
        """One entry a caption, in order of time; a doubtful reading is a guess beside the entry and not its text."""
        outcome = outcomes[_NAME]
        if outcome.outcome == "could_not_look":
            return Draft(outcome="could_not_look", why=outcome.why)
        if outcome.result is None:
            there = seen.facts.video_stream is not None
            why = "the pictures cannot be decoded" if there else "there are no pictures in the footage"
            return Draft(outcome="could_not_look", why=why)
        read = outcome.result_as(_Read)
        told = captions.joined(read.lines, read.time_base, gap_s=float(parameters["gap_s"]), pictures=read.pictures)
        entries = tuple(_entry(one, read.time_base) for one in told)
        return Draft(
            outcome="found" if entries else "nothing_found",
            why=_why(read, entries),
            entries=entries,
            more={
                "text": {
                    "captions": len(entries),
                    "doubtful": sum(entry.text is None for entry in entries),
                    "pictures": read.pictures,
                    "detector_looked_at": read.detections,
                    "lines_left_out": read.left_out + read.unread,
                    "reader": f"Tesseract {read.reader}",
                },
                "note": _NOTE,
            },
        )

    def _digest(self) -> Sha256:
        return TEXT.sha256 if self._given is None else self._given.sha256

    def _languages(self) -> dict[str, bytes]:
        # Read once: what is digested is what is used.
        if not self._bytes:
            self._bytes = {language: path.read_bytes() for language, path in self._data.items()}
        return self._bytes

    def _of_data(self) -> dict[str, Sha256]:
        return {
            f"tessdata/{language}": sha256(hashlib.sha256(data).hexdigest())
            for language, data in self._languages().items()
        }


def _data() -> dict[str, Path]:
    """Where the system keeps what Tesseract knows of each language."""
    named = os.environ.get(_PREFIX)
    folders = [Path(named), Path(named) / "tessdata"] if named else []
    for pattern in _FOLDERS:
        root = Path(pattern.split("*", maxsplit=1)[0])
        rest = pattern[len(str(root)) + 1 :]
        folders += sorted(root.glob(rest), reverse=True) if "*" in pattern else [root]
    found = {}
    for language in scripts.SCRIPTS:
        there = [path for folder in folders if (path := folder / f"{language}.traineddata").is_file()]
        if there and there[0].stat().st_size <= _MOST_DATA_BYTES:
            found[language] = there[0]
    return found


def _library() -> str:
    """The name of the library's file, which ends with its version; empty where there is none."""
    path = tesseract.where()
    return path.name if path is not None else ""


def _without(data: Mapping[str, Path]) -> str:
    wanting = [package for language, package in _PACKAGES.items() if language not in data]
    if not _library():
        wanting.insert(0, "tesseract-ocr")
    return f"Tesseract is not whole here: apt-get install {' '.join(wanting)}" if wanting else ""


def _why(read: _Read, entries: Sequence[Entry]) -> str:
    if not entries:
        return f"no text was seen on {read.pictures} pictures; the detector looked at {read.detections} of them"
    return "" if any(entry.text for entry in entries) else "text may be there; no reading of it is sure enough to tell"


def _entry(one: Caption, time_base: Fraction) -> Entry:
    return Entry(
        kind="visible_text",
        start_pts=one.start_pts,
        end_pts=max(one.start_pts, one.end_pts),
        time_base=time_base,
        score=round(min(1.0, max(0.0, one.confidence)), 4),
        text=None if one.doubts else one.text,
        box=one.box,
        attributes=one.attributes(),
    )
