"""The benchmark beside bw2calc runs, and both sides find the same scores; its times are not judged here."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_quick_benchmark_agrees_with_bw2calc_and_ends_with_figures() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(ROOT / "benchmarks" / "engine.py"), "--quick"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    figures = {
        name: (float(value), unit)
        for _, name, value, unit in (
            line.split() for line in done.stdout.splitlines() if line.startswith("figure: ")
        )
    }
    assert done.stdout.splitlines()[-1].startswith("figure: ")
    assert figures["largest_difference"][0] < 1e-9
    for name in ("cold", "next", "demands", "foreground_samples", "whole_samples"):
        assert figures[f"{name}_ratio"] == (figures[f"{name}_ratio"][0], "times")
    assert figures["memory"][1] == "MB"
