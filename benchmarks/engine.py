"""The engine beside bw2calc on the same systems in one run: a background of 20,000 processes, foregrounds of 200.

Each side runs in a process of its own, so that its peak memory is its own; both get the same arrays, and their scores
are compared. bw2calc takes the fastest solver installed (PyPardiso if it can be imported, else SuperLU of SciPy);
`make bench` installs both. Smaller backgrounds go first, to show how each side grows.
`--quick` is a small size for tests of this script; its ratios mean nothing.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

# One thread each: what is compared is the work, not who finds more cores free.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.sides.systems import PRODUCTS

FULL = {"size": 20_000, "foreground": 200, "demands": 10_000, "samples": 10_000, "peer": 200, "whole": 6}
QUICK = {"size": 400, "foreground": 20, "demands": 200, "samples": 200, "peer": 20, "whole": 3}
GROWTH, QUICK_GROWTH = (1_000, 5_000), (100,)
# What the project asks for: how many times faster than bw2calc.
ASKED = {"cold": 20, "next": 50, "demands": 50, "foreground_samples": 30, "whole_samples": 8}


def titles(sizes: dict[str, int]) -> dict[str, str]:
    """What each measure is called in the tables."""
    return {
        "cold": "cold single score",
        "next": "next product",
        "demands": f"{sizes['demands']:,} demands, nothing solved",
        "foreground_samples": f"{sizes['samples']:,} foreground samples",
        "whole_samples": "1,000 samples, background too",
    }


def run_side(side: str, sizes: dict[str, int]) -> dict[str, Any]:
    """Run one side in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--side", side, "--sizes", json.dumps(sizes)],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def report(sizes: dict[str, int], ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Print the table, accuracy, memory, limits, and the figures."""
    names = titles(sizes)
    print(
        f"background {sizes['size']:,} processes, {ours['needs']:,} needs; foreground {sizes['foreground']}"
    )
    print(f"engine: {ours['solver']}; bw2calc: {theirs['solver']}")
    print(f"{'':32} {'engine, ms':>12} {'bw2calc, ms':>12} {'times':>9} {'asked':>7}")
    figures: list[tuple[str, float, str]] = []
    for key, title in names.items():
        mine, other = ours["seconds"][key] * 1000, theirs["seconds"][key] * 1000
        print(f"{title:32} {mine:12.3f} {other:12.1f} {other / mine:9.1f} {ASKED[key]:7d}")
        figures += [
            (key, mine, "ms"),
            (f"{key}_bw2calc", other, "ms"),
            (f"{key}_ratio", other / mine, "times"),
        ]
    print(
        f"drawn figures are scaled up: bw2calc from {sizes['peer']} foreground samples,"
        f" both from {sizes['whole']} samples with the background"
    )
    one_by_one = theirs["seconds"]["demands_one_by_one"]
    print(
        f"demands: the engine solves for the unit scores of the release and adds up; with stored ones it takes"
        f" {_ms(ours, 'demands_stored')}."
    )
    print(
        f"  bw2calc's figure is an adjoint solution by hand; one demand after the other it takes {one_by_one:.1f} s."
    )
    print(
        f"a foreground packed anew and scored: {_ms(ours, 'new_foreground')}; a release verified: {_ms(ours, 'verify')}"
    )
    print(
        f"one changed factor over {PRODUCTS:,} products: {_ms(ours, 'changed_factor')} (asked: below 50 ms)"
    )
    error = max(
        abs(mine / other - 1)
        for kind in ("scores", "demands")
        for mine, other in zip(ours[kind], theirs[kind], strict=True)
        if other
    )
    print(
        f"accuracy: largest relative difference from bw2calc {error:.1e}, own error bound {ours['bound']:.1e}"
    )
    print(f"  changed factor against solving again: {ours['changed_error']:.1e}")
    print(
        f"  samples, median {ours['median']:.5g} and {theirs['median']:.5g},"
        f" relative deviation {ours['deviation']:.4f} and {theirs['deviation']:.4f}"
    )
    print(f"peak memory: {ours['memory']:.0f} MB, bw2calc {theirs['memory']:.0f} MB")
    print(
        f"memory bandwidth {ours['bandwidth']:.1f} GB/s: the sweeps of one cold solution could take"
        f" {ours['floor'] * 1000:.2f} ms if nothing were in a cache"
    )
    figures += [
        ("changed_factor", ours["seconds"]["changed_factor"] * 1000, "ms"),
        ("largest_difference", error, "relative"),
        ("memory", ours["memory"], "MB"),
        ("memory_bw2calc", theirs["memory"], "MB"),
    ]
    for name, value, unit in figures:
        print(f"figure: {name} {value:.4g} {unit}")


def _ms(side: dict[str, Any], key: str) -> str:
    return f"{side['seconds'][key] * 1000:.3g} ms"


def growth(sizes: dict[str, int], found: dict[int, tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Print how every measure grows with the background, on both sides, and the exponent from least to most."""
    least, most = min(found), max(found)
    heads = [f"{size:,}" for size in found]
    print(
        f"{'growth with processes, ms':32}   side    "
        + "".join(f"{head:>11}" for head in heads)
        + "   exponent"
    )
    for key, title in titles(sizes).items():
        for number, name in enumerate(("engine", "bw2calc")):
            times = [sides[number]["seconds"][key] * 1000 for sides in found.values()]
            exponent = math.log(times[-1] / times[0]) / math.log(most / least)
            print(
                f"{title:32}   {name:8}" + "".join(f"{each:11.3f}" for each in times) + f"   {exponent:8.2f}"
            )
    for number, name in enumerate(("engine", "bw2calc")):
        print(
            f"{'peak memory, MB':32}   {name:8}"
            + "".join(f"{s[number]['memory']:11.0f}" for s in found.values())
        )


def main() -> int:
    """Run both sides and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small size, to test the script")
    parser.add_argument("--side", choices=("engine", "brightway"), help=argparse.SUPPRESS)
    parser.add_argument("--sizes", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        if options.side == "engine":
            from benchmarks.sides.ours import engine_side as side
        else:
            from benchmarks.sides.peer import brightway_side as side
        print(json.dumps(side(json.loads(options.sizes))))
        return 0
    sizes = QUICK if options.quick else FULL
    steps = (*(QUICK_GROWTH if options.quick else GROWTH), sizes["size"])
    found = {}
    for size in steps:
        theirs = run_side("brightway", sizes | {"size": size})
        found[size] = run_side("engine", sizes | {"size": size}), theirs
    growth(sizes, found)
    report(sizes, *found[sizes["size"]])
    return 0


if __name__ == "__main__":
    sys.exit(main())
