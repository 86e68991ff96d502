"""The product report of an inventory of 300 lines: PDF with charts and attachment, and workbook; limit 10 seconds each.

Each kind is written in a new process, as a worker writes its first: loading libraries and fonts counts. Wall time
depends on what else the machine does, the processor time beside it hardly.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carbonfoot.settings")

LINES, LIMIT = 300, 10.0
KINDS = (("pdf", "zh"), ("pdf", "en"), ("xlsx", "zh"))


def content(lines: int) -> bytes:
    """A frozen declaration of the EverBatt pack with so many lines, as canonical JSON. No database is asked."""
    from benchmarks.footprint import CASES, grown
    from carbonfoot.audit.canonical import canonical_json, floats_as_text
    from declarations.plans import KEYS
    from lca import data, rulesets
    from lca.engine import calculate, parse_inventory
    from lca.engine.cases import case_to_inventory

    case = json.loads(CASES.read_text(encoding="utf-8"))
    release = data.load_release()
    document = grown(case_to_inventory(case, case["packs"][0], "CN", release), lines)
    ledger = calculate(parse_inventory(document), rulesets.load("iso-14067-gate"), release).to_dict()
    pack = {
        "model": "BENCH-100", "gbt34014": "001PE0ABCDEFGH", "chemistry": "LFP", "chemistry_detail": "",
        "cell_format": "prismatic", "rated_energy_kwh": "100", "mass_kg": "650", "plants": [],
        "cycle_life": {"cycles": 1500, "depth_of_discharge": "1", "capacity_retention": "0.8",
                       "test_report": "T-1", "standard": "GB/T 31484"},
    }  # fmt: skip
    return canonical_json(
        {
            "format": "carbonfoot-declaration/1",
            "declaration": {"number": "D-2026-0001", "version": 1, "supersedes": None},
            "declarant": {"name": {"zh": "示例", "en": "Example"}, "uscc": "", "is_demo": True},
            "phase": {"code": "trial", "name": {"zh": "试运行", "en": "Trial"}},
            "pack": pack,
            "plan": {
                "title": "示例方案",
                "version": 1,
                "sections": dict.fromkeys(KEYS, "按台账逐月记录。" * 20),
            },
            "calculation": {
                "ledger": floats_as_text(ledger),
                "inventory": {"revision": 1, "sha256": "a" * 64},
                "input_digest": "b" * 64,
                "ledger_sha256": "c" * 64,
            },
        }
    )


def write(kind: str, language: str) -> None:
    """Write one report in this process and print its measures as JSON."""
    import django

    django.setup()
    from carbonfoot.audit.canonical import sha256_hex
    from declarations.models import Snapshot
    from declarations.reports import pdf, xlsx
    from declarations.reports.content import ReportContent

    text = content(LINES)
    snapshot = Snapshot(number=1, content=text.decode(), sha256=sha256_hex(text))
    wall, cpu = time.perf_counter(), time.process_time()
    report = ReportContent(snapshot, None, language)
    written = pdf.write(report) if kind == "pdf" else xlsx.write(report)
    measured: dict[str, Any] = {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "bytes": len(written),
        "lines": len(report.lines),
    }
    print(json.dumps(measured))


def main() -> None:
    """Write each kind in a process of its own; print the table and the figures."""
    figures = []
    print(f"{'report':10} {'lines':>6} {'wall s':>8} {'cpu s':>8} {'kB':>7}   limit {LIMIT:g} s")
    for kind, language in KINDS:
        done = subprocess.run(
            [sys.executable, __file__, kind, language], capture_output=True, text=True, check=True
        )
        found = json.loads(done.stdout.strip().splitlines()[-1])
        size = found["bytes"] / 1024
        print(
            f"{kind} {language:6} {found['lines']:>6} {found['wall']:8.2f} {found['cpu']:8.2f} {size:7.0f}   "
            f"{'within' if found['wall'] <= LIMIT else 'OVER'}"
        )
        figures += [(f"{kind}_{language}_{LINES}_lines_{name}", found[name]) for name in ("wall", "cpu")]
    for name, value in figures:
        print(f"figure: {name} {value:.3g} s")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        write(sys.argv[1], sys.argv[2])
    else:
        main()
