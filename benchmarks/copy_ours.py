"""The product as a finder: the archive is skimmed once, and each query compared with what the index proposes."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from copy_peers import STATED, Found, Stretch
from probata.copies.among import Compared, scenes_beside
from probata.copies.archive import Archive
from probata.copies.compare import compared, digest_of
from probata.copies.extract import Extract, extract
from probata.copies.relations import Relation
from probata.engines.sandbox import Jail
from probata.terms.digests import Sha256


class Ours:
    """`probata copies`, of the query in the archive; its verdicts as they are."""

    name = "probata copies"

    def __init__(self, jail: Jail, *, direct: bool = False) -> None:
        self._jail, self._direct = jail, direct
        self._folder = tempfile.TemporaryDirectory(prefix="probata-copies-")
        self._archive = Archive(Path(self._folder.name))
        self._files: dict[Sha256, Path] = {}
        self._named: dict[str, Sha256] = {}
        self._extracts: dict[Sha256, Extract] = {}

    def prepare(self, archive: Mapping[str, Path]) -> None:
        """Skim every video; nothing, where each is compared directly."""
        for name, path in archive.items():
            self._named[name] = Sha256(digest_of(path))
            self._files[self._named[name]] = path
        if not self._direct:
            self._archive.bring_up_to_date(self._files, jail=self._jail)

    def find(self, query: Path, among: Sequence[str]) -> list[Found]:
        """The best founded relation with each video; a scene that is not stated to be a copy scores below any copy."""
        mine = extract(query, jail=self._jail)
        asked = {self._named[name]: name for name in among}
        told: dict[Sha256, Compared] = {}
        for item in self._worth_comparing(query, mine, list(asked)):
            relations = compared(mine, self._extract(item)).relations
            told[item] = Compared(outcome="found" if relations else "nothing_found", relations=relations)
        if not self._direct:
            own = {Sha256(digest_of(query))}
            beside = scenes_beside((query, mine), told, self._files, self._archive, but=own, jail=self._jail)
            told |= {item: one for item, one in beside.items() if item in asked}
        return [_told(asked[item], one.relations[0]) for item, one in told.items() if one.relations]

    def _worth_comparing(self, query: Path, mine: Extract, asked: list[Sha256]) -> list[Sha256]:
        if self._direct:
            return asked
        own = {Sha256(digest_of(query))}
        proposed = self._archive.propose(query, mine, but=own, jail=self._jail).proposed
        return [one.item for one in proposed if one.item in asked]

    def _extract(self, item: Sha256) -> Extract:
        if item not in self._extracts:
            self._extracts[item] = extract(self._files[item], jail=self._jail)
        return self._extracts[item]


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
