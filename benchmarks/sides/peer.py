"""bw2calc's side, with the fastest solver that it finds: PyPardiso if it can be imported, else SciPy's SuperLU."""

from __future__ import annotations

import resource
import statistics
import warnings
from typing import Any

import bw2calc
import bw_processing as bwp
import numpy as np
from scipy.sparse.linalg import splu

from benchmarks.sides.systems import SIGMA, demand_matrix, foregrounds, timed
from tests.engine.backgrounds import background_arrays


def distribution(amounts: np.ndarray) -> np.ndarray:
    """Log-normal with the amount as its median, in bw_processing's form."""
    table = np.zeros(len(amounts), dtype=bwp.UNCERTAINTY_DTYPE)
    table["uncertainty_type"] = 2
    table["loc"], table["scale"], table["negative"] = np.log(np.abs(amounts)), SIGMA, amounts < 0
    for field in ("shape", "minimum", "maximum"):
        table[field] = np.nan
    return table


def add(package: Any, matrix: str, rows: Any, cols: Any, values: Any, inputs: bool, drawn: bool) -> None:
    """One resource group of a datapackage; `inputs` are written with the flip to negative that bw_processing offers."""
    indices = np.zeros(len(rows), dtype=bwp.INDICES_DTYPE)
    indices["row"], indices["col"] = rows, cols
    values = np.asarray(values, dtype=float)
    extra: dict[str, Any] = {"flip_array": np.ones(len(rows), dtype=bool)} if inputs else {}
    if drawn:
        extra["distributions_array"] = distribution(values)
    package.add_persistent_vector(matrix=matrix, indices_array=indices, data_array=values, **extra)


def whole_package(sizes: dict[str, int], drawn: bool) -> tuple[Any, list[int]]:
    """Background and foregrounds in one technosphere; the ids of the foregrounds' products."""
    arrays, package, size = (
        background_arrays(sizes["size"]),
        bwp.create_datapackage(sum_intra_duplicates=True, sum_inter_duplicates=True),
        sizes["size"],
    )
    numbers = np.arange(size)
    emission = 10_000_000
    add(package, "technosphere_matrix", numbers, numbers, arrays["outputs"], False, False)
    add(
        package,
        "technosphere_matrix",
        arrays["suppliers"],
        arrays["users"],
        arrays["amounts"],
        True,
        drawn,
    )
    some = arrays["direct"] != 0
    add(
        package,
        "biosphere_matrix",
        np.full(some.sum(), emission),
        numbers[some],
        arrays["direct"][some],
        False,
        drawn,
    )
    roots = []
    for number, front in enumerate(foregrounds(sizes)):
        first = 1_000_000 + number * 10_000
        roots.append(first)
        owner, target, source, rate = (np.array(front[key]) for key in ("owner", "target", "source", "rate"))
        columns = first + np.arange(front["size"])
        add(package, "technosphere_matrix", columns, columns, np.ones(front["size"]), False, False)
        inner, linked = target >= 0, source >= 0
        add(
            package,
            "technosphere_matrix",
            first + target[inner],
            first + owner[inner],
            rate[inner],
            True,
            drawn,
        )
        add(
            package,
            "technosphere_matrix",
            source[linked],
            first + owner[linked],
            rate[linked],
            True,
            drawn,
        )
        own = ~inner & ~linked
        add(
            package,
            "biosphere_matrix",
            np.full(own.sum(), emission),
            first + owner[own],
            rate[own],
            False,
            drawn,
        )
    add(package, "characterization_matrix", [emission], [emission], [1.0], False, False)
    return package, roots


