"""The jail in which untrusted bytes are decoded: `Jail`, `Policy`, `Allowance`, and `layers` to see what holds here."""

from __future__ import annotations

from probata.engines.sandbox.errors import CellDied, CellOutOfMemory, CellOutOfTime, CellSaidTooMuch, NoJail
from probata.engines.sandbox.jail import Cell, Jail, NotAFile, Policy
from probata.engines.sandbox.powers import Allowance

__all__ = [
    "Allowance",
    "Cell",
    "CellDied",
    "CellOutOfMemory",
    "CellOutOfTime",
    "CellSaidTooMuch",
    "Jail",
    "NoJail",
    "NotAFile",
    "Policy",
    "layers",
]


def layers(policy: Policy | None = None) -> dict[str, str]:
    """Which layers of the jail hold on this machine, each tried from inside; raises `NoJail` if that is no jail."""
    with Jail(run="probata.engines.sandbox.nursery:nothing_to_do", policy=policy) as jail:
        return jail.layers()
