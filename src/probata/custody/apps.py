"""The custody room as Django sees it."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    """The ledger's tables."""

    name = "probata.custody"
    label = "custody"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this room's ledger entries mean for its tables."""
        from probata.custody import services  # noqa: F401  importing registers the projections
