"""A scenario as a file. Every file says, in both languages, that it is a scenario and not declared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from carbonfoot.sheets import as_bytes, write_table
from lca.models import Scenario, ScenarioResult
from lca.presentation.scenario import STANDING, Namer, ResultView, change_text, result_view

FORMAT = "carbonfoot-scenario/1"


def scenario_json(scenario: Scenario, results: Sequence[ScenarioResult]) -> bytes:
    """Changes, base and results as they are stored, as UTF-8 JSON that a person can read."""
    content = {
        "format": FORMAT,
        "standing": STANDING,
        "scenario": scenario.pk,
        "name": {"zh": scenario.name_zh, "en": scenario.name_en},
        "note": scenario.note,
        "inventory_revision": scenario.base.number,
        "inventory_sha256": scenario.base.sha256,
        "changes": scenario.changes,
        "results": [
            {
                "ruleset": f"{row.ruleset_id}@{row.ruleset_version}",
                "factor_release": row.release.code,
                "engine_version": row.engine_version,
                "input_digest": row.input_digest,
                "sha256": row.sha256,
                "outcome": row.outcome,
                "ledger": row.ledger,
            }
            for row in results
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def scenario_workbook(scenario: Scenario, results: Sequence[ScenarioResult], names: Namer) -> bytes:
    """Changes, figures, effects and lines that moved as .xlsx in the active language; numbers are unrounded."""
    book = Workbook(write_only=True)
    head: list[tuple[Any, ...]] = [
        (_("Standing"), STANDING),
        (_("Scenario"), scenario.name),
        (_("What it asks"), scenario.note),
        (_("Inventory"), f"{scenario.inventory.name} r{scenario.base.number}"),
        (_("Digest of the inventory"), scenario.base.sha256),
    ]
    head += [
        (_("Change %(number)d") % {"number": number}, change_text(change, names))
        for number, change in enumerate(scenario.changes, start=1)
    ]
    write_table(book, _("Scenario"), (_("Item"), _("Text")), head, (28, 100))
    for row in results:
        _one(book, result_view(row, names))
    return as_bytes(book)


def _one(book: Workbook, view: ResultView) -> None:
    """Sheets of one rule set: figures, effects, lines."""
    name = view.result.ruleset_id
    columns = (_("Figure"), _("Unit"), _("Inventory"), _("Scenario"), _("Difference"))
    rows: Iterable[Sequence[Any]] = [
        (STANDING, "", "", "", ""),
        *(
            (str(row.label), str(row.unit), row.before, row.after, row.difference)
            for row in (*view.figures, *view.stages)
        ),
    ]
    write_table(book, f"{name} 1", columns, rows, (40, 34, 18, 18, 18))
    effects: list[Sequence[Any]] = [(row.text, row.effect, row.alone, view.unit) for row in view.rows]
    effects.append((_("Interaction of the changes"), "", view.interaction, view.unit))
    effect_columns = (_("Change"), _("Effect in this order"), _("Effect alone"), _("Unit"))
    write_table(book, f"{name} 2", effect_columns, effects, (80, 22, 22, 34))
    moved = (
        (row.name, row.process, str(row.stage_name), row.amount_before, row.amount_after, row.unit,
         row.source_before, row.source_after, row.before, row.after, row.difference)
        for row in view.moved
    )  # fmt: skip
    line_columns = (
        _("Item"), _("Unit process"), _("Stage"), _("Amount before"), _("Amount after"), _("Unit"), _("Source before"),
        _("Source after"), _("kg CO2e before"), _("kg CO2e after"), _("Difference"),
    )  # fmt: skip
    write_table(book, f"{name} 3", line_columns, moved, (30, 26, 18, 16, 16, 8, 36, 36, 18, 18, 18))
