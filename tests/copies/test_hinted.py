"""A descriptor that the user gives proposes where features find nothing, and proves nothing by itself."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from made_copies import HEIGHT, RATE, WIDTH, Reel, part, reel, scene
from made_models import model

from probata.copies import hinted
from probata.copies.compare import compare
from probata.copies.methods.learned import DescriptorRefused
from probata.copies.relations import KINDS_OF_COPY


def mist(seed: int, seconds: float) -> Reel:
    """Drifting mist: no corner that a feature could hold on to, and never twice the same."""
    random, count = np.random.default_rng(seed), round(seconds * RATE)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    level = 110 + random.normal(0, 1.5, (count, HEIGHT, WIDTH))
    for _wave in range(4):
        across, down = random.uniform(-0.03, 0.03, 2)
        drift = np.cumsum(np.convolve(random.normal(0, 0.5, count + 12), np.ones(12) / 12, "valid")[:count])
        level += 22 * np.sin(across * x + down * y + drift[:, None, None])
    grey = np.clip(level, 0, 255).astype(np.uint8)
    return reel(np.repeat(grey[..., None], 3, axis=3))


@pytest.fixture
def given(tmp_path, monkeypatch):
    """A descriptor, named by the environment."""
    file = tmp_path / "model.onnx"
    file.write_bytes(model())
    monkeypatch.setenv("PROBATA_DESCRIPTOR", str(file))
    monkeypatch.setenv("PROBATA_DESCRIPTOR_SHA256", hashlib.sha256(file.read_bytes()).hexdigest())
    return file


def test_without_a_descriptor_nobody_watches_for_it(shelf):
    """None is given: nothing more is decoded, nothing is said."""
    assert hinted.consumers() == ()
    found = compare(shelf.file(scene(301, 1, 2.0)), shelf.file(scene(302, 2, 2.0)), jail=shelf.jail)
    assert found.relations == ()


def test_a_copy_without_a_place_is_found_where_a_descriptor_names_it(shelf, monkeypatch, given):
    """Features find no place at all; the descriptor names pictures, and these are proven one by one, in step."""
    filmed = mist(5, 5.0)
    whole, cut = shelf.file(filmed), shelf.file(part(filmed, 1.0, 4.0))
    with_it = compare(cut, whole, jail=shelf.jail)
    monkeypatch.delenv("PROBATA_DESCRIPTOR")
    monkeypatch.delenv("PROBATA_DESCRIPTOR_SHA256")
    without = compare(cut, whole, jail=shelf.jail)

    assert without.relations == ()
    (relation,) = with_it.relations
    assert relation.kind == "excerpt_of"
    assert float(relation.segments[0].b_start_s) == pytest.approx(1.0, abs=1.5 / RATE)
    assert "descriptor" in [reason.code for reason in relation.why]


def test_what_a_descriptor_alone_holds_alike_is_no_copy(shelf, given):
    """The same place at another moment is described alike, and stays unproven."""
    one, other = (shelf.file(scene(304, moment, 3.0)) for moment in (1, 2))
    found = compare(one, other, jail=shelf.jail)

    assert hinted.hits(found.a, found.b)
    assert not [relation for relation in found.relations if relation.kind in KINDS_OF_COPY]


def test_other_mist_is_no_copy(shelf, given):
    """Mist looks like mist, to a descriptor as well: nothing follows in step."""
    found = compare(shelf.file(mist(6, 3.0)), shelf.file(mist(7, 3.0)), jail=shelf.jail)

    assert found.relations == ()


def test_another_file_than_was_named_is_refused_aloud(shelf, given):
    """Whoever names a digest is told when another file lies there, and nothing is compared without it."""
    given.write_bytes(given.read_bytes() + b"\0")
    with pytest.raises(DescriptorRefused):
        compare(shelf.file(scene(305, 1, 1.0)), shelf.file(scene(305, 1, 1.0)), jail=shelf.jail)
