"""The copies room as Django sees it."""

from django.apps import AppConfig


class CopiesConfig(AppConfig):
    """Relations between items: what a machine proposes, what people decided."""

    name = "probata.copies"
    label = "copies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this room's ledger entries mean for its tables."""
        from probata.copies import services  # noqa: F401  importing registers the projections
