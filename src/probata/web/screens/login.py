"""Coming and going: a passphrase opens a keyring, a second factor where there is one; leaving locks it again."""

from __future__ import annotations

import json
import math
from datetime import timedelta

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from probata.access import invitations
from probata.web.appearance import own_address
from probata.web.gate import lockout, presence
from probata.web.screens import first_run

LONGEST_NAME = 80


@login_not_required
@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Ask for a name and a passphrase; a failure does not say which of them was wrong."""
    untrusted_next = request.POST.get("next") or request.GET.get("next") or ""
    target = own_address(request, untrusted_next, reverse(settings.LOGIN_REDIRECT_URL))
    if request.user.is_authenticated and request.method == "GET":
        return HttpResponseRedirect(target)
    if first_run.is_open(request):
        return redirect("first_run")
    if request.method == "GET":
        return render(request, "web/login.html", {"next": target, "label": settings.PROBATA.label})
    name, passphrase = request.POST.get("name", "").strip()[:LONGEST_NAME], request.POST.get("passphrase", "")
    account = auth.authenticate(request, name=name, passphrase=passphrase)
    if account is None:
        return refused(request, {"next": target, "name": name}, lockout.waiting(request, name))
    if invitations.has_ended(account):
        ended = {"invited_by": invitations.invited_by(account.person), "days": invitations.FIRST_PASSPHRASE_DAYS}
        return refused(request, {"next": target, "name": name, "refused": False, **ended}, timedelta(0))
    if request.user.is_authenticated:
        # Somebody else sits down: what the one before unlocked is locked first.
        presence.leave(request)
        auth.logout(request)
    presence.hold(request, account.pk, account.keyring)
    response: HttpResponse = perform_login(request, Login(user=account, redirect_url=target))
    return response


def refused(request: HttpRequest, told: dict[str, object], wait: timedelta) -> HttpResponse:
    """The login again, in the same words for every name; where one has to wait first, for how long."""
    label = {"label": settings.PROBATA.label}
    if wait <= timedelta(0):
        return render(request, "web/login.html", {**label, "refused": True, **told}, status=403)
    minutes = math.ceil(wait.total_seconds() / 60)
    response = render(request, "web/login.html", {**label, **told, "wait_minutes": minutes}, status=429)
    response["Retry-After"] = str(math.ceil(wait.total_seconds()))
    return response


@login_not_required
@sensitive_post_parameters("code", "credential")
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor: a code, a passkey, or a recovery code, which works once."""
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None or not presence.is_pending(request):
        return redirect(settings.LOGIN_URL)
    user, wrong = stage.login.user, ""
    if request.method == "POST":
        kind = AuthenticateWebAuthnForm if request.POST.get("credential") else AuthenticateForm
        form = kind(user=user, data=request.POST)
        if form.is_valid():
            form.save()
            response: HttpResponse = stage.exit()
            return response
        wrong = "many" if form.has_error("code", "too_many_login_attempts") else "code"
    kinds = set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
    passkeys = Authenticator.Type.WEBAUTHN in kinds
    context = {
        "name": user.name,
        "wrong": wrong,
        "totp": Authenticator.Type.TOTP in kinds,
        "passkeys": passkeys,
        "options": json.dumps(webauthn.begin_authentication(user), cls=DjangoJSONEncoder) if passkeys else "",
    }
    return render(request, "web/login_second.html", context, status=403 if wrong else 200)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Lock the keyring, forget what was revealed, end the session, and have the browser drop what it holds."""
    presence.leave(request)
    auth.logout(request)
    response = redirect(settings.LOGIN_URL)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
