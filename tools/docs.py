#!/usr/bin/env python3
"""Write the generated parts of the docs, or with `--check` say which are not current.

`python tools/docs.py [--check] [ROOT]`. A page holds `<!-- generated: NAME -->` … `<!-- end -->`; what stands between
is made here from the source, what stands outside is written by people. Only verbs and the API are imported; the rest is
read.
"""

from __future__ import annotations

import argparse
import ast
import configparser
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from error_tree import ErrorKind, error_kinds

from probata.cli.verbs import VERBS, load

BLOCK = re.compile(r"(<!-- generated: (?P<name>[a-z_ ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
FAMILIES = {
    1: "any other",
    2: "the call's words",
    3: "not found",
    4: "refused by a rule",
    5: "the footage",
    6: "custody",
    7: "storage",
    8: "access",
    9: "this machine",
}
# The words of the house, in the order in which a newcomer meets them.
TERMS = "spans times edtf exchange places counts words languages text showing ids digests reading".split()  # noqa: SIM905  same


def block_errors(root: Path) -> Iterator[str]:
    """Every error by exit code, then by code."""
    kinds = error_kinds(root / "src")
    for exit_code in sorted({kind.exit_code for kind in kinds}):
        yield f"## Exit code {exit_code}: {FAMILIES.get(exit_code, 'verdicts of `verify` and `check`')}"
        yield ""
        for kind in sorted(kinds, key=lambda one: one.code):
            if kind.exit_code == exit_code:
                yield from _error(kind)


def _error(kind: ErrorKind) -> Iterator[str]:
    yield f"### `{kind.code}`"
    yield ""
    yield kind.promise
    yield ""
    yield f"> {kind.template}"
    yield ""
    if kind.advice:
        yield f"*What to do:* {kind.advice}"
        yield ""
    if kind.advice_here:
        yield f"*At the workbench:* {kind.advice_here}"
        yield ""


def block_terms(root: Path) -> Iterator[str]:
    """Every public name of `terms` with its promise; of an enumeration, every word."""
    for name in TERMS:
        tree = ast.parse((root / f"src/probata/terms/{name}.py").read_text(encoding="utf-8"))
        yield f"## `terms.{name}`"
        yield ""
        yield _whole_first_paragraph(tree)
        yield ""
        for node in tree.body:
            yield from _public_name(node)
        yield ""


def _public_name(node: ast.stmt) -> Iterator[str]:
    if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
        return
    yield f"- **`{node.name}`**: {_whole_first_paragraph(node)}"
    if isinstance(node, ast.ClassDef) and any(isinstance(base, ast.Name) and base.id == "Enum" for base in node.bases):
        for word, promise in _members(node):
            yield f"    - `{word}`{': ' + promise if promise else ''}"


def _members(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for place, statement in enumerate(node.body):
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            after = node.body[place + 1] if place + 1 < len(node.body) else None
            said = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
            yield str(statement.value.value) or "(none)", str(said)


def _whole_first_paragraph(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> str:
    return " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())


def block_verbs(root: Path) -> Iterator[str]:
    """Every verb with its arguments, from the parsers that the command line itself uses."""
    for verb, promise in VERBS.items():
        if not (root / f"src/probata/cli/{verb}_verb.py").is_file():
            continue
        parser = argparse.ArgumentParser(prog=f"probata {verb}", add_help=False)
        load(verb).arguments(parser)
        yield f"## `probata {verb}`"
        yield ""
        yield f"{promise[0].upper()}{promise[1:]}."
        yield ""
        yield "| argument | what it does |"
        yield "|---|---|"
        for action in parser._actions:  # noqa: SLF001  argparse shows its arguments in no other way
            yield f"| `{_argument(action)}` | {_help(action)} |"
        yield "| `--json` | print one JSON object (docs/json/) |"
        yield ""


def _argument(action: argparse.Action) -> str:
    value = action.metavar if isinstance(action.metavar, str) else action.dest.upper().replace("_", "-")
    if action.choices is not None:
        value = "{" + ",".join(str(one) for one in action.choices) + "}"
    if action.option_strings:
        names = ", ".join(action.option_strings)
        return names if action.nargs == 0 else f"{names} {value}"
    return f"{value}…" if action.nargs in {"+", "*"} else value


def _help(action: argparse.Action) -> str:
    return ((action.help or "") % {"default": action.default, "prog": "probata"}).replace("|", "\\|")


def block_settings(root: Path) -> Iterator[str]:
    """The settings file as `probata init` writes it."""
    tree = ast.parse((root / "src/probata/engines/settings.py").read_text(encoding="utf-8"))
    template = _constant(tree, "_TEMPLATE")
    yield "```toml"
    yield from template.rstrip("\n").split("\n")
    yield "```"


def block_environment(root: Path) -> Iterator[str]:
    """Every environment variable of ours, with the line that names it."""
    found: dict[str, set[str]] = {}
    for file in sorted((root / "src/probata").rglob("*.py")):
        for variable in re.findall(r"\"(PROBATA_[A-Z_]+)\"", file.read_text(encoding="utf-8")):
            found.setdefault(variable, set()).add(file.relative_to(root / "src/probata").as_posix())
    for variable, files in sorted(found.items()):
        yield f"- `{variable}`, read in {', '.join(f'`{file}`' for file in sorted(files))}"


def _constant(tree: ast.Module, name: str) -> str:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
            return str(ast.literal_eval(node.value))
    raise SystemExit(f"{name} is not where the docs expect it")


def block_plug_ins(root: Path) -> Iterator[str]:
    """Every built-in plug-in, as its entry point lists it."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    yield "| seam | name | where | promise |"
    yield "|---|---|---|---|"
    for seam, points in sorted(project.get("entry-points", {}).items()):
        for name, target in sorted(points.items()):
            module, _, noun = target.partition(":")
            file = root / "src" / f"{module.replace('.', '/')}.py"
            tree = ast.parse(file.read_text(encoding="utf-8") if file.is_file() else "")
            classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == noun]
            promise = _whole_first_paragraph(classes[0]) if classes else "is not in this tree"
            yield f"| `{seam}` | `{name}` | `{module}` | {promise} |"


def block_gates(root: Path) -> Iterator[str]:
    """Every contract of import-linter and every rule of the architecture check."""
    contracts = configparser.ConfigParser()
    contracts.read(root / ".importlinter", encoding="utf-8")
    for section in contracts.sections():
        if section.startswith("importlinter:contract:"):
            yield f"- contract `{section.rpartition(':')[2]}`: {contracts[section]['name']}"
    tree = ast.parse((root / "tools/architecture.py").read_text(encoding="utf-8"))
    rules = [node for node in tree.body if isinstance(node, ast.FunctionDef) and _is_a_rule(node)]
    for node in rules:
        yield f"- rule `{node.name}`: {_whole_first_paragraph(node)}"


def block_api(_root: Path) -> Iterator[str]:
    """Every operation of the API, from the document that it gives of itself."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "probata.web.settings")
    import django  # noqa: PLC0415  after its settings are named

    django.setup()
    from probata.web.api.document import operations  # noqa: PLC0415  same

    room = ""
    for one in operations():
        if one.room != room:
            room = one.room
            yield f"\n### {room[:1].upper()}{room[1:]}\n"
            yield "| operation | what it does | takes | contract |"
            yield "|---|---|---|---|"
        fields = [*(f"`{told.name}`" for told in one.query), *(f"`{told.name}`" for told in one.body)]
        beside = f"<br>{', '.join(fields)}" if fields else ""
        permission = f"`{one.permission.value}`" if one.permission else "any token"
        contract = f"`{one.contract.split('/')[1]}`" if one.contract.startswith("probata/") else one.contract
        yield f"| `{one.method} {one.path}`{beside} | {one.says} | {permission} | {contract} |"


def _is_a_rule(node: ast.FunctionDef) -> bool:
    return node.returns is not None and ast.unparse(node.returns) == "Iterator[Breach]"


def block_room(root: Path, room: str) -> Iterator[str]:
    """What stands in a room today: each module with its promise."""
    folder = root / "src/probata" / room
    for file in sorted(folder.rglob("*.py")):
        path = file.relative_to(folder).as_posix()
        promise = _whole_first_paragraph(ast.parse(file.read_text(encoding="utf-8")))
        if promise and "migrations/" not in path and path != "__init__.py":
            yield f"- `{path}`: {promise}"


def written(text: str, root: Path) -> str:
    """The page with every generated block made anew."""

    def block(match: re.Match[str]) -> str:
        kind, _, about = match["name"].partition(" ")
        lines = block_room(root, about) if kind == "room" else BLOCKS[kind](root)
        return match[1] + "\n".join(lines).rstrip("\n") + "\n" + match[3]

    return BLOCK.sub(block, text)


BLOCKS = {
    "errors": block_errors,
    "terms": block_terms,
    "verbs": block_verbs,
    "settings": block_settings,
    "environment": block_environment,
    "plugins": block_plug_ins,
    "gates": block_gates,
    "api": block_api,
}


def main(arguments: list[str]) -> int:
    """Write what is not current, or name it and return 1."""
    only_check = "--check" in arguments
    places = [Path(one) for one in arguments if not one.startswith("--")]
    root = places[0] if places else Path(__file__).resolve().parent.parent
    stale = []
    for page in sorted((root / "docs").rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        current = written(text, root)
        if current != text:
            stale.append(page.relative_to(root).as_posix())
            if not only_check:
                page.write_text(current, encoding="utf-8")
    for name in stale:
        sys.stdout.write(f"{name}: {'not current: run `make docs`' if only_check else 'written'}\n")
    return 1 if stale and only_check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
