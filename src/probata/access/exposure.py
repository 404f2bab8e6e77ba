"""The ledger of what was on somebody's screen: written as they look, and read by that person alone.

Nobody else reads a row of it, whatever their role: not a custodian, not an auditor, not a team lead. Others read what
the person releases to them by name, and that is totals; what is released is taken back by a later row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import field, frozen

from probata.access.models import Exposure, ExposureRelease, Habit, PassedOn, Person
from probata.access.ways import FIRST_WAY, Way
from probata.engines import clock
from probata.terms.errors import AccessError, InvalidValue

PAUSE_AFTER_MINUTES = 20
PAUSE_WITHIN = timedelta(hours=1)
MOST_PIECE_MS = 60_000
"""A page tells of itself every few seconds; what claims to be longer slept meanwhile."""
_FARTHEST_MS = 10_000_000_000


class TotalsNotReleased(AccessError):
    """Somebody asked for another person's totals, which were not released to them."""

    code = "totals_not_released"
    template = "{person} has not released the totals of their viewing to you."
    advice = "Only they can release them, on their own page; nobody else sees what is not released."


def _known_way(_piece: object, _attribute: object, value: Way) -> None:
    if value not in set(Way):
        raise InvalidValue(what=f"The way of looking {value!r}", why="it is not one of the list")


