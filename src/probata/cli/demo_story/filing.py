"""What the story files: incidents under neutral labels, a case with its questions, reports, a table of elements."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from probata.cases import services
from probata.cases.elements import Bearing, Conflict, ContrarySearch, Entry, Evidence, SearchOutcome
from probata.cases.incoming import Answer, Incoming
from probata.cases.labels import Label
from probata.cases.outcomes import Outcome
from probata.cases.procedures import StepState
from probata.cli.demo_story.claiming import Claims
from probata.cli.demo_story.computing import Computed
from probata.cli.demo_story.judging import Judged
from probata.cli.demo_story.looking import Observed
from probata.cli.demo_story.names import EXCERPT, LANTERN, OTHER, SCENE
from probata.cli.demo_story.people import ANALYST, COUNSEL, REVIEWER, Cast
from probata.custody import services as custody
from probata.preservation import services as preservation


@frozen(kw_only=True)
class Incidents:
    """The story's two incidents, by record id."""

    roadside: str
    earlier: str


def incidents(cast: Cast) -> Incidents:
    """Open both under labels of place, date and act, and say that the one is not the other."""
    here = Label(place="Verkhnya Pelemka", day="2031-10-12/2031-10-13", act="shooting of persons on the ground")
    before = Label(day="2031-09", act="mistreatment of persons who were held")
    roadside = services.open_incident(here, actor=cast.analyst, reason="as the drawn scene shows it").id
    earlier = services.open_incident(before, actor=cast.analyst, reason="another video, of which a statement speaks").id
    why = "one statement condemns the earlier video; it is no reaction to this one"
    services.link_incidents(roadside, earlier, actor=cast.analyst, kind="related_not_same", reason=why)
    return Incidents(roadside=roadside, earlier=earlier)


def case(cast: Cast, items: Mapping[str, str], known: Incidents) -> str:
    """A case of accountability: what belongs to it, which steps are done, and questions in several hands."""
    why = "two outlets report it, and the footage is here"
    opened = services.open_case(
        "The roadside", actor=cast.analyst, kind="accountability", procedure_name="berkeley_protocol", reason=why
    ).id
    members = [("item", items[name]) for name in (SCENE, EXCERPT, LANTERN)] + [("incident", known.roadside)]
    for kind, member in members:
        services.put_into_case(opened, actor=cast.analyst, kind=kind, member=member, reason="it is about the roadside")
    done, not_here = StepState.DONE, StepState.NOT_APPLICABLE
    for step, state, reason in (
        ("online_inquiry.plan", done, "five outlets, both sides' statements, all copies of the footage"),
        ("preservation.original", done, "originals are read-only in the store"),
        ("preservation.fixity", done, "every item is read again with `probata check`"),
        ("preliminary_assessment.removal", not_here, "nothing of it is online: the story is invented"),
    ):
        services.tick_step(opened, step, actor=cast.analyst, state=state, reason=reason)
    _questions(cast, items, opened, known)
    return opened


def _questions(cast: Cast, items: Mapping[str, str], about: str, known: Incidents) -> None:
    for text, owner in (
        ("Was anybody hors de combat before the first shot?", REVIEWER),
        ("Which of the villages called Berezivka do the residents mean?", ANALYST),
        ("Who published the whole video first?", COUNSEL),
    ):
        services.ask(text, actor=cast.analyst, owner=owner, case=about)
    services.ask("What does the shout from afar say?", actor=cast.operator, incident=known.roadside)
    copy = services.ask("Is the agency's clip another recording?", actor=cast.counsel, owner=ANALYST, case=about)
    told = "No: it is an excerpt of the drawn scene, with numbers of its own in the picture."
    rests = [f"item:{items[EXCERPT]}", f"item:{items[SCENE]}"]
    services.answer(copy.id, actor=cast.analyst, text=told, rests_on=rests)
    asked = services.ask("May the residents be named to a court?", actor=cast.analyst, case=about)
    services.hand_over(asked.id, actor=cast.analyst, to=COUNSEL, reason="it is a question of protection")


