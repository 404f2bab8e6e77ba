"""Files and folders of this machine, held to the promises of every way in."""

from __future__ import annotations

import os

import pytest

from probata.capture.kit import SourceKit
from probata.capture.seam import Failure
from probata.capture.sources.files import Files


class TestFiles(SourceKit):
    """The kit, on a folder with two files."""

    source = Files()

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path):
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "a").write_bytes(b"first")
        (tmp_path / "in" / "b").write_bytes(os.urandom(1000))
        self.good_location = str(tmp_path / "in")
        self.good_bytes = tuple((tmp_path / "in" / name).read_bytes() for name in "ab")
        self.missing_location = str(tmp_path / "nowhere")


def test_a_file_that_changed_while_it_was_read_is_not_complete(tmp_path):
    """The source says that the length is unproven when the file moved under its eyes."""
    file = tmp_path / "growing"
    file.write_bytes(b"a" * 10)
    (offer,) = Files().offers(str(file))
    with offer.open() as stream:
        read = len(stream.read())
    file.write_bytes(b"a" * 20)
    assert offer.settle(read) == "length_unproven"


def test_a_link_put_there_after_the_look_is_not_followed(tmp_path):
    """Opening refuses a link, so that nobody can swap one in between."""
    file, other = tmp_path / "clip", tmp_path / "other"
    file.write_bytes(b"a")
    other.write_bytes(b"secret")
    (offer,) = Files().offers(str(file))
    file.unlink()
    file.symlink_to(other)
    with pytest.raises(OSError, match="symbolic link"), offer.open():
        pass


def test_special_files_are_named_and_never_opened(tmp_path):
    """A pipe would block for ever: it is a stated failure."""
    os.mkfifo(tmp_path / "pipe")
    (failure,) = Files().offers(str(tmp_path / "pipe"))
    assert isinstance(failure, Failure)
    assert failure.code == "not_a_file"


def test_a_name_that_is_no_text_is_still_told(tmp_path):
    """A file name with bytes outside UTF-8 is acquired, its name told with escapes."""
    path = os.fsencode(tmp_path) + b"/\xff.mp4"
    with open(path, "wb") as out:  # noqa: PTH123  a path of bytes
        out.write(b"a")
    (offer,) = Files().offers(str(tmp_path))
    assert offer.untrusted_name == "\\xff.mp4"
