"""The one place that asks the machine what time it is."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The machine's time, aware, in UTC. What it is worth is said beside it: see `status`."""
    return datetime.now(UTC)  # noqa: TID251  the one door to the clock


def status() -> str:
    """How far the machine's clock can be trusted: `system`, since nothing here compares it with another clock.

    What holds a time from outside is a timestamp authority's token (RFC 3161) or a witness's cosignature.
    """
    return "system"


def rfc3339(moment: datetime) -> str:
    """A moment as RFC 3339 text in UTC with microseconds and `Z`; refuses a moment without a zone."""
    if moment.tzinfo is None:
        msg = "a time without a zone is no time"
        raise ValueError(msg)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_rfc3339(untrusted_text: str) -> datetime:
    """Read RFC 3339 text back as an aware moment in UTC; raises `ValueError` for anything else."""
    moment = datetime.fromisoformat(untrusted_text)
    if moment.tzinfo is None:
        msg = "a time without a zone is no time"
        raise ValueError(msg)
    return moment.astimezone(UTC)
