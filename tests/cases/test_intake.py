"""What comes in: every report ends with an outcome and a reason, none vanishes."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.by_hand import Refused

from probata.access.roles import NotAllowed
from probata.cases import selectors, services
from probata.cases.incoming import MOST_BYTES, Answer, Incoming, ReportsUnreadable, outcome, read_table
from probata.cases.outcomes import NEEDS_TARGET, Outcome
from probata.cli.__main__ import main
from probata.custody import selectors as custody
from probata.engines import clock
from probata.terms.errors import InvalidValue
from probata.terms.showing import shown


@pytest.fixture
def reports(team):
    """The ids of three reports that wait."""
    told = [(Incoming(summary=text), None) for text in ("A clip of a yard", "The same yard again", "A photo of a cat")]
    return [one.id for one in services.receive(told, actor=team.analyst)]


def _answer(word, target="", reason="looked at it"):
    return Answer(outcome=outcome(word), target=target, reason=reason)


def test_what_came_in_waits_until_it_is_answered(team, reports):
    """What waits comes first, with how long it waits; nothing is left out of the list."""
    services.answer_report(reports[0], _answer("accepted"), actor=team.analyst)
    later = clock.now() + timedelta(days=2, hours=1)
    assert [one.id for one in selectors.unanswered(now=later)] == reports[1:]
    assert {one.waits_days for one in selectors.unanswered(now=later)} == {2}
    assert [one.id for one in selectors.reports(now=later)] == [reports[1], reports[2], reports[0]]


def test_an_outcome_is_superseded_and_the_earlier_one_stays(team, reports):
    """The newest counts; how it was first answered can still be read."""
    services.answer_report(reports[2], _answer("not_footage", reason="a drawing"), actor=team.analyst)
    told = services.answer_report(reports[2], _answer("accepted", reason="a still of the clip"), actor=team.reviewer)
    assert (told.outcome.outcome, told.outcome.by) == ("accepted", "reviewer")
    assert [(one.outcome, one.reason) for one in told.outcomes] == [
        ("not_footage", "a drawing"),
        ("accepted", "a still of the clip"),
    ]


def test_every_outcome_takes_a_reason(team, reports):
    """And those that speak of something else say of what."""
    for one in Outcome:
        with pytest.raises(InvalidValue):
            Answer(outcome=one, target="report:abcd", reason=" ")
        if one in NEEDS_TARGET:
            with pytest.raises(InvalidValue):
                Answer(outcome=one, reason="because")


def test_a_copy_is_a_copy_of_something_that_is_here(team, reports, item):
    """Of another report or of an item, known by the beginning of its id; never of itself, never of nothing."""
    told = services.answer_report(reports[1], _answer("duplicate_of", f"report:{reports[0][:12]}"), actor=team.analyst)
    assert told.outcome.target == f"report:{reports[0]}"
    told = services.answer_report(reports[2], _answer("excerpt_of", f"item:{item[:12]}"), actor=team.analyst)
    assert told.outcome.target == f"item:{item}"
    with pytest.raises(InvalidValue):
        services.answer_report(reports[0], _answer("duplicate_of", f"report:{reports[0]}"), actor=team.analyst)
    with pytest.raises(selectors.ReportNotFound):
        services.answer_report(reports[0], _answer("duplicate_of", "report:" + "0" * 32), actor=team.analyst)
    with pytest.raises(InvalidValue):
        services.answer_report(reports[0], _answer("duplicate_of", "the other one"), actor=team.analyst)


def test_copies_never_run_in_a_circle(team, reports):
    """Three reports that are each other's copies would all be dealt with by nobody."""
    services.answer_report(reports[1], _answer("duplicate_of", f"report:{reports[0]}"), actor=team.analyst)
    services.answer_report(reports[2], _answer("duplicate_of", f"report:{reports[1]}"), actor=team.analyst)
    with pytest.raises(services.DuplicatesRunInACircle):
        services.answer_report(reports[0], _answer("duplicate_of", f"report:{reports[2]}"), actor=team.analyst)


