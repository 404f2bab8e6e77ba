"""Incidents, cases, questions, what came in, and tables of elements; every row stays, a later one supersedes it.

Rows that belong to one thing form a chain: `supersedes` names the row before, and is unique, so that no chain forks
when two people write at once. The newest row of a chain is the one that nothing supersedes. Other rooms' records are
named by their ids alone.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from probata.cases.elements import Bearing, Conflict, SearchOutcome
from probata.cases.links import LinkKind
from probata.cases.outcomes import NEEDS_TARGET, Outcome
from probata.cases.procedures import StepState

_REASON = ("trim(NEW.reason) = ''", "it takes a reason")


def _same_chain(table: str, *columns: str) -> tuple[str, str]:
    """A guard: what is superseded must be there, and be about the same thing."""
    same = " AND ".join(f"was.{column} = NEW.{column}" for column in columns)
    found = f"SELECT 1 FROM {table} was WHERE was.id = NEW.supersedes AND {same}"  # noqa: S608  names of our own models
    return (f"NEW.supersedes IS NOT NULL AND NOT EXISTS ({found})", "a row supersedes one about the same thing only")


def _words(kind: type[Bearing | Conflict | LinkKind | Outcome | SearchOutcome | StepState]) -> list[str]:
    return [one.value for one in kind]


class Written(models.Model):
    """What every row of this room holds: its id, why it was written, by which key, when, and in which entry."""

    rule = "recorded"
    id = models.CharField(max_length=32, primary_key=True)
    reason = models.TextField()
    written_by = models.CharField(max_length=64)
    at = models.DateTimeField()
    seq = models.BigIntegerField(db_index=True)

    class Meta:
        abstract = True


class Superseding(Written):
    """A row that may take the place of an earlier one of its chain."""

    supersedes = models.CharField(max_length=32, null=True, unique=True)  # noqa: DJ001  null: the first of its chain

    class Meta:
        abstract = True


class Incident(Superseding):
    """An incident under a neutral label, and where and when it was, with doubt; known by the id of its first row."""

    known_as = models.CharField(max_length=32, db_index=True)
    place = models.CharField(max_length=80)
    day = models.CharField(max_length=80)
    act = models.CharField(max_length=80)
    where_json = models.TextField()
    when_json = models.TextField()

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_a_reason": _REASON,
        "same_chain": _same_chain("cases_incident", "known_as"),
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(known_as=models.F("id")) ^ models.Q(supersedes__isnull=False),
                name="incident_known_by_its_first",
            ),
        ]


class IncidentLink(Superseding):
    """How two incidents stand to each other; `pair` holds both ids in order, so that a pair has one chain."""

    pair = models.CharField(max_length=65, db_index=True)
    a = models.CharField(max_length=32, db_index=True)
    b = models.CharField(max_length=32, db_index=True)
    kind = models.CharField(max_length=20)

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_a_reason": _REASON,
        "same_chain": _same_chain("cases_incidentlink", "pair"),
        "two_ends": ("NEW.a = NEW.b", "an incident is not linked to itself"),
        "of_its_pair": (
            "NEW.pair <> CASE WHEN NEW.a < NEW.b THEN NEW.a || ':' || NEW.b ELSE NEW.b || ':' || NEW.a END",
            "a link is of its own pair",
        ),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pair"], condition=models.Q(supersedes=None), name="one_chain_a_pair_of_incidents"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=_words(LinkKind)), name="incident_link_words"),
        ]


class Case(Superseding):
    """A case, what it is for and which procedure it follows; its kind never changes; known by its first row's id."""

    known_as = models.CharField(max_length=32, db_index=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    procedure = models.CharField(max_length=40)

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_a_reason": _REASON,
        # Work for publication and work for a court are kept apart: a case does not turn from one into the other.
        "same_chain": _same_chain("cases_case", "known_as", "kind"),
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(known_as=models.F("id")) ^ models.Q(supersedes__isnull=False),
                name="case_known_by_its_first",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=["journalism", "accountability"]), name="case_kinds"),
        ]


class Member(Superseding):
    """An item or an incident that belongs to a case; `within` false takes it out again."""

    in_case = models.CharField(max_length=32, db_index=True)
    member_kind = models.CharField(max_length=10)
    member = models.CharField(max_length=64, db_index=True)
    within = models.BooleanField()

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_a_reason": _REASON,
        "same_chain": _same_chain("cases_member", "in_case", "member_kind", "member"),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["in_case", "member_kind", "member"],
                condition=models.Q(supersedes=None),
                name="one_chain_a_member",
            ),
            models.CheckConstraint(condition=models.Q(member_kind__in=["item", "incident"]), name="member_kinds"),
        ]


