"""Starting costs nothing that was not asked for, and the verifier stands alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from probata.cli import check_verb
from probata.cli.verbs import VERBS
from probata.custody import verifier

ROOT = Path(__file__).resolve().parents[2]
# What help must not import: each of these costs tenths of a second, or opens devices, or both.
HEAVY = {"PIL", "av", "blake3", "cryptography", "csp", "django", "faster_whisper", "numpy", "onnxruntime", "pebble"} | {
    "pyrage", "rfc3161_client", "torch", "waitress", "whitenoise",
}  # fmt: skip
# What a verifier that a stranger runs must not even load.
REACHING = {"ctypes", "http", "multiprocessing", "socket", "ssl", "subprocess", "urllib.request"}


def imported_by(*words: str) -> set[str]:
    """The modules that a run of Python imports, dotted names and their first parts."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *words], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    names = {line.rpartition("|")[2].strip() for line in lines}
    return names | {name.split(".")[0] for name in names}


def test_the_measure_sees_what_is_imported() -> None:
    assert "decimal" in imported_by("-c", "import decimal")


def test_help_imports_nothing_heavy() -> None:
    assert not imported_by("-m", "probata.cli", "--help") & HEAVY


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_imports_nothing_heavy(verb: str) -> None:
    assert not imported_by("-m", "probata.cli", verb, "--help") & HEAVY


def test_the_verifier_runs_on_the_standard_library_alone_and_loads_nothing_that_reaches_out() -> None:
    """Isolated, without site-packages, as a recipient would run it."""
    loaded = imported_by("-I", "-S", str(ROOT / "src" / "probata" / "custody" / "verifier.py"), "--help")
    assert not loaded & REACHING
    assert not {name for name in loaded if name.startswith("probata")}


def test_the_exit_codes_in_the_docs_are_those_of_the_verdicts() -> None:
    """`docs/errors.md` lists the verdicts by hand; scripts branch on them."""
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    codes = verifier.EXIT_CODES
    assert f"| {codes['INTACT_SIGNER_UNKNOWN']} | `verify`: INTACT_SIGNER_UNKNOWN" in page
    assert f"| {codes['FAIL']} | `verify`: FAIL" in page
    assert f"| {verifier.EXIT_UNREADABLE} | `verify`: the package cannot be opened" in page
    assert f"| {check_verb.EXIT_CODES['FAIL']} | `check`: FAIL" in page
    assert f"| {check_verb.EXIT_CODES['NOT CHECKED']} | `check`: NOT CHECKED" in page
