"""One file among many: what each of the others shares with it; on bare files, or as the craft behind a search.

found = search(Path("posted.mp4"), files_in([Path("archive")]))
for match in found.matches: ...
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attrs import evolve, field, frozen

from probata.copies.relations import Relation
from probata.engines.sandbox import Jail
from probata.media.magic import HEAD_BYTES, Magic, sniff
from probata.media.passes import Answer
from probata.media.wire import a_jail
from probata.terms.digests import Sha256
from probata.terms.errors import EnvironmentLacking, FootageError

if TYPE_CHECKING:
    from probata.copies.archive import Archive, Extent
    from probata.copies.candidates import AlikeMoments
    from probata.copies.compare import Comparison
    from probata.copies.extract import Extract

Step = Literal["indexing", "comparing"]
Counted = Callable[[Step, int, int], None]
"""Told what is being done, and with how many of how many it is done."""


class MatchingMissing(EnvironmentLacking):
    """What finds local features in pictures is not installed."""

    code = "matching_missing"
    template = "Copies cannot be looked for: OpenCV is not installed here."
    advice = "Install it with `pip install 'probata[match]'`, then look again with `probata copies ITEM`."
    advice_here = "Whoever keeps this machine installs it there: `pip install 'probata[match]'`."


@frozen(kw_only=True)
class Compared:
    """What came of comparing the asked file with one other: one of three answers, why, and the relations.

    `frames` and `seconds` say how much of the other was looked through.
    """

    outcome: Answer
    why: str = ""
    relations: tuple[Relation, ...] = ()
    frames: int = 0
    seconds: Fraction = Fraction(0)

    @property
    def score(self) -> float:
        """How well founded the best relation is."""
        return max((relation.score for relation in self.relations), default=0.0)


@frozen(kw_only=True)
class Found:
    """What one file shares with others, by their names; `passed_over` are those that are no footage, and why."""

    compared: dict[str, Compared]
    passed_over: dict[str, str] = field(factory=dict)

    @property
    def matches(self) -> list[tuple[str, Compared]]:
        """Those that share something, the best founded first."""
        shared = [(name, one) for name, one in self.compared.items() if one.relations]
        return sorted(shared, key=lambda match: (-match[1].score, match[0]))

    @property
    def could_not_look(self) -> list[tuple[str, Compared]]:
        """Those that could not be compared, each with the reason."""
        return [(name, one) for name, one in self.compared.items() if one.outcome == "could_not_look"]

    @property
    def outcome(self) -> Answer:
        """Found, nothing found, or none of them could be compared."""
        if self.matches:
            return "found"
        return "could_not_look" if len(self.could_not_look) == len(self.compared) > 0 else "nothing_found"

    @property
    def why(self) -> str:
        """Why nothing was found; empty where something was."""
        if self.matches:
            return ""
        return nothing_shared(len(self.compared), len(self.could_not_look))


NOTHING_ALIKE = "no key picture of it and no sound is more alike than what is known to be wrong"


def must_be_able() -> None:
    """Raise `MatchingMissing` where this machine cannot look for copies in pictures."""
    if util.find_spec("cv2") is None:
        raise MatchingMissing


def tools() -> dict[str, str]:
    """The versions of what compares, outside the jail: they are part of the recipe."""
    names = {"numpy": "numpy", "opencv": "opencv-python-headless"}
    found = {name: _version(package) for name, package in names.items()}
    return {name: version for name, version in found.items() if version}


def compare_with(
    mine: tuple[Path, Extract], file: Path, moments: Sequence[AlikeMoments] = (), *, jail: Jail
) -> Compared:
    """The asked file and its extract against another file; a file or method that fails is an answer, never an error.

    `moments` are those that the index holds alike: near them the pictures of long footage are compared.
    """
    from probata.copies import hinted  # noqa: PLC0415  numpy is loaded where something is compared
    from probata.copies.compare import brought_near, compared  # noqa: PLC0415  same
    from probata.copies.extract import extract  # noqa: PLC0415  same

    try:
        theirs = extract(file, beside=hinted.consumers(), jail=jail)
        one, theirs = brought_near(mine, (file, theirs), moments, jail=jail)
    except FootageError as error:
        return Compared(outcome="could_not_look", why=error.message)
    looked = Compared(
        outcome="could_not_look",
        frames=len(theirs.views.pts) if theirs.views else 0,
        seconds=theirs.to_s - theirs.from_s,
    )
    try:
        comparison = compared(one, theirs)
        answer = _answer(comparison)
    except Exception as error:  # noqa: BLE001  the edge of the methods: a fault of theirs becomes a stored answer
        return evolve(looked, why=f"comparing failed by {type(error).__name__}: {error}"[:500])
    return evolve(looked, outcome=answer, why=comparison.why, relations=comparison.relations)


def search(file: Path, others: Sequence[Path], *, progress: Counted | None = None, jail: Jail | None = None) -> Found:
    """Look for a file in others, by their names; where they are many, only those that may share footage are compared.

    What is kept of the others meanwhile lies in a temporary folder. Raises `MatchingMissing`, and what
    `probata.media.passes.watch` raises where the asked file cannot be watched.
    """
    from probata.copies.archive import Archive  # noqa: PLC0415  numpy is loaded where something is compared
    from probata.copies.compare import digest_of  # noqa: PLC0415  same

    must_be_able()
    names: dict[Sha256, list[Path]] = {}
    unread: dict[str, Compared] = {}
    passed_over: dict[str, str] = {}
    guessed: set[Sha256] = set()
    for other in others:
        try:
            magic = _magic_of(other)
            if not magic.is_media:
                passed_over[str(other)] = f"it is {magic.media_type}"
                continue
            digest = Sha256(digest_of(other))
        except OSError as error:
            unread[str(other)] = Compared(outcome="could_not_look", why=f"it cannot be read: {error.strerror}")
            continue
        names.setdefault(digest, []).append(other)
        if magic.kind == "unknown":
            guessed.add(digest)
    with a_jail(jail) as held, tempfile.TemporaryDirectory(prefix="probata-copies-") as folder:
        files = {digest: paths[0] for digest, paths in names.items()}
        found = search_archive(file, files, Archive(Path(folder)), progress=progress, jail=held)
    told = dict(unread)
    for digest, one in found.items():
        # Bytes that nobody can name are tried; where they give nothing, they are no footage as far as we know.
        unknown = digest in guessed and one.outcome == "could_not_look"
        for path in names[digest]:
            if unknown:
                passed_over[str(path)] = one.why
            else:
                told[str(path)] = one
    return Found(compared=dict(sorted(told.items())), passed_over=passed_over)


def search_archive(
    file: Path, files: Mapping[Sha256, Path], archive: Archive, *, progress: Counted | None = None, jail: Jail
) -> dict[Sha256, Compared]:
    """The answer for each of the files, of which the archive is brought up to date; the asked one is decoded once."""
    from probata.copies import hinted  # noqa: PLC0415  numpy is loaded where something is compared
    from probata.copies.compare import digest_of  # noqa: PLC0415  same
    from probata.copies.extract import extract  # noqa: PLC0415  same

    mine = extract(file, beside=hinted.consumers(), jail=jail)
    archive.bring_up_to_date(files, progress=step_of(progress, "indexing"), jail=jail)
    own = Sha256(digest_of(file))
    proposal = archive.propose(file, mine, but={own}, jail=jail)
    answers = {item: unlike(extent) for item, extent in proposal.searched.items()}
    if own in files:
        answers[own] = same_bytes(mine)
    for number, one in enumerate(proposal.proposed):
        if progress is not None:
            progress("comparing", number, len(proposal.proposed))
        answers[one.item] = compare_with((file, mine), files[one.item], one.moments, jail=jail)
    return answers | scenes_beside((file, mine), answers, files, archive, but={own}, jail=jail)


def scenes_beside(
    mine: tuple[Path, Extract],
    answers: Mapping[Sha256, Compared],
    files: Mapping[Sha256, Path],
    archive: Archive,
    *,
    known: Mapping[Sha256, Sequence[Relation]] | None = None,
    but: Collection[Sha256] = (),
    jail: Jail,
) -> dict[Sha256, Compared]:
    """The answers for files that show the scene of the asked one, as those tell in which it was found; else none.

    It was found where `answers` have relations, and in what is `known` beside. Nothing is asked of the files in `but`.
    """
    from probata.copies import scenes  # noqa: PLC0415  numpy is loaded where something is compared

    found = dict(known or {}) | {item: one.relations for item, one in answers.items() if one.relations}
    told = scenes.told_beside(mine, found, files, archive, but=but, jail=jail)
    looked = Compared(outcome="nothing_found")
    return {
        item: evolve(answers.get(item, looked), outcome="found", why="", relations=(relation,))
        for item, relation in told
    }


def unlike(extent: Extent) -> Compared:
    """The answer for a file that nothing proposed: looked through and not alike, or not to be looked at."""
    if extent.unreadable:
        return Compared(outcome="could_not_look", why=extent.unreadable)
    return Compared(outcome="nothing_found", why=NOTHING_ALIKE, frames=extent.pictures, seconds=extent.seconds)


def step_of(progress: Counted | None, step: Step) -> Callable[[int, int], None] | None:
    """Told for one step alone."""
    return None if progress is None else lambda done, total: progress(step, done, total)


def nothing_shared(among: int, failed: int) -> str:
    """Why nothing was found, in one sentence that says among how much it was looked for."""
    if not among:
        return "there is no other footage to compare it with"
    beside = f"; {failed} of them could not be compared" if failed else ""
    return f"nothing shared was found in {among} others{beside}"


def same_bytes(mine: Extract) -> Compared:
    """The answer for a file that is the asked one, byte by byte."""
    from probata.copies.verdict import identical  # noqa: PLC0415  same

    frames = len(mine.views.pts) if mine.views else 0
    return Compared(outcome="found", relations=(identical(mine),), frames=frames, seconds=mine.to_s - mine.from_s)


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The regular files of folders and the files that are named, in a stable order; links are not followed."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            for folder, folders, names in os.walk(path, followlinks=False):
                folders.sort()
                files = (Path(folder) / name for name in sorted(names))
                yield from (one for one in files if one.is_file() and not one.is_symlink())
        else:
            yield path


def _answer(comparison: Comparison) -> Answer:
    if comparison.relations:
        return "found"
    looked = {way["outcome"] for way in comparison.as_json()["looked"].values()}
    return "could_not_look" if looked == {"could_not_look"} else "nothing_found"


def _magic_of(file: Path) -> Magic:
    with file.open("rb") as stream:
        return sniff(stream.read(HEAD_BYTES))


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
