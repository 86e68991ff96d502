"""States of findings and declarations as word, mark and colour, for the desks of verifiers and reviewers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from carbonfoot.languages import english
from carbonfoot.problems import Problems
from carbonfoot.ui.codes import PROVINCES
from carbonfoot.ui.status import Status
from declarations.models import Declaration, Finding, ReviewMatter
from lca.models import DataKind, ExchangeKind, Stage

_DECLARATION = {
    "draft": "idle",
    "frozen": "info",
    "in_verification": "info",
    "verified": "ok",
    "submitted": "warn",
    "in_review": "info",
    "returned": "bad",
    "accepted": "ok",
    "superseded": "idle",
    "withdrawn": "idle",
}
_FINDING = {"open": "bad", "replied": "warn", "closed": "ok"}


def declaration_status(declaration: Declaration) -> Status:
    """The state of a declaration."""
    return Status(_DECLARATION[declaration.state], declaration.get_state_display())


def queue_status(declaration: Declaration) -> Status:
    """The state as the authority sees it: submitted means that nobody has taken it up."""
    if declaration.state == "submitted":
        return Status("idle", _("To be taken up"))
    return declaration_status(declaration)


def finding_status(finding: Finding) -> Status:
    """The state of a finding, from the maker's point of view: open must be answered."""
    labels = {"open": _("To be answered"), "replied": _("Answered"), "closed": _("Closed")}
    return Status(_FINDING[finding.state], labels[finding.state])


def matter_status(matter: ReviewMatter) -> Status:
    """The state of a question or condition; one that is late says so."""
    labels = {
        ("question", "open"): _("To be answered"),
        ("question", "answered"): _("Answered"),
        ("question", "closed"): _("Closed"),
        ("condition", "open"): _("To be met"),
        ("condition", "answered"): _("Reported as met"),
        ("condition", "closed"): _("Met"),
    }
    kind = "bad" if matter.is_late else {"open": "warn", "answered": "info", "closed": "ok"}[matter.state]
    return Status(kind, labels[matter.kind, matter.state])


def province_name(code: str) -> str:
    """The province in the reader's language; the code itself if it is not one."""
    names = PROVINCES.get(code)
    return (names[1] if english() else names[0]) if names else code


def say_problems(request: HttpRequest, problems: Problems) -> None:
    """Show what a service refused as messages on the next page, each with its mend."""
    for item in problems.items:
        messages.error(request, f"{item.message} {item.mend}".strip())


def line_words(line: dict[str, Any]) -> dict[str, Any]:
    """Kind, stage and origin of a ledger line in words; what the tables do not know is shown as it is."""

    def label(choices: Any, value: Any) -> Any:
        return choices(value).label if value in choices.values else value or ""

    return {
        "kind": label(ExchangeKind, line.get("kind")),
        "stage": label(Stage, line.get("stage")),
        "data_kind": label(DataKind, line.get("data_kind")),
    }
