"""Serving footage: asked for with a reason, permitted, proved and logged, request by request."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from probata.access import selectors, services
from probata.access.roles import Role
from probata.cli.demo_footage.ordinals import read_ordinal
from probata.custody import selectors as custody
from probata.engines.chunks import CHUNK_BYTES
from probata.preservation import selectors as preservation
from probata.web.served import originals, serving, stills
from probata.web.served.ranges import ByteRange

if TYPE_CHECKING:
    from django.test import Client
    from tests.web.conftest import Bench


def views(item: str) -> list[tuple[str, str]]:
    return [(view.mode, view.detail) for view in selectors.views(item)]


def body(response: object) -> bytes:
    return b"".join(response.streaming_content) if getattr(response, "streaming", False) else response.content


class TestVeil:
    """Before a reveal was recorded in this session for this item, the server sends no footage."""

    @pytest.mark.parametrize("path", ["footage", "stills/0.png"])
    def test_nothing_is_sent_before_a_reveal(self, bench: Bench, path: str) -> None:
        """403, in words, and no row in the log of views."""
        answer = bench.client().get(f"/items/{bench.ordinals}/{path}")
        assert answer.status_code == 403
        assert answer.json()["code"] == "not_revealed"
        assert views(bench.ordinals) == []

    def test_a_reveal_opens_one_item_for_one_session(self, bench: Bench) -> None:
        """Another item, and another session of the same person, stay veiled."""
        client = bench.revealed(bench.ordinals)
        assert client.head(f"/items/{bench.ordinals}/footage").status_code == 200
        assert client.head(f"/items/{bench.cuts}/footage").status_code == 403
        assert bench.client().head(f"/items/{bench.ordinals}/footage").status_code == 403

    def test_logging_out_veils(self, bench: Bench) -> None:
        """After leaving and coming back, footage must be asked for again."""
        client = bench.revealed(bench.ordinals)
        client.post("/logout")
        assert client.head(f"/items/{bench.ordinals}/footage").status_code == 302
        client.post("/login", {"name": "S. Analyst", "passphrase": ""})
        assert client.head(f"/items/{bench.ordinals}/footage").status_code == 403

    def test_a_reveal_takes_a_reason_of_the_list(self, bench: Bench) -> None:
        """Without one nothing is revealed and nothing recorded."""
        client, before = bench.client(), len(custody.history(f"item:{bench.ordinals}"))
        for reason in ("", "curiosity"):
            answer = client.post(f"/items/{bench.ordinals}/reveal", {"purpose": reason})
            assert answer.status_code == 400
        assert len(custody.history(f"item:{bench.ordinals}")) == before
        assert client.head(f"/items/{bench.ordinals}/footage").status_code == 403

    def test_a_reveal_is_an_entry(self, bench: Bench) -> None:
        """The ledger says who asked, about what, and why."""
        bench.revealed(bench.ordinals)
        line = custody.history(f"item:{bench.ordinals}")[-1]
        assert (line.action, line.record["purpose"], line.actor_name) == ("view", "exact_frame", "S. Analyst")

    def test_an_auditor_reads_and_sees_nothing(self, bench: Bench) -> None:
        """The item's page opens, footage is refused, and the refusal names the rule and who may."""
        services.enrol(bench.keyring, "auditor", None, frozenset({Role.AUDITOR}), reason="an audit")
        client = bench.client(name="auditor", passphrase="")
        page = client.get(f"/items/{bench.ordinals}", headers={"accept": "text/html"})
        assert page.status_code == 200
        assert "see it: it takes one of the roles" in page.content.decode()
        for answer in (
            client.get(f"/items/{bench.ordinals}/footage"),
            client.post(f"/items/{bench.ordinals}/reveal", {"purpose": "place"}),
        ):
            assert answer.status_code == 403
            assert "auditor may not view footage: it takes one of the roles analyst" in answer.json()["message"]
        assert views(bench.ordinals) == []

    @pytest.mark.parametrize("path", ["", "/footage", "/stills/0.png", "/frames", "/tracks", "/wave", "/custody"])
    def test_nobody_logged_in_gets_nothing(self, bench: Bench, path: str) -> None:
        """Every address of an item leads to the login."""
        answer = bench.client(log_in=False).get(f"/items/{bench.ordinals}{path}")
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login")


