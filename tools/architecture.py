#!/usr/bin/env python3
"""Hold what import-linter cannot see: run over the tree, name every breach, exit 1 where there is one.

`python tools/architecture.py [ROOT]`. Each rule is one function below, named as it is reported; tests/architecture/
shows that each fires. An exception stands in the lists at the top with its reason.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from error_tree import error_kinds, module_name

# Wiring: plug-ins by entry point; verbs by name, so that `--help` imports none.
DYNAMIC_IMPORTS = {"engines/plugins.py", "cli/verbs.py"}
# Triggers and bulk inserts of the ledger; the pragmas that copy a database whole; the comparison of two databases; the
# full-text index, which is a file of its own beside the database; the built gazetteer, a read-only file of its own.
RAW_SQL = {
    "custody/services/acts.py",
    "custody/services/guards.py",
    "cli/databases.py",
    "search/index.py",
    "gazetteer/store.py",
}
# A stranger carries this one file into a room without a network; it is read from the top as one story.
LONG_MODULES = {"custody/verifier.py"}
LONGEST_MODULE_LINES = 500
LONGEST_FUNCTION_LINES = 60
PLUG_IN_FOLDERS = ("analysis/analysers", "capture/sources", "copies/methods", "disclosure/exporters")
HEAVY = {"av", "numpy", "onnxruntime", "torch", "torchaudio", "transformers", "ctranslate2", "faster_whisper", "faiss"}
# What a verifier of evidence has no use for: the network, other programs, foreign code.
NOT_FOR_THE_VERIFIER = {"asyncio", "ctypes", "ftplib", "http", "multiprocessing", "pickle", "smtplib", "socket"} | {
    "socketserver", "ssl", "subprocess", "urllib", "webbrowser", "xmlrpc",
}  # fmt: skip
# A claim has an author, a time and a source; nobody is named by a verdict that no court has given.
BANNED_WORDS = set(
    """
    criminal culprit enemies enemy guilty invader invaders killer killers martyr martyrs murderer murderers occupier
    occupiers perpetrator perpetrators separatist separatists terrorist terrorists traitor traitors victim victims
    """.split()  # noqa: SIM905  a page of words reads better without quotes
)
# Lists of the words that articles use, whoever wrote them: to be recognised, never to be said.
WORDS_OF_OTHERS = "claims/reading/words/"
SPOKEN = {".py", ".html", ".js", ".mjs", ".css", ".txt", ".po", ".json", ".toml", ".svg"}


@dataclass(frozen=True, kw_only=True)
class Breach:
    """One place where a rule is broken."""

    rule: str
    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.place}: {self.why} [{self.rule}]"


@dataclass(frozen=True, kw_only=True)
class Module:
    """One parsed file of the package."""

    path: str
    name: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The top folder it lies in."""
        return self.path.split("/", maxsplit=1)[0]

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of its syntax tree."""
        return list(ast.walk(self.tree))

    def calls(self) -> Iterator[ast.Call]:
        """Every call in it."""
        return (node for node in self.nodes if isinstance(node, ast.Call))


@dataclass(frozen=True)
class House:
    """The tree under its root."""

    root: Path

    @property
    def package(self) -> Path:
        """The folder of the package."""
        return self.root / "src" / "probata"

    @cached_property
    def modules(self) -> list[Module]:
        """Every module of the package, parsed."""
        return [
            Module(
                path=file.relative_to(self.package).as_posix(),
                name=module_name(self.package.parent, file),
                text=(text := file.read_text(encoding="utf-8")),
                tree=ast.parse(text),
            )
            for file in sorted(self.package.rglob("*.py"))
        ]

    @property
    def rooms(self) -> list[str]:
        """The names of the top folders."""
        return sorted(folder.name for folder in self.package.iterdir() if (folder / "__init__.py").is_file())

    def page(self, name: str) -> str:
        """The text of a page of the docs; empty where there is none."""
        file = self.root / "docs" / name
        return file.read_text(encoding="utf-8") if file.is_file() else ""


def imported(module: Module) -> Iterator[tuple[str, int]]:
    """Every dotted name that a module imports, with its line; `from a import b` gives `a.b`, relative ones resolved."""
    package = module.name if module.path.endswith("__init__.py") else module.name.rpartition(".")[0]
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            origin = ".".join(part for part in (above, node.module or "") if part)
            yield from ((f"{origin}.{alias.name}", node.lineno) for alias in node.names)


def called_name(call: ast.Call) -> str:
    """The last word of what is called: `execute` of `cursor.execute(...)`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def listed_verbs(house: House) -> set[str]:
    """The verbs of the command line, as `cli/verbs.py` lists them."""
    for module in house.modules:
        for node in module.nodes if module.path == "cli/verbs.py" else ():
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "VERBS" and node.value:
                return set(ast.literal_eval(node.value))
    return set()


def named_verbs(text: str) -> set[str]:
    """The verbs that a text tells a person to use."""
    return set(re.findall(r"(?:`|\$ )probata ([a-z]+)", text))


