"""Why two rule sets differ, as a page and a workbook show it: sentences, steps, lines, and the two divisors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carbonfoot.ui.charts import STAGES
from carbonfoot.ui.charts import Step as Fall
from carbonfoot.ui.text import pick
from lca import reference, rulesets
from lca.engine import parse_inventory
from lca.engine.differences import Difference, Side, Step, explain
from lca.engine.moves import Move
from lca.models import Calculation
from lca.presentation.lines import supplier_names
from lca.presentation.parameters import (
    FORMULAS,
    GROUP_NAMES,
    INPUTS,
    input_unit,
    input_value,
    parameter_name,
    parameter_value,
)
from lca.presentation.result import UNIT_DELIVERED, UNIT_RATED
from lca.presentation.words import EOL_MODELS, METHODS, word

# Stored results and the same calculated again agree to this, relative; else the engine has changed in between.
_SAME = 1e-9
# Lines of a step that a page shows before it leads on to all of them.
TOP = 8

REASONS: dict[str, Any] = {
    "boundary.left": gettext_lazy("stages that %(b)s does not declare no longer count"),
    "boundary.entered": gettext_lazy("stages that only %(b)s declares now count"),
    "boundary.moved": gettext_lazy("lines count in another stage; the total stays as it is"),
    "electricity.certificate_recognised": gettext_lazy("certificates are recognised"),
    "electricity.certificate_not_recognised": gettext_lazy(
        "certificates are not recognised; the grid average counts"
    ),
    "electricity.direct_recognised": gettext_lazy("direct lines are recognised"),
    "electricity.direct_not_recognised": gettext_lazy(
        "direct lines are not recognised; the grid average counts"
    ),
    "electricity.self_recognised": gettext_lazy("self-generated electricity is recognised"),
    "electricity.self_not_recognised": gettext_lazy(
        "self-generated electricity is not recognised; the grid average counts"
    ),
    "electricity.other_factor": gettext_lazy("another electricity factor is prescribed"),
    "electricity.delivery": gettext_lazy("transmission and distribution count otherwise"),
    "factors.gwp": gettext_lazy("direct emissions are weighed with other warming potentials"),
    "factors.biogenic": gettext_lazy("biogenic carbon dioxide counts otherwise"),
    "factors.release": gettext_lazy("the factor release has other values"),
    "allocation.shares": gettext_lazy("co-products share the burdens otherwise"),
    "suppliers.other_score": gettext_lazy("suppliers published other figures for this rule set"),
    "suppliers.stage_added": gettext_lazy("suppliers published figures for further stages"),
    "suppliers.stage_gone": gettext_lazy("suppliers published no figures for some stages"),
    "end_of_life.model": gettext_lazy("%(b_model)s takes the place of %(a_model)s"),
    "end_of_life.parameters": gettext_lazy("the same end-of-life model with other parameters"),
    "end_of_life.incomplete": gettext_lazy("%(b_model)s lacks parameters here, so nothing is added"),
    "joined": gettext_lazy("several groups of rules together; they cannot be told apart here"),
}
_BECAUSE: dict[str, Any] = {
    "nothing_there": gettext_lazy("The boundaries differ, and no line lies where they do."),
    "no_electricity": gettext_lazy("The rules differ, and the inventory states no supply of electricity."),
    "same_supplies": gettext_lazy(
        "The rules differ, and no electricity input is of a kind that they treat otherwise."
    ),
    "same_values": gettext_lazy(
        "The rules differ, and no direct emission of this inventory weighs otherwise."
    ),
    "no_direct_emissions": gettext_lazy("The rules differ, and the inventory has no direct emissions."),
    "same_shares": gettext_lazy("The rules differ, and the co-products share the burdens in the same way."),
    "no_coproducts": gettext_lazy("The rules differ, and no unit process has co-products."),
    "same_scores": gettext_lazy("Suppliers published the same figures for both rule sets."),
    "no_results": gettext_lazy("The inventory uses no supplier's published result."),
    "no_parameters": gettext_lazy(
        "The models differ, and the inventory states no end-of-life materials, so none adds anything."
    ),
    "same_terms": gettext_lazy("The rules differ, and the end-of-life terms come out the same."),
    "incomplete": gettext_lazy(
        "The models differ, and one of them lacks parameters here, so nothing is added."
    ),
}
_STATUSES: dict[str, Any] = {
    "agree": gettext_lazy("The two rule sets agree."),
    "checks": gettext_lazy("They differ in what is checked and rated; no figure depends on it."),
    "divisor": gettext_lazy("The total stays; what it is divided by changes, see below."),
    "joined": gettext_lazy("These rules need the next group's as well; their effect is counted there."),
}


@dataclass(frozen=True)
class MoveView:
    """A line that moved, in the reader's language: kg CO2e per reference flow, counted, before and after."""

    name: str
    process: str
    reason: str
    stage: str
    colour: str
    before: float
    after: float
    present_before: bool
    present_after: bool
    amount_before: float | None
    amount_after: float | None
    unit: str
    burden_before: float | None
    burden_after: float | None
    burden_unit: str
    source_before: str
    source_after: str
    kgco2e: float

    @property
    def same_amount(self) -> bool:
        """Whether the amount stayed, so that one figure says it."""
        return self.amount_before == self.amount_after or not (self.present_before and self.present_after)

    @property
    def amount(self) -> float | None:
        """The amount of the side that exists."""
        return self.amount_after if self.present_after else self.amount_before


