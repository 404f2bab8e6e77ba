"""The keys: everything that they do, where each stands for this person, changed by pressing another."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from probata.access import services
from probata.web import answers, keyboard


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Every action with its key, by the screens on which it works."""
    changed = keyboard.own_keys(request)
    return render(request, "web/keys.html", {"groups": keyboard.lines(changed), "changed": len(changed)})


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Put an action of this person's on another key."""
    untrusted_name, untrusted_code = request.POST.get("action", ""), request.POST.get("code", "")
    shift = request.POST.get("shift") == "yes"
    after = keyboard.moved(
        keyboard.own_keys(request),
        untrusted_name,
        untrusted_code,
        shift=shift,
        exchange=request.POST.get("exchange") == "yes",
    )
    assert request.user.is_authenticated
    services.keep_keys(request.user, after)
    words = keyboard.BY_NAME[untrusted_name].words
    said = _("%(key)s does “%(action)s” now.") % {"key": keyboard.label(untrusted_code, shift=shift), "action": words}
    return answers.done(request, to=f"{reverse('keys')}#{untrusted_name}", said=said)


@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """Put one action back to where it stands for everybody, or all of them; also where somebody else took its key."""
    untrusted_name = request.POST.get("action", "")
    kept = {} if not untrusted_name else {**keyboard.own_keys(request)}
    if untrusted_name and kept.pop(untrusted_name, None) is None:
        raise keyboard.NoSuchAction(action=untrusted_name[:40])
    keyboard.must_fit(kept)
    assert request.user.is_authenticated
    services.keep_keys(request.user, kept)
    return answers.done(request, to=reverse("keys"), said=_("As it stands for everybody."))
