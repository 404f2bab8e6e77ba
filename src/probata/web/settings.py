"""Django's settings for one workspace, named by the environment variable `PROBATA_WORKSPACE`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import cast

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
AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = ["probata.access.services.KeyringBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "probata.custody",
    "probata.access",
    "probata.preservation",
    "probata.analysis",
    "probata.copies",
    "probata.claims",
    "probata.verification",
    "probata.cases",
    "probata.disclosure",
    "probata.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "probata.web.presence.PresenceMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "probata.web.refusals.RefusalsMiddleware",
]
CSRF_FAILURE_VIEW = "probata.web.refusals.stale_form"
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
                "probata.web.answers.waiting",
            ],
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(PROBATA.database) if PROBATA else ":memory:",
        "OPTIONS": {
            # A writer asks for the lock when it begins, so that two writers wait instead of failing halfway.
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,
            # FULL: a committed act survives a power cut. Nothing less may be called preserved.
            # recursive_triggers: a row that REPLACE pushes out meets the triggers against deletion.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA recursive_triggers=ON;"
            ),
        },
    }
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

# Paths carry digests, which say what is held here: refusals are for the person, not for the terminal's scroll.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}, "django.security.DisallowedHost": {"level": "CRITICAL"}},
}
