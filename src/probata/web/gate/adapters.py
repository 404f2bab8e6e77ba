"""Where allauth meets the house: a login unlocks a keyring, and secrets of second factors are encrypted at rest."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from probata.access import services as access
from probata.access.selectors import AccountRow
from probata.web.gate import presence, welcome


class Logins(DefaultAccountAdapter):  # type: ignore[misc]
    """One step or two: the passphrase, and the second factor of those who have one. Nothing else of allauth is used."""

    def get_login_stages(self) -> list[str]:
        """The second factor alone: nobody has an address for mail or a telephone here."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def login(self, request: HttpRequest, user: AccountRow) -> None:
        """Begin the session under a new key, and hand over the keyring that waited for it."""
        keyring = presence.take_pending(request, user.pk)
        auth.login(request, user, backend="probata.access.services.KeyringBackend")
        welcome.arrive(request, user, keyring)

    def post_login(self, request: HttpRequest, user: AccountRow, **told: object) -> HttpResponse:
        """Go on to where the person was going."""
        response = HttpResponseRedirect(str(told.get("redirect_url") or resolve_url(settings.LOGIN_REDIRECT_URL)))
        return welcome.in_their_language(request, user, response)

    def send_notification_mail(self, *_what: object, **_told: object) -> None:
        """No mail: the workbench has no address of anybody."""


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets encrypted under a key of the workspace; names that people recognise on their device."""

    def encrypt(self, text: str) -> str:
        """As it lies in the database."""
        return access.sealed_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        """As it was made."""
        return access.opened_secret(encrypted_text)

    def get_totp_issuer(self) -> str:
        """What an authenticator shows above the code."""
        label = settings.PROBATA.label
        return f"Probata {label}" if label else "Probata"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site that a passkey belongs to: the name under which this browser knows the workbench."""
        return {"id": context.request.get_host().partition(":")[0], "name": self.get_totp_issuer()}

    def send_notification_mail(self, *_what: object, **_told: object) -> None:
        """No mail."""
