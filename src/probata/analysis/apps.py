"""The analysis room as Django sees it."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """Looks: who looked at what, with which outcome."""

    name = "probata.analysis"
    label = "analysis"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this room's ledger entries mean for its tables."""
        from probata.analysis import services  # noqa: F401  importing registers the projections
