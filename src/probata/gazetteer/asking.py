"""Reading how people write a place: `с. Буча, Бучанський район`, `Bucha raion`, `town of Bucha`, `50.46, 30.17`.

Words that tell the kind or the level are taken off and kept as what they ask for; a comma parts a name from the units
that it lies in. Units are found by their own adjective (Бучанський) and by the place it is made from (Bucha).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from attrs import evolve, frozen

from probata.gazetteer.entries import UNITS, Entry, Kind
from probata.gazetteer.spelling import folded, sounding
from probata.gazetteer.store import Gazetteer
from probata.terms.errors import InvalidValue
from probata.terms.places import Point
from probata.terms.text import SafeText, safe_text

LONGEST = 200
_LEVEL_WORDS = {
    Kind.OBLAST: "область обл oblast oblast' oblast’ province region вобласць",
    Kind.RAION: "район р-н рн raion rayon district rajon",
    Kind.HROMADA: "громада тг отг громады hromada gromada community",
}
_KIND_WORDS = {
    Kind.CITY: "місто м город г city town misto gorod",
    Kind.SETTLEMENT: "селище смт поселок посёлок пгт settlement selyshche",
    Kind.VILLAGE: "село с деревня д village selo хутір хутор",
}
_LEVELS = {word: kind for kind, words in _LEVEL_WORDS.items() for word in words.split()}
_KINDS = {word: kind for kind, words in _KIND_WORDS.items() for word in words.split()}
# A raion of a city is called so as well.
_SAME_WORD = {Kind.RAION: frozenset({Kind.RAION, Kind.CITY_DISTRICT})}
_COORDINATES = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d{1,12})?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d{1,12})?)\s*")
_ADJECTIVE_ENDINGS = ("ansk", "insk", "nsk", "sk", "k")


@frozen(kw_only=True)
class Asked:
    """A name as somebody wrote it: the words themselves, the name in them, the kind they tell, the units they name.

    `whole` is the name with the word for its kind, which may be part of it: Novo Selo, Mexico City.
    """

    written: SafeText
    name: str
    whole: str
    kinds: frozenset[Kind] = frozenset()
    within: tuple[str, ...] = ()


def asked(untrusted_text: str) -> Asked:
    """Take a text for the name of a place; raises `InvalidValue` where it writes no name, or too long a one."""
    written = safe_text(untrusted_text.strip() or untrusted_text)
    if len(written) > LONGEST:
        raise InvalidValue(what="A name of a place", why=f"it has more than {LONGEST} characters")
    name, *within = [part.strip() for part in written.split(",")]
    bare, kinds = _without(name, _KINDS, of=True)
    if not kinds:
        bare, kinds = _without(name, _LEVELS)
    if not sounding(bare):
        raise InvalidValue(what=f"The name {written!r}", why="it holds no letter and no figure")
    return Asked(written=written, name=bare, whole=name, kinds=kinds, within=tuple(part for part in within if part))


def as_called(question: Asked, look_up: Callable[[str], Iterable[Entry]]) -> Asked:
    """The question with the word for the kind left in the name, where some place is called so as a whole."""
    if question.name != question.whole and any(is_called(one, question.whole) for one in look_up(question.whole)):
        return evolve(question, name=question.whole, kinds=frozenset())
    return question


def _without(name: str, words: dict[str, Kind], *, of: bool = False) -> tuple[str, frozenset[Kind]]:
    """The name without a word of these at its beginning or end, and the kinds which that word tells."""
    parts = name.split()
    for place in (0, -1):
        kind = words.get(parts[place].lower().rstrip(".")) if len(parts) > 1 else None
        # One letter is a kind only with its full stop: `с. Буча`.
        if kind is None or (len(parts[place]) == 1):
            continue
        rest = parts[1:] if place == 0 else parts[:-1]
        if of and place == 0 and len(rest) > 1 and rest[0].lower() == "of":
            rest = rest[1:]
        return " ".join(rest), _SAME_WORD.get(kind, frozenset({kind}))
    joined = re.fullmatch(r"([а-яіїєґ]{1,3})\.(\S.*)", name.lower())
    if joined and joined[1] in words:
        kind = words[joined[1]]
        return name[len(joined[1]) + 1 :].strip(), _SAME_WORD.get(kind, frozenset({kind}))
    return name, frozenset()


def coordinates(untrusted_text: str) -> Point | None:
    """Latitude and longitude in degrees, where the text is two numbers; raises `InvalidValue` for no such point."""
    match = _COORDINATES.fullmatch(untrusted_text)
    return None if match is None else Point(latitude_deg=float(match[1]), longitude_deg=float(match[2]))


def writes_it_so(entry: Entry, name: str) -> bool:
    """Whether a source writes the place so, the word for a unit's level left out; letters count, accents do not."""
    return _among(folded(name), (entry.name, *entry.names))


def is_called(entry: Entry, name: str) -> bool:
    """Whether a source writes the place so, or it is the official Latin form of its name."""
    return _among(folded(name), entry.all_names)


def _among(wanted: str, names: Iterable[str]) -> bool:
    return any(wanted in {folded(one), folded(_without(one, _LEVELS)[0])} for one in names)


def units(gazetteer: Gazetteer, question: Asked) -> list[Entry]:
    """The units that may be meant: those that are written so, else those that sound so, else those named after it."""
    kinds = question.kinds or (UNITS | {Kind.CITY})
    found = [entry for entry in gazetteer.named(question.name) if entry.kind in kinds]
    written = [entry for entry in found if is_called(entry, question.name)]
    if written or found:
        return written or found
    after = _stems(sounding(question.name))
    level = kinds & {Kind.OBLAST, Kind.RAION, Kind.HROMADA, Kind.CITY_DISTRICT}
    return [entry for entry in gazetteer.units(level) if after & _cores(entry)] if level else []


def _stems(key: str) -> frozenset[str]:
    """A name's key with and without its last vowel, and with the consonant that an adjective makes of another."""
    stem = key.rstrip("aiu")
    return frozenset(one for one in (key, stem, stem.replace("ž", "z")) if len(one) > 1)


def _cores(entry: Entry) -> frozenset[str]:
    """What the unit's adjective may be made from: its key without the endings of adjectives."""
    return frozenset(_cut(sounding(_without(entry.name, _LEVELS)[0]).rstrip("aiu")))


def _cut(adjective: str) -> Iterator[str]:
    for ending in _ADJECTIVE_ENDINGS:
        if adjective.endswith(ending) and len(adjective) - len(ending) > 1:
            core = adjective[: -len(ending)]
            yield core
            yield core.replace("z", "ž") if core.endswith("z") else core
