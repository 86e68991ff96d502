"""The submission report as a workbook: the whole ledger, with live sums that can be checked in any spreadsheet, and
their values for readers that do not calculate.

Text that begins with = + - @ is written as text; the only formulas are ours.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from math import fsum
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from carbonfoot.sheets import storable
from declarations.reports.cached import with_cached_values
from declarations.reports.content import ReportContent

HEAD = PatternFill("solid", fgColor="EFF1F3")
BOLD = Font(bold=True)


def _put(sheet: Worksheet, row: int, column: int, value: Any, *, style: str = "", bold: bool = False) -> None:
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, Decimal):
        cell.value = float(value)
    elif isinstance(value, str):
        cell.value = storable(value)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    else:
        cell.value = value
    if style:
        cell.number_format = style
    if bold:
        cell.font = BOLD


class _Formulas:
    """Writes formulas, and keeps the value of each for those who read the file without calculating."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.values: dict[str, float] = {}

    def put(self, row: int, column: int, formula: str, value: float, style: str = "#,##0.0000") -> float:
        """Write ``formula``, which gives ``value``; returns the value, for formulas that build on it."""
        cell = self.sheet.cell(row=row, column=column, value=formula)
        cell.number_format = style
        cell.font = BOLD
        self.values[cell.coordinate] = value
        return value


def _head(sheet: Worksheet, titles: Sequence[str], widths: Sequence[int], row: int = 1) -> None:
    for column, (title, width) in enumerate(zip(titles, widths, strict=True), start=1):
        _put(sheet, row, column, title, bold=True)
        sheet.cell(row=row, column=column).fill = HEAD
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = f"A{row + 1}"


def _ledger(book: Workbook, content: ReportContent) -> tuple[dict[str, tuple[int, int]], _Formulas]:
    sheet = book.create_sheet(_("Ledger"))
    titles = [
        _("Stage"), _("Unit process"), _("Item"), _("Amount per pack"), _("Unit"), _("kg CO2e per unit"),
        _("kg CO2e per pack"), _("Check: amount × factor"), _("Share"), _("Source"), _("Tier"), _("Data"), _("Line"),
    ]  # fmt: skip
    _head(sheet, titles, (16, 22, 34, 16, 10, 16, 16, 18, 10, 36, 14, 14, 26))
    formulas = _Formulas(sheet)
    lines = [line for stage in content.stages for line in stage.lines]
    total = fsum(float(line.kgco2e) for line in lines)
    ranges, row = {}, 2
    for stage in content.stages:
        first = row
        for line in stage.lines:
            values = (
                stage.title,
                line.process,
                line.name,
                line.amount,
                line.unit,
                line.factor_value,
                line.kgco2e,
            )
            for column, value in enumerate(values, start=1):
                _put(sheet, row, column, value, style="0.0000000000" if isinstance(value, Decimal) else "")
            if line.amount is not None and line.factor_value is not None:
                product = float(line.amount) * float(line.factor_value)
                formulas.put(row, 8, f"=D{row}*F{row}", product, "0.0000000000")
            share = float(line.kgco2e) / total if total else 0.0
            whole = f"SUM(G$2:G${1 + len(lines)})"
            formulas.put(row, 9, f"=IF({whole}=0,0,G{row}/{whole})", share, "0.00%")
            for column, text in enumerate((line.source, line.tier, line.data_kind, line.id), start=10):
                _put(sheet, row, column, text)
            row += 1
        ranges[stage.key] = (first, row - 1)
    sheet.auto_filter.ref = f"A1:M{max(row - 1, 1)}"
    return ranges, formulas


def _facts(content: ReportContent) -> list[tuple[str, Any]]:
    data, ledger = content.data, content.ledger
    facts: list[tuple[str, Any]] = [
        (_("Declaration"), content.number),
        (_("Declarant"), content.pick(data["declarant"]["name"])),
        (_("Pack"), data["pack"]["model"]),
        (_("GB/T 34014 code"), data["pack"]["gbt34014"]),
        (_("Rule set"), f"{ledger['ruleset']['id']} {ledger['ruleset']['version']}"),
        (_("Factor release"), ledger["factor_release"]["code"]),
        (_("Engine"), ledger["engine_version"]),
        (_("Snapshot SHA-256"), content.snapshot.sha256),
        (_("Rated energy, kWh"), content.rated_energy),
        (_("Energy delivered over the service life, kWh"), content.delivered_energy),
        (_("Mass, kg"), Decimal(data["pack"]["mass_kg"])),
    ]
    if content.is_demo:
        facts.insert(0, (_("Note"), _("Organisations and figures are invented for demonstration.")))
    return facts


