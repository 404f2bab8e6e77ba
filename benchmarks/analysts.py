"""Many people at one served workspace at once: what fails, and how long each kind of asking takes.

Everybody is logged in under a name and key of their own and mixes reading (desk, queue, items, an item's page, search,
claims) with writing (an observation, a decision about a candidate, a question), pausing in between as people do. The
server is `probata serve`, a process of its own, over real connections; the workspace is the demo's story.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from attrs import define, field, frozen

_ALLOWED_ANSWERS = {200, 302}
_PATIENCE_S = 60
# How often each is done, of a hundred: people read more than they write.
WEIGHTS = {
    "desk": 10,
    "intake": 10,
    "items": 12,
    "item page": 20,
    "search": 12,
    "claims": 6,
    "observe": 12,
    "decide": 12,
    "ask": 6,
}
_WORDS = ("courtyard", "street", "shots", "car", "ambulance", "двір")


@define(kw_only=True)
class Measured:
    """What came of it: seconds by kind, and every error in words, with how often."""

    seconds: dict[str, list[float]] = field(factory=lambda: defaultdict(list))
    errors: Counter[str] = field(factory=Counter)
    server_cpu_s: float = 0.0
    lock: threading.Lock = field(factory=threading.Lock)

    def add(self, kind: str, seconds: float) -> None:
        """Count one that was answered."""
        with self.lock:
            self.seconds[kind].append(seconds)

    def failed(self, kind: str, why: str) -> None:
        """Count one that was not."""
        with self.lock:
            self.errors[f"{kind}: {why}"] += 1

    def rows(self) -> Iterator[tuple[str, int, float, float]]:
        """Kind, how many, median and 95th of a hundred, in milliseconds."""
        for kind, took in sorted(self.seconds.items()):
            ordered = sorted(took)
            late = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
            yield kind, len(took), statistics.median(took) * 1000, late * 1000


@frozen(kw_only=True)
class Candidate:
    """A machine's candidate that can be decided."""

    item: str
    track: str
    entry: int


@define(kw_only=True)
class Analyst:
    """One person with a connection that stays open, as a browser's does."""

    address: str
    name: str
    items: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    chance: random.Random
    cookies: dict[str, str] = field(factory=dict)
    token: str = ""
    connection: http.client.HTTPConnection | None = None

    def log_in(self) -> None:
        """Come in, and take the token that forms carry."""
        self._take_token(self.ask("GET", "/login")[1])
        status, _text = self.ask("POST", "/login", {"name": self.name, "passphrase": ""})
        if status != 302:
            raise ConnectionError(f"{self.name} was not let in: {status}")
        self._take_token(self.ask("GET", "/")[1])

    def ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> tuple[int, str]:
        """One request; its status and text."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=_PATIENCE_S)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookie, "Accept": "text/html" if method == "GET" else "application/json"}
        if path == "/login":
            headers["Accept"] = "text/html"
        body = None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": self.token})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for told in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = told.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if answer.getheader("Connection", "").lower() == "close":
            self.close()
        return answer.status, text

    def act(self, kind: str) -> tuple[int, str]:
        """Do one thing of a kind."""
        item = self.chance.choice(self.items)
        reads = {
            "desk": "/",
            "intake": "/intake",
            "items": "/items",
            "item page": f"/items/{item}",
            "search": f"/search?{urlencode({'q': self.chance.choice(_WORDS)})}",
            "claims": "/claims",
        }
        if kind in reads:
            return self.ask("GET", reads[kind])
        if kind == "observe":
            return self.ask("POST", f"/items/{self.chance.choice(self.candidates).item}/observe", self._observed())
        if kind == "decide":
            one = self.chance.choice(self.candidates)
            decided = {"decision": self.chance.choice(("accepted", "rejected", "reopened")), "reason": "a benchmark"}
            return self.ask("POST", f"/items/{one.item}/candidates/{one.track}/{one.entry}/decide", decided)
        return self.ask("POST", "/questions/ask", {"text": f"What is at the gate? ({self.name})", "reason": "open"})

    def close(self) -> None:
        """Give the connection back."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _observed(self) -> dict[str, str]:
        first = self.chance.randrange(20)
        return {
            "kind": "vehicle",
            "epistemic": "visible",
            "certainty": "moderate",
            "description": f"A car stands at the gate, as {self.name} sees it.",
            "first": str(first),
            "last": str(first + self.chance.randrange(5)),
            "reason": "a benchmark",
        }

    def _take_token(self, page: str) -> None:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if found:
            self.token = found[1]


def measure(root: Path, *, analysts: int, seconds: float, think_s: float, told: bool = False) -> Measured:
    """Enrol so many people in the workspace, serve it, and let them work for so many seconds."""
    names = _enrolled(root, analysts)
    measured = Measured()
    with _served(root) as (address, process):
        items, candidates = _what_there_is(address, names[0])
        people = [
            Analyst(
                address=address, name=name, items=items, candidates=candidates, chance=random.Random(f"analyst {name}")
            )
            for name in names
        ]
        began = time.perf_counter()
        _together([(lambda one=one: _come_in(one, measured)) for one in people])
        if told:
            print(f"{analysts} people came in within {time.perf_counter() - began:.1f} s", flush=True)
        before_s, until = _cpu_s(process), time.perf_counter() + seconds
        _together([(lambda one=one: _work(one, measured, until, think_s)) for one in people])
        measured.server_cpu_s = _cpu_s(process) - before_s
        for one in people:
            one.close()
    return measured


