"""Finding observations by their words, across all items."""

from __future__ import annotations

from fractions import Fraction

import pytest

from probata.analysis import selectors, services
from probata.analysis.observations import Epistemic, Observation, ObservationKind
from probata.capture import services as capture
from probata.terms.digests import Sha256
from probata.terms.spans import Span
from probata.terms.words import Confidence


@pytest.fixture
def observe(workspace, tmp_path):
    """Record words about an item of its own."""

    def made(words, kind=ObservationKind.VEHICLE):
        path = tmp_path / f"{abs(hash(words))}.txt"
        path.write_text(words, encoding="utf-8")
        (outcome,) = capture.add(str(path), actor=workspace.keyring.signing, reason="a test")
        seen = Observation(
            item=Sha256(outcome.acquired.sha256),
            kind=kind,
            epistemic=Epistemic.VISIBLE,
            certainty=Confidence.HIGH,
            description=words,
            segment=Span(start_pts=10, end_pts=90, time_base=Fraction(1, 10)),
        )
        return services.observe(seen, actor=workspace.keyring.signing)

    return made


def found(words, **more):
    some, count = selectors.observations_saying(words, most=10, **more)
    assert count == len(some)
    return [one.observation.description for one in some]


def test_every_word_must_be_there(observe):
    """In the description or the kind, in either case, also in Cyrillic; the newest first."""
    observe("A white lorry")
    observe("a white van", ObservationKind.OTHER)
    observe("Белый грузовик", ObservationKind.LANDMARK)
    assert found("") == ["Белый грузовик", "a white van", "A white lorry"]
    assert found("WHITE") == ["a white van", "A white lorry"]
    assert found("white vehicle") == ["A white lorry"]
    assert found("белый") == ["Белый грузовик"]
    assert found("white bus") == []
    assert found("100%") == []


def test_what_stands_no_more_is_left_out(observe, workspace):
    """A withdrawn one, and what withdrew it; and those of items that are kept from whoever asks."""
    first, second = observe("a lorry"), observe("another lorry")
    services.withdraw(first.id, actor=workspace.keyring.signing, reason="a bus")
    assert found("lorry") == ["another lorry"]
    assert found("lorry", without=[second.observation.item]) == []


def test_so_many_and_how_many_there_are(observe):
    """A short list says how long it would be."""
    for number in range(4):
        observe(f"lorry {number}")
    some, count = selectors.observations_saying("lorry", most=2)
    assert ([one.observation.description for one in some], count) == (["lorry 3", "lorry 2"], 4)
