"""Small pieces of the supplier's pages: the steps of an answer, a result's figures for both sides, cells of a table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.languages import language
from carbonfoot.ui.charts import Stage
from carbonfoot.ui.dates import format_day
from carbonfoot.ui.sheets import Cell, SheetRow, Snippet
from lca import rulesets
from lca.models import PublishedResult
from suppliers.models import DataRequest, RequestState, Upload
from suppliers.services.publishing import Progress
from suppliers.workbook.choices import find_choice
from suppliers.workbook.layout import BY_KEY

STAGES = ("materials", "manufacturing", "distribution", "recycling")
AROUND = 2
COLUMNS = 8


def steps_of(request: DataRequest, progress: Progress, uploaded: bool) -> list[tuple[Any, Any, str]]:
    """The four steps of an answer with the one that is now."""
    over = request.state in (RequestState.PUBLISHED, RequestState.ACCEPTED)
    if over:
        now = 5
    elif progress.upload is not None:
        now = 4
    else:
        now = 3 if uploaded else 2
    names = (
        (_("1 Know the request"), format_day(request.created_at)),
        (_("2 Fill in the workbook"), _("in your own time")),
        (_("3 Upload and mend"), _("as often as needed")),
        (_("4 Confirm and publish"), _("you decide what")),
    )
    marks = ["done" if i < now else "now" if i == now else "todo" for i in range(1, 5)]
    return [(name, note, mark) for (name, note), mark in zip(names, marks, strict=True)]


@dataclass(frozen=True)
class Scores:
    """A result under one rule set: its stages and their sum, kg CO2e per declared unit."""

    ruleset: str
    name: dict[str, str]
    stages: list[Stage]
    missing: list[str]
    total: Decimal


def ruleset_name(key: str) -> dict[str, str]:
    """The rule set's name in both languages; its key when the software no longer has it."""
    try:
        return dict(rulesets.load(key).title)
    except rulesets.RuleSetError:
        return {"zh": key, "en": key}


def scores_of(result: PublishedResult) -> list[Scores]:
    """The figures of a result, rule set by rule set; the scheme's own first."""
    found = []
    for key in sorted(result.scores, key=lambda name: (name != "cn-miit-551", name)):
        stated = {stage: Decimal(value) for stage, value in result.scores[key].items()}
        stages = [Stage(stage, stated[stage]) for stage in STAGES if stage in stated]
        missing = [stage for stage in STAGES if stage not in stated]
        found.append(Scores(key, ruleset_name(key), stages, missing, sum(stated.values(), Decimal(0))))
    return found


Rows = list[dict[str, Any]]


class Reading:
    """The cells of an upload as they were read, found by sheet and address; rows are looked up, not searched."""

    def __init__(self, upload: Upload) -> None:
        self.filename = upload.filename
        self._sheets: dict[str, tuple[str, Rows, dict[int, int]]] = {}
        for key, rows in upload.reading.get("tables", {}).items():
            self._add(key, rows)
        for key in ("cover", "verified"):
            form = upload.reading.get(key) or {}
            # A form's cells stand below each other: each is a row of its own.
            lines = [
                {"sheet": form.get("sheet"), "row": _number(value["cell"]), "values": {name: value}}
                for name, value in form.get("values", {}).items()
            ]
            self._add(key, sorted(lines, key=lambda line: line["row"]))

    def _add(self, key: str, rows: Rows) -> None:
        if rows:
            self._sheets[str(rows[0]["sheet"])] = (key, rows, {row["row"]: i for i, row in enumerate(rows)})

    def around(self, sheet: str, cell: str, hit: str = "ok") -> Snippet | None:
        """The rows around one cell; None when nothing was read there."""
        key, rows, by_number = self._sheets.get(sheet, ("", [], {}))
        index = by_number.get(_number(cell))
        if index is None or not any(value["cell"] == cell for value in rows[index]["values"].values()):
            return None
        near = rows[max(0, index - AROUND) : index + AROUND + 1]
        worded = [{**row, "values": _worded(key, row["values"])} for row in near]
        return _snippet(worded, _letters(cell), cell, sheet, self.filename, hit)


def snippet(upload: Upload, sheet: str, cell: str, hit: str = "ok") -> Snippet | None:
    """The cells around one cell of an upload; None when nothing was read there."""
    return Reading(upload).around(sheet, cell, hit)


def _worded(table: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values with keys of lists as the words that stand in the workbook."""
    found = {}
    for key, value in values.items():
        choices = next((column.choices for column in BY_KEY[table].columns if column.key == key), ())
        choice = find_choice(choices, str(value.get("value"))) if choices and value.get("value") else None
        found[key] = {
            **value,
            "shown": value.get("shown") or (choice.title.pick(language()) if choice else ""),
        }
    return found


def _number(cell: str) -> int:
    digits = "".join(char for char in cell if char.isdigit())
    return int(digits) if digits else 0


def _snippet(
    rows: list[dict[str, Any]], letters: str, cell: str, sheet: str, filename: str, hit: str
) -> Snippet:
    columns = sorted(
        {_letters(value["cell"]) for row in rows for value in row["values"].values()},
        key=lambda text: (len(text), text),
    )
    at = columns.index(letters) if letters in columns else 0
    first = max(0, min(at - COLUMNS // 2, len(columns) - COLUMNS))
    columns = columns[first : first + COLUMNS]
    lines = []
    for row in rows:
        by_letter = {_letters(value["cell"]): value for value in row["values"].values()}
        cells = [_cell(by_letter.get(letter), cell, hit) for letter in columns]
        lines.append(SheetRow(row["row"], cells))
    return Snippet(columns=columns, rows=lines, sheet=sheet, file=filename)


def _letters(cell: str) -> str:
    return "".join(char for char in cell if char.isalpha())


def _cell(value: dict[str, Any] | None, wanted: str, hit: str) -> Cell:
    if value is None:
        return Cell()
    words = {"unknown": _("unknown"), "not_applicable": _("not applicable")}
    text = value.get("shown") or words.get(value["state"]) or value.get("value") or ""
    is_number = value["state"] == "known" and str(text).replace(".", "", 1).lstrip("-").isdigit()
    return Cell(str(text), num=is_number, hit=hit if value["cell"] == wanted else "")