def test_a_referral_says_to_whom_in_words(team, reports):
    """Somebody else is the right one for it."""
    told = services.answer_report(reports[0], _answer("referred", "the county ombudsman"), actor=team.analyst)
    assert told.outcome.target == "the county ombudsman"


def test_a_collector_takes_in_and_others_answer(team):
    """Writing down what came in decides nothing; an outcome takes somebody who keeps cases, an auditor neither."""
    (told,) = services.receive([(Incoming(summary="A clip"), None)], actor=team.collector)
    with pytest.raises(NotAllowed):
        services.answer_report(told.id, _answer("accepted"), actor=team.collector)
    with pytest.raises(NotAllowed):
        services.receive([(Incoming(summary="A clip"), _answer("accepted"))], actor=team.collector)
    with pytest.raises(NotAllowed):
        services.receive([(Incoming(summary="A clip"), None)], actor=team.auditor)


TABLE = (
    "summary,origin,came_at,items,outcome,target,reason\r\n"
    '"A yard, a voice",a reader,2022-03-31T10:00:00+03:00,,,,\r\n'
    "Кіт на подвір'ї,,,,not footage,,a cat alone\r\n"
    "\r\n"
    "Old clip,,,,referred,the archive,before our time\r\n"
)


def test_a_table_is_taken_in_whole_in_one_act(team):
    """With the outcomes that it gives; lines that are blank are none."""
    told = services.receive(read_table(TABLE.encode("utf-8-sig"), file="in.csv"), actor=team.analyst)
    assert [one.summary for one in told] == ["A yard, a voice", "Кіт на подвір'ї", "Old clip"]
    assert [one.outcome and one.outcome.outcome for one in told] == [None, "not_footage", "referred"]
    assert told[0].came_at.isoformat() == "2022-03-31T07:00:00+00:00"
    assert custody.history(f"report:{told[0].id}")[0].reason == "took in 3 reports"


@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_spreadsheet_may_part_its_columns_otherwise(sign):
    """Semicolons and tabs, as spreadsheets of many languages write them; commas are then text."""
    table = f"summary{sign}origin\nA yard, a voice{sign}a reader\n"
    ((one, answer),) = read_table(table.encode(), file="in.csv")
    assert (one.summary, one.origin, answer) == ("A yard, a voice", "a reader", None)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (b"", "lacks the column summary"),
        (b"summary\n", "holds no report"),
        (b"text\nA clip\n", "column 'text'"),
        (b"summary,summary\nA,B\n", "stands twice"),
        (b"summary,outcome\nA clip,maybe\n", "line 2: The outcome 'maybe'"),
        (b"summary,outcome\nA clip,accepted\n", "line 2: The reason for the outcome"),
        (b"summary,outcome,reason\nA clip,duplicate_of,the same\n", "needs a target"),
        (b"summary,reason\nA clip,because\n", "without an outcome"),
        (b"summary,came_at\nA clip,yesterday\n", "must read like"),
        (b"summary,came_at\nA clip,2022-03-31T10:00:00\n", "must read like"),
        (b"summary,items\nA clip,123\n", "SHA-256"),
        (b"summary,origin\nA clip\n", "1 cells where there are 2 columns"),
        (b"summary\n\xff\xfe\n", "is not UTF-8"),
        (b'summary\n"A clip\n', "Line 2 is not valid"),
        ("summary\nA clip\u202e\n".encode(), "U\\+202E"),
        (b"summary\nA\x00clip\n", "line 2"),
        (b"summary\n" + b"x" * 5_000 + b"\n", "5,000 characters"),
        (b"summary\n" + b"x" * 1_000_000 + b"\n", "field larger"),
        (b"summary\n" + b"A clip\n" * 10_001, "more than 10,000 lines"),
        (b"x" * (MOST_BYTES + 1), "larger than 8 MiB"),
    ],
)
def test_a_faulty_table_is_refused_whole_and_says_where(table, words):
    """Which line and why, in few words, whatever somebody put into it."""
    with pytest.raises(ReportsUnreadable, match=words) as refused:
        read_table(table, file="in.csv")
    assert len(str(refused.value)) < 2_000


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: f"summary,origin\n{text}".encode("utf-8", "surrogatepass")),
    )
)
def test_whatever_a_table_holds_it_is_read_or_refused(table):
    """No other error than the one that says why nothing was taken; and what is read is safe to show."""
    try:
        read = read_table(table, file="in.csv")
    except ReportsUnreadable:
        return
    assert read
    assert all(shown(one.summary) == one.summary for one, _ in read)


