"""How well articles are read: recall and precision of proposals, by language and by stance, on invented articles.

`python benchmarks/reading.py [--parser] [--verbose] [--set tuned|unseen] [--by author|others|bank]`. Articles lie in
`benchmarks/articles/` and `benchmarks/articles_others/`, each a page with a JSON file of what it says; single sentences
in `benchmarks/reading_bank/`, one a line, of which every second was not looked at. A proposal is
right when its stretch overlaps one that a person marked, with the same stance and the same speaker: the words of one
name stand in a row in the other. `tuned` articles were read while the rules were made; of `unseen` ones no miss was
looked at. The first folder is by the author of the rules, the second by writers who had not seen them: that is how
strangers are read.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from attrs import define, field

from probata.claims.reading import read_article
from probata.claims.reading.parsed import english_parser, installed
from probata.claims.reading.telling import as_json
from probata.claims.stances import Stance

ARTICLES = Path(__file__).parent / "articles"
BANK = ARTICLES.with_name("reading_bank")
BY = {"author": ARTICLES, "others": ARTICLES.with_name("articles_others"), "bank": BANK}
TONGUES = ("en", "ru", "uk")
IN_MIND = ("the", "a", "an", "its", "s", "в", "у")


@define
class Tally:
    """How many were marked, found, proposed and right, under each name."""

    marked: Counter[str] = field(factory=Counter)
    found: Counter[str] = field(factory=Counter)
    proposed: Counter[str] = field(factory=Counter)
    right: Counter[str] = field(factory=Counter)

    def line(self, name: str) -> str:
        """Recall and precision with their counts, on one line."""
        marked, proposed = self.marked[name], self.proposed[name]
        recall = f"{self.found[name] / marked:.2f}" if marked else "   -"
        precision = f"{self.right[name] / proposed:.2f}" if proposed else "   -"
        return f"{name:<36} recall {recall} of {marked:3}   precision {precision} of {proposed:3}"


def words(name: str) -> str:
    """A name as its words, without articles, for comparison."""
    return " ".join(word for word in re.findall(r"\w+", name.lower()) if word not in IN_MIND)


def same_speaker(marked: str, told: dict) -> bool:
    """Whether the words of one stand in a row in the other, as resolved, as written, or with the role."""
    name, role = told["speaker"], told["speaker_role"]
    forms = [name, told["speaker_as_written"], f"{name} {role}", f"{role} {name}", role]
    wanted = words(marked)
    for form in map(words, forms):
        if (form and wanted and (f" {wanted} " in f" {form} " or f" {form} " in f" {wanted} ")) or form == wanted == "":
            return True
    return False


def is_right(marked: dict, told: dict) -> bool:
    """Whether the proposal says what was marked."""
    overlap = told["start"] < marked["end"] and marked["start"] < told["end"]
    return overlap and told["stance"] == marked["stance"] and same_speaker(marked["speaker"], told)


def articles(which: str, folder: Path = ARTICLES) -> Iterator[dict]:
    """The articles of one set; of the bank, each line as an article."""
    if folder == BANK:
        yield from sentences(which)
        return
    for path in sorted(folder.glob("*.json")):
        article = json.loads(path.read_text(encoding="utf-8"))
        if article["set"] == which:
            yield article


def sentences(which: str) -> Iterator[dict]:
    """The lines of the bank as articles: every second line by strangers is unseen; probes are the author's own."""
    for tongue in TONGUES:
        for name in (f"{tongue}.jsonl", f"probes.{tongue}.jsonl"):
            for number, line in enumerate((BANK / name).read_text(encoding="utf-8").splitlines()):
                unseen = number % 2 == 1 and not name.startswith("probes")
                if unseen is (which == "unseen"):
                    yield as_article(json.loads(line), tongue, f"{name}:{number + 1}")


def as_article(line: dict, tongue: str, name: str) -> dict:
    """A line of the bank in the shape of an article."""
    text = line["text"]
    marked = []
    for mark in line["marks"]:
        start = len(text[: text.find(mark["words"])].encode())
        end = start + len(mark["words"].encode())
        marked.append({**mark, "text": mark["words"], "start": start, "end": end})
    return {
        "page": name, "untrusted": text.encode(), "language": tongue, "published": "", "assertions": marked,
        "furniture": [],
    }  # fmt: skip


def score(which: str, by: str, *, parser: object, verbose: bool) -> None:
    """Read one set and print what was found."""
    tally, furniture = Tally(), Tally()
    begun, count, size = time.process_time(), 0, 0
    for article in articles(which, BY[by]):
        untrusted = article.get("untrusted") or (BY[by] / article["page"]).read_bytes()
        told = as_json(read_article(untrusted, published_on=article["published"], parser=parser))
        count, size = count + 1, size + len(untrusted)
        for marked in article["assertions"]:
            hit = any(is_right(marked, one) for one in told["assertions"])
            for name in ("all", article["language"], marked["stance"]):
                tally.marked[name] += 1
                tally.found[name] += hit
            if verbose and not hit:
                print(f"  missed  {article['page']} {marked['stance']} | {marked['speaker']} | {marked['text'][:90]}")
        for one in told["assertions"]:
            hit = any(is_right(marked, one) for marked in article["assertions"])
            for name in ("all", article["language"], one["stance"]):
                tally.proposed[name] += 1
                tally.right[name] += hit
            if verbose and not hit:
                print(f"  wrong   {article['page']} {one['stance']} | {one['speaker']} | {one['text'][:90]}")
        beside(article, told, furniture)
    taken = time.process_time() - begun
    print(f"\n{which}, by {by}: {count} articles, {size / 1024:.0f} KiB, {taken:.2f} s of one core")
    for name in ("all", "en", "ru", "uk", *(stance.value for stance in Stance)):
        print(f"  {tally.line(name)}")
    print(f"  {furniture.line('furniture')}")


def beside(article: dict, told: dict, tally: Tally) -> None:
    """Count the stretches of furniture; neighbours are told as one, so each marked one need only be covered."""
    for marked in article["furniture"]:
        tally.marked["furniture"] += 1
        tally.found["furniture"] += any(
            one["start"] < marked["end"] and marked["start"] < one["end"] for one in told["furniture"]
        )
    for one in told["furniture"]:
        tally.proposed["furniture"] += 1
        tally.right["furniture"] += any(
            one["start"] < marked["end"] and marked["start"] < one["end"] for marked in article["furniture"]
        )


def main() -> None:
    """Score the sets that were asked for."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--set", choices=("tuned", "unseen"))
    options.add_argument("--by", choices=tuple(BY))
    options.add_argument("--parser", action="store_true", help="ask spaCy where the rules know no English subject")
    options.add_argument("--verbose", action="store_true", help="print each miss; spoils the unseen set for tuning")
    given = options.parse_args()
    if given.parser and not installed():
        print("The parser is not installed: read by the rules alone.")
    parser = english_parser() if given.parser and installed() else None
    for by in (given.by,) if given.by else BY:
        for which in (given.set,) if given.set else ("tuned", "unseen"):
            score(which, by, parser=parser, verbose=given.verbose)


if __name__ == "__main__":
    main()
