"""Coming and going: a passphrase opens a keyring; leaving locks it again."""

from __future__ import annotations

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from probata.web import presence
from probata.web.appearance import own_address


@login_not_required
@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Ask for a name and a passphrase; a failure does not say which of them was wrong."""
    untrusted_next = request.POST.get("next") or request.GET.get("next") or ""
    target = own_address(request, untrusted_next, reverse(settings.LOGIN_REDIRECT_URL))
    if request.user.is_authenticated and request.method == "GET":
        return HttpResponseRedirect(target)
    if request.method == "GET":
        return render(request, "web/login.html", {"next": target})
    name, passphrase = request.POST.get("name", "").strip(), request.POST.get("passphrase", "")
    account = auth.authenticate(request, name=name, passphrase=passphrase)
    if account is None:
        return render(request, "web/login.html", {"next": target, "name": name, "refused": True}, status=403)
    auth.login(request, account)
    presence.arrive(request, account.keyring)
    return HttpResponseRedirect(target)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Lock the keyring, forget what was revealed, end the session, and have the browser drop what it holds."""
    presence.leave(request)
    auth.logout(request)
    response = redirect(settings.LOGIN_URL)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
