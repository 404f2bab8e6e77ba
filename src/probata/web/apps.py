"""The workbench as Django sees it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Screens, templates, static files."""

    name = "probata.web"
    label = "web"
