"""The whole check of a bundle, and the command ``python BUNDLE.zip``.

Exit codes: 0 reproduced (or added up, where the bundle holds no inventory), 1 a figure differs, 2 wrong use, 3
the bundle was
altered or is not whole, 4 a library or the file is missing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .archive import Altered, Package, canonical, check_files, read, sha256
from .compare import ABSOLUTE, RELATIVE, Differs
from .events import check_history, check_signed, check_vouched, unproven
from .sums import check_sums
from .words import say

REPRODUCED, DIFFERS, ALTERED, MISSING = 0, 1, 3, 4


@dataclass
class Report:
    """What was found, sentence by sentence (code and values), and the exit code."""

    code: int = REPRODUCED
    said: list[tuple[Any, ...]] = field(default_factory=list)

    def say(self, *sentence: Any) -> None:
        """Add a sentence."""
        self.said.append(sentence)

    def lines(self, language: str) -> list[str]:
        """The sentences in a language."""
        return [
            say(
                language,
                code,
                *(say(language, *value) if isinstance(value, tuple) else value for value in rest),
            )
            for code, *rest in self.said
        ]

    @property
    def verdict(self) -> tuple[Any, ...]:
        """The last sentence."""
        return self.said[-1]


def check(package: Package, expected: str = "") -> Report:
    """Check everything that a bundle holds. Never raises for what the bundle holds, however it was altered."""
    report = Report()
    try:
        _check(package, expected.strip().lower(), report)
    except Altered as found:
        report.code = ALTERED
        report.say("altered", (found.code, found.what))
    except Differs as found:
        report.code = DIFFERS
        report.say("differs", found.place, found.declared, found.found)
    except ImportError as error:
        report.code = MISSING
        report.say("library", error.name or str(error))
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, LookupError) as error:
        # What does not have the form of a bundle, although its digests fit together.
        report.code = ALTERED
        report.say("altered", ("format", f"{type(error).__name__} {error}"))
    return report


def _check(package: Package, expected: str, report: Report) -> None:
    check_files(package)
    manifest, files = package.manifest, package.files
    about = manifest["declaration"]
    report.say("bundle", f"{about['number']} v{about['version']}, {manifest['variant']}")
    if package.sha256:
        report.say("zip_digest", package.sha256)
    report.say("seal_digest", package.seal)
    if not expected:
        report.say("no_expect")
    elif expected not in (package.sha256, package.seal):
        raise Altered("expect", expected)
    report.say("files_ok", len(files))
    frozen = _check_papers(files, manifest, report)
    calculation = frozen["calculation"]
    factors = _factors(files, calculation["factor_release"])
    report.say("tolerance", f"{RELATIVE:g}", f"{ABSOLUTE:g}")
    release = calculation["factor_release"]["code"]
    report.say("sums_ok", check_sums(calculation["ledger"], factors, release))
    if "inventory.json" not in files:
        report.say("no_inventory")
        report.say("added_up")
        return
    _recalculate(files, calculation, report)


def _check_papers(files: Any, manifest: Any, report: Report) -> dict[str, Any]:
    """Snapshot, statement, receipt and log belong together; the frozen content. Raises Altered."""
    snapshot = sha256(files["snapshot.json"])
    if snapshot != manifest["snapshot"]["sha256"]:
        raise Altered("content", "snapshot.json")
    report.say("snapshot_ok", snapshot)
    if "statement.json" in files:
        statement = json.loads(files["statement.json"])
        if sha256(canonical(statement["content"])) != statement["sha256"]:
            raise Altered("content", "statement.json")
        if statement["content"]["snapshot"]["sha256"] != snapshot:
            raise Altered("statement", statement["content"]["report_number"])
        report.say("statement_ok", statement["content"]["report_number"])
    receipt = json.loads(files["receipt.json"]) if "receipt.json" in files else None
    if receipt is None and "receipt.json" in files:
        raise Altered("content", "receipt.json")
    events = json.loads(files["events.json"])
    check_history(events)
    if not events or events[-1]["hash"] != manifest["last_event"]["hash"]:
        raise Altered("event_missing", str(manifest["last_event"]["seq"]))
    check_vouched(events, snapshot, receipt)
    if receipt is not None:
        report.say("receipt_ok", receipt["number"])
        signed = check_signed(events, receipt)
        if signed:
            report.say("signature_ok", receipt["signed"]["signature"]["key"])
        else:
            report.say("signature_none" if signed is None else "signature_unchecked")
    report.say("events_ok", len(events), sum("told" not in event for event in events))
    if unproven(events):
        report.say("events_unproven", unproven(events))
    frozen: dict[str, Any] = json.loads(files["snapshot.json"])
    return frozen


def _factors(files: Any, stated: Any) -> dict[str, Any]:
    """Factors of the declared release by key. Its digest is that of its canonical JSON. Raises Altered."""
    content = files.get(f"factors/{stated['code']}.json")
    if content is None or sha256(content) != stated["sha256"]:
        raise Altered("release", stated["code"])
    return {entry["key"]: entry for entry in json.loads(content)["factors"]}


def _recalculate(files: Any, calculation: Any, report: Report) -> None:
    # Only here: a bundle without inventory is checked without numpy, scipy and pint.
    from lca.engine import InventoryError

    from .recalculate import Bench, check_ledger, check_recipe

    bench = Bench(files)
    try:
        report.say("ledger_ok", check_ledger(bench, json.loads(files["inventory.json"]), calculation))
        recipes = sorted(name for name in files if name.startswith("recipes/"))
        if recipes:
            figures = sum(check_recipe(bench, json.loads(files[name])) for name in recipes)
            report.say("recipes_ok", len(recipes), figures)
    except InventoryError as error:
        report.code = DIFFERS
        report.say("refused", "; ".join(f"{item.code} {item.place}" for item in error.problems[:3]))
        return
    report.say("reproduced")


def main(path: Path, arguments: Iterable[str], write: Callable[[str], Any] = sys.stdout.write) -> int:
    """Run the check from a command line on the bundle at ``path`` unless the arguments name another; the exit code."""
    parser = argparse.ArgumentParser(prog="python BUNDLE.zip", description=say("", "bundle", "carbonfoot"))
    parser.add_argument("bundle", nargs="?", type=Path, default=path, help="zip / 压缩包")
    parser.add_argument("--expect", default="", metavar="SHA256", help="zip or manifest / 压缩包或清单的摘要")
    parser.add_argument(
        "--language", choices=("en", "zh"), default="", help="one language only / 只用一种语言"
    )
    chosen = parser.parse_args(list(arguments))
    try:
        report = check(read(chosen.bundle), chosen.expect)
    except Altered as found:
        report = Report(ALTERED, [("altered", (found.code, found.what))])
    except OSError as error:
        report = Report(MISSING, [("unreadable", str(error))])
    for line in report.lines(chosen.language):
        write(line + "\n")
    return report.code
