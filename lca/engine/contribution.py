"""What the result is made of: lines, processes, groups, gases, and the tree from the product to its last line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lca.engine.allocation import Allocation
from lca.engine.ledger import Line
from lca.engine.linking import LinkedExchange
from lca.engine.model import Inventory
from lca.engine.quality import RatedPart
from lca.engine.system import Column, Technosphere, Vector

MAX_TREE_NODES = 3000
# A deeper chain is cut off with its sum: nobody reads it, and readers of nested data stop at some depth.
MAX_TREE_DEPTH = 60


@dataclass(frozen=True)
class Foreground:
    """The inventory as a solved system: columns, what each makes, and the factor that scales every process's year.

    `supplied[j]` is the amount of product j behind the reference flow; `carried[j]` the part of its
    process's period totals.
    """

    system: Technosphere
    index: Mapping[tuple[str, str], int]
    linked: tuple[LinkedExchange, ...]
    supplied: Vector
    carried: Vector

    @cached_property
    def _scales(self) -> Mapping[str, float]:
        scales: dict[str, float] = defaultdict(float)
        for (owner, _), j in self.index.items():
            scales[owner] += float(self.carried[j])
        return scales

    def scale(self, process: str) -> float:
        """Return the part of a process's period totals that the reference flow carries, over all its products."""
        return self._scales.get(process, 0.0)


def build_system(
    inventory: Inventory, linked: tuple[LinkedExchange, ...], allocations: Mapping[str, Allocation]
) -> tuple[Technosphere, dict[tuple[str, str], int]]:
    """Return the technosphere with one column per product, and the column of every (process, product)."""
    columns = [
        Column(process.id, product.id, float(product.amount), allocations[process.id].shares[product.id])
        for process in inventory.processes
        for product in process.products
    ]
    index = {(column.process, column.product): j for j, column in enumerate(columns)}
    needs: list[dict[int, float]] = [{} for _ in columns]
    for item in linked:
        if item.supplier is None:
            continue
        supplier, amount = index[item.supplier], float(item.converted)
        for product in item.process.products:
            j = index[item.process.id, product.id]
            per_unit = amount * columns[j].share / columns[j].output
            if per_unit:
                needs[j][supplier] = needs[j].get(supplier, 0.0) + per_unit
    names = {process.id: process.name for process in inventory.processes}
    return Technosphere(tuple(columns), tuple(needs), names), index


def solve(
    system: Technosphere,
    index: dict[tuple[str, str], int],
    linked: tuple[LinkedExchange, ...],
    demand: dict[int, float],
) -> Foreground:
    """Return the foreground scaled to `demand` (column -> amount)."""
    supplied = system.supply(demand)
    shares = np.array([column.share / column.output for column in system.columns])
    return Foreground(system, index, linked, supplied, supplied * shares)


def make_lines(
    foreground: Foreground, declared: Collection[str], release_code: str
) -> list[tuple[Line, RatedPart, LinkedExchange]]:
    """Return a line for every burden of every exchange that the reference flow reaches, without shares as yet."""
    found = []
    for item in foreground.linked:
        scale = foreground.scale(item.process.id)
        if not scale:
            continue
        for stage, burden in item.burdens.items():
            identifier = item.exchange.id if len(item.burdens) == 1 else f"{item.exchange.id}@{stage}"
            found.append(
                (_line(item, identifier, stage, burden * scale, scale, stage in declared, release_code), item)
            )
    return [(line, _rated(line, item), item) for line, item in found]


def _line(
    item: LinkedExchange,
    identifier: str,
    stage: str,
    kgco2e: float,
    scale: float,
    counted: bool,
    release_code: str,
) -> Line:
    exchange, factor, result = item.exchange, item.factor, item.result
    unit_burden = None if item.unit_burden is None else float(item.unit_burden)
    if len(item.burdens) > 1 and item.converted:
        unit_burden = kgco2e / (float(item.converted) * scale)
    supply = exchange.electricity
    return Line(
        id=identifier,
        exchange=exchange.id,
        process=item.process.id,
        group=item.process.group,
        stage=stage,
        kind=exchange.kind,
        name=exchange.name,
        amount=None if exchange.amount is None else float(exchange.amount) * scale,
        unit=exchange.unit,
        converted_amount=float(item.converted) * scale,
        converted_unit=item.converted_unit,
        unit_burden=unit_burden,
        kgco2e=kgco2e,
        share=None,
        counted=counted,
        primary=exchange.primary,
        primary_share=item.primary or 0.0,
        data_kind=exchange.data_kind,
        tier=item.tier,
        components=item.components,
        factor=None
        if factor is None
        else {
            "key": factor.key,
            "name": {"zh": factor.name_zh, "en": factor.name_en},
            "value": str(factor.value),
            "unit": factor.unit,
            "tier": factor.tier,
            "family": factor.family,
            "region": factor.region,
            "year": factor.year,
            "release": "" if factor.own else release_code,
            "own": factor.own,
            "source": factor.source_title,
            "source_ref": factor.source_ref,
            "licence": factor.licence,
            "note": factor.note,
        },
        result=None
        if result is None
        else {
            "id": result.id,
            "version": result.version,
            "supplier": result.supplier,
            "product": result.product,
            "declared_unit": result.declared_unit,
            "digest": result.digest,
            "pds": None if result.pds is None else float(result.pds),
            "verified_share": None if result.verified_share is None else float(result.verified_share),
        },
        gas={"gas": item.gas, "gwp": str(item.unit_burden)} if item.gas else None,
        electricity=None
        if supply is None
        else {
            "supply": supply.supply,
            "generation": supply.generation,
            "region": supply.region,
            "certificates": list(supply.certificates),
        },
        provenance=exchange.provenance,
    )


