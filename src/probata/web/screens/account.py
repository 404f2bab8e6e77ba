"""One's own account: second factors, passphrase, how the workbench looks, sessions, and a copy of the keyring."""

from __future__ import annotations

import math

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from probata.access import selectors, services, tokens
from probata.access.roles import Permission
from probata.engines import clock
from probata.engines.settings import LEAST_IDLE_MINUTES
from probata.terms.errors import InvalidValue, UsageError
from probata.web import answers, appearance
from probata.web.gate import presence, welcome
from probata.web.gate.confirming import confirm
from probata.web.gate.permission import account as own
from probata.web.gate.permission import decision_of, person
from probata.web.screens import factors


class PassphrasesDiffer(UsageError):
    """The new passphrase was typed differently the second time."""

    code = "new_passphrases_differ"
    template = "The two passphrases differ; the old one still opens your key."
    advice = "Type the new one twice."


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Everything about oneself that one may see and change."""
    who, here = person(request), presence.of(request)
    held = selectors.roles(who.pk)
    mine = factors.mine(request)
    sessions = sorted(presence.here().get(here.keyring.signing.key_id, []), key=lambda one: one.began)
    context = {
        "name": who.name,
        "roles": sorted(held),
        "key_id": here.keyring.signing.key_id,
        "permissions": [(one, decision_of(held, one)) for one in Permission],
        "owed": here.owed,
        "protected": services.is_locked(who.name),
        "least": services.LEAST_PASSPHRASE,
        "factors": mine,
        "has_totp": any(one.kind == "totp" for one in mine),
        "has_factor": welcome.has_second_factor(own(request)),
        "required": settings.PROBATA.access.requires_second_factor,
        "standing": services.standing(own(request)),
        "most_idle": settings.PROBATA.access.idle_minutes,
        "least_idle": LEAST_IDLE_MINUTES,
        "themes": appearance.THEMES,
        "tokens": tokens.standing_of(own(request).person),
        "sessions": [(one, one is here) for one in sessions],
    }
    return render(request, "web/account.html", context)


@sensitive_post_parameters("old", "new", "again")
@require_POST
def passphrase(request: HttpRequest) -> HttpResponse:
    """Lock one's keyring under another passphrase."""
    old, new = request.POST.get("old", ""), request.POST.get("new", "")
    confirm(request, old)
    if new != request.POST.get("again", ""):
        raise PassphrasesDiffer
    here = presence.of(request)
    if here.owed == "passphrase" and old == new:
        raise InvalidValue(what="The new passphrase", why="it is the one that was made for you")
    if not new:
        raise InvalidValue(what="The new passphrase", why="an empty one protects nothing")
    services.change_passphrase(here.keyring, old or None, new)
    here.owed = welcome.owed(own(request))
    ended = presence.end_others(here.keyring.signing.key_id, but=here)
    said = _("Your key opens with the new passphrase now.")
    if ended:
        said += " " + _("Your other sessions were ended.")
    if still := len(tokens.standing_of(own(request).person)):
        said += " " + ngettext("%(n)d token of yours still works.", "%(n)d tokens of yours still work.", still) % {
            "n": still
        }
        return answers.done(request, to=f"{reverse('account')}#tokens", said=said)
    return answers.done(request, to=reverse("account"), said=said)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep language, theme and how long one stays logged in."""
    theme, language = request.POST.get("theme", ""), request.POST.get("language", "")
    untrusted_minutes = request.POST.get("idle_minutes", "").strip()
    most = settings.PROBATA.access.idle_minutes
    if not (theme in ("", *appearance.THEMES) and language in ("", *dict(settings.LANGUAGES))):
        raise InvalidValue(what="The choice", why="the workbench has no such theme or language")
    if untrusted_minutes and not (
        untrusted_minutes.isascii()
        and untrusted_minutes.isdigit()
        and LEAST_IDLE_MINUTES <= int(untrusted_minutes[:6]) <= most
    ):
        raise InvalidValue(what="The time", why=f"it takes minutes from {LEAST_IDLE_MINUTES} to {most}")
    minutes = int(untrusted_minutes) if untrusted_minutes else None
    services.prefer(own(request), theme=theme, language=language, idle_minutes=minutes)
    presence.of(request).idle = welcome.idle_time(minutes)
    if theme:
        request.session["theme"] = theme
    response = answers.done(request, to=f"{reverse('account')}#looks", said=_("It is kept, for every login of yours."))
    return welcome.in_their_language(request, own(request), response)


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End one's sessions elsewhere; their keys are locked at once."""
    here = presence.of(request)
    presence.end_others(here.keyring.signing.key_id, but=here)
    return answers.done(request, to=f"{reverse('account')}#sessions", said=_("Only this session is left."))


@sensitive_post_parameters("passphrase")
@require_POST
def keyring(request: HttpRequest) -> HttpResponse:
    """A copy of one's keyring file, as it lies on the disk: locked, if it has a passphrase."""
    confirm(request, request.POST.get("passphrase", ""))
    key_id = presence.of(request).keyring.signing.key_id
    response = HttpResponse(services.keyring_file(own(request).person), content_type="application/octet-stream")
    # By the key and not by the name: a file's name travels further than its owner thinks.
    response["Content-Disposition"] = f'attachment; filename="probata-{key_id[:8]}.keyring"'
    return response


@require_safe
def session(request: HttpRequest) -> HttpResponse:
    """How long this session lasts still, for the page's own clock; asking is no sign of life."""
    return _left(request)


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """A sign of life."""
    return _left(request)


def _left(request: HttpRequest) -> HttpResponse:
    """With it goes the token of forms: after a login in another tab those of an open page would be refused."""
    one = presence.of(request)
    left = max(0, math.floor((one.ends - clock.now()).total_seconds()))
    told = {"schema": "probata/presence/1", "left_s": left, "may_stay": one.until > one.ends}
    told["person"] = one.keyring.signing.key_id[:8]
    return JsonResponse({**told, "token": get_token(request)})
