"""The summary of a phase as a document: its frozen content in the report's language, and the PDF written from it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from carbonfoot.ui import charts
from carbonfoot.ui.numbers import to_decimal
from declarations import phase_words
from declarations.models import Chemistry, DeclarationState, PhaseSummary, Relief, ReliefState, Statement
from declarations.reports.frame import Attached, in_language, render, write_pdf

STAGES = ("materials", "manufacturing", "distribution", "recycling")


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


@dataclass
class SummaryContent:
    """The frozen content of a summary, parsed once. ``language`` is zh or en; nothing is rounded yet."""

    summary: PhaseSummary
    language: str

    @cached_property
    def data(self) -> dict[str, Any]:
        """The whole content."""
        found: dict[str, Any] = json.loads(self.summary.content)
        return found

    def pick(self, pair: Any) -> str:
        """The report's language of a ``{"zh", "en"}`` pair; the other one where it is empty."""
        if not isinstance(pair, dict):
            return str(pair or "")
        other = "en" if self.language == "zh" else "zh"
        return str(pair.get(self.language) or pair.get(other) or "")

    @property
    def made_at(self) -> dt.datetime | None:
        """When it was frozen."""
        return _moment(self.data["made"]["at"])

    @property
    def days(self) -> dict[str, dt.date | None]:
        """First and last day of the phase, and the maker's own last day with extensions."""
        phase = self.data["phase"]
        return {
            "first": _day(phase["starts_on"]),
            "last": _day(phase["ends_on"]),
            "own": _day(self.data["coverage"]["last_day"]),
        }

    @property
    def adopted_at(self) -> dt.datetime | None:
        """When the plan in force was adopted."""
        plan = self.data["plan"]
        return _moment(plan["adopted_at"]) if plan else None

    @property
    def state(self) -> str:
        """How far the maker is, in words."""
        return {
            "short": _("Something is missing"),
            "filed": _("All submitted"),
            "met": _("All accepted"),
            "waived": _("Exempt"),
        }[self.data["coverage"]["state"]]

    def rules(self) -> list[dict[str, Any]]:
        """The rules of the phase with what is there and every gap."""
        return [
            {
                "label": phase_words.item_label(row["code"], row["values"]),
                "count": phase_words.item_count(row["code"], row["values"]),
                "met": phase_words.item_status(row["met"]).label,
                "gaps": phase_words.item_gaps(row["code"], row["missing"], shown=None),
            }
            for row in self.data["coverage"]["rules"]
        ]

    def missing_chemistries(self) -> list[str]:
        """Names of chemistries in use that no declaration covers."""
        return [str(Chemistry(key).label) for key in self.data["coverage"]["missing_chemistries"]]

    def products(self) -> list[dict[str, Any]]:
        """All packs with their declaration, figures as exact decimals; kg CO2e."""
        return [self._product(row) for row in self.data["products"]]

    def declared(self) -> list[dict[str, Any]]:
        """Packs whose declaration was frozen at least once, so that there are figures."""
        return [row for row in self.products() if row["figures"]]

    def _product(self, row: dict[str, Any]) -> dict[str, Any]:
        filed = row["declaration"] or {}
        figures = filed.get("figures") or {}
        statement, receipt = filed.get("statement") or {}, filed.get("receipt") or {}
        return {
            "model": row["model"],
            "code": row["gbt34014"],
            "chemistry": row["chemistry"],
            "rated": to_decimal(row["rated_energy_kwh"]),
            "typical": row["typical"],
            "typical_reason": row["typical_reason"],
            "counts": row["counts"],
            "exempt": row["exempt"],
            "late": row["late"],
            "last_day": _day(row["last_day"]),
            "declaration": f"{filed['number']} v{filed['version']}" if filed else "",
            "state": str(DeclarationState(filed["state"]).label) if filed else "",
            "sha256": filed.get("snapshot_sha256") or "",
            "register_sha256": filed.get("register_sha256") or "",
            "figures": bool(figures),
            "per_functional_unit": to_decimal(figures.get("per_functional_unit")),
            "per_kwh_capacity": to_decimal(figures.get("per_kwh_capacity")),
            "per_piece": to_decimal(figures.get("per_piece")),
            "delivered": to_decimal(figures.get("delivered_energy_kwh")),
            "primary_share": to_decimal(figures.get("primary_share")),
            "data_rating": to_decimal(figures.get("data_rating")),
            "stages": self._stages(figures.get("stages") or {}),
            "ruleset": " ".join((figures.get("ruleset") or {}).get(key, "") for key in ("id", "version")),
            "release": (figures.get("factor_release") or {}).get("code", ""),
            "body": self.pick(statement.get("body")),
            "report": statement.get("report_number", ""),
            "opinion": str(Statement.Opinion(statement["opinion"]).label) if statement else "",
            "signed_at": _moment(statement.get("signed_at")),
            "statement_sha256": statement.get("sha256", ""),
            "receipt": receipt.get("number", ""),
            "submitted_at": _moment(receipt.get("submitted_at")),
        }

    @staticmethod
    def _stages(stages: dict[str, Any]) -> list[tuple[str, Decimal | None, Decimal | None]]:
        """(stage, kg CO2e per functional unit, share), in the order of the life cycle."""
        return [
            (key, to_decimal(stages[key]["per_functional_unit"]), to_decimal(stages[key]["share"]))
            for key in STAGES
            if key in stages
        ]

    def reliefs(self) -> list[dict[str, Any]]:
        """Extensions and waivers that were asked for, with their decisions."""
        return [
            {
                **row,
                "kind": str(Relief.Kind(row["kind"]).label),
                "state": str(ReliefState(row["state"]).label),
                "wanted_until": _day(row["wanted_until"]),
                "until": _day(row["until"]),
                "asked_at": _moment(row["asked_at"]),
                "decided_at": _moment(row["decided_at"]),
            }
            for row in self.data["reliefs"]
        ]


def stage_titles() -> dict[str, str]:
    """The four stages of the life cycle in words."""
    return {
        "materials": _("Material acquisition"),
        "manufacturing": _("Manufacturing"),
        "distribution": _("Distribution"),
        "recycling": _("Recycling"),
    }


def _chart(row: dict[str, Any]) -> SafeString | str:
    titles = stage_titles()
    stages = [charts.Stage(key, value or 0, titles[key]) for key, value, _share in row["stages"]]
    return charts.stage_bar(stages, small=True, target="pdf") if stages else ""


def _bars(rows: list[dict[str, Any]]) -> SafeString | str:
    found = [
        charts.Bar(row["model"], row["per_functional_unit"], "tot", row["chemistry"])
        for row in rows
        if row["per_functional_unit"] is not None
    ]
    return charts.bars(found, unit="kg CO2e/kWh", decimals=4, target="pdf", width=640) if found else ""


def html(content: SummaryContent) -> str:
    """The summary as one HTML document."""
    with in_language(content.language):
        declared = [{**row, "chart": _chart(row)} for row in content.declared()]
        context: dict[str, Any] = {
            "report": content,
            "data": content.data,
            "rules": content.rules(),
            "products": content.products(),
            "declared": declared,
            "bars": _bars(declared),
            "reliefs": content.reliefs(),
            "stage_titles": stage_titles(),
        }
        return render("reports/summary.html", context, content.language)


def write(content: SummaryContent) -> bytes:
    """The PDF with the frozen JSON attached. Raises Problems when no Chinese font is installed."""
    with in_language(content.language):
        described = _("The frozen summary as canonical JSON")
    name = f"{content.summary.number}.json"
    return write_pdf(html(content), [Attached(name, content.summary.content.encode(), described)])
