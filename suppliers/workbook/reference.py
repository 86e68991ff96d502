"""The generated parts of docs/workbook.md: columns and rules, from the schema and the register.

    python -m suppliers.workbook.reference docs/workbook.md

rewrites what stands between the marks; a test holds the committed file against it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from .findings import SEVERITIES
from .layout import SHEETS
from .limits import DEFAULT_LIMITS
from .rulebook import all_rules
from .schema import Column


def _escape(text: str) -> str:
    return re.sub(r"\{(\w+)\}", r"*\1*", text).replace("|", "\\|").replace("\n", " ")


def rules_table() -> str:
    """Return the table of all rules, by code."""
    lines: list[str] = []
    group = ""
    for code, rule in all_rules().items():
        if rule.group.en != group:
            group = rule.group.en
            lines += [
                "",
                f"### {rule.group.zh} · {group}",
                "",
                "| Code | Severity | What is wrong | How to mend |",
            ]
            lines += ["|---|---|---|---|"]
        severity = SEVERITIES[rule.severity]
        message = f"**{rule.title.zh} · {rule.title.en}**<br>{rule.message.zh}<br>{rule.message.en}"
        mend = rule.mend.zh if rule.mend.zh == rule.mend.en else f"{rule.mend.zh}<br>{rule.mend.en}"
        if re.fullmatch(r"\{\w+\}", rule.mend.en):
            mend = "as the case is"
        lines.append(
            f"| {code} | {severity.zh} {severity.en.lower()} | {_escape(message)} | {_escape(mend)} |"
        )
    return "\n".join(lines).strip()


def columns_tables() -> str:
    """Return one table of columns for each sheet."""
    lines: list[str] = []
    for sheet in SHEETS:
        lines += [
            "",
            f"### {sheet.title.zh} · {sheet.title.en} (`{sheet.key}`)",
            "",
            f"{sheet.help.zh} {sheet.help.en}",
            "",
        ]
        lines += ["| Key | Title | Type | Mandatory | Who can see it |", "|---|---|---|---|---|"]
        for column in sheet.columns:
            title = f"{column.title.zh} · {column.title.en}"
            mandatory = "yes" if column.mandatory else "no"
            lines.append(
                f"| `{column.key}` | {title} | {_type(column)} | {mandatory} | {column.visibility.title.en} |"
            )
    return "\n".join(lines).strip()


def _type(column: Column) -> str:
    if column.choices:
        keys = [f"`{choice.key}`" for choice in column.choices]
        return "one of " + ", ".join(keys if len(keys) <= 12 else [*keys[:4], f"… ({len(keys)})"])
    if column.type == "unit":
        return "unit of " + ", ".join(column.dimensions)
    return f"{column.type}, or unknown, n.a." if column.states else column.type


def limits_table() -> str:
    """Return the published limits."""
    limit = DEFAULT_LIMITS
    rows = (
        ("File", f"{limit.file_bytes // 10**6} MB"),
        ("Unpacked", f"{limit.inflated_bytes // 10**6} MB"),
        ("Sheets", f"{limit.sheets}"),
        ("Rows of a table", f"{limit.rows:,}"),
        ("Columns", f"{limit.columns}"),
        ("Cells with content", f"{limit.cells:,}"),
        (
            "Child process",
            f"{limit.memory_bytes // 2**20} MB of address space, {limit.cpu_seconds} s of processor time",
        ),
    )
    return "\n".join(["| What | At most |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


PARTS: dict[str, Callable[[], str]] = {
    "limits": limits_table,
    "columns": columns_tables,
    "rules": rules_table,
}


def renew(text: str) -> str:
    """Return the document with every generated part rewritten between its marks."""
    for name, make in PARTS.items():
        start, end = f"<!-- {name}: generated -->", f"<!-- {name}: end -->"
        pattern = re.compile(re.escape(start) + r".*?" + re.escape(end), re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"the marks of {name} are missing")
        content = f"{start}\n\n{make()}\n\n{end}"
        text = pattern.sub(lambda _, content=content: content, text)  # type: ignore[misc]
    return text


def main(arguments: list[str]) -> int:
    """Rewrite the generated parts of the given file."""
    path = Path(arguments[0])
    path.write_text(renew(path.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
