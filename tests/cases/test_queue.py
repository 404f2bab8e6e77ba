"""The intake queue: nothing invisible, several answered in one act, and who is to answer what."""

from __future__ import annotations

import importlib

import pytest
from tests.by_hand import Refused

from probata.access.roles import NotAllowed
from probata.cases import selectors, services
from probata.cases.incoming import Answer, Incoming, outcome
from probata.cases.selectors import Sight
from probata.cli.__main__ import main
from probata.custody import selectors as custody
from probata.terms.errors import InvalidValue


@pytest.fixture
def items(workspace, tmp_path):
    """Four items by name."""
    from probata.capture import services as capture

    folder = tmp_path / "files"
    folder.mkdir()
    for name in ("one", "two", "three", "подвір'я"):
        (folder / f"{name}.txt").write_text(name)
    found = capture.add(str(folder), actor=workspace.keyring.signing, reason="a test")
    return {one.name.removesuffix(".txt"): one.acquired.sha256 for one in found}


@pytest.fixture
def reports(team, items):
    """Three reports that wait; the first is about an item."""
    told = (("A clip of a yard", (items["one"],)), ("Кіт на подвір'ї", ()), ("A photo of a cat", ()))
    made = [(Incoming(summary=text, origin="a reader", items=about), None) for text, about in told]
    return [one.id for one in services.receive(made, actor=team.analyst)]


def _answer(word, target="", reason="looked at it"):
    return Answer(outcome=outcome(word), target=target, reason=reason)


def _names(query="", **more):
    return [one.name for one in selectors.queue(selectors.wanted(query), **more).rows]


def test_what_belongs_to_no_report_stands_in_the_queue(items, reports, team):
    """What waits first, then items without a report, then what was answered; each once, and all counted."""
    services.answer_report(reports[2], _answer("accepted"), actor=team.analyst)
    page = selectors.queue(selectors.wanted(""))
    alone = [items[name] for name in ("one", "two", "three", "подвір'я") if name != "one"]
    assert [one.name for one in page.rows][:2] == [f"report:{reports[0]}", f"report:{reports[1]}"]
    assert {one.item for one in page.rows[2:5]} == set(alone)
    assert page.rows[5].name == f"report:{reports[2]}"
    assert (page.waiting, page.alone, page.answered, page.matching) == (2, 3, 1, 6)


def test_pages_hold_everything_once_from_either_end(items, reports):
    """However the pages are cut, together they are the queue; a number beyond them is the last page."""
    whole = _names()
    for rows in (1, 2, 4, 5):
        pages = selectors.queue(selectors.wanted(""), rows=rows).pages
        assert [name for number in range(1, pages + 1) for name in _names(number=number, rows=rows)] == whole
        assert selectors.queue(selectors.wanted(""), 99, rows=rows).number == pages


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("is:waiting", 3),
        ("is:alone", 3),
        ("is:answered", 0),
        ("yard", 1),
        ("YARD clip", 1),
        ("yard dog", 0),
        ("кіт", 1),
        ("КІТ", 1),
        ("reader", 3),
        ("one.txt", 1),
        ("Подвір'я.txt", 1),
        ("is:duplicate_of", 0),
        ("is:nothing-known", 0),
        ("to:nobody", 0),
        ("%", 0),
        ("_", 0),
        ("'; DROP TABLE cases_report; --", 0),
        ("is:", 0),
    ],
)
def test_typing_filters(items, reports, query, count):
    """All words must be there, large or small; a state, an outcome or a person that is not known matches nothing."""
    assert len(_names(query)) == count


def test_a_digest_finds_the_item_and_its_report(items, reports):
    """By its beginning, as people have it."""
    assert _names(items["one"][:12]) == [f"report:{reports[0]}"]
    assert _names(items["two"][:12]) == [f"item:{items['two']}"]


QUERIES = (
    "t",
    "txt",
    "e",
    "o",
    "one",
    "text",
    "cat",
    "a",
    "reader",
    "yard a",
    "t a",
    "t o",
    "nowhere",
    "a is:waiting",
    "h",
    "w",
)


