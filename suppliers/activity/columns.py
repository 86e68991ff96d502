"""The fields of a record, and which column of a file holds which: guessed from its titles, told by a person, kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from suppliers.workbook.text import fold


@dataclass(frozen=True)
class Field:
    """One field of a record; ``words`` are titles under which systems export it."""

    key: str
    title: Any
    help: Any
    mandatory: bool
    words: tuple[str, ...]


FIELDS: tuple[Field, ...] = (
    Field(
        "key",
        _("Key of the record"),
        _("What names this row in your system for ever, as a document number, or meter and month."),
        True,
        (
            "key",
            "id",
            "record",
            "record id",
            "主键",
            "记录号",
            "记录编号",
            "单据号",
            "凭证号",
            "流水号",
            "document",
            "doc no",
        ),
    ),
    Field(
        "item",
        _("Item"),
        _("The code of the meter, material or product."),
        True,
        (
            "item",
            "item code",
            "code",
            "meter",
            "meter id",
            "material",
            "物料编码",
            "物料号",
            "表号",
            "表计编号",
            "计量点",
            "编码",
            "测点",
        ),
    ),
    Field(
        "name",
        _("Name of the item"),
        _("Shown beside the code."),
        False,
        ("name", "item name", "description", "名称", "物料名称", "描述", "表名称"),
    ),
    Field(
        "from",
        _("From"),
        _("First day, as 2025-01-31, or a month, as 2025-01."),
        True,
        (
            "from",
            "start",
            "date",
            "period",
            "month",
            "day",
            "posting date",
            "开始",
            "开始日期",
            "起始日期",
            "日期",
            "月份",
            "期间",
            "过账日期",
        ),
    ),
    Field(
        "to",
        _("To"),
        _("Last day. Left out: the same day, or the end of the month."),
        False,
        ("to", "end", "until", "结束", "结束日期", "截止日期"),
    ),
    Field(
        "amount",
        _("Amount"),
        _("A number, not negative."),
        True,
        ("amount", "quantity", "qty", "value", "consumption", "数量", "用量", "耗量", "电量", "数值"),
    ),
    Field(
        "unit", _("Unit"), _("As in the workbook: kWh, kg, m3 …"), True, ("unit", "uom", "单位", "计量单位")
    ),
)
BY_KEY: Mapping[str, Field] = {field.key: field for field in FIELDS}


def guess(header: Sequence[str], told: Mapping[str, str] | None = None) -> dict[str, str]:
    """Field by field the title of its column: as told before where this header has it, else by its usual titles.

    A title is taken for one field only; what is not found is not in the answer.
    """
    found = {key: title for key, title in (told or {}).items() if key in BY_KEY and title in header}
    for field in FIELDS:
        if field.key in found:
            continue
        words = {fold(word) for word in (field.key, *field.words)}
        free = (title for title in header if title and title not in found.values() and fold(title) in words)
        title = next(free, None)
        if title is not None:
            found[field.key] = title
    return found


def lacking(columns: Mapping[str, str]) -> list[Field]:
    """The mandatory fields that have no column."""
    return [field for field in FIELDS if field.mandatory and not columns.get(field.key)]
