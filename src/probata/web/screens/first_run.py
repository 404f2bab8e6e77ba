"""The first time: a name, a passphrase, and a workspace of one's own, made in the browser of the same machine.

It is there only while nobody is enrolled, only for a browser on this machine, and only for whoever can read the code
that the terminal printed: another account of the machine reaches the port as well.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections import Counter

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from probata.access import selectors as access
from probata.access import services as access_services
from probata.access.roles import Permission
from probata.custody import services as custody
from probata.custody.keys import Keyring
from probata.engines import settings as workspace_settings
from probata.terms.errors import ProbataError
from probata.web.gate import presence
from probata.web.gate.permission import account as own
from probata.web.gate.permission import decision

TRIES = 5
# How often a wrong code was typed for the code of this start.
_wrong: Counter[str] = Counter()


def is_open(request: HttpRequest) -> bool:
    """Whether the workspace may be founded from here and now."""
    if not settings.FIRST_RUN_CODE or _wrong[settings.FIRST_RUN_CODE] >= TRIES or access.people():
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@login_not_required
@sensitive_post_parameters("passphrase", "again", "code")
@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """Ask for what a workspace needs, and found it; a wrong code is not tried often."""
    if not is_open(request):
        raise Http404
    if request.method == "GET":
        return render(request, "web/first_run.html", {"least": access_services.LEAST_PASSPHRASE})
    given = {name: request.POST.get(name, "").strip() for name in ("name", "label", "code")}
    passphrase = request.POST.get("passphrase", "")
    why = _why_not(given["code"], passphrase, request)
    try:
        if not why:
            keyring = _found(given["name"], given["label"], passphrase)
    except ProbataError as error:
        why = " ".join(error.told(_))
    if why:
        context = {**given, "code": "", "why": why, "least": access_services.LEAST_PASSPHRASE}
        return render(request, "web/first_run.html", context, status=403)
    account = access_services.account_of(keyring)
    presence.hold(request, account.pk, keyring)
    response: HttpResponse = perform_login(request, Login(user=account, redirect_url=reverse("first_steps")))
    return response


def _why_not(code: str, passphrase: str, request: HttpRequest) -> str:
    wanted = settings.FIRST_RUN_CODE or ""
    if not secrets.compare_digest(_plain(code).encode(), _plain(wanted).encode()):
        _wrong[wanted] += 1
        return _("The code is not the one that the terminal printed. Nothing was made.")
    if passphrase != request.POST.get("again", ""):
        return _("The two passphrases differ. Nothing was made.")
    if not passphrase and request.POST.get("without") != "yes":
        return _("Without a passphrase, whoever can read the folder can sign as you. Say below that you accept it.")
    return ""


def _plain(code: str) -> str:
    return "".join(code.lower().replace("-", "").split())


def _found(name: str, label: str, passphrase: str) -> Keyring:
    access_services.checked_passphrase(passphrase or None)
    keyring = access_services.found(name, passphrase or None)
    if label:
        settings.PROBATA = workspace_settings.label(settings.PROBATA, label[:80])
    custody.checkpoint(access_services.unlock_log_key(keyring))
    settings.FIRST_RUN_CODE = None
    return keyring


@require_safe
def first_steps(request: HttpRequest) -> HttpResponse:
    """What comes next: a copy of the keyring, the fingerprint for others, files, a case."""
    context = {
        "protected": access_services.is_locked(own(request).name),
        "fingerprint": access_services.log_fingerprint(),
        "may_acquire": decision(request, Permission.ACQUIRE),
        "may_keep": decision(request, Permission.KEEP_CASES),
        "folder": settings.PROBATA.root,
    }
    return render(request, "web/first_steps.html", context)
