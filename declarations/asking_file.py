"""Whom to ask for which part, as a file: a template with the pack's parts in it, and the rows of a filled one."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _
from openpyxl import Workbook

from carbonfoot.accounts.models import Organisation
from carbonfoot.files import TooLarge, read_limited
from carbonfoot.languages import language
from carbonfoot.problems import Problem, Problems, problem
from carbonfoot.sheets import as_bytes, write_table
from carbonfoot.ui.codes import half_width
from declarations.selectors.asking import Proposal
from suppliers.workbook.choices import MODULE_TYPES
from suppliers.workbook.findings import Finding
from suppliers.workbook.plain import LIMITS, plain_table

# Key of a column, its two titles, its width. Titles of both languages are read whatever language wrote the file.
COLUMNS = (
    ("part", "零件代码", "Part code", 18),
    ("name", "零件名称", "Name of the part", 30),
    ("supplier", "供应商（代码或名称）", "Supplier (code or name)", 34),
    ("module_type", "零件类型", "Type of part", 22),
    ("declared_unit", "声明单位", "Declared unit", 14),
    ("year", "数据年份", "Year of data", 12),
    ("due_on", "截止日期", "Due", 14),
    ("message", "留言", "Message", 50),
)
NEEDED = ("part", "supplier")


@dataclass
class FileRow:
    """What a row of the file says about a part: form values by field, and what cannot be read at all."""

    values: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def template(rows: Sequence[Proposal]) -> bytes:
    """A workbook with a row for every part that can be asked for, filled in as far as that is known."""
    lang = language()
    types = {choice.key: choice.title.pick(lang) for choice in MODULE_TYPES}
    book = Workbook(write_only=True)
    lines = [
        [
            row.part.exchange.code,
            row.part.exchange.name,
            row.supplier.code if row.supplier else "",
            types.get(row.part.module_type, row.part.module_type),
            row.declared_unit,
            row.year,
            row.due_on.isoformat(),
            "",
        ]
        for row in rows
        if not row.asked
    ]
    titles = [column[2 if lang == "en" else 1] for column in COLUMNS]
    write_table(book, _("Requests"), titles, lines, [column[3] for column in COLUMNS])
    return as_bytes(book)


def _table(file: File[Any]) -> list[list[str]]:
    """The rows of the file. Raises Problems when it is too large, or is refused by the guard."""
    try:
        content = read_limited(file, LIMITS.file_bytes)
    except TooLarge as error:
        raise problem("ASK-FILE-LARGE", _("The file is larger than 2 MB."), field="file") from error
    name = file.name or ""
    with tempfile.TemporaryDirectory() as folder:
        ending = ".csv" if name.lower().endswith(".csv") else ".xlsx"
        path = Path(folder) / f"requests{ending}"
        path.write_bytes(content)
        found = plain_table(path, name)
    if isinstance(found, Finding):
        lang = language()
        raise problem("ASK-FILE", found.message(lang), field="file", mend=found.mend(lang))
    return found


def _key(text: str) -> str:
    return half_width(text).strip().casefold()


def _head(rows: list[list[str]]) -> tuple[int, dict[str, int]]:
    """Where the titles stand, and in which column each of ours is. Raises Problems when they are not there."""
    titles = {_key(title): key for key, zh, en, _width in COLUMNS for title in (key, zh, en)}
    for number, row in enumerate(rows[:20]):
        places = {titles[_key(cell)]: at for at, cell in enumerate(row) if _key(cell) in titles}
        if all(key in places for key in NEEDED):
            return number, places
    raise problem(
        "ASK-FILE-HEAD",
        _("The table has no columns for part and supplier."),
        field="file",
        mend=_("Download the template and keep its first row."),
    )


def read(file: File[Any], rows: Sequence[Proposal], suppliers: Sequence[Organisation]) -> dict[int, FileRow]:
    """What a filled file says, by part; values that cannot be read are problems at their row.

    A row without a supplier is a part that is not asked for. Raises Problems when the file itself is of no use:
    refused, without the columns, with a part that the pack does not have, or one part twice.
    """
    table = _table(file)
    start, places = _head(table)
    parts = {_key(row.part.exchange.code): row for row in rows}
    found: dict[int, FileRow] = {}
    faults: list[Problem] = []
    for number, cells in enumerate(table[start + 1 :], start=start + 2):
        values = {key: cells[at] if at < len(cells) else "" for key, at in places.items()}
        if not values["part"] or not values["supplier"]:
            continue
        where = _("row %(number)s") % {"number": number}
        row = parts.get(_key(values["part"]))
        if row is None:
            text = _("The pack has no part with this code.")
            faults.append(Problem("ASK-FILE-PART", text, field="file", value=values["part"], where=where))
        elif row.part.pk in found:
            text = _("This part stands in the file twice.")
            faults.append(Problem("ASK-FILE-TWICE", text, field="file", value=values["part"], where=where))
        else:
            found[row.part.pk] = _row(row, values, suppliers)
    if not found and not faults:
        faults.append(Problem("ASK-NONE", _("No row of the file names a supplier."), field="file"))
    if faults:
        raise Problems(faults)
    return found


def _row(row: Proposal, values: dict[str, str], suppliers: Sequence[Organisation]) -> FileRow:
    """The values of one row as the form takes them; an empty cell keeps what is proposed."""
    said = _key(values["supplier"])
    matching = [
        item
        for item in suppliers
        if said in {_key(item.code), _key(item.uscc), _key(item.name_zh), _key(item.name_en)}
    ]
    result = FileRow()
    if len(matching) == 1:
        result.values["supplier"] = str(matching[0].pk)
    else:
        text = (
            _("Several of your suppliers have this name. Write the code.")
            if matching
            else _("This is not one of your suppliers.")
        )
        result.problems.append(
            Problem(
                "ASK-SUPPLIER",
                text,
                field=f"{row.part.pk}-supplier",
                value=values["supplier"],
                where=row.part.exchange.name,
            )
        )
    types = {
        _key(title): choice.key
        for choice in MODULE_TYPES
        for title in (choice.key, choice.title.zh, choice.title.en)
    }
    kind = values.get("module_type", "")
    result.values |= {
        "module_type": types.get(_key(kind), kind) if kind else row.part.module_type,
        "declared_unit": values.get("declared_unit") or row.declared_unit,
        "year": values.get("year") or str(row.year),
        "due_on": values.get("due_on") or row.due_on.isoformat(),
        "message": values.get("message", ""),
    }
    return result
