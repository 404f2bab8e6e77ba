"""`probata read`: what a saved page or a text says that somebody said, as proposals for a person to decide."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probata.cli import read_deciding, workspace
from probata.cli.output import show_json
from probata.terms.errors import FootageError, NotFound

if TYPE_CHECKING:
    from probata.claims.reading.english_who import Parser
    from probata.claims.reading.proposals import Proposal, Reading

_COULD_NOT_LOOK = 5
_LONGEST_SHOWN = 400
_FEWEST_DIGITS = 4


class NoArticle(NotFound):
    """There is no such file of an article."""

    code = "no_article"
    template = "{article} cannot be read: {why}."
    advice = "Give the path of a saved page (HTML) or of a plain text file."


class ArticleUnreadable(FootageError):
    """The file is there, and this account may not read it."""

    code = "article_unreadable"
    template = "{article} cannot be read: {why}."
    advice = "Check the rights of the file, or give a copy that you may read."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which article, when it was published, and what is decided about a proposal."""
    parser.add_argument(
        "article",
        metavar="ARTICLE|ITEM",
        type=Path,
        help="a saved page (HTML) or a plain text file; or one that a workspace preserves, by digest",
    )
    parser.add_argument(
        "--published",
        metavar="DATE",
        default="",
        help="when it was published, such as 2031-04-07 or 2031-04-07T18:20:00+01:00; else as the page itself says",
    )
    parser.add_argument(
        "--rules-alone", action="store_true", help="read English by the rules alone, even where a parser is installed"
    )
    read_deciding.arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Print the proposals; exit 0 whether there are any or not, 5 where the article could not be read."""
    from probata.claims.reading import read_article
    from probata.claims.reading.stored import MOST_BYTES
    from probata.claims.reading.telling import as_json, outcome_of

    item = _item(options)
    untrusted = _bytes_of(options.article) if item is None else _preserved(item, MOST_BYTES + 1)
    reading = read_article(untrusted, published_on=options.published, parser=_parser(options))
    told = as_json(reading)
    proposals: list[dict[str, Any]] = told["assertions"]
    made = ""
    if item is not None and read_deciding.wanted(options):
        made = read_deciding.decide(options, item, proposals)
    states = ["proposed"] * len(proposals) if item is None else read_deciding.states(item, proposals)
    for number, (one, state) in enumerate(zip(proposals, states, strict=True), start=1):
        one |= {"number": number, "state": state}
    if options.json:
        about = {"article": str(options.article) if item is None else item, **told, "assertions": proposals}
        show_json("read", {**about, "recorded": made or None})
    else:
        for line in _lines(options, reading, states):
            print(line)
        if made:
            print(f"Recorded as the assertion {made}.")
    return _COULD_NOT_LOOK if outcome_of(reading)[0] == "could_not_look" else 0


def _item(options: argparse.Namespace) -> str | None:
    """The item of a workspace that is meant, or None where a file is."""
    if options.article.is_file() or not (options.workspace or read_deciding.wanted(options) or _is_digest(options)):
        return None
    workspace.open_workspace(options.workspace)

    from probata.preservation import selectors as preservation

    return preservation.item(str(options.article)).sha256


def _is_digest(options: argparse.Namespace) -> bool:
    name = str(options.article)
    return len(name) >= _FEWEST_DIGITS and set(name.lower()) <= set("0123456789abcdef")


def _preserved(item: str, most_bytes: int) -> bytes:
    from probata.preservation import selectors as preservation
    from probata.terms.digests import Sha256

    with preservation.store().open(Sha256(item)) as stream:
        return stream.read(most_bytes)


def _bytes_of(article: Path) -> bytes:
    from probata.claims.reading.stored import MOST_BYTES

    if not article.is_file():
        raise NoArticle(article=article, why="it is no regular file" if article.exists() else "there is no such file")
    try:
        with article.open("rb") as file:
            # One byte more than is allowed: enough to see that it is too large, without reading all of it.
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ArticleUnreadable(article=article, why=error.strerror or "the system refuses it") from error


def _parser(options: argparse.Namespace) -> Parser | None:
    from probata.claims.reading import parsed

    return None if options.rules_alone or not parsed.installed() else parsed.english_parser()


def _lines(options: argparse.Namespace, reading: Reading, states: Sequence[str]) -> Iterator[str]:
    from probata.claims.reading.telling import furniture, outcome_of
    from probata.terms.showing import shown

    page = reading.page
    yield shown(str(options.article))
    if page.title:
        yield f"  {shown(page.title)}"
    yield f"  {_published(reading)}"
    yield ""
    outcome, why = outcome_of(reading)
    if outcome != "found":
        yield f"{'Nothing was found' if outcome == 'nothing_found' else 'Could not look'}: {why}."
        if outcome == "nothing_found":
            yield "That is no proof that nobody says anything in it."
    for speaker, proposals in _by_speaker(reading):
        yield speaker
        for number, one in proposals:
            yield from _proposal(reading, one, number, states[number - 1])
        yield ""
    for heard in reading.heard:
        words = " ".join(page.text[span.start : span.end] for span in heard.spans)
        yield f"Heard in the footage, by {shown(heard.speaker)}: {shown(words[:_LONGEST_SHOWN])}"
    yield from _beside(reading, len(furniture(page)))


def _published(reading: Reading) -> str:
    from probata.terms.showing import shown

    if reading.published is None:
        return "no date of publication is known: relative dates stay open; give one with --published"
    return f"published {shown(reading.published.stated)} ({shown(reading.published.because)})"


def _by_speaker(reading: Reading) -> Iterator[tuple[str, list[tuple[int, Proposal]]]]:
    from probata.terms.showing import shown

    groups: dict[str, list[tuple[int, Proposal]]] = {}
    for number, one in enumerate(reading.proposals, start=1):
        groups.setdefault(one.speaker.name, []).append((number, one))
    for name, proposals in groups.items():
        roles = dict.fromkeys(one.speaker.role for _number, one in proposals if one.speaker.role)
        head = shown(name) if name else "(the text does not say who)"
        if roles:
            head += f", {shown(next(iter(roles)))}"
        if name and proposals[0][1].speaker.kind == "unnamed":
            head += "  (not named)"
        yield head, proposals


def _proposal(reading: Reading, one: Proposal, number: int, state: str) -> Iterator[str]:
    from probata.claims.reading.telling import words_of
    from probata.terms.showing import shown

    page = reading.page
    start = min(page.bytes_of(span)[0] for span in one.spans)
    end = max(page.bytes_of(span)[1] for span in one.spans)
    words = words_of(page, one.spans)
    words = words if len(words) <= _LONGEST_SHOWN else f"{words[:_LONGEST_SHOWN]}…"
    shown_words = f"“{shown(words)}”" if one.quoted else shown(words)
    yield f"{number:>3}  {one.stance.value.replace('_', ' '):<26} {shown_words}"
    told = [f"bytes {start} to {end}"]
    told += [state] if state != "proposed" else []
    if one.verb:
        told.append(f"by “{shown(one.verb)}”")
    if one.made_at is not None:
        told.append(f"said {_when(one.made_at.as_json())}")
    told += [f"holds back: {', '.join(shown(hedge) for hedge in one.hedges)}"] if one.hedges else []
    if one.about is not None:
        told.append(f"about {'other footage: ' if one.about.other else ''}{shown(one.about.named)}")
    told += [f"places: {', '.join(shown(place) for place in one.places)}"] if one.places else []
    told += [f"reported by {shown(via)}" for via in one.via]
    told += [shown(one.speaker.doubt)] if one.speaker.doubt else []
    yield f"     {'':<26} {'; '.join(told)}"


def _when(time: dict[str, object]) -> str:
    from probata.terms.showing import shown

    stated, between = time["stated"], time["imprecise"]
    said = shown(str(stated["text"])) if isinstance(stated, dict) else ""
    if not isinstance(between, list):
        return f"“{said}” (open)"
    return f"“{said}” ({shown(str(between[0]))[:16]} to {shown(str(between[1]))[:16]})"


def _beside(reading: Reading, furniture_count: int) -> Iterator[str]:
    from probata.terms.showing import shown

    count = len(reading.proposals)
    if count:
        yield f"{count} {'proposal' if count == 1 else 'proposals'}: a machine proposes, a person decides."
    yield f"{furniture_count} stretches are furniture of the page (menus, appeals, links) and were left out."
    languages = ", ".join(reading.languages) or "none"
    yield f"Read {reading.sentences} sentences by {reading.grammar}; languages: {languages}."
    for why in reading.unread:
        yield f"Not read: {shown(why)}."