def foreign_models(house: House) -> Iterator[Breach]:
    """Tables belong to their room: others use its services and selectors."""
    for module in house.modules:
        for name, line in imported(module):
            parts = name.split(".")
            if parts[0] == "probata" and "models" in parts[2:3] and parts[1] != module.room:
                yield Breach(rule="foreign_models", place=f"{module.path}:{line}", why=f"uses the tables of {parts[1]}")


def dynamic_imports(house: House) -> Iterator[Breach]:
    """Wiring stands in one place, or the contracts would be blind."""
    words = {"import_module", "__import__", "exec", "eval", "run_module", "run_path", "spec_from_file_location"}
    for module in house.modules:
        if module.path in DYNAMIC_IMPORTS:
            continue
        for call in module.calls():
            if called_name(call) in words and not _is_method_of_other(call):
                place = f"{module.path}:{call.lineno}"
                yield Breach(rule="dynamic_imports", place=place, why=f"{called_name(call)}() hides an import")


def _is_method_of_other(call: ast.Call) -> bool:
    # `model.eval()` is not the builtin; `importlib.import_module` is what it says.
    return isinstance(call.func, ast.Attribute) and call.func.attr in {"eval", "exec"}


def raw_sql(house: House) -> Iterator[Breach]:
    """SQL by hand only where a reviewer knows to look."""
    words = {"execute", "executemany", "executescript", "cursor", "raw", "RawSQL", "RunSQL", "extra"}
    for module in house.modules:
        if module.path in RAW_SQL or "/migrations/" in module.path:
            continue
        for call in module.calls():
            if called_name(call) in words:
                yield Breach(rule="raw_sql", place=f"{module.path}:{call.lineno}", why=f"{called_name(call)}() by hand")


def forged_zone(house: House) -> Iterator[Breach]:
    """`replace(tzinfo=…)` relabels an instant: 14:00+03:00 becomes 14:00+00:00 without a word."""
    for module in house.modules:
        for call in module.calls():
            if called_name(call) == "replace" and any(keyword.arg == "tzinfo" for keyword in call.keywords):
                yield Breach(
                    rule="forged_zone", place=f"{module.path}:{call.lineno}", why="replace(tzinfo=) moves time"
                )


def banned_words(house: House) -> Iterator[Breach]:
    """Neutral words only, in names, texts, templates and styles."""
    pattern = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
    for file in sorted(house.package.rglob("*")):
        path = file.relative_to(house.package).as_posix()
        if file.suffix not in SPOKEN or "static/vendor/" in path or path.startswith(WORDS_OF_OTHERS):
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            for word in {found.lower() for found in pattern.findall(line)} & BANNED_WORDS:
                yield Breach(rule="banned_words", place=f"{path}:{number}", why=f"{word!r} takes a side")


def errors(house: House) -> Iterator[Breach]:
    """Every error has a code of its own, an exit code of its family, plain texts, and its place in the docs."""
    documented = set(re.findall(r"^### `([a-z_]+)`", house.page("errors.md"), re.MULTILINE))
    kinds = error_kinds(house.package.parent)
    seen: dict[str, str] = {}
    families = {kind.name: kind.exit_code for kind in kinds if kind.parent == "ProbataError"}
    parents = {kind.name: kind.parent for kind in kinds}
    verbs = listed_verbs(house)
    for kind in kinds:
        place = f"{kind.file.relative_to(house.package).as_posix()}:{kind.line}"
        faults = [
            ("has no code of its own", not kind.own.get("code")),
            (f"shares its code with {seen.get(kind.code)}", kind.code in seen),
            ("is not in docs/errors.md: run `make docs`", kind.code not in documented),
            ("has no docstring", not kind.promise),
            ("has a template or advice that is not a plain text", None in kind.own.values()),
            (
                "names a verb that is not there",
                not named_verbs(f"{kind.template} {kind.advice} {kind.advice_here}") <= verbs,
            ),
            ("has an exit code outside its family", not _of_its_family(kind.name, kind.exit_code, families, parents)),
        ]
        seen.setdefault(kind.code, kind.name)
        yield from (Breach(rule="errors", place=place, why=f"{kind.name} {why}") for why, broken in faults if broken)


def _of_its_family(name: str, exit_code: int, families: dict[str, int], parents: dict[str, str]) -> bool:
    # 10 to 19 are verdicts of `verify` and `check`, whatever family found them.
    while name not in families:
        if not parents.get(name):
            return True
        name = parents[name]
    return exit_code == families[name] or 10 <= exit_code <= 19


def verbs_in_the_docs(house: House) -> Iterator[Breach]:
    """A page tells nobody to use a verb that is not there."""
    verbs = listed_verbs(house)
    for page in [*sorted((house.root / "docs").rglob("*.md")), *sorted(house.root.glob("*.md"))]:
        for verb in sorted(named_verbs(page.read_text(encoding="utf-8")) - verbs):
            place = page.relative_to(house.root).as_posix()
            yield Breach(rule="verbs_in_the_docs", place=place, why=f"names `probata {verb}`, which is not there")