class Wall(Superseding):
    """Whether a case is walled: it, and what stands in no other case, is there for those alone who are admitted."""

    in_case = models.CharField(max_length=32, db_index=True)
    walled = models.BooleanField()

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_a_reason": _REASON,
        "same_chain": _same_chain("cases_wall", "in_case"),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["in_case"], condition=models.Q(supersedes=None), name="one_chain_of_walls_a_case"
            ),
        ]


class Admission(Superseding):
    """Whether a person, by their key, needs to know a case; `admitted` false takes it back."""

    in_case = models.CharField(max_length=32, db_index=True)
    person = models.CharField(max_length=64, db_index=True)
    admitted = models.BooleanField()

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_a_reason": _REASON,
        "same_chain": _same_chain("cases_admission", "in_case", "person"),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["in_case", "person"], condition=models.Q(supersedes=None), name="one_chain_an_admission"
            ),
        ]


class StepTick(Superseding):
    """What a person says of one step of a case's procedure: done, not applicable, or open again."""

    in_case = models.CharField(max_length=32, db_index=True)
    procedure = models.CharField(max_length=40)
    step = models.CharField(max_length=80)
    state = models.CharField(max_length=20)

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_a_reason": _REASON,
        "same_chain": _same_chain("cases_steptick", "in_case", "procedure", "step"),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["in_case", "procedure", "step"], condition=models.Q(supersedes=None), name="one_chain_a_step"
            ),
            models.CheckConstraint(condition=models.Q(state__in=_words(StepState)), name="step_states"),
        ]


class Question(Written):
    """Something that is not known and should be; about a case or an incident, or about neither yet."""

    text = models.TextField()
    in_case = models.CharField(max_length=32, db_index=True)
    incident = models.CharField(max_length=32, db_index=True)
    owner = models.CharField(max_length=64)

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_words": ("trim(NEW.text) = ''", "a question has words"),
    }


class QuestionTurn(Superseding):
    """What became of a question: answered (with what), open again, or handed to somebody else."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="turns")
    state = models.CharField(max_length=10)
    owner = models.CharField(max_length=64)
    answer = models.TextField()
    rests_on = models.JSONField()

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "same_chain": _same_chain("cases_questionturn", "question_id"),
        "answer_has_words": ("NEW.state = 'answered' AND trim(NEW.answer) = ''", "an answer has words"),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question"], condition=models.Q(supersedes=None), name="one_chain_a_question"
            ),
            models.CheckConstraint(condition=models.Q(state__in=["open", "answered"]), name="question_states"),
        ]


class Report(Written):
    """Something that came in: what is told, from where, when it came, and which items it is about, if any.

    `place` is its place among those that came in with it.
    """

    place = models.IntegerField()
    summary = models.TextField()
    origin = models.TextField()
    came_at = models.DateTimeField(null=True)
    items = models.JSONField()

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_words": ("trim(NEW.summary) = ''", "a report has words"),
    }


class ReportOutcome(Superseding):
    """What became of a report, and why; a later outcome supersedes it, none is taken away."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="outcomes")
    outcome = models.CharField(max_length=20)
    target = models.CharField(max_length=200)

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_a_reason": _REASON,
        "same_chain": _same_chain("cases_reportoutcome", "report_id"),
        "not_of_itself": ("NEW.target = 'report:' || NEW.report_id", "a report is no copy of itself"),
        "says_of_what": (
            f"NEW.outcome IN ({', '.join(repr(one.value) for one in NEEDS_TARGET)}) AND trim(NEW.target) = ''",
            "this outcome says of what or to whom",
        ),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=models.Q(supersedes=None), name="one_chain_a_report"),
            models.CheckConstraint(condition=models.Q(outcome__in=_words(Outcome)), name="report_outcomes"),
        ]


class ReportedItem(models.Model):
    """One item that one report is about: what the report's list says, so that it is found from the item as well."""

    rule = "recorded"
    id = models.BigAutoField(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="reported")
    item = models.CharField(max_length=64, db_index=True)
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "item"], name="an_item_once_a_report")]


