"""The custody room as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CustodyConfig(AppConfig):
    """The ledger's tables."""

    name = "probata.custody"
    label = "custody"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what this room's ledger entries mean for its tables, and what migrations do with the guards."""
        from probata.custody import services  # noqa: F401  importing registers the projections

        pre_migrate.connect(_lift, sender=self)
        post_migrate.connect(_assert, sender=self)


def _lift(*, plan: list[object], **_: object) -> None:
    from probata.custody.services import guards

    if plan:
        guards.lift_triggers()


def _assert(**_: object) -> None:
    from probata.custody.services import guards

    guards.assert_triggers()
