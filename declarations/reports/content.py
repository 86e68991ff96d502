"""A snapshot as the report tells it: parsed once, in the report's language, nothing rounded yet."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from carbonfoot.ui.numbers import to_decimal
from declarations.models import Snapshot, Statement
from declarations.plans import SECTIONS
from lca.models import InventoryRevision
from lca.presentation.words import TIERS, UNITS, per_unit, word

STAGES = ("materials", "manufacturing", "distribution", "recycling")


@dataclass(frozen=True)
class LineRow:
    """One line of the inventory table; figures per pack."""

    id: str
    stage: str
    process: str
    name: str
    amount: Decimal | None
    unit: str
    factor_value: Decimal | None
    factor_unit: str
    source: str
    tier: str
    data_kind: str
    primary: bool
    kgco2e: Decimal
    share: Decimal | None
    counted: bool


@dataclass(frozen=True)
class StageRow:
    """One life-cycle stage with its figures in every unit, and its lines."""

    key: str
    title: str
    per_functional_unit: Decimal | None
    per_kwh_capacity: Decimal | None
    per_piece: Decimal
    share: Decimal | None
    lines: list[LineRow] = field(default_factory=list)

    @property
    def shown(self) -> list[LineRow]:
        """The lines without those of suppliers' results that have nothing in this stage."""
        return [line for line in self.lines if line.kgco2e or "@" not in line.id]

    @property
    def silent(self) -> int:
        """How many results of suppliers have nothing in this stage; the workbook lists them."""
        return len(self.lines) - len(self.shown)


