"""A footprint from a file, without a database: what the command `footprint` reads, calculates and prints."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lca import rulesets
from lca.data import load_release
from lca.engine import Ledger, calculate, parse_inventory, read_json
from lca.engine.cases import CaseResult, is_case, run_case
from lca.engine.rounding import round_places
from lca.engine.worked import Worked, is_formula_table, is_worked, run_formula_table, run_worked
from lca.rulesets import RuleSet

CASE_FORMAT = "carbonfoot-case-result/1"
WORKED_FORMAT = "carbonfoot-worked-result/1"

_WORDS: dict[str, tuple[str, str]] = {
    "ruleset": ("规则", "Rule set"),
    "release": ("背景数据", "Background data"),
    "engine": ("计算引擎", "Engine"),
    "digest": ("输入摘要", "Input digest"),
    "delivered": ("寿命期提供电量", "Delivered energy"),
    "per_functional_unit": ("每功能单位", "Per functional unit"),
    "per_unit": ("每声明单位", "Per declared unit"),
    "per_piece": ("每个电池包", "Per pack"),
    "per_kwh_capacity": ("每 kWh 额定能量", "Per kWh of capacity"),
    "per_kg": ("每 kg", "Per kg"),
    "none": ("—", "-"),
    "stage": ("阶段", "Stage"),
    "total": ("合计", "Total"),
    "share": ("占比 %", "Share %"),
    "largest": ("最大的贡献", "Largest contributions"),
    "quality": ("数据质量", "Data quality"),
    "pds": (
        "初级数据占比（PDS，活动数据和因子均为初级）%",
        "Primary data share (PDS, amounts and factors) %",
    ),
    "activity_primary_share": (
        "企业活动数据占比（不论因子）%",
        "Company-specific amounts (whatever the factor) %",
    ),
    "verified_share": ("经核查占比 %", "Verified share %"),
    "estimated_share": ("估计数据占比 %", "Estimated data share %"),
    "dqr": ("数据质量评分", "Data quality rating"),
    "location": ("位置法", "Location-based"),
    "contract": ("合同法", "Contract-based"),
    "findings": ("提示", "Findings"),
    "assumptions": ("本结果所依据的假设", "Assumptions this result rests on"),
    "error": ("错误", "error"),
    "warning": ("提醒", "warning"),
    "note": ("说明", "note"),
    "formula": ("公式", "Formula"),
    "item": ("算例", "Example"),
    "found": ("计算值", "Found"),
    "expected": ("参考值", "Expected"),
    "chemistry": ("化学体系", "Chemistry"),
    "grid": ("电网", "Grid"),
    "cell_materials_per_kWh": ("电芯材料", "Cell materials"),
    "cell_energy_per_kWh": ("电芯能耗", "Cell energy"),
    "cell_total_per_kWh": ("电芯合计", "Cell total"),
    "pack_parts_per_kWh": ("包体部件", "Pack parts"),
    "pack_total_per_kWh": ("电池包合计", "Pack total"),
    "kg_per_pack": ("每包 kg CO2e", "kg CO2e per pack"),
    "difference": ("与参考值最大相对差", "Largest difference from expected"),
    "per_kwh_title": ("kg CO2e/kWh 额定能量，从摇篮到大门", "kg CO2e per kWh of capacity, cradle to gate"),
}


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a file gave: one ledger for an inventory, a result per pack and grid for a bill of materials, or the worked
    numbers of a published method."""

    ruleset: RuleSet
    release_code: str
    release_sha256: str
    ledger: Ledger | None
    cases: tuple[CaseResult, ...]
    worked: tuple[Worked, ...] = ()


def from_file(
    path: Path, ruleset_id: str, release_code: str | None = None, version: str | None = None
) -> Footprint:
    """Return the footprint of an inventory or case file, or the worked numbers of a published method.

    Errors: OSError if it cannot be read, InventoryError with every problem of its content, RuleSetError
    and ReleaseError for a
    rule set or release that does not exist.
    """
    return from_bytes(path.read_bytes(), ruleset_id, release_code, version)


