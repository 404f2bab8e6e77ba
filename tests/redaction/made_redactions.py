"""A clip that is noise in every picture and sample, a plan for it, and three people who redact it."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from probata.redaction import services
from probata.redaction.plan import Area, Box, Key, Mute, RedactionPlan, Why
from probata.redaction.selectors import KnownRedaction
from probata.terms.digests import Sha256
from probata.terms.spans import Span

sys.path.insert(0, str(Path(__file__).parents[1] / "media"))
from made import variable_pts

if TYPE_CHECKING:
    from probata.custody.keys import Keyring

COUNT = 40
PTS = variable_pts(COUNT)
MS = Fraction(1, 1000)


def noisy(ordinal: int, *, width: int = 160, height: int = 96) -> np.ndarray:
    """A picture in which no part could be taken for a mask."""
    return np.random.default_rng(ordinal).integers(0, 255, (height, width, 3), dtype=np.uint8)


def noise(seconds: float = 2.0) -> np.ndarray:
    """Sound that is nowhere silent."""
    return (np.random.default_rng(7).random(int(48_000 * seconds)) * 0.5 + 0.1).astype(np.float32)


def plan_of(item: str = "a" * 64, **more: Any) -> RedactionPlan:
    """One area that moves through frames 10 to 29, and half a second of silence."""
    area = Area(
        segment=Span(start_pts=PTS[10], end_pts=PTS[30], time_base=MS),
        keys=(
            Key(pts=PTS[10], box=Box(left=0.1, top=0.1, width=0.2, height=0.3)),
            Key(pts=PTS[20], box=Box(left=0.5, top=0.4, width=0.3, height=0.3)),
        ),
        why=Why.MINOR,
    )
    mute = Mute(segment=Span(start_pts=500, end_pts=1000, time_base=MS), why=Why.OTHER, words="a name is called")
    return RedactionPlan(**{"item": Sha256(item), "areas": (area,), "mutes": (mute,)} | more)


@frozen(kw_only=True)
class Team:
    """A redactor proposes and renders, counsel releases, a custodian keeps; one item."""

    root: Path
    custodian: Keyring
    redactor: Keyring
    counsel: Keyring
    item: str
    jail: Any

    def proposed(self, plan: RedactionPlan | None = None, *, supersedes: str = "") -> KnownRedaction:
        return services.propose(
            plan or plan_of(self.item), actor=self.redactor.signing, reason="a child is seen", supersedes=supersedes
        )

    def rendered(self, plan: RedactionPlan | None = None, *, supersedes: str = "") -> KnownRedaction:
        known = self.proposed(plan, supersedes=supersedes)
        return services.render(known.id, actor=self.redactor.signing, jail=self.jail)

    def released(self, known: KnownRedaction | None = None) -> KnownRedaction:
        known = known or self.rendered()
        assert known.rendering is not None
        return services.release(
            known.id, seen=known.rendering.sha256, actor=self.counsel.signing, reason="nothing shows any more"
        )