@pytest.mark.parametrize("at_most", [0, 1, 3])
def test_a_word_finds_the_same_however_many_it_hits(workspace, team, items, reports, tmp_path, monkeypatch, at_most):
    """Few hits are read, of many the misses; an item of several names, and reports of several items, count once."""
    from probata.capture import services as capture

    again = tmp_path / "again"
    again.mkdir()
    for name, text in (("h.dat", "one"), ("hh.dat", "two"), ("hhh.dat", "three")):
        (again / name).write_text(text)
    came = capture.add(str(again), actor=workspace.keyring.signing, reason="they came once more")
    assert {one.acquired.sha256 for one in came} == {items[name] for name in ("one", "two", "three")}
    told = Incoming(summary="A pair", origin="by post", items=(items["three"], items["подвір'я"]))
    services.receive([(told, None)], actor=team.analyst)
    services.answer_report(reports[2], _answer("accepted"), actor=team.analyst)
    kept = Sight(cases=frozenset({"c"}), items=frozenset({items["two"]}))

    def pages(query):
        return [
            (page.rows, page.matching, page.pages, page.everything)
            for sight in (Sight(), kept)
            for number in (1, 2, 3, 9)
            for page in [selectors.queue(selectors.wanted(query), number, rows=2, sight=sight)]
        ]

    plain = {query: pages(query) for query in QUERIES}
    assert len({rows[0][1] for rows in plain.values()}) > 4
    monkeypatch.setattr("probata.preservation.selectors._FEW", at_most)
    monkeypatch.setattr(importlib.import_module("probata.cases.selectors.queue"), "_FEW", at_most)
    assert {query: pages(query) for query in QUERIES} == plain


def test_several_are_answered_in_one_act(team, items, reports):
    """Reports and items without one; an item then has a report that says so, and none is left."""
    names = [f"report:{reports[0]}", f"report:{reports[1]}", f"item:{items['two']}"]
    known = services.triage(names, _answer("out_of_scope", reason="another year"), actor=team.analyst)
    assert [one.outcome.outcome for one in known] == ["out_of_scope"] * 3
    assert known[2].items == (items["two"],)
    assert "without a report" in known[2].summary
    entries = {custody.history(f"report:{one.id}")[-1].seq for one in known}
    assert len(entries) == 1
    assert selectors.queue(selectors.wanted("")).alone == 2
    assert _names("is:out_of_scope")


def test_one_refusal_refuses_all(team, items, reports):
    """What somebody else answered meanwhile is not answered over, and the others are not answered without it."""
    services.answer_report(reports[1], _answer("accepted"), actor=team.reviewer)
    names = [f"report:{one}" for one in reports]
    with pytest.raises(services.ChangedMeanwhile):
        services.triage(names, _answer("out_of_scope"), actor=team.analyst, seen=dict.fromkeys(names, ""))
    assert selectors.queue(selectors.wanted("")).waiting == 2
    services.triage([f"item:{items['two']}"], _answer("accepted"), actor=team.analyst)
    with pytest.raises(services.ChangedMeanwhile):
        services.triage([f"item:{items['two']}"], _answer("out_of_scope"), actor=team.analyst)


def test_nothing_is_a_copy_of_itself(team, items, reports):
    """Not of one that is answered with it, not of its own item, not round in a circle."""
    for names, target in (
        ([f"report:{reports[0]}", f"report:{reports[1]}"], f"report:{reports[1]}"),
        ([f"item:{items['two']}"], f"item:{items['two']}"),
        ([f"report:{reports[0]}"], f"item:{items['one']}"),
    ):
        with pytest.raises(InvalidValue):
            services.triage(names, _answer("duplicate_of", target), actor=team.analyst)
    services.triage([f"report:{reports[0]}"], _answer("duplicate_of", f"report:{reports[1]}"), actor=team.analyst)
    with pytest.raises(services.DuplicatesRunInACircle):
        services.triage([f"report:{reports[1]}"], _answer("excerpt_of", f"report:{reports[0]}"), actor=team.analyst)


