"""Factor releases that come with the software: `lca/data/<code>/` with a manifest, factors, ranges and notices.

A release never changes: its manifest holds the digest of every file, and loading refuses a file that differs. A
correction is a new release.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path

from lca.engine.factors import FAMILIES, TIERS, Factor, FactorRelease

ROOT = Path(__file__).resolve().parent


class ReleaseError(ValueError):
    """A release that does not exist, or whose files differ from its manifest."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One published figure to compare with: what, how much, in which unit, from where. Never part of a result."""

    key: str
    name_en: str
    name_zh: str
    category: str
    value: Decimal
    unit: str
    region: str
    year: int | None
    source_title: str
    source_ref: str
    licence: str
    note: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release says of itself: code, titles, date, digest per file, what changed, how columns were made."""

    code: str
    title: Mapping[str, str]
    published: str
    files: Mapping[str, str]
    source: str


def available() -> list[str]:
    """Return the codes of all releases on disk, oldest first."""
    manifests = [read_manifest(path.parent.name) for path in ROOT.glob("*/manifest.toml")]
    return [manifest.code for manifest in sorted(manifests, key=lambda item: (item.published, item.code))]


def read_manifest(code: str) -> Manifest:
    """Return the manifest of release `code`. Errors: ReleaseError if there is no such release."""
    path = ROOT / code / "manifest.toml"
    if "/" in code or not path.is_file():
        raise ReleaseError(f"no factor release {code!r}; there are: {', '.join(sorted(_codes()))}")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Manifest(data["code"], data["title"], str(data["published"]), data["files"], data["source"])


def _codes() -> list[str]:
    return [path.parent.name for path in ROOT.glob("*/manifest.toml")]


def _read(code: str, name: str) -> str:
    """Return the text of a release's file after checking its digest against the manifest."""
    content = (ROOT / code / name).read_bytes()
    found, expected = hashlib.sha256(content).hexdigest(), read_manifest(code).files[name]
    if found != expected:
        raise ReleaseError(f"{code}/{name} has changed: SHA-256 is {found}, the manifest says {expected}")
    return content.decode("utf-8")


@lru_cache(maxsize=8)
def load_release(code: str | None = None) -> FactorRelease:
    """Return release `code`, or the newest one.

    Errors: ReleaseError if it does not exist, a file differs from its manifest, or a row cannot be read.
    """
    chosen = available()[-1] if code is None else code
    manifest = read_manifest(chosen)
    rows = csv.DictReader(io.StringIO(_read(chosen, "factors.csv")))
    factors = [factor_from_row(row) for row in rows]
    return FactorRelease.build(manifest.code, factors, manifest.title, manifest.published)


def factor_from_row(row: Mapping[str, str]) -> Factor:
    """Return the factor that a row of `factors.csv` states. Errors: ReleaseError naming the key and the column."""
    key = row["key"]
    try:
        value = Decimal(row["value"])
        year = int(row["year"]) if row["year"] else None
    except (InvalidOperation, ValueError) as error:
        raise ReleaseError(f"factor {key}: value or year is not a number") from error
    if row["family"] not in FAMILIES or row["tier"] not in TIERS:
        raise ReleaseError(f"factor {key}: family {row['family']!r} or tier {row['tier']!r} is not known")
    return Factor(
        key=key,
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        category=row["category"],
        value=value,
        unit=row["unit"],
        region=row["region"],
        year=year,
        tier=row["tier"],
        family=row["family"],
        source_title=row["source_title"],
        source_ref=row["source_ref"],
        licence=row["licence"],
        note=row["note"],
        basis=row["basis"],
        boundary=row["boundary"],
        reuse=row["reuse"],
    )


@lru_cache(maxsize=8)
def load_benchmarks(code: str | None = None) -> dict[str, Benchmark]:
    """Return the comparison figures of a release by key. Errors: as for `load_release`."""
    chosen = available()[-1] if code is None else code
    return {
        row["key"]: Benchmark(
            row["key"],
            row["name_en"],
            row["name_zh"],
            row["category"],
            Decimal(row["value"]),
            row["unit"],
            row["region"],
            int(row["year"]) if row["year"] else None,
            row["source_title"],
            row["source_ref"],
            row["licence"],
            row["note"],
        )
        for row in csv.DictReader(io.StringIO(_read(chosen, "ranges.csv")))
    }
