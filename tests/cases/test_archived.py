"""What an auto-archiver left: read whole or refused whole, its files found, its hashes calculated again."""

from __future__ import annotations

import hashlib
import io

from hypothesis import given
from hypothesis import strategies as st

from probata.cases.archived import ArchivedRow, Stated, fits, incoming, match, names_in, read_sheet
from probata.terms.showing import shown

PAGE = b'<html><a href="https://store.example/a/clip_01.mp4">video</a> <img src="still%20one.png"></html>'
DIGEST = hashlib.sha256(PAGE).hexdigest()
SHEET = (
    "Link,Destination folder,Archive status,Archive location,Archive date,Upload title,Hash,Their own notes\r\n"
    "https://social.example/post/1,,telegram: success,https://store.example/a/page1.html,"
    f"2024-02-05T12:22:22+0000,Подвір'я вночі,SHA-256:{DIGEST},seen\r\n"
    "https://social.example/post/2,,Archive failed no archiver,,,,not-calculated,\r\n"
    ",,,,,,,\r\n"
)


def rows(text=SHEET):
    read, faults = read_sheet(text.encode())
    assert faults == []
    return read


def test_a_sheet_is_read_as_it_is_written():
    """By the names of its columns in any case; columns of somebody's own are left alone, blank lines are none."""
    first, second = rows()
    assert first.link == "https://social.example/post/1"
    assert first.status == "telegram: success"
    assert first.title == "Подвір'я вночі"
    assert first.stated == Stated(method="SHA-256", digits=DIGEST)
    assert (second.locations, second.stated) == ((), None)


def test_every_fault_is_told_at_once():
    """A link that is none, one too many, a character that acts; nothing of the sheet is taken."""
    text = f"Link,Hash\nnot a link,\nhttps://a.example/{'x' * 3000},\nhttps://a.example/\u202efdp,\nhttps://ok.example/1,\n"
    _read, faults = read_sheet(text.encode())
    assert [fault.partition(":")[0] for fault in faults] == ["line 2", "line 3", "line 4"]
    for text, words in (
        (b"Address\nhttps://a.example/\n", "lacks the column Link"),
        (b"Link,Link\na,b\n", "stands twice"),
        (b"Link\n", "holds no link"),
        (b"Link\n\xff\n", "not UTF-8"),
        (b"Link\njavascript:alert(1)\n", "begins with neither"),
    ):
        assert words in read_sheet(text)[1][0]


def test_a_hash_of_another_kind_is_told_and_not_compared():
    """A sheet may state anything: what cannot be compared is a remark, never a quiet pass."""
    (one,) = rows("Link,Hash\nhttps://a.example/1,md5:abc\n")
    assert one.stated is None
    assert "no kind that can be compared" in one.remarks[0]
    (one,) = rows(f"Link,Hash\nhttps://a.example/1,SHA3-512:{'0' * 64}\n")
    assert "length of its kind" in one.remarks[0]


def test_the_page_is_found_by_its_path_and_its_files_by_their_names_in_it():
    """In a flat folder what the page names is the row's; what no row names is told."""
    files = ["page1.html", "clip_01.mp4", "still one.png", "stranger.mp4"]
    found = match(rows(), files, named_in={"page1.html": names_in(io.BytesIO(PAGE))})
    assert found.rows[0].page == "page1.html"
    assert found.rows[0].files == ("clip_01.mp4", "still one.png")
    assert found.rows[1].page == ""
    assert found.others == ("stranger.mp4",)
    assert "it says of no place where it is" in found.rows[1].remarks


def test_a_folder_of_its_own_is_the_rows():
    """Where a folder holds the page of one row alone, all in it belongs to that row."""
    one, two = (
        ArchivedRow(line=number, link=f"https://a.example/{number}", locations=(f"s3://b/post{number}/index.html",))
        for number in (1, 2)
    )
    found = match([one, two], ["post1/index.html", "post1/raw/clip.mp4", "post2/index.html"])
    assert [matched.page for matched in found.rows] == ["post1/index.html", "post2/index.html"]
    assert found.rows[0].files == ("post1/raw/clip.mp4",)
    assert found.others == ()


def test_two_files_that_fit_alike_are_nobodys():
    """A name that stands in two folders decides nothing."""
    one = ArchivedRow(line=1, link="https://a.example/1", locations=("https://s.example/index.html",))
    found = match([one], ["x/index.html", "y/index.html"])
    assert found.rows[0].page == ""
    assert "none of its files was found" in found.rows[0].remarks[0]


def test_a_path_that_climbs_leads_nowhere_else():
    """A location is compared with what is in the folder, never opened."""
    one = ArchivedRow(line=1, link="https://a.example/1", locations=("https://s.example/../../etc/passwd",))
    assert match([one], ["clip.mp4"]).rows[0].page == ""


def test_hashes_are_calculated_again():
    """SHA-256 against the item's own digest, SHA3-512 from the bytes; without bytes nothing is claimed."""
    assert fits(Stated(method="SHA-256", digits=DIGEST), sha256=DIGEST) is True
    assert fits(Stated(method="SHA-256", digits="0" * 64), sha256=DIGEST) is False
    other = Stated(method="SHA3-512", digits=hashlib.sha3_512(PAGE).hexdigest())
    assert fits(other, sha256=DIGEST, stream=io.BytesIO(PAGE)) is True
    assert fits(other, sha256=DIGEST, stream=io.BytesIO(b"x")) is False
    assert fits(other, sha256=DIGEST) is None


def test_the_report_keeps_where_it_says_it_comes_from_and_every_doubt():
    """The origin holds link, status, times as stated and whether the hash fits; an instant has its offset."""
    found = match(rows(), ["page1.html"])
    told = incoming(found.rows[0], items=[DIGEST, DIGEST], agrees=False)
    assert told.summary == "Подвір'я вночі"
    assert told.items == (DIGEST,)
    assert told.came_at is not None
    assert told.came_at.isoformat() == "2024-02-05T12:22:22+00:00"
    for words in ("https://social.example/post/1", "telegram: success", "DOES NOT FIT", "2024-02-05T12:22:22+0000"):
        assert words in told.origin
    assert "was not compared" in incoming(found.rows[0], items=[], agrees=None).origin
    lone = incoming(found.rows[1], items=[], agrees=None)
    assert lone.summary == "https://social.example/post/2"
    assert "Archive failed" in lone.origin


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(
            lambda text: f"Link,Upload title\nhttps://a.example/1,{text}\n".encode("utf-8", "replace")
        ),
    )
)
def test_whatever_a_sheet_holds_it_is_read_or_has_faults(untrusted):
    """And what is read makes a report that is safe to show."""
    read, faults = read_sheet(untrusted)
    assert read or faults
    for found in match(read, []).rows:
        told = incoming(found, items=[], agrees=None)
        assert shown(told.summary) == told.summary
        assert shown(told.origin) == told.origin
