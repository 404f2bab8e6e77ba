"""The verification room as Django sees it."""

from django.apps import AppConfig


class VerificationConfig(AppConfig):
    """Assessments by two people, findings, and every calculator's run."""

    name = "probata.verification"
    label = "verification"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this room's ledger entries mean for its tables."""
        from probata.verification import services  # noqa: F401  importing registers the projections
