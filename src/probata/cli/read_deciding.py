"""What a person makes of the assertions that `probata read` proposes from an item: accepted, corrected, rejected."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from probata.cli import workspace
from probata.terms.errors import NotFound, UsageError

if TYPE_CHECKING:
    from probata.claims.assertions import Assertion


class ProposalNotFound(NotFound):
    """No proposal of a reading has that number."""

    code = "proposal_not_found"
    template = "{article} has no proposal {number}: they go from 1 to {last}."
    advice = "`probata read ITEM` lists them, each with its number."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which proposal, and what is decided about it."""
    deciding = parser.add_argument_group("decide about a proposal of an item in a workspace")
    one = deciding.add_mutually_exclusive_group()
    one.add_argument(
        "--accept", metavar="N", type=int, help="it is so said: --of PROPOSITION; the speaker must be a party"
    )
    one.add_argument("--reject", metavar="N", type=int, help="it is not so said: why with --reason")
    deciding.add_argument("--of", metavar="PROPOSITION", help="with --accept: of which proposition it is said")
    deciding.add_argument("--speaker", metavar="NAME|ID", help="with --accept: who says it, if other than proposed")
    deciding.add_argument(
        "--stance", metavar="STANCE", help="with --accept: how they stand to it, if other than proposed"
    )
    deciding.add_argument(
        "--via", metavar="NAME|ID", action="append", help="with --accept: who passed it on, nearest first"
    )
    workspace.add_arguments(parser, signs=True)


def wanted(options: argparse.Namespace) -> bool:
    """Whether something is to be decided."""
    return options.accept is not None or options.reject is not None


def decide(options: argparse.Namespace, item: str, proposals: Sequence[Mapping[str, Any]]) -> str:
    """Record the decision; the id of the assertion that came of it, or nothing where it was rejected."""
    from probata.claims import services

    number = options.accept if options.accept is not None else options.reject
    if not 1 <= number <= len(proposals):
        raise ProposalNotFound(article=item[:8], number=number, last=len(proposals))
    proposed = proposals[number - 1]
    if options.reject is not None:
        actor = workspace.unlock(options).signing
        services.decide_proposal(item, proposed, actor=actor, decision="rejected", reason=options.reason)
        return ""
    if not options.of:
        raise UsageError(what="An accepted proposal is said of a proposition: give --of.")
    assertion = _assertion(options, item, proposed)
    corrected = bool(options.speaker or options.stance or options.via)
    known = services.decide_proposal(
        item,
        proposed,
        actor=workspace.unlock(options).signing,
        decision="corrected" if corrected else "accepted",
        assertion=assertion,
        reason=options.reason,
    )
    return "" if known is None else known.id


def _assertion(options: argparse.Namespace, item: str, proposed: Mapping[str, Any]) -> Assertion:
    from probata.claims import selectors
    from probata.claims.assertions import Assertion
    from probata.terms.text import made_safe

    told = {
        "proposition": selectors.proposition(options.of).id,
        "stance": options.stance or proposed["stance"],
        "speaker": selectors.party(options.speaker or proposed["speaker"]).id,
        "speaker_role": made_safe(proposed["speaker_role"]) if proposed["speaker_role"] else None,
        "words": {"text": made_safe(proposed["text"]), "language": proposed["language"] or "und"},
        "via": [selectors.party(name).id for name in (proposed["via"] if options.via is None else options.via)],
        "appears_in": {"item": item, "start": proposed["start"], "end": proposed["end"]},
        "hedges": [made_safe(hedge) for hedge in proposed["hedges"]],
        "made_at": proposed.get("made_at"),
    }
    return Assertion.from_json(told)


def states(item: str, proposals: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was decided of each proposal, in their order: `proposed` where nobody has."""
    from probata.claims import selectors

    decided = selectors.proposals(item)
    rows = [decided.get((one["start"], one["end"])) for one in proposals]
    return ["proposed" if row is None else row.decision for row in rows]
