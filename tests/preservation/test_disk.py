"""A full disk and a read-only store, for real: a small file system that is mounted for the test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from probata.capture import services as capture
from probata.custody import selectors as custody
from probata.engines.blobs import DiskFull, FileStore, StoreReadOnly
from probata.preservation import services as preservation
from probata.preservation.models import Item


@pytest.fixture
def small_disk(workspace) -> Iterator[Path]:
    """The workspace's store on a file system of 2 MiB."""
    blobs = workspace.settings.blobs
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "none", blobs], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        yield blobs
    finally:
        subprocess.run(["umount", "-l", blobs], check=True)


def _add(workspace, path):
    return list(capture.add(str(path), actor=workspace.keyring.signing, reason="a test"))


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting takes root")
def test_a_full_disk_is_a_stated_refusal_and_nothing_is_lost(workspace, small_disk, tmp_path):
    """No room: nothing is recorded, what was preserved before stays sound, and a smaller file still fits."""
    (tmp_path / "small").write_bytes(os.urandom(300_000))
    (tmp_path / "large").write_bytes(os.urandom(3_000_000))
    (first,) = _add(workspace, tmp_path / "small")
    size, _ = custody.size_and_time()
    with pytest.raises(DiskFull, match="large was not stored"):
        _add(workspace, tmp_path / "large")
    assert custody.size_and_time()[0] == size
    assert preservation.orphans() == []
    readings = preservation.read_again([first.acquired.sha256], sha512=False)
    assert [reading.result for reading in readings] == ["sound"]
    (tmp_path / "another").write_bytes(os.urandom(300_000))
    assert _add(workspace, tmp_path / "another")[0].acquired is not None


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting takes root")
def test_a_read_only_store_is_a_stated_refusal(workspace, small_disk, tmp_path):
    """The store cannot be written: a stated refusal, nothing recorded."""
    (tmp_path / "a").write_bytes(b"a" * 100)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(StoreReadOnly, match="Read-only file system"):
        _add(workspace, tmp_path / "a")
    assert Item.objects.count() == 0


def test_a_file_larger_than_its_file_system_allows_is_refused(tmp_path):
    """The limit that a process has on the size of files ends as a full disk does, anywhere, without root."""
    program = (
        "import io, resource, sys\n"
        "from probata.engines.blobs import DiskFull, FileStore\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    FileStore(root=sys.argv[1]).put(io.BytesIO(b'a' * 300_000), what='clip')\n"
        "except DiskFull as error:\n"
        "    print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)
    assert "The disk is full: clip was not stored" in run.stdout
    assert FileStore(root=tmp_path).left_over() == []
