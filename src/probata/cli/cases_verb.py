"""`probata cases`: cases with their open questions first, what belongs to them, and the steps of their procedures."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from probata.cli import workspace
from probata.cli.output import show_json
from probata.terms.errors import UsageError
from probata.terms.showing import shown

if TYPE_CHECKING:
    from probata.cases.selectors import KnownCase, KnownQuestion

_STATES = ("done", "not_applicable", "open")
_MARKS = {"done": "x", "not_applicable": "-", "open": " "}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which case to show, and what to open, put in, tick off, ask or answer."""
    parser.add_argument("case", metavar="CASE", nargs="?", help="one case by its id (default: list them all)")
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--add", metavar="TITLE", help="open a case: --kind, --procedure")
    one.add_argument("--describe", action="store_true", help="tell CASE anew: --title, --procedure; its kind stays")
    one.add_argument("--put", metavar="MEMBER", help="put item:DIGEST or incident:ID into CASE")
    one.add_argument("--take-out", metavar="MEMBER", help="take item:DIGEST or incident:ID out of CASE")
    one.add_argument("--step", metavar="STEP", help="tick a step of CASE's procedure off: --state, --reason")
    one.add_argument("--ask", metavar="WORDS", help="put a question, about CASE or --incident or neither")
    one.add_argument("--answer", metavar="QUESTION", help="answer a question: --text, --rests-on")
    one.add_argument("--reopen", metavar="QUESTION", help="take an answer back: --reason")
    one.add_argument("--hand-over", metavar="QUESTION", help="give a question to somebody else: --owner")
    one.add_argument("--wall", action="store_true", help="let nobody know of CASE but who is admitted: --reason")
    one.add_argument("--open-to-all", action="store_true", help="take the wall of CASE down again: --reason")
    one.add_argument("--admit", metavar="NAME", help="admit somebody to CASE: --reason")
    one.add_argument("--send-out", metavar="NAME", help="take an admission to CASE back: --reason")
    one.add_argument("--questions", action="store_true", help="list questions alone, the open ones first")
    one.add_argument("--procedures", action="store_true", help="list the procedures to pick from, with their steps")
    parser.add_argument("--kind", metavar="KIND", help="journalism or accountability; the two are kept apart")
    parser.add_argument("--procedure", metavar="NAME", help="(default: berkeley_protocol)")
    parser.add_argument("--title", metavar="WORDS", help="the new title")
    parser.add_argument("--state", choices=_STATES, default="done", help="how the step stands (default: done)")
    parser.add_argument("--incident", metavar="ID", default="", help="what the question is about")
    parser.add_argument("--owner", metavar="NAME", help="whose question it is (default: yours)")
    parser.add_argument("--text", metavar="WORDS", default="", help="the answer")
    parser.add_argument(
        "--rests-on", metavar="RECORD", action="append", default=[], help="what it rests on: finding:ID"
    )
    workspace.add_arguments(parser, signs=True)


def run(options: argparse.Namespace) -> int:
    """Write what was asked for, then show: the case, the question, or the lists."""
    if options.procedures:
        _tell(options, [], [], procedures_told=True)
        return 0
    workspace.open_workspace(options.workspace)

    from probata.cases import selectors

    asked = _question(options)
    if asked is not None:
        _tell(options, [], [asked])
        return 0
    case = _written(options)
    if options.questions:
        wanted = None if options.case is None else selectors.case_id(options.case)
        _tell(options, [], selectors.questions(case=wanted))
    elif case is not None or options.case:
        known = case or selectors.case(options.case)
        _tell(options, [known], list(known.questions))
    else:
        _tell(options, selectors.cases(), selectors.questions())
    return 0


def _question(options: argparse.Namespace) -> KnownQuestion | None:
    from probata.cases import selectors, services

    if options.ask:
        actor = workspace.unlock(options).signing
        case, owner = options.case or "", options.owner
        return services.ask(
            options.ask, actor=actor, owner=owner, case=case, incident=options.incident, reason=options.reason
        )
    named = options.answer or options.reopen or options.hand_over
    if not named:
        return None
    if options.hand_over and not options.owner:
        raise UsageError(what="Say with --owner who is to have the question.")
    known = selectors.question(named)
    given = {"actor": workspace.unlock(options).signing, "reason": options.reason, "seen": known.row}
    if options.answer:
        return services.answer(known.id, text=options.text, rests_on=options.rests_on, **given)
    if options.reopen:
        return services.reopen(known.id, **given)
    return services.hand_over(known.id, to=options.owner, **given)


