"""The gates hold on this tree, and each of them fires when it is breached on purpose in a copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import frozen

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def copy_of_the_tree(folder: Path) -> Path:
    """What the gates read, in a place where it may be spoiled."""
    left_out = shutil.ignore_patterns("__pycache__", "vendor", "*.pyc")
    for name in ("src", "docs", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    for name in (".importlinter", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def contracts(root: Path) -> tuple[int, str]:
    """The answer of import-linter about a tree."""
    environment = os.environ | {"PYTHONPATH": str(root / "src"), "NO_COLOR": "1", "COLUMNS": "200"}
    done = subprocess.run(
        [LINT_IMPORTS, "--no-cache"], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def architecture(root: Path) -> tuple[int, str]:
    """The answer of the architecture check about a tree."""
    script = root / "tools" / "architecture.py"
    done = subprocess.run([sys.executable, script, root], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def broken(report: str, contract: str) -> str:
    """What import-linter says under the heading of a broken contract; empty where it holds."""
    _, _, details = report.partition("Broken contracts")
    match = re.search(
        rf"^{re.escape(contract)}\n-+\n(.*?)(?=^\S[^\n]*\n-{{3,}}\n|\Z)", details, re.MULTILINE | re.DOTALL
    )
    return match[1] if match else ""


@frozen(kw_only=True)
class Import:
    """A module that must not stand, and the contract that says so."""

    path: str
    text: str
    contract: str
    named: str


@frozen(kw_only=True)
class Text:
    """A file that must not stand, and the rule that says so."""

    path: str
    text: str
    rule: str
    named: str


ROAD = "A room imports only the rooms below it"
DJANGO = "Django only in models, services, selectors, apps, migrations, web and cli"
DECODERS = "Decoders only in what runs in the jail"
JAILED = "What runs in the jail is imported only by what runs in the jail"
LEARNED = "Learned models only in plug-ins"
NETWORK = "Sockets only behind the one door"
WORKBENCH = "In the workbench each part imports only the parts below it"

IMPORTS = {
    "a lower room reaches up": Import(
        path="terms/breach_up.py", text="from probata.custody import merkle\n", contract=ROAD, named="terms"
    ),
    "a lower room reaches up inside a function": Import(
        path="media/breach_late.py",
        text="def late():\n    from probata.preservation import names\n    return names\n",
        contract=ROAD,
        named="probata.media.breach_late",
    ),
    "an arrow hides in an annotation": Import(
        path="engines/breach_typing.py",
        text="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from probata.access import roles\n",
        contract=ROAD,
        named="probata.engines.breach_typing",
    ),
    "neighbours on one floor meet": Import(
        path="capture/breach_beside.py",
        text="from probata.analysis import selectors\n",
        contract=ROAD,
        named="probata.capture.breach_beside",
    ),
    "the command line uses the workbench": Import(
        path="cli/breach_web.py", text="from probata.web import urls\n", contract=ROAD, named="probata.cli.breach_web"
    ),
    "what is shown looks at a screen": Import(
        path="web/shown/breach_screen.py",
        text="from probata.web.screens import item\n",
        contract=WORKBENCH,
        named="probata.web.shown.breach_screen",
    ),
    "two modules turn in a circle": Import(
        path="terms/breach_round/__init__.py",
        text="",
        contract="No two neighbours import each other",
        named="probata.terms.breach_round",
    ),
    "one analyser leans on another": Import(
        path="analysis/analysers/breach_one.py",
        text="from probata.analysis.analysers import breach_other\n",
        contract="Analysers do not know each other",
        named="probata.analysis.analysers.breach_one",
    ),
    "one source leans on another": Import(
        path="capture/sources/breach_one.py",
        text="from probata.capture.sources import files\n",
        contract="Capture sources do not know each other",
        named="probata.capture.sources.breach_one",
    ),
    "craft needs a database": Import(
        path="media/breach_orm.py",
        text="from django.db import models\n",
        contract=DJANGO,
        named="probata.media.breach_orm",
    ),
    "a craft module of a room with tables needs Django": Import(
        path="preservation/breach_orm.py",
        text="def late():\n    import django\n    return django\n",
        contract=DJANGO,
        named="probata.preservation.breach_orm",
    ),
    "footage is decoded in the caller's process": Import(
        path="analysis/analysers/breach_decode.py",
        text="def look():\n    import av\n    return av\n",
        contract=DECODERS,
        named="probata.analysis.analysers.breach_decode",
    ),
    "a picture is opened in the workbench": Import(
        path="web/breach_picture.py",
        text="from PIL import Image\n",
        contract=DECODERS,
        named="probata.web.breach_picture",
    ),
    "the jailed side is loaded by the parent": Import(
        path="web/breach_jailed.py",
        text="def show():\n    from probata.media.jailed import showing\n    return showing\n",
        contract=JAILED,
        named="probata.web.breach_jailed",
    ),
    "a learned model outside a plug-in": Import(
        path="analysis/breach_model.py",
        text="def run():\n    import torch\n    return torch\n",
        contract=LEARNED,
        named="probata.analysis.breach_model",
    ),
    "a socket beside the one door": Import(
        path="custody/breach_socket.py",
        text="import socket\n",
        contract=NETWORK,
        named="probata.custody.breach_socket",
    ),
    "a web address is fetched": Import(
        path="capture/sources/breach_fetch.py",
        text="from urllib.request import urlopen\n",
        contract=NETWORK,
        named="probata.capture.sources.breach_fetch",
    ),
    "the workbench calls out": Import(
        path="web/breach_call.py", text="import socket\n", contract=NETWORK, named="probata.web.breach_call"
    ),
}
# What some of the breaches above lean on.
BESIDE = {
    "terms/breach_round/one.py": "from probata.terms.breach_round import other\n",
    "terms/breach_round/other.py": "from probata.terms.breach_round import one\n",
    "analysis/analysers/breach_other.py": "",
}

ERROR = "from probata.terms.errors import Refused\n\n\nclass Breach(Refused):\n    {body}\n"
TEXTS = {
    "another room's tables": Text(
        path="disclosure/breach_models.py",
        text="from probata.preservation.models import Item\n",
        rule="foreign_models",
        named="preservation",
    ),
    "another room's tables, by the module": Text(
        path="web/breach_models.py",
        text="from probata.access import models\n",
        rule="foreign_models",
        named="access",
    ),
    "another room's tables, by a relative import": Text(
        path="capture/breach_relative.py",
        text="from ..preservation import models\n",
        rule="foreign_models",
        named="preservation",
    ),
    "an import by name": Text(
        path="analysis/breach_dynamic.py",
        text="import importlib\n\nmodule = importlib.import_module('av')\n",
        rule="dynamic_imports",
        named="import_module",
    ),
    "an import in the clothes of a builtin": Text(
        path="media/breach_builtin.py",
        text="module = __import__('socket')\n",
        rule="dynamic_imports",
        named="__import__",
    ),
    "SQL by hand": Text(
        path="preservation/breach_sql.py",
        text="def drop(connection):\n    connection.cursor().execute('DROP TRIGGER x')\n",
        rule="raw_sql",
        named="execute",
    ),
    "an instant is relabelled": Text(
        path="capture/breach_zone.py",
        text="def forge(moment, zone):\n    return moment.replace(tzinfo=zone)\n",
        rule="forged_zone",
        named="tzinfo",
    ),
    "a verdict in a name": Text(
        path="analysis/breach_word.py",
        text="class PerpetratorFinder:\n    pass\n",
        rule="banned_words",
        named="perpetrator",
    ),
    "a verdict in a template": Text(
        path="web/templates/breach.html", text="<p>The victims are</p>\n", rule="banned_words", named="victims"
    ),
    "an error without a code of its own": Text(
        path="custody/breach_code.py",
        text=ERROR.format(body='"""It was refused."""'),
        rule="errors",
        named="no code of its own",
    ),
    "an error with a stranger's code": Text(
        path="custody/breach_shared.py",
        text=ERROR.format(body='"""It was refused."""\n\n    code = "not_found"'),
        rule="errors",
        named="shares its code",
    ),
    "an error that the docs do not know": Text(
        path="custody/breach_undocumented.py",
        text=ERROR.format(body='"""It was refused."""\n\n    code = "breach_undocumented"'),
        rule="errors",
        named="docs/errors.md",
    ),
    "an error with the exit code of another family": Text(
        path="custody/breach_family.py",
        text=ERROR.format(body='"""It was refused."""\n\n    code = "breach_family"\n    exit_code = 5'),
        rule="errors",
        named="outside its family",
    ),
    "an error that sends people to a verb that is not there": Text(
        path="custody/breach_advice.py",
        text=ERROR.format(
            body='"""It was refused."""\n\n    code = "breach_advice"\n    advice = "Run `probata repair`."'
        ),
        rule="errors",
        named="names a verb that is not there",
    ),
    "an analyser that no entry point names": Text(
        path="analysis/analysers/breach_unlisted.py",
        text='"""A look."""\n',
        rule="plug_ins_listed",
        named="no entry point",
    ),
    "a verb that is in no list": Text(
        path="cli/breach_verb.py", text='"""A verb."""\n', rule="verbs_listed", named="not in the list"
    ),
    "a heavy library at the top of a plug-in": Text(
        path="analysis/analysers/breach_heavy.py", text="import numpy\n", rule="heavy_at_the_top", named="numpy"
    ),
    "a page that asks another host": Text(
        path="web/templates/breach_host.html",
        text='<script src="https://cdn.example/x.js"></script>\n',
        rule="foreign_hosts",
        named="another host",
    ),
    "a function of two screens": Text(
        path="media/breach_long.py",
        text="def long():\n" + "    x = 1\n" * 70,
        rule="one_screen",
        named="long: 71 lines",
    ),
    "a module nobody reads at one sitting": Text(
        path="media/breach_big.py", text="x = 1\n" * 501, rule="one_screen", named="501 lines"
    ),
    "unfinished work": Text(
        path="media/breach_undone.py", text="# TO" + "DO: later\n", rule="unfinished", named="not finished"
    ),
}


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """One copy with every breach in it, and what both gates say of it."""
    root = copy_of_the_tree(tmp_path_factory.mktemp("spoiled"))
    package = root / "src" / "probata"
    files = {one.path: one.text for one in IMPORTS.values()} | {one.path: one.text for one in TEXTS.values()} | BESIDE
    for path, text in files.items():
        file = package / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for folder in ("analysis/analysers", "capture/sources"):
        (package / folder / "__init__.py").touch()
    with (package / "custody" / "verifier.py").open("a", encoding="utf-8") as verifier:
        verifier.write("\n\ndef breach():\n    import socket\n    import attrs\n    return socket, attrs\n")
    (package / "breach_room").mkdir()
    (package / "breach_room" / "__init__.py").touch()
    (root / "docs" / "breach.md").write_text("Run `probata repair` now.\n", encoding="utf-8")
    code, rules = architecture(root)
    assert code == 1
    # A room without a place stops import-linter before it looks at anything else: it has a test of its own below.
    shutil.rmtree(package / "breach_room")
    code, report = contracts(root)
    assert code == 1
    return report, rules


@pytest.mark.parametrize("case", IMPORTS)
def test_an_import_that_must_not_be_breaks_its_contract(case: str, spoiled: tuple[str, str]) -> None:
    """The contract is broken, and the report names the module."""
    breach = IMPORTS[case]
    assert breach.named in broken(spoiled[0], breach.contract)


@pytest.mark.parametrize("case", TEXTS)
def test_a_file_that_must_not_be_breaks_its_rule(case: str, spoiled: tuple[str, str]) -> None:
    """The rule names the file and what is wrong with it."""
    breach = TEXTS[case]
    lines = [line for line in spoiled[1].splitlines() if line.startswith(breach.path) and f"[{breach.rule}]" in line]
    assert any(breach.named in line for line in lines), spoiled[1]


def test_a_room_that_the_road_does_not_know_is_named(spoiled: tuple[str, str]) -> None:
    assert "breach_room/: has no heading in docs/the-road.md [rooms_in_the_road]" in spoiled[1]


def test_a_page_that_names_a_verb_that_is_not_there_is_named(spoiled: tuple[str, str]) -> None:
    assert "docs/breach.md: names `probata repair`, which is not there [verbs_in_the_docs]" in spoiled[1]


def test_a_verifier_that_reaches_out_or_needs_a_package_is_named(spoiled: tuple[str, str]) -> None:
    """A stranger runs it with Python alone, and without a network."""
    lines = [line for line in spoiled[1].splitlines() if "[verifier_alone]" in line]
    assert any("socket reaches out" in line for line in lines)
    assert any("attrs is not standard library" in line for line in lines)


def test_a_folder_without_a_place_on_the_road_fails(tmp_path: Path) -> None:
    """The layers are exhaustive: nobody adds a room in silence."""
    root = copy_of_the_tree(tmp_path)
    (root / "src" / "probata" / "helpers").mkdir()
    (root / "src" / "probata" / "helpers" / "__init__.py").touch()
    code, report = contracts(root)
    assert code == 1
    assert "helpers" in broken(report, ROAD)


def test_the_contracts_hold_on_this_tree() -> None:
    code, report = contracts(ROOT)
    assert code == 0, report


def test_the_rules_hold_on_this_tree() -> None:
    code, report = architecture(ROOT)
    assert code == 0, report


def test_every_exception_to_a_rule_is_still_needed(tmp_path: Path) -> None:
    """With the lists of exceptions emptied, each of their files is a breach; one that is not has left its list idle."""
    root = copy_of_the_tree(tmp_path)
    script = root / "tools" / "architecture.py"
    text = script.read_text(encoding="utf-8")
    excepted: set[str] = set()
    for name in ("DYNAMIC_IMPORTS", "RAW_SQL", "LONG_MODULES"):
        match = re.search(rf"^{name} = \{{(.*?)\}}", text, re.MULTILINE | re.DOTALL)
        assert match
        excepted |= set(re.findall(r'"([^"]+)"', match[1]))
        text = text.replace(match[0], f"{name}: set[str] = set()")
    script.write_text(text, encoding="utf-8")
    _code, report = architecture(root)
    idle = {path for path in excepted if not re.search(rf"^{re.escape(path)}[: ]", report, re.MULTILINE)}
    assert not idle
