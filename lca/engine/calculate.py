"""From an inventory to its ledger: a pure function of (inventory, rule set version, factor release, engine version)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import fsum
from typing import Any

from lca.engine.canonical import digest
from lca.engine.contribution import (
    TreeBuilder,
    by_gas,
    by_group,
    by_process,
    make_lines,
    unit_scores,
)
from lca.engine.energy import delivered_energy
from lca.engine.factors import FactorRelease
from lca.engine.ledger import Ledger, Line
from lca.engine.linking import LinkedExchange
from lca.engine.model import Inventory
from lca.engine.names import component_name, stage_name, unit_name
from lca.engine.plausibility import position_in_range
from lca.engine.problems import ERROR, NOTE, WARNING, EngineProblem
from lca.engine.quality import RatedPart, cut_off, mass_balance, of_model, shares
from lca.engine.recycling import EndOfLifeOutcome, end_of_life, outcome_to_dict
from lca.engine.solving import Solved, end_of_life_lines, solve_inventory
from lca.engine.units import ratio
from lca.engine.version import ENGINE_VERSION
from lca.rulesets.model import STAGES, RuleSet

# A total this small beside its parts is what rounding left over.
_CANCELLED = 1e-9
# Primary data share and company-specific amounts this far apart deserve a sentence.
_SHARES_APART = 0.01


def input_digest(document: Mapping[str, Any], ruleset: RuleSet, release: FactorRelease) -> str:
    """Return the identity of a calculation: SHA-256 of document, rule set with version and digest, digest of the
    release, and engine version."""
    return digest(
        {
            "inventory": document,
            "ruleset": {"id": ruleset.id, "version": ruleset.version, "sha256": ruleset.sha256},
            "factor_release": release.sha256,
            "engine": ENGINE_VERSION,
        }
    )


def calculate(inventory: Inventory, ruleset: RuleSet, release: FactorRelease) -> Ledger:
    """Return the ledger of one reference flow of the inventory, in kg CO2e.

    Errors: InventoryError with every problem that makes a number impossible or wrong (unlinked or unknown inputs, units
    that do not fit, loops without a solution). What only stands in the way of a declaration is a finding of severity
    "error" among the ledger's warnings.
    """
    solved = solve_inventory(inventory, ruleset, release)
    return _Assembly(inventory, ruleset, release, solved).ledger()


class _Assembly:
    """Puts the ledger together from the solved foreground."""

    def __init__(
        self, inventory: Inventory, ruleset: RuleSet, release: FactorRelease, solved: Solved
    ) -> None:
        self.inventory = inventory
        self.ruleset = ruleset
        self.release = release
        self.linker = solved.linker
        self.allocations = solved.allocations
        self.foreground = solved.foreground
        self.column = solved.column
        self.amount = solved.amount
        self.findings: list[EngineProblem] = [*inventory.notes, *self.linker.problems]
        self.declared = ruleset.stages.declared
        self.is_pack = inventory.product.kind == "battery_pack"

    def ledger(self) -> Ledger:
        """Return the ledger."""
        made = make_lines(self.foreground, self.declared, self.release.code)
        outcome = end_of_life(self.inventory, self.ruleset, self.release, self.linker.lookup, self.findings)
        modelled = end_of_life_lines(outcome, self.declared)
        lines = [line for line, _, _ in made] + modelled
        total = fsum(line.kgco2e for line in lines if line.counted)
        base = self._base_of_shares(total, [line.kgco2e for line in lines if line.counted])
        lines = [replace(line, share=line.kgco2e / base if base and line.counted else None) for line in lines]
        self._check_connected()
        stages = {
            stage: sum(line.kgco2e for line in lines if line.stage == stage and line.counted)
            for stage in STAGES
        }
        self._check_stages(lines, stages)
        energy = (
            delivered_energy(self.inventory.product, self.ruleset.energy, self.findings)
            if self.is_pack
            else None
        )
        totals = self._totals(total, None if energy is None else float(energy))
        scores = unit_scores(self.foreground, self.declared)
        parts = [rated for line, rated, _ in made if line.counted]
        parts += [of_model(line.kgco2e, line.tier) for line in modelled if line.counted]
        quality = self._quality(parts, [item for _, _, item in made])
        tree = TreeBuilder(self.foreground, scores, self.declared, base).build(
            self.column,
            self.amount,
            self.inventory.name if any(self.inventory.name.values()) else {"zh": "", "en": ""},
        )
        self._add_end_of_life(tree, lines, base)
        reference = self.inventory.reference
        ruleset = self.ruleset
        return Ledger(
            ruleset={
                "id": ruleset.id,
                "version": ruleset.version,
                "status": ruleset.status,
                "title": dict(ruleset.title),
                "sha256": ruleset.sha256,
                "gwp_set": ruleset.gwp_set,
                "assumptions": [item.to_dict() for item in ruleset.assumptions],
            },
            factor_release={"code": self.release.code, "sha256": self.release.sha256},
            engine_version=ENGINE_VERSION,
            input_digest=input_digest(self.inventory.document, ruleset, self.release),
            functional_unit={
                "kind": ruleset.functional_unit.kind if self.is_pack else "declared_unit",
                "unit": ruleset.functional_unit.unit if self.is_pack else reference.unit,
                "text": dict(ruleset.functional_unit.text) if self.is_pack else unit_name(reference.unit),
            },
            product=self._product(),
            reference={
                "process": reference.process,
                "product": reference.product,
                "amount": str(reference.amount),
                "unit": reference.unit,
            },
            delivered_energy_kwh=None if energy is None else float(energy),
            total=total,
            totals=totals,
            stages={stage: self._stage(stage, stages[stage], base, energy) for stage in self.declared},
            lines=tuple(lines),
            processes=tuple(
                by_process(self.inventory, self.foreground, [line for line, _, _ in made], scores, base)
            ),
            groups=tuple(by_group(lines, base)),
            gases=by_gas(lines),
            tree=tree,
            quality=quality,
            electricity=self._electricity(lines, [item for _, _, item in made], total, energy),
            end_of_life=self._end_of_life(outcome, total, energy),
            allocation=tuple(
                {"process": key, "method": item.method, "shares": dict(item.shares), "reason": item.reason}
                for key, item in self.allocations.items()
                if item.method != "none"
            ),
            plausibility=position_in_range(self.inventory, ruleset, stages, self._units(), self.findings),
            warnings=tuple(self.findings),
        )

    def _base_of_shares(self, total: float, parts: Sequence[float]) -> float:
        """Return what shares are of: the total, or 0 (no shares) where burdens and credits cancel.

        A share of a total that is mostly rounding would say nothing. Of a negative total, a credit's share is positive.
        """
        absolute = fsum(abs(part) for part in parts)
        if absolute and abs(total) <= _CANCELLED * absolute:
            params = {"absolute": f"{absolute:.6g}"}
            self.findings.append(EngineProblem("total.cancels", "total", f"{total:.3g}", params, WARNING))
            return 0.0
        if total < 0:
            self.findings.append(EngineProblem("total.negative", "total", f"{total:.6g}", {}, WARNING))
        return total

    def _units(self) -> float:
        """Return how many units of the reference product the total is for."""
        return float(self.inventory.reference.amount)

    def _product(self) -> dict[str, Any]:
        product = self.inventory.product
        return {
            "name": dict(self.inventory.name),
            "kind": product.kind,
            "chemistry": product.chemistry,
            "module_type": product.module_type,
            "rated_energy_kwh": None if product.rated_energy_kwh is None else str(product.rated_energy_kwh),
            "mass_kg": None if product.mass_kg is None else str(product.mass_kg),
            "period": {"from": self.inventory.period_from, "to": self.inventory.period_to},
        }

    def _totals(self, total: float, energy: float | None) -> dict[str, float | None]:
        product, unit = self.inventory.product, self.inventory.reference.unit
        per_unit = total / self._units()
        per_piece = per_unit if unit == "piece" else None
        rated = float(product.rated_energy_kwh) if product.rated_energy_kwh else None
        mass = float(product.mass_kg) if product.mass_kg else None
        per_kwh = per_piece / rated if per_piece is not None and rated else None
        if per_piece is not None:
            per_kg = per_piece / mass if mass else None
        else:
            per_kg = per_unit / float(ratio(unit, "kg")) if unit in ("kg", "g", "t", "mg") else None
        if per_piece is not None and mass is None:
            self.findings.append(EngineProblem("mass.missing", "product.mass_kg", "", {}, WARNING))
        if self.is_pack and per_piece is None:
            params = {"unit": unit_name(unit)}
            self.findings.append(EngineProblem("reference.not_piece", "reference.unit", unit, params, ERROR))
        return {
            "per_functional_unit": self._per_functional_unit(total, energy),
            "per_unit": per_unit,
            "per_piece": per_piece,
            "per_kwh_capacity": per_kwh,
            "per_kg": per_kg,
        }

    def _per_functional_unit(self, value: float, energy: Any) -> float | None:
        """Return a part of the total per functional unit, or None where there is none.

        Both divisors, delivered energy and rated energy, are those of one pack: only a result per pack divides by them.
        """
        if not self.is_pack or self.inventory.reference.unit != "piece":
            return None
        rated = self.inventory.product.rated_energy_kwh
        divisor = rated if self.ruleset.functional_unit.kind == "rated_capacity" else energy
        return value / self._units() / float(divisor) if divisor else None

    def _stage(self, stage: str, value: float, base: float, energy: Any) -> dict[str, Any]:
        per_unit = value / self._units()
        return {
            "title": dict(self.ruleset.stages.titles[stage]),
            "kgco2e": value,
            "per_unit": per_unit,
            "per_piece": per_unit if self.inventory.reference.unit == "piece" else None,
            "per_functional_unit": self._per_functional_unit(value, energy),
            "share": value / base if base else None,
        }

    def _check_connected(self) -> None:
        for process in self.inventory.processes:
            for product in process.products:
                if self.foreground.supplied[self.foreground.index[process.id, product.id]] < 0:
                    place = f"processes[{process.id}].products[{product.id}]"
                    params = {"process": process.name}
                    self.findings.append(
                        EngineProblem("system.negative_supply", place, product.id, params, WARNING)
                    )
            if not self.foreground.scale(process.id):
                params = {"process": process.name}
                self.findings.append(
                    EngineProblem(
                        "system.not_connected", f"processes[{process.id}]", process.id, params, WARNING
                    )
                )

    def _check_stages(self, lines: Sequence[Line], stages: Mapping[str, float]) -> None:
        outside: dict[str, float] = defaultdict(float)
        for line in lines:
            if not line.counted:
                outside[line.stage] += line.kgco2e
        for stage, value in outside.items():
            params = {"amount": f"{value:.6g}", "stage": stage_name(stage)}
            self.findings.append(EngineProblem("stage.out_of_scope", f"stages[{stage}]", stage, params, NOTE))
        present = {line.stage for line in lines}
        for stage in self.declared:
            if stage not in present:
                severity = WARNING if self.is_pack else NOTE
                self.findings.append(
                    EngineProblem(
                        "stage.empty", f"stages[{stage}]", stage, {"stage": stage_name(stage)}, severity
                    )
                )

    @staticmethod
    def _add_end_of_life(tree: dict[str, Any], lines: Sequence[Line], base: float) -> None:
        """Hang the end-of-life lines under the product, so that the tree adds up to the total."""
        extra = [line for line in lines if line.kind == "end_of_life" and line.counted]
        if not extra:
            return
        value = sum(line.kgco2e for line in extra)
        tree["kgco2e"] += value
        tree["share"] = tree["kgco2e"] / base if base else None
        tree["children"].append(
            {
                "id": "end_of_life",
                "name": {"zh": "回收利用模型", "en": "End-of-life model"},
                "kind": "end_of_life",
                "kgco2e": value,
                "share": value / base if base else None,
                "children": [
                    {
                        "id": line.id,
                        "name": dict(line.name),
                        "kind": "line",
                        "stages": {line.stage: line.kgco2e},
                        "kgco2e": line.kgco2e,
                        "share": line.share,
                        "children": [],
                    }
                    for line in extra
                ],
            }
        )

    def _end_of_life(self, outcome: EndOfLifeOutcome, total: float, energy: Any) -> dict[str, Any]:
        """Return the declared model, and the total under every other model the rule set shows beside it."""
        counted = ("materials" in self.declared, "recycling" in self.declared)

        def counted_effect(model: str) -> float | None:
            effect = outcome.effect(model)
            return None if effect is None else effect[0] * counted[0] + effect[1] * counted[1]

        base = total - (counted_effect(outcome.model) or 0.0)
        alternatives = []
        for model in outcome.available:
            effect, added = outcome.effect(model), counted_effect(model)
            value = None if added is None else base + added
            alternatives.append(
                {
                    "model": model,
                    "declared": model == outcome.model,
                    "available": outcome.available[model],
                    "materials": None if effect is None else effect[0],
                    "recycling": None if effect is None else effect[1],
                    "total": value,
                    "per_piece": None if value is None else value / self._units(),
                    "per_functional_unit": None
                    if value is None
                    else self._per_functional_unit(value, energy),
                }
            )
        return {
            "model": outcome.model,
            "route": outcome.route,
            "route_burden_per_kg": outcome.route_burden,
            "alternatives": alternatives,
            "materials": outcome_to_dict(outcome),
        }

    def _electricity(
        self, lines: Sequence[Line], items: Sequence[LinkedExchange], total: float, energy: Any
    ) -> dict[str, Any]:
        """Return the total location-based and contract-based, and the electricity by supply (kWh per
        reference flow)."""
        location, contract = total, total
        by_supply: dict[str, dict[str, float]] = defaultdict(lambda: {"kwh": 0.0, "kgco2e": 0.0})
        for item in {id(item): item for item in items}.values():
            if not item.electricity:
                continue
            scale = self.foreground.scale(item.process.id)
            stage = next(iter(item.burdens))
            if stage in self.declared:
                location += (item.location - item.burdens[stage]) * scale
                contract += (item.contract - item.burdens[stage]) * scale
            stated = item.exchange.electricity
            entry = by_supply[stated.supply if stated else "grid"]
            entry["kwh"] += float(item.converted) * scale * float(ratio(item.converted_unit, "kWh"))
            entry["kgco2e"] += item.burdens[stage] * scale
        rule = self.ruleset.electricity

        def figures(value: float) -> dict[str, float | None]:
            return {
                "total": value,
                "per_piece": value / self._units(),
                "per_functional_unit": self._per_functional_unit(value, energy),
            }

        return {
            "policy": rule.policy,
            "recognised": {
                "direct": rule.recognise_direct,
                "self": rule.recognise_self,
                "certificate": rule.recognise_certificates,
            },
            "location_based": figures(location),
            "contract_based": figures(contract),
            "kwh": sum(entry["kwh"] for entry in by_supply.values()),
            "by_supply": {supply: dict(entry) for supply, entry in by_supply.items()},
            "certificates": sorted(self.inventory.certificates()),
        }

    def _quality(self, parts: Sequence[RatedPart], items: Sequence[LinkedExchange]) -> dict[str, Any]:
        found = shares(parts, self.ruleset.quality.missing_dqr)
        amounts, both = found["activity_primary_share"], found["pds"]
        if amounts is not None and amounts > (both or 0.0) + _SHARES_APART:
            params = {"amounts": f"{amounts * 100:.1f}", "both": f"{(both or 0.0) * 100:.1f}"}
            self.findings.append(EngineProblem("quality.two_shares", "quality.pds", "", params, NOTE))
        return {
            **found,
            "cutoff": cut_off(self.inventory, self.ruleset.cut_off, self.findings),
            "mass_balance": mass_balance(self.inventory, self.ruleset.mass_balance_tolerance, self.findings),
            "mandatory": self._mandatory() if self.is_pack else [],
        }

    def _mandatory(self) -> list[dict[str, Any]]:
        """Return, for every component that needs company-specific data, what stands for it and whether it is."""
        found: dict[str, list[tuple[Mapping[str, str], bool]]] = defaultdict(list)
        wanted = self.ruleset.mandatory_components
        for item in self.foreground.linked:
            name, primary = item.exchange.name, item.exchange.primary
            for component in item.components:
                by_supplier = item.result is not None and component in item.result.components
                found[component].append((name, primary or by_supplier))
            if item.process.group in wanted and item.exchange.kind in ("energy", "emission"):
                found[item.process.group].append((name, primary))
        rows = []
        for component in wanted:
            stands = found.get(component, [])
            others = [name for name, primary in stands if not primary]
            if not stands:
                problem = EngineProblem(
                    "mandatory.missing", "processes", "", {"component": component_name(component)}, WARNING
                )
                self.findings.append(problem)
            elif others:
                names = {
                    "zh": "、".join(name["zh"] for name in others),
                    "en": ", ".join(name["en"] for name in others),
                }
                params = {"component": component_name(component), "names": names}
                self.findings.append(EngineProblem("mandatory.not_primary", "processes", "", params, WARNING))
            rows.append(
                {"component": component, "found": bool(stands), "primary": bool(stands) and not others}
            )
        return rows
