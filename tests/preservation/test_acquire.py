"""Bytes come in exactly as they are, once; every acquisition and every failure is on the record."""

from __future__ import annotations

import hashlib
import os
import stat

import pytest

from probata.capture import services as capture
from probata.custody import selectors as custody
from probata.engines.blobs import BlobDamaged
from probata.preservation import selectors
from probata.preservation import services as preservation
from probata.preservation.models import Acquisition, FailedAttempt, Item
from probata.preservation.names import name_agrees

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def _add(workspace, path):
    return list(capture.add(str(path), actor=workspace.keyring.signing, reason="a test"))


def test_a_file_is_preserved_byte_for_byte(workspace, tmp_path):
    """The store holds the same bytes, read-only, under their SHA-256, with a sidecar and a chunk tree."""
    data = os.urandom(3_000_000)
    (tmp_path / "clip.bin").write_bytes(data)
    (outcome,) = _add(workspace, tmp_path / "clip.bin")
    digest = hashlib.sha256(data).hexdigest()
    blob = preservation.store().path(digest)
    assert outcome.acquired.sha256 == digest
    assert blob.read_bytes() == data
    assert stat.S_IMODE(blob.stat().st_mode) == 0o444
    assert len(preservation.store().tree(digest)) == 3 * 32
    assert digest.encode() in preservation.store().sidecar(digest)


def test_the_original_is_never_touched(workspace, tmp_path):
    """Acquiring changes neither the bytes nor the times of the file it came from."""
    file = tmp_path / "clip.mp4"
    file.write_bytes(b"x" * 1000)
    before = file.stat()
    _add(workspace, file)
    after = file.stat()
    assert (before.st_mtime_ns, before.st_mode, before.st_size) == (after.st_mtime_ns, after.st_mode, after.st_size)


def test_a_duplicate_is_a_further_acquisition(workspace, tmp_path):
    """The same bytes from two places are one item with two acquisitions; nothing is dropped."""
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(PNG)
    first, second = _add(workspace, tmp_path / "a.png") + _add(workspace, tmp_path / "b.png")
    assert not first.acquired.already_held
    assert second.acquired.already_held
    assert Item.objects.count() == 1
    assert [row.name for row in Acquisition.objects.order_by("seq")] == ["a.png", "b.png"]


def test_a_folder_is_walked_in_order_and_links_are_named(workspace, tmp_path):
    """Every regular file below is taken; a link is a stated failure and is not followed."""
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "b").write_bytes(b"b")
    (folder / "deep" / "a").write_bytes(b"a")
    (folder / "link").symlink_to("/etc/hostname")
    outcomes = _add(workspace, folder)
    assert [(one.name, bool(one.acquired)) for one in outcomes] == [("b", True), ("link", False), ("a", True)]
    assert FailedAttempt.objects.get().code == "not_a_file"


def test_a_missing_file_is_a_failed_attempt_on_the_record(workspace, tmp_path):
    """What could not be had is recorded with its reason."""
    (outcome,) = _add(workspace, tmp_path / "nowhere")
    assert outcome.acquired is None
    assert FailedAttempt.objects.get().why == "No such file or directory"


def test_what_is_not_media_is_kept_and_says_so(workspace, tmp_path):
    """A web page under a video's name is preserved as what it is."""
    (tmp_path / "clip.mp4").write_bytes(b"<!doctype html><html><body>please log in</body></html>")
    (outcome,) = _add(workspace, tmp_path / "clip.mp4")
    assert outcome.acquired.completeness == "not_media"
    assert not outcome.acquired.name_agrees


@pytest.mark.parametrize(
    ("name", "media_type", "agrees"),
    [
        ("a.mp4", "video/mp4", True),
        ("a.mov", "video/mp4", True),
        ("A.MP4", "video/mp4", True),
        ("a", "video/mp4", True),
        ("a.mp4", "video/x-matroska", False),
        ("a.jpg", "image/png", False),
    ],
)
def test_a_name_is_held_against_the_bytes(name, media_type, agrees):
    """A name's ending is a statement that the bytes confirm or contradict."""
    assert name_agrees(name, media_type) is agrees


def test_damage_in_the_store_is_found_when_bytes_come_again(workspace, tmp_path):
    """A duplicate is compared with what is held: damaged bytes are never taken for the same."""
    (tmp_path / "a").write_bytes(b"a" * 100)
    (outcome,) = _add(workspace, tmp_path / "a")
    blob = preservation.store().path(outcome.acquired.sha256)
    blob.chmod(0o644)
    blob.write_bytes(b"b" * 100)
    with pytest.raises(BlobDamaged):
        _add(workspace, tmp_path / "a")


def test_the_origin_is_a_subject_of_its_own(workspace, tmp_path):
    """Where it came from is committed to separately, so that a package can leave it sealed."""
    (tmp_path / "a").write_bytes(b"a")
    (outcome,) = _add(workspace, tmp_path / "a")
    (line,) = custody.history(f"item:{outcome.acquired.sha256}")
    (origin,) = custody.history(f"origin:{outcome.acquired.sha256}")
    assert str(tmp_path) not in str(line.record)
    assert str(tmp_path) in str(origin.record)


def test_fixity_names_what_is_missing_and_what_is_damaged(workspace, tmp_path):
    """Reading again finds each blob sound, damaged or missing."""
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(name.encode() * 10)
        _add(workspace, tmp_path / name)
    digests = sorted(selectors.known_digests())
    store = preservation.store()
    store.path(digests[0]).unlink()
    store.path(digests[1]).chmod(0o644)
    store.path(digests[1]).write_bytes(b"?")
    results = {reading.sha256: reading.result for reading in preservation.read_again(digests, sha512=True)}
    assert [results[digest] for digest in digests] == ["missing", "damaged", "sound"]