def _rated(line: Line, item: LinkedExchange) -> RatedPart:
    ratings = item.ratings
    return RatedPart(
        kgco2e=line.kgco2e,
        primary=item.primary,
        activity_primary=item.exchange.primary,
        verified=item.verified,
        ter=None if ratings.ter is None else float(ratings.ter),
        tir=None if ratings.tir is None else float(ratings.tir),
        ger=None if ratings.ger is None else float(ratings.ger),
        tier=line.tier,
        estimated=item.exchange.data_kind == "estimated",
    )


def unit_scores(foreground: Foreground, declared: Collection[str]) -> Vector:
    """Return h: counted kg CO2e per unit of every product with everything upstream."""
    system = foreground.system
    direct = np.zeros((len(system.columns), 1))
    for item in foreground.linked:
        counted = sum(burden for stage, burden in item.burdens.items() if stage in declared)
        for product in item.process.products:
            j = foreground.index[item.process.id, product.id]
            direct[j, 0] += counted * system.columns[j].share / system.columns[j].output
    scores: Vector = system.cumulative(direct)[:, 0]
    return scores


def by_process(
    inventory: Inventory, foreground: Foreground, lines: Collection[Line], scores: Vector, total: float
) -> list[dict[str, Any]]:
    """Return direct and cumulative kg CO2e of every process. Direct figures add up to the total, cumulative do not."""
    direct: dict[str, float] = defaultdict(float)
    for line in lines:
        if line.counted:
            direct[line.process] += line.kgco2e
    rows = []
    for process in inventory.processes:
        columns = [foreground.index[process.id, product.id] for product in process.products]
        if not any(foreground.supplied[j] for j in columns):
            continue
        cumulative = float(sum(foreground.supplied[j] * scores[j] for j in columns))
        rows.append(
            {
                "id": process.id,
                "name": dict(process.name),
                "group": process.group,
                "stage": process.stage,
                "kgco2e": direct[process.id],
                "direct": direct[process.id],
                "cumulative": cumulative,
                "share": direct[process.id] / total if total else None,
                "supplied": [
                    {"product": product.id, "amount": float(foreground.supplied[j]), "unit": product.unit}
                    for product, j in zip(process.products, columns, strict=True)
                ],
            }
        )
    return rows


def by_group(lines: Collection[Line], total: float) -> list[dict[str, Any]]:
    """Return counted kg CO2e by group (cell, pack, ...), with its stages."""
    groups: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for line in lines:
        if line.counted:
            groups[line.group][line.stage] += line.kgco2e
    return [
        {
            "id": group,
            "kgco2e": sum(stages.values()),
            "share": sum(stages.values()) / total if total else None,
            "stages": dict(stages),
        }
        for group, stages in groups.items()
    ]


def by_gas(lines: Collection[Line]) -> dict[str, float]:
    """Return counted kg CO2e by gas for direct emissions; everything behind a factor stands as CO2e."""
    gases: dict[str, float] = defaultdict(float)
    for line in lines:
        if line.counted:
            gases[str(line.gas["gas"]) if line.gas else "CO2e"] += line.kgco2e
    return dict(gases)


class TreeBuilder:
    """Builds the contribution tree. Children add up to their node; a loop is closed where it comes round."""

    def __init__(
        self, foreground: Foreground, scores: Vector, declared: Collection[str], total: float
    ) -> None:
        self.foreground = foreground
        self.scores = scores
        self.declared = declared
        self.total = total
        self.nodes = 0
        self.by_process: dict[str, list[LinkedExchange]] = defaultdict(list)
        for item in foreground.linked:
            self.by_process[item.process.id].append(item)

    def build(self, column: int, amount: float, name: Mapping[str, str]) -> dict[str, Any]:
        """Return the tree of `amount` of the product in `column`."""
        return self._node(column, amount, name, ())

    def _node(
        self, column: int, amount: float, name: Mapping[str, str], path: tuple[int, ...]
    ) -> dict[str, Any]:
        owner = self.foreground.system.columns[column]
        kgco2e = float(amount * self.scores[column])
        self.nodes += 1
        node: dict[str, Any] = {
            "id": owner.process,
            "product": owner.product,
            "name": dict(name),
            "kind": "process",
            "kgco2e": kgco2e,
            "share": kgco2e / self.total if self.total else None,
            "children": [],
        }
        if column in path:
            return {**node, "kind": "loop"}
        if self.nodes > MAX_TREE_NODES or len(path) >= MAX_TREE_DEPTH:
            return {**node, "kind": "collapsed"}
        scale = amount * owner.share / owner.output
        for item in self.by_process[owner.process]:
            if item.supplier is not None:
                supplier = self.foreground.index[item.supplier]
                child = self._node(
                    supplier, float(item.converted) * scale, item.exchange.name, (*path, column)
                )
                node["children"].append(child)
                continue
            counted = {
                stage: burden * scale for stage, burden in item.burdens.items() if stage in self.declared
            }
            if counted:
                self.nodes += 1
                value = sum(counted.values())
                node["children"].append(
                    {
                        "id": item.exchange.id,
                        "name": dict(item.exchange.name),
                        "kind": "result" if item.result else "line",
                        "stages": counted,
                        "kgco2e": value,
                        "share": value / self.total if self.total else None,
                        "children": [],
                    }
                )
        return node