def _summary(book: Workbook, content: ReportContent, ranges: dict[str, tuple[int, int]]) -> _Formulas:
    sheet = book.worksheets[0]
    sheet.title = _("Summary")
    sheet.column_dimensions["A"].width = 44
    for letter in "BCDEF":
        sheet.column_dimensions[letter].width = 24
    facts = _facts(content)
    for row, (label, value) in enumerate(facts, start=1):
        _put(sheet, row, 1, label, bold=True)
        _put(sheet, row, 2, value)
    rated, delivered = len(facts) - 2, len(facts) - 1
    start = len(facts) + 2
    titles = [
        _("Stage"), _("kg CO2e per pack (sum of the ledger)"), _("kg CO2e per pack (as declared)"), _("Difference"),
        _("kg CO2e per kWh delivered"), _("kg CO2e per kWh of rated energy"),
    ]  # fmt: skip
    for column, title in enumerate(titles, start=1):
        _put(sheet, start, column, title, bold=True)
        sheet.cell(row=start, column=column).fill = HEAD
    energies = float(content.delivered_energy or 0), float(content.rated_energy or 0)
    formulas, sums = _Formulas(sheet), dict.fromkeys("BDEF", 0.0)
    for offset, stage in enumerate(content.stages, start=1):
        row = start + offset
        first, last = ranges[stage.key]
        _put(sheet, row, 1, stage.title)
        summed = f"=SUM('{_('Ledger')}'!G{first}:G{last})" if last >= first else "=0"
        value = formulas.put(row, 2, summed, fsum(float(line.kgco2e) for line in stage.lines))
        _put(sheet, row, 3, stage.per_piece, style="#,##0.0000")
        cells = {
            "B": value,
            "D": formulas.put(row, 4, f"=B{row}-C{row}", value - float(stage.per_piece), "0.000000"),
            "E": formulas.put(row, 5, *_ratio(row, delivered, value, energies[0]), "0.000000"),
            "F": formulas.put(row, 6, *_ratio(row, rated, value, energies[1]), "0.0000"),
        }
        for letter, found in cells.items():
            sums[letter] += found
    row = start + len(content.stages) + 1
    _put(sheet, row, 1, _("Total"), bold=True)
    styles = {"B": "#,##0.0000", "D": "0.000000", "E": "0.000000", "F": "0.0000"}
    for letter, style in styles.items():
        column = ord(letter) - ord("A") + 1
        formulas.put(row, column, f"=SUM({letter}{start + 1}:{letter}{row - 1})", sums[letter], style)
    _put(sheet, row, 3, content.totals["per_piece"], style="#,##0.0000", bold=True)
    _put(sheet, row + 1, 1, _("As declared, kg CO2e per kWh delivered"))
    _put(sheet, row + 1, 5, content.totals["per_functional_unit"], style="0.000000")
    return formulas


def _ratio(row: int, energy_row: int, value: float, energy: float) -> tuple[str, float]:
    """kg CO2e of a row over an energy among the facts; 0 where the energy is unknown, as the formula says."""
    formula = f"=IF(N(B{energy_row})=0,0,B{row}/B{energy_row})"
    return formula, value / energy if energy else 0.0


def _sheet(
    book: Workbook, title: str, titles: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[Any]]
) -> None:
    sheet = book.create_sheet(title)
    _head(sheet, titles, widths)
    for row, values in enumerate(rows, start=2):
        for column, value in enumerate(values, start=1):
            _put(sheet, row, column, value)


def write(content: ReportContent) -> bytes:
    """The workbook in the content's language."""
    with translation.override("zh-hans" if content.language == "zh" else "en"):
        book = Workbook()
        ranges, lines = _ledger(book, content)
        summary = _summary(book, content, ranges)
        quality = content.ledger["quality"]
        shares = [
            (_("Primary data share (PDS)"), quality["pds"]),
            (_("Company-specific activity data"), quality.get("activity_primary_share")),
            (_("Data quality rating (DQR), 1 best to 5"), quality["dqr"]["overall"]),
            (_("Share verified by a third party"), quality["verified_share"]),
            (_("Share of estimated activity data"), quality["estimated_share"]),
        ]
        rows: list[tuple[Any, ...]] = [(label, _number(value)) for label, value in shares]
        rows += [
            (_("Share by factor tier: %(tier)s") % {"tier": tier}, share)
            for tier, share in content.tier_shares
        ]
        _sheet(book, _("Quality"), (_("Measure"), _("Value")), (48, 18), rows)
        sources = [
            (row["key"], row["name"], row["value"], row["unit"], row["year"], row["source"])
            for row in content.sources()
        ]
        titles = (_("Factor"), _("Name"), _("Value"), _("Unit"), _("Year"), _("Source"))
        _sheet(book, _("Factors"), titles, (34, 34, 16, 18, 8, 70), sources)
        results = [
            (row["supplier"], row["product"], row["version"], row["digest"]) for row in content.results()
        ]
        titles4 = (_("Supplier"), _("Product"), _("Version"), "SHA-256")
        _sheet(book, _("Supplier results"), titles4, (36, 36, 10, 70), results)
        assumed = [(row["parameter"], row["text"]) for row in content.assumptions]
        _sheet(book, _("Assumptions"), (_("Parameter"), _("Assumption")), (32, 110), assumed)
        warnings = [(row["code"], row["text"]) for row in content.warnings]
        _sheet(book, _("Findings"), (_("Code"), _("Finding")), (28, 110), warnings)
        book.calculation.fullCalcOnLoad = True
        target = io.BytesIO()
        book.save(target)
        return with_cached_values(target.getvalue(), {1: summary.values, 2: lines.values})


def _number(value: Any) -> Any:
    return Decimal(value) if value is not None else _("unknown")
