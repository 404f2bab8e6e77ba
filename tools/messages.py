#!/usr/bin/env python3
"""Keep the workbench's translations: gather what is said, compile what was translated, say what is missing.

`python tools/messages.py gather` brings `src/probata/web/locale/*/LC_MESSAGES/django.po` up to what the pages, the
vocabularies and the errors say today; what was translated stays. `compile` writes the files that the workbench reads.
`missing` lists what has no translation, and fails if there is any. All three use GNU gettext.
"""

from __future__ import annotations

import argparse
import ast
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from error_tree import error_kinds

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "src" / "probata" / "web"
LOCALE = WEB / "locale"
LANGUAGES = ("uk", "ru", "ar")
_ENUMS = {"Enum", "StrEnum"}
_SENTENCES = {"_WORDS", "WORDS", "SEEDS"}


def main() -> int:
    """Do what was asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=["gather", "compile", "missing"])
    what = parser.parse_args().what
    if shutil.which("msgfmt") is None:
        sys.stderr.write("GNU gettext is not installed; the workbench speaks English until it is (Debian: gettext).\n")
        return 1
    return {"gather": gather, "compile": compiled, "missing": missing}[what]()


def gather() -> int:
    """Merge what is said today into every language's file."""
    with tempfile.TemporaryDirectory() as scratch:
        for language, made in gathered(Path(scratch)).items():
            kept = LOCALE / language / "LC_MESSAGES" / "django.po"
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made, kept)
    return 0


def gathered(scratch: Path) -> dict[str, Path]:
    """Every language's file with what is said today, made in a folder that may be thrown away."""
    tree = scratch / "web"
    shutil.copytree(WEB, tree, ignore=shutil.ignore_patterns("vendor", "__pycache__", "*.mo"))
    lines = [f"_({text!r})" for text in sorted({*vocabulary(), *sentences_of_errors()})]
    (tree / "spoken.py").write_text("\n".join(["# fmt: off", *lines, ""]), encoding="utf-8")
    found = {language: tree / "locale" / language / "LC_MESSAGES" / "django.po" for language in LANGUAGES}
    for file in found.values():
        file.parent.mkdir(parents=True, exist_ok=True)
    named = [f"--locale={language}" for language in LANGUAGES]
    command = [sys.executable, "-m", "django", "makemessages", *named, "--no-location", "--no-obsolete", "--no-wrap"]
    subprocess.run([*command, "--extension=html,py,txt"], cwd=tree, check=True, capture_output=True)
    for file in found.values():
        # The moment of gathering would change the file each time, and says nothing.
        told = [one for one in file.read_text(encoding="utf-8").split("\n") if "POT-Creation-Date" not in one]
        file.write_text("\n".join(told), encoding="utf-8")
    return found


def vocabulary() -> Iterator[str]:
    """Every word of a fixed vocabulary as a page shows it: values of enumerations, and sentences beside them."""
    for file in sorted((ROOT / "src" / "probata").rglob("*.py")):
        if "cli" in file.relative_to(ROOT / "src" / "probata").parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and _ENUMS.intersection(map(ast.unparse, node.bases)):
                yield from (text.replace("_", " ") for text in _values(node.body))
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value and _is_wording(node):
                tables = [one for one in ast.walk(node.value) if isinstance(one, ast.Dict)]
                yield from (one.value for table in tables for one in table.values if _is_text(one))


def _values(body: list[ast.stmt]) -> Iterator[str]:
    for one in body:
        if isinstance(one, ast.Assign) and _is_text(one.value):
            yield one.value.value


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value.strip())


def _is_wording(node: ast.Assign | ast.AnnAssign) -> bool:
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    return isinstance(target, ast.Name) and target.id in _SENTENCES


def sentences_of_errors() -> Iterator[str]:
    """What every error says, and advises at the workbench, as templates."""
    for kind in error_kinds(ROOT / "src"):
        if ".cli." not in f".{kind.module}.":
            yield from (
                text
                for text in (kind.template, kind.advice_here or kind.advice)
                if any(map(str.isalpha, _outside(text)))
            )


def _outside(template: str) -> str:
    """A template without its fields."""
    kept, depth = [], 0
    for sign in template:
        depth += (sign == "{") - (sign == "}")
        kept.append(sign if depth == 0 else "")
    return "".join(kept)


def compiled() -> int:
    """Write the binary file of every language; a fault in one is shown and fails."""
    for file in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        done = subprocess.run([_gnu("msgfmt"), "--check-format", "-o", file.with_suffix(".mo"), file], check=False)
        if done.returncode:
            return done.returncode
    return 0


def missing() -> int:
    """List what the workbench says today and has no translation, or only a guess at one."""
    count = 0
    with tempfile.TemporaryDirectory() as scratch:
        for language, file in gathered(Path(scratch)).items():
            texts = [text for kind in ("--untranslated", "--only-fuzzy") for text in _told_by(file, kind)]
            count += len(texts)
            sys.stdout.write(f"{language}: {len(texts)} without a translation\n")
            sys.stdout.writelines(f"  {text}\n" for text in texts)
    return 1 if count else 0


def _told_by(file: Path, kind: str) -> list[str]:
    command = [_gnu("msgattrib"), kind, "--no-obsolete", "--no-wrap", file]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [line for line in told.splitlines() if line.startswith("msgid ") and line != 'msgid ""']


def _gnu(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is part of GNU gettext"
    return found


if __name__ == "__main__":
    sys.exit(main())
