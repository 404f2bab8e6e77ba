# ruff: noqa: INP001  tools are scripts beside each other, not a package
"""The error tree as it stands in the source, read without importing any of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT_ERROR = ("probata.terms.errors", "ProbataError")


@dataclass(frozen=True, kw_only=True)
class ErrorKind:
    """One class of the tree; what it does not set itself it has from its parent."""

    module: str
    name: str
    parent: str
    file: Path
    line: int
    promise: str
    own: dict[str, object]
    code: str
    exit_code: int
    template: str
    advice: str
    advice_here: str


@dataclass(frozen=True, kw_only=True)
class _Class:
    node: ast.ClassDef
    file: Path
    bases: tuple[tuple[str, str], ...]


def error_kinds(source: Path) -> list[ErrorKind]:
    """Every error of the house below `source`, parents before children, then by name."""
    classes: dict[tuple[str, str], _Class] = {}
    for file in sorted(source.rglob("*.py")):
        module = module_name(source, file)
        tree = ast.parse(file.read_text(encoding="utf-8"))
        known = _imported_names(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases = tuple(_resolved(base, module, known) for base in node.bases)
                classes[module, node.name] = _Class(node=node, file=file, bases=bases)
    return list(_below(ROOT_ERROR, None, classes))


def module_name(source: Path, file: Path) -> str:
    """The dotted name of a file below the source folder."""
    parts = file.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported_names(tree: ast.Module) -> dict[str, tuple[str, str]]:
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def _resolved(base: ast.expr, module: str, known: dict[str, tuple[str, str]]) -> tuple[str, str]:
    if isinstance(base, ast.Name):
        return known.get(base.id, (module, base.id))
    if isinstance(base, ast.Attribute) and isinstance(base.value, ast.Name):
        package, name = known.get(base.value.id, ("", base.value.id))
        return (f"{package}.{name}".strip("."), base.attr)
    return ("", "")


def _below(
    name: tuple[str, str], parent: ErrorKind | None, classes: dict[tuple[str, str], _Class]
) -> Iterator[ErrorKind]:
    found = classes.get(name)
    if found is None:
        return
    own = _constants(found.node)
    inherited = parent.__dict__ if parent else {"code": "", "exit_code": 1, "template": "", "advice": ""}
    # What a class advises replaces what its parent says of the workbench, too.
    here = own.get("advice_here") or ("" if own.get("advice") or parent is None else parent.advice_here)
    kind = ErrorKind(
        module=name[0],
        name=name[1],
        parent=parent.name if parent else "",
        file=found.file,
        line=found.node.lineno,
        promise=(ast.get_docstring(found.node) or "").split("\n")[0],
        own=own,
        advice_here=str(here),
        **{key: own.get(key, inherited[key]) for key in ("code", "exit_code", "template", "advice")},  # type: ignore[arg-type]
    )
    yield kind
    for child in sorted(key for key, one in classes.items() if name in one.bases):
        yield from _below(child, kind, classes)


def _constants(node: ast.ClassDef) -> dict[str, object]:
    constants: dict[str, object] = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            target, value = statement.targets[0].id, statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            target, value = statement.target.id, statement.value
        else:
            continue
        try:
            constants[target] = ast.literal_eval(value)
        except ValueError:
            constants[target] = None
    return constants
