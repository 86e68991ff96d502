"""What the workbook's own checks say of a draft, and where on the form each finding belongs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from suppliers import intake
from suppliers.models import DataRequest
from suppliers.services.templates import template_request
from suppliers.webform.steps import CO_PRODUCT, REFERENCE, Rows, Values, cover_step, row_number, step_of
from suppliers.workbook import Finding, Inspection
from suppliers.workbook.drafting import examine_draft
from suppliers.workbook.layout import find_sheet
from suppliers.workbook.schema import NOT_APPLICABLE, UNKNOWN

# (table, row from 0 or -1 for a form sheet and a table as a whole, column)
Place = tuple[str, int, str]


@dataclass
class Checked:
    """A draft with its findings by step and by field; ``inspection`` is what the upload will hold."""

    inspection: Inspection
    by_step: dict[str, list[tuple[Place, Finding]]] = field(default_factory=lambda: defaultdict(list))

    def of(self, step: str) -> list[tuple[Place, Finding]]:
        """The findings of a step, with their places."""
        return self.by_step.get(step, [])

    def count(self, step: str, severity: str) -> int:
        """How many findings of a severity a step has."""
        return sum(1 for _, item in self.of(step) if item.severity == severity)

    @property
    def errors(self) -> int:
        """How many errors keep the draft from being handed in."""
        return self.inspection.count("error")


def in_words(rows: Rows, cover: Mapping[str, str], language: str) -> tuple[Rows, Values]:
    """Rows and cover with unknown and not applicable in the words of a language, as a person writes them."""
    words = {UNKNOWN.en: UNKNOWN.pick(language), NOT_APPLICABLE.en: NOT_APPLICABLE.pick(language)}

    def worded(values: Mapping[str, str]) -> Values:
        return {key: words.get(text, text) for key, text in values.items() if text}

    return {table: [worded(row) for row in given] for table, given in rows.items() if given}, worded(cover)


def check_draft(request: DataRequest, rows: Rows, cover: Mapping[str, str], language: str = "zh") -> Checked:
    """Check a draft as its workbook will be checked: one set of rules, here without the file."""
    texts, answers = in_words(rows, cover, language)
    asked = template_request(request, language, rows=texts, cover=answers)
    inspection = examine_draft(asked, intake.expectation(request))
    checked = Checked(inspection)
    for finding in inspection.findings:
        place, step = _place(finding, rows)
        checked.by_step[step].append((place, finding))
    return checked


def _place(finding: Finding, rows: Rows) -> tuple[Place, str]:
    if finding.table in ("", "cover"):
        if finding.table == "" or not finding.column:
            table = _table_of(finding)
            return (table, -1, ""), step_of(
                table, REFERENCE if table == "production" else ""
            ).key if table else "product"
        return ("cover", -1, finding.column), cover_step(finding.column).key
    if finding.table == "verified":
        return ("verified", 0, finding.column), "verified"
    digits = finding.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    index = int(digits) - row_number(0) if digits else -1
    table_rows = rows.get(finding.table, [])
    if finding.table == "production":
        co_product = 0 <= index < len(table_rows) and table_rows[index].get("kind") == CO_PRODUCT
        step = step_of("production", CO_PRODUCT if co_product else REFERENCE)
    else:
        step = step_of(finding.table)
    return (finding.table, index if index < len(table_rows) else -1, finding.column), step.key


def _table_of(finding: Finding) -> str:
    """The table whose sheet a finding without a table names."""
    sheet = find_sheet(finding.sheet)
    return sheet.key if sheet is not None and sheet.key != "cover" else ""


def said(finding: Finding, language: str) -> dict[str, Any]:
    """A finding in words, for a page."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "title": finding.title(language),
        "message": finding.message(language),
        "mend": finding.mend(language),
        "offer": finding.offer,
    }
