"""From a calculation to the system of activities behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from lca.engine.factors import FactorRelease
from lca.engine.gases import GASES
from lca.engine.linking import LinkedExchange
from lca.engine.model import Inventory, Process, Product
from lca.engine.names import stage_name
from lca.engine.solving import Solved, solve_inventory
from lca.interchange.gases import elementary_flows, flow_id
from lca.interchange.providers import Providers
from lca.interchange.system import Activity, Emission, Input, System, stable_id
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
        self.providers = Providers(inventory, ruleset, release, self.digest, language)
        self.by_process: dict[str, list[LinkedExchange]] = defaultdict(list)
        for item in self.solved.foreground.linked:
            self.by_process[item.process.id].append(item)
        self.activities: dict[str, Activity] = {}

    def system(self) -> System:
        """Return the whole system, the result first."""
        columns = self.solved.foreground.system.columns
        start = columns[self.solved.column]
        made = [
            self._column(process, product) for process, product in self._reached(start.process, start.product)
        ]
        ends = {
            self.providers.end_of_life(line): float(line["converted_amount"]) or 1.0
            for line in self.ledger["lines"]
            if line["kind"] == "end_of_life" and line["counted"]
        }
        root = self._root(self._product_id(start.process, start.product), ends)
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
        return self.providers.name(names)

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
            parts.append(words["supply"].format(supply=self.providers.word(exchange.electricity.supply)))
            if exchange.electricity.generation:
                parts.append(
                    words["generation"].format(
                        generation=self.providers.word(exchange.electricity.generation)
                    )
                )
        if exchange.data_kind:
            parts.append(words["data"].format(kind=self.providers.word(exchange.data_kind)))
        return "; ".join(parts)

    def _supply(self, item: LinkedExchange) -> str:
        """Return the id of the activity behind a factor or a supplier's result, which is made on first use."""
        if item.result is not None:
            activity = self.providers.result(item.result, item.exchange.stage)
        elif item.factor is not None and item.unit_burden is not None:
            activity = self.providers.factor(item.factor, item.unit_burden, item.converted_unit)
        else:
            raise LookupError(f"{item.exchange.id} has neither factor nor result")
        self.activities.setdefault(activity.id, activity)
        return activity.id

    def _root(self, product: str, ends: Mapping[Activity, float]) -> Activity:
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
                *(Input(activity.id, amount) for activity, amount in ends.items()),
            ),
            comment=self.words["reference"].format(score=repr(float(self.ledger["total"])), **shown)
            + "\n"
            + self._description(),
            period=self.period,
        )


def _gas(name: str) -> str:
    """Return a gas by the name under which its flow stands, however the inventory spells it."""
    return name if name in GASES else name.upper()
