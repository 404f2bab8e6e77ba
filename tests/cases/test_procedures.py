"""Procedures as data: the cycle of the Berkeley Protocol, the pillars, and others to pick from."""

from __future__ import annotations

import pytest

from probata.cases.procedures import ProcedureNotFound, StepNotFound, procedure, procedures
from probata.terms.errors import InvalidValue


def test_the_cycle_of_the_berkeley_protocol_has_its_six_phases_in_order():
    """Online inquiry, preliminary assessment, collection, preservation, verification, investigative analysis."""
    assert list(dict.fromkeys(step.phase for step in procedure("berkeley_protocol").steps)) == [
        "Online inquiry",
        "Preliminary assessment",
        "Collection",
        "Preservation",
        "Verification",
        "Investigative analysis",
    ]


def test_the_five_pillars_stand_with_what_tribunals_ask_besides():
    """Provenance, source, date, location, motivation; then integrity, content, attribution."""
    assert [step.title for step in procedure("five_pillars").steps] == [
        "Provenance",
        "Source",
        "Date",
        "Location",
        "Motivation",
        "Integrity",
        "Content",
        "Attribution",
    ]


def test_every_template_names_its_source_and_asks_something_at_each_step():
    """Names of steps stand once, in the phase that they name, and each step ends in a question."""
    assert len(procedures()) >= 5
    for one in procedures():
        assert one.source
        names = [step.id for step in one.steps]
        assert len(set(names)) == len(names)
        assert all(step.asks.endswith("?") for step in one.steps)


def test_what_is_not_there_is_refused():
    """A template, a step, a megabyte."""
    with pytest.raises(ProcedureNotFound):
        procedure("guesswork")
    with pytest.raises(StepNotFound):
        procedure("five_pillars").step("pillars.luck")
    with pytest.raises(InvalidValue):
        procedure("x" * 1_000_000)
