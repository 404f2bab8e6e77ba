"""The redaction room as Django sees it."""

from django.apps import AppConfig


class RedactionConfig(AppConfig):
    """What is masked and muted, proposed by one person and released by another."""

    name = "probata.redaction"
    label = "redaction"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this room's ledger entries mean for its tables."""
        from probata.redaction import services  # noqa: F401  importing registers the projections
