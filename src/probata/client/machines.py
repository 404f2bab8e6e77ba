"""Having machines look and listen, as a program asks for it: it goes on behind the answer, and can be waited for."""

from __future__ import annotations

import time
from collections.abc import Sequence

from attrs import frozen

from probata.client.calling import Answer, Calls

_AGAIN_S = 1.0


@frozen
class Machines:
    """Work that machines do when they are asked: looking at items, setting recordings on one clock, reading again."""

    calls: Calls

    def at_work(self) -> list[Answer]:
        """What was asked for since the workbench began, the newest first, and how far each piece is."""
        work: list[Answer] = self.calls.get("machines")["work"]
        return work

    def look(self, item: str, what: str = "all", *, reason: str = "") -> Answer:
        """Begin to have one item looked at: by an analyser by its name, for `copies`, or by `all` who are due."""
        return _first(self.calls.post("items", item, "machines", what=what, reason=reason))

    def look_at_due(self, what: str = "all", *, reason: str = "") -> Answer:
        """Begin to have everything looked at that is due."""
        return _first(self.calls.post("machines", what=what, reason=reason))

    def read_again(self, item: str, *, reason: str = "") -> Answer:
        """Begin to read an item's stored bytes again; takes a custodian or an auditor."""
        return _first(self.calls.post("items", item, "read-again", reason=reason))

    def sync(self, items: Sequence[str], **known: object) -> Answer:
        """Begin to set recordings on one clock, the first leads; `synced` has the answer once it has ended."""
        return _first(self.calls.post("sync", items=list(items), **known))

    def synced(self, work: Answer) -> Answer:
        """What came of setting recordings on one clock."""
        return self.calls.get("sync", work["id"])

    def stop(self, work: Answer) -> Answer:
        """End work of one's own; what was done is on the record."""
        return _first(self.calls.post("machines", work["id"], "stop"))

    def wait(self, work: Answer, *, seconds: float = 3600) -> Answer:
        """Ask until a piece of work has ended, and give it as it is then; raises `TimeoutError`."""
        until = time.monotonic() + seconds
        while True:
            (now,) = [one for one in self.at_work() if one["id"] == work["id"]]
            if now["ended"]:
                return now
            if time.monotonic() >= until:
                raise TimeoutError(f"work {work['id'][:8]} goes on after {seconds:g} s")
            time.sleep(_AGAIN_S)


def _first(told: Answer) -> Answer:
    found: Answer = told["work"][0]
    return found
