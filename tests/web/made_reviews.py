"""People who judge, what they judge by, and reviews at every step; shared by the tests of the review pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from attrs import frozen

from probata.access import services as access
from probata.access.roles import Role
from probata.analysis import services as analysis
from probata.analysis.observations import Epistemic, Observation, ObservationKind
from probata.analysis.services import observing
from probata.claims import services as claims
from probata.claims.propositions import Proposition
from probata.terms.words import Confidence, Likelihood
from probata.verification import services
from probata.verification.assessments import Assessment, Dimension, Result

if TYPE_CHECKING:
    from django.test import Client
    from tests.web.conftest import Bench

    from probata.custody.entries import Signer

BOTH = frozenset({Role.ANALYST, Role.REVIEWER})
FIRST_REASONS = "the gait of the third lorry gives it away"
FIRST_SEARCHED = "in the wing mirrors"
FIRST_ELSE = "a parade of removal vans"
HOSTILE = "a lorry <script>alert(1)</script> & “quotes”"


@frozen(kw_only=True)
class Panel:
    """A workspace with people who judge, one observation in ten frames of a clip, and a proposition."""

    bench: Bench
    first: Signer
    second: Signer
    third: Signer
    observation: str
    other: str
    proposition: str

    def client(self, name: str) -> Client:
        """Somebody's browser."""
        return self.bench.client(name=name)

    def review(self, dimension: Dimension = Dimension.CONTENT) -> str:
        """A review that was opened and in which nobody has judged."""
        return services.open_review(self.proposition, dimension, actor=self.first, reason="asked").id

    def judged(self, result: Result = Result.LIKELY, likelihood: Likelihood = Likelihood.LIKELY) -> Assessment:
        """A judgement of the first's by the one observation, which they hold against it."""
        return Assessment(
            result=result,
            reasons=FIRST_REASONS,
            likelihood=likelihood,
            confidence=Confidence.MODERATE,
            reasons_against=(self.observation,),
            reasons_for=() if result is not Result.REFUTED else (self.other,),
            other_side=FIRST_SEARCHED,
            alternatives=(FIRST_ELSE,),
        )

    def proposed(self) -> str:
        """A review in which the first has judged."""
        review = self.review()
        services.assess(review, self.judged(), actor=self.first)
        return review

    def differing(self) -> str:
        """A review in which two people differ."""
        review = self.proposed()
        services.take(review, actor=self.second)
        other = Assessment(
            result=Result.REFUTED,
            reasons="the wheels are painted",
            likelihood=Likelihood.VERY_UNLIKELY,
            confidence=Confidence.LOW,
            reasons_for=(self.observation,),
        )
        services.assess(review, other, actor=self.second)
        return review

    def agreed(self) -> str:
        """A review in which two people agree."""
        review = self.proposed()
        services.take(review, actor=self.second)
        services.assess(review, self.judged(), actor=self.second)
        return review


def made(bench: Bench) -> Panel:
    """People, records and a proposition, through the services."""
    people = {
        name: access.enrol(bench.keyring, name, None, BOTH, reason="joins").signing
        for name in ("first", "second", "third")
    }
    access.enrol(bench.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="audits")

    def seen(words: str, first: int, last: int) -> str:
        told = Observation(
            item=bench.ordinals,  # type: ignore[arg-type]
            kind=ObservationKind.VEHICLE,
            epistemic=Epistemic.VISIBLE,
            certainty=Confidence.HIGH,
            description=words,
            segment=observing.stretch_of_frames(bench.ordinals, first, last),
        )
        return analysis.observe(told, actor=people["first"]).id

    told = {"type": "occurred", "statement": "a convoy crosses the bridge"}
    return Panel(
        bench=bench,
        **people,
        observation=seen(HOSTILE, 10, 19),
        other=seen("a second lorry", 100, 110),
        proposition=claims.add_proposition(Proposition.from_json(told), actor=people["first"]).id,
    )


def page(client: Client, address: str, status: int = 200) -> str:
    """A page's HTML."""
    answer = client.get(address)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def words(html: str) -> str:
    """What of a page people read."""
    main = html[html.index("<main") : html.index("</main")]
    return re.sub(r"\s+([,.])", r"\1", re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))


def judgement(panel: Panel, **more: str) -> dict[str, Any]:
    """A form of a judgement by the given observation, as the second sends it."""
    told = {"result": "likely", "likelihood": "very_likely", "confidence": "moderate", "reasons": "three of them"}
    side = {"given": panel.observation, f"side-{panel.observation}": "for", "other_side": "in the frames around"}
    return {**told, **side, **more}
