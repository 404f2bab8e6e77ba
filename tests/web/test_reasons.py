"""Computed reasons are told in the language of the page: every one that rooms give is made of a sentence known here."""

from __future__ import annotations

import ast
from itertools import product
from pathlib import Path

import pytest
from django.utils import translation

from probata.access.selectors import PersonNotFound
from probata.web import reasons

SOURCE = Path(__file__).resolve().parents[2] / "src" / "probata"
LOCALE = SOURCE / "web" / "locale"
COMPUTED = "their ranges of time share no instant"
CLAIMS = ("claims/propositions.py",)
ANALYSERS = (
    *(f"analysis/analysers/{name}.py" for name in ("faces", "scenes", "screen_text", "shots", "speech")),
    "analysis/shots/counting.py",
    *(f"analysis/jailed/{file.name}" for file in sorted((SOURCE / "analysis/jailed").glob("*.py"))),
    "analysis/run.py",
    "analysis/services/looking.py",
    "engines/work/local.py",
)
SEARCHES = ("copies/among.py", "copies/services.py")
_TELLING = {"Draft", "Done", "_excluded", "CannotLook", "Count", "_nothing", "append", "evolve"}

compiled = pytest.mark.skipif(
    not (LOCALE / "uk/LC_MESSAGES/django.mo").exists(), reason="translations are not compiled"
)


def given(*files: str) -> set[str]:
    """Every reason that these files can give, with something put in for what is not known before."""
    return {one for file in files for one in _Reasons(SOURCE / file).found if any(map(str.isalpha, one))}


class _Reasons(ast.NodeVisitor):
    """Texts that are assigned to `why` or `reason`, given as `why=`, to `Draft(…)` and the like, or told by `_why`."""

    def __init__(self, file: Path) -> None:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        self.found: set[str] = set()
        self._names, self._raises = _assigned(tree), False
        self.visit(tree)

    def visit_Raise(self, node: ast.Raise) -> None:
        """An error is told by its own template; only what says that it cannot look is a reason."""
        if isinstance(node.exc, ast.Call) and ast.unparse(node.exc.func) == "CannotLook":
            self.found |= self._texts(node.exc.args[0])

    def visit_Assign(self, node: ast.Assign) -> None:
        """`why = …` and `reason = …`."""
        wanted = ("reason",) if self._raises else ("why", "reason")
        if isinstance(node.targets[0], ast.Name) and node.targets[0].id in wanted:
            self.found |= self._texts(node.value)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """What `_why` and `nothing_shared` return; where `why` is what an error says, it is no reason."""
        before = self._raises, self._names
        raises = [ast.unparse(one) for one in ast.walk(node) if isinstance(one, ast.Raise)]
        self._raises, self._names = any("why=why" in one for one in raises), _assigned(node)
        if node.name in ("_why", "nothing_shared"):
            returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
            self.found |= {text for one in returned for text in self._texts(one)}
        self.generic_visit(node)
        self._raises, self._names = before

    def visit_Call(self, node: ast.Call) -> None:
        """`Draft(why=…)`, `_excluded(…, …)`, `reasons.append(…)`."""
        if ast.unparse(node.func).rpartition(".")[2] in _TELLING:
            told = [one.value for one in node.keywords if one.arg == "why"]
            if ast.unparse(node.func) in ("_excluded", "reasons.append", "_nothing"):
                told.append(node.args[-1])
            self.found |= {text for one in told for text in self._texts(one)}
        self.generic_visit(node)

    def _texts(self, node: ast.expr, depth: int = 3) -> set[str]:
        match node:
            case ast.Constant(value=str(text)):
                return {text}
            case ast.JoinedStr(values=parts):
                return {"".join(one) for one in product(*(self._part(part, depth) for part in parts))}
            case ast.IfExp():
                return self._texts(node.body, depth) | self._texts(node.orelse, depth)
            case ast.Name(id=name) if depth:
                return {text for one in self._names.get(name, []) for text in self._texts(one, depth - 1)}
        return set()

    def _part(self, node: ast.expr, depth: int) -> set[str]:
        if not isinstance(node, ast.FormattedValue):
            return self._texts(node, depth)
        if ast.unparse(node.value) == "edge.why":
            return {COMPUTED}
        return self._texts(node.value, depth) or {"3"}


def _assigned(within: ast.AST) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(within):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


@pytest.mark.parametrize("files", [CLAIMS, ANALYSERS, SEARCHES], ids=["claims", "analysers", "searches"])
def test_each_reason_has_a_sentence_that_is_translated(files: tuple[str, ...]) -> None:
    """`tools/messages.py` gathers the sentences of `web.reasons`; a reason that a room gives anew is one of them."""
    told = given(*files)
    assert len(told) >= 3
    assert {one for one in told if not reasons.fits(one)} == set()


def test_the_claims_room_gives_four() -> None:
    """As they are found in its source: by times, by counts, and by what follows from both or from one."""
    assert given(*CLAIMS) == {
        COMPUTED,
        "the one has at least 3, the other at most 3",
        f"what follows from them cannot both be so: {COMPUTED}",
        f"what follows from it cannot both be so: {COMPUTED}",
    }


def test_a_reason_comes_back_with_its_figures() -> None:
    """In the language in which they were written they stay as they are, several and nested ones too."""
    with translation.override("en"):
        for told in (*given(*CLAIMS, *ANALYSERS, *SEARCHES), "2 may be echoes; 1 is doubtful"):
            assert reasons.in_words(told) == told


@pytest.mark.parametrize("told", ["", "because a neighbour said so", "{reason}", "a; b", "%s {0} {} {"])
def test_words_that_are_no_sentence_of_ours_stay(told: str) -> None:
    """A plug-in of somebody else, or an older record: what it says is shown as it says it."""
    assert reasons.in_words(told) == told


@compiled
def test_the_sentence_of_an_error_is_told_in_the_language_too() -> None:
    """What an error left on the record is found by its template, and its facts stand in the translation."""
    told = PersonNotFound(name="Гість", known="nobody").message
    with translation.override("uk"):
        assert reasons.in_words(told) != told
        assert "Гість" in reasons.in_words(told)


@compiled
@pytest.mark.parametrize("language", ["uk", "ru", "ar"])
def test_no_reason_stays_english(language: str) -> None:
    """Not one of the claims room, nested ones to their end, nor of a machine; figures stand in it."""
    with translation.override(language):
        for told in given(*CLAIMS, *ANALYSERS, *SEARCHES):
            assert reasons.in_words(told) != told
            assert COMPUTED not in reasons.in_words(told)
        assert "41" in reasons.in_words("the one has at least 41, the other at most 7")