def _in_reach(_piece: object, attribute: object, value: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _FARTHEST_MS:
        name = getattr(attribute, "name", "number")
        raise InvalidValue(what=f"The {name} of what was looked at", why="it must be a whole number within reach")


@frozen(kw_only=True)
class Piece:
    """A stretch on the screen, from and to in milliseconds of the player; zero long where a way was changed."""

    from_ms: int = field(validator=_in_reach)
    to_ms: int = field(validator=_in_reach)
    lasted_ms: int = field(validator=_in_reach)
    way: Way = field(validator=_known_way)
    sound: bool


@frozen(kw_only=True)
class Spent:
    """Time before footage, in milliseconds: by way, with sound, and by item."""

    by_way: Mapping[Way, int]
    with_sound_ms: int
    by_item: Mapping[str, int]

    @property
    def all_ms(self) -> int:
        """All of it together."""
        return sum(self.by_way.values())


@frozen(kw_only=True)
class Totals:
    """What a person may release of their viewing: minutes by way, today and in seven days; no item is named."""

    today_ms: Mapping[Way, int]
    week_ms: Mapping[Way, int]


@frozen(kw_only=True)
class Habits:
    """How a person looks unless they choose otherwise; `pause_after_minutes` None asks them never to pause."""

    way: Way
    pause_after_minutes: int | None
    counted_from: datetime | None


def habits(who: Person) -> Habits:
    """What a person chose, or what holds for whoever has not."""
    kept = Habit.objects.filter(person=who).first()
    if kept is None:
        return Habits(way=FIRST_WAY, pause_after_minutes=PAUSE_AFTER_MINUTES, counted_from=None)
    return Habits(
        way=Way(kept.way) if kept.way in set(Way) else FIRST_WAY,
        pause_after_minutes=kept.pause_after_minutes,
        counted_from=kept.counted_from,
    )


def prefer_way(who: Person, way: Way) -> None:
    """Remember how a person looks from now on."""
    _keep(who, way=way.value)


def pause_after(who: Person, minutes: int | None) -> None:
    """Ask a person to pause after so many minutes of revealed footage within an hour; None never asks."""
    if minutes is not None and not 1 <= minutes <= 60:
        raise InvalidValue(what=f"{minutes} minutes", why="it takes 1 to 60, or none at all")
    _keep(who, pause_after_minutes=minutes)


def paused(who: Person) -> None:
    """The person was asked to pause: what they saw before counts no more for the next time."""
    _keep(who, counted_from=clock.now())


def _keep(who: Person, **chosen: object) -> None:
    first = {"way": FIRST_WAY.value, "pause_after_minutes": PAUSE_AFTER_MINUTES}
    Habit.objects.update_or_create(person=who, defaults=chosen, create_defaults={**first, **chosen})


def looked(who: Person, item: str, pieces: Sequence[Piece]) -> None:
    """Append what was on a person's screen, ending now."""
    ends = clock.now()
    rows = []
    for piece in reversed(pieces):
        lasted = max(0, min(piece.lasted_ms, MOST_PIECE_MS))
        ends -= timedelta(milliseconds=lasted)
        rows.append(
            Exposure(
                person=who,
                item=item,
                at=ends,
                from_ms=min(piece.from_ms, piece.to_ms),
                to_ms=max(piece.from_ms, piece.to_ms),
                lasted_ms=lasted,
                way=piece.way.value,
                sound=piece.sound,
            )
        )
    Exposure.objects.bulk_create(reversed(rows))


def pause_due(who: Person) -> bool:
    """Whether a person looked for as long within the last hour as they chose to be asked after."""
    chosen = habits(who)
    if chosen.pause_after_minutes is None:
        return False
    since = max(clock.now() - PAUSE_WITHIN, chosen.counted_from or clock.now() - PAUSE_WITHIN)
    return spent(who, since=since).all_ms >= chosen.pause_after_minutes * 60_000


def spent(who: Person, *, since: datetime) -> Spent:
    """What a person looked at since a moment; for that person alone."""
    by_way: dict[Way, int] = {}
    by_item: dict[str, int] = {}
    sound = 0
    rows = Exposure.objects.filter(person=who, at__gte=since, lasted_ms__gt=0).exclude(way=Way.VEILED.value)
    for item, way, lasted_ms, heard in rows.values_list("item", "way", "lasted_ms", "sound"):
        by_way[Way(way)] = by_way.get(Way(way), 0) + lasted_ms
        by_item[item] = by_item.get(item, 0) + lasted_ms
        sound += lasted_ms if heard else 0
    ordered = dict(sorted(by_item.items(), key=lambda pair: -pair[1]))
    return Spent(by_way=by_way, with_sound_ms=sound, by_item=ordered)


def day_and_week(who: Person) -> tuple[Spent, Spent]:
    """What a person looked at today (UTC), and in the last seven days; for that person alone."""
    now = clock.now()
    return spent(who, since=now.replace(hour=0, minute=0, second=0, microsecond=0)), spent(
        who, since=now - timedelta(days=7)
    )


def release(who: Person, reader: Person) -> None:
    """Let a person of one's choice read one's totals, until it is taken back."""
    if reader.pk == who.pk:
        raise InvalidValue(what="A release to yourself", why="you read all of it anyway")
    ExposureRelease.objects.create(person=who, reader=reader, released=True, at=clock.now())


def take_release_back(who: Person, reader: Person) -> None:
    """Let a person read one's totals no more."""
    ExposureRelease.objects.create(person=who, reader=reader, released=False, at=clock.now())


def readers(who: Person) -> list[Person]:
    """Who may read a person's totals now; for that person alone."""
    return [one.reader for one in _standing(ExposureRelease.objects.filter(person=who).select_related("reader"))]


def released_to(reader: Person) -> list[Person]:
    """Whose totals a person may read now."""
    return [one.person for one in _standing(ExposureRelease.objects.filter(reader=reader).select_related("person"))]


def totals(who: Person, *, reader: Person) -> Totals:
    """A person's totals, for somebody to whom they released them; raises `TotalsNotReleased` for everybody else."""
    if who.pk != reader.pk and who.pk not in {one.pk for one in released_to(reader)}:
        raise TotalsNotReleased(person=who.name)
    today, week = day_and_week(who)
    return Totals(today_ms=today.by_way, week_ms=week.by_way)


def _standing(rows: Iterable[ExposureRelease]) -> list[ExposureRelease]:
    """Of each pair of people the last word, where it is a release."""
    last: dict[tuple[int, int], ExposureRelease] = {}
    for one in sorted(rows, key=lambda row: row.pk):
        last[one.person_id, one.reader_id] = one
    return [one for one in last.values() if one.released]


def pass_on(who: Person, item: str) -> None:
    """Leave an item to whoever else may view it; no reason is asked, and nobody is told whose wish it was."""
    PassedOn.objects.create(person=who, item=item, waits=True, at=clock.now())


def take_on(who: Person, item: str) -> None:
    """Take an item that waits for another viewer, or one's own that was passed on; it waits no more."""
    PassedOn.objects.create(person=who, item=item, waits=False, at=clock.now())


def waits_for_another(item: str) -> bool:
    """Whether somebody passed an item on and nobody took it since."""
    last = PassedOn.objects.filter(item=item).order_by("-id").first()
    return last is not None and last.waits


def waiting_for_another() -> list[str]:
    """Items that wait for another viewer, those that wait longest first."""
    last: dict[str, bool] = {}
    for item, waits in PassedOn.objects.order_by("id").values_list("item", "waits"):
        if not waits:
            last.pop(item, None)
        else:
            last.setdefault(item, True)
    return list(last)


def passed_on_by(who: Person) -> list[str]:
    """Items that a person passed on and that still wait; for that person alone."""
    mine = set(PassedOn.objects.filter(person=who, waits=True).values_list("item", flat=True))
    return [item for item in waiting_for_another() if item in mine]
