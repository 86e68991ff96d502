"""Who can see what of an answer, as the server enforces it. Shown to suppliers before they type anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from suppliers.models import DataRequest

SEEN, HIDDEN, LATER = ("eye", _("visible")), ("eyeoff", _("not visible")), ("clock", _("once submitted"))


@dataclass(frozen=True)
class Row:
    """One kind of content, and for each reader a mark with its word."""

    what: Any
    note: Any
    cells: tuple[tuple[str, Any], ...]


# Readers in order: who answers, the buyer, the verifier engaged for a declaration, the authority.
_RECIPE = (SEEN, HIDDEN, SEEN, HIDDEN)
_RESULT = (SEEN, SEEN, SEEN, LATER)

ROWS: tuple[Row, ...] = (
    Row(_("Materials, amounts, suppliers"), _("your recipe"), _RECIPE),
    Row(_("Energy and how it is supplied"), _("the year's totals"), _RECIPE),
    Row(_("Direct emissions, wastes, co-products"), _("the year's totals"), _RECIPE),
    Row(_("Uploaded files and what was found in them"), "", _RECIPE),
    Row(_("Footprint by stage"), _("per declared unit"), _RESULT),
    Row(_("Primary data share, data quality, verified share"), "", _RESULT),
    Row(_("Period, validity, which data are company-specific"), "", _RESULT),
)


def matrix(request: DataRequest) -> list[Row]:
    """The rows for a request. For a managed supplier the buyer itself answers, and sees what it entered."""
    if not request.managed:
        return list(ROWS)
    return [Row(row.what, row.note, (SEEN, SEEN, *row.cells[2:])) for row in ROWS]