class ReportAssignment(Superseding):
    """Who is to answer a report, and why that person; an empty name takes it from everybody again."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="assignments")
    person = models.CharField(max_length=64, db_index=True)

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_a_reason": _REASON,
        "same_chain": _same_chain("cases_reportassignment", "report_id"),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report"], condition=models.Q(supersedes=None), name="one_chain_of_assignees_a_report"
            ),
        ]


class ElementMatrix(Superseding):
    """A table of a crime's elements in a case, under the class of conflict that a person stated and why.

    `reason` is the reason for that class. A sealed table is superseded by a further one; an open one is not.
    """

    in_case = models.CharField(max_length=32, db_index=True)
    incident = models.CharField(max_length=32, db_index=True)
    article = models.CharField(max_length=20)
    conflict = models.CharField(max_length=20)
    element_count = models.IntegerField()

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_a_reason": _REASON,
        "supersedes_a_sealed_one": (
            """
            NEW.supersedes IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM cases_matrixseal seal JOIN cases_elementmatrix was ON was.id = seal.matrix_id
                WHERE was.id = NEW.supersedes AND was.in_case = NEW.in_case
                AND was.incident = NEW.incident AND was.article = NEW.article)
            """,
            "a table supersedes only a sealed one of the same case, incident and article",
        ),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["in_case", "incident", "article"],
                condition=models.Q(supersedes=None),
                name="one_chain_a_table_of_elements",
            ),
            models.CheckConstraint(condition=models.Q(conflict__in=_words(Conflict)), name="conflict_classes"),
            models.CheckConstraint(condition=models.Q(element_count__gte=1), name="a_crime_has_elements"),
        ]


_OPEN_TABLE = (
    "EXISTS (SELECT 1 FROM cases_matrixseal WHERE matrix_id = NEW.matrix_id)",
    "a sealed table takes nothing more",
)
_OF_ITS_TABLE = (
    "NEW.element < 1 OR NEW.element > (SELECT element_count FROM cases_elementmatrix WHERE id = NEW.matrix_id)",
    "the crime has no such element",
)


class MatrixCell(Superseding):
    """How one piece of evidence bears on one element, in whose judgement, and why."""

    matrix = models.ForeignKey(ElementMatrix, on_delete=models.PROTECT, related_name="cells")
    element = models.IntegerField()
    evidence = models.CharField(max_length=60)
    bearing = models.CharField(max_length=12)

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_a_reason": _REASON,
        "same_chain": _same_chain("cases_matrixcell", "matrix_id", "element", "evidence"),
        "open_table": _OPEN_TABLE,
        "of_its_table": _OF_ITS_TABLE,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matrix", "element", "evidence"], condition=models.Q(supersedes=None), name="one_chain_a_cell"
            ),
            models.CheckConstraint(condition=models.Q(bearing__in=_words(Bearing)), name="cell_bearings"),
        ]


class MatrixSearch(Written):
    """A search for evidence against one element: `reason` says where and for what was looked."""

    matrix = models.ForeignKey(ElementMatrix, on_delete=models.PROTECT, related_name="searches")
    element = models.IntegerField()
    outcome = models.CharField(max_length=20)

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_a_reason": _REASON,
        "open_table": _OPEN_TABLE,
        "of_its_table": _OF_ITS_TABLE,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(outcome__in=_words(SearchOutcome)), name="search_outcomes"),
        ]


class Linkage(Superseding):
    """How a piece of evidence bears on who is linked to the acts and how; kept apart from the elements."""

    matrix = models.ForeignKey(ElementMatrix, on_delete=models.PROTECT, related_name="linkage")
    mode = models.CharField(max_length=20)
    evidence = models.CharField(max_length=60)
    bearing = models.CharField(max_length=12)

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_a_reason": _REASON,
        "same_chain": _same_chain("cases_linkage", "matrix_id", "mode", "evidence"),
        "open_table": _OPEN_TABLE,
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matrix", "mode", "evidence"], condition=models.Q(supersedes=None), name="one_chain_a_linkage"
            ),
            models.CheckConstraint(condition=models.Q(bearing__in=_words(Bearing)), name="linkage_bearings"),
        ]


class MatrixSeal(Written):
    """A table closed by somebody who entered nothing in it, with the digest of what it then held."""

    matrix = models.OneToOneField(ElementMatrix, on_delete=models.PROTECT, related_name="seal")
    content_sha256 = models.CharField(max_length=64)

    guards: ClassVar[dict[str, tuple[str, str]]] = {
        "has_a_reason": _REASON,
        "has_a_contrary_side": (
            """
            (SELECT count(DISTINCT element) FROM (
                SELECT cell.element FROM cases_matrixcell cell
                WHERE cell.matrix_id = NEW.matrix_id AND cell.bearing = 'undermines'
                AND NOT EXISTS (SELECT 1 FROM cases_matrixcell later WHERE later.supersedes = cell.id)
                UNION SELECT element FROM cases_matrixsearch
                WHERE matrix_id = NEW.matrix_id AND outcome = 'nothing_found') searched)
            < (SELECT element_count FROM cases_elementmatrix WHERE id = NEW.matrix_id)
            """,
            "a table of elements with an empty contrary side is not sealed",
        ),
        "by_somebody_else": (
            """
            NEW.written_by IN (
                SELECT written_by FROM cases_elementmatrix WHERE id = NEW.matrix_id
                UNION SELECT written_by FROM cases_matrixcell WHERE matrix_id = NEW.matrix_id
                UNION SELECT written_by FROM cases_matrixsearch WHERE matrix_id = NEW.matrix_id
                UNION SELECT written_by FROM cases_linkage WHERE matrix_id = NEW.matrix_id)
            """,
            "a table is not sealed by who filled it",
        ),
    }
