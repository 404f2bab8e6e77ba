"""A key that may enrol others only later: a stranger's verifier accepts it from then on, and not before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from package_making import Ledger, Recipe, key_from

from probata.custody import verifier

if TYPE_CHECKING:
    from pathlib import Path

    from probata.disclosure.contents import DisclosedEntry

EDITOR, THIRD = key_from("editor"), key_from("third")


def _enrolled(ledger: Ledger, *, granted: bool) -> Sequence[DisclosedEntry]:
    grant = [ledger.enrol(EDITOR, may_enrol=True)] if granted else []
    return [*grant, ledger.enrol(THIRD, by=EDITOR)]


def _verified(folder: Path, *, granted: bool) -> str:
    recipe = Recipe(more_entries=lambda ledger: _enrolled(ledger, granted=granted), more_keys=(THIRD.public_raw,))
    sealed = recipe.seal(folder)
    return verifier.verify(str(sealed.folder), verifier.Demands(fingerprint=sealed.fingerprint)).verdict


def test_a_later_grant_is_accepted(tmp_path: Path) -> None:
    """The same key is enrolled anew, as one that may enrol; whom it enrols then passes."""
    assert _verified(tmp_path / "package", granted=True) == "PASS"


def test_without_it_the_enrolment_fails(tmp_path: Path) -> None:
    """This is why giving the role of custodian records the key anew."""
    assert _verified(tmp_path / "package", granted=False) == "FAIL"
