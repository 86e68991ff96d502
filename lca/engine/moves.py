"""Lines of one inventory before and after a group of rules was swapped: which moved, by how much, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lca.engine.ledger import Line
from lca.rulesets.model import RuleSet

# Two sums of the same numbers in another order differ by no more than this, relative to their size.
NOISE = 1e-12

# Stable codes of why a line moved. Presentation has a sentence for each in both languages.
REASONS = (
    "boundary.left",
    "boundary.entered",
    "boundary.moved",
    "electricity.certificate_recognised",
    "electricity.certificate_not_recognised",
    "electricity.direct_recognised",
    "electricity.direct_not_recognised",
    "electricity.self_recognised",
    "electricity.self_not_recognised",
    "electricity.other_factor",
    "electricity.delivery",
    "factors.gwp",
    "factors.biogenic",
    "factors.release",
    "allocation.shares",
    "suppliers.other_score",
    "suppliers.stage_added",
    "suppliers.stage_gone",
    "end_of_life.model",
    "end_of_life.parameters",
    "end_of_life.incomplete",
    "joined",
)


@dataclass(frozen=True, slots=True)
class Move:
    """One line that a step moves. `before` and `after` are counted kg CO2e per reference flow.

    A side that does not exist, or does not count, has the kg CO2e of nothing: 0. `present_before` and `present_after`
    say whether the line exists at all. Amounts are in `unit`; `burden_*` is kg CO2e per `burden_unit_*`; `source_*` is
    the key of the factor, the id of the supplier's result, or the gas.
    """

    exchange: str
    process: str
    group: str
    name: Mapping[str, str]
    reason: str
    stage_before: str
    stage_after: str
    before: float
    after: float
    present_before: bool
    present_after: bool
    amount_before: float | None
    amount_after: float | None
    unit: str
    burden_before: float | None
    burden_after: float | None
    burden_unit_before: str
    burden_unit_after: str
    source_before: Mapping[str, Any]
    source_after: Mapping[str, Any]

    @property
    def kgco2e(self) -> float:
        """The effect on the total, kg CO2e per reference flow."""
        return self.after - self.before

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {
            "exchange": self.exchange,
            "process": self.process,
            "group": self.group,
            "name": dict(self.name),
            "reason": self.reason,
            "kgco2e": self.kgco2e,
            "before": self._side("before"),
            "after": self._side("after"),
        }

    def _side(self, side: str) -> dict[str, Any] | None:
        if not getattr(self, f"present_{side}"):
            return None
        return {
            "stage": getattr(self, f"stage_{side}"),
            "kgco2e": getattr(self, side),
            "amount": getattr(self, f"amount_{side}"),
            "unit": self.unit,
            "unit_burden": getattr(self, f"burden_{side}"),
            "burden_unit": getattr(self, f"burden_unit_{side}"),
            "source": dict(getattr(self, f"source_{side}")),
        }


def moves(
    group: str, before: Sequence[Line], after: Sequence[Line], rules: tuple[RuleSet, RuleSet]
) -> list[Move]:
    """Return the lines that differ between two solutions of one inventory, the largest effect first.

    `group` is the group of rules that was swapped, "joined" where several were; `rules` hold it before and after.
    A line that counts in another stage is among them even where the total stays as it is.
    """
    found = []
    for old, new in _pairs(before, after):
        if _same(old, new):
            continue
        found.append(_move(old, new, _reason(group, old, new, rules)))
    return sorted(found, key=lambda move: (-abs(move.kgco2e), move.exchange, move.stage_after))


def _pairs(before: Iterable[Line], after: Iterable[Line]) -> list[tuple[Line | None, Line | None]]:
    """Match lines of the same exchange: one with one, several (a result's stages) by stage."""
    sides: dict[tuple[str, str], tuple[list[Line], list[Line]]] = defaultdict(lambda: ([], []))
    for number, lines in enumerate((before, after)):
        for line in lines:
            sides[line.process, line.exchange][number].append(line)
    pairs: list[tuple[Line | None, Line | None]] = []
    for old, new in sides.values():
        if len(old) == len(new) == 1:
            pairs.append((old[0], new[0]))
            continue
        by_stage = ({line.stage: line for line in old}, {line.stage: line for line in new})
        pairs += [
            (by_stage[0].get(stage), by_stage[1].get(stage))
            for stage in dict.fromkeys([*by_stage[0], *by_stage[1]])
        ]
    return pairs


def _counted(line: Line | None) -> float:
    return line.kgco2e if line is not None and line.counted else 0.0


def _same(old: Line | None, new: Line | None) -> bool:
    first, second = _counted(old), _counted(new)
    if abs(second - first) > NOISE * max(abs(first), abs(second)):
        return False
    if old is None or new is None or not (old.counted and new.counted):
        return True
    return old.stage == new.stage or first == 0


def _reason(group: str, old: Line | None, new: Line | None, rules: tuple[RuleSet, RuleSet]) -> str:
    known = new or old
    if group == "joined":
        return "joined"
    if group == "boundary":
        if _is_counted(old) and _is_counted(new):
            return "boundary.moved"
        return "boundary.entered" if _is_counted(new) else "boundary.left"
    if group == "electricity":
        return _electricity_reason(old, new, rules)
    if group == "factors" and known is not None and known.gas is not None:
        return "factors.biogenic" if known.gas["gas"] == "CO2_biogenic" else "factors.gwp"
    if group == "suppliers":
        if old is None:
            return "suppliers.stage_added"
        return "suppliers.stage_gone" if new is None else "suppliers.other_score"
    if group == "end_of_life":
        same_model = rules[0].end_of_life.model == rules[1].end_of_life.model
        return "end_of_life.parameters" if same_model else "end_of_life.model"
    return "factors.release" if group == "factors" else "allocation.shares"


def _is_counted(line: Line | None) -> bool:
    return line is not None and line.counted


def _electricity_reason(old: Line | None, new: Line | None, rules: tuple[RuleSet, RuleSet]) -> str:
    known = new or old
    supply = (known.electricity or {}).get("supply", "grid") if known is not None else "grid"
    if supply in ("direct", "self", "certificate"):
        name = {
            "direct": "recognise_direct",
            "self": "recognise_self",
            "certificate": "recognise_certificates",
        }[supply]
        was, now = (getattr(ruleset.electricity, name) for ruleset in rules)
        if was != now:
            return f"electricity.{supply}_{'recognised' if now else 'not_recognised'}"
    first, second = ((line.factor or {}).get("key") if line is not None else None for line in (old, new))
    return "electricity.other_factor" if first != second else "electricity.delivery"


def _source(line: Line | None) -> dict[str, Any]:
    if line is None:
        return {}
    if line.factor:
        return {"kind": "factor", "id": line.factor["key"], "name": dict(line.factor["name"])}
    if line.result:
        return {"kind": "result", "id": line.result["id"], "version": line.result["version"]}
    if line.gas:
        return {"kind": "gas", "id": line.gas["gas"]}
    return {}


def _move(old: Line | None, new: Line | None, reason: str) -> Move:
    known = new or old
    if known is None:  # pragma: no cover - a pair always has a side
        raise ValueError("a pair without a line")
    return Move(
        exchange=known.exchange,
        process=known.process,
        group=known.group,
        name=known.name,
        reason=reason,
        stage_before=old.stage if old else "",
        stage_after=new.stage if new else "",
        before=_counted(old),
        after=_counted(new),
        present_before=old is not None,
        present_after=new is not None,
        amount_before=old.amount if old else None,
        amount_after=new.amount if new else None,
        unit=known.unit,
        burden_before=old.unit_burden if old else None,
        burden_after=new.unit_burden if new else None,
        burden_unit_before=old.converted_unit if old else "",
        burden_unit_after=new.converted_unit if new else "",
        source_before=_source(old),
        source_after=_source(new),
    )
