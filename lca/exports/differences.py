"""The report of differences between two rule sets as a workbook; numbers are unrounded."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from carbonfoot.sheets import as_bytes, write_table
from lca.models import Calculation
from lca.presentation.differences import SideView, StepView, difference_context


def workbook(first: Calculation, second: Calculation) -> bytes:
    """Summary, steps, lines, parameters and divisors as .xlsx in the active language.

    Errors: as :func:`lca.presentation.differences.difference_of`.
    """
    shown = difference_context(first, second)
    a, b = _name(first), _name(second)
    book = Workbook(write_only=True)
    summary = (
        (_("Inventory"), f"{first.revision.inventory.name} r{first.revision.number}", ""),
        (_("From rule set"), a, ""),
        (_("To rule set"), b, ""),
        (_("Result of %(name)s") % {"name": a}, shown["totals"][0], _("kg CO2e per reference flow")),
        (_("Result of %(name)s") % {"name": b}, shown["totals"][1], _("kg CO2e per reference flow")),
        (_("Difference"), shown["difference"], _("kg CO2e per reference flow")),
        (_("Result of %(name)s") % {"name": a}, shown["a"].per_functional_unit, shown["a"].unit),
        (_("Result of %(name)s") % {"name": b}, shown["b"].per_functional_unit, shown["b"].unit),
    )
    write_table(book, _("Summary"), (_("Item"), _("Value"), _("Unit")), summary, (40, 40, 36))
    columns = (
        _("Step"), _("Rules"), _("In words"), _("kg CO2e per reference flow"),
        f"{shown['a'].unit} · {a}", f"{shown['b'].unit} · {b}", _("Lines"),
    )  # fmt: skip
    steps = (
        (number, step.name, _said(step), step.kgco2e, step.per_a, step.per_b, len(step.moves))
        for number, step in enumerate(shown["steps"], start=1)
    )
    write_table(book, _("Steps"), columns, steps, (8, 32, 70, 22, 30, 30, 8))
    write_table(book, _("Lines"), _line_columns(), _lines(shown["steps"]), _LINE_WIDTHS)
    parameters = (
        (step.name, name, before, after) for step in shown["steps"] for name, before, after in step.parameters
    )
    write_table(book, _("Parameters"), (_("Rules"), _("Parameter"), a, b), parameters, (32, 44, 44, 44))
    divisors = (row for side, name in ((shown["a"], a), (shown["b"], b)) for row in _divisor(side, name))
    heads = (_("Rule set"), _("Item"), _("Value"), _("Unit"))
    write_table(book, _("Functional unit"), heads, divisors, (30, 40, 60, 14))
    return as_bytes(book)


def _name(calculation: Calculation) -> str:
    return f"{calculation.ruleset_id} {calculation.ruleset_version}"


def _said(step: StepView) -> str:
    return "; ".join(text for text, _effect, _lines in step.sentences) or step.remark


_LINE_WIDTHS = (30, 26, 24, 22, 44, 14, 14, 8, 14, 14, 22, 26, 26, 14, 14, 14)


def _line_columns() -> tuple[Any, ...]:
    return (
        _("Rules"), _("Item"), _("Unit process"), _("Stage"), _("Because of"), _("Amount before"), _("Amount after"),
        _("Unit"), _("Factor before"), _("Factor after"), _("Unit of the factor"), _("Source before"),
        _("Source after"), _("kg CO2e before"), _("kg CO2e after"), _("Difference"),
    )  # fmt: skip


def _lines(steps: list[StepView]) -> Any:
    for step in steps:
        for move in step.moves:
            yield (
                step.name, move.name, move.process, move.stage, move.reason, move.amount_before, move.amount_after,
                move.unit, move.burden_before, move.burden_after, move.burden_unit, move.source_before,
                move.source_after, move.before, move.after, move.kgco2e,
            )  # fmt: skip


def _divisor(side: SideView, name: str) -> Any:
    yield (name, _("Formula"), str(side.formula), "")
    for label, value, unit in side.inputs:
        yield (name, label, value, unit)
    yield (name, _("Divided by"), side.divisor, "kWh" if side.formula else "")
