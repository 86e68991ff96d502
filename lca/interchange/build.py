"""From a calculation to the system of activities behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lca.engine.factors import Factor, FactorRelease
from lca.engine.gases import GASES
from lca.engine.linking import LinkedExchange
from lca.engine.model import Inventory, Process, Product
from lca.engine.names import stage_name
from lca.engine.solving import Solved, solve_inventory
from lca.interchange.gases import CO2, CO2E, elementary_flows, flow_id
from lca.interchange.system import Activity, Emission, Input, Source, System, stable_id
from lca.interchange.words import WORDS, pick
from lca.rulesets.model import RuleSet

PIECE = "piece"


def build_system(
    inventory: Inventory,
    ruleset: RuleSet,
    release: FactorRelease,
    ledger: Mapping[str, Any],
    language: str = "en",
) -> System:
    """Return the system whose root scores the `total` of `ledger`, which was calculated from the same three.

    Names and comments are in `language` (zh, en). Amounts are for one unit of each activity's product, so that no
    year's totals are told that the ledger does not tell. Errors: InventoryError as for `calculate`.
    """
    return _Builder(inventory, ruleset, release, ledger, language).system()


class _Builder:
    """Collects the activities that the reference flow reaches, each once."""

    def __init__(
        self,
        inventory: Inventory,
        ruleset: RuleSet,
        release: FactorRelease,
        ledger: Mapping[str, Any],
        language: str,
    ) -> None:
        self.inventory, self.ruleset, self.release = inventory, ruleset, release
        self.ledger, self.language, self.words = ledger, language, WORDS[language]
        self.solved: Solved = solve_inventory(inventory, ruleset, release)
        self.declared = frozenset(ruleset.stages.declared)
        self.digest: str = ledger["input_digest"]
        self.period = (inventory.period_from, inventory.period_to)
        self.by_process: dict[str, list[LinkedExchange]] = defaultdict(list)
        for item in self.solved.foreground.linked:
            self.by_process[item.process.id].append(item)
        self.activities: dict[str, Activity] = {}
        self.ends: dict[str, float] = {}  # kg of every material that the end-of-life model adds something for

    def system(self) -> System:
        """Return the whole system, the result first."""
        columns = self.solved.foreground.system.columns
        start = columns[self.solved.column]
        made = [
            self._column(process, product) for process, product in self._reached(start.process, start.product)
        ]
        ends = [self._end_of_life(line) for line in self.ledger["lines"] if _is_counted_end_of_life(line)]
        root = self._root(self._product_id(start.process, start.product))
        method = self.words["method"].format(gwp_set=self.ruleset.gwp_set.upper())
        flows = elementary_flows(self.ruleset, self.release, self.words["co2e"])
        return System(
            name=self._name(self.ledger["product"]["name"]),
            digest=self.digest,
            description=self._description(),
            method=method,
            method_id=stable_id("method", method, *(f"{flow.id} {flow.potential!r}" for flow in flows)),
            activities=(root, *made, *ends, *self.activities.values()),
            flows=flows,
            root=root.id,
            score=float(self.ledger["total"]),
            words={
                kind: self.words[kind]
                for kind in ("result", "processes", "factors", "results", "end_of_life")
            },
        )

    def _name(self, names: Mapping[str, str]) -> str:
        return pick(dict(names), self.language)

    def _product_id(self, process: str, product: str) -> str:
        return stable_id("product", self.digest, process, product)

    def _description(self) -> str:
        ledger = self.ledger
        text = self.words["description"].format(
            ruleset=ledger["ruleset"]["id"],
            version=ledger["ruleset"]["version"],
            release=ledger["factor_release"]["code"],
            engine=ledger["engine_version"],
            digest=self.digest,
            score=repr(float(ledger["total"])),
        )
        value = ledger["totals"].get("per_functional_unit")
        if value is not None:
            unit = ledger["functional_unit"]["unit"]
            text += "\n" + self.words["per_functional_unit"].format(value=repr(float(value)), unit=unit)
        return text

    def _reached(self, process: str, product: str) -> list[tuple[Process, Product]]:
        """Return the products that the reference flow reaches, from users to suppliers."""
        waiting, seen = [(process, product)], {(process, product)}
        found = []
        while waiting:
            owner, made = waiting.pop()
            unit = self.inventory.process(owner)
            if unit is None or (item := unit.product(made)) is None:
                raise LookupError(f"{owner} makes no {made}")
            found.append((unit, item))
            for linked in self.by_process[owner]:
                if linked.supplier is not None and linked.supplier not in seen:
                    seen.add(linked.supplier)
                    waiting.append(linked.supplier)
        return found

    def _column(self, process: Process, product: Product) -> Activity:
        """Return the activity of one product of a unit process, with its share of the process's exchanges."""
        allocation = self.solved.allocations[process.id]
        rate = allocation.shares[product.id] / float(product.amount)
        inputs: list[Input] = []
        emissions: list[Emission] = []
        notes: list[str] = []
        if allocation.method != "none":
            share = f"{allocation.shares[product.id]:.6%}"
            method = self.words[allocation.method]
            notes.append(self.words["allocated"].format(share=share, method=method))
            notes += [allocation.reason] if allocation.reason else []
        for item in self.by_process[process.id]:
            amount = float(item.converted) * rate
            if item.supplier is not None:
                inputs.append(Input(self._product_id(*item.supplier), amount, self._name(item.exchange.name)))
            elif item.tier == "burden_free":
                notes.append(self._left(item, amount))
            elif not self.declared.intersection(item.burdens):
                stage = pick(stage_name(next(iter(item.burdens))), self.language)
                name = self._name(item.exchange.name)
                notes.append(self.words["outside"].format(name=name, stage=stage))
            elif item.gas:
                emissions.append(Emission(flow_id(_gas(item.gas)), amount, self._comment(item)))
            else:
                inputs.append(Input(self._supply(item), amount, self._comment(item)))
        name = self._name(process.name)
        made = self._name(product.name)
        return Activity(
            id=self._product_id(process.id, product.id),
            kind="processes",
            name=name if len(process.products) == 1 else f"{name} | {made}",
            product=made,
            unit=product.unit,
            inputs=tuple(inputs),
            emissions=tuple(emissions),
            comment="\n".join(notes),
            period=self.period,
        )

    def _left(self, item: LinkedExchange, amount: float) -> str:
        link = item.exchange.link
        return self.words["burden_free"].format(
            name=self._name(item.exchange.name),
            amount=f"{amount:.6g}",
            unit=item.converted_unit,
            reason=link.target if link else "",
        )

    def _comment(self, item: LinkedExchange) -> str:
        """Say which line of the inventory it is, its stage, how its electricity comes, and what kind of data it is."""
        words, exchange = self.words, item.exchange
        stages = [pick(stage_name(stage), self.language) for stage in item.burdens if stage in self.declared]
        parts = [self._name(exchange.name), words["stage"].format(stage=", ".join(stages))]
        if exchange.electricity is not None:
            parts.append(words["supply"].format(supply=exchange.electricity.supply))
            if exchange.electricity.generation:
                parts.append(words["generation"].format(generation=exchange.electricity.generation))
        if exchange.data_kind:
            parts.append(words["data"].format(kind=exchange.data_kind))
        return "; ".join(parts)

    def _supply(self, item: LinkedExchange) -> str:
        """Return the id of the activity behind a factor or a supplier's result, which is made on first use."""
        if item.result is not None:
            activity = self._result(item)
        elif item.factor is not None and item.unit_burden is not None:
            activity = self._factor(item.factor, item.unit_burden, item.converted_unit)
        else:
            raise LookupError(f"{item.exchange.id} has neither factor nor result")
        self.activities.setdefault(activity.id, activity)
        return activity.id

    def _factor(self, factor: Factor, declared: Decimal, unit: str) -> Activity:
        """Return one unit of a background factor; `declared` is what the rule set counts for it."""
        notes = [
            self.words["factor"].format(
                key=factor.key, value=factor.value, unit=factor.unit, tier=factor.tier
            ),
            *([self.words["own_factor"]] if factor.own else []),
            *(text for text in (factor.boundary, factor.basis, factor.note) if text),
        ]
        if declared != factor.value:
            added = declared - factor.value
            text = self.words["adjusted"].format(declared=declared, unit=factor.unit, added=added)
            notes.insert(1, text)
        owner = self.digest if factor.own else self.release.sha256
        name = pick({"zh": factor.name_zh, "en": factor.name_en}, self.language)
        gas = CO2 if factor.co2_only else CO2E
        return Activity(
            id=stable_id("factor", owner, factor.key, str(declared), unit, self.language),
            kind="factors",
            name=name if declared == factor.value else f"{name} | {declared} {factor.unit}",
            product=name,
            unit=unit,
            location=factor.region,
            emissions=(Emission(flow_id(gas), float(declared)),),
            comment="\n".join(notes),
            source=Source(factor.source_title or factor.key, factor.source_ref, factor.licence, factor.year),
        )

    def _result(self, item: LinkedExchange) -> Activity:
        """Return one declared unit of a supplier's result: its published scores by stage, and no recipe."""
        result = item.result
        if result is None:
            raise LookupError(item.exchange.id)
        ruleset = self.ruleset
        scores = result.scores.get(f"{ruleset.id}@{ruleset.version}") or result.scores[ruleset.id]
        counted = {
            stage: score for stage, score in scores.items() if (item.exchange.stage or stage) in self.declared
        }
        emissions = tuple(
            Emission(
                flow_id(CO2E),
                float(score),
                self.words["stage"].format(stage=pick(stage_name(stage), self.language)),
            )
            for stage, score in counted.items()
        )
        comment = self.words["supplier"].format(
            supplier=self._stated(result.id, "supplier") or "-",
            version=result.version or "-",
            digest=result.digest or "-",
        )
        scored = [f"{stage} {score}" for stage, score in counted.items()]
        name = self._stated(result.id, "product") or result.id
        return Activity(
            id=stable_id("result", result.id, result.version, result.digest, *scored, self.language),
            kind="results",
            name=name,
            product=name,
            unit=result.declared_unit,
            emissions=emissions,
            comment=comment,
        )

    def _stated(self, result: str, field: str) -> str:
        """Return a name that the document states of a supplier's result, as one text or in both languages."""
        for entry in self.inventory.document.get("results") or ():
            if str(entry.get("id")) == result:
                value = entry.get(field) or ""
                return self._name(value) if isinstance(value, Mapping) else str(value)
        return ""

    def _end_of_life(self, line: Mapping[str, Any]) -> Activity:
        """Return what the end-of-life model adds for one kg of a material in one stage."""
        amount = float(line["converted_amount"]) or 1.0
        value = float(line["kgco2e"]) / amount
        stage = pick(stage_name(line["stage"]), self.language)
        name = f"{self._name(line['name'])} | {self.words['end_of_life']}, {stage}"
        activity = Activity(
            id=stable_id("end_of_life", self.digest, line["id"]),
            kind="end_of_life",
            name=name,
            product=name,
            unit=line["converted_unit"] or "kg",
            emissions=(Emission(flow_id(CO2E), value),),
            comment=self.words["eol"].format(value=repr(value)),
        )
        self.ends[activity.id] = amount
        return activity

    def _root(self, product: str) -> Activity:
        """Return the activity that delivers the reference flow and everything the end-of-life model adds to it."""
        reference = self.inventory.reference
        unit = self.solved.foreground.system.columns[self.solved.column]
        process = self.inventory.process(unit.process)
        made = process.product(unit.product) if process else None
        if made is None:
            raise LookupError(unit.product)
        shown = {"amount": str(reference.amount), "unit": reference.unit}
        name = self._name(self.ledger["product"]["name"]) or self._name(made.name)
        return Activity(
            id=stable_id("reference", self.digest),
            kind="result",
            name=self.words["reference_name"].format(name=name, **shown),
            product=self.words["reference_product"],
            unit=PIECE,
            inputs=(
                Input(product, self.solved.amount),
                *(Input(identifier, amount) for identifier, amount in self.ends.items()),
            ),
            comment=self.words["reference"].format(score=repr(float(self.ledger["total"])), **shown)
            + "\n"
            + self._description(),
            period=self.period,
        )


def _gas(name: str) -> str:
    """Return a gas by the name under which its flow stands, however the inventory spells it."""
    return name if name in GASES else name.upper()


def _is_counted_end_of_life(line: Mapping[str, Any]) -> bool:
    return line["kind"] == "end_of_life" and bool(line["counted"])
