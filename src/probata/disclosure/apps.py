"""The disclosure room as Django sees it."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Packages that were sealed."""

    name = "probata.disclosure"
    label = "disclosure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this room's ledger entries mean for its tables."""
        from probata.disclosure import services  # noqa: F401  importing registers the projections
