"""How far two markers of the same articles agree, by the measure by which the rules are judged.

`python benchmarks/reading_agreement.py`. Thirteen English articles by strangers were marked a second time by a marker
who did not see the first marks (`articles_others_second.jsonl`, one statement a line). The first eight were marked
before any difference between the two had been seen, the other five after those of the eight. Nobody adjudicated. What
two markers reach with each other is about as much as can be asked of any reader of such articles.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable

from probata.claims.reading import read_article
from probata.claims.reading.telling import as_json
from reading import BY, same_speaker

FOLDER = BY["others"]
SECOND = FOLDER.with_name("articles_others_second.jsonl")
Same = Callable[[dict, dict], bool]


def overlap(first: dict, second: dict) -> bool:
    """Whether the two stretches have a byte in common."""
    return second["start"] < first["end"] and first["start"] < second["end"]


def speaker(first: dict, second: dict) -> bool:
    """Whether both name the same speaker, by the comparison of `reading.py`."""
    return any(same_speaker(first["speaker"], form) for form in second["forms"])


def stance(first: dict, second: dict) -> bool:
    """Whether both gave the same stance."""
    return first["stance"] == second["stance"]


MEASURES: dict[str, tuple[Same, ...]] = {
    "stretch": (overlap,),
    "stretch and speaker": (overlap, speaker),
    "stretch and stance": (overlap, stance),
    "all three (strict)": (overlap, speaker, stance),
}


def marked_again() -> dict[bool, dict[str, list[dict]]]:
    """The second marks by round and article."""
    rounds: dict[bool, dict[str, list[dict]]] = {True: defaultdict(list), False: defaultdict(list)}
    for line in SECOND.read_text(encoding="utf-8").splitlines():
        mark = json.loads(line)
        rounds[mark["first_round"]][mark["article"]].append(mark)
    return rounds


def forms(names: list[str]) -> list[dict]:
    """The names under which one speaker was marked, in the shape of a proposal."""
    return [{"speaker": name, "speaker_as_written": name, "speaker_role": role} for name in names for role in names]


def placed(mark: dict, page: bytes) -> dict:
    """A second mark with the bytes of its words."""
    start = page.index(mark["words"].encode())
    return {**mark, "start": start, "end": start + len(mark["words"].encode()), "forms": forms(mark["speaker"])}


def compare(marks: dict[str, list[dict]]) -> None:
    """Print how much of each side the other has: the second marker against the first, and the rules against both."""
    against = {"the second marker": "second", "the rules": "rules"}
    told: dict[str, list[tuple[list[dict], list[dict]]]] = {name: [] for name in against}
    for name, again in marks.items():
        article = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        page = (FOLDER / article["page"]).read_bytes()
        first = article["assertions"]
        told["the second marker"].append((first, [placed(mark, page) for mark in again]))
        read = as_json(read_article(page, published_on=article["published"]))["assertions"]
        told["the rules"].append((first, [{**one, "forms": [one]} for one in read]))
    for name, pairs in told.items():
        print(f"  {name} against the first marker")
        for measure, same in MEASURES.items():
            print(f"    {measure:<22} {_shares(pairs, same)}")


def _shares(pairs: list[tuple[list[dict], list[dict]]], same: tuple[Same, ...]) -> str:
    def has(ours: dict, theirs: dict) -> bool:
        return all(one(ours, theirs) for one in same)

    found = sum(any(has(a, b) for b in second) for first, second in pairs for a in first)
    right = sum(any(has(a, b) for a in first) for first, second in pairs for b in second)
    marks, others = sum(len(first) for first, _ in pairs), sum(len(second) for _, second in pairs)
    return f"recall {found / marks:.2f} of {marks:3}   precision {right / others:.2f} of {others:3}"


def main() -> None:
    """Compare the two rounds, and both together."""
    rounds = marked_again()
    for title, marks in (
        ("before any difference was seen", rounds[True]),
        ("after those differences were seen", rounds[False]),
        ("both", {**rounds[True], **rounds[False]}),
    ):
        print(f"{title}: {len(marks)} articles")
        compare(marks)


if __name__ == "__main__":
    main()