@dataclass(frozen=True)
class StepView:
    """One group of rules: its effect per reference flow and per functional unit of A and of B, sentences, lines."""

    group: str
    name: str
    status: str
    kgco2e: float
    per_a: float | None
    per_b: float | None
    sentences: tuple[tuple[str, float, int], ...]
    remark: str
    parameters: tuple[tuple[str, str, str], ...]
    details: tuple[str, ...]
    moves: tuple[MoveView, ...]

    @property
    def top(self) -> tuple[MoveView, ...]:
        """The lines that a page shows before it leads on to all of them."""
        return self.moves[:TOP]


@dataclass(frozen=True)
class SideView:
    """One of the two results with its divisor: the formula in words and its inputs as (name, value, unit)."""

    calculation: Calculation
    total: float
    per_functional_unit: float | None
    unit: Any
    formula: Any
    inputs: tuple[tuple[Any, str | None, str], ...]
    divisor: float | None
    decimals: int
    stored: float

    @property
    def effect_decimals(self) -> int:
        """Decimals of an effect, which is small beside the result."""
        return self.decimals + 2

    @property
    def recalculated(self) -> bool:
        """Whether the stored result differs from the same calculated now, because the engine has changed."""
        return abs(self.stored - self.total) > _SAME * max(abs(self.stored), abs(self.total))


def difference_of(first: Calculation, second: Calculation) -> Difference:
    """Why two calculations of one frozen inventory differ. Both must be of the same revision.

    Errors: lca.engine.InventoryError where the engine of today cannot calculate one of them; RuleSetError where the
    software no longer holds its rule set.
    """
    if first.revision_id != second.revision_id:
        raise ValueError("two calculations of different inventories")
    inventory = parse_inventory(first.revision.document)
    a, b = (
        (rulesets.load(row.ruleset_id, row.ruleset_version), reference.engine_release(row.release))
        for row in (first, second)
    )
    return explain(inventory, a, b)


def _words(found: Difference) -> dict[str, Any]:
    return {
        "a": found.a.ruleset.id,
        "b": found.b.ruleset.id,
        "a_model": word(EOL_MODELS, found.a.ruleset.end_of_life.model),
        "b_model": word(EOL_MODELS, found.b.ruleset.end_of_life.model),
    }


def reason_text(code: str, found: Difference) -> str:
    """Why lines moved, as a half-sentence without a full stop."""
    return str(REASONS[code]) % _words(found)


def _remark(step: Step) -> str:
    if step.because:
        return str(_BECAUSE[step.because])
    return str(_STATUSES.get(step.status, ""))


def _details(step: Step, processes: Mapping[str, str]) -> tuple[str, ...]:
    if step.group == "allocation":
        return tuple(
            _("%(process)s: allocated %(after)s in place of %(before)s")
            % {
                "process": pick(item["name"]) or processes.get(str(item["process"]), item["process"]),
                "before": word(METHODS, item["method"][0]),
                "after": word(METHODS, item["method"][1]),
            }
            for item in step.details
        )
    return tuple(
        _("%(model)s lacks parameters of this inventory; see the findings of that result.")
        % {"model": word(EOL_MODELS, item["model"])}
        for item in step.details
        if not item["available"]
    )


def _source(source: Mapping[str, Any], suppliers: Mapping[str, str]) -> str:
    if not source:
        return ""
    if source["kind"] == "factor":
        return str(pick(source["name"]) or source["id"])
    if source["kind"] == "gas":
        return f"GWP {source['id']}"
    return f"{suppliers.get(str(source['id'])) or source['id']} v{source['version']}"


