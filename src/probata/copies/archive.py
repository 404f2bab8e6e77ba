"""What many files left behind, in a folder: their key pictures' codes and sound prints; and which may share footage.

Whoever looks for copies of one file among thousands cannot decode thousands. Each file is skimmed once, some eighty
times as fast as it plays; a search then asks the index and the prints, and only what they propose is decoded in full.
All of it can be made again from the files, and none of it is evidence.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from fractions import Fraction
from pathlib import Path

import msgspec
from attrs import evolve, frozen

from probata.copies.candidates import AlikeMoments, Candidate, Neighbour, candidates, neighbours
from probata.copies.codes import RECIPE
from probata.copies.extract import SOUND_PRINT, Extract
from probata.copies.index.footage import KEYFRAMES, Query, asked, coded_of
from probata.copies.index.segments import Coded
from probata.copies.index.store import CopyIndex
from probata.copies.sound.errors import SoundPrintUnreadable
from probata.copies.sound.matching import SoundComparison
from probata.copies.sound.matching import search as search_sounds
from probata.copies.sound.soundprint import SoundPrint
from probata.engines.sandbox import Jail
from probata.media.passes import CannotLook, Consumer, Outcome
from probata.media.skims import SkimResult, skim
from probata.media.wire import a_jail
from probata.terms.digests import Sha256, sha256
from probata.terms.errors import FootageError, InvalidValue
from probata.terms.spans import Moment

Counted = Callable[[int, int], None]
FORM = f"probata/copies/archive/2+{RECIPE}"
"""How the notes and codes of today are made; what was made otherwise is made anew."""
ALWAYS_TRIED, MOST_TRIED, MOST_BESIDE = 6, 24, 24
_STANDS_OUT = 1.0
_STEPS_BESIDE = 2
_ASKED_AT_ONCE = 120
_LISTENS = Consumer(name="sound_print", target=SOUND_PRINT)
_CODES, _NOTES, _NOTE, _PRINT, _UNFINISHED = "codes", "notes", ".note", ".print", ".unfinished"


class _Note(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of one file beside its codes and its print: how far it reaches, and what could not be looked at."""

    form: str
    why_no_pictures: str = ""
    why_no_sound: str = ""
    lasts_s: float = 0.0
    pictures: int = 0
    heard: bool = False


@frozen(kw_only=True)
class Proposed:
    """A file that may share footage with the asked one, and why: pictures that are alike, sound that is.

    `by_pictures` is how often its votes are the most that anything wrong had; `by_sound` the best score over what was
    needed. `moments` are pairs of pictures, the best founded first.
    """

    item: Sha256
    by_pictures: float = 0.0
    by_sound: float = 0.0
    moments: tuple[AlikeMoments, ...] = ()

    @property
    def stands_out(self) -> bool:
        """Whether either is above all that is known to be wrong."""
        return self.by_pictures > _STANDS_OUT or self.by_sound > _STANDS_OUT


@frozen(kw_only=True)
class Extent:
    """How much of a file a search looks through: key pictures, seconds; or why neither could be looked at."""

    pictures: int
    seconds: Fraction
    unreadable: str = ""


@frozen(kw_only=True)
class Proposal:
    """The files worth comparing, the best founded first, and all that were looked through."""

    proposed: tuple[Proposed, ...]
    searched: dict[Sha256, Extent]


