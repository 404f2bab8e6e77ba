"""Every write of this room: looks, and what people decide about the candidates that come of them."""

from __future__ import annotations

from probata.analysis.services.deciding import (
    CorrectionEmpty,
    DecidedMeanwhile,
    OwnTranslation,
    check_translation,
    decide,
    translate,
)
from probata.analysis.services.looking import (
    FRAMES,
    MOST_TRIES,
    Examination,
    Examined,
    OriginalMissing,
    all_due,
    due,
    examine,
    examine_all,
    one_jail,
)
from probata.analysis.services.marking import MarkTakenBack, mark_severity, take_mark_back
from probata.analysis.services.observing import (
    CandidateUndecided,
    ObservationSuperseded,
    OutsideTheFootage,
    observe,
    observe_all,
    observe_candidate,
    withdraw,
)

__all__ = [
    "FRAMES",
    "MOST_TRIES",
    "CandidateUndecided",
    "CorrectionEmpty",
    "DecidedMeanwhile",
    "Examination",
    "Examined",
    "MarkTakenBack",
    "ObservationSuperseded",
    "OriginalMissing",
    "OutsideTheFootage",
    "OwnTranslation",
    "all_due",
    "check_translation",
    "decide",
    "due",
    "examine",
    "examine_all",
    "mark_severity",
    "observe",
    "observe_all",
    "observe_candidate",
    "one_jail",
    "take_mark_back",
    "translate",
    "withdraw",
]
