"""Builds the pre-filled, bilingual workbook that a supplier downloads, from the schema alone."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from . import style
from .choices import find_choice
from .layout import FACTORS, INSTRUCTIONS, LISTS, SHEETS
from .schema import NOT_APPLICABLE, UNKNOWN, VERSION, VISIBILITIES, Column, Sheet
from .schema_cover import COVER, PREFILLED_KEYS
from .text import Text
from .units import BY_SYMBOL, of_dimensions
from .writing import as_written

KEY_ROW, TITLE_ROW, FIRST_ROW = 4, 5, 6
FORMATTED_ROWS = 100
VALIDATED_ROWS = 50_000

# {table: [{column key: shown or plain value}]}, for an earlier answer that is offered again
Prefill = Mapping[str, Sequence[Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class FactorChoice:
    """A background factor that the supplier may name in the workbook."""

    key: str
    name_zh: str
    name_en: str
    unit: str
    region: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class TemplateRequest:
    """What the buyer asks for, to fill in beforehand. `module_type` and units are schema keys.

    `language` sets which language of help comes first. `rows` and `cover` are an earlier answer.
    Names and the day are given in Chinese, and in English where there is such a name.
    """

    request_number: str
    buyer: str
    part_number: str
    part_name: str
    module_type: str
    declared_unit: str
    period_year: int
    supplier: str = ""
    language: str = "zh"
    due: str = ""
    buyer_en: str = ""
    supplier_en: str = ""
    part_name_en: str = ""
    due_en: str = ""
    factors: tuple[FactorChoice, ...] = ()
    rows: Prefill = field(default_factory=dict)
    cover: Mapping[str, str] = field(default_factory=dict)


def build_template(request: TemplateRequest) -> bytes:
    """Return the workbook as bytes of an .xlsx. Needs no named range, formula or macro to be read back."""
    if find_choice(COVER.column("module_type").choices, request.module_type) is None:
        raise ValueError(f"unknown module type {request.module_type!r}")
    if request.declared_unit not in BY_SYMBOL:
        raise ValueError(f"unknown declared unit {request.declared_unit!r}")
    book = Workbook()
    first = book.active
    if first is not None:
        book.remove(first)
    lists = _Lists(book)
    _instructions(book, request)
    for sheet in SHEETS:
        page = book.create_sheet(sheet.shown)
        if sheet.form:
            _form(page, sheet, request, lists)
        else:
            _table(page, sheet, request, lists)
    if request.factors:
        _factors(book, request.factors)
    lists.finish()
    book.active = 1
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class _Lists:
    """The hidden sheet of options; each list is a column that drop-downs refer to."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.page = book.create_sheet(LISTS.both())
        self.ranges: dict[tuple[str, ...], str] = {}

    def reference(self, entries: tuple[str, ...]) -> str:
        """Return the cell range that holds the entries, written once."""
        if entries not in self.ranges:
            letter = get_column_letter(len(self.ranges) + 1)
            for number, entry in enumerate(entries, start=1):
                write_text(self.page[f"{letter}{number}"], entry)
            title = self.page.title.replace("'", "''")
            self.ranges[entries] = f"'{title}'!${letter}$1:${letter}${len(entries)}"
        return self.ranges[entries]

    def finish(self) -> None:
        """Hide the sheet and put it last."""
        self.page.sheet_state = "hidden"
        self.book.move_sheet(self.page, len(self.book.sheetnames))


def write_text(cell: Any, text: str) -> None:
    """Write text so that no spreadsheet will ever take it for a formula or a number."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)  # a workbook cannot hold them
    cell.data_type = "s"
    cell.number_format = style.TEXT_FORMAT


def entries(column: Column) -> tuple[str, ...]:
    """Return what the column's drop-down offers."""
    if column.type == "unit":
        return tuple(unit.symbol for unit in of_dimensions(column.dimensions))
    return tuple(choice.shown for choice in column.choices)


def _ordered(text: Text, language: str, joint: str = "\n") -> str:
    first, second = (text.en, text.zh) if language.startswith("en") else (text.zh, text.en)
    return first if first == second else f"{first}{joint}{second}"


def _help(column: Column, language: str) -> str:
    parts = [_ordered(column.help, language)]
    if column.example:
        parts.append(_ordered(Text(f"例：{column.example}", f"Example: {column.example}"), language))
    parts.append(_ordered(column.visibility.title, language))
    return "\n".join(parts)


