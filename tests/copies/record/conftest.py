"""An archive whose comparisons are told beforehand, so that the record alone is tested; and real footage, made once."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import define, field

from probata.capture import services as capture
from probata.copies import among, services
from probata.copies.among import Compared
from probata.copies.relations import Reason, Relation, Segment
from probata.custody.entries import Signer
from probata.engines.sandbox import Jail

sys.path.insert(0, str(Path(__file__).parent))


def stretch(a_start, a_end, b_start, b_end=None, *, speed=Fraction(1)) -> Segment:
    """Seconds of A that are seconds of B."""
    b_end = b_start + (a_end - a_start) if b_end is None else b_end
    return Segment(
        a_start_s=Fraction(a_start),
        a_end_s=Fraction(a_end),
        b_start_s=Fraction(b_start),
        b_end_s=Fraction(b_end),
        speed=Fraction(speed),
    )


def relation(kind="excerpt_of", *segments, score=0.9, by="both") -> Relation:
    """A relation with one reason."""
    why = (Reason(code="motion", text="what moves moves in step", value=0.91, wrong=0.31, threshold=0.42),)
    return Relation(
        kind=kind, score=score, by=by, segments=segments or (stretch(0, 4, 3),), why=why, strongest_wrong=0.31
    )


class _Told:
    """Stands for what was decoded of an item."""

    def __init__(self, item: str) -> None:
        self.item, self.views, self.sound, self.why, self.long = item, object(), None, "", False
        self.from_s, self.to_s = Fraction(0), Fraction(4)


@define
class Archive:
    """Items of a workspace, and what comparing them is to answer; `compared` says which pairs were, in order."""

    folder: Path
    actor: Signer
    jail: Jail
    answers: dict[frozenset[str], tuple[str, Compared]] = field(factory=dict)
    compared: list[tuple[str, str]] = field(factory=list)
    unreadable: set[str] = field(factory=set)

    def add(self, name: str) -> str:
        """An item; its bytes are its name."""
        file = self.folder / name
        file.write_bytes(b"\x1a\x45\xdf\xa3" + name.encode())
        (outcome,) = capture.add(str(file), actor=self.actor, reason="a test")
        return outcome.acquired.sha256

    def share(self, a: str, b: str, *relations: Relation) -> None:
        """From now on, comparing these gives these relations, told from `a`."""
        self.answers[frozenset((a, b))] = a, Compared(outcome="found", relations=relations, frames=100)

    def fail(self, a: str, b: str, why: str) -> None:
        """From now on, these cannot be compared."""
        self.answers[frozenset((a, b))] = a, Compared(outcome="could_not_look", why=why)

    def look(self, item: str, **options):
        """Search for copies of an item."""
        return services.look_for_copies(item, actor=self.actor, jail=self.jail, **options)

    def extract(self, path: Path, **_options) -> _Told:
        """In the place of decoding."""
        if path.name in self.unreadable:
            from probata.media.errors import Unreadable

            raise Unreadable(why="it is torn")
        return _Told(path.name)

    def compare(self, asked: tuple[Path, _Told], path: Path, *_moments, **_options) -> Compared:
        """In the place of comparing."""
        _file, mine = asked
        self.compared.append((mine.item, path.name))
        nothing = Compared(outcome="nothing_found", why="nothing agrees", frames=100, seconds=Fraction(4))
        told_from, answer = self.answers.get(frozenset((mine.item, path.name)), (mine.item, nothing))
        assert told_from == mine.item or not answer.relations, "a test tells relations from the item that it looks for"
        return answer


@pytest.fixture
def archive(workspace, jail, tmp_path, monkeypatch):
    """A workspace in which nothing is decoded."""
    folder = tmp_path / "in"
    folder.mkdir()
    made = Archive(folder=folder, actor=workspace.keyring.signing, jail=jail)
    monkeypatch.setattr("probata.copies.extract.extract", made.extract)
    monkeypatch.setattr(among, "compare_with", made.compare)
    return made


@pytest.fixture
def told():
    """How tests write relations: `told.relation(kind, *segments)`, `told.stretch(…)`."""

    class Telling:
        relation = staticmethod(relation)
        stretch = staticmethod(stretch)

    return Telling
