"""A moment on a page: by the clocks of a zone, and in UTC for whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from attrs import frozen


@frozen(kw_only=True)
class Moment:
    """How a moment is written: `local` with its zone, `utc` beside it; a word alone where there is no moment."""

    local: str
    zone: str = ""
    utc: str = ""
    at: str = ""

    @classmethod
    def of(cls, moment: datetime, zone: tzinfo) -> Moment:
        """A moment to the second, seconds left away where they are none."""
        return cls(
            local=_written(moment.astimezone(zone)),
            zone=str(zone),
            utc="" if str(zone) == "UTC" else _written(moment.astimezone(UTC)),
            at=moment.astimezone(UTC).isoformat(),
        )

    @classmethod
    def word(cls, word: str) -> Moment:
        """A word where there is no moment, such as `open`."""
        return cls(local=word)


def _written(moment: datetime) -> str:
    form = "%H:%M:%S.%f" if moment.microsecond else "%H:%M:%S" if moment.second else "%H:%M"
    return f"{moment.date().isoformat()} {moment.strftime(form)}"
