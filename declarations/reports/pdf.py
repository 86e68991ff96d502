"""The submission report as PDF, with the snapshot's JSON attached."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from carbonfoot.ui import charts
from carbonfoot.ui.numbers import format_number
from declarations.reports.content import ReportContent, mass_balance_rows
from declarations.reports.frame import Attached, in_language, render, write_pdf

KINDS = {"materials": "mat", "manufacturing": "mfg", "distribution": "dis", "recycling": "rec"}


def _charts(content: ReportContent) -> dict[str, SafeString]:
    stages = [charts.Stage(stage.key, stage.per_piece, stage.title) for stage in content.stages]
    bars = [charts.Bar(row.name, row.kgco2e, KINDS[row.stage]) for row in content.top()]
    return {
        "stage_band": _band(content),
        "stage_bar": charts.stage_bar(stages, target="pdf"),
        "top_bars": charts.bars(bars, unit="kg CO2e", decimals=1, target="pdf", width=640),
    }


def _plausibility(content: ReportContent) -> dict[str, str | None]:
    found = content.ledger["plausibility"] or {}
    return {f"plausible_{key}": format_number(found.get(key), 1) for key in ("value", "low", "high")}


def _band(content: ReportContent) -> SafeString:
    """The coloured edge of the cover: the stages in proportion, from top to bottom."""
    colours = {
        "materials": "#24415f",
        "manufacturing": "#b35c05",
        "distribution": "#9063b8",
        "recycling": "#128472",
    }
    total = sum((abs(stage.per_piece) for stage in content.stages), Decimal(0)) or Decimal(1)
    top, parts = 0.0, []
    for stage in content.stages:
        height = float(abs(stage.per_piece) / total) * 297
        parts.append(
            f'<rect x="0" y="{top:.2f}" width="8" height="{height:.2f}" fill="{colours[stage.key]}"/>'
        )
        top += height
    inner = "".join(parts)
    return mark_safe(f'<svg class="band" viewBox="0 0 8 297" preserveAspectRatio="none">{inner}</svg>')  # noqa: S308 - numbers only


def html(content: ReportContent) -> str:
    """The report as one HTML document in the content's language."""
    with in_language(content.language):
        context: dict[str, Any] = {
            "report": content,
            "data": content.data,
            "pack": content.data["pack"],
            "ledger": content.ledger,
            "quality": content.ledger["quality"],
            "balance": list(mass_balance_rows(content)),
            "sources": content.sources(),
            "results": content.results(),
            **_charts(content),
            **_plausibility(content),
        }
    return render("reports/declaration.html", context, content.language)


def write(content: ReportContent) -> bytes:
    """The PDF. Raises Problems when no Chinese font is installed."""
    name = f"{content.data['declaration']['number']}.json"
    with in_language(content.language):
        described = _("The frozen declaration as canonical JSON")
    return write_pdf(html(content), [Attached(name, content.snapshot.content.encode(), described)])
