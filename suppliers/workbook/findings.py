"""Findings: what is wrong, where, and how to mend it; and the register of all rules.

A code is a promise to people who write it down: it is never reused for another rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from .text import Text, clip

Severity = Literal["error", "warning", "note"]
SEVERITIES: dict[str, Text] = {
    "error": Text("错误", "Error"),
    "warning": Text("警告", "Warning"),
    "note": Text("提示", "Note"),
}
RANK: dict[str, int] = {"error": 0, "warning": 1, "note": 2}
GROUPS: dict[str, Text] = {
    "0": Text("文件", "The file"),
    "1": Text("模板和封面", "Template and cover"),
    "2": Text("单元格", "Cells"),
    "3": Text("表格", "Tables"),
    "4": Text("合理性", "Plausibility"),
    "5": Text("电力和因子", "Electricity and factors"),
    "6": Text("核查碳足迹", "Verified footprint"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: stable code, severity, what it says and how to mend it, with {places} for parameters."""

    code: str
    severity: Severity
    title: Text
    message: Text
    mend: Text

    @property
    def group(self) -> Text:
        """The group that the code's first digit names."""
        return GROUPS[self.code.removeprefix("WB-")[0]]


RULES: dict[str, Rule] = {}


def rule(code: str, severity: Severity, title: Text, message: Text, mend: Text) -> Rule:
    """Make a rule and enter it in the register; a code that is taken is a programming error."""
    if code in RULES:
        raise ValueError(f"rule {code} is registered twice")
    made = Rule(code, severity, title, message, mend)
    RULES[code] = made
    return made


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `sheet` and `cell` are as in the user's file; `value` is what stands there.

    `table` and `column` are schema keys where known. `offer` holds values that would mend the cell.
    """

    code: str
    severity: Severity
    sheet: str = ""
    cell: str = ""
    value: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    table: str = ""
    column: str = ""
    offer: tuple[str, ...] = ()

    def title(self, lang: str) -> str:
        """Return the rule's short name."""
        return RULES[self.code].title.pick(lang)

    def message(self, lang: str) -> str:
        """Return what is wrong, as one sentence in the language."""
        return RULES[self.code].message.format(lang, self._places())

    def mend(self, lang: str) -> str:
        """Return how to mend it, as one sentence in the language."""
        return RULES[self.code].mend.format(lang, self._places())

    def _places(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "cell": self.cell, "value": self.value} | self.params

    @property
    def place(self) -> str:
        """The place as people write it: sheet!cell."""
        return f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet or self.cell

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as JSON-able data, without its sentences."""
        return {
            "code": self.code,
            "severity": self.severity,
            "sheet": self.sheet,
            "cell": self.cell,
            "value": self.value,
            "params": _plain(self.params),
            "table": self.table,
            "column": self.column,
            "offer": list(self.offer),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Finding:
        """Return the finding that `to_dict` wrote."""
        return cls(**(data | {"offer": tuple(data.get("offer", ()))}))


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.as_dict()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)


def found(
    of: Rule,
    *,
    sheet: str = "",
    cell: str = "",
    value: object = "",
    table: str = "",
    column: str = "",
    offer: Iterable[str] = (),
    **params: Any,
) -> Finding:
    """Return a finding of the rule; the value is cut to what fits on a page."""
    return Finding(
        of.code,
        of.severity,
        sheet,
        cell,
        clip(value),
        _plain(params),
        table,
        column,
        tuple(offer),
    )


class Refused(Exception):
    """The file cannot be read at all; carries the one finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding
