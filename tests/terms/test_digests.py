"""Digests name their algorithm; nothing else passes for one."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.terms.digests import Digest, sha256
from probata.terms.errors import InvalidValue
from probata.terms.ids import new_record_id, record_id, source_id


@given(st.binary(max_size=64), st.sampled_from(["sha256", "sha512"]))
def test_digests_survive_json(content: bytes, algorithm: str) -> None:
    digest = Digest(algorithm=algorithm, hex=hashlib.new(algorithm, content).hexdigest())
    assert Digest.from_json(digest.as_json()) == digest
    assert Digest.parse(str(digest)) == digest


@pytest.mark.parametrize("untrusted", ["", "0" * 63, "0" * 65, "A" * 64, "g" * 64, "0" * 63 + "\n", "\u0660" * 64])
def test_only_64_lower_case_hex_digits_are_a_sha256(untrusted: str) -> None:
    with pytest.raises(InvalidValue):
        sha256(untrusted)


@pytest.mark.parametrize("untrusted", ["md5:" + "0" * 32, "0" * 64, "sha512:" + "0" * 64, 7, None])
def test_a_digest_without_a_known_algorithm_is_refused(untrusted: object) -> None:
    with pytest.raises(InvalidValue):
        Digest.from_json(untrusted)


def test_record_ids_are_of_chance_and_read_back() -> None:
    one, other = new_record_id(), new_record_id()
    assert one != other
    assert record_id(one) == one


@pytest.mark.parametrize(
    "untrusted", ["geonames:703448", "osm:way/123", "gns:-1", "GeoNames:1", "geonames:", ":1", "a b:1"]
)
def test_a_source_id_names_a_list_and_an_entry(untrusted: str) -> None:
    if untrusted in {"geonames:703448", "osm:way/123"}:
        assert source_id(untrusted) == untrusted
    else:
        with pytest.raises(InvalidValue):
            source_id(untrusted)
