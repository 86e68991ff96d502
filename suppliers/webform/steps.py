"""The steps of the form: which sheets of the workbook each one shows, and where in a draft their values stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.languages import in_language
from suppliers.models import DataRequest
from suppliers.workbook.layout import BY_KEY
from suppliers.workbook.schema import Column
from suppliers.workbook.template import FIRST_ROW

Values = dict[str, str]
Rows = dict[str, list[Values]]

REFERENCE, CO_PRODUCT = "reference", "co_product"


@dataclass(frozen=True)
class Step:
    """One page of the form: fields of the cover, and rows of one table or the fields of a form sheet.

    ``kind``: of the production table, the rows of this kind only. ``single``: exactly one row, which is always there.
    """

    key: str
    title: Any
    lead: Any
    table: str = ""
    cover: tuple[str, ...] = ()
    kind: str = ""
    single: bool = False

    def columns(self) -> list[Column]:
        """The columns that a row of the step asks for; the kind of product follows from the step."""
        hidden = {"last_period"} | ({"kind"} if self.kind else set())
        return (
            [column for column in BY_KEY[self.table].columns if column.key not in hidden]
            if self.table
            else []
        )

    def cover_columns(self) -> list[Column]:
        """The fields of the cover that the step asks for."""
        return [BY_KEY["cover"].column(key) for key in self.cover]


PRODUCT = Step(
    "product",
    _("Product and production"),
    _("What the plant made in the year. All other amounts are divided by this one."),
    "production",
    ("level", "plant", "plant_region", "remark"),
    REFERENCE,
    single=True,
)
STEPS: tuple[Step, ...] = (
    PRODUCT,
    Step(
        "materials",
        _("Materials"),
        _("Everything that was put in over the year, losses included."),
        "materials",
    ),
    Step("energy", _("Energy"), _("What the plant used for this product over the year."), "energy"),
    Step(
        "transport",
        _("Transport"),
        _("How materials came in and products went out."),
        "transport",
        ("transport_answer",),
    ),
    Step(
        "emissions",
        _("Direct emissions"),
        _(
            "Greenhouse gases from the process and from leaks; burning of fuels is worked out from the energy."
        ),
        "emissions",
        ("emissions_answer",),
    ),
    Step("wastes", _("Wastes"), _("What was thrown away, and where it went."), "wastes", ("wastes_answer",)),
    Step(
        "coproducts",
        _("Co-products"),
        _("Other products of the same process that are sold. Leave this empty if there are none."),
        "production",
        kind=CO_PRODUCT,
    ),
)
VERIFIED = Step(
    "verified",
    _("Verified footprint"),
    _("The figures of your report. Nothing is calculated from them."),
    "verified",
    single=True,
)
CHECK = "check"


def steps_for(cover: Mapping[str, str]) -> tuple[Step, ...]:
    """The steps of a draft: the tables, or the verified footprint instead of them."""
    return (PRODUCT, VERIFIED) if cover.get("level") == "verified" else STEPS


def step_named(key: str) -> Step | None:
    """The step with this key, or None."""
    return next((step for step in (*STEPS, VERIFIED) if step.key == key), None)


def indices(step: Step, rows: Mapping[str, Sequence[Mapping[str, str]]]) -> list[int]:
    """The numbers, from 0 in the table, of the rows that the step shows."""
    table = rows.get(step.table, ())
    return [i for i, row in enumerate(table) if not step.kind or row.get("kind", "") == step.kind]


def step_of(table: str, kind: str = "") -> Step:
    """The step that shows a table, or rows of a kind of product; for fields of the cover see :func:`cover_step`."""
    return next(
        step for step in (*STEPS, VERIFIED) if step.table == table and (not kind or step.kind == kind)
    )


def cover_step(column: str) -> Step:
    """The step that asks for a field of the cover; the first one for what the request filled in."""
    return next((step for step in STEPS if column in step.cover), PRODUCT)


def begun(request: DataRequest) -> tuple[Rows, Values]:
    """What a new draft holds: the declared product as the request names it, and the way through the tables."""
    name = in_language(request.part_zh, request.part_en)
    row = {"kind": REFERENCE, "name": name, "unit": request.declared_unit}
    return {"production": [row]}, {"level": "tables"}


def replaced(step: Step, rows: Rows, given: Sequence[Values]) -> Rows:
    """``rows`` with the step's rows replaced by those given, blank ones left out; the declared product stays first."""
    kept = [row for row in rows.get(step.table, []) if step.kind and row.get("kind", "") != step.kind]
    made = [row | ({"kind": step.kind} if step.kind else {}) for row in given if step.single or filled(row)]
    both = made + kept if step.kind == REFERENCE else kept + made
    return {**rows, step.table: both}


def filled(row: Mapping[str, str]) -> bool:
    """Whether anything stands in a row; the kind of product is no content."""
    return any(value for key, value in row.items() if key != "kind")


def row_number(index: int) -> int:
    """The row of the workbook in which the table's row ``index`` (from 0) stands."""
    return FIRST_ROW + index
