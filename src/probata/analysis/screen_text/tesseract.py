"""Tesseract as a library, called through its C interface: no program is started, so that it runs in a sealed cell.

The library is loaded while code can still be read; what it knows of a language comes as bytes whose digest is known,
and is parsed when that language is first asked for. Source: tesseract/capi.h of version 5.
"""

from __future__ import annotations

import ctypes
import os
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from probata.analysis.screen_text.scripts import Word

LIBRARY = "libtesseract.so.5"
_LSTM_ONLY = 1  # OEM_LSTM_ONLY
ONE_LINE, SPARSE = 7, 11  # PSM_SINGLE_LINE, PSM_SPARSE_TEXT
_DPI = 150
_A_WORD = "5"


class NoTesseract(Exception):
    """The library is not here, or does not answer as version 5 does."""


class NotRead(Exception):
    """The library was given a picture and failed."""


@frozen(kw_only=True)
class Reading:
    """What it made of one line: the text, and how sure it is, from 0 to 1."""

    text: str
    confidence: float
    words: tuple[Word, ...] = ()


class Tesseract:
    """Reads pictures of one line, in any of the languages that it was given."""

    def __init__(self, languages: Mapping[str, bytes]) -> None:
        self._library = loaded()
        self._languages = dict(languages)
        self._ready: dict[str, int] = {}

    @property
    def version(self) -> str:
        """The library's own version."""
        return version(self._library)

    def read(self, line: NDArray[np.uint8], language: str, *, mode: int = ONE_LINE) -> Reading:
        """Read a grey picture of one line, dark text on light ground; raises `NotRead`."""
        handle, call = self._handle(language), self._library
        grey = np.ascontiguousarray(line, np.uint8)
        call.TessBaseAPISetPageSegMode(handle, mode)
        call.TessBaseAPISetImage(handle, grey.ctypes.data, grey.shape[1], grey.shape[0], 1, grey.shape[1])
        call.TessBaseAPISetSourceResolution(handle, _DPI)
        if call.TessBaseAPIRecognize(handle, None):
            raise NotRead(f"Tesseract failed on a picture of {grey.shape[1]} x {grey.shape[0]}")
        text, table = (
            self._taken(call.TessBaseAPIGetUTF8Text(handle)),
            self._taken(call.TessBaseAPIGetTsvText(handle, 0)),
        )
        sure = call.TessBaseAPIMeanTextConf(handle)
        call.TessBaseAPIClear(handle)
        call.TessBaseAPIClearAdaptiveClassifier(handle)
        return Reading(text=" ".join(text.split()), confidence=min(1.0, max(0.0, sure / 100)), words=_words(table))

    def _taken(self, told: int | None) -> str:
        if not told:
            return ""
        text = ctypes.string_at(told).decode("utf-8", "replace")
        self._library.TessDeleteText(told)
        return text

    def _handle(self, language: str) -> int:
        if language not in self._ready:
            data = self._languages[language]
            handle = self._library.TessBaseAPICreate()
            told = self._library.TessBaseAPIInit5(
                handle, data, len(data), language.encode(), _LSTM_ONLY, None, 0, None, None, 0, 0
            )
            if told:
                raise NoTesseract(f"Tesseract does not take its data for {language}")
            self._ready[language] = handle
        return self._ready[language]


def _words(table: str) -> tuple[Word, ...]:
    """The words of a table as it tells them: level, five numbers of order, left, top, width, height, sure, text."""
    rows = [row.split("\t") for row in table.splitlines()]
    return tuple(
        Word(
            text=row[11],
            confidence=min(1.0, max(0.0, float(row[10]) / 100)),
            left=int(row[6]),
            right=int(row[6]) + int(row[8]),
        )
        for row in rows
        if len(row) > 11 and row[0] == _A_WORD and row[11].strip()
    )


def loaded() -> ctypes.CDLL:
    """The library with its calls typed; raises `NoTesseract`."""
    os.environ["OMP_THREAD_LIMIT"] = "1"  # it would start a thread a core for every line
    try:
        library = ctypes.CDLL(LIBRARY)
        _typed(library)
    except (OSError, AttributeError) as error:
        raise NoTesseract(f"{LIBRARY} cannot be loaded: {error}"[:200]) from error
    return library


def where() -> Path | None:
    """The library's file, where systems keep it; its name ends with its version. Nothing is loaded."""
    folders = [f"/usr/lib/{sysconfig.get_config_var('MULTIARCH')}", "/usr/lib64", "/usr/lib", "/usr/local/lib"]
    for folder in folders:
        path = Path(folder) / LIBRARY
        if path.is_file():
            return path.resolve()
    return None


def version(library: ctypes.CDLL) -> str:
    """The version of a loaded library."""
    return str(library.TessVersion().decode())


def _typed(library: ctypes.CDLL) -> None:
    handle, number, text = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
    for name, gives, takes in (
        ("TessVersion", text, []),
        ("TessBaseAPICreate", handle, []),
        (
            "TessBaseAPIInit5",
            number,
            [handle, text, number, text, number, handle, number, handle, handle, ctypes.c_size_t, number],
        ),
        ("TessBaseAPISetPageSegMode", None, [handle, number]),
        ("TessBaseAPISetImage", None, [handle, handle, number, number, number, number]),
        ("TessBaseAPISetSourceResolution", None, [handle, number]),
        ("TessBaseAPIRecognize", number, [handle, handle]),
        ("TessBaseAPIGetUTF8Text", handle, [handle]),
        ("TessBaseAPIGetTsvText", handle, [handle, number]),
        ("TessDeleteText", None, [handle]),
        ("TessBaseAPIMeanTextConf", number, [handle]),
        ("TessBaseAPIClear", None, [handle]),
        ("TessBaseAPIClearAdaptiveClassifier", None, [handle]),
    ):
        call = getattr(library, name)
        call.restype, call.argtypes = gives, takes
