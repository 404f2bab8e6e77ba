"""The claims room as Django sees it."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Parties, what they assert, and the propositions that they assert it of."""

    name = "probata.claims"
    label = "claims"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this room's ledger entries mean for its tables."""
        from probata.claims import services  # noqa: F401  importing registers the projections
