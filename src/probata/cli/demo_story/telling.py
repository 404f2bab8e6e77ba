"""The whole story written into a workspace that holds its footage, by the rooms' services, as people would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import define, frozen

from probata.access import selectors as people
from probata.capture import services as capture
from probata.claims import selectors as claims_of
from probata.cli.demo_story import claiming, computing, filing, judging, looking, stating
from probata.cli.demo_story.names import EXCERPT, NAMES, OTHER, SCENE, write_texts
from probata.cli.demo_story.people import enrolled
from probata.custody.keys import Keyring
from probata.preservation import selectors as preservation

STEPS = 10
"""How often `progress` is told of a step."""


@frozen(kw_only=True)
class Story:
    """What was written, by short names: items, parties, propositions, assertions, and single records of the rooms."""

    items: Mapping[str, str]
    claims: claiming.Claims
    seen: looking.Observed
    runs: computing.Computed
    judged: judging.Judged
    incidents: filing.Incidents
    case: str
    table: str


@define
class _Steps:
    progress: Callable[[float], None] | None

    def done(self) -> None:
        if self.progress is not None:
            self.progress(1)


def tell(
    folder: Path,
    operator: Keyring,
    *,
    names: Mapping[str, str] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Story:
    """Write the story into the open workspace, whose footage must be there; the texts are put into the folder.

    `operator` is the keyring of whoever founded it; `names` are those of the two parties.
    """
    steps, given = _Steps(progress), NAMES if names is None else names
    cast = enrolled(operator)
    steps.done()
    items = _acquired(folder, operator, given)
    steps.done()
    seen = looking.looked_at(cast, items)
    steps.done()
    incidents = filing.incidents(cast)
    steps.done()
    parties = stating.parties(cast, given)
    propositions = stating.propositions(cast, parties, given, incidents.roadside)
    steps.done()
    claims = claiming.claimed(cast, items, parties, propositions)
    steps.done()
    runs = computing.computed(cast)
    steps.done()
    judged = judging.judged(cast, seen, runs, claims)
    steps.done()
    case = filing.case(cast, items, incidents)
    filing.intake(cast, items, case)
    steps.done()
    table = filing.elements(cast, seen, runs, claims, judged, case)
    filing.read_again(cast, items)
    steps.done()
    return Story(
        items=items,
        claims=claims,
        seen=seen,
        runs=runs,
        judged=judged,
        incidents=incidents,
        case=case,
        table=table,
    )


def _acquired(folder: Path, operator: Keyring, names: Mapping[str, str]) -> dict[str, str]:
    """The digests of the story's footage, which is here, and of its texts, which are acquired now."""
    texts = {path.name for path in write_texts(folder, names)}
    for one in capture.add(str(folder), actor=operator.signing, reason="what five outlets published"):
        assert one.acquired is not None, one.why
    wanted = {SCENE, EXCERPT, OTHER} | texts
    return {str(item.name): str(item.sha256) for item in preservation.items() if item.name in wanted}


def counted() -> dict[str, Any]:
    """How much of the story stands in the open workspace, room by room; all noughts where none was told."""
    from probata.analysis import selectors as analysis
    from probata.cases import selectors as cases
    from probata.verification import selectors as verification

    claims = claims_of.claims()
    states = Counter(one.state.value for one in verification.reviews())
    items = [str(item.sha256) for item in preservation.items()]
    return {
        "people": [str(one.name) for one in people.people()],
        "parties": len(claims.parties),
        "propositions": len(claims.propositions),
        "contradictions": len(claims.contradictions()),
        "assertions": len(claims.assertions),
        "observations": sum(len(analysis.observations(item)) for item in items),
        "derivations": len(verification.derivations()),
        "reviews": dict(sorted(states.items())),
        "findings": len(verification.findings()),
        "comparisons": len(verification.comparisons()),
        "incidents": len(cases.incidents()),
        "cases": len(cases.cases()),
        "questions": len(cases.questions()),
        "tables_of_elements": len(cases.tables()),
        "reports": len(cases.reports()),
        "reports_waiting": len(cases.unanswered()),
    }
