"""The preservation room as Django sees it."""

from django.apps import AppConfig


class PreservationConfig(AppConfig):
    """Items, acquisitions, renditions, fixity."""

    name = "probata.preservation"
    label = "preservation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this room's ledger entries mean for its tables."""
        from probata.preservation import services  # noqa: F401  importing registers the projections