def intake(cast: Cast, items: Mapping[str, str], about: str) -> None:
    """Nine reports: six have an outcome and a reason, three wait."""
    came = (
        ("The agency's clip, sent by a reader", "e-mail", (items[EXCERPT],)),
        ("The whole scene, on a memory card", "by hand", (items[SCENE],)),
        ("The same clip once more, with another caption", "a form", ()),
        ("A clip of people at a bridge", "a form", (items[OTHER],)),
        ("A list of names and addresses", "e-mail", ()),
        ("A photograph of a newspaper page", "the post", ()),
        ("A voice message: somebody heard shots on Sunday", "telephone", ()),
        ("A link to a post with a longer video", "a form", ()),
        ("Three photographs of the road by daylight", "by hand", ()),
    )
    received = services.receive(
        [(Incoming(summary=told, origin=origin, items=of), None) for told, origin, of in came],
        actor=cast.operator,
        reason="what came in this week",
    )
    ids = [one.id for one in received]
    for number, outcome, target, reason in (
        (0, Outcome.EXCERPT_OF, f"item:{items[SCENE]}", "its sound and its pictures are those of the scene"),
        (1, Outcome.ACCEPTED, f"case:{about}", "it is the longest recording that came in"),
        (2, Outcome.DUPLICATE_OF, f"report:{ids[0]}", "the same bytes but for the caption"),
        (3, Outcome.OUT_OF_SCOPE, "", "another place, and nothing of the case is seen"),
        (4, Outcome.UNSAFE_TO_KEEP, "", "it names people who did not agree to it"),
        (5, Outcome.NOT_FOOTAGE, "", "the page itself is preserved already"),
    ):
        answer = Answer(outcome=outcome, target=target, reason=reason)
        services.answer_report(ids[number], answer, actor=cast.counsel if number == 4 else cast.analyst)


def elements(cast: Cast, seen: Observed, runs: Computed, claims: Claims, found: Judged, about: str) -> str:
    """An open table with both sides: what supports, what undermines, what is silent, and what is missing still."""
    why = "two states are said to fight each other; a person states the class"
    table = services.open_table(
        about, "8(2)(b)(vi)", actor=cast.analyst, conflict=Conflict.INTERNATIONAL, reason=why
    ).id
    denied, status = (f"assertion:{claims.said[name]}" for name in ("nobody hit", "status"))
    for number, evidence, bearing, reason in (
        (1, f"finding:{found.finding}", Bearing.SUPPORTS, "shots are likely, and persons lie there"),
        (1, denied, Bearing.UNDERMINES, "one side says that nobody was hit"),
        (2, f"observation:{seen.bodies}", Bearing.SUPPORTS, "three lie still before the first shot"),
        (2, status, Bearing.SUPPORTS, "residents saw arms thrown down"),
        (2, f"observation:{seen.last_body}", Bearing.SILENT, "it shows nothing of before the shots"),
        (4, f"derivation:{runs.when}", Bearing.SILENT, "it says when, not in which context"),
    ):
        entry = Entry(element=number, evidence=Evidence.named(evidence), bearing=bearing, reason=reason)
        services.enter(table, entry, actor=cast.analyst)
    nothing, could_not = SearchOutcome.NOTHING_FOUND, SearchOutcome.COULD_NOT_LOOK
    searches = [
        ContrarySearch(element=2, outcome=nothing, looked="all frames before the first shot, for arms in hands"),
        ContrarySearch(element=3, outcome=could_not, looked="who fired is in no picture"),
    ]
    services.record_search(table, searches, actor=cast.counsel)
    who = Evidence.named(f"proposition:{claims.propositions['unknown fired']}")
    services.link_person(
        table, "25(3)(a)", actor=cast.counsel, evidence=who, bearing=Bearing.SILENT, reason="nobody is identified"
    )
    return table


def read_again(cast: Cast, items: Mapping[str, str]) -> None:
    """The custodian reads the items' stored bytes again and records that they are sound."""
    with custody.act(actor=cast.custodian, reason="fixity run after the story was filed") as act:
        for one in preservation.read_again(sorted(items.values()), sha512=True):
            preservation.record_fixity(act, one.sha256, result=one.result, sha512=one.sha512)
