"""The letter of a decision as PDF: its canonical content on a cover and a page, with its bytes attached."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from declarations import decisions
from declarations.models import ReviewDecision, Section
from declarations.reports.frame import Attached, in_language, render, write_pdf


def html(decision: ReviewDecision, language: str) -> str:
    """The letter as one HTML document. ``language`` is zh or en."""
    with in_language(language):
        content = decisions.parsed(decision)
        labels = dict(Section.choices)
        context: dict[str, Any] = {
            "decision": decision,
            "content": content,
            "sections": [(labels[row["section"]], row["text"]) for row in content["sections"]],
            "conditions": [{**row, "label": labels[row["section"]]} for row in content["conditions"]],
        }
        return render("reports/decision.html", context, language)


def write(decision: ReviewDecision, language: str) -> bytes:
    """The PDF. Raises Problems when this machine lacks what a PDF needs."""
    with in_language(language):
        described = _("The decision as canonical JSON")
    attached = Attached(f"{decision.number}.json", decision.content.encode(), described)
    return write_pdf(html(decision, language), [attached])
