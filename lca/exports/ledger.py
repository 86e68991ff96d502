"""A calculation's ledger as a file: JSON as it is stored, and a workbook in which text is never a formula."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from carbonfoot.accounts.actor import Actor
from carbonfoot.sheets import as_bytes, write_table
from carbonfoot.ui.text import pick
from lca.exports.uncertainty import write_uncertainty
from lca.models import Calculation
from lca.presentation.lines import process_names, source_name, supplier_names
from lca.presentation.result import result_context, stages_in_order
from lca.presentation.words import DATA_KINDS, KINDS, TIERS, word


def ledger_json(calculation: Calculation) -> bytes:
    """The ledger with what identifies the calculation, as UTF-8 JSON that a person can read."""
    content = {
        "calculation": calculation.pk,
        "inventory_revision": calculation.revision.number,
        "inventory_sha256": calculation.revision.sha256,
        "ledger_sha256": calculation.ledger_sha256,
        "ledger": calculation.ledger,
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _provenance(line: dict[str, Any]) -> str:
    given = line.get("provenance") or {}
    if given.get("kind") == "upload":
        place = f"{given.get('file', '')} {given.get('sheet', '')}!{given.get('cell', '')}".strip()
        return f"{place} ({given['note']})" if given.get("reference") else place
    return str(given.get("note") or given.get("kind") or "")


def _factor_text(line: dict[str, Any], key: str) -> Any:
    return (line.get("factor") or {}).get(key, "")


def ledger_workbook(calculation: Calculation, actor: Actor) -> bytes:
    """The ledger as .xlsx in the active language: summary, stages, lines, assumptions, findings, uncertainty.

    Numbers are unrounded. Supplier results appear as published, without their recipes, as everywhere.
    """
    shown = result_context(calculation, actor)
    ledger = calculation.ledger
    book = Workbook(write_only=True)
    head = shown["headline"]
    summary = [
        (_("Product"), pick(ledger["product"].get("name")), ""),
        (head.label, head.value, head.unit),
        *((figure.label, figure.value, figure.unit) for figure in shown["others"]),
        (_("Rule set"), f"{calculation.ruleset_id} {calculation.ruleset_version}", ""),
        (_("Factor release"), ledger["factor_release"]["code"], ""),
        (_("Engine version"), ledger["engine_version"], ""),
        (_("Input digest"), calculation.input_digest, ""),
        (_("Digest of this result"), calculation.ledger_sha256, ""),
        *(
            (figure.label, figure.value, _("share") if figure.unit == "%" else "")
            for figure in shown["quality"]
        ),
    ]
    write_table(book, _("Summary"), (_("Item"), _("Value"), _("Unit")), summary, (34, 44, 30))
    stages = (
        (pick(entry.get("title")), entry["kgco2e"], entry["per_functional_unit"], entry["share"])
        for entry in stages_in_order(ledger).values()
    )
    write_table(
        book,
        _("Stages"),
        (_("Stage"), _("kg CO2e per reference flow"), shown["headline"].unit, _("Share")),
        stages,
        (24, 28, 30, 12),
    )
    names, suppliers = process_names(ledger), supplier_names(calculation)
    lines = (
        (
            line["id"],
            pick(line["name"]),
            names.get(line["process"], line["process"]),
            pick((ledger["stages"].get(line["stage"]) or {}).get("title")) or line["stage"],
            word(KINDS, line["kind"]),
            line["amount"],
            line["unit"],
            line["converted_amount"],
            line["converted_unit"],
            line["unit_burden"],
            line["kgco2e"],
            line["share"],
            source_name(line, suppliers),
            _factor_text(line, "key"),
            word(TIERS, line.get("tier", "")),
            _factor_text(line, "source"),
            word(DATA_KINDS, line["data_kind"]),
            bool(line["primary"]),
            _provenance(line),
        )
        for line in ledger["lines"]
    )
    columns = (
        _("Line"), _("Name"), _("Unit process"), _("Stage"), _("Kind"), _("Amount"), _("Unit"), _("Converted amount"),
        _("Converted unit"), _("kg CO2e per converted unit"), _("kg CO2e"), _("Share"), _("Source of factor"),
        _("Factor key"), _("Tier"), _("Source"), _("Activity data"), _("Company-specific"), _("Provenance"),
    )  # fmt: skip
    write_table(
        book,
        _("Lines"),
        columns,
        lines,
        (18, 26, 20, 16, 14, 14, 8, 14, 10, 14, 14, 10, 28, 28, 14, 40, 14, 12, 36),
    )
    assumptions = ((row["id"], row["parameter"], row["text"]) for row in shown["assumptions"])
    write_table(book, _("Assumptions"), (_("Item"), _("Parameter"), _("Text")), assumptions, (22, 28, 90))
    findings = ((row.word, row.code, row.where, row.text) for row in [*shown["warnings"], *shown["notes"]])
    write_table(
        book, _("Findings"), (_("Severity"), _("Code"), _("Place"), _("Text")), findings, (12, 26, 40, 90)
    )
    write_uncertainty(book, calculation, actor)
    return as_bytes(book)
