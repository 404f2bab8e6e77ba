"""What an error advises at the workbench can be done there: whoever reads it may have no terminal."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from probata.cases.selectors.keeping import CaseNotFound
from probata.terms.errors import NotFound

if TYPE_CHECKING:
    from error_tree import ErrorKind
    from tests.web.conftest import Bench

ROOT = Path(__file__).resolve().parents[2]
HTML, JSON = {"accept": "text/html"}, {"accept": "application/json"}
# A verb, or an option of one.
TERMINAL = re.compile(r"`probata |`pip |(?<![\w-])--[a-z]")
HERE = re.compile(r"machine|\bpage\b|lists of records")
# Nobody reads these on a page: without a workspace none is served, and there somebody is always logged in.
BEFORE_ANY_PAGE = {"no_workspace", "workspace_exists", "nothing_to_sign", "who_acts"}


def kinds() -> list[ErrorKind]:
    """Every error that a page may tell."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from error_tree import error_kinds
    finally:
        sys.path.pop(0)
    found = error_kinds(ROOT / "src")
    return [one for one in found if not re.search(r"\.(cli|client)\.", f"{one.module}.")]


def test_no_page_sends_anybody_to_a_terminal() -> None:
    """An advice that names a verb also names the page that does the same, or says that it is done at the machine."""
    told = {one.code: one.advice_here or one.advice for one in kinds() if one.code not in BEFORE_ANY_PAGE}
    assert len(told) > 100
    assert {code: text for code, text in told.items() if TERMINAL.search(text) and not HERE.search(text)} == {}


def test_the_tree_as_read_is_the_tree_as_run() -> None:
    """What a class advises replaces what its parent says of the workbench; a class without advice has its parent's."""
    told = {one.code: one.advice_here or one.advice for one in kinds()}

    class Own(NotFound):
        code = "own"
        advice = "Look elsewhere."

    class Silent(NotFound):
        code = "silent"

    assert Own.at_the_workbench() == "Look elsewhere."
    assert Silent.at_the_workbench() == NotFound.advice_here == told["item_not_found"]
    assert CaseNotFound.at_the_workbench() == told["case_not_found"] == "The page Cases lists them."


@pytest.mark.parametrize("headers", [HTML, JSON], ids=["page", "script"])
def test_a_page_says_what_to_do_on_a_page(bench: Bench, headers: dict[str, str]) -> None:
    """The command line goes on naming its verb."""
    answer = bench.client().get("/cases/01890000-0000-7000-8000-000000000000", headers=headers)
    assert answer.status_code == 404
    assert "The page Cases lists them." in answer.content.decode()
    assert "probata cases" not in answer.content.decode()
    assert "`probata cases`" in CaseNotFound(name="x").what_to_do
