"""Uploads that go on where they stopped: what counts is on the disk, whole, and whoever is killed leaves no half."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probata.access.roles import NotAllowed, Role
from probata.capture import services
from probata.capture import uploads as craft
from probata.capture.upload_errors import (
    NoRoom,
    OffsetDiffers,
    PartDamaged,
    PieceDiffers,
    PieceTooLarge,
    TooMuchWaits,
    UploadBusy,
    UploadNotFound,
    UploadStopped,
    UploadTooLarge,
)
from probata.capture.uploads import Declared, Upload, Uploads
from probata.preservation import selectors as preservation
from probata.terms.errors import InvalidValue

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Workspace

ME, OTHER = "1" * 64, "2" * 64
HOSTILE = [
    "../../keys/log.age",
    "/etc/passwd",
    "a\u202egpj.exe",
    "<script>alert(1)</script>",
    "C:\\x\\y",
    "..",
    "кліп.mp4",
]


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(root=tmp_path / "uploads")


def declared(data: bytes, name: str = "clip.mp4") -> Declared:
    return Declared(untrusted_name=name, size_bytes=len(data), reason="a test")


def send(uploads: Uploads, upload: Upload, data: bytes, *, by: str = ME, step: int = 1000) -> Upload:
    """Send the rest of it, so many bytes a piece, each with its digest."""
    while not upload.whole:
        piece = data[upload.received_bytes : upload.received_bytes + step]
        upload = uploads.take_piece(
            upload.id,
            by=by,
            offset=upload.received_bytes,
            length=len(piece),
            stream=BytesIO(piece).read,
            checksum=("sha256", hashlib.sha256(piece).digest()),
        )
    return upload


def read(uploads: Uploads, upload: Upload) -> bytes:
    with uploads.offer(upload, person="A").open() as stream:
        return b"".join(iter(lambda: stream.read(1 << 16), b""))


def test_pieces_make_the_file(uploads):
    """What is read at the end is what was sent, however it was cut."""
    data = os.urandom(12_345)
    upload = send(uploads, uploads.declare(declared(data), by=ME), data)
    assert upload.whole
    assert read(uploads, upload) == data


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=8), st.integers(0, 60))
def test_whatever_is_cut_short_goes_on_from_a_whole_piece(tmp_path_factory, pieces, left_over):
    """After any crash the offset is the end of a piece, and going on gives the same file."""
    data = b"".join(pieces)
    uploads = Uploads(root=tmp_path_factory.mktemp("cut"))
    upload = uploads.declare(declared(data + b"end"), by=ME)
    ends = {0}
    for piece in pieces:
        at = upload.received_bytes
        upload = uploads.take_piece(upload.id, by=ME, offset=at, length=len(piece), stream=BytesIO(piece).read)
        ends.add(upload.received_bytes)
    part = uploads.root / upload.id / "part"
    # Killed between the bytes and their line; then a power cut that took some bytes with it.
    with part.open("ab") as out:
        out.write(b"x" * left_over)
    assert uploads.one(upload.id, by=ME).received_bytes == len(data)
    os.truncate(part, max(0, len(data) - left_over))
    found = uploads.one(upload.id, by=ME)
    assert found.received_bytes in ends
    assert read(uploads, send(uploads, found, data + b"end")) == data + b"end"


def test_a_piece_elsewhere_is_refused(uploads):
    """Neither twice nor with a gap; the refusal says how far it is."""
    data = b"a" * 10
    upload = uploads.declare(declared(data), by=ME)
    for offset in (1, 5, 10):
        with pytest.raises(OffsetDiffers) as refused:
            uploads.take_piece(upload.id, by=ME, offset=offset, length=0, stream=BytesIO().read)
        assert refused.value.facts["received"] == 0


def test_a_damaged_piece_is_thrown_away(uploads):
    """Nothing of it counts, and it can be sent again."""
    upload = uploads.declare(declared(b"abcd"), by=ME)
    wrong = ("sha256", hashlib.sha256(b"abcx").digest())
    with pytest.raises(PieceDiffers):
        uploads.take_piece(upload.id, by=ME, offset=0, length=4, stream=BytesIO(b"abcd").read, checksum=wrong)
    assert uploads.one(upload.id, by=ME).received_bytes == 0
    assert (uploads.root / upload.id / "part").stat().st_size == 0
    assert read(uploads, send(uploads, upload, b"abcd")) == b"abcd"


def test_more_than_announced_is_refused(uploads):
    """A piece that reaches beyond the size writes nothing."""
    upload = uploads.declare(declared(b"abcd"), by=ME)
    with pytest.raises(PieceTooLarge):
        uploads.take_piece(upload.id, by=ME, offset=0, length=5, stream=BytesIO(b"abcde").read)
    assert uploads.one(upload.id, by=ME).received_bytes == 0


def test_one_writer_at_a_time(uploads):
    """A second tab is told so while the first writes; afterwards nothing is held."""
    upload = uploads.declare(declared(b"abcd"), by=ME)
    inside, go_on = threading.Event(), threading.Event()

    def slowly(_most: int) -> bytes:
        inside.set()
        go_on.wait(10)
        return b"abcd"

    first = threading.Thread(
        target=uploads.take_piece, args=(upload.id,), kwargs={"by": ME, "offset": 0, "length": 4, "stream": slowly}
    )
    first.start()
    assert inside.wait(10)
    with pytest.raises(UploadBusy):
        uploads.take_piece(upload.id, by=ME, offset=0, length=4, stream=BytesIO(b"wxyz").read)
    with pytest.raises(UploadBusy):
        uploads.cancel(upload.id, by=ME)
    go_on.set()
    first.join()
    assert read(uploads, uploads.one(upload.id, by=ME)) == b"abcd"


def test_another_persons_upload_is_nothing(uploads):
    """Neither seen, written nor cancelled; the answer is that of an id that never was."""
    upload = uploads.declare(declared(b"abcd"), by=ME)
    for ask in (uploads.one, uploads.cancel):
        with pytest.raises(UploadNotFound):
            ask(upload.id, by=OTHER)
    with pytest.raises(UploadNotFound):
        uploads.take_piece(upload.id, by=OTHER, offset=0, length=1, stream=BytesIO(b"a").read)
    assert uploads.of(OTHER) == []


@pytest.mark.parametrize("unknown", ["0" * 32, "..", "../uploads", "lock", "", "F" * 32, "a" * 4_000])
def test_an_id_is_no_path(uploads, unknown):
    """What is not an id of ours is not found, whatever it would lead to."""
    uploads.declare(declared(b"a"), by=ME)
    with pytest.raises(UploadNotFound):
        uploads.one(unknown, by=ME)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_no_path(uploads, tmp_path, name):
    """It is kept letter for letter and names no file."""
    upload = uploads.declare(declared(b"abcd", name), by=ME)
    send(uploads, upload, b"abcd")
    assert uploads.one(upload.id, by=ME).declared.untrusted_name == name
    found = {path.name for path in tmp_path.rglob("*")}
    assert found == {"uploads", "lock", upload.id, "part", "pieces", "about.json"}


@pytest.mark.parametrize(
    "wrong",
    [{"untrusted_name": ""}, {"untrusted_name": "a\0b"}, {"size_bytes": -1}, {"reason": " "}, {"head": "zz"}],
)
def test_nonsense_is_refused_when_it_is_announced(wrong):
    """A name, a size and a reason are needed."""
    with pytest.raises(InvalidValue):
        Declared(**{"untrusted_name": "a", "size_bytes": 1, "reason": "r"} | wrong)


def test_limits_are_told_before_a_byte_is_sent(uploads, monkeypatch):
    """Too large, too much at once, or no room on the disk: each in words and with nothing begun."""
    with pytest.raises(UploadTooLarge):
        uploads.declare(declared(b"abcd"), by=ME, most_bytes=3)
    monkeypatch.setattr(craft, "MOST_WAITING", 2)
    for _ in range(2):
        uploads.declare(declared(b"abcd"), by=ME)
    with pytest.raises(TooMuchWaits):
        uploads.declare(declared(b"abcd"), by=ME)
    # What waits is another's own.
    uploads.declare(declared(b"abcd"), by=OTHER)
    monkeypatch.setattr(craft, "SPARE_BYTES", 1 << 60)
    with pytest.raises(NoRoom) as refused:
        uploads.declare(declared(b"abcd"), by=OTHER)
    assert refused.value.facts["needed"] == (1 << 60) + 8
    assert len(uploads.of(OTHER)) == 1


def test_bytes_that_wait_are_counted(uploads, monkeypatch):
    """The sum of what one person announced is limited too."""
    monkeypatch.setattr(craft, "MOST_WAITING_BYTES", 6)
    uploads.declare(declared(b"abcd"), by=ME)
    with pytest.raises(TooMuchWaits):
        uploads.declare(declared(b"abc"), by=ME)
    uploads.declare(declared(b"ab"), by=ME)


def test_a_disk_that_fills_up_keeps_what_came(uploads, monkeypatch):
    """The piece is not taken, in words; those before it stay, and it goes on once there is room."""
    data = b"a" * 3_000
    upload = uploads.declare(declared(data), by=ME)
    upload = uploads.take_piece(upload.id, by=ME, offset=0, length=1000, stream=BytesIO(data[:1000]).read)

    def full(_most: int) -> bytes:
        raise OSError(errno.ENOSPC, "no space")

    with pytest.raises(UploadStopped, match="What came before is kept"):
        uploads.take_piece(upload.id, by=ME, offset=1000, length=1000, stream=full)
    with monkeypatch.context() as patched:
        patched.setattr(craft, "SPARE_BYTES", 1 << 60)
        with pytest.raises(UploadStopped):
            uploads.take_piece(upload.id, by=ME, offset=1000, length=1000, stream=BytesIO(data).read)
    assert read(uploads, send(uploads, uploads.one(upload.id, by=ME), data)) == data


def test_what_nobody_goes_on_with_expires(uploads, monkeypatch):
    """After seven days; never what is whole and waits to be preserved."""
    left = uploads.declare(declared(b"abcd"), by=ME)
    whole = send(uploads, uploads.declare(declared(b"abcd"), by=ME), b"abcd")
    assert uploads.expire() == 0
    later = craft.clock.now() + timedelta(days=8)
    monkeypatch.setattr(craft.clock, "now", lambda: later)
    assert uploads.expire() == 1
    assert [one.id for one in uploads.of(ME)] == [whole.id]
    assert left.expires is not None
    assert whole.expires is None


def test_a_disk_that_forgot_bytes_is_found_out(uploads):
    """A part that changed on the disk is never preserved; what is sound stays, and the rest is sent again."""
    data = os.urandom(5_000)
    upload = send(uploads, uploads.declare(declared(data), by=ME), data)
    part = uploads.root / upload.id / "part"
    with part.open("r+b") as out:
        out.seek(2_500)
        out.write(b"\0" * 10)
    with pytest.raises(PartDamaged, match="first 2000 bytes"):
        read(uploads, upload)
    found = uploads.one(upload.id, by=ME)
    assert found.received_bytes == 2_000
    assert read(uploads, send(uploads, found, data)) == data


def test_an_upload_becomes_an_item(workspace: Workspace):
    """Origin, reason and what the browser said are on the record; its bytes here are removed only then."""
    me = workspace.keyring.signing
    uploads = Uploads(root=workspace.root / "work" / "uploads")
    data = b"words, not footage\n" * 500
    begun = uploads.declare(
        Declared(untrusted_name="../кліп.txt", size_bytes=len(data), reason="sent by a reader", said={"type": "x/y"}),
        by=me.key_id,
    )
    assert services.add_uploaded(uploads, begun.id, actor=me, person="operator") is None
    send(uploads, begun, data, by=me.key_id)
    outcome = services.add_uploaded(uploads, begun.id, actor=me, person="operator")
    assert outcome is not None
    assert outcome.acquired is not None
    assert outcome.acquired.sha256 == hashlib.sha256(data).hexdigest()
    (acquisition,) = preservation.acquisitions(outcome.acquired.sha256)
    assert acquisition.acquired_from == f"upload by operator ({begun.id})"
    assert (acquisition.name, acquisition.method) == ("../кліп.txt", "upload")
    done = uploads.one(begun.id, by=me.key_id)
    assert (done.preserved, done.sha256) == (True, outcome.acquired.sha256)
    assert sorted(path.name for path in (uploads.root / begun.id).iterdir()) == ["about.json", "outcome.json"]
    assert services.add_uploaded(uploads, begun.id, actor=me, person="operator") is None


def test_killed_between_the_record_and_the_note_it_is_not_recorded_twice(workspace: Workspace, monkeypatch):
    """Trying again finds its own act."""
    me = workspace.keyring.signing
    uploads = Uploads(root=workspace.root / "work" / "uploads")
    upload = send(uploads, uploads.declare(declared(b"abcd"), by=me.key_id), b"abcd", by=me.key_id)

    class Killed(BaseException):
        pass

    def killed(*_all: object, **_named: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Uploads, "preserved", killed)
        with pytest.raises(Killed):
            services.add_uploaded(uploads, upload.id, actor=me, person="operator")
    outcome = services.add_uploaded(uploads, upload.id, actor=me, person="operator")
    assert outcome is not None
    assert outcome.acquired is not None
    assert outcome.acquired.already_held
    assert len(preservation.acquisitions(outcome.acquired.sha256)) == 1


def test_the_same_file_twice_is_two_acquisitions_of_one_item(workspace: Workspace):
    """Two uploads of one name are two things that came in."""
    me = workspace.keyring.signing
    uploads = Uploads(root=workspace.root / "work" / "uploads")
    for _ in range(2):
        upload = send(uploads, uploads.declare(declared(b"abcd"), by=me.key_id), b"abcd", by=me.key_id)
        services.add_uploaded(uploads, upload.id, actor=me, person="operator")
    assert [one.already_held for one in uploads.of(me.key_id)] == [False, True]
    assert len(preservation.acquisitions(hashlib.sha256(b"abcd").hexdigest())) == 2


def test_only_who_may_acquire_has_it_preserved(workspace: Workspace):
    """The service asks again, past every page."""
    from probata.access import services as access

    other = access.enrol(workspace.keyring, "Reader", None, frozenset({Role.REVIEWER}), reason="a test").signing
    uploads = Uploads(root=workspace.root / "work" / "uploads")
    upload = send(uploads, uploads.declare(declared(b"abcd"), by=other.key_id), b"abcd", by=other.key_id)
    with pytest.raises(NotAllowed):
        services.add_uploaded(uploads, upload.id, actor=other, person="Reader")
    assert uploads.one(upload.id, by=other.key_id).whole


def test_a_full_store_keeps_the_upload(workspace: Workspace, monkeypatch):
    """The file stays whole here, with the reason, and can be preserved later."""
    from probata.engines.blobs import DiskFull

    me = workspace.keyring.signing
    uploads = Uploads(root=workspace.root / "work" / "uploads")
    upload = send(uploads, uploads.declare(declared(b"abcd"), by=me.key_id), b"abcd", by=me.key_id)

    def full(*_all: object, **_named: object) -> None:
        raise DiskFull(what="clip.mp4")

    with monkeypatch.context() as patched:
        patched.setattr(services.preservation, "take", full)
        with pytest.raises(DiskFull):
            services.add_uploaded(uploads, upload.id, actor=me, person="operator")
    kept = uploads.one(upload.id, by=me.key_id)
    assert kept.whole
    assert "disk is full" in kept.trouble
    assert services.add_uploaded(uploads, upload.id, actor=me, person="operator") is not None
    assert uploads.one(upload.id, by=me.key_id).trouble == ""


def test_both_algorithms_of_the_protocol(uploads):
    """SHA-1 too, which tus asks of every server."""
    upload = uploads.declare(declared(b"abcd"), by=ME)
    sha1 = bytes.fromhex("81fe8bfe87576c3ecb22426f8e57847382917acf")
    taken = uploads.take_piece(
        upload.id, by=ME, offset=0, length=4, stream=BytesIO(b"abcd").read, checksum=("sha1", sha1)
    )
    assert taken.whole


def test_what_came_is_told_piece_by_piece(uploads):
    """So that a file that was chosen again, and changed meanwhile, is not mixed with what came of it before."""
    data = os.urandom(2_500)
    upload = uploads.declare(declared(data + b"more"), by=ME)
    for at in (0, 1_000, 2_000):
        piece = data[at : at + 1_000]
        uploads.take_piece(upload.id, by=ME, offset=at, length=len(piece), stream=BytesIO(piece).read)
    told = [
        (end, hashlib.sha256(data[end - 1_000 if end < 2_500 else 2_000 : end]).hexdigest())
        for end in (1_000, 2_000, 2_500)
    ]
    assert uploads.pieces(upload.id, by=ME) == told
    os.truncate(uploads.root / upload.id / "part", 2_400)
    assert uploads.pieces(upload.id, by=ME) == told[:2]
    with pytest.raises(UploadNotFound):
        uploads.pieces(upload.id, by=OTHER)
