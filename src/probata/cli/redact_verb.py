"""`probata redact`: what is masked and muted in an item: list it, propose it, render it, release it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probata.cli import workspace
from probata.cli.output import Progress, show_json
from probata.terms.errors import UsageError
from probata.terms.showing import shown_in_a_line

if TYPE_CHECKING:
    from probata.redaction.plan import RedactionPlan
    from probata.redaction.selectors import KnownRedaction


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which item, and what is to be done about its redactions."""
    parser.add_argument("item", metavar="ITEM", help="an item by digest")
    propose = parser.add_argument_group("propose one")
    propose.add_argument("--plan", metavar="FILE", type=Path, help="areas and mutes as JSON (- for input)")
    propose.add_argument("--faces", metavar="N,N…", help="take these proposed faces over as areas, along their ways")
    propose.add_argument("--why", metavar="WORD", default="bystander", help="with --faces: why (default: bystander)")
    propose.add_argument("--words", metavar="WORDS", default="", help="with --why other: why, in words")
    propose.add_argument("--supersedes", metavar="ID", default="", help="an earlier one that goes no more")
    decide = parser.add_argument_group("go on with one")
    decide.add_argument("--render", metavar="ID", help="make its rendition, and look whether all is hidden")
    decide.add_argument("--release", metavar="ID", help="its rendition may go: takes another than who proposed it")
    decide.add_argument("--refuse", metavar="ID", help="it may not: takes another than who proposed it")
    decide.add_argument("--withdraw", metavar="ID", help="take back what you proposed")
    decide.add_argument("--seen", metavar="SHA256", help="with --release: of the rendition that you looked at")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Do what was asked for, then list what is on the record."""
    workspace.open_workspace(options.workspace)

    from probata.preservation import selectors as preservation
    from probata.redaction import selectors

    item = preservation.item(options.item).sha256
    made = _done(options, item)
    found = [made] if made is not None else selectors.redactions(item)
    if options.json:
        show_json("redact", {"item": item, "redactions": [one.as_json() for one in found]})
        return 0
    if not found:
        print("Nothing is redacted here yet. Begin with:")
        print("  probata redact ITEM --plan plan.json --reason 'a child is seen'")
    for one in found:
        _print(one)
    return 0


def _done(options: argparse.Namespace, item: str) -> KnownRedaction | None:
    from probata.redaction import selectors, services

    asked = [name for name in ("render", "release", "refuse", "withdraw") if getattr(options, name)]
    proposes = options.plan is not None or options.faces is not None
    if len(asked) + proposes > 1:
        raise UsageError(what="One redaction is proposed, rendered or decided at a time.")
    if proposes:
        plan = _plan(options, item)
        actor = workspace.unlock(options).signing
        return services.propose(plan, actor=actor, reason=options.reason, supersedes=options.supersedes)
    if not asked:
        return None
    known = selectors.redaction(getattr(options, asked[0]))
    if known.item != item:
        raise selectors.RedactionNotFound(wanted=getattr(options, asked[0]))
    actor = workspace.unlock(options).signing
    if asked == ["render"]:
        with Progress("pictures") as progress:
            return services.render(
                known.id, actor=actor, reason=options.reason, progress=lambda told: progress.to(told.frames)
            )
    if asked == ["release"]:
        seen = options.seen or (known.rendering.sha256 if known.rendering else "")
        return services.release(known.id, seen=seen, actor=actor, reason=options.reason)
    decide = services.refuse if asked == ["refuse"] else services.withdraw
    return decide(known.id, actor=actor, reason=options.reason)


def _plan(options: argparse.Namespace, item: str) -> RedactionPlan:
    from probata.redaction import services
    from probata.redaction.plan import RedactionPlan, Why
    from probata.terms.reading import word

    told: dict[str, Any] = {}
    if options.plan is not None:
        told = _document(options.plan)
        if not isinstance(told, dict):
            raise UsageError(what=f"{options.plan} holds no plan: it must be one object.")
    if options.faces is not None:
        why = word({"why": options.why}, "why", Why)
        areas = [
            services.area_of_face(item, _whole(one), why=why, words=options.words).as_json()
            for one in options.faces.split(",")
        ]
        told = {**told, "areas": [*told.get("areas", []), *areas]}
    return RedactionPlan.from_json({"item": item, **told})


def _document(path: Path) -> Any:  # noqa: ANN401  any JSON
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        return json.loads(text)
    except FileNotFoundError as error:
        raise UsageError(what=f"There is no file {path}.") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise UsageError(what=f"{path} is not JSON: {error}.") from error


def _whole(untrusted: str) -> int:
    if not untrusted.isascii() or not untrusted.isdecimal() or len(untrusted) > 9:
        raise UsageError(what=f"--faces takes numbers of candidates, such as 0,2, not {untrusted!r}.")
    return int(untrusted)


def _print(one: KnownRedaction) -> None:
    print(f"{one.id}  {one.state}, proposed by {one.proposed_by}")
    for area in one.plan.areas:
        start, end = float(area.segment.start.seconds), float(area.segment.end.seconds)
        print(f"     masked {start:>10.3f} – {end:.3f} s  {area.why.value}  {shown_in_a_line(area.words)}".rstrip())
    for mute in one.plan.mutes:
        start, end = float(mute.segment.start.seconds), float(mute.segment.end.seconds)
        print(f"     muted  {start:>10.3f} – {end:.3f} s  {mute.why.value}  {shown_in_a_line(mute.words)}".rstrip())
    if one.rendering is not None:
        print(f"     rendition {one.rendering.sha256}  {one.rendering.media_type}")
    if one.decision:
        print(f"     {one.decision} by {one.decided_by}: {shown_in_a_line(one.decided_because)}")
