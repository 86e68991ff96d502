"""What both sides measure on: the same arrays, and a clock."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import csr_array, random_array

from tests.engine.backgrounds import foreground_arrays

SIGMA = 0.1
FOREGROUNDS = 6
PRODUCTS = 100_000


def timed(work: Callable[[], Any], runs: int = 1) -> tuple[float, Any]:
    """Median seconds of several runs, and what the last one returned."""
    times, result = [], None
    for _ in range(runs):
        begun = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times), result


def foregrounds(sizes: dict[str, int]) -> list[dict[str, Any]]:
    return [foreground_arrays(sizes["foreground"], sizes["size"], seed) for seed in range(FOREGROUNDS)]


def demand_matrix(sizes: dict[str, int], rows: int) -> csr_array:
    """Demands of five background products each."""
    rng = np.random.default_rng(3)
    return csr_array(random_array((rows, sizes["size"]), density=5 / sizes["size"], rng=rng, format="csr"))