def test_a_later_answer_supersedes(team, reports):
    """The earlier one stays, and the newest counts for the filter."""
    services.triage([f"report:{reports[0]}"], _answer("not_footage"), actor=team.analyst)
    services.triage([f"report:{reports[0]}"], _answer("accepted"), actor=team.analyst)
    assert _names("is:not_footage") == []
    assert _names("is:accepted") == [f"report:{reports[0]}"]


def test_who_may_not_answer_answers_nothing(team, reports, items):
    """Triage takes somebody who keeps cases; a collector and an auditor do not."""
    for actor in (team.collector, team.auditor):
        with pytest.raises(NotAllowed):
            services.triage([f"report:{reports[0]}"], _answer("accepted"), actor=actor)
        with pytest.raises(NotAllowed):
            services.assign_reports([f"report:{reports[0]}"], "operator", actor=actor, reason="why")


def test_a_choice_has_bounds(team):
    """Nothing chosen, too much chosen, and names that are none are refused in words."""
    for names in ([], ["report:abcd"] * 501, ["case:abcd"]):
        with pytest.raises(InvalidValue):
            services.triage(names, _answer("accepted"), actor=team.analyst)


def test_a_report_is_somebodys(team, reports):
    """Somebody who may answer it, for a reason; handed on, and taken from everybody again."""
    assert team.reviewer
    names = [f"report:{reports[0]}", f"report:{reports[1]}"]
    services.assign_reports(names, "reviewer", actor=team.analyst, reason="knows the place")
    assert selectors.assignees(reports) == dict.fromkeys(reports[:2], "reviewer")
    assert len(_names("to:reviewer")) == 2
    assert {one.assignee for one in selectors.queue(selectors.wanted("to:reviewer")).rows} == {"reviewer"}
    services.assign_reports(names[:1], "", actor=team.reviewer, reason="away this week")
    assert selectors.assignees(reports) == {reports[1]: "reviewer"}
    with pytest.raises(InvalidValue):
        services.assign_reports(names[:1], "", actor=team.analyst, reason="again")
    assert team.auditor
    with pytest.raises(NotAllowed):
        services.assign_reports(names, "auditor", actor=team.analyst, reason="may not answer")
    with pytest.raises(InvalidValue):
        services.assign_reports(names, "reviewer", actor=team.analyst, reason=" ")


def test_what_is_kept_from_somebody_is_neither_shown_nor_counted(items, reports):
    """An item behind a wall, and a report about nothing but that."""
    page = selectors.queue(
        selectors.wanted(""), sight=Sight(cases=frozenset({"c"}), items=frozenset({items["one"], items["two"]}))
    )
    names = [one.name for one in page.rows]
    assert f"report:{reports[0]}" not in names
    assert f"item:{items['two']}" not in names
    assert (page.waiting, page.alone) == (2, 2)


def test_rebuilding_gives_the_same_queue(workspace, team, items, reports, capsys):
    """Items of reports and assignments come from the ledger alone."""
    services.triage([f"item:{items['two']}"], _answer("accepted"), actor=team.analyst)
    services.assign_reports([f"report:{reports[0]}"], "operator", actor=team.analyst, reason="mine")
    before = _names(), selectors.assignees(reports)
    assert main(["rebuild", "-w", str(workspace.root)]) == 0
    capsys.readouterr()
    assert (_names(), selectors.assignees(reports)) == before


@pytest.mark.engines
def test_the_database_refuses_what_the_rules_refuse(team, reports, by_hand):
    """No assignment without a reason, none edited, no item taken from a report."""
    services.assign_reports([f"report:{reports[0]}"], "operator", actor=team.analyst, reason="mine")
    for statement, refusal in (
        ("UPDATE cases_reportassignment SET person = ''", "never edited"),
        ("DELETE FROM cases_reporteditem", "never deleted"),
        (
            (
                "INSERT INTO cases_reportassignment (id, reason, written_by, at, seq, supersedes, person, report_id) "
                "SELECT 'f', ' ', written_by, at, seq, id, '', report_id FROM cases_reportassignment"
            ),
            "takes a reason",
        ),
    ):
        with pytest.raises(Refused, match=refusal):
            by_hand(statement)