def aggregated_package(sizes: dict[str, int], scores: np.ndarray) -> tuple[Any, int]:
    """The first foreground alone, every background product a flow with its unit score as its factor."""
    front, package = (
        foregrounds(sizes)[0],
        bwp.create_datapackage(sum_intra_duplicates=True, sum_inter_duplicates=True),
    )
    first, emission = 1_000_000, 10_000_000
    owner, target, source, rate = (np.array(front[key]) for key in ("owner", "target", "source", "rate"))
    columns, inner = first + np.arange(front["size"]), target >= 0
    add(package, "technosphere_matrix", columns, columns, np.ones(front["size"]), False, False)
    add(
        package,
        "technosphere_matrix",
        first + target[inner],
        first + owner[inner],
        rate[inner],
        True,
        True,
    )
    leaf = ~inner
    flows = np.where(source[leaf] >= 0, source[leaf], emission)
    add(package, "biosphere_matrix", flows, first + owner[leaf], rate[leaf], False, True)
    used = np.unique(flows)
    factors = np.array([1.0 if flow == emission else scores[flow] for flow in used])
    add(package, "characterization_matrix", used, used, factors, False, False)
    return package, first


def brightway_side(sizes: dict[str, int]) -> dict[str, Any]:
    """Measure bw2calc."""
    warnings.simplefilter("ignore")
    solver = "PyPardiso" if getattr(bw2calc, "PYPARDISO", False) else "SuperLU"
    seconds: dict[str, float] = {}
    package, roots = whole_package(sizes, drawn=False)

    def cold() -> Any:
        lca = bw2calc.LCA({roots[0]: 1.0}, data_objs=[package])
        lca.lci()
        lca.lcia()
        return lca

    seconds["cold"], _ = timed(cold, 3)
    lca = bw2calc.LCA({roots[0]: 1.0}, data_objs=[package])
    lca.lci(factorize=True)
    lca.lcia()
    found = [float(lca.score)]

    def following(root: int) -> float:
        lca.lci({root: 1.0})
        lca.lcia()
        return float(lca.score)

    rounds = [timed(lambda root=root: following(root)) for root in roots]
    seconds["next"] = statistics.median(each for each, _ in rounds)
    found = [score for _, score in rounds]
    seconds["demands_one_by_one"] = seconds["next"] * sizes["demands"]

    # The fastest way by hand: unit scores by a transposed solution over bw2calc's own matrices, then one product.
    rows = [lca.dicts.product[n] for n in range(sizes["size"])]
    columns = np.array(rows)
    demands = demand_matrix(sizes, sizes["demands"])

    solvers = []
    if solver == "PyPardiso":
        from pypardiso import PyPardisoSolver, spsolve

        # One for each time, made beforehand: a solver keeps the factorisation of the time before.
        solvers = [PyPardisoSolver() for _ in range(3)]

    def adjoint() -> tuple[np.ndarray, np.ndarray]:
        matrix = lca.technosphere_matrix
        burdens = np.asarray((lca.characterization_matrix @ lca.biosphere_matrix).sum(axis=0)).ravel()
        if solver == "PyPardiso":
            units = spsolve(matrix.T.tocsr(), burdens, solver=solvers.pop())
        else:
            units = splu(matrix.T.tocsc()).solve(burdens)
        return units[columns], demands @ units[columns]

    seconds["demands"], (units, totals) = timed(adjoint, 3)
    aggregated, root = aggregated_package(sizes, units)
    small = bw2calc.LCA({root: 1.0}, data_objs=[aggregated], use_distributions=True)
    small.lci()
    small.lcia()

    def draw(model: Any, count: int) -> list[float]:
        values = []
        for _ in range(count):
            next(model)
            values.append(float(model.score))
        return values

    spent, values = timed(lambda: draw(small, sizes["peer"]))
    seconds["foreground_samples"] = spent / sizes["peer"] * sizes["samples"]
    package, roots = whole_package(sizes, drawn=True)
    large = bw2calc.LCA({roots[0]: 1.0}, data_objs=[package], use_distributions=True)
    large.lci()
    large.lcia()
    spent, _ = timed(lambda: draw(large, sizes["whole"]))
    seconds["whole_samples"] = spent / sizes["whole"] * 1000
    return {
        "seconds": seconds,
        "scores": found,
        "demands": totals[:50].tolist(),
        "median": statistics.median(values),
        "deviation": statistics.stdev(values) / statistics.mean(values),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "solver": solver,
    }
