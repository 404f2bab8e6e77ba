"""What is recorded on a case's page: questions and their answers, what is in the case, and steps of its procedure."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from probata.cases import selectors, services
from probata.cases.elements import EvidenceKind
from probata.cases.procedures import StepState
from probata.cases.selectors import CaseNotFound, EvidenceUnknown, IncidentNotFound
from probata.terms.errors import InvalidValue
from probata.web import answers, onward
from probata.web.gate import presence, sight

_EVIDENCE = frozenset(kind.value for kind in EvidenceKind)


def undo(name: str, *parts: str, **told: str) -> str:
    """The address of the act that takes another one back, with what it takes."""
    return f"{reverse(name, args=parts)}?{urlencode({**told, 'undo': 'yes'})}"


def given(request: HttpRequest, name: str) -> str:
    """A field of the form; where an act is taken back, of the address."""
    return request.POST.get(name, "") or request.GET.get(name, "")


def reason(request: HttpRequest) -> str:
    """The reason that was given; whoever takes an act back at once need not give another one."""
    written = request.POST.get("reason", "")
    return written or (_("taken back at once") if "undo" in request.GET else "")


def incident_of(request: HttpRequest, untrusted_id: str) -> str:
    """The whole id of an incident named in a form; raises `IncidentNotFound` also where it is kept from the person."""
    known = selectors.incident_id(untrusted_id)
    if sight.of(request).hides(known):
        raise IncidentNotFound(name=untrusted_id[:80])
    return known


def _case(request: HttpRequest, untrusted_id: str) -> str:
    known = selectors.case_id(untrusted_id)
    if sight.of(request).hides(known):
        raise CaseNotFound(name=untrusted_id[:80])
    return known


def _item(request: HttpRequest, untrusted_digest: str) -> str:
    return sight.item(sight.of(request), untrusted_digest)


def _record(request: HttpRequest, untrusted_name: str) -> str:
    """The name of a record that may be cited by this person; a hidden one is as unknown as one that is not there."""
    name, seen = selectors.must_be_on_record(untrusted_name), sight.of(request)
    kind, _colon, known = name.partition(":")
    item = selectors.cited([name])[name].item if kind in _EVIDENCE and not seen.whole else ""
    if seen.hides(known, item):
        raise EvidenceUnknown(name=name)
    return name


@require_POST
def describe(request: HttpRequest, case: str) -> HttpResponse:
    """Tell a case anew: another title, another procedure."""
    before = selectors.case(case)
    known = services.describe_case(
        before.id,
        actor=presence.of(request).keyring.signing,
        title=given(request, "title"),
        procedure_name=given(request, "procedure"),
        kind=before.kind,
        reason=reason(request),
        seen=given(request, "seen") or None,
    )
    back = undo("describe_case", known.id, title=before.title, procedure=before.procedure.id, seen=known.row)
    return answers.done(request, to=reverse("case", args=[known.id]), said=_("The case is told anew."), undo=back)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Put a question on the record: of a case, of an incident, or of neither."""
    case, incident = request.POST.get("case", ""), request.POST.get("incident", "")
    made = services.ask(
        request.POST.get("text", ""),
        actor=presence.of(request).keyring.signing,
        owner=request.POST.get("owner") or None,
        case=_case(request, case) if case else "",
        incident=incident_of(request, incident) if incident else "",
        reason=request.POST.get("reason", ""),
    )
    return answers.done(request, to=onward.of_question(made), said=_("The question is on the record."))


@require_POST
def answer(request: HttpRequest, question: str) -> HttpResponse:
    """Answer a question, with the records that the answer rests on."""
    # Ticked among those that the form offers, or named by their ids; each once.
    named = dict.fromkeys(" ".join(request.POST.getlist("rests_on")).split())
    rests_on = [_record(request, one) for one in named]
    known = services.answer(
        question,
        actor=presence.of(request).keyring.signing,
        text=request.POST.get("text", ""),
        rests_on=rests_on,
        reason=request.POST.get("reason", ""),
        seen=request.POST.get("seen"),
    )
    back = undo("reopen_question", known.id, seen=known.row)
    return answers.done(request, to=onward.of_question(known), said=_("The answer is on the record."), undo=back)


@require_POST
def reopen(request: HttpRequest, question: str) -> HttpResponse:
    """Take an answer back; it stays on the record."""
    known = services.reopen(
        question,
        actor=presence.of(request).keyring.signing,
        reason=reason(request),
        seen=given(request, "seen") or None,
    )
    return answers.done(request, to=onward.of_question(known), said=_("The question is open again."))


@require_POST
def hand_over(request: HttpRequest, question: str) -> HttpResponse:
    """Give an open question to another person."""
    before = selectors.question(question)
    to = given(request, "to")
    if to == before.owner:
        raise InvalidValue(what="The question", why=f"it is {to}'s already")
    known = services.hand_over(
        before.id,
        actor=presence.of(request).keyring.signing,
        to=to,
        reason=reason(request),
        # From the address where it is taken back; a question that nobody turned yet was seen with no row at all.
        seen=request.POST.get("seen", request.GET.get("seen")),
    )
    back = undo("hand_over_question", known.id, to=before.owner, seen=known.row)
    said = _("The question is %(name)s's now.") % {"name": known.owner}
    return answers.done(request, to=onward.of_question(known), said=said, undo=back)


@require_POST
def put_in(request: HttpRequest, case: str) -> HttpResponse:
    """Put an item or an incident into a case."""
    return _put(request, case, within=True)


@require_POST
def take_out(request: HttpRequest, case: str) -> HttpResponse:
    """Take an item or an incident out of a case; that it was in it stays on the record."""
    return _put(request, case, within=False)


def _put(request: HttpRequest, case: str, *, within: bool) -> HttpResponse:
    kind, member = given(request, "kind"), given(request, "member").strip()
    # What somebody may not know of cannot be put anywhere by them, nor does a refusal tell that it is there.
    member = _item(request, member) if kind == "item" else incident_of(request, member) if kind == "incident" else ""
    known = services.put_into_case(
        case,
        actor=presence.of(request).keyring.signing,
        kind=kind,
        member=member,
        reason=reason(request),
        within=within,
    )
    back = undo("take_out_of_case" if within else "put_into_case", known.id, kind=kind, member=member)
    said = _("It is in the case now.") if within else _("It is out of the case now.")
    return answers.done(request, to=f"{reverse('case', args=[known.id])}#members", said=said, undo=back)


@require_POST
def tick(request: HttpRequest, case: str) -> HttpResponse:
    """Say of one step that it is done, does not apply, or is open again."""
    step, wanted = given(request, "step"), given(request, "state")
    if wanted not in {one.value for one in StepState}:
        raise InvalidValue(what=f"The state {wanted[:40]!r}", why="a step is open, done or not applicable")
    before = next((one.state.value for one in selectors.case(case).steps if one.step.id == step), "")
    known = services.tick_step(
        case, step, actor=presence.of(request).keyring.signing, state=StepState(wanted), reason=reason(request)
    )
    back = undo("tick_step", known.id, step=step, state=before)
    to = f"{reverse('case', args=[known.id])}#step-{step}"
    return answers.done(request, to=to, said=_("The step is on the record."), undo=back)
