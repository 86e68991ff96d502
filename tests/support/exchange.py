"""Scores of exported files, found with the other tools' own libraries and nothing of ours."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import bw2calc
    import bw2data
    import bw2io
    import bw_processing
    import olca_schema
    from olca_schema.zipio import ZipReader


Entry = tuple[int, int, float]


def solved(demand: dict[int, float], **matrices: list[Entry]) -> float:
    """Score of a demand by bw2calc, in double precision, from (row, column, amount) of its three matrices."""
    package = bw_processing.create_datapackage(sum_intra_duplicates=True)
    for matrix, entries in matrices.items():
        package.add_persistent_vector(
            matrix=f"{matrix}_matrix",
            indices_array=np.array([entry[:2] for entry in entries], dtype=bw_processing.INDICES_DTYPE),
            data_array=np.array([entry[2] for entry in entries]),
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lca = bw2calc.LCA(demand, data_objs=[package])
        lca.lci()
        lca.lcia()
    return float(lca.score)


def brightway_score(content: bytes, folder: Path) -> float:
    """What bw2io reads from a bw2package, solved by bw2calc."""
    path = folder / "result.bw2package"
    path.write_bytes(content)
    database, method = bw2io.BW2Package.load_file(str(path))
    ids = {key: number for number, key in enumerate(database["data"], start=1)}
    signs = {"production": 1, "technosphere": -1, "biosphere": 1}
    entries: dict[str, list[Entry]] = {kind: [] for kind in signs}
    for key, dataset in database["data"].items():
        for item in dataset["exchanges"]:
            entries[item["type"]].append((ids[item["input"]], ids[key], signs[item["type"]] * item["amount"]))
    return solved(
        {ids[database["name"], "reference"]: 1.0},
        technosphere=entries["production"] + entries["technosphere"],
        biosphere=entries["biosphere"],
        characterization=[(ids[key], ids[key], factor) for key, factor in method["data"]],
    )


def imported_score(content: bytes, folder: Path) -> float:
    """Import a bw2package as docs/exchange.md says, into a project that is empty, and calculate there.

    Brightway keeps the amounts of its databases in single precision, so this score has seven digits.
    """
    path = folder / "result.bw2package"
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bw2data.projects.set_current("carbonfoot", update=False)
        for name in list(bw2data.databases):
            del bw2data.databases[name]
        database, method = bw2io.BW2Package.import_file(str(path))
        lca = bw2calc.LCA({bw2data.get_node(database=database.name, code="reference"): 1}, method.name)
        lca.lci()
        lca.lcia()
    return float(lca.score)


def _all(reader: ZipReader, kind: Any) -> dict[str, Any]:
    return {uid: reader.read(kind, uid) for uid in reader.ids_of(kind)}


class Package:
    """An openLCA package as olca_schema reads it."""

    def __init__(self, content: bytes, folder: Path) -> None:
        path = folder / "result.zip"
        path.write_bytes(content)
        with ZipReader(path) as reader:
            self.processes = _all(reader, olca_schema.Process)
            self.flows = _all(reader, olca_schema.Flow)
            self.sources = _all(reader, olca_schema.Source)
            self.categories = _all(reader, olca_schema.ImpactCategory)
            self.methods = _all(reader, olca_schema.ImpactMethod)
            self.systems = _all(reader, olca_schema.ProductSystem)
            self.groups = _all(reader, olca_schema.UnitGroup)
            self.properties = _all(reader, olca_schema.FlowProperty)
        self.units = {unit.id: unit for group in self.groups.values() for unit in group.units}

    def amount(self, exchange: Any) -> float:
        """The amount of an exchange in the reference unit of its flow property's group."""
        group = self.groups[self.properties[exchange.flow_property.id].unit_group.id]
        assert exchange.unit.id in {unit.id for unit in group.units}
        return float(exchange.amount * self.units[exchange.unit.id].conversion_factor)

    def score(self) -> float:
        """Score of the product system under the package's method: its links make the matrices, bw2calc solves them."""
        (system,), (category,) = self.systems.values(), self.categories.values()
        ids = {uid: number for number, uid in enumerate(self.processes, start=1)}
        assert {ref.id for ref in system.processes} == set(ids)
        providers = {(link.process.id, link.exchange.internal_id): link for link in system.process_links}
        technosphere, biosphere = [], []
        for uid, process in self.processes.items():
            for exchange in process.exchanges:
                amount, flow = self.amount(exchange), self.flows[exchange.flow.id]
                if flow.flow_type == olca_schema.FlowType.ELEMENTARY_FLOW:
                    biosphere.append((exchange.flow.id, ids[uid], -amount if exchange.is_input else amount))
                elif exchange.is_quantitative_reference:
                    technosphere.append((ids[uid], ids[uid], amount))
                else:
                    link = providers.pop((uid, exchange.internal_id))
                    assert link.provider.id == exchange.default_provider.id
                    assert link.flow.id == exchange.flow.id == self.product_of(link.provider.id)
                    technosphere.append((ids[link.provider.id], ids[uid], -amount))
        assert not providers
        flows = {uid: 10_000_000 + number for number, uid in enumerate(self.flows)}
        emissions = [(flows[flow], column, amount) for flow, column, amount in biosphere]
        factors = [(flows[f.flow.id], flows[f.flow.id], float(f.value)) for f in category.impact_factors]
        target = system.target_amount * self.units[system.target_unit.id].conversion_factor
        return solved(
            {ids[system.ref_process.id]: target},
            technosphere=technosphere,
            biosphere=emissions,
            characterization=factors,
        )

    def product_of(self, process: str) -> str:
        """Id of the product flow that a process makes."""
        (made,) = [
            item.flow.id for item in self.processes[process].exchanges if item.is_quantitative_reference
        ]
        return str(made)
