"""The engine's side."""

from __future__ import annotations

import resource
import statistics
from typing import Any

import numpy as np

from benchmarks.sides.systems import PRODUCTS, SIGMA, demand_matrix, foregrounds, timed
from lca.engine.background import Background, solve, unit_scores, verify
from lca.engine.packed import Packed
from lca.engine.uncertainty import Spread, draw_background, monte_carlo
from lca.engine.volatile import coefficients, rescored
from tests.engine.backgrounds import background_arrays


def engine_side(sizes: dict[str, int]) -> dict[str, Any]:
    """Measure the engine."""
    arrays, ids = background_arrays(sizes["size"]), [f"p{n}" for n in range(sizes["size"])]
    fronts = foregrounds(sizes)

    def cold() -> tuple[Background, Any, float]:
        release = Background.build("benchmark", ids, **arrays)
        found = unit_scores(release)
        return release, found, Packed.build(**fronts[0]).solve({0: 1.0}, found.values).total

    seconds: dict[str, float] = {}
    seconds["cold"], (release, found, _) = timed(cold, 5)
    scores = found.values
    packed = [Packed.build(**front) for front in fronts]
    for front in packed:
        front.solve({0: 1.0}, scores)
    # The next product again needs its arrays made and put in order; the next demand on it does not.
    seconds["new_foreground"], _ = timed(lambda: Packed.build(**fronts[1]).solve({0: 1.0}, scores).total, 5)
    rounds = [timed(lambda front=front: front.solve({0: 1.0}, scores).total) for front in packed * 20]
    seconds["next"] = statistics.median(each for each, _ in rounds)
    demands = demand_matrix(sizes, sizes["demands"])
    seconds["demands_stored"], totals = timed(lambda: demands @ scores, 5)

    def from_nothing() -> Any:
        # The release's arrays and the demands are there, as bw2calc's matrices are; nothing is solved.
        needs = release.needs_of(release.amounts)
        return demands @ solve(needs, release.direct / release.outputs).values

    seconds["demands"], again = timed(from_nothing, 9)
    assert np.allclose(again, totals, rtol=1e-11)
    spread = Spread(dict.fromkeys(packed[0].keys, SIGMA), {})

    def samples(count: int, drawn: dict[int, Any] | None = None) -> Any:
        return monte_carlo(
            packed[0], {0: 1.0}, scores, spread, release=release.sha256, seed=1, draws=count, drawn=drawn
        )

    seconds["foreground_samples"], sample = timed(lambda: samples(sizes["samples"]), 3)

    def whole() -> Any:
        rows = sorted(set(fronts[0]["source"]) - {-1})
        drawn = draw_background(
            release,
            np.full(len(release.amounts), SIGMA),
            np.full(release.size, SIGMA),
            rows,
            seed=1,
            draws=sizes["whole"],
            scores=scores,
        )
        return samples(sizes["whole"], dict(zip(rows, drawn, strict=True)))

    seconds["whole_samples"] = timed(whole, 3)[0] / sizes["whole"] * 1000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    products = demand_matrix(sizes, PRODUCTS)
    grid = coefficients(release, ["p0"])
    amounts, before = grid.of_products(products)[0], products @ scores  # type: ignore[arg-type]
    old = float(release.unit_direct[0])
    seconds["changed_factor"], after = timed(lambda: rescored(before, amounts, old, old * 1.2 + 1), 9)
    changed = arrays["direct"].copy()
    changed[0] += (old * 0.2 + 1) * arrays["outputs"][0]
    again = unit_scores(Background.build("again", ids, **{**arrays, "direct": changed})).values
    changed_error = float((np.abs(after - products @ again)[before > 0] / before[before > 0]).max())
    seconds["verify"], verification = timed(lambda: verify(release, found))
    block = np.ones(4_000_000)
    copying, _ = timed(lambda: block.copy(), 7)
    bandwidth = 2 * block.nbytes / copying
    # A sweep reads values, columns and the gathered vector, and writes the new one.
    moved = found.sweeps * (len(release.amounts) * (8 + 4 + 8) + release.size * 8 * 5)
    return {
        "seconds": seconds,
        "scores": [front.solve({0: 1.0}, scores).total for front in packed],
        "demands": totals[:50].tolist(),
        "median": sample.median,
        "deviation": sample.deviation / float(sample.values.mean()),
        "memory": memory,
        "bound": verification.bound,
        "changed_error": changed_error,
        "solver": f"{found.method}, {found.sweeps} sweeps",
        "bandwidth": bandwidth / 1e9,
        "floor": moved / bandwidth,
        "needs": len(release.amounts),
    }
