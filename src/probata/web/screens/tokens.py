"""Tokens for one's own programs: made, shown once, listed, revoked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from probata.access import services, tokens
from probata.access.roles import Permission
from probata.terms.errors import InvalidValue, ProbataError
from probata.web import answers
from probata.web.gate import presence
from probata.web.gate.confirming import confirm


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """One's tokens, and the form that makes another."""
    return _page(request, {})


@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "POST"])
def made(request: HttpRequest) -> HttpResponse:
    """Make a token; the answer shows it once.

    It has an address of its own: a script that loads the list again, after one is revoked, must not make another.
    """
    if request.method != "POST":
        return redirect("tokens")
    given = {name: request.POST.get(name, "").strip() for name in ("label", "days")}
    chosen = request.POST.getlist("may")
    try:
        confirm(request, request.POST.get("passphrase", ""))
        token = tokens.make(
            presence.of(request).keyring,
            label=given["label"],
            permissions=_permissions(chosen),
            days=_days(given["days"]),
        )
    except ProbataError as error:
        return _page(request, {"given": given, "chosen": chosen, "why": " ".join(error.told(_))}, status=403)
    return _page(request, {"made": token.text, "label": given["label"]})


def _page(request: HttpRequest, told: dict[str, object], *, status: int = 200) -> HttpResponse:
    who = services.person_of(presence.of(request).keyring)
    every = tokens.tokens_of(who)
    context = {
        **told,
        "standing": [one for one in every if one.state == "stands"],
        "ended": [one for one in every if one.state != "stands"],
        "done": {one.id: tokens.done(one.id) for one in every},
        "may_be_given": tokens.may_be_given(who.id),
        "protected": services.is_locked(who.name),
        "days": tokens.DEFAULT_DAYS,
        "most_days": tokens.MOST_DAYS,
        "most_label": tokens.MOST_LABEL,
    }
    return render(request, "web/tokens.html", context, status=status)


def _permissions(untrusted: list[str]) -> frozenset[Permission]:
    known = {one.value: one for one in Permission}
    if not untrusted or not all(one in known for one in untrusted):
        raise InvalidValue(what=_("The token"), why=_("say what it may do, of what is listed"))
    return frozenset(known[one] for one in untrusted)


def _days(untrusted: str) -> int:
    if not (untrusted.isascii() and untrusted.isdecimal() and len(untrusted) < 5):
        raise InvalidValue(what=_("How long it lasts"), why=_("it takes whole days, such as 30"))
    return int(untrusted)


@require_POST
def revoke(request: HttpRequest, token: str) -> HttpResponse:
    """End a token of one's own; a custodian may end anybody's."""
    reason = request.POST.get("reason", "")
    ended = tokens.revoke(presence.of(request).keyring, token, reason=reason)
    said = _("The token %(label)s opens nothing any more.") % {"label": ended.label}
    return answers.done(request, to=reverse("tokens"), said=said)


@require_POST
def revoke_all(request: HttpRequest) -> HttpResponse:
    """End every token of one's own, as after a passphrase that somebody else may have known."""
    ended = tokens.revoke_all(presence.of(request).keyring, reason=request.POST.get("reason", ""))
    said = ngettext("%(n)d token was revoked.", "%(n)d tokens were revoked.", len(ended)) % {"n": len(ended)}
    return answers.done(request, to=f"{reverse('account')}#tokens", said=said)
