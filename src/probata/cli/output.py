"""What a verb prints: one JSON object, or words; progress only while a person is watching."""

from __future__ import annotations

import json
import sys
import time
from types import TracebackType
from typing import Any, Self

from probata.terms.errors import ProbataError


def show_json(schema: str, value: dict[str, Any]) -> None:
    """Print one object of the JSON contract."""
    json.dump({"schema": f"probata/{schema}/1", **value}, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def show_error(error: ProbataError, *, as_json: bool) -> None:
    """Say what happened and what to do now; on standard error, or as JSON on standard output."""
    if as_json:
        show_json("error", error.as_json())
        return
    sys.stderr.write(f"probata: {error.message}\n")
    if error.what_to_do:
        sys.stderr.write(f"  {error.what_to_do}\n")


def size(size_bytes: float) -> str:
    """A size for people, in binary units."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size_bytes < 1024:
            return f"{size_bytes:.0f} {unit}" if unit == "B" else f"{size_bytes:.1f} {unit}"
        size_bytes /= 1024
    return f"{size_bytes:.1f} TiB"


class Progress:
    """One line on standard error that says how far the work is; silent where nobody watches."""

    def __init__(self, what: str, total: float | None = None, *, as_size: bool = False) -> None:
        self.what, self.total, self.done, self.as_size = what, total, 0.0, as_size
        self._watched = sys.stderr.isatty()
        self._shown_at = 0.0

    def add(self, amount: float) -> None:
        """So much more is done."""
        self.to(self.done + amount)

    def to(self, done: float) -> None:
        """So much is done in all."""
        self.done = done
        moment = time.monotonic()
        if self._watched and moment - self._shown_at > 0.1:
            self._shown_at = moment
            sys.stderr.write(f"\r\x1b[K{self.what}  {self._amount()}")
            sys.stderr.flush()

    def _amount(self) -> str:
        shown = size(self.done) if self.as_size else f"{self.done:.0f}"
        if not self.total:
            return shown
        share = min(1.0, self.done / self.total)
        bar = "━" * int(share * 24)
        return f"{bar:<24} {share:4.0%}  {shown}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watched:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
