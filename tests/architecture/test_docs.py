"""What the docs list is what the source holds."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def check(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "docs.py"), "--check", str(root)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_generated_pages_are_current() -> None:
    done = check(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_stale_page_is_named(tmp_path: Path) -> None:
    """The check can fail: an error that lost its heading is missed."""
    (tmp_path / "src").symlink_to(ROOT / "src")
    (tmp_path / "docs").mkdir()
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    (tmp_path / "docs" / "errors.md").write_text(page.replace("### `not_found`\n", ""), encoding="utf-8")
    done = check(tmp_path)
    assert done.returncode == 1
    assert "docs/errors.md" in done.stdout


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md", ROOT / "SECURITY.md"], ids=lambda page: page.name)
def test_links_inside_the_tree_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "why").glob("*.md")), ids=lambda page: page.name)
def test_a_decision_fits_one_screen_and_has_a_number_of_its_own(page: Path) -> None:
    assert re.fullmatch(r"\d{3}-[a-z0-9-]+\.md", page.name)
    assert len([other for other in page.parent.glob("*.md") if other.name[:3] == page.name[:3]]) == 1
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 60
