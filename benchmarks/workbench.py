"""How fast the workbench's lists answer in a large archive: `--intake` asks the intake queue.

Reach: under 200 ms a page of 50 among 100,000 items, first and last, with a filter that hits and one that misses.

The rows are put into a scratch workspace in bulk, past the acts and past the triggers that guard them: no ledger
entry stands behind them, and such a workspace is good for nothing but this. Everything that is measured reads them as
it would read any other. How many there are in all is counted once and kept until the ledger grows, so that only the
first of several turns counts it: `first page, counted anew` is a page as it stands right after an act.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from probata.cli import workspace as workspace_module
from probata.engines import settings as workspace_settings

if TYPE_CHECKING:
    from django.test import Client

    from probata.custody.keys import Keyring

ITEMS = 100_000
TURNS = 5
_START = datetime(2026, 1, 1, tzinfo=UTC)


def measure_intake(count: int = ITEMS, turns: int = TURNS) -> dict[str, tuple[float, float]]:
    """Milliseconds of the queue, the median of so many turns: the query alone, and the whole page as it is sent."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "workspace"
        workspace_settings.create(root)
        workspace_module.open_workspace(root)

        from django.db import connections

        from probata.access import services as access
        from probata.analysis import how_far
        from probata.cases import selectors
        from probata.web import settings

        keyring = access.found("operator", None)
        _fill(count)
        settings.ALLOWED_HOSTS.append("testserver")
        last = selectors.queue(selectors.Wanted()).pages
        client = _client()
        _page(client, "nothing-yet", 1)
        _new_act(keyring)
        asked = {
            "first page": ("", 1),
            "last page": ("", last),
            "page in the middle": ("", last // 2),
            "filter that hits": ("courtyard", 1),
            "filter of a name that hits": (f"clip-{count // 2}.mp4", 1),
            "filter that misses": ("nowhere-to-be-found", 1),
            "filter that hits nearly all": ("clip", 1),
            "the same, page in the middle": ("clip", last // 2),
            "filter that hits half": ("1", 1),
            "waiting alone": ("is:waiting", 1),
            "an outcome": ("is:duplicate_of", 1),
        }
        found: dict[str, tuple[float, float]] = {}
        wall, process = time.perf_counter(), time.process_time()
        _page(client, "", 1)
        found["first page, counted anew"] = (
            (time.perf_counter() - wall) * 1000,
            (time.process_time() - process) * 1000,
        )
        for name, (query, page) in asked.items():
            found[f"{name}, query"] = _median(lambda q=query, n=page: selectors.queue(selectors.wanted(q), n), turns)
            found[f"{name}, whole page"] = _median(lambda q=query, n=page: _page(client, q, n), turns)
        found["progress of analyses"] = _median(how_far.progress, turns)
        connections.close_all()
    return found


def _new_act(keyring: Keyring) -> None:
    """One report more: what was counted is counted anew."""
    from probata.cases import services
    from probata.cases.incoming import Incoming

    services.receive([(Incoming(summary="A clip that has just come in"), None)], actor=keyring.signing)


def _client() -> Client:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    assert client.post("/login", {"name": "operator", "passphrase": ""}).status_code == 302
    return client


def _page(client: Client, query: str, page: int) -> None:
    answer = client.get("/intake", {"q": query, "page": str(page)})
    assert answer.status_code == 200, answer.content


def _median(work: Callable[[], object], turns: int) -> tuple[float, float]:
    """Milliseconds by the wall, and of this process alone: what others do on the machine stands in the first."""
    by_wall, by_process = [], []
    for _ in range(turns):
        wall, process = time.perf_counter(), time.process_time()
        work()
        by_wall.append((time.perf_counter() - wall) * 1000)
        by_process.append((time.process_time() - process) * 1000)
    return statistics.median(by_wall), statistics.median(by_process)


def _digest(number: int) -> str:
    return hashlib.sha256(b"item %d" % number).hexdigest()


def _fill(count: int) -> None:
    """Three items of five have a report; half of the reports are answered; one item in twenty has a copy."""
    from probata.custody.services import assert_triggers
    from probata.custody.services.guards import lift_triggers
    from probata.preservation import selectors as preservation

    track = preservation.store().put_bytes(
        msgspec.json.encode({"entries": [{"attributes": {"languages": {"uk": 0.6, "ru": 0.3}}}]}), what="a track"
    )
    lift_triggers()
    for rows in (_items, _acquisitions, _reports, _reported, _outcomes, _searches):
        _put(rows(count))
    _put(_looks(count, track.sha256))
    _relations(count)
    assert_triggers()


def _put(rows: Iterator[Any]) -> None:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 5_000:
            type(row).objects.bulk_create(batch, batch_size=1_000)
            batch = []
    if batch:
        type(batch[0]).objects.bulk_create(batch, batch_size=1_000)


def _items(count: int) -> Iterator[Any]:
    from probata.preservation.models import Item

    for number in range(count):
        yield Item(
            sha256=_digest(number),
            size_bytes=1_000_000 + number,
            chunk_root=_digest(number),
            media_type="video/mp4",
            completeness="partial" if number % 50 == 0 else "complete",
            generation="unknown",
            graphic="unknown",
            at=_START + timedelta(seconds=number),
            seq=number,
        )


def _acquisitions(count: int) -> Iterator[Any]:
    from probata.preservation.models import Acquisition

    for number in range(count):
        yield Acquisition(
            item_id=_digest(number),
            acquired_from=f"file:/archive/clip-{number}.mp4",
            name=f"clip-{number}.mp4",
            name_agrees=True,
            method="files",
            acquired_by="0" * 64,
            at=_START + timedelta(seconds=number),
            seq=number,
        )


def _reports(count: int) -> Iterator[Any]:
    from probata.cases.models import Report

    for number in range(count * 3 // 10):
        yield Report(
            id=f"{number:032x}",
            reason="a benchmark",
            written_by="0" * 64,
            at=_START + timedelta(seconds=number),
            seq=number,
            place=0,
            summary=f"A clip of a {'courtyard' if number % 1000 == 0 else 'street'}, sent by reader {number}",
            origin=f"a channel, message {number}",
            came_at=None,
            items=[_digest(2 * number), _digest(2 * number + 1)],
        )


def _reported(count: int) -> Iterator[Any]:
    from probata.cases.models import ReportedItem

    for number in range(count * 3 // 10):
        for item in (2 * number, 2 * number + 1):
            yield ReportedItem(report_id=f"{number:032x}", item=_digest(item), seq=number)


def _outcomes(count: int) -> Iterator[Any]:
    from probata.cases.models import ReportOutcome

    for number in range(0, count * 3 // 10, 2):
        copy = number % 10 == 0
        yield ReportOutcome(
            id=f"f{number:031x}",
            reason="a benchmark",
            written_by="0" * 64,
            at=_START + timedelta(days=2, seconds=number),
            seq=count + number,
            report_id=f"{number:032x}",
            outcome="duplicate_of" if copy else "accepted",
            target=f"item:{_digest(1)}" if copy else "",
        )


def _looks(count: int, track: str) -> Iterator[Any]:
    from probata.analysis.models import Look

    for number in range(count):
        for analyser in ("frames", "cuts", "speech"):
            if analyser == "speech" and number % 3:
                continue
            yield Look(
                item=_digest(number),
                analyser=analyser,
                version="1",
                recipe="1" * 64,
                parameters={},
                outcome="could_not_look" if number % 40 == 0 else "found",
                why="a benchmark",
                entry_count=1,
                track_sha256=track,
                at=_START,
                seq=number,
            )


def _searches(count: int) -> Iterator[Any]:
    from probata.copies.models import CopySearch

    for number in range(0, count, 2):
        yield CopySearch(
            item=_digest(number),
            recipe="1" * 64,
            outcome="found" if number % 20 == 0 else "nothing_found",
            why="",
            searched_items=number,
            searched_frames=0,
            searched_seconds=0,
            compared_items=1,
            at=_START,
            seq=number,
        )


def _relations(count: int) -> None:
    from probata.copies.models import ComparedPair, Relation
    from probata.copies.recorded import pair_of

    pairs = [
        ComparedPair(
            pair=pair_of(_digest(number), _digest(number + 20)),
            a=_digest(number),
            b=_digest(number + 20),
            recipe="1" * 64,
            made_with={},
            asked=0,
            outcome="found",
            why="",
            at=_START,
            seq=number,
        )
        for number in range(0, count - 20, 40)
    ]
    for start in range(0, len(pairs), 1_000):
        made = ComparedPair.objects.bulk_create(pairs[start : start + 1_000])
        Relation.objects.bulk_create(
            Relation(id=f"{one.pk:032x}", compared=one, kind="copy", score=0.9, by="frames", segments=[], reasons=[])
            for one in made
        )


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--intake", action="store_true", help="the intake queue")
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--item", action="store_true", help="the item's page: an hour of footage with 5,000 entries")
    parser.add_argument("--analysts", type=int, help="so many people at once at a served workspace")
    parser.add_argument("--postgres", action="store_true", help="their workspace's rows stand on a Postgres server")
    parser.add_argument("--seconds", type=float, default=30, help="how long they work")
    parser.add_argument("--think", type=float, default=2.0, help="seconds between two things that a person does")
    parser.add_argument("--workspace", type=Path, help="a copy of a workspace to write into, instead of the demo's")
    options = parser.parse_args()
    if options.analysts:
        import analysts

        analysts.run(
            analysts=options.analysts,
            seconds=options.seconds,
            think_s=options.think,
            workspace=options.workspace,
            on_postgres=options.postgres,
        )
        return
    if options.item:
        import item_page

        item_page.main()
        return
    if not options.intake:
        parser.error("say what: --intake, --item or --analysts N")
    for name, (wall_ms, process_ms) in measure_intake(options.items).items():
        print(f"{name:45s} {wall_ms:8.1f} ms, of this process {process_ms:8.1f} ms")


if __name__ == "__main__":
    main()
