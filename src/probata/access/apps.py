"""The access room as Django sees it."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """People, roles, keys and the log of what was viewed."""

    name = "probata.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this room's ledger entries mean for its tables."""
        from probata.access import services, tokens  # noqa: F401  importing registers the projections