def _validate(page: Worksheet, column: Column, area: str, lists: _Lists, language: str) -> None:
    """Put the drop-down and the input hint on an area. States in words are always let through."""
    offered = entries(column)
    if offered:
        rule = DataValidation(type="list", formula1=f"={lists.reference(offered)}", allow_blank=True)
        # A list stops typing errors at once, except where an answer in words may stand instead.
        rule.showErrorMessage = not column.states and column.type == "choice"
        rule.errorTitle = column.title.both()[:32]
        rule.error = _ordered(Text("请从列表选择。", "Choose from the list."), language)
    else:
        rule = DataValidation(type=None, allow_blank=True)
        rule.showErrorMessage = False
    rule.showInputMessage = True
    rule.promptTitle = _ordered(column.title, language, " ")[:32]
    rule.prompt = _help(column, language)[:255]
    page.add_data_validation(rule)
    rule.add(area)


def _heading(page: Worksheet, sheet: Sheet, language: str, width: int) -> None:
    write_text(page["A1"], sheet.shown)
    page["A1"].font = style.TITLE
    # A form hides its first column: a title that is not merged would vanish with it in print.
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=max(width, 2))
    write_text(page["A2"], _ordered(sheet.help, language))
    page["A2"].font = style.BODY
    page["A2"].alignment = style.WRAP
    page.merge_cells(start_row=2, start_column=1, end_row=2, end_column=max(width, 2))
    page.row_dimensions[2].height = 44
    page.sheet_view.showGridLines = False
    _printed(page)


