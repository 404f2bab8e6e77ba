"""What is done with a disclosure: released, refused, withdrawn, sealed, handed over, verified."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from probata.access import services as access
from probata.access.roles import Permission
from probata.custody import verifier
from probata.disclosure import selectors, services
from probata.terms.errors import InvalidValue, NotFound
from probata.web import answers
from probata.web.gate import presence, sight
from probata.web.gate.permission import person, require
from probata.web.shown import disclosing


class PackageNotHere(NotFound):
    """A package that was sealed does not lie in the workspace any more, or never did."""

    code = "package_not_here"
    template = "The package of this disclosure does not lie in this workspace."
    advice = "Seal it first; if it was sealed, look for it where packages are kept."


@require_POST
def release(request: HttpRequest, disclosure: str) -> HttpResponse:
    """Release what somebody else proposed, exactly as this page showed it."""
    services.release(
        disclosure, seen=request.POST.get("seen", ""), actor=_signing(request), reason=request.POST.get("reason", "")
    )
    return _done(request, disclosure, _("It is released: a custodian may seal it, exactly as you saw it."))


@require_POST
def refuse(request: HttpRequest, disclosure: str) -> HttpResponse:
    """Refuse what somebody else proposed."""
    services.refuse(disclosure, actor=_signing(request), reason=request.POST.get("reason", ""))
    return _done(request, disclosure, _("It is refused; nothing goes."))


@require_POST
def withdraw(request: HttpRequest, disclosure: str) -> HttpResponse:
    """Withdraw what one proposed oneself."""
    services.withdraw(disclosure, actor=_signing(request), reason=request.POST.get("reason", ""))
    return _done(request, disclosure, _("It is withdrawn; nothing goes."))


@require_POST
def seal(request: HttpRequest, disclosure: str) -> HttpResponse:
    """Begin to seal; it goes on when the page is closed."""
    require(request, Permission.SEAL)
    known = selectors.seen_by(disclosure, person(request).key_id)
    services.must_be_sealable(known, _signing(request))
    disclosing.begin_sealing(
        known, keyring=presence.of(request).keyring, by=person(request).name, reason=_reason(request)
    )
    return _done(request, known.id, _("It is being sealed; you may close this page."))


@require_POST
def read_again(request: HttpRequest, disclosure: str) -> HttpResponse:
    """Begin to read the stored bytes of its items again."""
    require(request, Permission.CHECK)
    known = selectors.seen_by(disclosure, person(request).key_id)
    disclosing.begin_reading(
        known,
        keyring=presence.of(request).keyring,
        by=person(request).name,
        reason=_("read again before disclosing"),
    )
    return _done(request, known.id, _("The stored bytes are being read again; you may close this page."))


@require_POST
def download(request: HttpRequest, disclosure: str) -> HttpResponseBase:
    """The sealed package as one zip; that it was taken out is on the record before its first byte leaves."""
    require(request, Permission.RELEASE_DISCLOSURE)
    known = selectors.seen_by(disclosure, person(request).key_id)
    archive = services.packed(known)
    if archive is None or known.package is None:
        raise PackageNotHere
    services.take_out(known.package.files_sha256, actor=_signing(request), reason=_reason(request))
    return FileResponse(archive.open("rb"), as_attachment=True, filename=archive.name, content_type="application/zip")


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check a package: one of this workspace, or one that is uploaded; every layer's answer in words."""
    require(request, Permission.LIST_ITEMS)
    kept = sight.of(request)
    sealed = [one for one in selectors.disclosures() if one.package and not selectors.hides(kept, one)]
    context: dict[str, Any] = {"sealed": [one for one in sealed if selectors.stored(one)], "ours": _ours()}
    if request.method == "POST":
        context |= {"chosen": request.POST.get("package", ""), "typed": request.POST.get("fingerprint", "")}
        context |= {"verification": _verified(request)}
    else:
        context["chosen"] = request.GET.get("package", "")
    return render(request, "web/disclosure_verify.html", context)


def _verified(request: HttpRequest) -> verifier.Verification:
    demands = _demands(request.POST.get("fingerprint", ""))
    uploaded = request.FILES.get("file")
    if uploaded is not None:
        with tempfile.TemporaryDirectory(prefix="probata-verify-") as folder:
            place = Path(folder) / "package.zip"
            with place.open("xb") as out:
                for block in uploaded.chunks():
                    out.write(block)
            return verifier.verify(str(place), demands)
    chosen = request.POST.get("package", "")
    if not chosen:
        raise InvalidValue(what=_("The package"), why=_("none was chosen"))
    archive = selectors.stored(selectors.seen_by(chosen, person(request).key_id))
    if archive is None:
        raise PackageNotHere
    return verifier.verify(str(archive), demands)


def _demands(untrusted_fingerprint: str) -> verifier.Demands:
    if not untrusted_fingerprint.strip():
        return verifier.Demands()
    try:
        return verifier.Demands(fingerprint=verifier.read_fingerprint(untrusted_fingerprint))
    except verifier.Fault as fault:
        raise InvalidValue(what=_("The fingerprint"), why=str(fault)) from None


def _ours() -> str:
    return access.log_fingerprint()


def _reason(request: HttpRequest) -> str:
    reason = " ".join(request.POST.get("reason", "").split())
    if not reason:
        raise InvalidValue(what=_("The reason"), why=_("it is empty"))
    return reason


def _done(request: HttpRequest, disclosure: str, said: str) -> HttpResponse:
    return answers.done(request, to=reverse("disclosure_one", args=[disclosure]), said=said)


def _signing(request: HttpRequest) -> Any:  # noqa: ANN401  a signer
    return presence.of(request).keyring.signing