def _written(options: argparse.Namespace) -> KnownCase | None:
    from probata.cases import services
    from probata.cases.procedures import StepState

    if options.add:
        if options.kind is None:
            raise UsageError(what="A case is of one kind: give --kind journalism or --kind accountability.")
        name = options.procedure or "berkeley_protocol"
        actor = workspace.unlock(options).signing
        return services.open_case(
            options.add, actor=actor, kind=options.kind, procedure_name=name, reason=options.reason
        )
    if options.describe:
        return _describe(options)
    if options.put or options.take_out:
        kind, _colon, member = (options.put or options.take_out).partition(":")
        case, actor = _named(options), workspace.unlock(options).signing
        within = options.put is not None
        return services.put_into_case(case, actor=actor, kind=kind, member=member, reason=options.reason, within=within)
    if options.wall or options.open_to_all or options.admit or options.send_out:
        return _walls(options)
    if options.step:
        case, actor = _named(options), workspace.unlock(options).signing
        state = StepState(options.state)
        return services.tick_step(case, options.step, actor=actor, state=state, reason=options.reason)
    return None


def _walls(options: argparse.Namespace) -> KnownCase:
    from probata.cases import selectors, services

    known, actor = selectors.case(_named(options)), workspace.unlock(options).signing
    if options.wall or options.open_to_all:
        services.wall(known.id, actor=actor, reason=options.reason, walled=options.wall)
    else:
        name, admitted = options.admit or options.send_out, options.admit is not None
        services.admit(known.id, name, actor=actor, reason=options.reason, admitted=admitted)
    return selectors.case(known.id)


def _describe(options: argparse.Namespace) -> KnownCase:
    from probata.cases import selectors, services

    known = selectors.case(_named(options))
    actor = workspace.unlock(options).signing
    return services.describe_case(
        known.id,
        actor=actor,
        title=options.title or known.title,
        procedure_name=options.procedure or known.procedure.id,
        kind=options.kind or known.kind,
        reason=options.reason,
        seen=known.row,
    )


def _named(options: argparse.Namespace) -> str:
    if not options.case:
        raise UsageError(what="Say which case, by its id.")
    return str(options.case)


def _tell(
    options: argparse.Namespace,
    cases: list[KnownCase],
    questions: list[KnownQuestion],
    *,
    procedures_told: bool = False,
) -> None:
    from probata.cases.procedures import procedures

    templates = procedures() if procedures_told else ()
    if options.json:
        told = {
            "cases": [one.as_json() for one in cases],
            "questions": [one.as_json() for one in questions],
            "procedures": [one.as_json() for one in templates],
        }
        show_json("cases", told)
        return
    for template in templates:
        print(f"{template.id}  {template.title}")
        for step in template.steps:
            print(f"     {step.id}  {step.asks}")
    for question in questions:
        _print_question(question)
    for one in cases:
        _print_case(one, whole=len(cases) == 1)
    if not (templates or questions or cases):
        print("No case is open yet, and nothing is asked. Begin with:")
        print("  probata cases --add 'The yard at the mill' --kind accountability --reason 'two clips'")


def _print_question(one: KnownQuestion) -> None:
    about = f"  case {one.case[:8]}" if one.case else ""
    state = "open" if one.open else f"answered by {shown(one.answered_by)}"
    print(f"{one.id}  {shown(one.text)}")
    print(f"     {state}, {one.age_days} days, {shown(one.owner)}{about}")
    if not one.open:
        rests = f"  (on {shown(', '.join(one.rests_on))})" if one.rests_on else ""
        print(f"     {shown(one.answer)}{rests}")


def _print_case(one: KnownCase, *, whole: bool) -> None:
    done = sum(step.state.value != "open" for step in one.steps)
    unanswered = sum(question.open for question in one.questions)
    print(f"{one.id}  {shown(one.title)}")
    print(f"     {one.kind}, {one.procedure.id}: {done} of {len(one.steps)} steps, open questions: {unanswered}")
    if one.walled:
        print(f"     walled: there for {shown(', '.join(one.admitted))} alone")
    if not whole:
        return
    for member in one.members:
        also = f"  (also in {', '.join(case[:8] for case in member.also_in)}, of the other kind)" * bool(member.also_in)
        print(f"     {member.kind} {member.id[:12]}: {shown(member.reason)}{also}")
    for step in one.steps:
        why = f"  {shown(step.by)}: {shown(step.reason)}" if step.by else f"  {step.step.asks}"
        print(f"     [{_MARKS[step.state.value]}] {step.step.id}{why}")