class TestBytes:
    """The original's bytes, by range."""

    @pytest.fixture
    def client(self, bench: Bench) -> Client:
        return bench.revealed(bench.ordinals)

    @pytest.fixture
    def data(self, bench: Bench) -> bytes:
        return preservation.original(bench.ordinals).read_bytes()

    def test_the_whole(self, bench: Bench, client: Client, data: bytes) -> None:
        """Without a range: 200, every byte, one row that says so."""
        answer = client.get(f"/items/{bench.ordinals}/footage")
        assert (answer.status_code, body(answer)) == (200, data)
        assert answer["Content-Length"] == str(len(data))
        assert views(bench.ordinals)[1:] == [("full", f"all {len(data)} bytes")]

    @pytest.mark.parametrize(("asked", "first", "last"), [("0-99", 0, 99), ("500-", 500, -1), ("-7", -7, -1)])
    def test_a_range(self, bench: Bench, client: Client, data: bytes, asked: str, first: int, last: int) -> None:
        """206 with exactly these bytes, and a row with the same numbers as `Content-Range`."""
        size = len(data)
        first, last = first % size, last % size
        answer = client.get(f"/items/{bench.ordinals}/footage", headers={"range": f"bytes={asked}"})
        assert (answer.status_code, body(answer)) == (206, data[first : last + 1])
        assert answer["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert views(bench.ordinals)[1:] == [("full", f"bytes {first}-{last}/{size}")]

    def test_each_range_has_its_row(self, bench: Bench, client: Client) -> None:
        """Three requests, three rows."""
        for start in (0, 10, 20):
            client.get(f"/items/{bench.ordinals}/footage", headers={"range": f"bytes={start}-{start + 4}"})
        assert len(views(bench.ordinals)) == 1 + 3

    def test_one_answer_carries_a_bounded_part(
        self, bench: Bench, client: Client, data: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An open range is answered in parts, so that the log says what was sent and permission is asked again."""
        monkeypatch.setattr(serving, "MOST_PART_BYTES", 1000)
        answer = client.get(f"/items/{bench.ordinals}/footage", headers={"range": "bytes=5-"})
        assert (answer.status_code, body(answer)) == (206, data[5 : 5 + len(body(answer))])
        assert 0 < len(body(answer)) <= 1000
        assert answer["Content-Range"] == f"bytes 5-{4 + len(body(answer))}/{len(data)}"

    def test_outside_is_unsatisfiable(self, bench: Bench, client: Client, data: bytes) -> None:
        """416 with the true size, and no row: nothing was served."""
        answer = client.get(f"/items/{bench.ordinals}/footage", headers={"range": f"bytes={len(data)}-"})
        assert (answer.status_code, answer["Content-Range"], body(answer)) == (416, f"bytes */{len(data)}", b"")
        assert len(views(bench.ordinals)) == 1

    @pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "chapters=1-2", "bytes=9-1"])
    def test_other_ranges_are_ignored(self, bench: Bench, client: Client, data: bytes, asked: str) -> None:
        """Several parts, other units, nonsense: the whole is sent (RFC 9110, 14.2)."""
        answer = client.get(f"/items/{bench.ordinals}/footage", headers={"range": asked})
        assert (answer.status_code, len(body(answer))) == (200, len(data))

    def test_if_range(self, bench: Bench, client: Client) -> None:
        """With our entity tag a part; with another the whole, since the parts would not fit together."""
        path, asked = f"/items/{bench.ordinals}/footage", {"range": "bytes=0-9"}
        assert client.get(path, headers={**asked, "if-range": f'"{bench.ordinals}"'}).status_code == 206
        assert client.get(path, headers={**asked, "if-range": '"older"'}).status_code == 200

    def test_head_says_how_much_and_sends_nothing(self, bench: Bench, client: Client, data: bytes) -> None:
        """HEAD is answered for the whole, without a body or a row; ranges are defined for GET alone."""
        answer = client.head(f"/items/{bench.ordinals}/footage", headers={"range": "bytes=0-9"})
        assert (answer.status_code, answer["Content-Length"], body(answer)) == (200, str(len(data)), b"")
        assert answer["Accept-Ranges"] == "bytes"
        assert len(views(bench.ordinals)) == 1

    def test_what_it_may_do_is_nothing(self, bench: Bench, client: Client) -> None:
        """Bytes from outside run nothing, are not sniffed, not cached, and no other site can embed them."""
        answer = client.get(f"/items/{bench.ordinals}/footage", headers={"range": "bytes=0-9"})
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "no-store"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Content-Disposition"] == "inline"
        assert answer["Content-Type"] == "video/mp4"

    def test_only_playable_types_are_named(self, bench: Bench) -> None:
        """What no browser plays goes as mere bytes, whatever its name says."""
        answer = bench.revealed(bench.unplayable).head(f"/items/{bench.unplayable}/footage")
        assert answer["Content-Type"] == "application/octet-stream"

    def test_what_is_no_footage_is_never_served(self, bench: Bench) -> None:
        """A text stays where it is."""
        answer = bench.revealed(bench.text).get(f"/items/{bench.text}/footage")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_footage")

    def test_nothing_else_is_allowed(self, bench: Bench, client: Client) -> None:
        """No writing to an original, by any method."""
        for method in ("post", "put", "delete", "patch"):
            assert getattr(client, method)(f"/items/{bench.ordinals}/footage").status_code == 405


class TestProof:
    """Each chunk is proved against the chunk tree before any of it leaves."""

    def test_a_changed_byte_is_not_served(self, bench: Bench) -> None:
        """A damaged original ends in words, without a byte of it; its row of the log was not written either."""
        client = bench.revealed(bench.ordinals)
        path = preservation.original(bench.ordinals)
        path.chmod(0o644)
        data = bytearray(path.read_bytes())
        data[100] ^= 1
        path.write_bytes(data)
        answer = client.get(f"/items/{bench.ordinals}/footage", headers={"range": "bytes=5000-5010"})
        assert (answer.status_code, answer.json()["code"]) == (500, "blob_damaged")
        assert len(views(bench.ordinals)) == 1

    def test_a_changed_tree_is_not_believed(self, bench: Bench) -> None:
        """The leaf hashes are themselves proved against the root in the ledger."""
        client = bench.revealed(bench.cuts)
        tree = preservation.original(bench.cuts).with_suffix(".tree")
        tree.chmod(0o644)
        tree.write_bytes(b"\x00" * 32)
        answer = client.get(f"/items/{bench.cuts}/footage", headers={"range": "bytes=0-1"})
        assert answer.json()["code"] == "blob_damaged"

    @pytest.mark.usefixtures("bench")
    def test_ranges_across_chunks(self) -> None:
        """A range that begins in one chunk and ends in another is whole."""
        data = bytes(range(256)) * (CHUNK_BYTES // 256 * 2 + 9)
        stored = preservation.store().put(BytesIO(data), what="a blob of three chunks")

        class Row:
            sha256, chunk_root, size_bytes = stored.sha256, stored.tree.root, len(data)
            media_type, completeness = "video/mp4", "complete"

        for first, last in ((0, 0), (CHUNK_BYTES - 1, CHUNK_BYTES), (5, len(data) - 1), (len(data) - 1, len(data) - 1)):
            assert originals.part(Row(), ByteRange(first=first, last=last)) == data[first : last + 1]


class TestStills:
    """The exact picture of one frame."""

    def test_a_still_is_the_frame_it_says(self, bench: Bench) -> None:
        """The picture bears the ordinal that was asked; the header gives the digest of the table; a row tells it."""
        client = bench.revealed(bench.ordinals)
        for ordinal in (0, 137, 299):
            answer = client.get(f"/items/{bench.ordinals}/stills/{ordinal}.png")
            assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
            assert read_ordinal(answer.content) == ordinal
            told = client.get(f"/items/{bench.ordinals}/frames/{ordinal}").json()
            assert answer["Probata-Frame-Digest"] == told["digest"]
            assert views(bench.ordinals)[-1] == ("still", f"frame {ordinal} of 300, pts {told['pts']}")

    def test_what_is_made_ahead_is_not_logged(self, bench: Bench) -> None:
        """Whoever steps is logged to have seen what was sent, and not the next one that lies ready in the jail."""
        client, before = bench.revealed(bench.ordinals), len(views(bench.ordinals))
        stepped = (140, 141, 142, 141)
        for ordinal in stepped:
            assert read_ordinal(client.get(f"/items/{bench.ordinals}/stills/{ordinal}.png").content) == ordinal
        told = [detail.split()[1] for _mode, detail in views(bench.ordinals)[before:]]
        assert told == [str(ordinal) for ordinal in stepped]

    def test_stills_are_packed_for_those_who_are_far_away(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        """Through a proxy go fewer bytes; on this machine a still comes sooner; it is the same picture."""
        client, found = bench.revealed(bench.ordinals), []
        for far in (True, False):
            monkeypatch.setattr("django.conf.settings.FOLDERS_OF_THIS_MACHINE", not far)
            stills.close_all()
            found.append(client.get(f"/items/{bench.ordinals}/stills/7.png").content)
        stills.close_all()
        assert len(found[0]) < len(found[1])
        assert [read_ordinal(one) for one in found] == [7, 7]

    def test_there_is_no_frame_beyond_the_last(self, bench: Bench) -> None:
        """An address that does not exist is refused in words, and nothing is logged as seen."""
        client = bench.revealed(bench.ordinals)
        answer = client.get(f"/items/{bench.ordinals}/stills/300.png")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_frame")
        assert len(views(bench.ordinals)) == 1

    def test_sound_has_no_stills(self, bench: Bench) -> None:
        """Without a table of frames no picture has an address."""
        answer = bench.revealed(bench.sound).get(f"/items/{bench.sound}/stills/0.png")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_frames")
