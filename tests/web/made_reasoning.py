"""People of several roles, a case, and what is observed in its item: what pages of reasoning are tested with."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from probata.access import services as access
from probata.access.roles import Role
from probata.analysis import services as analysis
from probata.analysis.observations import Observation
from probata.analysis.services import observing
from probata.cases import services as keeping
from probata.cases.elements import Conflict
from probata.verification import services
from probata.verification.hypotheses import Hypothesis, Matrix, Row

if TYPE_CHECKING:
    from django.test import Client
    from tests.web.conftest import Bench

    from probata.custody.entries import Signer

HOSTILE = "a folded blanket <script>alert(1)</script>"
BLANKET, BAND = "a folded blanket by the wall", "a white band on an arm"
CRIME = "8(2)(b)(vi)"


class Desk:
    """People of several roles, a case, and two things observed in its item."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.analyst = bench.keyring.signing
        self.second = self._enrolled("B. Second", Role.ANALYST)
        self.reviewer = self._enrolled("R. Reviewer", Role.REVIEWER)
        self._enrolled("A. Auditor", Role.AUDITOR)
        self.case = keeping.open_case(
            "The ford", actor=self.analyst, kind="accountability", procedure_name="berkeley_protocol", reason="a test"
        ).id
        keeping.put_into_case(self.case, actor=self.analyst, kind="item", member=bench.cuts, reason="a test")
        self.blanket, self.band = (self.observed(told) for told in (BLANKET, BAND))

    def _enrolled(self, name: str, role: Role) -> Signer:
        return access.enrol(self.bench.keyring, name, None, frozenset({role}), reason="a colleague").signing

    def observed(self, words: str) -> str:
        told = {
            "item": self.bench.cuts,
            "kind": "other",
            "epistemic": "visible",
            "certainty": "moderate",
            "description": words,
            "segment": observing.stretch_of_frames(self.bench.cuts, 3, 9).as_json(),
        }
        made = analysis.observe(Observation.from_json(told), actor=self.analyst, reason="a test")
        return f"observation:{made.id}"

    def compared(self, **options: Any) -> str:
        """A comparison of two rows by the analyst and the second, opened by its service."""
        rows = [Row(id=one, evidence=told, root="footage", cells={}) for one, told in self.rows]
        frame = Matrix.seeded(Hypothesis(id="own_1", statement="It was a market day")).holding(*rows)
        people = ("S. Analyst", "B. Second")
        return services.compare_hypotheses("What was at the ford?", frame, people, actor=self.analyst, **options).id

    @property
    def rows(self) -> list[tuple[str, str]]:
        return [(self.blanket, BLANKET), (self.band, BAND)]

    def table(self) -> str:
        return keeping.open_table(
            self.case, CRIME, actor=self.analyst, conflict=Conflict.INTERNATIONAL, reason="two states are parties"
        ).id


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def words(html: str) -> str:
    """What a person reads of a page, on one line."""
    bare = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", html, flags=re.DOTALL)
    bare = re.sub(r"</?bdi[^>]*>", "", bare)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", bare)))