def test_all_faults_of_a_table_are_told_at_once():
    """The first ten in full, and how many more."""
    with pytest.raises(ReportsUnreadable, match=r"line 2: .* line 11: .* And 5 faults more"):
        read_table(b"summary,came_at\n" + b"A clip,soon\n" * 15, file="in.csv")


def test_of_two_answers_at_once_the_one_that_did_not_see_the_other_is_refused(team, reports):
    """Both said that they saw no outcome; one of them is told that there is one."""
    from django.db import connections

    done = []

    def answer(word, actor):
        try:
            services.answer_report(reports[0], _answer(word), actor=actor, seen="")
            done.append(word)
        except services.ChangedMeanwhile as error:
            done.append(error)
        finally:
            connections.close_all()

    pairs = (("accepted", team.analyst), ("out_of_scope", team.reviewer))
    threads = [threading.Thread(target=answer, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(one).__name__ for one in done) == ["ChangedMeanwhile", "str"]
    assert len(selectors.report(reports[0]).outcomes) == 1


def test_rebuilding_gives_the_same_intake(workspace, team, capsys):
    """Reports, outcomes and their times come from the ledger alone."""
    services.receive(read_table(TABLE.encode(), file="in.csv"), actor=team.analyst)
    services.answer_report(selectors.unanswered()[0].id, _answer("accepted"), actor=team.analyst)
    moment = clock.now()
    before = selectors.reports(now=moment)
    assert main(["rebuild", "-w", str(workspace.root)]) == 0
    capsys.readouterr()
    assert selectors.reports(now=moment) == before


_OUTCOME = (
    "INSERT INTO cases_reportoutcome (id, reason, written_by, at, seq, supersedes, outcome, target, report_id) "
    "SELECT 'f', {} FROM cases_reportoutcome LIMIT 1"
)


_REFUSED = [
    ("UPDATE cases_report SET summary = 'x'", "never edited"),
    ("DELETE FROM cases_report", "never deleted"),
    ("UPDATE cases_reportoutcome SET outcome = 'accepted'", "never edited"),
    ("DELETE FROM cases_reportoutcome", "never deleted"),
    (_OUTCOME.format("' ', written_by, at, seq, id, 'accepted', '', report_id"), "takes a reason"),
    (_OUTCOME.format("'why', written_by, at, seq, id, 'vanished', '', report_id"), "report_outcomes"),
    (_OUTCOME.format("'why', written_by, at, seq, id, 'duplicate_of', '', report_id"), "of what or to whom"),
    (
        _OUTCOME.format("'why', written_by, at, seq, id, 'duplicate_of', 'report:' || report_id, report_id"),
        "no copy of itself",
    ),
    (_OUTCOME.format("'why', written_by, at, seq, NULL, 'accepted', '', report_id"), "rows are never edited"),
]


@pytest.mark.engines
def test_the_database_refuses_what_the_rules_refuse(team, reports, by_hand):
    """No report goes, no outcome without a reason or without its target, no second answer beside the first."""
    services.answer_report(reports[0], _answer("out_of_scope"), actor=team.analyst)
    for statement, refusal in _REFUSED:
        with pytest.raises(Refused, match=refusal):
            by_hand(statement)
