"""Every write of this room: incidents, cases and their steps, questions, what came in, tables of elements."""

from __future__ import annotations

from probata.cases.services.incidents import (
    LinkRunsInACircle,
    describe_incident,
    link_incidents,
    open_incident,
    withdraw_link,
)
from probata.cases.services.intake import DuplicatesRunInACircle, answer_report, receive
from probata.cases.services.keeping import (
    KINDS,
    CaseKindFixed,
    QuestionNotOpen,
    answer,
    ask,
    describe_case,
    hand_over,
    open_case,
    put_into_case,
    reopen,
    tick_step,
)
from probata.cases.services.queue import assign_reports, triage
from probata.cases.services.tables import (
    EvidenceSuperseded,
    OwnTable,
    TableSealed,
    TableStands,
    enter,
    hindrances,
    link_person,
    open_table,
    record_search,
    seal_table,
)
from probata.cases.services.walls import LastInside, OutsideTheWall, admit, wall
from probata.cases.services.writing import ChangedMeanwhile

__all__ = [
    "KINDS",
    "CaseKindFixed",
    "ChangedMeanwhile",
    "DuplicatesRunInACircle",
    "EvidenceSuperseded",
    "LastInside",
    "LinkRunsInACircle",
    "OutsideTheWall",
    "OwnTable",
    "QuestionNotOpen",
    "TableSealed",
    "TableStands",
    "admit",
    "answer",
    "answer_report",
    "ask",
    "assign_reports",
    "describe_case",
    "describe_incident",
    "enter",
    "hand_over",
    "hindrances",
    "link_incidents",
    "link_person",
    "open_case",
    "open_incident",
    "open_table",
    "put_into_case",
    "receive",
    "record_search",
    "reopen",
    "seal_table",
    "tick_step",
    "triage",
    "wall",
    "withdraw_link",
]
