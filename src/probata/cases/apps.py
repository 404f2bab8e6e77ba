"""The cases room as Django sees it."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Incidents, cases, open questions, what came in, and elements of crimes."""

    name = "probata.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this room's ledger entries mean for its tables."""
        from probata.cases import services  # noqa: F401  importing registers the projections