@dataclass
class ReportContent:
    """Everything a report needs. ``language`` is zh or en; texts that are data come as pairs and are picked here."""

    snapshot: Snapshot
    statement: Statement | None
    language: str

    @cached_property
    def data(self) -> dict[str, Any]:
        """The frozen content."""
        found: dict[str, Any] = json.loads(self.snapshot.content)
        return found

    def pick(self, pair: Any) -> str:
        """The report's language of a ``{"zh", "en"}`` pair; the other one where it is empty."""
        if not isinstance(pair, dict):
            return str(pair or "")
        other = "en" if self.language == "zh" else "zh"
        return str(pair.get(self.language) or pair.get(other) or "")

    @property
    def ledger(self) -> dict[str, Any]:
        """The result, line by line."""
        found: dict[str, Any] = self.data["calculation"]["ledger"]
        return found

    @property
    def number(self) -> str:
        """Number and version of the declaration."""
        declaration = self.data["declaration"]
        return f"{declaration['number']} v{declaration['version']}"

    @property
    def is_demo(self) -> bool:
        """Whether organisations and figures are invented."""
        return bool(self.data["declarant"].get("is_demo"))

    @cached_property
    def totals(self) -> dict[str, Decimal | None]:
        """The result per functional unit, per pack, per kWh of rated energy and per kg, in kg CO2e."""
        return {key: to_decimal(value) for key, value in self.ledger["totals"].items()}

    @property
    def delivered_energy(self) -> Decimal | None:
        """Energy that the pack delivers in its life, kWh."""
        return to_decimal(self.ledger["delivered_energy_kwh"])

    @property
    def rated_energy(self) -> Decimal | None:
        """Rated energy, kWh."""
        return to_decimal(self.data["pack"]["rated_energy_kwh"])

    @cached_property
    def process_names(self) -> dict[str, str]:
        """Names of unit processes by their key."""
        return {row["id"]: self.pick(row["name"]) for row in self.ledger["processes"]}

    @cached_property
    def result_names(self) -> dict[str, tuple[str, str]]:
        """Supplier and product of the published results in use, by id, in the report's language.

        The ledger holds them in Chinese only; the frozen inventory, whose digest is in the snapshot, in both.
        """
        frozen = self.data["calculation"]["inventory"]
        revision = (
            InventoryRevision.objects.filter(
                sha256=frozen["sha256"], calculations=self.data["calculation"]["id"]
            )
        ).first()
        rows = revision.document.get("results") or () if revision else ()
        return {
            str(row["id"]): (self.pick(row.get("supplier")), self.pick(row.get("product"))) for row in rows
        }

    def _names_of(self, result: dict[str, Any]) -> tuple[str, str]:
        own = self.pick(result.get("supplier")), self.pick(result.get("product"))
        return self.result_names.get(str(result["id"]), own)

    def _source(self, line: dict[str, Any]) -> tuple[str, str]:
        if line["result"]:
            result = line["result"]
            supplier, _product = self._names_of(result)
            return f"{supplier} v{result.get('version', '')}".strip(), _("supplier result")
        if line["factor"]:
            factor = line["factor"]
            name = factor.get("name") or {"zh": factor.get("name_zh"), "en": factor.get("name_en")}
            return self.pick(name) or str(factor.get("key", "")), self.tier_name(line["tier"])
        if line["gas"]:
            return _("direct emission"), self.tier_name(line["tier"])
        if line["kind"] == "end_of_life":
            return _("end-of-life model of the rule set"), self.tier_name(line["tier"])
        return _("burden-free by rule"), ""

    @staticmethod
    def tier_name(tier: str) -> str:
        """A factor tier in words."""
        return str(word(TIERS, tier))

    @staticmethod
    def data_kind_name(kind: str) -> str:
        """Where an amount comes from, in words."""
        return {"measured": _("measured"), "calculated": _("calculated"), "estimated": _("estimated")}.get(
            kind, kind
        )

    def _row(self, line: dict[str, Any]) -> LineRow:
        source, tier = self._source(line)
        return LineRow(
            id=line["id"],
            stage=line["stage"],
            process=self.process_names.get(line["process"], line["process"]),
            name=self.pick(line["name"]),
            amount=to_decimal(line["converted_amount"]),
            unit=str(word(UNITS, line["converted_unit"])),
            factor_value=to_decimal(line["unit_burden"]),
            factor_unit=per_unit(line["converted_unit"]) if line["converted_unit"] else "kg CO2e",
            source=source,
            tier=tier,
            data_kind=self.data_kind_name(line["data_kind"]),
            primary=bool(line["primary"]),
            kgco2e=to_decimal(line["kgco2e"]) or Decimal(0),
            share=to_decimal(line["share"]),
            counted=bool(line["counted"]),
        )

    @cached_property
    def lines(self) -> list[LineRow]:
        """Counted lines, the largest first."""
        rows = (self._row(line) for line in self.ledger["lines"] if line["counted"])
        return sorted(rows, key=lambda row: -abs(row.kgco2e))

    @cached_property
    def stages(self) -> list[StageRow]:
        """The four stages in their order, each with its lines."""
        rated, found = self.rated_energy, []
        for key in STAGES:
            entry = self.ledger["stages"].get(key)
            if entry is None:
                continue
            per_piece = to_decimal(entry["per_piece"]) or Decimal(0)
            found.append(
                StageRow(
                    key=key,
                    title=self.pick(entry["title"]),
                    per_functional_unit=to_decimal(entry["per_functional_unit"]),
                    per_kwh_capacity=per_piece / rated if rated else None,
                    per_piece=per_piece,
                    share=to_decimal(entry["share"]),
                    lines=[row for row in self.lines if row.stage == key],
                )
            )
        return found

    def top(self, count: int = 10) -> list[LineRow]:
        """The largest contributions."""
        return self.lines[:count]

    @property
    def assumptions(self) -> list[dict[str, str]]:
        """Assumptions of the rule set, each with the parameter that carries it."""
        return [
            {"parameter": item.get("parameter", ""), "text": self.pick(item.get("text") or item)}
            for item in self.ledger["ruleset"]["assumptions"]
        ]

    @property
    def warnings(self) -> list[dict[str, str]]:
        """Findings of the calculation."""
        return [{"code": row["code"], "text": self.pick(row["message"])} for row in self.ledger["warnings"]]

    @property
    def plan_sections(self) -> list[tuple[str, str]]:
        """Titles and texts of the data quality control plan."""
        texts = self.data["plan"]["sections"]
        return [(str(section.title), texts.get(section.key, "")) for section in SECTIONS]

    @property
    def tier_shares(self) -> list[tuple[str, Decimal | None]]:
        """Share of the result by factor tier, without tiers that have no part in it."""
        shares = ((tier, to_decimal(share)) for tier, share in self.ledger["quality"]["tier_shares"].items())
        return [(self.tier_name(tier), share) for tier, share in shares if share]

    def sources(self) -> list[dict[str, str]]:
        """Factors in use, once each, with where they were published."""
        seen: dict[str, dict[str, str]] = {}
        for line in self.ledger["lines"]:
            factor = line["factor"]
            if factor and factor.get("key") not in seen:
                name = factor.get("name") or {"zh": factor.get("name_zh"), "en": factor.get("name_en")}
                seen[factor["key"]] = {
                    "key": factor["key"],
                    "name": self.pick(name),
                    "value": str(factor.get("value", "")),
                    "unit": str(factor.get("unit", "")),
                    "year": str(factor.get("year") or ""),
                    "source": str(factor.get("source") or factor.get("source_title") or ""),
                }
        return sorted(seen.values(), key=lambda row: row["key"])

    def results(self) -> list[dict[str, str]]:
        """Supplier results in use, once each: identity and figures, never a recipe."""
        seen: dict[str, dict[str, str]] = {}
        for line in self.ledger["lines"]:
            result = line["result"]
            if result and result["id"] not in seen:
                supplier, product = self._names_of(result)
                seen[result["id"]] = {
                    "supplier": supplier,
                    "product": product,
                    "version": str(result.get("version", "")),
                    "digest": str(result.get("digest", "")),
                }
        return sorted(seen.values(), key=lambda row: (row["supplier"], row["product"]))


def mass_balance_rows(content: ReportContent) -> Iterable[dict[str, Any]]:
    """Rows of the mass balance with names in the report's language."""
    for row in content.ledger["quality"]["mass_balance"]:
        yield {**row, "title": content.pick(row["name"])}
