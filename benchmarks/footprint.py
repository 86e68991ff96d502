"""The engine's time for one result: parsing, linking, solving, ledger; beside the bare sum of amount times factor.

The peer knows nothing of units, stages, loops, quality or explanations: it is what a spreadsheet would compute, and the
least that any engine can take.
"""

from __future__ import annotations

import copy
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lca import data, rulesets
from lca.engine import calculate, parse_inventory
from lca.engine.cases import case_to_inventory

CASES = Path(__file__).resolve().parent.parent / "tests" / "cases" / "everbatt2023.json"
RUNS = 9


def median_ms(work: Callable[[], Any]) -> float:
    """Median of several runs, in milliseconds; the first is thrown away."""
    times = []
    for _ in range(RUNS + 1):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times[1:])


def grown(document: dict[str, Any], lines: int) -> dict[str, Any]:
    """The same pack with its cell materials repeated until there are so many lines."""
    found = copy.deepcopy(document)
    cell = next(process for process in found["processes"] if process["id"] == "cell")
    materials = [line for line in cell["exchanges"] if line["kind"] == "material"]
    for number in range(max(0, lines - len(cell["exchanges"]))):
        line = copy.deepcopy(materials[number % len(materials)])
        line["id"] = f"{line['id']}.copy{number}"
        cell["exchanges"].append(line)
    return found


def by_hand(document: dict[str, Any], factors: dict[str, float]) -> float:
    """Amount times factor over the lines that have one: the bare sum."""
    lines = [line for process in document["processes"] for line in process["exchanges"]]
    linked = [line for line in lines if line.get("link", {}).get("factor") in factors]
    amounts = np.array([float(line["amount"]) for line in linked])
    values = np.array([factors[line["link"]["factor"]] for line in linked])
    return float(amounts @ values)


def main() -> int:
    """Print the table and the figures."""
    release, ruleset = data.load_release(), rulesets.load("iso-14067-gate")
    case = json.loads(CASES.read_text("utf-8"))
    document = case_to_inventory(case, case["packs"][0], "CN", release)
    factors = {key: float(factor.value) for key, factor in release.factors.items()}
    figures: list[tuple[str, float]] = []
    print(f"{'lines':>6} {'engine, ms':>12} {'bare sum, ms':>13} {'times':>8}")
    for lines in (0, 300, 1000, 5000):
        larger = grown(document, lines)
        count = sum(len(process["exchanges"]) for process in larger["processes"])
        engine = median_ms(lambda larger=larger: calculate(parse_inventory(larger), ruleset, release))  # type: ignore[misc]
        bare = median_ms(lambda larger=larger: by_hand(larger, factors))  # type: ignore[misc]
        print(f"{count:6d} {engine:12.2f} {bare:13.3f} {engine / bare:8.1f}")
        figures.append((f"engine_{count}_lines", engine))
    for name, value in figures:
        print(f"figure: {name} {value:.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
