"""What the workbench takes from elsewhere comes from a lock file, with licences, and asks no other host."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {"inter", "noto-sans-arabic", "htmx", "leaflet", "pmtiles", "protomaps-leaflet", "world-atlas"}
# What the readers of map files hold within them: laid beside them for their licences, and for nothing else.
BROUGHT = {
    "@mapbox/point-geometry", "@mapbox/vector-tile", "@protomaps/basemaps", "@types/css-font-loading-module",
    "@types/geojson", "@types/leaflet", "@types/rbush", "color2k", "fflate", "pbf", "potpack",
    "protocol-buffers-schema", "quickselect", "rbush", "resolve-protobuf-schema",
}  # fmt: skip
VENDOR = ROOT / "src" / "probata" / "web" / "static" / "vendor"


def test_the_lock_has_exact_versions_digests_and_no_host() -> None:
    """Each package is one version with its digest; where it is fetched from is the reader's choice."""
    text = (ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    wanted = json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
    asked = wanted["dependencies"] | wanted["devDependencies"]
    assert '"resolved"' not in text
    packages = {path: package for path, package in json.loads(text)["packages"].items() if path}
    locked = {path.rpartition("node_modules/")[2] for path in packages}
    assert {
        path.removeprefix("node_modules/"): one["version"] for path, one in packages.items()
    }.items() >= asked.items()
    assert locked - set(asked) == BROUGHT
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())


class TestTheVendoredFolder:
    """The folder is exactly what its manifest says."""

    @pytest.fixture(autouse=True)
    def _built(self) -> None:
        if not (VENDOR / "manifest.json").exists():
            pytest.skip("the vendored files are not built: run `node build.mjs` in frontend/")

    def test_every_file_is_listed_with_its_digest(self) -> None:
        """No file more, none less, none changed."""
        listed = {one["path"]: one for one in json.loads((VENDOR / "manifest.json").read_text())["files"]}
        present = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
        assert present - {"manifest.json"} == set(listed)
        for path, one in listed.items():
            content = (VENDOR / path).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (one["size_bytes"], one["sha256"])

    def test_every_library_brings_its_licence(self) -> None:
        """Beside the files of each library stands the text of its licence."""
        folders = [path for path in VENDOR.iterdir() if path.is_dir()]
        assert {path.name for path in folders} == FOLDERS
        assert all((path / "LICENSE").stat().st_size > 500 for path in folders)

    def test_the_fonts_are_local_and_there(self) -> None:
        """Each address in the style sheet is a file of the folder; Latin, Cyrillic and Arabic are covered."""
        sheet = (VENDOR / "fonts.css").read_text(encoding="utf-8")
        addresses = re.findall(r"url\(([^)]*)\)", sheet)
        assert len(addresses) == len(set(addresses)) == 15
        for address in addresses:
            assert (VENDOR / address).is_file()
        for span in ("U+0000-00FF", "U+0400-045F", "U+0460-052F", "U+0600-06FF"):
            assert span in sheet
