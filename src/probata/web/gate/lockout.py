"""Guessing made slow: after five failures for a name from an address one waits, each time twice as long.

Over all addresses together a name bears fifty a day; then whoever comes from where its bearer never logged in before
waits in the same way. Where they did log in before, only what failed there counts, so that no stranger shuts them out.

Counting, keeping and forgetting are django-axes'; ours is how long one waits, and that names which nobody bears are
counted without being kept, since people type passphrases into the wrong field.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from attrs import frozen
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from probata.access import addresses
from probata.access import selectors as access

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
OVER_ALL = 50
_NOBODY = "nobody: "


@frozen(kw_only=True)
class Locked:
    """Somebody's name under which too many logins failed, and until when it waits at an address.

    Without an address it waits wherever its bearer never logged in before.
    """

    name: str
    address: str
    failures: int
    until: datetime


class GrowingWait(AxesDatabaseHandler):  # type: ignore[misc]
    """Locked is who failed five times and has not waited yet: a minute, two, four … and never more than an hour."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, str] | None = None) -> bool:
        """Whether this name waits at this address."""
        name = counted_name(request, credentials)
        return waits(name, address(request), request.axes_attempt_time) > timedelta(0)  # type: ignore[attr-defined]


def wait_after(failures: int, limit: int | None = None) -> timedelta:
    """How long one waits after so many failures, of which fewer than the limit cost nothing."""
    over = failures - (limit or int(settings.AXES_FAILURE_LIMIT))
    return timedelta(0) if over < 0 else min(FIRST_WAIT * int(2 ** min(over, 16)), LONGEST_WAIT)


def waits(name: str, address: str, now: datetime | None = None) -> timedelta:
    """How long a name, as it is counted, has to wait at an address still; nothing where it need not."""
    now = now or timezone.now()
    here = _left(_recent(name, now).filter(ip_address=address), now)
    if addresses.is_known(name, address):
        return here
    return max(here, _left(_recent(name, now), now, OVER_ALL))


def _recent(name: str, now: datetime) -> QuerySet[AccessAttempt]:
    attempts: QuerySet[AccessAttempt] = AccessAttempt.objects.filter(
        username=name, attempt_time__gte=now - settings.AXES_COOLOFF_TIME
    )
    return attempts


def _left(attempts: QuerySet[AccessAttempt], now: datetime, limit: int | None = None) -> timedelta:
    told = attempts.aggregate(last=Max("attempt_time"), failures=Sum("failures_since_start"))
    if told["last"] is None:
        return timedelta(0)
    until: datetime = told["last"] + wait_after(told["failures"], limit)
    return max(until - now, timedelta(0))


def waiting(request: HttpRequest, name: str) -> timedelta:
    """How long whoever sent this request has to wait before this name is tried again."""
    return waits(counted_name(request, {"name": name}), address(request))


def counted_name(_request: HttpRequest | None, credentials: dict[str, str] | None) -> str:
    """The name under which a login is counted: as it stands where somebody bears it, else a keyed digest of it."""
    name = (credentials or {}).get("name") or ""
    if name in {one.name for one in access.people()}:
        return name
    digest = hmac.new(settings.SECRET_KEY.encode(), name.encode(errors="replace"), hashlib.sha256)
    return f"{_NOBODY}{digest.hexdigest()[:16]}"


def address(request: HttpRequest) -> str:
    """Where a request comes from, as the socket says; a header that anybody may write is no address."""
    return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104  no address, and not one to listen on


def locked() -> list[Locked]:
    """Who of the enrolled waits now, and where."""
    now = timezone.now()
    named = AccessAttempt.objects.exclude(username__startswith=_NOBODY)
    found = []
    for name in sorted(set(named.values_list("username", flat=True))):
        attempts = _recent(name, now)
        everywhere = _locked(name, "", attempts, _left(attempts, now, OVER_ALL), now)
        found += everywhere
        for where in sorted(set(attempts.values_list("ip_address", flat=True)), key=str):
            if not everywhere or addresses.is_known(name, where):
                here = attempts.filter(ip_address=where)
                found += _locked(name, where, here, _left(here, now), now)
    return found


def _locked(name: str, address: str, attempts: QuerySet[AccessAttempt], left: timedelta, now: datetime) -> list[Locked]:
    failures = attempts.aggregate(Sum("failures_since_start"))["failures_since_start__sum"]
    return [Locked(name=name, address=address, failures=failures, until=now + left)] if left else []


def failed_lately() -> tuple[int, int]:
    """How many logins failed within a day: under names that somebody bears, and under others."""
    recent = AccessFailureLog.objects.filter(attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME)
    nobody = recent.filter(username__startswith=_NOBODY).count()
    return recent.count() - nobody, nobody


def release(name: str) -> int:
    """Forget the failures under a name, at every address; returns how many places waited or were counted."""
    return int(AccessAttempt.objects.filter(username=name).delete()[0])
