"""`probata assess`: judge a proposition in one respect, blind to the second person who does; seal what both found."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from probata.cli import workspace
from probata.cli.output import show_json
from probata.cli.records import each_read, read_documents
from probata.terms.errors import UsageError
from probata.terms.showing import shown_in_a_line

if TYPE_CHECKING:
    from probata.verification.assessments import Assessment
    from probata.verification.selectors import KnownFinding, KnownReview, Task

_BLIND = "Nobody but whoever judged reads this before the second person has judged."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which review, and what to do in it."""
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--open", metavar="PROPOSITION", help="open a review of it: in which respect with --dimension")
    one.add_argument("--take", metavar="REVIEW", help="be the second (or third) person, and see what it is judged by")
    one.add_argument(
        "--judge", metavar="REVIEW", help="judge: --result, --likelihood, --confidence, --because, or --from"
    )
    one.add_argument("--seal", metavar="REVIEW", help="seal what two people found alike: --because, --standard")
    one.add_argument("--show", metavar="REVIEW", help="one review, with those opinions that you may read")
    one.add_argument("--findings", action="store_true", help="list what was sealed")
    parser.add_argument(
        "--dimension", metavar="RESPECT", help="provenance, source, date, location, content, attribution…"
    )
    parser.add_argument(
        "--supersedes", metavar="FINDING", default="", help="with --open: look at a sealed finding anew"
    )
    parser.add_argument(
        "--replaces", metavar="REVIEW", default="", help="with --open: a review that rests on what stands no more"
    )
    judged = parser.add_argument_group("a judgement")
    judged.add_argument(
        "--from", dest="file", metavar="FILE", type=Path, help="the judgement in a JSON file (- for input)"
    )
    judged.add_argument(
        "--result", metavar="RESULT", help="established, likely, possible, contested, refuted, indeterminate…"
    )
    judged.add_argument("--likelihood", metavar="BAND", help="almost_no_chance … roughly_even_chance … almost_certain")
    judged.add_argument("--confidence", choices=("low", "moderate", "high"), help="how good the ground is")
    judged.add_argument("--because", metavar="WORDS", help="the reasons; with --seal, why the confidence is what it is")
    judged.add_argument("--for", dest="evidence_for", metavar="ID", action="append", default=[], help="speaks for it")
    judged.add_argument("--against", metavar="ID", action="append", default=[], help="speaks against it")
    judged.add_argument(
        "--searched", metavar="WORDS", help="where the other side was looked for, if nothing of it stands here"
    )
    judged.add_argument(
        "--else", dest="alternatives", metavar="WORDS", action="append", default=[], help="what else it could be"
    )
    judged.add_argument("--derived", metavar="ID", action="append", default=[], help="a recorded run of a calculator")
    parser.add_argument(
        "--statement", metavar="CLAUSE", default="", help="with --seal: a clause that can follow 'that'"
    )
    parser.add_argument("--standard", metavar="STANDARD", help="with --seal: the standard of proof you say it meets")
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Do the one step that was asked for, and show where the review then stands."""
    workspace.open_workspace(options.workspace)

    from probata.verification import selectors

    if options.take:
        return _take(options)
    if options.findings or options.seal:
        found = [_sealed(options)] if options.seal else selectors.findings(standing=False)
        return _tell_findings(found, as_json=options.json)
    reviews = _step(options) or selectors.reviews()
    if options.json:
        show_json("assess", {"reviews": [one.as_json() for one in reviews]})
        return 0
    if not reviews:
        print("No review is open. Begin with: probata assess --open PROPOSITION --dimension date")
    for review in reviews:
        _print(review)
    return 0


def _step(options: argparse.Namespace) -> list[KnownReview]:
    from probata.verification import selectors, services
    from probata.verification.assessments import Dimension

    if options.open:
        if options.dimension not in {one.value for one in Dimension}:
            known = ", ".join(one.value for one in Dimension)
            raise UsageError(what=f"A review judges a proposition in one respect: give --dimension, one of {known}.")
        actor = workspace.unlock(options).signing
        dimension = Dimension(options.dimension)
        return [
            services.open_review(
                options.open, dimension, actor=actor, supersedes=options.supersedes, replaces=options.replaces
            )
        ]
    if options.judge:
        assessment = _judgement(options)
        actor = workspace.unlock(options).signing
        return [services.assess(options.judge, assessment, actor=actor)]
    if options.show:
        # Unlocked, not merely named: an opinion that nobody else may read yet is shown to whoever holds the key.
        return [selectors.review(options.show, workspace.unlock(options).signing.key_id)]
    return []


def _judgement(options: argparse.Namespace) -> Assessment:
    from probata.verification.assessments import Assessment

    if options.file is not None:
        (assessment, *more) = each_read(read_documents(options.file), Assessment.from_json)
        if more:
            raise UsageError(what=f"{options.file} holds several judgements; a person gives one.")
        return assessment
    if not options.result or not options.because:
        raise UsageError(what="A judgement needs --result and --because, or --from FILE.")
    return Assessment.from_json(
        {
            "result": options.result,
            "reasons": options.because,
            "likelihood": options.likelihood,
            "confidence": options.confidence,
            "for": options.evidence_for,
            "against": options.against,
            "other_side": options.searched,
            "alternatives": options.alternatives,
            "derivations": options.derived,
        }
    )


def _take(options: argparse.Namespace) -> int:
    from probata.verification import services

    task = services.take(options.take, actor=workspace.unlock(options).signing)
    if options.json:
        show_json("assess", {"reviews": [], "task": task.as_json()})
        return 0
    _print_task(task)
    return 0


def _sealed(options: argparse.Namespace) -> KnownFinding:
    from probata.verification import services
    from probata.verification.assessments import Standard

    if not options.because:
        raise UsageError(what="A finding says why its confidence is what it is: give --because.")
    known = {one.value: one for one in Standard}
    if options.standard is not None and options.standard not in known:
        raise UsageError(what=f"No standard of proof is called {options.standard!r}; one of {', '.join(known)}.")
    return services.seal(
        options.seal,
        actor=workspace.unlock(options).signing,
        because=options.because,
        standard=known.get(options.standard),
    )


def _tell_findings(found: list[KnownFinding], *, as_json: bool) -> int:
    if as_json:
        show_json("assess", {"reviews": [], "findings": [one.as_json() for one in found]})
        return 0
    if not found:
        print("Nothing is sealed yet: two people judge a proposition first, `probata assess` shows where that stands.")
    for one in found:
        state = f"  superseded by {one.superseded_by[:8]}" if one.superseded_by else ""
        print(f"{one.id}  sealed by {one.sealed_by}, judged by {' and '.join(one.people)}{state}")
        for sentence in one.finding.sentences:
            print(f"     {shown_in_a_line(sentence)}")
        if one.finding.standard is not None:
            print(f"     said to meet: {one.finding.standard.value.replace('_', ' ')} (a label that people gave)")
    return 0


def _print(review: KnownReview) -> None:
    told: dict[str, Any] = review.as_json()
    who = ", ".join(f"{place} {name}" for place, name in told["places"].items())
    print(f"{review.id}  {review.dimension.value}: {review.state.value.replace('_', ' ')}  {who}".rstrip())
    print(f"     {shown_in_a_line(review.statement)}")
    for opinion in review.opinions:
        judged = opinion.assessment
        doubt = ""
        if judged.likelihood is not None and judged.confidence is not None:
            doubt = f", {judged.likelihood.words}; confidence {judged.confidence.value}"
        print(f"     {opinion.place}  {opinion.by}: {judged.result.value.replace('_', ' ')}{doubt}")
        print(f"        {shown_in_a_line(judged.reasons)}")
    if len(review.opinions) == 1:
        print(f"     {_BLIND}")


def _print_task(task: Task) -> None:
    print(f"Judge this, as to its {task.dimension}: {shown_in_a_line(str(task.proposition['statement']))}")
    for one in task.observations:
        where = f"{one['start_s']:.3f} – {one['end_s']:.3f} s of {one['item'][:8]}"
        print(f"  observed  {where}: {shown_in_a_line(one['description'])}")
    for one in task.assertions:
        print(f"  asserted  {one['stance'].replace('_', ' ')}: {shown_in_a_line(one['words']['text'])}")
    for one in task.derivations:
        print(f"  computed  by {shown_in_a_line(one['tool'])}: {one['id']}")
    for one in task.findings:
        print(f"  found     {shown_in_a_line(one['sentences'][0])}")
    print("Watch these stretches alone. What the other person found, you see when you have judged:")
    print(f"  probata assess --judge {task.review} --result … --likelihood … --confidence … --because …")
