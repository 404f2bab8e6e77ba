"""A timestamp holds only from the authority it is bound to, over the note it names, and unchanged."""

from __future__ import annotations

import shutil
from functools import partial

import pytest
from attrs import field, frozen
from hypothesis import given
from hypothesis import strategies as st
from local_authority import LocalAuthority, Root

from probata.custody import timestamps, verifier
from probata.custody.timestamps import MEDIA_TYPE_QUERY, MEDIA_TYPE_REPLY, Authority, Stamped, TimestampRefused
from probata.engines import network
from probata.engines.network import Use
from probata.terms.errors import InvalidValue

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl program on this machine"),
]

NOTE = "probata/x\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 probata/x AAAAAAAA\n"


@frozen(kw_only=True)
class Two:
    """Two authorities under one root, a third under another, and an honest answer of the first."""

    first: LocalAuthority
    second: LocalAuthority
    stranger: LocalAuthority
    root: Root
    other_root: Root
    stamped: Stamped = field(repr=False)
    uses: list[Use] = field(repr=False)

    def bound(self, pem: bytes, name: str = "first") -> Authority:
        return Authority.from_pem(name, "http://127.0.0.1/", pem)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    folder = tmp_path_factory.mktemp("authorities")
    root, other_root = Root.new("Root"), Root.new("Other root")
    first = LocalAuthority.new(folder / "first", "First", root)
    uses: list[Use] = []
    with first.served() as url:
        post = partial(network.post, sends=MEDIA_TYPE_QUERY, wants=MEDIA_TYPE_REPLY, record=uses.append)
        stamped = timestamps.ask(Authority.from_pem("first", url, root.pem), NOTE, post)
    return Two(
        first=first,
        second=LocalAuthority.new(folder / "second", "Second", root),
        stranger=LocalAuthority.new(folder / "stranger", "Stranger", other_root),
        root=root,
        other_root=other_root,
        stamped=stamped,
        uses=uses,
    )


def test_an_honest_answer_holds_by_two_programs(two: Two) -> None:
    """A real authority's answer over loopback holds, by the library and by openssl; both raw messages are kept."""
    assert two.stamped.second_opinion
    assert two.stamped.at.tzinfo is not None
    assert two.stamped.request.startswith(b"\x30")
    assert timestamps.verify(two.stamped.response, NOTE, two.bound(two.root.pem)) == two.stamped.at


def test_each_use_of_the_network_is_recorded(two: Two) -> None:
    """Asking an authority is recorded before and after."""
    assert [use.outcome for use in two.uses] == ["asked", "answered"]
    assert two.uses[1].received_bytes == len(two.stamped.response)


def test_the_standard_library_reads_the_same_time(two: Two) -> None:
    """The verifier's own reading of the answer states the digest and the second that the library states."""
    stated = verifier.read_timestamp(two.stamped.response)
    assert stated.seconds == int(two.stamped.at.timestamp())


def test_another_authority_under_another_root_does_not_pass(two: Two) -> None:
    """An answer of one authority never passes as another's: other root."""
    with pytest.raises(TimestampRefused):
        timestamps.verify(two.stamped.response, NOTE, two.bound(two.other_root.pem))
    with pytest.raises(TimestampRefused):
        timestamps.agrees(two.stamped.response, NOTE, two.bound(two.other_root.pem))


def test_another_authority_under_the_same_root_does_not_pass(two: Two) -> None:
    """An answer of one authority never passes as another's: same root, bound to its own certificate."""
    bound_to_second = two.bound(two.root.pem + two.second.pem)
    assert len(bound_to_second.signers) == 1
    with pytest.raises(TimestampRefused):
        timestamps.verify(two.stamped.response, NOTE, bound_to_second)
    bound_to_both = two.bound(two.root.pem + two.second.pem + two.first.pem)
    assert timestamps.verify(two.stamped.response, NOTE, bound_to_both) == two.stamped.at


def test_another_note_does_not_pass(two: Two) -> None:
    """An answer over one checkpoint says nothing about another."""
    with pytest.raises(TimestampRefused):
        timestamps.verify(two.stamped.response, NOTE + "\n", two.bound(two.root.pem))
    with pytest.raises(TimestampRefused):
        timestamps.agrees(two.stamped.response, NOTE + "\n", two.bound(two.root.pem))


def test_an_old_answer_does_not_pass_for_a_new_question(two: Two) -> None:
    """An answer to another question, of the same note, has another nonce."""
    with pytest.raises(TimestampRefused):
        timestamps.verify(two.stamped.response, NOTE, two.bound(two.root.pem), nonce=7)
    with pytest.raises(TimestampRefused):
        timestamps.ask(two.bound(two.root.pem), NOTE, lambda _url, _body: two.stamped.response)


def test_a_refusal_does_not_pass(two: Two) -> None:
    """An authority that does not know the digest's algorithm refuses, and that is a stated outcome."""
    with pytest.raises(TimestampRefused):
        timestamps.ask(two.bound(two.root.pem), NOTE, lambda _url, _body: two.first.answer(b"\x30\x00"))


@given(data=st.data())
def test_a_changed_answer_is_refused_or_means_the_same(two: Two, data: st.DataObject) -> None:
    """Whatever byte of an answer is changed, it is refused, or still says the same of the same note."""
    place = data.draw(st.integers(0, len(two.stamped.response) - 1))
    mask = data.draw(st.integers(1, 255))
    changed = bytearray(two.stamped.response)
    changed[place] ^= mask
    try:
        at = timestamps.verify(bytes(changed), NOTE, two.bound(two.root.pem))
    except TimestampRefused:
        return
    assert at == two.stamped.at


def test_an_authority_without_a_root_is_refused(two: Two) -> None:
    """An authority is bound to a root certificate, or it is none."""
    with pytest.raises(InvalidValue):
        two.bound(two.first.pem)
    with pytest.raises(InvalidValue):
        two.bound(b"no certificate")


def test_a_check_judges_only_its_own_authorities(two: Two) -> None:
    """The verifier's hook passes an authority it knows, fails a false one, and is silent on one it does not know."""
    digest = verifier.read_timestamp(two.stamped.response).digest
    check = timestamps.token_check([two.bound(two.root.pem), two.bound(two.other_root.pem, "stranger")])
    said = check("first", two.stamped.response, digest)
    assert said is not None
    assert two.stamped.at.isoformat() in said
    assert check("nobody", two.stamped.response, digest) is None
    with pytest.raises(verifier.Fault):
        check("stranger", two.stamped.response, digest)