class Archive:
    """The codes and prints of many files in one folder; files are named by their digests."""

    def __init__(self, folder: Path) -> None:
        self._codes = CopyIndex(folder / _CODES)
        self._folder = folder / _NOTES

    def items(self) -> frozenset[Sha256]:
        """The files that were skimmed under today's form, whatever came of it."""
        return frozenset(self._notes_of_today())

    def add(self, item: Sha256, file: Path, *, jail: Jail | None = None) -> None:
        """Skim the file and keep what a search needs; a file that cannot be looked at is noted with the reason."""
        try:
            seen = skim(file, (KEYFRAMES, _LISTENS), jail=jail)
        except FootageError as error:
            self._keep(item, None, b"", _Note(form=FORM, why_no_pictures=error.message, why_no_sound=error.message))
            return
        codes, why = _pictures_of(seen.outcomes[KEYFRAMES.name], item)
        heard = seen.outcomes[_LISTENS.name]
        heard_as = heard.result_as(bytes) if heard.outcome == "found" else b""
        self._keep(item, codes, heard_as, _noted(seen, codes, why, heard))

    def bring_up_to_date(
        self, files: Mapping[Sha256, Path], *, progress: Counted | None = None, jail: Jail | None = None
    ) -> None:
        """Hold these files and no others: what is missing is skimmed, what is gone leaves no code and no print."""
        for gone in self.known() - set(files):
            self.remove(gone)
        missing = sorted(set(files) - self.items())
        if not missing:
            return
        with a_jail(jail) as held:
            for number, item in enumerate(missing):
                if progress is not None:
                    progress(number, len(missing))
                self.add(item, files[item], jail=held)

    def known(self) -> set[Sha256]:
        """Every file of which anything is kept, under whatever form."""
        named = (path.name.partition(".")[0] for path in self._folder.glob("*") if _is_named(path))
        return {sha256(name) for name in named} | set(self._codes.items)

    def remove(self, item: Sha256) -> None:
        """Take a file out: no code, no print and no note of it stays."""
        self._codes.remove(item)
        for path in self._folder.glob(f"{item}.*"):
            path.unlink(missing_ok=True)

    def propose(
        self,
        file: Path,
        mine: Extract | None,
        *,
        but: Collection[Sha256] = (),
        jail: Jail | None = None,
    ) -> Proposal:
        """Which files may share footage with this one, of which `mine` was extracted; those in `but` are left out.

        All whose pictures or sound stand out over what is wrong, two dozen at most, and the best half dozen of pictures
        in any case: comparing decides, and a small archive is compared whole. A file whose pictures cannot be looked
        at is asked by its sound alone.
        """
        lasts_s = None if mine is None else float(mine.to_s - mine.from_s)
        try:
            query = asked(file, lasts_s=lasts_s, jail=jail)
        except (CannotLook, FootageError):
            query = Query(pictures=(), blank={})
        notes = {item: note for item, note in self._notes_of_today().items() if item not in but}
        found: dict[Sha256, Proposed] = {}
        for one in self._seen_in(query, most=MOST_TRIED + len(but)):
            if one.item in notes:
                found[one.item] = Proposed(item=one.item, by_pictures=one.score, moments=one.moments)
        for item, score in self._heard_in(None if mine is None else mine.sound, notes).items():
            known = found.get(item, Proposed(item=item))
            found[item] = Proposed(item=item, by_pictures=known.by_pictures, by_sound=score, moments=known.moments)
        best = sorted(found.values(), key=lambda one: (-max(one.by_pictures, one.by_sound), one.item))
        chosen = [one for place, one in enumerate(best) if one.stands_out or place < ALWAYS_TRIED][:MOST_TRIED]
        if len(notes) <= ALWAYS_TRIED:
            named = {one.item for one in chosen}
            chosen += [Proposed(item=item) for item in sorted(set(notes) - named)]
        return Proposal(proposed=tuple(chosen), searched={item: _extent(note) for item, note in notes.items()})

    def beside(self, items: Collection[Sha256], *, but: Collection[Sha256] = ()) -> tuple[Neighbour, ...]:
        """Files that seem to come from the cameras of these, which stood still; two dozen at most, the likest first.

        Their key pictures are like those of these files as a whole, or like those of files found so: people come and
        go before a camera, and from one to the next most of a picture stays. Only proposed: comparing decides.
        """
        found: dict[Sha256, Neighbour] = {}
        front = set(items)
        for _step in range(_STEPS_BESIDE):
            known = {*items, *found}
            likest = neighbours(front, self._codes, most=MOST_BESIDE + len(known) + len(but))
            front = {one.item for one in likest} - known
            found |= {one.item: one for one in likest if one.item in front}
        return tuple(one for item, one in found.items() if item not in but)[:MOST_BESIDE]

    def moments_of(self, item: Sha256) -> tuple[Moment, ...]:
        """When the key pictures of a file are shown of which codes are kept."""
        kept = self._codes.coded(item)
        if kept is None:
            return ()
        return tuple(Moment(pts=int(pts), time_base=kept.time_base) for pts in kept.rows["pts"])

    def _seen_in(self, query: Query, *, most: int) -> list[Candidate]:
        """The candidates of a query, a few minutes of it at a time: each part may have another source."""
        best: dict[Sha256, Candidate] = {}
        for start in range(0, len(query.pictures), _ASKED_AT_ONCE):
            part = Query(pictures=query.pictures[start : start + _ASKED_AT_ONCE], blank=query.blank)
            for one in candidates(part, self._codes, most=most):
                known = best.get(one.item, one)
                moments = one.moments if known is one else (*known.moments, *one.moments)
                moments = tuple(sorted(moments, key=lambda moment: -moment.score))
                best[one.item] = evolve(known if known.score >= one.score else one, moments=moments)
        return sorted(best.values(), key=lambda one: (-one.score, one.item))[:most]

    def _heard_in(self, sound: SoundPrint | None, notes: Mapping[Sha256, _Note]) -> dict[Sha256, float]:
        """In which files the sound is heard, by the best score over what was needed."""
        prints: dict[Sha256, SoundPrint] = {}
        for item in (item for item, note in notes.items() if note.heard and sound is not None):
            try:
                prints[item] = SoundPrint.from_bytes((self._folder / f"{item}{_PRINT}").read_bytes())
            except (SoundPrintUnreadable, FileNotFoundError):
                continue
        if sound is None or not prints:
            return {}
        compared = search_sounds(sound, list(prints.values()))
        return {item: _loudest(one) for item, one in zip(prints, compared, strict=True) if one.matches}

    def _keep(self, item: Sha256, codes: Coded | None, sound_print: bytes, note: _Note) -> None:
        # The note comes last: a file counts as skimmed once its codes and its print are there.
        if codes is not None:
            self._codes.add(codes)
        else:
            self._codes.remove(item)
        self._folder.mkdir(parents=True, exist_ok=True)
        if sound_print:
            self._write(f"{item}{_PRINT}", sound_print)
        self._write(f"{item}{_NOTE}", msgspec.msgpack.encode(note))

    def _write(self, name: str, content: bytes) -> None:
        unfinished = self._folder / f"{name}{_UNFINISHED}"
        with unfinished.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(self._folder / name)

    def _notes_of_today(self) -> dict[Sha256, _Note]:
        return {item: note for item, note in self._notes() if note.form == FORM}

    def _notes(self) -> Iterable[tuple[Sha256, _Note]]:
        for path in sorted(self._folder.glob(f"*{_NOTE}")):
            try:
                yield sha256(path.name.removesuffix(_NOTE)), msgspec.msgpack.decode(path.read_bytes(), type=_Note)
            except (InvalidValue, msgspec.DecodeError, FileNotFoundError):
                continue  # cut short or foreign: as if it were not there, so that it is made anew


def _is_named(path: Path) -> bool:
    try:
        sha256(path.name.partition(".")[0])
    except InvalidValue:
        return False
    return True


def _extent(note: _Note) -> Extent:
    blind = bool(note.why_no_pictures) and not note.pictures and not note.heard
    return Extent(
        pictures=note.pictures,
        seconds=Fraction(note.lasts_s).limit_denominator(1000),
        unreadable=note.why_no_pictures if blind else "",
    )


def _pictures_of(outcome: Outcome, item: Sha256) -> tuple[Coded | None, str]:
    try:
        return coded_of(outcome, item), ""
    except CannotLook as reason:
        return None, str(reason)


def _noted(seen: SkimResult, codes: Coded | None, why: str, heard: Outcome) -> _Note:
    lasts = seen.facts.duration_s or seen.last_s or Fraction(0)
    return _Note(
        form=FORM,
        why_no_pictures=why,
        why_no_sound=heard.why if heard.outcome == "could_not_look" else "",
        lasts_s=float(lasts),
        pictures=len(codes.rows) if codes is not None else 0,
        heard=heard.outcome == "found",
    )


def _loudest(compared: SoundComparison) -> float:
    return max(match.score / match.needed for match in compared.matches) if compared.needed > 0 else 0.0