def from_bytes(
    content: bytes, ruleset_id: str, release_code: str | None = None, version: str | None = None
) -> Footprint:
    """Return the footprint of a file's content. Errors: as for `from_file`."""
    ruleset, release = rulesets.load(ruleset_id, version), load_release(release_code)
    content = content.removeprefix(b"\xef\xbb\xbf")
    table = content.decode("utf-8", "replace")
    if is_formula_table(table):
        worked = tuple(run_formula_table(table))
        return Footprint(ruleset, release.code, release.sha256, None, (), worked)
    document = read_json(content)
    if is_worked(document):
        worked = tuple(run_worked(document, ruleset.quality.missing_dqr))
        return Footprint(ruleset, release.code, release.sha256, None, (), worked)
    if is_case(document):
        cases = tuple(run_case(document, ruleset, release))
        return Footprint(ruleset, release.code, release.sha256, None, cases)
    ledger = calculate(parse_inventory(document), ruleset, release)
    return Footprint(ruleset, release.code, release.sha256, ledger, ())


def to_json(footprint: Footprint) -> dict[str, Any]:
    """Return the ledger (`carbonfoot-ledger/1`), or for a case file one entry per pack and grid, unrounded."""
    if footprint.ledger is not None:
        return footprint.ledger.to_dict()
    if footprint.worked:
        return {
            "format": WORKED_FORMAT,
            "ruleset": {"id": footprint.ruleset.id, "version": footprint.ruleset.version},
            "results": [
                {
                    "kind": row.kind,
                    "name": row.name,
                    "found": row.found,
                    "expected": row.expected,
                    "difference": row.difference,
                }
                for row in footprint.worked
            ],
        }
    return {
        "format": CASE_FORMAT,
        "ruleset": {"id": footprint.ruleset.id, "version": footprint.ruleset.version},
        "factor_release": {"code": footprint.release_code, "sha256": footprint.release_sha256},
        "unit": "kg CO2e/kWh",
        "results": [
            {
                "chemistry": case.chemistry,
                "grid": case.grid,
                **case.per_kwh(),
                "pack_kgCO2e": case.ledger.total,
                "pack_kWh": float(case.ledger.product["rated_energy_kwh"]),
                "per_functional_unit": case.ledger.totals["per_functional_unit"],
                "expected": dict(case.expected),
                "largest_difference": case.largest_difference(),
                "input_digest": case.ledger.input_digest,
                "warnings": [problem.to_dict() for problem in case.ledger.warnings],
            }
            for case in footprint.cases
        ],
    }


def to_text(footprint: Footprint, language: str) -> str:
    """Return tables for people in "zh" or "en", rounded once as the rule set says."""
    writer = _Writer(footprint, language)
    if footprint.worked:
        return writer.worked(footprint.worked)
    return writer.ledger(footprint.ledger) if footprint.ledger is not None else writer.cases(footprint.cases)


