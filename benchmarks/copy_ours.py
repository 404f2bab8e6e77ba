"""The product as a finder: each file is extracted once in the jail, then the query is compared with each video."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from copy_peers import STATED, Found, Stretch
from probata.copies.compare import compared
from probata.copies.extract import Extract, extract
from probata.copies.relations import Relation
from probata.engines.sandbox import Jail


class Ours:
    """`probata compare`, of the query with each video that is asked about; its verdicts as they are."""

    name = "probata compare"

    def __init__(self, jail: Jail) -> None:
        self._jail = jail
        self._archive: dict[str, Extract] = {}
        self._asked: tuple[Path, Extract] | None = None

    def prepare(self, archive: Mapping[str, Path]) -> None:
        """Extract every video."""
        new = {name: path for name, path in archive.items() if name not in self._archive}
        self._archive |= {name: extract(path, jail=self._jail) for name, path in new.items()}

    def find(self, query: Path, among: Sequence[str]) -> list[Found]:
        """The best founded relation with each video; a scene that is not stated to be a copy scores below any copy."""
        if self._asked is None or self._asked[0] != query:
            self._asked = (query, extract(query, jail=self._jail))
        one = self._asked[1]
        found = []
        for name in among:
            comparison = compared(one, self._archive[name])
            if comparison.relations:
                found.append(_told(name, comparison.relations[0]))
        return found


def _told(name: str, relation: Relation) -> Found:
    segments = tuple(
        Stretch(
            q_start_s=float(one.a_start_s),
            q_end_s=float(one.a_end_s),
            r_start_s=float(one.b_start_s),
            r_end_s=float(one.b_end_s),
            speed=float(one.speed),
            mirror=one.mirror if one.transform is not None else None,
        )
        for one in relation.segments
    )
    score = relation.score if relation.kind in STATED else relation.score - 1
    return Found(video=name, kind=relation.kind, score=score, by=relation.by, segments=segments)
