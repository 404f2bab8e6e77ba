"""The workbench as a server runs it: an application that has loaded what the first page needs."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from probata.web.served import warmth

application = get_wsgi_application()
warmth.warm()
