"""Cases, what belongs to them, the steps of their procedures, and questions with an owner and an age."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.by_hand import Refused

from probata.access.roles import NotAllowed
from probata.cases import selectors, services
from probata.cases.labels import Label
from probata.cases.procedures import ProcedureNotFound, StepNotFound, StepState
from probata.cli.__main__ import main
from probata.custody import selectors as custody
from probata.engines import clock
from probata.preservation.selectors import ItemNotFound
from probata.terms.errors import InvalidValue


@pytest.fixture
def case(team):
    """The id of a case for a court."""
    return services.open_case(
        "The yard at the mill",
        actor=team.analyst,
        kind="accountability",
        procedure_name="five_pillars",
        reason="two clips",
    ).id


def test_a_case_starts_with_every_step_open(team, case):
    """It follows the procedure that was picked, and nothing is ticked off by itself."""
    known = selectors.case(case)
    assert (known.title, known.kind, known.procedure.id) == ("The yard at the mill", "accountability", "five_pillars")
    assert {step.state for step in known.steps} == {StepState.OPEN}


def test_a_step_is_ticked_off_by_a_person_with_a_reason(team, case):
    """The newest word counts, and says whose it is and why; a step may be opened again."""
    services.tick_step(case, "pillars.date", actor=team.analyst, state=StepState.DONE, reason="light and first copies")
    services.tick_step(case, "pillars.date", actor=team.reviewer, state=StepState.OPEN, reason="a second twin date")
    step = next(one for one in selectors.case(case).steps if one.step.id == "pillars.date")
    assert (step.state, step.by, step.reason) == (StepState.OPEN, "reviewer", "a second twin date")
    with pytest.raises(StepNotFound):
        services.tick_step(case, "pillars.luck", actor=team.analyst, state=StepState.DONE, reason="lucky")
    with pytest.raises(InvalidValue):
        services.tick_step(case, "pillars.date", actor=team.analyst, state=StepState.DONE, reason="")


def test_a_step_that_a_later_version_dropped_is_told_all_the_same(workspace, team, case):
    """With what was said of it; nothing that somebody ticked off vanishes with an update."""
    from probata.custody import services as custody_services
    from probata.terms.ids import new_record_id

    with custody_services.act(actor=team.analyst, reason="as an older version wrote it") as act:
        act.record(
            "tick_step",
            {
                "subject": f"case:{case}",
                "id": new_record_id(),
                "case": case,
                "procedure": "five_pillars",
                "step": "pillars.weather",
                "asks": "Does the weather fit?",
                "state": "done",
                "reason": "it snowed",
                "supersedes": None,
            },
        )
    last = selectors.case(case).steps[-1]
    assert (last.step.id, last.state, last.reason) == ("pillars.weather", StepState.DONE, "it snowed")


def test_another_procedure_keeps_what_was_ticked_under_the_first(team, case):
    """Going back to it, everything stands as it did."""
    services.tick_step(case, "pillars.date", actor=team.analyst, state=StepState.DONE, reason="light")
    for name in ("berkeley_protocol", "five_pillars"):
        known = services.describe_case(
            case, actor=team.analyst, title="The mill", procedure_name=name, kind="accountability", reason="as agreed"
        )
        assert known.procedure.id == name
    assert [step.state for step in known.steps].count(StepState.DONE) == 1
    assert known.title == "The mill"


@pytest.mark.engines
def test_a_case_never_turns_from_one_kind_into_the_other(team, case, by_hand):
    """Work for publication and work for a court are kept apart, by the service and by the database."""
    with pytest.raises(services.CaseKindFixed):
        services.describe_case(
            case, actor=team.analyst, title="x", procedure_name="five_pillars", kind="journalism", reason="publish it"
        )
    with pytest.raises(Refused, match="about the same thing"):
        by_hand(
            "INSERT INTO cases_case SELECT 'f', 'why', written_by, at, seq, id, known_as, title, 'journalism', "
            "procedure FROM cases_case"
        )
    for kind, name, error in (("gossip", "five_pillars", InvalidValue), ("journalism", "none", ProcedureNotFound)):
        with pytest.raises(error):
            services.open_case("x", actor=team.analyst, kind=kind, procedure_name=name, reason="a reason")


def test_items_and_incidents_go_in_and_out_with_a_reason(team, case, item):
    """Each once; taken out it is out, and its having been in stays on the record."""
    incident = services.open_incident(Label(act="shots"), actor=team.analyst, reason="footage").id
    services.put_into_case(case, actor=team.analyst, kind="item", member=item[:12], reason="the long clip")
    known = services.put_into_case(case, actor=team.analyst, kind="incident", member=incident[:8], reason="its subject")
    assert [(one.kind, one.id) for one in known.members] == [("item", item), ("incident", incident)]
    assert selectors.incident(incident).cases == (case,)
    with pytest.raises(InvalidValue):
        services.put_into_case(case, actor=team.analyst, kind="item", member=item, reason="again")
    known = services.put_into_case(
        case, actor=team.analyst, kind="item", member=item, reason="another clip", within=False
    )
    assert [one.kind for one in known.members] == ["incident"]
    with pytest.raises(InvalidValue):
        services.put_into_case(case, actor=team.analyst, kind="item", member=item, reason="again", within=False)
    assert [line.record["within"] for line in custody.history(f"case:{case}") if line.record.get("member") == item] == [
        True,
        False,
    ]
    for kind, member, error in (
        ("item", "0" * 64, ItemNotFound),
        ("incident", "0" * 32, selectors.IncidentNotFound),
        ("rumour", "0" * 32, InvalidValue),
    ):
        with pytest.raises(error):
            services.put_into_case(case, actor=team.analyst, kind=kind, member=member, reason="why not")


def test_what_lies_in_cases_of_both_kinds_is_told_in_each(team, case, item):
    """So that somebody decides whether it may; among cases of one kind nothing is told, nor once it is taken out."""
    opened = {"actor": team.analyst, "procedure_name": "five_pillars", "reason": "two clips"}
    story = services.open_case("The story", kind="journalism", **opened).id
    second = services.open_case("Another file", kind="accountability", **opened).id
    for one in (case, story, second):
        services.put_into_case(one, actor=team.analyst, kind="item", member=item, reason="the long clip")
    told = {one: selectors.case(one).members[0].also_in for one in (case, story, second)}
    assert told == {case: (story,), story: (case, second), second: (story,)}
    services.put_into_case(story, actor=team.analyst, kind="item", member=item, reason="not for print", within=False)
    assert selectors.case(case).members[0].also_in == ()


def test_an_answer_rests_on_records_that_are_there(team, propositions, item):
    """Named by kind and id; what is not on the record cannot bear anything."""
    question = services.ask("Which village?", actor=team.analyst).id
    for wrong, error in (
        ("finding:" + "a" * 32, selectors.EvidenceUnknown),
        ("rumour:1", InvalidValue),
        ("a phone call", InvalidValue),
        ("item:" + "0" * 64, ItemNotFound),
        ("x" * 1_000_000, InvalidValue),
    ):
        with pytest.raises(error):
            services.answer(question, actor=team.analyst, text="The northern one.", rests_on=[wrong])
    told = services.answer(
        question, actor=team.analyst, text="The northern one.", rests_on=[propositions[0], f"item:{item[:12]}"]
    )
    assert told.rests_on == (propositions[0], f"item:{item}")


def test_open_questions_come_first_the_oldest_at_the_top(team, case, propositions):
    """What is answered sinks, what is open rises with age."""
    asked = [
        services.ask(text, actor=team.analyst, case=case).id for text in ("Which village?", "Which day?", "Who filmed?")
    ]
    services.answer(asked[0], actor=team.reviewer, text="The northern one.", rests_on=propositions[:1])
    later = clock.now() + timedelta(days=3, hours=1)
    told = selectors.questions(case=case, now=later)
    assert [one.id for one in told] == [asked[1], asked[2], asked[0]]
    assert [one.age_days for one in told] == [3, 3, 0]
    assert (told[-1].answer, told[-1].answered_by, told[-1].rests_on) == (
        "The northern one.",
        "reviewer",
        (propositions[0],),
    )
    assert [one.id for one in selectors.case(case).questions] == [asked[1], asked[2], asked[0]]


def test_an_answer_is_taken_back_with_a_reason_and_the_age_counts_on(team):
    """The answer stays on the record; the question is open as if it had never been closed."""
    question = services.ask("Which village?", actor=team.analyst).id
    services.answer(question, actor=team.analyst, text="The southern one.")
    with pytest.raises(services.QuestionNotOpen):
        services.answer(question, actor=team.analyst, text="Another.")
    with pytest.raises(InvalidValue):
        services.reopen(question, actor=team.analyst, reason=" ")
    told = services.reopen(question, actor=team.reviewer, reason="it has no church")
    assert (told.open, told.answer, told.reason) == (True, "", "it has no church")
    assert selectors.question(question, now=clock.now() + timedelta(days=9)).age_days == 9
    with pytest.raises(InvalidValue):
        services.reopen(question, actor=team.reviewer, reason="again")
    assert [line.record.get("answer", "") for line in custody.history(f"question:{question}")][1] == "The southern one."


def test_a_question_has_an_owner_and_may_be_handed_over(team):
    """The asker's unless told, never somebody's who may not answer; handed over it stays open and keeps its age."""
    question = services.ask("Who filmed?", actor=team.analyst)
    assert question.owner == "operator"
    assert team.reviewer
    assert team.auditor
    for give in (
        lambda: services.hand_over(question.id, actor=team.analyst, to="auditor"),
        lambda: services.ask("Who else filmed?", actor=team.analyst, owner="auditor"),
    ):
        with pytest.raises(NotAllowed):
            give()
    told = services.hand_over(question.id, actor=team.analyst, to="reviewer", reason="she reads the dialect")
    assert (told.owner, told.open) == ("reviewer", True)
    services.answer(question.id, actor=team.reviewer, text="Nobody whom we can name.")
    with pytest.raises(services.QuestionNotOpen):
        services.hand_over(question.id, actor=team.analyst, to="operator")


def test_answering_what_was_answered_meanwhile_is_refused(team):
    """Two people answer at once: the second is told, and nothing of theirs is written."""
    question = services.ask("Which day?", actor=team.analyst)
    services.hand_over(question.id, actor=team.analyst, to="operator")
    with pytest.raises(services.ChangedMeanwhile):
        services.answer(question.id, actor=team.analyst, text="The 29th.", seen=question.row)


def test_hostile_texts_are_refused_in_few_words(team, case):
    """In a title, a question and an answer."""
    question = services.ask("Which day?", actor=team.analyst).id
    before = custody.size_and_time()
    opened = {"actor": team.analyst, "kind": "journalism", "procedure_name": "five_pillars", "reason": "a reason"}
    for text in ("", " ", "why\u202e", "why\x00", "x" * 1_000_000):
        for write in (
            lambda text=text: services.ask(text, actor=team.analyst),
            lambda text=text: services.answer(question, actor=team.analyst, text=text),
            lambda text=text: services.open_case(text, **opened),
        ):
            with pytest.raises(InvalidValue) as refused:
                write()
            assert len(str(refused.value)) < 300
    assert custody.size_and_time() == before


def test_keeping_cases_takes_a_role(team, case):
    """An auditor neither opens a case nor asks nor answers in one."""
    for write in (
        lambda: services.open_case(
            "x", actor=team.auditor, kind="journalism", procedure_name="five_pillars", reason="a reason"
        ),
        lambda: services.ask("Why?", actor=team.auditor, case=case),
        lambda: services.tick_step(case, "pillars.date", actor=team.auditor, state=StepState.DONE, reason="a reason"),
    ):
        with pytest.raises(NotAllowed):
            write()


def test_rebuilding_gives_the_same_cases(workspace, team, case, item, capsys):
    """Members, ticks, questions and answers come from the ledger alone."""
    services.put_into_case(case, actor=team.analyst, kind="item", member=item, reason="the long clip")
    services.tick_step(case, "pillars.date", actor=team.analyst, state=StepState.DONE, reason="light")
    question = services.ask("Which day?", actor=team.analyst, case=case).id
    services.answer(question, actor=team.analyst, text="The 29th.")
    moment = clock.now()
    before = (selectors.cases(), selectors.questions(now=moment))
    assert main(["rebuild", "-w", str(workspace.root)]) == 0
    capsys.readouterr()
    assert (selectors.cases(), selectors.questions(now=moment)) == before


@pytest.mark.engines
def test_nothing_is_edited_or_deleted_by_sql(team, case, item, by_hand):
    """Whatever table it is."""
    services.put_into_case(case, actor=team.analyst, kind="item", member=item, reason="the long clip")
    services.tick_step(case, "pillars.date", actor=team.analyst, state=StepState.DONE, reason="light")
    services.answer(services.ask("Which day?", actor=team.analyst).id, actor=team.analyst, text="The 29th.")
    for table in ("cases_case", "cases_member", "cases_steptick", "cases_question", "cases_questionturn"):
        for statement in (f"UPDATE {table} SET reason = 'another'", f"DELETE FROM {table}"):
            with pytest.raises(Refused, match="never"):
                by_hand(statement)
