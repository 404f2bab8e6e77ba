"""Many names said in few: these, or all but these."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from probata.terms.names import Names

ALL = frozenset("abcdef")
names = st.builds(Names, listed=st.frozensets(st.sampled_from(sorted(ALL))), but=st.booleans())


def _meant(some: Names) -> frozenset[str]:
    return frozenset(name for name in ALL if name in some)


@given(names)
def test_but_lists_what_is_left_out(some):
    """With `but`, a name is among them exactly if it is not listed."""
    assert _meant(some) == (ALL - some.listed if some.but else some.listed)


@given(names, st.lists(st.sampled_from(sorted(ALL))))
def test_of_some_those_that_are_among_them(one, some):
    """Of names that are given, as many times as they are, those that are among them, each once."""
    assert one.of(iter(some)) == _meant(one) & set(some)


@given(names, names)
def test_both_either_and_others_are_those_of_sets(one, other):
    """However each is said, what is in both, in either, or in neither is what plain sets would have."""
    assert _meant(one & other) == _meant(one) & _meant(other)
    assert _meant(one | other) == _meant(one) | _meant(other)
    assert _meant(~one) == ALL - _meant(one)
