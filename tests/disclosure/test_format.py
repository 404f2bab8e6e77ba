"""docs/package.md says what the verifiers do, field by field; its commands run; docs/tamper.md lists every attack."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from mutations import MUTATIONS, Mutation
from package_making import Recipe

from probata.custody import verifier
from probata.disclosure.package import write_zip

DOCS = Path(__file__).parents[2] / "docs"
FORMAT = (DOCS / "package.md").read_text("utf-8")
TAMPER = (DOCS / "tamper.md").read_text("utf-8")
FIELDS = {name: value for name, value in vars(verifier).items() if name.endswith("_FIELDS")}


def test_every_layer_is_specified_under_its_number() -> None:
    """The section on verifying numbers the layers as the verifier does."""
    found = re.findall(r"^(\d+)\. \*\*(\w+)\*\*", FORMAT, re.MULTILINE)
    assert found == [(str(number), layer) for number, layer in enumerate(verifier.LAYERS, 1)]


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_specified(name: str) -> None:
    """Every field of every object of the format is named on the page."""
    assert FIELDS[name]
    for field in FIELDS[name]:
        assert re.search(rf"`{field}`|\"{field}\"", FORMAT), field


def test_every_schema_path_and_number_is_specified() -> None:
    """Schemas, paths, exit codes and the clock's tolerance, as the source has them."""
    schemas = set(re.findall(r'"(probata/[a-z-]+/\d)"', Path(verifier.__file__).read_text("utf-8")))
    words = schemas | {*verifier.UNLISTED, *verifier.REQUIRED}
    assert [word for word in sorted(words) if word not in FORMAT] == []
    for verdict, exit_code in verifier.EXIT_CODES.items():
        assert re.search(rf"^\| {verdict} \|.*\| {exit_code} \|$", FORMAT, re.MULTILINE)
    assert f"| {verifier.EXIT_UNREADABLE} |" in FORMAT
    assert f"{verifier.CLOCK_TOLERANCE_S} s" in FORMAT


def test_the_report_of_the_page_is_the_verifiers() -> None:
    """The head that the page shows is one that the verifier takes."""
    head = re.search(r"```html\n(.*?)\n```", FORMAT, re.DOTALL)
    assert head is not None
    assert verifier._REPORT_HEAD.match(head[1].encode())


def test_the_example_entry_is_one() -> None:
    """The entry on the page has exactly the fields of an entry, in canonical order."""
    shown = re.search(r"```json\n(.*?)\n```", FORMAT, re.DOTALL)
    assert shown is not None
    text = shown[1].replace("\n", "").replace("64 hex digits", "ab" * 32)
    verifier._shaped(verifier.parse_canonical(text.encode()), verifier.ENTRY_FIELDS, "the example")


def test_the_commands_of_the_page_run(tmp_path: Path) -> None:
    """What the page tells a stranger to type works as written, from the package's folder."""
    sealed = Recipe().seal(tmp_path / "package")
    write_zip(sealed.folder, tmp_path / "package.zip")
    commands = [line for line in FORMAT.split("\n") if line.startswith("python3 -I verify.py")]
    assert len(commands) == 2
    for line in commands:
        words = shlex.split(line.replace("FINGERPRINT", sealed.fingerprint))[1:]
        if "package.zip" in words:
            words[words.index("package.zip")] = str(tmp_path / "package.zip")
        done = subprocess.run([sys.executable, *words], cwd=sealed.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        if "--json" in words:
            assert json.loads(done.stdout)["verdict"] == "PASS"


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_the_published_table_names_every_attack(mutation: Mutation) -> None:
    """docs/tamper.md has a row for every attack, with its layers as the suite demands them."""
    layers = ", ".join(layer for layer in verifier.LAYERS if layer in mutation.layers)
    row = f"| `{mutation.name}` | {mutation.attack} | {layers}"
    assert row in TAMPER