def rooms_in_the_road(house: House) -> Iterator[Breach]:
    """Every room stands in docs/the-road.md under its own heading."""
    headings = set(re.findall(r"^### `([a-z_]+)/?`", house.page("the-road.md"), re.MULTILINE))
    for room in house.rooms:
        if room not in headings:
            yield Breach(rule="rooms_in_the_road", place=f"{room}/", why="has no heading in docs/the-road.md")


def verifier_alone(house: House) -> Iterator[Breach]:
    """The verifier imports the standard library alone, and of it nothing that reaches out."""
    for module in house.modules:
        if module.path != "custody/verifier.py":
            continue
        for name, line in imported(module):
            top = name.split(".")[0]
            if top not in sys.stdlib_module_names:
                yield Breach(rule="verifier_alone", place=f"{module.path}:{line}", why=f"{top} is not standard library")
            elif top in NOT_FOR_THE_VERIFIER:
                yield Breach(rule="verifier_alone", place=f"{module.path}:{line}", why=f"{top} reaches out")


def plug_ins_listed(house: House) -> Iterator[Breach]:
    """A built-in plug-in is found as a stranger's is, by its line in pyproject.toml; and no line leads nowhere."""
    project = tomllib.loads((house.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    points = [target for group in project.get("entry-points", {}).values() for target in group.values()]
    listed = {target.partition(":")[0] for target in points}
    for module in house.modules:
        folder, _, file = module.path.rpartition("/")
        if folder in PLUG_IN_FOLDERS and not file.startswith("_") and module.name not in listed:
            yield Breach(rule="plug_ins_listed", place=module.path, why="has no entry point in pyproject.toml")
    for name in sorted(listed - {module.name for module in house.modules}):
        yield Breach(rule="plug_ins_listed", place="pyproject.toml", why=f"lists {name}, which is not in the tree")


def verbs_listed(house: House) -> Iterator[Breach]:
    """Every verb in the list has its file, and every verb's file is in the list."""
    listed = listed_verbs(house)
    paths = [module.path for module in house.modules]
    standing = {path[4:-8] for path in paths if path.startswith("cli/") and path.endswith("_verb.py")}
    for verb in sorted(listed ^ standing):
        why = "is listed and has no file" if verb in listed else "is not in the list of verbs"
        yield Breach(rule="verbs_listed", place=f"cli/{verb}_verb.py", why=why)


def heavy_at_the_top(house: House) -> Iterator[Breach]:
    """No import of a plug-in does work: what is heavy is imported inside the function that needs it."""
    for module in house.modules:
        if not module.path.startswith(PLUG_IN_FOLDERS):
            continue
        for node in module.tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                for heavy in sorted({name.split(".")[0] for name in names} & HEAVY):
                    yield Breach(rule="heavy_at_the_top", place=f"{module.path}:{node.lineno}", why=f"imports {heavy}")


def foreign_hosts(house: House) -> Iterator[Breach]:
    """No page of ours asks another host for anything."""
    pattern = re.compile(
        r"""(?:src|href|action|srcset|poster|data)\s*=\s*["']?(?:https?:)?//|@import|url\(\s*["']?(?:https?:)?//"""
    )
    for file in sorted(house.package.rglob("*")):
        path = file.relative_to(house.package).as_posix()
        if file.suffix not in {".html", ".css", ".svg"} or "static/vendor/" in path:
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line):
                yield Breach(rule="foreign_hosts", place=f"{path}:{number}", why="asks another host")


def one_screen(house: House) -> Iterator[Breach]:
    """A function fits a screen and a module can be read at one sitting."""
    for module in house.modules:
        lines = len(module.text.splitlines())
        if lines > LONGEST_MODULE_LINES and module.path not in LONG_MODULES:
            yield Breach(rule="one_screen", place=module.path, why=f"{lines} lines; {LONGEST_MODULE_LINES} at most")
        for node in module.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.lineno + 1
                if length > LONGEST_FUNCTION_LINES:
                    yield Breach(
                        rule="one_screen", place=f"{module.path}:{node.lineno}", why=f"{node.name}: {length} lines"
                    )


def unfinished(house: House) -> Iterator[Breach]:
    """What is not done is an open issue, not a word in the source."""
    pattern = re.compile(r"\b(TODO|FIXME|HACK)\b|\bfor now\b")
    for module in house.modules:
        for number, line in enumerate(module.text.splitlines(), 1):
            if pattern.search(line):
                yield Breach(rule="unfinished", place=f"{module.path}:{number}", why="says that it is not finished")


RULES: tuple[Callable[[House], Iterator[Breach]], ...] = (
    foreign_models,
    dynamic_imports,
    raw_sql,
    forged_zone,
    banned_words,
    errors,
    verbs_in_the_docs,
    rooms_in_the_road,
    verifier_alone,
    plug_ins_listed,
    verbs_listed,
    heavy_at_the_top,
    foreign_hosts,
    one_screen,
    unfinished,
)


def main(arguments: list[str]) -> int:
    """Print every breach below the root; 1 where there is one."""
    house = House(Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent)
    breaches = [breach for rule in RULES for breach in rule(house)]
    for breach in breaches:
        sys.stdout.write(f"{breach}\n")
    sys.stdout.write(f"{len(RULES)} rules, {len(house.modules)} modules, {len(breaches)} breaches\n")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