class _Viewer:
    """Turns the engine's report into what pages show; knows the names of processes and suppliers."""

    def __init__(self, found: Difference, first: Calculation) -> None:
        self.found = found
        self.processes = {
            str(process["id"]): str(pick(process["name"]) or process["id"])
            for process in first.revision.document["processes"]
        }
        self.suppliers = supplier_names(first)

    def step(self, step: Step) -> StepView:
        per = self.found.per_functional_unit(step.kgco2e)
        return StepView(
            group=step.group,
            name=str(GROUP_NAMES[step.group]),
            status=step.status,
            kgco2e=step.kgco2e,
            per_a=per["a"],
            per_b=per["b"],
            sentences=tuple(
                (reason_text(row["code"], self.found), row["kgco2e"], row["lines"]) for row in step.reasons()
            ),
            remark=_remark(step),
            parameters=tuple(
                (
                    parameter_name(pair.path),
                    parameter_value(pair.path, pair.a),
                    parameter_value(pair.path, pair.b),
                )
                for pair in step.parameters
            ),
            details=_details(step, self.processes),
            moves=tuple(self.move(move) for move in step.moves),
        )

    def move(self, move: Move) -> MoveView:
        shown = move.stage_after or move.stage_before
        before, after = (
            str(STAGES[stage][1]) if stage else "" for stage in (move.stage_before, move.stage_after)
        )
        stage = f"{before} → {after}" if before and after and before != after else after or before
        return MoveView(
            name=str(pick(move.name)),
            process=self.processes.get(move.process, str(GROUP_NAMES["end_of_life"])),
            reason=reason_text(move.reason, self.found),
            stage=stage,
            colour=STAGES[shown][0],
            before=move.before,
            after=move.after,
            present_before=move.present_before,
            present_after=move.present_after,
            amount_before=move.amount_before,
            amount_after=move.amount_after,
            unit=move.unit,
            burden_before=move.burden_before,
            burden_after=move.burden_after,
            burden_unit=f"kg CO2e/{move.burden_unit_after or move.burden_unit_before}",
            source_before=_source(move.source_before, self.suppliers),
            source_after=_source(move.source_after, self.suppliers),
            kgco2e=move.kgco2e,
        )


def _side(side: Side, calculation: Calculation) -> SideView:
    divisor = side.divisor
    units: dict[str, Any] = {"delivered_energy": UNIT_DELIVERED, "rated_capacity": UNIT_RATED}
    return SideView(
        calculation=calculation,
        total=side.total,
        per_functional_unit=side.per_functional_unit,
        unit=units.get(divisor.kind) or f"kg CO2e/{divisor.unit}",
        formula=word(FORMULAS, divisor.formula) if divisor.kind != "declared_unit" else "",
        inputs=tuple(
            (word(INPUTS, item.name), input_value(item.name, item.value), input_unit(item.unit))
            for item in divisor.inputs
        ),
        divisor=divisor.value,
        decimals=side.ruleset.decimals("per_functional_unit"),
        stored=calculation.ledger["total"],
    )


def difference_context(first: Calculation, second: Calculation) -> dict[str, Any]:
    """What the page and the workbook show of the way from one rule set's result to another's.

    The waterfall (``falls``) is in kg CO2e per reference flow, from ``totals[0]`` to ``totals[1]``; figures per
    functional unit stand in a column of their own for each of the two. Errors: as :func:`difference_of`.
    """
    found = difference_of(first, second)
    viewer = _Viewer(found, first)
    steps = [viewer.step(step) for step in found.steps]
    falls = [
        Fall(step.name, step.kgco2e, "; ".join(text for text, _effect, _lines in step.sentences))
        for step in steps
        if step.status == "effect"
    ]
    return {
        "found": found,
        "a": _side(found.a, first),
        "b": _side(found.b, second),
        "steps": steps,
        "moving": [step for step in steps if step.moves],
        "falls": falls,
        "totals": (found.a.total, found.b.total),
        "difference": found.kgco2e,
        "relative": found.kgco2e / found.a.total if found.a.total else None,
        "same_unit": found.same_unit,
    }


def in_words(steps: Sequence[StepView]) -> list[tuple[str, str, float, int]]:
    """The report as sentences: (group, half-sentence, kg CO2e per reference flow, lines), in the order of the steps."""
    return [(step.name, text, value, lines) for step in steps for text, value, lines in step.sentences]
