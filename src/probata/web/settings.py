"""Django's settings for one workspace, named by the environment variable `PROBATA_WORKSPACE`."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import cast

from probata.engines import database
from probata.engines import settings as workspace_settings

# Without the variable (type checking, migrations being written) no workspace is open; opening one sets it.
PROBATA = cast(
    "workspace_settings.Settings",
    workspace_settings.load(Path(os.environ["PROBATA_WORKSPACE"])) if "PROBATA_WORKSPACE" in os.environ else None,
)

# A fresh key at each start: sessions end with the process, as unlocked keys do.
SECRET_KEY = secrets.token_urlsafe(48)
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("uk", "Українська"), ("ru", "Русский"), ("ar", "العربية")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
LANGUAGE_COOKIE_NAME = "probata_language"
LANGUAGE_COOKIE_SAMESITE = "Strict"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "probata.web.urls"
WSGI_APPLICATION = "probata.web.wsgi.application"
AUTH_USER_MODEL = "access.Account"
# The first lets nobody through: it refuses whoever failed too often, before a keyring is tried.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "probata.access.services.KeyringBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"

# Second factors (docs/why/090-accounts.md). Nobody signs up, nothing is mailed, no other site vouches for anybody.
ACCOUNT_ADAPTER = "probata.web.gate.adapters.Logins"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# From the passphrase to the second factor; the unlocked keyring waits no longer either.
ACCOUNT_LOGIN_TIMEOUT = 300
MFA_ADAPTER = "probata.web.gate.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Probata"
# Clocks of telephones are a little off.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Our own pages ask for the passphrase with each change, and not only when some minutes have gone by.
MFA_REAUTHENTICATION_REQUIRED = False

# Guessing (`probata.web.gate.lockout`): failures are counted for a day, by name and address together, and by name.
AXES_HANDLER = "probata.web.gate.lockout.GrowingWait"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(days=1)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# What is tried while one waits neither counts nor makes the wait longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_FORM_FIELD = "name"
AXES_PASSWORD_FORM_FIELD = "passphrase"  # noqa: S105  the name of a field
AXES_USERNAME_CALLABLE = "probata.web.gate.lockout.counted_name"
AXES_CLIENT_IP_CALLABLE = "probata.web.gate.lockout.address"
# Nothing that was typed is kept beside the count.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "name", "next", "csrfmiddlewaretoken", "old", "new", "again"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "probata.custody",
    "probata.access",
    "probata.preservation",
    "probata.analysis",
    "probata.copies",
    "probata.claims",
    "probata.verification",
    "probata.redaction",
    "probata.cases",
    "probata.disclosure",
    "probata.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # Before anything that reads a cookie: the API knows tokens alone.
    "probata.web.api.door.NoCookiesMiddleware",
    "probata.web.gate.refusals.NoNulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "probata.web.gate.presence.LoginRequiredMiddleware",
    "probata.web.gate.presence.PresenceMiddleware",
    "probata.web.gate.sight.SightMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "probata.web.gate.refusals.RefusalsMiddleware",
]
CSRF_FAILURE_VIEW = "probata.web.gate.refusals.stale_form"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "probata.web.appearance.appearance",
                "probata.web.navigation.navigation",
                "probata.web.keyboard.keyboard",
                "probata.web.answers.waiting",
                "probata.web.gate.presence.lasting",
            ],
        },
    }
]
DATABASES = {
    "default": database.for_django(PROBATA.database if PROBATA else None, PROBATA.postgres if PROBATA else None)
}

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# Nothing comes from elsewhere, nothing runs inline, nobody frames us.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:"],
        "media-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
# `no-referrer` would make browsers send `Origin: null` with our own forms (Fetch standard, 4.1), which the check of
# forms refuses; `same-origin` tells no other site anything either.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
# Cookies know no ports: two workspaces served on one machine must not log each other out.
_ORIGIN = PROBATA.log_id.hex[:8] if PROBATA else "workspace"
SESSION_COOKIE_NAME = f"probata_{_ORIGIN}"
CSRF_COOKIE_NAME = f"probata_form_{_ORIGIN}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 8 * 60 * 60
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # Sessions live here; the default of 300 entries would throw people out at random.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# What the terminal printed for whoever opens the workbench first, while nobody is enrolled; None: no first run.
FIRST_RUN_CODE: str | None = None

# Whether people at the workbench may name folders of the machine that serves it: not where others reach it.
FOLDERS_OF_THIS_MACHINE = True

# Paths carry digests, which say what is held here: refusals are for the person, not for the terminal's scroll.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "axes": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.security.csrf": {"level": "ERROR"},
        # That requests wait their turn for a moment is no news for whoever reads the terminal.
        "waitress.queue": {"level": "ERROR"},
    },
}
