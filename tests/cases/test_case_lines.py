"""Cases as lines of a list: as a case tells them, by as many queries for one as for many."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from probata.cases import selectors, services
from probata.cases.procedures import StepState


@pytest.fixture
def case(team):
    """The id of a case."""
    return opened(team, "The yard")


def opened(team, title):
    """The id of a case of that title."""
    made = services.open_case(
        title, actor=team.analyst, kind="accountability", procedure_name="five_pillars", reason="two clips"
    )
    return made.id


def test_a_line_says_what_its_case_says(team, case, item):
    """Open questions, steps that are settled, and members that are within; an answered question is not open."""
    services.ask("who?", actor=team.analyst, case=case)
    asked = services.ask("when?", actor=team.analyst, case=case).id
    services.answer(asked, actor=team.analyst, text="at noon")
    services.put_into_case(case, actor=team.analyst, kind="item", member=item, reason="it shows it")
    first, second = (one.step.id for one in selectors.case(case).steps[:2])
    services.tick_step(case, first, actor=team.analyst, state=StepState.DONE, reason="asked")
    services.tick_step(case, second, actor=team.analyst, state=StepState.NOT_APPLICABLE, reason="no clip")
    (line,) = selectors.case_lines()
    known = selectors.case(case)
    assert (line.id, line.title, line.kind, line.procedure, line.opened_at) == (
        known.id,
        known.title,
        known.kind,
        known.procedure,
        known.opened_at,
    )
    assert (line.open_questions, line.oldest_days, line.steps_settled, line.items, line.incidents) == (1, 0, 2, 1, 0)


def test_what_was_taken_back_does_not_count(team, case, item):
    """A step that is open again, an item that was taken out, a question that is no case's."""
    step = selectors.case(case).steps[0].step.id
    for state in (StepState.DONE, StepState.OPEN):
        services.tick_step(case, step, actor=team.analyst, state=state, reason="looked again")
    for within in (True, False):
        services.put_into_case(case, actor=team.analyst, kind="item", member=item, reason="x", within=within)
    services.ask("of no case?", actor=team.analyst)
    (line,) = selectors.case_lines()
    assert (line.open_questions, line.oldest_days, line.steps_settled, line.items) == (0, None, 0, 0)


def test_many_cases_take_as_many_queries_as_one(team, case):
    """A list asks once for all."""
    with CaptureQueriesContext(connection) as one:
        selectors.case_lines()
    for number in range(4):
        services.ask("who?", actor=team.analyst, case=opened(team, f"Case {number}"))
    with CaptureQueriesContext(connection) as many:
        assert len(selectors.case_lines()) == 5
    assert len(many) == len(one)
