"""Second factors of one's own: setting up an authenticator or a passkey, recovery codes shown once, taking away."""

from __future__ import annotations

import json
from typing import Any

import qrcode
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import delete_and_cleanup
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.flows import activate_totp
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal.flows import add_authenticator, begin_registration
from attrs import frozen
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from probata.access import services as access
from probata.terms.errors import NotFound, ProbataError, UsageError
from probata.web import answers
from probata.web.gate import presence, welcome
from probata.web.gate.confirming import confirm
from probata.web.gate.permission import account as own

LONGEST_NAME = 60


class FactorNotFound(NotFound):
    """The person has no such second factor."""

    code = "factor_not_found"
    template = "You have no such second factor."
    advice = "Your account page lists those that you have."


class FactorAsked(UsageError):
    """The workspace asks a second factor of everybody, and this is the person's last one."""

    code = "factor_asked"
    template = "This workspace asks everybody for a second factor, and this is your only one."
    advice = "Set up another one first."


@frozen(kw_only=True)
class Factor:
    """One second factor, as its owner knows it."""

    id: int
    kind: str
    name: str
    made: Any
    used: Any
    left: int | None = None


def mine(request: HttpRequest) -> list[Factor]:
    """The second factors of the person of this request, recovery codes last."""
    found = Authenticator.objects.filter(user_id=request.user.pk).order_by("created_at")
    order = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES]
    return [_told(one) for one in sorted(found, key=lambda one: order.index(one.type))]


def _told(one: Authenticator) -> Factor:
    name, left = "", None
    if one.type == Authenticator.Type.WEBAUTHN:
        name = one.wrap().name
    elif one.type == Authenticator.Type.RECOVERY_CODES:
        left = len(one.wrap().get_unused_codes())
    return Factor(id=one.pk, kind=one.type, name=name, made=one.created_at, used=one.last_used_at, left=left)


@sensitive_post_parameters("passphrase", "code")
@require_http_methods(["GET", "POST"])
def totp(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator: a secret to scan or to type, and the code that it then shows."""
    if Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP).exists():
        return redirect(f"{reverse('account')}#factors")
    why = ""
    # A form that was sent keeps the secret that was shown; one that was not gets a fresh one.
    form = ActivateTOTPForm(user=own(request), data=request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            confirm(request, request.POST.get("passphrase", ""))
            if form.is_valid():
                activate_totp(request, form)
                return _added(request)
            why = _code_refused(form)
        except ProbataError as error:
            why = " ".join(error.told(_))
    adapter = get_adapter()
    address = adapter.build_totp_url(own(request), form.secret)
    context = {
        "why": why,
        "secret": " ".join(form.secret[at : at + 4] for at in range(0, len(form.secret), 4)),
        "address": address,
        "drawing": _drawing(address),
        "protected": access.is_locked(own(request).name),
    }
    return render(request, "web/factor_totp.html", context, status=403 if why else 200)


@sensitive_post_parameters("passphrase", "credential")
@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """Add a passkey: this device, a telephone or a security key, tied to the name under which the workbench is open."""
    why = ""
    if request.method == "POST":
        name = request.POST.get("name", "").strip()[:LONGEST_NAME] or _("passkey")
        form = AddWebAuthnForm(user=own(request), data={"name": name, "credential": request.POST.get("credential", "")})
        try:
            confirm(request, request.POST.get("passphrase", ""))
            if form.is_valid():
                add_authenticator(request, name=form.cleaned_data["name"], credential=form.cleaned_data["credential"])
                return _added(request)
            why = _("The passkey was not accepted. Nothing was changed.")
        except ProbataError as error:
            why = " ".join(error.told(_))
    context = {
        "why": why,
        "options": json.dumps(begin_registration(request, own(request), passwordless=False), cls=DjangoJSONEncoder),
        "protected": access.is_locked(own(request).name),
        "by_number": request.get_host().partition(":")[0] in {"127.0.0.1", "["},
        "named_address": f"http://localhost:{request.get_port()}{reverse('factors_passkey')}",
    }
    return render(request, "web/factor_passkey.html", context, status=403 if why else 200)


@sensitive_post_parameters("passphrase")
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them once; the old ones work no more."""
    confirm(request, request.POST.get("passphrase", ""))
    if not welcome.has_second_factor(own(request)):
        raise FactorNotFound
    generate_recovery_codes(request)
    return _codes(request)


@sensitive_post_parameters("passphrase")
@require_POST
def remove(request: HttpRequest, factor: int) -> HttpResponse:
    """Take a second factor away; with the last one the recovery codes go as well."""
    confirm(request, request.POST.get("passphrase", ""))
    own = Authenticator.objects.filter(user_id=request.user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES)
    found = own.filter(pk=factor).first()
    if found is None:
        raise FactorNotFound
    if own.count() == 1 and settings.PROBATA.access.requires_second_factor:
        raise FactorAsked
    delete_and_cleanup(request, found)
    return answers.done(request, to=f"{reverse('account')}#factors", said=_("The second factor is taken away."))


def _added(request: HttpRequest) -> HttpResponse:
    """After a second factor was added: the recovery codes, if these are new, else the account."""
    one = presence.of(request)
    one.owed = welcome.owed(own(request))
    return _codes(request)


def _codes(request: HttpRequest) -> HttpResponse:
    codes, shown_now = view_recovery_codes(request)
    if codes is None or not shown_now:
        return answers.done(request, to=f"{reverse('account')}#factors", said=_("The second factor is added."))
    context = {"codes": codes.get_unused_codes(), "name": own(request).name}
    return render(request, "web/factor_codes.html", context)


def _code_refused(form: ActivateTOTPForm) -> str:
    if form.has_error("code", "rate_limited"):
        return _("Too many codes were tried. Wait five minutes, then try again.")
    return _("That is not the code which the authenticator shows now. Check that both clocks are right.")


def _drawing(address: str) -> dict[str, object]:
    """The address as a square of dark and light, drawn in the page: the path of its dark cells, and its size."""
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    code.make(fit=True)
    matrix = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return {"path": path, "size": len(matrix)}
