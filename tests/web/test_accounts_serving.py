"""`probata serve` where nobody is enrolled yet: an empty folder becomes a workspace, and the terminal says a code."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from probata.cli import serve_verb
from probata.engines.settings import FILE_NAME, NoWorkspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def options(folder: Path, *, proxy: bool = False) -> argparse.Namespace:
    return argparse.Namespace(
        workspace=folder, host="127.0.0.1", port=0, behind_a_proxy=proxy, address=None, open=False, json=True
    )


@pytest.mark.parametrize("make", [lambda _folder: None, lambda folder: folder.mkdir()])
def test_an_empty_folder_is_served_with_a_code(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """Made or not yet: a workspace stands there, with nobody in it, and whoever reads the terminal may found it."""
    folder = tmp_path / "fresh"
    make(folder)
    command = [sys.executable, "-m", "probata.cli", "serve", "--workspace", str(folder), "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or lines[-1] != "}\n":
            lines.append(process.stdout.readline())
            assert lines[-1], "the server ended before it was ready"
        process.terminate()
    told = json.loads("".join(lines))
    assert len(told["first_run_code"]) == 9
    assert (folder / FILE_NAME).exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    """No workspace is made among other files."""
    (tmp_path / "notes.txt").write_text("words", encoding="utf-8")
    with pytest.raises(NoWorkspace):
        serve_verb.run(options(tmp_path))
    assert [one.name for one in tmp_path.iterdir()] == ["notes.txt"]


def test_behind_a_proxy_nothing_is_made(tmp_path: Path) -> None:
    """Who comes first there may be anybody."""
    with pytest.raises(NoWorkspace):
        serve_verb.run(options(tmp_path / "fresh", proxy=True))
    assert not (tmp_path / "fresh").exists()
