"""The submission report as a workbook: the whole ledger, with live sums that can be checked in any spreadsheet.

Text that begins with = + - @ is written as text; the only formulas are ours.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from carbonfoot.sheets import storable
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


def _formula(sheet: Worksheet, row: int, column: int, formula: str, style: str = "#,##0.0000") -> None:
    cell = sheet.cell(row=row, column=column, value=formula)
    cell.number_format = style
    cell.font = BOLD


def _head(sheet: Worksheet, titles: Sequence[str], widths: Sequence[int], row: int = 1) -> None:
    for column, (title, width) in enumerate(zip(titles, widths, strict=True), start=1):
        _put(sheet, row, column, title, bold=True)
        sheet.cell(row=row, column=column).fill = HEAD
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = f"A{row + 1}"


def _ledger(book: Workbook, content: ReportContent) -> dict[str, tuple[int, int]]:
    sheet = book.create_sheet(_("Ledger"))
    titles = [
        _("Stage"), _("Unit process"), _("Item"), _("Amount per pack"), _("Unit"), _("kg CO2e per unit"),
        _("kg CO2e per pack"), _("Check: amount × factor"), _("Share"), _("Source"), _("Tier"), _("Data"), _("Line"),
    ]  # fmt: skip
    _head(sheet, titles, (16, 22, 34, 16, 10, 16, 16, 18, 10, 36, 14, 14, 26))
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
                _formula(sheet, row, 8, f"=D{row}*F{row}", "0.0000000000")
            _formula(sheet, row, 9, f"=G{row}/SUM(G$2:G${1 + len(content.lines)})", "0.00%")
            for column, text in enumerate((line.source, line.tier, line.data_kind, line.id), start=10):
                _put(sheet, row, column, text)
            row += 1
        ranges[stage.key] = (first, row - 1)
    sheet.auto_filter.ref = f"A1:M{max(row - 1, 1)}"
    return ranges


def _summary(book: Workbook, content: ReportContent, ranges: dict[str, tuple[int, int]]) -> None:
    sheet = book.worksheets[0]
    sheet.title = _("Summary")
    sheet.column_dimensions["A"].width = 44
    for letter in "BCDEF":
        sheet.column_dimensions[letter].width = 24
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
    ledger_name = _("Ledger")
    for offset, stage in enumerate(content.stages, start=1):
        row = start + offset
        first, last = ranges[stage.key]
        _put(sheet, row, 1, stage.title)
        _formula(sheet, row, 2, f"=SUM('{ledger_name}'!G{first}:G{last})" if last >= first else "=0")
        _put(sheet, row, 3, stage.per_piece, style="#,##0.0000")
        _formula(sheet, row, 4, f"=B{row}-C{row}", "0.000000")
        _formula(sheet, row, 5, f"=B{row}/B{delivered}", "0.000000")
        _formula(sheet, row, 6, f"=B{row}/B{rated}", "0.0000")
    row = start + len(content.stages) + 1
    _put(sheet, row, 1, _("Total"), bold=True)
    for letter, column, style in (
        ("B", 2, "#,##0.0000"),
        ("D", 4, "0.000000"),
        ("E", 5, "0.000000"),
        ("F", 6, "0.0000"),
    ):
        _formula(sheet, row, column, f"=SUM({letter}{start + 1}:{letter}{row - 1})", style)
    _put(sheet, row, 3, content.totals["per_piece"], style="#,##0.0000", bold=True)
    _put(sheet, row + 1, 1, _("As declared, kg CO2e per kWh delivered"))
    _put(sheet, row + 1, 5, content.totals["per_functional_unit"], style="0.000000")


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
        _summary(book, content, _ledger(book, content))
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
        target = io.BytesIO()
        book.save(target)
        return target.getvalue()


def _number(value: Any) -> Any:
    return Decimal(value) if value is not None else _("unknown")
