"""`probata compare`: what two files share, which seconds of one are which of the other, and with what proof."""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probata.cli.output import Progress, show_json
from probata.terms.errors import Refused

if TYPE_CHECKING:
    from probata.copies.compare import Comparison
    from probata.copies.relations import Reason, Relation
    from probata.engines.sandbox import Jail

_COULD_NOT_LOOK = 5


class ProofFolderInUse(Refused):
    """The folder for the proof sheets holds files already."""

    code = "proof_folder_in_use"
    template = "{folder} is not empty: no proof sheet was written, and nothing was compared."
    advice = "Name a folder that is empty or not there yet: a sheet is never written over another."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which two files, and where the proof goes."""
    parser.add_argument("a", metavar="A", type=Path, help="a file of footage")
    parser.add_argument("b", metavar="B", type=Path, help="another; no workspace is needed")
    parser.add_argument(
        "--proof",
        metavar="FOLDER",
        type=Path,
        help="write a proof sheet of each relation there: a page, a picture and JSON; they hold grey, small footage",
    )


def run(options: argparse.Namespace) -> int:
    """Compare; exit 0 whether something was found or not, 5 when neither pictures nor sound could be looked at."""
    from probata.copies.compare import compare
    from probata.engines.sandbox import NotAFile
    from probata.media.wire import a_jail

    for file in (options.a, options.b):
        if not file.is_file():
            why = "it is no regular file" if file.exists() else "there is no such file"
            raise NotAFile(what=file, why=why)
    if options.proof is not None:
        _must_be_free(options.proof)
    with a_jail() as jail:
        with _watched(f"comparing {options.a.name} with {options.b.name}, seconds"):
            comparison = compare(options.a, options.b, jail=jail)
        proofs = _prove(options, comparison, jail) if options.proof is not None else None
    told = comparison.as_json()
    if options.json:
        show_json("compare", told if proofs is None else {**told, "proofs": proofs})
    else:
        for line in _lines(options, comparison, proofs):
            print(line)
    looked = {answer["outcome"] for answer in told["looked"].values()}
    return _COULD_NOT_LOOK if not comparison.relations and looked == {"could_not_look"} else 0


@contextmanager
def _watched(what: str) -> Iterator[None]:
    """While a person watches, say how long it has taken: how far it is, nobody knows before the end."""
    ended = threading.Event()
    started = time.monotonic()
    with Progress(what) as progress:

        def tick() -> None:
            while not ended.wait(0.2):
                progress.to(time.monotonic() - started)

        ticking = threading.Thread(target=tick, daemon=True)
        ticking.start()
        try:
            yield
        finally:
            ended.set()
            ticking.join()


def _must_be_free(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProofFolderInUse(folder=folder)


def _prove(options: argparse.Namespace, comparison: Comparison, jail: Jail) -> list[dict[str, str]]:
    from probata.copies.proof import proof_sheet

    proofs = []
    if comparison.relations:
        options.proof.mkdir(parents=True, exist_ok=True)
    for number, relation in enumerate(comparison.relations, start=1):
        with _watched(f"proof sheet {number} of {len(comparison.relations)}, seconds"):
            sheet = proof_sheet(comparison, relation, options.a, options.b, jail=jail)
        title = f"Proof sheet: {options.a.name} and {options.b.name}"
        facts = json.dumps(sheet.as_json(), ensure_ascii=False, indent=1) + "\n"
        forms = {"page": ("html", sheet.page(title)), "picture": ("png", sheet.png), "facts": ("json", facts.encode())}
        proof = {}
        for form, (ending, content) in forms.items():
            path = options.proof / f"proof-{number}.{ending}"
            with path.open("xb") as out:
                out.write(content)
            proof[form] = str(path)
        proofs.append(proof)
    return proofs


def _lines(options: argparse.Namespace, comparison: Comparison, proofs: list[dict[str, str]] | None) -> Iterator[str]:
    from probata.terms.showing import shown

    yield f"A  {shown(str(options.a))}"
    yield f"B  {shown(str(options.b))}"
    yield ""
    if not comparison.relations:
        yield "Nothing shared was found."
        yield from _looks(comparison.as_json()["looked"])
        yield "That is no proof that they share nothing."
    for number, relation in enumerate(comparison.relations, start=1):
        if number > 1:
            yield ""
        yield from _relation(relation, comparison)
    for proof in proofs or ():
        yield ""
        yield f"Proof sheet: {shown(proof['page'])}  (contains footage, folded away; so does {shown(proof['picture'])})"


def _relation(relation: Relation, comparison: Comparison) -> Iterator[str]:
    from probata.copies.kinds import said
    from probata.copies.proofsheet import telling
    from probata.copies.proofsheet.laying import matrix_of
    from probata.copies.proofsheet.lying import Lying
    from probata.copies.proofsheet.upright import Upright

    upright = Upright.of(comparison.a.facts), Upright.of(comparison.b.facts)
    title, sentence = said(relation)
    yield f"{title}."
    yield f"  {sentence} Found {telling.found(relation)}."
    for segment in relation.segments:
        here = telling.stretch(segment.a_start_s, segment.a_end_s)
        there = telling.stretch(segment.b_start_s, segment.b_end_s)
        manner = [telling.speed(segment)]
        if segment.transform is not None:
            manner.append(telling.shown_of_b(Lying.of(matrix_of(segment.transform), *upright)))
        yield f"  A {here}  {telling.joins(relation)}  B {there}   {', '.join(manner)}"
    for reason in relation.why:
        yield f"  {_reason(reason)}"
    of_a, of_b = (comparison.a.from_s, comparison.a.to_s), (comparison.b.from_s, comparison.b.to_s)
    for line in telling.gaps(relation, of_a, of_b):
        yield f"  {line}"
    if relation.kind != "same_bytes":
        yield "  A machine proposes this; it stands when a person has confirmed it."


def _reason(reason: Reason) -> str:
    figures = []
    if reason.wrong is not None and reason.value is not None:
        figures = [f"{reason.value:.2f}", f"strongest wrong {reason.wrong:.2f}"]
        figures += [f"asked for {reason.threshold:.2f}"] if reason.threshold is not None else []
    beside = f" ({', '.join(figures)})" if figures else ""
    return f"because  {reason.text}{beside}"


def _looks(looked: dict[str, Any]) -> Iterator[str]:
    for name, answer in looked.items():
        said = "could not look" if answer["outcome"] == "could_not_look" else "nothing found"
        yield f"  by {name}: {said}" + (f"; {answer['why']}" if answer["why"] else "")