class _Writer:
    """Writes one footprint as plain text in one language."""

    def __init__(self, footprint: Footprint, language: str) -> None:
        self.footprint = footprint
        self.zh = language == "zh"
        self.language = language

    def word(self, key: str) -> str:
        return _WORDS[key][0 if self.zh else 1]

    def text(self, value: Any) -> str:
        return str(value["zh" if self.zh else "en"])

    def figure(self, value: float | None, places: int) -> str:
        return self.word("none") if value is None else f"{round_places(value, places):f}"

    def head(self) -> list[str]:
        ruleset = self.footprint.ruleset
        return [
            f"{self.word('ruleset')}: {ruleset.id} {ruleset.version}  {self.text(ruleset.title)}",
            f"{self.word('release')}: {self.footprint.release_code}  SHA-256 {self.footprint.release_sha256[:16]}",
        ]

    def cases(self, cases: Sequence[CaseResult]) -> str:
        names = tuple(cases[0].per_kwh()) if cases else ()
        header = [self.word("chemistry"), self.word("grid"), *(self.word(name) for name in names)]
        header += [self.word("kg_per_pack"), self.word("difference")]
        rows = []
        for case in cases:
            figures = [self.figure(value, 5) for value in case.per_kwh().values()]
            difference = case.largest_difference()
            shown = self.word("none") if difference is None else f"{difference:.1e}"
            rows.append([case.chemistry, case.grid, *figures, self.figure(case.ledger.total, 2), shown])
        return "\n".join([*self.head(), "", self.word("per_kwh_title"), *table(header, rows, left=2), ""])

    def worked(self, rows: Sequence[Worked]) -> str:
        header = [self.word("formula"), self.word("item"), self.word("found"), self.word("expected")]
        cells = []
        for row in rows:
            difference = self.word("none") if row.difference is None else f"{row.difference:.1e}"
            figures = [self.figure(row.found, 6), self.figure(row.expected, 6), difference]
            cells.append([row.kind, row.name, *figures])
        return "\n".join([*self.head(), "", *table([*header, self.word("difference")], cells, left=2), ""])

    def ledger(self, ledger: Ledger) -> str:
        ruleset = self.footprint.ruleset
        lines = [self.text(ledger.product["name"]), *self.head()]
        lines.append(
            f"{self.word('engine')}: {ledger.engine_version}  {self.word('digest')}: {ledger.input_digest[:16]}"
        )
        if ledger.delivered_energy_kwh is not None:
            lines.append(f"{self.word('delivered')}: {self.figure(ledger.delivered_energy_kwh, 1)} kWh")
        lines.append("")
        for name, value in ledger.totals.items():
            places = ruleset.decimals(name) if name != "per_unit" else ruleset.decimals("per_piece")
            if name != "per_unit" or ledger.totals["per_piece"] is None:
                lines.append(f"{self.word(name)}: {self.figure(value, places)} kg CO2e")
        lines += ["", *self.stages(ledger)]
        largest = sorted((line for line in ledger.lines if line.counted), key=lambda line: -abs(line.kgco2e))[
            :10
        ]
        rows = [
            [
                self.text(line.name),
                self.text(ruleset.stages.titles[line.stage]),
                self.figure(line.kgco2e, ruleset.decimals("per_piece")),
                self.percent(line.share),
            ]
            for line in largest
        ]
        lines += ["", self.word("largest")]
        lines += table(["", self.word("stage"), "kg CO2e", self.word("share")], rows, left=2)
        lines += ["", *self.quality(ledger)]
        if ledger.warnings:
            lines += ["", self.word("findings")]
            lines += [
                f"  [{self.word(problem.severity)}] {problem.place}: {problem.message(self.language)} ({problem.code})"
                for problem in ledger.warnings
            ]
        lines += ["", self.word("assumptions")]
        lines += [f"  - {self.text(item.text)} ({item.parameter})" for item in ruleset.assumptions]
        return "\n".join([*lines, ""])

    def percent(self, share: float | None) -> str:
        places = self.footprint.ruleset.decimals("share")
        return self.word("none") if share is None else self.figure(share * 100, places)

    def stages(self, ledger: Ledger) -> list[str]:
        ruleset = self.footprint.ruleset
        places, per_unit = ruleset.decimals("per_piece"), ruleset.decimals("per_functional_unit")
        rows = [
            [
                self.text(entry["title"]),
                self.figure(entry["per_unit"], places),
                self.figure(entry["per_functional_unit"], per_unit),
                self.percent(entry["share"]),
            ]
            for entry in ledger.stages.values()
        ]
        total = [
            self.word("total"),
            self.figure(ledger.totals["per_unit"], places),
            self.figure(ledger.totals["per_functional_unit"], per_unit),
            self.percent(1.0),
        ]
        header = [self.word("stage"), "kg CO2e", self.word("per_functional_unit"), self.word("share")]
        return table(header, [*rows, total], left=1)

    def quality(self, ledger: Ledger) -> list[str]:
        quality, places = ledger.quality, self.footprint.ruleset.decimals("per_piece")
        lines = [self.word("quality")]
        lines += [
            f"  {self.word(name)}: {self.percent(quality[name])}"
            for name in ("pds", "activity_primary_share", "verified_share", "estimated_share")
        ]
        ratings = ", ".join(f"{name} {self.figure(value, 2)}" for name, value in quality["dqr"].items())
        lines.append(f"  {self.word('dqr')}: {ratings}")
        for name in ("location", "contract"):
            value = ledger.electricity[f"{name}_based"]["per_piece"]
            lines.append(f"  {self.word(name)}: {self.figure(value, places)} kg CO2e")
        return lines


def _width(text: str) -> int:
    """Return how many columns a text takes on a terminal, where Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def table(header: Sequence[str], rows: Iterable[Sequence[str]], left: int) -> list[str]:
    """Return a table's lines; the first `left` columns are set flush left, the others (figures) flush right."""
    cells = [list(header), *(list(row) for row in rows)]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(header))]

    def line(row: Sequence[str]) -> str:
        parts = []
        for column, text in enumerate(row):
            gap = " " * (widths[column] - _width(text))
            parts.append(text + gap if column < left else gap + text)
        return ("  " + "  ".join(parts)).rstrip()

    return [
        line(cells[0]),
        "  " + "  ".join("-" * width for width in widths),
        *(line(row) for row in cells[1:]),
    ]