def _printed(page: Worksheet) -> None:
    """Print across one page in width, on A4."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _table(page: Worksheet, sheet: Sheet, request: TemplateRequest, lists: _Lists) -> None:
    language = request.language
    _heading(page, sheet, language, min(len(sheet.columns), 6))
    states = Text(
        f"带*的列必填。不知道填“{UNKNOWN.zh}”，没有这回事填“{NOT_APPLICABLE.zh}”，没有发生填0。",
        f"Columns with * are mandatory. Write {UNKNOWN.en}, {NOT_APPLICABLE.en} or 0: they mean different things.",
    )
    write_text(page["A3"], _ordered(states, language, " "))
    page["A3"].font = style.SMALL
    for index, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(index)
        key, title = page.cell(KEY_ROW, index), page.cell(TITLE_ROW, index)
        write_text(key, column.key)
        key.font = style.SMALL
        star = " *" if column.mandatory else ""
        write_text(title, f"{_ordered(column.title, language)}{star}")
        title.font, title.border, title.alignment = style.STRONG, style.BOX, style.CENTRE
        title.fill = style.MANDATORY if column.mandatory else style.OPTIONAL
        page.column_dimensions[letter].width = column.width
        _validate(page, column, f"{letter}{FIRST_ROW}:{letter}{VALIDATED_ROWS}", lists, language)
        _column_style(page, letter, column)
        first: Any = page.cell(FIRST_ROW, index)
        _blank(first, column)
        for number in range(FIRST_ROW + 1, FIRST_ROW + FORMATTED_ROWS):
            # Copying the first cell's style is a hundred times faster than setting each part of it.
            cell: Any = page.cell(number, index)
            cell._style = copy(first._style)
    titles = [f"{_ordered(column.title, language)} *" for column in sheet.columns]
    page.row_dimensions[TITLE_ROW].height = _height(titles, [column.width for column in sheet.columns])
    page.row_dimensions[KEY_ROW].hidden = True
    page.freeze_panes = f"B{FIRST_ROW}"
    for number, row in enumerate(prefilled(sheet, request), start=FIRST_ROW):
        for index, column in enumerate(sheet.columns, start=1):
            value = row.get(column.key, "")
            if value:
                write_value(page.cell(number, index), column, value)


def _column_style(page: Worksheet, letter: str, column: Column) -> None:
    """Format the whole column, so that rows below the drawn ones are text where text belongs."""
    dimension = page.column_dimensions[letter]
    dimension.font = style.BODY
    if column.type in ("text", "certificates"):
        dimension.number_format = style.TEXT_FORMAT


def _blank(cell: Any, column: Column) -> None:
    """Format an empty cell: text stays text, so that a certificate number keeps all its digits."""
    cell.font, cell.border = style.BODY, style.BOX
    if column.type in ("text", "certificates"):
        cell.number_format = style.TEXT_FORMAT


def write_value(cell: Any, column: Column, value: str) -> None:
    """Write a value as the supplier would have: numbers as numbers, all else as text."""
    content = as_written(column, value)
    if isinstance(content, str):
        write_text(cell, content)
    else:
        cell.value = content


def prefilled(sheet: Sheet, request: TemplateRequest) -> Sequence[Mapping[str, str]]:
    """Return the rows of a table: those given, else what the request says of the declared product."""
    rows = request.rows.get(sheet.key)
    if rows:
        return rows
    if sheet.key == "production":
        return ({"kind": "reference", "name": _part_name(request), "unit": request.declared_unit},)
    return ()


def _form(page: Worksheet, sheet: Sheet, request: TemplateRequest, lists: _Lists) -> None:
    language = request.language
    _heading(page, sheet, language, 4)
    given = cover_values(request) if sheet.key == "cover" else request.rows.get(sheet.key, ({},))[0]
    for number, column in enumerate(sheet.columns, start=FIRST_ROW - 2):
        key, label, value, hint = (page.cell(number, index) for index in (1, 2, 3, 4))
        write_text(key, column.key)
        key.font = style.SMALL
        fixed = sheet.key == "cover" and column.key in PREFILLED_KEYS
        star = " *" if column.mandatory and not fixed else ""
        write_text(label, f"{_ordered(column.title, language)}{star}")
        label.font, label.border, label.alignment = style.STRONG, style.BOX, style.CENTRE
        label.fill = style.MANDATORY if column.mandatory and not fixed else style.OPTIONAL
        _blank(value, column)
        value.alignment = style.CENTRE
        if fixed:
            value.fill = style.FIXED
        write_text(
            hint, f"{_ordered(column.help, language)}\n{_ordered(column.visibility.title, language, ' ')}"
        )
        hint.font, hint.alignment = style.SMALL, style.WRAP
        page.row_dimensions[number].height = 52
        if given.get(column.key):
            write_value(value, column, given[column.key])
        if not fixed:
            _validate(page, column, f"C{number}", lists, language)
    page.column_dimensions["A"].hidden = True
    for letter, width in (("B", 34), ("C", 40), ("D", 76)):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "C4"


def _part_name(request: TemplateRequest) -> str:
    """Return the part's name in the reader's language: what is read back is one name."""
    english = request.language.startswith("en") and request.part_name_en
    return request.part_name_en if english else request.part_name


def _both_names(zh: str, en: str, language: str) -> str:
    return _ordered(Text(zh, en or zh), language, " ")


def cover_values(request: TemplateRequest) -> Mapping[str, str]:
    """Return what the cover holds: the answers given, and what the request fills in beforehand."""
    given = {
        "template_version": VERSION,
        "request_number": request.request_number,
        "buyer": _both_names(request.buyer, request.buyer_en, request.language),
        "supplier": _both_names(request.supplier, request.supplier_en, request.language),
        "part_number": request.part_number,
        "part_name": _part_name(request),
        "module_type": request.module_type,
        "declared_unit": request.declared_unit,
        "period_year": str(request.period_year),
    }
    return dict(request.cover) | given


_STEPS = (
    Text(
        "在“封面”选择填报方式：已有经核查的碳足迹，只填“核查碳足迹”；否则填各张明细表。",
        "On the cover choose how to answer: with a verified footprint fill in “Verified footprint” only, "
        "otherwise the tables.",
    ),
    Text(
        "所有用量填数据年度全年的合计，不要折算到单件，平台会折算。",
        "Give totals of the data year; do not divide by pieces, the platform does.",
    ),
    Text(
        "未知、不适用和零是三种不同的回答：不知道填“未知”，没有这回事填“不适用”，没有发生填0。空格和短横都不算回答。",
        "Unknown, not applicable and zero are three answers: write unknown if you do not know, n.a. if there is no "
        "such thing, 0 if there was none. A blank or a dash is no answer.",
    ),
    Text(
        "运输、直接排放、废物没有数据时，在封面上回答原因。",
        "If transport, direct emissions or wastes hold no data, say why on the cover.",
    ),
    Text(
        "可以增加行、调换列的次序；请不要改表名和列名。",
        "You may add rows and reorder columns; please do not rename sheets and columns.",
    ),
    Text(
        "填好后上传。平台会一次列出全部问题，可以反复修改，公布之前对方看不到您的数据。",
        "Upload it when done. All problems are listed at once, and you may mend and upload again; "
        "nothing is shown to the buyer before you publish.",
    ),
    Text(
        "文件上限：10 MB，20张表，50,000行，256列。不要加宏、外部链接和密码。",
        "Limits: 10 MB, 20 sheets, 50,000 rows, 256 columns. No macros, external links or passwords.",
    ),
)


_INSTRUCTION_WIDTHS = (20.0, 30.0, 12.0, 80.0, 40.0)


def _instructions(book: Workbook, request: TemplateRequest) -> None:
    language = request.language
    page = book.create_sheet(INSTRUCTIONS.both())
    page.sheet_view.showGridLines = False
    _printed(page)
    for letter, width in zip("ABCDE", _INSTRUCTION_WIDTHS, strict=True):
        page.column_dimensions[letter].width = width
    write_text(page["A1"], INSTRUCTIONS.both())
    page["A1"].font = style.TITLE
    number = 2
    asked = Text(
        f"{request.buyer}请贵公司填写“{request.part_name}”{request.period_year}年度的数据，请求编号{request.request_number}。",
        f"{request.buyer_en or request.buyer} asks you for the data of "
        f"“{request.part_name_en or request.part_name}” for {request.period_year}, "
        f"request {request.request_number}.",
    )
    due = [Text(f"期限：{request.due}", f"Due: {request.due_en or request.due}")] if request.due else []
    for step, text in enumerate([asked, *due, *_STEPS]):
        page.merge_cells(start_row=number, start_column=1, end_row=number, end_column=5)
        cell = page.cell(number, 1)
        write_text(cell, _ordered(text, language))
        cell.font = style.STRONG if step == 0 else style.BODY
        cell.alignment = style.WRAP
        page.row_dimensions[number].height = _height([cell.value], [sum(_INSTRUCTION_WIDTHS)])
        number += 1
    number += 1
    heads = (
        Text("工作表", "Sheet"),
        Text("列", "Column"),
        Text("必填", "Mandatory"),
        Text("说明", "Help"),
        Text("谁能看到", "Who can see it"),
    )
    _line(page, number, [_ordered(head, language, " ") for head in heads], strong=True)
    for sheet in SHEETS:
        for column in sheet.columns:
            number += 1
            mandatory = Text("是", "yes") if column.mandatory else Text("否", "no")
            texts = (sheet.title, column.title, mandatory, column.help, column.visibility.title)
            _line(page, number, [_ordered(text, language) for text in texts])
            page.row_dimensions[number].height = _height(
                [_ordered(text, language) for text in texts], _INSTRUCTION_WIDTHS
            )
    number += 2
    for visibility in VISIBILITIES:
        write_text(page.cell(number, 1), _ordered(visibility.title, language, " "))
        page.cell(number, 1).font = style.SMALL
        number += 1


def _height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Return the height in points that a row of wrapped texts needs: offices do not work it out on opening."""
    most = 1
    for text, width in zip(texts, widths, strict=True):
        lines = 0
        for line in text.split("\n"):
            units = sum(2 if ord(char) > 0x2E7F else 1 for char in line)
            lines += max(1, math.ceil(units * 1.1 / width))
        most = max(most, lines)
    return 4 + 14 * most


def _line(page: Worksheet, number: int, texts: list[str], *, strong: bool = False) -> None:
    for index, text in enumerate(texts, start=1):
        cell = page.cell(number, index)
        write_text(cell, text)
        cell.font = style.STRONG if strong else style.BODY
        cell.border, cell.alignment = style.BOX, style.WRAP
        if strong:
            cell.fill = style.OPTIONAL


def _factors(book: Workbook, factors: tuple[FactorChoice, ...]) -> None:
    page = book.create_sheet(FACTORS.both())
    heads = ("编码 Key", "名称", "Name", "单位 Unit", "地区 Region", "年份 Year")
    _line(page, 1, list(heads), strong=True)
    for number, factor in enumerate(factors, start=2):
        texts = (factor.key, factor.name_zh, factor.name_en, factor.unit, factor.region, factor.year)
        for index, text in enumerate(texts, start=1):
            cell = page.cell(number, index)
            write_text(cell, text)
            cell.font = style.BODY
    for letter, width in (("A", 34), ("B", 34), ("C", 44), ("D", 16), ("E", 12), ("F", 10)):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    _printed(page)
