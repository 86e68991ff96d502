"""States as word, mark and colour."""

from __future__ import annotations

from typing import Any

from carbonfoot.ui.status import Status
from declarations.models import DeclarationState, Pack, PackState, QualityPlan

_DECLARATION = {
    "draft": "info",
    "frozen": "warn",
    "in_verification": "info",
    "verified": "ok",
    "submitted": "warn",
    "in_review": "info",
    "returned": "bad",
    "accepted": "ok",
    "superseded": "idle",
    "withdrawn": "idle",
}
_PACK = {"draft": "info", "registered": "ok", "retired": "idle"}


def declaration_status(state: str) -> tuple[str, Any]:
    """Kind and label of a declaration's state."""
    return _DECLARATION[state], DeclarationState(state).label


def pack_status(pack: Pack) -> Status:
    """State of a pack."""
    return Status(_PACK[pack.state], PackState(pack.state).label)


def plan_status(plan: QualityPlan) -> Status:
    """State of a plan."""
    return Status("ok" if plan.state == "adopted" else "info", QualityPlan.State(plan.state).label)
