"""The proof sheet of a relation: registered pairs of pictures, traces, addresses, reasons, so that a court can see it.

    sheet = proof_sheet(comparison, comparison.relations[0], Path("posted.mp4"), Path("original.mp4"))
    Path("proof.html").write_bytes(sheet.page("Proof sheet"))

The pictures are grey and small, and folded away on the page; the picture of the sheet (`png`) shows footage at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import field, frozen

from probata import __version__
from probata.copies.compare import Comparison, compare
from probata.copies.proofsheet import page
from probata.copies.proofsheet.blocks import Sheet
from probata.copies.proofsheet.composing import Subject, compose
from probata.copies.proofsheet.evidence import gathered
from probata.copies.proofsheet.facts import as_json
from probata.copies.proofsheet.files import FileFacts
from probata.copies.proofsheet.pairs import Files
from probata.copies.proofsheet.standing import Standing
from probata.copies.relations import Relation
from probata.engines.sandbox import Jail
from probata.media.errors import DecoderConfused
from probata.media.limits import Limits
from probata.media.skims import skim
from probata.media.wire import Consumer, a_jail

DRAWN = "probata.copies.jailed.sheet:Drawn"


@frozen(kw_only=True, eq=False)
class ProofSheet:
    """One sheet in three forms that say the same: facts as plain data, a page, a picture."""

    subject: Subject = field(repr=False)
    sheet: Sheet = field(repr=False)
    png: bytes = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """All facts as plain data, floats rounded; without pictures."""
        return as_json(self.subject)

    @property
    def shown(self) -> int:
        """How many pairs of pictures the page holds."""
        evidence = self.subject.evidence
        return sum(len(one.pairs) for one in evidence.stretches) + len(evidence.scene)

    def page(self, title: str) -> bytes:
        """The page, UTF-8: no script, nothing from elsewhere, footage folded away."""
        return page.written(self.sheet, title)


def proof_sheet(
    comparison: Comparison,
    relation: Relation,
    a: Path,
    b: Path,
    *,
    names: tuple[str, str] = ("", ""),
    standing: Standing | None = None,
    limits: Limits | None = None,
    jail: Jail | None = None,
) -> ProofSheet:
    """The sheet of one relation of a comparison of these two files; each is opened once more, for its pairs alone.

    `names` are what the two are called where their paths do not tell; `standing` is what a record holds of it.
    Raises what `probata.media.skims.skim` raises where a file can no longer be looked at.
    """
    with a_jail(jail) as held:
        files = Files(a=a, b=b, extract_a=comparison.a, extract_b=comparison.b, limits=limits, jail=held)
        subject = Subject(
            a=FileFacts.of(a, comparison.a, name=names[0]),
            b=FileFacts.of(b, comparison.b, name=names[1]),
            comparison=comparison,
            relation=relation,
            evidence=gathered(comparison, relation, files),
            tools={"probata": __version__, **comparison.a.facts.tools},
            standing=standing,
        )
        sheet = compose(subject)
        return ProofSheet(subject=subject, sheet=sheet, png=_drawn(sheet, a, limits, held))


def proof_of_recorded(
    relation: Relation,
    standing: Standing,
    a: Path,
    b: Path,
    *,
    names: tuple[str, str],
    limits: Limits | None = None,
    jail: Jail | None = None,
) -> ProofSheet:
    """The sheet of a relation that a record holds, made from the two originals, which are compared again for it.

    The relation is the record's; the pictures, the figures of pairs and the traces are of the files as they are now.
    Raises what `probata.copies.compare.compare` and `probata.media.skims.skim` raise.
    """
    with a_jail(jail) as held:
        comparison = compare(a, b, limits=limits, jail=held)
        return proof_sheet(comparison, relation, a, b, names=names, standing=standing, limits=limits, jail=held)


def _drawn(sheet: Sheet, file: Path, limits: Limits | None, jail: Jail) -> bytes:
    # A cell holds a file, whatever it does; this one decodes none of it.
    outcome = skim(file, (Consumer(name="sheet", target=DRAWN, parameters={"sheet": sheet}),), limits=limits, jail=jail)
    drawn = outcome.outcomes["sheet"]
    if drawn.outcome != "found":
        raise DecoderConfused(why=f"the sheet could not be drawn: {drawn.why}")
    return drawn.result_as(bytes)