def report(measured: Measured, seconds: float) -> None:
    """Print what came of it."""
    count = sum(number for kind, number, _median, _late in measured.rows() if kind != "log in")
    # What others do on the machine stands in the times, not in this.
    each_ms = measured.server_cpu_s * 1000 / max(1, count)
    print(f"{count} answers, {count / seconds:.1f} a second, each {each_ms:.0f} ms of the server's processor")
    print(f"{measured.errors.total()} errors")
    print(f"{'kind':12s} {'answers':>8s} {'median':>10s} {'95 %':>10s}")
    for kind, number, median, late in measured.rows():
        print(f"{kind:12s} {number:8d} {median:7.0f} ms {late:7.0f} ms")
    for why, number in measured.errors.most_common():
        print(f"{number} × {why}")


def tell_story(folder: Path) -> Path:
    """The demo's story in a workspace of its own, with small made footage."""
    here = Path(__file__).parents[1]
    sys.path[:0] = [str(here / "tests" / "web"), str(here)]
    from story import tell_story as tell

    root: Path = tell(folder).root
    return root


def run(
    *, analysts: int, seconds: float, think_s: float, workspace: Path | None, on_postgres: bool = False
) -> Measured:
    """The whole, in a scratch workspace unless one is given (which is written into: give a copy)."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as standing:
        root = workspace or tell_story(Path(folder))
        if on_postgres:
            _move(root, standing)
        measured = measure(root, analysts=analysts, seconds=seconds, think_s=think_s, told=True)
    report(measured, seconds)
    return measured


def _move(root: Path, standing: ExitStack) -> None:
    """Have the workspace's rows stand on a server of this run's own, which keeps what it says it kept."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests import postgres

    from probata.cli.__main__ import main

    server = standing.enter_context(postgres.running(durable=True))
    postgres.on_server(root, server, server.fresh())
    if main(["rebuild", "-w", str(root)]):
        raise RuntimeError("the workspace could not be moved")


def _enrolled(root: Path, count: int) -> list[str]:
    from probata.cli import workspace as workspace_module

    workspace_module.open_workspace(root)

    from django.db import connections

    from probata.access import selectors, services
    from probata.access.roles import Role

    people = {one.name: one for one in selectors.people()}
    names = [f"Analyst {number:03d}" for number in range(count)]
    custodian = next(one for one in people.values() if Role.CUSTODIAN in selectors.roles(one.pk))
    by = services.unlock(custodian, None)
    for name in names:
        if name not in people:
            roles = frozenset({Role.ANALYST, Role.COLLECTOR})
            services.enrol(by, name, None, roles, reason="a benchmark")
    connections.close_all()
    return names


@contextmanager
def _served(root: Path) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-m", "probata.cli", "serve", "--workspace", str(root), "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = ""
        while not told.endswith("}\n"):
            told += (line := process.stdout.readline())
            assert line, "the server ended before it was ready"
        try:
            yield json.loads(told)["address"], process.pid
        finally:
            process.terminate()
            process.wait(timeout=30)


def _cpu_s(process: int) -> float:
    """Seconds of processor that a process has used, in its own code and in the kernel's for it (proc(5))."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _what_there_is(address: str, name: str) -> tuple[tuple[str, ...], tuple[Candidate, ...]]:
    one = Analyst(address=address, name=name, items=(), candidates=(), chance=random.Random(0))
    one.log_in()
    items = tuple(sorted(set(re.findall(r"/items/([0-9a-f]{64})", one.ask("GET", "/items")[1]))))
    candidates = []
    for item in items:
        drawn: Any = json.loads(one.ask("GET", f"/items/{item}/tracks")[1])
        for track in drawn["tracks"]:
            count = min(5, len(track["entries"]))
            candidates += [Candidate(item=item, track=track["track"], entry=number) for number in range(count)]
    one.close()
    if not candidates:
        raise LookupError("the workspace holds no candidate that could be decided")
    return items, tuple(candidates)


def _come_in(one: Analyst, measured: Measured) -> None:
    began = time.perf_counter()
    try:
        one.log_in()
    except (OSError, http.client.HTTPException) as error:
        measured.failed("log in", f"{type(error).__name__}: {error}")
        return
    measured.add("log in", time.perf_counter() - began)


def _work(one: Analyst, measured: Measured, until: float, think_s: float) -> None:
    if not one.token:
        return
    kinds, weights = list(WEIGHTS), list(WEIGHTS.values())
    # Nobody begins at the same moment as everybody else.
    time.sleep(one.chance.uniform(0, think_s))
    while time.perf_counter() < until:
        (kind,) = one.chance.choices(kinds, weights)
        began = time.perf_counter()
        try:
            status, text = one.act(kind)
        except (OSError, http.client.HTTPException) as error:
            one.close()
            measured.failed(kind, f"{type(error).__name__}: {error}")
            continue
        if status in _ALLOWED_ANSWERS:
            measured.add(kind, time.perf_counter() - began)
        else:
            measured.failed(kind, f"{status} {_why(text)}")
        if think_s:
            time.sleep(one.chance.expovariate(1 / think_s))


def _why(text: str) -> str:
    try:
        return str(json.loads(text).get("message"))[:160]
    except ValueError:
        return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))[:160]


def _together(works: list[Any]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
