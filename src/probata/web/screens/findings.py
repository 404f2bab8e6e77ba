"""A sealed finding: its two sentences, who judged, what it rests on as it read then; prints as a page of a bundle."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from probata.access import selectors as access
from probata.access.roles import Permission
from probata.verification import selectors
from probata.verification.assessments import Assessment
from probata.web.gate.permission import decision, require
from probata.web.shown import judging


@require_safe
def finding(request: HttpRequest, finding: str) -> HttpResponse:
    """One finding as it was sealed, with what became of it and of its records since."""
    require(request, Permission.LIST_ITEMS)
    known = selectors.finding(finding)
    names = access.names()
    judged = known.finding.judgement
    context = {
        "finding": known,
        "statement": known.content["proposition"]["statement"],
        "party": known.content.get("party"),
        "judgement": judged,
        "sentences": known.finding.sentences,
        "opinions": [
            {
                "place": one["place"],
                "by": names.get(one["by"], one["by"][:8]),
                "assessment": Assessment.from_json(one["assessment"]),
            }
            for one in known.content["opinions"]
        ],
        "inputs": judging.told_since(known.content["inputs"]),
        "may_assess": decision(request, Permission.ASSESS),
    }
    return render(request, "web/finding.html", context)
